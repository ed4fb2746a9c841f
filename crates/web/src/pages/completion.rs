//! 完成情况: the table, its honest totals and chart.

use app::completion::{Figure, View};
use askama::Template;
use axum::{extract::State as Extract, response::Response};
use chrono::NaiveDate;
use domain::{Instant, Money, Pct, Rate, UnitId, completion::Row, dates, permission::Action};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    layout::{Layout, encode, show},
    pages::query::Params,
    route::Area,
    session::Me,
};

/// What the page's address may say.
pub(crate) const PARAMS: [&str; 5] = ["year", "month", "as_of", "known_at", "done"];

pub(crate) fn area(area: Area) -> Area {
    let needs = Access::Needs(Action::ViewCompletion);
    area.get("/completion", needs, page)
}

#[derive(Template)]
#[template(path = "completion.html")]
pub(crate) struct CompletionPage {
    pub layout: Layout,
    pub view: View,
    pub months: Vec<(u32, bool)>,
    pub may_import: bool,
    pub may_publish: bool,
    pub address: Address,
}

/// The table's own parameters, for links to its figures and files.
pub(crate) struct Address {
    year: i32,
    as_of: NaiveDate,
    known_at: Option<Instant>,
}

impl Address {
    pub fn of(view: &View) -> Self {
        Self {
            year: view.table.year,
            as_of: view.table.as_of,
            known_at: view.known_at_asked.then_some(view.known_at),
        }
    }

    /// `year=…&as_of=…`, with `known_at` when the page was asked for it.
    pub fn query(&self) -> String {
        let mut query = format!("year={}&as_of={}", self.year, self.as_of);
        if let Some(at) = self.known_at {
            query.push_str(&format!("&known_at={}", encode(&at.to_rfc3339())));
        }
        query
    }

    /// The moment the page was asked for; empty for now.
    pub fn known_at(&self) -> String {
        self.known_at.map_or_else(String::new, |at| at.to_rfc3339())
    }

    /// Where a figure of the table is explained.
    pub fn how(&self, figure: &str) -> String {
        format!("/completion/explain?figure={figure}&{}", self.query())
    }

    /// Where a unit's figure is explained.
    pub fn how_unit(&self, figure: &str, unit: &UnitId) -> String {
        format!("{}&unit={unit}", self.how(figure))
    }
}

/// How figures are written on pages; — where there is none.
pub(crate) mod words {
    use super::{Money, Pct, Rate};

    pub fn wan(amount: &Option<Money>) -> String {
        amount.map_or_else(|| "—".to_owned(), Money::wan_exact)
    }

    /// Whole 万元, for what is only an estimate.
    pub fn whole(amount: &Option<Money>) -> String {
        amount.map_or_else(|| "—".to_owned(), Money::wan_rounded)
    }

    pub fn pct(rate: &Option<Rate>) -> String {
        rate.map_or_else(|| "—".to_owned(), |rate| format!("{}%", rate.pct()))
    }

    pub fn lead(lead: &Option<Pct>) -> String {
        match lead {
            Some(lead) if lead.hundredths() > 0 => format!("+{lead}"),
            Some(lead) => lead.to_string().replace('-', "−"),
            None => "—".to_owned(),
        }
    }
}

impl CompletionPage {
    /// Ahead, behind, done or unknown, in words and as a class.
    pub fn state(&self, row: &Row) -> (&'static str, &'static str) {
        let full = Rate::new(1, 1);
        match row.rate {
            None if row.standing.done.is_none() => ("none", "尚无数据"),
            None => ("none", "不计"),
            rate if rate >= full => ("ok", "已完成"),
            Some(rate) if rate < self.view.table.elapsed => ("late", "落后"),
            Some(_) => ("info", "符合进度"),
        }
    }

    pub fn negative(&self, lead: &Option<Pct>) -> bool {
        lead.is_some_and(|lead| lead.hundredths() < 0)
    }

    /// Plain decimal for the chart; empty for —.
    pub fn bare(&self, amount: &Option<Money>) -> String {
        amount.map_or_else(String::new, Money::wan_exact)
    }

    pub fn bare_rate(&self, rate: &Option<Rate>) -> String {
        rate.map_or_else(String::new, |rate| rate.pct().to_string())
    }

    pub fn largest(&self) -> &str {
        let row = self
            .view
            .table
            .rows
            .iter()
            .find(|row| Some(row.standing.unit) == self.view.table.honest.largest);
        row.map_or("—", |row| row.standing.short_name.as_str())
    }

    pub fn as_of_long(&self) -> String {
        dates::print_long(self.view.table.as_of)
    }

    pub fn known_at(&self) -> String {
        dates::print_minute(self.view.known_at)
    }

    pub fn known_day(&self) -> String {
        if self.view.known_at_asked {
            dates::day_in_shanghai(self.view.known_at).to_string()
        } else {
            String::new()
        }
    }

    /// Whether the day is no month's end, so that no month in the picker is chosen.
    pub fn within_month(&self) -> bool {
        !self.months.iter().any(|(_, chosen)| *chosen)
    }

    pub fn nothing_yet(&self) -> bool {
        self.view.table.total.done.is_none()
    }

    pub fn figure(&self, figure: Figure) -> String {
        self.address.how(figure.word())
    }
}

async fn page(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&PARAMS)?;
    let view = state
        .app
        .completion(&me.caller, params.completion()?)
        .await?;
    show(&completion_page(&me, view, params.get("done")))
}

pub(crate) fn completion_page(
    me: &app::sign_in::Current,
    view: View,
    done: Option<&str>,
) -> CompletionPage {
    let (year, chosen) = (view.table.year, view.table.as_of);
    let months = (1..=12)
        .map(|month| (month, dates::month_end(year, month) == Some(chosen)))
        .collect();
    CompletionPage {
        layout: Layout::new(me, "/completion", "完成情况", &[])
            .done(done)
            .with_chart(),
        months,
        may_import: me.caller.may(Action::ImportStatements),
        may_publish: me.caller.may(Action::PreparePublications),
        address: Address::of(&view),
        view,
    }
}
