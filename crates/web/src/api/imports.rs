//! `/api/v1/imports`: a file in, its preview, answers, confirmation. `/api/v1/forms/read`: reading without keeping.

use app::imports::{Answers, Preview, Started};
use axum::{
    Json,
    extract::{Multipart, Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{ImportId, permission::Action};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, etag, if_match, json::ApiJson},
    error::{ApiFailure, Failure, Problem},
    form::{Upload, read_parts},
    layout::download,
    pages::query::Params,
    route::ApiArea,
};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    let (see, import) = (
        Access::Needs(Action::ViewStatements),
        Access::Needs(Action::ImportStatements),
    );
    area.add(import, routes!(start))
        .add(import, routes!(preview))
        .add(import, routes!(answer))
        .add(import, routes!(cancel))
        .add(import, routes!(confirm))
        .add(import, routes!(read))
        .add(see, routes!(list))
        .add(see, routes!(source))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(start))
        .routes(routes!(preview))
        .routes(routes!(answer))
        .routes(routes!(cancel))
        .routes(routes!(confirm))
        .routes(routes!(read))
        .routes(routes!(list))
        .routes(routes!(source))
}

/// A file as a form part named `file`.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the multipart body; the parts are read by hand"
)]
pub(crate) struct FileBody {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// 核对稿：逐行读出的内容、存疑、与现有数据的比较、待回答的问题
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes what `app::imports::Preview` serialises to"
)]
struct PreviewBody {
    /// Name of the draft in addresses.
    key: String,
    /// Counts saves of the answers; also the ETag.
    version: i64,
    file_name: String,
    title: Option<String>,
    unit_of_money: Option<String>,
    message: String,
    answers: AnswersBody,
    rows: Vec<PreviewRowBody>,
    stated_total: Option<ImportTotalBody>,
    total_doubts: Vec<String>,
    file_doubts: Vec<String>,
    /// Enterprises that can be chosen: pairs of number and name.
    #[schema(value_type = Vec<Vec<serde_json::Value>>)]
    units: Vec<(i64, String)>,
    /// Enterprises that no row is about.
    missing: Vec<String>,
    /// What must be answered first: `fields` holds pairs of field and sentence.
    #[schema(value_type = Object)]
    open: serde_json::Value,
}

#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes what `app::imports::PreviewRow` serialises to"
)]
struct PreviewRowBody {
    /// From 1, without the header.
    number: usize,
    place: String,
    answer: RowAnswerBody,
    /// `{"known": {id, name}}` or `{"asked": {likely}}`.
    #[schema(value_type = Object)]
    unit: serde_json::Value,
    written: CellBody,
    target: CellBody,
    done: CellBody,
    rate: CellBody,
    row_doubts: Vec<String>,
    /// `"none"`, `"new"`, `"same"` or `{"differs": {stored}}`.
    target_change: serde_json::Value,
    /// As `target_change`.
    done_change: serde_json::Value,
}

#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes what `app::imports::Cell` serialises to"
)]
struct CellBody {
    raw: String,
    value: Option<String>,
    corrected: bool,
    doubts: Vec<String>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes `app::imports::Answers`")]
struct AnswersBody {
    #[schema(example = 2017)]
    year: Option<i32>,
    #[schema(example = "2017-10-31")]
    as_at: Option<String>,
    /// By row number.
    #[schema(required = false)]
    rows: std::collections::BTreeMap<String, RowAnswerBody>,
    #[schema(required = false)]
    adjust_targets: bool,
    #[schema(required = false)]
    adjust_reason: String,
    #[schema(required = false)]
    checked: bool,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes `app::imports::RowAnswer`")]
struct RowAnswerBody {
    /// Number of the enterprise that the written name means.
    #[schema(required = false)]
    unit: Option<i64>,
    /// Leave this row out.
    #[schema(required = false)]
    skip: bool,
    #[schema(required = false)]
    target_wan: Option<String>,
    #[schema(required = false)]
    done_wan: Option<String>,
}

/// 附件1、附件2、附件3读出的内容，与命令 `zhaoshang forms read` 相同
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes what `documents::forms::Reading` serialises to"
)]
struct ReadingBody {
    /// ok, ok_with_warnings, rejected, attached.
    #[schema(example = "ok")]
    outcome: String,
    #[schema(example = "annex1")]
    form: Option<String>,
    /// Kind of refusal.
    error: Option<String>,
    message: String,
    /// 附件2、附件3: who reports; null where it is not written.
    #[schema(required = false)]
    unit: Option<String>,
    /// 附件2、附件3: `2017-12-08` or `2017-12`; null where it is not written in full.
    #[schema(required = false, example = "2017-12-08")]
    reported_on: Option<String>,
    /// 附件2、附件3: the form says that there is nothing.
    #[schema(required = false)]
    zero_report: Option<bool>,
    #[schema(example = "万元")]
    unit_of_money: Option<String>,
    /// The rows of the one form read; absent where several forms were read.
    #[schema(required = false)]
    rows: Vec<AnyRowBody>,
    /// Several forms, each with its rows.
    #[schema(required = false)]
    tables: Vec<ReadTableBody>,
    total: Option<ImportTotalBody>,
    warnings: Vec<WarningBody>,
}

#[derive(Serialize, ToSchema)]
#[expect(dead_code, reason = "describes `documents::forms::Rows`")]
#[serde(untagged)]
enum AnyRowBody {
    Annex1(ReadRowBody),
    Annex2(Annex2RowBody),
    Annex3(Annex3RowBody),
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes `documents::forms::Table`")]
struct ReadTableBody {
    /// annex1, annex2, annex3.
    #[schema(example = "annex2")]
    form: String,
    unit: Option<String>,
    reported_on: Option<String>,
    zero_report: bool,
    unit_of_money: Option<String>,
    rows: Vec<AnyRowBody>,
}

// Describes `documents::forms::Annex2Row`.
#[derive(Serialize, ToSchema)]
struct Annex2RowBody {
    project_name: String,
    basic_info: Option<String>,
    /// Exact decimal in 万元; null where it cannot be read for certain.
    #[schema(example = "12000")]
    investment_wan: Option<String>,
    investment_raw: Option<String>,
    investment_approx: bool,
    adjustment: Option<String>,
    reason: Option<String>,
    contact_name: Option<String>,
    contact_phone: Option<String>,
    contact_raw: Option<String>,
    remark: Option<String>,
    /// Columns that the form does not have, by header.
    extra: std::collections::BTreeMap<String, String>,
}

// Describes `documents::forms::Annex3Row`.
#[derive(Serialize, ToSchema)]
struct Annex3RowBody {
    /// 在谈项目、已签约未落地项目、已落地项目; null where it cannot be told.
    #[schema(example = "在谈项目")]
    category: Option<String>,
    project_name: String,
    central_enterprise: Option<String>,
    progress: Option<String>,
    problems: Option<String>,
    next_steps: Option<String>,
    #[schema(example = "2017-05")]
    signed_on: Option<String>,
    /// day or month.
    #[schema(example = "month")]
    signed_precision: Option<String>,
    contact_name: Option<String>,
    contact_phone: Option<String>,
    contact_raw: Option<String>,
    extra: std::collections::BTreeMap<String, String>,
}

// Describes a row of `documents::forms::Reading`.
#[derive(Serialize, ToSchema)]
struct ReadRowBody {
    unit: String,
    target_wan: Option<String>,
    done_wan: Option<String>,
    rate_pct: Option<String>,
}

#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the total of `documents::forms::Reading`"
)]
struct ImportTotalBody {
    target_wan: Option<String>,
    done_wan: Option<String>,
    rate_pct: Option<String>,
}

#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes a warning of `documents::forms::Reading`"
)]
struct WarningBody {
    /// Number from 1, `"合计"`, or null for the whole file.
    row: serde_json::Value,
    field: Option<String>,
    why: String,
    /// Where several forms were read: which of `tables`, from 1.
    #[schema(required = false)]
    table: Option<u32>,
}

async fn upload(state: &State, parts: Multipart) -> Result<Upload, Failure> {
    let parts = read_parts(parts, state.options.upload_most).await?;
    Ok(parts.file?)
}

fn shown(status: StatusCode, preview: Preview) -> Response {
    (
        status,
        [(header::ETAG, etag(preview.version))],
        Json(preview),
    )
        .into_response()
}

/// 上传附件1，得到核对稿（未确认，不保存）
#[utoipa::path(post, path = "/api/v1/imports", tag = "报表导入", request_body(content = FileBody, content_type = "multipart/form-data"),
    responses((status = 201, description = "核对稿：逐行读出的内容、存疑、与现有数据的比较、待回答的问题", body = PreviewBody, headers(("ETag" = String), ("Location" = String))),
              (status = 401, description = "没有登录"), (status = 404, description = "无权办理"), (status = 413, description = "文件太大"),
              (status = 422, body = Problem, description = "文件没有读出，说明原因和办法", content_type = "application/problem+json")))]
async fn start(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    parts: Multipart,
) -> Result<Response, ApiFailure> {
    let file = upload(&state, parts).await?;
    match state
        .app
        .start_import(&me.caller, &file.file_name, &file.bytes)
        .await?
    {
        Started::Refused(reading) => Err(Failure::invalid("file", reading.message.clone()).into()),
        Started::Draft(key) => {
            let mut response = shown(
                StatusCode::CREATED,
                state.app.preview_import(&me.caller, &key).await?,
            );
            if let Ok(location) = format!("/api/v1/imports/{key}").parse() {
                response.headers_mut().insert(header::LOCATION, location);
            }
            Ok(response)
        }
    }
}

/// 看核对稿
#[utoipa::path(get, path = "/api/v1/imports/{key}", tag = "报表导入", params(("key" = String, Path)),
    responses((status = 200, body = PreviewBody, headers(("ETag" = String))), (status = 401, description = "没有登录"), (status = 404, description = "没有，或不是本人的")))]
async fn preview(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(key): Path<String>,
) -> Result<Response, ApiFailure> {
    Ok(shown(
        StatusCode::OK,
        state.app.preview_import(&me.caller, &key).await?,
    ))
}

/// 回答核对稿里的问题、改正单元格
///
/// 提交 `year`、`as_at`、`rows`（按行号：`unit`、`skip`、`target_wan`、`done_wan`）、`adjust_targets`、`adjust_reason`、`checked`。
#[utoipa::path(put, path = "/api/v1/imports/{key}", tag = "报表导入", params(("key" = String, Path), ("If-Match" = String, Header)),
    request_body(content = AnswersBody, content_type = "application/json", example = json!({"year": 2017, "as_at": "2017-10-31", "rows": {"3": {"unit": 5}}, "checked": true})),
    responses((status = 200, body = PreviewBody, headers(("ETag" = String))), (status = 401, description = "没有登录"), (status = 404, description = "没有，或不是本人的"),
              (status = 409, body = Problem, content_type = "application/problem+json"), (status = 422, body = Problem, content_type = "application/problem+json"), (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn answer(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(key): Path<String>,
    headers: HeaderMap,
    ApiJson(answers): ApiJson<Answers>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    Ok(shown(
        StatusCode::OK,
        state
            .app
            .answer_import(&me.caller, &key, version, answers)
            .await?,
    ))
}

/// 取消，不留痕迹
#[utoipa::path(delete, path = "/api/v1/imports/{key}", tag = "报表导入", params(("key" = String, Path)),
    responses((status = 204, description = "已取消"), (status = 401, description = "没有登录"), (status = 404, description = "没有，或不是本人的")))]
async fn cancel(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(key): Path<String>,
) -> Result<StatusCode, ApiFailure> {
    state.app.cancel_import(&me.caller, &key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a confirmation made.
#[derive(Serialize, ToSchema)]
struct ConfirmedBody {
    /// Number of the import.
    import: i64,
}

/// 确认保存；重复确认只生效一次
#[utoipa::path(post, path = "/api/v1/imports/{key}/confirm", tag = "报表导入", params(("key" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ConfirmedBody), (status = 401, description = "没有登录"), (status = 404, description = "没有，或不是本人的"),
              (status = 409, body = Problem, content_type = "application/problem+json"), (status = 422, body = Problem, description = "还有问题没有回答，或存疑没有核对", content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn confirm(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Result<Json<ConfirmedBody>, ApiFailure> {
    let version = if_match(&headers)?;
    let import = state.app.confirm_import(&me.caller, &key, version).await?;
    Ok(Json(ConfirmedBody { import: import.0 }))
}

/// 只读出表格，不保存任何内容；答案与命令 `zhaoshang forms read` 相同
#[utoipa::path(post, path = "/api/v1/forms/read", tag = "报表导入", request_body(content = FileBody, content_type = "multipart/form-data"),
    params(("as" = Option<String>, Query, description = "期望的表：annex1、annex2、annex3", example = "annex1")),
    responses((status = 200, body = ReadingBody, description = "读出的内容；文件不能读时 outcome 为 rejected"), (status = 401, description = "没有登录"),
              (status = 404, description = "无权办理"), (status = 413, description = "文件太大"), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn read(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
    parts: Multipart,
) -> Result<Response, ApiFailure> {
    params.only(&["as"])?;
    let wanted = app::imports::form_of(params.get("as"))?;
    let file = upload(&state, parts).await?;
    let reading = state
        .app
        .read_only(&me.caller, &file.file_name, &file.bytes, wanted)
        .await?;
    Ok(Json(reading).into_response())
}

/// A confirmed import.
#[derive(Serialize, ToSchema)]
struct ImportBody {
    id: i64,
    file_name: String,
    title: String,
    year: i32,
    as_at: String,
    confirmed_at: String,
}

/// 导入记录，新的在前，每次最多50份
#[utoipa::path(get, path = "/api/v1/imports", tag = "报表导入", params(("before" = Option<i64>, Query, description = "只要编号小于它的")),
    responses((status = 200, body = Vec<ImportBody>), (status = 401, description = "没有登录"), (status = 404, description = "无权查看")))]
async fn list(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<Vec<ImportBody>>, ApiFailure> {
    params.only(&["before"])?;
    let (imports, _) = state
        .app
        .imports(&me.caller, params.number("before")?.map(ImportId))
        .await?;
    let body = imports.into_iter().map(|import| ImportBody {
        id: import.id.0,
        file_name: import.file_name,
        title: import.title,
        year: import.year,
        as_at: import.as_at.to_string(),
        confirmed_at: import
            .confirmed_at
            .to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
    });
    Ok(Json(body.collect()))
}

/// 导入的原件，字节与上传时相同
#[utoipa::path(get, path = "/api/v1/imports/{key}/file", tag = "报表导入", params(("key" = i64, Path, description = "导入记录编号")),
    responses((status = 200, description = "原件", content_type = "application/octet-stream"), (status = 401, description = "没有登录"), (status = 404, description = "没有，或无权查看")))]
async fn source(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Response, ApiFailure> {
    let file = state.app.import_source(&me.caller, ImportId(id)).await?;
    Ok(download(&file.name, "application/octet-stream", file.bytes))
}
