//! Stored files: once by hash.

use domain::{FileId, Instant};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{one, run, values},
};

#[derive(FromQueryResult)]
struct IdRow {
    id: i64,
}

/// Stores bytes under their SM3 (hexadecimal), or finds them stored already.
///
/// # Errors
/// The database is unavailable.
pub async fn put(tx: &Tx, sm3: &str, bytes: &[u8], now: Instant) -> Result<FileId> {
    let size = i64::try_from(bytes.len())
        .map_err(|_| Error::Database("a file longer than memory".to_owned()))?;
    run(
        tx,
        "INSERT INTO file (sm3, size, bytes, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (sm3) DO NOTHING",
        values![sm3, size, bytes, now.timestamp_micros()],
    )
    .await?;
    let row: Option<IdRow> = one(tx, "SELECT id FROM file WHERE sm3 = $1", values![sm3]).await?;
    row.map(|row| FileId(row.id))
        .ok_or_else(|| Error::Database("a file just stored is not there".to_owned()))
}

/// A stored file.
#[derive(Debug, Clone)]
pub struct StoredFile {
    /// SM3 in hexadecimal.
    pub sm3: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

#[derive(FromQueryResult)]
struct FileRow {
    sm3: String,
    bytes: Vec<u8>,
}

/// One file with its bytes.
///
/// # Errors
/// The database is unavailable.
pub async fn by_id(db: &impl Db, id: FileId) -> Result<Option<StoredFile>> {
    let row: Option<FileRow> = one(
        db,
        "SELECT sm3, bytes FROM file WHERE id = $1",
        values![id.0],
    )
    .await?;
    Ok(row.map(|row| StoredFile {
        sm3: row.sm3,
        bytes: row.bytes,
    }))
}

#[derive(FromQueryResult)]
struct InfoRow {
    sm3: String,
    size: i64,
}

/// SM3 and size in bytes of a file.
///
/// # Errors
/// The database is unavailable.
pub async fn info(db: &impl Db, id: FileId) -> Result<Option<(String, i64)>> {
    let row: Option<InfoRow> = one(
        db,
        "SELECT sm3, size FROM file WHERE id = $1",
        values![id.0],
    )
    .await?;
    Ok(row.map(|row| (row.sm3, row.size)))
}
