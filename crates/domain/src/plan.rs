//! The enterprise's own month-by-month plan to its target (倒排时间进度, §1 and notice 一).

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{Money, Rate, dates, person::Invalid};

/// What the enterprise means to have done by the end of each month, cumulative from January.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Twelve cumulative amounts.
    pub months: [Money; 12],
}

impl Plan {
    /// Checks the twelve amounts. A plan that ends below the target is allowed and said, see [`Plan::short_of`].
    ///
    /// # Errors
    /// By month (`month_1` …): negative, or less than the month before.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        let mut before = Money::ZERO;
        for (month, amount) in (1..).zip(self.months) {
            if amount < before {
                let why = if amount < Money::ZERO {
                    "计划数不能为负数".to_owned()
                } else {
                    format!(
                        "{month}月的累计计划数不能少于上个月的 {} 万元",
                        before.wan_exact()
                    )
                };
                invalid.add(&format!("month_{month}"), why);
            }
            before = before.max(amount);
        }
        invalid.into_result()
    }

    /// What the plan lacks to the target at the year's end.
    pub fn short_of(&self, target: Money) -> Money {
        self.months[11].missing_to(target)
    }

    /// What the plan says for `day`: the month before, plus the elapsed days' share of the month. 分, half up.
    pub fn at(&self, day: NaiveDate) -> Money {
        let month = day.month0() as usize;
        let before = month
            .checked_sub(1)
            .map_or(Money::ZERO, |before| self.months[before]);
        let step = i128::from((self.months[month] - before).fen());
        let (days, of) = (i128::from(day.day()), i128::from(dates::days_in_month(day)));
        let share = (step * days * 2 + of) / (of * 2);
        before + Money::from_fen(i64::try_from(share).unwrap_or(i64::MAX))
    }

    /// The plan's own rate at `day`; none without a target.
    pub fn rate_at(&self, day: NaiveDate, target: Money) -> Option<Rate> {
        Rate::of(self.at(day), target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn even(wan_a_month: i64) -> Plan {
        Plan {
            months: std::array::from_fn(|month| Money::from_wan(wan_a_month * (month as i64 + 1))),
        }
    }

    #[test]
    fn a_plan_never_falls() {
        assert!(even(10).check().is_ok());
        let mut plan = even(10);
        plan.months[5] = Money::from_wan(49);
        assert!(
            plan.check()
                .unwrap_err()
                .first("month_6")
                .unwrap()
                .contains("50")
        );
    }

    #[test]
    fn within_a_month_days_count() {
        let plan = even(30);
        assert_eq!(plan.at("2017-10-31".parse().unwrap()), Money::from_wan(300));
        assert_eq!(plan.at("2017-11-15".parse().unwrap()), Money::from_wan(315));
        assert_eq!(
            plan.at("2017-01-01".parse().unwrap()).wan_exact(),
            "0.967742"
        );
        assert_eq!(plan.short_of(Money::from_wan(400)), Money::from_wan(40));
    }

    proptest! {
        #[test]
        fn the_plan_rises_with_the_days(steps in prop::array::uniform12(0i64..1_000_000_000), day in 1u32..365) {
            let mut sum = 0;
            let plan = Plan { months: steps.map(|step| { sum += step; Money::from_fen(sum) }) };
            let date = |ordinal| NaiveDate::from_yo_opt(2017, ordinal).unwrap();
            prop_assert!(plan.check().is_ok());
            prop_assert!(plan.at(date(day)) <= plan.at(date(day + 1)));
        }
    }
}
