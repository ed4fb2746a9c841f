//! The figures of one row: what a cell says, and what is doubtful about it.

use domain::Money;

use super::Found;
use super::whys::{self, quote};
use crate::grid::{Cell, CellKind, Doubt};
use crate::value::amount::{self, NoAmount};
use crate::value::money_unit::{MoneyUnit, Stated};
use crate::value::rate::{self, NoRate, StatedRate};

/// The unit in which a column gives money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::forms) enum ColumnUnit {
    Stated(MoneyUnit),
    /// Stated nowhere: the form prints 万元.
    Assumed,
    Foreign(String),
    /// 个, 家: the column counts something.
    Count(String),
    /// Two units of money in one statement.
    Several(String),
}

impl ColumnUnit {
    pub fn new(stated: Option<Stated>) -> Self {
        match stated {
            Some(Stated::Rmb(unit)) => Self::Stated(unit),
            Some(Stated::Foreign(name)) => Self::Foreign(name),
            Some(Stated::Count(name)) => Self::Count(name),
            Some(Stated::Several(names)) => Self::Several(names),
            None => Self::Assumed,
        }
    }

    /// Why amounts in this column cannot be read.
    fn refuses(&self, text: &str) -> Option<String> {
        let text = quote(text);
        match self {
            Self::Stated(_) | Self::Assumed => None,
            Self::Foreign(name) => {
                Some(format!("{text}的单位是{name}，外币未折算，请填人民币数额"))
            }
            Self::Count(name) => Some(format!("{text}的单位是“{name}”，不是金额，没有读取")),
            Self::Several(names) => Some(format!(
                "{text}的单位写了不止一个（{names}），无法确定用哪一个，没有读取"
            )),
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
pub(in crate::forms) struct Figure<T> {
    pub value: Option<T>,
    pub whys: Vec<String>,
    /// The unit of the column decided its size.
    pub by_column: bool,
    /// The cell is empty or says that there is nothing.
    pub blank: bool,
    /// The cell holds a word, no number at all.
    pub word: bool,
    /// The unit that the cell names.
    pub named_unit: Option<String>,
    /// 约, 左右: the value is one about the true one.
    pub approximate: bool,
}

impl<T> Figure<T> {
    fn read(value: T) -> Self {
        Self {
            value: Some(value),
            whys: Vec::new(),
            by_column: false,
            blank: false,
            word: false,
            named_unit: None,
            approximate: false,
        }
    }

    fn none(why: String) -> Self {
        Self {
            value: None,
            whys: vec![why],
            by_column: false,
            blank: false,
            word: false,
            named_unit: None,
            approximate: false,
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
pub(in crate::forms) fn amount(found: &Found<'_>, unit: &ColumnUnit) -> Figure<Money> {
    let cell = match cell_of(found) {
        Ok(cell) => cell,
        Err(figure) => return figure,
    };
    if let Some(why) = unit.refuses(&cell.text)
        && !cell.text.is_empty()
    {
        return Figure::none(why);
    }
    let money = unit.money();
    let read = match cell.kind {
        CellKind::Number => amount::read_stored(&cell.text, &money),
        CellKind::Text => amount::read(&cell.text, &money),
        _ => return Figure::none(whys::wrong_kind(cell)),
    };
    let mut figure = match read {
        Ok(amount) => Figure {
            by_column: amount.by_column,
            approximate: amount.approximate,
            whys: whys::doubts(cell, &amount, &money.name),
            named_unit: amount
                .named_unit
                .filter(|_| !amount.doubled || amount.other_unit),
            ..Figure::read(amount.money)
        },
        Err(reason) => Figure {
            blank: matches!(reason, NoAmount::Blank | NoAmount::Open),
            word: reason == NoAmount::NotANumber && is_word(&cell.text),
            ..Figure::none(whys::no_amount(cell, reason))
        },
    };
    figure.whys.extend(whys::left_out(cell));
    figure
}

/// Reads a rate; whether an unmarked number is a percentage is decided later.
pub(in crate::forms) fn rate(found: &Found<'_>) -> Figure<StatedRate> {
    let cell = match cell_of(found) {
        Ok(cell) => cell,
        Err(figure) => return figure,
    };
    let read = match cell.kind {
        CellKind::Number => rate::read_stored(&cell.text),
        CellKind::Text | CellKind::Percent => rate::read(&cell.text),
        _ => return Figure::none(whys::wrong_kind(cell)),
    };
    let mut figure = match read {
        Ok(rate) => {
            let about = rate
                .approximate
                .then(|| format!("{}是约数，已按所写的数读取", quote(&cell.text)));
            Figure {
                whys: about.into_iter().collect(),
                ..Figure::read(rate)
            }
        }
        Err(NoRate::Blank) => Figure::blank("没有填写"),
        Err(NoRate::Open) => Figure::blank(&format!("{}不是数字，按未填处理", quote(&cell.text))),
        Err(NoRate::NotANumber) => Figure {
            word: is_word(&cell.text),
            ..Figure::none(format!("{}读不出完成率", quote(&cell.text)))
        },
    };
    figure.whys.extend(whys::left_out(cell));
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

/// Words without any number, such as a header has.
fn is_word(text: &str) -> bool {
    text.chars().any(char::is_alphabetic) && !text.chars().any(|c| c.is_ascii_digit())
}
