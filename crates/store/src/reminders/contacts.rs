//! Where people are reached, and how they want to be.

use std::collections::HashMap;

use domain::{PersonId, reminder::Preferences};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, one, run, run_on_version, values},
};

/// Where a person is reached. Empty: nowhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// E-mail.
    pub email: String,
    /// Telephone.
    pub phone: String,
    /// Counts saves; 0 before the first.
    pub version: i64,
}

#[derive(FromQueryResult)]
struct Row {
    person_id: i64,
    email: String,
    phone: String,
    version: i64,
}

impl From<Row> for Contact {
    fn from(row: Row) -> Self {
        Self {
            email: row.email,
            phone: row.phone,
            version: row.version,
        }
    }
}

/// Where a person is reached.
///
/// # Errors
/// The database is unavailable.
pub async fn contact(db: &impl Db, person: PersonId) -> Result<Contact> {
    let sql = "SELECT person_id, email, phone, version FROM person_contact WHERE person_id = $1";
    let row: Option<Row> = one(db, sql, values![person.0]).await?;
    Ok(row.map_or_else(Contact::default, Contact::from))
}

/// Where everybody is reached, of those who said.
///
/// # Errors
/// The database is unavailable.
pub async fn contacts(db: &impl Db) -> Result<HashMap<PersonId, Contact>> {
    let sql = "SELECT person_id, email, phone, version FROM person_contact";
    let rows: Vec<Row> = all(db, sql, values![]).await?;
    Ok(rows
        .into_iter()
        .map(|row| (PersonId(row.person_id), row.into()))
        .collect())
}

/// Saves where a person is reached, made from `contact.version`.
///
/// # Errors
/// [`Error::Stale`] when it was saved since.
pub async fn save_contact(tx: &Tx, person: PersonId, contact: &Contact) -> Result<()> {
    if contact.version == 0 {
        let sql = "INSERT INTO person_contact (person_id, email, phone) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let values = values![person.0, contact.email.as_str(), contact.phone.as_str()];
        return match run(tx, sql, values).await? {
            0 => Err(Error::Stale),
            _ => Ok(()),
        };
    }
    let sql = "UPDATE person_contact SET email = $1, phone = $2, version = version + 1 WHERE person_id = $3 AND version = $4";
    run_on_version(
        tx,
        sql,
        values![
            contact.email.as_str(),
            contact.phone.as_str(),
            person.0,
            contact.version
        ],
    )
    .await
}

#[derive(FromQueryResult)]
struct PreferenceRow {
    person_id: i64,
    version: i64,
    inbox: bool,
    email: bool,
    digest_at: Option<i64>,
    quiet_from: Option<i64>,
    quiet_to: Option<i64>,
}

const PREFERENCE: &str = "person_id, version, inbox, email, digest_at, quiet_from, quiet_to";

impl From<PreferenceRow> for Preferences {
    fn from(row: PreferenceRow) -> Self {
        Self {
            inbox: row.inbox,
            email: row.email,
            digest_at: row.digest_at,
            quiet: row.quiet_from.zip(row.quiet_to),
        }
    }
}

/// How a person wants to be reminded, with the version; 0 and the defaults while nothing is set.
///
/// # Errors
/// The database is unavailable.
pub async fn preferences(db: &impl Db, person: PersonId) -> Result<(i64, Preferences)> {
    let sql = format!("SELECT {PREFERENCE} FROM reminder_preference WHERE person_id = $1");
    let row: Option<PreferenceRow> = one(db, &sql, values![person.0]).await?;
    Ok(row.map_or_else(
        || (0, Preferences::default()),
        |row| (row.version, row.into()),
    ))
}

/// How everybody wants to be reminded, of those who said.
///
/// # Errors
/// The database is unavailable.
pub async fn every_preferences(db: &impl Db) -> Result<HashMap<PersonId, Preferences>> {
    let sql = format!("SELECT {PREFERENCE} FROM reminder_preference");
    let rows: Vec<PreferenceRow> = all(db, &sql, values![]).await?;
    Ok(rows
        .into_iter()
        .map(|row| (PersonId(row.person_id), row.into()))
        .collect())
}

/// Saves how a person wants to be reminded, made from `version`.
///
/// # Errors
/// [`Error::Stale`] when it was saved since.
pub async fn save_preferences(
    tx: &Tx,
    person: PersonId,
    version: i64,
    preferences: &Preferences,
) -> Result<()> {
    let (from, to) = preferences.quiet.unzip();
    let mut values = values![
        preferences.inbox,
        preferences.email,
        preferences.digest_at,
        from,
        to,
        person.0
    ];
    if version == 0 {
        let sql = "INSERT INTO reminder_preference (inbox, email, digest_at, quiet_from, quiet_to, person_id)
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
        return match run(tx, sql, values).await? {
            0 => Err(Error::Stale),
            _ => Ok(()),
        };
    }
    values.push(version.into());
    let sql = "UPDATE reminder_preference SET inbox = $1, email = $2, digest_at = $3, quiet_from = $4, quiet_to = $5, version = version + 1
               WHERE person_id = $6 AND version = $7";
    run_on_version(tx, sql, values).await
}
