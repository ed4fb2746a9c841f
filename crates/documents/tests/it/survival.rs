//! Whatever bytes come in, reading returns: flipped, cut, spliced and random ones.

use crate::support::{GOOD, caption, docx, good_rows, table, xlsx};
use documents::forms::{self, Outcome};
use proptest::prelude::*;

const NOTICE: &[u8] = include_bytes!("../data/notice.docx");
const NAMES: [&str; 5] = ["a.docx", "a.xlsx", "a.csv", "a", "a.doc"];

fn survives(name: &str, bytes: &[u8]) {
    let reading = forms::read(name, bytes, None);
    assert_eq!(
        reading.outcome == Outcome::Rejected,
        reading.error.is_some()
    );
    assert!(!reading.message.is_empty());
}

/// Changes some bytes and, where asked, cuts the end off.
fn mutate(
    bytes: &[u8],
    changes: &[(prop::sample::Index, u8)],
    keep: Option<prop::sample::Index>,
) -> Vec<u8> {
    let end = keep.map_or(bytes.len(), |keep| keep.index(bytes.len()) + 1);
    let mut bytes = bytes[..end].to_vec();
    for (at, value) in changes {
        let at = at.index(bytes.len());
        bytes[at] ^= value;
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)
}

fn whole() -> impl Strategy<Value = prop::sample::Index> {
    any::<prop::sample::Index>()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_mutated_notice(changes in changes(), keep in whole()) {
        survives("a.docx", &mutate(NOTICE, &changes, Some(keep)));
        survives("a.docx", &mutate(NOTICE, &changes, None));
    }

    #[test]
    fn a_mutated_main_part(changes in changes(), keep in whole()) {
        let good = docx(&(caption() + &table(&GOOD)));
        let part = good.0.iter().find(|(name, _)| name == "word/document.xml").unwrap().1.clone();
        survives("a.docx", &good.clone().with("word/document.xml", mutate(&part, &changes, Some(keep))).zip());
        survives("a.docx", &good.with("word/document.xml", mutate(&part, &changes, None)).zip());
    }

    #[test]
    fn mutated_parts_of_a_workbook(changes in changes(), which in 0usize..8, keep in whole()) {
        let good = xlsx(&format!("<cols><col min='1' max='2' hidden='1'/></cols><sheetData>{}</sheetData><mergeCells><mergeCell ref='A1:D1'/></mergeCells>", good_rows()));
        let (name, part) = good.0[which % good.0.len()].clone();
        survives("a.xlsx", &good.clone().with(&name, mutate(&part, &changes, Some(keep))).zip());
        survives("a.xlsx", &good.with(&name, mutate(&part, &changes, None)).zip());
    }

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600), name in prop::sample::select(&NAMES[..])) {
        survives(name, &bytes);
        survives(name, &[b"PK\x03\x04", bytes.as_slice()].concat());
        survives(name, &[b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes.as_slice()].concat());
    }

    #[test]
    fn random_cells(cells in prop::collection::vec(prop::collection::vec("[0-9０-９%％.,，()（）约余万亿元美—\\-合计小单位：任务完成率年月至\\s]{0,12}", 0..7), 0..12)) {
        let mut text = String::from("单位,任务数,1-10月累计完成数,完成率\n");
        for row in cells {
            text.push_str(&row.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(","));
            text.push('\n');
        }
        survives("a.csv", text.as_bytes());
    }

    #[test]
    fn random_merges(areas in prop::collection::vec((1u32..9, 0u32..5, 1u32..9, 0u32..5), 0..6)) {
        let name = |col: u32| char::from(b'A' + u8::try_from(col).unwrap());
        let merges: String = areas.iter().map(|(r, c, s, d)| format!("<mergeCell ref='{}{r}:{}{s}'/>", name(*c), name(*d))).collect();
        survives("a.xlsx", &xlsx(&format!("<sheetData>{}</sheetData><mergeCells>{merges}</mergeCells>", good_rows())).zip());
    }
}
