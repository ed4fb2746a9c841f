//! A page that is asked again and again, beside the bare handler that reads the same from the same database.

use std::collections::BTreeMap;

use hyper::{StatusCode, header};

use super::{OFFICER, Scenario};
use crate::{
    bare::{self, Bare, Query},
    bench::Bench,
    client::Client,
    data::Ground,
    failure::Result,
    load::Rounds,
    numbers::Times,
    report::Figure,
};

/// Connections that ask at once when requests per second are counted.
const AT_ONCE: usize = 8;

/// A page.
pub struct Page {
    /// The word that `--only` takes, and how the report calls it.
    pub name: &'static str,
    /// Its address.
    pub path: fn(&Ground) -> String,
    /// What the page itself must read, for the bare handler.
    pub reads: fn(&Ground) -> Vec<Query>,
}

#[async_trait::async_trait(?Send)]
impl Scenario for Page {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn measure(&self, bench: &mut Bench) -> Result<()> {
        self.costs(bench).await.map(|_| ())
    }
}

impl Page {
    /// Measures; gives one reader's processor time in nanoseconds and the ratio to the bare handler's in hundredths.
    ///
    /// # Errors
    /// It could not be measured.
    pub async fn costs(&self, bench: &mut Bench) -> Result<(u64, u64)> {
        let path = (self.path)(&bench.ground);
        let server = bench.open().await?;
        let client = server.sign_in(OFFICER).await?;
        let bare = Bare::start(
            &bench.database(),
            &bench.scratch,
            &self.bare(&client, &path, bench).await?,
        )
        .await?;
        let mut bare_client = Client::connect(bare.address).await?;
        bare_client.gzip = true;
        let (product, limit) = ((&client, server.process), (&bare_client, bare.process));
        let (rounds, effort) = (bench.rounds(), bench.effort());
        let alone = Rounds::of(rounds, &path, product, limit, 1, effort).await?;
        let at_once = Rounds::of(rounds, &path, product, limit, AT_ONCE, effort).await?;
        server.close().await?;
        self.rows(bench, &alone, &at_once);
        Ok((alone.nanos_each().0, alone.ratio()))
    }

    /// The bare handler's page, made after the product's answer.
    async fn bare(
        &self,
        client: &Client,
        path: &str,
        bench: &Bench,
    ) -> Result<BTreeMap<String, bare::Page>> {
        let mut plain = client.another().await?;
        plain.gzip = false;
        let answer = plain.get(path).await?.expect(StatusCode::OK)?;
        let kind = answer
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        let page = bare::Page::like(
            kind.unwrap_or_default(),
            &answer.text(),
            (self.reads)(&bench.ground),
        );
        Ok([(path.to_owned(), page)].into())
    }

    fn rows(&self, bench: &mut Bench, alone: &Rounds, at_once: &Rounds) {
        let count = |times: &Times| Figure::Count(u64::try_from(times.count()).unwrap_or_default());
        let (nanos, bytes, (times, bare_times)) =
            (alone.nanos_each(), alone.bytes(), alone.times());
        bench.report.add(
            "Pages and API, one reader (compressed as browsers get them)",
            &[
                "page",
                "n",
                "CPU ms",
                "p50 ms",
                "p99 ms",
                "bytes",
                "bare CPU ms",
                "bare p50 ms",
                "bare p99 ms",
                "bare bytes",
                "CPU ÷ bare",
            ],
            vec![
                Figure::Text(format!("{}{}", bench.label, self.name)),
                count(&times),
                Figure::Nanos(nanos.0),
                Figure::time(times.median()),
                Figure::time(times.at(990)),
                Figure::Count(bytes.0),
                Figure::Nanos(nanos.1),
                Figure::time(bare_times.median()),
                Figure::time(bare_times.at(990)),
                Figure::Count(bytes.1),
                Figure::Hundredths(alone.ratio()),
            ],
        );
        let (nanos, rates, (times, _)) = (at_once.nanos_each(), at_once.rates(), at_once.times());
        bench.report.add(
            "Pages and API, eight readers at once",
            &[
                "page",
                "n",
                "CPU ms",
                "p50 ms",
                "p99 ms",
                "requests/s",
                "bare CPU ms",
                "bare requests/s",
                "CPU ÷ bare",
            ],
            vec![
                Figure::Text(format!("{}{}", bench.label, self.name)),
                count(&times),
                Figure::Nanos(nanos.0),
                Figure::time(times.median()),
                Figure::time(times.at(990)),
                Figure::Count(rates.0),
                Figure::Nanos(nanos.1),
                Figure::Count(rates.1),
                Figure::Hundredths(at_once.ratio()),
            ],
        );
    }
}
