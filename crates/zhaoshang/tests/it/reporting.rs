//! The obligation calendar: schedules as data, late and locked, 准许补报 and 免报, who is to be chased, figures.

use axum::http::{Method, StatusCode};
use domain::permission::Role;
use serde_json::{Value, json};
use testkit::{Answer, Client, TestApp, on_both};

const CUT_OFF: &str = "2017-11-30";

fn path_of(test: &TestApp, enterprise: usize) -> String {
    let unit = test.seeded.enterprises[enterprise];
    format!("/api/v1/returns/annex2/{CUT_OFF}/{unit}")
}

fn ok(answer: &Answer) -> (Value, String) {
    assert!(
        answer.status.is_success(),
        "{}: {}",
        answer.status,
        answer.text()
    );
    (answer.json(), answer.header("etag").to_owned())
}

fn refused(answer: &Answer) -> (String, String) {
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        answer.text()
    );
    let error = &answer.json()["errors"][0];
    let text = |name: &str| error[name].as_str().unwrap().to_owned();
    (text("field"), answer.text())
}

async fn put(client: &mut Client, path: &str, etag: &str, body: &Value) -> Answer {
    client
        .json(Method::PUT, path, &[("if-match", etag)], body)
        .await
}

async fn post(client: &mut Client, path: &str, body: &Value) -> Answer {
    client.json(Method::POST, path, &[], body).await
}

/// A zero return handed in by the first enterprise's reporter and approver.
async fn zero_return(test: &TestApp) -> Answer {
    let mut reporter = test.api("reporter").await;
    let path = path_of(test, 0);
    let (_, etag) = ok(&reporter.get(&path).await);
    let saved = put(
        &mut reporter,
        &path,
        &etag,
        &json!({"rows": [], "zero_reason": "项目无变动"}),
    )
    .await;
    if !saved.status.is_success() {
        return saved;
    }
    let (body, etag) = ok(&saved);
    let steps = format!("/api/v1/returns/{}/steps", body["id"]);
    let submit = json!({"step": "submit"});
    let (_, etag) = ok(&reporter
        .json(Method::POST, &steps, &[("if-match", &etag)], &submit)
        .await);
    let hand_in = json!({"step": "hand_in"});
    let mut approver = test.api("approver").await;
    approver
        .json(Method::POST, &steps, &[("if-match", &etag)], &hand_in)
        .await
}

/// The schedule of 附件2 as it is set, with something changed.
async fn set(test: &TestApp, edit: impl FnOnce(&mut Value)) -> Answer {
    let mut officer = test.api("officer").await;
    let (body, etag) = ok(&officer.get("/api/v1/schedules/annex2").await);
    let fields = [
        "active",
        "first_cut_off",
        "first_due",
        "every_months",
        "due_months_after",
        "due_day",
        "shift",
        "grace_days",
        "resubmit_days",
        "scan_required",
        "basis",
    ];
    let mut new = json!({"reason": "测试"});
    for field in fields {
        new[field] = body[field].clone();
    }
    edit(&mut new);
    put(&mut officer, "/api/v1/schedules/annex2", &etag, &new).await
}

async fn dues(test: &TestApp) -> Vec<(String, String)> {
    let periods = test
        .api("officer")
        .await
        .get("/api/v1/returns/periods?kind=annex2")
        .await
        .json();
    let pair = |one: &Value| {
        let text = |name: &str| one[name].as_str().unwrap().to_owned();
        (text("cut_off"), text("due_on"))
    };
    periods.as_array().unwrap().iter().map(pair).collect()
}

fn pair(cut_off: &str, due: &str) -> (String, String) {
    (cut_off.to_owned(), due.to_owned())
}

on_both! {
    async fn periods_follow_the_rule_in_force_and_the_past_stays(test: TestApp) {
        assert_eq!(dues(&test).await, [pair("2017-11-30", "2017-12-15"), pair("2018-01-31", "2018-02-11")], "顺延 to a Sunday that works");
        let body = test.api("officer").await.get("/api/v1/schedules/annex2").await.json();
        let rule = |at: usize| (body["coming"][at]["shift"].clone(), body["coming"][at]["periods"][1]["due_on"].clone());
        assert_eq!([rule(0), rule(1), rule(2)], [
            (json!("later"), json!("2018-02-11")), (json!("earlier"), json!("2018-02-09")), (json!("stay"), json!("2018-02-10")),
        ]);
        assert_eq!(body["coming"][0]["periods"][1]["sentence"], "2月10日（周六），建议2月9日（周五）前；顺延至2月11日（周日）");

        test.clock.set("2017-12-20T01:00:00Z");
        ok(&set(&test, |new| { new["shift"] = json!("earlier"); new["due_day"] = json!(8); }).await);
        assert_eq!(dues(&test).await, [
            pair("2017-11-30", "2017-12-15"), pair("2018-01-31", "2018-02-08"), pair("2018-03-31", "2018-04-08"),
        ], "the one that is past is as it was; 2018-04-08 is a Sunday that works");
        ok(&set(&test, |new| new["every_months"] = json!(1)).await);
        assert_eq!(dues(&test).await, [
            pair("2017-11-30", "2017-12-15"), pair("2017-12-31", "2018-01-08"), pair("2018-01-31", "2018-02-08"),
            pair("2018-03-31", "2018-04-08"),
        ]);
        ok(&set(&test, |new| new["active"] = json!(false)).await);
        assert_eq!(dues(&test).await, [pair("2017-11-30", "2017-12-15")]);

        let history = test.by(Role::Officer).await.get("/schedules/annex2").await.text();
        assert!(history.contains("系统预置") && history.contains("测试"), "who set it and why");
    }
}

on_both! {
    async fn a_schedule_is_checked_by_field_and_set_by_officers_only(test: TestApp) {
        for (field, value, named) in [
            ("every_months", json!(0), "every_months"), ("every_months", json!(13), "every_months"), ("due_day", json!(32), "due_day"),
            ("shift", json!("sooner"), "shift"), ("grace_days", json!(400), "grace_days"), ("first_due", json!("2017-02-30"), "first_due"),
            ("first_due", json!("2017-11-01"), "first_due"), ("reason", json!(" "), "reason"), ("first_due", Value::Null, "first_due"),
            ("resubmit_days", json!(0), "resubmit_days"),
        ] {
            let answer = set(&test, |new| new[field] = value.clone()).await;
            assert_eq!(refused(&answer).0, named, "{field} {value}");
        }
        assert_eq!(dues(&test).await[0], pair("2017-11-30", "2017-12-15"), "nothing was changed");
        let mut officer = test.api("officer").await;
        let (_, etag) = ok(&officer.get("/api/v1/schedules/annex2").await);
        assert_eq!(etag, "\"0\"");
        ok(&set(&test, |new| new["due_day"] = json!(9)).await);
        let body = officer.get("/api/v1/schedules/annex2").await.json();
        assert_eq!(body["due_day"], 9);
        let stale = set(&test, |_| ()).await;
        assert!(stale.status.is_success());
        for login in ["reporter", "approver", "leader"] {
            let mut client = test.api(login).await;
            assert!(client.get("/api/v1/schedules/annex2").await.status.is_success(), "{login}");
            let answer = put(&mut client, "/api/v1/schedules/annex2", "\"2\"", &json!({})).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{login}");
        }
    }
}

on_both! {
    async fn one_period_gets_a_day_of_its_own(test: TestApp) {
        dues(&test).await;
        let mut officer = test.api("officer").await;
        let path = "/api/v1/schedules/annex2/periods/2018-01-31";
        let new = |seen: &str, day: Value| json!({"seen_due_on": seen, "set_on": day, "reason": "春节"});
        let stale = post(&mut officer, path, &new("2018-02-10", json!("2018-02-24"))).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert_eq!(refused(&post(&mut officer, path, &new("2018-02-11", json!("2017-11-01"))).await).0, "due_on");
        ok(&post(&mut officer, path, &new("2018-02-11", json!("2018-02-25"))).await);
        assert_eq!(dues(&test).await[1], pair("2018-01-31", "2018-02-26"), "a Sunday, by 顺延 the Monday");
        ok(&set(&test, |new| new["due_day"] = json!(8)).await);
        assert_eq!(dues(&test).await[1], pair("2018-01-31", "2018-02-26"), "the schedule does not move it");
        ok(&post(&mut officer, path, &new("2018-02-26", Value::Null)).await);
        assert_eq!(dues(&test).await[1], pair("2018-01-31", "2018-02-08"));
        test.clock.set("2018-02-09T01:00:00Z");
        let answer = post(&mut officer, path, &new("2018-02-08", json!("2018-03-01"))).await;
        assert!(refused(&answer).1.contains("已经截止"), "{}", answer.text());
    }
}

on_both! {
    async fn late_is_taken_in_locked_only_by_permission(test: TestApp) {
        dues(&test).await;
        let unit = test.seeded.enterprises[0];
        // 23:59:59 on 12-15 in Shanghai is the last moment; 30 days of grace end on 01-14.
        test.clock.set("2017-12-15T15:59:58Z");
        let line = |body: &Value| body.as_array().unwrap().iter().find(|one| one["cut_off"] == CUT_OFF && one["unit"] == unit.0).unwrap().clone();
        let mut officer = test.api("officer").await;
        let seen = line(&officer.get("/api/v1/returns?kind=annex2").await.json());
        assert_eq!((&seen["timing"], &seen["late"]), (&json!("open"), &json!(false)));
        test.clock.set("2017-12-15T16:00:00Z");
        let seen = line(&officer.get("/api/v1/returns?kind=annex2").await.json());
        assert_eq!((&seen["timing"], &seen["late"], &seen["due_words"]), (&json!("grace"), &json!(true), &json!("已逾期1天")));
        test.clock.set("2018-01-14T16:00:00Z");
        let seen = line(&officer.get("/api/v1/returns?kind=annex2").await.json());
        assert_eq!(seen["timing"], "locked");
        let (field, text) = refused(&zero_return(&test).await);
        assert!(field == "state" && text.contains("现已锁定"), "{text}");
        let page = test.by(Role::Reporter).await.get(&format!("/returns/annex2/{CUT_OFF}/{unit}")).await.text();
        assert!(page.contains("现已锁定") && !page.contains("提交审核</button>"));

        let allow = format!("{}/allowances", path_of(&test, 0));
        let permit = |until: Value| json!({"kind": "permit", "reason": "停电", "until": until});
        assert_eq!(post(&mut test.api("reporter").await, &allow, &permit(Value::Null)).await.status, StatusCode::NOT_FOUND);
        assert_eq!(refused(&post(&mut officer, &allow, &permit(json!("2018-01-14"))).await).0, "until");
        assert_eq!(refused(&post(&mut officer, &allow, &json!({"kind": "permit", "reason": " ", "until": null})).await).0, "reason");
        assert_eq!(post(&mut officer, &allow, &permit(json!("2018-01-16"))).await.status, StatusCode::NO_CONTENT);
        assert_eq!(post(&mut officer, &allow, &permit(json!("2018-01-16"))).await.status, StatusCode::CONFLICT, "once");
        test.clock.set("2018-01-16T16:00:00Z");
        assert_eq!(refused(&zero_return(&test).await).0, "state", "the permit has run out");
        let gone = officer.json(Method::DELETE, &format!("{allow}/permit"), &[], &Value::Null).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
        assert_eq!(post(&mut officer, &allow, &permit(Value::Null)).await.status, StatusCode::NO_CONTENT);
        let (body, _) = ok(&zero_return(&test).await);
        assert_eq!((&body["state"], &body["late"]), (&json!("handed_in"), &json!(true)));
        assert_eq!(refused(&post(&mut officer, &allow, &json!({"kind": "exempt", "reason": "停业", "until": null})).await).0, "kind");
    }
}

on_both! {
    async fn who_is_exempt_owes_nothing(test: TestApp) {
        dues(&test).await;
        let unit = test.seeded.enterprises[0];
        let mut officer = test.api("officer").await;
        let allow = format!("{}/allowances", path_of(&test, 0));
        assert_eq!(post(&mut officer, &allow, &json!({"kind": "exempt", "reason": "停业", "until": null})).await.status, StatusCode::NO_CONTENT);
        let (_, text) = refused(&zero_return(&test).await);
        assert!(text.contains("免报（停业）"), "{text}");
        test.clock.set("2017-12-20T01:00:00Z");
        let calls = officer.get("/api/v1/returns/calls").await.json();
        assert!(calls.as_array().unwrap().iter().all(|call| call["unit"] != unit.0), "not chased: {calls}");
        assert!(!calls.as_array().unwrap().is_empty(), "the others are");
        let figures = officer.get("/api/v1/returns/figures?year=2017").await.json();
        let own = figures["units"].as_array().unwrap().iter().find(|one| one["unit"] == unit.0).unwrap().clone();
        assert_eq!((&own["tally"]["owed"], &own["tally"]["exempt"], &own["tally"]["completeness_pct"]), (&json!(0), &json!(1), &Value::Null));
        let todo = test.api("reporter").await.get("/api/v1/todo").await.json();
        assert!(todo["owed"].as_array().unwrap().iter().all(|one| one["line"]["cut_off"] != CUT_OFF), "{todo}");
        let next = test.api("reporter").await.get(&format!("/api/v1/returns/annex2/2018-01-31/{unit}")).await.json();
        assert_eq!(next["owed"], Value::Null, "the next return does not wait for it");
        let matrix = test.by(Role::Officer).await.get("/returns/matrix?kind=annex2&year=2017").await.text();
        assert!(matrix.contains("免报") && matrix.contains("逾期5天"));
    }
}

on_both! {
    async fn the_officer_sees_who_is_late_and_chases_in_ready_words(test: TestApp) {
        dues(&test).await;
        test.clock.set("2017-12-08T01:00:00Z");
        let mut officer = test.api("officer").await;
        let calls = officer.get("/api/v1/returns/calls").await.json();
        let call = &calls[0];
        let text = call["text"].as_str().unwrap();
        assert!(text.contains("还有7天") && text.contains("截止12月15日（周五）") && text.contains("零报告"), "{text}");
        let path = format!("/api/v1/returns/calls/{}/remarks", call["unit"]);
        assert_eq!(refused(&post(&mut officer, &path, &json!({"text": " ", "promised_on": null})).await).0, "text");
        assert_eq!(refused(&post(&mut officer, &path, &json!({"text": "已电话", "promised_on": "2017-13-01"})).await).0, "promised_on");
        let noted = post(&mut officer, &path, &json!({"text": "已电话，明日报", "promised_on": "2017-12-09"})).await;
        assert_eq!(noted.status, StatusCode::NO_CONTENT);
        let page = test.by(Role::Officer).await.get("/returns/calls").await.text();
        assert!(page.contains("已电话，明日报") && page.contains("答应2017-12-09前报"));
        ok(&zero_return(&test).await);
        let calls = officer.get("/api/v1/returns/calls").await.json();
        // What it owes of the other kinds is still chased.
        let own = calls.as_array().unwrap().iter().filter(|call| call["unit"] == test.seeded.enterprises[0].0);
        assert!(own.flat_map(|call| call["lines"].as_array().unwrap()).all(|line| line["kind"] != "annex2"));
        let todo = officer.get("/api/v1/todo").await.json();
        assert_eq!((todo["decide"].as_array().unwrap().len(), todo["late"].as_array().unwrap().len()), (1, 0));
        assert_eq!(test.api("reporter").await.get("/api/v1/returns/calls").await.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn what_is_returned_has_a_due_day_of_its_own_and_stays_timely(test: TestApp) {
        let (body, etag) = ok(&zero_return(&test).await);
        let mut officer = test.api("officer").await;
        let decisions = format!("/api/v1/returns/{}/decisions", body["id"]);
        let verdict = json!({"accept": false, "reason": "请补充项目"});
        ok(&officer.json(Method::POST, &decisions, &[("if-match", &etag)], &verdict).await);
        let todo = test.api("reporter").await.get("/api/v1/todo").await.json();
        let owed = &todo["owed"][0];
        // Returned on Friday 2017-11-24: five days later is a Wednesday.
        assert_eq!((&owed["line"]["resubmit_by"], &owed["left"]), (&json!("2017-11-29"), &json!("还有5天")));
        test.clock.set("2018-02-01T01:00:00Z");
        let (body, _) = ok(&zero_return(&test).await);
        assert_eq!((&body["state"], &body["late"]), (&json!("handed_in"), &json!(false)), "judged by the first hand-in, locked or not");
        let figures = officer.get("/api/v1/returns/figures?year=2017&kind=annex2").await.json();
        assert_eq!((&figures["total"]["handed_in"], &figures["total"]["in_time"]), (&json!(1), &json!(1)));
        let share = test.seeded.enterprises.len();
        assert_eq!(figures["total"]["owed"], json!(share));
    }
}

on_both! {
    async fn a_required_scan_comes_before_the_hand_in(test: TestApp) {
        ok(&set(&test, |new| new["scan_required"] = json!(true)).await);
        let (field, text) = refused(&zero_return(&test).await);
        assert!(field == "scan" && text.contains("盖章扫描件"), "{text}");
    }
}

on_both! {
    async fn a_period_goes_out_as_one_zip(test: TestApp) {
        dues(&test).await;
        let path = format!("/api/v1/returns/annex2/{CUT_OFF}/files.zip");
        let mut officer = test.api("officer").await;
        assert_eq!(refused(&officer.get(&path).await).0, "cut_off");
        ok(&zero_return(&test).await);
        let answer = officer.get(&path).await;
        assert_eq!((answer.status, &answer.bytes[..4]), (StatusCode::OK, &b"PK\x03\x04"[..]));
        let names = String::from_utf8_lossy(&answer.bytes).into_owned();
        for name in ["目录.csv", "市属国有企业招商引资项目调整情况表.docx", "市属国有企业招商引资项目调整情况表.pdf"] {
            assert!(names.contains(name), "{name}");
        }
        assert_eq!(test.api("leader").await.get(&path).await.status, StatusCode::NOT_FOUND, "telephones are in it");
    }
}

on_both! {
    async fn what_fell_due_while_the_system_stood_still_is_there_afterwards(test: TestApp) {
        dues(&test).await;
        test.clock.set("2018-06-20T01:00:00Z");
        let after: Vec<String> = dues(&test).await.into_iter().map(|(cut_off, _)| cut_off).collect();
        assert_eq!(after, ["2017-11-30", "2018-01-31", "2018-03-31", "2018-05-31", "2018-07-31", "2018-09-30"]);
        test.clock.set("2017-11-20T01:00:00Z");
        assert_eq!(dues(&test).await.len(), 6, "a clock set back takes nothing away");
    }
}
