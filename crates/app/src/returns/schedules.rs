//! 报送计划: how returns fall due, set by officers; what is past is never touched.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    PersonId, dates,
    period::{Period, ReturnKind},
    permission::Action,
    person::{Caller, Invalid},
    schedule::{Planned, Schedule},
    workday::ShiftRule,
};
use serde_json::json;
pub use store::schedules::Version;

use super::periods::{Known, as_new, carry_out};
use crate::{App, Conflict, Error, Result, calendar::calendar_of, work::Fact};

/// Periods shown ahead.
const SHOWN: usize = 6;

/// A return kind's schedule with what follows from it.
pub struct ScheduleView {
    /// The version in force.
    pub version: Version,
    /// Its periods as they are, by their cut-offs.
    pub periods: Vec<Period>,
    /// The next periods under each of the three rules.
    pub coming: Vec<(ShiftRule, Vec<Planned>)>,
    /// Every version, oldest first.
    pub versions: Vec<Version>,
    /// Names of those who recorded them.
    pub people: BTreeMap<PersonId, String>,
    /// The day it is.
    pub today: NaiveDate,
}

impl ScheduleView {
    /// The next periods under the rule in force.
    pub fn next(&self) -> &[Planned] {
        let rule = self.version.schedule.shift;
        let own = self.coming.iter().find(|(one, _)| *one == rule);
        own.map_or(&[], |(_, planned)| planned)
    }
}

impl App {
    /// The schedules of the caller's authority, a kind after the other.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who see no returns.
    pub async fn schedules(&self, caller: &Caller) -> Result<Vec<ScheduleView>> {
        let mut views = Vec::new();
        for kind in ReturnKind::ALL {
            views.push(self.schedule(caller, *kind).await?);
        }
        Ok(views)
    }

    /// The schedule of one kind.
    ///
    /// # Errors
    /// As [`App::schedules`].
    pub async fn schedule(&self, caller: &Caller, kind: ReturnKind) -> Result<ScheduleView> {
        let reach = self.reach(caller, Action::ViewReturns).await?;
        let authority = reach.authority()?.id;
        let periods = self.periods_of(authority, kind).await?;
        let reader = self.store().read();
        let versions = store::schedules::versions(&reader, authority, kind).await?;
        let people = versions.iter().filter_map(|one| Some(one.recorded?.1));
        let people = self.names_of(people.collect()).await?;
        // The notice's own is always there.
        let version = versions.last().cloned().ok_or(Error::NotFound)?;
        let today = self.today();
        let calendar = calendar_of(&reader, authority).await?;
        let coming = version.schedule.under_each_rule(&calendar, today, SHOWN);
        Ok(ScheduleView {
            version,
            periods,
            coming,
            versions,
            people,
            today,
        })
    }

    /// What a schedule that is not saved yet would make: the next periods under each rule.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field.
    pub async fn preview_schedule(
        &self,
        caller: &Caller,
        schedule: &Schedule,
    ) -> Result<Vec<(ShiftRule, Vec<Planned>)>> {
        let reach = self.reach(caller, Action::KeepSchedules).await?;
        schedule.check()?;
        let calendar = calendar_of(&self.store().read(), reach.authority()?.id).await?;
        let today = self.today();
        Ok(schedule.under_each_rule(&calendar, today, SHOWN))
    }

    /// Sets a schedule made from `version`; periods to come follow at once, past ones stay.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field; [`Error::Conflict`] when somebody set it since.
    pub async fn save_schedule(
        &self,
        caller: &Caller,
        version: i64,
        mut schedule: Schedule,
        reason: &str,
    ) -> Result<()> {
        let reach = self.reach(caller, Action::KeepSchedules).await?;
        let authority = reach.whole_authority()?.id;
        schedule.basis = domain::names::tidy(&schedule.basis);
        let reason = checked_reason(reason)?;
        schedule.check()?;
        let kind = schedule.kind;
        let work = self.work().await?;
        let before = store::schedules::in_force(&work.tx, authority, kind).await?;
        let stale = || {
            Error::Conflict(Box::new(Conflict {
                what: format!("{}的报送计划", kind.label()),
                values: Vec::new(),
                version: before.version,
            }))
        };
        if before.version != version {
            return Err(stale());
        }
        let (by, at) = (caller.person.id, work.now);
        match store::schedules::add(&work.tx, authority, version, &schedule, &reason, (by, at))
            .await
        {
            Err(store::Error::Stale) => return Err(stale()),
            other => other?,
        }
        carry_out(&work.tx, authority, kind, dates::day_in_shanghai(at), at).await?;
        let detail = json!({"before": before.schedule, "after": schedule, "reason": reason});
        let fact = Fact::new("schedule.set", format!("schedule:{}", kind.word()), detail);
        self.finish_change(work, caller, fact).await
    }

    /// Gives one period that is not past a due day of its own, or that of the schedule again (`set_on` none). `seen` is the
    /// due day it was made from.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such period; [`Error::Invalid`] by field, or when it is past;
    /// [`Error::Conflict`] when somebody moved it since.
    pub async fn move_period(
        &self,
        caller: &Caller,
        (kind, cut_off): (ReturnKind, NaiveDate),
        seen: NaiveDate,
        set_on: Option<NaiveDate>,
        reason: &str,
    ) -> Result<()> {
        let reach = self.reach(caller, Action::KeepSchedules).await?;
        let authority = reach.whole_authority()?.id;
        let reason = checked_reason(reason)?;
        let work = self.work().await?;
        let today = dates::day_in_shanghai(work.now);
        let known = Known::load(&work.tx, authority, kind).await?;
        let mut periods = known.periods.iter();
        let period = periods
            .find(|one| one.cut_off == cut_off)
            .ok_or(Error::NotFound)?;
        if period.due_on != seen {
            return Err(Error::Conflict(Box::new(Conflict {
                what: format!("{}的截止日", period.label()),
                values: vec![(
                    "截止日".to_owned(),
                    seen.to_string(),
                    period.due_on.to_string(),
                )],
                version: 0,
            })));
        }
        if period.due_on < today {
            return Err(Invalid::of(
                "due_on",
                "这一期已经截止，不能再改截止日；个别企业需要补报的，请准许补报",
            )
            .into());
        }
        let own = || {
            known
                .schedule
                .series(&known.calendar)
                .find(|one| one.cut_off == cut_off)
        };
        let (planned, kept) = match set_on {
            Some(day) => (
                Some(known.schedule.moved(period, day, &known.calendar)),
                reason.as_str(),
            ),
            None => (own(), ""),
        };
        let planned = planned
            .ok_or_else(|| Invalid::of("due_on", "报送计划里没有这一期，请直接填写截止日"))?;
        let far = period.cut_off + chrono::TimeDelta::days(366);
        if kind != ReturnKind::NextYearPlan && planned.set_on < period.cut_off {
            let why = format!("截止日不能早于数据截至日{}", period.cut_off);
            return Err(Invalid::of("due_on", why).into());
        }
        if planned.set_on > far {
            let why = "截止日离数据截至日超过一年，请核对年份";
            return Err(Invalid::of("due_on", why).into());
        }
        if planned.due_on < today {
            return Err(Invalid::of("due_on", "截止日请填写今天或以后的日期").into());
        }
        let new = as_new(&known.schedule, &planned, kept);
        store::returns::change_period(&work.tx, authority, kind, new).await?;
        let detail = json!({"before": seen, "set_on": planned.set_on, "due_on": planned.due_on, "reason": reason});
        let object = format!("period:{}", period.id);
        self.finish_change(work, caller, Fact::new("period.moved", object, detail))
            .await
    }
}

fn checked_reason(reason: &str) -> Result<String> {
    let reason = domain::names::tidy(reason);
    if (1..=200).contains(&reason.chars().count()) {
        return Ok(reason);
    }
    Err(Invalid::of("reason", "请写明调整的理由或依据（200字以内）").into())
}
