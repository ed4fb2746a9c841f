//! Files that go with returns.

use domain::{FileId, Instant, PersonId, ReturnId, report::AttachedFile};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, Tx,
    sql::{all, run, values},
};

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    file_id: i64,
    name: String,
    sm3: String,
    size: i64,
}

/// A file that goes with a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnFile {
    /// As the return names it.
    pub attached: AttachedFile,
    /// The stored file.
    pub file: FileId,
}

/// Attaches a file.
///
/// # Errors
/// The database is unavailable.
pub async fn add(
    tx: &Tx,
    id: ReturnId,
    (file, name): (FileId, &str),
    by: PersonId,
    at: Instant,
) -> Result<()> {
    run(
        tx,
        "INSERT INTO return_file (return_id, file_id, name, added_at, added_by) VALUES ($1, $2, $3, $4, $5)",
        values![id.0, file.0, name, at.timestamp_micros(), by.0],
    )
    .await
    .map(|_| ())
}

/// Takes a file off; the editions that name it keep it.
///
/// # Errors
/// The database is unavailable.
pub async fn remove(tx: &Tx, file: i64, by: PersonId, at: Instant) -> Result<()> {
    run(
        tx,
        "UPDATE return_file SET removed_at = $1, removed_by = $2 WHERE id = $3 AND removed_at IS NULL",
        values![at.timestamp_micros(), by.0, file],
    )
    .await
    .map(|_| ())
}

/// The files that ever went with a return, or those that do now, oldest first.
///
/// # Errors
/// The database is unavailable.
pub async fn attached(db: &impl Db, id: ReturnId, now_only: bool) -> Result<Vec<ReturnFile>> {
    let only = if now_only {
        "AND return_file.removed_at IS NULL"
    } else {
        ""
    };
    let sql = format!(
        "SELECT return_file.id, return_file.file_id, return_file.name, file.sm3, file.size
         FROM return_file JOIN file ON file.id = return_file.file_id
         WHERE return_file.return_id = $1 {only} ORDER BY return_file.id"
    );
    let rows: Vec<Row> = all(db, &sql, values![id.0]).await?;
    Ok(rows
        .into_iter()
        .map(|row| ReturnFile {
            attached: AttachedFile {
                id: row.id,
                name: row.name,
                sm3: row.sm3,
                size: row.size,
            },
            file: FileId(row.file_id),
        })
        .collect())
}
