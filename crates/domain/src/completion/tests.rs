//! The published table of 2017 is the first golden test; properties hold for any other.

use proptest::prelude::*;

use super::*;

/// `annex1-2017-10.csv` of the notice: 任务数, 完成数 in 万元, in published order.
const PUBLISHED: [(i64, i64, &str); 17] = [
    (10_000, 90_309, "903.09"),
    (5_000, 18_961, "379.22"),
    (20_000, 37_362, "186.81"),
    (5_000, 7_683, "153.66"),
    (70_000, 75_712, "108.16"),
    (5_000, 5_240, "104.80"),
    (30_000, 19_106, "63.69"),
    (5_000, 1_000, "20.00"),
    (10_000, 1_848, "18.48"),
    (5_000, 262, "5.24"),
    (5_000, 0, "0.00"),
    (5_000, 0, "0.00"),
    (5_000, 0, "0.00"),
    (5_000, 0, "0.00"),
    (5_000, 0, "0.00"),
    (5_000, 0, "0.00"),
    (5_000, 0, "0.00"),
];

fn standing(id: i64, target: Option<Money>, done: Option<Money>) -> Standing {
    Standing {
        unit: UnitId(id),
        name: format!("企业{id}"),
        short_name: format!("企{id}"),
        target,
        done,
    }
}

fn wan(id: i64, target: i64, done: i64) -> Standing {
    standing(
        id,
        Some(Money::from_wan(target)),
        Some(Money::from_wan(done)),
    )
}

fn october() -> NaiveDate {
    "2017-10-31".parse().unwrap()
}

fn published() -> CompletionTable {
    let standings = PUBLISHED
        .iter()
        .zip(1..)
        .map(|((target, done, _), id)| wan(id, *target, *done))
        .collect();
    CompletionTable::of(2017, october(), standings)
}

fn pct(rate: Option<Rate>) -> String {
    rate.map_or("—".into(), |rate| rate.pct().to_string())
}

#[test]
fn the_published_table_comes_out_exactly() {
    let table = published();
    for (row, ((target, done, rate), id)) in table.rows.iter().zip(PUBLISHED.iter().zip(1..)) {
        assert_eq!(row.standing.unit, UnitId(id), "order");
        assert_eq!(row.standing.target, Some(Money::from_wan(*target)));
        assert_eq!(row.standing.done, Some(Money::from_wan(*done)));
        assert_eq!(pct(row.rate), *rate);
    }
    assert_eq!(table.total.target, Money::from_wan(200_000));
    assert_eq!(table.total.done, Some(Money::from_wan(257_483)));
    assert_eq!(pct(table.total.rate), "128.74");
    assert!(!table.printing_rounds());
}

#[test]
fn the_honest_totals_beside_it() {
    let honest = published().honest;
    assert_eq!(pct(honest.capped), "68.61");
    assert_eq!(pct(honest.without_largest), "87.99");
    assert_eq!(honest.largest, Some(UnitId(1)));
    assert_eq!((honest.behind, honest.at_zero, honest.counted), (11, 7, 17));
    assert_eq!(pct(honest.median), "18.48");
    assert_eq!(honest.outstanding, Some(Money::from_wan(62_784)));
}

#[test]
fn lead_is_the_difference_of_printed_figures() {
    let lead = |index: usize| published().rows[index].lead.unwrap().to_string();
    assert_eq!(lead(6), "-19.64");
    assert_eq!(lead(0), "819.76");
}

#[test]
fn nothing_known_is_not_zero() {
    let table = CompletionTable::of(
        2017,
        october(),
        vec![standing(1, Some(Money::from_wan(5000)), None)],
    );
    assert!(table.rows[0].rate.is_none() && table.rows[0].lead.is_none());
    assert!(table.total.done.is_none() && table.total.rate.is_none());
    assert_eq!((table.honest.behind, table.honest.at_zero), (0, 0));
    assert!(table.honest.outstanding.is_none() && table.honest.median.is_none());
}

#[test]
fn target_zero_is_left_out_of_counts_and_stands_last() {
    let table = CompletionTable::of(
        2017,
        october(),
        vec![wan(1, 0, 0), wan(2, 0, 900), wan(3, 100, 50)],
    );
    assert_eq!(table.rows[0].standing.unit, UnitId(3));
    assert_eq!(
        (
            table.honest.at_zero,
            table.honest.behind,
            table.honest.counted
        ),
        (0, 1, 1)
    );
    assert_eq!(pct(table.total.rate), "950.00");
    assert_eq!(pct(table.honest.capped), "50.00");
}

#[test]
fn one_enterprise_alone_has_nothing_beside_it() {
    let table = CompletionTable::of(2017, october(), vec![wan(1, 100, 50)]);
    assert_eq!(table.honest.largest, Some(UnitId(1)));
    assert!(table.honest.without_largest.is_none());
}

prop_compose! {
    fn any_standings()(amounts in prop::collection::vec((prop::option::of(0i64..10_000_000_000), prop::option::of(-1_000_000i64..10_000_000_000)), 0..30)) -> Vec<Standing> {
        amounts.into_iter().zip(1..).map(|((target, done), id)| standing(id, target.map(Money::from_fen), done.map(Money::from_fen))).collect()
    }
}

proptest! {
    #[test]
    fn rows_descend_and_equal_rates_keep_their_order(standings in any_standings()) {
        let table = CompletionTable::of(2017, october(), standings);
        for pair in table.rows.windows(2) {
            prop_assert!(pair[0].rate > pair[1].rate || (pair[0].rate == pair[1].rate && pair[0].standing.unit < pair[1].standing.unit));
        }
    }

    #[test]
    fn capping_never_flatters(standings in any_standings()) {
        let honest = CompletionTable::of(2017, october(), standings).honest;
        if let Some(capped) = honest.capped {
            prop_assert!(capped <= Rate::new(1, 1).unwrap());
        }
        prop_assert!(honest.at_zero <= honest.counted && honest.behind <= honest.counted);
    }

    #[test]
    fn no_row_is_lost(standings in any_standings()) {
        let (count, known) = (standings.len(), standings.iter().filter(|s| s.done.is_some()).count());
        let table = CompletionTable::of(2017, october(), standings);
        prop_assert_eq!(table.rows.len(), count);
        prop_assert_eq!(table.total.unknown, count - known);
    }
}
