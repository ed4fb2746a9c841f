//! 交接清单: what a new clerk of an enterprise must know on the first day — what is due, what was promised, the files to begin
//! with, who is who.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use domain::{
    UnitId,
    cooperation::FollowUpState,
    period::{Period, ReturnKind},
    permission::{Action, Role},
    person::Caller,
    unit::UnitKind,
};

use super::{Line, Owed, Query};
use crate::{
    App, Error, Result,
    cooperation::{FollowUpRow, WhoseFollowUps},
};

/// Months ahead whose periods are listed.
const AHEAD_DAYS: i64 = 200;

/// A kind of return with how it falls due and what was handed in last.
pub struct HandedOver {
    /// Which.
    pub kind: ReturnKind,
    /// The rule that says so (依据).
    pub basis: String,
    /// Whether the notice gives no date and none is set (通知未定).
    pub undated: bool,
    /// The periods to come.
    pub coming: Vec<Period>,
    /// The newest that was handed in.
    pub newest: Option<Line>,
}

/// Someone to know.
pub struct Colleague {
    /// The name.
    pub name: String,
    /// Roles in words.
    pub roles: String,
    /// The unit's short name.
    pub unit: String,
}

/// All of it.
pub struct HandOverSheet {
    /// Whose.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// What is owed now, the nearest first.
    pub owed: Vec<Owed>,
    /// Days promised to the authority for something not handed in yet.
    pub promised: Vec<NaiveDate>,
    /// What was promised at visits and is not settled.
    pub follow_ups: Vec<FollowUpRow>,
    /// Kind by kind.
    pub kinds: Vec<HandedOver>,
    /// Projects that changed and are told in the next 附件2.
    pub pending_projects: usize,
    /// Projects in the enterprise's library.
    pub projects: usize,
    /// The enterprise's own people, then the officers.
    pub people: Vec<Colleague>,
    /// Enterprises the caller may choose from; for the authority.
    pub units: Vec<(UnitId, String)>,
    /// The day it is.
    pub today: NaiveDate,
}

impl App {
    /// The hand-over sheet of an enterprise: one's own, or for the authority any below it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach, or when it is no enterprise.
    pub async fn hand_over_sheet(
        &self,
        caller: &Caller,
        unit: Option<UnitId>,
    ) -> Result<HandOverSheet> {
        let reach = self.reach(caller, Action::ViewReturns).await?;
        let authority = reach.authority()?.clone();
        let enterprises: Vec<_> = reach
            .tree
            .all()
            .iter()
            .filter(|one| one.kind == UnitKind::Enterprise && reach.covers(one.id))
            .collect();
        let unit = match unit {
            Some(id) => reach.unit(id)?.clone(),
            None => enterprises
                .first()
                .map(|one| (*one).clone())
                .ok_or(Error::NotFound)?,
        };
        if unit.kind != UnitKind::Enterprise {
            return Err(Error::NotFound);
        }
        let units = enterprises
            .iter()
            .map(|one| (one.id, one.short_name.clone()));
        let units = units.collect();
        let today = self.today();
        let reader = self.store().read();
        let (mut owed, mut kinds) = (Vec::new(), Vec::new());
        for kind in ReturnKind::ALL {
            let query = Query {
                unit: Some(unit.id),
                ..Query::default()
            };
            let returns = self.returns(caller, *kind, query).await?;
            let schedule = store::schedules::in_force(&reader, authority.id, *kind)
                .await?
                .schedule;
            let mut coming = returns.periods.clone();
            coming.retain(|one| {
                one.due_on >= today && one.due_on <= today + TimeDelta::days(AHEAD_DAYS)
            });
            let handed_in = returns.lines.iter().filter(|line| line.edition.is_some());
            let newest = handed_in.max_by_key(|line| line.period.cut_off).cloned();
            for line in returns.lines {
                if line.is_owed() && line.due_on() <= today + TimeDelta::days(45) {
                    let basis = schedule.basis.clone();
                    owed.push(Owed { line, basis });
                }
            }
            kinds.push(HandedOver {
                kind: *kind,
                undated: schedule.first.is_none(),
                basis: schedule.basis,
                coming,
                newest,
            });
        }
        owed.sort_by_key(|one| one.line.due_on());
        let remarks = store::returns::remarks(&reader, authority.id, 2000).await?;
        let mut promised: Vec<NaiveDate> = remarks
            .into_iter()
            .filter(|one| one.unit == unit.id && !owed.is_empty())
            .filter_map(|one| one.promised_on)
            .filter(|day| *day >= today - TimeDelta::days(14))
            .collect();
        promised.sort_unstable();
        promised.dedup();
        let open = Some(FollowUpState::Open);
        let mut follow_ups = self
            .follow_ups(caller, WhoseFollowUps::All, open)
            .await?
            .rows;
        follow_ups.retain(|one| one.follow_up.unit == unit.id);
        let projects = store::projects::of_unit(&reader, unit.id).await?;
        let everybody = store::people::everybody(&reader).await?;
        let colleague = |owner: UnitId, name: &str, wanted: &'static [Role]| {
            let people = everybody
                .iter()
                .filter(move |one| one.unit == owner && one.active);
            let name = name.to_owned();
            people.filter_map(move |one| {
                let roles: Vec<&str> = wanted
                    .iter()
                    .filter(|role| one.roles.contains(role))
                    .map(|role| role.label())
                    .collect();
                (!roles.is_empty()).then(|| Colleague {
                    name: one.name.clone(),
                    roles: roles.join("、"),
                    unit: name.clone(),
                })
            })
        };
        let own = colleague(unit.id, &unit.short_name, &[Role::Reporter, Role::Approver]);
        let officers = colleague(authority.id, &authority.short_name, &[Role::Officer]);
        let departments: BTreeMap<UnitId, String> = reach
            .tree
            .all()
            .iter()
            .filter(|one| one.parent == Some(authority.id) && one.kind != UnitKind::Enterprise)
            .map(|one| (one.id, one.short_name.clone()))
            .collect();
        let mut people: Vec<Colleague> = own.chain(officers).collect();
        for (id, name) in &departments {
            people.extend(colleague(*id, name, &[Role::Officer]));
        }
        Ok(HandOverSheet {
            unit: unit.id,
            unit_name: unit.name.clone(),
            owed,
            promised,
            follow_ups,
            kinds,
            pending_projects: projects.iter().filter(|one| one.pending).count(),
            projects: projects.len(),
            people,
            units,
            today,
        })
    }
}
