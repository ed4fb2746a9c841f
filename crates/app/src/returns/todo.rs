//! 待办: what is to be done with returns, in words, with the rule that says so.

use chrono::{NaiveDate, TimeDelta};
use domain::{
    cooperation::FollowUpState,
    period::ReturnKind,
    permission::Action,
    person::Caller,
    returns::{Content, Difference, ReturnState, ReturnStep, compare},
};

use super::{Line, Query, ReturnView, intake::WaitingIntake};
use crate::{
    App, Result,
    cooperation::{FollowUpRow, WhoseFollowUps},
};

/// Days ahead of which a period is something to do.
const AHEAD_DAYS: i64 = 45;
/// Days ahead of which a follow-up of a visit is.
const FOLLOW_UP_DAYS: i64 = 30;

/// A thing to do for an enterprise.
pub struct Owed {
    /// What is owed.
    pub line: Line,
    /// The rule that says so (依据).
    pub basis: String,
}

/// What waits for release.
pub struct Release {
    /// The return as it would be released.
    pub view: ReturnView,
    /// How much it says.
    pub summary: String,
    /// Who submitted it.
    pub by: String,
    /// What is different from the edition handed in before; empty for the first.
    pub changes: Vec<Difference>,
}

/// What waits for a person.
pub struct Todo {
    /// For a reporter: what is to be filled in, the nearest first.
    pub owed: Vec<Owed>,
    /// For a reporter: files that were read and wait for confirmation, the newest first.
    pub waiting: Vec<WaitingIntake>,
    /// For an officer: mails that wait in the tray.
    pub tray: i64,
    /// For an approver: what waits for release, as it would be released.
    pub release: Vec<Release>,
    /// For an officer: what was handed in and waits for a decision, the oldest first.
    pub decide: Vec<Line>,
    /// What is to follow visits of the caller's unit, due within a month or overdue, the first due first.
    pub follow_ups: Vec<FollowUpRow>,
    /// For officers and leaders: how many are overdue, by unit's line.
    pub late: Vec<Line>,
    /// The day it is.
    pub today: NaiveDate,
    /// Whether anything is owed to anybody: false before the first enterprise is entered.
    pub begun: bool,
}

impl App {
    /// What waits for the caller.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for those who see no returns.
    pub async fn todo(&self, caller: &Caller) -> Result<Todo> {
        let today = self.today();
        let mut todo = Todo {
            owed: Vec::new(),
            waiting: self.waiting_intakes(caller).await?,
            tray: self.mails_waiting(caller).await?,
            release: Vec::new(),
            decide: Vec::new(),
            follow_ups: self.near_follow_ups(caller, today).await?,
            late: Vec::new(),
            today,
            begun: self.has_enterprises(caller).await?,
        };
        let authority = self
            .reach(caller, Action::ViewReturns)
            .await?
            .authority()?
            .id;
        for kind in ReturnKind::ALL {
            let returns = self.returns(caller, *kind, Query::default()).await?;
            let schedule =
                store::schedules::in_force(&self.store().read(), authority, *kind).await?;
            for line in returns.lines {
                let waits = line.state == Some(ReturnState::ForApproval);
                if !returns.inside {
                    if line.state == Some(ReturnState::HandedIn) {
                        todo.decide.push(line);
                    } else if line.is_owed() && line.late {
                        todo.late.push(line);
                    }
                } else if waits && caller.may(Action::ReleaseReturns) {
                    let Some(id) = line.filing else { continue };
                    let view = self.return_by_id(caller, id).await?;
                    if view.possible.contains(&ReturnStep::HandIn) {
                        todo.release.push(release(view)?);
                    }
                } else if line.is_owed()
                    && !waits
                    && line.due_on() <= today + TimeDelta::days(AHEAD_DAYS)
                {
                    let basis = schedule.schedule.basis.clone();
                    todo.owed.push(Owed { line, basis });
                }
            }
        }
        todo.owed.sort_by_key(|one| one.line.due_on());
        todo.decide.sort_by_key(|line| line.handed_in_at);
        todo.late.sort_by_key(Line::due_on);
        Ok(todo)
    }
}

impl App {
    async fn near_follow_ups(&self, caller: &Caller, today: NaiveDate) -> Result<Vec<FollowUpRow>> {
        let open = Some(FollowUpState::Open);
        let list = self.follow_ups(caller, WhoseFollowUps::Unit, open).await?;
        let near =
            |row: &FollowUpRow| row.follow_up.fields.due <= today + TimeDelta::days(FOLLOW_UP_DAYS);
        Ok(list.rows.into_iter().filter(near).collect())
    }
}

fn release(view: ReturnView) -> Result<Release> {
    let handed_in = view.editions.iter().rev();
    let before = handed_in.map(|one| &one.edition).next();
    let changes = match (before, &view.content) {
        (Some(edition), Some(content)) => {
            let before: Content = serde_json::from_str(&edition.data)?;
            compare(&before, content, &|_| None)
        }
        _ => Vec::new(),
    };
    let by = view.filing.as_ref().and_then(|filing| filing.submitted_by);
    Ok(Release {
        summary: view
            .content
            .as_ref()
            .map(Content::summary)
            .unwrap_or_default(),
        by: by
            .and_then(|by| view.people.get(&by).cloned())
            .unwrap_or_default(),
        changes,
        view,
    })
}
