//! What stands around a table: title, year, cut-off, unit line.

use chrono::NaiveDate;

use super::cut_off::{Doubtful, as_at, doubtful, in_digits};
use super::words::year_in;
use crate::value::money_unit::{self, Stated};
use crate::value::squeeze;

/// Longest line taken for a title, in characters.
const TITLE_CHARS: usize = 60;

/// What the lines around a table say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Context {
    pub title: Option<String>,
    pub year: Option<i32>,
    pub as_at: Option<NaiveDate>,
    pub unit: Option<Stated>,
    /// Other units stated further away: which one holds is to be asked.
    pub other_units: Vec<Stated>,
    /// What is doubtful about unit and period as they are stated.
    pub doubts: Vec<String>,
    /// The title names a period that cumulative amounts cannot have.
    pub odd_period: bool,
}

/// Reads the lines above a table (nearest last) and below it.
pub(crate) fn read(above: &[String], below: &[String]) -> Context {
    let title = title(above);
    let squeezed = title.as_deref().map(squeeze);
    let year = squeezed
        .as_deref()
        .and_then(|title| year_in(&in_digits(title)))
        .or_else(|| above.iter().rev().find_map(|line| cut_off_year(line)));
    let as_at = squeezed
        .as_deref()
        .and_then(|title| as_at(title, year, false))
        .or_else(|| {
            let lines = above.iter().rev().map(|line| squeeze(line));
            lines
                .filter(|line| line.contains("截至") || line.contains("截止"))
                .find_map(|line| as_at(&line, year, false))
        });
    let mut doubts = Vec::new();
    let mut units = units(above, below, &mut doubts);
    let unit = (!units.is_empty()).then(|| units.remove(0));
    let period = squeezed.as_deref().and_then(doubtful);
    if let (Some(why), Some(title)) = (&period, &title) {
        doubts.push(format!(
            "标题“{title}”{}，没有读取期间，请自行填写",
            why.words()
        ));
    }
    Context {
        title,
        year: year.filter(|_| !matches!(period, Some(Doubtful::TwoYears))),
        as_at: as_at.filter(|_| period.is_none()),
        unit,
        other_units: units,
        doubts,
        odd_period: period.is_some(),
    }
}

/// The units of money that speak of a table, the one to believe first.
pub(crate) fn units(above: &[String], below: &[String], doubts: &mut Vec<String>) -> Vec<Stated> {
    let mut units = units_above(above, doubts);
    if units.is_empty() {
        // What stands under the next title or label speaks of the next table.
        let own = below
            .iter()
            .take_while(|line| !is_title(line) && label(line).is_none());
        units.extend(own.filter_map(|line| money_unit::find_in_line(line)).next());
    }
    units
}

/// The units that speak of this table, nearest first: those from its title down; else one that stands between its
/// title and the table, title or label before, which is doubtful. What stands further up is of another table.
fn units_above(above: &[String], doubts: &mut Vec<String>) -> Vec<Stated> {
    let title = above.iter().rposition(|line| is_title(line));
    let own = title.unwrap_or_else(|| {
        let last_label = above.iter().rposition(|line| label(line).is_some());
        last_label.unwrap_or(0)
    });
    let in_line = |line: &String| money_unit::find_in_line(line).or_else(|| unit_in_title(line));
    let mut near: Vec<Stated> = Vec::new();
    let foreign_title = above
        .get(own)
        .is_some_and(|line| label(line).is_some_and(|number| number != 1));
    let from = if foreign_title { own + 1 } else { own };
    for unit in above.iter().skip(from).rev().filter_map(in_line) {
        if !near.contains(&unit) {
            near.push(unit);
        }
    }
    if !near.is_empty() {
        return near;
    }
    // Straight above the title, before any other title or label.
    let mut ours = true;
    let found = above[..from].iter().rev().find_map(|line| {
        let number = label(line);
        ours &= !is_title(line) && number.is_none_or(|number| number == 1);
        let unit = in_line(line).map(|unit| (unit, ours));
        ours &= number.is_none();
        unit
    });
    match found {
        Some((unit, true)) => {
            let name = unit.name();
            doubts.push(format!(
                "金额单位“{name}”写在表题之上，已按{name}读取，请核对"
            ));
            vec![unit]
        }
        Some((unit, false)) => {
            let name = unit.name();
            doubts.push(format!(
                "上方写的金额单位“{name}”属于另一张表，没有采用，请核对金额单位"
            ));
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// Whether a line begins the next form: its label or its title.
pub(crate) fn begins_form(line: &str) -> bool {
    is_title(line) || label(line).is_some()
}

/// The number of `附件3` or `附表二` at the start of a line; 1 where it has none.
fn label(line: &str) -> Option<u32> {
    let squeezed = squeeze(line);
    let rest = squeezed
        .strip_prefix("附件")
        .or_else(|| squeezed.strip_prefix("附表"))?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let chinese = rest
        .chars()
        .next()
        .and_then(|first| "一二三四五六七八九".chars().position(|c| c == first))
        .and_then(|at| u32::try_from(at + 1).ok());
    Some(digits.parse().ok().or(chinese).unwrap_or(1))
}

/// Whether a line looks like the title of a table.
pub(crate) fn is_title(line: &str) -> bool {
    let squeezed = squeeze(line);
    let base = squeezed.split(['(', '〔', '[']).next().unwrap_or_default();
    let says_table = base.ends_with('表')
        || base.contains("一览表")
        || base.contains("统计表")
        || base.ends_with("情况")
        || base.ends_with("汇总");
    says_table
        && squeezed.chars().count() <= TITLE_CHARS
        && !squeezed.starts_with("附件:")
        && !squeezed.starts_with("填表")
}

/// The title nearest above the table, with the first half of a title broken into two lines.
fn title(above: &[String]) -> Option<String> {
    let at = above
        .iter()
        .rposition(|line| is_title(line))
        .or_else(|| above.iter().rposition(|line| speaks_of_figures(line)))?;
    let own = without_label(&above[at]);
    let first_half = at
        .checked_sub(1)
        .map(|before| above[before].trim())
        .filter(|line| {
            let squeezed = squeeze(line);
            let closed = squeezed.ends_with(['。', '；', ';', ':', ')', '日']);
            year_in(&squeezed).is_some()
                && year_in(&squeeze(own)).is_none()
                && !closed
                && squeezed.chars().count() <= 40
                && !is_title(line)
        });
    let joined = format!("{}{own}", first_half.unwrap_or_default());
    Some(joined.replace('\n', ""))
}

/// A line that serves as title without the word 表: `2017年1-10月招商引资完成数`.
fn speaks_of_figures(line: &str) -> bool {
    let squeezed = squeeze(line);
    let about = ["招商", "引资", "目标", "任务", "完成"]
        .iter()
        .any(|word| squeezed.contains(word));
    about
        && year_in(&in_digits(&squeezed)).is_some()
        && squeezed.chars().count() <= TITLE_CHARS
        && !squeezed.contains('。')
}

/// A title without `附件1：` before it.
fn without_label(line: &str) -> &str {
    let line = line.trim();
    let Some(rest) = line
        .strip_prefix("附件")
        .or_else(|| line.strip_prefix("附表"))
    else {
        return line;
    };
    let rest = rest.trim_start_matches(|c: char| c.is_numeric() || "一二三".contains(c));
    let title = rest.trim_start_matches([':', '：', '、', '.', ' ', '\u{3000}', '\t']);
    if title.len() < rest.len() && !title.is_empty() {
        title
    } else {
        line
    }
}

/// `……情况表（万元）`: the unit in brackets at the end of a title.
fn unit_in_title(title: &str) -> Option<Stated> {
    let squeezed = squeeze(title);
    if !is_title(title) {
        return None;
    }
    let inside = squeezed.strip_suffix(')')?.rsplit_once('(')?.1;
    money_unit::parse_stated(inside)
}

fn cut_off_year(line: &str) -> Option<i32> {
    let squeezed = in_digits(&squeeze(line));
    let at = squeezed.find("截至").or_else(|| squeezed.find("截止"))?;
    year_in(&squeezed[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_in_company() {
        let title = |line: &str| read(&[line.to_owned()], &[]).title;
        let plain = "2017年1-10月招商引资情况一览表";
        assert_eq!(
            title("附件1：2017年1-10月招商引资情况一览表").as_deref(),
            Some(plain)
        );
        assert_eq!(
            title("附件1 2017年1-10月招商引资情况一览表").as_deref(),
            Some(plain)
        );
        assert_eq!(
            title("2017年1-10月招商引资完成数").as_deref(),
            Some("2017年1-10月招商引资完成数")
        );
        assert_eq!(title("附件1"), None);
    }

    #[test]
    fn a_unit_of_another_table_is_not_applied() {
        let read = |texts: &[&str]| {
            let lines: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            let context = read(&lines, &[]);
            let unit = context.unit.map(|unit| unit.name().to_owned());
            (unit, context.doubts.len())
        };
        let own = "2017年1-10月招商引资情况一览表";
        for other in [
            "附件3 报送情况（单位：元）",
            "其他情况表（单位：元）",
            "附件3（单位：元）",
        ] {
            assert_eq!(read(&[other, own]), (None, 1), "{other}");
            assert_eq!(read(&[other, own, "单位：万元"]), (Some("万元".into()), 0));
        }
        assert_eq!(read(&["其他表", "单位：元", "附件1", own]), (None, 1));
        assert_eq!(read(&["附件3 报送情况（单位：元）"]), (None, 1));
        assert_eq!(read(&["附件1", "单位：元", own]), (Some("元".into()), 1));
        assert_eq!(read(&["附件1", own, "单位：元"]), (Some("元".into()), 0));
    }

    #[test]
    fn a_unit_under_the_next_title_is_of_the_next_table() {
        let lines = ["附件3".to_owned(), "单位：元".to_owned()];
        assert_eq!(read(&[], &lines).unit, None);
    }

    #[test]
    fn two_units_above_a_table_are_both_kept() {
        let lines = ["情况表（亿元）".to_owned(), "单位：万元".to_owned()];
        let context = read(&lines, &[]);
        assert!(matches!(context.unit, Some(Stated::Rmb(unit)) if unit.name == "万元"));
        assert_eq!(context.other_units.len(), 1);
    }

    #[test]
    fn titles_units_and_years_around_a_table() {
        let lines = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        let context = read(
            &lines(&[
                "附件1",
                "2017年1-10月市级国有企业招商引资情况一览表",
                "单位：万元",
            ]),
            &[],
        );
        assert_eq!(
            context.title.as_deref(),
            Some("2017年1-10月市级国有企业招商引资情况一览表")
        );
        assert_eq!(
            (context.year, context.as_at.map(|day| day.to_string())),
            (Some(2017), Some("2017-10-31".into()))
        );
        assert!(context.unit.is_some());
        let broken = read(
            &lines(&["2017年1-10月市级国有企业", "招商引资情况一览表"]),
            &lines(&["注：单位均为亿元"]),
        );
        assert_eq!(
            broken.title.as_deref(),
            Some("2017年1-10月市级国有企业招商引资情况一览表")
        );
        assert!(matches!(broken.unit, Some(Stated::Rmb(unit)) if unit.name == "亿元"));
    }
}
