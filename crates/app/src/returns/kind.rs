//! What is a return kind's own: what is typed, what is frozen beside the data, what acceptance does.

use std::collections::BTreeSet;

use domain::{
    EditionId, Instant, ProjectId, UnitId, adjustment::adjustment, annex2::Annex2,
    period::ReturnKind, project::Reportable, returns::Content, typed::Input,
};
use store::{
    Db, Tx,
    returns::{Frozen, NewAdjustment},
};

use super::RowOutcome;
use crate::{Error, Result};

/// What was typed into a return of a kind, from its stored JSON.
pub(super) fn read_input(kind: ReturnKind, text: &str) -> Result<Input> {
    Ok(match Input::empty(kind) {
        Input::Annex2(_) => Input::Annex2(serde_json::from_str(text)?),
        Input::Annex3(_) => Input::Annex3(serde_json::from_str(text)?),
        Input::Report(_) => Input::Report(serde_json::from_str(text)?),
    })
}

/// Freezes the rows of a handed-in edition: of 附件2 for deciding and for the list of adjustments, of 附件3 for what
/// comes after it. A report has none.
pub(super) async fn freeze_rows(
    tx: &Tx,
    edition: EditionId,
    unit: UnitId,
    content: &Content,
) -> Result<()> {
    match content {
        Content::Annex2(form) => freeze_adjustments(tx, edition, unit, form).await,
        Content::Annex3(form) => {
            for (row, position) in form.rows.iter().zip(1..) {
                store::returns::add_cooperation(tx, edition, unit, position, row).await?;
            }
            Ok(())
        }
        Content::Report(_) => Ok(()),
    }
}

async fn freeze_adjustments(
    tx: &Tx,
    edition: EditionId,
    unit: UnitId,
    form: &Annex2,
) -> Result<()> {
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

/// What the officer said of the rows of an edition, by project.
pub(super) async fn outcomes(
    db: &impl Db,
    kind: ReturnKind,
    edition: EditionId,
) -> Result<Vec<(i64, RowOutcome)>> {
    match kind {
        ReturnKind::Annex2 => {
            let rows = store::returns::of_edition(db, edition).await?;
            let outcome = |row: Frozen| RowOutcome {
                accepted: row.accepted,
                words: row.outcome_reason,
            };
            let rows = rows.into_iter().map(|row| (row.project.0, outcome(row)));
            Ok(rows.collect())
        }
        ReturnKind::Annex3 => {
            let rows = store::returns::cooperation_of_edition(db, edition).await?;
            let remarked = rows.into_iter().filter(|row| !row.remark.is_empty());
            let outcome = |words| RowOutcome {
                accepted: None,
                words,
            };
            Ok(remarked
                .map(|row| (row.project.0, outcome(row.remark)))
                .collect())
        }
        ReturnKind::Monthly | ReturnKind::YearlySummary | ReturnKind::NextYearPlan => {
            Ok(Vec::new())
        }
    }
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

/// What `later` says after the rows of `earlier` that were accepted; it gives no reason for no rows where there are some.
/// Only where rows are accepted one by one does a later edition leave any out.
pub(super) fn after_accepted(
    earlier: Content,
    accepted: &BTreeSet<ProjectId>,
    later: Content,
) -> Content {
    match (earlier, later) {
        (Content::Annex2(earlier), Content::Annex2(mut form)) => {
            let mut rows = earlier.rows;
            rows.retain(|row| accepted.contains(&row.project));
            rows.append(&mut form.rows);
            if !rows.is_empty() {
                form.zero_reason.clear();
            }
            Content::Annex2(Annex2 { rows, ..form })
        }
        (_, later) => later,
    }
}
