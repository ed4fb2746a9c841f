//! Which revision of a project holds on which days, as known when: a rectangle of both times a row.
//!
//! A save says what holds from its effective date on, whatever was said of later days before: what a person saves is
//! the whole of what he sees. So the rectangles reaching past that date end now, the one across it is cut, and the new
//! one begins there.

use chrono::NaiveDate;
use domain::{Instant, ProjectId, UnitId, project::Ownership};
use sea_orm::{FromQueryResult, Value};

use crate::{
    Db, Result, Tx,
    sql::{all, day_text, one, run, values},
};

use super::{
    Project, Revision,
    rows::{REVISION, RevisionRow},
    totals,
};

/// Beyond every day.
pub(super) const OPEN_DAY: &str = "9999-12-31";
/// Beyond every moment.
pub(super) const OPEN_MOMENT: i64 = i64::MAX;

/// Whose view of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Track {
    /// The enterprise's own.
    Own,
    /// What the authority accepted.
    Accepted,
}

impl Track {
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Accepted => "accepted",
        }
    }
}

/// Both times: which day is asked about, and what was known when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// The day.
    pub as_of: NaiveDate,
    /// The moment.
    pub known_at: Instant,
}

pub(super) const COPIED: &str = "project_id, revision_id, track, authority_id, unit_id, code, name, name_core, industry, district, horizon, \
  stage, investment_fen, foreign_capital, central_soe, provincial_soe, private_capital, wenshang, readiness, packaged, \
  lead_official, signed_from, signed_to, signing_level, planned_from, negotiating_from, filed_from, landed_from, started_from, completed_from, producing_from, \
  suspended_from, terminated_from";

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Records that `revision` holds from its effective date on, known from `at`.
pub(super) async fn record(
    tx: &Tx,
    project: &Project,
    track: Track,
    revision: &Revision,
    at: Instant,
) -> Result<()> {
    let (from, now) = (day_text(revision.effective_on), at.timestamp_micros());
    // Of a project that was taken into another nothing holds from that day on.
    let until = match project.merged {
        Some((_, on)) => day_text(on),
        None => OPEN_DAY.to_owned(),
    };
    if from >= until {
        return Ok(());
    }
    totals::leave(tx, track, project.id).await?;
    let across: Option<Id> = one(
        tx,
        "SELECT id FROM project_span WHERE project_id = $1 AND track = $2 AND known_to = $3 AND from_on < $4 AND to_on > $4",
        values![project.id.0, track.word(), OPEN_MOMENT, from.as_str()],
    )
    .await?;
    run(
        tx,
        "UPDATE project_span SET known_to = $1 WHERE project_id = $2 AND track = $3 AND known_to = $4 AND to_on > $5",
        values![now, project.id.0, track.word(), OPEN_MOMENT, from.as_str()],
    )
    .await?;
    if let Some(across) = across {
        let sql = format!(
            "INSERT INTO project_span ({COPIED}, from_on, to_on, known_from, known_to)
             SELECT {COPIED}, from_on, $1, $2, $3 FROM project_span WHERE id = $4"
        );
        run(
            tx,
            &sql,
            values![from.as_str(), now, OPEN_MOMENT, across.id],
        )
        .await?;
    }
    // A rectangle that was never known is none.
    run(
        tx,
        "DELETE FROM project_span WHERE project_id = $1 AND track = $2 AND known_from = known_to",
        values![project.id.0, track.word()],
    )
    .await?;
    let places: Vec<String> = (1..=37).map(|at| format!("${at}")).collect();
    let sql = format!(
        "INSERT INTO project_span ({COPIED}, from_on, to_on, known_from, known_to) VALUES ({})",
        places.join(", ")
    );
    let mut bound = columns(project, track, revision);
    bound.extend(values![from, until, now, OPEN_MOMENT]);
    run(tx, &sql, bound).await?;
    totals::enter(tx, track, project.id).await
}

/// Ends what holds of a project, in both views, on a day: from it on the project is another one's, known from `at`.
pub(super) async fn end(tx: &Tx, project: ProjectId, on: NaiveDate, at: Instant) -> Result<()> {
    let (from, now) = (day_text(on), at.timestamp_micros());
    for track in [Track::Own, Track::Accepted] {
        totals::leave(tx, track, project).await?;
        let sql = format!(
            "INSERT INTO project_span ({COPIED}, from_on, to_on, known_from, known_to)
             SELECT {COPIED}, from_on, $1, $2, $3 FROM project_span
             WHERE project_id = $4 AND track = $5 AND known_to = $3 AND from_on < $1 AND to_on > $1"
        );
        run(
            tx,
            &sql,
            values![from.as_str(), now, OPEN_MOMENT, project.0, track.word()],
        )
        .await?;
        run(
            tx,
            "UPDATE project_span SET known_to = $1 WHERE project_id = $2 AND track = $3 AND known_to = $4 AND to_on > $5",
            values![now, project.0, track.word(), OPEN_MOMENT, from.as_str()],
        )
        .await?;
        run(
            tx,
            "DELETE FROM project_span WHERE project_id = $1 AND track = $2 AND known_from = known_to",
            values![project.0, track.word()],
        )
        .await?;
    }
    Ok(())
}

/// The values of the columns named in [`COPIED`].
pub(super) fn columns(project: &Project, track: Track, revision: &Revision) -> Vec<Value> {
    let fields = &revision.fields;
    let from = |date: Option<domain::partial_date::PartialDate>| {
        date.map(|date| day_text(date.earliest()))
    };
    let milestone = |one| from(fields.milestones.get(&one).copied());
    let signing = fields.first_formal_signing();
    use domain::project::Milestone as M;
    values![
        project.id.0,
        revision.id.0,
        track.word(),
        project.authority.0,
        project.unit.0,
        project.code.as_str(),
        fields.name.as_str(),
        domain::library::name_core(&fields.name),
        fields.industry.as_str(),
        fields.district.as_str(),
        fields.horizon.map_or("", domain::project::Horizon::word),
        fields.stage(!project.funds.is_zero()).word(),
        fields.investment.map(domain::Money::fen),
        fields.has_foreign_capital(),
        fields.has_investor(Ownership::Central),
        fields.has_investor(Ownership::Provincial),
        fields.has_investor(Ownership::Private),
        fields.has_wenshang(),
        i64::from(fields.readiness_count()),
        fields.is_packaged(),
        fields.lead_official.as_str(),
        from(signing.map(|one| one.on)),
        signing.map(|one| day_text(one.on.latest())),
        signing.map_or("", |one| one.level.word()),
        milestone(M::Planned),
        milestone(M::Negotiating),
        milestone(M::Filed),
        from(fields.landed_on()),
        milestone(M::Started),
        milestone(M::Completed),
        milestone(M::Producing),
        from(fields.suspended.as_ref().map(|halt| halt.on)),
        from(fields.terminated.as_ref().map(|halt| halt.on)),
    ]
}

/// The revision of each project of an enterprise that holds at both times, by project.
///
/// # Errors
/// The database is unavailable.
pub async fn states(
    db: &impl Db,
    track: Track,
    unit: UnitId,
    at: At,
) -> Result<Vec<(ProjectId, Revision)>> {
    let sql = format!(
        "SELECT {REVISION} FROM project_span AS span JOIN project_revision AS revision ON revision.id = span.revision_id
         WHERE span.track = $1 AND span.unit_id = $2 AND span.from_on <= $3 AND span.to_on > $3
           AND span.known_from <= $4 AND span.known_to > $4
         ORDER BY span.code, span.project_id"
    );
    let bound = values![
        track.word(),
        unit.0,
        day_text(at.as_of),
        at.known_at.timestamp_micros()
    ];
    let rows: Vec<RevisionRow> = all(db, &sql, bound).await?;
    rows.into_iter()
        .map(|row| row.revision().map(|revision| (revision.project, revision)))
        .collect()
}
