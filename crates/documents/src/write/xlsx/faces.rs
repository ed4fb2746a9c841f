//! How cells look: the fonts of the official layout, frames, number formats.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

/// The formats of a workbook.
pub(super) struct Faces {
    /// 3号黑体: 附件1.
    pub label: Format,
    /// 2号小标宋: titles.
    pub title: Format,
    /// Unit line, flush right.
    pub unit_line: Format,
    /// Header cells.
    pub head: Format,
    /// Words in the table.
    pub cell: Format,
    /// Amounts, shown whole and kept exact.
    pub amount: Format,
    /// Rates as percentages.
    pub rate: Format,
    /// Amounts more or less than others, with their sign.
    pub change: Format,
    /// Percentage points ahead or behind, with their sign.
    pub points: Format,
    /// Notes under the table.
    pub note: Format,
}

impl Faces {
    pub fn new() -> Self {
        let cell = framed("仿宋_GB2312");
        Self {
            label: plain("黑体", 16.0).set_align(FormatAlign::Left),
            title: plain("方正小标宋简体", 22.0).set_align(FormatAlign::Center),
            unit_line: plain("仿宋_GB2312", 12.0).set_align(FormatAlign::Right),
            head: framed("黑体"),
            amount: cell.clone().set_num_format("0"),
            rate: cell.clone().set_num_format("0.00%"),
            change: cell.clone().set_num_format("+0;\u{2212}0;0"),
            points: cell.clone().set_num_format("+0.00;\u{2212}0.00;0.00"),
            cell,
            note: plain("仿宋_GB2312", 12.0)
                .set_align(FormatAlign::Left)
                .set_text_wrap(),
        }
    }
}

pub(super) fn plain(font: &str, points: f64) -> Format {
    Format::new()
        .set_font_name(font)
        .set_font_size(points)
        .set_align(FormatAlign::VerticalCenter)
}

pub(super) fn framed(font: &str) -> Format {
    plain(font, 10.5)
        .set_align(FormatAlign::Center)
        .set_border(FormatBorder::Thin)
        .set_text_wrap()
}
