//! 签约转化: boards of what was signed and what became of it; 四率; the list behind every number.

use app::cohorts::{
    CAPITALS, CohortBoard, CohortItem, CohortList, CohortQuery, CohortRow, LEVELS, PER_PAGE, Pick,
    Side,
};
use app::projects::ExportFormat;
use askama::Template;
use axum::{
    extract::{RawQuery, State as Extract},
    http::StatusCode,
    response::Response,
};
use domain::{
    Money, UnitId,
    cohort::{
        Cell, Column, Group, Rule,
        rates::{RateKind, Ratio},
    },
    dates,
    money::currency_label,
    permission::Action,
    person::Invalid,
    project::SigningKind,
};

use crate::{
    State,
    access::Access,
    api::projects::pairs,
    error::PageFailure,
    layout::{CSV, Layout, Refusals, download, show, show_with},
    pages::projects::{exports::XLSX, list::address_at},
    route::Area,
    session::Me,
};

/// Where the boards are.
const BOARD: (&str, &str) = ("/cohorts", "签约转化");
/// Where the rates are.
const RATES: (&str, &str) = ("/rates", "四率");

pub(crate) fn area(area: Area) -> Area {
    let see = Access::Needs(Action::ViewCohorts);
    area.get(BOARD.0, see, board)
        .get("/cohorts/list", see, list)
        .get("/cohorts/file", see, file)
        .get(RATES.0, see, rates)
}

/// Both sides of a rate: in words, and the list of each.
pub(crate) type Sides = [(String, String); 2];

/// One step of the way at the head of a board.
pub(crate) struct Step {
    pub label: &'static str,
    pub amount_label: &'static str,
    pub cell: Cell,
    pub href: String,
    /// Its share of what was signed: `66.67%`; empty for 签约 itself and where nothing was.
    pub share: String,
    /// The same in twentieths, for the drawing.
    pub level: i64,
}

#[derive(Template)]
#[template(path = "cohorts.html")]
pub(crate) struct CohortsPage {
    pub layout: Layout,
    pub board: CohortBoard,
    /// Whether the rates are shown, or the way.
    pub rates: bool,
    pub refusals: Refusals,
}

impl CohortsPage {
    pub fn here(&self) -> &'static str {
        if self.rates { RATES.0 } else { BOARD.0 }
    }

    /// The same conditions, looked at the other way.
    pub fn views(&self) -> Vec<(String, &'static str, bool)> {
        let by = ("by".to_owned(), self.board.query.group.word().to_owned());
        let mut pairs: Vec<(String, String)> = self.board.query.pairs.clone();
        pairs.retain(|(name, _)| name != "by");
        pairs.push(by);
        vec![
            (address_at(BOARD.0, &pairs), "签约转化看板", !self.rates),
            (address_at(RATES.0, &pairs), "四率", self.rates),
        ]
    }

    pub fn groups(&self) -> &'static [Group] {
        &Group::ALL
    }

    pub fn is_group(&self, group: &Group) -> bool {
        self.board.query.group == *group
    }

    pub fn kinds(&self) -> &'static [SigningKind] {
        SigningKind::ALL
    }

    pub fn levels(&self) -> &'static [(&'static str, &'static str)] {
        &LEVELS
    }

    pub fn capitals(&self) -> &'static [(&'static str, &'static str)] {
        &CAPITALS
    }

    /// Whether a parameter has this value.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.board.query.value(name) == value
    }

    pub fn is_year(&self, year: &i32) -> bool {
        self.board.query.population.year == Some(*year)
    }

    pub fn is_unit(&self, unit: &UnitId) -> bool {
        self.board.query.population.unit == Some(*unit)
    }

    pub fn columns(&self) -> [Column; 5] {
        Column::ALL
    }

    pub fn kinds_of_rates(&self) -> [RateKind; 4] {
        RateKind::ALL
    }

    pub fn as_of_long(&self) -> String {
        dates::print_long(self.board.as_of)
    }

    pub fn file(&self, format: &str) -> String {
        let mut pairs = self.asked();
        pairs.push(("format".to_owned(), format.to_owned()));
        address_at("/cohorts/file", &pairs)
    }

    /// The board's own conditions, with its rows and its day: what is asked of the list must not depend on today.
    fn asked(&self) -> Vec<(String, String)> {
        let query = &self.board.query;
        let mut pairs: Vec<(String, String)> = query.pairs.clone();
        pairs.retain(|(name, _)| name != "by" && name != "as_of");
        pairs.push(("by".to_owned(), query.group.word().to_owned()));
        pairs.push(("as_of".to_owned(), self.board.as_of.to_string()));
        pairs
    }

    fn list(&self, row: Option<&String>, more: &[(&str, &str)]) -> String {
        let mut pairs = self.asked();
        if let Some(row) = row {
            pairs.push(("row".to_owned(), row.clone()));
        }
        for (name, value) in more {
            pairs.push(((*name).to_owned(), (*value).to_owned()));
        }
        address_at("/cohorts/list", &pairs)
    }

    /// The places of a row: column, what stands there, its list.
    pub fn cells(&self, row: &CohortRow) -> Vec<(Column, Cell, String)> {
        let cells = Column::ALL.into_iter().zip(row.cells);
        cells
            .map(|(column, cell)| {
                let list = self.list(row.word.as_ref(), &[("column", column.word())]);
                (column, cell, list)
            })
            .collect()
    }

    /// The rates of a row: kind, what it is made of, both sides in words, their lists.
    pub fn ratios(&self, row: &CohortRow) -> Vec<(RateKind, Ratio, Sides)> {
        let ratios = RateKind::ALL.into_iter().zip(row.ratios);
        ratios
            .map(|(kind, ratio)| {
                let side = |side: Side, value: i64| {
                    let asked = [("rate", kind.word()), ("side", side.word())];
                    (
                        Ratio::side(kind, value),
                        self.list(row.word.as_ref(), &asked),
                    )
                };
                let sides = [
                    side(Side::Upper, ratio.upper),
                    side(Side::Lower, ratio.lower),
                ];
                (kind, ratio, sides)
            })
            .collect()
    }

    pub fn unknown(&self) -> (i64, String) {
        let funds = self.board.total.ratios[1];
        let asked = [
            ("rate", RateKind::Funds.word()),
            ("side", Side::Unknown.word()),
        ];
        (funds.unknown, self.list(None, &asked))
    }

    pub fn left(&self) -> Vec<(String, String)> {
        let left = self.board.left.iter();
        left.map(|(rule, count)| {
            let list = self.list(None, &[("left", rule.word())]);
            (Rule::sentence(*rule, *count), list)
        })
        .collect()
    }

    /// The way at the head of the board.
    pub fn way(&self) -> Vec<Step> {
        let signed = self.board.total.cells[0].projects;
        let cells = self.cells(&self.board.total).into_iter();
        cells
            .map(|(column, cell, href)| {
                let ratio = Ratio {
                    upper: cell.projects,
                    lower: signed,
                    unknown: 0,
                };
                Step {
                    label: column.label(),
                    amount_label: column.amount_label(),
                    cell,
                    href,
                    share: match (column, signed) {
                        (Column::Signed, _) | (_, 0) => String::new(),
                        _ => ratio.print(),
                    },
                    level: match signed {
                        0 => 0,
                        all => (cell.projects * 20 + all / 2) / all,
                    },
                }
            })
            .collect()
    }

    /// Whether a condition of the folded part is set.
    pub fn more_open(&self) -> bool {
        let folded = ["level", "capital", "terminated"];
        folded.iter().any(|name| !self.is(name, ""))
    }

    pub fn is_empty(&self) -> bool {
        self.board.rows.is_empty()
    }
}

fn asked(query: Option<&str>, group: Group) -> Result<CohortQuery, Invalid> {
    CohortQuery::parse(&pairs(query), group)
}

/// A board. What was refused of the conditions is said beside them, and the board is of the others.
async fn looked_at(
    state: &State,
    me: &app::sign_in::Current,
    query: Option<&str>,
    rates: bool,
) -> Result<Response, PageFailure> {
    let ((place, title), group) = match rates {
        true => (RATES, Group::Enterprise),
        false => (BOARD, Group::Event),
    };
    let made = async |pairs: &[(String, String)]| {
        let query = CohortQuery::parse(pairs, group)?;
        state.app.cohort_board(&me.caller, query).await
    };
    let page = |board, refusals| CohortsPage {
        board,
        layout: Layout::new(me, place, title, &[]),
        rates,
        refusals,
    };
    let mut pairs = pairs(query);
    match made(&pairs).await {
        Ok(board) => show(&page(board, Refusals::default())),
        Err(app::Error::Invalid(invalid)) => {
            let refused = |name: &String| invalid.fields.iter().any(|(field, _)| field == name);
            pairs.retain(|(name, _)| !refused(name));
            let board = made(&pairs).await?;
            let page = page(board, invalid.into());
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(other) => Err(other.into()),
    }
}

async fn board(
    Extract(state): Extract<State>,
    Me(me): Me,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    looked_at(&state, &me, query.as_deref(), false).await
}

async fn rates(
    Extract(state): Extract<State>,
    Me(me): Me,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    looked_at(&state, &me, query.as_deref(), true).await
}

#[derive(Template)]
#[template(path = "cohort_list.html")]
pub(crate) struct CohortListPage {
    pub layout: Layout,
    pub list: CohortList,
}

impl CohortListPage {
    pub fn back(&self) -> String {
        address_at(origin(&self.list.query).0, &self.list.query.pairs)
    }

    pub fn as_of_long(&self) -> String {
        dates::print_long(self.list.as_of)
    }

    pub fn page(&self, page: usize) -> String {
        let mut pairs = self.list.query.pairs.clone();
        for (name, value) in self.list.query.picked() {
            pairs.push((name.to_owned(), value));
        }
        pairs.push(("page".to_owned(), page.to_string()));
        address_at("/cohorts/list", &pairs)
    }

    pub fn number(&self, at: &usize) -> usize {
        (self.list.query.page - 1) * PER_PAGE + at
    }

    pub fn money(&self, amount: &Option<Money>) -> String {
        amount.map_or_else(|| "—".to_owned(), Money::wan_exact)
    }

    pub fn original(&self, item: &CohortItem) -> String {
        match (item.signing.amount, &item.signing.currency) {
            (Some(amount), Some(currency)) => {
                format!("{} 万{}", amount.wan_exact(), currency_label(currency))
            }
            _ => String::new(),
        }
    }
}

/// Where a list was come to from.
const fn origin(query: &CohortQuery) -> (&'static str, &'static str) {
    match query.pick {
        Some(Pick::Rate { .. }) => RATES,
        _ => BOARD,
    }
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    let query = asked(query.as_deref(), Group::Event)?;
    let list = state.app.cohort_list(&me.caller, query).await?;
    show(&CohortListPage {
        layout: Layout::new(
            &me,
            origin(&list.query).0,
            &list.title,
            &[origin(&list.query)],
        ),
        list,
    })
}

async fn file(
    Extract(state): Extract<State>,
    Me(me): Me,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    let (format, query) = file_asked(query.as_deref())?;
    let (name, bytes) = state.app.cohort_file(&me.caller, query, format).await?;
    let kind = match format {
        ExportFormat::Xlsx => XLSX,
        ExportFormat::Csv => CSV,
    };
    Ok(download(&name, kind, bytes))
}

/// A board's address with the file format that is wanted; Excel where none is named.
pub(crate) fn file_asked(query: Option<&str>) -> Result<(ExportFormat, CohortQuery), Invalid> {
    let (format, asked): (Vec<_>, Vec<_>) = pairs(query)
        .into_iter()
        .partition(|(name, _)| name == "format");
    let format = match format.first() {
        None => Some(ExportFormat::Xlsx),
        Some((_, word)) => ExportFormat::from_word(word),
    };
    let why = || Invalid::of("format", "文件格式请写 xlsx 或 csv");
    Ok((
        format.ok_or_else(why)?,
        CohortQuery::parse(&asked, Group::Event)?,
    ))
}
