//! Who may call a route. Every route says so where it is declared; this layer holds it to that.

use axum::{
    extract::{Request, State as Extract},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::{permission::Action, person::PasswordDue};

use crate::{State, error, route::Door, session};

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing: sign-in, style sheets.
    Public,
    /// Anybody signed in: one's own account.
    SignedIn,
    /// Anybody signed in, also those who must change their password before anything else.
    EvenPasswordDue,
    /// A role that may do this; for others the route does not exist.
    Needs(Action),
}

/// What [`guard`] needs to know of its route.
#[derive(Clone)]
pub(crate) struct Rule {
    pub state: State,
    pub access: Access,
    pub door: Door,
}

/// Lets the request pass or answers for the route: sign in first, no such page, or not from another site.
pub(crate) async fn guard(
    Extract(rule): Extract<Rule>,
    mut request: Request,
    next: Next,
) -> Response {
    if request.uri().path().contains("%00") {
        // No address of ours holds a NUL, and PostgreSQL refuses to look for one.
        return error::problem_or_page(rule.door, app::Error::NotFound.into());
    }
    if from_another_site(request.method(), request.headers()) {
        return error::problem_or_page(
            rule.door,
            error::Failure::forbidden("请求来自其他网站，已拒绝；请从本系统的页面操作"),
        );
    }
    let current = match session::current(
        &rule.state,
        rule.door,
        request.headers(),
        session::connection(request.extensions()),
    )
    .await
    {
        Ok(current) => current,
        Err(failure) => return error::problem_or_page(rule.door, failure.into()),
    };
    if rule.access != Access::Public && current.is_none() {
        return please_sign_in(rule.door, &request);
    }
    if let Some(due) = current.as_ref().and_then(|current| current.password_due)
        && !matches!(rule.access, Access::Public | Access::EvenPasswordDue)
    {
        return password_first(rule.door, due);
    }
    if let (Access::Needs(action), Some(current)) = (rule.access, &current)
        && let Err(failure) = rule.state.app.permit(&current.caller, action).await
    {
        return error::problem_or_page(rule.door, failure.into());
    }
    if let Some(mut current) = current {
        if let Access::Needs(action) = rule.access {
            current.caller = current.caller.doing(action);
        }
        if rule.door == Door::Api
            && let Some(refusal) = session::api_csrf(&current, &request)
        {
            return error::problem_or_page(rule.door, refusal);
        }
        request.extensions_mut().insert(current);
    }
    next.run(request).await
}

/// Until the password is changed every other address leads to the page where that is done.
fn password_first(door: Door, due: PasswordDue) -> Response {
    match door {
        Door::Api => error::problem_or_page(door, error::Failure::forbidden(&due.sentence())),
        Door::Page => Redirect::to("/account/password").into_response(),
    }
}

fn please_sign_in(door: Door, request: &Request) -> Response {
    match door {
        Door::Api => error::problem_or_page(door, error::Failure::unauthorized()),
        Door::Page if request.method() == Method::GET => {
            let next = request
                .uri()
                .path_and_query()
                .map_or("/", |path| path.as_str());
            Redirect::to(&format!("/sign-in?next={}", crate::layout::encode(next))).into_response()
        }
        Door::Page => Redirect::to("/sign-in").into_response(),
    }
}

/// Browsers say where a request comes from; a change asked for by another site is refused before anything is read.
fn from_another_site(method: &Method, headers: &HeaderMap) -> bool {
    if method.is_safe() {
        return false;
    }
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = headers
        .get("sec-fetch-site")
        .and_then(|value| value.to_str().ok())
    {
        return !matches!(site, "same-origin" | "none");
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_none_or(|(_, from)| from != host),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    header::HeaderName::from_static(name),
                    header::HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn other_sites_cannot_change_anything() {
        let foreign = |pairs: &[(&'static str, &'static str)]| {
            from_another_site(&Method::POST, &headers(pairs))
        };
        assert!(foreign(&[("sec-fetch-site", "cross-site")]));
        assert!(foreign(&[("sec-fetch-site", "same-site")]));
        assert!(!foreign(&[("sec-fetch-site", "same-origin")]));
        assert!(foreign(&[
            ("origin", "http://evil.example"),
            ("host", "127.0.0.1:8080")
        ]));
        assert!(foreign(&[("origin", "null"), ("host", "127.0.0.1:8080")]));
        assert!(!foreign(&[
            ("origin", "http://127.0.0.1:8080"),
            ("host", "127.0.0.1:8080")
        ]));
        assert!(!foreign(&[]));
        assert!(!from_another_site(
            &Method::GET,
            &headers(&[("sec-fetch-site", "cross-site")])
        ));
    }
}
