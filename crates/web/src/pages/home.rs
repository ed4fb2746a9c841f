//! `/`: everybody begins where their work is. `/account`: who one is.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};

use crate::{
    access::Access,
    error::PageFailure,
    layout::{Layout, home_of, show},
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    area.get("/", Access::SignedIn, home)
        .get("/account", Access::SignedIn, account)
}

async fn home(Me(me): Me) -> Response {
    Redirect::to(home_of(&me.caller)).into_response()
}

#[derive(Template)]
#[template(path = "account.html")]
pub(crate) struct AccountPage {
    pub layout: Layout,
    pub login: String,
}

async fn account(Me(me): Me) -> Result<Response, PageFailure> {
    let layout = Layout::new(&me, "/account", "我的账号", &[]);
    show(&AccountPage {
        layout,
        login: me.caller.person.login,
    })
}
