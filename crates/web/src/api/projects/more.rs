//! What else is done with projects: history, comparison, steps, contacts, files, twins, rules.

use app::projects::{HistoryEntry, When};
use axum::{
    Json,
    extract::{Multipart, Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use domain::{
    FileId, ProjectId, UnitId,
    library::LibraryRules,
    permission::Action,
    person::Invalid,
    project::{Change, Field, StandingStep},
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
    pages::query::{Params, day},
    route::ApiArea,
};

use super::{ProjectBody, answer, body::FieldsBody};

pub(super) fn area(area: ApiArea) -> ApiArea {
    let (see, edit) = (
        Access::Needs(Action::ViewProjects),
        Access::Needs(Action::EditProjects),
    );
    area.add(see, routes!(history))
        .add(see, routes!(compare))
        .add(see, routes!(compare_library))
        .add(see, routes!(step))
        .add(see, routes!(bulk))
        .add(Access::Needs(Action::RevealContacts), routes!(contact))
        .add(edit, routes!(attach))
        .add(edit, routes!(detach))
        .add(see, routes!(file))
        .add(see, routes!(twins))
        .add(see, routes!(rules))
        .add(Access::Needs(Action::SetLibraryRules), routes!(set_rules))
}

pub(super) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(history))
        .routes(routes!(compare))
        .routes(routes!(compare_library))
        .routes(routes!(step))
        .routes(routes!(bulk))
        .routes(routes!(contact))
        .routes(routes!(attach))
        .routes(routes!(detach))
        .routes(routes!(file))
        .routes(routes!(twins))
        .routes(routes!(rules))
        .routes(routes!(set_rules))
}

/// What differs in one field, in words.
#[derive(Serialize, ToSchema)]
struct ChangeBody {
    #[schema(example = "investment")]
    field: &'static str,
    #[schema(example = "投资额（万元）")]
    label: &'static str,
    #[schema(example = "12000")]
    before: String,
    #[schema(example = "15000")]
    after: String,
}

fn changes(changes: &[Change]) -> Vec<ChangeBody> {
    let body = |one: &Change| ChangeBody {
        field: one.field.word(),
        label: one.field.label(),
        before: one.before.clone(),
        after: one.after.clone(),
    };
    changes.iter().map(body).collect()
}

/// One save.
#[derive(Serialize, ToSchema)]
struct ProjectHistoryBody {
    revision: i64,
    effective_on: String,
    recorded_at: String,
    /// 谁修改的
    by: String,
    reason: String,
    /// When the authority accepted it.
    accepted_at: Option<String>,
    changes: Vec<ChangeBody>,
}

/// 修改历史，新的在前
#[utoipa::path(get, path = "/api/v1/projects/{id}/history", tag = "项目库", params(("id" = i64, Path)), responses((status = 200, body = Vec<ProjectHistoryBody>)))]
async fn history(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Json<Vec<ProjectHistoryBody>>, ApiFailure> {
    let entries = state.app.project_history(&me.caller, ProjectId(id)).await?;
    let body = |entry: HistoryEntry| ProjectHistoryBody {
        revision: entry.revision.number,
        effective_on: entry.revision.effective_on.to_string(),
        recorded_at: entry.revision.recorded_at.to_rfc3339(),
        by: entry.by,
        reason: entry.revision.reason,
        accepted_at: entry.accepted_at.map(|at| at.to_rfc3339()),
        changes: changes(&entry.changes),
    };
    Ok(Json(entries.into_iter().map(body).collect()))
}

/// From and to of a comparison: two days, as known at `known_at` or now.
fn two_days(params: &Params) -> Result<(When, When), Invalid> {
    let mut invalid = Invalid::default();
    let mut read = |name: &str| -> Option<NaiveDate> {
        let read = params.get(name).and_then(day);
        if read.is_none() {
            invalid.add(name, "请写成 2017-10-31 这样的真实日期");
        }
        read
    };
    let (from, to) = (read("from"), read("to"));
    invalid.into_result()?;
    let known_at = params.completion()?.known_at;
    let when = |as_of| When { as_of, known_at };
    Ok((when(from), when(to)))
}

/// Two states of a project.
#[derive(Serialize, ToSchema)]
struct ProjectComparedBody {
    was_there: bool,
    is_there: bool,
    changes: Vec<ChangeBody>,
}

/// 一个项目两个日期逐项比较
#[utoipa::path(get, path = "/api/v1/projects/{id}/compare", tag = "项目库",
    params(("id" = i64, Path), ("from" = String, Query), ("to" = String, Query), ("known_at" = Option<String>, Query)), responses((status = 200, body = ProjectComparedBody)))]
async fn compare(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Json<ProjectComparedBody>, ApiFailure> {
    params.only(&["from", "to", "known_at"])?;
    let (from, to) = two_days(&params)?;
    let compared = state
        .app
        .compare_project(&me.caller, ProjectId(id), from, to)
        .await?;
    Ok(Json(ProjectComparedBody {
        was_there: compared.before.is_some(),
        is_there: compared.after.is_some(),
        changes: changes(&compared.changes),
    }))
}

/// A project that differs between two days.
#[derive(Serialize, ToSchema)]
struct LibraryDifferenceBody {
    project: i64,
    unit: i64,
    name: String,
    was_there: bool,
    is_there: bool,
    changes: Vec<ChangeBody>,
}

/// 项目库两个日期比较：新增的、不在了的、改了的
#[utoipa::path(get, path = "/api/v1/projects/compare", tag = "项目库",
    params(("from" = String, Query), ("to" = String, Query), ("known_at" = Option<String>, Query), ("unit" = Option<i64>, Query)), responses((status = 200, body = Vec<LibraryDifferenceBody>)))]
async fn compare_library(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<Vec<LibraryDifferenceBody>>, ApiFailure> {
    params.only(&["from", "to", "unit", "known_at"])?;
    let (from, to) = two_days(&params)?;
    let unit = params.number("unit")?.map(UnitId);
    let found = state
        .app
        .compare_library(&me.caller, unit, from, to)
        .await?;
    let body = |one: app::projects::LibraryDifference| LibraryDifferenceBody {
        project: one.project.0,
        unit: one.unit.0,
        name: one.name,
        was_there: one.was_there,
        is_there: one.is_there,
        changes: changes(&one.changes),
    };
    Ok(Json(found.into_iter().map(body).collect()))
}

/// A step between the libraries.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProjectStepBody {
    /// put_forward, take_back, admit, send_back, remove.
    #[schema(example = "put_forward")]
    step: String,
    #[serde(default)]
    reason: String,
}

fn read_step(word: &str) -> Result<StandingStep, Invalid> {
    StandingStep::from_word(word).ok_or_else(|| Invalid::of("step", "没有这个步骤，请对照接口说明"))
}

/// 选送、撤回、入库、退回、移出
#[utoipa::path(post, path = "/api/v1/projects/{id}/steps", tag = "项目库", request_body = ProjectStepBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ProjectBody, headers(("ETag" = String))), (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn step(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(step): ApiJson<ProjectStepBody>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (ProjectId(id), if_match(&headers)?);
    let taken = read_step(&step.step)?;
    state
        .app
        .step_project(&me.caller, id, version, taken, &step.reason)
        .await?;
    let view = state.app.project(&me.caller, id, When::default()).await?;
    Ok(answer(StatusCode::OK, &view))
}

/// One step for many projects.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkBody {
    #[schema(example = json!([12, 15]))]
    ids: Vec<i64>,
    #[schema(example = "put_forward")]
    step: String,
    #[serde(default)]
    reason: String,
}

/// What became of each.
#[derive(Serialize, ToSchema)]
struct BulkAnswer {
    /// Numbers of those done.
    done: Vec<i64>,
    /// Those not done, each with why.
    refused: Vec<BulkRefusal>,
}

/// Why one was not done.
#[derive(Serialize, ToSchema)]
struct BulkRefusal {
    id: i64,
    /// Code and name.
    project: String,
    why: String,
}

/// 多个项目一起选送、入库等，逐个办理，办不了的说明原因
#[utoipa::path(post, path = "/api/v1/projects/steps", tag = "项目库", request_body = BulkBody, responses((status = 200, body = BulkAnswer)))]
async fn bulk(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(bulk): ApiJson<BulkBody>,
) -> Result<Json<BulkAnswer>, ApiFailure> {
    let step = read_step(&bulk.step)?;
    let ids: Vec<ProjectId> = bulk.ids.into_iter().map(ProjectId).collect();
    let done = state
        .app
        .step_projects(&me.caller, &ids, step, &bulk.reason)
        .await?;
    Ok(Json(BulkAnswer {
        done: done.done.iter().map(|id| id.0).collect(),
        refused: done
            .refused
            .into_iter()
            .map(|(id, project, why)| BulkRefusal {
                id: id.0,
                project,
                why,
            })
            .collect(),
    }))
}

/// A contact in full.
#[derive(Serialize, ToSchema)]
struct ContactBody {
    name: String,
    #[schema(example = "13800000000")]
    phone: String,
}

/// 联系电话全文；查看会记入审计
#[utoipa::path(post, path = "/api/v1/projects/{id}/contact", tag = "项目库", params(("id" = i64, Path)), responses((status = 200, body = ContactBody)))]
async fn contact(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Json<ContactBody>, ApiFailure> {
    let (name, phone) = state.app.reveal_contact(&me.caller, ProjectId(id)).await?;
    Ok(Json(ContactBody { name, phone }))
}

/// 上传附件
#[utoipa::path(post, path = "/api/v1/projects/{id}/files", tag = "项目库", params(("id" = i64, Path), ("If-Match" = String, Header)),
    request_body(content = FileBody, content_type = "multipart/form-data"),
    responses((status = 201, body = ProjectBody, headers(("ETag" = String))), (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn attach(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, ApiFailure> {
    let (id, version) = (ProjectId(id), if_match(&headers)?);
    let file = read_parts(parts, state.options.upload_most).await?.file?;
    state
        .app
        .attach_to_project(&me.caller, id, version, &file.file_name, &file.bytes)
        .await?;
    let view = state.app.project(&me.caller, id, When::default()).await?;
    Ok(answer(StatusCode::CREATED, &view))
}

/// 删去附件；以前的版本里仍有
#[utoipa::path(delete, path = "/api/v1/projects/{id}/files/{file}", tag = "项目库", params(("id" = i64, Path), ("file" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ProjectBody, headers(("ETag" = String))), (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn detach(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((id, file)): Path<(i64, i64)>,
    headers: HeaderMap,
) -> Result<Response, ApiFailure> {
    let (id, version) = (ProjectId(id), if_match(&headers)?);
    state
        .app
        .detach_from_project(&me.caller, id, version, FileId(file))
        .await?;
    let view = state.app.project(&me.caller, id, When::default()).await?;
    Ok(answer(StatusCode::OK, &view))
}

/// 附件原件
#[utoipa::path(get, path = "/api/v1/projects/{id}/files/{file}", tag = "项目库", params(("id" = i64, Path), ("file" = i64, Path)),
    responses((status = 200, description = "附件，字节与上传时相同", content_type = "application/octet-stream")))]
async fn file(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((id, file)): Path<(i64, i64)>,
) -> Result<Response, ApiFailure> {
    let file = state
        .app
        .project_file(&me.caller, ProjectId(id), FileId(file))
        .await?;
    Ok(download(&file.name, "application/octet-stream", file.bytes))
}

/// What is about to be saved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TwinsBody {
    fields: FieldsBody,
    /// The project itself, when it is there already.
    #[serde(default)]
    except: Option<i64>,
}

/// A project that may be the same.
#[derive(Serialize, ToSchema)]
struct TwinBody {
    /// None: another unit may have it; ask the 招商引资处.
    project: Option<i64>,
    code: Option<String>,
    name: Option<String>,
    /// 像在哪里
    why: Vec<&'static str>,
}

/// 可能重复的项目；只提示，不阻止保存
#[utoipa::path(post, path = "/api/v1/projects/twins", tag = "项目库", request_body = TwinsBody, responses((status = 200, body = Vec<TwinBody>)))]
async fn twins(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(asked): ApiJson<TwinsBody>,
) -> Result<Json<Vec<TwinBody>>, ApiFailure> {
    let fields = asked.fields.parse()?;
    let found = state
        .app
        .likely_twins(&me.caller, &fields, asked.except.map(ProjectId))
        .await?;
    let body = |twin: app::projects::Twin| {
        let (project, code, name) = match twin.project {
            Some((id, code, name, _)) => (Some(id.0), Some(code), Some(name)),
            None => (None, None, None),
        };
        TwinBody {
            project,
            code,
            name,
            why: twin.why,
        }
    };
    Ok(Json(found.into_iter().map(body).collect()))
}

/// The library's rules.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RulesBody {
    /// {年}、{单位}、{序号}
    #[schema(example = "WZ{年}-{单位}-{序号}")]
    code_rule: String,
    #[schema(example = json!(["现代物流", "现代旅游"]))]
    industries: Vec<String>,
    /// Fields that make an adjustment when they change.
    #[schema(example = json!(["name", "investment"]))]
    reportable: Vec<String>,
}

fn rules_answer(version: i64, rules: &LibraryRules) -> Response {
    let body = RulesBody {
        code_rule: rules.code_rule.clone(),
        industries: rules.industries.clone(),
        reportable: rules
            .reportable
            .iter()
            .map(|field| field.word().to_owned())
            .collect(),
    };
    ([(header::ETAG, etag(version))], Json(body)).into_response()
}

/// 项目库规则：编号、产业名录、哪些字段变了要报调整
#[utoipa::path(get, path = "/api/v1/projects/rules", tag = "项目库", responses((status = 200, body = RulesBody, headers(("ETag" = String)))))]
async fn rules(Extract(state): Extract<State>, ApiMe(me): ApiMe) -> Result<Response, ApiFailure> {
    let (version, rules) = state.app.library_rules(&me.caller).await?;
    Ok(rules_answer(version, &rules))
}

/// 设定项目库规则
#[utoipa::path(put, path = "/api/v1/projects/rules", tag = "项目库", request_body = RulesBody, params(("If-Match" = String, Header)),
    responses((status = 200, body = RulesBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn set_rules(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    headers: HeaderMap,
    ApiJson(body): ApiJson<RulesBody>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    let mut invalid = Invalid::default();
    let fields = body.reportable.iter().filter_map(|word| {
        let field = Field::from_word(word);
        if field.is_none() {
            invalid.add(
                "reportable",
                format!("没有“{word}”这个字段，请对照接口说明"),
            );
        }
        field
    });
    let rules = LibraryRules {
        reportable: fields.collect(),
        code_rule: body.code_rule,
        industries: body.industries,
    };
    invalid.into_result()?;
    state
        .app
        .set_library_rules(&me.caller, version, rules)
        .await?;
    let (version, rules) = state.app.library_rules(&me.caller).await?;
    Ok(rules_answer(version, &rules))
}
