//! PDF: the first one after the start reads the fonts; what stays in memory afterwards.

use hyper::StatusCode;

use super::{OFFICER, Scenario, idle, sign_in::row};
use crate::{
    bench::Bench, clock::Stopwatch, failure::Result, load::Cost, numbers::Times, proc::time_of,
};

const PATH: &str = "/completion.pdf";

/// Cold and warm.
pub struct Pdf;

#[async_trait::async_trait(?Send)]
impl Scenario for Pdf {
    fn name(&self) -> &'static str {
        "pdf"
    }

    async fn measure(&self, bench: &mut Bench) -> Result<()> {
        let mut cold = Vec::new();
        let mut spent = 0;
        let (watch, starts) = (Stopwatch::start(), bench.times(10, 3));
        for _ in 1..starts {
            let server = bench.open().await?;
            let mut client = server.sign_in(OFFICER).await?;
            let before = server.process.ticks()?;
            cold.push(client.get(PATH).await?.expect(StatusCode::OK)?.time);
            spent += server.process.ticks()? - before;
            server.close().await?;
        }
        let server = bench.open().await?;
        let mut client = server.sign_in(OFFICER).await?;
        idle::row(bench, "before the first PDF", server.process.memory()?);
        let before = server.process.ticks()?;
        let first = client.get(PATH).await?.expect(StatusCode::OK)?;
        spent += server.process.ticks()? - before;
        cold.push(first.time);
        idle::row(bench, "after the first PDF", server.process.memory()?);
        let bytes = u64::try_from(first.body.len())?;
        row(
            bench,
            "PDF, first after a start",
            &Cost {
                times: Times::of(cold),
                wall: watch.passed(),
                processor: time_of(spent),
                bytes,
            },
        );
        let mut warm = Vec::new();
        let (watch, before) = (Stopwatch::start(), server.process.ticks()?);
        for _ in 0..bench.times(99, 15) {
            warm.push(client.get(PATH).await?.expect(StatusCode::OK)?.time);
        }
        row(
            bench,
            "PDF, later ones",
            &Cost {
                times: Times::of(warm),
                wall: watch.passed(),
                processor: time_of(server.process.ticks()? - before),
                bytes,
            },
        );
        idle::row(
            bench,
            if bench.short {
                "after 16 PDFs"
            } else {
                "after 100 PDFs"
            },
            server.process.memory()?,
        );
        server.close().await
    }
}
