//! Other views of the library: filters kept and shared, chosen columns, the table of many rows, the board, the structure.

use axum::http::{Method, StatusCode};
use domain::{ProjectId, UnitId, permission::Role, person::Person};
use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

const PROJECTS: &str = "/api/v1/projects";
const FILTERS: &str = "/api/v1/projects/filters";

fn project(name: &str) -> Value {
    json!({"fields": {
        "name": name, "industry": "现代物流", "investment_wan": "12000", "district": "330305", "horizon": "near",
        "contact_phone": "13800001234",
        "investors": [{"name": "某港资有限公司", "origin": "foreign", "ownership": "foreign"}],
        "signings": [{"on": "2017-05-24", "kind": "formal", "level": "city"}],
    }})
}

async fn added(client: &mut Client, body: &Value) -> i64 {
    let answer = client.json(Method::POST, PROJECTS, &[], body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()["id"].as_i64().unwrap()
}

/// The authority accepts the head, as the acceptance of a return does.
async fn accept(test: &TestApp, id: i64) {
    let (id, now) = (ProjectId(id), test.app.now());
    let tx = test.store.begin().await.unwrap();
    let project = store::projects::by_id(&tx, id).await.unwrap().unwrap();
    let revision = store::projects::revision(&tx, project.head)
        .await
        .unwrap()
        .unwrap();
    store::projects::accept(&tx, id, &revision, false, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// A second person of a role in a unit.
async fn person(test: &TestApp, unit: UnitId, login: &str, role: Role) {
    let tx = test.store.begin().await.unwrap();
    let now = test.app.now();
    let id = store::people::add(&tx, unit, login, login, now)
        .await
        .unwrap();
    let person = store::people::by_id(&tx, id).await.unwrap().unwrap();
    let version = person.version;
    let armed = Person {
        roles: [role].into(),
        ..person
    };
    store::people::save(&tx, &armed, version).await.unwrap();
    tx.commit().await.unwrap();
}

on_both! {
    async fn a_filter_reads_like_a_sentence_and_is_shared_by_role(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        let mine = added(&mut reporter, &project("半年未开工外资项目")).await;
        let mut begun = project("已开工外资项目");
        begun["fields"]["milestones"] = json!({"started": "2017-08"});
        let begun = added(&mut reporter, &begun).await;
        let mut fresh = project("上月签约外资项目");
        fresh["fields"]["signings"][0]["on"] = json!("2017-10");
        added(&mut reporter, &fresh).await;
        for id in [mine, begun] {
            accept(&test, id).await;
        }
        let mut officer = test.by(Role::Officer).await;
        let asked = "signed_months=6&started=no&foreign=yes&led=no";
        let list = officer.get(&format!("/projects?{asked}")).await.text();
        assert!(list.contains("签约满6个月、未开工、外资、无挂钩领导：") && list.contains("半年未开工外资项目"));
        assert!(!list.contains("已开工外资项目"), "not what was asked");

        let back = format!("/projects?{asked}&page=1");
        let kept = officer.post("/projects/filters", &[("query", &back), ("name", "半年未开工"), ("role", "leader")]).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
        let twice = officer.post("/projects/filters", &[("query", &back), ("name", "半年未开工")]).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(twice.text().contains("您已有同名的筛选"));

        let mut leader = test.api("leader").await;
        let shared = leader.get(FILTERS).await.json();
        assert_eq!(shared[0]["sentence"], "签约满6个月、未开工、外资、无挂钩领导");
        assert_eq!((&shared[0]["own"], &shared[0]["role"]), (&json!(false), &json!("leader")));
        let id = shared[0]["id"].as_i64().unwrap();
        let opened = test.by(Role::Leader).await.get(&format!("/projects/filters/{id}")).await;
        assert_eq!(opened.location(), format!("/projects?{asked}"));
        assert!(test.by(Role::Leader).await.get("/projects").await.text().contains("半年未开工"));
        // A role it is not shared with, and another's filter.
        assert_eq!(reporter.get(FILTERS).await.json(), json!([]));
        assert_eq!(reporter.get(&format!("{FILTERS}/{id}")).await.status, StatusCode::NOT_FOUND);
        let removed = leader.json(Method::DELETE, &format!("{FILTERS}/{id}"), &[("if-match", "\"1\"")], &json!({})).await;
        assert_eq!(removed.status, StatusCode::NOT_FOUND, "only the owner removes it");
        let renamed = officer.post(&format!("/projects/filters/{id}/edit"), &[("version", "1"), ("name", "满半年")]).await;
        assert_eq!(renamed.status, StatusCode::SEE_OTHER, "{}", renamed.text());
        assert_eq!(leader.get(FILTERS).await.json(), json!([]), "no longer shared");
        let stale = officer.post(&format!("/projects/filters/{id}/remove"), &[("version", "1")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert_eq!(officer.post(&format!("/projects/filters/{id}/remove"), &[("version", "2")]).await.status, StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn sharing_shows_nobody_more(test: TestApp) {
        let other = test.seeded.enterprises[1];
        person(&test, other, "neighbour", Role::Reporter).await;
        let mut officer = test.api("officer").await;
        let body = json!({"name": "一家的项目", "query": format!("unit={other}"), "role": "reporter"});
        let kept = officer.json(Method::POST, FILTERS, &[], &body).await;
        assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text());
        let seen = test.api("reporter").await.get(FILTERS).await.json();
        assert_eq!(seen[0]["sentence"], "其他单位", "a name that may not be seen is not told");
        let opened = test.by(Role::Reporter).await.get(&format!("/projects?unit={other}")).await;
        assert_eq!(opened.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(test.api("neighbour").await.get(FILTERS).await.json()[0]["own"], false);

        // An enterprise shares within itself only.
        let mut reporter = test.api("reporter").await;
        let beyond = reporter.json(Method::POST, FILTERS, &[], &json!({"name": "给处里", "query": "started=no", "role": "officer"})).await;
        assert_eq!((beyond.status, beyond.json()["errors"][0]["field"].clone()), (StatusCode::UNPROCESSABLE_ENTITY, json!("role")));
        let within = reporter.json(Method::POST, FILTERS, &[], &json!({"name": "未开工", "query": "started=no", "role": "reporter"})).await;
        assert_eq!(within.status, StatusCode::CREATED);
        assert_eq!(test.api("neighbour").await.get(FILTERS).await.json().as_array().unwrap().len(), 1, "another enterprise does not meet it");
        for (query, field) in [("started=maybe", "started"), ("colour=red", "colour"), ("signed_months=0", "signed_months"), ("signed_months=6&signed_months=7", "signed_months")] {
            let refused = reporter.json(Method::POST, FILTERS, &[], &json!({"name": "甲", "query": query})).await;
            assert_eq!((refused.status, refused.json()["errors"][0]["field"].clone()), (StatusCode::UNPROCESSABLE_ENTITY, json!(field)));
        }
        let id = within.json()["id"].as_i64().unwrap();
        let path = format!("{FILTERS}/{id}");
        let body = json!({"name": "没开工", "query": "started=no&stage=signed"});
        assert_eq!(reporter.json(Method::PUT, &path, &[], &body).await.status.as_u16(), 428);
        assert_eq!(reporter.json(Method::PUT, &path, &[("if-match", "\"9\"")], &body).await.status, StatusCode::CONFLICT);
        let changed = reporter.json(Method::PUT, &path, &[("if-match", "\"1\"")], &body).await;
        assert_eq!(changed.json()["sentence"], "进展为签约、未开工");
        assert_eq!(reporter.json(Method::DELETE, &path, &[("if-match", "\"2\"")], &json!({})).await.status, StatusCode::NO_CONTENT);
    }
}

on_both! {
    async fn chosen_columns_are_remembered(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let mut api = test.api("reporter").await;
        added(&mut api, &project("有备注的项目")).await;
        let chosen = reporter.post("/projects/columns", &[("query", "/projects?stage=signed&columns=code&page=1"), ("columns", "remarks")]).await;
        assert_eq!(chosen.location(), "/projects?stage=signed&page=1&done=columns");
        let list = test.by(Role::Reporter).await.get("/projects").await.text();
        assert!(list.contains("<th scope=\"col\">备注</th>") && !list.contains(">产业</th>"), "{list}");
        let named = reporter.get("/projects?columns=code").await.text();
        assert!(!named.contains("<th scope=\"col\">备注</th>"), "an address that names columns shows those");
        assert_eq!(api.get("/api/v1/projects/columns").await.json(), json!({"columns": ["remarks"]}));
        let usual = api.json(Method::PUT, "/api/v1/projects/columns", &[], &json!({"columns": []})).await.json();
        assert_eq!(usual["columns"].as_array().unwrap().len(), 8);
        assert_eq!(api.json(Method::PUT, "/api/v1/projects/columns", &[], &json!({"columns": ["colour"]})).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(test.api("officer").await.get("/api/v1/projects/columns").await.json()["columns"][0], "code", "each his own");
    }
}

const GRID: &str = "/api/v1/projects/grid";

async fn remarks(client: &mut Client, id: i64) -> (String, i64) {
    let answer = client.get(&format!("{PROJECTS}/{id}")).await;
    let version = answer.header("etag").trim_matches('"').parse().unwrap();
    (
        answer.json()["fields"]["remarks"]
            .as_str()
            .unwrap()
            .to_owned(),
        version,
    )
}

on_both! {
    async fn a_table_is_saved_whole_or_not_at_all(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        let one = added(&mut reporter, &project("甲项目")).await;
        let other = added(&mut reporter, &project("乙项目")).await;
        let (_, version) = remarks(&mut reporter, one).await;
        let row = |id: i64, version: i64, cells: Value| json!({"id": id, "version": version, "cells": cells});
        let body = json!({"rows": [
            row(one, version, json!({"remarks": "第一行\n第二行", "investment": "1.2亿"})),
            row(other, version, json!({"district": "杭州", "started": "去年", "investment": "13000"})),
            {"cells": {"name": "", "remarks": "没有名称"}},
            {"cells": {"name": " ", "remarks": ""}},
        ]});
        let refused = reporter.json(Method::POST, GRID, &[], &body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
        let fields: Vec<String> = refused.json()["errors"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap().to_owned()).collect();
        assert_eq!(fields, ["rows.0.investment", "rows.1.district", "rows.1.started", "rows.2.name"]);
        assert_eq!(remarks(&mut reporter, one).await, (String::new(), version), "nothing was saved");

        let body = json!({"rows": [
            {"id": one, "version": version, "cells": {"remarks": "第一行\n第二行", "investment": "1.2亿"}, "confirmed": "1.2亿"},
            row(other, version, json!({"district": "鹿城", "started": "2017年8月"})),
            {"cells": {"name": "丙项目", "investment": "500", "horizon": "远期", "contact_phone": "057788960000"}},
        ], "effective_on": "2017-11-20", "reason": "整理"});
        let saved = reporter.json(Method::POST, GRID, &[], &body).await;
        assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
        assert_eq!((saved.json()["added"].as_array().unwrap().len(), saved.json()["changed"].as_array().unwrap().len()), (1, 2));
        assert_eq!(remarks(&mut reporter, one).await.0, "第一行\n第二行");
        let other_now = reporter.get(&format!("{PROJECTS}/{other}")).await.json();
        assert_eq!((&other_now["fields"]["district"], &other_now["stage"]), (&json!("330302"), &json!("started")));
        assert_eq!(other_now["fields"]["signings"][0]["on"], "2017-05-24", "what is no column stays");

        // Saved by somebody else since: named by its row, and nothing of the others is saved.
        let (_, version) = remarks(&mut reporter, other).await;
        let body = json!({"rows": [
            row(other, version, json!({"remarks": "要改"})),
            row(one, 1, json!({"remarks": "旧版本上改", "name": "甲项目"})),
        ]});
        let conflict = reporter.json(Method::POST, GRID, &[], &body).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT, "{}", conflict.text());
        assert!(conflict.text().contains("第2行 项目WZ2017-01-0001：备注"), "{}", conflict.text());
        assert_eq!(remarks(&mut reporter, other).await.0, "");
        // An old version that changes nothing is no conflict; a masked telephone is no change.
        let phone = reporter.get(&format!("{PROJECTS}/{one}")).await.json()["fields"]["contact_phone"].clone();
        let same = reporter.json(Method::POST, GRID, &[], &json!({"rows": [row(one, 1, json!({"name": "甲项目", "contact_phone": phone}))]})).await;
        assert_eq!(same.json(), json!({"added": [], "changed": []}), "{}", same.text());
        // A milestone taken back wants its reason, said once.
        let (_, version) = remarks(&mut reporter, other).await;
        let undone = json!({"rows": [row(other, version, json!({"started": ""}))]});
        let refused = reporter.json(Method::POST, GRID, &[], &undone).await;
        assert_eq!(refused.json()["errors"][0]["field"], "reason", "{}", refused.text());
        let foreign = test.by(Role::Officer).await.get("/projects/grid").await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn the_table_works_without_script(test: TestApp) {
        let mut api = test.api("reporter").await;
        let id = added(&mut api, &project("表格里的项目")).await.to_string();
        let mut reporter = test.by(Role::Reporter).await;
        let page = reporter.get("/projects/grid?stage=signed").await.text();
        assert!(page.contains("name=\"rows.0.name\" value=\"表格里的项目\"") && page.contains("138****1234"), "{page}");
        let sent = [
            ("query", "/projects?stage=signed"), ("rows.0.id", id.as_str()), ("rows.0.version", "1"), ("rows.0.name", "表格里的项目"),
            ("rows.0.investment", "1.3亿"), ("rows.0.contact_phone", "138****1234"), ("rows.0.basic_info", "一\r\n二"),
            ("rows.3.id", ""), ("rows.3.name", "新来的"), ("rows.3.industry", "采矿"),
        ];
        let refused = reporter.post("/projects/grid", &sent).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = refused.text();
        assert!(text.contains("读作 13000 万元") && text.contains("name=\"rows.0.ok\" value=\"1.3亿\""), "{text}");
        assert!(text.contains("id=\"rows.3.industry-error\">请从产业名录里选择") && text.contains("value=\"新来的\""));
        assert!(text.contains("有 2 处需要核对，整表没有保存"));
        let mut sent: Vec<(&str, &str)> = sent.into_iter().filter(|(name, _)| *name != "rows.3.industry").collect();
        sent.push(("do", "more"));
        let more = reporter.post("/projects/grid", &sent).await.text();
        assert!(more.contains("name=\"rows.13.name\"") && more.contains("value=\"新来的\""));
        sent.pop();
        sent.extend([("rows.0.ok", "1.3亿"), ("rows.3.industry", "现代物流")]);
        let saved = reporter.post("/projects/grid", &sent).await;
        assert_eq!(saved.location(), "/projects/grid?stage=signed&done=grid", "{}", saved.text());
        let now = api.get(&format!("{PROJECTS}/{id}")).await.json();
        assert_eq!((&now["fields"]["investment_wan"], &now["fields"]["basic_info"]), (&json!("13000"), &json!("一\n二")));
        let stale = reporter.post("/projects/grid", &[("rows.0.id", id.as_str()), ("rows.0.version", "1"), ("rows.0.remarks", "迟来的")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.text().contains("name=\"rows.0.version\" value=\"2\"") && stale.text().contains("他人刚改过"), "{}", stale.text());
        let checked = reporter.post("/projects/grid/check", &[("rows.5.name", "甲"), ("rows.5.investment", "2亿")]).await.json();
        assert_eq!(checked["readings"][0]["tick"], "rows.5.ok");
    }
}

on_both! {
    async fn a_card_is_moved_by_its_fact(test: TestApp) {
        let mut api = test.api("reporter").await;
        let id = added(&mut api, &project("看板上的项目")).await;
        let mut reporter = test.by(Role::Reporter).await;
        let board = reporter.get("/projects/board?foreign=yes").await.text();
        assert!(board.contains("外资") && board.contains(&format!("/projects/{id}/move?to=filed&#38;back=")), "{board}");
        let page = reporter.get(&format!("/projects/{id}/move?to=filed&back=%2Fprojects%2Fboard%3Fforeign%3Dyes")).await.text();
        assert!(page.contains("备案日期") && page.contains("value=\"/projects/board?foreign=yes\""), "{page}");
        let to = |to: &'static str, version: &'static str, more: &[(&'static str, &'static str)]| {
            let mut fields = vec![("to", to), ("version", version), ("back", "/projects/board?foreign=yes")];
            fields.extend_from_slice(more);
            fields
        };
        let path = format!("/projects/{id}/move");
        for (fields, words) in [
            (to("filed", "1", &[]), "请填写备案的日期"),
            (to("filed", "1", &[("on", "去年")]), "请填写真实的日期"),
            (to("filed", "1", &[("on", "2099-01")]), "这个日期还没有到"),
            (to("landed", "1", &[("on", "2017-06")]), "请填写项目公司名称"),
            (to("funded", "1", &[("on", "2017-06")]), "到位资金"),
            (to("negotiating", "1", &[("reason", "退回")]), "签约"),
            (to("nowhere", "1", &[]), "请从看板上的进展里选择"),
        ] {
            let refused = reporter.post(&path, &fields).await;
            assert!(refused.status.is_client_error() && refused.text().contains(words), "{words}: {}", refused.text());
        }
        let moved = reporter.post(&path, &to("filed", "1", &[("on", "2017-06")])).await;
        assert_eq!(moved.location(), format!("/projects/board?foreign=yes&done=moved#card-{id}"));
        assert_eq!(reporter.post(&path, &to("started", "1", &[("on", "2017-08")])).await.status, StatusCode::CONFLICT);
        let landed = reporter.post(&path, &to("landed", "2", &[("on", "2017-07-01"), ("company", "某公司")])).await;
        assert_eq!(landed.status, StatusCode::SEE_OTHER, "{}", landed.text());
        let back = reporter.post(&path, &to("filed", "3", &[])).await;
        assert!(back.status == StatusCode::UNPROCESSABLE_ENTITY && back.text().contains("请写明原因"), "{}", back.text());
        assert!(back.text().contains("落地（2017-07-01）"));
        let back = reporter.post(&path, &to("filed", "3", &[("reason", "登记有误")])).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text());
        let now = api.get(&format!("{PROJECTS}/{id}")).await;
        assert_eq!((&now.json()["stage"], &now.json()["reason"]), (&json!("filed"), &json!("登记有误")));
        let path = format!("{PROJECTS}/{id}/move");
        let body = json!({"to": "started", "on": "2017-08"});
        assert_eq!(api.json(Method::POST, &path, &[], &body).await.status.as_u16(), 428);
        let moved = api.json(Method::POST, &path, &[("if-match", now.header("etag"))], &body).await;
        assert_eq!(moved.json()["stage"], "started", "{}", moved.text());
        // The officer looks, and moves nothing.
        accept(&test, id).await;
        let board = test.by(Role::Officer).await.get("/projects/board").await.text();
        assert!(board.contains("看板上的项目") && !board.contains("移到…"));
        assert_eq!(test.api("officer").await.json(Method::POST, &path, &[("if-match", "\"9\"")], &body).await.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn the_parts_of_a_list_add_up_and_lead_to_it(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        for (name, industry, district, horizon, wan, origin) in [
            ("一", "现代物流", "330302", "near", "100.5", "foreign"),
            ("二", "现代物流", "330303", "far", "200", "domestic"),
            ("三", "", "", "", "", "domestic"),
        ] {
            let mut body = project(name);
            let fields = body["fields"].as_object_mut().unwrap();
            fields["investors"][0]["origin"] = json!(origin);
            fields["investors"][0]["ownership"] = json!("private");
            for (field, word) in [("industry", industry), ("district", district), ("horizon", horizon), ("investment_wan", wan)] {
                if word.is_empty() {
                    fields.remove(field);
                } else {
                    fields.insert(field.to_owned(), json!(word));
                }
            }
            added(&mut reporter, &body).await;
        }
        for asked in ["", "private=yes", "horizon=-", "industry=%E7%8E%B0%E4%BB%A3%E7%89%A9%E6%B5%81&foreign=no", "q=%E4%B8%80", "stage=producing"] {
            let list = reporter.get(&format!("{PROJECTS}?{asked}")).await.json();
            let structure = reporter.get(&format!("{PROJECTS}/structure?{asked}")).await.json();
            assert_eq!((&structure["total"], &structure["investment_wan"]), (&list["total"], &list["investment_wan"]), "{asked}");
            for cut in ["industries", "horizons", "stages", "capital", "districts"] {
                let parts = structure[cut].as_array().unwrap();
                let sum: i64 = parts.iter().map(|part| part["count"].as_i64().unwrap()).sum();
                assert_eq!(sum, list["total"].as_i64().unwrap(), "{asked} by {cut}");
                if asked.is_empty() {
                    for part in parts {
                        let of_part = reporter.get(&format!("{PROJECTS}?{}", part["query"].as_str().unwrap())).await.json();
                        assert_eq!((&of_part["total"], &of_part["investment_wan"]), (&part["count"], &part["investment_wan"]), "{part}");
                    }
                }
            }
        }
        let page = test.by(Role::Reporter).await.get("/projects/structure?private=yes").await.text();
        assert!(page.contains("民企参与") && page.contains(">鹿城</text>") && page.contains(">101万元</text>"), "{page}");
        assert!(page.contains("/projects?private=yes&#38;district=330302"));
        assert_eq!(reporter.get(&format!("{PROJECTS}/structure?colour=red")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let nothing = test.by(Role::Leader).await.get("/projects/structure").await;
        assert!(nothing.status == StatusCode::OK && nothing.text().contains("没有符合条件的项目"));
    }
}
