//! 怎么来的: of one unit's figure, and of the whole table's.

use super::{completion, page::Page};
use crate::{bare::Query, data::Ground};

/// One enterprise's 完成数.
pub fn of_a_unit() -> Page {
    Page {
        name: "explain-unit",
        path: |ground| {
            format!(
                "/completion/explain?figure=done&year={}&as_of={}&unit={}",
                ground.year, ground.as_of, ground.enterprise
            )
        },
        reads: |ground| reads(ground, completion::behind),
    }
}

/// The table's 完成率: every statement and target behind it.
pub fn of_the_table() -> Page {
    Page {
        name: "explain-table",
        path: |ground| {
            format!(
                "/completion/explain?figure=rate&year={}&as_of={}",
                ground.year, ground.as_of
            )
        },
        reads: |ground| reads(ground, completion::behind_all),
    }
}

fn reads(ground: &Ground, behind: fn(&Ground) -> Vec<Query>) -> Vec<Query> {
    let mut queries = completion::reads(ground);
    queries.extend(behind(ground));
    queries
}
