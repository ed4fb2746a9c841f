//! `/api/v1/completion`: the table and its explanation.

use app::completion::{Compared, Explanation, Figure, View};
use axum::{Json, extract::State as Extract};
use domain::{Money, Rate, UnitId, permission::Action};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::ApiMe,
    error::{ApiFailure, Failure},
    pages::query::Params,
    route::ApiArea,
};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    let needs = Access::Needs(Action::ViewCompletion);
    area.add(needs, routes!(table))
        .add(needs, routes!(explain))
        .add(needs, routes!(comparison))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(table))
        .routes(routes!(explain))
        .routes(routes!(comparison))
}

/// The completion table.
#[derive(Serialize, ToSchema)]
struct TableBody {
    #[schema(example = 2017)]
    year: i32,
    #[schema(example = "2017-10-31")]
    as_of: String,
    /// RFC 3339, UTC.
    known_at: String,
    #[schema(example = "万元")]
    unit_of_money: &'static str,
    /// 时间进度.
    #[schema(example = "83.33")]
    elapsed_pct: String,
    /// By rate, descending.
    rows: Vec<CompletionRowBody>,
    total: TotalBody,
    honest: HonestBody,
}

#[derive(Serialize, ToSchema)]
struct CompletionRowBody {
    #[schema(example = "温州银行股份有限公司")]
    unit: String,
    #[schema(example = "10000")]
    target_wan: Option<String>,
    #[schema(example = "90309")]
    done_wan: Option<String>,
    #[schema(example = "903.09")]
    rate_pct: Option<String>,
    /// 超/欠进度, percentage points.
    #[schema(example = "819.76")]
    lead_pct: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct TotalBody {
    #[schema(example = "200000")]
    target_wan: String,
    #[schema(example = "257483")]
    done_wan: Option<String>,
    #[schema(example = "128.74")]
    rate_pct: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct HonestBody {
    #[schema(example = "68.61")]
    capped_pct: Option<String>,
    #[schema(example = "87.99")]
    without_largest_pct: Option<String>,
    #[schema(example = "温州银行股份有限公司")]
    largest_unit: Option<String>,
    #[schema(example = 11)]
    behind: usize,
    #[schema(example = 7)]
    at_zero: usize,
    #[schema(example = "18.48")]
    median_pct: Option<String>,
    #[schema(example = "62784")]
    outstanding_wan: Option<String>,
}

fn wan(amount: Option<Money>) -> Option<String> {
    amount.map(Money::wan_exact)
}

fn pct(rate: Option<Rate>) -> Option<String> {
    rate.map(|rate| rate.pct().to_string())
}

fn body(view: &View) -> TableBody {
    let (table, honest) = (&view.table, &view.table.honest);
    let rows = table.rows.iter().map(|row| CompletionRowBody {
        unit: row.standing.name.clone(),
        target_wan: wan(row.standing.target),
        done_wan: wan(row.standing.done),
        rate_pct: pct(row.rate),
        lead_pct: row.lead.map(|lead| lead.to_string()),
    });
    let largest = table
        .rows
        .iter()
        .find(|row| Some(row.standing.unit) == honest.largest);
    TableBody {
        year: table.year,
        as_of: table.as_of.to_string(),
        known_at: view
            .known_at
            .to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        unit_of_money: "万元",
        elapsed_pct: table.elapsed.pct().to_string(),
        rows: rows.collect(),
        total: TotalBody {
            target_wan: table.total.target.wan_exact(),
            done_wan: wan(table.total.done),
            rate_pct: pct(table.total.rate),
        },
        honest: HonestBody {
            capped_pct: pct(honest.capped),
            without_largest_pct: pct(honest.without_largest),
            largest_unit: largest.map(|row| row.standing.name.clone()),
            behind: honest.behind,
            at_zero: honest.at_zero,
            median_pct: pct(honest.median),
            outstanding_wan: wan(honest.outstanding),
        },
    }
}

/// What the addresses may say.
pub(crate) const PARAMS: [&str; 4] = ["year", "month", "as_of", "known_at"];

/// 任务完成情况
#[utoipa::path(
    get, path = "/api/v1/completion", tag = "目标任务",
    params(
        ("year" = Option<i32>, Query, description = "年度；不填取 as_of 的年度", example = 2017),
        ("as_of" = Option<String>, Query, description = "截止日期；不填取最近一期报表的截止日期", example = "2017-10-31"),
        ("month" = Option<u32>, Query, description = "代替 as_of：该年度此月的最后一天", example = 10),
        ("known_at" = Option<String>, Query, description = "数据时点，RFC 3339 或日期（当日结束时）；不填为现在")
    ),
    responses((status = 200, body = TableBody), (status = 401, description = "没有登录"), (status = 404, description = "无权查看"),
              (status = 422, body = crate::error::Problem, description = "参数有误", content_type = "application/problem+json"))
)]
async fn table(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<TableBody>, ApiFailure> {
    params.only(&PARAMS)?;
    let view = state
        .app
        .completion(&me.caller, params.completion()?)
        .await?;
    Ok(Json(body(&view)))
}

/// How a figure came about.
#[derive(Serialize, ToSchema)]
struct ExplainBody {
    /// The figure asked.
    figure: &'static str,
    /// Of what.
    subject: String,
    /// As printed, with its unit.
    value: String,
    /// Numerator, denominator, cohort, cut-off, known-at, rounding, in words.
    trail: Vec<TrailBody>,
    /// The units it is made of; empty for a unit's own figure.
    lines: Vec<CompletionLineBody>,
    /// Statements and targets behind it.
    sources: Vec<SourceBody>,
}

#[derive(Serialize, ToSchema)]
struct TrailBody {
    label: String,
    text: String,
}

#[derive(Serialize, ToSchema)]
struct CompletionLineBody {
    unit: String,
    target_wan: Option<String>,
    done_wan: Option<String>,
    rate_pct: Option<String>,
    /// What it counts for in this figure, in words.
    part: String,
}

#[derive(Serialize, ToSchema)]
struct SourceBody {
    what: String,
    unit: String,
    amount_wan: String,
    day: String,
    /// The import that brought it.
    import: Option<i64>,
    /// The entry of funds it is.
    entry: Option<i64>,
    file_name: Option<String>,
    /// Row in the file, from 1 without the header.
    row: Option<i32>,
    /// Document number and reason.
    grounds: String,
    by: String,
    /// RFC 3339, UTC.
    at: String,
    /// Whether it counts, or was replaced.
    counts: bool,
}

fn explained(explanation: Explanation) -> ExplainBody {
    ExplainBody {
        figure: explanation.figure.word(),
        subject: explanation.subject,
        value: explanation.value,
        trail: explanation
            .trail
            .into_iter()
            .map(|(label, text)| TrailBody { label, text })
            .collect(),
        lines: explanation
            .lines
            .into_iter()
            .map(|line| CompletionLineBody {
                unit: line.name,
                target_wan: line.target_wan,
                done_wan: line.done_wan,
                rate_pct: line.rate_pct,
                part: line.part,
            })
            .collect(),
        sources: explanation
            .sources
            .into_iter()
            .map(|source| SourceBody {
                what: source.what,
                unit: source.unit,
                amount_wan: source.amount_wan,
                day: source.day,
                import: source.import.as_ref().map(|(id, _, _)| id.0),
                entry: source.entry.map(|entry| entry.0),
                row: source.import.as_ref().map(|(_, _, row)| *row),
                file_name: source.import.map(|(_, name, _)| name),
                grounds: source.grounds,
                by: source.by,
                at: source
                    .at
                    .to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
                counts: source.counts,
            })
            .collect(),
    }
}

/// 数字怎么来的
#[utoipa::path(
    get, path = "/api/v1/completion/explain", tag = "目标任务",
    params(
        ("figure" = String, Query, description = "target、done、rate、lead（须带 unit）、elapsed、capped、without_largest、behind、at_zero、median、outstanding", example = "rate"),
        ("unit" = Option<i64>, Query, description = "单位编号；不填问合计"),
        ("year" = Option<i32>, Query), ("as_of" = Option<String>, Query), ("month" = Option<u32>, Query), ("known_at" = Option<String>, Query)
    ),
    responses((status = 200, body = ExplainBody), (status = 401, description = "没有登录"), (status = 404, description = "没有这个数字，或无权查看"),
              (status = 422, body = crate::error::Problem, content_type = "application/problem+json"))
)]
async fn explain(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<ExplainBody>, ApiFailure> {
    params.only(&["figure", "unit", "year", "month", "as_of", "known_at"])?;
    let figure = params.get("figure").and_then(Figure::from_word);
    let figure =
        figure.ok_or_else(|| Failure::invalid("figure", "请说明要问哪个数字，例如 rate"))?;
    let unit = match params.get("unit") {
        Some(text) => Some(UnitId(
            text.parse()
                .map_err(|_| Failure::invalid("unit", "单位编号请填整数"))?,
        )),
        None => None,
    };
    let (explanation, _) = state
        .app
        .explain(&me.caller, params.completion()?, figure, unit)
        .await?;
    Ok(Json(explained(explanation)))
}

/// The table compared.
#[derive(Serialize, ToSchema)]
struct ComparisonBody {
    year: i32,
    as_of: String,
    unit_of_money: &'static str,
    /// End of the month before; null in January.
    month_before: Option<String>,
    /// The same day of the year before.
    year_before: String,
    /// How the projection is made, in words.
    projection_method: &'static str,
    rows: Vec<ComparedBody>,
    total: ComparedBody,
}

/// One enterprise, or 合计, compared; null where there is nothing to compare with.
#[derive(Serialize, ToSchema)]
struct ComparedBody {
    unit: String,
    done_wan: Option<String>,
    month_before_wan: Option<String>,
    since_month_before_wan: Option<String>,
    year_before_wan: Option<String>,
    against_year_before_wan: Option<String>,
    plan_wan: Option<String>,
    plan_lead_pct: Option<String>,
    projected_wan: Option<String>,
    projected_rate_pct: Option<String>,
}

fn compared(compared: &Compared) -> ComparedBody {
    ComparedBody {
        unit: compared.name.clone(),
        done_wan: wan(compared.done),
        month_before_wan: wan(compared.month_before),
        since_month_before_wan: wan(compared.since),
        year_before_wan: wan(compared.year_before),
        against_year_before_wan: wan(compared.against_year_before),
        plan_wan: wan(compared.plan),
        plan_lead_pct: compared.plan_lead.map(|lead| lead.to_string()),
        projected_wan: wan(compared.projected),
        projected_rate_pct: pct(compared.projected_rate),
    }
}

/// 与上月、上年同期、月度计划比较，及年底预测
#[utoipa::path(
    get, path = "/api/v1/completion/comparison", tag = "目标任务",
    params(("year" = Option<i32>, Query), ("as_of" = Option<String>, Query), ("month" = Option<u32>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = ComparisonBody))
)]
async fn comparison(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<ComparisonBody>, ApiFailure> {
    params.only(&PARAMS)?;
    let comparison = state
        .app
        .comparison(&me.caller, params.completion()?)
        .await?;
    Ok(Json(ComparisonBody {
        year: comparison.view.table.year,
        as_of: comparison.view.table.as_of.to_string(),
        unit_of_money: "万元",
        month_before: comparison.month_before.map(|day| day.to_string()),
        year_before: comparison.year_before.to_string(),
        projection_method: domain::projection::METHOD,
        rows: comparison.rows.iter().map(compared).collect(),
        total: compared(&comparison.total),
    }))
}
