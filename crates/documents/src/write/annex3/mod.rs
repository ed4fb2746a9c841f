//! 附件3 as printed: 市属国有企业与央企合作项目进展情况表, of one enterprise or collected (汇总) from several. Class by class,
//! the class merged over its rows, numbers from 1 in each.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::annex3::CooperationClass;

use super::{
    WriteError,
    pdf::{FontSet, wide_pdf},
    wide::{self, Kind, NO_NUMBER, Wide, WideColumn, WideRow, clean},
    xlsx::wide_xlsx,
};

/// 附件3 with its values: the writers print them in the order of the classes, in a class in the given order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Annex3Print {
    /// 报送单位. Empty in a collected table, which then has the column 单位.
    pub unit: String,
    /// 填报时间; blank for the hand where not known.
    pub reported_on: Option<NaiveDate>,
    /// The content code, small at the foot of every page. Nothing when empty.
    pub code: String,
    /// Under the title in brackets: `截至2017年11月`. Nothing when empty.
    pub title_note: String,
    /// A zero return and its reason. Printed when there are no rows.
    pub zero_reason: Option<String>,
    /// The rows; in a collected table those of a unit stand together.
    pub rows: Vec<Annex3PrintRow>,
    /// In a collected table: units with a zero return, and why.
    pub zero: Vec<(String, String)>,
    /// In a collected table: units that have not handed in.
    pub missing: Vec<String>,
}

/// One row. Line breaks in texts are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annex3PrintRow {
    /// Name of the unit: printed in a collected table only.
    pub unit: String,
    /// 类别.
    pub class: CooperationClass,
    /// 合作项目名称.
    pub project_name: String,
    /// 合作央企名称.
    pub partners: String,
    /// 当前进展情况.
    pub progress: String,
    /// 存在问题.
    pub problems: String,
    /// 下一步工作计划和重点.
    pub next_steps: String,
    /// 联系人及联系方式.
    pub contact: String,
}

/// Above the title.
const LABEL: &str = "附件3";
/// The title, as the notice has it.
const TITLE: &str = "市属国有企业与央企合作项目进展情况表";
/// What a zero return says.
pub(super) const NO_PROJECT: &str = "本期无央企合作项目";
/// What a collected table says before anybody has handed in.
const NOBODY: &str = "尚无单位报送";
/// Rows of a class in an empty form.
const BLANK_ROWS: usize = 2;

/// Makes the docx of 附件3: A4 landscape, header row repeated on every page, the class merged over its rows, the content
/// code at the foot.
///
/// # Errors
/// [`WriteError`] when packing fails, which no input causes.
pub fn annex3_docx(table: &Annex3Print) -> Result<Vec<u8>, WriteError> {
    wide::wide_docx(&table.wide())
}

/// Makes the workbook of 附件3: as the docx, text that is only text.
///
/// # Errors
/// [`WriteError::Xlsx`] when packing fails, or for more rows than a sheet has.
pub fn annex3_xlsx(table: &Annex3Print) -> Result<Vec<u8>, WriteError> {
    wide_xlsx(&table.wide())
}

/// Makes the PDF of 附件3: laid out like the docx, fonts embedded, text searchable.
///
/// # Errors
/// [`WriteError::Glyphs`] for characters that no font of the set has.
pub fn annex3_pdf(table: &Annex3Print, fonts: &FontSet) -> Result<Vec<u8>, WriteError> {
    wide_pdf(&table.wide(), fonts)
}

/// The columns with their widths in millimetres: together the 243 mm of the text block.
const COLUMNS: [WideColumn; 8] = [
    WideColumn::new("序号", 11, Kind::Number),
    WideColumn::new("类别", 20, Kind::Group),
    WideColumn::new("合作项目名称", 34, Kind::Text),
    WideColumn::new("合作央企名称", 30, Kind::Text),
    WideColumn::new("当前进展情况", 50, Kind::Text),
    WideColumn::new("存在问题", 32, Kind::Text),
    WideColumn::new("下一步工作\n计划和重点", 38, Kind::Text),
    WideColumn::new("联系人及\n联系方式", 28, Kind::Text),
];

/// The columns of a collected table.
const COLLECTED: [WideColumn; 9] = [
    WideColumn::new("序号", 11, Kind::Number),
    WideColumn::new("类别", 17, Kind::Group),
    WideColumn::new("单位", 23, Kind::Group),
    WideColumn::new("合作项目名称", 30, Kind::Text),
    WideColumn::new("合作央企名称", 27, Kind::Text),
    WideColumn::new("当前进展情况", 44, Kind::Text),
    WideColumn::new("存在问题", 29, Kind::Text),
    WideColumn::new("下一步工作\n计划和重点", 35, Kind::Text),
    WideColumn::new("联系人及\n联系方式", 27, Kind::Text),
];

impl Annex3Print {
    /// Whether several units are in it.
    pub(super) const fn is_collected(&self) -> bool {
        let empty = self.rows.is_empty() && self.missing.is_empty() && self.zero.is_empty();
        self.unit.is_empty() && !empty
    }

    /// The columns' heads in one line each.
    pub(super) fn heads(&self) -> Vec<String> {
        let columns = self.columns().iter();
        columns
            .map(|column| column.head.replace('\n', ""))
            .collect()
    }

    const fn columns(&self) -> &'static [WideColumn] {
        if self.is_collected() {
            &COLLECTED
        } else {
            &COLUMNS
        }
    }

    /// The rows of a class, numbered from 1.
    fn of(&self, class: CooperationClass) -> impl Iterator<Item = (usize, &Annex3PrintRow)> {
        (1..).zip(self.rows.iter().filter(move |row| row.class == class))
    }

    /// The projects in printed order with their cells.
    pub(super) fn projects(&self) -> impl Iterator<Item = (usize, Vec<String>)> {
        let classes = CooperationClass::ALL.into_iter();
        classes
            .flat_map(|class| self.of(class))
            .map(|(number, row)| (number, self.cells(number, row)))
    }

    fn cells(&self, number: usize, row: &Annex3PrintRow) -> Vec<String> {
        let unit = self.is_collected().then(|| clean(&row.unit));
        let before = [number.to_string(), row.class.label().to_owned()];
        let texts = [
            &row.project_name,
            &row.partners,
            &row.progress,
            &row.problems,
            &row.next_steps,
            &row.contact,
        ];
        let texts = texts.map(|text| clean(text));
        before.into_iter().chain(unit).chain(texts).collect()
    }

    fn body(&self) -> Vec<WideRow> {
        if self.rows.is_empty() && (self.is_collected() || self.zero_reason.is_some()) {
            let words = match &self.zero_reason {
                Some(reason) => zero_words(reason),
                None if self.zero.is_empty() => NOBODY.to_owned(),
                None => NO_PROJECT.to_owned(),
            };
            return vec![WideRow {
                cells: vec![NO_NUMBER.to_owned(), words],
                spanned: Some(1),
                ..WideRow::default()
            }];
        }
        let mut rows = Vec::new();
        for class in CooperationClass::ALL {
            let before = rows.len();
            rows.extend(self.of(class).map(|(number, row)| WideRow {
                cells: self.cells(number, row),
                number: Some(number),
                ..WideRow::default()
            }));
            // A class without projects keeps its place in the form, and an empty form has room for the hand.
            if rows.len() == before && !self.is_collected() {
                let blank = if self.rows.is_empty() { BLANK_ROWS } else { 1 };
                rows.extend((1..=blank).map(|number| blank_row(number.to_string(), class)));
            }
        }
        if self.rows.is_empty() {
            rows.push(blank_row("...".to_owned(), CooperationClass::Landed));
        }
        rows
    }

    /// As it is laid out.
    fn wide(&self) -> Wide {
        let collected = self.is_collected();
        Wide {
            label: LABEL,
            title: format!("{TITLE}{}", if collected { "（汇总）" } else { "" }),
            subtitle: wide::subtitle(&self.title_note),
            left: self.unit_words(),
            right: wide::date_words(collected, self.reported_on),
            code: wide::code_words(&self.code),
            columns: self.columns().to_vec(),
            rows: self.body(),
            notes: self.notes(),
        }
    }

    fn unit_words(&self) -> String {
        if !self.is_collected() {
            return wide::stamp_words(&self.unit);
        }
        let units: BTreeSet<&str> = self.rows.iter().map(|row| row.unit.as_str()).collect();
        let zero = self.zero.len();
        wide::count_words(units.len() + zero, (NO_PROJECT, zero), self.missing.len())
    }

    fn notes(&self) -> Vec<String> {
        if !self.is_collected() {
            return Vec::new();
        }
        let missing: Vec<&str> = self.missing.iter().map(String::as_str).collect();
        let zero: Vec<&str> = self.zero.iter().map(|(unit, _)| unit.as_str()).collect();
        let zero = wide::listed(&format!("{NO_PROJECT}的单位"), &zero);
        zero.into_iter()
            .chain(wide::listed("未报送的单位", &missing))
            .collect()
    }
}

fn blank_row(number: String, class: CooperationClass) -> WideRow {
    WideRow {
        cells: vec![number, class.label().to_owned()],
        ..WideRow::default()
    }
}

/// What a zero return says in the table.
fn zero_words(reason: &str) -> String {
    let reason = clean(reason);
    if reason.is_empty() {
        NO_PROJECT.to_owned()
    } else {
        format!("{NO_PROJECT}。理由：{reason}")
    }
}
