//! 专项清单: named lists of projects, each with its target and steps.

use app::{
    Conflict,
    projects::{ListItem, ListSummary, ListView},
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::Datelike;
use domain::{
    ListId, ProjectId, dates,
    permission::Action,
    project_list::{ListFields, ListStep},
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, show, show_with},
    pages::query::Params,
    route::Area,
    session::Me,
};

use super::{
    CRUMB, Refusable, again,
    view::{stage_look, standing_look},
};

/// Where these pages hang.
pub(super) const HERE: (&str, &str) = ("/projects/lists", "专项清单");

pub(crate) fn area(area: Area) -> Area {
    let (see, keep) = (
        Access::Needs(Action::ViewProjects),
        Access::Needs(Action::AdmitProjects),
    );
    area.get("/projects/lists", see, lists)
        .get("/projects/lists/new", keep, ask_new)
        .post("/projects/lists/new", keep, add)
        .get("/projects/lists/{id}", see, detail)
        .get("/projects/lists/{id}/edit", keep, ask_edit)
        .post("/projects/lists/{id}/edit", keep, change)
        .post("/projects/lists/{id}/add", keep, put)
}

#[derive(Template)]
#[template(path = "project_lists.html")]
pub(crate) struct ListsPage {
    pub layout: Layout,
    pub lists: Vec<ListSummary>,
    pub keeps: bool,
}

async fn lists(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    let lists = state.app.named_lists(&me.caller).await?;
    show(&ListsPage {
        layout: Layout::new(&me, HERE.0, HERE.1, &[]).done(params.get("done")),
        lists,
        keeps: me.caller.may(Action::AdmitProjects),
    })
}

/// What stands in the form of a list.
#[derive(Default, Clone)]
pub(crate) struct ListForm {
    pub name: String,
    pub document_number: String,
    pub year: String,
    pub note: String,
    pub version: i64,
}

impl ListForm {
    fn posted(form: &Fields) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        Self {
            name: text("name"),
            document_number: text("document_number"),
            year: text("year"),
            note: text("note"),
            version: form.version(),
        }
    }

    fn fields(&self) -> ListFields {
        ListFields {
            name: self.name.clone(),
            document_number: self.document_number.clone(),
            // Not a year of ours; refused by the rule.
            year: self.year.parse().unwrap_or(0),
            note: self.note.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "project_list_form.html")]
pub(crate) struct ListFormPage {
    pub layout: Layout,
    pub id: Option<ListId>,
    pub form: ListForm,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

impl Refusable for ListFormPage {
    fn refuse(&mut self, refusals: Refusals) {
        self.refusals = refusals;
    }

    fn conflict(&mut self, conflict: Box<Conflict>) {
        self.form.version = conflict.version;
        self.conflict = Some(conflict);
    }
}

fn form_page(me: &app::sign_in::Current, id: Option<ListId>, form: ListForm) -> ListFormPage {
    let title = if id.is_some() {
        "修改清单"
    } else {
        "新建清单"
    };
    ListFormPage {
        layout: Layout::new(me, HERE.0, title, &[CRUMB, HERE]),
        id,
        form,
        refusals: Refusals::default(),
        conflict: None,
    }
}

async fn ask_new(Extract(state): Extract<State>, Me(me): Me) -> Result<Response, PageFailure> {
    let form = ListForm {
        year: dates::day_in_shanghai(state.app.now()).year().to_string(),
        ..ListForm::default()
    };
    show(&form_page(&me, None, form))
}

async fn add(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let form = ListForm::posted(&form);
    match state
        .app
        .save_named_list(&me.caller, None, form.fields())
        .await
    {
        Ok(id) => Ok(Redirect::to(&format!("/projects/lists/{id}?done=list")).into_response()),
        Err(error) => again(form_page(&me, None, form), error),
    }
}

async fn ask_edit(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
) -> Result<Response, PageFailure> {
    let list = state.app.named_list(&me.caller, ListId(id)).await?.list;
    let form = ListForm {
        name: list.fields.name,
        document_number: list.fields.document_number,
        year: list.fields.year.to_string(),
        note: list.fields.note,
        version: list.version,
    };
    show(&form_page(&me, Some(ListId(id)), form))
}

async fn change(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let (id, form) = (ListId(id), ListForm::posted(&form));
    let changed = Some((id, form.version));
    match state
        .app
        .save_named_list(&me.caller, changed, form.fields())
        .await
    {
        Ok(id) => Ok(Redirect::to(&format!("/projects/lists/{id}?done=list")).into_response()),
        Err(error) => again(form_page(&me, Some(id), form), error),
    }
}

#[derive(Template)]
#[template(path = "project_list.html")]
pub(crate) struct ListPage {
    pub layout: Layout,
    pub view: ListView,
    pub codes: String,
    pub refusals: Refusals,
}

impl ListPage {
    pub fn stage_look(&self, item: &ListItem) -> &'static str {
        stage_look(item.stage)
    }

    pub fn standing_look(&self, item: &ListItem) -> &'static str {
        standing_look(item.standing)
    }

    pub fn progress(&self, item: &ListItem) -> String {
        let (done, all) = item.item.goal.progress();
        format!("{done}/{all}")
    }

    pub fn all_done(&self) -> (usize, usize) {
        let all = self.view.items.iter().map(|item| item.item.goal.progress());
        all.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }

    pub fn late(&self, step: &ListStep) -> bool {
        step.is_late(self.view.today)
    }
}

fn list_page(me: &app::sign_in::Current, view: ListView) -> ListPage {
    ListPage {
        layout: Layout::new(me, HERE.0, &view.list.fields.name, &[CRUMB, HERE]),
        view,
        codes: String::new(),
        refusals: Refusals::default(),
    }
}

async fn detail(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    let view = state.app.named_list(&me.caller, ListId(id)).await?;
    let mut page = list_page(&me, view);
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

/// Shows the list again with what was refused about it.
pub(super) async fn list_again(
    state: &State,
    me: &app::sign_in::Current,
    id: ListId,
    codes: &str,
    error: app::Error,
) -> Result<Response, PageFailure> {
    let (refusals, status) = match error {
        app::Error::Invalid(invalid) => (invalid.into(), StatusCode::UNPROCESSABLE_ENTITY),
        app::Error::Conflict(conflict) => {
            let why = format!(
                "{}刚刚被他人改过，刚才的操作没有生效；下面是最新内容，请核对后再操作",
                conflict.what
            );
            (
                Refusals(vec![("main".to_owned(), why)]),
                StatusCode::CONFLICT,
            )
        }
        other => return Err(other.into()),
    };
    let view = state.app.named_list(&me.caller, id).await?;
    let mut page = list_page(me, view);
    (page.refusals, page.codes) = (refusals, codes.to_owned());
    show_with(status, &page)
}

async fn put(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let id = ListId(id);
    let codes: Vec<String> = form
        .text("codes")
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；'))
        .filter(|code| !code.is_empty())
        .map(ToOwned::to_owned)
        .collect();
    // Chosen on the library's page: by number.
    let mut projects = Vec::new();
    for project in form.all("project") {
        let number = project.trim().parse().map_err(|_| app::Error::NotFound)?;
        projects.push(ProjectId(number));
    }
    let added = state
        .app
        .add_to_named_list(&me.caller, id, &projects, &codes)
        .await;
    match added {
        Ok(_) => {
            Ok(Redirect::to(&format!("/projects/lists/{id}?done=list-projects")).into_response())
        }
        Err(error) => list_again(&state, &me, id, form.text("codes"), error).await,
    }
}
