//! Dates as they are known: to the day, or to the month only. A day is never invented (§3).

use std::{fmt, str::FromStr};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::dates;

/// A day, or a month of which the day is not known. Written `2017-05-24` or `2017-05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartialDate {
    /// Known to the day.
    Day(NaiveDate),
    /// Known to the month.
    Month {
        /// Year.
        year: i32,
        /// Month, 1 to 12.
        month: u32,
    },
}

impl PartialDate {
    /// The first day it can be.
    pub fn earliest(self) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Month { year, month } => {
                NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(NaiveDate::MAX)
            }
        }
    }

    /// The last day it can be.
    pub fn latest(self) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Month { year, month } => dates::month_end(year, month).unwrap_or(NaiveDate::MAX),
        }
    }

    /// Whether the day is known.
    pub const fn has_day(self) -> bool {
        matches!(self, Self::Day(_))
    }

    /// `2017年5月24日` or `2017年5月`.
    pub fn print_long(self) -> String {
        match self {
            Self::Day(day) => dates::print_long(day),
            Self::Month { year, month } => format!("{year}年{month}月"),
        }
    }

    /// Reads what people write: `2017-05-24`, `2017.5.8`, `2017年5月`, `2017/5`. Years as [`dates::YEARS`].
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let parts: Vec<&str> = text
            .trim_end_matches(['日', '月', '号'])
            .split(['-', '/', '.', '年', '月'])
            .map(str::trim)
            .collect();
        let number = |part: &str, most: usize| -> Option<u32> {
            let plain =
                !part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| part.parse().ok()).flatten()
        };
        let (year, month) = match parts.as_slice() {
            [year, month] | [year, month, _] if year.len() == 4 => {
                (i32::try_from(number(year, 4)?).ok()?, number(month, 2)?)
            }
            _ => return None,
        };
        let read = match parts.get(2) {
            Some(day) => Self::Day(NaiveDate::from_ymd_opt(year, month, number(day, 2)?)?),
            None => {
                NaiveDate::from_ymd_opt(year, month, 1)?;
                Self::Month { year, month }
            }
        };
        dates::YEARS
            .contains(&read.earliest().year())
            .then_some(read)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{}", day.format("%Y-%m-%d")),
            Self::Month { year, month } => write!(f, "{year}-{month:02}"),
        }
    }
}

/// Not a date of the kind [`PartialDate::read`] takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("请填日期，例如 2017-05-24；只知道月份时填 2017-05")]
pub struct NotADate;

impl FromStr for PartialDate {
    type Err = NotADate;
    fn from_str(text: &str) -> Result<Self, NotADate> {
        Self::read(text).ok_or(NotADate)
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
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_month_stays_a_month() {
        let may: PartialDate = "2017年5月".parse().unwrap();
        assert_eq!(may.to_string(), "2017-05");
        assert_eq!(may.earliest().to_string(), "2017-05-01");
        assert_eq!(may.latest().to_string(), "2017-05-31");
        assert!(!may.has_day());
        assert_eq!(may.print_long(), "2017年5月");
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for text in [
            "2017-05-08",
            "2017.5.8",
            "2017/5/8",
            " 2017年5月8日",
            "2017年5月8号",
        ] {
            assert_eq!(
                text.parse::<PartialDate>().unwrap().to_string(),
                "2017-05-08",
                "{text}"
            );
        }
        for text in [
            "2017-02-29",
            "5月8日",
            "2017",
            "17-5-8",
            "2017-13",
            "2017-5-8-1",
            "1999-05",
            "2017--5",
            "",
        ] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn writing_and_reading_is_the_identity(year in 2000i32..2100, month in 1u32..=12, day in 1u32..=28, known in any::<bool>()) {
            let date = if known { PartialDate::Day(NaiveDate::from_ymd_opt(year, month, day).unwrap()) } else { PartialDate::Month { year, month } };
            prop_assert_eq!(date.to_string().parse(), Ok(date));
            prop_assert!(date.earliest() <= date.latest());
        }
    }
}
