//! Who acts for whom, and duties handed over.

use std::collections::BTreeSet;

use domain::{
    HandOverId, Instant, PersonId, SubstitutionId,
    duty::{HandOver, NewSubstitution, Substitution, SubstitutionKind},
    permission::Role,
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx, dialect,
    sql::{all, backend, day, day_text, insert, instant, one, run, values},
};

#[derive(FromQueryResult)]
struct LockRow {
    #[expect(dead_code, reason = "the row is locked, not read")]
    id: i64,
}

/// Holds two people until the transaction ends, so that two arrangements for them cannot pass each other unseen.
///
/// # Errors
/// The database is unavailable.
pub async fn hold(tx: &Tx, one: PersonId, other: PersonId) -> Result<()> {
    let sql = format!(
        "SELECT id FROM person WHERE id IN ($1, $2) ORDER BY id{}",
        dialect::for_update(backend(tx))
    );
    let _: Vec<LockRow> = all(tx, &sql, values![one.0, other.0]).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    kind: String,
    person_id: i64,
    substitute_id: i64,
    roles: String,
    from_day: String,
    to_day: Option<String>,
    reason: String,
    ended_at: Option<i64>,
}

const COLUMNS: &str =
    "id, kind, person_id, substitute_id, roles, from_day, to_day, reason, ended_at";

fn substitution(row: Row) -> Result<Substitution> {
    let roles: Option<BTreeSet<Role>> = row.roles.split(' ').map(Role::from_word).collect();
    Ok(Substitution {
        id: SubstitutionId(row.id),
        kind: SubstitutionKind::from_word(&row.kind)
            .ok_or_else(|| Error::Database(format!("substitution kind {:?}", row.kind)))?,
        person: PersonId(row.person_id),
        substitute: PersonId(row.substitute_id),
        roles: roles.ok_or_else(|| Error::Database(format!("roles {:?}", row.roles)))?,
        from: day(&row.from_day)?,
        to: row.to_day.as_deref().map(day).transpose()?,
        reason: row.reason,
        ended_at: row.ended_at.map(instant).transpose()?,
    })
}

/// Every arrangement in which a person takes part, the newest first.
///
/// # Errors
/// The database is unavailable.
pub async fn substitutions_of(db: &impl Db, person: PersonId) -> Result<Vec<Substitution>> {
    let rows: Vec<Row> = all(
        db,
        &format!("SELECT {COLUMNS} FROM substitution WHERE person_id = $1 OR substitute_id = $1 ORDER BY id DESC"),
        values![person.0],
    )
    .await?;
    rows.into_iter().map(substitution).collect()
}

/// What is lent to a person and not ended. Few at a time, and most people have none: one query on every request.
///
/// # Errors
/// The database is unavailable.
pub async fn lent_to(db: &impl Db, person: PersonId) -> Result<Vec<Substitution>> {
    let rows: Vec<Row> = all(
        db,
        &format!("SELECT {COLUMNS} FROM substitution WHERE substitute_id = $1 AND ended_at IS NULL ORDER BY id"),
        values![person.0],
    )
    .await?;
    rows.into_iter().map(substitution).collect()
}

/// Everything that is lent and not ended, by whom it is lent to.
///
/// # Errors
/// The database is unavailable.
pub async fn all_lent(db: &impl Db) -> Result<Vec<Substitution>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM substitution WHERE ended_at IS NULL ORDER BY substitute_id, id"
    );
    let rows: Vec<Row> = all(db, &sql, values![]).await?;
    rows.into_iter().map(substitution).collect()
}

/// Keeps an arrangement.
///
/// # Errors
/// The database is unavailable.
pub async fn add_substitution(
    tx: &Tx,
    person: PersonId,
    substitute: PersonId,
    new: &NewSubstitution,
    by: PersonId,
    now: Instant,
) -> Result<SubstitutionId> {
    let roles: Vec<&str> = new.roles.iter().map(|role| role.word()).collect();
    let id = insert(
        tx,
        "INSERT INTO substitution (kind, person_id, substitute_id, roles, from_day, to_day, reason, made_at, made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        values![
            new.kind.word(),
            person.0,
            substitute.0,
            roles.join(" "),
            day_text(new.from),
            new.to.map(day_text),
            new.reason.as_str(),
            now.timestamp_micros(),
            by.0,
        ],
    )
    .await?;
    Ok(SubstitutionId(id))
}

/// Ends one of a person's arrangements. False when there is none, or it was ended.
///
/// # Errors
/// The database is unavailable.
pub async fn end_substitution(
    tx: &Tx,
    person: PersonId,
    id: SubstitutionId,
    now: Instant,
) -> Result<bool> {
    let done = run(
        tx,
        "UPDATE substitution SET ended_at = $1 WHERE id = $2 AND (person_id = $3 OR substitute_id = $3) AND ended_at IS NULL",
        values![now.timestamp_micros(), id.0, person.0],
    )
    .await?;
    Ok(done == 1)
}

/// Ends every arrangement in which a person takes part.
///
/// # Errors
/// The database is unavailable.
pub async fn end_substitutions(tx: &Tx, person: PersonId, now: Instant) -> Result<()> {
    run(
        tx,
        "UPDATE substitution SET ended_at = $1 WHERE (person_id = $2 OR substitute_id = $2) AND ended_at IS NULL",
        values![now.timestamp_micros(), person.0],
    )
    .await
    .map(|_| ())
}

#[derive(FromQueryResult)]
struct HandOverRow {
    id: i64,
    person_id: i64,
    successor_id: i64,
    on_day: String,
    reason: String,
    done_at: Option<i64>,
    cancelled_at: Option<i64>,
    outcome: String,
}

const HAND_OVER: &str =
    "id, person_id, successor_id, on_day, reason, done_at, cancelled_at, outcome";

fn hand_over(row: HandOverRow) -> Result<HandOver> {
    Ok(HandOver {
        id: HandOverId(row.id),
        person: PersonId(row.person_id),
        successor: PersonId(row.successor_id),
        on: day(&row.on_day)?,
        reason: row.reason,
        done_at: row.done_at.map(instant).transpose()?,
        cancelled_at: row.cancelled_at.map(instant).transpose()?,
        outcome: row.outcome,
    })
}

/// The hand-overs in which a person takes part, the newest first.
///
/// # Errors
/// The database is unavailable.
pub async fn hand_overs_of(db: &impl Db, person: PersonId) -> Result<Vec<HandOver>> {
    let rows: Vec<HandOverRow> = all(
        db,
        &format!("SELECT {HAND_OVER} FROM hand_over WHERE person_id = $1 OR successor_id = $1 ORDER BY id DESC"),
        values![person.0],
    )
    .await?;
    rows.into_iter().map(hand_over).collect()
}

/// One hand-over, held until the transaction ends.
///
/// # Errors
/// The database is unavailable.
pub async fn hold_hand_over(tx: &Tx, id: HandOverId) -> Result<Option<HandOver>> {
    let sql = format!(
        "SELECT {HAND_OVER} FROM hand_over WHERE id = $1{}",
        dialect::for_update(backend(tx))
    );
    let row: Option<HandOverRow> = one(tx, &sql, values![id.0]).await?;
    row.map(hand_over).transpose()
}

/// Keeps a hand-over.
///
/// # Errors
/// The database is unavailable.
pub async fn add_hand_over(
    tx: &Tx,
    new: &HandOver,
    by: PersonId,
    now: Instant,
) -> Result<HandOverId> {
    let id = insert(
        tx,
        "INSERT INTO hand_over (person_id, successor_id, on_day, reason, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        values![
            new.person.0,
            new.successor.0,
            day_text(new.on),
            new.reason.as_str(),
            now.timestamp_micros(),
            by.0,
        ],
    )
    .await?;
    Ok(HandOverId(id))
}

/// Notes that a hand-over was carried out, and what came of it.
///
/// # Errors
/// The database is unavailable.
pub async fn hand_over_done(tx: &Tx, id: HandOverId, outcome: &str, now: Instant) -> Result<()> {
    run(
        tx,
        "UPDATE hand_over SET done_at = $1, outcome = $2 WHERE id = $3",
        values![now.timestamp_micros(), outcome, id.0],
    )
    .await
    .map(|_| ())
}

/// Calls a hand-over of a person off. False when there is none to come.
///
/// # Errors
/// The database is unavailable.
pub async fn cancel_hand_over(
    tx: &Tx,
    person: PersonId,
    id: HandOverId,
    now: Instant,
) -> Result<bool> {
    let done = run(
        tx,
        "UPDATE hand_over SET cancelled_at = $1 WHERE id = $2 AND person_id = $3 AND done_at IS NULL AND cancelled_at IS NULL",
        values![now.timestamp_micros(), id.0, person.0],
    )
    .await?;
    Ok(done == 1)
}
