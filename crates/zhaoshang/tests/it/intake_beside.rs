//! A file of two forms, versions that are told apart, and bodies that are objects.

use axum::http::{Method, StatusCode};
use domain::permission::Role;
use serde_json::json;
use testkit::{TestApp, on_both};

use crate::{
    intake::{API, ok, patch},
    mailbox::{ANNEX3, FORM},
};

fn both() -> Vec<u8> {
    format!("{FORM}\n{ANNEX3}").into_bytes()
}

on_both! {
    async fn the_other_form_of_a_file_becomes_a_draft_of_its_own(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let draft = reporter.upload("/returns/annex2/intake", "两张表.csv", &both()).await.location().to_owned();
        let page = reporter.get(&draft).await.text();
        assert!(page.contains("瓯江口现代物流园") && !page.contains("港口联运"), "{page}");
        assert!(page.contains("另成一份附件3核对稿"), "{page}");
        let other = reporter.post(&format!("{draft}/also/annex3"), &[]).await;
        assert_eq!(other.status, StatusCode::SEE_OTHER, "{}", other.text());
        let other = other.location().to_owned();
        assert_ne!(other, draft);
        let page = reporter.get(&other).await.text();
        assert!(page.contains("港口联运") && page.contains("另成一份附件2核对稿"), "{page}");
        // Both wait where the reporter looks, until they are confirmed or cancelled.
        for (address, count) in [("/todo", 2), ("/returns", 2)] {
            let page = reporter.get(address).await.text();
            assert_eq!(page.matches("两张表.csv").count(), count, "{page}");
        }
        let listed = test.api("reporter").await.get("/api/v1/todo").await.json();
        assert_eq!(listed["waiting"].as_array().unwrap().len(), 2, "{listed}");
        assert_eq!(listed["waiting"][0]["by_mail"], false);
        reporter.post(&format!("{other}/cancel"), &[]).await;
        assert_eq!(reporter.get("/todo").await.text().matches("两张表.csv").count(), 1);
        for (kind, status) in [("monthly", StatusCode::NOT_FOUND), ("nothing", StatusCode::NOT_FOUND)] {
            assert_eq!(reporter.post(&format!("{draft}/also/{kind}"), &[]).await.status, status);
        }
        assert_eq!(test.by(Role::Approver).await.post(&format!("{draft}/also/annex3"), &[]).await.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn a_stale_version_is_told_even_where_nothing_would_change(test: TestApp) {
        let mut api = test.api("reporter").await;
        let (preview, tag) = ok(&api.upload(API, "a.csv", &both()).await);
        assert_eq!(preview["also"], json!(["annex3"]));
        let path = format!("{API}/{}", preview["key"].as_str().unwrap());
        let body = json!({"unit_confirmed": true});
        let (_, newer) = ok(&patch(&mut api, &path, &tag, &body).await);
        for body in [&body, &json!({})] {
            let stale = patch(&mut api, &path, &tag, body).await;
            assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text());
            assert!(stale.json()["conflict"]["current_etag"].as_str().unwrap().starts_with("\"2-"), "{}", stale.text());
        }
        assert_eq!(api.json(Method::PATCH, &path, &[], &body).await.status, StatusCode::PRECONDITION_REQUIRED);
        ok(&patch(&mut api, &path, &newer, &json!({})).await);
    }
}

on_both! {
    async fn a_body_is_an_object_at_every_depth(test: TestApp) {
        let mut api = test.api("reporter").await;
        let (preview, tag) = ok(&api.upload(API, "a.csv", FORM.as_bytes()).await);
        let path = format!("{API}/{}", preview["key"].as_str().unwrap());
        for body in [json!([true, null, null, true, {}]), json!([]), json!({"rows": {"1": [true]}}), json!({"rows": []}), json!(null), json!("x")] {
            let refused = patch(&mut api, &path, &tag, &body).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {}", refused.text());
        }
        let (after, _) = ok(&patch(&mut api, &path, &tag, &json!({"rows": {"1": {"skip": true}}})).await);
        assert_eq!(after["rows"][0]["state"], "skipped");
        let mut officer = test.api("officer").await;
        let settled = officer.json(Method::POST, "/api/v1/mailbox/1/settle", &[("if-match", "\"1\"")], &json!(["已办"])).await;
        assert_eq!(settled.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", settled.text());
    }
}
