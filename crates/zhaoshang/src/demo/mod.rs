//! The demo: a folder with a database that shows the published table at once, and accounts for every role.

mod accounts;
mod cast;
mod cohorts;
mod cooperation;
mod library;
mod mailbox;
mod reminders;
mod return_kinds;
mod returns;
mod seed;
mod twins;

use std::{
    fs::{self, File, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

pub use accounts::Account;

use crate::{
    config::{Config, DatabaseUrl},
    failure::{Failure, Result},
    files, key_file,
    system::SystemRandom,
    wiring::{self, House},
};

/// Its presence says that the folder was seeded to the end.
const DATABASE: &str = "zhaoshang.db";
const KEY: &str = "audit.key";
const ACCOUNTS: &str = "demo-accounts.json";
/// Where the running demo can be reached.
const ADDRESS: &str = "address";
const LOCK: &str = "demo.lock";
/// Where a first start builds everything, out of sight of later starts.
const SEEDING: &str = ".seeding";

/// The demo's folder, ours alone while this lives.
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder where there is none, and keeps other demos out of it.
    ///
    /// # Errors
    /// It cannot be made, or another demo is in it.
    pub fn enter(path: &Path) -> Result<Self> {
        files::make_private_folder(path)?;
        let at = path.join(LOCK);
        let lock = File::create(&at).map_err(|error| files::cannot_write(&at, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::new(format!(
                    "目录 {} 里的演示正在运行。请直接打开它的网址，或先停掉它，或用 --data 换一个目录",
                    path.display()
                )));
            }
            Err(TryLockError::Error(error)) => return Err(files::cannot_write(&at, &error)),
        }
        // An address of an earlier run would mislead whoever waits for ours.
        let folder = Self {
            path: path.to_owned(),
            _lock: lock,
        };
        folder.forget_address();
        Ok(folder)
    }

    /// Whether an earlier start seeded it to the end.
    pub fn is_seeded(&self) -> bool {
        self.path.join(DATABASE).exists()
    }

    /// Seeds it: everything is built aside and moved into place, the database last. A start that is interrupted leaves
    /// no database here, and the next one begins afresh.
    ///
    /// # Errors
    /// The disk or the database refuses.
    pub async fn seed(&self, config: &Config) -> Result<()> {
        let aside = self.path.join(SEEDING);
        match fs::remove_dir_all(&aside) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(files::cannot_write(&aside, &error));
            }
            _ => {}
        }
        files::make_private_folder(&aside)?;
        let key = key_file::make(&aside.join(KEY), &SystemRandom)?;
        let store = wiring::open_or_make_store(&DatabaseUrl::file(aside.join(DATABASE))).await?;
        store.migrate().await?;
        let house = House {
            app: wiring::app_over(config, store.clone(), key)?,
            store,
        };
        let seeded = seed::seed(&house.app).await;
        house.close().await?;
        files::write_private(&aside.join(ACCOUNTS), &accounts::to_json(&seeded?))?;
        self.move_in(&aside)
    }

    fn move_in(&self, aside: &Path) -> Result<()> {
        let log = aside.join(format!("{DATABASE}-wal"));
        if log.metadata().is_ok_and(|log| log.len() > 0) {
            return Err(Failure::new(
                "演示数据库没有完整写盘。请检查磁盘空间后重新启动",
            ));
        }
        for name in [KEY, ACCOUNTS, DATABASE] {
            let (from, to) = (aside.join(name), self.path.join(name));
            File::open(&from)
                .and_then(|file| file.sync_all())
                .map_err(|error| files::cannot_write(&from, &error))?;
            fs::rename(&from, &to).map_err(|error| files::cannot_write(&to, &error))?;
            files::sync_folder(&self.path)?;
        }
        let _ = fs::remove_dir_all(aside);
        Ok(())
    }

    /// The configuration with this folder as its place.
    pub fn place(&self, mut config: Config) -> Config {
        config.data.dir = Some(self.path.clone());
        config.database.url = Some(DatabaseUrl::file(self.path.join(DATABASE)));
        config.audit.key_file = Some(self.path.join(KEY));
        config
    }

    /// Who can sign in; none when the file is gone.
    pub fn accounts(&self) -> Option<Vec<Account>> {
        accounts::from_json(&fs::read_to_string(self.path.join(ACCOUNTS)).ok()?)
    }

    /// Nobody answers there any more.
    pub fn forget_address(&self) {
        let _ = fs::remove_file(self.path.join(ADDRESS));
    }

    /// Writes down where the demo can be reached, `127.0.0.1:8080`.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write_address(&self, address: &str) -> Result<()> {
        files::write_private(&self.path.join(ADDRESS), &format!("{address}\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_one_demo() {
        let folder = tempfile::tempdir().unwrap();
        let first = Folder::enter(folder.path()).unwrap();
        assert!(
            Folder::enter(folder.path()).is_err_and(|failure| failure.message.contains("正在运行"))
        );
        drop(first);
        assert!(Folder::enter(folder.path()).is_ok());
    }

    #[test]
    fn a_start_that_was_interrupted_does_not_count() {
        let path = tempfile::tempdir().unwrap();
        let folder = Folder::enter(path.path()).unwrap();
        fs::create_dir(path.path().join(SEEDING)).unwrap();
        fs::write(path.path().join(SEEDING).join(DATABASE), "half").unwrap();
        // Moving in was interrupted after the first file.
        fs::write(path.path().join(KEY), "00").unwrap();
        assert!(!folder.is_seeded());
    }

    #[test]
    fn an_old_address_does_not_mislead() {
        let path = tempfile::tempdir().unwrap();
        let folder = Folder::enter(path.path()).unwrap();
        folder.write_address("127.0.0.1:1").unwrap();
        drop(folder);
        let _again = Folder::enter(path.path()).unwrap();
        assert!(!path.path().join(ADDRESS).exists());
    }
}
