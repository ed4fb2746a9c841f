//! Which central enterprises take part in a project: what 附件3 and the project's page say of them.

use chrono::NaiveDate;
use domain::{
    directory::{Directory, Resolution, Scope},
    names,
    person::Caller,
    project::{Ownership, ProjectFields},
};

use crate::{App, Result};

/// Where a project names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// Among the investors.
    Investor,
    /// In the text of 合作方式.
    Cooperation,
}

/// A central enterprise of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CentralParty {
    /// The name as entered.
    pub name: String,
    /// Where.
    pub via: Via,
    /// Whether the investor is marked 央企; one that is not is listed because its legal name is a central enterprise's.
    pub marked: bool,
    /// The legal name in the directory on the day; none when the directory has no one enterprise for the name.
    pub current: Option<String>,
    /// What a person should know: former, not yet borne, ambiguous, unknown. Empty when the name is the legal one.
    pub remark: String,
}

impl CentralParty {
    /// Whether the directory knows which enterprise it is.
    pub const fn matched(&self) -> bool {
        self.current.is_some()
    }
}

impl App {
    /// The central enterprises of a project on a day; without one, today.
    ///
    /// # Errors
    /// The caller belongs to no authority, or the database is unavailable.
    pub async fn central_parties(
        &self,
        caller: &Caller,
        fields: &ProjectFields,
        on: Option<NaiveDate>,
    ) -> Result<Vec<CentralParty>> {
        let directory = self.directory_for(caller, Scope::Central).await?;
        let on = on.unwrap_or_else(|| self.today());
        Ok(central_parties(&directory, fields, on))
    }
}

/// The central enterprises of a project on a day: investors marked 央企 (known to the directory or not), others whose name is
/// a central enterprise's legal name, and legal names within 合作方式.
pub fn central_parties(
    directory: &Directory,
    fields: &ProjectFields,
    on: NaiveDate,
) -> Vec<CentralParty> {
    let mut parties = Vec::new();
    for investor in &fields.investors {
        let marked = investor.ownership == Some(Ownership::Central);
        let named = || {
            // Another firm may have borne the name on that day.
            let found = directory.resolve(&investor.name, Some(on)).one();
            found.is_some() && directory.named(&investor.name).is_some()
        };
        if marked || named() {
            parties.push(party(directory, &investor.name, Via::Investor, marked, on));
        }
    }
    for record in directory.named_in(&fields.cooperation) {
        let known = parties
            .iter()
            .any(|one| names::key(&one.name) == names::key(&record.name));
        if !known && directory.resolve(&record.name, Some(on)).one().is_some() {
            parties.push(party(directory, &record.name, Via::Cooperation, false, on));
        }
    }
    parties
}

fn party(directory: &Directory, name: &str, via: Via, marked: bool, on: NaiveDate) -> CentralParty {
    let current = match directory.resolve(name, Some(on)) {
        Resolution::One(found) => Some(found.current.name.clone()),
        _ => None,
    };
    CentralParty {
        name: name.to_owned(),
        via,
        marked,
        current,
        remark: directory.remark(name, on).unwrap_or_default(),
    }
}
