//! Reports (月报, 年度总结, 次年计划) as official-looking documents: a title, sections with headings, figures, the names of
//! what is attached, who reports and when. Several in one where they are collected (汇总).

mod docx;

use chrono::NaiveDate;
use domain::dates;

use super::{
    TableCell, TableColumn, TableHead, WriteError, table_csv, table_xlsx,
    wide::{self, clean},
};

pub use docx::report_docx;

/// A report, or several of one kind and period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportPrint {
    /// `2017年11月招商引资工作月报`.
    pub title: String,
    /// 文号, right below the title. Nothing when empty.
    pub number: String,
    /// Whether it is collected: then the parts have their units as headings.
    pub collected: bool,
    /// 填报时间; blank for the hand where not known.
    pub reported_on: Option<NaiveDate>,
    /// The content code, small at the foot of every page. Nothing when empty.
    pub code: String,
    /// What the figures are as of: `2017年11月30日`.
    pub as_of: String,
    /// The reports.
    pub parts: Vec<ReportPart>,
    /// In a collected one: units that have not handed in.
    pub missing: Vec<String>,
}

/// The report of one enterprise. Line breaks in texts are kept: a line is a paragraph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportPart {
    /// 报送单位.
    pub unit: String,
    /// Titles and texts of the sections.
    pub sections: Vec<(String, String)>,
    /// What the system knew: labels and values.
    pub figures: Vec<(String, String)>,
    /// Names of the files that go with it, and their SM3.
    pub files: Vec<(String, String)>,
}

/// What a section without text says.
const NOTHING: &str = "无。";
/// The heading of the figures.
const FIGURES: &str = "有关数据";

/// What a line of the document is, in the order of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// 一、 黑体.
    Heading(String),
    /// （一） 楷体.
    Subheading(String),
    /// Running text.
    Text(String),
    /// The figures of a part.
    Figures(Vec<(String, String)>),
    /// 附件：1. ….
    Files(Vec<String>),
    /// Flush right at the end: the unit, the date.
    Signature(String),
}

/// 一, 二 … 九十九; figures beyond.
pub(super) fn numeral(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match (number / 10, number % 10) {
        (0, ones) => DIGITS[ones].to_owned(),
        (1, ones) => format!("十{}", DIGITS[ones]),
        (tens @ 2..=9, ones) => format!("{}十{}", DIGITS[tens], DIGITS[ones]),
        _ => number.to_string(),
    }
}

impl ReportPrint {
    pub(super) fn heading(&self) -> String {
        let kind = if self.collected { "（汇总）" } else { "" };
        format!("{}{kind}", clean(&self.title))
    }

    pub(super) fn code_words(&self) -> String {
        wide::code_words(&self.code)
    }

    /// The document line by line, the title left out.
    pub(super) fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (number, part) in (1..).zip(&self.parts) {
            if self.collected {
                let unit = clean(&part.unit);
                lines.push(Line::Heading(format!("{}、{unit}", numeral(number))));
            }
            self.part(part, &mut lines);
        }
        if self.collected {
            let missing: Vec<&str> = self.missing.iter().map(String::as_str).collect();
            lines.extend(wide::listed("未报送的单位", &missing).map(Line::Text));
        } else {
            let unit = self.parts.first().map_or("", |part| &part.unit);
            lines.push(Line::Signature(clean(unit)));
            lines.push(Line::Signature(match self.reported_on {
                Some(day) => dates::print_long(day),
                None => "年　　月　　日".to_owned(),
            }));
        }
        lines
    }

    fn part(&self, part: &ReportPart, lines: &mut Vec<Line>) {
        let mut number = 0;
        let mut headed = |lines: &mut Vec<Line>, title: &str| {
            number += 1;
            lines.push(if self.collected {
                Line::Subheading(format!("（{}）{title}", numeral(number)))
            } else {
                Line::Heading(format!("{}、{title}", numeral(number)))
            });
        };
        for (title, text) in &part.sections {
            headed(lines, &clean(title));
            let text = clean(text);
            let paragraphs = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let before = lines.len();
            lines.extend(paragraphs.map(|line| Line::Text(line.to_owned())));
            if lines.len() == before {
                lines.push(Line::Text(NOTHING.to_owned()));
            }
        }
        if !part.figures.is_empty() {
            headed(lines, &format!("{FIGURES}（截至{}）", clean(&self.as_of)));
            lines.push(Line::Figures(part.figures.clone()));
        }
        if !part.files.is_empty() {
            let names = part.files.iter().map(|(name, _)| clean(name));
            lines.push(Line::Files(names.collect()));
        }
    }

    /// As a plain table: a section a row; collected a unit a row.
    fn table(&self) -> (TableHead, Vec<Vec<TableCell>>) {
        let head = |columns: Vec<TableColumn>| TableHead {
            title: self.heading(),
            note: self.code_words(),
            columns,
        };
        let files = |part: &ReportPart| {
            let names = part.files.iter().map(|(name, _)| clean(name));
            names.collect::<Vec<_>>().join("\n")
        };
        if !self.collected {
            let part = self.parts.first().cloned().unwrap_or_default();
            let row = |name: &str, text: &str| vec![clean(name).into(), clean(text).into()];
            let mut rows = vec![row("报送单位", &part.unit)];
            rows.extend(part.sections.iter().map(|(title, text)| row(title, text)));
            rows.extend(part.figures.iter().map(|(label, value)| row(label, value)));
            if !part.files.is_empty() {
                rows.push(row("附件", &files(&part)));
            }
            let columns = vec![TableColumn::new("栏目", 12), TableColumn::new("内容", 60)];
            return (head(columns), rows);
        }
        let titles = self.parts.first().map(|part| &part.sections);
        let titles: Vec<&str> = titles
            .into_iter()
            .flatten()
            .map(|(title, _)| title.as_str())
            .collect();
        let mut columns = vec![TableColumn::new("单位", 14)];
        columns.extend(titles.iter().map(|title| TableColumn::new(*title, 30)));
        columns.extend([TableColumn::new(FIGURES, 24), TableColumn::new("附件", 16)]);
        let mut rows: Vec<Vec<TableCell>> = Vec::new();
        for part in &self.parts {
            let figures = part.figures.iter();
            let figures =
                figures.map(|(label, value)| format!("{}：{}", clean(label), clean(value)));
            let mut cells = vec![TableCell::from(clean(&part.unit))];
            cells.extend(part.sections.iter().map(|(_, text)| clean(text).into()));
            cells.push(figures.collect::<Vec<_>>().join("\n").into());
            cells.push(files(part).into());
            rows.push(cells);
        }
        let missing = self.missing.iter();
        rows.extend(missing.map(|unit| vec![clean(unit).into(), "未报送".into()]));
        (head(columns), rows)
    }
}

/// Makes the workbook of a report: a plain table of its sections; collected a row for each unit.
///
/// # Errors
/// [`WriteError`] when packing fails, which no input causes.
pub fn report_xlsx(report: &ReportPrint) -> Result<Vec<u8>, WriteError> {
    let (head, rows) = report.table();
    table_xlsx(&head, rows)
}

/// Makes the csv of a report, as its workbook.
///
/// # Errors
/// [`WriteError`] when writing into memory fails, which no input causes.
pub fn report_csv(report: &ReportPrint) -> Result<Vec<u8>, WriteError> {
    let (head, rows) = report.table();
    table_csv(&head, rows)
}

#[cfg(test)]
mod tests {
    use super::numeral;

    #[test]
    fn numbers_are_written_as_in_documents() {
        let written = [1, 9, 10, 11, 20, 21, 99, 100].map(numeral);
        assert_eq!(
            written,
            ["一", "九", "十", "十一", "二十", "二十一", "九十九", "100"]
        );
    }
}
