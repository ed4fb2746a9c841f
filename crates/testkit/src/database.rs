//! A database for one test.

use sea_orm::{ConnectionTrait, Database};
use store::Address;
use tempfile::TempDir;

/// Which database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// The server at `ZHAOSHANG_TEST_POSTGRES`.
    Postgres,
}

/// A database of one's own. SQLite's file goes with it; PostgreSQL's cluster is temporary as a whole.
pub(crate) struct Own {
    pub address: Address,
    _folder: Option<TempDir>,
}

/// Where the temporary cluster is.
const SERVER: &str = "ZHAOSHANG_TEST_POSTGRES";

impl Own {
    pub async fn make(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = TempDir::new().expect("a temporary folder");
                let address = Address::Sqlite(folder.path().join("test.db"));
                Self {
                    address,
                    _folder: Some(folder),
                }
            }
            Engine::Postgres => Self {
                address: Address::Postgres(fresh_database().await),
                _folder: None,
            },
        }
    }

    pub fn url(&self) -> String {
        match &self.address {
            Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            Address::Postgres(url) => url.clone(),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one thing a test is told by its surroundings"
)]
async fn fresh_database() -> String {
    let server = std::env::var(SERVER).unwrap_or_else(|_| {
        panic!(
            "{SERVER} is not set: run `make test`, or scripts/with-postgres.sh before the command"
        )
    });
    let connection = Database::connect(&server)
        .await
        .expect("the test server answers");
    let mut bytes = [0_u8; 8];
    // Each test is a process of its own: only true randomness keeps their names apart.
    rand::rand_core::TryRng::try_fill_bytes(&mut rand::rngs::SysRng, &mut bytes)
        .expect("the system gives randomness");
    let name: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let name = format!("t_{name}");
    connection
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .expect("a database is made");
    let (before, parameters) = server
        .split_once('?')
        .map_or((server.as_str(), ""), |(before, after)| (before, after));
    let (host, _) = before.rsplit_once('/').expect("the URL names a database");
    if parameters.is_empty() {
        format!("{host}/{name}")
    } else {
        format!("{host}/{name}?{parameters}")
    }
}
