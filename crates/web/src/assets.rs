//! The built front end, inside the binary.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

use crate::{access::Access, route::Area};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../frontend/dist"]
struct Dist;

/// Name → content hash, so that browsers keep a file until it changes.
static HASHES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let manifest = Dist::get("manifest.json");
    manifest
        .and_then(|file| serde_json::from_slice(&file.data).ok())
        .unwrap_or_default()
});

pub(crate) fn area(area: Area) -> Area {
    area.get("/assets/{name}", Access::Public, asset)
        .get("/favicon.ico", Access::Public, favicon)
        .get("/healthz", Access::Public, healthy)
}

/// The address of a built file.
pub(crate) fn url(name: &str) -> String {
    match HASHES.get(name) {
        Some(hash) => format!("/assets/{name}?v={hash}"),
        None => format!("/assets/{name}"),
    }
}

async fn asset(Path(name): Path<String>) -> Response {
    serve(&name)
}

async fn favicon() -> Response {
    serve("favicon.svg")
}

fn serve(name: &str) -> Response {
    let Some(file) = Dist::get(name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let headers = [
        (header::CONTENT_TYPE, kind.to_string()),
        (
            header::CACHE_CONTROL,
            "public, max-age=31536000, immutable".to_owned(),
        ),
    ];
    (headers, file.data).into_response()
}

/// For load balancers and tests: the process answers, and so does its database.
async fn healthy(axum::extract::State(state): axum::extract::State<crate::State>) -> Response {
    match state.app.ready().await {
        Ok(()) => "ok".into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
