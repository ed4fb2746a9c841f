//! `/api/v1/plans`: monthly plans.

use app::plans::PlanView;
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use domain::{Money, UnitId, permission::Action, person::Invalid, plan::Plan};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, etag, if_match, json::ApiJson},
    error::{ApiFailure, Problem},
    route::ApiArea,
};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    area.add(Access::Needs(Action::ViewFunds), routes!(one))
        .add(Access::Needs(Action::EditPlan), routes!(save))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(one))
        .routes(routes!(save))
}

/// A monthly plan beside its target.
#[derive(Serialize, ToSchema)]
struct PlanBody {
    unit_id: i64,
    unit: String,
    year: i32,
    target_wan: Option<String>,
    /// Twelve cumulative amounts in 万元; null when there is no plan.
    months_wan: Option<Vec<String>>,
}

/// The twelve cumulative amounts of a plan.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPlanBody {
    /// Twelve cumulative amounts in 万元.
    #[schema(example = json!(["100", "200", "300", "400", "500", "600", "700", "800", "900", "1000", "1100", "1200"]))]
    months_wan: Vec<String>,
}

fn answer(view: &PlanView) -> Response {
    let months = view.plan.as_ref().map(|plan| {
        plan.months
            .iter()
            .map(|amount| amount.wan_exact())
            .collect()
    });
    let body = PlanBody {
        unit_id: view.unit.id.0,
        unit: view.unit.name.clone(),
        year: view.year,
        target_wan: view.target.map(Money::wan_exact),
        months_wan: months,
    };
    ([(header::ETAG, etag(view.version))], Json(body)).into_response()
}

/// 一家企业的月度计划
#[utoipa::path(get, path = "/api/v1/plans/{year}/{unit}", tag = "目标任务", params(("year" = i32, Path), ("unit" = i64, Path)),
    responses((status = 200, body = PlanBody, headers(("ETag" = String)))))]
async fn one(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((year, unit)): Path<(i32, i64)>,
) -> Result<Response, ApiFailure> {
    Ok(answer(
        &state.app.plan(&me.caller, Some(UnitId(unit)), year).await?,
    ))
}

fn parse(body: &NewPlanBody) -> Result<Plan, Invalid> {
    let mut invalid = Invalid::default();
    let mut amounts = Vec::new();
    for (month, text) in (1..).zip(&body.months_wan) {
        match Money::parse_wan(text) {
            Ok(amount) => amounts.push(amount),
            Err(error) => invalid.add("months_wan", format!("{month}月：{error}")),
        }
    }
    invalid.into_result()?;
    let months = amounts
        .try_into()
        .map_err(|_| Invalid::of("months_wan", "请填十二个月的累计数"))?;
    Ok(Plan { months })
}

/// 保存月度计划
#[utoipa::path(put, path = "/api/v1/plans/{year}/{unit}", tag = "目标任务", request_body = NewPlanBody,
    params(("year" = i32, Path), ("unit" = i64, Path), ("If-Match" = String, Header, description = "还没有计划时为 \"0\"")),
    responses((status = 200, body = PlanBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((year, unit)): Path<(i32, i64)>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<NewPlanBody>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    state
        .app
        .save_plan(&me.caller, UnitId(unit), year, version, parse(&body)?)
        .await?;
    Ok(answer(
        &state.app.plan(&me.caller, Some(UnitId(unit)), year).await?,
    ))
}
