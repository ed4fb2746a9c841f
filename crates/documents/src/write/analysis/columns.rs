//! The two tables of the analysis as printed text, for Word and PDF alike.

use super::{Analysis, AnalysisRow, words};

/// A table of printed text: the first column is the unit, figures follow.
pub(in crate::write) struct Columns {
    /// Header words with the column's share of the width.
    pub head: Vec<(String, u32)>,
    /// Rows, 合计 last.
    pub rows: Vec<Vec<String>>,
}

/// A column: header, share of the width, what it prints of a row.
type Column = (String, u32, fn(&AnalysisRow) -> String);

fn columns(analysis: &Analysis, columns: Vec<Column>) -> Columns {
    let rows = analysis.rows.iter().chain([&analysis.total]);
    let rows = rows
        .map(|row| columns.iter().map(|(_, _, print)| print(row)).collect())
        .collect();
    let head = columns.into_iter().map(|(head, share, _)| (head, share));
    Columns {
        head: head.collect(),
        rows,
    }
}

/// 单位, 任务数, 完成数, 完成率, 超/欠进度, and the plans where there are any.
pub(in crate::write) fn completed(analysis: &Analysis) -> Columns {
    // Figures and header words stand on one line also where the fonts are not those asked for; names may take two.
    let plans = analysis.has_plans();
    let (unit, done) = if plans { (300, 150) } else { (435, 212) };
    let mut list: Vec<Column> = vec![
        ("单位".to_owned(), unit, |row| row.unit.clone()),
        ("任务数".to_owned(), 105, |row| words::amount(row.target)),
        (analysis.done_header.clone(), done, |row| {
            words::amount(row.done)
        }),
        ("完成率".to_owned(), 120, |row| words::rate(row.rate)),
        ("超/欠进度".to_owned(), 128, |row| {
            words::points(row.lead)
        }),
    ];
    if plans {
        list.push(("计划进度".to_owned(), 120, |row| {
            words::rate(row.plan_rate)
        }));
        list.push(("超/欠计划".to_owned(), 128, |row| {
            words::points(row.plan_lead)
        }));
    }
    columns(analysis, list)
}

/// 单位, month before, year before, projection.
pub(in crate::write) fn compared(analysis: &Analysis) -> Columns {
    let list: Vec<Column> = vec![
        ("单位".to_owned(), 30, |row| row.unit.clone()),
        ("上月末".to_owned(), 12, |row| {
            words::amount(row.month_before)
        }),
        ("本月新增".to_owned(), 13, |row| {
            words::change(row.since)
        }),
        ("上年同期".to_owned(), 13, |row| {
            words::amount(row.year_before)
        }),
        ("同比增减".to_owned(), 13, |row| {
            words::change(row.against_year_before)
        }),
        ("年底预测".to_owned(), 13, |row| {
            words::amount(row.projected)
        }),
        ("预测完成率".to_owned(), 15, |row| {
            words::rate(row.projected_rate)
        }),
    ];
    columns(analysis, list)
}
