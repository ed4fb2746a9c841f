//! A projection to the year's end, its method stated.

use chrono::NaiveDate;

use crate::{Money, Rate, dates};

/// The method in words, shown wherever the figure is.
pub const METHOD: &str = "按年初至截止日期的平均进度线性外推到年底：完成数 ÷ 时间进度";

/// 完成数 expected at the year's end when the pace of the year so far goes on: done ÷ elapsed, to the 分, half up.
/// Only a straight line: it knows nothing of projects about to land, nor of one large amount that will not come again.
pub fn year_end(done: Money, as_of: NaiveDate) -> Money {
    let (upper, lower) = dates::elapsed(as_of).parts();
    let doubled = i128::from(done.fen().unsigned_abs()) * lower * 2 + upper;
    let fen = i64::try_from(doubled / (upper * 2)).unwrap_or(i64::MAX);
    Money::from_fen(if done < Money::ZERO { -fen } else { fen })
}

/// The rate that projection would give; none without a target.
pub fn year_end_rate(done: Money, target: Money, as_of: NaiveDate) -> Option<Rate> {
    Rate::of(year_end(done, as_of), target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_to_the_years_end() {
        let october: NaiveDate = "2017-10-31".parse().unwrap();
        assert_eq!(
            year_end(Money::from_wan(100), october),
            Money::from_wan(120)
        );
        assert_eq!(
            year_end(Money::from_wan(100), "2017-12-31".parse().unwrap()),
            Money::from_wan(100)
        );
        let rate = year_end_rate(Money::from_wan(19_106), Money::from_wan(30_000), october);
        assert_eq!(rate.unwrap().pct().to_string(), "76.42");
    }
}
