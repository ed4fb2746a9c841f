//! `/api/v1/central-enterprises`, `/provincial-enterprises`, `/visits`, `/follow-ups`: cooperation with central and
//! provincial enterprises.

mod directory;
mod follow_ups;
mod visits;

use utoipa_axum::router::OpenApiRouter;

use crate::{State, route::ApiArea};

pub(super) fn area(area: ApiArea) -> ApiArea {
    area.merge(directory::area)
        .merge(visits::area)
        .merge(follow_ups::area)
}

pub(super) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .merge(directory::described())
        .merge(visits::described())
        .merge(follow_ups::described())
}
