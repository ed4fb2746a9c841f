//! Moving an entry: submit, send back, release, withdraw, accept, refuse.

use domain::{
    EntryId,
    entry::{EntryState, Step},
    permission::Action,
    person::{Caller, Invalid},
};
use serde_json::json;
use store::funds::NewStep;

use crate::{App, Error, Result, work::Fact};

/// What a step needs.
pub(super) const fn needs(step: Step) -> Action {
    match step {
        Step::Submit => Action::EnterFunds,
        Step::SendBack | Step::Release | Step::Withdraw => Action::ReleaseFunds,
        Step::Accept | Step::Refuse => Action::AcceptFunds,
    }
}

impl App {
    /// Takes a step with an entry made from `version`. Of two who take one at once the first has effect; the second is
    /// told where the entry stands now.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach; [`Error::Invalid`] when the entry has moved on, a reason or a proof is
    /// missing, or one would release or accept what oneself entered.
    pub async fn step_entry(
        &self,
        caller: &Caller,
        id: EntryId,
        version: i64,
        step: Step,
        reason: &str,
    ) -> Result<EntryState> {
        // The route is open to all who may look; only the step says whether one acts for another.
        let caller = &caller.clone().doing(needs(step));
        let (entry, _) = self.load_entry(caller, needs(step), id).await?;
        let work = self.work().await?;
        // Read again inside the transaction: what was loaded for the right to look may have moved since.
        let entry = store::funds::by_id(&work.tx, entry.id)
            .await?
            .ok_or(Error::NotFound)?;
        let to = step.take(entry.state, reason)?;
        if matches!(step, Step::Release | Step::Accept) && entry.created_by == caller.person.id {
            return Err(Invalid::of("step", "不能审核、认定自己登记的资金，请由他人办理").into());
        }
        if step == Step::Submit && store::funds::files(&work.tx, id).await?.is_empty() {
            return Err(Invalid::of("file", "请先上传凭证，再提交审核").into());
        }
        if step == Step::Submit {
            // The refund's limit may have been used up since it was saved.
            let cited = super::cited(&work, entry.fields.refund_of, Some(id)).await?;
            entry
                .fields
                .check(entry.unit, cited, domain::dates::day_in_shanghai(work.now))?;
        }
        let new = NewStep {
            step: step.word(),
            to,
            reason: reason.trim(),
            by: caller.person.id,
            at: work.now,
        };
        match store::funds::step(&work.tx, id, version, &new).await {
            Err(store::Error::Stale) => {
                return Err(Invalid::of(
                    "version",
                    "这笔资金刚刚被他人改过，请刷新页面核对后再办理",
                )
                .into());
            }
            other => other?,
        }
        if to == EntryState::Accepted {
            self.recount_funds(&work, entry.unit, &entry.fields.project)
                .await?;
        }
        let detail = json!({"unit": entry.unit, "step": step.word(), "reason": reason.trim(), "amount_wan": entry.fields.amount.wan_exact()});
        self.finish_change(
            work,
            caller,
            Fact::new("entry.step", format!("entry:{id}"), detail),
        )
        .await?;
        Ok(to)
    }
}
