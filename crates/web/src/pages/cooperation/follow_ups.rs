//! 跟进事项: what is due, and one of them to settle or change.

use app::{
    Conflict,
    cooperation::{FollowUpList, FollowUpRow, WhoseFollowUps},
    sign_in::Current,
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    FollowUpId, PersonId,
    cooperation::{FollowUpState, Settlement},
    dates,
    permission::Action,
    person::Invalid,
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::Form,
    layout::{Layout, Refusals, show},
    pages::query::Params,
    route::Area,
    session::Me,
};

use super::{FOLLOW_UPS, Refusable, again, state_look, visits::FollowUpForm};

pub(crate) fn area(area: Area) -> Area {
    let (see, record) = (
        Access::Needs(Action::ViewCooperation),
        Access::Needs(Action::RecordVisits),
    );
    area.get("/cooperation/follow-ups", see, list)
        .get("/cooperation/follow-ups/{id}", see, detail)
        .post("/cooperation/follow-ups/{id}", record, change)
        .post("/cooperation/follow-ups/{id}/settle", see, settle)
}

/// Whose and in which state: `whose`, `state`. Without a state the open ones.
pub(crate) fn query(
    params: &Params,
) -> Result<(Option<WhoseFollowUps>, Option<FollowUpState>), Invalid> {
    let whose = params.get("whose").map(|word| {
        WhoseFollowUps::from_word(word)
            .ok_or_else(|| Invalid::of("whose", "参数“whose”请填 mine、unit 或 all"))
    });
    let state =
        match params.get("state") {
            None => Some(FollowUpState::Open),
            Some("all") => None,
            Some(word) => Some(FollowUpState::from_word(word).ok_or_else(|| {
                Invalid::of("state", "参数“state”请填 open、done、cancelled 或 all")
            })?),
        };
    Ok((whose.transpose()?, state))
}

#[derive(Template)]
#[template(path = "follow_ups.html")]
pub(crate) struct FollowUpsPage {
    pub layout: Layout,
    pub list: FollowUpList,
}

impl FollowUpsPage {
    pub fn whoses(&self) -> [WhoseFollowUps; 3] {
        WhoseFollowUps::ALL
    }

    pub fn states(&self) -> &'static [FollowUpState] {
        FollowUpState::ALL
    }

    pub fn chosen(&self, whose: &WhoseFollowUps) -> bool {
        self.list.whose == *whose
    }

    pub fn in_state(&self, state: &FollowUpState) -> bool {
        self.list.state == Some(*state)
    }

    pub fn look(&self, row: &FollowUpRow) -> &'static str {
        state_look(row.follow_up.state, row.overdue)
    }
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["whose", "state", "done"])?;
    let (whose, in_state) = query(&params)?;
    // Whoever records looks after the unit's, others after their own.
    let usual = match me.caller.may(Action::RecordVisits) {
        true => WhoseFollowUps::Unit,
        false => WhoseFollowUps::All,
    };
    let list = state
        .app
        .follow_ups(&me.caller, whose.unwrap_or(usual), in_state)
        .await?;
    let layout = Layout::new(&me, FOLLOW_UPS.0, FOLLOW_UPS.1, &[]).done(params.get("done"));
    show(&FollowUpsPage { layout, list })
}

/// What stands in the form that settles one.
#[derive(Default, Clone)]
pub(crate) struct SettleForm {
    pub state: String,
    pub on: String,
    pub note: String,
}

impl SettleForm {
    fn parse(&self) -> Result<Settlement, Invalid> {
        let Some(state) = FollowUpState::from_word(&self.state) else {
            return Err(Invalid::of("state", "请选择办理情况"));
        };
        let on = match self.on.as_str() {
            _ if state != FollowUpState::Done => None,
            "" => None,
            text => Some(
                dates::read_written(text)
                    .ok_or_else(|| Invalid::of("on", "请填写办结日期，例如 2017-11-20"))?,
            ),
        };
        Ok(Settlement {
            state,
            on,
            note: self.note.clone(),
        })
    }
}

#[derive(Template)]
#[template(path = "follow_up.html")]
pub(crate) struct FollowUpPage {
    pub layout: Layout,
    pub row: FollowUpRow,
    pub version: i64,
    pub form: FollowUpForm,
    pub settle: SettleForm,
    pub owners: Vec<(PersonId, String)>,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
    pub today: String,
}

impl FollowUpPage {
    pub fn look(&self) -> &'static str {
        state_look(self.row.follow_up.state, self.row.overdue)
    }

    pub fn open(&self) -> bool {
        self.row.follow_up.state == FollowUpState::Open
    }
}

impl Refusable for FollowUpPage {
    fn refuse(&mut self, refusals: Refusals) {
        self.refusals = refusals;
    }

    fn conflict(&mut self, conflict: Box<Conflict>) {
        self.version = conflict.version;
        self.conflict = Some(conflict);
    }
}

async fn page(state: &State, me: &Current, id: FollowUpId) -> Result<FollowUpPage, PageFailure> {
    let row = state.app.follow_up(&me.caller, id).await?;
    let owners = match row.editable {
        true => state.app.follow_up_owners(&me.caller).await?,
        false => Vec::new(),
    };
    Ok(FollowUpPage {
        layout: Layout::new(me, FOLLOW_UPS.0, "跟进事项办理", &[FOLLOW_UPS]),
        version: row.follow_up.version,
        form: FollowUpForm::of(&row.follow_up.fields),
        settle: SettleForm::default(),
        owners,
        refusals: Refusals::default(),
        conflict: None,
        today: dates::day_in_shanghai(state.app.now()).to_string(),
        row,
    })
}

async fn detail(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    let mut page = page(&state, &me, FollowUpId(id)).await?;
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

async fn change(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let (id, form) = (FollowUpId(id), FollowUpForm::posted(&fields, ""));
    let changed = match form.parse("") {
        Ok(new) => {
            state
                .app
                .change_follow_up(&me.caller, id, fields.version(), new)
                .await
        }
        Err(invalid) => Err(invalid.into()),
    };
    answer(&state, &me, id, changed, "follow-up", |page| {
        page.form = form
    })
    .await
}

async fn settle(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let (id, text) = (FollowUpId(id), |name: &str| fields.text(name).to_owned());
    let form = SettleForm {
        state: text("state"),
        on: text("on"),
        note: text("note"),
    };
    let settled = match form.parse() {
        Ok(settlement) => {
            state
                .app
                .settle_follow_up(&me.caller, id, fields.version(), settlement)
                .await
        }
        Err(invalid) => Err(invalid.into()),
    };
    answer(&state, &me, id, settled, "follow-up-settled", |page| {
        page.settle = form
    })
    .await
}

/// To the visit when it was done; else the page again with what stood in the form.
async fn answer(
    state: &State,
    me: &Current,
    id: FollowUpId,
    done: Result<(), app::Error>,
    word: &str,
    fill: impl FnOnce(&mut FollowUpPage),
) -> Result<Response, PageFailure> {
    match done {
        Ok(()) => {
            let visit = state.app.follow_up(&me.caller, id).await?.follow_up.visit;
            let to = format!("/cooperation/visits/{visit}?done={word}");
            Ok(Redirect::to(&to).into_response())
        }
        Err(error @ (app::Error::Invalid(_) | app::Error::Conflict(_))) => {
            let mut page = page(state, me, id).await?;
            fill(&mut page);
            again(page, error)
        }
        Err(other) => Err(other.into()),
    }
}
