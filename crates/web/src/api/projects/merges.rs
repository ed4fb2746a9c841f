//! `/api/v1/twins`, `/api/v1/merges`: likely twins, taking one project into another and apart again, splitting.

use std::collections::BTreeMap;

use app::projects::{
    FormerProject, MergeLine, SaveMerge, SaveSplit, TwinNote, TwinPair, UndoMerge, When,
};
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use domain::{
    EntryId, MergeId, Money, ProjectId,
    merge::{Choices, Side, Split},
    permission::Action,
    person::Invalid,
    project::{Field, Milestone},
    twins::strength_words,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, etag, if_match, json::ApiJson},
    error::{ApiFailure, Problem},
    pages::query::{Params, day},
    route::ApiArea,
};

use super::{ProjectBody, answer};

pub(super) fn area(area: ApiArea) -> ApiArea {
    let (see, decide) = (
        Access::Needs(Action::ViewProjects),
        Access::Needs(Action::MergeProjects),
    );
    area.add(decide, routes!(pairs))
        .add(decide, routes!(pair))
        .add(decide, routes!(decision))
        .add(decide, routes!(merge))
        .add(see, routes!(merges))
        .add(see, routes!(one))
        .add(decide, routes!(undo))
        .add(see, routes!(split))
        .add(see, routes!(by_code))
}

pub(super) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(pairs))
        .routes(routes!(pair))
        .routes(routes!(decision))
        .routes(routes!(merge))
        .routes(routes!(merges))
        .routes(routes!(one))
        .routes(routes!(undo))
        .routes(routes!(split))
        .routes(routes!(by_code))
}

/// What was decided of a pair.
#[derive(Serialize, ToSchema)]
struct TwinNoteBody {
    /// Whether they are not the same; false where that was taken back.
    different: bool,
    #[schema(example = "一、二期，分别立项")]
    reason: String,
    by: String,
    at: String,
}

fn note(note: &TwinNote) -> TwinNoteBody {
    TwinNoteBody {
        different: note.different,
        reason: note.reason.clone(),
        by: note.by.clone(),
        at: note.at.to_rfc3339(),
    }
}

/// A likely pair.
#[derive(Serialize, ToSchema)]
struct TwinPairBody {
    #[schema(example = 12)]
    first: i64,
    #[schema(example = 31)]
    second: i64,
    /// 1 to 100.
    #[schema(example = 80)]
    strength: u8,
    #[schema(example = "很可能是同一项目")]
    words: &'static str,
    /// 像在哪里
    why: Vec<&'static str>,
    /// What has changed since the last decision; empty where nothing has.
    changed: String,
    /// The last decision.
    note: Option<TwinNoteBody>,
}

/// Likely twins.
#[derive(Serialize, ToSchema)]
struct TwinsListBody {
    /// Pairs that wait for a decision.
    open: i64,
    /// Pairs decided not to be the same.
    decided: i64,
    /// Projects still to be compared.
    waiting: i64,
    /// Groups of pairs that hang together, the strongest first.
    groups: Vec<TwinGroupBody>,
}

/// Projects that hang together.
#[derive(Serialize, ToSchema)]
struct TwinGroupBody {
    projects: Vec<i64>,
    pairs: Vec<TwinPairBody>,
}

fn pair_body(one: &TwinPair) -> TwinPairBody {
    TwinPairBody {
        first: one.pair.a.0,
        second: one.pair.b.0,
        strength: one.pair.strength,
        words: strength_words(one.pair.strength),
        why: one.pair.alike.why(),
        changed: one.pair.changed.clone(),
        note: one.note.as_ref().map(note),
    }
}

/// 疑似同一项目：成对、成组，最像的在前
#[utoipa::path(get, path = "/api/v1/twins", tag = "项目库", params(("state" = Option<String>, Query, description = "open 待核对（不写即是），decided 已判定不是同一项目")),
    responses((status = 200, body = TwinsListBody)))]
async fn pairs(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<TwinsListBody>, ApiFailure> {
    params.only(&["state"])?;
    let decided = match params.get("state") {
        None | Some("open") => false,
        Some("decided") => true,
        Some(_) => return Err(Invalid::of("state", "参数“state”请填 open 或 decided").into()),
    };
    let bench = state.app.twin_bench(&me.caller, decided).await?;
    let groups = bench.groups.iter().map(|group| TwinGroupBody {
        projects: group.projects.iter().map(|one| one.project.id.0).collect(),
        pairs: group.pairs.iter().map(pair_body).collect(),
    });
    Ok(Json(TwinsListBody {
        open: bench.open,
        decided: bench.decided,
        waiting: bench.waiting,
        groups: groups.collect(),
    }))
}

/// A field of two projects.
#[derive(Serialize, ToSchema)]
struct TwinFieldBody {
    #[schema(example = "investment")]
    field: &'static str,
    #[schema(example = "投资额（万元）")]
    label: &'static str,
    first: String,
    second: String,
    differs: bool,
    /// What is proposed when the second is taken into the first: into, gone, both; null where they do not differ.
    proposed: Option<&'static str>,
}

/// Two projects side by side.
#[derive(Serialize, ToSchema)]
struct TwinComparisonBody {
    /// 1 to 100; null where they are no likely twins.
    strength: Option<u8>,
    why: Vec<&'static str>,
    /// Versions of both: a decision and a merge name them.
    first_version: i64,
    second_version: i64,
    fields: Vec<TwinFieldBody>,
    /// Decisions, the newest first.
    notes: Vec<TwinNoteBody>,
    /// What has changed since the newest decision.
    changed: String,
    /// The merge in force between them.
    merge: Option<i64>,
}

/// 两个项目逐项对比
#[utoipa::path(get, path = "/api/v1/twins/{first}/{second}", tag = "项目库", params(("first" = i64, Path), ("second" = i64, Path)),
    responses((status = 200, body = TwinComparisonBody, headers(("ETag" = String)))))]
async fn pair(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((first, second)): Path<(i64, i64)>,
) -> Result<Response, ApiFailure> {
    let compared = state
        .app
        .compare_twins(&me.caller, ProjectId(first), ProjectId(second))
        .await?;
    let fields = compared
        .fields
        .iter()
        .map(|(field, first, second, differs)| TwinFieldBody {
            field: field.word(),
            label: field.label(),
            first: first.clone(),
            second: second.clone(),
            differs: *differs,
            proposed: compared.proposed.get(field).map(|side| side.word()),
        });
    let version = compared.sides[0].project.version;
    let body = TwinComparisonBody {
        strength: compared.alike.map(domain::library::Alike::strength),
        why: compared.alike.map(|one| one.why()).unwrap_or_default(),
        first_version: version,
        second_version: compared.sides[1].project.version,
        fields: fields.collect(),
        notes: compared.notes.iter().map(note).collect(),
        changed: compared.changed.clone(),
        merge: compared.merged.map(|id| id.0),
    };
    Ok(([(header::ETAG, etag(version))], Json(body)).into_response())
}

/// A decision on a pair.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TwinDecisionBody {
    /// true 不是同一项目，false 撤销这一判定
    different: bool,
    #[schema(example = "一、二期，分别立项")]
    reason: String,
    /// The version of the second that was looked at; the first's is in `If-Match`.
    #[schema(example = 3)]
    second_version: i64,
}

/// 判定两个项目不是同一项目，或撤销判定
#[utoipa::path(post, path = "/api/v1/twins/{first}/{second}/decision", tag = "项目库", request_body = TwinDecisionBody,
    params(("first" = i64, Path), ("second" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 204, description = "已记下"), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn decision(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((first, second)): Path<(i64, i64)>,
    headers: HeaderMap,
    ApiJson(said): ApiJson<TwinDecisionBody>,
) -> Result<StatusCode, ApiFailure> {
    let version = if_match(&headers)?;
    state
        .app
        .decide_twins(
            &me.caller,
            (ProjectId(first), version),
            (ProjectId(second), said.second_version),
            said.different,
            &said.reason,
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which project is taken into this one, and whose values are kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MergeAsked {
    /// The project that is taken into this one.
    #[schema(example = 31)]
    gone: i64,
    /// Its version that was looked at; this one's is in `If-Match`.
    #[schema(example = 3)]
    gone_version: i64,
    /// By field: into 保留的项目的，gone 被并入的项目的，both 两边都留（投资方、签约、附件）. What is not named stays.
    #[serde(default)]
    #[schema(example = json!({"investment": "gone", "signings": "both"}))]
    choices: BTreeMap<String, String>,
    #[serde(default)]
    #[schema(example = "2017-11-20")]
    effective_on: Option<String>,
    #[schema(example = "两家企业登记了同一个项目")]
    reason: String,
}

/// A merge.
#[derive(Serialize, ToSchema)]
struct MergeBody {
    id: i64,
    /// The project that was taken into the other; null where it is another enterprise's.
    gone: Option<i64>,
    gone_code: String,
    /// The project that stays.
    into: Option<i64>,
    into_code: String,
    effective_on: String,
    reason: String,
    by: String,
    at: String,
    /// From which day on it was undone; null while it holds.
    undone_on: Option<String>,
    undone_reason: String,
}

fn merge_body(line: &MergeLine) -> MergeBody {
    let id = |one: &FormerProject| one.visible.then_some(one.id.0);
    let undone = line.merge.undone.as_ref();
    MergeBody {
        id: line.merge.id.0,
        gone: id(&line.gone),
        gone_code: line.gone.code.clone(),
        into: id(&line.into),
        into_code: line.into.code.clone(),
        effective_on: line.merge.effective_on.to_string(),
        reason: line.merge.reason.clone(),
        by: line.by.clone(),
        at: line.merge.merged_at.to_rfc3339(),
        undone_on: undone.map(|(on, ..)| on.to_string()),
        undone_reason: undone.map(|(_, why, ..)| why.clone()).unwrap_or_default(),
    }
}

fn on(text: Option<&str>) -> Result<Option<NaiveDate>, Invalid> {
    let why = "生效日期请写成 2017-10-31 这样的真实日期";
    text.map(|text| day(text).ok_or_else(|| Invalid::of("effective_on", why)))
        .transpose()
}

fn choices(said: &BTreeMap<String, String>) -> Result<Choices, Invalid> {
    let mut invalid = Invalid::default();
    let mut choices = Choices::new();
    for (field, side) in said {
        match (Field::from_word(field), Side::from_word(side)) {
            (Some(field), Some(side)) => {
                choices.insert(field, side);
            }
            (None, _) => invalid.add("choices", format!("没有“{field}”这个字段")),
            (_, None) => invalid.add("choices", format!("{field}：请填 into、gone 或 both")),
        }
    }
    invalid.into_result()?;
    Ok(choices)
}

async fn shown(
    state: &State,
    me: &app::sign_in::Current,
    status: StatusCode,
    id: MergeId,
) -> Result<Response, ApiFailure> {
    let line = state.app.merge_view(&me.caller, id).await?.line;
    let tag = etag(line.merge.version);
    Ok((status, [(header::ETAG, tag)], Json(merge_body(&line))).into_response())
}

/// 把另一个项目并入这个项目，两边的历史都保留
#[utoipa::path(post, path = "/api/v1/projects/{id}/merge", tag = "项目库", request_body = MergeAsked, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 201, body = MergeBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn merge(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(asked): ApiJson<MergeAsked>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    let save = SaveMerge {
        gone: (ProjectId(asked.gone), asked.gone_version),
        into: (ProjectId(id), version),
        choices: choices(&asked.choices)?,
        effective_on: on(asked.effective_on.as_deref())?,
        reason: asked.reason,
    };
    let done = state.app.merge_projects(&me.caller, save).await?;
    shown(&state, &me, StatusCode::CREATED, done.id).await
}

/// 合并记录
#[utoipa::path(get, path = "/api/v1/merges", tag = "项目库", responses((status = 200, body = Vec<MergeBody>)))]
async fn merges(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Json<Vec<MergeBody>>, ApiFailure> {
    let lines = state.app.merges(&me.caller).await?;
    Ok(Json(lines.iter().map(merge_body).collect()))
}

/// 一次合并
#[utoipa::path(get, path = "/api/v1/merges/{id}", tag = "项目库", params(("id" = i64, Path)),
    responses((status = 200, body = MergeBody, headers(("ETag" = String)))))]
async fn one(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Response, ApiFailure> {
    shown(&state, &me, StatusCode::OK, MergeId(id)).await
}

/// How a merge is undone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UndoMergeBody {
    #[serde(default)]
    #[schema(example = "2017-11-25")]
    effective_on: Option<String>,
    #[schema(example = "核实为两个项目")]
    reason: String,
}

/// 撤销合并：被并入的项目恢复，合并以后新发生的留在保留的项目
#[utoipa::path(post, path = "/api/v1/merges/{id}/undo", tag = "项目库", request_body = UndoMergeBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = MergeBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn undo(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(asked): ApiJson<UndoMergeBody>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (MergeId(id), if_match(&headers)?);
    let undo = UndoMerge {
        effective_on: on(asked.effective_on.as_deref())?,
        reason: asked.reason,
    };
    state.app.undo_merge(&me.caller, id, version, undo).await?;
    shown(&state, &me, StatusCode::OK, id).await
}

/// What of a project goes into a new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SplitAsked {
    #[schema(example = "临港仓储二期")]
    name: String,
    /// The old record's where left out.
    #[serde(default)]
    basic_info: String,
    /// 万元, of the old record's investment.
    #[serde(default)]
    #[schema(example = "3000")]
    investment_wan: Option<String>,
    /// Places of the signings that go, from 0.
    #[serde(default)]
    #[schema(example = json!([1]))]
    signings: Vec<usize>,
    /// Places of the investors that are the new one's too, from 0.
    #[serde(default)]
    #[schema(example = json!([0]))]
    investors: Vec<usize>,
    /// planned, negotiating, filed, started, completed, producing.
    #[serde(default)]
    #[schema(example = json!(["started"]))]
    milestones: Vec<String>,
    /// Whether the project company goes.
    #[serde(default)]
    company: bool,
    /// Numbers of accepted entries of funds that go.
    #[serde(default)]
    #[schema(example = json!([]))]
    entries: Vec<i64>,
    #[serde(default)]
    #[schema(example = "2017-11-20")]
    effective_on: Option<String>,
    #[schema(example = "二期单独立项")]
    reason: String,
}

/// 把一个项目拆成两个：国资委，或项目所属企业
#[utoipa::path(post, path = "/api/v1/projects/{id}/split", tag = "项目库", request_body = SplitAsked, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 201, description = "拆出的新项目", body = ProjectBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn split(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(asked): ApiJson<SplitAsked>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    let mut invalid = Invalid::default();
    let investment = asked.investment_wan.as_deref().and_then(|text| {
        let read = Money::parse_wan(text);
        if read.is_err() {
            invalid.add("investment", "投资额请填万元数，例如 3000 或 3000.5");
        }
        read.ok()
    });
    let milestones = asked
        .milestones
        .iter()
        .filter_map(|word| {
            let read = Milestone::from_word(word);
            if read.is_none() {
                invalid.add("milestones", format!("没有“{word}”这个节点"));
            }
            read
        })
        .collect();
    invalid.into_result()?;
    let save = SaveSplit {
        split: Split {
            name: asked.name,
            basic_info: asked.basic_info,
            investment,
            signings: asked.signings.into_iter().collect(),
            investors: asked.investors.into_iter().collect(),
            milestones,
            company: asked.company,
            funds: false,
        },
        entries: asked.entries.into_iter().map(EntryId).collect(),
        effective_on: on(asked.effective_on.as_deref())?,
        reason: asked.reason,
    };
    let new = state
        .app
        .split_project(&me.caller, ProjectId(id), version, save)
        .await?;
    let view = state.app.project(&me.caller, new, When::default()).await?;
    Ok(answer(StatusCode::CREATED, &view))
}

/// The project that a code leads to.
#[derive(Serialize, ToSchema)]
struct CodeBody {
    #[schema(example = "WZ2017-03-0012")]
    code: String,
    /// The project to look at now; null where it is not yours to see.
    project: Option<i64>,
    /// 已并入： the code of the project that stays; null where the code's own project lives.
    merged_into: Option<String>,
}

/// 按编号找项目；已并入其他项目的编号也找得到
#[utoipa::path(get, path = "/api/v1/projects/by-code/{code}", tag = "项目库", params(("code" = String, Path)),
    responses((status = 200, body = CodeBody)))]
async fn by_code(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(code): Path<String>,
) -> Result<Json<CodeBody>, ApiFailure> {
    let merged = state.app.code_now(&me.caller, &code).await?;
    let body = match merged {
        Some((_, into)) => CodeBody {
            project: into.visible.then_some(into.id.0),
            merged_into: Some(into.code),
            code,
        },
        None => {
            let found = state
                .app
                .projects_by_code(&me.caller, std::slice::from_ref(&code))
                .await
                .map_err(|error| match error {
                    app::Error::Invalid(_) => app::Error::NotFound,
                    other => other,
                })?;
            CodeBody {
                project: found.first().map(|id| id.0),
                merged_into: None,
                code,
            }
        }
    };
    Ok(Json(body))
}
