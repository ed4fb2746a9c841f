//! Mail that comes in: the account of an authority, what was taken, what became of it. A mail's number within its
//! mailbox is unique here: stored twice it is refused, and the whole transaction with it.

use chrono::NaiveDate;
use domain::{
    FileId, Instant, MailId, PersonId, UnitId,
    mail::MailTls,
    mailbox::{MailState, MailboxAccount},
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx, dialect,
    sql::{all, backend, day, day_text, insert, instant, one, run, run_on_version, values},
};

/// An authority's mailbox with its sealed password.
#[derive(Debug, Clone)]
pub struct AccountRow {
    /// The mailbox.
    pub account: MailboxAccount,
    /// The password, sealed.
    pub password: String,
    /// Counts saves.
    pub version: i64,
    /// What arrived before this day is left alone.
    pub taken_from: NaiveDate,
    /// When it was last looked into.
    pub looked_at: Option<Instant>,
    /// Why that failed; empty: it did not.
    pub error: String,
}

#[derive(FromQueryResult)]
struct Row {
    version: i64,
    host: String,
    port: i64,
    tls: String,
    user_name: String,
    password: String,
    folder: String,
    active: bool,
    taken_from: String,
    looked_at: Option<i64>,
    error: String,
}

/// An authority's mailbox.
///
/// # Errors
/// The database is unavailable.
pub async fn account(db: &impl Db, authority: UnitId) -> Result<Option<AccountRow>> {
    account_with(db, authority, "").await
}

/// As [`account`], held until the transaction ends: who stores a mail stores alone.
///
/// # Errors
/// The database is unavailable.
pub async fn hold_account(tx: &Tx, authority: UnitId) -> Result<Option<AccountRow>> {
    account_with(tx, authority, dialect::for_update(backend(tx))).await
}

async fn account_with(db: &impl Db, authority: UnitId, hold: &str) -> Result<Option<AccountRow>> {
    let sql = format!(
        "SELECT version, host, port, tls, user_name, password, folder, active, taken_from, looked_at, error
         FROM mailbox_account WHERE authority_id = $1{hold}"
    );
    let row: Option<Row> = one(db, &sql, values![authority.0]).await?;
    let Some(row) = row else { return Ok(None) };
    let wrong = || Error::Database(format!("mailbox of unit {authority}"));
    Ok(Some(AccountRow {
        account: MailboxAccount {
            host: row.host,
            port: u16::try_from(row.port).map_err(|_| wrong())?,
            tls: MailTls::from_word(&row.tls).ok_or_else(wrong)?,
            user: row.user_name,
            folder: row.folder,
            active: row.active,
        },
        password: row.password,
        version: row.version,
        taken_from: day(&row.taken_from)?,
        looked_at: row.looked_at.map(instant).transpose()?,
        error: row.error,
    }))
}

/// Saves an authority's mailbox, made from `row.version`; 0: there was none.
///
/// # Errors
/// [`Error::Stale`] when it was saved since.
pub async fn save_account(
    tx: &Tx,
    authority: UnitId,
    row: &AccountRow,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    let account = &row.account;
    let mut values = values![
        account.host.as_str(),
        i64::from(account.port),
        account.tls.word(),
        account.user.as_str(),
        row.password.as_str(),
        account.folder.as_str(),
        account.active,
        at.timestamp_micros(),
        by.0,
        authority.0
    ];
    if row.version == 0 {
        values.push(day_text(row.taken_from).into());
        let sql = "INSERT INTO mailbox_account (host, port, tls, user_name, password, folder, active, changed_at, changed_by, authority_id, taken_from)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
        return match run(tx, sql, values).await? {
            0 => Err(Error::Stale),
            _ => Ok(()),
        };
    }
    values.push(row.version.into());
    // A look that is going on is of another mailbox now: what it finds out is not said of this one.
    let sql = "UPDATE mailbox_account SET host = $1, port = $2, tls = $3, user_name = $4, password = $5, folder = $6, active = $7,
               changed_at = $8, changed_by = $9, error = '', lease = '', leased_until = 0, version = version + 1 WHERE authority_id = $10 AND version = $11";
    run_on_version(tx, sql, values).await
}

#[derive(FromQueryResult)]
struct AuthorityRow {
    authority_id: i64,
}

/// Authorities whose mailbox is looked into.
///
/// # Errors
/// The database is unavailable.
pub async fn active(db: &impl Db) -> Result<Vec<UnitId>> {
    let sql = "SELECT authority_id FROM mailbox_account WHERE active ORDER BY authority_id";
    let rows: Vec<AuthorityRow> = all(db, sql, values![]).await?;
    Ok(rows.iter().map(|row| UnitId(row.authority_id)).collect())
}

/// Claims a mailbox until `until`. False when another replica looks into it.
///
/// # Errors
/// The database is unavailable.
pub async fn claim(
    tx: &Tx,
    authority: UnitId,
    token: &str,
    now: Instant,
    until: Instant,
) -> Result<bool> {
    let sql = "UPDATE mailbox_account SET lease = $1, leased_until = $2 WHERE authority_id = $3 AND active AND leased_until <= $4";
    let values = values![
        token,
        until.timestamp_micros(),
        authority.0,
        now.timestamp_micros()
    ];
    Ok(run(tx, sql, values).await? == 1)
}

/// Keeps a claim for longer. False when it ran out and another replica has it, or the mailbox was set anew.
///
/// # Errors
/// The database is unavailable.
pub async fn keep_claim(
    tx: &Tx,
    authority: UnitId,
    token: &str,
    version: i64,
    until: Instant,
) -> Result<bool> {
    let sql = "UPDATE mailbox_account SET leased_until = $1 WHERE authority_id = $2 AND lease = $3 AND version = $4 AND active";
    let values = values![until.timestamp_micros(), authority.0, token, version];
    Ok(run(tx, sql, values).await? == 1)
}

/// Ends a claim and notes how the look went.
///
/// # Errors
/// The database is unavailable.
pub async fn release(
    tx: &Tx,
    authority: UnitId,
    token: &str,
    at: Instant,
    error: &str,
) -> Result<()> {
    let sql = "UPDATE mailbox_account SET leased_until = 0, lease = '', looked_at = $1, error = $2 WHERE authority_id = $3 AND lease = $4";
    let values = values![at.timestamp_micros(), error, authority.0, token];
    run(tx, sql, values).await.map(|_| ())
}

/// Which message of which mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Whose mailbox.
    pub authority: UnitId,
    /// SM3 of what tells the mailbox from others.
    pub mailbox: String,
    /// Numbers count within it.
    pub uid_validity: u32,
    /// The number.
    pub uid: u32,
}

#[derive(FromQueryResult)]
struct MaxRow {
    uid: Option<i64>,
}

/// The highest number that was stored; 0: none.
///
/// # Errors
/// The database is unavailable.
pub async fn last_uid(
    db: &impl Db,
    authority: UnitId,
    mailbox: &str,
    uid_validity: u32,
) -> Result<u32> {
    let row: Option<MaxRow> = one(
        db,
        "SELECT MAX(uid) AS uid FROM received_mail WHERE authority_id = $1 AND box = $2 AND uid_validity = $3",
        values![authority.0, mailbox, i64::from(uid_validity)],
    )
    .await?;
    let uid = row.and_then(|row| row.uid).unwrap_or(0);
    u32::try_from(uid).map_err(|_| Error::Database(format!("uid {uid}")))
}

/// A mail about to be stored.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// Where it was.
    pub place: Place,
    /// Its Message-ID, or what stands for it.
    pub message_id: String,
    /// SM3 over what it says.
    pub content_sm3: String,
    /// Who says to have sent it.
    pub from: String,
    /// In a line.
    pub subject: String,
    /// What becomes of it.
    pub state: MailState,
    /// Whom it was matched to.
    pub person: Option<PersonId>,
    /// Why, in words.
    pub why: String,
    /// Whether an answer goes out.
    pub answered: bool,
    /// The conversation: Message-IDs, blanks between, its own last.
    pub thread: String,
    /// What is written, its beginning.
    pub body: String,
}

/// Stores a mail.
///
/// # Errors
/// [`Error::Taken`] when it was stored before.
pub async fn add(tx: &Tx, mail: &NewMail, at: Instant) -> Result<MailId> {
    let id = insert(
        tx,
        "INSERT INTO received_mail (authority_id, box, uid_validity, uid, message_id, content_sm3, from_address, subject, received_at, state, person_id, why, answered, thread, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id",
        values![
            mail.place.authority.0,
            mail.place.mailbox.as_str(),
            i64::from(mail.place.uid_validity),
            i64::from(mail.place.uid),
            mail.message_id.as_str(),
            mail.content_sm3.as_str(),
            mail.from.as_str(),
            mail.subject.as_str(),
            at.timestamp_micros(),
            mail.state.word(),
            mail.person.map(|person| person.0),
            mail.why.as_str(),
            mail.answered,
            mail.thread.as_str(),
            mail.body.as_str()
        ],
    )
    .await?;
    Ok(MailId(id))
}

#[derive(FromQueryResult)]
struct CountRow {
    count: i64,
}

/// Whether the same mail was stored before: the same Message-ID, saying the same.
///
/// # Errors
/// The database is unavailable.
pub async fn known(
    db: &impl Db,
    authority: UnitId,
    message_id: &str,
    content_sm3: &str,
) -> Result<bool> {
    let row: Option<CountRow> = one(
        db,
        "SELECT COUNT(*) AS count FROM received_mail WHERE authority_id = $1 AND message_id = $2 AND content_sm3 = $3",
        values![authority.0, message_id, content_sm3],
    )
    .await?;
    Ok(row.is_some_and(|row| row.count > 0))
}

/// How many mails said to come from this address since `since`, those of machines and doubles left out, and how many
/// of them were answered.
///
/// # Errors
/// The database is unavailable.
pub async fn sent_by(
    db: &impl Db,
    authority: UnitId,
    from: &str,
    since: Instant,
) -> Result<(i64, i64)> {
    #[derive(FromQueryResult)]
    struct Counts {
        mails: i64,
        answers: i64,
    }
    let row: Option<Counts> = one(
        db,
        "SELECT COUNT(*) AS mails, COUNT(CASE WHEN answered THEN 1 END) AS answers
         FROM received_mail WHERE authority_id = $1 AND from_address = $2 AND received_at > $3 AND state NOT IN ('ignored', 'duplicate')",
        values![authority.0, from, since.timestamp_micros()],
    )
    .await?;
    Ok(row.map_or((0, 0), |row| (row.mails, row.answers)))
}

/// A file that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFile {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub file_name: String,
    /// The stored file.
    pub file: FileId,
    /// What became of it, in a sentence.
    pub outcome: String,
    /// The drafts it became, one a form.
    pub drafts: Vec<String>,
}

#[derive(FromQueryResult)]
struct FileRow {
    id: i64,
    mail_id: i64,
    file_name: String,
    file_id: i64,
    outcome: String,
    draft_keys: Option<String>,
}

/// Stores a file of a mail with the drafts it became; `file.id` is given by the database.
///
/// # Errors
/// The database is unavailable.
pub async fn add_file(tx: &Tx, mail: MailId, position: i64, file: &MailFile) -> Result<i64> {
    let id = insert(
        tx,
        "INSERT INTO mail_attachment (mail_id, position, file_name, file_id, outcome) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        values![
            mail.0,
            position,
            file.file_name.as_str(),
            file.file.0,
            file.outcome.as_str()
        ],
    )
    .await?;
    add_drafts(tx, id, &file.drafts).await?;
    Ok(id)
}

async fn add_drafts(tx: &Tx, file: i64, drafts: &[String]) -> Result<()> {
    for key in drafts {
        let sql = "INSERT INTO mail_draft (draft_key, attachment_id) VALUES ($1, $2)";
        run(tx, sql, values![key.as_str(), file]).await?;
    }
    Ok(())
}

/// Says anew what became of a file, and adds the drafts it became.
///
/// # Errors
/// The database is unavailable.
pub async fn set_outcome(tx: &Tx, id: i64, outcome: &str, drafts: &[String]) -> Result<()> {
    let sql = "UPDATE mail_attachment SET outcome = $1 WHERE id = $2";
    run(tx, sql, values![outcome, id]).await?;
    add_drafts(tx, id, drafts).await
}

/// A mail as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedMail {
    /// Its number.
    pub id: MailId,
    /// Its Message-ID.
    pub message_id: String,
    /// Who says to have sent it.
    pub from: String,
    /// In a line.
    pub subject: String,
    /// When it was taken.
    pub received_at: Instant,
    /// Where it stands.
    pub state: MailState,
    /// Whom it was matched or given to.
    pub person: Option<PersonId>,
    /// Why it stands there, in words.
    pub why: String,
    /// What the officer noted.
    pub note: String,
    /// Who handled it.
    pub handled_by: Option<PersonId>,
    /// When.
    pub handled_at: Option<Instant>,
    /// Whether an answer went out.
    pub answered: bool,
    /// The conversation: Message-IDs, blanks between, its own last.
    pub thread: String,
    /// What is written, its beginning.
    pub body: String,
    /// Counts changes.
    pub version: i64,
    /// Its files, in order.
    pub files: Vec<MailFile>,
}

#[derive(FromQueryResult)]
struct MailRow {
    id: i64,
    message_id: String,
    from_address: String,
    subject: String,
    received_at: i64,
    state: String,
    person_id: Option<i64>,
    why: String,
    note: String,
    handled_by: Option<i64>,
    handled_at: Option<i64>,
    answered: bool,
    thread: String,
    body: String,
    version: i64,
}

const MAIL: &str = "id, message_id, from_address, subject, received_at, state, person_id, why, note, handled_by, handled_at, answered, thread, body, version";

impl MailRow {
    fn mail(self, files: Vec<MailFile>) -> Result<ReceivedMail> {
        let wrong = || Error::Database(format!("mail state {:?}", self.state));
        Ok(ReceivedMail {
            id: MailId(self.id),
            state: MailState::from_word(&self.state).ok_or_else(wrong)?,
            message_id: self.message_id,
            from: self.from_address,
            subject: self.subject,
            received_at: instant(self.received_at)?,
            person: self.person_id.map(PersonId),
            why: self.why,
            note: self.note,
            handled_by: self.handled_by.map(PersonId),
            handled_at: self.handled_at.map(instant).transpose()?,
            answered: self.answered,
            thread: self.thread,
            body: self.body,
            version: self.version,
            files,
        })
    }
}

/// Of a file, the keys of its drafts strung together with blanks.
const FILE: &str = "mail_attachment.id, mail_id, file_name, file_id, outcome,
  (SELECT string_agg(draft_key, ' ') FROM mail_draft WHERE attachment_id = mail_attachment.id) AS draft_keys";

fn file(row: FileRow) -> MailFile {
    let keys = row.draft_keys.unwrap_or_default();
    let drafts = keys.split_whitespace().map(ToOwned::to_owned);
    MailFile {
        id: row.id,
        file_name: row.file_name,
        file: FileId(row.file_id),
        outcome: row.outcome,
        drafts: drafts.collect(),
    }
}

/// One mail of an authority.
///
/// # Errors
/// The database is unavailable.
pub async fn mail(db: &impl Db, authority: UnitId, id: MailId) -> Result<Option<ReceivedMail>> {
    let sql = format!("SELECT {MAIL} FROM received_mail WHERE id = $1 AND authority_id = $2");
    let row: Option<MailRow> = one(db, &sql, values![id.0, authority.0]).await?;
    let Some(row) = row else { return Ok(None) };
    let sql =
        format!("SELECT {FILE} FROM mail_attachment WHERE mail_id = $1 ORDER BY position, id");
    let files: Vec<FileRow> = all(db, &sql, values![id.0]).await?;
    row.mail(files.into_iter().map(file).collect()).map(Some)
}

/// Mails of an authority before number `before`, newest first, at most `most`; `state`: only those that stand there.
///
/// # Errors
/// The database is unavailable.
pub async fn mails(
    db: &impl Db,
    authority: UnitId,
    state: Option<MailState>,
    before: i64,
    most: i64,
) -> Result<Vec<ReceivedMail>> {
    let chosen = "authority_id = $1 AND ($2 = '' OR state = $2) AND received_mail.id < $3";
    let wanted = || values![authority.0, state.map_or("", MailState::word), before, most];
    let sql = format!(
        "SELECT {MAIL} FROM received_mail WHERE {chosen} ORDER BY received_mail.id DESC LIMIT $4"
    );
    let rows: Vec<MailRow> = all(db, &sql, wanted()).await?;
    let sql = format!(
        "SELECT {FILE} FROM mail_attachment WHERE mail_id IN
           (SELECT received_mail.id FROM received_mail WHERE {chosen} ORDER BY received_mail.id DESC LIMIT $4)
         ORDER BY position, mail_attachment.id"
    );
    let mut files: std::collections::HashMap<i64, Vec<MailFile>> = std::collections::HashMap::new();
    for row in all::<FileRow>(db, &sql, wanted()).await? {
        files.entry(row.mail_id).or_default().push(file(row));
    }
    rows.into_iter()
        .map(|row| {
            let own = files.remove(&row.id).unwrap_or_default();
            row.mail(own)
        })
        .collect()
}

/// How many mails stand where.
///
/// # Errors
/// The database is unavailable.
pub async fn counts(db: &impl Db, authority: UnitId) -> Result<Vec<(MailState, i64)>> {
    #[derive(FromQueryResult)]
    struct StateRow {
        state: String,
        count: i64,
    }
    let sql = "SELECT state, COUNT(*) AS count FROM received_mail WHERE authority_id = $1 GROUP BY state ORDER BY state";
    let rows: Vec<StateRow> = all(db, sql, values![authority.0]).await?;
    rows.into_iter()
        .map(|row| {
            let state = MailState::from_word(&row.state)
                .ok_or_else(|| Error::Database(format!("mail state {:?}", row.state)))?;
            Ok((state, row.count))
        })
        .collect()
}

/// What an officer made of a mail of the tray.
#[derive(Debug, Clone)]
pub struct Handled<'a> {
    /// Where it stands now.
    pub state: MailState,
    /// Whom it was given to.
    pub person: Option<PersonId>,
    /// Why, in words.
    pub why: &'a str,
    /// What is noted.
    pub note: &'a str,
    /// Who did it.
    pub by: PersonId,
    /// When.
    pub at: Instant,
}

/// Settles a mail of the tray, made from `version`.
///
/// # Errors
/// [`Error::Stale`] when it was handled since.
pub async fn handle(tx: &Tx, id: MailId, version: i64, handled: &Handled<'_>) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE received_mail SET state = $1, person_id = $2, why = $3, note = $4, handled_by = $5, handled_at = $6, version = version + 1
         WHERE id = $7 AND version = $8 AND state = 'tray'",
        values![
            handled.state.word(),
            handled.person.map(|person| person.0),
            handled.why,
            handled.note,
            handled.by.0,
            handled.at.timestamp_micros(),
            id.0,
            version
        ],
    )
    .await
}
