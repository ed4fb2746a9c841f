//! The loops that plan jobs and do those that are due, and that make reminders and send them. Any number of replicas may run it.

use std::{path::PathBuf, time::Duration};

use app::{App, reminders::Delivered};
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior, interval, sleep},
};

use crate::config::Worker;

/// Works until told to stop; a job, or a message, that has begun is finished first. `data` is where exports go.
pub async fn run(app: App, data: PathBuf, often: Worker, stopping: watch::Receiver<bool>) {
    // Sending waits for others' servers: it has a loop of its own, so that no job waits for it.
    let sending = send(app.clone(), often.clone(), stopping.clone());
    let taking = take(app.clone(), often.clone(), stopping.clone());
    let comparing = likely_twins(app.clone(), often.clone(), stopping.clone());
    tokio::join!(jobs(app, data, often, stopping), sending, taking, comparing);
}

/// Makes reminders and sends what waits.
async fn send(app: App, often: Worker, stopping: watch::Receiver<bool>) {
    let mut told = stopping.clone();
    let mut remind = interval(Duration::from_secs(often.remind_seconds));
    let mut look = interval(Duration::from_secs(often.poll_seconds));
    for timer in [&mut remind, &mut look] {
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    }
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut told) => return,
            _ = remind.tick() => {
                if let Err(error) = app.remind().await {
                    tracing::warn!(%error, "reminders could not be made");
                }
            }
            _ = look.tick() => deliver(&app, &stopping).await,
        }
    }
}

/// Takes mail that has come in. Others' servers are waited for here too, so it is a loop of its own.
async fn take(app: App, often: Worker, stopping: watch::Receiver<bool>) {
    let mut told = stopping;
    let mut look = interval(Duration::from_secs(often.mail_seconds));
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut told) => return,
            _ = look.tick() => {
                if let Err(error) = app.take_mail().await {
                    tracing::warn!(%error, "mail could not be taken");
                }
            }
        }
    }
}

/// Sends what is due, one after the other.
async fn deliver(app: &App, stopping: &watch::Receiver<bool>) {
    while !*stopping.borrow() {
        match app.deliver_one().await {
            Ok(Delivered::Nothing) => return,
            Ok(Delivered::Sent | Delivered::Not) => {}
            Err(error) => {
                tracing::warn!(%error, "messages could not be sent");
                return;
            }
        }
    }
}

/// Plans jobs and does those that are due.
async fn jobs(app: App, data: PathBuf, often: Worker, stopping: watch::Receiver<bool>) {
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
            // Somebody waits in front of the page: not until the next look.
            () = app.job_asked() => work(&app, &data, &stopping).await,
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

/// Looks for likely twins. A library just brought in is compared for minutes: no job waits for that.
async fn likely_twins(app: App, often: Worker, stopping: watch::Receiver<bool>) {
    let mut told = stopping.clone();
    let mut look = interval(Duration::from_secs(often.poll_seconds));
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut told) => return,
            _ = look.tick() => compare(&app, stopping.clone()).await,
        }
    }
}

/// Resting after each portion of a search, as a multiple of what it took: whoever works meanwhile comes first.
const REST: u32 = 4;

/// Looks for likely twins of projects that have changed.
async fn compare(app: &App, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        let began = Instant::now();
        match app.refresh_twins().await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "likely twins could not be looked for");
                return;
            }
        }
        tokio::select! {
            biased;
            () = stopped(&mut stopping) => return,
            () = sleep(began.elapsed() * REST) => {}
        }
    }
}

/// Waits until told to stop, or until nobody is left to tell.
pub async fn stopped(told: &mut watch::Receiver<bool>) {
    let _ = told.wait_for(|stop| *stop).await;
}
