//! What a row of the grid is: a project, a sum, a heading, a zero return, or nothing to keep.

use super::class;
use super::draft::Table;
use super::heading;
use super::texts::origin;
use super::words::Field;
use crate::forms::Form;
use crate::forms::cells::labels::{self, Sum};
use crate::grid::{Cell, GridRow};
use crate::value::{is_blank, squeeze};

/// What a row turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Data,
    /// Goes on with the project of the row above, whose cell reaches down to it.
    GoesOn,
    Sum(Sum),
    /// A number and nothing else: it counts where numbering begins again.
    Empty,
    /// Blank, dots, numbers of columns.
    Nothing,
    /// 无, 本期无调整.
    Zero,
    /// A class of 附件3 across the table.
    Class(class::Said),
    /// Another heading across the table.
    Heading(String),
    /// Who reports and when.
    Signature(String),
    /// Remarks under the table.
    Note,
    /// One text across the table that is none of these.
    Line(String),
}

/// Looks at a row.
pub(super) fn kind(table: &Table<'_>, row: &GridRow) -> Kind {
    let own: Vec<&Cell> = row
        .cells
        .iter()
        .filter(|cell| {
            !cell.is_below() && (!cell.text.chars().all(is_blank) || cell.doubt.is_some())
        })
        .collect();
    if own.is_empty() {
        return Kind::Nothing;
    }
    let texts = || own.iter().map(|cell| cell.text.as_str());
    if labels::is_column_numbers(texts()) || labels::is_column_letters(texts()) {
        return Kind::Nothing;
    }
    if is_example(table, row) {
        return Kind::Line(line(&own).replace('\t', " "));
    }
    if own.len() > 1 && texts().all(is_hint) {
        return Kind::Note;
    }
    let numbered = number(table, row).is_some();
    // A cell over several columns from the class on that says there is nothing says it of the whole form.
    let of_all = |cell: &Cell| cell.cols >= 3 && says_nothing(&cell.text);
    let in_class = |cell: &Cell| holds(table, Field::Category, cell) && !of_all(cell);
    let content: Vec<&Cell> = own
        .iter()
        .copied()
        .filter(|cell| !in_class(cell) && !is_mark(&cell.text))
        .filter(|cell| !labels::is_numbering(&cell.text) || !is_numbering_place(table, cell))
        .collect();
    if table.runs_over(row) {
        return Kind::Data;
    }
    if content.is_empty() {
        return without_content(table, &own, numbered);
    }
    if says_zero(table, &content) {
        return Kind::Zero;
    }
    if let Some(sum) = sum(table, row) {
        return Kind::Sum(sum);
    }
    if let [only] = content.as_slice()
        && let Some(kind) = alone(table, only, numbered)
    {
        return kind;
    }
    if !numbered && heading::is_signature(texts()) && !is_project(table, row) {
        return Kind::Signature(line(&own));
    }
    if !numbered && labels::is_note(&content[0].text) && !is_project(table, row) {
        return Kind::Note;
    }
    if goes_on(table, row, numbered) {
        return Kind::GoesOn;
    }
    Kind::Data
}

/// Nothing but numbers, dots and classes.
fn without_content(table: &Table<'_>, own: &[&Cell], numbered: bool) -> Kind {
    // A class alone across several columns is a heading; in its own column it is printed in the empty form.
    let heading = own.iter().find_map(|cell| {
        let wide = cell.cols >= 3 && table.columns.form == Form::Annex3;
        wide.then(|| class::heading(&cell.text)).flatten()
    });
    match heading {
        Some(said) => Kind::Class(said),
        None if numbered || own.iter().any(|cell| holds(table, Field::Category, cell)) => {
            Kind::Empty
        }
        None => Kind::Nothing,
    }
}

/// A row of one text.
fn alone(table: &Table<'_>, cell: &Cell, numbered: bool) -> Option<Kind> {
    if table.columns.form == Form::Annex3
        && let Some(said) = class::heading(&cell.text)
    {
        return Some(Kind::Class(said));
    }
    let line = squeeze(&cell.text);
    if !numbered && heading::is_signature([cell.text.as_str()]) {
        return Some(Kind::Signature(cell.text.clone()));
    }
    if !numbered && labels::is_note(&line) {
        return Some(Kind::Note);
    }
    if !numbered && labels::is_heading(&cell.text) && line.chars().count() <= 30 {
        return Some(Kind::Heading(cell.text.trim_matches(is_blank).to_owned()));
    }
    // Across the table, or in the column of numbers: no project.
    let across = cell.cols >= 4 || holds(table, Field::Number, cell) && cell.cols > 1;
    (across || holds(table, Field::Number, cell)).then(|| Kind::Line(cell.text.clone()))
}

/// `（全称）`, `（200字以内）`: what a form prints under its header.
fn is_hint(text: &str) -> bool {
    let squeezed = squeeze(text);
    let inside = squeezed
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    inside.is_some_and(|inside| {
        inside.chars().any(char::is_alphabetic) && !inside.contains(['(', ')'])
    })
}

/// A row that shows how the form is filled in: its number is 例, or its name begins so.
fn is_example(table: &Table<'_>, row: &GridRow) -> bool {
    let number = squeeze(&table.raw(row, Field::Number));
    let number = number.trim_matches(['(', ')', ':', '.', '、', '1']);
    let name = table.raw(row, Field::Project);
    if name.len() > 200 {
        return false;
    }
    let name = squeeze(&name);
    matches!(
        number,
        "例" | "示例" | "样例" | "例子" | "范例" | "举例" | "填报示例" | "填写示例"
    ) || [
        "示例:",
        "(示例)",
        "例:",
        "(例)",
        "【示例】",
        "样例:",
        "举例:",
    ]
    .iter()
    .any(|word| name.starts_with(word))
}

/// The texts of a row, a tab between the cells.
pub(super) fn line(own: &[&Cell]) -> String {
    let texts: Vec<&str> = own.iter().map(|cell| cell.text.as_str()).collect();
    texts.join("\t")
}

/// Whether a cell stands in the column of a field.
fn holds(table: &Table<'_>, field: Field, cell: &Cell) -> bool {
    table.columns.column(field).is_some_and(|column| {
        cell.col >= column.col && cell.col < column.col.saturating_add(column.cols)
    })
}

/// Whether a bare number in this cell numbers the row; elsewhere it may be an amount.
fn is_numbering_place(table: &Table<'_>, cell: &Cell) -> bool {
    let before_project = table
        .columns
        .column(Field::Project)
        .is_some_and(|column| cell.col < column.col);
    holds(table, Field::Number, cell) || before_project
}

/// Dots, dashes and strokes that fill a cell with nothing.
fn is_mark(text: &str) -> bool {
    let strokes = || text.chars().filter(|c| !is_blank(*c));
    labels::is_dots(text)
        || strokes().next().is_some() && strokes().all(|c| matches!(c, '/' | '／' | '\\' | '*'))
}

/// The running number of a row.
pub(super) fn number(table: &Table<'_>, row: &GridRow) -> Option<u32> {
    let column = table.columns.column(Field::Number)?;
    let cell = row.cell(column.col).filter(|cell| !cell.is_below())?;
    let squeezed = squeeze(&cell.text);
    let core = squeezed.trim_matches(['(', ')', '、', '.', '第']);
    let digits = core.strip_suffix(".0").unwrap_or(core);
    if digits.len() <= 6 && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return digits.parse().ok();
    }
    let at = "一二三四五六七八九十"
        .chars()
        .position(|c| core.chars().eq([c]))?;
    u32::try_from(at + 1).ok()
}

fn is_project(table: &Table<'_>, row: &GridRow) -> bool {
    let investment = table.raw(row, Field::Investment);
    investment.chars().any(|c| c.is_ascii_digit()) && !table.raw(row, Field::Project).is_empty()
}

/// Whether the first words of a row, before its amount, are 合计 or 小计.
fn sum(table: &Table<'_>, row: &GridRow) -> Option<Sum> {
    let project = table.columns.column(Field::Project)?;
    let end = project.col.saturating_add(project.cols);
    let mut first = row
        .cells
        .iter()
        .filter(|cell| !cell.is_below() && cell.col < end);
    // 一、新增项目（小计）: a heading with the sum of what stands under it.
    let headed = |cell: &Cell| {
        let over = cell.cols > 1 && cell.col < project.col || holds(table, Field::Number, cell);
        (over && squeeze(&cell.text).ends_with("(小计)")).then_some(Sum::Part)
    };
    first.find_map(|cell| labels::sum(&cell.text).or_else(|| headed(cell)))
}

/// Whether the project's cell reaches down from above and the row has no number of its own.
fn goes_on(table: &Table<'_>, row: &GridRow, numbered: bool) -> bool {
    let covered = table
        .columns
        .column(Field::Project)
        .and_then(|column| row.cell(column.col))
        .is_some_and(|cell| {
            let shown = origin(table.grid, cell);
            // A cell over several columns, such as a heading, is no project.
            cell.is_below() && shown.cols <= 2
        });
    covered && !numbered
}

/// Whether a row says that there is nothing, alone or with the reason for it.
fn says_zero(table: &Table<'_>, content: &[&Cell]) -> bool {
    let zero = |cell: &Cell| says_nothing(&cell.text);
    let beside =
        |cell: &Cell| holds(table, Field::Reason, cell) || holds(table, Field::Remark, cell);
    content.iter().any(|cell| zero(cell) && !beside(cell))
        && content.iter().all(|cell| zero(cell) || beside(cell))
}

fn says_nothing(text: &str) -> bool {
    is_zero(text) || zero_and_why(text).is_some()
}

/// The reason in `本期无调整。理由：…`.
fn zero_and_why(text: &str) -> Option<&str> {
    let (said, why) = ["理由", "原因"]
        .into_iter()
        .find_map(|word| text.split_once(word))?;
    let said = said.trim_end_matches(|c: char| is_blank(c) || "。，,；;（(".contains(c));
    let why = why.trim_start_matches(|c: char| is_blank(c) || "：:为是".contains(c));
    is_zero(said).then(|| why.trim_matches(|c: char| is_blank(c) || "）)".contains(c)))
}

/// In which words a row says that there is nothing: the reason where one is given.
pub(super) fn zero_words(table: &Table<'_>, row: &GridRow) -> Option<String> {
    let own = || row.cells.iter().filter(|cell| !cell.is_below());
    let reason = own().find(|cell| holds(table, Field::Reason, cell) && !is_zero(&cell.text));
    let reason = reason.map(|cell| cell.text.as_str());
    let reason = reason.filter(|text| !text.is_empty() && zero_and_why(text).is_none());
    let said = own().find_map(|cell| zero_and_why(&cell.text));
    let plain = || {
        own()
            .find(|cell| is_zero(&cell.text))
            .map(|cell| cell.text.as_str())
    };
    reason.or(said).or_else(plain).map(str::to_owned)
}

/// Whether a text says that there is nothing: 无, 本期无调整, 无调整事项, 零报告.
pub(super) fn is_zero(text: &str) -> bool {
    const BEFORE: [&str; 36] = [
        "截至",
        "截止",
        "本报告期",
        "报告期",
        "期间",
        "期内",
        "以来",
        "上旬",
        "全年",
        "本期",
        "本次",
        "本月",
        "本季度",
        "本年度",
        "本阶段",
        "本单位",
        "本公司",
        "本集团",
        "我公司",
        "我司",
        "我单位",
        "我集团",
        "目前",
        "当前",
        "暂时",
        "截至目前",
        "经梳理",
        "市属国有企业",
        "招商引资",
        "招商",
        "与央企",
        "央企",
        "合作",
        "项目",
        "均",
        "情况",
    ];
    const NOTHING: [&str; 9] = [
        "没有",
        "尚无",
        "暂无",
        "并无",
        "未发生",
        "未作",
        "未有",
        "未",
        "无",
    ];
    const AFTER: [&str; 38] = [
        "暂缓",
        "出库",
        "入库",
        "退出",
        "增减",
        "增加",
        "减少",
        "调入",
        "调出",
        "撤销",
        "最新进展",
        "进展",
        "需要",
        "需",
        "发生",
        "进行",
        "任何",
        "新的",
        "新增",
        "招商引资",
        "招商",
        "引资",
        "与央企",
        "央企",
        "中央企业",
        "合作",
        "项目",
        "调整",
        "变化",
        "变动",
        "变更",
        "事项",
        "情况",
        "内容",
        "报送",
        "申报",
        "相关",
        "的",
    ];
    let squeezed = squeeze(text);
    // `本期无调整。理由：…`, as our own forms print it.
    let said = squeezed.split_once("理由").map(|(said, _)| said);
    let said = said.filter(|said| said.ends_with(['。', '.', ',', ';', '；', '，']));
    let squeezed = said.unwrap_or(&squeezed);
    let mut rest = squeezed.trim_matches(|c: char| "()[]【】。.,;!、\"“”".contains(c));
    if rest.is_empty() || rest.chars().count() > 30 {
        return false;
    }
    if matches!(rest, "零报告" | "零报送" | "无此项" | "空") {
        return true;
    }
    loop {
        // 10-11月, 2017年11月底: which period it is.
        let period = |c: char| c.is_ascii_digit() || "年月日底末内止-~—至两".contains(c);
        let shorter = rest
            .trim_start_matches(period)
            .trim_start_matches([',', ':']);
        rest = match BEFORE.iter().find_map(|word| shorter.strip_prefix(word)) {
            Some(rest) => rest,
            None if shorter.len() < rest.len() => shorter,
            None => break,
        };
    }
    let Some(mut rest) = NOTHING.iter().find_map(|word| rest.strip_prefix(word)) else {
        return false;
    };
    let bare_not = squeezed.starts_with('未') && rest.is_empty();
    while let Some(shorter) = AFTER.iter().find_map(|word| rest.strip_prefix(word)) {
        // 新增、变更或暂缓
        rest = shorter.trim_start_matches(['、', '和', '及', '或', '/', '与']);
    }
    let rest = rest.trim_start_matches([',', '(', ';']);
    !bare_not && matches!(rest, "" | "零报告" | "零报告)")
}

/// `附件2（零报告）`; not `如无调整，请零报告`, which forms print.
pub(super) fn is_zero_title(line: &str) -> bool {
    let squeezed = squeeze(line);
    let said = squeezed
        .trim_end_matches([')', ']', '】', '。'])
        .ends_with("零报告");
    said && squeezed.chars().count() <= 40 && !squeezed.contains(['如', '请', '若', '应', '须'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_instruction_is_no_zero_return() {
        assert!(is_zero_title("附件2（零报告）") && is_zero_title("本期零报告。"));
        assert!(!is_zero_title("如无调整，请报送零报告") && !is_zero_title("零报告也须盖章"));
    }

    #[test]
    fn nothing_in_many_words() {
        for text in [
            "无",
            "无。",
            "本期无调整",
            "本期无调整事项",
            "无调整",
            "无调整事项",
            "暂无",
            "没有调整",
            "本期项目无调整",
            "本期无项目调整",
            "本公司本期无招商引资项目调整",
            "本期未发生调整",
            "无变化",
            "无与央企合作项目",
            "目前暂无央企合作项目",
            "（本期无调整）",
            "零报告",
            "无需调整",
            "本期无调整，零报告",
            "本期无央企合作项目。理由：没有与央企合作的在谈、签约和落地项目，也没有互访",
            "本期无调整。理由：各项目均按计划推进",
        ] {
            assert!(is_zero(text), "{text}");
        }
        for text in [
            "",
            "无锡产业园",
            "无理由退出",
            "无人机项目",
            "无土地指标",
            "未落地",
            "未",
            "温州港项目",
            "项目",
            "暂无土地，需协调",
            "—",
        ] {
            assert!(!is_zero(text), "{text}");
        }
    }
}
