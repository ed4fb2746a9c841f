//! The few kinds of failure a use case has. One place in `web` turns them into a page or a problem document.

use domain::person::Invalid;

/// Two people saved the same thing: what the second wanted and what is there now.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Conflict {
    /// What was to be saved, in words.
    pub what: String,
    /// (label, yours, theirs).
    pub values: Vec<(String, String, String)>,
    /// The version now there: a save made from it may follow.
    pub version: i64,
}

/// Why a use case did not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Input that cannot be taken, by field.
    #[error("invalid input: {0:?}")]
    Invalid(Invalid),
    /// It does not exist, or not for this person.
    #[error("not found")]
    NotFound,
    /// Somebody else was first.
    #[error("conflict over {}", .0.what)]
    Conflict(Box<Conflict>),
    /// More than is taken.
    #[error("too large")]
    TooLarge,
    /// The database or another service does not answer: try again later.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// The installation lacks something that its administrator has to bring.
    #[error("lacking: {why}")]
    Lacking {
        /// What the user is told.
        say: &'static str,
        /// What the log says.
        why: String,
    },
    /// A defect.
    #[error("internal: {0}")]
    Internal(String),
}

/// What every verb answers.
pub type Result<T> = std::result::Result<T, Error>;

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Unavailable(why) | store::Error::Unusable(why) => Self::Unavailable(why),
            store::Error::Stale | store::Error::Taken | store::Error::Database(_) => {
                Self::Internal(error.to_string())
            }
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(error.to_string())
    }
}
