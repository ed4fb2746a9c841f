//! The integration tests of the crate, in one binary: what is read, what is refused, what is written.

mod analyses;
mod analysis_sample;
mod doubtful;
mod fixtures;
mod hostile;
mod notice;
mod pdfs;
mod sheets;
mod support;
mod survival;
mod written;
