//! 从文件导入: a clerk's own file into a return's draft. Upload or paste, look at what was understood beside the library,
//! answer what is asked, confirm.

mod answers;
mod preview;

use app::returns::{
    Key,
    intake::{
        IntakePlace, IntakePreview, IntakeRefusal, IntakeSeen, IntakeStarted, IntakeState, RowState,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{ReturnId, period::ReturnKind, permission::Action, person::Invalid};

use crate::{
    State,
    access::Access,
    api::returns::kind_of,
    error::PageFailure,
    form::{Form, UploadedWith},
    layout::{Layout, Refusals, download, show, show_with},
    pages::query::{Params, day},
    route::Area,
    session::Me,
};
use answers::answers;

pub(crate) use preview::IntakePreviewPage;

pub(crate) fn area(area: Area) -> Area {
    let prepare = Access::Needs(Action::PrepareReturns);
    area.get("/returns/{kind}/intake", prepare, ask)
        .post("/returns/{kind}/intake", prepare, upload)
        .post("/returns/{kind}/intake/paste", prepare, paste)
        .get("/returns/drafts/{key}", prepare, look)
        .post("/returns/drafts/{key}", prepare, answer)
        .post("/returns/drafts/{key}/cancel", prepare, cancel)
        .post("/returns/drafts/{key}/also/{kind}", prepare, also)
        .get(
            "/returns/{id}/sources/{file}",
            Access::Needs(Action::ViewReturns),
            source,
        )
}

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
            let why = match name == PASTED {
                true => format!("粘贴的内容没有导入：{}", refusal.message),
                false => format!("《{name}》没有导入：{}", refusal.message),
            };
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

async fn look(
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
