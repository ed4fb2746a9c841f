//! PDF by typst: data goes in as values, never as markup; nothing is read but what stands here.
//!
//! The templates are part of the program, fonts come in as bytes ([`FontSet`]), and there is no date anywhere, so
//! that the same input gives the same bytes. What typst remembers is thrown away after every document.

mod analysis;
mod annex1;
mod brochure;
mod fonts;
mod report;
mod wide;
mod world;

use typst::foundations::{Dict, Smart, Value};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use super::WriteError;
use world::Desk;

pub use analysis::analysis_pdf;
pub use annex1::annex1_pdf;
pub use brochure::brochure_pdf;
pub use fonts::{FONT_FILES, FontSet};
pub use report::report_pdf;
pub(super) use wide::wide_pdf;

/// What typst warns of when a template names a font that is not in the set: another one would be taken.
const NO_FONT: &str = "unknown font family";

/// Sets `template` with these values.
fn set(template: &'static str, data: Dict, fonts: &FontSet) -> Result<Vec<u8>, WriteError> {
    fonts.check(&Value::Dict(data.clone()))?;
    let made = compile(&Desk::new(template, data, fonts)?);
    comemo::evict(0);
    made
}

fn compile(desk: &Desk<'_>) -> Result<Vec<u8>, WriteError> {
    let options = PdfOptions {
        creator: Smart::Custom(Some("zhaoshang".to_owned())),
        ..PdfOptions::default()
    };
    let made = typst::compile::<PagedDocument>(desk);
    if let Some(warning) = made
        .warnings
        .iter()
        .find(|one| one.message.contains(NO_FONT))
    {
        return Err(WriteError::Typst(warning.message.to_string()));
    }
    made.output
        .and_then(|document| typst_pdf::pdf(&document, &options))
        .map_err(|errors| {
            let words = errors.iter().map(|error| error.message.as_str());
            WriteError::Typst(words.collect::<Vec<_>>().join("; "))
        })
}

/// A dictionary from names and values.
fn dict<const N: usize>(entries: [(&str, Value); N]) -> Dict {
    entries
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect()
}

/// Text as a value.
fn word(text: &str) -> Value {
    Value::Str(text.into())
}

/// Several values as one.
fn list(values: impl Iterator<Item = Value>) -> Value {
    Value::Array(values.collect())
}
