//! One row of the grid: data, a sum, or nothing to keep.

use std::collections::BTreeMap;

use domain::{Money, names};

use super::figures::{self, ColumnUnit, Figure, Found};
use super::labels::{self, Sum};
use crate::forms::header::Mapping;
use crate::forms::words::Field;
use crate::grid::{Cell, CellKind, Doubt, Grid, GridRow, Place};
use crate::value::rate::StatedRate;

/// The columns of one table and the units of its money.
pub(super) struct Table<'a> {
    pub grid: &'a Grid,
    pub mapping: &'a Mapping,
    /// First column after the header.
    pub width: u32,
    pub target_unit: ColumnUnit,
    pub done_unit: ColumnUnit,
}

/// What a row turned out to be.
pub(super) enum Kind {
    Data(Draft),
    Sum(Sum, Draft),
    Nothing,
    /// Left out, and said so.
    LeftOut(String),
}

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
    /// Extra columns with something in them.
    pub used_extra: Vec<String>,
}

/// Reads row `at` of a table.
pub(super) fn read(table: &Table<'_>, row: &GridRow) -> Kind {
    if row
        .cells
        .iter()
        .all(|cell| cell.is_below() || cell.text.is_empty() && cell.doubt.is_none())
    {
        return Kind::Nothing;
    }
    let Some(unit_column) = table.mapping.column(Field::Unit) else {
        return Kind::Nothing;
    };
    let unit_cell = row.cell(unit_column.col);
    let label = unit_cell.map_or_else(String::new, |cell| unit_text(table, cell, unit_column.col));
    let first_figure = table
        .mapping
        .columns
        .iter()
        .filter(|column| column.field != Field::Unit)
        .map(|column| column.col)
        .min();
    let mut labels = row
        .cells
        .iter()
        .filter(|cell| first_figure.is_none_or(|first| cell.col < first));
    let sum = labels::sum(&label).or_else(|| labels.find_map(|cell| labels::sum(&cell.text)));
    let draft = draft(table, row, &label);
    let figures = [
        draft.target.is_some(),
        draft.done.is_some(),
        draft.rate.is_some(),
    ];
    let any_figure = figures.into_iter().any(|read| read);
    if let Some(sum) = sum {
        return Kind::Sum(sum, draft);
    }
    if is_skipped(table, row, &label, unit_cell, any_figure) {
        return Kind::Nothing;
    }
    if label.is_empty() {
        return without_label(table, row, draft);
    }
    Kind::Data(draft)
}

/// Lines, dots, numbering and headings.
fn is_skipped(
    table: &Table<'_>,
    row: &GridRow,
    label: &str,
    unit_cell: Option<&Cell>,
    any_figure: bool,
) -> bool {
    let texts = || {
        row.cells
            .iter()
            .filter(|cell| !cell.is_below())
            .map(|cell| cell.text.as_str())
            .filter(|text| !text.is_empty())
    };
    if labels::is_column_numbers(texts()) {
        return true;
    }
    if any_figure {
        return false;
    }
    if texts().all(|text| labels::is_dots(text) || labels::is_numbering(text)) {
        return true;
    }
    let covers_figures =
        unit_cell.is_some_and(|cell| {
            let end = cell.col.saturating_add(cell.cols);
            table.mapping.columns.iter().any(|column| {
                column.field != Field::Unit && column.col >= cell.col && column.col < end
            })
        });
    let alone = texts().count() == 1;
    let line = row
        .cells
        .iter()
        .find(|cell| !cell.is_below() && !cell.text.is_empty());
    let note = labels::is_note(label) || line.is_some_and(|cell| labels::is_note(&cell.text));
    note || labels::is_dots(label)
        || (covers_figures && alone)
        || (alone && labels::is_heading(label))
        || (alone && label.is_empty())
}

/// A row whose unit cell is empty: a template row filled by formulas, or a row to ask about.
fn without_label(table: &Table<'_>, row: &GridRow, draft: Draft) -> Kind {
    let nothing = |money: Option<Money>| money.is_none_or(Money::is_zero);
    if nothing(draft.target) && nothing(draft.done) {
        let amounts = [Field::Target, Field::Done]
            .into_iter()
            .filter_map(|field| draft.cells.get(field.key()));
        let readable = amounts.filter(|text| !text.is_empty()).count()
            == [draft.target, draft.done].into_iter().flatten().count();
        return if readable {
            Kind::Nothing
        } else {
            Kind::LeftOut(format!(
                "{}没有单位名称，没有读取",
                table.grid.row_place(row, None)
            ))
        };
    }
    let mut draft = draft;
    draft
        .whys
        .push((Some(Field::Unit), "没有单位名称".to_owned()));
    Kind::Data(draft)
}

fn unit_text(table: &Table<'_>, cell: &Cell, col: u32) -> String {
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

fn draft(table: &Table<'_>, row: &GridRow, label: &str) -> Draft {
    let mapping = table.mapping;
    let overflow = matches!(table.grid.place, Place::Lines)
        && row.cells.iter().any(|cell| cell.col >= table.width);
    let find = |field: Field| match mapping.column(field) {
        Some(_) if overflow => Found::Unclear(row.line()),
        Some(column) => figures::locate(table.grid, row, column, mapping),
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
    for (col, label) in &mapping.extra {
        let Some(cell) = row
            .cell(*col)
            .filter(|cell| cell.col == *col && !cell.text.is_empty())
        else {
            continue;
        };
        texts.insert(label.clone(), cell.text.clone());
        if !HARMLESS.contains(&label.as_str()) {
            used.push(label.clone());
        }
    }
    (texts, used)
}
