//! `/api/v1/schedules`: how returns fall due (报送计划).

use app::returns::ScheduleView;
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use domain::{
    permission::Action,
    person::Invalid,
    schedule::{Planned, Schedule},
    workday::{ShiftRule, Shifted, print_day},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, etag, if_match, json::ApiJson, returns::kind_of},
    error::{ApiFailure, Problem},
    pages::query::day,
    route::ApiArea,
};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    let see = Access::Needs(Action::ViewReturns);
    let keep = Access::Needs(Action::KeepSchedules);
    area.add(see, routes!(list))
        .add(see, routes!(one))
        .add(keep, routes!(save))
        .add(keep, routes!(preview))
        .add(keep, routes!(move_period))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(save))
        .routes(routes!(preview))
        .routes(routes!(move_period))
}

/// A period to come, with the day set and the day that counts.
#[derive(Serialize, ToSchema)]
struct PlannedBody {
    #[schema(example = "2017-11-30")]
    cut_off: String,
    #[schema(example = "2017-12-10")]
    set_on: String,
    /// The last working day at or before it; null while its year's working days are not loaded.
    #[schema(example = "2017-12-08")]
    advised_on: Option<String>,
    #[schema(example = "2017-12-11")]
    due_on: String,
    /// The last day on which it is taken in late; null: it never locks.
    #[schema(example = "2018-01-10")]
    lock_after: Option<String>,
    #[schema(example = "12月10日（周日），建议12月8日（周五）前；顺延至12月11日（周一）")]
    sentence: String,
}

fn planned_body(planned: &Planned, rule: ShiftRule) -> PlannedBody {
    let sentence = match planned.advised_on {
        Some(advised) => Shifted {
            set: planned.set_on,
            advised,
            due: planned.due_on,
            rule,
        }
        .sentence(),
        None => format!("{}（当年工作日安排尚未载入）", print_day(planned.set_on)),
    };
    PlannedBody {
        cut_off: planned.cut_off.to_string(),
        set_on: planned.set_on.to_string(),
        advised_on: planned.advised_on.map(|day| day.to_string()),
        due_on: planned.due_on.to_string(),
        lock_after: planned.lock_after.map(|day| day.to_string()),
        sentence,
    }
}

/// The next periods under one of the rules.
#[derive(Serialize, ToSchema)]
struct ComingBody {
    /// later (顺延), earlier (提前), stay (不变).
    #[schema(example = "later")]
    shift: &'static str,
    periods: Vec<PlannedBody>,
}

fn coming_body(coming: &[(ShiftRule, Vec<Planned>)]) -> Vec<ComingBody> {
    let body = |(rule, planned): &(ShiftRule, Vec<Planned>)| ComingBody {
        shift: rule.word(),
        periods: planned.iter().map(|one| planned_body(one, *rule)).collect(),
    };
    coming.iter().map(body).collect()
}

/// How a return kind falls due.
#[derive(Serialize, ToSchema)]
struct ScheduleBody {
    #[schema(example = "annex3")]
    kind: &'static str,
    label: &'static str,
    /// Whether the notice gives no date and none is set (通知未定).
    undated: bool,
    active: bool,
    #[schema(example = "2017-11-30")]
    first_cut_off: Option<String>,
    #[schema(example = "2017-12-10")]
    first_due: Option<String>,
    #[schema(example = 2)]
    every_months: u32,
    #[schema(example = 1)]
    due_months_after: u32,
    #[schema(example = 10)]
    due_day: u32,
    /// later (顺延), earlier (提前), stay (不变).
    #[schema(example = "later")]
    shift: &'static str,
    /// Days after the due day in which it is taken in late; null: it never locks.
    #[schema(example = 30)]
    grace_days: Option<u32>,
    #[schema(example = 5)]
    resubmit_days: u32,
    scan_required: bool,
    basis: String,
    /// The next periods under each rule.
    coming: Vec<ComingBody>,
}

fn body(view: &ScheduleView) -> ScheduleBody {
    let schedule = &view.version.schedule;
    ScheduleBody {
        kind: schedule.kind.word(),
        label: schedule.kind.label(),
        undated: schedule.first.is_none(),
        active: schedule.active,
        first_cut_off: schedule.first.map(|pair| pair.0.to_string()),
        first_due: schedule.first.map(|pair| pair.1.to_string()),
        every_months: schedule.every,
        due_months_after: schedule.months_after,
        due_day: schedule.day,
        shift: schedule.shift.word(),
        grace_days: schedule.grace_days,
        resubmit_days: schedule.resubmit_days,
        scan_required: schedule.scan_required,
        basis: schedule.basis.clone(),
        coming: coming_body(&view.coming),
    }
}

fn answer(view: &ScheduleView) -> Response {
    let tag = etag(view.version.version);
    ([(header::ETAG, tag)], Json(body(view))).into_response()
}

/// 全部报送计划
#[utoipa::path(get, path = "/api/v1/schedules", tag = "报送", responses((status = 200, body = Vec<ScheduleBody>)))]
async fn list(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Json<Vec<ScheduleBody>>, ApiFailure> {
    let views = state.app.schedules(&me.caller).await?;
    Ok(Json(views.iter().map(body).collect()))
}

/// 一种报表的报送计划
#[utoipa::path(get, path = "/api/v1/schedules/{kind}", tag = "报送", params(("kind" = String, Path, example = "annex3")),
    responses((status = 200, body = ScheduleBody, headers(("ETag" = String)))))]
async fn one(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(kind): Path<String>,
) -> Result<Response, ApiFailure> {
    Ok(answer(
        &state.app.schedule(&me.caller, kind_of(&kind)?).await?,
    ))
}

/// A schedule as somebody sets it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewScheduleBody {
    active: bool,
    /// null with first_due: no date (通知未定).
    #[schema(example = "2017-11-30")]
    first_cut_off: Option<String>,
    #[schema(example = "2017-12-10")]
    first_due: Option<String>,
    /// 1 to 12.
    #[schema(example = 2)]
    every_months: u32,
    /// Months from the cut-off's month to that of the due day, 0 to 12.
    #[schema(example = 1)]
    due_months_after: u32,
    /// 1 to 31; the month's last day where it has no such day.
    #[schema(example = 10)]
    due_day: u32,
    /// later (顺延), earlier (提前), stay (不变).
    #[schema(example = "later")]
    shift: String,
    /// null: it never locks.
    #[schema(example = 30)]
    grace_days: Option<u32>,
    #[schema(example = 5)]
    resubmit_days: u32,
    scan_required: bool,
    #[schema(example = "温国资委〔2017〕138号第三条（三）")]
    basis: String,
    /// Why it is set; not needed for a preview.
    #[serde(default)]
    #[schema(example = "按通知设定")]
    reason: String,
}

fn date(field: &str, text: &str) -> Result<NaiveDate, Invalid> {
    day(text).ok_or_else(|| Invalid::of(field, "请写成 2017-12-10 这样的真实日期"))
}

impl NewScheduleBody {
    fn schedule(&self, kind: &str) -> Result<Schedule, app::Error> {
        let kind = kind_of(kind)?;
        let first = match (&self.first_cut_off, &self.first_due) {
            (Some(cut_off), Some(due)) => {
                Some((date("first_cut_off", cut_off)?, date("first_due", due)?))
            }
            (None, None) => None,
            _ => {
                let why = "首期的数据截至日和截止日请一起填写";
                return Err(Invalid::of("first_due", why).into());
            }
        };
        let shift = ShiftRule::from_word(&self.shift)
            .ok_or_else(|| Invalid::of("shift", "请填 later、earlier 或 stay"))?;
        Ok(Schedule {
            kind,
            first,
            every: self.every_months,
            months_after: self.due_months_after,
            day: self.due_day,
            shift,
            grace_days: self.grace_days,
            resubmit_days: self.resubmit_days,
            scan_required: self.scan_required,
            active: self.active,
            basis: self.basis.clone(),
        })
    }
}

/// 设定报送计划：只影响还没有截止的报送期
#[utoipa::path(put, path = "/api/v1/schedules/{kind}", tag = "报送", request_body = NewScheduleBody,
    params(("kind" = String, Path, example = "annex3"), ("If-Match" = String, Header)),
    responses((status = 200, body = ScheduleBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(kind): Path<String>,
    headers: HeaderMap,
    ApiJson(new): ApiJson<NewScheduleBody>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    let schedule = new.schedule(&kind)?;
    let kind = schedule.kind;
    state
        .app
        .save_schedule(&me.caller, version, schedule, &new.reason)
        .await?;
    Ok(answer(&state.app.schedule(&me.caller, kind).await?))
}

/// 预览报送计划：按填写的内容列出以后各期，不保存
#[utoipa::path(post, path = "/api/v1/schedules/{kind}/preview", tag = "报送", request_body = NewScheduleBody,
    params(("kind" = String, Path, example = "annex3")), responses((status = 200, body = Vec<ComingBody>)))]
async fn preview(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(kind): Path<String>,
    ApiJson(new): ApiJson<NewScheduleBody>,
) -> Result<Json<Vec<ComingBody>>, ApiFailure> {
    let schedule = new.schedule(&kind)?;
    let coming = state.app.preview_schedule(&me.caller, &schedule).await?;
    Ok(Json(coming_body(&coming)))
}

/// A due day of one period.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MoveBody {
    /// The due day it had: another one is a conflict.
    #[schema(example = "2018-02-11")]
    seen_due_on: String,
    /// The new day; null: as the schedule says again.
    #[schema(example = "2018-02-13")]
    set_on: Option<String>,
    #[schema(example = "春节前工作安排")]
    reason: String,
}

/// 改一期的截止日
#[utoipa::path(post, path = "/api/v1/schedules/{kind}/periods/{cut_off}", tag = "报送", request_body = MoveBody,
    params(("kind" = String, Path, example = "annex3"), ("cut_off" = String, Path, example = "2018-01-31")),
    responses((status = 200, body = ScheduleBody), (status = 409, body = Problem, content_type = "application/problem+json")))]
async fn move_period(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((kind, cut_off)): Path<(String, String)>,
    ApiJson(new): ApiJson<MoveBody>,
) -> Result<Response, ApiFailure> {
    let kind = kind_of(&kind)?;
    let cut_off = day(&cut_off).ok_or(app::Error::NotFound)?;
    let seen = date("seen_due_on", &new.seen_due_on)?;
    let set_on = new.set_on.as_deref().map(|text| date("set_on", text));
    state
        .app
        .move_period(
            &me.caller,
            (kind, cut_off),
            seen,
            set_on.transpose()?,
            &new.reason,
        )
        .await?;
    Ok(answer(&state.app.schedule(&me.caller, kind).await?))
}
