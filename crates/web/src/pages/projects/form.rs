//! Entering and changing a project. Complete without script: further rows, read-back amounts and twins are answered by
//! the page itself, which keeps everything typed.

use app::{
    Conflict,
    projects::{DraftNote, Twin},
    sign_in::Current,
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Instant, ProjectId, dates,
    directory::{Directory, Scope},
    library::Likeness,
    permission::Action,
    project::ProjectFields,
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, show},
    pages::{cooperation::offered, query::Params},
    route::Area,
    session::Me,
};

use super::{
    CRUMB, Refusable, again,
    fields::{RowKind, of_project, parse, renumbered, without_row},
    sections::{Section, Source},
};

pub(crate) fn area(area: Area) -> Area {
    let edit = Access::Needs(Action::EditProjects);
    area.get("/projects/new", edit, ask_new)
        .post("/projects/new", edit, add)
        .get("/projects/{id}/edit", edit, ask_edit)
        .post("/projects/{id}/edit", edit, save)
}

#[derive(Template)]
#[template(path = "project_form.html")]
pub(crate) struct ProjectFormPage {
    pub layout: Layout,
    /// The project being changed; empty for a new one.
    pub project: String,
    pub code: String,
    pub version: String,
    pub copied_from: String,
    pub copied_code: String,
    /// The draft's key.
    pub key: String,
    /// Whose draft it is: what stays in the browser is taken up by nobody else.
    pub owner: String,
    pub action: String,
    pub back: String,
    pub drafts: Vec<DraftNote>,
    /// When the draft was saved that is taken up again.
    pub resumed: Option<String>,
    pub twins: Vec<Twin>,
    pub twins_told: String,
    pub sections: Vec<Section>,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
    /// Whether this answers a form that was sent: everything typed stands in it.
    pub posted: bool,
    /// Names of central enterprises, for the list a browser offers.
    pub names: Vec<(String, String)>,
    /// Known events with their days, offered where a signing's is typed.
    pub events: Vec<(String, String)>,
    form: Fields,
    choices: Choices,
}

/// What the form is filled from.
pub(crate) struct Choices {
    /// Industries.
    pub industries: Vec<String>,
    /// The directory of central enterprises.
    pub central: Directory,
    /// Known events with their days.
    pub events: Vec<(String, String)>,
    /// The day on which names are looked at.
    pub today: chrono::NaiveDate,
}

impl ProjectFormPage {
    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    /// The page of a form; `project` is what is changed, with its code and the version it was made from.
    pub fn new(
        me: &Current,
        project: Option<(ProjectId, String)>,
        form: Fields,
        choices: Choices,
    ) -> Self {
        let (action, back) = match &project {
            Some((id, _)) => (format!("/projects/{id}/edit"), format!("/projects/{id}")),
            None => ("/projects/new".to_owned(), "/projects".to_owned()),
        };
        let mut crumbs = vec![CRUMB];
        if let Some((_, code)) = &project {
            crumbs.push((back.as_str(), code.as_str()));
        }
        let title = if project.is_some() {
            "修改项目"
        } else {
            "登记项目"
        };
        let layout = Layout::new(me, "/projects", title, &crumbs).with_script("project.js");
        let posted = form.names().any(|name| name == "csrf");
        let text = |name: &str| form.text(name).to_owned();
        let (id, code) = project.map_or_else(Default::default, |(id, code)| (id.to_string(), code));
        let mut page = Self {
            project: id,
            code,
            version: text("version"),
            copied_from: text("copied_from"),
            copied_code: String::new(),
            key: text("draft"),
            owner: me.caller.person.id.to_string(),
            layout,
            action,
            back,
            drafts: Vec::new(),
            resumed: None,
            twins: Vec::new(),
            twins_told: text("twins_told"),
            sections: Vec::new(),
            refusals: Refusals::default(),
            conflict: None,
            posted,
            names: offered(&choices.central),
            events: choices.events.clone(),
            form,
            choices,
        };
        page.print();
        page
    }

    /// The page with what was refused about it.
    #[cfg(test)]
    pub fn show_refused(&mut self, refusals: Refusals) {
        self.refuse(refusals);
    }

    /// Prints the sections anew: values, refusals and read-backs.
    fn print(&mut self) {
        let source = Source {
            form: &self.form,
            refusals: &self.refusals,
            industries: &self.choices.industries,
            districts: domain::district::all(),
            central: &self.choices.central,
            today: self.choices.today,
        };
        self.sections = source.sections();
    }
}

impl Refusable for ProjectFormPage {
    fn refuse(&mut self, refusals: Refusals) {
        self.refusals = refusals;
        self.print();
    }

    fn conflict(&mut self, conflict: Box<Conflict>) {
        self.version = conflict.version.to_string();
        self.conflict = Some(conflict);
    }
}

async fn page(
    state: &State,
    me: &Current,
    project: Option<(ProjectId, String)>,
    mut form: Fields,
) -> Result<ProjectFormPage, PageFailure> {
    if form.filled("draft").is_none() {
        form.set("draft", state.app.fresh_token());
    }
    let (industries, _) = state.app.project_lists(&me.caller).await?;
    let choices = Choices {
        industries,
        events: state.app.event_names(&me.caller).await?,
        central: state.app.directory_for(&me.caller, Scope::Central).await?,
        today: dates::day_in_shanghai(state.app.now()),
    };
    Ok(ProjectFormPage::new(me, project, form, choices))
}

async fn ask_new(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["copy", "draft", "done"])?;
    let app = &state.app;
    if let Some(key) = params.get("draft") {
        return resume(&state, &me, None, key).await;
    }
    let today = dates::day_in_shanghai(app.now());
    let mut form = of_project(&ProjectFields::default(), today);
    let mut copied_code = String::new();
    if let Some(copy) = params.number("copy")? {
        let copied = app.copy_project(&me.caller, ProjectId(copy)).await?;
        form = of_project(&copied.fields, today);
        form.set("copied_from", copied.from.to_string());
        copied_code = copied.code;
    }
    let mut page = page(&state, &me, None, form).await?;
    page.copied_code = copied_code;
    page.drafts = app.project_drafts(&me.caller, None).await?;
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

async fn ask_edit(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["draft", "done"])?;
    let id = ProjectId(id);
    if let Some(key) = params.get("draft") {
        return resume(&state, &me, Some(id), key).await;
    }
    let (project, revision) = state.app.project_form(&me.caller, id).await?;
    let today = dates::day_in_shanghai(state.app.now());
    let mut form = of_project(&revision.fields, today);
    form.set("version", project.version.to_string());
    let mut page = page(&state, &me, Some((id, project.code)), form).await?;
    page.drafts = state.app.project_drafts(&me.caller, Some(id)).await?;
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

/// Takes a draft up again: with the version it was made from, so that a change since is told when it is saved.
async fn resume(
    state: &State,
    me: &Current,
    project: Option<ProjectId>,
    key: &str,
) -> Result<Response, PageFailure> {
    let draft = state.app.project_draft(&me.caller, key).await?;
    if draft.project != project {
        return Err(app::Error::NotFound.into());
    }
    let named = match project {
        Some(id) => Some((id, state.app.project_to_edit(&me.caller, id).await?.0.code)),
        None => None,
    };
    let mut form = Fields::of_map(draft.form);
    form.set("draft", draft.key);
    let mut page = page(state, me, named, form).await?;
    page.resumed = Some(dates::print_minute(draft.saved_at));
    show(&page)
}

/// What a button of the form asks for.
enum Asked {
    Rows(Fields),
    Save(Fields),
}

fn asked(form: Fields) -> Asked {
    let button = form.text("do").to_owned();
    if let Some(kind) = button.strip_prefix("add:").and_then(RowKind::from_word) {
        return Asked::Rows(renumbered(form, true, Some(kind)));
    }
    let row = button.strip_prefix("drop:").and_then(|row| {
        let (kind, place) = row.split_once('.')?;
        Some((RowKind::from_word(kind)?, place.parse().ok()?))
    });
    match row {
        Some((kind, row)) => Asked::Rows(without_row(form, kind, row)),
        None => Asked::Save(renumbered(form, false, None)),
    }
}

async fn add(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let form = match asked(form) {
        Asked::Rows(form) => return show(&page(&state, &me, None, form).await?),
        Asked::Save(form) => form,
    };
    let copied_from = form.text("copied_from").parse().ok().map(ProjectId);
    let save = match parse(&form) {
        Ok(save) => save,
        Err(invalid) => return again(page(&state, &me, None, form).await?, invalid.into()),
    };
    let app = &state.app;
    let twins = app.likely_twins(&me.caller, &save.fields, None).await?;
    if let Some(told) = untold(&form, &twins) {
        return tell(page(&state, &me, None, form).await?, twins, told);
    }
    match app.add_project(&me.caller, save, copied_from).await {
        Ok(id) => saved(&state, &me, &form, id, "project-added").await,
        Err(error) => again(page(&state, &me, None, form).await?, error),
    }
}

async fn save(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let id = ProjectId(id);
    let app = &state.app;
    let (project, revision) = app.project_to_edit(&me.caller, id).await?;
    let named = Some((id, project.code));
    let form = match asked(form) {
        Asked::Rows(form) => return show(&page(&state, &me, named, form).await?),
        Asked::Save(form) => form,
    };
    let save = match parse(&form) {
        Ok(save) => save,
        Err(invalid) => return again(page(&state, &me, named, form).await?, invalid.into()),
    };
    // Twins that were there all along are asked about once, not at every save.
    if Likeness::of(&revision.fields) != Likeness::of(&save.fields) {
        let twins = app.likely_twins(&me.caller, &save.fields, Some(id)).await?;
        if let Some(told) = untold(&form, &twins) {
            return tell(page(&state, &me, named, form).await?, twins, told);
        }
    }
    match app.save_project(&me.caller, id, form.version(), save).await {
        Ok(()) => saved(&state, &me, &form, id, "project-changed").await,
        Err(error) => again(page(&state, &me, named, form).await?, error),
    }
}

/// The twins in one word, unless the form brings the same: it was told of these already.
fn untold(form: &Fields, twins: &[Twin]) -> Option<String> {
    let words = twins.iter().map(|twin| match &twin.project {
        Some((id, ..)) => id.to_string(),
        None => "other".to_owned(),
    });
    let told = words.collect::<Vec<_>>().join(",");
    (!told.is_empty() && form.text("twins_told") != told).then_some(told)
}

fn tell(
    mut page: ProjectFormPage,
    twins: Vec<Twin>,
    told: String,
) -> Result<Response, PageFailure> {
    page.twins = twins;
    page.twins_told = told;
    show(&page)
}

async fn saved(
    state: &State,
    me: &Current,
    form: &Fields,
    id: ProjectId,
    done: &str,
) -> Result<Response, PageFailure> {
    if let Some(key) = form.filled("draft") {
        state.app.discard_project_draft(&me.caller, key).await?;
    }
    Ok(Redirect::to(&format!("/projects/{id}?done={done}")).into_response())
}
