//! 月度计划: the enterprise's month-by-month plan to its target.

use app::{Conflict, plans::PlanView};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::Datelike;
use domain::{Instant, Money, UnitId, dates, permission::Action, person::Invalid, plan::Plan};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, show, show_with},
    pages::{completion::words, query::Params},
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    let see = Access::Needs(Action::ViewFunds);
    area.get("/plans", see, list)
        .get("/plans/{year}/{unit}", see, one)
        .post(
            "/plans/{year}/{unit}",
            Access::Needs(Action::EditPlan),
            save,
        )
}

#[derive(Template)]
#[template(path = "plans.html")]
pub(crate) struct PlansPage {
    pub layout: Layout,
    pub year: i32,
    pub plans: Vec<PlanView>,
}

impl PlansPage {
    pub fn end(&self, plan: &Plan) -> String {
        plan.months[11].wan_exact()
    }

    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["year", "done"])?;
    let year = params
        .completion()?
        .year
        .unwrap_or_else(|| dates::day_in_shanghai(state.app.now()).year());
    let mut plans = Vec::new();
    for (unit, _) in state.app.targets(&me.caller, year).await?.lines {
        plans.push(state.app.plan(&me.caller, Some(unit.id), year).await?);
    }
    let layout = Layout::new(&me, "/plans", "月度计划", &[]).done(params.get("done"));
    show(&PlansPage {
        layout,
        year,
        plans,
    })
}

#[derive(Template)]
#[template(path = "plan.html")]
pub(crate) struct PlanPage {
    pub layout: Layout,
    pub view: PlanView,
    pub months: Vec<(usize, String)>,
    pub version: i64,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

impl PlanPage {
    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    /// What the plan lacks to the target; empty when it reaches it.
    pub fn short(&self) -> String {
        match (&self.view.plan, self.view.target) {
            (Some(plan), Some(target)) if plan.short_of(target) > Money::ZERO => {
                plan.short_of(target).wan_exact()
            }
            _ => String::new(),
        }
    }
}

fn plan_page(me: &app::sign_in::Current, view: PlanView, months: Vec<(usize, String)>) -> PlanPage {
    let title = format!("{}年月度计划：{}", view.year, view.unit.short_name);
    let back = format!("/plans?year={}", view.year);
    let layout = Layout::new(me, "/plans", &title, &[(&back, "月度计划")]);
    PlanPage {
        layout,
        months,
        version: view.version,
        view,
        refusals: Refusals::default(),
        conflict: None,
    }
}

async fn one(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((year, unit)): Path<(i32, i64)>,
) -> Result<Response, PageFailure> {
    let view = state.app.plan(&me.caller, Some(UnitId(unit)), year).await?;
    let amount = |month: usize| {
        view.plan
            .as_ref()
            .map_or_else(String::new, |plan| plan.months[month - 1].wan_exact())
    };
    let months = (1..=12).map(|month| (month, amount(month))).collect();
    show(&plan_page(&me, view, months))
}

fn parse(fields: &Fields) -> Result<Plan, Invalid> {
    let mut invalid = Invalid::default();
    let mut months = [Money::ZERO; 12];
    for (month, amount) in (1..).zip(&mut months) {
        let name = format!("month_{month}");
        match Money::parse_wan(fields.text(&name)) {
            Ok(read) => *amount = read,
            Err(error) => invalid.add(&name, format!("{month}月：{error}")),
        }
    }
    invalid.into_result().map(|()| Plan { months })
}

async fn save(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((year, unit)): Path<(i32, i64)>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let unit = UnitId(unit);
    let saved = match parse(&fields) {
        Ok(plan) => {
            state
                .app
                .save_plan(&me.caller, unit, year, fields.version(), plan)
                .await
        }
        Err(invalid) => Err(invalid.into()),
    };
    let error = match saved {
        Ok(()) => return Ok(Redirect::to(&format!("/plans?year={year}&done=plan")).into_response()),
        Err(error) => error,
    };
    let view = state.app.plan(&me.caller, Some(unit), year).await?;
    let months = (1..=12)
        .map(|month| (month, fields.text(&format!("month_{month}")).to_owned()))
        .collect();
    let mut page = plan_page(&me, view, months);
    match error {
        app::Error::Invalid(invalid) => {
            page.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        app::Error::Conflict(conflict) => {
            page.version = conflict.version;
            page.conflict = Some(conflict);
            show_with(StatusCode::CONFLICT, &page)
        }
        other => Err(other.into()),
    }
}
