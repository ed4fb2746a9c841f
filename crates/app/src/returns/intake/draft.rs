//! A row being made, of whichever form: its cells, what is doubted, what is asked, which project it means.

use std::collections::BTreeMap;

use domain::{ProjectId, matching, names};

use super::{
    answers::{Choice, RowAnswer, field_of},
    preview::{CellChange, Context, How, IntakeCell, IntakeRow, Named, Said, Target},
};

/// Headers of further columns that hold a project's code.
const CODE_WORDS: [&str; 4] = ["编号", "编码", "代码", "项目号"];
/// Headers of further columns that name the unit of a row, as in a collected table.
const UNIT_WORDS: [&str; 5] = ["单位", "报送单位", "填报单位", "企业", "企业名称"];
/// The longest reason of a revision.
pub(super) const REASON_MOST: usize = 500;

/// One row being made.
pub(super) struct Draft<'a, R> {
    pub context: &'a Context<'a>,
    pub read: &'a R,
    /// Columns that the form does not have.
    pub extra: &'a BTreeMap<String, String>,
    pub said: &'a Said<'a>,
    pub answer: RowAnswer,
    pub cells: Vec<IntakeCell>,
    pub doubts: Vec<String>,
    pub open: Vec<(&'static str, String)>,
}

impl<'a, R> Draft<'a, R> {
    /// Of a row that was read; `about` are the fields whose doubts stand with their cells.
    pub(super) fn new(
        context: &'a Context<'a>,
        read: &'a R,
        extra: &'a BTreeMap<String, String>,
        said: &'a Said<'a>,
        about: &[&str],
    ) -> Self {
        let answer = context.answers.rows.get(&said.number).cloned();
        Self {
            context,
            read,
            extra,
            said,
            answer: answer.unwrap_or_default(),
            cells: Vec::new(),
            doubts: said.beside(about),
            open: Vec::new(),
        }
    }

    /// Adds a cell and gives what is taken of it.
    pub(super) fn cell(
        &mut self,
        field: &'static str,
        label: &'static str,
        read: &str,
        about: &[&str],
    ) -> String {
        let raw = [field, "contact_raw"]
            .into_iter()
            .filter(|key| *key == field || field.starts_with("contact"))
            .find_map(|key| self.said.raw(key));
        let (raw, place) = raw.unwrap_or_else(|| (read.to_owned(), String::new()));
        let corrected = self.answer.text(field);
        let doubts = match corrected {
            Some(_) => Vec::new(),
            None => about.iter().flat_map(|key| self.said.of(key)).collect(),
        };
        let value = corrected.clone().unwrap_or_else(|| read.to_owned());
        self.cells.push(IntakeCell {
            field,
            label,
            raw,
            place,
            value: value.clone(),
            read: read.to_owned(),
            corrected: corrected.is_some(),
            doubts,
            before: None,
            change: CellChange::None,
        });
        value
    }

    pub(super) fn at(&mut self, field: &str) -> Option<&mut IntakeCell> {
        self.cells.iter_mut().find(|cell| cell.field == field)
    }

    pub(super) fn has_doubt(&self, field: &str) -> bool {
        self.cells
            .iter()
            .any(|cell| cell.field == field && !cell.doubts.is_empty())
    }

    pub(super) fn doubt(&mut self, field: &str, why: &str) {
        if let Some(cell) = self.at(field).filter(|cell| !cell.corrected) {
            cell.doubts.push(why.to_owned());
        }
    }

    pub(super) fn ask(&mut self, field: &'static str, why: impl Into<String>) {
        self.open.push((field, why.into()));
    }

    /// A row that names another enterprise is none of this return.
    pub(super) fn check_unit(&mut self) {
        let own = self.context.found.unit.id;
        let other = self.extra.iter().find_map(|(header, value)| {
            let names_unit = UNIT_WORDS.contains(&names::key(header).as_str());
            let unit = names_unit.then(|| self.context.names(value)).flatten()?;
            (unit != own).then(|| value.clone())
        });
        if let Some(other) = other {
            self.ask(
                "project",
                format!("写的单位是“{other}”，不是本单位，请勾选不导入此行"),
            );
        }
    }

    pub(super) fn named(&self, id: ProjectId, why: &str) -> Option<Named> {
        let (project, head) = self.context.library.own.get(&id)?;
        Some(Named {
            id,
            code: project.code.clone(),
            name: head.fields.name.clone(),
            why: why.to_owned(),
        })
    }

    /// Which project the row means; one that nothing is like is new where the row is `added`.
    pub(super) fn target(
        &mut self,
        name: &str,
        investment: Option<domain::Money>,
        added: bool,
    ) -> Target {
        let known = |draft: &Self, id, how| {
            draft
                .named(id, "")
                .map(|project| Target::Known { project, how })
        };
        match self.answer.project {
            Some(Choice::New(_)) => return Target::New,
            Some(Choice::Project(id)) => {
                if let Some(target) = known(self, id, How::Chosen) {
                    return target;
                }
                self.ask("project", "所选的项目不在本单位的项目库里，请重新选择");
                return Target::Asked { likely: Vec::new() };
            }
            None => {}
        }
        let codes = self.extra.iter().filter_map(|(header, value)| {
            let key = names::key(header);
            CODE_WORDS
                .iter()
                .any(|word| key.contains(word))
                .then_some(value.as_str())
        });
        let found = self.context.library.index.find(codes, name, investment);
        let asked = |draft: &Self, likely: &[matching::Likely]| Target::Asked {
            likely: likely
                .iter()
                .filter_map(|one| draft.named(one.id, &one.why))
                .collect(),
        };
        match found {
            matching::Found::Code(id) => known(self, id, How::Code).unwrap_or(Target::New),
            matching::Found::Name(id) => known(self, id, How::Name).unwrap_or(Target::New),
            matching::Found::Likely(likely) => asked(self, &likely),
            matching::Found::Nothing if added && !name.is_empty() => Target::New,
            matching::Found::Nothing => asked(self, &[]),
        }
    }

    /// That another enterprise may have a new project already.
    pub(super) fn doubt_twin(&mut self, name: &str) {
        if self.context.library.others.has_twin(name) {
            self.doubts
                .push("别的单位可能已有这个项目，请与国资委招商引资处联系核实".to_owned());
        }
    }

    pub(super) fn cell_text(&self, field: &str) -> String {
        let cell = self.cells.iter().find(|cell| cell.field == field);
        cell.map(|cell| cell.value.clone()).unwrap_or_default()
    }
}

/// Says what is asked about a row that is not left out.
pub(super) fn ask_all(
    row: &IntakeRow,
    asked: Vec<(&'static str, String)>,
    open: &mut domain::person::Invalid,
) {
    if row.answer.skip {
        return;
    }
    for (field, why) in asked {
        let field = field_of(row.number, field);
        open.add(&field, format!("第{}行“{}”：{why}", row.number, row.name));
    }
}

pub(super) fn text(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or("")
}

/// The same but for blanks, width and case; an apostrophe before what looks like a formula is csv's.
pub(super) fn same_text(old: &str, new: &str) -> bool {
    let (old, new) = (names::key(old), names::key(new));
    old == new || new.strip_prefix('\'').is_some_and(|rest| rest == old)
}

/// The same names or telephones, however they are strung together.
pub(super) fn same_parts(old: &str, new: &str) -> bool {
    let parts = |text: &str| {
        let mut parts: Vec<String> = text
            .split(|c: char| "、，,；;/／ \u{3000}\n".contains(c))
            .map(|part| names::key(part).replace(['-', '－', '—'], ""))
            .filter(|part| !part.is_empty())
            .collect();
        parts.sort();
        parts
    };
    parts(old) == parts(new)
}
