//! Named lists: the officer keeps them, each enterprise sees those its projects are in, and only its own projects there.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::{
    ListId, ProjectId, UnitId,
    permission::Action,
    person::Caller,
    project::{Stage, Standing},
    project_list::ListGoal,
};
use store::{
    project_lists::{StoredItem, StoredList},
    projects::{Filter, Page, SortBy, Start, Track},
};

use super::{When, track_of};
use crate::{App, Error, Result, access::Reach};

/// A list with what the caller sees of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSummary {
    /// The list.
    pub list: StoredList,
    /// Projects in it within the caller's reach.
    pub projects: usize,
    /// Their steps done, and all of them.
    pub progress: (usize, usize),
}

/// A project in a list as the caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListItem {
    /// What the list says of it.
    pub item: StoredItem,
    /// Its code.
    pub code: String,
    /// Its name in the state the caller sees.
    pub name: String,
    /// Its enterprise.
    pub unit: UnitId,
    /// The enterprise's short name.
    pub unit_name: String,
    /// How far it is in that state.
    pub stage: Stage,
    /// Where it stands between the libraries.
    pub standing: Standing,
}

/// A list with its projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListView {
    /// The list.
    pub list: StoredList,
    /// Its projects within reach, by enterprise in own order, then by code.
    pub items: Vec<ListItem>,
    /// Whether the caller keeps the list.
    pub keeps: bool,
    /// Whether the caller may tick steps.
    pub ticks: bool,
    /// Today, for what is late.
    pub today: NaiveDate,
}

/// A list that a project is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The list.
    pub list: StoredList,
    /// What it says of the project.
    pub goal: ListGoal,
}

impl App {
    /// The named lists: all of the authority's, for an enterprise those its projects are in.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see projects.
    pub async fn named_lists(&self, caller: &Caller) -> Result<Vec<ListSummary>> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let authority = reach.authority()?.id;
        let whole = reach.covers_authority()?;
        let reader = self.store().read();
        let mut items: BTreeMap<ListId, Vec<StoredItem>> = BTreeMap::new();
        for (unit, item) in store::project_lists::all_items(&reader, authority).await? {
            if reach.covers(unit) {
                items.entry(item.list).or_default().push(item);
            }
        }
        let lists = store::project_lists::of_authority(&reader, authority).await?;
        let summaries = lists.into_iter().map(|list| {
            let items = items.remove(&list.id).unwrap_or_default();
            let progress = items.iter().map(|item| item.goal.progress());
            ListSummary {
                projects: items.len(),
                progress: progress.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1)),
                list,
            }
        });
        Ok(summaries.filter(|one| whole || one.projects > 0).collect())
    }

    /// One list with its projects within reach.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach; for an enterprise also where none of its projects is in.
    pub async fn named_list(&self, caller: &Caller, id: ListId) -> Result<ListView> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let list = self.list_in_reach(&reach, id).await?;
        let items = self.items_in_reach(&reach, id).await?;
        if items.is_empty() && !reach.covers_authority()? {
            return Err(Error::NotFound);
        }
        Ok(ListView {
            list,
            items,
            keeps: caller.may(Action::AdmitProjects),
            ticks: caller.may(Action::AdmitProjects) || caller.may(Action::EditProjects),
            today: self.today(),
        })
    }

    /// The lists a project is in.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the project is out of reach.
    pub async fn list_memberships(
        &self,
        caller: &Caller,
        project: ProjectId,
    ) -> Result<Vec<Membership>> {
        self.see_project(caller, Action::ViewProjects, project, When::default())
            .await?;
        let reader = self.store().read();
        let mut memberships = Vec::new();
        for item in store::project_lists::of_project(&reader, project).await? {
            let list = store::project_lists::by_id(&reader, item.list)
                .await?
                .ok_or(Error::NotFound)?;
            memberships.push(Membership {
                list,
                goal: item.goal,
            });
        }
        Ok(memberships)
    }

    pub(super) async fn list_in_reach(&self, reach: &Reach, id: ListId) -> Result<StoredList> {
        let authority = reach.authority()?.id;
        store::project_lists::by_id(&self.store().read(), id)
            .await?
            .filter(|list| list.authority == authority)
            .ok_or(Error::NotFound)
    }

    async fn items_in_reach(&self, reach: &Reach, list: ListId) -> Result<Vec<ListItem>> {
        let reader = self.store().read();
        let track = track_of(reach)?;
        let mut items: BTreeMap<ProjectId, StoredItem> = BTreeMap::new();
        let mut units = BTreeSet::new();
        for (unit, item) in store::project_lists::items(&reader, list).await? {
            if reach.covers(unit) {
                units.insert(unit);
                items.insert(item.project, item);
            }
        }
        let filter = Filter {
            units: units.into_iter().collect(),
            list: Some(list),
            ..Filter::default()
        };
        let page = Page {
            sort: SortBy::Unit,
            descending: false,
            start: Start::First,
            limit: u64::try_from(items.len()).unwrap_or(u64::MAX),
        };
        let states = store::projects::list(&reader, track, None, &filter, &page, None).await?;
        let mut listed = Vec::new();
        for (project, revision, _) in states {
            if let Some(item) = items.remove(&project.id) {
                listed.push((project, revision, item));
            }
        }
        // What the authority has not accepted yet has no state of its own there: it sees what was handed in.
        for (id, item) in items {
            let Some(project) = store::projects::by_id(&reader, id).await? else {
                continue;
            };
            let shown = match track {
                Track::Own => Some(project.head),
                Track::Accepted => store::projects::reported(&reader, id).await?,
            };
            let Some(shown) = shown else { continue };
            if let Some(revision) = store::projects::revision(&reader, shown).await? {
                listed.push((project, revision, item));
            }
        }
        let listed = listed.into_iter().map(|(project, revision, item)| {
            Ok(ListItem {
                item,
                unit_name: reach.unit(project.unit)?.short_name.clone(),
                unit: project.unit,
                name: revision.fields.name.clone(),
                stage: revision.fields.stage(!project.funds.is_zero()),
                standing: project.standing,
                code: project.code,
            })
        });
        listed.collect()
    }
}
