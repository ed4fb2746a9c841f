//! The working-day calendar (§2): Monday to Friday works, except where a year's exceptions say otherwise.
//!
//! A year whose exceptions are not loaded is said, never guessed. Source of the years built in: `data/README.md`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::{dates, person::Invalid};

/// The years built in.
const BUILT_IN: &str = include_str!("../data/workdays.csv");

/// What an exception makes of its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionKind {
    /// 休: a weekday off.
    Holiday,
    /// 班: a Saturday or Sunday that works.
    MakeUpWorkday,
}

impl ExceptionKind {
    /// The stored word, as the source writes it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Holiday => "holiday",
            Self::MakeUpWorkday => "make_up_workday",
        }
    }

    /// The mark in the calendar.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Holiday => "休",
            Self::MakeUpWorkday => "班",
        }
    }

    /// The kind that a person or the source wrote.
    pub fn read(word: &str) -> Option<Self> {
        match word {
            "holiday" | "休" | "放假" => Some(Self::Holiday),
            "make_up_workday" | "班" | "上班" => Some(Self::MakeUpWorkday),
            _ => None,
        }
    }
}

/// A day that is not as its weekday says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The day.
    pub day: NaiveDate,
    /// What it is instead.
    pub kind: ExceptionKind,
    /// The festival it belongs to, as 春节.
    pub festival: String,
}

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// It works.
    Workday,
    /// It does not.
    DayOff,
    /// The exceptions of its year are not known.
    NotLoaded,
}

/// The exceptions of this year are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}年度工作日安排尚未载入，请招商引资处或系统管理员在“工作日历”页载入后再办理")]
pub struct NotLoaded(pub i32);

/// What happens to a due date on a day that does not work (a setting).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShiftRule {
    /// 顺延: the next working day.
    Later,
    /// 提前: the working day before.
    Earlier,
    /// 不变.
    Stay,
}

impl ShiftRule {
    /// Every rule.
    pub const ALL: [Self; 3] = [Self::Later, Self::Earlier, Self::Stay];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Later => "later",
            Self::Earlier => "earlier",
            Self::Stay => "stay",
        }
    }

    /// The rule of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Later => "顺延",
            Self::Earlier => "提前",
            Self::Stay => "不变",
        }
    }
}

/// A due date as it was set and as it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shifted {
    /// The day as set.
    pub set: NaiveDate,
    /// The last working day at or before it: whoever is done by then is in time under every rule.
    pub advised: NaiveDate,
    /// The day that counts.
    pub due: NaiveDate,
    /// The rule that was applied.
    pub rule: ShiftRule,
}

impl Shifted {
    /// `12月10日（周日），建议12月8日（周五）前；顺延至12月11日（周一）`.
    pub fn sentence(&self) -> String {
        let set = print_day(self.set);
        if self.advised == self.set {
            return set;
        }
        let advised = print_day(self.advised);
        match self.rule {
            ShiftRule::Later => {
                format!("{set}，建议{advised}前；顺延至{}", print_day(self.due))
            }
            ShiftRule::Earlier => format!("{set}，提前至{}", print_day(self.due)),
            ShiftRule::Stay => format!("{set}，建议{advised}前；截止日期不变"),
        }
    }
}

/// `12月10日（周日）`.
pub fn print_day(day: NaiveDate) -> String {
    format!(
        "{}月{}日（周{}）",
        day.month(),
        day.day(),
        weekday_word(day.weekday())
    )
}

/// 一 to 日.
pub const fn weekday_word(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "一",
        Weekday::Tue => "二",
        Weekday::Wed => "三",
        Weekday::Thu => "四",
        Weekday::Fri => "五",
        Weekday::Sat => "六",
        Weekday::Sun => "日",
    }
}

/// Whether Monday to Friday.
pub fn is_weekday(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The counts by which a year is checked against its notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct YearCounts {
    /// Days that work.
    pub workdays: usize,
    /// Weekdays off.
    pub holidays: usize,
    /// Saturdays and Sundays that work.
    pub make_up: usize,
}

/// Which days work, as far as loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    exceptions: BTreeMap<NaiveDate, Exception>,
    years: BTreeSet<i32>,
}

impl Calendar {
    /// The years built in.
    pub fn built_in() -> Self {
        let mut calendar = Self::default();
        let rows = BUILT_IN.lines().skip(1).filter_map(|line| {
            let mut cells = line.split(',');
            Some(Exception {
                day: cells.next()?.parse().ok()?,
                kind: ExceptionKind::read(cells.next()?)?,
                festival: cells.next()?.to_owned(),
            })
        });
        for exception in rows {
            calendar.years.insert(exception.day.year());
            calendar.exceptions.insert(exception.day, exception);
        }
        calendar
    }

    /// Puts a whole year's exceptions in place of what was known of it.
    pub fn load(&mut self, year: i32, exceptions: impl IntoIterator<Item = Exception>) {
        self.exceptions.retain(|day, _| day.year() != year);
        self.years.insert(year);
        self.exceptions.extend(
            exceptions
                .into_iter()
                .filter(|exception| exception.day.year() == year)
                .map(|exception| (exception.day, exception)),
        );
    }

    /// The years loaded.
    pub fn years(&self) -> impl Iterator<Item = i32> {
        self.years.iter().copied()
    }

    /// Whether a year is loaded.
    pub fn knows(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    /// What is exceptional about a day.
    pub fn exception(&self, day: NaiveDate) -> Option<&Exception> {
        self.exceptions.get(&day)
    }

    /// The exceptions of a year, in order.
    pub fn of_year(&self, year: i32) -> impl Iterator<Item = &Exception> {
        self.exceptions
            .values()
            .filter(move |exception| exception.day.year() == year)
    }

    /// Whether a day works.
    pub fn is_workday(&self, day: NaiveDate) -> DayKind {
        let works = match self.exception(day) {
            _ if !self.knows(day.year()) => return DayKind::NotLoaded,
            Some(exception) => exception.kind == ExceptionKind::MakeUpWorkday,
            None => is_weekday(day),
        };
        if works {
            DayKind::Workday
        } else {
            DayKind::DayOff
        }
    }

    /// The first working day after `day`.
    ///
    /// # Errors
    /// [`NotLoaded`]: the search leads into a year that is not loaded.
    pub fn next_workday(&self, day: NaiveDate) -> Result<NaiveDate, NotLoaded> {
        self.search(day.succ_opt(), NaiveDate::succ_opt)
    }

    /// The last working day before `day`.
    ///
    /// # Errors
    /// As above.
    pub fn previous_workday(&self, day: NaiveDate) -> Result<NaiveDate, NotLoaded> {
        self.search(day.pred_opt(), |day| day.pred_opt())
    }

    fn search(
        &self,
        from: Option<NaiveDate>,
        step: fn(&NaiveDate) -> Option<NaiveDate>,
    ) -> Result<NaiveDate, NotLoaded> {
        let mut at = from;
        while let Some(day) = at {
            match self.is_workday(day) {
                DayKind::Workday => return Ok(day),
                DayKind::NotLoaded => return Err(NotLoaded(day.year())),
                DayKind::DayOff => at = step(&day),
            }
        }
        Err(NotLoaded(dates::YEARS.end() + 1))
    }

    /// A due date under a rule, with both dates.
    ///
    /// # Errors
    /// [`NotLoaded`] when the day, or one it is to be moved to, lies in a year not loaded.
    pub fn shift(&self, set: NaiveDate, rule: ShiftRule) -> Result<Shifted, NotLoaded> {
        let (advised, due) = match self.is_workday(set) {
            DayKind::NotLoaded => return Err(NotLoaded(set.year())),
            DayKind::Workday => (set, set),
            DayKind::DayOff => {
                let advised = self.previous_workday(set)?;
                let due = match rule {
                    ShiftRule::Later => self.next_workday(set)?,
                    ShiftRule::Earlier => advised,
                    ShiftRule::Stay => set,
                };
                (advised, due)
            }
        };
        Ok(Shifted {
            set,
            advised,
            due,
            rule,
        })
    }

    /// The counts of a year; none when it is not loaded.
    pub fn counts(&self, year: i32) -> Option<YearCounts> {
        let first = dates::year_start(year).filter(|_| self.knows(year))?;
        let mut counts = YearCounts::default();
        for day in first.iter_days().take_while(|day| day.year() == year) {
            counts.workdays += usize::from(self.is_workday(day) == DayKind::Workday);
        }
        for exception in self.of_year(year) {
            match exception.kind {
                ExceptionKind::Holiday => counts.holidays += 1,
                ExceptionKind::MakeUpWorkday => counts.make_up += 1,
            }
        }
        Some(counts)
    }
}

/// Checks an exception someone brings.
///
/// # Errors
/// [`Invalid`] by field: a day that already is what the row would make it, a year out of range, a long festival.
pub fn check(exception: &Exception) -> Result<(), Invalid> {
    let mut invalid = Invalid::default();
    let weekday = is_weekday(exception.day);
    let word = weekday_word(exception.day.weekday());
    if !dates::YEARS.contains(&exception.day.year()) {
        invalid.add("date", "请填写2000到2099之间的日期");
    }
    match exception.kind {
        ExceptionKind::Holiday if !weekday => invalid.add(
            "kind",
            format!("这一天是周{word}，本来就休息，请删去此行或改正日期"),
        ),
        ExceptionKind::MakeUpWorkday if weekday => invalid.add(
            "kind",
            format!("这一天是周{word}，本来就上班，请删去此行或改正日期"),
        ),
        _ => {}
    }
    match exception.festival.chars().count() {
        0 => invalid.add("festival", "请填写节日，例如 春节"),
        1..=20 => {}
        _ => invalid.add("festival", "节日请控制在20个字以内"),
    }
    invalid.into_result()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_years_built_in_count_as_three_sources_say() {
        let calendar = Calendar::built_in();
        let expected = [
            (2016, 6, 17),
            (2017, 5, 16),
            (2018, 7, 18),
            (2019, 6, 17),
            (2020, 6, 19),
            (2021, 7, 18),
            (2022, 7, 18),
            (2023, 7, 18),
            (2024, 8, 19),
            (2025, 5, 18),
            (2026, 6, 19),
        ];
        for (year, make_up, holidays) in expected {
            let counts = calendar.counts(year).unwrap();
            assert_eq!(
                (counts.make_up, counts.holidays),
                (make_up, holidays),
                "{year}"
            );
        }
        assert!(calendar.years().eq(2016..=2026));
        assert_eq!(calendar.exceptions.len(), 267);
        for exception in calendar.exceptions.values() {
            assert_eq!(check(exception), Ok(()), "{exception:?}");
        }
    }

    #[test]
    fn the_dues_of_the_notice() {
        let calendar = Calendar::built_in();
        let dues = [
            (
                "2017-12-10",
                "12月10日（周日），建议12月8日（周五）前；顺延至12月11日（周一）",
            ),
            // A Saturday whose Sunday works, before Spring Festival.
            (
                "2018-02-10",
                "2月10日（周六），建议2月9日（周五）前；顺延至2月11日（周日）",
            ),
            ("2018-04-10", "4月10日（周二）"),
            (
                "2018-06-10",
                "6月10日（周日），建议6月8日（周五）前；顺延至6月11日（周一）",
            ),
            ("2018-08-10", "8月10日（周五）"),
            ("2018-10-10", "10月10日（周三）"),
            ("2018-12-10", "12月10日（周一）"),
        ];
        for (due, words) in dues {
            let shifted = calendar.shift(day(due), ShiftRule::Later).unwrap();
            assert_eq!(shifted.sentence(), words);
        }
        let earlier = calendar
            .shift(day("2017-12-10"), ShiftRule::Earlier)
            .unwrap();
        assert_eq!(earlier.due, day("2017-12-08"));
        assert_eq!(
            earlier.sentence(),
            "12月10日（周日），提前至12月8日（周五）"
        );
        let stays = calendar.shift(day("2017-12-10"), ShiftRule::Stay).unwrap();
        assert_eq!(stays.due, day("2017-12-10"));
        assert_eq!(
            stays.sentence(),
            "12月10日（周日），建议12月8日（周五）前；截止日期不变"
        );
    }

    #[test]
    fn a_year_not_loaded_is_said() {
        let calendar = Calendar::built_in();
        assert_eq!(calendar.is_workday(day("2027-03-03")), DayKind::NotLoaded);
        assert_eq!(
            calendar.shift(day("2027-03-03"), ShiftRule::Stay),
            Err(NotLoaded(2027))
        );
        // The last day of the last year works; the next one lies beyond.
        assert_eq!(
            calendar.next_workday(day("2026-12-31")),
            Err(NotLoaded(2027))
        );
        assert!(
            NotLoaded(2027)
                .to_string()
                .starts_with("2027年度工作日安排尚未载入，")
        );
        assert_eq!(calendar.counts(2027), None);
    }

    #[test]
    fn a_loaded_year_replaces_what_was_known() {
        let mut calendar = Calendar::built_in();
        let new_year = Exception {
            day: day("2027-01-01"),
            kind: ExceptionKind::Holiday,
            festival: "元旦".into(),
        };
        calendar.load(2027, [new_year.clone()]);
        assert_eq!(calendar.is_workday(day("2027-01-01")), DayKind::DayOff);
        assert_eq!(calendar.is_workday(day("2027-02-08")), DayKind::Workday);
        calendar.load(2027, []);
        assert_eq!(calendar.is_workday(day("2027-01-01")), DayKind::Workday);
        assert_eq!(calendar.counts(2026), Calendar::built_in().counts(2026));
    }

    #[test]
    fn an_exception_must_be_one() {
        let row = |text, kind| Exception {
            day: day(text),
            kind,
            festival: "元旦".into(),
        };
        assert!(check(&row("2027-01-01", ExceptionKind::Holiday)).is_ok());
        assert!(check(&row("2027-01-02", ExceptionKind::Holiday)).is_err());
        assert!(check(&row("2027-01-01", ExceptionKind::MakeUpWorkday)).is_err());
    }

    prop_compose! {
        fn days()(offset in 0_i64..4000) -> NaiveDate {
            day("2016-01-10") + chrono::TimeDelta::days(offset)
        }
    }

    proptest! {
        #[test]
        fn a_shifted_date_works_unless_it_stays(set in days()) {
            let calendar = Calendar::built_in();
            for rule in ShiftRule::ALL {
                let shifted = calendar.shift(set, rule).unwrap();
                prop_assert_eq!(calendar.is_workday(shifted.advised), DayKind::Workday);
                prop_assert!(shifted.advised <= set);
                match rule {
                    ShiftRule::Stay => prop_assert_eq!(shifted.due, set),
                    ShiftRule::Later => {
                        prop_assert!(shifted.due >= set);
                        prop_assert_eq!(calendar.is_workday(shifted.due), DayKind::Workday);
                    }
                    ShiftRule::Earlier => prop_assert_eq!(shifted.due, shifted.advised),
                }
            }
        }

        #[test]
        fn next_and_previous_pass_over_days_off_only(from in days()) {
            let calendar = Calendar::built_in();
            let next = calendar.next_workday(from).unwrap();
            prop_assert!(next > from);
            for between in from.iter_days().skip(1).take_while(|day| *day < next) {
                prop_assert_eq!(calendar.is_workday(between), DayKind::DayOff);
            }
            let back = calendar.previous_workday(next).unwrap();
            prop_assert!(back <= from);
            prop_assert_eq!(back == from, calendar.is_workday(from) == DayKind::Workday);
        }
    }
}
