//! Dates as the office counts them. Instants are UTC; days are days in Shanghai.

use chrono::{DateTime, Datelike, FixedOffset, Months, NaiveDate, TimeZone, Utc};

use crate::Rate;

/// A moment, in UTC.
pub type Instant = DateTime<Utc>;

/// Seconds that Asia/Shanghai is ahead of UTC. China has kept it without summer time since 1991.
const SHANGHAI_SECONDS: i32 = 8 * 3600;

/// The offset of Asia/Shanghai.
pub fn shanghai() -> FixedOffset {
    FixedOffset::east_opt(SHANGHAI_SECONDS).expect("eight hours are within a day")
}

/// The day it is in Shanghai at `at`.
pub fn day_in_shanghai(at: Instant) -> NaiveDate {
    at.with_timezone(&shanghai()).date_naive()
}

/// The last second of `day` in Shanghai.
pub fn end_of_day(day: NaiveDate) -> Instant {
    let wall = day
        .and_hms_opt(23, 59, 59)
        .expect("23:59:59 exists every day");
    shanghai()
        .from_local_datetime(&wall)
        .single()
        .expect("a fixed offset has one reading")
        .to_utc()
}

/// `2017-10-31 23:59` in Shanghai, for people.
pub fn print_minute(at: Instant) -> String {
    at.with_timezone(&shanghai())
        .format("%Y-%m-%d %H:%M")
        .to_string()
}

/// `2017年11月24日`, as documents print it: no padding.
pub fn print_long(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// A day as spreadsheets rewrite it: `2027-01-01`, `2027/1/1`, `2027.1.1`, `2027年1月1日`.
pub fn read_written(text: &str) -> Option<NaiveDate> {
    let text = text.trim().trim_end_matches('日');
    let mut parts = text.split(['-', '/', '.', '年', '月']).map(str::trim);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// The last day of a month; none for a month that does not exist.
pub fn month_end(year: i32, month: u32) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    first.checked_add_months(Months::new(1))?.pred_opt()
}

/// How far away a due day is, for people: `还有3天`, `今天截止`, `已逾期2天`.
pub fn left_in_words(due: NaiveDate, today: NaiveDate) -> String {
    match (due - today).num_days() {
        0 => "今天截止".to_owned(),
        days @ 1.. => format!("还有{days}天"),
        days => format!("已逾期{}天", -days),
    }
}

/// Days in the month of `day`.
pub fn days_in_month(day: NaiveDate) -> u32 {
    month_end(day.year(), day.month()).map_or(31, |end| end.day())
}

/// The day `months` after `day`; the last of that month where it has no such day: 2017-08-31 → 2018-02-28 (§6).
pub fn months_after(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months))
        .unwrap_or(NaiveDate::MAX)
}

/// The last day that is `months` gone on `day`: its [`months_after`] is not later. On 2018-02-28 six months are gone
/// of everything up to 2017-08-31.
pub fn months_gone(day: NaiveDate, months: u32) -> NaiveDate {
    let mut last = day
        .checked_sub_months(Months::new(months))
        .unwrap_or(NaiveDate::MIN);
    while let Some(next) = last.succ_opt()
        && months_after(next, months) <= day
    {
        last = next;
    }
    last
}

/// The first day of a year.
pub fn year_start(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, 1, 1)
}

/// The part of the year elapsed at the end of `day` (§1): (m−1 + day / days in month) / 12.
pub fn elapsed(day: NaiveDate) -> Rate {
    let days = i128::from(days_in_month(day));
    let upper = i128::from(day.month0()) * days + i128::from(day.day());
    Rate::new(upper, 12 * days).expect("a month has days")
}

/// The period a cumulative form prints over its amounts: `1-10月`, or `1月` in January.
pub fn print_cumulative_months(as_of: NaiveDate) -> String {
    match as_of.month() {
        1 => "1月".to_owned(),
        month => format!("1-{month}月"),
    }
}

/// Years the product keeps: earlier or later ones are typing errors.
pub const YEARS: std::ops::RangeInclusive<i32> = 2000..=2099;

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn elapsed_as_published() {
        assert_eq!(elapsed(day("2017-10-31")).pct().to_string(), "83.33");
        assert_eq!(elapsed(day("2017-12-31")).pct().to_string(), "100.00");
        assert_eq!(elapsed(day("2017-11-15")).pct().to_string(), "87.50");
        assert_eq!(elapsed(day("2016-02-29")).pct().to_string(), "16.67");
    }

    #[test]
    fn months_are_gone_by_the_calendar() {
        for (signed, months, gone) in [
            ("2017-05-24", 6, "2017-11-24"),
            ("2017-08-31", 6, "2018-02-28"),
            ("2016-02-29", 12, "2017-02-28"),
            ("2017-11-30", 3, "2018-02-28"),
            ("2017-01-31", 0, "2017-01-31"),
        ] {
            assert_eq!(months_after(day(signed), months), day(gone));
            assert!(months_gone(day(gone), months) >= day(signed), "{signed}");
            let before = day(gone).pred_opt().unwrap();
            assert!(months_gone(before, months) < day(signed), "{signed}");
        }
    }

    #[test]
    fn a_day_ends_in_shanghai() {
        assert_eq!(
            end_of_day(day("2017-12-10")).to_rfc3339(),
            "2017-12-10T15:59:59+00:00"
        );
        let just_after_midnight = "2017-12-10T16:00:00Z".parse().unwrap();
        assert_eq!(day_in_shanghai(just_after_midnight), day("2017-12-11"));
    }

    #[test]
    fn months_end_where_they_end() {
        assert_eq!(month_end(2018, 2), Some(day("2018-02-28")));
        assert_eq!(month_end(2017, 12), Some(day("2017-12-31")));
        assert_eq!(month_end(2017, 13), None);
    }

    #[test]
    fn a_day_is_read_as_spreadsheets_rewrite_it() {
        for text in ["2027-01-02", "2027/1/2", " 2027.1.2", "2027年1月2日"] {
            assert_eq!(read_written(text), Some(day("2027-01-02")), "{text}");
        }
        for text in [
            "27-1-2",
            "2027-02-29",
            "2027-1",
            "1/2/2027",
            "2027-1-2-3",
            "",
        ] {
            assert_eq!(read_written(text), None, "{text}");
        }
    }

    #[test]
    fn january_is_one_month() {
        assert_eq!(print_cumulative_months(day("2017-01-31")), "1月");
        assert_eq!(print_cumulative_months(day("2017-10-31")), "1-10月");
    }
}
