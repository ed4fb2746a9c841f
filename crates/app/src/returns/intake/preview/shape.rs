//! What a preview is made of: rows, their cells, and what confirming them writes.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    Instant, ProjectId, UnitId, adjustment::AdjustmentKind, annex2::TypedRow,
    annex3::ProgressTexts, period::ReturnKind, person::Invalid, project::ProjectFields,
};
use serde::Serialize;

use super::super::{
    answers::{IntakeAnswers, RowAnswer},
    library::Library,
};

/// A draft as its owner sees it.
#[derive(Debug, Clone, Serialize)]
pub struct IntakePreview {
    /// The draft's key.
    pub key: String,
    /// Counts saves of the answers.
    pub version: i64,
    /// When it was laid beside the library, and beside which version of the return: a confirmation brings it back.
    pub basis: String,
    /// For a return of which kind.
    pub kind: ReturnKind,
    /// The period's cut-off.
    pub cut_off: NaiveDate,
    /// The period in words.
    pub label: String,
    /// The enterprise.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// From which day on what is confirmed holds.
    pub effective_on: NaiveDate,
    /// The file.
    pub file_name: String,
    /// What the reader says in one sentence.
    pub message: String,
    /// 报送单位 as the file writes it, table by table.
    pub written_units: Vec<Option<String>>,
    /// 填报时间 as the file writes it.
    pub reported_on: Option<String>,
    /// The unit of money the file states.
    pub unit_of_money: Option<String>,
    /// Whether the file says that there is nothing to report.
    pub zero: bool,
    /// Why, as it would be saved.
    pub zero_reason: String,
    /// The answers so far.
    pub answers: IntakeAnswers,
    /// The rows.
    pub rows: Vec<IntakeRow>,
    /// Projects of the library that no row is about: they stay as they are.
    pub unnamed: usize,
    /// Projects that can be chosen: number, code, name.
    pub projects: Vec<(ProjectId, String, String)>,
    /// Returns of other kinds whose forms the file holds too: they are not read here.
    pub also: Vec<ReturnKind>,
    /// Doubts about the file as a whole.
    pub file_doubts: Vec<String>,
    /// What must be answered before it can be confirmed, by field.
    pub open: Invalid,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// Something must be answered first.
    Asked,
    /// A project is added.
    Added,
    /// A project is changed.
    Changed,
    /// A project is suspended.
    Suspended,
    /// A project leaves.
    Left,
    /// Nothing of the library changes.
    Kept,
    /// Left out.
    Skipped,
}

impl RowState {
    /// Every state, in the order of the page.
    pub const ALL: [Self; 7] = [
        Self::Asked,
        Self::Added,
        Self::Changed,
        Self::Suspended,
        Self::Left,
        Self::Kept,
        Self::Skipped,
    ];

    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Suspended => "suspended",
            Self::Left => "left",
            Self::Kept => "kept",
            Self::Skipped => "skipped",
        }
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Asked => "待回答",
            Self::Added => "新增",
            Self::Changed => "变更",
            Self::Suspended => "暂缓",
            Self::Left => "出库",
            Self::Kept => "不变",
            Self::Skipped => "不导入",
        }
    }
}

/// How the project of a row was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// By its code.
    Code,
    /// By its name.
    Name,
    /// Chosen by the owner.
    Chosen,
}

impl How {
    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Code => "按项目编号对应",
            Self::Name => "按项目名称对应",
            Self::Chosen => "由您选定",
        }
    }
}

/// A project of the library as a row names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its number.
    pub id: ProjectId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Why it may be meant; empty where it is.
    pub why: String,
}

/// Which project a row is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// This one.
    Known {
        /// Which.
        project: Named,
        /// How it was found.
        how: How,
    },
    /// A new one.
    New,
    /// To be asked; the likeliest first, none where nothing is like it.
    Asked {
        /// Suggestions.
        likely: Vec<Named>,
    },
}

/// A cell against the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CellChange {
    /// Not compared.
    None,
    /// As it is in the library.
    Same,
    /// The file says nothing: the library keeps what it has.
    Silent,
    /// Another value.
    Differs {
        /// Whether it is taken.
        taken: bool,
        /// Whether that is what is proposed.
        proposed: bool,
    },
}

/// A cell: what stood there, what was understood, why it is doubted, what the library has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IntakeCell {
    /// The field's key.
    pub field: &'static str,
    /// Its words.
    pub label: &'static str,
    /// The text in the file.
    pub raw: String,
    /// Where it stands.
    pub place: String,
    /// What is taken: corrected or as read; 万元 where it is an amount.
    pub value: String,
    /// What was read.
    pub read: String,
    /// Whether the owner corrected it.
    pub corrected: bool,
    /// Why it is doubted.
    pub doubts: Vec<String>,
    /// What the library has; none without a project.
    pub before: Option<String>,
    /// Against the library.
    pub change: CellChange,
}

/// One row.
#[derive(Debug, Clone, Serialize)]
pub struct IntakeRow {
    /// From 1 over all tables of the file.
    pub number: usize,
    /// Where it stands in the file.
    pub place: String,
    /// The name as taken.
    pub name: String,
    /// What becomes of it.
    pub state: RowState,
    /// Which kind of adjustment it is taken for; none while it is asked.
    pub kind: Option<AdjustmentKind>,
    /// The kind that the wording names.
    pub worded: Option<AdjustmentKind>,
    /// Which project.
    pub target: Target,
    /// Its cells.
    pub cells: Vec<IntakeCell>,
    /// Columns that the form does not have: shown, never written.
    pub extra: BTreeMap<String, String>,
    /// Doubts about the row as a whole.
    pub doubts: Vec<String>,
    /// The answers to it.
    pub answer: RowAnswer,
    /// What must be answered about it first: field and sentence.
    pub open: Vec<(String, String)>,
}

impl IntakeRow {
    /// A cell.
    pub fn cell(&self, field: &str) -> Option<&IntakeCell> {
        self.cells.iter().find(|cell| cell.field == field)
    }

    /// How many doubts there are.
    pub fn doubt_count(&self) -> usize {
        self.cells
            .iter()
            .map(|cell| cell.doubts.len())
            .sum::<usize>()
            + self.doubts.len()
    }
}

/// What confirming writes of a row.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Planned {
    /// Into the library.
    pub plan: Plan,
    /// Into the return's draft.
    pub typed: Typed,
}

/// What confirming writes of a row into the return's draft.
#[derive(Debug, Clone, Default)]
pub(in super::super) enum Typed {
    /// It stays as it is.
    #[default]
    Nothing,
    Annex2(TypedRow),
    Annex3(Box<ProgressTexts>),
}

/// A preview with what confirming it writes.
pub(in super::super) struct Laid {
    pub preview: IntakePreview,
    pub library: Library,
    /// Row by row.
    pub planned: Vec<Planned>,
}

/// What confirming writes of a row into the library.
#[derive(Debug, Clone, Default)]
pub(in super::super) enum Plan {
    #[default]
    Nothing,
    Add {
        fields: Box<ProjectFields>,
        reason: String,
    },
    Change {
        project: ProjectId,
        fields: Box<ProjectFields>,
        reason: String,
    },
}

impl Laid {
    /// Rows that will be taken, with what they write.
    pub(in super::super) fn kept(&self) -> impl Iterator<Item = (&IntakeRow, &Planned)> {
        let rows = self.preview.rows.iter().zip(&self.planned);
        rows.filter(|(row, _)| !row.answer.skip)
    }
}

impl IntakePreview {
    /// Rows that will be taken.
    pub fn kept(&self) -> impl Iterator<Item = &IntakeRow> {
        self.rows.iter().filter(|row| !row.answer.skip)
    }

    /// Doubts of every kind.
    pub fn doubts(&self) -> usize {
        self.kept().map(IntakeRow::doubt_count).sum::<usize>() + self.file_doubts.len()
    }

    /// How many rows are in a state.
    pub fn count(&self, state: RowState) -> usize {
        self.rows.iter().filter(|row| row.state == state).count()
    }

    /// What is confirmed with this.
    pub fn seen(&self) -> IntakeSeen {
        IntakeSeen {
            version: self.version,
            basis: self.basis.clone(),
        }
    }
}

/// What a confirmation was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeSeen {
    /// Version of the answers.
    pub version: i64,
    /// Basis of the preview.
    pub basis: String,
}

impl IntakeSeen {
    /// When the preview was made.
    pub(in super::super) fn at(&self) -> Option<Instant> {
        let micros = self.basis.split('-').next()?.parse().ok()?;
        chrono::DateTime::from_timestamp_micros(micros)
    }

    /// The version of the return that was there.
    pub(in super::super) fn filing(&self) -> Option<i64> {
        self.basis.split_once('-')?.1.parse().ok()
    }
}
