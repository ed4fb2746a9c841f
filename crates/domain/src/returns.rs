//! Returns (报送): their states and steps, and what identifies a handed-in edition (§2).

use serde::{Deserialize, Serialize};

use crate::{
    adjustment::AdjustmentKind,
    annex2::{self, Annex2},
    annex3::{self, Annex3, CooperationClass},
    period::ReturnKind,
    person::Invalid,
    report::{self, Report},
};

/// What a return says; frozen at hand-in. A further kind of return is a further variant, and the compiler then names
/// every place that must know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// 附件2.
    Annex2(Annex2),
    /// 附件3.
    Annex3(Annex3),
    /// 月报, 年度总结, 次年计划.
    Report(Report),
}

impl Content {
    /// Of which kind it is.
    pub const fn kind(&self) -> ReturnKind {
        match self {
            Self::Annex2(_) => ReturnKind::Annex2,
            Self::Annex3(_) => ReturnKind::Annex3,
            Self::Report(report) => report.of,
        }
    }

    /// The heads of its columns, 序号 left out.
    pub const fn columns(&self) -> &'static [&'static str] {
        match self {
            Self::Annex2(_) => &annex2::COLUMNS,
            Self::Annex3(_) => &annex3::COLUMNS,
            Self::Report(_) => &report::COLUMNS,
        }
    }

    /// Which of its columns holds an amount.
    pub const fn amount_column(&self) -> Option<usize> {
        match self {
            Self::Annex2(_) => Some(2),
            Self::Annex3(_) | Self::Report(_) => None,
        }
    }

    /// Its rows: what they are of, and their cells as printed.
    pub fn rows(&self) -> Vec<(i64, Vec<String>)> {
        match self {
            Self::Annex2(form) => form
                .rows
                .iter()
                .map(|row| (row.project.0, Annex2::cells(row).into()))
                .collect(),
            Self::Annex3(form) => form
                .rows
                .iter()
                .map(|row| (row.project.0, Annex3::cells(row).into()))
                .collect(),
            Self::Report(report) => report.rows(),
        }
    }

    /// The printed number of each row.
    pub fn numbers(&self) -> Vec<usize> {
        match self {
            Self::Annex2(form) => (1..=form.rows.len()).collect(),
            Self::Annex3(form) => form.numbers(),
            Self::Report(report) => (1..=report.rows().len()).collect(),
        }
    }

    /// What its rows are called in sentences, in their order: `第1行“某项目”`.
    pub fn places(&self) -> Vec<String> {
        match self {
            Self::Annex2(form) => {
                let rows = form.rows.iter().zip(1..);
                rows.map(|(row, number)| format!("第{number}行“{}”", row.name))
                    .collect()
            }
            Self::Annex3(form) => {
                let rows = form.rows.iter().zip(form.numbers());
                rows.map(|(row, number)| format!("{}第{number}行“{}”", row.class.label(), row.name))
                    .collect()
            }
            Self::Report(report) => {
                let rows = report.rows().into_iter();
                rows.map(|(_, cells)| format!("“{}”", cells.first().map_or("", |name| name)))
                    .collect()
            }
        }
    }

    /// Which of a row's cells names it.
    const fn name_column(&self) -> usize {
        match self {
            Self::Annex3(_) => 1,
            Self::Annex2(_) | Self::Report(_) => 0,
        }
    }

    /// Why there is nothing to report; empty where there is.
    pub fn zero_reason(&self) -> &str {
        match self {
            Self::Annex2(form) => &form.zero_reason,
            Self::Annex3(form) => &form.zero_reason,
            Self::Report(_) => "",
        }
    }

    /// Whether it is a zero return (零报告).
    pub fn is_zero(&self) -> bool {
        match self {
            Self::Annex2(form) => form.rows.is_empty(),
            Self::Annex3(form) => form.rows.is_empty(),
            Self::Report(_) => false,
        }
    }

    /// What it says in few words: what each row is of, and what of it.
    pub fn brief(&self) -> Vec<(String, String)> {
        match self {
            Self::Annex2(form) if form.rows.is_empty() => {
                vec![("零报告".to_owned(), form.zero_reason.clone())]
            }
            Self::Annex2(form) => form
                .rows
                .iter()
                .map(|row| {
                    let what = match row.reason.as_str() {
                        "" => row.adjustment(),
                        reason => format!("{}（理由：{reason}）", row.adjustment()),
                    };
                    (row.name.clone(), what)
                })
                .collect(),
            Self::Annex3(form) if form.rows.is_empty() => {
                vec![("零报告".to_owned(), form.zero_reason.clone())]
            }
            Self::Annex3(form) => form
                .rows
                .iter()
                .map(|row| {
                    let what = format!("{}：{}", row.class.label(), row.printed_progress());
                    (row.name.clone(), what)
                })
                .collect(),
            Self::Report(report) => {
                let sections = report.sections.iter().filter(|one| !one.text.is_empty());
                sections
                    .map(|one| (one.title.clone(), one.text.clone()))
                    .collect()
            }
        }
    }

    /// How much it says: `新增2项、变更1项`.
    pub fn summary(&self) -> String {
        match self {
            Self::Annex2(form) => {
                let counts = AdjustmentKind::ALL.into_iter().filter_map(|kind| {
                    let count = form.rows.iter().filter(|row| row.kind == kind).count();
                    (count > 0).then(|| format!("{}{count}项", kind.label()))
                });
                let counts: Vec<String> = counts.collect();
                match counts.is_empty() {
                    true => "零报告：本期无调整".to_owned(),
                    false => counts.join("、"),
                }
            }
            Self::Annex3(form) => {
                let counts = CooperationClass::ALL.into_iter().filter_map(|class| {
                    let count = form.rows.iter().filter(|row| row.class == class).count();
                    (count > 0).then(|| format!("{}{count}个", class.label()))
                });
                let counts: Vec<String> = counts.collect();
                match counts.is_empty() {
                    true => "零报告：本期无央企合作项目".to_owned(),
                    false => counts.join("、"),
                }
            }
            Self::Report(report) => match report.files.len() {
                0 => report.title(),
                count => format!("{}（附件{count}个）", report.title()),
            },
        }
    }

    /// Checks that nothing is missing for submitting it.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(&self) -> Result<(), Invalid> {
        match self {
            Self::Annex2(form) => form.check(),
            Self::Annex3(form) => form.check(),
            Self::Report(report) => report.check(),
        }
    }

    /// Without what was typed: what the system itself says.
    pub fn untyped(&self) -> Self {
        match self {
            Self::Annex2(form) => Self::Annex2(form.untyped()),
            Self::Annex3(form) => Self::Annex3(form.untyped()),
            Self::Report(report) => Self::Report(report.untyped()),
        }
    }

    /// With telephones masked.
    pub fn masked(self) -> Self {
        match self {
            Self::Annex2(form) => Self::Annex2(form.masked()),
            Self::Annex3(form) => Self::Annex3(form.masked()),
            Self::Report(report) => Self::Report(report.masked()),
        }
    }
}

/// What differs between two contents in one cell; a row that one of them lacks differs as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What the row is of, as its first cell says; 零报告 for the reason of a zero return.
    pub row: String,
    /// The column's head; 整行 for a row that only one has.
    pub column: &'static str,
    /// In the first.
    pub before: String,
    /// In the second.
    pub after: String,
}

/// Compares two contents cell by cell, in the order of the first, rows of the second alone last. `settled` says of a row
/// that one of them lacks why it need not be there; none where it was left out.
pub fn compare(
    before: &Content,
    after: &Content,
    settled: &dyn Fn(i64) -> Option<String>,
) -> Vec<Difference> {
    let (old, new) = (before.rows(), after.rows());
    let named = before.name_column();
    let name = |cells: &[String]| cells.get(named).cloned().unwrap_or_default();
    let whole = |cells: &[String]| {
        let filled: Vec<&str> = cells
            .iter()
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
            .collect();
        filled.join("；")
    };
    let mut found = Vec::new();
    for (key, cells) in &old {
        let Some((_, others)) = new.iter().find(|(other, _)| other == key) else {
            found.push(Difference {
                row: name(cells),
                column: "整行",
                before: whole(cells),
                after: settled(*key).unwrap_or_default(),
            });
            continue;
        };
        let columns = before.columns().iter().zip(cells).zip(others);
        for ((column, one), other) in columns.filter(|((_, one), other)| one != other) {
            found.push(Difference {
                row: name(cells),
                column,
                before: one.clone(),
                after: other.clone(),
            });
        }
    }
    for (key, cells) in new
        .iter()
        .filter(|(key, _)| old.iter().all(|(other, _)| other != key))
    {
        found.push(Difference {
            row: name(cells),
            column: "整行",
            before: settled(*key).unwrap_or_default(),
            after: whole(cells),
        });
    }
    if before.zero_reason() != after.zero_reason() {
        found.push(Difference {
            row: "零报告".to_owned(),
            column: "说明",
            before: before.zero_reason().to_owned(),
            after: after.zero_reason().to_owned(),
        });
    }
    found
}

/// Where a return stands. One not begun (未报) has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnState {
    /// 草稿: the reporter works on it.
    Draft,
    /// 待审: the enterprise's approver looks at it.
    ForApproval,
    /// 已报送: the authority decides row by row.
    HandedIn,
    /// 已受理.
    Accepted,
    /// 已退回: some rows came back; the next edition is a draft of them.
    Returned,
}

impl ReturnState {
    /// Every state, in the order a return goes through them.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::ForApproval,
        Self::HandedIn,
        Self::Accepted,
        Self::Returned,
    ];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::ForApproval => "for_approval",
            Self::HandedIn => "handed_in",
            Self::Accepted => "accepted",
            Self::Returned => "returned",
        }
    }

    /// The state of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "草稿",
            Self::ForApproval => "待审",
            Self::HandedIn => "已报送",
            Self::Accepted => "已受理",
            Self::Returned => "已退回",
        }
    }

    /// Whether the reporter may change it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
}

/// What is done with a return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnStep {
    /// 提交审核: reporter to approver.
    Submit,
    /// 内部退回: approver to reporter.
    SendBack,
    /// 报送: approver to authority.
    HandIn,
    /// 撤回: the enterprise takes it back before it is accepted.
    Withdraw,
    /// 受理、退回: the officer has decided every row.
    Decide,
}

impl ReturnStep {
    /// Every step.
    pub const ALL: [Self; 5] = [
        Self::Submit,
        Self::SendBack,
        Self::HandIn,
        Self::Withdraw,
        Self::Decide,
    ];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::SendBack => "send_back",
            Self::HandIn => "hand_in",
            Self::Withdraw => "withdraw",
            Self::Decide => "decide",
        }
    }

    /// The step of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Submit => "提交审核",
            Self::SendBack => "退回修改",
            Self::HandIn => "报送",
            Self::Withdraw => "撤回",
            Self::Decide => "办结",
        }
    }

    /// Whether it must be said why.
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::SendBack | Self::Withdraw)
    }

    /// Whether a return in `state` can take this step.
    pub const fn fits(self, state: ReturnState) -> bool {
        match self {
            Self::Submit => state.is_open(),
            Self::SendBack | Self::HandIn => matches!(state, ReturnState::ForApproval),
            Self::Withdraw | Self::Decide => matches!(state, ReturnState::HandedIn),
        }
    }

    /// Checks that a return in `state` can take this step, for this reason.
    ///
    /// # Errors
    /// [`Invalid`] when it has moved on, or a reason is missing or too long.
    pub fn check(self, state: ReturnState, reason: &str) -> Result<(), Invalid> {
        if !self.fits(state) {
            let (state, step) = (state.label(), self.label());
            return Err(Invalid::of(
                "step",
                format!("这份报表现在是“{state}”，不能{step}，请刷新页面"),
            ));
        }
        if self.needs_reason() && reason.trim().is_empty() {
            return Err(Invalid::of("reason", "请写明理由"));
        }
        if reason.chars().count() > 500 {
            return Err(Invalid::of("reason", "理由请控制在500字以内"));
        }
        Ok(())
    }
}

/// The officer's decision on one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowDecision {
    /// Accepted, or returned.
    pub accept: bool,
    /// Why it is returned.
    pub reason: String,
}

/// The state that follows when every row is decided: 已受理 when all are accepted, else 已退回.
///
/// # Errors
/// [`Invalid`] when a returned row has no reason, or one that is too long; `rows.N.reason` names it.
pub fn decided(rows: &[RowDecision]) -> Result<ReturnState, Invalid> {
    let mut invalid = Invalid::default();
    for (at, row) in rows.iter().enumerate() {
        let length = row.reason.trim().chars().count();
        if !row.accept && !(1..=500).contains(&length) {
            invalid.add(
                &format!("rows.{at}.reason"),
                format!("第{}行退回，请写明理由（500字以内）", at + 1),
            );
        }
    }
    invalid.into_result()?;
    let all = rows.iter().all(|row| row.accept);
    Ok(if all {
        ReturnState::Accepted
    } else {
        ReturnState::Returned
    })
}

/// Letters and digits that are not mixed up when read from paper: no 0 O 1 I L.
const CODE_LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Length of a content code without its dashes.
const CODE_LENGTH: usize = 12;

/// The short code printed on a form, of the hash of its data: the same data, the same code. 12 letters of 31 (59 bits)
/// in three groups: `7KQM-2XHD-9RTA`.
pub fn content_code(hash: &[u8]) -> String {
    let mut number = hash
        .iter()
        .take(16)
        .fold(0u128, |sum, byte| (sum << 8) | u128::from(*byte));
    let mut code = String::new();
    for at in 0..CODE_LENGTH {
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(CODE_LETTERS[(number % 31) as usize]));
        number /= 31;
    }
    code
}

/// A content code as it is typed: any case, with or without dashes and blanks; none when it cannot be one.
pub fn read_content_code(text: &str) -> Option<String> {
    let plain: Vec<u8> = crate::names::key(text)
        .bytes()
        .filter(|b| *b != b'-')
        .map(|b| b.to_ascii_uppercase())
        .collect();
    if plain.len() != CODE_LENGTH || !plain.iter().all(|b| CODE_LETTERS.contains(b)) {
        return None;
    }
    let groups: Vec<String> = plain
        .chunks(4)
        .map(|part| part.iter().map(|b| char::from(*b)).collect())
        .collect();
    Some(groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_goes_its_way_and_no_other() {
        use ReturnState as S;
        for (step, from) in [
            (ReturnStep::Submit, vec![S::Draft, S::Returned]),
            (ReturnStep::SendBack, vec![S::ForApproval]),
            (ReturnStep::HandIn, vec![S::ForApproval]),
            (ReturnStep::Withdraw, vec![S::HandedIn]),
            (ReturnStep::Decide, vec![S::HandedIn]),
        ] {
            for state in S::ALL {
                assert_eq!(
                    step.check(state, "理由").is_ok(),
                    from.contains(&state),
                    "{step:?} {state:?}"
                );
            }
        }
        assert!(ReturnStep::Withdraw.check(S::HandedIn, " ").is_err());
    }

    #[test]
    fn one_returned_row_returns_the_return() {
        let row = |accept, reason: &str| RowDecision {
            accept,
            reason: reason.into(),
        };
        assert_eq!(
            decided(&[row(true, ""), row(true, "")]),
            Ok(ReturnState::Accepted)
        );
        assert_eq!(
            decided(&[row(true, ""), row(false, "金额不符")]),
            Ok(ReturnState::Returned)
        );
        assert_eq!(
            decided(&[]),
            Ok(ReturnState::Accepted),
            "a zero return has no rows"
        );
        assert_eq!(
            decided(&[row(true, ""), row(false, " ")])
                .unwrap_err()
                .fields[0]
                .0,
            "rows.1.reason"
        );
    }

    #[test]
    fn a_code_is_read_back_as_people_type_it() {
        let code = content_code(&[0x5a; 32]);
        assert_eq!(code.len(), 14);
        assert_eq!(
            read_content_code(&code.to_lowercase().replace('-', " ")),
            Some(code.clone())
        );
        assert_eq!(read_content_code("0OIL-0OIL-0OIL"), None);
        assert_ne!(content_code(&[1; 32]), content_code(&[2; 32]));
    }

    #[test]
    fn editions_are_compared_cell_by_cell() {
        let row = |project: i64, reason: &str| annex2::Annex2Row {
            project: crate::ProjectId(project),
            code: String::new(),
            from: None,
            to: crate::RevisionId(1),
            name: format!("项目{project}"),
            basic_info: String::new(),
            investment: None,
            kind: AdjustmentKind::Added,
            content: "新增项目".into(),
            reason: reason.into(),
            contact: String::new(),
            remark: String::new(),
        };
        let form = |zero: &str, rows| {
            Content::Annex2(Annex2 {
                unit: "甲".into(),
                cut_off: "2017-11-30".parse().unwrap(),
                zero_reason: zero.into(),
                rows,
            })
        };
        let first = form("", vec![row(1, "甲"), row(2, "乙")]);
        assert_eq!(compare(&first, &first, &|_| None), []);
        let second = form("", vec![row(1, "丙"), row(3, "丁")]);
        let accepted = |project| (project == 2).then(|| "第1版已受理".to_owned());
        let found: Vec<_> = compare(&first, &second, &accepted)
            .into_iter()
            .map(|one| (one.row, one.column, one.before, one.after))
            .collect();
        let words = |row: &str, column, before: &str, after: &str| {
            (row.to_owned(), column, before.to_owned(), after.to_owned())
        };
        assert_eq!(
            found,
            [
                words("项目1", "调整理由", "甲", "丙"),
                words("项目2", "整行", "项目2；新增项目；乙", "第1版已受理"),
                words("项目3", "整行", "", "项目3；新增项目；丁"),
            ]
        );
        let zero = compare(&form("无", vec![]), &form("本期无", vec![]), &|_| None);
        assert_eq!((zero[0].row.as_str(), zero.len()), ("零报告", 1));
    }
}
