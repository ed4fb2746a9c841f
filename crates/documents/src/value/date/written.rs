//! The grammar of written dates: runs of digits with 年, 月, 日 or separators between them.

use super::{NoDate, PartialDate};
use crate::value::{chinese, is_blank};

/// A run of characters that is written like a date.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub date: Result<PartialDate, NoDate>,
    /// Where it stands in the text, in bytes.
    from: usize,
    to: usize,
}

/// All runs in a text.
pub(super) struct Scan(Vec<Run>);

impl Scan {
    /// Finds them; `text` is in half-width letters.
    pub fn of(text: &str) -> Self {
        let pieces = pieces(text);
        let mut runs = Vec::new();
        let mut at = 0;
        while at < pieces.len() {
            let Some((used, date)) = run(&pieces[at..]) else {
                at += 1;
                continue;
            };
            runs.push(Run {
                date,
                from: pieces[at].from,
                to: pieces[at + used - 1].to,
            });
            at += used;
        }
        Self(runs)
    }

    /// The run, where there is one and no other.
    pub fn only(&self) -> Result<Run, NoDate> {
        match self.0.as_slice() {
            [] => Err(NoDate::NotADate),
            [run] => Ok(*run),
            _ => Err(NoDate::Unclear),
        }
    }

    /// What stands beside the first run, without blanks, stops and brackets.
    pub fn words_beside(&self, text: &str) -> String {
        let Some(run) = self.0.first() else {
            return String::new();
        };
        let rest = [&text[..run.from], &text[run.to..]].concat();
        rest.chars()
            .filter(|c| !is_blank(*c) && !"()[]【】,;。.、:".contains(*c))
            .collect()
    }
}

/// Whether words make a date a time about it.
pub(super) fn is_about(words: &str) -> bool {
    const ABOUT: [&str; 16] = [
        "约",
        "大约",
        "左右",
        "前后",
        "上旬",
        "中旬",
        "下旬",
        "初",
        "底",
        "末",
        "中",
        "上半月",
        "下半月",
        "内",
        "月初",
        "月底",
    ];
    ABOUT.contains(&words)
}

/// Whether words say that something is still to come, or lasts: then the date is not the one asked for.
pub(super) fn is_open_ended(words: &str) -> bool {
    const WORDS: [&str; 20] = [
        "前", "后", "起", "至", "到", "预计", "计划", "拟", "将", "争取", "力争", "以来", "截至",
        "截止", "待", "未", "-", "—", "~", "或",
    ];
    WORDS.iter().any(|word| words.contains(word))
}

/// A piece of text: a number, or one other character.
#[derive(Debug, Clone, Copy)]
struct Piece {
    kind: Kind,
    from: usize,
    to: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Its value and how many digits it has.
    Number(u32, usize),
    /// The same written in characters.
    Chinese(u32, usize),
    Other(char),
    Blank,
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((from, first)) = rest.next() {
        let mut to = from + first.len_utf8();
        let same = |c: char| {
            if first.is_ascii_digit() {
                c.is_ascii_digit()
            } else if is_blank(first) {
                is_blank(c)
            } else {
                is_chinese_digit(first) && is_chinese_digit(c)
            }
        };
        while let Some((at, c)) = rest.next_if(|(_, c)| same(*c)) {
            to = at + c.len_utf8();
        }
        let part = &text[from..to];
        let digits = part.chars().count();
        let kind = if first.is_ascii_digit() {
            part.parse()
                .map_or(Kind::Other(first), |value| Kind::Number(value, digits))
        } else if is_blank(first) {
            Kind::Blank
        } else if is_chinese_digit(first) {
            in_characters(part).map_or(Kind::Other(first), |value| Kind::Chinese(value, digits))
        } else {
            Kind::Other(first)
        };
        pieces.push(Piece { kind, from, to });
    }
    pieces
}

fn is_chinese_digit(c: char) -> bool {
    "〇零○一二三四五六七八九十".contains(c)
}

/// 二〇一七 is read digit by digit, 二十八 as a number.
fn in_characters(text: &str) -> Option<u32> {
    let digit = |c: char| match c {
        '〇' | '○' => Some(0),
        _ => "零一二三四五六七八九"
            .chars()
            .position(|digit| digit == c)
            .and_then(|at| u32::try_from(at).ok()),
    };
    if text.chars().count() == 4 && !text.contains('十') {
        return text
            .chars()
            .try_fold(0, |value, c| digit(c).map(|digit| value * 10 + digit));
    }
    let plain = text.replace(['〇', '○'], "零");
    chinese::parse(&plain).and_then(|value| u32::try_from(value).ok())
}

/// A date at the start of these pieces, and how many of them it takes.
fn run(pieces: &[Piece]) -> Option<(usize, Result<PartialDate, NoDate>)> {
    let by_words = by_words(pieces);
    by_words
        .or_else(|| by_separators(pieces))
        .or_else(|| together(pieces))
}

/// The pieces from `at` on, blanks passed over: the first of them and where it stands.
fn next(pieces: &[Piece], at: usize) -> Option<(usize, Kind)> {
    let at = at
        + pieces
            .get(at..)?
            .iter()
            .take_while(|piece| piece.kind == Kind::Blank)
            .count();
    pieces.get(at).map(|piece| (at, piece.kind))
}

const fn number(kind: Kind) -> Option<(u32, usize)> {
    match kind {
        Kind::Number(value, digits) | Kind::Chinese(value, digits) => Some((value, digits)),
        _ => None,
    }
}

/// `2017年5月8日`, `2017年5月`, `5月8日`, `2017年`.
fn by_words(pieces: &[Piece]) -> Option<(usize, Result<PartialDate, NoDate>)> {
    let mut at = 0;
    let mut year = None;
    let mut month = None;
    let mut day = None;
    let mut end = 0;
    while let Some((place, kind)) = next(pieces, at) {
        let Some(value) = number(kind) else { break };
        let Some((word_at, Kind::Other(word))) = next(pieces, place + 1) else {
            // 2017年5月8 lacks its 日.
            if month.is_some() && day.is_none() && value.1 <= 2 {
                day = Some(value);
                end = place + 1;
            }
            break;
        };
        match word {
            '年' if year.is_none() && month.is_none() => year = Some(value),
            '月' if month.is_none() => month = Some(value),
            '日' | '号' if month.is_some() && day.is_none() => day = Some(value),
            _ => break,
        }
        at = word_at + 1;
        end = at;
        if day.is_some() {
            break;
        }
    }
    if year.is_none() && month.is_none() {
        return None;
    }
    let date = match (year, month, day) {
        (Some((_, digits)), ..) if digits != 4 => Err(NoDate::NoYear),
        (Some((year, _)), Some((month, _)), Some((day, _))) => full(year, month, Some(day)),
        (Some((year, _)), Some((month, _)), None) => full(year, month, None),
        (Some(_), None, _) => Err(NoDate::NoMonth),
        (None, ..) => Err(NoDate::NoYear),
    };
    Some((end, date))
}

/// `2017.5.8`, `2017-5`, `2017/05/08`; `5.8` lacks its year, `5/8/2017` may be two days.
fn by_separators(pieces: &[Piece]) -> Option<(usize, Result<PartialDate, NoDate>)> {
    let mut values: Vec<(u32, usize)> = Vec::new();
    let mut separator = None;
    let mut end = 0;
    let mut at = 0;
    while let Some((place, Kind::Number(value, digits))) = next(pieces, at) {
        values.push((value, digits));
        end = place + 1;
        match next(pieces, end) {
            Some((mark_at, Kind::Other(mark)))
                if is_separator(mark) && separator.is_none_or(|before| before == plain(mark)) =>
            {
                separator = Some(plain(mark));
                at = mark_at + 1;
            }
            _ => break,
        }
    }
    let end = end + time_of_day(&pieces[end..]);
    match values.as_slice() {
        [(year, 4), (month, 1..=2), (day, 1..=2)] => Some((end, full(*year, *month, Some(*day)))),
        [(year, 4), (month, 1..=2)] => Some((end, full(*year, *month, None))),
        [(_, 1..=2), (_, 1..=2), (_, 4 | 2)] => Some((end, Err(NoDate::Unclear))),
        [(month, 1..=2), (day, 1..=2)]
            if separator != Some('~') && (1..=12).contains(month) && (1..=31).contains(day) =>
        {
            Some((end, Err(NoDate::NoYear)))
        }
        [] | [_] => None,
        _ => Some((end, Err(NoDate::Unclear))),
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, '.' | '/' | '-' | '—' | '、' | '·' | '\\')
}

/// Long and short strokes are one separator.
const fn plain(c: char) -> char {
    match c {
        '—' => '-',
        '·' => '.',
        '\\' => '/',
        _ => c,
    }
}

/// ` 00:00:00` or `T00:00` after a date, as exports write it: how many pieces.
fn time_of_day(pieces: &[Piece]) -> usize {
    let mut at = match next(pieces, 0) {
        Some((at, Kind::Other('T' | 't'))) => at + 1,
        Some((at, _)) => at,
        None => return 0,
    };
    let mut parts = 0;
    while let Some(Kind::Number(_, 1..=2)) = pieces.get(at).map(|piece| piece.kind) {
        parts += 1;
        at += 1;
        match pieces.get(at).map(|piece| piece.kind) {
            Some(Kind::Other(':')) => at += 1,
            _ => break,
        }
    }
    if parts >= 2 { at } else { 0 }
}

/// `20170508`, `201705`.
fn together(pieces: &[Piece]) -> Option<(usize, Result<PartialDate, NoDate>)> {
    match pieces.first()?.kind {
        Kind::Number(value, 8) => Some((
            1,
            full(value / 10_000, value / 100 % 100, Some(value % 100)),
        )),
        Kind::Number(value, 6) if (1990..=2099).contains(&(value / 100)) => {
            Some((1, full(value / 100, value % 100, None)))
        }
        // Any other number: not a date by itself, but not nothing beside one either.
        Kind::Number(..) => Some((1, Err(NoDate::NotADate))),
        _ => None,
    }
}

fn full(year: u32, month: u32, day: Option<u32>) -> Result<PartialDate, NoDate> {
    let year = i32::try_from(year).map_err(|_| NoDate::Unclear)?;
    match day {
        Some(day) => PartialDate::day(year, month, day),
        None => PartialDate::month(year, month),
    }
}
