//! People and their telephones, out of cells that hold both.
//!
//! Telephones are found first (what is long enough, or stands in the writing of one); what remains between them are
//! names, once labels, addresses and separators are off. The text as it stands is kept by the caller.

mod names;
mod phones;

use super::{half_width, squeeze};

/// What a cell says about whom to call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Contact {
    pub names: Vec<String>,
    pub phones: Vec<String>,
    pub doubts: Vec<ContactDoubt>,
}

/// What is doubtful about a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ContactDoubt {
    /// Digits that are no telephone number of the usual lengths.
    OddPhone(String),
    /// Longer than names are, or a sentence.
    OddName(String),
    /// Of a fax or QQ: not taken for a telephone.
    NotCalled(String),
    /// 待定, —: nobody is named.
    Open,
}

/// The text in half-width letters, letter by letter, so that places in one are places in the other.
struct Line {
    own: Vec<char>,
    half: Vec<char>,
}

/// Reads the text of a cell.
pub(crate) fn read(text: &str) -> Contact {
    /// Bytes of a contact at most: a dozen people with their numbers. Anything longer is no contact.
    const LONGEST: usize = 1_500;
    if text.len() > LONGEST {
        return Contact {
            doubts: vec![ContactDoubt::OddName(text.chars().take(20).collect())],
            ..Contact::default()
        };
    }
    let squeezed = squeeze(text).to_lowercase();
    if squeezed.is_empty() {
        return Contact::default();
    }
    const OPEN: [&str; 14] = [
        "-", "--", "—", "——", "/", "\\", "*", "无", "暂无", "待定", "未定", "…", "...", "n/a",
    ];
    if OPEN.contains(&squeezed.as_str()) {
        return Contact {
            doubts: vec![ContactDoubt::Open],
            ..Contact::default()
        };
    }
    let own: Vec<char> = text.chars().collect();
    let half = own.iter().map(|c| half_width(*c)).collect();
    let line = Line { own, half };
    let found = phones::find(&line);
    let mut contact = Contact::default();
    let mut rest = String::new();
    let mut at = 0;
    for phone in found {
        rest.extend(&line.own[at..phone.from]);
        // A break between names, so that those on both sides of a number stay two.
        rest.push('\n');
        at = phone.to;
        match phone.kind {
            phones::Kind::Usual => contact.phones.push(phone.text),
            phones::Kind::Odd => {
                contact
                    .doubts
                    .push(ContactDoubt::OddPhone(phone.text.clone()));
                contact.phones.push(phone.text);
            }
            phones::Kind::NotCalled => contact.doubts.push(ContactDoubt::NotCalled(phone.text)),
            phones::Kind::Address => {}
        }
    }
    rest.extend(&line.own[at..]);
    contact.names = names::find(&rest);
    let odd = contact.names.iter().filter(|name| names::is_odd(name));
    contact
        .doubts
        .extend(odd.map(|name| ContactDoubt::OddName(name.clone())));
    drop_repeats(&mut contact.names);
    drop_repeats(&mut contact.phones);
    contact
}

impl Contact {
    /// Adds what another cell says about the same people.
    pub fn join(mut self, other: Self) -> Self {
        self.names.extend(other.names);
        self.phones.extend(other.phones);
        self.doubts.extend(other.doubts);
        drop_repeats(&mut self.names);
        drop_repeats(&mut self.phones);
        self
    }

    /// The names in one text, or none.
    pub fn name(&self) -> Option<String> {
        (!self.names.is_empty()).then(|| self.names.join("、"))
    }

    /// The telephones in one text, or none.
    pub fn phone(&self) -> Option<String> {
        (!self.phones.is_empty()).then(|| self.phones.join("、"))
    }
}

fn drop_repeats(texts: &mut Vec<String>) {
    let mut seen = std::collections::HashSet::new();
    texts.retain(|text| seen.insert(text.clone()));
}

#[cfg(test)]
mod tests;
