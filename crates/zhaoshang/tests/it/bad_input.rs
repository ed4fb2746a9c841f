//! Nothing a client sends causes a 5xx, and every refusal is told in Chinese.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use domain::permission::Role;
use testkit::{TestApp, on_both};
use web::{access::Access, route::Door};

const NONSENSE: [&str; 9] = [
    "",
    "0",
    "-1",
    "99999999999999999999",
    "%00",
    "%FF%FE",
    "%E6%B8%A9",
    "..%2f..%2fetc",
    "a%27%20OR%201=1--",
];

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

on_both! {
    async fn no_address_breaks_it(test: TestApp) {
        for route in web::route_list(test.app.clone(), testkit::options()) {
            let role = Role::ALL.into_iter().find(|role| matches!(route.access, Access::Needs(action) if role.may(action))).unwrap_or(Role::Officer);
            let mut client = if route.door == Door::Api { test.api(&testkit::login_of(role)).await } else { test.by(role).await };
            for word in NONSENSE {
                let mut path = route.path.clone();
                for parameter in ["{year}", "{unit}", "{id}", "{key}", "{name}", "{file}", "{kind}"] {
                    path = path.replace(parameter, if word.is_empty() { "x" } else { word });
                }
                let path = format!("{path}?year={word}&as_of={word}&known_at={word}&month={word}&figure={word}&unit={word}&before={word}&done={word}&next={word}&kind={word}");
                for kind in ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x", "text/plain"] {
                    let body = format!("{{\"a\": {word}&year={word}&--x");
                    let request = Request::builder().method(route.method.clone()).uri(&path).header(header::CONTENT_TYPE, kind).header(header::IF_MATCH, "\"x\"");
                    let Ok(request) = request.body(Body::from(body)) else { continue };
                    let answer = client.send(request).await;
                    assert!(!answer.status.is_server_error(), "{} {path} {kind}: {}", route.method, answer.status);
                    if answer.status.is_client_error() {
                        assert!(is_chinese(&answer.text()), "{} {path}: {}", route.method, answer.text());
                        if route.door == Door::Api {
                            assert!(answer.header("content-type").starts_with("application/problem+json"), "{path}");
                        }
                    }
                    if *route.method.as_str() == *"GET" { break }
                }
            }
        }
    }
}

on_both! {
    async fn wrong_parameters_are_named(test: TestApp) {
        let mut api = test.api("officer").await;
        for (query, field) in [
            ("year=abc", "year"),
            ("year=1999", "year"),
            ("year=2017&as_of=2018-01-31", "as_of"),
            ("as_of=2017-02-29", "as_of"),
            ("as_of=20171031", "as_of"),
            ("known_at=yesterday", "known_at"),
            ("year=2017&month=13", "month"),
            ("yaer=2017", "yaer"),
            ("as_of=2017-10-31&as_of=2017-11-30", "as_of"),
            ("as_of=%00", "as_of"),
        ] {
            let answer = api.get(&format!("/api/v1/completion?{query}")).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
            assert_eq!(answer.json()["errors"][0]["field"], field, "{query}");
            assert!(is_chinese(answer.json()["detail"].as_str().unwrap()));
        }
    }
}

on_both! {
    async fn the_frameworks_own_refusals_are_told_in_our_words(test: TestApp) {
        let mut api = test.api("officer").await;
        let delete = Request::builder().method(Method::DELETE).uri("/api/v1/completion").body(Body::empty()).unwrap();
        let answer = api.send(delete).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert!(!answer.header("allow").is_empty());
        assert!(is_chinese(answer.json()["detail"].as_str().unwrap()));
        assert_eq!(api.get("/api/v1/nothing").await.json()["status"], 404);
        let path = format!("/api/v1/targets/2017/{}", test.seeded.enterprises[0]);
        let text = Request::post(&path).header(header::CONTENT_TYPE, "text/plain").body(Body::from("{}")).unwrap();
        assert_eq!(api.send(text).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let cut = Request::post(&path).header(header::CONTENT_TYPE, "application/json").body(Body::from("{\"a")).unwrap();
        assert_eq!(api.send(cut).await.status, StatusCode::BAD_REQUEST);
        let mut wrong = test.by_nobody();
        let bearer = Request::get("/api/v1/me").header(header::AUTHORIZATION, "Basic eA==").body(Body::empty()).unwrap();
        assert_eq!(wrong.send(bearer).await.status, StatusCode::UNAUTHORIZED);
    }
}

on_both! {
    async fn what_is_written_into_pages_is_escaped(test: TestApp) {
        let mut system = test.by(Role::SystemAdmin).await;
        let parent = test.seeded.authority.to_string();
        let fields = [("parent", parent.as_str()), ("kind", "enterprise"), ("name", "<script>alert(1)</script>"), ("short_name", "\"><img>"), ("position", "9")];
        assert_eq!(system.post("/units/new", &fields).await.status, StatusCode::SEE_OTHER);
        for path in ["/units", "/people/new"] {
            let page = system.get(path).await.text();
            assert!(!page.contains("<script>alert") && !page.contains("\"><img>"), "{path}");
        }
        let page = test.by(Role::Officer).await.get("/completion").await.text();
        assert!(!page.contains("<script>alert") && page.contains("alert(1)"));
    }
}
