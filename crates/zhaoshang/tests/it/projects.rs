//! The project library over the API: both times, pending and accepted, finding, rights.

use axum::http::{Method, StatusCode};
use domain::{ProjectId, RevisionId, permission::Role};
use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

const PROJECTS: &str = "/api/v1/projects";

fn project(name: &str) -> Value {
    json!({"fields": {
        "name": name, "basic_info": "建设标准仓储6万平方米，含冷链𠮷区", "industry": "现代物流", "investment_wan": "12000",
        "district": "330305", "horizon": "near", "contact_name": "联系人甲", "contact_phone": "13800001234",
        "investors": [{"name": "某央企物流有限公司", "origin": "domestic", "ownership": "central"}],
        "signings": [{"on": "2017-05-24", "kind": "formal", "level": "city", "event": "浙洽会", "amount_wan": "12000"}],
        "milestones": {"negotiating": "2017-03"},
    }})
}

async fn added(reporter: &mut Client, body: &Value) -> (String, String, Value) {
    let answer = reporter.json(Method::POST, PROJECTS, &[], body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let path = format!("{PROJECTS}/{}", answer.json()["id"]);
    (path, answer.header("etag").to_owned(), answer.json())
}

async fn saved(reporter: &mut Client, path: &str, etag: &str, body: &Value) -> (Value, String) {
    let answer = reporter
        .json(Method::PUT, path, &[("if-match", etag)], body)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    (answer.json(), answer.header("etag").to_owned())
}

/// The authority accepts the head, as the acceptance of a return does.
async fn accept(test: &TestApp, id: &Value) {
    let id = ProjectId(id.as_i64().unwrap());
    let now = test.app.now();
    let tx = test.store.begin().await.unwrap();
    let project = store::projects::by_id(&tx, id).await.unwrap().unwrap();
    let head: RevisionId = project.head;
    let revision = store::projects::revision(&tx, head).await.unwrap().unwrap();
    store::projects::accept(&tx, id, &revision, false, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn found(client: &mut Client, query: &str) -> Vec<String> {
    let answer = client.get(&format!("{PROJECTS}?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
    let rows = answer.json()["rows"].as_array().unwrap().clone();
    let names = rows
        .iter()
        .map(|row| row["fields"]["name"].as_str().unwrap().to_owned());
    names.collect()
}

on_both! {
    async fn a_project_is_entered_changed_and_seen_at_both_times(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        let mut body = project("瓯江口临港仓储项目");
        body["effective_on"] = json!("2017-06-01");
        let (path, etag, first) = added(&mut reporter, &body).await;
        assert_eq!(first["code"], "WZ2017-01-0001");
        assert_eq!(first["stage"], "signed");
        assert_eq!(first["fields"]["contact_phone"], "138****1234");
        let known_first = test.app.now();
        test.clock.set("2017-11-25T01:00:00Z");

        body["fields"]["investment_wan"] = json!("15000.5");
        body["fields"]["contact_phone"] = json!("138****1234");
        body["effective_on"] = json!("2017-11-20");
        body["reason"] = json!("可研批复");
        let (second, _) = saved(&mut reporter, &path, &etag, &body).await;
        assert_eq!((&second["revision"], &second["fields"]["investment_wan"]), (&json!(2), &json!("15000.5")));
        let contact = reporter.json(Method::POST, &format!("{path}/contact"), &[], &json!({})).await;
        assert_eq!(contact.json()["phone"], "13800001234", "a masked number that comes back is no change");

        let at = async |query: &str| {
            let answer = test.api("reporter").await.get(&format!("{path}?{query}")).await;
            (answer.status, answer.json()["fields"]["investment_wan"].clone())
        };
        assert_eq!(at("as_of=2017-11-19").await, (StatusCode::OK, json!("12000")));
        assert_eq!(at("as_of=2017-11-20").await, (StatusCode::OK, json!("15000.5")));
        let known = known_first.to_rfc3339().replace('+', "%2B");
        assert_eq!(at(&format!("as_of=2017-11-20&known_at={known}")).await, (StatusCode::OK, json!("12000")));
        assert_eq!(at("as_of=2017-05-31").await.0, StatusCode::NOT_FOUND);
        assert_eq!(at("colour=red").await.0, StatusCode::UNPROCESSABLE_ENTITY);

        let history = reporter.get(&format!("{path}/history")).await.json();
        assert_eq!(history[0]["reason"], "可研批复");
        assert_eq!(history[0]["changes"], json!([{"field": "investment", "label": "投资额（万元）", "before": "12000", "after": "15000.5"}]));
        let compared = reporter.get(&format!("{PROJECTS}/compare?from=2017-05-31&to=2017-11-30")).await.json();
        assert_eq!((&compared[0]["was_there"], &compared[0]["is_there"]), (&json!(false), &json!(true)));
        let compared = reporter.get(&format!("{path}/compare?from=2017-11-01&to=2017-11-30")).await.json();
        assert_eq!(compared["changes"][0]["after"], "15000.5");
    }
}

on_both! {
    async fn a_back_dated_save_holds_from_its_day_on(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        let mut body = project("倒填项目");
        body["effective_on"] = json!("2017-09-01");
        let (path, etag, _) = added(&mut reporter, &body).await;
        body["fields"]["remarks"] = json!("十一月");
        body["effective_on"] = json!("2017-11-01");
        let (_, etag) = saved(&mut reporter, &path, &etag, &body).await;
        body["fields"]["remarks"] = json!("十月补记");
        body["effective_on"] = json!("2017-10-01");
        saved(&mut reporter, &path, &etag, &body).await;
        for (day, remarks) in [("2017-09-30", ""), ("2017-10-01", "十月补记"), ("2017-11-10", "十月补记")] {
            let seen = reporter.get(&format!("{path}?as_of={day}")).await.json();
            assert_eq!(seen["fields"]["remarks"], remarks, "{day}");
        }
    }
}

on_both! {
    async fn the_authority_sees_what_it_accepted(test: TestApp) {
        let (mut reporter, mut officer) = (test.api("reporter").await, test.api("officer").await);
        let mut body = project("受理前后");
        let (path, _, first) = added(&mut reporter, &body).await;
        assert_eq!(officer.get(&path).await.status, StatusCode::NOT_FOUND, "not reported yet");
        assert!(found(&mut officer, "").await.is_empty());
        accept(&test, &first["id"]).await;
        assert_eq!(officer.get(&path).await.json()["track"], "accepted");

        body["fields"]["investment_wan"] = json!("13000");
        let etag = reporter.get(&path).await.header("etag").to_owned();
        let (own, etag) = saved(&mut reporter, &path, &etag, &body).await;
        assert_eq!(own["pending"], true);
        assert_eq!(officer.get(&path).await.json()["fields"]["investment_wan"], "12000", "reportable changes wait");
        assert_eq!(found(&mut reporter, "pending=yes").await.len(), 1);

        body["fields"]["investment_wan"] = json!("12000");
        body["fields"]["remarks"] = json!("已联系");
        let (own, _) = saved(&mut reporter, &path, &etag, &body).await;
        assert_eq!(own["pending"], false, "nothing reportable differs any more");
        assert_eq!(officer.get(&path).await.json()["fields"]["remarks"], "已联系", "what is not reportable follows at once");
    }
}

on_both! {
    async fn what_is_wrong_is_told_by_its_field_and_changes_nothing(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        let (path, etag, _) = added(&mut reporter, &project("查错项目")).await;
        let refused = async |method: Method, path: &str, etag: &str, body: &Value| {
            let answer = test.api("reporter").await.json(method, path, &[("if-match", etag)], body).await;
            (answer.status, answer.text())
        };
        for (field, value, named) in [
            ("name", json!(""), "name"),
            ("industry", json!("煤炭"), "industry"),
            ("investment_wan", json!("1.2亿"), "investment_wan"),
            ("horizon", json!("soon"), "horizon"),
            ("milestones", json!({"started": "2018-01"}), "milestones.started"),
            ("milestones", json!({"started": "2017-02-29"}), "milestones.started"),
            ("signings", json!([{"on": "2017-05", "kind": "formal", "level": "city", "currency": "usd"}]), "signings.0.currency"),
            ("contact_phone", json!("138****0000"), "contact_phone"),
            ("colour", json!("red"), "colour"),
            ("remarks", json!("a\u{7}b"), "remarks"),
        ] {
            let mut body = project("查错项目");
            body["fields"][field] = value;
            let (status, text) = refused(Method::PUT, &path, &etag, &body).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {text}");
            assert!(text.contains(named), "{field}: {text}");
        }
        let mut jump = project("查错项目");
        jump["fields"]["investment_wan"] = json!("120000");
        let (status, text) = refused(Method::PUT, &path, &etag, &jump).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && text.contains("十倍"), "{text}");
        jump["amount_confirmed"] = json!(true);
        let (_, newer) = saved(&mut reporter, &path, &etag, &jump).await;
        let (status, _) = refused(Method::PUT, &path, &etag, &project("晚到的修改")).await;
        assert_eq!(status, StatusCode::CONFLICT);
        let answer = reporter.json(Method::PUT, &path, &[], &jump).await;
        assert_eq!(answer.status, StatusCode::PRECONDITION_REQUIRED);
        jump["fields"]["milestones"] = json!({});
        let (status, text) = refused(Method::PUT, &path, &newer, &jump).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && text.contains("在谈"), "undoing needs a reason: {text}");
        assert_eq!(reporter.get(&path).await.json()["revision"], 2);
    }
}

on_both! {
    async fn projects_are_found_by_any_part_of_their_words(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        added(&mut reporter, &project("瓯江口临港仓储项目")).await;
        let mut other = project("ＡＢＣ文化创意园（一期）");
        other["fields"]["industry"] = json!("文化创意");
        other["fields"]["investment_wan"] = json!("800");
        other["fields"]["signings"] = json!([]);
        other["fields"]["basic_info"] = json!("100%改造_旧厂房");
        other["fields"]["investors"] = json!([{"name": "外商", "origin": "foreign"}]);
        added(&mut reporter, &other).await;
        let both = ["瓯江口临港仓储项目", "ＡＢＣ文化创意园（一期）"];
        for (query, names) in [
            ("q=%E4%BB%93", &both[..1]),
            ("q=%E4%B8%B4%E6%B8%AF", &both[..1]),
            ("q=%E4%B8%B4%E6%B8%AF%E4%BB%93%E5%82%A8%E9%A1%B9", &both[..1]),
            ("q=%F0%A0%AE%B7", &both[..1]),
            ("q=%F0%A0%AE%B7%E5%8C%BA", &both[..1]),
            ("q=abc", &both[1..]),
            ("q=%EF%BC%A1bc%E6%96%87", &both[1..]),
            ("q=(%E4%B8%80%E6%9C%9F)", &both[1..]),
            ("q=100%25", &both[1..]),
            ("q=0%25_", &[]),
            ("q=%E4%BB%93%E6%B8%AF", &[]),
            ("q=13800001234", &[]),
            ("q=WZ2017-01-0002", &both[1..]),
            ("stage=signed", &both[..1]),
            ("industry=%E6%96%87%E5%8C%96%E5%88%9B%E6%84%8F", &both[1..]),
            ("foreign=yes&investment_most=1000", &both[1..]),
            ("central=yes", &both[..1]),
            ("signed_from=2017-05-01&signed_to=2017-05-31", &both[..1]),
            ("signed=no", &both[1..]),
            ("basic_info=%E6%97%A7%E5%8E%82", &both[1..]),
            ("name=%E6%97%A7%E5%8E%82", &[]),
            ("sort=investment&order=desc", &both),
            ("as_of=2017-11-23", &[]),
        ] {
            assert_eq!(found(&mut reporter, query).await, names, "{query}");
        }
        let reversed: Vec<&str> = both.into_iter().rev().collect();
        assert_eq!(found(&mut reporter, "sort=investment").await, reversed);
        let list = reporter.get(&format!("{PROJECTS}?size=1&page=2")).await.json();
        assert_eq!((&list["total"], &list["pages"], &list["investment_wan"]), (&json!(2), &json!(2), &json!("12800")));
        assert_eq!(reporter.get(&format!("{PROJECTS}?stage=gone")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

on_both! {
    async fn a_project_goes_to_the_authoritys_library_and_nobody_takes_others_steps(test: TestApp) {
        let (mut reporter, mut officer) = (test.api("reporter").await, test.api("officer").await);
        let (path, etag, first) = added(&mut reporter, &project("选送项目")).await;
        let step = async |client: &mut Client, etag: &str, step: &str, reason: &str| {
            let body = json!({"step": step, "reason": reason});
            let answer = client.json(Method::POST, &format!("{path}/steps"), &[("if-match", etag)], &body).await;
            (answer.status, answer.header("etag").to_owned())
        };
        let (status, _) = step(&mut reporter, &etag, "put_forward", "").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "the authority has not accepted it yet");
        accept(&test, &first["id"]).await;
        let etag = reporter.get(&path).await.header("etag").to_owned();
        let (status, _) = step(&mut reporter, &etag, "put_forward", "").await;
        assert_eq!(status, StatusCode::OK);
        let etag = officer.get(&path).await.header("etag").to_owned();
        assert_eq!(step(&mut reporter, &etag, "admit", "").await.0, StatusCode::NOT_FOUND);
        assert_eq!(step(&mut officer, &etag, "send_back", " ").await.0, StatusCode::UNPROCESSABLE_ENTITY);
        let (status, admitted) = step(&mut officer, &etag, "admit", "").await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(step(&mut officer, &etag, "admit", "").await.0, StatusCode::UNPROCESSABLE_ENTITY, "twice: told where it stands");
        let bulk = json!({"ids": [first["id"], 999_999], "step": "remove", "reason": "重复"});
        let bulk = officer.json(Method::POST, &format!("{PROJECTS}/steps"), &[], &bulk).await.json();
        assert_eq!((bulk["done"].as_array().unwrap().len(), bulk["refused"].as_array().unwrap().len()), (1, 1));
        let _ = admitted;
        assert_eq!(found(&mut reporter, "standing=removed").await.len(), 1);
    }
}

on_both! {
    async fn likely_twins_are_told_and_other_units_only_hinted_at(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        added(&mut reporter, &project("瓯江口临港仓储项目")).await;
        let ask = json!({"fields": {"name": "温州瓯江口临港仓储（一期）工程"}});
        let twins = reporter.json(Method::POST, &format!("{PROJECTS}/twins"), &[], &ask).await.json();
        assert_eq!(twins[0]["name"], "瓯江口临港仓储项目");
        let tx = test.store.begin().await.unwrap();
        let stranger = domain::project::ProjectFields { name: "瓯江口临港仓储".into(), ..Default::default() };
        let new = store::projects::NewProject { authority: test.seeded.authority, unit: test.seeded.enterprises[1], code: "X-1", copied_from: None };
        let by = store::people::by_login(&tx, "officer").await.unwrap().unwrap().id;
        let first = store::projects::NewRevision { fields: &stranger, effective_on: "2017-11-01".parse().unwrap(), reason: "", by, at: test.app.now() };
        let other = store::projects::add(&tx, &new, &first).await.unwrap();
        tx.commit().await.unwrap();
        let twins = reporter.json(Method::POST, &format!("{PROJECTS}/twins"), &[], &ask).await.json();
        assert_eq!(twins.as_array().unwrap().len(), 2);
        assert_eq!(twins[1], json!({"project": null, "code": null, "name": null, "why": []}));
        assert_eq!(reporter.get(&format!("{PROJECTS}/{other}")).await.status, StatusCode::NOT_FOUND);
        let officers = test.api("officer").await.json(Method::POST, &format!("{PROJECTS}/twins"), &[], &ask).await.json();
        assert_eq!(officers.as_array().unwrap().len(), 2);
    }
}

on_both! {
    async fn the_rules_decide_codes_and_what_must_be_reported(test: TestApp) {
        let (mut reporter, mut officer) = (test.api("reporter").await, test.api("officer").await);
        let rules = officer.get(&format!("{PROJECTS}/rules")).await;
        let mut body = rules.json();
        body["code_rule"] = json!("国资{序号}/{年}");
        body["reportable"] = json!(["name"]);
        let path = format!("{PROJECTS}/rules");
        let set = officer.json(Method::PUT, &path, &[("if-match", rules.header("etag"))], &body).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text());
        let again = officer.json(Method::PUT, &path, &[("if-match", rules.header("etag"))], &body).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        let (path, _, first) = added(&mut reporter, &project("按新规则编号")).await;
        assert_eq!(first["code"], "国资0001/2017");
        accept(&test, &first["id"]).await;
        let etag = reporter.get(&path).await.header("etag").to_owned();
        let mut changed = project("按新规则编号");
        changed["fields"]["investment_wan"] = json!("13000");
        let (own, _) = saved(&mut reporter, &path, &etag, &changed).await;
        assert_eq!(own["pending"], false);
    }
}

on_both! {
    async fn files_are_kept_with_the_revision_that_has_them(test: TestApp) {
        const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
        let mut reporter = test.api("reporter").await;
        let (path, etag, _) = added(&mut reporter, &project("有附件")).await;
        let attached = reporter.upload_with(&format!("{path}/files"), "可研批复.pdf", PDF, &[("if-match", &etag)]).await;
        assert_eq!(attached.status, StatusCode::CREATED, "{}", attached.text());
        let file = attached.json()["attachments"][0]["file"].clone();
        let taken = reporter.get(&format!("{path}/files/{file}")).await;
        assert_eq!(taken.status, StatusCode::OK);
        assert!(taken.header("content-disposition").contains("filename*=UTF-8''"));
        let refused = reporter.upload_with(&format!("{path}/files"), "x.exe", b"MZ", &[("if-match", attached.header("etag"))]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let gone = reporter.json(Method::DELETE, &format!("{path}/files/{file}"), &[("if-match", attached.header("etag"))], &json!({})).await;
        assert_eq!(gone.status, StatusCode::OK, "{}", gone.text());
        assert_eq!(gone.json()["attachments"], json!([]));
        assert_eq!(reporter.get(&format!("{path}/files/{file}")).await.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn contacts_are_shown_to_those_who_call_and_each_look_is_noted(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        let (path, _, first) = added(&mut reporter, &project("联系人")).await;
        accept(&test, &first["id"]).await;
        let mut leader = test.api("leader").await;
        assert_eq!(leader.get(&path).await.json()["fields"]["contact_phone"], "138****1234");
        let refused = leader.json(Method::POST, &format!("{path}/contact"), &[], &json!({})).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        let shown = test.api("officer").await.json(Method::POST, &format!("{path}/contact"), &[], &json!({})).await;
        assert_eq!(shown.json()["phone"], "13800001234");
        let audit = test.by(Role::AuditAdmin).await.get("/audit?kind=access").await.text();
        assert!(audit.contains("查看联系电话全文"), "{audit}");
    }
}

on_both! {
    async fn two_saves_at_once_have_one_effect(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        let (path, etag, _) = added(&mut reporter, &project("同时修改")).await;
        let (mut one, mut two) = (test.api("reporter").await, test.api("reporter").await);
        let (mut first, mut second) = (project("甲改"), project("乙改"));
        first["fields"]["remarks"] = json!("甲");
        second["fields"]["remarks"] = json!("乙");
        let head = [("if-match", etag.as_str())];
        let (a, b) = tokio::join!(one.json(Method::PUT, &path, &head, &first), two.json(Method::PUT, &path, &head, &second));
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", a.text(), b.text());
        assert_eq!(reporter.get(&path).await.json()["revision"], 2);
    }
}

on_both! {
    async fn what_is_shown_goes_out_as_a_file_and_long_ones_by_a_job(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        added(&mut reporter, &project("=1+1 公式项目")).await;
        added(&mut reporter, &project("另一个")).await;
        let mut page = test.by(Role::Reporter).await;
        let asked = page
            .post("/projects/export", &[("query", "/projects?q=%E5%85%AC%E5%BC%8F&columns=code&columns=investment"), ("format", "csv")])
            .await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text());
        let at = asked.location().to_owned();
        assert!(page.get(&at).await.text().contains("共 1 个项目"));
        let file = page.get(&format!("{at}/file")).await;
        let text = file.text();
        assert!(text.contains("项目名称,项目编号,投资额（万元）") && text.contains("'=1+1 公式项目") && !text.contains("另一个"), "{text}");
        let mut other = test.by_login("officer").await;
        assert_eq!(other.get(&format!("{at}/file")).await.status, StatusCode::NOT_FOUND, "a file is its owner's");
        let none = page.post("/projects/export", &[("query", "/projects?q=%E6%97%A0%E6%AD%A4"), ("format", "xlsx")]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        seed_many(&test, 1100).await;
        let asked = page.post("/projects/export", &[("query", "/projects?sort=name"), ("format", "xlsx")]).await;
        let at = asked.location().to_owned();
        assert!(page.get(&at).await.text().contains("0 / 1102"), "long ones wait for the job");
        let folder = tempfile::tempdir().unwrap();
        while test.app.work_one_job(folder.path()).await.unwrap() {}
        let file = page.get(&format!("{at}/file")).await;
        assert!(file.status == StatusCode::OK && file.bytes.starts_with(b"PK"), "{}", file.status);
    }
}

/// Adds projects of the reporter's enterprise behind the verbs.
async fn seed_many(test: &TestApp, count: usize) {
    let tx = test.store.begin().await.unwrap();
    let by = store::people::by_login(&tx, "reporter")
        .await
        .unwrap()
        .unwrap()
        .id;
    for number in 0..count {
        let fields = domain::project::ProjectFields {
            name: format!("第{number}个"),
            ..Default::default()
        };
        let code = format!("M{number}");
        let new = store::projects::NewProject {
            authority: test.seeded.authority,
            unit: test.seeded.enterprises[0],
            code: &code,
            copied_from: None,
        };
        let first = store::projects::NewRevision {
            fields: &fields,
            effective_on: "2017-11-01".parse().unwrap(),
            reason: "",
            by,
            at: test.app.now(),
        };
        store::projects::add(&tx, &new, &first).await.unwrap();
    }
    tx.commit().await.unwrap();
}

on_both! {
    async fn money_in_place_shows_on_the_project_it_names(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        let (path, _, _) = added(&mut reporter, &project("临港 仓储")).await;
        let entry = json!({"received_on": "2017-11-10", "amount_wan": "300", "project": "临港仓储", "investor": "某物流公司", "proof": "bank_slip"});
        crate::funds::accepted(&test, &entry).await;
        assert_eq!(reporter.get(&path).await.json()["stage"], "funded");
        assert_eq!(found(&mut reporter, "stage=funded").await, ["临港 仓储"]);
        let (later, _, _) = added(&mut reporter, &project("临港仓储")).await;
        assert_eq!(reporter.get(&later).await.json()["stage"], "funded", "also where the entry came first");
    }
}

on_both! {
    async fn named_lists_have_targets_and_steps_and_tell_enterprises_their_own(test: TestApp) {
        let (mut reporter, mut officer) = (test.api("reporter").await, test.api("officer").await);
        let (_, _, first) = added(&mut reporter, &project("清单里的项目")).await;
        accept(&test, &first["id"]).await;
        let fields = json!({"name": "重大项目谋划盯引清单", "document_number": "〔2017〕36号", "year": 2017});
        let lists = format!("{PROJECTS}/lists");
        assert_eq!(reporter.json(Method::POST, &lists, &[], &fields).await.status, StatusCode::NOT_FOUND);
        let list = officer.json(Method::POST, &lists, &[], &fields).await;
        assert_eq!(list.status, StatusCode::CREATED, "{}", list.text());
        let path = format!("{lists}/{}", list.json()["id"]);
        assert_eq!(reporter.get(&path).await.status, StatusCode::NOT_FOUND, "none of its projects is in it");
        let put = officer.json(Method::POST, &format!("{path}/projects"), &[], &json!({"codes": [first["code"]]})).await;
        assert_eq!(put.status, StatusCode::OK, "{}", put.text());
        let item = format!("{path}/projects/{}", first["id"]);
        let goal = json!({"target": "年内开工", "steps": [{"words": "可研批复", "due": "2017-06"}, {"words": "开工"}]});
        let version = format!("\"{}\"", put.json()["items"][0]["version"]);
        let set = officer.json(Method::PUT, &item, &[("if-match", &version)], &goal).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text());
        assert_eq!(officer.json(Method::PUT, &item, &[("if-match", &version)], &goal).await.status, StatusCode::CONFLICT);
        let version = format!("\"{}\"", set.json()["items"][0]["version"]);
        let tick = json!({"step": 0, "done_on": "2017-06-20"});
        let ticked = reporter.json(Method::POST, &format!("{item}/steps"), &[("if-match", &version)], &tick).await;
        assert_eq!(ticked.status, StatusCode::OK, "{}", ticked.text());
        let seen = officer.get(&lists).await.json();
        assert_eq!((&seen[0]["done"], &seen[0]["steps"]), (&json!(1), &json!(2)));
        assert_eq!(found(&mut reporter, &format!("list={}", list.json()["id"])).await, ["清单里的项目"]);
        let file = reporter.get(&format!("{PROJECTS}/files/csv?q=%E6%B8%85%E5%8D%95")).await;
        assert!(file.status == StatusCode::OK && file.text().contains("清单里的项目"), "{}", file.text());
        let brochure = reporter.get(&format!("{PROJECTS}/brochure?id={}", first["id"])).await;
        assert!(brochure.bytes.starts_with(b"%PDF"), "{}", brochure.status);
    }
}
