//! Which enterprise a written name means, and what it is called now.

use chrono::NaiveDate;

use super::{Directory, InUse, Record};
use crate::names;

/// The enterprise a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'a> {
    /// The record of the name.
    pub record: &'a Record,
    /// Whether that name is borne on the day asked about.
    pub in_use: InUse,
    /// The legal name on that day: where the name is former, the one its successors lead to.
    pub current: &'a Record,
}

/// What a written name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution<'a> {
    /// One enterprise.
    One(Found<'a>),
    /// A name that was not borne yet: another firm's, or a slip of the date.
    NotYet(Found<'a>),
    /// A short name of several.
    Several(Vec<Found<'a>>),
    /// None.
    Unknown,
}

impl<'a> Resolution<'a> {
    /// The one enterprise, if it is one.
    pub fn one(&self) -> Option<Found<'a>> {
        match self {
            Self::One(found) => Some(*found),
            _ => None,
        }
    }
}

impl Directory {
    /// What `name` means on `on`; without a day, now. A legal name counts before a short name.
    pub fn resolve(&self, name: &str, on: Option<NaiveDate>) -> Resolution<'_> {
        let key = names::key(name);
        if key.is_empty() {
            return Resolution::Unknown;
        }
        if let Some(at) = self.by_name.get(&key) {
            let found = self.found(*at, on);
            return match found.in_use {
                InUse::NotYet => Resolution::NotYet(found),
                _ => Resolution::One(found),
            };
        }
        let called = |at: &usize| self.folded[*at].short_names.contains(&key);
        let called: Vec<usize> = (0..self.records.len()).filter(called).collect();
        self.among(called, on)
    }

    /// Short names are shared by former and current names, and by several enterprises.
    fn among(&self, mut places: Vec<usize>, on: Option<NaiveDate>) -> Resolution<'_> {
        let in_use = |at: &usize| self.in_use(*at, on);
        if places.iter().any(|at| in_use(at) != InUse::NotYet) {
            places.retain(|at| in_use(at) != InUse::NotYet);
        }
        if places.iter().any(|at| in_use(at) != InUse::Former) {
            places.retain(|at| in_use(at) != InUse::Former);
        }
        // Of names that follow one another the last stands for all.
        let all = places.clone();
        places.retain(|at| {
            !self
                .chain(*at)
                .iter()
                .skip(1)
                .any(|next| all.contains(next))
        });
        places.sort_by_key(|at| self.current_place(*at, on));
        places.dedup_by_key(|at| self.current_place(*at, on));
        let mut found: Vec<Found<'_>> = places.into_iter().map(|at| self.found(at, on)).collect();
        match (found.len(), found.pop()) {
            (1, Some(one)) if one.in_use == InUse::NotYet => Resolution::NotYet(one),
            (1, Some(one)) => Resolution::One(one),
            (_, Some(last)) => {
                found.push(last);
                Resolution::Several(found)
            }
            (_, None) => Resolution::Unknown,
        }
    }

    fn found(&self, at: usize, on: Option<NaiveDate>) -> Found<'_> {
        Found {
            record: &self.records[at],
            in_use: self.in_use(at, on),
            current: &self.records[self.current_place(at, on)],
        }
    }

    /// Where the successors of a former name lead to on a day; the place itself while the name is, or may be, borne.
    pub(super) fn current_place(&self, at: usize, on: Option<NaiveDate>) -> usize {
        let chain = self.chain(at);
        let borne = chain
            .iter()
            .copied()
            .find(|at| self.in_use(*at, on) != InUse::Former);
        borne.or(chain.last().copied()).unwrap_or(at)
    }

    /// What a person who reads `name` should know on `on`: 现为…, that it was not borne yet, that it is ambiguous or unknown.
    /// None for a legal name that is borne.
    pub fn remark(&self, name: &str, on: NaiveDate) -> Option<String> {
        let legal = |record: &Record| names::key(&record.name) == names::key(name);
        match self.resolve(name, Some(on)) {
            Resolution::One(found) if found.in_use == InUse::Former => {
                Some(match found.current.name == found.record.name {
                    true => "已停用，去向未载入名录".to_owned(),
                    false => format!("现为“{}”", found.current.name),
                })
            }
            Resolution::One(found) if found.in_use == InUse::Unsure && legal(found.record) => {
                let later = self.successors(name);
                let later = later.first().map(|later| later.name.as_str());
                Some(match later {
                    Some(later) => format!("更名日期未考证，可能已更名为“{later}”"),
                    None => "启用日期未考证，可能还在用旧名".to_owned(),
                })
            }
            Resolution::One(found) if legal(found.record) => None,
            Resolution::One(found) => Some(format!("即“{}”", found.current.name)),
            Resolution::NotYet(found) => {
                let from = found
                    .record
                    .valid_from
                    .map(crate::partial_date::PartialDate::print_long);
                let from = from.unwrap_or_else(|| "较晚时候".to_owned());
                Some(format!(
                    "“{}”自{from}起才是这家企业的名称，此前可能是另一家企业，请核对",
                    found.record.name
                ))
            }
            Resolution::Several(found) => {
                let all: Vec<&str> = found.iter().map(|one| one.current.name.as_str()).collect();
                Some(format!("可能是：{}；请填写全称", all.join("、")))
            }
            Resolution::Unknown => Some(match self.likely(name, Some(on)).as_slice() {
                [] => "名录里没有这个名称".to_owned(),
                likely => {
                    let all: Vec<&str> = likely.iter().map(|one| one.name.as_str()).collect();
                    format!("名录里没有这个名称，可能属于：{}", all.join("、"))
                }
            }),
        }
    }

    /// When the name of a record was borne; none when it is not of this directory.
    pub fn span_of(&self, name: &str) -> Option<super::Span> {
        self.place(name).map(|at| self.span(at))
    }
}
