//! Declaring routes: path, what it needs, handler. A route cannot be added without saying what it needs.

use axum::{
    Router,
    handler::Handler,
    http::Method,
    middleware,
    routing::{self, MethodRouter},
};
use utoipa::openapi::path::PathItem;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::{
    State,
    access::{Access, Rule, guard},
};

/// Which side of the house a route is on: it decides how failures are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// For people: error pages, redirects to sign-in.
    Page,
    /// For programs: problem documents, 401.
    Api,
}

/// A route, for the test that calls each as nobody and as every role.
#[derive(Debug, Clone)]
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path with `{parameters}`.
    pub path: String,
    /// What it needs.
    pub access: Access,
    /// Page or API.
    pub door: Door,
}

/// Page routes being gathered.
pub(crate) struct Area {
    state: State,
    router: Router<State>,
    routes: Vec<Route>,
}

impl Area {
    pub fn new(state: &State) -> Self {
        Self {
            state: state.clone(),
            router: Router::new(),
            routes: Vec::new(),
        }
    }

    pub fn merge(self, area: fn(Self) -> Self) -> Self {
        area(self)
    }

    pub fn get<H: Handler<T, State>, T: 'static>(
        self,
        path: &'static str,
        access: Access,
        handler: H,
    ) -> Self {
        self.add(Method::GET, path, access, routing::get(handler))
    }

    pub fn post<H: Handler<T, State>, T: 'static>(
        self,
        path: &'static str,
        access: Access,
        handler: H,
    ) -> Self {
        self.add(Method::POST, path, access, routing::post(handler))
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        access: Access,
        route: MethodRouter<State>,
    ) -> Self {
        self.routes.push(Route {
            method,
            path: path.to_owned(),
            access,
            door: Door::Page,
        });
        let rule = Rule {
            state: self.state.clone(),
            access,
            door: Door::Page,
        };
        self.router = self.router.route(
            path,
            route.route_layer(middleware::from_fn_with_state(rule, guard)),
        );
        self
    }

    pub fn into_router(self) -> Router<State> {
        self.router
    }

    pub fn into_routes(self) -> Vec<Route> {
        self.routes
    }
}

/// API routes being gathered, together with their OpenAPI description.
pub(crate) struct ApiArea {
    state: State,
    router: OpenApiRouter<State>,
    routes: Vec<Route>,
}

impl ApiArea {
    pub fn new(state: &State, router: OpenApiRouter<State>) -> Self {
        Self {
            state: state.clone(),
            router,
            routes: Vec::new(),
        }
    }

    /// Adds what `routes!(handler)` made.
    pub fn add(
        mut self,
        access: Access,
        (schemas, paths, route): UtoipaMethodRouter<State>,
    ) -> Self {
        for (path, item) in &paths.paths {
            let routes = methods(item).into_iter().map(|method| Route {
                method,
                path: path.clone(),
                access,
                door: Door::Api,
            });
            self.routes.extend(routes);
        }
        let rule = Rule {
            state: self.state.clone(),
            access,
            door: Door::Api,
        };
        let route = route.route_layer(middleware::from_fn_with_state(rule, guard));
        self.router = self.router.routes((schemas, paths, route));
        self
    }

    pub fn merge(self, area: fn(Self) -> Self) -> Self {
        area(self)
    }

    pub fn into_parts(self) -> (Router<State>, utoipa::openapi::OpenApi) {
        self.router.split_for_parts()
    }

    pub fn into_routes(self) -> Vec<Route> {
        self.routes
    }
}

fn methods(item: &PathItem) -> Vec<Method> {
    let declared = [
        (Method::GET, item.get.is_some()),
        (Method::PUT, item.put.is_some()),
        (Method::POST, item.post.is_some()),
        (Method::DELETE, item.delete.is_some()),
        (Method::PATCH, item.patch.is_some()),
    ];
    declared
        .into_iter()
        .filter_map(|(method, there)| there.then_some(method))
        .collect()
}
