//! What a file is by its first bytes, and what its name promises.

/// What the bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Zip,
    /// The container of .doc, .xls, .wps, .et; true when it holds an encrypted docx or xlsx.
    Ole {
        encrypted: bool,
    },
    Pdf,
    Picture,
    Rtf,
    /// HTML or XML: what some systems export as ".xls".
    Markup,
    /// rar, 7z, gz.
    Archive,
    Program,
    Text,
    Binary,
}

/// What the extension promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extension {
    Docx,
    Xlsx,
    Csv,
    /// docm, xlsm …
    WithMacros,
    /// doc, wps: mostly the old container, sometimes a docx by another name.
    LegacyWord,
    /// xls, et: the same of xlsx.
    LegacySheet,
    /// rtf, odt, ods, xlsb …
    Legacy,
    /// pdf, pictures, presentations, ofd.
    Attachment,
    /// zip, rar, exe, html …
    Other,
    /// No extension, or one nobody knows: the bytes decide.
    Unknown,
}

impl Extension {
    /// Whether it promises a format that is not read.
    pub const fn is_legacy(self) -> bool {
        matches!(self, Self::LegacyWord | Self::LegacySheet | Self::Legacy)
    }
}

/// Looks at the first bytes.
pub(super) fn content(bytes: &[u8]) -> Content {
    const PICTURES: [&[u8]; 7] = [
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"BM",
        b"II*\0",
        b"MM\0*",
        b"RIFF",
    ];
    const ARCHIVES: [&[u8]; 5] = [b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"];
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") || starts(b"PK\x07\x08") {
        Content::Zip
    } else if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        Content::Ole {
            encrypted: has_utf16(bytes, "EncryptedPackage") || has_utf16(bytes, "EncryptionInfo"),
        }
    } else if starts(b"%PDF") {
        Content::Pdf
    } else if starts(b"{\\rtf") {
        Content::Rtf
    } else if starts(b"MZ") && bytes.contains(&0) || starts(b"\x7fELF") {
        Content::Program
    } else if ARCHIVES.iter().any(|magic| starts(magic)) {
        Content::Archive
    } else if PICTURES.iter().any(|magic| starts(magic)) && bytes.contains(&0) || is_heic(bytes) {
        Content::Picture
    } else {
        text_or_binary(bytes)
    }
}

fn text_or_binary(bytes: &[u8]) -> Content {
    let utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let control = |b: &u8| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a);
    if !utf16 && bytes.iter().any(control) {
        return Content::Binary;
    }
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start: Vec<u8> = body
        .iter()
        .skip_while(|b| b.is_ascii_whitespace())
        .take(64)
        .map(u8::to_ascii_lowercase)
        .collect();
    let markup = [
        "<!doctype",
        "<html",
        "<?xml",
        "<table",
        "<head",
        "<meta",
        "<style",
        "mime-version:",
    ];
    if markup.iter().any(|tag| start.starts_with(tag.as_bytes())) {
        Content::Markup
    } else {
        Content::Text
    }
}

fn is_heic(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"ftyp")
}

/// Whether the directory of an OLE container names a stream like this.
fn has_utf16(bytes: &[u8], name: &str) -> bool {
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    // Directory entries are 128 bytes long and start with the name, so only these places need a look.
    bytes
        .chunks_exact(128)
        .any(|entry| entry.starts_with(&wide))
}

/// Looks at the name.
pub(super) fn extension(file_name: &str) -> Extension {
    let name = file_name
        .trim_end_matches(|c: char| c == '.' || c.is_whitespace())
        .to_lowercase();
    let Some((_, extension)) = name.rsplit_once('.') else {
        return Extension::Unknown;
    };
    match extension {
        "docx" | "dotx" => Extension::Docx,
        "xlsx" | "xltx" => Extension::Xlsx,
        "csv" | "txt" | "tsv" | "tab" => Extension::Csv,
        "docm" | "dotm" | "xlsm" | "xltm" | "xlam" | "pptm" => Extension::WithMacros,
        "doc" | "dot" | "wps" | "wpt" => Extension::LegacyWord,
        "xls" | "xlt" | "et" | "ett" => Extension::LegacySheet,
        "rtf" | "odt" | "ods" | "xlsb" | "uof" | "uot" | "uos" => Extension::Legacy,
        "pdf" | "png" | "jpg" | "jpeg" | "gif" | "bmp" | "tif" | "tiff" | "webp" | "heic"
        | "heif" | "ofd" | "ppt" | "pptx" | "dps" => Extension::Attachment,
        "zip" | "rar" | "7z" | "gz" | "exe" | "dll" | "html" | "htm" | "mht" | "xml" | "js"
        | "bat" => Extension::Other,
        _ => Extension::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_promise() {
        assert_eq!(extension("附件1.DOCX "), Extension::Docx);
        assert_eq!(extension("a.b.xlsx"), Extension::Xlsx);
        assert_eq!(extension("附件1"), Extension::Unknown);
        assert_eq!(extension("旧表.et"), Extension::LegacySheet);
        assert_eq!(extension("旧文.wps"), Extension::LegacyWord);
    }

    #[test]
    fn bytes_tell() {
        assert_eq!(content(b"PK\x03\x04rest"), Content::Zip);
        assert_eq!(content("单位,任务数\n".as_bytes()), Content::Text);
        assert_eq!(content(b"\xef\xbb\xbf <HTML><table>"), Content::Markup);
        assert_eq!(content(b"a,b\0c"), Content::Binary);
        assert_eq!(content(b"\xff\xfea\0,\0"), Content::Text);
        let mut ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        ole.resize(1024, 0);
        assert_eq!(content(&ole), Content::Ole { encrypted: false });
        ole.extend("EncryptionInfo".encode_utf16().flat_map(u16::to_le_bytes));
        ole.resize(2048, 0);
        assert_eq!(content(&ole), Content::Ole { encrypted: true });
    }
}
