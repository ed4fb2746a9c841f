//! Reminders by real processes: killed in mid-send, under other zones and clocks, over real TLS and HTTP.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use app::{
    Random,
    reminders::{Contact, SaveMail},
};
use domain::{
    PersonId,
    mail::{MailServer, MailTls},
    permission::Role,
    person::{Caller, Person},
    reminder::Preferences,
};
use serde_json::Value;
use testkit::{Engine, SeededRandom, TestApp};

const RECORDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../e2e/smtp_recorder.py");
const STUB: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../e2e/dingtalk_stub.py");
const FAKETIME: [&str; 2] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
];
/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// Reporters of each of the three enterprises.
const REPORTERS: usize = 6;
/// Processes killed.
const KILLS: usize = 14;

/// A process that ends with the test, however the test ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // SIGKILL: nothing is finished, nothing is tidied up.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits for what other processes bring about.
async fn until<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = within(PATIENCE, look).await;
    found.unwrap_or_else(|| panic!("{what} did not come about"))
}

/// As [`until`], for so long.
async fn within<T>(patience: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(patience, looking).await.ok()
}

/// The built program over the test's database, with the settings of a hurried administrator.
fn serve(test: &TestApp, folder: &Path, name: &str, more: &[(&str, String)]) -> Running {
    let key = folder.join("audit.key");
    let digits: String = testkit::AUDIT_KEY
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    std::fs::write(&key, digits).unwrap();
    let log = File::options()
        .create(true)
        .append(true)
        .open(folder.join(format!("{name}.log")))
        .unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhaoshang"));
    command
        .args(["serve", "--listen", "127.0.0.1:0"])
        .current_dir(folder)
        .env_clear()
        .env("ZHAOSHANG_DATABASE_URL", test.database())
        .env("ZHAOSHANG_DATA_DIR", folder)
        .env("ZHAOSHANG_AUDIT_KEY_FILE", &key)
        .env("ZHAOSHANG_WORKER_REMIND_SECONDS", "1")
        .env("ZHAOSHANG_WORKER_POLL_SECONDS", "1")
        .env("ZHAOSHANG_OUTBOUND_TIMEOUT_SECONDS", "4")
        .envs(more.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log);
    Running(command.spawn().unwrap())
}

/// A stand-in of Python and the port it has taken.
async fn stand_in(script: &str, folder: &Path, more: &str, port: &str) -> (Running, u16) {
    // Debian's own Python, which has Debian's packages.
    let command = Command::new("/usr/bin/python3")
        .args([script, folder.to_str().unwrap(), more])
        .env_remove("PYTHONPATH")
        .spawn();
    let running = Running(command.unwrap());
    let port = until(port, async || {
        std::fs::read_to_string(folder.join(port))
            .ok()?
            .parse()
            .ok()
    });
    let port = port.await;
    (running, port)
}

/// What was taken over so far; a line being written does not count yet.
fn recorded_in(folder: &Path, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn recorded(folder: &Path) -> Vec<Value> {
    recorded_in(folder, "mails.jsonl")
}

async fn person(test: &TestApp, login: &str) -> Person {
    let found = store::people::by_login(&test.store.read(), login).await;
    found.unwrap().unwrap()
}

/// Reporters with addresses, who want each mail at once, and a mail server on this machine.
async fn people(test: &TestApp, port: u16) {
    let everything_at_once = Preferences {
        quiet: None,
        ..Preferences::default()
    };
    let tx = test.store.begin().await.unwrap();
    let mut added: Vec<PersonId> = Vec::new();
    for (place, unit) in test.seeded.enterprises.iter().enumerate() {
        for number in 0..REPORTERS {
            let login = format!("r{place}-{number}");
            let name = format!("填报员{place}{number}");
            let id = store::people::add(&tx, *unit, &login, &name, test.app.now())
                .await
                .unwrap();
            let made = store::people::by_id(&tx, id).await.unwrap().unwrap();
            let with_role = Person {
                roles: [Role::Reporter].into(),
                ..made
            };
            store::people::save(&tx, &with_role, with_role.version)
                .await
                .unwrap();
            added.push(id);
        }
    }
    for id in added {
        let contact = Contact {
            email: format!("p{id}@example.cn"),
            ..Contact::default()
        };
        store::reminders::save_contact(&tx, id, &contact)
            .await
            .unwrap();
        store::reminders::save_preferences(&tx, id, 0, &everything_at_once)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let server = MailServer {
        host: "127.0.0.1".into(),
        port,
        tls: MailTls::Implicit,
        user: "zs".into(),
        from_address: "zs@example.cn".into(),
        from_name: "市国资委".into(),
    };
    let save = SaveMail {
        version: 0,
        server,
        password: Some("geheim".into()),
    };
    let system = Caller::new(person(test, "system-admin").await, "test");
    test.app.save_mail_settings(&system, save).await.unwrap();
}

#[expect(
    clippy::disallowed_methods,
    reason = "the processes that are killed go by the wall clock"
)]
fn wall_clock() -> domain::Instant {
    std::time::SystemTime::now().into()
}

/// Moves the first period's due day so many days from today, by the wall clock that the processes go by.
async fn due_in(test: &TestApp, days: i64) {
    let now = wall_clock();
    let due = domain::dates::day_in_shanghai(now) + chrono::TimeDelta::days(days);
    let sql = format!("UPDATE period SET due_on = '{due}' WHERE id = (SELECT MIN(id) FROM period)");
    test.tamper(&sql).await;
}

async fn killed_in_mid_send(test: TestApp, replicas: usize, seed: u64) {
    let folder = tempfile::tempdir().unwrap();
    let (_recorder, port) = stand_in(RECORDER, folder.path(), &seed.to_string(), "port").await;
    people(&test, port).await;
    test.clock.set(&wall_clock().to_rfc3339());
    let officer = Caller::new(person(&test, "officer").await, "test");
    test.app.reminders(&officer).await.unwrap();
    let random = SeededRandom::new(seed);
    let draw = |most: u64| {
        let mut bytes = [0; 8];
        random.fill(&mut bytes);
        u64::from_le_bytes(bytes) % most
    };
    let trust = [(
        "ZHAOSHANG_OUTBOUND_CA_FILE",
        folder.path().join("ca.pem").display().to_string(),
    )];
    let start = |name: usize| serve(&test, folder.path(), &format!("replica-{name}"), &trust);
    let mut running: Vec<Running> = (0..replicas).map(start).collect();
    // Two dues: three days off, then, while the killing goes on, the same period's day is moved to today.
    due_in(&test, 3).await;
    let all = test.seeded.enterprises.len() * REPORTERS;
    for kill in 0..KILLS {
        let before = recorded(folder.path()).len();
        // Somewhere within the next few mails, at a moment nobody chooses.
        let further = before + 1 + usize::try_from(draw(2)).unwrap();
        let moment = Duration::from_millis(draw(700));
        // Or, when all have gone out, after a while.
        within(Duration::from_secs(15), async || {
            (recorded(folder.path()).len() >= further).then_some(())
        })
        .await;
        tokio::time::sleep(moment).await;
        let victim = usize::try_from(draw(u64::try_from(replicas).unwrap())).unwrap();
        drop(running.remove(victim));
        running.insert(victim, start(victim));
        if kill == KILLS / 2 {
            due_in(&test, 0).await;
        }
    }
    let wanted = wanted(&test, &officer, 2 * all).await;
    let mails = recorded(folder.path());
    let mut sent: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for mail in &mails {
        let text = |name: &str| mail[name].as_str().unwrap().to_owned();
        let to = mail["to"][0].as_str().unwrap().to_owned();
        sent.entry((to, text("subject")))
            .or_default()
            .insert(text("message_id"));
    }
    for (key, ids) in &sent {
        assert_eq!(
            ids.len(),
            1,
            "{key:?} went out under several Message-IDs: {ids:?}"
        );
    }
    let missing: Vec<_> = wanted
        .iter()
        .filter(|one| !sent.values().any(|ids| ids.contains(*one)))
        .collect();
    assert!(missing.is_empty(), "never arrived: {missing:?}");
    assert_eq!(
        sent.len(),
        2 * all,
        "one mail for each (recipient, due), none more"
    );
    let ids: BTreeSet<&String> = sent.values().flatten().collect();
    assert_eq!(ids.len(), 2 * all, "no two share a Message-ID");
}

/// The Message-IDs of everything, once all of it is marked sent.
async fn wanted(test: &TestApp, officer: &Caller, all: usize) -> Vec<String> {
    let reached = until("the end of sending", async || {
        let messages = test.app.reminders(officer).await.unwrap().messages;
        let sent = messages
            .iter()
            .filter(|one| one.state.word() == "sent")
            .count();
        (messages.len() == all && sent == all).then_some(messages)
    });
    let messages = reached.await;
    messages
        .into_iter()
        .map(|one| format!("<{}>", one.message_id))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_on_postgres_are_killed_in_mid_send() {
    let test = TestApp::start(Engine::Postgres, env!("CARGO_BIN_EXE_zhaoshang")).await;
    killed_in_mid_send(test, 2, 20171215).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_process_on_sqlite_is_killed_in_mid_send() {
    let test = TestApp::start(Engine::Sqlite, env!("CARGO_BIN_EXE_zhaoshang")).await;
    killed_in_mid_send(test, 1, 20180210).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_nobody_vouches_for_gets_no_mail() {
    let test = TestApp::start(Engine::Sqlite, env!("CARGO_BIN_EXE_zhaoshang")).await;
    let folder = tempfile::tempdir().unwrap();
    let (_recorder, port) = stand_in(RECORDER, folder.path(), "0", "port").await;
    people(&test, port).await;
    test.tamper("UPDATE person_contact SET email = 'nobody@example.cn' WHERE person_id = (SELECT MIN(person_id) FROM person_contact)").await;
    test.clock.set(&wall_clock().to_rfc3339());
    let officer = Caller::new(person(&test, "officer").await, "test");
    test.app.reminders(&officer).await.unwrap();
    due_in(&test, 7).await;
    let running = serve(&test, folder.path(), "no-trust", &[]);
    let failed = until("a refusal", async || {
        let failed = test.app.failed_messages(&officer).await.unwrap().0;
        failed.into_iter().next()
    });
    let failed = failed.await;
    assert!(
        failed.error.contains("证书不受信任"),
        "{} {}",
        failed.error,
        failed.reply
    );
    assert_eq!(
        recorded(folder.path()).len(),
        0,
        "not a word was said to a stranger"
    );
    drop(running);
    let ca = folder.path().join("ca.pem").display().to_string();
    let trust = [
        ("ZHAOSHANG_OUTBOUND_CA_FILE", ca),
        (
            "ZHAOSHANG_SERVER_PUBLIC_URL",
            "https://zs.example.cn".to_owned(),
        ),
    ];
    test.tamper("UPDATE outbox SET next_at = 0, state = 'pending', leased_until = NULL")
        .await;
    let _running = serve(&test, folder.path(), "trust", &trust);
    let all = test.seeded.enterprises.len() * REPORTERS;
    until("all but one", async || {
        (recorded(folder.path()).len() >= all - 1).then_some(())
    })
    .await;
    let refused = until("the one that is refused for good", async || {
        let failed = test.app.failed_messages(&officer).await.unwrap().0;
        failed.into_iter().find(|one| one.state.word() == "failed")
    });
    let refused = refused.await;
    assert!(
        refused.error.contains("收件邮箱不存在") && refused.reply.contains("no such user"),
        "{} {}",
        refused.error,
        refused.reply
    );
    let mail = &recorded(folder.path())[0];
    let headers: Vec<&str> = mail["headers"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for name in [
        "Message-ID",
        "Date",
        "From",
        "To",
        "Subject",
        "List-Unsubscribe",
        "Auto-Submitted",
        "Content-Type",
    ] {
        assert_eq!(
            headers.iter().filter(|header| **header == name).count(),
            1,
            "{name} in {headers:?}"
        );
    }
    let (subject, text) = (
        mail["subject"].as_str().unwrap(),
        mail["text"].as_str().unwrap(),
    );
    assert!(
        subject.starts_with("【报送提醒】附件2") && subject.ends_with("还有7天截止"),
        "{subject}"
    );
    assert!(
        text.contains("23:59")
            && text.contains("修改提醒方式")
            && text.contains("严禁录入国家秘密"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_robot_checks_the_signature_and_has_its_say() {
    let test = TestApp::start(Engine::Sqlite, env!("CARGO_BIN_EXE_zhaoshang")).await;
    let folder = tempfile::tempdir().unwrap();
    let (_stub, port) = stand_in(STUB, folder.path(), "SEC+/=geheim", "robot-port").await;
    let officer = Caller::new(person(&test, "officer").await, "test");
    test.clock.set(&wall_clock().to_rfc3339());
    test.app.reminders(&officer).await.unwrap();
    due_in(&test, 3).await;
    let key = app::secrets::AuditKey(testkit::AUDIT_KEY);
    let random = SeededRandom::new(3);
    let row = store::reminders::RobotRow {
        url: key.hide(
            &random,
            &format!("http://127.0.0.1:{port}/robot/send?access_token=t0ken"),
        ),
        secret: key.hide(&random, "SEC+/=geheim"),
        active: true,
        version: 0,
    };
    let tx = test.store.begin().await.unwrap();
    store::reminders::save_robot(
        &tx,
        test.seeded.authority,
        &row,
        officer.person.id,
        test.app.now(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    // Not one of the hosts that are allowed: nothing is asked.
    let running = serve(&test, folder.path(), "elsewhere", &[]);
    // A group is left alone at night; the test does not wait for the morning.
    until("the message", async || {
        let there = !test
            .app
            .reminders(&officer)
            .await
            .unwrap()
            .messages
            .is_empty();
        there.then_some(())
    })
    .await;
    test.tamper("UPDATE outbox SET next_at = 0").await;
    until("a refusal", async || {
        let failed = test.app.failed_messages(&officer).await.unwrap().0;
        (!failed.is_empty()).then_some(())
    })
    .await;
    assert_eq!(recorded_in(folder.path(), "posts.jsonl").len(), 0);
    drop(running);
    test.tamper(
        "UPDATE outbox SET next_at = 0, state = 'pending', attempts = 0, attempted_at = NULL",
    )
    .await;
    let host = [(
        "ZHAOSHANG_OUTBOUND_WEBHOOK_HOSTS",
        format!("oapi.dingtalk.com,127.0.0.1:{port}"),
    )];
    let _running = serve(&test, folder.path(), "allowed", &host);
    until("too fast", async || {
        (recorded_in(folder.path(), "posts.jsonl").len() == 1).then_some(())
    })
    .await;
    until("backing off", async || {
        let message = test
            .app
            .reminders(&officer)
            .await
            .unwrap()
            .messages
            .remove(0);
        (message.state.word() == "pending" && message.reply.contains("130101")).then_some(())
    })
    .await;
    test.tamper("UPDATE outbox SET next_at = 0").await;
    until("the robot's word", async || {
        let message = test
            .app
            .reminders(&officer)
            .await
            .unwrap()
            .messages
            .remove(0);
        (message.state.word() == "sent").then_some(())
    })
    .await;
    let posts = recorded_in(folder.path(), "posts.jsonl");
    let codes: Vec<i64> = posts
        .iter()
        .filter_map(|post| post["errcode"].as_i64())
        .collect();
    assert_eq!(codes, [130101, 0]);
    assert!(
        posts[1]["body"]["markdown"]["text"]
            .as_str()
            .unwrap()
            .contains("还有3天截止")
    );
}

/// The running program's wall clock is a file; UTC−5 in winter, UTC, and UTC+8 must all see the same days.
async fn zones_and_jumps(zone: &str, hours: i64) {
    let test = TestApp::start(Engine::Sqlite, env!("CARGO_BIN_EXE_zhaoshang")).await;
    let folder = tempfile::tempdir().unwrap();
    let clock = folder.path().join("clock");
    // libfaketime reads local time.
    let set = |utc: &str| {
        let utc: chrono::DateTime<chrono::Utc> = utc.parse().unwrap();
        let local = utc + chrono::TimeDelta::hours(hours);
        let part = folder.path().join("clock.part");
        std::fs::write(&part, local.format("%Y-%m-%d %H:%M:%S").to_string()).unwrap();
        std::fs::rename(part, &clock).unwrap();
    };
    let library = FAKETIME.iter().find(|path| Path::new(path).exists());
    let library: PathBuf = library
        .expect("libfaketime is installed by make test")
        .into();
    let settings = [
        ("TZ", zone.to_owned()),
        ("LD_PRELOAD", library.display().to_string()),
        ("FAKETIME_TIMESTAMP_FILE", clock.display().to_string()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ("DONT_FAKE_MONOTONIC", "1".to_owned()),
    ];
    let reporter = Caller::new(person(&test, "reporter").await, "test");
    // Everything the reporter was told of the period up to November, as the words after its name.
    let told = async || -> Vec<String> {
        let view = test.app.inbox(&reporter, false).await.unwrap();
        let all = view
            .reminders
            .into_iter()
            .rev()
            .filter(|one| one.due_on.to_string() == "2017-12-15");
        all.map(|one| one.title.split('：').nth(1).unwrap_or_default().to_owned())
            .collect()
    };
    // The last second of 2017-12-15 in Shanghai: from nothing straight to the last day.
    set("2017-12-15T15:59:59Z");
    test.clock.set("2017-12-15T15:59:59Z");
    let _running = serve(&test, folder.path(), "zone", &settings);
    until("the reminder of the last day", async || {
        (!told().await.is_empty()).then_some(())
    })
    .await;
    assert_eq!(told().await, ["今天截止"], "{zone}");
    set("2017-12-15T16:00:00Z");
    until("overdue", async || (told().await.len() > 1).then_some(())).await;
    // Back over everything, then ahead past two rounds: the present one comes, once, and nothing that was.
    set("2017-12-08T00:00:00Z");
    // Something else, three days off on that day, shows that the program has looked.
    let authority = test.seeded.authority;
    test.tamper(&format!("INSERT INTO period (authority_id, kind, cut_off, due_on, review, created_at) VALUES ({authority}, 'annex2', '2017-11-29', '2017-12-11', FALSE, 0)")).await;
    until("a look at the earlier day", async || {
        let view = test.app.inbox(&reporter, false).await.unwrap();
        let other = view
            .reminders
            .iter()
            .any(|one| one.title.ends_with("11月29日：还有3天截止"));
        other.then_some(())
    })
    .await;
    set("2018-01-01T00:00:00Z");
    until("a later round", async || {
        (told().await.len() > 2).then_some(())
    })
    .await;
    assert_eq!(
        told().await,
        ["今天截止", "已逾期1天", "已逾期17天"],
        "{zone}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_utc() {
    zones_and_jumps("UTC", 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_new_york() {
    zones_and_jumps("America/New_York", -5).await;
}
