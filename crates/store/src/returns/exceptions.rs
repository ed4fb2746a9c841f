//! What is different for one enterprise in one period, and what the officer notes of an enterprise.

use chrono::NaiveDate;
use domain::{Instant, PeriodId, PersonId, UnitId, period::ReturnKind};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

use crate::{
    Db, Error, Result, Tx,
    sql::{all, day, day_text, insert, instant, run_on_version, values},
};

pub use domain::period::ExceptionKind;

/// An exception in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Its number.
    pub id: i64,
    /// In which period.
    pub period: PeriodId,
    /// Whose.
    pub unit: UnitId,
    /// What it is.
    pub kind: ExceptionKind,
    /// Why.
    pub reason: String,
    /// The last day it holds; none: without end.
    pub until: Option<NaiveDate>,
    /// When it was made.
    pub made_at: Instant,
    /// Who made it.
    pub made_by: PersonId,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    period_id: i64,
    unit_id: i64,
    kind: String,
    reason: String,
    until_on: Option<String>,
    made_at: i64,
    made_by: i64,
}

impl Row {
    fn exception(self) -> Result<Exception> {
        let kind = ExceptionKind::from_word(&self.kind);
        Ok(Exception {
            id: self.id,
            period: PeriodId(self.period_id),
            unit: UnitId(self.unit_id),
            kind: kind.ok_or_else(|| Error::Database(format!("exception kind {:?}", self.kind)))?,
            reason: self.reason,
            until: self.until_on.as_deref().map(day).transpose()?,
            made_at: instant(self.made_at)?,
            made_by: PersonId(self.made_by),
        })
    }
}

const EXCEPTION: &str = "return_exception.id, return_exception.period_id, return_exception.unit_id, return_exception.kind, \
                         return_exception.reason, return_exception.until_on, return_exception.made_at, return_exception.made_by";

/// The exceptions in force of a kind of return in an authority.
///
/// # Errors
/// The database is unavailable.
pub async fn exceptions(
    db: &impl Db,
    authority: UnitId,
    kind: ReturnKind,
) -> Result<Vec<Exception>> {
    let sql = format!(
        "SELECT {EXCEPTION} FROM return_exception JOIN period ON period.id = return_exception.period_id
         WHERE period.authority_id = $1 AND period.kind = $2 AND return_exception.ended_at IS NULL
         ORDER BY return_exception.id"
    );
    let rows: Vec<Row> = all(db, &sql, values![authority.0, kind.word()]).await?;
    rows.into_iter().map(Row::exception).collect()
}

/// The exceptions in force of an enterprise in a period.
///
/// # Errors
/// The database is unavailable.
pub async fn of_period(db: &impl Db, period: PeriodId, unit: UnitId) -> Result<Vec<Exception>> {
    let sql = format!(
        "SELECT {EXCEPTION} FROM return_exception WHERE period_id = $1 AND unit_id = $2 AND ended_at IS NULL ORDER BY id"
    );
    let rows: Vec<Row> = all(db, &sql, values![period.0, unit.0]).await?;
    rows.into_iter().map(Row::exception).collect()
}

/// An exception to be made.
#[derive(Debug, Clone)]
pub struct NewException<'a> {
    /// In which period.
    pub period: PeriodId,
    /// Whose.
    pub unit: UnitId,
    /// What it is.
    pub kind: ExceptionKind,
    /// Why.
    pub reason: &'a str,
    /// As [`Exception::until`].
    pub until: Option<NaiveDate>,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: PersonId,
}

/// Makes an exception.
///
/// # Errors
/// [`Error::Taken`] when there is one of this kind already.
pub async fn add(tx: &Tx, new: &NewException<'_>) -> Result<i64> {
    insert(
        tx,
        "INSERT INTO return_exception (period_id, unit_id, kind, reason, until_on, made_at, made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        values![
            new.period.0,
            new.unit.0,
            new.kind.word(),
            new.reason,
            new.until.map(day_text),
            new.at.timestamp_micros(),
            new.by.0,
        ],
    )
    .await
}

/// Ends an exception.
///
/// # Errors
/// [`Error::Stale`] when it is ended already.
pub async fn end(tx: &Tx, id: i64, by: PersonId, at: Instant) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE return_exception SET ended_at = $1, ended_by = $2 WHERE id = $3 AND ended_at IS NULL",
        values![at.timestamp_micros(), by.0, id],
    )
    .await
}

/// What an officer noted of an enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Of which enterprise.
    pub unit: UnitId,
    /// About which period; none: in general.
    pub period: Option<PeriodId>,
    /// The note.
    pub text: String,
    /// What day was promised.
    pub promised_on: Option<NaiveDate>,
    /// When.
    pub made_at: Instant,
    /// By whom.
    pub made_by: PersonId,
}

#[derive(FromQueryResult)]
struct RemarkRow {
    unit_id: i64,
    period_id: Option<i64>,
    text: String,
    promised_on: Option<String>,
    made_at: i64,
    made_by: i64,
}

/// The remarks of an authority, newest first; the newest `limit` of them.
///
/// # Errors
/// The database is unavailable.
pub async fn remarks(db: &impl Db, authority: UnitId, limit: i64) -> Result<Vec<Remark>> {
    let rows: Vec<RemarkRow> = all(
        db,
        "SELECT unit_id, period_id, text, promised_on, made_at, made_by FROM unit_remark
         WHERE authority_id = $1 ORDER BY id DESC LIMIT $2",
        values![authority.0, limit],
    )
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Remark {
                unit: UnitId(row.unit_id),
                period: row.period_id.map(PeriodId),
                text: row.text,
                promised_on: row.promised_on.as_deref().map(day).transpose()?,
                made_at: instant(row.made_at)?,
                made_by: PersonId(row.made_by),
            })
        })
        .collect()
}

/// Adds a remark.
///
/// # Errors
/// The database is unavailable.
pub async fn add_remark(tx: &Tx, authority: UnitId, new: &Remark) -> Result<i64> {
    insert(
        tx,
        "INSERT INTO unit_remark (authority_id, unit_id, period_id, text, promised_on, made_at, made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        values![
            authority.0,
            new.unit.0,
            new.period.map(|period| period.0),
            new.text.as_str(),
            new.promised_on.map(day_text),
            new.made_at.timestamp_micros(),
            new.made_by.0,
        ],
    )
    .await
}
