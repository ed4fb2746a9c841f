//! What is said about a doubtful cell, in plain Chinese.

use crate::grid::{Cell, CellKind, Doubt};
use crate::value::amount::{Amount, NoAmount};

/// Characters of a cell quoted in a warning.
const QUOTED: usize = 30;

/// What is said about text that was left out of a cell.
pub(in crate::forms) fn left_out(cell: &Cell) -> Option<String> {
    match cell.doubt? {
        Doubt::Struck => Some(format!(
            "单元格里有划去的文字未读取，读到的是{}",
            quote(&cell.text)
        )),
        Doubt::Hidden => Some(format!(
            "单元格里有隐藏文字未读取，读到的是{}",
            quote(&cell.text)
        )),
        Doubt::NotComputed | Doubt::Scaled => None,
    }
}

/// What is said about a cell that holds no number at all.
pub(in crate::forms) fn wrong_kind(cell: &Cell) -> String {
    match cell.kind {
        CellKind::Error => format!("公式出错（{}），没有数值", cell.text),
        CellKind::Date => format!("{}是日期，不是数字，请检查单元格格式", quote(&cell.text)),
        _ => format!("{}读不出数字", quote(&cell.text)),
    }
}

/// What is said about a text that is no amount.
pub(in crate::forms) fn no_amount(cell: &Cell, reason: NoAmount) -> String {
    let text = quote(&cell.text);
    match reason {
        NoAmount::Blank => "没有填写".to_owned(),
        NoAmount::Open => format!("{text}不是数字，按未填处理"),
        NoAmount::Range => format!("{text}是一个范围，请填一个确定的数"),
        NoAmount::Foreign => format!("{text}是外币，未折算，请填人民币数额"),
        NoAmount::Magnitude => format!(
            "{text}带“万”或“亿”，本列又不是以元为单位，无法确定是多少，请改填数字并写明单位"
        ),
        NoAmount::NotANumber => format!("{text}读不出数字"),
        NoAmount::OutOfRange => format!("{text}数额过大，请核对单位"),
    }
}

/// What is said about an amount that was read in a column with that unit.
pub(in crate::forms) fn doubts(cell: &Cell, amount: &Amount, column: &str) -> Vec<String> {
    let text = quote(&cell.text);
    let wan = amount.money.wan_exact();
    let mut whys = Vec::new();
    if amount.approximate {
        whys.push(format!("{text}是约数，已按{wan}万元读取"));
    }
    if let Some(unit) = amount.named_unit.as_ref().filter(|_| amount.other_unit) {
        whys.push(format!(
            "{text}写明单位是{unit}，与本列单位不同，已换算为{wan}万元"
        ));
    }
    if amount.doubled && !amount.other_unit {
        whys.push(format!(
            "{text}自己带有“千”“万”或“亿”，本列单位是{column}，已按{wan}万元读取，请核对"
        ));
    }
    if amount.rounded {
        whys.push(format!("{text}比分还细，已四舍五入为{wan}万元"));
    }
    if amount.odd_writing {
        whys.push(format!("{text}写法少见，已按{wan}万元读取"));
    }
    whys
}

/// The text of a cell in quotation marks, on one line, cut short.
pub(in crate::forms) fn quote(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if crate::value::is_break(c) { ' ' } else { c })
        .collect();
    let mut short: String = line.chars().take(QUOTED).collect();
    if line.chars().count() > QUOTED {
        short.push('…');
    }
    format!("“{short}”")
}
