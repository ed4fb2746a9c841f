//! 任务数: the year's targets, one enterprise's history, giving and adjusting.

use app::{
    Conflict,
    targets::{TargetHistory, Targets},
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::Datelike;
use domain::{
    Instant, Money, UnitId, dates,
    permission::Action,
    person::Invalid,
    target::{NewTarget, TargetRow},
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, show, show_with},
    pages::query::{Params, day},
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    area.get("/targets", Access::Needs(Action::ViewTargets), list)
        .get(
            "/targets/{year}/{unit}",
            Access::Needs(Action::ViewTargets),
            history,
        )
        .post(
            "/targets/{year}/{unit}",
            Access::Needs(Action::SetTargets),
            set,
        )
}

#[derive(Template)]
#[template(path = "targets.html")]
pub(crate) struct TargetsPage {
    pub layout: Layout,
    pub targets: Targets,
    pub may_set: bool,
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["year", "done"])?;
    let year = match params.completion()?.year {
        Some(year) => year,
        None => {
            state
                .app
                .completion(&me.caller, app::completion::Query::default())
                .await?
                .table
                .year
        }
    };
    let targets = state.app.targets(&me.caller, year).await?;
    let layout = Layout::new(&me, "/targets", "任务数", &[]).done(params.get("done"));
    show(&TargetsPage {
        layout,
        targets,
        may_set: me.caller.may(Action::SetTargets),
    })
}

#[derive(Template)]
#[template(path = "target.html")]
pub(crate) struct TargetPage {
    pub layout: Layout,
    pub history: TargetHistory,
    pub may_set: bool,
    pub form: TargetForm,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

/// What stands in the form.
#[derive(Default, Clone)]
pub(crate) struct TargetForm {
    pub effective_on: String,
    pub target_wan: String,
    pub reason: String,
    pub document_no: String,
}

impl TargetPage {
    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    pub fn recorder(&self, row: &TargetRow) -> &str {
        self.history
            .people
            .get(&row.recorded_by)
            .map_or("", String::as_str)
    }

    pub fn in_force(&self, row: &TargetRow) -> bool {
        let newest = self
            .history
            .rows
            .iter()
            .max_by_key(|row| (row.effective_on, row.recorded_at, row.id));
        newest.is_some_and(|newest| newest.id == row.id)
    }
}

fn target_page(me: &app::sign_in::Current, history: TargetHistory, form: TargetForm) -> TargetPage {
    let title = format!("{}年任务数：{}", history.year, history.unit.short_name);
    let back = format!("/targets?year={}", history.year);
    TargetPage {
        layout: Layout::new(me, "/targets", &title, &[(&back, "任务数")]),
        history,
        may_set: me.caller.may(Action::SetTargets),
        form,
        refusals: Refusals::default(),
        conflict: None,
    }
}

async fn history(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((year, unit)): Path<(i32, i64)>,
) -> Result<Response, PageFailure> {
    let history = state
        .app
        .target_history(&me.caller, UnitId(unit), year)
        .await?;
    let first_day = if history.rows.is_empty() {
        dates::year_start(year)
    } else {
        None
    };
    let today = dates::day_in_shanghai(state.app.now());
    let proposed = first_day.or_else(|| (today.year() == year).then_some(today));
    let form = TargetForm {
        effective_on: proposed.map_or_else(String::new, |day| day.to_string()),
        ..TargetForm::default()
    };
    show(&target_page(&me, history, form))
}

async fn set(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((year, unit)): Path<(i32, i64)>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let unit = UnitId(unit);
    let failure = match parse(&fields) {
        Ok(new) => match state
            .app
            .set_target(&me.caller, unit, year, fields.version(), new)
            .await
        {
            Ok(_) => {
                return Ok(
                    Redirect::to(&format!("/targets?year={year}&done=target")).into_response()
                );
            }
            Err(error) => error,
        },
        Err(invalid) => invalid.into(),
    };
    let form = TargetForm {
        effective_on: fields.text("effective_on").to_owned(),
        target_wan: fields.text("target_wan").to_owned(),
        reason: fields.text("reason").to_owned(),
        document_no: fields.text("document_no").to_owned(),
    };
    let history = state.app.target_history(&me.caller, unit, year).await?;
    let mut page = target_page(&me, history, form);
    match failure {
        app::Error::Invalid(invalid) => {
            page.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        app::Error::Conflict(conflict) => {
            page.conflict = Some(conflict);
            show_with(StatusCode::CONFLICT, &page)
        }
        other => Err(other.into()),
    }
}

fn parse(fields: &Fields) -> Result<NewTarget, Invalid> {
    let mut invalid = Invalid::default();
    let amount = Money::parse_wan(fields.text("target_wan"))
        .map_err(|error| invalid.add("target_wan", error.to_string()));
    let effective_on = day(fields.text("effective_on"));
    if effective_on.is_none() {
        invalid.add("effective_on", "请填写生效日期，例如 2017-07-01");
    }
    match (amount, effective_on) {
        (Ok(amount), Some(effective_on)) => Ok(NewTarget {
            effective_on,
            amount,
            reason: fields.text("reason").to_owned(),
            document_no: fields.text("document_no").to_owned(),
        }),
        _ => Err(invalid),
    }
}
