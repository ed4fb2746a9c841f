//! Opening a database.

use std::{
    num::NonZero, ops::RangeInclusive, path::PathBuf, str::FromStr, thread::available_parallelism,
    time::Duration,
};

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, FromQueryResult, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};

use crate::{
    Error, Reader, Result, Tx, dialect,
    sql::{self, from_db, values},
};

/// Older SQLite can lose commits in WAL mode (fixed in 3.51.3).
const SQLITE_AT_LEAST: (u32, u32, u32) = (3, 51, 3);
/// How long a writer waits for another process's transaction.
const BUSY_MILLISECONDS: &str = "5000";
/// Readers of one SQLite file at a time: as many as there are processors, within these. Each has a thread and a cache of
/// its own, and they take turns.
const SQLITE_READERS: RangeInclusive<usize> = 4..=16;
/// Rows that SQLite's thread hands over before it waits for the reader: a page of a list, without changing threads for
/// every few rows.
const ROWS_AT_ONCE: usize = 512;
/// Connections of one replica to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 16;
/// A connection to PostgreSQL that nobody used for so long is tried before it is trusted: the server or something in
/// between may have ended it. Trying at every query would double the way to the server.
const POSTGRES_TRUSTED: Duration = Duration::from_secs(1);
/// Longer waits for a connection are answered as "unavailable".
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// Where the data is: `sqlite:PATH` or `postgres://…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// An embedded file.
    Sqlite(PathBuf),
    /// A server; the whole URL.
    Postgres(String),
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        match text.strip_prefix("sqlite:") {
            Some(path) if !path.trim_start_matches("//").is_empty() => {
                Ok(Self::Sqlite(path.strip_prefix("//").unwrap_or(path).into()))
            }
            _ => Err(Error::Unusable(format!(
                "数据库地址应为 sqlite:路径 或 postgres://…，现为 {text:?}"
            ))),
        }
    }
}

/// An open database.
#[derive(Clone)]
pub struct Store {
    read: DatabaseConnection,
    pub(crate) write: DatabaseConnection,
}

#[derive(FromQueryResult)]
struct Version {
    version: String,
}

impl Store {
    /// Opens the database at `address`; an SQLite file is made when it does not exist.
    ///
    /// # Errors
    /// It cannot be reached, or its version is too old.
    pub async fn open(address: &Address) -> Result<Self> {
        let store = match address {
            Address::Sqlite(path) => {
                let write = connect(sqlite_options(path, 1, false)).await?;
                Self {
                    read: connect(sqlite_options(path, sqlite_readers(), true)).await?,
                    write,
                }
            }
            Address::Postgres(url) => {
                let mut options = ConnectOptions::new(url.clone());
                options
                    .max_connections(POSTGRES_CONNECTIONS)
                    .test_before_acquire_if_idle_for(POSTGRES_TRUSTED);
                let both = connect(options).await?;
                Self {
                    read: both.clone(),
                    write: both,
                }
            }
        };
        if matches!(address, Address::Sqlite(_)) {
            store.assert_sqlite_version().await?;
        }
        Ok(store)
    }

    /// The engine's name and version: `("SQLite", "3.51.3")`.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn version(&self) -> Result<(&'static str, String)> {
        let reader = self.read();
        let (name, expression) = dialect::version(sql::backend(&reader));
        let row: Option<Version> = sql::one(
            &reader,
            &format!("SELECT {expression} AS version"),
            values![],
        )
        .await?;
        Ok((name, row.map(|row| row.version).unwrap_or_default()))
    }

    async fn assert_sqlite_version(&self) -> Result<()> {
        let (_, version) = self.version().await?;
        let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
        let mut next = || parts.next().unwrap_or(0);
        if (next(), next(), next()) < SQLITE_AT_LEAST {
            return Err(Error::Unusable(format!(
                "SQLite {version} 太旧，可能丢失已提交的数据，需要 3.51.3 或更新"
            )));
        }
        Ok(())
    }

    /// Reads outside any transaction.
    pub fn read(&self) -> Reader {
        Reader(self.read.clone())
    }

    /// Begins a transaction for writing. On SQLite it holds the one writer's place (`BEGIN IMMEDIATE`).
    ///
    /// # Errors
    /// [`Error::Unavailable`] when no connection or no writer's place is to be had in time.
    pub async fn begin(&self) -> Result<Tx> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.write
            .begin_with_options(options)
            .await
            .map(Tx)
            .map_err(from_db)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it does not.
    pub async fn ping(&self) -> Result<()> {
        self.read.ping().await.map_err(from_db)
    }

    /// Ends all connections; the last one of SQLite folds the write-ahead log back.
    ///
    /// # Errors
    /// A connection does not end well.
    pub async fn close(self) -> Result<()> {
        self.read.close().await.map_err(from_db)?;
        // PostgreSQL reads and writes over one pool, closed already; closing twice is harmless.
        self.write.close().await.map_err(from_db)
    }
}

fn sqlite_readers() -> u32 {
    let processors = available_parallelism().map_or(1, NonZero::get);
    let readers = processors.clamp(*SQLITE_READERS.start(), *SQLITE_READERS.end());
    u32::try_from(readers).unwrap_or(4)
}

async fn connect(mut options: ConnectOptions) -> Result<DatabaseConnection> {
    options
        .sqlx_logging(false)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_timeout(ACQUIRE_TIMEOUT);
    Database::connect(options).await.map_err(from_db)
}

fn sqlite_options(path: &std::path::Path, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new("sqlite:");
    let path = path.to_owned();
    options
        .max_connections(connections)
        // Nobody can end a connection to a file but ourselves; trying it costs as much as a small query.
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                .row_buffer_size(ROWS_AT_ONCE)
                .filename(&path)
                .create_if_missing(!read_only)
                .pragma("foreign_keys", "ON")
                .pragma("busy_timeout", BUSY_MILLISECONDS)
                .pragma("synchronous", "FULL");
            if read_only {
                sqlite.pragma("query_only", "ON")
            } else {
                sqlite.pragma("journal_mode", "WAL")
            }
        });
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(
            "sqlite:/a/b.db".parse::<Address>().unwrap(),
            Address::Sqlite("/a/b.db".into())
        );
        assert_eq!(
            "sqlite:///a/b.db".parse::<Address>().unwrap(),
            Address::Sqlite("/a/b.db".into())
        );
        assert_eq!(
            "sqlite:b.db".parse::<Address>().unwrap(),
            Address::Sqlite("b.db".into())
        );
        assert!(matches!(
            "postgres://u@h/d".parse::<Address>(),
            Ok(Address::Postgres(_))
        ));
        assert!("mysql://h/d".parse::<Address>().is_err());
        assert!("sqlite:".parse::<Address>().is_err());
    }
}
