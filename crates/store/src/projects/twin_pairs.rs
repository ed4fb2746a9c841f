//! Likely twins of the whole library, kept as projects change: each changed project is compared with those it shares a key
//! with (`domain::twins::keys`), found by index; never every project with every other.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Instant, PersonId, ProjectId, UnitId,
    library::{Alike, Likeness},
    twins::{Compared, keys, looked_under},
};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

use crate::{
    Db, Error, Result, Tx, dialect,
    sql::{all, backend, instant, one, run, values},
};

use super::{by_id, revision, rows};

/// Projects looked at under one key at most: what very many share tells little.
const UNDER_KEY: i64 = 200;

/// Marks a project whose twins are to be looked for anew.
pub(super) async fn due(tx: &Tx, project: ProjectId) -> Result<()> {
    run(
        tx,
        "INSERT INTO twin_due (project_id) VALUES ($1) ON CONFLICT (project_id) DO NOTHING",
        values![project.0],
    )
    .await
    .map(|_| ())
}

#[derive(FromQueryResult)]
struct Id {
    project_id: i64,
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// How many projects wait to be compared.
///
/// # Errors
/// The database is unavailable.
pub async fn waiting(db: &impl Db) -> Result<i64> {
    let row: Option<Count> = one(db, "SELECT COUNT(*) AS count FROM twin_due", values![]).await?;
    Ok(row.map_or(0, |row| row.count))
}

/// Compares projects that wait, so many at most, within a transaction; gives how many were.
///
/// # Errors
/// The database is unavailable.
pub async fn refresh(tx: &Tx, most: u32) -> Result<usize> {
    let sql = format!(
        "SELECT project_id FROM twin_due ORDER BY project_id LIMIT {most}{}",
        dialect::for_update_skip_locked(backend(tx))
    );
    let due: Vec<Id> = all(tx, &sql, values![]).await?;
    for one in &due {
        compare(tx, ProjectId(one.project_id)).await?;
        run(
            tx,
            "DELETE FROM twin_due WHERE project_id = $1",
            values![one.project_id],
        )
        .await?;
    }
    Ok(due.len())
}

#[derive(FromQueryResult)]
struct Subject {
    project_id: i64,
    likeness: String,
}

async fn compare(tx: &Tx, id: ProjectId) -> Result<()> {
    for sql in [
        "DELETE FROM twin_key WHERE project_id = $1",
        "DELETE FROM twin_subject WHERE project_id = $1",
        "DELETE FROM twin_pair WHERE a_id = $1 OR b_id = $1",
    ] {
        run(tx, sql, values![id.0]).await?;
    }
    let Some(project) = by_id(tx, id).await? else {
        return Ok(());
    };
    let Some(accepted) = project.accepted.filter(|_| project.merged.is_none()) else {
        return Ok(());
    };
    let Some(state) = revision(tx, accepted).await? else {
        return Ok(());
    };
    if state.fields.terminated.is_some() {
        return Ok(());
    }
    let likeness = Likeness::of(&state.fields);
    run(
        tx,
        "INSERT INTO twin_subject (project_id, authority_id, likeness) VALUES ($1, $2, $3)",
        values![id.0, project.authority.0, rows::json(&likeness)?],
    )
    .await?;
    for key in keys(&likeness) {
        run(
            tx,
            "INSERT INTO twin_key (authority_id, key, project_id) VALUES ($1, $2, $3)",
            values![project.authority.0, key, id.0],
        )
        .await?;
    }
    let mut candidates: BTreeMap<i64, String> = BTreeMap::new();
    for key in looked_under(&likeness) {
        let sql = format!(
            "SELECT subject.project_id, subject.likeness FROM twin_key JOIN twin_subject AS subject ON subject.project_id = twin_key.project_id
             WHERE twin_key.authority_id = $1 AND twin_key.key = $2 AND twin_key.project_id <> $3
             ORDER BY twin_key.project_id DESC LIMIT {UNDER_KEY}"
        );
        let found: Vec<Subject> = all(tx, &sql, values![project.authority.0, key, id.0]).await?;
        candidates.extend(found.into_iter().map(|row| (row.project_id, row.likeness)));
    }
    for (other, theirs) in candidates {
        let theirs: Likeness = serde_json::from_str(&theirs).map_err(unreadable)?;
        let Some(alike) = likeness.alike(&theirs) else {
            continue;
        };
        let (a, b, of_a, of_b) = if id.0 < other {
            (id.0, other, &likeness, &theirs)
        } else {
            (other, id.0, &theirs, &likeness)
        };
        let compared = (Compared::of(of_a), Compared::of(of_b));
        let (open, changed) = match decision(tx, (ProjectId(a), ProjectId(b))).await? {
            Some(one) if one.different => {
                let changed = one.changed(&compared);
                (!changed.is_empty(), changed)
            }
            _ => (true, Vec::new()),
        };
        run(
            tx,
            "INSERT INTO twin_pair (a_id, b_id, authority_id, alike, strength, open, changed) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (a_id, b_id) DO UPDATE SET alike = excluded.alike, strength = excluded.strength, open = excluded.open,
               changed = excluded.changed",
            values![
                a,
                b,
                project.authority.0,
                rows::json(&alike)?,
                i64::from(alike.strength()),
                open,
                changed.join("、"),
            ],
        )
        .await?;
    }
    Ok(())
}

fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::Database(format!("twins: {error}"))
}

/// A likely pair, the smaller number first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The first.
    pub a: ProjectId,
    /// The second.
    pub b: ProjectId,
    /// What they have in common.
    pub alike: Alike,
    /// How strong, 1 to 100.
    pub strength: u8,
    /// Whether it waits for a decision.
    pub open: bool,
    /// What has changed since it was decided; empty where nothing was, or nothing has.
    pub changed: String,
}

#[derive(FromQueryResult)]
struct PairRow {
    a_id: i64,
    b_id: i64,
    alike: String,
    strength: i64,
    open: bool,
    changed: String,
}

impl PairRow {
    fn pair(self) -> Result<Pair> {
        Ok(Pair {
            a: ProjectId(self.a_id),
            b: ProjectId(self.b_id),
            alike: serde_json::from_str(&self.alike).map_err(unreadable)?,
            strength: u8::try_from(self.strength).unwrap_or(100),
            open: self.open,
            changed: self.changed,
        })
    }
}

/// The likely pairs of an authority that wait, or that are decided, the strongest first.
///
/// # Errors
/// The database is unavailable.
pub async fn pairs(db: &impl Db, authority: UnitId, open: bool, limit: u32) -> Result<Vec<Pair>> {
    let sql = format!(
        "SELECT a_id, b_id, alike, strength, open, changed FROM twin_pair WHERE authority_id = $1 AND open = $2
         ORDER BY strength DESC, a_id, b_id LIMIT {limit}"
    );
    let rows: Vec<PairRow> = all(db, &sql, values![authority.0, open]).await?;
    rows.into_iter().map(PairRow::pair).collect()
}

/// How many likely pairs of an authority wait, and how many are decided.
///
/// # Errors
/// The database is unavailable.
pub async fn counts(db: &impl Db, authority: UnitId) -> Result<(i64, i64)> {
    let mut counts = [0; 2];
    for (at, open) in [true, false].into_iter().enumerate() {
        let row: Option<Count> = one(
            db,
            "SELECT COUNT(*) AS count FROM twin_pair WHERE authority_id = $1 AND open = $2",
            values![authority.0, open],
        )
        .await?;
        counts[at] = row.map_or(0, |row| row.count);
    }
    Ok((counts[0], counts[1]))
}

/// A pair, whichever way round it is named.
///
/// # Errors
/// The database is unavailable.
pub async fn pair(db: &impl Db, one_id: ProjectId, other: ProjectId) -> Result<Option<Pair>> {
    let row: Option<PairRow> = one(
        db,
        "SELECT a_id, b_id, alike, strength, open, changed FROM twin_pair WHERE a_id = $1 AND b_id = $2",
        values![one_id.0.min(other.0), one_id.0.max(other.0)],
    )
    .await?;
    row.map(PairRow::pair).transpose()
}

/// What was decided of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwinDecision {
    /// Its number.
    pub id: i64,
    /// Whether they are not the same; false where that was taken back.
    pub different: bool,
    /// Why.
    pub reason: String,
    /// What was compared then, of the first and the second.
    pub compared: (Compared, Compared),
    /// When.
    pub at: Instant,
    /// Who.
    pub by: PersonId,
}

impl TwinDecision {
    /// What has changed since, in words, without repeating a word.
    pub fn changed(&self, now: &(Compared, Compared)) -> Vec<&'static str> {
        let mut words = self.compared.0.changed(&now.0);
        for word in self.compared.1.changed(&now.1) {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words
    }
}

#[derive(Serialize, Deserialize)]
struct Both {
    a: Compared,
    b: Compared,
}

/// The newest decision on a pair, the smaller number first.
///
/// # Errors
/// The database is unavailable.
pub async fn decision(db: &impl Db, pair: (ProjectId, ProjectId)) -> Result<Option<TwinDecision>> {
    Ok(decisions(db, pair).await?.into_iter().next())
}

/// Every decision on a pair, the newest first.
///
/// # Errors
/// The database is unavailable.
pub async fn decisions(db: &impl Db, (a, b): (ProjectId, ProjectId)) -> Result<Vec<TwinDecision>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: i64,
        different: bool,
        reason: String,
        compared: String,
        decided_at: i64,
        decided_by: i64,
    }
    let rows: Vec<Row> = all(
        db,
        "SELECT id, different, reason, compared, decided_at, decided_by FROM twin_decision
         WHERE a_id = $1 AND b_id = $2 ORDER BY id DESC",
        values![a.0.min(b.0), a.0.max(b.0)],
    )
    .await?;
    rows.into_iter()
        .map(|row| {
            let both: Both = serde_json::from_str(&row.compared).map_err(unreadable)?;
            Ok(TwinDecision {
                id: row.id,
                different: row.different,
                reason: row.reason,
                compared: (both.a, both.b),
                at: instant(row.decided_at)?,
                by: PersonId(row.decided_by),
            })
        })
        .collect()
}

/// Records what was decided of a pair, and looks at it anew.
///
/// # Errors
/// The database is unavailable.
#[expect(clippy::too_many_arguments, reason = "one row of the history")]
pub async fn decide(
    tx: &Tx,
    authority: UnitId,
    a: (ProjectId, &Compared),
    b: (ProjectId, &Compared),
    different: bool,
    reason: &str,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    let (a, b) = if a.0 < b.0 { (a, b) } else { (b, a) };
    let both = Both {
        a: a.1.clone(),
        b: b.1.clone(),
    };
    run(
        tx,
        "INSERT INTO twin_decision (a_id, b_id, authority_id, different, reason, compared, decided_at, decided_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![
            a.0.0,
            b.0.0,
            authority.0,
            different,
            reason,
            rows::json(&both)?,
            at.timestamp_micros(),
            by.0
        ],
    )
    .await?;
    run(
        tx,
        "UPDATE twin_pair SET open = $1, changed = '' WHERE a_id = $2 AND b_id = $3",
        values![!different, a.0.0, b.0.0],
    )
    .await
    .map(|_| ())
}

/// The projects of these numbers as the authority knows them, merged and terminated ones too.
///
/// # Errors
/// The database is unavailable.
pub async fn shown(
    db: &impl Db,
    ids: &BTreeSet<ProjectId>,
) -> Result<BTreeMap<ProjectId, (super::Project, super::Revision)>> {
    let mut shown = BTreeMap::new();
    let chosen: Vec<String> = ids.iter().map(ToString::to_string).collect();
    for part in chosen.chunks(400) {
        let sql = format!(
            "SELECT {} FROM project WHERE id IN ({})",
            rows::HEAD,
            part.join(", ")
        );
        let heads: Vec<rows::HeadRow> = all(db, &sql, values![]).await?;
        let heads: Vec<super::Project> = heads
            .into_iter()
            .map(rows::HeadRow::project)
            .collect::<Result<_>>()?;
        let wanted: Vec<domain::RevisionId> = heads
            .iter()
            .filter_map(|project| project.accepted)
            .collect();
        let mut states: BTreeMap<domain::RevisionId, super::Revision> =
            super::revisions_of(db, &wanted)
                .await?
                .into_iter()
                .map(|state| (state.id, state))
                .collect();
        for project in heads {
            if let Some(state) = project.accepted.and_then(|id| states.remove(&id)) {
                shown.insert(project.id, (project, state));
            }
        }
    }
    Ok(shown)
}
