//! The analysis as Word, Excel and PDF: figures, charts that refer to what they show, hard rows, the same bytes.

use documents::write::{Analysis, analysis_docx, analysis_pdf, analysis_xlsx};

use crate::analysis_sample::{analysis, hard, published};
use crate::pdfs::{fonts, text};
use crate::sheets::part;

/// Names of the parts of a package.
fn names(bytes: &[u8]) -> Vec<String> {
    let zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    zip.file_names()
        .map(|name| name.unwrap().into_owned())
        .collect()
}

/// The published rows in the ways that tables come to be: with plans, one, nothing known, no enterprises.
fn every() -> Vec<(&'static str, Analysis)> {
    let unknown = published()
        .into_iter()
        .map(|(name, target, _)| (name, target, None));
    vec![
        ("published", analysis(published(), false)),
        ("with plans", analysis(published(), true)),
        ("hard", analysis(hard(60), true)),
        ("one", analysis(published().drain(..1).collect(), false)),
        ("nothing known", analysis(unknown.collect(), false)),
        ("no enterprises", analysis(Vec::new(), false)),
    ]
}

#[test]
fn the_same_analysis_gives_the_same_bytes() {
    let fonts = fonts(true);
    for (what, analysis) in every() {
        let make = || {
            (
                analysis_docx(&analysis).unwrap(),
                analysis_xlsx(&analysis).unwrap(),
                analysis_pdf(&analysis, &fonts).unwrap(),
            )
        };
        assert!(make() == make(), "{what}");
    }
}

#[test]
fn the_pdf_says_the_published_figures() {
    let text = text(&analysis_pdf(&analysis(published(), false), &fonts(true)).unwrap());
    for words in [
        "市级国有企业招商引资情况分析",
        "128.74%",
        "68.61%",
        "87.99%",
        "11/17户",
        "7户",
        "18.48%",
        "62784万元",
        "−19.64",
        "+819.76",
        "时间进度83.33%",
        "超出0%至200%的2户",
        "线性外推",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // The bar that is cut says how much it is, and the table says it again.
    assert_eq!(text.matches("903.09%").count(), 2);
}

#[test]
fn a_long_pdf_repeats_header_rows_and_the_axis() {
    let pdf = analysis_pdf(&analysis(hard(60), true), &fonts(true)).unwrap();
    let text = text(&pdf);
    let pages = text.matches('\u{c}').count();
    assert!((8..=16).contains(&pages), "{pages}");
    assert!(text.matches("超/欠进度").count() >= 3);
    assert!(text.matches("预测完成率").count() >= 3);
    assert!(text.matches("−100%").count() >= 2, "the axis");
    for name in [
        "=1+1第58公司",
        "#panic()*3*公司",
        "𠮷玥57有限公司",
        "-53公司",
    ] {
        assert!(text.contains(name), "{name}: {text}");
    }
}

#[test]
fn what_is_not_known_is_no_zero() {
    let (_, unknown) = every().remove(4);
    let text = text(&analysis_pdf(&unknown, &fonts(true)).unwrap());
    assert!(!text.contains("0.00%"), "{text}");
    assert!(text.contains("—"));
    let docx = analysis_docx(&unknown).unwrap();
    let chart = part(&docx, "word/charts/chart1.xml");
    assert!(!chart.contains("<c:v>0.0000</c:v>"), "{chart}");
    assert!(chart.contains("<c:v>温州银行股份—</c:v>"), "{chart}");
    let xlsx = analysis_xlsx(&unknown).unwrap();
    let chart = part(&xlsx, "xl/charts/chart1.xml");
    assert_eq!(chart.matches("<c:dLbl>").count(), 17, "each says —");
}

#[test]
fn the_word_chart_keeps_figures_and_a_workbook() {
    let docx = analysis_docx(&analysis(published(), false)).unwrap();
    let chart = part(&docx, "word/charts/chart1.xml");
    for words in [
        "<c:f>图!$B$2:$B$18</c:f>",
        "<c:f>图!$C$2:$C$18</c:f>",
        "<c:v>9.0309</c:v>",
        "<c:v>0.8333</c:v>",
        "<c:v>温州银行股份</c:v>",
        "<c:max val=\"2.0000\"/>",
    ] {
        assert!(chart.contains(words), "{words}: {chart}");
    }
    let names = names(&docx);
    for name in [
        "word/charts/_rels/chart1.xml.rels",
        "word/embeddings/chart1.xlsx",
    ] {
        assert!(names.iter().any(|one| one == name), "{name}: {names:?}");
    }
    let document = part(&docx, "word/document.xml");
    assert!(document.contains("r:id=\"chart1\"") && !document.contains("chart2"));
    assert!(document.contains("−19.64") && document.contains("w:tblHeader"));
}

#[test]
fn many_enterprises_have_several_word_charts() {
    let docx = analysis_docx(&analysis(hard(60), true)).unwrap();
    let charts = |bytes: &[u8]| {
        let names = names(bytes);
        let charts = names
            .iter()
            .filter(|name| name.starts_with("word/charts/chart"));
        charts.count()
    };
    assert_eq!(charts(&docx), 3);
    assert_eq!(
        charts(&analysis_docx(&analysis(hard(21), true)).unwrap()),
        2
    );
    assert_eq!(
        charts(&analysis_docx(&analysis(Vec::new(), true)).unwrap()),
        0
    );
    // All on the same axis: else a small bar of one would look like a large one of the other.
    for number in 1..=3 {
        let chart = part(&docx, &format!("word/charts/chart{number}.xml"));
        assert!(chart.contains("<c:max val=\"2.0000\"/><c:min val=\"-1.5000\"/>"));
    }
}

#[test]
fn the_excel_chart_refers_to_the_rows() {
    let xlsx = analysis_xlsx(&analysis(published(), false)).unwrap();
    let chart = part(&xlsx, "xl/charts/chart1.xml");
    for range in [
        "明细!$B$2:$B$18",
        "明细!$E$2:$E$18",
        "明细!$F$2:$F$18",
        "明细!$E$1",
    ] {
        assert!(chart.contains(range), "{range}: {chart}");
    }
    let rows = part(&xlsx, "xl/worksheets/sheet2.xml");
    assert!(rows.contains("<v>9.0309</v>") && rows.contains("<v>-19.64</v>"));
}

#[test]
fn one_enterprise_has_a_line_too() {
    let (_, one) = every().remove(3);
    let chart = part(&analysis_xlsx(&one).unwrap(), "xl/charts/chart1.xml");
    assert!(chart.contains("明细!$E$2:$E$3"), "with 合计: {chart}");
    let chart = part(&analysis_docx(&one).unwrap(), "word/charts/chart1.xml");
    assert!(chart.contains("<c:v>合计</c:v>"), "{chart}");
}

#[test]
fn text_stays_text() {
    let analysis = analysis(hard(60), false);
    let xlsx = analysis_xlsx(&analysis).unwrap();
    for sheet in 1..=3 {
        let sheet = part(&xlsx, &format!("xl/worksheets/sheet{sheet}.xml"));
        assert!(!sheet.contains("<f>") && !sheet.contains("<f "));
    }
    assert!(part(&xlsx, "xl/styles.xml").contains("quotePrefix=\"1\""));
    let mut wild = analysis;
    wild.title = vec!["<a> & \"b\" \u{0}\u{fffe}]]>".to_owned()];
    let document = part(&analysis_docx(&wild).unwrap(), "word/document.xml");
    assert!(document.contains("&lt;a&gt; &amp;"), "{document}");
}
