//! Messages that leave the house. Any number of replicas send them: a row is leased, sent and settled; a lease that ran
//! out because its holder died is taken over, and the message goes out again under the same Message-ID.

use chrono::TimeDelta;
use domain::{Instant, MessageId, PersonId, ReminderId, UnitId};
use sea_orm::FromQueryResult;

use super::{COLUMNS, Reminder, Row};
use crate::{
    Db, Error, Result, Tx, dialect,
    sql::{all, backend, insert, instant, one, run, values},
};

/// How a message leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// By e-mail.
    Email,
    /// By the DingTalk robot.
    DingTalk,
}

impl Channel {
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::DingTalk => "dingtalk",
        }
    }

    fn from_word(word: &str) -> Result<Self> {
        match word {
            "email" => Ok(Self::Email),
            "dingtalk" => Ok(Self::DingTalk),
            other => Err(Error::Database(format!("channel {other:?}"))),
        }
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Email => "邮件",
            Self::DingTalk => "钉钉群",
        }
    }
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageState {
    /// 待发送.
    Pending,
    /// 正在发送.
    Sending,
    /// 已发送.
    Sent,
    /// 被拒收: refused for good.
    Failed,
    /// 多次未成功: a person must look.
    GivenUp,
    /// 不再发送.
    Dropped,
}

impl MessageState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::Sending,
        Self::Sent,
        Self::Failed,
        Self::GivenUp,
        Self::Dropped,
    ];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::GivenUp => "given_up",
            Self::Dropped => "dropped",
        }
    }

    fn from_word(word: &str) -> Result<Self> {
        let known = Self::ALL.into_iter().find(|state| state.word() == word);
        known.ok_or_else(|| Error::Database(format!("message state {word:?}")))
    }

    /// The words for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pending => "待发送",
            Self::Sending => "正在发送",
            Self::Sent => "已发送",
            Self::Failed => "被拒收",
            Self::GivenUp => "多次未成功",
            Self::Dropped => "不再发送",
        }
    }
}

/// A message about to be kept.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Whose sender it goes out by.
    pub authority: UnitId,
    /// How it leaves.
    pub channel: Channel,
    /// To whom; none for a group.
    pub person: Option<PersonId>,
    /// Its Message-ID, for good, without angle brackets.
    pub message_id: String,
    /// What further reminders may join.
    pub batch: Option<String>,
    /// To which address.
    pub address: String,
    /// In a line.
    pub subject: String,
    /// In full.
    pub body: String,
    /// The conversation it answers: Message-IDs, blanks between, the answered one last; empty: it answers none.
    pub thread: String,
    /// Not before.
    pub next_at: Instant,
}

/// A message as pages show it.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its number.
    pub id: MessageId,
    /// How it leaves.
    pub channel: Channel,
    /// To whom.
    pub person: Option<PersonId>,
    /// Its Message-ID.
    pub message_id: String,
    /// To which address.
    pub address: String,
    /// In a line.
    pub subject: String,
    /// Where it stands.
    pub state: MessageState,
    /// Tries so far.
    pub attempts: i64,
    /// Not before.
    pub next_at: Instant,
    /// Why the last try failed, in words.
    pub error: String,
    /// What the other side said.
    pub reply: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it was sent.
    pub sent_at: Option<Instant>,
}

#[derive(FromQueryResult)]
struct MessageRow {
    id: i64,
    channel: String,
    person_id: Option<i64>,
    message_id: String,
    address: String,
    subject: String,
    state: String,
    attempts: i64,
    next_at: i64,
    error: String,
    reply: String,
    created_at: i64,
    sent_at: Option<i64>,
}

const MESSAGE: &str = "id, channel, person_id, message_id, address, subject, state, attempts, next_at, error, reply, created_at, sent_at";

impl MessageRow {
    fn message(self) -> Result<Message> {
        Ok(Message {
            id: MessageId(self.id),
            channel: Channel::from_word(&self.channel)?,
            person: self.person_id.map(PersonId),
            message_id: self.message_id,
            address: self.address,
            subject: self.subject,
            state: MessageState::from_word(&self.state)?,
            attempts: self.attempts,
            next_at: instant(self.next_at)?,
            error: self.error,
            reply: self.reply,
            created_at: instant(self.created_at)?,
            sent_at: self.sent_at.map(instant).transpose()?,
        })
    }
}

/// A message that was claimed to be sent.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Its number.
    pub id: MessageId,
    /// Whose sender it goes out by.
    pub authority: UnitId,
    /// How it leaves.
    pub channel: Channel,
    /// To whom.
    pub person: Option<PersonId>,
    /// Its Message-ID.
    pub message_id: String,
    /// To which address.
    pub address: String,
    /// In a line.
    pub subject: String,
    /// In full.
    pub body: String,
    /// The conversation it answers, as in [`NewMessage`].
    pub thread: String,
    /// Tries, this one included.
    pub attempts: i64,
    /// When it was made: its date.
    pub created_at: Instant,
}

#[derive(FromQueryResult)]
struct OutgoingRow {
    id: i64,
    authority_id: i64,
    channel: String,
    person_id: Option<i64>,
    message_id: String,
    address: String,
    subject: String,
    body: String,
    thread: String,
    attempts: i64,
    created_at: i64,
}

/// Keeps a message that carries one reminder.
///
/// # Errors
/// The database is unavailable.
pub async fn add_message(
    tx: &Tx,
    new: &NewMessage,
    reminder: ReminderId,
    at: Instant,
) -> Result<MessageId> {
    let id = add_alone(tx, new, at).await?;
    link(tx, reminder, new.channel, id).await?;
    Ok(id)
}

/// Keeps a message that carries no reminder: an answer to a mail.
///
/// # Errors
/// The database is unavailable.
pub async fn add_alone(tx: &Tx, new: &NewMessage, at: Instant) -> Result<MessageId> {
    let id = insert(
        tx,
        "INSERT INTO outbox (authority_id, channel, person_id, message_id, batch, address, subject, body, thread, state, next_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10, $11) RETURNING id",
        values![
            new.authority.0,
            new.channel.word(),
            new.person.map(|person| person.0),
            new.message_id.as_str(),
            new.batch.as_deref(),
            new.address.as_str(),
            new.subject.as_str(),
            new.body.as_str(),
            new.thread.as_str(),
            new.next_at.timestamp_micros(),
            at.timestamp_micros()
        ],
    )
    .await?;
    Ok(MessageId(id))
}

async fn link(tx: &Tx, reminder: ReminderId, channel: Channel, message: MessageId) -> Result<()> {
    let sql = "INSERT INTO outbox_reminder (reminder_id, channel, outbox_id) VALUES ($1, $2, $3)";
    run(tx, sql, values![reminder.0, channel.word(), message.0])
        .await
        .map(|_| ())
}

#[derive(FromQueryResult)]
struct IdRow {
    id: i64,
}

/// Lets a reminder join a message of this batch that nobody has tried to send. The row is held until the transaction
/// ends: whoever wants to send it waits for what is added.
///
/// # Errors
/// The database is unavailable.
pub async fn join(
    tx: &Tx,
    batch: &str,
    channel: Channel,
    reminder: ReminderId,
) -> Result<Option<MessageId>> {
    let row: Option<IdRow> = one(
        tx,
        "UPDATE outbox SET attempts = 0 WHERE id = (SELECT MAX(id) FROM outbox WHERE batch = $1 AND state = 'pending' AND attempts = 0)
         AND state = 'pending' AND attempts = 0 RETURNING id",
        values![batch],
    )
    .await?;
    let Some(row) = row else { return Ok(None) };
    link(tx, reminder, channel, MessageId(row.id)).await?;
    Ok(Some(MessageId(row.id)))
}

/// The reminders a message carries.
///
/// # Errors
/// The database is unavailable.
pub async fn reminders_of(db: &impl Db, message: MessageId) -> Result<Vec<Reminder>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM reminder JOIN outbox_reminder ON outbox_reminder.reminder_id = reminder.id
         WHERE outbox_reminder.outbox_id = $1 ORDER BY reminder.due_on, reminder.id"
    );
    let rows: Vec<Row> = all(db, &sql, values![message.0]).await?;
    rows.into_iter().map(Row::reminder).collect()
}

/// Puts a new text into a message nobody has tried to send. False when somebody has.
///
/// # Errors
/// The database is unavailable.
pub async fn rewrite(tx: &Tx, id: MessageId, subject: &str, body: &str) -> Result<bool> {
    let sql = "UPDATE outbox SET subject = $1, body = $2 WHERE id = $3 AND state = 'pending' AND attempts = 0";
    Ok(run(tx, sql, values![subject, body, id.0]).await? == 1)
}

/// Holds a message nobody has tried to send until the transaction ends. False when somebody has.
///
/// # Errors
/// The database is unavailable.
pub async fn hold_untried(tx: &Tx, id: MessageId) -> Result<bool> {
    let sql = "UPDATE outbox SET attempts = 0 WHERE id = $1 AND state = 'pending' AND attempts = 0";
    Ok(run(tx, sql, values![id.0]).await? == 1)
}

/// Takes a reminder out of a message: it need not be sent any more.
///
/// # Errors
/// The database is unavailable.
pub async fn unlink(tx: &Tx, message: MessageId, reminder: ReminderId) -> Result<()> {
    let sql = "DELETE FROM outbox_reminder WHERE outbox_id = $1 AND reminder_id = $2";
    run(tx, sql, values![message.0, reminder.0])
        .await
        .map(|_| ())
}

#[derive(FromQueryResult)]
struct UntriedRow {
    outbox_id: i64,
    reminder_id: i64,
    person_id: i64,
    obligation: String,
}

/// What waits for people and was never tried: (message, reminder, person, obligation).
///
/// # Errors
/// The database is unavailable.
pub async fn untried(db: &impl Db) -> Result<Vec<(MessageId, ReminderId, PersonId, String)>> {
    let rows: Vec<UntriedRow> = all(
        db,
        "SELECT outbox.id AS outbox_id, reminder.id AS reminder_id, reminder.person_id, reminder.obligation FROM outbox
         JOIN outbox_reminder ON outbox_reminder.outbox_id = outbox.id JOIN reminder ON reminder.id = outbox_reminder.reminder_id
         WHERE outbox.state = 'pending' AND outbox.attempts = 0 AND reminder.person_id IS NOT NULL ORDER BY outbox.id, reminder.id",
        values![],
    )
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            (
                MessageId(row.outbox_id),
                ReminderId(row.reminder_id),
                PersonId(row.person_id),
                row.obligation,
            )
        })
        .collect())
}

/// Claims the message longest due for `lease`, under a `token` of this try. A lease that ran out may be claimed again;
/// so may one that ends further away than any lease lasts, as after the clock was put back.
///
/// # Errors
/// The database is unavailable.
pub async fn claim(
    tx: &Tx,
    now: Instant,
    lease: TimeDelta,
    token: &str,
) -> Result<Option<Outgoing>> {
    let sql = format!(
        "SELECT id, authority_id, channel, person_id, message_id, address, subject, body, thread, attempts + 1 AS attempts, created_at FROM outbox
         WHERE (state = 'pending' AND (next_at <= $1 OR next_at > $2))
            OR (state = 'sending' AND (leased_until <= $1 OR leased_until > $3))
         ORDER BY next_at, id LIMIT 1{}",
        dialect::for_update_skip_locked(backend(tx))
    );
    let micros = now.timestamp_micros();
    let far = (now + TimeDelta::days(2)).timestamp_micros();
    let beyond = (now + lease + lease).timestamp_micros();
    let row: Option<OutgoingRow> = one(tx, &sql, values![micros, far, beyond]).await?;
    let Some(row) = row else { return Ok(None) };
    run(
        tx,
        "UPDATE outbox SET state = 'sending', leased_until = $1, lease = $2, attempts = attempts + 1, attempted_at = $3 WHERE id = $4",
        values![(now + lease).timestamp_micros(), token, micros, row.id],
    )
    .await?;
    Ok(Some(Outgoing {
        id: MessageId(row.id),
        authority: UnitId(row.authority_id),
        channel: Channel::from_word(&row.channel)?,
        person: row.person_id.map(PersonId),
        message_id: row.message_id,
        address: row.address,
        subject: row.subject,
        body: row.body,
        thread: row.thread,
        attempts: row.attempts,
        created_at: instant(row.created_at)?,
    }))
}

#[derive(FromQueryResult)]
struct CountRow {
    count: i64,
}

/// Messages of an authority's channel that were tried after `since`, the one just claimed not counted.
///
/// # Errors
/// The database is unavailable.
pub async fn sent_since(
    db: &impl Db,
    authority: UnitId,
    channel: Channel,
    since: Instant,
    but: MessageId,
) -> Result<i64> {
    let row: Option<CountRow> = one(
        db,
        "SELECT COUNT(*) AS count FROM outbox WHERE authority_id = $1 AND channel = $2 AND attempted_at > $3 AND id <> $4",
        values![authority.0, channel.word(), since.timestamp_micros(), but.0],
    )
    .await?;
    Ok(row.map_or(0, |row| row.count))
}

/// Puts a claimed message back without counting the try.
///
/// # Errors
/// The database is unavailable.
pub async fn requeue(tx: &Tx, id: MessageId, token: &str, next_at: Instant) -> Result<()> {
    run(
        tx,
        "UPDATE outbox SET state = 'pending', next_at = $1, leased_until = NULL, attempts = attempts - 1, attempted_at = NULL WHERE id = $2 AND lease = $3 AND state = 'sending'",
        values![next_at.timestamp_micros(), id.0, token],
    )
    .await
    .map(|_| ())
}

/// Marks a message sent, whoever holds it by now: it has gone out.
///
/// # Errors
/// The database is unavailable.
pub async fn sent(tx: &Tx, id: MessageId, at: Instant) -> Result<()> {
    run(
        tx,
        "UPDATE outbox SET state = 'sent', sent_at = $1, leased_until = NULL, error = '', reply = '' WHERE id = $2 AND state <> 'sent'",
        values![at.timestamp_micros(), id.0],
    )
    .await
    .map(|_| ())
}

/// Puts a message off after a failed try, if this try still holds it.
///
/// # Errors
/// The database is unavailable.
pub async fn try_again(
    tx: &Tx,
    id: MessageId,
    token: &str,
    next_at: Instant,
    why: (&str, &str),
) -> Result<()> {
    run(
        tx,
        "UPDATE outbox SET state = 'pending', next_at = $1, leased_until = NULL, error = $2, reply = $3 WHERE id = $4 AND lease = $5 AND state = 'sending'",
        values![next_at.timestamp_micros(), why.0, why.1, id.0, token],
    )
    .await
    .map(|_| ())
}

/// Ends a message without success, if this try still holds it: a person must look.
///
/// # Errors
/// The database is unavailable.
pub async fn fail(
    tx: &Tx,
    id: MessageId,
    token: &str,
    state: MessageState,
    why: (&str, &str),
) -> Result<()> {
    run(
        tx,
        "UPDATE outbox SET state = $1, leased_until = NULL, error = $2, reply = $3 WHERE id = $4 AND lease = $5 AND state = 'sending'",
        values![state.word(), why.0, why.1, id.0, token],
    )
    .await
    .map(|_| ())
}

/// Puts off everything of an authority's channel that waits: its server does not answer.
///
/// # Errors
/// The database is unavailable.
pub async fn postpone_all(
    tx: &Tx,
    authority: UnitId,
    channel: Channel,
    until: Instant,
) -> Result<()> {
    run(
        tx,
        "UPDATE outbox SET next_at = $1 WHERE authority_id = $2 AND channel = $3 AND state = 'pending' AND next_at < $1",
        values![until.timestamp_micros(), authority.0, channel.word()],
    )
    .await
    .map(|_| ())
}

/// Ends a message that need not be sent, unless it is being sent or was. False when it could not be.
///
/// # Errors
/// The database is unavailable.
pub async fn drop_message(tx: &Tx, id: MessageId, untried_only: bool) -> Result<bool> {
    let sql = "UPDATE outbox SET state = 'dropped', leased_until = NULL WHERE id = $1
               AND ((state = 'pending' AND (attempts = 0 OR $2 = 0)) OR ($2 = 0 AND state IN ('failed', 'given_up')))";
    Ok(run(tx, sql, values![id.0, i64::from(untried_only)]).await? == 1)
}

/// Puts a failed message back among those that wait, to this address. False when it has not failed.
///
/// # Errors
/// The database is unavailable.
pub async fn revive(tx: &Tx, id: MessageId, address: &str, at: Instant) -> Result<bool> {
    let sql = "UPDATE outbox SET state = 'pending', attempts = 0, next_at = $1, address = $2, batch = NULL WHERE id = $3
               AND (state IN ('failed', 'given_up') OR (state = 'pending' AND attempts > 0))";
    Ok(run(tx, sql, values![at.timestamp_micros(), address, id.0]).await? == 1)
}

/// One message, with its authority.
///
/// # Errors
/// The database is unavailable.
pub async fn message(db: &impl Db, authority: UnitId, id: MessageId) -> Result<Option<Message>> {
    let sql = format!("SELECT {MESSAGE} FROM outbox WHERE id = $1 AND authority_id = $2");
    let row: Option<MessageRow> = one(db, &sql, values![id.0, authority.0]).await?;
    row.map(MessageRow::message).transpose()
}

/// An authority's messages, the newest first; `failed` only those a person must look at: refused, given up, or failing.
///
/// # Errors
/// The database is unavailable.
pub async fn messages(
    db: &impl Db,
    authority: UnitId,
    failed: bool,
    most: i64,
) -> Result<Vec<Message>> {
    let sql = format!(
        "SELECT {MESSAGE} FROM outbox WHERE authority_id = $1
         AND ($2 = 0 OR state IN ('failed', 'given_up') OR (state = 'pending' AND error <> '')) ORDER BY id DESC LIMIT $3"
    );
    let rows: Vec<MessageRow> =
        all(db, &sql, values![authority.0, i64::from(failed), most]).await?;
    rows.into_iter().map(MessageRow::message).collect()
}

#[derive(FromQueryResult)]
struct StateRow {
    state: String,
    count: i64,
}

/// How many messages of an authority stand where.
///
/// # Errors
/// The database is unavailable.
pub async fn counts(db: &impl Db, authority: UnitId) -> Result<Vec<(MessageState, i64)>> {
    let sql = "SELECT state, COUNT(*) AS count FROM outbox WHERE authority_id = $1 GROUP BY state";
    let rows: Vec<StateRow> = all(db, sql, values![authority.0]).await?;
    rows.into_iter()
        .map(|row| Ok((MessageState::from_word(&row.state)?, row.count)))
        .collect()
}
