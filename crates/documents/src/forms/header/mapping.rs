//! Which heading is which field, also where several claim the same one.

use super::headings::Heading;
use super::{Column, Mapping};
use crate::forms::words::{self, Field};
use crate::limits;

/// Splits the columns where the unit column comes again, and maps each band; none unless every band is 附件1.
pub(super) fn bands(headings: &[Heading], year: Option<i32>) -> Vec<Mapping> {
    // A table of projects has targets and rates too, but its rows are not enterprises.
    if headings
        .iter()
        .any(|heading| words::names_projects(&heading.leaf))
    {
        return Vec::new();
    }
    let fields: Vec<Option<(Field, u8)>> = headings
        .iter()
        .map(|heading| words::field(&heading.leaf, &heading.above))
        .collect();
    let best_unit = fields
        .iter()
        .flatten()
        .filter(|(field, _)| *field == Field::Unit)
        .map(|(_, rank)| *rank)
        .max();
    let starts: Vec<usize> = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| **field == best_unit.map(|rank| (Field::Unit, rank)))
        .map(|(at, _)| at)
        .collect();
    let whole = || {
        [map(headings, &fields, year)]
            .into_iter()
            .filter(is_annex1)
            .collect()
    };
    if best_unit.is_none() || !(2..=limits::BANDS).contains(&starts.len()) {
        return whole();
    }
    let mut split: Vec<Mapping> = Vec::new();
    for (nth, start) in starts.iter().enumerate() {
        let from = if nth == 0 { 0 } else { *start };
        let to = starts.get(nth + 1).copied().unwrap_or(headings.len());
        split.push(map(&headings[from..to], &fields[from..to], year));
    }
    if split.iter().all(is_annex1) {
        split
    } else {
        whole()
    }
}

/// The unit and two of the three figures make it 附件1, also where two columns claim one of them.
fn is_annex1(mapping: &Mapping) -> bool {
    let known = |field: Field| {
        mapping.column(field).is_some()
            || mapping.unclear.iter().any(|(unclear, _)| *unclear == field)
    };
    let figures = [Field::Target, Field::Done, Field::Rate]
        .into_iter()
        .filter(|field| known(*field))
        .count();
    mapping.column(Field::Unit).is_some() && figures >= 2 && mapping.columns.len() >= 2
}

fn map(headings: &[Heading], fields: &[Option<(Field, u8)>], year: Option<i32>) -> Mapping {
    let mut mapping = Mapping::default();
    let mut taken: Vec<usize> = Vec::new();
    for field in Field::ALL {
        let rank = |at: usize| {
            fields[at]
                .filter(|(found, _)| *found == field)
                .map(|(_, rank)| rank)
        };
        let fits_year = |at: &usize| match (year, headings[*at].leaf.year()) {
            (Some(year), Some(said)) => year == said,
            _ => true,
        };
        let candidates: Vec<usize> = (0..headings.len())
            .filter(|at| rank(*at).is_some())
            .filter(fits_year)
            .collect();
        let Some(best) = candidates.iter().filter_map(|at| rank(*at)).max() else {
            continue;
        };
        let equal: Vec<usize> = candidates
            .into_iter()
            .filter(|at| rank(*at) == Some(best))
            .collect();
        let first = equal[0];
        if equal.len() > 1 {
            mapping.unclear.push((
                field,
                equal.iter().map(|at| headings[*at].label()).collect(),
            ));
        }
        // Of two unit columns the left one names the row; of two figures neither is believed.
        if equal.len() == 1 || field == Field::Unit {
            mapping.columns.push(headings[first].column(field));
            taken.push(first);
        }
    }
    if let Some(column) = blank_unit(headings, &mapping) {
        mapping.unclear.push((Field::Unit, Vec::new()));
        mapping.columns.insert(0, column);
    }
    mapping.extra = (0..headings.len())
        .filter(|at| !taken.contains(at))
        .map(|at| (headings[at].col, headings[at].label()))
        .collect();
    mapping
}

/// A form whose upper left cell is blank: the column before the first figure, where it has no header.
fn blank_unit(headings: &[Heading], mapping: &Mapping) -> Option<Column> {
    let figures = [mapping.column(Field::Target)?, mapping.column(Field::Done)?];
    let first = figures.iter().map(|column| column.col).min()?;
    let col = first
        .checked_sub(1)
        .filter(|_| mapping.column(Field::Unit).is_none())?;
    let taken = headings
        .iter()
        .any(|heading| col >= heading.col && col < heading.col.saturating_add(heading.cols));
    (!taken).then(|| Column {
        field: Field::Unit,
        col,
        cols: 1,
        label: String::new(),
        unit: None,
        percent: false,
    })
}
