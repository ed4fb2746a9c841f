//! Versions of the schedules of an authority.

use domain::{Instant, PersonId, UnitId, period::ReturnKind, schedule::Schedule};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, insert, instant, one, values},
};

/// A version of a schedule.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its number; 0 is the notice's own.
    pub version: i64,
    /// The schedule.
    pub schedule: Schedule,
    /// Why it was changed.
    pub reason: String,
    /// When, and by whom; none for the notice's own.
    pub recorded: Option<(Instant, PersonId)>,
}

#[derive(FromQueryResult)]
struct Row {
    version: i64,
    rule: String,
    reason: String,
    recorded_at: i64,
    recorded_by: i64,
}

impl Row {
    fn version(self) -> Result<Version> {
        Ok(Version {
            version: self.version,
            schedule: serde_json::from_str(&self.rule)
                .map_err(|error| Error::Database(format!("schedule: {error}")))?,
            reason: self.reason,
            recorded: Some((instant(self.recorded_at)?, PersonId(self.recorded_by))),
        })
    }
}

const VERSION: &str = "version, rule, reason, recorded_at, recorded_by";

/// The schedule in force: the newest version, else the notice's.
///
/// # Errors
/// The database is unavailable.
pub async fn in_force(db: &impl Db, authority: UnitId, kind: ReturnKind) -> Result<Version> {
    let sql = format!(
        "SELECT {VERSION} FROM schedule WHERE authority_id = $1 AND kind = $2 ORDER BY version DESC LIMIT 1"
    );
    let row: Option<Row> = one(db, &sql, values![authority.0, kind.word()]).await?;
    match row {
        Some(row) => row.version(),
        None => Ok(of_notice(kind)),
    }
}

fn of_notice(kind: ReturnKind) -> Version {
    Version {
        version: 0,
        schedule: Schedule::of_notice(kind),
        reason: String::new(),
        recorded: None,
    }
}

/// Every version, the notice's first.
///
/// # Errors
/// The database is unavailable.
pub async fn versions(db: &impl Db, authority: UnitId, kind: ReturnKind) -> Result<Vec<Version>> {
    let sql = format!(
        "SELECT {VERSION} FROM schedule WHERE authority_id = $1 AND kind = $2 ORDER BY version"
    );
    let rows: Vec<Row> = all(db, &sql, values![authority.0, kind.word()]).await?;
    let mut versions = vec![of_notice(kind)];
    for row in rows {
        versions.push(row.version()?);
    }
    Ok(versions)
}

/// Adds a version made from `version`.
///
/// # Errors
/// [`Error::Stale`] when somebody changed it since.
pub async fn add(
    tx: &Tx,
    authority: UnitId,
    version: i64,
    schedule: &Schedule,
    reason: &str,
    (by, at): (PersonId, Instant),
) -> Result<()> {
    let rule = serde_json::to_string(schedule)
        .map_err(|error| Error::Database(format!("schedule: {error}")))?;
    let added = insert(
        tx,
        "INSERT INTO schedule (authority_id, kind, version, rule, reason, recorded_at, recorded_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        values![
            authority.0,
            schedule.kind.word(),
            version + 1,
            rule,
            reason,
            at.timestamp_micros(),
            by.0,
        ],
    )
    .await;
    match added {
        Err(Error::Taken) => Err(Error::Stale),
        other => other.map(|_| ()),
    }
}
