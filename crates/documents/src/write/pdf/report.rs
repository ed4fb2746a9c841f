//! A report as a PDF.

use typst::foundations::Value;

use super::{FontSet, dict, list, set, word};
use crate::write::report::Line;
use crate::write::wide::clean;
use crate::write::{ReportPrint, WriteError};

/// Makes the PDF of a report: laid out like the docx, fonts embedded, text searchable.
///
/// # Errors
/// [`WriteError::Glyphs`] for characters that no font of the set has.
pub fn report_pdf(report: &ReportPrint, fonts: &FontSet) -> Result<Vec<u8>, WriteError> {
    let data = dict([
        ("title", word(&report.heading())),
        ("number", word(&clean(&report.number))),
        ("code", word(&report.code_words())),
        ("lines", list(report.lines().iter().map(line))),
    ]);
    set("report.typ", data, fonts)
}

fn line(line: &Line) -> Value {
    let (kind, words) = match line {
        Line::Heading(words) => ("heading", word(words)),
        Line::Subheading(words) => ("subheading", word(words)),
        Line::Text(words) => ("text", word(words)),
        Line::Figures(figures) => {
            let pair = |(label, value): &(String, String)| {
                list([word(&clean(label)), word(&clean(value))].into_iter())
            };
            ("figures", list(figures.iter().map(pair)))
        }
        Line::Files(names) => ("files", list(names.iter().map(|name| word(name)))),
        Line::Signature(words) => ("signature", word(words)),
    };
    Value::Dict(dict([("kind", word(kind)), ("words", words)]))
}
