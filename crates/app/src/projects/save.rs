//! Entering, changing and copying a project.

use chrono::{Datelike, NaiveDate};
use domain::{
    PersonId, ProjectId, UnitId, dates,
    library::{LibraryRules, masked, print_code},
    permission::Action,
    person::{Caller, Invalid},
    project::{Change, ProjectFields, Reportable, changes},
};
use serde_json::json;
use store::projects::{NewProject, NewRevision, Project, Revision, Track};

use super::{When, lists, own_enterprise, tenfold};
use crate::{
    App, Conflict, Error, Result,
    access::Reach,
    work::{Fact, Work},
};

/// What is to be saved of a project.
#[derive(Debug, Clone, Default)]
pub struct SaveProject {
    /// All that is said; attachments are kept as they are.
    pub fields: ProjectFields,
    /// From which day on; today when left open.
    pub effective_on: Option<NaiveDate>,
    /// Why it was changed.
    pub reason: String,
    /// Whether a jump of ten times or more in the amount was confirmed.
    pub amount_confirmed: bool,
}

/// A checked state of a project that is about to be written.
pub(crate) struct Entry<'a> {
    pub fields: &'a ProjectFields,
    pub effective_on: NaiveDate,
    pub reason: &'a str,
    pub by: PersonId,
}

impl<'a> Entry<'a> {
    fn revision(&self, work: &Work) -> NewRevision<'a> {
        NewRevision {
            fields: self.fields,
            effective_on: self.effective_on,
            reason: self.reason,
            by: self.by,
            at: work.now,
        }
    }
}

/// A copy to begin a new project from; nothing is saved yet.
#[derive(Debug, Clone)]
pub struct Copied {
    /// Of which project.
    pub from: ProjectId,
    /// Its code.
    pub code: String,
    /// What a new one may take over.
    pub fields: ProjectFields,
}

impl App {
    /// Adds a project to the library of the caller's enterprise. Its code is made by the numbering rule.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field.
    pub async fn add_project(
        &self,
        caller: &Caller,
        save: SaveProject,
        copied_from: Option<ProjectId>,
    ) -> Result<ProjectId> {
        let reach = self.reach(caller, Action::EditProjects).await?;
        let unit = own_enterprise(&reach, caller)?;
        if let Some(from) = copied_from {
            self.see_project(caller, Action::EditProjects, from, When::default())
                .await?;
        }
        let work = self.work().await?;
        let today = dates::day_in_shanghai(work.now);
        let authority = reach.authority()?.id;
        let (_, rules) = store::library_rules::newest(&work.tx, authority).await?;
        let mut fields = save.fields.tidied();
        fields.attachments.clear();
        let effective_on = save.effective_on.unwrap_or(today);
        fields.check(None, effective_on, today, &save.reason, &lists(&rules))?;
        let adding = Adding {
            unit,
            fields: &fields,
            effective_on,
            reason: save.reason.trim(),
            copied_from,
        };
        let (id, fact) = self
            .write_new(&work, caller, &reach, &rules, &adding)
            .await?;
        self.finish_change(work, caller, fact).await?;
        Ok(id)
    }

    /// Writes a project that was checked, with a code of its own.
    pub(super) async fn write_new(
        &self,
        work: &Work,
        caller: &Caller,
        reach: &Reach,
        rules: &LibraryRules,
        adding: &Adding<'_>,
    ) -> Result<(ProjectId, Fact)> {
        let unit = adding.unit;
        let entry = Entry {
            fields: adding.fields,
            effective_on: adding.effective_on,
            reason: adding.reason,
            by: caller.person.id,
        };
        let (id, code) = self
            .add_in(work, reach, rules, unit, adding.copied_from, &entry)
            .await?;
        self.recount_funds(work, unit, &adding.fields.name).await?;
        let fact = Fact::new(
            "project.added",
            format!("project:{id}"),
            json!({"code": code, "unit": unit, "effective_on": adding.effective_on, "fields": adding.fields}),
        );
        Ok((id, fact))
    }

    /// Adds a project that was checked, within a unit of work. Gives its number and code.
    pub(crate) async fn add_in(
        &self,
        work: &Work,
        reach: &Reach,
        rules: &LibraryRules,
        unit: UnitId,
        copied_from: Option<ProjectId>,
        entry: &Entry<'_>,
    ) -> Result<(ProjectId, String)> {
        store::projects::take_turn(&work.tx, unit).await?;
        let authority = reach.authority()?.id;
        let year = dates::day_in_shanghai(work.now).year();
        let code = self
            .next_code(work, reach, rules, authority, unit, year)
            .await?;
        let new = NewProject {
            authority,
            unit,
            code: &code,
            copied_from,
        };
        let id = store::projects::add(&work.tx, &new, &entry.revision(work)).await?;
        Ok((id, code))
    }

    /// Saves a revision that was checked, within a unit of work; `accepted` is what the authority accepted last.
    ///
    /// # Errors
    /// [`Error::Conflict`] when somebody saved the project since it was read.
    pub(crate) async fn save_in(
        &self,
        work: &Work,
        project: &Project,
        before: &ProjectFields,
        accepted: Option<&ProjectFields>,
        reportable: &Reportable,
        entry: &Entry<'_>,
    ) -> Result<Revision> {
        let fields = entry.fields;
        let pending = accepted.is_none_or(|accepted| waits(accepted, fields, reportable));
        let saved =
            match store::projects::save(&work.tx, project, &entry.revision(work), pending).await {
                Err(store::Error::Stale) => return Err(conflict(project, before, fields)),
                other => other?,
            };
        if before.name != fields.name {
            self.recount_funds(work, project.unit, &fields.name).await?;
        }
        Ok(saved)
    }

    /// The next free code of an enterprise: numbers already used by hand or by an earlier rule are passed over.
    async fn next_code(
        &self,
        work: &Work,
        reach: &Reach,
        rules: &LibraryRules,
        authority: UnitId,
        unit: UnitId,
        year: i32,
    ) -> Result<String> {
        let siblings = reach
            .tree
            .subtree(authority)
            .filter(|one| one.kind == domain::unit::UnitKind::Enterprise);
        let number = siblings.take_while(|one| one.id != unit).count() + 1;
        let parts = rules.code_parts(year, number);
        loop {
            let counter = format!("project:{authority}:{}|{}", parts.0, parts.1);
            let code = print_code(&parts, store::counters::next(&work.tx, &counter).await?);
            if store::projects::by_code(&work.tx, authority, &code)
                .await?
                .is_none()
            {
                return Ok(code);
            }
        }
    }

    /// Saves a project made from version `version`.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field; [`Error::Conflict`] when somebody saved it since.
    pub async fn save_project(
        &self,
        caller: &Caller,
        id: ProjectId,
        version: i64,
        save: SaveProject,
    ) -> Result<()> {
        self.change_project(caller, id, version, &save, |before| {
            let mut fields = save.fields.clone().tidied();
            fields.attachments.clone_from(&before.attachments);
            keep_masked(before, &mut fields);
            Ok(fields)
        })
        .await
        .map(|_| ())
    }

    /// Saves what `edit` makes of the head, with the day, the reason and the confirmation of `save`. Nothing is saved when nothing differs.
    pub(super) async fn change_project(
        &self,
        caller: &Caller,
        id: ProjectId,
        version: i64,
        save: &SaveProject,
        edit: impl FnOnce(&ProjectFields) -> Result<ProjectFields>,
    ) -> Result<Revision> {
        let seen = self
            .see_project(caller, Action::EditProjects, id, When::default())
            .await?;
        if seen.track != Track::Own {
            return Err(Error::NotFound);
        }
        let work = self.work().await?;
        // Read again inside the transaction: it may have been saved since.
        let project = store::projects::by_id(&work.tx, id)
            .await?
            .ok_or(Error::NotFound)?;
        let head = store::projects::revision(&work.tx, project.head)
            .await?
            .ok_or(Error::NotFound)?;
        let fields = edit(&head.fields)?;
        if project.version != version {
            return Err(conflict(&project, &head.fields, &fields));
        }
        if project.merged.is_some() {
            return Err(Invalid::of("version", MERGED).into());
        }
        let (_, rules) = store::library_rules::newest(&work.tx, project.authority).await?;
        let today = dates::day_in_shanghai(work.now);
        if !check_change(&head.fields, &fields, save, today, &rules)? {
            return Ok(head);
        }
        let changing = Changing {
            project: &project,
            before: &head.fields,
            fields: &fields,
            effective_on: save.effective_on.unwrap_or(today),
            reason: save.reason.trim(),
        };
        let (saved, fact) = self.write_change(&work, caller, &rules, &changing).await?;
        self.finish_change(work, caller, fact).await?;
        Ok(saved)
    }

    /// Writes a change that was checked.
    pub(super) async fn write_change(
        &self,
        work: &Work,
        caller: &Caller,
        rules: &LibraryRules,
        changing: &Changing<'_>,
    ) -> Result<(Revision, Fact)> {
        let Changing {
            project,
            before,
            fields,
            ..
        } = changing;
        let accepted = match project.accepted {
            None => None,
            Some(accepted) => Some(
                store::projects::revision(&work.tx, accepted)
                    .await?
                    .ok_or(Error::NotFound)?
                    .fields,
            ),
        };
        let entry = Entry {
            fields,
            effective_on: changing.effective_on,
            reason: changing.reason,
            by: caller.person.id,
        };
        let saved = self
            .save_in(
                work,
                project,
                before,
                accepted.as_ref(),
                &rules.reportable,
                &entry,
            )
            .await?;
        let fact = Fact::new(
            "project.changed",
            format!("project:{}", project.id),
            json!({"effective_on": changing.effective_on, "reason": changing.reason, "changes": changes(before, fields)}),
        );
        Ok((saved, fact))
    }

    /// What a new project may take over from another of the caller's enterprise: not its dates, signings, files or what
    /// became of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach.
    pub async fn copy_project(&self, caller: &Caller, id: ProjectId) -> Result<Copied> {
        let seen = self
            .see_project(caller, Action::EditProjects, id, When::default())
            .await?;
        let fields = seen.revision.fields;
        Ok(Copied {
            from: id,
            code: seen.project.code,
            fields: ProjectFields {
                signings: Vec::new(),
                milestones: Default::default(),
                company: None,
                suspended: None,
                terminated: None,
                attachments: Vec::new(),
                ..fields
            },
        })
    }
}

/// Why a project that was taken into another is not changed.
pub(super) const MERGED: &str = "这个项目已并入另一个项目，不能再修改；请到并入的项目里修改";

/// A new project that was checked.
pub(super) struct Adding<'a> {
    pub unit: UnitId,
    pub fields: &'a ProjectFields,
    pub effective_on: NaiveDate,
    pub reason: &'a str,
    pub copied_from: Option<ProjectId>,
}

/// A change that was checked.
pub(super) struct Changing<'a> {
    pub project: &'a Project,
    pub before: &'a ProjectFields,
    pub fields: &'a ProjectFields,
    pub effective_on: NaiveDate,
    pub reason: &'a str,
}

/// Checks what a save makes of a project's head; false when nothing differs.
///
/// # Errors
/// [`domain::person::Invalid`] by field.
pub(super) fn check_change(
    before: &ProjectFields,
    fields: &ProjectFields,
    save: &SaveProject,
    today: NaiveDate,
    rules: &LibraryRules,
) -> std::result::Result<bool, Invalid> {
    if let Some(invalid) = tenfold(before, fields).filter(|_| !save.amount_confirmed) {
        return Err(invalid);
    }
    fields.check(
        Some(before),
        save.effective_on.unwrap_or(today),
        today,
        save.reason.trim(),
        &lists(rules),
    )?;
    Ok(fields != before)
}

/// A contact that comes back as it was shown, masked, is not a change.
pub(super) fn keep_masked(before: &ProjectFields, after: &mut ProjectFields) {
    for (old, new) in [
        (&before.contact_phone, &mut after.contact_phone),
        (&before.contact_name, &mut after.contact_name),
    ] {
        if *new == masked(old) {
            new.clone_from(old);
        }
    }
}

/// Whether a reportable field differs between what was accepted and the enterprise's own state.
pub(crate) fn waits(
    accepted: &ProjectFields,
    own: &ProjectFields,
    reportable: &Reportable,
) -> bool {
    changes(accepted, own)
        .iter()
        .any(|one| reportable.contains(&one.field))
}

pub(super) fn conflict(now: &Project, theirs: &ProjectFields, yours: &ProjectFields) -> Error {
    let values = changes(theirs, yours);
    let shown = |Change {
                     field,
                     before,
                     after,
                 }| (field.label().to_owned(), after, before);
    Error::Conflict(Box::new(Conflict {
        what: format!("项目{}", now.code),
        values: values.into_iter().map(shown).collect(),
        version: now.version,
    }))
}
