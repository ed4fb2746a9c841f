//! Forms of projects that stand beside each other in one sheet or table are cut apart before they are read.

use super::header::{self, Heading};
use super::projects::Columns;
use crate::grid::{Cell, CellKind, Contents, Grid, GridRow};

/// Forms beside each other at most.
const MOST: usize = 4;
/// Columns of a sheet with forms side by side at most; every place between two is tried.
const COLUMNS: usize = 64;
/// Rows from the top in which the header of the first form is looked for.
const FIRST_ROWS: usize = 40;

/// Cuts every grid apart that holds several forms side by side.
pub(super) fn split(contents: Contents) -> Contents {
    let mut grids = Vec::with_capacity(contents.grids.len());
    for grid in contents.grids {
        let mut rest = grid;
        for _ in 1..MOST {
            let Some((row, col)) = cut(&rest) else { break };
            let right = take_right(&mut rest, row, col);
            grids.push(rest);
            rest = right;
        }
        grids.push(rest);
    }
    Contents { grids, ..contents }
}

/// The header row and the column where the second form begins.
fn cut(grid: &Grid) -> Option<(usize, u32)> {
    let rows = 0..grid.rows.len().min(FIRST_ROWS);
    rows.into_iter().find_map(|at| {
        // Two forms have twice the words; most rows are passed over by their width.
        if !(6..=COLUMNS).contains(&grid.rows[at].cells.len()) {
            return None;
        }
        let header = header::find(grid, at, None)?;
        let whole = header.projects.as_ref()?;
        let headings = header::headings(grid, &grid.rows[at..at + header.height]);
        best_cut(&headings, whole).map(|col| (at, col))
    })
}

/// Where both sides are forms by themselves, and know most columns.
fn best_cut(headings: &[Heading], whole: &Columns) -> Option<u32> {
    if headings.len() > COLUMNS {
        return None;
    }
    let sides = (1..headings.len()).filter_map(|at| {
        let left = Columns::of(&headings[..at])?;
        let right = Columns::of(&headings[at..])?;
        Some((left.count() + right.count(), headings[at].col))
    });
    // Of equal cuts the first: what stands between the two belongs to neither.
    let (count, col) = sides.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    (count > whole.count()).then_some(col)
}

/// Takes the columns from `col` on out of a grid. Titles over both sides stay with both.
fn take_right(grid: &mut Grid, header: usize, col: u32) -> Grid {
    let mut right = Grid::new(grid.place.clone(), grid.before.clone());
    right.after = grid.after.clone();
    right.columns = grid.columns;
    right.inside = grid.inside;
    right.from_1904 = grid.from_1904;
    for (at, row) in grid.rows.iter_mut().enumerate() {
        let from = row.cells.partition_point(|cell| cell.col < col);
        let mut cells = row.cells.split_off(from);
        let over = |cell: &&Cell| cell.col.saturating_add(cell.cols) > col;
        if let Some(over) = row.cells.last().filter(over)
            && at < header
            && cells.is_empty()
            && !matches!(over.kind, CellKind::Below(_))
        {
            cells.push(Cell {
                col,
                ..over.clone()
            });
        }
        right.rows.push(GridRow {
            number: row.number,
            hidden: row.hidden,
            fields: row.fields,
            cells,
        });
    }
    right
}
