//! The directories: searching, what a name means, the authority's additions and corrections.

use app::cooperation::{DirectoryView, EnterpriseHit, StoredRecord};
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    RecordId,
    directory::{RecordFields, Scope},
    partial_date::PartialDate,
    permission::Action,
    person::Invalid,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, etag, if_match, json::ApiJson},
    error::{ApiFailure, Problem},
    pages::{cooperation::directory::on, query::Params},
    route::ApiArea,
};

pub(super) fn area(area: ApiArea) -> ApiArea {
    let (see, keep) = (
        Access::Needs(Action::ViewCooperation),
        Access::Needs(Action::KeepDirectory),
    );
    area.add(see, routes!(central))
        .add(keep, routes!(add_central))
        .add(keep, routes!(central_record))
        .add(keep, routes!(save_central))
        .add(keep, routes!(void_central))
        .add(see, routes!(provincial))
        .add(keep, routes!(add_provincial))
        .add(keep, routes!(provincial_record))
        .add(keep, routes!(save_provincial))
        .add(keep, routes!(void_provincial))
}

pub(super) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(central))
        .routes(routes!(add_central))
        .routes(routes!(central_record))
        .routes(routes!(save_central))
        .routes(routes!(void_central))
        .routes(routes!(provincial))
        .routes(routes!(add_provincial))
        .routes(routes!(provincial_record))
        .routes(routes!(save_provincial))
        .routes(routes!(void_provincial))
}

/// An enterprise of a directory under one of its names.
#[derive(Serialize, ToSchema)]
struct EnterpriseBody {
    #[schema(example = "中国石油天然气集团公司")]
    name: String,
    #[schema(example = json!(["中国石油", "中石油", "CNPC"]))]
    short_names: Vec<String>,
    /// 日期或月份；没有考证的为 null
    #[schema(example = "2017-12")]
    valid_from: Option<String>,
    valid_to: Option<String>,
    /// current、unsure（更名前后）、former、not_yet
    #[schema(example = "former")]
    in_use: &'static str,
    /// 名称已停用时，那一天的现用名
    #[schema(example = "中国石油天然气集团有限公司")]
    current: Option<String>,
    /// 以后的名称，最新的在后
    successors: Vec<String>,
    /// 直接的前身和并入的企业
    former: Vec<String>,
    /// name、short_name、prefix、within、scattered，由近到远
    #[schema(example = "short_name")]
    fits: &'static str,
    /// A 官方名单、B 媒体报道、C 推断；本单位录入的为 null
    #[schema(example = "C")]
    certainty: Option<&'static str>,
    /// 是否在最新的官方名单里（本单位录入的为 true）
    listed: bool,
    source: String,
    /// 本单位补充、更正的编号
    record: Option<i64>,
}

impl EnterpriseBody {
    fn of(hit: EnterpriseHit) -> Self {
        let date = |date: Option<PartialDate>| date.map(|date| date.to_string());
        Self {
            in_use: hit.in_use.word(),
            fits: hit.rank.word(),
            current: hit.current,
            successors: hit.successors,
            former: hit.former,
            certainty: hit.record.certainty.map(|one| one.letter()),
            listed: hit.record.listed,
            valid_from: date(hit.record.valid_from),
            valid_to: date(hit.record.valid_to),
            record: hit.record.own.map(|id| id.0),
            source: hit.record.source,
            name: hit.record.name,
            short_names: hit.record.short_names,
        }
    }
}

/// What a search found.
#[derive(Serialize, ToSchema)]
struct EnterprisesBody {
    /// 截至哪一天
    #[schema(example = "2017-11-24")]
    on: String,
    /// 照原样作为企业名称看，需要提示的话：现为……、可能是……；不需要时为空
    #[schema(example = "现为“中国石油天然气集团有限公司”")]
    remark: String,
    /// 照原样只能是一家时，它在那一天的现用名
    meant: Option<String>,
    enterprises: Vec<EnterpriseBody>,
}

async fn found(
    state: &State,
    me: &app::sign_in::Current,
    scope: Scope,
    params: &Params,
) -> Result<Response, ApiFailure> {
    params.only(&["q", "on"])?;
    let query = params.get("q").unwrap_or_default();
    let view: DirectoryView = state
        .app
        .enterprises(&me.caller, scope, query, on(params)?)
        .await?;
    let directory = state.app.directory_for(&me.caller, scope).await?;
    let meant = directory.resolve(query, Some(view.on)).one();
    let remark = match query {
        "" => String::new(),
        query => directory.remark(query, view.on).unwrap_or_default(),
    };
    let body = EnterprisesBody {
        on: view.on.to_string(),
        remark,
        meant: meant.map(|found| found.current.name.clone()),
        enterprises: view.hits.into_iter().map(EnterpriseBody::of).collect(),
    };
    Ok(Json(body).into_response())
}

/// What the authority keeps of an enterprise.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EnterpriseFields {
    #[schema(example = "浙江省某某集团有限公司")]
    name: String,
    #[serde(default)]
    #[schema(example = json!(["某某集团"]))]
    short_names: Vec<String>,
    /// 2017-11-30，只知道月份时写 2017-11
    #[serde(default)]
    #[schema(example = "2017-11")]
    valid_from: Option<String>,
    #[serde(default)]
    #[schema(example = json!(null))]
    valid_to: Option<String>,
    /// 现用名，须已在名录里；填了须同时填 valid_to
    #[serde(default)]
    successor: String,
    /// 依据
    #[schema(example = "省国资委2017年监管企业名录")]
    source: String,
    #[serde(default)]
    note: String,
}

impl EnterpriseFields {
    fn parse(self) -> Result<RecordFields, Invalid> {
        let mut invalid = Invalid::default();
        let mut date = |field: &str, text: Option<String>| {
            let read = text.as_deref().map(PartialDate::read);
            if read == Some(None) {
                invalid.add(field, "日期请写成 2017-11-30 或 2017-11");
            }
            read.flatten()
        };
        let valid_from = date("valid_from", self.valid_from);
        let valid_to = date("valid_to", self.valid_to);
        invalid.into_result()?;
        Ok(RecordFields {
            name: self.name,
            short_names: self.short_names,
            valid_from,
            valid_to,
            successor: self.successor,
            source: self.source,
            note: self.note,
        })
    }
}

/// A record the authority keeps.
#[derive(Serialize, ToSchema)]
struct EnterpriseRecord {
    id: i64,
    /// central 或 provincial
    #[schema(example = "provincial")]
    scope: &'static str,
    fields: EnterpriseFields,
}

fn record(status: StatusCode, record: &StoredRecord) -> Response {
    let (fields, date) = (&record.fields, |date: Option<PartialDate>| {
        date.map(|date| date.to_string())
    });
    let body = EnterpriseRecord {
        id: record.id.0,
        scope: record.scope.word(),
        fields: EnterpriseFields {
            name: fields.name.clone(),
            short_names: fields.short_names.clone(),
            valid_from: date(fields.valid_from),
            valid_to: date(fields.valid_to),
            successor: fields.successor.clone(),
            source: fields.source.clone(),
            note: fields.note.clone(),
        },
    };
    let tag = [(header::ETAG, etag(record.version))];
    (status, tag, Json(body)).into_response()
}

/// Why something is made void.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VoidBody {
    #[schema(example = "重复录入")]
    pub reason: String,
}

async fn keep(
    state: &State,
    me: &app::sign_in::Current,
    scope: Scope,
    changed: Option<(RecordId, i64)>,
    fields: EnterpriseFields,
) -> Result<Response, ApiFailure> {
    let id = state
        .app
        .save_record(&me.caller, scope, changed, fields.parse()?)
        .await?;
    let status = match changed {
        None => StatusCode::CREATED,
        Some(_) => StatusCode::OK,
    };
    Ok(record(
        status,
        &state.app.own_record(&me.caller, scope, id).await?,
    ))
}

/// 央企名录：按名称、简称、曾用名或拼音首字母查找
#[utoipa::path(get, path = "/api/v1/central-enterprises", tag = "央企合作",
    params(("q" = Option<String>, Query, description = "不填为全部"), ("on" = Option<String>, Query, description = "截至哪一天，不填为今天")),
    responses((status = 200, body = EnterprisesBody)))]
async fn central(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Response, ApiFailure> {
    found(&state, &me, Scope::Central, &params).await
}

/// 补充央企名录：已有的全称补充简称、日期，没有的新增
#[utoipa::path(post, path = "/api/v1/central-enterprises", tag = "央企合作", request_body = EnterpriseFields,
    responses((status = 201, body = EnterpriseRecord, headers(("ETag" = String)))))]
async fn add_central(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(body): ApiJson<EnterpriseFields>,
) -> Result<Response, ApiFailure> {
    keep(&state, &me, Scope::Central, None, body).await
}

/// 央企名录里本单位补充的一条
#[utoipa::path(get, path = "/api/v1/central-enterprises/{id}", tag = "央企合作", params(("id" = i64, Path)),
    responses((status = 200, body = EnterpriseRecord, headers(("ETag" = String)))))]
async fn central_record(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Response, ApiFailure> {
    let kept = state
        .app
        .own_record(&me.caller, Scope::Central, RecordId(id));
    Ok(record(StatusCode::OK, &kept.await?))
}

/// 修改央企名录里本单位补充的一条
#[utoipa::path(put, path = "/api/v1/central-enterprises/{id}", tag = "央企合作", request_body = EnterpriseFields, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = EnterpriseRecord, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save_central(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<EnterpriseFields>,
) -> Result<Response, ApiFailure> {
    let changed = Some((RecordId(id), if_match(&headers)?));
    keep(&state, &me, Scope::Central, changed, body).await
}

/// 作废央企名录里本单位补充的一条
#[utoipa::path(post, path = "/api/v1/central-enterprises/{id}/void", tag = "央企合作", request_body = VoidBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 409, body = Problem, content_type = "application/problem+json"), (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn void_central(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<VoidBody>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (RecordId(id), if_match(&headers)?);
    let voided = state
        .app
        .void_record(&me.caller, Scope::Central, id, version, &body.reason);
    voided.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// 省属国企名录：查找
#[utoipa::path(get, path = "/api/v1/provincial-enterprises", tag = "央企合作",
    params(("q" = Option<String>, Query, description = "不填为全部"), ("on" = Option<String>, Query, description = "截至哪一天，不填为今天")),
    responses((status = 200, body = EnterprisesBody)))]
async fn provincial(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Response, ApiFailure> {
    found(&state, &me, Scope::Provincial, &params).await
}

/// 新增省属国企
#[utoipa::path(post, path = "/api/v1/provincial-enterprises", tag = "央企合作", request_body = EnterpriseFields,
    responses((status = 201, body = EnterpriseRecord, headers(("ETag" = String)))))]
async fn add_provincial(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(body): ApiJson<EnterpriseFields>,
) -> Result<Response, ApiFailure> {
    keep(&state, &me, Scope::Provincial, None, body).await
}

/// 一家省属国企
#[utoipa::path(get, path = "/api/v1/provincial-enterprises/{id}", tag = "央企合作", params(("id" = i64, Path)),
    responses((status = 200, body = EnterpriseRecord, headers(("ETag" = String)))))]
async fn provincial_record(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Response, ApiFailure> {
    let kept = state
        .app
        .own_record(&me.caller, Scope::Provincial, RecordId(id));
    Ok(record(StatusCode::OK, &kept.await?))
}

/// 修改省属国企；更名、并入、退出时填 valid_to 和 successor
#[utoipa::path(put, path = "/api/v1/provincial-enterprises/{id}", tag = "央企合作", request_body = EnterpriseFields, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = EnterpriseRecord, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save_provincial(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<EnterpriseFields>,
) -> Result<Response, ApiFailure> {
    let changed = Some((RecordId(id), if_match(&headers)?));
    keep(&state, &me, Scope::Provincial, changed, body).await
}

/// 作废录错的省属国企
#[utoipa::path(post, path = "/api/v1/provincial-enterprises/{id}/void", tag = "央企合作", request_body = VoidBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 409, body = Problem, content_type = "application/problem+json"), (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn void_provincial(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<VoidBody>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (RecordId(id), if_match(&headers)?);
    let voided = state
        .app
        .void_record(&me.caller, Scope::Provincial, id, version, &body.reason);
    voided.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
