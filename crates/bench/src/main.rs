//! The measuring tool, for developers only: starts the real release binary, asks it over HTTP as people do, looks at its
//! processor time and memory from outside, and compares with a bare handler over the same database.
//!
//! It depends on nothing of ours: what it measures is the program as it is shipped. Processes: this one (load and
//! report), the product, the bare handler (`bench bare`), and commands under GNU time.

mod bare;
mod bench;
mod client;
mod clock;
mod data;
mod failure;
mod files;
mod load;
mod measure;
mod numbers;
mod proc;
mod report;
mod run;
mod scenarios;
mod server;
mod terminal;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Result;

/// Measures zhaoshang.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measures and reports.
    Run(run::Args),
    /// Names the scenarios.
    List,
    /// The bare handler, in a process of its own.
    #[command(hide = true)]
    Bare(bare::Args),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        // One thread: the load generator must not take more of the machine than it needs.
        Command::Run(args) => wait_for(
            tokio::runtime::Builder::new_current_thread(),
            run::run(args),
        ),
        Command::Bare(args) => {
            wait_for(tokio::runtime::Builder::new_multi_thread(), bare::run(args))
        }
        Command::List => {
            scenarios::all()
                .iter()
                .for_each(|one| terminal::say(one.name()));
            Ok(ExitCode::SUCCESS)
        }
    };
    done.unwrap_or_else(|failure| {
        terminal::note(format!("bench: {failure}"));
        ExitCode::FAILURE
    })
}

fn wait_for(
    mut runtime: tokio::runtime::Builder,
    work: impl Future<Output = Result<ExitCode>>,
) -> Result<ExitCode> {
    runtime.enable_all().build()?.block_on(work)
}
