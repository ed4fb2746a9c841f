//! `word/styles.xml`: the paragraph styles of the official layout.

use std::io;

use super::package::NAMESPACES;
use super::xml::{self, Attrs, Face, Out, element, empty, part, val};

/// A paragraph style.
struct Style {
    id: &'static str,
    name: &'static str,
    face: Face,
    /// `w:jc`.
    align: &'static str,
    /// Attributes of `w:spacing`.
    spacing: &'static Attrs<'static>,
    /// Attributes of `w:ind`.
    indent: &'static Attrs<'static>,
    /// A tab stop at which text ends, in twentieths of a point.
    tab: Option<&'static str>,
    /// Stays on the page of the paragraph after it.
    keep_next: bool,
}

const SINGLE: &Attrs<'static> = &[
    ("w:before", "0"),
    ("w:after", "0"),
    ("w:line", "240"),
    ("w:lineRule", "auto"),
];

/// 22 lines a page.
const LINE: &Attrs<'static> = &[("w:line", "580"), ("w:lineRule", "exact")];
/// Two characters in.
const TWO_IN: &Attrs<'static> = &[("w:firstLineChars", "200"), ("w:firstLine", "640")];

/// The right edge of the 243 mm of a landscape text block.
const WIDE: &str = "13776";

const STYLES: [Style; 19] = [
    Style {
        id: "AnnexLabel",
        name: "附件标识",
        face: xml::LABEL,
        align: "left",
        spacing: &[],
        indent: &[],
        tab: None,
        keep_next: true,
    },
    Style {
        id: "AnnexTitle",
        name: "附件标题",
        face: xml::TITLE,
        align: "center",
        spacing: &[("w:line", "640"), ("w:lineRule", "exact")],
        indent: &[],
        tab: None,
        keep_next: true,
    },
    Style {
        id: "UnitLine",
        name: "单位行",
        face: xml::SMALL,
        align: "right",
        spacing: &[("w:before", "120"), ("w:after", "60")],
        indent: &[],
        tab: None,
        keep_next: true,
    },
    Style {
        id: "TableCell",
        name: "表内文字",
        face: xml::CELL,
        align: "center",
        spacing: SINGLE,
        indent: &[],
        tab: None,
        keep_next: false,
    },
    Style {
        id: "TableNote",
        name: "表注",
        face: xml::SMALL,
        align: "both",
        spacing: &[
            ("w:before", "60"),
            ("w:line", "320"),
            ("w:lineRule", "exact"),
        ],
        indent: &[],
        tab: None,
        keep_next: false,
    },
    Style {
        id: "PageOdd",
        name: "单页页码",
        face: xml::PAGE,
        align: "right",
        spacing: SINGLE,
        indent: &[("w:rightChars", "100"), ("w:right", "280")],
        tab: None,
        keep_next: false,
    },
    Style {
        id: "PageEven",
        name: "双页页码",
        face: xml::PAGE,
        align: "left",
        spacing: SINGLE,
        indent: &[("w:leftChars", "100"), ("w:left", "280")],
        tab: None,
        keep_next: false,
    },
    Style {
        id: "WideTitle",
        name: "横排附件标题",
        face: xml::WIDE_TITLE,
        align: "center",
        spacing: &[("w:line", "520"), ("w:lineRule", "exact")],
        indent: &[],
        tab: None,
        keep_next: true,
    },
    Style {
        id: "WideNote",
        name: "横排附件题注",
        face: xml::SMALL,
        align: "center",
        spacing: &[("w:line", "320"), ("w:lineRule", "exact")],
        indent: &[],
        tab: None,
        keep_next: true,
    },
    Style {
        id: "StampLine",
        name: "报送单位行",
        face: xml::SMALL,
        align: "left",
        spacing: &[("w:before", "240"), ("w:after", "200")],
        indent: &[],
        tab: Some(WIDE),
        keep_next: true,
    },
    Style {
        id: "TableText",
        name: "表内长文",
        face: xml::CELL,
        align: "left",
        spacing: SINGLE,
        indent: &[],
        tab: None,
        keep_next: false,
    },
    Style {
        id: "TableFigure",
        name: "表内数字",
        face: xml::CELL,
        align: "right",
        spacing: SINGLE,
        indent: &[],
        tab: None,
        keep_next: false,
    },
    Style {
        id: "TableEnd",
        name: "表后",
        face: xml::CODE,
        align: "left",
        spacing: &[("w:line", "20"), ("w:lineRule", "exact")],
        indent: &[],
        tab: None,
        keep_next: false,
    },
    Style {
        id: "PageCode",
        name: "页码与内容码",
        face: xml::CODE,
        align: "left",
        spacing: SINGLE,
        indent: &[
            ("w:leftChars", "100"),
            ("w:left", "280"),
            ("w:rightChars", "100"),
            ("w:right", "280"),
        ],
        tab: Some("13496"),
        keep_next: false,
    },
    Style {
        id: "Section",
        name: "一级标题",
        face: xml::LABEL,
        align: "left",
        spacing: &[("w:before", "160"), ("w:after", "80")],
        indent: &[],
        tab: None,
        keep_next: true,
    },
    Style {
        id: "BodyText",
        name: "公文正文",
        face: xml::BODY,
        align: "both",
        spacing: LINE,
        indent: TWO_IN,
        tab: None,
        keep_next: false,
    },
    Style {
        id: "BodyHeading",
        name: "公文标题",
        face: xml::LABEL,
        align: "both",
        spacing: LINE,
        indent: TWO_IN,
        tab: None,
        keep_next: true,
    },
    Style {
        id: "Signature",
        name: "落款",
        face: xml::BODY,
        align: "right",
        spacing: &[
            ("w:before", "290"),
            ("w:line", "580"),
            ("w:lineRule", "exact"),
        ],
        indent: &[("w:rightChars", "200"), ("w:right", "640")],
        tab: None,
        keep_next: false,
    },
    Style {
        id: "PageCodeUpright",
        name: "竖排页码与内容码",
        face: xml::CODE,
        align: "left",
        spacing: SINGLE,
        indent: &[
            ("w:leftChars", "100"),
            ("w:left", "280"),
            ("w:rightChars", "100"),
            ("w:right", "280"),
        ],
        // The 156 mm of the text block, one character in.
        tab: Some("8564"),
        keep_next: false,
    },
];

pub(super) fn styles() -> io::Result<Vec<u8>> {
    part("w:styles", &NAMESPACES[..1], |out| {
        element(out, "w:docDefaults", &[], |out| {
            element(out, "w:rPrDefault", &[], |out| {
                xml::run_properties(out, xml::BODY)
            })?;
            empty(out, "w:pPrDefault", &[])
        })?;
        element(
            out,
            "w:style",
            &[
                ("w:type", "paragraph"),
                ("w:default", "1"),
                ("w:styleId", "Normal"),
            ],
            |out| {
                val(out, "w:name", "Normal")?;
                empty(out, "w:qFormat", &[])?;
                element(out, "w:pPr", &[], |out| val(out, "w:jc", "both"))
            },
        )?;
        STYLES.iter().try_for_each(|style| write(out, style))
    })
}

fn write(out: &mut Out, style: &Style) -> io::Result<()> {
    element(
        out,
        "w:style",
        &[
            ("w:type", "paragraph"),
            ("w:customStyle", "1"),
            ("w:styleId", style.id),
        ],
        |out| {
            val(out, "w:name", style.name)?;
            val(out, "w:basedOn", "Normal")?;
            empty(out, "w:qFormat", &[])?;
            element(out, "w:pPr", &[], |out| {
                if style.keep_next {
                    empty(out, "w:keepNext", &[])?;
                }
                if let Some(place) = style.tab {
                    element(out, "w:tabs", &[], |out| {
                        empty(out, "w:tab", &[("w:val", "right"), ("w:pos", place)])
                    })?;
                }
                // The grid of the page is for running text; here it would only spread the characters.
                val(out, "w:snapToGrid", "0")?;
                if !style.spacing.is_empty() {
                    empty(out, "w:spacing", style.spacing)?;
                }
                if !style.indent.is_empty() {
                    empty(out, "w:ind", style.indent)?;
                }
                val(out, "w:jc", style.align)
            })?;
            xml::run_properties(out, style.face)
        },
    )
}
