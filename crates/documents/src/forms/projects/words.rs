//! The words of headers of 附件2 and 附件3: which field a column is, in any of the wordings that offices use.

use crate::forms::words::HeaderText;

/// A column of 附件2 or 附件3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::forms) enum Field {
    Number,
    Category,
    Project,
    Basic,
    Investment,
    Adjustment,
    Reason,
    Central,
    Progress,
    Problems,
    Next,
    Signed,
    /// Names and telephones in one column.
    Contact,
    ContactName,
    ContactPhone,
    Remark,
}

impl Field {
    /// The key in the JSON of a row.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Project => "project_name",
            Self::Basic => "basic_info",
            Self::Investment => "investment_wan",
            Self::Adjustment => "adjustment",
            Self::Reason => "reason",
            Self::Central => "central_enterprise",
            Self::Progress => "progress",
            Self::Problems => "problems",
            Self::Next => "next_steps",
            Self::Signed => "signed_on",
            Self::Contact => "contact_raw",
            Self::ContactName => "contact_name",
            Self::ContactPhone => "contact_phone",
            Self::Remark => "remark",
        }
    }

    /// What people call it.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Number => "序号",
            Self::Category => "类别",
            Self::Project => "项目名称",
            Self::Basic => "基本情况",
            Self::Investment => "投资额",
            Self::Adjustment => "调整内容",
            Self::Reason => "调整理由",
            Self::Central => "合作央企名称",
            Self::Progress => "当前进展情况",
            Self::Problems => "存在问题",
            Self::Next => "下一步工作计划和重点",
            Self::Signed => "签约时间",
            Self::Contact => "联系人及联系方式",
            Self::ContactName => "联系人",
            Self::ContactPhone => "联系方式",
            Self::Remark => "备注",
        }
    }
}

/// Longer headers are sentences, not headers.
const LONGEST: usize = 40;

/// Whether one of these words (separated by blanks) occurs in a text.
fn any(text: &str, words: &str) -> bool {
    words.split(' ').any(|word| text.contains(word))
}

/// Whether a text is one of these words (separated by blanks).
fn is(text: &str, words: &str) -> bool {
    words.split(' ').any(|word| text == word)
}

/// The field a header names, with how surely (higher is surer). `above` are the headers over it, the nearest last.
pub(super) fn field(header: &HeaderText, above: &[HeaderText]) -> Option<(Field, u8)> {
    let base = bare(&header.base);
    if base.chars().count() > LONGEST || base.contains(['。', ';', '!', '?']) {
        return None;
    }
    let over = above.last().map(|text| bare(&text.base));
    if let Some(over) = over.as_deref().filter(|over| !over.is_empty())
        && let Some(found) = under(&base, over)
    {
        return Some(found);
    }
    if base.is_empty() || header.is_generic() {
        // What stands above a unit or a bare 金额 names the column.
        let (last, rest) = above.split_last()?;
        return field(last, rest);
    }
    // 投资方（央企）: what stands in brackets may name the column.
    let in_brackets = || {
        let soe = header.whole.contains("央企") || header.whole.contains("中央企业");
        (soe && !header.whole.contains("项目")).then_some((Field::Central, 1))
    };
    own(&base)
        .or_else(in_brackets)
        .filter(|(named, _)| !other_in_brackets(&header.whole, *named))
}

/// `签约时间（预计）`, `投资额（已完成）`: what stands in brackets may make it another figure.
fn other_in_brackets(whole: &str, named: Field) -> bool {
    let other = match named {
        Field::Signed => "预计 计划 拟",
        Field::Investment => {
            "完成 到位 其中 一期 二期 年度 本年 当年 今年 累计 外方 中方 我方 调整前 原"
        }
        _ => return false,
    };
    whole
        .split(['(', '[', '【', '〔'])
        .skip(1)
        .any(|inside| any(inside, other))
}

/// A header without the words that say nothing, and without the number before it.
fn bare(base: &str) -> String {
    let plain: String = base
        .chars()
        .filter(|c| !matches!(c, '"' | '“' | '”' | '*' | '《' | '》' | ':' | '_'))
        .collect();
    let rest = plain.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '、'));
    if rest.is_empty() {
        plain
    } else {
        rest.to_owned()
    }
}

/// Columns that a header over several of them divides: 联系人 over 姓名 and 电话.
fn under(base: &str, over: &str) -> Option<(Field, u8)> {
    let contact = any(over, "联系 联络");
    if contact && is(base, "姓名 名字 人员 联系人姓名") {
        return Some((Field::ContactName, 4));
    }
    if contact && any(base, "电话 手机 方式 号码") && !any(base, "联系人") {
        return Some((Field::ContactPhone, 4));
    }
    if over.contains("调整") || over.contains("变更") {
        if is(base, "内容 事项 情况 类型") {
            return Some((Field::Adjustment, 4));
        }
        if is(base, "理由 原因 依据") {
            return Some((Field::Reason, 4));
        }
    }
    if over.contains("项目") && is(base, "名称") {
        return Some((Field::Project, 4));
    }
    if over.contains("央企") && is(base, "名称 企业名称 单位名称") {
        return Some((Field::Central, 4));
    }
    None
}

fn own(base: &str) -> Option<(Field, u8)> {
    const NUMBERS: &str = "序号 编号 号 no no. № 项目序号 行号 项次 序";
    const REMARKS: &str = "备注 附注 备注说明 其他说明 其它说明 说明 备考";
    if is(base, NUMBERS) {
        return Some((Field::Number, if base == "序号" { 3 } else { 2 }));
    }
    if is(base, REMARKS) {
        return Some((Field::Remark, 3));
    }
    contact(base)
        .or_else(|| signed(base))
        .or_else(|| narrative(base))
        .or_else(|| project(base))
        .or_else(|| investment(base))
        .or_else(|| central(base))
        .or_else(|| class(base))
}

fn contact(base: &str) -> Option<(Field, u8)> {
    if is(base, "姓名") {
        return Some((Field::ContactName, 2));
    }
    let name = any(base, "联系人 联络人 联络员 经办人 负责人 责任人 对接人");
    let phone = any(base, "电话 手机 联系方式 联络方式 号码 通讯");
    // The number of a mayor or an investor is not the one that the form asks for.
    const OTHERS: &str = "领导 挂钩 投资方 投资人 合作方 外方 甲方 乙方 客户 央企 总机";
    if phone && any(base, OTHERS) && !any(base, "联系人 联络人") {
        return None;
    }
    let sure = any(base, "联系人 联络人 联络员");
    match (name, phone) {
        (true, true) => Some((Field::Contact, if sure { 4 } else { 2 })),
        (true, false) => Some((
            Field::ContactName,
            if sure {
                3
            } else {
                u8::from(!any(base, "领导"))
            },
        )),
        (false, true) if !any(base, "传真") => Some((Field::ContactPhone, 3)),
        _ => None,
    }
    .filter(|(_, rank)| *rank > 0)
}

fn signed(base: &str) -> Option<(Field, u8)> {
    let signing = any(base, "签约 签订 签署");
    (signing && any(base, "时间 日期 年月") && !any(base, "预计 计划 拟"))
        .then_some((Field::Signed, 3))
}

/// Columns of sentences.
fn narrative(base: &str) -> Option<(Field, u8)> {
    let adjusted = any(base, "调整 变更 变动");
    if adjusted && any(base, "理由 原因 依据") && !any(base, "内容 事项") {
        return Some((Field::Reason, 4));
    }
    if adjusted && any(base, "内容 事项 情况 类型 说明 类别 明细 意见") {
        let sure = any(base, "内容 事项");
        return Some((Field::Adjustment, if sure { 4 } else { 3 }));
    }
    if is(base, "调整 变更 变动 调整项") {
        return Some((Field::Adjustment, 2));
    }
    if is(base, "理由 原因 理由及依据 事由") {
        return Some((Field::Reason, 2));
    }
    if any(
        base,
        "下一步 下步 下阶段 工作计划 工作打算 后续工作 后续计划 下一阶段",
    ) {
        return Some((Field::Next, 4));
    }
    if any(base, "进展 推进情况 进度情况") {
        return Some((Field::Progress, 4));
    }
    if any(base, "问题 困难 难点") && !any(base, "协调解决建议") {
        return Some((Field::Problems, 4));
    }
    if any(
        base,
        "基本情况 基本概况 项目概况 项目简介 项目情况 建设内容 主要内容 建设规模 项目内容",
    ) || is(base, "概况 简介 内容")
    {
        return Some((Field::Basic, if base.contains("基本") { 4 } else { 3 }));
    }
    None
}

fn project(base: &str) -> Option<(Field, u8)> {
    if base.ends_with("项目名称") || base.ends_with("工程名称") || base == "项目全称" {
        return Some((Field::Project, 4));
    }
    if is(
        base,
        "项目名 项目 合作项目 招商项目 央企合作项目 与央企合作项目 引资项目",
    ) {
        return Some((Field::Project, 3));
    }
    (base == "名称").then_some((Field::Project, 1))
}

fn investment(base: &str) -> Option<(Field, u8)> {
    // Who invests, in which way, what is already invested: other figures.
    const OTHER: &str = "投资方 投资主体 投资人 投资单位 投资者 投资企业 投资公司 投资商 投资来源 完成 累计 到位 已投 年度 本年 今年 当年 其中 一期 二期 外资 固定资产 强度 比例 方向 领域 去年 同期 原 增减 增加 减少 新增 追加 变化 剩余 尚需 亩均 每亩 人均 首期 月 年 季 外方 中方 我方 本方 甲方 乙方 政府 央企 自筹 自有 占 比重 率 调减 调增 调整前 实际 实缴 到账";
    if !base.contains("投资") || any(base, OTHER) {
        return None;
    }
    if any(base, "总投资 投资总额 投资额 总额") {
        return Some((Field::Investment, 4));
    }
    any(
        base,
        "投资金额 投资规模 计划投资 投资概算 项目投资 投资估算",
    )
    .then_some((Field::Investment, 3))
    .or_else(|| (base == "投资").then_some((Field::Investment, 2)))
}

fn central(base: &str) -> Option<(Field, u8)> {
    if any(base, "央企 中央企业") {
        // 央企联系人 and the like were told apart before.
        let level = any(base, "级别 层级 类型 性质 部门");
        return (!level).then_some((Field::Central, 4));
    }
    is(
        base,
        "合作企业 合作单位 合作方 合作对象 合作企业名称 合作单位名称 合作方名称 合作公司",
    )
    .then_some((Field::Central, 2))
}

fn class(base: &str) -> Option<(Field, u8)> {
    if is(base, "类别 项目类别 合作类别 分类 项目分类") {
        return Some((Field::Category, 3));
    }
    is(base, "类型 项目类型 阶段 项目阶段 项目状态 状态 合作阶段").then_some((Field::Category, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Option<Field> {
        field(&HeaderText::parse(text), &[]).map(|(field, _)| field)
    }

    #[test]
    fn headers_as_offices_write_them() {
        for (text, expected) in [
            ("序号", Field::Number),
            ("项 目 名 称", Field::Project),
            ("合作项目\n名称", Field::Project),
            ("与央企合作项目名称", Field::Project),
            ("项目名称（全称）", Field::Project),
            ("基本情况", Field::Basic),
            ("项目概况及建设内容", Field::Basic),
            ("投资额（万元）", Field::Investment),
            ("项目总投资\n（亿元）", Field::Investment),
            ("计划总投资额", Field::Investment),
            ("调整内容", Field::Adjustment),
            ("变更事项", Field::Adjustment),
            ("调整情况说明", Field::Adjustment),
            ("调整理由", Field::Reason),
            ("变更原因", Field::Reason),
            ("合作央企名称", Field::Central),
            ("中央企业", Field::Central),
            ("当前进展情况", Field::Progress),
            ("项目最新进展", Field::Progress),
            ("存在问题", Field::Problems),
            ("存在的困难和问题", Field::Problems),
            ("下一步工作计划和重点", Field::Next),
            ("下步打算（下一步计划）", Field::Next),
            ("联系人及联系方式", Field::Contact),
            ("联系人、电话", Field::Contact),
            ("联系人", Field::ContactName),
            ("联系电话", Field::ContactPhone),
            ("签约时间", Field::Signed),
            ("协议签订日期", Field::Signed),
            ("类别", Field::Category),
            ("备 注", Field::Remark),
        ] {
            assert_eq!(named(text), Some(expected), "{text}");
        }
        for text in [
            "已完成投资（万元）",
            "投资方",
            "2017年度投资",
            "单位",
            "完成率",
            "预计签约时间",
            "挂钩领导",
            "",
        ] {
            assert_eq!(named(text), None, "{text}");
        }
    }

    #[test]
    fn a_header_above_gives_meaning() {
        let header = |text: &str| HeaderText::parse(text);
        let named = |text: &str, above: &str| {
            field(&header(text), &[header(above)]).map(|(field, _)| field)
        };
        assert_eq!(named("姓名", "联系人及联系方式"), Some(Field::ContactName));
        assert_eq!(named("电话", "联系人"), Some(Field::ContactPhone));
        assert_eq!(named("（万元）", "投资额"), Some(Field::Investment));
        assert_eq!(named("内容", "调整情况"), Some(Field::Adjustment));
        assert_eq!(named("名称", "项目"), Some(Field::Project));
    }
}
