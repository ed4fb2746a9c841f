//! What a whole list is made of, counted to the end: unlike a page's [`super::Totals`], which stop.

use domain::Money;
use sea_orm::FromQueryResult;

use crate::{
    Db, Result,
    sql::{all, backend, one},
};

use super::{
    super::{At, Track},
    Filter, Page, SortBy, Start,
    filter::Query,
    plan::{self, Plan},
};

/// How many projects a part of a list has, and the sum of their known investments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PartTotals {
    /// Projects.
    pub count: i64,
    /// Total investment, where known.
    pub investment: Money,
}

/// By what a list is taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Industry.
    Industry,
    /// 近期 or 远期.
    Horizon,
    /// How far they are.
    Stage,
    /// District.
    District,
    /// 外资 or not.
    Foreign,
}

impl Axis {
    const fn column(self) -> &'static str {
        match self {
            Self::Industry => "span.industry",
            Self::Horizon => "span.horizon",
            Self::Stage => "span.stage",
            Self::District => "span.district",
            Self::Foreign => "CASE WHEN span.foreign_capital THEN 'yes' ELSE 'no' END",
        }
    }
}

/// One part of a list: the stored word of the part, and its totals.
pub type Part = (String, PartTotals);

#[derive(FromQueryResult)]
struct Row {
    count: i64,
    fen: Option<i64>,
}

impl Row {
    fn totals(&self) -> PartTotals {
        PartTotals {
            count: self.count,
            investment: Money::from_fen(self.fen.unwrap_or(0)),
        }
    }
}

#[derive(FromQueryResult)]
struct WordRow {
    word: String,
    count: i64,
    fen: Option<i64>,
}

const SUMS: &str = "COUNT(*) AS count, CAST(SUM(span.investment_fen) AS BIGINT) AS fen";

/// The clauses of a list, and the tables that find all of it soonest.
async fn whole(
    db: &impl Db,
    track: Track,
    at: Option<At>,
    filter: &Filter,
) -> Result<(String, Query)> {
    // Every row in any order.
    let page = Page {
        sort: SortBy::Code,
        descending: false,
        start: Start::First,
        limit: i64::MAX.unsigned_abs(),
    };
    let extent = plan::known(db, track, filter).await?;
    let plan = Plan::of(db, track, at, filter, &page, &extent).await?;
    let query = Query::of(backend(db), track, at, filter, plan.by_search);
    Ok((query.tables_and_clauses(plan.index), query))
}

/// The parts of a whole list by `axis`; their totals add up to [`sums`].
///
/// # Errors
/// The database is unavailable.
pub async fn parts(
    db: &impl Db,
    track: Track,
    at: Option<At>,
    filter: &Filter,
    axis: Axis,
) -> Result<Vec<Part>> {
    if filter.units.is_empty() {
        return Ok(Vec::new());
    }
    let (tables, query) = whole(db, track, at, filter).await?;
    let column = axis.column();
    let sql = format!("SELECT {column} AS word, {SUMS} {tables} GROUP BY {column}");
    let rows: Vec<WordRow> = all(db, &sql, query.bound).await?;
    let part = |row: WordRow| {
        let (count, fen) = (row.count, row.fen);
        (row.word, Row { count, fen }.totals())
    };
    Ok(rows.into_iter().map(part).collect())
}

/// How many projects a whole list has, and the sum of their known investments.
///
/// # Errors
/// The database is unavailable.
pub async fn sums(
    db: &impl Db,
    track: Track,
    at: Option<At>,
    filter: &Filter,
) -> Result<PartTotals> {
    if filter.units.is_empty() {
        return Ok(PartTotals::default());
    }
    let (tables, query) = whole(db, track, at, filter).await?;
    let sql = format!("SELECT {SUMS} {tables}");
    let row: Option<Row> = one(db, &sql, query.bound).await?;
    Ok(row.map_or_else(PartTotals::default, |row| row.totals()))
}
