//! `/api/v1/returns/…` around the returns: 待办, matrix, call sheet, figures, what is allowed, the zip of a period.

use app::returns::{Allowance, Call, Line, Tally, days_left, intake::WaitingIntake};
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::StatusCode,
    response::Response,
};
use chrono::Datelike;
use domain::{UnitId, dates, period::ExceptionKind, permission::Action, person::Invalid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{
        ApiMe,
        json::ApiJson,
        returns::{LineBody, PeriodBody, key_of, line_body, period_body},
    },
    error::{ApiFailure, Problem},
    layout::download,
    pages::{
        query::{Params, day},
        reporting::{asked_kind, standing_of},
    },
    route::ApiArea,
};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    let see = Access::Needs(Action::ViewReturns);
    let keep = Access::Needs(Action::KeepSchedules);
    area.add(see, routes!(todo))
        .add(see, routes!(matrix))
        .add(see, routes!(figures))
        .add(keep, routes!(calls))
        .add(keep, routes!(remark))
        .add(keep, routes!(allow))
        .add(keep, routes!(disallow))
        .add(see, routes!(bundle))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(todo))
        .routes(routes!(matrix))
        .routes(routes!(figures))
        .routes(routes!(calls))
        .routes(routes!(remark))
        .routes(routes!(allow))
        .routes(routes!(disallow))
        .routes(routes!(bundle))
}

fn of_authority(me: &app::sign_in::Current) -> bool {
    me.caller
        .person
        .roles
        .iter()
        .any(|role| role.of_authority())
}

/// Something owed, with the rule that says so.
#[derive(Serialize, ToSchema)]
struct OwedBody {
    line: LineBody,
    /// 还有3天, of the day that counts.
    #[schema(example = "还有3天")]
    left: String,
    #[schema(example = "12月10日（周日），建议12月8日（周五）前；顺延至12月11日（周一）")]
    due: String,
    basis: String,
}

/// Something that waits for release.
#[derive(Serialize, ToSchema)]
struct ReleaseBody {
    id: i64,
    kind: &'static str,
    cut_off: String,
    /// What the step `hand_in` names: with it in `If-Match`, `\"version-code\"`.
    version: i64,
    code: String,
    left: String,
    #[schema(example = "新增2项、变更1项")]
    summary: String,
}

/// What waits for the caller.
#[derive(Serialize, ToSchema)]
struct TodoBody {
    today: String,
    /// For an enterprise: what is to be filled in.
    owed: Vec<OwedBody>,
    /// For an approver: what waits for release.
    release: Vec<ReleaseBody>,
    /// For a reporter: files that were read and wait for confirmation, at `/api/v1/returns/intake/{key}`.
    waiting: Vec<WaitingBody>,
    /// For an officer: mails that wait in the tray.
    tray: i64,
    /// For the authority: what waits for a decision.
    decide: Vec<LineBody>,
    /// For the authority: what is overdue.
    late: Vec<LineBody>,
}

/// A file that was read and waits for its owner's confirmation.
#[derive(Serialize, ToSchema)]
struct WaitingBody {
    key: String,
    #[schema(example = "annex2")]
    kind: &'static str,
    #[schema(example = "截至2017年11月")]
    label: String,
    #[schema(example = "附件2.xlsx")]
    file_name: String,
    #[schema(example = "2017-12-12T00:00:00Z")]
    at: String,
    /// It came by mail.
    by_mail: bool,
}

fn waiting_body(one: WaitingIntake) -> WaitingBody {
    WaitingBody {
        key: one.key,
        kind: one.kind.word(),
        label: one.label,
        file_name: one.file_name,
        at: one.at.to_rfc3339(),
        by_mail: one.by_mail,
    }
}

/// 待办
#[utoipa::path(get, path = "/api/v1/todo", tag = "报送", responses((status = 200, body = TodoBody)))]
async fn todo(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Json<TodoBody>, ApiFailure> {
    let todo = state.app.todo(&me.caller).await?;
    let (today, inside) = (todo.today, !of_authority(&me));
    let owed = todo.owed.into_iter().map(|one| OwedBody {
        left: days_left(&one.line, today),
        due: match one.line.resubmit_by {
            Some(day) => format!("重报截止{}", domain::workday::print_day(day)),
            None => one.line.period.due_sentence(),
        },
        line: line_body(one.line, inside),
        basis: one.basis,
    });
    let release = todo.release.into_iter().map(|one| ReleaseBody {
        id: one.view.filing.as_ref().map_or(0, |filing| filing.id.0),
        kind: one.view.period.kind.word(),
        cut_off: one.view.period.cut_off.to_string(),
        version: one.view.seen().version,
        code: one.view.code.clone(),
        left: one.view.due_words.clone(),
        summary: one.summary,
    });
    let lines = |lines: Vec<Line>| lines.into_iter().map(|line| line_body(line, inside));
    Ok(Json(TodoBody {
        today: today.to_string(),
        owed: owed.collect(),
        release: release.collect(),
        waiting: todo.waiting.into_iter().map(waiting_body).collect(),
        tray: todo.tray,
        decide: lines(todo.decide).collect(),
        late: lines(todo.late).collect(),
    }))
}

/// A cell of the matrix; null where nothing is owed for lack of a unit then.
#[derive(Serialize, ToSchema)]
struct MatrixCellBody {
    /// ok, wait, stop, late, none, info.
    #[schema(example = "wait")]
    look: &'static str,
    #[schema(example = "已报送")]
    word: String,
    notes: Vec<String>,
    line: LineBody,
}

/// A unit of the matrix.
#[derive(Serialize, ToSchema)]
struct MatrixRowBody {
    unit: i64,
    unit_name: String,
    /// One for each period.
    cells: Vec<Option<MatrixCellBody>>,
}

/// Units × periods.
#[derive(Serialize, ToSchema)]
struct MatrixBody {
    periods: Vec<PeriodBody>,
    rows: Vec<MatrixRowBody>,
}

/// 报送总表：单位×报送期
#[utoipa::path(get, path = "/api/v1/returns/matrix", tag = "报送",
    params(("kind" = Option<String>, Query, example = "annex2"), ("year" = Option<i32>, Query)),
    responses((status = 200, body = MatrixBody)))]
async fn matrix(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<MatrixBody>, ApiFailure> {
    params.only(&["kind", "year"])?;
    let (kind, year) = (asked_kind(&params)?, params.completion()?.year);
    let matrix = state.app.matrix(&me.caller, kind, year).await?;
    let (today, inside) = (matrix.today, !of_authority(&me));
    let cell = |line: Line| {
        let standing = standing_of(&line, inside, today);
        MatrixCellBody {
            look: standing.look,
            word: standing.word,
            notes: standing.notes,
            line: line_body(line, inside),
        }
    };
    let rows = matrix
        .rows
        .into_iter()
        .map(|(unit, unit_name, lines)| MatrixRowBody {
            unit: unit.0,
            unit_name,
            cells: lines.into_iter().map(|line| line.map(cell)).collect(),
        });
    Ok(Json(MatrixBody {
        rows: rows.collect(),
        periods: matrix
            .periods
            .into_iter()
            .map(period_body)
            .collect::<Vec<_>>(),
    }))
}

/// How complete and how timely.
#[derive(Serialize, ToSchema)]
struct TallyBody {
    owed: u32,
    handed_in: u32,
    in_time: u32,
    zero: u32,
    returned: u32,
    exempt: u32,
    /// 报送率 in percent with two decimals; null where nothing is owed.
    #[schema(example = "94.12")]
    completeness_pct: Option<String>,
    /// 及时率 in percent with two decimals; null where nothing is owed.
    #[schema(example = "88.24")]
    timeliness_pct: Option<String>,
}

fn tally_body(tally: &Tally) -> TallyBody {
    TallyBody {
        owed: tally.owed,
        handed_in: tally.handed_in,
        in_time: tally.in_time,
        zero: tally.zero,
        returned: tally.returned,
        exempt: tally.exempt,
        completeness_pct: tally.completeness().map(|rate| rate.pct().to_string()),
        timeliness_pct: tally.timeliness().map(|rate| rate.pct().to_string()),
    }
}

/// The figures of a unit.
#[derive(Serialize, ToSchema)]
struct UnitTallyBody {
    unit: i64,
    unit_name: String,
    tally: TallyBody,
}

/// The figures of a kind.
#[derive(Serialize, ToSchema)]
struct KindTallyBody {
    #[schema(example = "annex2")]
    kind: &'static str,
    tally: TallyBody,
}

/// The figures of a period.
#[derive(Serialize, ToSchema)]
struct PeriodTallyBody {
    #[schema(example = "annex2")]
    kind: &'static str,
    #[schema(example = "2017-11-30")]
    cut_off: String,
    tally: TallyBody,
}

/// 报送率、及时率 of a year.
#[derive(Serialize, ToSchema)]
struct FiguresBody {
    year: i32,
    until: String,
    total: TallyBody,
    units: Vec<UnitTallyBody>,
    kinds: Vec<KindTallyBody>,
    periods: Vec<PeriodTallyBody>,
}

/// 报送率、及时率：按单位、按报表、按报送期
#[utoipa::path(get, path = "/api/v1/returns/figures", tag = "报送",
    params(("kind" = Option<String>, Query, example = "annex2"), ("year" = Option<i32>, Query)),
    responses((status = 200, body = FiguresBody)))]
async fn figures(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<FiguresBody>, ApiFailure> {
    params.only(&["kind", "year"])?;
    let now = dates::day_in_shanghai(state.app.now()).year();
    let (kind, year) = (asked_kind(&params)?, params.completion()?.year);
    let figures = state
        .app
        .return_figures(&me.caller, year.unwrap_or(now), kind)
        .await?;
    let units = figures
        .units
        .iter()
        .map(|(unit, name, tally)| UnitTallyBody {
            unit: unit.0,
            unit_name: name.clone(),
            tally: tally_body(tally),
        });
    let kinds = figures.kinds.iter().map(|(kind, tally)| KindTallyBody {
        kind: kind.word(),
        tally: tally_body(tally),
    });
    let periods = figures.periods.iter();
    let periods = periods.map(|(kind, cut_off, _, tally)| PeriodTallyBody {
        kind: kind.word(),
        cut_off: cut_off.to_string(),
        tally: tally_body(tally),
    });
    Ok(Json(FiguresBody {
        year: figures.year,
        until: figures.today.to_string(),
        total: tally_body(&figures.total),
        units: units.collect(),
        kinds: kinds.collect(),
        periods: periods.collect(),
    }))
}

/// A remark on a unit.
#[derive(Serialize, ToSchema)]
struct RemarkBody {
    text: String,
    promised_on: Option<String>,
    who: String,
    at: String,
}

/// Someone to call.
#[derive(Serialize, ToSchema)]
struct CallContactBody {
    name: String,
    #[schema(example = "企业填报员")]
    role: &'static str,
    /// null where none is kept.
    phone: Option<String>,
}

/// A unit to be called.
#[derive(Serialize, ToSchema)]
struct CallBody {
    unit: i64,
    unit_name: String,
    contacts: Vec<CallContactBody>,
    lines: Vec<LineBody>,
    /// Ready to send.
    text: String,
    remarks: Vec<RemarkBody>,
}

/// 今天该催谁
#[utoipa::path(get, path = "/api/v1/returns/calls", tag = "报送", responses((status = 200, body = Vec<CallBody>)))]
async fn calls(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Json<Vec<CallBody>>, ApiFailure> {
    let calls = state.app.call_sheet(&me.caller).await?;
    let body = |call: Call| CallBody {
        unit: call.unit.0,
        unit_name: call.unit_name,
        contacts: call
            .contacts
            .into_iter()
            .map(|one| CallContactBody {
                name: one.name,
                role: one.role,
                phone: Some(one.phone).filter(|phone| !phone.is_empty()),
            })
            .collect(),
        lines: call
            .lines
            .into_iter()
            .map(|line| line_body(line, false))
            .collect(),
        text: call.text,
        remarks: call
            .remarks
            .into_iter()
            .map(|one| RemarkBody {
                text: one.remark.text,
                promised_on: one.remark.promised_on.map(|day| day.to_string()),
                who: one.who,
                at: one.remark.made_at.to_rfc3339(),
            })
            .collect(),
    };
    Ok(Json(calls.into_iter().map(body).collect()))
}

/// A remark to be noted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRemarkBody {
    #[schema(example = "已电话联系，项目部正在核对投资额")]
    text: String,
    /// The day promised.
    #[schema(example = "2017-12-11")]
    promised_on: Option<String>,
}

/// 记一笔催办情况
#[utoipa::path(post, path = "/api/v1/returns/calls/{unit}/remarks", tag = "报送", request_body = NewRemarkBody,
    params(("unit" = i64, Path)), responses((status = 204)))]
async fn remark(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(unit): Path<i64>,
    ApiJson(new): ApiJson<NewRemarkBody>,
) -> Result<StatusCode, ApiFailure> {
    let wrong = || Invalid::of("promised_on", "请写成 2017-12-11 这样的真实日期");
    let promised = new.promised_on.as_deref();
    let promised = promised
        .map(|text| day(text).ok_or_else(wrong))
        .transpose()?;
    state
        .app
        .add_remark(&me.caller, UnitId(unit), None, &new.text, promised)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is allowed one enterprise in one period.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AllowanceBody {
    /// permit (准许补报), exempt (免报).
    #[schema(example = "permit")]
    kind: String,
    #[schema(example = "系统故障，准予补报")]
    reason: String,
    /// The last day of a permit; null: without end.
    #[schema(example = "2018-02-28")]
    until: Option<String>,
}

/// 准许补报、免报
#[utoipa::path(post, path = "/api/v1/returns/{kind}/{cut_off}/{unit}/allowances", tag = "报送", request_body = AllowanceBody,
    params(("kind" = String, Path, example = "annex2"), ("cut_off" = String, Path, example = "2017-11-30"), ("unit" = i64, Path)),
    responses((status = 204), (status = 409, body = Problem, content_type = "application/problem+json")))]
async fn allow(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((kind, cut_off, unit)): Path<(String, String, i64)>,
    ApiJson(new): ApiJson<AllowanceBody>,
) -> Result<StatusCode, ApiFailure> {
    let key = key_of(&kind, &cut_off, unit)?;
    let kind = ExceptionKind::from_word(&new.kind)
        .ok_or_else(|| Invalid::of("kind", "请填 permit 或 exempt"))?;
    let wrong = || Invalid::of("until", "请写成 2017-12-31 这样的真实日期");
    let until = new.until.as_deref();
    let until = until.map(|text| day(text).ok_or_else(wrong)).transpose()?;
    let new = Allowance {
        kind,
        reason: new.reason,
        until,
    };
    state.app.except_return(&me.caller, key, &new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 取消准许补报、免报
#[utoipa::path(delete, path = "/api/v1/returns/{kind}/{cut_off}/{unit}/allowances/{allowance}", tag = "报送",
    params(("kind" = String, Path, example = "annex2"), ("cut_off" = String, Path, example = "2017-11-30"), ("unit" = i64, Path),
           ("allowance" = String, Path, example = "permit")),
    responses((status = 204)))]
async fn disallow(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((kind, cut_off, unit, allowance)): Path<(String, String, i64, String)>,
) -> Result<StatusCode, ApiFailure> {
    let key = key_of(&kind, &cut_off, unit)?;
    let allowance = ExceptionKind::from_word(&allowance).ok_or(app::Error::NotFound)?;
    state.app.end_exception(&me.caller, key, allowance).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 一期的全部附件，打成一个 zip
#[utoipa::path(get, path = "/api/v1/returns/{kind}/{cut_off}/files.zip", tag = "报送",
    params(("kind" = String, Path, example = "annex2"), ("cut_off" = String, Path, example = "2017-11-30")),
    responses((status = 200, content_type = "application/zip", body = Vec<u8>)))]
async fn bundle(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((kind, cut_off)): Path<(String, String)>,
) -> Result<Response, ApiFailure> {
    let key = key_of(&kind, &cut_off, 0)?;
    let zip = state
        .app
        .period_bundle(&me.caller, key.kind, key.cut_off)
        .await?;
    Ok(download(&zip.name, "application/zip", zip.bytes))
}
