//! 消息: what one is reminded of; how one is reminded, and the calendar feed, stand on the account page.

use app::{
    reminders::{Contact, InboxView, MyReminders},
    sign_in::Current,
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Instant, ReminderId, dates,
    person::Invalid,
    reminder::{Preferences, Stage, StageKind, print_minute_of_day, read_minute},
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, show, show_with},
    pages::{account, query::Params},
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    area.get("/inbox", Access::SignedIn, inbox)
        .post("/inbox/read-all", Access::SignedIn, read_all)
        .post("/inbox/{id}/read", Access::SignedIn, read)
        .post("/account/contact", Access::SignedIn, save_contact)
        .post("/account/reminders", Access::SignedIn, save_preferences)
        .post("/account/feed", Access::SignedIn, make_feed)
        .post("/account/feed/revoke", Access::SignedIn, revoke_feed)
        .get("/calendar/feed/{file}", Access::Public, feed)
}

#[derive(Template)]
#[template(path = "inbox.html")]
pub(crate) struct InboxPage {
    pub layout: Layout,
    pub view: InboxView,
    pub unread_only: bool,
}

impl InboxPage {
    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    /// How urgent a stage looks, with its word.
    pub fn look(&self, stage: &i64) -> (&'static str, String) {
        let stage = Stage::of_offset(*stage);
        let look = match stage.kind() {
            StageKind::Week => "info",
            StageKind::Three => "wait",
            StageKind::Today | StageKind::Overdue => "late",
        };
        (look, stage.label())
    }
}

async fn inbox(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    let unread_only = params.get("show") == Some("unread");
    show(&InboxPage {
        layout: Layout::new(&me, "/inbox", "消息", &[]).done(params.get("done")),
        view: state.app.inbox(&me.caller, unread_only).await?,
        unread_only,
    })
}

async fn read_all(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    state.app.read_all_reminders(&me.caller).await?;
    Ok(Redirect::to("/inbox?done=inbox-read").into_response())
}

async fn read(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let reminder = state.app.read_reminder(&me.caller, ReminderId(id)).await?;
    let to = if fields.ticked("stay") {
        "/inbox"
    } else {
        reminder.link.as_str()
    };
    Ok(Redirect::to(to).into_response())
}

/// How one is reminded, as the account page shows it: texts, because what was typed stays.
pub(crate) struct Mine {
    pub view: MyReminders,
    pub email: String,
    pub phone: String,
    pub contact_version: i64,
    pub digest_at: String,
    pub quiet_from: String,
    pub quiet_to: String,
    pub feed_url: Option<String>,
}

impl Mine {
    pub fn of(view: MyReminders) -> Self {
        let text = |minute: Option<i64>| minute.map(print_minute_of_day).unwrap_or_default();
        let quiet = view.preferences.quiet.unzip();
        Self {
            email: view.contact.email.clone(),
            phone: view.contact.phone.clone(),
            contact_version: view.contact.version,
            digest_at: text(view.preferences.digest_at),
            quiet_from: text(quiet.0),
            quiet_to: text(quiet.1),
            feed_url: None,
            view,
        }
    }

    /// Stages that stay in the inbox whatever one wants.
    pub fn mandatory(&self) -> String {
        let stages = self.view.rules.mandatory_inbox.iter();
        stages
            .map(|stage| stage.label())
            .collect::<Vec<_>>()
            .join("、")
    }

    /// Stages that are mailed whatever one wants.
    pub fn mandatory_mail(&self) -> String {
        let stages = self.view.rules.mandatory_email.iter();
        stages
            .map(|stage| stage.label())
            .collect::<Vec<_>>()
            .join("、")
    }

    pub fn feed_made(&self) -> String {
        self.view
            .feed_made_at
            .map(dates::print_minute)
            .unwrap_or_default()
    }
}

/// Reads a time of day; blank is none.
fn minute(text: &str, field: &str, invalid: &mut Invalid) -> Option<i64> {
    if text.is_empty() {
        return None;
    }
    match read_minute(text) {
        Ok(minute) => Some(minute),
        Err(why) => {
            invalid.add(field, why);
            None
        }
    }
}

/// What a person wants, out of texts.
pub(crate) fn read_preferences(
    inbox: bool,
    email: bool,
    digest_at: &str,
    quiet: (&str, &str),
) -> Result<Preferences, Invalid> {
    let mut invalid = Invalid::default();
    let digest_at = minute(digest_at, "digest_at", &mut invalid);
    let (from, to) = (
        minute(quiet.0, "quiet_from", &mut invalid),
        minute(quiet.1, "quiet_to", &mut invalid),
    );
    if quiet.0.is_empty() != quiet.1.is_empty() {
        let field = if quiet.0.is_empty() {
            "quiet_from"
        } else {
            "quiet_to"
        };
        invalid.add(field, "免打扰的开始、结束时间请都填写，或都留空");
    }
    invalid.into_result()?;
    Ok(Preferences {
        inbox,
        email,
        digest_at,
        quiet: from.zip(to),
    })
}

/// The account page again, with what was typed and what is wrong with it.
async fn again(
    state: &State,
    me: &Current,
    fields: &Fields,
    error: app::Error,
) -> Result<Response, PageFailure> {
    let mut page = account::account_page(state, me).await?;
    let mine = &mut page.mine;
    if fields.has("email_address") {
        (mine.email, mine.phone) = (
            fields.text("email_address").into(),
            fields.text("phone").into(),
        );
    } else {
        mine.view.preferences.inbox = fields.ticked("inbox");
        mine.view.preferences.email = fields.ticked("email");
        mine.digest_at = fields.text("digest_at").into();
        mine.quiet_from = fields.text("quiet_from").into();
        mine.quiet_to = fields.text("quiet_to").into();
    }
    match error {
        app::Error::Invalid(mut invalid) => {
            for (field, _) in &mut invalid.fields {
                if field == "email" {
                    *field = "email_address".into();
                }
            }
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

async fn save_contact(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let contact = Contact {
        email: fields.text("email_address").to_owned(),
        phone: fields.text("phone").to_owned(),
        version: fields.version(),
    };
    let id = me.caller.person.id;
    match state.app.save_contact(&me.caller, id, contact).await {
        Ok(()) => Ok(Redirect::to("/account?done=contact#reminders").into_response()),
        Err(error) => again(&state, &me, &fields, error).await,
    }
}

async fn save_preferences(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let wanted = read_preferences(
        fields.ticked("inbox"),
        fields.ticked("email"),
        fields.text("digest_at"),
        (fields.text("quiet_from"), fields.text("quiet_to")),
    );
    let saved = match wanted {
        Ok(wanted) => {
            let version = fields.version();
            state
                .app
                .save_my_reminders(&me.caller, version, &wanted)
                .await
        }
        Err(invalid) => Err(invalid.into()),
    };
    match saved {
        Ok(()) => Ok(Redirect::to("/account?done=reminders#reminders").into_response()),
        Err(error) => again(&state, &me, &fields, error).await,
    }
}

/// Where a feed is reached: the address users see, else the one this request came to.
pub(crate) fn feed_url(state: &State, headers: &HeaderMap, token: &str) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    let base = state
        .options
        .public_url
        .clone()
        .unwrap_or_else(|| format!("http://{host}"));
    format!("{base}/calendar/feed/{token}.ics")
}

async fn make_feed(
    Extract(state): Extract<State>,
    Me(me): Me,
    headers: HeaderMap,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    let token = state.app.make_feed(&me.caller).await?;
    let mut page = account::account_page(&state, &me).await?;
    page.mine.feed_url = Some(feed_url(&state, &headers, &token));
    show(&page)
}

async fn revoke_feed(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    state.app.revoke_feed(&me.caller).await?;
    Ok(Redirect::to("/account?done=feed-revoked#reminders").into_response())
}

/// The feed: no sign-in, the token is the key. What has not changed is not sent again.
async fn feed(
    Extract(state): Extract<State>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageFailure> {
    let token = file.strip_suffix(".ics").ok_or(app::Error::NotFound)?;
    let feed = state.app.calendar_feed(token).await?;
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok())
        .unwrap_or_default();
    let tags = [
        (header::ETAG, feed.etag.clone()),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    if known
        .split(',')
        .any(|tag| tag.trim().trim_start_matches("W/") == feed.etag)
    {
        return Ok((StatusCode::NOT_MODIFIED, tags).into_response());
    }
    let kind = [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")];
    Ok((tags, kind, feed.text).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_refused_at_their_field() {
        let wrong = read_preferences(true, true, "25:00", ("22:00", "")).unwrap_err();
        assert!(wrong.first("digest_at").is_some() && wrong.first("quiet_to").is_some());
        let none = read_preferences(true, false, "", ("", "")).unwrap();
        assert_eq!(
            (none.quiet, none.digest_at, none.email),
            (None, None, false)
        );
    }
}
