//! 首谈认定说明: decisions on who had the first talk, their files, and for whom projects count.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    FileId, FirstTalkId, Instant, PersonId, ProjectId, UnitId,
    first_talk::{Counts, Decision, Evidence, FirstTalk, counts_for},
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, day, day_text, insert, instant, one, run, run_on_version, values},
};

/// A decision with what was done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// What it says and until when it holds.
    pub decision: Decision,
    /// Whose library it is about.
    pub authority: UnitId,
    /// Counts changes.
    pub version: i64,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Who recorded it.
    pub recorded_by: PersonId,
    /// Why it was withdrawn, when and by whom.
    pub withdrawn: Option<(String, Instant, PersonId)>,
}

/// A decision to be recorded.
#[derive(Debug, Clone)]
pub struct NewDecision<'a> {
    /// Whose library it is about.
    pub authority: UnitId,
    /// What it says; its files are not looked at.
    pub says: &'a FirstTalk,
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Instant,
}

/// Records a decision.
///
/// # Errors
/// The database is unavailable.
pub async fn add(tx: &Tx, new: &NewDecision<'_>) -> Result<FirstTalkId> {
    let mut says = new.says.clone();
    says.files.clear();
    let id = insert(
        tx,
        "INSERT INTO first_talk (authority_id, says, effective_on, recorded_at, recorded_by)
         VALUES ($1, $2, $3, $4, $5) RETURNING id",
        values![
            new.authority.0,
            serde_json::to_string(&says).map_err(unreadable)?,
            day_text(says.effective_on),
            new.at.timestamp_micros(),
            new.by.0,
        ],
    )
    .await?;
    for project in &says.projects {
        run(
            tx,
            "INSERT INTO first_talk_project (first_talk_id, project_id) VALUES ($1, $2)",
            values![id, project.0],
        )
        .await?;
    }
    Ok(FirstTalkId(id))
}

/// Adds a file to a decision.
///
/// # Errors
/// The database is unavailable.
pub async fn add_file(
    tx: &Tx,
    id: FirstTalkId,
    file: FileId,
    name: &str,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    run(
        tx,
        "INSERT INTO first_talk_file (first_talk_id, file_id, name, added_at, added_by) VALUES ($1, $2, $3, $4, $5)",
        values![id.0, file.0, name, at.timestamp_micros(), by.0],
    )
    .await
    .map(|_| ())
}

/// Withdraws a decision made from `version`: from `on` on it counts no more.
///
/// # Errors
/// [`Error::Stale`] when it was withdrawn meanwhile.
pub async fn withdraw(
    tx: &Tx,
    id: FirstTalkId,
    version: i64,
    on: NaiveDate,
    reason: &str,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE first_talk SET withdrawn_on = $1, withdrawn_reason = $2, withdrawn_at = $3, withdrawn_by = $4, version = version + 1
         WHERE id = $5 AND version = $6 AND withdrawn_at IS NULL",
        values![day_text(on), reason, at.timestamp_micros(), by.0, id.0, version],
    )
    .await
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    authority_id: i64,
    says: String,
    version: i64,
    recorded_at: i64,
    recorded_by: i64,
    withdrawn_on: Option<String>,
    withdrawn_reason: String,
    withdrawn_at: Option<i64>,
    withdrawn_by: Option<i64>,
}

const COLUMNS: &str = "first_talk.id, first_talk.authority_id, first_talk.says, first_talk.version, first_talk.recorded_at, \
  first_talk.recorded_by, first_talk.withdrawn_on, first_talk.withdrawn_reason, first_talk.withdrawn_at, first_talk.withdrawn_by";

fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::Database(format!("first talk: {error}"))
}

impl Row {
    fn recorded(self) -> Result<Recorded> {
        let withdrawn = match (self.withdrawn_at, self.withdrawn_by) {
            (Some(at), Some(by)) => Some((self.withdrawn_reason, instant(at)?, PersonId(by))),
            _ => None,
        };
        Ok(Recorded {
            decision: Decision {
                id: FirstTalkId(self.id),
                says: serde_json::from_str(&self.says).map_err(unreadable)?,
                withdrawn_on: self.withdrawn_on.as_deref().map(day).transpose()?,
            },
            authority: UnitId(self.authority_id),
            version: self.version,
            recorded_at: instant(self.recorded_at)?,
            recorded_by: PersonId(self.recorded_by),
            withdrawn,
        })
    }
}

#[derive(FromQueryResult)]
struct FileRow {
    file_id: i64,
    name: String,
}

/// A decision with its files.
///
/// # Errors
/// The database is unavailable.
pub async fn by_id(db: &impl Db, id: FirstTalkId) -> Result<Option<Recorded>> {
    let sql = format!("SELECT {COLUMNS} FROM first_talk WHERE id = $1");
    let row: Option<Row> = one(db, &sql, values![id.0]).await?;
    let Some(mut recorded) = row.map(Row::recorded).transpose()? else {
        return Ok(None);
    };
    let files: Vec<FileRow> = all(
        db,
        "SELECT file_id, name FROM first_talk_file WHERE first_talk_id = $1 ORDER BY id",
        values![id.0],
    )
    .await?;
    recorded.decision.says.files = files
        .into_iter()
        .map(|row| Evidence {
            file: FileId(row.file_id),
            name: row.name,
        })
        .collect();
    Ok(Some(recorded))
}

/// The decisions of an authority, the newest first, without their files; of one project where it is named.
///
/// # Errors
/// The database is unavailable.
pub async fn list(
    db: &impl Db,
    authority: UnitId,
    project: Option<ProjectId>,
) -> Result<Vec<Recorded>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM first_talk WHERE authority_id = $1
           AND ($2 = 0 OR id IN (SELECT first_talk_id FROM first_talk_project WHERE project_id = $2))
         ORDER BY id DESC"
    );
    let rows: Vec<Row> = all(
        db,
        &sql,
        values![authority.0, project.map_or(0, |project| project.0)],
    )
    .await?;
    rows.into_iter().map(Row::recorded).collect()
}

/// What is decided for an authority's projects on a day, as known at a moment: decisions recorded by then and in force on
/// the day. One query whatever the library holds. A withdrawal not known then does not count. What named a project that
/// was taken into another by then is about that other one.
///
/// # Errors
/// The database is unavailable.
pub async fn in_force(
    db: &impl Db,
    authority: UnitId,
    on: NaiveDate,
    known_at: Instant,
) -> Result<Vec<Decision>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM first_talk WHERE authority_id = $1 AND recorded_at <= $2 AND effective_on <= $3
           AND (withdrawn_at IS NULL OR withdrawn_at > $2 OR withdrawn_on > $3)
         ORDER BY id"
    );
    let rows: Vec<Row> = all(
        db,
        &sql,
        values![authority.0, known_at.timestamp_micros(), day_text(on)],
    )
    .await?;
    rows.into_iter()
        .map(|row| {
            let mut decision = row.recorded()?.decision;
            // Those in force are chosen by the query; a withdrawal that counts is not among them.
            decision.withdrawn_on = None;
            Ok(decision)
        })
        .collect()
}

/// For whom each of these projects (with its owner) of an authority counts on a day, as known at a moment: one query for
/// the decisions, the rule for each project.
///
/// # Errors
/// The database is unavailable.
pub async fn counts(
    db: &impl Db,
    authority: UnitId,
    projects: &[(ProjectId, UnitId)],
    on: NaiveDate,
    known_at: Instant,
) -> Result<BTreeMap<ProjectId, Counts>> {
    let decisions = in_force(db, authority, on, known_at).await?;
    let counts = projects
        .iter()
        .map(|(project, owner)| (*project, counts_for(*project, *owner, on, &decisions)));
    Ok(counts.collect())
}
