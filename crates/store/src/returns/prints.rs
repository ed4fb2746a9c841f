//! Codes under which forms were printed, and the stamped scans that came back by them.

use domain::{FileId, Instant, PersonId, ReturnId};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, Tx,
    sql::{all, one, run, values},
};

/// Notes that a form was printed under a content code.
///
/// # Errors
/// The database is unavailable.
pub async fn add_print(tx: &Tx, id: ReturnId, code: &str, by: PersonId, at: Instant) -> Result<()> {
    run(
        tx,
        "INSERT INTO return_print (return_id, code, printed_at, printed_by) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        values![id.0, code, at.timestamp_micros(), by.0],
    )
    .await
    .map(|_| ())
}

#[derive(FromQueryResult)]
struct Code {
    code: String,
}

/// Whether a form of this return was printed under this code.
///
/// # Errors
/// The database is unavailable.
pub async fn is_printed(db: &impl Db, id: ReturnId, code: &str) -> Result<bool> {
    let found: Option<Code> = one(
        db,
        "SELECT code FROM return_print WHERE return_id = $1 AND code = $2",
        values![id.0, code],
    )
    .await?;
    Ok(found.is_some_and(|found| found.code == code))
}

/// A stamped scan.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Scan {
    /// Its number.
    pub id: i64,
    /// The content code on the paper.
    pub code: String,
    /// The stored file.
    pub file_id: i64,
    /// Its name.
    pub name: String,
    /// When it was added, in microseconds.
    pub added_at: i64,
    /// By whom.
    pub added_by: i64,
}

/// Keeps a stamped scan.
///
/// # Errors
/// The database is unavailable.
pub async fn add_scan(
    tx: &Tx,
    id: ReturnId,
    code: &str,
    (file, name): (FileId, &str),
    by: PersonId,
    at: Instant,
) -> Result<()> {
    run(
        tx,
        "INSERT INTO return_scan (return_id, code, file_id, name, added_at, added_by) VALUES ($1, $2, $3, $4, $5, $6)",
        values![id.0, code, file.0, name, at.timestamp_micros(), by.0],
    )
    .await
    .map(|_| ())
}

/// The scans of a return, oldest first.
///
/// # Errors
/// The database is unavailable.
pub async fn scans(db: &impl Db, id: ReturnId) -> Result<Vec<Scan>> {
    all(
        db,
        "SELECT id, code, file_id, name, added_at, added_by FROM return_scan WHERE return_id = $1 ORDER BY id",
        values![id.0],
    )
    .await
}
