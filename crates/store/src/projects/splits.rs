//! Records that came out of another, and the entries of funds they took along.

use chrono::NaiveDate;
use domain::{EntryId, Instant, Money, PersonId, ProjectId, UnitId};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, Tx,
    sql::{all, day, day_text, instant, run, values},
};

/// A split to be recorded.
#[derive(Debug, Clone)]
pub struct NewSplit<'a> {
    /// The record it came out of.
    pub from: ProjectId,
    /// The new record.
    pub new: ProjectId,
    /// From which day on.
    pub effective_on: NaiveDate,
    /// Why.
    pub reason: &'a str,
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Instant,
}

/// A record that came out of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitOff {
    /// The record it came out of.
    pub from: ProjectId,
    /// The new record.
    pub new: ProjectId,
    /// From which day on.
    pub effective_on: NaiveDate,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Instant,
    /// Who.
    pub by: PersonId,
}

/// Records a split, with the entries of funds that go along.
///
/// # Errors
/// The database is unavailable.
pub async fn add_split(tx: &Tx, new: &NewSplit<'_>, entries: &[EntryId]) -> Result<()> {
    run(
        tx,
        "INSERT INTO project_split (from_id, new_id, effective_on, reason, split_at, split_by) VALUES ($1, $2, $3, $4, $5, $6)",
        values![
            new.from.0,
            new.new.0,
            day_text(new.effective_on),
            new.reason,
            new.at.timestamp_micros(),
            new.by.0
        ],
    )
    .await?;
    for entry in entries {
        run(
            tx,
            "INSERT INTO entry_project (entry_id, project_id) VALUES ($1, $2)
             ON CONFLICT (entry_id) DO UPDATE SET project_id = excluded.project_id",
            values![entry.0, new.new.0],
        )
        .await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Row {
    from_id: i64,
    new_id: i64,
    effective_on: String,
    reason: String,
    split_at: i64,
    split_by: i64,
}

/// What a project came out of, and what came out of it, in order.
///
/// # Errors
/// The database is unavailable.
pub async fn splits_of(db: &impl Db, project: ProjectId) -> Result<Vec<SplitOff>> {
    let rows: Vec<Row> = all(
        db,
        "SELECT from_id, new_id, effective_on, reason, split_at, split_by FROM project_split
         WHERE from_id = $1 OR new_id = $1 ORDER BY id",
        values![project.0],
    )
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(SplitOff {
                from: ProjectId(row.from_id),
                new: ProjectId(row.new_id),
                effective_on: day(&row.effective_on)?,
                reason: row.reason,
                at: instant(row.split_at)?,
                by: PersonId(row.split_by),
            })
        })
        .collect()
}

/// An accepted entry of funds: its number, the project it names, its amount, the day, and the project it was given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedEntry {
    /// Its number.
    pub id: EntryId,
    /// The project it names.
    pub project: String,
    /// Its amount.
    pub amount: Money,
    /// When it was received.
    pub received_on: NaiveDate,
    /// The project it was given to by a split.
    pub given_to: Option<ProjectId>,
}

/// Accepted entries of an enterprise, by day.
///
/// # Errors
/// The database is unavailable.
pub async fn accepted_entries(db: &impl Db, unit: UnitId) -> Result<Vec<NamedEntry>> {
    #[derive(FromQueryResult)]
    struct Entry {
        id: i64,
        project: String,
        amount_fen: i64,
        received_on: String,
        given_to: Option<i64>,
    }
    let rows: Vec<Entry> = all(
        db,
        "SELECT entry.id, entry.project, entry.amount_fen, entry.received_on, entry_project.project_id AS given_to
         FROM entry LEFT JOIN entry_project ON entry_project.entry_id = COALESCE(entry.refund_of, entry.id)
         WHERE entry.unit_id = $1 AND entry.state = 'accepted' ORDER BY entry.received_on, entry.id",
        values![unit.0],
    )
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(NamedEntry {
                id: EntryId(row.id),
                project: row.project,
                amount: Money::from_fen(row.amount_fen),
                received_on: day(&row.received_on)?,
                given_to: row.given_to.map(ProjectId),
            })
        })
        .collect()
}
