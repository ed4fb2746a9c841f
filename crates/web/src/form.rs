//! Forms: urlencoded with the session's token, and uploads.

use app::sign_in::Current;
use axum::{
    body::to_bytes,
    extract::{FromRequest, Multipart, Request},
    http::{StatusCode, header},
};
use domain::person::Invalid;
use std::collections::BTreeMap;

use crate::{
    State,
    error::{Failure, PageFailure},
    session,
};

/// Bytes of a form without files at most.
const FORM_MOST: usize = 512 * 1024;
/// Bytes of a table of many rows at most.
const TABLE_MOST: usize = 8 * 1024 * 1024;
/// Bytes of a field beside a file at most.
const FIELD_MOST: usize = 64 * 1024;
/// Fields beside a file at most.
const FIELDS_MOST: usize = 20;
/// Field that brings the session's token back.
const CSRF: &str = "csrf";

/// The fields of a posted form.
#[derive(Debug, Default, Clone)]
pub(crate) struct Fields(BTreeMap<String, Vec<String>>);

impl Fields {
    /// The value of a field, trimmed; empty when it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.0
            .get(name)
            .and_then(|values| values.first())
            .map_or("", |value| value.trim())
    }

    /// The value of a field when it is filled in.
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// The value of a field as sent: for passwords.
    pub fn raw(&self, name: &str) -> &str {
        self.0
            .get(name)
            .and_then(|values| values.first())
            .map_or("", String::as_str)
    }

    /// All values of a field.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.get(name).into_iter().flatten().map(String::as_str)
    }

    /// Whether a field was sent at all, also empty.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// The version a save was made from; one that is not a number fits no version.
    pub fn version(&self) -> i64 {
        self.text("version").parse().unwrap_or(-1)
    }

    /// Sets a field to one value, as a browser would send it.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), vec![value.into()]);
    }

    /// Takes a field out with all its values.
    pub fn take(&mut self, name: &str) -> Vec<String> {
        self.0.remove(name).unwrap_or_default()
    }

    /// The names of all fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Names and values, without the session's token.
    pub fn into_map(mut self) -> BTreeMap<String, Vec<String>> {
        self.0.remove(CSRF);
        self.0
    }

    /// Fields of names and values that were kept.
    pub fn of_map(map: BTreeMap<String, Vec<String>>) -> Self {
        Self(map)
    }

    pub(crate) fn parse(body: &[u8]) -> Self {
        let mut fields = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            // NUL is in no text a person types, and PostgreSQL stores none.
            fields
                .0
                .entry(name.into_owned())
                .or_default()
                .push(value.replace('\0', ""));
        }
        fields
    }
}

/// A form of a signed-in person; its token is checked before the handler sees it.
pub(crate) struct Form(pub Fields);

impl FromRequest<State> for Form {
    type Rejection = PageFailure;

    async fn from_request(request: Request, state: &State) -> Result<Self, Self::Rejection> {
        let current = request.extensions().get::<Current>().cloned();
        let OpenForm(fields) = OpenForm::from_request(request, state).await?;
        check(current.as_ref(), fields.raw(CSRF))?;
        Ok(Self(fields))
    }
}

/// As [`Form`], for a table of many rows.
pub(crate) struct TableForm(pub Fields);

impl FromRequest<State> for TableForm {
    type Rejection = PageFailure;

    async fn from_request(request: Request, _: &State) -> Result<Self, Self::Rejection> {
        let current = request.extensions().get::<Current>().cloned();
        let fields = read_form(request, TABLE_MOST).await?;
        check(current.as_ref(), fields.raw(CSRF))?;
        Ok(Self(fields))
    }
}

/// A form without a session: sign-in and activation check their own token.
pub(crate) struct OpenForm(pub Fields);

impl FromRequest<State> for OpenForm {
    type Rejection = PageFailure;

    async fn from_request(request: Request, _: &State) -> Result<Self, Self::Rejection> {
        read_form(request, FORM_MOST).await.map(Self)
    }
}

async fn read_form(request: Request, most: usize) -> Result<Fields, PageFailure> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        // Without the form there is no token either.
        return Err(Failure::forbidden("请从页面上的表单提交").into());
    }
    let body = to_bytes(request.into_body(), most)
        .await
        .map_err(|_| app::Error::TooLarge)?;
    Ok(Fields::parse(&body))
}

fn check(current: Option<&Current>, brought: &str) -> Result<(), PageFailure> {
    match current {
        Some(current) if session::same(brought, &current.csrf) => Ok(()),
        _ => Err(Failure::forbidden("页面已过期，请返回上一页刷新后再提交").into()),
    }
}

/// An uploaded file.
pub(crate) struct Upload {
    pub file_name: String,
    pub bytes: Vec<u8>,
}

/// What a signed-in person uploaded, with the form's token checked; refusals are the page's to show at its field.
pub(crate) struct Uploaded(pub Result<Upload, Invalid>);

/// As [`Uploaded`], with the other fields of the form.
pub(crate) struct UploadedWith(pub Result<Upload, Invalid>, pub Fields);

impl FromRequest<State> for UploadedWith {
    type Rejection = PageFailure;

    async fn from_request(request: Request, state: &State) -> Result<Self, Self::Rejection> {
        let current = request.extensions().get::<Current>().cloned();
        let Ok(parts) = Multipart::from_request(request, state).await else {
            return Err(Failure::forbidden("请从页面上的表单提交").into());
        };
        let parts = read_parts(parts, state.options.upload_most).await?;
        check(current.as_ref(), &parts.csrf)?;
        Ok(Self(parts.file, parts.fields))
    }
}

impl FromRequest<State> for Uploaded {
    type Rejection = PageFailure;

    async fn from_request(request: Request, state: &State) -> Result<Self, Self::Rejection> {
        let current = request.extensions().get::<Current>().cloned();
        let Ok(parts) = Multipart::from_request(request, state).await else {
            return Err(Failure::forbidden("请从页面上的表单提交").into());
        };
        let parts = read_parts(parts, state.options.upload_most).await?;
        check(current.as_ref(), &parts.csrf)?;
        Ok(Self(parts.file))
    }
}

/// The parts of a form with a file.
pub(crate) struct Parts {
    pub csrf: String,
    pub file: Result<Upload, Invalid>,
    pub fields: Fields,
}

/// The token and the file among the parts of a form. What is beyond `most` bytes is read past, not kept.
pub(crate) async fn read_parts(mut parts: Multipart, most: usize) -> Result<Parts, Failure> {
    let mut read = Parts {
        csrf: String::new(),
        file: Err(Invalid::of("file", "请先选择要上传的文件")),
        fields: Fields::default(),
    };
    let mut total = 0_usize;
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(ToOwned::to_owned);
        let mut bytes = Vec::new();
        let mut too_large = false;
        while let Some(chunk) = part.chunk().await.map_err(broken)? {
            total += chunk.len();
            if total > most * PATIENCE {
                return Err(app::Error::TooLarge.into());
            }
            too_large |= bytes.len() + chunk.len() > most;
            if !too_large {
                bytes.extend_from_slice(&chunk);
            }
        }
        match (name.as_str(), file_name) {
            (CSRF, _) => read.csrf = String::from_utf8_lossy(&bytes).into_owned(),
            ("file", Some(_)) if too_large => read.file = Err(too_large_for(most)),
            // A browser sends an empty nameless file when none was chosen.
            ("file", Some(file_name)) if !(file_name.is_empty() && bytes.is_empty()) => {
                read.file = Ok(Upload { file_name, bytes });
            }
            (name, None)
                if !too_large && bytes.len() <= FIELD_MOST && read.fields.0.len() < FIELDS_MOST =>
            {
                let text = String::from_utf8_lossy(&bytes).replace('\0', "");
                let values = read.fields.0.entry(name.to_owned()).or_default();
                values.push(text);
            }
            _ => {}
        }
    }
    Ok(read)
}

/// Beyond this many times the limit nothing is read any more: the connection ends with 413.
const PATIENCE: usize = 3;

fn too_large_for(most: usize) -> Invalid {
    let most = most / (1024 * 1024);
    Invalid::of(
        "file",
        format!("文件超过 {most} MB，请删去图片和不相关的内容后再上传"),
    )
}

fn broken(error: axum::extract::multipart::MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return app::Error::TooLarge.into();
    }
    Failure::invalid("file", "上传的内容不完整，请重新选择文件后再上传")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_decoded() {
        let fields = Fields::parse(
            "a=1+2&b=%E6%B8%A9%E5%B7%9E&roles=x&roles=y&bad=%zz%4&nul=a%00b".as_bytes(),
        );
        assert_eq!(fields.text("a"), "1 2");
        assert_eq!(fields.text("b"), "温州");
        assert_eq!(fields.all("roles").collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(fields.text("bad"), "%zz%4");
        assert_eq!(fields.text("nul"), "ab");
        assert_eq!(fields.text("missing"), "");
    }
}
