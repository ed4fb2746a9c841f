//! Files that become a return's draft: drafts awaiting their owner's confirmation, and what was confirmed.

use chrono::NaiveDate;
use domain::{FileId, Instant, PersonId, ReturnId, UnitId, period::ReturnKind};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, day, day_text, insert, instant, one, run, run_on_version, values},
};

/// A draft. Reading and answers are JSON of the use case; the store does not look into them.
#[derive(Debug, Clone)]
pub struct IntakeDraft {
    /// Unguessable name of the draft.
    pub key: String,
    /// For a return of which kind.
    pub kind: ReturnKind,
    /// Of which period.
    pub cut_off: NaiveDate,
    /// Of which enterprise.
    pub unit: UnitId,
    /// Who uploaded it and alone sees it.
    pub owner: PersonId,
    /// The file's name.
    pub file_name: String,
    /// What the reader understood; empty while it is being read.
    pub reading: String,
    /// Why nothing was read; empty when something was.
    pub message: String,
    /// What the owner answered.
    pub answers: String,
    /// Counts saves.
    pub version: i64,
    /// When it was uploaded.
    pub created_at: Instant,
}

#[derive(FromQueryResult)]
struct Row {
    draft_key: String,
    kind: String,
    cut_off: String,
    unit_id: i64,
    owner_id: i64,
    file_name: String,
    reading: String,
    message: String,
    answers: String,
    version: i64,
    created_at: i64,
}

/// Stores a draft with the file's bytes.
///
/// # Errors
/// The database is unavailable.
pub async fn add(tx: &Tx, draft: &IntakeDraft, bytes: &[u8]) -> Result<()> {
    run(
        tx,
        "INSERT INTO intake_draft (draft_key, kind, cut_off, unit_id, owner_id, file_name, bytes, reading, message, answers, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        values![
            draft.key.as_str(),
            draft.kind.word(),
            day_text(draft.cut_off),
            draft.unit.0,
            draft.owner.0,
            draft.file_name.as_str(),
            bytes,
            draft.reading.as_str(),
            draft.message.as_str(),
            draft.answers.as_str(),
            draft.created_at.timestamp_micros(),
        ],
    )
    .await
    .map(|_| ())
}

/// One draft, without the file's bytes.
///
/// # Errors
/// The database is unavailable.
pub async fn by_key(db: &impl Db, key: &str) -> Result<Option<IntakeDraft>> {
    let row: Option<Row> = one(
        db,
        "SELECT draft_key, kind, cut_off, unit_id, owner_id, file_name, reading, message, answers, version, created_at
         FROM intake_draft WHERE draft_key = $1",
        values![key],
    )
    .await?;
    let Some(row) = row else { return Ok(None) };
    let kind = ReturnKind::from_word(&row.kind);
    Ok(Some(IntakeDraft {
        key: row.draft_key,
        kind: kind.ok_or_else(|| Error::Database(format!("return kind {:?}", row.kind)))?,
        cut_off: day(&row.cut_off)?,
        unit: UnitId(row.unit_id),
        owner: PersonId(row.owner_id),
        file_name: row.file_name,
        reading: row.reading,
        message: row.message,
        answers: row.answers,
        version: row.version,
        created_at: instant(row.created_at)?,
    }))
}

/// A draft that waits for its owner.
#[derive(Debug, Clone)]
pub struct OwnDraft {
    /// Its key.
    pub key: String,
    /// For a return of which kind.
    pub kind: ReturnKind,
    /// Of which period.
    pub cut_off: NaiveDate,
    /// The file's name.
    pub file_name: String,
    /// When it was uploaded, or came.
    pub created_at: Instant,
    /// Whether it came by mail.
    pub by_mail: bool,
}

#[derive(FromQueryResult)]
struct OwnRow {
    draft_key: String,
    kind: String,
    cut_off: String,
    file_name: String,
    created_at: i64,
    by_mail: bool,
}

/// The drafts of a person, the newest first, a hundred at most; those that could not be read are left out.
///
/// # Errors
/// The database is unavailable.
pub async fn of_owner(db: &impl Db, owner: PersonId) -> Result<Vec<OwnDraft>> {
    let rows: Vec<OwnRow> = all(
        db,
        "SELECT draft_key, kind, cut_off, file_name, created_at,
           EXISTS (SELECT 1 FROM mail_draft WHERE mail_draft.draft_key = intake_draft.draft_key) AS by_mail
         FROM intake_draft WHERE owner_id = $1 AND message = '' ORDER BY created_at DESC, draft_key LIMIT 100",
        values![owner.0],
    )
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = ReturnKind::from_word(&row.kind);
            Ok(OwnDraft {
                kind: kind.ok_or_else(|| Error::Database(format!("return kind {:?}", row.kind)))?,
                cut_off: day(&row.cut_off)?,
                created_at: instant(row.created_at)?,
                key: row.draft_key,
                file_name: row.file_name,
                by_mail: row.by_mail,
            })
        })
        .collect()
}

/// The bytes of a draft's file.
///
/// # Errors
/// The database is unavailable.
pub async fn bytes(db: &impl Db, key: &str) -> Result<Option<Vec<u8>>> {
    #[derive(FromQueryResult)]
    struct Bytes {
        bytes: Vec<u8>,
    }
    let row: Option<Bytes> = one(
        db,
        "SELECT bytes FROM intake_draft WHERE draft_key = $1",
        values![key],
    )
    .await?;
    Ok(row.map(|row| row.bytes))
}

/// Keeps what was read, or why nothing was, of a draft that was still being read; does nothing to any other.
///
/// # Errors
/// The database is unavailable.
pub async fn save_reading(
    tx: &Tx,
    key: &str,
    reading: &str,
    message: &str,
    answers: &str,
) -> Result<()> {
    run(
        tx,
        "UPDATE intake_draft SET reading = $1, message = $2, answers = $3
         WHERE draft_key = $4 AND reading = '' AND message = ''",
        values![reading, message, answers, key],
    )
    .await
    .map(|_| ())
}

/// Saves the owner's answers, made from version `version`.
///
/// # Errors
/// [`Error::Stale`] when the draft was saved since, or is gone.
pub async fn save_answers(tx: &Tx, key: &str, version: i64, answers: &str) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE intake_draft SET answers = $1, version = version + 1 WHERE draft_key = $2 AND version = $3",
        values![answers, key, version],
    )
    .await
}

/// Removes a draft. False when it was gone already.
///
/// # Errors
/// The database is unavailable.
pub async fn remove(tx: &Tx, key: &str) -> Result<bool> {
    let sql = "DELETE FROM intake_draft WHERE draft_key = $1";
    Ok(run(tx, sql, values![key]).await? == 1)
}

/// Removes drafts uploaded before `before`, and those that came by mail before `mailed_before`: who sent a mail does
/// not sit before the page.
///
/// # Errors
/// The database is unavailable.
pub async fn purge(tx: &Tx, before: Instant, mailed_before: Instant) -> Result<u64> {
    run(
        tx,
        "DELETE FROM intake_draft WHERE created_at < $1 AND (created_at < $2 OR NOT EXISTS
           (SELECT 1 FROM mail_draft WHERE mail_draft.draft_key = intake_draft.draft_key))",
        values![before.timestamp_micros(), mailed_before.timestamp_micros()],
    )
    .await
}

/// A file that was confirmed into a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// Its number.
    pub id: i64,
    /// The draft it came from.
    pub draft_key: String,
    /// The return it went into.
    pub filing: ReturnId,
    /// The stored file.
    pub file: FileId,
    /// Under which name it came.
    pub file_name: String,
    /// Rows that were taken.
    pub rows: i64,
    /// When.
    pub confirmed_at: Instant,
    /// By whom.
    pub confirmed_by: PersonId,
}

#[derive(FromQueryResult)]
struct IntakeRow {
    id: i64,
    draft_key: String,
    return_id: i64,
    file_id: i64,
    file_name: String,
    row_count: i64,
    confirmed_at: i64,
    confirmed_by: i64,
}

const INTAKE: &str =
    "id, draft_key, return_id, file_id, file_name, row_count, confirmed_at, confirmed_by";

impl IntakeRow {
    fn intake(self) -> Result<Intake> {
        Ok(Intake {
            id: self.id,
            draft_key: self.draft_key,
            filing: ReturnId(self.return_id),
            file: FileId(self.file_id),
            file_name: self.file_name,
            rows: self.row_count,
            confirmed_at: instant(self.confirmed_at)?,
            confirmed_by: PersonId(self.confirmed_by),
        })
    }
}

/// Records a confirmed file; its number is given.
///
/// # Errors
/// [`Error::Taken`] when its draft was confirmed before.
pub async fn record(tx: &Tx, intake: &Intake) -> Result<i64> {
    insert(
        tx,
        "INSERT INTO intake (draft_key, return_id, file_id, file_name, row_count, confirmed_at, confirmed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        values![
            intake.draft_key.as_str(),
            intake.filing.0,
            intake.file.0,
            intake.file_name.as_str(),
            intake.rows,
            intake.confirmed_at.timestamp_micros(),
            intake.confirmed_by.0,
        ],
    )
    .await
}

/// What came of a draft; none while it is not confirmed.
///
/// # Errors
/// The database is unavailable.
pub async fn of_draft(db: &impl Db, key: &str) -> Result<Option<Intake>> {
    let sql = format!("SELECT {INTAKE} FROM intake WHERE draft_key = $1");
    let row: Option<IntakeRow> = one(db, &sql, values![key]).await?;
    row.map(IntakeRow::intake).transpose()
}

/// The files that went into a return, oldest first.
///
/// # Errors
/// The database is unavailable.
pub async fn of_return(db: &impl Db, id: ReturnId) -> Result<Vec<Intake>> {
    let sql = format!("SELECT {INTAKE} FROM intake WHERE return_id = $1 ORDER BY id");
    let rows: Vec<IntakeRow> = all(db, &sql, values![id.0]).await?;
    rows.into_iter().map(IntakeRow::intake).collect()
}
