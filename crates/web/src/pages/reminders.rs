//! 提醒: what is sent next to whom, what went out, what could not, and the rules.

use std::collections::{BTreeMap, BTreeSet};

use app::reminders::{Message, MessageState, Overview, RulesView};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    MessageId, PersonId, dates,
    permission::Action,
    reminder::{ReminderRules, StageKind},
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, show, show_with},
    pages::query::Params,
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    let see = Access::Needs(Action::ViewReminders);
    area.get("/reminders", see, overview)
        .get("/reminders/failures", see, failures)
        .post("/reminders/messages/{id}/retry", see, retry)
        .post("/reminders/messages/{id}/drop", see, give_up)
        .get("/reminders/rules", see, rules)
        .post(
            "/reminders/rules",
            Access::Needs(Action::SetReminders),
            save_rules,
        )
}

/// How a state looks.
pub(crate) const fn look(state: MessageState) -> &'static str {
    match state {
        MessageState::Pending | MessageState::Sending => "wait",
        MessageState::Sent => "ok",
        MessageState::Failed | MessageState::GivenUp => "late",
        MessageState::Dropped => "none",
    }
}

fn to_whom(message: &Message, people: &BTreeMap<PersonId, String>) -> String {
    match message.person.and_then(|person| people.get(&person)) {
        Some(name) => format!("{name}（{}）", message.address),
        None => message.channel.label().to_owned(),
    }
}

#[derive(Template)]
#[template(path = "reminders.html")]
pub(crate) struct RemindersPage {
    pub layout: Layout,
    pub view: Overview,
    pub may_set_mail: bool,
}

impl RemindersPage {
    pub fn to_whom(&self, message: &Message) -> String {
        to_whom(message, &self.view.people)
    }

    pub fn look(&self, message: &Message) -> &'static str {
        look(message.state)
    }

    pub fn when(&self, message: &Message) -> String {
        match message.sent_at {
            Some(at) => dates::print_minute(at),
            None if message.state == MessageState::Pending => {
                format!("{} 以后", dates::print_minute(message.next_at))
            }
            None => "—".to_owned(),
        }
    }

    pub fn failed(&self) -> i64 {
        let count = |state| self.view.counts.get(&state).copied().unwrap_or(0);
        count(MessageState::Failed) + count(MessageState::GivenUp)
    }

    pub fn count(&self, word: &str) -> i64 {
        let states = self.view.counts.iter();
        states
            .filter(|(state, _)| state.word() == word)
            .map(|(_, count)| count)
            .sum()
    }
}

async fn overview(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    show(&RemindersPage {
        layout: Layout::new(&me, "/reminders", "提醒", &[]).done(params.get("done")),
        view: state.app.reminders(&me.caller).await?,
        may_set_mail: me.caller.may(Action::EditMail),
    })
}

#[derive(Template)]
#[template(path = "reminder_failures.html")]
pub(crate) struct FailuresPage {
    pub layout: Layout,
    pub messages: Vec<Message>,
    pub people: BTreeMap<PersonId, String>,
}

impl FailuresPage {
    pub fn to_whom(&self, message: &Message) -> String {
        to_whom(message, &self.people)
    }

    pub fn look(&self, message: &Message) -> &'static str {
        look(message.state)
    }

    /// What the state says of a message that waits to be tried again.
    pub fn label(&self, message: &Message) -> &'static str {
        match message.state {
            MessageState::Pending => "自动重试中",
            state => state.label(),
        }
    }
}

async fn failures(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    let (messages, people) = state.app.failed_messages(&me.caller).await?;
    let crumbs = [("/reminders", "提醒")];
    show(&FailuresPage {
        layout: Layout::new(&me, "/reminders", "发送失败", &crumbs).done(params.get("done")),
        messages,
        people,
    })
}

async fn retry(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    state.app.retry_message(&me.caller, MessageId(id)).await?;
    Ok(Redirect::to("/reminders/failures?done=message-retry").into_response())
}

async fn give_up(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    state.app.drop_message(&me.caller, MessageId(id)).await?;
    Ok(Redirect::to("/reminders/failures?done=message-drop").into_response())
}

#[derive(Template)]
#[template(path = "reminder_rules.html")]
pub(crate) struct RulesPage {
    pub layout: Layout,
    pub view: RulesView,
    pub every: String,
    pub may_set: bool,
    pub refusals: Refusals,
    pub conflict: Option<Box<app::Conflict>>,
}

impl RulesPage {
    /// The groups of boxes: field, heading, hint.
    pub fn groups(&self) -> [(&'static str, &'static str, &'static str); 4] {
        [
            ("stages", "提醒时点", "不选的时点不提醒任何人"),
            (
                "mandatory_inbox",
                "站内消息必收",
                "选中的时点，本人不能关闭站内消息",
            ),
            (
                "mandatory_email",
                "邮件必收",
                "选中的时点，有邮箱的人不能关闭邮件",
            ),
            ("dingtalk", "发到钉钉群", "系统管理员设置钉钉机器人后生效"),
        ]
    }

    pub fn stages(&self) -> [StageKind; 4] {
        StageKind::ALL
    }

    pub fn has(&self, field: &str, stage: &StageKind) -> bool {
        let rules = &self.view.rules;
        let chosen = match field {
            "stages" => &rules.stages,
            "mandatory_inbox" => &rules.mandatory_inbox,
            "mandatory_email" => &rules.mandatory_email,
            _ => &rules.dingtalk,
        };
        chosen.contains(stage)
    }
}

fn rules_page(me: &app::sign_in::Current, view: RulesView) -> RulesPage {
    RulesPage {
        layout: Layout::new(me, "/reminders", "提醒规则", &[("/reminders", "提醒")]),
        every: view.rules.overdue_every.to_string(),
        view,
        may_set: me.caller.may(Action::SetReminders),
        refusals: Refusals::default(),
        conflict: None,
    }
}

async fn rules(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    let mut page = rules_page(&me, state.app.reminder_rules(&me.caller).await?);
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

fn read_rules(fields: &Fields) -> ReminderRules {
    let stages = |field: &str| -> BTreeSet<StageKind> {
        fields.all(field).filter_map(StageKind::from_word).collect()
    };
    ReminderRules {
        stages: stages("stages"),
        // What is no number is out of range.
        overdue_every: fields.text("overdue_every").parse().unwrap_or(0),
        mandatory_inbox: stages("mandatory_inbox"),
        mandatory_email: stages("mandatory_email"),
        dingtalk: stages("dingtalk"),
    }
}

async fn save_rules(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let (rules, version) = (read_rules(&fields), fields.version());
    let saved = state
        .app
        .save_reminder_rules(&me.caller, version, &rules)
        .await;
    let error = match saved {
        Ok(()) => return Ok(Redirect::to("/reminders/rules?done=reminder-rules").into_response()),
        Err(error) => error,
    };
    let mut page = rules_page(&me, state.app.reminder_rules(&me.caller).await?);
    page.view.rules = rules;
    page.every = fields.text("overdue_every").to_owned();
    match error {
        app::Error::Invalid(invalid) => {
            page.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        app::Error::Conflict(conflict) => {
            page.conflict = Some(conflict);
            show_with(StatusCode::CONFLICT, &page)
        }
        other => Err(other.into()),
    }
}
