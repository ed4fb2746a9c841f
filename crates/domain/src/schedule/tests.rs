use proptest::prelude::*;

use super::*;
use crate::{PeriodId, UnitId};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A plan carried out.
fn carried_out(
    schedule: &Schedule,
    known: &[Period],
    calendar: &Calendar,
    today: NaiveDate,
) -> Vec<Period> {
    let plan = schedule.plan(known, calendar, today, false);
    let mut known: Vec<Period> = known
        .iter()
        .filter(|period| !plan.drop.contains(&period.cut_off))
        .cloned()
        .collect();
    for one in plan.add.iter().chain(&plan.change) {
        known.retain(|period| period.cut_off != one.cut_off);
        known.push(Period {
            id: PeriodId(1),
            authority: UnitId(1),
            kind: schedule.kind,
            cut_off: one.cut_off,
            set_on: one.set_on,
            advised_on: one.advised_on,
            shift: schedule.shift,
            due_on: one.due_on,
            lock_after: one.lock_after,
            scan_required: schedule.scan_required,
            moved_reason: String::new(),
            review: false,
        });
    }
    known.sort_by_key(|period| period.cut_off);
    known
}

#[test]
fn the_notices_series_under_all_three_rules() {
    let calendar = Calendar::built_in();
    // Cut-off, day set, 顺延, 提前; 不变 is the day set.
    let annex3 = [
        ("2017-11-30", "2017-12-10", "2017-12-11", "2017-12-08"),
        ("2018-01-31", "2018-02-10", "2018-02-11", "2018-02-09"),
        ("2018-03-31", "2018-04-10", "2018-04-10", "2018-04-10"),
        ("2018-05-31", "2018-06-10", "2018-06-11", "2018-06-08"),
        ("2018-07-31", "2018-08-10", "2018-08-10", "2018-08-10"),
        ("2018-09-30", "2018-10-10", "2018-10-10", "2018-10-10"),
        ("2018-11-30", "2018-12-10", "2018-12-10", "2018-12-10"),
    ];
    let mut annex2 = annex3;
    annex2[0] = ("2017-11-30", "2017-12-15", "2017-12-15", "2017-12-15");
    for (kind, expected) in [(ReturnKind::Annex3, annex3), (ReturnKind::Annex2, annex2)] {
        for shift in ShiftRule::ALL {
            let schedule = Schedule {
                shift,
                ..Schedule::of_notice(kind)
            };
            let made: Vec<_> = schedule.series(&calendar).take(expected.len()).collect();
            for (one, (cut_off, set_on, later, earlier)) in made.iter().zip(expected) {
                let due = match shift {
                    ShiftRule::Later => later,
                    ShiftRule::Earlier => earlier,
                    ShiftRule::Stay => set_on,
                };
                assert_eq!(
                    (one.cut_off, one.set_on, one.due_on, one.advised_on),
                    (day(cut_off), day(set_on), day(due), Some(day(earlier))),
                    "{kind:?} {shift:?}"
                );
            }
        }
    }
}

#[test]
fn where_the_notice_has_no_date_there_are_no_periods() {
    let calendar = Calendar::built_in();
    for kind in [ReturnKind::Monthly, ReturnKind::YearlySummary] {
        let schedule = Schedule::of_notice(kind);
        assert!(schedule.check().is_ok());
        assert!(
            schedule
                .plan(&[], &calendar, day("2017-11-24"), false)
                .is_empty()
        );
        let active = Schedule {
            active: true,
            ..schedule
        };
        assert_eq!(active.check().unwrap_err().fields[0].0, "first_cut_off");
    }
}

#[test]
fn a_month_without_the_day_is_due_on_its_last() {
    let schedule = Schedule {
        first: Some((day("2017-12-31"), day("2018-01-31"))),
        every: 1,
        day: 31,
        ..Schedule::of_notice(ReturnKind::Monthly)
    };
    assert_eq!(
        schedule.nth(1),
        Some((day("2018-01-31"), day("2018-02-28")))
    );
    assert_eq!(
        schedule.nth(2),
        Some((day("2018-02-28"), day("2018-03-31")))
    );
}

#[test]
fn a_year_not_loaded_is_not_guessed_and_settled_once_it_is() {
    let schedule = Schedule::of_notice(ReturnKind::Annex3);
    let mut calendar = Calendar::built_in();
    let today = day("2026-11-22");
    let known = carried_out(&schedule, &[], &calendar, today);
    let words: Vec<_> = known.iter().map(Period::due_sentence).collect();
    assert_eq!(
        words,
        [
            "12月10日（周四）",
            "2月10日（周三）（工作日安排尚未载入，载入后再按“顺延”核定）"
        ]
    );
    let holiday = crate::workday::Exception {
        day: day("2027-02-10"),
        kind: crate::workday::ExceptionKind::Holiday,
        festival: "春节".into(),
    };
    calendar.load(2027, [holiday]);
    let known = carried_out(&schedule, &known, &calendar, today);
    assert_eq!(known[1].due_on, day("2027-02-11"));
}

#[test]
fn a_changed_schedule_leaves_the_past_alone() {
    let calendar = Calendar::built_in();
    let notice = Schedule::of_notice(ReturnKind::Annex3);
    let known = carried_out(&notice, &[], &calendar, day("2017-12-01"));
    let today = day("2017-12-20");
    let monthly = Schedule {
        every: 1,
        day: 5,
        shift: ShiftRule::Earlier,
        ..notice.clone()
    };
    let after = carried_out(&monthly, &known, &calendar, today);
    let pairs: Vec<_> = after
        .iter()
        .map(|one| format!("{} {}", one.cut_off, one.due_on))
        .collect();
    assert_eq!(
        pairs,
        [
            "2017-11-30 2017-12-11",
            "2017-12-31 2018-01-05",
            "2018-01-31 2018-02-05"
        ]
    );
    // One that an officer moved stays where he put it.
    let mut moved = known.clone();
    moved[1].moved_reason = "春节".into();
    assert!(
        monthly
            .plan(&moved, &calendar, today, false)
            .change
            .iter()
            .all(|one| one.cut_off != moved[1].cut_off)
    );
    let off = Schedule {
        active: false,
        ..notice
    };
    assert_eq!(
        off.plan(&known, &calendar, today, false).drop,
        [day("2018-01-31")]
    );
}

#[test]
fn what_fell_due_while_nobody_looked_is_made_afterwards() {
    let calendar = Calendar::built_in();
    let schedule = Schedule::of_notice(ReturnKind::Annex2);
    let known = carried_out(&schedule, &[], &calendar, day("2017-12-01"));
    let after = carried_out(&schedule, &known, &calendar, day("2018-07-01"));
    let cut_offs: Vec<_> = after.iter().map(|one| one.cut_off.to_string()).collect();
    assert_eq!(
        cut_offs,
        [
            "2017-11-30",
            "2018-01-31",
            "2018-03-31",
            "2018-05-31",
            "2018-07-31",
            "2018-09-30"
        ]
    );
}

proptest! {
    #[test]
    fn carrying_out_twice_does_nothing_the_second_time(
        first in 0i64..4000, step in -400i64..400, every in 1u32..=12, after in 0u32..=3, day_of in 1u32..=31,
        grace in proptest::option::of(0u32..90), shift in 0usize..3, beyond in any::<bool>(),
    ) {
        let calendar = Calendar::built_in();
        let notice = Schedule::of_notice(ReturnKind::Annex2);
        let today = day("2016-01-01") + chrono::TimeDelta::days(first);
        let known = carried_out(&notice, &[], &calendar, today);
        let other = Schedule {
            every, months_after: after, day: day_of, grace_days: grace, shift: ShiftRule::ALL[shift], ..notice
        };
        let then = today + chrono::TimeDelta::days(step);
        let known = carried_out(&other, &known, &calendar, then);
        prop_assert!(other.plan(&known, &calendar, then, false).is_empty());
        prop_assert!(known.iter().filter(|one| one.due_on >= then).count() >= AHEAD);
        let plan = other.plan(&known, &calendar, then, beyond);
        prop_assert!(plan.add.len() <= 1 && plan.change.is_empty() && plan.drop.is_empty());
        for period in &known {
            prop_assert!(period.set_on >= period.cut_off || period.cut_off == day("2017-11-30") || after == 0);
        }
    }
}
