//! Years of working days that an authority has loaded.

use domain::{
    Instant, PersonId, UnitId,
    workday::{Exception, ExceptionKind},
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, day, day_text, instant, run, values},
};

/// A year an authority has loaded.
#[derive(Debug, Clone)]
pub struct LoadedYear {
    /// The year.
    pub year: i32,
    /// From which file.
    pub file_name: String,
    /// When.
    pub loaded_at: Instant,
    /// By whom.
    pub loaded_by: PersonId,
}

#[derive(FromQueryResult)]
struct YearRow {
    year: i32,
    file_name: String,
    loaded_at: i64,
    loaded_by: i64,
}

/// The years an authority has loaded, in order.
///
/// # Errors
/// The database is unavailable.
pub async fn years(db: &impl Db, authority: UnitId) -> Result<Vec<LoadedYear>> {
    let rows: Vec<YearRow> = all(
        db,
        "SELECT year, file_name, loaded_at, loaded_by FROM workday_year WHERE authority_id = $1 ORDER BY year",
        values![authority.0],
    )
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(LoadedYear {
                year: row.year,
                file_name: row.file_name,
                loaded_at: instant(row.loaded_at)?,
                loaded_by: PersonId(row.loaded_by),
            })
        })
        .collect()
}

#[derive(FromQueryResult)]
struct ExceptionRow {
    day: String,
    kind: String,
    festival: String,
}

/// The exceptions of every year an authority has loaded, in order.
///
/// # Errors
/// The database is unavailable.
pub async fn exceptions(db: &impl Db, authority: UnitId) -> Result<Vec<Exception>> {
    let rows: Vec<ExceptionRow> = all(
        db,
        "SELECT day, kind, festival FROM workday_exception WHERE authority_id = $1 ORDER BY day",
        values![authority.0],
    )
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Exception {
                day: day(&row.day)?,
                kind: ExceptionKind::read(&row.kind)
                    .ok_or_else(|| Error::Database(format!("workday kind {:?}", row.kind)))?,
                festival: row.festival,
            })
        })
        .collect()
}

/// Puts a whole year in place of what the authority had loaded of it.
///
/// # Errors
/// The database is unavailable.
pub async fn load(
    tx: &Tx,
    authority: UnitId,
    loaded: &LoadedYear,
    exceptions: &[Exception],
) -> Result<()> {
    run(
        tx,
        "INSERT INTO workday_year (authority_id, year, file_name, loaded_at, loaded_by) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (authority_id, year) DO UPDATE SET file_name = $3, loaded_at = $4, loaded_by = $5",
        values![
            authority.0,
            loaded.year,
            loaded.file_name.as_str(),
            loaded.loaded_at.timestamp_micros(),
            loaded.loaded_by.0,
        ],
    )
    .await?;
    run(
        tx,
        "DELETE FROM workday_exception WHERE authority_id = $1 AND day >= $2 AND day <= $3",
        values![
            authority.0,
            format!("{:04}-01-01", loaded.year),
            format!("{:04}-12-31", loaded.year),
        ],
    )
    .await?;
    for exception in exceptions {
        run(
            tx,
            "INSERT INTO workday_exception (authority_id, day, kind, festival) VALUES ($1, $2, $3, $4)",
            values![
                authority.0,
                day_text(exception.day),
                exception.kind.word(),
                exception.festival.as_str(),
            ],
        )
        .await?;
    }
    Ok(())
}
