//! Thousands of projects at once, with a history: for measuring only. People's projects come in one by one, by verbs that
//! check them and write the audit.

use domain::{Instant, PersonId, ProjectId, RevisionId, project::Standing};
use sea_orm::{FromQueryResult, Value};

use crate::{
    Result, Tx, dialect,
    sql::{backend, day_text, one, put, run, values},
};

use super::{
    NewProject, NewRevision, Project, Revision, Track, rows,
    spans::{COPIED, OPEN_DAY, OPEN_MOMENT, columns},
    totals,
};

/// A project with one or two states, the second effective after the first.
#[derive(Debug, Clone)]
pub struct Loaded<'a> {
    /// What stays the same.
    pub project: NewProject<'a>,
    /// Its states in order.
    pub revisions: Vec<NewRevision<'a>>,
    /// When the authority accepted each; the library is the enterprise's alone where it did not.
    pub accepted_at: Option<Vec<Instant>>,
    /// Between the libraries.
    pub standing: Standing,
}

#[derive(FromQueryResult)]
struct Last {
    last: i64,
}

async fn last(tx: &Tx, table: &str) -> Result<i64> {
    let sql = format!("SELECT COALESCE(MAX(id), 0) AS last FROM {table}");
    let row: Option<Last> = one(tx, &sql, values![]).await?;
    Ok(row.map_or(0, |row| row.last))
}

/// Puts projects in. The totals are not touched: [`loaded`] follows after the last of them.
///
/// # Errors
/// The database is unavailable, or a code is taken.
pub async fn load(tx: &Tx, loaded: &[Loaded<'_>]) -> Result<()> {
    let (mut project, mut revision) = (
        last(tx, "project").await?,
        last(tx, "project_revision").await?,
    );
    let (mut heads, mut states, mut spans, mut tokens, mut signed) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for one in loaded {
        project += 1;
        let Some(first) = one.revisions.first() else {
            continue;
        };
        let mut known = Vec::new();
        for (number, new) in (1_i64..).zip(&one.revisions) {
            revision += 1;
            known.push(Revision {
                id: RevisionId(revision),
                project: ProjectId(project),
                number,
                fields: new.fields.clone(),
                effective_on: new.effective_on,
                reason: new.reason.to_owned(),
                recorded_at: new.at,
                recorded_by: new.by,
            });
            let haystack = new.fields.haystack(one.project.code);
            let words: Vec<String> = domain::library::tokens(&haystack).into_iter().collect();
            tokens.push(values![revision, words.join(" ")]);
            signed.extend(crate::cohorts::row(revision, new.fields, new.at)?);
            states.push(values![
                revision,
                project,
                number,
                rows::json(new.fields)?,
                haystack,
                rows::json(&rows::keys(new.fields))?,
                day_text(new.effective_on),
                new.reason,
                new.at.timestamp_micros(),
                new.by.0,
            ]);
        }
        let head = head(
            one,
            ProjectId(project),
            RevisionId(revision),
            first.by,
            first.at,
        );
        let moments: Vec<Instant> = one.revisions.iter().map(|new| new.at).collect();
        spans.extend(rectangles(&head, Track::Own, &known, &moments));
        if let Some(moments) = &one.accepted_at {
            spans.extend(rectangles(&head, Track::Accepted, &known, moments));
        }
        heads.push(values![
            project,
            head.authority.0,
            head.unit.0,
            head.code.as_str(),
            head.version,
            head.head.0,
            head.accepted.map(|accepted| accepted.0),
            head.pending,
            head.standing.word(),
            head.created_at.timestamp_micros(),
            head.created_by.0,
        ]);
    }
    put(tx, "project (id, authority_id, unit_id, code, version, head_id, accepted_id, pending, standing, created_at, created_by)", heads).await?;
    put(tx, "project_revision (id, project_id, number, fields, haystack, keys, effective_on, reason, recorded_at, recorded_by)", states).await?;
    put(
        tx,
        &format!("project_span ({COPIED}, from_on, to_on, known_from, known_to)"),
        spans,
    )
    .await?;
    put(tx, crate::cohorts::TABLE, signed).await?;
    for one in tokens {
        run(tx, dialect::put_tokens(backend(tx)), one).await?;
    }
    for table in ["project", "project_revision"] {
        if let Some(sql) = dialect::numbered_by_us(backend(tx), table) {
            run(tx, &sql, values![]).await?;
        }
    }
    Ok(())
}

fn head(one: &Loaded<'_>, id: ProjectId, newest: RevisionId, by: PersonId, at: Instant) -> Project {
    Project {
        id,
        authority: one.project.authority,
        unit: one.project.unit,
        code: one.project.code.to_owned(),
        version: 1,
        head: newest,
        accepted: one.accepted_at.is_some().then_some(newest),
        pending: one.accepted_at.is_none(),
        standing: one.standing,
        funds: domain::Money::ZERO,
        copied_from: None,
        created_at: at,
        created_by: by,
        merged: None,
    }
}

/// The rectangles that saving one after the other makes (`spans::record`), each state effective after the one before.
fn rectangles(
    project: &Project,
    track: Track,
    revisions: &[Revision],
    moments: &[Instant],
) -> Vec<Vec<Value>> {
    let mut all = Vec::new();
    let mut add = |revision: &Revision, to: &str, from_moment: i64, to_moment: i64| {
        let mut row = columns(project, track, revision);
        row.extend(values![
            day_text(revision.effective_on),
            to,
            from_moment,
            to_moment
        ]);
        all.push(row);
    };
    for (at, revision) in revisions.iter().enumerate() {
        let Some(moment) = moments.get(at).map(Instant::timestamp_micros) else {
            break;
        };
        match (revisions.get(at + 1), moments.get(at + 1)) {
            (Some(next), Some(later)) => {
                let later = later.timestamp_micros();
                add(revision, OPEN_DAY, moment, later);
                add(revision, &day_text(next.effective_on), later, OPEN_MOMENT);
            }
            _ => add(revision, OPEN_DAY, moment, OPEN_MOMENT),
        }
    }
    all
}

/// Counts the totals anew, after the last project was put in.
///
/// # Errors
/// The database is unavailable.
pub async fn loaded(tx: &Tx) -> Result<()> {
    totals::rebuild(tx).await?;
    run(
        tx,
        "INSERT INTO twin_due (project_id) SELECT id FROM project WHERE accepted_id IS NOT NULL ON CONFLICT (project_id) DO NOTHING",
        values![],
    )
    .await
    .map(|_| ())
}
