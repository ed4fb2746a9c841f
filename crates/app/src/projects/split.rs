//! One record split into two: by its enterprise as an ordinary change of its own, by the officer as a decision that the
//! authority knows at once.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{
    EntryId, ProjectId, dates,
    library::mask_contact,
    merge::{self, Split, check_event},
    names,
    permission::Action,
    person::{Caller, Invalid},
};
use serde_json::json;
use store::projects::{NamedEntry, NewSplit, Project, Revision, SplitOff, Track};

use super::{
    FormerProject, When, lists,
    merge::{StatesAfter, changed_since},
    save::{Adding, Changing},
};
use crate::{App, Error, Result, access::Reach, work::Fact};

/// What is to be split off.
#[derive(Debug, Clone, Default)]
pub struct SaveSplit {
    /// What goes.
    pub split: Split,
    /// Accepted entries of funds that go.
    pub entries: BTreeSet<EntryId>,
    /// From which day on; today when left open.
    pub effective_on: Option<NaiveDate>,
    /// Why.
    pub reason: String,
}

/// A split as it is told.
#[derive(Debug, Clone)]
pub struct SplitLine {
    /// What is recorded.
    pub split: SplitOff,
    /// The record it came out of.
    pub from: FormerProject,
    /// The new record.
    pub new: FormerProject,
    /// Who.
    pub by: String,
}

/// What a split can choose from.
pub struct SplitForm {
    /// The project.
    pub project: Project,
    /// What it says; the telephone is masked.
    pub revision: Revision,
    /// The accepted entries of funds that name it.
    pub entries: Vec<NamedEntry>,
    /// Whether the authority decides, not the enterprise.
    pub by_authority: bool,
}

impl App {
    /// What can be chosen when a project is split.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not; [`Error::Invalid`] where the project cannot be split now.
    pub async fn split_form(&self, caller: &Caller, id: ProjectId) -> Result<SplitForm> {
        let caller = &splitting(caller);
        let action = needs(caller);
        let mut seen = self
            .see_project(caller, action, id, When::default())
            .await?;
        let by_authority = action == Action::MergeProjects;
        if by_authority != (seen.track == Track::Accepted) || seen.project.merged.is_some() {
            return Err(Error::NotFound);
        }
        let key = names::key(&seen.revision.fields.name);
        let entries = store::projects::accepted_entries(&self.store().read(), seen.project.unit)
            .await?
            .into_iter()
            .filter(|entry| match entry.given_to {
                Some(given_to) => given_to == id,
                None => names::key(&entry.project) == key,
            })
            .collect();
        mask_contact(&mut seen.revision.fields);
        Ok(SplitForm {
            project: seen.project,
            revision: seen.revision,
            entries,
            by_authority,
        })
    }

    /// Splits a project made from version `version`; gives the new one.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field; [`Error::Conflict`] when somebody changed it since.
    pub async fn split_project(
        &self,
        caller: &Caller,
        id: ProjectId,
        version: i64,
        asked: SaveSplit,
    ) -> Result<ProjectId> {
        let caller = &splitting(caller);
        let action = needs(caller);
        let by_authority = action == Action::MergeProjects;
        let form = self.split_form(caller, id).await?;
        let reach = self.reach(caller, action).await?;
        let work = self.work().await?;
        store::projects::take_turn(&work.tx, form.project.unit).await?;
        let project = store::projects::locked(&work.tx, id)
            .await?
            .ok_or(Error::NotFound)?;
        if project.version != version || project.merged.is_some() {
            return Err(changed_since(&project));
        }
        let today = dates::day_in_shanghai(work.now);
        let effective_on = asked.effective_on.unwrap_or(today);
        let reason = asked.reason.trim();
        let head = store::projects::revision(&work.tx, project.head)
            .await?
            .ok_or(Error::NotFound)?;
        if by_authority && (project.pending || project.accepted.is_none()) {
            let why = format!(
                "{}有企业尚未报送受理的调整，请先受理附件2，再由国资委拆分；也可以请企业自行拆分",
                project.code
            );
            return Err(Invalid::of("reason", why).into());
        }
        let mut invalid = Invalid::default();
        let known: BTreeSet<EntryId> = form.entries.iter().map(|entry| entry.id).collect();
        if !asked.entries.is_subset(&known) {
            invalid.add("entries", "所选的到资已不归这个项目，请刷新页面");
        }
        if let Err(refused) = check_event(effective_on, head.effective_on, today, &asked.reason) {
            invalid.fields.extend(refused.fields);
        }
        let split = Split {
            funds: !asked.entries.is_empty(),
            ..asked.split.clone()
        };
        let parts = match merge::split(&head.fields, &split) {
            Ok(parts) => Some(parts),
            Err(refused) => {
                invalid.fields.extend(refused.fields);
                None
            }
        };
        invalid.into_result()?;
        let Some((old, new)) = parts else {
            return Err(Error::NotFound);
        };
        let (_, rules) = store::library_rules::newest(&work.tx, project.authority).await?;
        // What it takes along was said before: nothing of it is asked anew.
        let before = Some(&head.fields);
        new.check(before, effective_on, today, reason, &lists(&rules))?;
        old.check(before, effective_on, today, reason, &lists(&rules))?;
        let words = format!("由{}“{}”拆出：{reason}", project.code, head.fields.name);
        let adding = Adding {
            unit: project.unit,
            fields: &new,
            effective_on,
            reason: &words,
            copied_from: None,
        };
        let (new_id, added) = self
            .write_new(&work, caller, &reach, &rules, &adding)
            .await?;
        let made = store::projects::by_id(&work.tx, new_id)
            .await?
            .ok_or(Error::NotFound)?;
        let rest = format!("拆出{}“{}”：{reason}", made.code, new.name);
        let mut facts = vec![added];
        if by_authority {
            let first = store::projects::revision(&work.tx, made.head)
                .await?
                .ok_or(Error::NotFound)?;
            store::projects::accept(&work.tx, new_id, &first, false, work.now).await?;
            let after = StatesAfter {
                own: &old,
                known: &old,
                effective_on,
                reason: &rest,
                by: caller.person.id,
            };
            self.write_states(&work, &project, &after, &rules).await?;
        } else {
            let changing = Changing {
                project: &project,
                before: &head.fields,
                fields: &old,
                effective_on,
                reason: &rest,
            };
            let (_, changed) = self.write_change(&work, caller, &rules, &changing).await?;
            facts.push(changed);
        }
        let entries: Vec<EntryId> = asked.entries.into_iter().collect();
        let record = NewSplit {
            from: id,
            new: new_id,
            effective_on,
            reason,
            by: caller.person.id,
            at: work.now,
        };
        store::projects::add_split(&work.tx, &record, &entries).await?;
        self.recount_project(&work, new_id).await?;
        self.recount_project(&work, id).await?;
        let detail = json!({
            "from": id, "from_code": project.code, "new": new_id, "new_code": made.code, "effective_on": effective_on,
            "reason": reason, "entries": entries,
        });
        facts.push(Fact::new("project.split", format!("project:{id}"), detail));
        self.finish_changes(work, caller, facts).await?;
        Ok(new_id)
    }

    pub(super) async fn split_lines(
        &self,
        reach: &Reach,
        reader: &store::Reader,
        project: ProjectId,
    ) -> Result<Vec<SplitLine>> {
        let mut lines = Vec::new();
        for split in store::projects::splits_of(reader, project).await? {
            let people = self.names_of(vec![split.by]).await?;
            lines.push(SplitLine {
                from: self.former(reach, reader, split.from).await?,
                new: self.former(reach, reader, split.new).await?,
                by: people.get(&split.by).cloned().unwrap_or_default(),
                split,
            });
        }
        Ok(lines)
    }
}

/// Who may decide for the authority does so; others change their own.
fn needs(caller: &Caller) -> Action {
    if caller.may(Action::MergeProjects) {
        Action::MergeProjects
    } else {
        Action::EditProjects
    }
}

fn splitting(caller: &Caller) -> Caller {
    caller.clone().doing(needs(caller))
}
