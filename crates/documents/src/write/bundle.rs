//! Files put together as one zip, with Chinese names that every unpacker reads.

use std::io::{Cursor, Write};

use chrono::{Datelike, NaiveDateTime, Timelike};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::WriteError;

/// A zip of files by their paths, each with the time shown for it (local, as zip keeps it): the same files, the same bytes.
///
/// # Errors
/// [`WriteError`] for a path twice, or one that zip cannot bear.
pub fn zip_files(files: &[(String, NaiveDateTime, Vec<u8>)]) -> Result<Vec<u8>, WriteError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, at, bytes) in files {
        let at = shown(*at).unwrap_or_default();
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(at);
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// None where zip cannot tell it: it knows the years 1980 to 2107.
fn shown(at: NaiveDateTime) -> Option<DateTime> {
    DateTime::from_date_and_time(
        u16::try_from(at.year()).ok()?,
        u8::try_from(at.month()).ok()?,
        u8::try_from(at.day()).ok()?,
        u8::try_from(at.hour()).ok()?,
        u8::try_from(at.minute()).ok()?,
        u8::try_from(at.second()).ok()?,
    )
    .ok()
}
