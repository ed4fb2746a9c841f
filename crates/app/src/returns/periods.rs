//! Periods: made ahead, never behind.

use domain::{
    UnitId,
    period::{Period, ReturnKind, Series},
    unit::UnitKind,
};

use crate::{App, Result};

/// Periods that are there: the current one and one ahead.
const AHEAD: usize = 2;

/// The job that makes them.
pub(crate) const JOB: &str = "returns.periods";

impl App {
    /// The periods of a kind in an authority, by their cut-offs. Two that are due today or later are always there, and one
    /// that nobody has handed in; they are made at first need.
    pub(crate) async fn periods_of(
        &self,
        authority: UnitId,
        kind: ReturnKind,
    ) -> Result<Vec<Period>> {
        let known = store::returns::periods(&self.store().read(), authority, kind).await?;
        let coming = Series::of_notice(kind).coming(self.today(), AHEAD);
        let there =
            |cut_off: &chrono::NaiveDate| known.iter().any(|period| period.cut_off == *cut_off);
        // What changes once the newest is handed in must have a period to belong to.
        let open_ended = match known.last() {
            Some(newest) => !store::returns::any_handed_in(&self.store().read(), newest.id).await?,
            None => false,
        };
        if open_ended && coming.iter().all(|(cut_off, _)| there(cut_off)) {
            return Ok(known);
        }
        self.make_periods(authority, kind).await?;
        Ok(store::returns::periods(&self.store().read(), authority, kind).await?)
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

    async fn make_periods(&self, authority: UnitId, kind: ReturnKind) -> Result<()> {
        let work = self.work().await?;
        let today = domain::dates::day_in_shanghai(work.now);
        for period in Series::of_notice(kind).coming(today, AHEAD) {
            store::returns::add_period(&work.tx, authority, kind, period, work.now).await?;
        }
        let known = store::returns::periods(&work.tx, authority, kind).await?;
        if let Some(newest) = known.last()
            && store::returns::any_handed_in(&work.tx, newest.id).await?
            && let Some(next) = Series::of_notice(kind).after(newest.cut_off)
        {
            store::returns::add_period(&work.tx, authority, kind, next, work.now).await?;
        }
        Ok(work.tx.commit().await?)
    }
}
