//! Workbooks and csv: what is written can be read back to the same rows, as the kinds of values they are.

use documents::forms::{self, Annex1Row, Form, Outcome};
use documents::write::{Annex1Sheet, SheetRow, annex1_csv, annex1_xlsx};
use domain::{Money, Rate};
use proptest::prelude::*;

const FIGURES: &str = include_str!("../data/annex1-2017-10.csv");

fn published() -> Annex1Sheet {
    let row = |line: &str| {
        let mut fields = line.split(',').map(str::to_owned);
        let mut next = || fields.next().unwrap_or_default();
        SheetRow {
            unit: next(),
            target: Some(next()),
            done: Some(next()),
            rate: Some(next().trim_end_matches('%').to_owned()),
        }
    };
    let mut rows: Vec<SheetRow> = FIGURES.lines().skip(1).map(row).collect();
    let total = rows.pop();
    Annex1Sheet {
        label: "附件1".into(),
        title: vec![
            "2017年1-10月".into(),
            "市级国有企业招商引资情况一览表".into(),
        ],
        unit_line: "单位：万元".into(),
        period_header: "1-10月累计完成数".into(),
        rows,
        total,
        notes: vec!["注：各单位数额四舍五入取整数万元；合计与完成率按未取整的数额计算，与表列整数之和可能有差。".into()],
    }
}

/// A part of a workbook.
pub fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    std::io::read_to_string(zip.by_name(name).unwrap()).unwrap()
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

#[test]
fn the_published_workbook_comes_back() {
    let bytes = annex1_xlsx(&published()).unwrap();
    let again = annex1_xlsx(&published()).unwrap();
    assert_eq!(bytes, again, "the same input gives the same bytes");
    let reading = forms::read("附件1.xlsx", &bytes, Some(Form::Annex1));
    assert_eq!(reading.outcome, Outcome::Ok, "{:?}", reading.warnings);
    assert!(reading.warnings.is_empty(), "{:?}", reading.warnings);
    assert_eq!(
        reading.title.as_deref(),
        Some("2017年1-10月市级国有企业招商引资情况一览表")
    );
    let notice = forms::read("notice.docx", include_bytes!("../data/notice.docx"), None);
    assert_eq!((reading.rows, reading.total), (notice.rows, notice.total));
}

#[test]
fn figures_are_numbers_and_the_header_row_is_repeated() {
    let bytes = annex1_xlsx(&published()).unwrap();
    let sheet = part(&bytes, SHEET);
    assert!(sheet.contains("<v>90309</v>") && sheet.contains("<v>9.0309</v>"));
    assert!(sheet.contains("paperSize=\"9\""));
    let workbook = part(&bytes, "xl/workbook.xml");
    assert!(
        workbook.contains("_xlnm.Print_Titles") && workbook.contains("附件1'!$5:$5")
            || workbook.contains("附件1!$5:$5"),
        "{workbook}"
    );
}

#[test]
fn text_that_looks_like_a_formula_stays_text() {
    let unit = |name: &str| SheetRow {
        unit: name.into(),
        ..SheetRow::default()
    };
    let names = [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\tx",
        "＝1",
        "a,\"b",
    ];
    let table = Annex1Sheet {
        rows: names.map(unit).to_vec(),
        ..published()
    };
    let bytes = annex1_xlsx(&table).unwrap();
    let sheet = part(&bytes, SHEET);
    assert!(!sheet.contains("<f>") && !sheet.contains("<f "));
    assert!(part(&bytes, "xl/styles.xml").contains("quotePrefix=\"1\""));
    let csv = String::from_utf8(annex1_csv(&table).unwrap()).unwrap();
    for line in [
        "\r\n'=1+1,—",
        "\r\n'+cmd",
        "\r\n'-2+3",
        "\r\n'@SUM",
        "'\tx",
        "\r\n'＝1",
        "\r\n\"a,\"\"b\"",
    ] {
        assert!(csv.contains(line), "{line}: {csv}");
    }
}

#[test]
fn the_csv_has_a_mark_and_reads_back() {
    let bytes = annex1_csv(&published()).unwrap();
    assert!(bytes.starts_with(b"\xef\xbb\xbf\xe5\x8d\x95"));
    let reading = forms::read("附件1.csv", &bytes, Some(Form::Annex1));
    let notice = forms::read("notice.docx", include_bytes!("../data/notice.docx"), None);
    assert_eq!((reading.rows, reading.total), (notice.rows, notice.total));
}

fn rate(target: Money, done: Money) -> Option<String> {
    Rate::of(done, target).map(|rate| rate.pct().to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_workbook_comes_back(table in prop::collection::btree_map("[甲乙丙丁温州市𠮷㎡玥铁投A-Z&<>\"'·]{1,18}公司", (0i64..2_000_000_000_000, 0i64..3_000_000_000_000), 1..30)) {
        let mut keys: Vec<String> = table.keys().map(|name| domain::names::key(name)).collect();
        keys.sort();
        keys.dedup();
        prop_assume!(keys.len() == table.len());
        let line = |unit: &str, target: Money, done: Money| SheetRow {
            unit: unit.to_owned(),
            target: Some(target.wan_exact()),
            done: Some(done.wan_exact()),
            rate: rate(target, done),
        };
        let amounts: Vec<(&String, Money, Money)> = table.iter().map(|(name, (target, done))| (name, Money::from_fen(*target), Money::from_fen(*done))).collect();
        let sum = |pick: fn(&(&String, Money, Money)) -> Money| amounts.iter().map(pick).sum::<Money>();
        let sheet = Annex1Sheet {
            rows: amounts.iter().map(|(unit, target, done)| line(unit, *target, *done)).collect(),
            total: Some(line("合计", sum(|row| row.1), sum(|row| row.2))),
            ..published()
        };
        let reading = forms::read("a.xlsx", &annex1_xlsx(&sheet).unwrap(), None);
        // Amounts drawn at random are rightly doubted where they are out of all proportion.
        prop_assert!(reading.warnings.iter().all(|warning| warning.why.contains("数额异常")), "{:?}", reading.warnings);
        let expected: Vec<Annex1Row> = amounts.iter().map(|(unit, target, done)| Annex1Row {
            unit: (*unit).clone(), target_wan: Some(target.wan_exact()), done_wan: Some(done.wan_exact()), rate_pct: rate(*target, *done),
        }).collect();
        prop_assert_eq!(reading.rows, expected);
    }
}
