//! Reads the visible sheets of an xlsx, cell by cell, keeping only cells with something in them.

mod codes;
mod formats;
mod merges;
mod numbers;
mod sheet;
mod strings;
mod workbook;

use crate::grid::{Budget, Contents};
use crate::package::Package;
use crate::refusal::Accept;

/// Reads the workbook whose main part is `main`.
///
/// # Errors
/// Every kind that concerns a container.
pub(crate) fn read(package: &mut Package<'_>, main: &str) -> Accept<Contents> {
    let book = workbook::read(package, main)?;
    let strings = match &book.strings {
        Some(part) => strings::Shared::parse(&package.text(part)?)?,
        None => strings::Shared::default(),
    };
    let formats = match &book.styles {
        Some(part) => formats::Formats::parse(&package.text(part)?)?,
        None => formats::Formats::default(),
    };
    let mut contents = Contents::default();
    let mut budget = Budget::new();
    let mut hidden = Vec::new();
    for listed in book.sheets {
        if listed.hidden {
            hidden.push(format!("“{}”", listed.name));
            continue;
        }
        let text = package.text(&listed.part)?;
        let source = sheet::Source {
            name: listed.name,
            strings: &strings,
            formats: &formats,
            from_1904: book.from_1904,
        };
        let (mut grid, with_hidden_columns) = sheet::read(&text, source, &mut budget)?;
        grid.from_1904 = book.from_1904;
        if with_hidden_columns {
            contents
                .left_out
                .push(format!("{}里有隐藏的列，已一并读取，请核对", grid.name()));
        }
        contents.grids.push(grid);
    }
    if !hidden.is_empty() {
        contents
            .left_out
            .push(format!("隐藏的工作表{}没有读取", hidden.join("、")));
    }
    Ok(contents)
}
