//! The texts of cells: names on one line, narratives as they are written, and what was left out of either.

use std::collections::HashMap;

use domain::names;
use unicode_normalization::UnicodeNormalization as _;

use super::columns::{Column, Columns};
use crate::forms::cells::whys::quote;
use crate::grid::{Cell, CellKind, Doubt, Grid, GridRow};
use crate::value::is_blank;

/// What stands in the column of a field.
pub(super) enum Place<'a> {
    Nothing,
    One(&'a Cell),
    /// A merged cell that other rows share.
    Shared(&'a Cell),
    /// Several cells under one header.
    Several(Vec<&'a Cell>),
    /// A cell over several fields: what it says, and whether this is the first of them.
    Wide(&'a Cell, bool),
}

impl Place<'_> {
    /// The text as it stands.
    pub fn raw(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::One(cell) | Self::Shared(cell) | Self::Wide(cell, true) => cell.text.clone(),
            Self::Wide(_, false) => String::new(),
            Self::Several(cells) => {
                let texts: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
                texts.join(" ")
            }
        }
    }

    /// The cells that speak.
    pub fn cells(&self) -> Vec<&Cell> {
        match self {
            Self::Nothing | Self::Wide(_, false) => Vec::new(),
            Self::One(cell) | Self::Shared(cell) | Self::Wide(cell, true) => vec![cell],
            Self::Several(cells) => cells.clone(),
        }
    }
}

/// The cell that a covered one repeats; itself where none covers it.
pub(super) fn origin<'a>(grid: &'a Grid, cell: &'a Cell) -> &'a Cell {
    match cell.kind {
        CellKind::Below(row) => grid
            .rows
            .get(row)
            .and_then(|row| row.cell(cell.col))
            .unwrap_or(cell),
        _ => cell,
    }
}

/// Finds what belongs to a field in a row. `height` is how many rows the row's own project takes.
pub(super) fn locate<'a>(
    grid: &'a Grid,
    row: &'a GridRow,
    column: &Column,
    columns: &Columns,
    height: u32,
) -> Place<'a> {
    let end = column.col.saturating_add(column.cols);
    let from = row
        .cells
        .partition_point(|cell| cell.col.saturating_add(cell.cols) <= column.col);
    let here: Vec<&Cell> = row.cells[from..]
        .iter()
        .take_while(|cell| cell.col < end)
        .filter(|cell| cell.is_below() || !cell.text.is_empty() || cell.doubt.is_some())
        .collect();
    let cell = match here.as_slice() {
        [] => return Place::Nothing,
        [cell] => *cell,
        _ => return Place::Several(here.into_iter().map(|cell| origin(grid, cell)).collect()),
    };
    let shown = origin(grid, cell);
    let last = shown.col.saturating_add(shown.cols);
    let covered = |other: &&Column| other.col >= shown.col && other.col < last;
    let mut fields = columns.all().iter().filter(covered);
    if let (Some(first), Some(_)) = (fields.next(), fields.next()) {
        return Place::Wide(shown, first.col == column.col);
    }
    if cell.is_below() || shown.rows > height {
        Place::Shared(shown)
    } else {
        Place::One(shown)
    }
}

/// A text of several lines: NFC, outer white space off, line breaks of one kind, no marks that nobody sees at the
/// ends of lines.
pub(super) fn narrative(text: &str) -> String {
    let whole: String = text
        .nfc()
        .collect::<String>()
        .replace("\r\n", "\n")
        .chars()
        .map(|c| if crate::value::is_break(c) { '\n' } else { c })
        .filter(|c| matches!(c, '\n' | '\t') || !c.is_control())
        .collect();
    let lines: Vec<&str> = whole
        .lines()
        .map(|line| line.trim_end_matches(is_blank))
        .collect();
    lines.join("\n").trim_matches(is_blank).to_owned()
}

/// A name on one line.
pub(super) fn name(text: &str) -> String {
    let plain: String = text
        .nfc()
        .filter(|c| !c.is_control() || crate::value::is_break(*c))
        .collect();
    names::tidy(plain.trim_matches(is_blank))
}

/// Names of enterprises, one under the other: one name broken into lines is joined, several are set apart. True
/// where they were set apart.
pub(super) fn enterprises(text: &str) -> (String, bool) {
    const ENDINGS: [&str; 10] = [
        "公司",
        "集团",
        "银行",
        "研究院",
        "设计院",
        "总院",
        "局",
        "中心",
        "总公司",
        "分院",
    ];
    const BEGINNINGS: [&str; 4] = ["中国", "国家", "中共", "华"];
    let text = narrative(text);
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.trim_matches(is_blank))
        .filter(|line| !line.is_empty())
        .collect();
    let mut joined = String::new();
    let mut several = false;
    for line in lines {
        let ended = ENDINGS.iter().any(|ending| joined.ends_with(ending));
        let begins = BEGINNINGS.iter().any(|word| line.starts_with(word));
        let marked = joined.ends_with(['、', ',', '，', ';', '；']);
        if !joined.is_empty() && !marked && ((ended && !line.starts_with(['(', '（'])) || begins) {
            joined.push('、');
            several = true;
        }
        joined.push_str(line);
    }
    (name(&joined), several)
}

/// What is said about a cell whose text is not all there.
pub(super) fn doubts(cell: &Cell) -> Option<String> {
    if cell.kind == CellKind::Error {
        return Some(format!("公式出错（{}），没有内容", cell.text));
    }
    let text = quote(&cell.text);
    match cell.doubt {
        Some(Doubt::Struck) if cell.text.is_empty() => {
            Some("单元格里的文字已被划去，未读取".to_owned())
        }
        Some(Doubt::Struck) => Some(format!("单元格里有划去的文字未读取，读到的是{text}")),
        Some(Doubt::Hidden) if cell.text.is_empty() => {
            Some("单元格里的文字是隐藏文字，未读取".to_owned())
        }
        Some(Doubt::Hidden) => Some(format!("单元格里有隐藏文字未读取，读到的是{text}")),
        Some(Doubt::NotComputed) => {
            Some("公式没有保存计算结果，请用 Excel 或 WPS 打开并保存一次，或改填内容".to_owned())
        }
        Some(Doubt::Scaled) | None => cell
            .text
            .contains('\u{fffd}')
            .then(|| "有无法识别的字符，请改正".to_owned()),
    }
}

/// The texts of tables that stand inside cells and are no forms: by row and column of the outer table.
pub(super) fn nested(grids: &[Grid], outer: &Grid) -> HashMap<(u32, u32), String> {
    let crate::grid::Place::Table(number) = outer.place else {
        return HashMap::new();
    };
    let mut texts: HashMap<(u32, u32), String> = HashMap::new();
    for grid in grids {
        let Some(inside) = grid.inside.filter(|inside| inside.table == number) else {
            continue;
        };
        let lines = grid.rows.iter().map(GridRow::line);
        let lines: Vec<String> = lines.filter(|line| !line.trim().is_empty()).collect();
        if !lines.is_empty() {
            let text = texts.entry((inside.row, inside.col)).or_default();
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&lines.join("\n"));
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narratives_keep_their_lines_and_names_do_not() {
        assert_eq!(
            narrative("\u{feff}\u{3000}一、甲\r\n二、乙 \u{200b}\n\u{a0}"),
            "一、甲\n二、乙"
        );
        assert_eq!(narrative("a\u{2028}b\u{b}c"), "a\nb\nc");
        assert_eq!(name(" 温州\n𠮷祥\u{3000}"), "温州𠮷祥");
        assert_eq!(narrative("e\u{301}"), "é");
    }

    #[test]
    fn enterprises_under_each_other_stay_apart() {
        let read = |text: &str| enterprises(text);
        assert_eq!(
            read("中国建筑\n股份有限公司"),
            ("中国建筑股份有限公司".into(), false)
        );
        assert_eq!(
            read("中国铁建\n中国中铁"),
            ("中国铁建、中国中铁".into(), true)
        );
        assert_eq!(
            read("中铁十二局集团有限公司\n招商局集团"),
            ("中铁十二局集团有限公司、招商局集团".into(), true)
        );
        assert_eq!(
            read("中国铁建、\n中国中铁"),
            ("中国铁建、中国中铁".into(), false)
        );
        assert_eq!(
            read("国家电网公司\n（浙江）"),
            ("国家电网公司（浙江）".into(), false)
        );
    }
}
