//! From the start of the process to the first answer of the sign-in page.

use super::Scenario;
use crate::{bench::Bench, failure::Result, numbers::Times, report::Figure, server::House};

/// 0.3 s.
const GOAL: Figure = Figure::Micros(300_000);

/// First start (makes the demo's data) and later starts.
pub struct Start;

#[async_trait::async_trait(?Send)]
impl Scenario for Start {
    fn name(&self) -> &'static str {
        "start"
    }

    async fn measure(&self, bench: &mut Bench) -> Result<()> {
        let mut again = Vec::new();
        for _ in 0..bench.times(10, 5) {
            again.push(started(&bench.house).await?);
        }
        let again = Times::of(again);
        row(bench, "start, data is there", &again);
        bench.report.goal(
            "start to first answer, ms (median)",
            GOAL,
            Figure::time(again.median()),
        );
        // The demo makes its data in SQLite only; on PostgreSQL they are carried over beforehand.
        if bench.house.database.is_none() {
            let mut first = Vec::new();
            for number in 0..bench.times(5, 1) {
                let house = House {
                    folder: bench.scratch.join(format!("first-{number}")),
                    ..bench.house.clone()
                };
                first.push(started(&house).await?);
            }
            row(
                bench,
                "first start, makes the demo's data",
                &Times::of(first),
            );
        }
        Ok(())
    }
}

async fn started(house: &House) -> Result<std::time::Duration> {
    let server = house.open().await?;
    let time = server.start;
    server.close().await?;
    Ok(time)
}

fn row(bench: &mut Bench, what: &str, times: &Times) {
    bench.report.add(
        "Start to first answer",
        &["start", "n", "median ms", "worst ms"],
        vec![
            Figure::Text(what.to_owned()),
            Figure::Count(u64::try_from(times.count()).unwrap_or_default()),
            Figure::time(times.median()),
            Figure::time(times.worst()),
        ],
    );
}
