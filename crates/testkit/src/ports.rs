//! Clock and randomness of tests.

use std::sync::{
    Mutex,
    atomic::{AtomicI64, Ordering},
};

use app::{Clock, Random};
use chrono::{DateTime, TimeDelta, Utc};
use rand::{RngExt, SeedableRng, rngs::StdRng};

/// A clock that ticks one microsecond at every look, so that no two records share an instant, and jumps when told.
pub struct TickingClock(AtomicI64);

impl TickingClock {
    /// A clock that shows this instant.
    ///
    /// # Panics
    /// When the text is not RFC 3339.
    pub fn at(text: &str) -> Self {
        Self(AtomicI64::new(parse(text)))
    }

    /// Jumps to an instant.
    ///
    /// # Panics
    /// When the text is not RFC 3339.
    pub fn set(&self, text: &str) {
        self.0.store(parse(text), Ordering::SeqCst);
    }

    /// Moves on.
    pub fn advance(&self, by: TimeDelta) {
        self.0
            .fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
    }
}

fn parse(text: &str) -> i64 {
    text.parse::<DateTime<Utc>>()
        .expect("an RFC 3339 instant")
        .timestamp_micros()
}

impl Clock for TickingClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.fetch_add(1, Ordering::SeqCst))
            .expect("a test instant")
    }
}

/// Randomness that is the same every run.
pub struct SeededRandom(Mutex<StdRng>);

impl SeededRandom {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.0
            .lock()
            .expect("no test panics while drawing")
            .fill(bytes);
    }
}
