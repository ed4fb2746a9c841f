//! The integration tests of the crate, in one binary: what is read, what is refused, what is written.

mod analyses;
mod analysis_sample;
mod annex2;
mod annex3;
mod brochures;
mod doubtful;
mod fixtures;
mod hostile;
mod listings;
mod notice;
mod pdfs;
mod project_survival;
mod projects;
mod reports;
mod samples;
mod sheets;
mod support;
mod survival;
mod written;
