//! 准许补报 and 免报: what an officer allows one enterprise in one period.

use chrono::NaiveDate;
use domain::{
    dates,
    period::ExceptionKind,
    permission::Action,
    person::{Caller, Invalid},
};
use serde_json::json;
use store::returns::NewException;

use super::{Found, Key};
use crate::{App, Conflict, Error, Result, work::Fact};

/// What is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// What.
    pub kind: ExceptionKind,
    /// Why; the enterprise reads it.
    pub reason: String,
    /// The last day of a permit; none: without end.
    pub until: Option<NaiveDate>,
}

impl App {
    /// Allows an enterprise to hand in although locked, or not to hand in at all.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach; [`Error::Invalid`] by field, or when it was handed in; [`Error::Conflict`]
    /// when somebody allowed it before.
    pub async fn except_return(&self, caller: &Caller, key: Key, new: &Allowance) -> Result<()> {
        let found = self.find_return(caller, Action::KeepSchedules, key).await?;
        let reason = domain::names::tidy(&new.reason);
        let mut invalid = Invalid::default();
        if !(1..=200).contains(&reason.chars().count()) {
            invalid.add("reason", "请写明理由（200字以内）");
        }
        match (new.kind, new.until) {
            (ExceptionKind::Permit, Some(until)) if until < self.today() => {
                invalid.add("until", "补报期限请填写今天或以后的日期");
            }
            (ExceptionKind::Exempt, Some(_)) => {
                invalid.add("until", "免报对整期有效，请不要填写期限");
            }
            _ => {}
        }
        let handed_in = found.filing.as_ref().and_then(|one| one.first_handed_in_at);
        if handed_in.is_some() {
            invalid.add(
                "kind",
                format!("这家企业本期已经报送过，不需要{}", new.kind.label()),
            );
        }
        invalid.into_result()?;
        let work = self.work().await?;
        let row = NewException {
            period: found.period.id,
            unit: found.unit.id,
            kind: new.kind,
            reason: &reason,
            until: new.until,
            at: work.now,
            by: caller.person.id,
        };
        match store::returns::add_exception(&work.tx, &row).await {
            Err(store::Error::Taken) => return Err(already(new.kind)),
            other => other?,
        };
        let detail = json!({
            "kind": new.kind, "unit": found.unit.id, "return": key.kind, "cut_off": key.cut_off, "reason": reason,
            "until": new.until,
        });
        let fact = Fact::new("return.excepted", object(&found), detail);
        self.finish_change(work, caller, fact).await
    }

    /// Takes back what was allowed.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach, or when nothing of the kind is allowed.
    pub async fn end_exception(
        &self,
        caller: &Caller,
        key: Key,
        kind: ExceptionKind,
    ) -> Result<()> {
        let found = self.find_return(caller, Action::KeepSchedules, key).await?;
        let mut exceptions = found.exceptions.iter();
        let exception = exceptions
            .find(|one| one.kind == kind)
            .ok_or(Error::NotFound)?;
        let work = self.work().await?;
        match store::returns::end_exception(&work.tx, exception.id, caller.person.id, work.now)
            .await
        {
            Err(store::Error::Stale) => return Err(Error::NotFound),
            other => other?,
        }
        let detail = json!({
            "kind": kind, "unit": found.unit.id, "return": key.kind, "cut_off": key.cut_off,
            "reason": exception.reason, "day": dates::day_in_shanghai(work.now),
        });
        let fact = Fact::new("return.exception_ended", object(&found), detail);
        self.finish_change(work, caller, fact).await
    }
}

fn object(found: &Found) -> String {
    format!("period:{}.{}", found.period.id, found.unit.id)
}

fn already(kind: ExceptionKind) -> Error {
    Error::Conflict(Box::new(Conflict {
        what: format!("这家企业的本期报送（已经{}）", kind.label()),
        values: Vec::new(),
        version: 0,
    }))
}
