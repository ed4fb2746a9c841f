//! Files put together as one zip, with Chinese names that every unpacker reads.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::WriteError;

/// A zip of files by their paths: the same files, the same bytes.
///
/// # Errors
/// [`WriteError`] for a path twice, or one that zip cannot bear.
pub fn zip_files(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, WriteError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}
