//! Logs go to standard error: readable, or a JSON object a line.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

use crate::config::Log;

/// Begins logging. The filter was checked when the configuration was read.
pub fn begin(log: &Log) {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(&log.filter))
        .with_writer(stderr);
    // A second subscriber, in tests, leaves the first in place.
    let _ = if log.json {
        lines.json().try_init()
    } else {
        lines.with_ansi(stderr().is_terminal()).try_init()
    };
}
