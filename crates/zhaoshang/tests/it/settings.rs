//! What an authority sets: by whom, with both versions, at once on all replicas, with its history.

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::{permission::Role, setting::Setting};
use testkit::{Answer, Client, TestApp, on_both};

use crate::sign_in::{PASSWORD, with_password};

async fn save(client: &mut Client, area: &str, version: i64, values: &[(&str, &str)]) -> Answer {
    let version = version.to_string();
    let mut fields = vec![("version", version.as_str())];
    fields.extend_from_slice(values);
    client.post(&format!("/settings/{area}"), &fields).await
}

on_both! {
    async fn settings_take_effect_at_once_on_every_replica(test: TestApp) {
        with_password(&test).await;
        let replica = test.replica().await;
        let mut officer = test.by(Role::Officer).await;
        let mut security = test.by(Role::SecurityAdmin).await;
        let set = [("session_idle_minutes", "10"), ("lock_tries", "2"), ("password_min_length", "12"), ("token_days", "30")];
        assert_eq!(save(&mut security, "security", 0, &set).await.location(), "/settings?done=settings");
        let page = security.get("/settings").await.text();
        assert!(page.contains("安全管理员乙") && page.contains("（默认）") && page.contains("name=\"lock_tries\" type=\"text\" value=\"2\""), "{page}");
        let origin = app::sign_in::Origin::default();
        for app in [&replica, &test.app, &replica] {
            assert!(app.sign_in("officer", "wrong", &origin).await.is_err());
        }
        let failures = store::sign_in::failures(&test.store.read(), "officer").await.unwrap();
        assert_eq!(failures.count, 2, "the third found it locked");
        assert!(test.by_nobody().get("/activate").await.text().contains("至少12个字符"));
        assert!(officer.get("/account").await.text().contains("value=\"30\""));
        test.clock.advance(TimeDelta::minutes(11));
        assert_eq!(officer.get("/account").await.status, StatusCode::SEE_OTHER, "ten idle minutes end a session now");
        // Blank is the default again.
        let mut security = test.by(Role::SecurityAdmin).await;
        assert_eq!(save(&mut security, "security", 1, &[("lock_tries", "2")]).await.status, StatusCode::SEE_OTHER);
        let mut officer = test.by(Role::Officer).await;
        test.clock.advance(TimeDelta::minutes(29));
        assert_eq!(officer.get("/account").await.status, StatusCode::OK);
        let audit = test.by(Role::AuditAdmin).await.get("/audit").await.text();
        assert!(audit.contains("修改设置") && audit.contains("session_idle_minutes"));
    }
}

on_both! {
    async fn the_second_of_two_gets_both_versions(test: TestApp) {
        let (mut one, mut two) = (test.by(Role::SecurityAdmin).await, test.by(Role::SecurityAdmin).await);
        assert_eq!(save(&mut one, "security", 0, &[("lock_tries", "3")]).await.status, StatusCode::SEE_OTHER);
        let answer = save(&mut two, "security", 0, &[("lock_tries", "7")]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        let page = answer.text();
        assert!(page.contains("刚刚被他人修改") && page.contains("name=\"version\" value=\"1\"") && page.contains("value=\"7\""), "{page}");
        assert_eq!(save(&mut two, "security", 1, &[("lock_tries", "7")]).await.status, StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn who_may_set_what_and_what_may_be_set(test: TestApp) {
        let mut security = test.by(Role::SecurityAdmin).await;
        let mut system = test.by(Role::SystemAdmin).await;
        assert_eq!(save(&mut system, "security", 0, &[("lock_tries", "9")]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(save(&mut security, "system", 0, &[("support", "x")]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(test.by(Role::Officer).await.get("/settings").await.status, StatusCode::NOT_FOUND);
        for (name, value) in [("lock_tries", "0"), ("password_min_length", "7"), ("session_hours", "一天"), ("password_kinds", "5")] {
            let answer = save(&mut security, "security", 0, &[(name, value)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(answer.text().contains(&format!("id=\"{name}-error\"")), "{name}");
        }
        // A setting of the other area in the form is passed over.
        let set = [("product_name", "招商管理平台"), ("support", "信息中心 88960000"), ("lock_tries", "1")];
        assert_eq!(save(&mut system, "system", 0, &set).await.status, StatusCode::SEE_OTHER);
        let page = test.by(Role::Reporter).await.get("/account").await.text();
        assert!(page.contains("招商管理平台") && page.contains("信息中心 88960000"));
        assert!(test.by_nobody().get("/sign-in").await.text().contains("招商管理平台"));
        let set = store::settings::of_unit(&test.store.read(), Some(test.seeded.subsidiary)).await.unwrap();
        assert_eq!(set.get(Setting::ProductName.word()).map(String::as_str), Some("招商管理平台"));
        assert!(!set.contains_key(Setting::LockTries.word()));
    }
}

on_both! {
    async fn a_password_may_be_kept_for_ever_where_that_is_set(test: TestApp) {
        with_password(&test).await;
        let mut security = test.by(Role::SecurityAdmin).await;
        assert_eq!(save(&mut security, "security", 0, &[("password_max_age_days", "0"), ("password_history", "0")]).await.status, StatusCode::SEE_OTHER);
        test.clock.advance(TimeDelta::days(400));
        let origin = app::sign_in::Origin::default();
        let signed_in = test.app.sign_in("officer", PASSWORD, &origin).await.unwrap();
        let current = test.app.session(&signed_in.token, &origin).await.unwrap().unwrap();
        assert_eq!(current.password_due, None);
        test.app.change_password(&current, PASSWORD, PASSWORD, PASSWORD, &origin).await.unwrap();
    }
}
