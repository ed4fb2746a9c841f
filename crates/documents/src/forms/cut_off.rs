//! Up to when cumulative amounts run, as titles and headers say it: 1-10月, 截至10月底, 上半年.

use chrono::NaiveDate;
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
    if let Some(month) = months_from_january(&text) {
        return month_end(year, month);
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

/// `1-10月`, `1月至10月`, `1～10月份`: the last month of a span from January; `1月` alone is a span too.
fn months_from_january(text: &str) -> Option<u32> {
    for (at, _) in text.match_indices('月') {
        let before = &text[..at];
        let Some(last) = trailing_number(before) else {
            continue;
        };
        let lead = before.trim_end_matches(|c: char| c.is_ascii_digit());
        let lead = lead
            .strip_suffix(['-', '—', '~', '至', '到', '―'])
            .map(|lead| lead.trim_end_matches(['-', '—']).trim_end_matches('月'));
        match lead {
            Some(lead) if trailing_number(lead) == Some(1) && (1..=12).contains(&last) => {
                return Some(last);
            }
            _ => {}
        }
    }
    None
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
    fn cut_offs_of_titles_and_headers() {
        for (text, expected) in [
            ("2017年1-10月市级国有企业招商引资情况一览表", "2017-10-31"),
            ("1－10月累计\n完成数", "2017-10-31"),
            ("2018年1—2月", "2018-02-28"),
            ("1月至9月完成数", "2017-09-30"),
            ("1至10月份", "2017-10-31"),
            ("一至十月累计", "2017-10-31"),
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
