//! Signing in: wrong tries, locks, limits, ending, one-time secrets, tokens.

use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::permission::Role;
use testkit::{Answer, Client, TestApp, on_both};

use crate::completion::value;

pub(crate) const PASSWORD: &str = "Correct-Horse-2017";

/// Sets a password for the officer the way people do: a one-time secret and the activation page.
pub(crate) async fn with_password(test: &TestApp) -> Client {
    let mut security = test.by(Role::SecurityAdmin).await;
    let id = store::people::by_login(&test.store.read(), "officer")
        .await
        .unwrap()
        .unwrap()
        .id;
    let page = security
        .post(&format!("/people/{id}/activation"), &[])
        .await
        .text();
    let secret = page
        .split("id=\"secret-value\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    let mut officer = test.by_nobody();
    let form = officer.get("/activate").await.text();
    let csrf = hidden(&form);
    let fields = [
        ("csrf", csrf.as_str()),
        ("secret", &secret),
        ("password", PASSWORD),
        ("repeated", PASSWORD),
    ];
    let answer = officer.post("/activate", &fields).await;
    assert_eq!(
        answer.location(),
        "/sign-in?done=activated",
        "{}",
        answer.text()
    );
    let again = officer.post("/activate", &fields).await;
    assert_eq!(
        again.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a secret works once"
    );
    officer
}

pub(crate) fn hidden(page: &str) -> String {
    value(&page.replace("name=\"csrf\"", "id=\"csrf\""), "csrf")
}

pub(crate) async fn sign_in(client: &mut Client, login: &str, password: &str) -> Answer {
    let csrf = hidden(&client.get("/sign-in").await.text());
    client
        .post(
            "/sign-in",
            &[("csrf", &csrf), ("login", login), ("password", password)],
        )
        .await
}

on_both! {
    async fn in_and_out(test: TestApp) {
        let mut officer = with_password(&test).await;
        assert_eq!(officer.get("/completion?year=2017").await.location(), "/sign-in?next=%2Fcompletion%3Fyear%3D2017");
        let answer = sign_in(&mut officer, " Officer ", PASSWORD).await;
        assert_eq!(answer.location(), "/completion", "{}", answer.text());
        let cookie = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).find(|cookie| cookie.starts_with("zs_session=")).unwrap().to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
        let mut stolen = officer.clone();
        let page = officer.get("/completion").await;
        assert_eq!(page.status, StatusCode::OK);
        officer.csrf = hidden(&page.text());
        assert_eq!(officer.post("/sign-out", &[]).await.location(), "/sign-in");
        assert_eq!(stolen.get("/completion").await.status, StatusCode::SEE_OTHER, "the session is over, not only the cookie");
    }
}

on_both! {
    async fn five_wrong_tries_lock_and_a_restart_does_not_help(test: TestApp) {
        let mut officer = with_password(&test).await;
        for left in [4, 3, 2, 1] {
            let answer = sign_in(&mut officer, "officer", "wrong").await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.text().contains(&format!("还可以再试{left}次")), "{}", answer.text());
        }
        assert!(sign_in(&mut officer, "officer", "wrong").await.text().contains("已连续输错5次"));
        assert!(sign_in(&mut officer, "officer", PASSWORD).await.text().contains("已锁定"));
        let restarted = test.replica().await;
        let origin = app::sign_in::Origin::default();
        assert!(matches!(restarted.sign_in("officer", PASSWORD, &origin).await, Err(app::Error::Invalid(_))));
        test.clock.advance(TimeDelta::minutes(31));
        assert!(restarted.sign_in("officer", PASSWORD, &origin).await.is_ok());
    }
}

on_both! {
    async fn many_tries_at_once_gain_nothing(test: TestApp) {
        with_password(&test).await;
        let mut tasks = Vec::new();
        for _ in 0..12 {
            let app = test.app.clone();
            tasks.push(tokio::spawn(async move { app.sign_in("officer", "wrong", &app::sign_in::Origin::default()).await.is_err() }));
        }
        for task in tasks {
            assert!(task.await.unwrap());
        }
        let failures = store::sign_in::failures(&test.store.read(), "officer").await.unwrap();
        assert_eq!(failures.count, 5, "the rest found it locked");
    }
}

on_both! {
    async fn an_unknown_name_answers_like_a_known_one(test: TestApp) {
        with_password(&test).await;
        let mut nobody = test.by_nobody();
        let known = sign_in(&mut nobody, "officer", "wrong").await.text();
        let unknown = sign_in(&mut nobody, "no-such-person", "wrong").await.text();
        assert_eq!(known.replace("officer", "X"), unknown.replace("no-such-person", "X"));
    }
}

on_both! {
    async fn the_security_administrator_unlocks(test: TestApp) {
        let mut officer = with_password(&test).await;
        for _ in 0..5 {
            sign_in(&mut officer, "officer", "wrong").await;
        }
        let id = store::people::by_login(&test.store.read(), "officer").await.unwrap().unwrap().id;
        let mut security = test.by(Role::SecurityAdmin).await;
        assert!(security.get("/people").await.text().contains("已锁定"));
        security.post(&format!("/people/{id}/unlock"), &[]).await;
        assert_eq!(sign_in(&mut officer, "officer", PASSWORD).await.location(), "/completion");
    }
}

on_both! {
    async fn sessions_end_when_idle_and_after_their_hours(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        test.clock.advance(TimeDelta::minutes(29));
        assert_eq!(officer.get("/completion").await.status, StatusCode::OK);
        test.clock.advance(TimeDelta::minutes(29));
        assert_eq!(officer.get("/completion").await.status, StatusCode::OK, "being used keeps it alive");
        test.clock.advance(TimeDelta::minutes(31));
        assert_eq!(officer.get("/completion").await.status, StatusCode::SEE_OTHER);

        let mut busy = test.by(Role::Officer).await;
        for _ in 0..(12 * 60 / 20) {
            assert_eq!(busy.get("/account").await.status, StatusCode::OK);
            test.clock.advance(TimeDelta::minutes(20));
        }
        assert_eq!(busy.get("/account").await.status, StatusCode::SEE_OTHER, "however busy, twelve hours end it");
    }
}

on_both! {
    async fn a_session_is_shared_by_replicas(test: TestApp) {
        with_password(&test).await;
        let origin = app::sign_in::Origin::default();
        let signed_in = test.app.sign_in("officer", PASSWORD, &origin).await.unwrap();
        let other = test.replica().await;
        let current = other.session(&signed_in.token, &origin).await.unwrap().expect("known there too");
        assert_eq!(current.caller.person.login, "officer");
        other.sign_out(&signed_in.token, &current.caller).await.unwrap();
        assert!(test.app.session(&signed_in.token, &origin).await.unwrap().is_none());
    }
}

on_both! {
    async fn a_sign_in_form_from_elsewhere_is_refused(test: TestApp) {
        let mut nobody = test.by_nobody();
        let answer = nobody.post("/sign-in", &[("csrf", ""), ("login", "officer"), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
}

on_both! {
    async fn tokens_are_kept_hashed_and_end(test: TestApp) {
        let token = test.app.create_token("officer", "test").await.unwrap();
        let origin = app::sign_in::Origin::default();
        assert!(test.app.token(&token, &origin).await.unwrap().is_some());
        assert!(test.app.token("zs_wrong", &origin).await.unwrap().is_none());
        let owner = store::people::token_owner(&test.store.read(), &token, test.app.now()).await.unwrap();
        assert!(owner.is_none(), "the token itself is not what is stored");
        test.clock.advance(TimeDelta::days(366));
        assert!(test.app.token(&token, &origin).await.unwrap().is_none());
        assert!(test.app.create_token("no-such-person", "test").await.is_err());
    }
}
