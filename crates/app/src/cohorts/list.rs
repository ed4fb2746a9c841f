//! The list behind a number: it sums to it, exactly.

use domain::{
    Money, ProjectId,
    cohort::{Column, Key, Line, rates::RateKind},
    permission::Action,
    person::{Caller, Invalid},
    project::Signing,
};

use super::{CohortQuery, Made, Pick, Side};
use crate::{App, Result};

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
        let made = self.make_cohort(&reach, query).await?;
        let covers = |line: &Line| reach.covers(made.cohort.cases[line.case].unit);
        let (title, amount_label, items) = made.behind(&pick, &covers)?;
        let page = made.query.page;
        let count = items.len();
        Ok(CohortList {
            title,
            amount_label,
            projects: items.iter().map(|one| one.projects).sum(),
            amount: items.iter().filter_map(|one| one.amount).sum(),
            pages: count.div_ceil(PER_PAGE).max(1),
            items: items
                .into_iter()
                .skip((page - 1) * PER_PAGE)
                .take(PER_PAGE)
                .collect(),
            count,
            as_of: made.at.as_of,
            query: made.query,
        })
    }
}

impl Made {
    fn behind(
        &self,
        pick: &Pick,
        covers: &dyn Fn(&Line) -> bool,
    ) -> Result<(String, &'static str, Vec<CohortItem>)> {
        let named = |key: &Option<Key>| {
            key.as_ref()
                .map_or_else(|| "合计".to_owned(), |key| self.label(key))
        };
        Ok(match pick {
            Pick::Cell { row, column } => {
                let key = self.key(row.as_deref())?;
                let lines = self.cohort.behind(key.as_ref(), *column);
                let items = lines.into_iter().map(|(line, cell)| {
                    let amount = match column {
                        Column::Funded => Some(cell.amount),
                        _ => line.amount,
                    };
                    self.item(line, covers(line), cell.projects, amount, None)
                });
                let title = format!("{}：{}", named(&key), column.label());
                (title, column.amount_label(), items.collect())
            }
            Pick::Left(rule) => {
                let lines = self.cohort.left.iter().filter(|one| one.rule == *rule);
                let items = lines.map(|one| {
                    let signing = &self.cohort.cases[one.line.case].signings[one.line.signing];
                    let amount = signing.signing.in_rmb();
                    self.item(&one.line, covers(&one.line), 0, amount, None)
                });
                let title = format!("没有计入：{}", rule.label());
                (title, "没有计入的签约额", items.collect())
            }
            Pick::Rate { row, kind, side } => {
                let key = self.key(row.as_deref())?;
                let members = self.cohort.members(key.as_ref());
                let items = members
                    .into_iter()
                    .filter_map(|line| self.of_rate(line, *kind, *side, covers(line)));
                let part = match side {
                    Side::Upper => format!("分子，{}", kind.upper()),
                    Side::Lower => format!("分母，{}", kind.lower()),
                    Side::Unknown => "没有人民币金额，分子分母都不计".to_owned(),
                };
                let title = format!("{}：{}的{part}", named(&key), kind.label());
                let amounts = match (kind, side) {
                    (RateKind::Funds, Side::Upper) => "到位资金",
                    _ => "签约额",
                };
                (title, amounts, items.collect())
            }
        })
    }

    fn of_rate(&self, line: &Line, kind: RateKind, side: Side, open: bool) -> Option<CohortItem> {
        let parts = kind.parts(&self.cohort, line);
        let case = &self.cohort.cases[line.case];
        let value = match (side, parts) {
            (Side::Upper, Some((upper, _))) => upper,
            (Side::Lower, Some((_, lower))) => lower,
            (Side::Unknown, None) if line.lead && case.formally_signed(self.cohort.as_of) => 0,
            _ => return None,
        };
        if side == Side::Upper && value == 0 {
            return None;
        }
        let (projects, amount) = match kind.is_money() {
            true => (i64::from(line.lead), Some(Money::from_fen(value))),
            false => (value, line.amount),
        };
        let remark = (case.terminated(self.cohort.as_of))
            .then_some("已终止")
            .or_else(|| case.suspended(self.cohort.as_of).then_some("已暂停"));
        Some(self.item(
            line,
            open,
            projects,
            amount,
            Some(remark.unwrap_or_default()),
        ))
    }

    fn item(
        &self,
        line: &Line,
        open: bool,
        projects: i64,
        amount: Option<Money>,
        remark: Option<&str>,
    ) -> CohortItem {
        let case = &self.cohort.cases[line.case];
        let said = match remark {
            Some(remark) => remark.to_owned(),
            None if line.lead => line.outcome.label().to_owned(),
            None => "共享项目，只计金额".to_owned(),
        };
        CohortItem {
            project: case.project,
            code: case.code.clone(),
            name: case.name.clone(),
            unit: self.unit(line.unit),
            open,
            signing: case.signings[line.signing].signing.clone(),
            remark: said,
            projects,
            amount,
        }
    }
}
