//! What stands around a table: title, year, cut-off, unit line.

use chrono::NaiveDate;

use super::cut_off::{as_at, in_digits};
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
    let mut units = units_above(above);
    if units.is_empty() {
        units.extend(title.as_deref().and_then(unit_in_title));
    }
    if units.is_empty() {
        units.extend(below.iter().find_map(|line| money_unit::find_in_line(line)));
    }
    let unit = (!units.is_empty()).then(|| units.remove(0));
    Context {
        title,
        year,
        as_at,
        unit,
        other_units: units,
    }
}

/// The units stated from the title down, nearest to the table first; lines above the title only where it has none.
fn units_above(above: &[String]) -> Vec<Stated> {
    let title = above.iter().rposition(|line| is_title(line)).unwrap_or(0);
    let stated = |lines: &[String]| -> Vec<Stated> {
        let mut units: Vec<Stated> = Vec::new();
        for unit in lines
            .iter()
            .rev()
            .filter_map(|line| money_unit::find_in_line(line).or_else(|| unit_in_title(line)))
        {
            if !units.contains(&unit) {
                units.push(unit);
            }
        }
        units
    };
    let near = stated(&above[title..]);
    if near.is_empty() {
        stated(above).into_iter().take(1).collect()
    } else {
        near
    }
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
