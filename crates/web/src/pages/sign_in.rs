//! Signing in and out, and setting a password with a one-time secret.

use askama::Template;
use axum::{
    extract::State as Extract,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::CookieJar;

use crate::{
    State,
    access::Access,
    error::{Failure, PageFailure},
    form::{Form, OpenForm},
    layout::{Layout, Refusals, home_of, show_with},
    pages::query::Params,
    route::Area,
    session::{self, From, Me},
};

pub(crate) fn area(area: Area) -> Area {
    area.get("/sign-in", Access::Public, ask)
        .post("/sign-in", Access::Public, sign_in)
        .get("/activate", Access::Public, ask_activation)
        .post("/activate", Access::Public, activate)
        .post("/sign-out", Access::EvenPasswordDue, sign_out)
}

#[derive(Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInPage {
    pub layout: Layout,
    pub token: String,
    pub login: String,
    pub next: String,
    pub refusals: Refusals,
}

async fn ask(
    Extract(state): Extract<State>,
    params: Params,
    jar: CookieJar,
) -> Result<Response, PageFailure> {
    let (jar, token) = session::form_token(&state, jar);
    let next = local(params.get("next").unwrap_or_default()).to_owned();
    let layout = Layout::plain("登录")
        .shown(state.app.shown().await?)
        .done(params.get("done"));
    let page = SignInPage {
        layout,
        token,
        login: String::new(),
        next,
        refusals: Refusals::default(),
    };
    Ok((jar, show_with(StatusCode::OK, &page)?).into_response())
}

async fn sign_in(
    Extract(state): Extract<State>,
    From(origin): From,
    jar: CookieJar,
    OpenForm(fields): OpenForm,
) -> Result<Response, PageFailure> {
    if !session::form_token_fits(&jar, fields.raw("csrf")) {
        return Err(Failure::forbidden("页面已过期，请返回登录页刷新后再登录").into());
    }
    let next = local(fields.text("next")).to_owned();
    match state
        .app
        .sign_in(fields.text("login"), fields.raw("password"), &origin)
        .await
    {
        Ok(signed_in) => {
            let jar = session::begin(&state, jar, signed_in.token);
            let caller = domain::person::Caller::new(signed_in.person, origin.address);
            let target = if next.is_empty() || next == "/" {
                home_of(&caller).to_owned()
            } else {
                next
            };
            Ok((jar, Redirect::to(&target)).into_response())
        }
        Err(app::Error::Invalid(invalid)) => {
            let (jar, token) = session::form_token(&state, jar);
            let login = fields.text("login").chars().take(64).collect();
            let page = SignInPage {
                layout: Layout::plain("登录").shown(state.app.shown().await?),
                token,
                login,
                next,
                refusals: invalid.into(),
            };
            Ok((jar, show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// An address of our own to go on to; empty for anything else.
fn local(next: &str) -> &str {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control);
    if ours { next } else { "" }
}

async fn sign_out(
    Extract(state): Extract<State>,
    Me(me): Me,
    jar: CookieJar,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    if let Some(token) = session::token(&jar) {
        state.app.sign_out(&token, &me.caller).await?;
    }
    Ok((session::end(jar), Redirect::to("/sign-in")).into_response())
}

#[derive(Template)]
#[template(path = "activate.html")]
pub(crate) struct ActivatePage {
    pub layout: Layout,
    pub token: String,
    pub secret: String,
    pub rule: String,
    pub refusals: Refusals,
}

async fn ask_activation(
    Extract(state): Extract<State>,
    jar: CookieJar,
) -> Result<Response, PageFailure> {
    let (jar, token) = session::form_token(&state, jar);
    let page = ActivatePage {
        layout: Layout::plain("设置口令"),
        token,
        secret: String::new(),
        rule: state.app.password_rule().await?,
        refusals: Refusals::default(),
    };
    Ok((jar, show_with(StatusCode::OK, &page)?).into_response())
}

async fn activate(
    Extract(state): Extract<State>,
    From(origin): From,
    jar: CookieJar,
    OpenForm(fields): OpenForm,
) -> Result<Response, PageFailure> {
    if !session::form_token_fits(&jar, fields.raw("csrf")) {
        return Err(Failure::forbidden("页面已过期，请返回上一页刷新后再提交").into());
    }
    let secret = fields.text("secret").to_owned();
    match state
        .app
        .activate(
            &secret,
            fields.raw("password"),
            fields.raw("repeated"),
            &origin,
        )
        .await
    {
        Ok(_) => Ok(Redirect::to("/sign-in?done=activated").into_response()),
        Err(app::Error::Invalid(invalid)) => {
            let (jar, token) = session::form_token(&state, jar);
            let page = ActivatePage {
                layout: Layout::plain("设置口令"),
                token,
                secret,
                rule: state.app.password_rule().await?,
                refusals: invalid.into(),
            };
            Ok((jar, show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_our_own_addresses_follow_sign_in() {
        assert_eq!(local("/completion?year=2017"), "/completion?year=2017");
        for foreign in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(local(foreign), "");
        }
    }
}
