//! The completion table as a file to take away, in every format.

use documents::write::{
    Annex1Sheet, SheetRow, WriteError, annex1_csv, annex1_docx, annex1_pdf, annex1_xlsx,
};
use domain::{Money, Rate, person::Caller};
use serde_json::json;

use super::{
    Printed, Query, View,
    print::{SUBJECT, annex1, period},
};
use crate::{App, Error, Result, work::Fact};

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Word.
    Docx,
    /// Excel, with figures as numbers.
    Xlsx,
    /// PDF with its fonts.
    Pdf,
    /// Comma-separated, for other programs.
    Csv,
}

impl Format {
    /// How its names end.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Pdf => "pdf",
            Self::Csv => "csv",
        }
    }
}

impl App {
    /// The completion table (附件1) as a file, noted as an export.
    ///
    /// # Errors
    /// As [`App::completion`]; [`Error::Lacking`] for a PDF without fonts.
    pub async fn completion_file(
        &self,
        caller: &Caller,
        query: Query,
        format: Format,
    ) -> Result<Printed> {
        let view = self.completion(caller, query).await?;
        let bytes = self.table_file(&view, format).await?;
        let extension = format.extension();
        let detail = json!({"year": view.table.year, "as_of": view.table.as_of, "known_at": view.known_at, "rows": view.table.rows.len()});
        let object = format!("completion.{extension}");
        self.note_access(caller, Fact::new("completion.exported", object, detail))
            .await?;
        Ok(Printed {
            name: format!("{}{SUBJECT}.{extension}", period(view.table.as_of)),
            bytes,
        })
    }

    /// The bytes of the table in a format: the same for the same view.
    ///
    /// # Errors
    /// [`Error::Lacking`] for a PDF without fonts.
    pub(crate) async fn table_file(&self, view: &View, format: Format) -> Result<Vec<u8>> {
        match format {
            Format::Docx => annex1_docx(&annex1(view)).map_err(broken),
            Format::Xlsx => annex1_xlsx(&sheet(view)).map_err(broken),
            Format::Csv => annex1_csv(&sheet(view)).map_err(broken),
            Format::Pdf => {
                let print = annex1(view);
                self.printer()
                    .pdf(move |fonts| annex1_pdf(&print, fonts))
                    .await
            }
        }
    }
}

pub(super) fn broken(error: WriteError) -> Error {
    Error::Internal(error.to_string())
}

/// The table as values: titles and notes as printed, figures exact.
fn sheet(view: &View) -> Annex1Sheet {
    let print = annex1(view);
    let (table, total) = (&view.table, &view.table.total);
    let rows = table.rows.iter().map(|line| {
        let standing = &line.standing;
        row(&standing.name, standing.target, standing.done, line.rate)
    });
    Annex1Sheet {
        label: print.label,
        title: print.title,
        unit_line: print.unit_line,
        period_header: print.period_header,
        rows: rows.collect(),
        total: Some(row("合计", Some(total.target), total.done, total.rate)),
        notes: print.notes,
    }
}

fn row(unit: &str, target: Option<Money>, done: Option<Money>, rate: Option<Rate>) -> SheetRow {
    SheetRow {
        unit: unit.to_owned(),
        target: target.map(Money::wan_exact),
        done: done.map(Money::wan_exact),
        rate: rate.map(|rate| rate.pct().to_string()),
    }
}
