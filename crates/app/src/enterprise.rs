//! An enterprise on one page: target, completion and plan, projects, cooperation, returns, the four rates, people. A fixed
//! number of statements, whatever there is of it.

use chrono::{Datelike, NaiveDate};
use domain::{
    Money, PersonId, Rate, UnitId,
    cohort::{Cell, Rule, rates::Ratio},
    completion::{Row, Standing},
    dates,
    library::masked,
    permission::{Action, Role},
    person::Caller,
    plan::Plan,
    project::Stage,
    unit::{Unit, UnitKind},
};
use store::projects::{Filter, Flag, Page, PartTotals, SortBy, Start, totals::Sum};

use crate::{
    App, Error, Result, completion,
    cooperation::VisitQuery,
    projects::{ListLine, enterprises, track_of},
    returns::{Contact, Line},
};

/// Projects shown as changed last.
const LATEST: u64 = 6;
/// Returns handed in that are shown.
const HANDED_IN: usize = 6;

/// Central enterprises' part in an enterprise's projects, and visits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Central {
    /// Projects in which a central enterprise takes part.
    pub projects: PartTotals,
    /// Visits and promotions of this year.
    pub visits: u64,
    /// What is to follow them, still open (of the newest visits).
    pub open: usize,
    /// Of that, overdue.
    pub overdue: usize,
}

/// An enterprise on one page.
pub struct EnterprisePage {
    /// The enterprise.
    pub unit: Unit,
    /// Today.
    pub today: NaiveDate,
    /// The day of the completion shown.
    pub as_of: NaiveDate,
    /// Target, completion, rate, lead.
    pub completion: Option<Row>,
    /// The part of the year elapsed at that day.
    pub elapsed: Rate,
    /// Its own plan of the year.
    pub plan: Option<Plan>,
    /// What its plan says for that day; none between months' ends and without a plan.
    pub planned: Option<Money>,
    /// Projects by stage, those there are.
    pub stages: Vec<(Stage, Sum)>,
    /// All of them.
    pub projects: Sum,
    /// The latest changed.
    pub latest: Vec<ListLine>,
    /// 央企合作.
    pub central: Central,
    /// What is owed, by due days: the first is owed next.
    pub owed: Vec<Line>,
    /// What was handed in last, the newest first.
    pub handed_in: Vec<Line>,
    /// What was signed and what became of it, by [`domain::cohort::Column::ALL`].
    pub cells: [Cell; 5],
    /// The four rates.
    pub ratios: [Ratio; 4],
    /// What counting rules left out.
    pub left: Vec<(Rule, usize)>,
    /// What has to be known for reading the rates.
    pub notes: Vec<String>,
    /// People to contact.
    pub contacts: Vec<Contact>,
    /// Whether the authority's state of the projects is shown.
    pub accepted: bool,
    /// The caller's enterprises, for going to another one; at least this one.
    pub others: Vec<(UnitId, String)>,
}

impl App {
    /// An enterprise within reach.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach or no enterprise.
    pub async fn enterprise(&self, caller: &Caller, id: UnitId) -> Result<EnterprisePage> {
        let reach = self.reach(caller, Action::ViewEnterprise).await?;
        let unit = reach.unit(id)?.clone();
        if unit.kind != UnitKind::Enterprise {
            return Err(Error::NotFound);
        }
        let (reader, today) = (self.store().read(), self.today());
        let track = track_of(&reach)?;
        let view = self
            .completion(caller, completion::Query::default())
            .await?;
        let as_of = view.table.as_of;
        let row = |row: &&Row| row.standing.unit == id;
        let completion = view.table.rows.iter().find(row).cloned();
        let plan = store::plans::newest(&reader, id, view.table.year).await?;
        let plan = plan.map(|stored| stored.plan);
        let kept = self.totals_at(reach.versions).await?;
        let sums = kept.of(track);
        let stages: Vec<(Stage, Sum)> = Stage::ALL
            .iter()
            .filter_map(|stage| Some((*stage, *sums.get(&(id, *stage))?)))
            .collect();
        let mut projects = Sum::default();
        for (_, sum) in &stages {
            projects += *sum;
        }
        let own = Filter {
            units: vec![id],
            ..Filter::default()
        };
        let page = Page {
            sort: SortBy::Saved,
            descending: true,
            start: Start::First,
            limit: LATEST,
        };
        let latest =
            store::projects::lines(&reader, (track, None), &own, &page, None, true).await?;
        let short = unit.short_name.clone();
        let latest = latest.into_iter().map(|(line, _)| ListLine {
            line,
            unit: short.clone(),
        });
        self.permit(caller, Action::ViewCohorts).await?;
        let board = self.cohort_board_of(&reach, id).await?;
        let lines = self.returns_of_unit(&reach, &unit).await?;
        let (owed, handed_in): (Vec<Line>, Vec<Line>) = lines
            .into_iter()
            .filter(|line| line.is_owed() || line.handed_in_at.is_some())
            .partition(Line::is_owed);
        let mut owed = owed;
        owed.sort_by_key(|line| (!line.has_come(today), line.due_on()));
        let mut handed_in = handed_in;
        handed_in.sort_by_key(|line| std::cmp::Reverse(line.handed_in_at));
        handed_in.truncate(HANDED_IN);
        Ok(EnterprisePage {
            planned: plan.as_ref().map(|plan| plan.at(as_of)),
            plan,
            latest: latest.collect(),
            central: self.central_part(caller, &own, track, id).await?,
            contacts: self.contacts_of_enterprise(caller, id).await?,
            accepted: board.accepted,
            cells: board.total.cells,
            ratios: board.total.ratios,
            left: board.left,
            notes: board.notes,
            others: board.units,
            elapsed: dates::elapsed(as_of),
            completion,
            as_of,
            stages,
            projects,
            owed,
            handed_in,
            unit,
            today,
        })
    }

    async fn central_part(
        &self,
        caller: &Caller,
        own: &Filter,
        track: store::projects::Track,
        id: UnitId,
    ) -> Result<Central> {
        let reader = self.store().read();
        let mut with = own.clone();
        with.flags.push((Flag::Central, true));
        let projects = store::projects::sums(&reader, track, None, &with).await?;
        let query = VisitQuery {
            year: Some(self.today().year()),
            unit: Some(id),
            ..VisitQuery::default()
        };
        let visits = self.visits(caller, query).await?;
        Ok(Central {
            projects,
            visits: visits.total,
            open: visits.rows.iter().map(|row| row.open).sum(),
            overdue: visits.rows.iter().map(|row| row.overdue).sum(),
        })
    }

    /// Reporters and approvers of an enterprise. Telephones are told to those who may see them.
    async fn contacts_of_enterprise(&self, caller: &Caller, id: UnitId) -> Result<Vec<Contact>> {
        let reader = self.store().read();
        let everybody = store::people::everybody(&reader).await?;
        let reached = store::reminders::contacts(&reader).await?;
        let phone = |id: &PersonId| {
            let phone = reached.get(id).map(|one| one.phone.clone());
            let phone = phone.unwrap_or_default();
            match caller.may(Action::RevealContacts) {
                true => phone,
                false => masked(&phone),
            }
        };
        let people = everybody.iter().filter(|one| one.unit == id && one.active);
        let contacts = people.filter_map(|one| {
            let roles = [Role::Approver, Role::Reporter];
            let role = roles.into_iter().find(|role| one.roles.contains(role))?;
            Some(Contact {
                name: one.name.clone(),
                role: role.label(),
                phone: phone(&one.id),
            })
        });
        Ok(contacts.collect())
    }

    /// The enterprise a caller belongs to, else the first within reach: where the page begins.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see enterprises, and where there are none.
    pub async fn first_enterprise(&self, caller: &Caller) -> Result<UnitId> {
        let reach = self.reach(caller, Action::ViewEnterprise).await?;
        let own = reach.tree.enterprise_of(caller.person.unit);
        let own = own.map(|unit| unit.id).filter(|unit| reach.covers(*unit));
        let first = || enterprises(&reach).first().map(|(id, _)| *id);
        own.or_else(first).ok_or(Error::NotFound)
    }
}

/// What an enterprise's completion lacks to its target.
pub fn missing(standing: &Standing) -> Option<Money> {
    Some(standing.done?.missing_to(standing.target?))
}
