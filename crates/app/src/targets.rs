//! Annual targets: seeing, giving, adjusting them.

use std::collections::{BTreeMap, btree_map::Entry};

use chrono::NaiveDate;
use domain::{
    Money, PersonId, TargetId, UnitId, dates,
    permission::Action,
    person::{Caller, Invalid},
    target::{NewTarget, TargetRow, in_force},
    unit::{Unit, UnitKind},
};
use serde_json::json;

use crate::{App, Conflict, Error, Result, work::Fact};

/// The targets of a year.
pub struct Targets {
    /// The year.
    pub year: i32,
    /// Enterprises within reach in own order, each with the row in force at the year's end or now, and its number of rows.
    pub lines: Vec<(Unit, Option<TargetRow>)>,
    /// Sum of those in force.
    pub total: Money,
}

/// One unit's target of a year with all its rows.
pub struct TargetHistory {
    /// The enterprise.
    pub unit: Unit,
    /// The year.
    pub year: i32,
    /// Counts changes; a change names the one it was made from.
    pub version: i64,
    /// All rows, oldest effective day first.
    pub rows: Vec<TargetRow>,
    /// Names of those who recorded them.
    pub people: BTreeMap<PersonId, String>,
}

impl App {
    /// The targets of `year` for the enterprises the caller reaches, as of the year's last day.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a year out of range.
    pub async fn targets(&self, caller: &Caller, year: i32) -> Result<Targets> {
        let reach = self.reach(caller, Action::ViewTargets).await?;
        let end = year_end(year)?;
        let authority = reach.authority()?.id;
        let mut rows: BTreeMap<UnitId, TargetRow> =
            store::targets::in_force(&self.store().read(), year, end, self.now())
                .await?
                .into_iter()
                .map(|row| (row.unit, row))
                .collect();
        let enterprises = reach
            .tree
            .enterprises_of(authority, end)
            .filter(|unit| reach.covers(unit.id));
        let lines: Vec<(Unit, Option<TargetRow>)> = enterprises
            .map(|unit| (unit.clone(), rows.remove(&unit.id)))
            .collect();
        let total = lines
            .iter()
            .filter_map(|(_, row)| row.as_ref())
            .map(|row| row.amount)
            .sum();
        Ok(Targets { year, lines, total })
    }

    /// One enterprise's target of `year` with its history.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach or no enterprise.
    pub async fn target_history(
        &self,
        caller: &Caller,
        unit: UnitId,
        year: i32,
    ) -> Result<TargetHistory> {
        let reach = self.reach(caller, Action::ViewTargets).await?;
        year_end(year)?;
        let unit = reach.unit(unit)?.clone();
        if unit.kind != UnitKind::Enterprise {
            return Err(Error::NotFound);
        }
        let reader = self.store().read();
        // The version before the rows: a change between the two reads makes the version stale, never the rows.
        let version = store::targets::version(&reader, unit.id, year).await?;
        let rows = store::targets::history(&reader, unit.id, year).await?;
        let people = self
            .names_of(rows.iter().map(|row| row.recorded_by).collect())
            .await?;
        Ok(TargetHistory {
            unit,
            year,
            version,
            rows,
            people,
        })
    }

    /// Gives or adjusts a target, made from version `version` of its history.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field, [`Error::Conflict`] with both versions when somebody changed it since.
    pub async fn set_target(
        &self,
        caller: &Caller,
        unit: UnitId,
        year: i32,
        version: i64,
        new: NewTarget,
    ) -> Result<TargetId> {
        let reach = self.reach(caller, Action::SetTargets).await?;
        let unit = reach.unit(unit)?;
        if unit.kind != UnitKind::Enterprise {
            return Err(Error::NotFound);
        }
        let new = NewTarget {
            reason: new.reason.trim().to_owned(),
            document_no: new.document_no.trim().to_owned(),
            ..new
        };
        let work = self.work().await?;
        let history = store::targets::history(&work.tx, unit.id, year).await?;
        let now_version = store::targets::version(&work.tx, unit.id, year).await?;
        if now_version != version {
            return Err(conflict(unit, year, now_version, &new, &history));
        }
        new.check(year, &history)?;
        let id = match store::targets::add(
            &work.tx,
            unit.id,
            year,
            version,
            &new,
            caller.person.id,
            work.now,
        )
        .await
        {
            // Another replica was faster between the look and the claim.
            Err(store::Error::Stale) => {
                return Err(conflict(unit, year, now_version + 1, &new, &history));
            }
            other => other?,
        };
        let detail = json!({
            "unit": unit.id, "year": year, "effective_on": new.effective_on, "amount_wan": new.amount.wan_exact(),
            "reason": new.reason, "document_no": new.document_no,
        });
        let action = if history.is_empty() {
            "target.given"
        } else {
            "target.adjusted"
        };
        self.finish_change(
            work,
            caller,
            Fact::new(action, format!("target:{id}"), detail),
        )
        .await?;
        Ok(id)
    }

    /// Names of people, for showing who did what.
    pub(crate) async fn names_of(
        &self,
        people: Vec<PersonId>,
    ) -> Result<BTreeMap<PersonId, String>> {
        let mut names = BTreeMap::new();
        for id in people {
            if let Entry::Vacant(place) = names.entry(id) {
                let person = store::people::by_id(&self.store().read(), id).await?;
                place.insert(person.map_or_else(|| format!("账号{id}"), |person| person.name));
            }
        }
        Ok(names)
    }
}

fn year_end(year: i32) -> Result<NaiveDate> {
    dates::YEARS
        .contains(&year)
        .then(|| dates::month_end(year, 12))
        .flatten()
        .ok_or_else(|| Invalid::of("year", "请填写2000到2099之间的年度").into())
}

fn conflict(
    unit: &Unit,
    year: i32,
    version: i64,
    yours: &NewTarget,
    history: &[TargetRow],
) -> Error {
    let newest = history.iter().max_by_key(|row| (row.recorded_at, row.id));
    let theirs = |field: fn(&TargetRow) -> String| newest.map_or_else(|| "—".to_owned(), field);
    let values = vec![
        (
            "任务数（万元）".to_owned(),
            yours.amount.wan_exact(),
            theirs(|row| row.amount.wan_exact()),
        ),
        (
            "生效日期".to_owned(),
            yours.effective_on.to_string(),
            theirs(|row| row.effective_on.to_string()),
        ),
        (
            "调整理由".to_owned(),
            yours.reason.clone(),
            theirs(|row| row.reason.clone()),
        ),
        (
            "文号".to_owned(),
            yours.document_no.clone(),
            theirs(|row| row.document_no.clone()),
        ),
    ];
    Error::Conflict(Box::new(Conflict {
        what: format!("“{}”{year}年任务数", unit.name),
        values,
        version,
    }))
}

/// The row in force on a day, for pages that show a history.
pub fn row_in_force(
    history: &TargetHistory,
    as_of: NaiveDate,
    known_at: domain::Instant,
) -> Option<&TargetRow> {
    in_force(&history.rows, as_of, known_at)
}
