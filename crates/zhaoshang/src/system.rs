//! The only place where the wall clock and the system's randomness come in. Everything else is handed them.

use app::{Clock, Random};
use domain::Instant;
use rand::{TryRng, rngs::SysRng};

/// The wall clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that is handed down"
    )]
    fn now(&self) -> Instant {
        std::time::SystemTime::now().into()
    }
}

/// The operating system's generator.
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // A machine without randomness must not hand out secrets: there is nothing better to do than to stop.
        SysRng
            .try_fill_bytes(bytes)
            .expect("the operating system gives randomness");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn randomness_differs() {
        let mut twice = [[0; 32]; 2];
        for bytes in &mut twice {
            SystemRandom.fill(bytes);
        }
        assert_ne!(twice[0], twice[1]);
    }
}
