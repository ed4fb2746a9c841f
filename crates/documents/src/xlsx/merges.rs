//! Merged areas of a sheet: the first cell speaks for all, the others are covered.

use crate::grid::{Budget, Cell, CellKind, Grid};
use crate::limits;
use crate::refusal::{Accept, Refusal};

/// An area, rows from 1, columns from 0, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub rows: (u32, u32),
    pub cols: (u32, u32),
}

impl Area {
    /// Reads `A1:D2`; one cell alone is no area.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once(':')?;
        let (first, last) = (reference(first)?, reference(last)?);
        let order = |a: u32, b: u32| (a.min(b), a.max(b));
        Some(Self {
            rows: order(first.0, last.0),
            cols: order(first.1, last.1),
        })
    }
}

/// Last row of a sheet.
pub(super) const LAST_ROW: u32 = 1 << 20;

/// Reads `B4` as (row from 1, column from 0).
pub(super) fn reference(text: &str) -> Option<(u32, u32)> {
    let text = text.as_bytes();
    let letters = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    if !(1..=3).contains(&letters) || !(1..=7).contains(&(text.len() - letters)) {
        return None;
    }
    let col = text[..letters].iter().fold(0u32, |col, b| {
        col * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1
    });
    let row = text[letters..].iter().try_fold(0u32, |row, b| {
        b.is_ascii_digit().then(|| row * 10 + u32::from(b - b'0'))
    })?;
    let inside = (1..=LAST_ROW).contains(&row) && col <= limits::COLUMNS;
    inside.then(|| (row, col - 1))
}

/// Covers the cells of every area. Areas of real sheets do not overlap, so the work is bounded by the cells.
pub(super) fn apply(grid: &mut Grid, areas: &[Area], budget: &mut Budget) -> Accept<()> {
    let mut steps = 0usize;
    for area in areas {
        let from = grid.rows.partition_point(|row| row.number < area.rows.0);
        let to = grid.rows.partition_point(|row| row.number <= area.rows.1);
        steps = steps.saturating_add(1);
        let origin =
            from < to && grid.rows[from].number == area.rows.0 && stretch(grid, from, *area);
        for at in from..to {
            steps = steps.saturating_add(1 + grid.rows[at].cells.len());
            if steps > limits::MERGE_STEPS {
                return Err(Refusal::too_large());
            }
            let is_origin_row = at == from && origin;
            cover(
                grid,
                at,
                *area,
                origin.then_some(from),
                is_origin_row,
                budget,
            )?;
        }
    }
    Ok(())
}

/// Makes the first cell as large as the area; false when it is empty.
fn stretch(grid: &mut Grid, row: usize, area: Area) -> bool {
    let cells = &mut grid.rows[row].cells;
    let Some(cell) = cells
        .iter_mut()
        .find(|cell| cell.col == area.cols.0 && !cell.is_below())
    else {
        return false;
    };
    cell.cols = area.cols.1 - area.cols.0 + 1;
    cell.rows = area.rows.1 - area.rows.0 + 1;
    true
}

fn cover(
    grid: &mut Grid,
    at: usize,
    area: Area,
    origin: Option<usize>,
    is_origin_row: bool,
    budget: &mut Budget,
) -> Accept<()> {
    let row = &mut grid.rows[at];
    let inside = |cell: &Cell| cell.col >= area.cols.0 && cell.col <= area.cols.1;
    row.cells
        .retain(|cell| !inside(cell) || (is_origin_row && cell.col == area.cols.0));
    if let Some(origin) = origin.filter(|_| !is_origin_row) {
        budget.cell(0)?;
        let cell = Cell {
            cols: area.cols.1 - area.cols.0 + 1,
            kind: CellKind::Below(origin),
            ..Cell::text(area.cols.0, String::new())
        };
        let place = row.cells.partition_point(|before| before.col < cell.col);
        row.cells.insert(place, cell);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        assert_eq!(reference("A1"), Some((1, 0)));
        assert_eq!(reference("XFD1048576"), Some((1_048_576, 16_383)));
        for text in [
            "",
            "A",
            "1",
            "A0",
            "XFE1",
            "A1048577",
            "AAAA1",
            "A1B",
            "$A$1",
            "A99999999",
        ] {
            assert_eq!(reference(text), None, "{text}");
        }
        assert_eq!(
            Area::parse("D2:A1"),
            Some(Area {
                rows: (1, 2),
                cols: (0, 3)
            })
        );
        assert_eq!(Area::parse("A1"), None);
    }
}
