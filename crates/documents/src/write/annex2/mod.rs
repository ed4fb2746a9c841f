//! 附件2 as printed: 市属国有企业招商引资项目调整情况表, of one enterprise or collected (汇总) from several.
//!
//! What Word, Excel, PDF and csv have in common stands here: words, columns, what is a zero return, which rows belong
//! to one unit. The writers lay out.

mod lines;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::Money;

use super::{
    WriteError,
    pdf::{FontSet, wide_pdf},
    wide::{self, Wide},
    xlsx::wide_xlsx,
};
use lines::{COLLECTED, COLUMNS, zero_words};
pub(super) use lines::{Column, Line};

/// Makes the docx of 附件2: A4 landscape, header row repeated on every page, rows kept whole unless they are longer
/// than most of a page, units merged in a collected table, the content code at the foot.
///
/// # Errors
/// [`WriteError`] when packing fails, which no input causes.
pub fn annex2_docx(table: &Annex2Print) -> Result<Vec<u8>, WriteError> {
    wide::wide_docx(&table.wide())
}

/// Makes the workbook of 附件2: landscape, one page wide, header row on every page, amounts as exact numbers in 万元,
/// text that is only text, units merged in a collected table, the content code in the footer.
///
/// # Errors
/// [`WriteError::Xlsx`] when packing fails, or for more rows than a sheet has.
pub fn annex2_xlsx(table: &Annex2Print) -> Result<Vec<u8>, WriteError> {
    wide_xlsx(&table.wide())
}

/// Makes the PDF of 附件2: laid out like the docx, fonts embedded, text searchable, header row and content code on
/// every page.
///
/// # Errors
/// [`WriteError::Glyphs`] for characters that no font of the set has.
pub fn annex2_pdf(table: &Annex2Print, fonts: &FontSet) -> Result<Vec<u8>, WriteError> {
    wide_pdf(&table.wide(), fonts)
}

/// 附件2 with its values: the writers print them, exact and in the given order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Annex2Print {
    /// 报送单位. Empty in a collected table, which then has the column 单位 and merges it over the rows of a unit.
    pub unit: String,
    /// 填报时间; blank for the hand where not known.
    pub reported_on: Option<NaiveDate>,
    /// The content code, small at the foot of every page. Nothing when empty.
    pub code: String,
    /// Under the title in brackets: `截至2017年11月`. Nothing when empty.
    pub title_note: String,
    /// A zero return and its reason. Printed when there are no rows.
    pub zero_reason: Option<String>,
    /// The rows; in a collected table those of a unit stand together. [`Annex2PrintRow::zero`] is a unit's zero return.
    pub rows: Vec<Annex2PrintRow>,
    /// In a collected table: units that have not handed in.
    pub missing: Vec<String>,
}

/// One row. Line breaks in texts are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Annex2PrintRow {
    /// Name of the unit: printed in a collected table only.
    pub unit: String,
    /// 项目名称.
    pub project_name: String,
    /// 基本情况.
    pub basic_info: String,
    /// 投资额, printed exactly in 万元; blank where not known.
    pub investment: Option<Money>,
    /// 调整内容.
    pub adjustment: String,
    /// 调整理由.
    pub reason: String,
    /// 联系人及联系方式.
    pub contact: String,
    /// 备注.
    pub remark: String,
}

impl Annex2PrintRow {
    /// A unit's zero return in a collected table.
    pub fn zero(unit: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            unit: unit.into(),
            adjustment: NO_CHANGE.to_owned(),
            reason: reason.into(),
            ..Self::default()
        }
    }

    /// Whether this is a zero return: names no project and says 本期无调整.
    pub fn is_zero(&self) -> bool {
        self.project_name.is_empty()
            && self.basic_info.is_empty()
            && self.investment.is_none()
            && self.adjustment == NO_CHANGE
    }
}

/// Above the title.
pub(super) const LABEL: &str = "附件2";
/// The title, as the notice has it.
pub(super) const TITLE: &str = "市属国有企业招商引资项目调整情况表";
/// What a zero return says.
pub(super) const NO_CHANGE: &str = "本期无调整";
/// What a collected table says before anybody has handed in.
const NOBODY: &str = "尚无单位报送";
/// What an empty form has in its first column.
pub(super) const BLANK_NUMBERS: [&str; 7] = ["1", "2", "3", "4", "5", "6", "..."];

impl Annex2Print {
    /// Whether several units are in it.
    pub(super) const fn is_collected(&self) -> bool {
        self.unit.is_empty() && !self.is_form()
    }

    /// An empty form of no unit: for the hand.
    const fn is_form(&self) -> bool {
        self.rows.is_empty() && self.missing.is_empty()
    }

    /// Columns with their widths in millimetres.
    pub(super) const fn columns(&self) -> &'static [(Column, u32)] {
        if self.is_collected() {
            &COLLECTED
        } else {
            &COLUMNS
        }
    }

    /// The rows of the body.
    pub(super) fn lines(&self) -> Vec<Line<'_>> {
        if self.rows.is_empty() {
            return match &self.zero_reason {
                Some(reason) => vec![Line::Words(&self.unit, zero_words(reason))],
                None if self.is_collected() => vec![Line::Words("", NOBODY.to_owned())],
                None => BLANK_NUMBERS.into_iter().map(Line::Blank).collect(),
            };
        }
        let mut number = 0;
        let line = |row| {
            if Annex2PrintRow::is_zero(row) {
                return Line::Words(&row.unit, zero_words(&row.reason));
            }
            number += 1;
            Line::Project(number, row)
        };
        self.rows.iter().map(line).collect()
    }

    /// As it is laid out.
    fn wide(&self) -> Wide {
        let columns = self.columns();
        Wide {
            label: LABEL,
            title: self.title(),
            subtitle: wide::subtitle(&self.title_note),
            left: self.unit_words(),
            right: wide::date_words(self.is_collected(), self.reported_on),
            code: wide::code_words(&self.code),
            columns: columns
                .iter()
                .map(|(column, millimetres)| column.wide(*millimetres))
                .collect(),
            rows: self.lines().iter().map(|line| line.wide(columns)).collect(),
            notes: self.notes(),
        }
    }

    /// The title: a collected table says that it is one.
    pub(super) fn title(&self) -> String {
        let kind = if self.is_collected() {
            "（汇总）"
        } else {
            ""
        };
        format!("{TITLE}{kind}")
    }

    /// Above the table on the left, with room for the stamp after the unit's name.
    pub(super) fn unit_words(&self) -> String {
        if !self.is_collected() {
            return wide::stamp_words(&self.unit);
        }
        let handed_in = self.units(|_| true).len();
        let zero = self.units(Annex2PrintRow::is_zero).len();
        wide::count_words(handed_in, (NO_CHANGE, zero), self.missing.len())
    }

    /// Under the table: whose return says 本期无调整, who has not handed in.
    pub(super) fn notes(&self) -> Vec<String> {
        if !self.is_collected() {
            return Vec::new();
        }
        let missing: Vec<&str> = self.missing.iter().map(String::as_str).collect();
        let zero = wide::listed(
            &format!("{NO_CHANGE}的单位"),
            &self.units(Annex2PrintRow::is_zero),
        );
        zero.into_iter()
            .chain(wide::listed("未报送的单位", &missing))
            .collect()
    }

    /// Units with such a row, each once, in printed order.
    fn units(&self, wanted: fn(&Annex2PrintRow) -> bool) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        let names = self
            .rows
            .iter()
            .filter(|row| wanted(row))
            .map(|row| row.unit.as_str());
        names.filter(|name| seen.insert(*name)).collect()
    }
}
