//! What is typed into a return, of every kind; all else in it is computed.

use serde::Serialize;

use crate::{
    ProjectId, annex2::Annex2Input, annex3::Annex3Input, period::ReturnKind, person::Invalid,
    report::ReportInput,
};

/// Rows that may have been typed into at most: more than any enterprise has projects.
pub const ROWS_MOST: usize = 20_000;

/// What is typed into a return. Stored as the JSON of its variant; the return's kind says which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Input {
    /// Reasons and remarks.
    Annex2(Annex2Input),
    /// Progress texts.
    Annex3(Annex3Input),
    /// The sections of a report.
    Report(ReportInput),
}

/// A typed cell: its label beside its row's name, and the text.
pub type TypedCell = (&'static str, String);

impl Input {
    /// Nothing typed yet.
    pub fn empty(kind: ReturnKind) -> Self {
        match kind {
            ReturnKind::Annex2 => Self::Annex2(Annex2Input::default()),
            ReturnKind::Annex3 => Self::Annex3(Annex3Input::default()),
            ReturnKind::Monthly | ReturnKind::YearlySummary | ReturnKind::NextYearPlan => {
                Self::Report(ReportInput::default())
            }
        }
    }

    /// Whether it can be what is typed into a return of this kind.
    pub fn fits(&self, kind: ReturnKind) -> bool {
        matches!(
            (self, Self::empty(kind)),
            (Self::Annex2(_), Self::Annex2(_))
                | (Self::Annex3(_), Self::Annex3(_))
                | (Self::Report(_), Self::Report(_))
        )
    }

    /// As it is stored: NFC, outer white space off.
    pub fn tidied(self) -> Self {
        match self {
            Self::Annex2(input) => Self::Annex2(input.tidied()),
            Self::Annex3(input) => Self::Annex3(input.tidied()),
            Self::Report(input) => Self::Report(input.tidied()),
        }
    }

    /// Checks what would be saved.
    ///
    /// # Errors
    /// [`Invalid`] by field: `rows.PROJECT.reason`, `sections.WORD`, `zero_reason`.
    pub fn check(&self, kind: ReturnKind) -> Result<(), Invalid> {
        match self {
            Self::Annex2(input) => input.check(),
            Self::Annex3(input) => input.check(),
            Self::Report(input) => input.check(kind),
        }
    }

    /// The projects whose rows were typed into.
    pub fn projects(&self) -> Vec<ProjectId> {
        match self {
            Self::Annex2(input) => input.rows.keys().copied().collect(),
            Self::Annex3(input) => input.rows.keys().copied().collect(),
            Self::Report(_) => Vec::new(),
        }
    }

    /// How many rows or sections were typed into.
    pub fn len(&self) -> usize {
        match self {
            Self::Annex2(input) => input.rows.len(),
            Self::Annex3(input) => input.rows.len(),
            Self::Report(input) => input.sections.len(),
        }
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Why there is nothing to report.
    pub fn zero_reason(&self) -> &str {
        match self {
            Self::Annex2(input) => &input.zero_reason,
            Self::Annex3(input) => &input.zero_reason,
            Self::Report(_) => "",
        }
    }

    /// Where there is something to tell, a reason for telling nothing would only wait to turn up again.
    pub fn without_zero_reason(mut self) -> Self {
        match &mut self {
            Self::Annex2(input) => input.zero_reason.clear(),
            Self::Annex3(input) => input.zero_reason.clear(),
            Self::Report(_) => {}
        }
        self
    }

    /// What is typed into the row of this key (see [`crate::returns::Content::rows`]), cell by cell.
    pub fn cells(&self, kind: ReturnKind, key: i64) -> Vec<TypedCell> {
        match self {
            Self::Annex2(input) => {
                let row = input.rows.get(&ProjectId(key)).cloned().unwrap_or_default();
                vec![("调整理由", row.reason), ("备注", row.remark)]
            }
            Self::Annex3(input) => {
                let row = input.rows.get(&ProjectId(key)).cloned().unwrap_or_default();
                row.labelled().into()
            }
            Self::Report(input) => vec![("", input.section(kind, key).to_owned())],
        }
    }
}

/// Checks the length and the characters of a typed text.
pub(crate) fn check_text(invalid: &mut Invalid, field: &str, label: &str, text: &str, most: usize) {
    if text.chars().count() > most {
        invalid.add(field, format!("{label}请控制在{most}字以内"));
    } else if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\t'))
    {
        invalid.add(field, format!("{label}里有看不见的控制字符，请删去后重填"));
    }
}
