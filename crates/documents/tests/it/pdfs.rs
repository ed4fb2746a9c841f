//! PDFs: the same bytes for the same input, values that are never markup, no boxes for missing characters.
//! What other programs read in them is looked at in e2e/readers.

use documents::write::{Annex1Print, FONT_FILES, FontSet, PrintRow, WriteError, annex1_pdf};

/// Where `make test` puts the fonts.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/fonts");

pub fn fonts(fallback: bool) -> FontSet {
    let more = fallback.then_some(&FONT_FILES.fallback);
    let files = FONT_FILES.regular.iter().chain(more).map(|name| {
        std::fs::read(format!("{FOLDER}/{name}"))
            .unwrap_or_else(|error| panic!("{FOLDER}/{name}: {error}; `make test` puts it there"))
    });
    FontSet::new(files).unwrap()
}

fn table(rows: usize, unit: &str) -> Annex1Print {
    let row = |unit: String| PrintRow {
        unit,
        target: "10000".into(),
        done: "90309".into(),
        rate: "903.09%".into(),
    };
    Annex1Print {
        label: "附件1".into(),
        title: vec![
            "2017年1-10月".into(),
            "市级国有企业招商引资情况一览表".into(),
        ],
        unit_line: "单位：万元".into(),
        period_header: "1-10月累计完成数".into(),
        rows: (1..=rows)
            .map(|number| row(format!("{unit}{number}")))
            .collect(),
        total: Some(row("合计".into())),
        notes: vec!["注：“—”表示截至该日尚无数据。".into()],
    }
}

/// Text of a PDF as poppler reads it, without spaces; pages end with form feeds.
pub fn text(pdf: &[u8]) -> String {
    read(pdf, &[])
}

/// The same line by line, across columns.
pub fn laid_out(pdf: &[u8]) -> String {
    read(pdf, &["-layout"])
}

fn read(pdf: &[u8], options: &[&str]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pdf).unwrap();
    let read = std::process::Command::new("pdftotext")
        .args(options)
        .arg(file.path())
        .arg("-")
        .output()
        .expect("pdftotext is installed");
    let text = String::from_utf8(read.stdout).unwrap();
    text.chars()
        .filter(|one| *one == '\u{c}' || !one.is_whitespace())
        .collect()
}

#[test]
fn the_same_table_gives_the_same_searchable_bytes() {
    let fonts = fonts(false);
    let table = table(17, "温州银行股份有限公司");
    let pdf = annex1_pdf(&table, &fonts).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    assert_eq!(pdf, annex1_pdf(&table, &fonts).unwrap());
    let text = text(&pdf);
    for words in [
        "附件1",
        "市级国有企业招商引资情况一览表",
        "单位：万元",
        "温州银行股份有限公司17",
        "903.09%",
        "合计",
        "—1—",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(
        text.matches('\u{c}').count(),
        1,
        "17 enterprises are one page"
    );
}

#[test]
fn a_long_table_repeats_its_header_row() {
    let pdf = annex1_pdf(&table(90, "温州银行股份有限公司"), &fonts(false)).unwrap();
    let text = text(&pdf);
    let pages = text.matches('\u{c}').count();
    assert!(pages >= 3, "{pages}");
    assert_eq!(text.matches("1-10月累计完成数").count(), pages);
    assert!(text.contains(&format!("—{pages}—")));
}

#[test]
fn text_is_never_markup() {
    let wild = "#panic(\"x\") *b* $x$ #include \"/etc/passwd\" // @a <b> \\ \u{0}公司";
    let text = text(&annex1_pdf(&table(1, wild), &fonts(false)).unwrap());
    assert!(
        text.contains("#panic(\"x\")*b*$x$#include\"/etc/passwd\"//@a<b>\\"),
        "{text}"
    );
}

#[test]
fn rare_characters_are_printed_or_named() {
    let table = table(1, "玥㎡𠮷有限公司");
    let Err(WriteError::Glyphs(missing)) = annex1_pdf(&table, &fonts(false)) else {
        panic!("Fandol has all of them?");
    };
    assert!(missing.contains('𠮷'), "{missing}");
    let text = text(&annex1_pdf(&table, &fonts(true)).unwrap());
    for rare in ["玥", "𠮷"] {
        assert!(text.contains(rare), "{rare}: {text}");
    }
    let Err(WriteError::Glyphs(missing)) = annex1_pdf(&self::table(1, "😀公司"), &fonts(true))
    else {
        panic!("no font has it");
    };
    assert_eq!(missing, "😀");
}

#[test]
fn what_is_no_font_is_refused() {
    assert!(matches!(
        FontSet::new([b"no font".to_vec()]),
        Err(WriteError::Font)
    ));
}
