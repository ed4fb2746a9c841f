//! `/api/v1/returns/intake`: a clerk's own file into a return's draft, with preview, corrections and confirmation.

use std::collections::BTreeMap;

use app::{
    returns::intake::{
        IntakeAnswers, IntakePreview, IntakeSeen, IntakeStarted, IntakeState, RowAnswer,
    },
    sign_in::Current,
};
use axum::{
    Json,
    extract::{Multipart, Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{adjustment::AdjustmentKind, period::ReturnKind, permission::Action};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, json::ApiJson},
    error::{ApiFailure, Failure, Problem},
    form::read_parts,
    pages::query::day,
    route::ApiArea,
};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    let prepare = Access::Needs(Action::PrepareReturns);
    area.add(prepare, routes!(start))
        .add(prepare, routes!(preview))
        .add(prepare, routes!(answer))
        .add(prepare, routes!(cancel))
        .add(prepare, routes!(confirm))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(start))
        .routes(routes!(preview))
        .routes(routes!(answer))
        .routes(routes!(cancel))
        .routes(routes!(confirm))
}

/// A clerk's file, and for which return it is.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the multipart body; the parts are read by hand"
)]
struct IntakeFileBody {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Kind of the return, annex2 or annex3; annex2 where it is left out.
    #[schema(required = false, example = "annex2")]
    kind: Option<String>,
    /// Cut-off of the period; the nearest that is open where it is left out.
    #[schema(required = false, example = "2017-11-30")]
    cut_off: Option<String>,
}

/// 核对稿：逐行读出的内容、存疑、与项目库的比较、待回答的问题
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes what `app::returns::intake::IntakePreview` serialises to"
)]
struct IntakePreviewBody {
    /// Name of the draft in addresses.
    key: String,
    /// Counts saves of the answers.
    version: i64,
    /// When it was laid beside the library; version and basis are the ETag.
    #[schema(example = "1511485200000000-1")]
    basis: String,
    #[schema(example = "annex2")]
    kind: String,
    #[schema(example = "2017-11-30")]
    cut_off: String,
    #[schema(example = "截至2017年11月")]
    label: String,
    unit: i64,
    unit_name: String,
    /// From which day on what is confirmed holds.
    #[schema(example = "2017-11-24")]
    effective_on: String,
    file_name: String,
    message: String,
    /// 报送单位 as written, table by table; null where it is not written.
    written_units: Vec<Option<String>>,
    reported_on: Option<String>,
    unit_of_money: Option<String>,
    /// The file says that there is nothing to report.
    zero: bool,
    zero_reason: String,
    answers: IntakeAnswersBody,
    rows: Vec<IntakeRowBody>,
    /// Projects of the library that no row is about; they stay as they are.
    unnamed: usize,
    /// Projects that can be chosen: number, code, name.
    #[schema(value_type = Vec<Vec<serde_json::Value>>)]
    projects: Vec<(i64, String, String)>,
    /// Kinds whose forms the file holds too; upload it again for each.
    #[schema(example = json!(["annex3"]))]
    also: Vec<String>,
    file_doubts: Vec<String>,
    /// What must be answered first: `fields` holds pairs of field and sentence.
    #[schema(value_type = Object)]
    open: serde_json::Value,
}

#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes what `app::returns::intake::IntakeRow` serialises to"
)]
struct IntakeRowBody {
    /// From 1 over all tables of the file.
    number: usize,
    #[schema(example = "第1个表第3行")]
    place: String,
    name: String,
    /// asked, added, changed, suspended, left, kept, skipped.
    #[schema(example = "changed")]
    state: String,
    /// added, changed, suspended, left, kept; null while it is asked, and in 附件3.
    #[schema(example = "changed")]
    kind: Option<String>,
    /// The kind that the wording of 调整内容 names.
    #[schema(example = "changed")]
    worded: Option<String>,
    /// `{"known": {project, how}}`, `"new"` or `{"asked": {likely}}`.
    #[schema(value_type = Object)]
    target: serde_json::Value,
    cells: Vec<IntakeCellBody>,
    /// Columns that the form does not have: shown, never written.
    extra: BTreeMap<String, String>,
    doubts: Vec<String>,
    answer: IntakeRowAnswerBody,
    /// What must be answered about it first: pairs of field and sentence.
    #[schema(value_type = Vec<Vec<String>>)]
    open: Vec<(String, String)>,
}

#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes what `app::returns::intake::IntakeCell` serialises to"
)]
struct IntakeCellBody {
    #[schema(example = "investment_wan")]
    field: String,
    #[schema(example = "投资额（万元）")]
    label: String,
    /// The text in the file.
    #[schema(example = "约5亿元")]
    raw: String,
    #[schema(example = "第1个表第3行第4列")]
    place: String,
    /// What is taken.
    #[schema(example = "50000")]
    value: String,
    /// What was read.
    #[schema(example = "50000")]
    read: String,
    corrected: bool,
    doubts: Vec<String>,
    /// What the library has; null without a project.
    #[schema(example = "48000")]
    before: Option<String>,
    /// `"none"`, `"same"`, `"silent"` or `{"differs": {taken, proposed}}`.
    change: serde_json::Value,
}

/// What is answered; what is left out stays. A row that is given replaces what was answered about it, null takes it back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"unit_confirmed": true, "checked": true, "rows": {"3": {"project": "new", "kind": "added", "texts": {"investment_wan": "5亿元"}, "take": {"basic_info": false}}}}))]
struct IntakePatchBody {
    /// It is the own enterprise's return although the file names another unit, or none.
    #[serde(default)]
    unit_confirmed: Option<bool>,
    /// The kind of rows whose wording names none: added, changed, suspended, left, kept.
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    zero_reason: Option<String>,
    /// Every doubt was looked at.
    #[serde(default)]
    checked: Option<bool>,
    /// By row number.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, IntakeRowAnswerBody>)]
    rows: BTreeMap<usize, Option<RowAnswer>>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes `app::returns::intake::IntakeAnswers`")]
struct IntakeAnswersBody {
    unit_confirmed: bool,
    #[schema(example = "changed")]
    kind: Option<String>,
    zero_reason: Option<String>,
    checked: bool,
    /// By row number.
    rows: BTreeMap<String, IntakeRowAnswerBody>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes `app::returns::intake::RowAnswer`")]
struct IntakeRowAnswerBody {
    /// Leave this row out.
    #[schema(required = false)]
    skip: bool,
    /// Number of the project that it means, or `"new"`.
    #[schema(required = false, value_type = Object, example = json!("new"))]
    project: Option<serde_json::Value>,
    #[schema(required = false, example = "changed")]
    kind: Option<String>,
    /// Corrected cells by field.
    #[schema(required = false)]
    texts: BTreeMap<String, String>,
    /// Differences to be taken or left otherwise than proposed, by field.
    #[schema(required = false)]
    take: BTreeMap<String, bool>,
}

/// What became of a draft that is not read yet, or cannot be.
#[derive(Serialize, ToSchema)]
struct IntakeStateBody {
    key: String,
    /// reading, refused.
    #[schema(example = "reading")]
    state: &'static str,
    file_name: String,
    /// Why it was refused, and what to do.
    message: String,
}

/// What a confirmation made.
#[derive(Serialize, ToSchema)]
struct IntakeDoneBody {
    /// Number of the return it went into.
    #[schema(example = 7)]
    id: i64,
    #[schema(example = "annex2")]
    kind: &'static str,
    #[schema(example = "2017-11-30")]
    cut_off: String,
    unit: i64,
    /// Rows that were taken.
    #[schema(example = 12)]
    rows: i64,
}

fn tag(preview: &IntakePreview) -> String {
    format!("\"{}-{}\"", preview.version, preview.basis)
}

fn seen_of(headers: &HeaderMap) -> Result<IntakeSeen, Failure> {
    let text = headers
        .get(header::IF_MATCH)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(Failure::precondition_required)?;
    let text = text.trim().trim_start_matches("W/").trim_matches('"');
    let (version, basis) = text.split_once('-').unwrap_or((text, ""));
    // A tag that is none of ours fits no version, and the answer shows the current one.
    Ok(IntakeSeen {
        version: version.parse().unwrap_or(-1),
        basis: basis.to_owned(),
    })
}

fn shown(status: StatusCode, preview: IntakePreview) -> Response {
    let tag = tag(&preview);
    (status, [(header::ETAG, tag)], Json(preview)).into_response()
}

async fn state_shown(
    state: &State,
    me: &Current,
    key: &str,
    status: StatusCode,
) -> Result<Response, ApiFailure> {
    let body = |state, file_name, message| IntakeStateBody {
        key: key.to_owned(),
        state,
        file_name,
        message,
    };
    Ok(match state.app.intake(&me.caller, key).await? {
        IntakeState::Ready(preview) => shown(status, *preview),
        IntakeState::Reading { file_name, .. } => {
            let body = body("reading", file_name, String::new());
            (StatusCode::ACCEPTED, Json(body)).into_response()
        }
        IntakeState::Refused {
            file_name, message, ..
        } => (status, Json(body("refused", file_name, message))).into_response(),
    })
}

/// A refusal; one for being stale names the whole tag now there.
async fn refused<T>(
    state: &State,
    me: &Current,
    key: &str,
    result: app::Result<T>,
) -> Result<T, ApiFailure> {
    let error = match result {
        Ok(done) => return Ok(done),
        Err(error) => error,
    };
    let stale = matches!(error, app::Error::Conflict(_));
    let mut failure = Failure::from(error);
    if stale {
        let now = state.app.preview_intake(&me.caller, key).await?;
        failure.current_etag = Some(tag(&now).into());
    }
    Err(failure.into())
}

/// 上传填好的报表，读成核对稿；确认之前不保存任何内容
///
/// 大文件还在读时答 202，过几秒再看核对稿。
#[utoipa::path(post, path = "/api/v1/returns/intake", tag = "报送", request_body(content = IntakeFileBody, content_type = "multipart/form-data"),
    responses((status = 201, body = IntakePreviewBody, description = "核对稿", headers(("ETag" = String), ("Location" = String))),
              (status = 202, body = IntakeStateBody, description = "还在读", headers(("Location" = String))),
              (status = 422, body = Problem, description = "文件不能导入，detail 里说明怎么办", content_type = "application/problem+json")))]
async fn start(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    parts: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response, ApiFailure> {
    let parts = parts.map_err(|_| {
        Failure::invalid(
            "file",
            "请以 multipart/form-data 上传，文件放在名为 file 的部分",
        )
    })?;
    let parts = read_parts(parts, state.options.upload_most).await?;
    let file = parts.file.map_err(Failure::from)?;
    let kind = match parts.fields.filled("kind") {
        None => ReturnKind::Annex2,
        Some(word) => ReturnKind::from_word(word)
            .ok_or_else(|| Failure::invalid("kind", "没有这种报表，请对照接口说明"))?,
    };
    let wrong = || Failure::invalid("cut_off", "截止日请写成 2017-11-30 这样的真实日期");
    let cut_off = parts
        .fields
        .filled("cut_off")
        .map(|text| day(text).ok_or_else(wrong))
        .transpose()?;
    let place = state.app.intake_place(&me.caller, kind, cut_off).await?;
    let started = state
        .app
        .start_intake(&me.caller, place.key, &file.file_name, &file.bytes)
        .await?;
    match started {
        IntakeStarted::Refused(refusal) => Err(Failure::invalid("file", refusal.message).into()),
        IntakeStarted::Draft(key) => {
            let mut response = state_shown(&state, &me, &key, StatusCode::CREATED).await?;
            if let Ok(location) = format!("/api/v1/returns/intake/{key}").parse() {
                response.headers_mut().insert(header::LOCATION, location);
            }
            Ok(response)
        }
    }
}

/// 看核对稿
#[utoipa::path(get, path = "/api/v1/returns/intake/{key}", tag = "报送", params(("key" = String, Path)),
    responses((status = 200, body = IntakePreviewBody, headers(("ETag" = String))), (status = 202, body = IntakeStateBody, description = "还在读")))]
async fn preview(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(key): Path<String>,
) -> Result<Response, ApiFailure> {
    state_shown(&state, &me, &key, StatusCode::OK).await
}

/// 回答问题、改正单元格、选择取舍
#[utoipa::path(patch, path = "/api/v1/returns/intake/{key}", tag = "报送", params(("key" = String, Path), ("If-Match" = String, Header)),
    request_body(content = IntakePatchBody, content_type = "application/json"),
    responses((status = 200, body = IntakePreviewBody, headers(("ETag" = String))),
              (status = 409, body = Problem, content_type = "application/problem+json"), (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn answer(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(key): Path<String>,
    headers: HeaderMap,
    ApiJson(patch): ApiJson<IntakePatchBody>,
) -> Result<Response, ApiFailure> {
    let seen = seen_of(&headers)?;
    let before = state.app.preview_intake(&me.caller, &key).await?;
    let answers = patched(before.answers, patch)?;
    let answered = state
        .app
        .answer_intake(&me.caller, &key, seen.version, answers)
        .await;
    let after = refused(&state, &me, &key, answered).await?;
    Ok(shown(StatusCode::OK, after))
}

fn patched(mut answers: IntakeAnswers, patch: IntakePatchBody) -> Result<IntakeAnswers, Failure> {
    answers.unit_confirmed = patch.unit_confirmed.unwrap_or(answers.unit_confirmed);
    answers.checked = patch.checked.unwrap_or(answers.checked);
    if let Some(word) = patch.kind {
        let wrong = || Failure::invalid("kind", "没有这种调整类别，请对照接口说明");
        answers.kind = Some(AdjustmentKind::from_word(&word).ok_or_else(wrong)?);
    }
    if let Some(reason) = patch.zero_reason {
        answers.zero_reason = Some(reason);
    }
    for (number, row) in patch.rows {
        match row {
            Some(row) => answers.rows.insert(number, row),
            None => answers.rows.remove(&number),
        };
    }
    Ok(answers)
}

/// 取消，不留痕迹
#[utoipa::path(delete, path = "/api/v1/returns/intake/{key}", tag = "报送", params(("key" = String, Path)),
    responses((status = 204, description = "已取消")))]
async fn cancel(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(key): Path<String>,
) -> Result<StatusCode, ApiFailure> {
    state.app.cancel_intake(&me.caller, &key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 确认：项目写入项目库，理由和备注写入报表草稿；重复确认只生效一次
#[utoipa::path(post, path = "/api/v1/returns/intake/{key}/confirm", tag = "报送", params(("key" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = IntakeDoneBody),
              (status = 409, body = Problem, description = "核对之后项目库、报表或核对稿有改动", content_type = "application/problem+json"),
              (status = 422, body = Problem, description = "还有问题没有回答，或存疑没有核对", content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn confirm(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Result<Json<IntakeDoneBody>, ApiFailure> {
    let seen = seen_of(&headers)?;
    let confirmed = state.app.confirm_intake(&me.caller, &key, &seen).await;
    let done = refused(&state, &me, &key, confirmed).await?;
    Ok(Json(IntakeDoneBody {
        id: done.filing.0,
        kind: done.key.kind.word(),
        cut_off: done.key.cut_off.to_string(),
        unit: done.key.unit.0,
        rows: done.rows,
    }))
}
