//! Named lists: the officer keeps them, each enterprise sees those its projects are in, and only its own projects there.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::{
    ListId, ProjectId, UnitId, dates,
    permission::Action,
    person::{Caller, Invalid},
    project::{Stage, Standing},
    project_list::{ListFields, ListGoal},
};
use serde_json::json;
use store::{
    project_lists::{StoredItem, StoredList},
    projects::{Filter, Page, SortBy, Track},
};

use super::{When, track_of};
use crate::{
    App, Conflict, Error, Result,
    access::Reach,
    work::{Fact, Work},
};

/// Projects put into a list at once at most.
const AT_ONCE_MOST: usize = 2000;

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

    /// Makes a list, or changes one made from its version.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field; [`Error::Conflict`] when somebody changed it since.
    pub async fn save_named_list(
        &self,
        caller: &Caller,
        changed: Option<(ListId, i64)>,
        fields: ListFields,
    ) -> Result<ListId> {
        let reach = self.reach(caller, Action::AdmitProjects).await?;
        let authority = reach.authority()?.id;
        let fields = fields.tidied();
        fields.check()?;
        let work = self.work().await?;
        let (id, action) = match changed {
            None => {
                let (by, now) = (caller.person.id, work.now);
                let id = store::project_lists::add(&work.tx, authority, &fields, by, now).await?;
                (id, "list.added")
            }
            Some((id, version)) => {
                let now = self.list_in_reach(&reach, id).await?;
                match store::project_lists::change(&work.tx, id, version, &fields).await {
                    Err(store::Error::Stale) => return Err(list_conflict(&now, &fields)),
                    other => other?,
                }
                (id, "list.changed")
            }
        };
        let fact = Fact::new(action, format!("list:{id}"), json!(fields));
        self.finish_change(work, caller, fact).await?;
        Ok(id)
    }

    /// Puts projects into a list, named by number or by code. Those in it already stay as they are.
    ///
    /// # Errors
    /// [`Error::Invalid`] on `codes` when a code is not known, nothing is named, or all are in already.
    pub async fn add_to_named_list(
        &self,
        caller: &Caller,
        id: ListId,
        projects: &[ProjectId],
        codes: &[String],
    ) -> Result<usize> {
        let reach = self.reach(caller, Action::AdmitProjects).await?;
        self.list_in_reach(&reach, id).await?;
        if projects.len() + codes.len() > AT_ONCE_MOST {
            let why = format!("一次最多加入{AT_ONCE_MOST}个项目，请分几次加入");
            return Err(Invalid::of("codes", why).into());
        }
        let mut chosen: BTreeSet<ProjectId> = BTreeSet::new();
        for project in projects {
            self.see_project(caller, Action::AdmitProjects, *project, When::default())
                .await?;
            chosen.insert(*project);
        }
        let mut unknown = Vec::new();
        for code in codes {
            match self.project_of_code(caller, &reach, code).await? {
                Some(project) => {
                    chosen.insert(project);
                }
                None => unknown.push(code.as_str()),
            }
        }
        if !unknown.is_empty() {
            let why = format!(
                "项目库里没有编号“{}”，请核对；没有加入任何项目",
                unknown.join("、")
            );
            return Err(Invalid::of("codes", why).into());
        }
        if chosen.is_empty() {
            return Err(Invalid::of("codes", "请填写项目编号，每行一个").into());
        }
        let work = self.work().await?;
        let mut added = Vec::new();
        for project in chosen {
            let (by, now) = (caller.person.id, work.now);
            if store::project_lists::put(&work.tx, id, project, by, now).await? {
                added.push(project);
            }
        }
        if added.is_empty() {
            return Err(Invalid::of("codes", "这些项目都已经在清单里了").into());
        }
        let count = added.len();
        let fact = Fact::new(
            "list.projects_added",
            format!("list:{id}"),
            json!({"projects": added}),
        );
        self.finish_change(work, caller, fact).await?;
        Ok(count)
    }

    /// Sets the target and the steps of a project in a list, made from `version`.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field; [`Error::Conflict`] when somebody changed it since.
    pub async fn set_list_goal(
        &self,
        caller: &Caller,
        id: ListId,
        project: ProjectId,
        version: i64,
        goal: ListGoal,
    ) -> Result<()> {
        let reach = self.reach(caller, Action::AdmitProjects).await?;
        self.list_in_reach(&reach, id).await?;
        let goal = goal.tidied();
        goal.check(self.today())?;
        let work = self.work().await?;
        let before = item(&work, id, project).await?;
        self.write_goal(&work, &before, version, &goal).await?;
        let detail = json!({"project": project, "before": before.goal, "after": goal});
        let fact = Fact::new("list.goal_set", format!("list:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// Ticks a step as done on a day, or as not done: the officer, and the reporter for projects of its own enterprise.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach or there is no such step; [`Error::Conflict`] when somebody changed it since.
    pub async fn tick_list_step(
        &self,
        caller: &Caller,
        id: ListId,
        project: ProjectId,
        version: i64,
        step: usize,
        done_on: Option<NaiveDate>,
    ) -> Result<()> {
        let needs = if caller.may(Action::AdmitProjects) {
            Action::AdmitProjects
        } else {
            Action::EditProjects
        };
        // The route is open to all who may look; only this says whether one acts for another.
        let caller = &caller.clone().doing(needs);
        let seen = self
            .see_project(caller, needs, project, When::default())
            .await?;
        self.list_in_reach(&seen.reach, id).await?;
        let work = self.work().await?;
        let before = item(&work, id, project).await?;
        let goal = before
            .goal
            .ticked(step, done_on, dates::day_in_shanghai(work.now))?
            .ok_or(Error::NotFound)?;
        self.write_goal(&work, &before, version, &goal).await?;
        let words = goal.steps.get(step).map(|step| step.words.clone());
        let detail = json!({"project": project, "step": words, "done_on": done_on});
        let fact = Fact::new("list.step_ticked", format!("list:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// Takes a project out of a list, made from `version`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not in; [`Error::Conflict`] when somebody changed it since.
    pub async fn take_out_of_named_list(
        &self,
        caller: &Caller,
        id: ListId,
        project: ProjectId,
        version: i64,
    ) -> Result<()> {
        let reach = self.reach(caller, Action::AdmitProjects).await?;
        self.list_in_reach(&reach, id).await?;
        let work = self.work().await?;
        let before = item(&work, id, project).await?;
        match store::project_lists::take_out(&work.tx, id, project, version, work.now).await {
            Err(store::Error::Stale) => return Err(goal_conflict(&before, &before.goal)),
            other => other?,
        }
        let detail = json!({"project": project, "was": before.goal});
        let fact = Fact::new("list.project_removed", format!("list:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }

    async fn write_goal(
        &self,
        work: &Work,
        before: &StoredItem,
        version: i64,
        goal: &ListGoal,
    ) -> Result<()> {
        let (list, project) = (before.list, before.project);
        match store::project_lists::set_goal(&work.tx, list, project, version, goal).await {
            Err(store::Error::Stale) => Err(goal_conflict(before, goal)),
            other => Ok(other?),
        }
    }

    async fn list_in_reach(&self, reach: &Reach, id: ListId) -> Result<StoredList> {
        let authority = reach.authority()?.id;
        store::project_lists::by_id(&self.store().read(), id)
            .await?
            .filter(|list| list.authority == authority)
            .ok_or(Error::NotFound)
    }

    async fn project_of_code(
        &self,
        caller: &Caller,
        reach: &Reach,
        code: &str,
    ) -> Result<Option<ProjectId>> {
        let authority = reach.authority()?.id;
        let Some(project) = store::projects::by_code(&self.store().read(), authority, code).await?
        else {
            return Ok(None);
        };
        match self
            .see_project(caller, Action::AdmitProjects, project.id, When::default())
            .await
        {
            Ok(seen) => Ok(Some(seen.project.id)),
            Err(Error::NotFound) => Ok(None),
            Err(other) => Err(other),
        }
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
            offset: 0,
            limit: u64::try_from(items.len()).unwrap_or(u64::MAX),
        };
        let states = store::projects::list(&reader, track, None, &filter, page).await?;
        let mut listed = Vec::new();
        for (project, revision) in states {
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

async fn item(work: &Work, list: ListId, project: ProjectId) -> Result<StoredItem> {
    store::project_lists::item(&work.tx, list, project)
        .await?
        .ok_or(Error::NotFound)
}

fn list_conflict(now: &StoredList, yours: &ListFields) -> Error {
    let theirs = &now.fields;
    let values = [
        ("清单名称", yours.name.clone(), theirs.name.clone()),
        (
            "文号",
            yours.document_number.clone(),
            theirs.document_number.clone(),
        ),
        ("年度", yours.year.to_string(), theirs.year.to_string()),
        ("说明", yours.note.clone(), theirs.note.clone()),
    ];
    Error::Conflict(Box::new(Conflict {
        what: format!("清单“{}”", theirs.name),
        values: named(values),
        version: now.version,
    }))
}

fn goal_conflict(now: &StoredItem, yours: &ListGoal) -> Error {
    let values = [
        ("目标", yours.target.clone(), now.goal.target.clone()),
        ("步骤", in_words(yours), in_words(&now.goal)),
    ];
    Error::Conflict(Box::new(Conflict {
        what: "清单里这个项目的目标和步骤".to_owned(),
        values: named(values),
        version: now.version,
    }))
}

fn named<const N: usize>(values: [(&str, String, String); N]) -> Vec<(String, String, String)> {
    values
        .into_iter()
        .map(|(label, yours, theirs)| (label.to_owned(), yours, theirs))
        .collect()
}

fn in_words(goal: &ListGoal) -> String {
    let steps = goal.steps.iter().map(|step| {
        let due = step.due.map(|due| format!("，{due}前"));
        let done = step.done_on.map(|on| format!("，{on}已完成"));
        format!(
            "{}{}{}",
            step.words,
            due.unwrap_or_default(),
            done.unwrap_or_default()
        )
    });
    steps.collect::<Vec<_>>().join("；")
}
