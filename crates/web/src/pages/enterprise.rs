//! 企业一页通: an enterprise on one page.

use app::{
    enterprise::{EnterprisePage as View, missing},
    projects::{Column as ListColumn, ListLine},
    returns::Line,
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Money, UnitId,
    cohort::{
        Cell, Column,
        rates::{RateKind, Ratio},
    },
    dates,
    permission::Action,
    project::Stage,
    returns::ReturnState,
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    layout::{Layout, show},
    pages::{cohorts::Sides, projects::view::stage_look, query::Params},
    route::Area,
    session::Me,
};

/// Where these pages hang.
const HERE: (&str, &str) = ("/enterprises", "企业一页通");

pub(crate) fn area(area: Area) -> Area {
    let see = Access::Needs(Action::ViewEnterprise);
    area.get(HERE.0, see, first)
        .get("/enterprises/{id}", see, detail)
}

#[derive(Template)]
#[template(path = "enterprise.html")]
pub(crate) struct EnterprisePage {
    pub layout: Layout,
    pub view: View,
    /// Whether the caller may look for others: the choice is shown.
    pub chooses: bool,
}

impl EnterprisePage {
    pub fn as_of_long(&self) -> String {
        dates::print_long(self.view.as_of)
    }

    pub fn target(&self) -> Option<Money> {
        self.view.completion.as_ref()?.standing.target
    }

    pub fn done(&self) -> Option<Money> {
        self.view.completion.as_ref()?.standing.done
    }

    pub fn missing(&self) -> Option<Money> {
        missing(&self.view.completion.as_ref()?.standing)
    }

    /// What was done above the target; none where it is not reached.
    pub fn surplus(&self) -> Option<Money> {
        let standing = &self.view.completion.as_ref()?.standing;
        let above = standing.done? - standing.target?;
        (above > Money::ZERO).then_some(above)
    }

    pub fn rate(&self) -> Option<domain::Rate> {
        self.view.completion.as_ref()?.rate
    }

    pub fn lead(&self) -> Option<domain::Pct> {
        self.view.completion.as_ref()?.lead
    }

    pub fn money(&self, money: impl std::borrow::Borrow<Option<Money>>) -> String {
        money
            .borrow()
            .map_or_else(|| "—".to_owned(), Money::wan_exact)
    }

    pub fn pct(&self, rate: impl std::borrow::Borrow<Option<domain::Rate>>) -> String {
        rate.borrow()
            .map_or_else(|| "—".to_owned(), |rate| format!("{}%", rate.pct()))
    }

    pub fn lead_words(&self) -> (bool, String) {
        match self.lead() {
            None => (false, "—".to_owned()),
            Some(lead) => {
                let behind = lead.hundredths() < 0;
                let sign = if behind || lead.hundredths() == 0 {
                    ""
                } else {
                    "+"
                };
                (behind, format!("{sign}{lead}"))
            }
        }
    }

    pub fn how(&self, figure: &str) -> String {
        format!(
            "/completion/explain?figure={figure}&unit={}&year={}&as_of={}",
            self.view.unit.id,
            chrono::Datelike::year(&self.view.as_of),
            self.view.as_of
        )
    }

    pub fn year(&self) -> i32 {
        chrono::Datelike::year(&self.view.as_of)
    }

    pub fn stage_look(&self, stage: &Stage) -> &'static str {
        stage_look(*stage)
    }

    pub fn stage_of(&self, line: &ListLine) -> &'static str {
        stage_look(line.line.stage)
    }

    pub fn saved(&self, line: &ListLine) -> String {
        line.cell(ListColumn::Saved)
    }

    pub fn investment(&self, line: &ListLine) -> String {
        match line.line.investment {
            Some(_) => format!("{} 万元", line.cell(ListColumn::Investment)),
            None => "投资额未明确".to_owned(),
        }
    }

    /// 签约 → 投产: column, what stands there, its list.
    pub fn way(&self) -> Vec<(Column, Cell, String)> {
        let cells = Column::ALL.into_iter().zip(self.view.cells);
        cells
            .map(|(column, cell)| (column, cell, self.list("column", column.word(), "")))
            .collect()
    }

    fn list(&self, name: &str, value: &str, more: &str) -> String {
        format!(
            "/cohorts/list?by=enterprise&unit={}&as_of={}&{name}={value}{more}",
            self.view.unit.id, self.view.today
        )
    }

    /// The rates: kind, rate, both sides in words, their lists.
    pub fn ratios(&self) -> Vec<(RateKind, Ratio, Sides)> {
        let ratios = RateKind::ALL.into_iter().zip(self.view.ratios);
        ratios
            .map(|(kind, ratio)| {
                let side = |word: &str, value: i64| {
                    let more = format!("&side={word}");
                    (
                        Ratio::side(kind, value),
                        self.list("rate", kind.word(), &more),
                    )
                };
                (
                    kind,
                    ratio,
                    [side("upper", ratio.upper), side("lower", ratio.lower)],
                )
            })
            .collect()
    }

    pub fn left(&self) -> Vec<(String, String)> {
        let left = self.view.left.iter();
        left.map(|(rule, count)| (rule.sentence(*count), self.list("left", rule.word(), "")))
            .collect()
    }

    pub fn path(&self, line: &Line) -> String {
        let (kind, cut_off) = (line.period.kind.word(), line.period.cut_off);
        format!("/returns/{kind}/{cut_off}/{}", line.unit)
    }

    pub fn due(&self, line: &Line) -> String {
        line.due_sentence()
    }

    /// How many can be written by now.
    pub fn owed_now(&self) -> usize {
        let come = |line: &&Line| line.has_come(self.view.today);
        self.view.owed.iter().filter(come).count()
    }

    /// How a line stands: look and word.
    pub fn standing(&self, line: &Line) -> (&'static str, &'static str) {
        match line.state {
            _ if line.is_locked() => ("stop", "已锁定"),
            _ if line.is_owed() && line.late => ("late", "逾期未报"),
            Some(ReturnState::Accepted) => ("ok", "已受理"),
            Some(state @ ReturnState::HandedIn) => ("info", state.label()),
            Some(state) => ("wait", state.label()),
            None => ("none", "未报"),
        }
    }

    pub fn handed_in(&self, line: &Line) -> String {
        line.handed_in_at
            .map(dates::print_minute)
            .unwrap_or_default()
    }

    pub fn is_this(&self, id: &UnitId) -> bool {
        self.view.unit.id == *id
    }

    pub fn board(&self) -> String {
        format!("/cohorts?by=event&unit={}", self.view.unit.id)
    }
}

/// One's own enterprise; for the authority the first of its enterprises.
async fn first(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["unit"])?;
    let id = match params.number("unit")? {
        Some(id) => UnitId(id),
        None => state.app.first_enterprise(&me.caller).await?,
    };
    Ok(Redirect::to(&format!("/enterprises/{id}")).into_response())
}

async fn detail(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
) -> Result<Response, PageFailure> {
    let view = state.app.enterprise(&me.caller, UnitId(id)).await?;
    show(&EnterprisePage {
        layout: Layout::new(&me, HERE.0, &view.unit.name, &[HERE]),
        chooses: view.others.len() > 1,
        view,
    })
}
