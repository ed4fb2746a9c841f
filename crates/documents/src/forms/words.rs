//! The words of headers: which field a column is, in any of the wordings that offices use.

use super::Form;
use crate::value::money_unit::{self, MoneyUnit, Stated};
use crate::value::squeeze;

/// A field of 附件1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Field {
    Unit,
    Target,
    Done,
    Rate,
}

impl Field {
    pub const ALL: [Self; 4] = [Self::Unit, Self::Target, Self::Done, Self::Rate];

    /// The key in the JSON of a row.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Target => "target_wan",
            Self::Done => "done_wan",
            Self::Rate => "rate_pct",
        }
    }

    /// What people call it.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Unit => "单位",
            Self::Target => "任务数",
            Self::Done => "累计完成数",
            Self::Rate => "完成率",
        }
    }
}

/// The text of one header cell, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeaderText {
    /// Without blanks, brackets and units.
    pub base: String,
    /// Everything, without blanks.
    pub whole: String,
    pub unit: Option<Stated>,
    pub percent: bool,
}

impl HeaderText {
    pub fn parse(text: &str) -> Self {
        let whole = squeeze(text).to_lowercase();
        let (mut base, brackets) = take_brackets(&whole);
        let mut unit = brackets
            .iter()
            .find_map(|bracket| money_unit::parse_stated(bracket));
        let mut percent = brackets.iter().any(|bracket| bracket.contains('%'));
        if let Some(rest) = base.strip_suffix('%') {
            percent = true;
            if !rest.is_empty() {
                base = rest.to_owned();
            }
        }
        if let Some(found) = MoneyUnit::parse(&base) {
            unit = Some(Stated::Rmb(found));
            base.clear();
        } else if unit.is_none()
            && let Some((rest, found)) = trailing_unit(&base)
        {
            unit = Some(Stated::Rmb(found));
            base = rest;
        }
        let base = base
            .trim_matches([':', '/', '、', ',', '-', '*'])
            .to_owned();
        Self {
            base,
            whole,
            unit,
            percent,
        }
    }

    /// Whether it says nothing by itself, so that the header above it counts: 数, 金额, （万元）.
    pub fn is_generic(&self) -> bool {
        matches!(
            self.base.as_str(),
            "" | "数"
                | "额"
                | "金额"
                | "数额"
                | "数量"
                | "数值"
                | "合计"
                | "总计"
                | "总额"
                | "总数"
                | "小计"
                | "%"
        )
    }

    /// The year it speaks of.
    pub fn year(&self) -> Option<i32> {
        year_in(&self.whole)
    }
}

/// `任务数万元`, `任务数/万元`: the unit without brackets.
fn trailing_unit(base: &str) -> Option<(String, MoneyUnit)> {
    ["人民币万元", "万元", "亿元", "千元", "元"]
        .iter()
        .find_map(|name| {
            let rest = base.strip_suffix(name)?.trim_end_matches(['/', ':', ',']);
            let unit = MoneyUnit::parse(name)?;
            (!rest.is_empty() && !rest.ends_with("单位")).then(|| (rest.to_owned(), unit))
        })
}

/// Splits off what stands in brackets.
fn take_brackets(text: &str) -> (String, Vec<String>) {
    let mut base = String::new();
    let mut brackets = Vec::new();
    let mut inside: Option<String> = None;
    for c in text.chars() {
        match (c, &mut inside) {
            ('(' | '[' | '【' | '〔' | '{' | '<', None) => inside = Some(String::new()),
            (')' | ']' | '】' | '〕' | '}' | '>', Some(_)) => brackets.extend(inside.take()),
            (c, Some(bracket)) => bracket.push(c),
            (c, None) => base.push(c),
        }
    }
    // An unclosed bracket is text.
    if let Some(open) = inside {
        base.push_str(&open);
    }
    (base, brackets)
}

/// The first `2017年`, or a bare year in front of other digits' absence.
pub(crate) fn year_in(squeezed: &str) -> Option<i32> {
    squeezed.match_indices('年').find_map(|(at, _)| {
        let digits: Vec<char> = squeezed[..at]
            .chars()
            .rev()
            .take_while(char::is_ascii_digit)
            .collect();
        let year: i32 = if digits.len() == 4 {
            digits.iter().rev().collect::<String>().parse().ok()?
        } else {
            return None;
        };
        (2000..=2099).contains(&year).then_some(year)
    })
}

fn any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Columns that look like a field and are another figure: other periods, differences, rankings.
const OTHER: [&str; 41] = [
    "同期",
    "上年",
    "去年",
    "往年",
    "上月",
    "上期",
    "上季",
    "同比",
    "环比",
    "增长",
    "增幅",
    "增速",
    "增减",
    "排名",
    "名次",
    "位次",
    "序号",
    "编号",
    "备注",
    "差额",
    "缺口",
    "剩余",
    "尚需",
    "未完成",
    "超额",
    "超欠",
    "欠进度",
    "序时",
    "时间进度",
    "下月",
    "下年",
    "下一步",
    "明年",
    "来年",
    "次年",
    "占比",
    "比重",
    "得分",
    "其中",
    "预计完成",
    "拟完成",
];
/// A single period: not cumulative, unless the header says so.
const ONE_PERIOD: [&str; 7] = ["本月", "当月", "本季", "当季", "本周", "月度", "新增"];
const CUMULATIVE: [&str; 4] = ["累计", "截至", "截止", "月止"];

/// The field a header names, with how surely (higher is surer). `above` are the headers over it.
pub(crate) fn field(header: &HeaderText, above: &[HeaderText]) -> Option<(Field, u8)> {
    let whole_line = |text: &HeaderText| {
        money_unit::find_in_line(&text.whole).is_some() && text.whole.starts_with("单位:")
    };
    if whole_line(header) || header.base.chars().count() > 30 {
        return None;
    }
    let other = |text: &HeaderText| any(&text.whole, &OTHER) || is_one_period(&text.whole);
    if other(header) || above.iter().any(other) {
        return None;
    }
    if header.is_generic() {
        let own_percent = header.percent.then_some((Field::Rate, 1));
        return own_percent.or_else(|| {
            above
                .split_last()
                .and_then(|(last, rest)| field(last, rest))
        });
    }
    if let Some(unit) = unit(&header.base) {
        return Some(unit);
    }
    // What is called a rate is the rate of this form or another one, never an amount.
    if header.percent || any(&header.base, &RATIOS) {
        return rate(header);
    }
    promised(&header.base)
        .or_else(|| done(&header.base))
        .or_else(|| target(&header.base))
}

/// `10月完成数` is one month; `1-10月`, `截至10月` and `累计` are not.
fn is_one_period(whole: &str) -> bool {
    if any(whole, &CUMULATIVE) {
        return false;
    }
    if any(whole, &ONE_PERIOD) {
        return true;
    }
    let Some((before, _)) = whole.split_once('月') else {
        return false;
    };
    let before = before.rsplit('年').next().unwrap_or(before);
    let digits = before
        .chars()
        .rev()
        .take_while(char::is_ascii_digit)
        .count();
    let lead = &before[..before.len() - digits];
    (1..=2).contains(&digits)
        && !lead.ends_with(['-', '—', '~', '～', '至', '到', '―', '一'])
        && before != "1"
        && before != "01"
}

fn unit(base: &str) -> Option<(Field, u8)> {
    const EXACT: [&str; 16] = [
        "单位",
        "单位名称",
        "企业",
        "企业名称",
        "报送单位",
        "填报单位",
        "责任单位",
        "公司",
        "公司名称",
        "集团",
        "集团名称",
        "市属企业",
        "市属国企",
        "国有企业",
        "企业单位",
        "集团公司",
    ];
    const FOREIGN: [&str; 10] = [
        "项目",
        "央企",
        "合作",
        "主管",
        "挂钩",
        "联系",
        "协作",
        "货币",
        "计量",
        "投资方",
    ];
    if EXACT.contains(&base) {
        return Some((Field::Unit, 3));
    }
    if any(base, &FOREIGN) {
        return None;
    }
    let ends = [
        "单位",
        "企业",
        "公司",
        "集团",
        "国企",
        "单位名称",
        "企业名称",
        "公司名称",
        "集团名称",
        "名称",
        "单位简称",
        "企业简称",
    ];
    ends.iter()
        .any(|word| base.ends_with(word))
        .then_some((Field::Unit, if base == "名称" { 1 } else { 2 }))
}

/// Words of ratios.
const RATIOS: [&str; 6] = ["率", "比例", "百分比", "进度", "占", "完成比"];

fn rate(header: &HeaderText) -> Option<(Field, u8)> {
    const SURE: [&str; 7] = [
        "完成率",
        "完成比例",
        "完成百分比",
        "完成进度",
        "达成率",
        "完成比",
        "完成占",
    ];
    let base = header.base.as_str();
    if any(
        base,
        &["落地", "签约", "到位率", "开工", "投产", "转化", "履约"],
    ) && !any(base, &SURE)
    {
        return None;
    }
    if any(base, &SURE) {
        Some((Field::Rate, 3))
    } else if any(base, &RATIOS) && any(base, &["完成", "任务", "目标", "计划", "达标"]) {
        Some((Field::Rate, 2))
    } else if matches!(base, "%" | "比例" | "进度" | "百分比" | "比率") {
        Some((Field::Rate, 1))
    } else {
        (header.percent && any(base, &["完成", "任务"])).then_some((Field::Rate, 1))
    }
}

/// `应完成数` is what is asked for, not what was done.
fn promised(base: &str) -> Option<(Field, u8)> {
    any(
        base,
        &["应完成", "计划完成", "需完成", "须完成", "要求完成"],
    )
    .then_some((Field::Target, 3))
}

fn done(base: &str) -> Option<(Field, u8)> {
    const DONE: [&str; 4] = ["完成", "到位", "到资", "实际"];
    const FIGURE: [&str; 9] = [
        "完成数",
        "完成额",
        "完成值",
        "完成量",
        "完成金额",
        "完成投资",
        "实际完成",
        "已完成",
        "实际到位",
    ];
    if base.contains("累计") && any(base, &DONE) {
        Some((Field::Done, 4))
    } else if any(base, &FIGURE) {
        Some((Field::Done, 3))
    } else if any(base, &DONE) {
        Some((Field::Done, 2))
    } else {
        any(base, &["累计", "实绩"]).then_some((Field::Done, 1))
    }
}

fn target(base: &str) -> Option<(Field, u8)> {
    if any(
        base,
        &[
            "任务数",
            "目标数",
            "任务额",
            "目标任务",
            "任务目标",
            "年度任务",
            "全年任务",
            "年度目标",
            "全年目标",
            "年度计划",
            "全年计划",
        ],
    ) {
        Some((Field::Target, 4))
    } else if any(base, &["任务", "目标", "指标"]) {
        Some((Field::Target, 3))
    } else {
        base.contains("计划").then_some((Field::Target, 2))
    }
}

/// Whether these headers are those of 附件2 or 附件3.
pub(crate) fn other_form(headers: &[HeaderText]) -> Option<Form> {
    let has = |words: &[&str]| headers.iter().any(|header| any(&header.base, words));
    let project = has(&["项目名称", "项目"]);
    let count = |tests: &[bool]| tests.iter().filter(|test| **test).count();
    let soe = has(&["央企", "中央企业"]);
    let third = [
        soe,
        has(&["进展"]),
        has(&["存在问题", "问题"]),
        has(&["下一步", "工作计划"]),
        has(&["类别"]),
    ];
    if project && soe && count(&third) >= 3 {
        return Some(Form::Annex3);
    }
    let adjusted = has(&["调整内容", "调整事项", "调整情况", "调整类型", "变更内容"]);
    let second = [
        adjusted,
        has(&["调整理由", "调整原因", "变更理由", "变更原因"]),
        has(&["基本情况", "项目概况", "建设内容"]),
        has(&["投资额", "总投资", "投资"]),
    ];
    (project && adjusted && count(&second) >= 2).then_some(Form::Annex2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Option<Field> {
        field(&HeaderText::parse(text), &[]).map(|(field, _)| field)
    }

    #[test]
    fn wordings_of_the_four_fields() {
        let cases: [(Field, &[&str]); 4] = [
            (
                Field::Unit,
                &[
                    "单  位",
                    "企业名称",
                    "报送单位",
                    "单位名称",
                    "市属国有企业",
                    "责任单位（企业）",
                    "市属企业名称",
                    "单位\n名称",
                ],
            ),
            (
                Field::Target,
                &[
                    "任务数",
                    "任务数（万元）",
                    "目标任务",
                    "年度任务",
                    "全年目标",
                    "2017年任务数",
                    "年度目标任务数(亿元)",
                    "任务 数",
                    "应完成数",
                    "年度计划",
                    "任务数万元",
                ],
            ),
            (
                Field::Done,
                &[
                    "1-10月累计\n完成数",
                    "完成数",
                    "累计完成",
                    "到位资金",
                    "实际完成",
                    "截至10月底完成数（元）",
                    "1至10月完成额",
                    "完成任务数",
                    "累计到位资金",
                    "1—10月完成数",
                    "10月底累计完成",
                    "1月完成数",
                ],
            ),
            (
                Field::Rate,
                &[
                    "完成率",
                    "完 成 率（%）",
                    "完成比例",
                    "完成进度",
                    "完成率%",
                    "占年度任务比例",
                    "％",
                    "任务完成率",
                    "完成情况（%）",
                ],
            ),
        ];
        for (field, texts) in cases {
            for text in texts {
                assert_eq!(named(text), Some(field), "{text}");
            }
        }
    }

    #[test]
    fn other_figures_are_not_taken_for_them() {
        for text in [
            "单位：万元",
            "备注",
            "序号",
            "排名",
            "上年同期完成数",
            "同比增长率",
            "本月完成数",
            "10月完成数",
            "10月份完成",
            "未完成任务数",
            "剩余任务",
            "时间进度",
            "超欠进度",
            "项目名称",
            "合作央企名称",
            "资金到位率",
            "其中：外资到位",
            "明年目标",
            "联系人",
            "主管单位",
            "预计完成",
        ] {
            assert_eq!(named(text), None, "{text}");
        }
    }

    #[test]
    fn a_generic_header_takes_the_meaning_of_the_one_above() {
        let header = |text: &str| HeaderText::parse(text);
        assert_eq!(
            field(&header("（万元）"), &[header("任务数")]),
            Some((Field::Target, 4))
        );
        assert_eq!(field(&header("完成数"), &[header("上年同期")]), None);
        assert_eq!(field(&header("外资"), &[header("累计完成数")]), None);
        assert_eq!(
            field(&header("%"), &[header("完成情况")]),
            Some((Field::Rate, 1))
        );
    }

    #[test]
    fn units_stand_in_headers() {
        let unit = |text: &str| match HeaderText::parse(text).unit {
            Some(Stated::Rmb(unit)) => unit.name,
            other => format!("{other:?}"),
        };
        assert_eq!(unit("任务数（亿元）"), "亿元");
        assert_eq!(unit("任务数［单位：元］"), "元");
        assert_eq!(unit("任务数万元"), "万元");
        assert_eq!(unit("任务数"), "None");
    }

    #[test]
    fn the_other_annexes_are_known() {
        let form =
            |line: &str| other_form(&line.split('|').map(HeaderText::parse).collect::<Vec<_>>());
        assert_eq!(
            form("序号|项目名称|基本情况|投资额（万元）|调整内容|调整理由|联系人及联系方式|备注"),
            Some(Form::Annex2)
        );
        assert_eq!(
            form(
                "序号|类别|合作项目名称|合作央企名称|当前进展情况|存在问题|下一步工作计划和重点|联系人及联系方式"
            ),
            Some(Form::Annex3)
        );
        assert_eq!(form("单位|任务数|1-10月累计完成数|完成率"), None);
    }
}
