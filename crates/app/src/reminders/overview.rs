//! What the officer and the system administrator see: what comes next for whom, what went out, what could not.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{MessageId, PersonId, permission::Action, person::Caller, reminder::Stage};
use serde_json::json;
use store::reminders::{Message, MessageState};

use super::{RulesView, owed::Staff};
use crate::{App, Error, Result, work::Fact};

/// Messages a page shows.
const SHOWN: i64 = 200;

/// What will be sent next for one obligation.
#[derive(Debug, Clone)]
pub struct Coming {
    /// Form and period.
    pub what: String,
    /// Which enterprise.
    pub unit: String,
    /// Its state in words.
    pub state: &'static str,
    /// When it is due.
    pub due_on: NaiveDate,
    /// The stage that comes next; none: the last one was.
    pub next: Option<(String, NaiveDate)>,
    /// Who is told.
    pub people: Vec<String>,
    /// Of these, who gets no mail because there is no address.
    pub without_address: Vec<String>,
}

/// Everything about reminders of an authority.
pub struct Overview {
    /// What comes next, the nearest first.
    pub coming: Vec<Coming>,
    /// Messages, the newest first.
    pub messages: Vec<Message>,
    /// How many stand where.
    pub counts: BTreeMap<MessageState, i64>,
    /// Names of recipients.
    pub people: BTreeMap<PersonId, String>,
    /// The rules in force.
    pub rules: RulesView,
    /// Whether mail can be sent at all.
    pub has_mail: bool,
    /// Whether there is a robot in use.
    pub has_robot: bool,
}

impl App {
    /// What comes, what went, what could not, in the caller's authority.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see it.
    pub async fn reminders(&self, caller: &Caller) -> Result<Overview> {
        let reach = self.reach(caller, Action::ViewReminders).await?;
        let authority = reach.whole_authority()?.id;
        self.make_all_periods().await?;
        let reader = self.store().read();
        let today = self.today();
        let (version, rules) = store::reminders::rules(&reader, authority).await?;
        let staff = Staff::load(&reader, today).await?;
        let contacts = store::reminders::contacts(&reader).await?;
        let mut coming = Vec::new();
        for owed in self.owed(&reader, &staff.tree, authority).await? {
            let told: Vec<_> = staff.in_unit(owed.unit, owed.falls_to()).collect();
            let reached = |id: &PersonId| contacts.get(id).is_some_and(|one| !one.email.is_empty());
            coming.push(Coming {
                what: format!("{} {}", owed.period.kind.short(), owed.period.label()),
                unit: owed.unit_name.clone(),
                state: owed.state.map_or("未报", |state| state.label()),
                due_on: owed.due_on,
                next: Stage::next(owed.due_on, today, &rules)
                    .map(|(stage, day)| (stage.label(), day)),
                without_address: told
                    .iter()
                    .filter(|person| !reached(&person.id))
                    .map(|person| person.name.clone())
                    .collect(),
                people: told.iter().map(|person| person.name.clone()).collect(),
            });
        }
        coming.sort_by_key(|one| {
            (
                one.next.as_ref().map_or(NaiveDate::MAX, |next| next.1),
                one.due_on,
            )
        });
        let messages = store::reminders::messages(&reader, authority, false, SHOWN).await?;
        let robot = store::reminders::robot(&reader, authority).await?;
        Ok(Overview {
            coming,
            people: self.recipients(&messages).await?,
            messages,
            counts: store::reminders::counts(&reader, authority)
                .await?
                .into_iter()
                .collect(),
            rules: RulesView { rules, version },
            has_mail: self
                .mail_sender(&reader, &staff.tree, authority)
                .await?
                .is_some(),
            has_robot: robot.is_some_and(|robot| robot.active),
        })
    }

    async fn recipients(&self, messages: &[Message]) -> Result<BTreeMap<PersonId, String>> {
        self.names_of(messages.iter().filter_map(|one| one.person).collect())
            .await
    }

    /// Messages a person must look at: refused, given up, or failing again and again.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see it.
    pub async fn failed_messages(
        &self,
        caller: &Caller,
    ) -> Result<(Vec<Message>, BTreeMap<PersonId, String>)> {
        let reach = self.reach(caller, Action::ViewReminders).await?;
        let authority = reach.whole_authority()?.id;
        let messages =
            store::reminders::messages(&self.store().read(), authority, true, SHOWN).await?;
        let people = self.recipients(&messages).await?;
        Ok((messages, people))
    }

    /// Tries a failed message again, to the address its recipient has by now.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none that failed.
    pub async fn retry_message(&self, caller: &Caller, id: MessageId) -> Result<()> {
        let reach = self.reach(caller, Action::ViewReminders).await?;
        let authority = reach.whole_authority()?.id;
        let work = self.work().await?;
        let message = store::reminders::message(&work.tx, authority, id).await?;
        let message = message.ok_or(Error::NotFound)?;
        let address = match message.person {
            Some(person) => store::reminders::contact(&work.tx, person).await?.email,
            None => String::new(),
        };
        let address = if address.is_empty() {
            message.address
        } else {
            address
        };
        if !store::reminders::revive(&work.tx, id, &address, work.now).await? {
            return Err(Error::NotFound);
        }
        let fact = Fact::new("message.retried", format!("message:{id}"), json!({}));
        self.finish_change(work, caller, fact).await
    }

    /// Gives a failed or waiting message up.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it went out.
    pub async fn drop_message(&self, caller: &Caller, id: MessageId) -> Result<()> {
        let reach = self.reach(caller, Action::ViewReminders).await?;
        let authority = reach.whole_authority()?.id;
        let work = self.work().await?;
        if store::reminders::message(&work.tx, authority, id)
            .await?
            .is_none()
            || !store::reminders::drop_message(&work.tx, id, false).await?
        {
            return Err(Error::NotFound);
        }
        let fact = Fact::new("message.dropped", format!("message:{id}"), json!({}));
        self.finish_change(work, caller, fact).await
    }
}
