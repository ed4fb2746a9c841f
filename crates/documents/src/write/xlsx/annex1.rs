//! 附件1 as a workbook: as printed, with figures that are figures.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::{Faces, across, lines, number, print_set_up, text, workbook};
use crate::write::{Annex1Sheet, SheetRow, WriteError, decimal};

/// Widths of the four columns in pixels; together the 156 mm of the text block.
const WIDTHS: [u32; 4] = [287, 90, 123, 90];
/// Characters of a unit's name on one line.
const NAME_LINE: usize = 20;
/// Characters of a note on one line.
const NOTE_LINE: usize = 36;
/// The last column.
const LAST: u16 = 3;

/// Makes the workbook of 附件1: title over the table, header row on every page, amounts and rates as numbers.
///
/// # Errors
/// [`WriteError::Xlsx`] when packing fails, or for more rows than a sheet has.
pub fn annex1_xlsx(table: &Annex1Sheet) -> Result<Vec<u8>, WriteError> {
    let mut workbook = workbook(&table.title.concat())?;
    let sheet = workbook.add_worksheet();
    sheet.set_name("附件1")?;
    print_set_up(sheet);
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width_pixels(column, width)?;
    }
    body(sheet, table, &Faces::new())?;
    Ok(workbook.save_to_buffer()?)
}

fn body(sheet: &mut Worksheet, table: &Annex1Sheet, faces: &Faces) -> Result<(), XlsxError> {
    let mut row = 0;
    if !table.label.is_empty() {
        text(sheet, (row, 0), &table.label, &faces.label)?;
        sheet.set_row_height_pixels(row, 37)?;
        row += 1;
    }
    for line in &table.title {
        across(sheet, row, LAST, line, &faces.title)?;
        sheet.set_row_height_pixels(row, 43)?;
        row += 1;
    }
    across(sheet, row, LAST, &table.unit_line, &faces.unit_line)?;
    sheet.set_row_height_pixels(row, 30)?;
    row += 1;
    let header = ["单位", "任务数", &table.period_header, "完成率"];
    for (column, word) in (0..).zip(header) {
        text(sheet, (row, column), word, &faces.head)?;
    }
    sheet.set_row_height_pixels(row, 30)?;
    sheet.set_repeat_rows(row, row)?;
    sheet.set_freeze_panes(row + 1, 0)?;
    for line in table.rows.iter().chain(&table.total) {
        row += 1;
        data(sheet, row, line, faces)?;
    }
    for note in &table.notes {
        row += 1;
        across(sheet, row, LAST, note, &faces.note)?;
        sheet.set_row_height_pixels(row, lines(note, NOTE_LINE).saturating_mul(21))?;
    }
    sheet.set_print_area(0, 0, row, LAST)?;
    Ok(())
}

fn data(sheet: &mut Worksheet, row: u32, line: &SheetRow, faces: &Faces) -> Result<(), XlsxError> {
    text(sheet, (row, 0), &line.unit, &faces.cell)?;
    let height = lines(&line.unit, NAME_LINE).saturating_mul(18).max(30);
    sheet.set_row_height_pixels(row, height)?;
    amount(sheet, (row, 1), line.target.as_deref(), faces)?;
    amount(sheet, (row, 2), line.done.as_deref(), faces)?;
    let rate = line.rate.as_deref();
    number(sheet, (row, LAST), rate, decimal::hundredth, &faces.rate)
}

fn amount(
    sheet: &mut Worksheet,
    place: (u32, u16),
    value: Option<&str>,
    faces: &Faces,
) -> Result<(), XlsxError> {
    number(sheet, place, value, decimal::double, &faces.amount)
}
