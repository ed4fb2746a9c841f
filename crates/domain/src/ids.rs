//! Identities. Numbers given by the database; a type each, so that they cannot be mixed up.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

id! {
    /// A unit: authority, enterprise, subsidiary or department.
    UnitId;
    /// A person with an account.
    PersonId;
    /// One dated row of an annual target.
    TargetId;
    /// One cumulative statement.
    StatementId;
    /// One confirmed import of a form.
    ImportId;
    /// A stored file.
    FileId;
    /// An entry of funds in place.
    EntryId;
    /// A published table, or one on its way there.
    PublicationId;
    /// One person acting for another.
    SubstitutionId;
    /// Duties handed over.
    HandOverId;
    /// A project of the library.
    ProjectId;
    /// One saved state of a project.
    RevisionId;
    /// A period of a return kind.
    PeriodId;
    /// An enterprise's return for a period.
    ReturnId;
    /// One handed-in edition of a return.
    EditionId;
    /// One adjustment, frozen in an edition.
    AdjustmentId;
    /// A named list of projects.
    ListId;
    /// A name the authority keeps in a directory of enterprises.
    RecordId;
    /// A visit or promotion.
    VisitId;
    /// What is to follow a visit.
    FollowUpId;
    /// A decision on who had the first talk (首谈认定).
    FirstTalkId;
    /// One project taken into another.
    MergeId;
    /// One reminder of one person.
    ReminderId;
    /// One message that leaves the house.
    MessageId;
    /// A saved filter of the library.
    FilterId;
    /// An event or a leaders' visit at which projects are signed.
    EventId;
    /// One mail that came in.
    MailId;
}
