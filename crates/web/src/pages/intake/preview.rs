//! The preview as the page shows it: what is open, how a cell is corrected, what is said beside it.

use app::{
    Conflict,
    returns::{
        Key,
        intake::{
            CellChange, Choice, IntakeCell, IntakePreview, IntakeRow, Named, RowState, Target,
        },
    },
};
use askama::Template;
use domain::{
    adjustment::AdjustmentKind,
    annex3::CooperationClass,
    period::ReturnKind,
    project::{SigningKind, SigningLevel},
};

use super::{LISTED, address};
use crate::layout::{Layout, Refusals};

/// Rows on one page of a preview.
const ROWS: usize = 40;

#[derive(Template)]
#[template(path = "intake_preview.html")]
pub(crate) struct IntakePreviewPage {
    pub layout: Layout,
    pub preview: IntakePreview,
    pub page: usize,
    /// Which rows are shown; empty for all.
    pub shown: String,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

impl IntakePreviewPage {
    /// Whether a row is among those asked for.
    fn fits(&self, row: &IntakeRow) -> bool {
        match self.shown.as_str() {
            "" => true,
            "doubt" => !row.answer.skip && row.doubt_count() > 0,
            word => row.state.word() == word,
        }
    }

    fn fitting(&self) -> Vec<&IntakeRow> {
        self.preview
            .rows
            .iter()
            .filter(|row| self.fits(row))
            .collect()
    }

    /// The rows of this page.
    pub fn rows(&self) -> Vec<&IntakeRow> {
        let fitting = self.fitting();
        let from = (self.page.saturating_sub(1)).saturating_mul(ROWS);
        fitting.into_iter().skip(from).take(ROWS).collect()
    }

    pub fn pages(&self) -> usize {
        self.fitting().len().div_ceil(ROWS).max(1)
    }

    /// Which rows can be asked for: word, label, how many; those that there are.
    pub fn choices(&self) -> Vec<(&'static str, &'static str, usize)> {
        let states = RowState::ALL
            .into_iter()
            .map(|state| (state.word(), state.label(), self.preview.count(state)));
        let doubted = self
            .preview
            .kept()
            .filter(|row| row.doubt_count() > 0)
            .count();
        [("", "全部", self.preview.rows.len())]
            .into_iter()
            .chain(states)
            .chain([("doubt", "有存疑", doubted)])
            .filter(|(word, _, count)| word.is_empty() || *count > 0)
            .collect()
    }

    pub fn state_look(&self, state: &RowState) -> &'static str {
        match state {
            RowState::Asked => "stop",
            RowState::Added | RowState::Changed => "info",
            RowState::Suspended | RowState::Left => "wait",
            RowState::Kept => "ok",
            RowState::Skipped => "none",
        }
    }

    /// What is open about a row's field.
    pub fn open<'a>(&'a self, row: &'a IntakeRow, field: &str) -> &'a str {
        let asked = row.open.iter().find(|(name, _)| name == field);
        match asked {
            Some((_, why)) => why,
            None if self.refusals.0.is_empty() => "",
            None => self.refusals.of(&format!("{field}_{}", row.number)),
        }
    }

    /// Why a field of the whole file is open or was refused.
    pub fn why(&self, field: &str) -> &str {
        let refused = self.refusals.of(field);
        if refused.is_empty() {
            self.preview.open.first(field).unwrap_or("")
        } else {
            refused
        }
    }

    /// Open questions with where they stand, the first ones.
    pub fn questions(&self) -> Vec<(String, &str)> {
        let here: Vec<String> = self
            .rows()
            .iter()
            .map(|row| format!("_{}", row.number))
            .collect();
        let place = |field: &str| {
            let of_row = field
                .rsplit_once('_')
                .is_some_and(|(_, number)| number.parse::<usize>().is_ok());
            if !of_row || here.iter().any(|row| field.ends_with(row.as_str())) {
                format!("#{field}")
            } else {
                format!("/returns/drafts/{}?show=asked", self.preview.key)
            }
        };
        let fields = self.preview.open.fields.iter().take(LISTED);
        fields
            .map(|(field, why)| (place(field), why.as_str()))
            .collect()
    }

    /// How a cell looks.
    pub fn look(&self, row: &IntakeRow, cell: &IntakeCell) -> &'static str {
        match () {
            () if !self.open(row, cell.field).is_empty() => "ask",
            () if !cell.doubts.is_empty() => "doubt",
            () => "ok",
        }
    }

    /// How a cell is corrected: `input`, `area`, `choice`, or not at all.
    pub fn editor(&self, row: &IntakeRow, cell: &IntakeCell) -> &'static str {
        let new = matches!(row.target, Target::New);
        let unclear =
            cell.corrected || !cell.doubts.is_empty() || !self.open(row, cell.field).is_empty();
        match cell.field {
            "investment_wan" | "contact_name" | "contact_phone" | "halt_on" => "input",
            "progress" | "problems" | "next_steps" | "contact" => "area",
            "category" | "signing_kind" | "signing_level" if new => "choice",
            "central_enterprise" | "signed_on" | "negotiating_on" | "company" | "registered_on"
                if new =>
            {
                "input"
            }
            "project_name" if unclear || !matches!(row.target, Target::Known { .. }) => "input",
            "reason" | "halt_reason" => "area",
            "remark" if unclear || !cell.value.is_empty() => "area",
            "basic_info" if unclear => "area",
            _ => "",
        }
    }

    /// What a cell can be chosen from.
    pub fn options(&self, cell: &IntakeCell) -> Vec<&'static str> {
        match cell.field {
            "category" => CooperationClass::ALL.map(CooperationClass::label).to_vec(),
            "signing_kind" => SigningKind::ALL.iter().map(|one| one.label()).collect(),
            "signing_level" => SigningLevel::ALL.iter().map(|one| one.label()).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether it is of 附件2: with kinds of adjustment and money.
    pub fn is_adjustments(&self) -> bool {
        self.preview.kind == ReturnKind::Annex2
    }

    /// What the file is laid beside.
    pub fn beside(&self) -> &'static str {
        if self.is_adjustments() {
            "项目库现有"
        } else {
            "报表和项目库现有"
        }
    }

    /// What of a cell is kept for showing: a doubt about a blank is shown too.
    pub fn is_shown(&self, row: &IntakeRow, cell: &IntakeCell) -> bool {
        !cell.raw.is_empty()
            || !cell.value.is_empty()
            || cell.before.as_ref().is_some_and(|text| !text.is_empty())
            || !cell.doubts.is_empty()
            || !self.open(row, cell.field).is_empty()
            || matches!(cell.field, "reason" | "progress")
            || matches!(row.target, Target::New) && cell.field == "signed_on"
    }

    /// Whether nothing is to be said of a cell beside its text.
    pub fn is_plain(&self, row: &IntakeRow, cell: &IntakeCell) -> bool {
        self.editor(row, cell).is_empty()
            && cell.value == cell.raw
            && !cell.corrected
            && cell.doubts.is_empty()
            && self.open(row, cell.field).is_empty()
    }

    pub fn differs(&self, cell: &IntakeCell) -> bool {
        matches!(cell.change, CellChange::Differs { .. }) && !cell.field.starts_with("halt")
    }

    pub fn taken(&self, cell: &IntakeCell) -> bool {
        matches!(cell.change, CellChange::Differs { taken: true, .. })
    }

    /// Against the library, in words.
    pub fn change_words(&self, cell: &IntakeCell) -> &'static str {
        match cell.change {
            CellChange::None | CellChange::Differs { .. } => "",
            CellChange::Same => "一致",
            CellChange::Silent => "文件未填，保持原值",
        }
    }

    /// Fields whose differences are decided on, blanks between.
    pub fn decided(&self, row: &IntakeRow) -> String {
        let fields = row.cells.iter().filter(|cell| self.differs(cell));
        fields.map(|cell| cell.field).collect::<Vec<_>>().join(" ")
    }

    pub fn likely<'a>(&self, row: &'a IntakeRow) -> &'a [Named] {
        match &row.target {
            Target::Asked { likely } => likely,
            _ => &[],
        }
    }

    pub fn chosen_new(&self, row: &IntakeRow) -> bool {
        row.answer.project == Some(Choice::NEW)
    }

    /// The project that was chosen by hand.
    pub fn chosen<'a>(&self, row: &'a IntakeRow) -> Option<&'a Named> {
        match (&row.answer.project, &row.target) {
            (Some(Choice::Project(_)), Target::Known { project, .. }) => Some(project),
            _ => None,
        }
    }

    pub fn kinds(&self) -> [AdjustmentKind; 5] {
        AdjustmentKind::ALL
    }

    pub fn is_kind(&self, row: &IntakeRow, kind: &AdjustmentKind) -> bool {
        row.answer.kind == Some(*kind)
    }

    /// What stands in the choice of the kind while nothing is chosen.
    pub fn as_worded(&self, row: &IntakeRow) -> String {
        match row.worded {
            Some(kind) => format!("按文件：{}", kind.label()),
            None => "文件没有写明".to_owned(),
        }
    }

    /// Whether rows' wording left their kind open.
    pub fn asks_kind(&self) -> bool {
        self.preview.answers.kind.is_some()
            || self
                .preview
                .open
                .fields
                .iter()
                .any(|(field, _)| field.starts_with("kind_"))
    }

    pub fn back(&self) -> String {
        address(Key {
            kind: self.preview.kind,
            cut_off: self.preview.cut_off,
            unit: self.preview.unit,
        })
    }

    pub fn written_unit(&self) -> String {
        let named: Vec<&str> = self
            .preview
            .written_units
            .iter()
            .flatten()
            .map(String::as_str)
            .collect();
        if named.is_empty() {
            "没有写明".to_owned()
        } else {
            named.join("、")
        }
    }

    /// `新增3项、变更1项`.
    pub fn summary(&self) -> String {
        let parts: Vec<String> = RowState::ALL
            .into_iter()
            .map(|state| (state, self.preview.count(state)))
            .filter(|(_, count)| *count > 0)
            .map(|(state, count)| format!("{}{count}项", state.label()))
            .collect();
        parts.join("、")
    }
}
