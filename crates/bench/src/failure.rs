//! What can go wrong while measuring: a sentence is enough, a developer reads it.

/// A sentence.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
/// A result, or a sentence.
pub type Result<T, E = Failure> = std::result::Result<T, E>;
