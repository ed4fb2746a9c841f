//! The integration tests of the crate, in one binary: what is read, what is refused, what is written.

mod doubtful;
mod fixtures;
mod hostile;
mod notice;
mod pdfs;
mod project_survival;
mod projects;
mod sheets;
mod support;
mod survival;
mod written;
