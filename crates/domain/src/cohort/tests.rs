use chrono::NaiveDate;
use proptest::prelude::*;

use super::{
    Case, Cell, Cohort, Column, Course, Group, Happened, Key, Outcome, Population, Rule, Signed,
    Tally, count, order,
    rates::{RateKind, Ratio},
};
use crate::{
    Money, ProjectId, UnitId,
    first_talk::{Counts, Share},
    partial_date::PartialDate,
    project::{Relation, Signing, SigningKind, SigningLevel, SigningRate},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn signing(on: &str, wan: i64, relation: Option<Relation>) -> Signing {
    Signing {
        on: on.parse().unwrap(),
        kind: SigningKind::Formal,
        level: SigningLevel::City,
        event: String::new(),
        amount: Some(Money::from_wan(wan)),
        currency: None,
        rate: None,
        relation,
    }
}

fn kind(kind: SigningKind, one: Signing) -> Signing {
    Signing { kind, ..one }
}

/// Outcome and 万元 of each signing, in the order made.
fn counted(signings: &[Signing], as_of: &str) -> Vec<(Outcome, Option<String>)> {
    let all = count(signings, |_| true, day(as_of), day("2018-01-01"));
    all.into_iter()
        .map(|one| (one.outcome, one.amount.map(Money::wan_exact)))
        .collect()
}

fn case(id: i64, signings: Vec<Signing>) -> Case {
    Case {
        project: ProjectId(id),
        code: format!("WZ{id}"),
        name: format!("项目{id}"),
        unit: UnitId(id % 3),
        counts: Counts::For(vec![(UnitId(id % 3), Share::WHOLE)]),
        industry: String::new(),
        district: String::new(),
        foreign: false,
        owners: Vec::new(),
        wenshang: false,
        signings: signings
            .into_iter()
            .map(|signing| Signed {
                signing,
                event: None,
            })
            .collect(),
        course: Course {
            filed: None,
            landed: None,
            started: None,
            producing: None,
            suspended: None,
            terminated: None,
            recorded_on: day("2018-01-01"),
        },
        funds: Money::ZERO,
    }
}

#[test]
fn an_upgraded_agreement_is_not_new_money() {
    let all = [
        kind(SigningKind::Intention, signing("2017-03-01", 10_000, None)),
        kind(
            SigningKind::Framework,
            signing("2017-05-01", 12_000, Some(Relation::Upgrade)),
        ),
        signing("2017-09-01", 12_000, Some(Relation::Upgrade)),
    ];
    let left = (Outcome::Left(Rule::Upgrade), Some("0".to_owned()));
    assert_eq!(
        counted(&all, "2017-12-31"),
        [(Outcome::First, Some("10000".into())), left.clone(), left]
    );
    let formal = |one: &Signing| one.kind == SigningKind::Formal;
    let formal = count(&all, formal, day("2017-12-31"), day("2018-01-01"));
    assert_eq!(
        (formal.len(), formal[0].outcome, formal[0].amount),
        (1, Outcome::First, Some(Money::from_wan(12_000))),
        "of formal contracts alone it is the first"
    );
}

#[test]
fn an_increase_counts_its_increment() {
    use Relation::{IncreaseBy, IncreaseTo, Upgrade};
    let all = [
        signing("2017-03-01", 10_000, None),
        signing("2017-05-01", 3_000, Some(IncreaseBy)),
        signing("2017-06-01", 15_000, Some(IncreaseTo)),
        signing("2017-07-01", 14_000, Some(IncreaseTo)),
        signing("2017-08-01", 16_000, Some(Upgrade)),
        signing("2017-09-01", 17_500, Some(IncreaseTo)),
    ];
    let amounts: Vec<_> = counted(&all, "2017-12-31")
        .into_iter()
        .map(|(outcome, amount)| (outcome, amount.unwrap()))
        .collect();
    assert_eq!(
        amounts,
        [
            (Outcome::First, "10000".to_owned()),
            (Outcome::Increase, "3000".to_owned()),
            (Outcome::Increase, "2000".to_owned()),
            (Outcome::Left(Rule::NoIncrement), "0".to_owned()),
            (Outcome::Left(Rule::Upgrade), "0".to_owned()),
            (Outcome::Increase, "1500".to_owned()),
        ]
    );
}

#[test]
fn a_changed_investor_counts_for_the_later_event() {
    let all = [
        signing("2017-03-01", 10_000, None),
        signing("2017-05-01", 3_000, Some(Relation::IncreaseBy)),
        signing("2017-10-01", 11_000, Some(Relation::InvestorChange)),
    ];
    let replaced = (Outcome::Left(Rule::Replaced), Some("0".to_owned()));
    assert_eq!(
        counted(&all, "2017-12-31"),
        [
            replaced.clone(),
            replaced,
            (Outcome::Changed, Some("11000".into()))
        ]
    );
    assert_eq!(
        counted(&all, "2017-09-30")[0].0,
        Outcome::First,
        "before it changed it counted where it was signed"
    );
}

#[test]
fn what_nobody_said_does_not_count_and_is_told() {
    let all = [
        signing("2017-03-01", 10_000, None),
        signing("2017-05-01", 9_000, None),
        signing("2017-06-01", 10_000, Some(Relation::Repeat)),
    ];
    let outcomes: Vec<Outcome> = counted(&all, "2017-12-31")
        .iter()
        .map(|one| one.0)
        .collect();
    assert_eq!(
        outcomes,
        [
            Outcome::First,
            Outcome::Left(Rule::Unsaid),
            Outcome::Left(Rule::Repeat)
        ]
    );
}

#[test]
fn a_foreign_amount_counts_by_its_own_rate() {
    let dollars = |wan, rate: Option<i64>, relation| Signing {
        currency: Some("USD".into()),
        rate: rate.map(|rate| SigningRate {
            rate,
            on: day("2017-05-24"),
        }),
        ..signing("2017-05-24", wan, relation)
    };
    let known = dollars(500, Some(66_312_000), None);
    assert_eq!(known.in_rmb(), Some(Money::from_fen(3_315_600_000)));
    assert_eq!(dollars(500, None, None).in_rmb(), None);
    let mut more = dollars(800, Some(66_000_000), Some(Relation::IncreaseTo));
    more.on = "2017-09".parse().unwrap();
    let all = counted(&[known, more], "2017-12-31");
    assert_eq!(
        all[1],
        (Outcome::Increase, Some("1980".into())),
        "300万 by the later rate"
    );
}

#[test]
fn months_at_the_cut_off() {
    let month: PartialDate = "2017-10".parse().unwrap();
    let by = |as_of, recorded| Happened::by(month, day(as_of), day(recorded));
    assert_eq!(by("2017-10-31", "2017-11-24"), Happened::Yes);
    assert_eq!(by("2017-09-30", "2017-11-24"), Happened::No);
    assert_eq!(by("2017-10-15", "2017-11-24"), Happened::Unsure);
    assert_eq!(
        by("2017-10-15", "2017-10-12"),
        Happened::Yes,
        "what was recorded by then had happened"
    );
}

#[test]
fn a_month_may_have_been_its_first_day() {
    let all = [
        signing("2017-05-10", 1, Some(Relation::Upgrade)),
        signing("2017-05", 1, None),
    ];
    assert_eq!(order(&all), [1, 0]);
    let all = [signing("2017-05-10", 1, None), signing("2017-05", 1, None)];
    assert_eq!(order(&all), [0, 1]);
}

#[test]
fn a_shared_project_counts_for_the_units_named() {
    let share = |hundredths| Share::from_hundredths(hundredths).unwrap();
    let mut here = case(1, vec![signing("2017-05-24", 100, None)]);
    let mut there = case(2, vec![signing("2017-05-25", 100, None)]);
    here.counts = Counts::With(ProjectId(2));
    there.counts = Counts::For(vec![(UnitId(8), share(4000)), (UnitId(7), share(6000))]);
    there.funds = Money::from_wan(30);
    let cohort = |unit| {
        let population = Population {
            unit,
            ..Population::default()
        };
        let cases = vec![here.clone(), there.clone()];
        Cohort::of(cases, &population, Group::Enterprise, day("2017-12-31"))
    };
    let all = cohort(None);
    assert_eq!((all.left.len(), all.left[0].rule), (1, Rule::Shared));
    let rows = tally(&all, Group::Enterprise).rows;
    let cell = |unit| rows[&Key::Unit(UnitId(unit))].cells;
    assert_eq!(
        (cell(7)[0].projects, cell(7)[0].amount, cell(7)[2].amount),
        (1, Money::from_wan(60), Money::from_wan(18))
    );
    assert_eq!(
        (cell(8)[0].projects, cell(8)[0].amount),
        (0, Money::from_wan(40))
    );
    let one = cohort(Some(UnitId(8)));
    let funds = Ratio::of(RateKind::Funds, &one, one.members(None));
    assert_eq!(funds.print(), "30.00%", "12 of 40");
    assert_eq!(
        Ratio::of(RateKind::Landing, &one, one.members(None)).print(),
        "—"
    );
}

#[test]
fn the_four_rates() {
    let mut landed = case(1, vec![signing("2017-03-01", 1000, None)]);
    landed.course.landed = "2017-04".parse().ok();
    landed.course.started = "2017-06-01".parse().ok();
    landed.course.terminated = "2017-11-01".parse().ok();
    landed.funds = Money::from_wan(250);
    let signed = case(2, vec![signing("2017-05-01", 500, None)]);
    let mut dollars = case(3, vec![signing("2017-06-01", 80, None)]);
    dollars.signings[0].signing.currency = Some("USD".into());
    let letter = case(
        4,
        vec![kind(
            SigningKind::Intention,
            signing("2017-06-01", 80, None),
        )],
    );
    let cases = vec![landed, signed, dollars, letter];
    let ratio = |kind, as_of: &str| {
        let all = Population::default();
        let cohort = Cohort::of(cases.clone(), &all, Group::Year, day(as_of));
        Ratio::of(kind, &cohort, cohort.members(None))
    };
    let landing = ratio(RateKind::Landing, "2017-12-31");
    assert_eq!((landing.upper, landing.lower), (1, 3));
    assert_eq!(
        landing.print(),
        "33.33%",
        "an ended project stays below the line"
    );
    let funds = ratio(RateKind::Funds, "2017-12-31");
    assert_eq!(funds.print(), "16.67%");
    assert_eq!(funds.unknown, 1, "no rate says what the dollars are");
    assert_eq!(ratio(RateKind::Start, "2017-12-31").print(), "33.33%");
    assert_eq!(ratio(RateKind::Production, "2017-12-31").print(), "0.00%");
    assert_eq!(ratio(RateKind::Landing, "2017-01-31").print(), "—");
}

fn any_date() -> impl Strategy<Value = PartialDate> {
    (2016i32..=2018, 1u32..=12, 1u32..=28, any::<bool>()).prop_map(|(year, month, day, known)| {
        match known {
            true => PartialDate::Day(NaiveDate::from_ymd_opt(year, month, day).unwrap()),
            false => PartialDate::Month { year, month },
        }
    })
}

fn any_signing() -> impl Strategy<Value = Signing> {
    let relation = prop::option::of(prop::sample::select(Relation::ALL));
    let kind = prop::sample::select(SigningKind::ALL);
    let level = prop::sample::select(SigningLevel::ALL);
    (
        any_date(),
        kind,
        level,
        prop::option::of(0i64..100_000),
        relation,
        any::<bool>(),
    )
        .prop_map(|(on, kind, level, wan, relation, foreign)| Signing {
            on,
            kind,
            level,
            event: String::new(),
            amount: wan.map(Money::from_wan),
            currency: foreign.then(|| "USD".to_owned()),
            rate: None,
            relation,
        })
}

fn any_case() -> impl Strategy<Value = Case> {
    (
        1i64..1000,
        prop::collection::vec(any_signing(), 0..5),
        prop::option::of(any_date()),
        prop::option::of(any_date()),
        -50i64..500,
        any::<bool>(),
        0i64..=10_000,
    )
        .prop_map(|(id, signings, filed, started, funds, foreign, share)| {
            let mut case = case(id, signings);
            let part = |hundredths| Share::from_hundredths(hundredths).unwrap();
            case.counts = match share {
                0..1000 => Counts::With(ProjectId(0)),
                1000..5000 => Counts::For(vec![
                    (UnitId(1), part(share)),
                    (UnitId(2), part(10_000 - share)),
                ]),
                _ => case.counts,
            };
            case.course.filed = filed;
            case.course.landed = filed;
            case.course.started = started;
            case.course.producing = started.filter(|_| foreign);
            case.funds = Money::from_wan(funds);
            case.foreign = foreign;
            case
        })
}

fn tally(cohort: &Cohort, group: Group) -> Tally {
    let mut tally = Tally::default();
    tally.add(cohort, group);
    tally
}

proptest! {
    #[test]
    fn a_project_counts_at_most_once(signings in prop::collection::vec(any_signing(), 0..6), at in any_date()) {
        let all = count(&signings, |_| true, at.latest(), day("2018-06-01"));
        prop_assert!(all.iter().filter(|one| one.outcome.counts_project()).count() <= 1);
        prop_assert!(all.iter().all(|one| one.outcome.counts() || one.amount == Some(Money::ZERO)));
        let mut places: Vec<usize> = order(&signings);
        places.sort_unstable();
        prop_assert!(places.into_iter().eq(0..signings.len()));
        // Whenever anything counts, the project itself does.
        let counts = all.iter().any(|one| one.outcome.counts());
        prop_assert_eq!(counts, all.iter().any(|one| one.outcome.counts_project()));
    }

    #[test]
    fn rows_and_lists_add_up_to_the_whole(cases in prop::collection::vec(any_case(), 0..12), at in any_date(), group in prop::sample::select(&Group::ALL[..])) {
        let cohort = Cohort::of(cases, &Population::default(), group, at.latest());
        let rows = tally(&cohort, group).rows;
        for (place, column) in Column::ALL.into_iter().enumerate() {
            let mut whole = Cell::default();
            for (_, cell) in cohort.behind(None, column) { whole += cell; }
            let mut sum = Cell::default();
            for (key, row) in &rows {
                sum += row.cells[place];
                let mut listed = Cell::default();
                for (_, cell) in cohort.behind(Some(key), column) { listed += cell; }
                prop_assert_eq!(listed, row.cells[place]);
            }
            prop_assert_eq!(sum, whole);
        }
        for kind in RateKind::ALL {
            let whole = Ratio::of(kind, &cohort, cohort.members(None));
            for (key, row) in &rows {
                let place = RateKind::ALL.iter().position(|one| *one == kind).unwrap_or_default();
                prop_assert_eq!(row.ratios[place], Ratio::of(kind, &cohort, cohort.members(Some(key))));
            }
            let parts = rows.keys().map(|key| Ratio::of(kind, &cohort, cohort.members(Some(key))));
            let sum = parts.fold((0, 0, 0), |sum, one| (sum.0 + one.upper, sum.1 + one.lower, sum.2 + one.unknown));
            prop_assert_eq!((whole.upper, whole.lower, whole.unknown), sum);
            if !kind.is_money() {
                prop_assert!(whole.upper <= whole.lower);
            }
        }
    }

    #[test]
    fn portions_tally_to_the_whole(cases in prop::collection::vec(any_case(), 0..12), at in any_date(), group in prop::sample::select(&Group::ALL[..]), size in 1usize..5) {
        let of = |cases: Vec<Case>| Cohort::of(cases, &Population::default(), group, at.latest());
        let mut sum = Tally::default();
        for portion in cases.chunks(size) {
            sum.add(&of(portion.to_vec()), group);
        }
        prop_assert_eq!(sum, tally(&of(cases), group));
    }

    #[test]
    fn other_rows_hold_the_same_projects(cases in prop::collection::vec(any_case(), 0..12), at in any_date()) {
        let total = |group| {
            let cohort = Cohort::of(cases.clone(), &Population::default(), group, at.latest());
            let mut whole = Cell::default();
            for (_, cell) in cohort.behind(None, Column::Signed) { whole += cell; }
            whole
        };
        for group in Group::ALL {
            prop_assert_eq!(total(group), total(Group::Year));
        }
    }
}
