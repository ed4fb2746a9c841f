//! The program: configuration, wiring, command line, worker loop, the demo, and the child that reads strangers' files.
//!
//! Wall clock, randomness and environment come in here and nowhere else ([`system`], [`config`]); only [`cli`] prints.

mod bench_data;
mod child;
mod cli;
mod config;
mod demo;
mod doctor;
mod failure;
mod files;
mod imap;
mod key_file;
mod logging;
mod outbound;
mod server;
mod system;
mod wiring;
mod worker;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
