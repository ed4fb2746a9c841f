//! A row as it was read, before the checks across rows.

use std::collections::BTreeMap;

use domain::{Money, names};

use super::locate::locate;
use super::rows::Table;
use crate::forms::cells::Found;
use crate::forms::cells::figures::{self, Figure};
use crate::forms::header::Mapping;
use crate::forms::words::Field;
use crate::grid::{Cell, CellKind, Doubt, GridRow, Place};
use crate::value::rate::StatedRate;

/// A row before the checks across rows.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub unit: String,
    pub target: Option<Money>,
    pub done: Option<Money>,
    pub rate: Option<StatedRate>,
    /// A cell of the rate column says that there is no rate.
    pub rate_blank: bool,
    pub rate_whys: Vec<String>,
    pub whys: Vec<(Option<Field>, String)>,
    pub place: String,
    pub cells: BTreeMap<String, String>,
    pub extra: BTreeMap<String, String>,
    /// An amount was read in the unit of its column.
    pub by_column: bool,
    /// Units that the cells themselves name.
    pub named_units: Vec<String>,
    /// Figures that are words: many of them make a row look like a header.
    pub words: usize,
    /// Extra columns with something in them.
    pub used_extra: Vec<String>,
}

/// The name in a unit cell; where a merged area covers it, the name where that area starts.
pub(super) fn unit_text(table: &Table<'_>, cell: &Cell, col: u32) -> String {
    let cell = match cell.kind {
        CellKind::Below(origin) => table
            .grid
            .rows
            .get(origin)
            .and_then(|row| row.cell(col))
            .unwrap_or(cell),
        _ => cell,
    };
    names::tidy(&cell.text)
}

/// Reads the figures of a row, whatever kind of row it is.
pub(super) fn read(table: &Table<'_>, row: &GridRow, label: &str) -> Draft {
    let mapping = table.mapping;
    let overflow = matches!(table.grid.place, Place::Lines)
        && row.cells.iter().any(|cell| cell.col >= table.width);
    let find = |field: Field| match mapping.column(field) {
        Some(_) if overflow => Found::Unclear(row.line()),
        Some(column) => locate(table.grid, row, column, mapping),
        None => Found::Nothing,
    };
    let has = |field: Field| mapping.column(field).is_some();
    let target = figures::amount(&find(Field::Target), &table.target_unit);
    let done = figures::amount(&find(Field::Done), &table.done_unit);
    let rate = figures::rate(&find(Field::Rate));
    let mut whys = unit_whys(row, mapping, label);
    if overflow {
        whys.push((
            None,
            "这一行的列数比表头多，各列无法对应（数字里的逗号可能被当成了分隔符），数值没有读取"
                .to_owned(),
        ));
    } else {
        for (field, figure) in [(Field::Target, &target), (Field::Done, &done)] {
            whys.extend(
                figure
                    .whys
                    .iter()
                    .filter(|_| has(field))
                    .map(|why| (Some(field), why.clone())),
            );
        }
    }
    if row.hidden {
        whys.push((None, "这一行在原文件中是隐藏的".to_owned()));
    }
    let by_column = target.by_column || done.by_column;
    let words = usize::from(target.word) + usize::from(done.word) + usize::from(rate.word);
    let (extra, used_extra) = extra(row, mapping);
    let unit_col = mapping.column(Field::Unit).map(|column| column.col);
    Draft {
        unit: label.to_owned(),
        target: target.value,
        done: done.value,
        rate: rate.value,
        rate_blank: rate.blank,
        rate_whys: rate_whys(&rate, has(Field::Rate) && !overflow),
        whys,
        place: table.grid.row_place(row, unit_col),
        cells: cells(row, mapping),
        extra,
        by_column,
        named_units: target
            .named_unit
            .into_iter()
            .chain(done.named_unit)
            .collect(),
        words,
        used_extra,
    }
}

fn rate_whys(rate: &Figure<StatedRate>, wanted: bool) -> Vec<String> {
    if wanted {
        rate.whys.clone()
    } else {
        Vec::new()
    }
}

fn unit_whys(row: &GridRow, mapping: &Mapping, label: &str) -> Vec<(Option<Field>, String)> {
    let cell = mapping
        .column(Field::Unit)
        .and_then(|column| row.cell(column.col));
    let mut whys = Vec::new();
    let mut say = |why: &str| whys.push((Some(Field::Unit), why.to_owned()));
    match cell.and_then(|cell| cell.doubt) {
        Some(Doubt::Struck) => say("单位名称里有划去的文字未读取"),
        Some(Doubt::Hidden) => say("单位名称里有隐藏文字未读取"),
        Some(Doubt::NotComputed) => say("单位名称是公式，没有保存计算结果"),
        _ => {}
    }
    if label.contains('\u{fffd}') {
        say("单位名称里有无法识别的字符，请改正");
    }
    if cell.is_some_and(|cell| !matches!(cell.kind, CellKind::Text | CellKind::Below(_))) {
        say("单位名称一栏不是文字，请核对");
    }
    whys
}

fn cells(row: &GridRow, mapping: &Mapping) -> BTreeMap<String, String> {
    let text = |col: u32| {
        row.cell(col)
            .map(|cell| cell.text.clone())
            .unwrap_or_default()
    };
    mapping
        .columns
        .iter()
        .map(|column| (column.field.key().to_owned(), text(column.col)))
        .collect()
}

/// Texts of the other columns by header, and the headers that a person may miss among the fields.
fn extra(row: &GridRow, mapping: &Mapping) -> (BTreeMap<String, String>, Vec<String>) {
    const HARMLESS: [&str; 10] = [
        "序号", "编号", "备注", "排名", "名次", "位次", "说明", "no", "行次", "no.",
    ];
    let mut texts = BTreeMap::new();
    let mut used = Vec::new();
    // Over the cells of the row, not over the columns of the header: there may be thousands of those.
    for cell in row.cells.iter().filter(|cell| !cell.text.is_empty()) {
        let Ok(at) = mapping
            .extra
            .binary_search_by_key(&cell.col, |(col, _)| *col)
        else {
            continue;
        };
        let label = &mapping.extra[at].1;
        texts.insert(label.clone(), cell.text.clone());
        if !HARMLESS.contains(&label.as_str()) {
            used.push(label.clone());
        }
    }
    (texts, used)
}
