//! `/api/v1/projects/lists`: named lists with targets and steps. And the library as a file, the brochure.

use app::projects::{ExportFormat, ListItem, ListSummary, ListView, ProjectQuery};
use axum::{
    Json,
    extract::{Path, RawQuery, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    ListId, ProjectId,
    partial_date::PartialDate,
    permission::Action,
    person::Invalid,
    project_list::{ListFields, ListGoal, ListStep},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, etag, if_match, json::ApiJson},
    error::{ApiFailure, Problem},
    layout::{CSV, download},
    pages::{projects::exports::XLSX, query::day},
    route::ApiArea,
};

use super::pairs;

pub(super) fn area(area: ApiArea) -> ApiArea {
    let (see, keep) = (
        Access::Needs(Action::ViewProjects),
        Access::Needs(Action::AdmitProjects),
    );
    area.add(see, routes!(lists))
        .add(see, routes!(list))
        .add(keep, routes!(add))
        .add(keep, routes!(save))
        .add(keep, routes!(put))
        .add(keep, routes!(set_goal))
        .add(keep, routes!(take_out))
        .add(see, routes!(tick))
        .add(see, routes!(export))
        .add(see, routes!(brochure))
}

pub(super) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(lists))
        .routes(routes!(list))
        .routes(routes!(add))
        .routes(routes!(save))
        .routes(routes!(put))
        .routes(routes!(set_goal))
        .routes(routes!(take_out))
        .routes(routes!(tick))
        .routes(routes!(export))
        .routes(routes!(brochure))
}

/// What is said of a named list.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NamedListFields {
    #[schema(example = "重大项目谋划盯引清单")]
    name: String,
    /// 文号
    #[serde(default)]
    #[schema(example = "温委发〔2017〕42号")]
    document_number: String,
    #[schema(example = 2017)]
    year: i32,
    #[serde(default)]
    note: String,
}

impl NamedListFields {
    fn of(fields: &ListFields) -> Self {
        Self {
            name: fields.name.clone(),
            document_number: fields.document_number.clone(),
            year: fields.year,
            note: fields.note.clone(),
        }
    }

    fn parse(self) -> ListFields {
        ListFields {
            name: self.name,
            document_number: self.document_number,
            year: self.year,
            note: self.note,
        }
    }
}

/// A named list.
#[derive(Serialize, ToSchema)]
struct NamedList {
    id: i64,
    fields: NamedListFields,
    /// Projects in it within reach.
    projects: usize,
    /// Their steps done.
    done: usize,
    /// All their steps.
    steps: usize,
}

/// A step of a project in a list.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NamedListStep {
    #[schema(example = "完成可研批复")]
    words: String,
    /// 期限，只知道月份时写 2017-06
    #[serde(default)]
    #[schema(example = "2017-06")]
    due: Option<String>,
    #[serde(default)]
    #[schema(example = "2017-06-20")]
    done_on: Option<String>,
}

/// A project in a list.
#[derive(Serialize, ToSchema)]
struct NamedListItem {
    project: i64,
    code: String,
    name: String,
    /// Number of the enterprise.
    unit: i64,
    stage: &'static str,
    /// A change of its goal or a step names it.
    version: i64,
    #[schema(example = "年内开工")]
    target: String,
    steps: Vec<NamedListStep>,
}

/// A named list with its projects.
#[derive(Serialize, ToSchema)]
struct NamedListDetail {
    id: i64,
    fields: NamedListFields,
    items: Vec<NamedListItem>,
}

fn summary(one: &ListSummary) -> NamedList {
    NamedList {
        id: one.list.id.0,
        fields: NamedListFields::of(&one.list.fields),
        projects: one.projects,
        done: one.progress.0,
        steps: one.progress.1,
    }
}

fn item(one: &ListItem) -> NamedListItem {
    let step = |step: &ListStep| NamedListStep {
        words: step.words.clone(),
        due: step.due.map(|due| due.to_string()),
        done_on: step.done_on.map(|on| on.to_string()),
    };
    NamedListItem {
        project: one.item.project.0,
        code: one.code.clone(),
        name: one.name.clone(),
        unit: one.unit.0,
        stage: one.stage.word(),
        version: one.item.version,
        target: one.item.goal.target.clone(),
        steps: one.item.goal.steps.iter().map(step).collect(),
    }
}

fn detail(status: StatusCode, view: &ListView) -> Response {
    let body = NamedListDetail {
        id: view.list.id.0,
        fields: NamedListFields::of(&view.list.fields),
        items: view.items.iter().map(item).collect(),
    };
    (
        status,
        [(header::ETAG, etag(view.list.version))],
        Json(body),
    )
        .into_response()
}

async fn shown(
    state: &State,
    me: &app::sign_in::Current,
    status: StatusCode,
    id: ListId,
) -> Result<Response, ApiFailure> {
    Ok(detail(status, &state.app.named_list(&me.caller, id).await?))
}

/// 专项清单
#[utoipa::path(get, path = "/api/v1/projects/lists", tag = "项目库", responses((status = 200, body = Vec<NamedList>)))]
async fn lists(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Json<Vec<NamedList>>, ApiFailure> {
    let lists = state.app.named_lists(&me.caller).await?;
    Ok(Json(lists.iter().map(summary).collect()))
}

/// 一份专项清单及其项目
#[utoipa::path(get, path = "/api/v1/projects/lists/{id}", tag = "项目库", params(("id" = i64, Path)),
    responses((status = 200, body = NamedListDetail, headers(("ETag" = String)))))]
async fn list(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Response, ApiFailure> {
    shown(&state, &me, StatusCode::OK, ListId(id)).await
}

/// 新建专项清单
#[utoipa::path(post, path = "/api/v1/projects/lists", tag = "项目库", request_body = NamedListFields,
    responses((status = 201, body = NamedListDetail, headers(("ETag" = String)))))]
async fn add(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(fields): ApiJson<NamedListFields>,
) -> Result<Response, ApiFailure> {
    let id = state
        .app
        .save_named_list(&me.caller, None, fields.parse())
        .await?;
    shown(&state, &me, StatusCode::CREATED, id).await
}

/// 修改专项清单
#[utoipa::path(put, path = "/api/v1/projects/lists/{id}", tag = "项目库", request_body = NamedListFields, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = NamedListDetail, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(fields): ApiJson<NamedListFields>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (ListId(id), if_match(&headers)?);
    state
        .app
        .save_named_list(&me.caller, Some((id, version)), fields.parse())
        .await?;
    shown(&state, &me, StatusCode::OK, id).await
}

/// Projects for a list.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PutBody {
    #[serde(default)]
    #[schema(example = json!([12]))]
    projects: Vec<i64>,
    /// 项目编号
    #[serde(default)]
    #[schema(example = json!(["WZ2017-03-0012"]))]
    codes: Vec<String>,
}

/// 把项目加入专项清单，已在清单里的保持不变
#[utoipa::path(post, path = "/api/v1/projects/lists/{id}/projects", tag = "项目库", request_body = PutBody, params(("id" = i64, Path)),
    responses((status = 200, body = NamedListDetail, headers(("ETag" = String)))))]
async fn put(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    ApiJson(body): ApiJson<PutBody>,
) -> Result<Response, ApiFailure> {
    let projects: Vec<ProjectId> = body.projects.into_iter().map(ProjectId).collect();
    state
        .app
        .add_to_named_list(&me.caller, ListId(id), &projects, &body.codes)
        .await?;
    shown(&state, &me, StatusCode::OK, ListId(id)).await
}

/// What a list says of a project.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GoalBody {
    #[serde(default)]
    #[schema(example = "年内开工")]
    target: String,
    #[serde(default)]
    steps: Vec<NamedListStep>,
}

fn goal(body: GoalBody) -> Result<ListGoal, Invalid> {
    let mut invalid = Invalid::default();
    let mut steps = Vec::new();
    for (at, one) in body.steps.into_iter().enumerate() {
        let due = one.due.as_deref().map(PartialDate::read);
        let done_on = one.done_on.as_deref().map(day);
        if due == Some(None) {
            invalid.add(
                &format!("steps.{at}.due"),
                "期限请写成 2017-06-20 或 2017-06",
            );
        }
        if done_on == Some(None) {
            invalid.add(
                &format!("steps.{at}.done_on"),
                "完成日期请写成 2017-06-20 这样的真实日期",
            );
        }
        steps.push(ListStep {
            words: one.words,
            due: due.flatten(),
            done_on: done_on.flatten(),
        });
    }
    invalid.into_result()?;
    Ok(ListGoal {
        target: body.target,
        steps,
    })
}

/// 设定清单里一个项目的目标和步骤；If-Match 为该项目在清单里的 version
#[utoipa::path(put, path = "/api/v1/projects/lists/{id}/projects/{project}", tag = "项目库", request_body = GoalBody,
    params(("id" = i64, Path), ("project" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = NamedListDetail, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn set_goal(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((id, project)): Path<(i64, i64)>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<GoalBody>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    state
        .app
        .set_list_goal(
            &me.caller,
            ListId(id),
            ProjectId(project),
            version,
            goal(body)?,
        )
        .await?;
    shown(&state, &me, StatusCode::OK, ListId(id)).await
}

/// 从专项清单里取出一个项目
#[utoipa::path(delete, path = "/api/v1/projects/lists/{id}/projects/{project}", tag = "项目库",
    params(("id" = i64, Path), ("project" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = NamedListDetail, headers(("ETag" = String))), (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn take_out(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((id, project)): Path<(i64, i64)>,
    headers: HeaderMap,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    state
        .app
        .take_out_of_named_list(&me.caller, ListId(id), ProjectId(project), version)
        .await?;
    shown(&state, &me, StatusCode::OK, ListId(id)).await
}

/// A step ticked, or its tick taken away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TickBody {
    /// Its place, 0 for the first.
    #[schema(example = 0)]
    step: usize,
    /// When it was done; null takes the tick away.
    #[schema(example = "2017-06-20")]
    done_on: Option<String>,
}

/// 步骤完成或取消完成；企业可更新本企业项目的步骤
#[utoipa::path(post, path = "/api/v1/projects/lists/{id}/projects/{project}/steps", tag = "项目库", request_body = TickBody,
    params(("id" = i64, Path), ("project" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = NamedListDetail, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn tick(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((id, project)): Path<(i64, i64)>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<TickBody>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    let done_on = body.done_on.as_deref().map(day);
    if done_on == Some(None) {
        return Err(Invalid::of("done_on", "完成日期请写成 2017-06-20 这样的真实日期").into());
    }
    let (list, project) = (ListId(id), ProjectId(project));
    state
        .app
        .tick_list_step(
            &me.caller,
            list,
            project,
            version,
            body.step,
            done_on.flatten(),
        )
        .await?;
    shown(&state, &me, StatusCode::OK, list).await
}

/// 项目库导出为文件，条件与列表相同；长的由后台生成，先答 202 和取文件的地址
#[utoipa::path(get, path = "/api/v1/projects/files/{format}", tag = "项目库", params(("format" = String, Path, description = "xlsx 或 csv"), ("q" = Option<String>, Query)),
    responses((status = 200, description = "文件", content_type = "application/octet-stream"), (status = 202, description = "正在生成，Location 是取文件的网页地址")))]
async fn export(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(format): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiFailure> {
    let format = ExportFormat::from_word(&format)
        .ok_or_else(|| Invalid::of("format", "文件种类请写 xlsx 或 csv"))?;
    let query = ProjectQuery::parse(&pairs(query.as_deref()))?;
    let key = state.app.start_export(&me.caller, &query, format).await?;
    if !state.app.export_state(&me.caller, &key).await?.ready {
        let at = format!("/projects/exports/{key}");
        return Ok((StatusCode::ACCEPTED, [(header::LOCATION, at)]).into_response());
    }
    let (name, bytes) = state.app.export_file(&me.caller, &key).await?;
    let kind = if format == ExportFormat::Csv {
        CSV
    } else {
        XLSX
    };
    Ok(download(&name, kind, bytes))
}

/// 项目推介册（PDF），条件与列表相同，最多 100 个项目
#[utoipa::path(get, path = "/api/v1/projects/brochure", tag = "项目库", params(("id" = Option<i64>, Query, description = "项目编号，可写多个")),
    responses((status = 200, description = "推介册", content_type = "application/pdf")))]
async fn brochure(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiFailure> {
    let query = ProjectQuery::parse(&pairs(query.as_deref()))?;
    let (name, bytes) = state.app.brochure(&me.caller, &query).await?;
    Ok(download(&name, "application/pdf", bytes))
}
