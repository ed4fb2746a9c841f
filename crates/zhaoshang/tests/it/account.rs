//! One's own account: sessions, tokens, password, and the password that must be changed first.

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::permission::Role;
use testkit::{Client, TestApp, on_both};

use crate::sign_in::{PASSWORD, hidden, sign_in, with_password};

/// The officer, signed in by password, with the form token of the session.
async fn signed_in(test: &TestApp) -> Client {
    let mut officer = with_password(test).await;
    let answer = sign_in(&mut officer, "officer", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    officer.csrf = hidden(&officer.get("/account/password").await.text());
    officer
}

async fn change(client: &mut Client, old: &str, new: &str) -> testkit::Answer {
    let fields = [("old_password", old), ("password", new), ("repeated", new)];
    client.post("/account/password", &fields).await
}

async fn security(test: &TestApp, path: &str) -> testkit::Answer {
    let reader = test.store.read();
    let officer = store::people::by_login(&reader, "officer").await.unwrap();
    let path = format!("/people/{}/{path}", officer.unwrap().id);
    test.by(Role::SecurityAdmin).await.post(&path, &[]).await
}

on_both! {
    async fn sessions_are_seen_and_ended(test: TestApp) {
        let mut here = test.by(Role::Officer).await;
        let mut there = test.by(Role::Officer).await;
        let mut elsewhere = test.by(Role::Officer).await;
        let mut stranger = test.by(Role::Reporter).await;
        let page = here.get("/account").await.text();
        assert_eq!(page.matches("当前会话").count(), 1);
        let names: Vec<&str> = page.split("/account/sessions/").skip(1).filter_map(|rest| rest.split('/').next()).filter(|name| name.len() == 16).collect();
        assert_eq!(names.len(), 2, "{page}");
        let path = format!("/account/sessions/{}/end", names[0]);
        assert_eq!(stranger.post(&path, &[]).await.status, StatusCode::NOT_FOUND, "only one's own");
        assert_eq!(here.post(&path, &[]).await.location(), "/account?done=session-ended");
        let over = |status| usize::from(status == StatusCode::SEE_OTHER);
        assert_eq!(over(there.get("/account").await.status) + over(elsewhere.get("/account").await.status), 1);
        assert_eq!(here.post("/account/sessions/end-others", &[]).await.location(), "/account?done=sessions-ended");
        assert_eq!(over(there.get("/account").await.status) + over(elsewhere.get("/account").await.status), 2);
        assert_eq!(here.get("/account").await.status, StatusCode::OK);
        let audit = test.by(Role::AuditAdmin).await.get("/audit?kind=access").await.text();
        assert!(audit.contains("结束自己的会话") && audit.contains("结束自己的其他会话"));
    }
}

on_both! {
    async fn tokens_are_made_shown_once_and_revoked(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        for (label, days) in [("", "30"), ("取数", "0"), ("取数", "366"), ("取数", "三十")] {
            let answer = officer.post("/account/tokens", &[("label", label), ("days", days)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{label} {days}");
        }
        let page = officer.post("/account/tokens", &[("label", "每日取数"), ("days", "30")]).await.text();
        let token = page.split("id=\"secret-value\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        let origin = app::sign_in::Origin::default();
        assert_eq!(test.app.token(&token, &origin).await.unwrap().unwrap().caller.person.login, "officer");
        let page = officer.get("/account").await.text();
        assert!(page.contains("每日取数") && !page.contains(&token));
        let id = page.split("/account/tokens/").find_map(|rest| rest.split('/').next()?.parse::<i64>().ok()).unwrap();
        let path = format!("/account/tokens/{id}/revoke");
        assert_eq!(test.by(Role::Leader).await.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(officer.post(&path, &[]).await.location(), "/account?done=token-revoked");
        assert!(test.app.token(&token, &origin).await.unwrap().is_none());
        let page = officer.post("/account/tokens", &[("label", "短"), ("days", "1")]).await.text();
        let token = page.split("id=\"secret-value\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        test.clock.advance(TimeDelta::days(1));
        assert!(test.app.token(&token, &origin).await.unwrap().is_none(), "it ends when it was to end");
    }
}

on_both! {
    async fn a_password_is_changed_by_who_knows_it(test: TestApp) {
        let mut officer = signed_in(&test).await;
        let mut other = test.by(Role::Officer).await;
        for (old, new, why) in [
            (PASSWORD, "short", "至少10个字符"),
            (PASSWORD, "alllowercase", "至少3类"),
            (PASSWORD, PASSWORD, "最近5次用过"),
            ("wrong", "Brand-New-2018", "现在的口令不对，还可以再试4次"),
        ] {
            let answer = change(&mut officer, old, new).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{new}");
            assert!(answer.text().contains(why), "{why}: {}", answer.text());
        }
        let fields = [("old_password", PASSWORD), ("password", "Brand-New-2018"), ("repeated", "Brand-New-2019")];
        assert!(officer.post("/account/password", &fields).await.text().contains("不一样"));
        let done = change(&mut officer, PASSWORD, "Brand-New-2018").await;
        assert_eq!(done.location(), "/account?done=password", "{}", done.text());
        assert_eq!(officer.get("/account").await.status, StatusCode::OK, "this session stays");
        assert_eq!(other.get("/account").await.status, StatusCode::SEE_OTHER, "others end");
        let origin = app::sign_in::Origin::default();
        assert!(test.app.sign_in("officer", PASSWORD, &origin).await.is_err());
        assert!(test.app.sign_in("officer", "Brand-New-2018", &origin).await.is_ok());
        assert!(change(&mut officer, "Brand-New-2018", PASSWORD).await.text().contains("最近5次用过"));
        let audit = test.by(Role::AuditAdmin).await.get("/audit").await.text();
        assert!(audit.contains("更换口令"));
    }
}

on_both! {
    async fn wrong_old_passwords_lock_like_wrong_sign_ins(test: TestApp) {
        let mut officer = signed_in(&test).await;
        for _ in 0..5 {
            change(&mut officer, "wrong", "Brand-New-2018").await;
        }
        assert!(change(&mut officer, PASSWORD, "Brand-New-2018").await.text().contains("已锁定"));
        assert!(sign_in(&mut test.by_nobody(), "officer", PASSWORD).await.text().contains("已锁定"));
    }
}

on_both! {
    async fn a_password_too_old_is_changed_before_anything_else(test: TestApp) {
        let mut officer = with_password(&test).await;
        test.clock.advance(TimeDelta::days(90));
        let answer = sign_in(&mut officer, "officer", PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "one may still sign in");
        for path in ["/completion", "/account", "/", "/targets?year=2017"] {
            assert_eq!(officer.get(path).await.location(), "/account/password", "{path}");
        }
        let page = officer.get("/account/password").await.text();
        assert!(page.contains("口令已使用满90天") && !page.contains("zs-nav__link"), "{page}");
        officer.csrf = hidden(&page);
        let refused = officer.get("/api/v1/me").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.json()["detail"].as_str().unwrap().contains("请先更换口令"));
        let mut api = test.api("officer").await;
        assert_eq!(api.get("/api/v1/me").await.status, StatusCode::FORBIDDEN, "a token is no way round");
        assert_eq!(officer.post("/account/tokens", &[("label", "x"), ("days", "1")]).await.location(), "/account/password");
        assert_eq!(change(&mut officer, PASSWORD, "Brand-New-2018").await.status, StatusCode::SEE_OTHER);
        assert_eq!(officer.get("/completion").await.status, StatusCode::OK);
        assert_eq!(api.get("/api/v1/me").await.status, StatusCode::OK);
    }
}

on_both! {
    async fn the_security_administrator_may_want_a_password_changed(test: TestApp) {
        let refused = security(&test, "password-due").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "there is none yet");
        let mut officer = signed_in(&test).await;
        assert!(security(&test, "password-due").await.location().ends_with("?done=password-due"));
        assert_eq!(officer.get("/completion").await.location(), "/account/password");
        assert!(officer.get("/account/password").await.text().contains("安全管理员要求更换口令"));
        assert_eq!(officer.post("/sign-out", &[]).await.location(), "/sign-in", "one may leave");
        // A password set with a one-time secret is the person's own.
        test.clock.advance(TimeDelta::minutes(1));
        let page = security(&test, "activation").await.text();
        let secret = page.split("id=\"secret-value\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        let csrf = hidden(&officer.get("/activate").await.text());
        let same = [("csrf", csrf.as_str()), ("secret", &secret), ("password", PASSWORD), ("repeated", PASSWORD)];
        assert!(officer.post("/activate", &same).await.text().contains("最近5次用过"));
        let fresh = [("csrf", csrf.as_str()), ("secret", &secret), ("password", "Brand-New-2018"), ("repeated", "Brand-New-2018")];
        assert_eq!(officer.post("/activate", &fresh).await.location(), "/sign-in?done=activated");
        assert_eq!(sign_in(&mut officer, "officer", "Brand-New-2018").await.location(), "/completion");
        assert_eq!(officer.get("/completion").await.status, StatusCode::OK);
    }
}
