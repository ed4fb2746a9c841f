//! The only SQL of the product: one text for SQLite and PostgreSQL, domain types outside.
//!
//! [`Store`] opens a database; [`Store::read`] gives a [`Reader`], [`Store::begin`] a [`Tx`]. The modules, named by
//! area of work, take either through [`Db`]. Nothing in here decides who may do what, or what the time is.

pub mod audit;
pub mod cohorts;
pub mod connect;
pub mod cooperation;
pub mod counters;
mod dialect;
pub mod directory;
pub mod duties;
pub mod events;
pub mod exports;
pub mod files;
pub mod first_talk;
pub mod funds;
pub mod imports;
pub mod intake;
pub mod jobs;
pub mod library_rules;
pub mod mailbox;
pub mod migrations;
pub mod people;
pub mod plans;
pub mod project_drafts;
pub mod project_lists;
pub mod projects;
pub mod publications;
pub mod reminders;
pub mod returns;
pub mod saved_filters;
pub mod schedules;
pub mod settings;
pub mod sign_in;
mod sql;
pub mod state;
pub mod statements;
pub mod table_drafts;
pub mod targets;
pub mod units;
pub mod workdays;

pub use connect::{Address, Store};
pub use sql::{Db, Reader, Tx};

/// What can go wrong below the use cases.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else saved first: the version named is no longer the newest.
    #[error("the row has changed since it was read")]
    Stale,
    /// A value that must be unique is taken.
    #[error("already taken")]
    Taken,
    /// The database cannot be reached, is busy or full.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// What is stored cannot be understood, or a statement is wrong: a defect.
    #[error("database: {0}")]
    Database(String),
    /// The address of the database, or the database itself, cannot be used.
    #[error("{0}")]
    Unusable(String),
}

/// What every function here answers.
pub type Result<T> = std::result::Result<T, Error>;
