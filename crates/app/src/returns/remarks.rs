//! Remarks: what an officer notes of an enterprise's reporting, who was called and what was promised.

use chrono::NaiveDate;
use domain::{
    PeriodId, UnitId,
    permission::Action,
    person::{Caller, Invalid},
    unit::UnitKind,
};
use serde_json::json;
use store::returns::Remark;

use super::Key;
use crate::{App, Error, Result, work::Fact};

/// Remarks shown at most.
const SHOWN: i64 = 2000;

/// A remark as it is shown.
#[derive(Debug, Clone)]
pub struct RemarkView {
    /// The remark.
    pub remark: Remark,
    /// Who made it.
    pub who: String,
}

impl App {
    /// Remarks of the authority's officers, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for others than its officers.
    pub async fn remarks(&self, caller: &Caller) -> Result<Vec<RemarkView>> {
        let reach = self.reach(caller, Action::KeepSchedules).await?;
        let authority = reach.authority()?.id;
        let remarks = store::returns::remarks(&self.store().read(), authority, SHOWN).await?;
        let names = self
            .names_of(remarks.iter().map(|one| one.made_by).collect())
            .await?;
        let view = |remark: Remark| RemarkView {
            who: names.get(&remark.made_by).cloned().unwrap_or_default(),
            remark,
        };
        Ok(remarks.into_iter().map(view).collect())
    }

    /// Notes a remark on an enterprise, in general or about a return of its.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach; [`Error::Invalid`] by field.
    pub async fn add_remark(
        &self,
        caller: &Caller,
        unit: UnitId,
        about: Option<Key>,
        text: &str,
        promised_on: Option<NaiveDate>,
    ) -> Result<()> {
        let reach = self.reach(caller, Action::KeepSchedules).await?;
        let authority = reach.authority()?.id;
        let owner = reach.unit(unit)?;
        if owner.kind != UnitKind::Enterprise {
            return Err(Error::NotFound);
        }
        let period: Option<PeriodId> = match about {
            Some(key) => Some(
                self.find_return(caller, Action::KeepSchedules, key)
                    .await?
                    .period
                    .id,
            ),
            None => None,
        };
        let text = text.trim().to_owned();
        if !(1..=500).contains(&text.chars().count()) {
            return Err(Invalid::of("text", "请填写催办情况（500字以内）").into());
        }
        let work = self.work().await?;
        let remark = Remark {
            unit,
            period,
            text,
            promised_on,
            made_at: work.now,
            made_by: caller.person.id,
        };
        let id = store::returns::add_remark(&work.tx, authority, &remark).await?;
        let detail = json!({"unit": unit, "period": period, "text": remark.text, "promised_on": promised_on});
        let fact = Fact::new("unit.remarked", format!("remark:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }
}
