//! Typing into a return, submitting it, sending it back, taking it back.

use domain::{
    ReturnId,
    permission::Action,
    person::{Caller, Invalid},
    returns::{ReturnState, ReturnStep},
    typed::Input,
};
use serde_json::json;
use store::returns::{Filing, NewStep};

use super::{Found, Key, Seen, compute, hand_in::freeze, kind, moved_on, state_label};
use crate::{
    App, Error, Result,
    work::{Fact, Work},
};

/// What a step needs.
pub(super) const fn needs(step: ReturnStep) -> Action {
    match step {
        ReturnStep::Submit => Action::PrepareReturns,
        ReturnStep::SendBack | ReturnStep::HandIn | ReturnStep::Withdraw => Action::ReleaseReturns,
        ReturnStep::Decide => Action::AcceptReturns,
    }
}

/// What the caller may do with a return in this state: none is 未报.
pub(super) fn possible(
    caller: &Caller,
    state: Option<ReturnState>,
    inside: bool,
) -> Vec<ReturnStep> {
    let own = |step: &ReturnStep| matches!(step, ReturnStep::Decide) != inside;
    let steps = ReturnStep::ALL.into_iter().filter(own);
    steps
        .filter(|step| step.fits(state.unwrap_or(ReturnState::Draft)) && caller.may(needs(*step)))
        .collect()
}

/// Whether the caller may bring a stamped scan.
pub(super) fn may_scan(caller: &Caller) -> bool {
    caller.may(Action::PrepareReturns) || caller.may(Action::ReleaseReturns)
}

impl App {
    /// Saves what was typed into a return made from `version`, 0 for one not begun yet; it is begun then. Gives the
    /// return's number.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach; [`Error::Invalid`] by field (`rows.N.reason`, N from 0 as shown), or when
    /// the return is not open; [`Error::Conflict`] when somebody saved it since.
    pub async fn save_return(
        &self,
        caller: &Caller,
        key: Key,
        version: i64,
        input: Input,
    ) -> Result<ReturnId> {
        let found = self
            .find_return(caller, Action::PrepareReturns, key)
            .await?;
        if !input.fits(key.kind) {
            let why = format!("填写的内容不是{}的", key.kind.short());
            return Err(Invalid::of("rows", why).into());
        }
        let mut input = input.tidied();
        let work = self.work().await?;
        let mut found = Found {
            filing: store::returns::of(&work.tx, found.period.id, found.unit.id).await?,
            ..found
        };
        found.check_open(work.now)?;
        let at_hand = found.filing.as_ref().map_or(0, |filing| filing.version);
        if at_hand != version {
            return Err(self.typed_over(&work, &found, &input, at_hand).await?);
        }
        if let Some(filing) = found.filing.as_ref().filter(|one| !one.state.is_open()) {
            let state = filing.state.label();
            return Err(Invalid::of(
                "state",
                format!("这份报表现在是“{state}”，不能修改，请刷新页面"),
            )
            .into());
        }
        check_input(&work, &found, &input).await?;
        // Where there is something to tell, a reason for telling nothing would only wait to turn up again.
        if !compute::content(&work.tx, &found).await?.0.is_zero() {
            input = input.without_zero_reason();
        }
        let stored = serde_json::to_string(&input)?;
        let saved = match &found.filing {
            None => {
                let (period, unit) = (found.period.id, found.unit.id);
                store::returns::begin(&work.tx, period, unit, &stored, caller.person.id, work.now)
                    .await
            }
            Some(filing) => store::returns::save_input(&work.tx, filing.id, version, &stored)
                .await
                .map(|()| filing.id),
        };
        let id = match saved {
            Err(store::Error::Stale) => {
                // A statement that failed may have spoilt the transaction.
                drop(work);
                let reader = self.store().read();
                found.filing = store::returns::of(&reader, found.period.id, found.unit.id).await?;
                let now = found.filing.as_ref().map_or(0, |filing| filing.version);
                let state = found.filing.as_ref().map(|filing| filing.state);
                return Err(moved_on(now, state_label(state, true), Vec::new()));
            }
            other => other?,
        };
        let detail =
            json!({"unit": found.unit.id, "cut_off": found.period.cut_off, "rows": input.len()});
        self.finish_change(
            work,
            caller,
            Fact::new("return.saved", format!("return:{id}"), detail),
        )
        .await?;
        Ok(id)
    }

    /// What the two who typed differ in.
    async fn typed_over(
        &self,
        work: &Work,
        found: &Found,
        yours: &Input,
        version: i64,
    ) -> Result<Error> {
        let kind = found.period.kind;
        let (content, _) = compute::content(&work.tx, found).await?;
        let theirs = match &found.filing {
            Some(filing) => kind::read_input(kind, &filing.input)?,
            None => Input::empty(kind),
        };
        let mut values = Vec::new();
        for ((key, _), place) in content.rows().into_iter().zip(content.places()) {
            let cells = yours.cells(kind, key).into_iter();
            for ((label, one), (_, other)) in cells.zip(theirs.cells(kind, key)) {
                if one != other {
                    values.push((format!("{place}{label}"), one, other));
                }
            }
        }
        let (one, other) = (yours.zero_reason(), theirs.zero_reason());
        if one != other {
            values.push(("零报告说明".to_owned(), one.to_owned(), other.to_owned()));
        }
        let state = found.filing.as_ref().map(|filing| filing.state);
        Ok(moved_on(version, state_label(state, true), values))
    }

    /// Takes a step with a return as it was seen. Of two who take one at once the first has effect; the second is told
    /// where the return stands now.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach; [`Error::Invalid`] when it has moved on, something is missing, or one
    /// would release what oneself submitted; [`Error::Conflict`] when it, or a project in it, changed since.
    pub async fn step_return(
        &self,
        caller: &Caller,
        id: ReturnId,
        seen: &Seen,
        step: ReturnStep,
        reason: &str,
    ) -> Result<ReturnState> {
        // The route is open to all who may look; only the step says whether one acts for another.
        let caller = &caller.clone().doing(needs(step));
        let found = self.load_return(caller, needs(step), id).await?;
        if !found.inside() && step != ReturnStep::Decide {
            return Err(Error::NotFound);
        }
        match step {
            ReturnStep::HandIn => self.hand_in(caller, found, seen, reason).await,
            ReturnStep::Decide => {
                Err(Invalid::of("step", "请对每一行作出受理或退回，再办结").into())
            }
            ReturnStep::Submit | ReturnStep::SendBack | ReturnStep::Withdraw => {
                self.move_return(caller, found, seen, step, reason).await
            }
        }
    }

    async fn move_return(
        &self,
        caller: &Caller,
        found: Found,
        seen: &Seen,
        step: ReturnStep,
        reason: &str,
    ) -> Result<ReturnState> {
        let work = self.work().await?;
        let (found, filing) = self.locked(&work, found).await?;
        check_version(&filing, seen.version)?;
        step.check(filing.state, reason)?;
        let mut after = filing.clone();
        after.submitted_data = None;
        match step {
            ReturnStep::Submit => {
                found.check_open(work.now)?;
                let (content, _) = compute::content(&work.tx, &found).await?;
                content.check()?;
                let frozen = freeze(&content)?;
                check_seen(&frozen.code, seen, &filing)?;
                after.state = ReturnState::ForApproval;
                after.submitted_by = Some(caller.person.id);
                after.submitted_at = Some(work.now);
                after.submitted_data = Some(frozen.data);
            }
            ReturnStep::Withdraw => {
                let newest = store::returns::newest(&work.tx, filing.id).await?;
                let newest = newest.ok_or(Error::NotFound)?;
                store::returns::withdraw(&work.tx, newest.id, work.now).await?;
                after.state = ReturnState::Draft;
                after.edition = filing.edition + 1;
            }
            _ => after.state = ReturnState::Draft,
        }
        self.record_step(&work, caller, &filing, &after, step, reason)
            .await?;
        let detail = json!({"unit": found.unit.id, "cut_off": found.period.cut_off, "step": step, "edition": filing.edition, "reason": reason.trim()});
        let fact = Fact::new("return.step", format!("return:{}", filing.id), detail);
        self.finish_change(work, caller, fact).await?;
        Ok(after.state)
    }

    /// The return read again inside the transaction: what was loaded for the right to look may have moved since.
    pub(super) async fn locked(&self, work: &Work, found: Found) -> Result<(Found, Filing)> {
        let id = found.begun()?.id;
        let filing = store::returns::by_id(&work.tx, id)
            .await?
            .ok_or(Error::NotFound)?;
        let found = Found {
            exceptions: store::returns::exceptions_of_period(
                &work.tx,
                found.period.id,
                found.unit.id,
            )
            .await?,
            filing: Some(filing.clone()),
            ..found
        };
        Ok((found, filing))
    }

    pub(super) async fn record_step(
        &self,
        work: &Work,
        caller: &Caller,
        before: &Filing,
        after: &Filing,
        step: ReturnStep,
        reason: &str,
    ) -> Result<()> {
        let new = NewStep {
            step: step.word(),
            reason: reason.trim(),
            by: caller.person.id,
            at: work.now,
        };
        match store::returns::step(&work.tx, after, before.version, before.edition, &new).await {
            Err(store::Error::Stale) => {
                let now = store::returns::by_id(&work.tx, before.id).await?;
                let now = now.as_ref().unwrap_or(before);
                Err(moved_on(now.version, now.state.label(), Vec::new()))
            }
            other => Ok(other?),
        }
    }
}

/// Refuses a step with something else than what was looked at.
pub(super) fn check_seen(now: &str, seen: &Seen, filing: &Filing) -> Result<()> {
    if now == seen.code {
        return Ok(());
    }
    let values = vec![("内容码".to_owned(), seen.code.clone(), now.to_owned())];
    Err(moved_on(filing.version, filing.state.label(), values))
}

/// Refuses what was made from another version, saying where the return stands now.
pub(super) fn check_version(filing: &Filing, version: i64) -> Result<()> {
    if filing.version == version {
        return Ok(());
    }
    Err(moved_on(filing.version, filing.state.label(), Vec::new()))
}

/// Rows are named as shown; only projects of the enterprise can have one.
async fn check_input(work: &Work, found: &Found, input: &Input) -> Result<()> {
    let own = store::projects::of_unit(&work.tx, found.unit.id).await?;
    for project in input.projects() {
        if own.iter().all(|one| one.id != project) {
            return Err(
                Invalid::of("rows", format!("没有编号为{project}的项目，请去掉这一行")).into(),
            );
        }
    }
    let Err(invalid) = input.check(found.period.kind) else {
        return Ok(());
    };
    let (content, _) = compute::content(&work.tx, found).await?;
    let (rows, places) = (content.rows(), content.places());
    let mut named = Invalid::default();
    for (field, why) in invalid.fields {
        let at = rows
            .iter()
            .position(|(key, _)| field.starts_with(&format!("rows.{key}.")));
        match (at, field.rsplit('.').next()) {
            (Some(at), Some(word)) => {
                let place = places.get(at).map_or("", String::as_str);
                named.add(&format!("rows.{at}.{word}"), format!("{place}：{why}"));
            }
            _ => named.add(&field, why),
        }
    }
    Err(named.into())
}
