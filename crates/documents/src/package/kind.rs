//! What a zip container holds, by its content types and main relationship.

use super::Package;
use crate::refusal::{Accept, Refusal};
use crate::xml::{Item, Xml};

/// What is inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// docx, with the name of its main part.
    Word(String),
    /// xlsx, with the name of its main part.
    Sheet(String),
    /// docm, xlsm and their relatives.
    Macro,
    /// xlsb: Excel's binary workbook.
    BinarySheet,
    /// pptx.
    Slides,
    /// odt, ods.
    OpenDocument,
    /// OFD, the national fixed-layout format.
    Ofd,
    /// Another zip.
    Archive,
}

impl Package<'_> {
    /// Finds out what the container holds.
    ///
    /// # Errors
    /// `bad_document` when it is an Office document with its inventory or main part missing.
    pub fn kind(&mut self) -> Accept<Kind> {
        if !self.has("[Content_Types].xml") {
            return self.without_inventory();
        }
        let types = ContentTypes::parse(&self.text("[Content_Types].xml")?)?;
        let relations = self.relations("")?;
        let main = relations
            .into_iter()
            .find(|relation| relation.kind == "officeDocument" && !relation.external);
        let part = main.ok_or_else(Refusal::damaged)?.target;
        if !self.has(&part) {
            return Err(Refusal::damaged());
        }
        let content = types.of(&part).ok_or_else(Refusal::damaged)?.to_lowercase();
        let has = |word: &str| content.contains(word);
        Ok(match () {
            () if has("macroenabled") => Kind::Macro,
            () if has("sheet.binary") => Kind::BinarySheet,
            () if has("wordprocessingml.") => Kind::Word(part),
            () if has("spreadsheetml.") => Kind::Sheet(part),
            () if has("presentationml.") => Kind::Slides,
            () => Kind::Archive,
        })
    }

    fn without_inventory(&mut self) -> Accept<Kind> {
        if self
            .names()
            .any(|name| name.starts_with("word/") || name.starts_with("xl/"))
        {
            Err(Refusal::damaged())
        } else if self.has("ofd.xml") {
            Ok(Kind::Ofd)
        } else if self.has("mimetype") && self.has("content.xml") {
            Ok(Kind::OpenDocument)
        } else {
            Ok(Kind::Archive)
        }
    }
}

/// `[Content_Types].xml`.
struct ContentTypes {
    /// (part name or extension, content type), lower-case names.
    overrides: Vec<(String, String)>,
    defaults: Vec<(String, String)>,
}

impl ContentTypes {
    fn parse(text: &str) -> Accept<Self> {
        let mut types = Self {
            overrides: Vec::new(),
            defaults: Vec::new(),
        };
        let mut xml = Xml::listing(text);
        loop {
            match xml.next()? {
                Item::Open(tag) => {
                    let attr = |name| tag.attr(name).map(Option::unwrap_or_default);
                    match tag.local() {
                        "Override" => {
                            let part = attr("PartName")?.trim_start_matches('/').to_lowercase();
                            types.overrides.push((part, attr("ContentType")?));
                        }
                        "Default" => types
                            .defaults
                            .push((attr("Extension")?.to_lowercase(), attr("ContentType")?)),
                        _ => {}
                    }
                }
                Item::End => return Ok(types),
                Item::Close | Item::Text(_) => {}
            }
        }
    }

    fn of(&self, part: &str) -> Option<&str> {
        let part = part.to_lowercase();
        let extension = part.rsplit('.').next().unwrap_or_default();
        let find =
            |list: &'_ [(String, String)], name: &str| list.iter().position(|(key, _)| key == name);
        match find(&self.overrides, &part) {
            Some(at) => Some(&self.overrides[at].1),
            None => find(&self.defaults, extension).map(|at| self.defaults[at].1.as_str()),
        }
    }
}
