//! Format codes: what `0.00%`, `yyyy-m-d`, `0!.0,` or `0"万元"` make of a stored number.

/// How a number is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Shown {
    #[default]
    Plain,
    /// With so many decimals.
    Percent(u32),
    Date,
    /// Year and month of a date.
    Month,
    /// Month and day of a date.
    NoYear,
    /// In thousands, or with a point that is only drawn.
    Scaled,
    /// Not at all (`;;;`).
    Invisible,
    /// With words before and after it that mean something: `¥`, `万元`, `US$`.
    With {
        before: String,
        after: String,
    },
}

/// One character of a format code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    /// `0`, `#`, `?`.
    Digit,
    Point,
    Comma,
    Percent,
    /// Printed as it is.
    Literal(char),
    /// y, m, d, h, s, a (day of the week).
    Date(char),
}

/// Understands a format code by its first section; scaling in any section makes the whole doubtful.
pub(super) fn analyse(code: &str) -> Shown {
    if !code.is_empty() && code.chars().all(|c| c == ';') {
        return Shown::Invisible;
    }
    let sections: Vec<Vec<Piece>> = sections(code);
    let first = sections.first().map_or(&[][..], Vec::as_slice);
    if code.eq_ignore_ascii_case("general") {
        Shown::Plain
    } else if let Some(date) = date(first) {
        date
    } else if sections.iter().any(|section| is_scaled(section)) {
        Shown::Scaled
    } else if first.contains(&Piece::Percent) {
        let decimals = first
            .iter()
            .skip_while(|piece| **piece != Piece::Point)
            .filter(|piece| **piece == Piece::Digit)
            .count();
        Shown::Percent(u32::try_from(decimals).unwrap_or(0).min(15))
    } else {
        with_words(first)
    }
}

/// Which parts of a date a section shows; none where it shows no date.
fn date(section: &[Piece]) -> Option<Shown> {
    let has = |letter: char| section.contains(&Piece::Date(letter));
    let any = section.iter().any(|piece| matches!(piece, Piece::Date(_)));
    // Beside hours or seconds m is for minutes.
    let month = has('m') && !has('h') && !has('s');
    any.then(|| match (has('y'), month, has('d')) {
        (true, true, false) => Shown::Month,
        (false, true, true) => Shown::NoYear,
        _ => Shown::Date,
    })
}

/// A comma after the last digit divides by a thousand; a drawn point between digits moves the decimals.
fn is_scaled(section: &[Piece]) -> bool {
    let last_digit = section.iter().rposition(|piece| *piece == Piece::Digit);
    let Some(last) = last_digit else { return false };
    let point = section
        .iter()
        .position(|piece| *piece == Piece::Point)
        .unwrap_or(section.len());
    let before_point = section[..point.min(section.len())]
        .iter()
        .rposition(|piece| *piece == Piece::Digit);
    let divides = section.get(last + 1) == Some(&Piece::Comma)
        || before_point
            .is_some_and(|at| section.get(at + 1) == Some(&Piece::Comma) && at + 2 == point);
    let drawn = section[..last]
        .iter()
        .skip_while(|piece| **piece != Piece::Digit)
        .any(|piece| matches!(piece, Piece::Literal('.' | '。' | '·')));
    divides || drawn
}

fn with_words(section: &[Piece]) -> Shown {
    let words = |pieces: &[Piece]| -> String {
        let literals = pieces.iter().filter_map(|piece| {
            if let Piece::Literal(c) = piece {
                Some(*c)
            } else {
                None
            }
        });
        literals
            .filter(|c| c.is_alphabetic() || "$€£¥￥".contains(*c))
            .collect()
    };
    let (Some(first), Some(last)) = (
        section.iter().position(|piece| *piece == Piece::Digit),
        section.iter().rposition(|piece| *piece == Piece::Digit),
    ) else {
        return Shown::Plain;
    };
    let (before, after) = (words(&section[..first]), words(&section[last..]));
    if before.is_empty() && after.is_empty() {
        Shown::Plain
    } else {
        Shown::With { before, after }
    }
}

fn sections(code: &str) -> Vec<Vec<Piece>> {
    let mut sections = vec![Vec::new()];
    let code = code.replace("G/通用格式", "General");
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(section) = sections.last_mut() else {
            break;
        };
        match c {
            ';' => sections.push(Vec::new()),
            '"' => section.extend(chars.by_ref().take_while(|c| *c != '"').map(Piece::Literal)),
            '\\' | '!' => section.extend(chars.next().map(Piece::Literal)),
            // A blank as wide as the next character, or that character repeated: nothing that is read.
            '_' | '*' => drop(chars.next()),
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                section.extend(bracket(&inside));
            }
            '0' | '#' | '?' => section.push(Piece::Digit),
            '.' => section.push(Piece::Point),
            ',' => section.push(Piece::Comma),
            '%' => section.push(Piece::Percent),
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'a' | 'A' => {
                section.push(Piece::Date(c.to_ascii_lowercase()));
            }
            'E' | 'e' if matches!(chars.peek(), Some('+' | '-')) => {}
            'G' if chars.clone().take(6).eq("eneral".chars()) => {
                chars.nth(5);
                section.push(Piece::Digit);
            }
            '@' => {}
            other => section.push(Piece::Literal(other)),
        }
    }
    sections
}

/// `[$¥-804]` names a currency, `[h]` a time; colours and conditions say nothing.
fn bracket(inside: &str) -> Vec<Piece> {
    if let Some(currency) = inside.strip_prefix('$') {
        let symbol = currency.split('-').next().unwrap_or_default();
        return symbol.chars().map(Piece::Literal).collect();
    }
    let elapsed = matches!(
        inside.to_lowercase().as_str(),
        "h" | "hh" | "m" | "mm" | "s" | "ss"
    );
    if elapsed {
        vec![Piece::Date('h')]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_as_people_use_them() {
        let with = |before: &str, after: &str| Shown::With {
            before: before.into(),
            after: after.into(),
        };
        for (code, shown) in [
            ("General", Shown::Plain),
            ("0.00", Shown::Plain),
            ("#,##0.00_ ;[Red]\\-#,##0.00\\ ", Shown::Plain),
            (
                "_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * \"-\"??_ ;_ @_ ",
                Shown::Plain,
            ),
            ("0.00%", Shown::Percent(2)),
            ("0%", Shown::Percent(0)),
            ("0.0%;[Red]-0.0%", Shown::Percent(1)),
            ("yyyy\"年\"m\"月\"d\"日\";@", Shown::Date),
            ("yyyy/m/d", Shown::Date),
            ("yyyy\"年\"m\"月\";@", Shown::Month),
            ("mmm-yy", Shown::Month),
            ("m\"月\"d\"日\";@", Shown::NoYear),
            ("h:mm", Shown::Date),
            ("[$-804]aaaa;@", Shown::Date),
            ("0!.0,", Shown::Scaled),
            ("0\".\"0,\"万元\"", Shown::Scaled),
            ("#,##0,", Shown::Scaled),
            ("#,##0,,\"百万\"", Shown::Scaled),
            ("0.00,", Shown::Scaled),
            ("0\".\"0000", Shown::Scaled),
            ("0.00\"万元\"", with("", "万元")),
            ("0.00E+00", Shown::Plain),
            ("\"¥\"#,##0.00", with("¥", "")),
            ("[$￥-804]#,##0.00", with("￥", "")),
            ("[$$-409]#,##0.00", with("$", "")),
            ("[>=10000]0!.0,\"万\";0", Shown::Scaled),
            (";;;", Shown::Invisible),
            ("@", Shown::Plain),
            ("G/通用格式\"元\"", with("", "元")),
        ] {
            assert_eq!(analyse(code), shown, "{code}");
        }
    }
}
