//! Running numbers without gaps among committed ones: the row is locked until the transaction ends.

use sea_orm::FromQueryResult;

use crate::{
    Error, Result, Tx,
    sql::{one, values},
};

#[derive(FromQueryResult)]
struct Last {
    last: i64,
}

/// The next number under `name`, the first being 1.
///
/// # Errors
/// The database is unavailable.
pub async fn next(tx: &Tx, name: &str) -> Result<i64> {
    let row: Option<Last> = one(
        tx,
        "INSERT INTO counter (name, last) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET last = counter.last + 1 RETURNING last",
        values![name],
    )
    .await?;
    row.map(|row| row.last)
        .ok_or_else(|| Error::Database("a counter gave no number".to_owned()))
}
