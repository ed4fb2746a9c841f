//! What remains of a contact once the telephones are out: names, with labels and separators off.

use crate::value::{is_blank, is_break};
use unicode_normalization::UnicodeNormalization as _;

/// Labels before a name or number, the longer ones first.
const LABELS: [&str; 37] = [
    "联系人姓名",
    "联络员",
    "姓名",
    "联系人及联系方式",
    "联系人及电话",
    "项目联系人",
    "联系手机",
    "联系电话",
    "联系方式",
    "办公电话",
    "办公室电话",
    "移动电话",
    "固定电话",
    "手机号码",
    "电话号码",
    "电子邮箱",
    "联系人",
    "联络人",
    "经办人",
    "手机号",
    "电话号",
    "微信号",
    "手机",
    "电话",
    "固话",
    "座机",
    "办公",
    "短号",
    "虚拟网",
    "传真",
    "邮箱",
    "微信",
    "邮编",
    "email",
    "mobile",
    "tel",
    "qq",
];

/// Words at the end of a name that say what the person is: no name of their own.
const TITLES: [&str; 26] = [
    "总经理",
    "副总经理",
    "董事长",
    "副总裁",
    "总裁",
    "经理",
    "主任",
    "处长",
    "科长",
    "部长",
    "所长",
    "局长",
    "主席",
    "书记",
    "主管",
    "总监",
    "助理",
    "专员",
    "专干",
    "秘书",
    "工程师",
    "先生",
    "女士",
    "同志",
    "主办",
    "科员",
];

/// Characters of a name at most: those of minorities, with a title in brackets.
const LONGEST: usize = 20;

/// The names in a text.
pub(super) fn find(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for piece in text.split(|c: char| is_break(c) || "、,，;；/／|｜\\".contains(c)) {
        let piece = without_labels(piece);
        let words: Vec<&str> = piece.split(is_blank).filter(|w| !w.is_empty()).collect();
        names.extend(people(&words));
    }
    names
        .into_iter()
        .map(|name| clean(&name))
        .filter(|name| name.chars().any(char::is_alphabetic) && !is_beside(name))
        .collect()
}

/// Words beside names and numbers that are nobody: `（手机）`, `微信同号`, `综合部`.
fn is_beside(name: &str) -> bool {
    const WORDS: [&str; 19] = [
        "转",
        "分机",
        "转机",
        "办",
        "手",
        "宅",
        "家",
        "手机",
        "电话",
        "办公",
        "座机",
        "固话",
        "短号",
        "微信",
        "微信同号",
        "同微信",
        "手机同微信",
        "同号",
        "小灵通",
    ];
    const PLACES: [&str; 8] = ["部", "处", "科", "室", "中心", "公司", "集团", "办"];
    let place = name.chars().count() >= 3 && PLACES.iter().any(|word| name.ends_with(word));
    WORDS.contains(&name) || place
}

/// Whether a name is longer or shorter than names are, or a sentence.
pub(super) fn is_odd(name: &str) -> bool {
    name.chars().count() > LONGEST
        || name.chars().count() == 1
        || name.contains(['。', '！', '？', '\u{fffd}'])
        || name.chars().any(|c| c.is_ascii_digit())
}

/// Takes labels off, wherever they stand with a colon, and at both ends without.
fn without_labels(piece: &str) -> String {
    let mut text: String = piece
        .chars()
        .map(|c| if c == '：' { ':' } else { c })
        .collect();
    for label in LABELS {
        while let Some(at) = text.to_lowercase().find(&format!("{label}:")) {
            if !text.is_char_boundary(at) || !text.is_char_boundary(at + label.len() + 1) {
                break;
            }
            text.replace_range(at..=at + label.len(), " ");
        }
    }
    let mut rest = text.trim_matches(is_edge);
    loop {
        // 办公室 is a place, not 办公 before a name.
        if is_beside(rest) {
            return rest.to_owned();
        }
        let lower = rest.to_lowercase();
        let shorter = LABELS.iter().find_map(|label| {
            if lower.len() != rest.len() {
                return None;
            }
            if lower.ends_with(label) {
                rest.get(..rest.len() - label.len())
            } else if lower.starts_with(label) {
                rest.get(label.len()..)
            } else {
                None
            }
        });
        match shorter {
            Some(shorter) => rest = shorter.trim_matches(is_edge),
            None => return rest.to_owned(),
        }
    }
}

/// Marks at the edges that are no part of a name; brackets are looked at later, in pairs.
fn is_edge(c: char) -> bool {
    is_blank(c)
        || matches!(
            c,
            ':' | '：' | '-' | '—' | '_' | '.' | '·' | '+' | '。' | '*'
        )
}

/// Which of these words, set apart by blanks, are people: `张 三` is one, `张三 李四` two, `张三 处长` one.
fn people(words: &[&str]) -> Vec<String> {
    let is_han = |word: &&str| word.chars().all(|c| u32::from(c) >= 0x2e80);
    let length = |word: &&str| word.chars().count();
    if words.len() > 1 && words.iter().all(|word| is_han(word) && length(word) == 1) {
        return vec![words.concat()];
    }
    let mut people: Vec<String> = Vec::new();
    for word in words {
        let title = TITLES.iter().any(|title| word.ends_with(title)) && length(word) <= 8;
        let bracket = word.starts_with(['(', '（', '[', '【']);
        let latin = !is_han(word) && people.last().is_some_and(|last| last.is_ascii());
        match people.last_mut() {
            Some(last) if title || bracket || latin || !is_han(word) => {
                last.push(' ');
                last.push_str(word);
            }
            Some(last) if last.chars().count() == 1 && length(word) == 1 => last.push_str(word),
            _ => people.push((*word).to_owned()),
        }
    }
    people
}

/// NFC, without empty or half brackets and edges.
fn clean(name: &str) -> String {
    let mut text: String = name.nfc().filter(|c| !c.is_control()).collect();
    for empty in ["()", "（）", "(）", "（)", "[]", "【】"] {
        text = text.replace(empty, "");
    }
    loop {
        let trimmed = text.trim_matches(is_edge);
        let opened = trimmed.matches(['(', '（', '[', '【']).count();
        let closed = trimmed.matches([')', '）', ']', '】']).count();
        let next = if opened > closed {
            trimmed
                .strip_suffix(['(', '（', '[', '【'])
                .or_else(|| trimmed.strip_prefix(['(', '（', '[', '【']))
        } else if closed > opened {
            trimmed
                .strip_prefix([')', '）', ']', '】'])
                .or_else(|| trimmed.strip_suffix([')', '）', ']', '】']))
        } else {
            None
        };
        let whole = trimmed
            .strip_prefix(['(', '（'])
            .and_then(|rest| rest.strip_suffix([')', '）']));
        match next.or(whole) {
            Some(next) => text = next.to_owned(),
            None => return trimmed.to_owned(),
        }
    }
}
