//! `/api/v1/first-talks`: 首谈认定说明, their files and documents.

use app::first_talk::{FirstTalkView, PrintedAs};
use axum::{
    Json,
    extract::{Multipart, Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use domain::{
    FileId, FirstTalkId, ProjectId, UnitId,
    first_talk::{FirstTalk, Share},
    permission::Action,
    person::Invalid,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, etag, if_match, imports::FileBody, json::ApiJson},
    error::{ApiFailure, Problem},
    form::read_parts,
    layout::download,
    pages::{first_talks::media, query::day},
    route::ApiArea,
};

pub(super) fn area(area: ApiArea) -> ApiArea {
    let (see, decide) = (
        Access::Needs(Action::ViewProjects),
        Access::Needs(Action::MergeProjects),
    );
    area.add(see, routes!(list))
        .add(see, routes!(one))
        .add(decide, routes!(record))
        .add(decide, routes!(withdraw))
        .add(decide, routes!(attach))
        .add(see, routes!(file))
        .add(see, routes!(document))
}

pub(super) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(record))
        .routes(routes!(withdraw))
        .routes(routes!(attach))
        .routes(routes!(file))
        .routes(routes!(document))
}

/// A unit that shares a project.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SharerBody {
    #[schema(example = 4)]
    unit: i64,
    /// Percent with two decimals at most; all units have one and they add up to 100, or none has.
    #[serde(default)]
    #[schema(example = "60")]
    share: Option<String>,
}

/// A decision on who had the first talk.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FirstTalkAsked {
    /// The records of the project.
    #[schema(example = json!([12, 31]))]
    projects: Vec<i64>,
    /// The record that counts; the first where left out.
    #[serde(default)]
    #[schema(example = 12)]
    counted: Option<i64>,
    units: Vec<SharerBody>,
    /// The unit with the first talk.
    #[schema(example = 4)]
    first: i64,
    #[schema(example = "2017-03-08")]
    talked_on: String,
    #[schema(example = "2017年3月8日会谈纪要")]
    evidence: String,
    #[schema(example = "招商引资处")]
    decided_by: String,
    #[serde(default)]
    #[schema(example = "温国资招商〔2017〕6号")]
    document_number: String,
    #[schema(example = "2017-06-01")]
    effective_on: String,
}

/// A decision as it is recorded.
#[derive(Serialize, ToSchema)]
struct FirstTalkBody {
    id: i64,
    /// Records one may see; another enterprise's are left out.
    projects: Vec<i64>,
    /// The record that counts, where one may see it.
    counted: Option<i64>,
    units: Vec<SharerBody>,
    first: i64,
    talked_on: String,
    evidence: String,
    decided_by: String,
    document_number: String,
    effective_on: String,
    /// 有效、尚未生效、已撤回
    #[schema(example = "有效")]
    state: &'static str,
    withdrawn_on: Option<String>,
    withdrawn_reason: String,
    files: Vec<EvidenceBody>,
}

/// A file of a decision.
#[derive(Serialize, ToSchema)]
struct EvidenceBody {
    file: i64,
    name: String,
}

fn body(view: &FirstTalkView) -> FirstTalkBody {
    let decision = &view.recorded.decision;
    let says = &decision.says;
    let seen: Vec<i64> = view
        .projects
        .iter()
        .filter(|one| one.visible)
        .map(|one| one.id.0)
        .collect();
    FirstTalkBody {
        id: decision.id.0,
        counted: Some(says.counted.0).filter(|id| seen.contains(id)),
        projects: seen,
        units: says
            .units
            .iter()
            .map(|(unit, share)| SharerBody {
                unit: unit.0,
                share: share.map(|share| share.print().trim_end_matches('%').to_owned()),
            })
            .collect(),
        first: says.first.0,
        talked_on: says.talked_on.to_string(),
        evidence: says.evidence.clone(),
        decided_by: says.decided_by.clone(),
        document_number: says.document_number.clone(),
        effective_on: says.effective_on.to_string(),
        state: view.state,
        withdrawn_on: decision.withdrawn_on.map(|on| on.to_string()),
        withdrawn_reason: view
            .recorded
            .withdrawn
            .as_ref()
            .map(|(reason, ..)| reason.clone())
            .unwrap_or_default(),
        files: says
            .files
            .iter()
            .map(|one| EvidenceBody {
                file: one.file.0,
                name: one.name.clone(),
            })
            .collect(),
    }
}

fn on(field: &str, text: &str) -> Result<NaiveDate, Invalid> {
    day(text).ok_or_else(|| Invalid::of(field, "日期请写成 2017-10-31 这样的真实日期"))
}

impl FirstTalkAsked {
    fn parse(self) -> Result<FirstTalk, Invalid> {
        let mut units = Vec::new();
        for one in self.units {
            let share = match one.share.as_deref() {
                None => None,
                Some(text) => Some(
                    Share::parse(text)
                        .ok_or_else(|| Invalid::of("shares", "分成比例请填0到100，最多两位小数"))?,
                ),
            };
            units.push((UnitId(one.unit), share));
        }
        let projects: Vec<ProjectId> = self.projects.into_iter().map(ProjectId).collect();
        let counted = self.counted.map(ProjectId).or(projects.first().copied());
        Ok(FirstTalk {
            counted: counted.unwrap_or(ProjectId(0)),
            projects,
            units,
            first: UnitId(self.first),
            talked_on: on("talked_on", &self.talked_on)?,
            evidence: self.evidence,
            decided_by: self.decided_by,
            document_number: self.document_number,
            effective_on: on("effective_on", &self.effective_on)?,
            files: Vec::new(),
        })
    }
}

async fn shown(
    state: &State,
    me: &app::sign_in::Current,
    status: StatusCode,
    id: FirstTalkId,
) -> Result<Response, ApiFailure> {
    let view = state.app.first_talk(&me.caller, id).await?;
    let tag = etag(view.recorded.version);
    Ok((status, [(header::ETAG, tag)], Json(body(&view))).into_response())
}

/// 首谈认定说明：国资委看全部，企业看本单位参与的
#[utoipa::path(get, path = "/api/v1/first-talks", tag = "项目库", responses((status = 200, body = Vec<FirstTalkBody>)))]
async fn list(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Json<Vec<FirstTalkBody>>, ApiFailure> {
    let views = state.app.first_talks(&me.caller, None).await?;
    Ok(Json(views.iter().map(body).collect()))
}

/// 一份首谈认定说明
#[utoipa::path(get, path = "/api/v1/first-talks/{id}", tag = "项目库", params(("id" = i64, Path)),
    responses((status = 200, body = FirstTalkBody, headers(("ETag" = String)))))]
async fn one(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Response, ApiFailure> {
    shown(&state, &me, StatusCode::OK, FirstTalkId(id)).await
}

/// 作首谈认定
#[utoipa::path(post, path = "/api/v1/first-talks", tag = "项目库", request_body = FirstTalkAsked,
    responses((status = 201, body = FirstTalkBody, headers(("ETag" = String)))))]
async fn record(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(asked): ApiJson<FirstTalkAsked>,
) -> Result<Response, ApiFailure> {
    let id = state
        .app
        .record_first_talk(&me.caller, asked.parse()?)
        .await?;
    shown(&state, &me, StatusCode::CREATED, id).await
}

/// How a decision is withdrawn.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WithdrawFirstTalk {
    /// From which day on it counts no more; today when left out.
    #[serde(default)]
    #[schema(example = "2017-11-25")]
    effective_on: Option<String>,
    #[schema(example = "核实后首谈单位有误")]
    reason: String,
}

/// 撤回首谈认定说明
#[utoipa::path(post, path = "/api/v1/first-talks/{id}/withdraw", tag = "项目库", request_body = WithdrawFirstTalk, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = FirstTalkBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn withdraw(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(asked): ApiJson<WithdrawFirstTalk>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (FirstTalkId(id), if_match(&headers)?);
    let day = asked
        .effective_on
        .as_deref()
        .map(|text| on("effective_on", text));
    state
        .app
        .withdraw_first_talk(&me.caller, id, version, day.transpose()?, &asked.reason)
        .await?;
    shown(&state, &me, StatusCode::OK, id).await
}

/// 上传首谈依据材料
#[utoipa::path(post, path = "/api/v1/first-talks/{id}/files", tag = "项目库", params(("id" = i64, Path)),
    request_body(content = FileBody, content_type = "multipart/form-data"),
    responses((status = 201, body = FirstTalkBody, headers(("ETag" = String)))))]
async fn attach(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    parts: Multipart,
) -> Result<Response, ApiFailure> {
    let id = FirstTalkId(id);
    let file = read_parts(parts, state.options.upload_most).await?.file?;
    state
        .app
        .attach_first_talk(&me.caller, id, &file.file_name, &file.bytes)
        .await?;
    shown(&state, &me, StatusCode::CREATED, id).await
}

/// 首谈依据材料原件
#[utoipa::path(get, path = "/api/v1/first-talks/{id}/files/{file}", tag = "项目库", params(("id" = i64, Path), ("file" = i64, Path)),
    responses((status = 200, description = "材料，字节与上传时相同", content_type = "application/octet-stream")))]
async fn file(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((id, file)): Path<(i64, i64)>,
) -> Result<Response, ApiFailure> {
    let (name, bytes) = state
        .app
        .first_talk_file(&me.caller, FirstTalkId(id), FileId(file))
        .await?;
    Ok(download(&name, "application/octet-stream", bytes))
}

/// 首谈认定说明的文件：docx、pdf
#[utoipa::path(get, path = "/api/v1/first-talks/{id}/document/{ending}", tag = "项目库", params(("id" = i64, Path), ("ending" = String, Path, description = "docx 或 pdf")),
    responses((status = 200, description = "按公文格式排版", content_type = "application/pdf")))]
async fn document(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((id, ending)): Path<(i64, String)>,
) -> Result<Response, ApiFailure> {
    let printed_as = PrintedAs::from_ending(&ending).ok_or(app::Error::NotFound)?;
    let (name, bytes) = state
        .app
        .first_talk_document(&me.caller, FirstTalkId(id), printed_as)
        .await?;
    Ok(download(&name, media(printed_as), bytes))
}
