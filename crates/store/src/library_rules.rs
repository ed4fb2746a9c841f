//! What authorities set for their libraries; only added to.

use std::collections::BTreeMap;

use domain::{Instant, PersonId, UnitId, library::LibraryRules};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, one, run, values},
    state::{self, Counted},
};

#[derive(FromQueryResult)]
struct Row {
    version: i64,
    data: String,
}

/// The rules in force with their version; 0 and the defaults while nothing is set.
///
/// # Errors
/// The database is unavailable.
pub async fn newest(db: &impl Db, authority: UnitId) -> Result<(i64, LibraryRules)> {
    let row: Option<Row> = one(
        db,
        "SELECT version, data FROM library_rule WHERE authority_id = $1 ORDER BY version DESC LIMIT 1",
        values![authority.0],
    )
    .await?;
    let Some(row) = row else {
        return Ok((0, LibraryRules::default()));
    };
    Ok((row.version, read(&row.data)?))
}

#[derive(FromQueryResult)]
struct OfRow {
    authority_id: i64,
    version: i64,
    data: String,
}

/// Every authority's rules in force with their versions.
///
/// # Errors
/// The database is unavailable.
pub async fn of_all(db: &impl Db) -> Result<BTreeMap<UnitId, (i64, LibraryRules)>> {
    let rows: Vec<OfRow> = all(
        db,
        "SELECT authority_id, version, data FROM library_rule AS rule
         WHERE version = (SELECT MAX(version) FROM library_rule WHERE authority_id = rule.authority_id)",
        values![],
    )
    .await?;
    rows.into_iter()
        .map(|row| Ok((UnitId(row.authority_id), (row.version, read(&row.data)?))))
        .collect()
}

fn read(data: &str) -> Result<LibraryRules> {
    serde_json::from_str(data).map_err(|error| Error::Database(format!("library rules: {error}")))
}

/// Sets the rules, made from `version`.
///
/// # Errors
/// [`Error::Stale`] when they were set since.
pub async fn set(
    tx: &Tx,
    authority: UnitId,
    version: i64,
    rules: &LibraryRules,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    if newest(tx, authority).await?.0 != version {
        return Err(Error::Stale);
    }
    let data = serde_json::to_string(rules)
        .map_err(|error| Error::Database(format!("library rules: {error}")))?;
    let added = run(
        tx,
        "INSERT INTO library_rule (authority_id, version, data, recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5)",
        values![authority.0, version + 1, data, at.timestamp_micros(), by.0],
    )
    .await;
    match added {
        Err(Error::Taken) => Err(Error::Stale),
        Err(other) => Err(other),
        Ok(_) => state::changed(tx, Counted::LibraryRules).await,
    }
}
