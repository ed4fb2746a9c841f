//! One row of the grid: data, a sum, or nothing to keep.

use domain::Money;

use super::draft::{self, Draft};
use crate::forms::cells::figures::ColumnUnit;
use crate::forms::cells::labels::{self, Sum};
use crate::forms::header::Mapping;
use crate::forms::words::Field;
use crate::grid::{Cell, Grid, GridRow};

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
    let label = unit_cell.map_or_else(String::new, |cell| {
        draft::unit_text(table, cell, unit_column.col)
    });
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
    let draft = draft::read(table, row, &label);
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
    if labels::is_statistic(&label) {
        let place = table.grid.row_place(row, Some(unit_column.col));
        return Kind::LeftOut(format!("{place}“{label}”不是单位，没有读取"));
    }
    if any_figure && labels::is_note(&label) {
        let place = table.grid.row_place(row, Some(unit_column.col));
        return Kind::LeftOut(format!(
            "{place}“{label}”像是表尾的说明或签名，没有作为单位读取"
        ));
    }
    if labels::is_part_of_above(&label) {
        let place = table.grid.row_place(row, Some(unit_column.col));
        return Kind::LeftOut(format!("{place}“{label}”是上一行的一部分，没有单独读取"));
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
