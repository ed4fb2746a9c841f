//! 首谈认定说明: the list, one decision with its files and documents, recording and withdrawing.

use std::collections::BTreeMap;

use app::first_talk::{FirstTalkView, PrintedAs};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    FileId, FirstTalkId, Instant, UnitId, dates,
    first_talk::{FirstTalk, Share},
    permission::Action,
    person::Invalid,
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form, Uploaded},
    layout::{Layout, Refusals, download, show, show_with},
    pages::query::{Params, day},
    route::Area,
    session::Me,
};

/// Where they are.
const HERE: (&str, &str) = ("/first-talks", "首谈认定");

pub(crate) fn area(area: Area) -> Area {
    let (see, decide) = (
        Access::Needs(Action::ViewProjects),
        Access::Needs(Action::MergeProjects),
    );
    area.get("/first-talks", see, list)
        .get("/first-talks/new", decide, ask)
        .post("/first-talks", decide, record)
        .get("/first-talks/{id}", see, one)
        .post("/first-talks/{id}/withdraw", decide, withdraw)
        .post("/first-talks/{id}/files", decide, attach)
        .get("/first-talks/{id}/files/{file}", see, file)
        .get("/first-talks/{id}/document/{ending}", see, document)
}

/// How a decision's state looks.
fn look(view: &FirstTalkView) -> &'static str {
    match view.state {
        "有效" => "ok",
        "已撤回" | "已由新的认定代替" => "stop",
        _ => "wait",
    }
}

/// The units with their shares in a line.
fn shares(view: &FirstTalkView) -> String {
    let line = |(unit, share): &(String, Option<Share>)| match share {
        Some(share) => format!("{unit} {}", share.print()),
        None if *unit == view.first => format!("{unit} 100%"),
        None => format!("{unit}不计"),
    };
    view.units.iter().map(line).collect::<Vec<_>>().join("、")
}

#[derive(Template)]
#[template(path = "first_talks.html")]
pub(crate) struct FirstTalksPage {
    pub layout: Layout,
    pub views: Vec<FirstTalkView>,
    pub decides: bool,
}

impl FirstTalksPage {
    pub fn look(&self, view: &FirstTalkView) -> &'static str {
        look(view)
    }

    pub fn shares(&self, view: &FirstTalkView) -> String {
        shares(view)
    }
}

#[derive(Template)]
#[template(path = "first_talk.html")]
pub(crate) struct FirstTalkPage {
    pub layout: Layout,
    pub view: FirstTalkView,
    pub withdrawn_on: String,
    pub reason: String,
    pub refusals: Refusals,
}

impl FirstTalkPage {
    pub fn look(&self) -> &'static str {
        look(&self.view)
    }

    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    pub fn shares(&self) -> String {
        shares(&self.view)
    }
}

/// A unit in the form.
pub(crate) struct UnitRow {
    pub id: UnitId,
    pub name: String,
    pub shares: bool,
    pub share: String,
}

#[derive(Template)]
#[template(path = "first_talk_form.html")]
pub(crate) struct FirstTalkFormPage {
    pub layout: Layout,
    pub units: Vec<UnitRow>,
    /// Codes, a line each; the first counts where no other is named.
    pub codes: String,
    pub counted: String,
    pub first: Option<UnitId>,
    pub talked_on: String,
    pub evidence: String,
    pub decided_by: String,
    pub document_number: String,
    pub effective_on: String,
    pub refusals: Refusals,
}

impl FirstTalkFormPage {
    pub fn is_first(&self, unit: &UnitId) -> bool {
        self.first == Some(*unit)
    }
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    show(&FirstTalksPage {
        layout: Layout::new(&me, HERE.0, HERE.1, &[]).done(params.get("done")),
        views: state.app.first_talks(&me.caller, None).await?,
        decides: me.caller.may(Action::MergeProjects),
    })
}

async fn form_page(
    state: &State,
    me: &app::sign_in::Current,
) -> Result<FirstTalkFormPage, PageFailure> {
    let units = state.app.first_talk_units(&me.caller).await?;
    let today = state.app.today().to_string();
    Ok(FirstTalkFormPage {
        layout: Layout::new(me, HERE.0, "作首谈认定", &[HERE]),
        units: units
            .into_iter()
            .map(|unit| UnitRow {
                id: unit.id,
                name: unit.short_name,
                shares: false,
                share: String::new(),
            })
            .collect(),
        codes: String::new(),
        counted: String::new(),
        first: None,
        talked_on: String::new(),
        evidence: String::new(),
        decided_by: String::new(),
        document_number: String::new(),
        effective_on: today,
        refusals: Refusals::default(),
    })
}

async fn ask(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["codes"])?;
    let mut page = form_page(&state, &me).await?;
    page.codes = params.get("codes").unwrap_or_default().replace(',', "\n");
    let named = codes(&page.codes);
    let owners = state.app.owners_by_code(&me.caller, &named).await?;
    for row in &mut page.units {
        row.shares = owners.contains(&row.id);
    }
    show(&page)
}

async fn record(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let mut page = form_page(&state, &me).await?;
    for (field, text) in [
        ("codes", &mut page.codes),
        ("counted", &mut page.counted),
        ("talked_on", &mut page.talked_on),
        ("evidence", &mut page.evidence),
        ("decided_by", &mut page.decided_by),
        ("document_number", &mut page.document_number),
        ("effective_on", &mut page.effective_on),
    ] {
        *text = form.text(field).to_owned();
    }
    page.first = form.text("first").parse().ok().map(UnitId);
    for row in &mut page.units {
        let id = row.id.to_string();
        row.shares = form.all("units").any(|unit| unit == id);
        row.share = form.text(&format!("share.{id}")).to_owned();
    }
    let recorded = match read(&state, &me, &form, &page).await {
        Ok(says) => state.app.record_first_talk(&me.caller, says).await,
        Err(error) => Err(error),
    };
    match recorded {
        Ok(id) => Ok(Redirect::to(&format!("/first-talks/{id}?done=first-talk")).into_response()),
        Err(app::Error::Invalid(mut invalid)) => {
            for (field, _) in &mut invalid.fields {
                if field == "projects" {
                    *field = "codes".to_owned();
                }
            }
            page.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(other) => Err(other.into()),
    }
}

/// Codes as they are typed, one after the other.
fn codes(text: &str) -> Vec<String> {
    text.split(['\n', ',', '，', '、', ' '])
        .map(|code| code.trim().to_owned())
        .filter(|code| !code.is_empty())
        .collect()
}

async fn read(
    state: &State,
    me: &app::sign_in::Current,
    form: &Fields,
    page: &FirstTalkFormPage,
) -> Result<FirstTalk, app::Error> {
    let mut invalid = Invalid::default();
    let mut on = |field: &str, label: &str| {
        let read = day(form.text(field));
        if form.text(field).is_empty() {
            invalid.add(field, format!("请填写{label}，例如 2017-10-31"));
        } else if read.is_none() {
            let why = format!("{label}请写成 2017-10-31 这样的真实日期");
            invalid.add(field, why);
        }
        read.unwrap_or_default()
    };
    let (talked_on, effective_on) = (on("talked_on", "首谈日期"), on("effective_on", "生效日期"));
    let mut units = Vec::new();
    for row in page.units.iter().filter(|row| row.shares) {
        let share = if row.share.is_empty() {
            None
        } else {
            let share = Share::parse(&row.share);
            if share.is_none() {
                let why = format!("{}的分成比例请填0到100，最多两位小数", row.name);
                invalid.add("shares", why);
            }
            share
        };
        units.push((row.id, share));
    }
    let mut projects = Vec::new();
    match state
        .app
        .projects_by_code(&me.caller, &codes(&page.codes))
        .await
    {
        Ok(found) => projects = found,
        Err(app::Error::Invalid(refused)) => invalid.fields.extend(refused.fields),
        Err(other) => return Err(other),
    }
    let counted = match codes(&page.counted).as_slice() {
        [] => projects.first().copied(),
        counted => match state.app.projects_by_code(&me.caller, counted).await {
            Ok(found) => found.first().copied(),
            Err(app::Error::Invalid(_)) => None,
            Err(other) => return Err(other),
        },
    };
    if projects.is_empty() && invalid.first("projects").is_none() {
        invalid.add("projects", "请填写项目编号，每行一个");
    }
    if !page.counted.is_empty() && !counted.is_some_and(|one| projects.contains(&one)) {
        invalid.add("counted", "请填上面所列项目中的一个编号");
    }
    let says = FirstTalk {
        counted: counted.unwrap_or(domain::ProjectId(0)),
        projects,
        units,
        first: page.first.unwrap_or(UnitId(0)),
        talked_on,
        evidence: page.evidence.clone(),
        decided_by: page.decided_by.clone(),
        document_number: page.document_number.clone(),
        effective_on,
        files: Vec::new(),
    };
    if invalid.fields.is_empty() {
        return Ok(says);
    }
    // What else is missing is said at once, not after the next try. Whose projects they are is asked when all is known.
    let known: BTreeMap<_, _> = says
        .projects
        .iter()
        .filter_map(|project| Some((*project, says.units.first()?.0)))
        .collect();
    if let Err(more) = says.check(&known, state.app.today()) {
        for (field, why) in more.fields {
            let asked = field != "counted" || !says.projects.is_empty();
            if asked && invalid.first(&field).is_none() {
                invalid.add(&field, why);
            }
        }
    }
    Err(invalid.into())
}

async fn page_of(
    state: &State,
    me: &app::sign_in::Current,
    id: FirstTalkId,
) -> Result<FirstTalkPage, PageFailure> {
    let view = state.app.first_talk(&me.caller, id).await?;
    Ok(FirstTalkPage {
        layout: Layout::new(me, HERE.0, "首谈认定说明", &[HERE]),
        view,
        withdrawn_on: state.app.today().to_string(),
        reason: String::new(),
        refusals: Refusals::default(),
    })
}

async fn one(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    let mut page = page_of(&state, &me, FirstTalkId(id)).await?;
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

fn refused(mut page: FirstTalkPage, error: app::Error) -> Result<Response, PageFailure> {
    let (status, refusals) = match error {
        app::Error::Invalid(invalid) => (StatusCode::UNPROCESSABLE_ENTITY, invalid.into()),
        app::Error::Conflict(_) => {
            let why = "这份说明刚刚被他人撤回，刚才的操作没有生效";
            (
                StatusCode::CONFLICT,
                Refusals(vec![("main".to_owned(), why.to_owned())]),
            )
        }
        other => return Err(other.into()),
    };
    page.refusals = refusals;
    show_with(status, &page)
}

async fn withdraw(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let id = FirstTalkId(id);
    let on = match form.filled("effective_on").map(day) {
        None => Ok(None),
        Some(Some(on)) => Ok(Some(on)),
        Some(None) => Err(Invalid::of(
            "effective_on",
            "撤回日期请写成 2017-10-31 这样的真实日期",
        )),
    };
    let done = match on {
        Err(invalid) => Err(invalid.into()),
        Ok(on) => {
            state
                .app
                .withdraw_first_talk(&me.caller, id, form.version(), on, form.text("reason"))
                .await
        }
    };
    match done {
        Ok(()) => Ok(
            Redirect::to(&format!("/first-talks/{id}?done=first-talk-withdrawn")).into_response(),
        ),
        Err(error) => {
            let mut page = page_of(&state, &me, id).await?;
            page.withdrawn_on = form.text("effective_on").to_owned();
            page.reason = form.text("reason").to_owned();
            refused(page, error)
        }
    }
}

async fn attach(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    upload: Uploaded,
) -> Result<Response, PageFailure> {
    let id = FirstTalkId(id);
    let done = match upload.0 {
        Err(invalid) => Err(invalid.into()),
        Ok(file) => {
            state
                .app
                .attach_first_talk(&me.caller, id, &file.file_name, &file.bytes)
                .await
        }
    };
    match done {
        Ok(()) => {
            Ok(Redirect::to(&format!("/first-talks/{id}?done=first-talk-file")).into_response())
        }
        Err(error) => refused(page_of(&state, &me, id).await?, error),
    }
}

async fn file(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, file)): Path<(i64, i64)>,
) -> Result<Response, PageFailure> {
    let (name, bytes) = state
        .app
        .first_talk_file(&me.caller, FirstTalkId(id), FileId(file))
        .await?;
    Ok(download(&name, "application/octet-stream", bytes))
}

async fn document(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, ending)): Path<(i64, String)>,
) -> Result<Response, PageFailure> {
    let printed_as = PrintedAs::from_ending(&ending).ok_or(app::Error::NotFound)?;
    let (name, bytes) = state
        .app
        .first_talk_document(&me.caller, FirstTalkId(id), printed_as)
        .await?;
    Ok(download(&name, media(printed_as), bytes))
}

/// The media type of a document.
pub(crate) const fn media(printed_as: PrintedAs) -> &'static str {
    match printed_as {
        PrintedAs::Docx => crate::pages::exports::DOCX,
        PrintedAs::Pdf => "application/pdf",
    }
}
