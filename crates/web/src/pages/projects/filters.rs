//! 常用筛选: filters kept under a name, shared by role, opened by link; and the columns a person chose.

use app::{
    Conflict,
    projects::{Column, SavedFilter},
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    FilterId,
    permission::{Action, Role},
    person::Invalid,
    saved_filter::FilterFields,
};

use crate::{
    State,
    access::Access,
    api::projects::pairs,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, show},
    pages::query::Params,
    route::Area,
    session::Me,
};

use super::{CRUMB, Refusable, again, list};

/// Where these pages hang.
const HERE: (&str, &str) = ("/projects/filters", "常用筛选");

pub(crate) fn area(area: Area) -> Area {
    let see = Access::Needs(Action::ViewProjects);
    area.get("/projects/filters", see, filters)
        .post("/projects/filters", see, keep)
        .get("/projects/filters/{id}", see, open)
        .get("/projects/filters/{id}/edit", see, ask_edit)
        .post("/projects/filters/{id}/edit", see, change)
        .post("/projects/filters/{id}/remove", see, remove)
        .post("/projects/columns", see, columns)
}

/// A role of a form; none for oneself alone.
fn role(form: &Fields) -> Result<Option<Role>, Invalid> {
    let read = form.filled("role").map(Role::from_word);
    match read {
        Some(None) => Err(Invalid::of("role", "请从列表里选择与谁共用")),
        Some(role) => Ok(role),
        None => Ok(None),
    }
}

#[derive(Template)]
#[template(path = "filters.html")]
pub(crate) struct FiltersPage {
    pub layout: Layout,
    pub filters: Vec<SavedFilter>,
}

async fn filters(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    show(&FiltersPage {
        layout: Layout::new(&me, CRUMB.0, HERE.1, &[CRUMB]).done(params.get("done")),
        filters: state.app.saved_filters(&me.caller).await?,
    })
}

/// The list as the filter asks for it.
async fn open(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
) -> Result<Response, PageFailure> {
    let filter = state.app.saved_filter(&me.caller, FilterId(id)).await?;
    Ok(Redirect::to(&list::address(&filter.fields.pairs)).into_response())
}

/// Keeps what the list shows under a name: as a new filter, or in place of one of one's own.
async fn keep(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let back = list::back_to(form.text("query"));
    let asked = pairs(back.split_once('?').map(|(_, query)| query));
    let kept = async {
        let changed = match form.filled("replace") {
            None => None,
            Some(text) => {
                let (id, version) = text.split_once(':').unwrap_or_default();
                let read = id.parse().ok().zip(version.parse().ok());
                let why = "请从列表里选择要替换的筛选";
                let (id, version) = read.ok_or_else(|| Invalid::of("replace", why))?;
                Some((FilterId(id), version))
            }
        };
        let mut fields = FilterFields {
            name: form.text("name").to_owned(),
            pairs: asked.clone(),
            role: role(&form)?,
        };
        if let Some((id, _)) = changed {
            // Only what it asks is replaced; an empty name keeps the old one.
            let before = state.app.saved_filter(&me.caller, id).await?.fields;
            fields.role = before.role;
            if fields.name.is_empty() {
                fields.name = before.name;
            }
        }
        state.app.save_filter(&me.caller, changed, fields).await
    };
    match kept.await {
        Err(app::Error::Invalid(mut invalid)) => {
            // On the list's page other fields bear these names.
            for (field, _) in &mut invalid.fields {
                if matches!(field.as_str(), "name" | "role" | "replace") {
                    field.insert_str(0, "filter-");
                }
            }
            list::again(&state, &me, &back, invalid).await
        }
        Err(app::Error::Conflict(conflict)) => {
            let why = format!("{}刚刚被改过，没有保存；请核对后再保存", conflict.what);
            list::again(&state, &me, &back, Invalid::of("filter-replace", why)).await
        }
        other => {
            other?;
            let joiner = if back.contains('?') { '&' } else { '?' };
            Ok(Redirect::to(&format!("{back}{joiner}done=filter")).into_response())
        }
    }
}

#[derive(Template)]
#[template(path = "filter_form.html")]
pub(crate) struct FilterFormPage {
    pub layout: Layout,
    pub id: FilterId,
    pub sentence: String,
    pub name: String,
    pub role: String,
    pub roles: &'static [Role],
    pub version: i64,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

impl Refusable for FilterFormPage {
    fn refuse(&mut self, refusals: Refusals) {
        self.refusals = refusals;
    }

    fn conflict(&mut self, conflict: Box<Conflict>) {
        self.version = conflict.version;
        self.conflict = Some(conflict);
    }
}

async fn form_page(
    state: &State,
    me: &app::sign_in::Current,
    id: FilterId,
) -> Result<(SavedFilter, FilterFormPage), PageFailure> {
    let filter = state.app.saved_filter(&me.caller, id).await?;
    if !filter.own {
        return Err(app::Error::NotFound.into());
    }
    let page = FilterFormPage {
        layout: Layout::new(me, CRUMB.0, "修改常用筛选", &[CRUMB, HERE]),
        id,
        sentence: filter.sentence.clone(),
        name: filter.fields.name.clone(),
        role: filter.fields.role.map_or("", Role::word).to_owned(),
        roles: state.app.filter_roles(&me.caller).await?,
        version: filter.version,
        refusals: Refusals::default(),
        conflict: None,
    };
    Ok((filter, page))
}

async fn ask_edit(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
) -> Result<Response, PageFailure> {
    show(&form_page(&state, &me, FilterId(id)).await?.1)
}

async fn change(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let id = FilterId(id);
    let (filter, mut page) = form_page(&state, &me, id).await?;
    let saved = async {
        let fields = FilterFields {
            name: form.text("name").to_owned(),
            pairs: filter.fields.pairs,
            role: role(&form)?,
        };
        let changed = Some((id, form.version()));
        state.app.save_filter(&me.caller, changed, fields).await
    };
    match saved.await {
        Ok(_) => Ok(Redirect::to("/projects/filters?done=filter").into_response()),
        Err(error) => {
            page.name = form.text("name").to_owned();
            page.role = form.text("role").to_owned();
            again(page, error)
        }
    }
}

async fn remove(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let id = FilterId(id);
    let (_, page) = form_page(&state, &me, id).await?;
    match state
        .app
        .remove_filter(&me.caller, id, form.version())
        .await
    {
        Ok(()) => Ok(Redirect::to("/projects/filters?done=filter-removed").into_response()),
        Err(error) => again(page, error),
    }
}

async fn columns(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let back = list::back_to(form.text("query"));
    let mut chosen = Vec::new();
    for word in form.all("columns") {
        match Column::from_word(word) {
            Some(column) => chosen.push(column),
            None => {
                let invalid = Invalid::of("columns", "请从列表里选择要显示的列");
                return list::again(&state, &me, &back, invalid).await;
            }
        }
    }
    state.app.choose_columns(&me.caller, &chosen).await?;
    let mut kept = pairs(back.split_once('?').map(|(_, query)| query));
    kept.retain(|(name, _)| name != "columns" && name != "done");
    let done = if chosen.is_empty() {
        "columns-usual"
    } else {
        "columns"
    };
    kept.push(("done".to_owned(), done.to_owned()));
    Ok(Redirect::to(&list::address(&kept)).into_response())
}
