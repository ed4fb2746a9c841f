//! The migrations, in order. See `crates/store/migrations/README.md`.

use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager, async_trait};

use crate::{Error, Result, Store, dialect, sql::from_db};

macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        const ALL: &[(&str, &str)] = &[$(($name, include_str!(concat!("../migrations/", $name, ".sql")))),*];
    };
}

migrations![
    "0001_house",
    "0002_funds",
    "0003_account",
    "0004_library",
    "0005_returns",
    "0006_exports",
    "0007_schedules",
    "0008_cooperation",
    "0009_reminders",
    "0010_return_files",
    "0011_intake",
    "0014_views",
    "0015_mailbox",
    "0016_library_speed",
    "0017_mail_drafts",
    "0018_events",
    "0019_first_talk",
    "0020_twins",
    "0021_twin_decisions"
];

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        ALL.iter()
            .map(|(name, sql)| Box::new(SqlText { name, sql }) as Box<dyn MigrationTrait>)
            .collect()
    }
}

struct SqlText {
    name: &'static str,
    sql: &'static str,
}

impl sea_orm_migration::MigrationName for SqlText {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SqlText {
    async fn up(&self, manager: &SchemaManager) -> std::result::Result<(), DbErr> {
        let connection = manager.get_connection();
        connection
            .execute_unprepared(&dialect::render(
                connection.get_database_backend(),
                self.sql,
            ))
            .await
            .map(|_| ())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

impl Store {
    /// Brings the database up to date. Gives the names of the migrations that were run.
    ///
    /// # Errors
    /// The database is unavailable or refuses.
    pub async fn migrate(&self) -> Result<Vec<String>> {
        let pending = self.pending_migrations().await?;
        Migrator::up(&self.write, None).await.map_err(from_db)?;
        Ok(pending)
    }

    /// Migrations the database still lacks; changes nothing.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn pending_migrations(&self) -> Result<Vec<String>> {
        let pending = Migrator::get_pending_migrations_read_only(&self.write)
            .await
            .map_err(newer_or)?;
        Ok(pending
            .iter()
            .map(|migration| migration.name().to_owned())
            .collect())
    }
}

/// A migration the database has and the program does not: the database is the newer one.
fn newer_or(error: DbErr) -> Error {
    if error.to_string().contains("is missing") {
        let why = "数据库由更新版本的程序建立或升级过，请换用更新的程序";
        return Error::Unusable(why.to_owned());
    }
    from_db(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sm3::{Digest, Sm3};

    #[test]
    fn released_migrations_are_not_edited() {
        let lock = include_str!("../migrations/migrations.lock");
        for (name, sql) in ALL {
            let digest: String = Sm3::digest(sql.as_bytes())
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            let line = format!("{digest}  {name}.sql");
            assert!(
                lock.lines().any(|known| known == line),
                "migrations.lock lacks this line, or {name} was edited:\n{line}"
            );
        }
    }
}
