//! The audit: every change in it, tampering found, no forks among replicas.

use axum::http::StatusCode;
use domain::permission::Role;
use testkit::{Answer, TestApp, on_both};

async fn change_something(test: &TestApp, amount: &str, version: &str) -> Answer {
    let path = format!("/targets/2017/{}", test.seeded.enterprises[0]);
    let fields = [
        ("version", version),
        ("target_wan", amount),
        ("effective_on", "2017-01-01"),
        ("reason", "更正"),
    ];
    test.by(Role::Officer).await.post(&path, &fields).await
}

async fn broken(test: &TestApp) -> Vec<(String, i64)> {
    let verdicts = test.app.audit_verify(&[]).await.unwrap();
    verdicts
        .into_iter()
        .filter_map(|verdict| Some((verdict.chain, verdict.broken?.seq)))
        .collect()
}

on_both! {
    async fn a_change_is_in_the_chain_and_tampering_is_named(test: TestApp) {
        for (amount, version) in [("5000", "0"), ("6000", "1"), ("7000", "2")] {
            assert_eq!(change_something(&test, amount, version).await.status, StatusCode::SEE_OTHER);
        }
        assert!(broken(&test).await.is_empty());
        let mut auditor = test.by(Role::AuditAdmin).await;
        let page = auditor.get("/audit/verify").await.text();
        assert!(page.contains("调整任务数") && page.contains("完好") && page.contains("国资委招商引资处（officer）"), "{page}");

        let chain = format!("change:{}", test.seeded.authority);
        test.tamper(&format!("UPDATE audit_event SET detail = replace(detail, '6000', '9000') WHERE chain = '{chain}' AND action = 'target.adjusted'")).await;
        // 1: the database was initialised, 2: 5000 given, 3: 6000.
        assert_eq!(broken(&test).await, [(chain, 3)]);
        assert!(auditor.get("/audit/verify").await.text().contains("第 3 条起有问题"));
    }
}

on_both! {
    async fn a_missing_event_and_a_cut_tail_are_found(test: TestApp) {
        for (amount, version) in [("5000", "0"), ("6000", "1"), ("7000", "2")] {
            change_something(&test, amount, version).await;
        }
        let chain = format!("change:{}", test.seeded.authority);
        let exported = test.app.audit_heads().await.unwrap();
        assert_eq!(exported.heads.iter().find(|head| head.chain == chain).unwrap().seq, 4);
        // A careful hand cuts the last event off and sets the head back: the chain alone cannot tell.
        test.tamper(&format!("DELETE FROM audit_event WHERE chain = '{chain}' AND seq = 4")).await;
        let set_back = format!("UPDATE audit_head SET seq = 3, seal = (SELECT seal FROM audit_event WHERE chain = '{chain}' AND seq = 3) WHERE chain = '{chain}'");
        test.tamper(&set_back).await;
        assert!(broken(&test).await.is_empty());
        let verdicts = test.app.audit_verify(&[exported]).await.unwrap();
        let verdict = verdicts.iter().find(|verdict| verdict.chain == chain).unwrap();
        assert_eq!(verdict.broken.as_ref().unwrap().seq, 4);
        test.tamper(&format!("DELETE FROM audit_event WHERE chain = '{chain}' AND seq = 2")).await;
        assert_eq!(broken(&test).await, [(chain, 2)]);
    }
}

on_both! {
    async fn two_replicas_do_not_fork_the_chain(test: TestApp) {
        let replica = test.replica().await;
        let origin = app::sign_in::Origin::default();
        let mut tasks = Vec::new();
        for number in 0..24 {
            let (app, origin) = (if number % 2 == 0 { test.app.clone() } else { replica.clone() }, origin.clone());
            // Wrong tries under many names: each writes one event.
            tasks.push(tokio::spawn(async move { app.sign_in(&format!("nobody-{number}"), "x", &origin).await.is_err() }));
        }
        for task in tasks {
            assert!(task.await.unwrap());
        }
        let verdicts = test.app.audit_verify(&[]).await.unwrap();
        let access = verdicts.iter().find(|verdict| verdict.chain.starts_with("access:")).unwrap();
        assert_eq!((access.sound, &access.broken), (24, &None));
    }
}

on_both! {
    async fn refusals_exports_and_downloads_are_noted(test: TestApp) {
        test.by(Role::Reporter).await.get("/statements").await;
        test.by(Role::Officer).await.get("/completion.docx").await;
        let page = test.by(Role::AuditAdmin).await.get("/audit?kind=access").await.text();
        assert!(page.contains("越权访问被拒绝") && page.contains("导出完成情况"), "{page}");
    }
}

on_both! {
    async fn a_change_that_is_refused_leaves_no_event(test: TestApp) {
        let before = test.app.audit_heads().await.unwrap().heads.into_iter().find(|head| head.chain.starts_with("change:")).unwrap();
        assert_eq!(change_something(&test, "不是数", "0").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(change_something(&test, "1", "7").await.status, StatusCode::CONFLICT);
        let after = test.app.audit_heads().await.unwrap().heads.into_iter().find(|head| head.chain.starts_with("change:")).unwrap();
        assert_eq!(before, after);
    }
}
