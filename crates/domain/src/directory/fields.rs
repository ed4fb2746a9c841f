//! What the authority keeps of an enterprise: a further one, further short names, a correction.

use serde::{Deserialize, Serialize};

use super::{Directory, Scope};
use crate::{names, partial_date::PartialDate, person::Invalid};

/// Short names of one record at most.
const SHORT_NAMES_MOST: usize = 20;

/// A name the authority keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordFields {
    /// The legal name. One that is built in is corrected, another one added.
    pub name: String,
    /// Short names, acronyms, initials.
    pub short_names: Vec<String>,
    /// From when the name is borne.
    pub valid_from: Option<PartialDate>,
    /// Until when.
    pub valid_to: Option<PartialDate>,
    /// The legal name that followed; empty when none did.
    pub successor: String,
    /// Where the officer has it from.
    pub source: String,
    /// Remarks.
    pub note: String,
}

impl RecordFields {
    /// As it is stored.
    pub fn tidied(self) -> Self {
        let mut short_names: Vec<String> = Vec::new();
        for one in self.short_names {
            let one = names::tidy(&one);
            if !one.is_empty() && !short_names.contains(&one) {
                short_names.push(one);
            }
        }
        Self {
            name: names::tidy(&self.name),
            short_names,
            successor: names::tidy(&self.successor),
            source: names::tidy(&self.source),
            note: names::tidy_text(&self.note),
            ..self
        }
    }

    /// Checks what would be saved; `others` is the directory without this record.
    ///
    /// # Errors
    /// [`Invalid`] by field: lengths, dates the wrong way round, a successor that is unknown or leads back here.
    pub fn check(&self, scope: Scope, others: &Directory) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        if self.name.is_empty() {
            invalid.add("name", "请填写企业全称");
        }
        if self.source.is_empty() {
            invalid.add("source", "请填写依据，例如 省国资委2017年企业名录");
        }
        for (field, label, text, most) in [
            ("name", "企业全称", &self.name, 80),
            ("successor", "现用名", &self.successor, 80),
            ("source", "依据", &self.source, 300),
            ("note", "备注", &self.note, 500),
        ] {
            if text.chars().count() > most {
                invalid.add(field, format!("{label}请控制在{most}个字以内"));
            }
        }
        let long = |one: &String| one.chars().count() > 40;
        if self.short_names.iter().any(long) || self.short_names.len() > SHORT_NAMES_MOST {
            invalid.add("short_names", "简称每个请控制在40个字以内，最多20个");
        }
        self.check_dates(&mut invalid);
        self.check_successor(others, &mut invalid);
        self.check_use(scope, others, &mut invalid);
        invalid.into_result()
    }

    fn check_dates(&self, invalid: &mut Invalid) {
        if let (Some(from), Some(to)) = (self.valid_from, self.valid_to)
            && to.latest() < from.earliest()
        {
            invalid.add("valid_to", "停用日期早于启用日期，请核对");
        }
        if !self.successor.is_empty() && self.valid_to.is_none() {
            invalid.add("valid_to", "填了现用名，请同时填写旧名的停用日期");
        }
    }

    fn check_successor(&self, others: &Directory, invalid: &mut Invalid) {
        if self.successor.is_empty() {
            return;
        }
        if names::key(&self.successor) == names::key(&self.name) {
            invalid.add("successor", "现用名不能与本名相同");
        } else if others.named(&self.successor).is_none() {
            invalid.add(
                "successor",
                format!("名录里没有“{}”，请先新增现用名", self.successor),
            );
        } else if others
            .successors(&self.successor)
            .iter()
            .any(|later| names::key(&later.name) == names::key(&self.name))
        {
            invalid.add("successor", "这样会互为现用名，请核对");
        }
    }

    /// A correction that says nothing is a slip.
    fn check_use(&self, scope: Scope, others: &Directory, invalid: &mut Invalid) {
        let says = !self.short_names.is_empty()
            || self.valid_from.is_some()
            || self.valid_to.is_some()
            || !self.note.is_empty();
        if scope == Scope::Central && !says && others.named(&self.name).is_some() {
            invalid.add(
                "name",
                "名录里已有这家企业；补充时请至少填写一个简称、日期或备注",
            );
        }
    }
}
