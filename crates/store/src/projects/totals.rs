//! Totals of projects as they are now, kept in the transaction that changes a project: by track, enterprise and stage,
//! and by industry as well. Lists, the summary and the number of pages read them instead of counting.

use std::collections::BTreeMap;

use domain::{Money, ProjectId, UnitId, project::Stage};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, run, values},
};

use super::{
    Track,
    spans::{OPEN_DAY, OPEN_MOMENT},
};

/// The tables, each with the columns it counts by.
const TABLES: [(&str, &str); 2] = [
    ("project_total", "track, unit_id, stage"),
    ("project_industry_total", "track, unit_id, stage, industry"),
];

/// A count with the sum of what is known of investments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Projects.
    pub projects: i64,
    /// Those whose investment is known.
    pub priced: i64,
    /// The sum of those.
    pub investment: Money,
}

impl std::ops::AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.projects += other.projects;
        self.priced += other.priced;
        self.investment =
            Money::from_fen(self.investment.fen().saturating_add(other.investment.fen()));
    }
}

/// Waits for whoever else changes this enterprise's totals: rows are changed by one transaction at a time. Everybody takes
/// the turn before anything else of its projects, else two would wait for each other. It may be taken again.
///
/// # Errors
/// The database is unavailable.
pub async fn take_turn(tx: &Tx, unit: UnitId) -> Result<()> {
    run(
        tx,
        "INSERT INTO project_total_turn (unit_id, turn) VALUES ($1, 1)
         ON CONFLICT (unit_id) DO UPDATE SET turn = project_total_turn.turn + 1",
        values![unit.0],
    )
    .await
    .map(|_| ())
}

/// As [`take_turn`] with the enterprise of a project.
pub(super) async fn take_turn_of(tx: &Tx, project: ProjectId) -> Result<()> {
    run(
        tx,
        "INSERT INTO project_total_turn (unit_id, turn) SELECT unit_id, 1 FROM project WHERE id = $1
         ON CONFLICT (unit_id) DO UPDATE SET turn = project_total_turn.turn + 1",
        values![project.0],
    )
    .await
    .map(|_| ())
}

/// Takes a project as it is now out of the totals of a track; nothing where it is in none.
pub(super) async fn leave(tx: &Tx, track: Track, project: ProjectId) -> Result<()> {
    shift(tx, track, project, "-").await
}

/// Puts a project as it is now into the totals of a track.
pub(super) async fn enter(tx: &Tx, track: Track, project: ProjectId) -> Result<()> {
    shift(tx, track, project, "").await
}

async fn shift(tx: &Tx, track: Track, project: ProjectId, sign: &str) -> Result<()> {
    for (table, by) in TABLES {
        let sql = format!(
            "INSERT INTO {table} ({by}, projects, priced, investment_fen)
             SELECT {by}, {sign}1, {sign}(CASE WHEN investment_fen IS NULL THEN 0 ELSE 1 END), {sign}COALESCE(investment_fen, 0)
             FROM project_span WHERE project_id = $1 AND track = $2 AND known_to = {OPEN_MOMENT} AND to_on = '{OPEN_DAY}'
             ON CONFLICT ({by}) DO UPDATE SET projects = {table}.projects + excluded.projects,
               priced = {table}.priced + excluded.priced, investment_fen = {table}.investment_fen + excluded.investment_fen"
        );
        run(tx, &sql, values![project.0, track.word()]).await?;
    }
    Ok(())
}

/// Counts everything anew: after rows came in by the thousand, and where a check found a difference.
///
/// # Errors
/// The database is unavailable.
pub async fn rebuild(tx: &Tx) -> Result<()> {
    for (table, by) in TABLES {
        run(tx, &format!("DELETE FROM {table}"), values![]).await?;
        let sql = format!(
            "INSERT INTO {table} ({by}, projects, priced, investment_fen) {}",
            counted(by)
        );
        run(tx, &sql, values![]).await?;
    }
    // Whoever remembers totals is to read them anew.
    run(
        tx,
        "INSERT INTO project_total_turn (unit_id, turn) SELECT id, 1 FROM unit WHERE true
         ON CONFLICT (unit_id) DO UPDATE SET turn = project_total_turn.turn + 1",
        values![],
    )
    .await
    .map(|_| ())
}

/// The statement that counts what stands in a table of totals.
fn counted(by: &str) -> String {
    format!(
        "SELECT {by}, COUNT(*) AS projects, COUNT(investment_fen) AS priced,
           CAST(COALESCE(SUM(investment_fen), 0) AS BIGINT) AS investment_fen
         FROM project_span WHERE known_to = {OPEN_MOMENT} AND to_on = '{OPEN_DAY}' GROUP BY {by}"
    )
}

#[derive(FromQueryResult)]
struct Wrong {
    wrong: i64,
}

/// How many kept totals differ from what is there when counted; 0 where all is well.
///
/// # Errors
/// The database is unavailable.
pub async fn differing(db: &impl Db) -> Result<i64> {
    let mut wrong = 0;
    for (table, by) in TABLES {
        let kept = format!(
            "SELECT {by}, projects, priced, investment_fen FROM {table}
             WHERE projects <> 0 OR priced <> 0 OR investment_fen <> 0"
        );
        let counted = counted(by);
        let sql = format!(
            "SELECT (SELECT COUNT(*) FROM (SELECT * FROM ({kept}) AS a EXCEPT SELECT * FROM ({counted}) AS b) AS c)
                  + (SELECT COUNT(*) FROM (SELECT * FROM ({counted}) AS d EXCEPT SELECT * FROM ({kept}) AS e) AS f) AS wrong"
        );
        let rows: Vec<Wrong> = all(db, &sql, values![]).await?;
        wrong += rows.first().map_or(0, |row| row.wrong);
    }
    Ok(wrong)
}

#[derive(FromQueryResult)]
struct Row {
    track: String,
    unit_id: i64,
    stage: String,
    projects: i64,
    priced: i64,
    investment_fen: i64,
}

/// Sums by enterprise and stage.
pub type ByStage = BTreeMap<(UnitId, Stage), Sum>;

/// Every enterprise's projects as they are now, by stage, in both tracks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptTotals {
    own: ByStage,
    accepted: ByStage,
}

impl KeptTotals {
    /// Those of a track.
    pub const fn of(&self, track: Track) -> &ByStage {
        match track {
            Track::Own => &self.own,
            Track::Accepted => &self.accepted,
        }
    }
}

/// Reads the totals by stage. A few hundred rows whatever the library holds.
///
/// # Errors
/// The database is unavailable.
pub async fn kept(db: &impl Db) -> Result<KeptTotals> {
    let rows: Vec<Row> = all(
        db,
        "SELECT track, unit_id, stage, projects, priced, investment_fen FROM project_total WHERE projects <> 0",
        values![],
    )
    .await?;
    let mut kept = KeptTotals::default();
    for row in rows {
        let stage = Stage::from_word(&row.stage)
            .ok_or_else(|| Error::Database(format!("stage {:?}", row.stage)))?;
        let sum = Sum {
            projects: row.projects,
            priced: row.priced,
            investment: Money::from_fen(row.investment_fen),
        };
        let track = match row.track == Track::Own.word() {
            true => &mut kept.own,
            false => &mut kept.accepted,
        };
        track.insert((UnitId(row.unit_id), stage), sum);
    }
    Ok(kept)
}
