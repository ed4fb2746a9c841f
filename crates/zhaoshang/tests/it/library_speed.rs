//! The library at speed: kept totals stay true, pages stay in place, every way of reading a list finds the same, what a
//! replica remembers follows changes made elsewhere.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::{NaiveDate, TimeDelta};
use domain::{
    Instant, Money, PersonId, ProjectId, UnitId,
    partial_date::PartialDate,
    permission::Role,
    project::{Milestone, ProjectFields, Signing, SigningKind, SigningLevel, Standing},
};
use serde_json::Value;
use store::projects::{Loaded, NewProject, NewRevision, totals};
use testkit::{Client, TestApp, on_both};

const PROJECTS: &str = "/api/v1/projects";

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn person(test: &TestApp) -> PersonId {
    store::people::by_login(&test.store.read(), "reporter")
        .await
        .unwrap()
        .unwrap()
        .id
}

fn fields(dice: &mut Dice, name: String) -> ProjectFields {
    let mut fields = ProjectFields {
        name,
        industry: ["现代物流", "文化创意", ""][dice.below(3) as usize].to_owned(),
        investment: (dice.below(4) > 0).then(|| Money::from_wan(dice.below(8) as i64 * 100)),
        district: ["330302", "330305", ""][dice.below(3) as usize].to_owned(),
        ..ProjectFields::default()
    };
    let on = PartialDate::Day(day("2017-03-01"));
    match dice.below(4) {
        0 => {}
        1 => drop(fields.milestones.insert(Milestone::Negotiating, on)),
        2 => fields.signings.push(Signing {
            on: ["2017-05", "2017-05-24", "2017-06-01"][dice.below(3) as usize]
                .parse()
                .unwrap(),
            kind: SigningKind::Formal,
            level: SigningLevel::City,
            event: ["", "浙洽会", "某签约会"][dice.below(3) as usize].to_owned(),
            amount: None,
            currency: None,
            rate: None,
            relation: None,
        }),
        _ => drop(fields.milestones.insert(Milestone::Started, on)),
    }
    fields
}

async fn add(test: &TestApp, unit: UnitId, code: &str, fields: &ProjectFields) -> ProjectId {
    add_at(test, unit, code, fields, test.app.now()).await
}

async fn add_at(
    test: &TestApp,
    unit: UnitId,
    code: &str,
    fields: &ProjectFields,
    at: Instant,
) -> ProjectId {
    let by = person(test).await;
    let tx = test.store.begin().await.unwrap();
    let new = NewProject {
        authority: test.seeded.authority,
        unit,
        code,
        copied_from: None,
    };
    let first = NewRevision {
        fields,
        effective_on: day("2017-07-01"),
        reason: "",
        by,
        at,
    };
    let id = store::projects::add(&tx, &new, &first).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn accept(test: &TestApp, id: ProjectId) {
    let tx = test.store.begin().await.unwrap();
    let project = store::projects::by_id(&tx, id).await.unwrap().unwrap();
    let head = store::projects::revision(&tx, project.head)
        .await
        .unwrap()
        .unwrap();
    store::projects::accept(&tx, id, &head, false, test.app.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn change(test: &TestApp, dice: &mut Dice, id: ProjectId, pending: bool) {
    let by = person(test).await;
    let tx = test.store.begin().await.unwrap();
    let project = store::projects::by_id(&tx, id).await.unwrap().unwrap();
    let name = store::projects::revision(&tx, project.head)
        .await
        .unwrap()
        .unwrap()
        .fields
        .name;
    let fields = fields(dice, name);
    // Also back in time, on the same day, and from a day to come.
    let effective_on = [
        day("2017-06-15"),
        day("2017-07-01"),
        day("2017-11-20"),
        day("2017-12-20"),
    ][dice.below(4) as usize];
    let new = NewRevision {
        fields: &fields,
        effective_on,
        reason: "测试",
        by,
        at: test.app.now(),
    };
    store::projects::save(&tx, &project, &new, pending)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn wrong(test: &TestApp) -> i64 {
    totals::differing(&test.store.read()).await.unwrap()
}

async fn got(client: &mut Client, path: &str) -> Value {
    let answer = client.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    answer.json()
}

async fn list(client: &mut Client, query: &str) -> Value {
    let answer = client.get(&format!("{PROJECTS}?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
    answer.json()
}

fn codes(list: &Value) -> Vec<String> {
    let rows = list["rows"].as_array().unwrap().iter();
    rows.map(|row| row["code"].as_str().unwrap().to_owned())
        .collect()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

on_both! {
    async fn kept_totals_stay_true_whatever_happens(test: TestApp) {
        let (mut dice, mut ids, mut versions) = (Dice(7), Vec::new(), 0);
        let mut minutes = 0;
        for step in 0..90 {
            minutes += 1;
            let at = test.app.now() + TimeDelta::minutes(1);
            test.clock.set(&at.to_rfc3339());
            if ids.len() < 3 || dice.below(4) == 0 {
                let unit = test.seeded.enterprises[dice.below(3) as usize];
                let made = fields(&mut dice, format!("项目{step}"));
                ids.push(add(&test, unit, &format!("T{step:03}"), &made).await);
            }
            let id = ids[dice.below(ids.len() as u64) as usize];
            match dice.below(5) {
                0 | 1 => change(&test, &mut dice, id, step % 2 == 0).await,
                2 => accept(&test, id).await,
                3 => {
                    let tx = test.store.begin().await.unwrap();
                    let project = store::projects::by_id(&tx, id).await.unwrap().unwrap();
                    let funds = Money::from_wan(dice.below(2) as i64 * 50);
                    store::projects::set_funds(&tx, &project, funds).await.unwrap();
                    tx.commit().await.unwrap();
                }
                _ => {
                    let by = person(&test).await;
                    let tx = test.store.begin().await.unwrap();
                    let project = store::projects::by_id(&tx, id).await.unwrap().unwrap();
                    store::projects::set_standing(&tx, id, project.version, "admit", Standing::Admitted, "", by, test.app.now()).await.unwrap();
                    tx.commit().await.unwrap();
                    versions += 1;
                }
            }
            assert_eq!(wrong(&test).await, 0, "after step {step}");
        }
        assert!(minutes == 90 && versions > 0);
        // What was not committed was not counted.
        let tx = test.store.begin().await.unwrap();
        let project = store::projects::by_id(&tx, ids[0]).await.unwrap().unwrap();
        store::projects::set_funds(&tx, &project, Money::from_wan(1)).await.unwrap();
        drop(tx);
        assert_eq!(wrong(&test).await, 0);
        // A difference is found, and mended.
        test.tamper("UPDATE project_total SET projects = projects + 1").await;
        assert!(wrong(&test).await > 0);
        let tx = test.store.begin().await.unwrap();
        totals::rebuild(&tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(wrong(&test).await, 0);
    }
}

on_both! {
    async fn nobody_is_told_of_what_he_may_not_see(test: TestApp) {
        let mut dice = Dice(3);
        for (number, unit) in test.seeded.enterprises.clone().into_iter().enumerate() {
            for one in 0..=number {
                let made = fields(&mut dice, format!("项目{number}-{one}"));
                let id = add(&test, unit, &format!("T{number}{one}"), &made).await;
                if one > 0 {
                    accept(&test, id).await;
                }
            }
        }
        let (mut reporter, mut officer) = (test.api("reporter").await, test.api("officer").await);
        let summary = format!("{PROJECTS}/summary");
        let own = reporter.get(&summary).await.json();
        assert_eq!((own["rows"].as_array().unwrap().len(), &own["total"]["total"]["projects"]), (1, &serde_json::json!(1)));
        let all = officer.get(&summary).await.json();
        let counts: Vec<i64> = all["rows"].as_array().unwrap().iter().map(|row| row["total"]["projects"].as_i64().unwrap()).collect();
        assert_eq!((counts, &all["track"]), (vec![0, 1, 2], &serde_json::json!("accepted")), "what was accepted only");
        assert_eq!(list(&mut officer, "").await["total"], 3);
        assert_eq!(list(&mut reporter, "").await["total"], 1);
        let foreign = format!("{PROJECTS}?unit={}", test.seeded.enterprises[1]);
        assert_eq!(reporter.get(&foreign).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        // An enterprise of its own authority leaves the officer's reach with the unit that it hangs below.
        let nobody = test.by(Role::SystemAdmin).await.get("/projects/summary").await;
        assert_eq!(nobody.status, StatusCode::NOT_FOUND);
        let page = test.by(Role::Officer).await.get("/projects/summary").await;
        assert!(page.text().contains("项目库汇总") && page.text().contains("合计"));
    }
}

on_both! {
    async fn pages_stay_in_place_while_projects_come_and_go(test: TestApp) {
        let mut dice = Dice(11);
        let unit = test.seeded.enterprises[0];
        for number in 0..23 {
            let made = fields(&mut dice, format!("项目{:02}", number % 7));
            add(&test, unit, &format!("T{number:03}"), &made).await;
        }
        let mut reporter = test.api("reporter").await;
        for sort in ["code", "name", "unit", "stage", "investment", "industry", "district", "readiness", "signed", "saved"] {
            for order in ["asc", "desc"] {
                let asked = format!("sort={sort}&order={order}");
                let whole = codes(&list(&mut reporter, &format!("{asked}&size=200")).await);
                assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), 23, "{asked}");
                let (mut read, mut places, mut next) = (Vec::new(), Vec::new(), None);
                let mut page = 0;
                loop {
                    page += 1;
                    let after: String = next.iter().map(|place: &String| format!("&after={}", encoded(place))).collect();
                    let answer = list(&mut reporter, &format!("{asked}&size=5&page={page}{after}")).await;
                    read.extend(codes(&answer));
                    match answer["next"].as_str() {
                        Some(place) => places.push(place.to_owned()),
                        None => break,
                    }
                    next = places.last().cloned();
                }
                assert_eq!(read, whole, "{asked} forwards");
                // The page before the row where the third began to follow.
                let before = list(&mut reporter, &format!("{asked}&size=5&page=2&before={}", encoded(&places[2]))).await;
                assert_eq!(codes(&before), whole[9..14], "{asked} backwards");
                let by_number = list(&mut reporter, &format!("{asked}&size=5&page=3")).await;
                assert_eq!(codes(&by_number), whole[10..15], "{asked} by number");
            }
        }
        // Somebody enters projects between two looks: none is shown twice, none is missed.
        let first = list(&mut reporter, "sort=investment&order=desc&size=10").await;
        let rest: Vec<String> = codes(&list(&mut reporter, "sort=investment&order=desc&size=200").await)[10..].to_vec();
        for number in 0..5 {
            let mut made = fields(&mut dice, "后来的".to_owned());
            made.investment = Some(Money::from_wan(1_000_000 + number));
            add(&test, unit, &format!("A{number:03}"), &made).await;
        }
        let after = encoded(first["next"].as_str().unwrap());
        assert_eq!(codes(&list(&mut reporter, &format!("sort=investment&order=desc&size=50&after={after}")).await), rest);
        for wrong in ["after=x", "after=%5B1%5D", "after=%5B%22a%22%2C%22T%22%2C1%5D", "after=%5Bnull%2C%22T%22%2C1%5D&before=%5Bnull%2C%22T%22%2C1%5D", "page=1000000"] {
            assert_eq!(reporter.get(&format!("{PROJECTS}?{wrong}")).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        let mut browser = test.by(Role::Reporter).await;
        let page = browser.get("/projects?size=10&sort=investment&order=desc").await.text();
        let next = page.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap().split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let second = browser.get(&next).await.text();
        assert!(second.contains("第 2 页") && second.contains("rel=\"prev\""), "{next}");
    }
}

/// Many projects at once, and what is in each.
async fn many(test: &TestApp, count: usize) -> Vec<(String, UnitId, ProjectFields)> {
    let mut dice = Dice(5);
    let by = person(test).await;
    let at = test.app.now();
    let mut made = Vec::new();
    for number in 0..count {
        let unit = test.seeded.enterprises[dice.below(3) as usize];
        let word = match number % 1000 {
            17 => "极地科考",
            other if other % 20 == 0 => "冷链",
            _ => "厂房",
        };
        let made_fields = fields(&mut dice, format!("瓯江口{word}建设项目{number}号"));
        made.push((format!("M{number:05}"), unit, made_fields));
    }
    let tx = test.store.begin().await.unwrap();
    let loaded: Vec<Loaded<'_>> = made
        .iter()
        .map(|(code, unit, fields)| Loaded {
            project: NewProject {
                authority: test.seeded.authority,
                unit: *unit,
                code,
                copied_from: None,
            },
            revisions: vec![NewRevision {
                fields,
                effective_on: day("2017-07-01"),
                reason: "",
                by,
                at,
            }],
            accepted_at: Some(vec![at]),
            standing: Standing::Own,
        })
        .collect();
    for part in loaded.chunks(1000) {
        store::projects::load(&tx, part).await.unwrap();
    }
    store::projects::loaded(&tx).await.unwrap();
    tx.commit().await.unwrap();
    made
}

on_both! {
    async fn every_way_of_reading_a_list_finds_the_same(test: TestApp) {
        let made = many(&test, 6200).await;
        assert_eq!(wrong(&test).await, 0);
        // The numbering goes on behind what was put in.
        add(&test, test.seeded.enterprises[0], "Z1", &fields(&mut Dice(1), "单独".to_owned())).await;
        let mut officer = test.api("officer").await;
        let unit = test.seeded.enterprises[1];
        let mut seen = 0;
        for word in ["", "极地科考", "冷链", "厂", "建设", "建设项目17号", "没有的词"] {
            for filter in ["", "unit", "unit,stage", "stage", "district", "industry,unit"] {
                let fits = |(_, of, fields): &&(String, UnitId, ProjectFields)| {
                    fields.name.contains(word)
                        && (!filter.contains("unit") || *of == unit)
                        && (!filter.contains("stage") || fields.stage(false).word() == "signed")
                        && (!filter.contains("district") || fields.district == "330305")
                        && (!filter.contains("industry") || fields.industry == "文化创意")
                };
                let mut there: Vec<_> = made.iter().filter(fits).collect();
                let mut query = format!("q={}&size=20", encoded(word));
                for (name, value) in [("unit", format!("&unit={unit}")), ("stage", "&stage=signed".to_owned()), ("district", "&district=330305".to_owned()), ("industry", format!("&industry={}", encoded("文化创意")))] {
                    if filter.contains(name) {
                        query.push_str(&value);
                    }
                }
                for as_of in ["", "&as_of=2017-11-24"] {
                    let by_code = list(&mut officer, &format!("{query}&sort=code{as_of}")).await;
                    let expected: Vec<String> = there.iter().take(20).map(|(code, ..)| code.clone()).collect();
                    assert_eq!(codes(&by_code), expected, "{word} {filter} {as_of}");
                    let (total, more) = (by_code["total"].as_u64().unwrap() as usize, by_code["more"].as_bool().unwrap());
                    match more {
                        true => assert!(total == 1000 && there.len() > 1000 && by_code["investment_wan"].is_null(), "{query}"),
                        false => {
                            assert_eq!(total, there.len(), "{query}{as_of}");
                            let sum: Money = there.iter().filter_map(|(_, _, fields)| fields.investment).sum();
                            assert_eq!(by_code["investment_wan"], sum.wan_exact(), "{query}{as_of}");
                        }
                    }
                    seen += 1;
                }
                let newest = list(&mut officer, &query).await;
                let expected: Vec<String> = match word {
                    "" => there.iter().take(20).map(|(code, ..)| code.clone()).collect(),
                    _ => there.iter().rev().take(20).map(|(code, ..)| code.clone()).collect(),
                };
                assert_eq!(codes(&newest), expected, "{query}: what was saved last stands first");
                there.sort_by_key(|(code, _, fields)| (fields.investment.is_none(), fields.investment.map(|sum| -sum.fen()), code.clone()));
                let by_amount = list(&mut officer, &format!("{query}&sort=investment&order=desc")).await;
                let expected: Vec<String> = there.iter().take(20).map(|(code, ..)| code.clone()).collect();
                assert_eq!(codes(&by_amount), expected, "{query} by investment");
            }
        }
        assert_eq!(seen, 84);
        assert!(codes(&list(&mut officer, "as_of=2017-06-30").await).is_empty());
    }
}

on_both! {
    async fn what_is_remembered_follows_changes_made_elsewhere(test: TestApp) {
        let elsewhere = test.replica().await;
        let caller = async |login: &str| {
            let person = store::people::by_login(&test.store.read(), login).await.unwrap().unwrap();
            domain::person::Caller::new(person, "test")
        };
        let (system, officer) = (caller("system-admin").await, caller("officer").await);
        let names = async |app: &app::App| {
            let summary = app.library_summary(&officer).await.unwrap();
            summary.rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&test.app).await, names(&elsewhere).await);
        let unit = test.seeded.enterprises[2];
        let before = test.app.unit(&system, unit).await.unwrap();
        let renamed = domain::unit::UnitFields {
            parent: before.parent,
            kind: before.kind,
            name: before.name.clone(),
            short_name: "交运集团".to_owned(),
            former_names: Vec::new(),
            position: 5,
            valid_from: None,
            valid_to: None,
        };
        elsewhere.save_unit(&system, unit, before.version, renamed).await.unwrap();
        assert_eq!(names(&test.app).await[0], "交运集团", "renamed and moved up");
        let shown = async |path: &str| test.by(Role::Officer).await.get(path).await.text();
        assert!(!shown("/projects").await.contains("招商一张网"));
        let values = [(domain::setting::Setting::ProductName, "招商一张网".to_owned())].into();
        elsewhere.save_settings(&system, domain::setting::SettingArea::System, 0, &values).await.unwrap();
        assert!(shown("/projects").await.contains("招商一张网"));
        let (version, mut rules) = test.app.library_rules(&officer).await.unwrap();
        rules.industries.push("低空经济".to_owned());
        elsewhere.set_library_rules(&officer, version, rules).await.unwrap();
        assert!(shown("/projects").await.contains("低空经济"));
    }
}

on_both! {
    async fn boards_go_through_a_library_of_many_portions(test: TestApp) {
        let made = many(&test, 9000).await;
        let signed: Vec<&(String, UnitId, ProjectFields)> = made.iter().filter(|(_, _, fields)| !fields.signings.is_empty()).collect();
        assert!(signed.len() > 2000, "more than two portions");
        let mut officer = test.api("officer").await;
        let board = got(&mut officer, "/api/v1/cohorts?by=enterprise").await;
        assert_eq!(board["total"]["cells"][0]["projects"], signed.len());
        for row in board["rows"].as_array().unwrap() {
            let unit = row["row"].as_str().unwrap();
            let own = signed.iter().filter(|(_, of, _)| format!("u{of}") == unit).count();
            assert_eq!(row["cells"][0]["projects"], own, "{unit}");
        }
        let mut told = Vec::new();
        for page in 1.. {
            let list = got(&mut officer, &format!("/api/v1/cohorts/list?column=signed&page={page}")).await;
            assert_eq!(list["count"], signed.len());
            let items = list["items"].as_array().unwrap();
            told.extend(items.iter().map(|item| item["code"].as_str().unwrap().to_owned()));
            if list["pages"] == page {
                break;
            }
        }
        let mut codes: Vec<String> = signed.iter().map(|(code, ..)| code.clone()).collect();
        codes.sort();
        assert_eq!(told, codes, "each once, by code");
        let events = got(&mut officer, "/api/v1/events").await;
        let counted: u64 = events["loose"].as_array().unwrap().iter().map(|one| one["signings"].as_u64().unwrap()).sum();
        let named = signed.iter().flat_map(|(_, _, fields)| &fields.signings).filter(|one| !one.event.is_empty()).count();
        assert_eq!(counted, u64::try_from(named).unwrap());
    }
}

on_both! {
    async fn the_authority_is_led_to_the_past_as_it_knew_it(test: TestApp) {
        let entered = test.app.now() - TimeDelta::hours(2);
        let id = add_at(&test, test.seeded.enterprises[0], "H1", &fields(&mut Dice(1), "临港".to_owned()), entered).await;
        accept(&test, id).await;
        for role in [Role::Officer, Role::Reporter] {
            let mut browser = test.by(role).await;
            let history = browser.get(&format!("/projects/{id}/history")).await.text();
            let place = format!("/projects/{id}?as_of=");
            let links: Vec<String> = history.split('"').filter(|part| part.starts_with(&place)).map(|part| part.replace("&#38;", "&").replace("&amp;", "&")).collect();
            assert!(!links.is_empty());
            for link in links {
                assert_eq!(browser.get(&link).await.status, StatusCode::OK, "{role:?}: entered two hours before it was accepted: {link}");
            }
        }
    }
}
