//! Makes the documents that leave the house, in the official layout (GB/T 9704-2012: A4, margins 37/35/28/26 mm).
//!
//! The same input gives the same bytes: no clock, no random names, fixed times in the container. Fonts are named,
//! not embedded; the names are those that government offices have installed.

mod annex1;
mod package;
mod parts;
mod styles;
mod xml;

pub use annex1::{Annex1Print, PrintRow, annex1_docx};

/// A document could not be put together. Nothing in the input can cause this; it is kept rather than panicked over.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Writing XML into memory failed.
    #[error("写入文档内容失败：{0}")]
    Xml(#[from] std::io::Error),
    /// Packing the parts failed.
    #[error("打包文档失败：{0}")]
    Zip(#[from] zip::result::ZipError),
}
