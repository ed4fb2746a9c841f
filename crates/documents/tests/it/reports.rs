//! Reports in every format.

use documents::write::{ReportPart, ReportPrint, report_csv, report_docx, report_pdf, report_xlsx};

use crate::annex2::part;
use crate::pdfs::{fonts, laid_out};

pub fn monthly() -> ReportPrint {
    let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    ReportPrint {
        title: "2017年11月招商引资工作月报".into(),
        number: String::new(),
        collected: false,
        reported_on: chrono::NaiveDate::from_ymd_opt(2017, 12, 5),
        code: "7F3K-92QD".into(),
        as_of: "2017年11月30日".into(),
        parts: vec![ReportPart {
            unit: "温州市交通运输集团有限公司".into(),
            sections: vec![
                pair(
                    "工作进展",
                    "本月走访企业6家。\n召开专题会2次，研究冷链物流项目落地事宜，明确由分管领导牵头、专班跟进，逐项倒排时间。",
                ),
                pair("项目进展情况", "在谈3个，签约1个。"),
                pair("经验做法", ""),
                pair("下一步计划", "完成选址论证。"),
            ],
            figures: vec![pair("2017年任务数", "5000万元"), pair("完成率", "36.96%")],
            files: vec![pair("明细表.xlsx", "ab"), pair("现场照片.png", "cd")],
        }],
        missing: Vec::new(),
    }
}

pub fn collected() -> ReportPrint {
    let one = monthly();
    let other = ReportPart {
        unit: "乙公司".into(),
        figures: Vec::new(),
        files: Vec::new(),
        ..one.parts[0].clone()
    };
    ReportPrint {
        collected: true,
        reported_on: None,
        code: String::new(),
        parts: vec![one.parts[0].clone(), other],
        missing: vec!["丙公司".into(), "丁公司".into()],
        ..one
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let fonts = fonts(false);
    for report in [monthly(), collected(), ReportPrint::default()] {
        assert_eq!(report_docx(&report).unwrap(), report_docx(&report).unwrap());
        assert_eq!(report_xlsx(&report).unwrap(), report_xlsx(&report).unwrap());
        assert_eq!(report_csv(&report).unwrap(), report_csv(&report).unwrap());
        let pdf = report_pdf(&report, &fonts).unwrap();
        assert_eq!(pdf, report_pdf(&report, &fonts).unwrap());
    }
}

#[test]
fn a_report_is_a_document_in_its_order() {
    let text = laid_out(&report_pdf(&monthly(), &fonts(false)).unwrap());
    let places: Vec<usize> = [
        "2017年11月招商引资工作月报",
        "一、工作进展",
        "本月走访企业6家。",
        "二、项目进展情况",
        "三、经验做法",
        "无。",
        "四、下一步计划",
        "五、有关数据（截至2017年11月30日）",
        "36.96%",
        "附件：1.明细表.xlsx",
        "2.现场照片.png",
        "温州市交通运输集团有限公司",
        "2017年12月5日",
    ]
    .iter()
    .map(|words| {
        text.find(words)
            .unwrap_or_else(|| panic!("{words}: {text}"))
    })
    .collect();
    assert!(places.windows(2).all(|two| two[0] < two[1]), "{text}");
    assert!(text.contains("内容码7F3K-92QD"), "{text}");
    let document = part(&report_docx(&monthly()).unwrap(), "word/document.xml");
    assert!(document.contains("BodyHeading") && document.contains("w:h=\"16838\""));
    let footer = part(&report_docx(&monthly()).unwrap(), "word/footer1.xml");
    assert!(footer.contains("PageCodeUpright") && footer.contains("7F3K-92QD"));
}

#[test]
fn collected_reports_have_their_units_as_headings_and_name_who_is_missing() {
    let text = laid_out(&report_pdf(&collected(), &fonts(false)).unwrap());
    for words in [
        "月报（汇总）",
        "一、温州市交通运输集团有限公司",
        "（一）工作进展",
        "二、乙公司",
        "未报送的单位（2家）：丙公司、丁公司。",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let csv = String::from_utf8(report_csv(&collected()).unwrap()).unwrap();
    assert!(
        csv.contains("单位,工作进展,项目进展情况,经验做法,下一步计划,有关数据,附件\r\n"),
        "{csv}"
    );
    assert!(csv.contains("\r\n丙公司,未报送,"), "{csv}");
}

#[test]
fn text_is_never_markup_nor_formula() {
    let mut report = monthly();
    report.parts[0].sections[0].1 = "=1+1\n#read(\"x\") <w:p> $x$".into();
    let text = laid_out(&report_pdf(&report, &fonts(false)).unwrap());
    assert!(text.contains("#read(\"x\")<w:p>$x$"), "{text}");
    let csv = String::from_utf8(report_csv(&report).unwrap()).unwrap();
    assert!(csv.contains("\"'=1+1"), "{csv}");
}
