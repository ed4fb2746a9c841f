//! Work without a person: housekeeping and the daily export of the audit heads.

use std::path::Path;

use chrono::TimeDelta;
use domain::{dates, setting::Setting};
use store::jobs::Job;

use crate::{App, Result};

/// A claimed job not finished in this many minutes may be claimed by another replica.
const LEASE_MINUTES: i64 = 5;
/// Tries before a job is given up and a person must look.
const TRIES: i64 = 8;

/// What became of a job.
enum Outcome {
    Done,
    Retry(String),
}

impl App {
    /// Puts today's jobs into the table; those already there stay. Any number of replicas may call this any time.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn plan_jobs(&self) -> Result<()> {
        let work = self.work().await?;
        let today = dates::day_in_shanghai(work.now);
        for name in [
            "housekeeping",
            "audit.export_heads",
            crate::returns::PERIODS_JOB,
        ] {
            store::jobs::add(&work.tx, name, "{}", &format!("{name}:{today}"), work.now).await?;
        }
        Ok(work.tx.commit().await?)
    }

    /// Does one job that is due. False when none is. `data` is where exports go.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn work_one_job(&self, data: &Path) -> Result<bool> {
        let work = self.work().await?;
        let claimed = store::jobs::claim(
            &work.tx,
            work.now,
            work.now + TimeDelta::minutes(LEASE_MINUTES),
        )
        .await?;
        work.tx.commit().await?;
        let Some(job) = claimed else { return Ok(false) };
        let outcome = match self.do_job(&job, data).await {
            Ok(()) => Outcome::Done,
            Err(error) => Outcome::Retry(error.to_string()),
        };
        let work = self.work().await?;
        match outcome {
            Outcome::Done => store::jobs::done(&work.tx, job.id, work.now).await?,
            Outcome::Retry(error) if job.attempts + 1 >= TRIES => {
                tracing::error!(job = job.name, error, "job given up");
                store::jobs::give_up(&work.tx, job.id, work.now, &error).await?;
            }
            Outcome::Retry(error) => {
                tracing::warn!(job = job.name, error, "job failed, will be tried again");
                let later = work.now + TimeDelta::minutes(1 << job.attempts.min(6));
                store::jobs::retry(&work.tx, job.id, later, &error).await?;
            }
        }
        work.tx.commit().await?;
        Ok(true)
    }

    async fn do_job(&self, job: &Job, data: &Path) -> Result<()> {
        match job.name.as_str() {
            "housekeeping" => self.housekeeping().await,
            "audit.export_heads" => self.export_heads(data).await,
            crate::projects::EXPORT_JOB => self.run_project_export(&job.payload).await,
            crate::returns::PERIODS_JOB => self.make_all_periods().await,
            crate::returns::intake::JOB => self.run_intake(&job.payload).await,
            crate::duties::JOB => self.run_hand_over(&job.payload).await,
            other => Err(crate::Error::Internal(format!("no job is called {other}"))),
        }
    }

    async fn housekeeping(&self) -> Result<()> {
        let settings = self.settings();
        let work = self.work().await?;
        let (hours, idle, drafts) = (
            self.longest(&work.tx, Setting::SessionHours, settings.session_hours)
                .await?,
            self.longest(
                &work.tx,
                Setting::SessionIdleMinutes,
                settings.session_idle_minutes,
            )
            .await?,
            self.longest(&work.tx, Setting::DraftHours, settings.draft_hours)
                .await?,
        );
        let begun = work.now - TimeDelta::hours(hours);
        store::sign_in::purge_sessions(&work.tx, begun, work.now - TimeDelta::minutes(idle))
            .await?;
        store::sign_in::purge_failures(&work.tx, work.now - TimeDelta::days(1)).await?;
        let drafts_before = work.now - TimeDelta::hours(drafts);
        store::imports::purge(&work.tx, drafts_before).await?;
        store::table_drafts::purge(&work.tx, drafts_before).await?;
        store::intake::purge(&work.tx, drafts_before).await?;
        store::exports::purge(&work.tx, work.now - TimeDelta::days(1)).await?;
        self.purge_project_drafts(&work.tx, work.now).await?;
        Ok(work.tx.commit().await?)
    }

    /// Writes the heads of all chains to `audit-heads/DAY.json`: kept apart from the database, they show a cut-off tail.
    async fn export_heads(&self, data: &Path) -> Result<()> {
        let export = self.audit_heads().await?;
        let folder = data.join("audit-heads");
        let text = serde_json::to_string_pretty(&export)?;
        let write = async {
            tokio::fs::create_dir_all(&folder).await?;
            let part = folder.join(format!("{}.json.part", export.day));
            tokio::fs::write(&part, text).await?;
            tokio::fs::rename(part, folder.join(format!("{}.json", export.day))).await
        };
        write
            .await
            .map_err(|error| crate::Error::Unavailable(format!("{}: {error}", folder.display())))
    }
}
