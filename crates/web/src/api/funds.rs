//! `/api/v1/funds`: entries of funds in place.

use app::funds::{EntryDetail, Query};
use axum::{
    Json,
    extract::{Multipart, Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    EntryId, Money, UnitId,
    entry::{Entry, EntryFields, EntryState, Foreign, Proof, Step},
    permission::Action,
    person::Invalid,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, etag, if_match, imports::FileBody, json::ApiJson},
    error::{ApiFailure, Failure, Problem},
    form::read_parts,
    layout::download,
    pages::{
        funds::{decimal, fixed},
        query::{Params, day},
    },
    route::ApiArea,
};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    let (see, enter) = (
        Access::Needs(Action::ViewFunds),
        Access::Needs(Action::EnterFunds),
    );
    area.add(see, routes!(list))
        .add(see, routes!(one))
        .add(see, routes!(proof))
        .add(enter, routes!(add))
        .add(enter, routes!(save))
        .add(enter, routes!(attach))
        .add(see, routes!(step))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(proof))
        .routes(routes!(add))
        .routes(routes!(save))
        .routes(routes!(attach))
        .routes(routes!(step))
}

/// An entry of funds in place.
#[derive(Serialize, ToSchema)]
struct EntryBody {
    id: i64,
    /// Number of the enterprise.
    unit: i64,
    /// draft, for_approval, for_acceptance, accepted, refused.
    state: &'static str,
    received_on: String,
    /// RMB, 万元.
    amount_wan: String,
    foreign: Option<ForeignBody>,
    project: String,
    investor: String,
    /// bank_slip, capital_verification, equipment_invoice, land_receipt, settlement, other.
    proof: &'static str,
    note: String,
    /// The entry a refund cites.
    refund_of: Option<i64>,
    /// The last reason given.
    reason: String,
}

/// A foreign amount.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ForeignBody {
    #[schema(example = "USD")]
    currency: String,
    /// In units of the currency, at most two decimals.
    #[schema(example = "1000000")]
    amount: String,
    /// 100 units in 元, at most five decimals.
    #[schema(example = "663.12")]
    rate: String,
    #[schema(example = "2017-11-10")]
    rate_on: String,
}

fn body(entry: &Entry) -> EntryBody {
    let fields = &entry.fields;
    let foreign = fields.foreign.as_ref().map(|foreign| ForeignBody {
        currency: foreign.currency.clone(),
        amount: decimal(foreign.hundredths, 2),
        rate: decimal(foreign.rate, 5),
        rate_on: foreign.rate_on.to_string(),
    });
    EntryBody {
        id: entry.id.0,
        unit: entry.unit.0,
        state: entry.state.word(),
        received_on: fields.received_on.to_string(),
        amount_wan: fields.amount.wan_exact(),
        foreign,
        project: fields.project.clone(),
        investor: fields.investor.clone(),
        proof: fields.proof.word(),
        note: fields.note.clone(),
        refund_of: fields.refund_of.map(|entry| entry.0),
        reason: entry.reason.clone(),
    }
}

fn answer(status: StatusCode, detail: &EntryDetail) -> Response {
    (
        status,
        [(header::ETAG, etag(detail.entry.version))],
        Json(body(&detail.entry)),
    )
        .into_response()
}

/// What the reporter says of an entry.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EntryFieldsBody {
    #[schema(example = "2017-11-10")]
    received_on: String,
    /// RMB in 万元; left out for foreign money, which is converted.
    #[serde(default)]
    #[schema(example = "1848.5")]
    amount_wan: Option<String>,
    #[serde(default)]
    foreign: Option<ForeignBody>,
    project: String,
    investor: String,
    #[schema(example = "bank_slip")]
    proof: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    refund_of: Option<i64>,
}

fn parse(body: EntryFieldsBody) -> Result<EntryFields, Invalid> {
    let mut invalid = Invalid::default();
    let received_on = day(&body.received_on);
    if received_on.is_none() {
        invalid.add("received_on", "到账日期请写成 2017-11-10 这样的真实日期");
    }
    let proof = Proof::from_word(&body.proof);
    if proof.is_none() {
        invalid.add("proof", "凭证种类不对，请对照接口说明");
    }
    let foreign = match &body.foreign {
        Some(foreign) => parse_foreign(foreign, &mut invalid),
        None => None,
    };
    let amount = match (&foreign, &body.amount_wan) {
        (Some(foreign), None) => Some(foreign.in_rmb()),
        (None, Some(text)) if body.foreign.is_none() => Money::parse_wan(text)
            .map_err(|error| invalid.add("amount_wan", error.to_string()))
            .ok(),
        _ => {
            invalid.add(
                "amount_wan",
                "人民币填 amount_wan，外币填 foreign，只填其一",
            );
            None
        }
    };
    match (received_on, proof, amount) {
        (Some(received_on), Some(proof), Some(amount)) if invalid.fields.is_empty() => {
            Ok(EntryFields {
                received_on,
                amount,
                foreign,
                project: body.project,
                investor: body.investor,
                proof,
                note: body.note,
                refund_of: body.refund_of.map(EntryId),
            })
        }
        _ => Err(invalid),
    }
}

fn parse_foreign(body: &ForeignBody, invalid: &mut Invalid) -> Option<Foreign> {
    let (hundredths, rate, rate_on) = (
        fixed(&body.amount, 2),
        fixed(&body.rate, 5),
        day(&body.rate_on),
    );
    if hundredths.is_none() || rate.is_none() || rate_on.is_none() {
        invalid.add(
            "foreign",
            "外币金额最多两位小数，汇率最多五位小数，日期写成 2017-11-10",
        );
    }
    Some(Foreign {
        currency: body.currency.clone(),
        hundredths: hundredths?,
        rate: rate?,
        rate_on: rate_on?,
    })
}

/// 到账资金，新的在前
#[utoipa::path(get, path = "/api/v1/funds", tag = "到位资金",
    params(("year" = Option<i32>, Query), ("state" = Option<String>, Query), ("unit" = Option<i64>, Query), ("before" = Option<i64>, Query)),
    responses((status = 200, body = Vec<EntryBody>)))]
async fn list(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<Vec<EntryBody>>, ApiFailure> {
    params.only(&["year", "state", "unit", "before"])?;
    let wrong = || Failure::invalid("state", "没有这种状态，请对照接口说明");
    let asked = params
        .get("state")
        .map(|word| EntryState::from_word(word).ok_or_else(wrong))
        .transpose()?;
    let query = Query {
        year: params.completion()?.year,
        state: asked,
        unit: params.number("unit")?.map(UnitId),
        before: params.number("before")?.map(EntryId),
    };
    let entries = state.app.entries(&me.caller, query).await?;
    Ok(Json(entries.entries.iter().map(body).collect()))
}

/// 一笔到账资金
#[utoipa::path(get, path = "/api/v1/funds/{id}", tag = "到位资金", params(("id" = i64, Path)),
    responses((status = 200, body = EntryBody, headers(("ETag" = String)))))]
async fn one(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Response, ApiFailure> {
    Ok(answer(
        StatusCode::OK,
        &state.app.entry(&me.caller, EntryId(id)).await?,
    ))
}

/// 登记一笔到账资金（草稿）
#[utoipa::path(post, path = "/api/v1/funds", tag = "到位资金", request_body = EntryFieldsBody,
    responses((status = 201, body = EntryBody, headers(("ETag" = String)))))]
async fn add(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(fields): ApiJson<EntryFieldsBody>,
) -> Result<Response, ApiFailure> {
    let id = state
        .app
        .save_entry(&me.caller, None, parse(fields)?)
        .await?;
    Ok(answer(
        StatusCode::CREATED,
        &state.app.entry(&me.caller, id).await?,
    ))
}

/// 修改草稿
#[utoipa::path(put, path = "/api/v1/funds/{id}", tag = "到位资金", request_body = EntryFieldsBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = EntryBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(fields): ApiJson<EntryFieldsBody>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (EntryId(id), if_match(&headers)?);
    state
        .app
        .save_entry(&me.caller, Some((id, version)), parse(fields)?)
        .await?;
    Ok(answer(
        StatusCode::OK,
        &state.app.entry(&me.caller, id).await?,
    ))
}

/// 上传凭证
#[utoipa::path(post, path = "/api/v1/funds/{id}/files", tag = "到位资金", params(("id" = i64, Path), ("If-Match" = String, Header)),
    request_body(content = FileBody, content_type = "multipart/form-data"),
    responses((status = 201, body = EntryBody, headers(("ETag" = String))), (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn attach(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, ApiFailure> {
    let (id, version) = (EntryId(id), if_match(&headers)?);
    let file = read_parts(parts, state.options.upload_most).await?.file?;
    state
        .app
        .attach_proof(&me.caller, id, version, &file.file_name, &file.bytes)
        .await?;
    Ok(answer(
        StatusCode::CREATED,
        &state.app.entry(&me.caller, id).await?,
    ))
}

/// 凭证原件
#[utoipa::path(get, path = "/api/v1/funds/{id}/files/{file}", tag = "到位资金", params(("id" = i64, Path), ("file" = i64, Path)),
    responses((status = 200, description = "凭证，字节与上传时相同", content_type = "application/octet-stream")))]
async fn proof(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((id, file)): Path<(i64, i64)>,
) -> Result<Response, ApiFailure> {
    let file = state.app.proof(&me.caller, EntryId(id), file).await?;
    Ok(download(&file.name, "application/octet-stream", file.bytes))
}

/// A step to take.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FundStepBody {
    /// submit, send-back, release, withdraw, accept, refuse.
    #[schema(example = "accept")]
    step: String,
    /// Needed for send-back and refuse.
    #[serde(default)]
    reason: String,
}

/// 办理：提交、退回、报送、撤回、认定、不予认定
#[utoipa::path(post, path = "/api/v1/funds/{id}/steps", tag = "到位资金", request_body = FundStepBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = EntryBody, headers(("ETag" = String))), (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn step(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(asked): ApiJson<FundStepBody>,
) -> Result<Response, ApiFailure> {
    let (id, version) = (EntryId(id), if_match(&headers)?);
    let step = Step::from_word(&asked.step)
        .ok_or_else(|| Failure::invalid("step", "没有这种办理，请对照接口说明"))?;
    state
        .app
        .step_entry(&me.caller, id, version, step, &asked.reason)
        .await?;
    Ok(answer(
        StatusCode::OK,
        &state.app.entry(&me.caller, id).await?,
    ))
}
