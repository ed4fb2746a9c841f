//! 从文件导入: a clerk's own file into a return's draft. Upload or paste, look at what was understood beside the library,
//! answer what is asked, confirm.

use app::{
    Conflict,
    returns::{
        Key,
        intake::{
            CellChange, Choice, IntakeCell, IntakePlace, IntakePreview, IntakeRefusal, IntakeRow,
            IntakeSeen, IntakeStarted, IntakeState, Named, RowAnswer, RowState, Target,
        },
    },
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    ProjectId, ReturnId,
    adjustment::AdjustmentKind,
    annex3::CooperationClass,
    names,
    period::ReturnKind,
    permission::Action,
    person::Invalid,
    project::{SigningKind, SigningLevel},
};

use crate::{
    State,
    access::Access,
    api::returns::kind_of,
    error::PageFailure,
    form::{Fields, Form, UploadedWith},
    layout::{Layout, Refusals, download, show, show_with},
    pages::query::{Params, day},
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    let prepare = Access::Needs(Action::PrepareReturns);
    area.get("/returns/{kind}/intake", prepare, ask)
        .post("/returns/{kind}/intake", prepare, upload)
        .post("/returns/{kind}/intake/paste", prepare, paste)
        .get("/returns/drafts/{key}", prepare, preview)
        .post("/returns/drafts/{key}", prepare, answer)
        .post("/returns/drafts/{key}/cancel", prepare, cancel)
        .post("/returns/drafts/{key}/also/{kind}", prepare, also)
        .get(
            "/returns/{id}/sources/{file}",
            Access::Needs(Action::ViewReturns),
            source,
        )
}

/// Rows on one page of a preview.
const ROWS: usize = 40;
/// Open questions listed above the rows.
const LISTED: usize = 20;
/// The name under which pasted text is kept.
const PASTED: &str = "粘贴的表格.txt";

/// The address of a return.
fn address(key: Key) -> String {
    format!("/returns/{}/{}/{}", key.kind.word(), key.cut_off, key.unit)
}

#[derive(Template)]
#[template(path = "intake.html")]
pub(crate) struct IntakePage {
    pub layout: Layout,
    pub kind: ReturnKind,
    pub place: IntakePlace,
    pub most: String,
    pub pasted: String,
    /// Where to go instead, with the words for it.
    pub instead: Option<(String, &'static str)>,
    pub refusals: Refusals,
}

impl IntakePage {
    pub fn back(&self) -> String {
        address(self.place.key)
    }
}

async fn intake_page(
    state: &State,
    me: &app::sign_in::Current,
    kind: ReturnKind,
    cut_off: Option<&str>,
) -> Result<IntakePage, PageFailure> {
    let cut_off = cut_off
        .map(|text| day(text).ok_or(app::Error::NotFound))
        .transpose()?;
    let place = state.app.intake_place(&me.caller, kind, cut_off).await?;
    let title = format!("从文件导入{}", kind.short());
    Ok(IntakePage {
        layout: Layout::new(me, "/returns", &title, &[("/returns", "报送")]),
        kind,
        place,
        most: format!("{} MB", state.options.upload_most / (1024 * 1024)),
        pasted: String::new(),
        instead: None,
        refusals: Refusals::default(),
    })
}

async fn ask(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(kind): Path<String>,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["cut_off", "done"])?;
    let mut page = intake_page(&state, &me, kind_of(&kind)?, params.get("cut_off")).await?;
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

async fn upload(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(kind): Path<String>,
    UploadedWith(uploaded, fields): UploadedWith,
) -> Result<Response, PageFailure> {
    let page = intake_page(&state, &me, kind_of(&kind)?, fields.filled("cut_off")).await?;
    match uploaded {
        Ok(file) => start(&state, &me, page, "file", &file.file_name, &file.bytes).await,
        Err(invalid) => refused(page, invalid),
    }
}

async fn paste(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(kind): Path<String>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let mut page = intake_page(&state, &me, kind_of(&kind)?, fields.filled("cut_off")).await?;
    let text = fields.raw("text");
    if text.trim().is_empty() {
        return refused(
            page,
            Invalid::of("text", "请先把表格粘贴到框里，表头那一行也要"),
        );
    }
    page.pasted = text.to_owned();
    start(&state, &me, page, "text", PASTED, text.as_bytes()).await
}

async fn start(
    state: &State,
    me: &app::sign_in::Current,
    mut page: IntakePage,
    field: &str,
    file_name: &str,
    bytes: &[u8],
) -> Result<Response, PageFailure> {
    let key = page.place.key;
    match state
        .app
        .start_intake(&me.caller, key, file_name, bytes)
        .await
    {
        Ok(IntakeStarted::Draft(key)) => {
            Ok(Redirect::to(&format!("/returns/drafts/{key}")).into_response())
        }
        Ok(IntakeStarted::Refused(refusal)) => {
            page.instead = instead(&refusal, key);
            let name = app::imports::safe_name(file_name);
            let why = format!("《{name}》没有导入：{}", refusal.message);
            refused(page, Invalid::of(field, why))
        }
        Err(app::Error::Invalid(invalid)) => refused(page, invalid),
        Err(error) => Err(error.into()),
    }
}

/// Where a file that is not taken here belongs.
fn instead(refusal: &IntakeRefusal, key: Key) -> Option<(String, &'static str)> {
    match (refusal.error_word().as_str(), refusal.form_word().as_str()) {
        ("form_mismatch", "annex1") => Some((
            "/returns".to_owned(),
            "附件1由国资委招商引资处导入，企业不用上传；要看完成情况请从左侧“完成情况”进入。返回报送",
        )),
        ("form_mismatch", "annex2") => Some((
            format!("/returns/{}/intake", ReturnKind::Annex2.word()),
            "到附件2的导入页上传这份文件",
        )),
        ("form_mismatch", "annex3") => Some((
            format!("/returns/{}/intake", ReturnKind::Annex3.word()),
            "到附件3的导入页上传这份文件",
        )),
        ("form_mismatch", _) => Some(("/returns".to_owned(), "到“报送”里选对应的报表")),
        ("no_rows", _) if key.kind == ReturnKind::Annex3 => {
            Some((address(key), "本期确无央企合作项目的，到报送页作零报告"))
        }
        ("no_rows", _) => Some((address(key), "本期确无调整的，到报送页作零报告")),
        ("not_importable", _) => Some((
            address(key),
            "这是盖章扫描件的，到报送页凭内容码作为附件上传；要导入数据请另传 docx 或 xlsx 原表",
        )),
        _ => None,
    }
}

fn refused(mut page: IntakePage, invalid: Invalid) -> Result<Response, PageFailure> {
    page.refusals = invalid.into();
    show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

#[derive(Template)]
#[template(path = "intake_state.html")]
pub(crate) struct IntakeStatePage {
    pub layout: Layout,
    pub key: String,
    pub file_name: String,
    /// Why it could not be read; empty while it is being read.
    pub message: String,
    /// Where another file is uploaded.
    pub again: String,
}

#[derive(Template)]
#[template(path = "intake_preview.html")]
pub(crate) struct IntakePreviewPage {
    pub layout: Layout,
    pub preview: IntakePreview,
    pub page: usize,
    /// Which rows are shown; empty for all.
    pub shown: String,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

impl IntakePreviewPage {
    /// Whether a row is among those asked for.
    fn fits(&self, row: &IntakeRow) -> bool {
        match self.shown.as_str() {
            "" => true,
            "doubt" => !row.answer.skip && row.doubt_count() > 0,
            word => row.state.word() == word,
        }
    }

    fn fitting(&self) -> Vec<&IntakeRow> {
        self.preview
            .rows
            .iter()
            .filter(|row| self.fits(row))
            .collect()
    }

    /// The rows of this page.
    pub fn rows(&self) -> Vec<&IntakeRow> {
        let fitting = self.fitting();
        let from = (self.page.saturating_sub(1)).saturating_mul(ROWS);
        fitting.into_iter().skip(from).take(ROWS).collect()
    }

    pub fn pages(&self) -> usize {
        self.fitting().len().div_ceil(ROWS).max(1)
    }

    /// Which rows can be asked for: word, label, how many; those that there are.
    pub fn choices(&self) -> Vec<(&'static str, &'static str, usize)> {
        let states = RowState::ALL
            .into_iter()
            .map(|state| (state.word(), state.label(), self.preview.count(state)));
        let doubted = self
            .preview
            .kept()
            .filter(|row| row.doubt_count() > 0)
            .count();
        [("", "全部", self.preview.rows.len())]
            .into_iter()
            .chain(states)
            .chain([("doubt", "有存疑", doubted)])
            .filter(|(word, _, count)| word.is_empty() || *count > 0)
            .collect()
    }

    pub fn state_look(&self, state: &RowState) -> &'static str {
        match state {
            RowState::Asked => "stop",
            RowState::Added | RowState::Changed => "info",
            RowState::Suspended | RowState::Left => "wait",
            RowState::Kept => "ok",
            RowState::Skipped => "none",
        }
    }

    /// What is open about a row's field.
    pub fn open<'a>(&'a self, row: &'a IntakeRow, field: &str) -> &'a str {
        let asked = row.open.iter().find(|(name, _)| name == field);
        match asked {
            Some((_, why)) => why,
            None if self.refusals.0.is_empty() => "",
            None => self.refusals.of(&format!("{field}_{}", row.number)),
        }
    }

    /// Why a field of the whole file is open or was refused.
    pub fn why(&self, field: &str) -> &str {
        let refused = self.refusals.of(field);
        if refused.is_empty() {
            self.preview.open.first(field).unwrap_or("")
        } else {
            refused
        }
    }

    /// Open questions with where they stand, the first ones.
    pub fn questions(&self) -> Vec<(String, &str)> {
        let here: Vec<String> = self
            .rows()
            .iter()
            .map(|row| format!("_{}", row.number))
            .collect();
        let place = |field: &str| {
            let of_row = field
                .rsplit_once('_')
                .is_some_and(|(_, number)| number.parse::<usize>().is_ok());
            if !of_row || here.iter().any(|row| field.ends_with(row.as_str())) {
                format!("#{field}")
            } else {
                format!("/returns/drafts/{}?show=asked", self.preview.key)
            }
        };
        let fields = self.preview.open.fields.iter().take(LISTED);
        fields
            .map(|(field, why)| (place(field), why.as_str()))
            .collect()
    }

    /// How a cell looks.
    pub fn look(&self, row: &IntakeRow, cell: &IntakeCell) -> &'static str {
        match () {
            () if !self.open(row, cell.field).is_empty() => "ask",
            () if !cell.doubts.is_empty() => "doubt",
            () => "ok",
        }
    }

    /// How a cell is corrected: `input`, `area`, `choice`, or not at all.
    pub fn editor(&self, row: &IntakeRow, cell: &IntakeCell) -> &'static str {
        let new = matches!(row.target, Target::New);
        let unclear =
            cell.corrected || !cell.doubts.is_empty() || !self.open(row, cell.field).is_empty();
        match cell.field {
            "investment_wan" | "contact_name" | "contact_phone" | "halt_on" => "input",
            "progress" | "problems" | "next_steps" | "contact" => "area",
            "category" | "signing_kind" | "signing_level" if new => "choice",
            "central_enterprise" | "signed_on" | "negotiating_on" | "company" | "registered_on"
                if new =>
            {
                "input"
            }
            "project_name" if unclear || !matches!(row.target, Target::Known { .. }) => "input",
            "reason" | "halt_reason" => "area",
            "remark" if unclear || !cell.value.is_empty() => "area",
            "basic_info" if unclear => "area",
            _ => "",
        }
    }

    /// What a cell can be chosen from.
    pub fn options(&self, cell: &IntakeCell) -> Vec<&'static str> {
        match cell.field {
            "category" => CooperationClass::ALL.map(CooperationClass::label).to_vec(),
            "signing_kind" => SigningKind::ALL.iter().map(|one| one.label()).collect(),
            "signing_level" => SigningLevel::ALL.iter().map(|one| one.label()).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether it is of 附件2: with kinds of adjustment and money.
    pub fn is_adjustments(&self) -> bool {
        self.preview.kind == ReturnKind::Annex2
    }

    /// What the file is laid beside.
    pub fn beside(&self) -> &'static str {
        if self.is_adjustments() {
            "项目库现有"
        } else {
            "报表和项目库现有"
        }
    }

    /// What of a cell is kept for showing: a doubt about a blank is shown too.
    pub fn is_shown(&self, row: &IntakeRow, cell: &IntakeCell) -> bool {
        !cell.raw.is_empty()
            || !cell.value.is_empty()
            || cell.before.as_ref().is_some_and(|text| !text.is_empty())
            || !cell.doubts.is_empty()
            || !self.open(row, cell.field).is_empty()
            || matches!(cell.field, "reason" | "progress")
            || matches!(row.target, Target::New) && cell.field == "signed_on"
    }

    /// Whether nothing is to be said of a cell beside its text.
    pub fn is_plain(&self, row: &IntakeRow, cell: &IntakeCell) -> bool {
        self.editor(row, cell).is_empty()
            && cell.value == cell.raw
            && !cell.corrected
            && cell.doubts.is_empty()
            && self.open(row, cell.field).is_empty()
    }

    pub fn differs(&self, cell: &IntakeCell) -> bool {
        matches!(cell.change, CellChange::Differs { .. }) && !cell.field.starts_with("halt")
    }

    pub fn taken(&self, cell: &IntakeCell) -> bool {
        matches!(cell.change, CellChange::Differs { taken: true, .. })
    }

    /// Against the library, in words.
    pub fn change_words(&self, cell: &IntakeCell) -> &'static str {
        match cell.change {
            CellChange::None | CellChange::Differs { .. } => "",
            CellChange::Same => "一致",
            CellChange::Silent => "文件未填，保持原值",
        }
    }

    /// Fields whose differences are decided on, blanks between.
    pub fn decided(&self, row: &IntakeRow) -> String {
        let fields = row.cells.iter().filter(|cell| self.differs(cell));
        fields.map(|cell| cell.field).collect::<Vec<_>>().join(" ")
    }

    pub fn likely<'a>(&self, row: &'a IntakeRow) -> &'a [Named] {
        match &row.target {
            Target::Asked { likely } => likely,
            _ => &[],
        }
    }

    pub fn chosen_new(&self, row: &IntakeRow) -> bool {
        row.answer.project == Some(Choice::NEW)
    }

    /// The project that was chosen by hand.
    pub fn chosen<'a>(&self, row: &'a IntakeRow) -> Option<&'a Named> {
        match (&row.answer.project, &row.target) {
            (Some(Choice::Project(_)), Target::Known { project, .. }) => Some(project),
            _ => None,
        }
    }

    pub fn kinds(&self) -> [AdjustmentKind; 5] {
        AdjustmentKind::ALL
    }

    pub fn is_kind(&self, row: &IntakeRow, kind: &AdjustmentKind) -> bool {
        row.answer.kind == Some(*kind)
    }

    /// What stands in the choice of the kind while nothing is chosen.
    pub fn as_worded(&self, row: &IntakeRow) -> String {
        match row.worded {
            Some(kind) => format!("按文件：{}", kind.label()),
            None => "文件没有写明".to_owned(),
        }
    }

    /// Whether rows' wording left their kind open.
    pub fn asks_kind(&self) -> bool {
        self.preview.answers.kind.is_some()
            || self
                .preview
                .open
                .fields
                .iter()
                .any(|(field, _)| field.starts_with("kind_"))
    }

    pub fn back(&self) -> String {
        address(Key {
            kind: self.preview.kind,
            cut_off: self.preview.cut_off,
            unit: self.preview.unit,
        })
    }

    pub fn written_unit(&self) -> String {
        let named: Vec<&str> = self
            .preview
            .written_units
            .iter()
            .flatten()
            .map(String::as_str)
            .collect();
        if named.is_empty() {
            "没有写明".to_owned()
        } else {
            named.join("、")
        }
    }

    /// `新增3项、变更1项`.
    pub fn summary(&self) -> String {
        let parts: Vec<String> = RowState::ALL
            .into_iter()
            .map(|state| (state, self.preview.count(state)))
            .filter(|(_, count)| *count > 0)
            .map(|(state, count)| format!("{}{count}项", state.label()))
            .collect();
        parts.join("、")
    }
}

fn preview_page(
    me: &app::sign_in::Current,
    preview: IntakePreview,
    page: usize,
    shown: &str,
) -> IntakePreviewPage {
    let crumbs = [("/returns", "报送")];
    let title = format!("核对{}", preview.kind.short());
    let known = shown == "doubt" || RowState::ALL.iter().any(|state| state.word() == shown);
    let mut page = IntakePreviewPage {
        layout: Layout::new(me, "/returns", &title, &crumbs),
        preview,
        page,
        shown: if known {
            shown.to_owned()
        } else {
            String::new()
        },
        refusals: Refusals::default(),
        conflict: None,
    };
    page.page = page.page.clamp(1, page.pages());
    page
}

async fn preview(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(key): Path<String>,
    params: Params,
) -> Result<Response, PageFailure> {
    let crumbs = [("/returns", "报送")];
    let again = |at: Key| format!("/returns/{}/intake?cut_off={}", at.kind.word(), at.cut_off);
    let (file_name, message, again) = match state.app.intake(&me.caller, &key).await? {
        IntakeState::Ready(preview) => {
            let page = usize::try_from(params.number("page")?.unwrap_or(1)).unwrap_or(1);
            let shown = params.get("show").unwrap_or_default();
            return show(&preview_page(&me, *preview, page, shown));
        }
        IntakeState::Reading { file_name, key } => (file_name, String::new(), again(key)),
        IntakeState::Refused {
            file_name,
            message,
            key,
        } => (file_name, message, again(key)),
    };
    show(&IntakeStatePage {
        layout: Layout::new(&me, "/returns", "读取文件", &crumbs),
        key,
        file_name,
        message,
        again,
    })
}

async fn answer(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(key): Path<String>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let confirm = fields.text("step") == "confirm";
    let page: usize = fields.text("page").parse().unwrap_or(1);
    let shown = fields.text("shown").to_owned();
    let before = match state.app.preview_intake(&me.caller, &key).await {
        Ok(before) => before,
        // Confirmed already, in another window or by a double click: answer with what came of it.
        Err(app::Error::NotFound) if confirm => {
            let seen = IntakeSeen {
                version: fields.version(),
                basis: fields.text("basis").to_owned(),
            };
            let done = state.app.confirm_intake(&me.caller, &key, &seen).await?;
            return Ok(confirmed(done.key));
        }
        Err(error) => return Err(error.into()),
    };
    let mut unfit = Invalid::default();
    let answers = answers(&fields, &before, &mut unfit);
    let version = fields.version();
    let kept = if version != before.version && answers == before.answers {
        // The same answers twice, as by a double click, contradict nobody.
        Ok(before)
    } else {
        let saved = state.app.answer_intake(&me.caller, &key, version, answers);
        saved.await
    };
    // What could be understood is kept; what could not is said beside its field.
    let kept = match (kept, unfit.into_result()) {
        (Ok(_), Err(invalid)) => Err(invalid.into()),
        (kept, _) => kept,
    };
    let done = match kept {
        Ok(after) if confirm => {
            let seen = IntakeSeen {
                version: after.version,
                basis: fields.text("basis").to_owned(),
            };
            state.app.confirm_intake(&me.caller, &key, &seen).await
        }
        Ok(_) => {
            let show = fields
                .filled("show")
                .map_or(shown.as_str(), |word| if word == "all" { "" } else { word });
            let page = match (fields.filled("go"), fields.filled("show")) {
                (Some(go), _) => go.parse().unwrap_or(1),
                (None, Some(_)) => 1,
                (None, None) => page,
            };
            let target = format!("/returns/drafts/{key}?page={page}&show={show}");
            return Ok(Redirect::to(&target).into_response());
        }
        Err(error) => Err(error),
    };
    let (status, refusals, conflict) = match done {
        Ok(done) => return Ok(confirmed(done.key)),
        Err(app::Error::Invalid(invalid)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, invalid.into(), None)
        }
        Err(app::Error::Conflict(conflict)) => {
            (StatusCode::CONFLICT, Refusals::default(), Some(conflict))
        }
        Err(error) => return Err(error.into()),
    };
    let preview = state.app.preview_intake(&me.caller, &key).await?;
    let mut again = preview_page(&me, preview, page, &shown);
    again.refusals = refusals;
    // What is open stands with its rows; more than these nobody reads in one list.
    again.refusals.0.truncate(LISTED);
    again.conflict = conflict;
    show_with(status, &again)
}

fn confirmed(key: Key) -> Response {
    Redirect::to(&format!("{}?done=intake", address(key))).into_response()
}

/// The file's other form: a draft of its own, beside this one.
async fn also(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((key, kind)): Path<(String, String)>,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    let kind = kind_of(&kind)?;
    let started = state.app.start_intake_beside(&me.caller, &key, kind).await;
    let refused = match started {
        Ok(IntakeStarted::Draft(key)) => {
            return Ok(Redirect::to(&format!("/returns/drafts/{key}")).into_response());
        }
        Ok(IntakeStarted::Refused(refusal)) => Invalid::of("file", refusal.message),
        Err(app::Error::Invalid(invalid)) => invalid,
        Err(error) => return Err(error.into()),
    };
    let page = intake_page(&state, &me, kind, None).await?;
    self::refused(page, refused)
}

async fn cancel(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(key): Path<String>,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    let at = state.app.cancel_intake(&me.caller, &key).await?;
    let target = format!(
        "/returns/{}/intake?cut_off={}&done=import-cancelled",
        at.kind.word(),
        at.cut_off
    );
    Ok(Redirect::to(&target).into_response())
}

async fn source(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, file)): Path<(i64, i64)>,
) -> Result<Response, PageFailure> {
    let file = state
        .app
        .intake_file(&me.caller, ReturnId(id), file)
        .await?;
    Ok(download(&file.name, "application/octet-stream", file.bytes))
}

/// The answers in the form for the rows on its page; those given on other pages stay.
fn answers(
    fields: &Fields,
    preview: &IntakePreview,
    invalid: &mut Invalid,
) -> app::returns::intake::IntakeAnswers {
    let mut answers = preview.answers.clone();
    answers.unit_confirmed = if fields.has("unit_asked") {
        fields.ticked("unit_confirmed")
    } else {
        answers.unit_confirmed
    };
    answers.checked = fields.ticked("checked");
    if fields.has("kind") {
        answers.kind = AdjustmentKind::from_word(fields.text("kind"));
    }
    if fields.has("zero_reason") {
        answers.zero_reason = Some(fields.text("zero_reason").to_owned());
    }
    let numbers = fields
        .all("row")
        .filter_map(|text| text.parse::<usize>().ok());
    for number in numbers {
        let Some(row) = number.checked_sub(1).and_then(|at| preview.rows.get(at)) else {
            continue;
        };
        let answer = row_answer(fields, row, preview, invalid);
        if answer == RowAnswer::default() {
            answers.rows.remove(&number);
        } else {
            answers.rows.insert(number, answer);
        }
    }
    answers
}

fn row_answer(
    fields: &Fields,
    row: &IntakeRow,
    preview: &IntakePreview,
    invalid: &mut Invalid,
) -> RowAnswer {
    let number = row.number;
    let named = |field: &str| format!("{field}_{number}");
    let mut answer = RowAnswer {
        skip: fields.ticked(&named("skip")),
        project: choice(fields, row, preview, invalid),
        kind: AdjustmentKind::from_word(fields.text(&named("kind"))),
        ..RowAnswer::default()
    };
    for cell in &row.cells {
        let name = named(cell.field);
        // What is not on the form stays as it was answered.
        let text = if fields.has(&name) {
            names::tidy_text(fields.text(&name))
        } else {
            cell.value.clone()
        };
        let as_read = text == names::tidy_text(&cell.read)
            || !cell.corrected && text == names::tidy_text(&cell.value);
        if !as_read {
            answer.texts.insert(cell.field.to_owned(), text);
        }
    }
    let decided = fields.text(&named("decided")).to_owned();
    for cell in &row.cells {
        if let (CellChange::Differs { proposed, .. }, true) = (
            cell.change,
            decided.split(' ').any(|field| field == cell.field),
        ) {
            let ticked = fields.ticked(&named(&format!("take_{}", cell.field)));
            if ticked != proposed {
                answer.take.insert(cell.field.to_owned(), ticked);
            }
        }
    }
    answer
}

/// Which project was chosen: one typed in wins over the list.
fn choice(
    fields: &Fields,
    row: &IntakeRow,
    preview: &IntakePreview,
    invalid: &mut Invalid,
) -> Option<Choice> {
    let number = row.number;
    if let Some(written) = fields.filled(&format!("other_{number}")) {
        let key = names::key(written);
        let fits = |(_, code, name): &&(ProjectId, String, String)| {
            let (code, name) = (names::key(code), names::key(name));
            key == code || key == name || key == format!("{code}{name}")
        };
        let mut found = preview.projects.iter().filter(fits);
        return match (found.next(), found.next()) {
            (Some((id, _, _)), None) => Some(Choice::Project(*id)),
            (None, _) => {
                let why = format!("第{number}行：项目库里没有“{written}”，请从列出的项目里选择");
                invalid.add(&format!("other_{number}"), why);
                row.answer.project
            }
            _ => {
                let why = format!("第{number}行：有几个项目叫“{written}”，请填项目编号");
                invalid.add(&format!("other_{number}"), why);
                row.answer.project
            }
        };
    }
    match fields.text(&format!("project_{number}")) {
        "new" => Some(Choice::NEW),
        text => text.parse().ok().map(|id| Choice::Project(ProjectId(id))),
    }
}
