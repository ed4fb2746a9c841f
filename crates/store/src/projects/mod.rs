//! Projects, their revisions, and which revision holds when.

mod funds;
mod heads;
mod history;
mod list;
mod load;
mod merges;
mod rows;
mod spans;
mod splits;
pub mod totals;
pub mod twin_pairs;
pub mod twin_search;
mod twins;

use chrono::NaiveDate;
use domain::{
    Instant, Money, PersonId, ProjectId, RevisionId, UnitId,
    project::{ProjectFields, Standing},
};

use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx, dialect,
    sql::{all, backend, day_text, insert, one, run, run_on_version, values},
};

pub use funds::{named, set_funds};
pub use heads::{accepted, heads, lock, locked, revisions_of};
pub use history::{StepTaken, acceptances, reported, state, steps};
pub use list::{
    Alike, Axis, COUNTED_MOST, CUTS, Cursor, DateColumn, DateFilter, Extent, Filter, Flag, Key,
    Line, Page, Part, PartTotals, SortBy, Start, Totals, lines, lines_at, list, mixed, parts,
    places, sums, totals as list_totals,
};
pub use load::{Loaded, load, loaded};
pub use merges::{
    Merge, MergeData, NewMerge, add_merge, come_back, inside, leave, merge, merge_of, merges,
    merges_named, move_lists, return_lists, shared_with, undo_merge,
};
use rows::{HEAD, HeadRow, REVISION, RevisionRow};
pub use spans::{At, Track, states};
pub use splits::{NamedEntry, NewSplit, SplitOff, accepted_entries, add_split, splits_of};
pub use totals::take_turn;
pub use twins::{Candidate, candidates, named_elsewhere};

/// What stays the same of a project, and where its two heads are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its number.
    pub id: ProjectId,
    /// The authority whose library it may enter.
    pub authority: UnitId,
    /// The enterprise that owns it.
    pub unit: UnitId,
    /// Its code, unique in the authority.
    pub code: String,
    /// Counts changes; a change names the one it was made from.
    pub version: i64,
    /// The enterprise's newest revision.
    pub head: RevisionId,
    /// The revision the authority accepted last.
    pub accepted: Option<RevisionId>,
    /// Whether the head has reportable changes the authority has not accepted.
    pub pending: bool,
    /// Between the enterprise's library and the authority's.
    pub standing: Standing,
    /// Funds in place by accepted entries.
    pub funds: Money,
    /// The project it was copied from.
    pub copied_from: Option<ProjectId>,
    /// When it was first saved.
    pub created_at: Instant,
    /// Who first saved it.
    pub created_by: PersonId,
    /// The project it was taken into, and from which day on it is that one.
    pub merged: Option<(ProjectId, NaiveDate)>,
}

/// A saved state of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its number.
    pub id: RevisionId,
    /// Of which project.
    pub project: ProjectId,
    /// 1 for the first.
    pub number: i64,
    /// What is said.
    pub fields: ProjectFields,
    /// From which day on.
    pub effective_on: NaiveDate,
    /// Why it was changed; may be empty.
    pub reason: String,
    /// When it was saved.
    pub recorded_at: Instant,
    /// Who saved it.
    pub recorded_by: PersonId,
}

/// A project to be added.
#[derive(Debug, Clone)]
pub struct NewProject<'a> {
    /// The authority whose library it may enter.
    pub authority: UnitId,
    /// The enterprise that owns it.
    pub unit: UnitId,
    /// Its code.
    pub code: &'a str,
    /// The project it is copied from.
    pub copied_from: Option<ProjectId>,
}

/// A revision to be added.
#[derive(Debug, Clone)]
pub struct NewRevision<'a> {
    /// What is said.
    pub fields: &'a ProjectFields,
    /// From which day on.
    pub effective_on: NaiveDate,
    /// Why.
    pub reason: &'a str,
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Instant,
}

/// Adds a project with its first revision; the authority has accepted nothing of it yet.
///
/// # Errors
/// [`Error::Taken`] when the authority has the code already.
pub async fn add(tx: &Tx, new: &NewProject<'_>, first: &NewRevision<'_>) -> Result<ProjectId> {
    take_turn(tx, new.unit).await?;
    let id = insert(
        tx,
        "INSERT INTO project (authority_id, unit_id, code, pending, standing, copied_from, created_at, created_by)
         VALUES ($1, $2, $3, TRUE, $4, $5, $6, $7) RETURNING id",
        values![
            new.authority.0,
            new.unit.0,
            new.code,
            Standing::Own.word(),
            new.copied_from.map(|project| project.0),
            first.at.timestamp_micros(),
            first.by.0,
        ],
    )
    .await?;
    let id = ProjectId(id);
    let project = by_id(tx, id).await?.ok_or(Error::Stale)?;
    let revision = add_revision(tx, &project, 1, first).await?;
    spans::record(tx, &project, Track::Own, &revision, first.at).await?;
    run(
        tx,
        "UPDATE project SET head_id = $1 WHERE id = $2",
        values![revision.id.0, id.0],
    )
    .await?;
    Ok(id)
}

/// Saves a revision of `project`, made from the version in it. `pending` says whether reportable changes wait for the
/// authority; when none does, the authority's state follows at once.
///
/// # Errors
/// [`Error::Stale`] when somebody saved it since.
pub async fn save(
    tx: &Tx,
    project: &Project,
    new: &NewRevision<'_>,
    pending: bool,
) -> Result<Revision> {
    take_turn(tx, project.unit).await?;
    run_on_version(
        tx,
        "UPDATE project SET pending = $1, version = version + 1 WHERE id = $2 AND version = $3 AND merged_into IS NULL",
        values![pending, project.id.0, project.version],
    )
    .await?;
    let revision = add_state(tx, project, new).await?;
    spans::record(tx, project, Track::Own, &revision, new.at).await?;
    run(
        tx,
        "UPDATE project SET head_id = $1 WHERE id = $2",
        values![revision.id.0, project.id.0],
    )
    .await?;
    if !pending {
        accept(tx, project.id, &revision, false, new.at).await?;
    }
    Ok(revision)
}

/// Makes `revision` what the authority has accepted, known from `at` on; `pending` says whether later reportable
/// changes still wait.
///
/// # Errors
/// The database is unavailable.
pub async fn accept(
    tx: &Tx,
    id: ProjectId,
    revision: &Revision,
    pending: bool,
    at: Instant,
) -> Result<()> {
    totals::take_turn_of(tx, id).await?;
    let project = by_id(tx, id).await?.ok_or(Error::Stale)?;
    if project.accepted == Some(revision.id) && project.pending == pending {
        return Ok(());
    }
    spans::record(tx, &project, Track::Accepted, revision, at).await?;
    twin_search::due(tx, id).await?;
    run(
        tx,
        "UPDATE project SET accepted_id = $1, pending = $2, version = version + 1 WHERE id = $3",
        values![revision.id.0, pending, id.0],
    )
    .await
    .map(|_| ())
}

async fn add_revision(
    tx: &Tx,
    project: &Project,
    number: i64,
    new: &NewRevision<'_>,
) -> Result<Revision> {
    let mut haystack = new.fields.haystack(&project.code);
    // What was taken into it is found here under its old code and name.
    for (code, name) in merges::former(tx, project.id).await? {
        for text in [code, name] {
            haystack.push('\n');
            haystack.push_str(&domain::names::key(&text));
        }
    }
    let added = insert(
        tx,
        "INSERT INTO project_revision (project_id, number, fields, haystack, keys, effective_on, reason, recorded_at, recorded_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        values![
            project.id.0,
            number,
            rows::json(new.fields)?,
            haystack.as_str(),
            rows::json(&rows::keys(new.fields))?,
            day_text(new.effective_on),
            new.reason,
            new.at.timestamp_micros(),
            new.by.0,
        ],
    )
    .await;
    // Two saves at once take the same number: the second is late.
    let id = match added {
        Err(Error::Taken) => return Err(Error::Stale),
        other => other?,
    };
    let tokens: Vec<String> = domain::library::tokens(&haystack).into_iter().collect();
    run(
        tx,
        dialect::put_tokens(backend(tx)),
        values![id, tokens.join(" ")],
    )
    .await?;
    crate::cohorts::put(tx, id, new.fields, new.at).await?;
    Ok(Revision {
        id: RevisionId(id),
        project: project.id,
        number,
        fields: new.fields.clone(),
        effective_on: new.effective_on,
        reason: new.reason.to_owned(),
        recorded_at: new.at,
        recorded_by: new.by,
    })
}

/// A project.
///
/// # Errors
/// The database is unavailable.
pub async fn by_id(db: &impl Db, id: ProjectId) -> Result<Option<Project>> {
    let sql = format!("SELECT {HEAD} FROM project WHERE id = $1");
    let row: Option<HeadRow> = one(db, &sql, values![id.0]).await?;
    row.map(HeadRow::project).transpose()
}

/// The project of a code in an authority's library.
///
/// # Errors
/// The database is unavailable.
pub async fn by_code(db: &impl Db, authority: UnitId, code: &str) -> Result<Option<Project>> {
    let sql = format!("SELECT {HEAD} FROM project WHERE authority_id = $1 AND code = $2");
    let row: Option<HeadRow> = one(db, &sql, values![authority.0, code]).await?;
    row.map(HeadRow::project).transpose()
}

/// Projects of an enterprise, by their codes.
///
/// # Errors
/// The database is unavailable.
pub async fn of_unit(db: &impl Db, unit: UnitId) -> Result<Vec<Project>> {
    let sql = format!("SELECT {HEAD} FROM project WHERE unit_id = $1 ORDER BY code, id");
    let rows: Vec<HeadRow> = all(db, &sql, values![unit.0]).await?;
    rows.into_iter().map(HeadRow::project).collect()
}

/// A revision.
///
/// # Errors
/// The database is unavailable.
pub async fn revision(db: &impl Db, id: RevisionId) -> Result<Option<Revision>> {
    let sql = format!("SELECT {REVISION} FROM project_revision AS revision WHERE id = $1");
    let row: Option<RevisionRow> = one(db, &sql, values![id.0]).await?;
    row.map(RevisionRow::revision).transpose()
}

/// Revisions of a project as known at `known_at`, the newest first.
///
/// # Errors
/// The database is unavailable.
pub async fn revisions(db: &impl Db, id: ProjectId, known_at: Instant) -> Result<Vec<Revision>> {
    let sql = format!(
        "SELECT {REVISION} FROM project_revision AS revision WHERE project_id = $1 AND recorded_at <= $2 ORDER BY number DESC"
    );
    let rows: Vec<RevisionRow> = all(db, &sql, values![id.0, known_at.timestamp_micros()]).await?;
    rows.into_iter().map(RevisionRow::revision).collect()
}

/// Moves a project between the libraries, made from version `version`, and records the step.
///
/// # Errors
/// [`Error::Stale`] when it was changed since.
#[expect(clippy::too_many_arguments, reason = "one row of the history")]
pub async fn set_standing(
    tx: &Tx,
    id: ProjectId,
    version: i64,
    step: &str,
    to: Standing,
    reason: &str,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE project SET standing = $1, version = version + 1 WHERE id = $2 AND version = $3 AND merged_into IS NULL",
        values![to.word(), id.0, version],
    )
    .await?;
    run(
        tx,
        "INSERT INTO project_step (project_id, step, reason, person_id, at) VALUES ($1, $2, $3, $4, $5)",
        values![id.0, step, reason, by.0, at.timestamp_micros()],
    )
    .await
    .map(|_| ())
}

/// Adds a revision that holds in neither view by itself: [`accept`] makes it hold for the authority.
///
/// # Errors
/// [`Error::Stale`] when somebody saved the project at the same moment.
pub async fn add_state(tx: &Tx, project: &Project, new: &NewRevision<'_>) -> Result<Revision> {
    #[derive(FromQueryResult)]
    struct Last {
        number: Option<i64>,
    }
    let last: Option<Last> = one(
        tx,
        "SELECT MAX(number) AS number FROM project_revision WHERE project_id = $1",
        values![project.id.0],
    )
    .await?;
    let number = last.and_then(|row| row.number).unwrap_or(0) + 1;
    add_revision(tx, project, number, new).await
}

/// A text without the wildcards of LIKE.
fn plain_like(text: &str) -> String {
    text.replace(['%', '_', '\\'], "")
}
