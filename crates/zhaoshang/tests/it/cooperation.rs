//! Cooperation: the directories, visits and promotions, what is to follow them; over the API and the pages.

use axum::http::{Method, StatusCode};
use domain::permission::Role;
use serde_json::{Value, json};
use testkit::{Answer, Client, TestApp, on_both};

const CENTRAL: &str = "/api/v1/central-enterprises";
const PROVINCIAL: &str = "/api/v1/provincial-enterprises";
const VISITS: &str = "/api/v1/visits";

fn visit(counterpart: &str) -> Value {
    json!({"fields": {
        "kind": "central", "from": "2017-11-02", "to": "2017-11-03", "host": "张三", "counterpart_kind": "central",
        "counterpart": counterpart, "place": "北京", "ours": "李四、王五", "theirs": "赵六", "agreed": "开展前期研究𠮷",
    }, "follow_ups": [{"what": "报送合作方案", "owner": "李四", "due": "2017-11-27"}]})
}

async fn post(client: &mut Client, path: &str, body: &Value) -> Answer {
    client.json(Method::POST, path, &[], body).await
}

async fn recorded(client: &mut Client, body: &Value) -> Value {
    let answer = post(client, VISITS, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

fn refused(answer: &Answer) -> Vec<String> {
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        answer.text()
    );
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    errors
        .iter()
        .map(|one| one["field"].as_str().unwrap().to_owned())
        .collect()
}

on_both! {
    async fn the_directory_answers_by_any_name_on_any_day(test: TestApp) {
        let mut api = test.api("reporter").await;
        let found = api.get(&format!("{CENTRAL}?q=cnpc&on=2016-01-01")).await.json();
        assert_eq!(found["enterprises"][0]["name"], "中国石油天然气集团公司");
        assert_eq!(found["enterprises"][0]["in_use"], "current");
        let found = api.get(&format!("{CENTRAL}?q=%E7%A5%9E%E5%8D%8E%E9%9B%86%E5%9B%A2%E6%9C%89%E9%99%90%E8%B4%A3%E4%BB%BB%E5%85%AC%E5%8F%B8&on=2018-01-01")).await.json();
        assert_eq!(found["remark"], "现为“国家能源投资集团有限责任公司”");
        assert_eq!(found["meant"], "国家能源投资集团有限责任公司");
        let all = api.get(CENTRAL).await.json();
        assert_eq!(all["enterprises"].as_array().unwrap().len(), 214);
        assert_eq!(all["on"], "2017-11-24", "today");
        assert_eq!(refused(&api.get(&format!("{CENTRAL}?on=2017-02-29")).await), ["on"]);
        let page = test.by(Role::Leader).await.get("/cooperation/central?q=%E9%95%BF%E5%AE%89&on=2017-11-24").await.text();
        assert!(page.contains("中国长安汽车集团有限公司") && page.contains("尚未启用"), "{page}");
        assert!(!page.contains("补充名录"), "only the officer keeps it");
    }
}

on_both! {
    async fn the_officer_adds_and_corrects_and_others_do_not(test: TestApp) {
        let (mut officer, mut reporter) = (test.api("officer").await, test.api("reporter").await);
        let alias = json!({"name": "中国石油天然气集团有限公司", "short_names": ["油龙头"], "source": "招商引资处"});
        assert_eq!(post(&mut reporter, CENTRAL, &alias).await.status, StatusCode::NOT_FOUND);
        let added = post(&mut officer, CENTRAL, &alias).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.text());
        assert_eq!(refused(&post(&mut officer, CENTRAL, &alias).await), ["name"], "once is enough");
        let found = reporter.get(&format!("{CENTRAL}?q=%E6%B2%B9%E9%BE%99%E5%A4%B4")).await.json();
        assert_eq!(found["enterprises"][0]["name"], "中国石油天然气集团有限公司");
        // Two change it: the first has effect.
        let path = format!("{CENTRAL}/{}", added.json()["id"]);
        let etag = added.header("etag").to_owned();
        let mut changed = alias.clone();
        changed["short_names"] = json!(["油老大"]);
        let first = officer.json(Method::PUT, &path, &[("if-match", &etag)], &changed).await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.text());
        let second = officer.json(Method::PUT, &path, &[("if-match", &etag)], &alias).await;
        assert_eq!(second.status, StatusCode::CONFLICT);
        assert!(second.text().contains("油老大"));
        let void = json!({"reason": "重复"});
        assert_eq!(officer.json(Method::POST, &format!("{path}/void"), &[], &void).await.status, StatusCode::PRECONDITION_REQUIRED);
        let voided = officer.json(Method::POST, &format!("{path}/void"), &[("if-match", first.header("etag"))], &void).await;
        assert_eq!(voided.status, StatusCode::NO_CONTENT, "{}", voided.text());
        let found = reporter.get(&format!("{CENTRAL}?q=%E6%B2%B9%E8%80%81%E5%A4%A7")).await.json();
        assert!(found["enterprises"].as_array().unwrap().is_empty());
        // The provincial ones: a former name leads to the new one.
        let new = json!({"name": "浙江某某集团有限公司", "source": "省名录"});
        let old = json!({"name": "浙江某某总公司", "short_names": ["某某"], "valid_to": "2017-06", "successor": "浙江某某集团有限公司", "source": "省名录"});
        assert_eq!(refused(&post(&mut officer, PROVINCIAL, &old).await), ["successor"]);
        assert_eq!(post(&mut officer, PROVINCIAL, &new).await.status, StatusCode::CREATED);
        assert_eq!(post(&mut officer, PROVINCIAL, &old).await.status, StatusCode::CREATED);
        let found = reporter.get(&format!("{PROVINCIAL}?q=zjmmzgs")).await.json();
        assert_eq!(found["enterprises"][0]["name"], "浙江某某总公司", "initials of what was added");
        assert_eq!(found["enterprises"][0]["current"], "浙江某某集团有限公司");
        // The form, refused beside its field with what was typed.
        let mut page = test.by(Role::Officer).await;
        let answer = page.post("/cooperation/provincial/new", &[("name", "甲乙丙集团"), ("valid_to", "去年"), ("source", "")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains("甲乙丙集团") && answer.text().contains("请填日期"));
    }
}

on_both! {
    async fn a_visit_is_recorded_changed_and_what_follows_is_settled(test: TestApp) {
        let (mut reporter, mut officer) = (test.api("reporter").await, test.api("officer").await);
        let first = recorded(&mut reporter, &visit("国家电网公司")).await;
        assert_eq!(first["remark"], "");
        assert_eq!(first["follow_ups"][0]["left"], "还有3天");
        let path = format!("{VISITS}/{}", first["id"]);
        let seen = officer.get(&path).await;
        assert_eq!(seen.json()["editable"], false, "the officer sees it, and leaves it as it is");
        let etag = seen.header("etag").to_owned();
        let mut fields = visit("国家电网公司")["fields"].clone();
        fields["agreed"] = json!("签订备忘录");
        assert_eq!(officer.json(Method::PUT, &path, &[("if-match", &etag)], &fields).await.status, StatusCode::NOT_FOUND);
        let changed = reporter.json(Method::PUT, &path, &[("if-match", &etag)], &fields).await;
        assert_eq!(changed.json()["fields"]["agreed"], "签订备忘录", "{}", changed.text());
        let late = reporter.json(Method::PUT, &path, &[("if-match", &etag)], &fields).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert_eq!(reporter.json(Method::PUT, &path, &[], &fields).await.status, StatusCode::PRECONDITION_REQUIRED);

        let follow_up = format!("/api/v1/follow-ups/{}", first["follow_ups"][0]["id"]);
        let settle = |state: &str, on: Option<&str>, note: &str| json!({"state": state, "on": on, "note": note});
        let mut settled = async |etag: &str, body: Value| {
            reporter.json(Method::POST, &format!("{follow_up}/settle"), &[("if-match", etag)], &body).await
        };
        assert_eq!(refused(&settled("\"1\"", settle("done", None, "已报")).await), ["on"]);
        assert_eq!(refused(&settled("\"1\"", settle("done", Some("2017-11-25"), "")).await), ["on", "note"]);
        let done = settled("\"1\"", settle("done", Some("2017-11-20"), "方案已报送")).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text());
        assert_eq!((&done.json()["state"], &done.json()["left"]), (&json!("done"), &json!("")));
        assert_eq!(settled("\"1\"", settle("cancelled", None, "x")).await.status, StatusCode::CONFLICT);
        assert_eq!(refused(&settled("\"2\"", settle("cancelled", None, "x")).await), ["state"]);
        let open = settled("\"2\"", settle("open", None, "对方要求补充")).await;
        assert_eq!(open.json()["state"], "open");

        test.clock.set("2017-11-29T01:00:00Z");
        let mut reporter = test.api("reporter").await;
        let due = reporter.get("/api/v1/follow-ups?whose=unit").await.json();
        assert_eq!((&due[0]["left"], &due[0]["overdue"]), (&json!("已逾期2天"), &json!(true)));
        let listed = officer.get(&format!("{VISITS}?open=yes")).await.json();
        assert_eq!(listed["visits"][0]["overdue"], 1);
        let voided = reporter.json(Method::POST, &format!("{path}/void"), &[("if-match", changed.header("etag"))], &json!({"reason": "重复登记"})).await;
        assert_eq!(voided.json()["void_reason"], "重复登记", "{}", voided.text());
        assert_eq!(officer.get(VISITS).await.json()["total"], 0);
        assert!(reporter.get("/api/v1/follow-ups?whose=all&state=all").await.json().as_array().unwrap().is_empty());
        assert_eq!(reporter.get(&follow_up).await.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn the_other_side_is_looked_up_and_never_changed(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        for (name, from, why) in [
            ("CTG", "2017-11-02", "可能是"),
            ("中国长安汽车集团有限公司", "2017-11-02", "2025年7月27日起"),
            ("温州某某公司", "2017-11-02", "其他单位"),
            ("中国石油天然气股份有限公司", "2017-11-02", "可能属于"),
        ] {
            let mut body = visit(name);
            body["fields"]["from"] = json!(from);
            let answer = post(&mut reporter, VISITS, &body).await;
            assert_eq!(refused(&answer), ["counterpart"], "{name}");
            assert!(answer.text().contains(why), "{name}: {}", answer.text());
        }
        assert_eq!(reporter.get(VISITS).await.json()["total"], 0, "nothing was saved");
        // A former name, a short name and another width are kept as they were typed.
        for name in ["中国国电集团公司", "华润(集团)有限公司", "中石油"] {
            assert_eq!(recorded(&mut reporter, &visit(name)).await["fields"]["counterpart"], name);
        }
        // Found by the new name of the one that took it in, and by a short name.
        let found = |query: &str| format!("{VISITS}?q={}", form(query));
        assert_eq!(reporter.get(&found("国家能源投资集团有限责任公司")).await.json()["total"], 1);
        assert_eq!(reporter.get(&found("CNPC")).await.json()["total"], 1);
        assert_eq!(reporter.get(&found("华润（集团）")).await.json()["total"], 1);
        assert_eq!(reporter.get(&format!("{VISITS}?year=2016")).await.json()["total"], 0);
        assert_eq!(reporter.get(&format!("{VISITS}?kind=promotion")).await.json()["total"], 0);
        assert_eq!(refused(&reporter.get(&format!("{VISITS}?kind=x")).await), ["kind"]);
        assert_eq!(refused(&reporter.get(&format!("{VISITS}?page=0")).await), ["page"]);
        let mut body = visit("国家电网公司");
        body["fields"]["from"] = json!("2017-12-01");
        body["follow_ups"] = json!([{"what": "", "due": "2017-11-27"}]);
        assert_eq!(refused(&post(&mut reporter, VISITS, &body).await), ["from", "to", "follow_ups.0.what", "follow_ups.0.owner", "follow_ups.0.due"]);
    }
}

fn form(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

on_both! {
    async fn each_sees_its_own_side_and_owners_settle(test: TestApp) {
        let (mut officer, mut reporter) = (test.api("officer").await, test.api("reporter").await);
        let own = recorded(&mut officer, &visit("国家电网公司")).await;
        let path = format!("{VISITS}/{}", own["id"]);
        assert_eq!(reporter.get(&path).await.status, StatusCode::NOT_FOUND, "the authority's own");
        assert_eq!(reporter.get(VISITS).await.json()["total"], 0);
        assert_eq!(test.api("leader").await.get(VISITS).await.json()["total"], 1);
        // The approver has an account and owns what follows; its name is taken from there.
        let approver = store::people::by_login(&test.store.read(), "approver").await.unwrap().unwrap();
        let leader = store::people::by_login(&test.store.read(), "leader").await.unwrap().unwrap();
        let mut body = visit("国家电网公司");
        body["follow_ups"] = json!([{"what": "商谈", "owner_person": leader.id.0, "due": "2017-11-27"}]);
        assert_eq!(refused(&post(&mut reporter, VISITS, &body).await)[0], "follow_ups.0.owner_person", "of another unit");
        body["follow_ups"] = json!([{"what": "商谈", "owner_person": approver.id.0, "due": "2017-11-27"}]);
        let made = recorded(&mut reporter, &body).await;
        assert_eq!(made["follow_ups"][0]["fields"]["owner"], approver.name);
        let mut owner = test.api("approver").await;
        let mine = owner.get("/api/v1/follow-ups?whose=mine").await.json();
        assert_eq!(mine.as_array().unwrap().len(), 1);
        let path = format!("/api/v1/follow-ups/{}", mine[0]["id"]);
        let settled = owner.json(Method::POST, &format!("{path}/settle"), &[("if-match", "\"1\"")], &json!({"state": "cancelled", "note": "对方调整"})).await;
        assert_eq!(settled.json()["state"], "cancelled", "{}", settled.text());
        let by_leader = test.api("leader").await.json(Method::POST, &format!("{path}/settle"), &[("if-match", "\"2\"")], &json!({"state": "open", "note": "x"})).await;
        assert_eq!(by_leader.status, StatusCode::NOT_FOUND);
        let unit = format!("{VISITS}?unit={}", test.seeded.enterprises[0]);
        assert_eq!(officer.get(&unit).await.json()["total"], 1);
        assert_eq!(officer.get(VISITS).await.json()["total"], 2);
        let own = format!("{VISITS}?unit={}", test.seeded.authority);
        assert_eq!(officer.get(&own).await.json()["total"], 1, "the authority's own");
        // For those who remind.
        let whose = store::cooperation::Whose { units: vec![test.seeded.authority], owner: None };
        let reader = test.store.read();
        assert!(store::cooperation::follow_ups_due(&reader, &whose, "2017-11-26".parse().unwrap()).await.unwrap().is_empty());
        assert_eq!(store::cooperation::follow_ups_due(&reader, &whose, "2017-11-27".parse().unwrap()).await.unwrap().len(), 1);
        // The workbook is noted.
        let file = officer.get(&format!("{VISITS}.xlsx")).await;
        assert_eq!(file.status, StatusCode::OK, "{}", file.text());
        assert!(file.bytes.starts_with(b"PK"));
        let audit = test.by(Role::AuditAdmin).await.get("/audit").await.text();
        assert!(audit.contains("登记走访推介") || audit.contains("导出走访推介"), "{audit}");
    }
}

on_both! {
    async fn the_pages_work_without_script(test: TestApp) {
        let mut page = test.by(Role::Reporter).await;
        let form = [
            ("kind", "central"), ("from", "2017-11-02"), ("to", ""), ("host", "张三"), ("counterpart_kind", "central"),
            ("counterpart", "国家电网公司"), ("place", "北京"), ("projects", "没有这个编号"),
            ("follow_ups.0.what", "报送方案"), ("follow_ups.0.owner", "李四"), ("follow_ups.0.due", ""),
        ];
        let more: Vec<_> = form.into_iter().chain([("do", "add")]).collect();
        let longer = page.post("/cooperation/visits/new", &more).await;
        assert_eq!(longer.status, StatusCode::OK);
        assert!(longer.text().contains("follow_ups.1.what") && longer.text().contains("报送方案"));
        let answer = page.post("/cooperation/visits/new", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains("请填写期限") && answer.text().contains("国家电网公司"));
        let mut good = form;
        (good[7].1, good[10].1) = ("", "2017-11-30");
        let saved = page.post("/cooperation/visits/new", &good).await;
        let at = saved.location().to_owned();
        assert!(at.ends_with("?done=visit"), "{at}: {}", saved.text());
        let shown = page.get(&at).await.text();
        assert!(shown.contains("还有6天") && shown.contains("走访推介已保存"));
        let list = page.get("/cooperation/follow-ups").await.text();
        let link = list.split("/cooperation/follow-ups/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let settle = [("version", "1"), ("state", "done"), ("on", "2017-11-20"), ("note", "")];
        let refused = page.post(&format!("/cooperation/follow-ups/{link}/settle"), &settle).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let settle = [("version", "1"), ("state", "done"), ("on", "2017-11-20"), ("note", "已报送")];
        let settled = page.post(&format!("/cooperation/follow-ups/{link}/settle"), &settle).await;
        assert!(settled.location().ends_with("?done=follow-up-settled"), "{}", settled.text());
        assert!(page.get(settled.location()).await.text().contains("已报送"));
        // The project form says what a former name is called now, and changes nothing.
        let typed = [("name", "某项目"), ("investors.0.name", "神华集团有限责任公司"), ("investors.0.ownership", "central"), ("do", "add:investors")];
        test.clock.set("2018-01-02T01:00:00Z");
        let mut page = test.by(Role::Reporter).await;
        let project = page.post("/projects/new", &typed).await.text();
        assert!(project.contains("现为“国家能源投资集团有限责任公司”") || project.contains("现为&#8220;国家能源投资集团有限责任公司"), "{project}");
        assert!(project.contains("value=\"神华集团有限责任公司\""));
    }
}
