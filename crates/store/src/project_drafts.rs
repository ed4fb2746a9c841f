//! Forms of projects as they stood while being typed: their owner's, no part of the library.

use domain::{Instant, PersonId, ProjectId};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, Tx,
    sql::{all, instant, one, run, values},
};

/// A form being filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectDraft {
    /// Known to its owner only.
    pub key: String,
    /// Whose.
    pub person: PersonId,
    /// The project being changed; none for a new one.
    pub project: Option<ProjectId>,
    /// What stood in the form, as JSON.
    pub form: String,
    /// When it was saved.
    pub saved_at: Instant,
}

const DRAFT: &str = "key, person_id, project_id, form, saved_at";

#[derive(FromQueryResult)]
struct Row {
    key: String,
    person_id: i64,
    project_id: Option<i64>,
    form: String,
    saved_at: i64,
}

impl Row {
    fn draft(self) -> Result<ProjectDraft> {
        Ok(ProjectDraft {
            key: self.key,
            person: PersonId(self.person_id),
            project: self.project_id.map(ProjectId),
            form: self.form,
            saved_at: instant(self.saved_at)?,
        })
    }
}

/// Keeps what stands in the form, over what stood there before. False when the key is somebody else's or another form's.
///
/// # Errors
/// The database is unavailable.
pub async fn put(tx: &Tx, draft: &ProjectDraft) -> Result<bool> {
    let met = run(
        tx,
        "INSERT INTO project_draft (key, person_id, project_id, form, saved_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (key) DO UPDATE SET form = excluded.form, saved_at = excluded.saved_at
         WHERE project_draft.person_id = excluded.person_id
           AND COALESCE(project_draft.project_id, 0) = COALESCE(excluded.project_id, 0)",
        values![
            draft.key.as_str(),
            draft.person.0,
            draft.project.map(|project| project.0),
            draft.form.as_str(),
            draft.saved_at.timestamp_micros(),
        ],
    )
    .await?;
    Ok(met == 1)
}

/// The draft of a key.
///
/// # Errors
/// The database is unavailable.
pub async fn by_key(db: &impl Db, key: &str) -> Result<Option<ProjectDraft>> {
    let sql = format!("SELECT {DRAFT} FROM project_draft WHERE key = $1");
    let row: Option<Row> = one(db, &sql, values![key]).await?;
    row.map(Row::draft).transpose()
}

/// A person's drafts of one project, or of new ones, the newest first.
///
/// # Errors
/// The database is unavailable.
pub async fn of_person(
    db: &impl Db,
    person: PersonId,
    project: Option<ProjectId>,
) -> Result<Vec<ProjectDraft>> {
    let sql = format!(
        "SELECT {DRAFT} FROM project_draft WHERE person_id = $1 AND COALESCE(project_id, 0) = $2
         ORDER BY saved_at DESC, key"
    );
    let bound = values![person.0, project.map_or(0, |project| project.0)];
    let rows: Vec<Row> = all(db, &sql, bound).await?;
    rows.into_iter().map(Row::draft).collect()
}

/// Drops a person's draft. False when there is none of that key.
///
/// # Errors
/// The database is unavailable.
pub async fn remove(tx: &Tx, person: PersonId, key: &str) -> Result<bool> {
    let met = run(
        tx,
        "DELETE FROM project_draft WHERE key = $1 AND person_id = $2",
        values![key, person.0],
    )
    .await?;
    Ok(met == 1)
}

/// Drops drafts saved before `before`.
///
/// # Errors
/// The database is unavailable.
pub async fn purge(tx: &Tx, before: Instant) -> Result<u64> {
    run(
        tx,
        "DELETE FROM project_draft WHERE saved_at < $1",
        values![before.timestamp_micros()],
    )
    .await
}
