//! The zip container of docx and xlsx (Open Packaging Conventions): its parts, bounded and checked.

mod directory;
mod guard;
mod kind;
mod relations;

use std::collections::HashMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};

pub(crate) use guard::{external, macros};
pub(crate) use kind::Kind;
pub(crate) use relations::Relation;

use crate::forms::ErrorKind;
use crate::limits;
use crate::refusal::{Accept, Refusal};

/// An opened container.
pub(crate) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Index in the zip by lower-case part name: part names do not differ by case only.
    index: HashMap<String, usize>,
    read: Vec<bool>,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl<'a> Package<'a> {
    /// Opens a container, looking at its directory only.
    ///
    /// # Errors
    /// `bad_document`, `too_many_parts`, `too_large_unpacked` (as declared) or `encrypted`.
    pub fn open(bytes: &'a [u8]) -> Accept<Self> {
        let end = directory::check(bytes)?;
        let config = Config {
            archive_offset: ArchiveOffset::Known(0),
        };
        let mut zip = ZipArchive::with_config(config, Cursor::new(&bytes[..end]))
            .map_err(|_| Refusal::damaged())?;
        if zip.has_duplicate_names() || zip.has_overlapping_files().unwrap_or(true) {
            return Err(Refusal::damaged());
        }
        let index = index(&zip)?;
        let read = vec![false; zip.len()];
        Ok(Self {
            zip,
            index,
            read,
            left: limits::UNPACKED_BYTES,
        })
    }

    /// Whether there is a part of this name.
    pub fn has(&self, name: &str) -> bool {
        self.index.contains_key(&name.to_lowercase())
    }

    /// Lower-case names of all parts, in no particular order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(String::as_str)
    }

    /// The text of an XML part.
    ///
    /// # Errors
    /// `bad_document` when it is missing, damaged or not text; `too_large_unpacked`.
    pub fn text(&mut self, name: &str) -> Accept<String> {
        let index = *self
            .index
            .get(&name.to_lowercase())
            .ok_or_else(Refusal::damaged)?;
        self.read[index] = true;
        decode(self.unpack(index)?)
    }

    /// The text of an XML part that may be missing.
    pub fn text_if_any(&mut self, name: &str) -> Accept<Option<String>> {
        if self.has(name) {
            self.text(name).map(Some)
        } else {
            Ok(None)
        }
    }

    fn unpack(&mut self, index: usize) -> Accept<Vec<u8>> {
        let part = self.zip.by_index(index).map_err(|_| Refusal::damaged())?;
        let declared = part.size();
        let mut bytes = Vec::new();
        // One byte more than allowed tells "too large" from "just fits", whatever the directory declares.
        let unpacked = part.take(self.left + 1).read_to_end(&mut bytes);
        let length = bytes.len() as u64;
        if length > self.left {
            return Err(Refusal::too_large());
        }
        self.left -= length;
        unpacked.map_err(|_| Refusal::damaged())?;
        if length == declared {
            Ok(bytes)
        } else {
            Err(Refusal::damaged())
        }
    }
}

/// Checks every entry as declared and gives their indexes by name.
fn index(zip: &ZipArchive<Cursor<&[u8]>>) -> Accept<HashMap<String, usize>> {
    let mut names = HashMap::with_capacity(zip.len());
    let mut total = 0u64;
    for number in 0..zip.len() {
        let entry = zip.by_index_data(number).map_err(|_| Refusal::damaged())?;
        if entry.encrypted() {
            return Err(encrypted());
        }
        total = total.saturating_add(entry.size());
        let name = entry
            .name()
            .map_err(|_| Refusal::damaged())?
            .replace('\\', "/")
            .to_lowercase();
        if !is_inside(&name) || names.insert(name, number).is_some() {
            return Err(Refusal::damaged());
        }
    }
    if total > limits::UNPACKED_BYTES {
        Err(Refusal::too_large())
    } else {
        Ok(names)
    }
}

/// Whether a part name stays inside the container.
fn is_inside(name: &str) -> bool {
    let absolute = name.starts_with('/') || name.chars().nth(1) == Some(':');
    !absolute && !name.contains('\0') && !name.split('/').any(|step| step == "..")
}

/// The refusal of files that need a password.
pub(crate) fn encrypted() -> Refusal {
    Refusal::new(
        ErrorKind::Encrypted,
        "文件设有密码，无法读取，请取消密码保护后重新上传。",
    )
}

/// XML parts are UTF-8; UTF-16 is allowed with its mark at the start.
fn decode(bytes: Vec<u8>) -> Accept<String> {
    match bytes.as_slice() {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            let (text, _, broken) = encoding_rs::UTF_16LE.decode(&bytes);
            if broken {
                Err(Refusal::damaged())
            } else {
                Ok(text.into_owned())
            }
        }
        _ => String::from_utf8(bytes).map_err(|_| Refusal::damaged()),
    }
}

#[cfg(test)]
mod tests {
    use super::is_inside;

    #[test]
    fn part_names_stay_inside() {
        assert!(
            is_inside("word/document.xml")
                && is_inside("[content_types].xml")
                && is_inside("a..b/c")
        );
        for name in ["../x", "word/../../x", "/etc/passwd", "c:/x", "a\0b"] {
            assert!(!is_inside(name), "{name}");
        }
    }
}
