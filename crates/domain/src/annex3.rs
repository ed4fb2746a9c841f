//! 附件3: which cooperation projects a return of it lists in which class, what is typed into them, and what it must not
//! lack (§4).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    ProjectId, RevisionId,
    library::masked,
    names,
    partial_date::PartialDate,
    person::Invalid,
    project::{Milestone, Ownership, ProjectFields},
    typed::{ROWS_MOST, check_text},
};

/// Characters of a typed text at most.
pub const TYPED_MOST: usize = 1000;
/// Characters of a typed contact at most.
const CONTACT_MOST: usize = 200;

/// The classes of the form, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CooperationClass {
    /// 在谈项目: nothing signed.
    Negotiating,
    /// 已签约未落地项目: something signed, of whatever kind, and not landed.
    Signed,
    /// 已落地项目.
    Landed,
}

impl CooperationClass {
    /// Every class, as the form prints them from top to bottom.
    pub const ALL: [Self; 3] = [Self::Negotiating, Self::Signed, Self::Landed];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Negotiating => "negotiating",
            Self::Signed => "signed",
            Self::Landed => "landed",
        }
    }

    /// The class of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.word() == word)
    }

    /// What the form calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Negotiating => "在谈项目",
            Self::Signed => "已签约未落地项目",
            Self::Landed => "已落地项目",
        }
    }
}

/// The class of a project as of a day; none where it is not listed: without a central SOE, 谋划 or 终止. A fact counts from
/// the first day it can be of; 落地 is the registration of the project's company.
pub fn class_of(fields: &ProjectFields, at: NaiveDate) -> Option<CooperationClass> {
    let come = |on: PartialDate| on.earliest() <= at;
    let ended = fields.terminated.as_ref().is_some_and(|halt| come(halt.on));
    if partners(fields).is_empty() || ended {
        return None;
    }
    if fields.landed_on().is_some_and(come) {
        return Some(CooperationClass::Landed);
    }
    if fields.signings.iter().any(|signing| come(signing.on)) {
        return Some(CooperationClass::Signed);
    }
    let begun = fields
        .milestones
        .iter()
        .any(|(milestone, on)| *milestone != Milestone::Planned && come(*on));
    begun.then_some(CooperationClass::Negotiating)
}

/// The names of the central SOEs in a project, as entered.
pub fn partners(fields: &ProjectFields) -> Vec<&str> {
    let central = fields
        .investors
        .iter()
        .filter(|one| one.ownership == Some(Ownership::Central));
    central
        .map(|one| one.name.as_str())
        .filter(|name| !name.is_empty())
        .collect()
}

/// What is typed into a return; everything else is computed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex3Input {
    /// By project. One that is not here has what the last period said; an empty one was emptied.
    pub rows: BTreeMap<ProjectId, ProgressTexts>,
    /// Why there is nothing to report, where there is no row (零报告).
    pub zero_reason: String,
}

/// What is typed of a project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProgressTexts {
    /// 当前进展情况.
    pub progress: String,
    /// 存在问题.
    pub problems: String,
    /// 下一步工作计划和重点.
    pub next_steps: String,
    /// 联系人及联系方式, where it is not the project's.
    pub contact: String,
    /// Whether what says the same as last period was said to be true still.
    pub still_true: bool,
}

impl ProgressTexts {
    /// The texts with their columns' heads.
    pub fn labelled(&self) -> [(&'static str, String); 4] {
        [
            ("当前进展情况", self.progress.clone()),
            ("存在问题", self.problems.clone()),
            ("下一步工作计划和重点", self.next_steps.clone()),
            ("联系人及联系方式", self.contact.clone()),
        ]
    }

    /// The columns whose texts are those of the last period, word for word: a soft question, never a block.
    pub fn repeated(&self, last: &Self) -> Vec<&'static str> {
        let pairs = self.labelled().into_iter().zip(last.labelled()).take(3);
        pairs
            .filter(|((_, now), (_, before))| !now.is_empty() && now == before)
            .map(|((label, _), _)| label)
            .collect()
    }
}

impl Annex3Input {
    /// As it is stored: NFC, outer white space off. Emptied rows stay: they are not filled from the last period again.
    pub fn tidied(mut self) -> Self {
        self.zero_reason = names::tidy_text(&self.zero_reason);
        for row in self.rows.values_mut() {
            for text in [
                &mut row.progress,
                &mut row.problems,
                &mut row.next_steps,
                &mut row.contact,
            ] {
                *text = names::tidy_text(text);
            }
        }
        self
    }

    /// Checks what would be saved.
    ///
    /// # Errors
    /// [`Invalid`] by field: `rows.PROJECT.progress` and the like, `zero_reason`.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        if self.rows.len() > ROWS_MOST {
            invalid.add("rows", format!("最多填写{ROWS_MOST}行"));
        }
        for (project, row) in &self.rows {
            let words = ["progress", "problems", "next_steps", "contact"];
            for (word, (label, text)) in words.into_iter().zip(row.labelled()) {
                let most = if word == "contact" {
                    CONTACT_MOST
                } else {
                    TYPED_MOST
                };
                check_text(
                    &mut invalid,
                    &format!("rows.{project}.{word}"),
                    label,
                    &text,
                    most,
                );
            }
        }
        check_text(
            &mut invalid,
            "zero_reason",
            "零报告说明",
            &self.zero_reason,
            500,
        );
        invalid.into_result()
    }
}

/// What an 附件3 says: frozen at hand-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex3 {
    /// 报送单位.
    pub unit: String,
    /// The last day it tells of.
    pub cut_off: NaiveDate,
    /// Why there is no row; empty where there is one.
    pub zero_reason: String,
    /// Class by class, in printed order.
    pub rows: Vec<Annex3Row>,
}

/// A row as printed, with the revision it tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex3Row {
    /// Of which project.
    pub project: ProjectId,
    /// Its code.
    pub code: String,
    /// The project's revision at the cut-off.
    pub revision: RevisionId,
    /// 类别.
    pub class: CooperationClass,
    /// 合作项目名称.
    pub name: String,
    /// 合作央企名称: several with 、 between them.
    pub partners: String,
    /// Whether it is paused (暂停): printed before the progress.
    pub suspended: bool,
    /// 当前进展情况 as typed.
    pub progress: String,
    /// 存在问题.
    pub problems: String,
    /// 下一步工作计划和重点.
    pub next_steps: String,
    /// The project's contact, unmasked.
    pub contact: String,
    /// The contact that was typed for this return where it is not the project's; else empty.
    pub own_contact: String,
    /// Whether a text says the same as last period's.
    pub repeated: bool,
    /// Whether that was said to be true still.
    pub still_true: bool,
}

/// What stands before the progress of a paused project.
const PAUSED: &str = "暂停";

impl Annex3Row {
    /// 当前进展情况 as printed: a paused project says so, unless the words begin with it.
    pub fn printed_progress(&self) -> String {
        match (self.suspended, self.progress.is_empty()) {
            (true, true) => PAUSED.to_owned(),
            (true, false) if !self.progress.starts_with(PAUSED) => {
                format!("{PAUSED}：{}", self.progress)
            }
            _ => self.progress.clone(),
        }
    }

    /// 联系人及联系方式 as printed.
    pub fn printed_contact(&self) -> &str {
        if self.own_contact.is_empty() {
            &self.contact
        } else {
            &self.own_contact
        }
    }

    /// What was typed of it.
    pub fn texts(&self) -> ProgressTexts {
        ProgressTexts {
            progress: self.progress.clone(),
            problems: self.problems.clone(),
            next_steps: self.next_steps.clone(),
            contact: self.own_contact.clone(),
            still_true: self.still_true,
        }
    }
}

/// The columns of the form after 序号.
pub const COLUMNS: [&str; 7] = [
    "类别",
    "合作项目名称",
    "合作央企名称",
    "当前进展情况",
    "存在问题",
    "下一步工作计划和重点",
    "联系人及联系方式",
];

impl Annex3 {
    /// The cells of a row, in the order of [`COLUMNS`].
    pub fn cells(row: &Annex3Row) -> [String; 7] {
        [
            row.class.label().to_owned(),
            row.name.clone(),
            row.partners.clone(),
            row.printed_progress(),
            row.problems.clone(),
            row.next_steps.clone(),
            row.printed_contact().to_owned(),
        ]
    }

    /// The number of each row: it begins again in each class.
    pub fn numbers(&self) -> Vec<usize> {
        let groups = self.rows.chunk_by(|one, next| one.class == next.class);
        groups.flat_map(|group| 1..=group.len()).collect()
    }

    /// Checks that nothing is missing for submitting it.
    ///
    /// # Errors
    /// [`Invalid`]: `rows.N.progress` (N from 0) where there is no progress, `zero_reason` without any row.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        for (at, (row, number)) in self.rows.iter().zip(self.numbers()).enumerate() {
            if row.progress.is_empty() {
                let (class, name) = (row.class.label(), &row.name);
                invalid.add(
                    &format!("rows.{at}.progress"),
                    format!("{class}第{number}行“{name}”：请填写当前进展情况"),
                );
            }
        }
        if self.rows.is_empty() && self.zero_reason.is_empty() {
            invalid.add("zero_reason", "本期无央企合作项目，请写明理由后作零报告");
        }
        invalid.into_result()
    }

    /// Without what was typed.
    pub fn untyped(&self) -> Self {
        let mut form = self.clone();
        form.zero_reason.clear();
        for row in &mut form.rows {
            for text in [
                &mut row.progress,
                &mut row.problems,
                &mut row.next_steps,
                &mut row.own_contact,
            ] {
                text.clear();
            }
            (row.repeated, row.still_true) = (false, false);
        }
        form
    }

    /// With telephones as those see them who need not call.
    pub fn masked(mut self) -> Self {
        for row in &mut self.rows {
            row.contact = masked(&row.contact);
            row.own_contact = masked(&row.own_contact);
        }
        self
    }
}

/// What a row is made of.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The project.
    pub project: ProjectId,
    /// Its code.
    pub code: &'a str,
    /// The enterprise's revision at the cut-off, as known now.
    pub revision: RevisionId,
    /// What that says.
    pub fields: &'a ProjectFields,
    /// What was handed in of it last, for an earlier period.
    pub last: Option<&'a ProgressTexts>,
    /// What was typed.
    pub typed: Option<&'a ProgressTexts>,
}

/// The row of a project; none when it is not listed.
pub fn row(sources: Sources<'_>, cut_off: NaiveDate) -> Option<Annex3Row> {
    let fields = sources.fields;
    let class = class_of(fields, cut_off)?;
    let texts = match (sources.typed, sources.last) {
        (Some(typed), _) => typed.clone(),
        // That it is true still was said of last period.
        (None, Some(last)) => ProgressTexts {
            still_true: false,
            ..last.clone()
        },
        (None, None) => ProgressTexts::default(),
    };
    let repeated = sources
        .last
        .is_some_and(|last| !texts.repeated(last).is_empty());
    let suspended = fields.suspended.as_ref();
    let contact = fields.contact();
    let own_contact = Some(texts.contact).filter(|own| *own != contact);
    Some(Annex3Row {
        project: sources.project,
        code: sources.code.to_owned(),
        revision: sources.revision,
        class,
        name: fields.name.clone(),
        partners: partners(fields).join("、"),
        suspended: suspended.is_some_and(|halt| halt.on.earliest() <= cut_off),
        progress: texts.progress,
        problems: texts.problems,
        next_steps: texts.next_steps,
        contact,
        own_contact: own_contact.unwrap_or_default(),
        repeated,
        still_true: repeated && texts.still_true,
    })
}

/// The form of an enterprise: the rows class by class, in a class as given.
pub fn form(unit: &str, cut_off: NaiveDate, mut rows: Vec<Annex3Row>, zero_reason: &str) -> Annex3 {
    rows.sort_by_key(|row| row.class);
    Annex3 {
        unit: unit.to_owned(),
        cut_off,
        zero_reason: if rows.is_empty() {
            zero_reason.to_owned()
        } else {
            String::new()
        },
        rows,
    }
}

#[cfg(test)]
mod tests;
