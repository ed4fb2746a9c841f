//! 附件1 in: a file is read, shown, asked about, confirmed. Nothing is saved before 确认; cancelling leaves no trace.
//!
//! [`App::start_import`] keeps the file and what was read as a draft of its owner; [`App::preview_import`] lays it
//! beside what is stored ([`preview`]); [`App::answer_import`] keeps the owner's answers ([`answers`]);
//! [`App::confirm_import`] writes statements and targets in one transaction ([`confirm`]).

pub mod answers;
mod confirm;
mod list;
pub mod preview;

use std::sync::Arc;

use documents::forms::{Form, Outcome, Reading};
use domain::{
    UnitId, names,
    permission::Action,
    person::{Caller, Invalid},
    unit::UnitTree,
};
use store::imports::Draft;
pub use store::statements::Import;

use crate::{App, Conflict, Error, Result, secrets};

pub use answers::{Answers, RowAnswer};
pub use list::{ImportDetail, PAGE, SourceFile};
pub use preview::{Cell, Change, Preview, PreviewRow, UnitAnswer};

/// Characters of a file name that are kept.
const NAME_MOST: usize = 120;

/// What became of an upload.
pub enum Started {
    /// Rows were read: the draft's key.
    Draft(String),
    /// Nothing was kept; the reading says why and what to do.
    Refused(Box<Reading>),
}

impl App {
    /// Reads an uploaded file. Keeps it as a draft when it holds a filled-in 附件1, else keeps nothing.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for more bytes than the setting allows.
    pub async fn start_import(
        &self,
        caller: &Caller,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<Started> {
        let reach = self.reach(caller, Action::ImportStatements).await?;
        let authority = reach.whole_authority()?.id;
        let file_name = safe_name(file_name);
        let reading = self
            .read_form(&file_name, bytes, Some(Form::Annex1))
            .await?;
        if !matches!(reading.outcome, Outcome::Ok | Outcome::OkWithWarnings) {
            return Ok(Started::Refused(Box::new(reading)));
        }
        let answers = Answers::first(&reading);
        let work = self.work().await?;
        let draft = Draft {
            key: secrets::token(&*self.0.random),
            authority,
            owner: caller.person.id,
            file_name,
            reading: serde_json::to_string(&reading)?,
            answers: serde_json::to_string(&answers)?,
            version: 1,
            created_at: work.now,
        };
        store::imports::add(&work.tx, &draft, bytes).await?;
        // Not in the audit: nothing of the product has changed, and cancelling must leave no trace.
        work.tx.commit().await?;
        Ok(Started::Draft(draft.key))
    }

    /// Reads a form out of a file and keeps nothing.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for more bytes than the setting allows.
    pub async fn read_only(
        &self,
        caller: &Caller,
        file_name: &str,
        bytes: &[u8],
        wanted: Option<Form>,
    ) -> Result<Reading> {
        self.permit(caller, Action::ImportStatements).await?;
        self.read_form(&safe_name(file_name), bytes, wanted)
            .await
            .map(Reading::without_source)
    }

    async fn read_form(
        &self,
        file_name: &str,
        bytes: &[u8],
        wanted: Option<Form>,
    ) -> Result<Reading> {
        if bytes.len() > self.settings().upload_most {
            return Err(Error::TooLarge);
        }
        self.0.reader.read(file_name, bytes, wanted).await
    }

    /// What was understood of a draft's file, beside what is stored.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the draft is not the caller's own, or is gone.
    pub async fn preview_import(&self, caller: &Caller, key: &str) -> Result<Preview> {
        let (draft, tree) = self.own_draft(caller, key).await?;
        let answers: Answers = serde_json::from_str(&draft.answers)?;
        self.lay_out(&draft, &tree, answers).await
    }

    /// Keeps the owner's answers, made from version `version` of the draft.
    ///
    /// # Errors
    /// [`Error::NotFound`] as above; [`Error::Invalid`] for answers about rows or units that are not there.
    pub async fn answer_import(
        &self,
        caller: &Caller,
        key: &str,
        version: i64,
        answers: Answers,
    ) -> Result<Preview> {
        let (mut draft, tree) = self.own_draft(caller, key).await?;
        let reading: Reading = serde_json::from_str(&draft.reading)?;
        answers.check(reading.rows.len())?;
        for answer in answers.rows.values() {
            check_unit(&tree, draft.authority, answer)?;
        }
        draft.answers = serde_json::to_string(&answers)?;
        let work = self.work().await?;
        match store::imports::save_answers(&work.tx, key, version, &draft.answers).await {
            Err(store::Error::Stale) => {
                drop(work);
                let now = self.preview_import(caller, key).await?;
                // The same answers twice, as by a double click, contradict nobody.
                return if now.answers == answers {
                    Ok(now)
                } else {
                    Err(self.stale_draft(caller, key, &answers).await?)
                };
            }
            other => other?,
        }
        work.tx.commit().await?;
        draft.version = version + 1;
        self.lay_out(&draft, &tree, answers).await
    }

    /// Both versions of a draft's answers; [`Error::NotFound`] when the draft is gone.
    pub(super) async fn stale_draft(
        &self,
        caller: &Caller,
        key: &str,
        yours: &Answers,
    ) -> Result<Error> {
        let now = self.preview_import(caller, key).await?;
        let mut values = Vec::new();
        for ((label, yours), (_, theirs)) in
            yours.in_words().into_iter().zip(now.answers.in_words())
        {
            values.push((label, yours, theirs));
        }
        let what = format!("《{}》的核对稿", now.file_name);
        Ok(Error::Conflict(Box::new(Conflict {
            what,
            values,
            version: now.version,
        })))
    }

    /// Drops a draft and its file.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the draft is not the caller's own, or is gone.
    pub async fn cancel_import(&self, caller: &Caller, key: &str) -> Result<()> {
        self.own_draft(caller, key).await?;
        let work = self.work().await?;
        store::imports::remove(&work.tx, key).await?;
        Ok(work.tx.commit().await?)
    }

    async fn own_draft(&self, caller: &Caller, key: &str) -> Result<(Draft, Arc<UnitTree>)> {
        let reach = self.reach(caller, Action::ImportStatements).await?;
        let draft = store::imports::by_key(&self.store().read(), key).await?;
        let draft = draft
            .filter(|draft| draft.owner == caller.person.id)
            .ok_or(Error::NotFound)?;
        Ok((draft, reach.tree))
    }
}

fn check_unit(tree: &UnitTree, authority: UnitId, answer: &RowAnswer) -> Result<()> {
    match answer.unit {
        Some(id)
            if tree
                .authority_of(id)
                .is_none_or(|above| above.id != authority) =>
        {
            Err(Invalid::of("unit", "所选单位不存在，请重新选择").into())
        }
        _ => Ok(()),
    }
}

/// The form a word names; none for no word.
///
/// # Errors
/// [`Invalid`] for a word that names no form.
pub fn form_of(word: Option<&str>) -> std::result::Result<Option<Form>, Invalid> {
    word.map(|word| {
        word.parse()
            .map_err(|error: documents::forms::ParseFormError| Invalid::of("as", error.to_string()))
    })
    .transpose()
}

/// A file name without path, control characters and excess.
pub fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = names::tidy(last)
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    let count = clean.chars().count();
    // The end carries the extension.
    let kept: String = clean
        .chars()
        .skip(count.saturating_sub(NAME_MOST))
        .collect();
    if kept.is_empty() {
        "未命名".to_owned()
    } else {
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::safe_name;

    #[test]
    fn names_are_only_names() {
        assert_eq!(safe_name("C:\\报表\\附件1.docx"), "附件1.docx");
        assert_eq!(safe_name("../../etc/passwd"), "passwd");
        assert_eq!(safe_name("a\0b\n.xlsx"), "ab.xlsx");
        assert_eq!(safe_name("/"), "未命名");
        assert!(safe_name(&format!("{}.docx", "长".repeat(500))).ends_with(".docx"));
    }
}
