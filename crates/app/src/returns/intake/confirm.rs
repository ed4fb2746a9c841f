//! Confirming a draft: projects and the return's draft, one transaction, once.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    ProjectId, ReturnId, names,
    period::ReturnKind,
    permission::Action,
    person::{Caller, Invalid},
    project::changes,
    typed::Input,
};
use serde_json::{Value, json};
use store::intake::{Intake, IntakeDraft};

use super::{
    annex2,
    preview::{self, IntakeSeen, Laid, Plan, RowState, Target},
};
use crate::{
    App, Conflict, Error, Result,
    projects::Entry,
    returns::{Found, Key, kind::read_input},
    secrets,
    work::{Fact, Work},
};

/// What came of a confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeDone {
    /// The return it went into.
    pub filing: ReturnId,
    /// The return's address.
    pub key: Key,
    /// Rows that were taken.
    pub rows: i64,
}

impl App {
    /// Writes what a draft says. Asked twice, it answers with what came of the first and changes nothing more.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the draft is not the caller's own; [`Error::Invalid`] by field while something is open;
    /// [`Error::Conflict`] when the answers, the return or a project changed since the preview.
    pub async fn confirm_intake(
        &self,
        caller: &Caller,
        key: &str,
        seen: &IntakeSeen,
    ) -> Result<IntakeDone> {
        self.permit(caller, Action::PrepareReturns).await?;
        if let Some(done) = self.intake_done(caller, key).await? {
            return Ok(done);
        }
        match self.confirm_intake_draft(caller, key, seen).await {
            // A second confirmation of the same draft was faster.
            Err(Error::NotFound) => self.intake_done(caller, key).await?.ok_or(Error::NotFound),
            other => other,
        }
    }

    async fn intake_done(&self, caller: &Caller, key: &str) -> Result<Option<IntakeDone>> {
        let reader = self.store().read();
        let Some(intake) = store::intake::of_draft(&reader, key)
            .await?
            .filter(|intake| intake.confirmed_by == caller.person.id)
        else {
            return Ok(None);
        };
        let found = self
            .load_return(caller, Action::ViewReturns, intake.filing)
            .await?;
        Ok(Some(IntakeDone {
            filing: intake.filing,
            key: Key {
                kind: found.period.kind,
                cut_off: found.period.cut_off,
                unit: found.unit.id,
            },
            rows: intake.rows,
        }))
    }

    async fn confirm_intake_draft(
        &self,
        caller: &Caller,
        key: &str,
        seen: &IntakeSeen,
    ) -> Result<IntakeDone> {
        let (draft, found) = self.own_intake(caller, key).await?;
        let work = self.work().await?;
        // Everything is read again inside the transaction: this is what is written.
        let draft = store::intake::by_key(&work.tx, &draft.key)
            .await?
            .ok_or(Error::NotFound)?;
        let exceptions =
            store::returns::exceptions_of_period(&work.tx, found.period.id, found.unit.id).await?;
        let found = Found {
            exceptions,
            filing: store::returns::of(&work.tx, found.period.id, found.unit.id).await?,
            ..found
        };
        super::check_open(&found, work.now)?;
        let answers = serde_json::from_str(&draft.answers)?;
        let laid = preview::lay_out(&work.tx, &found, &draft, answers, work.now).await?;
        if let Some(conflict) = moved(&work, &found, &draft, &laid, seen).await? {
            return Err(conflict);
        }
        let preview = &laid.preview;
        preview.open.clone().into_result()?;
        if preview.doubts() > 0 && !preview.answers.checked {
            let why = "有存疑之处，请逐一核对后勾选“已核对”";
            return Err(Invalid::of("checked", why).into());
        }
        self.write_intake(caller, work, found, &draft, &laid).await
    }

    async fn write_intake(
        &self,
        caller: &Caller,
        work: Work,
        found: Found,
        draft: &IntakeDraft,
        laid: &Laid,
    ) -> Result<IntakeDone> {
        let preview = &laid.preview;
        let bytes = store::intake::bytes(&work.tx, &draft.key)
            .await?
            .ok_or(Error::NotFound)?;
        if !store::intake::remove(&work.tx, &draft.key).await? {
            return Err(Error::NotFound);
        }
        let (projects, written) = self.write_projects(caller, &work, &found, laid).await?;
        let filing = write_input(caller, &work, &found, laid, &projects).await?;
        let sm3 = secrets::sm3_hex(&bytes);
        let file = store::files::put(&work.tx, &sm3, &bytes, work.now).await?;
        let rows = i64::try_from(preview.kept().count()).unwrap_or(i64::MAX);
        let intake = Intake {
            id: 0,
            draft_key: draft.key.clone(),
            filing,
            file,
            file_name: draft.file_name.clone(),
            rows,
            confirmed_at: work.now,
            confirmed_by: caller.person.id,
        };
        store::intake::record(&work.tx, &intake).await?;
        let detail = json!({
            "file": draft.file_name, "sm3": sm3, "kind": draft.kind, "cut_off": draft.cut_off, "unit": found.unit.id,
            "effective_on": preview.effective_on, "rows": rows, "left_out": preview.count(RowState::Skipped),
            "zero": preview.zero, "projects": written,
        });
        let fact = Fact::new("return.imported", format!("return:{filing}"), detail);
        self.finish_change(work, caller, fact).await?;
        Ok(IntakeDone {
            filing,
            key: Key {
                kind: draft.kind,
                cut_off: draft.cut_off,
                unit: found.unit.id,
            },
            rows,
        })
    }

    /// Adds and changes projects as the rows say; gives the project of each row, and what was done for the audit.
    async fn write_projects(
        &self,
        caller: &Caller,
        work: &Work,
        found: &Found,
        laid: &Laid,
    ) -> Result<(BTreeMap<usize, ProjectId>, Vec<Value>)> {
        let (preview, library, unit) = (&laid.preview, &laid.library, found.unit.id);
        // Entries of funds name projects in words: only of those names need the sums be made again.
        let funded: BTreeSet<String> = store::funds::accepted_of(&work.tx, unit)
            .await?
            .into_iter()
            .map(|(name, _)| names::key(&name))
            .collect();
        let (mut projects, mut written) = (BTreeMap::new(), Vec::new());
        for (row, planned) in laid.kept() {
            if let Target::Known { project, .. } = &row.target {
                projects.insert(row.number, project.id);
            }
            match &planned.plan {
                Plan::Nothing => {}
                Plan::Add { fields, reason } => {
                    let entry = Entry {
                        fields,
                        effective_on: preview.effective_on,
                        reason,
                        by: caller.person.id,
                    };
                    let (id, code) = self
                        .add_in(work, &found.reach, &library.rules, unit, None, &entry)
                        .await?;
                    if funded.contains(&names::key(&fields.name)) {
                        self.recount_funds(work, unit, &fields.name).await?;
                    }
                    projects.insert(row.number, id);
                    written.push(
                        json!({"row": row.number, "added": id, "code": code, "fields": fields}),
                    );
                }
                Plan::Change {
                    project,
                    fields,
                    reason,
                } => {
                    let (stored, head) = library.own.get(project).ok_or(Error::NotFound)?;
                    let entry = Entry {
                        fields,
                        effective_on: preview.effective_on,
                        reason,
                        by: caller.person.id,
                    };
                    let accepted = library.accepted.get(project);
                    let rules = &library.rules.reportable;
                    self.save_in(work, stored, &head.fields, accepted, rules, &entry)
                        .await?;
                    let changed = changes(&head.fields, fields);
                    written
                        .push(json!({"row": row.number, "changed": project, "changes": changed}));
                }
            }
        }
        Ok((projects, written))
    }
}

/// What changed since the preview, project by project; none when it is as it was seen.
async fn moved(
    work: &Work,
    found: &Found,
    draft: &IntakeDraft,
    laid: &Laid,
    seen: &IntakeSeen,
) -> Result<Option<Error>> {
    let (preview, library) = (&laid.preview, &laid.library);
    // A basis that is none of ours fits no preview.
    let since = seen.at().unwrap_or(draft.created_at);
    let mut values = Vec::new();
    let named: BTreeSet<ProjectId> = preview
        .kept()
        .filter_map(|row| match &row.target {
            Target::Known { project, .. } => Some(project.id),
            _ => None,
        })
        .collect();
    for (project, head) in library
        .own
        .values()
        .filter(|(_, head)| head.recorded_at > since)
    {
        let label = format!("{} {}", project.code, head.fields.name);
        if project.created_at > since {
            values.push((label, String::new(), "刚登记的项目".to_owned()));
        } else if named.contains(&project.id) {
            let before = store::projects::revisions(&work.tx, project.id, since).await?;
            let before = before
                .first()
                .map(|one| one.fields.clone())
                .unwrap_or_default();
            for one in changes(&before, &head.fields) {
                values.push((
                    format!("{label}：{}", one.field.label()),
                    one.before,
                    one.after,
                ));
            }
        }
    }
    let filing = found.filing.as_ref().map_or(0, |filing| filing.version);
    if seen.filing() != Some(filing) {
        values.push((
            "报表草稿".to_owned(),
            "核对时的样子".to_owned(),
            "已有改动".to_owned(),
        ));
    }
    if preview.version != seen.version {
        let words = preview.answers.in_words().into_iter();
        values.extend(words.map(|(label, now)| (label, String::new(), now)));
    }
    Ok((!values.is_empty()).then(|| {
        Error::Conflict(Box::new(Conflict {
            what: format!("《{}》要写入的项目库、报表或这份核对稿", draft.file_name),
            values,
            version: preview.version,
        }))
    }))
}

/// Reasons and remarks into the return's draft, which is begun where it is not.
async fn write_input(
    caller: &Caller,
    work: &Work,
    found: &Found,
    laid: &Laid,
    projects: &BTreeMap<usize, ProjectId>,
) -> Result<ReturnId> {
    let preview = &laid.preview;
    let input = match preview.kind {
        ReturnKind::Annex2 => {
            let typed = match &found.filing {
                Some(filing) => read_input(preview.kind, &filing.input)?,
                None => Input::empty(preview.kind),
            };
            let Input::Annex2(mut input) = typed else {
                return Err(Error::Internal("附件2 has another kind's input".to_owned()));
            };
            let typed = laid.kept().filter_map(|(row, planned)| {
                let project = projects.get(&row.number)?;
                Some((*project, annex2::typed(planned)))
            });
            annex2::overlay(&mut input, typed.collect());
            if preview.zero {
                input.zero_reason.clone_from(&preview.zero_reason);
            }
            let input = input.tidied();
            input.check()?;
            serde_json::to_string(&Input::Annex2(input))?
        }
        _ => return Err(Error::NotFound),
    };
    let saved = match &found.filing {
        None => {
            let (period, unit) = (found.period.id, found.unit.id);
            store::returns::begin(&work.tx, period, unit, &input, caller.person.id, work.now).await
        }
        Some(filing) => store::returns::save_input(&work.tx, filing.id, filing.version, &input)
            .await
            .map(|()| filing.id),
    };
    match saved {
        Err(store::Error::Stale) => {
            let why = "这份报表刚刚被他人改过，请刷新页面核对后再确认";
            Err(Invalid::of("version", why).into())
        }
        other => Ok(other?),
    }
}
