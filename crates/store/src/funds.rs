//! Entries of funds in place, their files and steps, and which kinds count.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{
    EntryId, FileId, Instant, Money, PersonId, UnitId,
    entry::{Counting, Entry, EntryFields, EntryState, Foreign, Proof},
};
use sea_orm::{FromQueryResult, Value};

use crate::{
    Db, Error, Result, Tx,
    sql::{all, day, day_text, insert, instant, numbers, one, run, run_on_version, values},
};

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    unit_id: i64,
    received_on: String,
    amount_fen: i64,
    currency: Option<String>,
    foreign_hundredths: Option<i64>,
    rate: Option<i64>,
    rate_on: Option<String>,
    project: String,
    investor: String,
    proof: String,
    note: String,
    refund_of: Option<i64>,
    state: String,
    version: i64,
    created_at: i64,
    created_by: i64,
    decided_at: Option<i64>,
    decided_by: Option<i64>,
    reason: String,
}

const COLUMNS: &str = "id, unit_id, received_on, amount_fen, currency, foreign_hundredths, rate, rate_on, project, investor, \
                       proof, note, refund_of, state, version, created_at, created_by, decided_at, decided_by, reason";

fn foreign(row: &Row) -> Result<Option<Foreign>> {
    let (Some(currency), Some(hundredths), Some(rate), Some(rate_on)) = (
        &row.currency,
        row.foreign_hundredths,
        row.rate,
        &row.rate_on,
    ) else {
        return Ok(None);
    };
    Ok(Some(Foreign {
        currency: currency.clone(),
        hundredths,
        rate,
        rate_on: day(rate_on)?,
    }))
}

fn proof(word: &str) -> Result<Proof> {
    Proof::from_word(word).ok_or_else(|| Error::Database(format!("proof {word:?}")))
}

fn entry(row: Row) -> Result<Entry> {
    let fields = EntryFields {
        received_on: day(&row.received_on)?,
        amount: Money::from_fen(row.amount_fen),
        foreign: foreign(&row)?,
        proof: proof(&row.proof)?,
        refund_of: row.refund_of.map(EntryId),
        project: row.project,
        investor: row.investor,
        note: row.note,
    };
    let state = EntryState::from_word(&row.state);
    Ok(Entry {
        id: EntryId(row.id),
        unit: UnitId(row.unit_id),
        fields,
        state: state.ok_or_else(|| Error::Database(format!("entry state {:?}", row.state)))?,
        version: row.version,
        created_at: instant(row.created_at)?,
        created_by: PersonId(row.created_by),
        decided_at: row.decided_at.map(instant).transpose()?,
        decided_by: row.decided_by.map(PersonId),
        reason: row.reason,
    })
}

/// The values of the columns that fields fill, in the order of the statements below.
fn field_values(fields: &EntryFields) -> Vec<Value> {
    let foreign = fields.foreign.as_ref();
    values![
        day_text(fields.received_on),
        fields.amount.fen(),
        foreign.map(|foreign| foreign.currency.clone()),
        foreign.map(|foreign| foreign.hundredths),
        foreign.map(|foreign| foreign.rate),
        foreign.map(|foreign| day_text(foreign.rate_on)),
        fields.project.as_str(),
        fields.investor.as_str(),
        fields.proof.word(),
        fields.note.as_str(),
        fields.refund_of.map(|entry| entry.0),
    ]
}

/// Adds a draft.
///
/// # Errors
/// The database is unavailable.
pub async fn add(
    tx: &Tx,
    unit: UnitId,
    fields: &EntryFields,
    by: PersonId,
    at: Instant,
) -> Result<EntryId> {
    let mut bound = field_values(fields);
    bound.extend(values![
        unit.0,
        EntryState::Draft.word(),
        at.timestamp_micros(),
        by.0
    ]);
    let id = insert(
        tx,
        "INSERT INTO entry (received_on, amount_fen, currency, foreign_hundredths, rate, rate_on, project, investor, proof, note,
           refund_of, unit_id, state, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id",
        bound,
    )
    .await?;
    Ok(EntryId(id))
}

/// Saves the fields of an entry made from version `version`.
///
/// # Errors
/// [`Error::Stale`] when it was saved or moved since.
pub async fn save(tx: &Tx, id: EntryId, version: i64, fields: &EntryFields) -> Result<()> {
    let mut bound = field_values(fields);
    bound.extend(values![id.0, version]);
    run_on_version(
        tx,
        "UPDATE entry SET received_on = $1, amount_fen = $2, currency = $3, foreign_hundredths = $4, rate = $5, rate_on = $6,
           project = $7, investor = $8, proof = $9, note = $10, refund_of = $11, version = version + 1
         WHERE id = $12 AND version = $13",
        bound,
    )
    .await
}

/// A step to be recorded.
#[derive(Debug, Clone)]
pub struct NewStep<'a> {
    /// The step's word.
    pub step: &'a str,
    /// Where it leads.
    pub to: EntryState,
    /// Why.
    pub reason: &'a str,
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Instant,
}

/// Moves an entry made from version `version` and records the step.
///
/// # Errors
/// [`Error::Stale`] when it was saved or moved since.
pub async fn step(tx: &Tx, id: EntryId, version: i64, new: &NewStep<'_>) -> Result<()> {
    let decided = matches!(new.to, EntryState::Accepted | EntryState::Refused);
    run_on_version(
        tx,
        "UPDATE entry SET state = $1, reason = $2, decided_at = $3, decided_by = $4, version = version + 1
         WHERE id = $5 AND version = $6",
        values![
            new.to.word(),
            new.reason,
            decided.then_some(new.at.timestamp_micros()),
            decided.then_some(new.by.0),
            id.0,
            version,
        ],
    )
    .await?;
    run(
        tx,
        "INSERT INTO entry_step (entry_id, step, reason, person_id, at) VALUES ($1, $2, $3, $4, $5)",
        values![id.0, new.step, new.reason, new.by.0, new.at.timestamp_micros()],
    )
    .await
    .map(|_| ())
}

/// A step taken.
#[derive(Debug, Clone, FromQueryResult)]
pub struct StepTaken {
    /// Its word.
    pub step: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub person_id: i64,
    /// When, in microseconds.
    pub at: i64,
}

/// The steps of an entry, oldest first.
///
/// # Errors
/// The database is unavailable.
pub async fn steps(db: &impl Db, id: EntryId) -> Result<Vec<StepTaken>> {
    all(
        db,
        "SELECT step, reason, person_id, at FROM entry_step WHERE entry_id = $1 ORDER BY id",
        values![id.0],
    )
    .await
}

/// One entry.
///
/// # Errors
/// The database is unavailable.
pub async fn by_id(db: &impl Db, id: EntryId) -> Result<Option<Entry>> {
    let row: Option<Row> = one(
        db,
        &format!("SELECT {COLUMNS} FROM entry WHERE id = $1"),
        values![id.0],
    )
    .await?;
    row.map(entry).transpose()
}

#[derive(FromQueryResult)]
struct SumRow {
    amount_fen: Option<i64>,
}

/// What refunds of an entry that are not refused give back, `except` left out; a negative amount.
///
/// # Errors
/// The database is unavailable.
pub async fn given_back(db: &impl Db, id: EntryId, except: Option<EntryId>) -> Result<Money> {
    let row: Option<SumRow> = one(
        db,
        "SELECT CAST(SUM(amount_fen) AS BIGINT) AS amount_fen FROM entry WHERE refund_of = $1 AND state <> 'refused' AND id <> $2",
        values![id.0, except.map_or(0, |id| id.0)],
    )
    .await?;
    Ok(Money::from_fen(
        row.and_then(|row| row.amount_fen).unwrap_or(0),
    ))
}

/// Accepted entries of an enterprise: the project each names, and its amount.
///
/// # Errors
/// The database is unavailable.
pub async fn accepted_of(db: &impl Db, unit: UnitId) -> Result<Vec<(String, Money)>> {
    #[derive(FromQueryResult)]
    struct Named {
        project: String,
        amount_fen: i64,
    }
    let rows: Vec<Named> = all(
        db,
        "SELECT project, amount_fen FROM entry WHERE unit_id = $1 AND state = 'accepted'",
        values![unit.0],
    )
    .await?;
    let pair = |row: Named| (row.project, Money::from_fen(row.amount_fen));
    Ok(rows.into_iter().map(pair).collect())
}

/// Which entries a list shows.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Of these units.
    pub units: Vec<UnitId>,
    /// In these states.
    pub states: Vec<EntryState>,
    /// Received in this year.
    pub year: i32,
    /// Before this entry, for going on.
    pub before: Option<EntryId>,
    /// At most.
    pub limit: u32,
}

/// Words of our own types as a list for `IN`: nothing to escape.
fn words<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words
        .map(|word| format!("'{word}'"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Entries, the newest first.
///
/// # Errors
/// The database is unavailable.
pub async fn list(db: &impl Db, filter: &Filter) -> Result<Vec<Entry>> {
    if filter.units.is_empty() || filter.states.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM entry WHERE unit_id IN ({}) AND state IN ({}) AND received_on >= $1 AND received_on <= $2 AND id < $3
         ORDER BY id DESC LIMIT $4",
        numbers(filter.units.iter().map(|unit| unit.0)),
        words(filter.states.iter().map(|state| state.word())),
    );
    let (first, last) = (
        format!("{}-01-01", filter.year),
        format!("{}-12-31", filter.year),
    );
    let before = filter.before.map_or(i64::MAX, |entry| entry.0);
    let rows: Vec<Row> = all(
        db,
        &sql,
        values![first, last, before, i64::from(filter.limit)],
    )
    .await?;
    rows.into_iter().map(entry).collect()
}

/// What counting entries brought a unit after its newest statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// Whose.
    pub unit: UnitId,
    /// Their sum.
    pub amount: Money,
    /// Their number.
    pub count: i64,
}

#[derive(FromQueryResult)]
struct AfterRow {
    unit_id: i64,
    amount_fen: i64,
    count: i64,
}

/// For every unit, what accepted entries of counting kinds received in `year` after the newest statement's as-at
/// date and up to `as_of` brought, as known at `known_at` (§1).
///
/// # Errors
/// The database is unavailable.
pub async fn after_statements(
    db: &impl Db,
    year: i32,
    as_of: NaiveDate,
    known_at: Instant,
    counting: &Counting,
) -> Result<Vec<After>> {
    if counting.kinds.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT entry.unit_id, CAST(SUM(entry.amount_fen) AS BIGINT) AS amount_fen, COUNT(*) AS count
         FROM entry LEFT JOIN (
           SELECT unit_id, MAX(as_at) AS as_at FROM statement WHERE year = $1 AND as_at <= $2 AND accepted_at <= $3 GROUP BY unit_id
         ) AS newest ON newest.unit_id = entry.unit_id
         WHERE entry.state = 'accepted' AND entry.decided_at <= $3 AND entry.received_on >= $4 AND entry.received_on <= $2
           AND (newest.as_at IS NULL OR entry.received_on > newest.as_at) AND entry.proof IN ({})
         GROUP BY entry.unit_id",
        words(counting.kinds.iter().map(|kind| kind.word())),
    );
    let bound = values![
        year,
        day_text(as_of),
        known_at.timestamp_micros(),
        format!("{year}-01-01")
    ];
    let rows: Vec<AfterRow> = all(db, &sql, bound).await?;
    let after = |row: AfterRow| After {
        unit: UnitId(row.unit_id),
        amount: Money::from_fen(row.amount_fen),
        count: row.count,
    };
    Ok(rows.into_iter().map(after).collect())
}

/// Accepted entries of `units` received after `after` (exclusive) and up to `as_of`, as known at `known_at`, oldest first.
///
/// # Errors
/// The database is unavailable.
pub async fn accepted_between(
    db: &impl Db,
    units: &[UnitId],
    after: NaiveDate,
    as_of: NaiveDate,
    known_at: Instant,
) -> Result<Vec<Entry>> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    // Numbers of our own type: nothing to escape.
    let list: Vec<String> = units.iter().map(ToString::to_string).collect();
    let sql = format!(
        "SELECT {COLUMNS} FROM entry WHERE unit_id IN ({}) AND state = 'accepted' AND received_on > $1 AND received_on <= $2
         AND decided_at <= $3 ORDER BY received_on, id",
        list.join(", ")
    );
    let bound = values![
        day_text(after),
        day_text(as_of),
        known_at.timestamp_micros()
    ];
    let rows: Vec<Row> = all(db, &sql, bound).await?;
    rows.into_iter().map(entry).collect()
}

/// A proof file of an entry.
#[derive(Debug, Clone)]
pub struct EntryFile {
    /// Its number.
    pub id: i64,
    /// The stored file.
    pub file: FileId,
    /// Under which name it came.
    pub name: String,
}

#[derive(FromQueryResult)]
struct FileRow {
    id: i64,
    file_id: i64,
    name: String,
}

/// The proof files of an entry, in the order they came.
///
/// # Errors
/// The database is unavailable.
pub async fn files(db: &impl Db, id: EntryId) -> Result<Vec<EntryFile>> {
    let rows: Vec<FileRow> = all(
        db,
        "SELECT id, file_id, name FROM entry_file WHERE entry_id = $1 ORDER BY id",
        values![id.0],
    )
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| EntryFile {
            id: row.id,
            file: FileId(row.file_id),
            name: row.name,
        })
        .collect())
}

/// Attaches a stored file.
///
/// # Errors
/// The database is unavailable.
pub async fn attach(tx: &Tx, id: EntryId, file: FileId, name: &str) -> Result<()> {
    run(
        tx,
        "INSERT INTO entry_file (entry_id, file_id, name) VALUES ($1, $2, $3)",
        values![id.0, file.0, name],
    )
    .await
    .map(|_| ())
}

/// Takes a file off an entry. False when it has none of that number.
///
/// # Errors
/// The database is unavailable.
pub async fn detach(tx: &Tx, id: EntryId, file: i64) -> Result<bool> {
    Ok(run(
        tx,
        "DELETE FROM entry_file WHERE entry_id = $1 AND id = $2",
        values![id.0, file],
    )
    .await?
        == 1)
}

/// Counts an entry as changed, when it still is at `version`.
///
/// # Errors
/// [`Error::Stale`] when it was saved or moved since.
pub async fn touch(tx: &Tx, id: EntryId, version: i64) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE entry SET version = version + 1 WHERE id = $1 AND version = $2",
        values![id.0, version],
    )
    .await
}

#[derive(FromQueryResult)]
struct CountingRow {
    version: i64,
    kinds: String,
    complete: bool,
}

/// The rule of a year as known at `known_at`, with its version; the default at version 0 when none was set.
///
/// # Errors
/// The database is unavailable.
pub async fn counting(
    db: &impl Db,
    authority: UnitId,
    year: i32,
    known_at: Instant,
) -> Result<(i64, Counting)> {
    let row: Option<CountingRow> = one(
        db,
        "SELECT version, kinds, complete FROM counting_rule WHERE authority_id = $1 AND year = $2 AND recorded_at <= $3
         ORDER BY version DESC LIMIT 1",
        values![authority.0, year, known_at.timestamp_micros()],
    )
    .await?;
    let Some(row) = row else {
        return Ok((0, Counting::default()));
    };
    let kinds: BTreeSet<Proof> = row
        .kinds
        .split(',')
        .filter(|word| !word.is_empty())
        .map(proof)
        .collect::<Result<_>>()?;
    Ok((
        row.version,
        Counting {
            kinds,
            complete: row.complete,
        },
    ))
}

/// Sets the rule of a year, made from version `version`.
///
/// # Errors
/// [`Error::Stale`] when somebody set it since.
pub async fn set_counting(
    tx: &Tx,
    authority: UnitId,
    year: i32,
    version: i64,
    counting: &Counting,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    let (now, _) = self::counting(tx, authority, year, Instant::MAX_UTC).await?;
    if now != version {
        return Err(Error::Stale);
    }
    let kinds: Vec<&str> = counting.kinds.iter().map(|kind| kind.word()).collect();
    let added = run(
        tx,
        "INSERT INTO counting_rule (authority_id, year, version, kinds, complete, recorded_at, recorded_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        values![authority.0, year, version + 1, kinds.join(","), counting.complete, at.timestamp_micros(), by.0],
    )
    .await;
    match added {
        Err(Error::Taken) => Err(Error::Stale),
        other => other.map(|_| ()),
    }
}
