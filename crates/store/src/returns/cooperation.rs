//! Rows of 附件3 as they were handed in.

use chrono::NaiveDate;
use domain::{
    EditionId, Instant, ProjectId, ReturnId, UnitId,
    annex3::{Annex3Row, CooperationClass, ProgressTexts},
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, day, day_text, instant, run, values},
};

/// Freezes a row at its place, from 1.
///
/// # Errors
/// The database is unavailable.
pub async fn add(
    tx: &Tx,
    edition: EditionId,
    unit: UnitId,
    position: i64,
    row: &Annex3Row,
) -> Result<()> {
    run(
        tx,
        "INSERT INTO cooperation (edition_id, unit_id, project_id, position, class, partners, suspended, progress, problems,
                                  next_steps, own_contact, revision_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        values![
            edition.0,
            unit.0,
            row.project.0,
            position,
            row.class.word(),
            row.partners.as_str(),
            row.suspended,
            row.progress.as_str(),
            row.problems.as_str(),
            row.next_steps.as_str(),
            row.own_contact.as_str(),
            row.revision.0,
        ],
    )
    .await
    .map(|_| ())
}

/// A frozen row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cooperation {
    /// In which edition.
    pub edition: EditionId,
    /// Its place among the return's editions.
    pub edition_number: i64,
    /// Of which return.
    pub filing: ReturnId,
    /// Up to which day its return tells.
    pub cut_off: NaiveDate,
    /// When it was handed in.
    pub handed_in_at: Instant,
    /// Of which project.
    pub project: ProjectId,
    /// 类别.
    pub class: CooperationClass,
    /// 合作央企名称.
    pub partners: String,
    /// Whether it was paused.
    pub suspended: bool,
    /// What was typed.
    pub texts: ProgressTexts,
    /// What the officer remarked.
    pub remark: String,
}

#[derive(FromQueryResult)]
struct Row {
    edition_id: i64,
    edition: i64,
    return_id: i64,
    cut_off: String,
    handed_in_at: i64,
    project_id: i64,
    class: String,
    partners: String,
    suspended: bool,
    progress: String,
    problems: String,
    next_steps: String,
    own_contact: String,
    remark: String,
}

const SELECT: &str = "SELECT cooperation.edition_id, edition.edition, edition.return_id, period.cut_off, edition.handed_in_at, \
  cooperation.project_id, cooperation.class, cooperation.partners, cooperation.suspended, cooperation.progress, cooperation.problems, \
  cooperation.next_steps, cooperation.own_contact, cooperation.remark \
  FROM cooperation JOIN return_edition AS edition ON edition.id = cooperation.edition_id \
  JOIN filing ON filing.id = edition.return_id JOIN period ON period.id = filing.period_id";

impl Row {
    fn frozen(self) -> Result<Cooperation> {
        let class = CooperationClass::from_word(&self.class);
        Ok(Cooperation {
            edition: EditionId(self.edition_id),
            edition_number: self.edition,
            filing: ReturnId(self.return_id),
            cut_off: day(&self.cut_off)?,
            handed_in_at: instant(self.handed_in_at)?,
            project: ProjectId(self.project_id),
            class: class.ok_or_else(|| Error::Database(format!("class {:?}", self.class)))?,
            partners: self.partners,
            suspended: self.suspended,
            texts: ProgressTexts {
                progress: self.progress,
                problems: self.problems,
                next_steps: self.next_steps,
                contact: self.own_contact,
                still_true: false,
            },
            remark: self.remark,
        })
    }
}

/// The rows of an edition.
///
/// # Errors
/// The database is unavailable.
pub async fn of_edition(db: &impl Db, id: EditionId) -> Result<Vec<Cooperation>> {
    let sql = format!("{SELECT} WHERE cooperation.edition_id = $1 ORDER BY cooperation.position");
    let rows: Vec<Row> = all(db, &sql, values![id.0]).await?;
    rows.into_iter().map(Row::frozen).collect()
}

/// What an enterprise has handed in for periods before this one and not taken back; what was handed in last comes last.
///
/// # Errors
/// The database is unavailable.
pub async fn before(db: &impl Db, unit: UnitId, cut_off: NaiveDate) -> Result<Vec<Cooperation>> {
    let sql = format!(
        "{SELECT} WHERE cooperation.unit_id = $1 AND period.cut_off < $2 AND edition.withdrawn_at IS NULL
         ORDER BY period.cut_off, edition.edition"
    );
    let rows: Vec<Row> = all(db, &sql, values![unit.0, day_text(cut_off)]).await?;
    rows.into_iter().map(Row::frozen).collect()
}

/// What was handed in of a project and not taken back, the newest first: of each return its newest edition.
///
/// # Errors
/// The database is unavailable.
pub async fn of_project(db: &impl Db, id: ProjectId) -> Result<Vec<Cooperation>> {
    let sql = format!(
        "{SELECT} WHERE cooperation.project_id = $1 AND edition.withdrawn_at IS NULL
         ORDER BY period.cut_off DESC, edition.edition DESC"
    );
    let rows: Vec<Row> = all(db, &sql, values![id.0]).await?;
    let mut rows: Vec<Cooperation> = rows.into_iter().map(Row::frozen).collect::<Result<_>>()?;
    rows.dedup_by_key(|row| row.filing);
    Ok(rows)
}

/// Records what the officer remarks on a row.
///
/// # Errors
/// The database is unavailable.
pub async fn remark(tx: &Tx, edition: EditionId, project: ProjectId, text: &str) -> Result<()> {
    run(
        tx,
        "UPDATE cooperation SET remark = $1 WHERE edition_id = $2 AND project_id = $3",
        values![text, edition.0, project.0],
    )
    .await
    .map(|_| ())
}
