//! Funds in place: reporter → approver → officer; refunds; two at once; what counts in 完成数.

use axum::http::{Method, StatusCode};
use domain::permission::Role;
use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

use crate::completion::import;

pub const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";

fn entry(wan: &str, received_on: &str) -> Value {
    json!({"received_on": received_on, "amount_wan": wan, "project": "临港仓储", "investor": "某物流公司", "proof": "bank_slip"})
}

/// Enters funds and takes them to the officer; gives the entry's address and ETag.
async fn released(test: &TestApp, body: &Value) -> (String, String) {
    let (mut reporter, mut approver) = (test.api("reporter").await, test.api("approver").await);
    let added = reporter
        .json(Method::POST, "/api/v1/funds", &[], body)
        .await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text());
    let path = format!("/api/v1/funds/{}", added.json()["id"]);
    let proved = reporter
        .upload_with(
            &format!("{path}/files"),
            "进账单.pdf",
            PDF,
            &[("if-match", added.header("etag"))],
        )
        .await;
    assert_eq!(proved.status, StatusCode::CREATED, "{}", proved.text());
    let submitted = step(&mut reporter, &path, proved.header("etag"), "submit", "").await;
    assert_eq!(submitted.0, StatusCode::OK, "{}", submitted.1);
    let released = step(&mut approver, &path, &submitted.2, "release", "").await;
    assert_eq!(released.0, StatusCode::OK, "{}", released.1);
    (path, released.2)
}

async fn step(
    client: &mut Client,
    path: &str,
    etag: &str,
    step: &str,
    reason: &str,
) -> (StatusCode, Value, String) {
    let body = json!({"step": step, "reason": reason});
    let answer = client
        .json(
            Method::POST,
            &format!("{path}/steps"),
            &[("if-match", etag)],
            &body,
        )
        .await;
    (
        answer.status,
        answer.json(),
        answer.header("etag").to_owned(),
    )
}

pub async fn accepted(test: &TestApp, body: &Value) -> String {
    let (path, etag) = released(test, body).await;
    let answer = step(&mut test.api("officer").await, &path, &etag, "accept", "").await;
    assert_eq!(answer.0, StatusCode::OK, "{}", answer.1);
    path
}

async fn done(test: &TestApp, as_of: &str) -> Value {
    let path = format!("/api/v1/completion?year=2017&as_of={as_of}");
    let body = test.api("officer").await.get(&path).await.json();
    let rows = body["rows"].as_array().unwrap().clone();
    rows.into_iter()
        .find(|row| row["unit"] == "温州银行股份有限公司")
        .unwrap()["done_wan"]
        .clone()
}

async fn october(test: &TestApp) {
    let file = "2017年1-10月招商引资情况一览表（单位：万元）\n单位,任务数,1-10月累计完成数,完成率\n温州银行股份有限公司,10000,9000,90.00%\n";
    import(
        &mut test.by(Role::Officer).await,
        "十月.csv",
        file.as_bytes(),
    )
    .await;
}

on_both! {
    async fn accepted_funds_add_to_the_statement_and_nothing_else_does(test: TestApp) {
        october(&test).await;
        let (path, etag) = released(&test, &entry("500.5", "2017-11-10")).await;
        assert_eq!(done(&test, "2017-11-20").await, "9000", "released is not accepted");
        let mut officer = test.api("officer").await;
        assert_eq!(step(&mut officer, &path, &etag, "accept", "").await.0, StatusCode::OK);
        assert_eq!(done(&test, "2017-11-20").await, "9500.5");
        assert_eq!(done(&test, "2017-11-09").await, "9000", "not received by then");
        assert_eq!(done(&test, "2017-10-31").await, "9000");
        accepted(&test, &entry("77", "2017-10-20")).await;
        assert_eq!(done(&test, "2017-11-20").await, "9500.5", "what the statement covers is not added again");
        let explained = officer.get(&format!("/api/v1/completion/explain?figure=done&unit={}&year=2017&as_of=2017-11-20", test.seeded.enterprises[0])).await.json();
        let sources = explained["sources"].as_array().unwrap();
        assert!(sources.iter().any(|source| source["what"] == "到账" && source["counts"] == true), "{explained}");
        assert!(explained["trail"].to_string().contains("1笔，500.5 万元"), "{explained}");
    }
}

on_both! {
    async fn a_kind_that_does_not_count_is_left_out_and_then_known_so(test: TestApp) {
        october(&test).await;
        accepted(&test, &entry("100", "2017-11-10")).await;
        let before = test.app.now();
        let mut officer = test.by(Role::Officer).await;
        let set = officer.post("/funds/counting/2017", &[("version", "0"), ("kinds", "capital_verification")]).await;
        assert_eq!(set.location(), "/funds/counting/2017?done=counting");
        assert_eq!(done(&test, "2017-11-20").await, "9000");
        assert_eq!(done(&test, &format!("2017-11-20&known_at={}", before.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))).await, "9100", "as known then");
        assert_eq!(officer.post("/funds/counting/2017", &[("version", "0"), ("kinds", "other")]).await.status, StatusCode::CONFLICT);
    }
}

on_both! {
    async fn without_a_statement_entries_count_only_when_complete(test: TestApp) {
        accepted(&test, &entry("100", "2017-03-10")).await;
        assert_eq!(done(&test, "2017-11-20").await, Value::Null);
        let mut officer = test.by(Role::Officer).await;
        officer.post("/funds/counting/2017", &[("version", "0"), ("kinds", "bank_slip"), ("complete", "1")]).await;
        assert_eq!(done(&test, "2017-11-20").await, "100");
        assert_eq!(done(&test, "2017-02-28").await, "0", "complete, and nothing yet");
    }
}

on_both! {
    async fn two_officers_at_once_have_one_effect(test: TestApp) {
        october(&test).await;
        let (path, etag) = released(&test, &entry("500", "2017-11-10")).await;
        let (mut one, mut two) = (test.api("officer").await, test.api("officer-2").await);
        let (first, second) = tokio::join!(step(&mut one, &path, &etag, "accept", ""), step(&mut two, &path, &etag, "refuse", "凭证不清"));
        let statuses = [first.0, second.0];
        assert!(statuses.contains(&StatusCode::OK) && statuses.contains(&StatusCode::UNPROCESSABLE_ENTITY), "{statuses:?}");
        let state = one.get(&path).await.json()["state"].as_str().unwrap().to_owned();
        assert_eq!(done(&test, "2017-11-20").await, if state == "accepted" { "9500" } else { "9000" });
        assert_eq!(step(&mut one, &path, &etag, "accept", "").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

on_both! {
    async fn a_refund_cites_its_original_and_takes_no_more_than_that(test: TestApp) {
        october(&test).await;
        let original = accepted(&test, &entry("100", "2017-11-10")).await;
        let id: i64 = original.rsplit('/').next().unwrap().parse().unwrap();
        let refund = |wan: &str| json!({"received_on": "2017-11-15", "amount_wan": wan, "project": "临港仓储", "investor": "某物流公司", "proof": "bank_slip", "refund_of": id});
        let mut reporter = test.api("reporter").await;
        let too_much = reporter.json(Method::POST, "/api/v1/funds", &[], &refund("-101")).await;
        assert_eq!(too_much.json()["errors"][0]["field"], "amount");
        accepted(&test, &refund("-60")).await;
        assert_eq!(done(&test, "2017-11-20").await, "9040");
        let second = reporter.json(Method::POST, "/api/v1/funds", &[], &refund("-41")).await;
        assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY, "60 of 100 are given back already");
        let bare = reporter.json(Method::POST, "/api/v1/funds", &[], &entry("-5", "2017-11-10")).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "a refund without original");
    }
}

on_both! {
    async fn foreign_money_is_converted_by_its_rate(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        let body = json!({"received_on": "2017-11-10", "project": "外资项目", "investor": "某外商", "proof": "capital_verification",
                          "foreign": {"currency": "USD", "amount": "1000000", "rate": "663.12", "rate_on": "2017-11-10"}});
        let added = reporter.json(Method::POST, "/api/v1/funds", &[], &body).await;
        assert_eq!(added.json()["amount_wan"], "663.12", "{}", added.text());
        let both = json!({"received_on": "2017-11-10", "amount_wan": "1", "project": "外资项目", "investor": "某外商", "proof": "other",
                          "foreign": {"currency": "USD", "amount": "1", "rate": "663.12", "rate_on": "2017-11-10"}});
        assert_eq!(reporter.json(Method::POST, "/api/v1/funds", &[], &both).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

on_both! {
    async fn each_sees_and_does_only_his_part(test: TestApp) {
        let (mut reporter, mut approver, mut officer) = (test.api("reporter").await, test.api("approver").await, test.api("officer").await);
        let added = reporter.json(Method::POST, "/api/v1/funds", &[], &entry("1", "2017-11-10")).await;
        let (path, etag) = (format!("/api/v1/funds/{}", added.json()["id"]), added.header("etag").to_owned());
        assert_eq!(officer.get(&path).await.status, StatusCode::NOT_FOUND, "a draft is the enterprise's own");
        assert_eq!(step(&mut reporter, &path, &etag, "submit", "").await.1["errors"][0]["field"], "file", "no proof yet");
        let hostile = reporter.upload_with(&format!("{path}/files"), "进账单.pdf", b"MZ\x90\x00", &[("if-match", &etag)]).await;
        assert_eq!(hostile.status, StatusCode::UNPROCESSABLE_ENTITY);
        let proved = reporter.upload_with(&format!("{path}/files"), "进账单.pdf", PDF, &[("if-match", &etag)]).await;
        let submitted = step(&mut reporter, &path, proved.header("etag"), "submit", "").await;
        assert_eq!(step(&mut reporter, &path, &submitted.2, "release", "").await.0, StatusCode::NOT_FOUND);
        assert_eq!(officer.get(&path).await.status, StatusCode::NOT_FOUND);
        let back = step(&mut approver, &path, &submitted.2, "send-back", "").await;
        assert_eq!(back.1["errors"][0]["field"], "reason");
        let back = step(&mut approver, &path, &submitted.2, "send-back", "金额不对").await;
        assert_eq!((back.0, back.1["reason"].as_str()), (StatusCode::OK, Some("金额不对")));
        let again = step(&mut reporter, &path, &back.2, "submit", "").await;
        let out = step(&mut approver, &path, &again.2, "release", "").await;
        let taken_back = step(&mut approver, &path, &out.2, "withdraw", "").await;
        assert_eq!(taken_back.1["state"], "draft");
        let mut other = test.api("leader").await;
        assert_eq!(other.get("/api/v1/funds?year=2017").await.json().as_array().unwrap().len(), 0);
    }
}

on_both! {
    async fn proofs_come_back_as_they_went_in(test: TestApp) {
        accepted(&test, &entry("1", "2017-11-10")).await;
        let mut officer = test.by(Role::Officer).await;
        let list = officer.get("/funds?year=2017").await.text();
        let id = list.split("href=\"/funds/").filter_map(|rest| rest.split('"').next()?.parse::<i64>().ok()).next().unwrap();
        let page = officer.get(&format!("/funds/{id}")).await.text();
        assert!(page.contains("已认定") && page.contains("进账单.pdf") && page.contains("审核通过，报送国资委"), "{page}");
        let file = page.split(&format!("/funds/{id}/files/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
        let answer = officer.get(&format!("/funds/{id}/files/{file}")).await;
        assert_eq!(answer.bytes, PDF);
        assert!(answer.header("content-disposition").starts_with("attachment"));
    }
}

on_both! {
    async fn the_plan_is_kept_and_compared(test: TestApp) {
        october(&test).await;
        let bank = test.seeded.enterprises[0];
        let path = format!("/api/v1/plans/2017/{bank}");
        let months: Vec<String> = (1..=12).map(|month| (month * 1000).to_string()).collect();
        let mut reporter = test.api("reporter").await;
        let saved = reporter.json(Method::PUT, &path, &[("if-match", "\"0\"")], &json!({"months_wan": months})).await;
        assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
        let mut falling = months.clone();
        falling[5] = "1".to_owned();
        let refused = reporter.json(Method::PUT, &path, &[("if-match", "\"1\"")], &json!({"months_wan": falling})).await;
        assert_eq!(refused.json()["errors"][0]["field"], "month_6");
        assert_eq!(reporter.json(Method::PUT, &path, &[("if-match", "\"0\"")], &json!({"months_wan": months})).await.status, StatusCode::CONFLICT);
        assert_eq!(test.api("officer").await.json(Method::PUT, &path, &[("if-match", "\"1\"")], &json!({"months_wan": months})).await.status, StatusCode::NOT_FOUND);
        let compared = test.api("officer").await.get("/api/v1/completion/comparison?year=2017&as_of=2017-10-31").await.json();
        let row = compared["rows"].as_array().unwrap().iter().find(|row| row["unit"] == "温州银行股份有限公司").unwrap();
        assert_eq!((&row["plan_wan"], &row["plan_lead_pct"], &row["projected_wan"]), (&json!("10000"), &json!("-10.00"), &json!("10800")));
        assert_eq!(row["year_before_wan"], Value::Null);
        let page = test.by(Role::Officer).await.get("/completion/comparison?year=2017&as_of=2017-10-31").await.text();
        assert!(page.contains("线性外推") && page.contains("10800"));
    }
}

on_both! {
    async fn a_delegate_who_accepts_is_named_with_whom(test: TestApp) {
        let (path, etag) = released(&test, &entry("1", "2017-11-10")).await;
        let person = async |login: &str| store::people::by_login(&test.store.read(), login).await.unwrap().unwrap().id.to_string();
        let (officer, leader) = (person("officer").await, person("leader").await);
        let fields = [("substitute", leader.as_str()), ("lent_roles", "officer"), ("from", "2017-11-24"), ("to", "2017-11-30"), ("reason", "出差")];
        let made = test.by(Role::SecurityAdmin).await.post(&format!("/people/{officer}/duties/delegation"), &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
        let accepted = step(&mut test.api("leader").await, &path, &etag, "accept", "").await;
        assert_eq!(accepted.0, StatusCode::OK, "{}", accepted.1);
        let audit = test.by(Role::AuditAdmin).await.get("/audit").await.text();
        let line = audit.split("<tr>").find(|line| line.contains("办理到资") && line.contains("accept")).unwrap().to_owned();
        assert!(line.contains("（leader）代国资委招商引资处（officer）办理"), "{line}");
    }
}
