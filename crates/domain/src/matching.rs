//! Which project of a library a row of a file means: by its code, then by its name, then as a likely twin (§3). All rows
//! of a file ask the same index, so that no row costs a query.

use std::collections::{BTreeMap, HashMap};

use crate::{Money, ProjectId, library::name_core, names};

/// What is known of a project for finding it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its number.
    pub id: ProjectId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Total investment.
    pub investment: Option<Money>,
    /// Whether it has left the library.
    pub left: bool,
}

/// A project that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likely {
    /// Which.
    pub id: ProjectId,
    /// Why, in words.
    pub why: String,
    /// How like, 0 to 100.
    score: u32,
}

/// What was found for a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The row names the code.
    Code(ProjectId),
    /// One project has that name.
    Name(ProjectId),
    /// To be asked; the likeliest first.
    Likely(Vec<Likely>),
    /// Nothing like it.
    Nothing,
}

/// Told of at most.
const LIKELY_MOST: usize = 5;
/// A pair of characters that more projects than this have, and more than a tenth of all, tells nothing.
const COMMON: usize = 60;
/// How like names are that are almost the same, near each other, and near where the amounts are as well; of 100.
const ALMOST: u32 = 85;
const NEAR: u32 = 60;
const NEAR_WITH_AMOUNT: u32 = 50;

/// Projects indexed by what rows name them with.
#[derive(Debug, Default)]
pub struct Index {
    known: Vec<Known>,
    cores: Vec<String>,
    /// Characters of each core, and its pairs in order.
    lengths: Vec<usize>,
    pairs_of: Vec<Vec<Pair>>,
    codes: HashMap<String, usize>,
    names: HashMap<String, Vec<usize>>,
    hearts: HashMap<String, Vec<usize>>,
    pairs: HashMap<Pair, Vec<usize>>,
}

/// Neighbouring characters.
type Pair = (char, char);

impl Index {
    /// Of these projects.
    pub fn of(known: Vec<Known>) -> Self {
        let mut index = Self::default();
        for (at, one) in known.iter().enumerate() {
            let core = name_core(&one.name);
            index.codes.insert(names::key(&one.code), at);
            index
                .names
                .entry(names::key(&one.name))
                .or_default()
                .push(at);
            let pairs = pairs(&core);
            for pair in &pairs {
                index.pairs.entry(*pair).or_default().push(at);
            }
            index.pairs_of.push(pairs);
            index.lengths.push(core.chars().count());
            index.hearts.entry(core.clone()).or_default().push(at);
            index.cores.push(core);
        }
        index.known = known;
        index
    }

    /// Which project a row means. `codes` are texts of the row that may be a code; a name that several have is asked
    /// about, unless one of them alone is still in the library.
    pub fn find<'a>(
        &self,
        codes: impl IntoIterator<Item = &'a str>,
        name: &str,
        investment: Option<Money>,
    ) -> Found {
        let mut codes = codes.into_iter();
        if let Some(at) = codes.find_map(|code| self.codes.get(&names::key(code))) {
            return Found::Code(self.known[*at].id);
        }
        let key = names::key(name);
        if key.is_empty() {
            return Found::Nothing;
        }
        let same = self.names.get(&key).map_or(&[][..], Vec::as_slice);
        let staying: Vec<usize> = same
            .iter()
            .copied()
            .filter(|at| !self.known[*at].left)
            .collect();
        match (same, staying.as_slice()) {
            ([], _) => {}
            ([one], _) | (_, [one]) => return Found::Name(self.known[*one].id),
            (several, _) => {
                let likely = several.iter().map(|at| Likely {
                    id: self.known[*at].id,
                    why: "名称相同".to_owned(),
                    score: 100,
                });
                return Found::Likely(likely.take(LIKELY_MOST).collect());
            }
        }
        let mut likely = self.likely(name, investment);
        likely.sort_by_key(|one| (std::cmp::Reverse(one.score), one.id));
        likely.truncate(LIKELY_MOST);
        if likely.is_empty() {
            Found::Nothing
        } else {
            Found::Likely(likely)
        }
    }

    /// Whether a project has the same heart of its name, or nearly so.
    pub fn has_twin(&self, name: &str) -> bool {
        let core = name_core(name);
        if core.is_empty() {
            return false;
        }
        let own = pairs(&core);
        let twin = |shared, others| dice(shared, own.len(), others) >= ALMOST;
        self.hearts.contains_key(&core) || !self.shared(&own, twin).is_empty()
    }

    fn likely(&self, name: &str, investment: Option<Money>) -> Vec<Likely> {
        let core = name_core(name);
        let length = core.chars().count();
        let mut found: BTreeMap<usize, (u32, &str)> = BTreeMap::new();
        for at in self.hearts.get(&core).into_iter().flatten() {
            found.insert(*at, (100, "名称几乎相同"));
        }
        let own = pairs(&core);
        // One name within another has all its pairs there.
        let within = |shared: usize, others: usize| shared >= own.len().min(others);
        let worth = |shared, others| {
            dice(shared, own.len(), others) >= NEAR_WITH_AMOUNT || within(shared, others)
        };
        for (at, shared) in self.shared(&own, worth) {
            let (other, others) = (&self.cores[at], self.pairs_of[at].len());
            let alike = dice(shared, own.len(), others);
            let contained = within(shared, others)
                && length.min(self.lengths[at]) >= 4
                && (other.contains(&core) || core.contains(other.as_str()));
            let amount = near(investment, self.known[at].investment);
            let why = match () {
                () if alike >= ALMOST => "名称几乎相同",
                () if contained => "名称互相包含",
                () if alike >= NEAR_WITH_AMOUNT && amount => "名称相近，投资额相近",
                () if alike >= NEAR => "名称相近",
                () => continue,
            };
            found.entry(at).or_insert((alike, why));
        }
        let likely = found.into_iter().map(|(at, (score, why))| Likely {
            id: self.known[at].id,
            why: why.to_owned(),
            score,
        });
        likely.collect()
    }

    /// Projects that share telling pairs of characters, with how many pairs they share. `worth`: whether so many shared
    /// pairs are of use with a project of so many; it holds for more where it holds for fewer.
    fn shared(&self, own: &[Pair], worth: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
        let most = COMMON.max(self.known.len() / 10);
        let mut telling = vec![0_usize; self.known.len()];
        let (mut found, mut common) = (Vec::new(), 0);
        for pair in own {
            match self.pairs.get(pair) {
                Some(holders) if holders.len() <= most => {
                    for at in holders {
                        if telling[*at] == 0 {
                            found.push(*at);
                        }
                        telling[*at] += 1;
                    }
                }
                Some(_) => common += 1,
                None => {}
            }
        }
        // The pairs that many have count for those that share a telling one.
        found.retain(|at| worth(telling[*at] + common, self.pairs_of[*at].len()));
        let exact = found
            .into_iter()
            .map(|at| (at, in_both(own, &self.pairs_of[at])));
        exact
            .filter(|(at, shared)| worth(*shared, self.pairs_of[*at].len()))
            .collect()
    }
}

/// Dice of two names by their pairs, 0 to 100, as [`names::likeness`].
fn dice(shared: usize, own: usize, others: usize) -> u32 {
    match own + others {
        0 => 0,
        all => u32::try_from(200 * shared / all).unwrap_or(0),
    }
}

/// How many pairs are in both of two lists in order.
fn in_both(one: &[Pair], other: &[Pair]) -> usize {
    let (mut one, mut other, mut both) = (one, other, 0);
    while let ([a, rest @ ..], [b, others @ ..]) = (one, other) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => one = rest,
            std::cmp::Ordering::Greater => other = others,
            std::cmp::Ordering::Equal => (one, other, both) = (rest, others, both + 1),
        }
    }
    both
}

/// Within a twentieth of each other.
fn near(one: Option<Money>, other: Option<Money>) -> bool {
    match (one, other) {
        (Some(a), Some(b)) => !a.is_zero() && (a.fen() - b.fen()).abs() <= a.fen().abs() / 20,
        _ => false,
    }
}

/// Neighbouring characters, each pair once, in order.
fn pairs(key: &str) -> Vec<Pair> {
    let chars: Vec<char> = key.chars().collect();
    let mut pairs: Vec<Pair> = chars.windows(2).map(|pair| (pair[0], pair[1])).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn known(id: i64, name: &str, wan: i64, left: bool) -> Known {
        Known {
            id: ProjectId(id),
            code: format!("WZ2017-01-{id:04}"),
            name: name.into(),
            investment: Some(Money::from_wan(wan)),
            left,
        }
    }

    fn index() -> Index {
        Index::of(vec![
            known(1, "瓯江口现代物流园", 50_000, false),
            known(2, "浙南康养中心", 32_000, false),
            known(3, "温州湾商贸综合体", 120_000, true),
            known(4, "温州湾商贸综合体", 130_000, false),
            known(5, "滨海码头", 1, false),
            known(6, "滨海码头", 2, false),
        ])
    }

    #[test]
    fn the_code_comes_first_then_the_name_then_what_is_like_it() {
        let index = index();
        let find = |code: &str, name: &str| index.find([code], name, None);
        assert_eq!(
            find("wz2017-01-0002", "瓯江口现代物流园"),
            Found::Code(ProjectId(2))
        );
        assert_eq!(find("", "瓯江口 现代物流园"), Found::Name(ProjectId(1)));
        assert_eq!(
            find("", "温州湾商贸综合体"),
            Found::Name(ProjectId(4)),
            "the one still there"
        );
        let Found::Likely(several) = find("", "滨海码头") else {
            panic!("two have that name")
        };
        assert_eq!(several.len(), 2);
        let Found::Likely(like) = find("", "瓯江口现代物流园项目（一期）") else {
            panic!("nearly the same")
        };
        assert_eq!(like[0].id, ProjectId(1));
        assert_eq!(find("", "龙湾机场货站"), Found::Nothing);
        assert_eq!(find("", ""), Found::Nothing);
    }

    #[test]
    fn a_slip_of_the_pen_is_asked_about() {
        let index = index();
        let found = index.find([], "浙南康养中芯", Some(Money::from_wan(32_000)));
        assert!(matches!(found, Found::Likely(_)), "{found:?}");
        assert!(index.has_twin("浙南康养中心项目") && !index.has_twin("浙北疗养院"));
    }

    proptest! {
        #[test]
        fn alike_is_as_names_have_it(a in "[甲乙丙丁戊]{2,6}", b in "[甲乙丙丁戊]{2,6}") {
            let index = Index::of(vec![known(1, &a, 1, false)]);
            let own = pairs(&name_core(&b));
            let shared = index.shared(&own, |_, _| true);
            let alike = shared.first().map_or(0, |(at, shared)| dice(*shared, own.len(), index.pairs_of[*at].len()));
            prop_assert_eq!(alike, names::likeness(&name_core(&a), &name_core(&b)));
        }
    }
}
