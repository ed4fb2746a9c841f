//! Annual targets: rows that are only ever added, under a version per unit and year.

use chrono::NaiveDate;
use domain::{
    Instant, Money, PersonId, TargetId, UnitId,
    target::{NewTarget, TargetRow},
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, day, day_text, insert, instant, one, run, run_on_version, values},
};

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    unit_id: i64,
    year: i32,
    effective_on: String,
    amount_fen: i64,
    reason: String,
    document_no: String,
    recorded_at: i64,
    recorded_by: i64,
}

const COLUMNS: &str =
    "id, unit_id, year, effective_on, amount_fen, reason, document_no, recorded_at, recorded_by";

fn target(row: Row) -> Result<TargetRow> {
    Ok(TargetRow {
        id: TargetId(row.id),
        unit: UnitId(row.unit_id),
        year: row.year,
        effective_on: day(&row.effective_on)?,
        amount: Money::from_fen(row.amount_fen),
        reason: row.reason,
        document_no: row.document_no,
        recorded_at: instant(row.recorded_at)?,
        recorded_by: PersonId(row.recorded_by),
    })
}

/// Every unit's target of `year` in force on `as_of`, as known at `known_at`. The same choice as
/// [`domain::target::in_force`].
///
/// # Errors
/// The database is unavailable.
pub async fn in_force(
    db: &impl Db,
    year: i32,
    as_of: NaiveDate,
    known_at: Instant,
) -> Result<Vec<TargetRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM (
           SELECT {COLUMNS}, ROW_NUMBER() OVER (PARTITION BY unit_id ORDER BY effective_on DESC, recorded_at DESC, id DESC) AS place
           FROM annual_target WHERE year = $1 AND effective_on <= $2 AND recorded_at <= $3
         ) AS ranked WHERE place = 1"
    );
    let rows: Vec<Row> = all(
        db,
        &sql,
        values![year, day_text(as_of), known_at.timestamp_micros()],
    )
    .await?;
    rows.into_iter().map(target).collect()
}

/// All rows of one unit and year, oldest effective day first.
///
/// # Errors
/// The database is unavailable.
pub async fn history(db: &impl Db, unit: UnitId, year: i32) -> Result<Vec<TargetRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM annual_target WHERE unit_id = $1 AND year = $2 ORDER BY effective_on, recorded_at, id"
    );
    let rows: Vec<Row> = all(db, &sql, values![unit.0, year]).await?;
    rows.into_iter().map(target).collect()
}

#[derive(FromQueryResult)]
struct VersionRow {
    version: i64,
}

/// How often the unit's target of the year has been changed; 0 when never given.
///
/// # Errors
/// The database is unavailable.
pub async fn version(db: &impl Db, unit: UnitId, year: i32) -> Result<i64> {
    let row: Option<VersionRow> = one(
        db,
        "SELECT version FROM annual_target_head WHERE unit_id = $1 AND year = $2",
        values![unit.0, year],
    )
    .await?;
    Ok(row.map_or(0, |row| row.version))
}

/// Adds a row, when the unit's target of the year is still at `version`.
///
/// # Errors
/// [`Error::Stale`] when somebody changed it since.
pub async fn add(
    tx: &Tx,
    unit: UnitId,
    year: i32,
    version: i64,
    new: &NewTarget,
    recorded_by: PersonId,
    recorded_at: Instant,
) -> Result<TargetId> {
    claim(tx, unit, year, version).await?;
    let id = insert(
        tx,
        "INSERT INTO annual_target (unit_id, year, effective_on, amount_fen, reason, document_no, recorded_at, recorded_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        values![
            unit.0,
            year,
            day_text(new.effective_on),
            new.amount.fen(),
            new.reason.as_str(),
            new.document_no.as_str(),
            recorded_at.timestamp_micros(),
            recorded_by.0,
        ],
    )
    .await?;
    Ok(TargetId(id))
}

async fn claim(tx: &Tx, unit: UnitId, year: i32, version: i64) -> Result<()> {
    if version > 0 {
        let sql = "UPDATE annual_target_head SET version = version + 1 WHERE unit_id = $1 AND year = $2 AND version = $3";
        return run_on_version(tx, sql, values![unit.0, year, version]).await;
    }
    let sql = "INSERT INTO annual_target_head (unit_id, year, version) VALUES ($1, $2, 1) ON CONFLICT DO NOTHING";
    match run(tx, sql, values![unit.0, year]).await? {
        0 => Err(Error::Stale),
        _ => Ok(()),
    }
}
