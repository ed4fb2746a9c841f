//! The loop that plans jobs and does those that are due. Any number of replicas may run it.

use std::{path::PathBuf, time::Duration};

use app::App;
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};

use crate::config::Worker;

/// Works until told to stop; a job that has begun is finished first. `data` is where exports go.
pub async fn run(app: App, data: PathBuf, often: Worker, stopping: watch::Receiver<bool>) {
    let mut told = stopping.clone();
    let mut plan = interval(Duration::from_secs(often.plan_minutes * 60));
    let mut look = interval(Duration::from_secs(often.poll_seconds));
    for timer in [&mut plan, &mut look] {
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    }
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut told) => return,
            _ = plan.tick() => {
                if let Err(error) = app.plan_jobs().await {
                    tracing::warn!(%error, "jobs could not be planned");
                }
            }
            _ = look.tick() => work(&app, &data, &stopping).await,
        }
    }
}

/// Does the jobs that are due, one after the other.
async fn work(app: &App, data: &std::path::Path, stopping: &watch::Receiver<bool>) {
    while !*stopping.borrow() {
        match app.work_one_job(data).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(%error, "jobs could not be worked on");
                return;
            }
        }
    }
}

/// Waits until told to stop, or until nobody is left to tell.
pub async fn stopped(told: &mut watch::Receiver<bool>) {
    let _ = told.wait_for(|stop| *stop).await;
}
