//! Returns of the other kinds: 附件3 from the library's projects with central SOEs, and reports with files.

use axum::http::{Method, StatusCode};
use domain::{
    ProjectId,
    period::ReturnKind,
    permission::Role,
    project::{
        Company, Halt, Investor, Milestone, Ownership, ProjectFields, Signing, SigningKind,
        SigningLevel,
    },
    schedule::Schedule,
};
use serde_json::{Value, json};
use store::projects::{NewProject, NewRevision};
use testkit::{Answer, Client, TestApp, on_both};

use crate::returns::{day, first_error, ok, person, post, put};

/// A project with a central SOE as the reporter would enter it, behind the verbs.
pub(crate) async fn cooperation(
    test: &TestApp,
    code: &str,
    edit: impl FnOnce(&mut ProjectFields),
) -> ProjectId {
    let mut fields = ProjectFields {
        name: format!("项目{code}"),
        investors: vec![Investor {
            name: "中国某某集团有限公司".into(),
            origin: None,
            ownership: Some(Ownership::Central),
            place: None,
            wenshang: false,
        }],
        milestones: [(Milestone::Negotiating, "2017-03".parse().unwrap())].into(),
        contact_name: "联系人甲".into(),
        contact_phone: "13800000001".into(),
        ..ProjectFields::default()
    };
    edit(&mut fields);
    let by = person(test, "reporter").await;
    let tx = test.store.begin().await.unwrap();
    let new = NewProject {
        authority: test.seeded.authority,
        unit: test.seeded.enterprises[0],
        code,
        copied_from: None,
    };
    let first = NewRevision {
        fields: &fields,
        effective_on: day("2017-03-01"),
        reason: "",
        by,
        at: test.app.now(),
    };
    let id = store::projects::add(&tx, &new, &first).await.unwrap();
    tx.commit().await.unwrap();
    id
}

pub(crate) fn signed(fields: &mut ProjectFields) {
    fields.signings.push(Signing {
        on: "2017-05-24".parse().unwrap(),
        kind: SigningKind::Intention,
        level: SigningLevel::City,
        event: String::new(),
        amount: None,
        currency: None,
        rate: None,
        relation: None,
    });
}

pub(crate) fn landed(fields: &mut ProjectFields) {
    fields.company = Some(Company {
        name: "项目公司".into(),
        registered_on: "2017-08-01".parse().ok(),
    });
}

pub(crate) fn address(test: &TestApp, kind: &str, cut_off: &str) -> String {
    let unit = test.seeded.enterprises[0];
    format!("/api/v1/returns/{kind}/{cut_off}/{unit}")
}

async fn step(client: &mut Client, id: &str, etag: &str, step: &str) -> Answer {
    let body = json!({"step": step, "reason": if step == "withdraw" { "再改" } else { "" }});
    post(client, &format!("{id}/steps"), etag, &body).await
}

/// Saves, submits and hands in; gives the return's address by number and its tag.
async fn handed_in(test: &TestApp, path: &str, input: &Value) -> (String, String) {
    let mut reporter = test.api("reporter").await;
    let (_, etag) = ok(&reporter.get(path).await);
    let (body, etag) = ok(&put(&mut reporter, path, &etag, input).await);
    let id = format!("/api/v1/returns/{}", body["id"]);
    let (_, etag) = ok(&step(&mut reporter, &id, &etag, "submit").await);
    let (body, etag) = ok(&step(&mut test.api("approver").await, &id, &etag, "hand_in").await);
    assert_eq!(body["state"], "handed_in");
    (id, etag)
}

fn progress(projects: &[ProjectId], words: &str) -> Value {
    let rows: Vec<Value> = projects
        .iter()
        .map(|project| json!({"project": project.0, "progress": words, "next_steps": format!("{words}之后")}))
        .collect();
    json!({"rows": rows})
}

async fn decide(test: &TestApp, id: &str, etag: &str, body: &Value) -> Answer {
    let mut officer = test.api("officer").await;
    post(&mut officer, &format!("{id}/decisions"), etag, body).await
}

/// The officer sets a date for a kind of which the notice says none.
async fn schedule(test: &TestApp, kind: ReturnKind) {
    let mut schedule = Schedule::of_notice(kind);
    schedule.first = Some((day("2017-11-30"), day("2017-12-05")));
    schedule.active = true;
    let by = person(test, "officer").await;
    let tx = test.store.begin().await.unwrap();
    let set = (by, test.app.now());
    store::schedules::add(&tx, test.seeded.authority, 0, &schedule, "处务会定", set)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

on_both! {
    async fn the_classes_come_from_the_library_and_the_return_goes_its_way(test: TestApp) {
        let talks = cooperation(&test, "C1", |_| {}).await;
        let built = cooperation(&test, "C2", landed).await;
        let contract = cooperation(&test, "C3", signed).await;
        let paused = cooperation(&test, "C4", |fields| {
            fields.suspended = Some(Halt { on: "2017-10".parse().unwrap(), reason: "等指标".into() });
        }).await;
        for (code, edit) in [
            ("N1", (|fields: &mut ProjectFields| fields.milestones.clear()) as fn(&mut ProjectFields)),
            ("N2", |fields| fields.investors[0].ownership = Some(Ownership::Private)),
            ("N3", |fields| fields.terminated = Some(Halt { on: "2017-11-30".parse().unwrap(), reason: "不做了".into() })),
        ] {
            cooperation(&test, code, edit).await;
        }
        let path = address(&test, "annex3", "2017-11-30");
        let mut reporter = test.api("reporter").await;
        let (body, etag) = ok(&reporter.get(&path).await);
        assert_eq!((&body["due_on"], &body["content"]["kind"]), (&json!("2017-12-11"), &json!("annex3")), "10 December 2017 is a Sunday");
        let rows = body["content"]["rows"].as_array().unwrap();
        let seen: Vec<(i64, &str, i64)> = rows.iter().map(|row| (row["project"].as_i64().unwrap(), row["class"].as_str().unwrap(), row["number"].as_i64().unwrap())).collect();
        assert_eq!(seen, [(talks.0, "negotiating", 1), (paused.0, "negotiating", 2), (contract.0, "signed", 1), (built.0, "landed", 1)]);
        assert_eq!((&rows[1]["suspended"], &rows[0]["partners"], &rows[0]["contact"]), (&json!(true), &json!("中国某某集团有限公司"), &json!("联系人甲 13800000001")));

        // What is missing is asked for; what is another kind's is refused.
        assert_eq!(first_error(&put(&mut reporter, &path, &etag, &json!({"rows": [{"project": talks.0, "reason": "x"}]})).await), "rows.0.reason");
        assert_eq!(first_error(&put(&mut reporter, &path, &etag, &json!({"sections": {"work": "x"}})).await), "sections");
        let long = json!({"rows": [{"project": contract.0, "progress": "长".repeat(1001)}]});
        assert_eq!(first_error(&put(&mut reporter, &path, &etag, &long).await), "rows.2.progress");
        let (body, etag) = ok(&put(&mut reporter, &path, &etag, &progress(&[talks], "已互访")).await);
        let id = format!("/api/v1/returns/{}", body["id"]);
        assert_eq!(first_error(&step(&mut reporter, &id, &etag, "submit").await), "rows.1.progress");
        let stale = put(&mut reporter, &path, "\"0-\"", &progress(&[talks], "别的")).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let values = stale.json()["conflict"]["values"].clone();
        assert!(values.as_array().unwrap().iter().any(|one| one["theirs"] == "已互访" && one["yours"] == "别的"), "{values}");

        let all = [talks, paused, contract, built];
        let (id, etag) = handed_in(&test, &path, &progress(&all, "已互访")).await;
        let mut officer = test.api("officer").await;
        let (body, _) = ok(&officer.get(&id).await);
        assert_eq!((&body["editions"][0]["receipt"], &body["editions"][0]["zero"]), (&json!("附件3-201711-0001"), &json!(false)));
        for (kind, magic) in [("docx", &b"PK"[..]), ("xlsx", b"PK"), ("pdf", b"%PDF")] {
            let file = officer.get(&format!("{id}/editions/1/files/{kind}")).await;
            assert!(file.bytes.starts_with(magic), "{kind}");
        }
        assert_eq!(first_error(&decide(&test, &id, &etag, &json!({"rows": [{"project": talks.0, "accept": true}]})).await), "rows");
        assert_eq!(first_error(&decide(&test, &id, &etag, &json!({"accept": false})).await), "reason");
        let back = json!({"accept": false, "reason": "进展写得太简单", "remarks": [{"project": contract.0, "remark": "请写明签约内容"}]});
        let (body, _) = ok(&decide(&test, &id, &etag, &back).await);
        assert_eq!(body["state"], "returned");

        // Second edition: what was remarked stands beside the row.
        let (body, _) = ok(&reporter.get(&id).await);
        assert_eq!(body["content"]["rows"][2]["remark"], "请写明签约内容");
        let page = test.by(Role::Reporter).await.get(&id.replace("/api/v1", "")).await.text();
        assert!(page.contains("进展写得太简单") && page.contains("国资委意见：请写明签约内容"));
        let (id, etag) = handed_in(&test, &path, &progress(&all, "已签框架协议")).await;
        let different = officer.get(&format!("{id}/compare?from=1&to=2")).await.json();
        assert_eq!(different.as_array().unwrap().len(), 8, "progress and next steps of four rows");
        assert_eq!((&different[0]["row"], &different[0]["column"], &different[0]["after"]), (&json!("项目C1"), &json!("当前进展情况"), &json!("已签框架协议")));
        assert!(different.as_array().unwrap().iter().any(|one| one["after"] == "暂停：已签框架协议"));
        let (body, _) = ok(&decide(&test, &id, &etag, &json!({"accept": true})).await);
        assert_eq!(body["state"], "accepted");
        let receipt = &body["editions"][1]["receipt"];
        assert_eq!(receipt, "附件3-201711-0002");

        // 附件2 is its own: nothing of it was accepted.
        let own = store::projects::by_id(&test.store.read(), talks).await.unwrap().unwrap();
        assert_eq!(own.accepted, None);
    }
}

on_both! {
    async fn the_next_period_is_filled_from_the_last_and_asks_softly(test: TestApp) {
        let one = cooperation(&test, "C1", |_| {}).await;
        let two = cooperation(&test, "C2", signed).await;
        let path = address(&test, "annex3", "2017-11-30");
        handed_in(&test, &path, &progress(&[one, two], "已互访")).await;
        test.clock.set("2018-01-20T01:00:00Z");
        let next = address(&test, "annex3", "2018-01-31");
        let mut reporter = test.api("reporter").await;
        let (body, etag) = ok(&reporter.get(&next).await);
        let rows = body["content"]["rows"].as_array().unwrap();
        assert!(rows.iter().all(|row| row["progress"] == "已互访" && row["repeated"] == true && row["still_true"] == false), "{rows:?}");
        let page_path = next.replace("/api/v1", "");
        let mut page = test.by(Role::Reporter).await;
        let text = page.get(&page_path).await.text();
        assert!(text.contains("已填入上期内容") && text.contains("与上期完全相同，请确认仍是最新情况"));

        // One typed anew, one emptied: what is emptied is not filled again. One left alone stays filled.
        let typed = json!({"rows": [{"project": one.0, "progress": "已签约"}]});
        let (body, etag) = ok(&put(&mut reporter, &next, &etag, &typed).await);
        let rows = body["content"]["rows"].as_array().unwrap();
        assert_eq!((&rows[0]["progress"], &rows[0]["next_steps"], &rows[0]["repeated"]), (&json!("已签约"), &json!(""), &json!(false)));
        assert_eq!((&rows[1]["progress"], &rows[1]["repeated"]), (&json!("已互访"), &json!(true)));

        // Ticked on the page; never a block.
        let version = etag.trim_matches('"').split('-').next().unwrap().to_owned();
        let (first, second) = (one.0.to_string(), two.0.to_string());
        let (p1, p2, s2) = (format!("progress_{first}"), format!("progress_{second}"), format!("still_{second}"));
        let fields = [("version", version.as_str()), ("then", "save"), ("project", &first), ("project", &second), (&p1, "已签约"), (&p2, "已互访"), (&s2, "1")];
        assert_eq!(page.post(&page_path, &fields).await.status, StatusCode::SEE_OTHER);
        let (body, etag) = ok(&reporter.get(&next).await);
        assert_eq!(body["content"]["rows"][1]["still_true"], true);
        let id = format!("/api/v1/returns/{}", body["id"]);
        ok(&step(&mut reporter, &id, &etag, "submit").await);
    }
}

on_both! {
    async fn a_zero_return_and_the_collected_table(test: TestApp) {
        let path = address(&test, "annex3", "2017-11-30");
        let mut reporter = test.api("reporter").await;
        let (_, etag) = ok(&reporter.get(&path).await);
        let (body, etag) = ok(&put(&mut reporter, &path, &etag, &json!({})).await);
        let id = format!("/api/v1/returns/{}", body["id"]);
        assert_eq!(first_error(&step(&mut reporter, &id, &etag, "submit").await), "zero_reason");
        let (id, etag) = handed_in(&test, &path, &json!({"zero_reason": "没有与央企合作的项目"})).await;
        let mut officer = test.api("officer").await;
        let (body, _) = ok(&officer.get(&id).await);
        assert_eq!(body["editions"][0]["zero"], true);
        let csv = officer.get("/api/v1/returns/annex3/2017-11-30/collected/csv").await.text();
        assert!(csv.contains("本期无央企合作项目,没有与央企合作的项目") && csv.contains("未报送"), "{csv}");
        for kind in ["docx", "xlsx", "pdf"] {
            let file = officer.get(&format!("/api/v1/returns/annex3/2017-11-30/collected/{kind}")).await;
            assert_eq!(file.status, StatusCode::OK, "{kind}");
        }
        ok(&decide(&test, &id, &etag, &json!({"accept": true})).await);
        let page = test.by(Role::Officer).await.get("/returns?kind=annex3").await.text();
        assert!(page.contains("央企合作进展（附件3）") && page.contains("零报告"));
    }
}

on_both! {
    async fn kinds_without_a_date_have_no_periods_until_one_is_set(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        for kind in ["monthly", "yearly_summary"] {
            let page = officer.get(&format!("/returns?kind={kind}")).await.text();
            assert!(page.contains("通知未定，请招商引资处设定报送计划"), "{kind}");
            assert_eq!(test.api("officer").await.get(&format!("/api/v1/returns?kind={kind}")).await.json(), json!([]));
        }
        assert_eq!(officer.get("/returns?kind=annex9").await.status, StatusCode::NOT_FOUND);
        let periods = test.api("officer").await.get("/api/v1/returns/periods?kind=next_year_plan").await.json();
        assert_eq!(periods[0]["due_on"], "2017-12-15");
    }
}

async fn upload(client: &mut Client, path: &str, etag: &str, name: &str, bytes: &[u8]) -> Answer {
    let mut body = format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n").into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let request = axum::http::Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("if-match", etag)
        .header("content-type", "multipart/form-data; boundary=x")
        .body(axum::body::Body::from(body))
        .unwrap();
    client.send(request).await
}

on_both! {
    async fn a_monthly_report_with_files_goes_its_way(test: TestApp) {
        schedule(&test, ReturnKind::Monthly).await;
        cooperation(&test, "C1", |_| {}).await;
        let path = address(&test, "monthly", "2017-11-30");
        let mut reporter = test.api("reporter").await;
        let (body, etag) = ok(&reporter.get(&path).await);
        assert_eq!(body["due_on"], "2017-12-05");
        let figures = body["content"]["figures"].as_array().unwrap().clone();
        assert!(figures.iter().any(|one| one["label"] == "项目库项目数" && one["value"] == "1个"), "{figures:?}");
        assert_eq!(first_error(&put(&mut reporter, &path, &etag, &json!({"rows": [{"project": 1}]})).await), "rows");
        assert_eq!(first_error(&put(&mut reporter, &path, &etag, &json!({"sections": {"ideas": "x"}})).await), "sections.ideas");
        let sections = json!({"work": "走访企业6家", "projects": "在谈1个", "next": "继续推进"});
        let (body, etag) = ok(&put(&mut reporter, &path, &etag, &json!({"sections": {"work": "走访企业6家"}})).await);
        let id = format!("/api/v1/returns/{}", body["id"]);
        assert_eq!(first_error(&step(&mut reporter, &id, &etag, "submit").await), "sections.projects");
        let (body, etag) = ok(&put(&mut reporter, &path, &etag, &json!({"sections": sections})).await);
        let before = body["code"].clone();

        // Files: attached, the same one refused, taken off, the code covers them.
        let files = format!("{id}/files");
        let pdf = crate::funds::PDF;
        assert_eq!(upload(&mut reporter, &files, "\"0-\"", "明细.pdf", pdf).await.status, StatusCode::CONFLICT);
        let (body, etag) = ok(&upload(&mut reporter, &files, &etag, "明细.pdf", pdf).await);
        assert_ne!(body["code"], before);
        assert_eq!(first_error(&upload(&mut reporter, &files, &etag, "明细.pdf", pdf).await), "file");
        assert_eq!(first_error(&upload(&mut reporter, &files, &etag, "坏.exe", b"MZ").await), "file");
        let (body, etag) = ok(&upload(&mut reporter, &files, &etag, "照片.pdf", pdf).await);
        let photo = body["content"]["files"][1]["id"].as_i64().unwrap();
        let remove = [("if-match", etag.as_str())];
        let (body, etag) = ok(&reporter.json(Method::DELETE, &format!("{files}/{photo}"), &remove, &json!({})).await);
        assert_eq!(body["content"]["files"].as_array().unwrap().len(), 1);
        let file = body["content"]["files"][0]["id"].as_i64().unwrap();
        let mut officer = test.api("officer").await;
        assert_eq!(officer.get(&format!("{files}/{file}")).await.status, StatusCode::NOT_FOUND, "not handed in");

        let (_, etag) = ok(&step(&mut reporter, &id, &etag, "submit").await);
        let late = upload(&mut reporter, &files, &etag, "晚了.pdf", pdf).await;
        assert_eq!(first_error(&late), "state");
        let (body, etag) = ok(&step(&mut test.api("approver").await, &id, &etag, "hand_in").await);
        assert_eq!(body["editions"][0]["receipt"], "月报-201711-0001");
        assert_eq!(officer.get(&format!("{files}/{file}")).await.bytes, pdf);
        assert_eq!(officer.get(&format!("{files}/{photo}")).await.status, StatusCode::NOT_FOUND, "never handed in");
        assert_eq!(test.api("leader").await.get(&format!("{files}/{file}")).await.status, StatusCode::NOT_FOUND);
        let frozen = officer.get(&format!("{id}/editions/1")).await.json();
        assert_eq!((&frozen["figures"], &frozen["files"][0]["name"]), (&json!(figures), &json!("明细.pdf")));

        let (body, _) = ok(&decide(&test, &id, &etag, &json!({"accept": false, "reason": "请补充经验做法"})).await);
        assert_eq!(body["state"], "returned");
        let page = test.by(Role::Reporter).await.get(&id.replace("/api/v1", "")).await.text();
        assert!(page.contains("请补充经验做法") && page.contains("明细.pdf") && page.contains("走访企业6家"));
        let mut full = sections.clone();
        full["practice"] = "专班推进".into();
        let (id, etag) = handed_in(&test, &path, &json!({"sections": full, "with_figures": false})).await;
        let different = officer.get(&format!("{id}/compare?from=1&to=2")).await.json();
        assert!(different.as_array().unwrap().iter().any(|one| one["row"] == "经验做法" && one["after"] == "专班推进"), "{different}");
        let (body, _) = ok(&decide(&test, &id, &etag, &json!({"accept": true})).await);
        assert_eq!((&body["state"], &body["content"]["figures"]), (&json!("accepted"), &json!([])));
        let csv = officer.get("/api/v1/returns/monthly/2017-11-30/collected/csv").await.text();
        assert!(csv.contains("专班推进") && csv.contains("未报送"), "{csv}");
    }
}
