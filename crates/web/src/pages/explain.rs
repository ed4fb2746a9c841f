//! 怎么来的: one figure down to its statements, targets and source files.

use app::completion::{Explanation, Figure};
use askama::Template;
use axum::{extract::State as Extract, response::Response};
use domain::{Instant, UnitId, dates, permission::Action};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    layout::{Layout, show},
    pages::{completion::Address, query::Params},
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    area.get(
        "/completion/explain",
        Access::Needs(Action::ViewCompletion),
        page,
    )
}

#[derive(Template)]
#[template(path = "explain.html")]
pub(crate) struct ExplainPage {
    pub layout: Layout,
    pub explanation: Explanation,
    pub back: String,
    pub may_see_sources: bool,
    pub address: Address,
}

impl ExplainPage {
    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    pub fn or_dash<'a>(&self, text: &'a Option<String>) -> &'a str {
        text.as_deref().unwrap_or("—")
    }
}

async fn page(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["year", "month", "as_of", "known_at", "figure", "unit"])?;
    let figure = params
        .get("figure")
        .and_then(Figure::from_word)
        .ok_or(app::Error::NotFound)?;
    let unit = match params.get("unit") {
        Some(text) => Some(UnitId(text.parse().map_err(|_| app::Error::NotFound)?)),
        None => None,
    };
    let query = params.completion()?;
    let (explanation, view) = state.app.explain(&me.caller, query, figure, unit).await?;
    show(&explain_page(&me, explanation, Address::of(&view)))
}

pub(crate) fn explain_page(
    me: &app::sign_in::Current,
    explanation: Explanation,
    address: Address,
) -> ExplainPage {
    let back = format!("/completion?{}", address.query());
    ExplainPage {
        layout: Layout::new(
            me,
            "/completion",
            &format!("{}怎么来的", explanation.figure.label()),
            &[(&back, "完成情况")],
        ),
        explanation,
        back,
        may_see_sources: me.caller.may(Action::ViewStatements),
        address,
    }
}
