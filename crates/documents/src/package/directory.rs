//! The zip directory, walked once before the zip library sees the file.
//!
//! Libraries hunt for a directory when the first try fails; on a hostile file that hunt is slow, and a declared
//! count may be a lie. Here the one directory that the end of the file points to must be right, or nothing is.

use crate::forms::ErrorKind;
use crate::limits;
use crate::refusal::{Accept, Refusal};

const END: &[u8] = b"PK\x05\x06";
const END_BYTES: usize = 22;
const LOCATOR64: &[u8] = b"PK\x06\x07";
const LOCATOR64_BYTES: usize = 20;
const END64: &[u8] = b"PK\x06\x06";
const END64_BYTES: usize = 56;
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_BYTES: usize = 46;
/// The comment after the end record is at most so long.
const COMMENT_BYTES: usize = 0xffff;

/// Where the directory is said to be.
struct Directory {
    entries: u64,
    start: u64,
    bytes: u64,
}

/// Checks the directory and returns where the archive ends (anything after it is padding by mailers).
///
/// # Errors
/// `bad_document` when directory and file disagree, `too_many_parts` beyond [`limits::PARTS`].
pub(super) fn check(bytes: &[u8]) -> Accept<usize> {
    let at = find_end(bytes).ok_or_else(Refusal::damaged)?;
    let end = at + END_BYTES + usize::from(u16_at(bytes, at + 20).ok_or_else(Refusal::damaged)?);
    let directory = locate(bytes, at).ok_or_else(Refusal::damaged)?;
    if directory.entries > limits::PARTS as u64 {
        return Err(Refusal::new(
            ErrorKind::TooManyParts,
            "文件内部的组成部分过多，无法读取，请新建一个空白文档，把表格复制进去后再上传。",
        ));
    }
    walk(bytes, &directory, at).ok_or_else(Refusal::damaged)?;
    Ok(end)
}

/// The last end record that fits into the file.
fn find_end(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(END_BYTES)?;
    let first = last.saturating_sub(COMMENT_BYTES);
    (first..=last).rev().find(|at| {
        bytes[*at..].starts_with(END)
            && u16_at(bytes, at + 20)
                .is_some_and(|comment| at + END_BYTES + usize::from(comment) <= bytes.len())
    })
}

fn locate(bytes: &[u8], end: usize) -> Option<Directory> {
    let entries = u16_at(bytes, end + 10)?;
    let size = u32_at(bytes, end + 12)?;
    let start = u32_at(bytes, end + 16)?;
    if entries != u16::MAX && size != u32::MAX && start != u32::MAX {
        return Some(Directory {
            entries: entries.into(),
            start: start.into(),
            bytes: size.into(),
        });
    }
    let locator = end.checked_sub(LOCATOR64_BYTES)?;
    if !bytes[locator..].starts_with(LOCATOR64) {
        return None;
    }
    let at = usize::try_from(u64_at(bytes, locator + 8)?).ok()?;
    if at.checked_add(END64_BYTES)? > locator || !bytes[at..].starts_with(END64) {
        return None;
    }
    Some(Directory {
        entries: u64_at(bytes, at + 32)?,
        bytes: u64_at(bytes, at + 40)?,
        start: u64_at(bytes, at + 48)?,
    })
}

/// Every entry must be where the previous one ends, and the last one where the directory ends.
fn walk(bytes: &[u8], directory: &Directory, end: usize) -> Option<()> {
    let mut at = usize::try_from(directory.start).ok()?;
    let stop = at.checked_add(usize::try_from(directory.bytes).ok()?)?;
    if stop > end || directory.entries == 0 {
        return None;
    }
    for _ in 0..directory.entries {
        if at.checked_add(ENTRY_BYTES)? > stop || !bytes[at..].starts_with(ENTRY) {
            return None;
        }
        let tail = [28, 30, 32]
            .into_iter()
            .map(|field| u16_at(bytes, at + field).map(usize::from))
            .sum::<Option<usize>>()?;
        at += ENTRY_BYTES + tail;
    }
    (at == stop).then_some(())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}
