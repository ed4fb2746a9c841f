//! Taking what has arrived. A message is fetched, read outside any transaction, and stored with its files, drafts and
//! answer in one. Its number within the mailbox is unique there: whoever dies before the commit leaves nothing, and the
//! next look fetches it again; whoever comes after finds the number stored.

use chrono::TimeDelta;
use documents::letter::{self, Letter};
use domain::{
    MailId, PersonId, UnitId,
    audit::ChainKind,
    mailbox::{MailState, MailboxAccount},
    permission::Action,
    person::{Caller, Person},
};
use serde_json::json;
use store::{
    intake::IntakeDraft,
    mailbox::{AccountRow, MailFile, NewMail, Place},
    reminders::{Channel, MailRow, NewMessage},
};

use super::{Fetched, OpenMailbox, account::in_words, words};
use crate::{
    App, Error, Result,
    returns::intake::MailedDraft,
    secrets,
    sending::{Again, SendFailure},
    work::{Fact, Work},
};

/// Messages of one look: the rest waits for the next.
const AT_ONCE: usize = 50;
/// Bytes of a message beyond those of the largest file: encoding takes a third.
const ENVELOPE: usize = 1024 * 1024;
/// Files of a mail that are read.
const FILES_MOST: usize = 10;
/// Mails of one sender in a day that are read.
const MAILS_A_DAY: i64 = 30;
/// Answers to one sender in a day.
const ANSWERS_A_DAY: i64 = 20;
/// Mails in the tray beyond which files of unknown senders are left in the mailbox.
const TRAY_MOST: i64 = 300;

/// What a mail turned out to be, with nothing stored yet.
pub(super) struct Judged {
    pub state: MailState,
    pub person: Option<Person>,
    pub why: String,
    pub files: Vec<JudgedFile>,
    /// Whether the person is answered.
    pub answer: bool,
}

/// A file of a mail, read.
pub(super) struct JudgedFile {
    pub name: String,
    pub bytes: Vec<u8>,
    pub outcome: String,
    /// A draft a form.
    pub drafts: Vec<MailedDraft>,
    /// Why it became no draft, or not all of it.
    pub refused: Vec<String>,
    /// A picture of a form, which does no harm beside the form itself.
    pub scan: bool,
}

impl Judged {
    fn of(state: MailState, why: impl Into<String>) -> Self {
        Self {
            state,
            person: None,
            why: why.into(),
            files: Vec::new(),
            answer: false,
        }
    }

    /// The state that what became of the files asks for.
    pub(super) fn settle(&mut self) {
        let count =
            |test: fn(&JudgedFile) -> bool| self.files.iter().filter(|file| test(file)).count();
        let made = count(|file| !file.drafts.is_empty());
        let partly = count(|file| !file.drafts.is_empty() && !file.refused.is_empty());
        // A scan beside the form itself is as it should be.
        let unread = count(|file| file.drafts.is_empty() && !file.scan);
        (self.state, self.why) = match (made, unread, partly) {
            (0, ..) if self.files.is_empty() => (MailState::Tray, "来信没有附件".to_owned()),
            (0, ..) => (MailState::Tray, "附件没有读成报表".to_owned()),
            (_, 0, 0) => (MailState::Drafted, "已读成草稿，等待本人确认".to_owned()),
            (_, 0, _) => {
                let why = format!("{made}个附件已成草稿，其中{partly}个里有的表没有读成草稿");
                (MailState::Tray, why)
            }
            _ => {
                let why = format!("{made}个附件已成草稿，{unread}个没有读成报表");
                (MailState::Tray, why)
            }
        };
    }
}

/// What tells a mailbox from others, as it is stored.
pub(super) fn place_of(account: &MailboxAccount) -> String {
    secrets::sm3_hex(account.place().as_bytes())
}

impl App {
    /// Takes what has arrived in every authority's mailbox. Any number of replicas may call this any time. Gives how
    /// many messages were stored.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn take_mail(&self) -> Result<usize> {
        let mut taken = 0;
        for authority in store::mailbox::active(&self.store().read()).await? {
            taken += self.take_of(authority).await?;
        }
        Ok(taken)
    }

    async fn take_of(&self, authority: UnitId) -> Result<usize> {
        let token: String = secrets::token(&*self.0.random).chars().take(32).collect();
        let lease = TimeDelta::seconds(self.outside().lease_seconds);
        let work = self.work().await?;
        let until = work.now + lease;
        if !store::mailbox::claim(&work.tx, authority, &token, work.now, until).await? {
            return Ok(0);
        }
        let row = store::mailbox::account(&work.tx, authority).await?;
        work.tx.commit().await?;
        let Some(row) = row else { return Ok(0) };
        let (taken, error) = match self.look_into(authority, &row, &token).await? {
            (taken, None) => (taken, String::new()),
            (taken, Some(failure)) => {
                tracing::warn!(why = failure.raw, "a mailbox could not be looked into");
                (taken, in_words(&failure))
            }
        };
        let work = self.work().await?;
        store::mailbox::release(&work.tx, authority, &token, work.now, &error).await?;
        work.tx.commit().await?;
        Ok(taken)
    }

    pub(super) async fn open_mailbox(
        &self,
        row: &AccountRow,
    ) -> std::result::Result<Box<dyn OpenMailbox>, SendFailure> {
        let Some(password) = self.0.audit_key.open(&row.password) else {
            let say = "保存的邮箱口令解不开（审计密钥换过），请系统管理员重新填写";
            return Err(SendFailure::new(Again::Server, say, ""));
        };
        self.outside().mailboxes.open(&row.account, &password).await
    }

    async fn look_into(
        &self,
        authority: UnitId,
        row: &AccountRow,
        token: &str,
    ) -> Result<(usize, Option<SendFailure>)> {
        let mut open = match self.open_mailbox(row).await {
            Ok(open) => open,
            Err(failure) => return Ok((0, Some(failure))),
        };
        let looked = self.take_each(authority, row, token, &mut *open).await;
        open.close().await;
        looked
    }

    async fn take_each(
        &self,
        authority: UnitId,
        row: &AccountRow,
        token: &str,
        open: &mut dyn OpenMailbox,
    ) -> Result<(usize, Option<SendFailure>)> {
        let (mailbox, uid_validity) = (place_of(&row.account), open.uid_validity());
        let reader = self.store().read();
        let last = store::mailbox::last_uid(&reader, authority, &mailbox, uid_validity).await?;
        let uids = match open.after(last, row.taken_from).await {
            Ok(uids) => uids,
            Err(failure) => return Ok((0, Some(failure))),
        };
        let upload_most = self.settings().upload_most;
        let most = upload_most + upload_most / 2 + ENVELOPE;
        let mut taken = 0;
        for uid in uids.into_iter().filter(|uid| *uid > last).take(AT_ONCE) {
            let fetched = match open.fetch(uid, most).await {
                Ok(Some(fetched)) => fetched,
                Ok(None) => continue,
                Err(failure) => return Ok((taken, Some(failure))),
            };
            let place = Place {
                authority,
                mailbox: mailbox.clone(),
                uid_validity,
                uid,
            };
            let claim = Some((row, token));
            if !self.take_one(place, claim, fetched).await? {
                // Another replica is at it, or the mailbox was set anew.
                return Ok((taken, None));
            }
            taken += 1;
            // After the commit, and for people's eyes only: what was taken is known by its number.
            if let Err(failure) = open.seen(uid).await {
                return Ok((taken, Some(failure)));
            }
        }
        Ok((taken, None))
    }

    /// Takes a mail that was brought as a file, as if it had come to the mailbox.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not.
    pub async fn take_letter(&self, caller: &Caller, bytes: Vec<u8>) -> Result<()> {
        let reach = self.reach(caller, Action::HandleMail).await?;
        let authority = reach.whole_authority()?.id;
        let mailbox = "by hand".to_owned();
        let reader = self.store().read();
        let last = store::mailbox::last_uid(&reader, authority, &mailbox, 0).await?;
        let place = Place {
            authority,
            mailbox,
            uid_validity: 0,
            uid: last + 1,
        };
        let fetched = Fetched {
            bytes,
            too_large: false,
        };
        self.take_one(place, None, fetched).await.map(|_| ())
    }

    /// Reads and stores one message. False when it is no longer ours to take.
    async fn take_one(
        &self,
        place: Place,
        claim: Option<(&AccountRow, &str)>,
        fetched: Fetched,
    ) -> Result<bool> {
        let raw_sm3 = secrets::sm3_hex(&fetched.bytes);
        // A mail that makes the parser panic is a mail for the tray, not the end of the worker.
        let bytes = fetched.bytes;
        let letter = tokio::task::spawn_blocking(move || letter::read(&bytes)).await;
        let letter = letter.unwrap_or_default();
        let (message_id, content_sm3) = match &letter {
            Some(letter) if !letter.message_id.is_empty() => {
                (letter.message_id.clone(), content_of(letter))
            }
            Some(letter) => (format!("sm3:{raw_sm3}"), content_of(letter)),
            None => (format!("sm3:{raw_sm3}"), raw_sm3.clone()),
        };
        let authority = place.authority;
        let reader = self.store().read();
        let mut judged =
            if store::mailbox::known(&reader, authority, &message_id, &content_sm3).await? {
                Judged::of(MailState::Duplicate, "同一封信先前已经收过")
            } else {
                match &letter {
                    Some(letter) => {
                        let row = claim.map(|(row, _)| row);
                        self.judge(authority, row, letter, fetched.too_large)
                            .await?
                    }
                    None => Judged::of(MailState::Tray, "这封信读不懂，请到邮箱里查看"),
                }
            };
        let work = self.work().await?;
        let until = work.now + TimeDelta::seconds(self.outside().lease_seconds);
        if let Some((row, token)) = claim
            && !store::mailbox::keep_claim(&work.tx, authority, token, row.version, until).await?
        {
            return Ok(false);
        }
        let tree = store::units::tree(&work.tx).await?;
        let sender = self.mail_sender(&work.tx, &tree, authority).await?;
        let address = match (&judged.person, &sender) {
            (Some(person), Some(_)) if judged.answer => {
                let contact = store::reminders::contact(&work.tx, person.id).await?;
                Some(contact.email).filter(|email| !email.is_empty())
            }
            _ => None,
        };
        let (from, subject, thread, body) = letter.map_or_else(Default::default, |letter| {
            let (from, thread) = (letter.from.join("、"), letter.thread.join(" "));
            (from, letter.subject, thread, letter.body)
        });
        let new = NewMail {
            place,
            message_id,
            content_sm3,
            from: from.chars().take(300).collect(),
            subject,
            state: judged.state,
            person: judged.person.as_ref().map(|person| person.id),
            why: judged.why.clone(),
            answered: address.is_some(),
            thread,
            body,
        };
        let id = match store::mailbox::add(&work.tx, &new, work.now).await {
            Err(store::Error::Taken) => return Ok(false),
            other => other?,
        };
        if let (Some(address), Some(sender)) = (&address, &sender) {
            let asked = (new.subject.as_str(), new.thread.as_str());
            self.answer(&work, sender, address, asked, &judged).await?;
        }
        keep_files(&work, id, &mut judged).await?;
        let detail = json!({"from": new.from, "state": new.state.word(), "person": new.person, "files": judged.files.len()});
        let fact = Fact::new("mail.taken", format!("mail:{id}"), detail);
        let chain = work.chain(ChainKind::Change, authority).await?;
        let event = fact.by(None, "mailbox", work.now);
        self.finish(work, chain, event).await?;
        Ok(true)
    }

    /// What a mail is and what becomes of it. Writes nothing.
    async fn judge(
        &self,
        authority: UnitId,
        row: Option<&AccountRow>,
        letter: &Letter,
        too_large: bool,
    ) -> Result<Judged> {
        let reader = self.store().read();
        let own = store::reminders::mail_server(&reader, authority).await?;
        let ours = |address: &String| {
            let own = own.as_ref().map(|row| row.server.from_address.as_str());
            own.is_some_and(|own| own.eq_ignore_ascii_case(address))
                || row.is_some_and(|row| row.account.user.eq_ignore_ascii_case(address))
        };
        let own_letter = letter.from.iter().any(ours);
        let matched = match own_letter {
            true => Err(String::new()),
            false => self.sender_of(authority, &letter.from).await?,
        };
        if letter.automatic || own_letter {
            // Machines of a clerk's own house may mark what a clerk has sent: its files are not lost, and nobody is answered.
            if let Ok(person) = matched
                && !letter.attachments.is_empty()
                && !too_large
                && !self.tray_is_full(authority).await?
            {
                return Ok(Judged {
                    person: Some(person),
                    files: unread(letter),
                    ..Judged::of(
                        MailState::Tray,
                        "像是自动发出或群发的信，没有读取附件，也不回复；确是本人所发的请指派",
                    )
                });
            }
            return Ok(Judged::of(
                MailState::Ignored,
                "自动发出或群发的信，没有读取附件，也不回复",
            ));
        }
        let person = match matched {
            Ok(person) => person,
            Err(why) => {
                let mut judged = Judged::of(MailState::Tray, why);
                if too_large {
                    judged.why.push_str("；来信过大，附件留在邮箱里");
                } else if self.tray_is_full(authority).await? {
                    judged.why.push_str("；待处理来信过多，附件留在邮箱里");
                } else {
                    judged.files = unread(letter);
                }
                return Ok(judged);
            }
        };
        let from = letter.from.join("、");
        let day_ago = self.now() - TimeDelta::days(1);
        let (mails, answers) = store::mailbox::sent_by(&reader, authority, &from, day_ago).await?;
        let mut judged = Judged {
            person: Some(person.clone()),
            answer: answers < ANSWERS_A_DAY,
            ..Judged::of(MailState::Tray, "")
        };
        if mails >= MAILS_A_DAY {
            judged.why = format!("同一发件邮箱一天内来信超过{MAILS_A_DAY}封，没有读取");
            judged.answer = false;
            // Forged ones may have used up the day: what is real must not be lost among them.
            if !too_large && !self.tray_is_full(authority).await? {
                judged.files = unread(letter);
            }
            return Ok(judged);
        }
        if too_large {
            let most = self.settings().upload_most / (1024 * 1024);
            judged.why = format!("来信过大（附件超过{most} MB），没有读取");
            judged.answer = false;
            return Ok(judged);
        }
        judged.files = self.read_files(&person, unread(letter)).await?;
        judged.settle();
        Ok(judged)
    }

    /// Whether files of strangers are left in the mailbox for now.
    async fn tray_is_full(&self, authority: UnitId) -> Result<bool> {
        let counts = store::mailbox::counts(&self.store().read(), authority).await?;
        let tray = counts.iter().find(|(state, _)| *state == MailState::Tray);
        Ok(tray.is_some_and(|(_, count)| *count >= TRAY_MOST))
    }

    /// The one person who may prepare returns at this address; else why there is none.
    async fn sender_of(
        &self,
        authority: UnitId,
        from: &[String],
    ) -> Result<std::result::Result<Person, String>> {
        let [from] = from else {
            return Ok(Err("没有写明发件人，或发件人不止一个".to_owned()));
        };
        let reader = self.store().read();
        let contacts = store::reminders::contacts(&reader).await?;
        let tree = store::units::tree(&reader).await?;
        let people: Vec<Person> = store::people::everybody(&reader)
            .await?
            .into_iter()
            .filter(|person| {
                let contact = contacts.get(&person.id);
                person.active
                    && contact.is_some_and(|contact| contact.email.eq_ignore_ascii_case(from))
                    && tree
                        .authority_of(person.unit)
                        .is_some_and(|unit| unit.id == authority)
            })
            .collect();
        Ok(match people.as_slice() {
            [] => Err("发件邮箱没有登记在任何在用的账号上".to_owned()),
            [person] if can_prepare(person) && tree.enterprise_of(person.unit).is_some() => {
                Ok(person.clone())
            }
            [person] => Err(format!("{}不是企业填报员，不能填报", person.name)),
            several => {
                let names: Vec<&str> = several.iter().map(|one| one.name.as_str()).collect();
                Err(format!(
                    "发件邮箱登记在{}人名下：{}",
                    names.len(),
                    names.join("、")
                ))
            }
        })
    }

    /// Reads files as a person would on the page; keeps nothing.
    pub(super) async fn read_files(
        &self,
        person: &Person,
        files: Vec<JudgedFile>,
    ) -> Result<Vec<JudgedFile>> {
        let caller = Caller::new(person.clone(), "mailbox");
        let mut read = Vec::new();
        for (place, mut file) in files.into_iter().enumerate() {
            if place >= FILES_MOST {
                file.outcome = format!("一封信只读取前{FILES_MOST}个附件");
                read.push(file);
                continue;
            }
            match self.read_mailed(&caller, &file.name, &file.bytes).await {
                Ok(mailed) => {
                    let forms: Vec<&str> =
                        mailed.drafts.iter().map(|one| one.form.as_str()).collect();
                    let made =
                        (!forms.is_empty()).then(|| format!("已成草稿：{}", forms.join("、")));
                    let said: Vec<&str> = made
                        .iter()
                        .chain(&mailed.refused)
                        .map(String::as_str)
                        .collect();
                    file.outcome = said.join("；");
                    (file.drafts, file.refused, file.scan) =
                        (mailed.drafts, mailed.refused, mailed.scan);
                }
                Err(error @ Error::Unavailable(_)) => return Err(error),
                Err(error) => {
                    tracing::error!(%error, "a file that came by mail could not be read");
                    file.outcome = "读取时出错，请系统管理员查看日志".to_owned();
                }
            }
            read.push(file);
        }
        Ok(read)
    }

    /// Puts the answer to a mail into the outbox. `subject` and `thread` are of the mail that is answered.
    pub(super) async fn answer(
        &self,
        work: &Work,
        (sender, server): &(UnitId, MailRow),
        address: &str,
        (subject, thread): (&str, &str),
        judged: &Judged,
    ) -> Result<()> {
        let Some(person) = &judged.person else {
            return Ok(());
        };
        let (_, shown) = self.settings_for(&work.tx, Some(person.unit)).await?;
        let url = self.outside().public_url.as_deref();
        let said = words::answer(&person.name, subject, judged, url, &shown.product);
        let message = NewMessage {
            authority: *sender,
            channel: Channel::Email,
            person: Some(person.id),
            message_id: self.message_id(server.server.domain()),
            batch: None,
            address: address.to_owned(),
            subject: said.subject,
            body: said.text,
            thread: thread.to_owned(),
            next_at: work.now,
        };
        store::reminders::add_alone(&work.tx, &message, work.now).await?;
        Ok(())
    }
}

/// Whether a person may prepare returns from files, by its own roles.
pub(super) fn can_prepare(person: &Person) -> bool {
    let may = |action| person.roles.iter().any(|role| role.may(action));
    person.active && may(Action::PrepareReturns) && may(Action::EditProjects)
}

/// The files of a mail, not read yet.
fn unread(letter: &Letter) -> Vec<JudgedFile> {
    let file = |(place, one): (usize, &letter::Attachment)| JudgedFile {
        name: match one.name.as_str() {
            "" => format!("附件{}", place + 1),
            name => crate::imports::safe_name(name),
        },
        bytes: one.bytes.clone(),
        outcome: "还没有读取".to_owned(),
        drafts: Vec::new(),
        refused: Vec::new(),
        scan: false,
    };
    letter.attachments.iter().enumerate().map(file).collect()
}

/// SM3 over what a mail says, whatever way it took.
fn content_of(letter: &Letter) -> String {
    let mut text = format!("{}\n{}\n", letter.from.join(","), letter.subject);
    for file in &letter.attachments {
        text.push_str(&format!(
            "{}\n{}\n",
            file.name,
            secrets::sm3_hex(&file.bytes)
        ));
    }
    secrets::sm3_hex(text.as_bytes())
}

/// Stores the files of a mail and the drafts they became.
async fn keep_files(work: &Work, mail: MailId, judged: &mut Judged) -> Result<()> {
    for (position, file) in (1..).zip(&judged.files) {
        let sm3 = secrets::sm3_hex(&file.bytes);
        let stored = store::files::put(&work.tx, &sm3, &file.bytes, work.now).await?;
        let drafts = keep_drafts(work, file).await?;
        let row = MailFile {
            id: 0,
            file_name: file.name.clone(),
            file: stored,
            outcome: file.outcome.clone(),
            drafts,
        };
        store::mailbox::add_file(&work.tx, mail, position, &row).await?;
    }
    Ok(())
}

/// Stores the drafts of a file, and gives their keys.
pub(super) async fn keep_drafts(work: &Work, file: &JudgedFile) -> Result<Vec<String>> {
    let mut keys = Vec::new();
    for made in &file.drafts {
        let draft: &IntakeDraft = &made.draft;
        store::intake::add(&work.tx, draft, &file.bytes).await?;
        keys.push(draft.key.clone());
    }
    Ok(keys)
}

/// Whose drafts they are, for those who look at a list.
pub(super) fn people_of(mails: &[super::ReceivedMail]) -> Vec<PersonId> {
    mails
        .iter()
        .flat_map(|mail| [mail.person, mail.handled_by])
        .flatten()
        .collect()
}
