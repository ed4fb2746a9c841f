//! AB角, 授权, 交接: who acts for whom. Arranged by the security administrator; what follows from it is computed where a
//! [`Caller`] is made, so that every permission follows.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use domain::{
    HandOverId, PersonId, SubstitutionId,
    audit::ChainKind,
    dates,
    duty::{self, Acting, HandOver, NewSubstitution, Substitution},
    names,
    permission::Action,
    person::{Caller, Invalid, Person},
};
use serde_json::json;

use crate::{
    App, Error, Result,
    work::{Fact, Work},
};

/// The job that carries out a hand-over on its day.
pub(crate) const JOB: &str = "hand_over";

/// Everything arranged for one person.
pub struct Duties {
    /// Who.
    pub person: Person,
    /// Deputies and delegations, given and received, the newest first.
    pub substitutions: Vec<Substitution>,
    /// Hand-overs, the newest first.
    pub hand_overs: Vec<HandOver>,
    /// Who may substitute or succeed: the others of the unit who are at work.
    pub colleagues: Vec<Person>,
    /// Names of all who appear.
    pub names: BTreeMap<PersonId, String>,
    /// The day it is.
    pub today: NaiveDate,
}

impl App {
    /// What is arranged for a person.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach.
    pub async fn duties(&self, caller: &Caller, id: PersonId) -> Result<Duties> {
        let person = self.load_person(caller, Action::SecurePeople, id).await?;
        let reader = self.store().read();
        let substitutions = store::duties::substitutions_of(&reader, id).await?;
        let hand_overs = store::duties::hand_overs_of(&reader, id).await?;
        let mut colleagues = store::people::everybody(&reader).await?;
        colleagues.retain(|other| {
            other.unit == person.unit
                && other.id != id
                && other.active
                && !other.roles.iter().any(|role| role.is_administrator())
        });
        let mut appearing: Vec<PersonId> = substitutions
            .iter()
            .flat_map(|one| [one.person, one.substitute])
            .collect();
        appearing.extend(
            hand_overs
                .iter()
                .flat_map(|one| [one.person, one.successor]),
        );
        Ok(Duties {
            names: self.names_of(appearing).await?,
            person,
            substitutions,
            hand_overs,
            colleagues,
            today: self.today(),
        })
    }

    /// Lets `substitute` act for a person.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field.
    pub async fn add_substitution(
        &self,
        caller: &Caller,
        id: PersonId,
        substitute: PersonId,
        new: NewSubstitution,
    ) -> Result<()> {
        self.load_person(caller, Action::SecurePeople, id).await?;
        let new = NewSubstitution {
            reason: names::tidy(&new.reason),
            ..new
        };
        let work = self.work().await?;
        let (person, other) = pair(&work, id, substitute, "substitute").await?;
        let mut existing = store::duties::substitutions_of(&work.tx, id).await?;
        existing.extend(store::duties::substitutions_of(&work.tx, substitute).await?);
        let today = dates::day_in_shanghai(work.now);
        new.check(&person, &other, &existing, today)?;
        let made = store::duties::add_substitution(
            &work.tx,
            id,
            substitute,
            &new,
            caller.person.id,
            work.now,
        )
        .await?;
        let detail = json!({
            "kind": new.kind.word(), "person": id, "substitute": substitute, "roles": new.roles,
            "from": new.from, "to": new.to, "reason": new.reason,
        });
        let fact = Fact::new("substitution.made", format!("substitution:{made}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// Ends one of a person's arrangements at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it was ended.
    pub async fn end_substitution(
        &self,
        caller: &Caller,
        id: PersonId,
        substitution: SubstitutionId,
    ) -> Result<()> {
        self.load_person(caller, Action::SecurePeople, id).await?;
        let work = self.work().await?;
        if !store::duties::end_substitution(&work.tx, id, substitution, work.now).await? {
            return Err(Error::NotFound);
        }
        let object = format!("substitution:{substitution}");
        let fact = Fact::new("substitution.ended", object, json!({"person": id}));
        self.finish_change(work, caller, fact).await
    }

    /// Hands a person's duties to a successor on a day; today at once.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field.
    pub async fn hand_over(
        &self,
        caller: &Caller,
        id: PersonId,
        successor: PersonId,
        on: NaiveDate,
        reason: &str,
    ) -> Result<()> {
        self.load_person(caller, Action::SecurePeople, id).await?;
        if id == caller.person.id {
            return Err(
                Invalid::of("successor", "不能交接自己的职责，请由另一位安全管理员办理").into(),
            );
        }
        let reason = names::tidy(reason);
        let work = self.work().await?;
        let (person, other) = pair(&work, id, successor, "successor").await?;
        let mut open = store::duties::hand_overs_of(&work.tx, id).await?;
        open.extend(store::duties::hand_overs_of(&work.tx, successor).await?);
        let today = dates::day_in_shanghai(work.now);
        duty::check_hand_over(&person, &other, on, &reason, &open, today)?;
        let new = HandOver {
            id: HandOverId(0),
            person: id,
            successor,
            on,
            reason,
            done_at: None,
            cancelled_at: None,
            outcome: String::new(),
        };
        let made = store::duties::add_hand_over(&work.tx, &new, caller.person.id, work.now).await?;
        let detail = json!({"person": id, "successor": successor, "on": on, "reason": new.reason});
        if on == today {
            carry_out(&work, &HandOver { id: made, ..new }).await?;
        } else {
            // The second after the day before has ended.
            let due = dates::end_of_day(on) - TimeDelta::days(1) + TimeDelta::seconds(1);
            let payload = json!({"hand_over": made}).to_string();
            store::jobs::add(&work.tx, JOB, &payload, &format!("{JOB}:{made}"), due).await?;
        }
        let fact = Fact::new("hand_over.arranged", format!("hand_over:{made}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// Calls a hand-over off before its day.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none to come.
    pub async fn cancel_hand_over(
        &self,
        caller: &Caller,
        id: PersonId,
        hand_over: HandOverId,
    ) -> Result<()> {
        self.load_person(caller, Action::SecurePeople, id).await?;
        let work = self.work().await?;
        if !store::duties::cancel_hand_over(&work.tx, id, hand_over, work.now).await? {
            return Err(Error::NotFound);
        }
        let object = format!("hand_over:{hand_over}");
        let fact = Fact::new("hand_over.cancelled", object, json!({"person": id}));
        self.finish_change(work, caller, fact).await
    }

    /// The job of a hand-over's day. Done once, however often it is called.
    pub(crate) async fn run_hand_over(&self, payload: &str) -> Result<()> {
        let payload: serde_json::Value = serde_json::from_str(payload)?;
        let id = HandOverId(payload["hand_over"].as_i64().unwrap_or_default());
        let work = self.work().await?;
        let Some(hand_over) = store::duties::hold_hand_over(&work.tx, id).await? else {
            return Ok(());
        };
        if !hand_over.is_open() {
            return Ok(());
        }
        let person = store::people::by_id(&work.tx, hand_over.person)
            .await?
            .ok_or(Error::NotFound)?;
        let outcome = carry_out(&work, &hand_over).await?;
        let chain = work.chain(ChainKind::Change, person.unit).await?;
        let detail = json!({"person": hand_over.person, "successor": hand_over.successor, "outcome": outcome});
        let event = Fact::new("hand_over.done", format!("hand_over:{id}"), detail)
            .by(None, "job", work.now);
        self.finish(work, chain, event).await
    }

    /// For whom a person acts today.
    pub(crate) async fn acting(&self, person: &Person) -> Result<Vec<Acting>> {
        let reader = self.store().read();
        let mut lent = Vec::new();
        for substitution in store::duties::lent_to(&reader, person.id).await? {
            if let Some(lender) = store::people::by_id(&reader, substitution.person).await? {
                lent.push((substitution, lender));
            }
        }
        Ok(duty::acting(person, &lent, self.today()))
    }
}

/// Two people, held until the transaction ends.
async fn pair(
    work: &Work,
    one: PersonId,
    other: PersonId,
    field: &str,
) -> Result<(Person, Person)> {
    store::duties::hold(&work.tx, one, other).await?;
    let first = store::people::by_id(&work.tx, one).await?;
    let second = store::people::by_id(&work.tx, other).await?;
    let second = second.ok_or_else(|| Invalid::of(field, "请选择一个人"))?;
    Ok((first.ok_or(Error::NotFound)?, second))
}

/// Moves the roles, stops the old account, ends its arrangements. A successor who can no longer take over gets nothing;
/// the old account stops all the same.
async fn carry_out(work: &Work, hand_over: &HandOver) -> Result<&'static str> {
    let (person, successor) =
        pair(work, hand_over.person, hand_over.successor, "successor").await?;
    let (gone, outcome) = match duty::hand_over(&person, &successor) {
        Ok((gone, both)) => {
            store::people::save(&work.tx, &both, successor.version).await?;
            (gone, "角色已交给接任人，原账号已停用")
        }
        Err(_) => {
            let gone = Person {
                active: false,
                ..person.clone()
            };
            (gone, "接任人已不能接任，角色没有转交；原账号已停用")
        }
    };
    store::people::save(&work.tx, &gone, person.version).await?;
    store::sign_in::end_all(&work.tx, gone.id).await?;
    store::people::revoke_tokens(&work.tx, gone.id, work.now).await?;
    store::duties::end_substitutions(&work.tx, gone.id, work.now).await?;
    store::duties::hand_over_done(&work.tx, hand_over.id, outcome, work.now).await?;
    Ok(outcome)
}
