//! 项目库: the list, entering and changing a project, looking at it at both times, its history, rules and named lists.

pub(crate) mod board;
pub(crate) mod compare;
pub(crate) mod exports;
pub(crate) mod fields;
pub(crate) mod files;
pub(crate) mod filters;
pub(crate) mod form;
pub(crate) mod goals;
pub(crate) mod grid;
pub(crate) mod history;
pub(crate) mod list;
pub(crate) mod lists;
pub(crate) mod live;
pub(crate) mod rules;
pub(crate) mod sections;
pub(crate) mod split;
pub(crate) mod structure;
pub(crate) mod summary;
pub(crate) mod twins;
pub(crate) mod view;

use app::projects::When;
use domain::person::Invalid;

use crate::{pages::query::Params, route::Area};

pub(crate) fn area(area: Area) -> Area {
    area.merge(list::area)
        .merge(summary::area)
        .merge(exports::area)
        .merge(form::area)
        .merge(live::area)
        .merge(view::area)
        .merge(files::area)
        .merge(history::area)
        .merge(compare::area)
        .merge(rules::area)
        .merge(lists::area)
        .merge(goals::area)
        .merge(filters::area)
        .merge(grid::area)
        .merge(board::area)
        .merge(structure::area)
        .merge(twins::area)
        .merge(split::area)
}

/// Where the pages of projects hang.
const CRUMB: (&str, &str) = ("/projects", "项目库");

/// Both times of an address: `as_of`, `known_at`.
fn when(params: &Params) -> Result<When, Invalid> {
    let query = params.completion()?;
    Ok(When {
        as_of: query.as_of,
        known_at: query.known_at,
    })
}

/// A page with a form, shown again with what was refused or who was faster.
pub(crate) trait Refusable: askama::Template + Sized {
    fn refuse(&mut self, refusals: crate::layout::Refusals);
    fn conflict(&mut self, conflict: Box<app::Conflict>);
}

/// Shows a page again after its form was refused.
pub(crate) fn again(
    mut page: impl Refusable,
    error: app::Error,
) -> Result<axum::response::Response, crate::error::PageFailure> {
    use axum::http::StatusCode;
    match error {
        app::Error::Invalid(invalid) => {
            page.refuse(invalid.into());
            crate::layout::show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        app::Error::Conflict(conflict) => {
            page.conflict(conflict);
            crate::layout::show_with(StatusCode::CONFLICT, &page)
        }
        other => Err(other.into()),
    }
}
