//! Who is asking: the session cookie, the API token, and what forms must bring back.

use std::net::SocketAddr;

use app::sign_in::{Current, Origin};
use axum::{
    extract::{ConnectInfo, FromRequestParts, Request},
    http::{HeaderMap, Method, header, request::Parts},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use subtle::ConstantTimeEq;

use crate::{State, error::Failure, route::Door};

/// The session cookie.
const COOKIE: &str = "zs_session";
/// The cookie that sign-in forms are compared with: there is no session yet.
const FORM_COOKIE: &str = "zs_form";

/// The signed-in person of a request; [`crate::access::guard`] has put it there.
pub(crate) struct Me(pub Current);

impl FromRequestParts<State> for Me {
    type Rejection = crate::error::PageFailure;

    async fn from_request_parts(parts: &mut Parts, _: &State) -> Result<Self, Self::Rejection> {
        let current = parts.extensions.get::<Current>().cloned();
        current
            .map(Self)
            .ok_or_else(|| Failure::unauthorized().into())
    }
}

/// Where the request comes from.
pub(crate) fn origin(state: &State, headers: &HeaderMap, connection: Option<SocketAddr>) -> Origin {
    let text = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let forwarded = text("x-forwarded-for");
    // The last entry is the one our own proxy wrote.
    let forwarded = forwarded
        .rsplit(',')
        .next()
        .map(str::trim)
        .filter(|address| state.options.trust_forwarded && !address.is_empty());
    let address = forwarded.map_or_else(
        || connection.map_or_else(String::new, |peer| peer.ip().to_string()),
        |address| address.chars().take(64).collect(),
    );
    Origin {
        address,
        user_agent: text(header::USER_AGENT.as_str()),
    }
}

pub(crate) fn connection(extensions: &axum::http::Extensions) -> Option<SocketAddr> {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0)
}

/// The session of a request, by cookie, or at the API's door by token.
pub(crate) async fn current(
    state: &State,
    door: Door,
    headers: &HeaderMap,
    peer: Option<SocketAddr>,
) -> app::Result<Option<Current>> {
    let origin = origin(state, headers, peer);
    if door == Door::Api
        && let Some(value) = headers.get(header::AUTHORIZATION)
    {
        let token = value
            .to_str()
            .ok()
            .and_then(|text| text.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        return match token {
            Some((_, token)) => state.app.token(token.trim(), &origin).await,
            None => Ok(None),
        };
    }
    match CookieJar::from_headers(headers).get(COOKIE) {
        Some(cookie) => state.app.session(cookie.value(), &origin).await,
        None => Ok(None),
    }
}

/// At the API's door a browser's session may only change something with its own header; tokens need none.
pub(crate) fn api_csrf(current: &Current, request: &Request) -> Option<Failure> {
    let by_token = current.csrf.is_empty();
    if by_token || matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let brought = request
        .headers()
        .get("x-csrf-token")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    (!same(brought, &current.csrf))
        .then(|| Failure::forbidden("缺少或错误的 X-CSRF-Token；程序调用请改用 API 令牌"))
}

/// Compares secrets without telling by time where they differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    !b.is_empty() && bool::from(a.as_bytes().ct_eq(b.as_bytes()))
}

/// The session token of a request, to end it.
pub(crate) fn token(jar: &CookieJar) -> Option<String> {
    jar.get(COOKIE).map(|cookie| cookie.value().to_owned())
}

/// The request's cookies with the session begun.
pub(crate) fn begin(state: &State, jar: CookieJar, token: String) -> CookieJar {
    jar.add(cookie(state, COOKIE, token))
        .remove(Cookie::build(FORM_COOKIE).path("/"))
}

/// The request's cookies with the session ended.
pub(crate) fn end(jar: CookieJar) -> CookieJar {
    jar.remove(Cookie::build(COOKIE).path("/"))
}

/// What a sign-in form must bring back: kept in a cookie of its own, made when there is none.
pub(crate) fn form_token(state: &State, jar: CookieJar) -> (CookieJar, String) {
    if let Some(cookie) = jar
        .get(FORM_COOKIE)
        .filter(|cookie| cookie.value().len() == 64)
    {
        let value = cookie.value().to_owned();
        return (jar, value);
    }
    let value = state.app.fresh_token();
    (jar.add(cookie(state, FORM_COOKIE, value.clone())), value)
}

/// Whether a sign-in form brought back its token.
pub(crate) fn form_token_fits(jar: &CookieJar, brought: &str) -> bool {
    jar.get(FORM_COOKIE)
        .is_some_and(|cookie| same(brought, cookie.value()))
}

fn cookie(state: &State, name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(state.options.over_tls())
        .build()
}

/// Where a request comes from, as an extractor.
pub(crate) struct From(pub Origin);

impl FromRequestParts<State> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Self::Rejection> {
        Ok(Self(origin(
            state,
            &parts.headers,
            connection(&parts.extensions),
        )))
    }
}
