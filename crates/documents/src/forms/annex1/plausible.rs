//! Amounts that are out of all proportion: mostly a wrong unit. They are kept, and doubted.

use domain::Money;

use super::draft::Draft;
use super::sheet::Sheet;
use crate::forms::words::Field;

/// The factor between neighbouring units, 元 and 万元, 万元 and 亿元: a figure so much larger or smaller than the
/// others of its column is likely in another unit than they are. In the published table the widest gap is 300-fold.
const UNIT_FACTOR: i128 = 10_000;
/// More than 10000% of a target: the best of the published table has 903.09%; ten times as much may be real.
const MOST_OF_TARGET: i128 = 100;
/// 1000亿元 for one enterprise: half a thousand times what all of the published table are asked for together.
const LARGEST: Money = Money::from_wan(10_000_000);
/// Where the unit is smaller than 万元 and no amount of the whole table reaches 10万元, the figures were likely in
/// 万元: the smallest target published is 5000万元.
const SMALLEST_TABLE: Money = Money::from_wan(10);

/// Adds a doubt to every row, or to the file, whose amounts cannot well be.
pub(super) fn check(sheet: &mut Sheet) {
    let largest = sheet
        .rows
        .iter()
        .flat_map(|row| [row.target, row.done])
        .flatten()
        .max();
    if let (Some(unit), Some(largest)) = (&sheet.small_unit, largest)
        && !largest.is_zero()
        && largest < SMALLEST_TABLE
    {
        let why = format!(
            "数额异常，全表最大的数只有{}万元，请核对单位是否为{unit}",
            largest.wan_exact()
        );
        sheet.notes.push((None, why));
    }
    jumps(&mut sheet.rows, Field::Target);
    jumps(&mut sheet.rows, Field::Done);
    for row in &mut sheet.rows {
        row.whys.extend(out_of_proportion(row));
        row.whys.extend(too_large(row));
    }
}

fn amount(row: &Draft, field: Field) -> Option<Money> {
    if field == Field::Target {
        row.target
    } else {
        row.done
    }
}

/// Compares each amount with the median of the others of its column.
fn jumps(rows: &mut [Draft], field: Field) {
    let positive = |row: &Draft| amount(row, field).filter(|money| money.fen() > 0);
    let mut sorted: Vec<i64> = rows
        .iter()
        .filter_map(|row| positive(row).map(Money::fen))
        .collect();
    sorted.sort_unstable();
    for row in rows {
        let Some(money) = positive(row) else { continue };
        let Some(median) = median_of_others(&sorted, money.fen()) else {
            continue;
        };
        let (own, median) = (i128::from(money.fen()), i128::from(median));
        let why = if own >= median * UNIT_FACTOR {
            "大"
        } else if own * UNIT_FACTOR <= median {
            "小"
        } else {
            continue;
        };
        let wan = money.wan_exact();
        row.whys.push((
            Some(field),
            format!("数额异常，{wan}万元比其他行{why}一万倍以上，请核对单位"),
        ));
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

/// Done and target against each other.
fn out_of_proportion(row: &Draft) -> Option<(Option<Field>, String)> {
    let (target, done) = (row.target?, row.done?);
    if target.fen() < 0 {
        return Some((Some(Field::Target), "任务数是负数，请核对".to_owned()));
    }
    if target.is_zero() || done.fen() <= 0 {
        return None;
    }
    let (target, done) = (i128::from(target.fen()), i128::from(done.fen()));
    let what = if done > target * MOST_OF_TARGET {
        "超过任务数的100倍"
    } else if done * UNIT_FACTOR < target {
        "不到任务数的万分之一"
    } else {
        return None;
    };
    let why = format!("数额异常，完成数{what}，请核对两栏的单位");
    Some((Some(Field::Done), why))
}

fn too_large(row: &Draft) -> Vec<(Option<Field>, String)> {
    [Field::Target, Field::Done]
        .into_iter()
        .filter_map(|field| {
            let money = amount(row, field).filter(|money| *money >= LARGEST)?;
            let yi = money.fen() / (Money::from_wan(10_000).fen());
            let why = format!("数额异常，约{yi}亿元，请核对单位");
            Some((Some(field), why))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_leaves_the_own_figure_out() {
        let sorted = [1, 5, 7, 9];
        assert_eq!(median_of_others(&sorted, 1), Some(7));
        assert_eq!(median_of_others(&sorted, 9), Some(5));
        assert_eq!(median_of_others(&[5, 50_000], 5), Some(50_000));
        assert_eq!(median_of_others(&[5, 50_000], 50_000), Some(5));
        assert_eq!(median_of_others(&[5], 5), None);
    }
}
