//! `/api/v1/publications`: published tables.

use app::publishing::{Publication, Published};
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{PublicationId, permission::Action, publication::PublicationStep};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, etag, if_match, json::ApiJson},
    error::{ApiFailure, Failure, Problem},
    layout::download,
    pages::query::Params,
    route::ApiArea,
};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    let see = Access::Needs(Action::ViewPublications);
    area.add(see, routes!(list))
        .add(see, routes!(one))
        .add(see, routes!(file))
        .add(see, routes!(step))
        .add(Access::Needs(Action::PreparePublications), routes!(prepare))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(file))
        .routes(routes!(step))
        .routes(routes!(prepare))
}

/// A publication in a list.
#[derive(Serialize, ToSchema)]
struct PublicationBody {
    id: i64,
    title: String,
    year: i32,
    as_of: String,
    known_at: String,
    /// for_review, for_signing, published, returned.
    state: &'static str,
    /// The one it corrects.
    replaces: Option<i64>,
    correction: String,
    signed_at: Option<String>,
    /// SM3 of the frozen data.
    data_sm3: String,
}

fn body(publication: &Publication) -> PublicationBody {
    let moment = |at: domain::Instant| at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    PublicationBody {
        id: publication.id.0,
        title: publication.title.clone(),
        year: publication.year,
        as_of: publication.as_of.to_string(),
        known_at: moment(publication.known_at),
        state: publication.state.word(),
        replaces: publication.replaces.map(|id| id.0),
        correction: publication.correction.clone(),
        signed_at: publication.signed_at.map(moment),
        data_sm3: publication.data_sm3.clone(),
    }
}

/// A publication with its frozen table.
#[derive(Serialize, ToSchema)]
struct PublishedBody {
    publication: PublicationBody,
    rows: Vec<FrozenRowBody>,
    total: FrozenRowBody,
    files: Vec<FrozenFileBody>,
    /// The published one that corrects it.
    corrected_by: Option<i64>,
}

#[derive(Serialize, ToSchema)]
struct FrozenRowBody {
    unit: String,
    target_wan: Option<String>,
    done_wan: Option<String>,
    rate_pct: Option<String>,
    lead_pct: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct FrozenFileBody {
    #[schema(example = "docx")]
    kind: String,
    sm3: String,
    size: i64,
}

fn answer(status: StatusCode, published: Published) -> Response {
    let row = |row: app::publishing::FrozenRow| FrozenRowBody {
        unit: row.unit,
        target_wan: row.target_wan,
        done_wan: row.done_wan,
        rate_pct: row.rate_pct,
        lead_pct: row.lead_pct,
    };
    let files = published.files.into_iter();
    let whole = PublishedBody {
        publication: body(&published.publication),
        rows: published.table.rows.into_iter().map(row).collect(),
        total: row(published.table.total),
        files: files
            .map(|file| FrozenFileBody {
                kind: file.kind,
                sm3: file.sm3,
                size: file.size,
            })
            .collect(),
        corrected_by: published.corrected_by.map(|id| id.0),
    };
    (
        status,
        [(header::ETAG, etag(published.publication.version))],
        Json(whole),
    )
        .into_response()
}

/// 印发的表，新的在前
#[utoipa::path(get, path = "/api/v1/publications", tag = "印发", responses((status = 200, body = Vec<PublicationBody>)))]
async fn list(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Json<Vec<PublicationBody>>, ApiFailure> {
    Ok(Json(
        state
            .app
            .publications(&me.caller)
            .await?
            .iter()
            .map(body)
            .collect(),
    ))
}

/// 一份印发的表
#[utoipa::path(get, path = "/api/v1/publications/{id}", tag = "印发", params(("id" = i64, Path)),
    responses((status = 200, body = PublishedBody, headers(("ETag" = String)))))]
async fn one(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Response, ApiFailure> {
    Ok(answer(
        StatusCode::OK,
        state.app.publication(&me.caller, PublicationId(id)).await?,
    ))
}

/// 固定的文件，字节与拟稿时相同
#[utoipa::path(get, path = "/api/v1/publications/{id}/files/{kind}", tag = "印发", params(("id" = i64, Path), ("kind" = String, Path, example = "docx")),
    responses((status = 200, description = "文件", content_type = "application/octet-stream")))]
async fn file(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((id, kind)): Path<(i64, String)>,
) -> Result<Response, ApiFailure> {
    let file = state
        .app
        .publication_file(&me.caller, PublicationId(id), &kind)
        .await?;
    Ok(download(&file.name, "application/octet-stream", file.bytes))
}

/// A table to be published.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PrepareBody {
    #[schema(example = 2017)]
    year: i32,
    #[schema(example = "2017-10-31")]
    as_of: String,
    /// RFC 3339 or a day; now when left out.
    #[serde(default)]
    known_at: String,
    /// The published one it corrects (勘误).
    #[serde(default)]
    replaces: Option<i64>,
    /// What was corrected and why; needed with `replaces`.
    #[serde(default)]
    correction: String,
}

/// 拟稿：固定数据和文件，等处长审核
#[utoipa::path(post, path = "/api/v1/publications", tag = "印发", request_body = PrepareBody,
    responses((status = 201, body = PublishedBody, headers(("ETag" = String)))))]
async fn prepare(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(asked): ApiJson<PrepareBody>,
) -> Result<Response, ApiFailure> {
    let year = asked.year.to_string();
    let query = Params::of(&[
        ("year", &year),
        ("as_of", &asked.as_of),
        ("known_at", &asked.known_at),
    ])
    .completion()?;
    let replaces = asked.replaces.map(PublicationId);
    let id = state
        .app
        .prepare_publication(&me.caller, query, replaces, &asked.correction)
        .await?;
    Ok(answer(
        StatusCode::CREATED,
        state.app.publication(&me.caller, id).await?,
    ))
}

/// A step to take.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PublicationStepBody {
    /// review, sign, return.
    #[schema(example = "sign")]
    step: String,
    /// Needed for return.
    #[serde(default)]
    reason: String,
}

/// 办理：审核、签发、退回
#[utoipa::path(post, path = "/api/v1/publications/{id}/steps", tag = "印发", request_body = PublicationStepBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = PublishedBody, headers(("ETag" = String))), (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn step(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(asked): ApiJson<PublicationStepBody>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (PublicationId(id), if_match(&headers)?);
    let step = PublicationStep::from_word(&asked.step)
        .ok_or_else(|| Failure::invalid("step", "没有这种办理，请对照接口说明"))?;
    state
        .app
        .step_publication(&me.caller, id, version, step, &asked.reason)
        .await?;
    Ok(answer(
        StatusCode::OK,
        state.app.publication(&me.caller, id).await?,
    ))
}
