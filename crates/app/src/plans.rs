//! The enterprise's month-by-month plan.

use domain::{
    Instant, Money, UnitId, dates,
    permission::Action,
    person::{Caller, Invalid},
    plan::Plan,
    target,
    unit::{Unit, UnitKind},
};
use serde_json::json;

use crate::{App, Conflict, Error, Result, work::Fact};

/// One enterprise's plan of a year beside its target.
pub struct PlanView {
    /// The enterprise.
    pub unit: Unit,
    /// The year.
    pub year: i32,
    /// The plan, when there is one.
    pub plan: Option<Plan>,
    /// Counts saves; a save names the one it was made from.
    pub version: i64,
    /// Who recorded it, and when.
    pub recorded: Option<(String, Instant)>,
    /// The year's target in force at its end.
    pub target: Option<Money>,
    /// Whether the caller may save one.
    pub editable: bool,
}

impl App {
    /// The plan of an enterprise within reach; its own without `unit`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach or no enterprise.
    pub async fn plan(&self, caller: &Caller, unit: Option<UnitId>, year: i32) -> Result<PlanView> {
        let reach = self.reach(caller, Action::ViewFunds).await?;
        let end = dates::YEARS
            .contains(&year)
            .then(|| dates::month_end(year, 12))
            .flatten();
        let end =
            end.ok_or_else(|| Error::Invalid(Invalid::of("year", "请填写2000到2099之间的年度")))?;
        let own = reach
            .tree
            .enterprise_of(caller.person.unit)
            .map(|unit| unit.id);
        let unit = reach.unit(unit.or(own).ok_or(Error::NotFound)?)?.clone();
        if unit.kind != UnitKind::Enterprise {
            return Err(Error::NotFound);
        }
        let reader = self.store().read();
        let stored = store::plans::newest(&reader, unit.id, year).await?;
        let history = store::targets::history(&reader, unit.id, year).await?;
        let recorded = match &stored {
            Some(stored) => {
                let name = self
                    .names_of(vec![stored.recorded_by])
                    .await?
                    .into_values()
                    .next()
                    .unwrap_or_default();
                Some((name, stored.recorded_at))
            }
            None => None,
        };
        Ok(PlanView {
            year,
            version: stored.as_ref().map_or(0, |stored| stored.version),
            plan: stored.map(|stored| stored.plan),
            recorded,
            target: target::in_force(&history, end, self.now()).map(|row| row.amount),
            editable: caller.may(Action::EditPlan),
            unit,
        })
    }

    /// Saves the plan of the caller's own enterprise, made from `version`.
    ///
    /// # Errors
    /// [`Error::Invalid`] by month; [`Error::Conflict`] with both versions when somebody saved one since.
    pub async fn save_plan(
        &self,
        caller: &Caller,
        unit: UnitId,
        year: i32,
        version: i64,
        plan: Plan,
    ) -> Result<()> {
        self.permit(caller, Action::EditPlan).await?;
        let before = self.plan(caller, Some(unit), year).await?;
        plan.check()?;
        let work = self.work().await?;
        match store::plans::add(
            &work.tx,
            before.unit.id,
            year,
            version,
            &plan,
            caller.person.id,
            work.now,
        )
        .await
        {
            Err(store::Error::Stale) => {
                drop(work);
                let now = self.plan(caller, Some(unit), year).await?;
                return Err(conflict(&now, &plan));
            }
            other => other?,
        }
        let detail = json!({"unit": before.unit.id, "year": year, "plan": plan});
        self.finish_change(
            work,
            caller,
            Fact::new(
                "plan.saved",
                format!("plan:{}:{year}", before.unit.id),
                detail,
            ),
        )
        .await
    }
}

fn conflict(now: &PlanView, yours: &Plan) -> Error {
    let theirs = now.plan.as_ref();
    let values = (0..12).map(|month| {
        let theirs = theirs.map_or_else(|| "—".to_owned(), |plan| plan.months[month].wan_exact());
        (
            format!("{}月累计（万元）", month + 1),
            yours.months[month].wan_exact(),
            theirs,
        )
    });
    let what = format!("“{}”{}年月度计划", now.unit.name, now.year);
    Error::Conflict(Box::new(Conflict {
        what,
        values: values.collect(),
        version: now.version,
    }))
}
