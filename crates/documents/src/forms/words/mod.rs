//! The words of headers: which field a column is, in any of the wordings that offices use.

mod fields;

use crate::value::money_unit::{self, MoneyUnit, Stated};
use crate::value::squeeze;
pub(crate) use fields::{field, names_projects};

/// A field of 附件1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Field {
    Unit,
    Target,
    Done,
    Rate,
}

impl Field {
    pub const ALL: [Self; 4] = [Self::Unit, Self::Target, Self::Done, Self::Rate];

    /// The key in the JSON of a row.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Target => "target_wan",
            Self::Done => "done_wan",
            Self::Rate => "rate_pct",
        }
    }

    /// What people call it.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Unit => "单位",
            Self::Target => "任务数",
            Self::Done => "累计完成数",
            Self::Rate => "完成率",
        }
    }
}

/// The text of one header cell, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeaderText {
    /// Without blanks, brackets and units.
    pub base: String,
    /// Everything, without blanks.
    pub whole: String,
    /// The unit of money.
    pub unit: Option<Stated>,
    /// It counts things (个, 家), so it is no amount.
    pub counts: bool,
    pub percent: bool,
}

impl HeaderText {
    pub fn parse(text: &str) -> Self {
        let whole = squeeze(text).to_lowercase();
        let (mut base, brackets) = take_brackets(&whole);
        let stated: Vec<Stated> = brackets
            .iter()
            .filter_map(|bracket| money_unit::parse_stated(bracket))
            .collect();
        let is_count = |stated: &Stated| matches!(stated, Stated::Count(_));
        let mut counts = stated.iter().any(is_count);
        let mut unit = stated
            .into_iter()
            .find(|stated| !is_count(stated))
            .or_else(|| brackets.iter().find_map(|bracket| inside(bracket)));
        let mut percent = brackets.iter().any(|bracket| bracket.contains('%'));
        if let Some(rest) = base.strip_suffix('%') {
            percent = true;
            if !rest.is_empty() {
                base = rest.to_owned();
            }
        }
        if let Some(found) = MoneyUnit::parse(&base) {
            unit = Some(Stated::Rmb(found));
            base.clear();
        } else if unit.is_none()
            && let Some((rest, found)) = trailing_unit(&base)
        {
            unit = Some(found);
            base = rest;
        } else if money_unit::is_count(&base) {
            counts = true;
            base.clear();
        } else if let Some(rest) = trailing_count(&base) {
            counts = true;
            base = rest;
        }
        counts &= unit.is_none();
        // 【项目名称】: the brackets are round the header itself.
        if base.is_empty() && unit.is_none() && !counts && !percent {
            base = brackets.first().cloned().unwrap_or_default();
        }
        let base = base
            .trim_matches([':', '/', '、', ',', '-', '*'])
            .to_owned();
        Self {
            base,
            whole,
            unit,
            counts,
            percent,
        }
    }

    /// Whether it says nothing by itself, so that the header above it counts: 数, 金额, （万元）.
    pub fn is_generic(&self) -> bool {
        matches!(
            self.base.as_str(),
            "" | "数"
                | "额"
                | "金额"
                | "数额"
                | "数量"
                | "数值"
                | "合计"
                | "总计"
                | "总额"
                | "总数"
                | "小计"
                | "%"
        )
    }

    /// The year it speaks of.
    pub fn year(&self) -> Option<i32> {
        year_in(&self.whole)
    }
}

/// `任务数万元`, `任务数/万元`, `投资额，单位：百万元`: the unit without brackets.
fn trailing_unit(base: &str) -> Option<(String, Stated)> {
    /// Characters of a unit at most: 人民币千万元.
    const LONGEST: usize = 7;
    const MARKS: [char; 5] = ['/', ':', ',', '-', '、'];
    let starts: Vec<usize> = base.char_indices().map(|(at, _)| at).collect();
    // The longest ending counts: 投资额百万元 is not in 元.
    let ends = &starts[starts.len().saturating_sub(LONGEST)..];
    ends.iter().find_map(|at| {
        let (rest, name) = base.split_at(*at);
        // W元 is another unit than 元.
        if rest.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            return None;
        }
        let found = money_unit::whole(name)?;
        let plain = rest.trim_end_matches(MARKS);
        let label = ["金额单位", "货币单位", "计量单位", "单位"];
        let labelled = label.iter().find_map(|word| plain.strip_suffix(word));
        // 亿 and 万 by themselves end words too.
        let sure = name.ends_with(['元', '币', '金', '镑']) || plain.len() < rest.len();
        let rest = labelled.unwrap_or(plain).trim_end_matches(MARKS);
        (!rest.is_empty() && (sure || labelled.is_some())).then(|| (rest.to_owned(), found))
    })
}

/// `（折合人民币万元）`: a unit at the end of a bracket that has no numbers in it.
fn inside(bracket: &str) -> Option<Stated> {
    let words = !bracket.chars().any(|c| c.is_ascii_digit());
    let ended = words && bracket.ends_with('元');
    let found = ended.then(|| trailing_unit(bracket)).flatten();
    found
        .map(|(_, unit)| unit)
        .filter(|unit| unit.name() != "元")
}

/// `任务数/个`, `完成数家`: the word of counting without brackets.
fn trailing_count(base: &str) -> Option<String> {
    let (at, last) = base.char_indices().last()?;
    let rest = &base[..at];
    let apart = rest.ends_with(['数', '/', ':', ',']);
    (apart && money_unit::is_count(last.encode_utf8(&mut [0; 4])))
        .then(|| rest.trim_end_matches(['/', ':', ',']).to_owned())
}

/// Splits off what stands in brackets.
fn take_brackets(text: &str) -> (String, Vec<String>) {
    let mut base = String::new();
    let mut brackets = Vec::new();
    let mut inside: Option<String> = None;
    for c in text.chars() {
        match (c, &mut inside) {
            ('(' | '[' | '【' | '〔' | '{' | '<', None) => inside = Some(String::new()),
            (')' | ']' | '】' | '〕' | '}' | '>', Some(_)) => brackets.extend(inside.take()),
            (c, Some(bracket)) => bracket.push(c),
            (c, None) => base.push(c),
        }
    }
    // An unclosed bracket is text.
    if let Some(open) = inside {
        base.push_str(&open);
    }
    (base, brackets)
}

/// The first `2017年`, or a bare year in front of other digits' absence.
pub(crate) fn year_in(squeezed: &str) -> Option<i32> {
    squeezed.match_indices('年').find_map(|(at, _)| {
        let digits: Vec<char> = squeezed[..at]
            .chars()
            .rev()
            .take_while(char::is_ascii_digit)
            .collect();
        let year: i32 = if digits.len() == 4 {
            digits.iter().rev().collect::<String>().parse().ok()?
        } else {
            return None;
        };
        (2000..=2099).contains(&year).then_some(year)
    })
}

#[cfg(test)]
mod tests;
