//! Checks across rows: sums, possible duplicates, the total row.

use std::collections::HashMap;
use std::ops::Range;

use domain::{Money, names};

use super::draft::Draft;
use super::sheet::{Sheet, totals};
use crate::forms::cells::labels::Sum;
use crate::forms::words::Field;

/// Takes the total row out of the sums: the last one called 合计, else a last row without name that sums up the
/// others. Says what does not add up.
pub(super) fn take_total(sheet: &mut Sheet) -> Option<Draft> {
    let at = sheet
        .sums
        .iter()
        .rposition(|(_, sum, _)| *sum == Sum::Total);
    let at = at.or_else(|| {
        sheet
            .sums
            .len()
            .checked_sub(1)
            .filter(|last| *last == 0 && sheet.sums[*last].0 == sheet.rows.len())
    });
    let mut total = match at {
        Some(at) => Some(sheet.sums.remove(at).2),
        None => unnamed_total(sheet),
    }?;
    let (target, done) = totals(&sheet.rows);
    let incomplete =
        |pick: fn(&Draft) -> Option<Money>| sheet.rows.iter().any(|row| pick(row).is_none());
    let mut say = |field: Field, stated: Option<Money>, sum: Money, partly: bool| {
        if let Some(stated) = stated.filter(|stated| *stated != sum) {
            let of = if partly {
                "各行中能读出的数之和"
            } else {
                "各行之和"
            };
            let why = format!(
                "合计写的是{}万元，{of}是{}万元，不一致",
                stated.wan_exact(),
                sum.wan_exact()
            );
            total.whys.push((Some(field), why));
        }
    };
    say(
        Field::Target,
        total.target,
        target,
        incomplete(|row| row.target),
    );
    say(Field::Done, total.done, done, incomplete(|row| row.done));
    Some(total)
}

/// A last row without name whose figures are the sums of the rows above it.
fn unnamed_total(sheet: &mut Sheet) -> Option<Draft> {
    let (last, others) = sheet.rows.split_last()?;
    let (target, done) = totals(others);
    let sums_up = last.target == Some(target) && last.done == Some(done);
    if !last.unit.is_empty() || others.len() < 2 || !sums_up || done.is_zero() {
        return None;
    }
    let mut total = sheet.rows.pop()?;
    total.whys.retain(|(field, _)| *field != Some(Field::Unit));
    total.whys.push((
        Some(Field::Unit),
        "最后一行没有写“合计”，其数等于上面各行之和，已作为合计".to_owned(),
    ));
    Some(total)
}

/// Compares each 小计 with the rows before it (since the sum before) and, for sums printed on top, after it.
pub(super) fn check_parts(sheet: &mut Sheet) {
    let running = Running::new(&sheet.rows);
    let mut before = 0;
    let mut whys = Vec::new();
    for (nth, (at, _, draft)) in sheet.sums.iter().enumerate() {
        let next = sheet
            .sums
            .get(nth + 1)
            .map_or(sheet.rows.len(), |(at, _, _)| *at);
        let spans = [before..*at, 0..*at, *at..next];
        for (field, stated) in [(Field::Target, draft.target), (Field::Done, draft.done)] {
            let Some(stated) = stated else { continue };
            if !spans
                .iter()
                .any(|span| !span.is_empty() && running.sum(field, span) == stated)
            {
                let wan = stated.wan_exact();
                whys.push((
                    Some(field),
                    format!("{}的小计（{wan}万元）与相应各行之和不一致", draft.place),
                ));
            }
        }
        before = *at;
    }
    sheet.notes.append(&mut whys);
}

/// Sums of the first n rows, so that any span is one subtraction.
struct Running(Vec<(Money, Money)>);

impl Running {
    fn new(rows: &[Draft]) -> Self {
        let mut sums = vec![(Money::ZERO, Money::ZERO)];
        for row in rows {
            let (target, done) = sums[sums.len() - 1];
            sums.push((
                target + row.target.unwrap_or_default(),
                done + row.done.unwrap_or_default(),
            ));
        }
        Self(sums)
    }

    fn sum(&self, field: Field, span: &Range<usize>) -> Money {
        let (from, to) = (self.0[span.start], self.0[span.end]);
        if field == Field::Target {
            to.0 - from.0
        } else {
            to.1 - from.1
        }
    }
}

/// Takes the running numbers off names where every row has its own: `1.温州银行`, `2.交投集团`.
pub(super) fn strip_numbering(rows: &mut [Draft]) {
    let bare: Option<Vec<String>> = (1..)
        .zip(&*rows)
        .map(|(number, row)| without_number(&row.unit, number))
        .collect();
    if let Some(names) = bare.filter(|names| names.len() > 1) {
        for (row, name) in rows.iter_mut().zip(names) {
            row.unit = name;
        }
    }
}

fn without_number(name: &str, number: u32) -> Option<String> {
    let rest = name
        .trim_start_matches(['(', '（'])
        .strip_prefix(&number.to_string())?;
    let bare = rest.trim_start_matches(['.', '．', '、', ')', '）', ' ']);
    let separated = bare.len() < rest.len() && !bare.starts_with(|c: char| c.is_ascii_digit());
    (separated && !bare.is_empty()).then(|| bare.to_owned())
}

/// Marks rows whose names are alike to a reader.
pub(super) fn mark_duplicates(rows: &mut [Draft]) {
    let mut first: HashMap<String, usize> = HashMap::new();
    for (at, row) in rows.iter_mut().enumerate() {
        let key = names::key(&row.unit);
        if key.is_empty() {
            continue;
        }
        let earlier = *first.entry(key).or_insert(at);
        if earlier != at {
            row.whys.push((
                Some(Field::Unit),
                format!("与第{}行名称相同，可能重复", earlier + 1),
            ));
        }
    }
}
