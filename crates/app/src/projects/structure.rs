//! What a list is made of: by industry, horizon, stage, capital and district. Every part is a list of its own, found by
//! one more parameter, and the parts add up to what the list itself says.

use std::collections::BTreeMap;

use domain::{
    district,
    permission::Action,
    person::Caller,
    project::{Horizon, Stage},
};
use store::projects::{Alike, Axis, CUTS, Flag, Part, PartTotals};

use super::{
    FLAGS, ProjectQuery,
    list::{enterprises, within},
    track_of,
};
use crate::{App, Result};

/// One part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// In words.
    pub label: String,
    /// The parameter of the list that gives just this part.
    pub asks: (&'static str, String),
    /// Its count and sum.
    pub totals: PartTotals,
}

/// What a list is made of.
pub struct Structure {
    /// What was asked.
    pub query: ProjectQuery,
    /// All of it, as the list says.
    pub totals: PartTotals,
    /// By industry, in the authority's order.
    pub industries: Vec<Slice>,
    /// By horizon.
    pub horizons: Vec<Slice>,
    /// By stage.
    pub stages: Vec<Slice>,
    /// 外资 or not.
    pub capital: Vec<Slice>,
    /// By who takes part; a project may be in several, so these do not add up.
    pub takes_part: Vec<Slice>,
    /// By district; all of them, also those without a project.
    pub districts: Vec<Slice>,
}

impl App {
    /// What a list within reach is made of.
    ///
    /// # Errors
    /// As [`App::projects`].
    pub async fn structure(&self, caller: &Caller, query: ProjectQuery) -> Result<Structure> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let track = track_of(&reach)?;
        let filter = within(&self.filter_of(&query), &enterprises(&reach))?;
        let at = (!query.when.is_now()).then(|| self.at(query.when));
        let reader = self.store().read();
        let all = store::projects::mixed(&reader, track, at, &filter).await?;
        let parts = |axis| parts(&all, axis);
        let rules = self.rules_at(reach.versions, reach.authority()?.id).await?;
        let named = rules
            .industries
            .iter()
            .map(|one| (one.clone(), one.clone()));
        let industries = slices("industry", named, parts(Axis::Industry), true);
        let near = Horizon::ALL
            .iter()
            .map(|one| named_word(one.word(), one.label()));
        let horizons = slices("horizon", near, parts(Axis::Horizon), true);
        let way = Stage::ALL
            .iter()
            .map(|one| named_word(one.word(), one.label()));
        let stages = slices("stage", way, parts(Axis::Stage), true);
        let both = [named_word("yes", "外资"), named_word("no", "非外资")];
        let capital = slices("foreign", both.into_iter(), parts(Axis::Foreign), true);
        let places = district::all()
            .iter()
            .map(|one| named_word(one.code, one.name));
        let districts = slices("district", places, parts(Axis::District), false);
        let takes_part = FLAGS.into_iter().filter_map(|(word, flag, label)| {
            let taking = all.iter().flat_map(|one| &one.taking);
            let taking = taking.filter(|(one, _)| *one == flag);
            TAKING.contains(&flag).then(|| Slice {
                label: label.to_owned(),
                asks: (word, "yes".to_owned()),
                totals: sum(taking.map(|(_, totals)| *totals)),
            })
        });
        let takes_part = takes_part.collect();
        let totals = sum(all.iter().map(|one| one.totals));
        Ok(Structure {
            query,
            totals,
            industries,
            horizons,
            stages,
            capital,
            takes_part,
            districts,
        })
    }
}

/// Those who may take part in a project, of the conditions that a list can be asked for.
const TAKING: [Flag; 5] = [
    Flag::Foreign,
    Flag::Central,
    Flag::Provincial,
    Flag::Private,
    Flag::Wenshang,
];

fn sum(all: impl Iterator<Item = PartTotals>) -> PartTotals {
    let mut sum = PartTotals::default();
    for one in all {
        sum += one;
    }
    sum
}

/// The parts by one of the cuts.
fn parts(all: &[Alike], axis: Axis) -> Vec<Part> {
    let Some(place) = CUTS.iter().position(|cut| *cut == axis) else {
        return Vec::new();
    };
    let mut parts: BTreeMap<&str, PartTotals> = BTreeMap::new();
    for one in all {
        *parts.entry(&one.words[place]).or_default() += one.totals;
    }
    let parts = parts.into_iter();
    parts
        .map(|(word, totals)| (word.to_owned(), totals))
        .collect()
}

fn named_word(word: &str, label: &str) -> (String, String) {
    (word.to_owned(), label.to_owned())
}

/// Parts by their names in the given order; words that have none come after them, 未填 last. `filled` drops the empty.
fn slices(
    asks: &'static str,
    named: impl Iterator<Item = (String, String)>,
    parts: Vec<Part>,
    filled: bool,
) -> Vec<Slice> {
    let mut rest = parts;
    let mut slices = Vec::new();
    for (word, label) in named {
        let found = rest.iter().position(|(one, _)| *one == word);
        let totals = found.map_or(PartTotals::default(), |at| rest.swap_remove(at).1);
        if totals.count > 0 || !filled {
            slices.push(Slice {
                label,
                asks: (asks, word),
                totals,
            });
        }
    }
    rest.sort_by(|a, b| (a.0.is_empty(), &a.0).cmp(&(b.0.is_empty(), &b.0)));
    slices.extend(rest.into_iter().map(|(word, totals)| {
        let label = match word.as_str() {
            "" => "未填".to_owned(),
            word => word.to_owned(),
        };
        let word = if word.is_empty() {
            "-".to_owned()
        } else {
            word
        };
        Slice {
            label,
            asks: (asks, word),
            totals,
        }
    }));
    slices
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Money;

    #[test]
    fn parts_stand_in_the_named_order_and_none_is_lost() {
        let totals = |count| PartTotals {
            count,
            investment: Money::from_wan(count),
        };
        let named = [
            named_word("b", "乙"),
            named_word("a", "甲"),
            named_word("c", "丙"),
        ];
        let parts = vec![
            ("".to_owned(), totals(4)),
            ("a".to_owned(), totals(1)),
            ("z".to_owned(), totals(3)),
            ("b".to_owned(), totals(2)),
        ];
        let slices = slices("industry", named.into_iter(), parts, true);
        let said: Vec<(&str, &str, i64)> = slices
            .iter()
            .map(|one| (one.label.as_str(), one.asks.1.as_str(), one.totals.count))
            .collect();
        assert_eq!(
            said,
            [
                ("乙", "b", 2),
                ("甲", "a", 1),
                ("z", "z", 3),
                ("未填", "-", 4)
            ]
        );
    }
}
