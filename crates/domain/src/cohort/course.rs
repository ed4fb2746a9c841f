//! Dated facts at a cut-off, months among them.

use chrono::NaiveDate;

use crate::partial_date::PartialDate;

/// Whether a fact had happened by the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// It had.
    Yes,
    /// Only the month is known, and the cut-off lies within it.
    Unsure,
    /// It had not.
    No,
}

impl Happened {
    /// Whether a fact dated `on`, recorded on `recorded_on`, had happened by the end of `as_of`. A fact is recorded when
    /// it has happened: what was recorded by the cut-off is sure, though only its month is known.
    pub fn by(on: PartialDate, as_of: NaiveDate, recorded_on: NaiveDate) -> Self {
        if on.latest() <= as_of {
            Self::Yes
        } else if on.earliest() > as_of {
            Self::No
        } else if recorded_on <= as_of {
            Self::Yes
        } else {
            Self::Unsure
        }
    }

    /// As [`Happened::by`], for a fact that may not be there.
    pub fn by_if(on: Option<PartialDate>, as_of: NaiveDate, recorded_on: NaiveDate) -> Self {
        on.map_or(Self::No, |on| Self::by(on, as_of, recorded_on))
    }

    /// Whether it surely had.
    pub const fn surely(self) -> bool {
        matches!(self, Self::Yes)
    }
}

/// The dated facts of a project that a board asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    /// 备案.
    pub filed: Option<PartialDate>,
    /// 落地: the project's company registered 【推定】.
    pub landed: Option<PartialDate>,
    /// 开工.
    pub started: Option<PartialDate>,
    /// 投产.
    pub producing: Option<PartialDate>,
    /// 暂停.
    pub suspended: Option<PartialDate>,
    /// 终止.
    pub terminated: Option<PartialDate>,
    /// The day on which the state that says so was recorded.
    pub recorded_on: NaiveDate,
}
