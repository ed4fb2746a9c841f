//! `/api/v1/units`: the tree of units.

use axum::{
    Json,
    extract::{Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    UnitId,
    permission::Action,
    person::Invalid,
    unit::{Unit, UnitFields, UnitKind},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, etag, if_match, json::ApiJson},
    error::{ApiFailure, Problem},
    pages::query::day,
    route::ApiArea,
};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    let (see, edit) = (
        Access::Needs(Action::ViewUnits),
        Access::Needs(Action::EditUnits),
    );
    area.add(see, routes!(list))
        .add(see, routes!(one))
        .add(edit, routes!(add))
        .add(edit, routes!(save))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(add))
        .routes(routes!(save))
}

/// A unit.
#[derive(Serialize, ToSchema)]
struct UnitBody {
    id: i64,
    /// Number of the unit above; null for the root.
    parent: Option<i64>,
    /// authority, enterprise, subsidiary.
    #[schema(example = "enterprise")]
    kind: &'static str,
    #[schema(example = "温州银行股份有限公司")]
    name: String,
    #[schema(example = "温州银行")]
    short_name: String,
    former_names: Vec<String>,
    /// Own order.
    position: i64,
    valid_from: Option<String>,
    valid_to: Option<String>,
}

/// What may be said of a unit.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnitFieldsBody {
    /// Number of the unit above; null for the root.
    parent: Option<i64>,
    /// authority, enterprise, subsidiary.
    #[schema(example = "enterprise")]
    kind: String,
    #[schema(example = "温州银行股份有限公司")]
    name: String,
    #[serde(default)]
    #[schema(example = "温州银行")]
    short_name: String,
    #[serde(default)]
    former_names: Vec<String>,
    /// Own order.
    position: i64,
    #[serde(default)]
    #[schema(example = "2017-01-01")]
    valid_from: Option<String>,
    #[serde(default)]
    valid_to: Option<String>,
}

fn body(unit: &Unit) -> UnitBody {
    UnitBody {
        id: unit.id.0,
        parent: unit.parent.map(|parent| parent.0),
        kind: unit.kind.word(),
        name: unit.name.clone(),
        short_name: unit.short_name.clone(),
        former_names: unit.former_names.clone(),
        position: unit.position,
        valid_from: unit.valid_from.map(|day| day.to_string()),
        valid_to: unit.valid_to.map(|day| day.to_string()),
    }
}

fn parse(body: UnitFieldsBody) -> Result<UnitFields, Invalid> {
    let mut invalid = Invalid::default();
    let mut date = |field: &str, text: Option<String>| {
        let parsed = text.as_deref().and_then(day);
        if text.is_some() && parsed.is_none() {
            invalid.add(field, "日期请写成 2017-11-24");
        }
        parsed
    };
    let (valid_from, valid_to) = (
        date("valid_from", body.valid_from),
        date("valid_to", body.valid_to),
    );
    let kind = UnitKind::from_word(&body.kind);
    if kind.is_none() {
        invalid.add("kind", "类别请填 authority、enterprise 或 subsidiary");
    }
    match kind {
        Some(kind) if invalid.fields.is_empty() => Ok(UnitFields {
            parent: body.parent.map(UnitId),
            kind,
            name: body.name.replace('\0', ""),
            short_name: body.short_name.replace('\0', ""),
            former_names: body
                .former_names
                .into_iter()
                .map(|name| name.replace('\0', ""))
                .collect(),
            position: body.position,
            valid_from,
            valid_to,
        }),
        _ => Err(invalid),
    }
}

fn answer(status: StatusCode, unit: &Unit) -> Response {
    (
        status,
        [(header::ETAG, etag(unit.version))],
        Json(body(unit)),
    )
        .into_response()
}

/// 单位名录
#[utoipa::path(get, path = "/api/v1/units", tag = "系统",
    responses((status = 200, body = Vec<UnitBody>), (status = 401, description = "没有登录"), (status = 404, description = "无权查看")))]
async fn list(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Json<Vec<UnitBody>>, ApiFailure> {
    let lines = state.app.units(&me.caller).await?;
    Ok(Json(lines.iter().map(|line| body(&line.unit)).collect()))
}

/// 一个单位
#[utoipa::path(get, path = "/api/v1/units/{id}", tag = "系统", params(("id" = i64, Path)),
    responses((status = 200, body = UnitBody, headers(("ETag" = String))), (status = 401, description = "没有登录"), (status = 404, description = "没有，或无权查看")))]
async fn one(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Response, ApiFailure> {
    Ok(answer(
        StatusCode::OK,
        &state.app.unit(&me.caller, UnitId(id)).await?,
    ))
}

/// 新增单位
#[utoipa::path(post, path = "/api/v1/units", tag = "系统", request_body = UnitFieldsBody,
    responses((status = 201, body = UnitBody, headers(("ETag" = String))), (status = 401, description = "没有登录"), (status = 404, description = "无权办理"),
              (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn add(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(fields): ApiJson<UnitFieldsBody>,
) -> Result<Response, ApiFailure> {
    let id = state.app.add_unit(&me.caller, parse(fields)?).await?;
    Ok(answer(
        StatusCode::CREATED,
        &state.app.unit(&me.caller, id).await?,
    ))
}

/// 修改单位
#[utoipa::path(put, path = "/api/v1/units/{id}", tag = "系统", request_body = UnitFieldsBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = UnitBody, headers(("ETag" = String))), (status = 401, description = "没有登录"), (status = 404, description = "没有，或无权办理"),
              (status = 409, body = Problem, content_type = "application/problem+json"), (status = 422, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(fields): ApiJson<UnitFieldsBody>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    state
        .app
        .save_unit(&me.caller, UnitId(id), version, parse(fields)?)
        .await?;
    Ok(answer(
        StatusCode::OK,
        &state.app.unit(&me.caller, UnitId(id)).await?,
    ))
}
