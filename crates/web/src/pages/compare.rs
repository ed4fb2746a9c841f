//! 比较与预测: the table beside the month before, the year before, the plans, and a projection.

use app::completion::Comparison;
use askama::Template;
use axum::{extract::State as Extract, response::Response};
use domain::{Money, permission::Action, projection};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    layout::{Layout, show},
    pages::{
        completion::{Address, words},
        query::Params,
    },
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    area.get(
        "/completion/comparison",
        Access::Needs(Action::ViewCompletion),
        page,
    )
}

#[derive(Template)]
#[template(path = "comparison.html")]
pub(crate) struct ComparisonPage {
    pub layout: Layout,
    pub comparison: Comparison,
    pub back: String,
}

impl ComparisonPage {
    pub fn method(&self) -> &'static str {
        projection::METHOD
    }

    /// More or less, with its sign.
    pub fn change(&self, amount: &Option<Money>) -> String {
        match amount {
            Some(amount) if *amount > Money::ZERO => format!("+{}", amount.wan_exact()),
            Some(amount) => amount.wan_exact().replace('-', "−"),
            None => "—".to_owned(),
        }
    }
}

async fn page(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["year", "month", "as_of", "known_at"])?;
    let comparison = state
        .app
        .comparison(&me.caller, params.completion()?)
        .await?;
    show(&comparison_page(&me, comparison))
}

pub(crate) fn comparison_page(
    me: &app::sign_in::Current,
    comparison: Comparison,
) -> ComparisonPage {
    let back = format!("/completion?{}", Address::of(&comparison.view).query());
    let layout = Layout::new(me, "/completion", "比较与预测", &[(&back, "完成情况")]);
    ComparisonPage {
        layout,
        comparison,
        back,
    }
}
