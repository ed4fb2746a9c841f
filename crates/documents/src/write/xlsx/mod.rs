//! Workbooks with typed cells, in the print set-up of the official layout.

mod annex1;
mod faces;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use super::WriteError;
use super::table::looks_like_formula;
use faces::Faces;

pub use annex1::annex1_xlsx;

/// A4.
const PAPER: u8 = 9;
/// `— 1 —`, 4号宋体, in the middle: a sheet's odd and even pages cannot differ here.
const FOOTER: &str = "&C&\"宋体\"&14— &P —";

/// A workbook whose bytes depend on its content only.
fn workbook(title: &str) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    // A workbook has to say when it was made; ours says the same always.
    let properties = DocProperties::new()
        .set_title(title)
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    workbook.set_properties(&properties);
    Ok(workbook)
}

/// A4 upright, margins 37/35/28/26 mm, one page wide, numbered.
fn print_set_up(sheet: &mut Worksheet) {
    sheet
        .set_paper_size(PAPER)
        .set_portrait()
        .set_margins(1.102, 1.024, 1.457, 1.378, 0.591, 0.906)
        .set_print_fit_to_pages(1, 0)
        .set_print_center_horizontally(true)
        .set_footer(FOOTER);
}

/// Text, and only text: also when it begins like a formula, and when somebody edits it later.
fn text(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    content: &str,
    face: &rust_xlsxwriter::Format,
) -> Result<(), XlsxError> {
    if looks_like_formula(content) {
        let quoted = face.clone().set_quote_prefix();
        sheet.write_string_with_format(row, column, content, &quoted)?;
    } else {
        sheet.write_string_with_format(row, column, content, face)?;
    }
    Ok(())
}

impl From<XlsxError> for WriteError {
    fn from(error: XlsxError) -> Self {
        Self::Xlsx(Box::new(error))
    }
}

/// Lines of text as a sheet: 附件2 until its own layout is there.
pub(super) fn annex2_xlsx_of(title: &str, lines: &[Vec<String>]) -> Result<Vec<u8>, WriteError> {
    let mut book = workbook(title)?;
    let sheet = book.add_worksheet();
    print_set_up(sheet);
    let face = rust_xlsxwriter::Format::new();
    for (row, line) in (0..).zip(lines) {
        for (column, content) in (0..).zip(line) {
            text(sheet, (row, column), content, &face)?;
        }
    }
    Ok(book.save_to_buffer()?)
}
