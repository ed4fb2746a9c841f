//! `xl/workbook.xml`: which sheets there are, in which order, and where their parts are.

use crate::limits;
use crate::package::{Package, Relation};
use crate::refusal::{Accept, Refusal};
use crate::xml::{Item, Ns, Xml};

/// What the workbook lists.
pub(super) struct Book {
    pub sheets: Vec<Listed>,
    pub strings: Option<String>,
    pub styles: Option<String>,
    /// Day numbers count from 1904-01-01 (workbooks of old Macintoshes).
    pub from_1904: bool,
}

/// One worksheet.
pub(super) struct Listed {
    pub name: String,
    pub hidden: bool,
    pub part: String,
}

/// Reads the workbook part.
pub(super) fn read(package: &mut Package<'_>, main: &str) -> Accept<Book> {
    let relations = package.relations(main)?;
    let part = |kind: &str| {
        relations
            .iter()
            .find(|relation| relation.kind == kind && !relation.external)
            .map(|relation| relation.target.clone())
    };
    let text = package.text(main)?;
    let mut book = Book {
        sheets: Vec::new(),
        strings: part("sharedStrings"),
        styles: part("styles"),
        from_1904: false,
    };
    let mut xml = Xml::listing(&text);
    loop {
        match xml.next()? {
            Item::Open(tag) if tag.is(Ns::Sheet, "workbookPr") => {
                book.from_1904 =
                    matches!(tag.attr("date1904")?.as_deref(), Some("1" | "true" | "on"));
            }
            Item::Open(tag) if tag.is(Ns::Sheet, "sheet") => {
                let name = tag.attr("name")?.unwrap_or_default();
                let name = name.chars().take(limits::SHEET_NAME).collect();
                let hidden = matches!(tag.attr("state")?.as_deref(), Some("hidden" | "veryHidden"));
                let id = tag.attr("id")?.unwrap_or_default();
                if book.sheets.len() >= limits::TABLES {
                    return Err(Refusal::too_large());
                }
                book.sheets.extend(listed(&relations, name, hidden, &id)?);
            }
            Item::End => return Ok(book),
            Item::Open(_) | Item::Close | Item::Text(_) => {}
        }
    }
}

/// A sheet of charts or of dialogs has no cells and is passed over.
fn listed(relations: &[Relation], name: String, hidden: bool, id: &str) -> Accept<Option<Listed>> {
    let relation = relations
        .iter()
        .find(|relation| relation.id == id)
        .ok_or_else(Refusal::damaged)?;
    let is_cells = relation.kind == "worksheet" && !relation.external;
    Ok(is_cells.then(|| Listed {
        name,
        hidden,
        part: relation.target.clone(),
    }))
}
