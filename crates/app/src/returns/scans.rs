//! Stamped scans: brought by the content code printed on the paper.

use domain::{
    PersonId, ReturnId,
    permission::Action,
    person::{Caller, Invalid},
    returns::read_content_code,
};
use serde_json::json;

use super::{ScanView, steps::may_scan};
use crate::{App, Error, Result, completion::Printed, imports::safe_name, secrets, work::Fact};

/// Scans a return has at most.
const SCANS_MOST: usize = 20;
/// Endings that scans come with.
const ENDINGS: [&str; 4] = [".pdf", ".jpg", ".jpeg", ".png"];

/// Whether a scan begins as files of its ending do.
fn is_true_to_name(name: &str, bytes: &[u8]) -> bool {
    match name.to_lowercase().rsplit('.').next() {
        Some("pdf") => bytes.starts_with(b"%PDF-"),
        Some("png") => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        Some("jpg" | "jpeg") => bytes.starts_with(b"\xff\xd8\xff"),
        _ => false,
    }
}

impl App {
    /// Attaches the scan of a stamped form by the content code on it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach; [`Error::Invalid`] on `code` when the return was never printed under it,
    /// on `file` when it is not what it says or there are too many; [`Error::TooLarge`].
    pub async fn attach_scan(
        &self,
        caller: &Caller,
        id: ReturnId,
        code: &str,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<()> {
        let found = self.load_return(caller, Action::ViewReturns, id).await?;
        if !found.inside() || !may_scan(caller) {
            return Err(Error::NotFound);
        }
        // The route is open to all who may look; only the upload says whether one acts for another.
        let action = if caller.may(Action::PrepareReturns) {
            Action::PrepareReturns
        } else {
            Action::ReleaseReturns
        };
        let caller = &caller.clone().doing(action);
        if bytes.len() > self.settings().upload_most {
            return Err(Error::TooLarge);
        }
        let code = read_content_code(code).ok_or_else(|| {
            Invalid::of(
                "code",
                "请填写表上印的内容码，12位字母和数字，例如 7KQM-2XHD-9RTA",
            )
        })?;
        let name = safe_name(file_name);
        let lower = name.to_lowercase();
        if !ENDINGS.iter().any(|ending| lower.ends_with(ending)) {
            return Err(Invalid::of("file", "盖章扫描件请上传 PDF 或图片（png、jpg）").into());
        }
        self.check_upload(&name, bytes).await?;
        if !is_true_to_name(&name, bytes) {
            let why = "文件内容与名称不符，请另存为 PDF 或图片（png、jpg）后再上传";
            return Err(Invalid::of("file", format!("《{name}》没有上传：{why}")).into());
        }
        let work = self.work().await?;
        if !store::returns::is_printed(&work.tx, id, &code).await? {
            return Err(Invalid::of(
                "code",
                "这份报表没有以这个内容码打印过，请核对是否拿错了表或看错了码",
            )
            .into());
        }
        if store::returns::scans(&work.tx, id).await?.len() >= SCANS_MOST {
            return Err(Invalid::of("file", format!("每份报表最多{SCANS_MOST}个扫描件")).into());
        }
        let sm3 = secrets::sm3_hex(bytes);
        let file = store::files::put(&work.tx, &sm3, bytes, work.now).await?;
        let kept = (file, name.as_str());
        store::returns::add_scan(&work.tx, id, &code, kept, caller.person.id, work.now).await?;
        let detail = json!({"code": code, "name": name, "sm3": sm3});
        let fact = Fact::new("return.scan_added", format!("return:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// A stamped scan as it came, noted as a download.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach, for the authority while the return is not handed in, or for those who see
    /// telephones masked only.
    pub async fn scan(&self, caller: &Caller, id: ReturnId, scan: i64) -> Result<Printed> {
        self.permit(caller, Action::RevealContacts).await?;
        let found = self.load_return(caller, Action::ViewReturns, id).await?;
        let reader = self.store().read();
        if !found.inside() && store::returns::newest(&reader, id).await?.is_none() {
            return Err(Error::NotFound);
        }
        let scans = store::returns::scans(&reader, id).await?;
        let kept = scans
            .into_iter()
            .find(|one| one.id == scan)
            .ok_or(Error::NotFound)?;
        let stored = store::files::by_id(&reader, domain::FileId(kept.file_id))
            .await?
            .ok_or(Error::NotFound)?;
        let detail = json!({"sm3": stored.sm3});
        self.note_access(
            caller,
            Fact::new("file.downloaded", format!("return:{id}"), detail),
        )
        .await?;
        Ok(Printed {
            name: kept.name,
            bytes: stored.bytes,
        })
    }

    /// The scans of a return whose content code is `code` now.
    pub(super) async fn scans_of(&self, id: ReturnId, code: &str) -> Result<Vec<ScanView>> {
        let scans = store::returns::scans(&self.store().read(), id).await?;
        let people = scans.iter().map(|one| PersonId(one.added_by)).collect();
        let names = self.names_of(people).await?;
        Ok(scans
            .into_iter()
            .map(|one| ScanView {
                id: one.id,
                changed: one.code != code,
                code: one.code,
                name: one.name,
                who: names
                    .get(&PersonId(one.added_by))
                    .cloned()
                    .unwrap_or_default(),
                at: chrono::DateTime::from_timestamp_micros(one.added_at).unwrap_or_default(),
            })
            .collect())
    }
}
