//! Likely twins of the whole library as they were found (`twin_search`), and what was decided of them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Instant, PersonId, ProjectId, UnitId, library::Alike, twins::Compared};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

use crate::{
    Db, Error, Result, Tx,
    sql::{all, instant, one, run, values},
};

use super::rows;

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

pub(super) fn unreadable(error: impl std::fmt::Display) -> Error {
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
    let sql = format!(
        "SELECT {DECISION} FROM twin_decision WHERE a_id = $1 AND b_id = $2 ORDER BY id DESC"
    );
    let rows: Vec<DecisionRow> = all(db, &sql, values![a.0.min(b.0), a.0.max(b.0)]).await?;
    rows.into_iter().map(DecisionRow::decision).collect()
}

#[derive(FromQueryResult)]
struct DecisionRow {
    a_id: i64,
    b_id: i64,
    id: i64,
    different: bool,
    reason: String,
    compared: String,
    decided_at: i64,
    decided_by: i64,
}

const DECISION: &str = "a_id, b_id, id, different, reason, compared, decided_at, decided_by";

impl DecisionRow {
    fn decision(self) -> Result<TwinDecision> {
        let both: Both = serde_json::from_str(&self.compared).map_err(unreadable)?;
        Ok(TwinDecision {
            id: self.id,
            different: self.different,
            reason: self.reason,
            compared: (both.a, both.b),
            at: instant(self.decided_at)?,
            by: PersonId(self.decided_by),
        })
    }
}

/// The newest decision on each pair that one of `ids` is in, by the pair, the smaller number first.
pub(super) async fn newest_decisions(
    db: &impl Db,
    ids: &str,
) -> Result<BTreeMap<(i64, i64), TwinDecision>> {
    let sql = format!(
        "SELECT {DECISION} FROM twin_decision WHERE a_id IN ({ids}) OR b_id IN ({ids}) ORDER BY id"
    );
    let rows: Vec<DecisionRow> = all(db, &sql, values![]).await?;
    rows.into_iter()
        .map(|row| Ok(((row.a_id, row.b_id), row.decision()?)))
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
    // Only so many pairs of a project are kept: the next ones take this one's place. The marks come first, as they do in
    // the search.
    super::twin_search::due(tx, a.0).await?;
    super::twin_search::due(tx, b.0).await?;
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
