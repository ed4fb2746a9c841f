//! 附件2 with any number of rows.

use super::package::{docx, p, sheet_row, word_row, xlsx};
use crate::failure::Result;

const TITLE: &str = "市属国有企业招商引资项目调整情况表";
const HEADER: [&str; 8] = [
    "序号",
    "项目名称",
    "基本情况",
    "投资额（万元）",
    "调整内容",
    "调整理由",
    "联系人及联系方式",
    "备注",
];
const TRADES: [&str; 8] = [
    "物流园",
    "康养中心",
    "商贸综合体",
    "停车楼",
    "产业基地",
    "文化街区",
    "码头改造",
    "数据中心",
];

fn signed(unit: &str) -> String {
    format!("报送单位：{unit}　　填报时间：2017年12月8日")
}

/// Header and `count` projects.
fn table(count: usize) -> Vec<[String; 8]> {
    let mut rows = vec![HEADER.map(str::to_owned)];
    rows.extend((1..=count).map(|number| {
        let trade = TRADES[number % TRADES.len()];
        [
            number.to_string(),
            format!("第{number:05}号{trade}"),
            format!("用地{number}亩，建设{trade}及配套设施，分期实施"),
            (100 + number).to_string(),
            "新增".to_owned(),
            "已签订合作协议".to_owned(),
            format!("联系人 138{number:08}"),
            String::new(),
        ]
    }));
    rows
}

/// As docx.
///
/// # Errors
/// It cannot be packed.
pub fn as_docx(unit: &str, count: usize) -> Result<Vec<u8>> {
    let rows: String = table(count)
        .iter()
        .map(|cells| word_row(cells.iter().map(String::as_str)))
        .collect();
    docx(&format!(
        "{}{}<w:tbl>{rows}</w:tbl>",
        p(TITLE),
        p(&signed(unit))
    ))
    .zip()
}

/// As xlsx.
///
/// # Errors
/// It cannot be packed.
pub fn as_xlsx(unit: &str, count: usize) -> Result<Vec<u8>> {
    let head = sheet_row(1, [TITLE]) + &sheet_row(2, [signed(unit).as_str()]);
    let rows = (3..)
        .zip(table(count))
        .map(|(number, cells)| sheet_row(number, cells.iter().map(String::as_str)));
    let rows: String = rows.collect();
    xlsx(&format!("<sheetData>{head}{rows}</sheetData>")).zip()
}

/// As csv.
pub fn as_csv(unit: &str, count: usize) -> Vec<u8> {
    let lines: Vec<String> = table(count).iter().map(|cells| cells.join(",")).collect();
    format!("{TITLE}\n{}\n{}\n", signed(unit), lines.join("\n")).into_bytes()
}
