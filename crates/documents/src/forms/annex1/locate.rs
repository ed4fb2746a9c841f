//! Which cell of a row belongs to a field.

use crate::forms::cells::Found;
use crate::forms::header::{Column, Mapping};
use crate::grid::{Cell, CellKind, Grid, GridRow};

/// Finds the cell of a field in a row.
pub(super) fn locate<'a>(
    grid: &'a Grid,
    row: &'a GridRow,
    column: &Column,
    mapping: &Mapping,
) -> Found<'a> {
    let end = column.col.saturating_add(column.cols);
    let here: Vec<&Cell> = row
        .cells
        .iter()
        .filter(|cell| cell.col < end && cell.col.saturating_add(cell.cols) > column.col)
        .collect();
    let [cell] = here.as_slice() else {
        let texts: Vec<&str> = here.iter().map(|cell| cell.text.as_str()).collect();
        return if here.is_empty() {
            Found::Nothing
        } else {
            Found::Unclear(texts.join("、"))
        };
    };
    if let CellKind::Below(origin) = cell.kind {
        let text = grid
            .rows
            .get(origin)
            .and_then(|row| row.cell(column.col))
            .map(|cell| cell.text.clone());
        return text.map_or(Found::Nothing, Found::Shared);
    }
    let covers =
        |other: &Column| other.col >= cell.col && other.col < cell.col.saturating_add(cell.cols);
    if mapping.columns.iter().filter(|other| covers(other)).count() > 1 {
        return Found::Unclear(cell.text.clone());
    }
    let unit_rows = mapping
        .columns
        .first()
        .and_then(|unit| row.cell(unit.col))
        .map_or(1, |unit| unit.rows);
    if cell.rows > unit_rows {
        Found::Shared(cell.text.clone())
    } else {
        Found::One(cell)
    }
}
