//! Units × periods: who has handed in what, coloured and worded, with counts.

use app::returns::{Line, Matrix};
use askama::Template;
use axum::{extract::State as Extract, response::Response};
use domain::{
    period::{Period, ReturnKind},
    permission::Action,
    person::Invalid,
};

use super::{Standing, standing_of};
use crate::{
    State,
    error::PageFailure,
    layout::{Layout, Refusals, show_with},
    pages::query::Params,
    session::Me,
};

#[derive(Template)]
#[template(path = "matrix.html")]
pub(crate) struct MatrixPage {
    pub layout: Layout,
    pub matrix: Matrix,
    /// As [`counts`].
    pub counts: Vec<Counts>,
    pub kind: Option<ReturnKind>,
    pub year: Option<i32>,
    pub inside: bool,
    pub may_keep: bool,
    pub refusals: Refusals,
}

/// The kind asked for, none for all.
pub(crate) fn asked_kind(params: &Params) -> Result<Option<ReturnKind>, Invalid> {
    let wrong = || Invalid::of("kind", "没有这种报表，请从列表里选择");
    let kind = params.get("kind").filter(|word| *word != "all");
    kind.map(|word| ReturnKind::from_word(word).ok_or_else(wrong))
        .transpose()
}

impl MatrixPage {
    pub fn kinds(&self) -> &'static [ReturnKind] {
        ReturnKind::ALL
    }

    pub fn is_kind(&self, kind: &ReturnKind) -> bool {
        self.kind == Some(*kind)
    }

    pub fn year_text(&self) -> String {
        self.year.map(|year| year.to_string()).unwrap_or_default()
    }

    pub fn standing(&self, line: &Line) -> Standing {
        standing_of(line, self.inside, self.matrix.today)
    }

    pub fn path(&self, line: &Line) -> String {
        let (kind, cut_off) = (line.period.kind.word(), line.period.cut_off);
        format!("/returns/{kind}/{cut_off}/{}", line.unit)
    }

    pub fn left(&self, period: &Period) -> String {
        period.due_in_words(self.matrix.today)
    }
}

/// How many units of a period.
pub(crate) struct Counts {
    /// Have handed in.
    pub handed_in: usize,
    /// Owe it.
    pub owed: usize,
    /// Are late.
    pub late: usize,
    /// Owe nothing by 免报.
    pub exempt: usize,
}

/// The counts of each period.
pub(crate) fn counts(matrix: &Matrix) -> Vec<Counts> {
    let columns = 0..matrix.periods.len();
    columns
        .map(|column| {
            let count = |test: &dyn Fn(&Line) -> bool| matrix.count(column, test);
            Counts {
                handed_in: count(&|line| line.edition.is_some()),
                owed: count(&|line| !line.is_exempt()),
                late: count(&|line| line.late),
                exempt: count(&Line::is_exempt),
            }
        })
        .collect()
}

pub(super) async fn show_matrix(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    let mut refusals = Refusals::default();
    let (mut kind, mut year) = (None, None);
    let asked = params
        .only(&["kind", "year"])
        .and_then(|()| Ok((asked_kind(&params)?, params.completion()?.year)));
    match asked {
        Ok(found) => (kind, year) = found,
        Err(invalid) => refusals = invalid.into(),
    }
    let matrix = match state.app.matrix(&me.caller, kind, year).await {
        Err(app::Error::Invalid(invalid)) => {
            refusals = invalid.into();
            year = None;
            state.app.matrix(&me.caller, kind, None).await?
        }
        other => other?,
    };
    let status = if refusals.0.is_empty() {
        axum::http::StatusCode::OK
    } else {
        axum::http::StatusCode::UNPROCESSABLE_ENTITY
    };
    let authority = me
        .caller
        .person
        .roles
        .iter()
        .any(|role| role.of_authority());
    let page = MatrixPage {
        layout: Layout::new(&me, "/returns/matrix", "报送总表", &[("/returns", "报送")]),
        counts: counts(&matrix),
        matrix,
        kind,
        year,
        inside: !authority,
        may_keep: me.caller.may(Action::KeepSchedules),
        refusals,
    };
    show_with(status, &page)
}
