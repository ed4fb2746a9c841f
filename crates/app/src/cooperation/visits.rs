//! Visits and promotions: the list and one of them.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use domain::{
    PersonId, ProjectId, UnitId, VisitId,
    cooperation::{FollowUpState, VisitKind},
    dates,
    directory::{Directory, Rank, Scope},
    names,
    permission::Action,
    person::{Caller, Invalid},
    unit::Unit,
};
use store::cooperation::{FollowUp, Visit, VisitFilter};

use super::{
    directory::directory,
    follow_ups::{FollowUpRow, follow_up_row},
    records_for, units_in_reach,
};
use crate::{App, Error, Result, access::Reach, projects::When};

/// Visits shown on a page.
pub const VISITS_A_PAGE: u64 = 50;
/// Later pages than this are typing errors.
const PAGES_MOST: u64 = 10_000;

/// Which visits are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VisitQuery {
    /// Begun in this year.
    pub year: Option<i32>,
    /// Of this kind.
    pub kind: Option<VisitKind>,
    /// Of this unit and all below it.
    pub unit: Option<UnitId>,
    /// A text in the other side's name; short and former names of the directories count.
    pub counterpart: String,
    /// With something left to follow.
    pub open: bool,
    /// Which page, 0 for the first.
    pub page: u64,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitRow {
    /// The visit.
    pub visit: Visit,
    /// Short name of its unit.
    pub unit: String,
    /// What the directory says of the other side's name today: 现为….
    pub remark: String,
    /// Follow-ups still open.
    pub open: usize,
    /// Of them overdue.
    pub overdue: usize,
    /// All follow-ups.
    pub follow_ups: Vec<FollowUp>,
}

/// A page of visits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitList {
    /// What was asked.
    pub query: VisitQuery,
    /// The visits.
    pub rows: Vec<VisitRow>,
    /// How many there are on all pages.
    pub total: u64,
    /// Units within reach: id and short name.
    pub units: Vec<(UnitId, String)>,
    /// Years to choose from, the newest first.
    pub years: Vec<i32>,
    /// Whether the caller may record one.
    pub records: bool,
}

/// A project as a visit names it: id, code, name.
pub type ProjectNamed = (ProjectId, String, String);

/// A visit with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitView {
    /// The visit.
    pub visit: Visit,
    /// Its unit.
    pub unit: Unit,
    /// What the directory says of the other side's name today.
    pub remark: String,
    /// The projects that the caller may see.
    pub projects: Vec<ProjectNamed>,
    /// How many more there are.
    pub hidden_projects: usize,
    /// What is to follow.
    pub follow_ups: Vec<FollowUpRow>,
    /// Who may own a follow-up by account: id and name. Empty for those who may not record.
    pub owners: Vec<(PersonId, String)>,
    /// Whether the caller may change it now.
    pub editable: bool,
    /// Names of people.
    pub people: BTreeMap<PersonId, String>,
    /// Today, for what is overdue.
    pub today: NaiveDate,
}

/// Both directories of an authority.
pub(super) struct Directories {
    central: Directory,
    provincial: Directory,
}

impl Directories {
    pub fn of(&self, scope: Scope) -> &Directory {
        match scope {
            Scope::Central => &self.central,
            Scope::Provincial => &self.provincial,
        }
    }

    /// What is to be said of a visit's other side.
    pub fn remark(&self, visit: &Visit, on: NaiveDate) -> String {
        let scope = visit.fields.counterpart_kind.scope();
        scope
            .and_then(|scope| self.of(scope).remark(&visit.fields.counterpart, on))
            .unwrap_or_default()
    }

    /// Keys of the names of the enterprises a text means: what was recorded under a former name is found by the new one.
    fn meant(&self, text: &str) -> Vec<String> {
        let mut keys = Vec::new();
        for directory in [&self.central, &self.provincial] {
            for hit in directory.search(text, None) {
                if hit.rank > Rank::ShortName {
                    break;
                }
                let name = &hit.record.name;
                let mut all = vec![hit.record];
                all.extend(directory.successors(name));
                all.extend(directory.former_names(name));
                for record in all {
                    let shorts = record.short_names.iter();
                    keys.extend(shorts.chain([&record.name]).map(|one| names::key(one)));
                }
            }
        }
        keys.sort_unstable();
        keys.dedup();
        // The engine binds only so many values.
        keys.truncate(300);
        keys
    }
}

impl App {
    /// Visits within the caller's reach, the newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see them, or a unit out of reach; [`Error::Invalid`] by parameter.
    pub async fn visits(&self, caller: &Caller, query: VisitQuery) -> Result<VisitList> {
        let reach = self.reach(caller, Action::ViewCooperation).await?;
        let directories = self.directories(&reach).await?;
        let filter = filter(&reach, &directories, &query)?;
        let reader = self.store().read();
        let total = store::cooperation::count(&reader, &filter).await?;
        let offset = query.page * VISITS_A_PAGE;
        let visits = store::cooperation::list(&reader, &filter, offset, VISITS_A_PAGE).await?;
        Ok(VisitList {
            rows: self.visit_rows(&reach, &directories, visits).await?,
            total,
            units: units_in_reach(&reach),
            years: (2016..=self.today().year()).rev().collect(),
            records: caller.may(Action::RecordVisits),
            query,
        })
    }

    pub(super) async fn directories(&self, reach: &Reach) -> Result<Directories> {
        let authority = reach.authority()?.id;
        let reader = self.store().read();
        Ok(Directories {
            central: directory(&reader, authority, Scope::Central).await?,
            provincial: directory(&reader, authority, Scope::Provincial).await?,
        })
    }

    pub(super) async fn visit_rows(
        &self,
        reach: &Reach,
        directories: &Directories,
        visits: Vec<Visit>,
    ) -> Result<Vec<VisitRow>> {
        let ids: Vec<VisitId> = visits.iter().map(|visit| visit.id).collect();
        let reader = self.store().read();
        let mut follow_ups: BTreeMap<VisitId, Vec<FollowUp>> = BTreeMap::new();
        for one in store::cooperation::follow_ups_of(&reader, &ids).await? {
            follow_ups.entry(one.visit).or_default().push(one);
        }
        let today = self.today();
        let rows = visits.into_iter().map(|visit| {
            let follow_ups = follow_ups.remove(&visit.id).unwrap_or_default();
            let open = || {
                let all = follow_ups.iter();
                all.filter(|one| one.state == FollowUpState::Open)
            };
            Ok(VisitRow {
                unit: reach.unit(visit.unit)?.short_name.clone(),
                remark: directories.remark(&visit, today),
                open: open().count(),
                overdue: open().filter(|one| one.fields.due < today).count(),
                follow_ups,
                visit,
            })
        });
        rows.collect()
    }

    pub(super) async fn visits_for_export(
        &self,
        caller: &Caller,
        query: &VisitQuery,
        most: u64,
    ) -> Result<Vec<VisitRow>> {
        let reach = self.reach(caller, Action::ViewCooperation).await?;
        let directories = self.directories(&reach).await?;
        let filter = filter(&reach, &directories, query)?;
        let visits = store::cooperation::list(&self.store().read(), &filter, 0, most).await?;
        self.visit_rows(&reach, &directories, visits).await
    }

    /// One visit; a void one is still shown, with its reason.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach.
    pub async fn visit(&self, caller: &Caller, id: VisitId) -> Result<VisitView> {
        let (visit, reach) = self
            .visit_in_reach(caller, Action::ViewCooperation, id)
            .await?;
        let directories = self.directories(&reach).await?;
        let reader = self.store().read();
        let counts = visit.void_reason.is_empty();
        let records =
            counts && caller.may(Action::RecordVisits) && records_for(&reach, caller, visit.unit);
        let today = self.today();
        let follow_ups = store::cooperation::follow_ups_of(&reader, &[id]).await?;
        let mut people = vec![visit.created_by, visit.changed_by];
        people.extend(
            follow_ups
                .iter()
                .filter_map(|one| one.settled.map(|(by, _)| by)),
        );
        let rows = follow_ups.into_iter().map(|one| {
            let mut row = follow_up_row(&reach, caller, one, today)?;
            row.settleable &= counts;
            row.editable &= counts;
            Ok(row)
        });
        let projects = self.projects_named(caller, &visit.fields.projects).await?;
        Ok(VisitView {
            unit: reach.unit(visit.unit)?.clone(),
            remark: directories.remark(&visit, today),
            hidden_projects: visit.fields.projects.len() - projects.len(),
            projects,
            follow_ups: rows.collect::<Result<_>>()?,
            owners: match records {
                true => self.owners(&reach, visit.unit).await?,
                false => Vec::new(),
            },
            editable: records,
            people: self.names_of(people).await?,
            today,
            visit,
        })
    }

    /// Visits in which a project was talked about, within the caller's reach, the newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see them.
    pub async fn visits_of_project(
        &self,
        caller: &Caller,
        project: ProjectId,
    ) -> Result<Vec<Visit>> {
        let reach = self.reach(caller, Action::ViewCooperation).await?;
        let units: Vec<UnitId> = units_in_reach(&reach)
            .into_iter()
            .map(|(id, _)| id)
            .collect();
        Ok(store::cooperation::of_project(&self.store().read(), &units, project).await?)
    }

    pub(super) async fn visit_in_reach(
        &self,
        caller: &Caller,
        action: Action,
        id: VisitId,
    ) -> Result<(Visit, Reach)> {
        let reach = self.reach(caller, action).await?;
        let visit = store::cooperation::by_id(&self.store().read(), id)
            .await?
            .filter(|visit| reach.covers(visit.unit))
            .ok_or(Error::NotFound)?;
        Ok((visit, reach))
    }

    /// Those of the projects that the caller may see, as he sees them.
    async fn projects_named(
        &self,
        caller: &Caller,
        projects: &[ProjectId],
    ) -> Result<Vec<ProjectNamed>> {
        let mut named = Vec::new();
        for id in projects {
            match self
                .see_project(caller, Action::ViewProjects, *id, When::default())
                .await
            {
                Ok(seen) => named.push((*id, seen.project.code, seen.revision.fields.name)),
                Err(Error::NotFound) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(named)
    }

    /// Who may own a follow-up of a visit the caller records, by account: id and name.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not record.
    pub async fn follow_up_owners(&self, caller: &Caller) -> Result<Vec<(PersonId, String)>> {
        let reach = self.reach(caller, Action::RecordVisits).await?;
        self.owners(&reach, super::recording_unit(&reach, caller)?)
            .await
    }

    /// The people of a unit who can own a follow-up by account.
    pub(super) async fn owners(
        &self,
        reach: &Reach,
        unit: UnitId,
    ) -> Result<Vec<(PersonId, String)>> {
        let whole = reach.tree.enterprise_of(unit).is_some();
        let everybody = store::people::everybody(&self.store().read()).await?;
        let of_unit = everybody.into_iter().filter(|person| {
            let at_work = person.roles.iter().any(|role| !role.is_administrator());
            let belongs = match whole {
                true => reach.tree.within(unit, person.unit),
                false => person.unit == unit,
            };
            person.active && at_work && belongs
        });
        Ok(of_unit.map(|person| (person.id, person.name)).collect())
    }
}

fn filter(reach: &Reach, directories: &Directories, query: &VisitQuery) -> Result<VisitFilter> {
    let mut invalid = Invalid::default();
    if query.year.is_some_and(|year| !dates::YEARS.contains(&year)) {
        invalid.add("year", "请填写2000到2099之间的年度");
    }
    if query.counterpart.chars().count() > 100 {
        invalid.add("q", "请用100个字以内的名称查找");
    }
    if query.page > PAGES_MOST {
        invalid.add("page", "没有这一页");
    }
    invalid.into_result()?;
    let units = match query.unit {
        None => units_in_reach(reach)
            .into_iter()
            .map(|(id, _)| id)
            .collect(),
        Some(unit) => {
            let root = reach.unit(unit)?.id;
            let all = reach.tree.subtree(root);
            // The authority's own visits are asked for by its own name; its enterprises have names of their own.
            let own = reach.tree.enterprise_of(root).is_none();
            all.filter(|one| !own || reach.tree.enterprise_of(one.id).is_none())
                .map(|one| one.id)
                .collect()
        }
    };
    let needle = names::key(&query.counterpart);
    Ok(VisitFilter {
        units,
        year: query.year,
        kind: query.kind,
        counterparts: match needle.is_empty() {
            true => Vec::new(),
            false => directories.meant(&query.counterpart),
        },
        needle,
        open: query.open,
    })
}
