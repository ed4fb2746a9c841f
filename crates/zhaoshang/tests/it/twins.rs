//! Likely twins, one project taken into another and apart again, split, and who had the first talk.

use axum::http::{Method, StatusCode};
use domain::{
    Money, ProjectId, UnitId,
    first_talk::{Counts, Share},
    permission::Role,
    project::{Milestone, ProjectFields, Signing, SigningKind, SigningLevel},
};
use serde_json::{Value, json};
use store::projects::{NewProject, NewRevision, totals, twin_pairs};
use testkit::{Client, TestApp, on_both};

use crate::{
    projects_pages::person as account,
    returns::{day, first_error, ok, person, post},
};

fn signing(on: &str, wan: i64) -> Signing {
    Signing {
        on: on.parse().unwrap(),
        kind: SigningKind::Formal,
        level: SigningLevel::City,
        event: "浙洽会".to_owned(),
        amount: Some(Money::from_wan(wan)),
        currency: None,
        rate: None,
        relation: None,
    }
}

fn fields(name: &str, wan: i64) -> ProjectFields {
    let mut fields = ProjectFields {
        name: name.to_owned(),
        basic_info: "用地面积50亩".to_owned(),
        investment: Some(Money::from_wan(wan)),
        district: "330305".to_owned(),
        contact_name: "联系人甲".to_owned(),
        contact_phone: "13800000001".to_owned(),
        signings: vec![signing("2017-05-24", wan)],
        ..ProjectFields::default()
    };
    fields
        .milestones
        .insert(Milestone::Negotiating, "2017-03".parse().unwrap());
    fields
}

/// A project that the authority has accepted, entered as of `from`.
async fn known(
    test: &TestApp,
    unit: UnitId,
    code: &str,
    from: &str,
    fields: &ProjectFields,
) -> ProjectId {
    let by = person(test, "reporter").await;
    let tx = test.store.begin().await.unwrap();
    let new = NewProject {
        authority: test.seeded.authority,
        unit,
        code,
        copied_from: None,
    };
    let at = test.app.now();
    let first = NewRevision {
        fields,
        effective_on: day(from),
        reason: "",
        by,
        at,
    };
    let id = store::projects::add(&tx, &new, &first).await.unwrap();
    let project = store::projects::by_id(&tx, id).await.unwrap().unwrap();
    let head = store::projects::revision(&tx, project.head)
        .await
        .unwrap()
        .unwrap();
    store::projects::accept(&tx, id, &head, false, at)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

async fn change(
    test: &TestApp,
    id: ProjectId,
    pending: bool,
    edit: impl FnOnce(&mut ProjectFields),
) {
    let by = person(test, "reporter").await;
    let tx = test.store.begin().await.unwrap();
    let project = store::projects::by_id(&tx, id).await.unwrap().unwrap();
    let mut fields = store::projects::revision(&tx, project.head)
        .await
        .unwrap()
        .unwrap()
        .fields;
    edit(&mut fields);
    let new = NewRevision {
        fields: &fields,
        effective_on: test.app.today(),
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

async fn head(test: &TestApp, id: ProjectId) -> ProjectFields {
    let head = stored(test, id).await.head;
    store::projects::revision(&test.store.read(), head)
        .await
        .unwrap()
        .unwrap()
        .fields
}

/// Merges `gone` into `into` from the versions there are; gives the merge's address and tag.
async fn merged(
    test: &TestApp,
    gone: ProjectId,
    into: ProjectId,
    effective_on: Option<&str>,
    choices: Value,
) -> (String, String) {
    let answer = try_merge(
        &mut test.api("officer").await,
        test,
        gone,
        into,
        json!({"effective_on": effective_on, "choices": choices}),
    )
    .await;
    let (body, etag) = ok(&answer);
    (format!("/api/v1/merges/{}", body["id"]), etag)
}

async fn try_merge(
    officer: &mut Client,
    test: &TestApp,
    gone: ProjectId,
    into: ProjectId,
    other: Value,
) -> testkit::Answer {
    let mut body = json!({
        "gone": gone, "gone_version": stored(test, gone).await.version, "reason": "两家登记了同一个项目",
    });
    for (key, value) in other.as_object().unwrap() {
        body[key] = value.clone();
    }
    let etag = format!("\"{}\"", stored(test, into).await.version);
    post(
        officer,
        &format!("/api/v1/projects/{into}/merge"),
        &etag,
        &body,
    )
    .await
}

/// Codes of the library, now or on a day as known at a moment.
async fn codes(client: &mut Client, query: &str) -> Vec<String> {
    let answer = client
        .get(&format!("/api/v1/projects?sort=code&{query}"))
        .await;
    let (body, _) = ok(&answer);
    let rows = body["rows"].as_array().unwrap().clone();
    rows.iter()
        .map(|row| row["code"].as_str().unwrap().to_owned())
        .collect()
}

/// Kept totals equal a recount, and the index of texts agrees with the list.
async fn totals_hold(test: &TestApp) {
    assert_eq!(totals::differing(&test.store.read()).await.unwrap(), 0);
}

async fn rows_of_annex2(test: &TestApp, cut_off: &str) -> Vec<(String, String)> {
    let path = format!(
        "/api/v1/returns/annex2/{cut_off}/{}",
        test.seeded.enterprises[0]
    );
    let (body, _) = ok(&test.api("reporter").await.get(&path).await);
    let rows = body["content"]["rows"].as_array().unwrap().clone();
    rows.iter()
        .map(|row| {
            (
                row["code"].as_str().unwrap().to_owned(),
                row["kind"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

async fn other_reporter(test: &TestApp) -> Client {
    account(test, test.seeded.enterprises[1], "stranger", Role::Reporter).await;
    test.api("stranger").await
}

fn instant(at: domain::Instant) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

on_both! {
    async fn likely_twins_are_found_decided_and_come_back_when_something_compared_changes(test: TestApp) {
        let [bank, city, _] = test.seeded.enterprises[..] else { panic!() };
        let one = known(&test, bank, "A-1", "2017-03-01", &fields("瓯江口临港仓储物流项目", 12000)).await;
        let two = known(&test, city, "B-1", "2017-03-01", &fields("温州瓯江口临港仓储物流（一期）", 12300)).await;
        known(&test, city, "B-2", "2017-03-01", &fields("文化创意园", 12000)).await;
        let mut officer = test.api("officer").await;
        let (body, _) = ok(&officer.get("/api/v1/twins").await);
        assert_eq!((&body["open"], &body["waiting"]), (&json!(1), &json!(0)));
        let pair = &body["groups"][0]["pairs"][0];
        assert_eq!((&pair["first"], &pair["second"]), (&json!(one), &json!(two)));
        assert_eq!(pair["why"], json!(["名称相同或几乎相同", "地点相同", "投资额相近"]));

        let path = format!("/api/v1/twins/{one}/{two}");
        let (body, etag) = ok(&officer.get(&path).await);
        assert!(body["fields"].as_array().unwrap().iter().any(|field| field["field"] == "investment" && field["differs"] == true));
        let said = |version: &Value, reason: &str| json!({"different": true, "reason": reason, "second_version": version});
        let decision = format!("{path}/decision");
        assert_eq!(first_error(&post(&mut officer, &decision, &etag, &said(&body["second_version"], " ")).await), "reason");
        assert_eq!(post(&mut officer, &decision, &etag, &said(&json!(99), "不同")).await.status, StatusCode::CONFLICT);
        assert_eq!(post(&mut officer, &decision, &etag, &said(&body["second_version"], "一、二期，分别立项")).await.status, StatusCode::NO_CONTENT);
        let state = async |query: &str| ok(&test.api("officer").await.get(&format!("/api/v1/twins{query}")).await).0;
        assert_eq!(state("").await["open"], 0);
        assert_eq!(state("?state=decided").await["groups"][0]["pairs"][0]["note"]["reason"], "一、二期，分别立项");

        change(&test, one, false, |fields| fields.remarks = "别的".into()).await;
        assert_eq!(state("").await["open"], 0, "nothing compared has changed");
        change(&test, one, false, |fields| fields.investment = Some(Money::from_wan(12200))).await;
        let body = state("").await;
        assert_eq!((&body["open"], &body["groups"][0]["pairs"][0]["changed"]), (&json!(1), &json!("投资额")));
        let page = test.by(Role::Officer).await.get("/twins").await.text();
        assert!(page.contains("投资额有变化") && page.contains("一、二期，分别立项"), "{page}");

        for login in ["reporter", "leader", "approver"] {
            assert_eq!(test.api(login).await.get("/api/v1/twins").await.status, StatusCode::NOT_FOUND, "{login}");
        }
    }
}

on_both! {
    async fn pairs_are_those_that_comparing_everything_would_find(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let words = ["临港仓储物流", "龙湾机场货运", "瓯海奥体中心", "洞头海岛旅游"];
        let mut all = Vec::new();
        for at in 0..40_usize {
            let name = format!("{}{}", words[at % 4], ["中心", "二期", "产业园", "基地", "新城"][at % 5]);
            let mut one = fields(&name, 1000 + 40 * i64::try_from(at).unwrap());
            one.district = ["330302", "330303", "330305"][at % 3].to_owned();
            all.push((known(&test, bank, &format!("C-{at:02}"), "2017-03-01", &one).await, domain::library::Likeness::of(&one)));
        }
        while test.app.refresh_twins().await.unwrap() > 0 {}
        let found: std::collections::BTreeSet<_> = twin_pairs::pairs(&test.store.read(), test.seeded.authority, true, 2000).await.unwrap()
            .into_iter().map(|pair| (pair.a, pair.b)).collect();
        let mut expected = std::collections::BTreeSet::new();
        for (at, (a, mine)) in all.iter().enumerate() {
            for (b, theirs) in &all[at + 1..] {
                if mine.alike(theirs).is_some() {
                    expected.insert((*a, *b));
                }
            }
        }
        assert!(!expected.is_empty());
        assert_eq!(found, expected);
    }
}

on_both! {
    async fn of_a_crowd_of_one_name_decided_pairs_make_room_for_the_next(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let mut crowd = Vec::new();
        for at in 0..18 {
            crowd.push(known(&test, bank, &format!("C-{at:02}"), "2017-03-01", &fields("临港仓储", 1000 * (at + 1))).await);
        }
        while test.app.refresh_twins().await.unwrap() > 0 {}
        let last = *crowd.last().unwrap();
        let others = async || -> Vec<ProjectId> {
            let pairs = twin_pairs::pairs(&test.store.read(), test.seeded.authority, true, 2000).await.unwrap();
            pairs.into_iter().filter(|pair| pair.b == last).map(|pair| pair.a).collect()
        };
        let shown = others().await;
        assert!(shown.len() < crowd.len() - 1, "nobody looks through all of them: {}", shown.len());
        let mut officer = test.api("officer").await;
        let mut met = std::collections::BTreeSet::new();
        for _ in 0..crowd.len() {
            while test.app.refresh_twins().await.unwrap() > 0 {}
            let Some(other) = others().await.into_iter().next() else { break };
            met.insert(other);
            let path = format!("/api/v1/twins/{other}/{last}");
            let (body, etag) = ok(&officer.get(&path).await);
            let said = json!({"different": true, "reason": "分期", "second_version": body["second_version"]});
            assert_eq!(post(&mut officer, &format!("{path}/decision"), &etag, &said).await.status, StatusCode::NO_CONTENT);
        }
        assert_eq!(met.len(), crowd.len() - 1, "every one comes up once those before it are decided");
    }
}

on_both! {
    async fn a_merge_keeps_both_histories_and_counts_nothing_twice(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let into = known(&test, bank, "A-1", "2017-03-01", &fields("临港仓储", 12000)).await;
        let mut second = fields("临港仓储物流", 12500);
        second.signings = vec![signing("2017-05-24", 12000), signing("2017-09-01", 500)];
        second.basic_info = "第二份".into();
        let gone = known(&test, bank, "A-2", "2017-04-01", &second).await;
        for (name, wan) in [("临港仓储", "300"), ("临港仓储物流", "40")] {
            crate::funds::accepted(&test, &json!({"received_on": "2017-10-20", "amount_wan": wan, "proof": "bank_slip", "project": name, "investor": "某投资方"})).await;
        }
        assert_eq!((stored(&test, into).await.funds, stored(&test, gone).await.funds), (Money::from_wan(300), Money::from_wan(40)));
        let mut officer = test.api("officer").await;
        let list = ok(&officer.json(Method::POST, "/api/v1/projects/lists", &[], &json!({"name": "5213", "year": 2017})).await).0["id"].clone();
        let list = format!("/api/v1/projects/lists/{list}");
        ok(&officer.json(Method::POST, &format!("{list}/projects"), &[], &json!({"codes": ["A-2"]})).await);
        let before = test.app.now();
        let (path, _) = merged(&test, gone, into, Some("2017-11-01"), json!({"investment": "gone", "signings": "both"})).await;

        totals_hold(&test).await;
        assert_eq!(codes(&mut officer, "").await, ["A-1"]);
        assert_eq!(codes(&mut officer, "as_of=2017-10-31").await, ["A-1", "A-2"], "before that day both were there");
        assert_eq!(codes(&mut officer, "as_of=2017-11-01").await, ["A-1"]);
        assert_eq!(codes(&mut officer, &format!("as_of=2017-11-20&known_at={}", instant(before))).await, ["A-1", "A-2"], "nobody knew");
        let fields = head(&test, into).await;
        assert_eq!(fields.investment, Some(Money::from_wan(12500)));
        let days: Vec<String> = fields.signings.iter().map(|one| one.on.to_string()).collect();
        assert_eq!(days, ["2017-05-24", "2017-09-01"], "the same signing once");
        assert_eq!(fields.basic_info, "用地面积50亩", "what was not chosen stays");
        assert_eq!(stored(&test, into).await.funds, Money::from_wan(340));
        // Paper that still names the old project counts for the one that stays.
        crate::funds::accepted(&test, &json!({"received_on": "2017-11-02", "amount_wan": "7", "proof": "bank_slip", "project": "临港仓储物流", "investor": "某投资方"})).await;
        assert_eq!(stored(&test, into).await.funds, Money::from_wan(347));

        // Old code, old name: the one that stays, with a note.
        assert_eq!(codes(&mut officer, "q=A-2").await, ["A-1"]);
        assert_eq!(codes(&mut officer, "q=临港仓储物流").await, ["A-1"]);
        let body = ok(&officer.get("/api/v1/projects/by-code/A-2").await).0;
        assert_eq!((&body["project"], &body["merged_into"]), (&json!(into), &json!("A-1")));
        let page = test.by(Role::Officer).await.get("/projects?q=A-2").await.text();
        assert!(page.contains("A-2 已并入另一个项目"), "{page}");
        let old = ok(&officer.get(&format!("/api/v1/projects/{gone}")).await).0;
        assert_eq!((&old["merged_into"], &old["fields"]["basic_info"]), (&json!(into), &json!("第二份")));
        for id in [gone, into] {
            let history = ok(&officer.get(&format!("/api/v1/projects/{id}/history")).await).0;
            assert!(!history.as_array().unwrap().is_empty(), "both histories stay readable");
        }
        let history = ok(&officer.get(&format!("/api/v1/projects/{into}/history")).await).0;
        assert_eq!(history[0]["reason"], "A-2“临港仓储物流”并入本项目：两家登记了同一个项目");

        // The list has the one that stays; a code of what is gone means it.
        let items = ok(&officer.get(&list).await).0["items"].clone();
        assert_eq!((items.as_array().unwrap().len(), &items[0]["code"]), (1, &json!("A-1")));
        // What is gone is not changed any more, and nothing of it is owed.
        let mut reporter = test.api("reporter").await;
        let old = reporter.get(&format!("/api/v1/projects/{gone}")).await;
        let mut body = old.json()["fields"].clone();
        body["remarks"] = json!("又改");
        let saved = reporter.json(Method::PUT, &format!("/api/v1/projects/{gone}"), &[("if-match", old.header("etag"))], &json!({"fields": body})).await;
        assert_eq!(first_error(&saved), "version");
        assert_eq!(rows_of_annex2(&test, "2017-11-30").await, [("A-1".to_owned(), "kept".to_owned())], "no 出库 by absence, nothing told twice");

        let body = ok(&officer.get(&path).await).0;
        assert_eq!((&body["gone_code"], &body["into_code"], &body["undone_on"]), (&json!("A-2"), &json!("A-1"), &Value::Null));
    }
}

on_both! {
    async fn undoing_a_merge_gives_back_what_there_was(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let into = known(&test, bank, "A-1", "2017-03-01", &fields("临港仓储", 12000)).await;
        let mut second = fields("临港仓储物流", 12500);
        second.signings.push(signing("2017-09-01", 500));
        let gone = known(&test, bank, "A-2", "2017-04-01", &second).await;
        for (name, wan) in [("临港仓储", "300"), ("临港仓储物流", "40")] {
            crate::funds::accepted(&test, &json!({"received_on": "2017-10-20", "amount_wan": wan, "proof": "bank_slip", "project": name, "investor": "某投资方"})).await;
        }
        let before = (head(&test, into).await, head(&test, gone).await);
        let choices = json!({"investment": "gone", "signings": "both", "name": "gone"});
        let (path, etag) = merged(&test, gone, into, Some("2017-11-01"), choices).await;
        let between = test.app.now();
        // What happened since stays with the one that stayed.
        change(&test, into, false, |fields| fields.signings.push(signing("2017-11-05", 9))).await;
        let mut officer = test.api("officer").await;
        let undo = |reason: &str, on: &str| json!({"reason": reason, "effective_on": on});
        assert_eq!(first_error(&post(&mut officer, &format!("{path}/undo"), &etag, &undo("", "2017-11-20")).await), "reason");
        assert_eq!(first_error(&post(&mut officer, &format!("{path}/undo"), &etag, &undo("核实为两个项目", "2017-10-31")).await), "effective_on");
        assert_eq!(post(&mut officer, &format!("{path}/undo"), "\"9\"", &undo("核实为两个项目", "2017-11-20")).await.status, StatusCode::CONFLICT);
        let none = officer.json(Method::POST, &format!("{path}/undo"), &[], &undo("核实为两个项目", "2017-11-20")).await;
        assert_eq!(none.status, StatusCode::PRECONDITION_REQUIRED);
        let (body, etag) = ok(&post(&mut officer, &format!("{path}/undo"), &etag, &undo("核实为两个项目", "2017-11-20")).await);
        assert_eq!(body["undone_on"], "2017-11-20");
        totals_hold(&test).await;
        let after = (head(&test, into).await, head(&test, gone).await);
        let mut expected = before.0.clone();
        expected.signings.push(signing("2017-11-05", 9));
        assert_eq!(after.0, expected);
        assert_eq!(after.1, before.1);
        assert_eq!((stored(&test, into).await.funds, stored(&test, gone).await.funds), (Money::from_wan(300), Money::from_wan(40)));
        assert_eq!(codes(&mut officer, "").await, ["A-1", "A-2"]);
        assert_eq!(codes(&mut officer, "q=A-2").await, ["A-2"]);
        assert_eq!(codes(&mut officer, "as_of=2017-11-10").await, ["A-1"], "it was one in between");
        assert_eq!(codes(&mut officer, &format!("as_of=2017-11-21&known_at={}", instant(between))).await, ["A-1"]);
        assert_eq!(post(&mut officer, &format!("{path}/undo"), &etag, &undo("再来", "2017-11-20")).await.status, StatusCode::CONFLICT);
        // And once more together: the same project may be taken in again.
        merged(&test, gone, into, None, json!({})).await;
        totals_hold(&test).await;
        assert_eq!(codes(&mut officer, "").await, ["A-1"]);
    }
}

on_both! {
    async fn another_enterprises_project_is_read_but_nothing_else_of_it(test: TestApp) {
        let [bank, city, _] = test.seeded.enterprises[..] else { panic!() };
        let into = known(&test, bank, "A-1", "2017-03-01", &fields("临港仓储", 12000)).await;
        let gone = known(&test, city, "B-1", "2017-04-01", &fields("临港仓储物流", 12500)).await;
        let mut stranger = other_reporter(&test).await;
        let mut reporter = test.api("reporter").await;
        assert_eq!(stranger.get(&format!("/api/v1/projects/{into}")).await.status, StatusCode::NOT_FOUND);
        let (path, etag) = merged(&test, gone, into, None, json!({})).await;

        let (body, tag) = ok(&stranger.get(&format!("/api/v1/projects/{into}")).await);
        assert_eq!((&body["code"], &body["track"], &body["fields"]["contact_phone"]), (&json!("A-1"), &json!("accepted"), &json!("138****0001")));
        let (mine, _) = ok(&stranger.get(&format!("/api/v1/projects/{gone}")).await);
        assert_eq!(mine["merged_into"], json!(into));
        assert!(codes(&mut stranger, "").await.is_empty(), "its library has it no more");
        assert_eq!(ok(&stranger.get("/api/v1/projects/by-code/B-1").await).0["merged_into"], "A-1");
        let mut fields = body["fields"].clone();
        fields["remarks"] = json!("改别人的");
        let saved = stranger.json(Method::PUT, &format!("/api/v1/projects/{into}"), &[("if-match", &tag)], &json!({"fields": fields})).await;
        assert_eq!(saved.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.json(Method::POST, &format!("/api/v1/projects/{into}/contact"), &[], &json!({})).await.status, StatusCode::NOT_FOUND);
        // The one that keeps it does not see the other's.
        assert_eq!(reporter.get(&format!("/api/v1/projects/{gone}")).await.status, StatusCode::NOT_FOUND);
        let page = test.by(Role::Reporter).await.get(&format!("/projects/{into}")).await.text();
        assert!(page.contains("另一家企业登记的同一项目") && !page.contains("B-1"), "{page}");
        let history = ok(&reporter.get(&format!("/api/v1/projects/{into}/history")).await).0;
        assert_eq!(history[0]["reason"], "另一家企业的同一项目并入本项目：两家登记了同一个项目");
        let page = test.by_login("stranger").await.get("/projects/merges").await.text();
        assert!(page.contains("B-1") && page.contains("A-1"), "{page}");
        for page in [format!("/projects/{gone}"), format!("/projects/{into}"), format!("/projects/merges/{}", path.rsplit('/').next().unwrap())] {
            let answer = test.by_login("stranger").await.get(&page).await;
            assert_eq!(answer.status, StatusCode::OK, "{page}");
        }
        let undone = post(&mut test.api("officer").await, &format!("{path}/undo"), &etag, &json!({"reason": "不是同一项目"})).await;
        ok(&undone);
        assert_eq!(stranger.get(&format!("/api/v1/projects/{into}")).await.status, StatusCode::NOT_FOUND, "no longer shared");
        totals_hold(&test).await;
    }
}

on_both! {
    async fn changes_that_wait_stay_waiting_and_the_next_return_tells_them(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let into = known(&test, bank, "A-1", "2017-03-01", &fields("临港仓储", 12000)).await;
        let gone = known(&test, bank, "A-2", "2017-04-01", &fields("临港仓储物流", 12500)).await;
        change(&test, into, true, |fields| fields.investment = Some(Money::from_wan(13000))).await;
        let (path, etag) = merged(&test, gone, into, None, json!({"basic_info": "gone", "signings": "both"})).await;
        let project = stored(&test, into).await;
        assert!(project.pending);
        let accepted = store::projects::revision(&test.store.read(), project.accepted.unwrap()).await.unwrap().unwrap();
        assert_eq!(accepted.fields.investment, Some(Money::from_wan(12000)), "what waits does not slip through");
        assert_eq!(accepted.fields.signings.len(), 2);
        assert_eq!(head(&test, into).await.investment, Some(Money::from_wan(13000)));
        assert_eq!(rows_of_annex2(&test, "2017-11-30").await, [("A-1".to_owned(), "changed".to_owned())]);
        ok(&post(&mut test.api("officer").await, &format!("{path}/undo"), &etag, &json!({"reason": "不是同一项目"})).await);
        assert_eq!(head(&test, into).await.investment, Some(Money::from_wan(13000)));
        assert!(stored(&test, into).await.pending);
        totals_hold(&test).await;
    }
}

on_both! {
    async fn of_two_at_once_one_has_effect_and_the_other_is_told(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let one = known(&test, bank, "A-1", "2017-03-01", &fields("临港仓储", 12000)).await;
        let two = known(&test, bank, "A-2", "2017-04-01", &fields("临港仓储物流", 12500)).await;
        let (mut first, mut second) = (test.api("officer").await, test.api("officer-2").await);
        let (left, right) = tokio::join!(
            try_merge(&mut first, &test, one, two, json!({})),
            try_merge(&mut second, &test, two, one, json!({})),
        );
        let mut met = [left.status, right.status];
        met.sort();
        assert_eq!(met, [StatusCode::CREATED, StatusCode::CONFLICT], "{} {}", left.text(), right.text());
        totals_hold(&test).await;

        let three = known(&test, bank, "A-3", "2017-03-01", &fields("龙湾货运", 100)).await;
        let four = known(&test, bank, "A-4", "2017-03-01", &fields("龙湾货运站", 100)).await;
        let version = stored(&test, three).await.version;
        change(&test, three, false, |fields| fields.remarks = "企业改了".into()).await;
        let body = json!({"gone": three, "gone_version": version, "reason": "同一项目"});
        let etag = format!("\"{}\"", stored(&test, four).await.version);
        let path = format!("/api/v1/projects/{four}/merge");
        assert_eq!(post(&mut first, &path, &etag, &body).await.status, StatusCode::CONFLICT, "the enterprise was faster");
        assert_eq!(first.json(Method::POST, &path, &[], &body).await.status, StatusCode::PRECONDITION_REQUIRED);
        // The other way round: the enterprise's form is older than the merge.
        let mut reporter = test.api("reporter").await;
        let seen = reporter.get(&format!("/api/v1/projects/{four}")).await;
        merged(&test, three, four, None, json!({})).await;
        let mut fields = seen.json()["fields"].clone();
        fields["remarks"] = json!("慢了一步");
        let saved = reporter.json(Method::PUT, &format!("/api/v1/projects/{four}"), &[("if-match", seen.header("etag"))], &json!({"fields": fields})).await;
        assert_eq!(saved.status, StatusCode::CONFLICT);
        totals_hold(&test).await;
    }
}

on_both! {
    async fn what_cannot_be_merged_says_why(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let one = known(&test, bank, "A-1", "2017-03-01", &fields("临港仓储", 12000)).await;
        let two = known(&test, bank, "A-2", "2017-04-01", &fields("临港仓储物流", 12500)).await;
        let mut officer = test.api("officer").await;
        for (other, field) in [
            (json!({"reason": ""}), "reason"),
            (json!({"effective_on": "2030-01-01"}), "effective_on"),
            (json!({"effective_on": "2017-13-01"}), "effective_on"),
            (json!({"choices": {"colour": "gone"}}), "choices"),
            (json!({"choices": {"name": "other"}}), "choices"),
        ] {
            assert_eq!(first_error(&try_merge(&mut officer, &test, one, two, other).await), field);
        }
        assert_eq!(first_error(&try_merge(&mut officer, &test, one, one, json!({})).await), "into");
        for login in ["reporter", "leader", "approver"] {
            let answer = try_merge(&mut test.api(login).await, &test, one, two, json!({})).await;
            assert!(matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{login}: {}", answer.status);
        }
        assert_eq!(codes(&mut officer, "").await, ["A-1", "A-2"], "nothing was changed");
        // A chain is taken apart from its end.
        let three = known(&test, bank, "A-3", "2017-04-01", &fields("临港物流仓储", 12500)).await;
        let (first, tag) = merged(&test, one, two, None, json!({})).await;
        merged(&test, two, three, None, json!({})).await;
        assert_eq!(codes(&mut officer, "q=A-1").await, ["A-3"]);
        assert_eq!(first_error(&post(&mut officer, &format!("{first}/undo"), &tag, &json!({"reason": "分开"})).await), "reason");
        totals_hold(&test).await;
    }
}

on_both! {
    async fn a_record_is_split_by_its_enterprise_and_by_the_officer(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let mut whole = fields("临港仓储", 12000);
        whole.signings.push(signing("2017-09-01", 4000));
        let from = known(&test, bank, "A-1", "2017-03-01", &whole).await;
        for wan in ["300", "40"] {
            crate::funds::accepted(&test, &json!({"received_on": "2017-10-20", "amount_wan": wan, "proof": "bank_slip", "project": "临港仓储", "investor": "某投资方"})).await;
        }
        let entries = store::projects::accepted_entries(&test.store.read(), bank).await.unwrap();
        let asked = json!({"name": "临港仓储二期", "investment_wan": "4000", "signings": [1], "entries": [entries[1].id], "reason": "二期单独立项", "effective_on": "2017-11-10"});
        let split = async |login: &str, body: &Value| {
            let etag = format!("\"{}\"", stored(&test, from).await.version);
            post(&mut test.api(login).await, &format!("/api/v1/projects/{from}/split"), &etag, body).await
        };
        for (change, field) in [
            (json!({"name": "临港 仓储"}), "name"),
            (json!({"investment_wan": "12000"}), "investment"),
            (json!({"signings": [7]}), "signings"),
            (json!({"entries": [999]}), "entries"),
            (json!({"reason": ""}), "reason"),
            (json!({"effective_on": "2017-02-01"}), "effective_on"),
        ] {
            let mut wrong = asked.clone();
            for (key, value) in change.as_object().unwrap() {
                wrong[key] = value.clone();
            }
            assert_eq!(first_error(&split("reporter", &wrong).await), field);
        }
        assert_eq!(split("leader", &asked).await.status, StatusCode::NOT_FOUND);
        let (body, _) = ok(&split("officer", &asked).await);
        let new = ProjectId(body["id"].as_i64().unwrap());
        assert!(body["code"].as_str().unwrap().starts_with("WZ2017-01-") || body["code"].as_str().unwrap().starts_with("WZ"), "{body}");
        totals_hold(&test).await;
        let (old, made) = (head(&test, from).await, head(&test, new).await);
        assert_eq!((old.investment, made.investment), (Some(Money::from_wan(8000)), Some(Money::from_wan(4000))));
        assert_eq!((old.signings.len(), made.signings.len()), (1, 1));
        assert_eq!((stored(&test, from).await.funds, stored(&test, new).await.funds), (Money::from_wan(300), Money::from_wan(40)));
        assert!(!stored(&test, new).await.pending, "the authority decided it");
        assert!(rows_of_annex2(&test, "2017-11-30").await.iter().all(|(_, kind)| kind == "kept"));
        let page = test.by(Role::Reporter).await.get(&format!("/projects/{new}")).await.text();
        assert!(page.contains("拆出") && page.contains(&format!("/projects/{from}/history")), "{page}");

        // By the enterprise: told by its next return.
        let (body, _) = ok(&split("reporter", &json!({"name": "临港仓储三期", "investment_wan": "1000", "reason": "三期单独立项"})).await);
        let third = ProjectId(body["id"].as_i64().unwrap());
        assert!(stored(&test, third).await.pending && stored(&test, from).await.pending);
        let mut kinds: Vec<String> = rows_of_annex2(&test, "2017-11-30").await.into_iter().map(|(_, kind)| kind).collect();
        kinds.sort();
        assert_eq!(kinds, ["added", "changed", "kept"]);
        totals_hold(&test).await;
        // Joined again it counts as before.
        let (_, _) = merged(&test, new, from, None, json!({})).await;
        assert_eq!(stored(&test, from).await.funds, Money::from_wan(340));
        totals_hold(&test).await;
    }
}

on_both! {
    async fn a_first_talk_says_who_counts_and_is_printed(test: TestApp) {
        let [bank, city, traffic] = test.seeded.enterprises[..] else { panic!() };
        let one = known(&test, bank, "A-1", "2017-03-01", &fields("临港仓储", 12000)).await;
        let two = known(&test, city, "B-1", "2017-04-01", &fields("临港仓储物流", 12500)).await;
        let asked = json!({
            "projects": [one, two], "units": [{"unit": bank, "share": "33.33"}, {"unit": city, "share": "66.67"}], "first": city,
            "talked_on": "2017-02-08", "evidence": "2017年2月8日会谈纪要", "decided_by": "招商引资处", "document_number": "温国资招商〔2017〕6号", "effective_on": "2017-06-01",
        });
        let mut officer = test.api("officer").await;
        let mut wrong = asked.clone();
        wrong["units"][0]["share"] = json!("33.34");
        assert_eq!(first_error(&officer.json(Method::POST, "/api/v1/first-talks", &[], &wrong).await), "shares");
        wrong["units"] = json!([{"unit": bank}, {"unit": traffic}]);
        assert_eq!(first_error(&officer.json(Method::POST, "/api/v1/first-talks", &[], &wrong).await), "first");
        let (body, etag) = ok(&officer.json(Method::POST, "/api/v1/first-talks", &[], &asked).await);
        let path = format!("/api/v1/first-talks/{}", body["id"]);
        let counts = async |on: &str| store::first_talk::counts(&test.store.read(), test.seeded.authority, &[(one, bank), (two, city)], day(on), test.app.now()).await.unwrap();
        let shared = counts("2017-06-01").await;
        assert_eq!(shared[&two], Counts::With(one));
        assert_eq!((shared[&one].share_of(bank).hundredths(), shared[&one].share_of(city).hundredths()), (3333, 6667));
        assert_eq!(shared[&one].apart(Money::from_fen(100)), [(bank, Money::from_fen(33)), (city, Money::from_fen(67))]);
        assert_eq!(counts("2017-05-31").await[&two], Counts::For(vec![(city, Share::WHOLE)]));

        let file = officer.upload(&format!("{path}/files"), "纪要.pdf", crate::funds::PDF).await;
        assert_eq!(file.status, StatusCode::CREATED, "{}", file.text());
        let number = file.json()["files"][0]["file"].clone();
        for (ending, first) in [("docx", b"PK".as_slice()), ("pdf", b"%PDF")] {
            let document = officer.get(&format!("{path}/document/{ending}")).await;
            assert_eq!(document.status, StatusCode::OK, "{ending}: {}", document.text());
            assert!(document.bytes.starts_with(first), "{ending}");
        }
        assert_eq!(officer.get(&format!("{path}/document/doc")).await.status, StatusCode::NOT_FOUND);

        // Those who share it read it; another enterprise does not.
        let mut reporter = test.api("reporter").await;
        assert_eq!(ok(&reporter.get(&path).await).0["projects"], json!([one]), "its own record only");
        assert_eq!(reporter.get(&format!("{path}/files/{number}")).await.status, StatusCode::OK);
        account(&test, traffic, "third", Role::Reporter).await;
        let mut third = test.api("third").await;
        assert_eq!(third.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(ok(&third.get("/api/v1/first-talks").await).0, json!([]));
        assert!(matches!(reporter.json(Method::POST, "/api/v1/first-talks", &[], &asked).await.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND));

        // Once the two are one, what named the other is about the one that stays.
        let (merge, tag) = merged(&test, one, two, Some("2017-11-01"), json!({})).await;
        let after = counts("2017-11-01").await;
        assert_eq!(after[&two].share_of(city).hundredths(), 6667);
        ok(&post(&mut officer, &format!("{merge}/undo"), &tag, &json!({"reason": "分开", "effective_on": "2017-11-01"})).await);

        let known_before = test.app.now();
        assert_eq!(first_error(&post(&mut officer, &format!("{path}/withdraw"), &etag, &json!({"reason": ""})).await), "reason");
        let (body, etag) = ok(&post(&mut officer, &format!("{path}/withdraw"), &etag, &json!({"reason": "首谈单位有误", "effective_on": "2017-11-20"})).await);
        assert_eq!(body["withdrawn_on"], "2017-11-20");
        assert_eq!(post(&mut officer, &format!("{path}/withdraw"), &etag, &json!({"reason": "再撤"})).await.status, StatusCode::CONFLICT);
        assert_eq!(counts("2017-11-19").await[&two], Counts::With(one));
        assert_eq!(counts("2017-11-20").await[&two], Counts::For(vec![(city, Share::WHOLE)]));
        let then = store::first_talk::counts(&test.store.read(), test.seeded.authority, &[(two, city)], day("2017-11-20"), known_before).await.unwrap();
        assert_eq!(then[&two], Counts::With(one), "as known before the withdrawal");
        let page = test.by(Role::Officer).await.get("/first-talks").await.text();
        assert!(page.contains("已撤回") || page.contains("有效"), "{page}");
    }
}

on_both! {
    async fn the_pages_do_what_the_api_does(test: TestApp) {
        let [bank, city, _] = test.seeded.enterprises[..] else { panic!() };
        let one = known(&test, bank, "A-1", "2017-03-01", &fields("临港仓储", 12000)).await;
        let two = known(&test, city, "B-1", "2017-04-01", &fields("临港仓储物流", 12100)).await;
        let mut officer = test.by(Role::Officer).await;
        let page = officer.get("/twins").await.text();
        assert!(page.contains("A-1") && page.contains("B-1") && page.contains("并排核对"), "{page}");
        let pair = format!("/twins/{one}/{two}");
        let page = officer.get(&pair).await.text();
        assert!(page.contains("不同的内容") && page.contains("choice.investment"), "{page}");
        let versions = [stored(&test, one).await.version.to_string(), stored(&test, two).await.version.to_string()];
        let both = [("version_a", versions[0].as_str()), ("version_b", versions[1].as_str())];
        let empty = officer.post(&format!("{pair}/decide"), &[both[0], both[1], ("do", "different"), ("note", "")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.text().contains("请写明理由"));
        let wrong = officer.post(&format!("{pair}/merge"), &[both[0], both[1], ("stays", ""), ("reason", "同一项目")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let stale = officer.post(&format!("{pair}/merge"), &[("version_a", "99"), both[1], ("stays", "b"), ("reason", "同一项目")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let done = officer.post(&format!("{pair}/merge"), &[both[0], both[1], ("stays", "b"), ("reason", "同一项目"), ("choice.investment", "a"), ("choice.name", "b"), ("effective_on", "2017-11-20")]).await;
        assert_eq!(done.location(), format!("/projects/{two}?done=merged"), "{}", done.text());
        assert_eq!(head(&test, two).await.investment, Some(Money::from_wan(12000)));
        let page = officer.get(&format!("/projects/{one}")).await.text();
        assert!(page.contains("已并入") && !page.contains(&format!("/projects/{one}/split")), "{page}");
        let merge = store::projects::merge_of(&test.store.read(), one).await.unwrap().remove(0);
        let path = format!("/projects/merges/{}", merge.id);
        assert!(officer.get(&path).await.text().contains("撤销合并"));
        let refused = officer.post(&format!("{path}/undo"), &[("version", "1"), ("reason", "")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let undone = officer.post(&format!("{path}/undo"), &[("version", "1"), ("reason", "不是"), ("effective_on", "2017-11-21")]).await;
        assert_eq!(undone.location(), format!("{path}?done=merge-undone"), "{}", undone.text());
        let page = officer.get(&format!("/projects/{two}/split")).await.text();
        assert!(page.contains("拆分 B-1"), "{page}");
        let form = officer.get("/first-talks/new?codes=A-1,B-1").await.text();
        assert!(form.contains("A-1\nB-1"), "{form}");
        let bad = officer.post("/first-talks", &[("codes", "没有的"), ("talked_on", "x")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        let (bank, city) = (bank.to_string(), city.to_string());
        let saved = officer.post("/first-talks", &[("codes", "A-1\nB-1"), ("units", &bank), ("units", &city), ("first", &bank), ("talked_on", "2017-02-08"), ("evidence", "纪要"), ("decided_by", "招商引资处"), ("effective_on", "2017-06-01")]).await;
        assert!(saved.location().starts_with("/first-talks/"), "{}", saved.text());
        let page = officer.get(saved.location()).await.text();
        assert!(page.contains("温州银行股份有限公司 100%"), "{page}");
    }
}
