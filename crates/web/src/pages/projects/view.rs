//! The page of one project, now or at both times, with what may be done with it.

use app::{
    projects::{Membership, ProjectTrack, ProjectView},
    returns::Cooperation,
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    EventId, Instant, ProjectId, cohort, dates,
    entry::print_rate,
    permission::Action,
    project::{
        Field, InvestorPlace, Milestone, Origin, Ownership, ReadinessItem, SigningRate, Stage,
        Standing, StandingStep,
    },
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::Form,
    layout::{Layout, Refusals, show, show_with},
    pages::query::Params,
    route::Area,
    session::Me,
};

use super::{CRUMB, when};

pub(crate) fn area(area: Area) -> Area {
    let see = Access::Needs(Action::ViewProjects);
    area.get("/projects/{id}", see, detail)
        // The step itself says what it needs.
        .post("/projects/{id}/step", see, step)
        .post(
            "/projects/{id}/contact",
            Access::Needs(Action::RevealContacts),
            reveal,
        )
}

#[derive(Template)]
#[template(path = "project.html")]
pub(crate) struct ProjectPage {
    pub layout: Layout,
    pub view: ProjectView,
    pub memberships: Vec<Membership>,
    /// What was handed in of it in 附件3, the newest first.
    pub told: Vec<Cooperation>,
    /// Decisions on who had the first talk of it.
    pub first_talks: Vec<app::first_talk::FirstTalkView>,
    /// Whether the caller decides for the authority.
    pub decides: bool,
    /// The known event of each signing, where its text means one.
    pub events: Vec<Option<(EventId, String)>>,
    /// Contact and whole telephone, on the answer to asking for it only.
    pub contact: Option<(String, String)>,
    /// Whether the form was saved just now.
    pub saved: bool,
    pub refusals: Refusals,
}

/// A place on the way of a project.
pub(crate) struct Place {
    pub label: &'static str,
    pub when: String,
    pub reached: bool,
}

/// How a stage looks.
pub(crate) const fn stage_look(stage: Stage) -> &'static str {
    match stage {
        Stage::Started | Stage::Completed | Stage::Producing => "ok",
        Stage::Suspended => "wait",
        Stage::Terminated => "stop",
        Stage::Planned | Stage::Negotiating => "none",
        Stage::Signed | Stage::Filed | Stage::Landed | Stage::Funded => "info",
    }
}

/// How a standing looks.
pub(crate) const fn standing_look(standing: Standing) -> &'static str {
    match standing {
        Standing::Own => "none",
        Standing::PutForward => "wait",
        Standing::Admitted => "ok",
        Standing::SentBack | Standing::Removed => "stop",
    }
}

impl ProjectPage {
    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    pub fn stage_look(&self) -> &'static str {
        stage_look(self.view.stage)
    }

    pub fn standing_look(&self) -> &'static str {
        standing_look(self.view.project.standing)
    }

    /// The known event of the signing at a place.
    pub fn event_of(&self, at: &usize) -> Option<&(EventId, String)> {
        self.events.get(*at)?.as_ref()
    }

    pub fn rate(&self, rate: &SigningRate) -> String {
        print_rate(rate.rate)
    }

    /// What the signing at a place is to those before it: how it looks where nobody has said, and words.
    pub fn relation(&self, at: &usize) -> (&'static str, &'static str) {
        let signings = &self.view.revision.fields.signings;
        let first = cohort::order(signings).first() == Some(at);
        match signings.get(*at).and_then(|one| one.relation) {
            Some(relation) => ("", relation.label()),
            None if first => ("", "首次签约"),
            None => ("wait", "未注明，请补填"),
        }
    }

    fn text(&self, field: Field) -> String {
        self.view.revision.fields.text(field)
    }

    fn facts(&self, fields: &[Field]) -> Vec<(&'static str, String)> {
        fields
            .iter()
            .map(|field| (field.label(), self.text(*field)))
            .collect()
    }

    /// What it is, in the order of the form.
    pub fn basic(&self) -> Vec<(&'static str, String)> {
        self.facts(&[
            Field::Industry,
            Field::Investment,
            Field::District,
            Field::Address,
            Field::Horizon,
            Field::Cooperation,
            Field::BasicInfo,
            Field::Remarks,
        ])
    }

    pub fn packaging(&self) -> Vec<(&'static str, String)> {
        self.facts(&[Field::Advantages, Field::Surroundings, Field::BusinessModel])
    }

    pub fn origin(&self, one: &Option<Origin>) -> &'static str {
        one.map_or("—", Origin::label)
    }

    pub fn ownership(&self, one: &Option<Ownership>) -> &'static str {
        one.map_or("—", Ownership::label)
    }

    pub fn place(&self, one: &Option<InvestorPlace>) -> &'static str {
        one.map_or("—", InvestorPlace::label)
    }

    /// The way of a project, each place with its date where it was reached.
    pub fn way(&self) -> Vec<Place> {
        let fields = &self.view.revision.fields;
        let milestone = |one: Milestone| {
            let on = fields.milestones.get(&one).map(ToString::to_string);
            place(one.label(), on)
        };
        let signed = fields
            .signings
            .iter()
            .min_by_key(|one| (one.on.latest(), one.on.earliest()));
        let funds = self.view.project.funds;
        vec![
            milestone(Milestone::Planned),
            milestone(Milestone::Negotiating),
            place(
                Stage::Signed.label(),
                signed.map(|one| match fields.signings.len() {
                    1 => one.on.to_string(),
                    count => format!("{} 起{count}次", one.on),
                }),
            ),
            milestone(Milestone::Filed),
            place(
                Stage::Landed.label(),
                fields.landed_on().map(|on| on.to_string()),
            ),
            place(
                Stage::Funded.label(),
                (!funds.is_zero()).then(|| format!("{} 万元", funds.wan_exact())),
            ),
            milestone(Milestone::Started),
            milestone(Milestone::Completed),
            milestone(Milestone::Producing),
        ]
    }

    /// Items of readiness: label, whether it is there, note.
    pub fn readiness(&self) -> Vec<(&'static str, bool, &str)> {
        let fields = &self.view.revision.fields;
        let one = |item: &ReadinessItem| {
            let said = fields.readiness.get(item);
            (
                item.label(),
                said.is_some_and(|one| one.ready),
                said.map_or("", |one| one.note.as_str()),
            )
        };
        ReadinessItem::ALL.iter().map(one).collect()
    }

    /// States that stop it: word, since when, why.
    pub fn halts(&self) -> Vec<(&'static str, String, &str)> {
        let fields = &self.view.revision.fields;
        let halts = [("暂停", &fields.suspended), ("终止", &fields.terminated)];
        halts
            .into_iter()
            .filter_map(|(word, halt)| {
                let halt = halt.as_ref()?;
                Some((word, halt.on.to_string(), halt.reason.as_str()))
            })
            .collect()
    }

    pub fn saved_by(&self) -> &str {
        let by = self.view.revision.recorded_by;
        self.view.people.get(&by).map_or("", String::as_str)
    }

    /// Whether the authority's state is shown.
    pub fn is_accepted_state(&self) -> bool {
        self.view.track == ProjectTrack::Accepted
    }

    /// Whether it may be split now: by its enterprise, or by the officer.
    pub fn splittable(&self) -> bool {
        let officers = self.decides
            && self.is_accepted_state()
            && !self.view.shared
            && self.view.at.is_none()
            && self.view.project.merged.is_none();
        self.view.editable || officers
    }

    /// Whether something of another project hangs on it.
    pub fn is_related(&self) -> bool {
        let id = self.view.project.id;
        let took =
            |line: &app::projects::MergeLine| line.merge.undone.is_none() && line.merge.gone != id;
        self.view.related.iter().any(took)
            || !self.view.splits.is_empty()
            || !self.first_talks.is_empty()
    }

    pub fn needs_reason(&self) -> bool {
        self.view.steps.iter().any(|step| step.needs_reason())
    }

    pub fn progress(&self, membership: &Membership) -> String {
        let (done, all) = membership.goal.progress();
        format!("{done}/{all}")
    }

    /// Whether what came before or after a change is said at all.
    pub fn said<'a>(&self, text: &'a str) -> &'a str {
        if text.is_empty() { "（空）" } else { text }
    }
}

fn place(label: &'static str, when: Option<String>) -> Place {
    Place {
        label,
        reached: when.is_some(),
        when: when.unwrap_or_default(),
    }
}

/// The page of a project as the caller sees it now.
pub(super) async fn page(
    state: &State,
    me: &app::sign_in::Current,
    id: ProjectId,
    when: app::projects::When,
) -> Result<ProjectPage, PageFailure> {
    let view = state.app.project(&me.caller, id, when).await?;
    let memberships = state.app.list_memberships(&me.caller, id).await?;
    let told = state.app.cooperation_history(&me.caller, id).await?;
    let first_talks = state.app.first_talks(&me.caller, Some(id)).await?;
    let signings = &view.revision.fields.signings;
    let events = state.app.signing_events(&me.caller, signings).await?;
    Ok(ProjectPage {
        first_talks,
        decides: me.caller.may(Action::MergeProjects),
        layout: Layout::new(me, "/projects", &view.revision.fields.name, &[CRUMB]),
        view,
        memberships,
        told,
        events,
        contact: None,
        saved: false,
        refusals: Refusals::default(),
    })
}

/// Shows the project again with what was refused about it.
pub(super) async fn refused(
    state: &State,
    me: &app::sign_in::Current,
    id: ProjectId,
    error: app::Error,
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
    let mut page = page(state, me, id, Default::default()).await?;
    page.refusals = refusals;
    show_with(status, &page)
}

async fn detail(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["as_of", "known_at", "done"])?;
    let mut page = page(&state, &me, ProjectId(id), when(&params)?).await?;
    let done = params.get("done");
    page.saved = matches!(done, Some("project-added" | "project-changed"));
    page.layout = page.layout.done(done);
    if page.saved {
        page.layout = page.layout.with_script("project.js");
    }
    show(&page)
}

async fn step(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let id = ProjectId(id);
    let step = StandingStep::from_word(form.text("step")).ok_or(app::Error::NotFound)?;
    let taken = state
        .app
        .step_project(&me.caller, id, form.version(), step, form.text("reason"))
        .await;
    match taken {
        Ok(_) => {
            let done = format!("/projects/{id}?done=project-{}", step.word());
            Ok(Redirect::to(&done).into_response())
        }
        Err(error) => refused(&state, &me, id, error).await,
    }
}

async fn reveal(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    let id = ProjectId(id);
    let contact = state.app.reveal_contact(&me.caller, id).await?;
    let mut page = page(&state, &me, id, Default::default()).await?;
    page.contact = Some(contact);
    show(&page)
}
