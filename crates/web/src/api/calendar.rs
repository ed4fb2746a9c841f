//! `/api/v1/calendar`: which days work.

use app::calendar::CalendarView;
use axum::{Json, extract::State as Extract};
use domain::{permission::Action, workday::NotLoaded};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::ApiMe,
    error::{ApiFailure, Problem},
    pages::query::Params,
    route::ApiArea,
};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    area.add(Access::Needs(Action::ViewCalendar), routes!(calendar))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(calendar))
}

/// A year of working days: Monday to Friday works, except where `exceptions` says otherwise.
#[derive(Serialize, ToSchema)]
struct CalendarBody {
    #[schema(example = 2017)]
    year: i32,
    /// 是否已载入；未载入的年度不推算，各计数为 null.
    loaded: bool,
    /// 未载入时说明怎么办.
    message: Option<String>,
    /// 全年工作日天数.
    #[schema(example = 249)]
    workdays: Option<usize>,
    /// 周一至周五休息的天数.
    #[schema(example = 16)]
    holidays: Option<usize>,
    /// 周六、周日上班的天数.
    #[schema(example = 5)]
    make_up_workdays: Option<usize>,
    exceptions: Vec<ExceptionBody>,
    years_loaded: Vec<i32>,
}

#[derive(Serialize, ToSchema)]
struct ExceptionBody {
    #[schema(example = "2017-10-02")]
    date: String,
    /// `holiday` 周一至周五休息；`make_up_workday` 周六、周日上班.
    #[schema(example = "holiday")]
    kind: &'static str,
    #[schema(example = "国庆")]
    festival: String,
}

fn body(view: &CalendarView) -> CalendarBody {
    let counts = view.calendar.counts(view.year);
    let exceptions = view
        .calendar
        .of_year(view.year)
        .map(|exception| ExceptionBody {
            date: exception.day.to_string(),
            kind: exception.kind.word(),
            festival: exception.festival.clone(),
        });
    CalendarBody {
        year: view.year,
        loaded: counts.is_some(),
        message: counts.is_none().then(|| NotLoaded(view.year).to_string()),
        workdays: counts.map(|counts| counts.workdays),
        holidays: counts.map(|counts| counts.holidays),
        make_up_workdays: counts.map(|counts| counts.make_up),
        exceptions: exceptions.collect(),
        years_loaded: view.calendar.years().collect(),
    }
}

/// 工作日历
#[utoipa::path(
    get, path = "/api/v1/calendar", tag = "系统", params(("year" = Option<i32>, Query, description = "不填为今年", example = 2017)),
    responses((status = 200, body = CalendarBody), (status = 401, description = "没有登录"),
              (status = 422, body = Problem, content_type = "application/problem+json"))
)]
async fn calendar(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<CalendarBody>, ApiFailure> {
    params.only(&["year"])?;
    let year = params.completion()?.year;
    Ok(Json(body(&state.app.calendar(&me.caller, year).await?)))
}
