//! What is to follow visits.

use app::cooperation::FollowUpRow;
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    FollowUpId, PersonId, VisitId,
    cooperation::{FollowUpFields, FollowUpState, Settlement},
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
    pages::{
        cooperation::follow_ups::query,
        query::{Params, day},
    },
    route::ApiArea,
};

pub(super) fn area(area: ApiArea) -> ApiArea {
    let (see, record) = (
        Access::Needs(Action::ViewCooperation),
        Access::Needs(Action::RecordVisits),
    );
    area.add(see, routes!(follow_ups))
        .add(see, routes!(follow_up))
        .add(record, routes!(add_follow_up))
        .add(record, routes!(save_follow_up))
        .add(see, routes!(settle_follow_up))
}

pub(super) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(follow_ups))
        .routes(routes!(follow_up))
        .routes(routes!(add_follow_up))
        .routes(routes!(save_follow_up))
        .routes(routes!(settle_follow_up))
}

/// What is to follow a visit.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FollowUpBody {
    #[schema(example = "报送合作方案")]
    what: String,
    /// 责任人；写了账号可不写
    #[serde(default)]
    #[schema(example = "李四")]
    owner: String,
    /// 责任人账号的编号，须是本单位的
    #[serde(default)]
    #[schema(example = json!(null))]
    owner_person: Option<i64>,
    #[schema(example = "2017-12-31")]
    due: String,
}

impl FollowUpBody {
    /// The fields.
    ///
    /// # Errors
    /// [`Invalid`] when the day is none.
    pub fn parse(self) -> Result<FollowUpFields, Invalid> {
        Ok(FollowUpFields {
            due: day(&self.due)
                .ok_or_else(|| Invalid::of("due", "期限请写成 2017-12-31 这样的真实日期"))?,
            what: self.what,
            owner: self.owner,
            owner_person: self.owner_person.map(PersonId),
        })
    }
}

/// A follow-up.
#[derive(Serialize, ToSchema)]
pub(super) struct FollowUpDetail {
    id: i64,
    visit: i64,
    /// Number of the unit.
    unit: i64,
    #[schema(example = "中国交通建设集团有限公司")]
    counterpart: String,
    fields: FollowUpBody,
    /// open 未办、done 已办、cancelled 取消
    #[schema(example = "open")]
    state: &'static str,
    #[schema(example = "还有3天")]
    left: String,
    overdue: bool,
    #[schema(example = json!(null))]
    settled_on: Option<String>,
    /// 办理结果，或取消、恢复的原因
    settled_note: String,
    /// 修改、办理时放进 If-Match
    version: i64,
}

impl FollowUpDetail {
    pub fn of(row: FollowUpRow) -> Self {
        let one = row.follow_up;
        Self {
            id: one.id.0,
            visit: one.visit.0,
            unit: one.unit.0,
            counterpart: one.counterpart,
            fields: FollowUpBody {
                what: one.fields.what,
                owner: one.fields.owner,
                owner_person: one.fields.owner_person.map(|id| id.0),
                due: one.fields.due.to_string(),
            },
            state: one.state.word(),
            left: row.left,
            overdue: row.overdue,
            settled_on: one.settled_on.map(|on| on.to_string()),
            settled_note: one.settled_note,
            version: one.version,
        }
    }
}

async fn shown(
    state: &State,
    me: &app::sign_in::Current,
    status: StatusCode,
    id: FollowUpId,
) -> Result<Response, ApiFailure> {
    let row = state.app.follow_up(&me.caller, id).await?;
    let tag = [(header::ETAG, etag(row.follow_up.version))];
    Ok((status, tag, Json(FollowUpDetail::of(row))).into_response())
}

/// 跟进事项，期限近的在前
#[utoipa::path(get, path = "/api/v1/follow-ups", tag = "央企合作",
    params(("whose" = Option<String>, Query, description = "mine、unit 或 all，不填为 all"), ("state" = Option<String>, Query, description = "open、done、cancelled 或 all，不填为 open")),
    responses((status = 200, body = Vec<FollowUpDetail>)))]
async fn follow_ups(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<Vec<FollowUpDetail>>, ApiFailure> {
    params.only(&["whose", "state"])?;
    let (whose, in_state) = query(&params)?;
    let whose = whose.unwrap_or(app::cooperation::WhoseFollowUps::All);
    let list = state.app.follow_ups(&me.caller, whose, in_state).await?;
    Ok(Json(
        list.rows.into_iter().map(FollowUpDetail::of).collect(),
    ))
}

/// 一件跟进事项
#[utoipa::path(get, path = "/api/v1/follow-ups/{id}", tag = "央企合作", params(("id" = i64, Path)),
    responses((status = 200, body = FollowUpDetail, headers(("ETag" = String)))))]
async fn follow_up(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Response, ApiFailure> {
    shown(&state, &me, StatusCode::OK, FollowUpId(id)).await
}

/// 给一次走访推介增加跟进事项
#[utoipa::path(post, path = "/api/v1/visits/{id}/follow-ups", tag = "央企合作", request_body = FollowUpBody, params(("id" = i64, Path)),
    responses((status = 201, body = FollowUpDetail, headers(("ETag" = String)))))]
async fn add_follow_up(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    ApiJson(body): ApiJson<FollowUpBody>,
) -> Result<Response, ApiFailure> {
    let added = state
        .app
        .add_follow_up(&me.caller, VisitId(id), body.parse()?);
    shown(&state, &me, StatusCode::CREATED, added.await?).await
}

/// 修改未办的跟进事项
#[utoipa::path(put, path = "/api/v1/follow-ups/{id}", tag = "央企合作", request_body = FollowUpBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = FollowUpDetail, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save_follow_up(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<FollowUpBody>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (FollowUpId(id), if_match(&headers)?);
    state
        .app
        .change_follow_up(&me.caller, id, version, body.parse()?)
        .await?;
    shown(&state, &me, StatusCode::OK, id).await
}

/// How a follow-up is settled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettleBody {
    /// done 已办、cancelled 取消、open 恢复为未办
    #[schema(example = "done")]
    state: String,
    /// 办结日期，已办时必写
    #[serde(default)]
    #[schema(example = "2017-11-20")]
    on: Option<String>,
    /// 办理结果和佐证，或取消、恢复的原因
    #[schema(example = "已签订框架协议")]
    note: String,
}

/// 办理跟进事项：本单位填报人或责任人
#[utoipa::path(post, path = "/api/v1/follow-ups/{id}/settle", tag = "央企合作", request_body = SettleBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = FollowUpDetail, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn settle_follow_up(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<SettleBody>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (FollowUpId(id), if_match(&headers)?);
    let Some(to) = FollowUpState::from_word(&body.state) else {
        return Err(Invalid::of("state", "办理情况请写 done、cancelled 或 open").into());
    };
    let on = body.on.as_deref().map(day);
    if on == Some(None) {
        return Err(Invalid::of("on", "办结日期请写成 2017-11-20 这样的真实日期").into());
    }
    let settlement = Settlement {
        state: to,
        on: on.flatten(),
        note: body.note,
    };
    state
        .app
        .settle_follow_up(&me.caller, id, version, settlement)
        .await?;
    shown(&state, &me, StatusCode::OK, id).await
}
