//! `/api/v1/inbox`, `/api/v1/me/…`, `/api/v1/reminders`, `/api/v1/sending`: reminders and what they are sent with.

use std::collections::BTreeSet;

use app::reminders::{
    Contact, Message, MyReminders, Reminder, RobotView, RulesView, SaveMail, SaveRobot,
};
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    MessageId, ReminderId,
    mail::{MailServer, MailTls},
    permission::Action,
    person::Invalid,
    reminder::{ReminderRules, Stage, StageKind, print_minute_of_day},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, etag, if_match, json::ApiJson},
    error::{ApiFailure, Problem},
    pages::{inbox, query::Params},
    route::ApiArea,
};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    let (see, mail) = (
        Access::Needs(Action::ViewReminders),
        Access::Needs(Action::EditMail),
    );
    area.add(Access::SignedIn, routes!(list))
        .add(Access::SignedIn, routes!(read))
        .add(Access::SignedIn, routes!(read_all))
        .add(Access::SignedIn, routes!(preferences))
        .add(Access::SignedIn, routes!(save_preferences))
        .add(Access::SignedIn, routes!(contact))
        .add(Access::SignedIn, routes!(save_contact))
        .add(Access::SignedIn, routes!(make_feed))
        .add(Access::SignedIn, routes!(revoke_feed))
        .add(see, routes!(overview))
        .add(see, routes!(failures))
        .add(see, routes!(decide))
        .add(see, routes!(rules))
        .add(Access::Needs(Action::SetReminders), routes!(save_rules))
        .add(mail, routes!(mail_server))
        .add(mail, routes!(save_mail_server))
        .add(mail, routes!(test_mail))
        .add(mail, routes!(robot))
        .add(mail, routes!(save_robot))
        .add(mail, routes!(test_robot))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
        .routes(routes!(read_all))
        .routes(routes!(preferences))
        .routes(routes!(save_preferences))
        .routes(routes!(contact))
        .routes(routes!(save_contact))
        .routes(routes!(make_feed))
        .routes(routes!(revoke_feed))
        .routes(routes!(overview))
        .routes(routes!(failures))
        .routes(routes!(decide))
        .routes(routes!(rules))
        .routes(routes!(save_rules))
        .routes(routes!(mail_server))
        .routes(routes!(save_mail_server))
        .routes(routes!(test_mail))
        .routes(routes!(robot))
        .routes(routes!(save_robot))
        .routes(routes!(test_robot))
}

/// One reminder of one's inbox.
#[derive(Serialize, ToSchema)]
struct ReminderBody {
    id: i64,
    /// 提醒时点：`week` 提前7天、`three` 提前3天、`today` 截止当天、`overdue` 逾期.
    #[schema(example = "three")]
    stage: &'static str,
    #[schema(example = "附件2 截至2017年11月：还有3天截止")]
    title: String,
    body: String,
    /// 办理的页面.
    #[schema(example = "/returns/annex2/2017-11-30/2")]
    link: String,
    /// 截止日期，当天23:59:59（北京时间）止.
    #[schema(example = "2017-12-15")]
    due_on: String,
    #[schema(example = "2017-12-12T00:00:00Z")]
    created_at: String,
    /// 未读为 null.
    read_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct InboxBody {
    #[schema(example = 1)]
    unread: i64,
    reminders: Vec<ReminderBody>,
}

fn reminder(one: Reminder) -> ReminderBody {
    ReminderBody {
        id: one.id.0,
        stage: Stage::of_offset(one.stage).kind().word(),
        title: one.title,
        body: one.body,
        link: one.link,
        due_on: one.due_on.to_string(),
        created_at: one.created_at.to_rfc3339(),
        read_at: one.read_at.map(|at| at.to_rfc3339()),
    }
}

/// 我的消息
#[utoipa::path(get, path = "/api/v1/inbox", tag = "提醒", params(("show" = Option<String>, Query, description = "unread 只看未读", example = "unread")),
    responses((status = 200, body = InboxBody), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn list(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<InboxBody>, ApiFailure> {
    params.only(&["show"])?;
    let unread_only = match params.get("show") {
        None => false,
        Some("unread") => true,
        Some(_) => return Err(Invalid::of("show", "show 请填 unread，或不填").into()),
    };
    let view = state.app.inbox(&me.caller, unread_only).await?;
    Ok(Json(InboxBody {
        unread: view.unread,
        reminders: view.reminders.into_iter().map(reminder).collect(),
    }))
}

/// 标为已读
#[utoipa::path(post, path = "/api/v1/inbox/{id}/read", tag = "提醒", params(("id" = i64, Path)), responses((status = 200, body = ReminderBody)))]
async fn read(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Json<ReminderBody>, ApiFailure> {
    let one = state.app.read_reminder(&me.caller, ReminderId(id)).await?;
    Ok(Json(reminder(one)))
}

/// 全部标为已读
#[utoipa::path(post, path = "/api/v1/inbox/read-all", tag = "提醒", responses((status = 204)))]
async fn read_all(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<StatusCode, ApiFailure> {
    state.app.read_all_reminders(&me.caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How one is reminded.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PreferencesBody {
    /// 站内消息.
    #[schema(example = true)]
    inbox: bool,
    /// 邮件.
    #[schema(example = true)]
    email: bool,
    /// 每日汇总时间；null 为逐条立即发.
    #[schema(example = "08:30")]
    digest_at: Option<String>,
    /// 免打扰开始；与结束同为 null 为没有.
    #[schema(example = "21:00")]
    quiet_from: Option<String>,
    /// 免打扰结束.
    #[schema(example = "08:00")]
    quiet_to: Option<String>,
}

fn preferences_answer(view: &MyReminders) -> Response {
    let text = |minute: Option<i64>| minute.map(print_minute_of_day);
    let (from, to) = view.preferences.quiet.unzip();
    let body = PreferencesBody {
        inbox: view.preferences.inbox,
        email: view.preferences.email,
        digest_at: text(view.preferences.digest_at),
        quiet_from: text(from),
        quiet_to: text(to),
    };
    ([(header::ETAG, etag(view.version))], Json(body)).into_response()
}

/// 我的提醒方式
#[utoipa::path(get, path = "/api/v1/me/reminders", tag = "提醒", responses((status = 200, body = PreferencesBody, headers(("ETag" = String)))))]
async fn preferences(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Response, ApiFailure> {
    Ok(preferences_answer(
        &state.app.my_reminders(&me.caller).await?,
    ))
}

/// 保存我的提醒方式
#[utoipa::path(put, path = "/api/v1/me/reminders", tag = "提醒", request_body = PreferencesBody,
    params(("If-Match" = String, Header, description = "还没有设置时为 \"0\"")),
    responses((status = 200, body = PreferencesBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save_preferences(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    headers: HeaderMap,
    ApiJson(body): ApiJson<PreferencesBody>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (from, to) = (text(&body.quiet_from), text(&body.quiet_to));
    let digest_at = text(&body.digest_at);
    let wanted = inbox::read_preferences(body.inbox, body.email, &digest_at, (&from, &to))?;
    state
        .app
        .save_my_reminders(&me.caller, version, &wanted)
        .await?;
    Ok(preferences_answer(
        &state.app.my_reminders(&me.caller).await?,
    ))
}

/// Where one is reached.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnContactBody {
    /// 邮箱；空为没有.
    #[schema(example = "zhangsan@example.com")]
    email: String,
    /// 联系电话；空为没有.
    #[schema(example = "0577-88000000")]
    phone: String,
}

fn contact_answer(contact: Contact) -> Response {
    let tag = etag(contact.version);
    let body = OwnContactBody {
        email: contact.email,
        phone: contact.phone,
    };
    ([(header::ETAG, tag)], Json(body)).into_response()
}

/// 我的联系方式
#[utoipa::path(get, path = "/api/v1/me/contact", tag = "提醒", responses((status = 200, body = OwnContactBody, headers(("ETag" = String)))))]
async fn contact(Extract(state): Extract<State>, ApiMe(me): ApiMe) -> Result<Response, ApiFailure> {
    Ok(contact_answer(
        state.app.my_reminders(&me.caller).await?.contact,
    ))
}

/// 保存我的联系方式
#[utoipa::path(put, path = "/api/v1/me/contact", tag = "提醒", request_body = OwnContactBody,
    params(("If-Match" = String, Header, description = "还没有填过时为 \"0\"")),
    responses((status = 200, body = OwnContactBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save_contact(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    headers: HeaderMap,
    ApiJson(body): ApiJson<OwnContactBody>,
) -> Result<Response, ApiFailure> {
    let contact = Contact {
        email: body.email,
        phone: body.phone,
        version: if_match(&headers)?,
    };
    let id = me.caller.person.id;
    state.app.save_contact(&me.caller, id, contact).await?;
    Ok(contact_answer(
        state.app.my_reminders(&me.caller).await?.contact,
    ))
}

#[derive(Serialize, ToSchema)]
struct FeedBody {
    /// 订阅地址，只给这一次.
    #[schema(example = "https://zhaoshang.example.cn/calendar/feed/0.ics")]
    url: String,
}

/// 生成日历订阅地址，原来的失效
#[utoipa::path(post, path = "/api/v1/me/calendar-feed", tag = "提醒", responses((status = 201, body = FeedBody)))]
async fn make_feed(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    headers: HeaderMap,
) -> Result<Response, ApiFailure> {
    let token = state.app.make_feed(&me.caller).await?;
    let url = inbox::feed_url(&state, &headers, &token);
    Ok((StatusCode::CREATED, Json(FeedBody { url })).into_response())
}

/// 停用日历订阅
#[utoipa::path(delete, path = "/api/v1/me/calendar-feed", tag = "提醒", responses((status = 204)))]
async fn revoke_feed(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<StatusCode, ApiFailure> {
    state.app.revoke_feed(&me.caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A message that leaves the house.
#[derive(Serialize, ToSchema)]
struct MessageBody {
    id: i64,
    /// `email` 邮件、`dingtalk` 钉钉群.
    #[schema(example = "email")]
    channel: &'static str,
    /// 收件人账号；发到群的为 null.
    person_id: Option<i64>,
    #[schema(example = "zhangsan@example.com")]
    address: String,
    #[schema(example = "【报送提醒】附件2 截至2017年11月：还有3天截止")]
    subject: String,
    /// Message-ID，重发时不变.
    #[schema(example = "0123456789abcdef0123456789abcdef@example.gov.cn")]
    message_id: String,
    /// `pending` 待发送、`sending` 正在发送、`sent` 已发送、`failed` 被拒收、`given_up` 多次未成功、`dropped` 不再发送.
    #[schema(example = "sent")]
    state: &'static str,
    attempts: i64,
    /// 最近一次失败的原因.
    error: String,
    /// 对方的回答.
    reply: String,
    sent_at: Option<String>,
}

fn message(one: Message) -> MessageBody {
    MessageBody {
        id: one.id.0,
        channel: one.channel.word(),
        person_id: one.person.map(|person| person.0),
        address: one.address,
        subject: one.subject,
        message_id: one.message_id,
        state: one.state.word(),
        attempts: one.attempts,
        error: one.error,
        reply: one.reply,
        sent_at: one.sent_at.map(|at| at.to_rfc3339()),
    }
}

/// What is sent next for one obligation.
#[derive(Serialize, ToSchema)]
struct ComingMessageBody {
    #[schema(example = "附件2 截至2017年11月")]
    what: String,
    unit: String,
    #[schema(example = "未报")]
    state: &'static str,
    #[schema(example = "2017-12-15")]
    due_on: String,
    /// 下一次提醒的日期；不再提醒的为 null.
    next_on: Option<String>,
    /// 提醒谁.
    people: Vec<String>,
}

#[derive(Serialize, ToSchema)]
struct OverviewBody {
    coming: Vec<ComingMessageBody>,
    messages: Vec<MessageBody>,
}

/// 接下来提醒谁、已经发出什么
#[utoipa::path(get, path = "/api/v1/reminders", tag = "提醒", responses((status = 200, body = OverviewBody)))]
async fn overview(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Json<OverviewBody>, ApiFailure> {
    let view = state.app.reminders(&me.caller).await?;
    let coming = view.coming.into_iter().map(|one| ComingMessageBody {
        what: one.what,
        unit: one.unit,
        state: one.state,
        due_on: one.due_on.to_string(),
        next_on: one.next.map(|(_, day)| day.to_string()),
        people: one.people,
    });
    Ok(Json(OverviewBody {
        coming: coming.collect(),
        messages: view.messages.into_iter().map(message).collect(),
    }))
}

#[derive(Serialize, ToSchema)]
struct FailuresBody {
    messages: Vec<MessageBody>,
}

/// 发送失败的消息
#[utoipa::path(get, path = "/api/v1/reminders/failures", tag = "提醒", responses((status = 200, body = FailuresBody)))]
async fn failures(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Json<FailuresBody>, ApiFailure> {
    let (messages, _) = state.app.failed_messages(&me.caller).await?;
    Ok(Json(FailuresBody {
        messages: messages.into_iter().map(message).collect(),
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MessageStepBody {
    /// `retry` 重试、`drop` 不再发送.
    #[schema(example = "retry")]
    step: String,
}

/// 重试，或不再发送
#[utoipa::path(post, path = "/api/v1/reminders/messages/{id}", tag = "提醒", request_body = MessageStepBody, params(("id" = i64, Path)), responses((status = 204)))]
async fn decide(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    ApiJson(body): ApiJson<MessageStepBody>,
) -> Result<StatusCode, ApiFailure> {
    let id = MessageId(id);
    match body.step.as_str() {
        "retry" => state.app.retry_message(&me.caller, id).await?,
        "drop" => state.app.drop_message(&me.caller, id).await?,
        _ => return Err(Invalid::of("step", "step 请填 retry 或 drop").into()),
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Which stages are reminded of; each of `week`, `three`, `today`, `overdue`.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReminderRulesBody {
    /// 提醒时点.
    #[schema(example = json!(["week", "three", "today", "overdue"]))]
    stages: Vec<String>,
    /// 逾期后每隔几天再提醒.
    #[schema(example = 7)]
    overdue_every: i64,
    /// 站内消息必收.
    #[schema(example = json!(["today", "overdue"]))]
    mandatory_inbox: Vec<String>,
    /// 邮件必收.
    #[schema(example = json!(["overdue"]))]
    mandatory_email: Vec<String>,
    /// 发到钉钉群.
    #[schema(example = json!(["today", "overdue"]))]
    dingtalk: Vec<String>,
}

fn rules_answer(view: &RulesView) -> Response {
    let words = |set: &BTreeSet<StageKind>| set.iter().map(|kind| kind.word().to_owned()).collect();
    let rules = &view.rules;
    let body = ReminderRulesBody {
        stages: words(&rules.stages),
        overdue_every: rules.overdue_every,
        mandatory_inbox: words(&rules.mandatory_inbox),
        mandatory_email: words(&rules.mandatory_email),
        dingtalk: words(&rules.dingtalk),
    };
    ([(header::ETAG, etag(view.version))], Json(body)).into_response()
}

/// 提醒规则
#[utoipa::path(get, path = "/api/v1/reminders/rules", tag = "提醒", responses((status = 200, body = ReminderRulesBody, headers(("ETag" = String)))))]
async fn rules(Extract(state): Extract<State>, ApiMe(me): ApiMe) -> Result<Response, ApiFailure> {
    Ok(rules_answer(&state.app.reminder_rules(&me.caller).await?))
}

/// 设定提醒规则
#[utoipa::path(put, path = "/api/v1/reminders/rules", tag = "提醒", request_body = ReminderRulesBody,
    params(("If-Match" = String, Header, description = "还没有设定时为 \"0\"")),
    responses((status = 200, body = ReminderRulesBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save_rules(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    headers: HeaderMap,
    ApiJson(body): ApiJson<ReminderRulesBody>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    let mut invalid = Invalid::default();
    let mut kinds = |field: &str, words: &[String]| -> BTreeSet<StageKind> {
        let read: Option<BTreeSet<StageKind>> = words
            .iter()
            .map(|word| StageKind::from_word(word))
            .collect();
        read.unwrap_or_else(|| {
            invalid.add(field, "提醒时点请填 week、three、today、overdue");
            BTreeSet::new()
        })
    };
    let rules = ReminderRules {
        stages: kinds("stages", &body.stages),
        overdue_every: body.overdue_every,
        mandatory_inbox: kinds("mandatory_inbox", &body.mandatory_inbox),
        mandatory_email: kinds("mandatory_email", &body.mandatory_email),
        dingtalk: kinds("dingtalk", &body.dingtalk),
    };
    invalid.into_result()?;
    state
        .app
        .save_reminder_rules(&me.caller, version, &rules)
        .await?;
    Ok(rules_answer(&state.app.reminder_rules(&me.caller).await?))
}

/// The mail server, without its password.
#[derive(Serialize, ToSchema)]
struct MailServerBody {
    /// 没有设置时各项为空.
    #[schema(example = "smtp.example.gov.cn")]
    host: String,
    #[schema(example = 465)]
    port: u16,
    /// `implicit` TLS、`start_tls` STARTTLS、`plain` 不加密（只限本机）.
    #[schema(example = "implicit")]
    tls: &'static str,
    user: String,
    /// 是否存有口令；口令不再给出.
    has_password: bool,
    #[schema(example = "zhaoshang@example.gov.cn")]
    from_address: String,
    from_name: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMailServerBody {
    #[schema(example = "smtp.example.gov.cn")]
    host: String,
    #[schema(example = 465)]
    port: u16,
    /// `implicit` TLS、`start_tls` STARTTLS、`plain` 不加密（只限本机）.
    #[schema(example = "implicit")]
    tls: String,
    /// 空为不登录.
    #[schema(example = "zhaoshang")]
    user: String,
    /// null 为不改；服务器、端口或登录名改了须重新给.
    #[schema(example = "口令或授权码")]
    password: Option<String>,
    #[schema(example = "zhaoshang@example.gov.cn")]
    from_address: String,
    #[schema(example = "市国资委招商引资处")]
    from_name: String,
}

async fn mail_answer(state: &State, me: &app::sign_in::Current) -> Result<Response, ApiFailure> {
    let view = state.app.mail_settings(&me.caller).await?;
    let server = view.server.unwrap_or(MailServer {
        host: String::new(),
        port: 0,
        tls: MailTls::Implicit,
        user: String::new(),
        from_address: String::new(),
        from_name: String::new(),
    });
    let body = MailServerBody {
        host: server.host,
        port: server.port,
        tls: server.tls.word(),
        user: server.user,
        has_password: view.has_password,
        from_address: server.from_address,
        from_name: server.from_name,
    };
    Ok(([(header::ETAG, etag(view.version))], Json(body)).into_response())
}

/// 邮件服务器
#[utoipa::path(get, path = "/api/v1/sending/mail", tag = "提醒", responses((status = 200, body = MailServerBody, headers(("ETag" = String)))))]
async fn mail_server(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<Response, ApiFailure> {
    mail_answer(&state, &me).await
}

/// 保存邮件服务器
#[utoipa::path(put, path = "/api/v1/sending/mail", tag = "提醒", request_body = NewMailServerBody,
    params(("If-Match" = String, Header, description = "还没有设置时为 \"0\"")),
    responses((status = 200, body = MailServerBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save_mail_server(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    headers: HeaderMap,
    ApiJson(body): ApiJson<NewMailServerBody>,
) -> Result<Response, ApiFailure> {
    let version = if_match(&headers)?;
    let tls = MailTls::from_word(&body.tls)
        .ok_or_else(|| Invalid::of("tls", "tls 请填 implicit、start_tls 或 plain"))?;
    let save = SaveMail {
        version,
        server: MailServer {
            host: body.host,
            port: body.port,
            tls,
            user: body.user,
            from_address: body.from_address,
            from_name: body.from_name,
        },
        password: body.password,
    };
    state.app.save_mail_settings(&me.caller, save).await?;
    mail_answer(&state, &me).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TestMailBody {
    #[schema(example = "zhangsan@example.com")]
    to: String,
}

/// 发送测试邮件
#[utoipa::path(post, path = "/api/v1/sending/mail/test", tag = "提醒", request_body = TestMailBody, responses((status = 204)))]
async fn test_mail(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    ApiJson(body): ApiJson<TestMailBody>,
) -> Result<StatusCode, ApiFailure> {
    state.app.send_test_mail(&me.caller, &body.to).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The DingTalk robot, without its token and secret.
#[derive(Serialize, ToSchema)]
struct RobotBody {
    active: bool,
    /// 地址，不含令牌.
    #[schema(example = "https://oapi.dingtalk.com/robot/send…")]
    url: String,
    has_secret: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRobotBody {
    #[schema(example = true)]
    active: bool,
    /// null 为不改.
    #[schema(example = "https://oapi.dingtalk.com/robot/send?access_token=0")]
    url: Option<String>,
    /// null 为不改.
    #[schema(example = "SEC0")]
    secret: Option<String>,
}

fn robot_answer(view: RobotView) -> Response {
    let tag = etag(view.version);
    let body = RobotBody {
        active: view.active,
        url: view.shown,
        has_secret: view.has_secret,
    };
    ([(header::ETAG, tag)], Json(body)).into_response()
}

/// 钉钉机器人
#[utoipa::path(get, path = "/api/v1/sending/dingtalk", tag = "提醒", responses((status = 200, body = RobotBody, headers(("ETag" = String)))))]
async fn robot(Extract(state): Extract<State>, ApiMe(me): ApiMe) -> Result<Response, ApiFailure> {
    Ok(robot_answer(state.app.robot_settings(&me.caller).await?))
}

/// 保存钉钉机器人
#[utoipa::path(put, path = "/api/v1/sending/dingtalk", tag = "提醒", request_body = NewRobotBody,
    params(("If-Match" = String, Header, description = "还没有设置时为 \"0\"")),
    responses((status = 200, body = RobotBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save_robot(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    headers: HeaderMap,
    ApiJson(body): ApiJson<NewRobotBody>,
) -> Result<Response, ApiFailure> {
    let save = SaveRobot {
        version: if_match(&headers)?,
        active: body.active,
        url: body.url,
        secret: body.secret,
    };
    state.app.save_robot_settings(&me.caller, save).await?;
    Ok(robot_answer(state.app.robot_settings(&me.caller).await?))
}

/// 发送测试消息
#[utoipa::path(post, path = "/api/v1/sending/dingtalk/test", tag = "提醒", responses((status = 204)))]
async fn test_robot(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
) -> Result<StatusCode, ApiFailure> {
    state.app.test_robot(&me.caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
