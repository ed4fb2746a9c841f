//! What a table would change, row by row and cell by cell.

use documents::csv_table::CsvRow;
use domain::person::Invalid;
use serde::Serialize;
use store::table_drafts::TableDraft;

use crate::{secrets, tables::TableKind};

/// What a row would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum RowState {
    /// 新增.
    New,
    /// 修改.
    Changed,
    /// 删去: stored, but not in the file. For calendars only, which are loaded a whole year at a time.
    Removed,
    /// 不变.
    Same,
    /// 有误.
    Wrong,
}

impl RowState {
    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::New => "新增",
            Self::Changed => "修改",
            Self::Removed => "删去",
            Self::Same => "不变",
            Self::Wrong => "有误",
        }
    }
}

/// A cell of the file beside what is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PreviewCell {
    /// What the file says.
    pub text: String,
    /// What is stored, where that differs.
    pub before: Option<String>,
    /// Why it cannot be taken.
    pub why: Option<String>,
}

/// A row of the file beside what is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreviewRow {
    /// Its line in the file; none for what the file leaves out.
    pub line: Option<u32>,
    /// What it would do.
    pub state: RowState,
    /// Its cells, in the order of the columns.
    pub cells: Vec<PreviewCell>,
}

impl PreviewRow {
    /// A row as the file has it, with what is stored of it (none: it is new) and its refusals by column.
    pub(super) fn compared(
        row: &CsvRow,
        stored: Option<Vec<String>>,
        written: Vec<String>,
        refusals: &[(usize, String)],
    ) -> Self {
        let cells: Vec<PreviewCell> = written
            .into_iter()
            .enumerate()
            .map(|(column, text)| {
                let why = refusals
                    .iter()
                    .filter(|(at, _)| *at == column)
                    .map(|(_, why)| why.as_str())
                    .collect::<Vec<_>>()
                    .join("；");
                let before = stored
                    .as_ref()
                    .and_then(|stored| stored.get(column))
                    .filter(|before| **before != text)
                    .cloned();
                PreviewCell {
                    text,
                    before,
                    why: Some(why).filter(|why| !why.is_empty()),
                }
            })
            .collect();
        let state = match () {
            () if !refusals.is_empty() => RowState::Wrong,
            () if stored.is_none() => RowState::New,
            () if cells.iter().any(|cell| cell.before.is_some()) => RowState::Changed,
            () => RowState::Same,
        };
        Self {
            line: Some(row.line),
            state,
            cells,
        }
    }
}

/// A table before it is confirmed.
#[derive(Debug, Clone)]
pub struct TablePreview {
    /// The draft's key.
    pub key: String,
    /// Under which name it came.
    pub file_name: String,
    /// The columns, for users.
    pub columns: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<PreviewRow>,
    /// What else to look at.
    pub notes: Vec<String>,
    /// Names exactly this comparison: confirming another one is refused.
    pub fingerprint: String,
}

impl TablePreview {
    pub(super) fn of(
        kind: TableKind,
        draft: &TableDraft,
        rows: Vec<PreviewRow>,
        notes: Vec<String>,
    ) -> Self {
        let shown = serde_json::to_vec(&rows).unwrap_or_default();
        Self {
            key: draft.key.clone(),
            file_name: draft.file_name.clone(),
            columns: kind.labels(),
            fingerprint: secrets::sm3_hex(&shown),
            rows,
            notes,
        }
    }

    /// Rows of a state.
    pub fn count(&self, state: RowState) -> usize {
        self.rows.iter().filter(|row| row.state == state).count()
    }

    /// Every refusal: place and reason, in words.
    pub fn refusals(&self) -> Vec<String> {
        let mut refusals = Vec::new();
        for row in &self.rows {
            for (cell, column) in row.cells.iter().zip(&self.columns) {
                if let (Some(why), Some(line)) = (&cell.why, row.line) {
                    refusals.push(format!("第{line}行“{column}”：{why}"));
                }
            }
        }
        refusals
    }

    /// Whether it can be confirmed as it is.
    ///
    /// # Errors
    /// [`Invalid`] at `table`: rows are wrong, or nothing would change.
    pub fn may_confirm(&self) -> Result<(), Invalid> {
        let wrong = self.count(RowState::Wrong);
        if wrong > 0 {
            return Err(Invalid::of(
                "table",
                format!("有{wrong}行有误，没有保存任何内容；请在文件里改正后重新上传"),
            ));
        }
        if self.count(RowState::Same) == self.rows.len() {
            return Err(Invalid::of(
                "table",
                "文件与现有数据完全相同，没有需要保存的改动",
            ));
        }
        Ok(())
    }
}
