//! The completion table as csv: UTF-8 with BOM, so that Excel and WPS read it as such.

use super::table::{NOTHING, looks_like_formula};
use super::{Annex1Sheet, SheetRow, WriteError};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Makes the csv of 附件1: a header row, exact amounts, rates with their percent sign. Text that a spreadsheet
/// program may take for a formula gets an apostrophe before it.
///
/// # Errors
/// [`WriteError`] when writing into memory fails, which no input causes.
pub fn annex1_csv(table: &Annex1Sheet) -> Result<Vec<u8>, WriteError> {
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(BOM.to_vec());
    let period = format!("{}（万元）", table.period_header);
    out.write_record(["单位", "任务数（万元）", &period, "完成率"])?;
    for row in table.rows.iter().chain(&table.total) {
        out.write_record(record(row))?;
    }
    out.into_inner()
        .map_err(|error| WriteError::Csv(error.into_error().into()))
}

fn record(row: &SheetRow) -> [String; 4] {
    let figure = |value: &Option<String>| value.clone().unwrap_or_else(|| NOTHING.to_owned());
    let rate = match &row.rate {
        Some(rate) => format!("{rate}%"),
        None => NOTHING.to_owned(),
    };
    [
        protected(&row.unit),
        figure(&row.target),
        figure(&row.done),
        rate,
    ]
}

pub(super) fn protected(text: &str) -> String {
    if looks_like_formula(text) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

impl From<csv::Error> for WriteError {
    fn from(error: csv::Error) -> Self {
        Self::Csv(error)
    }
}
