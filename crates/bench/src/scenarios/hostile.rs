//! Hostile files one by one: what the reader answers, how long it takes, how much memory its child needs.

use std::{fs, time::Duration};

use serde_json::Value;

use super::{Scenario, forms};
use crate::{bench::Bench, failure::Result, files::hostile, report::Figure};

/// 2 s.
const TIME: Figure = Figure::Micros(2_000_000);
/// 200 MiB.
const MEMORY: Figure = Figure::Kib(200 << 10);

/// Every hostile file.
pub struct HostileFiles;

#[async_trait::async_trait(?Send)]
impl Scenario for HostileFiles {
    fn name(&self) -> &'static str {
        "hostile"
    }

    async fn measure(&self, bench: &mut Bench) -> Result<()> {
        let (mut slowest, mut largest) = (Duration::ZERO, 0);
        let (mut files, mut as_expected) = (0, 0);
        for file in hostile::all()? {
            let folder = tempfile::tempdir_in(&bench.scratch)?;
            let path = folder.path().join(file.name);
            fs::write(&path, &file.bytes)?;
            let runs = forms::read(&bench.house.program, &path, bench.times(5, 1)).await?;
            let answer = answer(
                &runs
                    .first()
                    .map(|run| run.output.clone())
                    .unwrap_or_default(),
            );
            let (time, peak) = forms::row(bench, file.what, &file.bytes, &runs, &answer);
            (slowest, largest) = (slowest.max(time), largest.max(peak));
            files += 1;
            as_expected += u64::from(answer == file.refusal.unwrap_or("ok"));
        }
        bench
            .report
            .goal("slowest hostile file, ms", TIME, Figure::time(slowest));
        bench.report.goal(
            "largest memory of the reading child, MiB",
            MEMORY,
            Figure::Kib(largest),
        );
        bench.report.goal(
            "hostile files answered as they must be",
            Figure::Text(files.to_string()),
            Figure::Text(as_expected.to_string()),
        );
        Ok(())
    }
}

/// The kind of refusal, or how the reading went.
fn answer(output: &str) -> String {
    let Ok(reading) = serde_json::from_str::<Value>(output) else {
        return "killed by its limits".to_owned();
    };
    let word = reading["error"].as_str().or(reading["outcome"].as_str());
    word.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_refusal_is_the_answer() {
        assert_eq!(
            answer(r#"{"outcome":"rejected","error":"encrypted"}"#),
            "encrypted"
        );
        assert_eq!(answer(r#"{"outcome":"ok","error":null}"#), "ok");
        assert_eq!(answer(""), "killed by its limits");
    }
}
