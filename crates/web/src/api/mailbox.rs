//! `/api/v1/mailbox`: mails that came in, and the mailbox they come to.

use app::mailbox::{MailDetail, ReceivedMail, SaveMailbox};
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use domain::{
    MailId, PersonId, mail::MailTls, mailbox::MailboxAccount, permission::Action, person::Invalid,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, etag, if_match, json::ApiJson},
    error::{ApiFailure, Problem},
    pages::{mailbox::asked, query::Params},
    route::ApiArea,
};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    let handle = Access::Needs(Action::HandleMail);
    let set = Access::Needs(Action::EditMail);
    area.add(handle, routes!(list))
        .add(handle, routes!(one))
        .add(handle, routes!(assign))
        .add(handle, routes!(settle))
        .add(set, routes!(account))
        .add(set, routes!(save_account))
        .add(set, routes!(test_account))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(assign))
        .routes(routes!(settle))
        .routes(routes!(account))
        .routes(routes!(save_account))
        .routes(routes!(test_account))
}

/// A file that came with a mail.
#[derive(Serialize, ToSchema)]
struct MailFileBody {
    id: i64,
    #[schema(example = "附件2.xlsx")]
    file_name: String,
    /// 读取结果.
    #[schema(example = "已成草稿：附件2 截至2017年11月")]
    outcome: String,
    /// 是否已成草稿.
    drafted: bool,
}

/// A mail that came in.
#[derive(Serialize, ToSchema)]
struct MailBody {
    id: i64,
    version: i64,
    /// `tray` 待处理、`drafted` 已成草稿、`settled` 已处理、`ignored` 自动来信、`duplicate` 重复来信.
    #[schema(example = "tray")]
    state: &'static str,
    /// 自称的发件邮箱，容易冒充.
    #[schema(example = "zhangsan@example.com")]
    from: String,
    #[schema(example = "附件2")]
    subject: String,
    #[schema(example = "2017-12-12T00:00:00Z")]
    received_at: String,
    #[schema(example = "发件邮箱没有登记在任何在用的账号上")]
    why: String,
    note: String,
    /// 草稿归谁；没有时为 null.
    person: Option<i64>,
    /// 是否已自动回复.
    answered: bool,
    files: Vec<MailFileBody>,
}

#[derive(Serialize, ToSchema)]
struct MailsBody {
    mails: Vec<MailBody>,
    /// 更早的用 before 取；没有时为 null.
    older: Option<i64>,
}

fn mail_body(mail: ReceivedMail) -> MailBody {
    let file = |one: app::mailbox::MailFile| MailFileBody {
        id: one.id,
        file_name: one.file_name,
        outcome: one.outcome,
        drafted: !one.drafts.is_empty(),
    };
    MailBody {
        id: mail.id.0,
        version: mail.version,
        state: mail.state.word(),
        from: mail.from,
        subject: mail.subject,
        received_at: mail.received_at.to_rfc3339(),
        why: mail.why,
        note: mail.note,
        person: mail.person.map(|person| person.0),
        answered: mail.answered,
        files: mail.files.into_iter().map(file).collect(),
    }
}

fn mail_answer(detail: MailDetail) -> Response {
    let tag = etag(detail.mail.version);
    ([(header::ETAG, tag)], Json(mail_body(detail.mail))).into_response()
}

/// 来信
#[utoipa::path(get, path = "/api/v1/mailbox", tag = "来信",
    params(("state" = Option<String>, Query, description = "状态，不填为 tray 待处理；all 为全部", example = "all"), ("before" = Option<i64>, Query, description = "只取编号小于它的")),
    responses((status = 200, body = MailsBody), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn list(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<MailsBody>, ApiFailure> {
    params.only(&["state", "before"])?;
    let (wanted, before) = (asked(&params)?, params.number("before")?);
    let tray = state.app.mails(&me.caller, wanted, before).await?;
    Ok(Json(MailsBody {
        mails: tray.mails.into_iter().map(mail_body).collect(),
        older: tray.older,
    }))
}

/// 一封来信
#[utoipa::path(get, path = "/api/v1/mailbox/{id}", tag = "来信", params(("id" = i64, Path)), responses((status = 200, body = MailBody, headers(("ETag" = String)))))]
async fn one(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Response, ApiFailure> {
    Ok(mail_answer(state.app.mail(&me.caller, MailId(id)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AssignMailBody {
    /// 填报员.
    #[schema(example = 3)]
    person: i64,
}

/// 指派给填报员：附件读成此人的草稿
#[utoipa::path(post, path = "/api/v1/mailbox/{id}/assign", tag = "来信", request_body = AssignMailBody,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = MailBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 422, body = Problem, content_type = "application/problem+json"), (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn assign(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<AssignMailBody>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    let (id, person) = (MailId(id), PersonId(body.person));
    state
        .app
        .assign_mail(&me.caller, id, version, person)
        .await?;
    Ok(mail_answer(state.app.mail(&me.caller, id).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettleMailBody {
    /// 怎样处理的.
    #[schema(example = "已电话告知改用系统填报")]
    note: String,
}

/// 办结待处理的来信
#[utoipa::path(post, path = "/api/v1/mailbox/{id}/settle", tag = "来信", request_body = SettleMailBody,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = MailBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 422, body = Problem, content_type = "application/problem+json"), (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn settle(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<SettleMailBody>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    let id = MailId(id);
    state
        .app
        .settle_mail(&me.caller, id, version, &body.note)
        .await?;
    Ok(mail_answer(state.app.mail(&me.caller, id).await?))
}

/// The mailbox, without its password.
#[derive(Serialize, ToSchema)]
struct MailboxBody {
    /// 没有设置时为空.
    #[schema(example = "imap.example.gov.cn")]
    host: String,
    #[schema(example = 993)]
    port: u16,
    /// `implicit` TLS、`start_tls` STARTTLS、`plain` 不加密（只限本机）.
    #[schema(example = "implicit")]
    tls: &'static str,
    user: String,
    /// 是否存有口令；口令不再给出.
    has_password: bool,
    #[schema(example = "INBOX")]
    folder: String,
    active: bool,
    /// 上次收信；没有时为 null.
    looked_at: Option<String>,
    /// 上次为什么没有成功；成功为空.
    error: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMailboxBody {
    #[schema(example = "imap.example.gov.cn")]
    host: String,
    #[schema(example = 993)]
    port: u16,
    /// `implicit` TLS、`start_tls` STARTTLS、`plain` 不加密（只限本机）.
    #[schema(example = "implicit")]
    tls: String,
    #[schema(example = "zhaoshang@example.gov.cn")]
    user: String,
    /// null 为不改；服务器、端口或登录名改了须重新给.
    #[schema(example = "口令或授权码")]
    password: Option<String>,
    #[schema(example = "INBOX")]
    folder: String,
    #[schema(example = true)]
    active: bool,
}

async fn account_answer(state: &State, me: &app::sign_in::Current) -> Result<Response, ApiFailure> {
    let view = state.app.mailbox_settings(&me.caller).await?;
    let body = MailboxBody {
        host: view.account.host,
        port: view.account.port,
        tls: view.account.tls.word(),
        user: view.account.user,
        has_password: view.has_password,
        folder: view.account.folder,
        active: view.account.active,
        looked_at: view.looked_at.map(|at| at.to_rfc3339()),
        error: view.error,
    };
    Ok(([(header::ETAG, etag(view.version))], Json(body)).into_response())
}

/// 收件邮箱
#[utoipa::path(get, path = "/api/v1/mailbox/account", tag = "来信", responses((status = 200, body = MailboxBody, headers(("ETag" = String)))))]
async fn account(Extract(state): Extract<State>, ApiMe(me): ApiMe) -> Result<Response, ApiFailure> {
    account_answer(&state, &me).await
}

/// 保存收件邮箱
#[utoipa::path(put, path = "/api/v1/mailbox/account", tag = "来信", request_body = NewMailboxBody,
    params(("If-Match" = String, Header, description = "还没有设置时为 \"0\"")),
    responses((status = 200, body = MailboxBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save_account(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    headers: HeaderMap,
    ApiJson(body): ApiJson<NewMailboxBody>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    let tls = MailTls::from_word(&body.tls)
        .ok_or_else(|| Invalid::of("tls", "tls 请填 implicit、start_tls 或 plain"))?;
    let save = SaveMailbox {
        version,
        account: MailboxAccount {
            host: body.host,
            port: body.port,
            tls,
            user: body.user,
            folder: body.folder,
            active: body.active,
        },
        password: body.password,
    };
    state.app.save_mailbox_settings(&me.caller, save).await?;
    account_answer(&state, &me).await
}

#[derive(Serialize, ToSchema)]
struct TriedMailboxBody {
    /// 还没有收的来信数.
    #[schema(example = 2)]
    waiting: usize,
}

/// 试连接收件邮箱，不收信
#[utoipa::path(post, path = "/api/v1/mailbox/account/test", tag = "来信", responses((status = 200, body = TriedMailboxBody), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn test_account(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Json<TriedMailboxBody>, ApiFailure> {
    let waiting = state.app.try_mailbox(&me.caller).await?;
    Ok(Json(TriedMailboxBody { waiting }))
}
