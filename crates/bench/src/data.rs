//! The databases that are measured on: opening them, and carrying the demo's rows over to PostgreSQL.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, FromQueryResult,
    Statement, Value,
};

use crate::failure::Result;

/// Opens a database with the settings of the product's readers, or for writing.
///
/// # Errors
/// It cannot be reached.
pub async fn open(url: &str, read_only: bool) -> Result<DatabaseConnection> {
    let path = url.strip_prefix("sqlite:").map(str::to_owned);
    let mut options = ConnectOptions::new(if path.is_some() { "sqlite:" } else { url });
    options
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .max_connections(if path.is_some() { 8 } else { 16 });
    if let Some(path) = path {
        options.map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                .filename(&path)
                .row_buffer_size(512)
                .pragma("busy_timeout", "5000");
            if read_only {
                sqlite.pragma("query_only", "ON")
            } else {
                sqlite
            }
        });
    }
    Ok(Database::connect(options).await?)
}

/// What the scenarios ask about.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    /// Every unit, the authority among them.
    pub units: Vec<i64>,
    /// The authority at the root.
    pub authority: i64,
    /// An enterprise that has figures.
    pub enterprise: i64,
    /// The newest as-at date of any statement.
    pub as_of: String,
    /// Its year.
    pub year: i64,
    /// The library, where it was made.
    pub library: Library,
}

/// What is asked of a library, as the authority sees it.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// Whether SQLite holds it.
    pub sqlite: bool,
    /// Enterprises.
    pub units: Vec<i64>,
    /// The one with most projects.
    pub unit: i64,
    /// One of its projects.
    pub project: i64,
    /// A list of about ten thousand projects, and how many they are.
    pub export: (String, i64),
}

#[derive(FromQueryResult)]
struct TotalRow {
    unit_id: i64,
    stage: String,
    projects: i64,
}

#[derive(FromQueryResult)]
struct IdRow {
    id: i64,
}

/// Looks the library over.
///
/// # Errors
/// It is empty.
pub async fn library(url: &str) -> Result<Library> {
    let database = open(url, true).await?;
    let backend = database.get_database_backend();
    let units = IdRow::find_by_statement(Statement::from_string(
        backend,
        "SELECT id FROM unit WHERE kind = 'enterprise' ORDER BY position, id",
    ));
    let units = units.all(&database).await?;
    let totals = TotalRow::find_by_statement(Statement::from_string(
        backend,
        "SELECT unit_id, stage, projects FROM project_total WHERE track = 'accepted' AND projects > 0 ORDER BY projects DESC, unit_id, stage",
    ));
    let totals = totals.all(&database).await?;
    let largest = totals
        .iter()
        .find(|row| row.stage == "signed")
        .ok_or("no projects")?;
    let project = IdRow::find_by_statement(Statement::from_sql_and_values(
        backend,
        "SELECT MAX(project_id) AS id FROM project_span WHERE track = 'accepted' AND unit_id = $1",
        [largest.unit_id.into()],
    ));
    let project = project.one(&database).await?.ok_or("no project")?;
    // Stages of all enterprises, then of one, until the file is long enough.
    let (mut query, mut rows) = (String::from("/projects?order=asc"), 0);
    for row in totals.iter().filter(|row| row.unit_id == largest.unit_id) {
        if rows < 10_000 {
            query.push_str(&format!("&stage={}", row.stage));
            rows += row.projects;
        }
    }
    if rows >= 10_000 {
        query.push_str(&format!("&unit={}", largest.unit_id));
    } else {
        (query, rows) = (String::from("/projects?order=asc"), 0);
        let mut of_unit: Vec<(i64, i64)> = Vec::new();
        for row in &totals {
            match of_unit.iter_mut().find(|(unit, _)| *unit == row.unit_id) {
                Some((_, sum)) => *sum += row.projects,
                None => of_unit.push((row.unit_id, row.projects)),
            }
        }
        for (unit, projects) in of_unit {
            if rows < 10_000 {
                query.push_str(&format!("&unit={unit}"));
                rows += projects;
            }
        }
    }
    database.close().await?;
    Ok(Library {
        sqlite: backend == DbBackend::Sqlite,
        units: units.into_iter().map(|unit| unit.id).collect(),
        unit: largest.unit_id,
        project: project.id,
        export: (query, rows),
    })
}

#[derive(FromQueryResult)]
struct UnitRow {
    id: i64,
    parent_id: Option<i64>,
}

#[derive(FromQueryResult)]
struct NewestRow {
    unit_id: i64,
    as_at: String,
}

/// Looks the ground over.
///
/// # Errors
/// There are no figures.
pub async fn ground(url: &str) -> Result<Ground> {
    let database = open(url, true).await?;
    let backend = database.get_database_backend();
    let units = UnitRow::find_by_statement(Statement::from_string(
        backend,
        "SELECT id, parent_id FROM unit ORDER BY id",
    ));
    let units = units.all(&database).await?;
    let newest = NewestRow::find_by_statement(Statement::from_string(
        backend,
        "SELECT unit_id, as_at FROM statement ORDER BY as_at DESC, amount_fen DESC LIMIT 1",
    ));
    let newest = newest.one(&database).await?.ok_or("no statements")?;
    database.close().await?;
    let root = units.iter().find(|unit| unit.parent_id.is_none());
    Ok(Ground {
        authority: root.ok_or("no authority")?.id,
        enterprise: newest.unit_id,
        year: newest.as_at.get(..4).unwrap_or_default().parse()?,
        as_of: newest.as_at,
        units: units.into_iter().map(|unit| unit.id).collect(),
        library: Library::default(),
    })
}

#[derive(FromQueryResult)]
struct ColumnRow {
    table_name: String,
    column_name: String,
    data_type: String,
}

/// A column and how it is carried: numbers, truths, bytes, texts.
struct Column {
    name: String,
    kind: char,
}

/// Carries every row of an SQLite database over to a migrated PostgreSQL database that is otherwise empty.
///
/// # Errors
/// A table or column is not there on both sides.
pub async fn carry(from: &str, to: &str) -> Result<()> {
    let (from, to) = (open(from, true).await?, one_connection(to).await?);
    // Rows go in whatever order tables have: references are looked at by triggers, which rest meanwhile.
    to.execute_unprepared("SET session_replication_role = replica")
        .await?;
    for (table, columns) in tables(&to).await? {
        to.execute_unprepared(&format!("DELETE FROM \"{table}\""))
            .await?;
        let names: Vec<String> = columns
            .iter()
            .map(|column| format!("\"{}\"", column.name))
            .collect();
        let names = names.join(", ");
        let places: Vec<String> = (1..=columns.len())
            .map(|place| format!("${place}"))
            .collect();
        let insert = format!(
            "INSERT INTO \"{table}\" ({names}) VALUES ({})",
            places.join(", ")
        );
        let select = Statement::from_string(
            DbBackend::Sqlite,
            format!("SELECT {names} FROM \"{table}\""),
        );
        for row in from.query_all_raw(select).await? {
            let values = columns.iter().enumerate().map(|(at, column)| {
                Ok(match column.kind {
                    'b' => Value::from(row.try_get_by_index::<Option<bool>>(at)?),
                    'i' => Value::from(row.try_get_by_index::<Option<i32>>(at)?),
                    'n' => Value::from(row.try_get_by_index::<Option<i64>>(at)?),
                    'x' => Value::from(row.try_get_by_index::<Option<Vec<u8>>>(at)?),
                    _ => Value::from(row.try_get_by_index::<Option<String>>(at)?),
                })
            });
            let values = values.collect::<Result<Vec<Value>>>()?;
            to.execute_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                &insert,
                values,
            ))
            .await?;
        }
        if columns.iter().any(|column| column.name == "id") {
            to.execute_unprepared(&format!(
                "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT COALESCE(MAX(id), 1) FROM \"{table}\"))
                 WHERE pg_get_serial_sequence('{table}', 'id') IS NOT NULL"
            ))
            .await?;
        }
    }
    to.execute_unprepared("ANALYZE").await?;
    to.close().await?;
    Ok(from.close().await?)
}

async fn one_connection(url: &str) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .max_connections(1)
        .min_connections(1);
    Ok(Database::connect(options).await?)
}

/// The product's tables with their columns; the list of migrations is the migrations' own, and SQLite's search index
/// cannot be read: the demo's few projects are not found there.
async fn tables(to: &DatabaseConnection) -> Result<Vec<(String, Vec<Column>)>> {
    let rows = ColumnRow::find_by_statement(Statement::from_string(
        DbBackend::Postgres,
        "SELECT CAST(table_name AS TEXT) AS table_name, CAST(column_name AS TEXT) AS column_name, CAST(data_type AS TEXT) AS data_type
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT IN ('seaql_migrations', 'project_search')
         ORDER BY table_name, ordinal_position",
    ));
    let mut tables: Vec<(String, Vec<Column>)> = Vec::new();
    for row in rows.all(to).await? {
        let column = Column {
            name: row.column_name,
            kind: kind(&row.data_type),
        };
        match tables.last_mut() {
            Some((table, columns)) if *table == row.table_name => columns.push(column),
            _ => tables.push((row.table_name, vec![column])),
        }
    }
    Ok(tables)
}

fn kind(data_type: &str) -> char {
    match data_type {
        "boolean" => 'b',
        "integer" => 'i',
        "bigint" => 'n',
        "bytea" => 'x',
        _ => 't',
    }
}

/// Takes a database away.
///
/// # Errors
/// Somebody is still connected.
pub async fn drop(cluster: &str, database: &str) -> Result<()> {
    let name = database.rsplit('/').next().unwrap_or_default();
    let connection = one_connection(cluster).await?;
    connection
        .execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)"))
        .await?;
    Ok(connection.close().await?)
}

/// Databases made so far.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Makes a database of its own in a cluster; gives its address.
///
/// # Errors
/// The cluster does not answer.
pub async fn make(cluster: &str) -> Result<String> {
    let (server, _) = cluster
        .rsplit_once('/')
        .ok_or("an address postgres://…/… is needed")?;
    let name = format!(
        "bench_{}_{}",
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::Relaxed)
    );
    let connection = one_connection(cluster).await?;
    connection
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await?;
    connection.close().await?;
    Ok(format!("{server}/{name}"))
}
