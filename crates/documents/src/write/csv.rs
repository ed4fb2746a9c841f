//! Tables as csv: UTF-8 with BOM, so that Excel and WPS read them as such. Text that a spreadsheet program may take
//! for a formula gets an apostrophe before it.

use std::io::Write;

use super::annex2::{Annex2Print, Annex2PrintRow, Column, Line};
use super::annex3::{Annex3Print, NO_PROJECT};
use super::table::{NOTHING, looks_like_formula};
use super::wide::clean;
use super::{Annex1Sheet, SheetRow, WriteError};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Records written one after the other.
pub(super) struct Records<W: Write>(csv::Writer<W>);

impl<W: Write> Records<W> {
    /// Begins with the byte order mark.
    pub fn new(mut out: W) -> Result<Self, WriteError> {
        out.write_all(BOM)?;
        let writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        Ok(Self(writer))
    }

    /// One record, as it is: what is text goes through [`protected`] before.
    pub fn write<T: AsRef<[u8]>>(
        &mut self,
        fields: impl IntoIterator<Item = T>,
    ) -> Result<(), WriteError> {
        Ok(self.0.write_record(fields)?)
    }

    /// What was written into, with everything in it.
    pub fn finish(self) -> Result<W, WriteError> {
        let out = self.0.into_inner();
        out.map_err(|error| WriteError::Csv(error.into_error().into()))
    }
}

/// Makes the csv of 附件1: a header row, exact amounts, rates with their percent sign.
///
/// # Errors
/// [`WriteError`] when writing into memory fails, which no input causes.
pub fn annex1_csv(table: &Annex1Sheet) -> Result<Vec<u8>, WriteError> {
    let mut out = Records::new(Vec::new())?;
    let period = format!("{}（万元）", table.period_header);
    out.write(["单位", "任务数（万元）", &period, "完成率"])?;
    for row in table.rows.iter().chain(&table.total) {
        out.write(record(row))?;
    }
    out.finish()
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

/// Makes the csv of 附件2: a row for each project with exact amounts. A zero return is a row that says 本期无调整 with
/// its reason; in a collected table every row names its unit, and who has not handed in is a row that says so.
///
/// # Errors
/// [`WriteError`] when writing into memory fails, which no input causes.
pub fn annex2_csv(table: &Annex2Print) -> Result<Vec<u8>, WriteError> {
    let mut out = Records::new(Vec::new())?;
    let columns = table.columns();
    let heads = columns.iter().map(|(column, _)| column.head());
    out.write(heads.map(|head| head.replace('\n', "")))?;
    let mut rows: Vec<(Option<usize>, Annex2PrintRow)> = Vec::new();
    if let (Some(reason), true) = (&table.zero_reason, table.rows.is_empty()) {
        rows.push((None, Annex2PrintRow::zero(&table.unit, reason)));
    }
    let mut number = 0;
    for row in &table.rows {
        let counted = !row.is_zero();
        number += usize::from(counted);
        rows.push((counted.then_some(number), row.clone()));
    }
    if table.is_collected() {
        rows.extend(table.missing.iter().map(|unit| (None, missing(unit))));
    }
    for (number, row) in &rows {
        let line = Line::Project(number.unwrap_or_default(), row);
        out.write(columns.iter().map(|(column, _)| match column {
            Column::Number => number.map_or_else(String::new, |number| number.to_string()),
            Column::Investment => line.text(*column),
            _ => protected(&line.text(*column)),
        }))?;
    }
    out.finish()
}

/// Makes the csv of 附件3: a row for each project, class by class. A zero return is a row that says 本期无央企合作项目 with
/// its reason; in a collected table every row names its unit, and who has not handed in is a row that says so.
///
/// # Errors
/// [`WriteError`] when writing into memory fails, which no input causes.
pub fn annex3_csv(table: &Annex3Print) -> Result<Vec<u8>, WriteError> {
    let mut out = Records::new(Vec::new())?;
    let heads = table.heads();
    out.write(&heads)?;
    let text = |cell: String| protected(&cell);
    for (_, cells) in table.projects() {
        out.write(cells.into_iter().map(text))?;
    }
    // What is said instead of projects stands under 当前进展情况.
    let words = |unit: &str, words: &str, more: &str| {
        let cells = heads.iter().map(|head| match head.as_str() {
            "单位" => protected(&clean(unit)),
            "当前进展情况" => words.to_owned(),
            "存在问题" => protected(&clean(more)),
            _ => String::new(),
        });
        cells.collect::<Vec<String>>()
    };
    if let (Some(reason), true) = (&table.zero_reason, table.rows.is_empty()) {
        out.write(words(&table.unit, NO_PROJECT, reason))?;
    }
    if table.is_collected() {
        for (unit, reason) in &table.zero {
            out.write(words(unit, NO_PROJECT, reason))?;
        }
        for unit in &table.missing {
            out.write(words(unit, "未报送", ""))?;
        }
    }
    out.finish()
}

fn missing(unit: &str) -> Annex2PrintRow {
    Annex2PrintRow {
        unit: clean(unit),
        remark: "未报送".to_owned(),
        ..Annex2PrintRow::default()
    }
}

/// Text that is only text.
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
