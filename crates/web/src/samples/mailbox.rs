//! Pages about mail that comes in.

use app::mailbox::{MailDetail, MailFile, MailboxView, ReceivedMail, Tray};
use domain::{
    FileId, MailId, PersonId,
    mail::MailTls,
    mailbox::{MailState, MailboxAccount},
};

use super::{NASTY, conflict, layout, now, refusals};
use crate::pages::mailbox::{MailPage, MailboxPage, TrayPage, mailbox_page};

fn view(set: bool) -> MailboxView {
    MailboxView {
        account: MailboxAccount {
            host: "imap.example.cn".into(),
            port: 993,
            tls: MailTls::Implicit,
            user: NASTY.into(),
            folder: "INBOX".into(),
            active: set,
        },
        has_password: set,
        version: i64::from(set),
        looked_at: set.then(now),
        error: if set { NASTY.into() } else { String::new() },
    }
}

fn mail(id: i64, state: MailState) -> ReceivedMail {
    let file = |id: i64, drafts: usize| MailFile {
        id,
        file_name: NASTY.into(),
        file: FileId(1),
        outcome: NASTY.into(),
        drafts: vec!["0".into(); drafts],
    };
    ReceivedMail {
        id: MailId(id),
        message_id: "a@example.cn".into(),
        from: "a@example.cn".into(),
        subject: if id == 1 { String::new() } else { NASTY.into() },
        received_at: now(),
        state,
        person: (state == MailState::Drafted).then_some(PersonId(1)),
        why: NASTY.into(),
        note: NASTY.into(),
        handled_by: (state == MailState::Settled).then_some(PersonId(1)),
        handled_at: (state == MailState::Settled).then(now),
        answered: id == 2,
        thread: String::new(),
        body: if id == 1 { String::new() } else { NASTY.into() },
        version: 1,
        files: match state {
            MailState::Ignored => Vec::new(),
            _ => vec![file(1, 0), file(2, 2)],
        },
    }
}

fn tray(some: bool) -> TrayPage {
    let mails = (1..).zip(MailState::ALL).map(|(id, state)| mail(id, state));
    TrayPage {
        layout: layout(),
        tray: Tray {
            mails: if some { mails.collect() } else { Vec::new() },
            people: [(PersonId(1), NASTY.into())].into(),
            counts: vec![(MailState::Tray, 1)],
            mailbox: view(some),
            older: some.then_some(1),
        },
        state: (!some).then_some(MailState::Tray),
    }
}

fn detail(state: MailState) -> MailPage {
    MailPage {
        layout: layout(),
        detail: MailDetail {
            mail: mail(2, state),
            people: [(PersonId(1), NASTY.into())].into(),
            candidates: vec![(PersonId(1), NASTY.into(), NASTY.into())],
        },
        chosen: Some(PersonId(1)),
        note: NASTY.into(),
        refusals: refusals(),
        conflict: conflict(),
    }
}

fn settings(set: bool) -> MailboxPage {
    let mut page = mailbox_page(layout(), view(set));
    (page.refusals, page.conflict) = (refusals(), conflict());
    page
}

pub(super) fn samples() -> Vec<(&'static str, String)> {
    let html = |page: &dyn askama::DynTemplate| page.dyn_render().unwrap();
    vec![
        ("mails", html(&tray(true))),
        ("mails, nothing", html(&tray(false))),
        ("mail in the tray", html(&detail(MailState::Tray))),
        ("mail, settled", html(&detail(MailState::Settled))),
        ("mail, ignored", html(&detail(MailState::Ignored))),
        ("mailbox", html(&settings(true))),
        ("mailbox, not set", html(&settings(false))),
    ]
}
