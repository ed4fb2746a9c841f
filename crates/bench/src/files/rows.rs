//! 附件1 with any number of rows.

use super::package::{docx, p, sheet_row, word_row, xlsx};
use crate::failure::Result;

const TITLE: &str = "2017年1-10月市级国有企业招商引资情况一览表";
const UNIT: &str = "单位：万元";
const HEADER: [&str; 4] = ["单位", "任务数", "1-10月累计完成数", "完成率"];

/// Header, `count` enterprises and the total that fits them.
fn table(count: usize) -> Vec<[String; 4]> {
    let mut rows = vec![HEADER.map(str::to_owned)];
    let row = |name: String, times: usize| {
        [
            name,
            (300 * times).to_string(),
            (150 * times).to_string(),
            "50.00%".to_owned(),
        ]
    };
    rows.extend((1..=count).map(|number| row(format!("第{number:05}号投资集团有限公司"), 1)));
    rows.push(row("合计".to_owned(), count));
    rows
}

/// As docx.
///
/// # Errors
/// It cannot be packed.
pub fn as_docx(count: usize) -> Result<Vec<u8>> {
    let rows: String = table(count)
        .iter()
        .map(|cells| word_row(cells.iter().map(String::as_str)))
        .collect();
    docx(&format!("{}{}<w:tbl>{rows}</w:tbl>", p(TITLE), p(UNIT))).zip()
}

/// As xlsx.
///
/// # Errors
/// It cannot be packed.
pub fn as_xlsx(count: usize) -> Result<Vec<u8>> {
    xlsx(&format!("<sheetData>{}</sheetData>", sheet_rows(count))).zip()
}

/// The rows of a sheet, title and unit first.
pub fn sheet_rows(count: usize) -> String {
    let head = sheet_row(1, [TITLE]) + &sheet_row(2, ["", "", "", UNIT]);
    let rows = (3..)
        .zip(table(count))
        .map(|(number, cells)| sheet_row(number, cells.iter().map(String::as_str)));
    head + &rows.collect::<String>()
}

/// As csv.
pub fn as_csv(count: usize) -> Vec<u8> {
    let lines: Vec<String> = table(count).iter().map(|cells| cells.join(",")).collect();
    format!("{TITLE},,,\n,,,{UNIT}\n{}\n", lines.join("\n")).into_bytes()
}
