//! The library's list: filtered on every field, sorted, a page at a time, now or at both times; the same on both engines.
//!
//! A page is read in the order of an index where one has that order ([`plan`]), from a row's place on ([`Cursor`]), and
//! never counted to the end: kept totals say how many there are, or a count that stops.

mod filter;
mod lines;
mod order;
mod parts;
mod plan;

use domain::Money;
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, dialect,
    sql::{all, backend, one},
};

use super::{
    At, Project, Revision, Track,
    rows::{HeadRow, RevisionRow},
    totals::ByStage,
};

use filter::Query;
pub use filter::{DateColumn, DateFilter, Filter, Flag};
pub use lines::{Line, lines, lines_at};
pub use order::{Cursor, Key, Page, SortBy, Start};
use order::{Half, Order, PlaceRow};
pub use parts::{Alike, Axis, CUTS, Part, PartTotals, mixed, parts, sums};
pub use plan::Extent;
use plan::Plan;

/// Lists that kept totals do not know are counted up to here.
pub const COUNTED_MOST: i64 = 1000;

/// How many projects a list has, and the sum of their known investments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Projects; where there are more than [`COUNTED_MOST`] and nobody knows how many, that number.
    pub count: i64,
    /// Whether there are more than were counted.
    pub more: bool,
    /// Total investment, where known; nothing where not all were counted.
    pub investment: Option<Money>,
}

/// What a list selects beside a row's place.
struct Columns {
    /// The columns.
    select: &'static str,
    /// The tables they stand in, beside the span.
    tables: &'static str,
    /// How those belong to the span.
    joined: &'static str,
}

/// Rows of one page in order, each with its place.
async fn page_of<T: FromQueryResult + Send>(
    db: &impl Db,
    (track, at, filter): (Track, Option<At>, &Filter),
    page: &Page,
    extent: Option<&Extent>,
    columns: &Columns,
) -> Result<Vec<(T, Cursor)>> {
    if filter.units.is_empty() {
        return Ok(Vec::new());
    }
    let found;
    let extent = match extent {
        Some(extent) => extent,
        None => {
            found = plan::known(db, track, filter).await?;
            &found
        }
    };
    let order = Order::of(backend(db), page);
    let plan = Plan::of(db, track, at, filter, page, extent).await?;
    let beyond = match &page.start {
        Start::After(cursor) | Start::Before(cursor) => Some(cursor),
        _ => None,
    };
    let parts: Vec<(Half, Option<&Cursor>)> = match (order.is_in_parts(&page.start), beyond) {
        (false, beyond) => vec![(Half::All, beyond)],
        (true, None) => vec![(Half::Known, None), (Half::Unknown, None)],
        (true, Some(cursor)) => match (order.part_of(cursor), order.is_backwards()) {
            (Half::Unknown, false) => vec![(Half::Unknown, Some(cursor))],
            (Half::Unknown, true) => vec![(Half::Unknown, Some(cursor)), (Half::Known, None)],
            (_, true) => vec![(Half::Known, Some(cursor))],
            (_, false) => vec![(Half::Known, Some(cursor)), (Half::Unknown, None)],
        },
    };
    let mut rows: Vec<(T, Cursor)> = Vec::new();
    for (part, beyond) in parts {
        let missing = page.limit.saturating_sub(rows.len() as u64);
        if missing == 0 {
            break;
        }
        let mut query = Query::of(backend(db), track, at, filter, plan.by_search);
        order.limit(&mut query, part, beyond);
        let limit = query.bind(i64::try_from(missing).unwrap_or(i64::MAX));
        let offset = match page.start {
            Start::Offset(rows) => {
                let place = query.bind(i64::try_from(rows).unwrap_or(i64::MAX));
                format!(" OFFSET {place}")
            }
            _ => String::new(),
        };
        let (number, text) = order.keys();
        let sql = format!(
            "SELECT chosen.number, chosen.text, span.code AS place_code, span.project_id AS place_project, {}
             FROM (SELECT span.id, {number} AS number, {text} AS text {} ORDER BY {} LIMIT {limit}{offset}) AS chosen
             CROSS JOIN project_span AS span{} WHERE span.id = chosen.id{}{}",
            columns.select,
            query.tables_and_clauses(plan.index),
            order.terms(part, plan.by_search),
            columns.tables,
            columns.joined,
            dialect::order_again(backend(db), &order.terms(part, false)),
        );
        let found: Vec<Placed<T>> = all(db, &sql, query.bound).await?;
        rows.extend(found.into_iter().map(|row| (row.0, row.1)));
    }
    if order.is_backwards() {
        rows.reverse();
    }
    Ok(rows)
}

/// A row with its place.
struct Placed<T>(T, Cursor);

impl<T: FromQueryResult> FromQueryResult for Placed<T> {
    fn from_query_result(
        row: &sea_orm::QueryResult,
        prefix: &str,
    ) -> std::result::Result<Self, sea_orm::DbErr> {
        let place = PlaceRow::from_query_result(row, prefix)?;
        Ok(Self(T::from_query_result(row, prefix)?, place.into()))
    }
}

#[derive(FromQueryResult)]
struct Pair {
    id: i64,
    project_id: i64,
    number_in_project: i64,
    fields: String,
    effective_on: String,
    reason: String,
    recorded_at: i64,
    recorded_by: i64,
    authority_id: i64,
    unit_id: i64,
    code: String,
    version: i64,
    head_id: i64,
    accepted_id: Option<i64>,
    pending: bool,
    standing: String,
    funds_fen: i64,
    copied_from: Option<i64>,
    created_at: i64,
    created_by: i64,
    merged_into: Option<i64>,
    merged_on: Option<String>,
}

const PAIR: Columns = Columns {
    select: "revision.id, revision.project_id, revision.number AS number_in_project, revision.fields, revision.effective_on,
           revision.reason, revision.recorded_at, revision.recorded_by, project.authority_id, project.unit_id, project.code,
           project.version, project.head_id, project.accepted_id, project.pending, project.standing, project.funds_fen,
           project.copied_from, project.created_at, project.created_by, project.merged_into, project.merged_on",
    tables: " CROSS JOIN project CROSS JOIN project_revision AS revision",
    joined: " AND project.id = span.project_id AND revision.id = span.revision_id",
};

/// A page of the list: each project whole, with the state that holds and its place. `extent` is what [`totals`] found of
/// the same filter; it is looked up where it is not given.
///
/// # Errors
/// The database is unavailable.
pub async fn list(
    db: &impl Db,
    track: Track,
    at: Option<At>,
    filter: &Filter,
    page: &Page,
    extent: Option<&Extent>,
) -> Result<Vec<(Project, Revision, Cursor)>> {
    let rows = page_of::<Pair>(db, (track, at, filter), page, extent, &PAIR).await?;
    rows.into_iter()
        .map(|(row, cursor)| pair(row, cursor))
        .collect()
}

fn pair(row: Pair, cursor: Cursor) -> Result<(Project, Revision, Cursor)> {
    let project = HeadRow {
        id: row.project_id,
        authority_id: row.authority_id,
        unit_id: row.unit_id,
        code: row.code,
        version: row.version,
        head_id: row.head_id,
        accepted_id: row.accepted_id,
        pending: row.pending,
        standing: row.standing,
        funds_fen: row.funds_fen,
        copied_from: row.copied_from,
        created_at: row.created_at,
        created_by: row.created_by,
        merged_into: row.merged_into,
        merged_on: row.merged_on,
    };
    let revision = RevisionRow {
        id: row.id,
        project_id: row.project_id,
        number: row.number_in_project,
        fields: row.fields,
        effective_on: row.effective_on,
        reason: row.reason,
        recorded_at: row.recorded_at,
        recorded_by: row.recorded_by,
    };
    Ok((project.project()?, revision.revision()?, cursor))
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Every row of a list in its order, by the number of its state: what a file is made of portion by portion.
///
/// # Errors
/// The database is unavailable.
pub async fn places(
    db: &impl Db,
    track: Track,
    at: Option<At>,
    filter: &Filter,
    sort: SortBy,
    descending: bool,
) -> Result<Vec<i64>> {
    const NOTHING: Columns = Columns {
        select: "span.id",
        tables: "",
        joined: "",
    };
    let page = Page {
        sort,
        descending,
        start: Start::First,
        limit: i64::MAX.unsigned_abs(),
    };
    let rows = page_of::<Id>(db, (track, at, filter), &page, None, &NOTHING).await?;
    Ok(rows.into_iter().map(|(row, _)| row.id).collect())
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

#[derive(FromQueryResult)]
struct Amount {
    fen: Option<i64>,
}

/// How many a list has, without reading it to the end; with what is known for reading a page of it.
///
/// # Errors
/// The database is unavailable.
pub async fn totals(
    db: &impl Db,
    track: Track,
    at: Option<At>,
    filter: &Filter,
    kept: &ByStage,
) -> Result<(Totals, Extent)> {
    let nothing = Totals {
        count: 0,
        more: false,
        investment: Some(Money::ZERO),
    };
    if filter.units.is_empty() {
        return Ok((nothing, Extent::default()));
    }
    let mut extent = match Extent::of(kept, filter) {
        Some(extent) => extent,
        None => plan::known(db, track, filter).await?,
    };
    if at.is_none() && filter.is_coarse() {
        let totals = Totals {
            count: extent.fitting,
            more: false,
            investment: Some(extent.investment),
        };
        return Ok((totals, extent));
    }
    // Any order will do: the one that finds the first thousand soonest.
    let page = Page {
        sort: SortBy::Saved,
        descending: true,
        start: Start::First,
        limit: COUNTED_MOST.unsigned_abs(),
    };
    let plan = Plan::counting(db, track, at, filter, &page, &mut extent).await?;
    let mut query = Query::of(backend(db), track, at, filter, plan.by_search);
    let most = query.bind(COUNTED_MOST + 1);
    let sql = format!(
        "SELECT COUNT(*) AS count FROM (SELECT 1 AS one {} LIMIT {most}) AS counted",
        query.tables_and_clauses(plan.index)
    );
    let count: Option<Count> = one(db, &sql, query.bound).await?;
    let count = count.map_or(0, |row| row.count);
    if count > COUNTED_MOST {
        let totals = Totals {
            count: COUNTED_MOST,
            more: true,
            investment: None,
        };
        return Ok((totals, extent));
    }
    if count == 0 {
        return Ok((nothing, extent));
    }
    let query = Query::of(backend(db), track, at, filter, plan.by_search);
    let sql = format!(
        "SELECT CAST(SUM(span.investment_fen) AS BIGINT) AS fen {}",
        query.tables_and_clauses(plan.index)
    );
    let amount: Option<Amount> = one(db, &sql, query.bound).await?;
    let fen = amount.and_then(|row| row.fen).unwrap_or(0);
    let totals = Totals {
        count,
        more: false,
        investment: Some(Money::from_fen(fen)),
    };
    Ok((totals, extent))
}
