//! Amounts of money as clerks write them.

use domain::Money;

use super::chinese;
use super::decimal::Decimal;
use super::money_unit::{self, MoneyUnit};
use super::{half_width, is_blank, is_break};

/// 分 beyond which an amount is taken for a mistake, as [`Money`] does.
const LIMIT_FEN: i128 = 1_000_000_000_000_000;

/// An amount that was read, with what is doubtful about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Amount {
    pub money: Money,
    /// 约, 左右, 以上 …
    pub approximate: bool,
    /// Finer than 分, so rounded.
    pub rounded: bool,
    /// The cell names another unit than its column: which one.
    pub other_unit: Option<String>,
    /// Grouped otherwise than by thousands, or with digits lost to exponent notation.
    pub odd_writing: bool,
    /// The unit of the column was needed to read it.
    pub by_column: bool,
}

/// Why there is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoAmount {
    Blank,
    /// 待定, 面议, — …
    Open,
    Range,
    Foreign,
    /// Two numbers, a percentage, words.
    NotANumber,
    OutOfRange,
}

/// Words that say that there is no amount yet.
const OPEN: [&str; 30] = [
    "-",
    "--",
    "---",
    "—",
    "——",
    "―",
    "/",
    "\\",
    "*",
    ".",
    "…",
    "……",
    "...",
    "无",
    "暂无",
    "没有",
    "待定",
    "未定",
    "待报",
    "待核",
    "待核实",
    "待确认",
    "面议",
    "不详",
    "空",
    "n/a",
    "na",
    "未下达",
    "未报",
    "缺",
];
/// Words before a number that make it approximate.
const ABOUT: [&str; 18] = [
    "约为",
    "大约",
    "大概",
    "约",
    "近",
    "将近",
    "接近",
    "超过",
    "超",
    "逾",
    "预计",
    "估计",
    "暂估",
    "暂定",
    "不少于",
    "不低于",
    "至少",
    "已超",
];
/// Words after a number that make it approximate.
const OR_SO: [&str; 7] = ["左右", "上下", "以上", "余", "多", "许", "(约)"];

/// Reads the text of a cell; `column` is the unit that holds where the cell names none.
pub(crate) fn read(text: &str, column: &MoneyUnit) -> Result<Amount, NoAmount> {
    let line = one_line(text)?;
    let squeezed: String = line.chars().filter(|c| !is_blank(*c)).collect();
    if squeezed.is_empty() {
        return Err(NoAmount::Blank);
    }
    if OPEN.contains(&squeezed.to_lowercase().as_str()) {
        return Err(NoAmount::Open);
    }
    if money_unit::is_foreign(&squeezed) {
        return Err(NoAmount::Foreign);
    }
    let (core, approximate) = strip_about(line.trim());
    let (core, negative) = strip_sign(&core);
    let (core, more_about) = strip_about(&core);
    let written = Written::parse(&core).ok_or_else(|| why_not(&squeezed))?;
    written.amount(column, negative, approximate || more_about)
}

/// Reads a stored number, which is always in the unit of its column.
pub(crate) fn read_stored(text: &str, column: &MoneyUnit) -> Result<Amount, NoAmount> {
    let value = Decimal::parse_stored(text).ok_or(NoAmount::OutOfRange)?;
    Written {
        value,
        absolute: None,
        odd: false,
    }
    .amount(column, false, false)
}

/// A number as written: in 元 where it names a unit, else in the unit of its column.
struct Written {
    value: Decimal,
    /// The unit named in the cell; the value then is in 元.
    absolute: Option<String>,
    odd: bool,
}

impl Written {
    fn parse(text: &str) -> Option<Self> {
        let text = strip_currency(text);
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
        let value = Decimal::from_int(chinese::parse(number)?);
        let last = number.chars().last();
        let named = match last {
            Some('万' | '萬') => Some("万元"),
            Some('亿' | '億') => Some("亿元"),
            _ if in_yuan || number.contains(['万', '亿', '萬', '億']) => Some("元"),
            _ => None,
        };
        Some(Self {
            value,
            absolute: named.map(str::to_owned),
            odd: false,
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
        })
    }

    fn join(self, next: Self) -> Option<Self> {
        Some(Self {
            value: self.value.plus(next.value)?,
            absolute: self.absolute,
            odd: self.odd || next.odd,
        })
    }

    fn amount(
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
        let (fen_each, by_column) = if self.absolute.is_some() {
            (100, false)
        } else {
            (i128::from(column.fen), true)
        };
        let exact = value.times(fen_each).ok_or(NoAmount::OutOfRange)?;
        let fen = exact
            .rounded(0)
            .filter(|fen| fen.abs() <= LIMIT_FEN)
            .ok_or(NoAmount::OutOfRange)?;
        let fen = i64::try_from(fen).map_err(|_| NoAmount::OutOfRange)?;
        Ok(Amount {
            money: Money::from_fen(fen),
            approximate,
            rounded: exact.is_finer_than(0),
            other_unit: self.absolute.filter(|named| *named != column.name),
            odd_writing: self.odd,
            by_column: by_column && fen != 0,
        })
    }
}

/// Brackets of line breaks: a break inside a number would join two numbers into one.
fn one_line(text: &str) -> Result<String, NoAmount> {
    let trimmed = text.trim_matches(|c: char| is_blank(c));
    if trimmed.chars().any(is_break)
        && trimmed
            .split(is_break)
            .filter(|line| line.chars().any(|c| c.is_ascii_digit()))
            .count()
            > 1
    {
        return Err(NoAmount::NotANumber);
    }
    Ok(trimmed
        .chars()
        .map(half_width)
        .filter(|c| !is_break(*c))
        .collect())
}

fn strip_about(text: &str) -> (String, bool) {
    let mut rest = text.trim();
    let mut found = false;
    while let Some(shorter) = ABOUT.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter.trim_start_matches([' ', ':']);
        found = true;
    }
    while let Some(shorter) = OR_SO.iter().find_map(|word| rest.strip_suffix(word)) {
        rest = shorter.trim_end();
        found = true;
    }
    // 5000余万元, 3000多万: the word stands between number and unit.
    for word in ["余", "多"] {
        if let Some((number, unit)) = rest.split_once(word)
            && magnitude(unit).is_some_and(|(_, named)| named.is_some())
        {
            return (format!("{number}{unit}"), true);
        }
    }
    (rest.to_owned(), found)
}

/// A leading minus, or the brackets of accountants.
fn strip_sign(text: &str) -> (String, bool) {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('-') {
        return (rest.trim_start().to_owned(), true);
    }
    match text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        Some(inner) if inner.starts_with(|c: char| c.is_ascii_digit()) => (inner.to_owned(), true),
        _ => (text.to_owned(), false),
    }
}

fn strip_currency(text: &str) -> String {
    let lower = text.to_lowercase();
    let start = ["人民币", "rmb", "cny", "¥"]
        .iter()
        .find(|word| lower.starts_with(**word))
        .map_or(0, |word| word.len());
    let rest = text.get(start..).unwrap_or(text).trim();
    rest.strip_suffix("人民币")
        .unwrap_or(rest)
        .trim()
        .to_owned()
}

fn is_number_part(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | ' ' | 'e' | 'E' | '+') || c == '’'
}

/// How many 元 (or, without a named unit, ones) the words after a number stand for, and the unit they name.
fn magnitude(words: &str) -> Option<(i128, Option<String>)> {
    let words: String = words.chars().filter(|c| !is_blank(*c)).collect();
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
    Decimal::parse(&plain).map(|value| (value, !regular(3)))
}

/// The reason given where nothing could be read.
fn why_not(squeezed: &str) -> NoAmount {
    let mut pieces = squeezed
        .trim_start_matches('-')
        .split(['-', '~', '—', '―', '至', '到', '～']);
    let with_digits = pieces
        .by_ref()
        .filter(|piece| {
            piece
                .chars()
                .any(|c| c.is_ascii_digit() || chinese::is_numeral(c))
        })
        .count();
    if with_digits == 2 {
        NoAmount::Range
    } else {
        NoAmount::NotANumber
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `5000`, with `~` approximate, `!` other unit, `^` rounded, `?` odd writing; or the reason in capitals.
    fn wan(text: &str) -> String {
        brief(read(text, &MoneyUnit::wan()))
    }

    fn brief(amount: Result<Amount, NoAmount>) -> String {
        match amount {
            Ok(amount) => {
                let mark = |on: bool, mark: &'static str| if on { mark } else { "" };
                [
                    amount.money.wan_exact().as_str(),
                    mark(amount.approximate, "~"),
                    mark(amount.other_unit.is_some(), "!"),
                    mark(amount.rounded, "^"),
                    mark(amount.odd_writing, "?"),
                ]
                .concat()
            }
            Err(reason) => format!("{reason:?}"),
        }
    }

    #[test]
    fn amounts_as_clerks_write_them() {
        for (text, expected) in [
            ("10000", "10000"),
            ("１８４８．５", "1848.5"),
            (" 90,309 ", "90309"),
            ("1，234，567.89", "1234567.89"),
            ("10 000", "10000"),
            ("25,7483", "257483?"),
            ("5000万元", "5000"),
            ("5000万", "5000"),
            ("1.2亿元", "12000!"),
            ("2亿3000万元", "23000!"),
            ("500元", "0.05!"),
            ("¥5,000", "5000"),
            ("人民币5000万元整", "5000"),
            ("三千万", "3000"),
            ("叁仟万元整", "3000"),
            ("三千", "3000"),
            ("3千万", "3000"),
            ("3千", "3000"),
            ("约5000", "5000~"),
            ("5000左右", "5000~"),
            ("5000余万元", "5000~"),
            ("近3000多万", "3000~"),
            ("5000万元以上", "5000~"),
            ("-262", "-262"),
            ("－262", "-262"),
            ("−262", "-262"),
            ("(262)", "-262"),
            ("（1,262.5）", "-1262.5"),
            ("0.0000005", "0.000001^"),
            ("1848.1234567", "1848.123457^"),
            ("1E4", "10000?"),
            ("0", "0"),
        ] {
            assert_eq!(wan(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_said() {
        for (text, reason) in [
            ("", "Blank"),
            ("\u{3000}\u{a0}", "Blank"),
            ("待定", "Open"),
            ("—", "Open"),
            ("－－", "Open"),
            ("/", "Open"),
            ("N/A", "Open"),
            ("1000-2000", "Range"),
            ("1000～2000万元", "Range"),
            ("1000万元至2000万元", "Range"),
            ("三千至五千万", "Range"),
            ("500万美元", "Foreign"),
            ("$500", "Foreign"),
            ("US$1,000", "Foreign"),
            ("1,00", "NotANumber"),
            ("1,0000,000", "NotANumber"),
            ("1 0 0 0", "NotANumber"),
            ("10000\n20000", "NotANumber"),
            ("1848²", "NotANumber"),
            ("1848①", "NotANumber"),
            ("5000（含外资262）", "NotANumber"),
            ("90%", "NotANumber"),
            ("#DIV/0!", "NotANumber"),
            ("5000以下", "NotANumber"),
            ("5000.", "NotANumber"),
            ("000", "NotANumber"),
            ("0500", "NotANumber"),
            ("3万亿", "NotANumber"),
            ("3000万2亿", "NotANumber"),
            ("1.2.3", "NotANumber"),
            ("2017年", "NotANumber"),
            ("99999999999999999999", "OutOfRange"),
        ] {
            assert_eq!(wan(text), reason, "{text}");
        }
    }

    #[test]
    fn the_unit_of_the_column_counts_where_the_cell_names_none() {
        let unit = |name: &str| MoneyUnit::parse(name).unwrap();
        assert_eq!(brief(read("18485000", &unit("元"))), "1848.5");
        assert_eq!(brief(read("0.18485", &unit("亿元"))), "1848.5");
        assert_eq!(brief(read("1848.5万元", &unit("元"))), "1848.5!");
        assert_eq!(
            brief(read_stored("1848.5000000000002", &unit("万元"))),
            "1848.5"
        );
        assert_eq!(brief(read_stored("-2.5E-3", &unit("亿元"))), "-25");
    }

    proptest! {
        #[test]
        fn plain_decimals_are_read_exactly(fen in -1_000_000_000_000_000i64..=1_000_000_000_000_000) {
            let money = Money::from_fen(fen);
            let amount = read(&money.wan_exact(), &MoneyUnit::wan()).unwrap();
            prop_assert_eq!(amount.money, money);
            prop_assert!(!amount.rounded && !amount.approximate && !amount.odd_writing);
        }

        #[test]
        fn grouping_changes_nothing(wan in 0u32..999_999_999) {
            let plain = wan.to_string();
            let mut grouped = String::new();
            for (at, c) in plain.chars().enumerate() {
                if at > 0 && (plain.len() - at).is_multiple_of(3) { grouped.push(','); }
                grouped.push(c);
            }
            prop_assert_eq!(read(&grouped, &MoneyUnit::wan()).unwrap().money, Money::from_wan(wan.into()));
        }

        #[test]
        fn any_text_is_survived(text in "[0-9０-９.,，()（）约余万亿元千百十三一%~-—至美\\s]{0,24}") {
            let _ = read(&text, &MoneyUnit::wan());
        }
    }
}
