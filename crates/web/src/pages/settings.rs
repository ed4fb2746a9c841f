//! 设置: what the authority has set, who set it, and setting it.

use std::collections::BTreeMap;

use app::settings::{AreaView, Line, SettingsView};
use askama::Template;
use axum::{
    extract::State as Extract,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Instant, dates,
    permission::Action,
    setting::{Setting, SettingArea},
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::Form,
    layout::{Layout, Refusals, show, show_with},
    pages::query::Params,
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    area.get("/settings", Access::Needs(Action::ViewSettings), settings)
        .post(
            "/settings/security",
            Access::Needs(Action::EditSecuritySettings),
            |state, me, form| save(SettingArea::Security, state, me, form),
        )
        .post(
            "/settings/system",
            Access::Needs(Action::EditSystemSettings),
            |state, me, form| save(SettingArea::System, state, me, form),
        )
}

#[derive(Template)]
#[template(path = "settings.html")]
pub(crate) struct SettingsPage {
    pub layout: Layout,
    pub view: SettingsView,
    pub refusals: Refusals,
    pub conflict: Option<Box<app::Conflict>>,
}

impl SettingsPage {
    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    pub fn who(&self, person: &domain::PersonId) -> &str {
        self.view.people.get(person).map_or("", String::as_str)
    }

    pub fn label(&self, word: &str) -> &'static str {
        Setting::from_word(word).map_or("", Setting::label)
    }

    pub fn shown(&self, value: &str) -> String {
        match value {
            "" => "（默认）".to_owned(),
            value => value.to_owned(),
        }
    }

    /// What counts now.
    pub fn counts(&self, line: &Line) -> String {
        let value = if line.value.is_empty() {
            &line.default
        } else {
            &line.value
        };
        match value.as_str() {
            "" => "—".to_owned(),
            value => format!("{value}{}", line.setting.unit()),
        }
    }

    pub fn title(&self, line: &Line) -> String {
        match line.setting.unit() {
            "" => line.setting.label().to_owned(),
            unit => format!("{}（{unit}）", line.setting.label()),
        }
    }

    pub fn hint(&self, line: &Line) -> String {
        let default = match line.default.as_str() {
            "" => "不显示".to_owned(),
            default => default.to_owned(),
        };
        format!("{}；默认{default}", line.setting.hint())
    }
}

async fn page(state: &State, me: &app::sign_in::Current) -> Result<SettingsPage, PageFailure> {
    Ok(SettingsPage {
        layout: Layout::new(me, "/settings", "设置", &[]),
        view: state.app.settings_page(&me.caller).await?,
        refusals: Refusals::default(),
        conflict: None,
    })
}

async fn settings(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    let mut page = page(&state, &me).await?;
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

async fn save(
    area: SettingArea,
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let values: BTreeMap<Setting, String> = Setting::of(area)
        .map(|setting| (setting, fields.text(setting.word()).to_owned()))
        .collect();
    let saved = state
        .app
        .save_settings(&me.caller, area, fields.version(), &values)
        .await;
    let error = match saved {
        Ok(()) => return Ok(Redirect::to("/settings?done=settings").into_response()),
        Err(error) => error,
    };
    let mut page = page(&state, &me).await?;
    // What was typed stays in the form.
    let lines = page.view.areas.iter_mut().filter(|view| view.area == area);
    for line in lines.flat_map(|view: &mut AreaView| &mut view.lines) {
        line.value = values.get(&line.setting).cloned().unwrap_or_default();
    }
    match error {
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
