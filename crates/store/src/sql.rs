//! Running statements: readers and transactions alike, values bound in order to `$1`, `$2` ….

use chrono::{DateTime, NaiveDate};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, FromQueryResult,
    QueryResult, RuntimeErr, SqlErr, Statement, Value,
};

use crate::{Error, Result};
use domain::Instant;

/// Reads what is committed. Cheap to clone.
#[derive(Clone)]
pub struct Reader(pub(crate) DatabaseConnection);

/// One transaction: all or nothing. Dropping it without [`Tx::commit`] undoes it.
pub struct Tx(pub(crate) DatabaseTransaction);

impl Tx {
    /// Makes the changes last.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database does not take them; then nothing was changed.
    pub async fn commit(self) -> Result<()> {
        self.0.commit().await.map_err(from_db)
    }
}

/// Something statements can be run on.
pub trait Db: Send + Sync {
    #[doc(hidden)]
    fn connection(&self) -> &(impl ConnectionTrait + Send);
}

impl Db for Reader {
    fn connection(&self) -> &(impl ConnectionTrait + Send) {
        &self.0
    }
}

impl Db for Tx {
    fn connection(&self) -> &(impl ConnectionTrait + Send) {
        &self.0
    }
}

/// Values to bind, each turned into the database's kind.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$(sea_orm::Value::from($value)),*] };
}
pub(crate) use values;

pub(crate) fn backend(db: &impl Db) -> DbBackend {
    db.connection().get_database_backend()
}

fn statement(db: &impl Db, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(backend(db), sql, values)
}

/// Every row of a query.
pub(crate) async fn all<T: FromQueryResult>(
    db: &impl Db,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<T>> {
    let rows = db
        .connection()
        .query_all_raw(statement(db, sql, values))
        .await
        .map_err(from_db)?;
    rows.iter()
        .map(|row| T::from_query_result(row, "").map_err(from_db))
        .collect()
}

/// The one row of a query, if any.
pub(crate) async fn one<T: FromQueryResult>(
    db: &impl Db,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<T>> {
    let row: Option<QueryResult> = db
        .connection()
        .query_one_raw(statement(db, sql, values))
        .await
        .map_err(from_db)?;
    row.map(|row| T::from_query_result(&row, "").map_err(from_db))
        .transpose()
}

/// Runs a change and gives the number of rows it met.
pub(crate) async fn run(db: &impl Db, sql: &str, values: Vec<Value>) -> Result<u64> {
    let done = db
        .connection()
        .execute_raw(statement(db, sql, values))
        .await
        .map_err(from_db)?;
    Ok(done.rows_affected())
}

/// Rows of one statement of [`put`]. Always the same, so that statements are prepared once.
const TOGETHER: usize = 40;

/// Inserts rows, many in a statement; `table` is the table with its columns in brackets.
pub(crate) async fn put(tx: &Tx, table: &str, rows: Vec<Vec<Value>>) -> Result<()> {
    for part in rows.chunks(TOGETHER) {
        let mut place = 0;
        let tuples: Vec<String> = part
            .iter()
            .map(|row| {
                let places: Vec<String> = row
                    .iter()
                    .map(|_| {
                        place += 1;
                        format!("${place}")
                    })
                    .collect();
                format!("({})", places.join(", "))
            })
            .collect();
        let sql = format!("INSERT INTO {table} VALUES {}", tuples.join(", "));
        run(tx, &sql, part.iter().flatten().cloned().collect()).await?;
    }
    Ok(())
}

/// Numbers as a list for `IN`: nothing to escape.
pub(crate) fn numbers(ids: impl IntoIterator<Item = i64>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    ids.join(", ")
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Runs an `INSERT … RETURNING id`.
pub(crate) async fn insert(db: &impl Db, sql: &str, values: Vec<Value>) -> Result<i64> {
    let row: Option<Id> = one(db, sql, values).await?;
    row.map(|row| row.id)
        .ok_or_else(|| Error::Database("an insert gave no id".to_owned()))
}

/// Runs an update of one version of one row.
///
/// # Errors
/// [`Error::Stale`] when no row has that version any more.
pub(crate) async fn run_on_version(db: &impl Db, sql: &str, values: Vec<Value>) -> Result<()> {
    match run(db, sql, values).await? {
        0 => Err(Error::Stale),
        _ => Ok(()),
    }
}

/// Sorts the database's errors into ours.
pub(crate) fn from_db(error: DbErr) -> Error {
    if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) {
        return Error::Taken;
    }
    match &error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Error::Unavailable(error.to_string()),
        DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner))
            if is_passing(&inner.to_string()) =>
        {
            Error::Unavailable(error.to_string())
        }
        _ => Error::Database(error.to_string()),
    }
}

/// Whether trying again later may help: busy, full, or the connection lost.
fn is_passing(message: &str) -> bool {
    [
        "database is locked",
        "database or disk is full",
        "connection",
        "deadlock detected",
        "could not serialize",
        "timed out",
    ]
    .iter()
    .any(|sign| message.contains(sign))
}

/// An instant from stored microseconds.
pub(crate) fn instant(micros: i64) -> Result<Instant> {
    DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| Error::Database(format!("{micros} is not an instant")))
}

/// A day from its stored text.
pub(crate) fn day(text: &str) -> Result<NaiveDate> {
    text.parse()
        .map_err(|_| Error::Database(format!("{text:?} is not a date")))
}

/// A day as it is stored.
pub(crate) fn day_text(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}
