//! The analysis of the completion table: headline and honest figures, a chart, the table, what it is compared with.
//!
//! One set of values; Word, Excel and PDF are three printings of it.

mod axis;
mod chart;
mod columns;
mod docx;
pub(super) mod words;

use domain::{Money, Pct};

pub(super) use axis::Axis;
pub(super) use chart::{COLUMN, gap};
pub(super) use columns::{Columns, compared, completed};
pub use docx::analysis_docx;

/// The analysis as values. What is not known is printed as —.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// The title, one line each; put the break where it reads well.
    pub title: Vec<String>,
    /// Under the title: cut-off, known-at, what amounts are counted in.
    pub facts: String,
    /// Header of 完成数: `1-10月累计完成数`.
    pub done_header: String,
    /// 时间进度, to which the rates are compared.
    pub elapsed: Pct,
    /// The figures that come first, in order.
    pub headline: Vec<Headline>,
    /// The enterprises, in the table's order.
    pub rows: Vec<AnalysisRow>,
    /// 合计.
    pub total: AnalysisRow,
    /// What a reader has to know about the figures.
    pub notes: Vec<String>,
}

/// A figure with its name and what it means.
#[derive(Debug, Clone)]
pub struct Headline {
    /// Its name: `完成率（合计）`.
    pub label: String,
    /// The figure.
    pub figure: Figure,
    /// What it means, in a few words.
    pub note: String,
}

/// A figure of one of the kinds that are printed differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// An amount.
    Amount(Option<Money>),
    /// More or less than another amount.
    Change(Option<Money>),
    /// A percentage.
    Rate(Option<Pct>),
    /// How many enterprises, of how many when that is said.
    Count {
        /// The number; none before anything is known.
        count: Option<usize>,
        /// Of which it is a part.
        of: Option<usize>,
    },
}

/// One enterprise, or 合计.
#[derive(Debug, Clone, Default)]
pub struct AnalysisRow {
    /// 全称.
    pub unit: String,
    /// 简称, for the axis of a chart.
    pub short: String,
    /// 任务数.
    pub target: Option<Money>,
    /// 累计完成数.
    pub done: Option<Money>,
    /// 完成率.
    pub rate: Option<Pct>,
    /// 超/欠进度, in percentage points.
    pub lead: Option<Pct>,
    /// What its own plan says for the day, as a rate.
    pub plan_rate: Option<Pct>,
    /// 超/欠计划, in percentage points.
    pub plan_lead: Option<Pct>,
    /// 完成数 at the end of the month before.
    pub month_before: Option<Money>,
    /// What came since.
    pub since: Option<Money>,
    /// 完成数 on the same day of the year before.
    pub year_before: Option<Money>,
    /// More or less than then.
    pub against_year_before: Option<Money>,
    /// 完成数 projected to the year's end.
    pub projected: Option<Money>,
    /// The rate that would give.
    pub projected_rate: Option<Pct>,
}

impl Analysis {
    /// What the charts show: the enterprises; a single one together with 合计, for there is no line through one point.
    pub(super) fn charted(&self) -> Vec<&AnalysisRow> {
        let total = (self.rows.len() == 1).then_some(&self.total);
        self.rows.iter().chain(total).collect()
    }

    /// Whether any enterprise has a plan: else its columns would be empty.
    pub(super) fn has_plans(&self) -> bool {
        self.rows.iter().any(|row| row.plan_rate.is_some())
    }
}

impl AnalysisRow {
    /// 简称, or 全称 where there is none.
    pub(super) fn label(&self) -> &str {
        if self.short.is_empty() {
            &self.unit
        } else {
            &self.short
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An analysis with this many enterprises at 50 %.
    pub fn analysis(rows: usize) -> Analysis {
        let row = |number| AnalysisRow {
            unit: format!("第{number}有限公司"),
            short: format!("第{number}"),
            rate: Some(Pct::from_hundredths(5_000)),
            ..AnalysisRow::default()
        };
        Analysis {
            title: vec!["分析".to_owned()],
            facts: String::new(),
            done_header: "累计完成数".to_owned(),
            elapsed: Pct::from_hundredths(8_333),
            headline: Vec::new(),
            rows: (1..=rows).map(row).collect(),
            total: AnalysisRow::default(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn columns_of_plans_are_there_when_there_are_plans() {
        let mut analysis = analysis(2);
        assert_eq!(completed(&analysis).head.len(), 5);
        analysis.rows[1].plan_rate = Some(Pct::from_hundredths(1));
        let columns = completed(&analysis);
        assert_eq!(columns.head.len(), 7);
        assert_eq!(columns.rows.len(), 3, "with 合计");
        assert_eq!(columns.rows[0][5..], ["—", "—"]);
        assert_eq!(columns.rows[1][5..], ["0.01%", "—"]);
    }
}
