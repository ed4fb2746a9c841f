//! A clerk's own file into a return's draft: read, shown, asked about, confirmed. Nothing is saved before 确认;
//! cancelling leaves no trace.
//!
//! [`App::start_intake`] keeps the file and what was read as a draft of its owner; [`App::preview_intake`] lays it beside
//! the library ([`preview`]); [`App::answer_intake`] keeps the owner's answers ([`answers`]); [`App::confirm_intake`]
//! writes projects and the return's draft in one transaction ([`confirm`]). Files that come by mail become the same drafts
//! ([`mailed`]). What is a kind's own stands in a file of its
//! name ([`annex2`], [`annex3`]), what they share in [`draft`]; a further kind is a further arm, and the compiler names every place.

mod annex2;
mod annex3;
pub mod answers;
mod confirm;
mod draft;
mod library;
mod mailed;
pub mod preview;
mod waiting;

use std::time::Duration;

use documents::forms::{ErrorKind, Form, Outcome, Reading};
use domain::{
    PersonId, ReturnId,
    period::ReturnKind,
    permission::Action,
    person::{Caller, Invalid},
    returns::ReturnState,
};
use store::intake::{Intake, IntakeDraft};

use super::{Found, Key};
use crate::{
    App, Conflict, Error, Result, completion::Printed, imports::safe_name, secrets, work::Fact,
};

pub use answers::{Choice, IntakeAnswers, NewProject, RowAnswer};
pub use confirm::IntakeDone;
pub(crate) use mailed::MailedDraft;
pub use preview::{
    CellChange, How, IntakeCell, IntakePreview, IntakeRow, IntakeSeen, Named, RowState, Target,
};
pub use waiting::WaitingIntake;

/// The job that reads a large file when the request's own task did not.
pub(crate) const JOB: &str = "returns.intake";
/// Files of so many bytes are read while the person waits.
const AT_ONCE: usize = 512 * 1024;
/// So long a larger one is waited for before the page shows how far it is.
const PATIENCE: Duration = Duration::from_secs(3);
/// After so many seconds another replica reads what this one has not finished.
const JOB_AFTER: i64 = 30;

/// What became of an upload.
pub enum IntakeStarted {
    /// It was read, or is being read: the draft's key.
    Draft(String),
    /// Nothing was kept.
    Refused(IntakeRefusal),
}

/// Why a file is not taken, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeRefusal {
    /// One plain sentence.
    pub message: String,
    /// Its kind.
    pub error: Option<ErrorKind>,
    /// The form that was found.
    pub form: Option<Form>,
}

/// How far a draft is.
pub enum IntakeState {
    /// It is being read.
    Reading {
        /// The file.
        file_name: String,
        /// Where it would go.
        key: Key,
    },
    /// It could not be read.
    Refused {
        /// The file.
        file_name: String,
        /// Why, and what to do.
        message: String,
        /// Where it would have gone.
        key: Key,
    },
    /// It can be looked at.
    Ready(Box<IntakePreview>),
}

/// A file that went into a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeSource {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub file_name: String,
    /// Rows taken from it.
    pub rows: i64,
    /// Who confirmed it.
    pub who: String,
    /// When.
    pub at: domain::Instant,
}

/// Where a file would go: the period's label and the enterprise's name.
pub struct IntakePlace {
    /// The return.
    pub key: Key,
    /// The period in words.
    pub label: String,
    /// The enterprise.
    pub unit_name: String,
    /// Whether the return can be changed now; else its state in words.
    pub closed: Option<&'static str>,
}

/// Whether a clerk's file can become the draft of a return of this kind.
pub const fn takes_files(kind: ReturnKind) -> bool {
    form_of(kind).is_some()
}

/// The form of a kind of return; none for those that take no file.
pub(super) const fn form_of(kind: ReturnKind) -> Option<Form> {
    match kind {
        ReturnKind::Annex2 => Some(Form::Annex2),
        ReturnKind::Annex3 => Some(Form::Annex3),
        ReturnKind::Monthly | ReturnKind::YearlySummary | ReturnKind::NextYearPlan => None,
    }
}

/// The fields of a kind that can be answered about.
const fn fields_of(kind: ReturnKind) -> &'static [&'static str] {
    match kind {
        ReturnKind::Annex2 => &annex2::FIELDS,
        ReturnKind::Annex3 => &annex3::FIELDS,
        ReturnKind::Monthly | ReturnKind::YearlySummary | ReturnKind::NextYearPlan => &[],
    }
}

/// A return that is handed in or waits for release takes no file, nor one that is locked or not owed.
fn check_open(found: &Found, now: domain::Instant) -> Result<()> {
    found.check_open(now)?;
    match found.filing.as_ref().map(|filing| filing.state) {
        Some(state) if !state.is_open() => {
            let why = format!("这份报表现在是“{}”，不能导入文件", state.label());
            Err(Invalid::of("file", why).into())
        }
        _ => Ok(()),
    }
}

impl App {
    /// Where a file would go: the return of the caller's own enterprise for the period asked for, else the nearest that
    /// is open.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such period, or the caller prepares no returns.
    pub async fn intake_place(
        &self,
        caller: &Caller,
        kind: ReturnKind,
        cut_off: Option<chrono::NaiveDate>,
    ) -> Result<IntakePlace> {
        let reach = self.reach(caller, Action::PrepareReturns).await?;
        if !takes_files(kind) {
            return Err(Error::NotFound);
        }
        let unit = crate::projects::own_enterprise(&reach, caller)?;
        let authority = reach.authority()?.id;
        let mut closed = None;
        for period in self.periods_of(authority, kind).await? {
            if cut_off.is_some_and(|asked| asked != period.cut_off) {
                continue;
            }
            let key = Key {
                kind,
                cut_off: period.cut_off,
                unit,
            };
            let Ok(found) = self.find_return(caller, Action::PrepareReturns, key).await else {
                continue;
            };
            let state = found.filing.as_ref().map(|filing| filing.state);
            let place = IntakePlace {
                key,
                label: found.period.label(),
                unit_name: found.unit.name.clone(),
                closed: state
                    .filter(|state| !state.is_open())
                    .map(ReturnState::label),
            };
            if place.closed.is_none() {
                return Ok(place);
            }
            closed = Some(place);
        }
        closed.ok_or(Error::NotFound)
    }

    /// Reads an uploaded file for a return. Keeps it as a draft when it holds the return's form; a large one is read on
    /// while its draft says so.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the return is out of reach; [`Error::Invalid`] when it is not open;
    /// [`Error::TooLarge`] for more bytes than the setting allows.
    pub async fn start_intake(
        &self,
        caller: &Caller,
        key: Key,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<IntakeStarted> {
        let mut draft = self.new_intake(caller, key, file_name, bytes).await?;
        if bytes.len() > AT_ONCE {
            return self.start_large(draft, bytes).await;
        }
        let reading = self.read_intake(&draft, bytes).await?;
        if let Some(refusal) = refusal(&reading) {
            return Ok(IntakeStarted::Refused(refusal));
        }
        draft.reading = serde_json::to_string(&reading)?;
        let work = self.work().await?;
        store::intake::add(&work.tx, &draft, bytes).await?;
        // Not in the audit: nothing of the product has changed, and cancelling must leave no trace.
        work.tx.commit().await?;
        Ok(IntakeStarted::Draft(draft.key))
    }

    /// Reads the file of the caller's own draft once more, for a return of another kind whose form it holds too. The draft
    /// stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the draft is not the caller's own, or no return of this kind is due; as
    /// [`App::start_intake`].
    pub async fn start_intake_beside(
        &self,
        caller: &Caller,
        key: &str,
        kind: ReturnKind,
    ) -> Result<IntakeStarted> {
        let (draft, _) = self.own_intake(caller, key).await?;
        let bytes = store::intake::bytes(&self.store().read(), key).await?;
        let bytes = bytes.ok_or(Error::NotFound)?;
        let place = self.intake_place(caller, kind, None).await?;
        self.start_intake(caller, place.key, &draft.file_name, &bytes)
            .await
    }

    /// A draft of the caller's, not kept yet: whether there may be one is decided here.
    async fn new_intake(
        &self,
        caller: &Caller,
        key: Key,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<IntakeDraft> {
        self.permit(caller, Action::EditProjects).await?;
        if !takes_files(key.kind) {
            return Err(Error::NotFound);
        }
        let found = self
            .find_return(caller, Action::PrepareReturns, key)
            .await?;
        check_open(&found, self.now())?;
        if bytes.len() > self.settings().upload_most {
            return Err(Error::TooLarge);
        }
        Ok(IntakeDraft {
            key: secrets::token(&*self.0.random),
            kind: key.kind,
            cut_off: key.cut_off,
            unit: key.unit,
            owner: caller.person.id,
            file_name: safe_name(file_name),
            reading: String::new(),
            message: String::new(),
            answers: serde_json::to_string(&IntakeAnswers::default())?,
            version: 1,
            created_at: self.now(),
        })
    }

    async fn read_intake(&self, draft: &IntakeDraft, bytes: &[u8]) -> Result<Reading> {
        let wanted = form_of(draft.kind);
        self.0.reader.read(&draft.file_name, bytes, wanted).await
    }

    /// Keeps the file first, so that whoever reads it, it is read; waits a little for a task of its own.
    async fn start_large(&self, draft: IntakeDraft, bytes: &[u8]) -> Result<IntakeStarted> {
        let key = draft.key.clone();
        let work = self.work().await?;
        store::intake::add(&work.tx, &draft, bytes).await?;
        let later = work.now + chrono::TimeDelta::seconds(JOB_AFTER);
        store::jobs::add(&work.tx, JOB, &key, &format!("{JOB}:{key}"), later).await?;
        work.tx.commit().await?;
        let (app, own) = (self.clone(), key.clone());
        let task = tokio::spawn(async move {
            if let Err(error) = app.run_intake(&own).await {
                tracing::warn!(%error, "a file could not be read; the job will try again");
            }
        });
        let _ = tokio::time::timeout(PATIENCE, task).await;
        Ok(IntakeStarted::Draft(key))
    }

    /// Reads the file of a draft that nobody has read yet.
    pub(crate) async fn run_intake(&self, key: &str) -> Result<()> {
        let reader = self.store().read();
        let waiting = |draft: &IntakeDraft| draft.reading.is_empty() && draft.message.is_empty();
        let Some(draft) = store::intake::by_key(&reader, key).await?.filter(waiting) else {
            return Ok(());
        };
        let Some(bytes) = store::intake::bytes(&reader, key).await? else {
            return Ok(());
        };
        let reading = self.read_intake(&draft, &bytes).await?;
        let work = self.work().await?;
        let (json, message) = match refusal(&reading) {
            Some(refusal) => (String::new(), refusal.message),
            None => (serde_json::to_string(&reading)?, String::new()),
        };
        store::intake::save_reading(&work.tx, key, &json, &message, &draft.answers).await?;
        Ok(work.tx.commit().await?)
    }

    /// How far the caller's own draft is; what was understood beside the library once it is read.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the draft is not the caller's own, or is gone.
    pub async fn intake(&self, caller: &Caller, key: &str) -> Result<IntakeState> {
        let (draft, found) = self.own_intake(caller, key).await?;
        let place = Key {
            kind: draft.kind,
            cut_off: draft.cut_off,
            unit: draft.unit,
        };
        if !draft.message.is_empty() {
            return Ok(IntakeState::Refused {
                file_name: draft.file_name,
                message: draft.message,
                key: place,
            });
        }
        if draft.reading.is_empty() {
            return Ok(IntakeState::Reading {
                file_name: draft.file_name,
                key: place,
            });
        }
        let preview = self.lay_intake(&draft, &found).await?;
        Ok(IntakeState::Ready(Box::new(preview)))
    }

    async fn lay_intake(&self, draft: &IntakeDraft, found: &Found) -> Result<IntakePreview> {
        let answers = serde_json::from_str(&draft.answers)?;
        let reader = self.store().read();
        let laid = preview::lay_out(&reader, found, draft, answers, self.now()).await?;
        Ok(laid.preview)
    }

    /// The preview of a draft that is read.
    ///
    /// # Errors
    /// [`Error::NotFound`] as [`App::intake`], and while it is being read.
    pub async fn preview_intake(&self, caller: &Caller, key: &str) -> Result<IntakePreview> {
        match self.intake(caller, key).await? {
            IntakeState::Ready(preview) => Ok(*preview),
            _ => Err(Error::NotFound),
        }
    }

    /// Keeps the owner's answers, made from version `version` of the draft.
    ///
    /// # Errors
    /// [`Error::NotFound`] as [`App::preview_intake`]; [`Error::Invalid`] for answers about what is not there;
    /// [`Error::Conflict`] when they were saved since.
    pub async fn answer_intake(
        &self,
        caller: &Caller,
        key: &str,
        version: i64,
        answers: IntakeAnswers,
    ) -> Result<IntakePreview> {
        let (mut draft, found) = self.own_intake(caller, key).await?;
        if draft.reading.is_empty() {
            return Err(Error::NotFound);
        }
        let reading: Reading = serde_json::from_str(&draft.reading)?;
        let form = form_of(draft.kind);
        let tables = reading
            .tables
            .iter()
            .filter(|table| Some(table.form) == form);
        answers.check(
            tables.map(|table| table.rows.len()).sum(),
            fields_of(draft.kind),
        )?;
        let kinds = answers.rows.values().any(|row| row.kind.is_some()) || answers.kind.is_some();
        if kinds && draft.kind != ReturnKind::Annex2 {
            let why = format!("{}没有调整类别，请不要填写", draft.kind.short());
            return Err(Invalid::of("kind", why).into());
        }
        draft.answers = serde_json::to_string(&answers)?;
        let work = self.work().await?;
        match store::intake::save_answers(&work.tx, key, version, &draft.answers).await {
            Err(store::Error::Stale) => {
                drop(work);
                let now = self.preview_intake(caller, key).await?;
                let mine = answers.in_words().into_iter().zip(now.answers.in_words());
                let values = mine.map(|((label, yours), (_, theirs))| (label, yours, theirs));
                return Err(Error::Conflict(Box::new(Conflict {
                    what: format!("《{}》的核对稿", now.file_name),
                    values: values.collect(),
                    version: now.version,
                })));
            }
            other => other?,
        }
        work.tx.commit().await?;
        draft.version = version + 1;
        self.lay_intake(&draft, &found).await
    }

    /// Drops a draft and its file.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the draft is not the caller's own, or is gone.
    pub async fn cancel_intake(&self, caller: &Caller, key: &str) -> Result<Key> {
        let (draft, _) = self.own_intake(caller, key).await?;
        let work = self.work().await?;
        store::intake::remove(&work.tx, key).await?;
        work.tx.commit().await?;
        Ok(Key {
            kind: draft.kind,
            cut_off: draft.cut_off,
            unit: draft.unit,
        })
    }

    async fn own_intake(&self, caller: &Caller, key: &str) -> Result<(IntakeDraft, Found)> {
        self.permit(caller, Action::PrepareReturns).await?;
        let draft = store::intake::by_key(&self.store().read(), key)
            .await?
            .filter(|draft| draft.owner == caller.person.id)
            .ok_or(Error::NotFound)?;
        let place = Key {
            kind: draft.kind,
            cut_off: draft.cut_off,
            unit: draft.unit,
        };
        let found = self
            .find_return(caller, Action::PrepareReturns, place)
            .await?;
        Ok((draft, found))
    }

    /// The files that went into a return, for those of the enterprise.
    pub(super) async fn intake_sources(&self, id: ReturnId) -> Result<Vec<IntakeSource>> {
        let intakes = store::intake::of_return(&self.store().read(), id).await?;
        let people: Vec<PersonId> = intakes.iter().map(|one| one.confirmed_by).collect();
        let names = self.names_of(people).await?;
        let source = |one: Intake| IntakeSource {
            id: one.id,
            file_name: one.file_name,
            rows: one.rows,
            who: names.get(&one.confirmed_by).cloned().unwrap_or_default(),
            at: one.confirmed_at,
        };
        Ok(intakes.into_iter().map(source).collect())
    }

    /// A file that went into a return, as it came; noted as a download.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach, or for those outside the enterprise.
    pub async fn intake_file(&self, caller: &Caller, id: ReturnId, file: i64) -> Result<Printed> {
        self.permit(caller, Action::RevealContacts).await?;
        let found = self.load_return(caller, Action::ViewReturns, id).await?;
        if !found.inside() {
            return Err(Error::NotFound);
        }
        let reader = self.store().read();
        let intakes = store::intake::of_return(&reader, id).await?;
        let kept = intakes
            .into_iter()
            .find(|one| one.id == file)
            .ok_or(Error::NotFound)?;
        let stored = store::files::by_id(&reader, kept.file)
            .await?
            .ok_or(Error::NotFound)?;
        let detail = serde_json::json!({"sm3": stored.sm3});
        let fact = Fact::new("file.downloaded", format!("return:{id}"), detail);
        self.note_access(caller, fact).await?;
        Ok(Printed {
            name: kept.file_name,
            bytes: stored.bytes,
        })
    }
}

impl IntakeRefusal {
    /// The word of its kind; empty where it has none.
    pub fn error_word(&self) -> String {
        word(&self.error)
    }

    /// The word of the form that was found; empty where none was.
    pub fn form_word(&self) -> String {
        word(&self.form)
    }
}

/// The word under which a value is known outside.
fn word(value: &impl serde::Serialize) -> String {
    let json = serde_json::to_value(value).unwrap_or_default();
    json.as_str().unwrap_or_default().to_owned()
}

/// Why a reading makes no draft; none when it does.
fn refusal(reading: &Reading) -> Option<IntakeRefusal> {
    if matches!(reading.outcome, Outcome::Ok | Outcome::OkWithWarnings) {
        return None;
    }
    Some(IntakeRefusal {
        message: reading.message.clone(),
        error: reading.error,
        form: reading.form,
    })
}
