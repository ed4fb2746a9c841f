//! The workbook of a list: its small parts, and the sheet row by row.
//!
//! Written here and not by rust_xlsxwriter: that holds all cells in memory (some 200 MB a million), or puts every sheet
//! of every workbook into a temporary file and panics where it cannot make one.

use std::io::{Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::sheet::{self, Place, column_name};
use super::style::{MAIN, styles};
use super::{TableCell, TableHead};
use crate::write::WriteError;
use crate::write::xml::{Out, element, empty, part, text};

/// Rows of a sheet.
const MOST_ROWS: u32 = 1_048_576;
/// Columns of a sheet.
const MOST_COLUMNS: usize = 16_384;
/// Deflate's level for the rows.
const QUICK: i64 = 2;
/// Bytes of rows that are kept before they go through the compressor.
const PORTION: usize = 1 << 16;

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const SHEET_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// A list as a workbook, row by row: header frozen and filtered, printed again on every page; text is only text,
/// amounts and days are numbers.
pub struct TableXlsx<W: Write + Seek> {
    zip: ZipWriter<W>,
    head: TableHead,
    rows: u32,
    buffer: Vec<u8>,
}

impl<W: Write + Seek> TableXlsx<W> {
    /// Writes what stands before the rows, and the header.
    ///
    /// # Errors
    /// [`WriteError`] when `out` cannot be written to, or for more columns than a sheet has.
    pub fn new(out: W, head: &TableHead) -> Result<Self, WriteError> {
        if head.columns.len() > MOST_COLUMNS {
            return Err(WriteError::TooLong);
        }
        let mut zip = ZipWriter::new(out);
        for (name, content) in [
            ("[Content_Types].xml", content_types()?),
            (
                "_rels/.rels",
                relationships("officeDocument", "xl/workbook.xml")?,
            ),
            ("xl/styles.xml", styles()?),
        ] {
            zip.start_file(name, options())?;
            zip.write_all(&content)?;
        }
        // Rows of a list shrink nearly as well at a fifth of the work.
        let quick = options().compression_level(Some(QUICK));
        zip.start_file("xl/worksheets/sheet1.xml", quick)?;
        let mut all = Self {
            zip,
            head: head.clone(),
            rows: 0,
            buffer: Vec::new(),
        };
        all.begin()?;
        Ok(all)
    }

    fn begin(&mut self) -> Result<(), WriteError> {
        write!(
            self.buffer,
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><worksheet xmlns=\"{MAIN}\">"
        )?;
        let mut out = Out::new(std::mem::take(&mut self.buffer));
        sheet::before(&mut out, &self.head)?;
        out.get_mut().extend_from_slice(b"<sheetData>");
        self.buffer = out.into_inner();
        self.rows += 1;
        let titles = self.head.columns.iter().map(|column| {
            |out: &mut Vec<u8>, place: &Place| sheet::head_cell(out, place, &column.title)
        });
        let lines = sheet::head_lines(&self.head);
        sheet::row(&mut self.buffer, self.rows, lines, titles);
        Ok(())
    }

    /// Writes a row: as many cells as there are columns, the missing ones empty.
    ///
    /// # Errors
    /// [`WriteError::TooLong`] when the sheet is full, others when `out` cannot be written to.
    pub fn row(&mut self, cells: &[TableCell]) -> Result<(), WriteError> {
        if self.rows >= MOST_ROWS {
            return Err(WriteError::TooLong);
        }
        self.rows += 1;
        let lines = sheet::lines(&self.head, cells);
        let cells = cells.iter().take(self.head.columns.len());
        let cells =
            cells.map(|cell| |out: &mut Vec<u8>, place: &Place| sheet::cell(out, place, cell));
        sheet::row(&mut self.buffer, self.rows, lines, cells);
        if self.buffer.len() >= PORTION {
            self.zip.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    /// Writes what stands after the rows, and gives back what was written into.
    ///
    /// # Errors
    /// [`WriteError`] when `out` cannot be written to.
    pub fn finish(mut self) -> Result<W, WriteError> {
        let mut out = Out::new(std::mem::take(&mut self.buffer));
        out.get_mut().extend_from_slice(b"</sheetData>");
        sheet::after(&mut out, &self.head, self.rows)?;
        out.get_mut().extend_from_slice(b"</worksheet>");
        self.zip.write_all(&out.into_inner())?;
        for (name, content) in [
            ("xl/workbook.xml", workbook(&self.head, self.rows)?),
            ("xl/_rels/workbook.xml.rels", workbook_relationships()?),
        ] {
            self.zip.start_file(name, options())?;
            self.zip.write_all(&content)?;
        }
        Ok(self.zip.finish()?)
    }
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
}

/// `$A$1:$C$8` without the signs: the header and the rows.
pub(super) fn range(columns: usize, rows: u32) -> String {
    format!("A1:{}{rows}", column_name(columns.saturating_sub(1)))
}

/// A name that a sheet can have: 31 characters, none of those that stand for something, no apostrophe at the ends.
fn sheet_name(title: &str) -> String {
    let plain =
        |c: &char| !c.is_control() && !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'');
    let mut units = 0;
    let name: String = title
        .chars()
        .filter(plain)
        .take_while(|c| {
            units += c.len_utf16();
            units <= 31
        })
        .collect();
    match name.trim() {
        "" => "列表".to_owned(),
        // Excel keeps this name for itself.
        name if name.eq_ignore_ascii_case("history") => format!("{name}1"),
        name => name.to_owned(),
    }
}

fn workbook(head: &TableHead, rows: u32) -> Result<Vec<u8>, WriteError> {
    let name = sheet_name(&head.title);
    let attrs = [("xmlns", MAIN), ("xmlns:r", OFFICE)];
    Ok(part("workbook", &attrs, |out| {
        element(out, "sheets", &[], |out| {
            empty(
                out,
                "sheet",
                &[("name", &name), ("sheetId", "1"), ("r:id", "sheet")],
            )
        })?;
        if head.columns.is_empty() {
            return Ok(());
        }
        element(out, "definedNames", &[], |out| {
            let last = column_name(head.columns.len() - 1);
            let filter = [
                ("name", "_xlnm._FilterDatabase"),
                ("localSheetId", "0"),
                ("hidden", "1"),
            ];
            element(out, "definedName", &filter, |out| {
                text(out, &format!("'{name}'!$A$1:${last}${rows}"))
            })?;
            let titles = [("name", "_xlnm.Print_Titles"), ("localSheetId", "0")];
            element(out, "definedName", &titles, |out| {
                text(out, &format!("'{name}'!$1:$1"))
            })
        })
    })?)
}

fn content_types() -> Result<Vec<u8>, WriteError> {
    let namespace = format!("{PACKAGE}/content-types");
    Ok(part("Types", &[("xmlns", &namespace)], |out| {
        let rels = "application/vnd.openxmlformats-package.relationships+xml";
        empty(
            out,
            "Default",
            &[("Extension", "rels"), ("ContentType", rels)],
        )?;
        empty(
            out,
            "Default",
            &[("Extension", "xml"), ("ContentType", "application/xml")],
        )?;
        let parts = [
            ("/xl/workbook.xml", "sheet.main"),
            ("/xl/worksheets/sheet1.xml", "worksheet"),
            ("/xl/styles.xml", "styles"),
        ];
        parts.iter().try_for_each(|(name, kind)| {
            let kind = format!("{SHEET_TYPE}.{kind}+xml");
            empty(
                out,
                "Override",
                &[("PartName", name), ("ContentType", &kind)],
            )
        })
    })?)
}

fn relationships(kind: &str, target: &str) -> Result<Vec<u8>, WriteError> {
    related(&[("document", kind, target)])
}

fn workbook_relationships() -> Result<Vec<u8>, WriteError> {
    related(&[
        ("sheet", "worksheet", "worksheets/sheet1.xml"),
        ("styles", "styles", "styles.xml"),
    ])
}

fn related(list: &[(&str, &str, &str)]) -> Result<Vec<u8>, WriteError> {
    let namespace = format!("{PACKAGE}/relationships");
    Ok(part("Relationships", &[("xmlns", &namespace)], |out| {
        list.iter().try_for_each(|(id, kind, target)| {
            let kind = format!("{OFFICE}/{kind}");
            empty(
                out,
                "Relationship",
                &[("Id", id), ("Type", &kind), ("Target", target)],
            )
        })
    })?)
}
