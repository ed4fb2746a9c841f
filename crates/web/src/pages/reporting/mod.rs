//! The work around returns: 待办, the officer's matrix and call sheet, figures, what is allowed one enterprise, the zip of a
//! period. The returns themselves are in `pages/returns.rs`, how they fall due in `schedules.rs`.

mod calls;
mod figures;
mod handover;
mod matrix;
mod todo;

use app::returns::{Allowance, Line, days_left};
use axum::{
    extract::{Path, State as Extract},
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use domain::{period::ExceptionKind, permission::Action, person::Invalid, returns::ReturnState};

#[cfg(test)]
pub(crate) use calls::CallsPage;
#[cfg(test)]
pub(crate) use figures::FiguresPage;
#[cfg(test)]
pub(crate) use handover::HandOverPage;
#[cfg(test)]
pub(crate) use matrix::{MatrixPage, counts};
#[cfg(test)]
pub(crate) use todo::TodoPage;

pub(crate) use matrix::asked_kind;

use crate::{
    State,
    access::Access,
    api::returns::{key_of, kind_of},
    error::PageFailure,
    form::{Fields, Form},
    layout::download,
    pages::{
        exports::{self, format_of},
        query::day,
        returns::again_with,
    },
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    let see = Access::Needs(Action::ViewReturns);
    let keep = Access::Needs(Action::KeepSchedules);
    area.get("/todo", see, todo::show_todo)
        .get("/returns/matrix", see, matrix::show_matrix)
        .get("/returns/figures", see, figures::show_figures)
        .get("/returns/handover", see, handover::show_sheet)
        .get("/returns/calls", keep, calls::show_calls)
        .post("/returns/calls/{unit}", keep, calls::add_remark)
        .get("/returns/{kind}/{cut_off}/files.zip", see, bundle)
        .get("/returns/{kind}/blank/{file}", see, blank)
        .post("/returns/{kind}/{cut_off}/{unit}/allow", keep, allow)
        .post("/returns/{kind}/{cut_off}/{unit}/disallow", keep, disallow)
}

/// A line in a word, how it looks, and what is to be said beside it.
pub(crate) struct Standing {
    /// As [`look`](crate::pages::returns::look).
    pub look: &'static str,
    /// The word.
    pub word: String,
    /// Beside it.
    pub notes: Vec<String>,
}

/// How a line stands, in words.
pub(crate) fn standing_of(line: &Line, inside: bool, today: NaiveDate) -> Standing {
    let mut notes = Vec::new();
    if line.zero {
        notes.push("零报告".to_owned());
    }
    if line.is_exempt() {
        return Standing {
            look: "info",
            word: "免报".to_owned(),
            notes,
        };
    }
    if line.first_handed_in_at.is_none() && line.standing.permit.is_some() {
        notes.push("准许补报".to_owned());
    }
    let (look, word) = match line.state {
        Some(ReturnState::Accepted) => ("ok", "已受理".to_owned()),
        Some(ReturnState::HandedIn) => ("wait", "已报送".to_owned()),
        Some(ReturnState::Returned) => {
            notes.push(format!("重报{}", days_left(line, today)));
            ("stop", "已退回".to_owned())
        }
        other => {
            let label = crate::pages::returns::label_of(other, inside);
            notes.push(line.due_words.clone());
            if line.is_locked() {
                ("stop", "已锁定".to_owned())
            } else if line.late {
                ("late", label.to_owned())
            } else {
                ("none", label.to_owned())
            }
        }
    };
    if line.late && !line.is_owed() {
        notes.push("迟报".to_owned());
    }
    notes.retain(|note| !note.is_empty());
    Standing { look, word, notes }
}

fn allowance(fields: &Fields) -> Result<Allowance, Invalid> {
    let kind = ExceptionKind::from_word(fields.text("kind"))
        .ok_or_else(|| Invalid::of("kind", "请选择准许补报或免报"))?;
    let until = match fields.filled("until") {
        None => None,
        Some(text) => Some(day(text).ok_or_else(|| {
            Invalid::of("until", "补报期限请写成 2017-12-31 这样的真实日期，或留空")
        })?),
    };
    Ok(Allowance {
        kind,
        reason: fields.text("reason").to_owned(),
        until,
    })
}

async fn allow(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((kind, cut_off, unit)): Path<(String, String, i64)>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let key = key_of(&kind, &cut_off, unit)?;
    let done = match allowance(&fields) {
        Ok(new) => state.app.except_return(&me.caller, key, &new).await,
        Err(invalid) => Err(invalid.into()),
    };
    match done {
        Ok(()) => {
            let back = format!("/returns/{kind}/{cut_off}/{unit}?done=return-allowed");
            Ok(Redirect::to(&back).into_response())
        }
        Err(error) => {
            let view = state.app.return_of(&me.caller, key).await?;
            again_with(&me, view, error, |page| {
                page.allowance = (
                    fields.text("kind").to_owned(),
                    fields.text("reason").to_owned(),
                    fields.text("until").to_owned(),
                );
            })
        }
    }
}

async fn disallow(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((kind, cut_off, unit)): Path<(String, String, i64)>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let key = key_of(&kind, &cut_off, unit)?;
    let exception = ExceptionKind::from_word(fields.text("kind")).ok_or(app::Error::NotFound)?;
    state.app.end_exception(&me.caller, key, exception).await?;
    let back = format!("/returns/{kind}/{cut_off}/{unit}?done=return-disallowed");
    Ok(Redirect::to(&back).into_response())
}

async fn bundle(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((kind, cut_off)): Path<(String, String)>,
) -> Result<Response, PageFailure> {
    let key = key_of(&kind, &cut_off, 0)?;
    let zip = state
        .app
        .period_bundle(&me.caller, key.kind, key.cut_off)
        .await?;
    Ok(download(&zip.name, "application/zip", zip.bytes))
}

async fn blank(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((kind, file)): Path<(String, String)>,
) -> Result<Response, PageFailure> {
    let format = format_of(&file).ok_or(app::Error::NotFound)?;
    let printed = state
        .app
        .blank_form(&me.caller, kind_of(&kind)?, format)
        .await?;
    Ok(exports::answer(printed, format))
}
