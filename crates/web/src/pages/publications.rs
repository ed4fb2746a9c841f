//! 印发的表: made by 经办, reviewed by 处长, signed by 委领导, seen by every recipient.

use app::publishing::Published;
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Instant, PublicationId, dates,
    permission::Action,
    publication::{PublicationState, PublicationStep},
};

use crate::{
    State,
    access::Access,
    error::{Failure, PageFailure},
    form::Form,
    layout::{Layout, Refusals, download, show, show_with},
    pages::query::Params,
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    let see = Access::Needs(Action::ViewPublications);
    area.get("/publications", see, list)
        .post(
            "/publications",
            Access::Needs(Action::PreparePublications),
            prepare,
        )
        .get("/publications/{id}", see, detail)
        .get("/publications/{id}/files/{kind}", see, file)
        .post("/publications/{id}/step", see, step)
}

/// How a state looks.
const fn look(state: PublicationState) -> &'static str {
    match state {
        PublicationState::ForReview | PublicationState::ForSigning => "wait",
        PublicationState::Published => "ok",
        PublicationState::Returned => "stop",
    }
}

#[derive(Template)]
#[template(path = "publications.html")]
pub(crate) struct PublicationsPage {
    pub layout: Layout,
    pub publications: Vec<app::publishing::Publication>,
    pub may_prepare: bool,
}

impl PublicationsPage {
    pub fn look(&self, state: &PublicationState) -> &'static str {
        look(*state)
    }

    pub fn signed(&self, at: &Option<Instant>) -> String {
        at.map_or_else(|| "—".to_owned(), dates::print_minute)
    }
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    let publications = state.app.publications(&me.caller).await?;
    let layout = Layout::new(&me, "/publications", "印发的表", &[]).done(params.get("done"));
    show(&PublicationsPage {
        layout,
        publications,
        may_prepare: me.caller.may(Action::PreparePublications),
    })
}

#[derive(Template)]
#[template(path = "publication.html")]
pub(crate) struct PublicationPage {
    pub layout: Layout,
    pub published: Published,
    pub refusals: Refusals,
    pub may_prepare: bool,
}

impl PublicationPage {
    pub fn look(&self, state: &PublicationState) -> &'static str {
        look(*state)
    }

    pub fn may(&self, word: &str) -> bool {
        PublicationStep::from_word(word).is_some_and(|step| self.published.possible.contains(&step))
    }

    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    /// 经办, 处长, 委领导, each with the moment; — for who has not acted.
    pub fn acted(&self) -> Vec<(&'static str, String)> {
        let publication = &self.published.publication;
        let moments = [
            Some(publication.made_at),
            publication.reviewed_at,
            publication.signed_at,
        ];
        let people = self.published.people.iter().zip(moments);
        let words = people.map(|(name, at)| match (name, at) {
            (Some(name), Some(at)) => format!("{name}　{}", dates::print_minute(at)),
            _ => "—".to_owned(),
        });
        ["经办", "处长审核", "委领导签发"]
            .into_iter()
            .zip(words)
            .collect()
    }

    pub fn text<'a>(&self, text: &'a Option<String>) -> &'a str {
        text.as_deref().unwrap_or("—")
    }
}

pub(crate) fn publication_page(
    me: &app::sign_in::Current,
    published: Published,
) -> PublicationPage {
    let title = published.publication.title.clone();
    let layout = Layout::new(
        me,
        "/publications",
        &title,
        &[("/publications", "印发的表")],
    );
    PublicationPage {
        layout,
        published,
        refusals: Refusals::default(),
        may_prepare: me.caller.may(Action::PreparePublications),
    }
}

async fn detail(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    let published = state.app.publication(&me.caller, PublicationId(id)).await?;
    let mut page = publication_page(&me, published);
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

async fn prepare(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let query = Params::of(&[
        ("year", fields.text("year")),
        ("as_of", fields.text("as_of")),
        ("known_at", fields.text("known_at")),
    ])
    .completion()?;
    let replaces = fields.text("replaces").parse().ok().map(PublicationId);
    let made = state
        .app
        .prepare_publication(&me.caller, query, replaces, fields.text("correction"))
        .await;
    match (made, replaces) {
        (Ok(id), _) => {
            Ok(Redirect::to(&format!("/publications/{id}?done=prepared")).into_response())
        }
        (Err(app::Error::Invalid(invalid)), Some(replaced)) => {
            let mut page =
                publication_page(&me, state.app.publication(&me.caller, replaced).await?);
            page.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        (Err(error), _) => Err(error.into()),
    }
}

async fn step(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let id = PublicationId(id);
    let step = PublicationStep::from_word(fields.text("step"))
        .ok_or_else(|| Failure::invalid("step", "请从页面上办理"))?;
    match state
        .app
        .step_publication(
            &me.caller,
            id,
            fields.version(),
            step,
            fields.text("reason"),
        )
        .await
    {
        Ok(reached) => {
            let done = match reached {
                PublicationState::Published => "signed",
                PublicationState::ForSigning => "reviewed",
                PublicationState::Returned | PublicationState::ForReview => "returned",
            };
            Ok(Redirect::to(&format!("/publications/{id}?done={done}")).into_response())
        }
        Err(app::Error::Invalid(invalid)) => {
            let mut page = publication_page(&me, state.app.publication(&me.caller, id).await?);
            page.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn file(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, kind)): Path<(i64, String)>,
) -> Result<Response, PageFailure> {
    let file = state
        .app
        .publication_file(&me.caller, PublicationId(id), &kind)
        .await?;
    Ok(download(&file.name, "application/octet-stream", file.bytes))
}
