//! The load generator: the same request again and again, while the server's processor time is looked at from outside.

use std::{net::SocketAddr, time::Duration};

use hyper::StatusCode;
use tokio::time::{MissedTickBehavior, interval};

use crate::{
    client::Client,
    clock::Stopwatch,
    failure::{Failure, Result},
    numbers::{Times, hundredths, middle, per_second},
    proc::{Process, time_of},
};

/// How long a request is repeated.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Requests at least.
    pub least: usize,
    /// Ticks of processor time of the server at least: one tick more or less must not matter.
    pub ticks: u64,
    /// Then it ends in any case.
    pub most: Duration,
}

/// Requests between two looks at the server's processor time.
const BATCH: usize = 25;

/// What a repeated request cost.
#[derive(Debug, Clone, Default)]
pub struct Cost {
    /// How long each took.
    pub times: Times,
    /// From the first to the last.
    pub wall: Duration,
    /// The server's processor time for all of them.
    pub processor: Duration,
    /// Bytes of one answer as they came.
    pub bytes: u64,
}

impl Cost {
    /// Processor time of one request, in nanoseconds.
    pub fn nanos_each(&self) -> u64 {
        let count = u128::try_from(self.times.count().max(1)).unwrap_or(1);
        u64::try_from(self.processor.as_nanos() / count).unwrap_or(u64::MAX)
    }
}

/// The same request at the product and at the bare handler by turns, so that what else the machine does meets both.
pub struct Rounds(Vec<(Cost, Cost)>);

impl Rounds {
    /// Measures, a pair a round.
    ///
    /// # Errors
    /// As [`repeat`].
    pub async fn of(
        rounds: usize,
        path: &str,
        (product, product_process): (&Client, Process),
        (bare, bare_process): (&Client, Process),
        connections: usize,
        effort: Effort,
    ) -> Result<Self> {
        let mut pairs = Vec::new();
        for _ in 0..rounds {
            let costs = repeat(product, path, product_process, connections, effort).await?;
            let least = repeat(bare, path, bare_process, connections, effort).await?;
            pairs.push((costs, least));
        }
        Ok(Self(pairs))
    }

    /// Processor time of one request at the product and at the bare handler, in nanoseconds: of the middle rounds.
    pub fn nanos_each(&self) -> (u64, u64) {
        let (product, bare) = self
            .0
            .iter()
            .map(|(a, b)| (a.nanos_each(), b.nanos_each()))
            .unzip();
        (middle(product), middle(bare))
    }

    /// How many times the bare handler's processor time the product takes, in hundredths: of the middle round.
    pub fn ratio(&self) -> u64 {
        let ratio = |(a, b): &(Cost, Cost)| hundredths(a.nanos_each(), b.nanos_each());
        middle(self.0.iter().filter_map(ratio).collect())
    }

    /// Requests a second at both: of the middle rounds.
    pub fn rates(&self) -> (u64, u64) {
        let rate = |cost: &Cost| per_second(cost.times.count(), cost.wall);
        let (product, bare) = self.0.iter().map(|(a, b)| (rate(a), rate(b))).unzip();
        (middle(product), middle(bare))
    }

    /// Every time that was measured at both.
    pub fn times(&self) -> (Times, Times) {
        (
            Times::together(self.0.iter().map(|(product, _)| &product.times)),
            Times::together(self.0.iter().map(|(_, bare)| &bare.times)),
        )
    }

    /// Bytes of an answer at both.
    pub fn bytes(&self) -> (u64, u64) {
        self.0.first().map_or((0, 0), |(a, b)| (a.bytes, b.bytes))
    }
}

/// Asks for `path` over `connections` connections like `like` until `effort` is made; each asks again as soon as it is
/// answered.
///
/// # Errors
/// An answer other than 200; the server is gone.
pub async fn repeat(
    like: &Client,
    path: &str,
    server: Process,
    connections: usize,
    effort: Effort,
) -> Result<Cost> {
    let mut clients = Vec::new();
    for _ in 0..connections {
        clients.push(like.another().await?);
    }
    // What is made once (connections, prepared statements) is not what a request costs.
    let mut bytes = 0;
    for client in &mut clients {
        let first = client.get(path).await?.expect(StatusCode::OK)?;
        bytes = u64::try_from(first.body.len())?;
    }
    let (watch, before) = (Stopwatch::start(), server.ticks()?);
    let mut times = Vec::new();
    loop {
        let mut asking = Vec::new();
        for mut client in clients.drain(..) {
            let path = path.to_owned();
            asking.push(tokio::spawn(async move {
                let mut times = Vec::with_capacity(BATCH);
                for _ in 0..BATCH {
                    times.push(client.get(&path).await?.expect(StatusCode::OK)?.time);
                }
                Ok::<_, Failure>((client, times))
            }));
        }
        for one in asking {
            let (client, measured) = one.await??;
            clients.push(client);
            times.extend(measured);
        }
        let spent = server.ticks()? - before;
        if spent >= effort.ticks && times.len() >= effort.least || watch.passed() >= effort.most {
            return Ok(Cost {
                times: Times::of(times),
                wall: watch.passed(),
                processor: time_of(spent),
                bytes,
            });
        }
    }
}

/// Asks for `path` at a steady pace for a while, each request over a connection that is free: what people meet whose
/// clicks do not wait for other people's.
///
/// # Errors
/// An answer other than 200; the server is gone.
pub async fn steadily(
    like: &Client,
    path: &str,
    every: Duration,
    during: Duration,
) -> Result<Times> {
    let watch = Stopwatch::start();
    let mut tick = interval(every);
    // A late answer must not thin out the questions.
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut free = vec![like.another().await?];
    let mut asking = tokio::task::JoinSet::new();
    let mut times = Vec::new();
    while watch.passed() < during {
        tick.tick().await;
        while let Some(done) = asking.try_join_next() {
            let (client, time) = done??;
            free.push(client);
            times.push(time);
        }
        let client = match free.pop() {
            Some(client) => client,
            None => like.another().await?,
        };
        asking.spawn(ask_once(client, path.to_owned()));
    }
    while let Some(done) = asking.join_next().await {
        times.push(done??.1);
    }
    Ok(Times::of(times))
}

async fn ask_once(mut client: Client, path: String) -> Result<(Client, Duration)> {
    let watch = Stopwatch::start();
    client.get(&path).await?.expect(StatusCode::OK)?;
    Ok((client, watch.passed()))
}

/// Connects and asks until the server answers `path` with 200.
///
/// # Errors
/// It does not within a minute.
pub async fn first_answer(address: SocketAddr, path: &str) -> Result<()> {
    let watch = Stopwatch::start();
    while watch.passed() < Duration::from_secs(60) {
        if let Ok(mut client) = Client::connect(address).await
            && let Ok(answer) = client.get(path).await
            && answer.status == StatusCode::OK
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Err(format!("{address}{path} does not answer").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(count: usize, millis: u64) -> Cost {
        Cost {
            times: Times::of(vec![Duration::from_millis(1); count]),
            wall: Duration::from_secs(1),
            processor: Duration::from_millis(millis),
            bytes: 9,
        }
    }

    #[test]
    fn rounds_are_compared_in_pairs() {
        let rounds = Rounds(vec![
            (cost(100, 200), cost(100, 100)),
            (cost(100, 900), cost(100, 300)),
            (cost(100, 210), cost(100, 300)),
        ]);
        assert_eq!(rounds.nanos_each(), (2_100_000, 3_000_000));
        assert_eq!(rounds.ratio(), 200);
        assert_eq!(rounds.rates(), (100, 100));
        assert_eq!(rounds.times().0.count(), 300);
        assert_eq!(rounds.bytes(), (9, 9));
    }
}
