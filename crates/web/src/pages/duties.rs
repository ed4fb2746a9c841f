//! 代办与交接: who acts for a person, and to whom the duties go.

use app::duties::Duties;
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    HandOverId, PersonId, SubstitutionId,
    duty::{HandOver, NewSubstitution, Substitution, SubstitutionKind},
    permission::{Action, Role},
    person::Invalid,
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

pub(crate) fn area(area: Area) -> Area {
    let secure = Access::Needs(Action::SecurePeople);
    area.get("/people/{id}/duties", secure, ask)
        .post("/people/{id}/duties/deputy", secure, add_deputy)
        .post("/people/{id}/duties/delegation", secure, add_delegation)
        .post("/people/{id}/duties/substitutions/{key}/end", secure, end)
        .post("/people/{id}/duties/hand-over", secure, hand_over)
        .post("/people/{id}/duties/hand-over/{key}/cancel", secure, cancel)
}

#[derive(Template)]
#[template(path = "duties.html")]
pub(crate) struct DutiesPage {
    pub layout: Layout,
    pub duties: Duties,
    /// What was typed, and in which of the three forms.
    pub form: &'static str,
    pub typed: Fields,
    pub refusals: Refusals,
}

impl DutiesPage {
    pub fn name(&self, person: &PersonId) -> &str {
        self.duties.names.get(person).map_or("", String::as_str)
    }

    pub fn roles(&self, substitution: &Substitution) -> String {
        let labels: Vec<&str> = substitution.roles.iter().map(|role| role.label()).collect();
        labels.join("、")
    }

    pub fn days(&self, substitution: &Substitution) -> String {
        match substitution.to {
            Some(to) => format!("{} 至 {to}", substitution.from),
            None => format!("{} 起", substitution.from),
        }
    }

    pub fn state(&self, substitution: &Substitution) -> (&'static str, &'static str) {
        let today = self.duties.today;
        match substitution {
            one if one.ended_at.is_some() => ("none", "已结束"),
            one if one.holds_on(today) => ("ok", "生效中"),
            one if one.from > today => ("wait", "未开始"),
            _ => ("none", "已到期"),
        }
    }

    pub fn may_end(&self, substitution: &Substitution) -> bool {
        matches!(self.state(substitution).0, "ok" | "wait")
    }

    pub fn hand_over_state(&self, hand_over: &HandOver) -> (&'static str, &'static str) {
        match hand_over {
            one if one.cancelled_at.is_some() => ("none", "已取消"),
            one if one.done_at.is_some() => ("ok", "已办理"),
            _ => ("wait", "待办理"),
        }
    }

    /// Roles of the person that may be lent.
    pub fn lendable(&self) -> Vec<Role> {
        let roles = self.duties.person.roles.iter().copied();
        roles.filter(|role| !role.is_administrator()).collect()
    }

    pub fn is_reporter(&self) -> bool {
        self.duties.person.roles.contains(&Role::Reporter)
    }

    /// What stands in a field of a form: what was typed there, else a proposal.
    pub fn value(&self, form: &str, field: &str, proposed: &str) -> String {
        if self.form == form {
            self.typed.text(field).to_owned()
        } else {
            proposed.to_owned()
        }
    }

    pub fn why(&self, form: &str, field: &str) -> String {
        if self.form == form {
            self.refusals.of(field).to_owned()
        } else {
            String::new()
        }
    }

    pub fn chosen(&self, form: &str, field: &str, id: &PersonId) -> bool {
        self.form == form && self.typed.text(field) == id.to_string()
    }

    pub fn lends(&self, role: &Role) -> bool {
        self.form != "delegation" || self.typed.all("lent_roles").any(|word| word == role.word())
    }
}

async fn page(
    state: &State,
    me: &app::sign_in::Current,
    id: PersonId,
) -> Result<DutiesPage, PageFailure> {
    let duties = state.app.duties(&me.caller, id).await?;
    let back = format!("/people/{id}");
    let crumbs = [
        ("/people", "人员"),
        (back.as_str(), duties.person.name.as_str()),
    ];
    Ok(DutiesPage {
        layout: Layout::new(me, "/people", "代办与交接", &crumbs),
        duties,
        form: "",
        typed: Fields::default(),
        refusals: Refusals::default(),
    })
}

async fn ask(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    let mut page = page(&state, &me, PersonId(id)).await?;
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

fn chosen(fields: &Fields, name: &str) -> PersonId {
    // Nobody has the number 0, so that a blank choice is refused as a choice.
    PersonId(fields.text(name).parse().unwrap_or(0))
}

async fn add_deputy(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let new = day(fields.text("from")).map(|from| NewSubstitution {
        kind: SubstitutionKind::Deputy,
        roles: [Role::Reporter].into(),
        from,
        to: None,
        reason: fields.text("reason").to_owned(),
    });
    add(&state, &me, PersonId(id), fields, "deputy", new).await
}

async fn add_delegation(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let new = day(fields.text("from")).map(|from| NewSubstitution {
        kind: SubstitutionKind::Delegation,
        roles: fields
            .all("lent_roles")
            .filter_map(Role::from_word)
            .collect(),
        from,
        to: day(fields.text("to")),
        reason: fields.text("reason").to_owned(),
    });
    add(&state, &me, PersonId(id), fields, "delegation", new).await
}

async fn add(
    state: &State,
    me: &app::sign_in::Current,
    id: PersonId,
    fields: Fields,
    form: &'static str,
    new: Option<NewSubstitution>,
) -> Result<Response, PageFailure> {
    let made = match new {
        Some(new) => {
            let substitute = chosen(&fields, "substitute");
            state
                .app
                .add_substitution(&me.caller, id, substitute, new)
                .await
        }
        None => Err(Invalid::of("from", "请填写开始日期，例如 2017-12-01").into()),
    };
    finish(state, me, id, fields, form, made).await
}

async fn hand_over(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let id = PersonId(id);
    let made = match day(fields.text("on")) {
        Some(on) => {
            let (successor, reason) = (chosen(&fields, "successor"), fields.text("reason"));
            state
                .app
                .hand_over(&me.caller, id, successor, on, reason)
                .await
        }
        None => Err(Invalid::of("on", "请填写交接日期，例如 2017-12-01").into()),
    };
    finish(&state, &me, id, fields, "hand-over", made).await
}

async fn finish(
    state: &State,
    me: &app::sign_in::Current,
    id: PersonId,
    fields: Fields,
    form: &'static str,
    made: app::Result<()>,
) -> Result<Response, PageFailure> {
    match made {
        Ok(()) => Ok(Redirect::to(&format!("/people/{id}/duties?done=duties")).into_response()),
        Err(app::Error::Invalid(invalid)) => {
            let mut page = page(state, me, id).await?;
            (page.form, page.typed, page.refusals) = (form, fields, invalid.into());
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn end(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, key)): Path<(i64, i64)>,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    state
        .app
        .end_substitution(&me.caller, PersonId(id), SubstitutionId(key))
        .await?;
    Ok(Redirect::to(&format!("/people/{id}/duties?done=duty-ended")).into_response())
}

async fn cancel(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, key)): Path<(i64, i64)>,
    Form(_): Form,
) -> Result<Response, PageFailure> {
    state
        .app
        .cancel_hand_over(&me.caller, PersonId(id), HandOverId(key))
        .await?;
    Ok(Redirect::to(&format!("/people/{id}/duties?done=duty-ended")).into_response())
}
