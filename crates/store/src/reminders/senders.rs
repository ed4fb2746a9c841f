//! What messages are sent with: rules, mail servers, robots.

use domain::{
    Instant, PersonId, UnitId,
    mail::{MailServer, MailTls},
    reminder::ReminderRules,
};
use sea_orm::FromQueryResult;

use crate::{
    Db, Error, Result, Tx, dialect,
    sql::{backend, one, run, run_on_version, values},
};

#[derive(FromQueryResult)]
struct RuleRow {
    version: i64,
    data: String,
}

/// The rules in force with their version; 0 and the defaults while nothing is set.
///
/// # Errors
/// The database is unavailable.
pub async fn rules(db: &impl Db, authority: UnitId) -> Result<(i64, ReminderRules)> {
    let row: Option<RuleRow> = one(
        db,
        "SELECT version, data FROM reminder_rule WHERE authority_id = $1 ORDER BY version DESC LIMIT 1",
        values![authority.0],
    )
    .await?;
    let Some(row) = row else {
        return Ok((0, ReminderRules::default()));
    };
    let rules = serde_json::from_str(&row.data)
        .map_err(|error| Error::Database(format!("reminder rules: {error}")))?;
    Ok((row.version, rules))
}

/// Sets the rules, made from `version`.
///
/// # Errors
/// [`Error::Stale`] when they were set since.
pub async fn set_rules(
    tx: &Tx,
    authority: UnitId,
    version: i64,
    new: &ReminderRules,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    if rules(tx, authority).await?.0 != version {
        return Err(Error::Stale);
    }
    let data = serde_json::to_string(new)
        .map_err(|error| Error::Database(format!("reminder rules: {error}")))?;
    let added = run(
        tx,
        "INSERT INTO reminder_rule (authority_id, version, data, recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5)",
        values![authority.0, version + 1, data, at.timestamp_micros(), by.0],
    )
    .await;
    match added {
        Err(Error::Taken) => Err(Error::Stale),
        other => other.map(|_| ()),
    }
}

/// An authority's mail server with its sealed password.
#[derive(Debug, Clone)]
pub struct MailRow {
    /// The server.
    pub server: MailServer,
    /// The password, sealed; empty: none.
    pub password: String,
    /// Counts saves.
    pub version: i64,
}

#[derive(FromQueryResult)]
struct ServerRow {
    version: i64,
    host: String,
    port: i64,
    tls: String,
    user_name: String,
    password: String,
    from_address: String,
    from_name: String,
}

/// An authority's own mail server.
///
/// # Errors
/// The database is unavailable.
pub async fn mail_server(db: &impl Db, authority: UnitId) -> Result<Option<MailRow>> {
    let row: Option<ServerRow> = one(
        db,
        "SELECT version, host, port, tls, user_name, password, from_address, from_name FROM mail_server WHERE authority_id = $1",
        values![authority.0],
    )
    .await?;
    let Some(row) = row else { return Ok(None) };
    let wrong = || Error::Database(format!("mail server of unit {authority}"));
    Ok(Some(MailRow {
        server: MailServer {
            host: row.host,
            port: u16::try_from(row.port).map_err(|_| wrong())?,
            tls: MailTls::from_word(&row.tls).ok_or_else(wrong)?,
            user: row.user_name,
            from_address: row.from_address,
            from_name: row.from_name,
        },
        password: row.password,
        version: row.version,
    }))
}

/// Saves an authority's mail server, made from `row.version`; 0: there was none.
///
/// # Errors
/// [`Error::Stale`] when it was saved since.
pub async fn save_mail_server(
    tx: &Tx,
    authority: UnitId,
    row: &MailRow,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    let server = &row.server;
    let mut values = values![
        server.host.as_str(),
        i64::from(server.port),
        server.tls.word(),
        server.user.as_str(),
        row.password.as_str(),
        server.from_address.as_str(),
        server.from_name.as_str(),
        at.timestamp_micros(),
        by.0,
        authority.0
    ];
    if row.version == 0 {
        let sql = "INSERT INTO mail_server (host, port, tls, user_name, password, from_address, from_name, changed_at, changed_by, authority_id)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
        return match run(tx, sql, values).await? {
            0 => Err(Error::Stale),
            _ => Ok(()),
        };
    }
    values.push(row.version.into());
    let sql = "UPDATE mail_server SET host = $1, port = $2, tls = $3, user_name = $4, password = $5, from_address = $6, from_name = $7,
               changed_at = $8, changed_by = $9, version = version + 1 WHERE authority_id = $10 AND version = $11";
    run_on_version(tx, sql, values).await
}

/// An authority's DingTalk robot, address and secret sealed.
#[derive(Debug, Clone)]
pub struct RobotRow {
    /// Its address, sealed: it holds the token.
    pub url: String,
    /// Its secret, sealed.
    pub secret: String,
    /// Whether it is used.
    pub active: bool,
    /// Counts saves.
    pub version: i64,
}

#[derive(FromQueryResult)]
struct DingRow {
    version: i64,
    url: String,
    secret: String,
    active: bool,
}

/// An authority's robot.
///
/// # Errors
/// The database is unavailable.
pub async fn robot(db: &impl Db, authority: UnitId) -> Result<Option<RobotRow>> {
    robot_with(db, authority, "").await
}

/// As [`robot`], held until the transaction ends: who counts its messages counts alone.
///
/// # Errors
/// The database is unavailable.
pub async fn hold_robot(tx: &Tx, authority: UnitId) -> Result<Option<RobotRow>> {
    robot_with(tx, authority, dialect::for_update(backend(tx))).await
}

async fn robot_with(db: &impl Db, authority: UnitId, hold: &str) -> Result<Option<RobotRow>> {
    let sql = format!(
        "SELECT version, url, secret, active FROM dingtalk_robot WHERE authority_id = $1{hold}"
    );
    let row: Option<DingRow> = one(db, &sql, values![authority.0]).await?;
    Ok(row.map(|row| RobotRow {
        url: row.url,
        secret: row.secret,
        active: row.active,
        version: row.version,
    }))
}

/// Saves an authority's robot, made from `row.version`; 0: there was none.
///
/// # Errors
/// [`Error::Stale`] when it was saved since.
pub async fn save_robot(
    tx: &Tx,
    authority: UnitId,
    row: &RobotRow,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    let mut values = values![
        row.url.as_str(),
        row.secret.as_str(),
        row.active,
        at.timestamp_micros(),
        by.0,
        authority.0
    ];
    if row.version == 0 {
        let sql =
            "INSERT INTO dingtalk_robot (url, secret, active, changed_at, changed_by, authority_id)
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
        return match run(tx, sql, values).await? {
            0 => Err(Error::Stale),
            _ => Ok(()),
        };
    }
    values.push(row.version.into());
    let sql = "UPDATE dingtalk_robot SET url = $1, secret = $2, active = $3, changed_at = $4, changed_by = $5, version = version + 1
               WHERE authority_id = $6 AND version = $7";
    run_on_version(tx, sql, values).await
}
