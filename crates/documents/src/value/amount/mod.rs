//! Amounts of money as clerks write them.

mod written;

use domain::Money;

use super::chinese;
use super::decimal::Decimal;
use super::money_unit::{self, MoneyUnit};
use super::{half_width, is_blank, is_break};
use written::{Magnitude, Written, magnitude};

/// An amount that was read, with what is doubtful about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Amount {
    pub money: Money,
    /// 约, 左右, 以上 …
    pub approximate: bool,
    /// Finer than 分, so rounded.
    pub rounded: bool,
    /// The unit that the cell itself names.
    pub named_unit: Option<String>,
    /// The cell names another unit than its column.
    pub other_unit: bool,
    /// 万, 亿, 千 … without 元, in a column whose unit is as large or larger than one 元: 一万 may be one 万元 or 10,000
    /// of them.
    pub doubled: bool,
    /// Grouped otherwise than by thousands, or with digits lost to exponent notation.
    pub odd_writing: bool,
    /// The unit of the column was needed to read it.
    pub by_column: bool,
}

/// Why there is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoAmount {
    Blank,
    /// 待定, 面议, — …
    Open,
    Range,
    Foreign,
    /// 九万零三百零九 in a column of 万元: that many 元, or that many 万元.
    Magnitude,
    /// Two numbers, a percentage, words.
    NotANumber,
    OutOfRange,
}

/// Words that say that there is no amount yet.
const OPEN: [&str; 30] = [
    "-",
    "--",
    "---",
    "—",
    "——",
    "―",
    "/",
    "\\",
    "*",
    ".",
    "…",
    "……",
    "...",
    "无",
    "暂无",
    "没有",
    "待定",
    "未定",
    "待报",
    "待核",
    "待核实",
    "待确认",
    "面议",
    "不详",
    "空",
    "n/a",
    "na",
    "未下达",
    "未报",
    "缺",
];
/// Words before a number that make it approximate.
const ABOUT: [&str; 26] = [
    "估算",
    "概算",
    "预估",
    "不小于",
    "≈",
    "~",
    ">",
    "≥",
    "约为",
    "大约",
    "大概",
    "约",
    "近",
    "将近",
    "接近",
    "超过",
    "超",
    "逾",
    "预计",
    "估计",
    "暂估",
    "暂定",
    "不少于",
    "不低于",
    "至少",
    "已超",
];
/// Words after a number that make it approximate.
const OR_SO: [&str; 9] = [
    "左右", "上下", "以上", "余", "多", "许", "(约)", "+", "开外",
];

/// Reads the text of a cell; `column` is the unit that holds where the cell names none.
pub(crate) fn read(text: &str, column: &MoneyUnit) -> Result<Amount, NoAmount> {
    let line = one_line(text)?;
    let squeezed: String = line.chars().filter(|c| !is_blank(*c)).collect();
    if squeezed.is_empty() {
        return Err(NoAmount::Blank);
    }
    if OPEN.contains(&squeezed.to_lowercase().as_str()) {
        return Err(NoAmount::Open);
    }
    if money_unit::is_foreign(&squeezed) {
        return Err(NoAmount::Foreign);
    }
    let line = line.trim_end_matches(|c: char| is_blank(c) || matches!(c, ';' | '；' | '。'));
    let (core, approximate) = strip_about(line.trim());
    let (core, negative) = strip_sign(&core);
    let (core, more_about) = strip_about(&core);
    let written = Written::parse(&core).ok_or_else(|| why_not(&squeezed))?;
    written.amount(column, negative, approximate || more_about)
}

/// Reads a stored number, which is always in the unit of its column.
pub(crate) fn read_stored(text: &str, column: &MoneyUnit) -> Result<Amount, NoAmount> {
    let value = Decimal::parse_stored(text).ok_or(NoAmount::OutOfRange)?;
    Written {
        value,
        absolute: None,
        odd: false,
        magnitude: Magnitude::None,
    }
    .amount(column, false, false)
}

/// Brackets of line breaks: a break inside a number would join two numbers into one.
fn one_line(text: &str) -> Result<String, NoAmount> {
    let trimmed = text.trim_matches(|c: char| is_blank(c));
    if trimmed.chars().any(is_break)
        && trimmed
            .split(is_break)
            .filter(|line| line.chars().any(|c| c.is_ascii_digit()))
            .count()
            > 1
    {
        return Err(NoAmount::NotANumber);
    }
    Ok(trimmed
        .chars()
        .map(half_width)
        .filter(|c| !is_break(*c))
        .collect())
}

fn strip_about(text: &str) -> (String, bool) {
    let mut rest = text.trim();
    let mut found = false;
    while let Some(shorter) = ABOUT.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter.trim_start_matches([' ', ':']);
        found = true;
    }
    while let Some(shorter) = OR_SO.iter().find_map(|word| rest.strip_suffix(word)) {
        rest = shorter.trim_end();
        found = true;
    }
    // 5000余万元, 3000多万: the word stands between number and unit.
    for word in ["余", "多"] {
        if let Some((number, unit)) = rest.split_once(word)
            && magnitude(unit).is_some_and(|(_, named)| named.is_some())
        {
            return (format!("{number}{unit}"), true);
        }
    }
    (rest.to_owned(), found)
}

/// A leading minus, or the brackets of accountants.
fn strip_sign(text: &str) -> (String, bool) {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('-') {
        return (rest.trim_start().to_owned(), true);
    }
    match text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        Some(inner) if inner.starts_with(|c: char| c.is_ascii_digit()) => (inner.to_owned(), true),
        _ => (text.to_owned(), false),
    }
}

/// The reason given where nothing could be read.
fn why_not(squeezed: &str) -> NoAmount {
    let mut pieces = squeezed
        .trim_start_matches('-')
        .split(['-', '~', '—', '―', '至', '到', '～']);
    let with_digits = pieces
        .by_ref()
        .filter(|piece| {
            piece
                .chars()
                .any(|c| c.is_ascii_digit() || chinese::is_numeral(c))
        })
        .count();
    if with_digits == 2 {
        NoAmount::Range
    } else {
        NoAmount::NotANumber
    }
}

#[cfg(test)]
mod tests;
