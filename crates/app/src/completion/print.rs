//! The printed form of the table: 附件1 as a Word file.

use domain::{Money, Rate, dates, person::Caller};
use serde_json::json;
use write::{Annex1Print, annex1_docx};

use super::{Query, View};
use crate::{App, Error, Result, work::Fact};

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
        let view = self.completion(caller, query).await?;
        let print = annex1(&view);
        let bytes = annex1_docx(&print).map_err(|error| Error::Internal(error.to_string()))?;
        let detail = json!({"year": view.table.year, "as_of": view.table.as_of, "known_at": view.known_at, "rows": view.table.rows.len()});
        self.note_access(
            caller,
            Fact::new("completion.exported", "completion.docx", detail),
        )
        .await?;
        Ok(Printed {
            name: format!("{}.docx", title(&view)),
            bytes,
        })
    }
}

/// `2017年1-10月市级国有企业招商引资情况一览表`, as published; a day within a month is named.
fn title(view: &View) -> String {
    let day = view.table.as_of;
    let end = dates::month_end(view.table.year, chrono::Datelike::month(&day));
    let period = if end == Some(day) {
        format!(
            "{}年{}",
            view.table.year,
            dates::print_cumulative_months(day)
        )
    } else {
        format!("截至{}", dates::print_long(day))
    };
    format!("{period}市级国有企业招商引资情况一览表")
}

fn whole(amount: Option<Money>) -> String {
    amount.map_or_else(|| "—".to_owned(), Money::wan_rounded)
}

fn percent(rate: Option<Rate>) -> String {
    rate.map_or_else(|| "—".to_owned(), |rate| format!("{}%", rate.pct()))
}

fn annex1(view: &View) -> Annex1Print {
    let table = &view.table;
    let row = |name: &str, target: Option<Money>, done: Option<Money>, rate: Option<Rate>| {
        [name.to_owned(), whole(target), whole(done), percent(rate)]
    };
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
    Annex1Print {
        title: title(view),
        period: format!("{}累计", dates::print_cumulative_months(table.as_of)),
        rows: table
            .rows
            .iter()
            .map(|row_| {
                row(
                    &row_.standing.name,
                    row_.standing.target,
                    row_.standing.done,
                    row_.rate,
                )
            })
            .collect(),
        total: row(
            "合计",
            Some(table.total.target),
            table.total.done,
            table.total.rate,
        ),
        notes,
    }
}
mod write {
    pub struct Annex1Print {
        pub title: String,
        pub period: String,
        pub rows: Vec<[String; 4]>,
        pub total: [String; 4],
        pub notes: Vec<String>,
    }
    pub fn annex1_docx(_: &Annex1Print) -> Result<Vec<u8>, std::fmt::Error> {
        Ok(vec![])
    }
}
