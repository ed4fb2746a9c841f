//! Everything through the real router, on both databases. One binary, because each one is a link.

mod account;
mod audit;
mod bad_input;
mod calendar;
mod cohorts;
mod commands;
mod completion;
mod cooperation;
mod duties;
mod exports;
mod funds;
mod headers;
mod imports;
mod intake;
mod intake_beside;
mod intake_progress;
mod jobs;
mod library_speed;
mod mailbox;
mod mailbox_outside;
mod people;
mod projects;
mod projects_pages;
mod publishing;
mod reminders;
mod reminders_outside;
mod reporting;
mod return_kinds;
mod returns;
mod routes;
mod settings;
mod sign_in;
mod store_rules;
mod tables;
mod targets;
mod twins;
mod units;
mod views;

/// The notice as it was published, and the table in it.
mod notice {
    pub const DOCX: &[u8] = include_bytes!("../../demo/notice.docx");
    pub const CSV: &str = include_str!("../data/annex1-2017-10.csv");
}
