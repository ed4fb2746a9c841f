//! `bench run`: lays the data, measures scenario by scenario, reports.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde_json::{Map, Value};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    bench::Bench,
    clock::Stopwatch,
    data::{self, Ground},
    failure::Result,
    proc,
    report::Report,
    scenarios,
    server::House,
    terminal,
};

/// What is measured, and where.
#[derive(clap::Args)]
pub struct Args {
    /// The program that is measured.
    #[arg(long, default_value = "target/release/zhaoshang")]
    program: PathBuf,
    /// All of it within a minute: fewer requests, coarser figures.
    #[arg(long)]
    short: bool,
    /// Only these scenarios (see `bench list`).
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Over PostgreSQL: a cluster in which a database may be made, postgres://…/….
    #[arg(long)]
    postgres: Option<String>,
    /// Projects of the library, one size after the other; 100000 and 1000000 (20000 in a short run) where none is said.
    /// A million takes 10 GB of disk while it is measured.
    #[arg(long, value_delimiter = ',')]
    library: Vec<u32>,
    /// Where libraries are kept between runs; one that is there is used as it is. SQLite only.
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Where the figures go, as JSON.
    #[arg(long, default_value = "target/bench/result.json")]
    result: PathBuf,
}

/// Measures until done, or until told to stop; processes and folders of the run end with it in any case.
///
/// # Errors
/// Something could not be measured.
pub async fn run(args: Args) -> Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate())?;
    // The folder outlives the servers in it, whichever way this ends.
    let scratch = tempfile::Builder::new()
        .prefix("zhaoshang-bench-")
        .tempdir()?;
    tokio::select! {
        done = measure(&args, scratch.path()) => done,
        _ = tokio::signal::ctrl_c() => Err("stopped".into()),
        _ = terminate.recv() => Err("stopped".into()),
    }
}

async fn measure(args: &Args, scratch: &Path) -> Result<ExitCode> {
    let chosen: Vec<_> = scenarios::all()
        .into_iter()
        .filter(|one| args.only.is_empty() || args.only.iter().any(|name| name == one.name()))
        .collect();
    if chosen.is_empty() {
        return Err("no scenario of that name: see `bench list`".into());
    }
    let program = args
        .program
        .canonicalize()
        .map_err(|error| format!("{}: {error}", args.program.display()))?;
    let mut sizes = args.library.clone();
    if sizes.is_empty() {
        sizes = if args.short {
            vec![20_000]
        } else {
            vec![100_000, 1_000_000]
        };
    }
    let mut bench = Bench {
        label: String::new(),
        keep: args.keep.clone(),
        sizes,
        cluster: args.postgres.clone(),
        house: lay(program, scratch.join("data"), args.postgres.as_deref()).await?,
        scratch: scratch.to_owned(),
        short: args.short,
        report: Report::default(),
        ground: Ground::default(),
    };
    bench.look_over().await?;
    let watch = Stopwatch::start();
    let mut loads = Map::new();
    loads.insert("before".to_owned(), proc::load().into());
    for one in chosen {
        terminal::note(format!(
            "{:>4} s  {}  (load {})",
            watch.passed().as_secs(),
            one.name(),
            proc::load()
        ));
        one.measure(&mut bench)
            .await
            .map_err(|error| format!("{}: {error}", one.name()))?;
        loads.insert(format!("after {}", one.name()), proc::load().into());
    }
    terminal::say(format!(
        "{}; load average now {}; {} s",
        proc::machine(),
        proc::load(),
        watch.passed().as_secs()
    ));
    terminal::say(bench.report.print());
    let mut about = Map::new();
    about.insert("short".to_owned(), args.short.into());
    about.insert(
        "database".to_owned(),
        if args.postgres.is_some() {
            "postgres"
        } else {
            "sqlite"
        }
        .into(),
    );
    about.insert("load".to_owned(), Value::Object(loads));
    bench.report.write(&args.result, about)?;
    terminal::say(format!("also in {}", args.result.display()));
    Ok(ExitCode::SUCCESS)
}

/// The demo's data as a first start makes them; for PostgreSQL carried over into a migrated database.
pub(crate) async fn lay(program: PathBuf, folder: PathBuf, cluster: Option<&str>) -> Result<House> {
    let mut house = House {
        program,
        folder,
        database: None,
    };
    house.open().await?.close().await?;
    if let Some(cluster) = cluster {
        let database = data::make(cluster).await?;
        let migrated = tokio::process::Command::new(&house.program)
            .args(["migrate", "--database", &database])
            .kill_on_drop(true)
            .output()
            .await?;
        if !migrated.status.success() {
            return Err(String::from_utf8_lossy(&migrated.stderr)
                .into_owned()
                .into());
        }
        data::carry(
            &format!("sqlite:{}", house.folder.join("zhaoshang.db").display()),
            &database,
        )
        .await?;
        house.database = Some(database);
    }
    Ok(house)
}
