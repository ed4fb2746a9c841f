//! Numbers written in Chinese characters: 三千万, 壹亿贰仟万, 十五.

use super::decimal::Decimal;

/// The value of a whole number in Chinese characters; none when it is not one, or not in the usual order.
pub(crate) fn parse(text: &str) -> Option<i128> {
    if text.is_empty() || text.chars().count() > 40 {
        return None;
    }
    if text.chars().all(|c| c == '零' || c == '〇') {
        return (text.chars().count() == 1).then_some(0);
    }
    let mut total = 0;
    let mut rest: String = text.chars().map(plain).collect();
    for (word, size) in [('亿', 100_000_000), ('万', 10_000)] {
        // 万亿 and 亿亿 are left to people.
        if let Some((upper, lower)) = rest.clone().split_once(word) {
            total += section(upper)? * size;
            // 三万五 is 35,000 to some and 30,005 to others.
            if lower.chars().count() == 1 {
                return None;
            }
            rest = lower.trim_start_matches('零').to_owned();
        }
    }
    if !rest.is_empty() {
        total += section(&rest)?;
    }
    Some(total)
}

/// The value of 十二点五亿 or 三点五: digits after 点, then at most one order of magnitude.
pub(crate) fn parse_decimal(text: &str) -> Option<Decimal> {
    const SIZES: [(&str, i128); 5] = [
        ("千万", 10_000_000),
        ("百万", 1_000_000),
        ("十万", 100_000),
        ("万", 10_000),
        ("亿", 100_000_000),
    ];
    if text.chars().count() > 40 {
        return None;
    }
    let everyday: String = text.chars().map(plain).collect();
    let (number, size) = SIZES
        .iter()
        .find_map(|(word, size)| Some((everyday.strip_suffix(word)?, *size)))
        .unwrap_or((&everyday, 1));
    let (whole, fraction) = number.split_once('点')?;
    let digits: Option<String> = fraction
        .chars()
        .map(|c| digit(c).and_then(|value| char::from_digit(u32::try_from(value).ok()?, 10)))
        .collect();
    let digits = digits.filter(|digits| !digits.is_empty())?;
    Decimal::parse(&format!("{}.{digits}", parse(whole)?))?.times(size)
}

/// Whether a character can be part of such a number.
pub(crate) fn is_numeral(c: char) -> bool {
    digit(plain(c)).is_some() || size(plain(c)).is_some() || matches!(plain(c), '万' | '亿')
}

/// A number below 10,000.
fn section(text: &str) -> Option<i128> {
    let mut total = 0;
    let mut pending = None;
    let mut last_size = 10_000;
    let mut after_zero = false;
    for c in text.chars() {
        if c == '零' {
            if pending.is_some() {
                return None;
            }
            after_zero = true;
        } else if let Some(value) = digit(c) {
            if pending.replace(value).is_some() {
                return None;
            }
        } else {
            let size = size(c).filter(|size| *size < last_size)?;
            // 十五 is 15; 百 without a digit is no number.
            total += pending.take().or((size == 10 && total == 0).then_some(1))? * size;
            last_size = size;
            after_zero = false;
        }
    }
    // 一千八 is 1,800 to some and 1,008 to others.
    if pending.is_some() && total > 0 && last_size > 10 && !after_zero {
        return None;
    }
    total += pending.unwrap_or(0);
    (total > 0).then_some(total)
}

/// The everyday character for the one of accountants.
fn plain(c: char) -> char {
    const PAIRS: [(char, char); 19] = [
        ('壹', '一'),
        ('贰', '二'),
        ('叁', '三'),
        ('肆', '四'),
        ('伍', '五'),
        ('陆', '六'),
        ('柒', '七'),
        ('捌', '八'),
        ('玖', '九'),
        ('拾', '十'),
        ('佰', '百'),
        ('仟', '千'),
        ('两', '二'),
        ('〇', '零'),
        ('萬', '万'),
        ('億', '亿'),
        ('貳', '二'),
        ('參', '三'),
        ('陸', '六'),
    ];
    PAIRS
        .iter()
        .find(|(formal, _)| *formal == c)
        .map_or(c, |(_, everyday)| *everyday)
}

fn digit(c: char) -> Option<i128> {
    let at = "零一二三四五六七八九"
        .chars()
        .position(|digit| digit == c)?;
    i128::try_from(at).ok()
}

fn size(c: char) -> Option<i128> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_characters() {
        for (text, value) in [
            ("三千万", 30_000_000),
            ("叁仟万", 30_000_000),
            ("一亿二千万", 120_000_000),
            ("一亿零五十万", 100_500_000),
            ("十五亿", 1_500_000_000),
            ("二十", 20),
            ("一千八百四十八", 1848),
            ("一万零三", 10_003),
            ("两百", 200),
            ("零", 0),
        ] {
            assert_eq!(parse(text), Some(value), "{text}");
        }
    }

    #[test]
    fn decimals_in_characters() {
        let exact = |text: &str| parse_decimal(text).map(Decimal::exact);
        for (text, value) in [
            ("十二点五亿", "1250000000"),
            ("三点五", "3.5"),
            ("零点零五亿", "5000000"),
            ("一点二五千万", "12500000"),
        ] {
            assert_eq!(exact(text).as_deref(), Some(value), "{text}");
        }
        for text in [
            "点五",
            "三点",
            "三点五点六",
            "三点十五",
            "三点五亿万",
            "三点五万亿",
            "三",
        ] {
            assert_eq!(exact(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_in_order_is_no_number() {
        for text in [
            "",
            "千",
            "三三",
            "百",
            "三千千",
            "一百二千",
            "零零",
            "万",
            "三万亿",
            "一二三",
            "三千甲",
            "一千八",
            "三万五",
            "两百五",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
