//! What every container is turned into: tables of cells with their text, kind, extent and place.

use crate::limits;
use crate::refusal::{Accept, Refusal};

/// Everything readable in one file.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub grids: Vec<Grid>,
    /// What was left out of the reading, in plain Chinese: hidden sheets, embedded files.
    pub left_out: Vec<String>,
}

/// One table, sheet or text file.
#[derive(Debug)]
pub(crate) struct Grid {
    pub place: Place,
    /// Lines of text above it, in order.
    pub before: Vec<String>,
    /// Lines of text below it, up to the next table.
    pub after: Vec<String>,
    /// Rows with something in them, from top to bottom.
    pub rows: Vec<GridRow>,
    /// Columns of the widest row, with the empty ones; 0 where nobody counted.
    pub columns: u32,
    /// The cell of another table that this one stands in.
    pub inside: Option<Inside>,
    /// Bare day numbers count from 1904.
    pub from_1904: bool,
}

/// A cell of a document, by number of its table, number of its row and first column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Inside {
    pub table: usize,
    pub row: u32,
    pub col: u32,
}

/// Where a grid is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// The n-th table of a document, from 1.
    Table(usize),
    /// A sheet, by name.
    Sheet(String),
    /// The whole text file.
    Lines,
}

/// One row.
#[derive(Debug)]
pub(crate) struct GridRow {
    /// Its number in the source, from 1.
    pub number: u32,
    /// Not shown to the clerk (hidden or filtered out).
    pub hidden: bool,
    /// Fields of a line of text, with the empty ones; 0 in documents and workbooks.
    pub fields: u32,
    /// Cells with something in them, from left to right, not overlapping.
    pub cells: Vec<Cell>,
}

/// One cell, or one merged area at its first cell.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    /// First column, from 0.
    pub col: u32,
    /// Columns covered, at least 1.
    pub cols: u32,
    /// Rows covered, at least 1.
    pub rows: u32,
    pub kind: CellKind,
    /// What a reader of the source sees, as far as it is known.
    pub text: String,
    pub doubt: Option<Doubt>,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellKind {
    Text,
    /// A stored number; the text is its exact decimal.
    Number,
    /// A stored number shown as a percentage; the text is what is shown.
    Percent,
    Date,
    /// True or false.
    Bool,
    /// `#DIV/0!` and the like.
    Error,
    /// Covered by the merged area that starts in this earlier row (index in [`Grid::rows`]).
    Below(usize),
}

/// Why the text of a cell may not be what its author meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// Text struck through was left out.
    Struck,
    /// Hidden text was left out.
    Hidden,
    /// A formula whose result is not in the file.
    NotComputed,
    /// The number format shows another magnitude than is stored.
    Scaled,
}

impl Grid {
    /// An empty grid.
    pub fn new(place: Place, before: Vec<String>) -> Self {
        Self {
            place,
            before,
            after: Vec::new(),
            rows: Vec::new(),
            columns: 0,
            inside: None,
            from_1904: false,
        }
    }

    /// How people find a row of this grid.
    pub fn row_place(&self, row: &GridRow, col: Option<u32>) -> String {
        match &self.place {
            Place::Table(number) => format!("第{number}个表第{}行", row.number),
            Place::Sheet(name) => format!("{name}!{}{}", column_name(col.unwrap_or(0)), row.number),
            Place::Lines => format!("第{}行", row.number),
        }
    }

    /// How people find one cell.
    pub fn cell_place(&self, row: u32, col: u32) -> String {
        match &self.place {
            Place::Table(number) => format!("第{number}个表第{row}行第{}列", col + 1),
            Place::Sheet(name) => format!("{name}!{}{row}", column_name(col)),
            Place::Lines => format!("第{row}行第{}列", col + 1),
        }
    }

    /// How people find this grid.
    pub fn name(&self) -> String {
        match &self.place {
            Place::Table(number) => format!("第{number}个表"),
            Place::Sheet(name) => format!("工作表“{name}”"),
            Place::Lines => "文件".to_owned(),
        }
    }
}

impl GridRow {
    /// The cell that covers a column.
    pub fn cell(&self, col: u32) -> Option<&Cell> {
        let after = self.cells.partition_point(|cell| cell.col <= col);
        self.cells[..after]
            .last()
            .filter(|cell| col < cell.col.saturating_add(cell.cols))
    }

    /// All texts of the row, joined by blanks.
    pub fn line(&self) -> String {
        let texts: Vec<&str> = self
            .cells
            .iter()
            .filter(|cell| !cell.is_below())
            .map(|cell| cell.text.as_str())
            .collect();
        texts.join(" ")
    }
}

impl Cell {
    /// A plain text cell.
    pub fn text(col: u32, text: String) -> Self {
        Self {
            col,
            cols: 1,
            rows: 1,
            kind: CellKind::Text,
            text,
            doubt: None,
        }
    }

    /// Whether a merged area above covers it.
    pub fn is_below(&self) -> bool {
        matches!(self.kind, CellKind::Below(_))
    }
}

/// `A`, `B`, … `XFD` for a column from 0.
pub(crate) fn column_name(col: u32) -> String {
    let mut name = Vec::new();
    let mut rest = col + 1;
    while rest > 0 {
        rest -= 1;
        name.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    name.iter().rev().collect()
}

/// What may still be kept of a file: cells, rows and text are counted together over all its tables.
#[derive(Debug)]
pub(crate) struct Budget {
    cells: usize,
    text: usize,
}

impl Budget {
    /// The full budget.
    pub fn new() -> Self {
        Self {
            cells: limits::CELLS,
            text: limits::TEXT_BYTES,
        }
    }

    /// Takes one cell with a text of so many bytes.
    ///
    /// # Errors
    /// `too_large_unpacked` when the budget is used up.
    pub fn cell(&mut self, bytes: usize) -> Accept<()> {
        self.cells = self.cells.checked_sub(1).ok_or_else(Refusal::too_large)?;
        self.text(bytes)
    }

    /// Takes so many bytes of text.
    ///
    /// # Errors
    /// `too_large_unpacked` when the budget is used up or one text is too long.
    pub fn text(&mut self, bytes: usize) -> Accept<()> {
        if bytes > limits::CELL_TEXT_BYTES {
            return Err(Refusal::too_large());
        }
        self.text = self
            .text
            .checked_sub(bytes)
            .ok_or_else(Refusal::too_large)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_in_excel() {
        let names: Vec<String> = [0, 25, 26, 701, 702, 16_383]
            .into_iter()
            .map(column_name)
            .collect();
        assert_eq!(names, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn a_merged_cell_covers_its_columns() {
        let wide = Cell {
            cols: 3,
            ..Cell::text(1, "x".into())
        };
        let row = GridRow {
            number: 1,
            hidden: false,
            fields: 0,
            cells: vec![wide, Cell::text(5, "y".into())],
        };
        let texts: Vec<Option<&str>> = (0..7)
            .map(|col| row.cell(col).map(|cell| cell.text.as_str()))
            .collect();
        assert_eq!(
            texts,
            [None, Some("x"), Some("x"), Some("x"), None, Some("y"), None]
        );
    }
}
