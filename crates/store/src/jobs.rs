//! Jobs: a row each, claimed by lease, so that any number of replicas share the work.

use domain::Instant;
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, Tx, dialect,
    sql::{backend, instant, one, run, values},
};

/// A job a worker has claimed.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// What to do.
    pub name: String,
    /// With what; JSON of the job.
    pub payload: String,
    /// When it was due.
    pub due_at: Instant,
    /// Tries before this one.
    pub attempts: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    name: String,
    payload: String,
    due_at: i64,
    attempts: i64,
}

/// Adds a job unless one with this unique key was ever added.
///
/// # Errors
/// The database is unavailable.
pub async fn add(
    tx: &Tx,
    name: &str,
    payload: &str,
    unique_key: &str,
    due_at: Instant,
) -> Result<()> {
    run(
        tx,
        "INSERT INTO job (name, payload, unique_key, due_at) VALUES ($1, $2, $3, $4) ON CONFLICT (unique_key) DO NOTHING",
        values![name, payload, unique_key, due_at.timestamp_micros()],
    )
    .await
    .map(|_| ())
}

/// Claims the job longest due until `leased_until`; a lease that has run out may be claimed again.
///
/// # Errors
/// The database is unavailable.
pub async fn claim(tx: &Tx, now: Instant, leased_until: Instant) -> Result<Option<Job>> {
    let sql = format!(
        "SELECT id, name, payload, due_at, attempts FROM job
         WHERE done_at IS NULL AND given_up_at IS NULL AND due_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
         ORDER BY due_at, id LIMIT 1{}",
        dialect::for_update_skip_locked(backend(tx))
    );
    let row: Option<Row> = one(tx, &sql, values![now.timestamp_micros()]).await?;
    let Some(row) = row else { return Ok(None) };
    run(
        tx,
        "UPDATE job SET leased_until = $1, attempts = attempts + 1 WHERE id = $2",
        values![leased_until.timestamp_micros(), row.id],
    )
    .await?;
    let due_at = instant(row.due_at)?;
    Ok(Some(Job {
        id: row.id,
        name: row.name,
        payload: row.payload,
        due_at,
        attempts: row.attempts,
    }))
}

/// Marks a job done.
///
/// # Errors
/// The database is unavailable.
pub async fn done(tx: &Tx, id: i64, now: Instant) -> Result<()> {
    run(
        tx,
        "UPDATE job SET done_at = $1 WHERE id = $2",
        values![now.timestamp_micros(), id],
    )
    .await
    .map(|_| ())
}

/// Puts a failed job off until `due_at`.
///
/// # Errors
/// The database is unavailable.
pub async fn retry(tx: &Tx, id: i64, due_at: Instant, error: &str) -> Result<()> {
    run(
        tx,
        "UPDATE job SET due_at = $1, leased_until = NULL, last_error = $2 WHERE id = $3",
        values![due_at.timestamp_micros(), error, id],
    )
    .await
    .map(|_| ())
}

/// Gives a job up: a person must look at it.
///
/// # Errors
/// The database is unavailable.
pub async fn give_up(tx: &Tx, id: i64, now: Instant, error: &str) -> Result<()> {
    run(
        tx,
        "UPDATE job SET given_up_at = $1, last_error = $2 WHERE id = $3",
        values![now.timestamp_micros(), error, id],
    )
    .await
    .map(|_| ())
}

#[derive(FromQueryResult)]
struct CountRow {
    count: i64,
}

/// Jobs given up, for `doctor`.
///
/// # Errors
/// The database is unavailable.
pub async fn given_up(db: &impl Db) -> Result<i64> {
    let row: Option<CountRow> = one(
        db,
        "SELECT COUNT(*) AS count FROM job WHERE given_up_at IS NOT NULL",
        values![],
    )
    .await?;
    Ok(row.map_or(0, |row| row.count))
}

/// Jobs due at `now` and not done, for tests and `doctor`.
///
/// # Errors
/// The database is unavailable.
pub async fn waiting(db: &impl Db, now: Instant) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS count FROM job WHERE done_at IS NULL AND given_up_at IS NULL AND due_at <= $1";
    let row: Option<CountRow> = one(db, sql, values![now.timestamp_micros()]).await?;
    Ok(row.map_or(0, |row| row.count))
}
