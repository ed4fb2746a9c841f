//! Returns: periods, an enterprise's return for one, the steps taken with it.

mod adjustments;
mod cooperation;
mod editions;
mod exceptions;
mod files;
mod periods;
mod prints;

use chrono::NaiveDate;
use domain::{
    Instant, PeriodId, PersonId, ReturnId, UnitId, period::ReturnKind, returns::ReturnState,
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, day, day_text, insert, instant, one, run, run_on_version, values},
};

pub use adjustments::{
    Filter, Frozen, NewAdjustment, add as add_adjustment, decide as decide_adjustment, list,
    of_edition, reported,
};
pub use cooperation::{
    Cooperation, add as add_cooperation, before as cooperation_before,
    of_edition as cooperation_of_edition, of_project as cooperation_of_project,
    remark as remark_cooperation,
};
pub use editions::{
    Edition, EditionFile, HandedIn, NewEdition, add as add_edition, attach, decide, editions,
    files, newest, newest_of_kind, newest_of_unit, withdraw,
};
pub use exceptions::{
    Exception, ExceptionKind, NewException, Remark, add as add_exception, add_remark,
    end as end_exception, exceptions, of_period as exceptions_of_period, remarks,
};
pub use files::{ReturnFile, add as add_file, attached, remove as remove_file};
pub use periods::{
    NewPeriod, add_period, change_period, drop_period, is_untouched, period_by_id, periods,
};
pub use prints::{Scan, add_print, add_scan, is_printed, scans};

/// An enterprise's return for a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// Its number.
    pub id: ReturnId,
    /// For which period.
    pub period: PeriodId,
    /// Whose.
    pub unit: UnitId,
    /// Where it stands.
    pub state: ReturnState,
    /// Counts changes.
    pub version: i64,
    /// The edition being worked on, or handed in last.
    pub edition: i64,
    /// What was typed, as JSON of its kind.
    pub input: String,
    /// Who submitted it for release last.
    pub submitted_by: Option<PersonId>,
    /// When that was.
    pub submitted_at: Option<Instant>,
    /// The canonical data as submitted: what waits for release does not move with the projects. None in other states.
    pub submitted_data: Option<String>,
    /// When it was handed in first: by that it is timely or late.
    pub first_handed_in_at: Option<Instant>,
    /// The day by which it is to be handed in again after it was returned.
    pub resubmit_by: Option<NaiveDate>,
    /// When it was begun.
    pub created_at: Instant,
}

#[derive(FromQueryResult)]
struct FilingRow {
    id: i64,
    period_id: i64,
    unit_id: i64,
    state: String,
    version: i64,
    edition: i64,
    input: String,
    submitted_by: Option<i64>,
    submitted_at: Option<i64>,
    submitted_data: Option<String>,
    first_handed_in_at: Option<i64>,
    resubmit_by: Option<String>,
    created_at: i64,
}

const FILING: &str = "filing.id, filing.period_id, filing.unit_id, filing.state, filing.version, filing.edition, filing.input, \
                      filing.submitted_by, filing.submitted_at, filing.submitted_data, filing.first_handed_in_at, filing.resubmit_by, filing.created_at";

impl FilingRow {
    fn filing(self) -> Result<Filing> {
        let state = ReturnState::from_word(&self.state);
        Ok(Filing {
            id: ReturnId(self.id),
            period: PeriodId(self.period_id),
            unit: UnitId(self.unit_id),
            state: state
                .ok_or_else(|| Error::Database(format!("return state {:?}", self.state)))?,
            version: self.version,
            edition: self.edition,
            input: self.input,
            submitted_by: self.submitted_by.map(PersonId),
            submitted_at: self.submitted_at.map(instant).transpose()?,
            submitted_data: self.submitted_data,
            first_handed_in_at: self.first_handed_in_at.map(instant).transpose()?,
            resubmit_by: self.resubmit_by.as_deref().map(day).transpose()?,
            created_at: instant(self.created_at)?,
        })
    }
}

/// A return.
///
/// # Errors
/// The database is unavailable.
pub async fn by_id(db: &impl Db, id: ReturnId) -> Result<Option<Filing>> {
    let sql = format!("SELECT {FILING} FROM filing WHERE id = $1");
    let row: Option<FilingRow> = one(db, &sql, values![id.0]).await?;
    row.map(FilingRow::filing).transpose()
}

/// The return of an enterprise for a period; none while it is 未报.
///
/// # Errors
/// The database is unavailable.
pub async fn of(db: &impl Db, period: PeriodId, unit: UnitId) -> Result<Option<Filing>> {
    let sql = format!("SELECT {FILING} FROM filing WHERE period_id = $1 AND unit_id = $2");
    let row: Option<FilingRow> = one(db, &sql, values![period.0, unit.0]).await?;
    row.map(FilingRow::filing).transpose()
}

/// All returns of a kind in an authority.
///
/// # Errors
/// The database is unavailable.
pub async fn filings(db: &impl Db, authority: UnitId, kind: ReturnKind) -> Result<Vec<Filing>> {
    let sql = format!(
        "SELECT {FILING} FROM filing JOIN period ON period.id = filing.period_id
         WHERE period.authority_id = $1 AND period.kind = $2 ORDER BY filing.id"
    );
    let rows: Vec<FilingRow> = all(db, &sql, values![authority.0, kind.word()]).await?;
    rows.into_iter().map(FilingRow::filing).collect()
}

/// Whether some enterprise has handed in its return for a period, taken back since or not.
///
/// # Errors
/// The database is unavailable.
pub async fn any_handed_in(db: &impl Db, period: PeriodId) -> Result<bool> {
    let sql = format!(
        "SELECT {FILING} FROM filing WHERE period_id = $1 AND first_handed_in_at IS NOT NULL LIMIT 1"
    );
    let row: Option<FilingRow> = one(db, &sql, values![period.0]).await?;
    Ok(row.is_some())
}

/// Begins a return as a draft with what was typed.
///
/// # Errors
/// [`Error::Stale`] when somebody has begun it.
pub async fn begin(
    tx: &Tx,
    period: PeriodId,
    unit: UnitId,
    input: &str,
    by: PersonId,
    at: Instant,
) -> Result<ReturnId> {
    let added = insert(
        tx,
        "INSERT INTO filing (period_id, unit_id, state, input, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        values![period.0, unit.0, ReturnState::Draft.word(), input, at.timestamp_micros(), by.0],
    )
    .await;
    match added {
        Err(Error::Taken) => Err(Error::Stale),
        other => other.map(ReturnId),
    }
}

/// Saves what was typed, made from `version`.
///
/// # Errors
/// [`Error::Stale`] when the return was saved or moved since.
pub async fn save_input(tx: &Tx, id: ReturnId, version: i64, input: &str) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE filing SET input = $1, version = version + 1 WHERE id = $2 AND version = $3",
        values![input, id.0, version],
    )
    .await
}

/// A step to be recorded.
#[derive(Debug, Clone)]
pub struct NewStep<'a> {
    /// Its word.
    pub step: &'a str,
    /// Why.
    pub reason: &'a str,
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Instant,
}

/// Moves a return to the state, edition, submission and first hand-in in `after`, made from `version`, and records the
/// step as one with edition `edition`.
///
/// # Errors
/// [`Error::Stale`] when it was saved or moved since.
pub async fn step(
    tx: &Tx,
    after: &Filing,
    version: i64,
    edition: i64,
    new: &NewStep<'_>,
) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE filing SET state = $1, edition = $2, submitted_by = $3, submitted_at = $4, submitted_data = $5,
                first_handed_in_at = $6, resubmit_by = $7, version = version + 1
         WHERE id = $8 AND version = $9",
        values![
            after.state.word(),
            after.edition,
            after.submitted_by.map(|person| person.0),
            after.submitted_at.map(|at| at.timestamp_micros()),
            after.submitted_data.clone(),
            after.first_handed_in_at.map(|at| at.timestamp_micros()),
            after.resubmit_by.map(day_text),
            after.id.0,
            version,
        ],
    )
    .await?;
    run(
        tx,
        "INSERT INTO return_step (return_id, edition, step, reason, person_id, at) VALUES ($1, $2, $3, $4, $5, $6)",
        values![after.id.0, edition, new.step, new.reason, new.by.0, new.at.timestamp_micros()],
    )
    .await
    .map(|_| ())
}

/// A step taken.
#[derive(Debug, Clone, FromQueryResult)]
pub struct StepTaken {
    /// With which edition.
    pub edition: i64,
    /// Its word.
    pub step: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub person_id: i64,
    /// When, in microseconds.
    pub at: i64,
}

/// The steps of a return, oldest first.
///
/// # Errors
/// The database is unavailable.
pub async fn steps(db: &impl Db, id: ReturnId) -> Result<Vec<StepTaken>> {
    all(
        db,
        "SELECT edition, step, reason, person_id, at FROM return_step WHERE return_id = $1 ORDER BY id",
        values![id.0],
    )
    .await
}
