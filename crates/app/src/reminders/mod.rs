//! 提醒: decided in the house, kept in the same transaction, delivered by whichever replica comes to it.
//!
//! [`owed`] says who owes what; [`plan`] makes reminders and the messages that carry them; [`deliver`] sends those; the
//! rest is what people see and set. Delivery is at least once on the wire; a message that goes out again after a crash
//! bears the Message-ID it was given when it was made, so that its recipient has it once.

mod deliver;
mod dingtalk;
mod feed;
mod overview;
mod owed;
mod personal;
mod plan;
mod senders;
mod words;

pub use deliver::Delivered;
pub use feed::Feed;
pub use overview::{Coming, Overview};
pub use personal::{InboxView, MyReminders};
pub use senders::{MailView, RobotView, RulesView, SaveMail, SaveRobot};
pub use store::reminders::{Channel, Contact, Message, MessageState, Reminder};
