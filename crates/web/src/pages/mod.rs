//! Pages for people, by area.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod calendar;
pub(crate) mod compare;
pub(crate) mod completion;
pub(crate) mod duties;
pub(crate) mod explain;
pub(crate) mod exports;
pub(crate) mod funds;
pub(crate) mod home;
pub(crate) mod imports;
pub(crate) mod intake;
pub(crate) mod people;
pub(crate) mod plans;
pub(crate) mod projects;
pub(crate) mod publications;
pub(crate) mod query;
pub(crate) mod returns;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod tables;
pub(crate) mod targets;
pub(crate) mod units;
