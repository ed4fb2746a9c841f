//! Failures as people and programs see them: one place, plain Chinese, a reference number instead of internals.

use app::Conflict;
use askama::Template;
use axum::{
    Json,
    extract::Request,
    http::{StatusCode, Uri, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use domain::person::Invalid;
use serde::Serialize;

use crate::route::Door;

/// A failure on its way out.
#[derive(Debug)]
pub(crate) struct Failure {
    pub status: StatusCode,
    pub title: &'static str,
    pub detail: String,
    pub fields: Vec<(String, String)>,
    pub conflict: Option<Box<Conflict>>,
    /// The ETag now there, where it says more than the version.
    pub current_etag: Option<Box<str>>,
    pub reference: Option<String>,
}

impl Failure {
    fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            title,
            detail: detail.into(),
            fields: Vec::new(),
            conflict: None,
            current_etag: None,
            reference: None,
        }
    }

    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "请先登录",
            "没有登录或登录已过期；程序调用请在 Authorization 头里带上 API 令牌",
        )
    }

    pub fn forbidden(why: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "请求被拒绝", why)
    }

    pub fn invalid(field: &str, why: impl Into<String>) -> Self {
        Invalid::of(field, why).into()
    }

    pub fn precondition_required() -> Self {
        Self::new(
            StatusCode::PRECONDITION_REQUIRED,
            "缺少 If-Match",
            "修改前请先读取，并把读到的 ETag 放进 If-Match 头，以免覆盖他人的修改",
        )
    }

    /// What is said of a status that came without words: from the framework or a proxy layer.
    fn of_status(status: StatusCode) -> Self {
        let (title, detail) = match status.as_u16() {
            400 => ("请求格式不对", "请求的地址或内容格式不对，请核对后重试"),
            404 => (
                "没有这个页面",
                "没有这个页面，或您无权查看；请核对地址，或从左侧导航进入",
            ),
            405 => ("不支持这种操作", "这个地址不支持这种操作，请从页面上操作"),
            413 => ("内容太大", "提交的内容太大，请减小文件后再试"),
            415 => (
                "格式不支持",
                "提交的格式不支持，请从页面上操作，或按接口说明提交",
            ),
            422 => ("填写有误", "提交的内容有误，请核对后重试"),
            500.. => (
                "系统出错",
                "系统出了问题，数据没有改动；请稍后再试，仍不行请联系系统管理员",
            ),
            _ => ("请求无法处理", "请求无法处理，请核对后重试"),
        };
        Self::new(status, title, detail)
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        let detail = invalid
            .fields
            .first()
            .map_or_else(|| "填写有误，请核对".to_owned(), |(_, why)| why.clone());
        Self {
            fields: invalid.fields,
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "填写有误", detail)
        }
    }
}

impl From<app::Error> for Failure {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::Invalid(invalid) => invalid.into(),
            app::Error::NotFound => Self::of_status(StatusCode::NOT_FOUND),
            app::Error::TooLarge => Self::of_status(StatusCode::PAYLOAD_TOO_LARGE),
            app::Error::Conflict(conflict) => {
                let detail = format!(
                    "{}刚刚被他人修改过，请对照两个版本后重新提交",
                    conflict.what
                );
                Self {
                    conflict: Some(conflict),
                    ..Self::new(StatusCode::CONFLICT, "已被他人修改", detail)
                }
            }
            app::Error::Unavailable(why) => {
                let reference = logged("unavailable", &why);
                let detail = "系统正忙或数据库暂时连不上，刚才的操作没有生效；请稍后再试";
                Self {
                    reference: Some(reference),
                    ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "暂时无法处理", detail)
                }
            }
            app::Error::Lacking { say, why } => {
                let reference = logged("lacking", &why);
                Self {
                    reference: Some(reference),
                    ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "暂时无法处理", say)
                }
            }
            app::Error::Internal(why) => {
                let reference = logged("internal", &why);
                Self {
                    reference: Some(reference),
                    ..Self::of_status(StatusCode::INTERNAL_SERVER_ERROR)
                }
            }
        }
    }
}

/// Writes internals to the log once, under a number that the page shows.
fn logged(kind: &str, why: &str) -> String {
    static COUNTER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    let number = COUNTER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let reference = format!("{}-{number}", std::process::id());
    tracing::error!(reference, kind, why, "request failed");
    reference
}

/// A failure of a page handler.
pub(crate) struct PageFailure(pub Failure);

impl<E: Into<Failure>> From<E> for PageFailure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for PageFailure {
    fn into_response(self) -> Response {
        problem_or_page(Door::Page, self.0)
    }
}

/// A failure of an API handler.
pub(crate) struct ApiFailure(pub Failure);

impl<E: Into<Failure>> From<E> for ApiFailure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for ApiFailure {
    fn into_response(self) -> Response {
        problem_or_page(Door::Api, self.0)
    }
}

/// `application/problem+json` (RFC 9457).
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`.
    r#type: &'static str,
    /// Kind of failure, in Chinese.
    title: String,
    /// HTTP status.
    status: u16,
    /// One Chinese sentence that says what to do.
    detail: String,
    /// Refused fields.
    errors: Vec<FieldProblem>,
    /// Both versions, when somebody else saved first.
    #[serde(skip_serializing_if = "Option::is_none")]
    conflict: Option<ConflictProblem>,
    /// Number under which the log holds the internals.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
struct FieldProblem {
    /// Name of the field.
    field: String,
    /// Chinese sentence that says what to do.
    message: String,
}

#[derive(Serialize, utoipa::ToSchema)]
struct ConflictProblem {
    /// ETag of the version now there.
    current_etag: String,
    /// The differing values.
    values: Vec<ConflictValue>,
}

#[derive(Serialize, utoipa::ToSchema)]
struct ConflictValue {
    /// What it is, in Chinese.
    label: String,
    /// What this request wanted.
    yours: String,
    /// What is there now.
    theirs: String,
}

#[derive(Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage {
    pub title: &'static str,
    pub detail: String,
    pub others: Vec<String>,
    pub reference: Option<String>,
    pub css: String,
    pub sign_in: bool,
}

/// Marks answers that already say what is wrong in our words.
#[derive(Clone)]
pub(crate) struct Said;

/// Renders a failure for the door it leaves by.
pub(crate) fn problem_or_page(door: Door, failure: Failure) -> Response {
    let status = failure.status;
    let mut response = match door {
        Door::Api => problem(failure),
        Door::Page => page(failure),
    };
    *response.status_mut() = status;
    response.extensions_mut().insert(Said);
    response
}

fn problem(failure: Failure) -> Response {
    let current_etag = failure.current_etag;
    let conflict = failure.conflict.map(|conflict| ConflictProblem {
        current_etag: current_etag.map_or_else(|| crate::api::etag(conflict.version), String::from),
        values: conflict
            .values
            .into_iter()
            .map(|(label, yours, theirs)| ConflictValue {
                label,
                yours,
                theirs,
            })
            .collect(),
    });
    let body = Problem {
        r#type: "about:blank",
        title: failure.title.to_owned(),
        status: failure.status.as_u16(),
        detail: failure.detail,
        errors: failure
            .fields
            .into_iter()
            .map(|(field, message)| FieldProblem { field, message })
            .collect(),
        conflict,
        reference: failure.reference,
    };
    (
        [(
            header::CONTENT_TYPE,
            "application/problem+json; charset=utf-8",
        )],
        Json(body),
    )
        .into_response_with_type()
}

/// `Json` sets its own content type; ours is to stand.
trait WithType {
    fn into_response_with_type(self) -> Response;
}

impl WithType for ([(header::HeaderName, &'static str); 1], Json<Problem>) {
    fn into_response_with_type(self) -> Response {
        let ([(name, value)], body) = self;
        let mut response = body.into_response();
        response
            .headers_mut()
            .insert(name, header::HeaderValue::from_static(value));
        response
    }
}

fn page(failure: Failure) -> Response {
    let others = failure
        .fields
        .iter()
        .skip(1)
        .map(|(_, why)| why.clone())
        .collect();
    let page = ErrorPage {
        title: failure.title,
        detail: failure.detail,
        others,
        reference: failure.reference,
        css: crate::assets::url("app.css"),
        sign_in: failure.status == StatusCode::UNAUTHORIZED,
    };
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => error.to_string().into_response(),
    }
}

/// Addresses that do not exist.
pub(crate) async fn nowhere(uri: Uri) -> Response {
    problem_or_page(
        door_of(uri.path()),
        Failure::of_status(StatusCode::NOT_FOUND),
    )
}

fn door_of(path: &str) -> Door {
    if path.starts_with("/api/") {
        Door::Api
    } else {
        Door::Page
    }
}

/// Gives our words to failures that the framework told in its own.
pub(crate) async fn tidy(request: Request, next: Next) -> Response {
    let door = door_of(request.uri().path());
    let reading = request.method().is_safe();
    let response = next.run(request).await;
    let status = response.status();
    let told = response.extensions().get::<Said>().is_some();
    if told || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    // An address with a word where a number belongs is an address of nothing.
    let nowhere = reading && status == StatusCode::BAD_REQUEST;
    let mut failure = Failure::of_status(if nowhere {
        StatusCode::NOT_FOUND
    } else {
        status
    });
    if status.is_server_error() {
        failure.reference = Some(logged("framework", status.as_str()));
    }
    let mut tidied = problem_or_page(door, failure);
    if let Some(allow) = response.headers().get(header::ALLOW) {
        tidied.headers_mut().insert(header::ALLOW, allow.clone());
    }
    tidied
}

/// A defect that panicked.
pub(crate) fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let why = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    let reference = logged("panic", &why.unwrap_or_default());
    problem_or_page(
        Door::Page,
        Failure {
            reference: Some(reference),
            ..Failure::of_status(StatusCode::INTERNAL_SERVER_ERROR)
        },
    )
}
