//! 附件2 as a PDF.

use typst::foundations::Value;

use super::{FontSet, dict, list, set, word};
use crate::write::WriteError;
use crate::write::annex2::{Annex2Print, Column, LABEL, Line, WHOLE, size};

/// Makes the PDF of 附件2: laid out like the docx, fonts embedded, text searchable, header row and content code on
/// every page.
///
/// # Errors
/// [`WriteError::Glyphs`] for characters that no font of the set has.
pub fn annex2_pdf(table: &Annex2Print, fonts: &FontSet) -> Result<Vec<u8>, WriteError> {
    let lines = table.lines();
    let groups = Annex2Print::groups(&lines);
    let columns = table.columns();
    let heads = columns.iter().map(|(column, _)| word(column.head()));
    let widths = columns
        .iter()
        .map(|(_, width)| Value::Int(i64::from(*width)));
    let rows = lines
        .iter()
        .zip(groups)
        .map(|(line, group)| row(table, line, group));
    let data = dict([
        ("label", word(LABEL)),
        ("title", word(&table.title())),
        ("note", word(&table.subtitle())),
        ("unit", word(&table.unit_words())),
        ("date", word(&table.date_words())),
        ("code", word(&table.code_words())),
        ("heads", list(heads)),
        ("widths", list(widths)),
        ("rows", list(rows)),
        ("notes", list(table.notes().iter().map(|note| word(note)))),
    ]);
    set("annex2.typ", data, fonts)
}

/// A row: whether it may split, and its cells.
fn row(table: &Annex2Print, line: &Line<'_>, group: usize) -> Value {
    let splits = size::lines_of(table, line) > WHOLE;
    let columns = table.columns();
    let mut cells = Vec::new();
    for (at, (column, _)) in columns.iter().enumerate() {
        let text = line.text(*column);
        match column {
            // Covered by the cell above.
            Column::Unit if group == 0 => {}
            Column::Unit => cells.push(cell("unit", &text, 1, group)),
            Column::Name if line.is_spanned() => {
                cells.push(cell("text", &text, columns.len() - at, 1));
                break;
            }
            Column::Number => cells.push(cell("middle", &text, 1, 1)),
            Column::Investment => cells.push(cell("figure", &text, 1, 1)),
            _ => cells.push(cell("text", &text, 1, 1)),
        }
    }
    Value::Dict(dict([
        ("splits", Value::Bool(splits)),
        ("cells", list(cells.into_iter())),
    ]))
}

fn cell(kind: &str, text: &str, columns: usize, rows: usize) -> Value {
    let count = |number| Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
    Value::Dict(dict([
        ("kind", word(kind)),
        ("text", word(text)),
        ("columns", count(columns)),
        ("rows", count(rows)),
    ]))
}
