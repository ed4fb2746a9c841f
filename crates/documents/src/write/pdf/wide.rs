//! A wide annex as a PDF.

use typst::foundations::Value;

use super::{FontSet, dict, list, set, word};
use crate::write::WriteError;
use crate::write::wide::{Kind, WHOLE, Wide, WideRow, size};

/// Makes the PDF: laid out like the docx, fonts embedded, text searchable, header row and content code on every page.
pub(in crate::write) fn wide_pdf(table: &Wide, fonts: &FontSet) -> Result<Vec<u8>, WriteError> {
    let groups = table.all_groups();
    let heads = table.columns.iter().map(|column| word(column.head));
    let widths = table.columns.iter();
    let widths = widths.map(|column| Value::Int(i64::from(column.millimetres)));
    let rows = table.rows.iter().enumerate().map(|(at, line)| {
        let group = |column: usize| groups.get(column)?.as_ref()?.get(at).copied();
        row(table, line, group)
    });
    let data = dict([
        ("label", word(table.label)),
        ("title", word(&table.title)),
        ("note", word(&table.subtitle)),
        ("unit", word(&table.left)),
        ("date", word(&table.right)),
        ("code", word(&table.code)),
        ("heads", list(heads)),
        ("widths", list(widths)),
        ("rows", list(rows)),
        ("notes", list(table.notes.iter().map(|note| word(note)))),
    ]);
    set("wide.typ", data, fonts)
}

/// A row: whether it may split, and its cells.
fn row(table: &Wide, line: &WideRow, group: impl Fn(usize) -> Option<usize>) -> Value {
    let splits = size::lines_of(table, line) > WHOLE;
    let mut cells = Vec::new();
    for (at, column) in table.columns.iter().enumerate() {
        let text = line.text(at);
        if line.spanned == Some(at) {
            cells.push(cell("text", text, table.columns.len() - at, 1));
            break;
        }
        match (column.kind, group(at)) {
            // Covered by the cell above.
            (Kind::Group, Some(0)) => {}
            (Kind::Group, rows) => cells.push(cell("group", text, 1, rows.unwrap_or(1))),
            (Kind::Number, _) => cells.push(cell("middle", text, 1, 1)),
            (Kind::Figure, _) => cells.push(cell("figure", text, 1, 1)),
            (Kind::Text, _) => cells.push(cell("text", text, 1, 1)),
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
