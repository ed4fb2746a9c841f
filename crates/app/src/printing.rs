//! Setting PDFs: away from the threads that answer requests, few at a time, with fonts loaded at the first one.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use documents::write::{FONT_FILES, FontSet, WriteError};
use domain::person::Invalid;
use tokio::sync::Semaphore;

use crate::{Error, Result};

/// PDFs at a time: each takes a processor and some memory.
const PRESSES: usize = 2;

/// Sets PDFs.
pub struct Printer {
    folders: Vec<PathBuf>,
    fonts: OnceLock<FontSet>,
    presses: Arc<Semaphore>,
}

impl Printer {
    /// A printer that looks for its fonts in these folders, in this order.
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self {
            folders,
            fonts: OnceLock::new(),
            presses: Arc::new(Semaphore::new(PRESSES)),
        }
    }

    /// What `make` makes. It is called a second time, with more fonts, when the text has rare characters.
    ///
    /// # Errors
    /// [`Error::Lacking`] without font files; [`Error::Invalid`] for characters that no font has.
    pub async fn pdf(
        self: &Arc<Self>,
        make: impl Fn(&FontSet) -> std::result::Result<Vec<u8>, WriteError> + Send + 'static,
    ) -> Result<Vec<u8>> {
        let press = Arc::clone(&self.presses)
            .acquire_owned()
            .await
            .map_err(|error| Error::Internal(error.to_string()))?;
        let printer = Arc::clone(self);
        let task = tokio::task::spawn_blocking(move || {
            let _press = press;
            printer.set(make)
        });
        task.await
            .map_err(|error| Error::Internal(error.to_string()))?
    }

    fn set(
        &self,
        make: impl Fn(&FontSet) -> std::result::Result<Vec<u8>, WriteError>,
    ) -> Result<Vec<u8>> {
        match make(self.regular()?) {
            // Not kept: the fallback is large and rarely needed.
            Err(WriteError::Glyphs(_)) => make(&self.load(true)?).map_err(said),
            made => made.map_err(said),
        }
    }

    /// Whether all font files are there: what is missing, and where it was looked for.
    ///
    /// # Errors
    /// [`Error::Lacking`] naming the file.
    pub fn check(&self) -> Result<()> {
        let names = FONT_FILES.regular.iter().chain([&FONT_FILES.fallback]);
        names
            .into_iter()
            .try_for_each(|name| self.find(name).map(drop))
    }

    fn regular(&self) -> Result<&FontSet> {
        match self.fonts.get() {
            Some(fonts) => Ok(fonts),
            None => {
                let fonts = self.load(false)?;
                Ok(self.fonts.get_or_init(|| fonts))
            }
        }
    }

    fn load(&self, fallback: bool) -> Result<FontSet> {
        let more = fallback.then_some(&FONT_FILES.fallback);
        let mut files = Vec::new();
        for name in FONT_FILES.regular.iter().chain(more) {
            let path = self.find(name)?;
            let bytes = std::fs::read(&path)
                .map_err(|error| lacking(format!("{}: {error}", path.display())))?;
            files.push(bytes);
        }
        FontSet::new(files).map_err(|error| lacking(error.to_string()))
    }

    fn find(&self, name: &str) -> Result<PathBuf> {
        let mut places = self.folders.iter().map(|folder| folder.join(name));
        places.find(|path| path.is_file()).ok_or_else(|| {
            let folders: Vec<String> = self
                .folders
                .iter()
                .map(|folder| folder.display().to_string())
                .collect();
            lacking(format!("no {name} in {}", folders.join(", ")))
        })
    }
}

fn lacking(why: String) -> Error {
    Error::Lacking {
        say: "服务器上没有装好 PDF 用的字体，暂时不能生成 PDF；请先导出 Word 或 Excel，并告诉系统管理员",
        why,
    }
}

fn said(error: WriteError) -> Error {
    match error {
        WriteError::Glyphs(missing) => Invalid::of(
            "format",
            format!(
                "PDF 的字体里没有这些字：{missing}。请改为导出 Word 或 Excel，或更正名称后再试"
            ),
        )
        .into(),
        other => Error::Internal(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_fonts_it_says_so() {
        let printer = Arc::new(Printer::new(vec!["/nonexistent".into()]));
        assert!(printer.check().is_err());
        let made = printer.pdf(|_| Ok(Vec::new())).await;
        let Err(Error::Lacking { say, why }) = made else {
            panic!("{made:?}");
        };
        assert!(say.contains("字体") && why.contains("FandolFang-Regular.otf in /nonexistent"));
    }
}
