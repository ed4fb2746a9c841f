//! 附件2: which rows a return of it has, what is typed into them, and what it must not lack (§3).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    Money, ProjectId, RevisionId,
    adjustment::{AdjustmentKind, adjustment},
    library::masked,
    names,
    person::Invalid,
    project::{ProjectFields, Reportable},
    typed::{ROWS_MOST, check_text},
};

/// Characters of a reason or remark at most.
pub const TYPED_MOST: usize = 500;

/// What is typed into a return; everything else is computed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex2Input {
    /// By project.
    pub rows: BTreeMap<ProjectId, TypedRow>,
    /// Why there is nothing to report, where there is no row (零报告).
    pub zero_reason: String,
}

/// What is typed into a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedRow {
    /// 调整理由.
    pub reason: String,
    /// 备注.
    pub remark: String,
}

impl Annex2Input {
    /// As it is stored: NFC, outer white space off, rows with nothing in them left out.
    pub fn tidied(mut self) -> Self {
        self.zero_reason = names::tidy_text(&self.zero_reason);
        for row in self.rows.values_mut() {
            row.reason = names::tidy_text(&row.reason);
            row.remark = names::tidy_text(&row.remark);
        }
        self.rows
            .retain(|_, row| !row.reason.is_empty() || !row.remark.is_empty());
        self
    }

    /// Checks what would be saved.
    ///
    /// # Errors
    /// [`Invalid`] by field: `rows.PROJECT.reason`, `rows.PROJECT.remark`, `zero_reason`.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        if self.rows.len() > ROWS_MOST {
            invalid.add("rows", format!("最多填写{ROWS_MOST}行"));
        }
        let mut check = |field: String, label: &str, text: &str| {
            check_text(&mut invalid, &field, label, text, TYPED_MOST);
        };
        for (project, row) in &self.rows {
            check(format!("rows.{project}.reason"), "调整理由", &row.reason);
            check(format!("rows.{project}.remark"), "备注", &row.remark);
        }
        check("zero_reason".to_owned(), "零报告说明", &self.zero_reason);
        invalid.into_result()
    }
}

/// What an 附件2 says: frozen at hand-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex2 {
    /// 报送单位.
    pub unit: String,
    /// The last day it tells of.
    pub cut_off: NaiveDate,
    /// Why there is no row; empty where there is one.
    pub zero_reason: String,
    /// In printed order.
    pub rows: Vec<Annex2Row>,
}

/// A row as printed, with the revisions it stands between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex2Row {
    /// Of which project.
    pub project: ProjectId,
    /// Its code.
    pub code: String,
    /// What the authority knew before; none for a new one.
    pub from: Option<RevisionId>,
    /// What it is told now.
    pub to: RevisionId,
    /// 项目名称.
    pub name: String,
    /// 基本情况.
    pub basic_info: String,
    /// 投资额.
    pub investment: Option<Money>,
    /// 新增, 变更, 暂缓, 出库, 不变.
    pub kind: AdjustmentKind,
    /// 调整内容 in words, without the kind.
    pub content: String,
    /// 调整理由.
    pub reason: String,
    /// 联系人及联系方式, unmasked.
    pub contact: String,
    /// 备注.
    pub remark: String,
}

impl Annex2Row {
    /// 调整内容 as printed: the kind, then the words; words that begin with the kind say it already.
    pub fn adjustment(&self) -> String {
        let kind = self.kind.label();
        if self.content.is_empty() {
            kind.to_owned()
        } else if self.content.starts_with(kind) {
            self.content.clone()
        } else {
            format!("{kind}：{}", self.content)
        }
    }
}

/// The columns of the form after 序号.
pub const COLUMNS: [&str; 7] = [
    "项目名称",
    "基本情况",
    "投资额（万元）",
    "调整内容",
    "调整理由",
    "联系人及联系方式",
    "备注",
];

impl Annex2 {
    /// The cells of a row, in the order of [`COLUMNS`].
    pub fn cells(row: &Annex2Row) -> [String; 7] {
        [
            row.name.clone(),
            row.basic_info.clone(),
            row.investment.map(Money::wan_exact).unwrap_or_default(),
            row.adjustment(),
            row.reason.clone(),
            row.contact.clone(),
            row.remark.clone(),
        ]
    }

    /// Checks that nothing is missing for submitting it.
    ///
    /// # Errors
    /// [`Invalid`]: `rows.N.reason` (N from 0) for rows that need a reason and have none, `zero_reason` without any row.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        for (at, row) in self.rows.iter().enumerate() {
            if row.reason.is_empty() && row.kind != AdjustmentKind::Kept {
                let (number, name, kind) = (at + 1, &row.name, row.kind.label());
                invalid.add(
                    &format!("rows.{at}.reason"),
                    format!("第{number}行“{name}”（{kind}）：请填写调整理由"),
                );
            }
        }
        if self.rows.is_empty() && self.zero_reason.is_empty() {
            invalid.add("zero_reason", "本期无调整，请写明理由后作零报告");
        }
        invalid.into_result()
    }

    /// Without what was typed.
    pub fn untyped(&self) -> Self {
        let mut form = self.clone();
        form.zero_reason.clear();
        for row in &mut form.rows {
            row.reason.clear();
            row.remark.clear();
        }
        form
    }

    /// With telephones as those see them who need not call.
    pub fn masked(mut self) -> Self {
        for row in &mut self.rows {
            row.contact = masked(&row.contact);
        }
        self
    }
}

/// A state of a project that a row may stand between.
#[derive(Debug, Clone, Copy)]
pub struct KnownState<'a> {
    /// The revision.
    pub revision: RevisionId,
    /// Its place among the project's revisions.
    pub number: i64,
    /// What it says.
    pub fields: &'a ProjectFields,
}

/// What a row is made of.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The project.
    pub project: ProjectId,
    /// Its code.
    pub code: &'a str,
    /// The enterprise's state at the cut-off, as known now.
    pub after: KnownState<'a>,
    /// What the authority accepted.
    pub accepted: Option<KnownState<'a>>,
    /// What an earlier return says that is handed in and not decided.
    pub reported: Option<KnownState<'a>>,
    /// The enterprise's state at the cut-off of the last earlier return that is not handed in: changes up to it are that
    /// return's.
    pub earlier: Option<KnownState<'a>>,
    /// Whether it is listed even when nothing differs (全面梳理).
    pub review: bool,
    /// What was typed.
    pub typed: Option<&'a TypedRow>,
}

/// The row of a project; none when there is nothing to tell of it.
///
/// The authority is told what it does not know and has not been told: what differs from what an undecided return says,
/// else from what it accepted, and of that only what no earlier return still owes. A state older than what it knows
/// already tells it nothing.
pub fn row(sources: Sources<'_>, reportable: &Reportable) -> Option<Annex2Row> {
    let told = sources.reported.or(sources.accepted);
    let owed = sources
        .earlier
        .filter(|earlier| told.is_none_or(|told| earlier.number > told.number));
    let before = owed.or(told);
    let after = match before {
        Some(before) if before.number > sources.after.number => before,
        _ => sources.after,
    };
    let made = adjustment(
        before.map(|before| before.fields),
        after.fields,
        reportable,
        sources.review,
    )?;
    let typed = sources.typed.cloned().unwrap_or_default();
    let fields = after.fields;
    Some(Annex2Row {
        project: sources.project,
        code: sources.code.to_owned(),
        from: before.map(|before| before.revision),
        to: after.revision,
        name: fields.name.clone(),
        basic_info: fields.basic_info.clone(),
        investment: fields.investment,
        kind: made.kind,
        content: made.content,
        reason: typed.reason,
        contact: fields.contact(),
        remark: typed.remark,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::default_reportable;

    fn project(wan: i64) -> ProjectFields {
        ProjectFields {
            name: "临港仓储".into(),
            investment: Some(Money::from_wan(wan)),
            contact_name: "联系人".into(),
            contact_phone: "13800000000".into(),
            ..ProjectFields::default()
        }
    }

    fn state(number: i64, fields: &ProjectFields) -> KnownState<'_> {
        KnownState {
            revision: RevisionId(100 + number),
            number,
            fields,
        }
    }

    fn made(
        accepted: Option<(i64, i64)>,
        reported: Option<(i64, i64)>,
        earlier: Option<(i64, i64)>,
        after: (i64, i64),
        review: bool,
    ) -> Option<(AdjustmentKind, Option<i64>, i64, String)> {
        let all: BTreeMap<i64, ProjectFields> = [accepted, reported, earlier, Some(after)]
            .into_iter()
            .flatten()
            .map(|(number, wan)| (number, project(wan)))
            .collect();
        let of = |one: Option<(i64, i64)>| one.map(|(number, _)| state(number, &all[&number]));
        let sources = Sources {
            project: ProjectId(1),
            code: "WZ1",
            after: state(after.0, &all[&after.0]),
            accepted: of(accepted),
            reported: of(reported),
            earlier: of(earlier),
            review,
            typed: None,
        };
        row(sources, &default_reportable()).map(|row| {
            let from = row.from.map(|from| from.0 - 100);
            (row.kind, from, row.to.0 - 100, row.content)
        })
    }

    #[test]
    fn what_the_authority_knows_is_not_told_again() {
        assert_eq!(
            made(None, None, None, (1, 5), false).unwrap().0,
            AdjustmentKind::Added
        );
        assert_eq!(made(Some((1, 5)), None, None, (1, 5), false), None);
        let changed = made(Some((1, 5)), None, None, (2, 6), false).unwrap();
        assert_eq!((changed.1, changed.2), (Some(1), 2));
        assert_eq!(
            made(Some((1, 5)), Some((2, 6)), None, (2, 6), false),
            None,
            "told already"
        );
    }

    #[test]
    fn what_an_earlier_return_owes_is_its_own() {
        assert_eq!(made(Some((1, 5)), None, Some((2, 6)), (2, 6), false), None);
        let later = made(Some((1, 5)), None, Some((2, 6)), (3, 7), false).unwrap();
        assert_eq!((later.1, later.2), (Some(2), 3));
        assert_eq!(
            made(None, None, Some((1, 5)), (1, 5), false),
            None,
            "a new project of the earlier one"
        );
    }

    #[test]
    fn an_older_state_tells_nothing_but_is_listed_in_a_review() {
        assert_eq!(made(Some((3, 9)), None, Some((1, 5)), (2, 6), false), None);
        let kept = made(Some((3, 9)), None, None, (2, 6), true).unwrap();
        assert_eq!((kept.0, kept.1, kept.2), (AdjustmentKind::Kept, Some(3), 3));
    }

    #[test]
    fn taking_back_what_was_reported_is_a_change_of_its_own() {
        let back = made(Some((1, 5)), Some((2, 6)), None, (3, 5), false).unwrap();
        assert_eq!(back.0, AdjustmentKind::Changed);
        assert_eq!((back.1, back.2), (Some(2), 3));
        assert_eq!(back.3, "投资额由6万元调整为5万元");
    }

    #[test]
    fn reasons_are_asked_for_but_where_nothing_changed() {
        let all = project(5);
        let sources = |accepted, number| Sources {
            project: ProjectId(number),
            code: "",
            after: state(1, &all),
            accepted,
            reported: None,
            earlier: None,
            review: true,
            typed: None,
        };
        let rows = [
            row(sources(Some(state(1, &all)), 1), &default_reportable()),
            row(sources(None, 2), &default_reportable()),
        ];
        let mut form = Annex2 {
            unit: "甲".into(),
            cut_off: "2017-11-30".parse().unwrap(),
            zero_reason: String::new(),
            rows: rows.into_iter().flatten().collect(),
        };
        assert_eq!(form.rows[0].adjustment(), "不变：继续列入项目库");
        assert_eq!(form.rows[1].adjustment(), "新增项目");
        assert_eq!(form.rows[1].contact, "联系人 13800000000");
        assert_eq!(form.clone().masked().rows[1].contact, "联系人 138****0000");
        assert_eq!(form.check().unwrap_err().fields[0].0, "rows.1.reason");
        form.rows.clear();
        assert_eq!(form.check().unwrap_err().fields[0].0, "zero_reason");
        form.zero_reason = "本期无调整".into();
        assert!(form.check().is_ok());
    }

    #[test]
    fn what_is_typed_has_its_limits() {
        let typed = |reason: String| Annex2Input {
            rows: [(
                ProjectId(7),
                TypedRow {
                    reason,
                    remark: String::new(),
                },
            )]
            .into(),
            zero_reason: String::new(),
        };
        assert!(typed("字".repeat(500)).check().is_ok());
        assert_eq!(
            typed("字".repeat(501)).check().unwrap_err().fields[0].0,
            "rows.7.reason"
        );
        assert!(typed("a\u{7}".into()).check().is_err());
        assert!(typed(" \n".into()).tidied().rows.is_empty());
    }
}
