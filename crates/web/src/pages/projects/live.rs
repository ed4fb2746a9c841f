//! What the form asks for while it is typed: amounts read back, likely twins, drafts kept. Without script none is
//! needed.

use axum::{
    Json,
    extract::{Path, State as Extract},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    ProjectId, dates, district,
    permission::Action,
    project::{Investor, ProjectFields},
};
use serde::Serialize;

use crate::{
    State, access::Access, error::PageFailure, form::Form, pages::query::Params, route::Area,
    session::Me,
};

use super::fields::{currency, in_words, typed_amount};

pub(crate) fn area(area: Area) -> Area {
    let edit = Access::Needs(Action::EditProjects);
    area.get("/projects/amount", edit, amount)
        .get("/projects/twins", edit, twins)
        .post("/projects/drafts/{key}", edit, keep)
        .post("/projects/drafts/{key}/discard", edit, discard)
}

/// How an amount is read.
#[derive(Serialize)]
struct ReadBack {
    /// `读作 12000 万元`; empty where there is nothing to say.
    words: String,
    /// Why it cannot be read.
    why: String,
}

async fn amount(params: Params) -> Result<Response, PageFailure> {
    params.only(&["text", "currency"])?;
    let currency = currency(params.get("currency").unwrap_or_default());
    let read = typed_amount(params.get("text").unwrap_or_default(), &currency);
    let (words, why) = match read {
        Some(Ok(typed)) if !typed.plain => (in_words(typed, &currency), String::new()),
        Some(Err(why)) => (String::new(), why),
        _ => Default::default(),
    };
    Ok(Json(ReadBack { words, why }).into_response())
}

/// A likely twin as the form tells of it.
#[derive(Serialize)]
struct ToldTwin {
    href: String,
    code: String,
    name: String,
    why: String,
}

#[derive(Serialize)]
struct ToldTwins {
    twins: Vec<ToldTwin>,
    /// Whether another unit may have it.
    other_unit: bool,
}

async fn twins(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["name", "investor", "district", "investment", "except"])?;
    let text = |name| params.get(name).unwrap_or_default().to_owned();
    let investor = Investor {
        name: domain::names::tidy(&text("investor")),
        origin: None,
        ownership: None,
        place: None,
        wenshang: false,
    };
    let known = district::all();
    let fields = ProjectFields {
        name: domain::names::tidy(&text("name")),
        district: text("district"),
        investment: typed_amount(&text("investment"), "")
            .and_then(Result::ok)
            .map(|typed| typed.money),
        investors: Some(investor)
            .filter(|one| !one.name.is_empty())
            .into_iter()
            .collect(),
        ..ProjectFields::default()
    };
    let fields = ProjectFields {
        district: Some(fields.district)
            .filter(|code| known.iter().any(|one| one.code == code))
            .unwrap_or_default(),
        ..fields
    };
    let except = params.number("except")?.map(ProjectId);
    let found = state.app.likely_twins(&me.caller, &fields, except).await?;
    let other_unit = found.iter().any(|twin| twin.project.is_none());
    let twins = found.into_iter().filter_map(|twin| {
        let (id, code, name, _) = twin.project?;
        Some(ToldTwin {
            href: format!("/projects/{id}"),
            code,
            name,
            why: twin.why.join("，"),
        })
    });
    Ok(Json(ToldTwins {
        twins: twins.collect(),
        other_unit,
    })
    .into_response())
}

#[derive(Serialize)]
struct Kept {
    /// `14:03`, Shanghai.
    saved_at: String,
}

async fn keep(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(key): Path<String>,
    Form(mut form): Form,
) -> Result<Response, PageFailure> {
    let project = form.text("project").parse().ok().map(ProjectId);
    form.take("do");
    let at = state
        .app
        .save_project_draft(&me.caller, &key, project, &form.into_map())
        .await?;
    let saved_at = at
        .with_timezone(&dates::shanghai())
        .format("%H:%M")
        .to_string();
    Ok(Json(Kept { saved_at }).into_response())
}

async fn discard(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(key): Path<String>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    state.app.discard_project_draft(&me.caller, &key).await?;
    let back = match form.text("project").parse::<i64>() {
        Ok(id) => format!("/projects/{id}/edit?done=draft-gone"),
        Err(_) => "/projects/new?done=draft-gone".to_owned(),
    };
    Ok(Redirect::to(&back).into_response())
}
