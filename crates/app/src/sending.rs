//! What carries messages out of the house. The use cases know these ports only; [`crate::reminders`] uses them.

use async_trait::async_trait;
use domain::{Instant, mail::MailServer};

/// Whether a failed try may be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// This message, later.
    Later,
    /// Everything for this server, later: it does not answer or does not let us in.
    Server,
    /// Never: it is refused for good.
    Never,
}

/// Why a message did not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendFailure {
    /// Whether it may be tried again.
    pub again: Again,
    /// In words for users.
    pub say: String,
    /// As the other side, or the system, said it. Holds no secrets.
    pub raw: String,
}

impl SendFailure {
    /// A failure.
    pub fn new(again: Again, say: impl Into<String>, raw: impl Into<String>) -> Self {
        // What a stranger's server says is kept short.
        let raw: String = raw.into();
        Self {
            again,
            say: say.into(),
            raw: raw.chars().filter(|c| !c.is_control()).take(300).collect(),
        }
    }
}

/// A mail, ready to be sent: text only, one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// To which address; checked by [`domain::mail::check_address`].
    pub to: String,
    /// To whom.
    pub to_name: String,
    /// Its Message-ID without angle brackets: the same at every try.
    pub message_id: String,
    /// When it was written.
    pub date: Instant,
    /// In a line.
    pub subject: String,
    /// In full.
    pub text: String,
    /// The conversation it answers: Message-IDs without angle brackets, the answered one last; empty: it answers none.
    pub answers: Vec<String>,
    /// Where the recipient sets how to be reminded.
    pub settings_url: Option<String>,
}

/// Sends mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one mail. `Ok` means that the server has taken it over.
    ///
    /// # Errors
    /// It has not, or may not have: a mail tried again is the same mail by its Message-ID.
    async fn send(
        &self,
        server: &MailServer,
        password: &str,
        mail: &Mail,
    ) -> Result<(), SendFailure>;
}

/// Posts to a webhook.
#[async_trait]
pub trait Webhook: Send + Sync {
    /// Posts JSON and gives the body of a 200 answer. Follows no redirect.
    ///
    /// # Errors
    /// No connection, no certificate, no 200.
    async fn post(&self, url: &str, json: String) -> Result<String, SendFailure>;
}

/// What lies outside.
pub struct Outside {
    /// Sends mail.
    pub mailer: std::sync::Arc<dyn Mailer>,
    /// Opens mailboxes.
    pub mailboxes: std::sync::Arc<dyn crate::mailbox::Mailboxes>,
    /// Posts to webhooks.
    pub webhook: std::sync::Arc<dyn Webhook>,
    /// The address users see, without a slash at its end.
    pub public_url: Option<String>,
    /// Hosts, with their port where it is not 443, to which a webhook may point.
    pub webhook_hosts: Vec<String>,
    /// A message claimed and not settled after so many seconds may be claimed by another replica.
    pub lease_seconds: i64,
}
