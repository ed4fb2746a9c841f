//! JSON bodies: refused in Chinese, by field where the field can be named.

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use serde::de::DeserializeOwned;

use super::objects::Objects;
use crate::{
    State,
    error::{ApiFailure, Failure},
};

/// Bytes of a JSON body at most.
const MOST: usize = 2 * 1024 * 1024;

/// A NUL as JSON writes it: in no text a person types, and PostgreSQL stores none.
const NUL: &[u8] = b"\\u0000";

/// A JSON body. Unknown fields are refused where the type says so, arrays where it is a struct.
pub(crate) struct ApiJson<T>(pub T);

impl<T: DeserializeOwned> FromRequest<State> for ApiJson<T> {
    type Rejection = ApiFailure;

    async fn from_request(request: Request, _: &State) -> Result<Self, Self::Rejection> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !kind.starts_with("application/json") {
            return Err(said(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "请以 application/json 提交",
            )
            .into());
        }
        let body = to_bytes(request.into_body(), MOST)
            .await
            .map_err(|_| app::Error::TooLarge)?;
        if body.windows(NUL.len()).any(|part| part == NUL) {
            return Err(Failure::invalid("body", "文字里有看不见的空字符，请去掉后再提交").into());
        }
        let mut json = serde_json::Deserializer::from_slice(&body);
        let body = serde_path_to_error::deserialize(Objects(&mut json))
            .map_err(|error| refused(&error.path().to_string(), error.inner()))?;
        json.end().map_err(|error| refused("", &error))?;
        Ok(Self(body))
    }
}

fn said(status: StatusCode, detail: &str) -> Failure {
    Failure {
        status,
        detail: detail.to_owned(),
        ..Failure::invalid("body", detail)
    }
}

/// `path` is where it stands, `rows[0].amount`; `.` or nothing for the whole.
fn refused(path: &str, error: &serde_json::Error) -> Failure {
    if !error.is_data() {
        let detail = format!(
            "提交的不是有效的 JSON（第{}行第{}列），请核对",
            error.line(),
            error.column()
        );
        return said(StatusCode::BAD_REQUEST, &detail);
    }
    let message = error.to_string();
    let named = message.split('`').nth(1).unwrap_or("body");
    if message.starts_with("unknown field") {
        return Failure::invalid(
            named,
            format!("没有“{named}”这个字段，或不允许提交，请去掉"),
        );
    }
    if message.starts_with("missing field") {
        return Failure::invalid(named, format!("缺少“{named}”字段，请补上"));
    }
    let (line, column) = (error.line(), error.column());
    match path.trim_matches('.') {
        "" => Failure::invalid(
            "body",
            format!("字段的类型或写法不对（第{line}行第{column}列），请对照接口说明核对"),
        ),
        field => Failure::invalid(
            field,
            format!("“{field}”的类型或写法不对（第{line}行第{column}列），请对照接口说明核对"),
        ),
    }
}
