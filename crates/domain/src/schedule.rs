//! Schedules (报送计划): how a return kind falls due (§2). Data of an authority; the notice's are the ones to begin with.

use std::collections::BTreeSet;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{
    dates,
    period::{Period, ReturnKind},
    person::Invalid,
    workday::{Calendar, ShiftRule},
};

/// Periods that are there ahead of time: the current one and one more.
pub const AHEAD: usize = 2;
/// Most periods a system that stood still catches up on.
const CATCH_UP: usize = 120;

/// How a return kind falls due in an authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Of what.
    pub kind: ReturnKind,
    /// (cut-off, due day) of the first period; none where no date is known (通知未定): no periods are made then.
    pub first: Option<(NaiveDate, NaiveDate)>,
    /// Months from one cut-off to the next, 1 to 12.
    pub every: u32,
    /// Months from the cut-off's to that of the due day, 0 to 12; of the later periods.
    pub months_after: u32,
    /// Day of the month on which they are due, 1 to 31; the month's last where it has no such day.
    pub day: u32,
    /// What happens to a due day that does not work.
    pub shift: ShiftRule,
    /// Days after the due day in which it is taken in late; none: it never locks.
    pub grace_days: Option<u32>,
    /// Days in which a returned one is to be handed in again.
    pub resubmit_days: u32,
    /// Whether a stamped scan is required.
    pub scan_required: bool,
    /// Whether periods are made.
    pub active: bool,
    /// Where it is laid down (依据).
    pub basis: String,
}

/// A period as a schedule has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The cut-off.
    pub cut_off: NaiveDate,
    /// The due day as set.
    pub set_on: NaiveDate,
    /// As [`Period::advised_on`].
    pub advised_on: Option<NaiveDate>,
    /// As [`Period::due_on`].
    pub due_on: NaiveDate,
    /// As [`Period::lock_after`].
    pub lock_after: Option<NaiveDate>,
}

/// What is to be done so that the periods are as the schedule says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Made.
    pub add: Vec<Planned>,
    /// Changed, by their cut-off.
    pub change: Vec<Planned>,
    /// Cut-offs no longer in the schedule and not due yet: taken away where nothing hangs on them.
    pub drop: Vec<NaiveDate>,
}

impl Plan {
    /// Whether all is as it should be.
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.change.is_empty() && self.drop.is_empty()
    }
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

impl Schedule {
    /// The schedule of the notice 温国资委〔2017〕138号, with what it does not say filled in 【推定】: 顺延, 30 days of grace,
    /// 5 days to hand in again, no scan.
    ///
    /// - 附件2 (二): first due 2017-12-15 as a full review, cut-off 2017-11-30 【推定】; later by the 10th of every second
    ///   month up to the end of the month before.
    /// - 附件3 (三（三）): first due 2017-12-10, then the same.
    /// - 次年思路和计划 (三（四）): 2017-12-15; that it comes back every year is 【推定】.
    /// - 月报, 年度总结 (三（五）): no date (通知未定).
    pub fn of_notice(kind: ReturnKind) -> Self {
        let (first, every, day, basis) = match kind {
            ReturnKind::Annex2 => (
                Some((day(2017, 11, 30), day(2017, 12, 15))),
                2,
                10,
                "温国资委〔2017〕138号第二条：首次于12月15日前报送，今后每两月10日前上报截至上月的调整情况",
            ),
            ReturnKind::Annex3 => (
                Some((day(2017, 11, 30), day(2017, 12, 10))),
                2,
                10,
                "温国资委〔2017〕138号第三条（三）：每两月10日前上报截至上月的进展情况，第一次于12月10日前上报",
            ),
            ReturnKind::NextYearPlan => (
                Some((day(2017, 11, 30), day(2017, 12, 15))),
                12,
                15,
                "温国资委〔2017〕138号第三条（四）：次年工作思路、计划和推进举措于12月15日前报送",
            ),
            ReturnKind::Monthly => (
                None,
                1,
                5,
                "温国资委〔2017〕138号第三条（五）：建立工作月报制度（通知未定日期）",
            ),
            ReturnKind::YearlySummary => (
                None,
                12,
                15,
                "温国资委〔2017〕138号第三条（五）：及时总结年度招商引资工作（通知未定日期）",
            ),
        };
        Self {
            kind,
            first,
            every,
            months_after: 1,
            day,
            shift: ShiftRule::Later,
            grace_days: Some(30),
            resubmit_days: 5,
            scan_required: false,
            active: first.is_some(),
            basis: basis.to_owned(),
        }
    }

    /// (cut-off, due day as set) of the `index`th period, the first being 0; none beyond the years kept.
    pub fn nth(&self, index: u32) -> Option<(NaiveDate, NaiveDate)> {
        let (first_cut_off, first_due) = self.first?;
        if index == 0 {
            return Some((first_cut_off, first_due));
        }
        let later = |from: NaiveDate, months: u32| {
            from.with_day(1)?.checked_add_months(Months::new(months))
        };
        let month = later(first_cut_off, self.every.checked_mul(index)?)?;
        let cut_off = dates::month_end(month.year(), month.month())?;
        let due_month = later(month, self.months_after)?;
        let last = dates::month_end(due_month.year(), due_month.month())?;
        let due = due_month.with_day(self.day.min(last.day()))?;
        dates::YEARS.contains(&due.year()).then_some((cut_off, due))
    }

    /// A day set, under the rule; as set where the calendar does not know.
    fn planned(&self, (cut_off, set_on): (NaiveDate, NaiveDate), calendar: &Calendar) -> Planned {
        let shifted = calendar.shift(set_on, self.shift).ok();
        let due_on = shifted.map_or(set_on, |shifted| shifted.due);
        let grace = |days: u32| due_on.checked_add_days(chrono::Days::new(u64::from(days)));
        Planned {
            cut_off,
            set_on,
            advised_on: shifted.map(|shifted| shifted.advised),
            due_on,
            lock_after: self.grace_days.and_then(grace),
        }
    }

    /// Every period, in order.
    pub fn series<'a>(&'a self, calendar: &'a Calendar) -> impl Iterator<Item = Planned> + 'a {
        (0..)
            .map_while(|index| self.nth(index))
            .map(|pair| self.planned(pair, calendar))
    }

    /// The first `count` periods due on `today` or later.
    pub fn coming(&self, calendar: &Calendar, today: NaiveDate, count: usize) -> Vec<Planned> {
        self.series(calendar)
            .skip_while(|one| one.due_on < today)
            .take(count)
            .collect()
    }

    /// A due day that an officer sets for one period, under the rule.
    pub fn moved(&self, period: &Period, set_on: NaiveDate, calendar: &Calendar) -> Planned {
        self.planned((period.cut_off, set_on), calendar)
    }

    /// What makes the periods as the schedule says. What is past (due before `today`) is never touched, nor a day moved so
    /// that it would be; nothing is made behind the first period known. Doing it twice does nothing the second time.
    /// `beyond`: the newest has been handed in by somebody, so a further one must be there.
    pub fn plan(
        &self,
        known: &[Period],
        calendar: &Calendar,
        today: NaiveDate,
        beyond: bool,
    ) -> Plan {
        if !self.active {
            let coming = known.iter().filter(|one| one.due_on >= today);
            return Plan {
                drop: coming.map(|one| one.cut_off).collect(),
                ..Plan::default()
            };
        }
        let newest = known.last().map(|period| period.cut_off);
        let oldest = known.first().map(|period| period.cut_off);
        let due_of = |one: &Planned| match known.iter().find(|it| it.cut_off == one.cut_off) {
            Some(period) => Some(period.due_on),
            None if oldest.is_some_and(|oldest| one.cut_off < oldest) => None,
            None => Some(one.due_on),
        };
        let mut wanted: Vec<Planned> = self
            .series(calendar)
            .filter(|one| due_of(one).is_some_and(|due| due >= today))
            .take(AHEAD)
            .collect();
        if let (Some(newest), true) = (newest, beyond) {
            let next = self.series(calendar).find(|one| one.cut_off > newest);
            wanted.extend(next.filter(|next| !wanted.contains(next)));
        }
        // What fell due while nobody looked.
        let missed: Vec<Planned> = match newest {
            Some(newest) => self
                .series(calendar)
                .skip_while(|one| one.cut_off <= newest)
                .take_while(|one| one.due_on < today)
                .take(CATCH_UP)
                .collect(),
            None => Vec::new(),
        };
        let mut plan = Plan::default();
        for one in missed.into_iter().chain(wanted.iter().cloned()) {
            match known.iter().find(|period| period.cut_off == one.cut_off) {
                None => plan.add.push(one),
                Some(period) if self.differs(period, &one, today) => plan.change.push(one),
                Some(_) => {}
            }
        }
        let cut_offs: BTreeSet<NaiveDate> = wanted.iter().map(|one| one.cut_off).collect();
        let all: BTreeSet<NaiveDate> = match known.last() {
            Some(last) => self
                .series(calendar)
                .map(|one| one.cut_off)
                .take_while(|cut_off| *cut_off <= last.cut_off)
                .collect(),
            None => BTreeSet::new(),
        };
        plan.drop = known
            .iter()
            .filter(|period| period.due_on >= today && period.moved_reason.is_empty())
            .map(|period| period.cut_off)
            .filter(|cut_off| !all.contains(cut_off) && !cut_offs.contains(cut_off))
            .collect();
        plan
    }

    fn differs(&self, period: &Period, one: &Planned, today: NaiveDate) -> bool {
        let past = period.due_on < today || one.due_on < today;
        let same = (period.set_on, period.advised_on, period.due_on)
            == (one.set_on, one.advised_on, one.due_on)
            && (period.lock_after, period.shift, period.scan_required)
                == (one.lock_after, self.shift, self.scan_required);
        !past && !same && period.moved_reason.is_empty()
    }

    /// Checks a schedule that somebody sets.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        let mut range = |field: &str, value: u32, least: u32, most: u32, what: &str| {
            if !(least..=most).contains(&value) {
                invalid.add(field, format!("{what}请填{least}到{most}之间的整数"));
            }
        };
        range("every_months", self.every, 1, 12, "间隔月数");
        range("due_months_after", self.months_after, 0, 12, "截止月份");
        range("due_day", self.day, 1, 31, "截止日");
        range("resubmit_days", self.resubmit_days, 1, 60, "退回后重报天数");
        if let Some(days) = self.grace_days {
            range("grace_days", days, 0, 365, "迟报宽限天数");
        }
        match self.first {
            Some((cut_off, due)) => {
                for (field, day) in [("first_cut_off", cut_off), ("first_due", due)] {
                    if !dates::YEARS.contains(&day.year()) {
                        invalid.add(field, "请填写2000到2099年之间的日期".to_owned());
                    }
                }
                if due < cut_off && self.kind != ReturnKind::NextYearPlan {
                    invalid.add("first_due", "首次截止日不能早于数据截至日".to_owned());
                }
            }
            None if self.active => invalid.add(
                "first_cut_off",
                "通知没有定日期：请填写首期的数据截至日和截止日，或停用".to_owned(),
            ),
            None => {}
        }
        if self.basis.chars().count() > 200 {
            invalid.add("basis", "依据请控制在200字以内".to_owned());
        }
        invalid.into_result()
    }
}

#[cfg(test)]
mod tests;
