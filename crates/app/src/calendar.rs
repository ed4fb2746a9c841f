//! 工作日历: which days work, for pages, rules and the API.

use std::collections::BTreeMap;

use chrono::Datelike;
use domain::{
    PersonId, UnitId, dates,
    permission::Action,
    person::{Caller, Invalid},
    workday::Calendar,
};
use serde_json::json;
use store::{Db, workdays::LoadedYear};

use crate::{App, Result, work::Fact};

/// A year of the calendar as the caller's authority has it.
pub struct CalendarView {
    /// The year.
    pub year: i32,
    /// All that is loaded.
    pub calendar: Calendar,
    /// Years the authority loaded itself; the others are built in.
    pub loaded: Vec<LoadedYear>,
    /// Names of those who loaded them.
    pub people: BTreeMap<PersonId, String>,
}

impl App {
    /// The calendar of the caller's authority, at `year` or at the present one.
    ///
    /// # Errors
    /// [`Invalid`] for a year out of range.
    pub async fn calendar(&self, caller: &Caller, year: Option<i32>) -> Result<CalendarView> {
        let reach = self.reach(caller, Action::ViewCalendar).await?;
        let year = year.unwrap_or_else(|| self.today().year());
        if !dates::YEARS.contains(&year) {
            return Err(Invalid::of("year", "请填写2000到2099之间的年度").into());
        }
        let authority = reach.authority()?.id;
        let reader = self.store().read();
        let loaded = store::workdays::years(&reader, authority).await?;
        let people = self
            .names_of(loaded.iter().map(|year| year.loaded_by).collect())
            .await?;
        Ok(CalendarView {
            year,
            calendar: calendar_of(&reader, authority).await?,
            loaded,
            people,
        })
    }

    /// A year's exceptions as a table to take away, in the form in which a further year is loaded.
    ///
    /// # Errors
    /// As [`App::calendar`].
    pub async fn calendar_table(&self, caller: &Caller, year: i32) -> Result<Vec<u8>> {
        let view = self.calendar(caller, Some(year)).await?;
        let rows: Vec<Vec<String>> = view
            .calendar
            .of_year(year)
            .map(|exception| {
                vec![
                    exception.day.to_string(),
                    exception.kind.word().to_owned(),
                    exception.festival.clone(),
                ]
            })
            .collect();
        self.note_access(
            caller,
            Fact::new("workdays.exported", format!("year:{year}"), json!({})),
        )
        .await?;
        Ok(documents::csv_table::write(
            &crate::tables::TableKind::Workdays.columns(),
            rows.iter().map(Vec::as_slice),
        ))
    }
}

/// The years built in, with what the authority has loaded in place of or beside them.
pub(crate) async fn calendar_of(db: &impl Db, authority: UnitId) -> Result<Calendar> {
    let mut calendar = Calendar::built_in();
    let years = store::workdays::years(db, authority).await?;
    if !years.is_empty() {
        let exceptions = store::workdays::exceptions(db, authority).await?;
        for loaded in years {
            calendar.load(loaded.year, exceptions.iter().cloned());
        }
    }
    Ok(calendar)
}
