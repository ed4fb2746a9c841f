//! `/api/v1/projects`: the project library.

mod body;
mod filters;
mod grid;
mod lists;
mod merges;
mod more;
mod summary;
mod views;

use app::projects::{
    ProjectQuery, ProjectTrack, ProjectView, SaveProject, StoredProject, StoredRevision, When,
};
use axum::{
    Json,
    extract::{Path, RawQuery, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use domain::{ProjectId, permission::Action, person::Invalid, project::Stage};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, etag, if_match, json::ApiJson},
    error::{ApiFailure, Problem},
    pages::query::day,
    route::ApiArea,
};

use body::{AttachmentBody, FieldsBody};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    let (see, edit) = (
        Access::Needs(Action::ViewProjects),
        Access::Needs(Action::EditProjects),
    );
    let area = area
        .add(see, routes!(list))
        .add(see, routes!(one))
        .add(edit, routes!(add))
        .add(edit, routes!(save));
    merges::area(summary::area(views::area(grid::area(filters::area(
        lists::area(more::area(area)),
    )))))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(add))
        .routes(routes!(save))
        .merge(more::described())
        .merge(lists::described())
        .merge(summary::described())
        .merge(filters::described())
        .merge(grid::described())
        .merge(views::described())
        .merge(merges::described())
}

/// A project.
#[derive(Serialize, ToSchema)]
struct ProjectBody {
    id: i64,
    #[schema(example = "WZ2017-03-0012")]
    code: String,
    /// Number of the enterprise.
    unit: i64,
    /// planned, negotiating, signed, filed, landed, funded, started, completed, producing, suspended, terminated.
    stage: &'static str,
    /// own, put_forward, admitted, sent_back, removed.
    standing: &'static str,
    /// Whether reportable changes wait for the authority.
    pending: bool,
    /// own 企业自己的, accepted 国资委已受理的.
    track: &'static str,
    /// Number of the state shown, 1 for the first.
    revision: i64,
    effective_on: String,
    recorded_at: String,
    /// Why it was changed.
    reason: String,
    /// Number of the project it was taken into (已并入); null while it lives.
    merged_into: Option<i64>,
    fields: FieldsBody,
    attachments: Vec<AttachmentBody>,
}

fn body(
    project: &StoredProject,
    revision: &StoredRevision,
    stage: Stage,
    track: ProjectTrack,
) -> ProjectBody {
    let attachments = revision
        .fields
        .attachments
        .iter()
        .map(|one| AttachmentBody {
            file: one.file.0,
            name: one.name.clone(),
        });
    ProjectBody {
        id: project.id.0,
        code: project.code.clone(),
        unit: project.unit.0,
        stage: stage.word(),
        standing: project.standing.word(),
        pending: project.pending,
        track: track.word(),
        revision: revision.number,
        effective_on: revision.effective_on.to_string(),
        recorded_at: revision.recorded_at.to_rfc3339(),
        reason: revision.reason.clone(),
        merged_into: project.merged.map(|(into, _)| into.0),
        attachments: attachments.collect(),
        fields: FieldsBody::of(&revision.fields),
    }
}

fn answer(status: StatusCode, view: &ProjectView) -> Response {
    (
        status,
        [(header::ETAG, etag(view.project.version))],
        Json(body(&view.project, &view.revision, view.stage, view.track)),
    )
        .into_response()
}

/// The parameters of an address, names that stand there twice included.
pub(crate) fn pairs(query: Option<&str>) -> Vec<(String, String)> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .map(|(name, value)| (name.into_owned(), value.replace('\0', "")))
        .collect()
}

/// Both times of an address that has nothing else.
pub(crate) fn times(query: Option<&str>) -> Result<When, Invalid> {
    let pairs = pairs(query);
    if let Some((name, _)) = pairs
        .iter()
        .find(|(name, _)| name != "as_of" && name != "known_at")
    {
        return Err(Invalid::of(
            name,
            format!("没有“{name}”这个参数，可用：as_of、known_at"),
        ));
    }
    Ok(ProjectQuery::parse(&pairs)?.when)
}

/// A page of the library.
#[derive(Serialize, ToSchema)]
struct ListBody {
    /// Projects that fit; where there are more than are counted, as many as were.
    #[schema(example = 128)]
    total: i64,
    /// Whether there are more than `total`.
    #[schema(example = false)]
    more: bool,
    /// Sum of their known investments, 万元; null where not all were counted.
    #[schema(example = "1520000")]
    investment_wan: Option<String>,
    /// As asked for.
    #[schema(example = 1)]
    page: u64,
    /// Pages of those counted.
    #[schema(example = 3)]
    pages: u64,
    /// For `after`: the rows behind these, whatever is added or changed meanwhile; null where there are none.
    #[schema(example = "[null,\"WZ2017-03-0012\",77]")]
    next: Option<String>,
    rows: Vec<ProjectBody>,
}

/// 项目库：筛选、查找、排序、分页，可查任一日（as_of）、任一数据时点（known_at）
#[utoipa::path(get, path = "/api/v1/projects", tag = "项目库",
    params(
        ("q" = Option<String>, Query, description = "任一字段里的文字，一个字也可以"),
        ("unit" = Option<i64>, Query, description = "单位编号，可写多个"),
        ("stage" = Option<String>, Query, description = "进展，可写多个"),
        ("industry" = Option<String>, Query, description = "产业，可写多个；- 为未填"),
        ("district" = Option<String>, Query, description = "县（市、区）代码，可写多个；- 为未填"),
        ("horizon" = Option<String>, Query), ("level" = Option<String>, Query), ("standing" = Option<String>, Query),
        ("foreign" = Option<String>, Query, description = "yes 或 no；另有 central、provincial、private、wenshang、led、packaged、pending、priced"),
        ("investment_least" = Option<String>, Query), ("investment_most" = Option<String>, Query),
        ("readiness_least" = Option<u8>, Query), ("readiness_most" = Option<u8>, Query),
        ("signed_from" = Option<String>, Query, description = "正式签约自；另有 _to，以及 filed、landed、started、completed、producing；signed=no 为未签约"),
        ("signed_to" = Option<String>, Query), ("started" = Option<String>, Query, description = "yes 或 no"),
        ("name" = Option<String>, Query, description = "项目名称里的文字；其他文字字段同样"),
        ("list" = Option<i64>, Query, description = "专项清单编号"),
        ("signed_months" = Option<u32>, Query, description = "正式签约已满几个月，按 as_of（不写为今天）计算"),
        ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query),
        ("sort" = Option<String>, Query), ("order" = Option<String>, Query, description = "asc 或 desc"),
        ("after" = Option<String>, Query, description = "上一次回答里的 next：从那一行之后接着"),
        ("page" = Option<u64>, Query, description = "页码，最多翻到第10000行；再往后用 after"), ("size" = Option<u64>, Query)),
    responses((status = 200, body = ListBody)))]
async fn list(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    RawQuery(query): RawQuery,
) -> Result<Json<ListBody>, ApiFailure> {
    let query = ProjectQuery::parse(&pairs(query.as_deref()))?;
    let list = state.app.projects(&me.caller, query).await?;
    Ok(Json(ListBody {
        total: list.totals.count,
        more: list.totals.more,
        investment_wan: list.totals.investment.map(|sum| sum.wan_exact()),
        page: list.query.page,
        pages: list.pages(),
        next: list.next(),
        rows: list
            .rows
            .iter()
            .map(|row| body(&row.project, &row.revision, row.stage, list.track))
            .collect(),
    }))
}

/// 一个项目，可查任一日、任一数据时点
#[utoipa::path(get, path = "/api/v1/projects/{id}", tag = "项目库",
    params(("id" = i64, Path), ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = ProjectBody, headers(("ETag" = String)))))]
async fn one(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiFailure> {
    let when = times(query.as_deref())?;
    let view = state.app.project(&me.caller, ProjectId(id), when).await?;
    Ok(answer(StatusCode::OK, &view))
}

/// What is to be saved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SaveBody {
    fields: FieldsBody,
    /// From which day on; today when left out.
    #[serde(default)]
    #[schema(example = "2017-11-20")]
    effective_on: Option<String>,
    /// Why it was changed; needed when a milestone is taken back.
    #[serde(default)]
    reason: String,
    /// Confirms a jump of ten times or more in the amount.
    #[serde(default)]
    amount_confirmed: bool,
    /// The project it is copied from; for new ones only.
    #[serde(default)]
    copied_from: Option<i64>,
}

fn parse(save: SaveBody) -> Result<SaveProject, Invalid> {
    let effective_on: Option<NaiveDate> = match save.effective_on.as_deref() {
        None => None,
        Some(text) => match day(text) {
            Some(day) => Some(day),
            None => {
                return Err(Invalid::of(
                    "effective_on",
                    "生效日期请写成 2017-11-20 这样的真实日期",
                ));
            }
        },
    };
    Ok(SaveProject {
        fields: save.fields.parse()?,
        effective_on,
        reason: save.reason,
        amount_confirmed: save.amount_confirmed,
    })
}

/// Refusals by the names the API gives the fields: amounts say their unit.
fn as_named_here(error: app::Error) -> app::Error {
    let app::Error::Invalid(mut invalid) = error else {
        return error;
    };
    for (field, why) in &mut invalid.fields {
        if *field == "investment" || (field.starts_with("signings.") && field.ends_with(".amount"))
        {
            field.push_str("_wan");
        }
        *why = why.replace(
            "请勾选“数额无误”再保存",
            "请带 amount_confirmed: true 再保存",
        );
    }
    app::Error::Invalid(invalid)
}

/// 登记项目
#[utoipa::path(post, path = "/api/v1/projects", tag = "项目库", request_body = SaveBody,
    responses((status = 201, body = ProjectBody, headers(("ETag" = String))), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn add(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(save): ApiJson<SaveBody>,
) -> Result<Response, ApiFailure> {
    let copied_from = save.copied_from.map(ProjectId);
    let id = state
        .app
        .add_project(&me.caller, parse(save)?, copied_from)
        .await
        .map_err(as_named_here)?;
    let view = state.app.project(&me.caller, id, When::default()).await?;
    Ok(answer(StatusCode::CREATED, &view))
}

/// 修改项目：整份内容，另存为一个新版本
#[utoipa::path(put, path = "/api/v1/projects/{id}", tag = "项目库", request_body = SaveBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ProjectBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 422, body = Problem, content_type = "application/problem+json"), (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(save): ApiJson<SaveBody>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (ProjectId(id), if_match(&headers)?);
    if save.copied_from.is_some() {
        return Err(Invalid::of("copied_from", "已登记的项目不能再改来源").into());
    }
    state
        .app
        .save_project(&me.caller, id, version, parse(save)?)
        .await
        .map_err(as_named_here)?;
    let view = state.app.project(&me.caller, id, When::default()).await?;
    Ok(answer(StatusCode::OK, &view))
}
