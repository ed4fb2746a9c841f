//! Saved filters of the library, and the columns a person chose.

use domain::{FilterId, Instant, PersonId, UnitId, permission::Role, saved_filter::FilterFields};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, insert, one, run, run_on_version, values},
    state::{self, Counted},
};

/// A filter as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFilter {
    /// Its number.
    pub id: FilterId,
    /// The owner's unit: it is shared there and below.
    pub unit: UnitId,
    /// Whose it is.
    pub person: PersonId,
    /// The owner's name.
    pub owner: String,
    /// What is said of it.
    pub fields: FilterFields,
    /// Counts changes; a change names the one it was made from.
    pub version: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    unit_id: i64,
    person_id: i64,
    owner: String,
    name: String,
    pairs: String,
    role: Option<String>,
    version: i64,
}

impl Row {
    fn filter(self) -> Result<StoredFilter> {
        let pairs = serde_json::from_str(&self.pairs)
            .map_err(|error| Error::Database(format!("pairs of a filter: {error}")))?;
        Ok(StoredFilter {
            id: FilterId(self.id),
            unit: UnitId(self.unit_id),
            person: PersonId(self.person_id),
            owner: self.owner,
            fields: FilterFields {
                name: self.name,
                pairs,
                role: self.role.as_deref().and_then(Role::from_word),
            },
            version: self.version,
        })
    }
}

fn pairs(fields: &FilterFields) -> Result<String> {
    serde_json::to_string(&fields.pairs)
        .map_err(|error| Error::Database(format!("pairs of a filter: {error}")))
}

const FILTER: &str = "saved_filter.id, saved_filter.unit_id, saved_filter.person_id, person.name AS owner, saved_filter.name, \
                      saved_filter.pairs, saved_filter.role, saved_filter.version";

/// Adds a filter.
///
/// # Errors
/// The database is unavailable.
pub async fn add(
    tx: &Tx,
    unit: UnitId,
    person: PersonId,
    fields: &FilterFields,
    at: Instant,
) -> Result<FilterId> {
    let id = insert(
        tx,
        "INSERT INTO saved_filter (unit_id, person_id, name, pairs, role, saved_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        values![
            unit.0,
            person.0,
            fields.name.as_str(),
            pairs(fields)?,
            fields.role.map(Role::word),
            at.timestamp_micros(),
        ],
    )
    .await?;
    state::changed(tx, Counted::Views).await?;
    Ok(FilterId(id))
}

/// Changes a filter made from `version`.
///
/// # Errors
/// [`Error::Stale`] when it was changed since.
pub async fn change(
    tx: &Tx,
    id: FilterId,
    version: i64,
    unit: UnitId,
    fields: &FilterFields,
    at: Instant,
) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE saved_filter SET name = $1, pairs = $2, role = $3, unit_id = $4, saved_at = $5, version = version + 1
         WHERE id = $6 AND version = $7",
        values![
            fields.name.as_str(),
            pairs(fields)?,
            fields.role.map(Role::word),
            unit.0,
            at.timestamp_micros(),
            id.0,
            version,
        ],
    )
    .await?;
    state::changed(tx, Counted::Views).await
}

/// Removes a filter made from `version`.
///
/// # Errors
/// [`Error::Stale`] when it was changed since.
pub async fn remove(tx: &Tx, id: FilterId, version: i64) -> Result<()> {
    run_on_version(
        tx,
        "DELETE FROM saved_filter WHERE id = $1 AND version = $2",
        values![id.0, version],
    )
    .await?;
    state::changed(tx, Counted::Views).await
}

/// A filter.
///
/// # Errors
/// The database is unavailable.
pub async fn by_id(db: &impl Db, id: FilterId) -> Result<Option<StoredFilter>> {
    let sql = format!(
        "SELECT {FILTER} FROM saved_filter JOIN person ON person.id = saved_filter.person_id WHERE saved_filter.id = $1"
    );
    let row: Option<Row> = one(db, &sql, values![id.0]).await?;
    row.map(Row::filter).transpose()
}

/// The filters of a person, and those shared in the units `above` (its own and those above), by name.
///
/// # Errors
/// The database is unavailable.
pub async fn met_by(db: &impl Db, person: PersonId, above: &[UnitId]) -> Result<Vec<StoredFilter>> {
    let units: Vec<String> = above.iter().map(|unit| unit.0.to_string()).collect();
    let units = if units.is_empty() {
        "0".to_owned()
    } else {
        units.join(", ")
    };
    let sql = format!(
        "SELECT {FILTER} FROM saved_filter JOIN person ON person.id = saved_filter.person_id
         WHERE saved_filter.person_id = $1 OR (saved_filter.role IS NOT NULL AND saved_filter.unit_id IN ({units}))
         ORDER BY saved_filter.name, saved_filter.id"
    );
    let rows: Vec<Row> = all(db, &sql, values![person.0]).await?;
    rows.into_iter().map(Row::filter).collect()
}

/// The words of the columns a person chose, and the version they were saved as; nothing chosen is version 0.
///
/// # Errors
/// The database is unavailable.
pub async fn columns(db: &impl Db, person: PersonId) -> Result<(Vec<String>, i64)> {
    #[derive(FromQueryResult)]
    struct Row {
        columns: String,
        version: i64,
    }
    let row: Option<Row> = one(
        db,
        "SELECT columns, version FROM chosen_columns WHERE person_id = $1",
        values![person.0],
    )
    .await?;
    Ok(row.map_or((Vec::new(), 0), |row| {
        let words = row.columns.split(',').filter(|word| !word.is_empty());
        (words.map(ToOwned::to_owned).collect(), row.version)
    }))
}

/// Remembers the columns a person chose.
///
/// # Errors
/// The database is unavailable.
pub async fn choose_columns(tx: &Tx, person: PersonId, columns: &str) -> Result<()> {
    run(
        tx,
        "INSERT INTO chosen_columns (person_id, columns) VALUES ($1, $2)
         ON CONFLICT (person_id) DO UPDATE SET columns = excluded.columns, version = chosen_columns.version + 1",
        values![person.0, columns],
    )
    .await?;
    state::changed(tx, Counted::Views).await
}
