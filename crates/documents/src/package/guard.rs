//! What must not be in a container: active content, and content that is fetched from elsewhere.

use super::{Package, Relation, relations};
use crate::forms::ErrorKind;
use crate::refusal::{Accept, Refusal};
use crate::xml::entities;

/// Relationship kinds that merely point somewhere; opening the document fetches nothing.
const POINTERS: [&str; 1] = ["hyperlink"];
/// Kinds that often carry a path on the author's own disk; only addresses on a network fetch something.
const LOCAL_PATHS: [&str; 3] = ["attachedTemplate", "image", "externalLinkPath"];

impl Package<'_> {
    /// Refuses macros, links to other workbooks and outer targets that would be loaded.
    ///
    /// # Errors
    /// `macro_not_allowed`, `external_content`, or `bad_document` for unreadable relationships.
    pub fn guard(&mut self) -> Accept<()> {
        if self.names().any(is_active) {
            return Err(macros());
        }
        if self
            .names()
            .any(|name| name.starts_with("xl/externallinks/") || name == "xl/connections.xml")
        {
            return Err(external("链接了其他工作簿或外部数据"));
        }
        let rels: Vec<String> = self
            .names()
            .filter(|name| name.ends_with(".rels"))
            .map(str::to_owned)
            .collect();
        for name in rels {
            let text = self.text(&name)?;
            for relation in relations::parse(&name, &text)? {
                check(&relation)?;
            }
        }
        Ok(())
    }

    /// Looks for document types in the XML parts that nobody has read.
    ///
    /// # Errors
    /// `external_content`; `too_large_unpacked` while unpacking.
    pub fn guard_the_rest(&mut self) -> Accept<()> {
        let is_xml = |name: &str| {
            name.ends_with(".xml") || name.ends_with(".rels") || name.ends_with(".vml")
        };
        let rest: Vec<String> = self
            .index
            .iter()
            .filter(|(name, at)| is_xml(name) && !self.read[**at])
            .map(|(name, _)| name.clone())
            .collect();
        for name in rest {
            let text = self.text(&name)?;
            if text.contains("<!DOCTYPE") || text.contains("<!ENTITY") {
                return Err(entities());
            }
        }
        Ok(())
    }
}

fn is_active(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.starts_with("vbaproject")
        || file.starts_with("vbadata")
        || name.contains("/macrosheets/")
        || name.contains("/activex/")
}

fn check(relation: &Relation) -> Accept<()> {
    if relation.kind == "vbaProject" || relation.kind == "xlMacrosheet" {
        return Err(macros());
    }
    if !relation.external || POINTERS.contains(&relation.kind.as_str()) {
        return Ok(());
    }
    if LOCAL_PATHS.contains(&relation.kind.as_str()) && is_local(&relation.target) {
        return Ok(());
    }
    Err(external("引用了外部文件或网址"))
}

/// A path on the author's own disk: `file:///C:\…`, `C:\…`, a bare name; not `http:` and not `\\server\share`.
fn is_local(target: &str) -> bool {
    let target = target.to_lowercase().replace('\\', "/");
    match target.strip_prefix("file:///") {
        Some(path) => !path.starts_with('/'),
        None => !target.starts_with("//") && target.find(':').is_none_or(|colon| colon == 1),
    }
}

/// The refusal of macros.
pub(crate) fn macros() -> Refusal {
    Refusal::new(
        ErrorKind::MacroNotAllowed,
        "文件带有宏或控件，不予读取，请另存为不带宏的 docx 或 xlsx 后重新上传。",
    )
}

/// The refusal of outside content.
pub(crate) fn external(what: &str) -> Refusal {
    let message = format!(
        "文件{what}，为安全起见不予读取，请断开链接（或复制后只粘贴数值和文字）另存后重新上传。"
    );
    Refusal::new(ErrorKind::ExternalContent, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_network_targets_are_refused_for_templates() {
        for target in [
            "file:///C:\\Users\\a\\Normal.dotm",
            "C:\\Normal.dotm",
            "Normal.dotm",
            "file:///home/a/x.dotx",
        ] {
            assert!(is_local(target), "{target}");
        }
        for target in [
            "http://x/y.dotm",
            "https://x",
            "\\\\server\\share\\x.dotm",
            "file://server/x",
            "file:////server/x",
            "ftp://x",
        ] {
            assert!(!is_local(target), "{target}");
        }
    }

    #[test]
    fn hyperlinks_are_fine_and_outer_objects_are_not() {
        let outer = |kind: &str| Relation {
            id: String::new(),
            kind: kind.into(),
            target: "http://x/".into(),
            external: true,
        };
        assert_eq!(check(&outer("hyperlink")), Ok(()));
        for kind in [
            "attachedTemplate",
            "oleObject",
            "frame",
            "subDocument",
            "image",
            "package",
        ] {
            assert_eq!(
                check(&outer(kind)).unwrap_err().kind,
                ErrorKind::ExternalContent,
                "{kind}"
            );
        }
    }
}
