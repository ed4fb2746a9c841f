//! A Word table while it is read: rows and cells come one after the other, merges across rows are closed later.

use std::collections::HashMap;

use crate::grid::{Budget, Cell, CellKind, Doubt, Grid, GridRow, Inside, Place};
use crate::limits;
use crate::refusal::{Accept, Refusal};

/// A table being read.
pub(super) struct TableBuilder {
    grid: Grid,
    row: Option<RowBuilder>,
    rows_seen: u32,
    /// By first column: the row and cell where the merge that is still open begins.
    open_merges: HashMap<u32, usize>,
}

struct RowBuilder {
    next_col: u32,
    hidden: bool,
    cells: Vec<Cell>,
}

/// Properties of the cell being read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CellProps {
    pub span: u32,
    pub vertical: Option<Merge>,
    pub horizontal: Option<Merge>,
}

/// One cell's part in a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    Restart,
    Continue,
}

impl Merge {
    /// `w:val` of `vMerge` and `hMerge`: absent means continue.
    pub fn from_value(value: Option<&str>) -> Self {
        if value == Some("restart") {
            Self::Restart
        } else {
            Self::Continue
        }
    }
}

impl TableBuilder {
    pub fn new(number: usize, before: Vec<String>, inside: Option<Inside>) -> Self {
        let mut grid = Grid::new(Place::Table(number), before);
        grid.inside = inside;
        Self {
            grid,
            row: None,
            rows_seen: 0,
            open_merges: HashMap::new(),
        }
    }

    pub fn start_row(&mut self) {
        self.rows_seen += 1;
        self.row = Some(RowBuilder {
            next_col: 0,
            hidden: false,
            cells: Vec::new(),
        });
    }

    /// `w:gridBefore`: the row starts so many columns later.
    pub fn skip_columns(&mut self, count: u32) {
        if let Some(row) = &mut self.row {
            row.next_col = row.next_col.saturating_add(count).min(limits::COLUMNS);
        }
    }

    pub fn hide_row(&mut self) {
        if let Some(row) = &mut self.row {
            row.hidden = true;
        }
    }

    /// Ends the cell being read. Cells outside a row are malformed.
    pub fn end_cell(
        &mut self,
        props: CellProps,
        text: String,
        doubt: Option<Doubt>,
        budget: &mut Budget,
    ) -> Accept<()> {
        let index = self.grid.rows.len();
        let row = self.row.as_mut().ok_or_else(Refusal::damaged)?;
        let cols = props.span.clamp(1, limits::COLUMNS);
        let col = row.next_col;
        if col >= limits::COLUMNS {
            return Err(Refusal::too_large());
        }
        row.next_col = col.saturating_add(cols);
        if props.horizontal == Some(Merge::Continue) {
            if let Some(last) = row.cells.last_mut() {
                last.cols = last.cols.saturating_add(cols);
            }
            return Ok(());
        }
        let origin = self
            .open_merges
            .get(&col)
            .copied()
            .filter(|_| props.vertical == Some(Merge::Continue));
        let kind = match (origin, props.vertical) {
            (Some(origin), _) => CellKind::Below(origin),
            (None, Some(Merge::Continue)) => return Ok(()),
            (None, _) => CellKind::Text,
        };
        if props.vertical == Some(Merge::Restart) && !text.is_empty() {
            self.open_merges.insert(col, index);
        } else if origin.is_none() {
            self.open_merges.remove(&col);
        }
        // What a covered cell still holds is not shown by Word.
        let text = if origin.is_some() {
            String::new()
        } else {
            text
        };
        if origin.is_some() || !text.is_empty() || doubt.is_some() {
            budget.cell(text.len())?;
            row.cells.push(Cell {
                col,
                cols,
                rows: 1,
                kind,
                text,
                doubt,
            });
        }
        Ok(())
    }

    /// Ends the row being read. Rows without content are kept out, so indexes stay those of [`Grid::rows`].
    pub fn end_row(&mut self) -> Accept<()> {
        let Some(row) = self.row.take() else {
            return Ok(());
        };
        self.grid.columns = self.grid.columns.max(row.next_col);
        if row.cells.is_empty() {
            return Ok(());
        }
        if self.grid.rows.len() >= limits::ROWS {
            return Err(Refusal::too_large());
        }
        for cell in &row.cells {
            if let CellKind::Below(origin) = cell.kind {
                stretch(self.grid.rows.get_mut(origin), cell.col);
            }
        }
        self.grid.rows.push(GridRow {
            number: self.rows_seen,
            hidden: row.hidden,
            fields: 0,
            cells: row.cells,
        });
        Ok(())
    }

    /// The cell being read, for a table that begins in it.
    pub fn here(&self) -> Option<Inside> {
        let Place::Table(table) = self.grid.place else {
            return None;
        };
        self.row.as_ref().map(|row| Inside {
            table,
            row: self.rows_seen,
            col: row.next_col,
        })
    }

    /// Text lines above a table that begins inside this one.
    pub fn before(&self) -> &[String] {
        &self.grid.before
    }

    pub fn finish(self) -> Grid {
        self.grid
    }
}

/// Makes the merged area that starts at `col` one row higher.
fn stretch(row: Option<&mut GridRow>, col: u32) {
    let Some(row) = row else { return };
    let at = row.cells.partition_point(|cell| cell.col < col);
    if let Some(cell) = row.cells.get_mut(at).filter(|cell| cell.col == col) {
        cell.rows += 1;
    }
}
