//! How many lines the rows of a wide annex take.

use super::{Kind, Wide, WideRow};
use crate::write::wrap::wrapped;

/// Half the width of a character of 五号, in micrometres.
const HALF: u32 = 1852;
/// What a cell keeps free on its two sides, in micrometres.
const SIDES: u32 = 2200;

/// How many half characters fit on a line of a cell so many millimetres wide.
pub(in crate::write) const fn halves(millimetres: u32) -> u32 {
    let free = (millimetres * 1000).saturating_sub(SIDES) / HALF;
    if free < 2 { 2 } else { free }
}

/// The lines of the longest cell of a row; cells merged over several rows are not its own.
pub(in crate::write) fn lines_of(table: &Wide, row: &WideRow) -> u32 {
    let width = |from: usize, to: usize| -> u32 {
        let columns = table.columns.iter().skip(from).take(to - from);
        columns.map(|column| column.millimetres).sum()
    };
    let lines = table
        .columns
        .iter()
        .enumerate()
        .filter_map(|(at, column)| match row.spanned {
            Some(from) if at == from => Some((at, table.columns.len())),
            Some(from) if at > from => None,
            _ if column.kind == Kind::Group => None,
            _ => Some((at, at + 1)),
        });
    lines
        .map(|(from, to)| wrapped(row.text(from), halves(width(from, to))))
        .max()
        .unwrap_or(1)
}
