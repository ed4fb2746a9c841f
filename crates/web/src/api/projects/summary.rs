//! `/api/v1/projects/summary`: the library by enterprise and stage.

use app::projects::{ProjectSum, SummaryRow};
use axum::{Json, extract::State as Extract};
use domain::{permission::Action, project::Stage};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{State, access::Access, api::ApiMe, error::ApiFailure, route::ApiArea};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    area.add(Access::Needs(Action::ViewProjects), routes!(summary))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(summary))
}

/// A count with the sum of known investments.
#[derive(Serialize, ToSchema)]
struct SumBody {
    #[schema(example = 12)]
    projects: i64,
    /// Those whose investment is known.
    #[schema(example = 11)]
    priced: i64,
    /// The sum of those, 万元.
    #[schema(example = "152000")]
    investment_wan: String,
}

/// One stage of a row.
#[derive(Serialize, ToSchema)]
struct StageSumBody {
    /// planned, negotiating, signed, filed, landed, funded, started, completed, producing, suspended, terminated.
    #[schema(example = "signed")]
    stage: &'static str,
    #[serde(flatten)]
    sum: SumBody,
}

/// An enterprise, or all together.
#[derive(Serialize, ToSchema)]
struct SummaryRowBody {
    /// Number of the enterprise; null for all together.
    #[schema(example = 3)]
    unit: Option<i64>,
    #[schema(example = "城投")]
    name: String,
    total: SumBody,
    stages: Vec<StageSumBody>,
}

/// The library by enterprise and stage.
#[derive(Serialize, ToSchema)]
struct SummaryBody {
    /// own 企业自己的, accepted 国资委已受理的.
    #[schema(example = "accepted")]
    track: &'static str,
    rows: Vec<SummaryRowBody>,
    total: SummaryRowBody,
}

fn sum(of: ProjectSum) -> SumBody {
    SumBody {
        projects: of.projects,
        priced: of.priced,
        investment_wan: of.investment.wan_exact(),
    }
}

fn row(row: &SummaryRow) -> SummaryRowBody {
    let stages = Stage::ALL.iter().zip(&row.stages);
    SummaryRowBody {
        unit: row.unit.map(|unit| unit.0),
        name: row.name.clone(),
        total: sum(row.total),
        stages: stages
            .map(|(stage, of)| StageSumBody {
                stage: stage.word(),
                sum: sum(*of),
            })
            .collect(),
    }
}

/// 项目库汇总：各企业按进展的个数和投资额
#[utoipa::path(get, path = "/api/v1/projects/summary", tag = "项目库", responses((status = 200, body = SummaryBody)))]
async fn summary(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Json<SummaryBody>, ApiFailure> {
    let found = state.app.library_summary(&me.caller).await?;
    Ok(Json(SummaryBody {
        track: found.track.word(),
        rows: found.rows.iter().map(row).collect(),
        total: row(&found.total),
    }))
}
