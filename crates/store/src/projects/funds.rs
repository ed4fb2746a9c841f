//! Funds in place of projects, and the stage that follows from them.

use domain::{Money, UnitId};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, Tx,
    sql::{all, run, values},
};

use super::{
    Project, Revision, by_id, revision,
    rows::fields,
    spans::{OPEN_DAY, OPEN_MOMENT, Track},
    totals,
};

#[derive(FromQueryResult)]
struct Ids {
    project_id: i64,
    revision_id: i64,
}

/// Projects of an enterprise whose name has the same heart, with their heads.
///
/// # Errors
/// The database is unavailable.
pub async fn named(db: &impl Db, unit: UnitId, name: &str) -> Result<Vec<(Project, Revision)>> {
    let rows: Vec<Ids> = all(
        db,
        "SELECT project_id, revision_id FROM project_span
         WHERE track = $1 AND unit_id = $2 AND name_core = $3 AND known_to = 9223372036854775807 AND to_on = '9999-12-31'",
        values![
            Track::Own.word(),
            unit.0,
            domain::library::name_core(name)
        ],
    )
    .await?;
    let mut found = Vec::new();
    for row in rows {
        let project = by_id(db, domain::ProjectId(row.project_id)).await?;
        let revision = revision(db, domain::RevisionId(row.revision_id)).await?;
        found.extend(project.zip(revision));
    }
    Ok(found)
}

/// Sets a project's funds in place. Where money came or went, its stage today follows; earlier states keep theirs.
///
/// # Errors
/// The database is unavailable.
pub async fn set_funds(tx: &Tx, project: &Project, funds: Money) -> Result<()> {
    totals::take_turn(tx, project.unit).await?;
    #[derive(FromQueryResult)]
    struct Row {
        id: i64,
        fields: String,
    }
    run(
        tx,
        "UPDATE project SET funds_fen = $1 WHERE id = $2",
        values![funds.fen(), project.id.0],
    )
    .await?;
    let rows: Vec<Row> = all(
        tx,
        "SELECT span.id, revision.fields FROM project_span AS span
         JOIN project_revision AS revision ON revision.id = span.revision_id
         WHERE span.project_id = $1 AND span.known_to = $2 AND span.to_on = $3",
        values![project.id.0, OPEN_MOMENT, OPEN_DAY],
    )
    .await?;
    for track in [Track::Own, Track::Accepted] {
        totals::leave(tx, track, project.id).await?;
    }
    for row in rows {
        let stage = fields(&row.fields)?.stage(!funds.is_zero());
        run(
            tx,
            "UPDATE project_span SET stage = $1 WHERE id = $2",
            values![stage.word(), row.id],
        )
        .await?;
    }
    for track in [Track::Own, Track::Accepted] {
        totals::enter(tx, track, project.id).await?;
    }
    Ok(())
}
