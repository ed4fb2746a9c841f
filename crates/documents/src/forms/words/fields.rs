//! Which field of 附件1 a header names.

use super::{Field, HeaderText};
use crate::forms::cut_off;
use crate::value::money_unit;

/// Whether one of these words (separated by blanks) occurs in a text.
fn any(text: &str, words: &str) -> bool {
    words.split(' ').any(|word| text.contains(word))
}

/// Whether a text is one of these words (separated by blanks).
fn is_one_of(text: &str, words: &str) -> bool {
    words.split(' ').any(|word| text == word)
}

/// Columns that look like a field and are another figure: other periods, differences, rankings.
const OTHER: &str = "同期 上年 去年 往年 上月 上期 上季 同比 环比 增长 增幅 增速 增减 排名 名次 位次 序号 编号 备注 差额 缺口 剩余 尚需 未完成 超额 超欠 欠进度 序时 时间进度 下月 下年 下一步 明年 来年 次年 占比 比重 得分 其中 预计完成 拟完成";
/// A single period: not cumulative, unless the header says so.
const ONE_PERIOD: &str = "本月 当月 本季 当季 本周 月度 新增";
const CUMULATIVE: &str = "累计 截至 截止 月止";

/// The field a header names, with how surely (higher is surer). `above` are the headers over it.
pub(crate) fn field(header: &HeaderText, above: &[HeaderText]) -> Option<(Field, u8)> {
    let whole_line = |text: &HeaderText| {
        money_unit::find_in_line(&text.whole).is_some() && text.whole.starts_with("单位:")
    };
    // Headers are short and have no stops; sentences with the same words in them are not headers.
    let is_sentence =
        header.base.chars().count() > 30 || header.base.contains([',', ';', '。', '!', '?']);
    if whole_line(header) || is_sentence {
        return None;
    }
    let other = |text: &HeaderText| any(&text.whole, OTHER) || is_one_period(&text.whole);
    if other(header) || above.iter().any(other) {
        return None;
    }
    let counts = |text: &HeaderText| text.counts || counts_projects(text);
    if counts(header) || header.unit.is_none() && above.iter().any(counts) {
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
    if header.percent || any(&header.base, RATIOS) {
        return rate(header);
    }
    promised(&header.base)
        .or_else(|| done(&header.base))
        .or_else(|| target(&header.base))
        .map(|(field, rank)| {
            let part = field == Field::Target && cut_off::is_part_of_year(&header.whole);
            (field, if part { 1 } else { rank })
        })
}

/// `项目任务数`, `签约项目完成数`: how many projects, unless the header names a unit of money.
fn counts_projects(header: &HeaderText) -> bool {
    const NUMBERS: &str =
        "项目任务数 项目完成数 项目目标数 项目计划数 项目数 项目个数 项目总数 项目目标任务数";
    const OTHER_NUMBERS: &str = "个数 家数 户数 人数 次数 件数 企业数";
    header.unit.is_none()
        && !header.percent
        && !any(&header.base, RATIOS)
        && !any(&header.base, "资金 金额 投资额 到位 到资")
        && (any(&header.base, NUMBERS) || any(&header.base, OTHER_NUMBERS))
}

/// `10月完成数` is one month; `1-10月`, `截至10月` and `累计` are not.
fn is_one_period(whole: &str) -> bool {
    if any(whole, CUMULATIVE) {
        return false;
    }
    if any(whole, ONE_PERIOD) {
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
    // A column of names speaks more surely than one headed by the bare word.
    const NAMES: &str = "企业名称 公司名称 集团名称";
    const PLAIN: &str = "单位名称 单位 企业 公司 集团 市属企业 市属国企 国有企业 企业单位 集团公司";
    const FOREIGN: &str = "项目 央企 合作 主管 挂钩 联系 协作 货币 计量 投资方";
    if is_one_of(base, NAMES) {
        return Some((Field::Unit, 4));
    }
    if is_one_of(base, PLAIN) {
        return Some((Field::Unit, 3));
    }
    // The cell at the corner, divided by a slanting line: 单位/项目.
    let corner = base.replace(['/', '\\', '、'], "");
    if ["项目", "指标", "内容", "类别"]
        .iter()
        .any(|word| corner == format!("单位{word}") || corner == format!("{word}单位"))
        && corner != "项目单位"
    {
        return Some((Field::Unit, 1));
    }
    if any(base, FOREIGN) {
        return None;
    }
    let core = base
        .strip_suffix("名称")
        .or_else(|| base.strip_suffix("简称"))
        .unwrap_or(base);
    let kind = ["单位", "企业", "国企", "公司", "集团"]
        .iter()
        .find_map(|word| core.strip_suffix(word));
    // A name such as 温州交运集团 is no header: before 公司 and 集团 only words of sorting may stand.
    let sorted = |before: &str| {
        let open_ended = core.ends_with("单位") || core.ends_with("企业") || core.ends_with("国企");
        before.chars().count() <= if open_ended { 8 } else { 0 } || is_one_of(before, SORTING)
    };
    let named = kind.is_some_and(sorted) || base == "名称";
    named.then_some((Field::Unit, if base == "名称" { 1 } else { 2 }))
}

/// Words before 公司 and 集团 in headers.
const SORTING: &str = "市属 市级 国有 各 所属 下属 子 企业 集团 责任 市属国有 投资";

/// Words of ratios.
const RATIOS: &str = "率 比例 百分比 进度 占 完成比";

fn rate(header: &HeaderText) -> Option<(Field, u8)> {
    const SURE: &str = "完成率 完成比例 完成百分比 完成进度 达成率 完成比 完成占";
    let base = header.base.as_str();
    if any(base, "落地 签约 到位率 开工 投产 转化 履约") && !any(base, SURE) {
        return None;
    }
    if any(base, SURE) {
        Some((Field::Rate, 3))
    } else if any(base, RATIOS) && any(base, "完成 任务 目标 计划 达标") {
        Some((Field::Rate, 2))
    } else if matches!(base, "%" | "比例" | "进度" | "百分比" | "比率") {
        Some((Field::Rate, 1))
    } else {
        (header.percent && any(base, "完成 任务")).then_some((Field::Rate, 1))
    }
}

/// `应完成数` is what is asked for, not what was done.
fn promised(base: &str) -> Option<(Field, u8)> {
    any(base, "应完成 计划完成 需完成 须完成 要求完成").then_some((Field::Target, 3))
}

fn done(base: &str) -> Option<(Field, u8)> {
    const DONE: &str = "完成 到位 到资 实际";
    const FIGURE: &str = "完成数 完成额 完成值 完成量 完成金额 完成投资 实际完成 已完成 实际到位";
    if base.contains("累计") && any(base, DONE) {
        Some((Field::Done, 4))
    } else if any(base, FIGURE) {
        Some((Field::Done, 3))
    } else if any(base, DONE) {
        Some((Field::Done, 2))
    } else {
        any(base, "累计 实绩").then_some((Field::Done, 1))
    }
}

fn target(base: &str) -> Option<(Field, u8)> {
    if any(
        base,
        "任务数 目标数 任务额 目标任务 任务目标 年度任务 全年任务 年度目标 全年目标 年度计划 全年计划",
    ) {
        Some((Field::Target, 4))
    } else if any(base, "任务 目标 指标") {
        Some((Field::Target, 3))
    } else {
        base.contains("计划").then_some((Field::Target, 2))
    }
}

/// Whether a header is over names of projects.
pub(crate) fn names_projects(header: &HeaderText) -> bool {
    let base = header.base.as_str();
    ["项目名称", "工程名称", "项目名", "企业项目名称"].contains(&base) || base.ends_with("项目名称")
}
