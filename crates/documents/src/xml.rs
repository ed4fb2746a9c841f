//! One XML part as a stream of tags and texts: counted, nested at most so deep, without document types or entities.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

use crate::forms::ErrorKind;
use crate::limits;
use crate::refusal::{Accept, Refusal};

/// The vocabularies that matter here, in their transitional and strict spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ns {
    /// WordprocessingML.
    Word,
    /// SpreadsheetML.
    Sheet,
    /// Markup compatibility (`mc:AlternateContent`).
    Compat,
    /// Formulas in Word.
    Math,
    Other,
}

/// An opening tag.
pub(crate) struct Tag<'a> {
    pub ns: Ns,
    start: BytesStart<'a>,
}

/// What comes next in the part.
pub(crate) enum Item<'a> {
    /// An opening tag; empty elements are followed by their [`Item::Close`] too.
    Open(Tag<'a>),
    Close,
    Text(Cow<'a, str>),
    /// The part is complete.
    End,
}

/// The reader of one part.
pub(crate) struct Xml<'a> {
    reader: NsReader<&'a [u8]>,
    depth: usize,
    nodes: usize,
    /// There was an element at all.
    opened: bool,
    most_nodes: usize,
}

impl<'a> Xml<'a> {
    /// Reads `text`, which must be the whole part: the body of a document, a sheet, its strings.
    pub fn new(text: &'a str) -> Self {
        Self::with_limit(text, limits::XML_NODES)
    }

    /// Reads a part that only lists things, which is never long.
    pub fn listing(text: &'a str) -> Self {
        Self::with_limit(text, limits::LISTED_NODES)
    }

    fn with_limit(text: &'a str, most_nodes: usize) -> Self {
        let mut reader = NsReader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            depth: 0,
            nodes: 0,
            opened: false,
            most_nodes,
        }
    }

    /// The next tag or text.
    ///
    /// # Errors
    /// Malformed or cut off: `bad_document`. A document type or unknown entity: `external_content`. Too much or too
    /// deep: `too_large_unpacked`.
    pub fn next(&mut self) -> Accept<Item<'a>> {
        loop {
            let event = self.reader.read_event().map_err(|_| Refusal::damaged())?;
            match event {
                Event::Start(start) => return self.open(start),
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Item::Close);
                }
                Event::Text(text) => return Ok(Item::Text(text.xml10_content())),
                Event::CData(text) => {
                    self.count()?;
                    return Ok(Item::Text(text.xml10_content()));
                }
                Event::GeneralRef(reference) => {
                    self.count()?;
                    return resolve(&reference).map(Item::Text);
                }
                Event::DocType(_) => return Err(entities()),
                Event::Eof if self.depth == 0 && self.opened => return Ok(Item::End),
                Event::Eof => return Err(Refusal::damaged()),
                // With `expand_empty_elements` there is no `Empty`; the rest carries no content.
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {
                    self.count()?
                }
            }
        }
    }

    /// Passes over everything up to the end of the element whose opening tag was returned last.
    pub fn skip(&mut self) -> Accept<()> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }

    fn count(&mut self) -> Accept<()> {
        self.nodes += 1;
        if self.nodes > self.most_nodes {
            Err(Refusal::too_large())
        } else {
            Ok(())
        }
    }

    fn open(&mut self, start: BytesStart<'a>) -> Accept<Item<'a>> {
        self.depth += 1;
        self.opened = true;
        self.count()?;
        if self.depth > limits::XML_DEPTH {
            return Err(Refusal::too_large());
        }
        let ns = match self.reader.resolver().resolve_element(start.name()).0 {
            ResolveResult::Bound(Namespace(uri)) => known(uri),
            ResolveResult::Unbound => Ns::Other,
            ResolveResult::Unknown(_) => return Err(Refusal::damaged()),
        };
        Ok(Item::Open(Tag { ns, start }))
    }
}

impl Tag<'_> {
    /// The name without prefix.
    pub fn local(&self) -> &str {
        self.start.name().local_name().into_inner()
    }

    /// Whether this is `local` of the vocabulary `ns`.
    pub fn is(&self, ns: Ns, local: &str) -> bool {
        self.ns == ns && self.local() == local
    }

    /// The value of the attribute with this local name, whatever its prefix.
    ///
    /// # Errors
    /// `bad_document` for malformed attributes.
    pub fn attr(&self, local: &str) -> Accept<Option<String>> {
        // Checking for duplicates is quadratic in the number of attributes, so the first one counts.
        for attribute in self.start.attributes().with_checks(false) {
            let attribute: Attribute<'_> = attribute.map_err(|_| Refusal::damaged())?;
            if attribute.key.local_name().into_inner() == local {
                let value = attribute
                    .normalized_value(XmlVersion::Implicit1_0)
                    .map_err(|_| Refusal::damaged())?;
                return Ok(Some(value.into_owned()));
            }
        }
        Ok(None)
    }

    /// Whether a switch such as `<w:vanish/>` is on: present and not set to false.
    pub fn is_on(&self) -> Accept<bool> {
        let value = self.attr("val")?;
        Ok(!matches!(
            value.as_deref(),
            Some("0" | "false" | "off" | "none")
        ))
    }
}

fn known(uri: &str) -> Ns {
    match uri {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        | "http://purl.oclc.org/ooxml/wordprocessingml/main" => Ns::Word,
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        | "http://purl.oclc.org/ooxml/spreadsheetml/main" => Ns::Sheet,
        "http://schemas.openxmlformats.org/markup-compatibility/2006" => Ns::Compat,
        "http://schemas.openxmlformats.org/officeDocument/2006/math"
        | "http://purl.oclc.org/ooxml/officeDocument/math" => Ns::Math,
        _ => Ns::Other,
    }
}

/// The character behind `&amp;`, `&#x30;` …; other entities need a document type, which is refused.
fn resolve<'a>(reference: &BytesRef<'_>) -> Accept<Cow<'a, str>> {
    let named = match reference.as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    };
    let char = match named {
        Some(char) => char,
        None => reference
            .resolve_char_ref()
            .map_err(|_| Refusal::damaged())?
            .ok_or_else(entities)?,
    };
    Ok(Cow::Owned(char.to_string()))
}

/// The refusal of document types: entities could pull in files or expand without bound.
pub(crate) fn entities() -> Refusal {
    Refusal::new(
        ErrorKind::ExternalContent,
        "文件里含有 XML 实体定义（DTD），为安全起见不予读取，请用 Word、Excel 或 WPS 打开后另存一份再上传。",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(part: &str) -> Accept<String> {
        let mut xml = Xml::new(part);
        let mut all = String::new();
        loop {
            match xml.next()? {
                Item::Text(text) => all.push_str(&text),
                Item::End => return Ok(all),
                Item::Open(_) | Item::Close => {}
            }
        }
    }

    #[test]
    fn texts_come_with_their_characters() {
        assert_eq!(
            texts("<a>1&lt;2&#x4e00;<b/><![CDATA[<3>]]></a>"),
            Ok("1<2一<3>".into())
        );
    }

    #[test]
    fn a_mark_at_the_start_is_no_text() {
        assert_eq!(
            texts("\u{feff}<?xml version='1.0'?><a>1</a>"),
            Ok("1".into())
        );
    }

    #[test]
    fn document_types_and_entities_are_refused() {
        for part in [
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "<!DOCTYPE a SYSTEM 'http://x/'><a/>",
            "<a>&x;</a>",
        ] {
            assert_eq!(
                texts(part).unwrap_err().kind,
                ErrorKind::ExternalContent,
                "{part}"
            );
        }
    }

    #[test]
    fn broken_parts_are_damaged() {
        for part in [
            "",
            "text",
            "<a>",
            "<a><b></a></b>",
            "<a",
            "<a b=></a><",
            "<x:a/>",
        ] {
            assert_eq!(
                texts(part).map_err(|refusal| refusal.kind),
                Err(ErrorKind::BadDocument),
                "{part}"
            );
        }
    }

    #[test]
    fn depth_is_limited() {
        let deep = "<a>".repeat(limits::XML_DEPTH + 1);
        assert_eq!(texts(&deep).unwrap_err().kind, ErrorKind::TooLargeUnpacked);
    }

    #[test]
    fn attributes_are_found_without_prefix() {
        let mut xml = Xml::new("<a xmlns:w='u' w:val='1&amp;2' other='3'/>");
        let Ok(Item::Open(tag)) = xml.next() else {
            panic!("a tag")
        };
        assert_eq!(tag.attr("val").unwrap().as_deref(), Some("1&2"));
        assert_eq!(tag.attr("none"), Ok(None));
    }
}
