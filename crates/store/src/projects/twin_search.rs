//! The search for likely twins, as projects change: each changed project is compared with those it shares most keys with
//! (`domain::twins::keys`), found by index; never every project with every other.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    ProjectId, UnitId,
    library::{Alike, Likeness},
    twins::{Compared, key_weight, keys, looked_under},
};
use sea_orm::{FromQueryResult, Value};

use crate::{
    Result, Tx, dialect,
    sql::{all, backend, numbers, put, run, values},
};

use super::{
    rows,
    twin_pairs::{TwinDecision, newest_decisions, shown, unreadable},
};

/// Projects counted under one key at most, the newest: what very many share tells little.
const UNDER_KEY: u32 = 200;
/// Projects compared in full with one, those that share most keys with it.
const CANDIDATES: u32 = 60;
/// Pairs kept of one project's search beside the decided ones, the strongest: nobody looks through more.
const PAIRS_EACH: usize = 12;

/// Marks a project whose twins are to be looked for anew. A mark that is there is held until the change is committed, so
/// that no search takes it for the state before.
pub(super) async fn due(tx: &Tx, project: ProjectId) -> Result<()> {
    run(
        tx,
        "INSERT INTO twin_due (project_id) VALUES ($1) ON CONFLICT (project_id) DO UPDATE SET project_id = excluded.project_id",
        values![project.0],
    )
    .await
    .map(|_| ())
}

#[derive(FromQueryResult)]
struct Id {
    project_id: i64,
}

/// Compares projects that wait, so many at most, within a transaction; gives how many were.
///
/// # Errors
/// The database is unavailable.
pub async fn refresh(tx: &Tx, most: u32) -> Result<usize> {
    let turn = format!(
        "SELECT version AS project_id FROM state_version WHERE name = 'twins'{}",
        dialect::for_update(backend(tx))
    );
    let _turn: Vec<Id> = all(tx, &turn, values![]).await?;
    let sql = format!(
        "SELECT project_id FROM twin_due ORDER BY project_id LIMIT {most}{}",
        dialect::for_update_skip_locked(backend(tx))
    );
    let due: Vec<Id> = all(tx, &sql, values![]).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let ids: BTreeSet<ProjectId> = due.iter().map(|one| ProjectId(one.project_id)).collect();
    let listed = numbers(ids.iter().map(|id| id.0));
    let before = partners(tx, &listed).await?;
    for sql in [
        format!("DELETE FROM twin_key WHERE project_id IN ({listed})"),
        format!("DELETE FROM twin_subject WHERE project_id IN ({listed})"),
        format!("DELETE FROM twin_pair WHERE a_id IN ({listed})"),
        format!("DELETE FROM twin_pair WHERE b_id IN ({listed})"),
        format!("DELETE FROM twin_due WHERE project_id IN ({listed})"),
    ] {
        run(tx, &sql, values![]).await?;
    }
    let subjects = subjects(tx, &ids).await?;
    enter(tx, &subjects).await?;
    let decisions = newest_decisions(tx, &listed).await?;
    let mut found = BTreeMap::new();
    for subject in &subjects {
        found.extend(pairs(tx, subject, &decisions).await?);
    }
    let lost = before.into_iter().filter(|pair| !found.contains_key(pair));
    let lost: BTreeSet<i64> = lost.flat_map(|(a, b)| [a, b]).collect();
    let table = "twin_pair (a_id, b_id, authority_id, alike, strength, open, changed)";
    put(tx, table, found.into_values().collect()).await?;
    // Whose last pair went with another's search looks for itself.
    for id in lost.into_iter().map(ProjectId) {
        if !ids.contains(&id) && !is_in_a_pair(tx, id).await? {
            self::due(tx, id).await?;
        }
    }
    Ok(due.len())
}

/// The pairs that projects are in.
async fn partners(tx: &Tx, listed: &str) -> Result<Vec<(i64, i64)>> {
    #[derive(FromQueryResult)]
    struct Both {
        a_id: i64,
        b_id: i64,
    }
    let sql = format!(
        "SELECT a_id, b_id FROM twin_pair WHERE a_id IN ({listed})
         UNION SELECT a_id, b_id FROM twin_pair WHERE b_id IN ({listed})"
    );
    let rows: Vec<Both> = all(tx, &sql, values![]).await?;
    Ok(rows.into_iter().map(|row| (row.a_id, row.b_id)).collect())
}

async fn is_in_a_pair(tx: &Tx, id: ProjectId) -> Result<bool> {
    let sql = "SELECT a_id AS project_id FROM twin_pair WHERE open AND a_id = $1
               UNION SELECT b_id FROM twin_pair WHERE open AND b_id = $1";
    let rows: Vec<Id> = all(tx, sql, values![id.0]).await?;
    Ok(!rows.is_empty())
}

/// Lets go of all that wait to be compared: for measuring only.
///
/// # Errors
/// The database is unavailable.
pub async fn forget_waiting(tx: &Tx) -> Result<()> {
    run(tx, "DELETE FROM twin_due", values![]).await.map(|_| ())
}

/// A project that takes part in the search.
struct Subject {
    id: i64,
    authority: UnitId,
    likeness: Likeness,
}

/// Those of `ids` that take part: known to the authority, neither merged nor terminated.
async fn subjects(tx: &Tx, ids: &BTreeSet<ProjectId>) -> Result<Vec<Subject>> {
    let shown = shown(tx, ids).await?.into_values();
    let live = shown
        .filter(|(project, state)| project.merged.is_none() && state.fields.terminated.is_none());
    Ok(live
        .map(|(project, state)| Subject {
            id: project.id.0,
            authority: project.authority,
            likeness: Likeness::of(&state.fields),
        })
        .collect())
}

/// Writes under which keys they are found, and what is compared of them.
async fn enter(tx: &Tx, subjects: &[Subject]) -> Result<()> {
    let (mut compared, mut found_under) = (Vec::new(), Vec::new());
    for one in subjects {
        compared.push(values![one.id, one.authority.0, rows::json(&one.likeness)?]);
        let keys = keys(&one.likeness).into_iter();
        found_under.extend(keys.map(|key| values![one.authority.0, key, one.id]));
    }
    put(
        tx,
        "twin_subject (project_id, authority_id, likeness)",
        compared,
    )
    .await?;
    put(tx, "twin_key (authority_id, key, project_id)", found_under).await
}

#[derive(FromQueryResult)]
struct Other {
    project_id: i64,
    likeness: String,
}

/// Who shares most keys with a project, each key by its weight; and with whom it was decided about.
async fn candidates(
    tx: &Tx,
    of: &Subject,
    decisions: &BTreeMap<(i64, i64), TwinDecision>,
) -> Result<Vec<Other>> {
    let mut bound = values![of.authority.0, of.id];
    let mut met = Vec::new();
    for key in looked_under(&of.likeness) {
        let weight = key_weight(&key);
        bound.push(Value::from(key));
        met.push(format!(
            "SELECT * FROM (SELECT project_id, {weight} AS weight FROM twin_key
               WHERE authority_id = $1 AND key = ${} AND project_id <> $2 ORDER BY project_id DESC LIMIT {UNDER_KEY}) AS k{}",
            bound.len(),
            bound.len()
        ));
    }
    let sql = format!(
        "SELECT most.project_id, subject.likeness FROM (
           SELECT project_id, SUM(weight) AS met FROM ({}) AS met GROUP BY project_id
           ORDER BY met DESC, project_id DESC LIMIT {CANDIDATES}
         ) AS most JOIN twin_subject AS subject ON subject.project_id = most.project_id",
        met.join(" UNION ALL ")
    );
    let mut others: Vec<Other> = all(tx, &sql, bound).await?;
    let decided = decisions.keys().filter_map(|(a, b)| match of.id {
        id if id == *a => Some(*b),
        id if id == *b => Some(*a),
        _ => None,
    });
    let known: BTreeSet<i64> = others.iter().map(|one| one.project_id).collect();
    let decided: BTreeSet<i64> = decided.filter(|id| !known.contains(id)).collect();
    if !decided.is_empty() {
        let sql = format!(
            "SELECT project_id, likeness FROM twin_subject WHERE project_id IN ({})",
            numbers(decided)
        );
        others.extend(all::<Other>(tx, &sql, values![]).await?);
    }
    Ok(others)
}

type PairRow = ((i64, i64), Vec<Value>);

/// The likely pairs of a project: the strongest, and all that are decided and have not changed.
async fn pairs(
    tx: &Tx,
    of: &Subject,
    decisions: &BTreeMap<(i64, i64), TwinDecision>,
) -> Result<Vec<PairRow>> {
    let mut alike: Vec<(Alike, i64, Likeness)> = Vec::new();
    for other in candidates(tx, of, decisions).await? {
        let theirs: Likeness = serde_json::from_str(&other.likeness).map_err(unreadable)?;
        alike.extend(
            of.likeness
                .alike(&theirs)
                .map(|alike| (alike, other.project_id, theirs)),
        );
    }
    alike.sort_by_key(|(alike, other, _)| (std::cmp::Reverse(alike.strength()), *other));
    let (mut pairs, mut kept) = (Vec::new(), 0);
    for (alike, other, theirs) in alike {
        let (a, b, of_a, of_b) = if of.id < other {
            (of.id, other, &of.likeness, &theirs)
        } else {
            (other, of.id, &theirs, &of.likeness)
        };
        let different = decisions.get(&(a, b)).filter(|one| one.different);
        let changed = different.map(|one| one.changed(&(Compared::of(of_a), Compared::of(of_b))));
        let open = changed.as_ref().is_none_or(|words| !words.is_empty());
        if open {
            kept += 1;
            if kept > PAIRS_EACH {
                continue;
            }
        }
        let row = values![
            a,
            b,
            of.authority.0,
            rows::json(&alike)?,
            i64::from(alike.strength()),
            open,
            changed.unwrap_or_default().join("、"),
        ];
        pairs.push(((a, b), row));
    }
    Ok(pairs)
}
