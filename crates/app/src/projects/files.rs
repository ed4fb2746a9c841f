//! Files kept with a project: each change of them is a revision like any other.

use domain::{
    FileId, ProjectId,
    permission::Action,
    person::{Caller, Invalid},
    project::Attachment,
};
use serde_json::json;

use super::{SaveProject, When};
use crate::{App, Error, Result, imports::safe_name, secrets, work::Fact};

/// A file to take away.
pub struct ProjectFile {
    /// Under which name it came.
    pub name: String,
    /// Its bytes, as they came.
    pub bytes: Vec<u8>,
}

impl App {
    /// Attaches a file to a project made from version `version`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for files that are not what they say or are dangerous; [`Error::TooLarge`];
    /// [`Error::Conflict`] when somebody saved the project since.
    pub async fn attach_to_project(
        &self,
        caller: &Caller,
        id: ProjectId,
        version: i64,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<()> {
        self.project_to_edit(caller, id).await?;
        if bytes.len() > self.settings().upload_most {
            return Err(Error::TooLarge);
        }
        let name = safe_name(file_name);
        self.check_upload(&name, bytes).await?;
        // The bytes by their hash first: without a project that names them they are nobody's.
        let work = self.work().await?;
        let file = store::files::put(&work.tx, &secrets::sm3_hex(bytes), bytes, work.now).await?;
        work.tx.commit().await?;
        self.change_project(caller, id, version, &SaveProject::default(), |before| {
            let mut fields = before.clone();
            if fields
                .attachments
                .iter()
                .any(|one| one.file == file && one.name == name)
            {
                return Err(Invalid::of("file", "这个文件已经在附件里了").into());
            }
            fields.attachments.push(Attachment {
                file,
                name: name.clone(),
            });
            Ok(fields)
        })
        .await
        .map(|_| ())
    }

    /// Takes a file off a project made from version `version`; earlier revisions keep it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none of that number.
    pub async fn detach_from_project(
        &self,
        caller: &Caller,
        id: ProjectId,
        version: i64,
        file: FileId,
    ) -> Result<()> {
        self.change_project(caller, id, version, &SaveProject::default(), |before| {
            let mut fields = before.clone();
            fields.attachments.retain(|one| one.file != file);
            if fields.attachments.len() == before.attachments.len() {
                return Err(Error::NotFound);
            }
            Ok(fields)
        })
        .await
        .map(|_| ())
    }

    /// A file of the project as the caller sees it; the download is noted.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach or not there.
    pub async fn project_file(
        &self,
        caller: &Caller,
        id: ProjectId,
        file: FileId,
    ) -> Result<ProjectFile> {
        let seen = self
            .see_project(caller, Action::ViewProjects, id, When::default())
            .await?;
        let found = seen
            .revision
            .fields
            .attachments
            .into_iter()
            .find(|one| one.file == file)
            .ok_or(Error::NotFound)?;
        let stored = store::files::by_id(&self.store().read(), file)
            .await?
            .ok_or(Error::NotFound)?;
        let detail = json!({"sm3": stored.sm3, "name": found.name});
        self.note_access(
            caller,
            Fact::new("project.file_taken", format!("project:{id}"), detail),
        )
        .await?;
        Ok(ProjectFile {
            name: found.name,
            bytes: stored.bytes,
        })
    }
}
