//! Up to when cumulative amounts run, as titles and headers say it: 1-10月, 截至10月底, 上半年.

use chrono::{Datelike as _, NaiveDate};
use domain::dates::month_end;

use super::words::year_in;

/// The day that a title or header says its amounts run to. `whole_month` accepts a bare `2017年10月` too, which is
/// right where the column says 累计.
pub(super) fn as_at(squeezed: &str, year: Option<i32>, whole_month: bool) -> Option<NaiveDate> {
    let text = in_digits(squeezed);
    let year = year_in(&text).or(year)?;
    if let Some((month, day)) = cut_off(&text) {
        return match day {
            Some(day) => NaiveDate::from_ymd_opt(year, month, day),
            None => month_end(year, month),
        };
    }
    if let Some(span) = span(&text) {
        let year = span.to_year.or(span.from_year).unwrap_or(year);
        return match span.day {
            _ if !span.is_from_january() => None,
            Some(day) => NaiveDate::from_ymd_opt(year, span.to, day),
            None => month_end(year, span.to),
        };
    }
    let quarters = [
        ("上半年", 6),
        ("前三季度", 9),
        ("1-3季度", 9),
        ("1至3季度", 9),
        ("一季度", 3),
        ("1季度", 3),
    ];
    if let Some((_, month)) = quarters.iter().find(|(word, _)| text.contains(word)) {
        return month_end(year, *month);
    }
    let (_, month) = text.split_once('年').filter(|_| whole_month)?;
    leading_number(month, '月').and_then(|(month, _)| month_end(year, month))
}

/// The last month and day of a period that names no year: the same for every year but the end of February.
pub(super) fn month_day(squeezed: &str) -> Option<(u32, u32)> {
    const ANY_YEAR: i32 = 2017;
    as_at(squeezed, Some(ANY_YEAR), false).map(|day| (day.month(), day.day()))
}

/// `截至10月底`, `截止2017年10月31日`, `10月底累计`.
fn cut_off(text: &str) -> Option<(u32, Option<u32>)> {
    let at = text.find("截至").or_else(|| text.find("截止"));
    let Some(at) = at else {
        let (before, _) = text
            .split_once("月底")
            .or_else(|| text.split_once("月末"))?;
        return trailing_number(before).map(|month| (month, None));
    };
    let rest = text[at + "截至".len()..].trim_start_matches(['至', '到', ':']);
    let rest = rest
        .split_once('年')
        .filter(|(year, _)| year.chars().all(|c| c.is_ascii_digit()))
        .map_or(rest, |(_, rest)| rest);
    let (month, rest) = leading_number(rest, '月')?;
    Some((month, leading_number(rest, '日').map(|(day, _)| day)))
}

/// Why amounts of a period are no cumulative amounts of one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Doubtful {
    /// `3-10月`, `三季度`, `下半年`.
    NotFromJanuary(String),
    /// `2016年12月-2017年10月`.
    TwoYears,
    /// `1-13月`.
    NoSuchMonth,
}

impl Doubtful {
    /// What is said about it, after the quotation.
    pub fn words(&self) -> String {
        match self {
            Self::NotFromJanuary(period) => {
                format!("写的是{period}，不是从1月起的累计数")
            }
            Self::TwoYears => "写的期间跨了两年".to_owned(),
            Self::NoSuchMonth => "写的月份不存在".to_owned(),
        }
    }
}

/// What is wrong with the period of a title or header, if it names one.
pub(super) fn doubtful(squeezed: &str) -> Option<Doubtful> {
    let text = in_digits(squeezed);
    if let Some(span) = span(&text) {
        let years = [span.from_year, span.to_year];
        return if matches!(years, [Some(from), Some(to)] if from != to) {
            Some(Doubtful::TwoYears)
        } else if span.to == 0 || span.to > 12 {
            Some(Doubtful::NoSuchMonth)
        } else {
            let period = format!("{}月起到{}月", span.from, span.to);
            (!span.is_from_january()).then_some(Doubtful::NotFromJanuary(period))
        };
    }
    const FROM_JANUARY: [&str; 10] = [
        "前2季度",
        "前二季度",
        "前3季度",
        "前三季度",
        "1-2季度",
        "1-3季度",
        "1至3季度",
        "一二三季度",
        "1-4季度",
        "1至4季度",
    ];
    const LATER: [&str; 7] = [
        "二季度",
        "三季度",
        "四季度",
        "2季度",
        "3季度",
        "4季度",
        "下半年",
    ];
    if FROM_JANUARY.iter().any(|word| text.contains(word)) {
        return None;
    }
    let later = LATER.iter().find(|word| text.contains(**word))?;
    Some(Doubtful::NotFromJanuary((*later).to_owned()))
}

/// Whether a header over targets speaks of a part of the year: `1-10月任务数`, `三季度目标`.
pub(super) fn is_part_of_year(squeezed: &str) -> bool {
    let text = in_digits(squeezed);
    if let Some(span) = span(&text) {
        return !(span.is_from_january() && span.to == 12);
    }
    if text.contains("全年") || text.contains("年度") {
        return false;
    }
    let month = text
        .match_indices('月')
        .any(|(at, _)| trailing_number(&text[..at]).is_some_and(|month| (1..12).contains(&month)));
    month || text.contains("季度") || text.contains("半年")
}

/// `2017年10月` alone: one month, unless the column says 累计.
pub(super) fn is_single_month(squeezed: &str) -> bool {
    let text = in_digits(squeezed);
    let month = text
        .split_once('年')
        .and_then(|(_, rest)| leading_number(rest, '月'));
    let is_day =
        |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit() || c == '底' || c == '末');
    month.is_some_and(|(month, rest)| month > 1 && !is_day(rest)) && span(&text).is_none()
}

/// From one month to another, as written.
#[derive(Debug, Clone, Copy)]
struct Span {
    from_year: Option<i32>,
    from: u32,
    from_day: Option<u32>,
    to_year: Option<i32>,
    to: u32,
    day: Option<u32>,
}

impl Span {
    fn is_from_january(&self) -> bool {
        self.from == 1
            && self.from_day.is_none_or(|day| day == 1)
            && (1..=12).contains(&self.to)
            && (self.to_year.is_none()
                || self.from_year.is_none()
                || self.to_year == self.from_year)
    }
}

/// `1-10月`, `1月至10月`, `1～10月份`, `2016年12月-2017年10月`, `1月1日至10月31日`.
fn span(text: &str) -> Option<Span> {
    text.match_indices('月').find_map(|(at, month)| {
        let (rest, to) = strip_number(&text[..at])?;
        let (rest, to_year) = strip_year(rest);
        let lead = rest.trim_end_matches(['-', '—', '~', '至', '到', '―']);
        if lead.len() == rest.len() {
            return None;
        }
        let lead = lead.strip_suffix('份').unwrap_or(lead);
        let (lead, from_day) = match lead.strip_suffix('日').and_then(strip_number) {
            Some((lead, day)) => (lead, Some(day)),
            None => (lead, None),
        };
        let lead = lead.strip_suffix('月').unwrap_or(lead);
        let (rest, from) = strip_number(lead).or_else(|| strip_chinese(lead))?;
        let (_, from_year) = strip_year(rest);
        Some(Span {
            from_year,
            from,
            from_day,
            to_year,
            to,
            day: leading_number(&text[at + month.len()..], '日').map(|(day, _)| day),
        })
    })
}

/// A number of one or two digits at the end.
fn strip_number(text: &str) -> Option<(&str, u32)> {
    let number = trailing_number(text)?;
    Some((text.trim_end_matches(|c: char| c.is_ascii_digit()), number))
}

/// 三至10月: the first of two months in characters, where the last one alone was put into digits.
fn strip_chinese(text: &str) -> Option<(&str, u32)> {
    let last = text.chars().last()?;
    let at = "一二三四五六七八九十".chars().position(|c| c == last)?;
    Some((
        &text[..text.len() - last.len_utf8()],
        u32::try_from(at + 1).ok()?,
    ))
}

fn strip_year(text: &str) -> (&str, Option<i32>) {
    let year = text.strip_suffix('年').and_then(|lead| {
        let digits = lead.len() - lead.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (rest, year) = lead.split_at(lead.len() - digits);
        Some((rest, year.parse().ok().filter(|_| digits == 4)?))
    });
    year.map_or((text, None), |(rest, year)| (rest, Some(year)))
}

fn trailing_number(text: &str) -> Option<u32> {
    let digits = text.chars().rev().take_while(char::is_ascii_digit).count();
    text.get(text.len() - digits..)?
        .parse()
        .ok()
        .filter(|_| digits <= 2)
}

fn leading_number(text: &str, end: char) -> Option<(u32, &str)> {
    let (number, rest) = text.split_once(end)?;
    let plain = (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    number
        .parse()
        .ok()
        .filter(|_| plain)
        .map(|number| (number, rest))
}

const MONTHS: [(&str, &str); 14] = [
    ("十二月", "12月"),
    ("十一月", "11月"),
    ("十月", "10月"),
    ("九月", "9月"),
    ("八月", "8月"),
    ("七月", "7月"),
    ("六月", "6月"),
    ("五月", "5月"),
    ("四月", "4月"),
    ("三月", "3月"),
    ("二月", "2月"),
    ("一月", "1月"),
    ("一至", "1至"),
    ("一到", "1到"),
];

/// Years and months written in Chinese characters, in digits: 二〇一七年一至十月.
pub(super) fn in_digits(squeezed: &str) -> String {
    let mut text = squeezed.to_owned();
    for (at, _) in squeezed.match_indices('年').take(MONTHS.len()) {
        let mut written: Vec<char> = squeezed[..at].chars().rev().take(4).collect();
        written.reverse();
        let digits: Option<String> = written.iter().map(|c| year_digit(*c)).collect();
        if let (Some(digits), 4) = (digits, written.len()) {
            let original: String = written.into_iter().collect();
            text = text.replace(&format!("{original}年"), &format!("{digits}年"));
        }
    }
    MONTHS
        .iter()
        .fold(text, |text, (word, digits)| text.replace(word, digits))
}

fn year_digit(c: char) -> Option<char> {
    let at = "〇一二三四五六七八九"
        .chars()
        .position(|digit| digit == c)
        .or_else(|| "零".contains(c).then_some(0));
    at.and_then(|at| char::from_digit(u32::try_from(at).ok()?, 10))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::squeeze;

    fn day(text: &str) -> Option<String> {
        as_at(&squeeze(text), Some(2017), false).map(|day| day.to_string())
    }

    #[test]
    fn periods_that_are_not_cumulative() {
        let odd = |text: &str| doubtful(&squeeze(text));
        for text in [
            "3-10月完成数",
            "三至十月完成数",
            "2017年3月1日至10月31日",
            "二季度完成数",
            "下半年完成数",
        ] {
            assert!(
                matches!(odd(text), Some(Doubtful::NotFromJanuary(_))),
                "{text}"
            );
        }
        assert_eq!(
            odd("2016年12月-2017年10月招商引资情况"),
            Some(Doubtful::TwoYears)
        );
        assert_eq!(odd("2017年1-13月"), Some(Doubtful::NoSuchMonth));
        for text in [
            "1-10月累计",
            "一至十月",
            "前三季度",
            "上半年",
            "2017年10月",
            "截至10月底",
            "完成数",
        ] {
            assert_eq!(odd(text), None, "{text}");
        }
    }

    #[test]
    fn targets_of_a_part_of_the_year() {
        for text in ["1-10月任务数", "三季度目标", "上半年任务", "10月底任务数"]
        {
            assert!(is_part_of_year(text), "{text}");
        }
        for text in ["任务数", "2017年任务数", "1-12月任务数", "全年目标任务"] {
            assert!(!is_part_of_year(text), "{text}");
        }
        assert!(is_single_month("2017年10月招商引资完成情况"));
        assert!(!is_single_month("2017年10月31日") && !is_single_month("2017年1-10月"));
    }

    #[test]
    fn cut_offs_of_titles_and_headers() {
        for (text, expected) in [
            ("2017年1-10月市级国有企业招商引资情况一览表", "2017-10-31"),
            ("1－10月累计\n完成数", "2017-10-31"),
            ("2018年1—2月", "2018-02-28"),
            ("1月至9月完成数", "2017-09-30"),
            ("1至10月份", "2017-10-31"),
            ("一至十月累计", "2017-10-31"),
            ("2017年1月-2017年10月", "2017-10-31"),
            ("2017年1月1日至10月25日", "2017-10-25"),
            ("截至10月底完成", "2017-10-31"),
            ("截至2018年11月15日", "2018-11-15"),
            ("截止到11月30日", "2017-11-30"),
            ("2017年上半年", "2017-06-30"),
            ("二〇一七年前三季度", "2017-09-30"),
        ] {
            assert_eq!(day(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "累计完成数",
            "2017年招商引资情况表",
            "3-10月完成数",
            "截至2017年2月30日",
            "2017年10月",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
        assert_eq!(as_at("1-10月", None, false), None);
    }
}
