//! Two records of one project become one, and apart again (§3: twins; “Every save is a revision, nothing is overwritten”).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    Money, names,
    person::Invalid,
    project::{Field, Milestone, ProjectFields, Readiness, ReadinessItem, Signing, Standing},
};

/// Whose value a field gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The record that stays.
    Into,
    /// The record that is taken into it.
    Gone,
    /// What both say, each thing once: investors, signings, files.
    Both,
}

impl Side {
    /// The word in forms and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Into => "into",
            Self::Gone => "gone",
            Self::Both => "both",
        }
    }

    /// The side of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Into, Self::Gone, Self::Both]
            .into_iter()
            .find(|side| side.word() == word)
    }
}

/// The side of each field; the record that stays where none is named.
pub type Choices = BTreeMap<Field, Side>;

/// Whether a field holds a list that can be put together.
pub const fn is_list(field: Field) -> bool {
    matches!(
        field,
        Field::Investors | Field::Signings | Field::Attachments
    )
}

/// Whether two projects say the same in a field.
pub fn same(field: Field, a: &ProjectFields, b: &ProjectFields) -> bool {
    alone(field, a) == alone(field, b)
}

/// What is proposed: what stays, where it says something; else what the other says; lists put together.
pub fn proposed(into: &ProjectFields, gone: &ProjectFields) -> Choices {
    let side = |field: &Field| {
        let (mine, theirs) = (into.text(*field), gone.text(*field));
        let side = if is_list(*field) && !mine.is_empty() && !theirs.is_empty() {
            Side::Both
        } else if mine.is_empty() && !theirs.is_empty() && !halts(*field) {
            Side::Gone
        } else {
            Side::Into
        };
        (*field, side)
    };
    Field::ALL
        .iter()
        .filter(|field| !same(**field, into, gone))
        .map(side)
        .collect()
}

const fn halts(field: Field) -> bool {
    matches!(field, Field::Suspended | Field::Terminated)
}

/// The record that stays, with the values chosen.
pub fn merged(into: &ProjectFields, gone: &ProjectFields, choices: &Choices) -> ProjectFields {
    let mut merged = into.clone();
    for (field, side) in choices {
        match side {
            Side::Into => {}
            Side::Both if is_list(*field) => join(*field, gone, &mut merged),
            // Of one thing there are not two values: what stays counts.
            Side::Both => {}
            Side::Gone => put(*field, gone, &mut merged),
        }
    }
    merged
}

/// What the record that stayed says after the other lives again. `before` and `after` are its states around the merge,
/// `now` what it says today: what the merge brought goes, what was changed since stays.
pub fn unmerged(
    before: &ProjectFields,
    after: &ProjectFields,
    now: &ProjectFields,
) -> ProjectFields {
    let mut apart = now.clone();
    for field in Field::ALL {
        if same(*field, before, after) {
            continue;
        }
        if same(*field, now, after) {
            put(*field, before, &mut apart);
        } else if is_list(*field) {
            part(*field, before, after, &mut apart);
        }
    }
    apart
}

/// Fields that the merge changed and somebody changed again since: they stay as they are when it is undone.
pub fn kept_since(
    before: &ProjectFields,
    after: &ProjectFields,
    now: &ProjectFields,
) -> Vec<Field> {
    let kept = |field: &&Field| !same(**field, before, after) && !same(**field, now, after);
    Field::ALL.iter().filter(kept).copied().collect()
}

/// Only this field's value, everything else unsaid.
fn alone(field: Field, of: &ProjectFields) -> ProjectFields {
    let mut alone = ProjectFields::default();
    put(field, of, &mut alone);
    alone
}

/// Sets a field of `to` to the value in `from`.
fn put(field: Field, from: &ProjectFields, to: &mut ProjectFields) {
    use Field as F;
    match field {
        F::Name => to.name.clone_from(&from.name),
        F::BasicInfo => to.basic_info.clone_from(&from.basic_info),
        F::Industry => to.industry.clone_from(&from.industry),
        F::Investment => to.investment = from.investment,
        F::District => to.district.clone_from(&from.district),
        F::Address => to.address.clone_from(&from.address),
        F::Horizon => to.horizon = from.horizon,
        F::Cooperation => to.cooperation.clone_from(&from.cooperation),
        F::Investors => to.investors.clone_from(&from.investors),
        F::Company => to.company.clone_from(&from.company),
        F::Signings => to.signings.clone_from(&from.signings),
        F::Planned => milestone(Milestone::Planned, from, to),
        F::Negotiating => milestone(Milestone::Negotiating, from, to),
        F::Filed => milestone(Milestone::Filed, from, to),
        F::Started => milestone(Milestone::Started, from, to),
        F::Completed => milestone(Milestone::Completed, from, to),
        F::Producing => milestone(Milestone::Producing, from, to),
        F::Suspended => to.suspended.clone_from(&from.suspended),
        F::Terminated => to.terminated.clone_from(&from.terminated),
        F::Demand => readiness(ReadinessItem::Demand, from, to),
        F::Scale => readiness(ReadinessItem::Scale, from, to),
        F::Economics => readiness(ReadinessItem::Economics, from, to),
        F::Site => readiness(ReadinessItem::Site, from, to),
        F::Planning => readiness(ReadinessItem::Planning, from, to),
        F::Environment => readiness(ReadinessItem::Environment, from, to),
        F::Advantages => to
            .packaging
            .advantages
            .clone_from(&from.packaging.advantages),
        F::Surroundings => to
            .packaging
            .surroundings
            .clone_from(&from.packaging.surroundings),
        F::BusinessModel => to
            .packaging
            .business_model
            .clone_from(&from.packaging.business_model),
        F::LeadOfficial => to.lead_official.clone_from(&from.lead_official),
        F::ContactName => to.contact_name.clone_from(&from.contact_name),
        F::ContactPhone => to.contact_phone.clone_from(&from.contact_phone),
        F::Remarks => to.remarks.clone_from(&from.remarks),
        F::Attachments => to.attachments.clone_from(&from.attachments),
    }
}

fn milestone(one: Milestone, from: &ProjectFields, to: &mut ProjectFields) {
    match from.milestones.get(&one) {
        Some(on) => to.milestones.insert(one, *on),
        None => to.milestones.remove(&one),
    };
}

fn readiness(item: ReadinessItem, from: &ProjectFields, to: &mut ProjectFields) {
    match from.readiness.get(&item) {
        Some(one) if *one != Readiness::default() => to.readiness.insert(item, one.clone()),
        _ => to.readiness.remove(&item),
    };
}

/// Adds to a list of `to` what `from` has and it has not.
fn join(field: Field, from: &ProjectFields, to: &mut ProjectFields) {
    match field {
        Field::Investors => {
            for one in &from.investors {
                let key = names::key(&one.name);
                if !to.investors.iter().any(|had| names::key(&had.name) == key) {
                    to.investors.push(one.clone());
                }
            }
        }
        Field::Signings => {
            for one in &from.signings {
                match to.signings.iter_mut().find(|had| same_signing(had, one)) {
                    Some(had) => complete(had, one),
                    None => to.signings.push(one.clone()),
                }
            }
        }
        Field::Attachments => {
            for one in &from.attachments {
                if !to.attachments.iter().any(|had| had.file == one.file) {
                    to.attachments.push(one.clone());
                }
            }
        }
        _ => {}
    }
}

/// Whether two records tell of one signing: of one kind, on days that can be the same, of amounts that do not differ.
pub fn same_signing(a: &Signing, b: &Signing) -> bool {
    let days = a.on.earliest() <= b.on.latest() && b.on.earliest() <= a.on.latest();
    let amounts = match (a.amount, b.amount) {
        (Some(mine), Some(theirs)) => mine == theirs && a.currency == b.currency,
        _ => true,
    };
    a.kind == b.kind && days && amounts
}

/// Fills in what one record of a signing lacks from the other's.
fn complete(had: &mut Signing, other: &Signing) {
    let width = |one: &Signing| one.on.latest() - one.on.earliest();
    if width(other) < width(had) {
        had.on = other.on;
    }
    if had.amount.is_none() {
        had.amount = other.amount;
        had.currency.clone_from(&other.currency);
    }
    if had.event.is_empty() {
        had.event.clone_from(&other.event);
    }
}

/// Takes out of a list of `now` what the merge brought, and gives back what it took away.
fn part(field: Field, before: &ProjectFields, after: &ProjectFields, now: &mut ProjectFields) {
    fn apart<T: PartialEq + Clone>(before: &[T], after: &[T], now: &mut Vec<T>) {
        now.retain(|one| before.contains(one) || !after.contains(one));
        for one in before {
            if !after.contains(one) && !now.contains(one) {
                now.push(one.clone());
            }
        }
    }
    match field {
        Field::Investors => apart(&before.investors, &after.investors, &mut now.investors),
        Field::Signings => apart(&before.signings, &after.signings, &mut now.signings),
        Field::Attachments => apart(
            &before.attachments,
            &after.attachments,
            &mut now.attachments,
        ),
        _ => {}
    }
}

/// Where the record that stays stands between the libraries: what the authority had admitted stays admitted.
pub const fn standing(into: Standing, gone: Standing) -> Standing {
    match (into, gone) {
        (Standing::Admitted, _) | (_, Standing::Admitted) => Standing::Admitted,
        (into, _) => into,
    }
}

/// Checks what is said of a merge or of undoing one: the day and the reason. `from` is the first day it can be.
///
/// # Errors
/// [`Invalid`] on `effective_on`, `reason`.
pub fn check_event(
    effective_on: NaiveDate,
    from: NaiveDate,
    today: NaiveDate,
    reason: &str,
) -> Result<(), Invalid> {
    let mut invalid = Invalid::default();
    if effective_on > today {
        invalid.add("effective_on", "生效日期还没有到，请填今天或以前的日期");
    } else if effective_on < from {
        invalid.add("effective_on", format!("生效日期不能早于{from}，请核对"));
    }
    match reason.trim().chars().count() {
        0 => invalid.add("reason", "请写明理由"),
        1..=400 => {}
        _ => invalid.add("reason", "理由请控制在400字以内"),
    }
    invalid.into_result()
}

/// What of a record goes into a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// The new record's name.
    pub name: String,
    /// Its own basic facts; the old record's where empty.
    pub basic_info: String,
    /// Of the old record's investment, what is the new one's.
    pub investment: Option<Money>,
    /// Signings that go, by their places.
    pub signings: BTreeSet<usize>,
    /// Investors that are the new one's too, by their places.
    pub investors: BTreeSet<usize>,
    /// Milestones that go.
    pub milestones: BTreeSet<Milestone>,
    /// Whether the project company goes.
    pub company: bool,
    /// Whether entries of funds go; they are named beside this.
    pub funds: bool,
}

/// The old record without what goes, and the new one. Investments add up to the old one exactly; a signing and a
/// milestone is in one of the two only. Files stay with the old record, whose history shows them.
///
/// # Errors
/// [`Invalid`] on `name`, `investment`, `signings`.
pub fn split(
    from: &ProjectFields,
    split: &Split,
) -> Result<(ProjectFields, ProjectFields), Invalid> {
    let mut invalid = Invalid::default();
    let name = names::tidy(&split.name);
    if name.is_empty() {
        invalid.add("name", "请填写新项目的名称");
    } else if names::key(&name) == names::key(&from.name) {
        invalid.add("name", "新项目的名称要与原项目不同，到资按名称归集");
    }
    let rest = match (from.investment, split.investment) {
        (before, None) => before,
        (None, Some(_)) => None,
        (Some(before), Some(new)) => {
            if new.fen() <= 0 || new >= before {
                invalid.add(
                    "investment",
                    format!(
                        "划给新项目的投资额须大于0、小于原来的{}万元",
                        before.wan_exact()
                    ),
                );
            }
            Some(Money::from_fen(before.fen() - new.fen()))
        }
    };
    if split.signings.iter().any(|at| *at >= from.signings.len())
        || split.investors.iter().any(|at| *at >= from.investors.len())
    {
        invalid.add("signings", "所选的签约或投资方已不在项目里，请刷新页面");
    }
    let moves = split.investment.is_some()
        || !split.signings.is_empty()
        || !split.milestones.is_empty()
        || (split.company && from.company.is_some())
        || split.funds;
    if !moves {
        invalid.add(
            "signings",
            "请选择划给新项目的签约、投资额、节点或到资，至少一项",
        );
    }
    invalid.into_result()?;
    let chosen = |at: usize| split.signings.contains(&at);
    let take = |mine: bool| {
        let of = from.signings.iter().enumerate();
        of.filter(|(at, _)| chosen(*at) == mine)
            .map(|(_, one)| one.clone())
            .collect::<Vec<_>>()
    };
    let mut old = from.clone();
    old.investment = rest;
    old.signings = take(false);
    let mut new = from.clone();
    new.name = name;
    if !split.basic_info.trim().is_empty() {
        new.basic_info = names::tidy_text(&split.basic_info);
    }
    new.investment = split.investment;
    new.signings = take(true);
    new.investors = from
        .investors
        .iter()
        .enumerate()
        .filter(|(at, _)| split.investors.contains(at))
        .map(|(_, one)| one.clone())
        .collect();
    old.milestones
        .retain(|one, _| !split.milestones.contains(one));
    new.milestones
        .retain(|one, _| split.milestones.contains(one));
    if split.company {
        old.company = None;
    } else {
        new.company = None;
    }
    new.attachments.clear();
    new.suspended = None;
    new.terminated = None;
    Ok((old, new))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Attachment, Company, Halt, Investor, SigningKind, SigningLevel};
    use proptest::prelude::*;

    fn signing(on: &str, wan: Option<i64>) -> Signing {
        Signing {
            on: on.parse().unwrap(),
            kind: SigningKind::Formal,
            level: SigningLevel::City,
            event: String::new(),
            amount: wan.map(Money::from_wan),
            currency: None,
            rate: None,
            relation: None,
        }
    }

    fn investor(name: &str) -> Investor {
        Investor {
            name: name.into(),
            origin: None,
            ownership: None,
            place: None,
            wenshang: false,
        }
    }

    fn project(name: &str, wan: i64) -> ProjectFields {
        ProjectFields {
            name: name.into(),
            investment: Some(Money::from_wan(wan)),
            signings: vec![signing("2017-05-24", Some(wan))],
            investors: vec![investor("某物流")],
            ..ProjectFields::default()
        }
    }

    #[test]
    fn lists_are_put_together_and_nothing_is_in_them_twice() {
        let into = project("临港仓储", 100);
        let mut gone = project("临港仓储物流", 200);
        gone.signings = vec![
            signing("2017-05", Some(100)),
            signing("2017-08-01", Some(50)),
        ];
        gone.investors = vec![investor("某 物流"), investor("另一家")];
        let choices = proposed(&into, &gone);
        assert_eq!(choices[&Field::Signings], Side::Both);
        assert_eq!(choices[&Field::Name], Side::Into);
        let one = merged(&into, &gone, &choices);
        assert_eq!(one.signings.len(), 2);
        assert_eq!(one.signings[0].on.to_string(), "2017-05-24");
        assert_eq!(one.investors.len(), 2);
        assert_eq!(one.investment, Some(Money::from_wan(100)));
    }

    #[test]
    fn a_signing_with_another_amount_is_another() {
        let (a, b) = (
            signing("2017-05-24", Some(1)),
            signing("2017-05-24", Some(2)),
        );
        assert!(!same_signing(&a, &b));
        assert!(same_signing(&a, &signing("2017-05", None)));
        assert!(!same_signing(&a, &signing("2017-06", Some(1))));
    }

    #[test]
    fn what_happened_since_stays() {
        let into = project("甲", 100);
        let mut gone = project("乙", 200);
        gone.signings = vec![signing("2017-08-01", Some(50))];
        let mut choices = proposed(&into, &gone);
        choices.insert(Field::Investment, Side::Gone);
        let after = merged(&into, &gone, &choices);
        let mut now = after.clone();
        now.investment = Some(Money::from_wan(300));
        now.signings.push(signing("2017-10-01", Some(9)));
        now.remarks = "新情况".into();
        let apart = unmerged(&into, &after, &now);
        assert_eq!(apart.investment, Some(Money::from_wan(300)));
        assert_eq!(apart.remarks, "新情况");
        let days: Vec<String> = apart
            .signings
            .iter()
            .map(|one| one.on.to_string())
            .collect();
        assert_eq!(days, ["2017-05-24", "2017-10-01"]);
        assert_eq!(
            kept_since(&into, &after, &now),
            [Field::Investment, Field::Signings]
        );
    }

    #[test]
    fn a_split_adds_up() {
        let mut from = project("甲", 100);
        from.signings.push(signing("2017-09-01", Some(7)));
        let asked = Split {
            name: "甲二期".into(),
            investment: Some(Money::from_wan(30)),
            signings: [1].into(),
            ..Split::default()
        };
        let (old, new) = split(&from, &asked).unwrap();
        assert_eq!(old.investment, Some(Money::from_wan(70)));
        assert_eq!(new.investment, Some(Money::from_wan(30)));
        assert_eq!((old.signings.len(), new.signings.len()), (1, 1));
        for (wrong, field) in [
            (
                Split {
                    name: " 甲".into(),
                    ..asked.clone()
                },
                "name",
            ),
            (
                Split {
                    investment: Some(Money::from_wan(100)),
                    ..asked.clone()
                },
                "investment",
            ),
            (
                Split {
                    signings: [2].into(),
                    ..asked
                },
                "signings",
            ),
            (
                Split {
                    name: "乙".into(),
                    ..Split::default()
                },
                "signings",
            ),
        ] {
            assert_eq!(split(&from, &wrong).unwrap_err().fields[0].0, field);
        }
    }

    fn any_project() -> impl Strategy<Value = ProjectFields> {
        let texts = proptest::collection::vec("[甲乙丙丁]{0,3}", 8);
        let lists = proptest::collection::vec((0_usize..4, proptest::option::of(1_i64..4)), 0..4);
        (texts, lists, proptest::option::of(1_i64..5), 0_u32..64).prop_map(
            |(t, lists, wan, bits)| {
                let has = |bit: u32| bits & (1 << bit) != 0;
                let days = ["2017-05", "2017-05-24", "2017-08-01", "2016"];
                let mut fields = ProjectFields {
                    name: t[0].clone(),
                    basic_info: t[1].clone(),
                    industry: t[2].clone(),
                    district: t[3].clone(),
                    remarks: t[4].clone(),
                    contact_phone: t[5].clone(),
                    investment: wan.map(Money::from_wan),
                    company: has(0).then(|| Company {
                        name: t[6].clone(),
                        registered_on: None,
                    }),
                    suspended: has(1).then(|| Halt {
                        on: "2017-09".parse().unwrap(),
                        reason: t[7].clone(),
                    }),
                    ..ProjectFields::default()
                };
                for (at, amount) in lists {
                    fields.signings.push(signing(days[at % 3], amount));
                    fields.investors.push(investor(&format!("投资方{at}")));
                    fields.attachments.push(Attachment {
                        file: crate::FileId(at as i64),
                        name: format!("{at}.pdf"),
                    });
                }
                if has(2) {
                    fields
                        .milestones
                        .insert(Milestone::Started, "2017-10".parse().unwrap());
                }
                if has(3) {
                    fields.readiness.insert(
                        ReadinessItem::Site,
                        Readiness {
                            ready: true,
                            note: t[7].clone(),
                        },
                    );
                }
                fields.packaging.advantages.clone_from(&t[6]);
                fields
            },
        )
    }

    fn any_choices() -> impl Strategy<Value = Choices> {
        proptest::collection::btree_map(
            proptest::sample::select(Field::ALL),
            proptest::sample::select(vec![Side::Into, Side::Gone, Side::Both]),
            0..40,
        )
    }

    proptest! {
        #[test]
        fn merged_and_apart_again_is_what_it_was(into in any_project(), gone in any_project(), choices in any_choices()) {
            let after = merged(&into, &gone, &choices);
            prop_assert_eq!(unmerged(&into, &after, &after), into);
        }

        #[test]
        fn what_is_put_together_is_there_once(into in any_project(), gone in any_project()) {
            let both = merged(&into, &gone, &proposed(&into, &gone));
            let again = merged(&both, &gone, &proposed(&both, &gone));
            prop_assert_eq!(again.investors.len(), both.investors.len());
            prop_assert_eq!(again.attachments.len(), both.attachments.len());
            for one in &gone.signings {
                prop_assert!(both.signings.iter().any(|had| same_signing(had, one)) || same(Field::Signings, &into, &gone));
            }
        }

        #[test]
        fn a_split_loses_nothing(from in any_project(), at in 0_usize..3, wan in proptest::option::of(1_i64..5)) {
            let asked = Split { name: "新".into(), investment: wan.map(Money::from_wan), signings: [at].into(), ..Split::default() };
            if let Ok((old, new)) = split(&from, &asked) {
                prop_assert_eq!(old.signings.len() + new.signings.len(), from.signings.len());
                if let (Some(all), Some(part)) = (from.investment, new.investment) {
                    prop_assert_eq!(old.investment.unwrap().fen() + part.fen(), all.fen());
                }
                prop_assert_eq!(old.attachments, from.attachments);
            }
        }
    }
}
