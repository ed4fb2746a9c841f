//! From the text of one cell to an exact value, with every doubt named.

pub(crate) mod amount;
mod chinese;
pub(crate) mod contact;
pub(crate) mod date;
pub(crate) mod decimal;
pub(crate) mod money_unit;
pub(crate) mod rate;

/// Full-width and other variants of ASCII as ASCII; every kind of blank as a space. Unlike NFKC it leaves `²` and
/// `①` alone: a raised note mark must not become a digit.
pub(crate) fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c)
            .checked_sub(0xfee0)
            .and_then(char::from_u32)
            .unwrap_or(c),
        '\u{ffe5}' => '¥',
        '\u{2212}' | '\u{fe63}' | '\u{2010}' | '\u{2011}' | '\u{2013}' => '-',
        '\u{fe6a}' => '%',
        '\u{301c}' | '\u{223c}' => '~',
        _ if is_blank(c) && !is_break(c) => ' ',
        _ => c,
    }
}

/// White space of every kind, and marks that no one sees.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{180e}'
                | '\u{feff}'
                | '\u{ad}'
        )
}

/// Line breaks.
pub(crate) fn is_break(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// The text in half-width letters without any blank: what words are looked for in.
pub(crate) fn squeeze(text: &str) -> String {
    text.chars()
        .filter(|c| !is_blank(*c))
        .map(half_width)
        .collect()
}

/// A digit or sign set above the line, as Unicode writes it, so that it is not read as part of a number.
pub(crate) fn raise(c: char) -> char {
    match c {
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '0' | '4'..='9' => char::from_u32(0x2070 + (u32::from(c) - u32::from('0'))).unwrap_or(c),
        '+' => '⁺',
        '-' => '⁻',
        '(' => '⁽',
        ')' => '⁾',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_is_evened_out_and_marks_are_kept() {
        assert_eq!(squeeze("１\u{3000}８４８．５ 万元（％）"), "1848.5万元(%)");
        assert_eq!(squeeze("1848²①"), "1848²①");
    }

    #[test]
    fn raised_digits_stay_apart() {
        let raised: String = "0123456789".chars().map(raise).collect();
        assert_eq!(raised, "⁰¹²³⁴⁵⁶⁷⁸⁹");
    }
}
