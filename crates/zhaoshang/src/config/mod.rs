//! The configuration: flags win over the environment, the environment over the file, the file over the defaults.
//!
//! [`sections`] declares what exists, [`layers`] brings the four together, [`reference`] prints the page.

mod layers;
pub mod reference;
mod section;
mod sections;
mod value;

use std::path::{Path, PathBuf};

use app::Settings;
use domain::person::{LockPolicy, PasswordPolicy};
use store::Address;

pub use layers::{CONFIG_VARIABLE, Flag, Layers, PREFIX, environment};
use section::Section;
pub use sections::{
    Audit, Data, Database, Log, Outbound, Password, Pdf, Server, Session, SignIn, Token, Uploads,
    Worker,
};
pub use value::DatabaseUrl;

/// The file that holds everything when nothing else is said.
const DATABASE_FILE: &str = "zhaoshang.db";
/// The audit key's file when nothing else is said.
const KEY_FILE: &str = "audit.key";
/// The folder when nothing else is said.
const DATA_FOLDER: &str = "data";

/// Everything that can be set, a struct a section.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// How the service is reached.
    pub server: Server,
    /// Where files are kept.
    pub data: Data,
    /// Where the database is.
    pub database: Database,
    /// What seals the audit.
    pub audit: Audit,
    /// Sessions in browsers.
    pub session: Session,
    /// Wrong passwords.
    pub sign_in: SignIn,
    /// New passwords.
    pub password: Password,
    /// API tokens.
    pub token: Token,
    /// Files that people send.
    pub uploads: Uploads,
    /// Files in PDF.
    pub pdf: Pdf,
    /// What is written to standard error.
    pub log: Log,
    /// Work without a person.
    pub worker: Worker,
    /// What leaves the house.
    pub outbound: Outbound,
}

impl Config {
    fn sections(&self) -> [&dyn Section; 13] {
        [
            &self.server,
            &self.data,
            &self.database,
            &self.audit,
            &self.session,
            &self.sign_in,
            &self.password,
            &self.token,
            &self.uploads,
            &self.pdf,
            &self.log,
            &self.worker,
            &self.outbound,
        ]
    }

    fn sections_mut(&mut self) -> [&mut dyn Section; 13] {
        [
            &mut self.server,
            &mut self.data,
            &mut self.database,
            &mut self.audit,
            &mut self.session,
            &mut self.sign_in,
            &mut self.password,
            &mut self.token,
            &mut self.uploads,
            &mut self.pdf,
            &mut self.log,
            &mut self.worker,
            &mut self.outbound,
        ]
    }

    /// Sets one key. The error says what the value should be; none when there is no such key.
    fn set(&mut self, path: &str, text: &str) -> Option<Result<(), String>> {
        self.sections_mut()
            .into_iter()
            .find_map(|section| section.set(path, text))
    }

    /// The folder for files: as set, else beside an SQLite file, else `data`.
    pub fn data_folder(&self) -> PathBuf {
        match (
            &self.data.dir,
            self.database.url.as_ref().map(DatabaseUrl::address),
        ) {
            (Some(folder), _) => folder.clone(),
            (None, Some(Address::Sqlite(file))) => match file.parent() {
                Some(folder) if folder != Path::new("") => folder.to_owned(),
                _ => PathBuf::from("."),
            },
            (None, _) => PathBuf::from(DATA_FOLDER),
        }
    }

    /// Where the database is: as set, else in the folder.
    pub fn database_url(&self) -> DatabaseUrl {
        self.database
            .url
            .clone()
            .unwrap_or_else(|| DatabaseUrl::file(self.data_folder().join(DATABASE_FILE)))
    }

    /// The audit key's file: as set, else in the folder.
    pub fn key_file(&self) -> PathBuf {
        self.audit
            .key_file
            .clone()
            .unwrap_or_else(|| self.data_folder().join(KEY_FILE))
    }

    /// What the use cases need of it.
    pub fn settings(&self) -> Settings {
        Settings {
            session_idle_minutes: self.session.idle_minutes,
            session_hours: self.session.absolute_hours,
            lock: LockPolicy {
                tries: self.sign_in.tries,
                minutes: self.sign_in.lock_minutes,
            },
            password: PasswordPolicy {
                min_length: self.password.min_length,
                kinds: self.password.kinds,
                history: self.password.history,
                max_age_days: self.password.max_age_days,
            },
            token_days: self.token.days,
            upload_most: self.uploads.max_bytes,
            draft_hours: self.uploads.draft_hours,
        }
    }

    /// What the pages need of it.
    pub fn web_options(&self) -> web::Options {
        web::Options {
            public_url: self.server.public_url.clone(),
            trust_forwarded: self.server.trust_forwarded,
            upload_most: self.uploads.max_bytes,
        }
    }
}

#[cfg(test)]
mod tests;
