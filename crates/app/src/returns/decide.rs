//! The officer accepts and returns what was handed in, row by row; acceptance has its effect in the same transaction.

use std::collections::BTreeMap;

use domain::{
    ProjectId, ReturnId, dates,
    permission::Action,
    person::{Caller, Invalid},
    returns::{ReturnState, ReturnStep, RowDecision, decided},
    workday::ShiftRule,
};
use serde_json::json;
use store::returns::Frozen;

use super::{Found, kind, moved_on, state_label, visible_state};
use crate::{
    App, Error, Result,
    calendar::calendar_of,
    work::{Fact, Work},
};

/// What the officer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The whole return alike; so are zero returns decided.
    Whole(RowDecision),
    /// The whole return alike, with remarks on some rows, each named by its project.
    Remarked(RowDecision, BTreeMap<ProjectId, String>),
    /// Row by row, each named by its project.
    Rows(BTreeMap<ProjectId, RowDecision>),
}

impl App {
    /// Decides a handed-in return made from `version`. Of two officers at once the first has effect.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach; [`Error::Invalid`] when it has moved on, a row is left out or a reason is
    /// missing (`rows.N.reason`), or an earlier return of the enterprise waits; [`Error::Conflict`] when stale.
    pub async fn decide_return(
        &self,
        caller: &Caller,
        id: ReturnId,
        version: i64,
        verdict: Verdict,
    ) -> Result<ReturnState> {
        let found = self.load_return(caller, Action::AcceptReturns, id).await?;
        // What was never handed in does not exist for the authority; what was moved on since is told below.
        let seen = store::returns::newest(&self.store().read(), id).await?;
        if found.inside() || seen.is_none() {
            return Err(Error::NotFound);
        }
        let work = self.work().await?;
        let (found, filing) = self.locked(&work, found).await?;
        if filing.version != version {
            // As the authority sees it: what the enterprise does with it meanwhile is its own.
            let newest = store::returns::newest(&work.tx, id).await?;
            let state = state_label(
                visible_state(Some(&filing), newest.map(|one| one.seen_as()), false),
                false,
            );
            return Err(moved_on(filing.version, state, Vec::new()));
        }
        ReturnStep::Decide.check(filing.state, "")?;
        if found.period.kind.tells_changes() {
            self.check_order(&work, &found).await?;
        }
        let edition = store::returns::newest(&work.tx, id)
            .await?
            .ok_or(Error::NotFound)?;
        let rows = store::returns::of_edition(&work.tx, edition.id).await?;
        let verdict = self
            .keep_remarks(&work, &found, edition.id, verdict)
            .await?;
        let (decisions, whole_reason) = decisions(&rows, verdict)?;
        let outcome = if rows.is_empty() && !whole_reason.is_empty() {
            ReturnState::Returned
        } else {
            decided(&decisions)?
        };
        let mut after = filing.clone();
        after.state = outcome;
        after.resubmit_by = None;
        if outcome == ReturnState::Returned {
            after.edition = filing.edition + 1;
            after.resubmit_by = Some(resubmit_by(&work, &found).await?);
        }
        self.record_step(
            &work,
            caller,
            &filing,
            &after,
            ReturnStep::Decide,
            &whole_reason,
        )
        .await?;
        let (by, at) = (caller.person.id, work.now);
        store::returns::decide(&work.tx, edition.id, outcome, &whole_reason, by, at).await?;
        self.apply_rows(&work, &found, &rows, &decisions).await?;
        let accepted = decisions.iter().filter(|one| one.accept).count();
        let detail = json!({
            "unit": found.unit.id, "cut_off": found.period.cut_off, "edition": edition.edition, "outcome": outcome,
            "accepted": accepted, "returned": decisions.len() - accepted, "reason": whole_reason,
        });
        let fact = Fact::new("return.decided", format!("return:{id}"), detail);
        self.finish_change(work, caller, fact).await?;
        Ok(outcome)
    }

    /// Keeps what is remarked on rows that are not decided one by one, and gives what is decided of the whole.
    async fn keep_remarks(
        &self,
        work: &Work,
        found: &Found,
        edition: domain::EditionId,
        verdict: Verdict,
    ) -> Result<Verdict> {
        let kind = found.period.kind;
        let (whole, remarks) = match verdict {
            Verdict::Remarked(whole, remarks) => (whole, remarks),
            Verdict::Rows(_) if !kind.tells_changes() => {
                let why = format!("{}没有逐行办理，请整份受理或退回", kind.short());
                return Err(Invalid::of("rows", why).into());
            }
            other => return Ok(other),
        };
        let rows = store::returns::cooperation_of_edition(&work.tx, edition).await?;
        let mut invalid = Invalid::default();
        for (project, text) in &remarks {
            let text = domain::names::tidy_text(text);
            match rows.iter().position(|row| row.project == *project) {
                Some(at) if text.chars().count() > 500 => {
                    let why = format!("第{}行的意见请控制在500字以内", at + 1);
                    invalid.add(&format!("rows.{at}.remark"), why);
                }
                Some(_) => {
                    store::returns::remark_cooperation(&work.tx, edition, *project, &text).await?;
                }
                None if text.is_empty() => {}
                None => invalid.add(
                    "remarks",
                    format!("这份报表里没有编号为{project}的项目，请去掉"),
                ),
            }
        }
        invalid.into_result()?;
        Ok(Verdict::Whole(whole))
    }

    /// In the order of the projects, so that two who decide cannot wait for each other.
    async fn apply_rows(
        &self,
        work: &Work,
        found: &Found,
        rows: &[Frozen],
        decisions: &[RowDecision],
    ) -> Result<()> {
        let (_, rules) = store::library_rules::newest(&work.tx, found.period.authority).await?;
        let mut ordered: Vec<(&Frozen, &RowDecision)> = rows.iter().zip(decisions).collect();
        ordered.sort_by_key(|(row, _)| row.project);
        for (row, decision) in ordered {
            let reason = decision.reason.trim();
            store::returns::decide_adjustment(&work.tx, row.id, decision.accept, reason).await?;
            if decision.accept {
                kind::apply(&work.tx, row, &rules.reportable, work.now).await?;
            }
        }
        Ok(())
    }

    /// Rows of a later return stand on those of an earlier one.
    async fn check_order(&self, work: &Work, found: &Found) -> Result<()> {
        let (authority, kind) = (found.period.authority, found.period.kind);
        for period in store::returns::periods(&work.tx, authority, kind).await? {
            if period.cut_off >= found.period.cut_off {
                break;
            }
            let filing = store::returns::of(&work.tx, period.id, found.unit.id).await?;
            if filing.is_some_and(|one| one.state == ReturnState::HandedIn) {
                let label = period.label();
                return Err(Invalid::of(
                    "step",
                    format!("这家企业{label}的报送还没有办结，请先办理那一期"),
                )
                .into());
            }
        }
        Ok(())
    }
}

/// The day by which what is returned now is to be handed in again: so many days, then the next that works.
async fn resubmit_by(work: &Work, found: &Found) -> Result<chrono::NaiveDate> {
    let (authority, kind) = (found.period.authority, found.period.kind);
    let schedule = store::schedules::in_force(&work.tx, authority, kind).await?;
    let calendar = calendar_of(&work.tx, authority).await?;
    let days = chrono::Days::new(u64::from(schedule.schedule.resubmit_days));
    let day = dates::day_in_shanghai(work.now) + days;
    let shifted = calendar.shift(day, ShiftRule::Later);
    Ok(shifted.map_or(day, |shifted| shifted.due))
}

/// A decision for each row, and the reason for returning a return without rows.
fn decisions(rows: &[Frozen], verdict: Verdict) -> Result<(Vec<RowDecision>, String)> {
    match verdict {
        Verdict::Whole(whole) | Verdict::Remarked(whole, _) => {
            let reason = whole.reason.trim().to_owned();
            if !whole.accept && !(1..=500).contains(&reason.chars().count()) {
                return Err(Invalid::of("reason", "退回请写明理由（500字以内）").into());
            }
            let reason = if whole.accept { String::new() } else { reason };
            let one = RowDecision {
                accept: whole.accept,
                reason: reason.clone(),
            };
            Ok((vec![one; rows.len()], reason))
        }
        Verdict::Rows(mut said) => {
            if rows.is_empty() {
                return Err(Invalid::of(
                    "rows",
                    "这是零报告，没有可逐行办理的内容，请整份受理或退回",
                )
                .into());
            }
            let mut decisions = Vec::new();
            for row in rows {
                let left_out = || {
                    Invalid::of(
                        "rows",
                        format!("第{}行还没有决定，请对每一行选择受理或退回", row.position),
                    )
                };
                decisions.push(said.remove(&row.project).ok_or_else(left_out)?);
            }
            if let Some(project) = said.keys().next() {
                return Err(Invalid::of(
                    "rows",
                    format!("这份报表里没有编号为{project}的项目，请去掉"),
                )
                .into());
            }
            for one in &mut decisions {
                if one.accept {
                    one.reason.clear();
                }
            }
            Ok((decisions, String::new()))
        }
    }
}
