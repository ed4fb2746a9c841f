//! `/`: everybody begins where their work is.

use axum::response::{IntoResponse, Redirect, Response};

use crate::{access::Access, layout::home_of, route::Area, session::Me};

pub(crate) fn area(area: Area) -> Area {
    area.get("/", Access::SignedIn, home)
}

async fn home(Me(me): Me) -> Response {
    Redirect::to(home_of(&me.caller)).into_response()
}
