//! Entering what is to follow a visit, settling it, taking it up again.

use chrono::NaiveDate;
use domain::{
    FollowUpId, UnitId, VisitId,
    cooperation::{FollowUpFields, Settlement},
    dates,
    permission::Action,
    person::{Caller, Invalid},
};
use serde_json::json;
use store::cooperation::FollowUp;

use super::records_for;
use crate::{App, Conflict, Error, Result, access::Reach, work::Fact};

impl App {
    /// Adds what is to follow a visit of the caller's own unit.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field; [`Error::NotFound`] for another unit's visit.
    pub async fn add_follow_up(
        &self,
        caller: &Caller,
        visit: VisitId,
        fields: FollowUpFields,
    ) -> Result<FollowUpId> {
        let (visit, reach) = self.visit_to_change(caller, visit).await?;
        let fields = self
            .checked_follow_up(&reach, visit.unit, visit.fields.from, fields)
            .await?;
        let work = self.work().await?;
        let (by, now) = (caller.person.id, work.now);
        let id = store::cooperation::add_follow_up(&work.tx, visit.id, &fields, by, now).await?;
        let detail = json!({"visit": visit.id, "after": fields});
        let fact = Fact::new("follow_up.added", format!("follow_up:{id}"), detail);
        self.finish_change(work, caller, fact).await?;
        Ok(id)
    }

    /// Changes what is to follow while it is open, made from `version`.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field, also when it is settled; [`Error::Conflict`] when somebody changed it since.
    pub async fn change_follow_up(
        &self,
        caller: &Caller,
        id: FollowUpId,
        version: i64,
        fields: FollowUpFields,
    ) -> Result<()> {
        self.permit(caller, Action::RecordVisits).await?;
        let (before, reach) = self.follow_up_in_reach(caller, id).await?;
        if !records_for(&reach, caller, before.unit) {
            return Err(Error::NotFound);
        }
        let fields = self
            .checked_follow_up(&reach, before.unit, before.visited, fields)
            .await?;
        let work = self.work().await?;
        match store::cooperation::change_follow_up(&work.tx, id, version, &fields).await {
            Err(store::Error::Stale) => {
                drop(work);
                return Err(self.follow_up_conflict(id, version, &fields).await?);
            }
            other => other?,
        }
        let detail = json!({"visit": before.visit, "before": before.fields, "after": fields});
        let fact = Fact::new("follow_up.changed", format!("follow_up:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// Settles a follow-up made from `version`, or takes it up again: whoever records for the unit, and its owner.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field; [`Error::Conflict`] when somebody changed it since; [`Error::NotFound`] for others.
    pub async fn settle_follow_up(
        &self,
        caller: &Caller,
        id: FollowUpId,
        version: i64,
        settlement: Settlement,
    ) -> Result<()> {
        let needs = if caller.may(Action::RecordVisits) {
            Action::RecordVisits
        } else {
            Action::ViewCooperation
        };
        // The route is open to all who may look; only this says whether one acts for another.
        let caller = &caller.clone().doing(needs);
        let (before, reach) = self.follow_up_in_reach(caller, id).await?;
        let records = needs == Action::RecordVisits && records_for(&reach, caller, before.unit);
        if !records && before.fields.owner_person != Some(caller.person.id) {
            return Err(Error::NotFound);
        }
        let settlement = settlement.tidied();
        let work = self.work().await?;
        // Who comes second is told so, not that the state does not fit.
        if before.version == version {
            let today = dates::day_in_shanghai(work.now);
            settlement.check(before.state, before.visited, today)?;
        }
        let (by, now) = (caller.person.id, work.now);
        let settled =
            store::cooperation::settle_follow_up(&work.tx, id, version, &settlement, by, now);
        match settled.await {
            Err(store::Error::Stale) => {
                drop(work);
                return Err(self.settle_conflict(id, &settlement).await?);
            }
            other => other?,
        }
        let detail = json!({"visit": before.visit, "what": before.fields.what, "was": before.state, "settlement": settlement});
        let fact = Fact::new("follow_up.settled", format!("follow_up:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// A follow-up as it will be stored: an account names its owner where no name is given.
    pub(super) async fn checked_follow_up(
        &self,
        reach: &Reach,
        unit: UnitId,
        visited: NaiveDate,
        fields: FollowUpFields,
    ) -> Result<FollowUpFields> {
        let mut fields = fields.tidied();
        let mut invalid = Invalid::default();
        if let Some(person) = fields.owner_person {
            let owners = self.owners(reach, unit).await?;
            match owners.into_iter().find(|(id, _)| *id == person) {
                Some((_, name)) if fields.owner.is_empty() => fields.owner = name,
                Some(_) => {}
                None => invalid.add("owner_person", "请选择本单位的在用账号，或不选"),
            }
        }
        if let Err(refused) = fields.check(visited) {
            invalid.fields.extend(refused.fields);
        }
        invalid.into_result()?;
        Ok(fields)
    }

    async fn stored_follow_up(&self, id: FollowUpId) -> Result<FollowUp> {
        store::cooperation::follow_up(&self.store().read(), id)
            .await?
            .ok_or(Error::NotFound)
    }

    async fn follow_up_conflict(
        &self,
        id: FollowUpId,
        version: i64,
        yours: &FollowUpFields,
    ) -> Result<Error> {
        let now = self.stored_follow_up(id).await?;
        if now.version == version {
            // Not stale: it is settled, and what is settled is not changed.
            let why = format!("这件事已是“{}”，请先恢复为未办再修改", now.state.label());
            return Ok(Invalid::of("what", why).into());
        }
        let words = |fields: &FollowUpFields| {
            [
                fields.what.clone(),
                fields.owner.clone(),
                fields.due.to_string(),
            ]
        };
        let labels = ["跟进事项", "责任人", "期限"];
        let both = words(yours).into_iter().zip(words(&now.fields));
        let values = labels.into_iter().zip(both);
        let mut values: Vec<(String, String, String)> = values
            .map(|(label, (yours, theirs))| (label.to_owned(), yours, theirs))
            .collect();
        values.push((
            "状态".to_owned(),
            String::new(),
            now.state.label().to_owned(),
        ));
        Ok(conflict(&now, values))
    }

    async fn settle_conflict(&self, id: FollowUpId, yours: &Settlement) -> Result<Error> {
        let now = self.stored_follow_up(id).await?;
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let values = vec![
            (
                "状态".to_owned(),
                yours.state.label().to_owned(),
                now.state.label().to_owned(),
            ),
            ("办结日期".to_owned(), day(yours.on), day(now.settled_on)),
            (
                "说明".to_owned(),
                yours.note.clone(),
                now.settled_note.clone(),
            ),
        ];
        Ok(conflict(&now, values))
    }
}

fn conflict(now: &FollowUp, values: Vec<(String, String, String)>) -> Error {
    Error::Conflict(Box::new(Conflict {
        what: format!("跟进事项“{}”", now.fields.what),
        values,
        version: now.version,
    }))
}
