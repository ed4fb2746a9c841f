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
    let mut contents = body::read(&text)?;
    if let Some(first) = contents.grids.first_mut() {
        let lines = page_headers(package, main)?;
        first.before.splice(0..0, lines);
    }
    Ok(contents)
}

/// The lines at the top of the pages, where some offices put title, unit and date. What cannot be read there is
/// passed over: the unit is asked then.
fn page_headers(package: &mut Package<'_>, main: &str) -> Accept<Vec<String>> {
    /// Parts looked at: first, odd and even pages of two sections.
    const PARTS: usize = 6;
    let relations = package.relations(main)?;
    let headers = relations
        .iter()
        .filter(|relation| relation.kind == "header" && !relation.external);
    let mut lines: Vec<String> = Vec::new();
    for header in headers.take(PARTS) {
        let Some(text) = package.text_if_any(&header.target)? else {
            continue;
        };
        for line in body::lines(&text).unwrap_or_default() {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    Ok(lines)
}
