//! Files that mean harm or are broken: each with the refusal it must meet, or none where it must be read.

use super::{
    package::{Parts, WORD, docx, docx_document, xlsx},
    rows::{as_docx, sheet_rows},
};
use crate::failure::Result;

/// One file.
pub struct Hostile {
    /// What it is.
    pub what: &'static str,
    /// Under which name it is sent.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The `error` that the reader must answer; none when it must read the rows.
    pub refusal: Option<&'static str>,
}

fn file(
    what: &'static str,
    name: &'static str,
    bytes: Vec<u8>,
    refusal: Option<&'static str>,
) -> Hostile {
    Hostile {
        what,
        name,
        bytes,
        refusal,
    }
}

/// All of them.
///
/// # Errors
/// One cannot be packed.
pub fn all() -> Result<Vec<Hostile>> {
    let good = as_docx(17)?;
    Ok(vec![
        file(
            "part of 128 MB",
            "附件1.docx",
            huge_part()?,
            Some("too_large_unpacked"),
        ),
        file(
            "60,000 parts",
            "附件1.docx",
            many_parts()?,
            Some("too_many_parts"),
        ),
        file("a million empty rows", "附件1.xlsx", empty_rows()?, None),
        file(
            "a million rows of text",
            "附件1.xlsx",
            full_rows()?,
            Some("too_large_unpacked"),
        ),
        file(
            "entity bomb",
            "附件1.docx",
            entity_bomb()?,
            Some("external_content"),
        ),
        file(
            "2,000 nested tables",
            "附件1.docx",
            nested()?,
            Some("too_large_unpacked"),
        ),
        file(
            "200,000 merged areas",
            "附件1.xlsx",
            merged()?,
            Some("too_large_unpacked"),
        ),
        file(
            "20 MB of commas",
            "附件1.csv",
            vec![b','; 20 << 20],
            Some("too_large_unpacked"),
        ),
        file(
            "8,000,000 tags",
            "附件1.docx",
            many_tags()?,
            Some("too_large_unpacked"),
        ),
        file(
            "half a file",
            "附件1.docx",
            good.get(..good.len() / 2).unwrap_or_default().to_vec(),
            Some("bad_document"),
        ),
        file("encrypted", "附件1.docx", encrypted(), Some("encrypted")),
        file(
            "a program renamed",
            "附件1.docx",
            program(),
            Some("content_mismatch"),
        ),
        file(
            "macros inside",
            "附件1.docx",
            docx("").with("word/vbaProject.bin", "x").zip()?,
            Some("macro_not_allowed"),
        ),
        file(
            "path out of the archive",
            "附件1.docx",
            docx("").with("../../etc/passwd", "x").zip()?,
            Some("bad_document"),
        ),
        file("empty", "附件1.docx", Vec::new(), Some("empty_file")),
    ])
}

fn huge_part() -> Result<Vec<u8>> {
    let blanks = vec![b' '; 128_000_000];
    docx_document([b"<w:document>", blanks.as_slice(), b"</w:document>"].concat()).zip()
}

fn many_parts() -> Result<Vec<u8>> {
    let mut parts: Parts = docx("");
    for number in 0..60_000 {
        parts.push(format!("word/media/{number}.bin"), Vec::new());
    }
    parts.zip()
}

fn empty_rows() -> Result<Vec<u8>> {
    let empty: String = (30..1_000_030)
        .map(|number| format!("<row r='{number}' s='1'/>"))
        .collect();
    xlsx(&format!("<sheetData>{}{empty}</sheetData>", sheet_rows(17))).zip()
}

fn full_rows() -> Result<Vec<u8>> {
    let full: String = (30..1_000_030)
        .map(|number| format!("<row r='{number}'><c r='A{number}'><v>1</v></c></row>"))
        .collect();
    xlsx(&format!("<sheetData>{}{full}</sheetData>", sheet_rows(17))).zip()
}

fn entity_bomb() -> Result<Vec<u8>> {
    let mut entities = "<!ENTITY a0 'laughter'>".to_owned();
    for level in 1..10 {
        let before = format!("&a{};", level - 1).repeat(10);
        entities.push_str(&format!("<!ENTITY a{level} '{before}'>"));
    }
    docx_document(format!(
        "<!DOCTYPE x [{entities}]><w:document xmlns:w='{WORD}'><w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>"
    ))
    .zip()
}

fn nested() -> Result<Vec<u8>> {
    let (open, close) = ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>");
    docx(&format!("{}{}", open.repeat(2_000), close.repeat(2_000))).zip()
}

fn merged() -> Result<Vec<u8>> {
    let areas = "<mergeCell ref='A1:XFD1048576'/>".repeat(200_000);
    xlsx(&format!(
        "<sheetData>{}</sheetData><mergeCells>{areas}</mergeCells>",
        sheet_rows(2_000)
    ))
    .zip()
}

fn many_tags() -> Result<Vec<u8>> {
    docx(&"<w:p/>".repeat(8_000_001)).zip()
}

/// The container of encrypted Office files, as far as anybody looks at it.
fn encrypted() -> Vec<u8> {
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.resize(1024, 0);
    bytes.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(64 << 10, 0xa5);
    bytes
}

fn program() -> Vec<u8> {
    let mut bytes = b"MZ\x90\0\x03\0\0\0".to_vec();
    bytes.resize(1 << 20, 0xcc);
    bytes
}
