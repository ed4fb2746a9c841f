//! Named lists of projects, and what each says of its projects.

use domain::{
    Instant, ListId, PersonId, ProjectId, UnitId,
    project_list::{ListFields, ListGoal, ListStep},
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, insert, one, run, run_on_version, values},
};

/// A list as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredList {
    /// Its number.
    pub id: ListId,
    /// Whose list it is.
    pub authority: UnitId,
    /// What is said of it.
    pub fields: ListFields,
    /// Counts changes; a change names the one it was made from.
    pub version: i64,
}

/// A project in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredItem {
    /// The list.
    pub list: ListId,
    /// The project.
    pub project: ProjectId,
    /// What the list says of it.
    pub goal: ListGoal,
    /// Counts changes; a change names the one it was made from.
    pub version: i64,
}

#[derive(FromQueryResult)]
struct ListRow {
    id: i64,
    authority_id: i64,
    name: String,
    document_number: String,
    year: i32,
    note: String,
    version: i64,
}

impl From<ListRow> for StoredList {
    fn from(row: ListRow) -> Self {
        Self {
            id: ListId(row.id),
            authority: UnitId(row.authority_id),
            fields: ListFields {
                name: row.name,
                document_number: row.document_number,
                year: row.year,
                note: row.note,
            },
            version: row.version,
        }
    }
}

#[derive(FromQueryResult)]
struct ItemRow {
    list_id: i64,
    project_id: i64,
    target: String,
    steps: String,
    version: i64,
}

impl ItemRow {
    fn item(self) -> Result<StoredItem> {
        Ok(StoredItem {
            list: ListId(self.list_id),
            project: ProjectId(self.project_id),
            goal: ListGoal {
                target: self.target,
                steps: serde_json::from_str(&self.steps).map_err(broken)?,
            },
            version: self.version,
        })
    }
}

fn broken(error: serde_json::Error) -> Error {
    Error::Database(format!("steps of a list: {error}"))
}

fn steps(steps: &[ListStep]) -> Result<String> {
    serde_json::to_string(steps).map_err(broken)
}

const LIST: &str = "id, authority_id, name, document_number, year, note, version";
const ITEM: &str = "list_id, project_id, target, steps, version";

/// Adds a list.
///
/// # Errors
/// The database is unavailable.
pub async fn add(
    tx: &Tx,
    authority: UnitId,
    fields: &ListFields,
    by: PersonId,
    at: Instant,
) -> Result<ListId> {
    let id = insert(
        tx,
        "INSERT INTO project_list (authority_id, name, document_number, year, note, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        values![
            authority.0,
            fields.name.as_str(),
            fields.document_number.as_str(),
            fields.year,
            fields.note.as_str(),
            at.timestamp_micros(),
            by.0,
        ],
    )
    .await?;
    Ok(ListId(id))
}

/// Changes a list made from `version`.
///
/// # Errors
/// [`Error::Stale`] when somebody changed it since.
pub async fn change(tx: &Tx, id: ListId, version: i64, fields: &ListFields) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE project_list SET name = $1, document_number = $2, year = $3, note = $4, version = version + 1
         WHERE id = $5 AND version = $6",
        values![
            fields.name.as_str(),
            fields.document_number.as_str(),
            fields.year,
            fields.note.as_str(),
            id.0,
            version,
        ],
    )
    .await
}

/// A list.
///
/// # Errors
/// The database is unavailable.
pub async fn by_id(db: &impl Db, id: ListId) -> Result<Option<StoredList>> {
    let sql = format!("SELECT {LIST} FROM project_list WHERE id = $1");
    let row: Option<ListRow> = one(db, &sql, values![id.0]).await?;
    Ok(row.map(StoredList::from))
}

/// The lists of an authority, the newest year first.
///
/// # Errors
/// The database is unavailable.
pub async fn of_authority(db: &impl Db, authority: UnitId) -> Result<Vec<StoredList>> {
    let sql = format!(
        "SELECT {LIST} FROM project_list WHERE authority_id = $1 ORDER BY year DESC, id DESC"
    );
    let rows: Vec<ListRow> = all(db, &sql, values![authority.0]).await?;
    Ok(rows.into_iter().map(StoredList::from).collect())
}

/// The projects of a list, with the enterprise of each, by their codes.
///
/// # Errors
/// The database is unavailable.
pub async fn items(db: &impl Db, list: ListId) -> Result<Vec<(UnitId, StoredItem)>> {
    units_and_items(db, "item.list_id = $1", list.0).await
}

/// The lists a project is in.
///
/// # Errors
/// The database is unavailable.
pub async fn of_project(db: &impl Db, project: ProjectId) -> Result<Vec<StoredItem>> {
    let items = units_and_items(db, "item.project_id = $1", project.0).await?;
    Ok(items.into_iter().map(|(_, item)| item).collect())
}

/// Every project in a list of an authority, with its enterprise.
///
/// # Errors
/// The database is unavailable.
pub async fn all_items(db: &impl Db, authority: UnitId) -> Result<Vec<(UnitId, StoredItem)>> {
    let of_authority = "item.list_id IN (SELECT id FROM project_list WHERE authority_id = $1)";
    units_and_items(db, of_authority, authority.0).await
}

async fn units_and_items(db: &impl Db, of: &str, id: i64) -> Result<Vec<(UnitId, StoredItem)>> {
    #[derive(FromQueryResult)]
    struct Row {
        unit_id: i64,
        list_id: i64,
        project_id: i64,
        target: String,
        steps: String,
        version: i64,
    }
    let sql = format!(
        "SELECT project.unit_id, item.list_id, item.project_id, item.target, item.steps, item.version
         FROM project_list_item AS item JOIN project ON project.id = item.project_id
         WHERE {of} AND item.removed_at IS NULL ORDER BY project.code, item.id"
    );
    let rows: Vec<Row> = all(db, &sql, values![id]).await?;
    let item = |row: Row| {
        let item = ItemRow {
            list_id: row.list_id,
            project_id: row.project_id,
            target: row.target,
            steps: row.steps,
            version: row.version,
        };
        Ok((UnitId(row.unit_id), item.item()?))
    };
    rows.into_iter().map(item).collect()
}

/// A project in a list.
///
/// # Errors
/// The database is unavailable.
pub async fn item(db: &impl Db, list: ListId, project: ProjectId) -> Result<Option<StoredItem>> {
    let sql = format!(
        "SELECT {ITEM} FROM project_list_item WHERE list_id = $1 AND project_id = $2 AND removed_at IS NULL"
    );
    let row: Option<ItemRow> = one(db, &sql, values![list.0, project.0]).await?;
    row.map(ItemRow::item).transpose()
}

/// Puts a project into a list; one that was taken out comes back with what was said of it. False when it is in already.
///
/// # Errors
/// The database is unavailable.
pub async fn put(
    tx: &Tx,
    list: ListId,
    project: ProjectId,
    by: PersonId,
    at: Instant,
) -> Result<bool> {
    let met = run(
        tx,
        "INSERT INTO project_list_item (list_id, project_id, target, steps, added_at, added_by)
         VALUES ($1, $2, '', '[]', $3, $4)
         ON CONFLICT (list_id, project_id) DO UPDATE
         SET removed_at = NULL, version = project_list_item.version + 1, added_at = excluded.added_at, added_by = excluded.added_by
         WHERE project_list_item.removed_at IS NOT NULL",
        values![list.0, project.0, at.timestamp_micros(), by.0],
    )
    .await?;
    Ok(met == 1)
}

/// Sets what a list says of a project, made from `version`.
///
/// # Errors
/// [`Error::Stale`] when somebody changed it since, or took the project out.
pub async fn set_goal(
    tx: &Tx,
    list: ListId,
    project: ProjectId,
    version: i64,
    goal: &ListGoal,
) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE project_list_item SET target = $1, steps = $2, version = version + 1
         WHERE list_id = $3 AND project_id = $4 AND version = $5 AND removed_at IS NULL",
        values![
            goal.target.as_str(),
            steps(&goal.steps)?,
            list.0,
            project.0,
            version,
        ],
    )
    .await
}

/// Takes a project out of a list, made from `version`.
///
/// # Errors
/// [`Error::Stale`] when somebody changed it since, or took the project out.
pub async fn take_out(
    tx: &Tx,
    list: ListId,
    project: ProjectId,
    version: i64,
    at: Instant,
) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE project_list_item SET removed_at = $1, version = version + 1
         WHERE list_id = $2 AND project_id = $3 AND version = $4 AND removed_at IS NULL",
        values![at.timestamp_micros(), list.0, project.0, version],
    )
    .await
}
