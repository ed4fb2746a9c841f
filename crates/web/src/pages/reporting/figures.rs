//! 报送率、及时率: per unit, kind and period, each with its numerator and denominator.

use app::returns::{Figures, Tally};
use askama::Template;
use axum::{extract::State as Extract, http::StatusCode, response::Response};
use chrono::Datelike;
use domain::{Rate, dates, period::ReturnKind};

use super::matrix::asked_kind;
use crate::{
    State,
    error::PageFailure,
    layout::{Layout, Refusals, show_with},
    pages::query::Params,
    session::Me,
};

#[derive(Template)]
#[template(path = "return_figures.html")]
pub(crate) struct FiguresPage {
    pub layout: Layout,
    pub figures: Figures,
    pub kind: Option<ReturnKind>,
    pub refusals: Refusals,
}

impl FiguresPage {
    pub fn kinds(&self) -> &'static [ReturnKind] {
        ReturnKind::ALL
    }

    pub fn is_kind(&self, kind: &ReturnKind) -> bool {
        self.kind == Some(*kind)
    }

    pub fn rate(&self, rate: &Option<Rate>) -> String {
        rate.map_or("—".to_owned(), |rate| format!("{}%", rate.pct()))
    }

    pub fn completeness(&self, tally: &Tally) -> String {
        self.rate(&tally.completeness())
    }

    pub fn timeliness(&self, tally: &Tally) -> String {
        self.rate(&tally.timeliness())
    }
}

pub(super) async fn show_figures(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    let now = dates::day_in_shanghai(state.app.now()).year();
    let mut refusals = Refusals::default();
    let (mut kind, mut year) = (None, now);
    let asked = params.only(&["kind", "year"]).and_then(|()| {
        let year = params.completion()?.year.unwrap_or(now);
        Ok((asked_kind(&params)?, year))
    });
    match asked {
        Ok(found) => (kind, year) = found,
        Err(invalid) => refusals = invalid.into(),
    }
    let figures = match state.app.return_figures(&me.caller, year, kind).await {
        Err(app::Error::Invalid(invalid)) => {
            refusals = invalid.into();
            state.app.return_figures(&me.caller, now, kind).await?
        }
        other => other?,
    };
    let status = if refusals.0.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = FiguresPage {
        layout: Layout::new(&me, "/returns/figures", "报送率", &[("/returns", "报送")]),
        figures,
        kind,
        refusals,
    };
    show_with(status, &page)
}
