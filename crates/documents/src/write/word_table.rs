//! Tables of plain text in Word, a row at a time, in the frames of [`grid`].

use std::io;

pub(super) use super::grid::table;
use super::grid::{self, Cell, RowShape};
use super::xml::{Face, Out};

/// A row of text; `repeated` on every page for the header row.
pub(super) fn row<'a>(
    out: &mut Out,
    widths: &[u32],
    repeated: bool,
    face: Face,
    texts: impl IntoIterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)>,
) -> io::Result<()> {
    let shape = RowShape {
        repeated,
        ..RowShape::default()
    };
    grid::row(out, shape, |out| {
        let mut cells = widths.iter().zip(texts);
        cells.try_for_each(|(width, text)| grid::cell(out, Cell::new(*width, face), text.as_ref()))
    })
}
