//! The smallest docx and xlsx containers.

use std::io::{Cursor, Write};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::failure::Result;

/// Namespace of documents.
pub const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/// Namespace of sheets.
pub const SHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The parts of a container.
#[derive(Clone, Default)]
pub struct Parts(Vec<(String, Vec<u8>)>);

impl Parts {
    /// With one more part, or another content of one.
    pub fn with(mut self, name: impl Into<String>, content: impl AsRef<[u8]>) -> Self {
        let name = name.into();
        self.0.retain(|(old, _)| *old != name);
        self.0.push((name, content.as_ref().to_vec()));
        self
    }

    /// With one more part whose name is new.
    pub fn push(&mut self, name: String, content: Vec<u8>) {
        self.0.push((name, content));
    }

    /// Packed.
    ///
    /// # Errors
    /// More than a container holds.
    pub fn zip(&self) -> Result<Vec<u8>> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.0 {
            zip.start_file(name.as_str(), options)?;
            zip.write_all(content)?;
        }
        Ok(zip.finish()?.into_inner())
    }
}

fn container(main: &str, kind: &str, content: impl AsRef<[u8]>) -> Parts {
    Parts::default()
        .with(
            "[Content_Types].xml",
            format!(
                "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>\
                 <Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>\
                 <Default Extension='xml' ContentType='application/xml'/>\
                 <Override PartName='/{main}' ContentType='application/vnd.openxmlformats-officedocument.{kind}.main+xml'/></Types>"
            ),
        )
        .with("_rels/.rels", relation("officeDocument", main))
        .with(main, content)
}

fn relation(kind: &str, target: &str) -> String {
    format!(
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>\
         <Relationship Id='r1' Type='{OFFICE}/{kind}' Target='{target}'/></Relationships>"
    )
}

/// A docx whose main part is this.
pub fn docx_document(document: impl AsRef<[u8]>) -> Parts {
    container("word/document.xml", "wordprocessingml.document", document)
}

/// A docx with this body.
pub fn docx(body: &str) -> Parts {
    docx_document(format!(
        "<w:document xmlns:w='{WORD}'><w:body>{body}</w:body></w:document>"
    ))
}

/// An xlsx whose only sheet has this in `worksheet`.
pub fn xlsx(sheet: &str) -> Parts {
    let book = format!(
        "<workbook xmlns='{SHEET}' xmlns:r='{OFFICE}'><sheets><sheet name='Sheet1' sheetId='1' r:id='r1'/></sheets></workbook>"
    );
    container("xl/workbook.xml", "spreadsheetml.sheet", book)
        .with(
            "xl/_rels/workbook.xml.rels",
            relation("worksheet", "worksheets/sheet1.xml"),
        )
        .with(
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns='{SHEET}'>{sheet}</worksheet>"),
        )
}

/// A paragraph.
pub fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// A table row of a document.
pub fn word_row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: String = cells
        .into_iter()
        .map(|text| format!("<w:tc>{}</w:tc>", p(text)))
        .collect();
    format!("<w:tr>{cells}</w:tr>")
}

/// A sheet row of numbers and inline strings.
pub fn sheet_row<'a>(number: usize, cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: String = ('A'..='Z')
        .zip(cells)
        .map(|(column, text)| match text.parse::<u64>() {
            Ok(_) => format!("<c r='{column}{number}'><v>{text}</v></c>"),
            Err(_) => format!("<c r='{column}{number}' t='inlineStr'><is><t>{text}</t></is></c>"),
        })
        .collect();
    format!("<row r='{number}'>{cells}</row>")
}
