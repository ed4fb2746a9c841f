//! What is due, and who has handed it in.

use std::collections::BTreeMap;

use chrono::Datelike;
use domain::{
    Instant, ReturnId, UnitId,
    period::{Period, ReturnKind, Standing},
    permission::Action,
    person::{Caller, Invalid},
    returns::ReturnState,
    unit::{Unit, UnitKind},
};
use store::returns::{Filing, HandedIn};

use super::{Exception, standing, visible_state};
use crate::{App, Result, access::Reach};

/// Which returns are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query {
    /// With cut-offs in this year.
    pub year: Option<i32>,
    /// Of the period with this cut-off.
    pub cut_off: Option<chrono::NaiveDate>,
    /// Of this enterprise.
    pub unit: Option<UnitId>,
    /// In this state; `Some(None)`: not handed in, as far as the caller sees.
    pub state: Option<Option<ReturnState>>,
}

/// An enterprise's obligation for a period.
#[derive(Debug, Clone)]
pub struct Line {
    /// The period.
    pub period: Period,
    /// The enterprise.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// The return, once it is begun and the caller may know.
    pub filing: Option<ReturnId>,
    /// Its state as the caller sees it.
    pub state: Option<ReturnState>,
    /// The newest handed-in edition.
    pub edition: Option<i64>,
    /// Its receipt.
    pub receipt: String,
    /// When it was handed in.
    pub handed_in_at: Option<Instant>,
    /// Whether that is a zero return.
    pub zero: bool,
    /// How the enterprise stands to the period.
    pub standing: Standing,
    /// The day by which it is to be handed in again, while it is returned.
    pub resubmit_by: Option<chrono::NaiveDate>,
    /// When it was handed in first: by that it is timely or late.
    pub first_handed_in_at: Option<Instant>,
    /// Handed in late, or not handed in and late by now; never where nothing is owed (免报).
    pub late: bool,
    /// How far away the due day is, in words; empty once handed in.
    pub due_words: String,
}

/// Obligations within the caller's reach.
pub struct Returns {
    /// Of which kind.
    pub kind: ReturnKind,
    /// Every period, by cut-off.
    pub periods: Vec<Period>,
    /// What was asked for: newest period first, units in own order.
    pub lines: Vec<Line>,
    /// The enterprises within reach.
    pub units: Vec<(UnitId, String)>,
    /// Whether the caller is of an enterprise.
    pub inside: bool,
}

impl Line {
    /// Whether nothing is owed (免报) and nothing was handed in.
    pub fn is_exempt(&self) -> bool {
        self.standing.exempt.is_some() && self.first_handed_in_at.is_none()
    }

    /// Whether the enterprise still has to hand something in, for the first time or again.
    pub fn is_owed(&self) -> bool {
        !self.is_exempt()
            && !matches!(
                self.state,
                Some(ReturnState::HandedIn | ReturnState::Accepted)
            )
    }

    /// The day that counts: of the resubmission where it came back.
    pub fn due_on(&self) -> chrono::NaiveDate {
        self.resubmit_by.unwrap_or(self.period.due_on)
    }

    /// That day in words, with both dates of one that was moved.
    pub fn due_sentence(&self) -> String {
        match self.resubmit_by {
            Some(day) => format!("重报截止{}", domain::workday::print_day(day)),
            None => format!("截止{}", self.period.due_sentence()),
        }
    }

    /// Whether it is to be written by now: its cut-off has come, or it came back.
    pub fn has_come(&self, today: chrono::NaiveDate) -> bool {
        self.resubmit_by.is_some() || self.period.cut_off <= today
    }

    /// Whether it can no longer be handed in without a permit.
    pub fn is_locked(&self) -> bool {
        self.first_handed_in_at.is_none() && self.standing.refusal(&self.period).is_some()
    }
}

impl Returns {
    /// The period that is worked on: the newest whose cut-off has come, else the first.
    pub fn current(&self, today: chrono::NaiveDate) -> Option<&Period> {
        let come = self
            .periods
            .iter()
            .rev()
            .find(|period| period.cut_off <= today);
        come.or(self.periods.first())
    }
}

impl App {
    /// What enterprises within reach have to hand in of a kind, and how far it is.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for those who may not see returns; [`crate::Error::Invalid`] for a year out of range.
    pub async fn returns(
        &self,
        caller: &Caller,
        kind: ReturnKind,
        query: Query,
    ) -> Result<Returns> {
        let reach = self.reach(caller, Action::ViewReturns).await?;
        if query
            .year
            .is_some_and(|year| !domain::dates::YEARS.contains(&year))
        {
            return Err(Invalid::of("year", "请填写2000到2099之间的年度").into());
        }
        let authority = reach.authority()?.id;
        let inside = !reach.covers(authority);
        let periods = self.periods_of(authority, kind).await?;
        let reader = self.store().read();
        let filings = store::returns::filings(&reader, authority, kind).await?;
        let filings: BTreeMap<_, Filing> = filings
            .into_iter()
            .map(|one| ((one.period, one.unit), one))
            .collect();
        let exceptions = store::returns::exceptions(&reader, authority, kind).await?;
        let editions = store::returns::newest_of_kind(&reader, authority, kind).await?;
        let editions: BTreeMap<_, HandedIn> =
            editions.into_iter().map(|one| (one.filing, one)).collect();
        let mut lines = Vec::new();
        for period in periods.iter().rev() {
            let wanted = query.year.is_none_or(|year| period.cut_off.year() == year)
                && query.cut_off.is_none_or(|day| day == period.cut_off);
            if !wanted {
                continue;
            }
            for unit in obliged(&reach, authority, period) {
                let filing = filings.get(&(period.id, unit.id));
                let edition = filing.and_then(|filing| editions.get(&filing.id));
                let own: Vec<Exception> = exceptions
                    .iter()
                    .filter(|one| (one.period, one.unit) == (period.id, unit.id))
                    .cloned()
                    .collect();
                let standing = standing(period, &own, self.now());
                lines.push(self.line((period, standing), unit, filing, edition, inside));
            }
        }
        lines.retain(|line| {
            query.unit.is_none_or(|unit| unit == line.unit)
                && query.state.is_none_or(|state| state == line.state)
        });
        let units = reach
            .tree
            .all()
            .iter()
            .filter(|unit| unit.kind == UnitKind::Enterprise && reach.covers(unit.id))
            .map(|unit| (unit.id, unit.short_name.clone()))
            .collect();
        Ok(Returns {
            kind,
            periods,
            lines,
            units,
            inside,
        })
    }

    /// What one enterprise has to hand in, of every kind, by due days: a fixed number of statements a kind.
    pub(crate) async fn returns_of_unit(&self, reach: &Reach, unit: &Unit) -> Result<Vec<Line>> {
        let authority = reach.authority()?.id;
        let inside = !reach.covers(authority);
        let reader = self.store().read();
        let editions = store::returns::newest_of_unit(&reader, unit.id).await?;
        let editions: BTreeMap<_, HandedIn> =
            editions.into_iter().map(|one| (one.filing, one)).collect();
        let mut lines = Vec::new();
        for kind in ReturnKind::ALL {
            let periods = store::returns::periods(&reader, authority, *kind).await?;
            let filings = store::returns::filings(&reader, authority, *kind).await?;
            let exceptions = store::returns::exceptions(&reader, authority, *kind).await?;
            for period in &periods {
                let mut obliged = reach.tree.enterprises_of(authority, period.cut_off);
                if !obliged.any(|one| one.id == unit.id) {
                    continue;
                }
                let own = |of: UnitId, at| of == unit.id && at == period.id;
                let filing = filings.iter().find(|one| own(one.unit, one.period));
                let edition = filing.and_then(|filing| editions.get(&filing.id));
                let exceptions: Vec<Exception> = exceptions
                    .iter()
                    .filter(|one| own(one.unit, one.period))
                    .cloned()
                    .collect();
                let standing = standing(period, &exceptions, self.now());
                lines.push(self.line((period, standing), unit, filing, edition, inside));
            }
        }
        lines.sort_by_key(Line::due_on);
        Ok(lines)
    }

    fn line(
        &self,
        (period, standing): (&Period, Standing),
        unit: &Unit,
        filing: Option<&Filing>,
        edition: Option<&HandedIn>,
        inside: bool,
    ) -> Line {
        let state = visible_state(filing, edition.map(|one| one.seen_as), inside);
        let handed_in = edition.map(|edition| edition.handed_in_at);
        let first = filing.and_then(|filing| filing.first_handed_in_at);
        let exempt = standing.exempt.is_some() && first.is_none();
        let open = !exempt && !matches!(state, Some(ReturnState::HandedIn | ReturnState::Accepted));
        Line {
            period: period.clone(),
            unit: unit.id,
            unit_name: unit.name.clone(),
            filing: filing
                .filter(|_| inside || edition.is_some())
                .map(|filing| filing.id),
            state,
            edition: edition.map(|edition| edition.edition),
            receipt: edition.map_or(String::new(), |edition| edition.receipt.clone()),
            handed_in_at: handed_in,
            zero: edition.is_some_and(|edition| edition.zero),
            resubmit_by: filing
                .filter(|_| open)
                .and_then(|filing| filing.resubmit_by),
            first_handed_in_at: first,
            late: !exempt && period.is_late(first.unwrap_or_else(|| self.now())),
            standing,
            due_words: if open {
                // What came back is due on a day of its own.
                let again = filing.and_then(|filing| filing.resubmit_by);
                let due_on = again.unwrap_or(period.due_on);
                domain::period::days_in_words(due_on, self.today())
            } else {
                String::new()
            },
        }
    }
}

/// The enterprises within reach that owe a return for a period: those that exist at its cut-off.
fn obliged<'a>(
    reach: &'a Reach,
    authority: UnitId,
    period: &'a Period,
) -> impl Iterator<Item = &'a Unit> {
    reach
        .tree
        .enterprises_of(authority, period.cut_off)
        .filter(|unit| reach.covers(unit.id))
}
