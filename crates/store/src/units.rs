//! Units and their former names.

use std::collections::HashMap;

use domain::{
    UnitId,
    unit::{Unit, UnitFields, UnitKind, UnitTree},
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, day, day_text, insert, one, run, run_on_version, values},
    state::{self, Counted},
};

#[derive(FromQueryResult)]
struct UnitRow {
    id: i64,
    parent_id: Option<i64>,
    kind: String,
    name: String,
    short_name: String,
    position: i64,
    valid_from: Option<String>,
    valid_to: Option<String>,
    version: i64,
}

#[derive(FromQueryResult)]
struct FormerNameRow {
    unit_id: i64,
    name: String,
}

/// Every unit. They are hundreds at most, so a request reads them whole and asks the tree.
///
/// # Errors
/// The database is unavailable.
pub async fn tree(db: &impl Db) -> Result<UnitTree> {
    let rows: Vec<UnitRow> =
        all(db, "SELECT id, parent_id, kind, name, short_name, position, valid_from, valid_to, version FROM unit", values![]).await?;
    let former: Vec<FormerNameRow> = all(
        db,
        "SELECT unit_id, name FROM unit_former_name ORDER BY unit_id, name",
        values![],
    )
    .await?;
    let mut names: HashMap<i64, Vec<String>> = HashMap::new();
    for row in former {
        names.entry(row.unit_id).or_default().push(row.name);
    }
    let units = rows.into_iter().map(|row| {
        let former_names = names.remove(&row.id).unwrap_or_default();
        unit(row, former_names)
    });
    Ok(UnitTree::new(units.collect::<Result<_>>()?))
}

fn unit(row: UnitRow, former_names: Vec<String>) -> Result<Unit> {
    Ok(Unit {
        id: UnitId(row.id),
        parent: row.parent_id.map(UnitId),
        kind: UnitKind::from_word(&row.kind)
            .ok_or_else(|| Error::Database(format!("unit kind {:?}", row.kind)))?,
        name: row.name,
        short_name: row.short_name,
        former_names,
        position: row.position,
        valid_from: row.valid_from.as_deref().map(day).transpose()?,
        valid_to: row.valid_to.as_deref().map(day).transpose()?,
        version: row.version,
    })
}

#[derive(FromQueryResult)]
struct ShortNameRow {
    short_name: String,
}

/// The short name of a unit; empty when there is none.
///
/// # Errors
/// The database is unavailable.
pub async fn short_name(db: &impl Db, id: UnitId) -> Result<String> {
    let row: Option<ShortNameRow> = one(
        db,
        "SELECT short_name FROM unit WHERE id = $1",
        values![id.0],
    )
    .await?;
    Ok(row.map(|row| row.short_name).unwrap_or_default())
}

/// Adds a unit.
///
/// # Errors
/// The database is unavailable.
pub async fn add(tx: &Tx, fields: &UnitFields) -> Result<UnitId> {
    let id = insert(
        tx,
        "INSERT INTO unit (parent_id, kind, name, short_name, position, valid_from, valid_to)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        values![
            fields.parent.map(|parent| parent.0),
            fields.kind.word(),
            fields.name.as_str(),
            fields.short_name.as_str(),
            fields.position,
            fields.valid_from.map(day_text),
            fields.valid_to.map(day_text),
        ],
    )
    .await?;
    write_former_names(tx, UnitId(id), fields).await?;
    state::changed(tx, Counted::Units).await?;
    Ok(UnitId(id))
}

/// Saves a unit made from version `version`.
///
/// # Errors
/// [`Error::Stale`] when somebody saved it since.
pub async fn save(tx: &Tx, id: UnitId, version: i64, fields: &UnitFields) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE unit SET parent_id = $1, kind = $2, name = $3, short_name = $4, position = $5, valid_from = $6, valid_to = $7,
         version = version + 1 WHERE id = $8 AND version = $9",
        values![
            fields.parent.map(|parent| parent.0),
            fields.kind.word(),
            fields.name.as_str(),
            fields.short_name.as_str(),
            fields.position,
            fields.valid_from.map(day_text),
            fields.valid_to.map(day_text),
            id.0,
            version,
        ],
    )
    .await?;
    write_former_names(tx, id, fields).await?;
    state::changed(tx, Counted::Units).await
}

async fn write_former_names(tx: &Tx, id: UnitId, fields: &UnitFields) -> Result<()> {
    run(
        tx,
        "DELETE FROM unit_former_name WHERE unit_id = $1",
        values![id.0],
    )
    .await?;
    for name in &fields.former_names {
        run(
            tx,
            "INSERT INTO unit_former_name (unit_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            values![id.0, name.as_str()],
        )
        .await?;
    }
    Ok(())
}
