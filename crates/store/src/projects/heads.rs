//! Heads of projects: locked for a change, all of an enterprise at once.

use domain::{ProjectId, RevisionId, UnitId};

use crate::{
    Db, Result, Tx, dialect,
    sql::{all, backend, one, values},
};

use super::{
    Project, Revision,
    rows::{HEAD, HeadRow, REVISION, RevisionRow},
    totals,
};

/// Reads a project that no other transaction changes until this one ends.
///
/// # Errors
/// The database is unavailable.
pub async fn lock(tx: &Tx, id: ProjectId) -> Result<Option<Project>> {
    totals::take_turn_of(tx, id).await?;
    locked(tx, id).await
}

/// As [`lock`]; outside a transaction it locks nothing that lasts.
///
/// # Errors
/// The database is unavailable.
pub async fn locked(db: &impl Db, id: ProjectId) -> Result<Option<Project>> {
    let lock = dialect::for_no_key_update(backend(db));
    let sql = format!("SELECT {HEAD} FROM project WHERE id = $1{lock}");
    let row: Option<HeadRow> = one(db, &sql, values![id.0]).await?;
    row.map(HeadRow::project).transpose()
}

/// What the authority accepted of each project of an enterprise.
///
/// # Errors
/// The database is unavailable.
pub async fn accepted(db: &impl Db, unit: UnitId) -> Result<Vec<Revision>> {
    joined(db, unit, "accepted_id").await
}

/// The newest revision of each project of an enterprise.
///
/// # Errors
/// The database is unavailable.
pub async fn heads(db: &impl Db, unit: UnitId) -> Result<Vec<Revision>> {
    joined(db, unit, "head_id").await
}

async fn joined(db: &impl Db, unit: UnitId, column: &str) -> Result<Vec<Revision>> {
    let sql = format!(
        "SELECT {REVISION} FROM project JOIN project_revision AS revision ON revision.id = project.{column}
         WHERE project.unit_id = $1 ORDER BY revision.id"
    );
    let rows: Vec<RevisionRow> = all(db, &sql, values![unit.0]).await?;
    rows.into_iter().map(RevisionRow::revision).collect()
}

/// Revisions by their numbers, as far as there are such.
///
/// # Errors
/// The database is unavailable.
pub async fn revisions_of(db: &impl Db, ids: &[RevisionId]) -> Result<Vec<Revision>> {
    let mut found = Vec::new();
    for part in ids.chunks(500) {
        let places: Vec<String> = (1..=part.len()).map(|at| format!("${at}")).collect();
        let sql = format!(
            "SELECT {REVISION} FROM project_revision AS revision WHERE id IN ({})",
            places.join(", ")
        );
        let bound = part.iter().map(|id| sea_orm::Value::from(id.0)).collect();
        let rows: Vec<RevisionRow> = all(db, &sql, bound).await?;
        for row in rows {
            found.push(row.revision()?);
        }
    }
    Ok(found)
}
