//! The stopwatch: the one place of this tool where time comes from the air.

use std::time::{Duration, Instant};

/// A moment to measure from.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(
        clippy::disallowed_methods,
        reason = "measuring time is what this tool is for; nothing decides by it"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// What has passed since the start.
    pub fn passed(self) -> Duration {
        self.0.elapsed()
    }
}
