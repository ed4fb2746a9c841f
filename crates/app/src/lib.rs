//! What people do. Each verb: may this person → rule of the domain → write → audit → enqueue, in one transaction.
//!
//! The page, the API, the command line and the jobs call the same verbs. Clock, randomness and the reader of
//! strangers' files are ports given at the start ([`Ports`]).

pub mod access;
pub mod account;
pub mod audit;
pub mod calendar;
pub mod cohorts;
pub mod completion;
pub mod cooperation;
pub mod duties;
pub mod enterprise;
mod error;
pub mod events;
pub mod first_talk;
pub mod funds;
pub mod imports;
pub mod jobs;
pub mod mailbox;
mod memory;
pub mod people;
pub mod plans;
pub mod printing;
pub mod projects;
pub mod publishing;
pub mod reading;
pub mod reminders;
pub mod returns;
pub mod secrets;
pub mod sending;
pub mod settings;
pub mod sign_in;
pub mod tables;
pub mod targets;
pub mod units;
mod work;

use std::sync::Arc;

use domain::{
    Instant,
    person::{LockPolicy, PasswordPolicy},
};
use store::Store;
use tokio::sync::Notify;

pub use error::{Conflict, Error, Result};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Instant;
}

/// Gives randomness for secrets.
pub trait Random: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// What the use cases need from the outside.
pub struct Ports {
    /// The database.
    pub store: Store,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// Reads strangers' files.
    pub reader: Arc<dyn reading::FormReader>,
    /// Sets PDFs.
    pub printer: Arc<printing::Printer>,
    /// Seals the audit chains. Not kept in the database.
    pub audit_key: secrets::AuditKey,
    /// What may be set.
    pub settings: Settings,
    /// What carries messages out of the house.
    pub outside: sending::Outside,
}

/// What may be set.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Minutes after which an unused session ends.
    pub session_idle_minutes: i64,
    /// Hours after which any session ends.
    pub session_hours: i64,
    /// When logins lock.
    pub lock: LockPolicy,
    /// What passwords must be.
    pub password: PasswordPolicy,
    /// Days an API token works.
    pub token_days: i64,
    /// Bytes of an uploaded file at most.
    pub upload_most: usize,
    /// Hours an unconfirmed import is kept.
    pub draft_hours: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            session_idle_minutes: 30,
            session_hours: 12,
            lock: LockPolicy::default(),
            password: PasswordPolicy::default(),
            token_days: 365,
            upload_most: 20 * 1024 * 1024,
            draft_hours: 24,
        }
    }
}

/// The use cases. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Ports>, Arc<memory::Memory>, Arc<Notify>);

impl App {
    /// The use cases over these ports.
    pub fn new(ports: Ports) -> Self {
        Self(Arc::new(ports), Arc::default(), Arc::default())
    }

    /// Waits until somebody here has asked for a job that is due at once.
    pub async fn job_asked(&self) {
        self.2.notified().await;
    }

    /// What may be set.
    pub fn settings(&self) -> Settings {
        self.0.settings
    }

    /// Whether the database answers and is up to date.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it is not.
    pub async fn ready(&self) -> Result<()> {
        self.store().ping().await?;
        Ok(())
    }

    /// What time it is, for pages that say "today".
    pub fn now(&self) -> Instant {
        self.0.clock.now()
    }

    /// Which day it is in Shanghai.
    pub fn today(&self) -> chrono::NaiveDate {
        domain::dates::day_in_shanghai(self.now())
    }

    fn outside(&self) -> &sending::Outside {
        &self.0.outside
    }

    fn printer(&self) -> &Arc<printing::Printer> {
        &self.0.printer
    }

    fn store(&self) -> &Store {
        &self.0.store
    }
}
