//! 项目库 with a hundred thousand projects and more: lists, searches, the summary, a project, a past day, a file, memory.
//!
//! The data is made by the program's own `bench-data` over a demo. Each size is measured whole before the next is made.

mod reads;

use std::{collections::BTreeMap, time::Duration};

use hyper::StatusCode;

use super::{OFFICER, Scenario, idle, page::Page, sign_in::row};
use crate::{
    bench::Bench,
    client::{Client, form_token},
    clock::Stopwatch,
    data::Ground,
    failure::Result,
    load::Cost,
    numbers::{Times, hundredths},
    proc::time_of,
    report::Figure,
    server::Server,
    terminal,
};

/// The size the goals are about.
const GOALS_AT: u32 = 100_000;
/// Rows of the file that is exported.
const EXPORTED: i64 = 10_000;

/// The library at one size after the other.
pub struct Library;

/// A page, what it may cost in microseconds of processor time, and how many times the bare handler's (hundredths).
struct Measured {
    page: Page,
    most: Option<u64>,
    ratio: Option<u64>,
    indexed: bool,
}

impl Measured {
    fn new(
        name: &'static str,
        path: fn(&Ground) -> String,
        reads: fn(&Ground) -> Vec<crate::bare::Query>,
    ) -> Self {
        Self {
            page: Page { name, path, reads },
            most: None,
            ratio: None,
            indexed: false,
        }
    }

    fn at_most(self, micros: u64) -> Self {
        Self {
            most: Some(micros),
            indexed: true,
            ..self
        }
    }
}

fn searching(text: &str) -> String {
    let text: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    format!("/projects?q={text}")
}

/// What the list is asked for whose cost counts.
fn list_path(ground: &Ground) -> String {
    let unit = ground.library.unit;
    format!("/projects?unit={unit}&stage=signed&sort=investment&order=desc")
}

fn pages() -> Vec<Measured> {
    let list = Measured::new(
        "list: enterprise, stage, by investment",
        list_path,
        reads::list,
    );
    vec![
        Measured {
            ratio: Some(600),
            ..list.at_most(500)
        },
        Measured::new("list: everything", |_| "/projects".to_owned(), reads::whole),
        Measured::new(
            "search: common, 建设",
            |_| searching("建设"),
            |ground| reads::search(ground, "建设"),
        )
        .at_most(6_000),
        Measured::new(
            "search: common, 建设项目",
            |_| searching("建设项目"),
            |ground| reads::search(ground, "建设项目"),
        )
        .at_most(6_000),
        // In one project of fifty thousand: crates/zhaoshang/src/bench_data.rs.
        Measured::new(
            "search: rare, 极地科考",
            |_| searching("极地科考"),
            |ground| reads::search(ground, "极地科考"),
        )
        .at_most(500),
        Measured::new(
            "search: one character, 港",
            |_| searching("港"),
            |ground| reads::search(ground, "港"),
        )
        .at_most(6_000),
        Measured::new(
            "search: two characters, 物流",
            |_| searching("物流"),
            |ground| reads::search(ground, "物流"),
        )
        .at_most(6_000),
        Measured::new(
            "summary: every enterprise",
            |_| "/projects/summary".to_owned(),
            reads::summary,
        )
        .at_most(8_000),
        Measured::new(
            "project",
            |ground| format!("/projects/{}", ground.library.project),
            reads::project,
        ),
        Measured::new(
            "past day",
            |_| "/projects?as_of=2016-06-30".to_owned(),
            reads::past,
        ),
    ]
}

#[async_trait::async_trait(?Send)]
impl Scenario for Library {
    fn name(&self) -> &'static str {
        "library"
    }

    async fn measure(&self, bench: &mut Bench) -> Result<()> {
        let (house, ground) = (bench.house.clone(), bench.ground.clone());
        let mut first: Option<(u32, BTreeMap<&'static str, u64>)> = None;
        for size in bench.sizes.clone() {
            let watch = Stopwatch::start();
            bench.lay_library(size).await?;
            terminal::note(format!(
                "        {size} projects made in {} s",
                watch.passed().as_secs()
            ));
            let costs = measure_at(bench, size).await?;
            if let Some((before, known)) = &first {
                compare(bench, *before, known, size, &costs);
            }
            first.get_or_insert((size, costs));
            bench.leave_library().await?;
        }
        (bench.house, bench.ground) = (house, ground);
        Ok(())
    }
}

/// Everything at one size; gives the processor time of pages in nanoseconds.
async fn measure_at(bench: &mut Bench, size: u32) -> Result<BTreeMap<&'static str, u64>> {
    let mut costs = BTreeMap::new();
    let judged = size == GOALS_AT;
    bench.label = format!("{size}: ");
    memory(bench, size, judged).await?;
    for one in pages() {
        let (nanos, ratio) = one.page.costs(bench).await?;
        if judged && let Some(most) = one.most {
            let what = format!("{}, CPU ms", one.page.name);
            bench
                .report
                .goal(what, Figure::Nanos(most * 1000), Figure::Nanos(nanos));
        }
        if judged && let Some(most) = one.ratio {
            let what = format!("{}, times the limit", one.page.name);
            bench
                .report
                .goal(what, Figure::Hundredths(most), Figure::Hundredths(ratio));
        }
        if one.indexed {
            costs.insert(one.page.name, nanos);
        }
    }
    export(bench, judged).await?;
    bench.label.clear();
    Ok(costs)
}

/// Indexed queries cost at most twice as much in a larger library.
fn compare(
    bench: &mut Bench,
    before: u32,
    known: &BTreeMap<&'static str, u64>,
    size: u32,
    costs: &BTreeMap<&'static str, u64>,
) {
    for (name, nanos) in costs {
        let times = known
            .get(name)
            .and_then(|before| hundredths(*nanos, *before));
        if let Some(times) = times {
            let what = format!("{name}: {size} to {before} projects, times");
            bench
                .report
                .goal(what, Figure::Hundredths(200), Figure::Hundredths(times));
        }
    }
}

/// Start, memory before and after work, bytes of a first load.
async fn memory(bench: &mut Bench, size: u32, judged: bool) -> Result<()> {
    let server = bench.open().await?;
    if judged {
        bench.report.goal(
            "library: start to first answer, ms",
            Figure::Micros(300_000),
            Figure::time(server.start),
        );
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = server.process.memory()?;
    idle::row(bench, &format!("{size} projects: idle"), idle);
    let mut client = server.sign_in(OFFICER).await?;
    let paths: Vec<String> = pages()
        .iter()
        .map(|one| (one.page.path)(&bench.ground))
        .collect();
    for _ in 0..bench.times(50, 5) {
        for path in &paths {
            client.get(path).await?.expect(StatusCode::OK)?;
        }
    }
    let loaded = server.process.memory()?;
    idle::row(
        bench,
        &format!("{size} projects: loaded, before any PDF"),
        loaded,
    );
    first_load(bench, &mut client, judged).await?;
    for _ in 0..bench.times(100, 10) {
        client
            .get("/completion.pdf")
            .await?
            .expect(StatusCode::OK)?;
    }
    let printed = server.process.memory()?;
    idle::row(
        bench,
        &format!("{size} projects: after {} PDFs", bench.times(100, 10)),
        printed,
    );
    if judged {
        bench.report.goal(
            "library: idle memory, MiB (RSS)",
            Figure::Kib(40_000_000 / 1024),
            Figure::Kib(idle.rss),
        );
        bench.report.goal(
            "library: loaded memory, MiB (RSS)",
            Figure::Kib(120_000_000 / 1024),
            Figure::Kib(loaded.rss.max(printed.rss)),
        );
    }
    server.close().await
}

/// The list page as it is sent, and with everything that a browser fetches for it.
async fn first_load(bench: &mut Bench, client: &mut Client, judged: bool) -> Result<()> {
    let path = list_path(&bench.ground);
    let list = client.get(&path).await?.expect(StatusCode::OK)?.body.len();
    client.gzip = false;
    let html = client.get(&path).await?.expect(StatusCode::OK)?;
    client.gzip = true;
    let text = html.text();
    let assets: std::collections::BTreeSet<&str> = text
        .split('"')
        .filter(|part| part.starts_with("/assets/"))
        .collect();
    let mut all = list;
    for asset in assets {
        all += client.get(asset).await?.expect(StatusCode::OK)?.body.len();
    }
    let (list, all) = (u64::try_from(list)?, u64::try_from(all)?);
    bench.report.add(
        "Bytes of the list page",
        &["projects", "plain", "compressed", "with all it fetches"],
        vec![
            Figure::Text(bench.label.trim_end_matches(": ").to_owned()),
            Figure::Count(u64::try_from(text.len())?),
            Figure::Count(list),
            Figure::Count(all),
        ],
    );
    if judged {
        bench.report.goal(
            "list page, bytes compressed",
            Figure::Count(50 * 1024),
            Figure::Count(list),
        );
        bench.report.goal(
            "first load of everything, bytes",
            Figure::Count(400 * 1024),
            Figure::Count(all),
        );
    }
    Ok(())
}

/// About ten thousand rows as Excel, made by a job of the server: from asking for it to having it.
async fn export(bench: &mut Bench, judged: bool) -> Result<()> {
    let server = bench.open().await?;
    let client = server.sign_in(OFFICER).await?;
    let mut costs = Vec::new();
    let mut rows = 0;
    for _ in 0..bench.times(5, 1) {
        let (cost, count) = exported(&server, &client, &bench.ground).await?;
        rows = count;
        costs.push(cost);
    }
    server.close().await?;
    let middle = costs.len() / 2;
    costs.sort_by_key(|cost| cost.processor);
    let Some(cost) = costs.get(middle) else {
        return Ok(());
    };
    let label = format!("{}export of {rows} rows to xlsx", bench.label);
    row(bench, &label, cost);
    if judged {
        // The file has somewhat more or fewer rows than the goal is about.
        let nanos = u128::from(cost.nanos_each()) * u128::try_from(EXPORTED)?
            / u128::try_from(rows.max(1))?;
        bench.report.goal(
            "export of 10000 rows to xlsx, CPU ms",
            Figure::Nanos(300_000_000),
            Figure::Nanos(u64::try_from(nanos)?),
        );
    }
    Ok(())
}

async fn exported(server: &Server, client: &Client, ground: &Ground) -> Result<(Cost, i64)> {
    let (query, rows) = &ground.library.export;
    let mut client = client.another().await?;
    client.gzip = false;
    let page = client
        .get("/projects?size=1")
        .await?
        .expect(StatusCode::OK)?;
    let csrf = form_token(&page.text())?;
    let (watch, before) = (Stopwatch::start(), server.process.ticks()?);
    let asked = [
        ("csrf", csrf.as_str()),
        ("query", query),
        ("format", "xlsx"),
    ];
    let answer = client
        .post("/projects/export", &asked)
        .await?
        .expect(StatusCode::SEE_OTHER)?;
    let place = answer
        .headers
        .get("location")
        .and_then(|place| place.to_str().ok())
        .ok_or("no address of the file")?
        .to_owned();
    let file = format!("{place}/file");
    loop {
        let answer = client.get(&file).await?;
        if answer.status == StatusCode::OK {
            return Ok((
                Cost {
                    times: Times::of(vec![watch.passed()]),
                    wall: watch.passed(),
                    processor: time_of(server.process.ticks()? - before),
                    bytes: u64::try_from(answer.body.len())?,
                },
                *rows,
            ));
        }
        if watch.passed() > Duration::from_secs(300) {
            return Err("the file is not made".into());
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}
