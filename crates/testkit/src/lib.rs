//! For tests only: the real service over a database of its own, with a clock that ticks when asked.
//!
//! [`TestApp::start`] is an authority with three enterprises and a person for every role; [`TestApp::by`] speaks to
//! its real router as one of them. [`on_both!`] runs the same story on SQLite and on PostgreSQL.

mod client;
mod database;
mod ports;
mod seed;

use std::{path::PathBuf, sync::Arc};

use app::{
    App, Ports, Settings, printing::Printer, reading::ChildReader, secrets::AuditKey,
    sending::Outside,
};
use axum::Router;
use domain::permission::Role;
use sea_orm::{ConnectionTrait, Database};
use store::Store;

pub use client::{Answer, Client};
pub use database::Engine;
pub use ports::{Outbox, SeededRandom, TickingClock};
pub use seed::{Seeded, login_of};

/// Where `make test` puts the fonts for PDF.
pub const FONTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/fonts");

/// The audit key of every test.
pub const AUDIT_KEY: [u8; 32] = [7; 32];

/// The service over a database of its own, which ends with it.
pub struct TestApp {
    /// The use cases.
    pub app: App,
    /// The clock; it stands still until moved.
    pub clock: Arc<TickingClock>,
    /// What was seeded.
    pub seeded: Seeded,
    /// What left the house.
    pub outbox: Arc<Outbox>,
    /// The store, for looking behind the verbs.
    pub store: Store,
    router: Router,
    random: Arc<SeededRandom>,
    reader: PathBuf,
    database: database::Own,
}

/// How tests reach the service.
pub fn options() -> web::Options {
    web::Options {
        public_url: None,
        trust_forwarded: false,
        upload_most: Settings::default().upload_most,
    }
}

impl TestApp {
    /// Starts on `engine`; `reader` is the program that reads strangers' files: our own binary.
    ///
    /// # Panics
    /// When the engine is not there: tests do not skip themselves.
    pub async fn start(engine: Engine, reader: &str) -> Self {
        let database = database::Own::make(engine).await;
        let store = Store::open(&database.address)
            .await
            .expect("the test database opens");
        store.migrate().await.expect("the test database migrates");
        let clock = Arc::new(TickingClock::at("2017-11-24T01:00:00Z"));
        let random = Arc::new(SeededRandom::new(1));
        let outbox = Arc::new(Outbox::default());
        let app = app_over(store.clone(), &clock, &random, &outbox, reader.into());
        let seeded = seed::seed(&app, &store).await;
        let router = web::router(app.clone(), options());
        Self {
            app,
            clock,
            seeded,
            outbox,
            store,
            router,
            random,
            reader: reader.into(),
            database,
        }
    }

    /// A second replica over the same database.
    ///
    /// # Panics
    /// When the database does not open a second time.
    pub async fn replica(&self) -> App {
        let store = Store::open(&self.database.address)
            .await
            .expect("the database opens again");
        app_over(
            store,
            &self.clock,
            &self.random,
            &self.outbox,
            self.reader.clone(),
        )
    }

    /// The address of the database, as `--database` takes it.
    pub fn database(&self) -> String {
        self.database.url()
    }

    /// Does to the database what nobody should be able to do unseen.
    ///
    /// # Panics
    /// When the statement is wrong.
    pub async fn tamper(&self, sql: &str) {
        let connection = Database::connect(self.database())
            .await
            .expect("the database opens");
        connection
            .execute_unprepared(sql)
            .await
            .expect("the statement runs");
        connection.close().await.expect("the connection ends");
    }

    /// Speaks to the service as the seeded person of this role.
    pub async fn by(&self, role: Role) -> Client {
        self.by_login(&login_of(role)).await
    }

    /// Speaks to the service as this person, over a session begun behind the sign-in page.
    pub async fn by_login(&self, login: &str) -> Client {
        let (token, csrf) = seed::session(&self.store, &*self.random, &*self.clock, login).await;
        Client::with_session(self.router.clone(), token, csrf)
    }

    /// Speaks to the service as nobody.
    pub fn by_nobody(&self) -> Client {
        Client::nobody(self.router.clone())
    }

    /// Speaks to the API as this person, with a token.
    ///
    /// # Panics
    /// When there is no such person.
    pub async fn api(&self, login: &str) -> Client {
        let token = self
            .app
            .create_token(login, "test")
            .await
            .expect("the person exists");
        Client::with_token(self.router.clone(), token)
    }
}

fn app_over(
    store: Store,
    clock: &Arc<TickingClock>,
    random: &Arc<SeededRandom>,
    outbox: &Arc<Outbox>,
    reader: PathBuf,
) -> App {
    App::new(Ports {
        store,
        clock: clock.clone(),
        random: random.clone(),
        reader: Arc::new(ChildReader::new(reader)),
        printer: Arc::new(Printer::new(vec![FONTS.into()])),
        audit_key: AuditKey(AUDIT_KEY),
        settings: Settings::default(),
        outside: Outside {
            mailer: outbox.clone(),
            webhook: outbox.clone(),
            public_url: Some("https://zhaoshang.example.cn".to_owned()),
            webhook_hosts: vec!["oapi.dingtalk.com".to_owned()],
            lease_seconds: 120,
        },
    })
}

/// Makes of one async story two tests: `sqlite` and `postgres`.
#[macro_export]
macro_rules! on_both {
    ($(#[$doc:meta])* async fn $name:ident($test:ident: $app:ty) $body:block) => {
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "a story may need nothing of its surroundings")]
            use super::*;

            async fn story($test: $app) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                story($crate::TestApp::start($crate::Engine::Sqlite, env!("CARGO_BIN_EXE_zhaoshang")).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                story($crate::TestApp::start($crate::Engine::Postgres, env!("CARGO_BIN_EXE_zhaoshang")).await).await;
            }
        }
    };
}
