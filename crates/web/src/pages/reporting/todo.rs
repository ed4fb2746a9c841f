//! 待办: what is to be done, in words, with the rule that says so; release in one tap.

use app::returns::{Line, Owed, Release, Todo, days_left};
use askama::Template;
use axum::{extract::State as Extract, response::Response};
use domain::{
    dates,
    permission::{Action, Role},
};

use super::{Standing, standing_of};
use crate::{
    State,
    error::PageFailure,
    layout::{Layout, show},
    pages::query::Params,
    session::Me,
};

#[derive(Template)]
#[template(path = "todo.html")]
pub(crate) struct TodoPage {
    pub layout: Layout,
    pub todo: Todo,
    pub reporter: bool,
    pub approver: bool,
    pub authority: bool,
    pub officer: bool,
}

impl TodoPage {
    pub fn standing(&self, line: &Line) -> Standing {
        standing_of(line, !self.authority, self.todo.today)
    }

    pub fn path(&self, line: &Line) -> String {
        let (kind, cut_off) = (line.period.kind.word(), line.period.cut_off);
        format!("/returns/{kind}/{cut_off}/{}", line.unit)
    }

    pub fn left(&self, line: &Line) -> String {
        days_left(line, self.todo.today)
    }

    /// The day that counts, with both dates.
    pub fn due(&self, line: &Line) -> String {
        line.due_sentence()
    }

    pub fn late(&self, line: &Line) -> bool {
        line.due_on() < self.todo.today
    }

    pub fn button(&self, owed: &Owed) -> &'static str {
        use domain::returns::ReturnState as S;
        match owed.line.state {
            _ if owed.line.is_locked() => "查看",
            None => "填报",
            Some(S::Returned) => "修改后再报",
            _ => "继续填报",
        }
    }

    pub fn brief(&self, release: &Release) -> Vec<(String, String)> {
        release
            .view
            .content
            .as_ref()
            .map(domain::returns::Content::brief)
            .unwrap_or_default()
    }

    pub fn id(&self, release: &Release) -> i64 {
        release.view.filing.as_ref().map_or(0, |filing| filing.id.0)
    }

    pub fn version(&self, release: &Release) -> i64 {
        release.view.seen().version
    }

    pub fn minute(&self, at: &Option<domain::Instant>) -> String {
        at.map(dates::print_minute).unwrap_or_default()
    }
}

pub(super) async fn show_todo(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    let todo = state.app.todo(&me.caller).await?;
    let authority = me
        .caller
        .person
        .roles
        .iter()
        .any(|role| role.of_authority());
    show(&TodoPage {
        layout: Layout::new(&me, "/todo", "待办", &[]).done(params.get("done")),
        reporter: me.caller.may(Action::PrepareReturns),
        approver: me.caller.may(Action::ReleaseReturns),
        officer: me.caller.person.roles.contains(&Role::Officer),
        authority,
        todo,
    })
}
