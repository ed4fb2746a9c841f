//! Reading strangers' files: in a child process with limits, from a bounded pool.

use std::{path::PathBuf, process::Stdio, time::Duration};

use documents::forms::{ErrorKind, Form, Outcome, Reading};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::Command,
    sync::Semaphore,
};

use crate::{Error, Result};

/// Reads a form out of a file.
#[async_trait::async_trait]
pub trait FormReader: Send + Sync {
    /// What is in the file. A file that cannot be read is an answer, not an error.
    async fn read(&self, file_name: &str, bytes: &[u8], wanted: Option<Form>) -> Result<Reading>;
}

/// Children at a time: the machine has few cores, and each may take some memory.
const CHILDREN: usize = 2;
/// Longer is not read. The child also limits its own processor time.
const PATIENCE: Duration = Duration::from_secs(20);
/// An answer longer than this is not one of ours.
const ANSWER_MOST: u64 = 64 * 1024 * 1024;

/// Runs `PROGRAM forms read - --source --name=FILE_NAME` with an empty environment and the bytes on its input.
pub struct ChildReader {
    program: PathBuf,
    places: Semaphore,
}

impl ChildReader {
    /// A reader that runs this program: our own binary.
    pub fn new(program: PathBuf) -> Self {
        Self {
            program,
            places: Semaphore::new(CHILDREN),
        }
    }

    async fn run(
        &self,
        file_name: &str,
        bytes: &[u8],
        wanted: Option<Form>,
    ) -> std::io::Result<Option<Vec<u8>>> {
        let mut command = Command::new(&self.program);
        command
            .args(["forms", "read", "-", "--source"])
            .arg(format!("--name={file_name}"));
        if let Some(form) = wanted {
            command.arg("--as").arg(form_word(form));
        }
        let mut child = command
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let mut input = child
            .stdin
            .take()
            .ok_or_else(|| std::io::Error::other("no input"))?;
        let output = child
            .stdout
            .take()
            .ok_or_else(|| std::io::Error::other("no output"))?;
        let mut answer = Vec::new();
        let talk = async {
            let write = async {
                // A child that refuses early closes its input; its answer says why.
                let _ = input.write_all(bytes).await;
                drop(input);
            };
            let mut limited = output.take(ANSWER_MOST);
            let ((), read) = tokio::join!(write, limited.read_to_end(&mut answer));
            read?;
            child.wait().await
        };
        let ended = tokio::time::timeout(PATIENCE, talk).await;
        Ok(matches!(ended, Ok(Ok(status)) if status.success()).then_some(answer))
    }
}

const fn form_word(form: Form) -> &'static str {
    match form {
        Form::Annex1 => "annex1",
        Form::Annex2 => "annex2",
        Form::Annex3 => "annex3",
    }
}

#[async_trait::async_trait]
impl FormReader for ChildReader {
    async fn read(&self, file_name: &str, bytes: &[u8], wanted: Option<Form>) -> Result<Reading> {
        let _place = self
            .places
            .acquire()
            .await
            .map_err(|error| Error::Internal(error.to_string()))?;
        let answer = self
            .run(file_name, bytes, wanted)
            .await
            .map_err(|error| Error::Internal(format!("reading child: {error}")))?;
        match answer {
            Some(json) => Ok(serde_json::from_slice(&json)?),
            // Killed by a limit, or by the clock: the file is beyond what we read.
            None => Ok(over_limits()),
        }
    }
}

fn over_limits() -> Reading {
    Reading {
        outcome: Outcome::Rejected,
        form: None,
        error: Some(ErrorKind::TooLargeUnpacked),
        message: "文件展开后过大或过于复杂，请只保留需要的表格，另存为新的 docx 或 xlsx 后再上传"
            .to_owned(),
        title: None,
        year: None,
        as_at: None,
        unit_of_money: None,
        rows: Vec::new(),
        total: None,
        tables: Vec::new(),
        warnings: Vec::new(),
        source: None,
        also: Vec::new(),
    }
}
