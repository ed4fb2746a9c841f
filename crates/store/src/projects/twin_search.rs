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
    if due.is_empty() {
        return Ok(0);
    }
    let ids: BTreeSet<ProjectId> = due.iter().map(|one| ProjectId(one.project_id)).collect();
    let listed = numbers(ids.iter().map(|id| id.0));
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
    let table = "twin_pair (a_id, b_id, authority_id, alike, strength, open, changed)";
    put(tx, table, found.into_values().collect()).await?;
    Ok(due.len())
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

/// Who shares most keys with a project, each key by its weight.
async fn candidates(tx: &Tx, of: &Subject) -> Result<Vec<Other>> {
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
    all(tx, &sql, bound).await
}

type PairRow = ((i64, i64), Vec<Value>);

/// The likely pairs of a project: the strongest, and all that are decided and have not changed.
async fn pairs(
    tx: &Tx,
    of: &Subject,
    decisions: &BTreeMap<(i64, i64), TwinDecision>,
) -> Result<Vec<PairRow>> {
    let mut alike: Vec<(Alike, i64, Likeness)> = Vec::new();
    for other in candidates(tx, of).await? {
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
