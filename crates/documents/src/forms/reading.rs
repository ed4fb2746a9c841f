//! What a reading answers: the contract of `zhaoshang forms read` and of the preview page.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One of the three annexes of the notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// 招商引资情况一览表: targets and cumulative completion per unit.
    Annex1,
    /// 招商引资项目调整情况表: adjustments to projects.
    Annex2,
    /// 与央企合作项目进展情况表: progress of projects with central SOEs.
    Annex3,
}

impl Form {
    /// What people call it: `附件1（招商引资情况一览表）`.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Annex1 => "附件1（招商引资情况一览表）",
            Self::Annex2 => "附件2（招商引资项目调整情况表）",
            Self::Annex3 => "附件3（与央企合作项目进展情况表）",
        }
    }
}

/// The text is not the name of a form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("没有“{0}”这种表，请写 annex1、annex2 或 annex3")]
pub struct ParseFormError(String);

impl FromStr for Form {
    type Err = ParseFormError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "annex1" => Ok(Self::Annex1),
            "annex2" => Ok(Self::Annex2),
            "annex3" => Ok(Self::Annex3),
            other => Err(ParseFormError(other.to_owned())),
        }
    }
}

/// How the reading went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Rows were read and nothing is doubtful.
    Ok,
    /// Rows were read; the warnings say what is doubtful.
    OkWithWarnings,
    /// Nothing was read; `error` and `message` say why.
    Rejected,
    /// Not a file that rows are read from: it can only be kept as an attachment.
    Attached,
}

/// Why a file was rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// 0 bytes.
    EmptyFile,
    /// Needs a password.
    Encrypted,
    /// Damaged, cut off, parts missing.
    BadDocument,
    /// Extension, first bytes and structure disagree.
    ContentMismatch,
    /// Over a limit of [`crate::limits`] once unpacked.
    TooLargeUnpacked,
    /// More parts than [`crate::limits::PARTS`].
    TooManyParts,
    /// Holds macros or other active content.
    MacroNotAllowed,
    /// Pulls content from outside, or defines XML entities.
    ExternalContent,
    /// Neither 附件1 nor 附件2 nor 附件3.
    FormNotRecognised,
    /// Another form than the one asked for.
    FormMismatch,
    /// The form is there and empty.
    NoRows,
    /// .doc, .xls, .wps, .et and other formats of earlier days.
    UnsupportedLegacy,
    /// Insertions or deletions that nobody has accepted yet.
    TrackedChanges,
    /// A file that rows are never read from (PDF, picture …), where rows were asked for.
    NotImportable,
}

/// One enterprise of 附件1. Amounts are exact decimal strings in 万元, rates in percent; null where not readable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex1Row {
    /// Name of the enterprise: NFC, trimmed, without line breaks. Empty only with a warning.
    pub unit: String,
    /// 任务数.
    pub target_wan: Option<String>,
    /// 累计完成数.
    pub done_wan: Option<String>,
    /// 完成率 as stated, at least two decimals, without the percent sign.
    pub rate_pct: Option<String>,
}

/// The stated 合计 row of 附件1.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex1Total {
    /// 任务数, 万元.
    pub target_wan: Option<String>,
    /// 累计完成数, 万元.
    pub done_wan: Option<String>,
    /// 完成率, percent.
    pub rate_pct: Option<String>,
}

/// The row that a warning or a source quotation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RowRef {
    /// The whole file (JSON `null`).
    File,
    /// The n-th row read, from 1, without the header (JSON number).
    Row(u32),
    /// The total row (JSON `"合计"`).
    Total,
}

/// Something doubtful, to be looked at by a person before anything is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Which row.
    pub row: RowRef,
    /// Which field, by its JSON key, or null for the row or file as a whole.
    pub field: Option<String>,
    /// What is doubtful, in plain Chinese.
    pub why: String,
}

/// Where a row comes from, for the preview page to quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRow {
    /// Which row of the answer.
    pub row: RowRef,
    /// `第1个表第3行`, `Sheet1!B4`, `第3行`.
    pub place: String,
    /// Raw texts by JSON key (`unit`, `target_wan` …).
    pub cells: BTreeMap<String, String>,
    /// Raw texts of columns that are no field of the form, by their header.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, String>,
}

/// What was understood of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// How it went.
    pub outcome: Outcome,
    /// The form found, also when it is not the one asked for.
    pub form: Option<Form>,
    /// Why nothing was read.
    pub error: Option<ErrorKind>,
    /// One plain Chinese sentence: what was read, or what to do.
    pub message: String,
    /// The title above the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The year in the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// The day the cumulative amounts run to, from title or header; none when not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_at: Option<NaiveDate>,
    /// `万元`, `元`, `亿元` as the file states it; amounts are given in 万元 whatever it says. Null when not stated.
    pub unit_of_money: Option<String>,
    /// The rows, without the total.
    pub rows: Vec<Annex1Row>,
    /// The stated total.
    pub total: Option<Annex1Total>,
    /// What is doubtful.
    pub warnings: Vec<Warning>,
    /// Where each row comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Vec<SourceRow>>,
}

impl Reading {
    /// The same reading without quotations, title and period, as the command line prints it: what is left are the
    /// keys of the contract of `forms read`.
    pub fn without_source(self) -> Self {
        Self {
            title: None,
            year: None,
            as_at: None,
            source: None,
            ..self
        }
    }

    /// A reading without rows.
    pub(crate) fn nothing(outcome: Outcome, error: Option<ErrorKind>, message: String) -> Self {
        Self {
            outcome,
            form: None,
            error,
            message,
            title: None,
            year: None,
            as_at: None,
            unit_of_money: None,
            rows: Vec::new(),
            total: None,
            warnings: Vec::new(),
            source: None,
        }
    }
}

/// The JSON name of [`RowRef::Total`].
const TOTAL: &str = "合计";

impl Serialize for RowRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::File => serializer.serialize_none(),
            Self::Row(number) => serializer.serialize_u32(*number),
            Self::Total => serializer.serialize_str(TOTAL),
        }
    }
}

impl<'de> Deserialize<'de> for RowRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RowRefVisitor)
    }
}

struct RowRefVisitor;

impl Visitor<'_> for RowRefVisitor {
    type Value = RowRef;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row number from 1, \"合计\" or null")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<RowRef, E> {
        u32::try_from(number).map(RowRef::Row).map_err(E::custom)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<RowRef, E> {
        if text == TOTAL {
            Ok(RowRef::Total)
        } else {
            Err(E::invalid_value(de::Unexpected::Str(text), &self))
        }
    }

    fn visit_unit<E: de::Error>(self) -> Result<RowRef, E> {
        Ok(RowRef::File)
    }

    fn visit_none<E: de::Error>(self) -> Result<RowRef, E> {
        Ok(RowRef::File)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_references_are_number_total_or_null() {
        let json = serde_json::to_string(&[RowRef::Row(3), RowRef::Total, RowRef::File]).unwrap();
        assert_eq!(json, r#"[3,"合计",null]"#);
        let back: Vec<RowRef> = serde_json::from_str(&json).unwrap();
        assert_eq!(back, [RowRef::Row(3), RowRef::Total, RowRef::File]);
        assert!(serde_json::from_str::<RowRef>("\"小计\"").is_err());
    }

    #[test]
    fn readings_survive_the_pipe_of_the_child_process() {
        let mut reading =
            Reading::nothing(Outcome::Rejected, Some(ErrorKind::EmptyFile), "空".into());
        reading.warnings.push(Warning {
            row: RowRef::Total,
            field: Some("done_wan".into()),
            why: "x".into(),
        });
        let json = serde_json::to_string(&reading).unwrap();
        assert!(
            json.contains(r#""error":"empty_file""#) && !json.contains("source"),
            "{json}"
        );
        assert_eq!(serde_json::from_str::<Reading>(&json).unwrap(), reading);
    }

    #[test]
    fn without_source_the_keys_are_those_of_the_contract() {
        let reading = Reading {
            title: Some("表".into()),
            year: Some(2017),
            as_at: NaiveDate::from_ymd_opt(2017, 10, 31),
            source: Some(Vec::new()),
            ..Reading::nothing(Outcome::Ok, None, "好".into())
        };
        let json = serde_json::to_value(reading.clone()).unwrap();
        assert_eq!(serde_json::from_value::<Reading>(json).unwrap(), reading);
        let json = serde_json::to_value(reading.without_source()).unwrap();
        let mut keys: Vec<&String> = json.as_object().unwrap().keys().collect();
        keys.sort();
        let mut expected = [
            "outcome",
            "form",
            "error",
            "message",
            "unit_of_money",
            "rows",
            "total",
            "warnings",
        ];
        expected.sort_unstable();
        assert_eq!(keys, expected);
    }

    #[test]
    fn forms_have_names() {
        assert_eq!("annex1".parse(), Ok(Form::Annex1));
        assert!("annex4".parse::<Form>().is_err());
        assert_eq!(serde_json::to_string(&Form::Annex2).unwrap(), "\"annex2\"");
    }
}
