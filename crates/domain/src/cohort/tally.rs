//! The sums of a board, taken portion after portion, so that a library of any size is never held whole.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;

use super::{
    Cell, Cohort, Column, Group, Key, Line, Outcome, Rule,
    rates::{RateKind, Ratio},
};
use crate::Money;

/// A row: its places by [`Column::ALL`], its rates by [`RateKind::ALL`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Row {
    /// The places.
    pub cells: [Cell; 5],
    /// The rates.
    pub ratios: [Ratio; 4],
    /// Signings that a rule left out.
    pub left: usize,
}

impl std::ops::AddAssign for Row {
    fn add_assign(&mut self, other: Self) {
        for (sum, cell) in self.cells.iter_mut().zip(other.cells) {
            *sum += cell;
        }
        for (sum, ratio) in self.ratios.iter_mut().zip(other.ratios) {
            *sum += ratio;
        }
        self.left += other.left;
    }
}

/// What a board says, and what has to be known for reading it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// The rows.
    pub rows: BTreeMap<Key, Row>,
    /// How many signings each rule left out.
    pub left: BTreeMap<Rule, usize>,
    /// Years in which something was signed.
    pub years: BTreeSet<i32>,
    /// Of texts of events nobody has tied yet, as one of the signings has it.
    pub written: BTreeMap<String, String>,
    /// Signings that count without an amount in RMB.
    pub unpriced: usize,
    /// What those say in their own currencies.
    pub foreign: BTreeMap<String, Money>,
    /// Counted projects that have ended.
    pub terminated: usize,
    /// Counted projects that stand still.
    pub suspended: usize,
    /// Lines of 增资.
    pub increases: usize,
    /// Facts of counted projects of which only the month of the cut-off is known.
    pub unsure: BTreeMap<&'static str, usize>,
    /// Lines that bring money of a project counted elsewhere.
    pub shared: usize,
}

impl Tally {
    /// Every row together.
    pub fn total(&self) -> Row {
        let mut total = Row::default();
        for row in self.rows.values() {
            total += *row;
        }
        total
    }

    /// How a signing writes the event of a row that nobody has tied yet.
    pub fn written_of(&self, key: &Key) -> Option<&str> {
        match key {
            Key::Text(text) => self.written.get(text).map(String::as_str),
            _ => None,
        }
    }

    /// Adds a portion, whose rows are by `group`.
    pub fn add(&mut self, cohort: &Cohort, group: Group) {
        for one in cohort.cases.iter().flat_map(|case| &case.signings) {
            self.years.insert(one.signing.on.earliest().year());
        }
        for one in &cohort.left {
            *self.left.entry(one.rule).or_default() += 1;
            // A row of which nothing counts is there all the same, and says why.
            self.rows.entry(one.line.key.clone()).or_default().left += 1;
            self.note_text(cohort, &one.line, group);
        }
        for line in &cohort.lines {
            let row = Row {
                cells: Column::ALL.map(|column| cohort.cell(line, column).unwrap_or_default()),
                ratios: RateKind::ALL.map(|kind| {
                    let member = line.outcome.counts_project().then_some(line);
                    Ratio::of(kind, cohort, member)
                }),
                left: 0,
            };
            if let Some(sum) = self.rows.get_mut(&line.key) {
                *sum += row;
            } else {
                self.rows.insert(line.key.clone(), row);
            }
            self.note_text(cohort, line, group);
            self.note(cohort, line);
        }
    }

    fn note_text(&mut self, cohort: &Cohort, line: &Line, group: Group) {
        let signing = &cohort.cases[line.case].signings[line.signing].signing;
        if let Key::Text(text) = &line.key
            && group == Group::Event
            && !self.written.contains_key(text)
        {
            self.written.insert(text.clone(), signing.event.clone());
        }
    }

    fn note(&mut self, cohort: &Cohort, line: &Line) {
        let case = &cohort.cases[line.case];
        let signing = &case.signings[line.signing].signing;
        if !line.lead {
            self.shared += 1;
            return;
        }
        if line.amount.is_none() {
            self.unpriced += 1;
            if let (Some(currency), Some(amount)) = (&signing.currency, signing.amount) {
                let sum = self.foreign.entry(currency.clone()).or_default();
                *sum = *sum + amount;
            }
        }
        if line.outcome == Outcome::Increase {
            self.increases += 1;
        }
        if line.outcome.counts_project() {
            self.terminated += usize::from(case.terminated(cohort.as_of));
            self.suspended += usize::from(case.suspended(cohort.as_of));
            for fact in case.unsure(cohort.as_of) {
                *self.unsure.entry(fact).or_default() += 1;
            }
        }
    }
}
