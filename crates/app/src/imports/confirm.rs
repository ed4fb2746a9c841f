//! Confirming a draft: statements and targets, one transaction, once.

use domain::{
    ImportId, Instant, Money, StatementId, UnitId, dates,
    person::{Caller, Invalid},
    statement::Statement,
    target::NewTarget,
};
use serde_json::json;
use store::statements::Import;

use super::preview::{Change, Preview};
use crate::{
    App, Error, Result, secrets,
    work::{Fact, Work},
};

impl App {
    /// Saves what a draft says. Asked twice, it answers with the same import and changes nothing more.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the draft is not the caller's own; [`Error::Invalid`] by field while something is open.
    pub async fn confirm_import(
        &self,
        caller: &Caller,
        key: &str,
        version: i64,
    ) -> Result<ImportId> {
        if let Some(import) = self.confirmed_before(caller, key).await? {
            return Ok(import);
        }
        match self.confirm_draft(caller, key, version).await {
            // A second confirmation of the same draft was faster.
            Err(Error::NotFound) => self
                .confirmed_before(caller, key)
                .await?
                .ok_or(Error::NotFound),
            other => other,
        }
    }

    async fn confirm_draft(&self, caller: &Caller, key: &str, version: i64) -> Result<ImportId> {
        let preview = self.preview_import(caller, key).await?;
        if preview.version != version {
            return Err(self.stale_draft(caller, key, &preview.answers).await?);
        }
        preview.open.clone().into_result()?;
        if preview.doubts() > 0 && !preview.answers.checked {
            let why = "有存疑之处，请逐一核对后勾选“已核对”";
            return Err(Invalid::of("checked", why).into());
        }
        self.write_import(caller, &preview).await
    }

    async fn confirmed_before(&self, caller: &Caller, key: &str) -> Result<Option<ImportId>> {
        self.permit(caller, domain::permission::Action::ImportStatements)
            .await?;
        let import = store::statements::import_of_draft(&self.store().read(), key).await?;
        Ok(import
            .filter(|import| import.confirmed_by == caller.person.id)
            .map(|import| import.id))
    }

    async fn write_import(&self, caller: &Caller, preview: &Preview) -> Result<ImportId> {
        let (Some(year), Some(as_at)) = (preview.answers.year, preview.answers.as_at) else {
            return Err(Error::NotFound);
        };
        let authority = self
            .reach(caller, domain::permission::Action::ImportStatements)
            .await?
            .whole_authority()?
            .id;
        let work = self.work().await?;
        let bytes = store::imports::bytes(&work.tx, &preview.key)
            .await?
            .ok_or(Error::NotFound)?;
        if !store::imports::remove(&work.tx, &preview.key).await? {
            return Err(Error::NotFound);
        }
        let sm3 = secrets::sm3_hex(&bytes);
        let file = store::files::put(&work.tx, &sm3, &bytes, work.now).await?;
        let import = store::statements::add_import(
            &work.tx,
            &Import {
                id: ImportId(0),
                authority,
                draft_key: preview.key.clone(),
                form: "annex1".to_owned(),
                file,
                file_name: preview.file_name.clone(),
                title: preview.title.clone().unwrap_or_default(),
                year,
                as_at,
                confirmed_at: work.now,
                confirmed_by: caller.person.id,
            },
        )
        .await?;
        for row in preview.kept() {
            let (Some(unit), Some(amount)) = (row.unit.id(), row.done.money) else {
                return Err(Error::NotFound);
            };
            let statement = Statement {
                id: StatementId(0),
                unit,
                year,
                as_at,
                amount,
                import,
                source_row: i32::try_from(row.number).unwrap_or(i32::MAX),
                accepted_at: work.now,
                accepted_by: caller.person.id,
            };
            store::statements::add(&work.tx, &statement).await?;
        }
        let targets = self.write_targets(caller, preview, year, &work).await?;
        let rows: Vec<_> = preview
            .kept()
            .map(
                |row| json!({"row": row.number, "unit": row.unit.id(), "done_wan": row.done.value}),
            )
            .collect();
        let detail = json!({
            "file": preview.file_name, "sm3": sm3, "year": year, "as_at": as_at, "rows": rows, "targets": targets,
            "left_out": preview.rows.len() - preview.kept().count(),
        });
        self.finish_change(
            work,
            caller,
            Fact::new("statements.imported", format!("import:{import}"), detail),
        )
        .await?;
        Ok(import)
    }

    /// Gives targets to units that have none, and adjusts those that differ where the owner said so.
    async fn write_targets(
        &self,
        caller: &Caller,
        preview: &Preview,
        year: i32,
        work: &Work,
    ) -> Result<Vec<serde_json::Value>> {
        let mut written = Vec::new();
        for row in preview.kept() {
            let (Some(unit), Some(amount)) = (row.unit.id(), row.target.money) else {
                continue;
            };
            let Some(new) = new_target(preview, &row.target_change, year, amount) else {
                continue;
            };
            self.write_target(caller, unit, year, &new, work).await?;
            written.push(json!({"unit": unit, "amount_wan": amount.wan_exact(), "effective_on": new.effective_on}));
        }
        Ok(written)
    }

    async fn write_target(
        &self,
        caller: &Caller,
        unit: UnitId,
        year: i32,
        new: &NewTarget,
        work: &Work,
    ) -> Result<()> {
        let version = store::targets::version(&work.tx, unit, year).await?;
        let history = store::targets::history(&work.tx, unit, year).await?;
        // Between preview and confirmation somebody else gave the target: theirs stands, ours would be an adjustment.
        if new.reason.is_empty() && !history.is_empty() {
            return Err(Invalid::of(
                "version",
                "任务数刚刚被他人下达或调整，请刷新页面核对后再确认",
            )
            .into());
        }
        new.check(year, &history)?;
        let recorded_at: Instant = work.now;
        match store::targets::add(
            &work.tx,
            unit,
            year,
            version,
            new,
            caller.person.id,
            recorded_at,
        )
        .await
        {
            Err(store::Error::Stale) => Err(Invalid::of(
                "version",
                "任务数刚刚被他人下达或调整，请刷新页面核对后再确认",
            )
            .into()),
            other => other.map(|_| ()).map_err(Error::from),
        }
    }
}

fn new_target(preview: &Preview, change: &Change, year: i32, amount: Money) -> Option<NewTarget> {
    // The paper that says so, for 怎么来的.
    let document_no: String = format!("附件1（{}）", preview.file_name)
        .chars()
        .take(100)
        .collect();
    let new = |effective_on, reason: &str| NewTarget {
        effective_on,
        amount,
        reason: reason.to_owned(),
        document_no,
    };
    match change {
        Change::New => Some(new(dates::year_start(year)?, "")),
        Change::Differs { .. } if preview.answers.adjust_targets => Some(new(
            preview.answers.as_at?,
            preview.answers.adjust_reason.trim(),
        )),
        _ => None,
    }
}
