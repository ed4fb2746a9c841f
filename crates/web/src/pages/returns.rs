//! 报送: what is due, one return with its form, steps and editions, the officer's decisions.

use std::collections::BTreeMap;

use app::{
    Conflict,
    returns::{Line, Query, ReturnView, Returns, Seen, Verdict, state_label},
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use domain::{
    Instant, PersonId, ProjectId, ReturnId,
    annex2::{Annex2, Annex2Row},
    annex3::{Annex3, Annex3Row},
    dates,
    period::{Period, ReturnKind},
    permission::Action,
    report::Report,
    returns::{Content, Difference, ReturnState, ReturnStep, RowDecision},
    typed::Input,
};

use crate::{
    State,
    access::Access,
    api::returns::{key_of, kind_of},
    error::PageFailure,
    form::{Fields, Form, UploadedWith},
    layout::{Layout, Refusals, download, show, show_with},
    pages::{
        exports::{self, format_of},
        query::{Params, day},
        return_kinds::read_input,
    },
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    let see = Access::Needs(Action::ViewReturns);
    area.get("/returns", see, list)
        .get("/returns/{kind}/{cut_off}/{unit}", see, addressed)
        .post(
            "/returns/{kind}/{cut_off}/{unit}",
            Access::Needs(Action::PrepareReturns),
            save,
        )
        .post(
            "/returns/{kind}/{cut_off}/{unit}/files",
            Access::Needs(Action::PrepareReturns),
            file_add,
        )
        .post(
            "/returns/{kind}/{cut_off}/{unit}/files/{file}/remove",
            Access::Needs(Action::PrepareReturns),
            file_remove,
        )
        .get("/returns/{id}/files/{file}", see, file_get)
        .get("/returns/{kind}/{cut_off}/collected/{file}", see, collected)
        .get("/returns/{id}", see, one)
        .post("/returns/{id}/step", see, step)
        .post(
            "/returns/{id}/decide",
            Access::Needs(Action::AcceptReturns),
            decide,
        )
        .get("/returns/{id}/form/{kind}", see, form)
        .post("/returns/{id}/scans", see, scan_add)
        .get("/returns/{id}/scans/{file}", see, scan_get)
        .get("/returns/{id}/editions/{edition}", see, edition)
        .get("/returns/{id}/editions/{edition}/files/{kind}", see, file)
        .get("/returns/{id}/compare", see, compare)
}

/// How a state looks.
pub(crate) const fn look(state: Option<ReturnState>) -> &'static str {
    match state {
        None | Some(ReturnState::Draft) => "none",
        Some(ReturnState::ForApproval | ReturnState::HandedIn) => "wait",
        Some(ReturnState::Accepted) => "ok",
        Some(ReturnState::Returned) => "stop",
    }
}

/// A state in words.
pub(crate) fn label_of(state: Option<ReturnState>, inside: bool) -> &'static str {
    state_label(state, inside)
}

/// Cells as pages show them: an amount that is still open is a dash, as everywhere.
fn shown_cells(cells: &[String], amount: Option<usize>) -> Vec<String> {
    let shown = |(at, cell): (usize, &String)| match (Some(at) == amount, cell.is_empty()) {
        (true, true) => "—".to_owned(),
        _ => cell.clone(),
    };
    cells.iter().enumerate().map(shown).collect()
}

/// What a kept file is to those who take it.
fn format_label(kind: &str) -> &str {
    match kind {
        "docx" => "Word",
        "xlsx" => "Excel",
        "pdf" => "PDF",
        other => other,
    }
}

fn minute(at: &Instant) -> String {
    dates::print_minute(*at)
}

#[derive(Template)]
#[template(path = "returns.html")]
pub(crate) struct ReturnsPage {
    pub layout: Layout,
    /// The caller's own files that wait to be confirmed.
    pub waiting: Vec<app::returns::intake::WaitingIntake>,
    pub returns: Returns,
    /// The period shown to the authority.
    pub shown: Option<Period>,
    pub today: NaiveDate,
    pub may_prepare: bool,
    pub may_release: bool,
    /// Whether the caller takes files of returns away.
    pub may_take: bool,
}

impl ReturnsPage {
    pub fn kinds(&self) -> &'static [ReturnKind] {
        ReturnKind::ALL
    }

    /// What the system does of it, and what is left to do.
    pub fn what(&self) -> &'static str {
        match self.returns.kind {
            ReturnKind::Annex2 => "系统按项目库自动生成，只需填写调整理由",
            ReturnKind::Annex3 => "央企合作项目由项目库自动列出，只需填写进展，上期内容已预填",
            _ => "按栏目填写，可附文件，数据由系统附上",
        }
    }

    /// Whether no date is known for it (通知未定).
    pub fn undated(&self) -> bool {
        self.returns.periods.is_empty()
    }

    pub fn look(&self, line: &Line) -> &'static str {
        match (line.is_exempt(), line.is_locked()) {
            (true, _) => "info",
            (_, true) => "stop",
            _ => look(line.state),
        }
    }

    pub fn label(&self, line: &Line) -> &'static str {
        match (line.is_exempt(), line.is_locked()) {
            (true, _) => "免报",
            (_, true) => "已锁定",
            _ => state_label(line.state, self.returns.inside),
        }
    }

    pub fn minute(&self, at: &Instant) -> String {
        minute(at)
    }

    /// What the one button of a line says.
    pub fn button(&self, line: &Line) -> &'static str {
        match line.state {
            _ if line.is_exempt() || line.is_locked() => "查看",
            None if self.may_prepare => "填报",
            Some(ReturnState::Draft) if self.may_prepare => "继续填报",
            Some(ReturnState::Returned) if self.may_prepare => "修改后再报",
            Some(ReturnState::ForApproval) if self.may_release => "审核并报送",
            _ => "查看",
        }
    }

    pub fn is_urgent(&self, line: &Line) -> bool {
        self.button(line) != "查看"
    }

    /// The lines of an enterprise: what is to be done first, the nearest first.
    pub fn own_lines(&self) -> Vec<&Line> {
        let mut lines: Vec<&Line> = self.returns.lines.iter().collect();
        lines.sort_by_key(|line| {
            let open = !line.due_words.is_empty();
            let day = line.period.cut_off;
            (
                !open,
                if open { day } else { NaiveDate::MIN },
                std::cmp::Reverse(day),
            )
        });
        lines
    }

    /// How many lines look so: 应报, 已受理, 待办理, 已退回, 未报送, 迟报.
    pub fn counts(&self) -> Vec<(&'static str, usize)> {
        let lines = &self.returns.lines;
        let count = |test: &dyn Fn(&&Line) -> bool| lines.iter().filter(test).count();
        vec![
            ("应报送", count(&|line| !line.is_exempt())),
            (
                "已受理",
                count(&|line| line.state == Some(ReturnState::Accepted)),
            ),
            (
                "待受理",
                count(&|line| line.state == Some(ReturnState::HandedIn)),
            ),
            (
                "已退回",
                count(&|line| line.state == Some(ReturnState::Returned)),
            ),
            (
                "未报送",
                count(&|line| line.state.is_none() && !line.is_exempt()),
            ),
            ("免报", count(&|line| line.is_exempt())),
            ("零报告", count(&|line| line.zero)),
            ("逾期或迟报", count(&|line| line.late)),
        ]
    }

    /// Whether a clerk's own file is taken in.
    pub fn takes_files(&self) -> bool {
        app::returns::intake::takes_files(self.returns.kind)
    }

    /// Whether there is anything to collect.
    pub fn any_handed_in(&self) -> bool {
        self.returns.lines.iter().any(|line| line.edition.is_some())
    }

    pub fn format_label<'a>(&self, kind: &'a str) -> &'a str {
        format_label(kind)
    }

    pub fn due_words(&self, period: &Period) -> String {
        period.due_in_words(self.today)
    }

    pub fn is_shown(&self, period: &Period) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown == period)
    }
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["kind", "cut_off", "done"])?;
    let kind = match params.get("kind") {
        None | Some("") => ReturnKind::Annex2,
        Some(word) => kind_of(word)?,
    };
    let all = state
        .app
        .returns(&me.caller, kind, Query::default())
        .await?;
    let today = dates::day_in_shanghai(state.app.now());
    let asked = params.get("cut_off").and_then(day);
    let (returns, shown) = if all.inside {
        (all, None)
    } else {
        let shown = all
            .periods
            .iter()
            .find(|period| Some(period.cut_off) == asked)
            .or_else(|| all.current(today))
            .cloned();
        let lines = all
            .lines
            .into_iter()
            .filter(|line| Some(&line.period) == shown.as_ref())
            .collect();
        (Returns { lines, ..all }, shown)
    };
    let layout = Layout::new(&me, "/returns", "报送", &[]).done(params.get("done"));
    show(&ReturnsPage {
        layout,
        waiting: state.app.waiting_intakes(&me.caller).await?,
        returns,
        shown,
        today,
        may_prepare: me.caller.may(Action::PrepareReturns),
        may_release: me.caller.may(Action::ReleaseReturns),
        may_take: me.caller.may(Action::RevealContacts),
    })
}

#[derive(Template)]
#[template(path = "return.html")]
pub(crate) struct ReturnPage {
    pub layout: Layout,
    pub view: ReturnView,
    /// What stands in the form.
    pub input: Input,
    /// The officer's choices where they are shown again: whether accepted, and the reason.
    pub chosen: BTreeMap<i64, (bool, String)>,
    /// The officer's remarks where they are shown again.
    pub remarks: BTreeMap<i64, String>,
    pub scan_code: String,
    /// Whether the caller may permit and exempt.
    pub may_keep: bool,
    /// What was to be allowed where it is shown again: kind, reason, until.
    pub allowance: (String, String, String),
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

impl ReturnPage {
    pub fn look(&self) -> &'static str {
        look(self.view.state)
    }

    pub fn minute(&self, at: &Instant) -> String {
        minute(at)
    }

    /// Whether a clerk's own file is taken in.
    pub fn takes_files(&self) -> bool {
        app::returns::intake::takes_files(self.view.period.kind)
    }

    /// What is allowed, by its word, with the reason.
    pub fn allowed(&self) -> Vec<(&'static str, String)> {
        let standing = &self.view.standing;
        let permit = standing.permit.clone().map(|why| ("permit", why));
        let exempt = standing.exempt.clone().map(|why| ("exempt", why));
        permit.into_iter().chain(exempt).collect()
    }

    /// Why a cell was refused: rows are named by their place from 0.
    pub fn why(&self, at: &usize, word: &str) -> String {
        self.refusals.of(&format!("rows.{at}.{word}")).to_owned()
    }

    /// What the officer said of a row the last time it was returned.
    pub fn returned(&self, row: &Annex2Row) -> Option<String> {
        let one = self.view.decided.get(&row.project.0)?;
        (one.accepted == Some(false)).then(|| one.words.clone())
    }

    /// What was decided on a row of the edition shown.
    pub fn verdict(&self, row: &Annex2Row) -> Option<&'static str> {
        let decided = matches!(
            self.view.state,
            Some(ReturnState::Accepted | ReturnState::Returned)
        );
        let one = self.view.decided.get(&row.project.0).filter(|_| decided)?;
        one.accepted
            .map(|accepted| if accepted { "已受理" } else { "已退回" })
    }

    pub fn chosen_return(&self, row: &Annex2Row) -> bool {
        self.chosen
            .get(&row.project.0)
            .is_some_and(|(accept, _)| !accept)
    }

    pub fn chosen_reason(&self, row: &Annex2Row) -> String {
        self.chosen
            .get(&row.project.0)
            .map(|(_, reason)| reason.clone())
            .unwrap_or_default()
    }

    pub fn may(&self, step: &str) -> bool {
        self.view.possible.iter().any(|one| one.word() == step)
    }

    pub fn version(&self) -> i64 {
        self.view.seen().version
    }

    pub fn path(&self) -> String {
        let (period, unit) = (&self.view.period, self.view.unit.id);
        format!("/returns/{}/{}/{unit}", period.kind.word(), period.cut_off)
    }

    pub fn id(&self) -> i64 {
        self.view.filing.as_ref().map_or(0, |filing| filing.id.0)
    }

    /// The rest of a row as a phone shows it: 投资额 is a dash while it is open.
    pub fn shown_cells(&self, row: &Annex2Row) -> Vec<(&'static str, String)> {
        let cells = shown_cells(&Annex2::cells(row), Some(2));
        domain::annex2::COLUMNS.into_iter().zip(cells).collect()
    }

    /// The enterprise prints what it would hand in now, once handed in the stored file; others only that.
    pub fn print_href(&self, kind: &str) -> String {
        let id = self.id();
        match self.receipt() {
            Some(edition) if !self.view.inside => {
                format!("/returns/{id}/editions/{}/files/{kind}", edition.edition)
            }
            _ => format!("/returns/{id}/form/{kind}"),
        }
    }

    pub fn begun(&self) -> bool {
        self.view.filing.is_some()
    }

    pub fn step_label(&self, step: &Option<ReturnStep>) -> &'static str {
        step.map_or("", ReturnStep::label)
    }

    /// The cells of a row of 附件3 with their heads.
    pub fn annex3_cells(&self, row: &Annex3Row) -> Vec<(&'static str, String)> {
        let cells = Annex3::cells(row);
        domain::annex3::COLUMNS.into_iter().zip(cells).collect()
    }

    /// A file's size for people.
    pub fn size(&self, bytes: &i64) -> String {
        match bytes / 1024 {
            0 => format!("{bytes} 字节"),
            kib @ 1..1024 => format!("{kib} KB"),
            kib => format!("{} MB", kib / 1024),
        }
    }

    /// The receipt of what stands handed in.
    pub fn receipt(&self) -> Option<&app::returns::Edition> {
        let handed_in = matches!(
            self.view.state,
            Some(ReturnState::HandedIn | ReturnState::Accepted | ReturnState::Returned)
        );
        let newest = self.view.editions.iter().rev();
        newest
            .map(|one| &one.edition)
            .find(|one| one.withdrawn_at.is_none())
            .filter(|_| handed_in)
    }
}

pub(crate) fn return_page(me: &app::sign_in::Current, view: ReturnView) -> ReturnPage {
    let title = format!("{}（{}）", view.period.kind.label(), view.period.label());
    let mut layout = Layout::new(me, "/returns", &title, &[("/returns", "报送")]);
    if view.editable {
        // Its table takes a column pasted from a spreadsheet.
        layout = layout.with_script("grid.js");
    }
    ReturnPage {
        layout,
        input: view.input.clone(),
        view,
        chosen: BTreeMap::new(),
        remarks: BTreeMap::new(),
        scan_code: String::new(),
        may_keep: me.caller.may(Action::KeepSchedules),
        allowance: Default::default(),
        refusals: Refusals::default(),
        conflict: None,
    }
}

async fn addressed(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((kind, cut_off, unit)): Path<(String, String, i64)>,
    params: Params,
) -> Result<Response, PageFailure> {
    let key = key_of(&kind, &cut_off, unit)?;
    let mut page = return_page(&me, state.app.return_of(&me.caller, key).await?);
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

async fn one(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    let view = state.app.return_by_id(&me.caller, ReturnId(id)).await?;
    let mut page = return_page(&me, view);
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

fn again(mut page: ReturnPage, error: app::Error) -> Result<Response, PageFailure> {
    match error {
        app::Error::Invalid(invalid) => {
            page.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        app::Error::Conflict(conflict) => {
            page.conflict = Some(conflict);
            show_with(StatusCode::CONFLICT, &page)
        }
        other => Err(other.into()),
    }
}

/// A return's page again, with why something was refused and what was typed.
pub(crate) fn again_with(
    me: &app::sign_in::Current,
    view: ReturnView,
    error: app::Error,
    typed: impl FnOnce(&mut ReturnPage),
) -> Result<Response, PageFailure> {
    let mut page = return_page(me, view);
    typed(&mut page);
    again(page, error)
}

/// Saves what was typed, and submits it where that button was pressed: what was typed stays either way.
async fn save(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((kind, cut_off, unit)): Path<(String, String, i64)>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let key = key_of(&kind, &cut_off, unit)?;
    let before = state.app.return_of(&me.caller, key).await?;
    let input = read_input(&fields, before.input);
    let saved = state
        .app
        .save_return(&me.caller, key, fields.version(), input.clone())
        .await;
    let id = match saved {
        Ok(id) => id,
        Err(error) => {
            let mut page = return_page(&me, state.app.return_of(&me.caller, key).await?);
            page.input = input;
            return again(page, error);
        }
    };
    if fields.text("then") != "submit" {
        return Ok(Redirect::to(&format!("/returns/{id}?done=return-saved")).into_response());
    }
    let view = state.app.return_by_id(&me.caller, id).await?;
    let submitted = if view.basis == fields.text("basis") {
        let seen = view.seen();
        state
            .app
            .step_return(&me.caller, id, &seen, ReturnStep::Submit, "")
            .await
    } else {
        Err(app::Error::Conflict(Box::new(Conflict {
            what: "报表里的项目".to_owned(),
            values: Vec::new(),
            version: view.seen().version,
        })))
    };
    match submitted {
        Ok(_) => Ok(Redirect::to(&format!("/returns/{id}?done=return-submit")).into_response()),
        Err(error) => {
            let view = state.app.return_by_id(&me.caller, id).await?;
            again(return_page(&me, view), error)
        }
    }
}

/// Saves what was typed, and gives the return as it then is.
async fn saved_first(
    state: &State,
    me: &app::sign_in::Current,
    key: app::returns::Key,
    fields: &Fields,
) -> Result<Result<ReturnView, Response>, PageFailure> {
    let before = state.app.return_of(&me.caller, key).await?;
    let input = read_input(fields, before.input);
    let saved = state
        .app
        .save_return(&me.caller, key, fields.version(), input.clone())
        .await;
    let view = state.app.return_of(&me.caller, key).await?;
    match saved {
        Ok(_) => Ok(Ok(view)),
        Err(error) => {
            let mut page = return_page(me, view);
            page.input = input;
            again(page, error).map(Err)
        }
    }
}

/// Attaches a file; what was typed in the same form is saved before.
async fn file_add(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((kind, cut_off, unit)): Path<(String, String, i64)>,
    UploadedWith(uploaded, fields): UploadedWith,
) -> Result<Response, PageFailure> {
    let key = key_of(&kind, &cut_off, unit)?;
    let view = match saved_first(&state, &me, key, &fields).await? {
        Ok(view) => view,
        Err(answer) => return Ok(answer),
    };
    let id = view.filing.as_ref().map_or(ReturnId(0), |one| one.id);
    let attached = match uploaded {
        Ok(file) => {
            let seen = view.seen();
            state
                .app
                .attach_to_return(&me.caller, id, &seen, &file.file_name, &file.bytes)
                .await
        }
        Err(invalid) => Err(invalid.into()),
    };
    match attached {
        Ok(()) => Ok(Redirect::to(&format!("/returns/{id}?done=return-file")).into_response()),
        Err(error) => {
            let view = state.app.return_by_id(&me.caller, id).await?;
            again(return_page(&me, view), error)
        }
    }
}

/// Takes a file off; what was typed in the same form is saved before.
async fn file_remove(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((kind, cut_off, unit, file)): Path<(String, String, i64, i64)>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let key = key_of(&kind, &cut_off, unit)?;
    let view = match saved_first(&state, &me, key, &fields).await? {
        Ok(view) => view,
        Err(answer) => return Ok(answer),
    };
    let id = view.filing.as_ref().map_or(ReturnId(0), |one| one.id);
    let seen = view.seen();
    state
        .app
        .detach_from_return(&me.caller, id, &seen, file)
        .await?;
    Ok(Redirect::to(&format!("/returns/{id}?done=return-file-removed")).into_response())
}

async fn file_get(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, file)): Path<(i64, i64)>,
) -> Result<Response, PageFailure> {
    let file = state
        .app
        .attached_file(&me.caller, ReturnId(id), file)
        .await?;
    Ok(download(&file.name, "application/octet-stream", file.bytes))
}

async fn step(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let id = ReturnId(id);
    let seen = Seen {
        version: fields.version(),
        code: fields.text("code").to_owned(),
    };
    let Some(step) = ReturnStep::from_word(fields.text("step")) else {
        return Err(app::Error::NotFound.into());
    };
    let reason = fields.text("reason");
    match state
        .app
        .step_return(&me.caller, id, &seen, step, reason)
        .await
    {
        Ok(_) => {
            let done = format!("/returns/{id}?done=return-{}", step.word());
            Ok(Redirect::to(&done).into_response())
        }
        Err(error) => {
            let view = state.app.return_by_id(&me.caller, id).await?;
            again(return_page(&me, view), error)
        }
    }
}

/// The remarks on rows that are not decided one by one.
fn remarks_of(fields: &Fields) -> BTreeMap<i64, String> {
    let projects = fields.all("project").filter_map(|text| text.parse().ok());
    projects
        .filter_map(|project: i64| {
            let name = format!("remark_{project}");
            fields
                .has(&name)
                .then(|| (project, fields.text(&name).to_owned()))
        })
        .collect()
}

fn verdict(fields: &Fields) -> (Verdict, BTreeMap<i64, (bool, String)>) {
    let whole = |accept| {
        Verdict::Whole(RowDecision {
            accept,
            reason: fields.text("reason").to_owned(),
        })
    };
    let remarks: BTreeMap<ProjectId, String> = remarks_of(fields)
        .into_iter()
        .map(|(project, text)| (ProjectId(project), text))
        .collect();
    let whole = |accept| match (whole(accept), remarks.is_empty()) {
        (Verdict::Whole(decision), false) => Verdict::Remarked(decision, remarks.clone()),
        (whole, _) => whole,
    };
    match fields.text("decide") {
        "all" => return (whole(true), BTreeMap::new()),
        "none" => return (whole(false), BTreeMap::new()),
        _ => {}
    }
    let mut chosen = BTreeMap::new();
    for project in fields
        .all("project")
        .filter_map(|text| text.parse::<i64>().ok())
    {
        let accept = match fields.text(&format!("decision_{project}")) {
            "accept" => true,
            "return" => false,
            _ => continue,
        };
        let reason = fields.text(&format!("why_{project}")).to_owned();
        chosen.insert(project, (accept, reason));
    }
    let rows = chosen.iter().map(|(project, (accept, reason))| {
        let decision = RowDecision {
            accept: *accept,
            reason: reason.clone(),
        };
        (ProjectId(*project), decision)
    });
    (Verdict::Rows(rows.collect()), chosen)
}

async fn decide(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let id = ReturnId(id);
    let (verdict, chosen) = verdict(&fields);
    match state
        .app
        .decide_return(&me.caller, id, fields.version(), verdict)
        .await
    {
        Ok(_) => Ok(Redirect::to(&format!("/returns/{id}?done=return-decided")).into_response()),
        Err(error) => {
            let mut page = return_page(&me, state.app.return_by_id(&me.caller, id).await?);
            page.chosen = chosen;
            page.remarks = remarks_of(&fields);
            again(page, error)
        }
    }
}

async fn form(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, kind)): Path<(i64, String)>,
) -> Result<Response, PageFailure> {
    let format = format_of(&kind)
        .filter(|format| format.extension() != "csv")
        .ok_or(app::Error::NotFound)?;
    let printed = state
        .app
        .print_return(&me.caller, ReturnId(id), format)
        .await?;
    Ok(exports::answer(printed, format))
}

async fn scan_add(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    UploadedWith(uploaded, fields): UploadedWith,
) -> Result<Response, PageFailure> {
    let (id, code) = (ReturnId(id), fields.text("code").to_owned());
    let attached = match uploaded {
        Ok(file) => {
            state
                .app
                .attach_scan(&me.caller, id, &code, &file.file_name, &file.bytes)
                .await
        }
        Err(invalid) => Err(invalid.into()),
    };
    match attached {
        Ok(()) => Ok(Redirect::to(&format!("/returns/{id}?done=return-scan")).into_response()),
        Err(error) => {
            let mut page = return_page(&me, state.app.return_by_id(&me.caller, id).await?);
            page.scan_code = code;
            again(page, error)
        }
    }
}

async fn scan_get(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, file)): Path<(i64, i64)>,
) -> Result<Response, PageFailure> {
    let scan = state.app.scan(&me.caller, ReturnId(id), file).await?;
    Ok(download(&scan.name, "application/octet-stream", scan.bytes))
}

async fn file(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, edition, kind)): Path<(i64, i64, String)>,
) -> Result<Response, PageFailure> {
    let format = format_of(&kind).ok_or(app::Error::NotFound)?;
    let file = state
        .app
        .return_file(&me.caller, ReturnId(id), edition, &kind)
        .await?;
    Ok(exports::answer(file, format))
}

async fn collected(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((kind, cut_off, file)): Path<(String, String, String)>,
) -> Result<Response, PageFailure> {
    let key = key_of(&kind, &cut_off, 0)?;
    let format = format_of(&file).ok_or(app::Error::NotFound)?;
    let printed = state
        .app
        .collected(&me.caller, key.kind, key.cut_off, format)
        .await?;
    Ok(exports::answer(printed, format))
}

#[derive(Template)]
#[template(path = "return_edition.html")]
pub(crate) struct EditionPage {
    pub layout: Layout,
    pub id: ReturnId,
    pub title: String,
    pub unit: String,
    pub edition: app::returns::EditionView,
    pub handed_in_by: String,
    pub decided_by: String,
    pub content: Content,
    pub may_download: bool,
}

impl EditionPage {
    pub fn report(&self) -> Option<&Report> {
        match &self.content {
            Content::Report(report) => Some(report),
            _ => None,
        }
    }

    pub fn is_amount(&self, column: &usize) -> bool {
        self.content.amount_column() == Some(*column)
    }

    pub fn rows(&self) -> Vec<Vec<String>> {
        let rows = self.content.rows();
        let amount = self.content.amount_column();
        rows.iter()
            .map(|(_, cells)| shown_cells(cells, amount))
            .collect()
    }

    pub fn format_label<'a>(&self, kind: &'a str) -> &'a str {
        format_label(kind)
    }

    pub fn minute(&self, at: &Instant) -> String {
        at.with_timezone(&dates::shanghai())
            .format("%Y-%m-%d %H:%M:%S")
            .to_string()
    }
}

async fn edition(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, number)): Path<(i64, i64)>,
) -> Result<Response, PageFailure> {
    let id = ReturnId(id);
    let (_, content) = state.app.edition_content(&me.caller, id, number).await?;
    let view = state.app.return_by_id(&me.caller, id).await?;
    let edition = view
        .editions
        .into_iter()
        .find(|one| one.edition.edition == number)
        .ok_or(app::Error::NotFound)?;
    let name = |person: Option<PersonId>| {
        person
            .and_then(|person| view.people.get(&person).cloned())
            .unwrap_or_default()
    };
    let back = format!("/returns/{id}");
    let (kind, period) = (view.period.kind.label(), view.period.label());
    let crumbs = [("/returns", "报送"), (back.as_str(), period.as_str())];
    let layout = Layout::new(&me, "/returns", &format!("第{number}版"), &crumbs);
    show(&EditionPage {
        layout,
        id,
        title: format!("{kind}（{period}）第{number}版"),
        unit: view.unit.name.clone(),
        handed_in_by: name(Some(edition.edition.handed_in_by)),
        decided_by: name(edition.edition.decided_by),
        edition,
        content,
        may_download: view.full_contacts,
    })
}

#[derive(Template)]
#[template(path = "return_compare.html")]
pub(crate) struct ComparePage {
    pub layout: Layout,
    pub id: ReturnId,
    pub from: i64,
    pub to: i64,
    pub found: Vec<Difference>,
}

async fn compare(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["from", "to"])?;
    let id = ReturnId(id);
    let (from, to) = (params.number("from")?, params.number("to")?);
    let (from, to) = from.zip(to).ok_or(app::Error::NotFound)?;
    let found = state.app.compare_editions(&me.caller, id, from, to).await?;
    let back = format!("/returns/{id}");
    let crumbs = [("/returns", "报送"), (back.as_str(), "报表")];
    let layout = Layout::new(&me, "/returns", "两版对照", &crumbs);
    show(&ComparePage {
        layout,
        id,
        from,
        to,
        found,
    })
}
