//! People: made by one administrator, armed by another.

use axum::http::StatusCode;
use domain::permission::Role;
use testkit::{TestApp, on_both};

on_both! {
    async fn a_person_is_made_by_one_and_armed_by_another(test: TestApp) {
        let mut system = test.by(Role::SystemAdmin).await;
        let unit = test.seeded.enterprises[1].to_string();
        let added = system.post("/people/new", &[("login", "New.Clerk"), ("name", " 新 填报员 "), ("unit", &unit)]).await;
        assert_eq!(added.location(), "/people?done=person", "{}", added.text());
        let person = store::people::by_login(&test.store.read(), "new.clerk").await.unwrap().unwrap();
        assert!(person.roles.is_empty() && !person.has_password);
        let path = format!("/people/{}", person.id);
        assert_eq!(system.post(&format!("{path}/activation"), &[]).await.status, StatusCode::NOT_FOUND);

        let mut security = test.by(Role::SecurityAdmin).await;
        let version = person.version.to_string();
        let two = [("version", version.as_str()), ("roles", "system_admin"), ("roles", "audit_admin"), ("active", "1")];
        let refused = security.post(&format!("{path}/secure"), &two).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("须由不同的人担任"));
        let one = [("version", version.as_str()), ("roles", "reporter"), ("active", "1")];
        assert_eq!(security.post(&format!("{path}/secure"), &one).await.status, StatusCode::SEE_OTHER);
        assert_eq!(security.post(&format!("{path}/secure"), &one).await.status, StatusCode::CONFLICT, "made from an old version");
        assert_eq!(security.post("/people/new", &[]).await.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn stopping_an_account_ends_its_sessions_and_tokens(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let mut api = test.api("officer").await;
        let person = store::people::by_login(&test.store.read(), "officer").await.unwrap().unwrap();
        let mut security = test.by(Role::SecurityAdmin).await;
        let fields = [("version", person.version.to_string()), ("roles", "officer".to_owned())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(security.post(&format!("/people/{}/secure", person.id), &fields).await.status, StatusCode::SEE_OTHER);
        assert_eq!(officer.get("/completion").await.status, StatusCode::SEE_OTHER);
        assert_eq!(api.get("/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
    }
}

on_both! {
    async fn nobody_changes_their_own_roles(test: TestApp) {
        let person = store::people::by_login(&test.store.read(), "security-admin").await.unwrap().unwrap();
        let mut security = test.by(Role::SecurityAdmin).await;
        let version = person.version.to_string();
        let answer = security.post(&format!("/people/{}/secure", person.id), &[("version", &version), ("roles", "officer"), ("active", "1")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

on_both! {
    async fn wrong_people_are_refused_by_field(test: TestApp) {
        let mut system = test.by(Role::SystemAdmin).await;
        let unit = test.seeded.authority.to_string();
        for (login, name, unit, why) in [
            ("officer", "重名", unit.as_str(), "已有人用"),
            ("x", "太短", &unit, "3到32个"),
            ("good.one", "", &unit, "请填写姓名"),
            ("good.one", "无单位", "", "请选择单位"),
            ("good.one", "无此单位", "99999", "请选择单位"),
        ] {
            let answer = system.post("/people/new", &[("login", login), ("name", name), ("unit", unit)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{login} {name}");
            assert!(answer.text().contains(why), "{login} {name}");
        }
    }
}

on_both! {
    async fn a_role_of_the_authority_is_not_given_to_an_enterprise(test: TestApp) {
        let reporter = store::people::by_login(&test.store.read(), "reporter").await.unwrap().unwrap();
        let mut security = test.by(Role::SecurityAdmin).await;
        let version = reporter.version.to_string();
        for role in ["officer", "leader", "system_admin"] {
            let fields = [("version", version.as_str()), ("roles", role), ("active", "1")];
            let answer = security.post(&format!("/people/{}/secure", reporter.id), &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{role}");
            assert!(answer.text().contains("只能授予国资监管机构的人员"), "{role}");
        }
        let officer = store::people::by_login(&test.store.read(), "officer").await.unwrap().unwrap();
        let (version, unit) = (officer.version.to_string(), test.seeded.enterprises[0].to_string());
        let fields = [("version", version.as_str()), ("name", "经办"), ("unit", unit.as_str())];
        let moved = test.by(Role::SystemAdmin).await.post(&format!("/people/{}", officer.id), &fields).await;
        assert_eq!(moved.status, StatusCode::UNPROCESSABLE_ENTITY, "nor is its holder moved there");
    }
}
