//! Periods of returns: a pair (cut-off, due), named by its cut-off (§2).

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{Instant, PeriodId, UnitId, dates};

/// A kind of return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnKind {
    /// 附件2 市属国有企业招商引资项目调整情况表.
    Annex2,
}

impl ReturnKind {
    /// Every kind, in the order of the pages.
    pub const ALL: &'static [Self] = &[Self::Annex2];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Annex2 => "annex2",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// Short words for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Annex2 => "项目调整情况（附件2）",
        }
    }

    /// The form's short name, as receipts bear it.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Annex2 => "附件2",
        }
    }

    /// The form's title, as printed.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Annex2 => "市属国有企业招商引资项目调整情况表",
        }
    }
}

/// A period of a return kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Its number.
    pub id: PeriodId,
    /// Whose obligation it is to watch over.
    pub authority: UnitId,
    /// Of what.
    pub kind: ReturnKind,
    /// The last day it tells of.
    pub cut_off: NaiveDate,
    /// The last day to hand it in, in Shanghai.
    pub due_on: NaiveDate,
    /// Whether every project is gone through, not only changes (全面梳理): the first one.
    pub review: bool,
}

impl Period {
    /// `截至2017年11月`; with the day where the cut-off is no month's end.
    pub fn label(&self) -> String {
        let (year, month, day) = (
            self.cut_off.year(),
            self.cut_off.month(),
            self.cut_off.day(),
        );
        if dates::month_end(year, month) == Some(self.cut_off) {
            format!("截至{year}年{month}月")
        } else {
            format!("截至{year}年{month}月{day}日")
        }
    }

    /// The moment after which it is late: 23:59:59 in Shanghai, whatever the host's zone.
    pub fn due(&self) -> Instant {
        dates::end_of_day(self.due_on)
    }

    /// Whether handing in at `at` is late: the last second belongs to the day as a whole.
    pub fn is_late(&self, at: Instant) -> bool {
        dates::day_in_shanghai(at) > self.due_on
    }

    /// How far away the due day is, for people: `还有3天`, `今天截止`, `已逾期2天`.
    pub fn due_in_words(&self, today: NaiveDate) -> String {
        dates::left_in_words(self.due_on, today)
    }
}

/// A series of periods: due on a day of every so many months, up to the end of the month before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Series {
    /// Of what.
    pub kind: ReturnKind,
    /// Cut-off of the first.
    pub first_cut_off: NaiveDate,
    /// Due day of the first.
    pub first_due: NaiveDate,
    /// Months between cut-offs.
    pub every: u32,
    /// Day of the month after the cut-off on which later ones are due.
    pub day: u32,
}

impl Series {
    /// The series of the notice (二): 附件2 first due 2017-12-15 as a full review, then by the 10th of every second
    /// month up to the end of the month before. The first cut-off, 2017-11-30, is 【推定】.
    pub fn of_notice(kind: ReturnKind) -> Self {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        match kind {
            ReturnKind::Annex2 => Self {
                kind,
                first_cut_off: day(2017, 11, 30),
                first_due: day(2017, 12, 15),
                every: 2,
                day: 10,
            },
        }
    }

    /// (cut-off, due) of the `index`th period, the first being 0; none beyond the calendar.
    pub fn nth(&self, index: u32) -> Option<(NaiveDate, NaiveDate)> {
        if index == 0 {
            return Some((self.first_cut_off, self.first_due));
        }
        let month = self.first_cut_off.with_day(1)?;
        let cut_off_month =
            month.checked_add_months(Months::new(self.every.checked_mul(index)?))?;
        let cut_off = dates::month_end(cut_off_month.year(), cut_off_month.month())?;
        let due = cut_off_month
            .checked_add_months(Months::new(1))?
            .with_day(self.day)?;
        Some((cut_off, due))
    }

    /// The first `count` periods due on `today` or later.
    pub fn coming(&self, today: NaiveDate, count: usize) -> Vec<(NaiveDate, NaiveDate)> {
        (0..)
            .map_while(|index| self.nth(index))
            .skip_while(|(_, due)| *due < today)
            .take(count)
            .collect()
    }

    /// The first period with a cut-off after this day.
    pub fn after(&self, cut_off: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        (0..)
            .map_while(|index| self.nth(index))
            .find(|(next, _)| *next > cut_off)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_notices_series_of_annex_2() {
        let series = Series::of_notice(ReturnKind::Annex2);
        let pairs: Vec<_> = (0..4)
            .filter_map(|index| series.nth(index))
            .map(|(cut, due)| format!("{cut} {due}"))
            .collect();
        assert_eq!(
            pairs,
            [
                "2017-11-30 2017-12-15",
                "2018-01-31 2018-02-10",
                "2018-03-31 2018-04-10",
                "2018-05-31 2018-06-10"
            ]
        );
        assert_eq!(
            series.coming(day("2017-12-15"), 1),
            [(day("2017-11-30"), day("2017-12-15"))]
        );
        assert_eq!(
            series.coming(day("2017-12-16"), 1),
            [(day("2018-01-31"), day("2018-02-10"))]
        );
        assert_eq!(
            series.coming(day("2026-11-22"), 1),
            [(day("2026-11-30"), day("2026-12-10"))]
        );
        assert_eq!(
            series.after(day("2017-11-30")),
            Some((day("2018-01-31"), day("2018-02-10")))
        );
        assert_eq!(series.after(NaiveDate::MAX), None);
    }

    #[test]
    fn a_period_is_named_by_its_cut_off_and_ends_in_shanghai() {
        let period = Period {
            id: PeriodId(1),
            authority: UnitId(1),
            kind: ReturnKind::Annex2,
            cut_off: day("2017-11-30"),
            due_on: day("2017-12-15"),
            review: true,
        };
        assert_eq!(period.label(), "截至2017年11月");
        assert!(!period.is_late("2017-12-15T15:59:59Z".parse().unwrap()));
        assert!(!period.is_late("2017-12-15T15:59:59.999999Z".parse().unwrap()));
        assert_eq!(period.due_in_words(day("2017-12-12")), "还有3天");
        assert_eq!(period.due_in_words(day("2017-12-15")), "今天截止");
        assert_eq!(period.due_in_words(day("2017-12-17")), "已逾期2天");
        assert!(period.is_late("2017-12-15T16:00:00Z".parse().unwrap()));
    }
}
