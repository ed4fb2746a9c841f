//! 走访推介: the list, one of them, the workbook.

use app::{
    cooperation::{FollowUpRow, VISITS_A_PAGE, VisitList, VisitQuery, VisitRow, VisitView},
    sign_in::Current,
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Instant, PersonId, UnitId, VisitId,
    cooperation::{FollowUpFields, VisitKind},
    dates,
    permission::Action,
    person::Invalid,
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, download, encode, show, show_with},
    pages::{projects::exports::XLSX, query::Params},
    route::Area,
    session::Me,
};

use super::{VISITS, state_look};

pub(crate) fn area(area: Area) -> Area {
    let (see, record) = (
        Access::Needs(Action::ViewCooperation),
        Access::Needs(Action::RecordVisits),
    );
    area.get("/cooperation/visits", see, list)
        .get("/cooperation/visits.xlsx", see, file)
        .get("/cooperation/visits/{id}", see, detail)
        .post("/cooperation/visits/{id}/void", record, void)
        .post("/cooperation/visits/{id}/follow-ups", record, follow)
}

/// The conditions of an address.
pub(crate) fn query(params: &Params) -> Result<VisitQuery, Invalid> {
    let kind = params.get("kind").map(|word| {
        VisitKind::from_word(word).ok_or_else(|| Invalid::of("kind", "没有这种类型，请从列表里选"))
    });
    let open = match params.get("open") {
        None | Some("no") => false,
        Some("yes") => true,
        Some(_) => return Err(Invalid::of("open", "参数“open”请填 yes 或 no")),
    };
    let page = params.number("page")?.unwrap_or(1);
    let page = u64::try_from(page)
        .ok()
        .and_then(|page| page.checked_sub(1));
    Ok(VisitQuery {
        year: params.completion()?.year,
        kind: kind.transpose()?,
        unit: params.number("unit")?.map(UnitId),
        counterpart: params.get("q").unwrap_or_default().to_owned(),
        open,
        page: page.ok_or_else(|| Invalid::of("page", "页码从1开始"))?,
    })
}

/// The parameters of a list of visits.
pub(crate) const CONDITIONS: [&str; 6] = ["year", "kind", "unit", "q", "open", "page"];

#[derive(Template)]
#[template(path = "visits.html")]
pub(crate) struct VisitsPage {
    pub layout: Layout,
    pub list: VisitList,
}

impl VisitsPage {
    pub fn kinds(&self) -> &'static [VisitKind] {
        VisitKind::ALL
    }

    pub fn chosen_kind(&self, kind: &VisitKind) -> bool {
        self.list.query.kind == Some(*kind)
    }

    pub fn chosen_unit(&self, unit: &UnitId) -> bool {
        self.list.query.unit == Some(*unit)
    }

    pub fn chosen_year(&self, year: &i32) -> bool {
        self.list.query.year == Some(*year)
    }

    pub fn filtered(&self) -> bool {
        let asked = VisitQuery {
            page: 0,
            ..self.list.query.clone()
        };
        asked != VisitQuery::default()
    }

    pub fn pages(&self) -> u64 {
        self.list.total.div_ceil(VISITS_A_PAGE)
    }

    /// The same list on another page; 0: as a file.
    fn at(&self, path: &str, page: u64) -> String {
        let query = &self.list.query;
        let mut pairs = Vec::new();
        if let Some(year) = query.year {
            pairs.push(format!("year={year}"));
        }
        if let Some(kind) = query.kind {
            pairs.push(format!("kind={}", kind.word()));
        }
        if let Some(unit) = query.unit {
            pairs.push(format!("unit={unit}"));
        }
        if !query.counterpart.is_empty() {
            pairs.push(format!("q={}", encode(&query.counterpart)));
        }
        if query.open {
            pairs.push("open=yes".to_owned());
        }
        if page > 1 {
            pairs.push(format!("page={page}"));
        }
        match pairs.is_empty() {
            true => path.to_owned(),
            false => format!("{path}?{}", pairs.join("&")),
        }
    }

    pub fn page(&self, page: u64) -> String {
        self.at(VISITS.0, page)
    }

    pub fn file(&self) -> String {
        self.at("/cooperation/visits.xlsx", 0)
    }

    /// Where its follow-ups stand, in a word and a look.
    pub fn standing(&self, row: &VisitRow) -> (&'static str, String) {
        match (row.follow_ups.len(), row.open, row.overdue) {
            (0, ..) => ("none", "无".to_owned()),
            (_, 0, _) => ("ok", "已办结".to_owned()),
            (_, open, 0) => ("wait", format!("{open}件未办")),
            (_, open, overdue) if open == overdue => ("late", format!("{overdue}件逾期")),
            (_, open, overdue) => ("late", format!("{open}件未办，{overdue}件逾期")),
        }
    }
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&[&CONDITIONS[..], &["done"]].concat())?;
    let list = state.app.visits(&me.caller, query(&params)?).await?;
    let layout = Layout::new(&me, VISITS.0, VISITS.1, &[]).done(params.get("done"));
    show(&VisitsPage { layout, list })
}

async fn file(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&CONDITIONS)?;
    let (name, bytes) = state.app.visits_file(&me.caller, &query(&params)?).await?;
    Ok(download(&name, XLSX, bytes))
}

/// What stands in a form of a follow-up.
#[derive(Default, Clone)]
pub(crate) struct FollowUpForm {
    pub what: String,
    pub owner: String,
    pub owner_person: String,
    pub due: String,
}

impl FollowUpForm {
    pub fn of(fields: &FollowUpFields) -> Self {
        Self {
            what: fields.what.clone(),
            owner: fields.owner.clone(),
            owner_person: fields
                .owner_person
                .map(|id| id.to_string())
                .unwrap_or_default(),
            due: fields.due.to_string(),
        }
    }

    /// What was posted under names that begin with `before`.
    pub fn posted(form: &Fields, before: &str) -> Self {
        let text = |name: &str| form.text(&format!("{before}{name}")).to_owned();
        Self {
            what: text("what"),
            owner: text("owner"),
            owner_person: text("owner_person"),
            due: text("due"),
        }
    }

    pub fn is_blank(&self) -> bool {
        self.what.is_empty()
            && self.owner.is_empty()
            && self.owner_person.is_empty()
            && self.due.is_empty()
    }

    pub fn owned_by(&self, person: &PersonId) -> bool {
        self.owner_person == person.to_string()
    }

    /// The fields.
    ///
    /// # Errors
    /// [`Invalid`] by field with `before` in front.
    pub fn parse(&self, before: &str) -> Result<FollowUpFields, Invalid> {
        let mut invalid = Invalid::default();
        let due = dates::read_written(&self.due);
        if due.is_none() {
            invalid.add(&format!("{before}due"), "请填写期限，例如 2017-12-31");
        }
        if self.what.is_empty() {
            invalid.add(&format!("{before}what"), "请填写要跟进的事项");
        }
        let owner_person = match self.owner_person.as_str() {
            "" => None,
            // An account that is none is nobody's of the unit.
            text => Some(PersonId(text.parse().unwrap_or(-1))),
        };
        match due {
            Some(due) if invalid.fields.is_empty() => Ok(FollowUpFields {
                what: self.what.clone(),
                owner: self.owner.clone(),
                owner_person,
                due,
            }),
            _ => Err(invalid),
        }
    }
}

#[derive(Template)]
#[template(path = "visit.html")]
pub(crate) struct VisitPage {
    pub layout: Layout,
    pub view: VisitView,
    pub follow_up: FollowUpForm,
    pub reason: String,
    pub refusals: Refusals,
}

impl VisitPage {
    pub fn look(&self, row: &FollowUpRow) -> &'static str {
        state_look(row.follow_up.state, row.overdue)
    }

    /// What was written down, in the order of the form.
    pub fn facts(&self) -> [(&'static str, &str); 5] {
        let fields = &self.view.visit.fields;
        [
            ("带队人", &fields.host),
            ("地点", &fields.place),
            ("我方参加人员", &fields.ours),
            ("对方参加人员", &fields.theirs),
            ("达成的共识", &fields.agreed),
        ]
    }

    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    pub fn who(&self, person: &PersonId) -> &str {
        self.view.people.get(person).map_or("", String::as_str)
    }
}

pub(super) fn visit_page(me: &Current, view: VisitView) -> VisitPage {
    let title = view.visit.fields.counterpart.clone();
    VisitPage {
        layout: Layout::new(me, VISITS.0, &title, &[VISITS]),
        view,
        follow_up: FollowUpForm::default(),
        reason: String::new(),
        refusals: Refusals::default(),
    }
}

async fn detail(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    let view = state.app.visit(&me.caller, VisitId(id)).await?;
    let mut page = visit_page(&me, view);
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

/// Shows a visit again with what was refused about it.
async fn visit_again(
    state: &State,
    me: &Current,
    id: VisitId,
    error: app::Error,
    fill: impl FnOnce(&mut VisitPage),
) -> Result<Response, PageFailure> {
    let (refusals, status) = match error {
        app::Error::Invalid(invalid) => (invalid.into(), StatusCode::UNPROCESSABLE_ENTITY),
        app::Error::Conflict(conflict) => {
            let why = format!(
                "{}刚刚被他人改过，刚才的操作没有生效；下面是最新内容，请核对后再操作",
                conflict.what
            );
            (
                Refusals(vec![("main".to_owned(), why)]),
                StatusCode::CONFLICT,
            )
        }
        other => return Err(other.into()),
    };
    let mut page = visit_page(me, state.app.visit(&me.caller, id).await?);
    page.refusals = refusals;
    fill(&mut page);
    show_with(status, &page)
}

async fn void(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let (id, reason) = (VisitId(id), form.text("reason"));
    let voided = state
        .app
        .void_visit(&me.caller, id, form.version(), reason)
        .await;
    match voided {
        Ok(()) => Ok(Redirect::to("/cooperation/visits?done=visit-voided").into_response()),
        Err(error) => {
            visit_again(&state, &me, id, error, |page| {
                page.reason = reason.to_owned()
            })
            .await
        }
    }
}

async fn follow(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let (id, follow_up) = (VisitId(id), FollowUpForm::posted(&form, ""));
    let added = match follow_up.parse("") {
        Ok(fields) => state.app.add_follow_up(&me.caller, id, fields).await,
        Err(invalid) => Err(invalid.into()),
    };
    match added {
        Ok(_) => {
            let to = format!("/cooperation/visits/{id}?done=follow-up");
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => visit_again(&state, &me, id, error, |page| page.follow_up = follow_up).await,
    }
}
