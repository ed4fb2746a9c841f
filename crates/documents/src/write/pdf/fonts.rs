//! The fonts of a PDF, and whether they have every character that is to be printed.

use std::collections::BTreeSet;

use typst::foundations::{Bytes, Value};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use crate::write::WriteError;

/// Which files there are to be: free fonts of the classes that GB/T 9704 names. Where they are is not known here.
pub const FONT_FILES: FontFiles = FontFiles {
    regular: &[
        "FandolFang-Regular.otf",
        "FandolHei-Regular.otf",
        "FandolSong-Bold.otf",
        "FandolSong-Regular.otf",
    ],
    fallback: "NotoSerifCJK-Regular.ttc",
};

/// Names of font files.
#[derive(Debug, Clone, Copy)]
pub struct FontFiles {
    /// 仿宋, 黑体, 小标宋 and 宋体 by Fandol: in every document.
    pub regular: &'static [&'static str],
    /// For characters that those lack: rare names, units, later additions to Unicode.
    pub fallback: &'static str,
}

/// The face of a collection that has the forms of mainland China.
const MAINLAND: &str = "Noto Serif CJK SC";

/// Fonts to print with.
#[derive(Clone)]
pub struct FontSet {
    fonts: Vec<Font>,
    book: LazyHash<FontBook>,
}

impl FontSet {
    /// The fonts in these files; of a collection for several countries, the mainland's.
    ///
    /// # Errors
    /// [`WriteError::Font`] for bytes that are no font.
    pub fn new(files: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, WriteError> {
        let mut fonts = Vec::new();
        for file in files {
            let faces: Vec<Font> = Font::iter(Bytes::new(file)).collect();
            let mainland = faces.iter().find(|face| face.info().family == MAINLAND);
            let chosen = mainland.or(faces.first()).ok_or(WriteError::Font)?;
            fonts.push(chosen.clone());
        }
        let book = LazyHash::new(FontBook::from_fonts(&fonts));
        Ok(Self { fonts, book })
    }

    pub(super) const fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    pub(super) fn get(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    /// Refuses text with characters that no font here has: they would be printed as boxes.
    pub(super) fn check(&self, data: &Value) -> Result<(), WriteError> {
        let mut wanted = BTreeSet::new();
        characters(data, &mut wanted);
        let has = |wanted: char| {
            let covers = |font: &Font| font.info().coverage.contains(u32::from(wanted));
            wanted.is_whitespace() || wanted.is_control() || self.fonts.iter().any(covers)
        };
        let missing: String = wanted.into_iter().filter(|wanted| !has(*wanted)).collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(WriteError::Glyphs(missing))
        }
    }
}

fn characters(value: &Value, into: &mut BTreeSet<char>) {
    match value {
        Value::Str(text) => into.extend(text.as_str().chars()),
        Value::Array(values) => values.iter().for_each(|value| characters(value, into)),
        Value::Dict(entries) => entries
            .iter()
            .for_each(|(_, value)| characters(value, into)),
        _ => {}
    }
}
