//! The printed form of the table: 附件1.

use chrono::{Datelike, NaiveDate};
use documents::write::{Annex1Print, PrintRow};
use domain::{Money, Rate, dates, person::Caller};

use super::{Format, Query, View};
use crate::{App, Result};

/// A document to take away.
pub struct Printed {
    /// Its file name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl App {
    /// The completion table as the Word file of 附件1, noted as an export.
    ///
    /// # Errors
    /// As [`App::completion`].
    pub async fn completion_docx(&self, caller: &Caller, query: Query) -> Result<Printed> {
        self.completion_file(caller, query, Format::Docx).await
    }
}

/// The title of the printed table.
pub(crate) fn title(view: &View) -> String {
    format!("{}{SUBJECT}", period(view.table.as_of))
}

/// What the table is called, as published.
pub(super) const SUBJECT: &str = "市级国有企业招商引资情况一览表";

/// `2017年1-10月`, as published; a day within a month is named in full.
pub(super) fn period(day: NaiveDate) -> String {
    if dates::month_end(day.year(), day.month()) == Some(day) {
        format!("{}年{}", day.year(), dates::print_cumulative_months(day))
    } else {
        format!("截至{}", dates::print_long(day))
    }
}

/// `1-10月累计完成数`; within a month `累计完成数`, for the title names the day.
pub(super) fn period_header(day: NaiveDate) -> String {
    if dates::month_end(day.year(), day.month()) == Some(day) {
        format!("{}累计完成数", dates::print_cumulative_months(day))
    } else {
        "累计完成数".to_owned()
    }
}

fn whole(amount: Option<Money>) -> String {
    amount.map_or_else(|| "—".to_owned(), Money::wan_rounded)
}

fn row(unit: &str, target: Option<Money>, done: Option<Money>, rate: Option<Rate>) -> PrintRow {
    PrintRow {
        unit: unit.to_owned(),
        target: whole(target),
        done: whole(done),
        rate: rate.map_or_else(|| "—".to_owned(), |rate| format!("{}%", rate.pct())),
    }
}

/// A printed table must not pass older figures off as those of its day.
fn older_note(view: &View) -> Option<String> {
    let rows = &view.table.rows;
    let older = rows.iter().filter_map(|row| {
        let standing = &row.standing;
        Some((standing.short_name.as_str(), view.older(&standing.unit)?))
    });
    let older: Vec<(&str, NaiveDate)> = older.collect();
    let (_, first) = *older.first()?;
    if older.len() == rows.len() && older.iter().all(|(_, day)| *day == first) {
        return Some(format!("各单位完成数均为截至{first}的数据。"));
    }
    let named: Vec<String> = older
        .iter()
        .map(|(name, day)| format!("{name}（{day}）"))
        .collect();
    Some(format!(
        "以下单位的完成数未到截止日期，括号内为其数据的截止日期：{}。",
        named.join("、")
    ))
}

/// What a reader of a printed table has to know: rounding, what is missing, what is older than the table's day.
pub(super) fn notes(view: &View) -> Vec<String> {
    let table = &view.table;
    let mut notes = Vec::new();
    if table.printing_rounds() {
        notes.push("各单位数额四舍五入取整数万元；合计与完成率按未取整的数额计算，与表列整数之和可能有差。".to_owned());
    }
    if table.total.unknown > 0 {
        notes.push(format!(
            "“—”表示截至该日尚无数据，共{}户，合计的完成数未包括。",
            table.total.unknown
        ));
    }
    notes.extend(older_note(view));
    notes
}

pub(super) fn annex1(view: &View) -> Annex1Print {
    let table = &view.table;
    let notes = notes(view).into_iter().map(|note| format!("注：{note}"));
    let total = row(
        "合计",
        Some(table.total.target),
        table.total.done,
        table.total.rate,
    );
    let rows = table.rows.iter().map(|line| {
        let standing = &line.standing;
        row(&standing.name, standing.target, standing.done, line.rate)
    });
    Annex1Print {
        label: "附件1".to_owned(),
        title: vec![period(table.as_of), SUBJECT.to_owned()],
        unit_line: "单位：万元".to_owned(),
        period_header: period_header(table.as_of),
        rows: rows.collect(),
        total: Some(total),
        notes: notes.collect(),
    }
}
