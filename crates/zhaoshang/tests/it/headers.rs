//! Headers on everything, nothing inline in any page.

use axum::http::StatusCode;
use domain::permission::Role;
use testkit::{TestApp, on_both};

const PAGES: [(&str, Role); 13] = [
    ("/completion", Role::Officer),
    ("/completion/explain?figure=rate", Role::Officer),
    ("/targets?year=2017", Role::Officer),
    ("/targets/2017/2", Role::Officer),
    ("/statements", Role::Officer),
    ("/statements/import", Role::Officer),
    ("/units", Role::SystemAdmin),
    ("/units/new", Role::SystemAdmin),
    ("/people", Role::SystemAdmin),
    ("/people/1", Role::SecurityAdmin),
    ("/audit", Role::AuditAdmin),
    ("/account", Role::Leader),
    ("/no-such-page", Role::Leader),
];

on_both! {
    async fn every_answer_carries_the_security_headers(test: TestApp) {
        let mut nobody = test.by_nobody();
        for path in ["/", "/sign-in", "/activate", "/assets/app.css", "/assets/none", "/healthz", "/api/v1/completion", "/no-such-page"] {
            let answer = nobody.get(path).await;
            let policy = answer.header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
            for (name, value) in [("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("referrer-policy", "same-origin")] {
                assert_eq!(answer.header(name), value, "{path}");
            }
            assert!(!answer.header("cache-control").is_empty(), "{path}");
        }
    }
}

on_both! {
    async fn pages_hold_nothing_inline_and_nothing_from_elsewhere(test: TestApp) {
        for (path, role) in PAGES {
            let answer = test.by(role).await.get(path).await;
            let expected = if path == "/no-such-page" { StatusCode::NOT_FOUND } else { StatusCode::OK };
            assert_eq!(answer.status, expected, "{path}");
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
            let page = answer.text();
            assert!(page.contains("非涉密系统，严禁录入国家秘密"), "{path}");
            for forbidden in [" style=", "<style", " onclick", " onload", "javascript:", "http://", "https://", "<script>"] {
                assert!(!page.contains(forbidden), "{path} holds {forbidden}");
            }
        }
    }
}
