//! A command's own time and peak memory. GNU time waits for it: the kernel tells the peak only to whoever waits, and the
//! standard library does not pass it on.

use std::{path::Path, time::Duration};

use tokio::process::Command;

use crate::{clock::Stopwatch, failure::Result};

const TIME: &str = "/usr/bin/time";

/// What a command cost and said.
#[derive(Debug, Clone)]
pub struct Spent {
    /// From its start to its end.
    pub time: Duration,
    /// Its processor time, in hundredths of a second as GNU time tells it.
    pub processor: Duration,
    /// The most memory that was resident at any moment, as the kernel counted it.
    pub peak_kib: u64,
    /// What it wrote.
    pub output: String,
}

/// Measures a command; whether it ends well is told by what it wrote. `report` is a file for GNU time.
///
/// # Errors
/// It cannot be started.
pub async fn command(program: &Path, arguments: &[&str], report: &Path) -> Result<Spent> {
    let watch = Stopwatch::start();
    let output = Command::new(TIME)
        .args(["--quiet", "--format=%U %S %M", "--output"])
        .arg(report)
        .arg(program)
        .args(arguments)
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| format!("{TIME}: {error} (apt-get install time)"))?;
    let time = watch.passed();
    let told = std::fs::read_to_string(report)?;
    let (processor, peak_kib) =
        told_by_time(&told).ok_or_else(|| format!("{TIME} said {told:?}"))?;
    Ok(Spent {
        time,
        processor,
        peak_kib,
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
    })
}

/// `user system peak`, seconds with two decimals and KiB, on the last line.
fn told_by_time(text: &str) -> Option<(Duration, u64)> {
    let mut words = text.lines().last()?.split(' ');
    let mut time = || -> Option<Duration> {
        let (seconds, hundredths) = words.next()?.split_once('.')?;
        Some(
            Duration::from_secs(seconds.parse().ok()?)
                + Duration::from_millis(hundredths.parse::<u64>().ok()? * 10),
        )
    };
    let processor = time()? + time()?;
    Some((processor, words.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_time_tells_is_understood() {
        let told = "Command terminated by signal 9\n1.05 0.20 204800\n";
        assert_eq!(
            told_by_time(told),
            Some((Duration::from_millis(1250), 204_800))
        );
        assert_eq!(told_by_time(""), None);
        assert_eq!(told_by_time("0.1"), None);
    }
}
