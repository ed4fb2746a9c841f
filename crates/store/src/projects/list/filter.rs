//! What lists are asked for, and the clauses that say it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{
    ListId, Money, ProjectId, UnitId,
    library::needle_tokens,
    project::{Field, Horizon, SigningLevel, Stage, Standing},
};
use sea_orm::Value;

use crate::{
    dialect,
    sql::{day_text, numbers},
};

use super::super::{
    At, Track,
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

impl Filter {
    /// Whether kept totals know how many it gives: enterprises, stages and industries only.
    pub(super) fn is_coarse(&self) -> bool {
        self.needle.is_empty()
            && self.districts.is_empty()
            && self.horizons.is_empty()
            && !self.no_horizon
            && self.levels.is_empty()
            && self.standings.is_empty()
            && self.flags.is_empty()
            && self.investment_least.is_none()
            && self.investment_most.is_none()
            && self.readiness_least.is_none()
            && self.readiness_most.is_none()
            && self.dates.is_empty()
            && self.texts.is_empty()
            && self.signed_until.is_none()
            && self.list.is_none()
            && self.ids.is_empty()
    }
}

/// Whether the tokens alone say that a text is there: they are of one and two characters.
fn tokens_decide(needle: &str) -> bool {
    needle.chars().count() <= 2 && !needle.contains('\n')
}

/// A clause under construction: every value is bound.
pub(super) struct Query {
    backend: sea_orm::DbBackend,
    clauses: Vec<String>,
    pub(super) bound: Vec<Value>,
    /// Which further tables the clauses name.
    revision: bool,
    project: bool,
    search: bool,
}

impl Query {
    pub(super) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.bound.push(value.into());
        format!("${}", self.bound.len())
    }

    /// A further clause.
    pub(super) fn and(&mut self, clause: impl Into<String>) {
        self.clauses.push(clause.into());
    }

    /// Nothing asked yet.
    pub(super) const fn plain(backend: sea_orm::DbBackend) -> Self {
        Self {
            backend,
            clauses: Vec::new(),
            bound: Vec::new(),
            revision: false,
            project: false,
            search: false,
        }
    }

    /// The clauses alone; `otherwise` where there are none.
    pub(super) fn clauses_or(&self, otherwise: &str) -> String {
        if self.clauses.is_empty() {
            otherwise.to_owned()
        } else {
            self.clauses.join(" AND ")
        }
    }

    pub(super) fn one_of<'a>(&mut self, column: &str, words: impl Iterator<Item = &'a str>) {
        let places: Vec<String> = words.map(|word| self.bind(word)).collect();
        match places.as_slice() {
            [] => {}
            [one] => self.and(format!("{column} = {one}")),
            many => self.and(format!("{column} IN ({})", many.join(", "))),
        }
    }

    fn compare(&mut self, column: &str, how: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            let place = self.bind(value);
            self.and(format!("{column} {how} {place}"));
        }
    }

    fn times(&mut self, at: Option<At>) {
        match at {
            None => self.and(format!(
                "span.known_to = {OPEN_MOMENT} AND span.to_on = '{OPEN_DAY}'"
            )),
            Some(at) => {
                let (day, moment) = (
                    self.bind(day_text(at.as_of)),
                    self.bind(at.known_at.timestamp_micros()),
                );
                self.and(format!(
                    "span.from_on <= {day} AND span.to_on > {day} AND span.known_from <= {moment} AND span.known_to > {moment}"
                ));
            }
        }
    }

    /// The text that is looked for: by the search index, or in the texts of the rows that are read anyway.
    fn needle(&mut self, needle: &str, by_search: bool) {
        if needle.is_empty() {
            return;
        }
        if by_search {
            let tokens = dialect::all_of(self.backend, &needle_tokens(needle));
            let place = self.bind(tokens);
            let matches = dialect::matches(self.backend, &place);
            self.and(format!("{matches} AND span.revision_id = search.rowid"));
            self.search = true;
        }
        if !(by_search && tokens_decide(needle)) {
            self.contains("revision.haystack", needle);
        }
    }

    fn contains(&mut self, text: &str, needle: &str) {
        let place = self.bind(needle);
        let position = dialect::position(self.backend, &place, text);
        self.and(format!("{position} > 0"));
        self.revision = true;
    }

    fn text(&mut self, field: Field, text: &str) {
        let value = dialect::json_text(self.backend, "revision.keys", field.word());
        self.contains(&value, text);
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
            Flag::Pending => {
                self.project = true;
                "project.pending"
            }
            Flag::Priced => "(span.investment_fen IS NOT NULL)",
        };
        self.and(format!("{not}{column}"));
    }

    fn date(&mut self, column: DateColumn, filter: DateFilter) {
        self.compare(column.column(), ">=", filter.from.map(day_text));
        self.compare(column.column(), "<=", filter.to.map(day_text));
        if let Some(there) = filter.there {
            let not = if there { " NOT" } else { "" };
            self.and(format!("{} IS{not} NULL", column.column()));
        }
    }

    /// The clauses of a filter; a text is looked for in the search index or in the rows themselves.
    pub(super) fn of(
        backend: sea_orm::DbBackend,
        track: Track,
        at: Option<At>,
        filter: &Filter,
        by_search: bool,
    ) -> Self {
        let mut query = Self::plain(backend);
        query.compare("span.track", "=", Some(track.word()));
        query.times(at);
        // Numbers of our own types: nothing to escape.
        match filter.units.as_slice() {
            [one] => query.and(format!("span.unit_id = {}", one.0)),
            many => query.and(format!(
                "{}span.unit_id IN ({})",
                // Behind a revision there is one enterprise: it is compared, not looked up once for each.
                if by_search { "+" } else { "" },
                numbers(many.iter().map(|unit| unit.0))
            )),
        }
        query.needle(&filter.needle, by_search);
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
        if !filter.standings.is_empty() {
            query.project = true;
            query.one_of(
                "project.standing",
                filter.standings.iter().map(|one| one.word()),
            );
        }
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
            query.and(format!(
                "span.project_id IN (SELECT project_id FROM project_list_item WHERE list_id = {place} AND removed_at IS NULL)"
            ));
        }
        if !filter.ids.is_empty() {
            query.and(format!(
                "span.project_id IN ({})",
                numbers(filter.ids.iter().map(|id| id.0))
            ));
        }
        query
    }

    /// FROM and WHERE with the tables the clauses name; `index` is the one that spans are read by. The first table is the
    /// one that leads: SQLite takes CROSS JOIN for an order, PostgreSQL makes its own.
    pub(super) fn tables_and_clauses(&self, index: &str) -> String {
        let mut tables = Vec::new();
        if self.search {
            tables.push("project_search AS search".to_owned());
        }
        tables.push(format!(
            "project_span AS span {}",
            dialect::by_index(self.backend, index)
        ));
        let mut clauses = self.clauses.clone();
        if self.project {
            tables.push("project".to_owned());
            clauses.push("project.id = span.project_id".to_owned());
        }
        if self.revision {
            tables.push("project_revision AS revision".to_owned());
            clauses.push("revision.id = span.revision_id".to_owned());
        }
        format!(
            "FROM {} WHERE {}",
            tables.join(" CROSS JOIN "),
            clauses.join(" AND ")
        )
    }
}
