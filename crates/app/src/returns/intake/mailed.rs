//! A file that came by mail: nobody says which return it is for, so its forms do. Each becomes a draft of its own.

use documents::forms::{ErrorKind, Form, Reading};
use domain::{period::ReturnKind, person::Caller};
use store::intake::IntakeDraft;

use super::{form_of, refusal, takes_files};
use crate::{App, Error, Result, imports::safe_name};

/// What a file that came by mail can become. Nobody has kept any of it yet.
#[derive(Default)]
pub(crate) struct Mailed {
    /// A draft a form.
    pub drafts: Vec<MailedDraft>,
    /// Why there are no drafts, or none of some of its forms.
    pub refused: Vec<String>,
    /// Whether it is a picture of a form, which belongs beside the form itself.
    pub scan: bool,
}

impl Mailed {
    fn refused(say: impl Into<String>) -> Self {
        Self {
            refused: vec![say.into()],
            ..Self::default()
        }
    }
}

/// A draft of a file that came by mail, with what may be said of it: nothing but what stands in the file.
pub(crate) struct MailedDraft {
    pub draft: IntakeDraft,
    /// The form and the period in words.
    pub form: String,
    /// Rows understood.
    pub rows: usize,
    /// Whether the file says that there is nothing to report.
    pub zero: bool,
    /// What the reader doubts.
    pub doubts: Vec<String>,
}

impl App {
    /// Reads a file that came without a word about which return it is for: its forms decide, and for each the nearest
    /// open period. Keeps nothing; what it answers is for whoever keeps it.
    ///
    /// # Errors
    /// The database or the reader is unavailable.
    pub(crate) async fn read_mailed(
        &self,
        caller: &Caller,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<Mailed> {
        let file_name = safe_name(file_name);
        if bytes.len() > self.settings().upload_most {
            let most = self.settings().upload_most / (1024 * 1024);
            let say = format!("文件超过{most} MB，没有读取，请删减后重新发来");
            return Ok(Mailed::refused(say));
        }
        let (mut mailed, mut empty, mut other) = (Mailed::default(), None, None);
        let kinds = ReturnKind::ALL.iter().copied();
        for kind in kinds.filter(|kind| takes_files(*kind)) {
            let reading = self.0.reader.read(&file_name, bytes, form_of(kind)).await?;
            let Some(refusal) = refusal(&reading) else {
                match self
                    .place_mailed(caller, kind, &file_name, bytes, reading)
                    .await?
                {
                    Ok(draft) => mailed.drafts.push(draft),
                    Err(say) => mailed.refused.push(say),
                }
                continue;
            };
            match refusal.error {
                Some(ErrorKind::FormMismatch) => other = other.or(refusal.form),
                Some(ErrorKind::NoRows) => empty = empty.or(Some(refusal.message)),
                // The file itself cannot be read, whatever is looked for.
                error => {
                    mailed.scan = error == Some(ErrorKind::NotImportable);
                    mailed.refused.push(refusal.message);
                    return Ok(mailed);
                }
            }
        }
        if mailed.drafts.is_empty() && mailed.refused.is_empty() {
            let say = empty.unwrap_or_else(|| not_here(other));
            return Ok(Mailed::refused(say));
        }
        Ok(mailed)
    }

    /// The draft of what was read, or why there can be none.
    async fn place_mailed(
        &self,
        caller: &Caller,
        kind: ReturnKind,
        file_name: &str,
        bytes: &[u8],
        reading: Reading,
    ) -> Result<std::result::Result<MailedDraft, String>> {
        let place = match self.intake_place(caller, kind, None).await {
            Err(Error::NotFound) => return Ok(Err(format!("现在没有要填报的{}", kind.short()))),
            other => other?,
        };
        let label = format!("{} {}", kind.short(), place.label);
        if let Some(state) = place.closed {
            return Ok(Err(format!("{label}的报表现在是“{state}”，不能再导入文件")));
        }
        let mut draft = match self.new_intake(caller, place.key, file_name, bytes).await {
            Err(Error::Invalid(invalid)) => {
                let said: Vec<String> = invalid.fields.into_iter().map(|(_, why)| why).collect();
                return Ok(Err(format!("{label}：{}", said.join("；"))));
            }
            Err(Error::NotFound) => return Ok(Err(format!("发件人不能填报{}", kind.short()))),
            other => other?,
        };
        draft.reading = serde_json::to_string(&reading)?;
        let form = form_of(kind);
        let tables = || {
            let tables = reading.tables.iter();
            tables.filter(move |table| Some(table.form) == form)
        };
        Ok(Ok(MailedDraft {
            form: label,
            rows: tables().map(|table| table.rows.len()).sum(),
            zero: tables().any(|table| table.heading.zero_report),
            doubts: reading.warnings.iter().map(|one| one.why.clone()).collect(),
            draft,
        }))
    }
}

/// What is said of a form that becomes no draft here.
fn not_here(form: Option<Form>) -> String {
    match form {
        Some(Form::Annex1) => "附件1由国资委招商引资处导入，企业不用报送".to_owned(),
        Some(form) => format!("{}请登录系统后在“报送”里填报，这里不收文件", form.short()),
        None => "这里不收这样的文件，请登录系统后填报".to_owned(),
    }
}
