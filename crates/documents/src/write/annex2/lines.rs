//! What a row of 附件2 has in which column.

use domain::Money;

use super::{Annex2PrintRow, NO_CHANGE};
use crate::write::wide::{Kind, NO_NUMBER, WideColumn, WideRow, clean};

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::write) enum Column {
    Number,
    Unit,
    Name,
    Info,
    Investment,
    Adjustment,
    Reason,
    Contact,
    Remark,
}

impl Column {
    /// As it is laid out.
    pub const fn wide(self, millimetres: u32) -> WideColumn {
        let kind = match self {
            Self::Number => Kind::Number,
            Self::Unit => Kind::Group,
            Self::Investment => Kind::Figure,
            _ => Kind::Text,
        };
        WideColumn::new(self.head(), millimetres, kind)
    }

    /// The header as printed, with its line break.
    pub const fn head(self) -> &'static str {
        match self {
            Self::Number => "序号",
            Self::Unit => "单位",
            Self::Name => "项目名称",
            Self::Info => "基本情况",
            Self::Investment => "投资额\n（万元）",
            Self::Adjustment => "调整内容",
            Self::Reason => "调整理由",
            Self::Contact => "联系人及\n联系方式",
            Self::Remark => "备注",
        }
    }
}

/// The columns with their widths in millimetres: together the 243 mm of the text block.
pub(super) const COLUMNS: [(Column, u32); 8] = [
    (Column::Number, 11),
    (Column::Name, 37),
    (Column::Info, 58),
    (Column::Investment, 21),
    (Column::Adjustment, 38),
    (Column::Reason, 33),
    (Column::Contact, 27),
    (Column::Remark, 18),
];

/// The columns of a collected table.
pub(super) const COLLECTED: [(Column, u32); 9] = [
    (Column::Number, 11),
    (Column::Unit, 25),
    (Column::Name, 32),
    (Column::Info, 50),
    (Column::Investment, 20),
    (Column::Adjustment, 34),
    (Column::Reason, 29),
    (Column::Contact, 26),
    (Column::Remark, 16),
];

/// A row of the body as it is laid out.
#[derive(Debug, Clone)]
pub(in crate::write) enum Line<'a> {
    /// A project with its number.
    Project(usize, &'a Annex2PrintRow),
    /// Words over all columns of the project, of this unit: 本期无调整 with the reason.
    Words(&'a str, String),
    /// A row for the hand.
    Blank(&'static str),
}

impl<'a> Line<'a> {
    /// The text of a column; nothing for the columns that a zero return spans.
    pub fn text(&self, column: Column) -> String {
        match (self, column) {
            (Self::Blank(number), Column::Number) => (*number).to_owned(),
            (Self::Blank(_), _) => String::new(),
            (Self::Words(..), Column::Number) => NO_NUMBER.to_owned(),
            (Self::Words(unit, _), Column::Unit) => clean(unit),
            (Self::Words(_, words), Column::Name) => words.clone(),
            (Self::Words(..), _) => String::new(),
            (Self::Project(number, _), Column::Number) => number.to_string(),
            (Self::Project(_, row), column) => clean(&text_of(row, column)),
        }
    }

    /// As it is laid out.
    pub fn wide(&self, columns: &[(Column, u32)]) -> WideRow {
        let cells = columns.iter().map(|(column, _)| self.text(*column));
        let name = || {
            columns
                .iter()
                .position(|(column, _)| *column == Column::Name)
        };
        WideRow {
            cells: cells.collect(),
            number: match self {
                Self::Project(number, _) => Some(*number),
                Self::Words(..) | Self::Blank(_) => None,
            },
            amount: match self {
                Self::Project(_, row) => row.investment,
                Self::Words(..) | Self::Blank(_) => None,
            },
            spanned: match self {
                Self::Words(..) => name(),
                Self::Project(..) | Self::Blank(_) => None,
            },
        }
    }
}

fn text_of(row: &Annex2PrintRow, column: Column) -> String {
    match column {
        Column::Number => String::new(),
        Column::Unit => row.unit.clone(),
        Column::Name => row.project_name.clone(),
        Column::Info => row.basic_info.clone(),
        Column::Investment => row.investment.map(Money::wan_exact).unwrap_or_default(),
        Column::Adjustment => row.adjustment.clone(),
        Column::Reason => row.reason.clone(),
        Column::Contact => row.contact.clone(),
        Column::Remark => row.remark.clone(),
    }
}

/// What a zero return says in the table.
pub(super) fn zero_words(reason: &str) -> String {
    let reason = clean(reason);
    if reason.is_empty() {
        NO_CHANGE.to_owned()
    } else {
        format!("{NO_CHANGE}。理由：{reason}")
    }
}
