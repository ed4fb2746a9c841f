//! What is true without a computer: units, people's roles, targets, money, rates, dates and the completion table.
//!
//! No async, SQL, HTTP, files or clock in here: time and randomness are parameters of the callers.
//! Sources of the rules are named at each item: `§1` is section 1 of the mission page, “notice” the
//! notice 温国资委〔2017〕138号.

pub mod adjustment;
pub mod annex2;
pub mod annex3;
pub mod audit;
pub mod cohort;
pub mod completion;
pub mod cooperation;
pub mod dates;
pub mod directory;
pub mod district;
pub mod duty;
pub mod entry;
pub mod event;
pub mod first_talk;
pub mod ids;
pub mod library;
pub mod mail;
pub mod mailbox;
pub mod matching;
pub mod merge;
pub mod money;
pub mod names;
pub mod partial_date;
pub mod period;
pub mod permission;
pub mod person;
pub mod plan;
pub mod project;
pub mod project_list;
pub mod projection;
pub mod publication;
pub mod rate;
pub mod reminder;
pub mod report;
pub mod returns;
pub mod saved_filter;
pub mod schedule;
pub mod setting;
pub mod statement;
pub mod target;
pub mod twins;
pub mod typed;
pub mod unit;
pub mod wording;
pub mod workday;

pub use dates::Instant;
pub use ids::{
    AdjustmentId, EditionId, EntryId, EventId, FileId, FilterId, FirstTalkId, FollowUpId,
    HandOverId, ImportId, ListId, MailId, MergeId, MessageId, PeriodId, PersonId, ProjectId,
    PublicationId, RecordId, ReminderId, ReturnId, RevisionId, StatementId, SubstitutionId,
    TargetId, UnitId, VisitId,
};
pub use money::Money;
pub use rate::{Pct, Rate};
