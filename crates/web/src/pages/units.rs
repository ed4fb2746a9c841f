//! 单位: the tree, adding and changing units.

use app::{Conflict, units::Line};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use domain::{
    UnitId,
    permission::Action,
    person::Invalid,
    unit::{Unit, UnitFields, UnitKind},
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
    let (see, edit) = (
        Access::Needs(Action::ViewUnits),
        Access::Needs(Action::EditUnits),
    );
    area.get("/units", see, list)
        .get("/units/new", edit, ask_new)
        .post("/units/new", edit, add)
        .get("/units/{id}", edit, ask)
        .post("/units/{id}", edit, save)
}

#[derive(Template)]
#[template(path = "units.html")]
pub(crate) struct UnitsPage {
    pub layout: Layout,
    pub lines: Vec<Line>,
    pub may_edit: bool,
}

impl UnitsPage {
    pub fn validity(&self, unit: &Unit) -> String {
        match (unit.valid_from, unit.valid_to) {
            (None, None) => "—".to_owned(),
            (Some(from), None) => format!("{from} 起"),
            (None, Some(to)) => format!("至 {to}"),
            (Some(from), Some(to)) => format!("{from} 至 {to}"),
        }
    }
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    let lines = state.app.units(&me.caller).await?;
    let layout = Layout::new(&me, "/units", "单位", &[]).done(params.get("done"));
    show(&UnitsPage {
        layout,
        lines,
        may_edit: me.caller.may(Action::EditUnits),
    })
}

#[derive(Template)]
#[template(path = "unit.html")]
pub(crate) struct UnitPage {
    pub layout: Layout,
    pub action: String,
    pub form: UnitForm,
    pub parents: Vec<(UnitId, String)>,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

/// What stands in the form.
#[derive(Default, Clone)]
pub(crate) struct UnitForm {
    pub parent: String,
    pub kind: String,
    pub name: String,
    pub short_name: String,
    pub former_names: String,
    pub position: String,
    pub valid_from: String,
    pub valid_to: String,
    pub version: i64,
    pub root: bool,
}

impl UnitPage {
    pub fn kinds(&self) -> [UnitKind; 3] {
        UnitKind::ALL
    }

    pub fn is_parent(&self, id: &UnitId) -> bool {
        self.form.parent == id.to_string()
    }
}

fn form_of(unit: &Unit) -> UnitForm {
    let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    UnitForm {
        parent: unit
            .parent
            .map_or_else(String::new, |parent| parent.to_string()),
        kind: unit.kind.word().to_owned(),
        name: unit.name.clone(),
        short_name: unit.short_name.clone(),
        former_names: unit.former_names.join("\n"),
        position: unit.position.to_string(),
        valid_from: day(unit.valid_from),
        valid_to: day(unit.valid_to),
        version: unit.version,
        root: unit.parent.is_none(),
    }
}

fn posted(fields: &Fields, root: bool) -> UnitForm {
    let text = |name: &str| fields.text(name).to_owned();
    UnitForm {
        parent: text("parent"),
        kind: text("kind"),
        name: text("name"),
        short_name: text("short_name"),
        former_names: text("former_names"),
        position: text("position"),
        valid_from: text("valid_from"),
        valid_to: text("valid_to"),
        version: fields.version(),
        root,
    }
}

fn parse(form: &UnitForm) -> Result<UnitFields, Invalid> {
    let mut invalid = Invalid::default();
    let mut date = |field: &str, text: &str| {
        let parsed = day(text);
        if !text.is_empty() && parsed.is_none() {
            invalid.add(field, "日期请写成 2017-11-24");
        }
        parsed
    };
    let (valid_from, valid_to) = (
        date("valid_from", &form.valid_from),
        date("valid_to", &form.valid_to),
    );
    let kind = UnitKind::from_word(&form.kind);
    if kind.is_none() {
        invalid.add("kind", "请选择类别");
    }
    let position = form.position.parse();
    if position.is_err() {
        invalid.add("position", "排序号请填整数，例如 10");
    }
    match (kind, position) {
        (Some(kind), Ok(position)) if invalid.fields.is_empty() => Ok(UnitFields {
            parent: form.parent.parse().ok().map(UnitId),
            kind,
            name: form.name.clone(),
            short_name: form.short_name.clone(),
            former_names: form.former_names.lines().map(ToOwned::to_owned).collect(),
            position,
            valid_from,
            valid_to,
        }),
        _ => Err(invalid),
    }
}

async fn page(
    state: &State,
    me: &app::sign_in::Current,
    id: Option<UnitId>,
    form: UnitForm,
) -> Result<UnitPage, PageFailure> {
    let lines = state.app.units(&me.caller).await?;
    let parents = lines.iter().filter(|line| Some(line.unit.id) != id);
    let parents = parents
        .map(|line| {
            (
                line.unit.id,
                format!("{}{}", "\u{3000}".repeat(line.depth), line.unit.name),
            )
        })
        .collect();
    let (title, action) = match id {
        Some(id) => ("修改单位", format!("/units/{id}")),
        None => ("新增单位", "/units/new".to_owned()),
    };
    let layout = Layout::new(me, "/units", title, &[("/units", "单位")]);
    Ok(UnitPage {
        layout,
        action,
        form,
        parents,
        refusals: Refusals::default(),
        conflict: None,
    })
}

async fn ask_new(Extract(state): Extract<State>, Me(me): Me) -> Result<Response, PageFailure> {
    let form = UnitForm {
        parent: me.caller.person.unit.to_string(),
        kind: "enterprise".to_owned(),
        position: "10".to_owned(),
        ..UnitForm::default()
    };
    show(&page(&state, &me, None, form).await?)
}

async fn ask(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
) -> Result<Response, PageFailure> {
    let unit = state.app.unit(&me.caller, UnitId(id)).await?;
    show(&page(&state, &me, Some(unit.id), form_of(&unit)).await?)
}

async fn add(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let form = posted(&fields, false);
    let saved = match parse(&form) {
        Ok(new) => state.app.add_unit(&me.caller, new).await.map(|_| ()),
        Err(invalid) => Err(invalid.into()),
    };
    finish(&state, &me, None, form, saved).await
}

async fn save(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let unit = state.app.unit(&me.caller, UnitId(id)).await?;
    let form = posted(&fields, unit.parent.is_none());
    let saved = match parse(&form) {
        // The root has no unit above it, and its form does not ask for one.
        Ok(new) => {
            let new = if unit.parent.is_none() {
                UnitFields {
                    parent: None,
                    kind: unit.kind,
                    ..new
                }
            } else {
                new
            };
            state
                .app
                .save_unit(&me.caller, unit.id, form.version, new)
                .await
        }
        Err(invalid) => Err(invalid.into()),
    };
    finish(&state, &me, Some(unit.id), form, saved).await
}

async fn finish(
    state: &State,
    me: &app::sign_in::Current,
    id: Option<UnitId>,
    form: UnitForm,
    saved: app::Result<()>,
) -> Result<Response, PageFailure> {
    match saved {
        Ok(()) => Ok(Redirect::to("/units?done=unit").into_response()),
        Err(app::Error::Invalid(invalid)) => {
            let mut page = page(state, me, id, form).await?;
            page.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(app::Error::Conflict(conflict)) => {
            let mut page = page(state, me, id, form).await?;
            page.form.version = conflict.version;
            page.conflict = Some(conflict);
            show_with(StatusCode::CONFLICT, &page)
        }
        Err(error) => Err(error.into()),
    }
}
