//! Memory of the server process: just started, and after people have looked at pages.

use std::time::Duration;

use hyper::StatusCode;

use super::{OFFICER, Scenario};
use crate::{
    bench::Bench,
    failure::Result,
    proc::{Memory, Process},
    report::Figure,
};

/// 40 MB.
const GOAL: Figure = Figure::Kib(40_000_000 / 1024);
/// After so long the work that begins with the start is done.
const SETTLED: Duration = Duration::from_secs(3);

/// Idle memory.
pub struct Idle;

#[async_trait::async_trait(?Send)]
impl Scenario for Idle {
    fn name(&self) -> &'static str {
        "idle"
    }

    async fn measure(&self, bench: &mut Bench) -> Result<()> {
        let server = bench.open().await?;
        tokio::time::sleep(SETTLED).await;
        let fresh = server.process.memory()?;
        row(bench, "idle after the start", fresh);
        bench
            .report
            .goal("idle memory, MiB (RSS)", GOAL, Figure::Kib(fresh.rss));
        bench
            .report
            .goal("idle memory, MiB (PSS)", GOAL, Figure::Kib(fresh.pss));
        let mut client = server.sign_in(OFFICER).await?;
        rest(bench, server.process, "after one sign-in").await?;
        for _ in 0..500 {
            client.get("/completion").await?.expect(StatusCode::OK)?;
        }
        rest(bench, server.process, "after 500 completion pages").await?;
        server.close().await
    }
}

async fn rest(bench: &mut Bench, server: Process, when: &str) -> Result<()> {
    tokio::time::sleep(Duration::from_secs(1)).await;
    row(bench, when, server.memory()?);
    Ok(())
}

/// Adds what a process occupies at a moment.
pub(super) fn row(bench: &mut Bench, when: &str, memory: Memory) {
    bench.report.add(
        "Memory of the server",
        &["when", "RSS MiB", "PSS MiB", "anonymous MiB"],
        vec![
            Figure::Text(when.to_owned()),
            Figure::Kib(memory.rss),
            Figure::Kib(memory.pss),
            Figure::Kib(memory.anonymous),
        ],
    );
}
