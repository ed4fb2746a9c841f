//! Handed-in editions: data, receipt and files as they were.

use domain::{
    EditionId, FileId, Instant, PersonId, ReturnId, UnitId, period::ReturnKind,
    returns::ReturnState,
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, insert, instant, one, run, values},
};

/// A handed-in edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Its number.
    pub id: EditionId,
    /// Of which return.
    pub filing: ReturnId,
    /// Its place among the return's editions, from 1.
    pub edition: i64,
    /// The canonical data.
    pub data: String,
    /// Its SM3.
    pub data_sm3: String,
    /// The content code printed on it.
    pub code: String,
    /// Receipt number.
    pub receipt: String,
    /// Whether it is a zero return.
    pub zero: bool,
    /// Whether the return was late when first handed in.
    pub late: bool,
    /// When.
    pub handed_in_at: Instant,
    /// By whom.
    pub handed_in_by: PersonId,
    /// When it was taken back.
    pub withdrawn_at: Option<Instant>,
    /// When the officer decided it.
    pub decided_at: Option<Instant>,
    /// Who decided it.
    pub decided_by: Option<PersonId>,
    /// What was decided.
    pub outcome: Option<ReturnState>,
    /// Why it was returned as a whole; empty where rows say it.
    pub outcome_reason: String,
}

impl Edition {
    /// How the authority sees the return by it.
    pub fn seen_as(&self) -> ReturnState {
        self.outcome.unwrap_or(ReturnState::HandedIn)
    }
}

/// An edition without its data: what lists of returns say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedIn {
    /// Of which return.
    pub filing: ReturnId,
    /// Its place among the return's editions, from 1.
    pub edition: i64,
    /// Receipt number.
    pub receipt: String,
    /// Whether it is a zero return.
    pub zero: bool,
    /// When.
    pub handed_in_at: Instant,
    /// How the authority sees the return by it.
    pub seen_as: ReturnState,
}

#[derive(FromQueryResult)]
struct HandedInRow {
    return_id: i64,
    edition: i64,
    receipt: String,
    zero: bool,
    handed_in_at: i64,
    outcome: Option<String>,
}

impl HandedInRow {
    fn handed_in(self) -> Result<HandedIn> {
        Ok(HandedIn {
            filing: ReturnId(self.return_id),
            edition: self.edition,
            receipt: self.receipt,
            zero: self.zero,
            handed_in_at: instant(self.handed_in_at)?,
            seen_as: outcome(self.outcome)?.unwrap_or(ReturnState::HandedIn),
        })
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    return_id: i64,
    edition: i64,
    data: String,
    data_sm3: String,
    code: String,
    receipt: String,
    zero: bool,
    late: bool,
    handed_in_at: i64,
    handed_in_by: i64,
    withdrawn_at: Option<i64>,
    decided_at: Option<i64>,
    decided_by: Option<i64>,
    outcome: Option<String>,
    outcome_reason: String,
}

const COLUMNS: &str = "id, return_id, edition, data, data_sm3, code, receipt, zero, late, handed_in_at, handed_in_by, \
                       withdrawn_at, decided_at, decided_by, outcome, outcome_reason";

impl Row {
    fn edition(self) -> Result<Edition> {
        Ok(Edition {
            id: EditionId(self.id),
            filing: ReturnId(self.return_id),
            edition: self.edition,
            data: self.data,
            data_sm3: self.data_sm3,
            code: self.code,
            receipt: self.receipt,
            zero: self.zero,
            late: self.late,
            handed_in_at: instant(self.handed_in_at)?,
            handed_in_by: PersonId(self.handed_in_by),
            withdrawn_at: self.withdrawn_at.map(instant).transpose()?,
            decided_at: self.decided_at.map(instant).transpose()?,
            decided_by: self.decided_by.map(PersonId),
            outcome: outcome(self.outcome)?,
            outcome_reason: self.outcome_reason,
        })
    }
}

fn outcome(word: Option<String>) -> Result<Option<ReturnState>> {
    let known = |word: String| {
        ReturnState::from_word(&word).ok_or_else(|| Error::Database(format!("outcome {word:?}")))
    };
    word.map(known).transpose()
}

/// An edition to be added.
#[derive(Debug, Clone)]
pub struct NewEdition<'a> {
    /// Of which return.
    pub filing: ReturnId,
    /// Its place.
    pub edition: i64,
    /// The canonical data.
    pub data: &'a str,
    /// Its SM3.
    pub data_sm3: &'a str,
    /// The content code.
    pub code: &'a str,
    /// Receipt number.
    pub receipt: &'a str,
    /// Whether it is a zero return.
    pub zero: bool,
    /// Whether the return is late.
    pub late: bool,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: PersonId,
}

/// Adds an edition.
///
/// # Errors
/// [`Error::Taken`] when the return has it already.
pub async fn add(tx: &Tx, new: &NewEdition<'_>) -> Result<EditionId> {
    let id = insert(
        tx,
        "INSERT INTO return_edition (return_id, edition, data, data_sm3, code, receipt, zero, late, handed_in_at, handed_in_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        values![
            new.filing.0,
            new.edition,
            new.data,
            new.data_sm3,
            new.code,
            new.receipt,
            new.zero,
            new.late,
            new.at.timestamp_micros(),
            new.by.0,
        ],
    )
    .await?;
    Ok(EditionId(id))
}

/// The editions of a return, oldest first.
///
/// # Errors
/// The database is unavailable.
pub async fn editions(db: &impl Db, id: ReturnId) -> Result<Vec<Edition>> {
    let sql = format!("SELECT {COLUMNS} FROM return_edition WHERE return_id = $1 ORDER BY edition");
    let rows: Vec<Row> = all(db, &sql, values![id.0]).await?;
    rows.into_iter().map(Row::edition).collect()
}

/// The newest edition of a return that was not taken back.
///
/// # Errors
/// The database is unavailable.
pub async fn newest(db: &impl Db, id: ReturnId) -> Result<Option<Edition>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM return_edition WHERE return_id = $1 AND withdrawn_at IS NULL ORDER BY edition DESC LIMIT 1"
    );
    let row: Option<Row> = one(db, &sql, values![id.0]).await?;
    row.map(Row::edition).transpose()
}

/// Of each return of a kind the newest edition that was not taken back.
///
/// # Errors
/// The database is unavailable.
pub async fn newest_of_kind(
    db: &impl Db,
    authority: UnitId,
    kind: ReturnKind,
) -> Result<Vec<HandedIn>> {
    let of = "JOIN period ON period.id = filing.period_id WHERE period.authority_id = $1 AND period.kind = $2";
    let sql = newest_sql(of);
    let rows: Vec<HandedInRow> = all(db, &sql, values![authority.0, kind.word()]).await?;
    rows.into_iter().map(HandedInRow::handed_in).collect()
}

/// Of each return of an enterprise the newest edition that was not taken back.
///
/// # Errors
/// The database is unavailable.
pub async fn newest_of_unit(db: &impl Db, unit: UnitId) -> Result<Vec<HandedIn>> {
    let sql = newest_sql("WHERE filing.unit_id = $1");
    let rows: Vec<HandedInRow> = all(db, &sql, values![unit.0]).await?;
    rows.into_iter().map(HandedInRow::handed_in).collect()
}

/// The newest editions of the returns that `of` tells, a part of the statement.
fn newest_sql(of: &str) -> String {
    format!(
        "SELECT newest.return_id, newest.edition, newest.receipt, newest.zero, newest.handed_in_at, newest.outcome
         FROM return_edition AS newest JOIN filing ON filing.id = newest.return_id
         {of} AND newest.withdrawn_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM return_edition AS later WHERE later.return_id = newest.return_id
                           AND later.withdrawn_at IS NULL AND later.edition > newest.edition)
         ORDER BY newest.id"
    )
}

/// Marks an edition as taken back.
///
/// # Errors
/// The database is unavailable.
pub async fn withdraw(tx: &Tx, id: EditionId, at: Instant) -> Result<()> {
    run(
        tx,
        "UPDATE return_edition SET withdrawn_at = $1 WHERE id = $2",
        values![at.timestamp_micros(), id.0],
    )
    .await
    .map(|_| ())
}

/// Records what was decided on an edition.
///
/// # Errors
/// The database is unavailable.
pub async fn decide(
    tx: &Tx,
    id: EditionId,
    outcome: ReturnState,
    reason: &str,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    run(
        tx,
        "UPDATE return_edition SET outcome = $1, outcome_reason = $2, decided_by = $3, decided_at = $4 WHERE id = $5",
        values![outcome.word(), reason, by.0, at.timestamp_micros(), id.0],
    )
    .await
    .map(|_| ())
}

/// Keeps a file of this kind (`docx`, `xlsx`, `pdf`) with an edition.
///
/// # Errors
/// The database is unavailable.
pub async fn attach(tx: &Tx, id: EditionId, kind: &str, file: FileId) -> Result<()> {
    run(
        tx,
        "INSERT INTO return_edition_file (edition_id, kind, file_id) VALUES ($1, $2, $3)",
        values![id.0, kind, file.0],
    )
    .await
    .map(|_| ())
}

/// A file of an edition.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct EditionFile {
    /// `docx`, `xlsx` or `pdf`.
    pub kind: String,
    /// The stored file.
    pub file_id: i64,
    /// SM3 of its bytes.
    pub sm3: String,
    /// How many bytes.
    pub size: i64,
}

/// The files of an edition.
///
/// # Errors
/// The database is unavailable.
pub async fn files(db: &impl Db, id: EditionId) -> Result<Vec<EditionFile>> {
    all(
        db,
        "SELECT kept.kind, kept.file_id, file.sm3, file.size FROM return_edition_file AS kept
         JOIN file ON file.id = kept.file_id WHERE kept.edition_id = $1 ORDER BY kept.kind",
        values![id.0],
    )
    .await
}
