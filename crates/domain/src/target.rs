//! Annual targets (任务数) and their dated adjustments (§1).

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::{Instant, Money, PersonId, TargetId, UnitId, dates, person::Invalid};

/// One dated row: from its effective day on, this is the year's target. Rows are never changed; a later row
/// of the same day corrects an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetRow {
    /// Its number.
    pub id: TargetId,
    /// Whose.
    pub unit: UnitId,
    /// For which year.
    pub year: i32,
    /// From which day on; the year's first day for the target first given.
    pub effective_on: NaiveDate,
    /// The whole year's target, not the difference.
    pub amount: Money,
    /// Why it was adjusted; empty for the first.
    pub reason: String,
    /// The document that ordered it (文号).
    pub document_no: String,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Who recorded it.
    pub recorded_by: PersonId,
}

/// A target to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTarget {
    /// From which day on.
    pub effective_on: NaiveDate,
    /// The whole year's target.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// The document that ordered it.
    pub document_no: String,
}

impl NewTarget {
    /// Checks this against what is already recorded for the unit and `year`.
    ///
    /// # Errors
    /// By field: a day outside the year, a negative amount, an adjustment without reason, texts too long, or an
    /// adjustment of a target never given.
    pub fn check(&self, year: i32, history: &[TargetRow]) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        if !dates::YEARS.contains(&year) {
            invalid.add("year", "请填写2000到2099之间的年度");
        }
        if self.amount < Money::ZERO {
            invalid.add("target_wan", "任务数不能为负数");
        }
        if self.effective_on.year() != year {
            invalid.add("effective_on", format!("生效日期须在{year}年内"));
        } else if history.is_empty() && Some(self.effective_on) != dates::year_start(year) {
            invalid.add(
                "effective_on",
                format!("首次下达的任务自{year}-01-01起生效；调整请在下达之后录入"),
            );
        }
        if !history.is_empty() && self.reason.trim().is_empty() {
            invalid.add("reason", "调整任务须填写理由");
        }
        if self.reason.chars().count() > 500 {
            invalid.add("reason", "理由请控制在500字以内");
        }
        if self.document_no.chars().count() > 100 {
            invalid.add("document_no", "文号请控制在100字以内");
        }
        invalid.into_result()
    }
}

/// The row in force on `as_of`: the newest effective day at or before it, of one day the last recorded.
pub fn in_force(history: &[TargetRow], as_of: NaiveDate, known_at: Instant) -> Option<&TargetRow> {
    history
        .iter()
        .filter(|row| row.effective_on <= as_of && row.recorded_at <= known_at)
        .max_by_key(|row| (row.effective_on, row.recorded_at, row.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: i64, effective_on: &str, wan: i64, recorded_at: &str) -> TargetRow {
        TargetRow {
            id: TargetId(id),
            unit: UnitId(1),
            year: 2017,
            effective_on: effective_on.parse().unwrap(),
            amount: Money::from_wan(wan),
            reason: String::new(),
            document_no: String::new(),
            recorded_at: recorded_at.parse().unwrap(),
            recorded_by: PersonId(1),
        }
    }

    #[test]
    fn the_target_as_of_a_day_and_as_known_then() {
        let history = [
            row(1, "2017-01-01", 5000, "2017-01-10T00:00:00Z"),
            row(2, "2017-07-01", 6000, "2017-07-05T00:00:00Z"),
            row(3, "2017-07-01", 6500, "2017-08-01T00:00:00Z"),
        ];
        let wan = |as_of: &str, known: &str| {
            in_force(&history, as_of.parse().unwrap(), known.parse().unwrap())
                .map(|row| row.amount.wan_exact())
        };
        assert_eq!(
            wan("2017-06-30", "2018-01-01T00:00:00Z").as_deref(),
            Some("5000")
        );
        assert_eq!(
            wan("2017-10-31", "2018-01-01T00:00:00Z").as_deref(),
            Some("6500")
        );
        assert_eq!(
            wan("2017-10-31", "2017-07-20T00:00:00Z").as_deref(),
            Some("6000")
        );
        assert_eq!(wan("2017-10-31", "2017-01-01T00:00:00Z"), None);
    }

    #[test]
    fn an_adjustment_says_why() {
        let new = |effective_on: &str, reason: &str| NewTarget {
            effective_on: effective_on.parse().unwrap(),
            amount: Money::from_wan(6000),
            reason: reason.into(),
            document_no: String::new(),
        };
        let history = [row(1, "2017-01-01", 5000, "2017-01-10T00:00:00Z")];
        assert!(new("2017-01-01", "").check(2017, &[]).is_ok());
        assert!(
            new("2017-07-01", "")
                .check(2017, &[])
                .unwrap_err()
                .first("effective_on")
                .is_some()
        );
        assert!(
            new("2017-07-01", " ")
                .check(2017, &history)
                .unwrap_err()
                .first("reason")
                .is_some()
        );
        assert!(new("2017-07-01", "年中调整").check(2017, &history).is_ok());
        assert!(
            new("2018-07-01", "年中调整")
                .check(2017, &history)
                .unwrap_err()
                .first("effective_on")
                .is_some()
        );
    }
}
