//! The JSON API: the same verbs as the pages, described by OpenAPI.

mod calendar;
mod cohorts;
mod completion;
mod cooperation;
mod describe;
mod events;
mod examples;
mod exports;
mod first_talks;
mod funds;
mod imports;
mod intake;
mod json;
mod mailbox;
mod objects;
mod plans;
pub(crate) mod projects;
mod publications;
mod reminders;
pub(crate) mod reporting;
pub(crate) mod returns;
pub(crate) mod schedules;
mod targets;
mod units;

use app::sign_in::Current;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    error::{ApiFailure, Failure},
    route::ApiArea,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "招商引资管理系统接口",
        version = "1.0.0",
        description = "金额为以万元计的十进制字符串，精确到分；百分数为两位小数的字符串；没有的值为 null。失败一律答 application/problem+json。"
    ),
    modifiers(&Bearer),
    security(("bearer" = [])),
    components(schemas(crate::error::Problem))
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", bearer);
    }
}

/// Every API route with what it needs.
pub(crate) fn area(state: &State) -> ApiArea {
    ApiArea::new(state, OpenApiRouter::with_openapi(Document::openapi()))
        .merge(completion::area)
        .merge(exports::area)
        .merge(targets::area)
        .merge(funds::area)
        .merge(plans::area)
        .merge(publications::area)
        .merge(units::area)
        .merge(imports::area)
        .merge(intake::area)
        .merge(calendar::area)
        .merge(projects::area)
        .merge(first_talks::area)
        .merge(returns::area)
        .merge(reporting::area)
        .merge(schedules::area)
        .merge(cooperation::area)
        .merge(reminders::area)
        .merge(mailbox::area)
        .merge(events::area)
        .merge(cohorts::area)
        .add(Access::SignedIn, routes!(me))
        .add(Access::Public, routes!(openapi))
}

/// The OpenAPI document. Needs no state: only the descriptions are used.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    let document = OpenApiRouter::<State>::with_openapi(Document::openapi())
        .merge(completion::described())
        .merge(exports::described())
        .merge(targets::described())
        .merge(funds::described())
        .merge(plans::described())
        .merge(publications::described())
        .merge(units::described())
        .merge(imports::described())
        .merge(intake::described())
        .merge(calendar::described())
        .merge(projects::described())
        .merge(first_talks::described())
        .merge(returns::described())
        .merge(reporting::described())
        .merge(schedules::described())
        .merge(cooperation::described())
        .merge(reminders::described())
        .merge(mailbox::described())
        .merge(events::described())
        .merge(cohorts::described())
        .routes(routes!(me))
        .routes(routes!(openapi))
        .into_openapi();
    examples::complete(describe::complete(document))
}

/// The OpenAPI document itself.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "系统", security(()), responses((status = 200, description = "本接口的 OpenAPI 说明")))]
async fn openapi() -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        crate::openapi_json(),
    )
        .into_response()
}

/// Who is asking.
#[derive(Serialize, ToSchema)]
struct MeBody {
    /// 登录名.
    #[schema(example = "officer")]
    login: String,
    /// 姓名.
    name: String,
    /// 单位简称.
    unit: String,
    /// 角色.
    #[schema(example = json!(["officer"]))]
    roles: Vec<&'static str>,
}

/// 我是谁
#[utoipa::path(get, path = "/api/v1/me", tag = "系统", responses((status = 200, body = MeBody), (status = 401, description = "没有登录")))]
async fn me(ApiMe(me): ApiMe) -> axum::Json<MeBody> {
    let roles = me
        .caller
        .person
        .roles
        .iter()
        .map(|role| role.word())
        .collect();
    axum::Json(MeBody {
        login: me.caller.person.login,
        name: me.caller.person.name,
        unit: me.unit_name,
        roles,
    })
}

/// The signed-in person of an API request.
pub(crate) struct ApiMe(pub Current);

impl<S: Send + Sync> FromRequestParts<S> for ApiMe {
    type Rejection = ApiFailure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts
            .extensions
            .get::<Current>()
            .cloned()
            .map(Self)
            .ok_or_else(|| Failure::unauthorized().into())
    }
}

/// The entity tag of a version.
pub(crate) fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The version a change was made from, as its `If-Match` header says.
fn if_match(headers: &HeaderMap) -> Result<i64, Failure> {
    let text = headers
        .get(header::IF_MATCH)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(Failure::precondition_required)?;
    let version = text.trim().trim_start_matches("W/").trim_matches('"');
    // A tag that is none of ours fits no version, and the answer shows the current one.
    Ok(version.parse().unwrap_or(-1))
}
