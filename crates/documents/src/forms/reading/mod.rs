//! What a reading answers: the contract of `zhaoshang forms read` and of the preview page.

mod projects;
mod wire;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits;
pub use crate::value::date::PartialDate;
pub use projects::{Annex2Row, Annex3Row, Category};
pub use wire::Rows;

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

    /// `附件2`.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Annex1 => "附件1",
            Self::Annex2 => "附件2",
            Self::Annex3 => "附件3",
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
    /// Where several forms were read: which of [`Reading::tables`] it is about, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<u32>,
}

/// The warnings that are told one by one, and one about the rest.
pub(crate) fn limited(mut warnings: Vec<Warning>) -> Vec<Warning> {
    if warnings.len() > limits::WARNINGS {
        let more = warnings.len() - limits::WARNINGS;
        warnings.truncate(limits::WARNINGS);
        let why = format!("疑问过多，另有{more}处没有逐条列出，请核对整张表");
        warnings.insert(0, Warning::new(RowRef::File, None, why));
    }
    warnings
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
    /// Where each of these texts stands: `第1个表第3行第4列`, `Sheet1!D4`. Of 附件2 and 附件3 only.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub places: BTreeMap<String, String>,
    /// Raw texts of columns that are no field of the form, by their header.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, String>,
}

/// What the lines around 附件2 or 附件3 say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 报送单位; null where it is not written.
    pub unit: Option<String>,
    /// 填报时间; null where it is not written in full.
    pub reported_on: Option<PartialDate>,
    /// 本期无调整, 无: a return that says that there is nothing.
    pub zero_report: bool,
    /// The words in which it says so, with the reason where one is given; for the preview only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero_words: Option<String>,
}

impl Heading {
    /// What several tables agree on; 附件1 has no line for who reports, and is not asked.
    fn shared(tables: &[Table]) -> Self {
        let mut signed = tables.iter().filter(|table| table.form != Form::Annex1);
        let Some(first) = signed.next().map(|table| table.heading.clone()) else {
            return Self::default();
        };
        let rest: Vec<&Table> = signed.collect();
        let same = |agree: fn(&Self, &Self) -> bool| {
            rest.iter().all(|table| agree(&table.heading, &first))
        };
        let (same_unit, same_day) = (
            same(|one, other| one.unit == other.unit),
            same(|one, other| one.reported_on == other.reported_on),
        );
        let zero_report = tables.iter().all(|table| table.heading.zero_report);
        Self {
            unit: first.unit.filter(|_| same_unit),
            reported_on: first.reported_on.filter(|_| same_day),
            zero_report,
            zero_words: first.zero_words,
        }
    }
}

/// One form that was read: 附件2 or 附件3, or 附件1 beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Which form it is.
    pub form: Form,
    /// Unit, date, zero return.
    #[serde(flatten)]
    pub heading: Heading,
    /// As [`Reading::unit_of_money`].
    pub unit_of_money: Option<String>,
    /// The stated total of 附件1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Annex1Total>,
    /// The rows, without sums.
    pub rows: Rows,
    /// Where each row comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Vec<SourceRow>>,
}

/// What was understood of a file.
///
/// In JSON the rows of one form stand in `rows`, whichever form it is, with `unit`, `reported_on` and `zero_report`
/// beside them for 附件2 and 附件3; several forms stand in `tables`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "wire::Wire", into = "wire::Wire")]
pub struct Reading {
    /// How it went.
    pub outcome: Outcome,
    /// The form found, also when it is not the one asked for; none where several different ones were read.
    pub form: Option<Form>,
    /// Why nothing was read.
    pub error: Option<ErrorKind>,
    /// One plain Chinese sentence: what was read, or what to do.
    pub message: String,
    /// The title above the table.
    pub title: Option<String>,
    /// The year in the title.
    pub year: Option<i32>,
    /// The day the cumulative amounts run to, from title or header; none when not stated.
    pub as_at: Option<NaiveDate>,
    /// `万元`, `元`, `亿元` as the file states it; amounts are given in 万元 whatever it says. Null when not stated.
    pub unit_of_money: Option<String>,
    /// The rows of 附件1, where it is the only form read; without the total.
    pub rows: Vec<Annex1Row>,
    /// The stated total.
    pub total: Option<Annex1Total>,
    /// 附件2, 附件3, or several forms.
    pub tables: Vec<Table>,
    /// What is doubtful.
    pub warnings: Vec<Warning>,
    /// Where each row comes from.
    pub source: Option<Vec<SourceRow>>,
    /// Other forms of the file that are filled in and were not asked for.
    pub also: Vec<Form>,
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
            also: Vec::new(),
            tables: self
                .tables
                .into_iter()
                .map(|table| Table {
                    source: None,
                    heading: Heading {
                        zero_words: None,
                        ..table.heading
                    },
                    ..table
                })
                .collect(),
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
            tables: Vec::new(),
            warnings: Vec::new(),
            source: None,
            also: Vec::new(),
        }
    }

    /// A reading of these forms; how it went follows from their warnings.
    pub(crate) fn of_tables(tables: Vec<Table>, warnings: Vec<Warning>, message: String) -> Self {
        let outcome = if warnings.is_empty() {
            Outcome::Ok
        } else {
            Outcome::OkWithWarnings
        };
        let first = tables.first().map(|table| table.form);
        let form = first.filter(|form| tables.iter().all(|table| table.form == *form));
        let mut stated = tables
            .iter()
            .filter_map(|table| table.unit_of_money.as_ref());
        let unit_of_money = stated
            .next()
            .filter(|unit| stated.all(|other| other == *unit))
            .cloned();
        Self {
            form,
            unit_of_money,
            tables,
            warnings,
            ..Self::nothing(outcome, None, message)
        }
    }

    /// What was read of 附件2.
    pub fn annex2(&self) -> impl Iterator<Item = (&Table, &[Annex2Row])> {
        self.tables.iter().filter_map(|table| match &table.rows {
            Rows::Annex2(rows) => Some((table, rows.as_slice())),
            _ => None,
        })
    }

    /// What was read of 附件3.
    pub fn annex3(&self) -> impl Iterator<Item = (&Table, &[Annex3Row])> {
        self.tables.iter().filter_map(|table| match &table.rows {
            Rows::Annex3(rows) => Some((table, rows.as_slice())),
            _ => None,
        })
    }
}

impl Warning {
    /// A doubt about a row or the whole file.
    pub(crate) fn new(row: RowRef, field: Option<&str>, why: String) -> Self {
        Self {
            row,
            field: field.map(str::to_owned),
            why,
            table: None,
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
            table: None,
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
            "unit",
            "reported_on",
            "zero_report",
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
