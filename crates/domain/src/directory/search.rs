//! Finding enterprises by whatever a clerk remembers of their names.

use chrono::NaiveDate;

use super::{Directory, Folded, InUse, Initials, Record};
use crate::names;

/// How a name fits what was asked, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// It is the legal name.
    Name,
    /// It is a short name, or all the initials.
    ShortName,
    /// A name or short name begins with it.
    Prefix,
    /// A name or short name contains it.
    Within,
    /// Its characters stand in the legal name in this order.
    Scattered,
}

impl Rank {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::ShortName => "short_name",
            Self::Prefix => "prefix",
            Self::Within => "within",
            Self::Scattered => "scattered",
        }
    }
}

/// An enterprise found.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'a> {
    /// The record.
    pub record: &'a Record,
    /// How it fits.
    pub rank: Rank,
    /// Whether the name is borne on the day asked about.
    pub in_use: InUse,
    /// The name borne instead, where this one is not borne any more.
    pub current: Option<&'a Record>,
}

/// Fewer characters stand scattered in too many names.
const SCATTERED_LEAST: usize = 3;
/// As many initials as are looked for within a name.
const INITIALS_LEAST: usize = 3;

impl Directory {
    /// Every record that fits `query`, the best first; among equals those borne on `on` (without a day: now) first. An empty
    /// query finds all. Width and case do not matter; letters are also looked for among the initials.
    pub fn search(&self, query: &str, on: Option<NaiveDate>) -> Vec<Hit<'_>> {
        let key = names::key(query);
        let letters = Initials::letters(&key);
        let ranks = self.folded.iter().enumerate().filter_map(|(at, folded)| {
            let rank = if key.is_empty() {
                Some(Rank::Name)
            } else {
                folded.rank(&key, letters.as_deref())
            };
            rank.map(|rank| (rank, self.in_use(at, on), at))
        });
        let mut found: Vec<_> = ranks.collect();
        found.sort_unstable();
        let hits = found.into_iter().map(|(rank, in_use, at)| Hit {
            record: &self.records[at],
            rank,
            in_use,
            current: Some(self.current_place(at, on))
                .filter(|current| *current != at)
                .map(|current| &self.records[current]),
        });
        hits.collect()
    }

    /// The legal names that stand in a text, longer ones before those within them.
    pub fn named_in(&self, text: &str) -> Vec<&Record> {
        let mut rest = names::key(text);
        let mut by_length: Vec<usize> = (0..self.records.len()).collect();
        by_length.sort_by_key(|at| std::cmp::Reverse(self.folded[*at].name.len()));
        let mut found = Vec::new();
        for at in by_length {
            let name = &self.folded[at].name;
            if rest.contains(name.as_str()) {
                rest = rest.replace(name.as_str(), "\n");
                found.push(&self.records[at]);
            }
        }
        found
    }

    /// To whom a name that is not in the directory may belong, by how it begins: 中国石油天然气股份有限公司. Only those that
    /// fit best.
    pub fn likely(&self, name: &str, on: Option<NaiveDate>) -> Vec<&Record> {
        let key = names::key(name);
        let scored = self.folded.iter().enumerate().filter_map(|(at, folded)| {
            let score = folded.beginning(&key);
            (score >= SCATTERED_LEAST).then_some((score, at))
        });
        let scored: Vec<(usize, usize)> = scored.collect();
        let best = scored.iter().map(|(score, _)| *score).max();
        let mut places: Vec<usize> = scored
            .into_iter()
            .filter(|(score, _)| Some(*score) == best)
            .map(|(_, at)| self.current_place(at, on))
            .collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|at| &self.records[at]).collect()
    }
}

impl Folded {
    fn rank(&self, key: &str, letters: Option<&[u32]>) -> Option<Rank> {
        if self.name == key {
            return Some(Rank::Name);
        }
        let written = || std::iter::once(&self.name).chain(&self.short_names);
        let initials = letters.into_iter().flat_map(|letters| {
            let found = self
                .initials
                .iter()
                .filter_map(move |one| one.find(letters));
            found.map(move |(at, ends)| (at, ends, letters.len()))
        });
        let initials: Vec<_> = initials.collect();
        let any = |test: &dyn Fn(&String) -> bool| written().any(test);
        if any(&|one| one == key) || initials.iter().any(|(at, ends, _)| *at == 0 && *ends) {
            Some(Rank::ShortName)
        } else if any(&|one| one.starts_with(key)) || initials.iter().any(|(at, ..)| *at == 0) {
            Some(Rank::Prefix)
        } else if any(&|one| one.contains(key))
            || initials
                .iter()
                .any(|(.., length)| *length >= INITIALS_LEAST)
        {
            Some(Rank::Within)
        } else {
            self.scattered(key).then_some(Rank::Scattered)
        }
    }

    fn scattered(&self, key: &str) -> bool {
        let mut rest = self.name.chars();
        let in_order = key.chars().all(|one| rest.any(|other| other == one));
        in_order && !key.is_ascii() && key.chars().count() >= SCATTERED_LEAST
    }

    /// How many characters of a longer name are a Chinese short name, or the beginning of the legal name beyond 中国 and one more.
    fn beginning(&self, key: &str) -> usize {
        let short = self
            .short_names
            .iter()
            .filter(|one| !one.is_ascii() && key.starts_with(one.as_str()))
            .map(|one| one.chars().count())
            .max()
            .unwrap_or(0);
        let shared = self
            .name
            .chars()
            .zip(key.chars())
            .take_while(|(a, b)| a == b)
            .count();
        short.max(if shared > SCATTERED_LEAST + 1 {
            shared
        } else {
            0
        })
    }
}
