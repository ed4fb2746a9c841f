//! Mail that comes in by real processes: Debian's Dovecot over TLS, our program killed while it takes, a real SMTP server
//! for the answers.

use std::{collections::BTreeSet, path::Path, time::Duration};

use domain::{mailbox::MailState, person::Caller};
use testkit::{Engine, TestApp};

use crate::{
    mailbox::{FORM, account, mail},
    reminders_outside::{RECORDER, people, person, recorded, serve, stand_in, until, wall_clock},
};

const DOVECOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../e2e/dovecot.py");
/// Mails that arrive.
const MAILS: usize = 12;
/// Processes killed.
const KILLS: usize = 4;

/// Moves a mail into the mailbox, as a delivery agent does.
fn arrive(folder: &Path, number: usize, text: &str) {
    let inbox = folder.join("dovecot/mail/zs");
    let part = inbox.join("tmp").join(format!("{number}.test"));
    std::fs::write(&part, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&part, std::fs::Permissions::from_mode(0o666)).unwrap();
    }
    let name = format!("17000000{number:02}.test");
    std::fs::rename(part, inbox.join("new").join(name)).unwrap();
}

async fn taken_once(test: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let (_recorder, port) = stand_in(RECORDER, folder.path(), "0", "port").await;
    let (_dovecot, imap) = stand_in(DOVECOT, folder.path(), "-", "imap_port").await;
    test.clock.set(&wall_clock().to_rfc3339());
    people(&test, port).await;
    let system = Caller::new(person(&test, "system-admin").await, "test");
    let saved = test.app.save_mailbox_settings(&system, account(imap)).await;
    saved.unwrap();
    // Each from another of the reporters, in the order of their addresses.
    let contacts = store::reminders::contacts(&test.store.read())
        .await
        .unwrap();
    let senders: BTreeSet<String> = contacts.into_values().map(|one| one.email).collect();
    let senders: Vec<String> = senders.into_iter().filter(|one| !one.is_empty()).collect();
    assert!(senders.len() >= MAILS);
    let with = [
        (
            "ZHAOSHANG_OUTBOUND_CA_FILE",
            folder.path().join("ca.pem").display().to_string(),
        ),
        ("ZHAOSHANG_WORKER_MAIL_SECONDS", "1".to_owned()),
        // Reminders have their own story.
        ("ZHAOSHANG_WORKER_REMIND_SECONDS", "3600".to_owned()),
    ];
    let start = || serve(&test, folder.path(), "mail", &with);
    let officer = Caller::new(person(&test, "officer").await, "test");
    let stored = async || {
        let tray = test.app.mails(&officer, None, None).await;
        tray.unwrap().mails
    };
    let mut running = start();
    for (number, sender) in senders.iter().take(MAILS).enumerate() {
        arrive(
            folder.path(),
            number,
            &mail(sender, &format!("m{number}"), "", "上报.csv", FORM),
        );
        // Killed in the middle of taking: at once, or a little later, whatever it is doing.
        if number % (MAILS / KILLS) == 1 {
            until("the next mail", async || {
                (stored().await.len() >= number).then_some(())
            })
            .await;
            tokio::time::sleep(Duration::from_millis(40 * u64::try_from(number).unwrap())).await;
            drop(running);
            running = start();
        }
    }
    arrive(
        folder.path(),
        MAILS,
        &mail("stranger@elsewhere.cn", "stranger", "", "上报.csv", FORM),
    );
    let all = until("the last mail", async || {
        let mails = stored().await;
        (mails.len() > MAILS).then_some(mails)
    });
    let all = all.await;
    let count = |state| all.iter().filter(|one| one.state == state).count();
    assert_eq!(all.len(), MAILS + 1, "each once");
    assert_eq!(count(MailState::Drafted), MAILS, "{all:?}");
    assert_eq!(count(MailState::Tray), 1, "the stranger's");
    let keys: BTreeSet<&str> = all
        .iter()
        .flat_map(|one| &one.files)
        .flat_map(|file| file.drafts.iter().map(String::as_str))
        .collect();
    assert_eq!(keys.len(), MAILS, "a draft each");
    let answered = until("the answers", async || {
        let mails = recorded(folder.path());
        let ids: BTreeSet<String> = mails
            .iter()
            .map(|mail| mail["message_id"].as_str().unwrap().to_owned())
            .collect();
        (ids.len() >= MAILS).then_some((ids, mails))
    });
    let (ids, mails) = answered.await;
    assert_eq!(ids.len(), MAILS, "an answer each, none to the stranger");
    let to: BTreeSet<String> = mails
        .iter()
        .map(|mail| mail["to"][0].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(to.len(), MAILS);
    assert!(mails.iter().all(|mail| {
        let subject = mail["subject"].as_str().unwrap();
        subject.starts_with("回复：report m")
    }));
    drop(running);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    taken_once(TestApp::start(Engine::Sqlite, env!("CARGO_BIN_EXE_zhaoshang")).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    taken_once(TestApp::start(Engine::Postgres, env!("CARGO_BIN_EXE_zhaoshang")).await).await;
}
