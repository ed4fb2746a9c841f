//! Who acts for whom: permissions follow, the audit names both, and a hand-over happens on its day once.

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::permission::Role;
use testkit::{Answer, Client, TestApp, on_both};

async fn id(test: &TestApp, login: &str) -> String {
    let person = store::people::by_login(&test.store.read(), login)
        .await
        .unwrap();
    person.unwrap().id.to_string()
}

async fn person(test: &TestApp, login: &str) -> domain::person::Person {
    store::people::by_login(&test.store.read(), login)
        .await
        .unwrap()
        .unwrap()
}

/// Lends the officer's role to the leader.
async fn delegate(test: &TestApp, security: &mut Client, from: &str, to: &str) -> Answer {
    let (officer, leader) = (id(test, "officer").await, id(test, "leader").await);
    let fields = [
        ("substitute", leader.as_str()),
        ("lent_roles", "officer"),
        ("from", from),
        ("to", to),
        ("reason", "出差"),
    ];
    security
        .post(&format!("/people/{officer}/duties/delegation"), &fields)
        .await
}

async fn set_target(client: &mut Client, test: &TestApp, version: &str) -> StatusCode {
    let path = format!("/targets/2017/{}", test.seeded.enterprises[0]);
    let reason = ("reason", "年中调整");
    let fields = [
        ("version", version),
        ("target_wan", "5000"),
        ("effective_on", "2017-01-01"),
        reason,
    ];
    client.post(&path, &fields).await.status
}

on_both! {
    async fn a_delegate_acts_from_the_first_day_to_the_last_and_is_named_with_whom(test: TestApp) {
        let mut security = test.by(Role::SecurityAdmin).await;
        let mut leader = test.by(Role::Leader).await;
        assert_eq!(set_target(&mut leader, &test, "0").await, StatusCode::NOT_FOUND);
        let made = delegate(&test, &mut security, "2017-11-25", "2017-11-26").await;
        assert!(made.location().ends_with("/duties?done=duties"), "{}", made.text());
        assert_eq!(set_target(&mut leader, &test, "0").await, StatusCode::NOT_FOUND, "not yet");
        // 2017-11-25 begins in Shanghai while it is still the 24th in Greenwich.
        test.clock.set("2017-11-24T16:00:00Z");
        let mut leader = test.by(Role::Leader).await;
        assert_eq!(set_target(&mut leader, &test, "0").await, StatusCode::SEE_OTHER);
        let page = leader.get("/account").await.text();
        assert!(page.contains("代国资委招商引资处（officer）办理") && page.contains("任务数"), "{page}");
        assert_eq!(leader.get("/statements/import").await.status, StatusCode::OK);
        let audit = test.by(Role::AuditAdmin).await.get("/audit").await.text();
        assert!(audit.contains("委领导、市领导（leader）代国资委招商引资处（officer）办理"), "{audit}");
        test.clock.set("2017-11-26T15:59:50Z");
        let mut leader = test.by(Role::Leader).await;
        assert_eq!(leader.get("/statements/import").await.status, StatusCode::OK, "the last day counts");
        test.clock.set("2017-11-26T16:00:00Z");
        assert_eq!(leader.get("/statements/import").await.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn what_may_not_be_lent_is_refused_and_an_end_is_at_once(test: TestApp) {
        let mut security = test.by(Role::SecurityAdmin).await;
        assert!(delegate(&test, &mut security, "2017-11-23", "2017-11-26").await.text().contains("不能早于今天"));
        assert!(delegate(&test, &mut security, "2017-11-25", "2017-11-24").await.text().contains("不能早于开始日期"));
        assert_eq!(delegate(&test, &mut security, "2017-11-24", "2017-11-30").await.status, StatusCode::SEE_OTHER);
        assert!(delegate(&test, &mut security, "2017-11-30", "2017-12-30").await.text().contains("已授予他人"));
        // The borrower lends nothing on; administrators neither lend nor borrow; nor does another unit.
        let (officer, leader, second) = (id(&test, "officer").await, id(&test, "leader").await, id(&test, "officer-2").await);
        let (system, reporter) = (id(&test, "system-admin").await, id(&test, "reporter").await);
        for (from, to, role, why) in [
            (&leader, &second, "leader", "不能再转授"),
            (&second, &officer, "officer", "已把自己的角色授予他人"),
            (&system, &second, "system_admin", "管理员的角色不能授权"),
            (&second, &system, "officer", "管理员不能代办业务"),
            (&second, &reporter, "officer", "只能在同一单位内"),
            (&second, &second, "officer", "另一个人"),
            (&second, &leader, "leader", "现有的角色"),
        ] {
            let fields = [("substitute", to.as_str()), ("lent_roles", role), ("from", "2017-11-24"), ("to", "2017-11-24"), ("reason", "x")];
            let answer = security.post(&format!("/people/{from}/duties/delegation"), &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
            assert!(answer.text().contains(why), "{why}: {}", answer.text());
        }
        let mut acting = test.by(Role::Leader).await;
        assert_eq!(acting.get("/statements/import").await.status, StatusCode::OK);
        let page = security.get(&format!("/people/{officer}/duties")).await.text();
        let made = page.split("/duties/substitutions/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        let path = format!("/people/{officer}/duties/substitutions/{made}/end");
        assert_eq!(test.by(Role::SystemAdmin).await.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(security.post(&path, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(security.post(&path, &[]).await.status, StatusCode::NOT_FOUND, "it ends once");
        assert_eq!(acting.get("/statements/import").await.status, StatusCode::NOT_FOUND);
        let audit = test.by(Role::AuditAdmin).await.get("/audit").await.text();
        assert!(audit.contains("设置代办") && audit.contains("结束代办"));
    }
}

on_both! {
    async fn a_reporter_has_a_deputy_and_a_stopped_account_lends_nothing(test: TestApp) {
        let mut security = test.by(Role::SecurityAdmin).await;
        let (reporter, approver) = (id(&test, "reporter").await, id(&test, "approver").await);
        let fields = [("substitute", approver.as_str()), ("from", "2017-11-24"), ("reason", "AB角")];
        assert_eq!(security.post(&format!("/people/{reporter}/duties/deputy"), &fields).await.status, StatusCode::SEE_OTHER);
        let officer = id(&test, "officer").await;
        let second = id(&test, "officer-2").await;
        let wrong = [("substitute", second.as_str()), ("from", "2017-11-24"), ("reason", "AB角")];
        assert!(security.post(&format!("/people/{officer}/duties/deputy"), &wrong).await.text().contains("只为企业填报员"));
        test.clock.advance(TimeDelta::days(400));
        let mut deputy = test.by(Role::Approver).await;
        assert!(deputy.get("/account").await.text().contains("代企业填报员（reporter）办理"));
        let person = person(&test, "reporter").await;
        let version = person.version.to_string();
        let mut security = test.by(Role::SecurityAdmin).await;
        let stop = [("version", version.as_str()), ("roles", "reporter")];
        assert_eq!(security.post(&format!("/people/{reporter}/secure"), &stop).await.status, StatusCode::SEE_OTHER);
        assert!(!deputy.get("/account").await.text().contains("代企业填报员（reporter）办理"));
    }
}

on_both! {
    async fn duties_are_handed_over_on_their_day_once(test: TestApp) {
        let mut security = test.by(Role::SecurityAdmin).await;
        let (officer, leader) = (id(&test, "officer").await, id(&test, "leader").await);
        let fields = [("successor", leader.as_str()), ("on", "2017-12-01"), ("reason", "调离")];
        let path = format!("/people/{officer}/duties/hand-over");
        assert_eq!(security.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
        assert!(security.post(&path, &fields).await.text().contains("已有待办的交接"));
        let folder = tempfile::tempdir().unwrap();
        test.clock.set("2017-11-30T15:59:50Z");
        while test.app.work_one_job(folder.path()).await.unwrap() {}
        assert!(person(&test, "officer").await.active, "the last day is the old one's");
        let mut api = test.api("officer").await;
        test.clock.set("2017-11-30T16:00:00Z");
        let replica = test.replica().await;
        let (one, other) = tokio::join!(test.app.work_one_job(folder.path()), replica.work_one_job(folder.path()));
        assert_eq!(usize::from(one.unwrap()) + usize::from(other.unwrap()), 1);
        let (gone, successor) = (person(&test, "officer").await, person(&test, "leader").await);
        assert!(!gone.active && gone.roles.is_empty());
        assert_eq!(successor.roles, [Role::Officer, Role::Leader].into());
        assert_eq!(api.get("/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
        let audit = test.by(Role::AuditAdmin).await.get("/audit").await.text();
        assert!(audit.contains("安排交接") && audit.contains("完成交接"));
    }
}

on_both! {
    async fn a_hand_over_today_is_at_once_and_one_to_come_can_be_called_off(test: TestApp) {
        let mut security = test.by(Role::SecurityAdmin).await;
        let (officer, second, leader) = (id(&test, "officer").await, id(&test, "officer-2").await, id(&test, "leader").await);
        let path = format!("/people/{officer}/duties/hand-over");
        let later = [("successor", second.as_str()), ("on", "2017-12-01"), ("reason", "调离")];
        assert_eq!(security.post(&path, &later).await.status, StatusCode::SEE_OTHER);
        let page = security.get(&format!("/people/{officer}/duties")).await.text();
        let made = page.split("/duties/hand-over/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        assert_eq!(security.post(&format!("{path}/{made}/cancel"), &[]).await.status, StatusCode::SEE_OTHER);
        let mut session = test.by(Role::Officer).await;
        let today = [("successor", leader.as_str()), ("on", "2017-11-24"), ("reason", "调离")];
        assert_eq!(security.post(&path, &today).await.status, StatusCode::SEE_OTHER);
        assert_eq!(session.get("/completion").await.status, StatusCode::SEE_OTHER, "the session is over");
        assert!(person(&test, "leader").await.roles.contains(&Role::Officer));
        test.clock.set("2017-12-01T01:00:00Z");
        let folder = tempfile::tempdir().unwrap();
        while test.app.work_one_job(folder.path()).await.unwrap() {}
        assert_eq!(person(&test, "officer-2").await.roles, [Role::Officer].into(), "what was called off stays so");
        let system = id(&test, "system-admin").await;
        let admin = [("successor", second.as_str()), ("on", "2017-12-01"), ("reason", "调离")];
        let mut security = test.by(Role::SecurityAdmin).await;
        assert!(security.post(&format!("/people/{system}/duties/hand-over"), &admin).await.text().contains("管理员的角色不能"));
    }
}
