//! Puts the parts of a docx together, in a fixed order and with fixed times.

use std::io::{self, Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::xml::{self, Out, element, empty};
use super::{WriteError, parts, styles};

/// Namespaces of the main part and the footers.
pub(super) const NAMESPACES: [(&str, &str); 2] = [
    (
        "xmlns:w",
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        "xmlns:r",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
];

/// How the pages lie, and what stands at their foot beside the number.
#[derive(Debug, Clone, Copy)]
pub(super) enum Page<'a> {
    /// A4 upright.
    Upright,
    /// A4 upright, with small words at the foot inside; none when empty.
    Coded(&'a str),
    /// A4 landscape, with small words at the foot inside; none when empty.
    Landscape(&'a str),
}

impl<'a> Page<'a> {
    /// Small words at the foot.
    pub const fn words(self) -> &'a str {
        match self {
            Self::Upright => "",
            Self::Coded(words) | Self::Landscape(words) => words,
        }
    }
}

/// The main part: what `body` writes, then the page set-up.
pub(super) fn document(
    page: Page<'_>,
    body: impl FnOnce(&mut Out) -> io::Result<()>,
) -> io::Result<Vec<u8>> {
    xml::part("w:document", &NAMESPACES, |out| {
        element(out, "w:body", &[], |out| {
            body(out)?;
            page_setup(out, page)
        })
    })
}

/// A4 with the margins 37/35/28/26 mm, which the notice keeps on its landscape pages too; the page number stands 7 mm
/// below the text block.
fn page_setup(out: &mut Out, page: Page<'_>) -> io::Result<()> {
    element(out, "w:sectPr", &[], |out| {
        empty(
            out,
            "w:footerReference",
            &[("w:type", "default"), ("r:id", "footerOdd")],
        )?;
        empty(
            out,
            "w:footerReference",
            &[("w:type", "even"), ("r:id", "footerEven")],
        )?;
        match page {
            Page::Upright | Page::Coded(_) => {
                empty(out, "w:pgSz", &[("w:w", "11906"), ("w:h", "16838")])?
            }
            Page::Landscape(_) => empty(
                out,
                "w:pgSz",
                &[
                    ("w:w", "16838"),
                    ("w:h", "11906"),
                    ("w:orient", "landscape"),
                ],
            )?,
        }
        empty(
            out,
            "w:pgMar",
            &[
                ("w:top", "2098"),
                ("w:right", "1474"),
                ("w:bottom", "1984"),
                ("w:left", "1588"),
                ("w:header", "851"),
                ("w:footer", "1304"),
                ("w:gutter", "0"),
            ],
        )?;
        empty(out, "w:cols", &[("w:space", "425")])?;
        // 22 lines of 28 characters (15.8 pt each, in 1/4096 pt less than the 16 pt of 3号).
        empty(
            out,
            "w:docGrid",
            &[
                ("w:type", "linesAndChars"),
                ("w:linePitch", "580"),
                ("w:charSpace", "-842"),
            ],
        )
    })
}

/// A chart with the workbook that its figures can be edited in.
pub(super) struct ChartPart {
    /// `word/charts/chartN.xml`.
    pub xml: Vec<u8>,
    /// `word/embeddings/chartN.xlsx`.
    pub workbook: Vec<u8>,
}

/// The whole file. The document refers to its charts as `chart1`, `chart2` ….
pub(super) fn docx(
    title: &str,
    page: Page<'_>,
    document: Vec<u8>,
    charts: Vec<ChartPart>,
) -> Result<Vec<u8>, WriteError> {
    let relations = parts::document_relations(charts.len())?;
    let mut files: Vec<(String, Vec<u8>)> = [
        ("[Content_Types].xml", parts::content_types(charts.len())?),
        ("_rels/.rels", parts::relations()?),
        ("docProps/core.xml", parts::core(title)?),
        ("docProps/app.xml", parts::app()?),
        ("word/document.xml", document),
        ("word/_rels/document.xml.rels", relations),
        ("word/styles.xml", styles::styles()?),
        ("word/settings.xml", parts::settings()?),
        ("word/footer1.xml", parts::footer(true, page)?),
        ("word/footer2.xml", parts::footer(false, page)?),
    ]
    .map(|(name, content)| (name.to_owned(), content))
    .into();
    for (number, chart) in (1..).zip(charts) {
        let rels = format!("word/charts/_rels/chart{number}.xml.rels");
        files.push((format!("word/charts/chart{number}.xml"), chart.xml));
        files.push((rels, parts::chart_relations(number)?));
        let workbook = format!("word/embeddings/chart{number}.xlsx");
        files.push((workbook, chart.workbook));
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, content) in files {
        zip.start_file(name, options)?;
        zip.write_all(&content)?;
    }
    Ok(zip.finish()?.into_inner())
}
