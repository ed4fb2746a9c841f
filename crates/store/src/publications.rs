//! Published tables: frozen data and files, and the way to the signature.

use chrono::NaiveDate;
use domain::{FileId, Instant, PersonId, PublicationId, UnitId, publication::PublicationState};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, day, day_text, insert, instant, one, run, run_on_version, values},
};

/// A publication. Its data is JSON of the use case; the store does not look into it.
#[derive(Debug, Clone)]
pub struct Publication {
    /// Its number.
    pub id: PublicationId,
    /// Whose.
    pub authority: UnitId,
    /// 年度.
    pub year: i32,
    /// 截至.
    pub as_of: NaiveDate,
    /// What was known then.
    pub known_at: Instant,
    /// 标题.
    pub title: String,
    /// Where it stands.
    pub state: PublicationState,
    /// Counts steps.
    pub version: i64,
    /// The one it corrects (勘误).
    pub replaces: Option<PublicationId>,
    /// What was corrected and why.
    pub correction: String,
    /// 经办.
    pub made_by: PersonId,
    /// When it was made and frozen.
    pub made_at: Instant,
    /// 处长.
    pub reviewed_by: Option<PersonId>,
    /// When it was reviewed.
    pub reviewed_at: Option<Instant>,
    /// 委领导.
    pub signed_by: Option<PersonId>,
    /// When it was signed.
    pub signed_at: Option<Instant>,
    /// Why it was returned.
    pub reason: String,
    /// The frozen rows.
    pub data: String,
    /// SM3 of the frozen rows, in hexadecimal.
    pub data_sm3: String,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    authority_id: i64,
    year: i32,
    as_of: String,
    known_at: i64,
    title: String,
    state: String,
    version: i64,
    replaces: Option<i64>,
    correction: String,
    made_by: i64,
    made_at: i64,
    reviewed_by: Option<i64>,
    reviewed_at: Option<i64>,
    signed_by: Option<i64>,
    signed_at: Option<i64>,
    reason: String,
    data: String,
    data_sm3: String,
}

const COLUMNS: &str = "id, authority_id, year, as_of, known_at, title, state, version, replaces, correction, made_by, made_at, \
                       reviewed_by, reviewed_at, signed_by, signed_at, reason, data, data_sm3";

fn publication(row: Row) -> Result<Publication> {
    let state = PublicationState::from_word(&row.state);
    Ok(Publication {
        id: PublicationId(row.id),
        authority: UnitId(row.authority_id),
        year: row.year,
        as_of: day(&row.as_of)?,
        known_at: instant(row.known_at)?,
        title: row.title,
        state: state
            .ok_or_else(|| Error::Database(format!("publication state {:?}", row.state)))?,
        version: row.version,
        replaces: row.replaces.map(PublicationId),
        correction: row.correction,
        made_by: PersonId(row.made_by),
        made_at: instant(row.made_at)?,
        reviewed_by: row.reviewed_by.map(PersonId),
        reviewed_at: row.reviewed_at.map(instant).transpose()?,
        signed_by: row.signed_by.map(PersonId),
        signed_at: row.signed_at.map(instant).transpose()?,
        reason: row.reason,
        data: row.data,
        data_sm3: row.data_sm3,
    })
}

/// Adds a publication that waits for review; its number in the answer replaces the one given.
///
/// # Errors
/// The database is unavailable.
pub async fn add(tx: &Tx, new: &Publication) -> Result<PublicationId> {
    let id = insert(
        tx,
        "INSERT INTO publication (authority_id, year, as_of, known_at, title, state, replaces, correction, made_by, made_at, data, data_sm3)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
        values![
            new.authority.0,
            new.year,
            day_text(new.as_of),
            new.known_at.timestamp_micros(),
            new.title.as_str(),
            new.state.word(),
            new.replaces.map(|id| id.0),
            new.correction.as_str(),
            new.made_by.0,
            new.made_at.timestamp_micros(),
            new.data.as_str(),
            new.data_sm3.as_str(),
        ],
    )
    .await?;
    Ok(PublicationId(id))
}

/// Stores where a publication stands after a step made from version `version`.
///
/// # Errors
/// [`Error::Stale`] when another step was faster.
pub async fn step(tx: &Tx, after: &Publication, version: i64) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE publication SET state = $1, reviewed_by = $2, reviewed_at = $3, signed_by = $4, signed_at = $5, reason = $6,
           version = version + 1 WHERE id = $7 AND version = $8",
        values![
            after.state.word(),
            after.reviewed_by.map(|person| person.0),
            after.reviewed_at.map(|at| at.timestamp_micros()),
            after.signed_by.map(|person| person.0),
            after.signed_at.map(|at| at.timestamp_micros()),
            after.reason.as_str(),
            after.id.0,
            version,
        ],
    )
    .await
}

/// One publication.
///
/// # Errors
/// The database is unavailable.
pub async fn by_id(db: &impl Db, id: PublicationId) -> Result<Option<Publication>> {
    let row: Option<Row> = one(
        db,
        &format!("SELECT {COLUMNS} FROM publication WHERE id = $1"),
        values![id.0],
    )
    .await?;
    row.map(publication).transpose()
}

/// The newest publications of an authority, at most `limit`; only published ones where told so.
///
/// # Errors
/// The database is unavailable.
pub async fn list(
    db: &impl Db,
    authority: UnitId,
    published_only: bool,
    limit: u32,
) -> Result<Vec<Publication>> {
    let only = if published_only {
        " AND state = 'published'"
    } else {
        ""
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM publication WHERE authority_id = $1{only} ORDER BY id DESC LIMIT $2"
    );
    let rows: Vec<Row> = all(db, &sql, values![authority.0, i64::from(limit)]).await?;
    rows.into_iter().map(publication).collect()
}

#[derive(FromQueryResult)]
struct IdRow {
    id: i64,
}

/// The published one that corrects this one.
///
/// # Errors
/// The database is unavailable.
pub async fn corrected_by(db: &impl Db, id: PublicationId) -> Result<Option<PublicationId>> {
    let sql = "SELECT id FROM publication WHERE replaces = $1 AND state = 'published' ORDER BY id DESC LIMIT 1";
    let row: Option<IdRow> = one(db, sql, values![id.0]).await?;
    Ok(row.map(|row| PublicationId(row.id)))
}

/// Binds a stored file to a publication: `docx`, `xlsx`, `pdf`.
///
/// # Errors
/// [`Error::Taken`] when it has one of that kind.
pub async fn attach(tx: &Tx, id: PublicationId, kind: &str, file: FileId) -> Result<()> {
    run(
        tx,
        "INSERT INTO publication_file (publication_id, kind, file_id) VALUES ($1, $2, $3)",
        values![id.0, kind, file.0],
    )
    .await
    .map(|_| ())
}

/// A file of a publication.
#[derive(Debug, Clone, FromQueryResult)]
pub struct PublishedFile {
    /// `docx`, `xlsx`, `pdf`.
    pub kind: String,
    /// Number of the stored file.
    pub file_id: i64,
    /// SM3 of its bytes, in hexadecimal.
    pub sm3: String,
    /// Its size in bytes.
    pub size: i64,
}

/// The files of a publication.
///
/// # Errors
/// The database is unavailable.
pub async fn files(db: &impl Db, id: PublicationId) -> Result<Vec<PublishedFile>> {
    all(
        db,
        "SELECT publication_file.kind, publication_file.file_id, file.sm3, file.size FROM publication_file
         JOIN file ON file.id = publication_file.file_id WHERE publication_id = $1 ORDER BY publication_file.kind",
        values![id.0],
    )
    .await
}
