//! One run: where the data is, how much effort is made, what was measured so far.

use std::{path::PathBuf, time::Duration};

use crate::{
    data::{self, Ground},
    failure::Result,
    load::Effort,
    report::Report,
    run,
    server::{House, Server},
};

/// A run.
pub struct Bench {
    /// How the program is started, over data that is there.
    pub house: House,
    /// A folder for files; it goes when the run ends.
    pub scratch: PathBuf,
    /// What stands before the names of pages in the report.
    pub label: String,
    /// Where libraries are kept between runs.
    pub keep: Option<PathBuf>,
    /// The sizes of the library that are measured.
    pub sizes: Vec<u32>,
    /// A PostgreSQL cluster where databases may be made.
    pub cluster: Option<String>,
    /// Whether all of it must be over within a minute.
    pub short: bool,
    /// What was measured.
    pub report: Report,
    /// What pages are asked about.
    pub ground: Ground,
}

impl Bench {
    /// Starts the program.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn open(&self) -> Result<Server> {
        self.house.open().await
    }

    /// The address of the database, as the bare handler takes it.
    pub fn database(&self) -> String {
        let file = || {
            format!(
                "sqlite:{}",
                self.house.folder.join("zhaoshang.db").display()
            )
        };
        self.house.database.clone().unwrap_or_else(file)
    }

    /// Looks again at what is there to be asked about.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn look_over(&mut self) -> Result<()> {
        self.ground = data::ground(&self.database()).await?;
        Ok(())
    }

    /// Makes a house of its own with so many projects, and looks it over.
    ///
    /// # Errors
    /// The disk is too small; the program refuses.
    pub async fn lay_library(&mut self, size: u32) -> Result<()> {
        let folder = self.keep.as_ref().unwrap_or(&self.scratch);
        let folder = folder.join(format!("library-{size}"));
        let there = folder.join("zhaoshang.db").exists();
        self.house = run::lay(self.house.program.clone(), folder, self.cluster.as_deref()).await?;
        if there {
            return self.look_over_library().await;
        }
        let mut command = tokio::process::Command::new(&self.house.program);
        command.args([
            "bench-data",
            "--seed",
            "20171124",
            "--projects",
            &size.to_string(),
        ]);
        match &self.house.database {
            Some(database) => command.args(["--database", database]),
            None => command.arg("--data").arg(&self.house.folder),
        };
        let made = command
            .env_remove("ZHAOSHANG_CONFIG")
            .kill_on_drop(true)
            .output()
            .await?;
        if !made.status.success() {
            return Err(String::from_utf8_lossy(&made.stderr).into_owned().into());
        }
        self.look_over_library().await
    }

    async fn look_over_library(&mut self) -> Result<()> {
        self.ground = data::ground(&self.database()).await?;
        self.ground.library = data::library(&self.database()).await?;
        Ok(())
    }

    /// Takes the house away again: the next one needs the disk.
    ///
    /// # Errors
    /// The disk refuses.
    pub async fn leave_library(&mut self) -> Result<()> {
        if self.keep.is_none() {
            std::fs::remove_dir_all(&self.house.folder)?;
        }
        if let (Some(cluster), Some(database)) = (&self.cluster, &self.house.database) {
            data::drop(cluster, database).await?;
        }
        Ok(())
    }

    /// So many, or fewer in a short run.
    pub fn times(&self, full: usize, short: usize) -> usize {
        if self.short { short } else { full }
    }

    /// How long a page is asked for in one round: until one tick of the processor's clock is 2 % (4 % in a short run,
    /// which has one round).
    pub fn effort(&self) -> Effort {
        Effort {
            least: self.times(300, 100),
            ticks: if self.short { 25 } else { 50 },
            most: Duration::from_secs(if self.short { 2 } else { 20 }),
        }
    }

    /// How many rounds.
    pub fn rounds(&self) -> usize {
        self.times(7, 1)
    }
}
