//! One project at both times, what was done with it, what was reported of it.

use domain::{Instant, PersonId, ProjectId, RevisionId};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result,
    sql::{all, day_text, instant, one, values},
};

use super::{
    At, Revision, Track,
    rows::{REVISION, RevisionRow},
};

/// The revision of a project that holds at both times; none before its first.
///
/// # Errors
/// The database is unavailable.
pub async fn state(db: &impl Db, track: Track, id: ProjectId, at: At) -> Result<Option<Revision>> {
    let sql = format!(
        "SELECT {REVISION} FROM project_span AS span JOIN project_revision AS revision ON revision.id = span.revision_id
         WHERE span.project_id = $1 AND span.track = $2 AND span.from_on <= $3 AND span.to_on > $3
           AND span.known_from <= $4 AND span.known_to > $4"
    );
    let bound = values![
        id.0,
        track.word(),
        day_text(at.as_of),
        at.known_at.timestamp_micros()
    ];
    let row: Option<RevisionRow> = one(db, &sql, bound).await?;
    row.map(RevisionRow::revision).transpose()
}

/// When the authority accepted which revision, the newest first: moments and revisions.
///
/// # Errors
/// The database is unavailable.
pub async fn acceptances(db: &impl Db, id: ProjectId) -> Result<Vec<(RevisionId, Instant)>> {
    #[derive(FromQueryResult)]
    struct Row {
        revision_id: i64,
        at: i64,
    }
    let rows: Vec<Row> = all(
        db,
        "SELECT revision_id, MIN(known_from) AS at FROM project_span WHERE project_id = $1 AND track = $2
         GROUP BY revision_id ORDER BY at DESC, revision_id DESC",
        values![id.0, Track::Accepted.word()],
    )
    .await?;
    rows.into_iter()
        .map(|row| Ok((RevisionId(row.revision_id), instant(row.at)?)))
        .collect()
}

/// What the authority may see of a project it has not accepted: the revision handed in last, unless withdrawn.
///
/// # Errors
/// The database is unavailable.
pub async fn reported(db: &impl Db, id: ProjectId) -> Result<Option<RevisionId>> {
    #[derive(FromQueryResult)]
    struct Row {
        to_revision: i64,
    }
    let row: Option<Row> = one(
        db,
        "SELECT adjustment.to_revision FROM adjustment JOIN return_edition ON return_edition.id = adjustment.edition_id
         WHERE adjustment.project_id = $1 AND return_edition.withdrawn_at IS NULL ORDER BY adjustment.id DESC LIMIT 1",
        values![id.0],
    )
    .await?;
    Ok(row.map(|row| RevisionId(row.to_revision)))
}

/// A step between the two libraries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepTaken {
    /// Its word.
    pub step: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Instant,
}

/// The steps of a project between the two libraries, oldest first.
///
/// # Errors
/// The database is unavailable.
pub async fn steps(db: &impl Db, id: ProjectId) -> Result<Vec<StepTaken>> {
    #[derive(FromQueryResult)]
    struct Row {
        step: String,
        reason: String,
        person_id: i64,
        at: i64,
    }
    let rows: Vec<Row> = all(
        db,
        "SELECT step, reason, person_id, at FROM project_step WHERE project_id = $1 ORDER BY id",
        values![id.0],
    )
    .await?;
    let step = |row: Row| {
        Ok(StepTaken {
            step: row.step,
            reason: row.reason,
            by: PersonId(row.person_id),
            at: instant(row.at)?,
        })
    };
    rows.into_iter().map(step).collect()
}
