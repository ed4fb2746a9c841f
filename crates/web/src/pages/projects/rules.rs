//! The authority's rules for its library: numbering, industries, fields that make an adjustment.

use app::Conflict;
use askama::Template;
use axum::{
    extract::State as Extract,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    library::LibraryRules,
    permission::Action,
    project::{Field, Reportable},
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::Form,
    layout::{Layout, Refusals, show},
    pages::query::Params,
    route::Area,
    session::Me,
};

use super::{CRUMB, Refusable, again};

pub(crate) fn area(area: Area) -> Area {
    area.get("/projects/rules", Access::Needs(Action::ViewProjects), ask)
        .post(
            "/projects/rules",
            Access::Needs(Action::SetLibraryRules),
            set,
        )
}

#[derive(Template)]
#[template(path = "project_rules.html")]
pub(crate) struct RulesPage {
    pub layout: Layout,
    pub version: i64,
    pub rules: LibraryRules,
    pub may_set: bool,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

impl RulesPage {
    pub fn fields(&self) -> &'static [Field] {
        Field::ALL
    }

    pub fn reported(&self, field: &Field) -> bool {
        self.rules.reportable.contains(field)
    }

    pub fn industries(&self) -> String {
        self.rules.industries.join("\n")
    }

    /// What the next code of 2017 looks like.
    pub fn example(&self) -> String {
        domain::library::print_code(&self.rules.code_parts(2017, 3), 12)
    }
}

impl Refusable for RulesPage {
    fn refuse(&mut self, refusals: Refusals) {
        self.refusals = refusals;
    }

    fn conflict(&mut self, conflict: Box<Conflict>) {
        self.version = conflict.version;
        self.conflict = Some(conflict);
    }
}

fn page(me: &app::sign_in::Current, version: i64, rules: LibraryRules) -> RulesPage {
    RulesPage {
        layout: Layout::new(me, "/projects", "项目库规则", &[CRUMB]),
        version,
        rules,
        may_set: me.caller.may(Action::SetLibraryRules),
        refusals: Refusals::default(),
        conflict: None,
    }
}

async fn ask(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    let (version, rules) = state.app.library_rules(&me.caller).await?;
    let mut page = page(&me, version, rules);
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

async fn set(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let reportable: Reportable = form
        .all("reportable")
        .filter_map(Field::from_word)
        .collect();
    let rules = LibraryRules {
        code_rule: form.text("code_rule").to_owned(),
        industries: form
            .text("industries")
            .lines()
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect(),
        reportable,
    };
    let set = state
        .app
        .set_library_rules(&me.caller, form.version(), rules.clone())
        .await;
    match set {
        Ok(()) => Ok(Redirect::to("/projects/rules?done=library-rules").into_response()),
        Err(error) => again(page(&me, form.version(), rules), error),
    }
}
