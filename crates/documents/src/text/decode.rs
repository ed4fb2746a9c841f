//! Which encoding a text file has: its mark, else UTF-8 if it is that, else GB18030.

use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::forms::ErrorKind;
use crate::refusal::{Accept, Refusal};

/// The text of a file.
///
/// # Errors
/// `bad_document` when no encoding fits.
pub(super) fn decode(bytes: &[u8]) -> Accept<String> {
    let encoding = match bytes {
        [0xef, 0xbb, 0xbf, ..] => UTF_8,
        [0xff, 0xfe, ..] => UTF_16LE,
        [0xfe, 0xff, ..] => UTF_16BE,
        _ if std::str::from_utf8(bytes).is_ok() => UTF_8,
        _ => GB18030,
    };
    let (text, _, broken) = encoding.decode(bytes);
    if broken || text.contains('\0') {
        return Err(Refusal::new(
            ErrorKind::BadDocument,
            "文本的编码无法识别，请另存为 UTF-8 编码的 csv，或另存为 xlsx 后重新上传。",
        ));
    }
    // The end-of-file mark of old programs.
    Ok(text.trim_end_matches('\u{1a}').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_of_offices() {
        let text = "单位,𠮷祥\n";
        let utf16: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let gb18030 = GB18030.encode(text).0.into_owned();
        let with_mark = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for bytes in [text.as_bytes(), &utf16, &gb18030, &with_mark] {
            assert_eq!(decode(bytes).as_deref(), Ok(text));
        }
        assert_eq!(
            decode(b"\xff\xff\xff").unwrap_err().kind,
            ErrorKind::BadDocument
        );
    }
}
