//! Sessions, which all replicas share, and wrong tries, which survive a restart.

use domain::{Instant, PersonId, person::Person};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result, Tx,
    people::{self, PersonWithRoles},
    sql::{all, instant, one, run, values},
    state::{self, VersionsRow},
};

/// A session; its token is known here only by hash.
#[derive(Debug, Clone)]
pub struct Session {
    /// Hash of the token in the cookie.
    pub token_hash: String,
    /// Whose.
    pub person: PersonId,
    /// What forms must bring back.
    pub csrf: String,
    /// Signed in at.
    pub created_at: Instant,
    /// Last request, kept to the minute.
    pub last_seen_at: Instant,
    /// From where.
    pub address: String,
    /// With which browser.
    pub user_agent: String,
}

#[derive(FromQueryResult)]
struct SessionRow {
    token_hash: String,
    person_id: i64,
    csrf: String,
    created_at: i64,
    last_seen_at: i64,
    address: String,
    user_agent: String,
}

fn session(row: SessionRow) -> Result<Session> {
    Ok(Session {
        token_hash: row.token_hash,
        person: PersonId(row.person_id),
        csrf: row.csrf,
        created_at: instant(row.created_at)?,
        last_seen_at: instant(row.last_seen_at)?,
        address: row.address,
        user_agent: row.user_agent,
    })
}

const COLUMNS: &str = "token_hash, person_id, csrf, created_at, last_seen_at, address, user_agent";

/// Stores a new session.
///
/// # Errors
/// The database is unavailable.
pub async fn add_session(tx: &Tx, new: &Session) -> Result<()> {
    run(
        tx,
        &format!("INSERT INTO session ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)"),
        values![
            new.token_hash.as_str(),
            new.person.0,
            new.csrf.as_str(),
            new.created_at.timestamp_micros(),
            new.last_seen_at.timestamp_micros(),
            new.address.as_str(),
            new.user_agent.as_str(),
        ],
    )
    .await
    .map(|_| ())
}

/// Whoever asks with a session: all that every request needs to know of it, in one look.
#[derive(Debug, Clone)]
pub struct Asking {
    /// The session.
    pub session: Session,
    /// Its person, stopped ones included.
    pub person: Person,
    /// Whether anything was lent to it that has not been ended.
    pub lent: bool,
    /// Whether what is remembered is still so.
    pub versions: domain::person::Versions,
    /// Reminders in the inbox not read yet.
    pub unread: i64,
}

#[derive(FromQueryResult)]
struct MoreRow {
    lent: bool,
    unread: i64,
}

struct AskingRow(SessionRow, PersonWithRoles, MoreRow, VersionsRow);

impl FromQueryResult for AskingRow {
    fn from_query_result(
        row: &sea_orm::QueryResult,
        prefix: &str,
    ) -> std::result::Result<Self, sea_orm::DbErr> {
        Ok(Self(
            SessionRow::from_query_result(row, prefix)?,
            PersonWithRoles::from_query_result(row, "person_")?,
            MoreRow::from_query_result(row, prefix)?,
            VersionsRow::from_query_result(row, prefix)?,
        ))
    }
}

/// Who asks with a token.
///
/// # Errors
/// The database is unavailable.
pub async fn asking(db: &impl Db, token_hash: &str) -> Result<Option<Asking>> {
    let row: Option<AskingRow> = one(
        db,
        &format!(
            "SELECT session.token_hash, session.csrf, session.created_at, session.last_seen_at,
               session.address, session.user_agent, {},
               EXISTS (SELECT 1 FROM substitution WHERE substitute_id = person.id AND ended_at IS NULL) AS lent,
               (SELECT COUNT(*) FROM reminder WHERE person_id = person.id AND in_inbox AND read_at IS NULL) AS unread, {}
             FROM session JOIN person ON person.id = session.person_id WHERE session.token_hash = $1",
            people::WITH_ROLES,
            state::COLUMNS
        ),
        values![token_hash],
    )
    .await?;
    row.map(|row| {
        Ok(Asking {
            session: session(row.0)?,
            person: row.1.person()?,
            lent: row.2.lent,
            unread: row.2.unread,
            versions: row.3.into(),
        })
    })
    .transpose()
}

/// A person's sessions, the newest first.
///
/// # Errors
/// The database is unavailable.
pub async fn sessions_of(db: &impl Db, person: PersonId) -> Result<Vec<Session>> {
    let rows: Vec<SessionRow> = all(
        db,
        &format!("SELECT {COLUMNS} FROM session WHERE person_id = $1 ORDER BY created_at DESC"),
        values![person.0],
    )
    .await?;
    rows.into_iter().map(session).collect()
}

/// Notes that a session is in use.
///
/// # Errors
/// The database is unavailable.
pub async fn touch(tx: &Tx, token_hash: &str, now: Instant) -> Result<()> {
    run(
        tx,
        "UPDATE session SET last_seen_at = $1 WHERE token_hash = $2",
        values![now.timestamp_micros(), token_hash],
    )
    .await
    .map(|_| ())
}

/// Ends one session.
///
/// # Errors
/// The database is unavailable.
pub async fn end(tx: &Tx, token_hash: &str) -> Result<()> {
    run(
        tx,
        "DELETE FROM session WHERE token_hash = $1",
        values![token_hash],
    )
    .await
    .map(|_| ())
}

/// Ends every session of a person.
///
/// # Errors
/// The database is unavailable.
pub async fn end_all(tx: &Tx, person: PersonId) -> Result<()> {
    run(
        tx,
        "DELETE FROM session WHERE person_id = $1",
        values![person.0],
    )
    .await
    .map(|_| ())
}

/// Ends every session of a person but one. Gives their number.
///
/// # Errors
/// The database is unavailable.
pub async fn end_others(tx: &Tx, person: PersonId, but: &str) -> Result<u64> {
    run(
        tx,
        "DELETE FROM session WHERE person_id = $1 AND token_hash <> $2",
        values![person.0, but],
    )
    .await
}

/// Removes sessions that began before `begun` or were last seen before `seen`.
///
/// # Errors
/// The database is unavailable.
pub async fn purge_sessions(tx: &Tx, begun: Instant, seen: Instant) -> Result<u64> {
    run(
        tx,
        "DELETE FROM session WHERE created_at < $1 OR last_seen_at < $2",
        values![begun.timestamp_micros(), seen.timestamp_micros()],
    )
    .await
}

/// Wrong tries at a login name.
#[derive(Debug, Clone, Copy, Default)]
pub struct Failures {
    /// How many in a row.
    pub count: i64,
    /// Until when it is locked.
    pub locked_until: Option<Instant>,
}

#[derive(FromQueryResult)]
struct FailureRow {
    failures: i64,
    locked_until: Option<i64>,
}

/// Wrong tries at `login` so far.
///
/// # Errors
/// The database is unavailable.
pub async fn failures(db: &impl Db, login: &str) -> Result<Failures> {
    let row: Option<FailureRow> = one(
        db,
        "SELECT failures, locked_until FROM sign_in_failure WHERE login = $1",
        values![login],
    )
    .await?;
    let Some(row) = row else {
        return Ok(Failures::default());
    };
    Ok(Failures {
        count: row.failures,
        locked_until: row.locked_until.map(instant).transpose()?,
    })
}

#[derive(FromQueryResult)]
struct CountRow {
    failures: i64,
}

/// Counts one more try at `login` and locks it until `locked_until` when that makes `most` of them; none, and nothing
/// counted, when it is locked already. One statement, so that of many tries at once none slips through.
///
/// # Errors
/// The database is unavailable.
pub async fn count_try(
    tx: &Tx,
    login: &str,
    now: Instant,
    most: i64,
    locked_until: Instant,
) -> Result<Option<i64>> {
    // A lock that is over begins the count anew.
    let count = "CASE WHEN sign_in_failure.locked_until IS NULL THEN sign_in_failure.failures + 1 ELSE 1 END";
    let sql = format!(
        "INSERT INTO sign_in_failure (login, failures, last_at, locked_until)
         VALUES ($1, 1, $2, CASE WHEN $3 <= 1 THEN CAST($4 AS BIGINT) END)
         ON CONFLICT (login) DO UPDATE SET failures = {count}, last_at = $2,
           locked_until = CASE WHEN {count} >= $3 THEN CAST($4 AS BIGINT) END
         WHERE sign_in_failure.locked_until IS NULL OR sign_in_failure.locked_until <= $2
         RETURNING failures"
    );
    let values = values![
        login,
        now.timestamp_micros(),
        most,
        locked_until.timestamp_micros()
    ];
    let row: Option<CountRow> = one(tx, &sql, values).await?;
    Ok(row.map(|row| row.failures))
}

/// Forgets wrong tries and any lock.
///
/// # Errors
/// The database is unavailable.
pub async fn forget_failures(tx: &Tx, login: &str) -> Result<()> {
    run(
        tx,
        "DELETE FROM sign_in_failure WHERE login = $1",
        values![login],
    )
    .await
    .map(|_| ())
}

/// Forgets wrong tries last made before `before` whose lock is over.
///
/// # Errors
/// The database is unavailable.
pub async fn purge_failures(tx: &Tx, before: Instant) -> Result<u64> {
    let before = before.timestamp_micros();
    run(tx, "DELETE FROM sign_in_failure WHERE last_at < $1 AND (locked_until IS NULL OR locked_until < $1)", values![before]).await
}

#[derive(FromQueryResult)]
struct LockedRow {
    login: String,
}

/// Login names locked at `now`.
///
/// # Errors
/// The database is unavailable.
pub async fn locked_logins(db: &impl Db, now: Instant) -> Result<Vec<String>> {
    let rows: Vec<LockedRow> = all(
        db,
        "SELECT login FROM sign_in_failure WHERE locked_until > $1",
        values![now.timestamp_micros()],
    )
    .await?;
    Ok(rows.into_iter().map(|row| row.login).collect())
}
