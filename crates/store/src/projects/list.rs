//! The library's list: filtered on every field, sorted, a page at a time, now or at both times; the same on both engines.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{
    ListId, Money, ProjectId, UnitId,
    library::needle_tokens,
    project::{Field, Horizon, SigningLevel, Stage, Standing},
};
use sea_orm::{FromQueryResult, Value};

use crate::{
    Db, Result, dialect,
    sql::{all, backend, day_text, one},
};

use super::{
    At, Project, Revision, Track,
    rows::{HeadRow, RevisionRow},
    spans::{OPEN_DAY, OPEN_MOMENT},
};

/// Yes-or-no columns that lists filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// 外资.
    Foreign,
    /// 央企参与.
    Central,
    /// 省企参与.
    Provincial,
    /// 民企参与.
    Private,
    /// 温商.
    Wenshang,
    /// Has a 挂钩领导.
    Led,
    /// All packaging texts written.
    Packaged,
    /// Reportable changes wait for the authority.
    Pending,
    /// 有投资额.
    Priced,
}

/// Dates that lists filter by: the earliest day they can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateColumn {
    /// First formal signing.
    Signed,
    /// 谋划.
    Planned,
    /// 在谈.
    Negotiating,
    /// 备案.
    Filed,
    /// 落地.
    Landed,
    /// 开工.
    Started,
    /// 竣工.
    Completed,
    /// 投产.
    Producing,
    /// 暂停.
    Suspended,
    /// 终止.
    Terminated,
}

impl DateColumn {
    const fn column(self) -> &'static str {
        match self {
            Self::Signed => "span.signed_from",
            Self::Planned => "span.planned_from",
            Self::Negotiating => "span.negotiating_from",
            Self::Filed => "span.filed_from",
            Self::Landed => "span.landed_from",
            Self::Started => "span.started_from",
            Self::Completed => "span.completed_from",
            Self::Producing => "span.producing_from",
            Self::Suspended => "span.suspended_from",
            Self::Terminated => "span.terminated_from",
        }
    }
}

/// What is asked of a date: from, to (both inclusive), or that there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DateFilter {
    /// On or after.
    pub from: Option<NaiveDate>,
    /// On or before.
    pub to: Option<NaiveDate>,
    /// Whether there is one at all.
    pub there: Option<bool>,
}

/// Which projects a list shows. What is empty asks nothing.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these enterprises; none gives nothing.
    pub units: Vec<UnitId>,
    /// A text in any field, as a [`domain::names::key`].
    pub needle: String,
    /// In these stages.
    pub stages: BTreeSet<Stage>,
    /// Of these industries; an empty one is 未填.
    pub industries: BTreeSet<String>,
    /// In these districts; an empty one is 未填.
    pub districts: BTreeSet<String>,
    /// Of these horizons.
    pub horizons: BTreeSet<Horizon>,
    /// Also those whose horizon is 未填.
    pub no_horizon: bool,
    /// First formally signed at these levels.
    pub levels: BTreeSet<SigningLevel>,
    /// Standing there between the libraries.
    pub standings: BTreeSet<Standing>,
    /// Yes or no.
    pub flags: Vec<(Flag, bool)>,
    /// At least so much.
    pub investment_least: Option<Money>,
    /// At most so much.
    pub investment_most: Option<Money>,
    /// At least so many items of readiness.
    pub readiness_least: Option<u8>,
    /// At most so many items of readiness.
    pub readiness_most: Option<u8>,
    /// By date.
    pub dates: Vec<(DateColumn, DateFilter)>,
    /// A text in one field, as a [`domain::names::key`].
    pub texts: Vec<(Field, String)>,
    /// First formally signed on or before this day for certain: by the last day it can be.
    pub signed_until: Option<NaiveDate>,
    /// In this named list.
    pub list: Option<ListId>,
    /// These only; empty asks nothing.
    pub ids: BTreeSet<ProjectId>,
}

/// By what a list is sorted; equal ones by code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SortBy {
    /// Code.
    #[default]
    Code,
    /// Name.
    Name,
    /// Enterprise, in own order.
    Unit,
    /// How far it is.
    Stage,
    /// Total investment; unknown ones last.
    Investment,
    /// Industry.
    Industry,
    /// District.
    District,
    /// Items of readiness.
    Readiness,
    /// First formal signing; none last.
    Signed,
    /// When the state shown was saved.
    Saved,
}

/// One page of a list.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// By what.
    pub sort: SortBy,
    /// The other way round.
    pub descending: bool,
    /// Rows passed over.
    pub offset: u64,
    /// Rows at most.
    pub limit: u64,
}

/// A clause under construction: every value is bound.
struct Query {
    backend: sea_orm::DbBackend,
    clauses: Vec<String>,
    bound: Vec<Value>,
}

impl Query {
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.bound.push(value.into());
        format!("${}", self.bound.len())
    }

    fn one_of<'a>(&mut self, column: &str, words: impl Iterator<Item = &'a str>) {
        let places: Vec<String> = words.map(|word| self.bind(word)).collect();
        if !places.is_empty() {
            self.clauses
                .push(format!("{column} IN ({})", places.join(", ")));
        }
    }

    fn compare(&mut self, column: &str, how: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            let place = self.bind(value);
            self.clauses.push(format!("{column} {how} {place}"));
        }
    }

    fn times(&mut self, at: Option<At>) {
        match at {
            None => self.clauses.push(format!(
                "span.known_to = {OPEN_MOMENT} AND span.to_on = '{OPEN_DAY}'"
            )),
            Some(at) => {
                let (day, moment) = (
                    self.bind(day_text(at.as_of)),
                    self.bind(at.known_at.timestamp_micros()),
                );
                self.clauses.push(format!(
                    "span.from_on <= {day} AND span.to_on > {day} AND span.known_from <= {moment} AND span.known_to > {moment}"
                ));
            }
        }
    }

    fn needle(&mut self, needle: &str) {
        if needle.is_empty() {
            return;
        }
        // The index gives candidates; the text itself decides.
        let (select, value) =
            dialect::has_tokens(self.backend, self.bound.len() + 1, &needle_tokens(needle));
        self.bound.push(value.into());
        let place = self.bind(needle);
        let position = dialect::position(self.backend, &place, "revision.haystack");
        self.clauses
            .push(format!("span.revision_id IN ({select}) AND {position} > 0"));
    }

    fn text(&mut self, field: Field, text: &str) {
        let value = dialect::json_text(self.backend, "revision.keys", field.word());
        let place = self.bind(text);
        let position = dialect::position(self.backend, &place, &value);
        self.clauses.push(format!("{position} > 0"));
    }

    fn flag(&mut self, flag: Flag, yes: bool) {
        let not = if yes { "" } else { "NOT " };
        let column = match flag {
            Flag::Foreign => "span.foreign_capital",
            Flag::Central => "span.central_soe",
            Flag::Provincial => "span.provincial_soe",
            Flag::Private => "span.private_capital",
            Flag::Wenshang => "span.wenshang",
            Flag::Led => "(span.lead_official <> '')",
            Flag::Packaged => "span.packaged",
            Flag::Pending => "project.pending",
            Flag::Priced => "(span.investment_fen IS NOT NULL)",
        };
        self.clauses.push(format!("{not}{column}"));
    }

    fn date(&mut self, column: DateColumn, filter: DateFilter) {
        self.compare(column.column(), ">=", filter.from.map(day_text));
        self.compare(column.column(), "<=", filter.to.map(day_text));
        if let Some(there) = filter.there {
            let not = if there { " NOT" } else { "" };
            self.clauses
                .push(format!("{} IS{not} NULL", column.column()));
        }
    }

    fn of(backend: sea_orm::DbBackend, track: Track, at: Option<At>, filter: &Filter) -> Self {
        let mut query = Self {
            backend,
            clauses: Vec::new(),
            bound: Vec::new(),
        };
        query.compare("span.track", "=", Some(track.word()));
        query.times(at);
        // Numbers of our own types: nothing to escape.
        query.clauses.push(format!(
            "span.unit_id IN ({})",
            numbers(filter.units.iter().map(|unit| unit.0))
        ));
        query.needle(&filter.needle);
        query.one_of("span.stage", filter.stages.iter().map(|one| one.word()));
        query.one_of(
            "span.industry",
            filter.industries.iter().map(String::as_str),
        );
        query.one_of("span.district", filter.districts.iter().map(String::as_str));
        let unsaid = filter.no_horizon.then_some("");
        query.one_of(
            "span.horizon",
            filter.horizons.iter().map(|one| one.word()).chain(unsaid),
        );
        query.one_of(
            "span.signing_level",
            filter.levels.iter().map(|one| one.word()),
        );
        query.one_of(
            "project.standing",
            filter.standings.iter().map(|one| one.word()),
        );
        for (flag, yes) in &filter.flags {
            query.flag(*flag, *yes);
        }
        query.compare(
            "span.investment_fen",
            ">=",
            filter.investment_least.map(Money::fen),
        );
        query.compare(
            "span.investment_fen",
            "<=",
            filter.investment_most.map(Money::fen),
        );
        query.compare(
            "span.readiness",
            ">=",
            filter.readiness_least.map(i64::from),
        );
        query.compare("span.readiness", "<=", filter.readiness_most.map(i64::from));
        for (column, date) in &filter.dates {
            query.date(*column, *date);
        }
        for (field, text) in &filter.texts {
            query.text(*field, text);
        }
        query.compare("span.signed_to", "<=", filter.signed_until.map(day_text));
        if let Some(list) = filter.list {
            let place = query.bind(list.0);
            query.clauses.push(format!(
                "span.project_id IN (SELECT project_id FROM project_list_item WHERE list_id = {place} AND removed_at IS NULL)"
            ));
        }
        if !filter.ids.is_empty() {
            query.clauses.push(format!(
                "span.project_id IN ({})",
                numbers(filter.ids.iter().map(|id| id.0))
            ));
        }
        query
    }

    /// FROM and WHERE, with the tables the clauses name.
    fn tables_and_clauses(&self) -> String {
        format!(
            "FROM project_span AS span
             JOIN project_revision AS revision ON revision.id = span.revision_id
             JOIN project ON project.id = span.project_id
             WHERE {}",
            self.clauses.join(" AND ")
        )
    }
}

fn numbers(ids: impl Iterator<Item = i64>) -> String {
    ids.map(|id| id.to_string()).collect::<Vec<_>>().join(", ")
}

fn order(sort: SortBy, descending: bool) -> String {
    let way = if descending { " DESC" } else { "" };
    let stages = || {
        let ranks = Stage::ALL.iter().enumerate();
        let whens: Vec<String> = ranks
            .map(|(rank, stage)| format!("WHEN '{}' THEN {rank}", stage.word()))
            .collect();
        format!("CASE span.stage {} END", whens.join(" "))
    };
    let by = match sort {
        SortBy::Code => return format!("span.code{way}, span.project_id{way}"),
        SortBy::Name => format!("span.name{way}"),
        SortBy::Unit => format!("(SELECT position FROM unit WHERE unit.id = span.unit_id){way}"),
        SortBy::Stage => format!("{}{way}", stages()),
        SortBy::Investment => format!(
            "CASE WHEN span.investment_fen IS NULL THEN 1 ELSE 0 END, span.investment_fen{way}"
        ),
        SortBy::Industry => format!("span.industry{way}"),
        SortBy::District => format!("span.district{way}"),
        SortBy::Readiness => format!("span.readiness{way}"),
        SortBy::Signed => {
            format!("CASE WHEN span.signed_from IS NULL THEN 1 ELSE 0 END, span.signed_from{way}")
        }
        SortBy::Saved => format!("revision.recorded_at{way}"),
    };
    format!("{by}, span.code, span.project_id")
}

#[derive(FromQueryResult)]
struct Pair {
    id: i64,
    project_id: i64,
    number: i64,
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
}

/// A page of the list: each project with the state that holds.
///
/// # Errors
/// The database is unavailable.
pub async fn list(
    db: &impl Db,
    track: Track,
    at: Option<At>,
    filter: &Filter,
    page: Page,
) -> Result<Vec<(Project, Revision)>> {
    if filter.units.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Query::of(backend(db), track, at, filter);
    let limit = query.bind(i64::try_from(page.limit).unwrap_or(i64::MAX));
    let offset = query.bind(i64::try_from(page.offset).unwrap_or(i64::MAX));
    let sql = format!(
        "SELECT revision.id, revision.project_id, revision.number, revision.fields, revision.effective_on, revision.reason,
           revision.recorded_at, revision.recorded_by, project.authority_id, project.unit_id, project.code, project.version,
           project.head_id, project.accepted_id, project.pending, project.standing, project.funds_fen, project.copied_from,
           project.created_at, project.created_by
         {} ORDER BY {} LIMIT {limit} OFFSET {offset}",
        query.tables_and_clauses(),
        order(page.sort, page.descending),
    );
    let rows: Vec<Pair> = all(db, &sql, query.bound).await?;
    rows.into_iter().map(pair).collect()
}

fn pair(row: Pair) -> Result<(Project, Revision)> {
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
    };
    let revision = RevisionRow {
        id: row.id,
        project_id: row.project_id,
        number: row.number,
        fields: row.fields,
        effective_on: row.effective_on,
        reason: row.reason,
        recorded_at: row.recorded_at,
        recorded_by: row.recorded_by,
    };
    Ok((project.project()?, revision.revision()?))
}

/// How many projects a list has, and the sum of their known investments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Projects.
    pub count: i64,
    /// Total investment, where known.
    pub investment: Money,
}

/// Count and sum of a whole list.
///
/// # Errors
/// The database is unavailable.
pub async fn totals(db: &impl Db, track: Track, at: Option<At>, filter: &Filter) -> Result<Totals> {
    #[derive(FromQueryResult)]
    struct Row {
        count: i64,
        fen: Option<i64>,
    }
    if filter.units.is_empty() {
        return Ok(Totals {
            count: 0,
            investment: Money::ZERO,
        });
    }
    let query = Query::of(backend(db), track, at, filter);
    let sql = format!(
        "SELECT COUNT(*) AS count, CAST(SUM(span.investment_fen) AS BIGINT) AS fen {}",
        query.tables_and_clauses()
    );
    let row: Option<Row> = one(db, &sql, query.bound).await?;
    Ok(Totals {
        count: row.as_ref().map_or(0, |row| row.count),
        investment: Money::from_fen(row.and_then(|row| row.fen).unwrap_or(0)),
    })
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
pub type Part = (String, Totals);

/// The parts of a whole list by `axis`; their totals add up to [`totals`].
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
    #[derive(FromQueryResult)]
    struct Row {
        word: String,
        count: i64,
        fen: Option<i64>,
    }
    if filter.units.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::of(backend(db), track, at, filter);
    let column = axis.column();
    let sql = format!(
        "SELECT {column} AS word, COUNT(*) AS count, CAST(SUM(span.investment_fen) AS BIGINT) AS fen {} GROUP BY {column}",
        query.tables_and_clauses()
    );
    let rows: Vec<Row> = all(db, &sql, query.bound).await?;
    let part = |row: Row| {
        let totals = Totals {
            count: row.count,
            investment: Money::from_fen(row.fen.unwrap_or(0)),
        };
        (row.word, totals)
    };
    Ok(rows.into_iter().map(part).collect())
}
