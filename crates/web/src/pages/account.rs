//! 我的账号: own sessions, API tokens, password. The password page is open to those who must change it first.

use app::{
    account::{Account, SessionLine},
    sign_in::Current,
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Instant, dates};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::Form,
    layout::{Layout, Refusals, show, show_with},
    pages::{inbox::Mine, query::Params},
    route::Area,
    session::{From, Me},
};

pub(crate) fn area(area: Area) -> Area {
    area.get("/account", Access::SignedIn, account)
        .post("/account/sessions/end-others", Access::SignedIn, end_others)
        .post("/account/sessions/{name}/end", Access::SignedIn, end_one)
        .post("/account/tokens", Access::SignedIn, create_token)
        .post(
            "/account/tokens/{id}/revoke",
            Access::SignedIn,
            revoke_token,
        )
        .get("/account/password", Access::EvenPasswordDue, ask_password)
        .post(
            "/account/password",
            Access::EvenPasswordDue,
            change_password,
        )
}

#[derive(Template)]
#[template(path = "account.html")]
pub(crate) struct AccountPage {
    pub layout: Layout,
    pub login: String,
    pub account: Account,
    pub secret: Option<String>,
    pub label: String,
    pub days: String,
    pub mine: Mine,
    pub refusals: Refusals,
    pub conflict: Option<Box<app::Conflict>>,
}

impl AccountPage {
    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    pub fn browser(&self, session: &SessionLine) -> String {
        browser_in_words(&session.user_agent)
    }

    pub fn password_set(&self) -> String {
        self.account
            .password_set_at
            .map_or_else(|| "还没有设置".to_owned(), dates::print_minute)
    }

    pub fn others(&self) -> bool {
        self.account.sessions.iter().any(|session| !session.this)
    }
}

/// A browser as people call it.
fn browser_in_words(user_agent: &str) -> String {
    let first = |known: &[(&str, &'static str)]| {
        known
            .iter()
            .find(|(sign, _)| user_agent.contains(sign))
            .map(|(_, word)| *word)
    };
    let browser = first(&[
        ("MicroMessenger", "微信"),
        ("Edg", "Edge"),
        ("QQBrowser", "QQ浏览器"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome 或同类浏览器"),
        ("Safari", "Safari"),
    ]);
    let system = first(&[
        ("Android", "安卓"),
        ("iPhone", "苹果手机"),
        ("iPad", "苹果平板"),
        ("Windows", "Windows"),
        ("Mac OS", "苹果电脑"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}（{system}）"),
        (Some(word), None) | (None, Some(word)) => word.to_owned(),
        (None, None) => "未知的浏览器".to_owned(),
    }
}

pub(crate) async fn account_page(state: &State, me: &Current) -> Result<AccountPage, PageFailure> {
    let account = state.app.account(me).await?;
    Ok(AccountPage {
        layout: Layout::new(me, "/account", "我的账号", &[]),
        login: me.caller.person.login.clone(),
        label: String::new(),
        days: account.token_days.min(90).to_string(),
        account,
        secret: None,
        mine: Mine::of(state.app.my_reminders(&me.caller).await?),
        refusals: Refusals::default(),
        conflict: None,
    })
}

async fn account(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    let mut page = account_page(&state, &me).await?;
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

async fn end_others(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    state.app.end_other_sessions(&me).await?;
    Ok(Redirect::to("/account?done=sessions-ended").into_response())
}

async fn end_one(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(name): Path<String>,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    state.app.end_session(&me, &name).await?;
    Ok(Redirect::to("/account?done=session-ended").into_response())
}

async fn create_token(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let (label, days) = (fields.text("label"), fields.text("days"));
    let made = state
        .app
        .create_own_token(&me, label, days.parse().ok())
        .await;
    let mut page = account_page(&state, &me).await?;
    match made {
        Ok(secret) => {
            page.secret = Some(secret);
            show(&page)
        }
        Err(app::Error::Invalid(invalid)) => {
            (page.label, page.days) = (label.to_owned(), days.to_owned());
            page.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn revoke_token(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    state.app.revoke_own_token(&me, id).await?;
    Ok(Redirect::to("/account?done=token-revoked").into_response())
}

#[derive(Template)]
#[template(path = "password.html")]
pub(crate) struct PasswordPage {
    pub layout: Layout,
    pub due: Option<String>,
    pub rule: String,
    pub history: i64,
    pub refusals: Refusals,
}

async fn password_page(state: &State, me: &Current) -> Result<PasswordPage, PageFailure> {
    let policy = state.app.account(me).await?.policy;
    let mut layout = Layout::new(me, "/account", "更换口令", &[("/account", "我的账号")]);
    if me.password_due.is_some() {
        // Nothing else is open until it is done.
        layout.nav = Vec::new();
        layout.crumbs = Vec::new();
    }
    Ok(PasswordPage {
        layout,
        due: me.password_due.map(|due| due.sentence()),
        rule: policy.sentence(),
        history: policy.history,
        refusals: Refusals::default(),
    })
}

async fn ask_password(Extract(state): Extract<State>, Me(me): Me) -> Result<Response, PageFailure> {
    show(&password_page(&state, &me).await?)
}

async fn change_password(
    Extract(state): Extract<State>,
    Me(me): Me,
    From(origin): From,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let changed = state
        .app
        .change_password(
            &me,
            fields.raw("old_password"),
            fields.raw("password"),
            fields.raw("repeated"),
            &origin,
        )
        .await;
    match changed {
        Ok(()) => Ok(Redirect::to("/account?done=password").into_response()),
        Err(app::Error::Invalid(invalid)) => {
            let mut page = password_page(&state, &me).await?;
            page.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::browser_in_words;

    #[test]
    fn browsers_have_their_names() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0";
        assert_eq!(browser_in_words(edge), "Edge（Windows）");
        assert_eq!(browser_in_words("curl/8"), "未知的浏览器");
    }
}
