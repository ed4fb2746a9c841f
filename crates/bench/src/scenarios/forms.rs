//! `zhaoshang forms read`: the reference notice, and forms of 10,000 rows.

use std::{fs, path::Path, time::Duration};

use serde_json::Value;

use super::Scenario;
use crate::{
    bench::Bench,
    failure::Result,
    files::rows,
    measure::{self, Spent},
    numbers::Times,
    report::Figure,
};

/// The reference notice, as the tests of the reader have it.
const NOTICE: &[u8] = include_bytes!("../../../documents/tests/data/notice.docx");
const MANY: usize = 10_000;

/// Large good files.
pub struct Forms;

#[async_trait::async_trait(?Send)]
impl Scenario for Forms {
    fn name(&self) -> &'static str {
        "forms"
    }

    async fn measure(&self, bench: &mut Bench) -> Result<()> {
        let files = [
            ("the notice", "notice.docx", NOTICE.to_vec(), 17),
            ("10,000 rows docx", "many.docx", rows::as_docx(MANY)?, MANY),
            ("10,000 rows xlsx", "many.xlsx", rows::as_xlsx(MANY)?, MANY),
            ("10,000 rows csv", "many.csv", rows::as_csv(MANY), MANY),
        ];
        for (what, name, bytes, expected) in files {
            let path = bench.scratch.join(name);
            fs::write(&path, &bytes)?;
            let runs = read(&bench.house.program, &path, bench.times(10, 3)).await?;
            let answer = runs
                .first()
                .map(|run| run.output.as_str())
                .unwrap_or_default();
            let reading: Value = serde_json::from_str(answer)?;
            let found = reading["rows"].as_array().map_or(0, Vec::len);
            if reading["outcome"] != "ok" || found != expected {
                return Err(format!(
                    "{what}: {} with {found} rows: {}",
                    reading["outcome"], reading["message"]
                )
                .into());
            }
            row(bench, what, &bytes, &runs, "ok");
        }
        Ok(())
    }
}

/// Reads a file so often, each time in a process of its own.
pub(super) async fn read(program: &Path, file: &Path, times: usize) -> Result<Vec<Spent>> {
    let report = file.with_extension("time");
    let file = file.to_str().ok_or("a plain path is needed")?;
    let mut runs = Vec::new();
    for _ in 0..times {
        runs.push(
            measure::command(
                program,
                &["forms", "read", file, "--source", "--as", "annex1"],
                &report,
            )
            .await?,
        );
    }
    Ok(runs)
}

/// Adds what reading a file cost; gives the longest time and the largest peak.
pub(super) fn row(
    bench: &mut Bench,
    what: &str,
    bytes: &[u8],
    runs: &[Spent],
    answer: &str,
) -> (Duration, u64) {
    let times = Times::of(runs.iter().map(|run| run.time).collect());
    let processor = runs
        .iter()
        .map(|run| run.processor)
        .max()
        .unwrap_or_default();
    let peak = runs
        .iter()
        .map(|run| run.peak_kib)
        .max()
        .unwrap_or_default();
    bench.report.add(
        "forms read, a process each",
        &[
            "file",
            "n",
            "sent KiB",
            "median ms",
            "worst ms",
            "worst CPU ms",
            "peak RSS MiB",
            "answer",
        ],
        vec![
            Figure::Text(what.to_owned()),
            Figure::Count(u64::try_from(runs.len()).unwrap_or_default()),
            Figure::Count(u64::try_from(bytes.len() / 1024).unwrap_or_default()),
            Figure::time(times.median()),
            Figure::time(times.worst()),
            Figure::time(processor),
            Figure::Kib(peak),
            Figure::Text(answer.to_owned()),
        ],
    );
    (times.worst(), peak)
}
