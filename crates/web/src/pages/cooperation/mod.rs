//! 央企合作: directories of enterprises, visits and promotions, what is to follow them.

pub(crate) mod directory;
pub(crate) mod follow_ups;
pub(crate) mod record_form;
pub(crate) mod visit_form;
pub(crate) mod visits;

use app::sign_in::Current;
use axum::{http::StatusCode, response::Response};
use domain::cooperation::FollowUpState;

use crate::{
    error::PageFailure,
    layout::{Refusals, show_with},
    route::Area,
};

pub(crate) fn area(area: Area) -> Area {
    area.merge(visits::area)
        .merge(visit_form::area)
        .merge(follow_ups::area)
        .merge(directory::area)
        .merge(record_form::area)
}

/// Where the pages of visits hang.
const VISITS: (&str, &str) = ("/cooperation/visits", "走访推介");
/// Where the pages of follow-ups hang.
const FOLLOW_UPS: (&str, &str) = ("/cooperation/follow-ups", "跟进事项");

/// How the state of a follow-up looks.
const fn state_look(state: FollowUpState, overdue: bool) -> &'static str {
    match state {
        FollowUpState::Open if overdue => "late",
        FollowUpState::Open => "wait",
        FollowUpState::Done => "ok",
        FollowUpState::Cancelled => "none",
    }
}

/// A page with a form, shown again with what was refused or who was faster.
trait Refusable: askama::Template + Sized {
    fn refuse(&mut self, refusals: Refusals);
    fn conflict(&mut self, conflict: Box<app::Conflict>);
}

/// Shows a page again after its form was refused.
fn again(mut page: impl Refusable, error: app::Error) -> Result<Response, PageFailure> {
    match error {
        app::Error::Invalid(invalid) => {
            page.refuse(invalid.into());
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        app::Error::Conflict(conflict) => {
            page.conflict(conflict);
            show_with(StatusCode::CONFLICT, &page)
        }
        other => Err(other.into()),
    }
}

/// The names a person may write for the other side, for the list a browser offers.
async fn known_names(
    state: &crate::State,
    me: &Current,
) -> Result<Vec<(String, String)>, app::Error> {
    use domain::directory::Scope;
    let mut names = Vec::new();
    for scope in Scope::ALL {
        let directory = state.app.directory_for(&me.caller, scope).await?;
        names.extend(offered(&directory));
    }
    Ok(names)
}

/// The names of a directory with a short name each, those borne now first.
pub(crate) fn offered(directory: &domain::directory::Directory) -> Vec<(String, String)> {
    let hits = directory.search("", None).into_iter();
    let offered = hits.map(|hit| {
        let short = hit.record.short_names.first().cloned();
        (hit.record.name.clone(), short.unwrap_or_default())
    });
    offered.collect()
}
