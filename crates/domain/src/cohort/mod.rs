//! Cohorts (批次, §3): what was signed together — at an event, in a year, by an enterprise — and what became of it:
//! 签约 → 备案 → 到资 → 开工 → 投产.
//!
//! Four steps, each pure: which facts had happened by the cut-off ([`Happened`]); what each signing counts
//! ([`count`]); the lines of the board ([`Cohort`]); the four rates ([`rates`]). Their sums are a [`Tally`].

mod board;
mod count;
mod course;
pub mod rates;
mod tally;
#[cfg(test)]
mod tests;

pub use board::{Case, Cell, Cohort, Column, Group, Key, Left, Line, Population, Signed};
pub use count::{Counted, Outcome, Rule, count, order};
pub use course::{Course, Happened};
pub use tally::{Row, Tally};
