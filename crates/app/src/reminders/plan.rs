//! Making reminders: idempotent, any number of replicas at any time.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use domain::{
    Instant, MessageId, PersonId, ReminderId, UnitId, dates,
    person::Person,
    reminder::{Preferences, ReminderRules, Stage},
};
use store::{
    Db,
    reminders::{Channel, Contact, MailRow, NewMessage, NewReminder},
};

use super::{
    owed::{Owed, Staff, link_of_period},
    words::{self, Said},
};
use crate::{App, Result, secrets, work::Work};

/// A reminder whose stage has come, and who is told.
struct Wanted {
    new: NewReminder,
    /// To whom; none: the group of the authority's robot.
    person: Option<Person>,
    /// Too late after this.
    due: Instant,
}

/// What is wanted now, made already or not.
struct Wants {
    wanted: Vec<Wanted>,
    /// Who owes or watches what at this moment, whatever its stage.
    present: HashSet<(PersonId, String)>,
}

/// What one pass needs to know of people and senders.
struct Book {
    contacts: HashMap<PersonId, Contact>,
    preferences: HashMap<PersonId, Preferences>,
    rules: HashMap<UnitId, ReminderRules>,
    mail: HashMap<UnitId, (UnitId, MailRow)>,
    robots: HashSet<UnitId>,
}

impl App {
    /// Makes every reminder whose stage has come and that was not made yet, and drops mails that nobody needs any more.
    /// Gives how many reminders were made.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn remind(&self) -> Result<usize> {
        self.make_all_periods().await?;
        let reader = self.store().read();
        let today = self.today();
        self.note_dues().await?;
        // Mostly there is nothing new: then nothing is written, and no writer waits for us.
        let staff = Staff::load(&reader, today).await?;
        let book = self.book(&reader, &staff).await?;
        let wants = self.wants(&reader, &staff, &book, today).await?;
        self.drop_settled(&wants.present).await?;
        if self.lacking(&reader, wants.wanted).await?.is_empty() {
            return Ok(0);
        }
        let work = self.work().await?;
        let today = dates::day_in_shanghai(work.now);
        let staff = Staff::load(&work.tx, today).await?;
        let book = self.book(&work.tx, &staff).await?;
        let wants = self.wants(&work.tx, &staff, &book, today).await?;
        let mut made = 0;
        for wanted in self.lacking(&work.tx, wants.wanted).await? {
            made += usize::from(self.make(&work, &book, wanted).await?);
        }
        work.tx.commit().await?;
        Ok(made)
    }

    async fn book(&self, db: &impl Db, staff: &Staff) -> Result<Book> {
        let mut book = Book {
            contacts: store::reminders::contacts(db).await?,
            preferences: store::reminders::every_preferences(db).await?,
            rules: HashMap::new(),
            mail: HashMap::new(),
            robots: HashSet::new(),
        };
        for authority in staff.authorities() {
            let (_, rules) = store::reminders::rules(db, authority).await?;
            book.rules.insert(authority, rules);
            if let Some(sender) = self.mail_sender(db, &staff.tree, authority).await? {
                book.mail.insert(authority, sender);
            }
            let robot = store::reminders::robot(db, authority).await?;
            if robot.is_some_and(|robot| robot.active) {
                book.robots.insert(authority);
            }
        }
        Ok(book)
    }

    async fn wants(
        &self,
        db: &impl Db,
        staff: &Staff,
        book: &Book,
        today: NaiveDate,
    ) -> Result<Wants> {
        let mut wants = Wants {
            wanted: Vec::new(),
            present: HashSet::new(),
        };
        for authority in staff.authorities() {
            let Some(rules) = book.rules.get(&authority) else {
                continue;
            };
            let owed = self.owed(db, &staff.tree, authority).await?;
            for one in &owed {
                self.want_of_unit(&mut wants, staff, book, rules, one, today);
            }
            // What is said of a period as a whole: one line a due day, because those sent back may have their own.
            let mut groups: Vec<Vec<&Owed>> = Vec::new();
            for one in &owed {
                let same = |group: &&mut Vec<&Owed>| {
                    group[0].period.id == one.period.id && group[0].due_on == one.due_on
                };
                match groups.iter_mut().find(same) {
                    Some(group) => group.push(one),
                    None => groups.push(vec![one]),
                }
            }
            for group in groups {
                self.want_of_period(&mut wants, staff, book, rules, &group, today);
            }
        }
        Ok(wants)
    }

    fn want_of_unit(
        &self,
        wants: &mut Wants,
        staff: &Staff,
        book: &Book,
        rules: &ReminderRules,
        owed: &Owed,
        today: NaiveDate,
    ) {
        let stage = Stage::current(owed.due_on, today, rules);
        for person in staff.in_unit(owed.unit, owed.falls_to()) {
            wants.present.insert((person.id, owed.key()));
            if let Some(stage) = stage {
                let said = words::to_do(owed, today);
                let wanted = personal(
                    book,
                    rules,
                    owed,
                    stage,
                    person,
                    owed.key(),
                    owed.link(),
                    said,
                );
                wants.wanted.push(wanted);
            }
        }
    }

    fn want_of_period(
        &self,
        wants: &mut Wants,
        staff: &Staff,
        book: &Book,
        rules: &ReminderRules,
        owed: &[&Owed],
        today: NaiveDate,
    ) {
        let Some(first) = owed.first() else { return };
        let Some(stage) = Stage::current(first.due_on, today, rules) else {
            return;
        };
        let link = link_of_period(&first.period);
        if stage.offset() > 0
            && let Some(said) = words::late(owed, today)
        {
            let key = first.of_period("late");
            for person in staff.officers(first.authority) {
                wants.present.insert((person.id, key.clone()));
                let said = Said {
                    title: said.title.clone(),
                    body: said.body.clone(),
                };
                let wanted = personal(
                    book,
                    rules,
                    first,
                    stage,
                    person,
                    key.clone(),
                    link.clone(),
                    said,
                );
                wants.wanted.push(wanted);
            }
        }
        let address = self.outside().public_url.as_deref();
        let address = address.map(|url| format!("{url}{link}"));
        if book.robots.contains(&first.authority)
            && rules.dingtalk.contains(&stage.kind())
            && let Some(said) = words::to_group(owed, today, address.as_deref())
        {
            wants.wanted.push(Wanted {
                new: NewReminder {
                    recipient: format!("robot:{}", first.authority),
                    person: None,
                    authority: first.authority,
                    obligation: first.of_period("group"),
                    due_on: first.due_on,
                    stage: stage.offset(),
                    title: said.title,
                    body: said.body,
                    link,
                    in_inbox: false,
                },
                person: None,
                due: first.due(),
            });
        }
    }

    /// Those of which neither this stage nor a later one was made.
    async fn lacking(&self, db: &impl Db, wanted: Vec<Wanted>) -> Result<Vec<Wanted>> {
        let Some(from) = wanted.iter().map(|one| one.new.due_on).min() else {
            return Ok(wanted);
        };
        let made = store::reminders::made_since(db, from).await?;
        let made: HashMap<(String, String, NaiveDate), i64> = made
            .into_iter()
            .map(|(recipient, obligation, due_on, stage)| ((recipient, obligation, due_on), stage))
            .collect();
        let lacking = |one: &Wanted| {
            let new = &one.new;
            let key = (new.recipient.clone(), new.obligation.clone(), new.due_on);
            made.get(&key).is_none_or(|stage| *stage < new.stage)
        };
        Ok(wanted.into_iter().filter(lacking).collect())
    }

    /// Makes one reminder with the messages that carry it. False when another replica was first.
    async fn make(&self, work: &Work, book: &Book, wanted: Wanted) -> Result<bool> {
        let Some(id) = store::reminders::make(&work.tx, &wanted.new, work.now).await? else {
            return Ok(false);
        };
        match &wanted.person {
            Some(person) => self.mail_it(work, book, &wanted, person, id).await?,
            None => {
                let new = &wanted.new;
                let message = NewMessage {
                    authority: new.authority,
                    channel: Channel::DingTalk,
                    person: None,
                    message_id: self.message_id("dingtalk"),
                    batch: None,
                    address: String::new(),
                    subject: new.title.clone(),
                    body: new.body.clone(),
                    thread: String::new(),
                    // A group is as asleep as a person who has set nothing.
                    next_at: Preferences::default().send_at(work.now, wanted.due),
                };
                store::reminders::add_message(&work.tx, &message, id, work.now).await?;
            }
        }
        Ok(true)
    }

    async fn mail_it(
        &self,
        work: &Work,
        book: &Book,
        wanted: &Wanted,
        person: &Person,
        id: ReminderId,
    ) -> Result<()> {
        let new = &wanted.new;
        let (Some(contact), Some((sender, mail)), Some(rules)) = (
            book.contacts.get(&person.id),
            book.mail.get(&new.authority),
            book.rules.get(&new.authority),
        ) else {
            return Ok(());
        };
        let preferences = book
            .preferences
            .get(&person.id)
            .cloned()
            .unwrap_or_default();
        let kind = Stage::of_offset(new.stage).kind();
        if contact.email.is_empty() || !preferences.wants_email(kind, rules) {
            return Ok(());
        }
        let next_at = preferences.send_at(work.now, wanted.due);
        let batch = (preferences.digest_at.is_some() && next_at > work.now)
            .then(|| format!("{}:{}", person.id, next_at.timestamp()));
        let joined = match &batch {
            Some(batch) => store::reminders::join(&work.tx, batch, Channel::Email, id).await?,
            None => None,
        };
        let message = match joined {
            Some(message) => message,
            None => {
                let message = NewMessage {
                    authority: *sender,
                    channel: Channel::Email,
                    person: Some(person.id),
                    message_id: self.message_id(mail.server.domain()),
                    batch,
                    address: contact.email.clone(),
                    subject: String::new(),
                    body: String::new(),
                    thread: String::new(),
                    next_at,
                };
                store::reminders::add_message(&work.tx, &message, id, work.now).await?
            }
        };
        self.write_mail(&work.tx, message, person).await
    }

    /// Puts into a mail what it carries by now.
    async fn write_mail(&self, tx: &store::Tx, id: MessageId, person: &Person) -> Result<()> {
        let reminders = store::reminders::reminders_of(tx, id).await?;
        let (_, shown) = self.settings_for(tx, Some(person.unit)).await?;
        let url = self.outside().public_url.as_deref();
        let said = words::mail(&person.name, &reminders, url, &shown.product);
        store::reminders::rewrite(tx, id, &said.title, &said.body).await?;
        Ok(())
    }

    /// A Message-ID nobody can foresee and nothing else bears.
    pub(crate) fn message_id(&self, domain: &str) -> String {
        let token: String = secrets::token(&*self.0.random).chars().take(32).collect();
        format!("{token}@{domain}")
    }

    /// Drops from mails that nobody has tried to send what is no longer owed.
    async fn drop_settled(&self, present: &HashSet<(PersonId, String)>) -> Result<()> {
        let untried = store::reminders::untried(&self.store().read()).await?;
        let gone = |person: PersonId, obligation: &str| {
            !present.contains(&(person, obligation.to_owned()))
        };
        // In one order for all replicas, so that no two wait for each other.
        let mut messages: BTreeMap<MessageId, (PersonId, Vec<ReminderId>, bool)> = BTreeMap::new();
        for (message, reminder, person, obligation) in untried {
            let entry = messages
                .entry(message)
                .or_insert((person, Vec::new(), false));
            if gone(person, &obligation) {
                entry.1.push(reminder);
            } else {
                entry.2 = true;
            }
        }
        messages.retain(|_, (_, settled, _)| !settled.is_empty());
        if messages.is_empty() {
            return Ok(());
        }
        let work = self.work().await?;
        for (message, (person, settled, others)) in messages {
            // Whoever is sending it already sends it as it is.
            let ours = match others {
                true => store::reminders::hold_untried(&work.tx, message).await?,
                false => store::reminders::drop_message(&work.tx, message, true).await?,
            };
            if ours && others {
                for reminder in settled {
                    store::reminders::unlink(&work.tx, message, reminder).await?;
                }
                if let Some(person) = store::people::by_id(&work.tx, person).await? {
                    self.write_mail(&work.tx, message, &person).await?;
                }
            }
        }
        Ok(work.tx.commit().await?)
    }
}

/// A reminder for one person.
#[expect(
    clippy::too_many_arguments,
    reason = "its parts come from as many places"
)]
fn personal(
    book: &Book,
    rules: &ReminderRules,
    owed: &Owed,
    stage: Stage,
    person: &Person,
    key: String,
    link: String,
    said: Said,
) -> Wanted {
    let preferences = book
        .preferences
        .get(&person.id)
        .cloned()
        .unwrap_or_default();
    Wanted {
        new: NewReminder {
            recipient: format!("person:{}", person.id),
            person: Some(person.id),
            authority: owed.authority,
            obligation: key,
            due_on: owed.due_on,
            stage: stage.offset(),
            title: said.title,
            body: said.body,
            link,
            in_inbox: preferences.wants_inbox(stage.kind(), rules),
        },
        person: Some(person.clone()),
        due: owed.due(),
    }
}
