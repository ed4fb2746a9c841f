//! What an officer sees of mails that came in, and makes of those in the tray.

use std::collections::BTreeMap;

use domain::{
    MailId, PersonId, UnitId,
    mailbox::MailState,
    names,
    permission::Action,
    person::{Caller, Invalid, Person},
};
use serde_json::json;
use store::mailbox::{Handled, ReceivedMail};

use super::{
    MailboxView, account,
    take::{Judged, JudgedFile, can_prepare, keep_drafts, people_of},
};
use crate::{App, Conflict, Error, Result, completion::Printed, work::Fact};

/// Mails of one page.
pub const TRAY_PAGE: i64 = 50;
/// Characters of a note at most.
const NOTE_MOST: usize = 200;

/// A page of mails.
pub struct Tray {
    /// Newest first.
    pub mails: Vec<ReceivedMail>,
    /// Names of those they speak of.
    pub people: BTreeMap<PersonId, String>,
    /// How many stand where.
    pub counts: Vec<(MailState, i64)>,
    /// The mailbox: whether it is set, when it was looked into.
    pub mailbox: MailboxView,
    /// The number before which older ones are found.
    pub older: Option<i64>,
}

/// A mail with those it can be given to.
pub struct MailDetail {
    /// The mail.
    pub mail: ReceivedMail,
    /// Names of those it speaks of.
    pub people: BTreeMap<PersonId, String>,
    /// Who prepares returns: number, name, unit.
    pub candidates: Vec<(PersonId, String, String)>,
}

impl App {
    /// Mails of the caller's authority.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not.
    pub async fn mails(
        &self,
        caller: &Caller,
        state: Option<MailState>,
        before: Option<i64>,
    ) -> Result<Tray> {
        let authority = self.mail_authority(caller).await?;
        let reader = self.store().read();
        let before = before.unwrap_or(i64::MAX);
        let mut mails =
            store::mailbox::mails(&reader, authority, state, before, TRAY_PAGE + 1).await?;
        let most = usize::try_from(TRAY_PAGE).unwrap_or(usize::MAX);
        let more = mails.len() > most;
        mails.truncate(most);
        let names = self.names_of(people_of(&mails)).await?;
        Ok(Tray {
            people: names.into_iter().collect(),
            counts: store::mailbox::counts(&reader, authority).await?,
            mailbox: account::view(store::mailbox::account(&reader, authority).await?),
            older: mails.last().filter(|_| more).map(|mail| mail.id.0),
            mails,
        })
    }

    /// How many mails wait for the caller; 0 for who does not handle them.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn mails_waiting(&self, caller: &Caller) -> Result<i64> {
        if !caller.may(Action::HandleMail) {
            return Ok(0);
        }
        let authority = self.mail_authority(caller).await?;
        let counts = store::mailbox::counts(&self.store().read(), authority).await?;
        let tray = counts.iter().find(|(state, _)| *state == MailState::Tray);
        Ok(tray.map_or(0, |(_, count)| *count))
    }

    async fn mail_authority(&self, caller: &Caller) -> Result<UnitId> {
        let reach = self.reach(caller, Action::HandleMail).await?;
        Ok(reach.whole_authority()?.id)
    }

    async fn mail_of(&self, authority: UnitId, id: MailId) -> Result<ReceivedMail> {
        let found = store::mailbox::mail(&self.store().read(), authority, id).await?;
        found.ok_or(Error::NotFound)
    }

    /// One mail.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not of the caller's authority.
    pub async fn mail(&self, caller: &Caller, id: MailId) -> Result<MailDetail> {
        let authority = self.mail_authority(caller).await?;
        let mail = self.mail_of(authority, id).await?;
        let names = self
            .names_of(people_of(std::slice::from_ref(&mail)))
            .await?;
        let reader = self.store().read();
        let tree = store::units::tree(&reader).await?;
        let candidates = self.candidates(authority).await?;
        let named = |person: Person| {
            let unit = tree.get(person.unit).map(|unit| unit.name.clone());
            (person.id, person.name, unit.unwrap_or_default())
        };
        Ok(MailDetail {
            mail,
            people: names.into_iter().collect(),
            candidates: candidates.into_iter().map(named).collect(),
        })
    }

    /// Those of an authority's enterprises who prepare returns.
    async fn candidates(&self, authority: UnitId) -> Result<Vec<Person>> {
        let reader = self.store().read();
        let tree = store::units::tree(&reader).await?;
        let people = store::people::everybody(&reader).await?;
        let fits = |person: &Person| {
            can_prepare(person)
                && tree.enterprise_of(person.unit).is_some()
                && tree
                    .authority_of(person.unit)
                    .is_some_and(|unit| unit.id == authority)
        };
        Ok(people.into_iter().filter(fits).collect())
    }

    /// A file of a mail, as it came; noted as a download.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn mail_file(&self, caller: &Caller, id: MailId, file: i64) -> Result<Printed> {
        let authority = self.mail_authority(caller).await?;
        let mail = self.mail_of(authority, id).await?;
        let kept = mail.files.into_iter().find(|one| one.id == file);
        let kept = kept.ok_or(Error::NotFound)?;
        let stored = store::files::by_id(&self.store().read(), kept.file).await?;
        let stored = stored.ok_or(Error::NotFound)?;
        let detail = json!({"sm3": stored.sm3});
        let fact = Fact::new("file.downloaded", format!("mail:{id}"), detail);
        self.note_access(caller, fact).await?;
        Ok(Printed {
            name: kept.file_name,
            bytes: stored.bytes,
        })
    }

    /// Gives a mail of the tray to a person: what can be read of its files becomes drafts of that person, who is told.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `person`, also when no file can be read; [`Error::Conflict`] when it was handled since.
    pub async fn assign_mail(
        &self,
        caller: &Caller,
        id: MailId,
        version: i64,
        person: PersonId,
    ) -> Result<()> {
        let authority = self.mail_authority(caller).await?;
        let mail = self.mail_of(authority, id).await?;
        check_waiting(&mail, version, "指派")?;
        let candidates = self.candidates(authority).await?;
        let person = candidates
            .into_iter()
            .find(|one| one.id == person)
            .ok_or_else(|| Invalid::of("person", "请选择一位在用的企业填报员"))?;
        let reader = self.store().read();
        let (mut files, mut ids) = (Vec::new(), Vec::new());
        for file in mail.files.iter().filter(|file| file.drafts.is_empty()) {
            let stored = store::files::by_id(&reader, file.file).await?;
            ids.push(file.id);
            files.push(JudgedFile {
                name: file.file_name.clone(),
                bytes: stored.ok_or(Error::NotFound)?.bytes,
                outcome: String::new(),
                drafts: Vec::new(),
                refused: Vec::new(),
                scan: false,
            });
        }
        let files = self.read_files(&person, files).await?;
        if files.iter().all(|file| file.drafts.is_empty()) {
            let mut why: Vec<String> = files
                .iter()
                .map(|file| format!("《{}》{}", file.name, file.outcome))
                .collect();
            if why.is_empty() {
                why.push("没有可以读取的附件".to_owned());
            }
            let why = format!("没有读成报表，不能指派：{}", why.join("；"));
            return Err(Invalid::of("person", why).into());
        }
        let judged = Judged {
            state: MailState::Drafted,
            why: format!("由{}指派，已成草稿，等待本人确认", caller.person.name),
            person: Some(person.clone()),
            files,
            answer: true,
        };
        let work = self.work().await?;
        let handled = Handled {
            state: judged.state,
            person: Some(person.id),
            why: &judged.why,
            note: &mail.note,
            by: caller.person.id,
            at: work.now,
        };
        match store::mailbox::handle(&work.tx, id, version, &handled).await {
            Err(store::Error::Stale) => {
                drop(work);
                let now = self.mail_of(authority, id).await?;
                return Err(conflict(&now, "指派"));
            }
            other => other?,
        }
        for (id, file) in ids.iter().zip(&judged.files) {
            let keys = keep_drafts(&work, file).await?;
            store::mailbox::set_outcome(&work.tx, *id, &file.outcome, &keys).await?;
        }
        let tree = store::units::tree(&work.tx).await?;
        if let Some(sender) = self.mail_sender(&work.tx, &tree, authority).await? {
            let contact = store::reminders::contact(&work.tx, person.id).await?;
            if !contact.email.is_empty() {
                let asked = (mail.subject.as_str(), mail.thread.as_str());
                self.answer(&work, &sender, &contact.email, asked, &judged)
                    .await?;
            }
        }
        let detail = json!({"person": person.id});
        let fact = Fact::new("mail.assigned", format!("mail:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// Settles a mail of the tray with a note; its drafts, if it has any, stay with their owner.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `note`; [`Error::Conflict`] when it was handled since.
    pub async fn settle_mail(
        &self,
        caller: &Caller,
        id: MailId,
        version: i64,
        note: &str,
    ) -> Result<()> {
        let authority = self.mail_authority(caller).await?;
        let mail = self.mail_of(authority, id).await?;
        check_waiting(&mail, version, "办结")?;
        let note = names::tidy(note);
        if note.is_empty() || note.chars().count() > NOTE_MOST {
            let why = format!("请写明怎样处理的，不超过{NOTE_MOST}字");
            return Err(Invalid::of("note", why).into());
        }
        let work = self.work().await?;
        let handled = Handled {
            state: MailState::Settled,
            person: mail.person,
            why: &mail.why,
            note: &note,
            by: caller.person.id,
            at: work.now,
        };
        match store::mailbox::handle(&work.tx, id, version, &handled).await {
            Err(store::Error::Stale) => {
                drop(work);
                let now = self.mail_of(authority, id).await?;
                return Err(conflict(&now, "办结"));
            }
            other => other?,
        }
        let fact = Fact::new("mail.settled", format!("mail:{id}"), json!({"note": note}));
        self.finish_change(work, caller, fact).await
    }
}

fn check_waiting(mail: &ReceivedMail, version: i64, wanted: &str) -> Result<()> {
    match mail.version == version && mail.state == MailState::Tray {
        true => Ok(()),
        false => Err(conflict(mail, wanted)),
    }
}

fn conflict(mail: &ReceivedMail, wanted: &str) -> Error {
    Error::Conflict(Box::new(Conflict {
        what: "来信".to_owned(),
        values: vec![(
            "处理".to_owned(),
            wanted.to_owned(),
            mail.state.label().to_owned(),
        )],
        version: mail.version,
    }))
}
