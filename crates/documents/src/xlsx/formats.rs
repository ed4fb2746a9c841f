//! `xl/styles.xml`: how the cells of each style show their numbers.

use std::collections::HashMap;

use super::codes::{Shown, analyse};
use crate::limits;
use crate::refusal::Accept;
use crate::xml::{Item, Ns, Tag, Xml};

/// How cells of one style show their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Format<'a> {
    pub shown: &'a Shown,
    /// The font of the whole cell is struck through.
    pub struck: bool,
}

/// Formats by style number. Codes are kept once, however many styles use them.
#[derive(Debug, Default)]
pub(super) struct Formats {
    codes: HashMap<u32, Shown>,
    /// Number of the format code, and whether the font is struck through.
    styles: Vec<(u32, bool)>,
}

impl Formats {
    pub fn parse(text: &str) -> Accept<Self> {
        let mut xml = Xml::listing(text);
        let mut reader = StyleReader::default();
        loop {
            match xml.next()? {
                Item::Open(tag) => reader.open(&tag)?,
                Item::Close => drop(reader.stack.pop()),
                Item::End => return Ok(reader.formats),
                Item::Text(_) => {}
            }
        }
    }

    /// The format of a style; an unknown style is plain.
    pub fn get(&self, style: usize) -> Format<'_> {
        let (id, struck) = self.styles.get(style).copied().unwrap_or_default();
        Format {
            shown: self.codes.get(&id).unwrap_or(built_in(id)),
            struck,
        }
    }
}

/// The codes that every workbook has without listing them.
const fn built_in(id: u32) -> &'static Shown {
    match id {
        9 => &Shown::Percent(0),
        10 => &Shown::Percent(2),
        // As an Excel for the Chinese mainland shows them.
        17 | 27 | 36 | 50 | 52 | 57 => &Shown::Month,
        16 | 28 | 29 | 51 | 53 | 54 | 58 => &Shown::NoYear,
        14..=22 | 27..=36 | 45..=47 | 50..=58 => &Shown::Date,
        _ => &Shown::Plain,
    }
}

/// Reads the few elements that matter, by where they stand.
#[derive(Default)]
struct StyleReader {
    stack: Vec<String>,
    struck_fonts: Vec<bool>,
    formats: Formats,
}

impl StyleReader {
    fn open(&mut self, tag: &Tag<'_>) -> Accept<()> {
        let parent = self.stack.last().map(String::as_str);
        let name = if tag.ns == Ns::Sheet { tag.local() } else { "" };
        match (parent, name) {
            (Some("numFmts"), "numFmt") => {
                if let (Some(id), Some(code)) = (number(tag, "numFmtId")?, tag.attr("formatCode")?)
                {
                    let code: String = code.chars().take(limits::FORMAT_CODE).collect();
                    self.formats.codes.insert(id, analyse(&code));
                }
            }
            (Some("fonts"), "font") => self.struck_fonts.push(false),
            (Some("font"), "strike") if self.stack.iter().any(|open| open == "fonts") => {
                let on = tag.is_on()?;
                if let Some(font) = self.struck_fonts.last_mut() {
                    *font = on;
                }
            }
            (Some("cellXfs"), "xf") => {
                let font = number(tag, "fontId")?.and_then(|font| usize::try_from(font).ok());
                let struck = font
                    .and_then(|font| self.struck_fonts.get(font).copied())
                    .unwrap_or(false);
                self.formats
                    .styles
                    .push((number(tag, "numFmtId")?.unwrap_or(0), struck));
            }
            _ => {}
        }
        self.stack.push(name.to_owned());
        Ok(())
    }
}

fn number(tag: &Tag<'_>, name: &str) -> Accept<Option<u32>> {
    Ok(tag.attr(name)?.and_then(|value| value.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_looked_up() {
        let part = "<styleSheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><numFmts count='1'>\
            <numFmt numFmtId='176' formatCode='0.0%'/></numFmts><fonts><font/><font><strike/></font></fonts>\
            <cellStyleXfs><xf numFmtId='10'/></cellStyleXfs><cellXfs><xf numFmtId='0' fontId='0'/><xf numFmtId='176' fontId='1'/><xf numFmtId='14'/></cellXfs></styleSheet>";
        let formats = Formats::parse(part).unwrap();
        let get = |style| (formats.get(style).shown.clone(), formats.get(style).struck);
        assert_eq!(get(0), (Shown::Plain, false));
        assert_eq!(get(1), (Shown::Percent(1), true));
        assert_eq!(get(2), (Shown::Date, false));
        assert_eq!(get(99), (Shown::Plain, false));
    }
}
