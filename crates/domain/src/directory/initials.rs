//! Pinyin initials of a name. A character read in several ways (长、重、行) counts with the initial of each.

use pinyin::ToPinyinMulti;

/// The possible initials at each place of a name: bit 0 is `a`.
#[derive(Debug, Clone)]
pub(super) struct Initials(Vec<u32>);

fn bit(letter: char) -> Option<u32> {
    let letter = letter.to_ascii_lowercase();
    letter
        .is_ascii_lowercase()
        .then(|| 1 << (u32::from(letter) - u32::from('a')))
}

impl Initials {
    /// Of a name; what has no initial (brackets, digits) is passed over.
    pub fn of(name: &str) -> Self {
        let places = name.chars().filter_map(|one| {
            bit(one).or_else(|| {
                let readings = one.to_pinyin_multi()?;
                let letters = readings
                    .into_iter()
                    .filter_map(|reading| reading.plain().chars().next().and_then(bit));
                Some(letters.fold(0, |all, letter| all | letter)).filter(|all| *all != 0)
            })
        });
        Self(places.collect())
    }

    /// Where these letters first stand, and whether nothing follows them.
    pub fn find(&self, letters: &[u32]) -> Option<(usize, bool)> {
        if letters.is_empty() {
            return None;
        }
        let at = self.0.windows(letters.len()).position(|window| {
            window
                .iter()
                .zip(letters)
                .all(|(has, wanted)| has & wanted != 0)
        })?;
        Some((at, at + letters.len() == self.0.len()))
    }

    /// Letters to look for; none when the query is not letters only.
    pub fn letters(query: &str) -> Option<Vec<u32>> {
        let letters: Option<Vec<u32>> = query.chars().map(bit).collect();
        letters.filter(|letters| letters.len() > 1)
    }
}
