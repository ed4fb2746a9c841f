//! A wide annex as a Word document.

use std::io;

use super::{Kind, WHOLE, Wide, WideRow, size};
use crate::write::WriteError;
use crate::write::grid::{self, Cell, Merge, RowShape};
use crate::write::package::{self, Page};
use crate::write::xml::{self, Out};

/// Twentieths of a point in 10 mm.
const TEN_MM: u32 = 567;

/// Makes the docx: A4 landscape, header row repeated on every page, rows kept whole unless they are longer than most of
/// a page, groups merged, the content code at the foot.
pub(in crate::write) fn wide_docx(table: &Wide) -> Result<Vec<u8>, WriteError> {
    let page = Page::Landscape(&table.code);
    let document = package::document(page, |out| body(out, table))?;
    package::docx(&table.title, page, document, Vec::new())
}

fn body(out: &mut Out, table: &Wide) -> io::Result<()> {
    xml::paragraph(out, "AnnexLabel", xml::LABEL, table.label)?;
    xml::paragraph(out, "WideTitle", xml::WIDE_TITLE, &table.title)?;
    if !table.subtitle.is_empty() {
        xml::paragraph(out, "WideNote", xml::SMALL, &table.subtitle)?;
    }
    let line = format!("{}\t{}", table.left, table.right);
    xml::paragraph(out, "StampLine", xml::SMALL, &line)?;
    let widths: Vec<u32> = table
        .columns
        .iter()
        .map(|column| column.millimetres * TEN_MM / 10)
        .collect();
    grid::table(out, &widths, |out| rows(out, table, &widths))?;
    for note in &table.notes {
        xml::paragraph(out, "TableNote", xml::SMALL, note)?;
    }
    if table.notes.is_empty() {
        // Word needs a paragraph after a table; this one takes no room.
        xml::paragraph(out, "TableEnd", xml::CODE, "")?;
    }
    Ok(())
}

fn rows(out: &mut Out, table: &Wide, widths: &[u32]) -> io::Result<()> {
    let head = RowShape {
        repeated: true,
        splits: false,
    };
    grid::row(out, head, |out| {
        let mut columns = table.columns.iter().zip(widths);
        columns.try_for_each(|(column, width)| {
            grid::cell(out, Cell::new(*width, xml::HEAD), column.head)
        })
    })?;
    let groups = table.all_groups();
    let mut rows = table.rows.iter().enumerate();
    rows.try_for_each(|(at, line)| {
        let group = |column: usize| groups.get(column)?.as_ref()?.get(at).copied();
        row(out, table, line, group, widths)
    })
}

fn row(
    out: &mut Out,
    table: &Wide,
    line: &WideRow,
    group: impl Fn(usize) -> Option<usize>,
    widths: &[u32],
) -> io::Result<()> {
    let shape = RowShape {
        repeated: false,
        splits: size::lines_of(table, line) > WHOLE,
    };
    grid::row(out, shape, |out| {
        for (at, (column, width)) in table.columns.iter().zip(widths).enumerate() {
            if line.spanned == Some(at) {
                let width = widths.iter().skip(at).sum();
                let cell = Cell::new(width, xml::CELL).over(table.columns.len() - at);
                return grid::cell(out, cell.styled("TableText"), line.text(at));
            }
            let cell = Cell::new(*width, xml::CELL).styled(style(column.kind));
            match group(at) {
                Some(0) => grid::cell(out, cell.merged(Merge::Continues), "")?,
                Some(1) | None => grid::cell(out, cell, line.text(at))?,
                Some(_) => grid::cell(out, cell.merged(Merge::Begins), line.text(at))?,
            }
        }
        Ok(())
    })
}

/// The paragraph style of a column.
const fn style(kind: Kind) -> &'static str {
    match kind {
        Kind::Number | Kind::Group => "TableCell",
        Kind::Figure => "TableFigure",
        Kind::Text => "TableText",
    }
}
