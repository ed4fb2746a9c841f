//! What the targets share.

use std::io::{Cursor, Write as _};

use documents::{
    forms::{self, Form, Outcome, Reading},
    limits,
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Begins a part in an input that is a container taken apart; its path follows, then a line break, then its text.
const PART: &[u8] = b"@@ ";

/// The container an input stands for. Changes to compressed bytes mostly break the container and nothing behind it is
/// reached: so most inputs are parts, and are packed here. What does not begin as parts is taken as it is.
pub fn packed(input: &[u8]) -> Vec<u8> {
    if !input.starts_with(PART) {
        return input.to_vec();
    }
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for part in parts(input) {
        let end = part.iter().position(|byte| *byte == b'\n');
        let (path, text) = part.split_at(end.unwrap_or(part.len()));
        // Two parts of one path cannot be packed: the first stays.
        if archive
            .start_file(String::from_utf8_lossy(path), options)
            .is_ok()
        {
            let _ = archive.write_all(text.get(1..).unwrap_or_default());
        }
    }
    archive.finish().map(Cursor::into_inner).unwrap_or_default()
}

fn parts(input: &[u8]) -> Vec<&[u8]> {
    let starts = |at: usize| at == 0 || input.get(at - 1) == Some(&b'\n');
    let mut at: Vec<usize> = input
        .windows(PART.len())
        .enumerate()
        .filter(|(at, window)| *window == PART && starts(*at))
        .map(|(at, _)| at)
        .collect();
    at.push(input.len());
    at.windows(2)
        .filter_map(|ends| input.get(ends[0] + PART.len()..ends[1]))
        .collect()
}

/// Reads a file as it comes from page, mailbox and command line; the laws hold whatever is in it.
pub fn read(name: &str, bytes: &[u8]) {
    for wanted in [
        None,
        Some(Form::Annex1),
        Some(Form::Annex2),
        Some(Form::Annex3),
    ] {
        lawful(&forms::read(name, bytes, wanted), wanted);
    }
}

fn lawful(reading: &Reading, wanted: Option<Form>) {
    let refused = reading.outcome == Outcome::Rejected;
    assert_eq!(refused, reading.error.is_some());
    assert!(!reading.message.is_empty());
    // One more says that there are more.
    assert!(reading.warnings.len() <= limits::WARNINGS + 1);
    assert!(refused || wanted.is_none() || reading.form == wanted);
    assert!(!reading.also.iter().any(|form| Some(*form) == wanted));
    let json = serde_json::to_string(reading).expect("a reading is JSON");
    let again: Reading = serde_json::from_str(&json).expect("what was written can be read");
    assert_eq!(&again, reading);
}
