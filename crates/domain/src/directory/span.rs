//! When a name was borne, as far as it is known.
//!
//! Where the source gives no last day for a former name the two names overlap (“accept both names around then”): the change
//! is taken to lie between 2017-11-01 and 2018-06-30, the corporatisation of the groups 【推定】, unless the dates of the
//! name itself or of its successor say otherwise. A second undated change may have come at any time up to the newest list.

use chrono::NaiveDate;

use super::Directory;
use crate::partial_date::PartialDate;

/// The groups became companies in these days.
const RENAMED: (Option<NaiveDate>, Option<NaiveDate>) = (
    NaiveDate::from_ymd_opt(2017, 11, 1),
    NaiveDate::from_ymd_opt(2018, 6, 30),
);
/// The day of the newest list: names not in it were former by then.
const NEWEST_LIST: Option<NaiveDate> = NaiveDate::from_ymd_opt(2025, 7, 29);

/// Whether a name is borne on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InUse {
    /// It is.
    Now,
    /// Perhaps: the day of the change is not established.
    Unsure,
    /// No more.
    Former,
    /// Not yet: another firm may have borne it.
    NotYet,
}

impl InUse {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Now => "current",
            Self::Unsure => "unsure",
            Self::Former => "former",
            Self::NotYet => "not_yet",
        }
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Now => "在用",
            Self::Unsure => "更名前后",
            Self::Former => "曾用名",
            Self::NotYet => "尚未启用",
        }
    }
}

/// The first and the last day of a name, each between two days; none at all where there is no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Earliest and latest first day.
    pub first: (Option<NaiveDate>, Option<NaiveDate>),
    /// Earliest and latest last day; none for a name that is still borne.
    pub last: Option<(Option<NaiveDate>, Option<NaiveDate>)>,
}

impl Span {
    /// Whether the name is borne on `day`.
    pub fn on(self, day: NaiveDate) -> InUse {
        if self.first.0.is_some_and(|first| day < first) {
            return InUse::NotYet;
        }
        let begun = self.first.1.is_none_or(|first| day >= first);
        match self.last {
            None if begun => InUse::Now,
            None => InUse::Unsure,
            Some((_, Some(latest))) if day > latest => InUse::Former,
            Some((Some(earliest), _)) if begun && day <= earliest => InUse::Now,
            Some(_) => InUse::Unsure,
        }
    }
}

fn days(date: PartialDate) -> (Option<NaiveDate>, Option<NaiveDate>) {
    (Some(date.earliest()), Some(date.latest()))
}

impl Directory {
    /// When the name at a place was borne.
    pub(super) fn span(&self, at: usize) -> Span {
        Span {
            first: self.first(at),
            last: self.last(at),
        }
    }

    /// Whether the name at a place is borne on `on`; without a day, whether it is borne now.
    pub(super) fn in_use(&self, at: usize, on: Option<NaiveDate>) -> InUse {
        match on {
            Some(on) => self.span(at).on(on),
            None if self.ends(at) => InUse::Former,
            None => InUse::Now,
        }
    }

    fn ends(&self, at: usize) -> bool {
        self.records[at].successor.is_some() || self.records[at].valid_to.is_some()
    }

    /// Whether the name took over from one whose last day is not established.
    fn begins_undated(&self, at: usize) -> bool {
        self.records[at].valid_from.is_none()
            && self.predecessors[at]
                .iter()
                .any(|before| self.records[*before].valid_to.is_none())
    }

    fn first(&self, at: usize) -> (Option<NaiveDate>, Option<NaiveDate>) {
        if let Some(from) = self.records[at].valid_from {
            return days(from);
        }
        if !self.begins_undated(at) {
            // Borne for as long as the source goes back.
            return (None, None);
        }
        let undated = self.predecessors[at]
            .iter()
            .filter(|before| self.records[**before].valid_to.is_none());
        let ends = undated.map(|before| self.undated_end(*before));
        ends.reduce(|a, b| {
            let earliest = a.0.zip(b.0).map(|(a, b)| a.min(b));
            let latest = a.1.zip(b.1).map(|(a, b)| a.max(b));
            (earliest, latest)
        })
        .unwrap_or((None, None))
    }

    fn last(&self, at: usize) -> Option<(Option<NaiveDate>, Option<NaiveDate>)> {
        if let Some(to) = self.records[at].valid_to {
            return Some(days(to));
        }
        self.records[at].successor.as_ref()?;
        Some(self.undated_end(at))
    }

    /// The last day of a name that has a successor and no date of its own.
    fn undated_end(&self, at: usize) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let successor = self.successors[at].map(|next| &self.records[next]);
        if let Some(from) = successor.and_then(|next| next.valid_from) {
            return days(from);
        }
        let (mut earliest, mut latest) = RENAMED;
        if self.begins_undated(at) {
            latest = NEWEST_LIST;
        }
        if let Some(from) = self.records[at].valid_from {
            earliest = earliest.max(Some(from.earliest()));
            latest = latest.max(earliest);
        }
        if let Some(to) = successor.and_then(|next| next.valid_to) {
            latest = latest.min(Some(to.latest()));
            if latest < earliest {
                earliest = None;
            }
        }
        (earliest, latest)
    }
}
