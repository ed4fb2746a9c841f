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
    /// The same with the cells of each row on one line, a tab between them.
    pub lines: Vec<String>,
    /// Lines below.
    pub below: Vec<String>,
    /// Another table stands before it: the lines between may belong to either.
    pub follows: bool,
    /// Has no header of its own: the table before goes on.
    pub headless: bool,
}

/// All segments of a file, in order.
///
/// # Errors
/// `too_large_unpacked` when there are more than [`limits::TABLES`].
pub(super) fn find(contents: &Contents) -> Accept<Vec<Segment<'_>>> {
    let mut all: Vec<Segment<'_>> = Vec::new();
    let mut signed: Vec<String> = Vec::new();
    for grid in &contents.grids {
        let mut here = in_grid(grid)?;
        if let Some(first) = here.first_mut() {
            first.above.splice(0..0, signed.iter().cloned());
            first.lines.splice(0..0, signed.drain(..));
            all.extend(here);
        } else if let Some(lines) = signature_table(grid) {
            let next = all.is_empty() || grid.before.iter().any(|line| context::begins_form(line));
            match all.last_mut().filter(|_| !next) {
                Some(before) => before.below.extend(lines),
                None => signed = lines,
            }
        } else {
            all.extend(goes_on(all.last(), grid));
        }
    }
    Ok(all)
}

/// The lines of a table that only lays out who reports and when.
fn signature_table(grid: &Grid) -> Option<Vec<String>> {
    /// Rows of such a table at most.
    const FEW: usize = 4;
    let signs = grid.rows.iter().any(is_signature_row);
    let only = grid
        .rows
        .iter()
        .all(|row| is_line(row) || is_signature_row(row));
    if !matches!(grid.place, Place::Table(_)) || grid.rows.len() > FEW || !signs || !only {
        return None;
    }
    let mut lines = grid.before.clone();
    lines.extend(joined(grid, 0..grid.rows.len(), false));
    Some(lines)
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
        let of_caption =
            |row: &GridRow| is_line(row) || header.projects.is_some() && is_signature_row(row);
        let caption_start = (from.max(at.saturating_sub(CAPTION_ROWS))..at)
            .rev()
            .take_while(|row| of_caption(&grid.rows[*row]))
            .last()
            .unwrap_or(at);
        let first = found.is_empty();
        let rows_above = if first {
            at.saturating_sub(CAPTION_ROWS)..at
        } else {
            caption_start..at
        };
        let joined = joined(grid, rows_above.clone(), first);
        let above = caption(grid, rows_above, first);
        if let Some(before) = found.last_mut() {
            before.rows.end = caption_start.max(before.rows.start);
        }
        at += header.height;
        found.push(Segment {
            grid,
            header,
            rows: at..grid.rows.len(),
            above,
            lines: joined,
            below: Vec::new(),
            follows: !first || matches!(grid.place, Place::Table(2..)),
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
    let before = before?;
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
    // The last columns of 附件2 and 附件3 are often empty: there the tables themselves are as wide.
    let as_wide = match before.header.form {
        Form::Annex1 => width == before.header.width,
        Form::Annex2 | Form::Annex3 => {
            grid.columns > 0 && grid.columns == before.grid.columns && grid.inside.is_none()
        }
    };
    (next && undisturbed && with_numbers && as_wide).then(|| Segment {
        grid,
        header: before.header.clone(),
        rows: 0..grid.rows.len(),
        above: Vec::new(),
        lines: Vec::new(),
        below: grid.after.clone(),
        follows: true,
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

/// Who reports and when, spread over several cells.
fn is_signature_row(row: &GridRow) -> bool {
    let own: Vec<&str> = row
        .cells
        .iter()
        .filter(|cell| !cell.is_below())
        .map(|cell| cell.text.as_str())
        .collect();
    super::projects::is_signature(own)
}

/// The same, told from a header with a column of units: it has a colon, a stamp or a day.
pub(super) fn is_signature_line(row: &GridRow) -> bool {
    let is_day = |text: &str| {
        let read = crate::value::date::read(text).map(|read| read.date);
        matches!(read, Ok(super::PartialDate::Day(_)))
    };
    let signed = |text: &str| text.contains([':', '：', '章']) || is_day(text);
    let mut own = row.cells.iter().filter(|cell| !cell.is_below());
    own.any(|cell| signed(&cell.text)) && is_signature_row(row)
}

/// The lines above a table, each row on one line.
fn joined(grid: &Grid, rows: Range<usize>, with_before: bool) -> Vec<String> {
    let before = grid.before.iter().filter(|_| with_before).cloned();
    let rows = grid.rows[rows].iter().map(|row| {
        let own = row.cells.iter().filter(|cell| !cell.is_below());
        let texts: Vec<&str> = own.map(|cell| cell.text.as_str()).collect();
        texts.join("\t")
    });
    before.chain(rows).collect()
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
