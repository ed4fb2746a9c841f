//! What is a return kind's own: what is typed, what is frozen beside the data, what acceptance does, how it is printed.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use documents::write::{
    Annex2Print, Annex2PrintRow, WriteError, annex2_csv, annex2_docx, annex2_pdf, annex2_xlsx,
};
use domain::{
    EditionId, Instant, ProjectId, UnitId,
    adjustment::adjustment,
    annex2::{Annex2, Annex2Input},
    period::Period,
    project::Reportable,
    returns::Content,
};
use store::{
    Tx,
    returns::{Frozen, NewAdjustment},
};

use crate::{App, Error, Result, completion::Format};

/// What was typed, from its stored JSON.
pub(super) fn read_input(text: &str) -> Result<Annex2Input> {
    Ok(serde_json::from_str(text)?)
}

/// Freezes the rows of a handed-in edition, for deciding and for the list of adjustments.
pub(super) async fn freeze_rows(
    tx: &Tx,
    edition: EditionId,
    unit: UnitId,
    content: &Content,
) -> Result<()> {
    let Content::Annex2(form) = content;
    for (row, position) in form.rows.iter().zip(1..) {
        let new = NewAdjustment {
            edition,
            unit,
            project: row.project,
            position,
            kind: row.kind,
            content: &row.content,
            reason: &row.reason,
            remark: &row.remark,
            from: row.from,
            to: row.to,
        };
        store::returns::add_adjustment(tx, &new).await?;
    }
    Ok(())
}

/// Applies an accepted row: the authority knows the revision the row leads to. Where nothing reportable has changed
/// since, it follows the enterprise to its newest one at once, as it does when such a change is saved.
pub(super) async fn apply(
    tx: &Tx,
    row: &Frozen,
    reportable: &Reportable,
    now: Instant,
) -> Result<()> {
    let missing = || Error::Internal(format!("project {} of an adjustment is gone", row.project));
    let project = store::projects::lock(tx, row.project)
        .await?
        .ok_or_else(missing)?;
    let to = store::projects::revision(tx, row.to)
        .await?
        .ok_or_else(missing)?;
    let head = store::projects::revision(tx, project.head)
        .await?
        .ok_or_else(missing)?;
    let pending = adjustment(Some(&to.fields), &head.fields, reportable, false).is_some();
    store::projects::accept(tx, project.id, &to, pending, now).await?;
    if !pending && head.number > to.number {
        store::projects::accept(tx, project.id, &head, false, now).await?;
    }
    Ok(())
}

fn print_row(row: domain::annex2::Annex2Row, unit: &str) -> Annex2PrintRow {
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

/// A return as its printed form.
pub(super) fn printed(
    content: Content,
    period: &Period,
    code: &str,
    reported_on: Option<NaiveDate>,
) -> Annex2Print {
    let Content::Annex2(form) = content;
    Annex2Print {
        unit: form.unit,
        reported_on,
        code: code.to_owned(),
        title_note: period.label(),
        zero_reason: Some(form.zero_reason).filter(|_| form.rows.is_empty()),
        rows: form
            .rows
            .into_iter()
            .map(|row| print_row(row, ""))
            .collect(),
        missing: Vec::new(),
    }
}

/// What `later` says after the rows of `earlier` that were accepted; it gives no reason for no rows where there are some.
pub(super) fn after_accepted(
    earlier: Content,
    accepted: &BTreeSet<ProjectId>,
    later: Content,
) -> Content {
    let (Content::Annex2(earlier), Content::Annex2(mut form)) = (earlier, later);
    let mut rows = earlier.rows;
    rows.retain(|row| accepted.contains(&row.project));
    rows.append(&mut form.rows);
    if !rows.is_empty() {
        form.zero_reason.clear();
    }
    Content::Annex2(Annex2 { rows, ..form })
}

/// The forms of several enterprises as one table (汇总).
pub(super) fn collected(
    contents: Vec<Content>,
    period: &Period,
    missing: Vec<String>,
) -> Annex2Print {
    let mut rows = Vec::new();
    for content in contents {
        let Content::Annex2(Annex2 {
            unit,
            zero_reason,
            rows: own,
            ..
        }) = content;
        if own.is_empty() {
            rows.push(zero_row(&unit, zero_reason));
        }
        rows.extend(own.into_iter().map(|row| print_row(row, &unit)));
    }
    Annex2Print {
        unit: String::new(),
        reported_on: None,
        code: String::new(),
        title_note: period.label(),
        zero_reason: None,
        rows,
        missing,
    }
}

/// A unit's zero return in a collected table.
fn zero_row(unit: &str, reason: String) -> Annex2PrintRow {
    Annex2PrintRow {
        unit: unit.to_owned(),
        adjustment: "本期无调整".to_owned(),
        reason,
        ..Annex2PrintRow::default()
    }
}

impl App {
    /// The bytes of a form in a format: the same for the same form.
    pub(super) async fn return_bytes(&self, form: &Annex2Print, format: Format) -> Result<Vec<u8>> {
        let broken = |error: WriteError| Error::Internal(error.to_string());
        match format {
            Format::Docx => annex2_docx(form).map_err(broken),
            Format::Xlsx => annex2_xlsx(form).map_err(broken),
            Format::Csv => annex2_csv(form).map_err(broken),
            Format::Pdf => {
                let form = form.clone();
                self.printer()
                    .pdf(move |fonts| annex2_pdf(&form, fonts))
                    .await
            }
        }
    }
}
