//! Accepted cumulative statements and the imports that brought them.

use chrono::NaiveDate;
use domain::{
    FileId, ImportId, Instant, Money, PersonId, StatementId, UnitId, statement::Statement,
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, Tx,
    sql::{all, day, day_text, insert, instant, one, values},
};

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    unit_id: i64,
    year: i32,
    as_at: String,
    amount_fen: i64,
    import_id: i64,
    source_row: i32,
    accepted_at: i64,
    accepted_by: i64,
}

const COLUMNS: &str =
    "id, unit_id, year, as_at, amount_fen, import_id, source_row, accepted_at, accepted_by";

fn statement(row: Row) -> Result<Statement> {
    Ok(Statement {
        id: StatementId(row.id),
        unit: UnitId(row.unit_id),
        year: row.year,
        as_at: day(&row.as_at)?,
        amount: Money::from_fen(row.amount_fen),
        import: ImportId(row.import_id),
        source_row: row.source_row,
        accepted_at: instant(row.accepted_at)?,
        accepted_by: PersonId(row.accepted_by),
    })
}

/// Every unit's newest statement of `year` at or before `as_of`, as known at `known_at`; of one as-at date the last
/// accepted.
///
/// # Errors
/// The database is unavailable.
pub async fn newest(
    db: &impl Db,
    year: i32,
    as_of: NaiveDate,
    known_at: Instant,
) -> Result<Vec<Statement>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM (
           SELECT {COLUMNS}, ROW_NUMBER() OVER (PARTITION BY unit_id ORDER BY as_at DESC, accepted_at DESC, id DESC) AS place
           FROM statement WHERE year = $1 AND as_at <= $2 AND accepted_at <= $3
         ) AS ranked WHERE place = 1"
    );
    let rows: Vec<Row> = all(
        db,
        &sql,
        values![year, day_text(as_of), known_at.timestamp_micros()],
    )
    .await?;
    rows.into_iter().map(statement).collect()
}

/// All statements of one unit and year known at `known_at`, newest as-at date first.
///
/// # Errors
/// The database is unavailable.
pub async fn of_unit(
    db: &impl Db,
    unit: UnitId,
    year: i32,
    known_at: Instant,
) -> Result<Vec<Statement>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM statement WHERE unit_id = $1 AND year = $2 AND accepted_at <= $3
         ORDER BY as_at DESC, accepted_at DESC, id DESC"
    );
    let rows: Vec<Row> = all(db, &sql, values![unit.0, year, known_at.timestamp_micros()]).await?;
    rows.into_iter().map(statement).collect()
}

/// The statements of one import, in the order of the source.
///
/// # Errors
/// The database is unavailable.
pub async fn of_import(db: &impl Db, import: ImportId) -> Result<Vec<Statement>> {
    let sql =
        format!("SELECT {COLUMNS} FROM statement WHERE import_id = $1 ORDER BY source_row, id");
    let rows: Vec<Row> = all(db, &sql, values![import.0]).await?;
    rows.into_iter().map(statement).collect()
}

#[derive(FromQueryResult)]
struct AsAtRow {
    as_at: Option<String>,
}

/// The newest as-at date among the statements of `units`.
///
/// # Errors
/// The database is unavailable.
pub async fn newest_as_at(db: &impl Db, units: &[UnitId]) -> Result<Option<NaiveDate>> {
    if units.is_empty() {
        return Ok(None);
    }
    // Numbers of our own type: nothing to escape.
    let list: Vec<String> = units.iter().map(ToString::to_string).collect();
    let sql = format!(
        "SELECT MAX(as_at) AS as_at FROM statement WHERE unit_id IN ({})",
        list.join(", ")
    );
    let row: Option<AsAtRow> = one(db, &sql, values![]).await?;
    row.and_then(|row| row.as_at)
        .as_deref()
        .map(day)
        .transpose()
}

/// Stores one accepted statement; its number in the answer replaces the one given.
///
/// # Errors
/// The database is unavailable.
pub async fn add(tx: &Tx, new: &Statement) -> Result<StatementId> {
    let id = insert(
        tx,
        "INSERT INTO statement (unit_id, year, as_at, amount_fen, import_id, source_row, accepted_at, accepted_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        values![
            new.unit.0,
            new.year,
            day_text(new.as_at),
            new.amount.fen(),
            new.import.0,
            new.source_row,
            new.accepted_at.timestamp_micros(),
            new.accepted_by.0,
        ],
    )
    .await?;
    Ok(StatementId(id))
}

/// A confirmed import of a form.
#[derive(Debug, Clone)]
pub struct Import {
    /// Its number.
    pub id: ImportId,
    /// Whose enterprises it is about.
    pub authority: UnitId,
    /// The draft it was confirmed from: confirming twice has one effect.
    pub draft_key: String,
    /// Which form.
    pub form: String,
    /// The source file.
    pub file: FileId,
    /// Under which name it came.
    pub file_name: String,
    /// The table's own title.
    pub title: String,
    /// The year.
    pub year: i32,
    /// Up to and with this day.
    pub as_at: NaiveDate,
    /// When.
    pub confirmed_at: Instant,
    /// By whom.
    pub confirmed_by: PersonId,
}

#[derive(FromQueryResult)]
struct ImportRow {
    id: i64,
    authority_id: i64,
    draft_key: String,
    form: String,
    file_id: i64,
    file_name: String,
    title: String,
    year: i32,
    as_at: String,
    confirmed_at: i64,
    confirmed_by: i64,
}

const IMPORT_COLUMNS: &str = "id, authority_id, draft_key, form, file_id, file_name, title, year, as_at, confirmed_at, confirmed_by";

fn import(row: ImportRow) -> Result<Import> {
    Ok(Import {
        id: ImportId(row.id),
        authority: UnitId(row.authority_id),
        draft_key: row.draft_key,
        form: row.form,
        file: FileId(row.file_id),
        file_name: row.file_name,
        title: row.title,
        year: row.year,
        as_at: day(&row.as_at)?,
        confirmed_at: instant(row.confirmed_at)?,
        confirmed_by: PersonId(row.confirmed_by),
    })
}

/// Stores an import; its number in the answer replaces the one given.
///
/// # Errors
/// [`crate::Error::Taken`] when its draft has been confirmed already.
pub async fn add_import(tx: &Tx, new: &Import) -> Result<ImportId> {
    let id = insert(
        tx,
        "INSERT INTO statement_import (authority_id, draft_key, form, file_id, file_name, title, year, as_at, confirmed_at, confirmed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        values![
            new.authority.0,
            new.draft_key.as_str(),
            new.form.as_str(),
            new.file.0,
            new.file_name.as_str(),
            new.title.as_str(),
            new.year,
            day_text(new.as_at),
            new.confirmed_at.timestamp_micros(),
            new.confirmed_by.0,
        ],
    )
    .await?;
    Ok(ImportId(id))
}

/// One import.
///
/// # Errors
/// The database is unavailable.
pub async fn import_by_id(db: &impl Db, id: ImportId) -> Result<Option<Import>> {
    let row: Option<ImportRow> = one(
        db,
        &format!("SELECT {IMPORT_COLUMNS} FROM statement_import WHERE id = $1"),
        values![id.0],
    )
    .await?;
    row.map(import).transpose()
}

/// The import a draft was confirmed as.
///
/// # Errors
/// The database is unavailable.
pub async fn import_of_draft(db: &impl Db, draft_key: &str) -> Result<Option<Import>> {
    let sql = format!("SELECT {IMPORT_COLUMNS} FROM statement_import WHERE draft_key = $1");
    let row: Option<ImportRow> = one(db, &sql, values![draft_key]).await?;
    row.map(import).transpose()
}

/// The newest imports of an authority, at most `limit`, those before number `before` when given.
///
/// # Errors
/// The database is unavailable.
pub async fn imports(
    db: &impl Db,
    authority: UnitId,
    before: Option<ImportId>,
    limit: u32,
) -> Result<Vec<Import>> {
    let sql = format!(
        "SELECT {IMPORT_COLUMNS} FROM statement_import WHERE authority_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
    );
    let before = before.map_or(i64::MAX, |id| id.0);
    let rows: Vec<ImportRow> =
        all(db, &sql, values![authority.0, before, i64::from(limit)]).await?;
    rows.into_iter().map(import).collect()
}
