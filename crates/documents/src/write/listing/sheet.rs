//! The rows of a list in SpreadsheetML.

use std::io;

use chrono::NaiveDate;
use domain::Money;
use quick_xml::escape::escape;

use super::{TableCell, TableHead, style};
use crate::write::table::{looks_like_formula, within_cell};
use crate::write::wrap::wrapped;
use crate::write::xml::{Out, element, empty, text, without_forbidden};

/// Bytes of a text that surely fits into a cell.
const PLAIN_MOST: usize = 32_767;
/// Points of a line.
const LINE: u32 = 15;
/// Lines of a row at most.
const MOST_LINES: u32 = 8;
/// Numbers of more digits are not exact in a double: they are written as text.
const EXACT: u64 = 999_999_999_999_999;
/// The first day that every spreadsheet counts alike: before it Excel believes in 1900-02-29.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(1900, 3, 1).expect("a day");
/// Its number.
const FIRST_NUMBER: i64 = 61;
/// The last day of spreadsheets.
const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day");

/// What stands before the rows: frozen header, widths.
pub(super) fn before(out: &mut Out, head: &TableHead) -> io::Result<()> {
    element(out, "sheetPr", &[], |out| {
        empty(out, "pageSetUpPr", &[("fitToPage", "1")])
    })?;
    element(out, "sheetViews", &[], |out| {
        element(
            out,
            "sheetView",
            &[("tabSelected", "1"), ("workbookViewId", "0")],
            |out| {
                empty(
                    out,
                    "pane",
                    &[
                        ("ySplit", "1"),
                        ("topLeftCell", "A2"),
                        ("activePane", "bottomLeft"),
                        ("state", "frozen"),
                    ],
                )
            },
        )
    })?;
    empty(out, "sheetFormatPr", &[("defaultRowHeight", "18")])?;
    if head.columns.is_empty() {
        return Ok(());
    }
    element(out, "cols", &[], |out| {
        head.columns
            .iter()
            .enumerate()
            .try_for_each(|(at, column)| {
                let number = (at + 1).to_string();
                // Widths are in digits, two to a Chinese character; 255 is the most.
                let width = column
                    .width
                    .saturating_mul(2)
                    .saturating_add(2)
                    .min(255)
                    .to_string();
                empty(
                    out,
                    "col",
                    &[
                        ("min", &number),
                        ("max", &number),
                        ("width", &width),
                        ("customWidth", "1"),
                    ],
                )
            })
    })
}

/// What stands after the rows: the filter, how it is printed.
pub(super) fn after(out: &mut Out, head: &TableHead, rows: u32) -> io::Result<()> {
    if !head.columns.is_empty() {
        empty(
            out,
            "autoFilter",
            &[("ref", &super::workbook::range(head.columns.len(), rows))],
        )?;
    }
    empty(
        out,
        "pageMargins",
        &[
            ("left", "0.5"),
            ("right", "0.5"),
            ("top", "0.8"),
            ("bottom", "0.7"),
            ("header", "0.4"),
            ("footer", "0.35"),
        ],
    )?;
    empty(
        out,
        "pageSetup",
        &[
            ("paperSize", "9"),
            ("orientation", "landscape"),
            ("fitToWidth", "1"),
            ("fitToHeight", "0"),
        ],
    )?;
    element(out, "headerFooter", &[], |out| {
        element(out, "oddHeader", &[], |out| {
            text(out, &format!("&C&\"黑体\"&14{}", words(&head.title)))
        })?;
        element(out, "oddFooter", &[], |out| {
            text(
                out,
                &format!("&L&\"宋体\"&9{}&C&\"宋体\"&10— &P —", words(&head.note)),
            )
        })
    })
}

/// Words in a header or footer, where & begins a command. Excel takes 255 characters in all.
fn words(words: &str) -> String {
    let shown: String = words
        .chars()
        .filter(|c| !c.is_control())
        .take(100)
        .collect();
    // A digit after a size would be read as part of it.
    let space = if shown.starts_with(|c: char| c.is_ascii_digit()) {
        " "
    } else {
        ""
    };
    format!("{space}{}", shown.replace('&', "&&"))
}

/// How many lines a row takes: texts are seen whole up to a measure, longer ones by opening their cell.
pub(super) fn lines(head: &TableHead, cells: &[TableCell]) -> u32 {
    let lines = head
        .columns
        .iter()
        .zip(cells)
        .map(|(column, cell)| match cell {
            TableCell::Text(text) => wrapped(text, u32::from(column.width.max(1)) * 2),
            _ => 1,
        });
    lines.max().unwrap_or(1).min(MOST_LINES)
}

/// How many lines the header takes.
pub(super) fn head_lines(head: &TableHead) -> u32 {
    let lines = head.columns.iter();
    let lines = lines.map(|column| wrapped(&column.title, u32::from(column.width.max(1)) * 2));
    lines.max().unwrap_or(1).min(MOST_LINES)
}

/// A row of the sheet so many lines high; the first is 1. Rows are put together from their parts, without a writer of
/// elements between: a list may have hundreds of thousands.
pub(super) fn row(
    out: &mut Vec<u8>,
    number: u32,
    lines: u32,
    cells: impl Iterator<Item = impl FnOnce(&mut Vec<u8>, &Place)>,
) {
    let height = lines * LINE + 4;
    put(out, "<row r=\"");
    put(out, &number.to_string());
    put(out, "\" ht=\"");
    put(out, &height.to_string());
    put(out, "\" customHeight=\"1\">");
    for (at, cell) in cells.enumerate() {
        let column = column_name(at);
        cell(
            out,
            &Place {
                column,
                row: number,
            },
        );
    }
    put(out, "</row>");
}

/// Where a cell stands.
pub(super) struct Place {
    column: String,
    row: u32,
}

fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

fn begin(out: &mut Vec<u8>, place: &Place, style: usize) {
    put(out, "<c r=\"");
    put(out, &place.column);
    put(out, &place.row.to_string());
    put(out, "\" s=\"");
    put(out, &style.to_string());
}

/// A header cell.
pub(super) fn head_cell(out: &mut Vec<u8>, place: &Place, title: &str) {
    string(out, place, style::HEAD, title);
}

/// A cell of the body.
pub(super) fn cell(out: &mut Vec<u8>, place: &Place, cell: &TableCell) {
    match cell {
        TableCell::Empty => {}
        TableCell::Text(content) => words_cell(out, place, content),
        TableCell::Money(money) => amount(out, place, *money),
        TableCell::Int(whole) if whole.unsigned_abs() <= EXACT => {
            number(out, place, style::NUMBER, &whole.to_string());
        }
        TableCell::Int(whole) => words_cell(out, place, &whole.to_string()),
        TableCell::Date(day) if (FIRST_DAY..=LAST_DAY).contains(day) => {
            let serial = day.signed_duration_since(FIRST_DAY).num_days() + FIRST_NUMBER;
            number(out, place, style::DATE, &serial.to_string());
        }
        TableCell::Date(day) => words_cell(out, place, &day.to_string()),
        TableCell::Partial(date) => words_cell(out, place, &date.to_string()),
    }
}

/// An amount in 万元 with as many decimals as it has.
fn amount(out: &mut Vec<u8>, place: &Place, money: Money) {
    let wan = money.wan_exact();
    if money.fen().unsigned_abs() > EXACT {
        return words_cell(out, place, &wan);
    }
    let decimals = wan
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.len());
    number(out, place, style::NUMBER + decimals, &wan);
}

fn words_cell(out: &mut Vec<u8>, place: &Place, content: &str) {
    let face = if looks_like_formula(content) {
        style::QUOTED
    } else {
        style::TEXT
    };
    string(out, place, face, content);
}

fn number(out: &mut Vec<u8>, place: &Place, style: usize, digits: &str) {
    begin(out, place, style);
    put(out, "\"><v>");
    put(out, digits);
    put(out, "</v></c>");
}

fn string(out: &mut Vec<u8>, place: &Place, style: usize, content: &str) {
    begin(out, place, style);
    put(out, "\" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
    if is_plain(content) {
        put(out, content);
    } else {
        let lines = content.replace("\r\n", "\n").replace('\r', "\n");
        put(
            out,
            &escape(without_forbidden(&escaped(&within_cell(&lines)))),
        );
    }
    put(out, "</t></is></c>");
}

/// Whether a text can stand in a cell as it is: short enough, nothing in it that XML or a workbook reads as something else.
fn is_plain(text: &str) -> bool {
    let special =
        |byte: &u8| *byte < b' ' || matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'' | b'_' | 0x7f);
    text.len() < PLAIN_MOST
        && !text.as_bytes().iter().any(special)
        && !text.contains(['\u{fffe}', '\u{ffff}'])
}

/// `_x0041_` is how a workbook writes a character by its number: where a text has just these signs, the underline is
/// written so itself.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let code = from.as_bytes().get(2..7);
        let is_code = code.is_some_and(|code| {
            code.ends_with(b"_") && code.iter().take(4).all(u8::is_ascii_hexdigit)
        });
        out.push_str(if is_code { "_x005F_" } else { "_" });
        rest = from.get(1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// `A` … `Z`, `AA` ….
pub(super) fn column_name(index: usize) -> String {
    let mut name = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        name.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    name.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        let names: Vec<String> = [0, 25, 26, 51, 52, 701, 702].map(column_name).into();
        assert_eq!(names, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn plain_texts_stand_as_they_would_the_long_way() {
        for text in [
            "临港仓储（一期）",
            "a<b>&\"c\"'d'",
            "_x0041_",
            "两\r\n行",
            "\u{1}\u{ffff}",
            "=1+1",
            "",
        ] {
            let mut out = Vec::new();
            let place = Place {
                column: "A".into(),
                row: 2,
            };
            string(&mut out, &place, 3, text);
            let lines = text.replace("\r\n", "\n");
            let long = escape(without_forbidden(&escaped(&lines))).into_owned();
            let expected = format!(
                "<c r=\"A2\" s=\"3\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{long}</t></is></c>"
            );
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn what_looks_like_a_character_code_stays_as_it_is() {
        assert_eq!(escaped("_x0041_"), "_x005F_x0041_");
        assert_eq!(escaped("_x004_ _x00zz_ _x"), "_x004_ _x00zz_ _x");
        assert_eq!(escaped("a_x_x0041_b甲"), "a_x_x005F_x0041_b甲");
    }
}
