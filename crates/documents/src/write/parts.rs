//! The small parts of a docx: inventory, relationships, properties, settings, footers.

use std::io;

use super::package::{NAMESPACES, Page};
use super::xml::{self, Face, Out, element, empty, part, text, val};

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const WORD_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
const CHART_TYPE: &str = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml";

pub(super) fn content_types(charts: usize) -> io::Result<Vec<u8>> {
    part(
        "Types",
        &[("xmlns", &format!("{PACKAGE}/content-types"))],
        |out| {
            let rels = "application/vnd.openxmlformats-package.relationships+xml";
            empty(
                out,
                "Default",
                &[("Extension", "rels"), ("ContentType", rels)],
            )?;
            empty(
                out,
                "Default",
                &[("Extension", "xml"), ("ContentType", "application/xml")],
            )?;
            if charts > 0 {
                let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
                empty(
                    out,
                    "Default",
                    &[("Extension", "xlsx"), ("ContentType", xlsx)],
                )?;
            }
            let overrides = [
                (
                    "/docProps/core.xml",
                    "application/vnd.openxmlformats-package.core-properties+xml".to_owned(),
                ),
                (
                    "/docProps/app.xml",
                    "application/vnd.openxmlformats-officedocument.extended-properties+xml"
                        .to_owned(),
                ),
                (
                    "/word/document.xml",
                    format!("{WORD_TYPE}.document.main+xml"),
                ),
                ("/word/styles.xml", format!("{WORD_TYPE}.styles+xml")),
                ("/word/settings.xml", format!("{WORD_TYPE}.settings+xml")),
                ("/word/footer1.xml", format!("{WORD_TYPE}.footer+xml")),
                ("/word/footer2.xml", format!("{WORD_TYPE}.footer+xml")),
            ];
            overrides.iter().try_for_each(|(name, kind)| {
                empty(
                    out,
                    "Override",
                    &[("PartName", name), ("ContentType", kind)],
                )
            })?;
            (1..=charts).try_for_each(|number| {
                let name = format!("/word/charts/chart{number}.xml");
                empty(
                    out,
                    "Override",
                    &[("PartName", &name), ("ContentType", CHART_TYPE)],
                )
            })
        },
    )
}

fn relationships(list: &[(&str, &str, &str)]) -> io::Result<Vec<u8>> {
    part(
        "Relationships",
        &[("xmlns", &format!("{PACKAGE}/relationships"))],
        |out| {
            list.iter().try_for_each(|(id, kind, target)| {
                empty(
                    out,
                    "Relationship",
                    &[("Id", id), ("Type", kind), ("Target", target)],
                )
            })
        },
    )
}

pub(super) fn relations() -> io::Result<Vec<u8>> {
    relationships(&[
        (
            "document",
            &format!("{OFFICE}/officeDocument"),
            "word/document.xml",
        ),
        (
            "core",
            &format!("{PACKAGE}/relationships/metadata/core-properties"),
            "docProps/core.xml",
        ),
        (
            "app",
            &format!("{OFFICE}/extended-properties"),
            "docProps/app.xml",
        ),
    ])
}

/// Styles, settings, footers, and the charts by number.
pub(super) fn document_relations(charts: usize) -> io::Result<Vec<u8>> {
    let own = [
        ("styles", "styles", "styles.xml"),
        ("settings", "settings", "settings.xml"),
        ("footerOdd", "footer", "footer1.xml"),
        ("footerEven", "footer", "footer2.xml"),
    ];
    let own = own.map(|(id, kind, target)| (id.to_owned(), kind, target.to_owned()));
    let charts = (1..=charts).map(|number| {
        let target = format!("charts/chart{number}.xml");
        (format!("chart{number}"), "chart", target)
    });
    let all: Vec<(String, String, String)> = own
        .into_iter()
        .chain(charts)
        .map(|(id, kind, target)| (id, format!("{OFFICE}/{kind}"), target))
        .collect();
    let all: Vec<(&str, &str, &str)> = all
        .iter()
        .map(|(id, kind, target)| (id.as_str(), kind.as_str(), target.as_str()))
        .collect();
    relationships(&all)
}

/// The workbook of a chart.
pub(super) fn chart_relations(number: usize) -> io::Result<Vec<u8>> {
    let target = format!("../embeddings/chart{number}.xlsx");
    relationships(&[("workbook", &format!("{OFFICE}/package"), &target)])
}

/// Title and language; no times, which would make every file different.
pub(super) fn core(title: &str) -> io::Result<Vec<u8>> {
    let namespaces = [
        (
            "xmlns:cp",
            "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
        ),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ];
    part("cp:coreProperties", &namespaces, |out| {
        element(out, "dc:title", &[], |out| text(out, title))?;
        element(out, "dc:language", &[], |out| text(out, "zh-CN"))
    })
}

pub(super) fn app() -> io::Result<Vec<u8>> {
    let namespace = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties";
    part("Properties", &[("xmlns", namespace)], |out| {
        element(out, "Application", &[], |out| text(out, "zhaoshang"))
    })
}

pub(super) fn settings() -> io::Result<Vec<u8>> {
    part("w:settings", &NAMESPACES[..1], |out| {
        // Odd pages number on the right, even ones on the left.
        empty(out, "w:evenAndOddHeaders", &[])?;
        val(out, "w:characterSpacingControl", "compressPunctuation")?;
        element(out, "w:compat", &[], |out| {
            let word = "http://schemas.microsoft.com/office/word";
            empty(
                out,
                "w:compatSetting",
                &[
                    ("w:name", "compatibilityMode"),
                    ("w:uri", word),
                    ("w:val", "15"),
                ],
            )
        })?;
        empty(
            out,
            "w:themeFontLang",
            &[("w:val", "en-US"), ("w:eastAsia", "zh-CN")],
        )
    })
}

/// `— 1 —` outside; small words and how many pages there are inside, on the same line.
pub(super) fn footer(odd: bool, page: Page<'_>) -> io::Result<Vec<u8>> {
    let words = page.words();
    let style = match (words.is_empty(), odd) {
        (true, true) => "PageOdd",
        (true, false) => "PageEven",
        (false, _) if matches!(page, Page::Coded(_)) => "PageCodeUpright",
        (false, _) => "PageCode",
    };
    part("w:ftr", &NAMESPACES, |out| {
        element(out, "w:p", &[], |out| {
            element(out, "w:pPr", &[], |out| val(out, "w:pStyle", style))?;
            if words.is_empty() {
                return page_number(out);
            }
            if odd {
                code(out, words)?;
                xml::run(out, xml::CODE, "\t")?;
                page_number(out)
            } else {
                page_number(out)?;
                xml::run(out, xml::CODE, "\t")?;
                code(out, words)
            }
        })
    })
}

fn page_number(out: &mut Out) -> io::Result<()> {
    xml::run(out, xml::PAGE, "— ")?;
    field(out, xml::PAGE, " PAGE ")?;
    xml::run(out, xml::PAGE, " —")
}

fn code(out: &mut Out, words: &str) -> io::Result<()> {
    xml::run(out, xml::CODE, &format!("{words}　共"))?;
    field(out, xml::CODE, " NUMPAGES ")?;
    xml::run(out, xml::CODE, "页")
}

fn field(out: &mut Out, face: Face, instruction: &str) -> io::Result<()> {
    element(out, "w:fldSimple", &[("w:instr", instruction)], |out| {
        xml::run(out, face, "1")
    })
}
