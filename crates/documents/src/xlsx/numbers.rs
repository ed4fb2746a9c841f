//! A stored number as its cell shows it.

use chrono::{Datelike as _, Days, NaiveDate};

use super::codes::Shown;
use crate::grid::{Cell, CellKind, Doubt};
use crate::value::decimal::Decimal;

/// The cell for a stored number.
pub(super) fn cell(col: u32, stored: &str, shown: &Shown, from_1904: bool) -> Cell {
    let value = Decimal::parse_stored(stored);
    let plain = value.map_or_else(|| stored.trim().to_owned(), Decimal::exact);
    let (kind, text, doubt) = match (shown, value) {
        (Shown::Plain, Some(_)) => (CellKind::Number, plain, None),
        // Out of any amount's range; said as it stands.
        (_, None) => (CellKind::Text, plain, None),
        (Shown::Percent(decimals), Some(value)) => {
            let percent = value
                .times(100)
                .and_then(|value| value.fixed(shown_decimals(*decimals, value)));
            (
                CellKind::Percent,
                format!("{}%", percent.unwrap_or(plain)),
                None,
            )
        }
        (Shown::Date, Some(value)) => (
            CellKind::Date,
            day(value, from_1904).map_or(plain, |day| day.to_string()),
            None,
        ),
        (Shown::Month, Some(value)) => (
            CellKind::Date,
            day(value, from_1904).map_or(plain, |day| day.format("%Y-%m").to_string()),
            None,
        ),
        // The year behind it may be the one of the day on which it was typed: nobody wrote it.
        (Shown::NoYear, Some(value)) => (
            CellKind::Date,
            day(value, from_1904).map_or(plain, |day| format!("{}月{}日", day.month(), day.day())),
            None,
        ),
        (Shown::Scaled, Some(_)) => (CellKind::Number, plain, Some(Doubt::Scaled)),
        (Shown::Invisible, Some(_)) => (CellKind::Text, String::new(), Some(Doubt::Hidden)),
        (Shown::With { before, after }, Some(_)) => {
            (CellKind::Text, format!("{before}{plain}{after}"), None)
        }
    };
    Cell {
        kind,
        doubt,
        ..Cell::text(col, text)
    }
}

/// A cell that shows 64% and holds 63.69% says the latter: two decimals are what a rate has.
fn shown_decimals(format: u32, percent: Decimal) -> u32 {
    format.max(percent.decimals().min(2))
}

/// The day behind a serial number. Workbooks from 1900 count a 29 February 1900 that never was.
pub(super) fn day(serial: Decimal, from_1904: bool) -> Option<NaiveDate> {
    let whole = serial
        .fixed(0)
        .filter(|_| serial >= Decimal::ZERO)?
        .parse::<u64>()
        .ok()?;
    // Rounding up past noon would give the next day.
    let whole = if Decimal::from_int(i128::from(whole)) > serial {
        whole - 1
    } else {
        whole
    };
    let epoch = match (from_1904, whole) {
        (true, _) => NaiveDate::from_ymd_opt(1904, 1, 1)?,
        (false, 60..) => NaiveDate::from_ymd_opt(1899, 12, 30)?,
        (false, _) => NaiveDate::from_ymd_opt(1899, 12, 31)?,
    };
    epoch
        .checked_add_days(Days::new(whole))
        .filter(|_| whole < 3_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_both_epochs() {
        let at = |serial: &str, from_1904| {
            day(Decimal::parse_stored(serial).unwrap(), from_1904).map(|day| day.to_string())
        };
        assert_eq!(at("43039", false).as_deref(), Some("2017-10-31"));
        assert_eq!(at("43039.75", false).as_deref(), Some("2017-10-31"));
        assert_eq!(at("41577", true).as_deref(), Some("2017-10-31"));
        assert_eq!(at("1", false).as_deref(), Some("1900-01-01"));
        assert_eq!(at("-1", false), None);
        assert_eq!(at("99999999", false), None);
    }

    #[test]
    fn numbers_as_shown() {
        let shown = |stored: &str, shown: Shown| {
            let cell = cell(0, stored, &shown, false);
            (cell.kind, cell.text)
        };
        assert_eq!(
            shown("9.0309", Shown::Percent(2)),
            (CellKind::Percent, "903.09%".into())
        );
        assert_eq!(
            shown("0.63686666666666671", Shown::Percent(2)),
            (CellKind::Percent, "63.69%".into())
        );
        assert_eq!(
            shown("0.63686666666666671", Shown::Percent(0)),
            (CellKind::Percent, "63.69%".into())
        );
        assert_eq!(
            shown("0.64", Shown::Percent(0)),
            (CellKind::Percent, "64%".into())
        );
        assert_eq!(
            shown("42863", Shown::Month),
            (CellKind::Date, "2017-05".into())
        );
        assert_eq!(
            shown("42863", Shown::NoYear),
            (CellKind::Date, "5月8日".into())
        );
        assert_eq!(
            shown("1848.5000000000002", Shown::Plain),
            (CellKind::Number, "1848.5".into())
        );
        assert_eq!(
            shown("1e999", Shown::Plain),
            (CellKind::Text, "1e999".into())
        );
    }
}
