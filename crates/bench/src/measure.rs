//! A command's own time and peak memory: it is the only child of a process of its own, `bench measure`.

use std::{
    path::Path,
    process::{Command, ExitCode, Stdio},
    time::Duration,
};

use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};

use crate::{clock::Stopwatch, failure::Result, numbers::micros};

/// What a command cost and said.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Spent {
    /// From its start to its end.
    pub micros: u64,
    /// Its processor time.
    pub processor_micros: u64,
    /// The most memory that was resident at any moment, as the kernel counted it.
    pub peak_kib: u64,
    /// Whether it ended well.
    pub success: bool,
    /// What it wrote.
    pub output: String,
}

/// `bench measure COMMAND…`: runs it and prints what it cost as JSON. The kernel keeps the peak of ended children, of
/// all together the largest: therefore one child in a small process of its own.
///
/// # Errors
/// The command cannot be started.
pub fn run(command: &[String]) -> Result<ExitCode> {
    let (program, arguments) = command.split_first().ok_or("which command?")?;
    let watch = Stopwatch::start();
    let output = Command::new(program)
        .args(arguments)
        .env_clear()
        .stdin(Stdio::null())
        .output()?;
    let time = watch.passed();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let processor = [usage.user_time(), usage.system_time()];
    let processor = processor
        .map(|time| time.tv_sec() * 1_000_000 + time.tv_usec())
        .iter()
        .sum::<i64>();
    let spent = Spent {
        micros: micros(time),
        processor_micros: processor.try_into()?,
        peak_kib: usage.max_rss().try_into()?,
        success: output.status.success(),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
    };
    crate::terminal::say(serde_json::to_string(&spent)?);
    Ok(ExitCode::SUCCESS)
}

impl Spent {
    /// From start to end.
    pub fn time(&self) -> Duration {
        Duration::from_micros(self.micros)
    }
}

/// Measures a command.
///
/// # Errors
/// It cannot be started.
pub async fn command(program: &Path, arguments: &[&str]) -> Result<Spent> {
    let output = tokio::process::Command::new(std::env::current_exe()?)
        .arg("measure")
        .arg(program)
        .args(arguments)
        .kill_on_drop(true)
        .output()
        .await?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
