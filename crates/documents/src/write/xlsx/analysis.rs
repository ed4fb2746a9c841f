//! The analysis as a workbook: 分析 with the headline, 明细 with the rows, 图 with a chart of the rows' cells.

use domain::{Money, Pct};
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::{Faces, across, chart, lines, number, print_set_up, text, workbook};
use crate::write::analysis::Axis;
use crate::write::{Analysis, AnalysisRow, Figure, WriteError, decimal};

/// Widths of name, figure and meaning in pixels; together the 156 mm of the text block.
const HEADLINE: [u32; 3] = [160, 130, 300];
/// Characters of a note on one line.
const NOTE_LINE: usize = 36;
/// Characters of a headline's meaning on one line.
const MEANING_LINE: usize = 20;
/// Characters of a unit's name on one line.
const NAME_LINE: usize = 18;
/// The sheet of the rows.
pub(super) const ROWS: &str = "明细";

/// What a cell of a row holds.
enum Cell<'a> {
    Text(&'a str),
    Amount(Option<Money>),
    Change(Option<Money>),
    Rate(Option<Pct>),
    Points(Option<Pct>),
}

/// A column of the rows: header, width in pixels, what it holds of a row.
type Column = (String, u32, for<'a> fn(&'a AnalysisRow) -> Cell<'a>);

/// Makes the workbook of the analysis: figures as numbers, a native chart of the cells of 明细.
///
/// # Errors
/// [`WriteError::Xlsx`] when packing fails, or for more rows than a sheet has.
pub fn analysis_xlsx(analysis: &Analysis) -> Result<Vec<u8>, WriteError> {
    let mut workbook = workbook(&analysis.title.concat())?;
    let faces = Faces::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("分析")?;
    print_set_up(sheet);
    headline(sheet, analysis, &faces)?;
    let sheet = workbook.add_worksheet();
    sheet.set_name(ROWS)?;
    print_set_up(sheet);
    sheet.set_landscape();
    rows(sheet, analysis, &faces)?;
    let sheet = workbook.add_worksheet();
    sheet.set_name("图")?;
    print_set_up(sheet);
    sheet.set_landscape().set_print_fit_to_pages(1, 1);
    drawing(sheet, analysis, &faces)?;
    Ok(workbook.save_to_buffer()?)
}

fn headline(sheet: &mut Worksheet, analysis: &Analysis, faces: &Faces) -> Result<(), XlsxError> {
    for (column, width) in (0..).zip(HEADLINE) {
        sheet.set_column_width_pixels(column, width)?;
    }
    let mut row = 0;
    for line in &analysis.title {
        across(sheet, row, 2, line, &faces.title)?;
        sheet.set_row_height_pixels(row, 43)?;
        row += 1;
    }
    across(sheet, row, 2, &analysis.facts, &faces.unit_line)?;
    sheet.set_row_height_pixels(row, 30)?;
    row += 1;
    for (column, word) in (0..).zip(["指标", "数值", "说明"]) {
        text(sheet, (row, column), word, &faces.head)?;
    }
    sheet.set_row_height_pixels(row, 30)?;
    sheet.set_repeat_rows(row, row)?;
    for line in &analysis.headline {
        row += 1;
        text(sheet, (row, 0), &line.label, &faces.cell)?;
        figure(sheet, (row, 1), line.figure, faces)?;
        text(sheet, (row, 2), &line.note, &faces.cell)?;
        let height = lines(&line.note, MEANING_LINE).saturating_mul(18).max(30);
        sheet.set_row_height_pixels(row, height)?;
    }
    let pointer = "各企业的数见工作表“明细”，图见工作表“图”。";
    let notes = (1..).zip(&analysis.notes);
    let notes = notes.map(|(number, note)| format!("{number}. {note}"));
    for note in [pointer.to_owned()].into_iter().chain(notes) {
        row += 1;
        across(sheet, row, 2, &note, &faces.note)?;
        sheet.set_row_height_pixels(row, lines(&note, NOTE_LINE).saturating_mul(21))?;
    }
    sheet.set_print_area(0, 0, row, 2)?;
    Ok(())
}

/// A figure as a number, shown with what it is counted in.
fn figure(
    sheet: &mut Worksheet,
    place: (u32, u16),
    figure: Figure,
    faces: &Faces,
) -> Result<(), XlsxError> {
    let face = |code: &str| faces.cell.clone().set_num_format(code);
    match figure {
        Figure::Rate(rate) => cell(sheet, place, &Cell::Rate(rate), faces),
        Figure::Amount(value) => {
            let face = face("0\"万元\";\u{2212}0\"万元\"");
            amount(sheet, place, value, &face)
        }
        Figure::Change(value) => {
            let face = face("+0\"万元\";\u{2212}0\"万元\";0\"万元\"");
            amount(sheet, place, value, &face)
        }
        Figure::Count { count, of } => {
            let of = of.map_or_else(String::new, |of| format!("/{of}"));
            let count = count.map(|count| count.to_string());
            let face = face(&format!("0\"{of}户\""));
            number(sheet, place, count.as_deref(), decimal::double, &face)
        }
    }
}

fn amount(
    sheet: &mut Worksheet,
    place: (u32, u16),
    amount: Option<Money>,
    face: &Format,
) -> Result<(), XlsxError> {
    let exact = amount.map(Money::wan_exact);
    number(sheet, place, exact.as_deref(), decimal::double, face)
}

fn cell(
    sheet: &mut Worksheet,
    place: (u32, u16),
    cell: &Cell<'_>,
    faces: &Faces,
) -> Result<(), XlsxError> {
    match *cell {
        Cell::Text(words) => text(sheet, place, words, &faces.cell),
        Cell::Amount(value) => amount(sheet, place, value, &faces.amount),
        Cell::Change(value) => amount(sheet, place, value, &faces.change),
        Cell::Rate(rate) => {
            let exact = rate.map(decimal::fraction);
            number(sheet, place, exact.as_deref(), decimal::double, &faces.rate)
        }
        Cell::Points(points) => {
            let exact = points.map(|points| points.to_string());
            number(
                sheet,
                place,
                exact.as_deref(),
                decimal::double,
                &faces.points,
            )
        }
    }
}

/// Header words of the columns that the chart refers to.
pub(super) const RATE: (&str, u16) = ("完成率", 4);
/// 时间进度, the same in every row, so that the chart can draw it.
pub(super) const ELAPSED: (&str, u16) = ("时间进度", 5);
/// 简称: the names on the chart's axis.
pub(super) const SHORT: u16 = 1;

fn columns(done_header: &str) -> Vec<Column> {
    let amounts = |head: &str| format!("{head}（万元）");
    vec![
        ("单位".to_owned(), 260, |row| Cell::Text(&row.unit)),
        ("简称".to_owned(), 120, |row| Cell::Text(row.label())),
        (amounts("任务数"), 90, |row| Cell::Amount(row.target)),
        (amounts(done_header), 120, |row| Cell::Amount(row.done)),
        (RATE.0.to_owned(), 80, |row| Cell::Rate(row.rate)),
        (ELAPSED.0.to_owned(), 80, |_| Cell::Rate(None)),
        ("超/欠进度（百分点）".to_owned(), 90, |row| {
            Cell::Points(row.lead)
        }),
        ("计划进度".to_owned(), 80, |row| {
            Cell::Rate(row.plan_rate)
        }),
        ("超/欠计划（百分点）".to_owned(), 90, |row| {
            Cell::Points(row.plan_lead)
        }),
        (amounts("上月末"), 90, |row| {
            Cell::Amount(row.month_before)
        }),
        (amounts("本月新增"), 90, |row| Cell::Change(row.since)),
        (amounts("上年同期"), 90, |row| {
            Cell::Amount(row.year_before)
        }),
        (amounts("同比增减"), 90, |row| {
            Cell::Change(row.against_year_before)
        }),
        (amounts("年底预测"), 90, |row| {
            Cell::Amount(row.projected)
        }),
        ("预测完成率".to_owned(), 90, |row| {
            Cell::Rate(row.projected_rate)
        }),
    ]
}

fn rows(sheet: &mut Worksheet, analysis: &Analysis, faces: &Faces) -> Result<(), XlsxError> {
    let columns = columns(&analysis.done_header);
    for (column, (head, width, _)) in (0..).zip(&columns) {
        sheet.set_column_width_pixels(column, *width)?;
        text(sheet, (0, column), head, &faces.head)?;
    }
    sheet.set_row_height_pixels(0, 48)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_freeze_panes(1, 1)?;
    for (row, line) in (1..).zip(analysis.rows.iter().chain([&analysis.total])) {
        for (column, (.., holds)) in (0..).zip(&columns) {
            let held = if column == ELAPSED.1 {
                Cell::Rate(Some(analysis.elapsed))
            } else {
                holds(line)
            };
            cell(sheet, (row, column), &held, faces)?;
        }
        let height = lines(&line.unit, NAME_LINE).saturating_mul(18).max(30);
        sheet.set_row_height_pixels(row, height)?;
    }
    Ok(())
}

fn drawing(sheet: &mut Worksheet, analysis: &Analysis, faces: &Faces) -> Result<(), XlsxError> {
    text(sheet, (0, 0), "各企业完成率与时间进度", &faces.label)?;
    let note = Axis::upright(analysis).note("柱上数字");
    let face = faces.note.clone().unset_text_wrap();
    text(sheet, (1, 0), &note, &face)?;
    if let Some(chart) = chart::of_rows(analysis)? {
        sheet.insert_chart(2, 0, &chart)?;
    }
    Ok(())
}
