//! The list behind a number: it sums to it, exactly.

use std::ops::Range;

use domain::{
    Money, ProjectId,
    cohort::{Cohort, Column, Key, Line, rates::RateKind},
    permission::Action,
    person::{Caller, Invalid},
    project::Signing,
};

use super::{CohortQuery, Frame, Pick, Side};
use crate::{App, Error, Result, access::Reach};

/// Lines of a page.
pub const PER_PAGE: usize = 200;

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortItem {
    /// The project.
    pub project: ProjectId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The unit it counts for.
    pub unit: String,
    /// Whether the caller may open it: another unit's record of a shared project he may not.
    pub open: bool,
    /// The signing.
    pub signing: Signing,
    /// The event it means: as registered, else as the signing writes it.
    pub event: String,
    /// What became of it, or where the project is.
    pub remark: String,
    /// What it brings: projects.
    pub projects: i64,
    /// What it brings: an amount; none where none is known.
    pub amount: Option<Money>,
}

/// The list behind a number.
#[derive(Debug, Clone)]
pub struct CohortList {
    /// What was asked.
    pub query: CohortQuery,
    /// What it is the list of.
    pub title: String,
    /// What its amounts are.
    pub amount_label: &'static str,
    /// The lines of this page.
    pub items: Vec<CohortItem>,
    /// How many lines there are.
    pub count: usize,
    /// All of them: projects.
    pub projects: i64,
    /// All of them: the amount.
    pub amount: Money,
    /// How many pages.
    pub pages: usize,
    /// The cut-off.
    pub as_of: chrono::NaiveDate,
}

impl App {
    /// What a number of a board is made of.
    ///
    /// # Errors
    /// As [`App::cohort_board`]; [`Error::NotFound`](crate::Error::NotFound) for a row that is not there.
    pub async fn cohort_list(&self, caller: &Caller, query: CohortQuery) -> Result<CohortList> {
        let reach = self.reach(caller, Action::ViewCohorts).await?;
        let Some(pick) = query.pick.clone() else {
            let why = "请写明要看哪一个数：column、left 或 rate";
            return Err(Invalid::of("column", why).into());
        };
        let mut gathered = Gathered::of(&pick, query.page);
        let each = |frame: &Frame, cohort: &Cohort| {
            let part = Part {
                frame,
                cohort,
                reach: &reach,
            };
            part.behind(&mut gathered);
        };
        let frame = self.each_cohort(&reach, query, None, each).await?;
        let (title, amount_label) = gathered.named(&frame)?;
        Ok(CohortList {
            title,
            amount_label,
            projects: gathered.projects,
            amount: gathered.amount,
            pages: gathered.count.div_ceil(PER_PAGE).max(1),
            items: gathered.items,
            count: gathered.count,
            as_of: frame.at.as_of,
            query: frame.query,
        })
    }
}

/// What is gathered on the way through the portions: the page that is shown, and the sums of all.
struct Gathered<'a> {
    pick: &'a Pick,
    /// The row asked for, once a line of it was met, and how that line's signing writes its event.
    row: Option<(Key, String)>,
    /// The lines shown.
    shown: Range<usize>,
    items: Vec<CohortItem>,
    count: usize,
    projects: i64,
    amount: Money,
}

impl<'a> Gathered<'a> {
    fn of(pick: &'a Pick, page: usize) -> Self {
        let first = page.saturating_sub(1).saturating_mul(PER_PAGE);
        Self {
            pick,
            row: None,
            shown: first..first.saturating_add(PER_PAGE),
            items: Vec::new(),
            count: 0,
            projects: 0,
            amount: Money::ZERO,
        }
    }

    /// Counts a line that brings so many projects and so much; it is made when it is to be shown.
    fn add(&mut self, projects: i64, amount: Option<Money>, item: impl FnOnce() -> CohortItem) {
        if self.shown.contains(&self.count) {
            self.items.push(CohortItem {
                projects,
                amount,
                ..item()
            });
        }
        self.count += 1;
        self.projects += projects;
        self.amount = self.amount + amount.unwrap_or_default();
    }

    /// Whether a line is of the row asked for; every line is of the total.
    fn takes(&mut self, line: &Line, cohort: &Cohort) -> bool {
        let (Pick::Cell { row: word, .. } | Pick::Rate { row: word, .. }) = self.pick else {
            return true;
        };
        let Some(word) = word else { return true };
        if let Some((key, _)) = &self.row {
            return *key == line.key;
        }
        let is_it = line.key.word() == *word;
        if is_it {
            let signing = &cohort.cases[line.case].signings[line.signing].signing;
            self.row = Some((line.key.clone(), signing.event.clone()));
        }
        is_it
    }

    /// What it is the list of, and what its amounts are.
    fn named(&self, frame: &Frame) -> Result<(String, &'static str)> {
        let named = |word: &Option<String>| {
            let Some(word) = word else {
                return Ok("合计".to_owned());
            };
            if let Some((key, written)) = &self.row {
                return Ok(frame.label(key, Some(written)));
            }
            // A known event at which nothing counts has an empty list.
            let mut events = frame.events.iter().map(|one| Key::Event(one.id));
            let key = events.find(|key| key.word() == *word);
            key.map(|key| frame.label(&key, None))
                .ok_or(Error::NotFound)
        };
        Ok(match self.pick {
            Pick::Cell { row, column } => (
                format!("{}：{}", named(row)?, column.label()),
                column.amount_label(),
            ),
            Pick::Left(rule) => (format!("没有计入：{}", rule.label()), "没有计入的签约额"),
            Pick::Rate { row, kind, side } => {
                let part = match side {
                    Side::Upper => format!("分子，{}", kind.upper()),
                    Side::Lower => format!("分母，{}", kind.lower()),
                    Side::Unknown => "没有人民币金额，分子分母都不计".to_owned(),
                };
                let title = format!("{}：{}的{part}", named(row)?, kind.label());
                let amounts = match (kind, side) {
                    (RateKind::Funds, Side::Upper) => "到位资金",
                    _ => "签约额",
                };
                (title, amounts)
            }
        })
    }
}

/// A portion that is looked through.
struct Part<'a> {
    frame: &'a Frame,
    cohort: &'a Cohort,
    reach: &'a Reach,
}

impl Part<'_> {
    fn behind(&self, gathered: &mut Gathered<'_>) {
        let cohort = self.cohort;
        match gathered.pick {
            Pick::Cell { column, .. } => {
                for (line, cell) in cohort.behind(None, *column) {
                    if gathered.takes(line, cohort) {
                        let amount = match column {
                            Column::Funded => Some(cell.amount),
                            _ => line.amount,
                        };
                        gathered.add(cell.projects, amount, || self.item(line, None));
                    }
                }
                self.meet(gathered);
            }
            Pick::Left(rule) => {
                for one in cohort.left.iter().filter(|one| one.rule == *rule) {
                    let signing = &cohort.cases[one.line.case].signings[one.line.signing];
                    let amount = signing.signing.in_rmb();
                    gathered.add(0, amount, || self.item(&one.line, None));
                }
            }
            Pick::Rate { kind, side, .. } => {
                for line in cohort.members(None) {
                    if gathered.takes(line, cohort) {
                        self.of_rate(line, *kind, *side, gathered);
                    }
                }
                self.meet(gathered);
            }
        }
    }

    /// A row is there though nothing of it has come this far, or counts.
    fn meet(&self, gathered: &mut Gathered<'_>) {
        let left = self.cohort.left.iter().map(|one| &one.line);
        for line in self.cohort.lines.iter().chain(left) {
            gathered.takes(line, self.cohort);
        }
    }

    fn of_rate(&self, line: &Line, kind: RateKind, side: Side, gathered: &mut Gathered<'_>) {
        let (cohort, as_of) = (self.cohort, self.cohort.as_of);
        let case = &cohort.cases[line.case];
        let value = match (side, kind.parts(cohort, line)) {
            (Side::Upper, Some((0, _))) => return,
            (Side::Upper, Some((upper, _))) => upper,
            (Side::Lower, Some((_, lower))) => lower,
            (Side::Unknown, None) if line.lead && case.formally_signed(as_of) => 0,
            _ => return,
        };
        let (projects, amount) = match kind.is_money() {
            true => (i64::from(line.lead), Some(Money::from_fen(value))),
            false => (value, line.amount),
        };
        let remark = (case.terminated(as_of))
            .then_some("已终止")
            .or_else(|| case.suspended(as_of).then_some("已暂停"));
        gathered.add(projects, amount, || {
            self.item(line, Some(remark.unwrap_or_default()))
        });
    }

    /// A line of the list, but for what it brings.
    fn item(&self, line: &Line, remark: Option<&str>) -> CohortItem {
        let case = &self.cohort.cases[line.case];
        let said = match remark {
            Some(remark) => remark.to_owned(),
            None if line.lead => line.outcome.label().to_owned(),
            None => "共享项目，只计金额".to_owned(),
        };
        let signed = &case.signings[line.signing];
        let events = &self.frame.events;
        let event = events.iter().find(|one| Some(one.id) == signed.event);
        CohortItem {
            event: event.map_or_else(
                || signed.signing.event.clone(),
                |event| event.fields.name.clone(),
            ),
            project: case.project,
            code: case.code.clone(),
            name: case.name.clone(),
            unit: self.frame.unit(line.unit),
            open: self.reach.covers(case.unit),
            signing: case.signings[line.signing].signing.clone(),
            remark: said,
            projects: 0,
            amount: None,
        }
    }
}
