//! What the readers of all forms share: what a cell of a field holds, its figure, what is said about it.

pub(super) mod figures;
pub(super) mod labels;
pub(super) mod whys;

use crate::grid::Cell;

/// What stands in the column of a field.
pub(super) enum Found<'a> {
    Nothing,
    One(&'a Cell),
    /// Several cells where one is expected, or one cell over several columns.
    Unclear(String),
    /// One merged cell for several rows.
    Shared(String),
}
