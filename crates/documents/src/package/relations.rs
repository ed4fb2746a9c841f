//! Relationships between parts: which part is the main one, which sheet is where, what lies outside.

use super::Package;
use crate::refusal::Accept;
use crate::xml::{Item, Xml};

/// One relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relation {
    pub id: String,
    /// Last step of the type's address: `officeDocument`, `worksheet`, `hyperlink` …
    pub kind: String,
    /// Part name for inner targets, the address as written for outer ones.
    pub target: String,
    pub external: bool,
}

/// All relationships of the part at `rels` (a `….rels` name).
pub(super) fn parse(rels: &str, text: &str) -> Accept<Vec<Relation>> {
    let mut xml = Xml::listing(text);
    let mut found = Vec::new();
    loop {
        match xml.next()? {
            Item::Open(tag) if tag.local() == "Relationship" => {
                let attr = |name| tag.attr(name).map(Option::unwrap_or_default);
                let external = attr("TargetMode")?.eq_ignore_ascii_case("external");
                let target = attr("Target")?;
                let target = if external {
                    target
                } else {
                    resolve(folder(rels), &target)
                };
                let kind = attr("Type")?
                    .rsplit('/')
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                found.push(Relation {
                    id: attr("Id")?,
                    kind,
                    target,
                    external,
                });
            }
            Item::End => return Ok(found),
            Item::Open(_) | Item::Close | Item::Text(_) => {}
        }
    }
}

impl Package<'_> {
    /// The relationships of a part (`""` for the container itself); none when it has none.
    pub fn relations(&mut self, part: &str) -> Accept<Vec<Relation>> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let slash = if folder.is_empty() { "" } else { "/" };
        let rels = format!("{folder}{slash}_rels/{file}.rels");
        match self.text_if_any(&rels)? {
            Some(text) => parse(&rels, &text),
            None => Ok(Vec::new()),
        }
    }
}

/// The folder of the part that owns these relationships: `word` for `word/_rels/document.xml.rels`.
fn folder(rels: &str) -> &str {
    rels.rsplit_once("_rels/")
        .map_or("", |(folder, _)| folder.trim_end_matches('/'))
}

/// A target relative to `folder` as a part name.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut steps: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').collect()
    };
    for step in target.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "" | "." => {}
            step => steps.push(step),
        }
    }
    steps.retain(|step| !step.is_empty());
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_relative_to_the_owner() {
        assert_eq!(resolve("word", "media/a.png"), "word/media/a.png");
        assert_eq!(
            resolve("word", "../customXml/item1.xml"),
            "customXml/item1.xml"
        );
        assert_eq!(
            resolve("xl", "/xl/worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml"
        );
        assert_eq!(resolve("", "../../../etc/passwd"), "etc/passwd");
        assert_eq!(folder("word/_rels/document.xml.rels"), "word");
        assert_eq!(folder("_rels/.rels"), "");
    }
}
