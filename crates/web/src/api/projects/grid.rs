//! `/api/v1/projects/grid`: many projects in one transaction.

use app::projects::{GRID, GridRow, GridSave};
use axum::{Json, extract::State as Extract};
use domain::{ProjectId, permission::Action, person::Invalid, project::Field};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, json::ApiJson},
    error::{ApiFailure, Problem},
    pages::query::day,
    route::ApiArea,
};

pub(super) fn area(area: ApiArea) -> ApiArea {
    area.add(Access::Needs(Action::EditProjects), routes!(save))
}

pub(super) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(save))
}

/// A row of the table.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GridRowBody {
    /// The project; left out for a new one.
    #[serde(default)]
    #[schema(example = 12)]
    id: Option<i64>,
    /// The version it was made from (the number in its ETag); needed for one that is there.
    #[serde(default)]
    #[schema(example = 3)]
    version: Option<i64>,
    /// Texts as typed; a cell that is left out stays as it is. Amounts in 万元, districts and horizons in words.
    #[schema(example = json!({"name": "临港仓储项目", "investment": "12000", "district": "鹿城区", "started": "2017-08"}))]
    cells: BTreeMap<String, String>,
    /// The text of the amount whose reading, or tenfold jump, is confirmed.
    #[serde(default)]
    #[schema(example = "1.2亿")]
    confirmed: String,
}

/// Rows to be saved together.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GridBody {
    rows: Vec<GridRowBody>,
    /// From which day on; today when left out.
    #[serde(default)]
    #[schema(example = "2017-11-20")]
    effective_on: Option<String>,
    /// Why; needed when a milestone is taken back.
    #[serde(default)]
    reason: String,
    /// Only checks; nothing is saved.
    #[serde(default)]
    check_only: bool,
}

/// A row that was saved.
#[derive(Serialize, ToSchema)]
struct GridSaved {
    /// Its place among the rows, from 0.
    row: usize,
    /// The project.
    id: i64,
}

/// What was saved.
#[derive(Serialize, ToSchema)]
struct GridAnswer {
    added: Vec<GridSaved>,
    changed: Vec<GridSaved>,
}

fn parse(body: GridBody) -> Result<GridSave, Invalid> {
    let mut invalid = Invalid::default();
    let effective_on = body.effective_on.as_deref().map(day);
    if effective_on == Some(None) {
        invalid.add("effective_on", "生效日期请写成 2017-11-20 这样的真实日期");
    }
    let mut rows = Vec::new();
    for (at, row) in body.rows.into_iter().enumerate() {
        let mut cells = BTreeMap::new();
        for (word, text) in row.cells {
            match Field::from_word(&word).filter(|field| GRID.contains(field)) {
                Some(field) => {
                    cells.insert(field, text.replace('\0', ""));
                }
                None => invalid.add(&format!("rows.{at}.{word}"), "表格里没有这一列"),
            }
        }
        if row.id.is_some() && row.version.is_none() {
            let why = "修改已有的项目请带版本号 version";
            invalid.add(&format!("rows.{at}.version"), why);
        }
        rows.push(GridRow {
            at,
            id: row.id.map(ProjectId),
            version: row.version.unwrap_or(-1),
            cells,
            confirmed: row.confirmed,
        });
    }
    invalid.into_result()?;
    Ok(GridSave {
        rows,
        effective_on: effective_on.flatten(),
        reason: body.reason,
    })
}

/// 一次保存多个项目：全部保存或一个也不保存，逐格说明原因；逐行带版本号
#[utoipa::path(post, path = "/api/v1/projects/grid", tag = "项目库", request_body = GridBody,
    responses((status = 200, body = GridAnswer), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn save(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(body): ApiJson<GridBody>,
) -> Result<Json<GridAnswer>, ApiFailure> {
    let check_only = body.check_only;
    let save = parse(body)?;
    let done = match check_only {
        true => state.app.check_grid(&me.caller, &save).await?,
        false => state.app.save_grid(&me.caller, &save).await?,
    };
    if let Some(conflict) = done.conflict() {
        return Err(app::Error::Conflict(Box::new(conflict)).into());
    }
    done.refused.into_result()?;
    let saved = |rows: Vec<(usize, ProjectId)>| {
        rows.into_iter()
            .map(|(row, id)| GridSaved { row, id: id.0 })
            .collect()
    };
    Ok(Json(GridAnswer {
        added: saved(done.added),
        changed: saved(done.changed),
    }))
}
