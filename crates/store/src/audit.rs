//! The audit chains: append-only, one head row a chain.

use domain::{
    PersonId,
    audit::{Event, Head, Sealed},
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, Tx, dialect,
    sql::{all, backend, instant, one, run, values},
};

#[derive(FromQueryResult)]
struct HeadRow {
    chain: String,
    seq: i64,
    seal: String,
}

fn head(row: HeadRow) -> Head {
    Head {
        chain: row.chain,
        seq: row.seq,
        seal: row.seal,
    }
}

/// Locks a chain's head until the transaction ends and gives it. Call it last before commit, so that others wait little.
///
/// # Errors
/// The database is unavailable.
pub async fn lock_head(tx: &Tx, chain: &str) -> Result<Head> {
    run(
        tx,
        "INSERT INTO audit_head (chain, seq, seal) VALUES ($1, 0, '') ON CONFLICT DO NOTHING",
        values![chain],
    )
    .await?;
    let sql = format!(
        "SELECT chain, seq, seal FROM audit_head WHERE chain = $1{}",
        dialect::for_update(backend(tx))
    );
    let row: Option<HeadRow> = one(tx, &sql, values![chain]).await?;
    Ok(row.map_or_else(
        || Head {
            chain: chain.to_owned(),
            seq: 0,
            seal: String::new(),
        },
        head,
    ))
}

/// Appends a sealed event and moves the head to it.
///
/// # Errors
/// The database is unavailable.
pub async fn append(tx: &Tx, chain: &str, sealed: &Sealed) -> Result<()> {
    let event = &sealed.event;
    run(
        tx,
        "INSERT INTO audit_event (chain, seq, at, actor_id, actor_name, action, object, detail, address, seal)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        values![
            chain,
            sealed.seq,
            event.at.timestamp_micros(),
            event.actor.map(|person| person.0),
            event.actor_name.as_str(),
            event.action.as_str(),
            event.object.as_str(),
            event.detail.as_str(),
            event.address.as_str(),
            sealed.seal.as_str(),
        ],
    )
    .await?;
    run(
        tx,
        "UPDATE audit_head SET seq = $1, seal = $2 WHERE chain = $3",
        values![sealed.seq, sealed.seal.as_str(), chain],
    )
    .await
    .map(|_| ())
}

#[derive(FromQueryResult)]
struct EventRow {
    seq: i64,
    at: i64,
    actor_id: Option<i64>,
    actor_name: String,
    action: String,
    object: String,
    detail: String,
    address: String,
    seal: String,
}

fn sealed(row: EventRow) -> Result<Sealed> {
    Ok(Sealed {
        seq: row.seq,
        event: Event {
            at: instant(row.at)?,
            actor: row.actor_id.map(PersonId),
            actor_name: row.actor_name,
            action: row.action,
            object: row.object,
            detail: row.detail,
            address: row.address,
        },
        seal: row.seal,
    })
}

const COLUMNS: &str = "seq, at, actor_id, actor_name, action, object, detail, address, seal";

/// Events of a chain after place `after`, oldest first, at most `limit`.
///
/// # Errors
/// The database is unavailable.
pub async fn events_after(
    db: &impl Db,
    chain: &str,
    after: i64,
    limit: u32,
) -> Result<Vec<Sealed>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_event WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT $3"
    );
    let rows: Vec<EventRow> = all(db, &sql, values![chain, after, i64::from(limit)]).await?;
    rows.into_iter().map(sealed).collect()
}

/// Events of a chain before place `before`, newest first, at most `limit`.
///
/// # Errors
/// The database is unavailable.
pub async fn events_before(
    db: &impl Db,
    chain: &str,
    before: i64,
    limit: u32,
) -> Result<Vec<Sealed>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_event WHERE chain = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3"
    );
    let rows: Vec<EventRow> = all(db, &sql, values![chain, before, i64::from(limit)]).await?;
    rows.into_iter().map(sealed).collect()
}

/// Every chain's head, by name.
///
/// # Errors
/// The database is unavailable.
pub async fn heads(db: &impl Db) -> Result<Vec<Head>> {
    let rows: Vec<HeadRow> = all(
        db,
        "SELECT chain, seq, seal FROM audit_head ORDER BY chain",
        values![],
    )
    .await?;
    Ok(rows.into_iter().map(head).collect())
}

#[derive(FromQueryResult)]
struct ChainRow {
    chain: String,
}

/// Every chain that has events or a head, by name.
///
/// # Errors
/// The database is unavailable.
pub async fn chains(db: &impl Db) -> Result<Vec<String>> {
    let sql = "SELECT chain FROM audit_head UNION SELECT chain FROM audit_event ORDER BY chain";
    let rows: Vec<ChainRow> = all(db, sql, values![]).await?;
    Ok(rows.into_iter().map(|row| row.chain).collect())
}
