//! What is typed into a project's form, kept while it is typed. The person's own, seen by nobody else and no part of
//! the library, hence not in the audit; what is saved of it is.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::{
    Instant, ProjectId,
    permission::Action,
    person::{Caller, Invalid},
};
use store::project_drafts::ProjectDraft;

use crate::{App, Error, Result};

/// Drafts of one person for new projects, or for one project, at most; the oldest give way.
const KEPT_MOST: usize = 10;
/// Days a draft is kept that nobody takes up again.
const KEPT_DAYS: i64 = 30;
/// Bytes of a draft at most: the form's own limit, doubled for JSON's escapes.
const BYTES_MOST: usize = 1024 * 1024;

/// A draft as its owner takes it up again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its key.
    pub key: String,
    /// The project being changed; none for a new one.
    pub project: Option<ProjectId>,
    /// Names and values of the form.
    pub form: BTreeMap<String, Vec<String>>,
    /// When it was saved.
    pub saved_at: Instant,
}

/// That there is a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftNote {
    /// Its key.
    pub key: String,
    /// The name typed so far; may be empty.
    pub name: String,
    /// When it was saved.
    pub saved_at: Instant,
}

impl App {
    /// Keeps what stands in the form. Gives the moment it was kept.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the key is somebody else's, or the project is not the caller's to change.
    pub async fn save_project_draft(
        &self,
        caller: &Caller,
        key: &str,
        project: Option<ProjectId>,
        form: &BTreeMap<String, Vec<String>>,
    ) -> Result<Instant> {
        match project {
            Some(project) => {
                self.project_to_edit(caller, project).await?;
            }
            None => self.permit(caller, Action::EditProjects).await?,
        }
        if !is_key(key) {
            return Err(Error::NotFound);
        }
        let form = serde_json::to_string(form)?;
        if form.len() > BYTES_MOST {
            return Err(Invalid::of("draft", "内容太长，草稿没有保存").into());
        }
        let work = self.work().await?;
        let (person, saved_at) = (caller.person.id, work.now);
        let draft = ProjectDraft {
            key: key.to_owned(),
            person,
            project,
            form,
            saved_at,
        };
        if !store::project_drafts::put(&work.tx, &draft).await? {
            return Err(Error::NotFound);
        }
        let all = store::project_drafts::of_person(&work.tx, person, project).await?;
        for old in all.iter().skip(KEPT_MOST) {
            store::project_drafts::remove(&work.tx, person, &old.key).await?;
        }
        work.tx.commit().await?;
        Ok(saved_at)
    }

    /// The caller's drafts for a new project or for changing one, the newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not enter projects.
    pub async fn project_drafts(
        &self,
        caller: &Caller,
        project: Option<ProjectId>,
    ) -> Result<Vec<DraftNote>> {
        self.permit(caller, Action::EditProjects).await?;
        let drafts =
            store::project_drafts::of_person(&self.store().read(), caller.person.id, project)
                .await?;
        let notes = drafts.into_iter().map(|draft| {
            let name = form_of(&draft)?
                .remove("name")
                .and_then(|values| values.into_iter().next())
                .unwrap_or_default();
            Ok(DraftNote {
                key: draft.key,
                name: name.trim().chars().take(40).collect(),
                saved_at: draft.saved_at,
            })
        });
        notes.collect()
    }

    /// A draft of the caller.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the caller has none of that key.
    pub async fn project_draft(&self, caller: &Caller, key: &str) -> Result<Draft> {
        self.permit(caller, Action::EditProjects).await?;
        if !is_key(key) {
            return Err(Error::NotFound);
        }
        let draft = store::project_drafts::by_key(&self.store().read(), key)
            .await?
            .filter(|draft| draft.person == caller.person.id)
            .ok_or(Error::NotFound)?;
        Ok(Draft {
            form: form_of(&draft)?,
            key: draft.key,
            project: draft.project,
            saved_at: draft.saved_at,
        })
    }

    /// Throws a draft of the caller away; one that is gone already is no failure.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not enter projects.
    pub async fn discard_project_draft(&self, caller: &Caller, key: &str) -> Result<()> {
        self.permit(caller, Action::EditProjects).await?;
        if !is_key(key) {
            return Ok(());
        }
        let work = self.work().await?;
        store::project_drafts::remove(&work.tx, caller.person.id, key).await?;
        Ok(work.tx.commit().await?)
    }

    /// Throws away what nobody has taken up again for long: part of the daily housekeeping.
    pub(crate) async fn purge_project_drafts(&self, tx: &store::Tx, now: Instant) -> Result<()> {
        store::project_drafts::purge(tx, now - TimeDelta::days(KEPT_DAYS)).await?;
        Ok(())
    }
}

/// Whether this can be a draft's key: no database is asked for anything else.
fn is_key(key: &str) -> bool {
    (16..=64).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn form_of(draft: &ProjectDraft) -> Result<BTreeMap<String, Vec<String>>> {
    Ok(serde_json::from_str(&draft.form)?)
}
