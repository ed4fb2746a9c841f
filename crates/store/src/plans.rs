//! Monthly plans: rows only added, a version each.

use domain::{Instant, Money, PersonId, UnitId, plan::Plan};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, instant, one, run, values},
};

/// A plan as stored.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Whose.
    pub unit: UnitId,
    /// Counts saves.
    pub version: i64,
    /// The plan.
    pub plan: Plan,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Who recorded it.
    pub recorded_by: PersonId,
}

#[derive(FromQueryResult)]
struct Row {
    unit_id: i64,
    version: i64,
    amounts: String,
    recorded_at: i64,
    recorded_by: i64,
}

fn stored(row: Row) -> Result<Stored> {
    let broken = || Error::Database(format!("plan {:?}", row.amounts));
    let amounts: Vec<Money> = row
        .amounts
        .split(',')
        .map(|fen| fen.parse().map(Money::from_fen).map_err(|_| broken()))
        .collect::<Result<_>>()?;
    Ok(Stored {
        unit: UnitId(row.unit_id),
        version: row.version,
        plan: Plan {
            months: amounts.try_into().map_err(|_| broken())?,
        },
        recorded_at: instant(row.recorded_at)?,
        recorded_by: PersonId(row.recorded_by),
    })
}

/// One unit's newest plan of a year.
///
/// # Errors
/// The database is unavailable.
pub async fn newest(db: &impl Db, unit: UnitId, year: i32) -> Result<Option<Stored>> {
    let row: Option<Row> = one(
        db,
        "SELECT unit_id, version, amounts, recorded_at, recorded_by FROM monthly_plan WHERE unit_id = $1 AND year = $2
         ORDER BY version DESC LIMIT 1",
        values![unit.0, year],
    )
    .await?;
    row.map(stored).transpose()
}

/// Every unit's plan of a year as known at `known_at`.
///
/// # Errors
/// The database is unavailable.
pub async fn of_year(db: &impl Db, year: i32, known_at: Instant) -> Result<Vec<Stored>> {
    let rows: Vec<Row> = all(
        db,
        "SELECT unit_id, version, amounts, recorded_at, recorded_by FROM (
           SELECT unit_id, version, amounts, recorded_at, recorded_by,
             ROW_NUMBER() OVER (PARTITION BY unit_id ORDER BY version DESC) AS place
           FROM monthly_plan WHERE year = $1 AND recorded_at <= $2
         ) AS ranked WHERE place = 1",
        values![year, known_at.timestamp_micros()],
    )
    .await?;
    rows.into_iter().map(stored).collect()
}

/// Adds a plan made from version `version`; 0 when there was none.
///
/// # Errors
/// [`Error::Stale`] when somebody saved one since.
pub async fn add(
    tx: &Tx,
    unit: UnitId,
    year: i32,
    version: i64,
    plan: &Plan,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    let now = newest(tx, unit, year)
        .await?
        .map_or(0, |stored| stored.version);
    if now != version {
        return Err(Error::Stale);
    }
    let amounts: Vec<String> = plan
        .months
        .iter()
        .map(|amount| amount.fen().to_string())
        .collect();
    let added = run(
        tx,
        "INSERT INTO monthly_plan (unit_id, year, version, amounts, recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6)",
        values![unit.0, year, version + 1, amounts.join(","), at.timestamp_micros(), by.0],
    )
    .await;
    match added {
        Err(Error::Taken) => Err(Error::Stale),
        other => other.map(|_| ()),
    }
}
