//! Adjustments across returns: pending ones computed, reported ones as they were frozen.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    AdjustmentId, EditionId, ProjectId, ReturnId, RevisionId, UnitId,
    adjustment::{AdjustmentKind, adjustment},
    permission::Action,
    person::Caller,
    unit::UnitKind,
};
use store::{projects::Revision, returns::Filter};

use crate::{App, Result};

/// Adjustments answered at most.
const MOST: u32 = 1000;

/// How far an adjustment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdjustmentState {
    /// Not in any handed-in return, or returned.
    Pending,
    /// Handed in, not decided.
    Reported,
    /// Accepted.
    Accepted,
    /// Returned.
    Returned,
}

impl AdjustmentState {
    /// Every state.
    pub const ALL: [Self; 4] = [
        Self::Pending,
        Self::Reported,
        Self::Accepted,
        Self::Returned,
    ];

    /// The word in the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Reported => "reported",
            Self::Accepted => "accepted",
            Self::Returned => "returned",
        }
    }

    /// The state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// Which adjustments are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct AdjustmentQuery {
    /// In this state; all but pending ones when left open.
    pub state: Option<AdjustmentState>,
    /// Of this enterprise.
    pub unit: Option<UnitId>,
    /// Of this project.
    pub project: Option<ProjectId>,
    /// With cut-offs, for pending ones effective dates, from this day on.
    pub from: Option<NaiveDate>,
    /// Up to this day.
    pub to: Option<NaiveDate>,
    /// Before this one, for going on.
    pub before: Option<AdjustmentId>,
}

/// An adjustment in a list.
#[derive(Debug, Clone)]
pub struct AdjustmentLine {
    /// Its number; none while pending.
    pub id: Option<AdjustmentId>,
    /// How far it is.
    pub state: AdjustmentState,
    /// Whose.
    pub unit: UnitId,
    /// Of which project.
    pub project: ProjectId,
    /// The project's name as told.
    pub name: String,
    /// 新增, 变更, 暂缓, 出库, 不变.
    pub kind: AdjustmentKind,
    /// 调整内容.
    pub content: String,
    /// 调整理由; empty for pending ones.
    pub reason: String,
    /// What the authority knew before.
    pub from: Option<RevisionId>,
    /// What it is told.
    pub to: RevisionId,
    /// In which return it was handed in.
    pub filing: Option<ReturnId>,
    /// In which edition.
    pub edition: Option<EditionId>,
    /// Up to which day that return tells; for pending ones from which day it holds.
    pub day: NaiveDate,
    /// Why it was returned.
    pub outcome_reason: String,
}

/// After every cut-off.
fn every_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default()
}

impl App {
    /// Adjustments within the caller's reach. The authority sees pending ones of projects that it has accepted before:
    /// others are still the enterprise's own.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for those who may not see returns.
    pub async fn adjustments(
        &self,
        caller: &Caller,
        query: AdjustmentQuery,
    ) -> Result<Vec<AdjustmentLine>> {
        let reach = self.reach(caller, Action::ViewReturns).await?;
        let units: Vec<UnitId> = reach
            .tree
            .all()
            .iter()
            .filter(|unit| unit.kind == UnitKind::Enterprise && reach.covers(unit.id))
            .map(|unit| unit.id)
            .filter(|unit| query.unit.is_none_or(|asked| asked == *unit))
            .collect();
        if query.state == Some(AdjustmentState::Pending) {
            let authority = reach.authority()?.id;
            let inside = !reach.covers(authority);
            let mut lines = Vec::new();
            for unit in units {
                self.pending_of(authority, unit, inside, &query, &mut lines)
                    .await?;
            }
            return Ok(lines);
        }
        let outcome = query.state.map(|state| match state {
            AdjustmentState::Accepted => Some(true),
            AdjustmentState::Returned => Some(false),
            AdjustmentState::Reported | AdjustmentState::Pending => None,
        });
        let filter = Filter {
            units,
            outcome,
            project: query.project,
            from: query.from,
            to: query.to,
            before: query.before,
            limit: MOST,
        };
        let reader = self.store().read();
        let frozen = store::returns::list(&reader, &filter).await?;
        let told: Vec<RevisionId> = frozen.iter().map(|one| one.to).collect();
        let names: BTreeMap<RevisionId, String> = store::projects::revisions_of(&reader, &told)
            .await?
            .into_iter()
            .map(|revision| (revision.id, revision.fields.name))
            .collect();
        Ok(frozen
            .into_iter()
            .map(|one| AdjustmentLine {
                id: Some(one.id),
                state: match one.accepted {
                    None => AdjustmentState::Reported,
                    Some(true) => AdjustmentState::Accepted,
                    Some(false) => AdjustmentState::Returned,
                },
                unit: one.unit,
                project: one.project,
                name: names.get(&one.to).cloned().unwrap_or_default(),
                kind: one.kind,
                content: one.content,
                reason: one.reason,
                from: one.from,
                to: one.to,
                filing: Some(one.filing),
                edition: Some(one.edition),
                day: one.cut_off,
                outcome_reason: one.outcome_reason,
            })
            .collect())
    }

    async fn pending_of(
        &self,
        authority: UnitId,
        unit: UnitId,
        inside: bool,
        query: &AdjustmentQuery,
        lines: &mut Vec<AdjustmentLine>,
    ) -> Result<()> {
        let reader = self.store().read();
        let (_, rules) = store::library_rules::newest(&reader, authority).await?;
        let accepted: BTreeMap<ProjectId, Revision> = store::projects::accepted(&reader, unit)
            .await?
            .into_iter()
            .map(|one| (one.project, one))
            .collect();
        // What is handed in is reported, not pending; only what goes beyond it is.
        let reported: BTreeMap<ProjectId, RevisionId> = store::returns::reported(
            &reader,
            unit,
            domain::period::ReturnKind::Annex2,
            every_day(),
        )
        .await?
        .into_iter()
        .map(|row| (row.project, row.to))
        .collect();
        let told: Vec<RevisionId> = reported.into_values().collect();
        let told: BTreeMap<ProjectId, Revision> = store::projects::revisions_of(&reader, &told)
            .await?
            .into_iter()
            .map(|one| (one.project, one))
            .collect();
        for head in store::projects::heads(&reader, unit).await? {
            let day = head.effective_on;
            let asked = query.project.is_none_or(|project| project == head.project)
                && query.from.is_none_or(|from| from <= day)
                && query.to.is_none_or(|to| day <= to)
                && (inside || accepted.contains_key(&head.project));
            if !asked {
                continue;
            }
            let before = told
                .get(&head.project)
                .or_else(|| accepted.get(&head.project));
            let fields = before.map(|before| &before.fields);
            if let Some(made) = adjustment(fields, &head.fields, &rules.reportable, false) {
                lines.push(AdjustmentLine {
                    id: None,
                    state: AdjustmentState::Pending,
                    unit,
                    project: head.project,
                    name: head.fields.name.clone(),
                    kind: made.kind,
                    content: made.content,
                    reason: String::new(),
                    from: before.map(|before| before.id),
                    to: head.id,
                    filing: None,
                    edition: None,
                    day,
                    outcome_reason: String::new(),
                });
            }
        }
        Ok(())
    }
}
