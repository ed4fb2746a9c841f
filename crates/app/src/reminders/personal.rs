//! What a person sees and sets for himself: inbox, contact, how to be reminded.

use domain::{
    Instant, PersonId, ReminderId,
    mail::{check_address, check_phone},
    permission::Action,
    person::{Caller, Invalid},
    reminder::{Preferences, ReminderRules, print_minute_of_day},
};
use serde_json::json;
use store::reminders::{Contact, Reminder};

use crate::{App, Conflict, Error, Result, work::Fact};

/// Lines of an inbox at most.
const INBOX: i64 = 200;

/// A person's inbox.
pub struct InboxView {
    /// The newest first.
    pub reminders: Vec<Reminder>,
    /// How many are not read.
    pub unread: i64,
}

/// How a person is reminded.
pub struct MyReminders {
    /// Where he is reached.
    pub contact: Contact,
    /// The version of what he wants; 0: nothing set yet.
    pub version: i64,
    /// What he wants.
    pub preferences: Preferences,
    /// What his authority wants.
    pub rules: ReminderRules,
    /// When his feed was made; none: he has none.
    pub feed_made_at: Option<Instant>,
}

fn switch(on: bool) -> String {
    if on { "接收" } else { "不接收" }.to_owned()
}

fn quiet_in_words(quiet: Option<(i64, i64)>) -> String {
    quiet.map_or_else(
        || "无".to_owned(),
        |(from, to)| format!("{}–{}", print_minute_of_day(from), print_minute_of_day(to)),
    )
}

fn digest_in_words(at: Option<i64>) -> String {
    at.map_or_else(
        || "立即".to_owned(),
        |at| format!("每天{}", print_minute_of_day(at)),
    )
}

impl App {
    /// The inbox of who is asking.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn inbox(&self, caller: &Caller, unread_only: bool) -> Result<InboxView> {
        let reader = self.store().read();
        let person = caller.person.id;
        Ok(InboxView {
            reminders: store::reminders::inbox(&reader, person, unread_only, INBOX).await?,
            unread: store::reminders::unread(&reader, person).await?,
        })
    }

    /// Marks one of one's reminders read.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn read_reminder(&self, caller: &Caller, id: ReminderId) -> Result<Reminder> {
        let work = self.work().await?;
        let read = store::reminders::read(&work.tx, caller.person.id, id, work.now).await?;
        work.tx.commit().await?;
        read.ok_or(Error::NotFound)
    }

    /// Marks all of one's reminders read. Gives how many were not.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn read_all_reminders(&self, caller: &Caller) -> Result<u64> {
        let work = self.work().await?;
        let read = store::reminders::read_all(&work.tx, caller.person.id, work.now).await?;
        work.tx.commit().await?;
        Ok(read)
    }

    /// How who is asking is reminded.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn my_reminders(&self, caller: &Caller) -> Result<MyReminders> {
        let reader = self.store().read();
        let person = caller.person.id;
        let (version, preferences) = store::reminders::preferences(&reader, person).await?;
        let tree = store::units::tree(&reader).await?;
        let rules = match tree.authority_of(caller.person.unit) {
            Some(authority) => store::reminders::rules(&reader, authority.id).await?.1,
            None => ReminderRules::default(),
        };
        Ok(MyReminders {
            contact: store::reminders::contact(&reader, person).await?,
            version,
            preferences,
            rules,
            feed_made_at: store::reminders::feed_made_at(&reader, person).await?,
        })
    }

    /// Sets how who is asking wants to be reminded, made from `version`.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field, [`Error::Conflict`] when it was set since.
    pub async fn save_my_reminders(
        &self,
        caller: &Caller,
        version: i64,
        wanted: &Preferences,
    ) -> Result<()> {
        wanted.check()?;
        let person = caller.person.id;
        let work = self.work().await?;
        let (now_version, there) = store::reminders::preferences(&work.tx, person).await?;
        let conflict = || {
            let line = |label: &str, yours, theirs| (label.to_owned(), yours, theirs);
            Error::Conflict(Box::new(Conflict {
                what: "提醒方式".to_owned(),
                values: vec![
                    line("站内消息", switch(wanted.inbox), switch(there.inbox)),
                    line("邮件", switch(wanted.email), switch(there.email)),
                    line(
                        "汇总",
                        digest_in_words(wanted.digest_at),
                        digest_in_words(there.digest_at),
                    ),
                    line(
                        "免打扰",
                        quiet_in_words(wanted.quiet),
                        quiet_in_words(there.quiet),
                    ),
                ],
                version: now_version,
            }))
        };
        if now_version != version {
            return Err(conflict());
        }
        match store::reminders::save_preferences(&work.tx, person, version, wanted).await {
            Err(store::Error::Stale) => return Err(conflict()),
            other => other?,
        }
        let detail = json!({
            "inbox": wanted.inbox, "email": wanted.email,
            "digest": digest_in_words(wanted.digest_at), "quiet": quiet_in_words(wanted.quiet),
        });
        let fact = Fact::new("reminders.preferred", format!("person:{person}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// Where a person is reached, for those who keep people.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach.
    pub async fn contact_of(&self, caller: &Caller, id: PersonId) -> Result<Contact> {
        self.load_person(caller, Action::ViewPeople, id).await?;
        Ok(store::reminders::contact(&self.store().read(), id).await?)
    }

    /// Saves where a person is reached, made from `contact.version`: one's own, or anybody's for those who keep people.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach, [`Error::Invalid`] by field, [`Error::Conflict`] when it was saved since.
    pub async fn save_contact(
        &self,
        caller: &Caller,
        id: PersonId,
        contact: Contact,
    ) -> Result<()> {
        if id != caller.person.id {
            self.load_person(caller, Action::EditPeople, id).await?;
        }
        let mut invalid = Invalid::default();
        let mut checked = |field: &str, value: std::result::Result<String, String>| {
            value.unwrap_or_else(|why| {
                invalid.add(field, why);
                String::new()
            })
        };
        let contact = Contact {
            email: checked("email", check_address(&contact.email)),
            phone: checked("phone", check_phone(&contact.phone)),
            version: contact.version,
        };
        invalid.into_result()?;
        let work = self.work().await?;
        let there = store::reminders::contact(&work.tx, id).await?;
        let conflict = || {
            let shown = |text: &str| if text.is_empty() { "（空）" } else { text }.to_owned();
            Error::Conflict(Box::new(Conflict {
                what: "联系方式".to_owned(),
                values: vec![
                    (
                        "邮箱".to_owned(),
                        shown(&contact.email),
                        shown(&there.email),
                    ),
                    (
                        "电话".to_owned(),
                        shown(&contact.phone),
                        shown(&there.phone),
                    ),
                ],
                version: there.version,
            }))
        };
        if there.version != contact.version {
            return Err(conflict());
        }
        match store::reminders::save_contact(&work.tx, id, &contact).await {
            Err(store::Error::Stale) => return Err(conflict()),
            other => other?,
        }
        // That it changed, not what it is: the audit is read by others.
        let detail =
            json!({"email": there.email != contact.email, "phone": there.phone != contact.phone});
        let fact = Fact::new("person.contact_changed", format!("person:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }
}
