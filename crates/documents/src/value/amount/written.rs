//! The grammar of a written number: grouping, magnitudes, units, Chinese characters.

use domain::Money;

use super::{Amount, NoAmount};
use crate::value::chinese;
use crate::value::decimal::Decimal;
use crate::value::is_blank;
use crate::value::money_unit::MoneyUnit;

/// 分 beyond which an amount is taken for a mistake, as [`Money`] does.
const LIMIT_FEN: i128 = 1_000_000_000_000_000;

const FEN_IN_YUAN: i64 = 100;

/// A number as written: in 元 where it names a unit, else in the unit of its column.
pub(super) struct Written {
    pub value: Decimal,
    /// The unit named in the cell; the value then is in 元.
    pub absolute: Option<String>,
    pub odd: bool,
    pub magnitude: Magnitude,
}

/// Whether the cell names an order of magnitude without 元: then the unit of the column may be meant on top of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Magnitude {
    /// A bare number, or a unit written in full: 5000, 5000万元.
    None,
    /// 1万, 3千, 一万, 三千.
    Bare,
    /// 九万零三百零九: a number written out, whose 万 is part of the number.
    Inside,
}

impl Written {
    pub fn parse(text: &str) -> Option<Self> {
        let text = strip_currency(text).replace("个亿", "亿");
        if text.chars().next().is_some_and(chinese::is_numeral) {
            return Self::parse_chinese(&text);
        }
        let mut rest = text.as_str();
        let mut total: Option<Self> = None;
        let mut above = i128::MAX;
        while !rest.trim().is_empty() {
            let digits = rest
                .find(|c: char| !is_number_part(c))
                .unwrap_or(rest.len());
            let (number, tail) = rest.split_at(digits);
            let words = tail
                .find(|c: char| c.is_ascii_digit() || c == '.')
                .unwrap_or(tail.len());
            let (words, next) = tail.split_at(words);
            // 1亿零500万
            let words = if next.is_empty() {
                words
            } else {
                words.trim_end_matches(['零', '〇'])
            };
            let piece = Self::piece(number, words)?;
            // 2亿3000万: every further piece must name a smaller unit than the one before.
            let size = magnitude(words)?.0;
            if size >= above || (total.is_some() && piece.absolute.is_none()) {
                return None;
            }
            above = size;
            total = Some(match total {
                None => piece,
                Some(sum) => sum.join(piece)?,
            });
            rest = next;
        }
        total
    }

    fn parse_chinese(text: &str) -> Option<Self> {
        let squeezed: String = text.chars().filter(|c| !is_blank(*c)).collect();
        let number = squeezed.trim_end_matches(['整', '正']);
        let (number, in_yuan) = match number.strip_suffix(['元', '圆']) {
            Some(number) => (number, true),
            None => (number, false),
        };
        let value = chinese::parse_decimal(number)
            .or_else(|| chinese::parse(number).map(Decimal::from_int))?;
        let last = number.chars().last();
        let named = match last {
            Some('万' | '萬') => Some("万元"),
            Some('亿' | '億') => Some("亿元"),
            _ if in_yuan || number.contains(['万', '亿', '萬', '億']) => Some("元"),
            _ => None,
        };
        let magnitude = match named {
            _ if in_yuan => Magnitude::None,
            Some("元") => Magnitude::Inside,
            Some(_) => Magnitude::Bare,
            // 零 to 十 are the same to everyone; 三千 may leave a 万 to the reader.
            None if number.contains(['百', '千', '佰', '仟']) => Magnitude::Bare,
            None => Magnitude::None,
        };
        Some(Self {
            value,
            absolute: named.map(str::to_owned),
            odd: false,
            magnitude,
        })
    }

    /// One number with the words after it.
    fn piece(number: &str, words: &str) -> Option<Self> {
        let (value, odd) = grouped(number)?;
        let (size, named) = magnitude(words)?;
        Some(Self {
            value: value.times(size)?,
            absolute: named,
            odd,
            magnitude: if size == 1 || words.contains(['元', '圆']) {
                Magnitude::None
            } else {
                Magnitude::Bare
            },
        })
    }

    fn join(self, next: Self) -> Option<Self> {
        Some(Self {
            value: self.value.plus(next.value)?,
            absolute: self.absolute,
            odd: self.odd || next.odd,
            magnitude: if next.magnitude == Magnitude::None {
                Magnitude::None
            } else {
                self.magnitude
            },
        })
    }

    pub fn amount(
        self,
        column: &MoneyUnit,
        negative: bool,
        approximate: bool,
    ) -> Result<Amount, NoAmount> {
        let value = if negative {
            self.value.negate()
        } else {
            self.value
        };
        let in_yuan = column.fen == FEN_IN_YUAN;
        if self.magnitude == Magnitude::Inside && !in_yuan {
            return Err(NoAmount::Magnitude);
        }
        let (fen_each, by_column) = if self.absolute.is_some() {
            (i128::from(FEN_IN_YUAN), false)
        } else {
            (i128::from(column.fen), true)
        };
        let exact = value.times(fen_each).ok_or(NoAmount::OutOfRange)?;
        let fen = exact
            .rounded(0)
            .filter(|fen| fen.abs() <= LIMIT_FEN)
            .ok_or(NoAmount::OutOfRange)?;
        let fen = i64::try_from(fen).map_err(|_| NoAmount::OutOfRange)?;
        let doubled = self.magnitude == Magnitude::Bare && !in_yuan && fen != 0;
        Ok(Amount {
            money: Money::from_fen(fen),
            approximate,
            rounded: exact.is_finer_than(0),
            other_unit: self
                .absolute
                .as_ref()
                .is_some_and(|named| *named != column.name),
            named_unit: self.absolute,
            doubled,
            odd_writing: self.odd,
            by_column: (by_column || doubled) && fen != 0,
        })
    }
}

fn strip_currency(text: &str) -> String {
    let lower = text.to_lowercase();
    let start = ["人民币", "rmb", "cny", "¥"]
        .iter()
        .find(|word| lower.starts_with(**word))
        .map_or(0, |word| word.len());
    let rest = text.get(start..).unwrap_or(text).trim();
    let end = ["(人民币)", "人民币", "rmb", "cny"]
        .iter()
        .find(|word| lower.ends_with(**word))
        .map_or(0, |word| word.len());
    let rest = rest
        .len()
        .checked_sub(end)
        .and_then(|length| rest.get(..length))
        .unwrap_or(rest);
    rest.trim().to_owned()
}

fn is_number_part(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | ' ' | 'e' | 'E' | '+') || c == '’'
}

/// How many 元 (or, without a named unit, ones) the words after a number stand for, and the unit they name.
pub(super) fn magnitude(words: &str) -> Option<(i128, Option<String>)> {
    let words: String = words.chars().filter(|c| !is_blank(*c)).collect();
    let words = words
        .replace("个亿", "亿")
        .replace('仟', "千")
        .replace('佰', "百")
        .replace('拾', "十");
    let words = words.trim_end_matches(['整', '正']);
    let (size_words, in_yuan) = match words.strip_suffix(['元', '圆']) {
        Some(rest) => (rest, true),
        None => (words, false),
    };
    let size = match size_words {
        "" => 1,
        "十" => 10,
        "百" => 100,
        "千" => 1_000,
        "万" | "萬" => 10_000,
        "十万" => 100_000,
        "百万" => 1_000_000,
        "千万" => 10_000_000,
        "亿" | "億" => 100_000_000,
        _ => return None,
    };
    let named = match size_words.chars().last() {
        Some('万' | '萬') => Some("万元".to_owned()),
        Some('亿' | '億') => Some("亿元".to_owned()),
        None if in_yuan => Some("元".to_owned()),
        _ if in_yuan => MoneyUnit::parse(&format!("{size_words}元")).map(|unit| unit.name),
        _ => None,
    };
    Some((size, named))
}

/// A number with its separators checked: true where it is written unusually (but unmistakably).
fn grouped(number: &str) -> Option<(Decimal, bool)> {
    let number = number.trim();
    if number.contains(['e', 'E']) {
        return Decimal::parse_stored(number).map(|value| (value, true));
    }
    let (whole, fraction) = number
        .split_once('.')
        .map_or((number, None), |(whole, fraction)| (whole, Some(fraction)));
    // Nobody writes 000 or 0500; what remains of 10,000 cut in two does look like that.
    if whole.len() > 1 && whole.starts_with('0') {
        return None;
    }
    let separators: Vec<char> = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    let Some(separator) = separators.first() else {
        return Decimal::parse(number).map(|value| (value, false));
    };
    let groups: Vec<&str> = whole.split(*separator).collect();
    let regular = |size: usize| {
        let (first, rest) = groups.split_first().unwrap_or((&"", &[]));
        (1..=size).contains(&first.len()) && rest.iter().all(|group| group.len() == size)
    };
    let digits: String = groups.concat();
    if !digits.bytes().all(|b| b.is_ascii_digit())
        || !(regular(3) || (regular(4) && *separator == ','))
    {
        return None;
    }
    let plain = fraction.map_or_else(|| digits.clone(), |fraction| format!("{digits}.{fraction}"));
    // 10 000 is ten thousand to some and two numbers to others.
    Decimal::parse(&plain).map(|value| (value, !regular(3) || *separator != ','))
}
