//! `/api/v1/targets`: annual targets.

use app::targets::TargetHistory;
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    Money, UnitId,
    permission::Action,
    person::Invalid,
    target::{NewTarget, TargetRow},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, etag, if_match, json::ApiJson},
    error::{ApiFailure, Failure, Problem},
    pages::query::{Params, day},
    route::ApiArea,
};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    let (see, set) = (
        Access::Needs(Action::ViewTargets),
        Access::Needs(Action::SetTargets),
    );
    area.add(see, routes!(list))
        .add(see, routes!(history))
        .add(set, routes!(give))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(history))
        .routes(routes!(give))
}

/// The targets of a year.
#[derive(Serialize, ToSchema)]
struct TargetsBody {
    year: i32,
    unit_of_money: &'static str,
    rows: Vec<TargetLineBody>,
    total_wan: String,
}

#[derive(Serialize, ToSchema)]
struct TargetLineBody {
    unit_id: i64,
    unit: String,
    /// In force at the year's end; null when none was given.
    #[schema(example = "5000")]
    target_wan: Option<String>,
    effective_on: Option<String>,
}

/// 年度任务数
#[utoipa::path(
    get, path = "/api/v1/targets", tag = "目标任务", params(("year" = i32, Query, example = 2017)),
    responses((status = 200, body = TargetsBody), (status = 401, description = "没有登录"), (status = 404, description = "无权查看"),
              (status = 422, body = Problem, content_type = "application/problem+json"))
)]
async fn list(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<TargetsBody>, ApiFailure> {
    params.only(&["year"])?;
    let year = params
        .completion()?
        .year
        .ok_or_else(|| Failure::invalid("year", "请填写年度，例如 2017"))?;
    let targets = state.app.targets(&me.caller, year).await?;
    let rows = targets.lines.iter().map(|(unit, row)| TargetLineBody {
        unit_id: unit.id.0,
        unit: unit.name.clone(),
        target_wan: row.as_ref().map(|row| row.amount.wan_exact()),
        effective_on: row.as_ref().map(|row| row.effective_on.to_string()),
    });
    Ok(Json(TargetsBody {
        year,
        unit_of_money: "万元",
        rows: rows.collect(),
        total_wan: targets.total.wan_exact(),
    }))
}

/// One unit's target of a year.
#[derive(Serialize, ToSchema)]
struct HistoryBody {
    unit_id: i64,
    unit: String,
    year: i32,
    /// Oldest effective day first.
    rows: Vec<TargetRowBody>,
}

#[derive(Serialize, ToSchema)]
struct TargetRowBody {
    effective_on: String,
    /// The whole year's target from that day on.
    target_wan: String,
    reason: String,
    document_no: String,
    recorded_at: String,
}

fn row_body(row: &TargetRow) -> TargetRowBody {
    TargetRowBody {
        effective_on: row.effective_on.to_string(),
        target_wan: row.amount.wan_exact(),
        reason: row.reason.clone(),
        document_no: row.document_no.clone(),
        recorded_at: row
            .recorded_at
            .to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
    }
}

fn answer(status: StatusCode, history: &TargetHistory) -> Response {
    let rows = history.rows.iter().map(row_body).collect();
    let body = HistoryBody {
        unit_id: history.unit.id.0,
        unit: history.unit.name.clone(),
        year: history.year,
        rows,
    };
    (status, [(header::ETAG, etag(history.version))], Json(body)).into_response()
}

/// 一家企业的任务数及其调整
#[utoipa::path(
    get, path = "/api/v1/targets/{year}/{unit}", tag = "目标任务", params(("year" = i32, Path), ("unit" = i64, Path, description = "单位编号")),
    responses((status = 200, body = HistoryBody, headers(("ETag" = String, description = "修改时放进 If-Match"))),
              (status = 401, description = "没有登录"), (status = 404, description = "没有，或无权查看"))
)]
async fn history(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((year, unit)): Path<(i32, i64)>,
) -> Result<Response, ApiFailure> {
    Ok(answer(
        StatusCode::OK,
        &state
            .app
            .target_history(&me.caller, UnitId(unit), year)
            .await?,
    ))
}

/// A target to give, or an adjustment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTargetBody {
    /// 全年任务数（万元），不是增减数.
    #[schema(example = "6000")]
    target_wan: String,
    /// 生效日期；首次下达为1月1日.
    #[schema(example = "2017-07-01")]
    effective_on: String,
    /// 调整理由；首次下达可不填.
    #[serde(default)]
    reason: String,
    /// 文号.
    #[serde(default)]
    document_no: String,
}

fn parse(body: NewTargetBody) -> Result<NewTarget, Invalid> {
    let mut invalid = Invalid::default();
    let amount = Money::parse_wan(&body.target_wan)
        .map_err(|error| invalid.add("target_wan", error.to_string()));
    let effective_on = day(&body.effective_on);
    if effective_on.is_none() {
        invalid.add("effective_on", "生效日期请写成 2017-07-01 这样的真实日期");
    }
    match (amount, effective_on) {
        (Ok(amount), Some(effective_on)) => Ok(NewTarget {
            effective_on,
            amount,
            reason: body.reason,
            document_no: body.document_no,
        }),
        _ => Err(invalid),
    }
}

/// 下达或调整任务数
#[utoipa::path(
    post, path = "/api/v1/targets/{year}/{unit}", tag = "目标任务", request_body = NewTargetBody,
    params(("year" = i32, Path), ("unit" = i64, Path), ("If-Match" = String, Header, description = "读到的 ETag；还没有下达时为 \"0\"")),
    responses((status = 201, body = HistoryBody, headers(("ETag" = String))), (status = 401, description = "没有登录"), (status = 404, description = "没有，或无权办理"),
              (status = 409, body = Problem, description = "他人已先修改，给出两个版本", content_type = "application/problem+json"),
              (status = 422, body = Problem, content_type = "application/problem+json"), (status = 428, body = Problem, description = "缺少 If-Match", content_type = "application/problem+json"))
)]
async fn give(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((year, unit)): Path<(i32, i64)>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<NewTargetBody>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    let unit = UnitId(unit);
    state
        .app
        .set_target(&me.caller, unit, year, version, parse(body)?)
        .await?;
    Ok(answer(
        StatusCode::CREATED,
        &state.app.target_history(&me.caller, unit, year).await?,
    ))
}
