//! Files made of lists: how far they are, and their bytes for a day.

use domain::{Instant, PersonId};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, Tx,
    sql::{instant, one, run, values},
};

/// A file asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// What its address names.
    pub key: String,
    /// Who asked for it; nobody else sees it.
    pub person: PersonId,
    /// What was asked, JSON of the list's own.
    pub query: String,
    /// Word of its format.
    pub format: String,
    /// The file's name.
    pub name: String,
    /// Rows written so far.
    pub done: i64,
    /// Rows there will be.
    pub total: i64,
    /// Why it failed; empty when it did not.
    pub message: String,
    /// When it was asked for.
    pub created_at: Instant,
    /// Whether the file is there.
    pub ready: bool,
}

#[derive(FromQueryResult)]
struct Row {
    key: String,
    person_id: i64,
    query: String,
    format: String,
    name: String,
    done: i64,
    total: i64,
    message: String,
    created_at: i64,
    ready: i64,
}

/// Adds one.
///
/// # Errors
/// The database is unavailable.
pub async fn add(tx: &Tx, export: &Export) -> Result<()> {
    run(
        tx,
        "INSERT INTO export (key, person_id, query, format, name, total, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        values![
            export.key.as_str(),
            export.person.0,
            export.query.as_str(),
            export.format.as_str(),
            export.name.as_str(),
            export.total,
            export.created_at.timestamp_micros()
        ],
    )
    .await
    .map(|_| ())
}

/// One, without its bytes.
///
/// # Errors
/// The database is unavailable.
pub async fn by_key(db: &impl Db, key: &str) -> Result<Option<Export>> {
    let row: Option<Row> = one(
        db,
        "SELECT key, person_id, query, format, name, done, total, message, created_at,
           CAST(CASE WHEN bytes IS NULL THEN 0 ELSE 1 END AS BIGINT) AS ready FROM export WHERE key = $1",
        values![key],
    )
    .await?;
    row.map(|row| {
        Ok(Export {
            key: row.key,
            person: PersonId(row.person_id),
            query: row.query,
            format: row.format,
            name: row.name,
            done: row.done,
            total: row.total,
            message: row.message,
            created_at: instant(row.created_at)?,
            ready: row.ready == 1,
        })
    })
    .transpose()
}

/// The bytes of a ready one.
///
/// # Errors
/// The database is unavailable.
pub async fn bytes(db: &impl Db, key: &str) -> Result<Option<Vec<u8>>> {
    #[derive(FromQueryResult)]
    struct Bytes {
        bytes: Vec<u8>,
    }
    let row: Option<Bytes> = one(
        db,
        "SELECT bytes FROM export WHERE key = $1 AND bytes IS NOT NULL",
        values![key],
    )
    .await?;
    Ok(row.map(|row| row.bytes))
}

/// Notes how far it is.
///
/// # Errors
/// The database is unavailable.
pub async fn progress(tx: &Tx, key: &str, done: i64) -> Result<()> {
    run(
        tx,
        "UPDATE export SET done = $1 WHERE key = $2",
        values![done, key],
    )
    .await
    .map(|_| ())
}

/// Keeps the file.
///
/// # Errors
/// The database is unavailable.
pub async fn finish(tx: &Tx, key: &str, done: i64, bytes: &[u8]) -> Result<()> {
    let sql = "UPDATE export SET done = $1, total = $1, bytes = $2, message = '' WHERE key = $3";
    run(tx, sql, values![done, bytes, key]).await.map(|_| ())
}

/// Says why there will be no file.
///
/// # Errors
/// The database is unavailable.
pub async fn fail(tx: &Tx, key: &str, message: &str) -> Result<()> {
    run(
        tx,
        "UPDATE export SET message = $1 WHERE key = $2",
        values![message, key],
    )
    .await
    .map(|_| ())
}

/// Deletes those asked for before `before`.
///
/// # Errors
/// The database is unavailable.
pub async fn purge(tx: &Tx, before: Instant) -> Result<()> {
    run(
        tx,
        "DELETE FROM export WHERE created_at < $1",
        values![before.timestamp_micros()],
    )
    .await
    .map(|_| ())
}
