//! The process of the bare handler, and starting it.

use std::{
    collections::BTreeMap,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
    sync::Arc,
};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement, Value};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
};
use tower_http::{CompressionLevel, compression::CompressionLayer};

use super::{Page, Query};
use crate::{data, failure::Result, proc::Process, terminal};

/// `bench bare`.
#[derive(clap::Args)]
pub struct Args {
    /// Address of the database.
    #[arg(long)]
    database: String,
    /// The pages by path, as JSON.
    #[arg(long)]
    pages: PathBuf,
}

struct Shared {
    database: DatabaseConnection,
    pages: BTreeMap<String, Page>,
}

/// Serves the pages on a free port of the loopback address, which it prints, until it is ended.
///
/// # Errors
/// The database or the pages cannot be read.
pub async fn run(args: Args) -> Result<ExitCode> {
    let shared = Shared {
        database: data::open(&args.database, true).await?,
        pages: serde_json::from_str(&fs::read_to_string(&args.pages)?)?,
    };
    let router = Router::new()
        .fallback(answer)
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .with_state(Arc::new(shared));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    terminal::say(listener.local_addr()?.to_string());
    axum::serve(listener, router).await?;
    Ok(ExitCode::SUCCESS)
}

async fn answer(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let asked = uri.path_and_query().map_or("/", |path| path.as_str());
    let Some(page) = shared.pages.get(asked) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match rows(&shared.database, &page.queries).await {
        Ok(rows) => (
            [(header::CONTENT_TYPE, page.kind.clone())],
            page.filled(&rows),
        )
            .into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Every row of every query as cells.
async fn rows(database: &DatabaseConnection, queries: &[Query]) -> Result<String> {
    let mut text = String::new();
    for query in queries {
        let values = query.values.iter().map(bound);
        let statement =
            Statement::from_sql_and_values(database.get_database_backend(), &query.sql, values);
        for row in database.query_all_raw(statement).await? {
            text.push_str("<tr>");
            for (at, kind) in query.columns.chars().enumerate() {
                text.push_str("<td>");
                write_cell(&mut text, &row, at, kind)?;
                text.push_str("</td>");
            }
            text.push_str("</tr>");
        }
    }
    Ok(text)
}

fn bound(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Number(number) => number.as_i64().into(),
        serde_json::Value::String(text) => text.as_str().into(),
        _ => Option::<i64>::None.into(),
    }
}

fn write_cell(text: &mut String, row: &QueryResult, at: usize, kind: char) -> Result<()> {
    let cell = match kind {
        't' => row.try_get_by_index::<Option<String>>(at)?,
        'b' => row
            .try_get_by_index::<Option<bool>>(at)?
            .map(|yes| yes.to_string()),
        'i' => row
            .try_get_by_index::<Option<i32>>(at)?
            .map(|number| number.to_string()),
        _ => row
            .try_get_by_index::<Option<i64>>(at)?
            .map(|number| number.to_string()),
    };
    text.push_str(cell.as_deref().unwrap_or_default());
    Ok(())
}

/// A running bare handler; it ends with this.
pub struct Bare {
    _child: Child,
    /// Its process.
    pub process: Process,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Bare {
    /// Starts it in a process of its own.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start(
        database: &str,
        folder: &Path,
        pages: &BTreeMap<String, Page>,
    ) -> Result<Self> {
        let file = folder.join("bare.json");
        fs::write(&file, serde_json::to_string(pages)?)?;
        let mut child = Command::new(std::env::current_exe()?)
            .args(["bare", "--database", database, "--pages"])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().ok_or("no output")?;
        let line = BufReader::new(output).lines().next_line().await?;
        let address = line.ok_or("the bare handler did not start")?.parse()?;
        let pid = child.id().ok_or("the bare handler has no number")?;
        Ok(Self {
            _child: child,
            process: Process(pid),
            address,
        })
    }
}
