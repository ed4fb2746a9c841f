//! Returns as printed forms: of one enterprise, or collected (汇总) from several.

use chrono::NaiveDate;
use documents::write::{
    Annex2Print, Annex2PrintRow, Annex3Print, Annex3PrintRow, ReportPart, ReportPrint, WriteError,
    annex2_csv, annex2_docx, annex2_pdf, annex2_xlsx, annex3_csv, annex3_docx, annex3_pdf,
    annex3_xlsx, report_csv, report_docx, report_pdf, report_xlsx,
};
use domain::{
    annex2::{Annex2, Annex2Row},
    annex3::{Annex3, Annex3Row},
    dates,
    period::{Period, ReturnKind},
    report::{Report, title},
    returns::Content,
};

use crate::{App, Error, Result, completion::Format};

/// A printed form.
#[derive(Debug, Clone)]
pub(super) enum Form {
    Annex2(Annex2Print),
    Annex3(Annex3Print),
    Report(ReportPrint),
}

impl Form {
    /// A return as its printed form.
    pub(super) fn of(
        content: Content,
        period: &Period,
        code: &str,
        reported_on: Option<NaiveDate>,
    ) -> Self {
        let (code, title_note) = (code.to_owned(), period.label());
        match content {
            Content::Annex2(form) => Self::Annex2(Annex2Print {
                unit: form.unit,
                reported_on,
                code,
                title_note,
                zero_reason: Some(form.zero_reason).filter(|_| form.rows.is_empty()),
                rows: form.rows.into_iter().map(|row| adjusted(row, "")).collect(),
                missing: Vec::new(),
            }),
            Content::Annex3(form) => Self::Annex3(Annex3Print {
                unit: form.unit,
                reported_on,
                code,
                title_note,
                zero_reason: Some(form.zero_reason).filter(|_| form.rows.is_empty()),
                rows: form
                    .rows
                    .into_iter()
                    .map(|row| progressed(row, ""))
                    .collect(),
                zero: Vec::new(),
                missing: Vec::new(),
            }),
            Content::Report(report) => Self::Report(ReportPrint {
                title: report.title(),
                number: String::new(),
                collected: false,
                reported_on,
                code,
                as_of: dates::print_long(period.cut_off),
                parts: vec![reported(report)],
                missing: Vec::new(),
            }),
        }
    }

    /// The returns of several enterprises for a period as one form, with the names of those who have not handed in.
    pub(super) fn collected(contents: Vec<Content>, period: &Period, missing: Vec<String>) -> Self {
        let title_note = period.label();
        let mut form = match period.kind {
            ReturnKind::Annex2 => Self::Annex2(Annex2Print {
                title_note,
                missing,
                ..Annex2Print::default()
            }),
            ReturnKind::Annex3 => Self::Annex3(Annex3Print {
                title_note,
                missing,
                ..Annex3Print::default()
            }),
            ReturnKind::Monthly | ReturnKind::YearlySummary | ReturnKind::NextYearPlan => {
                Self::Report(ReportPrint {
                    title: title(period.kind, period.cut_off),
                    collected: true,
                    as_of: dates::print_long(period.cut_off),
                    missing,
                    ..ReportPrint::default()
                })
            }
        };
        for content in contents {
            match (&mut form, content) {
                (Self::Annex2(form), Content::Annex2(one)) => add_adjusted(form, one),
                (Self::Annex3(form), Content::Annex3(one)) => add_progressed(form, one),
                (Self::Report(form), Content::Report(one)) => form.parts.push(reported(one)),
                // Returns of a period are of its kind.
                _ => {}
            }
        }
        form
    }

    /// The form of a kind with nothing in it but the unit; none for texts.
    pub(super) fn blank(kind: ReturnKind, unit: String) -> Option<Self> {
        match kind {
            ReturnKind::Annex2 => Some(Self::Annex2(Annex2Print {
                unit,
                ..Annex2Print::default()
            })),
            ReturnKind::Annex3 => Some(Self::Annex3(Annex3Print {
                unit,
                ..Annex3Print::default()
            })),
            ReturnKind::Monthly | ReturnKind::YearlySummary | ReturnKind::NextYearPlan => None,
        }
    }

    /// How many rows it has.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Annex2(form) => form.rows.len(),
            Self::Annex3(form) => form.rows.len() + form.zero.len(),
            Self::Report(form) => form.parts.len(),
        }
    }
}

fn adjusted(row: Annex2Row, unit: &str) -> Annex2PrintRow {
    Annex2PrintRow {
        unit: unit.to_owned(),
        adjustment: row.adjustment(),
        project_name: row.name,
        basic_info: row.basic_info,
        investment: row.investment,
        reason: row.reason,
        contact: row.contact,
        remark: row.remark,
    }
}

fn progressed(row: Annex3Row, unit: &str) -> Annex3PrintRow {
    Annex3PrintRow {
        unit: unit.to_owned(),
        class: row.class,
        progress: row.printed_progress(),
        contact: row.printed_contact().to_owned(),
        project_name: row.name,
        partners: row.partners,
        problems: row.problems,
        next_steps: row.next_steps,
    }
}

fn reported(report: Report) -> ReportPart {
    let sections = report.sections.into_iter();
    let figures = report.figures.into_iter();
    let files = report.files.into_iter();
    ReportPart {
        unit: report.unit,
        sections: sections.map(|one| (one.title, one.text)).collect(),
        figures: figures.map(|one| (one.label, one.value)).collect(),
        files: files.map(|one| (one.name, one.sm3)).collect(),
    }
}

fn add_adjusted(form: &mut Annex2Print, one: Annex2) {
    let unit = one.unit;
    if one.rows.is_empty() {
        form.rows.push(Annex2PrintRow::zero(&unit, one.zero_reason));
    }
    let rows = one.rows.into_iter().map(|row| adjusted(row, &unit));
    form.rows.extend(rows);
}

fn add_progressed(form: &mut Annex3Print, one: Annex3) {
    let unit = one.unit;
    let rows = one.rows.into_iter().map(|row| progressed(row, &unit));
    let before = form.rows.len();
    form.rows.extend(rows);
    if form.rows.len() == before {
        form.zero.push((unit, one.zero_reason));
    }
}

impl App {
    /// The bytes of a form in a format: the same for the same form.
    pub(super) async fn return_bytes(&self, form: &Form, format: Format) -> Result<Vec<u8>> {
        let broken = |error: WriteError| Error::Internal(error.to_string());
        let made = match (form, format) {
            (Form::Annex2(form), Format::Docx) => annex2_docx(form),
            (Form::Annex2(form), Format::Xlsx) => annex2_xlsx(form),
            (Form::Annex2(form), Format::Csv) => annex2_csv(form),
            (Form::Annex3(form), Format::Docx) => annex3_docx(form),
            (Form::Annex3(form), Format::Xlsx) => annex3_xlsx(form),
            (Form::Annex3(form), Format::Csv) => annex3_csv(form),
            (Form::Report(form), Format::Docx) => report_docx(form),
            (Form::Report(form), Format::Xlsx) => report_xlsx(form),
            (Form::Report(form), Format::Csv) => report_csv(form),
            (form, Format::Pdf) => {
                let form = form.clone();
                return self
                    .printer()
                    .pdf(move |fonts| match &form {
                        Form::Annex2(form) => annex2_pdf(form, fonts),
                        Form::Annex3(form) => annex3_pdf(form, fonts),
                        Form::Report(form) => report_pdf(form, fonts),
                    })
                    .await;
            }
        };
        made.map_err(broken)
    }
}
