//! Bytes ⇄ plain structs: reads the forms that clerks send, writes the documents they get back.
//!
//! Pure functions with hard limits on their input ([`limits`]): no clock, no network, no database, no files.
//!
//! How a file is read: container ([`forms::read`] looks at the bytes, not only at the name) → grids of cells with
//! their places → which form is it (by its header words) → which column is what → values with their doubts → checks
//! across rows. Nothing is guessed silently: what is doubtful becomes a warning, what is unreadable becomes null.

pub mod csv_table;
mod docx;
pub mod forms;
#[cfg(fuzzing)]
pub mod fuzzed;
mod grid;
pub mod letter;
pub mod limits;
mod package;
mod refusal;
mod text;
pub mod typed;
mod value;
#[cfg(feature = "write")]
pub mod write;
mod xlsx;
mod xml;
