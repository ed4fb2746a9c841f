//! Text with separators: csv, and cells copied from a spreadsheet.

mod decode;

use crate::forms::ErrorKind;
use crate::grid::{Budget, Cell, Contents, Grid, GridRow, Place};
use crate::limits;
use crate::refusal::{Accept, Refusal};
use crate::value::{is_blank, is_break};
use std::borrow::Cow;

/// Separators in the order in which they are tried: a tab never stands in a cell of its own.
const SEPARATORS: [u8; 4] = [b'\t', b',', b';', b'|'];

/// A decoded text file.
pub(crate) struct Text {
    text: String,
    /// Separators that may be meant, the likeliest first.
    separators: Vec<u8>,
}

impl Text {
    /// Decodes a file.
    ///
    /// # Errors
    /// `bad_document` when no encoding fits, `empty_file` when there are only blanks.
    pub fn decode(bytes: &[u8]) -> Accept<Self> {
        let text = decode::decode(bytes)?;
        if text.chars().all(is_blank) {
            return Err(Refusal::blank());
        }
        let (rest, said) = separator_line(&text);
        let occurs = |separator: &u8| rest.as_bytes().contains(separator);
        let mut separators: Vec<u8> = said.map_or_else(
            || SEPARATORS.into_iter().filter(occurs).collect(),
            |separator| vec![separator],
        );
        if separators.is_empty() {
            separators.push(b',');
        }
        let text = rest.to_owned();
        Ok(Self { text, separators })
    }

    /// The cells, for each separator that may be meant; the right one is where a form is found.
    ///
    /// # Errors
    /// `bad_document` when quotation marks do not pair; `too_large_unpacked`.
    pub fn readings(&self) -> impl Iterator<Item = Accept<Contents>> {
        self.separators
            .iter()
            .map(|separator| split(&self.text, *separator))
    }
}

/// `sep=;` in the first line is how Excel is told.
fn separator_line(text: &str) -> (&str, Option<u8>) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first
        .trim()
        .to_lowercase()
        .strip_prefix("sep=")
        .map(str::as_bytes)
    {
        Some([separator]) => (rest, Some(*separator)),
        Some([]) => (rest, Some(b'\t')),
        _ => (text, None),
    }
}

fn split(text: &str, separator: u8) -> Accept<Contents> {
    if text.bytes().filter(|byte| *byte == separator).count() > limits::SEPARATORS {
        return Err(Refusal::too_large());
    }
    let unpaired = text.bytes().filter(|b| *b == b'"').count() % 2 == 1;
    let text = &*with_own_quotes(text, char::from(separator));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut grid = Grid::new(Place::Lines, Vec::new());
    let mut budget = Budget::new();
    let mut record = csv::StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|_| Refusal::damaged())?
    {
        let number = record.position().map_or(0, |position| line(text, position));
        let mut cells = Vec::new();
        for (col, text) in (0u32..).zip(&record) {
            // An unpaired mark makes one cell of all lines after it.
            if unpaired && text.contains('\n') {
                return Err(Refusal::new(
                    ErrorKind::BadDocument,
                    "文本中的引号不成对，无法分清各列，请改正后重新上传，或另存为 xlsx 上传。",
                ));
            }
            let text = as_text(text);
            if !text.is_empty() {
                budget.cell(text.len())?;
                cells.push(Cell::text(col.min(limits::COLUMNS), text.to_owned()));
            }
        }
        if cells.is_empty() {
            continue;
        }
        if grid.rows.len() >= limits::ROWS {
            return Err(Refusal::too_large());
        }
        grid.rows.push(GridRow {
            number,
            hidden: false,
            fields: u32::try_from(record.len()).unwrap_or(u32::MAX),
            cells,
        });
    }
    Ok(Contents {
        grids: vec![grid],
        left_out: Vec::new(),
    })
}

/// Puts fields such as `"瓯江"物流园` between quotation marks of their own: their marks belong to the name, which
/// spreadsheets copy as it stands.
fn with_own_quotes(text: &str, separator: char) -> Cow<'_, str> {
    let ends = |c: char| c == separator || is_break(c);
    let mut out = String::new();
    let mut done = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find('"') {
        let start = at + found;
        at = start + 1;
        if !text[..start].chars().next_back().is_none_or(ends) {
            continue;
        }
        let Some(end) = closing(&text[at..]).map(|length| at + length) else {
            break;
        };
        let closed = text[end + 1..].chars().next().is_none_or(ends);
        if closed || text[at..end].contains(is_break) {
            at = end + 1;
            continue;
        }
        let length = text[start..].find(ends).unwrap_or(text.len() - start);
        let field = &text[start..start + length];
        out.push_str(&text[done..start]);
        out.push('"');
        out.push_str(&field.replace('"', "\"\""));
        out.push('"');
        done = start + length;
        at = done;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// Where the mark stands that closes a field; two in a row are one of its text.
fn closing(rest: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let found = at + rest[at..].find('"')?;
        if !rest[found + 1..].starts_with('"') {
            return Some(found);
        }
        at = found + 2;
    }
}

/// The line on which a record starts: the reader counts the blank lines before it as part of it.
fn line(text: &str, position: &csv::Position) -> u32 {
    let start = usize::try_from(position.byte())
        .ok()
        .and_then(|byte| text.as_bytes().get(byte..));
    let blank = start
        .unwrap_or_default()
        .iter()
        .take_while(|b| matches!(b, b'\n' | b'\r'));
    let blank = blank.filter(|b| **b == b'\n').count() as u64;
    u32::try_from(position.line() + blank).unwrap_or(u32::MAX)
}

/// `="0012"` is how exports keep Excel from changing a text.
fn as_text(field: &str) -> &str {
    let field = field.trim_matches(is_blank);
    field
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(bytes: &[u8]) -> Accept<Contents> {
        Text::decode(bytes)?.readings().next().unwrap()
    }

    fn rows(bytes: &[u8]) -> Vec<Vec<(u32, String)>> {
        let contents = first(bytes).unwrap();
        let grid = &contents.grids[0];
        grid.rows
            .iter()
            .map(|row| {
                row.cells
                    .iter()
                    .map(|cell| (cell.col, cell.text.clone()))
                    .collect()
            })
            .collect()
    }

    #[test]
    fn separators_and_quotes() {
        let expected = vec![vec![(0, "甲".to_owned()), (2, "1,000".to_owned())]];
        assert_eq!(rows("甲,,\"1,000\"\n,,\n".as_bytes()), expected);
        assert_eq!(rows("甲\t\t1,000\n".as_bytes()), expected);
        assert_eq!(rows("sep=;\r\n甲;;1,000\r\n".as_bytes()), expected);
        assert_eq!(
            rows("甲,,=\"12\"".as_bytes()),
            [[(0, "甲".to_owned()), (2, "12".to_owned())]]
        );
    }

    #[test]
    fn blank_lines_count() {
        let contents = first("\n\n甲,1\r\n\r\n乙,2\n".as_bytes()).unwrap();
        let numbers: Vec<u32> = contents.grids[0]
            .rows
            .iter()
            .map(|row| row.number)
            .collect();
        assert_eq!(numbers, [3, 5]);
    }

    #[test]
    fn blanks_alone_are_nothing() {
        let texts: [&[u8]; 5] = [
            b" \r\n\t\n",
            b"\xef\xbb\xbf",
            b"\xef\xbb\xbf \n",
            b"\xff\xfe",
            "\u{3000}\n".as_bytes(),
        ];
        for text in texts {
            let refused = first(text).unwrap_err();
            assert_eq!(refused.kind, ErrorKind::EmptyFile, "{text:?}");
        }
    }

    #[test]
    fn quotation_marks_of_a_name_stay() {
        let row = |text: &str| rows(text.as_bytes())[0][1].1.clone();
        assert_eq!(row("1\t\"瓯江\"物流园\t5"), "\"瓯江\"物流园");
        assert_eq!(row("1,\"瓯江\"物流园,5"), "\"瓯江\"物流园");
        assert_eq!(row("1\t\"一期\n\"\"二\"\"期\"\t5"), "一期\n\"二\"期");
        assert_eq!(row("1\t瓯江\"物流\"园\t5"), "瓯江\"物流\"园");
    }

    #[test]
    fn an_unpaired_quote_is_not_swallowed() {
        assert_eq!(
            first("甲,\"1\n乙,2\n丙,3\n".as_bytes()).unwrap_err().kind,
            ErrorKind::BadDocument
        );
        assert_eq!(rows("5\"管,1\n乙,2\n".as_bytes()).len(), 2);
    }
}
