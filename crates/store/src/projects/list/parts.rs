//! What a whole list is made of, counted to the end: unlike a page's [`super::Totals`], which stop.

use domain::Money;
use sea_orm::FromQueryResult;

use crate::{
    Db, Result,
    sql::{all, backend, one},
};

use super::{
    super::{At, Track},
    Filter, Flag, Page, SortBy, Start,
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

impl std::ops::AddAssign for PartTotals {
    fn add_assign(&mut self, other: Self) {
        self.count += other.count;
        self.investment =
            Money::from_fen(self.investment.fen().saturating_add(other.investment.fen()));
    }
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

/// By what the structure takes a list apart, all at once.
pub const CUTS: [Axis; 5] = [
    Axis::Industry,
    Axis::Horizon,
    Axis::Stage,
    Axis::District,
    Axis::Foreign,
];
/// Who takes part, and the column that says so.
const TAKING: [(Flag, &str); 5] = [
    (Flag::Central, "central_soe"),
    (Flag::Provincial, "provincial_soe"),
    (Flag::Private, "private_capital"),
    (Flag::Foreign, "foreign_capital"),
    (Flag::Wenshang, "wenshang"),
];

/// Projects that are alike in all of [`CUTS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// The stored words, by [`CUTS`].
    pub words: [String; 5],
    /// All of them.
    pub totals: PartTotals,
    /// Those in which somebody takes part.
    pub taking: Vec<(Flag, PartTotals)>,
}

#[derive(FromQueryResult)]
struct AlikeRow {
    word_0: String,
    word_1: String,
    word_2: String,
    word_3: String,
    word_4: String,
    count: i64,
    fen: Option<i64>,
    count_0: i64,
    fen_0: Option<i64>,
    count_1: i64,
    fen_1: Option<i64>,
    count_2: i64,
    fen_2: Option<i64>,
    count_3: i64,
    fen_3: Option<i64>,
    count_4: i64,
    fen_4: Option<i64>,
}

impl AlikeRow {
    fn alike(self) -> Alike {
        let totals = |count, fen: Option<i64>| Row { count, fen }.totals();
        let taking = [
            totals(self.count_0, self.fen_0),
            totals(self.count_1, self.fen_1),
            totals(self.count_2, self.fen_2),
            totals(self.count_3, self.fen_3),
            totals(self.count_4, self.fen_4),
        ];
        Alike {
            totals: totals(self.count, self.fen),
            taking: TAKING
                .into_iter()
                .map(|(flag, _)| flag)
                .zip(taking)
                .collect(),
            words: [
                self.word_0,
                self.word_1,
                self.word_2,
                self.word_3,
                self.word_4,
            ],
        }
    }
}

/// A whole list taken apart by all of [`CUTS`], in one going through: a few thousand parts at most.
///
/// # Errors
/// The database is unavailable.
pub async fn mixed(
    db: &impl Db,
    track: Track,
    at: Option<At>,
    filter: &Filter,
) -> Result<Vec<Alike>> {
    if filter.units.is_empty() {
        return Ok(Vec::new());
    }
    let (tables, query) = whole(db, track, at, filter).await?;
    let words = CUTS.iter().enumerate();
    let words = words.map(|(at, axis)| format!("{} AS word_{at}", axis.column()));
    let sums = TAKING.iter().enumerate().map(|(at, (_, column))| {
        format!(
            "CAST(SUM(CASE WHEN span.{column} THEN 1 ELSE 0 END) AS BIGINT) AS count_{at},
             CAST(SUM(CASE WHEN span.{column} THEN span.investment_fen END) AS BIGINT) AS fen_{at}"
        )
    });
    let columns: Vec<String> = words.chain([SUMS.to_owned()]).chain(sums).collect();
    let by: Vec<&str> = CUTS.iter().map(|axis| axis.column()).collect();
    let sql = format!(
        "SELECT {} {tables} GROUP BY {}",
        columns.join(", "),
        by.join(", ")
    );
    let rows: Vec<AlikeRow> = all(db, &sql, query.bound).await?;
    Ok(rows.into_iter().map(AlikeRow::alike).collect())
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
