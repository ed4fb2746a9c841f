//! Periods: made ahead from the schedules, as a job and at first need; what is past stays.

use domain::{
    UnitId,
    period::{Period, ReturnKind},
    schedule::{Plan, Planned, Schedule},
    unit::UnitKind,
    workday::Calendar,
};
use store::{Db, Tx, returns::NewPeriod};

use crate::{App, Result, calendar::calendar_of};

/// The job that makes them.
pub(crate) const JOB: &str = "returns.periods";

/// What is known of a kind's periods in an authority.
pub(crate) struct Known {
    pub schedule: Schedule,
    pub calendar: Calendar,
    pub periods: Vec<Period>,
}

impl Known {
    pub(crate) async fn load(db: &impl Db, authority: UnitId, kind: ReturnKind) -> Result<Self> {
        let version = store::schedules::in_force(db, authority, kind).await?;
        Ok(Self {
            schedule: version.schedule,
            calendar: calendar_of(db, authority).await?,
            periods: store::returns::periods(db, authority, kind).await?,
        })
    }

    /// What is to be done with them on `today`.
    async fn plan(&self, db: &impl Db, today: chrono::NaiveDate) -> Result<Plan> {
        // What changes once the newest is handed in must have a period to belong to.
        let beyond = match self.periods.last() {
            Some(newest) => store::returns::any_handed_in(db, newest.id).await?,
            None => false,
        };
        let mut plan = self
            .schedule
            .plan(&self.periods, &self.calendar, today, beyond);
        let mut drop = Vec::new();
        for cut_off in plan.drop {
            let period = self.periods.iter().find(|one| one.cut_off == cut_off);
            if let Some(period) = period
                && store::returns::is_untouched(db, period.id).await?
            {
                drop.push(cut_off);
            }
        }
        plan.drop = drop;
        Ok(plan)
    }
}

impl App {
    /// The periods of a kind in an authority, by their cut-offs, as its schedule has them today; made at first need.
    pub(crate) async fn periods_of(
        &self,
        authority: UnitId,
        kind: ReturnKind,
    ) -> Result<Vec<Period>> {
        let reader = self.store().read();
        let known = Known::load(&reader, authority, kind).await?;
        if known.plan(&reader, self.today()).await?.is_empty() {
            return Ok(known.periods);
        }
        let work = self.work().await?;
        let today = domain::dates::day_in_shanghai(work.now);
        carry_out(&work.tx, authority, kind, today, work.now).await?;
        work.tx.commit().await?;
        Ok(store::returns::periods(&reader, authority, kind).await?)
    }

    /// Makes the periods that every authority and kind lacks; those already there stay.
    pub(crate) async fn make_all_periods(&self) -> Result<()> {
        let tree = store::units::tree(&self.store().read()).await?;
        for unit in tree.all() {
            if unit.kind == UnitKind::Authority {
                for kind in ReturnKind::ALL {
                    self.periods_of(unit.id, *kind).await?;
                }
            }
        }
        Ok(())
    }
}

/// Makes the periods as the schedule in force has them. Doing it twice does nothing the second time.
pub(crate) async fn carry_out(
    tx: &Tx,
    authority: UnitId,
    kind: ReturnKind,
    today: chrono::NaiveDate,
    now: domain::Instant,
) -> Result<()> {
    let known = Known::load(tx, authority, kind).await?;
    let plan = known.plan(tx, today).await?;
    for planned in &plan.add {
        let new = as_new(&known.schedule, planned, "");
        store::returns::add_period(tx, authority, kind, new, now).await?;
    }
    for planned in &plan.change {
        let new = as_new(&known.schedule, planned, "");
        store::returns::change_period(tx, authority, kind, new).await?;
    }
    for period in known
        .periods
        .iter()
        .filter(|one| plan.drop.contains(&one.cut_off))
    {
        store::returns::drop_period(tx, period.id).await?;
    }
    Ok(())
}

pub(super) fn as_new<'a>(
    schedule: &Schedule,
    planned: &'a Planned,
    moved_reason: &'a str,
) -> NewPeriod<'a> {
    NewPeriod {
        planned,
        shift: schedule.shift,
        scan_required: schedule.scan_required,
        moved_reason,
    }
}
