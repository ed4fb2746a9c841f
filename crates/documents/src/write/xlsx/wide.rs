//! A wide annex as a workbook: as printed, with amounts that are numbers.

use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

use super::faces::{framed, plain};
use super::{landscape_set_up, text, workbook};
use crate::write::wide::{Kind, Wide, WideRow, size};
use crate::write::{WriteError, decimal, wrap};

/// Pixels in 10 mm at 96 dots an inch.
const TEN_MM: u32 = 38;
/// Pixels of a line of 五号.
const LINE: u32 = 19;
/// The least height of a row, 8 mm.
const LEAST: u32 = 30;
/// Lines of a sheet's row at most: Excel's rows end at 546 pixels, and pages break between rows only. What is longer
/// gets several rows of the sheet, merged.
const MOST: u32 = 14;

/// How the cells look.
struct Looks {
    label: Format,
    title: Format,
    note: Format,
    left: Format,
    right: Format,
    head: Format,
    middle: Format,
    text: Format,
    /// By how many decimals they show.
    figures: Vec<Format>,
    below: Format,
}

impl Looks {
    /// With the rows of the table in the middle of their height, or at its top.
    fn new(place: FormatAlign) -> Self {
        let small = plain("仿宋_GB2312", 12.0);
        let cell = framed("仿宋_GB2312").set_align(place);
        let figure = |decimals: usize| {
            let fraction = if decimals == 0 {
                String::new()
            } else {
                format!(".{}", "0".repeat(decimals))
            };
            cell.clone()
                .set_align(FormatAlign::Right)
                .set_num_format(format!("0{fraction}"))
        };
        Self {
            label: plain("黑体", 16.0).set_align(FormatAlign::Left),
            title: plain("方正小标宋简体", 18.0).set_align(FormatAlign::Center),
            note: small.clone().set_align(FormatAlign::Center),
            left: small.clone().set_align(FormatAlign::Left).set_text_wrap(),
            right: small.clone().set_align(FormatAlign::Right),
            head: framed("黑体"),
            text: cell.clone().set_align(FormatAlign::Left),
            figures: (0..=6).map(figure).collect(),
            middle: cell,
            below: small.set_align(FormatAlign::Left).set_text_wrap(),
        }
    }

    /// The face of an exact amount in 万元.
    fn figure(&self, wan: &str) -> &Format {
        let decimals = wan
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.len());
        self.figures.get(decimals).unwrap_or(&self.text)
    }
}

/// Makes the workbook: landscape, one page wide, header row on every page, amounts as exact numbers in 万元, text that is
/// only text, groups merged, the content code in the footer.
pub(in crate::write) fn wide_xlsx(table: &Wide) -> Result<Vec<u8>, WriteError> {
    let mut workbook = workbook(&table.title)?;
    let sheet = workbook.add_worksheet();
    sheet.set_name(table.label)?;
    landscape_set_up(sheet, &table.code);
    for (at, column) in (0..).zip(&table.columns) {
        sheet.set_column_width_pixels(at, column.millimetres * TEN_MM / 10)?;
    }
    let looks = Looks::new(FormatAlign::VerticalCenter);
    let (head, last) = above(sheet, table, &looks)?;
    let end = body(sheet, table, &looks, head + 1)?;
    let end = below(sheet, table, &looks, end, last)?;
    sheet.set_print_area(0, 0, end - 1, last)?;
    Ok(workbook.save_to_buffer()?)
}

/// What stands above the body. Gives the header's row and the last column.
fn above(sheet: &mut Worksheet, table: &Wide, looks: &Looks) -> Result<(u32, u16), XlsxError> {
    let last = u16::try_from(table.columns.len() - 1).unwrap_or(u16::MAX);
    text(sheet, (0, 0), table.label, &looks.label)?;
    sheet.set_row_height_pixels(0, 34)?;
    across(sheet, 1, (0, last), &table.title, &looks.title)?;
    sheet.set_row_height_pixels(1, 38)?;
    let mut row = 2;
    if !table.subtitle.is_empty() {
        across(sheet, row, (0, last), &table.subtitle, &looks.note)?;
        sheet.set_row_height_pixels(row, 22)?;
        row += 1;
    }
    // Three columns at the end for the date; the name and its stamp have the rest.
    across(sheet, row, (0, last - 3), &table.left, &looks.left)?;
    across(sheet, row, (last - 2, last), &table.right, &looks.right)?;
    sheet.set_row_height_pixels(row, 52)?;
    row += 1;
    for (at, column) in (0..).zip(&table.columns) {
        text(sheet, (row, at), column.head, &looks.head)?;
    }
    sheet.set_row_height_pixels(row, 42)?;
    sheet.set_repeat_rows(row, row)?;
    sheet.set_freeze_panes(row + 1, 0)?;
    Ok((row, last))
}

/// The rows from `first` on. Gives the row after them.
fn body(sheet: &mut Worksheet, table: &Wide, looks: &Looks, first: u32) -> Result<u32, XlsxError> {
    let groups = table.all_groups();
    let parts: Vec<u32> = table
        .rows
        .iter()
        .map(|line| size::lines_of(table, line).div_ceil(MOST))
        .collect();
    // A row over several pages is read from its top.
    let tall = Looks::new(FormatAlign::Top);
    let mut row = first;
    for (at, (line, part)) in table.rows.iter().zip(&parts).enumerate() {
        for (column, sizes) in (0..).zip(&groups) {
            let group = sizes.as_ref().and_then(|sizes| sizes.get(at)).copied();
            let covered = line.spanned.is_some_and(|from| from <= usize::from(column));
            if let Some(group @ 1..) = group.filter(|_| !covered) {
                let rows: u32 = parts.iter().skip(at).take(group).sum();
                let place = (row, column);
                block(
                    sheet,
                    (row, row + rows - 1),
                    (column, column),
                    &looks.middle,
                )?;
                text(sheet, place, line.text(usize::from(column)), &looks.middle)?;
            }
        }
        heights(sheet, row, *part, size::lines_of(table, line))?;
        let faces = if *part > 1 { &tall } else { looks };
        project(sheet, table, line, (row, row + part - 1), faces)?;
        row += part;
    }
    Ok(row)
}

/// A row of the table over so many rows of the sheet, of equal height together enough.
fn heights(sheet: &mut Worksheet, first: u32, parts: u32, lines: u32) -> Result<(), XlsxError> {
    let text = lines.div_ceil(parts).saturating_mul(LINE);
    // Over several rows the text begins at the top, and pages break between its lines.
    let height = if parts > 1 {
        text
    } else {
        text.saturating_add(10)
    };
    (first..first + parts).try_for_each(|row| {
        sheet
            .set_row_height_pixels(row, height.max(LEAST))
            .map(drop)
    })
}

fn project(
    sheet: &mut Worksheet,
    table: &Wide,
    line: &WideRow,
    rows: (u32, u32),
    looks: &Looks,
) -> Result<(), XlsxError> {
    let last = u16::try_from(table.columns.len() - 1).unwrap_or(u16::MAX);
    for (at, column) in (0..).zip(&table.columns) {
        let content = line.text(usize::from(at));
        if line.spanned == Some(usize::from(at)) {
            block(sheet, rows, (at, last), &looks.text)?;
            return text(sheet, (rows.0, at), content, &looks.text);
        }
        match column.kind {
            Kind::Group => {}
            Kind::Figure => {
                let face = looks.figure(content);
                block(sheet, rows, (at, at), face)?;
                if let Some(amount) = line
                    .amount
                    .and_then(|money| decimal::double(&money.wan_exact()))
                {
                    sheet.write_number_with_format(rows.0, at, amount, face)?;
                }
            }
            Kind::Number => {
                block(sheet, rows, (at, at), &looks.middle)?;
                match line.number {
                    Some(number) => {
                        let number = u32::try_from(number).unwrap_or(u32::MAX);
                        sheet.write_number_with_format(rows.0, at, number, &looks.middle)?;
                    }
                    None => text(sheet, (rows.0, at), content, &looks.middle)?,
                }
            }
            Kind::Text => {
                block(sheet, rows, (at, at), &looks.text)?;
                text(sheet, (rows.0, at), content, &looks.text)?;
            }
        }
    }
    Ok(())
}

/// The notes under the table. Gives the row after them.
fn below(
    sheet: &mut Worksheet,
    table: &Wide,
    looks: &Looks,
    first: u32,
    last: u16,
) -> Result<u32, XlsxError> {
    let widths = table.columns.iter().map(|column| column.millimetres);
    let width = widths.sum::<u32>();
    let mut row = first;
    for note in &table.notes {
        across(sheet, row, (0, last), note, &looks.below)?;
        // 小四号 is an eighth larger than 五号, for which lines are counted.
        let lines = wrap::wrapped(note, size::halves(width * 7 / 8));
        sheet.set_row_height_pixels(row, lines.saturating_mul(21).saturating_add(9))?;
        row += 1;
    }
    Ok(row)
}

/// One line of text over some columns.
fn across(
    sheet: &mut Worksheet,
    row: u32,
    columns: (u16, u16),
    line: &str,
    face: &Format,
) -> Result<(), XlsxError> {
    block(sheet, (row, row), columns, face)?;
    text(sheet, (row, columns.0), line, face)
}

/// Frames a block of cells and merges it where it is more than one.
fn block(
    sheet: &mut Worksheet,
    rows: (u32, u32),
    columns: (u16, u16),
    face: &Format,
) -> Result<(), XlsxError> {
    if rows.0 == rows.1 && columns.0 == columns.1 {
        sheet.write_blank(rows.0, columns.0, face)?;
    } else {
        sheet.merge_range(rows.0, columns.0, rows.1, columns.1, "", face)?;
    }
    Ok(())
}
