//! `/api/v1/cohorts`, `/rates`, `/enterprises/{id}`: what became of what was signed; an enterprise on one page.

use app::{
    cohorts::{CohortBoard, CohortItem, CohortQuery, CohortRow},
    enterprise::EnterprisePage,
    projects::ExportFormat,
    returns::Line,
};
use axum::{
    Json,
    extract::{Path, RawQuery, State as Extract},
    response::Response,
};
use domain::{
    Money, UnitId,
    cohort::{
        Cell, Column, Group,
        rates::{RateKind, Ratio},
    },
    permission::Action,
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, projects::pairs},
    error::ApiFailure,
    layout::{CSV, download},
    pages::{cohorts::file_asked, projects::exports::XLSX},
    route::ApiArea,
};

pub(super) fn area(area: ApiArea) -> ApiArea {
    let see = Access::Needs(Action::ViewCohorts);
    area.add(see, routes!(cohorts))
        .add(see, routes!(rates))
        .add(see, routes!(items))
        .add(see, routes!(file))
        .add(Access::Needs(Action::ViewEnterprise), routes!(enterprise))
}

pub(super) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(cohorts))
        .routes(routes!(rates))
        .routes(routes!(items))
        .routes(routes!(file))
        .routes(routes!(enterprise))
}

/// What stands in a column.
#[derive(Serialize, ToSchema)]
struct CohortCell {
    /// signed 签约, filed 备案, funded 到资, started 开工, producing 投产.
    #[schema(example = "signed")]
    column: &'static str,
    #[schema(example = 12)]
    projects: i64,
    /// 签约额；到资一栏为到位资金
    #[schema(example = "152000")]
    amount_wan: String,
    /// Signings whose amount in RMB is not known: counted as projects only.
    unpriced: i64,
}

/// A rate with what it is made of.
#[derive(Serialize, ToSchema)]
struct CohortRate {
    /// landing 落地率, funds 资金到位率, start 开工率, production 投产率.
    #[schema(example = "landing")]
    rate: &'static str,
    /// 百分数；分母为 0 时为 null
    #[schema(example = "66.67")]
    pct: Option<String>,
    /// 分子：项目数，资金到位率为万元
    #[schema(example = "8")]
    upper: String,
    /// 分母
    #[schema(example = "12")]
    lower: String,
    /// Formally signed projects left out on both sides, as no amount in RMB is known.
    unknown: i64,
}

/// A row of a board.
#[derive(Serialize, ToSchema)]
struct CohortRowBody {
    /// Its word for `row`; null for the total.
    #[schema(example = "e3")]
    row: Option<String>,
    #[schema(example = "2017浙洽会")]
    label: String,
    cells: Vec<CohortCell>,
    rates: Vec<CohortRate>,
}

/// What a counting rule left out.
#[derive(Serialize, ToSchema)]
struct CohortLeft {
    /// upgrade, repeat, replaced, no_increment, shared, unsaid, unsure.
    #[schema(example = "upgrade")]
    rule: &'static str,
    signings: usize,
    #[schema(example = "另有3份升级协议，不是新增投资，不重复计")]
    sentence: String,
}

/// A board.
#[derive(Serialize, ToSchema)]
struct CohortBody {
    /// event, year, enterprise, industry, level, kind, capital, district.
    #[schema(example = "event")]
    by: &'static str,
    #[schema(example = "2017-10-31")]
    as_of: String,
    rows: Vec<CohortRowBody>,
    total: CohortRowBody,
    left: Vec<CohortLeft>,
    notes: Vec<String>,
}

/// A line behind a number.
#[derive(Serialize, ToSchema)]
struct CohortItemBody {
    project: i64,
    code: String,
    name: String,
    unit: String,
    #[schema(example = "2017-06-08")]
    signed_on: String,
    /// intention, framework, formal.
    kind: &'static str,
    event: String,
    projects: i64,
    amount_wan: Option<String>,
    remark: String,
}

/// The list behind a number.
#[derive(Serialize, ToSchema)]
struct CohortListBody {
    title: String,
    as_of: String,
    /// Lines in all; 200 a page.
    count: usize,
    pages: usize,
    /// All lines together.
    projects: i64,
    /// All lines together.
    amount_wan: String,
    items: Vec<CohortItemBody>,
}

fn cell((column, cell): (Column, Cell)) -> CohortCell {
    CohortCell {
        column: column.word(),
        projects: cell.projects,
        amount_wan: cell.amount.wan_exact(),
        unpriced: cell.unpriced,
    }
}

fn rate((kind, ratio): (RateKind, Ratio)) -> CohortRate {
    CohortRate {
        rate: kind.word(),
        pct: ratio.rate().map(|rate| rate.pct().to_string()),
        upper: Ratio::side(kind, ratio.upper),
        lower: Ratio::side(kind, ratio.lower),
        unknown: ratio.unknown,
    }
}

fn row(row: &CohortRow) -> CohortRowBody {
    CohortRowBody {
        row: row.word.clone(),
        label: row.label.clone(),
        cells: Column::ALL.into_iter().zip(row.cells).map(cell).collect(),
        rates: RateKind::ALL
            .into_iter()
            .zip(row.ratios)
            .map(rate)
            .collect(),
    }
}

fn board(board: &CohortBoard) -> CohortBody {
    let left = board.left.iter().map(|(rule, count)| CohortLeft {
        rule: rule.word(),
        signings: *count,
        sentence: rule.sentence(*count),
    });
    CohortBody {
        by: board.query.group.word(),
        as_of: board.as_of.to_string(),
        rows: board.rows.iter().map(row).collect(),
        total: row(&board.total),
        left: left.collect(),
        notes: board.notes.clone(),
    }
}

fn item(one: &CohortItem) -> CohortItemBody {
    CohortItemBody {
        project: one.project.0,
        code: one.code.clone(),
        name: one.name.clone(),
        unit: one.unit.clone(),
        signed_on: one.signing.on.to_string(),
        kind: one.signing.kind.word(),
        event: one.event.clone(),
        projects: one.projects,
        amount_wan: one.amount.map(Money::wan_exact),
        remark: one.remark.clone(),
    }
}

/// 签约转化看板：参数 as_of、known_at、by、unit、kind、year、level、capital、terminated
#[utoipa::path(get, path = "/api/v1/cohorts", tag = "签约转化",
    params(("by" = Option<String>, Query), ("as_of" = Option<String>, Query), ("unit" = Option<i64>, Query), ("kind" = Option<String>, Query),
           ("year" = Option<i32>, Query), ("level" = Option<String>, Query), ("capital" = Option<String>, Query), ("terminated" = Option<String>, Query)),
    responses((status = 200, body = CohortBody)))]
async fn cohorts(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    RawQuery(query): RawQuery,
) -> Result<Json<CohortBody>, ApiFailure> {
    let query = CohortQuery::parse(&pairs(query.as_deref()), Group::Event)?;
    let found = state.app.cohort_board(&me.caller, query).await?;
    Ok(Json(board(&found)))
}

/// 四率，不写 by 时按企业；参数同签约转化看板
#[utoipa::path(get, path = "/api/v1/rates", tag = "签约转化",
    params(("by" = Option<String>, Query), ("as_of" = Option<String>, Query), ("unit" = Option<i64>, Query)),
    responses((status = 200, body = CohortBody)))]
async fn rates(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    RawQuery(query): RawQuery,
) -> Result<Json<CohortBody>, ApiFailure> {
    let query = CohortQuery::parse(&pairs(query.as_deref()), Group::Enterprise)?;
    let found = state.app.cohort_board(&me.caller, query).await?;
    Ok(Json(board(&found)))
}

/// 一个数由哪些签约组成：看板的参数，加 column、left，或 rate 与 side（upper、lower、unknown），以及 row
#[utoipa::path(get, path = "/api/v1/cohorts/list", tag = "签约转化",
    params(("by" = Option<String>, Query), ("row" = Option<String>, Query), ("column" = Option<String>, Query), ("left" = Option<String>, Query),
           ("rate" = Option<String>, Query), ("side" = Option<String>, Query), ("page" = Option<i64>, Query)),
    responses((status = 200, body = CohortListBody)))]
async fn items(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    RawQuery(query): RawQuery,
) -> Result<Json<CohortListBody>, ApiFailure> {
    let query = CohortQuery::parse(&pairs(query.as_deref()), Group::Event)?;
    let list = state.app.cohort_list(&me.caller, query).await?;
    Ok(Json(CohortListBody {
        title: list.title,
        as_of: list.as_of.to_string(),
        count: list.count,
        pages: list.pages,
        projects: list.projects,
        amount_wan: list.amount.wan_exact(),
        items: list.items.iter().map(item).collect(),
    }))
}

/// 看板文件：看板的参数，加 format（xlsx、csv）
#[utoipa::path(get, path = "/api/v1/cohorts/file", tag = "签约转化", params(("format" = Option<String>, Query)),
    responses((status = 200, description = "Excel 或 csv", content_type = "application/octet-stream")))]
async fn file(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiFailure> {
    let (format, query) = file_asked(query.as_deref())?;
    let (name, bytes) = state.app.cohort_file(&me.caller, query, format).await?;
    let kind = match format {
        ExportFormat::Xlsx => XLSX,
        ExportFormat::Csv => CSV,
    };
    Ok(download(&name, kind, bytes))
}

/// Projects of a stage.
#[derive(Serialize, ToSchema)]
struct EnterpriseStage {
    #[schema(example = "started")]
    stage: &'static str,
    projects: i64,
    investment_wan: String,
}

/// A return of an enterprise.
#[derive(Serialize, ToSchema)]
struct EnterpriseReturn {
    #[schema(example = "annex2")]
    kind: &'static str,
    #[schema(example = "2017-11-30")]
    cut_off: String,
    #[schema(example = "2017-12-15")]
    due_on: String,
    /// 还有几天、逾期几天；已报送为空
    left: String,
    late: bool,
    handed_in_at: Option<String>,
}

/// Somebody to contact.
#[derive(Serialize, ToSchema)]
struct EnterpriseContact {
    name: String,
    role: &'static str,
    /// 不能看全文的人掩去中间几位
    phone: String,
}

/// An enterprise on one page.
#[derive(Serialize, ToSchema)]
struct EnterprisePageBody {
    id: i64,
    name: String,
    /// 完成情况的截止日
    #[schema(example = "2017-10-31")]
    as_of: String,
    target_wan: Option<String>,
    done_wan: Option<String>,
    rate_pct: Option<String>,
    /// 本企业月度计划到截止日的数
    planned_wan: Option<String>,
    stages: Vec<EnterpriseStage>,
    cells: Vec<CohortCell>,
    rates: Vec<CohortRate>,
    /// 欠报，先到期的在前
    owed: Vec<EnterpriseReturn>,
    /// 最近报送
    handed_in: Vec<EnterpriseReturn>,
    contacts: Vec<EnterpriseContact>,
}

fn line(one: &Line) -> EnterpriseReturn {
    EnterpriseReturn {
        kind: one.period.kind.word(),
        cut_off: one.period.cut_off.to_string(),
        due_on: one.resubmit_by.unwrap_or(one.period.due_on).to_string(),
        left: one.due_words.clone(),
        late: one.late,
        handed_in_at: one.handed_in_at.map(|at| at.to_rfc3339()),
    }
}

fn enterprise_body(view: &EnterprisePage) -> EnterprisePageBody {
    let standing = view.completion.as_ref().map(|row| &row.standing);
    let rate_of = view.completion.as_ref().and_then(|row| row.rate);
    let wan = |money: Option<Money>| money.map(Money::wan_exact);
    EnterprisePageBody {
        id: view.unit.id.0,
        name: view.unit.name.clone(),
        as_of: view.as_of.to_string(),
        target_wan: wan(standing.and_then(|one| one.target)),
        done_wan: wan(standing.and_then(|one| one.done)),
        rate_pct: rate_of.map(|rate| rate.pct().to_string()),
        planned_wan: wan(view.planned),
        stages: view
            .stages
            .iter()
            .map(|(stage, sum)| EnterpriseStage {
                stage: stage.word(),
                projects: sum.projects,
                investment_wan: sum.investment.wan_exact(),
            })
            .collect(),
        cells: Column::ALL.into_iter().zip(view.cells).map(cell).collect(),
        rates: RateKind::ALL
            .into_iter()
            .zip(view.ratios)
            .map(rate)
            .collect(),
        owed: view.owed.iter().map(line).collect(),
        handed_in: view.handed_in.iter().map(line).collect(),
        contacts: view
            .contacts
            .iter()
            .map(|one| EnterpriseContact {
                name: one.name.clone(),
                role: one.role,
                phone: one.phone.clone(),
            })
            .collect(),
    }
}

/// 企业一页通
#[utoipa::path(get, path = "/api/v1/enterprises/{id}", tag = "签约转化", params(("id" = i64, Path)), responses((status = 200, body = EnterprisePageBody)))]
async fn enterprise(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Json<EnterprisePageBody>, ApiFailure> {
    let view = state.app.enterprise(&me.caller, UnitId(id)).await?;
    Ok(Json(enterprise_body(&view)))
}
