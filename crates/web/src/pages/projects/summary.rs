//! 项目库汇总: enterprises by stage, each figure leading to the projects behind it.

use app::projects::{LibrarySummary, ProjectTrack, SummaryRow};
use askama::Template;
use axum::{extract::State as Extract, response::Response};
use domain::{permission::Action, project::Stage};

use super::CRUMB;
use crate::{
    State,
    access::Access,
    error::PageFailure,
    layout::{Layout, show},
    pages::query::Params,
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    area.get(
        "/projects/summary",
        Access::Needs(Action::ViewProjects),
        page,
    )
}

#[derive(Template)]
#[template(path = "project_summary.html")]
pub(crate) struct SummaryPage {
    pub layout: Layout,
    pub summary: LibrarySummary,
}

impl SummaryPage {
    pub fn whose(&self) -> &'static str {
        match self.summary.track {
            ProjectTrack::Own => "本企业项目库，含尚未报送的修改",
            ProjectTrack::Accepted => "各企业报送并经受理的内容",
        }
    }

    pub fn stages(&self) -> &'static [Stage] {
        Stage::ALL
    }

    /// Every row with the total last.
    pub fn rows(&self) -> impl Iterator<Item = &SummaryRow> {
        let several = self.summary.rows.len() > 1;
        self.summary
            .rows
            .iter()
            .chain(several.then_some(&self.summary.total))
    }

    /// The projects behind a figure.
    pub fn address(&self, row: &SummaryRow, stage: Option<&Stage>) -> String {
        let unit = row.unit.map(|unit| format!("unit={unit}"));
        let stage = stage.map(|stage| format!("stage={}", stage.word()));
        let asked: Vec<String> = [unit, stage].into_iter().flatten().collect();
        format!("/projects?{}", asked.join("&"))
    }
}

async fn page(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&[])?;
    let summary = state.app.library_summary(&me.caller).await?;
    let layout = Layout::new(&me, "/projects", "项目库汇总", &[CRUMB]);
    show(&SummaryPage { layout, summary })
}
