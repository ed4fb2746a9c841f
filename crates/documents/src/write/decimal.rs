//! The border where exact decimals become the doubles that xlsx knows. Nothing is calculated here: strings are
//! parsed, and a percentage becomes a fraction by moving its decimal point.

use domain::Pct;

/// The double nearest to a plain decimal: digits, at most one point, perhaps a minus before them.
pub(super) fn double(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let starts = digits.starts_with(|first: char| first.is_ascii_digit());
    (plain && starts).then(|| text.parse().ok()).flatten()
}

/// The double nearest to a hundredth of a plain decimal: `903.09` of `903.09%` gives 9.0309.
pub(super) fn hundredth(percent: &str) -> Option<f64> {
    double(percent)?;
    let (sign, digits) = match percent.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", percent),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = format!("{whole:0>3}");
    let (before, after) = whole.split_at_checked(whole.len().checked_sub(2)?)?;
    double(&format!("{sign}{before}.{after}{fraction}"))
}

/// A percentage as the exact decimal of its fraction: 903.09 % gives `9.0309`.
pub(super) fn fraction(percent: Pct) -> String {
    let sign = if percent.hundredths() < 0 { "-" } else { "" };
    let value = percent.hundredths().unsigned_abs();
    format!("{sign}{}.{:04}", value / 10_000, value % 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_become_the_nearest_double() {
        assert_eq!(double("90309"), Some(90309.0));
        assert_eq!(double("-0.5"), Some(-0.5));
        assert_eq!(double("0.000001"), Some(0.000_001));
        for wrong in [
            "", "-", ".5", "1e5", "inf", "NaN", "1.2.3", "—", "1,000", "--1",
        ] {
            assert_eq!(double(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_point_of_a_percentage_moves_two_places() {
        assert_eq!(hundredth("903.09"), Some(9.0309));
        assert_eq!(hundredth("0.00"), Some(0.0));
        assert_eq!(hundredth("5"), Some(0.05));
        assert_eq!(hundredth("-19.64"), Some(-0.1964));
        assert_eq!(hundredth("128.74"), Some(1.2874));
        for wrong in ["", "—", "5%", "甲乙丙"] {
            assert_eq!(hundredth(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_percentage_is_a_fraction() {
        let fraction = |hundredths| fraction(Pct::from_hundredths(hundredths));
        assert_eq!(fraction(90_309), "9.0309");
        assert_eq!(fraction(-1), "-0.0001");
        assert_eq!(fraction(0), "0.0000");
    }
}
