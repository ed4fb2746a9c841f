//! What the owner of a draft answered: which project a row means, what is corrected, what is taken.

use std::collections::BTreeMap;

use domain::{ProjectId, adjustment::AdjustmentKind, names, person::Invalid};
use serde::{Deserialize, Serialize};

/// Longest text of a corrected cell: that of 基本情况.
const CELL_MOST: usize = 4000;

/// The answers to one draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IntakeAnswers {
    /// The owner says that it is the own enterprise's return although the file names another unit, or none.
    pub unit_confirmed: bool,
    /// The kind of rows whose wording names none.
    pub kind: Option<AdjustmentKind>,
    /// Why there is nothing to report, where the file says so.
    pub zero_reason: Option<String>,
    /// The owner says to have looked at every doubt.
    pub checked: bool,
    /// By row number, from 1 over all tables of the file.
    pub rows: BTreeMap<usize, RowAnswer>,
}

/// Which project a row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Choice {
    /// This one.
    Project(ProjectId),
    /// A new one.
    New(NewProject),
}

/// The word for a new project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewProject {
    /// `"new"`.
    New,
}

impl Choice {
    /// A new project.
    pub const NEW: Self = Self::New(NewProject::New);
}

/// The answers to one row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RowAnswer {
    /// Leave this row out.
    #[serde(skip_serializing_if = "is_false")]
    pub skip: bool,
    /// Which project it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<Choice>,
    /// Which kind of adjustment it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<AdjustmentKind>,
    /// Corrected cells, by field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub texts: BTreeMap<String, String>,
    /// Differences to be taken or left otherwise than proposed, by field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub take: BTreeMap<String, bool>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl IntakeAnswers {
    /// Checks the answers against the number of rows read.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(&self, rows: usize, fields: &[&str]) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        let too_long = |text: &String| text.chars().count() > CELL_MOST;
        if self.zero_reason.as_ref().is_some_and(too_long) {
            invalid.add("zero_reason", "零报告说明请控制在500字以内");
        }
        for (number, row) in &self.rows {
            if *number == 0 || *number > rows {
                invalid.add("rows", format!("文件里没有第{number}行"));
            }
            for field in row.texts.keys().chain(row.take.keys()) {
                if !fields.contains(&field.as_str()) {
                    invalid.add("rows", format!("没有“{field}”这一栏，请对照接口说明"));
                }
            }
            for (field, _) in row.texts.iter().filter(|(_, text)| too_long(text)) {
                invalid.add(
                    &field_of(*number, field),
                    format!("第{number}行：请控制在{CELL_MOST}字以内"),
                );
            }
        }
        invalid.into_result()
    }

    /// The answers in words, label first; for conflicts.
    pub(super) fn in_words(&self) -> Vec<(String, String)> {
        let list = |test: &dyn Fn(&RowAnswer) -> bool| {
            let rows = self.rows.iter().filter(|(_, row)| test(row));
            let rows: Vec<String> = rows.map(|(number, _)| number.to_string()).collect();
            rows.join("、")
        };
        vec![
            (
                "选了项目的行".to_owned(),
                list(&|row| row.project.is_some()),
            ),
            ("选了类别的行".to_owned(), list(&|row| row.kind.is_some())),
            (
                "改了内容的行".to_owned(),
                list(&|row| !row.texts.is_empty()),
            ),
            ("改了取舍的行".to_owned(), list(&|row| !row.take.is_empty())),
            ("不导入的行".to_owned(), list(&|row| row.skip)),
        ]
    }
}

impl RowAnswer {
    /// A cell as corrected.
    pub(super) fn text(&self, field: &str) -> Option<String> {
        self.texts.get(field).map(|text| names::tidy_text(text))
    }
}

/// The name under which a row's field is refused and stands on the page: `investment_wan_3`.
pub fn field_of(row: usize, field: &str) -> String {
    format!("{field}_{row}")
}
