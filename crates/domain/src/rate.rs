//! Rates: exact ratios, compared exactly, printed with two decimals.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::Money;

/// An exact ratio of two integers, the lower one positive. Amounts below 10^15 分 keep every product within `i128`.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    upper: i128,
    lower: i128,
}

/// A percentage as printed: hundredths of a percent, so that 128.74 % is `Pct(12874)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pct(i64);

impl Rate {
    /// `done / target`; none when the target is 0 or less, for which §1 shows —.
    pub fn of(done: Money, target: Money) -> Option<Self> {
        Self::new(i128::from(done.fen()), i128::from(target.fen()))
    }

    /// `upper / lower`; none unless `lower` is positive.
    pub fn new(upper: i128, lower: i128) -> Option<Self> {
        (lower > 0).then_some(Self { upper, lower })
    }

    /// The percentage with two decimals, half up (away from zero below it), not capped.
    pub fn pct(self) -> Pct {
        let doubled = self.upper.unsigned_abs() * 20_000 + self.lower.unsigned_abs();
        let hundredths =
            i64::try_from(doubled / (self.lower.unsigned_abs() * 2)).unwrap_or(i64::MAX);
        Pct(if self.upper < 0 {
            -hundredths
        } else {
            hundredths
        })
    }

    /// Upper and lower part.
    pub const fn parts(self) -> (i128, i128) {
        (self.upper, self.lower)
    }

    /// The mean of two rates, exact.
    pub fn mean(self, other: Self) -> Self {
        let upper = self.upper * other.lower + other.upper * self.lower;
        Self {
            upper,
            lower: 2 * self.lower * other.lower,
        }
    }

    /// The median: the middle one, or the exact mean of the two in the middle. None of nothing.
    pub fn median(mut rates: Vec<Self>) -> Option<Self> {
        rates.sort();
        let middle = rates.len() / 2;
        let upper = *rates.get(middle)?;
        if rates.len() % 2 == 1 {
            Some(upper)
        } else {
            Some(rates[middle - 1].mean(upper))
        }
    }
}

impl Ord for Rate {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.upper * other.lower).cmp(&(other.upper * self.lower))
    }
}

impl PartialOrd for Rate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Rate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Rate {}

impl Pct {
    /// From hundredths of a percent.
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// Hundredths of a percent.
    pub const fn hundredths(self) -> i64 {
        self.0
    }
}

impl std::ops::Sub for Pct {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::fmt::Display for Pct {
    /// `128.74`, `-19.64`: always two decimals, no sign of percent.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let value = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", value / 100, value % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pct(done: i64, target: i64) -> String {
        Rate::of(Money::from_wan(done), Money::from_wan(target))
            .unwrap()
            .pct()
            .to_string()
    }

    #[test]
    fn prints_two_decimals_half_up() {
        assert_eq!(pct(257_483, 200_000), "128.74");
        assert_eq!(pct(1, 8), "12.50");
        assert_eq!(pct(1, 800), "0.13");
        assert_eq!(pct(-1, 800), "-0.13");
        assert_eq!(pct(0, 5000), "0.00");
    }

    #[test]
    fn no_target_no_rate() {
        assert!(Rate::of(Money::from_wan(5), Money::ZERO).is_none());
    }

    #[test]
    fn the_median_of_an_even_number_is_the_exact_mean() {
        let rate = |u, l| Rate::new(u, l).unwrap();
        let median = Rate::median(vec![rate(1, 3), rate(1, 7), rate(9, 1), rate(0, 5)]).unwrap();
        assert_eq!(median, rate(5, 21));
        assert!(Rate::median(vec![]).is_none());
    }

    proptest! {
        #[test]
        fn printing_is_within_half_a_hundredth(done in -1_000_000_000_000_000i64..1_000_000_000_000_000, target in 1i64..1_000_000_000_000_000) {
            let printed = i128::from(Rate::of(Money::from_fen(done), Money::from_fen(target)).unwrap().pct().hundredths());
            let distance = (i128::from(done) * 10_000 - printed * i128::from(target)).abs();
            prop_assert!(2 * distance <= i128::from(target));
        }

        #[test]
        fn order_agrees_with_printing(a in 0i64..1_000_000, b in 0i64..1_000_000, c in 1i64..1_000_000, d in 1i64..1_000_000) {
            let (x, y) = (Rate::new(a.into(), c.into()).unwrap(), Rate::new(b.into(), d.into()).unwrap());
            if x < y { prop_assert!(x.pct() <= y.pct()); }
        }
    }
}
