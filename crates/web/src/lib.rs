//! Pages and API: parse, call the use case, render. Nothing is decided here.
//!
//! Routes are declared beside their handlers, each with what it needs ([`access::Access`]), and merged by area.
//! [`router`] makes the whole service, [`route_list`] names every route for the test that proves each one closed.

pub mod access;
mod api;
mod assets;
mod error;
mod form;
mod headers;
mod layout;
mod pages;
pub mod route;
#[cfg(test)]
mod samples;
mod session;

use app::App;
use axum::{Router, extract::DefaultBodyLimit, middleware};
use tower_http::{CompressionLevel, catch_panic::CatchPanicLayer, compression::CompressionLayer};

use route::{Area, Route};

/// How the service is reached.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address users see. With `https` cookies are sent over TLS only and HSTS is announced.
    pub public_url: Option<String>,
    /// Whether a proxy in front sets `X-Forwarded-For`.
    pub trust_forwarded: bool,
    /// Bytes of an uploaded file at most.
    pub upload_most: usize,
}

impl Options {
    fn over_tls(&self) -> bool {
        self.public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"))
    }
}

/// What handlers share.
#[derive(Clone)]
pub(crate) struct State {
    pub app: App,
    pub options: std::sync::Arc<Options>,
}

/// The whole service.
pub fn router(app: App, options: Options) -> Router {
    let state = State {
        app,
        options: std::sync::Arc::new(options),
    };
    let (api, _) = api::area(&state).into_parts();
    Router::new()
        .merge(pages(&state).into_router())
        .merge(api)
        .fallback(error::nowhere)
        // Each extractor counts for itself: a form little, an upload what the setting allows.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn(error::tidy))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            headers::secure,
        ))
        // The strongest compression would cost more processor time than all the rest of a page.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .with_state(state)
}

fn pages(state: &State) -> Area {
    Area::new(state)
        .merge(assets::area)
        .merge(pages::sign_in::area)
        .merge(pages::home::area)
        .merge(pages::completion::area)
        .merge(pages::exports::area)
        .merge(pages::explain::area)
        .merge(pages::targets::area)
        .merge(pages::compare::area)
        .merge(pages::funds::area)
        .merge(pages::plans::area)
        .merge(pages::publications::area)
        .merge(pages::imports::area)
        .merge(pages::intake::area)
        .merge(pages::units::area)
        .merge(pages::people::area)
        .merge(pages::audit::area)
        .merge(pages::calendar::area)
        .merge(pages::projects::area)
        .merge(pages::tables::area)
        .merge(pages::account::area)
        .merge(pages::settings::area)
        .merge(pages::duties::area)
        .merge(pages::first_talks::area)
        .merge(pages::returns::area)
        .merge(pages::reporting::area)
        .merge(pages::schedules::area)
        .merge(pages::cooperation::area)
        .merge(pages::inbox::area)
        .merge(pages::reminders::area)
        .merge(pages::sending::area)
        .merge(pages::mailbox::area)
        .merge(pages::events::area)
        .merge(pages::cohorts::area)
        .merge(pages::enterprise::area)
}

/// Every route of the service with what it needs.
pub fn route_list(app: App, options: Options) -> Vec<Route> {
    let state = State {
        app,
        options: std::sync::Arc::new(options),
    };
    let mut routes = pages(&state).into_routes();
    routes.extend(api::area(&state).into_routes());
    routes
}

/// The OpenAPI document of the service, as JSON.
pub fn openapi_json() -> String {
    let mut text = api::document().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}
