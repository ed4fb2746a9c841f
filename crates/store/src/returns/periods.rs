//! Periods of returns.

use domain::{
    Instant, PeriodId, UnitId,
    period::{Period, ReturnKind},
    schedule::Planned,
    workday::ShiftRule,
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, day, day_text, one, run, values},
};

#[derive(FromQueryResult)]
struct PeriodRow {
    id: i64,
    authority_id: i64,
    kind: String,
    cut_off: String,
    set_on: String,
    advised_on: Option<String>,
    shift: String,
    due_on: String,
    lock_after: Option<String>,
    scan_required: bool,
    moved_reason: String,
    review: bool,
}

const PERIOD: &str = "id, authority_id, kind, cut_off, set_on, advised_on, shift, due_on, lock_after, scan_required, \
                      moved_reason, review";

impl PeriodRow {
    fn period(self) -> Result<Period> {
        let kind = ReturnKind::from_word(&self.kind);
        let shift = ShiftRule::from_word(&self.shift);
        Ok(Period {
            id: PeriodId(self.id),
            authority: UnitId(self.authority_id),
            kind: kind.ok_or_else(|| Error::Database(format!("return kind {:?}", self.kind)))?,
            cut_off: day(&self.cut_off)?,
            set_on: day(&self.set_on)?,
            advised_on: self.advised_on.as_deref().map(day).transpose()?,
            shift: shift.ok_or_else(|| Error::Database(format!("shift rule {:?}", self.shift)))?,
            due_on: day(&self.due_on)?,
            lock_after: self.lock_after.as_deref().map(day).transpose()?,
            scan_required: self.scan_required,
            moved_reason: self.moved_reason,
            review: self.review,
        })
    }
}

/// Periods of a kind, by their cut-offs.
///
/// # Errors
/// The database is unavailable.
pub async fn periods(db: &impl Db, authority: UnitId, kind: ReturnKind) -> Result<Vec<Period>> {
    let sql = format!(
        "SELECT {PERIOD} FROM period WHERE authority_id = $1 AND kind = $2 ORDER BY cut_off"
    );
    let rows: Vec<PeriodRow> = all(db, &sql, values![authority.0, kind.word()]).await?;
    rows.into_iter().map(PeriodRow::period).collect()
}

/// A period.
///
/// # Errors
/// The database is unavailable.
pub async fn period_by_id(db: &impl Db, id: PeriodId) -> Result<Option<Period>> {
    let sql = format!("SELECT {PERIOD} FROM period WHERE id = $1");
    let row: Option<PeriodRow> = one(db, &sql, values![id.0]).await?;
    row.map(PeriodRow::period).transpose()
}

/// A period as a schedule has it.
#[derive(Debug, Clone, Copy)]
pub struct NewPeriod<'a> {
    /// Its days.
    pub planned: &'a Planned,
    /// By which rule.
    pub shift: ShiftRule,
    /// Whether a stamped scan is required.
    pub scan_required: bool,
    /// As [`Period::moved_reason`].
    pub moved_reason: &'a str,
}

/// Adds a period unless it is there; the first of 附件2 is a full review. Cut-offs must come in their order.
///
/// # Errors
/// The database is unavailable.
pub async fn add_period(
    tx: &Tx,
    authority: UnitId,
    kind: ReturnKind,
    new: NewPeriod<'_>,
    at: Instant,
) -> Result<()> {
    let review = kind == ReturnKind::Annex2 && periods(tx, authority, kind).await?.is_empty();
    let planned = new.planned;
    run(
        tx,
        "INSERT INTO period (authority_id, kind, cut_off, set_on, advised_on, shift, due_on, lock_after, scan_required,
                             moved_reason, review, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (authority_id, kind, cut_off) DO NOTHING",
        values![
            authority.0,
            kind.word(),
            day_text(planned.cut_off),
            day_text(planned.set_on),
            planned.advised_on.map(day_text),
            new.shift.word(),
            day_text(planned.due_on),
            planned.lock_after.map(day_text),
            new.scan_required,
            new.moved_reason,
            review,
            at.timestamp_micros(),
        ],
    )
    .await
    .map(|_| ())
}

/// Gives a period other days.
///
/// # Errors
/// The database is unavailable.
pub async fn change_period(
    tx: &Tx,
    authority: UnitId,
    kind: ReturnKind,
    new: NewPeriod<'_>,
) -> Result<()> {
    let planned = new.planned;
    run(
        tx,
        "UPDATE period SET set_on = $1, advised_on = $2, shift = $3, due_on = $4, lock_after = $5, scan_required = $6,
                           moved_reason = $7
         WHERE authority_id = $8 AND kind = $9 AND cut_off = $10",
        values![
            day_text(planned.set_on),
            planned.advised_on.map(day_text),
            new.shift.word(),
            day_text(planned.due_on),
            planned.lock_after.map(day_text),
            new.scan_required,
            new.moved_reason,
            authority.0,
            kind.word(),
            day_text(planned.cut_off),
        ],
    )
    .await
    .map(|_| ())
}

const UNTOUCHED: &str = "NOT EXISTS (SELECT 1 FROM filing WHERE filing.period_id = period.id)
         AND NOT EXISTS (SELECT 1 FROM return_exception WHERE return_exception.period_id = period.id)
         AND NOT EXISTS (SELECT 1 FROM unit_remark WHERE unit_remark.period_id = period.id)";

/// Whether nothing hangs on a period yet.
///
/// # Errors
/// The database is unavailable.
pub async fn is_untouched(db: &impl Db, id: PeriodId) -> Result<bool> {
    let sql = format!("SELECT {PERIOD} FROM period WHERE id = $1 AND {UNTOUCHED}");
    let row: Option<PeriodRow> = one(db, &sql, values![id.0]).await?;
    Ok(row.is_some())
}

/// Takes a period away where nothing was begun in it.
///
/// # Errors
/// The database is unavailable.
pub async fn drop_period(tx: &Tx, id: PeriodId) -> Result<()> {
    let sql = format!("DELETE FROM period WHERE id = $1 AND {UNTOUCHED}");
    run(tx, &sql, values![id.0]).await.map(|_| ())
}
