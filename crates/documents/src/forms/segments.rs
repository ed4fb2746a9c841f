//! Cuts grids into segments: one header, the rows under it, the lines around it.

use std::ops::Range;

use super::Form;
use super::context;
use super::header::{self, Header};
use crate::grid::{CellKind, Contents, Grid, GridRow, Place};
use crate::limits;
use crate::refusal::{Accept, Refusal};
use crate::value::is_break;

/// Rows above a header that may be its caption (title, unit line, date line).
const CAPTION_ROWS: usize = 8;

/// One form, or one piece of it.
#[derive(Debug)]
pub(super) struct Segment<'a> {
    pub grid: &'a Grid,
    pub header: Header,
    /// The rows under the header.
    pub rows: Range<usize>,
    /// Lines above, nearest last.
    pub above: Vec<String>,
    /// Lines below.
    pub below: Vec<String>,
    /// Has no header of its own: the table before goes on.
    pub headless: bool,
}

/// All segments of a file, in order.
///
/// # Errors
/// `too_large_unpacked` when there are more than [`limits::TABLES`].
pub(super) fn find(contents: &Contents) -> Accept<Vec<Segment<'_>>> {
    let mut all: Vec<Segment<'_>> = Vec::new();
    for grid in &contents.grids {
        let here = in_grid(grid)?;
        if here.is_empty() {
            all.extend(goes_on(all.last(), grid));
        } else {
            all.extend(here);
        }
    }
    Ok(all)
}

fn in_grid(grid: &Grid) -> Accept<Vec<Segment<'_>>> {
    // Rows of several cells are headers or data: their years say nothing about the table as a whole.
    let mut lines = grid.before.clone();
    let first = &grid.rows[..grid.rows.len().min(CAPTION_ROWS)];
    for at in (0..first.len()).filter(|at| is_line(&first[*at])) {
        lines.extend(caption(grid, at..at + 1, false));
    }
    let year = context::read(&lines, &[]).year;
    let mut found: Vec<Segment<'_>> = Vec::new();
    let mut at = 0;
    while at < grid.rows.len() {
        let Some(header) = header::find(grid, at, year) else {
            at += 1;
            continue;
        };
        if found.len() >= limits::TABLES {
            return Err(Refusal::too_large());
        }
        let from = found.last().map_or(0, |before| before.rows.start);
        let caption_start = (from.max(at.saturating_sub(CAPTION_ROWS))..at)
            .rev()
            .take_while(|row| is_line(&grid.rows[*row]))
            .last()
            .unwrap_or(at);
        let first = found.is_empty();
        let above = caption(
            grid,
            if first {
                at.saturating_sub(CAPTION_ROWS)..at
            } else {
                caption_start..at
            },
            first,
        );
        if let Some(before) = found.last_mut() {
            before.rows.end = caption_start.max(before.rows.start);
        }
        at += header.height;
        found.push(Segment {
            grid,
            header,
            rows: at..grid.rows.len(),
            above,
            below: Vec::new(),
            headless: false,
        });
    }
    if let Some(last) = found.last_mut() {
        let tail = last
            .rows
            .end
            .saturating_sub(CAPTION_ROWS)
            .max(last.rows.start)..last.rows.end;
        last.below = tail
            .filter(|row| is_line(&grid.rows[*row]))
            .map(|row| grid.rows[row].line())
            .collect();
        last.below.extend(grid.after.iter().cloned());
    }
    Ok(found)
}

/// A table without header right after a form of as many columns: Word splits tables at page breaks like that.
fn goes_on<'a>(before: Option<&Segment<'a>>, grid: &'a Grid) -> Option<Segment<'a>> {
    let before = before.filter(|before| before.header.form == Form::Annex1)?;
    let next = matches!((&before.grid.place, &grid.place), (Place::Table(first), Place::Table(second)) if first + 1 == *second);
    let undisturbed = grid
        .before
        .iter()
        .all(|line| line.trim().is_empty() || is_continuation(line));
    let width = grid
        .rows
        .iter()
        .filter_map(|row| row.cells.last())
        .map(|cell| cell.col.saturating_add(cell.cols))
        .max()?;
    let with_numbers = grid.rows.iter().any(|row| {
        row.cells
            .iter()
            .any(|cell| cell.text.chars().any(|c| c.is_ascii_digit()))
    });
    (next && undisturbed && with_numbers && width == before.header.width).then(|| Segment {
        grid,
        header: before.header.clone(),
        rows: 0..grid.rows.len(),
        above: Vec::new(),
        below: grid.after.clone(),
        headless: true,
    })
}

/// `续表`, `（续）`, `（续上页）`.
pub(super) fn is_continuation(line: &str) -> bool {
    let squeezed = crate::value::squeeze(line);
    let base = squeezed.trim_matches(['(', ')', '表', '1', '附', '件', ':']);
    matches!(base, "续" | "接上" | "续上" | "接上页" | "续上页")
}

/// One text across the row, or texts that are no figures.
fn is_line(row: &GridRow) -> bool {
    let texts = row
        .cells
        .iter()
        .filter(|cell| !cell.is_below() && !cell.text.is_empty());
    let plain = row.cells.iter().all(|cell| {
        matches!(
            cell.kind,
            CellKind::Text | CellKind::Below(_) | CellKind::Date
        )
    });
    plain && texts.count() <= 2
}

fn caption(grid: &Grid, rows: Range<usize>, with_before: bool) -> Vec<String> {
    let mut lines: Vec<String> = if with_before {
        grid.before.clone()
    } else {
        Vec::new()
    };
    let texts = grid.rows[rows]
        .iter()
        .flat_map(|row| row.cells.iter().map(|cell| cell.text.as_str()));
    // Title and unit line may stand in one cell, under each other.
    let split = texts
        .flat_map(|text| text.split(is_break))
        .filter(|line| !line.trim().is_empty());
    lines.extend(split.map(str::to_owned));
    lines
}
