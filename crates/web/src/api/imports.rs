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
struct FileBody {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

async fn upload(state: &State, parts: Multipart) -> Result<Upload, Failure> {
    let (_, file) = read_parts(parts, state.options.upload_most).await?;
    file.ok_or_else(|| {
        Failure::invalid(
            "file",
            "请以 multipart/form-data 提交，文件放在名为 file 的部分",
        )
    })
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
    responses((status = 201, description = "核对稿：逐行读出的内容、存疑、与现有数据的比较、待回答的问题", body = serde_json::Value, headers(("ETag" = String), ("Location" = String))),
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
    responses((status = 200, body = serde_json::Value, headers(("ETag" = String))), (status = 401, description = "没有登录"), (status = 404, description = "没有，或不是本人的")))]
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
    request_body(content = serde_json::Value, content_type = "application/json", example = json!({"year": 2017, "as_at": "2017-10-31", "rows": {"3": {"unit": 5}}, "checked": true})),
    responses((status = 200, body = serde_json::Value, headers(("ETag" = String))), (status = 401, description = "没有登录"), (status = 404, description = "没有，或不是本人的"),
              (status = 422, body = Problem, content_type = "application/problem+json"), (status = 428, body = Problem, content_type = "application/problem+json")))]
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
              (status = 422, body = Problem, description = "还有问题没有回答，或存疑没有核对", content_type = "application/problem+json"),
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
    responses((status = 200, body = serde_json::Value, description = "读出的内容；文件不能读时 outcome 为 rejected"), (status = 401, description = "没有登录"),
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
        .imports(&me.caller, params.number("before").map(ImportId))
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
