//! Calendar feeds, and the due days they were told.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{Instant, PeriodId, PersonId};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, Tx,
    sql::{all, day, day_text, instant, one, run, values},
};

#[derive(FromQueryResult)]
struct OwnerRow {
    person_id: i64,
}

#[derive(FromQueryResult)]
struct MadeRow {
    created_at: i64,
}

/// Gives a person a feed, in place of any earlier one.
///
/// # Errors
/// The database is unavailable.
pub async fn put_feed(tx: &Tx, person: PersonId, token_sm3: &str, at: Instant) -> Result<()> {
    revoke_feed(tx, person).await?;
    let sql = "INSERT INTO calendar_feed (person_id, token_sm3, created_at) VALUES ($1, $2, $3)";
    run(tx, sql, values![person.0, token_sm3, at.timestamp_micros()])
        .await
        .map(|_| ())
}

/// Takes a person's feed away. False when there was none.
///
/// # Errors
/// The database is unavailable.
pub async fn revoke_feed(tx: &Tx, person: PersonId) -> Result<bool> {
    let sql = "DELETE FROM calendar_feed WHERE person_id = $1";
    Ok(run(tx, sql, values![person.0]).await? == 1)
}

/// Whose feed this is, by the hash of its token.
///
/// # Errors
/// The database is unavailable.
pub async fn feed_owner(db: &impl Db, token_sm3: &str) -> Result<Option<PersonId>> {
    let sql = "SELECT person_id FROM calendar_feed WHERE token_sm3 = $1";
    let row: Option<OwnerRow> = one(db, sql, values![token_sm3]).await?;
    Ok(row.map(|row| PersonId(row.person_id)))
}

/// When a person's feed was made; none where there is none.
///
/// # Errors
/// The database is unavailable.
pub async fn feed_made_at(db: &impl Db, person: PersonId) -> Result<Option<Instant>> {
    let sql = "SELECT created_at FROM calendar_feed WHERE person_id = $1";
    let row: Option<MadeRow> = one(db, sql, values![person.0]).await?;
    row.map(|row| instant(row.created_at)).transpose()
}

/// A due day as calendars were told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueEvent {
    /// The day.
    pub due_on: NaiveDate,
    /// How often it has moved.
    pub sequence: i64,
    /// When it was first told, or last moved.
    pub changed_at: Instant,
}

#[derive(FromQueryResult)]
struct EventRow {
    period_id: i64,
    due_on: String,
    sequence: i64,
    changed_at: i64,
}

/// Every due day that calendars were told.
///
/// # Errors
/// The database is unavailable.
pub async fn due_events(db: &impl Db) -> Result<HashMap<PeriodId, DueEvent>> {
    let sql = "SELECT period_id, due_on, sequence, changed_at FROM due_event";
    let rows: Vec<EventRow> = all(db, sql, values![]).await?;
    rows.into_iter()
        .map(|row| {
            let event = DueEvent {
                due_on: day(&row.due_on)?,
                sequence: row.sequence,
                changed_at: instant(row.changed_at)?,
            };
            Ok((PeriodId(row.period_id), event))
        })
        .collect()
}

/// Notes a period's due day; where it has moved, the sequence counts on.
///
/// # Errors
/// The database is unavailable.
pub async fn note_due(tx: &Tx, period: PeriodId, due_on: NaiveDate, at: Instant) -> Result<()> {
    run(
        tx,
        "INSERT INTO due_event (period_id, due_on, sequence, changed_at) VALUES ($1, $2, 0, $3)
         ON CONFLICT (period_id) DO UPDATE SET due_on = excluded.due_on, sequence = due_event.sequence + 1, changed_at = excluded.changed_at
         WHERE due_event.due_on <> excluded.due_on",
        values![period.0, day_text(due_on), at.timestamp_micros()],
    )
    .await
    .map(|_| ())
}
