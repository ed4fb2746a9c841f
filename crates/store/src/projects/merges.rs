//! One project taken into another, and apart again.

use chrono::NaiveDate;
use domain::{
    Instant, ListId, MergeId, PersonId, ProjectId, RevisionId, UnitId, merge::Choices,
    project::Standing,
};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

use crate::{
    Db, Error, Result, Tx,
    sql::{all, day, day_text, insert, instant, one, run, run_on_version, values},
};

use super::{Project, Track, by_id, revision, rows, spans, take_turn};

/// What was chosen and done: undoing it takes this back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergeData {
    /// Whose value each field got.
    pub choices: Choices,
    /// The enterprise's state of the project that stays, before and after.
    pub own: (RevisionId, RevisionId),
    /// The authority's.
    pub accepted: (RevisionId, RevisionId),
    /// Where the project that stays stood before.
    pub standing: Standing,
    /// Lists that the other was in: with true where the one that stays was not and took its place.
    pub lists: Vec<(ListId, bool)>,
}

/// A merge to be recorded.
#[derive(Debug, Clone)]
pub struct NewMerge<'a> {
    /// The project that is taken into the other, as it was.
    pub gone: &'a Project,
    /// Its name.
    pub gone_name: &'a str,
    /// The project that stays.
    pub into: ProjectId,
    /// From which day on.
    pub effective_on: NaiveDate,
    /// Why.
    pub reason: &'a str,
    /// What was chosen and done.
    pub data: &'a MergeData,
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Instant,
}

/// A merge as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// Its number.
    pub id: MergeId,
    /// The project that was taken into the other.
    pub gone: ProjectId,
    /// Its enterprise.
    pub gone_unit: UnitId,
    /// The name it had.
    pub gone_name: String,
    /// The project that stays.
    pub into: ProjectId,
    /// From which day on.
    pub effective_on: NaiveDate,
    /// Why.
    pub reason: String,
    /// What was chosen and done.
    pub data: MergeData,
    /// Counts changes.
    pub version: i64,
    /// When.
    pub merged_at: Instant,
    /// Who.
    pub merged_by: PersonId,
    /// From which day on it was undone, why, when and by whom.
    pub undone: Option<(NaiveDate, String, Instant, PersonId)>,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    gone_id: i64,
    gone_unit: i64,
    gone_name: String,
    into_id: i64,
    effective_on: String,
    reason: String,
    data: String,
    version: i64,
    merged_at: i64,
    merged_by: i64,
    undone_on: Option<String>,
    undone_reason: String,
    undone_at: Option<i64>,
    undone_by: Option<i64>,
}

const COLUMNS: &str = "id, gone_id, gone_unit, gone_name, into_id, effective_on, reason, data, version, merged_at, merged_by, \
  undone_on, undone_reason, undone_at, undone_by";

impl Row {
    fn merge(self) -> Result<Merge> {
        let undone = match (&self.undone_on, self.undone_at, self.undone_by) {
            (Some(on), Some(at), Some(by)) => {
                Some((day(on)?, self.undone_reason, instant(at)?, PersonId(by)))
            }
            _ => None,
        };
        Ok(Merge {
            id: MergeId(self.id),
            gone: ProjectId(self.gone_id),
            gone_unit: UnitId(self.gone_unit),
            gone_name: self.gone_name,
            into: ProjectId(self.into_id),
            effective_on: day(&self.effective_on)?,
            reason: self.reason,
            data: serde_json::from_str(&self.data)
                .map_err(|error| Error::Database(format!("merge: {error}")))?,
            version: self.version,
            merged_at: instant(self.merged_at)?,
            merged_by: PersonId(self.merged_by),
            undone,
        })
    }
}

/// Takes a project, as it was read, out of both views from a day on: it is `into` then.
///
/// # Errors
/// [`Error::Stale`] when somebody changed it since.
pub async fn leave(
    tx: &Tx,
    gone: &Project,
    into: ProjectId,
    on: NaiveDate,
    at: Instant,
) -> Result<()> {
    take_turn(tx, gone.unit).await?;
    run_on_version(
        tx,
        "UPDATE project SET merged_into = $1, merged_on = $2, version = version + 1
         WHERE id = $3 AND version = $4 AND merged_into IS NULL",
        values![into.0, day_text(on), gone.id.0, gone.version],
    )
    .await?;
    spans::end(tx, gone.id, on, at).await?;
    super::twin_search::due(tx, gone.id).await
}

/// Gives a project its own life again from a day on, as it was when it was taken into another.
///
/// # Errors
/// [`Error::Stale`] when somebody changed it since.
pub async fn come_back(tx: &Tx, gone: &Project, on: NaiveDate, at: Instant) -> Result<()> {
    take_turn(tx, gone.unit).await?;
    run_on_version(
        tx,
        "UPDATE project SET merged_into = NULL, merged_on = NULL, version = version + 1
         WHERE id = $1 AND version = $2 AND merged_into IS NOT NULL",
        values![gone.id.0, gone.version],
    )
    .await?;
    let living = by_id(tx, gone.id).await?.ok_or(Error::Stale)?;
    for (track, state) in [
        (Track::Own, Some(living.head)),
        (Track::Accepted, living.accepted),
    ] {
        let Some(state) = state else { continue };
        let mut state = revision(tx, state).await?.ok_or(Error::Stale)?;
        state.effective_on = state.effective_on.max(on);
        spans::record(tx, &living, track, &state, at).await?;
    }
    super::twin_search::due(tx, gone.id).await
}

/// Records a merge.
///
/// # Errors
/// [`Error::Taken`] when the project is taken into another already.
pub async fn add_merge(tx: &Tx, new: &NewMerge<'_>) -> Result<MergeId> {
    let id = insert(
        tx,
        "INSERT INTO project_merge (authority_id, gone_id, into_id, gone_unit, gone_name, gone_core, effective_on, reason, data, merged_at, merged_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
        values![
            new.gone.authority.0,
            new.gone.id.0,
            new.into.0,
            new.gone.unit.0,
            new.gone_name,
            domain::library::name_core(new.gone_name),
            day_text(new.effective_on),
            new.reason,
            rows::json(new.data)?,
            new.at.timestamp_micros(),
            new.by.0,
        ],
    )
    .await?;
    Ok(MergeId(id))
}

/// Records that a merge, made from `version`, is undone from a day on.
///
/// # Errors
/// [`Error::Stale`] when somebody undid it since.
pub async fn undo_merge(
    tx: &Tx,
    id: MergeId,
    version: i64,
    on: NaiveDate,
    reason: &str,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE project_merge SET undone_on = $1, undone_reason = $2, undone_at = $3, undone_by = $4, version = version + 1
         WHERE id = $5 AND version = $6 AND undone_at IS NULL",
        values![
            day_text(on),
            reason,
            at.timestamp_micros(),
            by.0,
            id.0,
            version
        ],
    )
    .await
}

/// A merge.
///
/// # Errors
/// The database is unavailable.
pub async fn merge(db: &impl Db, id: MergeId) -> Result<Option<Merge>> {
    let sql = format!("SELECT {COLUMNS} FROM project_merge WHERE id = $1");
    let row: Option<Row> = one(db, &sql, values![id.0]).await?;
    row.map(Row::merge).transpose()
}

/// The merges of a project, as the one taken or as the one that stays, the newest first; undone ones too.
///
/// # Errors
/// The database is unavailable.
pub async fn merge_of(db: &impl Db, project: ProjectId) -> Result<Vec<Merge>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM project_merge WHERE gone_id = $1 OR into_id = $1 ORDER BY id DESC"
    );
    let rows: Vec<Row> = all(db, &sql, values![project.0]).await?;
    rows.into_iter().map(Row::merge).collect()
}

/// The merges of an authority, the newest first.
///
/// # Errors
/// The database is unavailable.
pub async fn merges(db: &impl Db, authority: UnitId, limit: u32) -> Result<Vec<Merge>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM project_merge WHERE authority_id = $1 ORDER BY id DESC LIMIT {limit}"
    );
    let rows: Vec<Row> = all(db, &sql, values![authority.0]).await?;
    rows.into_iter().map(Row::merge).collect()
}

/// Merges in force of an enterprise's projects whose name has the same heart.
///
/// # Errors
/// The database is unavailable.
pub async fn merges_named(db: &impl Db, unit: UnitId, name: &str) -> Result<Vec<Merge>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM project_merge WHERE gone_unit = $1 AND gone_core = $2 AND undone_at IS NULL"
    );
    let core = domain::library::name_core(name);
    let rows: Vec<Row> = all(db, &sql, values![unit.0, core]).await?;
    rows.into_iter().map(Row::merge).collect()
}

const INSIDE: &str = "WITH RECURSIVE inside (id) AS (
    SELECT project.id FROM project WHERE project.merged_into = $1
    UNION SELECT project.id FROM project JOIN inside ON project.merged_into = inside.id)";

/// The merges in force that brought projects into this one, directly or by way of another.
///
/// # Errors
/// The database is unavailable.
pub async fn inside(db: &impl Db, project: ProjectId) -> Result<Vec<Merge>> {
    let sql = format!(
        "{INSIDE} SELECT {COLUMNS} FROM project_merge WHERE undone_at IS NULL AND gone_id IN (SELECT id FROM inside) ORDER BY id"
    );
    let rows: Vec<Row> = all(db, &sql, values![project.0]).await?;
    rows.into_iter().map(Row::merge).collect()
}

/// Code and name of what was taken into a project.
pub(super) async fn former(db: &impl Db, project: ProjectId) -> Result<Vec<(String, String)>> {
    #[derive(FromQueryResult)]
    struct Former {
        code: String,
        name: String,
    }
    let sql = format!(
        "{INSIDE} SELECT project.code, COALESCE(project_span.name, '') AS name FROM inside JOIN project ON project.id = inside.id
         LEFT JOIN project_span ON project_span.id = (SELECT MAX(span.id) FROM project_span AS span WHERE span.project_id = project.id)
         ORDER BY project.code"
    );
    let rows: Vec<Former> = all(db, &sql, values![project.0]).await?;
    Ok(rows.into_iter().map(|row| (row.code, row.name)).collect())
}

/// The enterprises whose projects were taken into this one: they may read it.
///
/// # Errors
/// The database is unavailable.
pub async fn shared_with(db: &impl Db, project: ProjectId) -> Result<Vec<UnitId>> {
    #[derive(FromQueryResult)]
    struct Shared {
        unit_id: i64,
    }
    let sql = format!(
        "{INSIDE} SELECT DISTINCT project.unit_id FROM inside JOIN project ON project.id = inside.id"
    );
    let rows: Vec<Shared> = all(db, &sql, values![project.0]).await?;
    Ok(rows.into_iter().map(|row| UnitId(row.unit_id)).collect())
}

/// Takes a project's places in lists over to another: gives each list, and whether the other was not in it. A list that has
/// both keeps what it says of the one that stays.
///
/// # Errors
/// The database is unavailable.
pub async fn move_lists(
    tx: &Tx,
    gone: ProjectId,
    into: ProjectId,
    by: PersonId,
    at: Instant,
) -> Result<Vec<(ListId, bool)>> {
    #[derive(FromQueryResult)]
    struct Item {
        list_id: i64,
    }
    let items: Vec<Item> = all(
        tx,
        "SELECT list_id FROM project_list_item WHERE project_id = $1 AND removed_at IS NULL ORDER BY list_id",
        values![gone.0],
    )
    .await?;
    let mut moved = Vec::new();
    for item in items {
        let put = run(
            tx,
            "INSERT INTO project_list_item (list_id, project_id, target, steps, added_at, added_by)
             SELECT list_id, $1, target, steps, $2, $3 FROM project_list_item WHERE list_id = $4 AND project_id = $5
             ON CONFLICT (list_id, project_id) DO UPDATE
             SET removed_at = NULL, version = project_list_item.version + 1, target = excluded.target, steps = excluded.steps,
               added_at = excluded.added_at, added_by = excluded.added_by
             WHERE project_list_item.removed_at IS NOT NULL",
            values![into.0, at.timestamp_micros(), by.0, item.list_id, gone.0],
        )
        .await?;
        moved.push((ListId(item.list_id), put == 1));
    }
    run(
        tx,
        "UPDATE project_list_item SET removed_at = $1, version = version + 1 WHERE project_id = $2 AND removed_at IS NULL",
        values![at.timestamp_micros(), gone.0],
    )
    .await?;
    Ok(moved)
}

/// Gives a project its places in lists back. What the other took over and nobody changed since, it leaves.
///
/// # Errors
/// The database is unavailable.
pub async fn return_lists(
    tx: &Tx,
    gone: ProjectId,
    into: ProjectId,
    moved: &[(ListId, bool)],
    at: Instant,
) -> Result<()> {
    for (list, took) in moved {
        if *took {
            run(
                tx,
                "UPDATE project_list_item SET removed_at = $1, version = version + 1
                 WHERE list_id = $2 AND project_id = $3 AND removed_at IS NULL
                   AND (target, steps) IN (SELECT target, steps FROM project_list_item WHERE list_id = $2 AND project_id = $4)",
                values![at.timestamp_micros(), list.0, into.0, gone.0],
            )
            .await?;
        }
        run(
            tx,
            "UPDATE project_list_item SET removed_at = NULL, version = version + 1 WHERE list_id = $1 AND project_id = $2 AND removed_at IS NOT NULL",
            values![list.0, gone.0],
        )
        .await?;
    }
    Ok(())
}
