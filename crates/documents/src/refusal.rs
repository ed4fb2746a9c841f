//! Why a whole file is refused: the kind for programs, one plain sentence for people.

use crate::forms::ErrorKind;

/// A refused file. The sentence says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub kind: ErrorKind,
    pub message: String,
}

/// The answer of every step that may refuse the file.
pub(crate) type Accept<T> = Result<T, Refusal>;

impl Refusal {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// Damaged or cut off; the common answer for broken containers and broken XML.
    pub fn damaged() -> Self {
        Self::new(
            ErrorKind::BadDocument,
            "文件已损坏或不完整，请用 Word、Excel 或 WPS 打开确认无误后另存一份，再重新上传。",
        )
    }

    /// More than [`crate::limits`] allow, once unpacked.
    pub fn too_large() -> Self {
        Self::new(
            ErrorKind::TooLargeUnpacked,
            "文件展开后过大，无法读取，请删去与表格无关的内容（图片、空白工作表、大片空白格式）后重新上传。",
        )
    }

    /// The same refusal of a text file, which has no pictures and no sheets.
    pub fn of_text(self) -> Self {
        if self.kind == ErrorKind::TooLargeUnpacked {
            Self::new(
                self.kind,
                "文件内容过多，无法读取，请删去与表格无关的行和列后重新上传。",
            )
        } else {
            self
        }
    }

    /// Nothing but blanks.
    pub fn blank() -> Self {
        Self::new(
            ErrorKind::EmptyFile,
            "文件里没有内容，请填好后重新上传，或重新选择文件。",
        )
    }

    /// The name promises something else than the bytes hold.
    pub fn mismatch(what: &str) -> Self {
        Self::new(
            ErrorKind::ContentMismatch,
            format!(
                "文件的扩展名与实际内容不符（{what}），请用原来的软件打开后另存为 docx 或 xlsx 再上传。"
            ),
        )
    }
}
