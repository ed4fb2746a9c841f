//! Texts of a workbook: shared strings and strings inside cells, with their runs.

use crate::grid::Doubt;
use crate::limits;
use crate::refusal::{Accept, Refusal};
use crate::value::raise;
use crate::xml::{Item, Ns, Tag, Xml};

/// A text, with the mark that struck-through parts of it were left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rich {
    pub text: String,
    pub doubt: Option<Doubt>,
}

/// `xl/sharedStrings.xml`, all texts in one buffer.
#[derive(Debug, Default)]
pub(super) struct Shared {
    buffer: String,
    ends: Vec<(usize, bool)>,
}

impl Shared {
    pub fn parse(text: &str) -> Accept<Self> {
        let mut xml = Xml::new(text);
        let mut shared = Self::default();
        loop {
            match xml.next()? {
                Item::Open(tag) if tag.is(Ns::Sheet, "si") => {
                    let rich = read_runs(&mut xml)?;
                    shared.buffer.push_str(&rich.text);
                    shared
                        .ends
                        .push((shared.buffer.len(), rich.doubt.is_some()));
                    if shared.ends.len() > limits::SHARED_STRINGS {
                        return Err(Refusal::too_large());
                    }
                }
                Item::End => return Ok(shared),
                Item::Open(_) | Item::Close | Item::Text(_) => {}
            }
        }
    }

    /// The text with this number.
    pub fn get(&self, number: usize) -> Option<Rich> {
        let (end, struck) = *self.ends.get(number)?;
        let start = number
            .checked_sub(1)
            .map_or(0, |before| self.ends[before].0);
        Some(Rich {
            text: self.buffer[start..end].to_owned(),
            doubt: struck.then_some(Doubt::Struck),
        })
    }
}

/// Reads the content of an `si` or `is` element whose opening tag has just been read.
pub(super) fn read_runs(xml: &mut Xml<'_>) -> Accept<Rich> {
    let mut rich = Rich::default();
    let mut run = Run::default();
    let mut depth = 0usize;
    let mut in_text = false;
    loop {
        match xml.next()? {
            // Readings of characters (phonetic runs) are not part of the text.
            Item::Open(tag) if tag.is(Ns::Sheet, "rPh") => xml.skip()?,
            Item::Open(tag) => {
                depth += 1;
                match tag.local() {
                    "r" => run = Run::default(),
                    "t" => in_text = true,
                    _ => run.property(&tag)?,
                }
            }
            Item::Text(text) if in_text => run.add(&text, &mut rich),
            Item::Text(_) => {}
            Item::Close if depth == 0 => break,
            Item::Close => {
                depth -= 1;
                in_text = false;
            }
            Item::End => return Err(Refusal::damaged()),
        }
    }
    rich.text = unescape(&rich.text);
    if rich.text.len() > limits::CELL_TEXT_BYTES {
        Err(Refusal::too_large())
    } else {
        Ok(rich)
    }
}

/// How a run looks.
#[derive(Default)]
struct Run {
    struck: bool,
    raised: bool,
}

impl Run {
    fn property(&mut self, tag: &Tag<'_>) -> Accept<()> {
        match tag.local() {
            "strike" => self.struck |= tag.is_on()?,
            "vertAlign" => {
                self.raised |= matches!(
                    tag.attr("val")?.as_deref(),
                    Some("superscript" | "subscript")
                )
            }
            _ => {}
        }
        Ok(())
    }

    fn add(&self, text: &str, rich: &mut Rich) {
        if self.struck && !text.trim().is_empty() {
            rich.doubt = Some(Doubt::Struck);
        } else if self.raised {
            rich.text.extend(text.chars().map(raise));
        } else {
            rich.text.push_str(text);
        }
    }
}

/// `_x000D_` is how workbooks write characters that XML cannot hold.
pub(super) fn unescape(text: &str) -> String {
    if !text.contains("_x") {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest
            .get(at + 2..at + 6)
            .filter(|_| rest.get(at + 6..at + 7) == Some("_"));
        let char = code
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        let end = if let Some(char) = char {
            plain.push_str(&rest[..at]);
            plain.push(char);
            at + 7
        } else {
            plain.push_str(&rest[..at + 2]);
            at + 2
        };
        rest = &rest[end..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const NS: &str = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'";

    #[test]
    fn runs_are_joined_and_readings_left_out() {
        let part = format!(
            "<sst {NS} count='999999999'><si><t>甲</t></si><si><r><t>1848</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>2</t></r>\
             <rPh sb='0' eb='1'><t>jia</t></rPh></si><si><r><rPr><strike/></rPr><t>5000</t></r><r><t>6000</t></r></si><si/></sst>"
        );
        let shared = Shared::parse(&part).unwrap();
        let text = |number| {
            shared
                .get(number)
                .map(|rich| (rich.text, rich.doubt.is_some()))
        };
        assert_eq!(text(0), Some(("甲".into(), false)));
        assert_eq!(text(1), Some(("1848²".into(), false)));
        assert_eq!(text(2), Some(("6000".into(), true)));
        assert_eq!(text(3), Some((String::new(), false)));
        assert_eq!(text(4), None);
    }

    #[test]
    fn escaped_characters() {
        assert_eq!(unescape("a_x000D_b"), "a\rb");
        assert_eq!(unescape("_x005F_x000D_"), "_x000D_");
        assert_eq!(unescape("_xZZZZ_ _x12"), "_xZZZZ_ _x12");
        assert_eq!(unescape("_x中文字_"), "_x中文字_");
    }
}
