//! Mail that comes in: each message once, drafts only, no loops, what nobody can be matched to in the tray.

use app::{
    mailbox::SaveMailbox,
    reminders::{Contact, Delivered, SaveMail},
    sending::Mail,
};
use axum::http::{Method, StatusCode};
use domain::{
    MailId,
    mail::{MailServer, MailTls},
    mailbox::{MailState, MailboxAccount},
    period::ReturnKind,
    permission::Role,
    person::{Caller, Person},
};
use serde_json::json;
use testkit::{TestApp, on_both};

pub(crate) const FORM: &str = "市属国有企业招商引资项目调整情况表\n报送单位：温州银行股份有限公司,,,,填报时间：2017年11月24日\n序号,项目名称,基本情况,投资额（万元）,调整内容,调整理由,联系人及联系方式,备注\n1,瓯江口现代物流园,占地200亩,约5亿元,新增,已签框架协议,张三 13800138000,市重点\n";

/// 附件3 with one project.
pub(crate) const ANNEX3: &str = "市属国有企业与央企合作项目进展情况表\n报送单位：温州银行股份有限公司,,,,填报时间：2017年11月24日\n序号,类别,合作项目名称,合作央企名称,当前进展情况,存在问题,下一步工作计划和重点,联系人及联系方式\n1,在谈项目,港口联运,中国铁建,已互访两次,用地指标,签框架协议,张三 13800138000\n";

/// A mail with one file.
pub(crate) fn mail(from: &str, id: &str, head: &str, name: &str, file: &str) -> String {
    let encoded = hex(name);
    format!(
        "From: {from}\r\nTo: zs@example.cn\r\nSubject: report {id}\r\nMessage-ID: <{id}@example.cn>\r\nDate: Fri, 24 Nov 2017 09:00:00 +0800\r\n{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=frontier\r\n\r\n--frontier\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nsee attached\r\n--frontier\r\nContent-Type: text/csv; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nContent-Disposition: attachment; filename*=UTF-8''{encoded}\r\n\r\n{file}\r\n--frontier--\r\n"
    )
}

fn hex(name: &str) -> String {
    name.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn person(test: &TestApp, login: &str) -> Person {
    let found = store::people::by_login(&test.store.read(), login).await;
    found.unwrap().unwrap()
}

async fn caller(test: &TestApp, login: &str) -> Caller {
    Caller::new(person(test, login).await, "test")
}

pub(crate) fn account(port: u16) -> SaveMailbox {
    SaveMailbox {
        version: 0,
        account: MailboxAccount {
            host: "127.0.0.1".into(),
            port,
            tls: MailTls::Implicit,
            user: "zs".into(),
            folder: "INBOX".into(),
            active: true,
        },
        password: Some("geheim".into()),
    }
}

async fn reached(test: &TestApp, login: &str, email: &str) {
    let who = caller(test, login).await;
    let contact = Contact {
        email: email.into(),
        ..Contact::default()
    };
    let saved = test.app.save_contact(&who, who.person.id, contact).await;
    saved.unwrap();
}

/// A mailbox, a mail server, and the reporter's address.
async fn set_up(test: &TestApp) {
    let system = caller(test, "system-admin").await;
    let saved = test.app.save_mailbox_settings(&system, account(993)).await;
    saved.unwrap();
    let server = MailServer {
        host: "smtp.example.cn".into(),
        port: 465,
        tls: MailTls::Implicit,
        user: "zs".into(),
        from_address: "zs@example.cn".into(),
        from_name: "招商引资".into(),
    };
    let save = SaveMail {
        version: 0,
        server,
        password: Some("geheim".into()),
    };
    test.app.save_mail_settings(&system, save).await.unwrap();
    reached(test, "reporter", "Reporter@Example.cn").await;
}

async fn states(test: &TestApp) -> Vec<(MailState, String)> {
    let officer = caller(test, "officer").await;
    let mails = test.app.mails(&officer, None, None).await.unwrap().mails;
    let mut said: Vec<_> = mails.into_iter().map(|one| (one.state, one.why)).collect();
    said.reverse();
    said
}

async fn answers(test: &TestApp) -> Vec<Mail> {
    while test.app.deliver_one().await.unwrap() != Delivered::Nothing {}
    test.outbox
        .mails()
        .into_iter()
        .map(|(_, _, mail)| mail)
        .collect()
}

async fn projects(test: &TestApp) -> usize {
    let unit = test.seeded.enterprises[0];
    let heads = store::projects::heads(&test.store.read(), unit).await;
    heads.unwrap().len()
}

on_both! {
    async fn a_mail_becomes_a_draft_and_nothing_more(test: TestApp) {
        set_up(&test).await;
        test.mailboxes.put(7, mail("\"某人\" <reporter@example.cn>", "a", "", "上报.csv", FORM));
        assert_eq!(test.app.take_mail().await.unwrap(), 1);
        assert_eq!(test.app.take_mail().await.unwrap(), 0);
        assert_eq!(states(&test).await[0].0, MailState::Drafted);
        assert_eq!(test.mailboxes.seen(), [7]);
        assert_eq!(projects(&test).await, 0, "a mail changes nothing of the library");
        let answers = answers(&test).await;
        let [answer] = answers.as_slice() else { panic!("{answers:?}") };
        assert_eq!(answer.to, "Reporter@example.cn", "the address on record");
        for word in ["上报.csv", "附件2", "读懂1行", "还没有报送任何内容", "https://zhaoshang.example.cn/returns/drafts/"] {
            assert!(answer.text.contains(word), "{word}: {}", answer.text);
        }
        let path = answer.text.split("https://zhaoshang.example.cn").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        let page = test.by(Role::Reporter).await.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        assert!(page.text().contains("瓯江口现代物流园"));
        assert_eq!(test.by(Role::Officer).await.get(&path).await.status, StatusCode::NOT_FOUND, "the owner's own");
        // It outlives the drafts of the page, and not for ever.
        let alive = async || store::intake::by_key(&test.store.read(), path.rsplit('/').next().unwrap()).await.unwrap().is_some();
        for (days, kept) in [(20, true), (20, false)] {
            test.clock.advance(chrono::TimeDelta::days(days));
            test.app.plan_jobs().await.unwrap();
            let folder = tempfile::tempdir().unwrap();
            while test.app.work_one_job(folder.path()).await.unwrap() {}
            assert_eq!(alive().await, kept, "{days}");
        }
    }
}

on_both! {
    async fn a_crash_between_fetch_and_store_loses_and_doubles_nothing(test: TestApp) {
        set_up(&test).await;
        for (uid, id) in [(1, "a"), (2, "b"), (5, "c")] {
            test.mailboxes.put(uid, mail("reporter@example.cn", id, "", "上报.csv", FORM));
        }
        test.mailboxes.die_after(1);
        let app = test.app.clone();
        assert!(tokio::spawn(async move { app.take_mail().await }).await.is_err(), "it died at the second");
        assert_eq!(states(&test).await.len(), 1);
        assert_eq!(test.app.take_mail().await.unwrap(), 0, "the dead one's lease still holds");
        test.clock.advance(chrono::TimeDelta::minutes(10));
        let other = test.replica().await;
        let (one, two) = tokio::join!(test.app.take_mail(), other.take_mail());
        assert_eq!(one.unwrap() + two.unwrap(), 2);
        assert!(states(&test).await.iter().all(|(state, _)| *state == MailState::Drafted));
        assert_eq!(states(&test).await.len(), 3);
        assert_eq!(answers(&test).await.len(), 3);
        // The server counts anew: everything is fetched again, and known by what it is.
        test.mailboxes.renumber(9);
        test.app.take_mail().await.unwrap();
        let again = states(&test).await;
        assert_eq!(again.iter().filter(|(state, _)| *state == MailState::Drafted).count(), 3);
        assert_eq!(again.iter().filter(|(state, _)| *state == MailState::Duplicate).count(), 3);
        assert_eq!(answers(&test).await.len(), 3);
        // The database itself refuses what came before.
        let tx = test.store.begin().await.unwrap();
        let place = store::mailbox::Place { authority: test.seeded.authority, mailbox: "x".into(), uid_validity: 1, uid: 1 };
        let new = store::mailbox::NewMail {
            place, message_id: "m".into(), content_sm3: "c".into(), from: String::new(), subject: String::new(),
            state: MailState::Tray, person: None, why: String::new(), answered: false, thread: String::new(), body: String::new(),
        };
        store::mailbox::add(&tx, &new, test.app.now()).await.unwrap();
        tx.commit().await.unwrap();
        let tx = test.store.begin().await.unwrap();
        assert!(matches!(store::mailbox::add(&tx, &new, test.app.now()).await, Err(store::Error::Taken)));
    }
}

on_both! {
    async fn machines_are_not_answered(test: TestApp) {
        set_up(&test).await;
        let heads = [
            "Auto-Submitted: auto-replied\r\n", "Precedence: bulk\r\n", "List-Id: <x.example.cn>\r\n", "Return-Path: <>\r\n",
            "X-Autoreply: yes\r\n",
        ];
        let bare = |from: &str, head: &str| format!("From: {from}\r\n{head}Message-ID: <{:x}@example.cn>\r\n\r\n本期无调整\r\n", head.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())));
        for (uid, head) in (1..).zip(heads) {
            test.mailboxes.put(uid, bare("reporter@example.cn", head));
        }
        test.mailboxes.put(6, bare("reporter@example.cn", "Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOiDpmYTku7Yy?=\r\n"));
        test.mailboxes.put(7, mail("zs@example.cn", "own", "", "上报.csv", FORM));
        test.mailboxes.put(8, mail("mailer-daemon@example.cn", "bounce", "", "上报.csv", FORM));
        test.mailboxes.put(9, mail("stranger@example.cn", "list", heads[2], "上报.csv", FORM));
        // What a machine of the clerk's own house has marked is not lost: nobody is answered, an officer looks.
        test.mailboxes.put(10, mail("reporter@example.cn", "marked", heads[1], "上报.csv", FORM));
        assert_eq!(test.app.take_mail().await.unwrap(), 10);
        let said = states(&test).await;
        assert!(said[..9].iter().all(|(state, _)| *state == MailState::Ignored), "{said:?}");
        assert_eq!(said[9].0, MailState::Tray);
        assert!(said[9].1.contains("像是自动发出"), "{said:?}");
        assert_eq!(answers(&test).await.len(), 0);
        let reporter = person(&test, "reporter").await.id;
        test.app.assign_mail(&caller(&test, "officer").await, MailId(10), 1, reporter).await.unwrap();
        let answers_so_far = answers(&test).await;
        assert_eq!(answers_so_far.len(), 1, "an officer has looked");
        // Our own answer, sent back by a forwarding rule, ends there.
        let own = &answers_so_far[0];
        test.mailboxes.put(11, format!("From: reporter@example.cn\r\nAuto-Submitted: auto-replied\r\nSubject: x\r\nMessage-ID: <{}>\r\n\r\nx", own.message_id));
        test.app.take_mail().await.unwrap();
        assert_eq!(states(&test).await.last().unwrap().0, MailState::Ignored);
        assert_eq!(answers(&test).await.len(), 1);
    }
}

on_both! {
    async fn who_sends_without_end_is_not_read_without_end(test: TestApp) {
        set_up(&test).await;
        for uid in 10..50 {
            test.mailboxes.put(uid, mail("reporter@example.cn", &format!("n{uid}"), "", "上报.csv", "nothing,of,a,form\n"));
        }
        test.app.take_mail().await.unwrap();
        assert_eq!(answers(&test).await.len(), 20);
        assert!(states(&test).await.last().unwrap().1.contains("一天内来信超过"));
    }
}

on_both! {
    async fn a_file_of_two_forms_becomes_two_drafts(test: TestApp) {
        set_up(&test).await;
        let both = format!("{FORM}\n{ANNEX3}");
        let head = "In-Reply-To: <asked@example.cn>\r\nReferences: <first@example.cn> <asked@example.cn>\r\n";
        test.mailboxes.put(1, mail("reporter@example.cn", "both", head, "两张表.csv", &both));
        test.mailboxes.put(2, mail("reporter@example.cn", "third", "", "附件3.csv", ANNEX3));
        assert_eq!(test.app.take_mail().await.unwrap(), 2);
        let states = states(&test).await;
        assert!(states.iter().all(|(state, _)| *state == MailState::Drafted), "{states:?}");
        let officer = caller(&test, "officer").await;
        let file = async |id| test.app.mail(&officer, MailId(id)).await.unwrap().mail.files.remove(0);
        let (first, second) = (file(1).await, file(2).await);
        assert_eq!((first.drafts.len(), second.drafts.len()), (2, 1), "{first:?} {second:?}");
        assert!(first.outcome.contains("附件2") && first.outcome.contains("附件3"), "{}", first.outcome);
        let answers = answers(&test).await;
        let answer = &answers[0];
        assert_eq!(answer.answers, ["first@example.cn", "asked@example.cn", "both@example.cn"]);
        assert!(answer.settings_url.is_none());
        assert_eq!(answer.text.matches("请登录后核对、回答并确认").count(), 2, "{}", answer.text);
        assert_eq!(answers[1].answers, ["third@example.cn"]);
        let mut reporter = test.by(Role::Reporter).await;
        for (key, words) in first.drafts.iter().chain(&second.drafts).map(|key| (key, ["瓯江口现代物流园", "港口联运"])) {
            let page = reporter.get(&format!("/returns/drafts/{key}")).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(words.iter().any(|word| page.text().contains(word)), "{}", page.text());
        }
        assert_eq!(projects(&test).await, 0);
        for kind in [ReturnKind::Annex2, ReturnKind::Annex3] {
            let filings = store::returns::filings(&test.store.read(), test.seeded.authority, kind).await.unwrap();
            assert!(filings.is_empty(), "a mail begins no return either");
        }
    }
}

on_both! {
    async fn zero_returns_and_scans(test: TestApp) {
        set_up(&test).await;
        let zero = "市属国有企业招商引资项目调整情况表\n报送单位：温州银行股份有限公司,,,,填报时间：2017年11月24日\n序号,项目名称,基本情况,投资额（万元）,调整内容,调整理由,联系人及联系方式,备注\n,本期无调整,,,,,,\n";
        let with = |id: &str, files: &[(&str, &str)]| {
            let parts: String = files.iter().map(|(name, text)| format!("--f\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n{text}\r\n")).collect();
            format!("From: reporter@example.cn\r\nSubject: s\r\nMessage-ID: <{id}@example.cn>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=f\r\n\r\n--f\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n请查收\r\n{parts}--f--\r\n")
        };
        let pdf = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF";
        test.mailboxes.put(1, mail("reporter@example.cn", "zero", "", "附件2.csv", zero));
        test.mailboxes.put(2, "From: reporter@example.cn\r\nMessage-ID: <t@example.cn>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n附件2本期无调整\r\n");
        test.mailboxes.put(3, with("scan", &[("scan.pdf", pdf)]));
        test.mailboxes.put(4, with("form-and-scan", &[("scan.pdf", pdf), ("form.csv", FORM)]));
        test.mailboxes.put(5, with("form-and-old", &[("form.csv", FORM), ("old.doc", "\u{1}\u{2}no document")]));
        assert_eq!(test.app.take_mail().await.unwrap(), 5);
        let states = states(&test).await;
        let wanted = [MailState::Drafted, MailState::Tray, MailState::Tray, MailState::Drafted, MailState::Tray];
        assert_eq!(states.iter().map(|(state, _)| *state).collect::<Vec<_>>(), wanted, "{states:?}");
        let answers = answers(&test).await;
        for (place, words) in [
            (0, vec!["零报告"]), (1, vec!["没有可以读取的附件", "作零报告"]), (2, vec!["scan.pdf", "docx 或 xlsx"]),
            (3, vec!["读懂1行", "docx 或 xlsx"]), (4, vec!["读懂1行", "old.doc", "没有读成报表"]),
        ] {
            for word in words {
                assert!(answers[place].text.contains(word), "{place} {word}: {}", answers[place].text);
            }
        }
        let page = test.by(Role::Officer).await.get("/mailbox/2").await.text();
        assert!(page.contains("附件2本期无调整"), "what is written is shown: {page}");
    }
}

on_both! {
    async fn strangers_and_what_nobody_can_read_come_to_the_tray(test: TestApp) {
        set_up(&test).await;
        reached(&test, "leader", "leader@example.cn").await;
        test.mailboxes.put(1, mail("stranger@elsewhere.cn", "a", "", "上报.csv", FORM));
        test.mailboxes.put(2, mail("reporter@example.cn, leader@example.cn", "b", "", "上报.csv", FORM));
        test.mailboxes.put(3, mail("leader@example.cn", "c", "", "上报.csv", FORM));
        test.mailboxes.put(4, mail("reporter@example.cn", "d", "", "照片.csv", "nothing,of,a,form\n"));
        test.mailboxes.put(5, "no mail at all");
        test.mailboxes.put(6, "From: reporter@example.cn\r\nSubject: hello\r\n\r\nhello\r\n");
        assert_eq!(test.app.take_mail().await.unwrap(), 6);
        reached(&test, "approver", "reporter@example.cn").await;
        test.mailboxes.put(7, mail("reporter@example.cn", "e", "", "上报.csv", FORM));
        assert_eq!(test.app.take_mail().await.unwrap(), 1);
        let states = states(&test).await;
        for (place, word) in [(0, "没有登记"), (1, "不止一个"), (2, "不是企业填报员"), (3, "没有读成报表"), (5, "没有附件"), (6, "2人名下")] {
            assert_eq!(states[place].0, MailState::Tray, "{states:?}");
            assert!(states[place].1.contains(word), "{word}: {states:?}");
        }
        let answers = answers(&test).await;
        assert_eq!(answers.len(), 2, "only whom we know is answered: {answers:?}");
        assert!(answers[0].text.contains("没有读成报表：没有找到附件2或附件3的表头"), "{}", answers[0].text);

        let mut officer = test.by(Role::Officer).await;
        let page = officer.get("/mailbox").await.text();
        assert!(page.contains("stranger@elsewhere.cn") && page.contains("/mailbox/1"), "{page}");
        let page = officer.get("/mailbox/1").await.text();
        assert!(page.contains("上报.csv") && page.contains("指派"), "{page}");
        let file = officer.get("/mailbox/1/files/1").await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.text().contains("瓯江口"), "{}", file.text());
        assert_eq!(test.by(Role::Reporter).await.get("/mailbox").await.status, StatusCode::NOT_FOUND);
        let empty = officer.post("/mailbox/1/assign", &[("version", "1"), ("person", "")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let reporter = person(&test, "reporter").await.id.to_string();
        let fields = [("version", "1"), ("person", reporter.as_str())];
        let done = officer.post("/mailbox/1/assign", &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert_eq!(officer.post("/mailbox/1/assign", &fields).await.status, StatusCode::CONFLICT, "twice");
        let mail = test.app.mail(&caller(&test, "officer").await, MailId(1)).await.unwrap().mail;
        assert_eq!(mail.state, MailState::Drafted);
        let draft = format!("/returns/drafts/{}", mail.files[0].drafts[0]);
        assert_eq!(test.by(Role::Reporter).await.get(&draft).await.status, StatusCode::OK);
        let unreadable = officer.post("/mailbox/4/assign", &fields).await;
        assert_eq!(unreadable.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing to assign");
        assert_eq!(projects(&test).await, 0);

        let mut api = test.api("officer").await;
        let listed = api.get("/api/v1/mailbox?state=tray").await.json();
        assert_eq!(listed["mails"].as_array().unwrap().len(), 6, "{listed}");
        let body = json!({"note": "已电话核实"});
        let settled = api.json(Method::POST, "/api/v1/mailbox/3/settle", &[("if-match", "\"1\"")], &body).await;
        assert_eq!(settled.status, StatusCode::OK, "{}", settled.text());
        let again = api.json(Method::POST, "/api/v1/mailbox/3/settle", &[("if-match", "\"1\"")], &body).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let missing = api.json(Method::POST, "/api/v1/mailbox/3/settle", &[], &body).await;
        assert_eq!(missing.status, StatusCode::PRECONDITION_REQUIRED);
    }
}

on_both! {
    async fn the_mailbox_is_set_and_tried(test: TestApp) {
        let mut system = test.by(Role::SystemAdmin).await;
        assert!(system.get("/settings/mailbox").await.text().contains("收件服务器"));
        let fields = |user: &'static str, password: &'static str, version: &'static str| [
            ("version", version), ("host", "imap.example.cn"), ("port", "993"), ("tls", "implicit"),
            ("user", user), ("password", password), ("folder", "INBOX"), ("active", "1"),
        ];
        let refused = system.post("/settings/mailbox", &fields("zs", "", "0")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "no password");
        assert_eq!(system.post("/settings/mailbox", &fields("nobody", "geheim", "0")).await.status, StatusCode::SEE_OTHER);
        let tried = system.post("/settings/mailbox/test", &[]).await;
        assert_eq!(tried.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(tried.text().contains("不让登录"), "{}", tried.text());
        test.app.take_mail().await.unwrap();
        assert!(system.get("/settings/mailbox").await.text().contains("不让登录"), "the failure is shown");
        assert_eq!(system.post("/settings/mailbox", &fields("zs", "", "1")).await.status, StatusCode::UNPROCESSABLE_ENTITY, "another name, the password anew");
        assert_eq!(system.post("/settings/mailbox", &fields("zs", "geheim", "0")).await.status, StatusCode::CONFLICT);
        assert_eq!(system.post("/settings/mailbox", &fields("zs", "geheim", "1")).await.status, StatusCode::SEE_OTHER);
        assert_eq!(system.post("/settings/mailbox/test", &[]).await.status, StatusCode::SEE_OTHER);
        assert!(!system.get("/settings/mailbox").await.text().contains("geheim"));
        let api = test.api("system-admin").await.get("/api/v1/mailbox/account").await.json();
        assert_eq!(api["has_password"], true);
    }
}
