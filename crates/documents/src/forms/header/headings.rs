//! The columns of header rows: the lowest text of each, and what stands above it.

use super::Column;
use crate::forms::words::{Field, HeaderText};
use crate::grid::{Cell, CellKind, Grid, GridRow};

/// One column of the header, before anybody knows its field.
pub(in crate::forms) struct Heading {
    pub col: u32,
    pub cols: u32,
    pub leaf: HeaderText,
    pub above: Vec<HeaderText>,
}

impl Heading {
    pub fn label(&self) -> String {
        let texts: Vec<&str> = self
            .above
            .iter()
            .chain([&self.leaf])
            .map(|text| text.whole.as_str())
            .filter(|text| !text.is_empty())
            .collect();
        texts.join("/")
    }

    pub fn column(&self, field: Field) -> Column {
        let texts = || [&self.leaf].into_iter().chain(self.above.iter().rev());
        Column {
            field,
            col: self.col,
            cols: self.cols,
            label: self.label(),
            unit: texts().find_map(|text| text.unit.clone()),
            percent: texts().any(|text| text.percent),
        }
    }
}

/// The columns of the header rows: at each place where a cell starts, the lowest text and those above it.
pub(in crate::forms) fn headings(grid: &Grid, rows: &[GridRow]) -> Vec<Heading> {
    let mut starts: Vec<u32> = rows
        .iter()
        .flat_map(|row| row.cells.iter().map(|cell| cell.col))
        .collect();
    starts.sort_unstable();
    starts.dedup();
    let mut headings: Vec<Heading> = Vec::new();
    for col in starts {
        let mut stack: Vec<&Cell> = rows
            .iter()
            .filter_map(|row| shown(grid, row, col))
            .collect();
        stack.dedup_by(|below, above| std::ptr::eq(*below, *above));
        let Some(leaf) = stack.pop() else { continue };
        match headings.last_mut() {
            Some(last) if last.col == leaf.col => continue,
            Some(last) => last.cols = last.cols.min(leaf.col.saturating_sub(last.col)).max(1),
            None => {}
        }
        headings.push(Heading {
            col: leaf.col,
            cols: leaf.cols,
            leaf: HeaderText::parse(&leaf.text),
            above: stack
                .iter()
                .map(|cell| HeaderText::parse(&cell.text))
                .collect(),
        });
    }
    headings
}

/// The cell seen at a column: where a merged area covers it, the cell where that area starts.
fn shown<'a>(grid: &'a Grid, row: &'a GridRow, col: u32) -> Option<&'a Cell> {
    let cell = row.cell(col)?;
    let cell = match cell.kind {
        CellKind::Below(origin) => grid.rows.get(origin)?.cell(col)?,
        _ => cell,
    };
    (!cell.text.is_empty()).then_some(cell)
}
