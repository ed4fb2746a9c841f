//! Changing named lists: the officer keeps them; ticking steps is the enterprise's too, for its own projects.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{
    ListId, ProjectId, dates,
    permission::Action,
    person::{Caller, Invalid},
    project_list::{ListFields, ListGoal},
};
use serde_json::json;
use store::project_lists::{StoredItem, StoredList};

use super::When;
use crate::{
    App, Conflict, Error, Result,
    access::Reach,
    work::{Fact, Work},
};

/// Projects put into a list at once at most.
const AT_ONCE_MOST: usize = 2000;

impl App {
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
            let seen = self
                .see_project(caller, Action::AdmitProjects, *project, When::default())
                .await?;
            if seen.project.merged.is_some() {
                return Err(Invalid::of("codes", super::save::MERGED).into());
            }
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
            // The code of what was taken into another means that one.
            Ok(seen) => match self.code_now(caller, code).await? {
                Some((_, into)) => Ok(Some(into.id)),
                None => Ok(Some(seen.project.id)),
            },
            Err(Error::NotFound) => Ok(None),
            Err(other) => Err(other),
        }
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
