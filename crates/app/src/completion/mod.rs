//! The completion table at any (`as_of`, `known_at`), its explanation and its printed form.

mod explain;
mod print;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use domain::{
    Instant, UnitId,
    completion::{CompletionTable, Standing},
    dates,
    permission::Action,
    person::{Caller, Invalid},
    statement::Statement,
    target::TargetRow,
};

use crate::{App, Result};

pub use explain::{Explanation, Figure, Line, Source};
pub use print::Printed;

/// Which table is asked for. What is left open is chosen: see [`App::completion`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Query {
    /// The year.
    pub year: Option<i32>,
    /// Selects by effective and as-at dates.
    pub as_of: Option<NaiveDate>,
    /// Selects by what was recorded and accepted by then; now when left open.
    pub known_at: Option<Instant>,
}

/// A completion table with what it was made from.
pub struct View {
    /// The table; only the enterprises the caller reaches.
    pub table: CompletionTable,
    /// What was known then.
    pub known_at: Instant,
    /// Whether the query named that moment.
    pub known_at_asked: bool,
    /// Name of the authority.
    pub authority: String,
    /// Whether all its enterprises are in the table.
    pub whole: bool,
    /// The target in force, by unit.
    pub targets: BTreeMap<UnitId, TargetRow>,
    /// The newest statement, by unit.
    pub statements: BTreeMap<UnitId, Statement>,
}

impl View {
    /// The as-at date of a unit's figure, when it is older than the table's.
    pub fn older(&self, unit: &UnitId) -> Option<NaiveDate> {
        let as_at = self.statements.get(unit).map(|statement| statement.as_at);
        as_at.filter(|day| *day < self.table.as_of)
    }

    /// How many enterprises' figures are older than the table's day.
    pub fn older_count(&self) -> usize {
        let units = self.table.rows.iter().map(|row| row.standing.unit);
        units.filter(|unit| self.older(unit).is_some()).count()
    }
}

impl App {
    /// The completion table. Without `as_of`: the newest as-at date of any statement within reach (in `year`, when
    /// given: then else the year's end or today, whichever is earlier); without `year`: the year of `as_of`.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for a year out of range or a day outside the year.
    pub async fn completion(&self, caller: &Caller, query: Query) -> Result<View> {
        let reach = self.reach(caller, Action::ViewCompletion).await?;
        let reader = self.store().read();
        let authority = reach.authority()?;
        let within: Vec<UnitId> = reach
            .tree
            .subtree(caller.person.unit)
            .map(|unit| unit.id)
            .collect();
        let newest = store::statements::newest_as_at(&reader, &within).await?;
        let as_of = choose_day(query, newest, self.today());
        let year = query.year.unwrap_or(as_of.year());
        check(year, as_of)?;
        let known_at = query.known_at.unwrap_or_else(|| self.now());
        let covered = |unit: UnitId| reach.covers(unit);
        let mut targets = BTreeMap::new();
        for row in store::targets::in_force(&reader, year, as_of, known_at).await? {
            targets.insert(row.unit, row);
        }
        let mut statements = BTreeMap::new();
        for statement in store::statements::newest(&reader, year, as_of, known_at).await? {
            statements.insert(statement.unit, statement);
        }
        let enterprises = reach
            .tree
            .enterprises_of(authority.id, as_of)
            .filter(|unit| covered(unit.id));
        let standings = enterprises.map(|unit| Standing {
            unit: unit.id,
            name: unit.name.clone(),
            short_name: unit.short_name.clone(),
            target: targets.get(&unit.id).map(|row: &TargetRow| row.amount),
            done: statements
                .get(&unit.id)
                .map(|statement: &Statement| statement.amount),
        });
        Ok(View {
            table: CompletionTable::of(year, as_of, standings.collect()),
            known_at,
            known_at_asked: query.known_at.is_some(),
            authority: authority.name.clone(),
            whole: reach.covers_authority()?,
            targets,
            statements,
        })
    }
}

fn choose_day(query: Query, newest: Option<NaiveDate>, today: NaiveDate) -> NaiveDate {
    if let Some(day) = query.as_of {
        return day;
    }
    match query.year {
        None => newest.unwrap_or(today),
        Some(year) => {
            let end = dates::month_end(year, 12).unwrap_or(today);
            newest
                .filter(|day| day.year() == year)
                .unwrap_or_else(|| if today.year() == year { today } else { end })
        }
    }
}

fn check(year: i32, as_of: NaiveDate) -> std::result::Result<(), Invalid> {
    if !dates::YEARS.contains(&year) {
        return Err(Invalid::of("year", "请填写2000到2099之间的年度"));
    }
    if as_of.year() != year {
        return Err(Invalid::of("as_of", format!("截止日期须在{year}年内")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn an_open_query_shows_the_newest_figures() {
        let today = day("2026-11-22");
        let newest = Some(day("2017-10-31"));
        assert_eq!(
            choose_day(Query::default(), newest, today),
            day("2017-10-31")
        );
        assert_eq!(choose_day(Query::default(), None, today), today);
        let year = |year| Query {
            year: Some(year),
            ..Query::default()
        };
        assert_eq!(choose_day(year(2017), newest, today), day("2017-10-31"));
        assert_eq!(choose_day(year(2016), newest, today), day("2016-12-31"));
        assert_eq!(choose_day(year(2026), newest, today), today);
    }

    #[test]
    fn the_day_lies_in_the_year() {
        assert!(check(2017, day("2017-10-31")).is_ok());
        assert!(
            check(2017, day("2018-01-01"))
                .unwrap_err()
                .first("as_of")
                .is_some()
        );
        assert!(
            check(1900, day("1900-01-01"))
                .unwrap_err()
                .first("year")
                .is_some()
        );
    }
}
