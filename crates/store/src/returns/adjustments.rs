//! Adjustments as they were handed in, and what was decided on each.

use chrono::NaiveDate;
use domain::{
    AdjustmentId, EditionId, Instant, ProjectId, ReturnId, RevisionId, UnitId,
    adjustment::AdjustmentKind, period::ReturnKind,
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, day, day_text, instant, run, values},
};

/// An adjustment to be frozen.
#[derive(Debug, Clone)]
pub struct NewAdjustment<'a> {
    /// In which edition.
    pub edition: EditionId,
    /// Whose.
    pub unit: UnitId,
    /// Of which project.
    pub project: ProjectId,
    /// Its row, from 1.
    pub position: i64,
    /// 新增, 变更, 暂缓, 出库, 不变.
    pub kind: AdjustmentKind,
    /// 调整内容.
    pub content: &'a str,
    /// 调整理由.
    pub reason: &'a str,
    /// 备注.
    pub remark: &'a str,
    /// What the authority knew before.
    pub from: Option<RevisionId>,
    /// What it is told.
    pub to: RevisionId,
}

/// Freezes an adjustment.
///
/// # Errors
/// The database is unavailable.
pub async fn add(tx: &Tx, new: &NewAdjustment<'_>) -> Result<()> {
    run(
        tx,
        "INSERT INTO adjustment (edition_id, unit_id, project_id, position, kind, content, reason, remark, from_revision, to_revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        values![
            new.edition.0,
            new.unit.0,
            new.project.0,
            new.position,
            new.kind.word(),
            new.content,
            new.reason,
            new.remark,
            new.from.map(|revision| revision.0),
            new.to.0,
        ],
    )
    .await
    .map(|_| ())
}

/// A frozen adjustment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// Its number.
    pub id: AdjustmentId,
    /// In which edition.
    pub edition: EditionId,
    /// Of which return.
    pub filing: ReturnId,
    /// Up to which day its return tells.
    pub cut_off: NaiveDate,
    /// When it was handed in.
    pub handed_in_at: Instant,
    /// Whose.
    pub unit: UnitId,
    /// Of which project.
    pub project: ProjectId,
    /// Its row, from 1.
    pub position: i64,
    /// 新增, 变更, 暂缓, 出库, 不变.
    pub kind: AdjustmentKind,
    /// 调整内容.
    pub content: String,
    /// 调整理由.
    pub reason: String,
    /// 备注.
    pub remark: String,
    /// What the authority knew before.
    pub from: Option<RevisionId>,
    /// What it was told.
    pub to: RevisionId,
    /// Whether it was accepted; none while undecided.
    pub accepted: Option<bool>,
    /// Why it was returned.
    pub outcome_reason: String,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    edition_id: i64,
    return_id: i64,
    cut_off: String,
    handed_in_at: i64,
    unit_id: i64,
    project_id: i64,
    position: i64,
    kind: String,
    content: String,
    reason: String,
    remark: String,
    from_revision: Option<i64>,
    to_revision: i64,
    outcome: Option<String>,
    outcome_reason: String,
}

const SELECT: &str = "SELECT adjustment.id, adjustment.edition_id, edition.return_id, period.cut_off, edition.handed_in_at, \
  adjustment.unit_id, adjustment.project_id, adjustment.position, adjustment.kind, adjustment.content, adjustment.reason, \
  adjustment.remark, adjustment.from_revision, adjustment.to_revision, adjustment.outcome, adjustment.outcome_reason \
  FROM adjustment JOIN return_edition AS edition ON edition.id = adjustment.edition_id \
  JOIN filing ON filing.id = edition.return_id JOIN period ON period.id = filing.period_id";

impl Row {
    fn frozen(self) -> Result<Frozen> {
        let kind = AdjustmentKind::from_word(&self.kind);
        Ok(Frozen {
            id: AdjustmentId(self.id),
            edition: EditionId(self.edition_id),
            filing: ReturnId(self.return_id),
            cut_off: day(&self.cut_off)?,
            handed_in_at: instant(self.handed_in_at)?,
            unit: UnitId(self.unit_id),
            project: ProjectId(self.project_id),
            position: self.position,
            kind: kind.ok_or_else(|| Error::Database(format!("adjustment {:?}", self.kind)))?,
            content: self.content,
            reason: self.reason,
            remark: self.remark,
            from: self.from_revision.map(RevisionId),
            to: RevisionId(self.to_revision),
            accepted: self.outcome.map(|word| word == ACCEPTED),
            outcome_reason: self.outcome_reason,
        })
    }
}

const ACCEPTED: &str = "accepted";
const RETURNED: &str = "returned";

/// The adjustments of an edition, by their rows.
///
/// # Errors
/// The database is unavailable.
pub async fn of_edition(db: &impl Db, id: EditionId) -> Result<Vec<Frozen>> {
    let sql = format!("{SELECT} WHERE adjustment.edition_id = $1 ORDER BY adjustment.position");
    let rows: Vec<Row> = all(db, &sql, values![id.0]).await?;
    rows.into_iter().map(Row::frozen).collect()
}

/// What an enterprise has handed in and nobody decided, in returns of a kind with a cut-off before this one; the
/// latest cut-off last.
///
/// # Errors
/// The database is unavailable.
pub async fn reported(
    db: &impl Db,
    unit: UnitId,
    kind: ReturnKind,
    before: NaiveDate,
) -> Result<Vec<Frozen>> {
    let sql = format!(
        "{SELECT} WHERE adjustment.unit_id = $1 AND period.kind = $2 AND period.cut_off < $3 AND adjustment.outcome IS NULL
         AND edition.withdrawn_at IS NULL AND edition.outcome IS NULL ORDER BY period.cut_off, adjustment.position"
    );
    let rows: Vec<Row> = all(db, &sql, values![unit.0, kind.word(), day_text(before)]).await?;
    rows.into_iter().map(Row::frozen).collect()
}

/// Records what was decided on an adjustment.
///
/// # Errors
/// The database is unavailable.
pub async fn decide(tx: &Tx, id: AdjustmentId, accept: bool, reason: &str) -> Result<()> {
    let outcome = if accept { ACCEPTED } else { RETURNED };
    run(
        tx,
        "UPDATE adjustment SET outcome = $1, outcome_reason = $2 WHERE id = $3",
        values![outcome, reason, id.0],
    )
    .await
    .map(|_| ())
}

/// Which frozen adjustments are asked for.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Of these enterprises.
    pub units: Vec<UnitId>,
    /// `Some(None)`: undecided ones; `Some(Some(true))`: accepted ones.
    pub outcome: Option<Option<bool>>,
    /// Of this project only.
    pub project: Option<ProjectId>,
    /// With cut-offs from this day on.
    pub from: Option<NaiveDate>,
    /// With cut-offs up to this day.
    pub to: Option<NaiveDate>,
    /// Before this one, for going on.
    pub before: Option<AdjustmentId>,
    /// At most so many.
    pub limit: u32,
}

/// Frozen adjustments, not taken back, the newest first.
///
/// # Errors
/// The database is unavailable.
pub async fn list(db: &impl Db, filter: &Filter) -> Result<Vec<Frozen>> {
    if filter.units.is_empty() {
        return Ok(Vec::new());
    }
    let mut bound = Vec::new();
    let mut place = |value: sea_orm::Value| {
        bound.push(value);
        format!("${}", bound.len())
    };
    let units: Vec<String> = filter
        .units
        .iter()
        .map(|unit| place(unit.0.into()))
        .collect();
    let mut wheres = vec![
        "edition.withdrawn_at IS NULL".to_owned(),
        format!("adjustment.unit_id IN ({})", units.join(", ")),
    ];
    match filter.outcome {
        None => {}
        Some(None) => wheres.push("adjustment.outcome IS NULL".to_owned()),
        Some(Some(accepted)) => {
            let word = if accepted { ACCEPTED } else { RETURNED };
            wheres.push(format!("adjustment.outcome = {}", place(word.into())));
        }
    }
    if let Some(project) = filter.project {
        wheres.push(format!(
            "adjustment.project_id = {}",
            place(project.0.into())
        ));
    }
    if let Some(from) = filter.from {
        wheres.push(format!(
            "period.cut_off >= {}",
            place(day_text(from).into())
        ));
    }
    if let Some(to) = filter.to {
        wheres.push(format!("period.cut_off <= {}", place(day_text(to).into())));
    }
    if let Some(before) = filter.before {
        wheres.push(format!("adjustment.id < {}", place(before.0.into())));
    }
    let sql = format!(
        "{SELECT} WHERE {} ORDER BY adjustment.id DESC LIMIT {}",
        wheres.join(" AND "),
        filter.limit
    );
    let rows: Vec<Row> = all(db, &sql, bound).await?;
    rows.into_iter().map(Row::frozen).collect()
}
