//! Tables in Word: thin frames, fixed widths, header row repeated on every page, rows not split.

use std::io;

use super::xml::{self, Face, Out, element, empty, val};

/// Least height of a row: 8 mm, so that 17 enterprises fit on one page.
const ROW_HEIGHT: &str = "454";

/// A table with columns of these widths in twentieths of a point; `rows` writes them with [`row`].
pub(super) fn table(
    out: &mut Out,
    widths: &[u32],
    rows: impl FnOnce(&mut Out) -> io::Result<()>,
) -> io::Result<()> {
    element(out, "w:tbl", &[], |out| {
        properties(out, widths)?;
        rows(out)
    })
}

fn properties(out: &mut Out, widths: &[u32]) -> io::Result<()> {
    let width: u32 = widths.iter().sum();
    element(out, "w:tblPr", &[], |out| {
        empty(
            out,
            "w:tblW",
            &[("w:w", &width.to_string()), ("w:type", "dxa")],
        )?;
        val(out, "w:jc", "center")?;
        element(out, "w:tblBorders", &[], |out| {
            [
                "w:top",
                "w:left",
                "w:bottom",
                "w:right",
                "w:insideH",
                "w:insideV",
            ]
            .into_iter()
            .try_for_each(|side| border(out, side))
        })?;
        empty(out, "w:tblLayout", &[("w:type", "fixed")])?;
        element(out, "w:tblCellMar", &[], |out| {
            empty(out, "w:left", &[("w:w", "57"), ("w:type", "dxa")])?;
            empty(out, "w:right", &[("w:w", "57"), ("w:type", "dxa")])
        })?;
        // First row is a header for screen readers.
        empty(
            out,
            "w:tblLook",
            &[
                ("w:val", "0020"),
                ("w:firstRow", "1"),
                ("w:lastRow", "0"),
                ("w:firstColumn", "0"),
                ("w:lastColumn", "0"),
            ],
        )
    })?;
    element(out, "w:tblGrid", &[], |out| {
        widths
            .iter()
            .try_for_each(|width| empty(out, "w:gridCol", &[("w:w", &width.to_string())]))
    })
}

fn border(out: &mut Out, side: &str) -> io::Result<()> {
    empty(
        out,
        side,
        &[
            ("w:val", "single"),
            ("w:sz", "4"),
            ("w:space", "0"),
            ("w:color", "000000"),
        ],
    )
}

/// A row of text; `repeated` on every page for the header row.
pub(super) fn row<'a>(
    out: &mut Out,
    widths: &[u32],
    repeated: bool,
    face: Face,
    texts: impl IntoIterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)>,
) -> io::Result<()> {
    element(out, "w:tr", &[], |out| {
        element(out, "w:trPr", &[], |out| {
            empty(out, "w:cantSplit", &[])?;
            empty(
                out,
                "w:trHeight",
                &[("w:val", ROW_HEIGHT), ("w:hRule", "atLeast")],
            )?;
            if repeated {
                empty(out, "w:tblHeader", &[])
            } else {
                Ok(())
            }
        })?;
        let mut cells = widths.iter().zip(texts);
        cells.try_for_each(|(width, text)| cell(out, *width, face, text.as_ref()))
    })
}

fn cell(out: &mut Out, width: u32, face: Face, text: &str) -> io::Result<()> {
    element(out, "w:tc", &[], |out| {
        element(out, "w:tcPr", &[], |out| {
            empty(
                out,
                "w:tcW",
                &[("w:w", &width.to_string()), ("w:type", "dxa")],
            )?;
            val(out, "w:vAlign", "center")
        })?;
        xml::paragraph(out, "TableCell", face, text)
    })
}
