//! Telephone numbers in a line: mobiles, landlines with area code and extension, short numbers.

use super::Line;
use crate::value::is_blank;

/// A stretch of the line that is a number, or an address that only looks like one.
#[derive(Debug)]
pub(super) struct Found {
    /// As it is dialled: `13800138000`, `0577-88881234`, `0577-88881234转801`.
    pub text: String,
    pub kind: Kind,
    pub from: usize,
    pub to: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Usual,
    Odd,
    /// Of a fax, a QQ account.
    NotCalled,
    /// E-mail.
    Address,
}

/// Fewer digits are a number of a house or of people.
const SHORTEST: usize = 3;

/// A run of digits.
#[derive(Debug, Clone, Copy)]
struct Group {
    from: usize,
    to: usize,
}

impl Group {
    const fn len(self) -> usize {
        self.to - self.from
    }
}

/// Finds the numbers of a line, from left to right.
pub(super) fn find(line: &Line) -> Vec<Found> {
    let half = &line.half;
    let mut found = addresses(half);
    let groups = groups(half, &found);
    let mut at = 0;
    while at < groups.len() {
        let (used, number) = number(half, &groups[at..]);
        at += used;
        found.extend(number);
    }
    found.sort_by_key(|number| number.from);
    // An extension may have taken what was an address before; the first one counts.
    let mut end = 0;
    found.retain(|number| {
        let free = number.from >= end;
        if free {
            end = number.to;
        }
        free
    });
    found
}

/// Words around an `@`.
fn addresses(half: &[char]) -> Vec<Found> {
    let part = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let mut found: Vec<Found> = Vec::new();
    for at in (0..half.len()).filter(|at| half[*at] == '@') {
        let before = half[..at].iter().rev().take_while(|c| part(c)).count();
        let after = half[at + 1..].iter().take_while(|c| part(c)).count();
        let from = at - before;
        if before == 0 || after == 0 || found.last().is_some_and(|last| last.to > from) {
            continue;
        }
        let to = at + 1 + after;
        found.push(Found {
            text: half[from..to].iter().collect(),
            kind: Kind::Address,
            from,
            to,
        });
    }
    found
}

/// Runs of digits outside words of Latin letters and addresses.
fn groups(half: &[char], taken: &[Found]) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut addresses = taken.iter().peekable();
    let mut at = 0;
    while at < half.len() {
        while addresses.next_if(|address| address.to <= at).is_some() {}
        if let Some(address) = addresses.peek().filter(|address| address.from <= at) {
            at = address.to;
            continue;
        }
        if !half[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let length = half[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        groups.push(Group {
            from: at,
            to: at + length,
        });
        at += length;
    }
    groups
}

/// The number that starts at the first of these groups, and how many groups it takes.
fn number(half: &[char], groups: &[Group]) -> (usize, Option<Found>) {
    let skipped = country(half, groups);
    let rest = &groups[skipped..];
    let Some(first) = rest.first() else {
        return (groups.len().min(1), None);
    };
    if let Some((used, hidden)) = masked(half, rest) {
        return (skipped + used, Some(hidden));
    }
    let usual = mobile(half, rest)
        .or_else(|| landline(half, rest, skipped > 0))
        .or_else(|| service(half, rest))
        .or_else(|| local(half, rest));
    let (used, mut text, kind) = match usual {
        Some((used, text)) => (used, text, Kind::Usual),
        None if first.len() < SHORTEST || in_word(half, *first) => return (skipped + 1, None),
        None => (1, digits(half, *first), Kind::Odd),
    };
    let last = rest[used - 1];
    let mut to = last.to;
    let mut used = used;
    if let Some((end, extension)) = extension(half, rest.get(used), to) {
        text.push_str(&extension);
        to = end;
        used += 1;
    }
    let opening = groups[0].from;
    let from = start(half, opening);
    let to = closing(half, from, to);
    let kind = if not_called(half, from) {
        Kind::NotCalled
    } else {
        kind
    };
    let found = Found {
        text,
        kind,
        from,
        to,
    };
    (skipped + used, Some(found))
}

fn digits(half: &[char], group: Group) -> String {
    half[group.from..group.to].iter().collect()
}

/// `+86`, `0086`, `86-` before a number: one group to skip.
fn country(half: &[char], groups: &[Group]) -> usize {
    let Some(first) = groups.first() else {
        return 0;
    };
    let text = digits(half, *first);
    let plus = first.from > 0 && half[first.from - 1] == '+';
    let next_is_near = groups
        .get(1)
        .is_some_and(|next| is_joint(&half[first.to..next.from]));
    usize::from(next_is_near && (text == "0086" || text == "86" && (plus || groups.len() > 1)))
}

/// Whether what stands between two groups may join them to one number.
fn is_joint(between: &[char]) -> bool {
    let strokes = between
        .iter()
        .filter(|c| matches!(c, '-' | '—' | '.'))
        .count();
    let others = between
        .iter()
        .filter(|c| !is_blank(**c) && !matches!(c, '-' | '—' | '.' | '(' | ')'));
    others.count() == 0
        && strokes <= 2
        && between.len() <= 4
        && !between.iter().any(|c| crate::value::is_break(*c))
}

/// How many groups, joined, have exactly one of these lengths; the fewest that do.
fn joined(half: &[char], groups: &[Group], lengths: &[usize]) -> Option<usize> {
    let most = *lengths.iter().max()?;
    let mut length = 0;
    for (at, group) in groups.iter().enumerate().take(4) {
        if at > 0 && !is_joint(&half[groups[at - 1].to..group.from]) {
            return None;
        }
        // 8888 1234 and 138 0013 8000 are cut in three and fours; other pieces are other numbers.
        if at > 0 && !(3..=4).contains(&group.len()) {
            return None;
        }
        length += group.len();
        if lengths.contains(&length) {
            return Some(at + 1);
        }
        if length > most {
            return None;
        }
    }
    None
}

fn all(half: &[char], groups: &[Group]) -> String {
    groups.iter().map(|group| digits(half, *group)).collect()
}

/// `138****8000`: digits that are not shown make it no number to call.
fn masked(half: &[char], groups: &[Group]) -> Option<(usize, Found)> {
    let first = groups.first()?;
    let length = half[first.from..]
        .iter()
        .take_while(|c| c.is_ascii_digit() || matches!(c, '*' | '×'))
        .count();
    let to = first.from + length;
    let hidden = half[first.from..to].iter().any(|c| !c.is_ascii_digit());
    hidden.then(|| {
        let used = groups.iter().take_while(|group| group.from < to).count();
        let found = Found {
            text: half[first.from..to].iter().collect(),
            kind: Kind::Odd,
            from: first.from,
            to,
        };
        (used, found)
    })
}

/// `13800138000`, `138 0013 8000`, `138-0013-8000`, also with 86 or a trunk 0 straight before it.
fn mobile(half: &[char], groups: &[Group]) -> Option<(usize, String)> {
    let used = joined(half, groups, &[11, 12, 13])?;
    let text = all(half, &groups[..used]);
    let own = match text.len() {
        11 => text.as_str(),
        12 => text.strip_prefix('0')?,
        _ => text.strip_prefix("86")?,
    };
    let second = own.chars().nth(1)?;
    let is_mobile = own.starts_with('1') && ('3'..='9').contains(&second);
    is_mobile.then(|| (used, own.to_owned()))
}

/// `0577-88881234`, `(0577) 8888 1234`, `057788881234`.
fn landline(half: &[char], groups: &[Group], abroad: bool) -> Option<(usize, String)> {
    let first = groups.first()?;
    let mut head = digits(half, *first);
    // +86 577 88881234: after the country the trunk 0 is left out.
    if abroad && (2..=3).contains(&first.len()) && !head.starts_with('0') {
        head.insert(0, '0');
    }
    if !head.starts_with('0') || head.starts_with("00") {
        return None;
    }
    let area = if head.starts_with("010") || head.starts_with("02") {
        3
    } else {
        4
    };
    if head.len() == area {
        let next = groups.get(1)?;
        if !is_joint(&half[first.to..next.from]) {
            return None;
        }
        let used = joined(half, &groups[1..], &[7, 8])?;
        return Some((used + 1, format!("{head}-{}", all(half, &groups[1..=used]))));
    }
    let own = head.get(area..)?;
    (own.len() == 7 || own.len() == 8).then(|| (1, format!("{}-{own}", &head[..area])))
}

/// `400-123-4567`, `95588`.
fn service(half: &[char], groups: &[Group]) -> Option<(usize, String)> {
    let used = joined(half, groups, &[10])?;
    let text = all(half, &groups[..used]);
    (text.starts_with("400") || text.starts_with("800")).then_some((used, text))
}

/// `88881234`, `8888 1234`.
fn local(half: &[char], groups: &[Group]) -> Option<(usize, String)> {
    let used = joined(half, groups, &[7, 8])?;
    let text = all(half, &groups[..used]);
    (!text.starts_with(['0', '1'])).then_some((used, text))
}

/// `-801`, `转801`, `（转 801）`, `分机801` after a number: where it ends and how it is written.
fn extension(half: &[char], group: Option<&Group>, from: usize) -> Option<(usize, String)> {
    let group = group.filter(|group| group.len() <= 6)?;
    let between: String = half[from..group.from]
        .iter()
        .filter(|c| !is_blank(**c) && **c != '.')
        .collect();
    let between = between.to_lowercase();
    let bare = between
        .trim_start_matches(['(', ',', ')'])
        .trim_end_matches([':', ')']);
    let text = digits(half, *group);
    let written = match bare {
        "-" | "—" if group.len() <= 5 => format!("-{text}"),
        "转" | "分机" | "转分机" | "分机号" | "内线" | "ext" | "x" | "转接" => {
            format!("转{text}")
        }
        _ => return None,
    };
    let closed = half[from..group.from].contains(&'(') && half.get(group.to) == Some(&')');
    Some((group.to + usize::from(closed), written))
}

/// Digits within a word of Latin letters: no telephone.
fn in_word(half: &[char], group: Group) -> bool {
    let letter = |c: Option<&char>| c.is_some_and(char::is_ascii_alphabetic);
    letter(
        group
            .from
            .checked_sub(1)
            .and_then(|before| half.get(before)),
    ) || letter(half.get(group.to))
}

/// The bracket or plus sign that belongs to the number.
fn start(half: &[char], from: usize) -> usize {
    let before = from.checked_sub(1).and_then(|at| half.get(at));
    if matches!(before, Some('+' | '(')) {
        from - 1
    } else {
        from
    }
}

/// Closes the bracket that `start` opened.
fn closing(half: &[char], from: usize, to: usize) -> usize {
    let opened = half[from..to].iter().filter(|c| **c == '(').count();
    let closed = half[from..to].iter().filter(|c| **c == ')').count();
    to + usize::from(opened > closed && half.get(to) == Some(&')'))
}

/// Whether the word before a number says that it is not called: 传真, QQ.
fn not_called(half: &[char], from: usize) -> bool {
    const WORDS: [&str; 7] = ["传真", "qq", "微信", "邮编", "邮政编码", "fax", "wechat"];
    let before: String = half[from.saturating_sub(12)..from]
        .iter()
        .filter(|c| !is_blank(**c) && !matches!(c, ':' | '(' | '号'))
        .collect();
    let before = before.to_lowercase();
    WORDS.iter().any(|word| before.ends_with(word))
}
