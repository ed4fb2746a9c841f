//! What SQL chooses is what the domain says, on both engines.

use domain::{
    Instant, Money, PersonId,
    target::{NewTarget, in_force},
};
use testkit::{TestApp, on_both};

fn at(day: u32) -> Instant {
    format!("2017-11-{day:02}T00:00:00Z").parse().unwrap()
}

on_both! {
    async fn the_target_in_force_is_the_same_in_sql_and_in_the_rule(test: TestApp) {
        let bank = test.seeded.enterprises[0];
        let rows = [("2017-01-01", 10, 1), ("2017-07-01", 20, 3), ("2017-07-01", 30, 5), ("2017-03-01", 40, 4), ("2017-09-01", 50, 2)];
        for ((effective_on, wan, day), version) in rows.into_iter().zip(0..) {
            let tx = test.store.begin().await.unwrap();
            let new = NewTarget { effective_on: effective_on.parse().unwrap(), amount: Money::from_wan(wan), reason: "x".into(), document_no: String::new() };
            store::targets::add(&tx, bank, 2017, version, &new, PersonId(1), at(day)).await.unwrap();
            tx.commit().await.unwrap();
        }
        let reader = test.store.read();
        let history = store::targets::history(&reader, bank, 2017).await.unwrap();
        for as_of in ["2017-01-01", "2017-02-28", "2017-03-01", "2017-07-01", "2017-08-31", "2017-12-31"] {
            for known in 1..=6 {
                let as_of = as_of.parse().unwrap();
                let by_rule = in_force(&history, as_of, at(known)).cloned();
                let by_sql = store::targets::in_force(&reader, 2017, as_of, at(known)).await.unwrap().into_iter().next();
                assert_eq!(by_sql, by_rule, "{as_of} known on day {known}");
            }
        }
    }
}

on_both! {
    async fn an_uncommitted_transaction_leaves_nothing(test: TestApp) {
        let tx = test.store.begin().await.unwrap();
        store::people::add(&tx, test.seeded.authority, "ghost", "鬼", at(1)).await.unwrap();
        drop(tx);
        assert!(store::people::by_login(&test.store.read(), "ghost").await.unwrap().is_none());
    }
}

on_both! {
    async fn migrating_twice_is_harmless(test: TestApp) {
        assert!(test.store.pending_migrations().await.unwrap().is_empty());
        assert!(test.store.migrate().await.unwrap().is_empty());
    }
}

on_both! {
    async fn text_comes_back_as_it_went_in(test: TestApp) {
        let name = "𠮷祥㎡玥 ‘引号’ \"；--";
        let tx = test.store.begin().await.unwrap();
        let id = store::people::add(&tx, test.seeded.authority, "odd", name, at(1)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store::people::by_id(&test.store.read(), id).await.unwrap().unwrap().name, name);
    }
}
