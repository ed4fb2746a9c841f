//! Splitting one record into two.

use app::projects::{SaveSplit, SplitForm};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    EntryId, ProjectId,
    merge::Split,
    permission::Action,
    person::Invalid,
    project::{Milestone, Signing},
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, show, show_with},
    route::Area,
    session::Me,
};

use super::{CRUMB, fields::typed_amount, twins::read_day};

pub(crate) fn area(area: Area) -> Area {
    // The officer, and the reporter for its own: the verb says so.
    let see = Access::Needs(Action::ViewProjects);
    area.get("/projects/{id}/split", see, ask)
        .post("/projects/{id}/split", see, split)
}

#[derive(Template)]
#[template(path = "project_split.html")]
pub(crate) struct SplitPage {
    pub layout: Layout,
    pub form: SplitForm,
    pub name: String,
    pub basic_info: String,
    pub investment: String,
    pub effective_on: String,
    pub reason: String,
    /// What is ticked: `signings.0`, `milestones.started`, `entries.7` ….
    pub ticked: Vec<String>,
    pub refusals: Refusals,
}

impl SplitPage {
    pub fn is(&self, kind: &str, word: impl std::fmt::Display) -> bool {
        self.ticked.contains(&format!("{kind}.{word}"))
    }

    pub fn signing(&self, one: &Signing) -> String {
        let amount = one.amount.map_or_else(String::new, |amount| {
            format!(
                "　{}万{}",
                amount.wan_exact(),
                one.currency
                    .as_deref()
                    .map_or("元", domain::money::currency_label)
            )
        });
        format!(
            "{}　{}签约{amount}　{}",
            one.on,
            one.kind.label(),
            one.event
        )
    }

    pub fn milestones(&self) -> Vec<(&'static str, &'static str, String)> {
        let fields = &self.form.revision.fields;
        let said = fields.milestones.iter();
        said.map(|(one, on)| (one.word(), one.label(), on.to_string()))
            .collect()
    }

    pub fn company(&self) -> &str {
        let company = self.form.revision.fields.company.as_ref();
        company.map_or("", |one| one.name.as_str())
    }

    pub fn total(&self) -> String {
        let investment = self.form.revision.fields.investment;
        investment.map_or_else(
            || "未填".to_owned(),
            |one| format!("{}万元", one.wan_exact()),
        )
    }
}

async fn page(
    state: &State,
    me: &app::sign_in::Current,
    id: ProjectId,
) -> Result<SplitPage, PageFailure> {
    let form = state.app.split_form(&me.caller, id).await?;
    let here = format!("/projects/{id}");
    let title = format!("拆分 {}", form.project.code);
    let crumbs = [CRUMB, (here.as_str(), form.revision.fields.name.as_str())];
    Ok(SplitPage {
        layout: Layout::new(me, "/projects", &title, &crumbs),
        name: String::new(),
        basic_info: String::new(),
        investment: String::new(),
        effective_on: state.app.today().to_string(),
        reason: String::new(),
        ticked: Vec::new(),
        refusals: Refusals::default(),
        form,
    })
}

async fn ask(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
) -> Result<Response, PageFailure> {
    show(&page(&state, &me, ProjectId(id)).await?)
}

async fn split(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let id = ProjectId(id);
    let mut page = page(&state, &me, id).await?;
    for (field, text) in [
        ("name", &mut page.name),
        ("basic_info", &mut page.basic_info),
        ("investment", &mut page.investment),
        ("effective_on", &mut page.effective_on),
        ("reason", &mut page.reason),
    ] {
        *text = form.text(field).to_owned();
    }
    for kind in ["signings", "investors", "milestones", "entries", "company"] {
        page.ticked
            .extend(form.all(kind).map(|value| format!("{kind}.{value}")));
    }
    let done = match read(&form) {
        Err(invalid) => Err(invalid.into()),
        Ok(asked) => {
            state
                .app
                .split_project(&me.caller, id, form.version(), asked)
                .await
        }
    };
    match done {
        Ok(new) => Ok(Redirect::to(&format!("/projects/{new}?done=split")).into_response()),
        Err(app::Error::Invalid(invalid)) => {
            page.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(app::Error::Conflict(conflict)) => {
            let why = format!(
                "{}刚刚被他人改过，刚才的操作没有生效；下面是最新内容，请核对后再操作",
                conflict.what
            );
            page.refusals = Refusals(vec![("main".to_owned(), why)]);
            show_with(StatusCode::CONFLICT, &page)
        }
        Err(other) => Err(other.into()),
    }
}

fn read(form: &Fields) -> Result<SaveSplit, Invalid> {
    let mut invalid = Invalid::default();
    let places = |name: &str| {
        form.all(name)
            .filter_map(|text| text.parse().ok())
            .collect()
    };
    let investment = typed_amount(form.text("investment"), "").and_then(|read| match read {
        Ok(typed) => Some(typed.money),
        Err(why) => {
            invalid.add("investment", why);
            None
        }
    });
    let effective_on = read_day(form, &mut invalid);
    invalid.into_result()?;
    Ok(SaveSplit {
        split: Split {
            name: form.text("name").to_owned(),
            basic_info: form.text("basic_info").to_owned(),
            investment,
            signings: places("signings"),
            investors: places("investors"),
            milestones: form
                .all("milestones")
                .filter_map(Milestone::from_word)
                .collect(),
            company: form.text("company") == "yes",
            funds: false,
        },
        entries: form
            .all("entries")
            .filter_map(|text| text.parse().ok().map(EntryId))
            .collect(),
        effective_on,
        reason: form.text("reason").to_owned(),
    })
}
