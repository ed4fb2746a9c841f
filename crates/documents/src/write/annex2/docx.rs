//! 附件2 as a Word document.

use std::io;

use super::{Annex2Print, Column, LABEL, Line, WHOLE, size};
use crate::write::WriteError;
use crate::write::grid::{self, Cell, Merge, RowShape};
use crate::write::package::{self, Page};
use crate::write::xml::{self, Out};

/// Twentieths of a point in 10 mm.
const TEN_MM: u32 = 567;

/// Makes the docx of 附件2: A4 landscape, header row repeated on every page, rows kept whole unless they are longer
/// than most of a page, units merged in a collected table, the content code at the foot.
///
/// # Errors
/// [`WriteError`] when packing fails, which no input causes.
pub fn annex2_docx(table: &Annex2Print) -> Result<Vec<u8>, WriteError> {
    let code = table.code_words();
    let page = Page::Landscape(&code);
    let document = package::document(page, |out| body(out, table))?;
    package::docx(&table.title(), page, document, Vec::new())
}

fn body(out: &mut Out, table: &Annex2Print) -> io::Result<()> {
    xml::paragraph(out, "AnnexLabel", xml::LABEL, LABEL)?;
    xml::paragraph(out, "WideTitle", xml::WIDE_TITLE, &table.title())?;
    let note = table.subtitle();
    if !note.is_empty() {
        xml::paragraph(out, "WideNote", xml::SMALL, &note)?;
    }
    let line = format!("{}\t{}", table.unit_words(), table.date_words());
    xml::paragraph(out, "StampLine", xml::SMALL, &line)?;
    let widths: Vec<u32> = table
        .columns()
        .iter()
        .map(|(_, mm)| mm * TEN_MM / 10)
        .collect();
    grid::table(out, &widths, |out| rows(out, table, &widths))?;
    let notes = table.notes();
    for note in &notes {
        xml::paragraph(out, "TableNote", xml::SMALL, note)?;
    }
    if notes.is_empty() {
        // Word needs a paragraph after a table; this one takes no room.
        xml::paragraph(out, "TableEnd", xml::CODE, "")?;
    }
    Ok(())
}

fn rows(out: &mut Out, table: &Annex2Print, widths: &[u32]) -> io::Result<()> {
    let head = RowShape {
        repeated: true,
        splits: false,
    };
    grid::row(out, head, |out| {
        let columns = table.columns().iter().zip(widths);
        columns.into_iter().try_for_each(|((column, _), width)| {
            grid::cell(out, Cell::new(*width, xml::HEAD), column.head())
        })
    })?;
    let lines = table.lines();
    let groups = Annex2Print::groups(&lines);
    lines
        .iter()
        .zip(groups)
        .try_for_each(|(line, group)| row(out, table, line, group, widths))
}

fn row(
    out: &mut Out,
    table: &Annex2Print,
    line: &Line<'_>,
    group: usize,
    widths: &[u32],
) -> io::Result<()> {
    let shape = RowShape {
        repeated: false,
        splits: size::lines_of(table, line) > WHOLE,
    };
    let columns = table.columns();
    grid::row(out, shape, |out| {
        for (at, ((column, _), width)) in columns.iter().zip(widths).enumerate() {
            let cell = Cell::new(*width, xml::CELL).styled(style(*column));
            match column {
                Column::Unit => {
                    let (merge, text) = match group {
                        0 => (Merge::Continues, String::new()),
                        1 => (Merge::None, line.text(Column::Unit)),
                        _ => (Merge::Begins, line.text(Column::Unit)),
                    };
                    grid::cell(out, cell.merged(merge), &text)?;
                }
                Column::Name if line.is_spanned() => {
                    let width = widths.iter().skip(at).sum();
                    let cell = Cell::new(width, xml::CELL).over(columns.len() - at);
                    return grid::cell(out, cell.styled("TableText"), &line.text(Column::Name));
                }
                _ => grid::cell(out, cell, &line.text(*column))?,
            }
        }
        Ok(())
    })
}

/// The paragraph style of a column.
const fn style(column: Column) -> &'static str {
    match column {
        Column::Number | Column::Unit => "TableCell",
        Column::Investment => "TableFigure",
        _ => "TableText",
    }
}
