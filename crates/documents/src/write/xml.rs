//! A few words for writing WordprocessingML.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

/// XML written into memory.
pub(super) type Out = Writer<Vec<u8>>;
/// Attributes of one element.
pub(super) type Attrs<'a> = [(&'a str, &'a str)];

/// The declaration that every part starts with, and one root element.
pub(super) fn part(
    root: &str,
    attrs: &Attrs<'_>,
    inner: impl FnOnce(&mut Out) -> io::Result<()>,
) -> io::Result<Vec<u8>> {
    let mut out = Writer::new(Vec::new());
    out.write_event(Event::Decl(BytesDecl::new(
        "1.0",
        Some("UTF-8"),
        Some("yes"),
    )))?;
    element(&mut out, root, attrs, inner)?;
    Ok(out.into_inner())
}

/// An element with content.
pub(super) fn element(
    out: &mut Out,
    name: &str,
    attrs: &Attrs<'_>,
    inner: impl FnOnce(&mut Out) -> io::Result<()>,
) -> io::Result<()> {
    out.create_element(name)
        .with_attributes(attrs.iter().copied())
        .write_inner_content(inner)
        .map(drop)
}

/// An element without content.
pub(super) fn empty(out: &mut Out, name: &str, attrs: &Attrs<'_>) -> io::Result<()> {
    out.create_element(name)
        .with_attributes(attrs.iter().copied())
        .write_empty()
        .map(drop)
}

/// An element with nothing but `w:val`.
pub(super) fn val(out: &mut Out, name: &str, value: &str) -> io::Result<()> {
    empty(out, name, &[("w:val", value)])
}

/// An element with nothing but `val`, as SpreadsheetML writes it.
pub(super) fn val_of(out: &mut Out, name: &str, value: &str) -> io::Result<()> {
    empty(out, name, &[("val", value)])
}

/// Text, without the characters that XML cannot hold.
pub(super) fn text(out: &mut Out, text: &str) -> io::Result<()> {
    out.write_event(Event::Text(BytesText::new(&without_forbidden(text))))
}

/// A text without the characters that XML cannot hold.
pub(super) fn without_forbidden(text: &str) -> String {
    let allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(allowed).collect()
}

/// How the text of a run looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Face {
    /// The font for every script.
    pub font: &'static str,
    /// In half points: 44 is 22 pt, 2号.
    pub half_points: &'static str,
}

/// 2号小标宋: titles.
pub(super) const TITLE: Face = Face {
    font: "方正小标宋简体",
    half_points: "44",
};
/// 3号黑体: 附件1.
pub(super) const LABEL: Face = Face {
    font: "黑体",
    half_points: "32",
};
/// 3号仿宋: running text.
pub(super) const BODY: Face = Face {
    font: "仿宋_GB2312",
    half_points: "32",
};
/// 3号楷体: （一）.
pub(super) const KAITI: Face = Face {
    font: "楷体_GB2312",
    half_points: "32",
};
/// 小四号仿宋: unit lines and notes.
pub(super) const SMALL: Face = Face {
    font: "仿宋_GB2312",
    half_points: "24",
};
/// 五号仿宋: cells, so that the longest name stays on one line.
pub(super) const CELL: Face = Face {
    font: "仿宋_GB2312",
    half_points: "21",
};
/// 五号黑体: header cells.
pub(super) const HEAD: Face = Face {
    font: "黑体",
    half_points: "21",
};
/// 小二号小标宋: titles of the wide annexes, as the notice has them.
pub(super) const WIDE_TITLE: Face = Face {
    font: "方正小标宋简体",
    half_points: "36",
};
/// 小五号仿宋: the content code at the foot.
pub(super) const CODE: Face = Face {
    font: "仿宋_GB2312",
    half_points: "18",
};
/// 4号宋体: page numbers.
pub(super) const PAGE: Face = Face {
    font: "宋体",
    half_points: "28",
};

/// A run of text; a line break in it begins a new line, a tab leads to the next tab stop.
pub(super) fn run(out: &mut Out, face: Face, content: &str) -> io::Result<()> {
    element(out, "w:r", &[], |out| {
        run_properties(out, face)?;
        for (at, line) in content.split('\n').enumerate() {
            if at > 0 {
                empty(out, "w:br", &[])?;
            }
            for (at, words) in line.split('\t').enumerate() {
                if at > 0 {
                    empty(out, "w:tab", &[])?;
                }
                element(out, "w:t", &[("xml:space", "preserve")], |out| {
                    text(out, words)
                })?;
            }
        }
        Ok(())
    })
}

/// `w:rPr` of a face.
pub(super) fn run_properties(out: &mut Out, face: Face) -> io::Result<()> {
    element(out, "w:rPr", &[], |out| {
        let font = face.font;
        empty(
            out,
            "w:rFonts",
            &[
                ("w:ascii", font),
                ("w:hAnsi", font),
                ("w:eastAsia", font),
                ("w:cs", font),
                ("w:hint", "eastAsia"),
            ],
        )?;
        val(out, "w:sz", face.half_points)?;
        val(out, "w:szCs", face.half_points)?;
        empty(
            out,
            "w:lang",
            &[("w:val", "zh-CN"), ("w:eastAsia", "zh-CN")],
        )
    })
}

/// A paragraph of one run in a style; the style holds alignment and spacing.
pub(super) fn paragraph(out: &mut Out, style: &str, face: Face, content: &str) -> io::Result<()> {
    element(out, "w:p", &[], |out| {
        element(out, "w:pPr", &[], |out| val(out, "w:pStyle", style))?;
        run(out, face, content)
    })
}
