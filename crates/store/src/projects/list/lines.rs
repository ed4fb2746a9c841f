//! A page of the list in short: what its usual columns show, out of the columns that lists filter by. The whole of a
//! project is read only for the columns that need it.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    Instant, Money, ProjectId, UnitId,
    partial_date::PartialDate,
    project::{Horizon, ProjectFields, Stage, Standing},
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result,
    sql::{all, day, instant, numbers, values},
};

use super::{
    super::{At, Track, rows},
    Columns, Cursor, Extent, Filter, Page, page_of,
};

/// A project in short.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its number.
    pub id: ProjectId,
    /// The enterprise.
    pub unit: UnitId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How far it is.
    pub stage: Stage,
    /// Between the libraries.
    pub standing: Standing,
    /// Whether reportable changes wait for the authority.
    pub pending: bool,
    /// 总投资额.
    pub investment: Option<Money>,
    /// 产业.
    pub industry: String,
    /// Code of the district.
    pub district: String,
    /// 近期 or 远期.
    pub horizon: Option<Horizon>,
    /// Items of readiness.
    pub readiness: i64,
    /// The first formal signing.
    pub signed: Option<PartialDate>,
    /// 挂钩领导.
    pub lead_official: String,
    /// Everything that is said of it and when that was saved, where it was asked for.
    pub whole: Option<Box<(ProjectFields, Instant)>>,
}

#[derive(FromQueryResult)]
struct Row {
    project_id: i64,
    unit_id: i64,
    code: String,
    name: String,
    stage: String,
    standing: String,
    pending: bool,
    investment_fen: Option<i64>,
    industry: String,
    district: String,
    horizon: String,
    readiness: i64,
    signed_from: Option<String>,
    signed_to: Option<String>,
    lead_official: String,
}

#[derive(FromQueryResult)]
struct WholeRow {
    fields: String,
    recorded_at: i64,
}

const SHORT: Columns = Columns {
    select: "span.project_id, span.unit_id, span.code, span.name, span.stage, project.standing, project.pending,
           span.investment_fen, span.industry, span.district, span.horizon, span.readiness, span.signed_from, span.signed_to,
           span.lead_official",
    tables: " CROSS JOIN project",
    joined: " AND project.id = span.project_id",
};

const WHOLE: Columns = Columns {
    select: "span.project_id, span.unit_id, span.code, span.name, span.stage, project.standing, project.pending,
           span.investment_fen, span.industry, span.district, span.horizon, span.readiness, span.signed_from, span.signed_to,
           span.lead_official, revision.fields, revision.recorded_at",
    tables: " CROSS JOIN project CROSS JOIN project_revision AS revision",
    joined: " AND project.id = span.project_id AND revision.id = span.revision_id",
};

/// A page of the list in short, or with everything that is said of each; each with its place.
///
/// # Errors
/// The database is unavailable.
pub async fn lines(
    db: &impl Db,
    (track, at): (Track, Option<At>),
    filter: &Filter,
    page: &Page,
    extent: Option<&Extent>,
    whole: bool,
) -> Result<Vec<(Line, Cursor)>> {
    let asked = (track, at, filter);
    if whole {
        let rows = page_of::<Both>(db, asked, page, extent, &WHOLE).await?;
        return rows
            .into_iter()
            .map(|(row, cursor)| Ok((row.line()?, cursor)))
            .collect();
    }
    let rows = page_of::<Row>(db, asked, page, extent, &SHORT).await?;
    rows.into_iter()
        .map(|(row, cursor)| Ok((row.line()?, cursor)))
        .collect()
}

/// Lines of a file's portion, by the numbers [`super::places`] gave, in that order.
///
/// # Errors
/// The database is unavailable.
pub async fn lines_at(db: &impl Db, places: &[i64], whole: bool) -> Result<Vec<Line>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let columns = if whole { &WHOLE } else { &SHORT };
    let sql = format!(
        "SELECT span.id AS place, {} FROM project_span AS span{} WHERE span.id IN ({}){}",
        columns.select,
        columns.tables,
        numbers(places.iter().copied()),
        columns.joined
    );
    let mut lines: HashMap<i64, Line> = if whole {
        let rows: Vec<Asked<Both>> = all(db, &sql, values![]).await?;
        rows.into_iter()
            .map(|row| Ok((row.0, row.1.line()?)))
            .collect::<Result<_>>()?
    } else {
        let rows: Vec<Asked<Row>> = all(db, &sql, values![]).await?;
        rows.into_iter()
            .map(|row| Ok((row.0, row.1.line()?)))
            .collect::<Result<_>>()?
    };
    Ok(places
        .iter()
        .filter_map(|place| lines.remove(place))
        .collect())
}

/// A row with the number it was asked for by.
struct Asked<T>(i64, T);

impl<T: FromQueryResult> FromQueryResult for Asked<T> {
    fn from_query_result(
        row: &sea_orm::QueryResult,
        prefix: &str,
    ) -> std::result::Result<Self, sea_orm::DbErr> {
        Ok(Self(
            row.try_get(prefix, "place")?,
            T::from_query_result(row, prefix)?,
        ))
    }
}

struct Both(Row, WholeRow);

impl FromQueryResult for Both {
    fn from_query_result(
        row: &sea_orm::QueryResult,
        prefix: &str,
    ) -> std::result::Result<Self, sea_orm::DbErr> {
        Ok(Self(
            Row::from_query_result(row, prefix)?,
            WholeRow::from_query_result(row, prefix)?,
        ))
    }
}

impl Both {
    fn line(self) -> Result<Line> {
        let whole = (rows::fields(&self.1.fields)?, instant(self.1.recorded_at)?);
        Ok(Line {
            whole: Some(Box::new(whole)),
            ..self.0.line()?
        })
    }
}

impl Row {
    fn line(self) -> Result<Line> {
        let unknown = |what: &str, word: &str| Error::Database(format!("{what} {word:?}"));
        let signed = match (&self.signed_from, &self.signed_to) {
            (Some(from), Some(to)) => Some(partial(day(from)?, day(to)?)),
            _ => None,
        };
        Ok(Line {
            id: ProjectId(self.project_id),
            unit: UnitId(self.unit_id),
            code: self.code,
            name: self.name,
            stage: Stage::from_word(&self.stage).ok_or_else(|| unknown("stage", &self.stage))?,
            standing: Standing::from_word(&self.standing)
                .ok_or_else(|| unknown("standing", &self.standing))?,
            pending: self.pending,
            investment: self.investment_fen.map(Money::from_fen),
            industry: self.industry,
            district: self.district,
            horizon: Horizon::from_word(&self.horizon),
            readiness: self.readiness,
            signed,
            lead_official: self.lead_official,
            whole: None,
        })
    }
}

/// A date as it is known, from the first and the last day it can be: a day, or a month.
fn partial(from: NaiveDate, to: NaiveDate) -> PartialDate {
    use chrono::Datelike;
    if from == to {
        PartialDate::Day(from)
    } else {
        PartialDate::Month {
            year: from.year(),
            month: from.month(),
        }
    }
}
