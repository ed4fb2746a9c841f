//! 人员: the list, adding and changing people, roles, one-time secrets, locks.

use std::collections::BTreeSet;

use app::{Conflict, people::People, reminders::Contact};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    PersonId, UnitId,
    permission::{Action, Role},
    person::Person,
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

pub(crate) fn area(area: Area) -> Area {
    let see = Access::Needs(Action::ViewPeople);
    let (edit, secure) = (
        Access::Needs(Action::EditPeople),
        Access::Needs(Action::SecurePeople),
    );
    area.get("/people", see, list)
        .get("/people/new", edit, ask_new)
        .post("/people/new", edit, add)
        .get("/people/{id}", see, ask)
        .post("/people/{id}", edit, save)
        .post("/people/{id}/secure", secure, save_security)
        .post("/people/{id}/contact", edit, save_contact)
        .post("/people/{id}/unlock", secure, unlock)
        .post("/people/{id}/activation", secure, issue)
        .post("/people/{id}/password-due", secure, want_password_change)
}

#[derive(Template)]
#[template(path = "people.html")]
pub(crate) struct PeoplePage {
    pub layout: Layout,
    pub people: People,
    pub may_edit: bool,
}

impl PeoplePage {
    pub fn unit(&self, person: &Person) -> &str {
        self.people
            .units
            .get(&person.unit)
            .map_or("", String::as_str)
    }

    pub fn roles(&self, person: &Person) -> String {
        roles_in_words(person)
    }

    pub fn state(&self, person: &Person) -> (&'static str, &'static str) {
        match person {
            person if !person.active => ("stop", "已停用"),
            person if self.people.locked.contains(&person.login) => ("late", "已锁定"),
            person if !person.has_password => ("wait", "待激活"),
            person if person.roles.is_empty() => ("wait", "待授予角色"),
            _ => ("ok", "正常"),
        }
    }
}

fn roles_in_words(person: &Person) -> String {
    if person.roles.is_empty() {
        "—".to_owned()
    } else {
        person
            .roles
            .iter()
            .map(|role| role.label())
            .collect::<Vec<_>>()
            .join("、")
    }
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    let people = state.app.people(&me.caller).await?;
    let layout = Layout::new(&me, "/people", "人员", &[]).done(params.get("done"));
    show(&PeoplePage {
        layout,
        people,
        may_edit: me.caller.may(Action::EditPeople),
    })
}

#[derive(Template)]
#[template(path = "person.html")]
pub(crate) struct PersonPage {
    pub layout: Layout,
    pub person: Option<Person>,
    pub login: String,
    pub name: String,
    pub unit: String,
    pub version: i64,
    pub units: Vec<(UnitId, String)>,
    pub locked: bool,
    pub may_edit: bool,
    pub may_secure: bool,
    pub secret: Option<String>,
    pub contact: Contact,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

impl PersonPage {
    pub fn roles(&self) -> [Role; 7] {
        Role::ALL
    }

    pub fn holds(&self, role: &Role) -> bool {
        self.person
            .as_ref()
            .is_some_and(|person| person.roles.contains(role))
    }

    pub fn is_unit(&self, id: &UnitId) -> bool {
        self.unit == id.to_string()
    }

    pub fn unit_name(&self) -> &str {
        self.units
            .iter()
            .find(|(id, _)| self.is_unit(id))
            .map_or("", |(_, name)| name.as_str())
    }
}

async fn person_page(
    state: &State,
    me: &app::sign_in::Current,
    person: Option<Person>,
) -> Result<PersonPage, PageFailure> {
    let people = state.app.people(&me.caller).await?;
    let title = person
        .as_ref()
        .map_or_else(|| "新增人员".to_owned(), |person| person.name.clone());
    let contact = match &person {
        Some(person) => state.app.contact_of(&me.caller, person.id).await?,
        None => Contact::default(),
    };
    Ok(PersonPage {
        contact,
        layout: Layout::new(me, "/people", &title, &[("/people", "人员")]),
        login: person
            .as_ref()
            .map_or_else(String::new, |person| person.login.clone()),
        name: person
            .as_ref()
            .map_or_else(String::new, |person| person.name.clone()),
        unit: person
            .as_ref()
            .map_or_else(String::new, |person| person.unit.to_string()),
        version: person.as_ref().map_or(0, |person| person.version),
        locked: person
            .as_ref()
            .is_some_and(|person| people.locked.contains(&person.login)),
        units: people.units.into_iter().collect(),
        may_edit: me.caller.may(Action::EditPeople),
        may_secure: me.caller.may(Action::SecurePeople),
        secret: None,
        refusals: Refusals::default(),
        conflict: None,
        person,
    })
}

async fn ask_new(Extract(state): Extract<State>, Me(me): Me) -> Result<Response, PageFailure> {
    show(&person_page(&state, &me, None).await?)
}

async fn ask(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    let person = state.app.person(&me.caller, PersonId(id)).await?;
    let mut page = person_page(&state, &me, Some(person)).await?;
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

fn unit_of(text: &str) -> UnitId {
    // No unit has the number 0, so that a blank choice is refused as a choice.
    UnitId(text.parse().unwrap_or(0))
}

async fn add(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let (login, name, unit) = (
        fields.text("login"),
        fields.text("name"),
        fields.text("unit"),
    );
    match state
        .app
        .add_person(&me.caller, unit_of(unit), login, name)
        .await
    {
        Ok(_) => Ok(Redirect::to("/people?done=person").into_response()),
        Err(error) => {
            let mut page = person_page(&state, &me, None).await?;
            (page.login, page.name, page.unit) =
                (login.to_owned(), name.to_owned(), unit.to_owned());
            again(page, error)
        }
    }
}

async fn save(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let (id, name, unit) = (PersonId(id), fields.text("name"), fields.text("unit"));
    match state
        .app
        .save_person(&me.caller, id, fields.version(), unit_of(unit), name)
        .await
    {
        Ok(()) => Ok(Redirect::to("/people?done=person-changed").into_response()),
        Err(error) => {
            let person = state.app.person(&me.caller, id).await?;
            let mut page = person_page(&state, &me, Some(person)).await?;
            (page.name, page.unit) = (name.to_owned(), unit.to_owned());
            again(page, error)
        }
    }
}

async fn save_security(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let id = PersonId(id);
    let roles: BTreeSet<Role> = fields.all("roles").filter_map(Role::from_word).collect();
    match state
        .app
        .secure_person(
            &me.caller,
            id,
            fields.version(),
            roles,
            fields.ticked("active"),
        )
        .await
    {
        Ok(()) => Ok(Redirect::to(&format!("/people/{id}?done=secured")).into_response()),
        Err(error) => {
            let person = state.app.person(&me.caller, id).await?;
            again(person_page(&state, &me, Some(person)).await?, error)
        }
    }
}

async fn save_contact(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let id = PersonId(id);
    let contact = Contact {
        email: fields.text("email").to_owned(),
        phone: fields.text("phone").to_owned(),
        version: fields.version(),
    };
    let saved = state
        .app
        .save_contact(&me.caller, id, contact.clone())
        .await;
    match saved {
        Ok(()) => Ok(Redirect::to(&format!("/people/{id}?done=contact")).into_response()),
        Err(error) => {
            let person = state.app.person(&me.caller, id).await?;
            let mut page = person_page(&state, &me, Some(person)).await?;
            (page.contact.email, page.contact.phone) = (contact.email, contact.phone);
            again(page, error)
        }
    }
}

async fn unlock(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    state.app.unlock_person(&me.caller, PersonId(id)).await?;
    Ok(Redirect::to(&format!("/people/{id}?done=unlocked")).into_response())
}

async fn want_password_change(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    let id = PersonId(id);
    state.app.want_password_change(&me.caller, id).await?;
    Ok(Redirect::to(&format!("/people/{id}?done=password-due")).into_response())
}

async fn issue(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    let id = PersonId(id);
    let secret = state.app.issue_activation(&me.caller, id).await?;
    let person = state.app.person(&me.caller, id).await?;
    let mut page = person_page(&state, &me, Some(person)).await?;
    page.secret = Some(secret);
    show(&page)
}

fn again(mut page: PersonPage, error: app::Error) -> Result<Response, PageFailure> {
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
