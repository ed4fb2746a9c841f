//! What authorities have set, and what they had set before.

use std::collections::BTreeMap;

use domain::{Instant, PersonId, UnitId, setting::SettingArea};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, instant, one, run, run_on_version, values},
    state::{self, Counted},
};

#[derive(FromQueryResult)]
struct ValueRow {
    name: String,
    value: String,
}

fn by_name(rows: Vec<ValueRow>) -> BTreeMap<String, String> {
    rows.into_iter().map(|row| (row.name, row.value)).collect()
}

/// What an authority has set.
///
/// # Errors
/// The database is unavailable.
pub async fn of_authority(db: &impl Db, authority: UnitId) -> Result<BTreeMap<String, String>> {
    let sql = "SELECT name, value FROM setting WHERE authority_id = $1";
    Ok(by_name(all(db, sql, values![authority.0]).await?))
}

#[derive(FromQueryResult)]
struct OfRow {
    authority_id: i64,
    name: String,
    value: String,
}

/// What every authority has set.
///
/// # Errors
/// The database is unavailable.
pub async fn of_all(db: &impl Db) -> Result<BTreeMap<UnitId, BTreeMap<String, String>>> {
    let sql = "SELECT authority_id, name, value FROM setting";
    let rows: Vec<OfRow> = all(db, sql, values![]).await?;
    let mut set: BTreeMap<UnitId, BTreeMap<String, String>> = BTreeMap::new();
    for row in rows {
        let own = set.entry(UnitId(row.authority_id)).or_default();
        own.insert(row.name, row.value);
    }
    Ok(set)
}

/// What counts for a unit: its authority's settings; for none, those of the root. One query, because every request asks.
///
/// # Errors
/// The database is unavailable.
pub async fn of_unit(db: &impl Db, unit: Option<UnitId>) -> Result<BTreeMap<String, String>> {
    let rows = all(
        db,
        "WITH RECURSIVE above (id, parent_id, kind, depth) AS (
           SELECT id, parent_id, kind, 0 FROM unit WHERE id = $1 OR ($1 = 0 AND parent_id IS NULL)
           UNION ALL
           SELECT unit.id, unit.parent_id, unit.kind, above.depth + 1 FROM unit
             JOIN above ON unit.id = above.parent_id WHERE above.depth < 50)
         SELECT name, value FROM setting WHERE authority_id =
           (SELECT id FROM above WHERE kind = 'authority' ORDER BY depth, id LIMIT 1)",
        values![unit.map_or(0, |unit| unit.0)],
    )
    .await?;
    Ok(by_name(rows))
}

/// Every authority's values of one name, for work that is done for all at once.
///
/// # Errors
/// The database is unavailable.
pub async fn everywhere(db: &impl Db, name: &str) -> Result<Vec<String>> {
    let sql = "SELECT name, value FROM setting WHERE name = $1";
    let rows: Vec<ValueRow> = all(db, sql, values![name]).await?;
    Ok(rows.into_iter().map(|row| row.value).collect())
}

#[derive(FromQueryResult)]
struct VersionRow {
    version: i64,
}

/// Counts the changes of an area; 0 before the first.
///
/// # Errors
/// The database is unavailable.
pub async fn version(db: &impl Db, authority: UnitId, area: SettingArea) -> Result<i64> {
    let row: Option<VersionRow> = one(
        db,
        "SELECT version FROM setting_head WHERE authority_id = $1 AND area = $2",
        values![authority.0, area.word()],
    )
    .await?;
    Ok(row.map_or(0, |row| row.version))
}

/// A change of one setting. Empty is the default.
#[derive(Debug, Clone)]
pub struct Change {
    /// The setting's word.
    pub name: String,
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: PersonId,
}

/// Saves changes made from version `version` of an area.
///
/// # Errors
/// [`Error::Stale`] when somebody changed the area since.
pub async fn save(
    tx: &Tx,
    authority: UnitId,
    area: SettingArea,
    version: i64,
    changes: &[Change],
) -> Result<()> {
    state::changed(tx, Counted::Settings).await?;
    if version == 0 {
        let first = run(
            tx,
            "INSERT INTO setting_head (authority_id, area, version) VALUES ($1, $2, 1) ON CONFLICT DO NOTHING",
            values![authority.0, area.word()],
        )
        .await?;
        if first == 0 {
            return Err(Error::Stale);
        }
    } else {
        run_on_version(
            tx,
            "UPDATE setting_head SET version = version + 1 WHERE authority_id = $1 AND area = $2 AND version = $3",
            values![authority.0, area.word(), version],
        )
        .await?;
    }
    for change in changes {
        run(
            tx,
            "DELETE FROM setting WHERE authority_id = $1 AND name = $2",
            values![authority.0, change.name.as_str()],
        )
        .await?;
        if !change.new.is_empty() {
            run(
                tx,
                "INSERT INTO setting (authority_id, name, value) VALUES ($1, $2, $3)",
                values![authority.0, change.name.as_str(), change.new.as_str()],
            )
            .await?;
        }
        run(
            tx,
            "INSERT INTO setting_change (authority_id, name, old_value, new_value, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6)",
            values![
                authority.0,
                change.name.as_str(),
                change.old.as_str(),
                change.new.as_str(),
                change.at.timestamp_micros(),
                change.by.0,
            ],
        )
        .await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct ChangeRow {
    name: String,
    old_value: String,
    new_value: String,
    changed_at: i64,
    changed_by: i64,
}

/// The newest changes of an authority's settings.
///
/// # Errors
/// The database is unavailable.
pub async fn history(db: &impl Db, authority: UnitId, most: i64) -> Result<Vec<Change>> {
    let rows: Vec<ChangeRow> = all(
        db,
        "SELECT name, old_value, new_value, changed_at, changed_by FROM setting_change
         WHERE authority_id = $1 ORDER BY id DESC LIMIT $2",
        values![authority.0, most],
    )
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Change {
                name: row.name,
                old: row.old_value,
                new: row.new_value,
                at: instant(row.changed_at)?,
                by: PersonId(row.changed_by),
            })
        })
        .collect()
}
