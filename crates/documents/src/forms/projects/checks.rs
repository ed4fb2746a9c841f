//! Checks across rows: sums, possible duplicates, amounts out of all proportion.

use std::collections::HashMap;

use domain::{Money, names};

use super::draft::Draft;
use super::gather::{Gathered, StatedSum};
use super::words::Field;
use crate::forms::cells::labels::Sum;

/// What is said about the total row, and about sums of parts: field and why.
pub(super) struct SumDoubts {
    pub total: Vec<String>,
    pub parts: Vec<String>,
}

/// Compares each stated sum with the rows it can be the sum of.
pub(super) fn sums(gathered: &Gathered) -> SumDoubts {
    let mut doubts = SumDoubts {
        total: Vec::new(),
        parts: Vec::new(),
    };
    let (running, missing) = running(&gathered.rows);
    let mut before = 0;
    let mut last_total = 0;
    for (nth, stated) in gathered.sums.iter().enumerate() {
        let next = gathered
            .sums
            .get(nth + 1)
            .map_or(gathered.rows.len(), |sum| sum.at);
        let at = stated.at;
        let spans = match stated.sum {
            Sum::Total => [last_total..at, 0..at, 0..gathered.rows.len()],
            Sum::Part => [before..at, 0..at, at..next],
        };
        let of = |span: &std::ops::Range<usize>| running[span.end] - running[span.start];
        let agrees = |money: Money| {
            let mut filled = spans.iter().filter(|span| !span.is_empty());
            filled.any(|span| of(span) == money)
        };
        let why = if let Some(money) = stated.draft.investment {
            let whole = if stated.sum == Sum::Total {
                0..gathered.rows.len()
            } else {
                before..at
            };
            let all = missing[whole.end] == missing[whole.start];
            (!agrees(money)).then(|| disagreement(stated, money, of(&whole), all))
        } else {
            unreadable(stated)
        };
        match stated.sum {
            Sum::Total => doubts.total.extend(why),
            Sum::Part => doubts.parts.extend(why),
        }
        before = at;
        if stated.sum == Sum::Total {
            last_total = at;
        }
    }
    doubts
}

fn disagreement(stated: &StatedSum, money: Money, sum: Money, whole: bool) -> String {
    let name = if stated.sum == Sum::Total {
        "合计"
    } else {
        "小计"
    };
    let of = if whole {
        "各行之和"
    } else {
        "各行中能读出的数之和"
    };
    format!(
        "{}的{name}写的是{}万元，{of}是{}万元，不一致",
        stated.draft.place,
        money.wan_exact(),
        sum.wan_exact()
    )
}

/// A sum row without an amount says nothing; one that cannot be read is doubtful.
fn unreadable(stated: &StatedSum) -> Option<String> {
    let raw = stated.draft.investment_raw.as_ref()?;
    let why = stated
        .draft
        .whys
        .iter()
        .find(|(field, _)| *field == Some(Field::Investment))?;
    Some(format!(
        "{}的合计“{raw}”没有读出：{}",
        stated.draft.place, why.1
    ))
}

/// Sums of the first n rows, and how many of these have no amount: any span is one subtraction.
fn running(rows: &[Draft]) -> (Vec<Money>, Vec<usize>) {
    let mut sums = vec![Money::ZERO];
    let mut missing = vec![0];
    for row in rows {
        sums.push(sums[sums.len() - 1] + row.investment.unwrap_or_default());
        missing.push(missing[missing.len() - 1] + usize::from(row.investment.is_none()));
    }
    (sums, missing)
}

/// Marks rows whose names are alike to a reader.
pub(super) fn duplicates(rows: &mut [Draft]) {
    let mut first: HashMap<String, usize> = HashMap::new();
    for (at, row) in rows.iter_mut().enumerate() {
        let key = row.text(Field::Project).map(|name| names::key(name));
        let Some(key) = key.filter(|key| !key.is_empty()) else {
            continue;
        };
        let earlier = *first.entry(key).or_insert(at);
        if earlier != at {
            let why = format!("与第{}行项目名称相同，可能重复", earlier + 1);
            row.say(Some(Field::Project), why);
        }
    }
}

/// The factor between neighbouring units: an amount so much larger or smaller than the others is likely in another
/// unit than they are.
const UNIT_FACTOR: i128 = 10_000;
/// 1000亿元 for one project.
const LARGEST: Money = Money::from_wan(10_000_000);
/// Where the unit is smaller than 万元 and no amount of the whole table reaches 10万元, the figures were likely in 万元.
const SMALLEST_TABLE: Money = Money::from_wan(10);

/// Doubts amounts that are out of all proportion: mostly a wrong unit.
pub(super) fn proportions(gathered: &mut Gathered) {
    let mut sorted: Vec<i64> = gathered
        .rows
        .iter()
        .filter_map(|row| row.investment)
        .map(Money::fen)
        .filter(|fen| *fen > 0)
        .collect();
    sorted.sort_unstable();
    if let (Some(unit), Some(largest)) = (&gathered.small_unit, sorted.last())
        && *largest < SMALLEST_TABLE.fen()
    {
        let wan = Money::from_fen(*largest).wan_exact();
        let why = format!("数额异常，全表最大的投资额只有{wan}万元，请核对单位是否为{unit}");
        gathered.notes.push((Some(Field::Investment.key()), why));
    }
    for row in &mut gathered.rows {
        let Some(money) = row.investment.filter(|money| money.fen() > 0) else {
            continue;
        };
        let (own, wan) = (i128::from(money.fen()), money.wan_exact());
        let median = median_of_others(&sorted, money.fen()).map(i128::from);
        let why = match median {
            Some(median) if own >= median * UNIT_FACTOR => {
                format!("数额异常，{wan}万元比其他行大一万倍以上，请核对单位")
            }
            Some(median) if own * UNIT_FACTOR <= median => {
                format!("数额异常，{wan}万元比其他行小一万倍以上，请核对单位")
            }
            _ if money >= LARGEST => {
                let yi = money.fen() / Money::from_wan(10_000).fen();
                format!("数额异常，约{yi}亿元，请核对单位")
            }
            _ => continue,
        };
        row.say(Some(Field::Investment), why);
    }
}

/// The (lower) median of sorted numbers without one of them.
fn median_of_others(sorted: &[i64], own: i64) -> Option<i64> {
    let at = sorted.partition_point(|other| *other < own);
    let middle = sorted.len().checked_sub(2)? / 2;
    sorted
        .get(if middle < at { middle } else { middle + 1 })
        .copied()
}
