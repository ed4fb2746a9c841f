//! What the first words of a row make of it: a total, a note, a heading.

use crate::value::{is_blank, money_unit, squeeze};

/// A row that sums up others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::forms) enum Sum {
    /// 合计, 总计: of the whole table.
    Total,
    /// 小计, 本页合计, 功能类合计: of a part.
    Part,
}

/// Whether a label names a sum.
pub(in crate::forms) fn sum(label: &str) -> Option<Sum> {
    let squeezed = squeeze(label);
    let base = squeezed
        .split(['(', '[', '【', '〔'])
        .next()
        .unwrap_or_default();
    let base = base.trim_matches([':', '*', '、', '.', '一', '二', '三', '四', '五', '六']);
    let base = base
        .strip_suffix('数')
        .or_else(|| base.strip_suffix('额'))
        .unwrap_or(base);
    match base {
        "合计" | "总计" | "共计" | "总合计" | "总共" | "全部合计" | "全市合计" | "全市总计"
        | "合计总" | "累计" | "合总计" => Some(Sum::Total),
        _ if base.chars().count() > 12 => None,
        _ if base.ends_with("小计")
            || base.ends_with("合计")
            || base.ends_with("总计")
            || base.ends_with("共计") =>
        {
            Some(Sum::Part)
        }
        _ => None,
    }
}

/// Words at the start of remarks.
const REMARKS: [&str; 8] = ["备注", "注:", "注1", "注2", "说明", "附注", "数据来源", "※"];
/// Words at the start of lines for signatures, which name a person, a place or a day.
const SIGNATURES: [&str; 22] = [
    "填表",
    "填报",
    "制表",
    "审核",
    "复核",
    "审批",
    "单位负责人",
    "分管领导",
    "负责人",
    "联系人",
    "联系电话",
    "经办",
    "报送",
    "统计",
    "单位(盖章)",
    "电话",
    "手机",
    "日期",
    "主要领导",
    "主管领导",
    "盖章",
    "签字",
];

/// Whether a row is a line of signatures or remarks.
pub(in crate::forms) fn is_note(label: &str) -> bool {
    let squeezed = squeeze(label);
    let trimmed = squeezed.trim_start_matches(['*', '(', '[', '【']);
    let starts = |words: &[&str]| words.iter().any(|word| trimmed.starts_with(word));
    // Names of units may begin like a signature; those end otherwise and have no colon.
    let signs =
        trimmed.contains(':') || trimmed.ends_with(['人', '长', '期', '间', '章', ')', '话', '导']);
    let bare = SIGNATURES.contains(&trimmed) || trimmed == "注";
    let unit_line = ["单位:", "金额单位", "货币单位", "计量单位"]
        .iter()
        .any(|word| trimmed.starts_with(word))
        && money_unit::find_in_line(&squeezed).is_some();
    starts(&REMARKS) || bare || unit_line || (starts(&SIGNATURES) && signs)
}

/// A row that describes the rows and is none itself: 平均, 最高, 排名.
pub(in crate::forms) fn is_statistic(label: &str) -> bool {
    const ENDINGS: [&str; 6] = ["平均", "平均值", "平均数", "均值", "平均水平", "中位数"];
    const WHOLE: [&str; 14] = [
        "平均",
        "排名",
        "排序",
        "名次",
        "位次",
        "最高",
        "最低",
        "最大",
        "最小",
        "最高值",
        "最低值",
        "最大值",
        "最小值",
        "标准差",
    ];
    let squeezed = squeeze(label);
    let base = squeezed
        .split(['(', '[', '【', '〔', ':'])
        .next()
        .unwrap_or_default();
    WHOLE.contains(&base) || ENDINGS.iter().any(|word| base.ends_with(word))
}

/// Whether a text is only dots: `…`, `...`, `……`.
pub(in crate::forms) fn is_dots(text: &str) -> bool {
    let mut chars = text.chars().filter(|c| !is_blank(*c)).peekable();
    chars.peek().is_some()
        && chars.all(|c| matches!(c, '.' | '．' | '…' | '⋯' | '·' | '。' | '-' | '—'))
}

/// Whether a text is a running number: `3`, `(3)`, `三、`.
pub(in crate::forms) fn is_numbering(text: &str) -> bool {
    let squeezed = squeeze(text);
    let core = squeezed.trim_matches(['(', ')', '、', '.']);
    let arabic = (1..=4).contains(&core.len()) && core.bytes().all(|b| b.is_ascii_digit());
    let chinese = (1..=3).contains(&core.chars().count())
        && core
            .chars()
            .all(|c| "一二三四五六七八九十①②③④⑤⑥⑦⑧⑨⑩".contains(c));
    arabic || chinese
}

/// Whether these texts are the line of column numbers under a header: `甲 1 2 3=2/1`, `(1) (2) (3) (4)`.
pub(in crate::forms) fn is_column_numbers<'a>(texts: impl Iterator<Item = &'a str>) -> bool {
    let mut next: Option<u32> = None;
    let mut count = 0;
    for text in texts {
        let squeezed = squeeze(text);
        let core = squeezed.trim_matches(['(', ')', '第', '栏', '列']);
        let number = core.split('=').next().unwrap_or_default();
        let formula_is_plain = core
            .chars()
            .all(|c| c.is_ascii_digit() || "=/÷*×+-()%".contains(c));
        match number.parse::<u32>() {
            Ok(number) if formula_is_plain && next.is_none_or(|next| next == number) => {
                next = Some(number + 1);
                count += 1;
            }
            _ if count == 0
                && matches!(
                    core,
                    "甲" | "乙" | "丙" | "a" | "b" | "栏次" | "行次" | "序号"
                ) => {}
            _ => return false,
        }
    }
    count >= 2
}

/// Whether these texts are the line of column letters under a header: `甲 乙 丙 丁`, `A B C`.
pub(in crate::forms) fn is_column_letters<'a>(texts: impl Iterator<Item = &'a str>) -> bool {
    let mut letters = String::new();
    for text in texts {
        let squeezed = squeeze(text).to_lowercase();
        let mut chars = squeezed.trim_matches(['(', ')', '第', '栏', '列']).chars();
        let (Some(letter), None) = (chars.next(), chars.next()) else {
            return false;
        };
        letters.push(letter);
    }
    let in_order = |all: &str| all.starts_with(&letters);
    letters.chars().count() >= 3
        && (in_order("甲乙丙丁戊己庚辛壬癸") || in_order("abcdefghijklmnop"))
}

/// `其中：外资`: part of what the row above says.
pub(in crate::forms) fn is_part_of_above(label: &str) -> bool {
    squeeze(label)
        .trim_start_matches(['#', '*', '-', '('])
        .starts_with("其中")
}

/// A heading inside the table: `一、市属企业`, `（一）功能类`.
pub(in crate::forms) fn is_heading(text: &str) -> bool {
    let squeezed = squeeze(text);
    let bracketed = squeezed
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .map(|(number, _)| number);
    let pointed = squeezed.split_once(['、', '.']).map(|(number, _)| number);
    let chinese = |number: &str| {
        !number.is_empty()
            && number.chars().count() <= 3
            && number.chars().all(|c| "一二三四五六七八九十".contains(c))
    };
    bracketed.is_some_and(chinese) || pointed.is_some_and(chinese)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_and_parts() {
        for text in [
            "合计",
            "合  计",
            "总\u{3000}计",
            "合计：",
            "合计（17家）",
            "共 计",
            "合计数",
        ] {
            assert_eq!(sum(text), Some(Sum::Total), "{text}");
        }
        for text in ["小计", "本页小计", "功能类企业合计", "一、小计"] {
            assert_eq!(sum(text), Some(Sum::Part), "{text}");
        }
        for text in ["温州银行股份有限公司", "", "计", "总部"] {
            assert_eq!(sum(text), None, "{text}");
        }
    }

    #[test]
    fn statistics_and_footers() {
        for text in ["平均", "平均值（万元）", "全市平均", "最高", "排名", "均值"]
        {
            assert!(is_statistic(text), "{text}");
        }
        for text in ["温州银行", "平均分配公司", "最高人民企业"] {
            assert!(!is_statistic(text), "{text}");
        }
        for text in [
            "单位：亿元",
            "审核",
            "制表",
            "联系电话",
            "注",
            "填报人：张三",
        ] {
            assert!(is_note(text), "{text}");
        }
        assert!(!is_note("审核咨询有限公司") && !is_note("注册会计师事务所"));
    }

    #[test]
    fn notes_dots_and_numbers() {
        assert!(
            is_note("备注：数据截至10月底")
                && is_note("填表人：张三")
                && is_note("※注：含外资")
                && !is_note("温州银行")
        );
        assert!(is_dots("……") && is_dots("...") && !is_dots("") && !is_dots("无"));
        assert!(
            is_numbering("12")
                && is_numbering("（1）")
                && !is_numbering("1单位")
                && !is_numbering("10000")
        );
        assert!(
            is_column_numbers(["甲", "1", "2", "3=2/1"].into_iter())
                && is_column_numbers(["（1）", "（2）"].into_iter())
        );
        assert!(
            !is_column_numbers(["1", "10", "20"].into_iter())
                && !is_column_numbers(["温州银行", "1", "2"].into_iter())
        );
        assert!(
            is_heading("一、市属企业")
                && is_heading("（二）功能类")
                && !is_heading("温州市交投")
                && !is_heading("1.温州")
        );
    }
}
