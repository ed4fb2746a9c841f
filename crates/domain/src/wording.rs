//! What kind of adjustment a clerk's 调整内容 speaks of (§3: from imported text the kind comes from its wording, else it
//! is asked).

use crate::{adjustment::AdjustmentKind, names};

/// What the words of 调整内容 say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wording {
    /// The kind they name; none where they name none, or more than one.
    pub kind: Option<AdjustmentKind>,
    /// 恢复推进, 重新启动: what was suspended or left goes on.
    pub resumes: bool,
    /// Further kinds that are mentioned besides.
    pub also: Vec<AdjustmentKind>,
    /// Nothing is written there.
    pub blank: bool,
}

const LEFT: [&str; 17] = [
    "出库",
    "调出",
    "退出",
    "移出",
    "剔除",
    "删除项目",
    "终止",
    "撤销项目",
    "注销",
    "取消项目",
    "项目取消",
    "淘汰",
    "不再实施",
    "不再推进",
    "不再列入",
    "不再保留",
    "放弃",
];
const SUSPENDED: [&str; 5] = ["暂缓", "暂停", "缓建", "搁置", "停建"];
const ADDED: [&str; 10] = [
    "新增项目",
    "新增入库",
    "新入库",
    "纳入项目库",
    "列入项目库",
    "新列入",
    "新纳入",
    "增补项目",
    "增加项目",
    "调入项目",
];
const KEPT: [&str; 18] = [
    "不变",
    "无",
    "无变化",
    "无变动",
    "无变更",
    "无调整",
    "未调整",
    "未变",
    "没有变化",
    "没有调整",
    "不作调整",
    "不调整",
    "保持不变",
    "维持不变",
    "维持原状",
    "继续列入项目库",
    "继续保留",
    "继续推进",
];
const RESUMES: [&str; 7] = [
    "恢复",
    "重启",
    "重新启动",
    "重新入库",
    "取消暂缓",
    "解除暂缓",
    "结束暂缓",
];
/// Words of a change to what is said of a project.
const CHANGED: [&str; 20] = [
    "变更",
    "调整",
    "更新",
    "修改",
    "更名",
    "改名",
    "改为",
    "增资",
    "增加",
    "减少",
    "补充",
    "扩大",
    "缩减",
    "删去",
    "明确为",
    "改由",
    "调增",
    "调减",
    "更换",
    "细化",
];
/// What 新增 speaks of where it is no project.
const PARTS: [&str; 12] = [
    "投资", "资金", "用地", "面积", "内容", "合作", "股东", "规模", "联系", "建设", "产能", "设备",
];
/// Before a word they turn it round.
const DENIED: [&str; 14] = [
    "不", "未", "暂不", "取消", "解除", "结束", "由", "从", "原", "无需", "避免", "防止", "不予",
    "非",
];
const BLANK: [&str; 9] = ["", "-", "--", "—", "——", "/", "\\", "…", "..."];

impl Wording {
    /// Reads the text of 调整内容.
    pub fn read(text: &str) -> Self {
        let key = names::key(text);
        if BLANK.contains(&key.as_str()) {
            return Self {
                blank: true,
                ..Self::default()
            };
        }
        let key = without_number(&key);
        let end = |c: char| "：:；;，,。、.（(【[".contains(c);
        let head = key.split(end).find(|part| !part.is_empty()).unwrap_or("");
        let head = ["拟", "建议", "申请", "该项目", "本项目", "项目"]
            .into_iter()
            .fold(head, |head, word| head.strip_prefix(word).unwrap_or(head));
        let mentioned = mentioned(&key);
        if RESUMES.iter().any(|word| head.starts_with(word)) {
            return Self {
                kind: Some(AdjustmentKind::Changed),
                resumes: true,
                ..Self::default()
            };
        }
        let kind = of_head(head).or_else(|| of_whole(&key, &mentioned));
        Self {
            kind,
            also: mentioned
                .into_iter()
                .filter(|one| Some(*one) != kind)
                .collect(),
            ..Self::default()
        }
    }
}

/// Without the number of a list: `1.`, `（一）`.
fn without_number(key: &str) -> String {
    let rest = key.trim_start_matches(|c: char| {
        c.is_numeric() || "一二三四五六七八九十.、()）（·●■-".contains(c)
    });
    // A figure alone is no number of a list.
    if rest.is_empty() { key } else { rest }.to_owned()
}

/// The kind that the first words name.
fn of_head(head: &str) -> Option<AdjustmentKind> {
    let starts = |words: &[&str]| words.iter().any(|word| head.starts_with(word));
    if KEPT.contains(&head) || starts(&["本期无", "保持不变", "继续列入"]) {
        return Some(AdjustmentKind::Kept);
    }
    if starts(&LEFT) {
        return Some(AdjustmentKind::Left);
    }
    if starts(&SUSPENDED) {
        return Some(AdjustmentKind::Suspended);
    }
    if ["新增", "入库", "增补", "调入", "新项目"].contains(&head) || starts(&ADDED) {
        return Some(AdjustmentKind::Added);
    }
    if let Some(what) = head.strip_prefix("新增") {
        if PARTS.iter().any(|part| what.starts_with(part)) {
            return Some(AdjustmentKind::Changed);
        }
        if what.ends_with("项目") || what.ends_with("入库") {
            return Some(AdjustmentKind::Added);
        }
    }
    (head == "变更" || head == "调整").then_some(AdjustmentKind::Changed)
}

/// The one kind that the text as a whole speaks of.
fn of_whole(key: &str, mentioned: &[AdjustmentKind]) -> Option<AdjustmentKind> {
    match mentioned {
        [one] => Some(*one),
        // 由暂缓改为正常推进 names a kind and denies it: that is for a person to say.
        [] if names_any(key) => None,
        [] => CHANGED
            .iter()
            .any(|word| key.contains(word))
            .then_some(AdjustmentKind::Changed),
        _ => None,
    }
}

const STRONG: [(AdjustmentKind, &[&str]); 3] = [
    (AdjustmentKind::Added, &ADDED),
    (AdjustmentKind::Suspended, &SUSPENDED),
    (AdjustmentKind::Left, &LEFT),
];

fn names_any(key: &str) -> bool {
    STRONG
        .iter()
        .any(|(_, words)| words.iter().any(|word| key.contains(word)))
}

/// The kinds that are named anywhere and not denied.
fn mentioned(key: &str) -> Vec<AdjustmentKind> {
    let said = |word: &&str| {
        key.match_indices(*word).any(|(at, _)| {
            let before = key.get(..at).unwrap_or_default();
            !DENIED.iter().any(|denial| before.ends_with(denial))
        })
    };
    STRONG
        .iter()
        .filter(|(_, words)| words.iter().any(&said))
        .map(|(kind, _)| *kind)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Halt, ProjectFields, default_reportable};
    use proptest::prelude::*;

    use AdjustmentKind::{Added, Changed, Kept, Left, Suspended};

    #[test]
    fn the_wording_tells_the_kind() {
        for (text, kind) in [
            ("新增", Added),
            ("新增项目", Added),
            ("新增：瓯江口物流园", Added),
            ("新增瓯江口物流园项目", Added),
            ("拟新增项目", Added),
            ("（1）新增", Added),
            ("入库", Added),
            ("变更", Changed),
            ("变更：投资额由3亿元调整为3.2亿元", Changed),
            ("投资额由3亿元调整为3.20005亿元", Changed),
            ("新增投资5000万元", Changed),
            ("更名为温州湾商贸城", Changed),
            ("暂缓", Suspended),
            ("该项目暂缓实施", Suspended),
            ("暂 停", Suspended),
            ("调整为暂缓", Suspended),
            ("出库", Left),
            ("退出项目库", Left),
            ("建议出库", Left),
            ("因故终止", Left),
            ("不再列入项目库", Left),
            ("不变", Kept),
            ("无变化", Kept),
            ("继续列入项目库", Kept),
        ] {
            assert_eq!(Wording::read(text).kind, Some(kind), "{text}");
        }
    }

    #[test]
    fn what_is_not_clear_is_asked() {
        for text in ["进展顺利", "由暂缓改为出库或终止新增项目", "新增和出库"]
        {
            assert_eq!(Wording::read(text).kind, None, "{text}");
        }
        assert_eq!(Wording::read("暂不出库").kind, None);
        assert_eq!(Wording::read("由暂缓转入正常推进").kind, None);
        assert!(Wording::read(" — ").blank && Wording::read("").blank);
        let both = Wording::read("新增项目（2017年11月起暂缓：用地未落实）");
        assert_eq!((both.kind, both.also), (Some(Added), vec![Suspended]));
        assert!(Wording::read("恢复推进").resumes);
    }

    #[test]
    fn what_the_system_prints_it_reads() {
        let base = ProjectFields {
            name: "甲".into(),
            investment: Some(crate::Money::from_wan(5)),
            ..ProjectFields::default()
        };
        let halt = || {
            Some(Halt {
                on: "2017-11".parse().unwrap(),
                reason: "用地未落实，拟调整选址".into(),
            })
        };
        let suspended = ProjectFields {
            suspended: halt(),
            ..base.clone()
        };
        let left = ProjectFields {
            terminated: halt(),
            ..base.clone()
        };
        let dearer = ProjectFields {
            investment: Some(crate::Money::from_wan(6)),
            ..base.clone()
        };
        for (before, after) in [
            (None, &base),
            (None, &suspended),
            (Some(&base), &suspended),
            (Some(&base), &left),
            (Some(&base), &dearer),
            (Some(&base), &base),
        ] {
            let made =
                crate::adjustment::adjustment(before, after, &default_reportable(), true).unwrap();
            let label = made.kind.label();
            let printed = if made.content.starts_with(label) {
                made.content.clone()
            } else {
                format!("{label}：{}", made.content)
            };
            assert_eq!(Wording::read(&printed).kind, Some(made.kind), "{printed}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,60}") {
            let _ = Wording::read(&text);
        }
    }
}
