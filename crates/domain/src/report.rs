//! Returns that are texts: 月报, 年度总结, 次年工作思路和计划 (notice 三（四）（五）). Titled sections, figures from the data,
//! attached files.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{library::masked, names, period::ReturnKind, person::Invalid, typed::check_text};

/// Characters of a section at most.
pub const SECTION_MOST: usize = 5000;
/// Files attached to a report at most.
pub const FILES_MOST: usize = 20;

/// A section of a kind of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section {
    /// The stored word.
    pub word: &'static str,
    /// As printed.
    pub title: &'static str,
    /// What belongs into it.
    pub hint: &'static str,
    /// Whether a report must not lack it.
    pub required: bool,
}

const fn section(
    word: &'static str,
    title: &'static str,
    hint: &'static str,
    required: bool,
) -> Section {
    Section {
        word,
        title,
        hint,
        required,
    }
}

/// 月报: “定期总结研判招商引资工作，分类梳理项目进展情况和先进经验做法”.
const MONTHLY: [Section; 5] = [
    section(
        "work",
        "工作进展",
        "本月开展的招商引资工作，目标任务完成进度",
        true,
    ),
    section(
        "projects",
        "项目进展情况",
        "分类梳理：在谈、签约、落地、开工项目的进展",
        true,
    ),
    section(
        "practice",
        "经验做法",
        "可供推广的先进经验做法，没有可不填",
        false,
    ),
    section(
        "problems",
        "存在问题",
        "困难和需要协调的事项，没有可不填",
        false,
    ),
    section("next", "下一步计划", "下月工作安排", true),
];
/// 年度总结: “及时总结2017年招商引资工作”.
const SUMMARY: [Section; 5] = [
    section("work", "全年工作情况", "主要工作，目标任务完成情况", true),
    section(
        "projects",
        "项目推进情况",
        "分类梳理：在谈、签约、落地、开工、投产项目",
        true,
    ),
    section(
        "practice",
        "经验做法",
        "可供推广的先进经验做法，没有可不填",
        false,
    ),
    section(
        "problems",
        "存在问题",
        "困难、不足和原因，没有可不填",
        false,
    ),
    section("next", "下一步打算", "下年度工作安排", true),
];
/// 次年计划: “提前谋划2018年招商引资工作思路，提出具体工作计划和推进举措”.
const PLAN: [Section; 4] = [
    section("ideas", "工作思路", "次年招商引资的总体思路和目标", true),
    section("plan", "具体工作计划", "重点项目、时间安排、责任人", true),
    section("measures", "推进举措", "保障计划落实的措施", true),
    section(
        "reserve",
        "项目谋划储备",
        "拟储备的重点项目及其条件，没有可不填",
        false,
    ),
];

/// The sections of a kind; none for tables.
pub const fn sections(kind: ReturnKind) -> &'static [Section] {
    match kind {
        ReturnKind::Monthly => &MONTHLY,
        ReturnKind::YearlySummary => &SUMMARY,
        ReturnKind::NextYearPlan => &PLAN,
        ReturnKind::Annex2 | ReturnKind::Annex3 => &[],
    }
}

/// What is typed into a report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportInput {
    /// By the word of the section.
    pub sections: BTreeMap<String, String>,
    /// Whether it goes without the figures that the system knows.
    pub without_figures: bool,
}

impl ReportInput {
    /// The text of the section at this place.
    pub fn section(&self, kind: ReturnKind, place: i64) -> &str {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        let section = sections(kind).get(place);
        section.map_or("", |section| self.text(section.word))
    }

    /// The text of a section.
    pub fn text(&self, word: &str) -> &str {
        self.sections.get(word).map_or("", String::as_str)
    }

    /// As it is stored: NFC, outer white space off, empty sections left out.
    pub fn tidied(mut self) -> Self {
        for text in self.sections.values_mut() {
            *text = names::tidy_text(text);
        }
        self.sections.retain(|_, text| !text.is_empty());
        self
    }

    /// Checks what would be saved.
    ///
    /// # Errors
    /// [`Invalid`] by field: `sections.WORD`.
    pub fn check(&self, kind: ReturnKind) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        for (word, text) in &self.sections {
            let field = format!("sections.{word}");
            match sections(kind).iter().find(|one| one.word == word) {
                Some(section) => {
                    check_text(&mut invalid, &field, section.title, text, SECTION_MOST);
                }
                None => invalid.add(&field, "这种材料没有这一部分，请对照接口说明"),
            }
        }
        invalid.into_result()
    }
}

/// What a report says: frozen at hand-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Of which kind.
    pub of: ReturnKind,
    /// 报送单位.
    pub unit: String,
    /// The last day it tells of.
    pub cut_off: NaiveDate,
    /// Every section of the kind, in printed order.
    pub sections: Vec<SectionText>,
    /// What the system knew; empty where it was left out.
    pub figures: Vec<Figure>,
    /// Files that go with it.
    pub files: Vec<AttachedFile>,
}

/// A section with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionText {
    /// Its word.
    pub word: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
}

/// A figure that the system knew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// With its unit; — where it is not known.
    pub value: String,
}

/// A file that goes with a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachedFile {
    /// Its number in the return.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// SM3 of its bytes.
    pub sm3: String,
    /// In bytes.
    pub size: i64,
}

/// The columns of a report as a table, after 序号.
pub const COLUMNS: [&str; 2] = ["栏目", "内容"];
/// Where the keys of the figures' rows begin; sections have their places, files negative keys.
const FIGURES_FROM: i64 = 1000;

impl Report {
    /// The report of an enterprise, of what was typed.
    pub fn new(
        (of, unit, cut_off): (ReturnKind, &str, NaiveDate),
        input: &ReportInput,
        figures: Vec<Figure>,
        files: Vec<AttachedFile>,
    ) -> Self {
        let texts = sections(of).iter().map(|section| SectionText {
            word: section.word.to_owned(),
            title: section.title.to_owned(),
            text: input.text(section.word).to_owned(),
        });
        Self {
            of,
            unit: unit.to_owned(),
            cut_off,
            sections: texts.collect(),
            figures: if input.without_figures {
                Vec::new()
            } else {
                figures
            },
            files,
        }
    }

    /// As printed: `2017年11月招商引资工作月报`, `2017年招商引资工作总结`, `2018年招商引资工作思路和计划`.
    pub fn title(&self) -> String {
        title(self.of, self.cut_off)
    }

    /// Its rows as a table: sections, figures, files.
    pub fn rows(&self) -> Vec<(i64, Vec<String>)> {
        let sections = (0..).zip(&self.sections).map(|(key, section)| {
            let cells = vec![section.title.clone(), section.text.clone()];
            (key, cells)
        });
        let figures = (FIGURES_FROM..)
            .zip(&self.figures)
            .map(|(key, figure)| (key, vec![figure.label.clone(), figure.value.clone()]));
        let files = self.files.iter().map(|file| {
            let name = format!("附件《{}》", file.name);
            (-file.id, vec![name, format!("SM3 {}", file.sm3)])
        });
        sections.chain(figures).chain(files).collect()
    }

    /// Checks that nothing is missing for submitting it.
    ///
    /// # Errors
    /// [`Invalid`]: `sections.WORD` for a section that is required and empty.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        for section in sections(self.of).iter().filter(|one| one.required) {
            let there = self
                .sections
                .iter()
                .any(|one| one.word == section.word && !one.text.is_empty());
            if !there {
                invalid.add(
                    &format!("sections.{}", section.word),
                    format!("请填写“{}”", section.title),
                );
            }
        }
        invalid.into_result()
    }

    /// Without what was typed or attached.
    pub fn untyped(&self) -> Self {
        let mut report = self.clone();
        report.figures.clear();
        report.files.clear();
        for section in &mut report.sections {
            section.text.clear();
        }
        report
    }

    /// With telephones as those see them who need not call.
    pub fn masked(mut self) -> Self {
        for section in &mut self.sections {
            section.text = masked(&section.text);
        }
        self
    }
}

/// The title of a report of a kind.
pub fn title(of: ReturnKind, cut_off: NaiveDate) -> String {
    let (year, month) = (cut_off.year(), cut_off.month());
    match of {
        ReturnKind::Monthly => format!("{year}年{month}月招商引资工作月报"),
        ReturnKind::YearlySummary => format!("{year}年招商引资工作总结"),
        ReturnKind::NextYearPlan => format!("{}年招商引资工作思路和计划", year + 1),
        ReturnKind::Annex2 | ReturnKind::Annex3 => of.title().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn input(kind: ReturnKind) -> ReportInput {
        let filled = sections(kind)
            .iter()
            .filter(|one| one.required)
            .map(|one| (one.word.to_owned(), format!("{}若干", one.title)));
        ReportInput {
            sections: filled.collect(),
            without_figures: false,
        }
    }

    fn report(kind: ReturnKind, input: &ReportInput) -> Report {
        let figure = Figure {
            label: "完成率".into(),
            value: "36.96%".into(),
        };
        let file = AttachedFile {
            id: 7,
            name: "明细.xlsx".into(),
            sm3: "ab".into(),
            size: 3,
        };
        Report::new(
            (kind, "甲", day("2017-11-30")),
            input,
            vec![figure],
            vec![file],
        )
    }

    #[test]
    fn what_is_required_is_asked_for_by_section() {
        for kind in [
            ReturnKind::Monthly,
            ReturnKind::YearlySummary,
            ReturnKind::NextYearPlan,
        ] {
            let full = input(kind);
            assert!(report(kind, &full).check().is_ok());
            for section in sections(kind) {
                let mut lacking = full.clone();
                lacking.sections.insert(section.word.into(), " \n".into());
                let asked = report(kind, &lacking.tidied()).check().is_err();
                assert_eq!(asked, section.required, "{}", section.title);
            }
        }
    }

    #[test]
    fn titles_name_the_year_they_are_for() {
        let title = |kind| title(kind, day("2017-11-30"));
        assert_eq!(title(ReturnKind::Monthly), "2017年11月招商引资工作月报");
        assert_eq!(title(ReturnKind::YearlySummary), "2017年招商引资工作总结");
        assert_eq!(
            title(ReturnKind::NextYearPlan),
            "2018年招商引资工作思路和计划"
        );
    }

    #[test]
    fn figures_can_be_left_out_and_files_are_told_by_their_hash() {
        let mut typed = input(ReturnKind::Monthly);
        let rows = report(ReturnKind::Monthly, &typed).rows();
        assert_eq!(rows.len(), 5 + 1 + 1);
        assert_eq!(
            rows[6],
            (-7, vec!["附件《明细.xlsx》".into(), "SM3 ab".into()])
        );
        typed.without_figures = true;
        assert!(report(ReturnKind::Monthly, &typed).figures.is_empty());
    }

    #[test]
    fn sections_of_another_kind_are_refused() {
        let typed = input(ReturnKind::NextYearPlan);
        assert!(typed.check(ReturnKind::NextYearPlan).is_ok());
        let refused = typed.check(ReturnKind::Monthly).unwrap_err();
        assert_eq!(refused.fields[0].0, "sections.ideas");
        let mut long = typed;
        long.sections
            .insert("ideas".into(), "长".repeat(SECTION_MOST + 1));
        assert!(long.check(ReturnKind::NextYearPlan).is_err());
    }
}
