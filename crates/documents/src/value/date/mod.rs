//! Dates as clerks write them: the day or the month, and every reason why there is none.

mod written;

use std::fmt;

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::decimal::Decimal;
use super::{half_width, is_blank, squeeze};
use written::Scan;

/// Years that a form can speak of.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2099;
/// Day numbers of spreadsheets from 1990-01-01 to 2099-12-31.
const SERIALS: std::ops::RangeInclusive<i128> = 32_874..=73_050;

/// Days between the beginnings of the two ways of counting them.
const LATER_IN_1904: i128 = 1_462;

/// A day, or a month where no day is known. Written `2017-05-08` or `2017-05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PartialDate {
    /// The day is known.
    Day(NaiveDate),
    /// Only the month is known.
    Month {
        /// The year.
        year: i32,
        /// 1 to 12.
        month: u32,
    },
}

impl PartialDate {
    /// `day` or `month`.
    pub const fn precision(self) -> &'static str {
        match self {
            Self::Day(_) => "day",
            Self::Month { .. } => "month",
        }
    }

    /// A day that exists, in a year that a form can speak of.
    fn day(year: i32, month: u32, day: u32) -> Result<Self, NoDate> {
        Self::month(year, month)?;
        NaiveDate::from_ymd_opt(year, month, day)
            .map(Self::Day)
            .ok_or(NoDate::NotExisting)
    }

    fn month(year: i32, month: u32) -> Result<Self, NoDate> {
        if !YEARS.contains(&year) {
            Err(NoDate::Unclear)
        } else if (1..=12).contains(&month) {
            Ok(Self::Month { year, month })
        } else {
            Err(NoDate::NotExisting)
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
        }
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts: Option<Vec<u32>> = text.split('-').map(|part| part.parse().ok()).collect();
        let date = match parts.as_deref() {
            Some([year, month, day]) => i32::try_from(*year)
                .ok()
                .and_then(|year| Self::day(year, *month, *day).ok()),
            Some([year, month]) => i32::try_from(*year)
                .ok()
                .and_then(|year| Self::month(year, *month).ok()),
            _ => None,
        };
        date.ok_or_else(|| de::Error::custom("not a day or month"))
    }
}

/// A date that was read, with what is doubtful about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Read {
    pub date: PartialDate,
    pub doubt: Option<Doubtful>,
}

/// What is doubtful about a date that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubtful {
    /// 约, 左右, 上旬, 底: the month is kept.
    About,
    /// Other words stand beside it.
    Words,
    /// A bare number, taken for the day number of a spreadsheet.
    Serial,
}

/// Why there is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoDate {
    Blank,
    /// 待定, 未签, — …
    Open,
    /// 5月8日, 17年5月: which year is to be asked.
    NoYear,
    /// 2017年: no month.
    NoMonth,
    /// 2017-02-29.
    NotExisting,
    /// 5/8/2017, 2017.1 as a number, two dates, a time before or after which.
    Unclear,
    NotADate,
}

/// Words that say that there is no date yet.
const OPEN: [&str; 24] = [
    "-",
    "--",
    "—",
    "——",
    "/",
    "\\",
    "*",
    "无",
    "暂无",
    "没有",
    "待定",
    "未定",
    "待签",
    "待签约",
    "未签",
    "未签约",
    "尚未签约",
    "尚未签订",
    "未签订",
    "不详",
    "n/a",
    "年月日",
    "年月",
    "月日",
];

/// Reads the text of a cell or of a line.
pub(crate) fn read(text: &str) -> Result<Read, NoDate> {
    /// Bytes of a text that is a date with a few words at most.
    const LONGEST: usize = 300;
    if text.len() > LONGEST {
        return Err(NoDate::NotADate);
    }
    // 2017_年_5_月: the strokes of a form to be filled in by hand.
    let line = |c: char| if c == '_' { ' ' } else { half_width(c) };
    let half: String = text.chars().map(line).collect();
    let half = half.trim_matches(is_blank);
    let squeezed = squeeze(half).to_lowercase();
    if squeezed.is_empty() {
        return Err(NoDate::Blank);
    }
    if OPEN.contains(&squeezed.as_str()) {
        return Err(NoDate::Open);
    }
    if let Some(number) = Decimal::parse(&squeezed).filter(|number| number.decimals() == 0)
        && let Ok(serial) = read_serial(number)
    {
        return Ok(serial);
    }
    let scan = Scan::of(half);
    let found = scan.only()?;
    let date = found.date?;
    let words = scan.words_beside(half);
    // 5月份 is May.
    if words.is_empty() || words == "份" {
        return Ok(Read { date, doubt: None });
    }
    if written::is_about(&words) {
        // 5月底 is no day, and 5月8日左右 not surely that one.
        let date = month_of(date);
        return Ok(Read {
            date,
            doubt: Some(Doubtful::About),
        });
    }
    if written::is_open_ended(&words) {
        return Err(NoDate::Unclear);
    }
    Ok(Read {
        date,
        doubt: Some(Doubtful::Words),
    })
}

/// Reads a number that a spreadsheet stored without the format of a date.
pub(crate) fn read_stored(text: &str, from_1904: bool) -> Result<Read, NoDate> {
    let mut number = Decimal::parse_stored(text).ok_or(NoDate::NotADate)?;
    let exact = number.exact();
    if let Some((whole, _)) = exact.split_once('.').filter(|(whole, _)| whole.len() == 5) {
        // The fraction is the time of day.
        number = Decimal::parse(whole).ok_or(NoDate::NotADate)?;
    }
    if number.decimals() == 0 {
        let later = if from_1904 { LATER_IN_1904 } else { 0 };
        let serial = number
            .plus(Decimal::from_int(later))
            .ok_or(NoDate::NotADate)?;
        return read_serial(serial).or_else(|_| read(&number.exact()));
    }
    match exact.split_once('.') {
        // 2017.10 typed into a spreadsheet is stored as 2017.1.
        Some((year, "1")) if year.len() == 4 => Err(NoDate::Unclear),
        Some((year, month)) if year.len() == 4 && month.len() <= 2 => read(&exact),
        _ => Err(NoDate::NotADate),
    }
}

/// The day behind a bare day number.
fn read_serial(number: Decimal) -> Result<Read, NoDate> {
    let serial = number
        .rounded(0)
        .filter(|serial| SERIALS.contains(serial))
        .ok_or(NoDate::NotADate)?;
    let days = u64::try_from(serial).map_err(|_| NoDate::NotADate)?;
    let day = NaiveDate::from_ymd_opt(1899, 12, 30)
        .and_then(|epoch| epoch.checked_add_days(chrono::Days::new(days)))
        .ok_or(NoDate::NotADate)?;
    Ok(Read {
        date: PartialDate::Day(day),
        doubt: Some(Doubtful::Serial),
    })
}

fn month_of(date: PartialDate) -> PartialDate {
    match date {
        PartialDate::Day(day) => PartialDate::Month {
            year: day.year(),
            month: day.month(),
        },
        month @ PartialDate::Month { .. } => month,
    }
}

#[cfg(test)]
mod tests;
