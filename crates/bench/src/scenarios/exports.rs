//! 附件1 as Word, Excel and csv. Every download is written into the audit before it leaves.

use std::time::Duration;

use super::{OFFICER, Scenario, sign_in::row};
use crate::{
    bench::Bench,
    failure::Result,
    load::{Effort, repeat},
};

/// The files but PDF, which has its own scenario.
pub struct Exports;

#[async_trait::async_trait(?Send)]
impl Scenario for Exports {
    fn name(&self) -> &'static str {
        "exports"
    }

    async fn measure(&self, bench: &mut Bench) -> Result<()> {
        let server = bench.open().await?;
        let client = server.sign_in(OFFICER).await?;
        let effort = Effort {
            least: bench.times(200, 25),
            most: Duration::from_secs(if bench.short { 2 } else { 20 }),
            ..bench.effort()
        };
        for kind in ["docx", "xlsx", "csv"] {
            let path = format!("/completion.{kind}");
            let cost = repeat(&client, &path, server.process, 1, effort).await?;
            row(bench, &format!("export {kind}"), &cost);
        }
        server.close().await
    }
}
