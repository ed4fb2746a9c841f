//! How the cells of a list look: `xl/styles.xml`, and the places of its cell formats.

use std::io;

use crate::write::xml::{Out, element, empty, part, val_of};

/// The main namespace of SpreadsheetML.
pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// The header.
pub(super) const HEAD: usize = 1;
/// Text.
pub(super) const TEXT: usize = 2;
/// Text that begins like a formula: it stays text also when somebody edits it.
pub(super) const QUOTED: usize = 3;
/// A day.
pub(super) const DATE: usize = 4;
/// Whole numbers; the six places after it show as many decimals, one to six.
pub(super) const NUMBER: usize = 5;

/// Fonts, frames and the formats whose places stand above.
pub(super) fn styles() -> io::Result<Vec<u8>> {
    part("styleSheet", &[("xmlns", MAIN)], |out| {
        element(out, "numFmts", &[("count", "7")], |out| {
            number_format(out, 164, "yyyy-mm-dd")?;
            (1..=6).try_for_each(|decimals| {
                number_format(out, 164 + decimals, &format!("0.{}", "0".repeat(decimals)))
            })
        })?;
        element(out, "fonts", &[("count", "2")], |out| {
            font(out, "宋体")?;
            font(out, "黑体")
        })?;
        element(out, "fills", &[("count", "3")], |out| {
            for pattern in ["none", "gray125"] {
                element(out, "fill", &[], |out| {
                    empty(out, "patternFill", &[("patternType", pattern)])
                })?;
            }
            element(out, "fill", &[], |out| {
                element(out, "patternFill", &[("patternType", "solid")], |out| {
                    empty(out, "fgColor", &[("rgb", "FFEDEDED")])
                })
            })
        })?;
        element(out, "borders", &[("count", "2")], |out| {
            border(out, None)?;
            border(out, Some("thin"))
        })?;
        element(out, "cellStyleXfs", &[("count", "1")], |out| {
            empty(
                out,
                "xf",
                &[
                    ("numFmtId", "0"),
                    ("fontId", "0"),
                    ("fillId", "0"),
                    ("borderId", "0"),
                ],
            )
        })?;
        element(out, "cellXfs", &[("count", "12")], formats)?;
        element(out, "cellStyles", &[("count", "1")], |out| {
            empty(
                out,
                "cellStyle",
                &[("name", "Normal"), ("xfId", "0"), ("builtinId", "0")],
            )
        })
    })
}

fn number_format(out: &mut Out, id: usize, code: &str) -> io::Result<()> {
    empty(
        out,
        "numFmt",
        &[("numFmtId", &id.to_string()), ("formatCode", code)],
    )
}

fn font(out: &mut Out, name: &str) -> io::Result<()> {
    element(out, "font", &[], |out| {
        val_of(out, "sz", "11")?;
        val_of(out, "name", name)?;
        val_of(out, "charset", "134")
    })
}

fn border(out: &mut Out, style: Option<&str>) -> io::Result<()> {
    element(out, "border", &[], |out| {
        for side in ["left", "right", "top", "bottom"] {
            match style {
                Some(style) => element(out, side, &[("style", style)], |out| {
                    empty(out, "color", &[("rgb", "FF808080")])
                })?,
                None => empty(out, side, &[])?,
            }
        }
        empty(out, "diagonal", &[])
    })
}

/// The cell formats: default, header, text, text that begins like a formula, day, and numbers with 0 to 6 decimals.
fn formats(out: &mut Out) -> io::Result<()> {
    empty(
        out,
        "xf",
        &[
            ("numFmtId", "0"),
            ("fontId", "0"),
            ("fillId", "0"),
            ("borderId", "0"),
            ("xfId", "0"),
        ],
    )?;
    format(out, (0, 1, 2), "center", false)?;
    format(out, (0, 0, 0), "left", false)?;
    format(out, (0, 0, 0), "left", true)?;
    format(out, (164, 0, 0), "center", false)?;
    // 1 is the built-in format of whole numbers.
    let numbers = [1, 165, 166, 167, 168, 169, 170];
    numbers
        .into_iter()
        .try_for_each(|number| format(out, (number, 0, 0), "right", false))
}

fn format(
    out: &mut Out,
    (number, font, fill): (u32, u32, u32),
    align: &str,
    quoted: bool,
) -> io::Result<()> {
    let (number, font, fill) = (number.to_string(), font.to_string(), fill.to_string());
    let attrs = [
        ("numFmtId", number.as_str()),
        ("fontId", &font),
        ("fillId", &fill),
        ("borderId", "1"),
        ("xfId", "0"),
        ("quotePrefix", if quoted { "1" } else { "0" }),
        ("applyNumberFormat", "1"),
        ("applyFont", "1"),
        ("applyFill", "1"),
        ("applyBorder", "1"),
        ("applyAlignment", "1"),
    ];
    element(out, "xf", &attrs, |out| {
        empty(
            out,
            "alignment",
            &[
                ("horizontal", align),
                ("vertical", "center"),
                ("wrapText", "1"),
            ],
        )
    })
}
