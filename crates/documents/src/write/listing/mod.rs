//! Lists as they are shown, to take away: typed columns, any number of rows, written row by row.
//!
//! What a list needs of memory does not grow with its rows: a row is formatted into one buffer that is used again,
//! and goes through the compressor into what the caller gave to write into.

mod sheet;
mod style;
mod workbook;

use std::io::{Cursor, Write};

use chrono::NaiveDate;
use domain::{Money, partial_date::PartialDate};

use super::WriteError;
use super::csv::{Records, protected};
pub use workbook::TableXlsx;

/// What a list is and which columns it has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableHead {
    /// Name of the sheet, and above every printed page.
    pub title: String,
    /// Small at the foot of every printed page: who took it away and when. Nothing when empty.
    pub note: String,
    /// The columns.
    pub columns: Vec<TableColumn>,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableColumn {
    /// Its header, with the unit of its figures: `投资额（万元）`.
    pub title: String,
    /// About so many Chinese characters wide.
    pub width: u16,
}

impl TableColumn {
    /// A column with a header, about so many Chinese characters wide.
    pub fn new(title: impl Into<String>, width: u16) -> Self {
        Self {
            title: title.into(),
            width,
        }
    }
}

/// A cell: what it is decides how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableCell {
    /// Nothing.
    Empty,
    /// Text, never a formula; line breaks are kept.
    Text(String),
    /// An amount, as an exact number in 万元.
    Money(Money),
    /// A number.
    Int(i64),
    /// A day.
    Date(NaiveDate),
    /// A day, or a month of which the day is not known: text, because a spreadsheet would invent the day.
    Partial(PartialDate),
}

impl TableCell {
    /// Text, or nothing.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text)
        }
    }

    fn csv(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => protected(text),
            Self::Money(money) => money.wan_exact(),
            Self::Int(number) => number.to_string(),
            Self::Date(day) => day.to_string(),
            Self::Partial(date) => date.to_string(),
        }
    }
}

impl From<&str> for TableCell {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for TableCell {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<Money> for TableCell {
    fn from(money: Money) -> Self {
        Self::Money(money)
    }
}

impl From<i64> for TableCell {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<NaiveDate> for TableCell {
    fn from(day: NaiveDate) -> Self {
        Self::Date(day)
    }
}

impl From<PartialDate> for TableCell {
    fn from(date: PartialDate) -> Self {
        Self::Partial(date)
    }
}

impl<T: Into<Self>> From<Option<T>> for TableCell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// Makes the workbook of a list. Of rows that come in portions, [`TableXlsx`] makes the same.
///
/// # Errors
/// [`WriteError::TooLong`] for more rows than a sheet has, others when packing fails.
pub fn table_xlsx<R: AsRef<[TableCell]>>(
    head: &TableHead,
    rows: impl IntoIterator<Item = R>,
) -> Result<Vec<u8>, WriteError> {
    let mut out = TableXlsx::new(Cursor::new(Vec::new()), head)?;
    for row in rows {
        out.row(row.as_ref())?;
    }
    Ok(out.finish()?.into_inner())
}

/// Makes the csv of a list. Of rows that come in portions, [`TableCsv`] makes the same.
///
/// # Errors
/// [`WriteError`] when writing into memory fails, which no input causes.
pub fn table_csv<R: AsRef<[TableCell]>>(
    head: &TableHead,
    rows: impl IntoIterator<Item = R>,
) -> Result<Vec<u8>, WriteError> {
    let mut out = TableCsv::new(Vec::new(), head)?;
    for row in rows {
        out.row(row.as_ref())?;
    }
    out.finish()
}

/// A list as csv, row by row.
pub struct TableCsv<W: Write> {
    records: Records<W>,
    columns: usize,
}

impl<W: Write> TableCsv<W> {
    /// Writes the header.
    ///
    /// # Errors
    /// [`WriteError`] when `out` cannot be written to.
    pub fn new(out: W, head: &TableHead) -> Result<Self, WriteError> {
        let mut records = Records::new(out)?;
        records.write(head.columns.iter().map(|column| protected(&column.title)))?;
        Ok(Self {
            records,
            columns: head.columns.len(),
        })
    }

    /// Writes a row: as many cells as there are columns, the missing ones empty.
    ///
    /// # Errors
    /// [`WriteError`] when `out` cannot be written to.
    pub fn row(&mut self, cells: &[TableCell]) -> Result<(), WriteError> {
        let cells = cells.iter().map(TableCell::csv);
        let cells = cells.chain(std::iter::repeat_with(String::new));
        self.records.write(cells.take(self.columns))
    }

    /// Gives back what was written into.
    ///
    /// # Errors
    /// [`WriteError`] when `out` cannot be written to.
    pub fn finish(self) -> Result<W, WriteError> {
        self.records.finish()
    }
}
