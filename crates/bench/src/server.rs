//! The real program in a process of its own, started as people start it, and ended by its own number.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use hyper::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;
use tokio::{
    process::{Child, Command},
    time::timeout,
};

use crate::{
    client::{Client, form_token},
    clock::Stopwatch,
    failure::{Failure, Result},
    load,
    proc::Process,
};

/// How the program is started.
#[derive(Debug, Clone)]
pub struct House {
    /// The program.
    pub program: PathBuf,
    /// The folder with data, key and accounts.
    pub folder: PathBuf,
    /// A database elsewhere; then `serve` over it instead of `demo`.
    pub database: Option<String>,
}

/// An account of the demo.
#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    /// What it signs in with.
    pub login: String,
    /// Made at the first start.
    pub password: String,
}

/// A running server.
pub struct Server {
    child: Child,
    /// Its process.
    pub process: Process,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process to the first answer of the sign-in page.
    pub start: Duration,
    accounts: Vec<Account>,
}

impl House {
    /// Starts the program and waits for its first answer.
    ///
    /// # Errors
    /// It ends, or does not answer; the sentence quotes what it said.
    pub async fn open(&self) -> Result<Server> {
        let log = self.folder.join("bench.log");
        fs::create_dir_all(&self.folder)?;
        let address_file = self.folder.join("address");
        let _ = fs::remove_file(&address_file);
        let mut command = Command::new(&self.program);
        command.env_remove("ZHAOSHANG_CONFIG").env("TZ", "UTC");
        let mut known = None;
        match &self.database {
            None => command
                .args(["demo", "--listen", "127.0.0.1:0", "--data"])
                .arg(&self.folder),
            Some(database) => {
                // `serve` is told its port: take one that is free now.
                let free = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
                known = Some(free);
                command
                    .args([
                        "serve",
                        "--listen",
                        &free.to_string(),
                        "--database",
                        database,
                    ])
                    .env("ZHAOSHANG_AUDIT_KEY_FILE", self.folder.join("audit.key"))
                    .env("ZHAOSHANG_DATA_DIR", &self.folder)
            }
        };
        command
            .stdin(Stdio::null())
            .stdout(File::create(&log)?)
            .stderr(File::options().append(true).open(&log)?)
            .kill_on_drop(true);
        let watch = Stopwatch::start();
        let mut child = command.spawn()?;
        let answered = async {
            let address = match known {
                Some(address) => address,
                None => written(&address_file).await?,
            };
            load::first_answer(address, "/sign-in").await?;
            Ok::<_, Failure>(address)
        };
        let address = tokio::select! {
            answered = answered => answered?,
            _ = child.wait() => return Err(format!("the program ended early:\n{}", fs::read_to_string(&log)?).into()),
        };
        let start = watch.passed();
        let pid = child.id().ok_or("the program has no number")?;
        let accounts = fs::read_to_string(self.folder.join("demo-accounts.json"))?;
        Ok(Server {
            child,
            process: Process(pid),
            address,
            start,
            accounts: serde_json::from_str(&accounts)?,
        })
    }
}

/// What the program writes down once it listens.
async fn written(address_file: &Path) -> Result<SocketAddr> {
    let watch = Stopwatch::start();
    while watch.passed() < Duration::from_secs(120) {
        if let Ok(text) = fs::read_to_string(address_file)
            && let Ok(address) = text.trim().parse()
        {
            return Ok(address);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Err("the program does not say where it listens".into())
}

impl Server {
    /// Signs in through the page, as a person would; answers are compressed from then on.
    ///
    /// # Errors
    /// There is no such account; the page refuses.
    pub async fn sign_in(&self, login: &str) -> Result<Client> {
        let mut client = Client::connect(self.address).await?;
        self.sign_in_over(&mut client, login).await?;
        client.gzip = true;
        Ok(client)
    }

    /// Signs in over a connection; gives how long the answer to the form took.
    ///
    /// # Errors
    /// There is no such account; the page refuses.
    pub async fn sign_in_over(&self, client: &mut Client, login: &str) -> Result<Duration> {
        let account = self.accounts.iter().find(|account| account.login == login);
        let account = account.ok_or_else(|| format!("the demo has no {login}"))?;
        let page = client.get("/sign-in").await?.expect(StatusCode::OK)?;
        let csrf = form_token(&page.text())?;
        let fields = [
            ("csrf", csrf.as_str()),
            ("login", &account.login),
            ("password", &account.password),
        ];
        let answer = client.post("/sign-in", &fields).await?;
        Ok(answer.expect(StatusCode::SEE_OTHER)?.time)
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Errors
    /// It does not end by itself; then it was killed.
    pub async fn close(mut self) -> Result<()> {
        if let Some(pid) = self
            .child
            .id()
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?))
        {
            kill_process(pid, Signal::TERM)?;
        }
        if timeout(Duration::from_secs(10), self.child.wait())
            .await
            .is_err()
        {
            self.child.kill().await?;
            return Err("the program did not end within 10 s and was killed".into());
        }
        Ok(())
    }
}
