//! Clock and randomness of tests.

use std::sync::{
    Mutex,
    atomic::{AtomicI64, Ordering},
};

use app::{
    Clock, Random,
    sending::{Mail, Mailer, SendFailure, Webhook},
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::mail::MailServer;
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
