//! Annual targets: dated adjustments, two people at once.

use axum::http::{Method, StatusCode};
use domain::permission::Role;
use serde_json::json;
use testkit::{TestApp, on_both};

on_both! {
    async fn a_table_uses_the_target_of_its_day(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let mut officer = test.by(Role::Officer).await;
        let path = format!("/targets/2017/{bank}");
        let given = officer.post(&path, &[("version", "0"), ("target_wan", "5000"), ("effective_on", "2017-01-01")]).await;
        assert_eq!(given.location(), "/targets?year=2017&done=target");
        let adjusted = [("version", "1"), ("target_wan", "6000.5"), ("effective_on", "2017-07-01"), ("reason", "年中调整"), ("document_no", "温国资委〔2017〕90号")];
        assert_eq!(officer.post(&path, &adjusted).await.status, StatusCode::SEE_OTHER);
        let mut api = test.api("officer").await;
        for (as_of, target) in [("2017-06-30", "5000"), ("2017-07-01", "6000.5"), ("2017-12-31", "6000.5")] {
            let body = api.get(&format!("/api/v1/completion?year=2017&as_of={as_of}")).await.json();
            assert_eq!(body["rows"][0]["target_wan"], target, "{as_of}");
        }
        let page = officer.get(&path).await.text();
        assert!(page.contains("年中调整") && page.contains("〔2017〕90号") && page.contains("已被替代"));
    }
}

on_both! {
    async fn the_second_of_two_gets_both_versions(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let path = format!("/targets/2017/{bank}");
        let (mut first, mut second) = (test.by(Role::Officer).await, test.by_login("officer-2").await);
        assert_eq!(first.post(&path, &[("version", "0"), ("target_wan", "5000"), ("effective_on", "2017-01-01")]).await.status, StatusCode::SEE_OTHER);
        let answer = second.post(&path, &[("version", "0"), ("target_wan", "7777"), ("effective_on", "2017-01-01")]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        let page = answer.text();
        assert!(page.contains("7777") && page.contains("5000") && page.contains("刚刚被他人修改"));
        assert!(page.contains("name=\"version\" value=\"1\""), "the form can be sent again from the new version");

        let mut api = test.api("officer-2").await;
        let body = json!({"target_wan": "8888", "effective_on": "2017-01-01", "reason": "更正"});
        let api_path = format!("/api/v1/targets/2017/{bank}");
        assert_eq!(api.json(Method::POST, &api_path, &[], &body).await.status, StatusCode::PRECONDITION_REQUIRED);
        let conflict = api.json(Method::POST, &api_path, &[("if-match", "\"0\"")], &body).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        assert_eq!(conflict.header("content-type"), "application/problem+json; charset=utf-8");
        let problem = conflict.json();
        assert_eq!(problem["conflict"]["values"][0]["yours"], "8888");
        assert_eq!(problem["conflict"]["values"][0]["theirs"], "5000");
        let etag = problem["conflict"]["current_etag"].as_str().unwrap().to_owned();
        assert_eq!(api.json(Method::POST, &api_path, &[("if-match", &etag)], &body).await.status, StatusCode::CREATED);
    }
}

on_both! {
    async fn of_many_at_once_one_is_taken(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let api = test.api("officer").await;
        let path = format!("/api/v1/targets/2017/{bank}");
        let mut tasks = Vec::new();
        for wan in 1..=8 {
            let (mut api, path) = (api.clone(), path.clone());
            tasks.push(tokio::spawn(async move {
                let body = json!({"target_wan": wan.to_string(), "effective_on": "2017-01-01"});
                api.json(Method::POST, &path, &[("if-match", "\"0\"")], &body).await.status
            }));
        }
        let mut created = 0;
        for task in tasks {
            match task.await.unwrap() {
                StatusCode::CREATED => created += 1,
                status => assert_eq!(status, StatusCode::CONFLICT),
            }
        }
        assert_eq!(created, 1);
        assert_eq!(api.clone().get(&path).await.json()["rows"].as_array().unwrap().len(), 1);
    }
}

on_both! {
    async fn what_cannot_be_is_refused_by_field(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let mut api = test.api("officer").await;
        let path = format!("/api/v1/targets/2017/{bank}");
        for (body, field) in [
            (json!({"target_wan": "-1", "effective_on": "2017-01-01"}), "target_wan"),
            (json!({"target_wan": "1,000", "effective_on": "2017-01-01"}), "target_wan"),
            (json!({"target_wan": "1", "effective_on": "2017-02-29"}), "effective_on"),
            (json!({"target_wan": "1", "effective_on": "2017-03-01"}), "effective_on"),
            (json!({"target_wan": "1", "effective_on": "2018-01-01"}), "effective_on"),
            (json!({"target_wan": "1", "effective_on": "2017-01-01", "unit": 3}), "unit"),
            (json!({"effective_on": "2017-01-01"}), "target_wan"),
            (json!({"target_wan": 1, "effective_on": "2017-01-01"}), "target_wan"),
            (json!({"target_wan": "99999999999999999999", "effective_on": "2017-01-01"}), "target_wan"),
        ] {
            let answer = api.json(Method::POST, &path, &[("if-match", "\"0\"")], &body).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
            assert_eq!(answer.json()["errors"][0]["field"], field, "{body}: {}", answer.text());
        }
        assert!(api.get(&path).await.json()["rows"].as_array().unwrap().is_empty());
        let subsidiary = test.seeded.subsidiary;
        assert_eq!(api.get(&format!("/api/v1/targets/2017/{subsidiary}")).await.status, StatusCode::NOT_FOUND);
    }
}
