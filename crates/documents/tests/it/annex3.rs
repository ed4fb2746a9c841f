//! 附件3 in every format: the form as the notice has it, classes, zero returns, collected tables; and read back by our own
//! reader row by row.

use chrono::NaiveDate;
use documents::forms::{self, Category, Rows};
use documents::write::{
    Annex3Print, Annex3PrintRow, annex3_csv, annex3_docx, annex3_pdf, annex3_xlsx,
};
use domain::annex3::CooperationClass as Class;

use crate::annex2::part;
use crate::pdfs::{fonts, laid_out};

pub fn row(class: Class, name: &str) -> Annex3PrintRow {
    Annex3PrintRow {
        unit: String::new(),
        class,
        project_name: name.into(),
        partners: "中国某某集团有限公司".into(),
        progress: "11月上旬赴集团总部对接。\n双方就合作模式达成初步意向。".into(),
        problems: "用地指标尚未落实".into(),
        next_steps: "12月底前完成选址论证".into(),
        contact: "王某某 13800000001".into(),
    }
}

/// So many rows in each class.
pub fn single(counts: [usize; 3]) -> Annex3Print {
    let rows = Class::ALL
        .into_iter()
        .zip(counts)
        .flat_map(|(class, count)| {
            (1..=count).map(move |number| row(class, &format!("{}之{number}", class.label())))
        });
    Annex3Print {
        unit: "温州市交通运输集团有限公司".into(),
        reported_on: NaiveDate::from_ymd_opt(2017, 12, 8),
        code: "7F3K-92QD".into(),
        title_note: "截至2017年11月".into(),
        rows: rows.collect(),
        ..Annex3Print::default()
    }
}

pub fn collected() -> Annex3Print {
    let of = |unit: &str, class, name: &str| Annex3PrintRow {
        unit: unit.into(),
        ..row(class, name)
    };
    Annex3Print {
        unit: String::new(),
        rows: vec![
            of("甲公司", Class::Negotiating, "甲一"),
            of("甲公司", Class::Negotiating, "甲二"),
            of("甲公司", Class::Landed, "甲三"),
            of("乙公司", Class::Negotiating, "乙一"),
            of("乙公司", Class::Landed, "乙二"),
        ],
        zero: vec![("丙公司".into(), "没有与央企合作的项目".into())],
        missing: vec!["丁公司".into()],
        ..single([0; 3])
    }
}

fn squeezed(pdf: &[u8]) -> String {
    laid_out(pdf).replace('\u{c}', "")
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    let fonts = fonts(false);
    for table in [single([0; 3]), single([2, 0, 1]), collected()] {
        assert_eq!(annex3_docx(&table).unwrap(), annex3_docx(&table).unwrap());
        assert_eq!(annex3_xlsx(&table).unwrap(), annex3_xlsx(&table).unwrap());
        assert_eq!(annex3_csv(&table).unwrap(), annex3_csv(&table).unwrap());
        let pdf = annex3_pdf(&table, &fonts).unwrap();
        assert_eq!(pdf, annex3_pdf(&table, &fonts).unwrap());
    }
}

#[test]
fn the_empty_form_is_the_notices() {
    let form = Annex3Print::default();
    let text = squeezed(&annex3_pdf(&form, &fonts(false)).unwrap());
    for words in [
        "附件3市属国有企业与央企合作项目进展情况表",
        "报送单位（盖章）：",
        "填报时间：月日",
        "—1—",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    for class in Class::ALL {
        let count = text.matches(class.label()).count();
        assert!(count <= 1, "one cell for its rows: {text}");
    }
    let document = part(&annex3_docx(&form).unwrap(), "word/document.xml");
    assert_eq!(
        document.matches("<w:tr>").count(),
        8,
        "header, two rows a class, …"
    );
    assert_eq!(document.matches("<w:vMerge w:val=\"restart\"/>").count(), 3);
    assert_eq!(document.matches("<w:vMerge/>").count(), 4);
    assert!(document.contains(">...<"));
}

#[test]
fn a_zero_return_says_so_in_the_table() {
    let zero = Annex3Print {
        zero_reason: Some("没有与央企合作的项目".into()),
        ..single([0; 3])
    };
    let text = squeezed(&annex3_pdf(&zero, &fonts(false)).unwrap());
    assert!(
        text.contains("—本期无央企合作项目。理由：没有与央企合作的项目"),
        "{text}"
    );
    let csv = String::from_utf8(annex3_csv(&zero).unwrap()).unwrap();
    assert!(
        csv.ends_with("\r\n,,,,本期无央企合作项目,没有与央企合作的项目,,\r\n"),
        "{csv}"
    );
}

#[test]
fn a_collected_table_goes_class_by_class_and_names_every_unit() {
    let text = squeezed(&annex3_pdf(&collected(), &fonts(false)).unwrap());
    for words in [
        "进展情况表（汇总）（截至2017年11月）",
        "已报送3家（其中本期无央企合作项目1家），未报送1家汇总时间：2017年12月8日",
        "本期无央企合作项目的单位（1家）：丙公司。",
        "未报送的单位（1家）：丁公司。",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let csv = String::from_utf8(annex3_csv(&collected()).unwrap()).unwrap();
    let lines: Vec<&str> = csv
        .split("\r\n")
        .filter(|line| line.chars().next().is_some_and(|c| c.is_ascii_digit()))
        .collect();
    let begins: Vec<String> = lines
        .iter()
        .map(|line| line.split(',').take(4).collect::<Vec<_>>().join(","))
        .collect();
    assert_eq!(
        begins,
        [
            "1,在谈项目,甲公司,甲一",
            "2,在谈项目,甲公司,甲二",
            "3,在谈项目,乙公司,乙一",
            "1,已落地项目,甲公司,甲三",
            "2,已落地项目,乙公司,乙二",
        ]
    );
    assert!(
        csv.contains(",,丙公司,,,本期无央企合作项目,没有与央企合作的项目,,\r\n"),
        "{csv}"
    );
    let document = part(&annex3_docx(&collected()).unwrap(), "word/document.xml");
    // Two classes of several rows, and 甲公司 of two.
    assert_eq!(document.matches("<w:vMerge w:val=\"restart\"/>").count(), 3);
}

#[test]
fn the_header_is_on_every_page_and_numbers_begin_again() {
    let pdf = annex3_pdf(&single([20, 20, 20]), &fonts(false)).unwrap();
    let text = laid_out(&pdf);
    let pages: Vec<&str> = text.split_terminator('\u{c}').collect();
    assert!(pages.len() > 4);
    for page in &pages {
        assert!(
            page.contains("合作项目名称合作央企名称当前进展情况"),
            "{page}"
        );
        assert!(page.contains("内容码7F3K-92QD"), "{page}");
    }
}

#[test]
fn text_is_never_markup_nor_formula() {
    let mut table = single([1, 0, 0]);
    table.rows[0].progress = "=cmd|x".into();
    table.rows[0].problems = "#read(\"/etc/passwd\") *x* <w:p>".into();
    let text = squeezed(&annex3_pdf(&table, &fonts(false)).unwrap());
    // A narrow column breaks it.
    assert!(
        text.contains("#read(\"/etc/") && text.contains("*x*<w:p>"),
        "{text}"
    );
    let csv = String::from_utf8(annex3_csv(&table).unwrap()).unwrap();
    assert!(csv.contains(",'=cmd|x,"), "{csv}");
    let sheet = part(&annex3_xlsx(&table).unwrap(), "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"), "{sheet}");
}

/// What our reader finds in a file of ours: class, name, partners, texts, contact.
fn read_back(name: &str, bytes: &[u8]) -> Vec<[String; 7]> {
    let reading = forms::read(name, bytes, Some(forms::Form::Annex3));
    let mut found = Vec::new();
    for table in &reading.tables {
        let Rows::Annex3(rows) = &table.rows else {
            panic!("{name}: {:?}", table.rows);
        };
        for row in rows {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            found.push([
                row.category.map_or("", Category::chinese).to_owned(),
                row.project_name.clone(),
                text(&row.central_enterprise),
                text(&row.progress),
                text(&row.problems),
                text(&row.next_steps),
                text(&row.contact_raw),
            ]);
        }
    }
    found
}

#[test]
fn our_own_files_are_read_back_row_by_row() {
    for counts in [[1, 0, 0], [2, 3, 1], [0, 1, 2], [0, 0, 1], [12, 1, 15]] {
        let table = single(counts);
        let given: Vec<[String; 7]> = table
            .rows
            .iter()
            .map(|row| {
                [
                    row.class.label().to_owned(),
                    row.project_name.clone(),
                    row.partners.clone(),
                    row.progress.clone(),
                    row.problems.clone(),
                    row.next_steps.clone(),
                    row.contact.clone(),
                ]
            })
            .collect();
        for (name, bytes) in [
            ("附件3.docx", annex3_docx(&table).unwrap()),
            ("附件3.xlsx", annex3_xlsx(&table).unwrap()),
            ("附件3.csv", annex3_csv(&table).unwrap()),
        ] {
            assert_eq!(read_back(name, &bytes), given, "{name} {counts:?}");
        }
    }
}

#[test]
fn an_empty_form_and_a_zero_return_are_read_as_no_rows() {
    let zero = Annex3Print {
        zero_reason: Some("没有与央企合作的项目".into()),
        ..single([0; 3])
    };
    for table in [Annex3Print::default(), zero] {
        for (name, bytes) in [
            ("附件3.docx", annex3_docx(&table).unwrap()),
            ("附件3.xlsx", annex3_xlsx(&table).unwrap()),
        ] {
            assert_eq!(read_back(name, &bytes), Vec::<[String; 7]>::new(), "{name}");
        }
    }
}
