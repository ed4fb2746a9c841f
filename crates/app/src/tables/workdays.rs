//! A year of working days in: the whole year in place of what was known of it.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use documents::csv_table::CsvRow;
use domain::{
    UnitId, dates,
    person::Caller,
    workday::{self, Calendar, Exception, ExceptionKind},
};
use serde_json::{Value, json};
use store::{Db, workdays::LoadedYear};

use super::{Plan, PreviewCell, PreviewRow, RowState};
use crate::{Error, Result, calendar::calendar_of, work::Work};

/// The columns of the file, as its source names them.
pub(super) const COLUMNS: [&str; 3] = ["date", "kind", "festival"];
/// The same for users.
pub(super) const LABELS: [&str; 3] = ["日期", "类别", "节日"];
/// A year's notice gives more weekdays off than this.
const FEW: usize = 12;

/// Whole years to be loaded.
pub(super) struct Writes {
    authority: UnitId,
    years: BTreeMap<i32, Vec<Exception>>,
}

impl Writes {
    pub(super) async fn write(
        self,
        work: &Work,
        caller: &Caller,
        file_name: &str,
    ) -> store::Result<Value> {
        let mut facts = Vec::new();
        for (year, exceptions) in &self.years {
            let loaded = LoadedYear {
                year: *year,
                file_name: file_name.to_owned(),
                loaded_at: work.now,
                loaded_by: caller.person.id,
            };
            store::workdays::load(&work.tx, self.authority, &loaded, exceptions).await?;
            facts.push(json!({"year": year, "exceptions": exceptions}));
        }
        Ok(Value::from(facts))
    }
}

pub(super) async fn plan(db: &impl Db, caller: &Caller, rows: &[CsvRow]) -> Result<Plan> {
    let tree = store::units::tree(db).await?;
    let authority = tree
        .authority_of(caller.person.unit)
        .ok_or(Error::NotFound)?
        .id;
    let known = calendar_of(db, authority).await?;
    let mut years: BTreeMap<i32, BTreeMap<NaiveDate, Exception>> = BTreeMap::new();
    let mut shown = Vec::new();
    for row in rows {
        let (exception, mut refusals) = read(row);
        if let Some(exception) = &exception {
            let year = years.entry(exception.day.year()).or_default();
            if year.insert(exception.day, exception.clone()).is_some() {
                refusals.push((0, "这一天在文件里出现了两次，请删去一行".to_owned()));
            }
        }
        let stored = exception
            .as_ref()
            .and_then(|exception| known.exception(exception.day))
            .map(printed);
        let written = exception
            .as_ref()
            .map_or_else(|| row.cells.clone(), printed);
        shown.push(PreviewRow::compared(row, stored, written, &refusals));
    }
    for (year, exceptions) in &years {
        let left_out = known
            .of_year(*year)
            .filter(|stored| !exceptions.contains_key(&stored.day));
        shown.extend(left_out.map(removed));
    }
    let notes = years
        .iter()
        .map(|(year, exceptions)| note(&known, *year, exceptions))
        .collect();
    let years = years
        .into_iter()
        .map(|(year, exceptions)| (year, exceptions.into_values().collect()))
        .collect();
    Ok(Plan {
        rows: shown,
        notes,
        writes: super::Writes::Workdays(Writes { authority, years }),
    })
}

fn read(row: &CsvRow) -> (Option<Exception>, Vec<(usize, String)>) {
    let mut refusals = Vec::new();
    let [date, kind, festival] = [0, 1, 2].map(|at| row.cells.get(at).map_or("", String::as_str));
    let day = dates::read_written(date);
    if day.is_none() {
        refusals.push((0, "请写成 2027-01-01 这样的真实日期".to_owned()));
    }
    let kind = ExceptionKind::read(kind.trim());
    if kind.is_none() {
        refusals.push((1, "请填 holiday（休）或 make_up_workday（班）".to_owned()));
    }
    let exception = day.zip(kind).map(|(day, kind)| Exception {
        day,
        kind,
        festival: domain::names::tidy(festival),
    });
    if let Some(Err(invalid)) = exception.as_ref().map(workday::check) {
        refusals.extend(invalid.fields.into_iter().map(|(field, why)| {
            let column = COLUMNS.iter().position(|column| *column == field);
            (column.unwrap_or_default(), why)
        }));
    }
    (exception, refusals)
}

fn printed(exception: &Exception) -> Vec<String> {
    vec![
        format!(
            "{}（周{}）",
            exception.day,
            workday::weekday_word(exception.day.weekday())
        ),
        exception.kind.mark().to_owned(),
        exception.festival.clone(),
    ]
}

fn removed(exception: &Exception) -> PreviewRow {
    let cell = |text| PreviewCell {
        text,
        ..PreviewCell::default()
    };
    PreviewRow {
        line: None,
        state: RowState::Removed,
        cells: printed(exception).into_iter().map(cell).collect(),
    }
}

fn note(known: &Calendar, year: i32, exceptions: &BTreeMap<NaiveDate, Exception>) -> String {
    let off = exceptions
        .values()
        .filter(|exception| exception.kind == ExceptionKind::Holiday)
        .count();
    let make_up = exceptions.len() - off;
    let what = if known.knows(year) {
        "整年替换现有安排"
    } else {
        "新载入"
    };
    let few = if off < FEW {
        "；休息的天数明显少于往年（16至20天），请核对文件是否是全年的"
    } else {
        ""
    };
    format!(
        "{year}年（{what}）：周一至周五休息{off}天，周六、周日上班{make_up}天；其余周一至周五上班，周六、周日休息{few}"
    )
}
