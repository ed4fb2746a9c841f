//! 附件1 as printed: 单位 | 任务数 | 1-10月累计完成数 | 完成率, last row 合计.

use std::io;

use super::WriteError;
use super::package::{self, Page};
use super::word_table;
use super::xml::{self, Out};

/// The text of 附件1, already formatted: the writer lays out, it does not calculate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Annex1Print {
    /// Above the title, flush left: `附件1`. Nothing when empty.
    pub label: String,
    /// The title, one line each; put the break where it reads well.
    pub title: Vec<String>,
    /// `单位：万元`.
    pub unit_line: String,
    /// Header of the third column: `1-10月累计完成数`.
    pub period_header: String,
    /// The rows, in printed order.
    pub rows: Vec<PrintRow>,
    /// The last row; its `unit` is printed as given (`合计`).
    pub total: Option<PrintRow>,
    /// Lines under the table: notes on rounding and the like.
    pub notes: Vec<String>,
}

/// One printed row. Figures as printed: `5000`, `1848`, `903.09%`, `—`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrintRow {
    /// Name of the unit.
    pub unit: String,
    /// 任务数.
    pub target: String,
    /// 累计完成数.
    pub done: String,
    /// 完成率, with its percent sign.
    pub rate: String,
}

/// Widths of the four columns in twentieths of a point; together the 156 mm of the text block.
const WIDTHS: [u32; 4] = [4300, 1350, 1844, 1350];

/// Makes the docx of 附件1: A4 upright, header row repeated on every page, rows not split, page numbers outside.
///
/// # Errors
/// [`WriteError`] when packing fails, which no input causes.
pub fn annex1_docx(table: &Annex1Print) -> Result<Vec<u8>, WriteError> {
    let page = Page::Upright;
    let document = package::document(page, |out| body(out, table))?;
    package::docx(&table.title.concat(), page, document, Vec::new())
}

fn body(out: &mut Out, table: &Annex1Print) -> io::Result<()> {
    if !table.label.is_empty() {
        xml::paragraph(out, "AnnexLabel", xml::LABEL, &table.label)?;
    }
    for line in &table.title {
        xml::paragraph(out, "AnnexTitle", xml::TITLE, line)?;
    }
    xml::paragraph(out, "UnitLine", xml::SMALL, &table.unit_line)?;
    word_table::table(out, &WIDTHS, |out| {
        let head = ["单位", "任务数", &table.period_header, "完成率"];
        word_table::row(out, &WIDTHS, true, xml::HEAD, head)?;
        let mut rows = table.rows.iter().chain(&table.total);
        rows.try_for_each(|row| data_row(out, row))
    })?;
    for note in &table.notes {
        xml::paragraph(out, "TableNote", xml::SMALL, note)?;
    }
    if table.notes.is_empty() {
        // Word needs a paragraph after a table; this one takes no room.
        xml::paragraph(out, "TableNote", xml::SMALL, "")?;
    }
    Ok(())
}

fn data_row(out: &mut Out, row: &PrintRow) -> io::Result<()> {
    let texts = [&row.unit, &row.target, &row.done, &row.rate];
    word_table::row(out, &WIDTHS, false, xml::CELL, texts)
}
