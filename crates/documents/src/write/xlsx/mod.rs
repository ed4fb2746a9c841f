//! Workbooks with typed cells, in the print set-up of the official layout.

mod analysis;
mod annex1;
mod chart;
mod faces;
mod wide;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::WriteError;
use super::table::{NOTHING, looks_like_formula, within_cell};
use faces::Faces;

pub use analysis::analysis_xlsx;
pub use annex1::annex1_xlsx;
pub(super) use chart::{CHART_SHEET, chart_workbook};
pub(super) use wide::wide_xlsx;

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

/// A4 landscape with the margins of the notice's landscape pages, one page wide, numbered, small words at the foot.
fn landscape_set_up(sheet: &mut Worksheet, words: &str) {
    // In a footer & begins a command; two are one. Excel takes 255 characters in all.
    let words: String = words
        .chars()
        .take(100)
        .collect::<String>()
        .replace('&', "&&");
    let code = if words.is_empty() {
        String::new()
    } else {
        format!("&L&\"仿宋_GB2312\"&9{words}　共&N页")
    };
    sheet
        .set_paper_size(PAPER)
        .set_landscape()
        .set_margins(1.102, 1.024, 1.457, 1.378, 0.591, 0.906)
        .set_print_fit_to_pages(1, 0)
        .set_print_center_horizontally(true)
        .set_footer(format!("{code}{FOOTER}"));
}

/// Text, and only text: also when it begins like a formula, and when somebody edits it later.
fn text(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    content: &str,
    face: &Format,
) -> Result<(), XlsxError> {
    let content = &*within_cell(content);
    if looks_like_formula(content) {
        let quoted = face.clone().set_quote_prefix();
        sheet.write_string_with_format(row, column, content, &quoted)?;
    } else {
        sheet.write_string_with_format(row, column, content, face)?;
    }
    Ok(())
}

/// One line of text over the columns up to `last`.
fn across(
    sheet: &mut Worksheet,
    row: u32,
    last: u16,
    line: &str,
    face: &Format,
) -> Result<(), XlsxError> {
    sheet.merge_range(row, 0, row, last, "", face)?;
    text(sheet, (row, 0), line, face)
}

/// A number where there is one, else the words as they are.
fn number(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: Option<&str>,
    read: fn(&str) -> Option<f64>,
    face: &Format,
) -> Result<(), XlsxError> {
    let value = value.unwrap_or(NOTHING);
    match read(value) {
        Some(number) => sheet
            .write_number_with_format(row, column, number, face)
            .map(drop),
        None => text(sheet, (row, column), value, face),
    }
}

/// How many lines a text takes, `most` characters each.
fn lines(text: &str, most: usize) -> u32 {
    u32::try_from(text.chars().count().div_ceil(most)).unwrap_or(u32::MAX)
}

impl From<XlsxError> for WriteError {
    fn from(error: XlsxError) -> Self {
        Self::Xlsx(Box::new(error))
    }
}
