//! Events, what each signing counts, boards whose every number is a list that sums to it, the four rates, and an
//! enterprise on one page.

use axum::http::{Method, StatusCode};
use domain::{
    ProjectId, RevisionId, UnitId,
    first_talk::{FirstTalk, Share},
    permission::Role,
};
use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

use crate::funds::PDF;

const PROJECTS: &str = "/api/v1/projects";
const EVENTS: &str = "/api/v1/events";

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
    let head: RevisionId = project.head;
    let revision = store::projects::revision(&tx, head).await.unwrap().unwrap();
    store::projects::accept(&tx, id, &revision, false, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn event(officer: &mut Client, name: &str, from: &str, to: Value) -> i64 {
    let body = json!({"kind": "activity", "name": name, "place": "宁波", "from": from, "to": to, "led_by": "某领导"});
    let answer = officer.json(Method::POST, EVENTS, &[], &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()["id"].as_i64().unwrap()
}

fn sign(on: &str, kind: &str, event: &str, wan: &str, relation: Option<&str>) -> Value {
    json!({"on": on, "kind": kind, "level": "city", "event": event, "amount_wan": wan, "relation": relation})
}

fn project(name: &str, signings: &[Value], milestones: Value) -> Value {
    json!({"fields": {"name": name, "industry": "现代物流", "signings": signings, "milestones": milestones}})
}

/// A library with one project for each rule.
async fn library(test: &TestApp) -> Vec<i64> {
    let mut reporter = test.api("reporter").await;
    let landed = |name: &str, signings: &[Value], milestones: Value| {
        let mut body = project(name, signings, milestones);
        body["fields"]["company"] = json!({"name": "某公司", "registered_on": "2017-07-01"});
        body
    };
    let bodies = [
        // Upgraded: one project, no new money.
        landed(
            "升级",
            &[
                sign("2017-06-08", "framework", "浙洽会", "10000", None),
                sign("2017-09-12", "formal", "香港周", "12000", Some("upgrade")),
            ],
            json!({"filed": "2017-07", "started": "2017-10"}),
        ),
        // Increased by 2000 to 5000.
        landed(
            "增资",
            &[
                sign("2017-06-09", "formal", "浙洽会", "3000", None),
                sign(
                    "2017-09-13",
                    "formal",
                    "香港周",
                    "5000",
                    Some("increase_to"),
                ),
            ],
            json!({"filed": "2017-07-01"}),
        ),
        // With another investor.
        project(
            "换方",
            &[
                sign("2017-06-10", "formal", "浙洽会", "4000", None),
                sign(
                    "2017-09-14",
                    "formal",
                    "香港周",
                    "4500",
                    Some("investor_change"),
                ),
            ],
            json!({}),
        ),
        // Signed again.
        project(
            "重签",
            &[
                sign("2017-06-11", "formal", "浙洽会", "600", None),
                sign("2017-09-15", "formal", "香港周", "600", Some("repeat")),
            ],
            json!({}),
        ),
    ];
    let mut ids = Vec::new();
    for body in &bodies {
        let id = added(&mut reporter, body).await;
        accept(test, id).await;
        ids.push(id);
    }
    ids
}

async fn got(client: &mut Client, path: &str) -> Value {
    let answer = client.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    answer.json()
}

/// A text as it stands in an address.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn row<'a>(board: &'a Value, label: &str) -> &'a Value {
    let rows = board["rows"].as_array().unwrap();
    let found = rows.iter().find(|row| row["label"] == label);
    found.unwrap_or_else(|| panic!("{label} in {board}"))
}

/// Projects and 万元 of a row's columns.
fn cells(row: &Value) -> Vec<(i64, &str)> {
    let cells = row["cells"].as_array().unwrap().iter();
    cells
        .map(|cell| {
            (
                cell["projects"].as_i64().unwrap(),
                cell["amount_wan"].as_str().unwrap(),
            )
        })
        .collect()
}

on_both! {
    async fn an_event_registered_by_mistake_is_taken_away_and_texts_are_loose_again(test: TestApp) {
        library(&test).await;
        let (mut officer, mut reporter) = (test.api("officer").await, test.api("reporter").await);
        let answer = officer.json(Method::POST, EVENTS, &[], &json!({"kind": "activity", "name": "登记错的", "from": "2017-06"})).await;
        let (body, etag) = (answer.json(), answer.header("etag").to_owned());
        let path = format!("{EVENTS}/{}", body["id"]);
        let loose = got(&mut officer, EVENTS).await["loose"].clone();
        let text = loose[0]["text"].clone();
        let tied = officer.json(Method::POST, &format!("{path}/spellings"), &[], &json!({"text": text})).await;
        assert_eq!(tied.status, StatusCode::OK);
        assert_ne!(got(&mut officer, EVENTS).await["loose"], loose);
        let none = json!(null);
        assert_eq!(reporter.json(Method::DELETE, &path, &[("if-match", &etag)], &none).await.status, StatusCode::NOT_FOUND);
        assert_eq!(officer.json(Method::DELETE, &path, &[], &none).await.status, StatusCode::PRECONDITION_REQUIRED);
        assert_eq!(officer.json(Method::DELETE, &path, &[("if-match", "\"9\"")], &none).await.status, StatusCode::CONFLICT);
        assert_eq!(officer.json(Method::DELETE, &path, &[("if-match", &etag)], &none).await.status, StatusCode::NO_CONTENT);
        assert_eq!(officer.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(got(&mut officer, EVENTS).await["loose"], loose, "signings keep what they say");
        let mut browser = test.by(Role::Officer).await;
        let made = browser.post("/events/new", &[("kind", "activity"), ("name", "又错了"), ("from", "2017-07")]).await;
        let page = made.location().split('?').next().unwrap().to_owned();
        assert!(browser.get(&format!("{page}/edit")).await.text().contains("删去这一项"));
        let gone = browser.post(&format!("{page}/remove"), &[("version", "1")]).await;
        assert_eq!((gone.status, gone.location()), (StatusCode::SEE_OTHER, "/events?done=event-removed"));
        assert_eq!(browser.get(&page).await.status, StatusCode::NOT_FOUND);
    }
}

/// Every number of a board, asked for its list: both agree.
async fn every_number_is_its_list(client: &mut Client, query: &str) {
    let board = got(client, &format!("/api/v1/cohorts?{query}")).await;
    let mut rows = board["rows"].as_array().unwrap().clone();
    rows.push(board["total"].clone());
    for row in &rows {
        let at = row["row"]
            .as_str()
            .map(|word| format!("&row={}", encoded(word)));
        let at = at.unwrap_or_default();
        for cell in row["cells"].as_array().unwrap() {
            let column = cell["column"].as_str().unwrap();
            let path = format!("/api/v1/cohorts/list?{query}{at}&column={column}");
            let list = got(client, &path).await;
            assert_eq!(
                (&list["projects"], &list["amount_wan"]),
                (&cell["projects"], &cell["amount_wan"]),
                "{path}"
            );
        }
        for rate in row["rates"].as_array().unwrap() {
            for side in ["upper", "lower"] {
                let kind = rate["rate"].as_str().unwrap();
                let path = format!("/api/v1/cohorts/list?{query}{at}&rate={kind}&side={side}");
                let list = got(client, &path).await;
                let sum = match kind {
                    "funds" => list["amount_wan"].as_str().unwrap().to_owned(),
                    _ => list["projects"].to_string(),
                };
                assert_eq!(rate[side].as_str().unwrap(), sum, "{path}");
            }
        }
    }
    for left in board["left"].as_array().unwrap() {
        let rule = left["rule"].as_str().unwrap();
        let list = got(client, &format!("/api/v1/cohorts/list?{query}&left={rule}")).await;
        assert_eq!(list["count"], left["signings"], "{rule}");
    }
}

on_both! {
    async fn events_are_kept_and_texts_are_tied_to_them_by_the_officer(test: TestApp) {
        let (mut officer, mut reporter) = (test.api("officer").await, test.api("reporter").await);
        library(&test).await;
        let fields = json!({"kind": "visit", "name": "x", "from": "2017-06"});
        assert_eq!(reporter.json(Method::POST, EVENTS, &[], &fields).await.status, StatusCode::NOT_FOUND);
        for (field, value) in [("name", json!(" ")), ("from", json!("2017-02-30")), ("to", json!("2017-05")), ("kind", json!("tour"))] {
            let mut wrong = fields.clone();
            wrong[field] = value;
            let answer = officer.json(Method::POST, EVENTS, &[], &wrong).await;
            assert_eq!((answer.status, &answer.json()["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)));
        }
        let fair = event(&mut officer, "2017浙洽会", "2017-06-08", json!("2017-06-10")).await;
        let again = officer.json(Method::POST, EVENTS, &[], &json!({"kind": "activity", "name": "２０１７浙洽会", "from": "2017-06"})).await;
        assert_eq!(again.json()["errors"][0]["field"], "name", "the same name in another width");
        let list = got(&mut officer, EVENTS).await;
        assert_eq!(list["events"][0]["signings"], 0, "likeness is not taken for sameness");
        assert_eq!(list["loose"].as_array().unwrap().len(), 2);
        let path = format!("{EVENTS}/{fair}");
        let tied = officer.json(Method::POST, &format!("{path}/spellings"), &[], &json!({"text": "浙 洽会", "year": 2017})).await;
        assert_eq!(tied.status, StatusCode::OK, "{}", tied.text());
        assert_eq!(tied.json()["signings"].as_array().unwrap().len(), 4);
        let outside: Vec<bool> = tied.json()["signings"].as_array().unwrap().iter().map(|one| one["outside"].as_bool().unwrap()).collect();
        assert_eq!(outside, [true, false, false, false], "the eleventh is after its last day");
        // The form: refused beside its field, changed, renamed; nobody loses his event by that.
        let mut keeper = test.by(Role::Officer).await;
        let form = [("kind", "activity"), ("name", ""), ("from", "六月"), ("to", ""), ("place", "宁波"), ("version", "1")];
        let refused = keeper.post(&format!("/events/{fair}/edit"), &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("id=\"name-error\"") && refused.text().contains("id=\"from-error\"") && refused.text().contains("value=\"六月\""));
        let body = json!({"kind": "activity", "name": "第十九届浙洽会", "from": "2017-06", "to": null});
        assert_eq!(officer.json(Method::PUT, &path, &[], &body).await.status, StatusCode::PRECONDITION_REQUIRED);
        let tag = got(&mut officer, &path).await;
        assert_eq!(tag["fields"]["from"], "2017-06-08");
        let saved = officer.json(Method::PUT, &path, &[("if-match", "\"1\"")], &body).await;
        assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
        assert_eq!(saved.json()["fields"]["from"], "2017-06", "a month stays a month");
        assert_eq!(saved.json()["spellings"].as_array().unwrap().len(), 2, "its former name too");
        let stale = officer.json(Method::PUT, &path, &[("if-match", "\"1\"")], &body).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let stale = keeper.post(&format!("/events/{fair}/edit"), &[("kind", "visit"), ("name", "我的名称"), ("from", "2017-06"), ("version", "1")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.text().contains("第十九届浙洽会") && stale.text().contains("我的名称"));
        // Untied, the texts are loose again; what the signings say never changed.
        let query = format!("text={}&year=2017", encoded("浙洽会"));
        let untied = officer.json(Method::DELETE, &format!("{path}/spellings?{query}"), &[], &json!({})).await;
        assert_eq!(untied.status, StatusCode::OK, "{}", untied.text());
        assert_eq!(got(&mut officer, EVENTS).await["loose"].as_array().unwrap().len(), 2);
        assert_eq!(officer.json(Method::DELETE, &format!("{path}/spellings?{query}"), &[], &json!({})).await.status, StatusCode::NOT_FOUND);
        let seen = got(&mut reporter, &path).await;
        assert_eq!(seen["signings"].as_array().unwrap().len(), 0);
    }
}

on_both! {
    async fn each_rule_counts_and_every_number_is_its_list(test: TestApp) {
        library(&test).await;
        let mut officer = test.api("officer").await;
        let fair = event(&mut officer, "浙洽会", "2017-06-08", json!("2017-06-12")).await;
        event(&mut officer, "香港周", "2017-09-12", json!("2017-09-16")).await;
        let board = got(&mut officer, "/api/v1/cohorts?as_of=2017-11-24").await;
        // 升级 10000 and 增资 3000 and 重签 600 at the fair; 换方 4500 in Hong Kong, with 增资's 2000.
        assert_eq!(cells(row(&board, "浙洽会"))[..2], [(3, "13600"), (2, "13000")]);
        assert_eq!(row(&board, "浙洽会")["row"], format!("e{fair}"));
        assert_eq!(cells(row(&board, "香港周"))[..2], [(1, "6500"), (0, "2000")]);
        assert_eq!(cells(&board["total"])[0], (4, "20100"));
        let left: Vec<(&str, i64)> = board["left"].as_array().unwrap().iter().map(|one| (one["rule"].as_str().unwrap(), one["signings"].as_i64().unwrap())).collect();
        assert_eq!(left, [("upgrade", 1), ("repeat", 1), ("replaced", 1)]);
        assert!(board["left"][0]["sentence"].as_str().unwrap().contains("另有1份升级协议"));
        // Before Hong Kong everything counts at the fair.
        let before = got(&mut officer, "/api/v1/cohorts?as_of=2017-08-31").await;
        assert_eq!(cells(row(&before, "浙洽会"))[0], (4, "17600"));
        // Of formal contracts alone the upgraded one is the first.
        let formal = got(&mut officer, "/api/v1/cohorts?as_of=2017-11-24&kind=formal").await;
        assert_eq!(cells(&formal["total"])[0], (4, "22100"));
        for query in ["as_of=2017-11-24", "as_of=2017-10-15&by=year", "as_of=2017-11-24&by=enterprise", "as_of=2017-11-24&by=industry&kind=formal", "as_of=2017-08-31&by=kind", "as_of=2017-11-24&by=level&year=2017&capital=other"] {
            every_number_is_its_list(&mut officer, query).await;
        }
        // 开工 2017-10 at the fifteenth, recorded later: not sure, and said.
        let unsure = got(&mut officer, "/api/v1/cohorts?as_of=2017-10-15").await;
        assert_eq!(cells(&unsure["total"])[3].0, 0);
        assert!(unsure["notes"].to_string().contains("开工1个"), "{}", unsure["notes"]);
        assert_eq!(cells(&got(&mut officer, "/api/v1/cohorts?as_of=2017-10-31").await["total"])[3].0, 1);
        for (query, field) in [("as_of=2017-11-25", "as_of"), ("unit=999", "unit"), ("by=colour", "by"), ("yaer=1", "yaer")] {
            let answer = officer.get(&format!("/api/v1/cohorts?{query}")).await;
            assert_eq!((answer.status, &answer.json()["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)));
        }
        let quiet = event(&mut officer, "2016浙洽会", "2016-06", json!(null)).await;
        assert_eq!(got(&mut officer, &format!("/api/v1/cohorts/list?row=e{quiet}&column=signed")).await["count"], 0);
        assert_eq!(officer.get("/api/v1/cohorts/list?row=e99&column=signed").await.status, StatusCode::NOT_FOUND);
        // The page and the file tell the same.
        let mut page = test.by(Role::Leader).await;
        let html = page.get("/cohorts?as_of=2017-11-24").await.text();
        assert!(html.contains("另有1份升级协议") && html.contains("13600"));
        let list = page.get(&format!("/cohorts/list?as_of=2017-11-24&row=e{fair}&column=signed")).await.text();
        assert!(list.contains("id=\"sum-amount\">13600<") && list.contains("首次签约"));
        let csv = page.get("/cohorts/file?as_of=2017-11-24&format=csv").await.text();
        assert!(csv.contains("13600") && csv.contains("合计"), "{csv}");
        let xlsx = page.get("/cohorts/file?as_of=2017-11-24").await;
        assert_eq!(xlsx.status, StatusCode::OK);
        assert_eq!(page.get("/cohorts/file?format=pdf").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

/// Enters funds of a project and takes them through to the officer.
async fn paid(test: &TestApp, project: &str, wan: &str, on: &str) {
    let (mut reporter, mut approver) = (test.api("reporter").await, test.api("approver").await);
    let mut officer = test.api("officer").await;
    let body = json!({"received_on": on, "amount_wan": wan, "project": project, "investor": "某公司", "proof": "bank_slip"});
    let entry = reporter
        .json(Method::POST, "/api/v1/funds", &[], &body)
        .await;
    let path = format!("/api/v1/funds/{}", entry.json()["id"]);
    let tag = entry.header("etag").to_owned();
    let proved = reporter
        .upload_with(
            &format!("{path}/files"),
            "进账单.pdf",
            PDF,
            &[("if-match", &tag)],
        )
        .await;
    let mut tag = proved.header("etag").to_owned();
    for (client, step) in [
        (&mut reporter, "submit"),
        (&mut approver, "release"),
        (&mut officer, "accept"),
    ] {
        let body = json!({"step": step, "reason": ""});
        let taken = client
            .json(
                Method::POST,
                &format!("{path}/steps"),
                &[("if-match", &tag)],
                &body,
            )
            .await;
        assert_eq!(taken.status, StatusCode::OK, "{}", taken.text());
        tag = taken.header("etag").to_owned();
    }
}

/// `8/12=66.67` of a row's rates.
fn rates(row: &Value) -> Vec<String> {
    let rates = row["rates"].as_array().unwrap().iter();
    rates
        .map(|one| {
            let text = |name: &str| one[name].as_str().unwrap_or("—").to_owned();
            format!("{}/{}={}", text("upper"), text("lower"), text("pct"))
        })
        .collect()
}

on_both! {
    async fn the_four_rates_say_what_they_are_made_of(test: TestApp) {
        library(&test).await;
        let mut officer = test.api("officer").await;
        let none = got(&mut officer, "/api/v1/rates?as_of=2017-05-31").await;
        assert_eq!(rates(&none["total"]), ["0/0=—", "0/0=—", "0/0=—", "0/0=—"]);
        paid(&test, "增资", "1250", "2017-10-20").await;
        let at = async |officer: &mut Client, query: &str| rates(&got(officer, &format!("/api/v1/rates?{query}")).await["total"]);
        // Formally contracted: 12000 + 5000 + 4500 + 600.
        assert_eq!(at(&mut officer, "as_of=2017-11-24").await, ["2/4=50.00", "1250/22100=5.66", "1/4=25.00", "0/4=0.00"]);
        assert_eq!(at(&mut officer, "as_of=2017-10-19").await[1], "0/22100=0.00", "received later");
        every_number_is_its_list(&mut officer, "as_of=2017-11-24&by=enterprise").await;
        // A contract in dollars without a rate is on neither side, and said; with a rate it counts.
        let mut reporter = test.api("reporter").await;
        let mut dollars = project("美元", &[json!({"on": "2017-06-12", "kind": "formal", "level": "city", "amount_wan": "100", "currency": "USD"})], json!({}));
        let id = added(&mut reporter, &dollars).await;
        accept(&test, id).await;
        let board = got(&mut officer, "/api/v1/rates?as_of=2017-11-24").await;
        assert_eq!(rates(&board["total"])[..2], ["2/5=40.00", "1250/22100=5.66"]);
        assert_eq!(board["total"]["rates"][1]["unknown"], 1);
        assert!(board["notes"].to_string().contains("100 万美元"), "{}", board["notes"]);
        let unknown = got(&mut officer, "/api/v1/cohorts/list?as_of=2017-11-24&rate=funds&side=unknown").await;
        assert_eq!((&unknown["count"], &unknown["items"][0]["name"]), (&json!(1), &json!("美元")));
        let one = reporter.get(&format!("{PROJECTS}/{id}")).await;
        for (rate, field) in [(json!("0"), "signings.0.rate"), (json!("x"), "signings.0.rate")] {
            dollars["fields"]["signings"][0]["rate"] = rate;
            dollars["fields"]["signings"][0]["rate_on"] = json!("2017-06-12");
            let refused = reporter.json(Method::PUT, &format!("{PROJECTS}/{id}"), &[("if-match", one.header("etag"))], &dollars).await;
            assert_eq!(refused.json()["errors"][0]["field"], field, "{}", refused.text());
        }
        dollars["fields"]["signings"][0]["rate"] = json!("663.12");
        let saved = reporter.json(Method::PUT, &format!("{PROJECTS}/{id}"), &[("if-match", one.header("etag"))], &dollars).await;
        assert_eq!(saved.json()["fields"]["signings"][0]["rate"], "663.12", "{}", saved.text());
        accept(&test, id).await;
        assert_eq!(at(&mut officer, "as_of=2017-11-24").await[1], "1250/22763.12=5.49");
        // An ended project stays below the line, or is left out when asked so.
        let mut ended = project("终止", &[sign("2017-06-12", "formal", "", "900", None)], json!({}));
        ended["fields"]["terminated"] = json!({"on": "2017-10-16", "reason": "投资方退出"});
        let id = added(&mut reporter, &ended).await;
        accept(&test, id).await;
        assert_eq!(at(&mut officer, "as_of=2017-11-24").await[0], "2/6=33.33");
        assert_eq!(at(&mut officer, "as_of=2017-11-24&terminated=without").await[0], "2/5=40.00");
        assert_eq!(at(&mut officer, "as_of=2017-10-15&terminated=without").await[0], "2/6=33.33", "not yet ended then");
        let html = test.by(Role::Officer).await.get("/rates?as_of=2017-11-24").await.text();
        assert!(html.contains("33.33%") && html.contains("1个项目已终止"));
        // As known before it was entered.
        let known = at(&mut officer, "as_of=2017-11-24&known_at=2017-11-23").await;
        assert_eq!(known[0], "0/0=—", "nothing had been recorded");
    }
}

on_both! {
    async fn a_further_signing_is_asked_what_it_is(test: TestApp) {
        let mut reporter = test.api("reporter").await;
        let body = project("两签", &[sign("2017-06-08", "intention", "", "100", None), sign("2017-09-12", "formal", "", "100", None)], json!({}));
        let refused = reporter.json(Method::POST, PROJECTS, &[], &body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.json()["errors"][0]["field"], "signings.1.relation", "{}", refused.text());
        let mut page = test.by(Role::Reporter).await;
        let form = [("name", "两签"), ("signings.0.on", "2017-06-08"), ("signings.0.kind", "intention"), ("signings.0.level", "city"),
            ("signings.1.on", "2017-09-12"), ("signings.1.kind", "formal"), ("signings.1.level", "city")];
        let refused = page.post("/projects/new", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("id=\"signings.1.relation-error\""));
        // A card moved on to 签约 asks the same.
        let id = added(&mut reporter, &project("移动", &[sign("2017-06-08", "intention", "", "100", None)], json!({}))).await;
        let moved = [("to", "signed"), ("version", "1"), ("on", "2017-09"), ("kind", "formal"), ("level", "city")];
        let asked = page.post(&format!("/projects/{id}/move"), &moved).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text().contains("id=\"relation-error\""), "{}", asked.text());
        let said = [moved.as_slice(), &[("relation", "upgrade")]].concat();
        assert_eq!(page.post(&format!("/projects/{id}/move"), &said).await.status, StatusCode::SEE_OTHER);
        let seen = got(&mut reporter, &format!("{PROJECTS}/{id}")).await;
        assert_eq!(seen["fields"]["signings"][1]["relation"], "upgrade");
        let html = page.get(&format!("/projects/{id}")).await.text();
        assert!(html.contains("此前协议升级") && html.contains("首次签约"));
    }
}

on_both! {
    async fn a_shared_project_counts_for_the_unit_with_the_first_talk(test: TestApp) {
        let ids = library(&test).await;
        let (own, other) = (test.seeded.enterprises[0], test.seeded.enterprises[1]);
        let says = FirstTalk {
            projects: vec![ProjectId(ids[1])],
            counted: ProjectId(ids[1]),
            units: vec![(own, Share::from_hundredths(4000)), (other, Share::from_hundredths(6000))],
            first: other,
            talked_on: "2017-03-08".parse().unwrap(),
            evidence: "会谈纪要".into(),
            decided_by: "招商引资处".into(),
            document_number: String::new(),
            effective_on: "2017-06-01".parse().unwrap(),
            files: Vec::new(),
        };
        let tx = test.store.begin().await.unwrap();
        let by = store::people::by_login(&tx, "officer").await.unwrap().unwrap().id;
        let new = store::first_talk::NewDecision { authority: test.seeded.authority, says: &says, by, at: test.app.now() };
        store::first_talk::add(&tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        let mut officer = test.api("officer").await;
        let board = got(&mut officer, "/api/v1/cohorts?as_of=2017-11-24&by=enterprise").await;
        assert_eq!(cells(row(&board, "城投集团"))[0], (1, "3000"), "60% of 5000");
        assert_eq!(cells(row(&board, "温州银行"))[0], (3, "17100"));
        assert_eq!(cells(&board["total"])[0], (4, "20100"));
        every_number_is_its_list(&mut officer, "as_of=2017-11-24&by=enterprise").await;
        for unit in [own, other] {
            let page = got(&mut officer, &format!("/api/v1/enterprises/{unit}")).await;
            let board = got(&mut officer, &format!("/api/v1/cohorts?unit={unit}&by=enterprise")).await;
            assert_eq!(cells(&page), cells(&board["total"]), "one enterprise read alone counts as within the board");
        }
        let mut reporter = test.api("reporter").await;
        let board = got(&mut reporter, "/api/v1/cohorts?as_of=2017-11-24&by=enterprise").await;
        assert_eq!(cells(&board["total"])[0], (3, "17100"), "its own part; the rest is told to those it counts for");
        every_number_is_its_list(&mut reporter, "as_of=2017-11-24&by=enterprise").await;
    }
}

on_both! {
    async fn an_enterprise_is_seen_on_one_page(test: TestApp) {
        library(&test).await;
        let (own, other) = (test.seeded.enterprises[0], test.seeded.enterprises[1]);
        let path = |unit: UnitId| format!("/enterprises/{unit}");
        let mut leader = test.by(Role::Leader).await;
        for unit in [own, other] {
            let page = leader.get(&path(unit)).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.text().contains("接下来") && page.text().contains("落地率"));
        }
        let mut reporter = test.by(Role::Reporter).await;
        assert_eq!(reporter.get("/enterprises").await.location(), path(own));
        let page = reporter.get(&path(own)).await.text();
        assert!(page.contains("升级") && page.contains("50.00%") && page.contains("附件2"), "{page}");
        assert_eq!(reporter.get(&path(other)).await.status, StatusCode::NOT_FOUND);
        assert_eq!(leader.get(&path(test.seeded.subsidiary)).await.status, StatusCode::NOT_FOUND, "no enterprise of its own");
        let mut api = test.api("reporter").await;
        let body = got(&mut api, &format!("/api/v1/enterprises/{own}")).await;
        assert_eq!(rates(&body)[0], "2/4=50.00");
        assert_eq!(body["stages"].as_array().unwrap().iter().map(|one| one["projects"].as_i64().unwrap()).sum::<i64>(), 4);
        assert!(!body["owed"].as_array().unwrap().is_empty());
        let mut board = test.api("officer").await;
        let of_unit = got(&mut board, &format!("/api/v1/rates?unit={own}")).await;
        assert_eq!(rates(&of_unit["total"]), rates(&body), "the page says what the board says");
    }
}

on_both! {
    async fn libraries_of_before_are_counted_after_the_migration(test: TestApp) {
        library(&test).await;
        let mut reporter = test.api("reporter").await;
        let before = got(&mut reporter, "/api/v1/cohorts?as_of=2017-10-15&by=year").await;
        for sql in ["DROP TABLE project_signed", "DROP TABLE event_spelling", "DROP TABLE event", "DELETE FROM seaql_migrations WHERE version = '0018_events'"] {
            test.tamper(sql).await;
        }
        assert_eq!(test.store.migrate().await.unwrap(), ["0018_events"]);
        assert_eq!(got(&mut reporter, "/api/v1/cohorts?as_of=2017-10-15&by=year").await, before);
    }
}
