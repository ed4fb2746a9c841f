//! The wide annexes (附件2, 附件3) as tables: what Word, Excel and PDF lay out alike. A4 landscape, who reports and when
//! above the table, columns of fixed widths, some of them merged over the rows that belong together.

mod docx;
pub(super) mod size;

use chrono::NaiveDate;
use domain::{Money, dates};

pub(super) use docx::wide_docx;

/// Rows of more lines than this may go on on the next page: the text block holds some 22.
pub(super) const WHOLE: u32 = 16;
/// 序号 of a row that is no project.
pub(super) const NO_NUMBER: &str = "—";

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// 序号.
    Number,
    /// What several rows have in common: merged over those that follow one another.
    Group,
    /// An amount in 万元.
    Figure,
    /// Text.
    Text,
}

/// A column: its header as printed with its line break, its width, what it holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct WideColumn {
    pub head: &'static str,
    pub millimetres: u32,
    pub kind: Kind,
}

impl WideColumn {
    pub const fn new(head: &'static str, millimetres: u32, kind: Kind) -> Self {
        Self {
            head,
            millimetres,
            kind,
        }
    }
}

/// A row of the body.
#[derive(Debug, Clone, Default)]
pub(super) struct WideRow {
    /// A text for each column.
    pub cells: Vec<String>,
    /// Its number, where that is one.
    pub number: Option<usize>,
    /// Its amount.
    pub amount: Option<Money>,
    /// The column from which on all are one cell: words instead of a project.
    pub spanned: Option<usize>,
}

impl WideRow {
    pub fn text(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// A table with what stands around it.
#[derive(Debug, Clone)]
pub(super) struct Wide {
    /// Above the title: `附件2`.
    pub label: &'static str,
    /// The title.
    pub title: String,
    /// Under the title in brackets; nothing when empty.
    pub subtitle: String,
    /// Above the table on the left.
    pub left: String,
    /// Above the table on the right.
    pub right: String,
    /// At the foot of every page, before the number of pages.
    pub code: String,
    /// The columns: together the 243 mm of the text block.
    pub columns: Vec<WideColumn>,
    /// The body.
    pub rows: Vec<WideRow>,
    /// Under the table.
    pub notes: Vec<String>,
}

impl Wide {
    /// How many rows follow one another that have this group column and those before it in common, for each row that
    /// begins such a group; else 0.
    pub fn groups(&self, column: usize) -> Vec<usize> {
        let shared: Vec<usize> = self.columns[..=column]
            .iter()
            .enumerate()
            .filter(|(_, one)| one.kind == Kind::Group)
            .map(|(at, _)| at)
            .collect();
        let same = |one: &WideRow, next: &WideRow| {
            one.spanned.is_none_or(|from| from > column)
                && next.spanned.is_none_or(|from| from > column)
                && shared.iter().all(|at| one.text(*at) == next.text(*at))
        };
        let mut sizes = Vec::with_capacity(self.rows.len());
        for group in self.rows.chunk_by(same) {
            sizes.push(group.len());
            sizes.extend(std::iter::repeat_n(0, group.len() - 1));
        }
        sizes
    }

    /// [`Wide::groups`] of every group column, by its place.
    pub fn all_groups(&self) -> Vec<Option<Vec<usize>>> {
        let columns = self.columns.iter().enumerate();
        columns
            .map(|(at, one)| (one.kind == Kind::Group).then(|| self.groups(at)))
            .collect()
    }
}

/// Under the title: `（截至2017年11月）`.
pub(super) fn subtitle(note: &str) -> String {
    let note = clean(note);
    if note.is_empty() {
        note
    } else {
        format!("（{note}）")
    }
}

/// Who reports, with room for the stamp after the name.
pub(super) fn stamp_words(unit: &str) -> String {
    format!("报送单位（盖章）：{}", clean(unit))
}

/// How many have handed in, in a collected table.
pub(super) fn count_words(handed_in: usize, zero: (&str, usize), missing: usize) -> String {
    let (words, zero) = zero;
    format!("已报送{handed_in}家（其中{words}{zero}家），未报送{missing}家")
}

/// When, blank for the hand where not known.
pub(super) fn date_words(collected: bool, day: Option<NaiveDate>) -> String {
    let word = if collected {
        "汇总时间"
    } else {
        "填报时间"
    };
    match day {
        Some(day) => format!("{word}：{}", dates::print_long(day)),
        None => format!("{word}：     月     日"),
    }
}

/// Under a collected table: units of which one thing is said.
pub(super) fn listed(words: &str, units: &[&str]) -> Option<String> {
    let names = clean(&units.join("、"));
    (!units.is_empty()).then(|| format!("{words}（{}家）：{names}。", units.len()))
}

/// The content code as printed.
pub(super) fn code_words(code: &str) -> String {
    let code = clean(code);
    if code.is_empty() {
        code
    } else {
        format!("内容码 {code}")
    }
}

/// Text with line breaks as one character each, and without what no format prints: control characters, and marks of no
/// width that come along when people copy from web pages.
pub(super) fn clean(text: &str) -> String {
    let breaks = ['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
    let text = text.replace("\r\n", "\n").replace(breaks, "\n");
    let kept = |c: &char| {
        let invisible = matches!(c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{e0100}'..='\u{e01ef}');
        *c == '\n' || !(c.is_control() || invisible)
    };
    let text: String = text.replace('\t', " ").chars().filter(kept).collect();
    text.trim_end().to_owned()
}
