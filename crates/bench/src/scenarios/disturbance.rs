//! What a reader of 完成情况 notices while others upload hostile files.

use std::{
    rc::Rc,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use hyper::{Method, StatusCode, body::Bytes};

use super::{OFFICER, Scenario};
use crate::{
    bench::Bench,
    client::{Client, form_token, with_file},
    failure::Result,
    files::hostile::{self, Hostile},
    load::steadily,
    numbers::Times,
    report::Figure,
    server::Server,
};

/// The reader is another person than those who upload.
const READER: &str = "leader";
/// A click of the reader.
const EVERY: Duration = Duration::from_millis(20);

/// Reading alone, beside one who uploads, and beside four.
pub struct Disturbance;

#[async_trait::async_trait(?Send)]
impl Scenario for Disturbance {
    fn name(&self) -> &'static str {
        "disturbance"
    }

    async fn measure(&self, bench: &mut Bench) -> Result<()> {
        let server = bench.open().await?;
        let reader = server.sign_in(READER).await?;
        let during = Duration::from_secs(if bench.short { 3 } else { 30 });
        // Warm, as it is when people work.
        steadily(&reader, "/completion", EVERY, Duration::from_secs(1)).await?;
        let files = hostile::all()?;
        for uploaders in [0, 1, 4] {
            let (times, uploads) = beside(&server, &reader, &files, uploaders, during).await?;
            row(bench, uploaders, &times, &uploads);
        }
        let memory = server.process.memory()?;
        super::idle::row(bench, "after all hostile uploads", memory);
        server.close().await
    }
}

/// Reads at a steady pace while so many people upload one hostile file after the other.
async fn beside(
    server: &Server,
    reader: &Client,
    files: &[Hostile],
    uploaders: usize,
    during: Duration,
) -> Result<(Times, Times)> {
    let over = Rc::new(AtomicBool::new(false));
    let local = tokio::task::LocalSet::new();
    let mut uploading = Vec::new();
    for start in 0..uploaders {
        let mut person = server.sign_in(OFFICER).await?;
        let bodies = bodies(&mut person, files).await?;
        uploading.push(local.spawn_local(upload(person, bodies, start, over.clone())));
    }
    local
        .run_until(async {
            let times = steadily(reader, "/completion", EVERY, during).await;
            over.store(true, Ordering::Relaxed);
            let mut uploads = Vec::new();
            for one in uploading {
                uploads.extend(one.await??);
            }
            Ok((times?, Times::of(uploads)))
        })
        .await
}

async fn bodies(person: &mut Client, files: &[Hostile]) -> Result<Vec<(String, Bytes)>> {
    person.gzip = false;
    let page = person
        .get("/statements/import")
        .await?
        .expect(StatusCode::OK)?;
    let csrf = form_token(&page.text())?;
    Ok(files
        .iter()
        .map(|file| with_file(&csrf, file.name, &file.bytes))
        .collect())
}

/// Uploads one after the other until told that it is over. Whatever the file, the answer is a page.
async fn upload(
    mut person: Client,
    bodies: Vec<(String, Bytes)>,
    start: usize,
    over: Rc<AtomicBool>,
) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for (kind, body) in bodies.iter().cycle().skip(start * 4) {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let answer = person
            .send(Method::POST, "/statements/import", kind, body.clone())
            .await?;
        if !matches!(
            answer.status,
            StatusCode::SEE_OTHER | StatusCode::UNPROCESSABLE_ENTITY
        ) {
            return Err(format!("an upload was answered {}", answer.status).into());
        }
        times.push(answer.time);
    }
    Ok(times)
}

fn row(bench: &mut Bench, uploaders: usize, times: &Times, uploads: &Times) {
    let count = |times: &Times| Figure::Count(u64::try_from(times.count()).unwrap_or_default());
    let upload = |time: Duration| {
        if uploads.count() == 0 {
            Figure::None
        } else {
            Figure::time(time)
        }
    };
    bench.report.add(
        "completion, 50 requests a second, beside hostile uploads",
        &[
            "uploading",
            "n",
            "p50 ms",
            "p99 ms",
            "worst ms",
            "uploads",
            "upload p50 ms",
            "upload worst ms",
        ],
        vec![
            Figure::Text(
                ["nobody", "one person", "", "", "four persons"]
                    .get(uploaders)
                    .copied()
                    .unwrap_or_default()
                    .to_owned(),
            ),
            count(times),
            Figure::time(times.median()),
            Figure::time(times.at(990)),
            Figure::time(times.worst()),
            count(uploads),
            upload(uploads.median()),
            upload(uploads.worst()),
        ],
    );
}
