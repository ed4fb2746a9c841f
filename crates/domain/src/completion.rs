//! The completion table (任务完成情况, 附件1) and the honest totals beside its headline. Rules: §1.

use std::cmp::Reverse;

use chrono::NaiveDate;

use crate::{Money, Pct, Rate, UnitId, dates};

/// Where one enterprise stands; given in the units' own order.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The enterprise.
    pub unit: UnitId,
    /// 全称.
    pub name: String,
    /// 简称.
    pub short_name: String,
    /// 任务数 in force; none when no target was given.
    pub target: Option<Money>,
    /// 完成数; none before the first statement: —, not 0.
    pub done: Option<Money>,
}

/// One row of the table.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where the enterprise stands.
    pub standing: Standing,
    /// 完成率; none without target, with target 0, or with nothing known.
    pub rate: Option<Rate>,
    /// 超/欠进度: difference of the two printed figures.
    pub lead: Option<Pct>,
}

/// The 合计 row: sums of what is known, and the ratio of the sums.
#[derive(Debug, Clone)]
pub struct Total {
    /// Sum of the targets.
    pub target: Money,
    /// Sum of what is known to be done; none when nothing is.
    pub done: Option<Money>,
    /// Ratio of the sums.
    pub rate: Option<Rate>,
    /// Enterprises of which nothing is known.
    pub unknown: usize,
}

/// What stands beside the headline, from the same rows.
#[derive(Debug, Clone)]
pub struct Honest {
    /// Each enterprise counted to 100 % at most.
    pub capped: Option<Rate>,
    /// Without the largest contributor: both its target and its amount left out.
    pub without_largest: Option<Rate>,
    /// The largest contributor; of equals the first in own order.
    pub largest: Option<UnitId>,
    /// Enterprises whose exact rate is below the exact part of the year elapsed.
    pub behind: usize,
    /// Enterprises with exactly nothing done.
    pub at_zero: usize,
    /// Enterprises that have a rate: the cohort of the counts and the median.
    pub counted: usize,
    /// The median of the exact rates.
    pub median: Option<Rate>,
    /// Sum of what is missing to each target.
    pub outstanding: Option<Money>,
}

/// The table as of a day.
#[derive(Debug, Clone)]
pub struct CompletionTable {
    /// 年度.
    pub year: i32,
    /// 截至.
    pub as_of: NaiveDate,
    /// Part of the year elapsed.
    pub elapsed: Rate,
    /// By rate, descending; equal rates in own order; without rate last.
    pub rows: Vec<Row>,
    /// 合计.
    pub total: Total,
    /// The honest totals.
    pub honest: Honest,
}

impl CompletionTable {
    /// Makes the table from where each enterprise stands.
    pub fn of(year: i32, as_of: NaiveDate, standings: Vec<Standing>) -> Self {
        let elapsed = dates::elapsed(as_of);
        let total = total(&standings);
        let honest = honest(&standings, elapsed);
        let mut rows: Vec<Row> = standings
            .into_iter()
            .map(|standing| row(standing, elapsed))
            .collect();
        rows.sort_by_key(|row| Reverse(row.rate));
        Self {
            year,
            as_of,
            elapsed,
            rows,
            total,
            honest,
        }
    }

    /// Whether printing whole 万元 hides something, so that a footnote must say so.
    pub fn printing_rounds(&self) -> bool {
        let hides = |amount: Option<Money>| amount.is_some_and(|amount| !amount.is_whole_wan());
        self.rows
            .iter()
            .any(|row| hides(row.standing.done) || hides(row.standing.target))
    }
}

fn rate_of(standing: &Standing) -> Option<Rate> {
    Rate::of(standing.done?, standing.target?)
}

fn row(standing: Standing, elapsed: Rate) -> Row {
    let rate = rate_of(&standing);
    let lead = rate.map(|rate| rate.pct() - elapsed.pct());
    Row {
        standing,
        rate,
        lead,
    }
}

fn total(standings: &[Standing]) -> Total {
    let target = standings
        .iter()
        .filter_map(|standing| standing.target)
        .sum();
    let known: Vec<Money> = standings
        .iter()
        .filter_map(|standing| standing.done)
        .collect();
    let done = (!known.is_empty()).then(|| known.iter().copied().sum());
    Total {
        target,
        done,
        rate: done.and_then(|done| Rate::of(done, target)),
        unknown: standings.len() - known.len(),
    }
}

/// The exact ratio of sums over those with both target and amount known.
fn ratio_of_sums<'a>(
    standings: impl Iterator<Item = &'a Standing> + Clone,
    count: fn(Money, Money) -> Money,
) -> Option<Rate> {
    let known = standings.filter_map(|standing| Some((standing.done?, standing.target?)));
    let done = known
        .clone()
        .map(|(done, target)| count(done, target))
        .sum();
    Rate::of(done, known.map(|(_, target)| target).sum())
}

fn honest(standings: &[Standing], elapsed: Rate) -> Honest {
    let rates: Vec<Rate> = standings.iter().filter_map(rate_of).collect();
    let mut largest: Option<(Money, UnitId)> = None;
    for standing in standings {
        let done = standing.done.unwrap_or(Money::ZERO);
        if done > largest.map_or(Money::ZERO, |(most, _)| most) {
            largest = Some((done, standing.unit));
        }
    }
    let largest = largest.map(|(_, unit)| unit);
    let others = standings
        .iter()
        .filter(|standing| Some(standing.unit) != largest);
    let known = || {
        standings
            .iter()
            .filter_map(|standing| Some((standing.done?, standing.target?)))
    };
    Honest {
        capped: ratio_of_sums(standings.iter(), Money::min),
        without_largest: largest.and_then(|_| ratio_of_sums(others, |done, _| done)),
        largest,
        behind: rates.iter().filter(|rate| **rate < elapsed).count(),
        at_zero: known()
            .filter(|(done, target)| done.is_zero() && !target.is_zero())
            .count(),
        counted: rates.len(),
        median: Rate::median(rates),
        outstanding: known()
            .next()
            .map(|_| known().map(|(done, target)| done.missing_to(target)).sum()),
    }
}

#[cfg(test)]
mod tests;
