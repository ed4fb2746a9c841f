//! Returns: 附件2 from the library's revisions to what the authority accepted.

use axum::http::{Method, StatusCode};
use chrono::NaiveDate;
use domain::{
    Money, PersonId, ProjectId, UnitId,
    adjustment::adjustment,
    permission::Role,
    project::{Halt, ProjectFields, default_reportable},
};
use serde_json::{Value, json};
use store::projects::{At, NewProject, NewRevision, Track};
use testkit::{Answer, Client, TestApp, on_both};

/// A well-formed little PDF, as a scanner makes them.
const PDF: &[u8] = crate::funds::PDF;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn fields(name: &str, wan: i64) -> ProjectFields {
    ProjectFields {
        name: name.to_owned(),
        basic_info: "用地面积50亩".to_owned(),
        investment: Some(Money::from_wan(wan)),
        contact_name: "联系人甲".to_owned(),
        contact_phone: "13800000001".to_owned(),
        ..ProjectFields::default()
    }
}

pub async fn person(test: &TestApp, login: &str) -> PersonId {
    store::people::by_login(&test.store.read(), login)
        .await
        .unwrap()
        .unwrap()
        .id
}

/// A project as the reporter would enter it, behind the verbs.
pub(crate) async fn project(
    test: &TestApp,
    unit: UnitId,
    code: &str,
    wan: i64,
    from: &str,
) -> ProjectId {
    let by = person(test, "reporter").await;
    let tx = test.store.begin().await.unwrap();
    let new = NewProject {
        authority: test.seeded.authority,
        unit,
        code,
        copied_from: None,
    };
    let fields = fields(&format!("项目{code}"), wan);
    let first = NewRevision {
        fields: &fields,
        effective_on: day(from),
        reason: "",
        by,
        at: test.app.now(),
    };
    let id = store::projects::add(&tx, &new, &first).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A change as the reporter would save it, behind the verbs.
pub(crate) async fn change(
    test: &TestApp,
    id: ProjectId,
    from: &str,
    edit: impl FnOnce(&mut ProjectFields),
) {
    let by = person(test, "reporter").await;
    let tx = test.store.begin().await.unwrap();
    let project = store::projects::by_id(&tx, id).await.unwrap().unwrap();
    let head = store::projects::revision(&tx, project.head)
        .await
        .unwrap()
        .unwrap();
    let mut fields = head.fields;
    edit(&mut fields);
    let accepted = match project.accepted {
        Some(accepted) => store::projects::revision(&tx, accepted).await.unwrap(),
        None => None,
    };
    let before = accepted.as_ref().map(|revision| &revision.fields);
    let pending = adjustment(before, &fields, &default_reportable(), false).is_some();
    let new = NewRevision {
        fields: &fields,
        effective_on: day(from),
        reason: "测试",
        by,
        at: test.app.now(),
    };
    store::projects::save(&tx, &project, &new, pending)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn stored(test: &TestApp, id: ProjectId) -> store::projects::Project {
    store::projects::by_id(&test.store.read(), id)
        .await
        .unwrap()
        .unwrap()
}

fn address(test: &TestApp, cut_off: &str) -> String {
    format!(
        "/api/v1/returns/annex2/{cut_off}/{}",
        test.seeded.enterprises[0]
    )
}

/// What is typed: a reason for every row.
fn reasons(body: &Value) -> Value {
    let rows: Vec<Value> = body["content"]["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| json!({"project": row["project"], "reason": format!("理由：{}", row["name"].as_str().unwrap())}))
        .collect();
    json!({"rows": rows, "zero_reason": if rows.is_empty() { "项目无变动" } else { "" }})
}

pub async fn put(client: &mut Client, path: &str, etag: &str, body: &Value) -> Answer {
    client
        .json(Method::PUT, path, &[("if-match", etag)], body)
        .await
}

pub async fn post(client: &mut Client, path: &str, etag: &str, body: &Value) -> Answer {
    client
        .json(Method::POST, path, &[("if-match", etag)], body)
        .await
}

pub fn ok(answer: &Answer) -> (Value, String) {
    assert!(
        answer.status.is_success(),
        "{}: {}",
        answer.status,
        answer.text()
    );
    (answer.json(), answer.header("etag").to_owned())
}

/// Fills in and submits; gives the return's address by number and its tag.
async fn submitted(test: &TestApp, cut_off: &str) -> (String, String) {
    let mut reporter = test.api("reporter").await;
    let path = address(test, cut_off);
    let (body, etag) = ok(&reporter.get(&path).await);
    let (body, etag) = ok(&put(&mut reporter, &path, &etag, &reasons(&body)).await);
    let path = format!("/api/v1/returns/{}", body["id"]);
    let (_, etag) = ok(&post(
        &mut reporter,
        &format!("{path}/steps"),
        &etag,
        &json!({"step": "submit"}),
    )
    .await);
    (path, etag)
}

async fn handed_in(test: &TestApp, cut_off: &str) -> (String, String) {
    let (path, etag) = submitted(test, cut_off).await;
    let mut approver = test.api("approver").await;
    let (body, etag) = ok(&post(
        &mut approver,
        &format!("{path}/steps"),
        &etag,
        &json!({"step": "hand_in"}),
    )
    .await);
    assert_eq!(body["state"], "handed_in");
    (path, etag)
}

async fn decide(test: &TestApp, path: &str, etag: &str, body: &Value) -> Answer {
    post(
        &mut test.api("officer").await,
        &format!("{path}/decisions"),
        etag,
        body,
    )
    .await
}

async fn accepted(test: &TestApp, cut_off: &str) -> String {
    let (path, etag) = handed_in(test, cut_off).await;
    let (body, _) = ok(&decide(test, &path, &etag, &json!({"accept": true})).await);
    assert_eq!(body["state"], "accepted");
    path
}

pub fn first_error(answer: &Answer) -> String {
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        answer.text()
    );
    answer.json()["errors"][0]["field"]
        .as_str()
        .unwrap()
        .to_owned()
}

on_both! {
    async fn the_first_is_the_full_review_and_acceptance_has_its_effect(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let (one, two) = (project(&test, bank, "A1", 12000, "2017-03-01").await, project(&test, bank, "A2", 500, "2017-11-20").await);
        let later = project(&test, bank, "A3", 500, "2017-12-01").await;
        let (next, _) = ok(&test.api("reporter").await.get(&address(&test, "2018-01-31")).await);
        assert_eq!((&next["content"]["rows"][0]["project"], &next["owed"]), (&json!(later.0), &json!("2017-11-30")), "begins after the cut-off");
        let mut reporter = test.api("reporter").await;
        let lines = reporter.get("/api/v1/returns?kind=annex2").await.json();
        let line = lines.as_array().unwrap().iter().find(|line| line["cut_off"] == "2017-11-30").unwrap().clone();
        assert_eq!((&line["due_on"], &line["state"], &line["due_words"]), (&json!("2017-12-15"), &json!("not_begun"), &json!("还有21天")));
        let periods = reporter.get("/api/v1/returns/periods").await.json();
        assert_eq!(periods.as_array().unwrap().len(), 2, "the current one and one ahead: {periods}");
        assert_eq!((&periods[0]["review"], &periods[1]["review"]), (&json!(true), &json!(false)));

        let path = address(&test, "2017-11-30");
        let (body, etag) = ok(&reporter.get(&path).await);
        assert_eq!((&body["id"], &body["editable"]), (&Value::Null, &json!(true)));
        let rows = body["content"]["rows"].as_array().unwrap();
        assert_eq!(rows.iter().map(|row| row["kind"].as_str().unwrap()).collect::<Vec<_>>(), ["added", "added"]);
        assert_eq!((&rows[0]["investment_wan"], &rows[0]["contact"]), (&json!("12000"), &json!("联系人甲 13800000001")));

        assert_eq!(reporter.json(Method::PUT, &path, &[], &json!({})).await.status.as_u16(), 428);
        assert_eq!(first_error(&put(&mut reporter, &path, &etag, &json!({"rowz": []})).await), "rowz");
        let (body, etag) = ok(&put(&mut reporter, &path, &etag, &json!({"rows": [{"project": one.0, "reason": "新签约"}]})).await);
        let id = format!("/api/v1/returns/{}", body["id"]);
        let lacking = post(&mut reporter, &format!("{id}/steps"), &etag, &json!({"step": "submit"})).await;
        assert_eq!(first_error(&lacking), "rows.1.reason");
        let long = json!({"rows": [{"project": two.0, "reason": "长".repeat(501)}]});
        assert_eq!(first_error(&put(&mut reporter, &path, &etag, &long).await), "rows.1.reason");
        let foreign = json!({"rows": [{"project": 999_999, "reason": "x"}]});
        assert_eq!(first_error(&put(&mut reporter, &path, &etag, &foreign).await), "rows");
        let stale = put(&mut reporter, &path, "\"0-\"", &reasons(&body)).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text());
        assert!(stale.json()["conflict"]["values"].as_array().unwrap().iter().any(|value| value["theirs"] == "新签约"));

        let (id, etag) = submitted(&test, "2017-11-30").await;
        let mut officer = test.api("officer").await;
        let (hidden, _) = ok(&officer.get(&id).await);
        assert_eq!((&hidden["state"], &hidden["content"], &hidden["code"]), (&json!("not_handed_in"), &Value::Null, &json!("")));
        assert_eq!(officer.get("/api/v1/returns?cut_off=2017-11-30").await.json()[0]["id"], Value::Null);
        let early = post(&mut officer, &format!("{id}/decisions"), &etag, &json!({"accept": true})).await;
        assert_eq!(early.status, StatusCode::NOT_FOUND);

        let mut approver = test.api("approver").await;
        let (body, etag) = ok(&post(&mut approver, &format!("{id}/steps"), &etag, &json!({"step": "hand_in"})).await);
        let edition = &body["editions"][0];
        assert_eq!(edition["receipt"], "附件2-201711-0001");
        assert_eq!((&edition["late"], &edition["zero"], &edition["code"]), (&json!(false), &json!(false), &body["code"]));
        assert_eq!(edition["files"].as_array().unwrap().len(), 3);
        let mut kept = Vec::new();
        for (kind, magic) in [("docx", &b"PK"[..]), ("xlsx", b"PK"), ("pdf", b"%PDF")] {
            let file = officer.get(&format!("{id}/editions/1/files/{kind}")).await;
            assert!(file.bytes.starts_with(magic), "{kind}");
            assert!(file.header("content-disposition").contains("filename*=UTF-8''"));
            kept.push((kind, file.bytes));
        }
        change(&test, one, "2017-11-21", |fields| fields.name = "改名之后".into()).await;
        for (kind, bytes) in kept {
            assert_eq!(officer.get(&format!("{id}/editions/1/files/{kind}")).await.bytes, bytes, "{kind}");
            assert_eq!(officer.get(&format!("{id}/form/{kind}")).await.bytes, bytes, "{kind}, printed again");
        }

        let (body, _) = ok(&decide(&test, &id, &etag, &json!({"accept": true})).await);
        assert_eq!(body["state"], "accepted");
        let (one, two) = (stored(&test, one).await, stored(&test, two).await);
        assert_ne!(one.accepted, Some(one.head), "the change after hand-in waits");
        assert!(one.accepted.is_some() && one.pending);
        assert_eq!((two.accepted, two.pending), (Some(two.head), false));
        let seen = store::projects::states(&test.store.read(), Track::Accepted, bank, At { as_of: day("2017-11-30"), known_at: test.app.now() }).await.unwrap();
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[0].1.fields.name, "项目A1");
        let twice = decide(&test, &id, &etag, &json!({"accept": true})).await;
        assert_eq!(twice.status, StatusCode::CONFLICT, "made from what is no more");
        let (body, tag) = ok(&officer.get(&id).await);
        assert_eq!(body["state"], "accepted");
        assert_eq!(twice.json()["conflict"]["current_etag"], tag.as_str());
        assert!(twice.json()["detail"].as_str().unwrap().contains("已受理"), "{}", twice.text());
        let done = decide(&test, &id, &tag, &json!({"accept": true})).await;
        assert_eq!(first_error(&done), "step", "seen as it is, and it does not fit");
    }
}

on_both! {
    async fn a_change_belongs_to_the_first_return_that_reaches_it(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let (one, two) = (project(&test, bank, "A1", 12000, "2017-03-01").await, project(&test, bank, "A2", 500, "2017-03-01").await);
        accepted(&test, "2017-11-30").await;
        test.clock.set("2017-12-20T01:00:00Z");
        change(&test, one, "2017-12-05", |fields| fields.investment = Some(Money::from_wan(15000))).await;
        change(&test, two, "2017-12-05", |fields| fields.remarks = "不报的字段".into()).await;
        let mut reporter = test.api("reporter").await;
        let (body, _) = ok(&reporter.get(&address(&test, "2018-01-31")).await);
        let rows = body["content"]["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 1, "only reportable fields: {rows:?}");
        assert_eq!(rows[0]["adjustment"], "变更：投资额由12000万元调整为15000万元");
        assert_eq!(body["owed"], Value::Null);

        // Not handed in by the next period: what it owes stays its own.
        test.clock.set("2018-02-20T01:00:00Z");
        change(&test, one, "2018-02-15", |fields| fields.investment = Some(Money::from_wan(16000))).await;
        let (owed, _) = ok(&reporter.get(&address(&test, "2018-01-31")).await);
        assert_eq!((&owed["late"], &owed["due_words"]), (&json!(true), &json!("已逾期9天")));
        assert_eq!(owed["content"]["rows"][0]["adjustment"], "变更：投资额由12000万元调整为15000万元");
        let (next, _) = ok(&reporter.get(&address(&test, "2018-03-31")).await);
        assert_eq!(next["owed"], "2018-01-31");
        assert_eq!(next["content"]["rows"][0]["adjustment"], "变更：投资额由15000万元调整为16000万元");
        let page = test.by(Role::Reporter).await.get(&format!("/returns/annex2/2018-03-31/{bank}")).await.text();
        assert!(page.contains("上一期") && page.contains("尚未报送"));

        // Handed in and not decided: the next one stands on it, and is decided after it.
        let (first, first_tag) = handed_in(&test, "2018-01-31").await;
        let (next, _) = ok(&reporter.get(&address(&test, "2018-03-31")).await);
        assert_eq!((&next["owed"], &next["content"]["rows"][0]["adjustment"]), (&Value::Null, &json!("变更：投资额由15000万元调整为16000万元")));
        let (second, second_tag) = handed_in(&test, "2018-03-31").await;
        assert_eq!(first_error(&decide(&test, &second, &second_tag, &json!({"accept": true})).await), "step");
        ok(&decide(&test, &first, &first_tag, &json!({"accept": true})).await);
        assert!(stored(&test, one).await.pending);
        ok(&decide(&test, &second, &second_tag, &json!({"accept": true})).await);
        let one = stored(&test, one).await;
        assert_eq!((one.accepted, one.pending), (Some(one.head), false));
    }
}

on_both! {
    async fn returned_rows_come_back_with_the_reason_and_accepted_ones_do_not(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let (one, two) = (project(&test, bank, "A1", 12000, "2017-03-01").await, project(&test, bank, "A2", 500, "2017-03-01").await);
        let (path, etag) = handed_in(&test, "2017-11-30").await;
        let rows = |reason: &str| json!({"rows": [{"project": one.0, "accept": true}, {"project": two.0, "accept": false, "reason": reason}]});
        assert_eq!(first_error(&decide(&test, &path, &etag, &rows(" ")).await), "rows.1.reason");
        let part = json!({"rows": [{"project": one.0, "accept": true}]});
        assert_eq!(first_error(&decide(&test, &path, &etag, &part).await), "rows");
        assert!(stored(&test, one).await.accepted.is_none(), "a refused decision has no effect");
        let (body, _) = ok(&decide(&test, &path, &etag, &rows("投资额请核对")).await);
        assert_eq!(body["state"], "returned");
        assert!(!stored(&test, one).await.pending && stored(&test, two).await.pending);

        let mut reporter = test.api("reporter").await;
        let (body, _) = ok(&reporter.get(&path).await);
        assert_eq!((&body["state"], &body["edition"], &body["editable"]), (&json!("returned"), &json!(2), &json!(true)));
        let left = body["content"]["rows"].as_array().unwrap();
        assert_eq!(left.len(), 1, "accepted rows are gone");
        assert_eq!((&left[0]["reason"], &left[0]["outcome_reason"]), (&json!("理由：项目A2"), &json!("投资额请核对")));
        let page = test.by(Role::Reporter).await.get(&format!("/returns/{}", body["id"])).await.text();
        assert!(page.contains("投资额请核对") && page.contains("理由：项目A2"), "{page}");

        change(&test, two, "2017-11-20", |fields| fields.investment = Some(Money::from_wan(600))).await;
        let path = accepted(&test, "2017-11-30").await;
        assert_eq!(stored(&test, two).await.accepted, Some(stored(&test, two).await.head));
        let (body, _) = ok(&test.api("officer").await.get(&path).await);
        assert_eq!(body["editions"].as_array().unwrap().len(), 2);
        assert_eq!(body["editions"][1]["receipt"], "附件2-201711-0002");
        let found = reporter.get(&format!("{path}/compare?from=1&to=2")).await.json();
        let cells: Vec<(&str, &str)> = found.as_array().unwrap().iter().map(|one| (one["row"].as_str().unwrap(), one["column"].as_str().unwrap())).collect();
        assert_eq!(cells, [("项目A1", "整行"), ("项目A2", "投资额（万元）")]);
        assert_eq!(found[0]["after"], "第1版已受理");
        let back = reporter.get(&format!("{path}/compare?from=2&to=1")).await.json();
        assert!(back.as_array().unwrap().iter().any(|cell| cell["row"] == "项目A1" && cell["before"] == "第1版已受理"), "{back}");
        let csv = test.by(Role::Officer).await.get("/returns/annex2/2017-11-30/collected/csv").await.text();
        let rows = |name: &str| csv.lines().filter(|line| line.contains(name)).count();
        assert_eq!((rows("理由：项目A1"), rows("理由：项目A2")), (1, 1), "{csv}");
    }
}

on_both! {
    async fn leaving_and_pausing_are_told_and_applied(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let (one, two) = (project(&test, bank, "A1", 12000, "2017-03-01").await, project(&test, bank, "A2", 500, "2017-03-01").await);
        accepted(&test, "2017-11-30").await;
        test.clock.set("2018-01-20T01:00:00Z");
        let halt = |reason: &str| Some(Halt { on: "2018-01".parse().unwrap(), reason: reason.into() });
        change(&test, one, "2018-01-10", |fields| fields.terminated = halt("投资方退出")).await;
        change(&test, two, "2018-01-10", |fields| fields.suspended = halt("用地未落实")).await;
        let path = accepted(&test, "2018-01-31").await;
        let (body, _) = ok(&test.api("officer").await.get(&path).await);
        let told: Vec<&str> = body["content"]["rows"].as_array().unwrap().iter().map(|row| row["adjustment"].as_str().unwrap()).collect();
        assert_eq!(told, ["出库：2018-01，投资方退出", "暂缓：2018-01，用地未落实"]);
        let seen = store::projects::states(&test.store.read(), Track::Accepted, bank, At { as_of: day("2018-01-31"), known_at: test.app.now() }).await.unwrap();
        assert!(seen.iter().any(|(id, revision)| *id == one && revision.fields.terminated.is_some()));
        assert!(!stored(&test, one).await.pending);
    }
}

on_both! {
    async fn what_is_taken_back_is_handed_in_anew(test: TestApp) {
        project(&test, test.seeded.enterprises[0], "A1", 12000, "2017-03-01").await;
        test.clock.set("2017-12-15T15:59:59Z");
        let (path, etag) = handed_in(&test, "2017-11-30").await;
        let mut approver = test.api("approver").await;
        let silent = post(&mut approver, &format!("{path}/steps"), &etag, &json!({"step": "withdraw"})).await;
        assert_eq!(first_error(&silent), "reason");
        let (body, _) = ok(&post(&mut approver, &format!("{path}/steps"), &etag, &json!({"step": "withdraw", "reason": "漏报"})).await);
        assert_eq!((&body["state"], &body["edition"]), (&json!("draft"), &json!(2)));
        assert_ne!(body["editions"][0]["withdrawn_at"], Value::Null);
        let mut officer = test.api("officer").await;
        let (hidden, _) = ok(&officer.get(&path).await);
        assert_eq!((&hidden["state"], hidden["editions"].as_array().unwrap().len()), (&json!("not_handed_in"), 0));
        assert_eq!(officer.get(&format!("{path}/editions/1")).await.status, StatusCode::NOT_FOUND);
        test.clock.set("2017-12-20T01:00:00Z");
        let (_, etag) = handed_in(&test, "2017-11-30").await;
        let (body, _) = ok(&officer.get(&path).await);
        assert_eq!(body["editions"][0]["edition"], 2);
        assert_eq!(body["editions"][0]["late"], false, "timely by the first hand-in");
        ok(&decide(&test, &path, &etag, &json!({"accept": true})).await);
        let (_, etag) = ok(&approver.get(&path).await);
        let gone = post(&mut approver, &format!("{path}/steps"), &etag, &json!({"step": "withdraw", "reason": "x"})).await;
        assert_eq!(first_error(&gone), "step");
    }
}

on_both! {
    async fn one_second_after_midnight_in_shanghai_is_late(test: TestApp) {
        project(&test, test.seeded.enterprises[0], "A1", 12000, "2017-03-01").await;
        let (path, etag) = submitted(&test, "2017-11-30").await;
        test.clock.set("2017-12-15T16:00:00Z");
        let mut approver = test.api("approver").await;
        let (body, _) = ok(&post(&mut approver, &format!("{path}/steps"), &etag, &json!({"step": "hand_in"})).await);
        assert_eq!((&body["editions"][0]["late"], &body["late"]), (&json!(true), &json!(true)));
        let page = test.by(Role::Officer).await.get("/returns?cut_off=2017-11-30").await.text();
        assert!(page.contains("迟报") && page.contains("已报送"), "{page}");
    }
}

on_both! {
    async fn nothing_to_tell_is_a_return_with_a_reason(test: TestApp) {
        let (path, etag) = {
            let mut reporter = test.api("reporter").await;
            let path = address(&test, "2017-11-30");
            let (body, etag) = ok(&reporter.get(&path).await);
            assert_eq!(body["content"]["rows"], json!([]));
            let (body, etag) = ok(&put(&mut reporter, &path, &etag, &json!({})).await);
            let id = format!("/api/v1/returns/{}", body["id"]);
            assert_eq!(first_error(&post(&mut reporter, &format!("{id}/steps"), &etag, &json!({"step": "submit"})).await), "zero_reason");
            handed_in(&test, "2017-11-30").await
        };
        let (body, _) = ok(&test.api("officer").await.get(&path).await);
        assert_eq!((&body["editions"][0]["zero"], &body["content"]["zero_reason"]), (&json!(true), &json!("项目无变动")));
        assert_eq!(first_error(&decide(&test, &path, &etag, &json!({"accept": false})).await), "reason");
        let (body, _) = ok(&decide(&test, &path, &etag, &json!({"accept": false, "reason": "据了解有变动"})).await);
        assert_eq!(body["state"], "returned");
        let page = test.by(Role::Reporter).await.get(&path.replace("/api/v1", "")).await.text();
        assert!(page.contains("据了解有变动"));
        accepted(&test, "2017-11-30").await;
        let page = test.by(Role::Officer).await.get("/returns?cut_off=2017-11-30").await.text();
        assert!(page.contains("零报告") && page.contains("已受理"));
    }
}

on_both! {
    async fn of_two_at_once_one_has_effect(test: TestApp) {
        let one = project(&test, test.seeded.enterprises[0], "A1", 12000, "2017-03-01").await;
        let (path, etag) = submitted(&test, "2017-11-30").await;
        let (mut first, mut second) = (test.api("approver").await, test.api("approver").await);
        let (steps, body) = (format!("{path}/steps"), json!({"step": "hand_in"}));
        let (a, b) = tokio::join!(post(&mut first, &steps, &etag, &body), post(&mut second, &steps, &etag, &body));
        let (won, lost) = if a.status.is_success() { (a, b) } else { (b, a) };
        let (handed, etag) = ok(&won);
        assert_eq!(lost.status, StatusCode::CONFLICT, "{}", lost.text());
        assert_eq!(lost.json()["conflict"]["current_etag"], etag.as_str());
        assert_eq!(handed["editions"].as_array().unwrap().len(), 1);

        let (mut first, mut second) = (test.api("officer").await, test.api("officer-2").await);
        let decisions = format!("{path}/decisions");
        let (yes, no) = (json!({"accept": true}), json!({"accept": false, "reason": "退"}));
        let (a, b) = tokio::join!(post(&mut first, &decisions, &etag, &yes), post(&mut second, &decisions, &etag, &no));
        assert_ne!(a.status.is_success(), b.status.is_success(), "{} {}", a.text(), b.text());
        let lost = if a.status.is_success() { &b } else { &a };
        assert_eq!(lost.status, StatusCode::CONFLICT, "{}", lost.text());
        let effect = stored(&test, one).await.accepted.is_some();
        assert_eq!(effect, a.status.is_success());
    }
}

on_both! {
    async fn what_was_submitted_is_what_is_released(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let one = project(&test, bank, "A1", 12000, "2017-03-01").await;
        let (path, etag) = submitted(&test, "2017-11-30").await;
        test.clock.set("2017-11-25T01:00:00Z");
        change(&test, one, "2017-11-20", |fields| fields.investment = Some(Money::from_wan(1))).await;
        project(&test, bank, "A2", 500, "2017-03-01").await;
        let mut approver = test.api("approver").await;
        let (body, now) = ok(&approver.get(&path).await);
        assert_eq!((&now, &body["state"]), (&etag, &json!("for_approval")), "later changes are not its own");
        assert_eq!(body["content"]["rows"].as_array().unwrap().len(), 1);
        assert_eq!(body["content"]["rows"][0]["investment_wan"], "12000");
        let guessed = post(&mut approver, &format!("{path}/steps"), &format!("{}X\"", etag.trim_end_matches('"')), &json!({"step": "hand_in"})).await;
        assert_eq!(guessed.status, StatusCode::CONFLICT, "{}", guessed.text());
        let back = post(&mut approver, &format!("{path}/steps"), &etag, &json!({"step": "send_back"})).await;
        assert_eq!(first_error(&back), "reason");
        let (body, _) = ok(&post(&mut approver, &format!("{path}/steps"), &etag, &json!({"step": "send_back", "reason": "金额不对"})).await);
        assert_eq!(body["state"], "draft");
        assert_eq!(body["content"]["rows"].as_array().unwrap().len(), 2, "a draft follows the projects");
        let page = test.by(Role::Reporter).await.get(&path.replace("/api/v1", "")).await.text();
        assert!(page.contains("金额不对"));

        let (_, etag) = submitted(&test, "2017-11-30").await;
        test.clock.set("2017-11-26T01:00:00Z");
        change(&test, one, "2017-11-20", |fields| fields.investment = Some(Money::from_wan(2))).await;
        let (body, _) = ok(&post(&mut approver, &format!("{path}/steps"), &etag, &json!({"step": "hand_in"})).await);
        assert_eq!((&body["content"]["rows"][0]["investment_wan"], &body["editions"][0]["code"]), (&json!("1"), &body["code"]));
        let (next, _) = ok(&test.api("reporter").await.get(&address(&test, "2018-01-31")).await);
        assert_eq!(next["content"]["rows"][0]["adjustment"], "变更：投资额由1万元调整为2万元", "{next}");
    }
}

on_both! {
    async fn what_it_stands_on_must_not_have_moved(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let one = project(&test, bank, "A1", 12000, "2017-03-01").await;
        let (first, first_tag) = handed_in(&test, "2017-11-30").await;
        test.clock.set("2018-02-01T01:00:00Z");
        change(&test, one, "2018-01-20", |fields| fields.investment = Some(Money::from_wan(15000))).await;
        let (second, tag) = submitted(&test, "2018-01-31").await;
        ok(&decide(&test, &first, &first_tag, &json!({"accept": false, "reason": "请补充"})).await);
        // The correction tells more of the project than the second return was submitted with.
        test.clock.set("2018-02-02T01:00:00Z");
        change(&test, one, "2017-11-20", |fields| fields.investment = Some(Money::from_wan(13000))).await;
        handed_in(&test, "2017-11-30").await;
        let mut approver = test.api("approver").await;
        let (body, now) = ok(&approver.get(&second).await);
        assert_eq!((&now, &body["content"]["rows"][0]["kind"]), (&tag, &json!("changed")), "shown as submitted");
        let moved = post(&mut approver, &format!("{second}/steps"), &tag, &json!({"step": "hand_in"})).await;
        assert_eq!(moved.status, StatusCode::CONFLICT, "{}", moved.text());
        let answer = moved.json();
        assert_eq!(answer["conflict"]["current_etag"], tag.as_str());
        let cells = answer["conflict"]["values"].as_array().unwrap();
        assert!(cells.iter().any(|cell| cell["label"] == "项目A1　整行"), "{answer}");
        ok(&post(&mut test.api("approver").await, &format!("{second}/steps"), &tag, &json!({"step": "send_back", "reason": "依据变了"})).await);
    }
}

on_both! {
    async fn a_part_accepted_and_the_rest_gone_is_no_zero_return(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let one = project(&test, bank, "A1", 12000, "2017-03-01").await;
        accepted(&test, "2017-11-30").await;
        test.clock.set("2018-02-01T01:00:00Z");
        let two = project(&test, bank, "A2", 500, "2018-01-05").await;
        change(&test, one, "2018-01-20", |fields| fields.investment = Some(Money::from_wan(15000))).await;
        let (path, tag) = handed_in(&test, "2018-01-31").await;
        let rows = json!({"rows": [{"project": one.0, "accept": false, "reason": "没有变"}, {"project": two.0, "accept": true}]});
        ok(&decide(&test, &path, &tag, &rows).await);
        test.clock.set("2018-02-02T01:00:00Z");
        change(&test, one, "2018-01-20", |fields| fields.investment = Some(Money::from_wan(12000))).await;
        handed_in(&test, "2018-01-31").await;
        let (body, _) = ok(&test.api("officer").await.get(&path).await);
        assert_eq!((&body["editions"][1]["zero"], &body["content"]["rows"]), (&json!(false), &json!([])));
        let mut officer = test.by(Role::Officer).await;
        let csv = officer.get("/returns/annex2/2018-01-31/collected/csv").await.text();
        assert!(csv.contains("理由：项目A2") && !csv.contains("本期无调整"), "{csv}");
        let line = test.api("officer").await.get(&format!("/api/v1/returns?cut_off=2018-01-31&unit={bank}")).await.json();
        assert_eq!(line[0]["zero"], false);
        assert!(officer.get(&path.replace("/api/v1", "")).await.text().contains("前几版已受理1项"));
    }
}

on_both! {
    async fn a_reason_for_nothing_goes_when_there_is_something(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        let path = address(&test, "2017-11-30");
        let (_, etag) = ok(&reporter.get(&path).await);
        let (body, _) = ok(&put(&mut reporter, &path, &etag, &json!({"zero_reason": "项目无变动"})).await);
        assert_eq!(body["content"]["zero_reason"], "项目无变动");
        project(&test, test.seeded.enterprises[0], "A1", 12000, "2017-03-01").await;
        let (_, etag) = ok(&reporter.get(&path).await);
        let (body, _) = ok(&put(&mut reporter, &path, &etag, &json!({"zero_reason": "项目无变动"})).await);
        let id = domain::ReturnId(body["id"].as_i64().unwrap());
        let filing = store::returns::by_id(&test.store.read(), id).await.unwrap().unwrap();
        assert!(!filing.input.contains("项目无变动"), "{}", filing.input);
    }
}

on_both! {
    async fn what_changes_after_the_newest_has_a_period(test: TestApp) {
        let one = project(&test, test.seeded.enterprises[0], "A1", 12000, "2017-03-01").await;
        handed_in(&test, "2017-11-30").await;
        let mut reporter = test.api("reporter").await;
        let cut_offs = async |reporter: &mut Client| {
            let periods = reporter.get("/api/v1/returns/periods").await.json();
            let periods = periods.as_array().unwrap().iter();
            periods.map(|one| one["cut_off"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(cut_offs(&mut reporter).await, ["2017-11-30", "2018-01-31"]);
        handed_in(&test, "2018-01-31").await;
        for _ in 0..2 {
            assert_eq!(cut_offs(&mut reporter).await, ["2017-11-30", "2018-01-31", "2018-03-31"]);
        }
        change(&test, one, "2017-11-22", |fields| fields.investment = Some(Money::from_wan(1))).await;
        let (next, _) = ok(&reporter.get(&address(&test, "2018-03-31")).await);
        assert_eq!(next["content"]["rows"][0]["kind"], "changed");
    }
}

on_both! {
    async fn nobody_releases_what_he_submitted(test: TestApp) {
        project(&test, test.seeded.enterprises[0], "A1", 12000, "2017-03-01").await;
        let tx = test.store.begin().await.unwrap();
        let approver = store::people::by_login(&tx, "approver").await.unwrap().unwrap();
        let version = approver.version;
        let both = domain::person::Person { roles: [Role::Reporter, Role::Approver].into(), ..approver };
        store::people::save(&tx, &both, version).await.unwrap();
        tx.commit().await.unwrap();
        let mut both = test.api("approver").await;
        let path = address(&test, "2017-11-30");
        let (body, etag) = ok(&both.get(&path).await);
        let (body, etag) = ok(&put(&mut both, &path, &etag, &reasons(&body)).await);
        let path = format!("/api/v1/returns/{}", body["id"]);
        let (_, etag) = ok(&post(&mut both, &format!("{path}/steps"), &etag, &json!({"step": "submit"})).await);
        assert_eq!(first_error(&post(&mut both, &format!("{path}/steps"), &etag, &json!({"step": "hand_in"})).await), "step");
        assert_eq!(both.get(&path).await.json()["state"], "for_approval");
    }
}

async fn scan(client: &mut Client, path: &str, code: &str, name: &str, bytes: &[u8]) -> Answer {
    client
        .upload_fields(path, name, bytes, &[("code", code)])
        .await
}

on_both! {
    async fn stamped_scans_come_back_by_their_code(test: TestApp) {
        let one = project(&test, test.seeded.enterprises[0], "A1", 12000, "2017-03-01").await;
        let (path, _) = submitted(&test, "2017-11-30").await;
        let page_path = path.replace("/api/v1", "");
        let mut reporter = test.by(Role::Reporter).await;
        let code = reporter.get(&page_path).await.text().split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
        let scans = format!("{page_path}/scans");
        let early = scan(&mut reporter, &scans, &code, "章.pdf", PDF).await;
        assert!(early.status == StatusCode::UNPROCESSABLE_ENTITY && early.text().contains("没有以这个内容码打印过"), "{}", early.text());
        let form = reporter.get(&format!("{page_path}/form/docx")).await;
        assert!(form.bytes.starts_with(b"PK"), "{}", form.text());
        assert_eq!(reporter.get(&format!("{page_path}/form/csv")).await.status, StatusCode::NOT_FOUND);
        for (typed, name, bytes, why) in [
            ("x", "章.pdf", PDF, "内容码"),
            (code.as_str(), "章.exe", PDF, "PDF 或图片"),
            (code.as_str(), "章.png", PDF, "没有上传"),
        ] {
            let refused = scan(&mut reporter, &scans, typed, name, bytes).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(refused.text().contains(why), "{why}: {}", refused.text());
        }
        let typed = code.to_lowercase().replace('-', "");
        assert_eq!(scan(&mut reporter, &scans, &typed, "章.pdf", PDF).await.status, StatusCode::SEE_OTHER);
        assert!(!reporter.get(&page_path).await.text().contains("打印后数据有改动"));
        assert_eq!(test.by(Role::Officer).await.get(&format!("{page_path}/scans/1")).await.status, StatusCode::NOT_FOUND, "not handed in");
        let (_, etag) = ok(&test.api("approver").await.get(&path).await);
        ok(&post(&mut test.api("approver").await, &format!("{path}/steps"), &etag, &json!({"step": "send_back", "reason": "金额不对"})).await);
        change(&test, one, "2017-11-20", |fields| fields.investment = Some(Money::from_wan(1))).await;
        assert!(reporter.get(&page_path).await.text().contains("打印后数据有改动"));
        let (_, etag) = submitted(&test, "2017-11-30").await;
        ok(&post(&mut test.api("approver").await, &format!("{path}/steps"), &etag, &json!({"step": "hand_in"})).await);
        let (body, _) = ok(&test.api("officer").await.get(&path).await);
        assert_eq!(body["scans"][0]["changed_after_printing"], true);
        assert_eq!(test.by(Role::Officer).await.get(&format!("{page_path}/scans/1")).await.bytes, PDF);
        let stranger = scan(&mut test.by(Role::Officer).await, &scans, &code, "章.pdf", PDF).await;
        assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn who_may_see_what(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        project(&test, bank, "A1", 12000, "2017-03-01").await;
        let (path, _) = handed_in(&test, "2017-11-30").await;
        let page = path.replace("/api/v1", "");
        let mut leader = test.api("leader").await;
        let (body, _) = ok(&leader.get(&path).await);
        assert_eq!(body["content"]["rows"][0]["contact"], "联系人甲 138****0001");
        let seen = test.by(Role::Leader).await.get(&page).await.text();
        assert!(seen.contains("138****0001") && !seen.contains("13800000001"));
        let edition = leader.get(&format!("{path}/editions/1")).await.text();
        assert!(edition.contains("138****0001") && !edition.contains("13800000001"));
        assert_eq!(leader.get(&format!("{path}/editions/1/files/docx")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(leader.get(&format!("{path}/form/docx")).await.status, StatusCode::NOT_FOUND);
        let collected = leader.get("/api/v1/returns/annex2/2017-11-30/collected/csv").await.text();
        assert!(collected.contains("138****0001") && !collected.contains("13800000001"));
        let seen = test.by(Role::Officer).await.get(&page).await.text();
        assert!(seen.contains("13800000001"));
        let audit = test.by(Role::AuditAdmin).await.get("/audit?kind=access").await.text();
        assert!(audit.contains("查看联系电话全文"));

        // Another enterprise's people.
        let tx = test.store.begin().await.unwrap();
        let id = store::people::add(&tx, test.seeded.enterprises[1], "other", "外人", test.app.now()).await.unwrap();
        let other = store::people::by_id(&tx, id).await.unwrap().unwrap();
        let version = other.version;
        store::people::save(&tx, &domain::person::Person { roles: [Role::Reporter, Role::Approver].into(), ..other }, version).await.unwrap();
        tx.commit().await.unwrap();
        let mut other = test.api("other").await;
        for address in [path.clone(), format!("{path}/editions"), format!("{path}/editions/1/files/pdf"), address(&test, "2017-11-30"),
                        "/api/v1/returns/annex2/2017-11-30/collected/csv".to_owned()] {
            assert_eq!(other.get(&address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
        assert_eq!(other.get("/api/v1/returns").await.json().as_array().unwrap().iter().filter(|line| line["unit"] == bank.0).count(), 0);
        for address in ["/api/v1/returns/annex2/2017-11-29/2", "/api/v1/returns/annex9/2017-11-30/2", "/api/v1/returns/annex2/x/2", "/api/v1/returns/annex2/2017-11-30/1"] {
            assert_eq!(test.api("officer").await.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
    }
}

on_both! {
    async fn the_collected_table_names_who_is_missing(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let empty = officer.get("/returns/annex2/2017-11-30/collected/xlsx").await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        project(&test, test.seeded.enterprises[0], "A1", 12000, "2017-03-01").await;
        handed_in(&test, "2017-11-30").await;
        for (kind, magic) in [("docx", &b"PK"[..]), ("xlsx", b"PK"), ("pdf", b"%PDF"), ("csv", b"\xef\xbb\xbf")] {
            let file = officer.get(&format!("/returns/annex2/2017-11-30/collected/{kind}")).await;
            assert!(file.bytes.starts_with(magic), "{kind}");
        }
        let csv = officer.get("/returns/annex2/2017-11-30/collected/csv").await.text();
        assert!(csv.contains("温州银行股份有限公司") && csv.contains("项目A1") && csv.contains("理由：项目A1"));
        assert!(csv.contains("温州市交通投资集团有限公司"), "not yet in");
        let page = officer.get("/returns").await.text();
        assert!(page.contains("截至2017年11月") && page.contains("未报送") && page.contains("已报送"));
    }
}

on_both! {
    async fn adjustments_are_listed_by_how_far_they_are(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let one = project(&test, bank, "A1", 12000, "2017-03-01").await;
        let list = async |login: &str, query: &str| {
            let answer = test.api(login).await.get(&format!("/api/v1/adjustments?{query}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
            answer.json().as_array().unwrap().clone()
        };
        assert_eq!(list("reporter", "state=pending").await[0]["kind"], "added");
        assert!(list("officer", "state=pending").await.is_empty(), "the enterprise's own still");
        let (path, etag) = handed_in(&test, "2017-11-30").await;
        assert!(list("reporter", "state=pending").await.is_empty());
        assert_eq!(list("officer", "state=reported").await[0]["reason"], "理由：项目A1");
        ok(&decide(&test, &path, &etag, &json!({"accept": true})).await);
        let done = list("leader", &format!("state=accepted&project={one}&unit={bank}&from=2017-11-01&to=2017-11-30")).await;
        assert_eq!((done.len(), &done[0]["cut_off"]), (1, &json!("2017-11-30")));
        assert!(list("leader", "state=accepted&from=2017-12-01").await.is_empty());
        change(&test, one, "2017-11-22", |fields| fields.investment = Some(Money::from_wan(1))).await;
        assert_eq!(list("officer", "state=pending").await[0]["content"], "投资额由12000万元调整为1万元");
        assert_eq!(test.api("officer").await.get("/api/v1/adjustments?state=x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

on_both! {
    async fn from_the_page_it_is_two_clicks(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let one = project(&test, bank, "A1", 12000, "2017-03-01").await;
        let mut reporter = test.by(Role::Reporter).await;
        let due = reporter.get("/returns").await.text();
        let path = format!("/returns/annex2/2017-11-30/{bank}");
        assert!(due.contains(&path) && due.contains("填报") && due.contains("还有21天"), "{due}");
        let page = reporter.get(&path).await.text();
        let value = |page: &str, name: &str| page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned();
        let (version, basis) = (value(&page, "version"), value(&page, "basis"));
        let (project, reason) = (one.to_string(), format!("reason_{one}"));
        let lacking = reporter.post(&path, &[("version", &version), ("basis", &basis), ("project", &project), (&reason, ""), ("then", "submit")]).await;
        assert_eq!(lacking.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(lacking.text().contains("请填写调整理由") && lacking.text().contains("href=\"#rows.0.reason\""));
        let version = value(&lacking.text(), "version");
        let sent = reporter.post(&path, &[("version", &version), ("basis", &basis), ("project", &project), (&reason, "新签约项目"), ("then", "submit")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let own = sent.location().split('?').next().unwrap().to_owned();

        let mut approver = test.by(Role::Approver).await;
        assert!(approver.get("/returns").await.text().contains("审核并报送"));
        let page = approver.get(&own).await.text();
        assert!(page.contains("新增1项") && page.contains("新签约项目"));
        let (version, code) = (value(&page, "version"), value(&page, "code"));
        let handed = approver.post(&format!("{own}/step"), &[("version", &version), ("code", &code), ("step", "hand_in")]).await;
        assert_eq!(handed.status, StatusCode::SEE_OTHER, "{}", handed.text());
        assert!(approver.get(&own).await.text().contains("附件2-201711-0001"));
        assert!(approver.get(&format!("{own}/editions/1")).await.text().contains("回执号"));

        let mut officer = test.by(Role::Officer).await;
        let page = officer.get(&own).await.text();
        let version = value(&page, "version");
        let refused = officer.post(&format!("{own}/decide"), &[("version", &version), ("decide", "rows"), ("project", &project), (&format!("decision_{one}"), "return")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("请写明理由"));
        let done = officer.post(&format!("{own}/decide"), &[("version", &version), ("decide", "all")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert!(reporter.get(&own).await.text().contains("已受理"));
        let stale = officer.post(&format!("{own}/decide"), &[("version", &version), ("decide", "all")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.text().contains("现在是“已受理”"), "{}", stale.text());
    }
}

on_both! {
    async fn an_amount_that_is_open_is_a_dash(test: TestApp) {
        let one = project(&test, test.seeded.enterprises[0], "A1", 12000, "2017-03-01").await;
        change(&test, one, "2017-03-01", |fields| fields.investment = None).await;
        let (path, _) = handed_in(&test, "2017-11-30").await;
        let page = path.replace("/api/v1", "");
        for address in [page.clone(), format!("{page}/editions/1")] {
            let text = test.by(Role::Officer).await.get(&address).await.text();
            assert!(text.contains("class=\"num\">—</td>"), "{text}");
        }
    }
}
