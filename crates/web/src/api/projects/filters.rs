//! `/api/v1/projects/filters`: saved filters and chosen columns.

use app::projects::{Column, SavedFilter};
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    FilterId,
    permission::{Action, Role},
    person::Invalid,
    saved_filter::FilterFields,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, etag, if_match, json::ApiJson},
    error::{ApiFailure, Problem},
    layout::encode,
    route::ApiArea,
};

use super::pairs;

pub(super) fn area(area: ApiArea) -> ApiArea {
    let see = Access::Needs(Action::ViewProjects);
    area.add(see, routes!(filters))
        .add(see, routes!(filter))
        .add(see, routes!(keep))
        .add(see, routes!(change))
        .add(see, routes!(remove))
        .add(see, routes!(columns))
        .add(see, routes!(choose))
}

pub(super) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(filters))
        .routes(routes!(filter))
        .routes(routes!(keep))
        .routes(routes!(change))
        .routes(routes!(remove))
        .routes(routes!(columns))
        .routes(routes!(choose))
}

/// A saved filter.
#[derive(Serialize, ToSchema)]
struct SavedFilterBody {
    id: i64,
    #[schema(example = "半年未开工外资")]
    name: String,
    /// What it asks, in words.
    #[schema(example = "签约满6个月、未开工、外资、无挂钩领导")]
    sentence: String,
    /// Parameters of the list.
    #[schema(example = "signed_months=6&started=no&foreign=yes&led=no")]
    query: String,
    /// reporter, approver, officer, leader: shared with this role in the owner's unit and below.
    #[schema(example = "officer")]
    role: Option<&'static str>,
    /// Whose it is.
    owner: String,
    /// Whether it is one's own to change.
    own: bool,
}

fn body(filter: &SavedFilter) -> SavedFilterBody {
    let pairs = filter.fields.pairs.iter();
    let query: Vec<String> = pairs
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    SavedFilterBody {
        id: filter.id.0,
        name: filter.fields.name.clone(),
        sentence: filter.sentence.clone(),
        query: query.join("&"),
        role: filter.fields.role.map(Role::word),
        owner: filter.owner.clone(),
        own: filter.own,
    }
}

/// What is saved of a filter.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SaveFilterBody {
    #[schema(example = "半年未开工外资")]
    name: String,
    /// Parameters of `GET /api/v1/projects`.
    #[schema(example = "signed_months=6&started=no&foreign=yes&led=no")]
    query: String,
    /// With whom it is shared; nobody when left out.
    #[serde(default)]
    #[schema(example = "officer")]
    role: Option<String>,
}

impl SaveFilterBody {
    fn parse(self) -> Result<FilterFields, Invalid> {
        let role = match self.role.as_deref() {
            None => None,
            Some(word) => Some(Role::from_word(word).ok_or_else(|| {
                Invalid::of(
                    "role",
                    "共用的角色请写 reporter、approver、officer 或 leader",
                )
            })?),
        };
        Ok(FilterFields {
            name: self.name,
            pairs: pairs(Some(self.query.trim_start_matches('?'))),
            role,
        })
    }
}

fn answer(status: StatusCode, filter: &SavedFilter) -> Response {
    (
        status,
        [(header::ETAG, etag(filter.version))],
        Json(body(filter)),
    )
        .into_response()
}

/// 常用筛选：自己的和与自己共用的
#[utoipa::path(get, path = "/api/v1/projects/filters", tag = "项目库", responses((status = 200, body = Vec<SavedFilterBody>)))]
async fn filters(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Json<Vec<SavedFilterBody>>, ApiFailure> {
    let filters = state.app.saved_filters(&me.caller).await?;
    Ok(Json(filters.iter().map(body).collect()))
}

/// 一个常用筛选
#[utoipa::path(get, path = "/api/v1/projects/filters/{id}", tag = "项目库", params(("id" = i64, Path)),
    responses((status = 200, body = SavedFilterBody, headers(("ETag" = String)))))]
async fn filter(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Response, ApiFailure> {
    let filter = state.app.saved_filter(&me.caller, FilterId(id)).await?;
    Ok(answer(StatusCode::OK, &filter))
}

/// 保存常用筛选
#[utoipa::path(post, path = "/api/v1/projects/filters", tag = "项目库", request_body = SaveFilterBody,
    responses((status = 201, body = SavedFilterBody, headers(("ETag" = String))), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn keep(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(save): ApiJson<SaveFilterBody>,
) -> Result<Response, ApiFailure> {
    let id = state
        .app
        .save_filter(&me.caller, None, save.parse()?)
        .await?;
    let filter = state.app.saved_filter(&me.caller, id).await?;
    Ok(answer(StatusCode::CREATED, &filter))
}

/// 修改自己的常用筛选
#[utoipa::path(put, path = "/api/v1/projects/filters/{id}", tag = "项目库", request_body = SaveFilterBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = SavedFilterBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn change(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(save): ApiJson<SaveFilterBody>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (FilterId(id), if_match(&headers)?);
    state
        .app
        .save_filter(&me.caller, Some((id, version)), save.parse()?)
        .await?;
    let filter = state.app.saved_filter(&me.caller, id).await?;
    Ok(answer(StatusCode::OK, &filter))
}

/// 删去自己的常用筛选
#[utoipa::path(delete, path = "/api/v1/projects/filters/{id}", tag = "项目库", params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn remove(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiFailure> {
    let (id, version) = (FilterId(id), if_match(&headers)?);
    state.app.remove_filter(&me.caller, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The columns of the list.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ColumnsBody {
    /// In their order; none for the usual ones.
    #[schema(example = json!(["code", "stage", "investment"]))]
    columns: Vec<String>,
}

async fn chosen(state: &State, me: &app::sign_in::Current) -> Result<Response, ApiFailure> {
    let (columns, version) = state.app.chosen_columns(&me.caller).await?;
    let columns = columns.iter().map(|one| one.word().to_owned()).collect();
    let body = Json(ColumnsBody { columns });
    Ok(([(header::ETAG, etag(version))], body).into_response())
}

/// 自己在项目库列表里选的列
#[utoipa::path(get, path = "/api/v1/projects/columns", tag = "项目库",
    responses((status = 200, body = ColumnsBody, headers(("ETag" = String)))))]
async fn columns(Extract(state): Extract<State>, ApiMe(me): ApiMe) -> Result<Response, ApiFailure> {
    chosen(&state, &me).await
}

/// 选择项目库列表的列，记在自己名下，后选的为准
#[utoipa::path(put, path = "/api/v1/projects/columns", tag = "项目库", request_body = ColumnsBody,
    responses((status = 200, body = ColumnsBody, headers(("ETag" = String))), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn choose(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(body): ApiJson<ColumnsBody>,
) -> Result<Response, ApiFailure> {
    let mut chosen_columns = Vec::new();
    for (at, word) in body.columns.iter().enumerate() {
        let known = Column::from_word(word);
        let why = || Invalid::of(&format!("columns.{at}"), "没有这一列，请用列表的列名");
        chosen_columns.push(known.ok_or_else(why)?);
    }
    state
        .app
        .choose_columns(&me.caller, &chosen_columns)
        .await?;
    chosen(&state, &me).await
}
