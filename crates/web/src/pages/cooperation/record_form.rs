//! What the authority adds to a directory or corrects in it.

use app::{Conflict, sign_in::Current};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    RecordId,
    directory::{RecordFields, Scope},
    partial_date::PartialDate,
    permission::Action,
    person::Invalid,
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, encode, show},
    pages::query::Params,
    route::Area,
    session::Me,
};

use super::{
    Refusable, again,
    directory::{place, scope_of},
    offered,
};

pub(crate) fn area(area: Area) -> Area {
    let keep = Access::Needs(Action::KeepDirectory);
    area.get("/cooperation/central/new", keep, ask_new::<true>)
        .post("/cooperation/central/new", keep, add::<true>)
        .get("/cooperation/central/{id}", keep, ask::<true>)
        .post("/cooperation/central/{id}", keep, save::<true>)
        .post("/cooperation/central/{id}/void", keep, void::<true>)
        .get("/cooperation/provincial/new", keep, ask_new::<false>)
        .post("/cooperation/provincial/new", keep, add::<false>)
        .get("/cooperation/provincial/{id}", keep, ask::<false>)
        .post("/cooperation/provincial/{id}", keep, save::<false>)
        .post("/cooperation/provincial/{id}/void", keep, void::<false>)
}

/// What stands in the form.
#[derive(Default, Clone)]
pub(crate) struct RecordForm {
    pub name: String,
    pub short_names: String,
    pub valid_from: String,
    pub valid_to: String,
    pub successor: String,
    pub source: String,
    pub note: String,
    pub version: i64,
}

impl RecordForm {
    pub fn of(fields: &RecordFields, version: i64) -> Self {
        let date = |date: Option<PartialDate>| date.map(|date| date.to_string());
        Self {
            name: fields.name.clone(),
            short_names: fields.short_names.join("、"),
            valid_from: date(fields.valid_from).unwrap_or_default(),
            valid_to: date(fields.valid_to).unwrap_or_default(),
            successor: fields.successor.clone(),
            source: fields.source.clone(),
            note: fields.note.clone(),
            version,
        }
    }

    fn posted(form: &Fields) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        Self {
            name: text("name"),
            short_names: text("short_names"),
            valid_from: text("valid_from"),
            valid_to: text("valid_to"),
            successor: text("successor"),
            source: text("source"),
            note: text("note"),
            version: form.version(),
        }
    }

    fn parse(&self) -> Result<RecordFields, Invalid> {
        let mut invalid = Invalid::default();
        let mut date = |field: &str, text: &str| match text {
            "" => None,
            text => {
                let read = PartialDate::read(text);
                if read.is_none() {
                    invalid.add(field, "请填日期，例如 2017-11-30；只知道月份时填 2017-11");
                }
                read
            }
        };
        let valid_from = date("valid_from", &self.valid_from);
        let valid_to = date("valid_to", &self.valid_to);
        invalid.into_result()?;
        Ok(RecordFields {
            name: self.name.clone(),
            short_names: listed(&self.short_names),
            valid_from,
            valid_to,
            successor: self.successor.clone(),
            source: self.source.clone(),
            note: self.note.clone(),
        })
    }
}

/// What people write one after another: by line, comma or semicolon of either width.
pub(super) fn listed(text: &str) -> Vec<String> {
    text.split(['\n', '、', ',', '，', ';', '；'])
        .map(|one| one.trim().to_owned())
        .filter(|one| !one.is_empty())
        .collect()
}

#[derive(Template)]
#[template(path = "directory_form.html")]
pub(crate) struct RecordFormPage {
    pub layout: Layout,
    pub scope: Scope,
    pub id: Option<RecordId>,
    pub form: RecordForm,
    /// Names for 现用名.
    pub names: Vec<(String, String)>,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

impl RecordFormPage {
    pub fn here(&self) -> &'static str {
        place(self.scope).0
    }

    pub fn central(&self) -> bool {
        self.scope == Scope::Central
    }
}

impl Refusable for RecordFormPage {
    fn refuse(&mut self, refusals: Refusals) {
        self.refusals = refusals;
    }

    fn conflict(&mut self, conflict: Box<Conflict>) {
        self.form.version = conflict.version;
        self.conflict = Some(conflict);
    }
}

async fn page(
    state: &State,
    me: &Current,
    scope: Scope,
    id: Option<RecordId>,
    form: RecordForm,
) -> Result<RecordFormPage, PageFailure> {
    let here = place(scope);
    let title = match (scope, id) {
        (Scope::Central, None) => "补充央企名录",
        (Scope::Central, Some(_)) => "修改央企名录的补充",
        (Scope::Provincial, None) => "新增省属国企",
        (Scope::Provincial, Some(_)) => "修改省属国企",
    };
    let directory = state.app.directory_for(&me.caller, scope).await?;
    Ok(RecordFormPage {
        layout: Layout::new(me, here.0, title, &[here]),
        scope,
        id,
        form,
        names: offered(&directory),
        refusals: Refusals::default(),
        conflict: None,
    })
}

async fn ask_new<const CENTRAL: bool>(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["name"])?;
    let form = RecordForm {
        name: params.get("name").unwrap_or_default().to_owned(),
        ..RecordForm::default()
    };
    show(&page(&state, &me, scope_of(CENTRAL), None, form).await?)
}

async fn add<const CENTRAL: bool>(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    keep(
        &state,
        &me,
        scope_of(CENTRAL),
        None,
        RecordForm::posted(&form),
    )
    .await
}

async fn ask<const CENTRAL: bool>(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
) -> Result<Response, PageFailure> {
    let (scope, id) = (scope_of(CENTRAL), RecordId(id));
    let record = state.app.own_record(&me.caller, scope, id).await?;
    let form = RecordForm::of(&record.fields, record.version);
    show(&page(&state, &me, scope, Some(id), form).await?)
}

async fn save<const CENTRAL: bool>(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let id = Some(RecordId(id));
    keep(
        &state,
        &me,
        scope_of(CENTRAL),
        id,
        RecordForm::posted(&form),
    )
    .await
}

async fn keep(
    state: &State,
    me: &Current,
    scope: Scope,
    id: Option<RecordId>,
    form: RecordForm,
) -> Result<Response, PageFailure> {
    let changed = id.map(|id| (id, form.version));
    let saved = match form.parse() {
        Ok(fields) => {
            state
                .app
                .save_record(&me.caller, scope, changed, fields)
                .await
        }
        Err(invalid) => Err(invalid.into()),
    };
    match saved {
        Ok(_) => {
            let here = place(scope).0;
            let to = format!("{here}?q={}&done=directory", encode(&form.name));
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => again(page(state, me, scope, id, form).await?, error),
    }
}

async fn void<const CENTRAL: bool>(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let (scope, id) = (scope_of(CENTRAL), RecordId(id));
    let voided = state
        .app
        .void_record(&me.caller, scope, id, form.version(), form.text("reason"))
        .await;
    match voided {
        Ok(()) => {
            let to = format!("{}?done=directory-voided", place(scope).0);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => {
            let record = state.app.own_record(&me.caller, scope, id).await?;
            let form = RecordForm::of(&record.fields, record.version);
            again(page(&state, &me, scope, Some(id), form).await?, error)
        }
    }
}
