//! Whatever comes in the shape of 附件2 or 附件3, reading returns, in time and with nothing lost in silence.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use documents::forms::{self, Form, Outcome, Reading, Rows};
use proptest::prelude::*;

use crate::support::{docx, p, table, xlsx};

const HEAD2: &str =
    "序号,项目名称,基本情况,投资额（万元）,调整内容,调整理由,联系人及联系方式,备注\n";
const HEAD3: &str = "序号,类别,合作项目名称,合作央企名称,当前进展情况,存在问题,下一步工作计划和重点,联系人及联系方式,签约时间\n";
/// Even an unoptimised build on a busy machine answers in this time, unless work grows with the square of the input.
const PATIENCE: Duration = Duration::from_secs(30);

#[expect(
    clippy::disallowed_methods,
    reason = "the test measures how long reading takes"
)]
fn in_time(name: &str, bytes: &[u8], wanted: Option<Form>) -> Reading {
    let start = Instant::now();
    let reading = forms::read(name, bytes, wanted);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    reading
}

fn survives(name: &str, bytes: &[u8]) -> Reading {
    let mut last = None;
    for wanted in [None, Some(Form::Annex2), Some(Form::Annex3)] {
        let reading = in_time(name, bytes, wanted);
        assert_eq!(
            reading.outcome == Outcome::Rejected,
            reading.error.is_some()
        );
        assert!(!reading.message.is_empty());
        last.get_or_insert(reading);
    }
    last.unwrap()
}

fn count(reading: &Reading) -> usize {
    reading.tables.iter().map(|table| table.rows.len()).sum()
}

/// The committed fixtures serve as corpus.
static CORPUS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/projects");
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                path,
            )
        })
        .filter(|(name, _)| !name.ends_with(".json"))
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
});

/// The parts of a container, so that changes reach the text and not only the compression.
fn parts(bytes: &[u8]) -> Option<crate::support::Parts> {
    use std::io::Read;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).ok()?;
    let mut parts = crate::support::Parts::default();
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).ok()?;
        let mut content = Vec::new();
        part.read_to_end(&mut content).ok()?;
        let name = part.name().ok()?.into_owned();
        parts.0.push((name, content));
    }
    Some(parts)
}

fn mutate(bytes: &mut Vec<u8>, changes: &[(prop::sample::Index, u8)]) {
    for (at, value) in changes
        .iter()
        .filter(|_| !bytes.is_empty())
        .collect::<Vec<_>>()
    {
        let at = at.index(bytes.len());
        match value % 4 {
            0 => bytes[at] ^= value,
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, *value),
            // A stretch twice: rows, cells and tags come again.
            _ => {
                let end = (at + usize::from(*value) * 4).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
        if bytes.is_empty() {
            return;
        }
    }
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)
}

/// A cell of the kinds that clerks write.
const CELL: &str = "[0-9０-９.,，()（）约余万亿元美—\\-合计小无调整本期在谈落地签约张三13800138000年月日转/、：\\s]{0,14}";

proptest! {
    // A quarter of what PROPTEST_CASES says: a file takes longer than a value.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 4, ..ProptestConfig::default() })]

    #[test]
    fn mutated_fixtures(which in any::<prop::sample::Index>(), part in any::<prop::sample::Index>(), changes in changes()) {
        let (name, bytes) = which.get(&CORPUS);
        let mut whole = bytes.clone();
        mutate(&mut whole, &changes);
        survives(name, &whole);
        if let Some(mut parts) = parts(bytes) {
            let xml: Vec<usize> = parts.0.iter().enumerate()
                .filter(|(_, (name, _))| name.ends_with("document.xml") || name.contains("sheet") || name.contains("Strings"))
                .map(|(at, _)| at).collect();
            let at = *part.get(&xml);
            mutate(&mut parts.0[at].1, &changes);
            survives(name, &parts.zip());
        }
    }

    #[test]
    fn random_rows(third in any::<bool>(), cells in prop::collection::vec(prop::collection::vec(CELL, 0..10), 0..12)) {
        let mut text = String::from(if third { HEAD3 } else { HEAD2 });
        for row in &cells {
            text.push_str(&row.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(","));
            text.push('\n');
        }
        let reading = survives("a.csv", text.as_bytes());
        // Nothing is made up: never more rows than lines.
        prop_assert!(count(&reading) <= cells.len());
        let json = serde_json::to_string(&reading).unwrap();
        let back: Reading = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(back, reading);
    }

    /// Whatever stands in the amount, it is read in full, or not and said so, or marked; the raw text is kept.
    #[test]
    fn an_amount_is_never_of_the_wrong_scale(wan in 1u64..9_000_000, how in 0usize..9) {
        let (written, exact) = match how {
            0 => (format!("{wan}"), true),
            1 => (format!("{wan}万元"), true),
            2 => (format!("{}.{:04}亿元", wan / 10_000, wan % 10_000), true),
            3 => (format!("{wan}0000元"), true),
            4 => (format!("约{wan}万元"), true),
            5 => (format!("{wan}万美元"), false),
            6 => (format!("{wan}-{}万元", wan + 1), false),
            7 => (format!("{wan}以内"), false),
            _ => (format!("总投资{wan}万元"), true),
        };
        let reading = survives("a.csv", format!("{HEAD2}1,甲,乙,{written},新增,理由,张三13800138000,\n").as_bytes());
        let (_, rows) = reading.annex2().next().unwrap();
        let read = rows[0].investment.map(domain::Money::wan_exact);
        prop_assert_eq!(read, exact.then(|| wan.to_string()), "{}", written);
        prop_assert_eq!(rows[0].investment_raw.as_deref(), Some(written.as_str()));
        prop_assert_eq!(rows[0].investment_approx, how == 4);
        let doubted = reading.warnings.iter().any(|warning| warning.field.as_deref() == Some("investment_wan"));
        prop_assert!(exact || doubted);
    }
}

#[test]
fn much_of_one_thing_takes_no_longer_than_its_length() {
    let row = |contact: &str, date: &str| {
        format!("1,在谈项目,甲,中国铁建,进展,问题,下一步,\"{contact}\",\"{date}\"\n")
    };
    for piece in [
        "电话:",
        "1",
        "1 ",
        "张三,",
        "13800138000 ",
        "(",
        "a@",
        "@",
        "0577-",
        "转1",
        "年",
        "2017.",
        "时间:",
        "单位 ",
        "无",
        "一",
    ] {
        let long = piece.repeat(20_000 / piece.len());
        in_time(
            "a.csv",
            format!("{HEAD3}{}", row(&long, &long)).as_bytes(),
            None,
        );
        let line = format!("{long}\n{HEAD2}{long},{long},,{long},,,,\n");
        in_time("a.csv", line.as_bytes(), None);
    }
}

#[test]
fn a_long_text_merged_over_many_rows_does_not_fill_the_memory() {
    let long = "长".repeat(60_000);
    let cell =
        |text: &str, merge: &str| format!("<w:tc><w:tcPr>{merge}</w:tcPr>{}</w:tc>", p(text));
    let mut rows = String::new();
    for number in 0..12_000 {
        let merge = if number == 0 {
            "<w:vMerge w:val='restart'/>"
        } else {
            "<w:vMerge/>"
        };
        let text = if number == 0 { long.as_str() } else { "" };
        let number = number.to_string();
        rows.push_str(&format!(
            "<w:tr>{}{}{}{}</w:tr>",
            cell(&number, ""),
            cell("甲", ""),
            cell("新增", ""),
            cell(text, merge)
        ));
    }
    let head = table(&[&["序号", "项目名称", "调整内容", "调整理由"]]);
    let body = head.replace("</w:tbl>", &format!("{rows}</w:tbl>"));
    let reading = survives("a.docx", &docx(&body).zip());
    assert_eq!(count(&reading), 12_000);
    let said = reading
        .warnings
        .iter()
        .any(|warning| warning.why.contains("没有逐行重复"));
    assert!(said, "{}", reading.message);
}

#[test]
fn many_tables_and_many_sums() {
    let head: &[&str] = &["序号", "项目名称", "投资额（万元）", "调整内容"];
    let one =
        p("报送单位：甲公司 填报时间：2017年12月8日") + &table(&[head, &["1", "甲", "5", "新增"]]);
    let reading = survives("a.docx", &docx(&one.repeat(400)).zip());
    assert_eq!((count(&reading), reading.tables.len()), (400, 1));
    let mut text = HEAD2.to_owned();
    for _ in 0..20_000 {
        text.push_str("1,甲,乙,1,新增,理由,,\n,小计,,7,,,,\n");
    }
    let reading = survives("a.csv", text.as_bytes());
    assert_eq!(count(&reading), 20_000);
    assert!(matches!(reading.tables[0].rows, Rows::Annex2(_)));
    let sheet = xlsx("<sheetData/>");
    assert!(survives("a.xlsx", &sheet.zip()).error.is_some());
}
