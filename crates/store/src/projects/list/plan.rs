//! By which index a list is read: the one in whose order it is shown while that finds enough rows soon, else the one
//! that finds all of them. Kept totals tell which.

use domain::{Money, library::needle_tokens};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, dialect,
    sql::{backend, day_text, numbers, one, values},
};

use super::{
    super::{At, Track, totals::ByStage},
    filter::{Filter, Query},
    order::{Page, SortBy},
};

/// So many rows are read one by one rather than looked up in the search index.
const FEW: i64 = 300;
/// A text found in so many states is common: rows are read in their order until enough have it.
const COMMON: i64 = 5_000;
/// A past day before which so many states began has a full library.
const MANY: i64 = 2_000;

/// What kept totals say of a list as it is now.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extent {
    /// Projects of the track.
    pub(super) all: i64,
    /// Of the enterprises asked for.
    pub(super) of_units: i64,
    /// Of these in the stages and industries asked for.
    pub(super) fitting: i64,
    /// The sum of those's known investments.
    pub(super) investment: Money,
    /// Whether the text is in more than [`COMMON`] states, once that was asked.
    common: Option<bool>,
}

#[derive(FromQueryResult)]
struct Row {
    of_all: i64,
    of_units: i64,
    fitting: i64,
    fen: i64,
}

impl Extent {
    /// Out of the totals by stage; where industries are asked for, those have to be looked up ([`known`]).
    pub(super) fn of(kept: &ByStage, filter: &Filter) -> Option<Self> {
        if !filter.industries.is_empty() {
            return None;
        }
        let mut extent = Self::default();
        for ((unit, stage), sum) in kept {
            extent.all += sum.projects;
            if !filter.units.contains(unit) {
                continue;
            }
            extent.of_units += sum.projects;
            if filter.stages.is_empty() || filter.stages.contains(stage) {
                extent.fitting += sum.projects;
                let fen = extent.investment.fen().saturating_add(sum.investment.fen());
                extent.investment = Money::from_fen(fen);
            }
        }
        Some(extent)
    }
}

/// Looks the kept totals up. A few hundred rows at most.
pub(super) async fn known(db: &impl Db, track: Track, filter: &Filter) -> Result<Extent> {
    let mut query = Query::plain(backend(db));
    let place = query.bind(track.word());
    let units = format!(
        "unit_id IN ({})",
        numbers(filter.units.iter().map(|unit| unit.0))
    );
    query.one_of("stage", filter.stages.iter().map(|one| one.word()));
    let by_industry = !filter.industries.is_empty();
    if by_industry {
        query.one_of("industry", filter.industries.iter().map(String::as_str));
    }
    let fits = query.clauses_or("1 = 1");
    let table = if by_industry {
        "project_industry_total"
    } else {
        "project_total"
    };
    let sql = format!(
        "SELECT (SELECT CAST(COALESCE(SUM(projects), 0) AS BIGINT) FROM project_total WHERE track = {place}) AS of_all,
           (SELECT CAST(COALESCE(SUM(projects), 0) AS BIGINT) FROM project_total WHERE track = {place} AND {units}) AS of_units,
           CAST(COALESCE(SUM(projects), 0) AS BIGINT) AS fitting, CAST(COALESCE(SUM(investment_fen), 0) AS BIGINT) AS fen
         FROM {table} WHERE track = {place} AND {units} AND {fits}"
    );
    let row: Option<Row> = one(db, &sql, query.bound).await?;
    Ok(row.map_or_else(Extent::default, |row| Extent {
        all: row.of_all,
        of_units: row.of_units,
        fitting: row.fitting,
        investment: Money::from_fen(row.fen),
        common: None,
    }))
}

/// How a list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    /// The index of spans.
    pub(super) index: &'static str,
    /// Whether the search index leads.
    pub(super) by_search: bool,
}

impl Plan {
    /// For a page.
    pub(super) async fn of(
        db: &impl Db,
        track: Track,
        at: Option<At>,
        filter: &Filter,
        page: &Page,
        extent: &Extent,
    ) -> Result<Self> {
        let mut extent = *extent;
        Self::counting(db, track, at, filter, page, &mut extent).await
    }

    /// As [`Plan::of`]; what had to be asked for it is kept in `extent`.
    pub(super) async fn counting(
        db: &impl Db,
        track: Track,
        at: Option<At>,
        filter: &Filter,
        page: &Page,
        extent: &mut Extent,
    ) -> Result<Self> {
        let read = |index| Self {
            index,
            by_search: false,
        };
        let search = Self {
            index: "project_span_revision",
            by_search: true,
        };
        let named = !filter.ids.is_empty() || filter.list.is_some();
        let Some(at) = at else {
            if named {
                return Ok(read("project_span_now"));
            }
            if filter.needle.is_empty() {
                return Ok(read(now(filter, page, extent)));
            }
            if extent.fitting <= FEW {
                return Ok(read("project_span_unit"));
            }
            let in_order = page.sort == SortBy::Saved;
            if in_order || !is_common(db, filter, extent).await? {
                return Ok(search);
            }
            return Ok(read(now(filter, page, extent)));
        };
        if named {
            return Ok(read("project_span_project"));
        }
        if !filter.needle.is_empty() {
            return Ok(search);
        }
        let in_order =
            page.sort == SortBy::Code || page.limit >= super::COUNTED_MOST.unsigned_abs();
        if in_order && was_full(db, track, at, filter).await? {
            return Ok(read("project_span_days"));
        }
        Ok(read("project_span_past"))
    }
}

/// For a list as it is now, without a text: rows read in order until a page is full, or all that fit and then sorted.
fn now(filter: &Filter, page: &Page, extent: &Extent) -> &'static str {
    let gather = "project_span_unit";
    let limit = i64::try_from(page.limit.saturating_add(match page.start {
        super::Start::Offset(rows) => rows,
        _ => 0,
    }))
    .unwrap_or(i64::MAX);
    let one_unit = filter.units.len() == 1;
    if page.sort == SortBy::Investment && page.descending && one_unit && filter.stages.len() == 1 {
        return gather;
    }
    let (in_order, among) = match (page.sort, one_unit) {
        (SortBy::Code, true) => ("project_span_unit_code", extent.of_units),
        (SortBy::Code, false) => ("project_span_code", extent.all),
        (SortBy::Investment, true) => ("project_span_unit_investment", extent.of_units),
        (SortBy::Investment, false) => ("project_span_investment", extent.all),
        // All states of all times stand in it.
        (SortBy::Saved, _) => ("project_span_revision", extent.all.saturating_mul(4)),
        _ => return gather,
    };
    // Rows read until so many fit, when they stand evenly among the others.
    let read_in_order = limit.saturating_mul(among / extent.fitting.max(1) + 1);
    if read_in_order <= extent.fitting.saturating_mul(2) {
        in_order
    } else {
        gather
    }
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// Whether the text's tokens are in very many states.
async fn is_common(db: &impl Db, filter: &Filter, extent: &mut Extent) -> Result<bool> {
    if let Some(known) = extent.common {
        return Ok(known);
    }
    let matches = dialect::matches(backend(db), "$1");
    let sql = format!(
        "SELECT COUNT(*) AS count FROM (SELECT 1 AS one FROM project_search AS search WHERE {matches} LIMIT {}) AS found",
        COMMON + 1
    );
    let tokens = dialect::all_of(backend(db), &needle_tokens(&filter.needle));
    let row: Option<Count> = one(db, &sql, values![tokens]).await?;
    let common = row.is_some_and(|row| row.count > COMMON);
    extent.common = Some(common);
    Ok(common)
}

/// Whether many states had begun by a past day.
async fn was_full(db: &impl Db, track: Track, at: At, filter: &Filter) -> Result<bool> {
    let sql = format!(
        "SELECT COUNT(*) AS count FROM (SELECT 1 AS one FROM project_span AS span {} WHERE track = $1 AND unit_id IN ({})
           AND from_on <= $2 LIMIT {}) AS begun",
        dialect::by_index(backend(db), "project_span_past"),
        numbers(filter.units.iter().map(|unit| unit.0)),
        MANY + 1,
    );
    let row: Option<Count> = one(db, &sql, values![track.word(), day_text(at.as_of)]).await?;
    Ok(row.is_some_and(|row| row.count > MANY))
}
