//! What a return would say now. Everything is read from `db`, so that inside a transaction it is what the transaction
//! freezes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::{
    Instant, ProjectId, RevisionId,
    annex2::{Annex2, Annex2Input, KnownState, Sources, row},
    period::{ExceptionKind, Period},
    returns::{Content, ReturnState},
    typed::Input,
};
use store::{
    Db,
    projects::{At, Revision, Track},
    returns::Filing,
};

use super::{Found, cooperation, kind, reports};
use crate::Result;

/// As now known: whatever was recorded.
const NOW_KNOWN: DateTime<Utc> = DateTime::<Utc>::MAX_UTC;

/// What the return says: while it waits for release what was submitted, else what is so now with what is typed. Beside
/// it the earlier period that changes belong to first.
pub(super) async fn content(db: &impl Db, found: &Found) -> Result<(Content, Option<Period>)> {
    let waits = |one: &&Filing| one.state == ReturnState::ForApproval;
    let submitted = found.filing.as_ref().filter(waits);
    match submitted.and_then(|one| one.submitted_data.as_deref()) {
        Some(data) => {
            let owed = match found.period.kind.tells_changes() {
                true => owed(db, found).await?,
                false => None,
            };
            Ok((serde_json::from_str(data)?, owed))
        }
        None => fresh(db, found, NOW_KNOWN).await,
    }
}

/// As [`content`], from the projects as they were recorded at `known_at`, and what the authority knows and was told now.
pub(super) async fn fresh(
    db: &impl Db,
    found: &Found,
    known_at: Instant,
) -> Result<(Content, Option<Period>)> {
    let kind = found.period.kind;
    let typed = match &found.filing {
        Some(filing) => kind::read_input(kind, &filing.input)?,
        None => Input::empty(kind),
    };
    match typed {
        Input::Annex2(typed) => {
            let (form, owed) = annex2(db, found, &typed, known_at).await?;
            Ok((Content::Annex2(form), owed))
        }
        Input::Annex3(typed) => {
            let form = cooperation::annex3(db, found, &typed, known_at).await?;
            Ok((Content::Annex3(form), None))
        }
        Input::Report(typed) => {
            let report = reports::report(db, found, &typed, known_at).await?;
            Ok((Content::Report(report), None))
        }
    }
}

/// The last period before this one that the enterprise has not handed in.
pub(super) async fn owed(db: &impl Db, found: &Found) -> Result<Option<Period>> {
    let (authority, kind) = (found.period.authority, found.period.kind);
    let periods = store::returns::periods(db, authority, kind).await?;
    for period in periods.into_iter().rev() {
        if period.cut_off >= found.period.cut_off || !found.unit.valid_on(period.cut_off) {
            continue;
        }
        let filing = store::returns::of(db, period.id, found.unit.id).await?;
        let handed_in = filing
            .is_some_and(|one| matches!(one.state, ReturnState::HandedIn | ReturnState::Accepted));
        if handed_in {
            continue;
        }
        let exceptions = store::returns::exceptions_of_period(db, period.id, found.unit.id).await?;
        if exceptions
            .iter()
            .all(|one| one.kind != ExceptionKind::Exempt)
        {
            return Ok(Some(period));
        }
    }
    Ok(None)
}

/// Projects that an edition of this return had accepted: a review does not list them again, and it is no zero return.
pub(super) async fn reviewed(db: &impl Db, found: &Found) -> Result<BTreeSet<ProjectId>> {
    let mut reviewed = BTreeSet::new();
    let Some(filing) = &found.filing else {
        return Ok(reviewed);
    };
    for edition in store::returns::editions(db, filing.id).await? {
        let rows = store::returns::of_edition(db, edition.id).await?;
        reviewed.extend(
            rows.iter()
                .filter(|row| row.accepted == Some(true))
                .map(|row| row.project),
        );
    }
    Ok(reviewed)
}

async fn annex2(
    db: &impl Db,
    found: &Found,
    typed: &Annex2Input,
    known_at: Instant,
) -> Result<(Annex2, Option<Period>)> {
    let (unit, cut_off) = (found.unit.id, found.period.cut_off);
    let state_at = |as_of| store::projects::states(db, Track::Own, unit, At { as_of, known_at });
    let after = state_at(cut_off).await?;
    let owed = owed(db, found).await?;
    let earlier: BTreeMap<ProjectId, Revision> = match &owed {
        Some(period) => state_at(period.cut_off).await?.into_iter().collect(),
        None => BTreeMap::new(),
    };
    let by_project = |revisions: Vec<Revision>| -> BTreeMap<ProjectId, Revision> {
        revisions
            .into_iter()
            .map(|one| (one.project, one))
            .collect()
    };
    let accepted = by_project(store::projects::accepted(db, unit).await?);
    // The latest cut-off comes last and wins.
    let told: BTreeMap<ProjectId, RevisionId> =
        store::returns::reported(db, unit, found.period.kind, cut_off)
            .await?
            .into_iter()
            .map(|row| (row.project, row.to))
            .collect();
    let ids: Vec<RevisionId> = told.into_values().collect();
    let reported = by_project(store::projects::revisions_of(db, &ids).await?);
    let reviewed = reviewed(db, found).await?;
    let (_, rules) = store::library_rules::newest(db, found.period.authority).await?;
    let codes: BTreeMap<ProjectId, String> = store::projects::of_unit(db, unit)
        .await?
        .into_iter()
        .map(|project| (project.id, project.code))
        .collect();
    let rows = after.iter().filter_map(|(project, state)| {
        let sources = Sources {
            project: *project,
            code: codes.get(project).map_or("", String::as_str),
            after: known(state),
            accepted: accepted.get(project).map(known),
            reported: reported.get(project).map(known),
            earlier: earlier.get(project).map(known),
            review: found.period.review && !reviewed.contains(project),
            typed: typed.rows.get(project),
        };
        row(sources, &rules.reportable)
    });
    let rows: Vec<_> = rows.collect();
    let zero_reason = if rows.is_empty() {
        typed.zero_reason.clone()
    } else {
        String::new()
    };
    let form = Annex2 {
        unit: found.unit.name.clone(),
        cut_off,
        zero_reason,
        rows,
    };
    Ok((form, owed))
}

fn known(revision: &Revision) -> KnownState<'_> {
    KnownState {
        revision: revision.id,
        number: revision.number,
        fields: &revision.fields,
    }
}
