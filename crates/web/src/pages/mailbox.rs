//! 来信: mails that came in, the officer's tray; and the mailbox they come to.

use app::mailbox::{MailDetail, MailboxView, ReceivedMail, SaveMailbox, Tray};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Instant, MailId, PersonId, dates,
    mail::MailTls,
    mailbox::{MailState, MailboxAccount},
    permission::Action,
    person::Invalid,
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, download, show, show_with},
    pages::query::Params,
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    let handle = Access::Needs(Action::HandleMail);
    let set = Access::Needs(Action::EditMail);
    area.get("/mailbox", handle, tray)
        .get("/mailbox/{id}", handle, mail)
        .post("/mailbox/{id}/assign", handle, assign)
        .post("/mailbox/{id}/settle", handle, settle)
        .get("/mailbox/{id}/files/{file}", handle, file)
        .get("/settings/mailbox", set, settings)
        .post("/settings/mailbox", set, save)
        .post("/settings/mailbox/test", set, test)
}

/// How a state looks.
const fn look(state: MailState) -> &'static str {
    match state {
        MailState::Tray => "late",
        MailState::Drafted => "wait",
        MailState::Settled => "ok",
        MailState::Ignored | MailState::Duplicate => "none",
    }
}

/// Which mails are asked for: what waits, unless something else is said.
pub(crate) fn asked(params: &Params) -> Result<Option<MailState>, Invalid> {
    match params.get("state") {
        None => Ok(Some(MailState::Tray)),
        Some("all") => Ok(None),
        Some(word) => MailState::from_word(word).map(Some).ok_or_else(|| {
            Invalid::of(
                "state",
                "state 请填 tray、drafted、settled、ignored、duplicate 或 all",
            )
        }),
    }
}

#[derive(Template)]
#[template(path = "mailbox.html")]
pub(crate) struct TrayPage {
    pub layout: Layout,
    pub tray: Tray,
    pub state: Option<MailState>,
}

impl TrayPage {
    pub fn look(&self, mail: &ReceivedMail) -> &'static str {
        look(mail.state)
    }

    pub fn at(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    pub fn person(&self, mail: &ReceivedMail) -> &str {
        let person = mail.person.and_then(|id| self.tray.people.get(&id));
        person.map_or("", String::as_str)
    }

    pub fn looked(&self) -> String {
        let mailbox = &self.tray.mailbox;
        match (mailbox.version, mailbox.account.active, mailbox.looked_at) {
            (0, ..) => "收件邮箱还没有设置，请系统管理员到“收件邮箱”设置".to_owned(),
            (_, false, _) => "收件邮箱已停用".to_owned(),
            (_, _, None) => "还没有收过信".to_owned(),
            (_, _, Some(at)) => format!("上次收信 {}", dates::print_minute(at)),
        }
    }

    /// The filters: word, label, how many, whether it is the present one.
    pub fn filters(&self) -> Vec<(&'static str, &'static str, i64, bool)> {
        let count = |state| {
            let found = self.tray.counts.iter().find(|(known, _)| *known == state);
            found.map_or(0, |(_, count)| *count)
        };
        let all = self.tray.counts.iter().map(|(_, count)| count).sum();
        let mut filters: Vec<_> = MailState::ALL
            .into_iter()
            .map(|state| {
                let current = self.state == Some(state);
                (state.word(), state.label(), count(state), current)
            })
            .collect();
        filters.push(("all", "全部", all, self.state.is_none()));
        filters
    }

    pub fn state_word(&self) -> &'static str {
        self.state.map_or("all", MailState::word)
    }
}

async fn tray(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    let asked = asked(&params).map_err(app::Error::from)?;
    let before = params.number("before").map_err(app::Error::from)?;
    show(&TrayPage {
        layout: Layout::new(&me, "/mailbox", "来信", &[]).done(params.get("done")),
        tray: state.app.mails(&me.caller, asked, before).await?,
        state: asked,
    })
}

#[derive(Template)]
#[template(path = "mail.html")]
pub(crate) struct MailPage {
    pub layout: Layout,
    pub detail: MailDetail,
    pub chosen: Option<PersonId>,
    pub note: String,
    pub refusals: Refusals,
    pub conflict: Option<Box<app::Conflict>>,
}

impl MailPage {
    pub fn look(&self) -> &'static str {
        look(self.detail.mail.state)
    }

    pub fn at(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    pub fn name(&self, person: &PersonId) -> &str {
        self.detail.people.get(person).map_or("", String::as_str)
    }

    pub fn waits(&self) -> bool {
        self.detail.mail.state == MailState::Tray
    }

    /// Whether anything is left to be read for somebody.
    pub fn readable(&self) -> bool {
        let mut files = self.detail.mail.files.iter();
        files.any(|file| file.drafts.is_empty())
    }

    pub fn is_chosen(&self, person: &PersonId) -> bool {
        self.chosen == Some(*person)
    }
}

async fn mail_page(
    state: &State,
    me: &app::sign_in::Current,
    id: i64,
) -> Result<MailPage, PageFailure> {
    let detail = state.app.mail(&me.caller, MailId(id)).await?;
    Ok(MailPage {
        layout: Layout::new(me, "/mailbox", "一封来信", &[("/mailbox", "来信")]),
        chosen: detail.mail.person,
        detail,
        note: String::new(),
        refusals: Refusals::default(),
        conflict: None,
    })
}

async fn mail(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
) -> Result<Response, PageFailure> {
    show(&mail_page(&state, &me, id).await?)
}

fn mail_refused(mut page: MailPage, error: app::Error) -> Result<Response, PageFailure> {
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

async fn assign(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    // What is no number is nobody's.
    let person = PersonId(fields.text("person").parse().unwrap_or(0));
    let version = fields.version();
    let done = state
        .app
        .assign_mail(&me.caller, MailId(id), version, person)
        .await;
    match done {
        Ok(()) => Ok(Redirect::to("/mailbox?done=mail-assigned").into_response()),
        Err(error) => {
            let mut page = mail_page(&state, &me, id).await?;
            page.chosen = Some(person);
            mail_refused(page, error)
        }
    }
}

async fn settle(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let (note, version) = (fields.text("note"), fields.version());
    let done = state
        .app
        .settle_mail(&me.caller, MailId(id), version, note)
        .await;
    match done {
        Ok(()) => Ok(Redirect::to("/mailbox?done=mail-settled").into_response()),
        Err(error) => {
            let mut page = mail_page(&state, &me, id).await?;
            page.note = note.to_owned();
            mail_refused(page, error)
        }
    }
}

async fn file(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, file)): Path<(i64, i64)>,
) -> Result<Response, PageFailure> {
    let file = state.app.mail_file(&me.caller, MailId(id), file).await?;
    // A stranger's file is never shown, only handed over.
    Ok(download(&file.name, "application/octet-stream", file.bytes))
}

#[derive(Template)]
#[template(path = "mailbox_settings.html")]
pub(crate) struct MailboxPage {
    pub layout: Layout,
    pub view: MailboxView,
    pub port: String,
    pub tls: String,
    pub refusals: Refusals,
    pub conflict: Option<Box<app::Conflict>>,
}

impl MailboxPage {
    pub fn ways(&self) -> [(&'static str, &'static str); 3] {
        [
            (MailTls::Implicit.word(), "TLS（通常用993端口）"),
            (MailTls::StartTls.word(), "STARTTLS（通常用143端口）"),
            (MailTls::Plain.word(), MailTls::Plain.label()),
        ]
    }

    pub fn password_hint(&self) -> &'static str {
        if self.view.has_password {
            "已保存，不再显示；不改请留空。服务器、端口或登录名改了须重新填写"
        } else {
            "加密保存，以后不再显示"
        }
    }

    pub fn looked(&self) -> String {
        match self.view.looked_at {
            Some(at) => format!("上次收信 {}", dates::print_minute(at)),
            None => "还没有收过信".to_owned(),
        }
    }
}

pub(crate) fn mailbox_page(layout: Layout, view: MailboxView) -> MailboxPage {
    MailboxPage {
        layout,
        port: view.account.port.to_string(),
        tls: view.account.tls.word().to_owned(),
        view,
        refusals: Refusals::default(),
        conflict: None,
    }
}

async fn page(state: &State, me: &app::sign_in::Current) -> Result<MailboxPage, PageFailure> {
    let layout = Layout::new(me, "/settings/mailbox", "收件邮箱", &[]);
    let view = state.app.mailbox_settings(&me.caller).await?;
    Ok(mailbox_page(layout, view))
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

fn typed(fields: &Fields) -> MailboxAccount {
    let text = |name: &str| fields.text(name).to_owned();
    MailboxAccount {
        host: text("host"),
        // What is no port is refused as one.
        port: fields.text("port").parse().unwrap_or(0),
        tls: MailTls::from_word(fields.text("tls")).unwrap_or(MailTls::Implicit),
        user: text("user"),
        folder: text("folder"),
        active: fields.ticked("active"),
    }
}

fn refused(mut page: MailboxPage, error: app::Error) -> Result<Response, PageFailure> {
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

async fn save(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let password = Some(fields.raw("password")).filter(|text| !text.is_empty());
    let account = typed(&fields);
    let save = SaveMailbox {
        version: fields.version(),
        account: account.clone(),
        password: password.map(ToOwned::to_owned),
    };
    match state.app.save_mailbox_settings(&me.caller, save).await {
        Ok(()) => Ok(Redirect::to("/settings/mailbox?done=mailbox").into_response()),
        Err(error) => {
            let mut page = page(&state, &me).await?;
            page.view.account = account;
            page.port = fields.text("port").to_owned();
            page.tls = fields.text("tls").to_owned();
            refused(page, error)
        }
    }
}

async fn test(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    match state.app.try_mailbox(&me.caller).await {
        Ok(_) => Ok(Redirect::to("/settings/mailbox?done=mailbox-test").into_response()),
        Err(error) => refused(page(&state, &me).await?, error),
    }
}
