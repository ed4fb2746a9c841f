//! Completeness and timeliness of reporting (报送率、及时率), per unit, kind and period.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{Rate, UnitId, period::ReturnKind, person::Caller};

use super::{Line, Query};
use crate::{App, Result};

/// What was owed, handed in and in time. Owed are the periods whose due day has come, without 免报; one handed in before its
/// due day counts as well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Owed (应报).
    pub owed: u32,
    /// Handed in at least once and not taken back (已报).
    pub handed_in: u32,
    /// Of these, first handed in by the due day (按时).
    pub in_time: u32,
    /// 零报告 among those handed in.
    pub zero: u32,
    /// Returned at present (已退回).
    pub returned: u32,
    /// Not owed by 免报.
    pub exempt: u32,
}

impl Tally {
    /// 报送率: handed in / owed; none where nothing is owed.
    pub fn completeness(&self) -> Option<Rate> {
        Rate::new(i128::from(self.handed_in), i128::from(self.owed))
    }

    /// 及时率: in time / owed; none where nothing is owed.
    pub fn timeliness(&self) -> Option<Rate> {
        Rate::new(i128::from(self.in_time), i128::from(self.owed))
    }

    fn add(&mut self, line: &Line, today: NaiveDate) {
        if line.is_exempt() {
            self.exempt += 1;
            return;
        }
        let handed_in = line.edition.is_some();
        if !handed_in && line.period.due_on >= today {
            return;
        }
        self.owed += 1;
        if handed_in {
            self.handed_in += 1;
            self.in_time += u32::from(!line.late);
            self.zero += u32::from(line.zero);
            self.returned += u32::from(line.state == Some(domain::returns::ReturnState::Returned));
        }
    }
}

/// The figures of a year.
pub struct Figures {
    /// The year, of the cut-offs.
    pub year: i32,
    /// The day up to which.
    pub today: NaiveDate,
    /// Of all.
    pub total: Tally,
    /// Per unit, in own order.
    pub units: Vec<(UnitId, String, Tally)>,
    /// Per kind.
    pub kinds: Vec<(ReturnKind, Tally)>,
    /// Per period: kind, cut-off, its words.
    pub periods: Vec<(ReturnKind, NaiveDate, String, Tally)>,
}

impl App {
    /// The figures of a year within the caller's reach, of one kind or all.
    ///
    /// # Errors
    /// As [`App::returns`].
    pub async fn return_figures(
        &self,
        caller: &Caller,
        year: i32,
        kind: Option<ReturnKind>,
    ) -> Result<Figures> {
        let today = self.today();
        let mut figures = Figures {
            year,
            today,
            total: Tally::default(),
            units: Vec::new(),
            kinds: Vec::new(),
            periods: Vec::new(),
        };
        let mut by_unit: BTreeMap<UnitId, Tally> = BTreeMap::new();
        for own in ReturnKind::ALL
            .iter()
            .filter(|own| kind.is_none_or(|kind| kind == **own))
        {
            let query = Query {
                year: Some(year),
                ..Query::default()
            };
            let returns = self.returns(caller, *own, query).await?;
            let mut of_kind = Tally::default();
            for period in &returns.periods {
                let mut of_period = Tally::default();
                let lines = returns
                    .lines
                    .iter()
                    .filter(|line| line.period.id == period.id);
                for line in lines {
                    of_period.add(line, today);
                    of_kind.add(line, today);
                    figures.total.add(line, today);
                    by_unit.entry(line.unit).or_default().add(line, today);
                }
                if of_period != Tally::default() {
                    let label = period.label();
                    figures
                        .periods
                        .push((*own, period.cut_off, label, of_period));
                }
            }
            figures.kinds.push((*own, of_kind));
            figures.units = returns
                .units
                .into_iter()
                .map(|(unit, name)| (unit, name, Tally::default()))
                .collect();
        }
        for (unit, _, tally) in &mut figures.units {
            *tally = by_unit.remove(unit).unwrap_or_default();
        }
        figures
            .periods
            .sort_by_key(|(kind, cut_off, _, _)| (std::cmp::Reverse(*cut_off), *kind));
        Ok(figures)
    }
}
