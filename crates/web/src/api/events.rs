//! `/api/v1/events`: events and leaders' visits at which projects are signed, and the spellings that mean them.

use app::events::{EventSummary, EventView, Loose};
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    EventId, Money,
    event::{EventFields, EventKind, Spelling},
    partial_date::PartialDate,
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
    pages::query::Params,
    route::ApiArea,
};

pub(super) fn area(area: ApiArea) -> ApiArea {
    let (see, keep) = (
        Access::Needs(Action::ViewEvents),
        Access::Needs(Action::KeepEvents),
    );
    area.add(see, routes!(events))
        .add(keep, routes!(add))
        .add(see, routes!(event))
        .add(keep, routes!(save))
        .add(keep, routes!(remove))
        .add(keep, routes!(tie))
        .add(keep, routes!(untie))
}

pub(super) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(events))
        .routes(routes!(add))
        .routes(routes!(event))
        .routes(routes!(save))
        .routes(routes!(remove))
        .routes(routes!(tie))
        .routes(routes!(untie))
}

/// What is said of an event.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EventFieldsBody {
    /// activity 招商活动, visit 领导走访对接温商.
    #[schema(example = "activity")]
    kind: String,
    /// 名称，同一国资委内不重复
    #[schema(example = "2017浙洽会")]
    name: String,
    #[serde(default)]
    #[schema(example = "宁波")]
    place: String,
    /// 开始日期，只知道月份时写 2017-06
    #[schema(example = "2017-06-08")]
    from: String,
    /// 结束日期；只有一天为 null
    #[serde(default)]
    #[schema(example = "2017-06-12")]
    to: Option<String>,
    /// 带队领导
    #[serde(default)]
    led_by: String,
    /// 备注
    #[serde(default)]
    note: String,
}

impl EventFieldsBody {
    fn of(fields: &EventFields) -> Self {
        Self {
            kind: fields.kind.word().to_owned(),
            name: fields.name.clone(),
            place: fields.place.clone(),
            from: fields.from.to_string(),
            to: fields.to.map(|to| to.to_string()),
            led_by: fields.led_by.clone(),
            note: fields.note.clone(),
        }
    }

    fn parse(self) -> Result<EventFields, Invalid> {
        let mut invalid = Invalid::default();
        let kind = EventKind::from_word(&self.kind);
        if kind.is_none() {
            invalid.add("kind", "种类请写 activity 或 visit");
        }
        let from = PartialDate::read(&self.from);
        if from.is_none() {
            invalid.add("from", "日期请写成 2017-06-08 或 2017-06");
        }
        let to = self.to.as_deref().map(PartialDate::read);
        if to == Some(None) {
            invalid.add("to", "日期请写成 2017-06-12 或 2017-06");
        }
        let (Some(kind), Some(from)) = (kind, from) else {
            return Err(invalid);
        };
        invalid.into_result()?;
        Ok(EventFields {
            kind,
            from,
            to: to.flatten(),
            name: self.name,
            place: self.place,
            led_by: self.led_by,
            note: self.note,
        })
    }
}

/// An event.
#[derive(Serialize, ToSchema)]
struct EventBody {
    id: i64,
    fields: EventFieldsBody,
    /// Signings at it within reach.
    signings: usize,
    /// Projects they are of.
    projects: usize,
}

/// A text of signings that means no event yet.
#[derive(Serialize, ToSchema)]
struct LooseBody {
    #[schema(example = "浙洽会")]
    text: String,
    /// Signings that bear it.
    signings: usize,
}

/// All events.
#[derive(Serialize, ToSchema)]
struct EventsBody {
    events: Vec<EventBody>,
    /// Texts of signings that mean none of them yet.
    loose: Vec<LooseBody>,
}

/// A signing at an event.
#[derive(Serialize, ToSchema)]
struct EventSigningBody {
    project: i64,
    code: String,
    name: String,
    unit: String,
    #[schema(example = "2017-06-08")]
    on: String,
    /// intention, framework, formal.
    kind: &'static str,
    /// 签约上写的活动
    event: String,
    amount_wan: Option<String>,
    currency: Option<String>,
    /// upgrade, repeat, increase_by, increase_to, investor_change; null 首次或未注明.
    relation: Option<&'static str>,
    /// 日期不在活动期间
    outside: bool,
}

/// A spelling that means an event.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SpellingBody {
    #[schema(example = "浙洽会")]
    text: String,
    /// 只归这一年签的；null 各年都归
    #[serde(default)]
    #[schema(example = 2017)]
    year: Option<i32>,
}

/// An event with its signings.
#[derive(Serialize, ToSchema)]
struct EventDetailBody {
    id: i64,
    fields: EventFieldsBody,
    spellings: Vec<SpellingBody>,
    signings: Vec<EventSigningBody>,
}

fn summary(one: &EventSummary) -> EventBody {
    EventBody {
        id: one.event.id.0,
        fields: EventFieldsBody::of(&one.event.fields),
        signings: one.signings,
        projects: one.projects,
    }
}

fn loose(one: &Loose) -> LooseBody {
    LooseBody {
        text: one.text.clone(),
        signings: one.years.iter().map(|(_, count)| count).sum(),
    }
}

fn detail(status: StatusCode, view: &EventView) -> Response {
    let signings = view.signings.iter().map(|one| EventSigningBody {
        project: one.project.0,
        code: one.code.clone(),
        name: one.name.clone(),
        unit: one.unit.clone(),
        on: one.signing.on.to_string(),
        kind: one.signing.kind.word(),
        event: one.signing.event.clone(),
        amount_wan: one.signing.amount.map(Money::wan_exact),
        currency: one.signing.currency.clone(),
        relation: one.signing.relation.map(|one| one.word()),
        outside: one.outside,
    });
    let body = EventDetailBody {
        id: view.event.id.0,
        fields: EventFieldsBody::of(&view.event.fields),
        spellings: view
            .spellings
            .iter()
            .map(|one| SpellingBody {
                text: one.text.clone(),
                year: one.year,
            })
            .collect(),
        signings: signings.collect(),
    };
    let tag = [(header::ETAG, etag(view.event.version))];
    (status, tag, Json(body)).into_response()
}

async fn shown(
    state: &State,
    me: &app::sign_in::Current,
    status: StatusCode,
    id: EventId,
) -> Result<Response, ApiFailure> {
    let view = state.app.signing_event(&me.caller, id).await?;
    Ok(detail(status, &view))
}

/// 活动与走访
#[utoipa::path(get, path = "/api/v1/events", tag = "签约转化", responses((status = 200, body = EventsBody)))]
async fn events(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Json<EventsBody>, ApiFailure> {
    let list = state.app.events(&me.caller).await?;
    Ok(Json(EventsBody {
        events: list.events.iter().map(summary).collect(),
        loose: list.loose.iter().map(loose).collect(),
    }))
}

/// 登记活动或走访
#[utoipa::path(post, path = "/api/v1/events", tag = "签约转化", request_body = EventFieldsBody,
    responses((status = 201, body = EventDetailBody, headers(("ETag" = String)))))]
async fn add(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(fields): ApiJson<EventFieldsBody>,
) -> Result<Response, ApiFailure> {
    let fields = fields.parse()?;
    let id = state.app.save_event(&me.caller, None, fields).await?;
    shown(&state, &me, StatusCode::CREATED, id).await
}

/// 一项活动及在那里的签约
#[utoipa::path(get, path = "/api/v1/events/{id}", tag = "签约转化", params(("id" = i64, Path)),
    responses((status = 200, body = EventDetailBody, headers(("ETag" = String)))))]
async fn event(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Response, ApiFailure> {
    shown(&state, &me, StatusCode::OK, EventId(id)).await
}

/// 修改活动或走访；原来的名称仍归到这一项
#[utoipa::path(put, path = "/api/v1/events/{id}", tag = "签约转化", request_body = EventFieldsBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = EventDetailBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(fields): ApiJson<EventFieldsBody>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (EventId(id), if_match(&headers)?);
    let fields = fields.parse()?;
    let changed = Some((id, version));
    state.app.save_event(&me.caller, changed, fields).await?;
    shown(&state, &me, StatusCode::OK, id).await
}

/// 删去活动或走访；签约上写的文字不变
#[utoipa::path(delete, path = "/api/v1/events/{id}", tag = "签约转化", params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn remove(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiFailure> {
    let version = if_match(&headers)?;
    state
        .app
        .remove_event(&me.caller, EventId(id), version)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 归并一种写法
#[utoipa::path(post, path = "/api/v1/events/{id}/spellings", tag = "签约转化", request_body = SpellingBody, params(("id" = i64, Path)),
    responses((status = 200, body = EventDetailBody, headers(("ETag" = String)))))]
async fn tie(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    ApiJson(body): ApiJson<SpellingBody>,
) -> Result<Response, ApiFailure> {
    let spelling = Spelling {
        text: body.text,
        year: body.year,
        event: EventId(id),
    };
    state.app.tie_spelling(&me.caller, spelling).await?;
    shown(&state, &me, StatusCode::OK, EventId(id)).await
}

/// 取消归并
#[utoipa::path(delete, path = "/api/v1/events/{id}/spellings", tag = "签约转化",
    params(("id" = i64, Path), ("text" = String, Query), ("year" = Option<i32>, Query)),
    responses((status = 200, body = EventDetailBody, headers(("ETag" = String)))))]
async fn untie(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, ApiFailure> {
    params.only(&["text", "year"])?;
    let year = params.number("year")?.map(i32::try_from).transpose();
    let spelling = Spelling {
        text: params.get("text").unwrap_or_default().to_owned(),
        year: year.map_err(|_| Invalid::of("year", "年度请填四位数字，例如 2017"))?,
        event: EventId(id),
    };
    state.app.untie_spelling(&me.caller, spelling).await?;
    shown(&state, &me, StatusCode::OK, EventId(id)).await
}
