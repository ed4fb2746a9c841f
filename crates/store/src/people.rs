//! People, their roles, passwords, activation secrets and API tokens.

use std::collections::{BTreeSet, HashMap};

use domain::{Instant, PersonId, UnitId, permission::Role, person::Person};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx,
    sql::{all, insert, instant, one, run, run_on_version, values},
    state::{self, Counted},
};

#[derive(FromQueryResult)]
struct PersonRow {
    id: i64,
    unit_id: i64,
    login: String,
    name: String,
    has_password: bool,
    active: bool,
    created_at: i64,
    version: i64,
    password_set_at: Option<i64>,
    password_must_change: bool,
}

#[derive(FromQueryResult)]
struct RoleRow {
    person_id: i64,
    role: String,
}

const COLUMNS: &str = "id, unit_id, login, name, password_hash IS NOT NULL AS has_password, active, created_at, version, password_set_at, password_must_change";

/// A person with all roles in one row: what [`WITH_ROLES`] selects of `person`.
pub(crate) struct PersonWithRoles(PersonRow, String);

/// The columns, each beginning with `person_`.
pub(crate) const WITH_ROLES: &str = "person.id AS person_id, person.unit_id AS person_unit_id, person.login AS person_login, \
  person.name AS person_name, person.password_hash IS NOT NULL AS person_has_password, person.active AS person_active, \
  person.created_at AS person_created_at, person.version AS person_version, person.password_set_at AS person_password_set_at, \
  person.password_must_change AS person_password_must_change, \
  COALESCE((SELECT string_agg(role, ' ') FROM person_role WHERE person_id = person.id), '') AS person_roles";

impl FromQueryResult for PersonWithRoles {
    fn from_query_result(
        row: &sea_orm::QueryResult,
        prefix: &str,
    ) -> std::result::Result<Self, sea_orm::DbErr> {
        Ok(Self(
            PersonRow::from_query_result(row, prefix)?,
            row.try_get(prefix, "roles")?,
        ))
    }
}

impl PersonWithRoles {
    pub(crate) fn person(self) -> Result<Person> {
        let roles = self.1.split_whitespace().map(role);
        person(self.0, roles.collect::<Result<_>>()?)
    }
}

fn person(row: PersonRow, roles: BTreeSet<Role>) -> Result<Person> {
    Ok(Person {
        id: PersonId(row.id),
        unit: UnitId(row.unit_id),
        login: row.login,
        name: row.name,
        roles,
        active: row.active,
        has_password: row.has_password,
        password_set_at: row.password_set_at.map(instant).transpose()?,
        password_must_change: row.password_must_change,
        created_at: instant(row.created_at)?,
        version: row.version,
    })
}

fn role(word: &str) -> Result<Role> {
    Role::from_word(word).ok_or_else(|| Error::Database(format!("role {word:?}")))
}

/// Everybody, by unit and login.
///
/// # Errors
/// The database is unavailable.
pub async fn everybody(db: &impl Db) -> Result<Vec<Person>> {
    let rows: Vec<PersonRow> = all(
        db,
        &format!("SELECT {COLUMNS} FROM person ORDER BY unit_id, login"),
        values![],
    )
    .await?;
    let roles: Vec<RoleRow> = all(db, "SELECT person_id, role FROM person_role", values![]).await?;
    let mut by_person: HashMap<i64, BTreeSet<Role>> = HashMap::new();
    for row in roles {
        by_person
            .entry(row.person_id)
            .or_default()
            .insert(role(&row.role)?);
    }
    rows.into_iter()
        .map(|row| {
            let roles = by_person.remove(&row.id).unwrap_or_default();
            person(row, roles)
        })
        .collect()
}

async fn with_roles(db: &impl Db, row: Option<PersonRow>) -> Result<Option<Person>> {
    let Some(row) = row else { return Ok(None) };
    let roles: Vec<RoleRow> = all(
        db,
        "SELECT person_id, role FROM person_role WHERE person_id = $1",
        values![row.id],
    )
    .await?;
    let roles = roles
        .iter()
        .map(|row| role(&row.role))
        .collect::<Result<_>>()?;
    person(row, roles).map(Some)
}

/// One person by number.
///
/// # Errors
/// The database is unavailable.
pub async fn by_id(db: &impl Db, id: PersonId) -> Result<Option<Person>> {
    let row = one(
        db,
        &format!("SELECT {COLUMNS} FROM person WHERE id = $1"),
        values![id.0],
    )
    .await?;
    with_roles(db, row).await
}

/// One person by the login name, given in lower case.
///
/// # Errors
/// The database is unavailable.
pub async fn by_login(db: &impl Db, login: &str) -> Result<Option<Person>> {
    let row = one(
        db,
        &format!("SELECT {COLUMNS} FROM person WHERE login = $1"),
        values![login],
    )
    .await?;
    with_roles(db, row).await
}

/// Adds a person without roles and without password.
///
/// # Errors
/// [`Error::Taken`] when the login name is borne already.
pub async fn add(tx: &Tx, unit: UnitId, login: &str, name: &str, now: Instant) -> Result<PersonId> {
    let id = insert(
        tx,
        "INSERT INTO person (unit_id, login, name, created_at) VALUES ($1, $2, $3, $4) RETURNING id",
        values![unit.0, login, name, now.timestamp_micros()],
    )
    .await?;
    Ok(PersonId(id))
}

/// Saves name, unit, activity and roles of a person made from version `version`.
///
/// # Errors
/// [`Error::Stale`] when somebody saved the person since.
pub async fn save(tx: &Tx, person: &Person, version: i64) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE person SET unit_id = $1, name = $2, active = $3, version = version + 1 WHERE id = $4 AND version = $5",
        values![person.unit.0, person.name.as_str(), person.active, person.id.0, version],
    )
    .await?;
    run(
        tx,
        "DELETE FROM person_role WHERE person_id = $1",
        values![person.id.0],
    )
    .await?;
    for role in &person.roles {
        run(
            tx,
            "INSERT INTO person_role (person_id, role) VALUES ($1, $2)",
            values![person.id.0, role.word()],
        )
        .await?;
    }
    // A shared filter names its owner.
    state::changed(tx, Counted::Views).await
}

#[derive(FromQueryResult)]
struct HashRow {
    password_hash: Option<String>,
}

/// The stored hash of a person's password.
///
/// # Errors
/// The database is unavailable.
pub async fn password_hash(db: &impl Db, id: PersonId) -> Result<Option<String>> {
    let row: Option<HashRow> = one(
        db,
        "SELECT password_hash FROM person WHERE id = $1",
        values![id.0],
    )
    .await?;
    Ok(row.and_then(|row| row.password_hash))
}

/// Stores the hash of a new password, and keeps it among those that were used.
///
/// # Errors
/// The database is unavailable.
pub async fn set_password_hash(tx: &Tx, id: PersonId, hash: &str, now: Instant) -> Result<()> {
    run(
        tx,
        "UPDATE person SET password_hash = $1, password_set_at = $2, password_must_change = FALSE, version = version + 1 WHERE id = $3",
        values![hash, now.timestamp_micros(), id.0],
    )
    .await?;
    run(
        tx,
        "INSERT INTO password_history (person_id, password_hash, set_at) VALUES ($1, $2, $3)",
        values![id.0, hash, now.timestamp_micros()],
    )
    .await
    .map(|_| ())
}

/// Wants the password changed before anything else. False when there is none.
///
/// # Errors
/// The database is unavailable.
pub async fn want_password_change(tx: &Tx, id: PersonId) -> Result<bool> {
    let done = run(
        tx,
        "UPDATE person SET password_must_change = TRUE, version = version + 1 WHERE id = $1 AND password_hash IS NOT NULL",
        values![id.0],
    )
    .await?;
    Ok(done == 1)
}

#[derive(FromQueryResult)]
struct UsedRow {
    password_hash: String,
}

/// The hashes of a person's last `most` passwords, with the present one, which may be older than this table.
///
/// # Errors
/// The database is unavailable.
pub async fn password_history(db: &impl Db, id: PersonId, most: i64) -> Result<Vec<String>> {
    let rows: Vec<UsedRow> = all(
        db,
        "SELECT password_hash FROM password_history WHERE person_id = $1 ORDER BY id DESC LIMIT $2",
        values![id.0, most],
    )
    .await?;
    let mut hashes: Vec<String> = rows.into_iter().map(|row| row.password_hash).collect();
    if let Some(present) = password_hash(db, id).await?
        && most > 0
        && !hashes.contains(&present)
    {
        hashes.push(present);
    }
    Ok(hashes)
}

/// Stores a one-time secret, in place of any earlier one of the person.
///
/// # Errors
/// The database is unavailable.
pub async fn put_activation(
    tx: &Tx,
    id: PersonId,
    secret_hash: &str,
    now: Instant,
    expires_at: Instant,
) -> Result<()> {
    run(
        tx,
        "DELETE FROM activation WHERE person_id = $1",
        values![id.0],
    )
    .await?;
    run(
        tx,
        "INSERT INTO activation (secret_hash, person_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        values![secret_hash, id.0, now.timestamp_micros(), expires_at.timestamp_micros()],
    )
    .await
    .map(|_| ())
}

#[derive(FromQueryResult)]
struct OwnerRow {
    person_id: i64,
}

/// Whose valid one-time secret this is.
///
/// # Errors
/// The database is unavailable.
pub async fn activation_owner(
    db: &impl Db,
    secret_hash: &str,
    now: Instant,
) -> Result<Option<PersonId>> {
    let row: Option<OwnerRow> = one(
        db,
        "SELECT person_id FROM activation WHERE secret_hash = $1 AND expires_at > $2",
        values![secret_hash, now.timestamp_micros()],
    )
    .await?;
    Ok(row.map(|row| PersonId(row.person_id)))
}

/// Uses a one-time secret up. False when another request has just done so.
///
/// # Errors
/// The database is unavailable.
pub async fn use_activation(tx: &Tx, secret_hash: &str) -> Result<bool> {
    Ok(run(
        tx,
        "DELETE FROM activation WHERE secret_hash = $1",
        values![secret_hash],
    )
    .await?
        == 1)
}

/// Stores an API token by its hash.
///
/// # Errors
/// The database is unavailable.
pub async fn add_token(
    tx: &Tx,
    id: PersonId,
    token_hash: &str,
    label: &str,
    now: Instant,
    expires_at: Instant,
) -> Result<i64> {
    insert(
        tx,
        "INSERT INTO api_token (person_id, token_hash, label, created_at, expires_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        values![id.0, token_hash, label, now.timestamp_micros(), expires_at.timestamp_micros()],
    )
    .await
}

/// Whose valid API token this is.
///
/// # Errors
/// The database is unavailable.
pub async fn token_owner(db: &impl Db, token_hash: &str, now: Instant) -> Result<Option<PersonId>> {
    let row: Option<OwnerRow> = one(
        db,
        "SELECT person_id FROM api_token WHERE token_hash = $1 AND expires_at > $2 AND revoked_at IS NULL",
        values![token_hash, now.timestamp_micros()],
    )
    .await?;
    Ok(row.map(|row| PersonId(row.person_id)))
}

/// An API token, without its secret.
#[derive(Debug, Clone)]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it ends.
    pub expires_at: Instant,
}

#[derive(FromQueryResult)]
struct TokenRow {
    id: i64,
    label: String,
    created_at: i64,
    expires_at: i64,
}

/// A person's tokens that still work.
///
/// # Errors
/// The database is unavailable.
pub async fn tokens(db: &impl Db, id: PersonId, now: Instant) -> Result<Vec<Token>> {
    let rows: Vec<TokenRow> = all(
        db,
        "SELECT id, label, created_at, expires_at FROM api_token
         WHERE person_id = $1 AND expires_at > $2 AND revoked_at IS NULL ORDER BY id",
        values![id.0, now.timestamp_micros()],
    )
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Token {
                id: row.id,
                label: row.label,
                created_at: instant(row.created_at)?,
                expires_at: instant(row.expires_at)?,
            })
        })
        .collect()
}

/// Ends one of a person's tokens. False when there is none of that number.
///
/// # Errors
/// The database is unavailable.
pub async fn revoke_token(tx: &Tx, person: PersonId, token: i64, now: Instant) -> Result<bool> {
    let done = run(
        tx,
        "UPDATE api_token SET revoked_at = $1 WHERE id = $2 AND person_id = $3 AND revoked_at IS NULL",
        values![now.timestamp_micros(), token, person.0],
    )
    .await?;
    Ok(done == 1)
}

/// Ends all of a person's tokens.
///
/// # Errors
/// The database is unavailable.
pub async fn revoke_tokens(tx: &Tx, person: PersonId, now: Instant) -> Result<()> {
    run(
        tx,
        "UPDATE api_token SET revoked_at = $1 WHERE person_id = $2 AND revoked_at IS NULL",
        values![now.timestamp_micros(), person.0],
    )
    .await
    .map(|_| ())
}
