//! Units: adding, changing, former names, validity, two at once.

use axum::http::{Method, StatusCode};
use domain::permission::Role;
use serde_json::json;
use testkit::{TestApp, on_both};

on_both! {
    async fn a_unit_is_added_renamed_and_found_by_its_former_name(test: TestApp) {
        let mut api = test.api("system-admin").await;
        let body = json!({"parent": test.seeded.authority, "kind": "enterprise", "name": "温州市工业投资集团有限公司", "short_name": "工投集团", "position": 40});
        let added = api.json(Method::POST, "/api/v1/units", &[], &body).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.text());
        let (id, etag) = (added.json()["id"].clone(), added.header("etag").to_owned());
        let renamed = json!({"parent": test.seeded.authority, "kind": "enterprise", "name": "温州市工业与能源发展集团有限公司", "short_name": "工业能源集团",
                             "former_names": ["温州市工业投资集团有限公司"], "position": 40, "valid_from": "2000-01-01"});
        let path = format!("/api/v1/units/{id}");
        assert_eq!(api.json(Method::PUT, &path, &[("if-match", &etag)], &renamed).await.status, StatusCode::OK);
        let stale = api.json(Method::PUT, &path, &[("if-match", &etag)], &body).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert_eq!(stale.json()["conflict"]["values"][0]["theirs"], "温州市工业与能源发展集团有限公司");
        let tree = store::units::tree(&test.store.read()).await.unwrap();
        let found = tree.find_enterprise(test.seeded.authority, "温州市工业投资集团 有限公司", "2017-10-31".parse().unwrap());
        assert_eq!(found, domain::unit::NameMatch::One(domain::UnitId(id.as_i64().unwrap())));
    }
}

on_both! {
    async fn a_closed_unit_leaves_later_tables_and_stays_in_earlier_ones(test: TestApp) {
        let mut system = test.by(Role::SystemAdmin).await;
        let id = test.seeded.enterprises[2];
        let authority = test.seeded.authority.to_string();
        let fields = [("version", "1"), ("parent", authority.as_str()), ("kind", "enterprise"), ("name", "温州市交通投资集团有限公司"),
                      ("short_name", "交投集团"), ("position", "30"), ("valid_to", "2017-06-30")];
        let answer = system.post(&format!("/units/{id}"), &fields).await;
        assert_eq!(answer.location(), "/units?done=unit", "{}", answer.text());
        let mut api = test.api("officer").await;
        let rows = |body: serde_json::Value| body["rows"].as_array().unwrap().len();
        assert_eq!(rows(api.get("/api/v1/completion?year=2017&as_of=2017-06-30").await.json()), 3);
        assert_eq!(rows(api.get("/api/v1/completion?year=2017&as_of=2017-07-31").await.json()), 2);
    }
}

on_both! {
    async fn wrong_units_are_refused_by_field(test: TestApp) {
        let mut api = test.api("system-admin").await;
        let authority = test.seeded.authority;
        for (body, field) in [
            (json!({"parent": authority, "kind": "enterprise", "name": "", "position": 1}), "name"),
            (json!({"parent": authority, "kind": "enterprise", "name": "温州银行 股份有限公司", "position": 1}), "name"),
            (json!({"parent": null, "kind": "authority", "name": "另一个国资委", "position": 1}), "parent"),
            (json!({"parent": 99999, "kind": "enterprise", "name": "甲", "position": 1}), "parent"),
            (json!({"parent": authority, "kind": "bank", "name": "甲", "position": 1}), "kind"),
            (json!({"parent": authority, "kind": "enterprise", "name": "甲", "position": -1}), "position"),
            (json!({"parent": authority, "kind": "enterprise", "name": "甲", "position": 1, "valid_from": "2017-13-01"}), "valid_from"),
            (json!({"parent": authority, "kind": "enterprise", "name": "甲", "position": 1, "valid_from": "2017-02-01", "valid_to": "2017-01-01"}), "valid_to"),
            (json!({"parent": authority, "kind": "enterprise", "name": "甲", "position": 1, "version": 7}), "version"),
        ] {
            let answer = api.json(Method::POST, "/api/v1/units", &[], &body).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
            assert_eq!(answer.json()["errors"][0]["field"], field, "{body}: {}", answer.text());
        }
        let ring = json!({"parent": test.seeded.subsidiary, "kind": "subsidiary", "name": "温银金融租赁公司", "position": 11});
        let answer = api.json(Method::PUT, &format!("/api/v1/units/{}", test.seeded.subsidiary), &[("if-match", "\"1\"")], &ring).await;
        assert_eq!(answer.json()["errors"][0]["field"], "parent");
    }
}
