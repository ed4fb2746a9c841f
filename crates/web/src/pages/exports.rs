//! 完成情况 as files: the table as Word, Excel, PDF, csv; its analysis as Word, Excel, PDF.

use app::completion::{Format, Printed};
use axum::{extract::State as Extract, response::Response};
use domain::permission::Action;

use crate::{
    State,
    access::Access,
    error::PageFailure,
    layout::download,
    pages::{completion::PARAMS, query::Params},
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    let needs = Access::Needs(Action::ViewCompletion);
    area.get("/completion.docx", needs, |state, me, params| {
        table(state, me, params, Format::Docx)
    })
    .get("/completion.xlsx", needs, |state, me, params| {
        table(state, me, params, Format::Xlsx)
    })
    .get("/completion.pdf", needs, |state, me, params| {
        table(state, me, params, Format::Pdf)
    })
    .get("/completion.csv", needs, |state, me, params| {
        table(state, me, params, Format::Csv)
    })
    .get("/completion/analysis.docx", needs, |state, me, params| {
        analysis(state, me, params, Format::Docx)
    })
    .get("/completion/analysis.xlsx", needs, |state, me, params| {
        analysis(state, me, params, Format::Xlsx)
    })
    .get("/completion/analysis.pdf", needs, |state, me, params| {
        analysis(state, me, params, Format::Pdf)
    })
}

async fn table(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
    format: Format,
) -> Result<Response, PageFailure> {
    params.only(&PARAMS)?;
    let query = params.completion()?;
    let printed = state.app.completion_file(&me.caller, query, format).await?;
    Ok(answer(printed, format))
}

async fn analysis(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
    format: Format,
) -> Result<Response, PageFailure> {
    params.only(&PARAMS)?;
    let query = params.completion()?;
    let printed = state.app.analysis_file(&me.caller, query, format).await?;
    Ok(answer(printed, format))
}

/// The kind of file of a word in an address.
pub(crate) fn format_of(word: &str) -> Option<Format> {
    [Format::Docx, Format::Xlsx, Format::Pdf, Format::Csv]
        .into_iter()
        .find(|format| format.extension() == word)
}

/// The file as a download.
pub(crate) fn answer(printed: Printed, format: Format) -> Response {
    let kind = match format {
        Format::Docx => DOCX,
        Format::Xlsx => XLSX,
        Format::Pdf => "application/pdf",
        Format::Csv => "text/csv; charset=utf-8",
    };
    download(&printed.name, kind, printed.bytes)
}

/// Content type of Word files.
pub(crate) const DOCX: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// Content type of Excel files.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
