//! Cumulative statements: what paper says was done from the year's start to a day (§1).

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::{ImportId, Instant, Money, PersonId, StatementId, UnitId, dates, person::Invalid};

/// One accepted statement. A later one replaces it for dates at or after its own as-at date; it never adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Its number.
    pub id: StatementId,
    /// Whose.
    pub unit: UnitId,
    /// The year it counts from.
    pub year: i32,
    /// Up to and with this day.
    pub as_at: NaiveDate,
    /// 累计完成数.
    pub amount: Money,
    /// The import that brought it.
    pub import: ImportId,
    /// Its row in the source file, from 1 without the header.
    pub source_row: i32,
    /// When it was accepted.
    pub accepted_at: Instant,
    /// Who accepted it.
    pub accepted_by: PersonId,
}

/// Checks the year and as-at date of statements about to be accepted on `today`.
///
/// # Errors
/// A year out of range, a date outside that year, or one that has not come yet.
pub fn check_period(year: i32, as_at: NaiveDate, today: NaiveDate) -> Result<(), Invalid> {
    let mut invalid = Invalid::default();
    if !dates::YEARS.contains(&year) {
        invalid.add("year", "请填写2000到2099之间的年度");
    } else if as_at.year() != year {
        invalid.add("as_at", format!("截止日期须在{year}年内"));
    } else if as_at > today {
        invalid.add("as_at", "截止日期还没有到，请核对");
    }
    invalid.into_result()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_period_lies_in_its_year_and_in_the_past() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2017-11-24");
        assert!(check_period(2017, day("2017-10-31"), today).is_ok());
        assert!(check_period(2017, day("2017-11-24"), today).is_ok());
        assert!(
            check_period(2017, day("2016-10-31"), today)
                .unwrap_err()
                .first("as_at")
                .is_some()
        );
        assert!(
            check_period(2017, day("2017-11-30"), today)
                .unwrap_err()
                .first("as_at")
                .is_some()
        );
        assert!(
            check_period(1017, day("1017-10-31"), today)
                .unwrap_err()
                .first("year")
                .is_some()
        );
    }
}
