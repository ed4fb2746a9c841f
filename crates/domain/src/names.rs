//! Names as people type them: compared without regard to width, case and white space.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

/// The form under which two writings of a name are the same: NFKC, lower case, no white space or invisible marks.
pub fn key(name: &str) -> String {
    name.nfkc()
        .filter(|c| !is_blank(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// A name as it is stored: NFC, outer white space of every kind off, line breaks dropped.
pub fn tidy(name: &str) -> String {
    let joined: String = name
        .nfc()
        .filter(|c| {
            !turns(*c) && !matches!(c, '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}')
        })
        .collect();
    joined.trim_matches(is_blank).to_owned()
}

/// A narrative as it is stored: NFC, outer white space of every kind off, line breaks kept as `\n`.
pub fn tidy_text(text: &str) -> String {
    let text: String = text.nfc().filter(|c| !turns(*c)).collect();
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}'], "\n");
    text.trim_matches(|c| c != '\0' && is_blank(c)).to_owned()
}

/// Marks that turn the direction of writing: nobody types them, and what follows would be read backwards.
const fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// White space of every kind, and marks that no one sees.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || turns(c)
        || matches!(
            c,
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'
        )
}

/// How alike two names are, 0 to 100: shared pairs of neighbouring characters (Dice).
pub fn likeness(a: &str, b: &str) -> u32 {
    let (a, b) = (pairs(&key(a)), pairs(&key(b)));
    let all = a.len() + b.len();
    if all == 0 {
        return 0;
    }
    u32::try_from(200 * a.intersection(&b).count() / all).unwrap_or(0)
}

fn pairs(key: &str) -> HashSet<(char, char)> {
    let chars: Vec<char> = key.chars().collect();
    chars.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_blanks_do_not_matter() {
        assert_eq!(key("温州 银行\u{3000}（ＡＢ）"), key("温州银行(ab)"));
        assert_eq!(key("\u{feff}𠮷\u{200b}祥"), "𠮷祥");
        assert_ne!(key("温州银行"), key("温洲银行"));
    }

    #[test]
    fn tidy_keeps_inner_blanks_and_drops_breaks() {
        assert_eq!(tidy("\u{3000}温州\n银行 "), "温州银行");
        assert_eq!(tidy("A B"), "A B");
    }

    #[test]
    fn likeness_finds_the_slip() {
        assert_eq!(likeness("温州银行", "温州银行"), 100);
        assert!(likeness("温州市交通投资集团", "温州市交通投资集团有限公司") > 70);
        assert!(likeness("温州银行", "杭州地铁") < 20);
    }
}
