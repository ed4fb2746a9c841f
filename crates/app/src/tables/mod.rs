//! Tables out and in again: units, people, working days. A file is read, laid beside what is stored row by row, and
//! written whole on 确认, or not at all.
//!
//! [`App::start_table`] keeps the rows as a draft of its owner; [`App::preview_table`] shows what they would change;
//! [`App::confirm_table`] makes the same comparison again inside its transaction and writes only what was shown.

mod people;
mod preview;
mod units;
mod workdays;

use documents::csv_table::{self, CsvRow};
use domain::{
    permission::Action,
    person::{Caller, Invalid},
};
use serde_json::json;
use store::{Db, table_drafts::TableDraft};

use crate::{App, Error, Result, imports::safe_name, secrets, work::Fact};

pub use preview::{PreviewCell, PreviewRow, RowState, TablePreview};

/// Which table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// 单位.
    Units,
    /// 人员.
    People,
    /// 工作日安排.
    Workdays,
}

impl TableKind {
    /// The stored word.
    const fn word(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::People => "people",
            Self::Workdays => "workdays",
        }
    }

    /// The columns of its file.
    pub fn columns(self) -> Vec<&'static str> {
        match self {
            Self::Units => units::COLUMNS.to_vec(),
            Self::People => people::COLUMNS.to_vec(),
            Self::Workdays => workdays::COLUMNS.to_vec(),
        }
    }

    /// The same columns as the page names them.
    pub fn labels(self) -> Vec<&'static str> {
        match self {
            Self::Workdays => workdays::LABELS.to_vec(),
            _ => self.columns(),
        }
    }

    /// What bringing one in needs.
    pub const fn action(self) -> Action {
        match self {
            Self::Units => Action::EditUnits,
            Self::People => Action::EditPeople,
            Self::Workdays => Action::LoadCalendar,
        }
    }

    const fn fact(self) -> &'static str {
        match self {
            Self::Units => "units.imported",
            Self::People => "people.imported",
            Self::Workdays => "workdays.loaded",
        }
    }
}

/// What confirming would write.
enum Writes {
    Units(units::Writes),
    People(people::Writes),
    Workdays(workdays::Writes),
}

/// Rows laid beside what is stored, and what follows from them.
struct Plan {
    rows: Vec<PreviewRow>,
    notes: Vec<String>,
    writes: Writes,
}

impl App {
    /// Reads a table and keeps its rows as a draft; gives the draft's key.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `file` for one that cannot be read.
    pub async fn start_table(
        &self,
        caller: &Caller,
        kind: TableKind,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<String> {
        self.permit(caller, kind.action()).await?;
        let read = csv_table::read(bytes, &kind.columns());
        // A calendar may also come with its columns in Chinese.
        let read = read.or_else(|why| csv_table::read(bytes, &kind.labels()).map_err(|_| why));
        let rows = read.map_err(|why| Invalid::of("file", why))?;
        if rows.is_empty() {
            return Err(Invalid::of("file", "文件里只有表头，没有可以导入的行").into());
        }
        let rows: Vec<(u32, Vec<String>)> =
            rows.into_iter().map(|row| (row.line, row.cells)).collect();
        let draft = TableDraft {
            key: secrets::token(&*self.0.random),
            kind: kind.word().to_owned(),
            owner: caller.person.id,
            file_name: safe_name(file_name),
            rows: serde_json::to_string(&rows)?,
        };
        let work = self.work().await?;
        store::table_drafts::add(&work.tx, &draft, work.now).await?;
        // Not in the audit: nothing of the product has changed, and cancelling must leave no trace.
        work.tx.commit().await?;
        Ok(draft.key)
    }

    /// What a draft would change, row by row.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the draft is not the caller's own, or is gone.
    pub async fn preview_table(
        &self,
        caller: &Caller,
        kind: TableKind,
        key: &str,
    ) -> Result<TablePreview> {
        self.permit(caller, kind.action()).await?;
        let reader = self.store().read();
        let draft = own_draft(&reader, caller, kind, key).await?;
        let plan = plan(&reader, caller, kind, &draft).await?;
        Ok(TablePreview::of(kind, &draft, plan.rows, plan.notes))
    }

    /// Writes what the preview with this fingerprint showed, in one transaction.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `table`: rows are wrong, nothing would change, or somebody changed something since.
    pub async fn confirm_table(
        &self,
        caller: &Caller,
        kind: TableKind,
        key: &str,
        fingerprint: &str,
    ) -> Result<()> {
        self.permit(caller, kind.action()).await?;
        let work = self.work().await?;
        let draft = own_draft(&work.tx, caller, kind, key).await?;
        let plan = plan(&work.tx, caller, kind, &draft).await?;
        let preview = TablePreview::of(kind, &draft, plan.rows, plan.notes);
        preview.may_confirm()?;
        if preview.fingerprint != fingerprint || !store::table_drafts::remove(&work.tx, key).await?
        {
            return Err(moved());
        }
        let changes = match plan.writes {
            Writes::Units(writes) => writes.write(&work.tx).await,
            Writes::People(writes) => writes.write(&work.tx, work.now).await,
            Writes::Workdays(writes) => writes.write(&work, caller, &draft.file_name).await,
        };
        let changes = changes.map_err(|error| match error {
            // Another replica was faster between the look and the write.
            store::Error::Stale | store::Error::Taken => moved(),
            other => other.into(),
        })?;
        let detail = json!({"file": draft.file_name, "changes": changes});
        self.finish_change(work, caller, Fact::new(kind.fact(), kind.word(), detail))
            .await
    }

    /// Drops a draft.
    ///
    /// # Errors
    /// As [`App::preview_table`].
    pub async fn cancel_table(&self, caller: &Caller, kind: TableKind, key: &str) -> Result<()> {
        self.permit(caller, kind.action()).await?;
        let work = self.work().await?;
        own_draft(&work.tx, caller, kind, key).await?;
        store::table_drafts::remove(&work.tx, key).await?;
        Ok(work.tx.commit().await?)
    }
}

fn moved() -> Error {
    Invalid::of(
        "table",
        "您核对期间有人改动了数据，没有保存任何内容；下面是与现在数据的比较，请重新核对",
    )
    .into()
}

async fn own_draft(
    db: &impl Db,
    caller: &Caller,
    kind: TableKind,
    key: &str,
) -> Result<TableDraft> {
    store::table_drafts::by_key(db, key)
        .await?
        .filter(|draft| draft.owner == caller.person.id && draft.kind == kind.word())
        .ok_or(Error::NotFound)
}

async fn plan(db: &impl Db, caller: &Caller, kind: TableKind, draft: &TableDraft) -> Result<Plan> {
    let rows: Vec<(u32, Vec<String>)> = serde_json::from_str(&draft.rows)?;
    let rows: Vec<CsvRow> = rows
        .into_iter()
        .map(|(line, cells)| CsvRow { line, cells })
        .collect();
    match kind {
        TableKind::Units => units::plan(db, caller, &rows).await,
        TableKind::People => people::plan(db, caller, &rows).await,
        TableKind::Workdays => workdays::plan(db, caller, &rows).await,
    }
}
