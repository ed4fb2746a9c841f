//! Tables in WordprocessingML: thin frames, fixed widths, cells in the middle.

use std::io;

use super::xml::{self, Face, Out, element, empty, val};

/// Least height of a row: 8 mm, so that 17 enterprises fit on one page.
const ROW_HEIGHT: &str = "454";

/// How a row behaves.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RowShape {
    /// Printed again at the head of every page.
    pub repeated: bool,
    /// May go on on the next page: for rows that no page would hold.
    pub splits: bool,
}

/// How a cell stands in the rows above and below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    /// By itself.
    None,
    /// The first of several that are one.
    Begins,
    /// One with the cell above.
    Continues,
}

/// What a cell looks like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    /// Twentieths of a point.
    width: u32,
    face: Face,
    /// Columns it covers.
    span: usize,
    merge: Merge,
    /// Its paragraphs' style.
    style: &'static str,
}

impl Cell {
    /// A cell by itself, its text in the middle.
    pub const fn new(width: u32, face: Face) -> Self {
        Self {
            width,
            face,
            span: 1,
            merge: Merge::None,
            style: "TableCell",
        }
    }

    /// Over so many columns.
    pub const fn over(mut self, span: usize) -> Self {
        self.span = span;
        self
    }

    /// One with its neighbours above or below.
    pub const fn merged(mut self, merge: Merge) -> Self {
        self.merge = merge;
        self
    }

    /// With another paragraph style.
    pub const fn styled(mut self, style: &'static str) -> Self {
        self.style = style;
        self
    }
}

/// A table with columns of these widths, in twentieths of a point.
pub(super) fn table(
    out: &mut Out,
    widths: &[u32],
    rows: impl FnOnce(&mut Out) -> io::Result<()>,
) -> io::Result<()> {
    element(out, "w:tbl", &[], |out| {
        properties(out, widths)?;
        rows(out)
    })
}

fn properties(out: &mut Out, widths: &[u32]) -> io::Result<()> {
    let width: u32 = widths.iter().sum();
    element(out, "w:tblPr", &[], |out| {
        empty(
            out,
            "w:tblW",
            &[("w:w", &width.to_string()), ("w:type", "dxa")],
        )?;
        val(out, "w:jc", "center")?;
        element(out, "w:tblBorders", &[], |out| {
            [
                "w:top",
                "w:left",
                "w:bottom",
                "w:right",
                "w:insideH",
                "w:insideV",
            ]
            .into_iter()
            .try_for_each(|side| border(out, side))
        })?;
        empty(out, "w:tblLayout", &[("w:type", "fixed")])?;
        element(out, "w:tblCellMar", &[], |out| {
            [
                ("w:top", "34"),
                ("w:left", "57"),
                ("w:bottom", "34"),
                ("w:right", "57"),
            ]
            .into_iter()
            .try_for_each(|(side, width)| empty(out, side, &[("w:w", width), ("w:type", "dxa")]))
        })?;
        // First row is a header for screen readers.
        empty(
            out,
            "w:tblLook",
            &[
                ("w:val", "0020"),
                ("w:firstRow", "1"),
                ("w:lastRow", "0"),
                ("w:firstColumn", "0"),
                ("w:lastColumn", "0"),
            ],
        )
    })?;
    element(out, "w:tblGrid", &[], |out| {
        widths
            .iter()
            .try_for_each(|width| empty(out, "w:gridCol", &[("w:w", &width.to_string())]))
    })
}

fn border(out: &mut Out, side: &str) -> io::Result<()> {
    empty(
        out,
        side,
        &[
            ("w:val", "single"),
            ("w:sz", "4"),
            ("w:space", "0"),
            ("w:color", "000000"),
        ],
    )
}

/// A row, at least 8 mm high.
pub(super) fn row(
    out: &mut Out,
    shape: RowShape,
    cells: impl FnOnce(&mut Out) -> io::Result<()>,
) -> io::Result<()> {
    element(out, "w:tr", &[], |out| {
        element(out, "w:trPr", &[], |out| {
            if !shape.splits {
                empty(out, "w:cantSplit", &[])?;
            }
            empty(
                out,
                "w:trHeight",
                &[("w:val", ROW_HEIGHT), ("w:hRule", "atLeast")],
            )?;
            if shape.repeated {
                empty(out, "w:tblHeader", &[])
            } else {
                Ok(())
            }
        })?;
        cells(out)
    })
}

/// A cell with its text.
pub(super) fn cell(out: &mut Out, cell: Cell, text: &str) -> io::Result<()> {
    element(out, "w:tc", &[], |out| {
        element(out, "w:tcPr", &[], |out| {
            empty(
                out,
                "w:tcW",
                &[("w:w", &cell.width.to_string()), ("w:type", "dxa")],
            )?;
            if cell.span > 1 {
                val(out, "w:gridSpan", &cell.span.to_string())?;
            }
            match cell.merge {
                Merge::None => {}
                Merge::Begins => val(out, "w:vMerge", "restart")?,
                Merge::Continues => empty(out, "w:vMerge", &[])?,
            }
            // Several rows may go on on the next page: what is said of them stands where they begin.
            let place = if cell.merge == Merge::None {
                "center"
            } else {
                "top"
            };
            val(out, "w:vAlign", place)
        })?;
        xml::paragraph(out, cell.style, cell.face, text)
    })
}
