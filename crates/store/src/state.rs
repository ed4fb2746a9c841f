//! Counters that say whether what a replica remembers is still so. Each is counted up in the transaction that changes
//! what it stands for, so that whoever reads a counter and then the thing never holds less than the counter promises.

use domain::person::Versions;
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, Tx,
    sql::{one, run, values},
};

/// What is remembered between requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// Units and their former names.
    Units,
    /// What authorities have set.
    Settings,
    /// The rules of libraries.
    LibraryRules,
    /// Saved filters with their owners' names, and chosen columns.
    Views,
}

impl Counted {
    const fn word(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Settings => "settings",
            Self::LibraryRules => "library_rules",
            Self::Views => "views",
        }
    }
}

#[derive(FromQueryResult)]
pub(crate) struct VersionsRow {
    units_version: i64,
    settings_version: i64,
    rules_version: i64,
    views_version: i64,
    totals_version: i64,
}

impl From<VersionsRow> for Versions {
    fn from(row: VersionsRow) -> Self {
        Self {
            units: row.units_version,
            settings: row.settings_version,
            rules: row.rules_version,
            views: row.views_version,
            totals: row.totals_version,
        }
    }
}

/// The counters as columns of a statement. Totals have a turn for each enterprise, which its changes take one after the
/// other; together they count.
pub(crate) const COLUMNS: &str =
    "(SELECT version FROM state_version WHERE name = 'units') AS units_version,
  (SELECT version FROM state_version WHERE name = 'settings') AS settings_version,
  (SELECT version FROM state_version WHERE name = 'library_rules') AS rules_version,
  (SELECT version FROM state_version WHERE name = 'views') AS views_version,
  (SELECT CAST(COALESCE(SUM(turn), 0) AS BIGINT) FROM project_total_turn) AS totals_version";

/// Reads the counters.
///
/// # Errors
/// The database is unavailable.
pub async fn versions(db: &impl Db) -> Result<Versions> {
    let row: Option<VersionsRow> = one(db, &format!("SELECT {COLUMNS}"), values![]).await?;
    Ok(row.map(Versions::from).unwrap_or_default())
}

/// Says that something changed.
pub(crate) async fn changed(tx: &Tx, what: Counted) -> Result<()> {
    run(
        tx,
        "UPDATE state_version SET version = version + 1 WHERE name = $1",
        values![what.word()],
    )
    .await
    .map(|_| ())
}
