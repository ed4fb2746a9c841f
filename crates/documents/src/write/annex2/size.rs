//! How many lines the rows of 附件2 take.

use super::{Annex2Print, Column, Line};
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

/// The lines of the longest cell of a row.
pub(in crate::write) fn lines_of(table: &Annex2Print, line: &Line<'_>) -> u32 {
    let columns = table.columns();
    let spanned: u32 = columns
        .iter()
        .skip_while(|(column, _)| *column != Column::Name)
        .map(|(_, width)| width)
        .sum();
    let lines = columns
        .iter()
        .filter(|(column, _)| *column != Column::Unit)
        .map(|(column, width)| {
            let whole = *column == Column::Name && line.is_spanned();
            wrapped(
                &line.text(*column),
                halves(if whole { spanned } else { *width }),
            )
        });
    lines.max().unwrap_or(1)
}
