//! 交接清单: one page for a new clerk, to print.

use app::returns::{HandOverSheet, HandedOver, Line, Owed, days_left};
use askama::Template;
use axum::{extract::State as Extract, response::Response};
use domain::{UnitId, permission::Action};

use super::{Standing, standing_of};
use crate::{
    State,
    error::PageFailure,
    layout::{Layout, show},
    pages::query::Params,
    session::Me,
};

#[derive(Template)]
#[template(path = "handover.html")]
pub(crate) struct HandOverPage {
    pub layout: Layout,
    pub sheet: HandOverSheet,
    pub authority: bool,
    /// Whether the caller takes files of returns away.
    pub may_download: bool,
}

impl HandOverPage {
    pub fn standing(&self, line: &Line) -> Standing {
        standing_of(line, !self.authority, self.sheet.today)
    }

    pub fn path(&self, line: &Line) -> String {
        let (kind, cut_off) = (line.period.kind.word(), line.period.cut_off);
        format!("/returns/{kind}/{cut_off}/{}", line.unit)
    }

    pub fn left(&self, owed: &Owed) -> String {
        days_left(&owed.line, self.sheet.today)
    }

    pub fn late(&self, owed: &Owed) -> bool {
        owed.line.due_on() < self.sheet.today
    }

    pub fn is_unit(&self, unit: &UnitId) -> bool {
        self.sheet.unit == *unit
    }

    /// Addresses of the files handed in last.
    pub fn files(&self, kind: &HandedOver) -> Vec<(&'static str, String)> {
        let Some((id, edition)) = kind
            .newest
            .as_ref()
            .filter(|_| self.may_download)
            .and_then(|line| line.filing.zip(line.edition))
        else {
            return Vec::new();
        };
        let formats = [("Word", "docx"), ("Excel", "xlsx"), ("PDF", "pdf")];
        let path = |word: &str| format!("/returns/{id}/editions/{edition}/files/{word}");
        formats.map(|(label, word)| (label, path(word))).into()
    }
}

pub(super) async fn show_sheet(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["unit"])?;
    let unit = params.number("unit")?.map(UnitId);
    let sheet = state.app.hand_over_sheet(&me.caller, unit).await?;
    let crumbs = [("/returns", "报送")];
    show(&HandOverPage {
        layout: Layout::new(&me, "/returns/handover", "交接清单", &crumbs),
        authority: me
            .caller
            .person
            .roles
            .iter()
            .any(|role| role.of_authority()),
        may_download: me.caller.may(Action::RevealContacts),
        sheet,
    })
}
