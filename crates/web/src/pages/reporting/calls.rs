//! 今天该催谁: the call sheet, with text ready to copy and remarks.

use app::returns::{Call, Line, days_left};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use domain::{Instant, UnitId, dates, person::Invalid};

use super::{Standing, standing_of};
use crate::{
    State,
    error::PageFailure,
    form::Form,
    layout::{Layout, Refusals, show, show_with},
    pages::query::{Params, day},
    session::Me,
};

#[derive(Template)]
#[template(path = "calls.html")]
pub(crate) struct CallsPage {
    pub layout: Layout,
    pub calls: Vec<Call>,
    pub today: NaiveDate,
    pub refusals: Refusals,
    /// The unit whose remark was refused, with what was typed.
    pub typed: Option<(UnitId, String, String)>,
}

impl CallsPage {
    pub fn standing(&self, line: &Line) -> Standing {
        standing_of(line, false, self.today)
    }

    pub fn path(&self, line: &Line) -> String {
        let (kind, cut_off) = (line.period.kind.word(), line.period.cut_off);
        format!("/returns/{kind}/{cut_off}/{}", line.unit)
    }

    pub fn left(&self, line: &Line) -> String {
        days_left(line, self.today)
    }

    pub fn today_text(&self) -> String {
        dates::print_long(self.today)
    }

    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    pub fn typed_text(&self, call: &Call) -> &str {
        let own = self
            .typed
            .as_ref()
            .filter(|(unit, _, _)| *unit == call.unit);
        own.map_or("", |(_, text, _)| text)
    }

    pub fn typed_day(&self, call: &Call) -> &str {
        let own = self
            .typed
            .as_ref()
            .filter(|(unit, _, _)| *unit == call.unit);
        own.map_or("", |(_, _, day)| day)
    }

    pub fn why(&self, call: &Call, field: &str) -> &str {
        let own = self
            .typed
            .as_ref()
            .is_some_and(|(unit, _, _)| *unit == call.unit);
        if own { self.refusals.of(field) } else { "" }
    }
}

async fn page(state: &State, me: &app::sign_in::Current) -> Result<CallsPage, PageFailure> {
    Ok(CallsPage {
        layout: Layout::new(me, "/returns/calls", "今天该催谁", &[("/returns", "报送")]),
        calls: state.app.call_sheet(&me.caller).await?,
        today: dates::day_in_shanghai(state.app.now()),
        refusals: Refusals::default(),
        typed: None,
    })
}

pub(super) async fn show_calls(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    let mut page = page(&state, &me).await?;
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

pub(super) async fn add_remark(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(unit): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let promised = match fields.filled("promised_on") {
        None => Ok(None),
        Some(text) => day(text).map(Some).ok_or_else(|| {
            Invalid::of(
                "promised_on",
                "答应报送的日期请写成 2017-12-11 这样，或留空",
            )
        }),
    };
    let added = match promised {
        Ok(promised) => {
            let text = fields.text("text");
            state
                .app
                .add_remark(&me.caller, UnitId(unit), None, text, promised)
                .await
        }
        Err(invalid) => Err(invalid.into()),
    };
    match added {
        Ok(()) => Ok(Redirect::to("/returns/calls?done=remark").into_response()),
        Err(app::Error::Invalid(invalid)) => {
            let mut page = page(&state, &me).await?;
            page.refusals = invalid.into();
            let (text, day) = (fields.text("text"), fields.text("promised_on"));
            page.typed = Some((UnitId(unit), text.to_owned(), day.to_owned()));
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(other) => Err(other.into()),
    }
}
