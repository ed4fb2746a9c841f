//! 附件2 in every format: the same bytes for the same data, the form, zero returns, collected tables. What other
//! programs read in the files is looked at in e2e/readers, from the files of `samples.rs`.

use std::io::{Cursor, Read};

use chrono::NaiveDate;
use documents::write::{
    Annex2Print, Annex2PrintRow, WriteError, annex2_csv, annex2_docx, annex2_pdf, annex2_xlsx,
};
use domain::Money;

use crate::pdfs::{fonts, laid_out};

pub fn row(name: &str) -> Annex2PrintRow {
    Annex2PrintRow {
        unit: String::new(),
        project_name: name.into(),
        basic_info: "占地50亩，建设冷链仓储。\n分两期实施。".into(),
        investment: Some(Money::from_fen(12_000_500_000)),
        adjustment: "投资额由10000万元调整为12000.5万元".into(),
        reason: "扩大建设规模".into(),
        contact: "王某某 13800000001".into(),
        remark: String::new(),
    }
}

pub fn single(rows: usize) -> Annex2Print {
    Annex2Print {
        unit: "温州市现代服务业投资集团有限公司".into(),
        reported_on: NaiveDate::from_ymd_opt(2017, 12, 8),
        code: "7F3K-92QD".into(),
        title_note: "截至2017年11月".into(),
        rows: (1..=rows)
            .map(|number| row(&format!("冷链项目{number}")))
            .collect(),
        ..Annex2Print::default()
    }
}

pub fn collected() -> Annex2Print {
    let of = |unit: &str, name: &str| Annex2PrintRow {
        unit: unit.into(),
        ..row(name)
    };
    Annex2Print {
        unit: String::new(),
        rows: vec![
            of("甲公司", "甲一"),
            of("甲公司", "甲二"),
            of("甲公司", "甲三"),
            Annex2PrintRow::zero("乙公司", "项目均按计划推进"),
            of("丙公司", "丙一"),
        ],
        missing: vec!["丁公司".into(), "戊公司".into()],
        ..single(0)
    }
}

/// A part of a container as text.
pub fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut content = String::new();
    zip.by_name(name)
        .unwrap()
        .read_to_string(&mut content)
        .unwrap();
    content
}

fn squeezed(pdf: &[u8]) -> String {
    laid_out(pdf).replace('\u{c}', "")
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    let fonts = fonts(false);
    for table in [single(0), single(3), collected()] {
        assert_eq!(annex2_docx(&table).unwrap(), annex2_docx(&table).unwrap());
        assert_eq!(annex2_xlsx(&table).unwrap(), annex2_xlsx(&table).unwrap());
        assert_eq!(annex2_csv(&table).unwrap(), annex2_csv(&table).unwrap());
        let pdf = annex2_pdf(&table, &fonts).unwrap();
        assert_eq!(pdf, annex2_pdf(&table, &fonts).unwrap());
    }
}

#[test]
fn an_empty_form_has_rows_for_the_hand() {
    let form = Annex2Print::default();
    let text = squeezed(&annex2_pdf(&form, &fonts(false)).unwrap());
    for words in [
        "附件2市属国有企业招商引资项目调整情况表",
        "报送单位（盖章）：",
        "填报时间：月日",
        "123456...",
        "—1—",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let document = part(&annex2_docx(&form).unwrap(), "word/document.xml");
    assert_eq!(
        document.matches("<w:tr>").count(),
        8,
        "header, six rows and …"
    );
    assert!(document.contains("填报时间：     月     日"));
}

#[test]
fn a_zero_return_says_so_in_the_table() {
    let zero = Annex2Print {
        zero_reason: Some("各项目均按计划推进".into()),
        ..single(0)
    };
    let text = squeezed(&annex2_pdf(&zero, &fonts(false)).unwrap());
    assert!(
        text.contains("—本期无调整。理由：各项目均按计划推进"),
        "{text}"
    );
    let document = part(&annex2_docx(&zero).unwrap(), "word/document.xml");
    assert!(document.contains("<w:gridSpan w:val=\"7\"/>"));
    let csv = String::from_utf8(annex2_csv(&zero).unwrap()).unwrap();
    assert!(
        csv.ends_with("\r\n,,,,本期无调整,各项目均按计划推进,,\r\n"),
        "{csv}"
    );
}

#[test]
fn a_collected_table_names_every_unit_and_who_is_missing() {
    let text = squeezed(&annex2_pdf(&collected(), &fonts(false)).unwrap());
    for words in [
        "调整情况表（汇总）（截至2017年11月）",
        "已报送3家（其中本期无调整1家），未报送2家汇总时间：2017年12月8日",
        "本期无调整的单位（1家）：乙公司。",
        "未报送的单位（2家）：丁公司、戊公司。",
        "内容码7F3K-92QD共",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(text.matches("甲公司").count(), 1, "one cell for three rows");
    let document = part(&annex2_docx(&collected()).unwrap(), "word/document.xml");
    assert_eq!(document.matches("<w:vMerge w:val=\"restart\"/>").count(), 1);
    assert_eq!(document.matches("<w:vMerge/>").count(), 2);
    let csv = String::from_utf8(annex2_csv(&collected()).unwrap()).unwrap();
    let lines: Vec<&str> = csv.trim_end().split("\r\n").collect();
    assert!(lines[0].ends_with(
        "序号,单位,项目名称,基本情况,投资额（万元）,调整内容,调整理由,联系人及联系方式,备注"
    ));
    assert!(csv.contains(",乙公司,,,,本期无调整,项目均按计划推进,,\r\n"));
    assert!(
        csv.contains("\r\n4,丙公司,丙一,"),
        "zero returns are not numbered"
    );
    assert!(csv.ends_with("\r\n,戊公司,,,,,,,未报送\r\n"));
}

#[test]
fn before_anybody_has_handed_in_the_table_says_so() {
    let nobody = Annex2Print {
        rows: Vec::new(),
        ..collected()
    };
    let text = squeezed(&annex2_pdf(&nobody, &fonts(false)).unwrap());
    assert!(text.contains("尚无单位报送"), "{text}");
    assert!(text.contains("已报送0家"), "{text}");
}

#[test]
fn the_header_is_on_every_page_and_the_code_too() {
    let pdf = annex2_pdf(&single(60), &fonts(false)).unwrap();
    let text = laid_out(&pdf);
    let pages: Vec<&str> = text.split_terminator('\u{c}').collect();
    assert!(pages.len() > 5);
    for (at, page) in pages.iter().enumerate() {
        assert!(
            page.contains("序号项目名称基本情况调整内容调整理由备注"),
            "{page}"
        );
        assert!(page.contains(&format!("共{}页", pages.len())), "{page}");
        assert!(page.contains("内容码7F3K-92QD"), "{page}");
        assert!(page.contains(&format!("—{}—", at + 1)), "{page}");
    }
    let all = text.replace('\u{c}', "");
    assert!((1..=60).all(|number| all.contains(&format!("冷链项目{number}"))));
}

#[test]
fn text_is_never_markup_nor_formula() {
    let mut table = single(0);
    table.unit = "#import \"x\" <w:p> & _x0041_".into();
    table.rows = vec![Annex2PrintRow {
        project_name: "=HYPERLINK(\"x\")".into(),
        basic_info: "*粗* $x$ #read(\"/etc/passwd\") \\ @ref".into(),
        contact: "a\u{0}b\u{7}c\u{fffe}\u{200b}\u{feff}d".into(),
        adjustment: "+1".into(),
        ..row("")
    }];
    let text = squeezed(&annex2_pdf(&table, &fonts(false)).unwrap());
    assert!(text.contains("*粗*$x$#read(\"/etc/passwd\")\\"), "{text}");
    let csv = String::from_utf8(annex2_csv(&table).unwrap()).unwrap();
    assert!(csv.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{csv}");
    assert!(csv.contains(",'+1,"), "{csv}");
    assert!(csv.contains(",abcd,"), "{csv}");
    let sheet = part(&annex2_xlsx(&table).unwrap(), "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"), "{sheet}");
    assert!(
        part(&annex2_docx(&table).unwrap(), "word/document.xml")
            .contains("&lt;w:p&gt; &amp; _x0041_")
    );
}

#[test]
fn rare_characters_are_printed_or_refused_in_words() {
    let mut table = single(1);
    table.rows[0].basic_info = "玥湖㎡𠮷".into();
    let text = squeezed(&annex2_pdf(&table, &fonts(true)).unwrap());
    assert!(text.contains("玥湖㎡𠮷"), "{text}");
    table.rows[0].basic_info = "\u{e123}".into();
    let refused = annex2_pdf(&table, &fonts(true));
    assert!(matches!(refused, Err(WriteError::Glyphs(found)) if found == "\u{e123}"));
}

#[test]
fn a_very_long_text_is_printed_whole() {
    let mut table = single(2);
    table.rows[0].basic_info = format!("{}末", "长文字，".repeat(750));
    let pdf = annex2_pdf(&table, &fonts(false)).unwrap();
    let text = squeezed(&pdf);
    assert!(text.contains('末'), "the end is there");
    assert!(text.contains("冷链项目2"));
    // Whatever is printed between, the characters are all there.
    assert_eq!(text.matches('长').count(), 750);
    let sheet = part(&annex2_xlsx(&table).unwrap(), "xl/worksheets/sheet1.xml");
    let heights = sheet
        .split("ht=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next()?.parse::<f64>().ok());
    assert!(
        heights.into_iter().all(|height| height <= 409.0),
        "Excel's rows end there"
    );
    assert!(
        sheet.contains("<mergeCell ref=\"C6:C"),
        "{}",
        &sheet[sheet.len() - 2000..]
    );
    let document = part(&annex2_docx(&table).unwrap(), "word/document.xml");
    assert_eq!(
        document.matches("<w:cantSplit/>").count(),
        2,
        "the long row may split"
    );
}
