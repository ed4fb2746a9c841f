//! The officer's looks: units × periods, and whom to call today.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use domain::{
    UnitId,
    period::{Period, ReturnKind},
    permission::{Action, Role},
    person::Caller,
    unit::UnitKind,
    workday::print_day,
};

use super::{Line, Query, remarks::RemarkView};
use crate::{App, Result};

/// Days before the due day from which a unit is on the call sheet.
const CALL_DAYS: i64 = 7;
/// Periods of all kinds that the matrix shows: due so many days before or after today.
const NEAR_DAYS: i64 = 75;

/// Units × periods.
pub struct Matrix {
    /// The periods, by their due days.
    pub periods: Vec<Period>,
    /// The units in own order, each with its line per period; none where it owes nothing there.
    pub rows: Vec<(UnitId, String, Vec<Option<Line>>)>,
    /// The day it is.
    pub today: NaiveDate,
}

impl Matrix {
    /// How many units of a period satisfy a test.
    pub fn count(&self, column: usize, test: impl Fn(&Line) -> bool) -> usize {
        let lines = self
            .rows
            .iter()
            .filter_map(|(_, _, lines)| lines.get(column)?.as_ref());
        lines.filter(|line| test(line)).count()
    }
}

/// Someone to call.
#[derive(Debug, Clone)]
pub struct Contact {
    /// The name.
    pub name: String,
    /// In which role.
    pub role: &'static str,
    /// The telephone; empty where none is kept.
    pub phone: String,
}

/// A unit on the call sheet.
pub struct Call {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Whom to call.
    pub contacts: Vec<Contact>,
    /// What is not in: the most overdue first.
    pub lines: Vec<Line>,
    /// The text to send, ready to copy.
    pub text: String,
    /// Remarks on the unit, newest first.
    pub remarks: Vec<RemarkView>,
}

impl App {
    /// All obligations within reach, of one kind or of all, in a year or near today.
    ///
    /// # Errors
    /// As [`App::returns`].
    pub async fn matrix(
        &self,
        caller: &Caller,
        kind: Option<ReturnKind>,
        year: Option<i32>,
    ) -> Result<Matrix> {
        let today = self.today();
        let kinds = match kind {
            Some(kind) => vec![kind],
            None => ReturnKind::ALL.to_vec(),
        };
        let mut columns: Vec<(Period, BTreeMap<UnitId, Line>)> = Vec::new();
        let mut units = Vec::new();
        for kind in kinds {
            let query = Query {
                year,
                ..Query::default()
            };
            let returns = self.returns(caller, kind, query).await?;
            units = returns.units;
            for period in returns.periods {
                let near = (period.due_on - today).num_days().abs() <= NEAR_DAYS;
                let wanted = match year {
                    Some(year) => chrono::Datelike::year(&period.cut_off) == year,
                    None => near,
                };
                if wanted {
                    let own = returns
                        .lines
                        .iter()
                        .filter(|line| line.period.id == period.id);
                    let lines = own.map(|line| (line.unit, line.clone())).collect();
                    columns.push((period, lines));
                }
            }
        }
        columns.sort_by_key(|(period, _)| (period.due_on, period.kind));
        let rows = units.into_iter().map(|(unit, name)| {
            let lines = columns.iter().map(|(_, lines)| lines.get(&unit).cloned());
            (unit, name, lines.collect())
        });
        Ok(Matrix {
            rows: rows.collect(),
            periods: columns.into_iter().map(|(period, _)| period).collect(),
            today,
        })
    }

    /// 今天该催谁: units that have not handed in what is due within a week or overdue, the most overdue first.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for others than officers.
    pub async fn call_sheet(&self, caller: &Caller) -> Result<Vec<Call>> {
        self.permit(caller, Action::KeepSchedules).await?;
        let today = self.today();
        let mut by_unit: BTreeMap<UnitId, Vec<Line>> = BTreeMap::new();
        let mut units = Vec::new();
        for kind in ReturnKind::ALL {
            let returns = self.returns(caller, *kind, Query::default()).await?;
            units = returns.units;
            for line in returns.lines.into_iter().filter(Line::is_owed) {
                if line.due_on() <= today + TimeDelta::days(CALL_DAYS) {
                    by_unit.entry(line.unit).or_default().push(line);
                }
            }
        }
        let everybody = store::people::everybody(&self.store().read()).await?;
        let reached = store::reminders::contacts(&self.store().read()).await?;
        let mut remarks: BTreeMap<UnitId, Vec<RemarkView>> = BTreeMap::new();
        for one in self.remarks(caller).await? {
            remarks.entry(one.remark.unit).or_default().push(one);
        }
        let mut calls = Vec::new();
        for (unit, _) in units {
            let Some(mut lines) = by_unit.remove(&unit) else {
                continue;
            };
            lines.sort_by_key(Line::due_on);
            let contacts = everybody
                .iter()
                .filter(|one| one.unit == unit && one.active);
            let contacts = contacts.filter_map(|one| {
                let roles = [Role::Reporter, Role::Approver];
                let role = roles.into_iter().find(|role| one.roles.contains(role))?;
                Some(Contact {
                    name: one.name.clone(),
                    role: role.label(),
                    phone: reached
                        .get(&one.id)
                        .map(|one| one.phone.clone())
                        .unwrap_or_default(),
                })
            });
            let unit_name = lines.first().map(|line| line.unit_name.clone());
            let unit_name = unit_name.unwrap_or_default();
            calls.push(Call {
                unit,
                text: call_text(&unit_name, &lines, today),
                unit_name,
                contacts: contacts.collect(),
                lines,
                remarks: remarks.remove(&unit).unwrap_or_default(),
            });
        }
        calls.sort_by_key(|call| call.lines.first().map(Line::due_on));
        Ok(calls)
    }

    /// The kinds of enterprise's units that owe returns at all: whether the caller's authority has any.
    pub(crate) async fn has_enterprises(&self, caller: &Caller) -> Result<bool> {
        let reach = self.reach(caller, Action::ViewReturns).await?;
        let mut units = reach.tree.all().iter();
        Ok(units.any(|unit| unit.kind == UnitKind::Enterprise && reach.covers(unit.id)))
    }
}

/// `还有3天`, of what is due: a resubmission has its own day.
pub fn days_left(line: &Line, today: NaiveDate) -> String {
    domain::period::days_in_words(line.due_on(), today)
}

fn call_text(unit: &str, lines: &[Line], today: NaiveDate) -> String {
    let items = lines.iter().map(|line| {
        let (kind, label) = (line.period.kind, line.period.label());
        let left = days_left(line, today);
        match line.resubmit_by {
            Some(day) => format!(
                "{}（{label}）已退回，请于{}前修改后重新报送，{left}",
                kind.title(),
                print_day(day)
            ),
            None if line.is_locked() => format!(
                "{}（{label}）应于{}报送，{left}，现已锁定，请来电说明情况",
                kind.title(),
                print_day(line.period.due_on)
            ),
            None => format!(
                "{}（{label}）截止{}，{left}",
                kind.title(),
                line.period.due_sentence()
            ),
        }
    });
    let items: Vec<String> = items.collect();
    format!(
        "{unit}：贵单位尚有以下材料未报送：{}。请尽快登录系统报送；本期没有内容的，请作零报告。（国资委招商引资处）",
        items.join("；")
    )
}
