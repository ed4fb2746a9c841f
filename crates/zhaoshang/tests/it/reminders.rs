//! Reminders: made once whatever the clock does, carried by messages that are the same at every try.

use std::collections::{BTreeMap, BTreeSet};

use app::{
    reminders::{Contact, Delivered, MessageState, SaveMail, SaveRobot},
    sending::{Again, SendFailure},
};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use domain::{
    mail::{MailServer, MailTls},
    period::ReturnKind,
    permission::Role,
    person::{Caller, Person},
    reminder::Preferences,
    schedule::Schedule,
    workday::ShiftRule,
};
use testkit::{TestApp, on_both};

const NO_QUIET: Preferences = Preferences {
    inbox: true,
    email: true,
    digest_at: None,
    quiet: None,
};

/// Only 附件2 falls due in these stories, on the very days of the notice.
pub(crate) async fn only_annex2(test: &TestApp) {
    let by = person(test, "officer").await.id;
    let tx = test.store.begin().await.unwrap();
    for kind in ReturnKind::ALL {
        let idle = Schedule {
            active: *kind == ReturnKind::Annex2,
            shift: ShiftRule::Stay,
            ..Schedule::of_notice(*kind)
        };
        let authority = test.seeded.authority;
        let at = (by, test.app.now());
        store::schedules::add(&tx, authority, 0, &idle, "测试", at)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

async fn person(test: &TestApp, login: &str) -> Person {
    let found = store::people::by_login(&test.store.read(), login).await;
    found.unwrap().unwrap()
}

async fn caller(test: &TestApp, login: &str) -> Caller {
    Caller::new(person(test, login).await, "test")
}

async fn has_mail(test: &TestApp) {
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
    let system = caller(test, "system-admin").await;
    test.app.save_mail_settings(&system, save).await.unwrap();
}

async fn reached(test: &TestApp, login: &str, preferences: Option<Preferences>) {
    let who = caller(test, login).await;
    let contact = Contact {
        email: format!("{login}@example.cn"),
        ..Contact::default()
    };
    test.app
        .save_contact(&who, who.person.id, contact)
        .await
        .unwrap();
    if let Some(preferences) = preferences {
        let saved = test.app.save_my_reminders(&who, 0, &preferences).await;
        saved.unwrap();
    }
}

async fn deliver_all(test: &TestApp) -> usize {
    let mut sent = 0;
    loop {
        match test.app.deliver_one().await.unwrap() {
            Delivered::Nothing => return sent,
            Delivered::Sent => sent += 1,
            Delivered::Not => {}
        }
    }
}

async fn titles(test: &TestApp, login: &str) -> Vec<String> {
    let inbox = test.app.inbox(&caller(test, login).await, false).await;
    let reminders = inbox.unwrap().reminders;
    reminders.into_iter().rev().map(|one| one.title).collect()
}

on_both! {
    async fn each_stage_comes_once_however_the_clock_jumps(test: TestApp) {
        only_annex2(&test).await;
        test.clock.set("2017-12-01T01:00:00Z");
        assert_eq!(test.app.remind().await.unwrap(), 0, "two weeks before");
        // Past the first stage, by one jump; then the same again, back and forth.
        for at in ["2017-12-13T01:00:00Z", "2017-12-13T01:00:01Z", "2017-12-09T01:00:00Z", "2017-12-01T01:00:00Z", "2017-12-14T15:59:59Z"] {
            test.clock.set(at);
            test.app.remind().await.unwrap();
        }
        assert_eq!(titles(&test, "reporter").await, ["附件2 截至2017年11月：还有2天截止"]);
        test.clock.set("2017-12-14T16:00:00Z");
        test.app.remind().await.unwrap();
        test.clock.set("2017-12-15T15:59:59Z");
        test.app.remind().await.unwrap();
        assert_eq!(titles(&test, "reporter").await.len(), 2, "today, once");
        test.clock.set("2017-12-15T16:00:00Z");
        test.app.remind().await.unwrap();
        let all = titles(&test, "reporter").await;
        assert_eq!(all.last().unwrap(), "附件2 截至2017年11月：已逾期1天");
        assert_eq!(titles(&test, "officer").await, ["附件2 截至2017年11月：3家逾期未报送"]);
        assert_eq!(titles(&test, "approver").await, Vec::<String>::new(), "nothing waits for release");
        test.clock.set("2017-12-12T00:00:00Z");
        assert_eq!(test.app.remind().await.unwrap(), 0, "back again");
    }
}

on_both! {
    async fn whoever_was_skipped_altogether_is_told_once(test: TestApp) {
        only_annex2(&test).await;
        test.clock.set("2017-11-24T01:00:00Z");
        test.app.remind().await.unwrap();
        test.clock.set("2019-03-01T01:00:00Z");
        test.app.remind().await.unwrap();
        test.app.remind().await.unwrap();
        let due_2017: Vec<String> = titles(&test, "reporter").await.into_iter().filter(|title| title.contains("截至2017年11月")).collect();
        assert_eq!(due_2017.len(), 1, "{due_2017:?}");
    }
}

on_both! {
    async fn two_replicas_make_and_send_each_once(test: TestApp) {
        only_annex2(&test).await;
        has_mail(&test).await;
        for login in ["reporter", "officer", "officer-2"] {
            reached(&test, login, Some(NO_QUIET)).await;
        }
        let other = test.replica().await;
        for at in ["2017-12-08T02:00:00Z", "2017-12-12T02:00:00Z", "2017-12-15T02:00:00Z", "2017-12-16T02:00:00Z"] {
            test.clock.set(at);
            let (one, two) = tokio::join!(test.app.remind(), other.remind());
            let made = one.unwrap() + two.unwrap();
            assert_eq!(made, if at.starts_with("2017-12-16") { 3 } else { 1 }, "{at}");
            let send = async |app: &app::App| while app.deliver_one().await.unwrap() != Delivered::Nothing {};
            tokio::join!(send(&test.app), send(&other));
        }
        let mails = test.outbox.mails();
        assert_eq!(mails.len(), 6);
        let ids: BTreeSet<&str> = mails.iter().map(|(_, _, mail)| mail.message_id.as_str()).collect();
        assert_eq!(ids.len(), 6);
        let (server, password, mail) = &mails[0];
        assert_eq!((server.host.as_str(), password.as_str(), mail.to.as_str()), ("smtp.example.cn", "geheim", "reporter@example.cn"));
        assert_eq!(mail.subject, "【报送提醒】附件2 截至2017年11月：还有7天截止");
        assert!(mail.text.contains("2017年12月15日（周五）23:59") && mail.text.contains("https://zhaoshang.example.cn/returns/annex2/2017-11-30/"), "{}", mail.text);
        assert!(mail.message_id.ends_with("@example.cn"));
    }
}

on_both! {
    async fn a_try_that_died_goes_out_again_under_its_own_id(test: TestApp) {
        only_annex2(&test).await;
        has_mail(&test).await;
        reached(&test, "reporter", Some(NO_QUIET)).await;
        test.clock.set("2017-12-12T02:00:00Z");
        test.app.remind().await.unwrap();
        // A replica claims it and is never heard of again.
        let tx = test.store.begin().await.unwrap();
        let lease = chrono::TimeDelta::seconds(120);
        let claimed = store::reminders::claim(&tx, test.app.now(), lease, "dead").await.unwrap().unwrap();
        tx.commit().await.unwrap();
        assert_eq!(test.app.deliver_one().await.unwrap(), Delivered::Nothing, "the lease holds");
        test.clock.advance(lease);
        assert_eq!(test.app.deliver_one().await.unwrap(), Delivered::Sent);
        let mails = test.outbox.mails();
        assert_eq!(mails[0].2.message_id, claimed.message_id);
        // The dead one's failure comes late and changes nothing.
        let tx = test.store.begin().await.unwrap();
        store::reminders::try_again(&tx, claimed.id, "dead", test.app.now(), ("", "")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(test.app.deliver_one().await.unwrap(), Delivered::Nothing);
        // A lease that a clock put back has moved into the far future holds nothing up.
        test.clock.set("2017-12-15T02:00:00Z");
        test.app.remind().await.unwrap();
        let tx = test.store.begin().await.unwrap();
        store::reminders::claim(&tx, test.app.now(), lease, "dead").await.unwrap().unwrap();
        tx.commit().await.unwrap();
        test.clock.set("2017-12-14T02:00:00Z");
        assert_eq!(test.app.deliver_one().await.unwrap(), Delivered::Sent);
    }
}

on_both! {
    async fn failures_wait_or_come_before_a_person(test: TestApp) {
        only_annex2(&test).await;
        has_mail(&test).await;
        reached(&test, "reporter", Some(NO_QUIET)).await;
        test.clock.set("2017-12-12T02:00:00Z");
        test.app.remind().await.unwrap();
        test.outbox.fail(Some(SendFailure::new(Again::Later, "暂时不收", "451 later")));
        assert_eq!(test.app.deliver_one().await.unwrap(), Delivered::Not);
        assert_eq!(test.app.deliver_one().await.unwrap(), Delivered::Nothing, "backs off");
        test.clock.advance(chrono::TimeDelta::seconds(80));
        test.outbox.fail(Some(SendFailure::new(Again::Never, "收件邮箱不存在", "550 no such user")));
        assert_eq!(test.app.deliver_one().await.unwrap(), Delivered::Not);
        test.clock.advance(chrono::TimeDelta::days(1));
        let officer = caller(&test, "officer").await;
        let (failed, people) = test.app.failed_messages(&officer).await.unwrap();
        assert_eq!((failed[0].state, failed[0].reply.as_str()), (MessageState::Failed, "550 no such user"));
        assert_eq!(people.len(), 1);
        test.outbox.fail(None);
        assert_eq!(test.app.deliver_one().await.unwrap(), Delivered::Nothing, "refused for good");
        // The address is corrected and the same message tried again.
        let who = caller(&test, "reporter").await;
        let contact = Contact { email: "right@example.cn".into(), version: 1, ..Contact::default() };
        test.app.save_contact(&who, who.person.id, contact).await.unwrap();
        test.app.retry_message(&officer, failed[0].id).await.unwrap();
        assert_eq!(deliver_all(&test).await, 1);
        let mails = test.outbox.mails();
        assert_eq!((mails[0].2.to.as_str(), &mails[0].2.message_id), ("right@example.cn", &failed[0].message_id));
        assert!(test.app.retry_message(&officer, failed[0].id).await.is_err(), "it went out");
        assert!(test.app.drop_message(&officer, failed[0].id).await.is_err());
        assert!(test.app.failed_messages(&who).await.is_err(), "not everybody's to see");
    }
}

on_both! {
    async fn quiet_hours_and_digests_are_kept(test: TestApp) {
        only_annex2(&test).await;
        has_mail(&test).await;
        reached(&test, "reporter", Some(Preferences::default())).await;
        let digest = Preferences { digest_at: Some(9 * 60), ..Preferences::default() };
        reached(&test, "officer", Some(digest)).await;
        // Made at 00:05 of the stage's day.
        test.clock.set("2017-12-14T16:05:00Z");
        test.app.remind().await.unwrap();
        assert_eq!(test.app.deliver_one().await.unwrap(), Delivered::Nothing, "quiet");
        test.clock.set("2017-12-15T00:00:00Z");
        assert_eq!(deliver_all(&test).await, 1);
        // Long after: two periods are overdue; the officer gets one mail with both.
        test.clock.set("2018-02-11T02:00:00Z");
        test.app.remind().await.unwrap();
        deliver_all(&test).await;
        let before = test.outbox.mails().iter().filter(|(_, _, mail)| mail.to == "officer@example.cn").count();
        assert_eq!(before, 0, "held for the digest");
        test.clock.set("2018-02-12T01:00:00Z");
        test.app.remind().await.unwrap();
        deliver_all(&test).await;
        let mails = test.outbox.mails();
        let digests: Vec<_> = mails.iter().filter(|(_, _, mail)| mail.to == "officer@example.cn").collect();
        assert_eq!(digests.len(), 1);
        assert!(digests[0].2.subject.starts_with("【报送提醒】2项"), "{}", digests[0].2.subject);
        assert!(digests[0].2.text.contains("截至2017年11月") && digests[0].2.text.contains("截至2018年1月"));
    }
}

on_both! {
    async fn who_does_not_want_it_gets_only_what_is_mandatory(test: TestApp) {
        only_annex2(&test).await;
        has_mail(&test).await;
        let nothing = Preferences { inbox: false, email: false, ..NO_QUIET };
        reached(&test, "reporter", Some(nothing)).await;
        let mut seen = BTreeMap::new();
        for at in ["2017-12-08T02:00:00Z", "2017-12-12T02:00:00Z", "2017-12-15T02:00:00Z"] {
            test.clock.set(at);
            test.app.remind().await.unwrap();
            deliver_all(&test).await;
            seen.insert(at, titles(&test, "reporter").await.len());
        }
        assert_eq!(seen.into_values().collect::<Vec<_>>(), [0, 0, 1], "today is mandatory in the inbox");
        assert!(test.outbox.mails().is_empty());
    }
}

on_both! {
    async fn the_robot_is_told_signed_and_not_too_often(test: TestApp) {
        only_annex2(&test).await;
        let system = caller(&test, "system-admin").await;
        let url = "https://oapi.dingtalk.com/robot/send?access_token=t0ken";
        let save = SaveRobot { version: 0, active: true, url: Some(url.into()), secret: Some("SECabc".into()) };
        test.app.save_robot_settings(&system, save.clone()).await.unwrap();
        let evil = SaveRobot { version: 1, url: Some("https://169.254.169.254/".into()), ..save };
        assert!(test.app.save_robot_settings(&system, evil).await.is_err());
        assert!(!test.app.robot_settings(&system).await.unwrap().shown.contains("t0ken"));
        test.clock.set("2017-12-12T02:00:00Z");
        test.app.remind().await.unwrap();
        test.app.remind().await.unwrap();
        assert_eq!(deliver_all(&test).await, 1);
        let posts = test.outbox.posts();
        assert!(posts[0].0.starts_with(url) && posts[0].0.contains("&timestamp=1513044") && posts[0].0.contains("&sign="), "{}", posts[0].0);
        assert!(posts[0].1.contains("还有3天截止") && posts[0].1.contains("温州银行股份有限公司"), "{}", posts[0].1);
        // Thirty waiting at once: twenty go out in a minute, the rest after.
        let tx = test.store.begin().await.unwrap();
        for number in 0..30 {
            let new = store::reminders::NewReminder {
                recipient: "robot:1".into(), person: None, authority: test.seeded.authority, obligation: format!("x{number}"),
                due_on: "2017-12-15".parse().unwrap(), stage: 0, title: "x".into(), body: "x".into(), link: "/".into(), in_inbox: false,
            };
            let id = store::reminders::make(&tx, &new, test.app.now()).await.unwrap().unwrap();
            let message = store::reminders::NewMessage {
                authority: test.seeded.authority, channel: store::reminders::Channel::DingTalk, person: None,
                message_id: format!("x{number}"), batch: None, address: String::new(), subject: "x".into(), body: "x".into(), thread: String::new(), next_at: test.app.now(),
            };
            store::reminders::add_message(&tx, &message, id, test.app.now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        test.clock.advance(chrono::TimeDelta::minutes(2));
        assert_eq!(deliver_all(&test).await, 20);
        test.clock.advance(chrono::TimeDelta::minutes(2));
        assert_eq!(deliver_all(&test).await, 10);
    }
}

on_both! {
    async fn an_address_kept_with_a_password_cannot_be_turned_elsewhere(test: TestApp) {
        only_annex2(&test).await;
        has_mail(&test).await;
        let system = caller(&test, "system-admin").await;
        let view = test.app.mail_settings(&system).await.unwrap();
        assert!(view.has_password);
        let mut server = view.server.unwrap();
        server.from_name = "改名".into();
        let save = |server: &MailServer, version| SaveMail { version, server: server.clone(), password: None };
        test.app.save_mail_settings(&system, save(&server, 1)).await.unwrap();
        assert!(matches!(test.app.save_mail_settings(&system, save(&server, 1)).await, Err(app::Error::Conflict(_))));
        server.host = "evil.example.cn".into();
        assert!(matches!(test.app.save_mail_settings(&system, save(&server, 2)).await, Err(app::Error::Invalid(_))));
        assert!(test.app.mail_settings(&caller(&test, "officer").await).await.is_err());
    }
}

on_both! {
    async fn a_feed_is_its_owners_and_says_when_a_day_moves(test: TestApp) {
        only_annex2(&test).await;
        let mut reporter = test.by(Role::Reporter).await;
        let page = reporter.post("/account/feed", &[]).await.text();
        let path = page.split("/calendar/feed/").nth(1).map(|rest| format!("/calendar/feed/{}", rest.split('<').next().unwrap())).unwrap();
        let mut nobody = test.by_nobody();
        let feed = nobody.get(&path).await;
        assert_eq!((feed.status, feed.header("content-type")), (StatusCode::OK, "text/calendar; charset=utf-8"));
        let text = feed.text().replace("\r\n ", "");
        assert!(text.contains("DTSTART;TZID=Asia/Shanghai:20171215T235959\r\n") && text.contains("SEQUENCE:0\r\n"), "{text}");
        assert!(text.contains("数据截至：2017年11月30日\\n报送截止：2017年12月15日（周五）23:59"), "{text}");
        let known = Request::get(&path).header("if-none-match", feed.header("etag")).body(Body::empty()).unwrap();
        assert_eq!(nobody.send(known).await.status, StatusCode::NOT_MODIFIED);
        test.tamper("UPDATE period SET due_on = '2017-12-18', moved_reason = '测试' WHERE due_on = '2017-12-15'").await;
        let moved = nobody.get(&path).await;
        let text = moved.text().replace("\r\n ", "");
        assert!(text.contains("20171218T235959\r\n") && text.contains("SEQUENCE:1\r\n"), "{text}");
        assert_ne!(moved.header("etag"), feed.header("etag"));
        let uid = |text: &str| text.split("UID:").nth(1).unwrap().split("\r\n").next().unwrap().to_owned();
        assert_eq!(uid(&text), uid(&feed.text().replace("\r\n ", "")), "the same event");
        assert_eq!(reporter.post("/account/feed/revoke", &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(nobody.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(nobody.get(&format!("/calendar/feed/{}.ics", "0".repeat(64))).await.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn pages_say_what_is_wrong_and_change_nothing(test: TestApp) {
        only_annex2(&test).await;
        test.clock.set("2017-12-12T02:00:00Z");
        test.app.remind().await.unwrap();
        let mut reporter = test.by(Role::Reporter).await;
        let home = reporter.get("/inbox").await.text();
        assert!(home.contains("1条未读") && home.contains("还有3天截止"));
        let number = home.split("/inbox/").find_map(|part| part.split('/').next().filter(|part| part.parse::<i64>().is_ok())).unwrap().to_owned();
        let answer = reporter.post(&format!("/inbox/{number}/read"), &[]).await;
        assert!(answer.location().starts_with("/returns/annex2/2017-11-30/"));
        assert_eq!(reporter.get(answer.location()).await.status, StatusCode::OK, "the link leads somewhere");
        assert!(reporter.get("/inbox").await.text().contains("没有未读"));
        assert_eq!(test.by(Role::Officer).await.post(&format!("/inbox/{number}/read"), &[]).await.status, StatusCode::NOT_FOUND);
        let wrong = [("email_address", "张三"), ("phone", "x"), ("version", "0")];
        let page = reporter.post("/account/contact", &wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text().contains("邮箱写法不对") && page.text().contains("value=\"张三\""));
        let wrong = [("quiet_from", "25:00"), ("quiet_to", "08:00"), ("version", "0")];
        let page = reporter.post("/account/reminders", &wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let fine = [("inbox", "1"), ("digest_at", "8:30"), ("quiet_from", ""), ("quiet_to", ""), ("version", "0")];
        assert_eq!(reporter.post("/account/reminders", &fine).await.status, StatusCode::SEE_OTHER);
        assert_eq!(reporter.post("/account/reminders", &fine).await.status, StatusCode::CONFLICT);
        assert!(reporter.get("/account").await.text().contains("value=\"08:30\""));
        let mut officer = test.by(Role::Officer).await;
        assert!(officer.get("/reminders").await.text().contains("邮件服务器还没有设置"));
        assert_eq!(officer.get("/returns?cut_off=2017-11-30").await.status, StatusCode::OK, "where officers are led");
        let rules = [("stages", "today"), ("mandatory_inbox", "week"), ("overdue_every", "0"), ("version", "0")];
        assert_eq!(officer.post("/reminders/rules", &rules).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let rules = [("stages", "today"), ("overdue_every", "5"), ("version", "0")];
        assert_eq!(officer.post("/reminders/rules", &rules).await.status, StatusCode::SEE_OTHER);
        let mut system = test.by(Role::SystemAdmin).await;
        let plain = [("host", "smtp.example.cn"), ("port", "25"), ("tls", "plain"), ("from_address", "a@b.cn"), ("version", "0")];
        let page = system.post("/settings/sending/mail", &plain).await;
        assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.text().contains("不加密只限本机"));
        let tls = [("host", "smtp.example.cn"), ("port", "465"), ("tls", "implicit"), ("user", "zs"), ("password", "geheim"), ("from_address", "a@b.cn"), ("version", "0")];
        assert_eq!(system.post("/settings/sending/mail", &tls).await.status, StatusCode::SEE_OTHER);
        let page = system.get("/settings/sending").await.text();
        assert!(page.contains("smtp.example.cn") && !page.contains("geheim"));
        assert_eq!(system.post("/settings/sending/mail/test", &[("to", "x@example.cn")]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(test.outbox.mails().len(), 1);
    }
}

on_both! {
    async fn the_api_says_the_same(test: TestApp) {
        only_annex2(&test).await;
        test.clock.set("2017-12-12T02:00:00Z");
        test.app.remind().await.unwrap();
        let mut reporter = test.api("reporter").await;
        let inbox = reporter.get("/api/v1/inbox?show=unread").await.json();
        assert_eq!((&inbox["unread"], &inbox["reminders"][0]["stage"]), (&1.into(), &"three".into()));
        assert_eq!(reporter.get("/api/v1/inbox?show=x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let id = inbox["reminders"][0]["id"].as_i64().unwrap();
        let read = reporter.json(Method::POST, &format!("/api/v1/inbox/{id}/read"), &[], &serde_json::json!({})).await;
        assert!(!read.json()["read_at"].is_null());
        let wanted = serde_json::json!({"inbox": true, "email": true, "digest_at": "08:30", "quiet_from": null, "quiet_to": null});
        let path = "/api/v1/me/reminders";
        assert_eq!(reporter.json(Method::PUT, path, &[], &wanted).await.status, StatusCode::PRECONDITION_REQUIRED);
        let saved = reporter.json(Method::PUT, path, &[("if-match", "\"0\"")], &wanted).await;
        assert_eq!((saved.status, saved.header("etag")), (StatusCode::OK, "\"1\""));
        assert_eq!(reporter.json(Method::PUT, path, &[("if-match", "\"0\"")], &wanted).await.status, StatusCode::CONFLICT);
        let mut officer = test.api("officer").await;
        assert_eq!(officer.get("/api/v1/reminders").await.json()["coming"].as_array().unwrap().len(), 6);
        assert_eq!(officer.get("/api/v1/sending/mail").await.status, StatusCode::NOT_FOUND);
        let feed = reporter.json(Method::POST, "/api/v1/me/calendar-feed", &[], &serde_json::json!({})).await;
        assert!(feed.status == StatusCode::CREATED && feed.json()["url"].as_str().unwrap().ends_with(".ics"));
    }
}
