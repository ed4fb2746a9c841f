//! 附件1 as a PDF.

use typst::foundations::Value;

use super::{FontSet, dict, list, set, word};
use crate::write::{Annex1Print, PrintRow, WriteError};

/// Makes the PDF of 附件1: laid out like the docx, fonts embedded, text searchable, header row on every page.
///
/// # Errors
/// [`WriteError::Glyphs`] for characters that no font of the set has.
pub fn annex1_pdf(table: &Annex1Print, fonts: &FontSet) -> Result<Vec<u8>, WriteError> {
    let rows = table.rows.iter().chain(&table.total).map(row);
    let data = dict([
        ("label", word(&table.label)),
        ("title", list(table.title.iter().map(|line| word(line)))),
        ("unit", word(&table.unit_line)),
        ("period", word(&table.period_header)),
        ("rows", list(rows)),
        ("notes", list(table.notes.iter().map(|note| word(note)))),
    ]);
    set("annex1.typ", data, fonts)
}

fn row(row: &PrintRow) -> Value {
    list(
        [&row.unit, &row.target, &row.done, &row.rate]
            .into_iter()
            .map(|text| word(text)),
    )
}
