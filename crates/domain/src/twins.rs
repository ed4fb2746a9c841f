//! Likely twins of a whole library (§3: “Twins: normalised name, investor, place, amount”): under which keys a project is
//! looked up so that not every pair is compared, how strong a likeness is in words, what was compared when it was decided.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    Money, ProjectId,
    library::{Likeness, name_core},
};

/// Differently seeded orders of the pairs of characters of a name.
const ORDERS: [u64; 6] = [
    0x9E37_79B9_7F4A_7C15,
    0xC2B2_AE3D_27D4_EB4F,
    0x1656_67B1_9E37_79F9,
    0x27D4_EB2F_1656_67C5,
    0x8525_8B1F_42E1_5D73,
    0x2545_F491_4F6C_DD1D,
];

/// The keys of a project. Two likely twins have one in common:
/// - `n` the heart of the name, for those of the same name;
/// - `m0` … the pair of neighbouring characters of the heart that comes first in each of six fixed orders: names that have
///   `x` of all their pairs in common share one of them with a likelihood of 1−(1−x)⁶: 99.9% where names are almost the
///   same (x ≥ 0.74), and names half alike are found by what else they must have in common;
/// - `i` each investor; `d` the place with the amount's step.
pub fn keys(of: &Likeness) -> BTreeSet<String> {
    let core = name_core(&of.name);
    let mut keys = BTreeSet::from([format!("n{core}")]);
    for (at, seed) in ORDERS.iter().enumerate() {
        let chars: Vec<char> = core.chars().collect();
        let first = chars
            .windows(2)
            .min_by_key(|pair| mixed(*seed, pair[0], pair[1]));
        if let Some(pair) = first {
            keys.insert(format!("m{at}{}{}", pair[0], pair[1]));
        }
    }
    keys.extend(
        of.investors
            .iter()
            .filter(|name| !name.is_empty())
            .map(|name| format!("i{name}")),
    );
    if let Some(step) = of
        .investment
        .and_then(step)
        .filter(|_| !of.district.is_empty())
    {
        keys.insert(format!("d{} {step}", of.district));
    }
    keys
}

/// The keys to look under: a project's own, and the amounts a step below and above.
pub fn looked_under(of: &Likeness) -> BTreeSet<String> {
    let mut keys = keys(of);
    if let Some(step) = of
        .investment
        .and_then(step)
        .filter(|_| !of.district.is_empty())
    {
        for near in [step - 1, step + 1] {
            keys.insert(format!("d{} {near}", of.district));
        }
    }
    keys
}

/// How much a key in common tells: the heart of the name most, an investor or a place with an amount more than a pair of
/// characters.
pub fn key_weight(key: &str) -> u8 {
    match key.as_bytes().first() {
        Some(b'n') => 4,
        Some(b'i' | b'd') => 3,
        _ => 1,
    }
}

/// A fixed order of pairs of characters (the finaliser of splitmix64).
fn mixed(seed: u64, a: char, b: char) -> u64 {
    let mut x = seed ^ ((u64::from(u32::from(a)) << 32) | u64::from(u32::from(b)));
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// Steps of a tenth upwards from one 万元: amounts within a twentieth of each other are on the same step or on neighbours.
fn step(amount: Money) -> Option<i64> {
    let (mut bound, mut step) = (1_000_000_i128, 0);
    let fen = i128::from(amount.fen());
    if fen <= 0 {
        return None;
    }
    while fen >= bound {
        bound = bound * 11 / 10;
        step += 1;
    }
    Some(step)
}

/// How strong a likeness is, in words.
pub const fn strength_words(strength: u8) -> &'static str {
    match strength {
        80.. => "很可能是同一项目",
        60..=79 => "较可能是同一项目",
        _ => "有可能是同一项目",
    }
}

/// What was compared of a project when a pair was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// The heart of the name.
    pub name: String,
    /// Keys of the investors' names.
    pub investors: BTreeSet<String>,
    /// Code of the district.
    pub district: String,
    /// Total investment.
    pub investment: Option<Money>,
}

impl Compared {
    /// Of a project.
    pub fn of(likeness: &Likeness) -> Self {
        Self {
            name: name_core(&likeness.name),
            investors: likeness.investors.clone(),
            district: likeness.district.clone(),
            investment: likeness.investment,
        }
    }

    /// What is another now, in words; empty where a decision stands.
    pub fn changed(&self, now: &Self) -> Vec<&'static str> {
        [
            (self.name != now.name, "名称"),
            (self.investors != now.investors, "投资方"),
            (self.district != now.district, "地点"),
            (self.investment != now.investment, "投资额"),
        ]
        .into_iter()
        .filter_map(|(is, word)| is.then_some(word))
        .collect()
    }
}

/// Pairs put together to groups: whoever is in a pair with one of a group is in it. Each in order, groups by their first.
pub fn groups(pairs: &[(ProjectId, ProjectId)]) -> Vec<BTreeSet<ProjectId>> {
    let mut group_of: BTreeMap<ProjectId, usize> = BTreeMap::new();
    let mut groups: Vec<BTreeSet<ProjectId>> = Vec::new();
    for (a, b) in pairs {
        match (group_of.get(a).copied(), group_of.get(b).copied()) {
            (None, None) => {
                groups.push([*a, *b].into());
                group_of.insert(*a, groups.len() - 1);
                group_of.insert(*b, groups.len() - 1);
            }
            (Some(at), None) | (None, Some(at)) => {
                groups[at].extend([*a, *b]);
                group_of.insert(*a, at);
                group_of.insert(*b, at);
            }
            (Some(one), Some(other)) if one != other => {
                let moved = std::mem::take(&mut groups[other]);
                for project in &moved {
                    group_of.insert(*project, one);
                }
                groups[one].extend(moved);
            }
            _ => {}
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn likeness(name: &str, investor: &str, district: &str, fen: i64) -> Likeness {
        Likeness {
            name: name.into(),
            investors: [investor.to_owned()].into(),
            district: district.into(),
            investment: Some(Money::from_fen(fen)),
        }
    }

    #[test]
    fn groups_join_what_hangs_together() {
        let pair = |a, b| (ProjectId(a), ProjectId(b));
        let found = groups(&[pair(1, 2), pair(5, 6), pair(3, 4), pair(2, 3), pair(6, 5)]);
        let sizes: Vec<usize> = found.iter().map(BTreeSet::len).collect();
        assert_eq!(sizes, [4, 2]);
    }

    #[test]
    fn a_slip_in_a_name_is_found_under_a_key() {
        let one = likeness("瓯江口临港仓储物流中心项目", "甲", "330305", 1);
        for name in [
            "瓯江口临港仓储物流中心",
            "瓯江口临港仓储物流中欣",
            "新瓯江口临港仓储物流中心",
        ] {
            let other = likeness(name, "乙", "330302", 900_000_000);
            assert!(one.alike(&other).is_some(), "{name}");
            assert!(!keys(&one).is_disjoint(&keys(&other)), "{name}");
        }
    }

    #[test]
    fn what_changed_is_named() {
        let was = Compared::of(&likeness("临港仓储项目", "甲", "330305", 100));
        let same = Compared::of(&likeness("温州临港仓储工程", "甲", "330305", 100));
        assert!(
            was.changed(&same).is_empty(),
            "words every project has do not matter"
        );
        let now = Compared::of(&likeness("临港仓储", "乙", "330305", 101));
        assert_eq!(was.changed(&now), ["投资方", "投资额"]);
    }

    proptest! {
        /// Likely twins that do not rest on their names alone always meet under a key.
        #[test]
        fn twins_meet_under_a_key(a in "[仓储物流临港]{2,8}", b in "[仓储物流临港]{2,8}", fen in 1_i64..9_000_000_000_000, near in -50_i64..=50, same in proptest::bool::ANY) {
            let other = fen + fen / 1000 * near;
            let one = likeness(&a, "甲", "330305", fen);
            let two = likeness(&b, if same { "甲" } else { "乙" }, "330305", other);
            if let Some(alike) = one.alike(&two) && (alike.investor || (alike.place && alike.amount)) {
                prop_assert!(!looked_under(&one).is_disjoint(&keys(&two)));
                prop_assert!(!looked_under(&two).is_disjoint(&keys(&one)));
            }
        }

        #[test]
        fn a_likeness_goes_both_ways(a in "[仓储物流临港]{2,8}", b in "[仓储物流临港]{2,8}", x in 1_i64..1000, y in 1_i64..1000) {
            let (one, two) = (likeness(&a, "甲", "330305", x), likeness(&b, "甲", "330305", y));
            prop_assert_eq!(one.alike(&two), two.alike(&one));
        }
    }
}
