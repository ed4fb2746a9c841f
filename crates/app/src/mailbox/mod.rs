//! Mail that comes in: taken from the authority's mailbox ([`take`]), each message once; read into drafts that await the
//! person's own confirmation; answered ([`words`]); what nobody can be matched to comes to the officer's tray ([`tray`]).
//!
//! Senders are easily forged. A mail alone hands nothing in and changes nothing of the library, and an answer goes to
//! the address on record only, saying nothing but what stood in the mail's own files.

mod account;
mod take;
mod tray;
mod words;

use async_trait::async_trait;
use chrono::{NaiveDate, TimeDelta};
use domain::mailbox::MailboxAccount;

use crate::sending::SendFailure;

pub use account::{MailboxView, SaveMailbox};
pub use store::mailbox::{MailFile, ReceivedMail};
pub use tray::{MailDetail, TRAY_PAGE, Tray};

/// How long a draft that came by mail waits for its owner.
pub(crate) const KEPT: TimeDelta = TimeDelta::days(30);

/// A message as the server has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its bytes; its header only when it is too large.
    pub bytes: Vec<u8>,
    /// Whether the rest was left there, being too large.
    pub too_large: bool,
}

/// Opens mailboxes.
#[async_trait]
pub trait Mailboxes: Send + Sync {
    /// Connects, signs in, selects the folder.
    ///
    /// # Errors
    /// No connection, no trust, no such folder.
    async fn open(
        &self,
        account: &MailboxAccount,
        password: &str,
    ) -> Result<Box<dyn OpenMailbox>, SendFailure>;
}

/// A mailbox that is open. Looking changes nothing in it.
#[async_trait]
pub trait OpenMailbox: Send {
    /// Numbers of messages count within this.
    fn uid_validity(&self) -> u32;

    /// The numbers after `uid` of messages that arrived on `since` or later, in order.
    ///
    /// # Errors
    /// The connection is gone.
    async fn after(&mut self, uid: u32, since: NaiveDate) -> Result<Vec<u32>, SendFailure>;

    /// A message; of one longer than `most` bytes the header. None: it is gone.
    ///
    /// # Errors
    /// The connection is gone.
    async fn fetch(&mut self, uid: u32, most: usize) -> Result<Option<Fetched>, SendFailure>;

    /// Marks a message as seen, for people who look into the same mailbox.
    ///
    /// # Errors
    /// The connection is gone.
    async fn seen(&mut self, uid: u32) -> Result<(), SendFailure>;

    /// Says goodbye.
    async fn close(self: Box<Self>);
}
