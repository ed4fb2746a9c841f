//! Taking one project into another, and apart again: the officer's act. Both keep their histories.
//!
//! What the officer chooses the authority knows by that; it waits for no return. Changes of the enterprise that the
//! authority has not accepted stay what they are: they lie on the enterprise's own state only, and the next 附件2 tells them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    MergeId, PersonId, ProjectId, RevisionId, UnitId, dates,
    library::mask_contact,
    merge::{self, Choices, check_event, merged, unmerged},
    permission::Action,
    person::{Caller, Invalid},
    project::{Field, ProjectFields},
};
use serde_json::json;
use store::projects::{Merge, MergeData, NewMerge, NewRevision, Project, Revision};

use super::{When, lists, save};
use crate::{
    App, Conflict, Error, Result,
    access::Reach,
    work::{Fact, Work},
};

/// What the officer decides.
#[derive(Debug, Clone)]
pub struct SaveMerge {
    /// The project that is taken into the other, and the version looked at.
    pub gone: (ProjectId, i64),
    /// The project that stays, and the version looked at.
    pub into: (ProjectId, i64),
    /// Whose value each field gets; of what stays where not named.
    pub choices: Choices,
    /// From which day on; today when left open.
    pub effective_on: Option<NaiveDate>,
    /// Why.
    pub reason: String,
}

/// How a merge is undone.
#[derive(Debug, Clone)]
pub struct UndoMerge {
    /// From which day on; today when left open.
    pub effective_on: Option<NaiveDate>,
    /// Why.
    pub reason: String,
}

/// What came of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergeDone {
    /// Its number.
    pub id: MergeId,
    /// The project that stays.
    pub into: ProjectId,
}

/// A project as a line about it names it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FormerProject {
    /// Its number.
    pub id: ProjectId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its enterprise.
    pub unit: String,
    /// Whether the caller may look at it.
    pub visible: bool,
}

/// A merge as it is told.
#[derive(Debug, Clone)]
pub struct MergeLine {
    /// What is recorded.
    pub merge: Merge,
    /// The project that was taken into the other.
    pub gone: FormerProject,
    /// The project that stays.
    pub into: FormerProject,
    /// Who merged.
    pub by: String,
    /// Who undid it.
    pub undone_by: String,
}

/// A merge with what undoing it would do.
pub struct Merged {
    /// It.
    pub line: MergeLine,
    /// The fields the merge changed: in words before, after and now.
    pub fields: Vec<(Field, String, String, String)>,
    /// Those that were changed again since; undoing leaves them.
    pub kept: Vec<Field>,
    /// Whether the caller may undo it now.
    pub undoable: bool,
}

/// The two as they are locked for the change.
struct Locked {
    gone: Project,
    into: Project,
}

impl App {
    /// Takes a project into another.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field; [`Error::Conflict`] when somebody changed one of them since it was looked at.
    pub async fn merge_projects(&self, caller: &Caller, asked: SaveMerge) -> Result<MergeDone> {
        let reach = self.reach(caller, Action::MergeProjects).await?;
        let authority = reach.whole_authority()?.id;
        if asked.gone.0 == asked.into.0 {
            return Err(Invalid::of("into", "请选择两个不同的项目").into());
        }
        for id in [asked.gone.0, asked.into.0] {
            self.see_project(caller, Action::MergeProjects, id, When::default())
                .await?;
        }
        let work = self.work().await?;
        let Locked { gone, into } = self.lock_both(&work, asked.gone.0, asked.into.0).await?;
        for (project, version) in [(&gone, asked.gone.1), (&into, asked.into.1)] {
            if project.version != version {
                return Err(changed_since(project));
            }
        }
        self.check_mergeable(&work, &gone, &into).await?;
        let today = dates::day_in_shanghai(work.now);
        let effective_on = asked.effective_on.unwrap_or(today);
        let (_, rules) = store::library_rules::newest(&work.tx, authority).await?;
        let theirs = self.accepted_state(&work, &gone).await?;
        let known = self.accepted_state(&work, &into).await?;
        let head = state(&work, into.head).await?;
        check_event(effective_on, dates_first(), today, &asked.reason)?;
        let reason = asked.reason.trim();
        let choose = |of: &ProjectFields| merged(of, &theirs.fields, &asked.choices);
        let (own_after, known_after) = (choose(&head.fields), choose(&known.fields));
        // What either said stays sayable: a signing of the one is a further one of the other now, and nobody has been
        // asked what it is to those before it; boards tell that, and the enterprise adds it.
        let mut there = known.fields.clone();
        there
            .signings
            .extend(theirs.fields.signings.iter().cloned());
        known_after
            .check(Some(&there), effective_on, today, reason, &lists(&rules))
            .map_err(of_choices)?;
        store::projects::leave(&work.tx, &gone, into.id, effective_on, work.now).await?;
        let words = match called(&gone, &into, &theirs.fields.name) {
            Some(gone) => format!("{gone}并入本项目：{reason}"),
            None => format!("另一家企业的同一项目并入本项目：{reason}"),
        };
        let after = StatesAfter {
            own: &own_after,
            known: &known_after,
            effective_on,
            reason: &words,
            by: caller.person.id,
        };
        let (own_now, known_now) = self.write_states(&work, &into, &after, &rules).await?;
        let lists_moved =
            store::projects::move_lists(&work.tx, gone.id, into.id, caller.person.id, work.now)
                .await?;
        let data = MergeData {
            choices: asked.choices.clone(),
            own: (head.id, own_now),
            accepted: (known.id, known_now),
            standing: into.standing,
            lists: lists_moved,
        };
        self.set_standing_by_merge(
            &work,
            into.id,
            merge::standing(into.standing, gone.standing),
            &words,
            caller,
        )
        .await?;
        let new = NewMerge {
            gone: &gone,
            gone_name: &state(&work, gone.head).await?.fields.name,
            into: into.id,
            effective_on,
            reason,
            data: &data,
            by: caller.person.id,
            at: work.now,
        };
        let id = match store::projects::add_merge(&work.tx, &new).await {
            Err(store::Error::Taken) => return Err(changed_since(&gone)),
            other => other?,
        };
        self.recount_project(&work, into.id).await?;
        let detail = json!({
            "gone": gone.id, "gone_code": gone.code, "into": into.id, "into_code": into.code, "effective_on": effective_on,
            "reason": reason, "choices": asked.choices,
        });
        let fact = Fact::new("project.merged", format!("project:{}", into.id), detail);
        self.finish_change(work, caller, fact).await?;
        Ok(MergeDone { id, into: into.id })
    }

    /// Undoes a merge, made from `version`: the project lives again as it was; what the merge brought into the other goes,
    /// what happened there since stays there.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field; [`Error::Conflict`] when somebody undid it since.
    pub async fn undo_merge(
        &self,
        caller: &Caller,
        id: MergeId,
        version: i64,
        undo: UndoMerge,
    ) -> Result<MergeDone> {
        let reach = self.reach(caller, Action::MergeProjects).await?;
        let authority = reach.whole_authority()?.id;
        let found = store::projects::merge(&self.store().read(), id)
            .await?
            .filter(|merge| reach.covers(merge.gone_unit))
            .ok_or(Error::NotFound)?;
        let work = self.work().await?;
        let Locked { gone, into } = self.lock_both(&work, found.gone, found.into).await?;
        let merge = store::projects::merge(&work.tx, id)
            .await?
            .ok_or(Error::NotFound)?;
        if merge.version != version || merge.undone.is_some() {
            return Err(Error::Conflict(Box::new(Conflict {
                what: format!("{}的合并", gone.code),
                values: Vec::new(),
                version: merge.version,
            })));
        }
        if let Some((later, _)) = into.merged {
            let later = store::projects::by_id(&work.tx, later)
                .await?
                .map_or_else(String::new, |later| later.code);
            let why = format!("{}后来又并入了{later}，请先撤销那一次合并", into.code);
            return Err(Invalid::of("reason", why).into());
        }
        self.check_settled(&work, &[&into]).await?;
        let today = dates::day_in_shanghai(work.now);
        let effective_on = undo.effective_on.unwrap_or(today);
        check_event(effective_on, merge.effective_on, today, &undo.reason)?;
        let reason = undo.reason.trim();
        let (_, rules) = store::library_rules::newest(&work.tx, authority).await?;
        let data = &merge.data;
        let head = state(&work, into.head).await?;
        let known = self.accepted_state(&work, &into).await?;
        let own_after = apart(&work, data.own, &head.fields).await?;
        let known_after = apart(&work, data.accepted, &known.fields).await?;
        store::projects::come_back(&work.tx, &gone, effective_on, work.now).await?;
        match store::projects::undo_merge(
            &work.tx,
            id,
            version,
            effective_on,
            reason,
            caller.person.id,
            work.now,
        )
        .await
        {
            Err(store::Error::Stale) => return Err(changed_since(&gone)),
            other => other?,
        }
        let words = match called(&gone, &into, &merge.gone_name) {
            Some(gone) => format!("撤销{gone}的并入：{reason}"),
            None => format!("撤销另一家企业的项目的并入：{reason}"),
        };
        let after = StatesAfter {
            own: &own_after,
            known: &known_after,
            effective_on,
            reason: &words,
            by: caller.person.id,
        };
        self.write_states(&work, &into, &after, &rules).await?;
        store::projects::return_lists(&work.tx, gone.id, into.id, &data.lists, work.now).await?;
        if into.standing == merge::standing(data.standing, gone.standing) {
            self.set_standing_by_merge(&work, into.id, data.standing, &words, caller)
                .await?;
        }
        self.recount_project(&work, into.id).await?;
        self.recount_project(&work, gone.id).await?;
        let detail = json!({
            "gone": gone.id, "gone_code": gone.code, "into": into.id, "into_code": into.code,
            "effective_on": effective_on, "reason": reason,
        });
        let fact = Fact::new(
            "project.merge_undone",
            format!("project:{}", gone.id),
            detail,
        );
        self.finish_change(work, caller, fact).await?;
        Ok(MergeDone { id, into: into.id })
    }

    /// A merge with what undoing it would do; for the enterprises of both projects too.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach.
    pub async fn merge_view(&self, caller: &Caller, id: MergeId) -> Result<Merged> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let reader = self.store().read();
        let merge = store::projects::merge(&reader, id)
            .await?
            .ok_or(Error::NotFound)?;
        let into = store::projects::by_id(&reader, merge.into)
            .await?
            .ok_or(Error::NotFound)?;
        if !reach.covers(merge.gone_unit) && !reach.covers(into.unit) {
            return Err(Error::NotFound);
        }
        let read = async |id: RevisionId| -> Result<ProjectFields> {
            let mut fields = store::projects::revision(&reader, id)
                .await?
                .ok_or(Error::NotFound)?
                .fields;
            mask_contact(&mut fields);
            Ok(fields)
        };
        let data = &merge.data;
        let before = read(data.accepted.0).await?;
        let after = read(data.accepted.1).await?;
        let now = match into.accepted {
            Some(accepted) => read(accepted).await?,
            None => after.clone(),
        };
        let fields = Field::ALL
            .iter()
            .filter(|field| before.text(**field) != after.text(**field))
            .map(|field| {
                (
                    *field,
                    before.text(*field),
                    after.text(*field),
                    now.text(*field),
                )
            })
            .collect();
        let kept = if merge.undone.is_none() {
            merge::kept_since(&before, &after, &now)
        } else {
            Vec::new()
        };
        Ok(Merged {
            undoable: merge.undone.is_none()
                && into.merged.is_none()
                && caller.may(Action::MergeProjects),
            kept,
            fields,
            line: self.merge_line(&reach, &reader, merge).await?,
        })
    }

    /// The merges of the library, or of one's own side of it, the newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see projects.
    pub async fn merges(&self, caller: &Caller) -> Result<Vec<MergeLine>> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let reader = self.store().read();
        let all = store::projects::merges(&reader, reach.authority()?.id, MERGES_MOST).await?;
        let mut lines = Vec::new();
        for merge in all {
            let line = self.merge_line(&reach, &reader, merge).await?;
            if line.gone.visible || line.into.visible {
                lines.push(line);
            }
        }
        Ok(lines)
    }

    /// The project a code leads to when that code's own was taken into another: both, as far as one may see them.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see projects.
    pub async fn code_now(
        &self,
        caller: &Caller,
        code: &str,
    ) -> Result<Option<(FormerProject, FormerProject)>> {
        let code = domain::names::tidy(code);
        if code.is_empty() || code.chars().count() > 60 {
            return Ok(None);
        }
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let reader = self.store().read();
        let authority = reach.authority()?.id;
        let Some(project) = store::projects::by_code(&reader, authority, &code).await? else {
            return Ok(None);
        };
        let Some((mut into, _)) = project.merged else {
            return Ok(None);
        };
        let gone = self.former(&reach, &reader, project.id).await?;
        while let Some(project) = store::projects::by_id(&reader, into).await? {
            match project.merged {
                Some((next, _)) => into = next,
                None => break,
            }
        }
        let into = self.former(&reach, &reader, into).await?;
        Ok((gone.visible || into.visible).then_some((gone, into)))
    }

    pub(super) async fn merge_lines(
        &self,
        reach: &Reach,
        reader: &store::Reader,
        project: ProjectId,
    ) -> Result<Vec<MergeLine>> {
        let mut lines = Vec::new();
        for merge in store::projects::merge_of(reader, project).await? {
            lines.push(self.merge_line(reach, reader, merge).await?);
        }
        Ok(lines)
    }

    async fn merge_line(
        &self,
        reach: &Reach,
        reader: &store::Reader,
        merge: Merge,
    ) -> Result<MergeLine> {
        let undone: Option<PersonId> = merge.undone.as_ref().map(|(.., by)| *by);
        let people: Vec<PersonId> = undone.into_iter().chain([merge.merged_by]).collect();
        let people = self.names_of(people).await?;
        let name = |id: PersonId| people.get(&id).cloned().unwrap_or_default();
        Ok(MergeLine {
            gone: self.former(reach, reader, merge.gone).await?,
            into: self.former(reach, reader, merge.into).await?,
            by: name(merge.merged_by),
            undone_by: undone.map(name).unwrap_or_default(),
            merge,
        })
    }

    /// A project as a line names it: as the authority knows it, or as its enterprise does for its own.
    pub(crate) async fn former(
        &self,
        reach: &Reach,
        reader: &store::Reader,
        id: ProjectId,
    ) -> Result<FormerProject> {
        let project = store::projects::by_id(reader, id)
            .await?
            .ok_or(Error::NotFound)?;
        let covered = reach.covers(project.unit);
        let own = covered && !reach.covers_authority()?;
        let shown = if own {
            Some(project.head)
        } else {
            project.accepted
        };
        let name = match shown {
            Some(shown) => store::projects::revision(reader, shown)
                .await?
                .map_or_else(String::new, |state| state.fields.name),
            None => String::new(),
        };
        let shared = !covered
            && store::projects::shared_with(reader, id)
                .await?
                .into_iter()
                .any(|unit| reach.covers(unit));
        let visible = covered || shared;
        Ok(FormerProject {
            id,
            code: if visible { project.code } else { String::new() },
            name: if visible { name } else { String::new() },
            unit: unit_name(reach, project.unit, visible),
            visible,
        })
    }

    /// Locks two projects in the order of their enterprises and numbers, so that nobody waits for the other.
    async fn lock_both(&self, work: &Work, gone: ProjectId, into: ProjectId) -> Result<Locked> {
        let mut found: BTreeMap<ProjectId, Project> = BTreeMap::new();
        let mut units = Vec::new();
        for id in [gone, into] {
            let project = store::projects::by_id(&work.tx, id)
                .await?
                .ok_or(Error::NotFound)?;
            units.push(project.unit);
        }
        units.sort();
        units.dedup();
        for unit in units {
            store::projects::take_turn(&work.tx, unit).await?;
        }
        for id in [gone.min(into), gone.max(into)] {
            let project = store::projects::locked(&work.tx, id)
                .await?
                .ok_or(Error::NotFound)?;
            found.insert(id, project);
        }
        match (found.remove(&gone), found.remove(&into)) {
            (Some(gone), Some(into)) => Ok(Locked { gone, into }),
            _ => Err(Error::NotFound),
        }
    }

    async fn check_mergeable(&self, work: &Work, gone: &Project, into: &Project) -> Result<()> {
        if gone.authority != into.authority {
            return Err(Error::NotFound);
        }
        for project in [gone, into] {
            if project.merged.is_some() {
                return Err(changed_since(project));
            }
            if project.accepted.is_none() {
                let why = format!("{}还没有随附件2受理过，请先受理，再合并", project.code);
                return Err(Invalid::of("into", why).into());
            }
        }
        if self
            .accepted_state(work, into)
            .await?
            .fields
            .terminated
            .is_some()
        {
            let why = format!("{}已出库，请选择另一个作为保留的项目", into.code);
            return Err(Invalid::of("into", why).into());
        }
        self.check_settled(work, &[gone, into]).await
    }

    /// Rows that were handed in and wait for a decision are decided first: they stand between states of before.
    async fn check_settled(&self, work: &Work, projects: &[&Project]) -> Result<()> {
        for project in projects {
            let filter = store::returns::Filter {
                units: vec![project.unit],
                outcome: Some(None),
                project: Some(project.id),
                from: None,
                to: None,
                before: None,
                limit: 1,
            };
            if let Some(row) = store::returns::list(&work.tx, &filter).await?.first() {
                let why = format!(
                    "{}在截至{}的附件2里有一行待受理，请先办理那份附件2",
                    project.code,
                    dates::print_long(row.cut_off)
                );
                return Err(Invalid::of("into", why).into());
            }
        }
        Ok(())
    }

    pub(super) async fn accepted_state(&self, work: &Work, project: &Project) -> Result<Revision> {
        match project.accepted {
            Some(accepted) => state(work, accepted).await,
            None => Err(Error::NotFound),
        }
    }

    /// Writes what the officer decided into both views of a project: one revision where the enterprise has no changes
    /// waiting, else one for the authority and one for the enterprise, whose changes go on waiting.
    pub(super) async fn write_states(
        &self,
        work: &Work,
        project: &Project,
        after: &StatesAfter<'_>,
        rules: &domain::library::LibraryRules,
    ) -> Result<(RevisionId, RevisionId)> {
        let new = |fields| NewRevision {
            fields,
            effective_on: after.effective_on,
            reason: after.reason,
            by: after.by,
            at: work.now,
        };
        let pending = save::waits(after.known, after.own, &rules.reportable);
        let stale = |error| match error {
            store::Error::Stale => changed_since(project),
            other => other.into(),
        };
        let known = if pending {
            let known = store::projects::add_state(&work.tx, project, &new(after.known))
                .await
                .map_err(stale)?;
            Some(known)
        } else {
            None
        };
        let own = store::projects::save(&work.tx, project, &new(after.own), pending)
            .await
            .map_err(stale)?;
        match known {
            None => Ok((own.id, own.id)),
            Some(known) => {
                store::projects::accept(&work.tx, project.id, &known, true, work.now).await?;
                Ok((own.id, known.id))
            }
        }
    }

    async fn set_standing_by_merge(
        &self,
        work: &Work,
        id: ProjectId,
        to: domain::project::Standing,
        reason: &str,
        caller: &Caller,
    ) -> Result<()> {
        let project = store::projects::by_id(&work.tx, id)
            .await?
            .ok_or(Error::NotFound)?;
        if project.standing == to {
            return Ok(());
        }
        store::projects::set_standing(
            &work.tx,
            id,
            project.version,
            "merge",
            to,
            reason,
            caller.person.id,
            work.now,
        )
        .await
        .map_err(Error::from)
    }
}

/// Merges a page shows at most.
const MERGES_MOST: u32 = 200;

/// What both views say after an act of the officer.
pub(super) struct StatesAfter<'a> {
    pub own: &'a ProjectFields,
    pub known: &'a ProjectFields,
    pub effective_on: NaiveDate,
    pub reason: &'a str,
    pub by: PersonId,
}

fn unit_name(reach: &Reach, unit: UnitId, visible: bool) -> String {
    if !visible {
        return "另一家企业".to_owned();
    }
    reach
        .tree
        .get(unit)
        .map_or_else(String::new, |unit| unit.name.clone())
}

async fn state(work: &Work, id: RevisionId) -> Result<Revision> {
    store::projects::revision(&work.tx, id)
        .await?
        .ok_or(Error::NotFound)
}

/// A state of the project that stays, without what the merge brought.
async fn apart(
    work: &Work,
    (before, after): (RevisionId, RevisionId),
    now: &ProjectFields,
) -> Result<ProjectFields> {
    let (before, after) = (state(work, before).await?, state(work, after).await?);
    Ok(unmerged(&before.fields, &after.fields, now))
}

/// The first day a project can be effective (`ProjectFields::check`).
fn dates_first() -> NaiveDate {
    NaiveDate::from_ymd_opt(*dates::YEARS.start(), 1, 1).unwrap_or(NaiveDate::MIN)
}

/// The project taken as the history of the one that stays names it; another enterprise's is not named there, since whose
/// history it is does not see that project.
fn called(gone: &Project, into: &Project, name: &str) -> Option<String> {
    (gone.unit == into.unit).then(|| format!("{}“{name}”", gone.code))
}

/// What a project's own check refuses, at the choice of that field.
fn of_choices(invalid: Invalid) -> Error {
    let fields = invalid.fields.into_iter();
    Error::Invalid(Invalid {
        fields: fields
            .map(|(field, why)| match field.as_str() {
                "effective_on" | "reason" => (field, why),
                _ => (format!("choice.{field}"), why),
            })
            .collect(),
    })
}

pub(super) fn changed_since(project: &Project) -> Error {
    Error::Conflict(Box::new(Conflict {
        what: format!("项目{}", project.code),
        values: Vec::new(),
        version: project.version,
    }))
}
