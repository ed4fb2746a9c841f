//! Projects that have signings, with what boards ask of them; and the funds in place by a day.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{
    Instant, Money, ProjectId, UnitId,
    partial_date::PartialDate,
    project::{Milestone, Ownership, ProjectFields, Signing},
};
use sea_orm::{FromQueryResult, Value};

use crate::{
    Db, Error, Result, Tx,
    projects::{At, Track},
    sql::{all, day_text, instant, numbers, run, values},
};

/// A project that has signings, in its newest state known.
#[derive(Debug, Clone)]
pub struct SignedProject {
    /// The project.
    pub project: ProjectId,
    /// Its enterprise.
    pub unit: UnitId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its industry.
    pub industry: String,
    /// Its district.
    pub district: String,
    /// Whether foreign capital takes part.
    pub foreign: bool,
    /// 央企, 省企, 民企 taking part.
    pub owners: Vec<Ownership>,
    /// Whether 温商 take part.
    pub wenshang: bool,
    /// Its signings.
    pub signings: Vec<Signing>,
    /// 备案.
    pub filed: Option<PartialDate>,
    /// 落地.
    pub landed: Option<PartialDate>,
    /// 开工.
    pub started: Option<PartialDate>,
    /// 投产.
    pub producing: Option<PartialDate>,
    /// 暂停.
    pub suspended: Option<PartialDate>,
    /// 终止.
    pub terminated: Option<PartialDate>,
    /// When the state that says so was saved.
    pub recorded_at: Instant,
}

#[derive(FromQueryResult)]
struct Row {
    project_id: i64,
    unit_id: i64,
    code: String,
    name: String,
    industry: String,
    district: String,
    foreign_capital: bool,
    central_soe: bool,
    provincial_soe: bool,
    private_capital: bool,
    wenshang: bool,
    signings: String,
    filed: Option<String>,
    landed: Option<String>,
    started: Option<String>,
    producing: Option<String>,
    suspended: Option<String>,
    terminated: Option<String>,
    recorded_at: i64,
}

/// Writes what boards ask of a revision, when it has signings.
pub(crate) async fn put(tx: &Tx, revision: i64, fields: &ProjectFields, at: Instant) -> Result<()> {
    let Some(row) = row(revision, fields, at)? else {
        return Ok(());
    };
    let sql = format!("INSERT INTO {TABLE} VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    run(tx, &sql, row).await.map(|_| ())
}

/// The table and columns of [`row`].
pub(crate) const TABLE: &str = "project_signed (revision_id, signings, filed, landed, started, producing, suspended, terminated, \
                                recorded_at)";

/// The row of a revision; none without signings.
pub(crate) fn row(
    revision: i64,
    fields: &ProjectFields,
    at: Instant,
) -> Result<Option<Vec<Value>>> {
    if fields.signings.is_empty() {
        return Ok(None);
    }
    let signings = serde_json::to_string(&fields.signings)
        .map_err(|error| Error::Database(format!("signings: {error}")))?;
    let text = |on: Option<PartialDate>| on.map(|on| on.to_string());
    let milestone = |one: Milestone| text(fields.milestones.get(&one).copied());
    let halt = |halt: &Option<domain::project::Halt>| text(halt.as_ref().map(|one| one.on));
    Ok(Some(values![
        revision,
        signings,
        milestone(Milestone::Filed),
        text(fields.landed_on()),
        milestone(Milestone::Started),
        milestone(Milestone::Producing),
        halt(&fields.suspended),
        halt(&fields.terminated),
        at.timestamp_micros(),
    ]))
}

fn date(text: Option<String>) -> Result<Option<PartialDate>> {
    let read = |text: String| {
        PartialDate::read(&text).ok_or_else(|| Error::Database(format!("{text:?} is no date")))
    };
    text.map(read).transpose()
}

impl Row {
    fn project(self) -> Result<SignedProject> {
        let owners = [
            (self.central_soe, Ownership::Central),
            (self.provincial_soe, Ownership::Provincial),
            (self.private_capital, Ownership::Private),
        ];
        Ok(SignedProject {
            project: ProjectId(self.project_id),
            unit: UnitId(self.unit_id),
            code: self.code,
            name: self.name,
            industry: self.industry,
            district: self.district,
            foreign: self.foreign_capital,
            owners: owners
                .into_iter()
                .filter_map(|(there, one)| there.then_some(one))
                .collect(),
            wenshang: self.wenshang,
            signings: serde_json::from_str(&self.signings)
                .map_err(|error| Error::Database(format!("signings: {error}")))?,
            filed: date(self.filed)?,
            landed: date(self.landed)?,
            started: date(self.started)?,
            producing: date(self.producing)?,
            suspended: date(self.suspended)?,
            terminated: date(self.terminated)?,
            recorded_at: instant(self.recorded_at)?,
        })
    }
}

/// Which projects are read.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// Those of these enterprises.
    Units(&'a [UnitId]),
    /// These.
    Projects(&'a BTreeSet<ProjectId>),
}

/// Projects read at once by [`signed`].
const PORTION: usize = 1_000;

/// Projects that have signings, in the newest state there is, or was at both times of `at`, by their codes: the portion that
/// follows `after`, and after whom the next one follows; none after the last.
///
/// # Errors
/// The database is unavailable.
pub async fn signed(
    db: &impl Db,
    track: Track,
    whose: Whose<'_>,
    at: Option<At>,
    after: Option<&Last>,
) -> Result<(Vec<SignedProject>, Option<Last>)> {
    // Where many enterprises are read, the order of codes leads, not each enterprise's index.
    let whose = match whose {
        Whose::Units([]) => return Ok((Vec::new(), None)),
        Whose::Units([one]) => format!("span.unit_id = {one}"),
        Whose::Units(many) => {
            format!("+span.unit_id IN ({})", numbers(many.iter().map(|id| id.0)))
        }
        Whose::Projects(ids) if ids.is_empty() => return Ok((Vec::new(), None)),
        Whose::Projects(ids) => format!(
            "span.project_id IN ({})",
            numbers(ids.iter().map(|id| id.0))
        ),
    };
    let mut bound = values![track.word()];
    let when = match at {
        None => "span.known_to = 9223372036854775807 AND span.to_on = '9999-12-31'",
        Some(at) => {
            bound.extend(values![day_text(at.as_of), at.known_at.timestamp_micros()]);
            "span.from_on <= $2 AND span.to_on > $2 AND span.known_from <= $3 AND span.known_to > $3"
        }
    };
    let follows = after.map_or(String::new(), |(code, project)| {
        bound.extend(values![code.as_str(), project.0]);
        let (code, project) = (bound.len() - 1, bound.len());
        format!("AND (span.code, span.project_id) > (${code}, ${project})")
    });
    let sql = format!(
        "SELECT span.project_id, span.unit_id, span.code, span.name, span.industry, span.district, span.foreign_capital,
           span.central_soe, span.provincial_soe, span.private_capital, span.wenshang, signed.signings, signed.filed, signed.landed,
           signed.started, signed.producing, signed.suspended, signed.terminated, signed.recorded_at
         FROM project_span AS span JOIN project_signed AS signed ON signed.revision_id = span.revision_id
         WHERE span.track = $1 AND {whose} AND {when} {follows}
         ORDER BY span.code, span.project_id LIMIT {PORTION}"
    );
    let rows: Vec<Row> = all(db, &sql, bound).await?;
    let full = rows.len() == PORTION;
    let signed: Vec<SignedProject> = rows.into_iter().map(Row::project).collect::<Result<_>>()?;
    let last = signed.last().filter(|_| full);
    let last = last.map(|one| (one.code.clone(), one.project));
    Ok((signed, last))
}

/// The project read last: its code and number.
pub type Last = (String, ProjectId);

/// Accepted funds received up to `as_of`, as decided by `known_at`, by the enterprise and the project they name.
///
/// # Errors
/// The database is unavailable.
pub async fn funds(
    db: &impl Db,
    units: &[UnitId],
    as_of: NaiveDate,
    known_at: Instant,
) -> Result<Vec<(UnitId, String, Money)>> {
    #[derive(FromQueryResult)]
    struct Sum {
        unit_id: i64,
        project: String,
        amount_fen: i64,
    }
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT unit_id, project, CAST(SUM(amount_fen) AS BIGINT) AS amount_fen FROM entry
         WHERE unit_id IN ({}) AND state = 'accepted' AND received_on <= $1 AND decided_at <= $2 GROUP BY unit_id, project",
        numbers(units.iter().map(|unit| unit.0))
    );
    let rows: Vec<Sum> = all(
        db,
        &sql,
        values![day_text(as_of), known_at.timestamp_micros()],
    )
    .await?;
    let sum = |row: Sum| {
        (
            UnitId(row.unit_id),
            row.project,
            Money::from_fen(row.amount_fen),
        )
    };
    Ok(rows.into_iter().map(sum).collect())
}
