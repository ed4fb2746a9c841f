//! A report as a Word document.

use std::io;

use super::{Line, ReportPrint};
use crate::write::package::{self, Page};
use crate::write::xml::{self, Out};
use crate::write::{WriteError, wide::clean, word_table};

/// Label and value of the figures, in twentieths of a point.
const FIGURES: [u32; 2] = [5000, 3844];

/// Makes the docx of a report: A4 upright in the official layout, page numbers outside, the content code at the foot.
///
/// # Errors
/// [`WriteError`] when packing fails, which no input causes.
pub fn report_docx(report: &ReportPrint) -> Result<Vec<u8>, WriteError> {
    let code = report.code_words();
    let page = Page::Coded(&code);
    let document = package::document(page, |out| body(out, report))?;
    package::docx(&report.heading(), page, document, Vec::new())
}

fn body(out: &mut Out, report: &ReportPrint) -> io::Result<()> {
    xml::paragraph(out, "AnnexTitle", xml::TITLE, &report.heading())?;
    if !report.number.is_empty() {
        xml::paragraph(out, "UnitLine", xml::SMALL, &clean(&report.number))?;
    }
    xml::paragraph(out, "BodyText", xml::BODY, "")?;
    report.lines().iter().try_for_each(|one| line(out, one))
}

fn line(out: &mut Out, line: &Line) -> io::Result<()> {
    match line {
        Line::Heading(words) => xml::paragraph(out, "BodyHeading", xml::LABEL, words),
        Line::Subheading(words) => xml::paragraph(out, "BodyHeading", xml::KAITI, words),
        Line::Text(words) => xml::paragraph(out, "BodyText", xml::BODY, words),
        Line::Figures(figures) => {
            word_table::table(out, &FIGURES, |out| {
                let mut rows = figures.iter();
                rows.try_for_each(|(label, value)| {
                    word_table::row(out, &FIGURES, false, xml::CELL, [label, value])
                })
            })?;
            // Word needs a paragraph after a table; this one takes no room.
            xml::paragraph(out, "TableEnd", xml::CODE, "")
        }
        Line::Files(names) => (1..).zip(names).try_for_each(|(number, name)| {
            let label = if number == 1 {
                "附件："
            } else {
                "　　　"
            };
            let words = format!("{label}{number}. {name}");
            xml::paragraph(out, "BodyText", xml::BODY, &words)
        }),
        Line::Signature(words) => xml::paragraph(out, "Signature", xml::BODY, words),
    }
}
