//! Uploaded tables that wait for their owner's confirmation.

use domain::{Instant, PersonId};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, Tx,
    sql::{one, run, values},
};

/// A table being checked.
#[derive(Debug, Clone)]
pub struct TableDraft {
    /// Known to its owner only.
    pub key: String,
    /// Which table.
    pub kind: String,
    /// Whose.
    pub owner: PersonId,
    /// Under which name it came.
    pub file_name: String,
    /// Its rows, as JSON of the reader.
    pub rows: String,
}

#[derive(FromQueryResult)]
struct Row {
    draft_key: String,
    kind: String,
    owner_id: i64,
    file_name: String,
    rows_json: String,
}

/// Keeps a draft.
///
/// # Errors
/// The database is unavailable.
pub async fn add(tx: &Tx, draft: &TableDraft, now: Instant) -> Result<()> {
    run(
        tx,
        "INSERT INTO table_draft (draft_key, kind, owner_id, file_name, rows_json, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        values![
            draft.key.as_str(),
            draft.kind.as_str(),
            draft.owner.0,
            draft.file_name.as_str(),
            draft.rows.as_str(),
            now.timestamp_micros(),
        ],
    )
    .await
    .map(|_| ())
}

/// The draft of a key.
///
/// # Errors
/// The database is unavailable.
pub async fn by_key(db: &impl Db, key: &str) -> Result<Option<TableDraft>> {
    let row: Option<Row> = one(
        db,
        "SELECT draft_key, kind, owner_id, file_name, rows_json FROM table_draft WHERE draft_key = $1",
        values![key],
    )
    .await?;
    Ok(row.map(|row| TableDraft {
        key: row.draft_key,
        kind: row.kind,
        owner: PersonId(row.owner_id),
        file_name: row.file_name,
        rows: row.rows_json,
    }))
}

/// Drops a draft. False when it was gone: another request has just confirmed or cancelled it.
///
/// # Errors
/// The database is unavailable.
pub async fn remove(tx: &Tx, key: &str) -> Result<bool> {
    let done = run(
        tx,
        "DELETE FROM table_draft WHERE draft_key = $1",
        values![key],
    )
    .await?;
    Ok(done == 1)
}

/// Drops drafts made before `before`.
///
/// # Errors
/// The database is unavailable.
pub async fn purge(tx: &Tx, before: Instant) -> Result<u64> {
    run(
        tx,
        "DELETE FROM table_draft WHERE created_at < $1",
        values![before.timestamp_micros()],
    )
    .await
}
