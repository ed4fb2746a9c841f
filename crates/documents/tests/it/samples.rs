//! Files for the independent readers: `make test` runs the Rust tests first, and e2e/readers reads what these put into
//! `target/reader-samples`. What the files hold stands here once, and in `e2e/readers/samples.py` what is expected.

use std::fs;

use documents::write::{
    Annex2Print, Annex2PrintRow, Annex3Print, ReportPrint, annex2_csv, annex2_docx, annex2_pdf,
    annex2_xlsx, annex3_csv, annex3_docx, annex3_pdf, annex3_xlsx, brochure_pdf, report_docx,
    report_pdf, report_xlsx, table_csv, table_xlsx,
};
use domain::Money;

use crate::annex2::{collected, row, single};
use crate::annex3;
use crate::brochures::brochure;
use crate::listings;
use crate::pdfs::fonts;
use crate::reports;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/reader-samples");

fn put(name: &str, bytes: &[u8]) {
    fs::create_dir_all(FOLDER).unwrap();
    let half = tempfile::NamedTempFile::new_in(FOLDER).unwrap();
    fs::write(half.path(), bytes).unwrap();
    // A reader finds the whole file or none.
    half.persist(format!("{FOLDER}/{name}")).unwrap();
}

fn put_annex2(name: &str, table: &Annex2Print) {
    put(&format!("{name}.docx"), &annex2_docx(table).unwrap());
    put(&format!("{name}.xlsx"), &annex2_xlsx(table).unwrap());
    put(
        &format!("{name}.pdf"),
        &annex2_pdf(table, &fonts(true)).unwrap(),
    );
    put(&format!("{name}.csv"), &annex2_csv(table).unwrap());
}

/// Every kind of row: rare characters, what looks like a formula, a text of 3000 characters, no amount, small amounts.
fn mixed() -> Annex2Print {
    let mut table = single(4);
    table.rows[0].project_name = "玥湖㎡𠮷文化创意园".into();
    table.rows[1].project_name = "=1+1".into();
    table.rows[1].investment = Some(Money::from_fen(1));
    table.rows[1].contact = "zhangsan.lianxiren@wenzhoutouzi.example.cn\n0577-88888888".into();
    table.rows[2].basic_info = "长文字十个字一共是十。"
        .chars()
        .cycle()
        .take(3000)
        .collect();
    table.rows[3].investment = None;
    table.rows[3].remark = "国家重点项目，需要协调用地指标".into();
    table
}

fn two_hundred() -> Annex2Print {
    let rows = (1..=200).map(|number| Annex2PrintRow {
        investment: Some(Money::from_fen(number * 1_000_000 + 500_000)),
        ..row(&format!("第{number}号项目"))
    });
    Annex2Print {
        rows: rows.collect(),
        ..single(0)
    }
}

/// A collected table of several pages, with a unit that has more rows than a page.
fn many_units() -> Annex2Print {
    let unit = |number: usize| format!("温州市第{number}投资集团有限公司");
    let mut table = collected();
    for number in 1..=5 {
        let count = if number == 2 { 16 } else { number };
        table.rows.extend((1..=count).map(|at| Annex2PrintRow {
            unit: unit(number),
            ..row(&format!("集团{number}项目{at}"))
        }));
    }
    table
}

#[test]
fn the_files_of_annex2() {
    put_annex2("annex2-form", &Annex2Print::default());
    let zero = Annex2Print {
        zero_reason: Some("各项目均按计划推进，投资额、建设内容均无变化".into()),
        ..single(0)
    };
    put_annex2("annex2-zero", &zero);
    put_annex2("annex2-mixed", &mixed());
    put_annex2("annex2-collected", &many_units());
}

#[test]
fn the_files_of_a_long_annex2() {
    put_annex2("annex2-long", &two_hundred());
}

fn put_annex3(name: &str, table: &Annex3Print) {
    put(&format!("{name}.docx"), &annex3_docx(table).unwrap());
    put(&format!("{name}.xlsx"), &annex3_xlsx(table).unwrap());
    put(
        &format!("{name}.pdf"),
        &annex3_pdf(table, &fonts(true)).unwrap(),
    );
    put(&format!("{name}.csv"), &annex3_csv(table).unwrap());
}

#[test]
fn the_files_of_annex3() {
    put_annex3("annex3-form", &Annex3Print::default());
    let zero = Annex3Print {
        zero_reason: Some("没有与央企合作的项目".into()),
        ..annex3::single([0; 3])
    };
    put_annex3("annex3-zero", &zero);
    let mut mixed = annex3::single([2, 0, 3]);
    mixed.rows[0].project_name = "玥湖㎡𠮷文化创意园".into();
    mixed.rows[1].progress = "=1+1".into();
    mixed.rows[2].progress = "长文字十个字一共是十。"
        .chars()
        .cycle()
        .take(2000)
        .collect();
    put_annex3("annex3-mixed", &mixed);
    put_annex3("annex3-collected", &annex3::collected());
    put_annex3("annex3-long", &annex3::single([30, 40, 30]));
}

fn put_report(name: &str, report: &ReportPrint) {
    put(&format!("{name}.docx"), &report_docx(report).unwrap());
    put(&format!("{name}.xlsx"), &report_xlsx(report).unwrap());
    put(
        &format!("{name}.pdf"),
        &report_pdf(report, &fonts(true)).unwrap(),
    );
}

#[test]
fn the_files_of_reports() {
    put_report("report-monthly", &reports::monthly());
    put_report("report-collected", &reports::collected());
}

#[test]
fn the_brochure() {
    let mut brochure = brochure(12);
    brochure.projects[1].name =
        "玥湖㎡𠮷文化创意园暨温州市瓯江两岸文旅融合示范区综合开发项目".into();
    brochure.projects[1].advantages = String::new();
    brochure.projects[1].contact_phone = String::new();
    brochure.projects[2].business_model =
        "采取分期开发、滚动投入的方式，由投资方控股经营。\n收益来自租金、服务与增值业务。"
            .repeat(12);
    put(
        "brochure.pdf",
        &brochure_pdf(&brochure, &fonts(true)).unwrap(),
    );
}

#[test]
fn the_lists() {
    let mut rows: Vec<_> = listings::rows(300).collect();
    rows[0][0] = "=1+1".into();
    rows[1][0] = "玥湖㎡𠮷\n第二行".into();
    rows[2][0] = "_x0041_".into();
    put("list.xlsx", &table_xlsx(&listings::head(), &rows).unwrap());
    put("list.csv", &table_csv(&listings::head(), &rows).unwrap());
}
