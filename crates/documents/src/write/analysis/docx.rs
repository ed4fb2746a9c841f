//! The analysis as a Word document, with charts that Word can edit.

use std::io;

use super::{Analysis, Axis, Columns, chart, compared, completed, words};
use crate::write::package::{self, Page};
use crate::write::xml::{self, Out, element, empty};
use crate::write::{WriteError, word_table};

/// Width of the text block, 156 mm, in twentieths of a point.
const WIDTH: u32 = 8844;
/// Name, figure and meaning of the headline.
const HEADLINE: [u32; 3] = [2500, 2100, 4244];
/// Width and height of a chart in EMU: 156 × 110 mm.
const CHART: (&str, &str) = ("5616000", "3960000");

/// Makes the docx of the analysis: A4 upright, charts as native ones, header rows repeated, page numbers outside.
///
/// # Errors
/// [`WriteError`] when packing fails, which no input causes.
pub fn analysis_docx(analysis: &Analysis) -> Result<Vec<u8>, WriteError> {
    let charts = chart::parts(analysis)?;
    let page = Page::Upright;
    let document = package::document(page, |out| body(out, analysis, charts.len()))?;
    package::docx(&analysis.title.concat(), page, document, charts)
}

fn body(out: &mut Out, analysis: &Analysis, charts: usize) -> io::Result<()> {
    for line in &analysis.title {
        xml::paragraph(out, "AnnexTitle", xml::TITLE, line)?;
    }
    xml::paragraph(out, "UnitLine", xml::SMALL, &analysis.facts)?;
    section(out, "一、总体情况")?;
    headline(out, analysis)?;
    section(out, "二、各企业完成率与时间进度")?;
    for number in 1..=charts {
        drawing(out, number)?;
    }
    let note = Axis::upright(analysis).note("柱上数字");
    xml::paragraph(out, "TableNote", xml::SMALL, &note)?;
    section(out, "三、各企业完成情况")?;
    table(out, &completed(analysis))?;
    section(out, "四、比较与预测")?;
    table(out, &compared(analysis))?;
    section(out, "说明")?;
    for (number, note) in (1..).zip(&analysis.notes) {
        let note = format!("{number}. {note}");
        xml::paragraph(out, "TableNote", xml::SMALL, &note)?;
    }
    Ok(())
}

fn section(out: &mut Out, title: &str) -> io::Result<()> {
    xml::paragraph(out, "Section", xml::LABEL, title)
}

fn headline(out: &mut Out, analysis: &Analysis) -> io::Result<()> {
    word_table::table(out, &HEADLINE, |out| {
        word_table::row(out, &HEADLINE, true, xml::HEAD, ["指标", "数值", "说明"])?;
        analysis.headline.iter().try_for_each(|line| {
            let figure = words::figure(line.figure);
            let texts = [&line.label, &figure, &line.note];
            word_table::row(out, &HEADLINE, false, xml::CELL, texts)
        })
    })
}

fn table(out: &mut Out, columns: &Columns) -> io::Result<()> {
    let shares: u32 = columns.head.iter().map(|(_, share)| share).sum();
    let widths = columns.head.iter().map(|(_, share)| WIDTH * share / shares);
    let widths: Vec<u32> = widths.collect();
    word_table::table(out, &widths, |out| {
        let head = columns.head.iter().map(|(head, _)| head);
        word_table::row(out, &widths, true, xml::HEAD, head)?;
        let mut rows = columns.rows.iter();
        rows.try_for_each(|row| word_table::row(out, &widths, false, xml::CELL, row))
    })
}

/// The place of a chart in the text.
fn drawing(out: &mut Out, number: usize) -> io::Result<()> {
    let (id, part) = (number.to_string(), format!("chart{number}"));
    let name = format!("图{number} 各企业完成率与时间进度");
    let uri = "http://schemas.openxmlformats.org/drawingml/2006/chart";
    let inline = [
        (
            "xmlns:wp",
            "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        ),
        ("distT", "0"),
        ("distB", "0"),
        ("distL", "0"),
        ("distR", "0"),
    ];
    let graphic = [(
        "xmlns:a",
        "http://schemas.openxmlformats.org/drawingml/2006/main",
    )];
    element(out, "w:p", &[], |out| {
        element(out, "w:pPr", &[], |out| {
            xml::val(out, "w:pStyle", "TableCell")
        })?;
        element(out, "w:r", &[], |out| {
            element(out, "w:drawing", &[], |out| {
                element(out, "wp:inline", &inline, |out| {
                    empty(out, "wp:extent", &[("cx", CHART.0), ("cy", CHART.1)])?;
                    let none = [("l", "0"), ("t", "0"), ("r", "0"), ("b", "0")];
                    empty(out, "wp:effectExtent", &none)?;
                    let alternative = "柱形图：各企业完成率，虚线为时间进度；数值见下面的表。";
                    let properties = [("id", &*id), ("name", &name), ("descr", alternative)];
                    empty(out, "wp:docPr", &properties)?;
                    empty(out, "wp:cNvGraphicFramePr", &[])?;
                    element(out, "a:graphic", &graphic, |out| {
                        element(out, "a:graphicData", &[("uri", uri)], |out| {
                            empty(out, "c:chart", &[("xmlns:c", uri), ("r:id", &part)])
                        })
                    })
                })
            })
        })
    })
}
