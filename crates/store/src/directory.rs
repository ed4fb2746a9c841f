//! What an authority keeps in its directories of enterprises.

use domain::{
    Instant, PersonId, RecordId, UnitId,
    directory::{RecordFields, Scope},
    names,
    partial_date::PartialDate,
};
use sea_orm::{FromQueryResult, Value};

use crate::{
    Db, Error, Result, Tx,
    sql::{all, insert, instant, one, run_on_version, values},
};

/// A stored record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its number.
    pub id: RecordId,
    /// Whose it is.
    pub authority: UnitId,
    /// In which directory.
    pub scope: Scope,
    /// What is said.
    pub fields: RecordFields,
    /// Why it was made void; empty while it counts.
    pub void_reason: String,
    /// Counts saves.
    pub version: i64,
    /// When it was added.
    pub created_at: Instant,
    /// When it was last changed.
    pub changed_at: Instant,
    /// By whom.
    pub changed_by: PersonId,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    authority_id: i64,
    scope: String,
    name: String,
    short_names: String,
    valid_from: Option<String>,
    valid_to: Option<String>,
    successor: String,
    source: String,
    note: String,
    void_reason: String,
    version: i64,
    created_at: i64,
    changed_at: i64,
    changed_by: i64,
}

const COLUMNS: &str = "id, authority_id, scope, name, short_names, valid_from, valid_to, successor, source, note, \
                       void_reason, version, created_at, changed_at, changed_by";

fn date(text: Option<String>) -> Result<Option<PartialDate>> {
    let read = |text: String| {
        PartialDate::read(&text).ok_or_else(|| Error::Database(format!("{text:?} is not a date")))
    };
    text.map(read).transpose()
}

impl Row {
    fn record(self) -> Result<StoredRecord> {
        let scope = Scope::from_word(&self.scope);
        Ok(StoredRecord {
            id: RecordId(self.id),
            authority: UnitId(self.authority_id),
            scope: scope.ok_or_else(|| Error::Database(format!("scope {:?}", self.scope)))?,
            fields: RecordFields {
                name: self.name,
                short_names: serde_json::from_str(&self.short_names)
                    .map_err(|error| Error::Database(format!("short names: {error}")))?,
                valid_from: date(self.valid_from)?,
                valid_to: date(self.valid_to)?,
                successor: self.successor,
                source: self.source,
                note: self.note,
            },
            void_reason: self.void_reason,
            version: self.version,
            created_at: instant(self.created_at)?,
            changed_at: instant(self.changed_at)?,
            changed_by: PersonId(self.changed_by),
        })
    }
}

/// The values that fields fill, in the order of the statements below.
fn field_values(fields: &RecordFields) -> Result<Vec<Value>> {
    let short_names = serde_json::to_string(&fields.short_names)
        .map_err(|error| Error::Database(format!("short names: {error}")))?;
    Ok(values![
        fields.name.as_str(),
        names::key(&fields.name),
        short_names,
        fields.valid_from.map(|date| date.to_string()),
        fields.valid_to.map(|date| date.to_string()),
        fields.successor.as_str(),
        fields.source.as_str(),
        fields.note.as_str(),
    ])
}

/// Adds a record.
///
/// # Errors
/// [`Error::Taken`] when the authority has one of that name.
pub async fn add(
    tx: &Tx,
    authority: UnitId,
    scope: Scope,
    fields: &RecordFields,
    by: PersonId,
    at: Instant,
) -> Result<RecordId> {
    let mut bound = field_values(fields)?;
    bound.extend(values![
        authority.0,
        scope.word(),
        at.timestamp_micros(),
        by.0
    ]);
    let id = insert(
        tx,
        "INSERT INTO directory_record (name, name_key, short_names, valid_from, valid_to, successor, source, note,
           authority_id, scope, created_at, created_by, changed_at, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11, $12) RETURNING id",
        bound,
    )
    .await?;
    Ok(RecordId(id))
}

/// Changes a record made from `version`.
///
/// # Errors
/// [`Error::Stale`] when it was changed or made void since; [`Error::Taken`] when the authority has another of that name.
pub async fn change(
    tx: &Tx,
    id: RecordId,
    version: i64,
    fields: &RecordFields,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    let mut bound = field_values(fields)?;
    bound.extend(values![at.timestamp_micros(), by.0, id.0, version]);
    run_on_version(
        tx,
        "UPDATE directory_record SET name = $1, name_key = $2, short_names = $3, valid_from = $4, valid_to = $5, successor = $6,
           source = $7, note = $8, changed_at = $9, changed_by = $10, version = version + 1
         WHERE id = $11 AND version = $12 AND void_reason = ''",
        bound,
    )
    .await
}

/// Makes a record void, made from `version`.
///
/// # Errors
/// [`Error::Stale`] when it was changed or made void since.
pub async fn make_void(
    tx: &Tx,
    id: RecordId,
    version: i64,
    reason: &str,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE directory_record SET void_reason = $1, changed_at = $2, changed_by = $3, version = version + 1
         WHERE id = $4 AND version = $5 AND void_reason = ''",
        values![reason, at.timestamp_micros(), by.0, id.0, version],
    )
    .await
}

/// A record, also one that is void.
///
/// # Errors
/// The database is unavailable.
pub async fn by_id(db: &impl Db, id: RecordId) -> Result<Option<StoredRecord>> {
    let sql = format!("SELECT {COLUMNS} FROM directory_record WHERE id = $1");
    let row: Option<Row> = one(db, &sql, values![id.0]).await?;
    row.map(Row::record).transpose()
}

/// The records of an authority that count, in the order in which they were added.
///
/// # Errors
/// The database is unavailable.
pub async fn of_authority(
    db: &impl Db,
    authority: UnitId,
    scope: Scope,
) -> Result<Vec<StoredRecord>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM directory_record WHERE authority_id = $1 AND scope = $2 AND void_reason = '' ORDER BY id"
    );
    let rows: Vec<Row> = all(db, &sql, values![authority.0, scope.word()]).await?;
    rows.into_iter().map(Row::record).collect()
}
