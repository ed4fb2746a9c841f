//! The figures of one row: which cell, what it says, what is doubtful about it.

use crate::forms::header::{Column, Mapping};
use crate::grid::{Cell, CellKind, Doubt, Grid, GridRow};
use crate::value::amount::{self, Amount, NoAmount};
use crate::value::money_unit::{MoneyUnit, Stated};
use crate::value::rate::{self, NoRate, StatedRate};

use domain::Money;

/// Characters of a cell quoted in a warning.
const QUOTED: usize = 30;

/// What stands in the column of a field.
pub(super) enum Found<'a> {
    Nothing,
    One(&'a Cell),
    /// Several cells where one is expected, or one cell over several columns.
    Unclear(String),
    /// One merged cell for several rows.
    Shared(String),
}

/// Finds the cell of a field in a row.
pub(super) fn locate<'a>(
    grid: &'a Grid,
    row: &'a GridRow,
    column: &Column,
    mapping: &Mapping,
) -> Found<'a> {
    let end = column.col.saturating_add(column.cols);
    let here: Vec<&Cell> = row
        .cells
        .iter()
        .filter(|cell| cell.col < end && cell.col.saturating_add(cell.cols) > column.col)
        .collect();
    let [cell] = here.as_slice() else {
        let texts: Vec<&str> = here.iter().map(|cell| cell.text.as_str()).collect();
        return if here.is_empty() {
            Found::Nothing
        } else {
            Found::Unclear(texts.join("、"))
        };
    };
    if let CellKind::Below(origin) = cell.kind {
        let text = grid
            .rows
            .get(origin)
            .and_then(|row| row.cell(column.col))
            .map(|cell| cell.text.clone());
        return text.map_or(Found::Nothing, Found::Shared);
    }
    let covers =
        |other: &Column| other.col >= cell.col && other.col < cell.col.saturating_add(cell.cols);
    if mapping.columns.iter().filter(|other| covers(other)).count() > 1 {
        return Found::Unclear(cell.text.clone());
    }
    let unit_rows = mapping
        .columns
        .first()
        .and_then(|unit| row.cell(unit.col))
        .map_or(1, |unit| unit.rows);
    if cell.rows > unit_rows {
        Found::Shared(cell.text.clone())
    } else {
        Found::One(cell)
    }
}

/// The unit in which a column gives money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ColumnUnit {
    Stated(MoneyUnit),
    /// Stated nowhere: the form prints 万元.
    Assumed,
    Foreign(String),
}

impl ColumnUnit {
    pub fn new(stated: Option<Stated>) -> Self {
        match stated {
            Some(Stated::Rmb(unit)) => Self::Stated(unit),
            Some(Stated::Foreign(name)) => Self::Foreign(name),
            None => Self::Assumed,
        }
    }

    fn money(&self) -> MoneyUnit {
        if let Self::Stated(unit) = self {
            unit.clone()
        } else {
            MoneyUnit::wan()
        }
    }
}

/// A figure that was read, or not, with what to say about it.
#[derive(Debug, Clone)]
pub(super) struct Figure<T> {
    pub value: Option<T>,
    pub whys: Vec<String>,
    /// The unit of the column decided its size.
    pub by_column: bool,
    /// The cell is empty or says that there is nothing.
    pub blank: bool,
}

impl<T> Figure<T> {
    fn none(why: String) -> Self {
        Self {
            value: None,
            whys: vec![why],
            by_column: false,
            blank: false,
        }
    }

    fn blank(why: &str) -> Self {
        Self {
            blank: true,
            ..Self::none(why.to_owned())
        }
    }
}

/// Reads an amount.
pub(super) fn amount(found: &Found<'_>, unit: &ColumnUnit) -> Figure<Money> {
    let cell = match cell_of(found) {
        Ok(cell) => cell,
        Err(figure) => return figure,
    };
    if let ColumnUnit::Foreign(name) = unit
        && !cell.text.is_empty()
    {
        return Figure::none(format!(
            "{}的单位是{name}，外币未折算，请填人民币数额",
            quote(&cell.text)
        ));
    }
    let read = match cell.kind {
        CellKind::Number => amount::read_stored(&cell.text, &unit.money()),
        CellKind::Text => amount::read(&cell.text, &unit.money()),
        _ => return Figure::none(wrong_kind(cell)),
    };
    let mut figure = match read {
        Ok(amount) => Figure {
            value: Some(amount.money),
            whys: doubts(cell, &amount),
            by_column: amount.by_column,
            blank: false,
        },
        Err(reason) => Figure {
            blank: matches!(reason, NoAmount::Blank | NoAmount::Open),
            ..Figure::none(no_amount(cell, reason))
        },
    };
    figure.whys.extend(left_out(cell));
    figure
}

/// Reads a rate; whether an unmarked number is a percentage is decided later.
pub(super) fn rate(found: &Found<'_>) -> Figure<StatedRate> {
    let cell = match cell_of(found) {
        Ok(cell) => cell,
        Err(figure) => return figure,
    };
    let read = match cell.kind {
        CellKind::Number => rate::read_stored(&cell.text),
        CellKind::Text | CellKind::Percent => rate::read(&cell.text),
        _ => return Figure::none(wrong_kind(cell)),
    };
    let mut figure = match read {
        Ok(rate) => {
            let about = rate
                .approximate
                .then(|| format!("{}是约数，已按所写的数读取", quote(&cell.text)));
            Figure {
                value: Some(rate),
                whys: about.into_iter().collect(),
                by_column: false,
                blank: false,
            }
        }
        Err(NoRate::Blank) => Figure::blank("没有填写"),
        Err(NoRate::Open) => Figure::blank(&format!("{}不是数字，按未填处理", quote(&cell.text))),
        Err(NoRate::NotANumber) => Figure::none(format!("{}读不出完成率", quote(&cell.text))),
    };
    figure.whys.extend(left_out(cell));
    figure
}

fn cell_of<'a, T>(found: &Found<'a>) -> Result<&'a Cell, Figure<T>> {
    let cell = match found {
        Found::One(cell) => *cell,
        Found::Nothing => return Err(Figure::blank("没有填写")),
        Found::Unclear(text) => {
            return Err(Figure::none(format!(
                "{}占了几列，无法确定是哪一列的数",
                quote(text)
            )));
        }
        Found::Shared(text) => {
            return Err(Figure::none(format!(
                "{}是几行合并的单元格，无法确定属于哪一行",
                quote(text)
            )));
        }
    };
    match cell.doubt {
        Some(Doubt::NotComputed) => Err(Figure::none(
            "公式没有保存计算结果，请用 Excel 或 WPS 打开并保存一次，或改填数值".to_owned(),
        )),
        Some(Doubt::Scaled) => Err(Figure::none(format!(
            "单元格的数字格式改变了显示的数量级（存的是{}），请改填实际数值",
            cell.text
        ))),
        Some(Doubt::Struck) if cell.text.is_empty() => {
            Err(Figure::none("单元格里的文字已被划去，未读取".to_owned()))
        }
        Some(Doubt::Hidden) if cell.text.is_empty() => {
            Err(Figure::none("单元格里的文字是隐藏文字，未读取".to_owned()))
        }
        _ => Ok(cell),
    }
}

fn left_out(cell: &Cell) -> Option<String> {
    match cell.doubt? {
        Doubt::Struck => Some(format!(
            "单元格里有划去的文字未读取，读到的是{}",
            quote(&cell.text)
        )),
        Doubt::Hidden => Some(format!(
            "单元格里有隐藏文字未读取，读到的是{}",
            quote(&cell.text)
        )),
        Doubt::NotComputed | Doubt::Scaled => None,
    }
}

fn wrong_kind(cell: &Cell) -> String {
    match cell.kind {
        CellKind::Error => format!("公式出错（{}），没有数值", cell.text),
        CellKind::Date => format!("{}是日期，不是数字，请检查单元格格式", quote(&cell.text)),
        _ => format!("{}读不出数字", quote(&cell.text)),
    }
}

fn no_amount(cell: &Cell, reason: NoAmount) -> String {
    let text = quote(&cell.text);
    match reason {
        NoAmount::Blank => "没有填写".to_owned(),
        NoAmount::Open => format!("{text}不是数字，按未填处理"),
        NoAmount::Range => format!("{text}是一个范围，请填一个确定的数"),
        NoAmount::Foreign => format!("{text}是外币，未折算，请填人民币数额"),
        NoAmount::NotANumber => format!("{text}读不出数字"),
        NoAmount::OutOfRange => format!("{text}数额过大，请核对单位"),
    }
}

fn doubts(cell: &Cell, amount: &Amount) -> Vec<String> {
    let text = quote(&cell.text);
    let wan = amount.money.wan_exact();
    let mut whys = Vec::new();
    if amount.approximate {
        whys.push(format!("{text}是约数，已按{wan}万元读取"));
    }
    if let Some(unit) = &amount.other_unit {
        whys.push(format!(
            "{text}写明单位是{unit}，与本列单位不同，已换算为{wan}万元"
        ));
    }
    if amount.rounded {
        whys.push(format!("{text}比分还细，已四舍五入为{wan}万元"));
    }
    if amount.odd_writing {
        whys.push(format!("{text}写法少见，已按{wan}万元读取"));
    }
    whys
}

/// The text of a cell in quotation marks, on one line, cut short.
pub(super) fn quote(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if crate::value::is_break(c) { ' ' } else { c })
        .collect();
    let mut short: String = line.chars().take(QUOTED).collect();
    if line.chars().count() > QUOTED {
        short.push('…');
    }
    format!("“{short}”")
}
