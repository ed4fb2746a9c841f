//! Adjustments (附件2): what changed in reportable fields since the authority last accepted a project (§3).

use serde::{Deserialize, Serialize};

use crate::project::{Change, Field, ProjectFields, Reportable, changes};

/// What becomes of a project in the authority's library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentKind {
    /// 新增: the authority has not accepted it before.
    Added,
    /// 变更: a reportable field differs.
    Changed,
    /// 暂缓: it was suspended.
    Suspended,
    /// 出库: it was terminated and leaves the library.
    Left,
    /// 不变: listed in a full review (全面梳理) only.
    Kept,
}

impl AdjustmentKind {
    /// Every kind, in the order of the form.
    pub const ALL: [Self; 5] = [
        Self::Added,
        Self::Changed,
        Self::Suspended,
        Self::Left,
        Self::Kept,
    ];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Suspended => "suspended",
            Self::Left => "left",
            Self::Kept => "kept",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Added => "新增",
            Self::Changed => "变更",
            Self::Suspended => "暂缓",
            Self::Left => "出库",
            Self::Kept => "不变",
        }
    }
}

/// An adjustment as the system makes it from two states of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    /// What becomes of the project.
    pub kind: AdjustmentKind,
    /// 调整内容, in words.
    pub content: String,
    /// What differs, reportable fields only.
    pub changes: Vec<Change>,
}

/// Longer texts are not quoted in 调整内容; the form's own column shows the new one.
const QUOTED_MOST: usize = 40;

/// The adjustment between what the authority accepted (`before`, none when it never did) and the enterprise's state
/// `after`; none when nothing reportable differs. In a full review (`review`) every project still in the library is
/// listed, unchanged ones as 不变. One that was terminated before the authority ever accepted it is no adjustment.
pub fn adjustment(
    before: Option<&ProjectFields>,
    after: &ProjectFields,
    reportable: &Reportable,
    review: bool,
) -> Option<Adjustment> {
    let Some(before) = before else {
        return after.terminated.is_none().then(|| Adjustment {
            kind: AdjustmentKind::Added,
            content: added_in_words(after),
            changes: Vec::new(),
        });
    };
    let differing = |one: &Change| reportable.contains(&one.field);
    let changes: Vec<Change> = changes(before, after)
        .into_iter()
        .filter(differing)
        .collect();
    if changes.is_empty() {
        let kept = review && after.terminated.is_none();
        return kept.then(|| Adjustment {
            kind: AdjustmentKind::Kept,
            content: "继续列入项目库".to_owned(),
            changes,
        });
    }
    let began = |field: Field| {
        changes
            .iter()
            .any(|one| one.field == field && one.before.is_empty())
    };
    let kind = if began(Field::Terminated) {
        AdjustmentKind::Left
    } else if began(Field::Suspended) {
        AdjustmentKind::Suspended
    } else {
        AdjustmentKind::Changed
    };
    // What makes it of its kind comes first, so that the kind need not be said twice.
    let own = |one: &Change| match kind {
        AdjustmentKind::Left => one.field == Field::Terminated,
        AdjustmentKind::Suspended => one.field == Field::Suspended,
        _ => false,
    };
    let (first, others): (Vec<&Change>, Vec<&Change>) = changes.iter().partition(|one| own(one));
    let words = first.into_iter().chain(others).map(in_words);
    let content = words.collect::<Vec<_>>().join("；");
    Some(Adjustment {
        kind,
        content,
        changes,
    })
}

fn added_in_words(after: &ProjectFields) -> String {
    match &after.suspended {
        Some(halt) => format!(
            "新增项目（{}起暂缓：{}）",
            halt.on.print_long(),
            halt.reason
        ),
        None => "新增项目".to_owned(),
    }
}

fn in_words(change: &Change) -> String {
    let label = change.field.label();
    match (
        change.field,
        change.before.is_empty(),
        change.after.is_empty(),
    ) {
        (Field::Suspended, true, _) => format!("暂缓：{}", change.after),
        (Field::Suspended, _, true) => "恢复推进".to_owned(),
        (Field::Terminated, true, _) => format!("出库：{}", change.after),
        (Field::Terminated, _, true) => "恢复入库".to_owned(),
        (Field::Investment, false, false) => {
            format!("投资额由{}万元调整为{}万元", change.before, change.after)
        }
        (Field::Investment, true, _) => format!("投资额明确为{}万元", change.after),
        (Field::Investment, _, true) => format!("投资额由{}万元改为待定", change.before),
        (_, true, _) if short(&change.after) => format!("补充{label}“{}”", one_line(&change.after)),
        (_, true, _) => format!("补充{label}"),
        (_, _, true) => format!("删去{label}"),
        _ if short(&change.before) && short(&change.after) => {
            let (before, after) = (one_line(&change.before), one_line(&change.after));
            format!("{label}由“{before}”调整为“{after}”")
        }
        _ => format!("更新{label}"),
    }
}

fn short(text: &str) -> bool {
    text.chars().count() <= QUOTED_MOST
}

fn one_line(text: &str) -> String {
    text.replace('\n', "；")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Money,
        project::{Halt, default_reportable},
    };

    fn project(wan: i64) -> ProjectFields {
        ProjectFields {
            name: "临港仓储".into(),
            investment: Some(Money::from_wan(wan)),
            ..ProjectFields::default()
        }
    }

    fn halt() -> Option<Halt> {
        Some(Halt {
            on: "2017-11".parse().unwrap(),
            reason: "用地未落实".into(),
        })
    }

    fn made(
        before: Option<&ProjectFields>,
        after: &ProjectFields,
        review: bool,
    ) -> Option<(AdjustmentKind, String)> {
        adjustment(before, after, &default_reportable(), review).map(|one| (one.kind, one.content))
    }

    #[test]
    fn a_change_is_said_in_words() {
        let made = made(Some(&project(12000)), &project(15000), false).unwrap();
        assert_eq!(
            made,
            (
                AdjustmentKind::Changed,
                "投资额由12000万元调整为15000万元".into()
            )
        );
    }

    #[test]
    fn only_reportable_fields_make_one() {
        let remarked = ProjectFields {
            remarks: "已联系".into(),
            lead_official: "某领导".into(),
            ..project(1)
        };
        assert_eq!(made(Some(&project(1)), &remarked, false), None);
        let kept = made(Some(&project(1)), &remarked, true).unwrap();
        assert_eq!(kept.0, AdjustmentKind::Kept);
    }

    #[test]
    fn suspending_and_leaving_are_kinds_of_their_own() {
        let suspended = ProjectFields {
            suspended: halt(),
            ..project(1)
        };
        let left = ProjectFields {
            terminated: halt(),
            ..suspended.clone()
        };
        assert_eq!(
            made(Some(&project(1)), &suspended, false).unwrap().0,
            AdjustmentKind::Suspended
        );
        assert_eq!(
            made(Some(&suspended), &left, false).unwrap(),
            (AdjustmentKind::Left, "出库：2017-11，用地未落实".into())
        );
        assert_eq!(
            made(Some(&suspended), &project(1), false).unwrap(),
            (AdjustmentKind::Changed, "恢复推进".into())
        );
        assert_eq!(
            made(None, &suspended, false).unwrap(),
            (
                AdjustmentKind::Added,
                "新增项目（2017年11月起暂缓：用地未落实）".into()
            )
        );
        let moved = ProjectFields {
            suspended: halt(),
            ..project(2)
        };
        assert_eq!(
            made(Some(&project(1)), &moved, false).unwrap().1,
            "暂缓：2017-11，用地未落实；投资额由1万元调整为2万元"
        );
        assert_eq!(
            made(None, &left, true),
            None,
            "never accepted and gone again: nothing to tell"
        );
        assert_eq!(
            made(Some(&left), &left, true),
            None,
            "a project that left is not reviewed again"
        );
    }

    #[test]
    fn long_texts_are_named_not_quoted() {
        let long = ProjectFields {
            basic_info: "长".repeat(41),
            ..project(1)
        };
        assert_eq!(
            made(Some(&project(1)), &long, false).unwrap().1,
            "补充基本情况"
        );
    }
}
