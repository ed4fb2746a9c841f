//! Clock and randomness of tests.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use app::{
    Clock, Random,
    mailbox::{Fetched, Mailboxes, OpenMailbox},
    sending::{Again, Mail, Mailer, SendFailure, Webhook},
};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{mail::MailServer, mailbox::MailboxAccount};
use rand::{RngExt, SeedableRng, rngs::StdRng};

/// A clock that ticks one microsecond at every look, so that no two records share an instant, and jumps when told.
pub struct TickingClock(AtomicI64);

impl TickingClock {
    /// A clock that shows this instant.
    ///
    /// # Panics
    /// When the text is not RFC 3339.
    pub fn at(text: &str) -> Self {
        Self(AtomicI64::new(parse(text)))
    }

    /// Jumps to an instant.
    ///
    /// # Panics
    /// When the text is not RFC 3339.
    pub fn set(&self, text: &str) {
        self.0.store(parse(text), Ordering::SeqCst);
    }

    /// Moves on.
    pub fn advance(&self, by: TimeDelta) {
        self.0
            .fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
    }
}

fn parse(text: &str) -> i64 {
    text.parse::<DateTime<Utc>>()
        .expect("an RFC 3339 instant")
        .timestamp_micros()
}

impl Clock for TickingClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.fetch_add(1, Ordering::SeqCst))
            .expect("a test instant")
    }
}

/// Randomness that is the same every run.
pub struct SeededRandom(Mutex<StdRng>);

impl SeededRandom {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.0
            .lock()
            .expect("no test panics while drawing")
            .fill(bytes);
    }
}

/// Keeps what is sent instead of sending it; fails as told.
#[derive(Default)]
pub struct Outbox {
    mails: Mutex<Vec<(MailServer, String, Mail)>>,
    posts: Mutex<Vec<(String, String)>>,
    failure: Mutex<Option<SendFailure>>,
}

impl Outbox {
    /// Mails that went out, with the server's password.
    ///
    /// # Panics
    /// When a sender panicked.
    pub fn mails(&self) -> Vec<(MailServer, String, Mail)> {
        self.mails.lock().expect("no sender panics").clone()
    }

    /// Posts that went out: address and body.
    ///
    /// # Panics
    /// When a sender panicked.
    pub fn posts(&self) -> Vec<(String, String)> {
        self.posts.lock().expect("no sender panics").clone()
    }

    /// Fails from now on; none: works again.
    ///
    /// # Panics
    /// When a sender panicked.
    pub fn fail(&self, failure: Option<SendFailure>) {
        *self.failure.lock().expect("no sender panics") = failure;
    }

    fn failing(&self) -> Result<(), SendFailure> {
        match &*self.failure.lock().expect("no sender panics") {
            Some(failure) => Err(failure.clone()),
            None => Ok(()),
        }
    }
}

#[async_trait]
impl Mailer for Outbox {
    async fn send(
        &self,
        server: &MailServer,
        password: &str,
        mail: &Mail,
    ) -> Result<(), SendFailure> {
        self.failing()?;
        let sent = (server.clone(), password.to_owned(), mail.clone());
        self.mails.lock().expect("no sender panics").push(sent);
        Ok(())
    }
}

#[async_trait]
impl Webhook for Outbox {
    async fn post(&self, url: &str, json: String) -> Result<String, SendFailure> {
        self.failing()?;
        self.posts
            .lock()
            .expect("no sender panics")
            .push((url.to_owned(), json));
        Ok(r#"{"errcode":0,"errmsg":"ok"}"#.to_owned())
    }
}

/// A mailbox that is filled by hand, and dies when told.
#[derive(Default)]
pub struct FakeMailboxes(Arc<Mutex<Inside>>);

#[derive(Default)]
struct Inside {
    uid_validity: u32,
    mails: Vec<(u32, Vec<u8>)>,
    seen: Vec<u32>,
    fetches: usize,
    /// Which fetch, counted from now, never comes back.
    die_at: Option<usize>,
}

impl FakeMailboxes {
    fn inside(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.0.lock().expect("nobody panics while holding it")
    }

    /// Puts a message into the mailbox.
    ///
    /// # Panics
    /// When a user panicked.
    pub fn put(&self, uid: u32, bytes: impl Into<Vec<u8>>) {
        self.inside().mails.push((uid, bytes.into()));
    }

    /// Gives all messages new numbers, as a server does that lost its index.
    ///
    /// # Panics
    /// When a user panicked.
    pub fn renumber(&self, uid_validity: u32) {
        let mut inside = self.inside();
        inside.uid_validity = uid_validity;
        for (place, mail) in (1..).zip(&mut inside.mails) {
            mail.0 = place;
        }
    }

    /// Lets the fetch after `fetches` more panic after the server has given the message: a process that dies there.
    ///
    /// # Panics
    /// When a user panicked.
    pub fn die_after(&self, fetches: usize) {
        self.inside().die_at = Some(fetches);
    }

    /// Messages marked as seen.
    ///
    /// # Panics
    /// When a user panicked.
    pub fn seen(&self) -> Vec<u32> {
        self.inside().seen.clone()
    }

    /// How often a message was fetched.
    ///
    /// # Panics
    /// When a user panicked.
    pub fn fetches(&self) -> usize {
        self.inside().fetches
    }
}

#[async_trait]
impl Mailboxes for FakeMailboxes {
    async fn open(
        &self,
        account: &MailboxAccount,
        password: &str,
    ) -> Result<Box<dyn OpenMailbox>, SendFailure> {
        if account.user == "nobody" || password.is_empty() {
            let say = "收件服务器不让登录";
            return Err(SendFailure::new(Again::Server, say, "NO"));
        }
        Ok(Box::new(FakeOpen(self.0.clone())))
    }
}

struct FakeOpen(Arc<Mutex<Inside>>);

#[async_trait]
impl OpenMailbox for FakeOpen {
    fn uid_validity(&self) -> u32 {
        self.0.lock().expect("nobody panics").uid_validity
    }

    async fn after(&mut self, uid: u32, _: NaiveDate) -> Result<Vec<u32>, SendFailure> {
        let inside = self.0.lock().expect("nobody panics");
        let uids = inside.mails.iter().map(|(number, _)| *number);
        Ok(uids.filter(|number| *number > uid).collect())
    }

    async fn fetch(&mut self, uid: u32, most: usize) -> Result<Option<Fetched>, SendFailure> {
        let (mail, dies) = {
            let mut inside = self.0.lock().expect("nobody panics");
            inside.fetches += 1;
            let dies = inside.die_at == Some(0);
            inside.die_at = inside.die_at.and_then(|left| left.checked_sub(1));
            let mail = inside.mails.iter().find(|(number, _)| *number == uid);
            (mail.map(|(_, bytes)| bytes.clone()), dies)
        };
        assert!(!dies, "the process dies here");
        Ok(mail.map(|bytes| Fetched {
            too_large: bytes.len() > most,
            bytes,
        }))
    }

    async fn seen(&mut self, uid: u32) -> Result<(), SendFailure> {
        self.0.lock().expect("nobody panics").seen.push(uid);
        Ok(())
    }

    async fn close(self: Box<Self>) {}
}
