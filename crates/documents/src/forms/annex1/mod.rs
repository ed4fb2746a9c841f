//! 附件1: reads its tables into rows, checks them, and says what was understood.

mod checks;
mod draft;
mod locate;
mod plausible;
mod rates;
mod rows;
mod sheet;

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;

use super::cut_off;
use super::reading::{
    Annex1Row, Annex1Total, ErrorKind, Form, Outcome, Reading, RowRef, SourceRow, Warning, limited,
};
use super::segments::Segment;
use super::words::{Field, year_in};
use crate::value::squeeze;
use domain::Money;
use draft::Draft;
use sheet::Sheet;

/// What a file says about itself beside its rows: field and why.
pub(super) type Note = (Option<Field>, String);

/// Reads the 附件1 tables among `segments`; `notes` are already known about the file.
pub(super) fn read(segments: &[Segment<'_>], notes: Vec<String>) -> Reading {
    let mut sheet: Option<Sheet> = None;
    let mut beside: Vec<Note> = Vec::new();
    for table in segments
        .iter()
        .filter(|segment| segment.header.form == Form::Annex1)
    {
        match &mut sheet {
            Some(open) if open.continues_with(table) => open.append(table),
            Some(open) if open.is_empty() => *open = Sheet::read(table),
            Some(open) => beside.extend(open.beside(table)),
            None => sheet = Some(Sheet::read(table)),
        }
    }
    let mut sheet = match sheet {
        Some(sheet) if !sheet.rows.is_empty() => sheet,
        _ => return no_rows(notes),
    };
    sheet.notes.append(&mut beside);
    sheet
        .notes
        .extend(notes.into_iter().map(|note| (None, note)));
    finish(sheet)
}

fn no_rows(notes: Vec<String>) -> Reading {
    let message = "找到了附件1的表头，但表里没有数据，请填好后重新上传。".to_owned();
    let warnings = notes
        .into_iter()
        .map(|why| Warning::new(RowRef::File, None, why))
        .collect();
    Reading {
        form: Some(Form::Annex1),
        warnings,
        ..Reading::nothing(Outcome::Rejected, Some(ErrorKind::NoRows), message)
    }
}

fn finish(mut sheet: Sheet) -> Reading {
    checks::strip_numbering(&mut sheet.rows);
    let mut total = checks::take_total(&mut sheet);
    checks::check_parts(&mut sheet);
    checks::mark_duplicates(&mut sheet.rows);
    let mut drafts: Vec<&mut Draft> = sheet.rows.iter_mut().chain(total.as_mut()).collect();
    let rates = rates::settle(&mut drafts, sheet.header_says_percent);
    plausible::check(&mut sheet);
    let as_at = as_at(&mut sheet);
    note_columns(&mut sheet);
    let unit_of_money = unit_of_money(&sheet);
    let warnings = warnings(&sheet, total.as_ref());
    let count = sheet.rows.len();
    let rows: Vec<Annex1Row> = sheet
        .rows
        .iter()
        .zip(&rates)
        .map(|(draft, rate)| row(draft, rate.clone()))
        .collect();
    let stated = total.as_ref().map(|draft| Annex1Total {
        target_wan: draft.target.map(Money::wan_exact),
        done_wan: draft.done.map(Money::wan_exact),
        rate_pct: rates.get(count).cloned().flatten(),
    });
    let message = message(count, stated.as_ref(), warnings.len());
    Reading {
        outcome: if warnings.is_empty() {
            Outcome::Ok
        } else {
            Outcome::OkWithWarnings
        },
        form: Some(Form::Annex1),
        error: None,
        message,
        title: sheet.context.title,
        year: sheet.context.year,
        as_at,
        unit_of_money,
        rows,
        total: stated,
        tables: Vec::new(),
        warnings,
        source: Some(sources(sheet.rows, total)),
        also: Vec::new(),
    }
}

fn row(draft: &Draft, rate: Option<String>) -> Annex1Row {
    Annex1Row {
        unit: draft.unit.clone(),
        target_wan: draft.target.map(Money::wan_exact),
        done_wan: draft.done.map(Money::wan_exact),
        rate_pct: rate,
    }
}

/// The cut-off of title and header; where they differ, or name no cumulative period, neither is believed.
fn as_at(sheet: &mut Sheet) -> Option<NaiveDate> {
    let label = squeeze(&sheet.done_label);
    note_periods(sheet, &label);
    if sheet.context.odd_period || cut_off::doubtful(&label).is_some() || !one_year(sheet, &label) {
        return None;
    }
    let header = cut_off::as_at(&label, sheet.context.year, false);
    let title = sheet.context.title.as_deref().map(squeeze);
    let bare = || {
        title
            .as_deref()
            .filter(|_| label.contains("累计"))
            .and_then(|title| cut_off::as_at(title, sheet.context.year, true))
    };
    match (sheet.context.as_at, header) {
        (Some(title), Some(header)) if title != header => {
            let why = format!("标题写的截止日是{title}，表头写的是{header}，不一致，请确认");
            sheet.notes.push((None, why));
            None
        }
        (title, header) => title.or(header).or_else(bare),
    }
}

/// Says which column is of another period than the form asks for.
fn note_periods(sheet: &mut Sheet, done: &str) {
    if let Some(doubt) = cut_off::doubtful(done) {
        let why = format!("“{}”{}，请核对", sheet.done_label, doubt.words());
        sheet.notes.push((Some(Field::Done), why));
    }
    if cut_off::is_part_of_year(&squeeze(&sheet.target_label)) {
        let label = &sheet.target_label;
        let why = format!("“{label}”写的是一段时间的任务数，不是全年任务数，请核对");
        sheet.notes.push((Some(Field::Target), why));
    }
    let title = sheet.context.title.as_deref().map(squeeze);
    let one_month = title.as_deref().is_some_and(cut_off::is_single_month);
    let cumulative = done.contains("累计") || cut_off::month_day(done).is_some();
    if one_month && sheet.context.as_at.is_none() && !done.is_empty() && !cumulative {
        let label = &sheet.done_label;
        let why = format!("标题只写了一个月，不能确定“{label}”是当月数还是从1月起的累计数，请核对");
        sheet.notes.push((Some(Field::Done), why));
    }
}

/// Whether title and headers speak of one year; where they do not, no year is believed.
fn one_year(sheet: &mut Sheet, done: &str) -> bool {
    let in_label = |label: &str| year_in(&cut_off::in_digits(&squeeze(label)));
    let mut years: Vec<i32> = [
        sheet.context.year,
        in_label(done),
        in_label(&sheet.target_label),
    ]
    .into_iter()
    .flatten()
    .collect();
    years.sort_unstable();
    years.dedup();
    if years.len() < 2 {
        return true;
    }
    let named: Vec<String> = years.iter().map(|year| format!("{year}年")).collect();
    let why = format!(
        "标题和表头写的年份不一致（{}），没有读取年份，请核对",
        named.join("、")
    );
    sheet.notes.push((None, why));
    sheet.context.year = None;
    false
}

/// Says which columns with something in them were not read, and that the unit of money is nowhere stated.
fn note_columns(sheet: &mut Sheet) {
    const NAMED: usize = 10;
    let mut seen = HashSet::new();
    let labels = sheet.rows.iter().flat_map(|row| &row.used_extra);
    let unread: Vec<String> = labels
        .filter(|label| seen.insert(label.as_str()))
        .cloned()
        .collect();
    if !unread.is_empty() {
        let more = if unread.len() > NAMED {
            format!("等{}列", unread.len())
        } else {
            String::new()
        };
        let named = unread[..unread.len().min(NAMED)].join("、");
        sheet
            .notes
            .push((None, format!("这些列不属于附件1，没有读取：{named}{more}")));
    }
    if sheet.assumed_unit {
        sheet.notes.push((
            None,
            "没有写明金额单位，已按附件1规定的万元读取，请核对".to_owned(),
        ));
    }
}

fn unit_of_money(sheet: &Sheet) -> Option<String> {
    // Cells that name their unit state it where neither header nor line does.
    let by_cells = sheet.unit_names.is_empty() && !sheet.assumed_unit;
    let names = if by_cells {
        &sheet.cell_units
    } else {
        &sheet.unit_names
    };
    let first = names.first()?;
    names
        .iter()
        .all(|name| name == first)
        .then(|| first.clone())
}

fn warnings(sheet: &Sheet, total: Option<&Draft>) -> Vec<Warning> {
    let warn =
        |row: RowRef, (field, why): &Note| Warning::new(row, field.map(Field::key), why.clone());
    let mut all: Vec<Warning> = sheet
        .notes
        .iter()
        .map(|note| warn(RowRef::File, note))
        .collect();
    for (row, draft) in (1..).zip(&sheet.rows) {
        all.extend(draft.whys.iter().map(|why| warn(RowRef::Row(row), why)));
    }
    all.extend(
        total
            .iter()
            .flat_map(|draft| &draft.whys)
            .map(|why| warn(RowRef::Total, why)),
    );
    limited(all)
}

fn message(count: usize, total: Option<&Annex1Total>, warnings: usize) -> String {
    let sum = total.and_then(|total| {
        let (target, done) = (total.target_wan.as_ref()?, total.done_wan.as_ref()?);
        Some(format!("，合计任务数{target}万元、累计完成{done}万元"))
    });
    let doubts = if warnings == 0 {
        String::new()
    } else {
        format!("，有{warnings}处疑问请逐一核对")
    };
    format!(
        "读到附件1，共{count}个单位{}{doubts}。",
        sum.unwrap_or_default()
    )
}

fn sources(rows: Vec<Draft>, total: Option<Draft>) -> Vec<SourceRow> {
    let rows = (1..).map(RowRef::Row).zip(rows);
    let total = total.map(|draft| (RowRef::Total, draft));
    rows.chain(total)
        .map(|(row, draft)| SourceRow {
            row,
            place: draft.place,
            cells: draft.cells,
            places: BTreeMap::new(),
            extra: draft.extra,
        })
        .collect()
}
