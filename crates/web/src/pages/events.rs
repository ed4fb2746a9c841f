//! 活动与走访: events and leaders' visits at which projects are signed, kept by the officer.

use app::{
    Conflict,
    events::{EventList, EventSigning, EventView, Loose},
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    EventId, Money,
    event::{EventFields, EventKind, Spelling},
    money::currency_label,
    partial_date::PartialDate,
    permission::Action,
    person::Invalid,
    project::Signing,
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, show, show_with},
    pages::{
        projects::{Refusable, again},
        query::Params,
    },
    route::Area,
    session::Me,
};

/// Where these pages hang.
const HERE: (&str, &str) = ("/events", "活动与走访");

pub(crate) fn area(area: Area) -> Area {
    let (see, keep) = (
        Access::Needs(Action::ViewEvents),
        Access::Needs(Action::KeepEvents),
    );
    area.get("/events", see, list)
        .get("/events/new", keep, ask_new)
        .post("/events/new", keep, add)
        .get("/events/{id}", see, detail)
        .get("/events/{id}/edit", keep, ask_edit)
        .post("/events/{id}/edit", keep, change)
        .post("/events/{id}/remove", keep, remove)
        .post("/events/{id}/spellings", keep, tie)
        .post("/events/{id}/spellings/untie", keep, untie)
}

#[derive(Template)]
#[template(path = "events.html")]
pub(crate) struct EventsPage {
    pub layout: Layout,
    pub list: EventList,
}

impl EventsPage {
    pub fn kind_look(&self, kind: &EventKind) -> &'static str {
        match kind {
            EventKind::Activity => "info",
            EventKind::Visit => "ok",
        }
    }

    pub fn years(&self, loose: &Loose) -> String {
        years(loose)
    }
}

fn years(loose: &Loose) -> String {
    let years = loose.years.iter();
    let said: Vec<String> = years
        .map(|(year, count)| format!("{year}年{count}份"))
        .collect();
    said.join("、")
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    show(&EventsPage {
        list: state.app.events(&me.caller).await?,
        layout: Layout::new(&me, HERE.0, HERE.1, &[]).done(params.get("done")),
    })
}

/// What stands in the form of an event.
#[derive(Default, Clone)]
pub(crate) struct EventForm {
    pub kind: String,
    pub name: String,
    pub place: String,
    pub from: String,
    pub to: String,
    pub led_by: String,
    pub note: String,
    pub version: i64,
}

impl EventForm {
    fn posted(form: &Fields) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        Self {
            kind: text("kind"),
            name: text("name"),
            place: text("place"),
            from: text("from"),
            to: text("to"),
            led_by: text("led_by"),
            note: text("note"),
            version: form.version(),
        }
    }

    fn of(fields: &EventFields, version: i64) -> Self {
        Self {
            kind: fields.kind.word().to_owned(),
            name: fields.name.clone(),
            place: fields.place.clone(),
            from: fields.from.to_string(),
            to: fields.to.map(|to| to.to_string()).unwrap_or_default(),
            led_by: fields.led_by.clone(),
            note: fields.note.clone(),
            version,
        }
    }

    /// What is said; the rest is refused by the rule.
    fn fields(&self) -> Result<EventFields, Invalid> {
        let mut invalid = Invalid::default();
        let kind = EventKind::from_word(&self.kind);
        if kind.is_none() {
            invalid.add("kind", "请选择种类");
        }
        if self.name.is_empty() {
            invalid.add("name", "请填写名称，例如 2017浙洽会");
        }
        let from = PartialDate::read(&self.from);
        if from.is_none() {
            let why = match self.from.is_empty() {
                true => "请填写开始日期，例如 2017-06-08；只知道月份时填 2017-06",
                false => "请填写真实的日期，例如 2017-06-08；只知道月份时填 2017-06",
            };
            invalid.add("from", why);
        }
        let to = (!self.to.is_empty()).then(|| PartialDate::read(&self.to));
        if to == Some(None) {
            invalid.add("to", "请填写真实的日期，例如 2017-06-12；只有一天就不填");
        }
        let (Some(kind), Some(from)) = (kind, from) else {
            return Err(invalid);
        };
        invalid.into_result()?;
        Ok(EventFields {
            kind,
            name: self.name.clone(),
            place: self.place.clone(),
            from,
            to: to.flatten(),
            led_by: self.led_by.clone(),
            note: self.note.clone(),
        })
    }
}

#[derive(Template)]
#[template(path = "event_form.html")]
pub(crate) struct EventFormPage {
    pub layout: Layout,
    pub id: Option<EventId>,
    pub form: EventForm,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
    /// Signings that mean it.
    pub signings: usize,
}

impl EventFormPage {
    pub fn kinds(&self) -> [EventKind; 2] {
        EventKind::ALL
    }

    pub fn chosen(&self, kind: &EventKind) -> bool {
        self.form.kind == kind.word()
    }
}

impl Refusable for EventFormPage {
    fn refuse(&mut self, refusals: Refusals) {
        self.refusals = refusals;
    }

    fn conflict(&mut self, conflict: Box<Conflict>) {
        self.form.version = conflict.version;
        self.conflict = Some(conflict);
    }
}

fn form_page(me: &app::sign_in::Current, id: Option<EventId>, form: EventForm) -> EventFormPage {
    let title = match id {
        Some(_) => "修改活动与走访",
        None => "登记活动与走访",
    };
    EventFormPage {
        layout: Layout::new(me, HERE.0, title, &[HERE]),
        id,
        form,
        refusals: Refusals::default(),
        conflict: None,
        signings: 0,
    }
}

async fn ask_new(Me(me): Me, params: Params) -> Result<Response, PageFailure> {
    params.only(&["name"])?;
    let form = EventForm {
        kind: EventKind::Activity.word().to_owned(),
        name: params.get("name").unwrap_or_default().to_owned(),
        ..EventForm::default()
    };
    show(&form_page(&me, None, form))
}

async fn save(
    state: &State,
    me: &app::sign_in::Current,
    changed: Option<(EventId, i64)>,
    form: EventForm,
) -> Result<Response, PageFailure> {
    let saved = async {
        let fields = form.fields()?;
        state.app.save_event(&me.caller, changed, fields).await
    };
    match saved.await {
        Ok(id) => Ok(Redirect::to(&format!("/events/{id}?done=event")).into_response()),
        Err(error) => {
            let mut page = form_page(me, changed.map(|(id, _)| id), form);
            if let Some((id, _)) = changed {
                let view = state.app.signing_event(&me.caller, id).await?;
                page.signings = view.signings.len();
            }
            again(page, error)
        }
    }
}

async fn add(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    save(&state, &me, None, EventForm::posted(&form)).await
}

async fn ask_edit(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
) -> Result<Response, PageFailure> {
    let view = state.app.signing_event(&me.caller, EventId(id)).await?;
    let form = EventForm::of(&view.event.fields, view.event.version);
    show(&EventFormPage {
        signings: view.signings.len(),
        ..form_page(&me, Some(view.event.id), form)
    })
}

async fn change(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let form = EventForm::posted(&form);
    save(&state, &me, Some((EventId(id), form.version)), form).await
}

async fn remove(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let id = EventId(id);
    match state.app.remove_event(&me.caller, id, form.version()).await {
        Ok(()) => Ok(Redirect::to("/events?done=event-removed").into_response()),
        Err(error) => {
            let view = state.app.signing_event(&me.caller, id).await?;
            let form = EventForm::of(&view.event.fields, view.event.version);
            let mut page = form_page(&me, Some(id), form);
            page.signings = view.signings.len();
            again(page, error)
        }
    }
}

#[derive(Template)]
#[template(path = "event.html")]
pub(crate) struct EventPage {
    pub layout: Layout,
    pub view: EventView,
    pub text: String,
    pub year: String,
    pub refusals: Refusals,
}

impl EventPage {
    pub fn years(&self, loose: &Loose) -> String {
        years(loose)
    }

    pub fn amount(&self, signing: &Signing) -> String {
        let known = signing.amount.map(Money::wan_exact);
        match (known, &signing.currency) {
            (None, _) => "—".to_owned(),
            (Some(amount), None) => amount,
            (Some(amount), Some(currency)) => format!("{amount} 万{}", currency_label(currency)),
        }
    }

    pub fn projects(&self) -> usize {
        let projects: std::collections::BTreeSet<_> =
            self.view.signings.iter().map(|one| one.project).collect();
        projects.len()
    }

    pub fn outside(&self) -> usize {
        self.view.signings.iter().filter(|one| one.outside).count()
    }

    pub fn why(&self, one: &EventSigning) -> String {
        match one.tied {
            true => format!("写作“{}”", one.signing.event),
            false => String::new(),
        }
    }

    pub fn year_of(&self, spelling: &Spelling) -> String {
        spelling
            .year
            .map(|year| year.to_string())
            .unwrap_or_default()
    }
}

async fn event_page(
    state: &State,
    me: &app::sign_in::Current,
    id: EventId,
) -> Result<EventPage, PageFailure> {
    let view = state.app.signing_event(&me.caller, id).await?;
    Ok(EventPage {
        layout: Layout::new(me, HERE.0, &view.event.fields.name, &[HERE]),
        view,
        text: String::new(),
        year: String::new(),
        refusals: Refusals::default(),
    })
}

async fn detail(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    let mut page = event_page(&state, &me, EventId(id)).await?;
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

/// The year of a spelling; none where nothing stands.
fn year(form: &Fields) -> Result<Option<i32>, Invalid> {
    let read = form.filled("year").map(str::parse).transpose();
    read.map_err(|_| Invalid::of("year", "年度请填四位数字，例如 2017；不填则各年都归并"))
}

async fn tie(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let id = EventId(id);
    let tied = async {
        let spelling = Spelling {
            text: form.text("text").to_owned(),
            year: year(&form)?,
            event: id,
        };
        state.app.tie_spelling(&me.caller, spelling).await
    };
    match tied.await {
        Ok(()) => Ok(Redirect::to(&format!("/events/{id}?done=event-tied")).into_response()),
        Err(app::Error::Invalid(invalid)) => {
            let mut page = event_page(&state, &me, id).await?;
            page.text = form.text("text").to_owned();
            page.year = form.text("year").to_owned();
            page.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(other) => Err(other.into()),
    }
}

async fn untie(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let id = EventId(id);
    let spelling = Spelling {
        text: form.text("text").to_owned(),
        year: year(&form)?,
        event: id,
    };
    state.app.untie_spelling(&me.caller, spelling).await?;
    Ok(Redirect::to(&format!("/events/{id}?done=event-untied")).into_response())
}
