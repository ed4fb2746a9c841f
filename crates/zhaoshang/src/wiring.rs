//! Puts the parts together: database, audit key, clock, randomness, reader of strangers' files.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use app::{
    App, Ports, printing::Printer, reading::ChildReader, secrets::AuditKey, sending::Outside,
};
use domain::audit::{Sealed, sealed_bytes};
use store::{Address, Store};

use crate::{
    config::{Config, DatabaseUrl},
    failure::{Failure, Result},
    files, key_file,
    outbound::{HttpWebhook, SmtpMailer, Trust},
    system::{SystemClock, SystemRandom},
};

/// On Linux the running program itself, also after its file was replaced by a newer one.
const OURSELVES: &str = "/proc/self/exe";

/// Where packages put fonts: ours, Noto's, Fandol's.
const SYSTEM_FONTS: [&str; 3] = [
    "/usr/share/zhaoshang/fonts",
    "/usr/share/fonts/opentype/noto",
    "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol",
];

/// An open house: the use cases and the database below them.
pub struct House {
    /// The use cases.
    pub app: App,
    /// To be closed at the end.
    pub store: Store,
}

impl House {
    /// Opens a database that is up to date, with the key that belongs to it.
    ///
    /// # Errors
    /// One sentence with the remedy.
    pub async fn open(config: &Config) -> Result<Self> {
        let store = open_store(&config.database_url()).await?;
        match Self::enter(config, &store).await {
            Ok(app) => Ok(Self { app, store }),
            Err(failure) => {
                let _ = store.close().await;
                Err(failure)
            }
        }
    }

    async fn enter(config: &Config, store: &Store) -> Result<App> {
        up_to_date(store).await?;
        let key = key_file::read(&config.key_file())?;
        if !key_fits(store, &key).await? {
            return Err(Failure::new(format!(
                "审计密钥文件 {} 不是这个数据库的密钥。请从备份恢复与数据库相配的那一个",
                config.key_file().display()
            )));
        }
        app_over(config, store.clone(), key)
    }

    /// Ends all connections.
    ///
    /// # Errors
    /// A connection does not end well.
    pub async fn close(self) -> Result<()> {
        Ok(self.store.close().await?)
    }
}

/// The use cases over a database and a key.
///
/// # Errors
/// The program's own file is not known.
pub fn app_over(config: &Config, store: Store, audit_key: AuditKey) -> Result<App> {
    Ok(App::new(Ports {
        store,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        reader: Arc::new(ChildReader::new(program()?)),
        printer: Arc::new(Printer::new(font_folders(config))),
        audit_key,
        settings: config.settings(),
        outside: outside(config)?,
    }))
}

/// What carries messages out of the house.
///
/// # Errors
/// The file with trusted certificates cannot be used.
fn outside(config: &Config) -> Result<Outside> {
    let trust = Trust::load(config.outbound.ca_file.as_deref())?;
    let patience = Duration::from_secs(config.outbound.timeout_seconds);
    Ok(Outside {
        mailer: Arc::new(SmtpMailer {
            trust: trust.clone(),
            patience,
        }),
        webhook: Arc::new(HttpWebhook { trust, patience }),
        public_url: config.server.public_url.clone(),
        webhook_hosts: config
            .outbound
            .webhook_hosts
            .split(',')
            .map(ToOwned::to_owned)
            .collect(),
        // Whoever holds a message gives up before another may take it over.
        lease_seconds: i64::try_from(2 * config.outbound.timeout_seconds).unwrap_or(i64::MAX),
    })
}

/// Where fonts for PDF are looked for: as set; else beside the program, as a release and a checkout have them, then
/// where systems have them.
pub fn font_folders(config: &Config) -> Vec<PathBuf> {
    if let Some(folder) = &config.pdf.fonts_dir {
        return vec![folder.clone(), SYSTEM_FONTS[1].into()];
    }
    let program = std::env::current_exe().unwrap_or_default();
    let beside = program.ancestors().skip(1).take(2);
    beside
        .map(|folder| folder.join("fonts"))
        .chain(SYSTEM_FONTS.map(PathBuf::from))
        .collect()
}

/// The program that reads strangers' files in a child: this one.
///
/// # Errors
/// The system does not say where it is.
pub fn program() -> Result<PathBuf> {
    let ourselves = PathBuf::from(OURSELVES);
    if ourselves.exists() {
        return Ok(ourselves);
    }
    std::env::current_exe().map_err(|error| Failure::new(format!("找不到程序自身的位置：{error}")))
}

/// Opens a database that is there.
///
/// # Errors
/// An SQLite file does not exist; the database cannot be reached or is too old.
pub async fn open_store(url: &DatabaseUrl) -> Result<Store> {
    if let Address::Sqlite(path) = url.address()
        && !path.exists()
    {
        return Err(Failure::new(format!(
            "数据库文件 {} 不存在。请检查路径；新系统请先运行 zhaoshang init",
            path.display()
        )));
    }
    connect(url).await
}

/// Opens a database; an SQLite file, and the folder it is in, are made when they are not there.
///
/// # Errors
/// The database cannot be reached or is too old; the folder cannot be made.
pub async fn open_or_make_store(url: &DatabaseUrl) -> Result<Store> {
    if let Address::Sqlite(path) = url.address() {
        if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) {
            files::make_private_folder(folder)?;
        }
        files::make_private(path)?;
    }
    connect(url).await
}

async fn connect(url: &DatabaseUrl) -> Result<Store> {
    Store::open(url.address())
        .await
        .map_err(|error| match error {
            store::Error::Unusable(why) => Failure::new(why),
            other => Failure::new(format!(
                "连不上数据库 {url}：{other}。请检查地址、账号和数据库是否已启动"
            )),
        })
}

/// Refuses a database that lacks migrations.
///
/// # Errors
/// It lacks some; the sentence names the remedy.
pub async fn up_to_date(store: &Store) -> Result<()> {
    match store.pending_migrations().await?.len() {
        0 => Ok(()),
        lacking => Err(Failure::new(format!(
            "数据库还差 {lacking} 个迁移。请先备份，停止所有正在运行的实例，再运行 zhaoshang migrate"
        ))),
    }
}

/// Whether this key sealed the first or the newest event of any chain: a wrong key fits none, and one event that was
/// tampered with does not make a right key look wrong. An empty database fits any key.
///
/// # Errors
/// The database is unavailable.
pub async fn key_fits(store: &Store, key: &AuditKey) -> Result<bool> {
    let reader = store.read();
    let chains = store::audit::chains(&reader).await?;
    let mut judged = 0;
    for chain in &chains {
        let fits = |event: &Sealed, previous: &str| {
            key.seal(&sealed_bytes(chain, event.seq, previous, &event.event)) == event.seal
        };
        let oldest = store::audit::events_after(&reader, chain, 0, 1).await?;
        let newest = store::audit::events_before(&reader, chain, i64::MAX, 2).await?;
        let before_newest = newest.get(1).map_or("", |event| event.seal.as_str());
        if oldest.iter().any(|event| fits(event, ""))
            || newest
                .first()
                .is_some_and(|event| fits(event, before_newest))
        {
            return Ok(true);
        }
        judged += oldest.len();
    }
    Ok(judged == 0)
}
