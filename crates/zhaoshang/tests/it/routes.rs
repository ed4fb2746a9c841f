//! Every route as nobody and as every role: closed unless its declaration opens it.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use domain::permission::Role;
use testkit::{Client, TestApp, on_both};
use web::{
    access::Access,
    route::{Door, Route},
};

fn routes(test: &TestApp) -> Vec<Route> {
    web::route_list(test.app.clone(), testkit::options())
}

/// An address of the route with parameters that exist nowhere or are the root's.
fn address(route: &Route) -> String {
    let filled = route
        .path
        .replace("{year}", "2017")
        .replace("{key}", "0")
        .replace("{name}", "app.css");
    filled
        .replace("{id}", "1")
        .replace("{unit}", "2")
        .replace("{cut_off}", "2017-11-30")
        .replace("{edition}", "1")
        .replace("{file}", "1")
        .replace("{kind}", "docx")
        .replace("{project}", "1")
        .replace("{first}", "1")
        .replace("{second}", "2")
        .replace("{ending}", "docx")
        .replace("{code}", "A-1")
}

async fn call(client: &mut Client, route: &Route) -> (StatusCode, String) {
    let request = Request::builder()
        .method(route.method.clone())
        .uri(address(route))
        .body(Body::empty());
    let answer = client.send(request.expect("an address")).await;
    (answer.status, answer.location().to_owned())
}

on_both! {
    async fn nobody_gets_in(test: TestApp) {
        for route in routes(&test) {
            let (status, location) = call(&mut test.by_nobody(), &route).await;
            let name = format!("{} {}", route.method, route.path);
            match (route.access, route.door) {
                (Access::Public, _) => assert!(!status.is_server_error(), "{name}: {status}"),
                (_, Door::Page) => {
                    assert_eq!(status, StatusCode::SEE_OTHER, "{name}");
                    assert!(location.starts_with("/sign-in"), "{name}: {location}");
                }
                (_, Door::Api) => assert_eq!(status, StatusCode::UNAUTHORIZED, "{name}"),
            }
        }
    }
}

on_both! {
    async fn each_role_gets_what_the_table_says(test: TestApp) {
        for role in Role::ALL {
            let mut page = test.by(role).await;
            let mut api = test.api(&testkit::login_of(role)).await;
            for route in routes(&test).into_iter().filter(|route| route.path != "/sign-out") {
                let client = if route.door == Door::Api { &mut api } else { &mut page };
                let (status, _) = call(client, &route).await;
                let name = format!("{role:?}: {} {}: {status}", route.method, route.path);
                assert!(!status.is_server_error(), "{name}");
                assert_ne!(status, StatusCode::UNAUTHORIZED, "{name}");
                if let Access::Needs(action) = route.access && !role.may(action) {
                    assert_eq!(status, StatusCode::NOT_FOUND, "{name}");
                }
            }
        }
    }
}

on_both! {
    async fn no_page_changes_anything_without_its_token(test: TestApp) {
        let changing = routes(&test).into_iter().filter(|route| route.door == Door::Page && !route.method.is_safe());
        let mut seen = 0;
        for route in changing {
            for role in Role::ALL {
                if matches!(route.access, Access::Needs(action) if !role.may(action)) {
                    continue;
                }
                let mut client = test.by(role).await;
                let answer = client.post(&address(&route), &[("csrf", "wrong")]).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role:?} {}", route.path);
                let (status, _) = call(&mut client, &route).await;
                assert_eq!(status, StatusCode::FORBIDDEN, "{role:?} {} without a body", route.path);
                seen += 1;
            }
        }
        assert!(seen > 10, "the list of routes is there");
    }
}

on_both! {
    async fn the_api_takes_no_change_from_a_browser_without_its_header(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let path = format!("/api/v1/targets/2017/{}", test.seeded.enterprises[0]);
        let body = serde_json::json!({"target_wan": "1", "effective_on": "2017-01-01"});
        let answer = officer.json(Method::POST, &path, &[("if-match", "\"0\"")], &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let csrf = officer.csrf.clone();
        let answer = officer.json(Method::POST, &path, &[("if-match", "\"0\""), ("x-csrf-token", &csrf)], &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    }
}

on_both! {
    async fn what_one_may_not_see_does_not_exist(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let other = test.seeded.enterprises[1];
        assert_eq!(reporter.get(&format!("/targets/2017/{other}")).await.status, StatusCode::NOT_FOUND);
        let page = reporter.get("/completion").await.text();
        assert!(page.contains("温州银行") && !page.contains("城市建设投资"));
        let mut api = test.api(&testkit::login_of(Role::Reporter)).await;
        assert_eq!(api.get(&format!("/api/v1/units/{other}")).await.status, StatusCode::NOT_FOUND);
        let rows = api.get("/api/v1/completion?year=2017&as_of=2017-10-31").await.json()["rows"].as_array().unwrap().len();
        assert_eq!(rows, 1);
    }
}
