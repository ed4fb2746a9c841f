//! Tables that administrators take away, edit in a spreadsheet and bring back: units, people, working days.
//!
//! Written as UTF-8 with a byte order mark, because Excel takes anything else for GB18030. A cell that a spreadsheet
//! would run as a formula gets an apostrophe before it, which reading takes off again.

use crate::{
    forms::ErrorKind,
    grid::Grid,
    refusal::{Accept, Refusal},
    text::Text,
};

/// Bytes of a table at most: thousands of rows stay far below.
pub const BYTES: usize = 4 << 20;
/// Rows of a table at most, without its header.
pub const ROWS: usize = 5_000;

/// A row as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvRow {
    /// Its line in the file, from 1.
    pub line: u32,
    /// Its cells, in the order of the columns asked for; empty where the file has none.
    pub cells: Vec<String>,
}

fn unreadable(refusal: Refusal) -> String {
    if refusal.kind == ErrorKind::EmptyFile {
        return "文件是空的，请先下载现有表格，在其中修改后再上传".to_owned();
    }
    "文件读不出来：编码无法识别，或引号不成对。请重新下载表格，在其中修改后存为 csv 再上传"
        .to_owned()
}

/// Reads a table whose header names `columns`, in any order; other columns are passed over.
///
/// # Errors
/// One plain Chinese sentence that says what to do.
pub fn read(bytes: &[u8], columns: &[&str]) -> Result<Vec<CsvRow>, String> {
    if bytes.len() > BYTES {
        return Err(format!("文件超过{}MB，请分成几个文件上传", BYTES >> 20));
    }
    if bytes.starts_with(b"PK") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(
            "这是 Excel 工作簿，请在 Excel 或 WPS 里另存为 csv（逗号分隔）后再上传".to_owned(),
        );
    }
    let text = Text::decode(bytes).map_err(unreadable)?;
    let readings = text.readings().collect::<Accept<Vec<_>>>();
    let readings = readings.map_err(unreadable)?;
    let grids = readings.iter().flat_map(|contents| &contents.grids);
    // The right separator is the one under which most columns are found.
    let best = grids
        .map(|grid| (grid, places(grid, columns)))
        .max_by_key(|(_, places)| places.iter().flatten().count());
    let Some((grid, places)) = best.filter(|(grid, _)| !grid.rows.is_empty()) else {
        return Err("文件是空的，请先下载现有表格，在其中修改后再上传".to_owned());
    };
    let missing: Vec<&str> = columns
        .iter()
        .zip(&places)
        .filter(|(_, place)| place.is_none())
        .map(|(column, _)| *column)
        .collect();
    if !missing.is_empty() {
        return Err(format!(
            "第1行里没有这些列：{}。请先下载现有表格，保留它的第1行，再上传",
            missing.join("、")
        ));
    }
    if grid.rows.len() > ROWS + 1 {
        return Err(format!("文件超过{ROWS}行，请分成几个文件上传"));
    }
    let places: Vec<u32> = places.into_iter().flatten().collect();
    let rows = grid.rows.iter().skip(1).map(|row| {
        let cell = |place: &u32| {
            let found = row.cells.iter().find(|cell| cell.col == *place);
            found.map_or_else(String::new, |cell| bare(&cell.text).to_owned())
        };
        CsvRow {
            line: row.number,
            cells: places.iter().map(cell).collect(),
        }
    });
    Ok(rows.collect())
}

/// In which column of the file each column asked for stands.
fn places(grid: &Grid, columns: &[&str]) -> Vec<Option<u32>> {
    let header = grid.rows.first();
    let place = |column: &&str| {
        let mut cells = header.into_iter().flat_map(|row| &row.cells);
        cells
            .find(|cell| domain::names::key(&cell.text) == domain::names::key(column))
            .map(|cell| cell.col)
    };
    columns.iter().map(place).collect()
}

/// Writes a table.
pub fn write<'a>(columns: &[&str], rows: impl IntoIterator<Item = &'a [String]>) -> Vec<u8> {
    let mut out = "\u{feff}".to_owned();
    line(&mut out, columns.iter().copied());
    for row in rows {
        line(&mut out, row.iter().map(String::as_str));
    }
    out.into_bytes()
}

fn line<'a>(out: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        let shield = if is_formula(cell) { "'" } else { "" };
        if cell.contains([',', '"', '\r', '\n', ';', '|', '\t']) {
            out.push('"');
            out.push_str(shield);
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(shield);
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}

/// Whether a spreadsheet would run it; also when it is one behind apostrophes, so that taking one off is exact.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// The cell without the apostrophe that protected it.
fn bare(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COLUMNS: [&str; 3] = ["全称", "简称", "备注"];

    fn written(rows: &[Vec<String>]) -> Vec<u8> {
        write(&COLUMNS, rows.iter().map(Vec::as_slice))
    }

    fn row(cells: [&str; 3]) -> Vec<String> {
        cells.map(ToOwned::to_owned).to_vec()
    }

    #[test]
    fn what_was_written_is_read_again_and_nothing_is_a_formula() {
        let rows = [
            row(["=1+1", "+86", "-3"]),
            row(["@SUM(A1)", "\tx", "\ry"]),
            row(["'=1", "'普通", "甲,\"乙\"\n丙"]),
            row(["=\"0012\"", "a;b|c", "’"]),
        ];
        let bytes = written(&rows);
        assert!(bytes.starts_with(b"\xef\xbb\xbf"));
        let text = String::from_utf8(bytes.clone()).unwrap();
        for formula in [",=", ",+", ",-", ",@", "\n=", "\n@", ",\"=", ",\"@"] {
            assert!(!text.contains(formula), "{formula:?} in {text}");
        }
        let read = read(&bytes, &COLUMNS).unwrap();
        let read: Vec<Vec<String>> = read.into_iter().map(|row| row.cells).collect();
        assert_eq!(read, rows);
    }

    #[test]
    fn columns_are_found_by_their_names_in_any_encoding() {
        let text = "备注;多出的;简 称;全称\n甲;x;乙;丙\n;;;\n丁\n";
        let expected = vec![
            CsvRow {
                line: 2,
                cells: row(["丙", "乙", "甲"]),
            },
            CsvRow {
                line: 4,
                cells: row(["", "", "丁"]),
            },
        ];
        let gb18030 = encoding_rs::GB18030.encode(text).0.into_owned();
        for bytes in [text.as_bytes(), &gb18030] {
            assert_eq!(read(bytes, &COLUMNS).unwrap(), expected);
        }
    }

    #[test]
    fn what_cannot_be_read_says_what_to_do() {
        for (bytes, word) in [
            ("".as_bytes(), "空的"),
            ("全称,简称\n甲,乙\n".as_bytes(), "没有这些列：备注"),
            (b"PK\x03\x04", "另存为 csv"),
            (b"\xff\xff\xff", "编码"),
            ("全称,简称,备注\n\"甲\n乙,1,2\n丙,3,4\n".as_bytes(), "引号"),
        ] {
            let why = read(bytes, &COLUMNS).unwrap_err();
            assert!(why.contains(word), "{why}");
        }
        let long = format!("全称,简称,备注\n{}", "甲,乙,丙\n".repeat(ROWS + 1));
        assert!(read(long.as_bytes(), &COLUMNS).unwrap_err().contains("行"));
    }

    proptest! {
        #[test]
        fn every_trimmed_cell_comes_back(cells in proptest::collection::vec("['=+@,;|\"甲\n a-]{0,8}", 3)) {
            let mut cells: Vec<String> = cells.into_iter().map(|cell| cell.trim().to_owned()).collect();
            // A row of blanks is no row.
            cells[0] = format!("名{}", cells[0]);
            let read = read(&written(std::slice::from_ref(&cells)), &COLUMNS).unwrap();
            prop_assert_eq!(&read[0].cells, &cells);
        }
    }
}
