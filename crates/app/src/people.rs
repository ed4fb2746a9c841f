//! People: adding and changing them (system administrator), roles, secrets and locks (security administrator).

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::{
    PersonId, UnitId, names,
    permission::{Action, Role},
    person::{Caller, Invalid, Person, check_login, check_roles},
};
use serde_json::json;

use crate::{App, Conflict, Error, Result, secrets, work::Fact};

/// Hours in which a one-time secret can be used.
const ACTIVATION_HOURS: i64 = 72;

/// People with their units' names.
pub struct People {
    /// Everybody within reach, by unit in own order.
    pub people: Vec<Person>,
    /// Units within reach: number and name.
    pub units: BTreeMap<UnitId, String>,
    /// Login names locked now.
    pub locked: BTreeSet<String>,
}

impl App {
    /// Everybody the caller reaches.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see people.
    pub async fn people(&self, caller: &Caller) -> Result<People> {
        let reach = self.reach(caller, Action::ViewPeople).await?;
        let order: Vec<UnitId> = reach
            .tree
            .outline(caller.person.unit)
            .into_iter()
            .map(|(_, unit)| unit.id)
            .collect();
        let reader = self.store().read();
        let mut people = store::people::everybody(&reader).await?;
        people.retain(|person| order.contains(&person.unit));
        people.sort_by_key(|person| order.iter().position(|unit| *unit == person.unit));
        let units = reach
            .tree
            .subtree(caller.person.unit)
            .map(|unit| (unit.id, unit.name.clone()))
            .collect();
        let locked = store::sign_in::locked_logins(&reader, self.now())
            .await?
            .into_iter()
            .collect();
        Ok(People {
            people,
            units,
            locked,
        })
    }

    /// One person.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach.
    pub async fn person(&self, caller: &Caller, id: PersonId) -> Result<Person> {
        self.load_person(caller, Action::ViewPeople, id).await
    }

    pub(crate) async fn load_person(
        &self,
        caller: &Caller,
        action: Action,
        id: PersonId,
    ) -> Result<Person> {
        let reach = self.reach(caller, action).await?;
        let person = store::people::by_id(&self.store().read(), id).await?;
        person
            .filter(|person| reach.covers(person.unit))
            .ok_or(Error::NotFound)
    }

    /// Adds a person, who can do nothing yet: the security administrator gives roles and the one-time secret.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field.
    pub async fn add_person(
        &self,
        caller: &Caller,
        unit: UnitId,
        login: &str,
        name: &str,
    ) -> Result<PersonId> {
        let reach = self.reach(caller, Action::EditPeople).await?;
        let mut invalid = Invalid::default();
        let login = check_login(login)
            .map_err(|wrong| invalid.fields.extend(wrong.fields))
            .unwrap_or_default();
        let name = check_name(name, &mut invalid);
        if !reach.covers(unit) {
            invalid.add("unit", "请选择单位");
        }
        invalid.into_result()?;
        let work = self.work().await?;
        let id = match store::people::add(&work.tx, unit, &login, &name, work.now).await {
            Err(store::Error::Taken) => {
                return Err(Invalid::of("login", "这个登录名已有人用，请换一个").into());
            }
            other => other?,
        };
        let fact = Fact::new(
            "person.added",
            format!("person:{id}"),
            json!({"login": login, "name": name, "unit": unit}),
        );
        self.finish_change(work, caller, fact).await?;
        Ok(id)
    }

    /// Changes name and unit of a person made from version `version`.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field, [`Error::Conflict`] when somebody saved the person since.
    pub async fn save_person(
        &self,
        caller: &Caller,
        id: PersonId,
        version: i64,
        unit: UnitId,
        name: &str,
    ) -> Result<()> {
        let before = self.load_person(caller, Action::EditPeople, id).await?;
        let reach = self.reach(caller, Action::EditPeople).await?;
        let mut invalid = Invalid::default();
        let name = check_name(name, &mut invalid);
        if !reach.covers(unit) {
            invalid.add("unit", "请选择单位");
        }
        invalid.into_result()?;
        let kind = reach.unit(unit)?.kind;
        if !before.roles.is_empty() && check_roles(&before.roles, kind).is_err() {
            let why = "此人现有的角色不能用于所选单位，请先由安全管理员调整角色";
            return Err(Invalid::of("unit", why).into());
        }
        let after = Person {
            name,
            unit,
            ..before.clone()
        };
        self.store_person(caller, "person.changed", before, after, version)
            .await
    }

    /// Gives a person exactly these roles, and lets it sign in or not.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a set of roles nobody may hold, or for one's own; [`Error::Conflict`] as above.
    pub async fn secure_person(
        &self,
        caller: &Caller,
        id: PersonId,
        version: i64,
        roles: BTreeSet<Role>,
        active: bool,
    ) -> Result<()> {
        let before = self.load_person(caller, Action::SecurePeople, id).await?;
        if id == caller.person.id {
            return Err(Invalid::of(
                "roles",
                "不能修改自己的角色和状态，请由另一位安全管理员办理",
            )
            .into());
        }
        let reach = self.reach(caller, Action::SecurePeople).await?;
        check_roles(&roles, reach.unit(before.unit)?.kind)?;
        let after = Person {
            roles,
            active,
            ..before.clone()
        };
        self.store_person(caller, "person.secured", before, after, version)
            .await
    }

    async fn store_person(
        &self,
        caller: &Caller,
        action: &'static str,
        before: Person,
        after: Person,
        version: i64,
    ) -> Result<()> {
        let work = self.work().await?;
        match store::people::save(&work.tx, &after, version).await {
            Err(store::Error::Stale) => return Err(conflict(&before, &after)),
            other => other?,
        }
        if !after.active {
            store::sign_in::end_all(&work.tx, after.id).await?;
            store::people::revoke_tokens(&work.tx, after.id, work.now).await?;
        }
        let detail = json!({"before": facts(&before), "after": facts(&after)});
        self.finish_change(
            work,
            caller,
            Fact::new(action, format!("person:{}", after.id), detail),
        )
        .await
    }

    /// Makes a one-time secret with which the person sets a new password. Shown once; earlier ones end.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach.
    pub async fn issue_activation(&self, caller: &Caller, id: PersonId) -> Result<String> {
        let person = self.load_person(caller, Action::SecurePeople, id).await?;
        let secret = secrets::paper_secret(&*self.0.random);
        let work = self.work().await?;
        let hash = secrets::sm3_hex(secret.as_bytes());
        store::people::put_activation(
            &work.tx,
            person.id,
            &hash,
            work.now,
            work.now + TimeDelta::hours(ACTIVATION_HOURS),
        )
        .await?;
        self.finish_change(
            work,
            caller,
            Fact::new("activation.issued", format!("person:{id}"), json!({})),
        )
        .await?;
        Ok(secret)
    }

    /// Wants a person's password changed before anything else is done with the account.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach; [`Error::Invalid`] when there is no password yet.
    pub async fn want_password_change(&self, caller: &Caller, id: PersonId) -> Result<()> {
        let person = self.load_person(caller, Action::SecurePeople, id).await?;
        let work = self.work().await?;
        if !store::people::want_password_change(&work.tx, person.id).await? {
            return Err(Invalid::of("roles", "此人还没有设置口令，请签发激活码").into());
        }
        self.finish_change(
            work,
            caller,
            Fact::new("password.change_wanted", format!("person:{id}"), json!({})),
        )
        .await
    }

    /// Forgets the wrong tries at a person's login name.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach.
    pub async fn unlock_person(&self, caller: &Caller, id: PersonId) -> Result<()> {
        let person = self.load_person(caller, Action::SecurePeople, id).await?;
        let work = self.work().await?;
        store::sign_in::forget_failures(&work.tx, &person.login).await?;
        self.finish_change(
            work,
            caller,
            Fact::new("person.unlocked", format!("person:{id}"), json!({})),
        )
        .await
    }

    /// Sets up an empty database: the authority and its three administrators, each with a one-time secret.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the database has people already.
    pub async fn init(
        &self,
        authority: domain::unit::UnitFields,
        administrators: &[(&str, &str, Role)],
    ) -> Result<Vec<(String, String)>> {
        let work = self.work().await?;
        if !store::people::everybody(&work.tx).await?.is_empty() {
            return Err(Invalid::of(
                "database",
                "数据库里已有账号，不能再次初始化；忘记口令请由安全管理员签发激活码",
            )
            .into());
        }
        let unit = store::units::add(&work.tx, &authority).await?;
        let mut secrets = Vec::new();
        for (login, name, role) in administrators {
            let id = store::people::add(&work.tx, unit, login, name, work.now).await?;
            let person = store::people::by_id(&work.tx, id)
                .await?
                .ok_or_else(|| Error::Internal("a person just added is gone".to_owned()))?;
            store::people::save(
                &work.tx,
                &Person {
                    roles: [*role].into(),
                    ..person.clone()
                },
                person.version,
            )
            .await?;
            let secret = secrets::paper_secret(&*self.0.random);
            let expires_at = work.now + TimeDelta::hours(ACTIVATION_HOURS);
            store::people::put_activation(
                &work.tx,
                id,
                &secrets::sm3_hex(secret.as_bytes()),
                work.now,
                expires_at,
            )
            .await?;
            secrets.push(((*login).to_owned(), secret));
        }
        let chain = domain::audit::Chain {
            kind: domain::audit::ChainKind::Change,
            authority: unit,
        };
        let event = Fact::new(
            "system.initialised",
            format!("unit:{unit}"),
            json!({"authority": authority.name}),
        )
        .by(None, "command line", work.now);
        self.finish(work, chain, event).await?;
        Ok(secrets)
    }
}

pub(crate) fn check_name(name: &str, invalid: &mut Invalid) -> String {
    let name = names::tidy(name);
    match name.chars().count() {
        0 => invalid.add("name", "请填写姓名"),
        1..=30 => {}
        _ => invalid.add("name", "姓名请控制在30个字以内"),
    }
    name
}

pub(crate) fn roles_in_words(person: &Person) -> String {
    person
        .roles
        .iter()
        .map(|role| role.label())
        .collect::<Vec<_>>()
        .join("、")
}

fn conflict(before: &Person, after: &Person) -> Error {
    let pair = |label: &str, yours: String, theirs: String| (label.to_owned(), yours, theirs);
    let state = |person: &Person| if person.active { "启用" } else { "停用" }.to_owned();
    let values = vec![
        pair("姓名", after.name.clone(), before.name.clone()),
        pair("单位编号", after.unit.to_string(), before.unit.to_string()),
        pair("角色", roles_in_words(after), roles_in_words(before)),
        pair("状态", state(after), state(before)),
    ];
    Error::Conflict(Box::new(Conflict {
        what: format!("人员“{}”", before.name),
        values,
        version: before.version,
    }))
}

pub(crate) fn facts(person: &Person) -> serde_json::Value {
    json!({"name": person.name, "unit": person.unit, "roles": person.roles, "active": person.active})
}
