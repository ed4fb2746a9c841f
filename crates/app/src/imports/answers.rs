//! What the owner of a draft answered to what the reader asked.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use documents::forms::Reading;
use domain::{UnitId, person::Invalid};
use serde::{Deserialize, Serialize};

/// Longest text of a corrected cell.
const CELL_MOST: usize = 40;

/// The answers to one draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// The year; asked when the file does not say.
    pub year: Option<i32>,
    /// The as-at date; asked when the file does not say.
    pub as_at: Option<NaiveDate>,
    /// By row number, from 1.
    #[serde(default)]
    pub rows: BTreeMap<usize, RowAnswer>,
    /// Whether targets that differ from the stored ones are adjusted as the file says.
    #[serde(default)]
    pub adjust_targets: bool,
    /// Why, for those adjustments.
    #[serde(default)]
    pub adjust_reason: String,
    /// Whether the owner says to have looked at every doubt.
    #[serde(default)]
    pub checked: bool,
}

/// The answers to one row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowAnswer {
    /// Which enterprise the written name means.
    #[serde(default)]
    pub unit: Option<UnitId>,
    /// Leave this row out.
    #[serde(default)]
    pub skip: bool,
    /// 任务数 in 万元 as corrected; none: as read.
    #[serde(default)]
    pub target_wan: Option<String>,
    /// 完成数 in 万元 as corrected; none: as read.
    #[serde(default)]
    pub done_wan: Option<String>,
}

impl Answers {
    /// What the file itself answers.
    pub fn first(reading: &Reading) -> Self {
        Self {
            year: reading.year.or(reading.as_at.map(|day| day.year())),
            as_at: reading.as_at,
            ..Self::default()
        }
    }

    /// The answers in words, label first; for conflicts.
    pub(super) fn in_words(&self) -> Vec<(String, String)> {
        let corrected = |row: &RowAnswer| row.target_wan.is_some() || row.done_wan.is_some();
        let list = |test: &dyn Fn(&RowAnswer) -> bool| {
            let rows = self.rows.iter().filter(|(_, row)| test(row));
            let rows: Vec<String> = rows.map(|(number, _)| number.to_string()).collect();
            rows.join("、")
        };
        let text = |value: Option<String>| value.unwrap_or_default();
        vec![
            (
                "年度".to_owned(),
                text(self.year.map(|year| year.to_string())),
            ),
            (
                "截止日期".to_owned(),
                text(self.as_at.map(|day| day.to_string())),
            ),
            ("选了单位的行".to_owned(), list(&|row| row.unit.is_some())),
            ("改了数的行".to_owned(), list(&corrected)),
            ("不导入的行".to_owned(), list(&|row| row.skip)),
        ]
    }

    /// Checks the answers against the number of rows read.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(&self, rows: usize) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        for (number, row) in &self.rows {
            if *number == 0 || *number > rows {
                invalid.add("rows", format!("文件里没有第{number}行"));
            }
            for (field, text) in [("target_wan", &row.target_wan), ("done_wan", &row.done_wan)] {
                if text
                    .as_ref()
                    .is_some_and(|text| text.chars().count() > CELL_MOST)
                {
                    invalid.add(
                        &field_of(*number, field),
                        format!("请控制在{CELL_MOST}个字以内"),
                    );
                }
            }
        }
        if self.adjust_reason.chars().count() > 500 {
            invalid.add("adjust_reason", "理由请控制在500字以内");
        }
        invalid.into_result()
    }
}

/// The name under which a row's field is refused and its input stands on the page: `done_wan_3`.
pub fn field_of(row: usize, field: &str) -> String {
    format!("{field}_{row}")
}
