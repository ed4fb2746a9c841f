//! The completion table at any (`as_of`, `known_at`), its explanation and its printed form.

mod analysis;
mod compare;
mod explain;
mod files;
mod print;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use domain::{
    Instant, Money, UnitId,
    completion::{CompletionTable, Standing},
    dates,
    entry::{self, Counting},
    permission::Action,
    person::{Caller, Invalid},
    statement::Statement,
    target::TargetRow,
};

use store::funds::After;

use crate::{App, Result, access::Reach};

pub use compare::{Compared, Comparison};
pub use explain::{Explanation, Figure, Line, Source};
pub use files::Format;
pub use print::Printed;
pub(crate) use print::title;

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
    /// What counting entries brought after it, by unit.
    pub entries: BTreeMap<UnitId, After>,
    /// Which kinds of proof count.
    pub counting: Counting,
}

/// What a table is made from.
struct Basis {
    targets: BTreeMap<UnitId, TargetRow>,
    statements: BTreeMap<UnitId, Statement>,
    entries: BTreeMap<UnitId, After>,
    counting: Counting,
    table: CompletionTable,
}

impl View {
    /// The as-at date of a unit's figure, when it is older than the table's.
    pub fn older(&self, unit: &UnitId) -> Option<NaiveDate> {
        // Entries received since bring a figure up to the day.
        if self.entries.contains_key(unit) {
            return None;
        }
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
        let basis = self.basis(&reach, year, as_of, known_at).await?;
        Ok(View {
            table: basis.table,
            known_at,
            known_at_asked: query.known_at.is_some(),
            authority: authority.name.clone(),
            whole: reach.covers_authority()?,
            targets: basis.targets,
            statements: basis.statements,
            entries: basis.entries,
            counting: basis.counting,
        })
    }

    /// The table of a day, as known at a moment, for the enterprises within reach.
    async fn basis(
        &self,
        reach: &Reach,
        year: i32,
        as_of: NaiveDate,
        known_at: Instant,
    ) -> Result<Basis> {
        let reader = self.store().read();
        let authority = reach.authority()?.id;
        let (_, counting) = store::funds::counting(&reader, authority, year, known_at).await?;
        let targets = store::targets::in_force(&reader, year, as_of, known_at).await?;
        let targets: BTreeMap<UnitId, TargetRow> = by_unit(targets, |row| row.unit);
        let statements = store::statements::newest(&reader, year, as_of, known_at).await?;
        let statements: BTreeMap<UnitId, Statement> = by_unit(statements, |row| row.unit);
        let entries = store::funds::after_statements(&reader, year, as_of, known_at, &counting);
        let entries: BTreeMap<UnitId, After> = by_unit(entries.await?, |after| after.unit);
        let enterprises = reach.tree.enterprises_of(authority, as_of);
        let standings = enterprises
            .filter(|unit| reach.covers(unit.id))
            .map(|unit| Standing {
                unit: unit.id,
                name: unit.name.clone(),
                short_name: unit.short_name.clone(),
                target: targets.get(&unit.id).map(|row| row.amount),
                done: entry::done(
                    statements.get(&unit.id).map(|statement| statement.amount),
                    entries
                        .get(&unit.id)
                        .map_or(Money::ZERO, |after| after.amount),
                    counting.complete,
                ),
            });
        let table = CompletionTable::of(year, as_of, standings.collect());
        Ok(Basis {
            targets,
            statements,
            entries,
            counting,
            table,
        })
    }
}

fn by_unit<T>(rows: Vec<T>, unit: fn(&T) -> UnitId) -> BTreeMap<UnitId, T> {
    rows.into_iter().map(|row| (unit(&row), row)).collect()
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
