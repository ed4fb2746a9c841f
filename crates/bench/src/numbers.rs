//! Arithmetic of measurements, in integers: percentiles, ratios, and how they are written.

use std::time::Duration;

/// Times that were measured, in ascending order.
#[derive(Debug, Clone, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Of times in any order.
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// All of several measurements together.
    pub fn together<'a>(parts: impl Iterator<Item = &'a Self>) -> Self {
        Self::of(parts.flat_map(|part| part.0.iter().copied()).collect())
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The smallest time that at least `per_mille` of all do not exceed (nearest rank); zero when there are none.
    pub fn at(&self, per_mille: usize) -> Duration {
        let rank = (self.0.len() * per_mille).div_ceil(1000).max(1);
        self.0
            .get(rank - 1)
            .or(self.0.last())
            .copied()
            .unwrap_or_default()
    }

    /// The middle one; of an even number the lower of the two.
    pub fn median(&self) -> Duration {
        self.at(500)
    }

    /// The longest.
    pub fn worst(&self) -> Duration {
        self.0.last().copied().unwrap_or_default()
    }
}

/// The middle one; of an even number the lower of the two; zero of none.
pub fn middle(mut numbers: Vec<u64>) -> u64 {
    numbers.sort_unstable();
    let at = numbers.len().saturating_sub(1) / 2;
    numbers.get(at).copied().unwrap_or_default()
}

/// Whole microseconds, as long as they fit.
pub fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// `whole` divided by `part`, in hundredths, rounded half up; none for nothing.
pub fn hundredths(whole: u64, part: u64) -> Option<u64> {
    let (whole, part) = (u128::from(whole), u128::from(part));
    if part == 0 {
        return None;
    }
    u64::try_from((whole * 200 + part) / (part * 2)).ok()
}

/// So many in a time, per second, rounded half up.
pub fn per_second(count: usize, time: Duration) -> u64 {
    let (count, micros) = (
        u128::try_from(count).unwrap_or(u128::MAX),
        time.as_micros().max(1),
    );
    u64::try_from((count * 2_000_000 + micros) / (micros * 2)).unwrap_or(u64::MAX)
}

/// A number of `scale`ths with `places` decimals, rounded half up: `decimal(1_234_567, 1_000_000, 3)` is `1.235`.
pub fn decimal(number: u64, scale: u64, places: u32) -> String {
    let (shift, scale) = (10_u128.pow(places), u128::from(scale));
    let rounded = (u128::from(number) * shift * 2 + scale) / (scale * 2);
    if places == 0 {
        return rounded.to_string();
    }
    let width = usize::try_from(places).unwrap_or_default();
    format!("{}.{:0width$}", rounded / shift, rounded % shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(millis: &[u64]) -> Times {
        Times::of(millis.iter().copied().map(Duration::from_millis).collect())
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let hundred: Vec<u64> = (1..=100).rev().collect();
        let hundred = times(&hundred);
        for (per_mille, millis) in [
            (0, 1),
            (10, 1),
            (500, 50),
            (501, 51),
            (990, 99),
            (991, 100),
            (1000, 100),
        ] {
            assert_eq!(
                hundred.at(per_mille),
                Duration::from_millis(millis),
                "{per_mille}"
            );
        }
        assert_eq!(times(&[7]).at(990), Duration::from_millis(7));
        assert_eq!(times(&[]).at(990), Duration::ZERO);
        assert_eq!(
            (times(&[4, 1, 3, 2]).median(), times(&[4, 1, 3, 2]).worst()),
            (Duration::from_millis(2), Duration::from_millis(4))
        );
        assert_eq!(hundred.count(), 100);
        let both = [times(&[5, 1]), times(&[3])];
        assert_eq!(
            Times::together(both.iter()).median(),
            Duration::from_millis(3)
        );
    }

    #[test]
    fn the_middle_was_measured() {
        assert_eq!(middle(vec![9, 1, 5]), 5);
        assert_eq!(middle(vec![4, 1, 3, 2]), 2);
        assert_eq!(middle(vec![7]), 7);
        assert_eq!(middle(Vec::new()), 0);
    }

    #[test]
    fn ratios_round_half_up() {
        assert_eq!(hundredths(3, 2), Some(150));
        assert_eq!(hundredths(1, 3), Some(33));
        assert_eq!(hundredths(2, 3), Some(67));
        assert_eq!(hundredths(1, 200), Some(1));
        assert_eq!(hundredths(u64::MAX, u64::MAX), Some(100));
        assert_eq!(hundredths(1, 0), None);
    }

    #[test]
    fn rates_are_per_second() {
        assert_eq!(per_second(1000, Duration::from_millis(500)), 2000);
        assert_eq!(per_second(1, Duration::from_secs(2)), 1);
        assert_eq!(per_second(0, Duration::ZERO), 0);
    }

    #[test]
    fn decimals_are_written_without_floats() {
        assert_eq!(decimal(1_234_567, 1_000_000, 3), "1.235");
        assert_eq!(decimal(999_999, 1_000_000, 3), "1.000");
        assert_eq!(decimal(5, 1000, 3), "0.005");
        assert_eq!(decimal(2047, 1024, 0), "2");
        assert_eq!(decimal(0, 1024, 1), "0.0");
    }
}
