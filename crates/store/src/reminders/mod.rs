//! Reminders: what was decided, what leaves the house, how people want to be told.

mod contacts;
mod feeds;
mod outbox;
mod senders;

use chrono::NaiveDate;
use domain::{Instant, PersonId, ReminderId, UnitId};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, Tx,
    sql::{all, day, day_text, instant, one, run, values},
};

pub use contacts::{
    Contact, contact, contacts, every_preferences, preferences, save_contact, save_preferences,
};
pub use feeds::{DueEvent, due_events, feed_made_at, feed_owner, note_due, put_feed, revoke_feed};
pub use outbox::{
    Channel, Message, MessageState, NewMessage, Outgoing, add_message, claim, counts, drop_message,
    fail, hold_untried, join, message, messages, postpone_all, reminders_of, requeue, revive,
    rewrite, sent, sent_since, try_again, unlink, untried,
};
pub use senders::{
    MailRow, RobotRow, hold_robot, mail_server, robot, rules, save_mail_server, save_robot,
    set_rules,
};

/// A reminder about to be made.
#[derive(Debug, Clone)]
pub struct NewReminder {
    /// `person:N` or `robot:AUTHORITY`.
    pub recipient: String,
    /// The person; none for a robot.
    pub person: Option<PersonId>,
    /// Whose rules it follows.
    pub authority: UnitId,
    /// What is owed, as a key.
    pub obligation: String,
    /// When it is due.
    pub due_on: NaiveDate,
    /// Days from the due day to the stage's beginning.
    pub stage: i64,
    /// In a line.
    pub title: String,
    /// In full.
    pub body: String,
    /// Where it is done, as a path.
    pub link: String,
    /// Whether the inbox shows it.
    pub in_inbox: bool,
}

/// A reminder that was made.
#[derive(Debug, Clone)]
pub struct Reminder {
    /// Its number.
    pub id: ReminderId,
    /// What is owed, as a key.
    pub obligation: String,
    /// When it is due.
    pub due_on: NaiveDate,
    /// Days from the due day to the stage's beginning.
    pub stage: i64,
    /// In a line.
    pub title: String,
    /// In full.
    pub body: String,
    /// Where it is done, as a path.
    pub link: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it was read.
    pub read_at: Option<Instant>,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    obligation: String,
    due_on: String,
    stage: i64,
    title: String,
    body: String,
    link: String,
    created_at: i64,
    read_at: Option<i64>,
}

const COLUMNS: &str = "reminder.id, reminder.obligation, reminder.due_on, reminder.stage, reminder.title, reminder.body, \
                       reminder.link, reminder.created_at, reminder.read_at";

impl Row {
    fn reminder(self) -> Result<Reminder> {
        Ok(Reminder {
            id: ReminderId(self.id),
            obligation: self.obligation,
            due_on: day(&self.due_on)?,
            stage: self.stage,
            title: self.title,
            body: self.body,
            link: self.link,
            created_at: instant(self.created_at)?,
            read_at: self.read_at.map(instant).transpose()?,
        })
    }
}

#[derive(FromQueryResult)]
struct IdRow {
    id: i64,
}

/// Makes a reminder, unless it or one of a later stage was made: by another replica, or before the clock was put back.
///
/// # Errors
/// The database is unavailable.
pub async fn make(tx: &Tx, new: &NewReminder, at: Instant) -> Result<Option<ReminderId>> {
    let row: Option<IdRow> = one(
        tx,
        "INSERT INTO reminder (recipient, person_id, authority_id, obligation, due_on, stage, title, body, link, in_inbox, created_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
         WHERE NOT EXISTS (SELECT 1 FROM reminder WHERE recipient = $1 AND obligation = $4 AND due_on = $5 AND stage >= $6)
         ON CONFLICT (recipient, obligation, due_on, stage) DO NOTHING RETURNING id",
        values![
            new.recipient.as_str(),
            new.person.map(|person| person.0),
            new.authority.0,
            new.obligation.as_str(),
            day_text(new.due_on),
            new.stage,
            new.title.as_str(),
            new.body.as_str(),
            new.link.as_str(),
            new.in_inbox,
            at.timestamp_micros()
        ],
    )
    .await?;
    Ok(row.map(|row| ReminderId(row.id)))
}

#[derive(FromQueryResult)]
struct MadeRow {
    recipient: String,
    obligation: String,
    due_on: String,
    stage: i64,
}

/// The latest stage made of everything due on `from` or later: (recipient, obligation, due day, stage).
///
/// # Errors
/// The database is unavailable.
pub async fn made_since(
    db: &impl Db,
    from: NaiveDate,
) -> Result<Vec<(String, String, NaiveDate, i64)>> {
    let rows: Vec<MadeRow> = all(
        db,
        "SELECT recipient, obligation, due_on, MAX(stage) AS stage FROM reminder WHERE due_on >= $1 GROUP BY recipient, obligation, due_on",
        values![day_text(from)],
    )
    .await?;
    rows.into_iter()
        .map(|row| Ok((row.recipient, row.obligation, day(&row.due_on)?, row.stage)))
        .collect()
}

/// A person's inbox, the newest first.
///
/// # Errors
/// The database is unavailable.
pub async fn inbox(
    db: &impl Db,
    person: PersonId,
    unread_only: bool,
    most: i64,
) -> Result<Vec<Reminder>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM reminder WHERE person_id = $1 AND in_inbox AND ($2 = 0 OR read_at IS NULL) ORDER BY id DESC LIMIT $3"
    );
    let rows: Vec<Row> = all(db, &sql, values![person.0, i64::from(unread_only), most]).await?;
    rows.into_iter().map(Row::reminder).collect()
}

#[derive(FromQueryResult)]
struct CountRow {
    count: i64,
}

/// How much of a person's inbox is not read.
///
/// # Errors
/// The database is unavailable.
pub async fn unread(db: &impl Db, person: PersonId) -> Result<i64> {
    let row: Option<CountRow> = one(
        db,
        "SELECT COUNT(*) AS count FROM reminder WHERE person_id = $1 AND in_inbox AND read_at IS NULL",
        values![person.0],
    )
    .await?;
    Ok(row.map_or(0, |row| row.count))
}

/// Marks one of a person's reminders read; those read stay as they are. Gives where it leads, none where there is none.
///
/// # Errors
/// The database is unavailable.
pub async fn read(
    tx: &Tx,
    person: PersonId,
    id: ReminderId,
    at: Instant,
) -> Result<Option<Reminder>> {
    run(
        tx,
        "UPDATE reminder SET read_at = $1 WHERE id = $2 AND person_id = $3 AND in_inbox AND read_at IS NULL",
        values![at.timestamp_micros(), id.0, person.0],
    )
    .await?;
    let sql =
        format!("SELECT {COLUMNS} FROM reminder WHERE id = $1 AND person_id = $2 AND in_inbox");
    let row: Option<Row> = one(tx, &sql, values![id.0, person.0]).await?;
    row.map(Row::reminder).transpose()
}

/// Marks everything read. Gives how much was not.
///
/// # Errors
/// The database is unavailable.
pub async fn read_all(tx: &Tx, person: PersonId, at: Instant) -> Result<u64> {
    run(
        tx,
        "UPDATE reminder SET read_at = $1 WHERE person_id = $2 AND in_inbox AND read_at IS NULL",
        values![at.timestamp_micros(), person.0],
    )
    .await
}
