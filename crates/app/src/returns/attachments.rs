//! Files that go with a report: attached and taken off until it is handed in, then named in it by their SM3.

use domain::{
    ReturnId,
    permission::Action,
    person::{Caller, Invalid},
    report::FILES_MOST,
    returns::Content,
};
use serde_json::json;
use store::returns::{Filing, ReturnFile};

use super::{Found, Seen, steps::check_version};
use crate::{
    App, Error, Result,
    completion::Printed,
    imports::safe_name,
    secrets,
    work::{Fact, Work},
};

impl App {
    /// Attaches a file to a report as it was seen.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach, or for kinds without files; [`Error::Invalid`] on `file` when it is not what
    /// it says, there already or one too many, on `state` when the return is not open; [`Error::TooLarge`];
    /// [`Error::Conflict`] when somebody saved it since.
    pub async fn attach_to_return(
        &self,
        caller: &Caller,
        id: ReturnId,
        seen: &Seen,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<()> {
        let found = self.load_report(caller, id).await?;
        if bytes.len() > self.settings().upload_most {
            return Err(Error::TooLarge);
        }
        let name = safe_name(file_name);
        self.check_upload(&name, bytes).await?;
        let work = self.work().await?;
        let (_, filing) = self.open_report(&work, found, seen).await?;
        let there = store::returns::attached(&work.tx, id, true).await?;
        let sm3 = secrets::sm3_hex(bytes);
        if there
            .iter()
            .any(|one| one.attached.sm3 == sm3 && one.attached.name == name)
        {
            return Err(Invalid::of("file", "这个文件已经在附件里了").into());
        }
        if there.len() >= FILES_MOST {
            return Err(Invalid::of("file", format!("最多附{FILES_MOST}个文件")).into());
        }
        let file = store::files::put(&work.tx, &sm3, bytes, work.now).await?;
        let (by, at) = (caller.person.id, work.now);
        store::returns::add_file(&work.tx, id, (file, name.as_str()), by, at).await?;
        // What is attached is part of what is said: the version counts on.
        store::returns::save_input(&work.tx, id, filing.version, &filing.input).await?;
        let detail = json!({"name": name, "sm3": sm3});
        let fact = Fact::new("return.file_added", format!("return:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// Takes a file off a report as it was seen; editions that were handed in with it keep it.
    ///
    /// # Errors
    /// As [`App::attach_to_return`]; [`Error::NotFound`] when there is no such file.
    pub async fn detach_from_return(
        &self,
        caller: &Caller,
        id: ReturnId,
        seen: &Seen,
        file: i64,
    ) -> Result<()> {
        let found = self.load_report(caller, id).await?;
        let work = self.work().await?;
        let (_, filing) = self.open_report(&work, found, seen).await?;
        let there = store::returns::attached(&work.tx, id, true).await?;
        let one = there
            .into_iter()
            .find(|one| one.attached.id == file)
            .ok_or(Error::NotFound)?;
        store::returns::remove_file(&work.tx, file, caller.person.id, work.now).await?;
        store::returns::save_input(&work.tx, id, filing.version, &filing.input).await?;
        let detail = json!({"name": one.attached.name, "sm3": one.attached.sm3});
        let fact = Fact::new("return.file_removed", format!("return:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// A file that goes with a report, noted as a download: for the enterprise each that is or was attached, for the
    /// authority those of editions it sees.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach or not there, or for those who see telephones masked only.
    pub async fn attached_file(&self, caller: &Caller, id: ReturnId, file: i64) -> Result<Printed> {
        self.permit(caller, Action::RevealContacts).await?;
        let found = self.load_return(caller, Action::ViewReturns, id).await?;
        let reader = self.store().read();
        let one = self.attached_one(&found, id, file).await?;
        let stored = store::files::by_id(&reader, one.file)
            .await?
            .ok_or(Error::NotFound)?;
        let detail = json!({"sm3": stored.sm3, "name": one.attached.name});
        let fact = Fact::new("file.downloaded", format!("return:{id}"), detail);
        self.note_access(caller, fact).await?;
        Ok(Printed {
            name: one.attached.name,
            bytes: stored.bytes,
        })
    }

    async fn attached_one(&self, found: &Found, id: ReturnId, file: i64) -> Result<ReturnFile> {
        let reader = self.store().read();
        let all = store::returns::attached(&reader, id, false).await?;
        let one = all
            .into_iter()
            .find(|one| one.attached.id == file)
            .ok_or(Error::NotFound)?;
        if found.inside() {
            return Ok(one);
        }
        for edition in store::returns::editions(&reader, id).await? {
            if edition.withdrawn_at.is_none()
                && let Content::Report(report) = serde_json::from_str(&edition.data)?
                && report.files.iter().any(|named| named.id == file)
            {
                return Ok(one);
            }
        }
        Err(Error::NotFound)
    }

    async fn load_report(&self, caller: &Caller, id: ReturnId) -> Result<Found> {
        let found = self.load_return(caller, Action::PrepareReturns, id).await?;
        if !found.inside() || !found.period.kind.is_report() {
            return Err(Error::NotFound);
        }
        Ok(found)
    }

    /// The report inside the transaction, open and as it was seen.
    async fn open_report(&self, work: &Work, found: Found, seen: &Seen) -> Result<(Found, Filing)> {
        let (found, filing) = self.locked(work, found).await?;
        check_version(&filing, seen.version)?;
        found.check_open(work.now)?;
        if !filing.state.is_open() {
            let state = filing.state.label();
            let why = format!("这份报表现在是“{state}”，不能修改，请刷新页面");
            return Err(Invalid::of("state", why).into());
        }
        Ok((found, filing))
    }
}
