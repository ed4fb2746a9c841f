//! In which order a list is read, and from which place on. Unknown amounts and days come last, whichever way round.

use domain::{ProjectId, project::Stage};
use sea_orm::{DbBackend, FromQueryResult};

use crate::dialect;

use super::filter::Query;

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

/// What a row is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// Unknown, or the code alone.
    None,
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

/// A row's place in a list: stays where it is when rows come and go around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// What it is sorted by.
    pub key: Key,
    /// Its code.
    pub code: String,
    /// Its project.
    pub project: ProjectId,
}

/// Where a page begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Start {
    /// At the first row.
    #[default]
    First,
    /// So many rows are passed over: costs as much as reading them.
    Offset(u64),
    /// Behind a row.
    After(Cursor),
    /// The page that ends before a row.
    Before(Cursor),
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// By what.
    pub sort: SortBy,
    /// The other way round.
    pub descending: bool,
    /// From where.
    pub start: Start,
    /// Rows at most.
    pub limit: u64,
}

/// The columns of a row's place, as every list selects them.
#[derive(FromQueryResult)]
pub(super) struct PlaceRow {
    pub(super) number: Option<i64>,
    pub(super) text: Option<String>,
    pub(super) place_code: String,
    pub(super) place_project: i64,
}

impl From<PlaceRow> for Cursor {
    fn from(row: PlaceRow) -> Self {
        let key = match (row.number, row.text) {
            (Some(number), _) => Key::Number(number),
            (None, Some(text)) => Key::Text(text),
            (None, None) => Key::None,
        };
        Self {
            key,
            code: row.place_code,
            project: ProjectId(row.place_project),
        }
    }
}

/// Which rows of a list are read in one go: those whose key is known, those where it is not, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    All,
    Known,
    Unknown,
}

/// A sort order in the words of the database.
pub(super) struct Order {
    backend: DbBackend,
    sort: SortBy,
    /// The larger key first, as it is read.
    falling: bool,
    /// Read from the end.
    backwards: bool,
}

impl Order {
    pub(super) fn of(backend: DbBackend, page: &Page) -> Self {
        let backwards = matches!(page.start, Start::Before(_));
        Self {
            backend,
            sort: page.sort,
            falling: page.descending != backwards,
            backwards,
        }
    }

    pub(super) const fn is_backwards(&self) -> bool {
        self.backwards
    }

    /// Whether rows without a key are read by themselves, after the others.
    pub(super) const fn is_in_parts(&self, start: &Start) -> bool {
        let nullable = matches!(self.sort, SortBy::Investment | SortBy::Signed);
        // From the largest the database has the unknown last by itself.
        let plain =
            matches!(start, Start::Offset(_)) || (self.falling && matches!(start, Start::First));
        nullable && !plain
    }

    /// The key as a number and as a text; one of them is nothing.
    pub(super) fn keys(&self) -> (String, &'static str) {
        let number = |text: &str| (text.to_owned(), "NULL");
        let text = |column| ("CAST(NULL AS BIGINT)".to_owned(), column);
        match self.sort {
            SortBy::Code => text("NULL"),
            SortBy::Name => text("span.name"),
            SortBy::Unit => number("(SELECT position FROM unit WHERE unit.id = span.unit_id)"),
            SortBy::Stage => number(&stages()),
            SortBy::Investment => number("span.investment_fen"),
            SortBy::Industry => text("span.industry"),
            SortBy::District => text("span.district"),
            SortBy::Readiness => number("span.readiness"),
            SortBy::Signed => text("span.signed_from"),
            SortBy::Saved => number("span.revision_id"),
        }
    }

    fn key(&self) -> String {
        match self.keys() {
            (number, "NULL") => number,
            (_, text) => text.to_owned(),
        }
    }

    /// Which way codes run: with the key where they are the key, else upwards.
    const fn codes_fall(&self) -> bool {
        match self.sort {
            SortBy::Code => self.falling,
            _ => self.backwards,
        }
    }

    /// ORDER BY of the inner query.
    pub(super) fn terms(&self, part: Half, by_search: bool) -> String {
        let codes = if self.codes_fall() { " DESC" } else { "" };
        let code = format!("span.code{codes}, span.project_id{codes}");
        let way = if self.falling { " DESC" } else { "" };
        let key = self.key();
        match self.sort {
            SortBy::Code => code,
            // A revision holds once: nothing is equal to it.
            SortBy::Saved if by_search && self.backend == DbBackend::Sqlite => {
                format!("search.rowid{way}")
            }
            SortBy::Saved => format!("span.revision_id{way}"),
            SortBy::Investment | SortBy::Signed => match part {
                Half::Unknown => code,
                Half::Known => format!("{key}{way}, {code}"),
                Half::All if self.falling => {
                    format!("{key} {}, {code}", dialect::largest_first(self.backend))
                }
                Half::All => format!("CASE WHEN {key} IS NULL THEN 1 ELSE 0 END, {key}, {code}"),
            },
            _ => format!("{key}{way}, {code}"),
        }
    }

    /// Which part a cursor stands in.
    pub(super) fn part_of(&self, cursor: &Cursor) -> Half {
        match (self.sort, &cursor.key) {
            (SortBy::Investment | SortBy::Signed, Key::None) => Half::Unknown,
            (SortBy::Investment | SortBy::Signed, _) => Half::Known,
            _ => Half::All,
        }
    }

    /// The clauses of a part, and of what lies beyond a cursor in it.
    pub(super) fn limit(&self, query: &mut Query, part: Half, beyond: Option<&Cursor>) {
        let key = self.key();
        match part {
            Half::All => {}
            Half::Known => query.and(format!("{key} IS NOT NULL")),
            Half::Unknown => query.and(format!("{key} IS NULL")),
        }
        let Some(cursor) = beyond else { return };
        let way = |falls: bool| if falls { '<' } else { '>' };
        let (code_way, key_way) = (way(self.codes_fall()), way(self.falling));
        let project = cursor.project.0;
        let code = query.bind(cursor.code.as_str());
        let by_code = format!(
            "(span.code {code_way} {code} OR (span.code = {code} AND span.project_id {code_way} {project}))"
        );
        let value = match &cursor.key {
            Key::Number(number) => query.bind(*number),
            Key::Text(text) => query.bind(text.as_str()),
            Key::None => {
                // The plain bound beside it is what an index is entered by.
                return query.and(format!("span.code {code_way}= {code} AND {by_code}"));
            }
        };
        query.and(match self.sort {
            SortBy::Saved => format!("{key} {key_way} {value}"),
            _ => format!("{key} {key_way}= {value} AND ({key} {key_way} {value} OR {by_code})"),
        });
    }
}

fn stages() -> String {
    let ranks = Stage::ALL.iter().enumerate();
    let whens: Vec<String> = ranks
        .map(|(rank, stage)| format!("WHEN '{}' THEN {rank}", stage.word()))
        .collect();
    format!("CAST(CASE span.stage {} END AS BIGINT)", whens.join(" "))
}
