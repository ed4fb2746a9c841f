//! Makes the documents that leave the house, in the official layout (GB/T 9704-2012: A4, margins 37/35/28/26 mm).
//!
//! The same input gives the same bytes: no clock, no random names, fixed times in the container. docx and xlsx name
//! the fonts that government offices have installed; PDF embeds free ones of the same classes.

mod analysis;
mod annex1;
mod annex2;
mod annex3;
mod brochure;
mod bundle;
pub mod calendar;
mod csv;
mod decimal;
mod grid;
mod listing;
mod package;
mod parts;
mod pdf;
mod report;
mod styles;
mod table;
mod wide;
mod word_table;
mod wrap;
mod xlsx;
mod xml;

pub use self::csv::{annex1_csv, annex2_csv, annex3_csv};
pub use analysis::{Analysis, AnalysisRow, Figure, Headline, analysis_docx};
pub use annex1::{Annex1Print, PrintRow, annex1_docx};
pub use annex2::{Annex2Print, Annex2PrintRow, annex2_docx, annex2_pdf, annex2_xlsx};
pub use annex3::{Annex3Print, Annex3PrintRow, annex3_docx, annex3_pdf, annex3_xlsx};
pub use brochure::{Brochure, BrochureProject, BrochureReadiness};
pub use bundle::zip_files;
pub use listing::{TableCell, TableColumn, TableCsv, TableHead, TableXlsx, table_csv, table_xlsx};
pub use pdf::{FONT_FILES, FontSet, analysis_pdf, annex1_pdf, brochure_pdf, report_pdf};
pub use report::{ReportPart, ReportPrint, report_csv, report_docx, report_xlsx};
pub use table::{Annex1Sheet, SheetRow};
pub use xlsx::{analysis_xlsx, annex1_xlsx};

/// A document could not be put together. Except for characters that no font has, nothing in the input causes this;
/// it is kept rather than panicked over.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Writing XML into memory failed.
    #[error("写入文档内容失败：{0}")]
    Xml(#[from] std::io::Error),
    /// Packing the parts failed.
    #[error("打包文档失败：{0}")]
    Zip(#[from] zip::result::ZipError),
    /// Making the workbook failed.
    #[error("生成工作簿失败：{0}")]
    Xlsx(Box<rust_xlsxwriter::XlsxError>),
    /// Writing csv into memory failed.
    #[error("写入 csv 失败：{0}")]
    Csv(::csv::Error),
    /// More rows or columns than a sheet of a workbook has.
    #[error("超出工作表的行数或列数（最多1048576行、16384列），请缩小范围后再导出")]
    TooLong,
    /// A font file is none.
    #[error("字体文件无法使用")]
    Font,
    /// Characters that no font has.
    #[error("字体中没有这些字：{0}")]
    Glyphs(String),
    /// A template of ours is wrong.
    #[error("排版失败：{0}")]
    Typst(String),
}
