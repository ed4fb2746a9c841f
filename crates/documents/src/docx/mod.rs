//! Reads the tables of a docx, and the lines of text around them, as a reader of the printed page would see them.

mod body;
mod fields;
mod table;
mod tags;

use crate::grid::Contents;
use crate::package::Package;
use crate::refusal::Accept;

/// Reads the main part of a docx.
///
/// # Errors
/// Every kind that concerns a container, and `tracked_changes`.
pub(crate) fn read(package: &mut Package<'_>, main: &str) -> Accept<Contents> {
    let text = package.text(main)?;
    body::read(&text)
}
