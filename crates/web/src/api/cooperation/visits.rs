//! Visits and promotions.

use app::cooperation::{SaveVisit, VisitRow, VisitView};
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    ProjectId, VisitId,
    cooperation::{CounterpartKind, VisitFields, VisitKind},
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
    layout::download,
    pages::{
        cooperation::visits::{CONDITIONS, query},
        projects::exports::XLSX,
        query::{Params, day},
    },
    route::ApiArea,
};

use super::{
    directory::VoidBody,
    follow_ups::{FollowUpBody, FollowUpDetail},
};

pub(super) fn area(area: ApiArea) -> ApiArea {
    let (see, record) = (
        Access::Needs(Action::ViewCooperation),
        Access::Needs(Action::RecordVisits),
    );
    area.add(see, routes!(visits))
        .add(see, routes!(visits_xlsx))
        .add(see, routes!(visit))
        .add(record, routes!(add_visit))
        .add(record, routes!(save_visit))
        .add(record, routes!(void_visit))
}

pub(super) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(visits))
        .routes(routes!(visits_xlsx))
        .routes(routes!(visit))
        .routes(routes!(add_visit))
        .routes(routes!(save_visit))
        .routes(routes!(void_visit))
}

/// A visit in the list.
#[derive(Serialize, ToSchema)]
struct VisitSummary {
    id: i64,
    /// Number of the unit.
    unit: i64,
    #[schema(example = "交投集团")]
    unit_name: String,
    /// central、provincial、promotion、other
    #[schema(example = "central")]
    kind: &'static str,
    #[schema(example = "2017-11-02")]
    from: String,
    #[schema(example = "2017-11-03")]
    to: String,
    /// 对方单位，照登记时的写法
    #[schema(example = "中国交通建设集团有限公司")]
    counterpart: String,
    /// 名录里的提示，例如 现为……；没有时为空
    remark: String,
    /// 未办的跟进事项
    open: usize,
    /// 其中逾期的
    overdue: usize,
}

/// A page of visits.
#[derive(Serialize, ToSchema)]
struct VisitsBody {
    /// 各页合计
    total: u64,
    #[schema(example = 1)]
    page: u64,
    visits: Vec<VisitSummary>,
}

fn summary(row: VisitRow) -> VisitSummary {
    let fields = row.visit.fields;
    VisitSummary {
        id: row.visit.id.0,
        unit: row.visit.unit.0,
        unit_name: row.unit,
        kind: fields.kind.word(),
        from: fields.from.to_string(),
        to: fields.to.to_string(),
        counterpart: fields.counterpart,
        remark: row.remark,
        open: row.open,
        overdue: row.overdue,
    }
}

/// What is said of a visit.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VisitFieldsBody {
    /// central 走访央企、provincial 省属国企互访、promotion 项目推介、other 其他
    #[schema(example = "central")]
    kind: String,
    #[schema(example = "2017-11-02")]
    from: String,
    /// 当天结束可不写
    #[serde(default)]
    #[schema(example = "2017-11-03")]
    to: Option<String>,
    /// 带队人
    #[serde(default)]
    #[schema(example = "张三")]
    host: String,
    /// central 按央企名录核对、provincial 按省属国企名录核对、other 不核对
    #[schema(example = "central")]
    counterpart_kind: String,
    #[schema(example = "中国交通建设集团有限公司")]
    counterpart: String,
    #[serde(default)]
    #[schema(example = "北京")]
    place: String,
    /// 我方参加人员
    #[serde(default)]
    ours: String,
    /// 对方参加人员
    #[serde(default)]
    theirs: String,
    /// 涉及的项目
    #[serde(default)]
    #[schema(example = json!([12]))]
    projects: Vec<i64>,
    /// 达成的共识
    #[serde(default)]
    agreed: String,
}

/// A new visit with what is to follow.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewVisitBody {
    fields: VisitFieldsBody,
    #[serde(default)]
    follow_ups: Vec<FollowUpBody>,
}

impl VisitFieldsBody {
    fn of(fields: &VisitFields) -> Self {
        Self {
            kind: fields.kind.word().to_owned(),
            from: fields.from.to_string(),
            to: Some(fields.to.to_string()),
            host: fields.host.clone(),
            counterpart_kind: fields.counterpart_kind.word().to_owned(),
            counterpart: fields.counterpart.clone(),
            place: fields.place.clone(),
            ours: fields.ours.clone(),
            theirs: fields.theirs.clone(),
            projects: fields.projects.iter().map(|id| id.0).collect(),
            agreed: fields.agreed.clone(),
        }
    }

    fn parse(self) -> Result<VisitFields, Invalid> {
        let mut invalid = Invalid::default();
        let kind = VisitKind::from_word(&self.kind);
        if kind.is_none() {
            invalid.add("kind", "类型请写 central、provincial、promotion 或 other");
        }
        let counterpart_kind = CounterpartKind::from_word(&self.counterpart_kind);
        if counterpart_kind.is_none() {
            invalid.add(
                "counterpart_kind",
                "对方类别请写 central、provincial 或 other",
            );
        }
        let from = day(&self.from);
        if from.is_none() {
            invalid.add("from", "日期请写成 2017-11-02 这样的真实日期");
        }
        let to = match self.to.as_deref() {
            None => from,
            Some(text) => day(text),
        };
        if from.is_some() && to.is_none() {
            invalid.add("to", "日期请写成 2017-11-03 这样的真实日期");
        }
        match (kind, counterpart_kind, from, to) {
            (Some(kind), Some(counterpart_kind), Some(from), Some(to)) => Ok(VisitFields {
                kind,
                from,
                to,
                host: self.host,
                counterpart_kind,
                counterpart: self.counterpart,
                place: self.place,
                ours: self.ours,
                theirs: self.theirs,
                projects: self.projects.into_iter().map(ProjectId).collect(),
                agreed: self.agreed,
            }),
            _ => Err(invalid),
        }
    }
}

/// A project as a visit names it.
#[derive(Serialize, ToSchema)]
struct VisitProject {
    id: i64,
    #[schema(example = "WZ2017-03-0012")]
    code: String,
    name: String,
}

/// A visit.
#[derive(Serialize, ToSchema)]
struct VisitDetail {
    id: i64,
    /// Number of the unit.
    unit: i64,
    fields: VisitFieldsBody,
    remark: String,
    /// 看得到的涉及项目
    projects: Vec<VisitProject>,
    follow_ups: Vec<FollowUpDetail>,
    /// 作废的原因；有效时为空
    void_reason: String,
    /// 能否修改
    editable: bool,
}

fn detail(status: StatusCode, view: VisitView) -> Response {
    let projects = view.projects.into_iter();
    let projects = projects.map(|(id, code, name)| VisitProject {
        id: id.0,
        code,
        name,
    });
    let tag = [(header::ETAG, etag(view.visit.version))];
    let mut fields = VisitFieldsBody::of(&view.visit.fields);
    let projects: Vec<VisitProject> = projects.collect();
    // What one may not see does not exist.
    fields.projects = projects.iter().map(|project| project.id).collect();
    let body = VisitDetail {
        id: view.visit.id.0,
        unit: view.visit.unit.0,
        fields,
        remark: view.remark,
        projects,
        follow_ups: view
            .follow_ups
            .into_iter()
            .map(FollowUpDetail::of)
            .collect(),
        void_reason: view.visit.void_reason,
        editable: view.editable,
    };
    (status, tag, Json(body)).into_response()
}

/// 走访推介，新的在前，每页 50 次
#[utoipa::path(get, path = "/api/v1/visits", tag = "央企合作",
    params(("year" = Option<i32>, Query), ("kind" = Option<String>, Query), ("unit" = Option<i64>, Query), ("q" = Option<String>, Query, description = "对方单位，曾用名和简称也可"),
           ("open" = Option<String>, Query, description = "yes：有未办的跟进事项"), ("page" = Option<i64>, Query)),
    responses((status = 200, body = VisitsBody)))]
async fn visits(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<VisitsBody>, ApiFailure> {
    params.only(&CONDITIONS)?;
    let list = state.app.visits(&me.caller, query(&params)?).await?;
    Ok(Json(VisitsBody {
        total: list.total,
        page: list.query.page + 1,
        visits: list.rows.into_iter().map(summary).collect(),
    }))
}

/// 走访推介导出为 Excel，条件与列表相同
#[utoipa::path(get, path = "/api/v1/visits.xlsx", tag = "央企合作",
    params(("year" = Option<i32>, Query), ("kind" = Option<String>, Query), ("unit" = Option<i64>, Query), ("q" = Option<String>, Query), ("open" = Option<String>, Query)),
    responses((status = 200, description = "文件", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn visits_xlsx(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Response, ApiFailure> {
    params.only(&CONDITIONS)?;
    let (name, bytes) = state.app.visits_file(&me.caller, &query(&params)?).await?;
    Ok(download(&name, XLSX, bytes))
}

async fn shown(
    state: &State,
    me: &app::sign_in::Current,
    status: StatusCode,
    id: VisitId,
) -> Result<Response, ApiFailure> {
    Ok(detail(status, state.app.visit(&me.caller, id).await?))
}

/// 一次走访推介及其跟进事项
#[utoipa::path(get, path = "/api/v1/visits/{id}", tag = "央企合作", params(("id" = i64, Path)),
    responses((status = 200, body = VisitDetail, headers(("ETag" = String)))))]
async fn visit(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Response, ApiFailure> {
    shown(&state, &me, StatusCode::OK, VisitId(id)).await
}

/// 登记本单位的走访推介，可同时登记跟进事项
#[utoipa::path(post, path = "/api/v1/visits", tag = "央企合作", request_body = NewVisitBody,
    responses((status = 201, body = VisitDetail, headers(("ETag" = String)))))]
async fn add_visit(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(body): ApiJson<NewVisitBody>,
) -> Result<Response, ApiFailure> {
    let mut invalid = Invalid::default();
    let fields = body.fields.parse();
    let mut follow_ups = Vec::new();
    for (at, one) in body.follow_ups.into_iter().enumerate() {
        match one.parse() {
            Ok(one) => follow_ups.push(one),
            Err(refused) => {
                for (field, why) in refused.fields {
                    invalid.add(&format!("follow_ups.{at}.{field}"), why);
                }
            }
        }
    }
    let fields = match fields {
        Ok(fields) => fields,
        Err(mut refused) => {
            refused.fields.extend(invalid.fields);
            return Err(refused.into());
        }
    };
    invalid.into_result()?;
    let save = SaveVisit {
        fields,
        codes: Vec::new(),
        follow_ups,
    };
    let id = state.app.save_visit(&me.caller, None, save).await?;
    shown(&state, &me, StatusCode::CREATED, id).await
}

/// 修改走访推介；跟进事项另行修改
#[utoipa::path(put, path = "/api/v1/visits/{id}", tag = "央企合作", request_body = VisitFieldsBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = VisitDetail, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save_visit(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<VisitFieldsBody>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (VisitId(id), if_match(&headers)?);
    let save = SaveVisit {
        fields: body.parse()?,
        codes: Vec::new(),
        follow_ups: Vec::new(),
    };
    state
        .app
        .save_visit(&me.caller, Some((id, version)), save)
        .await?;
    shown(&state, &me, StatusCode::OK, id).await
}

/// 作废登记错的走访推介
#[utoipa::path(post, path = "/api/v1/visits/{id}/void", tag = "央企合作", request_body = VoidBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = VisitDetail, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn void_visit(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<VoidBody>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (VisitId(id), if_match(&headers)?);
    state
        .app
        .void_visit(&me.caller, id, version, &body.reason)
        .await?;
    shown(&state, &me, StatusCode::OK, id).await
}
