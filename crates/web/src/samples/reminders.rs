//! Pages about reminders.

use std::collections::BTreeMap;

use app::reminders::{
    Channel, Coming, Contact, InboxView, MailView, Message, MessageState, MyReminders, Overview,
    Reminder, RobotView, RulesView,
};
use domain::{
    MessageId, PersonId, ReminderId,
    mail::{MailServer, MailTls},
    reminder::{Preferences, ReminderRules},
};

use super::{NASTY, conflict, layout, now, refusals};
use crate::pages::{
    inbox::{InboxPage, Mine},
    reminders::{FailuresPage, RemindersPage, RulesPage},
    sending::{SendingPage, sending_page},
};

pub(super) fn mine() -> Mine {
    let mut mine = Mine::of(MyReminders {
        contact: Contact {
            email: "a@example.cn".into(),
            phone: "0577-88000000".into(),
            version: 1,
        },
        version: 1,
        preferences: Preferences::default(),
        rules: ReminderRules::default(),
        feed_made_at: Some(now()),
    });
    mine.feed_url = Some("https://example.cn/calendar/feed/0.ics".into());
    mine
}

fn inbox(some: bool, unread_only: bool) -> InboxPage {
    let reminder = |id, stage| Reminder {
        id: ReminderId(id),
        obligation: "annex2:2017-11-30:unit:2".into(),
        due_on: "2017-12-15".parse().unwrap(),
        stage,
        title: NASTY.into(),
        body: NASTY.into(),
        link: "/returns/annex2/2017-11-30/2".into(),
        created_at: now(),
        read_at: (id == 1).then(now),
    };
    let reminders = vec![reminder(3, 8), reminder(2, 0), reminder(1, -7)];
    InboxPage {
        layout: layout(),
        view: InboxView {
            unread: if some { 2 } else { 0 },
            reminders: if some { reminders } else { Vec::new() },
        },
        unread_only,
    }
}

fn message(id: i64, state: MessageState) -> Message {
    Message {
        id: MessageId(id),
        channel: if id % 2 == 0 {
            Channel::DingTalk
        } else {
            Channel::Email
        },
        person: (id % 2 == 1).then_some(PersonId(1)),
        message_id: "0123456789abcdef0123456789abcdef@example.cn".into(),
        address: "a@example.cn".into(),
        subject: NASTY.into(),
        state,
        attempts: 3,
        next_at: now(),
        error: "收件邮箱不存在或拒收".into(),
        reply: NASTY.into(),
        created_at: now(),
        sent_at: (state == MessageState::Sent).then(now),
    }
}

fn messages() -> Vec<Message> {
    (1..)
        .zip(MessageState::ALL)
        .map(|(id, state)| message(id, state))
        .collect()
}

fn rules_view() -> RulesView {
    RulesView {
        rules: ReminderRules::default(),
        version: 1,
    }
}

fn overview(some: bool) -> RemindersPage {
    let coming = Coming {
        what: "附件2 截至2017年11月".into(),
        unit: NASTY.into(),
        state: "未报",
        due_on: "2017-12-15".parse().unwrap(),
        next: some.then(|| ("提前7天".into(), "2017-12-08".parse().unwrap())),
        people: vec![NASTY.into()],
        without_address: vec![NASTY.into()],
    };
    RemindersPage {
        layout: layout(),
        view: Overview {
            coming: if some {
                vec![
                    coming.clone(),
                    Coming {
                        people: Vec::new(),
                        next: None,
                        ..coming
                    },
                ]
            } else {
                Vec::new()
            },
            messages: if some { messages() } else { Vec::new() },
            counts: MessageState::ALL
                .into_iter()
                .map(|state| (state, 1))
                .collect(),
            people: [(PersonId(1), NASTY.into())].into(),
            rules: rules_view(),
            has_mail: some,
            has_robot: some,
        },
        may_set_mail: some,
    }
}

fn failures(messages: Vec<Message>) -> FailuresPage {
    FailuresPage {
        layout: layout(),
        messages,
        people: BTreeMap::new(),
    }
}

fn rules(may_set: bool) -> RulesPage {
    RulesPage {
        layout: layout(),
        view: rules_view(),
        every: "7".into(),
        may_set,
        refusals: refusals(),
        conflict: conflict(),
    }
}

fn sending(set: bool) -> SendingPage {
    let server = MailServer {
        host: "smtp.example.cn".into(),
        port: 465,
        tls: MailTls::Implicit,
        user: "zs".into(),
        from_address: "zs@example.cn".into(),
        from_name: NASTY.into(),
    };
    let version = i64::from(set);
    let mail = MailView {
        server: set.then_some(server),
        has_password: set,
        version,
    };
    let robot = RobotView {
        active: set,
        shown: if set {
            "https://oapi.dingtalk.com/robot/send…".into()
        } else {
            String::new()
        },
        has_secret: set,
        version,
    };
    let mut page = sending_page(layout(), mail, robot);
    (page.refusals, page.conflict) = (refusals(), conflict());
    page
}

pub(super) fn samples() -> Vec<(&'static str, String)> {
    let html = |page: &dyn askama::DynTemplate| page.dyn_render().unwrap();
    vec![
        ("inbox", html(&inbox(true, false))),
        ("inbox, nothing", html(&inbox(false, true))),
        ("reminders", html(&overview(true))),
        ("reminders, nothing", html(&overview(false))),
        ("failures", html(&failures(messages()))),
        ("no failures", html(&failures(Vec::new()))),
        ("rules", html(&rules(true))),
        ("rules, to be seen", html(&rules(false))),
        ("sending", html(&sending(true))),
        ("sending, not set", html(&sending(false))),
    ]
}
