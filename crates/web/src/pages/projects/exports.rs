//! The list as a file, and the brochure.

use app::projects::{ExportFormat, ExportState, ProjectQuery};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    response::{IntoResponse, Redirect, Response},
};
use domain::{permission::Action, person::Invalid};

use crate::{
    State,
    access::Access,
    api::projects::pairs,
    error::PageFailure,
    form::{Fields, Form},
    layout::{CSV, Layout, download, show},
    route::Area,
    session::Me,
};

use super::list::{again, back_to};

pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(crate) fn area(area: Area) -> Area {
    let see = Access::Needs(Action::ViewProjects);
    area.post("/projects/export", see, start)
        .get("/projects/exports/{key}", see, state_of)
        .get("/projects/exports/{key}/file", see, file)
        .post("/projects/brochure", see, brochure)
}

#[derive(Template)]
#[template(path = "project_export.html")]
pub(crate) struct ExportPage {
    pub layout: Layout,
    pub key: String,
    pub state: ExportState,
}

/// The list's address in a form, narrowed to the projects ticked in it.
fn asked(fields: &Fields) -> Result<ProjectQuery, Invalid> {
    let query = fields
        .text("query")
        .split_once('?')
        .map_or("", |(_, query)| query);
    let mut pairs: Vec<(String, String)> = pairs(Some(query));
    pairs.retain(|(name, _)| name != "done");
    if fields.ticked("chosen") {
        pairs.extend(fields.all("id").map(|id| ("id".to_owned(), id.to_owned())));
    }
    ProjectQuery::parse(&pairs)
}

async fn start(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let started = async {
        let format = ExportFormat::from_word(fields.text("format"))
            .ok_or_else(|| Invalid::of("format", "请选择 Excel 或 csv"))?;
        state
            .app
            .start_export(&me.caller, &asked(&fields)?, format)
            .await
    };
    let key = match started.await {
        Err(app::Error::Invalid(invalid)) => {
            return again(&state, &me, &back_to(fields.text("query")), invalid).await;
        }
        other => other?,
    };
    Ok(Redirect::to(&format!("/projects/exports/{key}")).into_response())
}

async fn state_of(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(key): Path<String>,
) -> Result<Response, PageFailure> {
    let found = state.app.export_state(&me.caller, &key).await?;
    let layout = Layout::new(&me, "/projects", "导出项目库", &[("/projects", "项目库")]);
    show(&ExportPage {
        layout,
        key,
        state: found,
    })
}

async fn file(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(key): Path<String>,
) -> Result<Response, PageFailure> {
    let (name, bytes) = state.app.export_file(&me.caller, &key).await?;
    let kind = if name.ends_with(".csv") { CSV } else { XLSX };
    Ok(download(&name, kind, bytes))
}

async fn brochure(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let made = async { state.app.brochure(&me.caller, &asked(&fields)?).await };
    match made.await {
        Err(app::Error::Invalid(invalid)) => {
            again(&state, &me, &back_to(fields.text("query")), invalid).await
        }
        other => {
            let (name, bytes) = other?;
            Ok(download(&name, "application/pdf", bytes))
        }
    }
}
