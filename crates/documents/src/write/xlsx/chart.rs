//! Charts of rates in workbooks: the one of an analysis, and the small workbook behind a chart in Word.

use domain::Pct;
use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartDataLabel, ChartDataLabelPosition, ChartFont, ChartFormat,
    ChartLegendPosition, ChartLine, ChartLineDashType, ChartMarker, ChartSolidFill, ChartType,
    XlsxError,
};

use super::analysis::{ELAPSED, RATE, ROWS, SHORT};
use super::{Faces, number, text, workbook};
use crate::write::analysis::{Axis, COLUMN, gap};
use crate::write::table::NOTHING;
use crate::write::{Analysis, AnalysisRow, WriteError, decimal};

/// The sheet of the workbook behind a chart.
pub(in crate::write) const CHART_SHEET: &str = "图";
/// Pixels that an enterprise takes on the chart, and the least and largest width of a chart.
const EACH: u32 = 32;
const WIDTH: (u32, u32) = (960, 4000);
/// Height of the least wide; wider ones are higher, so that they fill a landscape sheet.
const HEIGHT: u32 = 520;

/// Columns of 完成率, a dashed line at 时间进度; none without rows.
pub(super) fn of_rows(analysis: &Analysis) -> Result<Option<Chart>, XlsxError> {
    let rows = analysis.charted();
    let Ok(last @ 1..) = u32::try_from(rows.len()) else {
        return Ok(None);
    };
    let names = (ROWS, 1, SHORT, last, SHORT);
    let white = ChartSolidFill::new().set_color("FFFFFF").clone();
    let mut chart = Chart::new(ChartType::Column);
    chart
        .add_series()
        .set_name((ROWS, 0, RATE.1))
        .set_categories(names)
        .set_values((ROWS, 1, RATE.1, last, RATE.1))
        .set_gap(gap(rows.len()))
        .set_format(
            ChartFormat::new()
                .set_solid_fill(ChartSolidFill::new().set_color(COLUMN.0))
                .set_border(ChartLine::new().set_color(COLUMN.1).set_width(0.5)),
        )
        .set_data_label(
            ChartDataLabel::new()
                .show_value()
                .set_num_format("0.00%")
                .set_position(ChartDataLabelPosition::OutsideEnd)
                // The line must not run through the figures.
                .set_format(ChartFormat::new().set_solid_fill(&white))
                .set_font(ChartFont::new().set_size(9)),
        )
        .set_custom_data_labels(&labels(&rows));
    let mut line = Chart::new(ChartType::Line);
    line.add_series()
        .set_name((ROWS, 0, ELAPSED.1))
        .set_categories(names)
        .set_values((ROWS, 1, ELAPSED.1, last, ELAPSED.1))
        .set_marker(ChartMarker::new().set_none())
        .set_format(
            ChartFormat::new().set_line(
                ChartLine::new()
                    .set_color("000000")
                    .set_width(1.5)
                    .set_dash_type(ChartLineDashType::Dash),
            ),
        );
    chart.combine(&line);
    let axis = Axis::upright(analysis);
    let end = |hundredths| decimal::fraction(Pct::from_hundredths(hundredths));
    if let (Some(low), Some(high)) = (
        decimal::double(&end(axis.low)),
        decimal::double(&end(axis.high)),
    ) {
        chart.y_axis().set_min(low).set_max(high);
    }
    chart
        .y_axis()
        .set_major_unit(0.5)
        .set_num_format("0%")
        .set_major_gridlines_line(ChartLine::new().set_color("BFBFBF").set_width(0.5));
    chart
        .x_axis()
        .set_label_position(ChartAxisLabelPosition::Low)
        .set_label_interval(1)
        .set_font(ChartFont::new().set_size(9).set_rotation(-90));
    chart.title().set_hidden();
    chart.legend().set_position(ChartLegendPosition::Top);
    let width = last.saturating_mul(EACH).clamp(WIDTH.0, WIDTH.1);
    chart
        .set_width(width)
        .set_height(HEIGHT + (width - WIDTH.0) / 3)
        .set_alt_text("柱形图：各企业完成率，虚线为时间进度；数值见工作表“明细”。");
    Ok(Some(chart))
}

/// Labels of columns that are none: — and not 0.
fn labels(rows: &[&AnalysisRow]) -> Vec<ChartDataLabel> {
    if rows.iter().all(|row| row.rate.is_some()) {
        return Vec::new();
    }
    let label = |row: &&AnalysisRow| match row.rate {
        Some(_) => ChartDataLabel::default(),
        None => ChartDataLabel::new().set_value(NOTHING).to_custom(),
    };
    rows.iter().map(label).collect()
}

/// The workbook behind a chart in Word: name, 完成率, 时间进度.
pub(in crate::write) fn chart_workbook(
    rows: &[&AnalysisRow],
    names: &[String],
    elapsed: Pct,
) -> Result<Vec<u8>, WriteError> {
    let mut workbook = workbook("各企业完成率与时间进度")?;
    let faces = Faces::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(CHART_SHEET)?;
    sheet.set_column_width_pixels(0, 200)?;
    let elapsed_head = format!("时间进度 {elapsed}%");
    for (column, head) in (0..).zip(["单位", "完成率", &elapsed_head]) {
        text(sheet, (0, column), head, &faces.head)?;
    }
    let elapsed = decimal::fraction(elapsed);
    for (row, (line, name)) in (1..).zip(rows.iter().zip(names)) {
        text(sheet, (row, 0), name, &faces.cell)?;
        let rate = line.rate.map(decimal::fraction);
        for (column, value) in (1..).zip([rate.as_deref(), Some(&elapsed)]) {
            number(sheet, (row, column), value, decimal::double, &faces.rate)?;
        }
    }
    Ok(workbook.save_to_buffer()?)
}
