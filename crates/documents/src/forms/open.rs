//! From name and bytes to cells: decides what the file is, and refuses what is not to be read.

use super::ErrorKind;
use super::sniff::{self, Content, Extension};
use crate::docx;
use crate::grid::Contents;
use crate::limits;
use crate::package::{self, Kind, Package};
use crate::refusal::{Accept, Refusal};
use crate::text::Text;
use crate::xlsx;

/// A file that is not refused.
pub(super) enum Opened {
    Contents(Contents),
    /// Text whose separator is found by trying.
    Text(Text),
    /// Kept as it is, not read; what it is called.
    Attachment(&'static str),
}

/// Opens a file.
///
/// # Errors
/// Every kind but those about forms.
pub(super) fn open(file_name: &str, bytes: &[u8]) -> Accept<Opened> {
    if bytes.is_empty() {
        return Err(Refusal::new(
            ErrorKind::EmptyFile,
            "文件是空的（0字节），请重新选择文件上传。",
        ));
    }
    let extension = sniff::extension(file_name);
    if bytes.len() > limits::UPLOAD_BYTES {
        let refusal = Refusal::too_large();
        return Err(if extension == Extension::Csv {
            refusal.of_text()
        } else {
            refusal
        });
    }
    match sniff::content(bytes) {
        Content::Zip => open_zip(extension, bytes),
        Content::Ole { encrypted: true } => Err(package::encrypted()),
        Content::Ole { encrypted: false } => old_format(extension, "内容是旧版 Office 或 WPS 文件"),
        Content::Rtf => old_format(extension, "内容是 RTF 文件"),
        Content::Markup => old_format(extension, "内容是网页或 XML"),
        Content::Pdf => attachment(extension, "PDF 文件"),
        Content::Picture => attachment(extension, "图片"),
        Content::Archive => not_importable(extension, "压缩包"),
        Content::Program => not_importable(extension, "程序文件"),
        Content::Text => open_text(extension, bytes),
        Content::Binary => unknown_bytes(extension),
    }
}

fn open_zip(extension: Extension, bytes: &[u8]) -> Accept<Opened> {
    if matches!(extension, Extension::Csv | Extension::Attachment)
        && !looks_like_office(extension, bytes)
    {
        return Err(Refusal::mismatch("内容是压缩包或 Office 文件"));
    }
    let mut package = Package::open(bytes)?;
    let kind = package.kind()?;
    check_name(extension, &kind)?;
    if kind != Kind::Archive {
        package.guard()?;
    }
    let contents = match kind {
        Kind::Word(main) => docx::read(&mut package, &main)?,
        Kind::Sheet(main) => xlsx::read(&mut package, &main)?,
        Kind::Macro => return Err(package::macros()),
        Kind::BinarySheet | Kind::OpenDocument => return Err(unsupported("这种格式")),
        Kind::Slides => return Ok(Opened::Attachment("演示文稿")),
        Kind::Ofd => return Ok(Opened::Attachment("OFD 文件")),
        Kind::Archive => return not_importable(extension, "压缩包"),
    };
    package.guard_the_rest()?;
    Ok(Opened::Contents(contents))
}

/// OFD and pptx are zips too, and attachments by name.
fn looks_like_office(extension: Extension, bytes: &[u8]) -> bool {
    extension == Extension::Attachment && bytes.starts_with(b"PK\x03\x04")
}

/// Whether name and kind agree.
fn check_name(extension: Extension, kind: &Kind) -> Accept<()> {
    let agrees = match kind {
        Kind::Macro => true,
        Kind::Word(_) => matches!(
            extension,
            Extension::Docx | Extension::LegacyWord | Extension::Unknown
        ),
        Kind::Sheet(_) => matches!(
            extension,
            Extension::Xlsx | Extension::LegacySheet | Extension::Unknown
        ),
        Kind::BinarySheet | Kind::OpenDocument => {
            extension.is_legacy() || extension == Extension::Unknown
        }
        Kind::Slides | Kind::Ofd => matches!(extension, Extension::Attachment | Extension::Unknown),
        Kind::Archive => matches!(extension, Extension::Other | Extension::Unknown),
    };
    if extension == Extension::WithMacros {
        return Err(package::macros());
    }
    let what = match kind {
        Kind::Word(_) => "内容是 docx 文档",
        Kind::Sheet(_) => "内容是 xlsx 表格",
        Kind::Slides => "内容是演示文稿",
        Kind::Ofd => "内容是 OFD 文件",
        Kind::OpenDocument => "内容是 ODF 文档",
        Kind::BinarySheet => "内容是 xlsb 表格",
        Kind::Macro | Kind::Archive => "内容是压缩包",
    };
    if agrees {
        Ok(())
    } else {
        Err(Refusal::mismatch(what))
    }
}

fn open_text(extension: Extension, bytes: &[u8]) -> Accept<Opened> {
    match extension {
        Extension::Csv | Extension::Unknown => Text::decode(bytes).map(Opened::Text),
        _ => Err(Refusal::mismatch("内容是纯文本")),
    }
}

fn unknown_bytes(extension: Extension) -> Accept<Opened> {
    match extension {
        Extension::Unknown | Extension::Other => not_importable(extension, "这种文件"),
        _ => Err(Refusal::mismatch("内容不是这种文件，也可能已损坏")),
    }
}

fn old_format(extension: Extension, what: &str) -> Accept<Opened> {
    match extension {
        legacy if legacy.is_legacy() || legacy == Extension::Unknown => {
            Err(unsupported("旧格式（doc、xls、wps、et 等）"))
        }
        Extension::Other => not_importable(extension, "网页文件"),
        _ => Err(Refusal::mismatch(what)),
    }
}

fn unsupported(what: &str) -> Refusal {
    let message =
        format!("{what}不能直接读取，请用 Word、Excel 或 WPS 打开后另存为 docx 或 xlsx 再上传。");
    Refusal::new(ErrorKind::UnsupportedLegacy, message)
}

fn attachment(extension: Extension, what: &'static str) -> Accept<Opened> {
    match extension {
        Extension::Attachment | Extension::Unknown => Ok(Opened::Attachment(what)),
        _ => Err(Refusal::mismatch(if what == "图片" {
            "内容是图片"
        } else {
            "内容是 PDF"
        })),
    }
}

fn not_importable(extension: Extension, what: &str) -> Accept<Opened> {
    match extension {
        Extension::Other | Extension::Unknown => Err(Refusal::new(
            ErrorKind::NotImportable,
            format!("{what}不能导入，请上传 docx、xlsx 或 csv 格式的表格。"),
        )),
        _ => Err(Refusal::mismatch(&format!("内容是{what}"))),
    }
}
