//! Returns (报送): one mechanism for every kind; what is a kind's own stands in [`kind`].
//!
//! Rows are computed, never stored, until they are handed in; then data, files and receipt are frozen.

mod adjustments;
mod attachments;
mod bundle;
mod compute;
mod cooperation;
mod decide;
mod exceptions;
mod figures;
mod files;
mod form;
mod hand_in;
mod handover;
pub mod intake;
mod kind;
mod list;
mod overview;
mod periods;
mod remarks;
mod reports;
mod scans;
mod schedules;
mod steps;
mod todo;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    PersonId, ReturnId, UnitId,
    period::{ExceptionKind, Period, ReturnKind, Standing},
    permission::Action,
    person::{Caller, Invalid},
    returns::{Content, Difference, ReturnState, ReturnStep, compare},
    typed::Input,
    unit::{Unit, UnitKind},
};
use serde_json::json;
pub use store::returns::{Cooperation, Edition, EditionFile, Exception, Filing, Remark};

use crate::{App, Conflict, Error, Result, access::Reach, work::Fact};

pub use adjustments::{AdjustmentLine, AdjustmentQuery, AdjustmentState};
pub use decide::Verdict;
pub use exceptions::Allowance;
pub use figures::{Figures, Tally};
pub use handover::{Colleague, HandOverSheet, HandedOver};
pub use list::{Line, Query, Returns};
pub use overview::{Call, Contact, Matrix, days_left};
pub(crate) use periods::JOB as PERIODS_JOB;
pub use remarks::RemarkView;
pub use schedules::{ScheduleView, Version};
pub use todo::{Owed, Release, Todo};

/// Which return: of which kind, for which period, whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Of which kind.
    pub kind: ReturnKind,
    /// The period's cut-off.
    pub cut_off: NaiveDate,
    /// The enterprise.
    pub unit: UnitId,
}

/// What a change was made from: the version of what was typed, and the content code of what was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// 0 while it is 未报.
    pub version: i64,
    /// Content code; changes when a project changes as well.
    pub code: String,
}

/// A handed-in edition with what belongs to it.
pub struct EditionView {
    /// The edition.
    pub edition: Edition,
    /// Its files.
    pub files: Vec<EditionFile>,
}

/// What the officer said of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowOutcome {
    /// Whether it was accepted; none while undecided, and where rows are not decided one by one.
    pub accepted: Option<bool>,
    /// Why it was returned, or what was remarked.
    pub words: String,
}

/// A step that was taken.
pub struct StepTaken {
    /// With which edition.
    pub edition: i64,
    /// Which.
    pub step: Option<ReturnStep>,
    /// Why.
    pub reason: String,
    /// Who.
    pub who: String,
    /// When.
    pub at: domain::Instant,
}

/// A stamped scan.
pub struct ScanView {
    /// Its number.
    pub id: i64,
    /// The content code on the paper.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Who added it.
    pub who: String,
    /// When.
    pub at: domain::Instant,
    /// Whether the data is another now than when the paper was printed.
    pub changed: bool,
}

/// A return as its viewer sees it.
pub struct ReturnView {
    /// The period.
    pub period: Period,
    /// The enterprise.
    pub unit: Unit,
    /// The return; none while it is 未报.
    pub filing: Option<Filing>,
    /// Its state; none while 未报, and for the authority while it is not handed in.
    pub state: Option<ReturnState>,
    /// What it says; none for the authority while it is not handed in.
    pub content: Option<Content>,
    /// The content code of what is shown; empty where nothing is.
    pub code: String,
    /// As [`ReturnView::code`], of what the system itself says: typing does not change it.
    pub basis: String,
    /// What was typed.
    pub input: Input,
    /// What the officer decided on rows of the edition shown, for a draft of the newest decided one, by project.
    pub decided: BTreeMap<i64, RowOutcome>,
    /// What was handed in of the rows' projects last, for an earlier period; nothing where one cannot type.
    pub last: BTreeMap<i64, Cooperation>,
    /// Why that edition was returned as a whole.
    pub decided_reason: String,
    /// The earlier period that changes belong to first, where it is not handed in.
    pub owed: Option<Period>,
    /// How many rows earlier editions than the one shown had accepted.
    pub accepted_before: usize,
    /// Handed-in editions, oldest first.
    pub editions: Vec<EditionView>,
    /// Steps, oldest first; the authority sees those from hand-in on.
    pub steps: Vec<StepTaken>,
    /// Stamped scans.
    pub scans: Vec<ScanView>,
    /// Files that were read into it, for those of the enterprise.
    pub sources: Vec<intake::IntakeSource>,
    /// What the caller may do with it now.
    pub possible: Vec<ReturnStep>,
    /// Whether the caller may type into it now.
    pub editable: bool,
    /// Whether the caller may add a stamped scan.
    pub may_scan: bool,
    /// Whether the caller is of the enterprise.
    pub inside: bool,
    /// Whether the caller sees telephones unmasked, and may take the files away.
    pub full_contacts: bool,
    /// How the enterprise stands to the period.
    pub standing: Standing,
    /// Why it cannot be worked on; none where it can.
    pub refusal: Option<String>,
    /// The day by which it is to be handed in again, while it is returned.
    pub resubmit_by: Option<NaiveDate>,
    /// Whether it was, or would be now, late.
    pub late: bool,
    /// How far away the due day is, in words.
    pub due_words: String,
    /// Whether the cut-off is still to come.
    pub before_cut_off: bool,
    /// Names of people.
    pub people: BTreeMap<PersonId, String>,
}

impl ReturnView {
    /// What a change made from this names.
    pub fn seen(&self) -> Seen {
        Seen {
            version: self.filing.as_ref().map_or(0, |filing| filing.version),
            code: self.code.clone(),
        }
    }

    /// The return's state in words.
    pub fn state_label(&self) -> &'static str {
        state_label(self.state, self.inside)
    }
}

/// A state in words, as those inside the enterprise or the authority see it.
pub fn state_label(state: Option<ReturnState>, inside: bool) -> &'static str {
    match state {
        Some(state) => state.label(),
        None if inside => "未报",
        None => "未报送",
    }
}

/// A return found for a caller who may do something with it.
pub(crate) struct Found {
    pub reach: Reach,
    pub period: Period,
    pub unit: Unit,
    pub filing: Option<Filing>,
    /// What is different for this enterprise in this period.
    pub exceptions: Vec<Exception>,
}

impl Found {
    /// How the enterprise stands to the period at `now`.
    pub(crate) fn standing(&self, now: domain::Instant) -> Standing {
        standing(&self.period, &self.exceptions, now)
    }

    /// Refuses work on what is locked or not owed; what was handed in once is worked on whatever the clock says.
    pub(crate) fn check_open(&self, now: domain::Instant) -> Result<()> {
        let handed_in = self.filing.as_ref().and_then(|one| one.first_handed_in_at);
        match self.standing(now).refusal(&self.period) {
            Some(why) if handed_in.is_none() => Err(Invalid::of("state", why).into()),
            _ => Ok(()),
        }
    }

    /// Whether the caller is of the enterprise rather than of the authority.
    pub(crate) fn inside(&self) -> bool {
        !self.reach.covers(self.period.authority)
    }

    pub(crate) fn begun(&self) -> Result<&Filing> {
        self.filing.as_ref().ok_or(Error::NotFound)
    }
}

impl App {
    /// A return by its period and enterprise.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such period, or the enterprise is out of reach.
    pub async fn return_of(&self, caller: &Caller, key: Key) -> Result<ReturnView> {
        let found = self.find_return(caller, Action::ViewReturns, key).await?;
        self.view_return(caller, found).await
    }

    /// A return by its number.
    ///
    /// # Errors
    /// As [`App::return_of`].
    pub async fn return_by_id(&self, caller: &Caller, id: ReturnId) -> Result<ReturnView> {
        let found = self.load_return(caller, Action::ViewReturns, id).await?;
        self.view_return(caller, found).await
    }

    /// Two editions of a return compared cell by cell. A row that the later one lacks because it was accepted before says so.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such edition, or not for this caller.
    pub async fn compare_editions(
        &self,
        caller: &Caller,
        id: ReturnId,
        from: i64,
        to: i64,
    ) -> Result<Vec<Difference>> {
        let (_, before) = self.edition_content(caller, id, from).await?;
        let (_, after) = self.edition_content(caller, id, to).await?;
        let reader = self.store().read();
        let mut settled = BTreeMap::new();
        for edition in store::returns::editions(&reader, id).await? {
            if edition.edition >= from.max(to) {
                break;
            }
            for row in store::returns::of_edition(&reader, edition.id).await? {
                if row.accepted == Some(true) {
                    settled.insert(row.project.0, edition.edition);
                }
            }
        }
        Ok(compare(&before, &after, &|project| {
            let number = settled.get(&project)?;
            Some(format!("第{number}版已受理"))
        }))
    }

    /// An edition of a return with what it says.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such edition, or not for this caller.
    pub async fn edition_content(
        &self,
        caller: &Caller,
        id: ReturnId,
        number: i64,
    ) -> Result<(Edition, Content)> {
        let found = self.load_return(caller, Action::ViewReturns, id).await?;
        let edition = self.visible_edition(&found, id, number).await?;
        let content: Content = serde_json::from_str(&edition.data)?;
        let content = if caller.may(Action::RevealContacts) {
            self.note_contacts(caller, &found, id).await?;
            content
        } else {
            content.masked()
        };
        Ok((edition, content))
    }

    /// What was taken back is not there for the authority any more.
    pub(crate) async fn visible_edition(
        &self,
        found: &Found,
        id: ReturnId,
        number: i64,
    ) -> Result<Edition> {
        let editions = store::returns::editions(&self.store().read(), id).await?;
        let inside = found.inside();
        let mut editions = editions.into_iter();
        editions
            .find(|one| one.edition == number && (inside || one.withdrawn_at.is_none()))
            .ok_or(Error::NotFound)
    }

    /// Telephones that somebody of the authority sees unmasked are noted.
    async fn note_contacts(&self, caller: &Caller, found: &Found, id: ReturnId) -> Result<()> {
        if found.inside() {
            return Ok(());
        }
        let fact = Fact::new(
            "contacts.revealed",
            format!("return:{id}"),
            json!({"unit": found.unit.id}),
        );
        self.note_access(caller, fact).await
    }

    pub(crate) async fn load_return(
        &self,
        caller: &Caller,
        action: Action,
        id: ReturnId,
    ) -> Result<Found> {
        let reach = self.reach(caller, action).await?;
        let reader = self.store().read();
        let filing = store::returns::by_id(&reader, id)
            .await?
            .ok_or(Error::NotFound)?;
        let unit = reach.unit(filing.unit)?.clone();
        let period = store::returns::period_by_id(&reader, filing.period).await?;
        let period = period.ok_or(Error::NotFound)?;
        let exceptions = store::returns::exceptions_of_period(&reader, period.id, unit.id).await?;
        Ok(Found {
            reach,
            period,
            unit,
            filing: Some(filing),
            exceptions,
        })
    }

    pub(crate) async fn find_return(
        &self,
        caller: &Caller,
        action: Action,
        key: Key,
    ) -> Result<Found> {
        let reach = self.reach(caller, action).await?;
        let unit = reach.unit(key.unit)?.clone();
        let authority = reach.tree.authority_of(unit.id).ok_or(Error::NotFound)?.id;
        if unit.kind != UnitKind::Enterprise || !unit.valid_on(key.cut_off) {
            return Err(Error::NotFound);
        }
        let periods = self.periods_of(authority, key.kind).await?;
        let mut periods = periods.into_iter();
        let period = periods
            .find(|period| period.cut_off == key.cut_off)
            .ok_or(Error::NotFound)?;
        let reader = self.store().read();
        let filing = store::returns::of(&reader, period.id, unit.id).await?;
        let exceptions = store::returns::exceptions_of_period(&reader, period.id, unit.id).await?;
        Ok(Found {
            reach,
            period,
            unit,
            filing,
            exceptions,
        })
    }

    async fn view_return(&self, caller: &Caller, found: Found) -> Result<ReturnView> {
        let reader = self.store().read();
        let inside = found.inside();
        let full_contacts = caller.may(Action::RevealContacts);
        let mut editions = match &found.filing {
            Some(filing) => store::returns::editions(&reader, filing.id).await?,
            None => Vec::new(),
        };
        editions.retain(|one| inside || one.withdrawn_at.is_none());
        let newest = editions.iter().rev().find(|one| one.withdrawn_at.is_none());
        let state = visible_state(found.filing.as_ref(), newest.map(Edition::seen_as), inside);
        let closed = matches!(
            found.filing.as_ref().map(|filing| filing.state),
            Some(ReturnState::HandedIn | ReturnState::Accepted)
        );
        let frozen = newest.filter(|_| closed || !inside);
        let (content, owed) = match frozen {
            Some(edition) => (Some(serde_json::from_str(&edition.data)?), None),
            None if inside => {
                let (content, owed) = compute::content(&reader, &found).await?;
                (Some(content), owed)
            }
            None => (None, None),
        };
        let (code, basis) = match &content {
            Some(content) => (
                hand_in::freeze(content)?.code,
                hand_in::freeze(&content.untyped())?.code,
            ),
            None => (String::new(), String::new()),
        };
        if let (Some(filing), Some(_), true) = (&found.filing, &content, full_contacts) {
            self.note_contacts(caller, &found, filing.id).await?;
        }
        // What is shown frozen bears its own decisions; a draft those that made it one.
        let decided_on =
            frozen.or_else(|| editions.iter().rev().find(|one| one.decided_at.is_some()));
        let (decided, decided_reason) = match decided_on {
            Some(edition) => {
                let rows = kind::outcomes(&reader, found.period.kind, edition.id).await?;
                (rows.into_iter().collect(), edition.outcome_reason.clone())
            }
            None => (BTreeMap::new(), String::new()),
        };
        let mut accepted_before = 0;
        for edition in &editions {
            if frozen.is_none_or(|shown| edition.edition < shown.edition) {
                let rows = store::returns::of_edition(&reader, edition.id).await?;
                accepted_before += rows.iter().filter(|row| row.accepted == Some(true)).count();
            }
        }
        let people = self.people_of(&found, &editions).await?;
        let steps = self.steps_of(&found, inside).await?;
        let scan_code = newest
            .filter(|_| closed || !inside)
            .map_or(code.clone(), |edition| edition.code.clone());
        let scans = match &found.filing {
            Some(filing) if inside || newest.is_some() => {
                self.scans_of(filing.id, &scan_code).await?
            }
            _ => Vec::new(),
        };
        let sources = match &found.filing {
            Some(filing) if inside => self.intake_sources(filing.id).await?,
            _ => Vec::new(),
        };
        let mut with_files = Vec::new();
        for edition in editions {
            let files = store::returns::files(&reader, edition.id).await?;
            with_files.push(EditionView { edition, files });
        }
        let input = match &found.filing {
            Some(filing) if inside => kind::read_input(found.period.kind, &filing.input)?,
            _ => Input::empty(found.period.kind),
        };
        let (now, today) = (self.now(), self.today());
        let handed = found
            .filing
            .as_ref()
            .and_then(|filing| filing.first_handed_in_at);
        let own_state = found.filing.as_ref().map(|filing| filing.state);
        let standing = found.standing(now);
        let last = match found.period.kind {
            ReturnKind::Annex3 if inside => {
                let last = cooperation::last(&reader, &found).await?;
                last.into_iter().map(|(id, one)| (id.0, one)).collect()
            }
            _ => BTreeMap::new(),
        };
        let refusal = standing.refusal(&found.period).filter(|_| handed.is_none());
        let editable = inside
            && refusal.is_none()
            && caller.may(Action::PrepareReturns)
            && own_state.is_none_or(ReturnState::is_open);
        let mut possible = steps::possible(caller, own_state, inside);
        if refusal.is_some() {
            possible.retain(|step| !matches!(step, ReturnStep::Submit | ReturnStep::HandIn));
        }
        let exempt_now = standing.exempt.is_some() && handed.is_none();
        let again_by = found.filing.as_ref().and_then(|one| one.resubmit_by);
        let open_again = own_state
            .is_some_and(|state| !matches!(state, ReturnState::HandedIn | ReturnState::Accepted));
        Ok(ReturnView {
            state,
            content: content.map(|content: Content| {
                if full_contacts {
                    content
                } else {
                    content.masked()
                }
            }),
            code,
            basis,
            input,
            decided,
            decided_reason,
            owed,
            accepted_before,
            editions: with_files,
            steps,
            scans,
            possible,
            resubmit_by: found
                .filing
                .as_ref()
                .and_then(|filing| filing.resubmit_by)
                .filter(|_| open_again),
            editable,
            last,
            sources,
            may_scan: inside && found.filing.is_some() && steps::may_scan(caller),
            inside,
            full_contacts,
            standing,
            refusal,
            late: found.period.is_late(handed.unwrap_or(now)),
            due_words: match (exempt_now, again_by) {
                (true, _) => String::new(),
                (false, Some(day)) => domain::period::days_in_words(day, today),
                (false, None) => found.period.due_in_words(today),
            },
            before_cut_off: today < found.period.cut_off,
            people,
            period: found.period,
            unit: found.unit,
            filing: found.filing,
        })
    }

    async fn people_of(
        &self,
        found: &Found,
        editions: &[Edition],
    ) -> Result<BTreeMap<PersonId, String>> {
        let acted = editions
            .iter()
            .flat_map(|one| [Some(one.handed_in_by), one.decided_by]);
        let submitted = found.filing.as_ref().and_then(|filing| filing.submitted_by);
        self.names_of(acted.chain([submitted]).flatten().collect())
            .await
    }

    async fn steps_of(&self, found: &Found, inside: bool) -> Result<Vec<StepTaken>> {
        let Some(filing) = &found.filing else {
            return Ok(Vec::new());
        };
        let taken = store::returns::steps(&self.store().read(), filing.id).await?;
        let names = self
            .names_of(taken.iter().map(|step| PersonId(step.person_id)).collect())
            .await?;
        let seen = |step: &Option<ReturnStep>| {
            inside
                || matches!(
                    step,
                    Some(ReturnStep::HandIn | ReturnStep::Withdraw | ReturnStep::Decide)
                )
        };
        Ok(taken
            .into_iter()
            .map(|one| StepTaken {
                edition: one.edition,
                step: ReturnStep::from_word(&one.step),
                reason: one.reason,
                who: names
                    .get(&PersonId(one.person_id))
                    .cloned()
                    .unwrap_or_default(),
                at: chrono::DateTime::from_timestamp_micros(one.at).unwrap_or_default(),
            })
            .filter(|one| seen(&one.step))
            .collect())
    }
}

/// How an enterprise with these exceptions stands to a period at `now`.
pub(crate) fn standing(
    period: &Period,
    exceptions: &[Exception],
    now: domain::Instant,
) -> Standing {
    let today = domain::dates::day_in_shanghai(now);
    let of = |kind: ExceptionKind| {
        exceptions
            .iter()
            .find(|one| one.kind == kind && one.until.is_none_or(|until| today <= until))
            .map(|one| one.reason.clone())
    };
    Standing {
        timing: period.timing(now),
        permit: of(ExceptionKind::Permit),
        exempt: of(ExceptionKind::Exempt),
    }
}

/// The authority sees what was handed in and not taken back; a returned one being corrected is 已退回 for it.
fn visible_state(
    filing: Option<&Filing>,
    newest: Option<ReturnState>,
    inside: bool,
) -> Option<ReturnState> {
    if inside {
        filing.map(|filing| filing.state)
    } else {
        newest
    }
}

/// Somebody was faster: what was seen is not what is there. `state` says in words where it stands now.
fn moved_on(version: i64, state: &str, values: Vec<(String, String, String)>) -> Error {
    Error::Conflict(Box::new(Conflict {
        what: format!("这份报表（现在是“{state}”）"),
        values,
        version,
    }))
}
