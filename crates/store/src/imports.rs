//! Drafts of imports: what was read from a file and awaits its owner's confirmation.

use domain::{Instant, PersonId, UnitId};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, Tx,
    sql::{instant, one, run, run_on_version, values},
};

/// A draft. Reading and answers are JSON of the use case; the store does not look into them.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Unguessable name of the draft.
    pub key: String,
    /// Whose enterprises the file is about.
    pub authority: UnitId,
    /// Who uploaded it and alone sees it.
    pub owner: PersonId,
    /// The file's name.
    pub file_name: String,
    /// What the reader understood.
    pub reading: String,
    /// What the owner answered.
    pub answers: String,
    /// Counts saves.
    pub version: i64,
    /// When it was uploaded.
    pub created_at: Instant,
}

#[derive(FromQueryResult)]
struct Row {
    draft_key: String,
    authority_id: i64,
    owner_id: i64,
    file_name: String,
    reading: String,
    answers: String,
    version: i64,
    created_at: i64,
}

/// Stores a draft with the file's bytes.
///
/// # Errors
/// The database is unavailable.
pub async fn add(tx: &Tx, draft: &Draft, bytes: &[u8]) -> Result<()> {
    run(
        tx,
        "INSERT INTO import_draft (draft_key, authority_id, owner_id, file_name, bytes, reading, answers, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![
            draft.key.as_str(),
            draft.authority.0,
            draft.owner.0,
            draft.file_name.as_str(),
            bytes,
            draft.reading.as_str(),
            draft.answers.as_str(),
            draft.created_at.timestamp_micros(),
        ],
    )
    .await
    .map(|_| ())
}

/// One draft, without the file's bytes.
///
/// # Errors
/// The database is unavailable.
pub async fn by_key(db: &impl Db, key: &str) -> Result<Option<Draft>> {
    let row: Option<Row> = one(
        db,
        "SELECT draft_key, authority_id, owner_id, file_name, reading, answers, version, created_at FROM import_draft WHERE draft_key = $1",
        values![key],
    )
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Draft {
        key: row.draft_key,
        authority: UnitId(row.authority_id),
        owner: PersonId(row.owner_id),
        file_name: row.file_name,
        reading: row.reading,
        answers: row.answers,
        version: row.version,
        created_at: instant(row.created_at)?,
    }))
}

#[derive(FromQueryResult)]
struct BytesRow {
    bytes: Vec<u8>,
}

/// The bytes of a draft's file.
///
/// # Errors
/// The database is unavailable.
pub async fn bytes(db: &impl Db, key: &str) -> Result<Option<Vec<u8>>> {
    let row: Option<BytesRow> = one(
        db,
        "SELECT bytes FROM import_draft WHERE draft_key = $1",
        values![key],
    )
    .await?;
    Ok(row.map(|row| row.bytes))
}

/// Saves the owner's answers, made from version `version`.
///
/// # Errors
/// [`crate::Error::Stale`] when the draft was saved since, or is gone.
pub async fn save_answers(tx: &Tx, key: &str, version: i64, answers: &str) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE import_draft SET answers = $1, version = version + 1 WHERE draft_key = $2 AND version = $3",
        values![answers, key, version],
    )
    .await
}

/// Removes a draft. False when it was gone already.
///
/// # Errors
/// The database is unavailable.
pub async fn remove(tx: &Tx, key: &str) -> Result<bool> {
    Ok(run(
        tx,
        "DELETE FROM import_draft WHERE draft_key = $1",
        values![key],
    )
    .await?
        == 1)
}

/// Removes drafts uploaded before `before`.
///
/// # Errors
/// The database is unavailable.
pub async fn purge(tx: &Tx, before: Instant) -> Result<u64> {
    run(
        tx,
        "DELETE FROM import_draft WHERE created_at < $1",
        values![before.timestamp_micros()],
    )
    .await
}
