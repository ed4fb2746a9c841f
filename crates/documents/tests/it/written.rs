//! What is written can be read back to the same rows.

use documents::forms::{self, Annex1Row, Form, Outcome};
use documents::write::{Annex1Print, PrintRow, annex1_docx};
use domain::{Money, Rate};
use proptest::prelude::*;

const FIGURES: &str = include_str!("../data/annex1-2017-10.csv");

fn print_row(line: &str) -> PrintRow {
    let mut fields = line.split(',').map(str::to_owned);
    let mut next = || fields.next().unwrap_or_default();
    PrintRow {
        unit: next(),
        target: next(),
        done: next(),
        rate: next(),
    }
}

fn published() -> Annex1Print {
    let mut rows: Vec<PrintRow> = FIGURES.lines().skip(1).map(print_row).collect();
    let total = rows.pop();
    Annex1Print {
        label: "附件1".into(),
        title: vec![
            "2017年1-10月市级国有企业".into(),
            "招商引资情况一览表".into(),
        ],
        unit_line: "单位：万元".into(),
        period_header: "1-10月累计完成数".into(),
        rows,
        total,
        notes: vec!["注：完成数按四舍五入取整，合计与完成率按实际数计算。".into()],
    }
}

#[test]
fn the_published_table_comes_back() {
    let bytes = annex1_docx(&published()).unwrap();
    assert_eq!(
        bytes,
        annex1_docx(&published()).unwrap(),
        "the same input gives the same bytes"
    );
    let reading = forms::read("附件1.docx", &bytes, Some(Form::Annex1));
    assert_eq!(reading.outcome, Outcome::Ok, "{:?}", reading.warnings);
    assert_eq!(
        reading.title.as_deref(),
        Some("2017年1-10月市级国有企业招商引资情况一览表")
    );
    assert_eq!(
        reading.as_at.map(|day| day.to_string()).as_deref(),
        Some("2017-10-31")
    );
    let notice = forms::read("notice.docx", include_bytes!("../data/notice.docx"), None);
    assert_eq!((reading.rows, reading.total), (notice.rows, notice.total));
}

/// Names as enterprises have them, also with characters beyond the basic plane and from other scripts.
fn names() -> impl Strategy<Value = String> {
    "[甲乙丙丁温州市𠮷㎡玥铁投A-Za-zé&<>\"'·]{1,18}公司"
}

prop_compose! {
    fn tables()(rows in prop::collection::btree_map(names(), (0i64..2_000_000_000_000, 0i64..3_000_000_000_000), 1..30)) -> Vec<(String, Money, Money)> {
        rows.into_iter().map(|(name, (target, done))| (name, Money::from_fen(target), Money::from_fen(done))).collect()
    }
}

fn rate(target: Money, done: Money) -> Option<String> {
    Rate::of(done, target).map(|rate| rate.pct().to_string())
}

fn line(unit: &str, target: Money, done: Money) -> PrintRow {
    let rate = rate(target, done).map_or_else(|| "—".to_owned(), |pct| format!("{pct}%"));
    PrintRow {
        unit: unit.to_owned(),
        target: target.wan_exact(),
        done: done.wan_exact(),
        rate,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_table_comes_back(table in tables()) {
        // Names that are alike to a reader (é composed or not, letters in another case) are rightly asked about.
        let mut keys: Vec<String> = table.iter().map(|(name, ..)| domain::names::key(name)).collect();
        keys.sort();
        keys.dedup();
        prop_assume!(keys.len() == table.len());
        let sum = |pick: fn(&(String, Money, Money)) -> Money| table.iter().map(pick).sum::<Money>();
        let total = line("合计", sum(|row| row.1), sum(|row| row.2));
        let print = Annex1Print { rows: table.iter().map(|(unit, target, done)| line(unit, *target, *done)).collect(), total: Some(total), ..published() };
        let reading = forms::read("a.docx", &annex1_docx(&print).unwrap(), None);
        // Amounts drawn at random are rightly doubted where they are out of all proportion.
        prop_assert!(reading.warnings.iter().all(|warning| warning.why.contains("数额异常")), "{:?}", reading.warnings);
        let expected: Vec<Annex1Row> = table.into_iter().map(|(unit, target, done)| {
            Annex1Row { unit, target_wan: Some(target.wan_exact()), done_wan: Some(done.wan_exact()), rate_pct: rate(target, done) }
        }).collect();
        prop_assert_eq!(reading.rows, expected);
    }
}
