//! 疑似同一项目: the officer's workbench, two projects side by side, taking one into the other and apart again.

use app::projects::{
    MergeLine, Merged, SaveMerge, TwinBench, TwinGroup, TwinPair, TwinSide, TwinsCompared,
    UndoMerge,
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Instant, MergeId, ProjectId, dates,
    merge::{Choices, Side, is_list},
    permission::Action,
    person::Invalid,
    project::{Change, Field},
    twins::strength_words,
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, show, show_with},
    pages::query::{Params, day},
    route::Area,
    session::Me,
};

use super::{
    CRUMB,
    history::{Marked, marked},
    view::stage_look,
};

/// Where likely twins are.
const TWINS: (&str, &str) = ("/twins", "疑似同一项目");
/// Where merges are.
pub(super) const MERGES: (&str, &str) = ("/projects/merges", "合并记录");

pub(crate) fn area(area: Area) -> Area {
    let (see, decide) = (
        Access::Needs(Action::ViewProjects),
        Access::Needs(Action::MergeProjects),
    );
    area.get("/twins", decide, bench)
        .get("/twins/{first}/{second}", decide, pair)
        .post("/twins/{first}/{second}/decide", decide, set_decision)
        .post("/twins/{first}/{second}/merge", decide, merge)
        .get("/projects/merges", see, merges)
        .get("/projects/merges/{id}", see, one_merge)
        .post("/projects/merges/{id}/undo", decide, undo)
}

#[derive(Template)]
#[template(path = "twins.html")]
pub(crate) struct TwinsPage {
    pub layout: Layout,
    pub bench: TwinBench,
    pub decided: bool,
}

/// How strong a likeness looks.
pub(crate) const fn strength_look(strength: u8) -> &'static str {
    match strength {
        80.. => "late",
        60..=79 => "wait",
        _ => "info",
    }
}

impl TwinsPage {
    pub fn look(&self, pair: &TwinPair) -> &'static str {
        strength_look(pair.pair.strength)
    }

    pub fn words(&self, pair: &TwinPair) -> &'static str {
        strength_words(pair.pair.strength)
    }

    pub fn why(&self, pair: &TwinPair) -> Vec<&'static str> {
        pair.pair.alike.why()
    }

    pub fn side<'a>(&self, group: &'a TwinGroup, id: &ProjectId) -> &'a str {
        let found = group.projects.iter().find(|one| one.project.id == *id);
        found.map_or("", |one| one.project.code.as_str())
    }

    pub fn text(&self, side: &TwinSide, field: &str) -> String {
        let text =
            Field::from_word(field).map_or_else(String::new, |one| side.revision.fields.text(one));
        if text.is_empty() {
            "—".to_owned()
        } else {
            text
        }
    }

    pub fn investors(&self, side: &TwinSide) -> String {
        let names: Vec<&str> = side
            .revision
            .fields
            .investors
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        if names.is_empty() {
            "—".to_owned()
        } else {
            names.join("、")
        }
    }

    pub fn stage_look(&self, side: &TwinSide) -> &'static str {
        stage_look(side.stage)
    }

    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }
}

/// A field of two projects beside each other.
pub(crate) struct FieldRow {
    pub word: &'static str,
    pub label: &'static str,
    pub marked: Marked,
    pub differs: bool,
    /// Whether both values can be kept together.
    pub list: bool,
    /// `a`, `b` or `both`.
    pub chosen: String,
    pub why: String,
}

#[derive(Template)]
#[template(path = "twin_pair.html")]
pub(crate) struct TwinPairPage {
    pub layout: Layout,
    pub compared: TwinsCompared,
    pub rows: Vec<FieldRow>,
    /// Which stays: `a` or `b`.
    pub stays: String,
    pub effective_on: String,
    pub reason: String,
    pub note: String,
    pub refusals: Refusals,
}

impl TwinPairPage {
    pub fn sides(&self) -> [(&'static str, &TwinSide); 2] {
        [
            ("a", &self.compared.sides[0]),
            ("b", &self.compared.sides[1]),
        ]
    }

    pub fn differing(&self) -> impl Iterator<Item = &FieldRow> {
        self.rows.iter().filter(|row| row.differs)
    }

    pub fn same(&self) -> impl Iterator<Item = &FieldRow> {
        self.rows.iter().filter(|row| !row.differs)
    }

    pub fn strength(&self) -> Option<(&'static str, &'static str)> {
        let strength = self.compared.alike?.strength();
        Some((strength_look(strength), strength_words(strength)))
    }

    pub fn why(&self) -> Vec<&'static str> {
        self.compared.alike.map(|one| one.why()).unwrap_or_default()
    }

    pub fn stage_look(&self, side: &TwinSide) -> &'static str {
        stage_look(side.stage)
    }

    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    /// Whether the two can be decided: neither is in another.
    pub fn open(&self) -> bool {
        self.compared
            .sides
            .iter()
            .all(|side| side.project.merged.is_none())
    }

    pub fn dismissed(&self) -> bool {
        self.compared
            .notes
            .first()
            .is_some_and(|note| note.different)
            && self.compared.changed.is_empty()
    }
}

#[derive(Template)]
#[template(path = "merges.html")]
pub(crate) struct MergesPage {
    pub layout: Layout,
    pub lines: Vec<MergeLine>,
}

impl MergesPage {
    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }
}

#[derive(Template)]
#[template(path = "merge.html")]
pub(crate) struct MergePage {
    pub layout: Layout,
    pub merged: Merged,
    pub effective_on: String,
    pub reason: String,
    pub refusals: Refusals,
}

impl MergePage {
    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    pub fn said<'a>(&self, text: &'a str) -> &'a str {
        if text.is_empty() { "（空）" } else { text }
    }

    pub fn kept(&self, field: &Field) -> bool {
        self.merged.kept.contains(field)
    }
}

async fn bench(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["state", "done"])?;
    let decided = match params.get("state") {
        None | Some("open") => false,
        Some("decided") => true,
        Some(_) => {
            let why = "参数“state”请填 open（待核对）或 decided（已判定不同）";
            return Err(app::Error::from(Invalid::of("state", why)).into());
        }
    };
    let bench = state.app.twin_bench(&me.caller, decided).await?;
    show(&TwinsPage {
        layout: Layout::new(&me, TWINS.0, TWINS.1, &[CRUMB]).done(params.get("done")),
        bench,
        decided,
    })
}

fn row((field, first, second, differs): (Field, String, String, bool), chosen: String) -> FieldRow {
    let change = Change {
        field,
        before: first,
        after: second,
    };
    let mut marked = marked(&[change]);
    FieldRow {
        word: field.word(),
        label: field.label(),
        marked: marked.remove(0),
        differs,
        list: is_list(field),
        chosen,
        why: String::new(),
    }
}

async fn pair_page(
    state: &State,
    me: &app::sign_in::Current,
    first: ProjectId,
    second: ProjectId,
) -> Result<TwinPairPage, PageFailure> {
    let mut compared = state.app.compare_twins(&me.caller, first, second).await?;
    let proposed = compared.proposed.clone();
    let fields = std::mem::take(&mut compared.fields);
    let rows = fields.into_iter().map(|one| {
        let chosen = match proposed.get(&one.0) {
            Some(Side::Gone) => "b",
            Some(Side::Both) => "both",
            _ => "a",
        };
        row(one, chosen.to_owned())
    });
    let codes: Vec<&str> = compared
        .sides
        .iter()
        .map(|side| side.project.code.as_str())
        .collect();
    let title = format!("核对 {} 与 {}", codes[0], codes[1]);
    Ok(TwinPairPage {
        layout: Layout::new(me, TWINS.0, &title, &[CRUMB, TWINS]),
        rows: rows.collect(),
        compared,
        stays: "a".to_owned(),
        effective_on: state.app.today().to_string(),
        reason: String::new(),
        note: String::new(),
        refusals: Refusals::default(),
    })
}

async fn pair(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((first, second)): Path<(i64, i64)>,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    let mut page = pair_page(&state, &me, ProjectId(first), ProjectId(second)).await?;
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

/// Shows a page again with what was refused, or that somebody was faster.
fn refused(error: app::Error) -> Result<(StatusCode, Refusals), PageFailure> {
    match error {
        app::Error::Invalid(invalid) => Ok((StatusCode::UNPROCESSABLE_ENTITY, invalid.into())),
        app::Error::Conflict(conflict) => {
            let why = format!(
                "{}刚刚被他人改过，刚才的操作没有生效；下面是最新内容，请核对后再操作",
                conflict.what
            );
            Ok((
                StatusCode::CONFLICT,
                Refusals(vec![("main".to_owned(), why)]),
            ))
        }
        other => Err(other.into()),
    }
}

/// The versions of both that were looked at.
fn versions(form: &Fields) -> (i64, i64) {
    let number = |name: &str| form.text(name).parse().unwrap_or(-1);
    (number("version_a"), number("version_b"))
}

async fn set_decision(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((first, second)): Path<(i64, i64)>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let (first, second) = (ProjectId(first), ProjectId(second));
    let different = form.text("do") != "reopen";
    let (a, b) = versions(&form);
    let done = state
        .app
        .decide_twins(
            &me.caller,
            (first, a),
            (second, b),
            different,
            form.text("note"),
        )
        .await;
    match done {
        Ok(()) if different => Ok(Redirect::to("/twins?done=twins-different").into_response()),
        Ok(()) => {
            Ok(Redirect::to(&format!("/twins/{first}/{second}?done=twins-open")).into_response())
        }
        Err(error) => {
            let (status, mut refusals) = refused(error)?;
            for (field, _) in &mut refusals.0 {
                if field == "reason" {
                    *field = "note".to_owned();
                }
            }
            let mut page = pair_page(&state, &me, first, second).await?;
            page.note = form.text("note").to_owned();
            page.refusals = refusals;
            show_with(status, &page)
        }
    }
}

async fn merge(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((first, second)): Path<(i64, i64)>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let (first, second) = (ProjectId(first), ProjectId(second));
    let mut page = pair_page(&state, &me, first, second).await?;
    page.stays = form.text("stays").to_owned();
    page.effective_on = form.text("effective_on").to_owned();
    page.reason = form.text("reason").to_owned();
    for row in &mut page.rows {
        if let Some(chosen) = form.filled(&format!("choice.{}", row.word)) {
            row.chosen = chosen.to_owned();
        }
    }
    let asked = match read_merge(&form, first, second, &page.rows) {
        Ok(asked) => asked,
        Err(invalid) => {
            page.refusals = invalid.into();
            return show_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    match state.app.merge_projects(&me.caller, asked).await {
        Ok(done) => {
            Ok(Redirect::to(&format!("/projects/{}?done=merged", done.into)).into_response())
        }
        Err(error) => {
            let (status, refusals) = refused(error)?;
            for row in &mut page.rows {
                let of = refusals.of(&format!("choice.{}", row.word));
                row.why = of.to_owned();
            }
            page.refusals = refusals;
            show_with(status, &page)
        }
    }
}

fn read_merge(
    form: &Fields,
    first: ProjectId,
    second: ProjectId,
    rows: &[FieldRow],
) -> Result<SaveMerge, Invalid> {
    let mut invalid = Invalid::default();
    let stays_first = match form.text("stays") {
        "a" => true,
        "b" => false,
        _ => {
            invalid.add("stays", "请选择合并后保留哪一个项目");
            true
        }
    };
    let mut choices = Choices::new();
    for row in rows {
        let (Some(field), Some(chosen)) = (
            Field::from_word(row.word),
            form.filled(&format!("choice.{}", row.word)),
        ) else {
            continue;
        };
        let side = match (chosen, stays_first) {
            ("a", true) | ("b", false) => Side::Into,
            ("a", false) | ("b", true) => Side::Gone,
            ("both", _) if row.list => Side::Both,
            _ => {
                let why = format!("{}：请选择取哪一个项目的内容", row.label);
                invalid.add(&format!("choice.{}", row.word), why);
                continue;
            }
        };
        choices.insert(field, side);
    }
    let effective_on = read_day(form, &mut invalid);
    invalid.into_result()?;
    let (a, b) = versions(form);
    let (a, b) = ((first, a), (second, b));
    let (into, gone) = if stays_first { (a, b) } else { (b, a) };
    Ok(SaveMerge {
        gone,
        into,
        choices,
        effective_on,
        reason: form.text("reason").to_owned(),
    })
}

pub(super) fn read_day(form: &Fields, invalid: &mut Invalid) -> Option<chrono::NaiveDate> {
    let text = form.filled("effective_on")?;
    let read = day(text);
    if read.is_none() {
        invalid.add("effective_on", "生效日期请写成 2017-10-31 这样的真实日期");
    }
    read
}

async fn merges(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&[])?;
    show(&MergesPage {
        layout: Layout::new(&me, "/projects", MERGES.1, &[CRUMB]),
        lines: state.app.merges(&me.caller).await?,
    })
}

async fn merge_page(
    state: &State,
    me: &app::sign_in::Current,
    id: MergeId,
) -> Result<MergePage, PageFailure> {
    let merged = state.app.merge_view(&me.caller, id).await?;
    Ok(MergePage {
        layout: Layout::new(me, "/projects", "一次合并", &[CRUMB, MERGES]),
        merged,
        effective_on: state.app.today().to_string(),
        reason: String::new(),
        refusals: Refusals::default(),
    })
}

async fn one_merge(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    let mut page = merge_page(&state, &me, MergeId(id)).await?;
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

async fn undo(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let id = MergeId(id);
    let mut invalid = Invalid::default();
    let effective_on = read_day(&form, &mut invalid);
    let done = match invalid.into_result() {
        Err(invalid) => Err(invalid.into()),
        Ok(()) => {
            let undo = UndoMerge {
                effective_on,
                reason: form.text("reason").to_owned(),
            };
            state
                .app
                .undo_merge(&me.caller, id, form.version(), undo)
                .await
        }
    };
    match done {
        Ok(_) => {
            Ok(Redirect::to(&format!("/projects/merges/{id}?done=merge-undone")).into_response())
        }
        Err(error) => {
            let (status, refusals) = refused(error)?;
            let mut page = merge_page(&state, &me, id).await?;
            page.effective_on = form.text("effective_on").to_owned();
            page.reason = form.text("reason").to_owned();
            page.refusals = refusals;
            show_with(status, &page)
        }
    }
}
