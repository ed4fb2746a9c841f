//! Events and leaders' visits at which projects are signed, and the spellings tied to them.

use domain::{
    EventId, Instant, PersonId, UnitId,
    event::{EventFields, EventKind, Spelling},
    names,
    partial_date::PartialDate,
};
use sea_orm::{FromQueryResult, Value};

use crate::{
    Db, Error, Result, Tx, dialect,
    sql::{all, backend, insert, one, run, run_on_version, values},
};

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its number.
    pub id: EventId,
    /// Whose it is.
    pub authority: UnitId,
    /// What is said of it.
    pub fields: EventFields,
    /// Counts changes; a change names the one it was made from.
    pub version: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    authority_id: i64,
    kind: String,
    name: String,
    place: String,
    from_on: String,
    to_on: Option<String>,
    led_by: String,
    note: String,
    version: i64,
}

const COLUMNS: &str = "id, authority_id, kind, name, place, from_on, to_on, led_by, note, version";

fn date(text: &str) -> Result<PartialDate> {
    PartialDate::read(text).ok_or_else(|| Error::Database(format!("{text:?} is no date")))
}

impl Row {
    fn event(self) -> Result<StoredEvent> {
        let kind = EventKind::from_word(&self.kind);
        Ok(StoredEvent {
            id: EventId(self.id),
            authority: UnitId(self.authority_id),
            fields: EventFields {
                kind: kind.ok_or_else(|| Error::Database(format!("event kind {:?}", self.kind)))?,
                name: self.name,
                place: self.place,
                from: date(&self.from_on)?,
                to: self.to_on.as_deref().map(date).transpose()?,
                led_by: self.led_by,
                note: self.note,
            },
            version: self.version,
        })
    }
}

fn field_values(fields: &EventFields, by: PersonId, at: Instant) -> Vec<Value> {
    values![
        fields.kind.word(),
        fields.name.as_str(),
        names::key(&fields.name),
        fields.place.as_str(),
        fields.from.to_string(),
        fields.to.map(|to| to.to_string()),
        fields.led_by.as_str(),
        fields.note.as_str(),
        at.timestamp_micros(),
        by.0,
    ]
}

/// Adds an event.
///
/// # Errors
/// [`Error::Taken`] when the authority has one of that name.
pub async fn add(
    tx: &Tx,
    authority: UnitId,
    fields: &EventFields,
    by: PersonId,
    at: Instant,
) -> Result<EventId> {
    let mut bound = field_values(fields, by, at);
    bound.push(Value::from(authority.0));
    let id = insert(
        tx,
        "INSERT INTO event (kind, name, name_key, place, from_on, to_on, led_by, note, created_at, created_by, changed_at,
           changed_by, authority_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, $10, $11) RETURNING id",
        bound,
    )
    .await?;
    Ok(EventId(id))
}

/// Changes an event made from `version`.
///
/// # Errors
/// [`Error::Stale`] when somebody changed it since; [`Error::Taken`] when another one bears that name.
pub async fn change(
    tx: &Tx,
    id: EventId,
    version: i64,
    fields: &EventFields,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    let mut bound = field_values(fields, by, at);
    bound.extend(values![id.0, version]);
    run_on_version(
        tx,
        "UPDATE event SET kind = $1, name = $2, name_key = $3, place = $4, from_on = $5, to_on = $6, led_by = $7, note = $8,
           changed_at = $9, changed_by = $10, version = version + 1
         WHERE id = $11 AND version = $12",
        bound,
    )
    .await
}

/// Takes an event away with the spellings tied to it, as looked at in `version`.
///
/// # Errors
/// [`Error::Stale`] when somebody changed it since.
pub async fn remove(tx: &Tx, id: EventId, version: i64) -> Result<()> {
    run(
        tx,
        "DELETE FROM event_spelling WHERE event_id = $1",
        values![id.0],
    )
    .await?;
    run_on_version(
        tx,
        "DELETE FROM event WHERE id = $1 AND version = $2",
        values![id.0, version],
    )
    .await
}

/// An event.
///
/// # Errors
/// The database is unavailable.
pub async fn by_id(db: &impl Db, id: EventId) -> Result<Option<StoredEvent>> {
    let sql = format!("SELECT {COLUMNS} FROM event WHERE id = $1");
    let row: Option<Row> = one(db, &sql, values![id.0]).await?;
    row.map(Row::event).transpose()
}

/// An event, held until the transaction ends.
///
/// # Errors
/// The database is unavailable.
pub async fn locked(tx: &Tx, id: EventId) -> Result<Option<StoredEvent>> {
    let lock = dialect::for_update(backend(tx));
    let sql = format!("SELECT {COLUMNS} FROM event WHERE id = $1{lock}");
    let row: Option<Row> = one(tx, &sql, values![id.0]).await?;
    row.map(Row::event).transpose()
}

/// The events of an authority, the latest first.
///
/// # Errors
/// The database is unavailable.
pub async fn of_authority(db: &impl Db, authority: UnitId) -> Result<Vec<StoredEvent>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM event WHERE authority_id = $1 ORDER BY from_on DESC, id DESC"
    );
    let rows: Vec<Row> = all(db, &sql, values![authority.0]).await?;
    rows.into_iter().map(Row::event).collect()
}

/// The spellings tied in an authority.
///
/// # Errors
/// The database is unavailable.
pub async fn spellings(db: &impl Db, authority: UnitId) -> Result<Vec<Spelling>> {
    #[derive(FromQueryResult)]
    struct Tied {
        event_id: i64,
        text: String,
        year: i32,
    }
    let rows: Vec<Tied> = all(
        db,
        "SELECT event_id, text, year FROM event_spelling WHERE authority_id = $1 ORDER BY text_key, year",
        values![authority.0],
    )
    .await?;
    let spelling = |row: Tied| Spelling {
        text: row.text,
        year: Some(row.year).filter(|year| *year != 0),
        event: EventId(row.event_id),
    };
    Ok(rows.into_iter().map(spelling).collect())
}

/// Ties a spelling to an event, whatever it was tied to before.
///
/// # Errors
/// The database is unavailable.
pub async fn tie(
    tx: &Tx,
    authority: UnitId,
    spelling: &Spelling,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    run(
        tx,
        "INSERT INTO event_spelling (authority_id, event_id, text, text_key, year, tied_at, tied_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (authority_id, text_key, year) DO UPDATE SET event_id = $2, text = $3, tied_at = $6, tied_by = $7",
        values![
            authority.0,
            spelling.event.0,
            spelling.text.as_str(),
            names::key(&spelling.text),
            spelling.year.unwrap_or(0),
            at.timestamp_micros(),
            by.0,
        ],
    )
    .await
    .map(|_| ())
}

/// Takes a spelling off an event. False when it was not tied to it.
///
/// # Errors
/// The database is unavailable.
pub async fn untie(tx: &Tx, authority: UnitId, spelling: &Spelling) -> Result<bool> {
    let gone = run(
        tx,
        "DELETE FROM event_spelling WHERE authority_id = $1 AND text_key = $2 AND year = $3 AND event_id = $4",
        values![
            authority.0,
            names::key(&spelling.text),
            spelling.year.unwrap_or(0),
            spelling.event.0
        ],
    )
    .await?;
    Ok(gone == 1)
}
