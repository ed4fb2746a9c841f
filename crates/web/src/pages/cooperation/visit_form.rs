//! Recording a visit, and changing one. Complete without script: a further follow-up is a button of the form.

use app::{
    Conflict,
    cooperation::{SaveVisit, VisitView},
    sign_in::Current,
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    PersonId, VisitId,
    cooperation::{CounterpartKind, VisitFields, VisitKind},
    dates,
    permission::Action,
    person::Invalid,
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, show},
    pages::query::Params,
    route::Area,
    session::Me,
};

use super::{Refusable, VISITS, again, known_names, record_form::listed, visits::FollowUpForm};

pub(crate) fn area(area: Area) -> Area {
    let record = Access::Needs(Action::RecordVisits);
    area.get("/cooperation/visits/new", record, ask_new)
        .post("/cooperation/visits/new", record, add)
        .get("/cooperation/visits/{id}/edit", record, ask_edit)
        .post("/cooperation/visits/{id}/edit", record, save)
}

/// Follow-ups asked for with a new visit.
const FOLLOW_UPS_MOST: usize = 20;

/// What stands in the form.
#[derive(Default, Clone)]
pub(crate) struct VisitForm {
    pub kind: String,
    pub from: String,
    pub to: String,
    pub host: String,
    pub counterpart_kind: String,
    pub counterpart: String,
    pub place: String,
    pub ours: String,
    pub theirs: String,
    pub projects: String,
    pub agreed: String,
    pub follow_ups: Vec<FollowUpForm>,
    pub version: i64,
}

impl VisitForm {
    fn of(view: &VisitView) -> Self {
        let fields = &view.visit.fields;
        let codes: Vec<&str> = view
            .projects
            .iter()
            .map(|(_, code, _)| code.as_str())
            .collect();
        Self {
            kind: fields.kind.word().to_owned(),
            from: fields.from.to_string(),
            to: match fields.to == fields.from {
                true => String::new(),
                false => fields.to.to_string(),
            },
            host: fields.host.clone(),
            counterpart_kind: fields.counterpart_kind.word().to_owned(),
            counterpart: fields.counterpart.clone(),
            place: fields.place.clone(),
            ours: fields.ours.clone(),
            theirs: fields.theirs.clone(),
            projects: codes.join("\n"),
            agreed: fields.agreed.clone(),
            follow_ups: Vec::new(),
            version: view.visit.version,
        }
    }

    fn posted(form: &Fields) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        let follow_ups = (0..FOLLOW_UPS_MOST)
            .map(|at| FollowUpForm::posted(form, &format!("follow_ups.{at}.")))
            .filter(|one| !one.is_blank());
        Self {
            kind: text("kind"),
            from: text("from"),
            to: text("to"),
            host: text("host"),
            counterpart_kind: text("counterpart_kind"),
            counterpart: text("counterpart"),
            place: text("place"),
            ours: text("ours"),
            theirs: text("theirs"),
            projects: text("projects"),
            agreed: text("agreed"),
            follow_ups: follow_ups.collect(),
            version: form.version(),
        }
    }

    fn parse(&self) -> Result<SaveVisit, Invalid> {
        let mut invalid = Invalid::default();
        let kind = VisitKind::from_word(&self.kind);
        if kind.is_none() {
            invalid.add("kind", "请选择类型");
        }
        let counterpart_kind = CounterpartKind::from_word(&self.counterpart_kind);
        if counterpart_kind.is_none() {
            invalid.add("counterpart_kind", "请选择对方类别");
        }
        if self.counterpart.is_empty() {
            invalid.add("counterpart", "请填写对方单位");
        }
        let from = dates::read_written(&self.from);
        if from.is_none() {
            invalid.add("from", "请填写日期，例如 2017-11-20");
        }
        let to = match self.to.as_str() {
            "" => from,
            text => dates::read_written(text),
        };
        if from.is_some() && to.is_none() {
            invalid.add("to", "请填写结束日期，例如 2017-11-21；当天结束就不填");
        }
        let mut follow_ups = Vec::new();
        for (at, one) in self.follow_ups.iter().enumerate() {
            match one.parse(&format!("follow_ups.{at}.")) {
                Ok(one) => follow_ups.push(one),
                Err(refused) => invalid.fields.extend(refused.fields),
            }
        }
        match (kind, counterpart_kind, from, to) {
            (Some(kind), Some(counterpart_kind), Some(from), Some(to))
                if invalid.fields.is_empty() =>
            {
                Ok(SaveVisit {
                    fields: VisitFields {
                        kind,
                        from,
                        to,
                        host: self.host.clone(),
                        counterpart_kind,
                        counterpart: self.counterpart.clone(),
                        place: self.place.clone(),
                        ours: self.ours.clone(),
                        theirs: self.theirs.clone(),
                        projects: Vec::new(),
                        agreed: self.agreed.clone(),
                    },
                    codes: listed(&self.projects),
                    follow_ups,
                })
            }
            _ => Err(invalid),
        }
    }
}

#[derive(Template)]
#[template(path = "visit_form.html")]
pub(crate) struct VisitFormPage {
    pub layout: Layout,
    pub id: Option<VisitId>,
    pub form: VisitForm,
    /// Names for 对方单位.
    pub names: Vec<(String, String)>,
    /// Who may own a follow-up by account.
    pub owners: Vec<(PersonId, String)>,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

impl VisitFormPage {
    pub fn kinds(&self) -> &'static [VisitKind] {
        VisitKind::ALL
    }

    pub fn counterpart_kinds(&self) -> &'static [CounterpartKind] {
        CounterpartKind::ALL
    }

    /// What stands in front of the names of the fields of a follow-up.
    pub fn before(&self, at: &usize) -> String {
        format!("follow_ups.{at}.")
    }
}

impl Refusable for VisitFormPage {
    fn refuse(&mut self, refusals: Refusals) {
        self.refusals = refusals;
    }

    fn conflict(&mut self, conflict: Box<Conflict>) {
        self.form.version = conflict.version;
        self.conflict = Some(conflict);
    }
}

async fn page(
    state: &State,
    me: &Current,
    id: Option<VisitId>,
    mut form: VisitForm,
) -> Result<VisitFormPage, PageFailure> {
    let title = match id {
        None => "登记走访推介",
        Some(_) => "修改走访推介",
    };
    if id.is_none() && form.follow_ups.is_empty() {
        form.follow_ups.push(FollowUpForm::default());
    }
    Ok(VisitFormPage {
        layout: Layout::new(me, VISITS.0, title, &[VISITS]).with_script("cooperation.js"),
        id,
        form,
        names: known_names(state, me).await?,
        owners: state.app.follow_up_owners(&me.caller).await?,
        refusals: Refusals::default(),
        conflict: None,
    })
}

async fn ask_new(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["project"])?;
    let form = VisitForm {
        kind: VisitKind::Central.word().to_owned(),
        counterpart_kind: CounterpartKind::Central.word().to_owned(),
        projects: params.get("project").unwrap_or_default().to_owned(),
        ..VisitForm::default()
    };
    show(&page(&state, &me, None, form).await?)
}

async fn add(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let mut form = VisitForm::posted(&fields);
    if fields.text("do") == "add" {
        form.follow_ups.push(FollowUpForm::default());
        return show(&page(&state, &me, None, form).await?);
    }
    let saved = match form.parse() {
        Ok(save) => state.app.save_visit(&me.caller, None, save).await,
        Err(invalid) => Err(invalid.into()),
    };
    match saved {
        Ok(id) => Ok(Redirect::to(&format!("/cooperation/visits/{id}?done=visit")).into_response()),
        Err(error) => again(page(&state, &me, None, form).await?, error),
    }
}

async fn ask_edit(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
) -> Result<Response, PageFailure> {
    let id = VisitId(id);
    let view = state.app.visit(&me.caller, id).await?;
    if !view.editable {
        return Err(app::Error::NotFound.into());
    }
    show(&page(&state, &me, Some(id), VisitForm::of(&view)).await?)
}

async fn save(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let (id, form) = (VisitId(id), VisitForm::posted(&fields));
    let saved = match form.parse() {
        Ok(save) => {
            let changed = Some((id, form.version));
            state.app.save_visit(&me.caller, changed, save).await
        }
        Err(invalid) => Err(invalid.into()),
    };
    match saved {
        Ok(id) => Ok(Redirect::to(&format!("/cooperation/visits/{id}?done=visit")).into_response()),
        Err(error) => again(page(&state, &me, Some(id), form).await?, error),
    }
}
