//! `/api/v1/completion.*`: the table as a file; `/api/v1/completion/analysis.*`: its analysis.

use app::completion::Format;
use axum::{extract::State as Extract, response::Response};
use domain::permission::Action;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, completion::PARAMS},
    error::ApiFailure,
    pages::{exports::answer, query::Params},
    route::ApiArea,
};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    let needs = Access::Needs(Action::ViewCompletion);
    area.add(needs, routes!(completion_docx))
        .add(needs, routes!(completion_xlsx))
        .add(needs, routes!(completion_pdf))
        .add(needs, routes!(completion_csv))
        .add(needs, routes!(analysis_docx))
        .add(needs, routes!(analysis_xlsx))
        .add(needs, routes!(analysis_pdf))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(completion_docx))
        .routes(routes!(completion_xlsx))
        .routes(routes!(completion_pdf))
        .routes(routes!(completion_csv))
        .routes(routes!(analysis_docx))
        .routes(routes!(analysis_xlsx))
        .routes(routes!(analysis_pdf))
}

async fn table(
    state: State,
    me: ApiMe,
    params: Params,
    format: Format,
) -> Result<Response, ApiFailure> {
    params.only(&PARAMS)?;
    let query = params.completion()?;
    let printed = state
        .app
        .completion_file(&me.0.caller, query, format)
        .await?;
    Ok(answer(printed, format))
}

/// 任务完成情况（附件1 的 Word 文件）
#[utoipa::path(
    get, path = "/api/v1/completion.docx", tag = "目标任务",
    params(("year" = Option<i32>, Query), ("as_of" = Option<String>, Query), ("month" = Option<u32>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, description = "附件1", content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
              (status = 401, description = "没有登录"), (status = 404, description = "无权查看"),
              (status = 422, body = crate::error::Problem, description = "参数有误", content_type = "application/problem+json"))
)]
async fn completion_docx(
    Extract(state): Extract<State>,
    me: ApiMe,
    params: Params,
) -> Result<Response, ApiFailure> {
    table(state, me, params, Format::Docx).await
}

/// 任务完成情况（附件1 的 Excel 文件，数字为数值）
#[utoipa::path(
    get, path = "/api/v1/completion.xlsx", tag = "目标任务",
    params(("year" = Option<i32>, Query), ("as_of" = Option<String>, Query), ("month" = Option<u32>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, description = "附件1", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
              (status = 401, description = "没有登录"), (status = 404, description = "无权查看"),
              (status = 422, body = crate::error::Problem, description = "参数有误", content_type = "application/problem+json"))
)]
async fn completion_xlsx(
    Extract(state): Extract<State>,
    me: ApiMe,
    params: Params,
) -> Result<Response, ApiFailure> {
    table(state, me, params, Format::Xlsx).await
}

/// 任务完成情况（附件1 的 PDF 文件，嵌入字体）
#[utoipa::path(
    get, path = "/api/v1/completion.pdf", tag = "目标任务",
    params(("year" = Option<i32>, Query), ("as_of" = Option<String>, Query), ("month" = Option<u32>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, description = "附件1", content_type = "application/pdf"),
              (status = 401, description = "没有登录"), (status = 404, description = "无权查看"),
              (status = 422, body = crate::error::Problem, description = "参数有误，或有字体里没有的字", content_type = "application/problem+json"),
              (status = 503, body = crate::error::Problem, description = "服务器上没有装好字体", content_type = "application/problem+json"))
)]
async fn completion_pdf(
    Extract(state): Extract<State>,
    me: ApiMe,
    params: Params,
) -> Result<Response, ApiFailure> {
    table(state, me, params, Format::Pdf).await
}

/// 任务完成情况（csv，UTF-8 带 BOM）
#[utoipa::path(
    get, path = "/api/v1/completion.csv", tag = "目标任务",
    params(("year" = Option<i32>, Query), ("as_of" = Option<String>, Query), ("month" = Option<u32>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, description = "附件1 的各行", content_type = "text/csv"),
              (status = 401, description = "没有登录"), (status = 404, description = "无权查看"),
              (status = 422, body = crate::error::Problem, description = "参数有误", content_type = "application/problem+json"))
)]
async fn completion_csv(
    Extract(state): Extract<State>,
    me: ApiMe,
    params: Params,
) -> Result<Response, ApiFailure> {
    table(state, me, params, Format::Csv).await
}

async fn analysis(
    state: State,
    me: ApiMe,
    params: Params,
    format: Format,
) -> Result<Response, ApiFailure> {
    params.only(&PARAMS)?;
    let query = params.completion()?;
    let printed = state.app.analysis_file(&me.0.caller, query, format).await?;
    Ok(answer(printed, format))
}

/// 任务完成情况分析（Word 文件，图可在 Word 中编辑）
#[utoipa::path(
    get, path = "/api/v1/completion/analysis.docx", tag = "目标任务",
    params(("year" = Option<i32>, Query), ("as_of" = Option<String>, Query), ("month" = Option<u32>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, description = "主要指标、完成率图、各企业完成情况、比较与预测、说明", content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
              (status = 401, description = "没有登录"), (status = 404, description = "无权查看"),
              (status = 422, body = crate::error::Problem, description = "参数有误", content_type = "application/problem+json"))
)]
async fn analysis_docx(
    Extract(state): Extract<State>,
    me: ApiMe,
    params: Params,
) -> Result<Response, ApiFailure> {
    analysis(state, me, params, Format::Docx).await
}

/// 任务完成情况分析（Excel 文件：分析、明细（数字为数值）、图）
#[utoipa::path(
    get, path = "/api/v1/completion/analysis.xlsx", tag = "目标任务",
    params(("year" = Option<i32>, Query), ("as_of" = Option<String>, Query), ("month" = Option<u32>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, description = "主要指标、完成率图、各企业完成情况、比较与预测、说明", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
              (status = 401, description = "没有登录"), (status = 404, description = "无权查看"),
              (status = 422, body = crate::error::Problem, description = "参数有误", content_type = "application/problem+json"))
)]
async fn analysis_xlsx(
    Extract(state): Extract<State>,
    me: ApiMe,
    params: Params,
) -> Result<Response, ApiFailure> {
    analysis(state, me, params, Format::Xlsx).await
}

/// 任务完成情况分析（PDF 文件，嵌入字体）
#[utoipa::path(
    get, path = "/api/v1/completion/analysis.pdf", tag = "目标任务",
    params(("year" = Option<i32>, Query), ("as_of" = Option<String>, Query), ("month" = Option<u32>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, description = "主要指标、完成率图、各企业完成情况、比较与预测、说明", content_type = "application/pdf"),
              (status = 401, description = "没有登录"), (status = 404, description = "无权查看"),
              (status = 422, body = crate::error::Problem, description = "参数有误，或有字体里没有的字", content_type = "application/problem+json"),
              (status = 503, body = crate::error::Problem, description = "服务器上没有装好字体", content_type = "application/problem+json"))
)]
async fn analysis_pdf(
    Extract(state): Extract<State>,
    me: ApiMe,
    params: Params,
) -> Result<Response, ApiFailure> {
    analysis(state, me, params, Format::Pdf).await
}
