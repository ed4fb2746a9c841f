//! The analysis as a PDF.

use domain::Pct;
use typst::foundations::{Dict, Value};

use super::{FontSet, dict, list, set, word};
use crate::write::analysis::{Axis, Columns, compared, completed, words};
use crate::write::{Analysis, AnalysisRow, Headline, WriteError};

/// Makes the PDF of the analysis: fonts embedded, text searchable, the chart drawn from values, header rows and the
/// chart's axis on every page.
///
/// # Errors
/// [`WriteError::Glyphs`] for characters that no font of the set has.
pub fn analysis_pdf(analysis: &Analysis, fonts: &FontSet) -> Result<Vec<u8>, WriteError> {
    let data = dict([
        ("title", texts(&analysis.title)),
        ("facts", word(&analysis.facts)),
        ("headline", list(analysis.headline.iter().map(headline))),
        ("chart", chart(analysis)),
        ("completed", table(&completed(analysis))),
        ("compared", table(&compared(analysis))),
        ("notes", texts(&analysis.notes)),
    ]);
    set("analysis.typ", data, fonts)
}

fn texts(texts: &[String]) -> Value {
    list(texts.iter().map(|text| word(text)))
}

fn headline(line: &Headline) -> Value {
    let figure = words::figure(line.figure);
    list([word(&line.label), word(&figure), word(&line.note)].into_iter())
}

fn table(columns: &Columns) -> Value {
    let head = columns.head.iter().map(|(head, _)| word(head));
    let shares = columns
        .head
        .iter()
        .map(|(_, share)| Value::Int(i64::from(*share)));
    Value::Dict(dict([
        ("head", list(head)),
        ("shares", list(shares)),
        ("rows", list(columns.rows.iter().map(|row| texts(row)))),
    ]))
}

/// Ends, marks and bars in hundredths of a percent; the template makes lengths of them.
fn chart(analysis: &Analysis) -> Value {
    let axis = Axis::of(analysis);
    Value::Dict(dict([
        ("low", Value::Int(axis.low)),
        ("high", Value::Int(axis.high)),
        ("marks", list(axis.marks().map(Value::Int))),
        ("elapsed", Value::Int(analysis.elapsed.hundredths())),
        (
            "elapsed-words",
            word(&format!("时间进度 {}%", analysis.elapsed)),
        ),
        ("bars", list(analysis.rows.iter().map(|row| bar(axis, row)))),
        ("note", word(&axis.note("右侧数字"))),
    ]))
}

fn bar(axis: Axis, row: &AnalysisRow) -> Value {
    let end = row.rate.map(|rate: Pct| axis.end(rate));
    let bar: Dict = dict([
        ("name", word(&row.unit)),
        ("figure", word(&words::rate(row.rate))),
        ("end", end.map_or(Value::None, |(end, _)| Value::Int(end))),
        ("cut", Value::Bool(end.is_some_and(|(_, cut)| cut))),
    ]);
    Value::Dict(bar)
}
