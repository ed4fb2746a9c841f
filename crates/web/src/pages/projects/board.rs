//! 看板: projects by stage, moved by recording the fact of the next one. Cards are moved by link, by keyboard or by hand.

use app::{
    Conflict,
    projects::{Board, BoardColumn, ListRow, ProjectQuery},
};
use askama::Template;
use axum::{
    extract::{Path, RawQuery, State as Extract},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    ProjectId,
    partial_date::PartialDate,
    permission::Action,
    person::Invalid,
    project::{BOARD, Move, Relation, SigningKind, SigningLevel, Stage},
};

use crate::{
    State,
    access::Access,
    api::projects::pairs,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, encode, show},
    pages::query::Params,
    route::Area,
    session::Me,
};

use super::{CRUMB, Refusable, again, list::address_at};

/// Where the board is.
const HERE: (&str, &str) = ("/projects/board", "看板");

pub(crate) fn area(area: Area) -> Area {
    let edit = Access::Needs(Action::EditProjects);
    area.get(HERE.0, Access::Needs(Action::ViewProjects), board)
        .get("/projects/{id}/move", edit, ask)
        .post("/projects/{id}/move", edit, save)
}

#[derive(Template)]
#[template(path = "projects_board.html")]
pub(crate) struct BoardPage {
    pub layout: Layout,
    pub board: Board,
    pub sentence: String,
    pub views: Vec<(String, &'static str, bool)>,
}

impl BoardPage {
    /// The list of one stage.
    pub fn list_of(&self, stage: &Stage) -> String {
        let kept = self.board.query.pairs.iter();
        let mut pairs: Vec<(String, String)> =
            kept.filter(|(name, _)| name != "stage").cloned().collect();
        pairs.push(("stage".to_owned(), stage.word().to_owned()));
        address_at("/projects", &pairs)
    }

    /// Where a card may be moved to, the next stage first.
    pub fn goals(&self, column: &BoardColumn) -> Vec<(&'static str, &'static str)> {
        let at = BOARD.iter().position(|one| *one == column.stage);
        let at = at.unwrap_or(0);
        let on = BOARD.iter().skip(at + 1).chain(BOARD[..at].iter().rev());
        on.filter(|stage| **stage != Stage::Funded)
            .map(|stage| (stage.word(), stage.label()))
            .collect()
    }

    /// The page that asks what the move needs.
    pub fn to(&self, card: &ListRow, goal: &str) -> String {
        let back = address_at(HERE.0, &self.board.query.pairs);
        format!(
            "/projects/{}/move?to={goal}&back={}",
            card.project.id,
            encode(&back)
        )
    }

    pub fn investment(&self, card: &ListRow) -> String {
        let known = card.revision.fields.investment;
        known.map_or_else(
            || "投资额未明确".to_owned(),
            |money| format!("{} 万元", money.wan_exact()),
        )
    }
}

/// The views of what a query asks, with the one that is shown.
pub(super) fn views(
    query: &ProjectQuery,
    here: &str,
    edits: bool,
) -> Vec<(String, &'static str, bool)> {
    let mut all = vec![
        ("/projects", "列表"),
        ("/projects/board", "看板"),
        ("/projects/structure", "结构与分布"),
    ];
    if edits {
        all.push(("/projects/grid", "表格填报"));
    }
    all.into_iter()
        .map(|(path, label)| (address_at(path, &query.pairs), label, path == here))
        .collect()
}

/// The address's query without what only the page says.
pub(super) fn asked(query: Option<&str>) -> (Result<ProjectQuery, Invalid>, Option<String>) {
    let (done, asked): (Vec<_>, Vec<_>) = pairs(query)
        .into_iter()
        .partition(|(name, _)| name == "done");
    let done = done.into_iter().next().map(|(_, word)| word);
    (ProjectQuery::parse(&asked), done)
}

async fn board(
    Extract(state): Extract<State>,
    Me(me): Me,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    let (query, done) = asked(query.as_deref());
    let query = query?;
    let sentence = state.app.query_sentence(&me.caller, &query).await?;
    let board = state.app.board(&me.caller, query).await?;
    let edits = me.caller.may(Action::EditProjects);
    show(&BoardPage {
        layout: Layout::new(&me, CRUMB.0, HERE.1, &[CRUMB])
            .with_script("board.js")
            .done(done.as_deref()),
        views: views(&board.query, HERE.0, edits),
        board,
        sentence,
    })
}

#[derive(Template)]
#[template(path = "project_move.html")]
pub(crate) struct MovePage {
    pub layout: Layout,
    pub id: ProjectId,
    pub name: String,
    pub from: Stage,
    pub to: Stage,
    /// Facts the move takes back.
    pub taken_back: Vec<String>,
    /// Whether the stage's own fact is to be recorded.
    pub records: bool,
    pub back: String,
    pub version: i64,
    pub on: String,
    pub kind: String,
    pub level: String,
    /// Whether there was a signing before, so that it is asked what this one is to it.
    pub further: bool,
    pub relation: String,
    pub company: String,
    pub reason: String,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

impl MovePage {
    pub fn is_signing(&self) -> bool {
        self.records && self.to == Stage::Signed
    }

    pub fn is_landing(&self) -> bool {
        self.records && self.to == Stage::Landed
    }

    pub fn kinds(&self) -> [SigningKind; 2] {
        [SigningKind::Framework, SigningKind::Formal]
    }

    pub fn levels(&self) -> &'static [SigningLevel] {
        SigningLevel::ALL
    }

    pub fn relations(&self) -> &'static [Relation] {
        Relation::ALL
    }

    pub fn date_label(&self) -> String {
        match self.to {
            Stage::Landed => "项目公司登记日期".to_owned(),
            to => format!("{}日期", to.label()),
        }
    }

    pub fn reason_label(&self) -> &'static str {
        if self.taken_back.is_empty() {
            "修改说明（可以不填）"
        } else {
            "撤销的原因"
        }
    }

    pub fn is(&self, typed: &str, word: &str) -> bool {
        typed == word
    }
}

impl Refusable for MovePage {
    fn refuse(&mut self, refusals: Refusals) {
        self.refusals = refusals;
    }

    fn conflict(&mut self, conflict: Box<Conflict>) {
        self.version = conflict.version;
        self.conflict = Some(conflict);
    }
}

fn goal(word: &str) -> Result<Stage, Invalid> {
    Stage::from_word(word)
        .filter(|stage| BOARD.contains(stage))
        .ok_or_else(|| Invalid::of("to", "请从看板上的进展里选择要移到哪里"))
}

/// The board one came from; never another address.
fn back_to(text: &str) -> String {
    if text.starts_with("/projects/board?") {
        text.to_owned()
    } else {
        HERE.0.to_owned()
    }
}

async fn move_page(
    state: &State,
    me: &app::sign_in::Current,
    id: ProjectId,
    to: Stage,
    back: &str,
) -> Result<MovePage, PageFailure> {
    let (project, revision) = state.app.project_to_edit(&me.caller, id).await?;
    let fields = revision.fields;
    let funded = !project.funds.is_zero();
    let title = format!("移到“{}”", to.label());
    Ok(MovePage {
        layout: Layout::new(me, CRUMB.0, &title, &[CRUMB, HERE]),
        id,
        from: fields.stage(funded),
        to,
        taken_back: fields.taken_back_by(to),
        records: fields.needs_fact_for(funded, to),
        back: back_to(back),
        version: project.version,
        on: String::new(),
        kind: String::new(),
        level: String::new(),
        further: !fields.signings.is_empty(),
        relation: String::new(),
        company: fields.company.map(|one| one.name).unwrap_or_default(),
        reason: String::new(),
        refusals: Refusals::default(),
        conflict: None,
        name: fields.name,
    })
}

async fn ask(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["to", "back"])?;
    let to = goal(params.get("to").unwrap_or_default())?;
    let back = params.get("back").unwrap_or_default();
    show(&move_page(&state, &me, ProjectId(id), to, back).await?)
}

fn moved(form: &Fields, to: Stage) -> Result<Move, Invalid> {
    let mut invalid = Invalid::default();
    let on = form.filled("on").map(PartialDate::read);
    if on == Some(None) {
        let why = "请填写真实的日期，例如 2017-05-24；只知道月份时填 2017-05";
        invalid.add("on", why);
    }
    invalid.into_result()?;
    Ok(Move {
        to,
        on: on.flatten(),
        kind: SigningKind::from_word(form.text("kind")),
        level: SigningLevel::from_word(form.text("level")),
        relation: Relation::from_word(form.text("relation")),
        company: form.text("company").to_owned(),
    })
}

async fn save(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let (id, to) = (ProjectId(id), goal(form.text("to"))?);
    let saved = async {
        let moved = moved(&form, to)?;
        let reason = form.text("reason");
        state
            .app
            .move_project(&me.caller, id, form.version(), &moved, reason)
            .await
    };
    match saved.await {
        Ok(()) => {
            let back = back_to(form.text("back"));
            let joiner = if back.contains('?') { '&' } else { '?' };
            let address = format!("{back}{joiner}done=moved#card-{id}");
            Ok(Redirect::to(&address).into_response())
        }
        Err(error) => {
            let mut page = move_page(&state, &me, id, to, form.text("back")).await?;
            let text = |name: &str| form.text(name).to_owned();
            page.version = form.version();
            (page.on, page.kind, page.level) = (text("on"), text("kind"), text("level"));
            page.relation = text("relation");
            (page.company, page.reason) = (text("company"), text("reason"));
            again(page, error)
        }
    }
}
