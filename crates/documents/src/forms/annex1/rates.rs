//! Rates over the whole table: percentage or bare ratio, and whether they agree with the amounts.

use domain::Money;

use super::draft::Draft;
use crate::forms::words::Field;
use crate::value::decimal::pow10;
use crate::value::rate::StatedRate;

/// Decimals of a rate that are compared at most: the last digits of stored numbers are noise.
const COMPARED: u32 = 8;
/// Decimals printed at least.
const PRINTED: u32 = 2;

/// What an unmarked number in the rate column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Percent,
    Ratio,
}

/// Decides the rate of every row: its text in percent, with the doubts added to the row.
pub(super) fn settle(rows: &mut [&mut Draft], header_says_percent: bool) -> Vec<Option<String>> {
    let meanings: Vec<Option<Meaning>> = rows
        .iter()
        .map(|row| row.rate.and_then(|rate| own_meaning(row, rate)))
        .collect();
    let default = default_meaning(rows, &meanings, header_says_percent);
    rows.iter_mut()
        .zip(meanings)
        .map(|(row, meaning)| settle_row(row, meaning.or(default)))
        .collect()
}

fn settle_row(row: &mut Draft, meaning: Option<Meaning>) -> Option<String> {
    let mut whys = std::mem::take(&mut row.rate_whys);
    let text = match row.rate {
        // Without a target there is no rate, and the form says so with a dash.
        None if row.rate_blank && row.target.is_some_and(Money::is_zero) => {
            whys.clear();
            None
        }
        None => None,
        Some(rate) => match meaning {
            None => {
                whys.push(
                    "没有百分号，又无法与任务数、完成数核对，不能确定是百分数还是比值".to_owned(),
                );
                None
            }
            Some(meaning) => {
                if meaning == Meaning::Ratio {
                    whys.push("写的是比值，已换算为百分数".to_owned());
                }
                whys.extend(disagreement(row, rate, meaning));
                printed(rate, meaning)
            }
        },
    };
    row.whys
        .extend(whys.into_iter().map(|why| (Some(Field::Rate), why)));
    text
}

/// What the row itself shows: its sign, or agreement with its amounts.
fn own_meaning(row: &Draft, rate: StatedRate) -> Option<Meaning> {
    if rate.marked || rate.value.is_zero() {
        return Some(Meaning::Percent);
    }
    let (done, target) = (row.done?, row.target?);
    if agrees(rate, done, target, Meaning::Percent) {
        Some(Meaning::Percent)
    } else {
        agrees(rate, done, target, Meaning::Ratio).then_some(Meaning::Ratio)
    }
}

/// For rows that show nothing themselves, the other rows decide when they are of one mind, else the header.
fn default_meaning(
    rows: &[&mut Draft],
    meanings: &[Option<Meaning>],
    header_says_percent: bool,
) -> Option<Meaning> {
    let shown = |wanted: Meaning| {
        let unmarked = |row: &&mut Draft| {
            row.rate
                .is_some_and(|rate| !rate.marked && !rate.value.is_zero())
        };
        rows.iter()
            .zip(meanings)
            .any(|(row, meaning)| unmarked(row) && *meaning == Some(wanted))
    };
    match (shown(Meaning::Percent), shown(Meaning::Ratio)) {
        (true, false) => Some(Meaning::Percent),
        (false, true) => Some(Meaning::Ratio),
        _ => header_says_percent.then_some(Meaning::Percent),
    }
}

fn disagreement(row: &Draft, rate: StatedRate, meaning: Meaning) -> Option<String> {
    let (done, target) = (row.done?, row.target?);
    if target.is_zero() {
        return Some("任务数是0，不应有完成率".to_owned());
    }
    if target.fen() < 0 || agrees(rate, done, target, meaning) {
        return None;
    }
    let right = domain::Rate::of(done, target)?.pct();
    Some(format!("与完成数÷任务数不符，按所填两数应为{right}%"))
}

/// Whether a stated rate is done / target, rounded half up to the decimals it is printed with.
fn agrees(rate: StatedRate, done: Money, target: Money, meaning: Meaning) -> bool {
    let decimals = match meaning {
        Meaning::Percent => rate.decimals.min(COMPARED),
        Meaning::Ratio => rate.decimals.clamp(PRINTED, COMPARED),
    };
    let factor = if meaning == Meaning::Percent { 100 } else { 1 };
    let Some(exact) = quotient(done, target, factor, decimals) else {
        return false;
    };
    let Some(stated) = rate.value.rounded(decimals) else {
        return false;
    };
    let slack = i128::from(rate.decimals > COMPARED);
    (exact - stated).abs() <= slack
}

/// done × factor / target in units of the last decimal, half up away from zero.
fn quotient(done: Money, target: Money, factor: i128, decimals: u32) -> Option<i128> {
    let lower = i128::from(target.fen());
    if lower <= 0 {
        return None;
    }
    let upper = i128::from(done.fen())
        .checked_mul(factor)?
        .checked_mul(pow10(decimals)?)?;
    let half_up = (upper.abs().checked_mul(2)?.checked_add(lower)?) / lower.checked_mul(2)?;
    Some(if upper < 0 { -half_up } else { half_up })
}

/// The rate in percent with at least two decimals. Long tails of computed numbers are rounded, written ones kept.
fn printed(rate: StatedRate, meaning: Meaning) -> Option<String> {
    const WRITTEN: u32 = 4;
    let percent = if meaning == Meaning::Ratio {
        rate.value.times(100)?
    } else {
        rate.value
    };
    let decimals = if meaning == Meaning::Ratio {
        rate.decimals.saturating_sub(2)
    } else {
        rate.decimals
    };
    percent.fixed(if decimals > WRITTEN {
        PRINTED
    } else {
        decimals.max(PRINTED)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::decimal::Decimal;

    fn rate(text: &str, marked: bool) -> StatedRate {
        let decimals = text
            .split_once('.')
            .map_or(0, |(_, fraction)| u32::try_from(fraction.len()).unwrap());
        StatedRate {
            value: Decimal::parse(text).unwrap(),
            decimals,
            marked,
            approximate: false,
        }
    }

    #[test]
    fn agreement_is_judged_at_the_printed_decimals() {
        let (done, target) = (Money::from_wan(19106), Money::from_wan(30000));
        let ok = |text: &str, meaning| agrees(rate(text, false), done, target, meaning);
        assert!(
            ok("63.69", Meaning::Percent)
                && ok("64", Meaning::Percent)
                && ok("63.6867", Meaning::Percent)
        );
        assert!(!ok("63.68", Meaning::Percent) && !ok("63.687", Meaning::Ratio));
        assert!(
            ok("0.64", Meaning::Ratio)
                && ok("0.6369", Meaning::Ratio)
                && ok("0.636866666666667", Meaning::Ratio)
        );
    }

    #[test]
    fn printing_keeps_what_was_written() {
        assert_eq!(
            printed(rate("20", true), Meaning::Percent).as_deref(),
            Some("20.00")
        );
        assert_eq!(
            printed(rate("63.687", true), Meaning::Percent).as_deref(),
            Some("63.687")
        );
        assert_eq!(
            printed(rate("9.0309", false), Meaning::Ratio).as_deref(),
            Some("903.09")
        );
        assert_eq!(
            printed(rate("0.636866666666667", false), Meaning::Ratio).as_deref(),
            Some("63.69")
        );
    }
}
