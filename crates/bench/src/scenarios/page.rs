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
    load::{Cost, repeat},
    numbers::{hundredths, per_second},
    proc::Process,
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

/// What asking one server cost: alone for processor time and latency, at once for the rate.
struct Asked {
    alone: Cost,
    at_once: Cost,
}

#[async_trait::async_trait(?Send)]
impl Scenario for Page {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn measure(&self, bench: &mut Bench) -> Result<()> {
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
        let product = asked(bench, &client, &path, server.process).await?;
        let limit = asked(bench, &bare_client, &path, bare.process).await?;
        server.close().await?;
        self.row(bench, &product, &limit);
        Ok(())
    }
}

async fn asked(bench: &Bench, client: &Client, path: &str, server: Process) -> Result<Asked> {
    Ok(Asked {
        alone: repeat(client, path, server, 1, bench.effort()).await?,
        at_once: repeat(client, path, server, AT_ONCE, bench.effort()).await?,
    })
}

impl Page {
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

    fn row(&self, bench: &mut Bench, product: &Asked, limit: &Asked) {
        let each = |cost: &Cost| Figure::Nanos(cost.nanos_each());
        let rate = |cost: &Cost| Figure::Count(per_second(cost.times.count(), cost.wall));
        let ratio = |product: &Cost, limit: &Cost| {
            hundredths(product.nanos_each(), limit.nanos_each())
                .map_or(Figure::None, Figure::Hundredths)
        };
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
                Figure::Text(self.name.to_owned()),
                Figure::Count(u64::try_from(product.alone.times.count()).unwrap_or_default()),
                each(&product.alone),
                Figure::time(product.alone.times.median()),
                Figure::time(product.alone.times.at(990)),
                Figure::Count(product.alone.bytes),
                each(&limit.alone),
                Figure::time(limit.alone.times.median()),
                Figure::time(limit.alone.times.at(990)),
                Figure::Count(limit.alone.bytes),
                ratio(&product.alone, &limit.alone),
            ],
        );
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
                Figure::Text(self.name.to_owned()),
                Figure::Count(u64::try_from(product.at_once.times.count()).unwrap_or_default()),
                each(&product.at_once),
                Figure::time(product.at_once.times.median()),
                Figure::time(product.at_once.times.at(990)),
                rate(&product.at_once),
                each(&limit.at_once),
                rate(&limit.at_once),
                ratio(&product.at_once, &limit.at_once),
            ],
        );
    }
}
