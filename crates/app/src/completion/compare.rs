//! The table beside the month before, the year before, the enterprises' own plans, and a projection (§1).

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use domain::{
    Money, Pct, Rate, UnitId, completion::CompletionTable, dates, permission::Action,
    person::Caller, plan::Plan, projection,
};

use super::{Query, View};
use crate::{App, Result};

/// One enterprise, or 合计, compared.
#[derive(Debug, Clone)]
pub struct Compared {
    /// Its name.
    pub name: String,
    /// Which; none for 合计.
    pub unit: Option<UnitId>,
    /// 完成数 now.
    pub done: Option<Money>,
    /// 完成数 at the end of the month before.
    pub month_before: Option<Money>,
    /// What came since.
    pub since: Option<Money>,
    /// 完成数 on the same day of the year before.
    pub year_before: Option<Money>,
    /// More or less than then.
    pub against_year_before: Option<Money>,
    /// What its own plan says for the day.
    pub plan: Option<Money>,
    /// 超/欠计划: difference of the two printed rates.
    pub plan_lead: Option<Pct>,
    /// 完成数 projected to the year's end.
    pub projected: Option<Money>,
    /// The rate that would give.
    pub projected_rate: Option<Rate>,
}

/// The table compared.
pub struct Comparison {
    /// The table itself.
    pub view: View,
    /// End of the month before; none in January.
    pub month_before: Option<NaiveDate>,
    /// The same day of the year before, or the last of its month.
    pub year_before: NaiveDate,
    /// In the order of the table.
    pub rows: Vec<Compared>,
    /// 合计.
    pub total: Compared,
}

impl App {
    /// The completion table compared.
    ///
    /// # Errors
    /// As [`App::completion`].
    pub async fn comparison(&self, caller: &Caller, query: Query) -> Result<Comparison> {
        let view = self.completion(caller, query).await?;
        let reach = self.reach(caller, Action::ViewCompletion).await?;
        let (as_of, known_at) = (view.table.as_of, view.known_at);
        let month_before = last_month_end(as_of);
        let before = match month_before {
            Some(day) => Some(
                self.basis(&reach, view.table.year, day, known_at)
                    .await?
                    .table,
            ),
            None => None,
        };
        let year_before = as_of.checked_sub_months(Months::new(12)).unwrap_or(as_of);
        let last_year = self
            .basis(&reach, year_before.year(), year_before, known_at)
            .await?
            .table;
        let plans = store::plans::of_year(&self.store().read(), view.table.year, known_at).await?;
        let plans: BTreeMap<UnitId, Plan> = plans
            .into_iter()
            .map(|stored| (stored.unit, stored.plan))
            .collect();
        let look = Look {
            as_of,
            before: before.as_ref(),
            last_year: &last_year,
            plans: &plans,
        };
        let rows = view.table.rows.iter().map(|row| {
            let standing = &row.standing;
            look.compare(Subject {
                name: standing.name.clone(),
                unit: Some(standing.unit),
                target: standing.target,
                done: standing.done,
                plan: plans.get(&standing.unit).map(|plan| plan.at(as_of)),
            })
        });
        let rows: Vec<Compared> = rows.collect();
        let total = look.compare(Subject {
            name: "合计".to_owned(),
            unit: None,
            target: Some(view.table.total.target),
            done: view.table.total.done,
            plan: all_plans(&rows),
        });
        Ok(Comparison {
            month_before,
            year_before,
            rows,
            total,
            view,
        })
    }
}

/// The sum of the plans, when every enterprise has one: a sum of some would look like a plan of all.
fn all_plans(rows: &[Compared]) -> Option<Money> {
    let plans: Option<Vec<Money>> = rows.iter().map(|row| row.plan).collect();
    plans
        .filter(|plans| !plans.is_empty())
        .map(|plans| plans.into_iter().sum())
}

fn last_month_end(day: NaiveDate) -> Option<NaiveDate> {
    dates::month_end(day.year(), day.month().checked_sub(1)?)
}

struct Look<'a> {
    as_of: NaiveDate,
    before: Option<&'a CompletionTable>,
    last_year: &'a CompletionTable,
    plans: &'a BTreeMap<UnitId, Plan>,
}

struct Subject {
    name: String,
    unit: Option<UnitId>,
    target: Option<Money>,
    done: Option<Money>,
    plan: Option<Money>,
}

/// 完成数 of a unit, or of all, in another table.
fn done_in(table: &CompletionTable, unit: Option<UnitId>) -> Option<Money> {
    match unit {
        None => table.total.done,
        Some(unit) => {
            table
                .rows
                .iter()
                .find(|row| row.standing.unit == unit)?
                .standing
                .done
        }
    }
}

impl Look<'_> {
    fn compare(&self, subject: Subject) -> Compared {
        let month_before = self.before.and_then(|table| done_in(table, subject.unit));
        let year_before = done_in(self.last_year, subject.unit);
        let done = subject.done;
        let minus = |before: Option<Money>| Some(done? - before?);
        let rate = |amount: Option<Money>| Rate::of(amount?, subject.target?);
        let plan_rate = rate(subject.plan).filter(|_| !self.plans.is_empty());
        let projected = done.map(|done| projection::year_end(done, self.as_of));
        Compared {
            since: minus(month_before),
            against_year_before: minus(year_before),
            plan_lead: rate(done)
                .zip(plan_rate)
                .map(|(done, plan)| done.pct() - plan.pct()),
            projected_rate: rate(projected),
            name: subject.name,
            unit: subject.unit,
            plan: subject.plan,
            done,
            month_before,
            year_before,
            projected,
        }
    }
}
