//! What typst sees of the world: our templates, our fonts, our values. No files, no network, no clock.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Dict, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use super::FontSet;
use crate::write::WriteError;

/// The templates by name.
const TEMPLATES: [(&str, &str); 7] = [
    ("official.typ", include_str!("official.typ")),
    ("annex1.typ", include_str!("annex1.typ")),
    ("rates.typ", include_str!("rates.typ")),
    ("analysis.typ", include_str!("analysis.typ")),
    ("wide.typ", include_str!("wide.typ")),
    ("brochure.typ", include_str!("brochure.typ")),
    ("report.typ", include_str!("report.typ")),
];

/// The place where one document is set.
pub(super) struct Desk<'a> {
    library: LazyHash<Library>,
    sources: Vec<Source>,
    main: FileId,
    fonts: &'a FontSet,
}

impl<'a> Desk<'a> {
    /// A desk with this template on it.
    pub fn new(template: &'static str, data: Dict, fonts: &'a FontSet) -> Result<Self, WriteError> {
        let sources: Vec<Source> = TEMPLATES
            .iter()
            .map(|(name, text)| Ok(Source::new(file_id(name)?, (*text).to_owned())))
            .collect::<Result<_, WriteError>>()?;
        Ok(Self {
            library: LazyHash::new(Library::builder().with_inputs(data).build()),
            sources,
            main: file_id(template)?,
            fonts,
        })
    }
}

fn file_id(name: &str) -> Result<FileId, WriteError> {
    let path = VirtualPath::new(name).map_err(|error| WriteError::Typst(error.to_string()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let found = self.sources.iter().find(|source| source.id() == id);
        found.cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
