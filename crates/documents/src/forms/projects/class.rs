//! The class of each row of 附件3: from its cell, a heading above it, or the numbering that begins again.

use crate::forms::reading::Category;
use crate::value::squeeze;

/// What a row says about its class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// Its cell is empty, or there is no such column.
    Nothing,
    /// In its own cell, in a merged one, or in a heading.
    Class(Category),
    /// As above, in words that leave a doubt.
    Likely(Category, String),
    /// Words that are none of the three.
    Unknown(String),
}

/// One row on the way down: what it says, and its number. Numbered empty rows count, they are just not answered.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub said: Said,
    pub number: Option<u32>,
    /// The row of the answer; none for an empty one.
    pub row: Option<usize>,
    /// The class comes from a cell or heading that reaches down to this row.
    pub covered: bool,
}

/// The class of a row of the answer, and what is doubtful about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Classified {
    pub class: Option<Category>,
    pub why: Option<String>,
}

/// The class that a text names.
pub(super) fn read(text: &str) -> Said {
    /// Bytes of a class with everything that is written beside it.
    const LONGEST: usize = 200;
    if text.len() > LONGEST {
        return Said::Unknown(text.chars().take(20).chain(['…']).collect());
    }
    let squeezed = squeeze(text);
    if squeezed.is_empty() {
        return Said::Nothing;
    }
    let has = |words: &str| words.split(' ').any(|word| squeezed.contains(word));
    let likely = |class| Said::Likely(class, text.trim().replace('\n', ""));
    let negotiating = has("在谈 洽谈 商谈 谈判");
    let open = has("未落地 待落地 没有落地 未能落地");
    let landed = squeezed.contains("落地") && !open;
    // 拟落地, 推进落地: what is hoped for is no class.
    let hoped = has("拟 预计 计划 即将 推进 推动 争取 力争 促进 有望 不落地");
    let signed = has("签约 签订 签署") && !has("未签 待签 拟签");
    match (negotiating, open, landed, signed) {
        (true, false, false, false) => Said::Class(Category::Negotiating),
        (false, true, _, true) => Said::Class(Category::Signed),
        (false, true, _, false) => likely(Category::Signed),
        (false, _, true, _) if !hoped => Said::Class(Category::Landed),
        (false, _, false, true) => likely(Category::Signed),
        _ => Said::Unknown(text.trim().replace('\n', "")),
    }
}

/// The class that a heading across the table names, with a number before it and a count behind: `一、在谈项目（3个）`.
pub(super) fn heading(text: &str) -> Option<Said> {
    if text.len() > 100 {
        return None;
    }
    let squeezed = squeeze(text);
    let core =
        squeezed.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三()、.:第类".contains(c));
    let core = core.split(['(', '[', ':']).next().unwrap_or_default();
    let core = core.trim_end_matches(|c: char| c.is_ascii_digit() || "共个项目类:,、".contains(c));
    let known = [
        "在谈",
        "洽谈",
        "正在洽谈",
        "在洽谈",
        "已签约未落地",
        "签约未落地",
        "已签约待落地",
        "已落地",
        "落地",
        "已签约已落地",
        "已签约",
        "签约落地",
        "与央企在谈",
        "已签约尚未落地",
    ];
    known.contains(&core).then(|| read(text))
}

/// A stretch of rows of one class.
#[derive(Default)]
struct Group {
    said: Option<Said>,
    rows: Vec<(usize, Evidence)>,
}

/// Why a row belongs to its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Evidence {
    /// Its own cell, a merged cell, a heading, or the number after the one before.
    Sure,
    /// It only stands below.
    Below,
}

/// The classes of `count` rows; the second is what is said about the file.
pub(super) fn classify(steps: &[Step], count: usize) -> (Vec<Classified>, Vec<String>) {
    let groups = groups(steps);
    let mut classes = vec![Classified::default(); count];
    let mut notes = Vec::new();
    let settled = settle(&groups, &mut notes);
    let mut below = false;
    for (group, (class, why)) in groups.iter().zip(settled) {
        for (row, evidence) in &group.rows {
            below |= *evidence == Evidence::Below && class.is_some();
            if let Some(classified) = classes.get_mut(*row) {
                *classified = Classified {
                    class,
                    why: why.clone(),
                };
            }
        }
    }
    if below {
        notes.push("类别一栏有空白，已按上一行的类别读取，请核对".to_owned());
    }
    (classes, notes)
}

fn groups(steps: &[Step]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut last_number: Option<u32> = None;
    for step in steps {
        let restarts = step.number == Some(1) && last_number.is_some();
        let said = (step.said != Said::Nothing).then(|| step.said.clone());
        let current = groups.last().and_then(|group| group.said.as_ref());
        let new = match (&said, groups.is_empty()) {
            (_, true) => true,
            (Some(said), _) => current != Some(said),
            (None, _) => restarts,
        };
        let goes_on = step.number.is_some()
            && step.number == last_number.and_then(|number| number.checked_add(1));
        if new {
            groups.push(Group {
                said: said.clone(),
                rows: Vec::new(),
            });
        }
        let evidence = if said.is_some() || step.covered || goes_on || new {
            Evidence::Sure
        } else {
            Evidence::Below
        };
        if let (Some(group), Some(row)) = (groups.last_mut(), step.row) {
            group.rows.push((row, evidence));
        }
        if step.number.is_some() {
            last_number = step.number;
        }
    }
    groups
}

type Settled = (Option<Category>, Option<String>);

/// The class of each group.
fn settle(groups: &[Group], notes: &mut Vec<String>) -> Vec<Settled> {
    let in_order = groups.len() == Category::ALL.len()
        && groups
            .iter()
            .zip(Category::ALL)
            .all(|(group, class)| match &group.said {
                Some(Said::Class(said) | Said::Likely(said, _)) => *said == class,
                Some(Said::Unknown(_)) => false,
                _ => true,
            });
    let unsaid = groups
        .iter()
        .filter(|group| group.said.is_none() && !group.rows.is_empty())
        .count();
    if in_order && unsaid > 0 {
        notes.push(
            "类别没有全部写明，已按序号重新从1排起的地方和附件3的顺序（在谈、已签约未落地、已落地）分类，请核对"
                .to_owned(),
        );
    }
    groups
        .iter()
        .enumerate()
        .map(|(at, group)| match &group.said {
            Some(Said::Class(class)) => (Some(*class), None),
            Some(Said::Likely(class, text)) => (
                Some(*class),
                Some(format!("类别“{text}”已按“{}”读取，请核对", class.chinese())),
            ),
            Some(Said::Unknown(text)) => (
                None,
                Some(format!("类别“{text}”不是附件3的三类之一，请选择类别")),
            ),
            Some(Said::Nothing) | None if in_order => (Some(Category::ALL[at]), None),
            Some(Said::Nothing) | None => (None, Some("没有写明类别，请选择类别".to_owned())),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Category::{Landed, Negotiating, Signed};

    /// Rows of `class number`; `-` for nothing.
    fn classes(rows: &[(&str, u32)]) -> (Vec<Option<Category>>, usize, usize) {
        let steps: Vec<Step> = rows
            .iter()
            .enumerate()
            .map(|(row, (said, number))| Step {
                said: read(said),
                number: (*number > 0).then_some(*number),
                row: Some(row),
                covered: false,
            })
            .collect();
        let (found, notes) = classify(&steps, rows.len());
        let doubts = found.iter().filter(|one| one.why.is_some()).count();
        (
            found.into_iter().map(|one| one.class).collect(),
            doubts,
            notes.len(),
        )
    }

    #[test]
    fn classes_by_cell_and_by_numbering() {
        let all = vec![
            Some(Negotiating),
            Some(Negotiating),
            Some(Signed),
            Some(Landed),
        ];
        let said = [
            ("在谈项目", 1),
            ("", 2),
            ("已签约\n未落地项目", 1),
            ("已落地项目", 1),
        ];
        assert_eq!(classes(&said), (all.clone(), 0, 0));
        let repeated = [
            ("在谈项目", 1),
            ("在谈项目", 2),
            ("已签约未落地项目", 3),
            ("已落地项目", 4),
        ];
        assert_eq!(classes(&repeated), (all.clone(), 0, 0));
        let numbered = [("", 1), ("", 2), ("", 1), ("", 1)];
        assert_eq!(classes(&numbered), (all.clone(), 0, 1));
        let partly = [("在谈项目", 1), ("", 2), ("", 1), ("已落地项目", 1)];
        assert_eq!(classes(&partly), (all.clone(), 0, 1));
        let unnumbered = [
            ("在谈项目", 0),
            ("", 0),
            ("已签约未落地项目", 0),
            ("已落地项目", 0),
        ];
        assert_eq!(classes(&unnumbered), (all, 0, 1));
    }

    #[test]
    fn what_cannot_be_told_is_asked() {
        assert_eq!(classes(&[("", 1), ("", 2)]), (vec![None, None], 2, 0));
        assert_eq!(classes(&[("", 1), ("", 1)]), (vec![None, None], 2, 0));
        assert_eq!(
            classes(&[("在谈项目", 1), ("", 1)]),
            (vec![Some(Negotiating), None], 1, 0)
        );
        assert_eq!(classes(&[("储备项目", 1)]), (vec![None], 1, 0));
        assert_eq!(classes(&[("已签约项目", 1)]), (vec![Some(Signed)], 1, 0));
    }

    #[test]
    fn headings_across_the_table() {
        for (text, class) in [
            ("一、在谈项目", Negotiating),
            ("（二）已签约未落地项目（3个）", Signed),
            ("3.已落地项目：", Landed),
            ("在谈项目 共5个", Negotiating),
        ] {
            assert_eq!(heading(text), Some(Said::Class(class)), "{text}");
        }
        assert_eq!(heading("温州港在谈合作项目情况说明"), None);
        assert_eq!(heading("中国铁建在谈项目公司落地"), None);
    }
}
