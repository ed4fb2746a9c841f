//! What signing in costs: argon2id, and the audit's event.

use super::{OFFICER, Scenario};
use crate::{
    bench::Bench, client::Client, clock::Stopwatch, failure::Result, load::Cost, numbers::Times,
    proc::time_of, report::Figure,
};

/// Signing in, one after the other.
pub struct SignIn;

#[async_trait::async_trait(?Send)]
impl Scenario for SignIn {
    fn name(&self) -> &'static str {
        "sign-in"
    }

    async fn measure(&self, bench: &mut Bench) -> Result<()> {
        let server = bench.open().await?;
        let mut times = Vec::new();
        let (watch, before) = (Stopwatch::start(), server.process.ticks()?);
        for _ in 0..bench.times(100, 20) {
            let mut client = Client::connect(server.address).await?;
            times.push(server.sign_in_over(&mut client, OFFICER).await?);
        }
        let cost = Cost {
            times: Times::of(times),
            wall: watch.passed(),
            processor: time_of(server.process.ticks()? - before),
            bytes: 0,
        };
        server.close().await?;
        row(bench, "sign-in (page, form)", &cost);
        Ok(())
    }
}

/// Adds something done one after the other by one person.
pub(super) fn row(bench: &mut Bench, what: &str, cost: &Cost) {
    bench.report.add(
        "Done one after the other",
        &["what", "n", "CPU ms", "median ms", "worst ms", "bytes"],
        vec![
            Figure::Text(what.to_owned()),
            Figure::Count(u64::try_from(cost.times.count()).unwrap_or_default()),
            Figure::Nanos(cost.nanos_each()),
            Figure::time(cost.times.median()),
            Figure::time(cost.times.worst()),
            if cost.bytes == 0 {
                Figure::None
            } else {
                Figure::Count(cost.bytes)
            },
        ],
    );
}
