//! `/api/v1/projects/structure`, and moving a project to another stage.

use app::projects::{ProjectQuery, Slice};
use axum::{
    Json,
    extract::{Path, RawQuery, State as Extract},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{
    ProjectId,
    partial_date::PartialDate,
    permission::Action,
    person::Invalid,
    project::{Move, Relation, SigningKind, SigningLevel, Stage},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, if_match, json::ApiJson},
    error::{ApiFailure, Problem},
    layout::encode,
    route::ApiArea,
};

use super::{answer, pairs};

pub(super) fn area(area: ApiArea) -> ApiArea {
    area.add(Access::Needs(Action::ViewProjects), routes!(structure))
        .add(Access::Needs(Action::EditProjects), routes!(to_stage))
}

pub(super) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(structure))
        .routes(routes!(to_stage))
}

/// One part of a list.
#[derive(Serialize, ToSchema)]
struct SliceBody {
    #[schema(example = "现代物流")]
    label: String,
    /// The parameter of `GET /api/v1/projects` that gives just this part.
    #[schema(example = "industry=%E7%8E%B0%E4%BB%A3%E7%89%A9%E6%B5%81")]
    query: String,
    /// Projects.
    #[schema(example = 12)]
    count: i64,
    /// Sum of their known investments, 万元.
    #[schema(example = "120000")]
    investment_wan: String,
}

/// What a list is made of.
#[derive(Serialize, ToSchema)]
struct StructureBody {
    /// All projects that fit.
    total: i64,
    investment_wan: String,
    industries: Vec<SliceBody>,
    horizons: Vec<SliceBody>,
    stages: Vec<SliceBody>,
    /// 外资、非外资.
    capital: Vec<SliceBody>,
    /// By who takes part; a project may be in several.
    takes_part: Vec<SliceBody>,
    districts: Vec<SliceBody>,
}

fn slices(slices: Vec<Slice>) -> Vec<SliceBody> {
    let body = |one: Slice| SliceBody {
        query: format!("{}={}", one.asks.0, encode(&one.asks.1)),
        label: one.label,
        count: one.totals.count,
        investment_wan: one.totals.investment.wan_exact(),
    };
    slices.into_iter().map(body).collect()
}

/// 项目结构：按产业、近期远期、进展、资本来源、县（市、区），条件同项目库列表
#[utoipa::path(get, path = "/api/v1/projects/structure", tag = "项目库",
    params(("q" = Option<String>, Query, description = "条件同 GET /api/v1/projects")),
    responses((status = 200, body = StructureBody)))]
async fn structure(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    RawQuery(query): RawQuery,
) -> Result<Json<StructureBody>, ApiFailure> {
    let query = ProjectQuery::parse(&pairs(query.as_deref()))?;
    let found = state.app.structure(&me.caller, query).await?;
    Ok(Json(StructureBody {
        total: found.totals.count,
        investment_wan: found.totals.investment.wan_exact(),
        industries: slices(found.industries),
        horizons: slices(found.horizons),
        stages: slices(found.stages),
        capital: slices(found.capital),
        takes_part: slices(found.takes_part),
        districts: slices(found.districts),
    }))
}

/// A move to a stage.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MoveBody {
    /// planned, negotiating, signed, filed, landed, started, completed, producing.
    #[schema(example = "filed")]
    to: String,
    /// When the fact of that stage happened; left out where only facts are taken back.
    #[serde(default)]
    #[schema(example = "2017-06")]
    on: Option<String>,
    /// For signed: framework, formal.
    #[serde(default)]
    #[schema(example = "formal")]
    kind: Option<String>,
    /// For signed: provincial, city, other.
    #[serde(default)]
    #[schema(example = "city")]
    level: Option<String>,
    /// For signed after another signing: upgrade, repeat, increase_by, increase_to, investor_change.
    #[serde(default)]
    #[schema(example = "upgrade")]
    relation: Option<String>,
    /// For landed: the project's company.
    #[serde(default)]
    company: String,
    /// Needed when facts are taken back.
    #[serde(default)]
    reason: String,
}

fn parse(body: &MoveBody) -> Result<Move, Invalid> {
    let mut invalid = Invalid::default();
    let to = Stage::from_word(&body.to);
    if to.is_none() {
        invalid.add("to", "没有这个进展，请写 filed、started 等");
    }
    let on = body.on.as_deref().map(PartialDate::read);
    if on == Some(None) {
        invalid.add("on", "日期请写成 2017-06-20 或 2017-06");
    }
    let kind = body.kind.as_deref().map(SigningKind::from_word);
    if kind == Some(None) {
        invalid.add("kind", "签约种类请写 framework 或 formal");
    }
    let level = body.level.as_deref().map(SigningLevel::from_word);
    if level == Some(None) {
        invalid.add("level", "签约层级请写 provincial、city 或 other");
    }
    let relation = body.relation.as_deref().map(Relation::from_word);
    if relation == Some(None) {
        let why = "关系请写 upgrade、repeat、increase_by、increase_to 或 investor_change";
        invalid.add("relation", why);
    }
    invalid.into_result()?;
    Ok(Move {
        to: to.unwrap_or(Stage::Planned),
        on: on.flatten(),
        kind: kind.flatten(),
        level: level.flatten(),
        relation: relation.flatten(),
        company: body.company.clone(),
    })
}

/// 把项目移到另一个进展：记录那里的事实，或撤销以后的事实
#[utoipa::path(post, path = "/api/v1/projects/{id}/move", tag = "项目库", request_body = MoveBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = super::ProjectBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 422, body = Problem, content_type = "application/problem+json"), (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn to_stage(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<MoveBody>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (ProjectId(id), if_match(&headers)?);
    let moved = parse(&body)?;
    state
        .app
        .move_project(&me.caller, id, version, &moved, &body.reason)
        .await?;
    let view = state
        .app
        .project(&me.caller, id, app::projects::When::default())
        .await?;
    Ok(answer(StatusCode::OK, &view))
}
