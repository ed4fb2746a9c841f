//! 报表导入: upload, look at what was understood, answer what is asked, confirm; and what was imported before.

use std::collections::BTreeMap;

use app::Conflict;
use app::imports::{
    Answers, Cell, Change, ImportDetail, Preview, PreviewRow, RowAnswer, Started, UnitAnswer,
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    ImportId, Instant, PersonId, UnitId, dates, names, permission::Action, person::Invalid,
    statement::Statement,
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form, Uploaded},
    layout::{Layout, Refusals, download, show, show_with},
    pages::query::{Params, day},
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    let (see, import) = (
        Access::Needs(Action::ViewStatements),
        Access::Needs(Action::ImportStatements),
    );
    area.get("/statements", see, list)
        .get("/statements/imports/{id}", see, detail)
        .get("/statements/imports/{id}/file", see, source)
        .get("/statements/import", import, ask)
        .post("/statements/import", import, upload)
        .get("/statements/drafts/{key}", import, preview)
        .post("/statements/drafts/{key}", import, answer)
        .post("/statements/drafts/{key}/cancel", import, cancel)
}

#[derive(Template)]
#[template(path = "statements.html")]
pub(crate) struct StatementsPage {
    pub layout: Layout,
    pub imports: Vec<app::imports::Import>,
    pub people: BTreeMap<PersonId, String>,
    pub may_import: bool,
    pub next: Option<i64>,
}

impl StatementsPage {
    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    pub fn who(&self, person: &PersonId) -> &str {
        self.people.get(person).map_or("", String::as_str)
    }
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["before", "done"])?;
    let before = params.number("before")?.map(ImportId);
    let (imports, people) = state.app.imports(&me.caller, before).await?;
    let full = imports.len() >= app::imports::PAGE as usize;
    let next = imports.last().filter(|_| full).map(|import| import.id.0);
    let layout = Layout::new(&me, "/statements", "报表导入", &[]).done(params.get("done"));
    show(&StatementsPage {
        layout,
        imports,
        people,
        may_import: me.caller.may(Action::ImportStatements),
        next,
    })
}

#[derive(Template)]
#[template(path = "import_detail.html")]
pub(crate) struct ImportDetailPage {
    pub layout: Layout,
    pub detail: ImportDetail,
}

impl ImportDetailPage {
    pub fn confirmed_at(&self) -> String {
        dates::print_minute(self.detail.import.confirmed_at)
    }

    pub fn unit(&self, statement: &Statement) -> &str {
        self.detail
            .units
            .get(&statement.unit)
            .map_or("", String::as_str)
    }
}

async fn detail(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
) -> Result<Response, PageFailure> {
    let detail = state.app.import(&me.caller, ImportId(id)).await?;
    let layout = Layout::new(
        &me,
        "/statements",
        "导入记录",
        &[("/statements", "报表导入")],
    );
    show(&ImportDetailPage { layout, detail })
}

async fn source(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
) -> Result<Response, PageFailure> {
    let file = state.app.import_source(&me.caller, ImportId(id)).await?;
    Ok(download(&file.name, "application/octet-stream", file.bytes))
}

#[derive(Template)]
#[template(path = "import.html")]
pub(crate) struct ImportPage {
    pub layout: Layout,
    pub refusals: Refusals,
    pub most: String,
}

fn import_page(state: &State, me: &app::sign_in::Current, refusals: Refusals) -> ImportPage {
    let layout = Layout::new(
        me,
        "/statements",
        "导入附件1",
        &[("/statements", "报表导入")],
    );
    ImportPage {
        layout,
        refusals,
        most: format!("{} MB", state.options.upload_most / (1024 * 1024)),
    }
}

async fn ask(Extract(state): Extract<State>, Me(me): Me) -> Result<Response, PageFailure> {
    show(&import_page(&state, &me, Refusals::default()))
}

async fn upload(
    Extract(state): Extract<State>,
    Me(me): Me,
    Uploaded(uploaded): Uploaded,
) -> Result<Response, PageFailure> {
    let refuse = |invalid: Invalid| {
        let page = import_page(&state, &me, invalid.into());
        show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
    };
    let file = match uploaded {
        Ok(file) => file,
        Err(invalid) => return refuse(invalid),
    };
    let started = state
        .app
        .start_import(&me.caller, &file.file_name, &file.bytes);
    match started.await? {
        Started::Draft(key) => {
            Ok(Redirect::to(&format!("/statements/drafts/{key}")).into_response())
        }
        Started::Refused(reading) => {
            let name = app::imports::safe_name(&file.file_name);
            refuse(Invalid::of(
                "file",
                format!("《{name}》没有导入：{}", reading.message),
            ))
        }
    }
}

#[derive(Template)]
#[template(path = "import_preview.html")]
pub(crate) struct PreviewPage {
    pub layout: Layout,
    pub preview: Preview,
    pub page: usize,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

/// Rows on one page of a preview.
const ROWS: usize = 200;

impl PreviewPage {
    /// How a cell looks: fine, doubted or to be asked.
    pub fn look(&self, cell: &Cell, field: &str, row: &PreviewRow) -> &'static str {
        match () {
            () if !self.open(field, row).is_empty() => "ask",
            () if !cell.doubts.is_empty() => "doubt",
            () => "ok",
        }
    }

    /// What is open about a row's field.
    pub fn open(&self, field: &str, row: &PreviewRow) -> &str {
        if row.answer.skip {
            ""
        } else {
            self.preview
                .open
                .first(&format!("{field}_{}", row.number))
                .unwrap_or("")
        }
    }

    /// Why a field of the whole form is open or was refused.
    pub fn why(&self, field: &str) -> &str {
        let refused = self.refusals.of(field);
        if refused.is_empty() {
            self.preview.open.first(field).unwrap_or("")
        } else {
            refused
        }
    }

    /// The rows of this page.
    pub fn rows(&self) -> &[PreviewRow] {
        rows_on(&self.preview, self.page)
    }

    /// Numbers of all pages; none when one is enough.
    pub fn pages(&self) -> Vec<usize> {
        let count = self.preview.rows.len().div_ceil(ROWS);
        if count > 1 {
            (1..=count).collect()
        } else {
            Vec::new()
        }
    }

    /// The name chosen for a row whose written one was not known.
    pub fn chosen<'a>(&self, row: &'a PreviewRow) -> &'a str {
        match &row.unit {
            UnitAnswer::Known { name, .. } => name,
            UnitAnswer::Asked { .. } => "",
        }
    }

    /// Names the written one may mean, in one line.
    pub fn may_be(&self, row: &PreviewRow) -> String {
        let names: Vec<&str> = self
            .likely(row)
            .iter()
            .map(|(_, name)| name.as_str())
            .collect();
        names.join("、")
    }

    pub fn asked(&self, row: &PreviewRow) -> bool {
        matches!(row.unit, UnitAnswer::Asked { .. }) || row.answer.unit.is_some()
    }

    pub fn likely<'a>(&self, row: &'a PreviewRow) -> &'a [(UnitId, String)] {
        match &row.unit {
            UnitAnswer::Asked { likely } => likely,
            UnitAnswer::Known { .. } => &[],
        }
    }

    pub fn change_class(&self, change: &Change) -> &'static str {
        match change {
            Change::None => "none",
            Change::New => "info",
            Change::Same => "ok",
            Change::Differs { .. } => "wait",
        }
    }

    pub fn change_words(&self, change: &Change) -> String {
        match change {
            Change::None => "—".to_owned(),
            Change::New => "新增".to_owned(),
            Change::Same => "不变".to_owned(),
            Change::Differs { stored } => format!("原为 {stored}"),
        }
    }

    pub fn targets_differ(&self) -> bool {
        self.preview
            .kept()
            .any(|row| matches!(row.target_change, Change::Differs { .. }))
    }

    pub fn year(&self) -> String {
        self.preview
            .answers
            .year
            .map_or_else(String::new, |year| year.to_string())
    }

    pub fn as_at(&self) -> String {
        self.preview
            .answers
            .as_at
            .map_or_else(String::new, |day| day.to_string())
    }

    pub fn text<'a>(&self, text: &'a Option<String>) -> &'a str {
        text.as_deref().unwrap_or("")
    }
}

fn preview_page(me: &app::sign_in::Current, preview: Preview, page: usize) -> PreviewPage {
    let crumbs = [
        ("/statements", "报表导入"),
        ("/statements/import", "导入附件1"),
    ];
    let layout = Layout::new(me, "/statements", "核对附件1", &crumbs);
    let page = page.clamp(1, preview.rows.len().div_ceil(ROWS).max(1));
    PreviewPage {
        layout,
        preview,
        page,
        refusals: Refusals::default(),
        conflict: None,
    }
}

/// The rows that stand on a page.
fn rows_on(preview: &Preview, page: usize) -> &[PreviewRow] {
    let from = page
        .saturating_sub(1)
        .saturating_mul(ROWS)
        .min(preview.rows.len());
    &preview.rows[from..preview.rows.len().min(from + ROWS)]
}

async fn preview(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(key): Path<String>,
    params: Params,
) -> Result<Response, PageFailure> {
    let preview = state.app.preview_import(&me.caller, &key).await?;
    let page = usize::try_from(params.number("page")?.unwrap_or(1)).unwrap_or(1);
    show(&preview_page(&me, preview, page))
}

async fn answer(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(key): Path<String>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let confirm = fields.text("step") == "confirm";
    let page: usize = fields.text("page").parse().unwrap_or(1);
    let kept = match state.app.preview_import(&me.caller, &key).await {
        Ok(before) => match answers(&fields, &before, page) {
            Ok(answers) => {
                let version = fields.version();
                state
                    .app
                    .answer_import(&me.caller, &key, version, answers)
                    .await
            }
            Err(invalid) => Err(invalid.into()),
        },
        Err(error) => Err(error),
    };
    let done = match kept {
        Ok(preview) if confirm => {
            state
                .app
                .confirm_import(&me.caller, &key, preview.version)
                .await
        }
        Ok(_) => {
            let target = format!("/statements/drafts/{key}?page={page}");
            return Ok(Redirect::to(&target).into_response());
        }
        // Confirmed already, in another window or by a double click: answer with what came of it.
        Err(app::Error::NotFound) if confirm => {
            state
                .app
                .confirm_import(&me.caller, &key, fields.version())
                .await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(import) => confirmed(&state, &me, import).await,
        Err(app::Error::Invalid(invalid)) => {
            let preview = state.app.preview_import(&me.caller, &key).await?;
            let mut shown = preview_page(&me, preview, page);
            shown.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)
        }
        Err(app::Error::Conflict(conflict)) => {
            let preview = state.app.preview_import(&me.caller, &key).await?;
            let mut shown = preview_page(&me, preview, page);
            shown.conflict = Some(conflict);
            show_with(StatusCode::CONFLICT, &shown)
        }
        Err(error) => Err(error.into()),
    }
}

async fn confirmed(
    state: &State,
    me: &app::sign_in::Current,
    import: ImportId,
) -> Result<Response, PageFailure> {
    let import = state.app.import(&me.caller, import).await?.import;
    let target = format!(
        "/completion?year={}&as_of={}&done=import",
        import.year, import.as_at
    );
    Ok(Redirect::to(&target).into_response())
}

async fn cancel(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(key): Path<String>,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    state.app.cancel_import(&me.caller, &key).await?;
    Ok(Redirect::to("/statements?done=import-cancelled").into_response())
}

/// The answers in the form for the rows of its page; those given on other pages stay. A cell left as it was read is no
/// correction.
fn answers(fields: &Fields, preview: &Preview, page: usize) -> Result<Answers, Invalid> {
    let mut invalid = Invalid::default();
    let year = fields.filled("year").map(|text| text.parse::<i32>());
    if year.as_ref().is_some_and(Result::is_err) {
        invalid.add("year", "年度请填四位数字，例如 2017");
    }
    let as_at = fields.filled("as_at").map(day);
    if as_at == Some(None) {
        invalid.add("as_at", "截止日期请写成 2017-10-31 这样的真实日期");
    }
    let mut rows = preview.answers.rows.clone();
    for row in rows_on(preview, page) {
        match row_answer(fields, row, &preview.units, &mut invalid) {
            answer if answer == RowAnswer::default() => rows.remove(&row.number),
            answer => rows.insert(row.number, answer),
        };
    }
    invalid.into_result()?;
    Ok(Answers {
        year: year.and_then(Result::ok),
        as_at: as_at.flatten(),
        rows,
        adjust_targets: fields.ticked("adjust_targets"),
        adjust_reason: fields.text("adjust_reason").to_owned(),
        checked: fields.ticked("checked"),
    })
}

fn row_answer(
    fields: &Fields,
    row: &PreviewRow,
    units: &[(UnitId, String)],
    invalid: &mut Invalid,
) -> RowAnswer {
    let number = row.number;
    let corrected = |field: &str, cell: &Cell| {
        let text = fields.text(&format!("{field}_{number}"));
        let as_read = !cell.corrected && cell.value.as_deref() == Some(text);
        (!text.is_empty() && !as_read).then(|| text.to_owned())
    };
    let field = format!("unit_{number}");
    let chosen = fields.filled(&field);
    let unit = chosen.and_then(|written| {
        let same = |name: &str| names::key(name) == names::key(written);
        units.iter().find(|(_, name)| same(name)).map(|(id, _)| *id)
    });
    if let (Some(written), None) = (chosen, unit) {
        invalid.add(
            &field,
            format!("第{number}行：没有“{written}”这个单位，请从列出的单位里选择"),
        );
    }
    RowAnswer {
        unit,
        skip: fields.ticked(&format!("skip_{number}")),
        target_wan: corrected("target_wan", &row.target),
        done_wan: corrected("done_wan", &row.done),
    }
}
