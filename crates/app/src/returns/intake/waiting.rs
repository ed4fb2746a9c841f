//! Drafts that wait for their owner: uploaded and left, or come by mail.

use domain::{Instant, dates, period::ReturnKind, permission::Action, person::Caller};

use crate::{App, Result};

/// A draft that its owner has neither confirmed nor cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingIntake {
    /// The draft's key.
    pub key: String,
    /// For a return of which kind.
    pub kind: ReturnKind,
    /// Its period in words.
    pub label: String,
    /// The file.
    pub file_name: String,
    /// When it came.
    pub at: Instant,
    /// Whether it came by mail.
    pub by_mail: bool,
}

impl WaitingIntake {
    /// When it came, to the minute.
    pub fn minute(&self) -> String {
        dates::print_minute(self.at)
    }
}

impl App {
    /// The caller's own drafts, the newest first; none for who prepares no returns.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn waiting_intakes(&self, caller: &Caller) -> Result<Vec<WaitingIntake>> {
        if !caller.may(Action::PrepareReturns) {
            return Ok(Vec::new());
        }
        let reader = self.store().read();
        let drafts = store::intake::of_owner(&reader, caller.person.id).await?;
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        let reach = self.reach(caller, Action::PrepareReturns).await?;
        let authority = reach.authority()?.id;
        let mut waiting = Vec::new();
        for kind in ReturnKind::ALL {
            if drafts.iter().all(|one| one.kind != *kind) {
                continue;
            }
            let periods = self.periods_of(authority, *kind).await?;
            for one in drafts.iter().filter(|one| one.kind == *kind) {
                let period = periods.iter().find(|period| period.cut_off == one.cut_off);
                waiting.extend(period.map(|period| WaitingIntake {
                    key: one.key.clone(),
                    kind: *kind,
                    label: period.label(),
                    file_name: one.file_name.clone(),
                    at: one.created_at,
                    by_mail: one.by_mail,
                }));
            }
        }
        waiting.sort_by(|a, b| (b.at, &a.key).cmp(&(a.at, &b.key)));
        Ok(waiting)
    }
}
