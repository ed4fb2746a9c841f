//! Directories of enterprises (§4): the central SOEs, built in and corrected by the authority; the provincial ones, kept by it.
//!
//! A record is one legal name with its validity; former names point to their successor. Short names and initials are not
//! unique: whoever asks gets every candidate. Source of the built-in names: `data/README.md`.

mod fields;
mod initials;
mod resolve;
mod search;
mod span;

use std::{collections::HashMap, sync::LazyLock};

use crate::{RecordId, names, partial_date::PartialDate};

pub use fields::RecordFields;
pub use resolve::{Found, Resolution};
pub use search::{Hit, Rank};
pub use span::{InUse, Span};

use initials::Initials;

/// Which directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// 央企.
    Central,
    /// 省属国企.
    Provincial,
}

impl Scope {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Central, Self::Provincial];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Central => "central",
            Self::Provincial => "provincial",
        }
    }

    /// The scope of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Central => "央企",
            Self::Provincial => "省属国企",
        }
    }
}

/// How well a built-in record is attested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// A copy of an official list.
    Official,
    /// The press.
    Press,
    /// Inferred.
    Inferred,
}

impl Certainty {
    /// The letter of the source.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Official => "A",
            Self::Press => "B",
            Self::Inferred => "C",
        }
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Official => "官方名单",
            Self::Press => "媒体报道",
            Self::Inferred => "推断",
        }
    }

    fn read(letter: &str) -> Option<Self> {
        [Self::Official, Self::Press, Self::Inferred]
            .into_iter()
            .find(|one| one.letter() == letter)
    }
}

/// One legal name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The name.
    pub name: String,
    /// Common short names, acronyms, initials.
    pub short_names: Vec<String>,
    /// From when it is borne; none where that is not established.
    pub valid_from: Option<PartialDate>,
    /// Until when.
    pub valid_to: Option<PartialDate>,
    /// The name that followed, or the enterprise that took it in.
    pub successor: Option<String>,
    /// Where this is from.
    pub source: String,
    /// How well it is attested; none for the authority's own.
    pub certainty: Option<Certainty>,
    /// Whether the list of 2025-07-29 has it; the authority's own are in by being kept.
    pub listed: bool,
    /// The authority's record that added or corrected it.
    pub own: Option<RecordId>,
    /// What the authority remarks.
    pub note: String,
}

/// A record made ready for search.
#[derive(Debug, Clone)]
struct Folded {
    name: String,
    short_names: Vec<String>,
    initials: Vec<Initials>,
}

/// A directory.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    records: Vec<Record>,
    folded: Vec<Folded>,
    by_name: HashMap<String, usize>,
    successors: Vec<Option<usize>>,
    predecessors: Vec<Vec<usize>>,
}

static CENTRAL: LazyLock<Directory> = LazyLock::new(|| {
    let rows = include_str!("../../data/central-soes.csv").lines().skip(1);
    Directory::of(rows.filter_map(read_row).collect())
});

/// The central SOEs as built in.
pub fn central() -> &'static Directory {
    &CENTRAL
}

/// What says in a source that the newest official list has the name.
const LISTED: &str = "SASAC list 2025-07-29";

fn read_row(line: &str) -> Option<Record> {
    // Only the source is ever quoted, and it stands last but one.
    let mut cells = line.splitn(6, ',');
    let mut next = || cells.next();
    let (name, short_names) = (next()?.to_owned(), next()?);
    let (from, to, successor, rest) = (next()?, next()?, next()?, next()?);
    let (source, certainty) = rest.rsplit_once(',')?;
    let source = source.trim_matches('"').replace("\"\"", "\"");
    Some(Record {
        name,
        short_names: short_names
            .split(';')
            .filter(|one| !one.is_empty())
            .map(ToOwned::to_owned)
            .collect(),
        valid_from: PartialDate::read(from),
        valid_to: PartialDate::read(to),
        successor: Some(successor.to_owned()).filter(|one| !one.is_empty()),
        certainty: Certainty::read(certainty),
        listed: source.contains(LISTED),
        source,
        own: None,
        note: String::new(),
    })
}

impl Directory {
    /// A directory of these records; of two with the same name the first counts.
    pub fn of(records: Vec<Record>) -> Self {
        let mut directory = Self::default();
        for record in records {
            let key = names::key(&record.name);
            if !directory.by_name.contains_key(&key) {
                directory.by_name.insert(key, directory.records.len());
                directory.records.push(record);
            }
        }
        directory.index();
        directory
    }

    /// This directory with what the authority added and corrected: a known name gets further short names, and its dates,
    /// successor and remarks where they are given; another name is added.
    pub fn with(&self, own: impl IntoIterator<Item = (RecordId, RecordFields)>) -> Self {
        let mut all = Self {
            records: self.records.clone(),
            by_name: self.by_name.clone(),
            ..Self::default()
        };
        for (id, fields) in own {
            let key = names::key(&fields.name);
            match all
                .by_name
                .get(&key)
                .and_then(|at| all.records.get_mut(*at))
            {
                Some(record) => correct(record, id, fields),
                None => {
                    all.by_name.insert(key, all.records.len());
                    all.records.push(added(id, fields));
                }
            }
        }
        all.index();
        all
    }

    fn index(&mut self) {
        self.folded = self.records.iter().map(Folded::of).collect();
        let successors = self.records.iter().map(|record| {
            let key = names::key(record.successor.as_deref()?);
            self.by_name.get(&key).copied()
        });
        self.successors = successors.collect();
        self.predecessors = vec![Vec::new(); self.records.len()];
        for (at, successor) in self.successors.iter().enumerate() {
            if let Some(successor) = successor {
                self.predecessors[*successor].push(at);
            }
        }
    }

    /// Every record, in the order of the source, the authority's own after it.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The record of a legal name, written in any width.
    pub fn named(&self, name: &str) -> Option<&Record> {
        self.place(name).map(|at| &self.records[at])
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.by_name.get(&names::key(name)).copied()
    }

    /// The names that lead to this one directly: former ones, and enterprises it took in.
    pub fn former_names(&self, name: &str) -> Vec<&Record> {
        let places = self.place(name).map(|at| &self.predecessors[at]);
        let places = places.into_iter().flatten();
        places.map(|at| &self.records[*at]).collect()
    }

    /// The names that follow this one, the newest last.
    pub fn successors(&self, name: &str) -> Vec<&Record> {
        let chain = self.place(name).map(|at| self.chain(at));
        let later = chain.into_iter().flatten().skip(1);
        later.map(|at| &self.records[at]).collect()
    }

    /// A place and those that follow it. A ring, which no check lets in, ends where it closes.
    fn chain(&self, at: usize) -> Vec<usize> {
        let mut chain = vec![at];
        while let Some(next) = chain.last().and_then(|last| self.successors[*last]) {
            if chain.contains(&next) {
                break;
            }
            chain.push(next);
        }
        chain
    }
}

fn correct(record: &mut Record, id: RecordId, fields: RecordFields) {
    for short in fields.short_names {
        if !record.short_names.contains(&short) {
            record.short_names.push(short);
        }
    }
    record.valid_from = fields.valid_from.or(record.valid_from);
    record.valid_to = fields.valid_to.or(record.valid_to);
    if !fields.successor.is_empty() {
        record.successor = Some(fields.successor);
    }
    record.source = [record.source.as_str(), fields.source.as_str()]
        .into_iter()
        .filter(|one| !one.is_empty())
        .collect::<Vec<_>>()
        .join("；本单位补充：");
    record.own = Some(id);
    record.note = fields.note;
}

fn added(id: RecordId, fields: RecordFields) -> Record {
    Record {
        name: fields.name,
        short_names: fields.short_names,
        valid_from: fields.valid_from,
        valid_to: fields.valid_to,
        successor: Some(fields.successor).filter(|one| !one.is_empty()),
        source: fields.source,
        certainty: None,
        listed: true,
        own: Some(id),
        note: fields.note,
    }
}

impl Folded {
    fn of(record: &Record) -> Self {
        let written = std::iter::once(&record.name).chain(&record.short_names);
        Self {
            name: names::key(&record.name),
            short_names: record
                .short_names
                .iter()
                .map(|one| names::key(one))
                .collect(),
            initials: written
                .filter(|one| !one.is_ascii())
                .map(|one| Initials::of(one))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests;
