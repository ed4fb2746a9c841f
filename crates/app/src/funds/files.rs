//! Proof files: looked at by the limited child before they are kept, stored once by hash.

use documents::forms::{ErrorKind, Reading};
use domain::{
    EntryId,
    entry::EntryState,
    permission::Action,
    person::{Caller, Invalid},
};
use serde_json::json;

use crate::{App, Error, Result, imports::safe_name, secrets, work::Fact};

/// Proof files an entry has at most.
const FILES_MOST: usize = 20;

/// A proof file to take away.
pub struct ProofFile {
    /// Under which name it came.
    pub name: String,
    /// Its bytes, as they came.
    pub bytes: Vec<u8>,
}

/// Endings that proofs come with: documents and scans.
const ENDINGS: [&str; 8] = [
    ".pdf", ".png", ".jpg", ".jpeg", ".docx", ".xlsx", ".csv", ".ofd",
];

impl App {
    /// Attaches a proof file to a draft made from `version`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for files that are not what they say, are dangerous or too many; [`Error::TooLarge`].
    pub async fn attach_proof(
        &self,
        caller: &Caller,
        id: EntryId,
        version: i64,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<()> {
        let (entry, _) = self.load_entry(caller, Action::EnterFunds, id).await?;
        if entry.state != EntryState::Draft {
            return Err(Invalid::of("file", "已提交的资金不能再添加凭证；需要补充请先撤回").into());
        }
        if bytes.len() > self.settings().upload_most {
            return Err(Error::TooLarge);
        }
        let name = safe_name(file_name);
        self.check_upload(&name, bytes).await?;
        let work = self.work().await?;
        if store::funds::files(&work.tx, id).await?.len() >= FILES_MOST {
            return Err(Invalid::of("file", format!("每笔资金最多{FILES_MOST}个凭证文件")).into());
        }
        self.touch(&work, id, version).await?;
        let sm3 = secrets::sm3_hex(bytes);
        let file = store::files::put(&work.tx, &sm3, bytes, work.now).await?;
        store::funds::attach(&work.tx, id, file, &name).await?;
        let fact = Fact::new(
            "entry.proof_added",
            format!("entry:{id}"),
            json!({"name": name, "sm3": sm3}),
        );
        self.finish_change(work, caller, fact).await
    }

    /// Takes a proof file off a draft made from `version`. The stored bytes stay: others may share them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none of that number.
    pub async fn detach_proof(
        &self,
        caller: &Caller,
        id: EntryId,
        version: i64,
        file: i64,
    ) -> Result<()> {
        let (entry, _) = self.load_entry(caller, Action::EnterFunds, id).await?;
        if entry.state != EntryState::Draft {
            return Err(Invalid::of("file", "已提交的资金不能再删除凭证；需要修改请先撤回").into());
        }
        let work = self.work().await?;
        self.touch(&work, id, version).await?;
        if !store::funds::detach(&work.tx, id, file).await? {
            return Err(Error::NotFound);
        }
        self.finish_change(
            work,
            caller,
            Fact::new(
                "entry.proof_removed",
                format!("entry:{id}"),
                json!({"file": file}),
            ),
        )
        .await
    }

    /// A proof file of an entry within reach, noted as a download.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach.
    pub async fn proof(&self, caller: &Caller, id: EntryId, file: i64) -> Result<ProofFile> {
        self.load_entry(caller, Action::ViewFunds, id).await?;
        let reader = self.store().read();
        let files = store::funds::files(&reader, id).await?;
        let found = files
            .into_iter()
            .find(|candidate| candidate.id == file)
            .ok_or(Error::NotFound)?;
        let stored = store::files::by_id(&reader, found.file)
            .await?
            .ok_or(Error::NotFound)?;
        self.note_access(
            caller,
            Fact::new(
                "file.downloaded",
                format!("entry:{id}"),
                json!({"sm3": stored.sm3}),
            ),
        )
        .await?;
        Ok(ProofFile {
            name: found.name,
            bytes: stored.bytes,
        })
    }

    async fn touch(&self, work: &crate::work::Work, id: EntryId, version: i64) -> Result<()> {
        match store::funds::touch(&work.tx, id, version).await {
            Err(store::Error::Stale) => {
                Err(Invalid::of("version", "这笔资金刚刚被他人改过，请刷新页面后再操作").into())
            }
            other => Ok(other?),
        }
    }

    /// The reader looks at proofs as well: what it finds dangerous or untrue to its name is not kept.
    pub(crate) async fn check_upload(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let lower = name.to_lowercase();
        if !ENDINGS.iter().any(|ending| lower.ends_with(ending)) {
            return Err(Invalid::of(
                "file",
                "请上传 PDF、图片（png、jpg）、docx、xlsx、csv 或 ofd 文件",
            )
            .into());
        }
        let reading = self.0.reader.read(name, bytes, None).await?;
        if let Some(why) = not_whole(&lower, bytes) {
            return Err(Invalid::of("file", format!("《{name}》没有上传：{why}")).into());
        }
        match reading.error {
            // Not one of our forms: a proof need not be.
            None
            | Some(
                ErrorKind::FormNotRecognised
                | ErrorKind::FormMismatch
                | ErrorKind::NoRows
                | ErrorKind::NotImportable,
            ) => Ok(()),
            Some(_) => Err(refused(name, &reading).into()),
        }
    }
}

/// Why a scan or picture is not what its name says, or not all of it: a file cut off on the way lacks its end.
fn not_whole(lower: &str, bytes: &[u8]) -> Option<&'static str> {
    let last = &bytes[bytes.len().saturating_sub(64 * 1024)..];
    let has = |mark: &[u8]| last.windows(mark.len()).any(|part| part == mark);
    let (begins, ends) = if lower.ends_with(".pdf") {
        (
            bytes.windows(5).take(1024).any(|part| part == b"%PDF-"),
            has(b"%%EOF"),
        )
    } else if lower.ends_with(".png") {
        (bytes.starts_with(b"\x89PNG\r\n\x1a\n"), has(b"IEND"))
    } else if lower.ends_with(".jpg") || lower.ends_with(".jpeg") {
        (bytes.starts_with(&[0xff, 0xd8, 0xff]), has(&[0xff, 0xd9]))
    } else {
        return None;
    };
    match (begins, ends) {
        (true, true) => None,
        (true, false) => Some("文件不完整，请重新扫描或重新导出后再上传"),
        (false, _) => Some("内容与扩展名不符，请上传真正的 PDF 或图片"),
    }
}

fn refused(name: &str, reading: &Reading) -> Invalid {
    Invalid::of("file", format!("《{name}》没有上传：{}", reading.message))
}
