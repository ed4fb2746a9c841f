//! Publishing a table: what 经办 makes is frozen at once, rows and file bytes; 处长 reviews, 委领导 signs.

use domain::{
    PersonId, PublicationId,
    permission::Action,
    person::{Caller, Invalid},
    publication::{PublicationState, PublicationStep},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
pub use store::publications::{Publication, PublishedFile};

use crate::{
    App, Error, Result,
    completion::{Format, Query, View},
    secrets,
    work::Fact,
};

/// Publications a page shows.
pub const PAGE: u32 = 100;

/// The frozen table: exactly what was printed, and the exact figures behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenTable {
    /// Part of the year elapsed.
    pub elapsed_pct: String,
    /// In printed order.
    pub rows: Vec<FrozenRow>,
    /// 合计.
    pub total: FrozenRow,
}

/// One frozen row. Amounts exact in 万元.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenRow {
    /// 单位.
    pub unit: String,
    /// 任务数.
    pub target_wan: Option<String>,
    /// 完成数.
    pub done_wan: Option<String>,
    /// 完成率.
    pub rate_pct: Option<String>,
    /// 超/欠进度.
    pub lead_pct: Option<String>,
}

/// A publication with all that belongs to it.
pub struct Published {
    /// The publication.
    pub publication: Publication,
    /// Its frozen table.
    pub table: FrozenTable,
    /// Its frozen files.
    pub files: Vec<PublishedFile>,
    /// 经办, 处长, 委领导 by name, as far as they have acted.
    pub people: [Option<String>; 3],
    /// The published one that corrects it.
    pub corrected_by: Option<PublicationId>,
    /// What the caller may do with it now.
    pub possible: Vec<PublicationStep>,
}

/// A frozen file to take away.
pub struct FrozenFile {
    /// Its name.
    pub name: String,
    /// Its bytes, as stored when the table was frozen.
    pub bytes: Vec<u8>,
}

impl App {
    /// The publications the caller may see, newest first: the authority all of its own, an enterprise the published ones.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see any.
    pub async fn publications(&self, caller: &Caller) -> Result<Vec<Publication>> {
        let reach = self.reach(caller, Action::ViewPublications).await?;
        let recipient = !reach.covers_authority()?;
        Ok(
            store::publications::list(&self.store().read(), reach.authority()?.id, recipient, PAGE)
                .await?,
        )
    }

    /// One publication.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is another authority's, or not published yet and the caller is a recipient.
    pub async fn publication(&self, caller: &Caller, id: PublicationId) -> Result<Published> {
        let publication = self
            .load_publication(caller, Action::ViewPublications, id)
            .await?;
        let reader = self.store().read();
        let files = store::publications::files(&reader, id).await?;
        let corrected_by = store::publications::corrected_by(&reader, id).await?;
        let acted = [
            Some(publication.made_by),
            publication.reviewed_by,
            publication.signed_by,
        ];
        let names = self.names_of(acted.into_iter().flatten().collect()).await?;
        let people = acted.map(|person| person.and_then(|person| names.get(&person).cloned()));
        let table = serde_json::from_str(&publication.data)?;
        let possible = possible(caller, &publication);
        Ok(Published {
            publication,
            table,
            files,
            people,
            corrected_by,
            possible,
        })
    }

    async fn load_publication(
        &self,
        caller: &Caller,
        action: Action,
        id: PublicationId,
    ) -> Result<Publication> {
        let reach = self.reach(caller, action).await?;
        let publication = store::publications::by_id(&self.store().read(), id)
            .await?
            .ok_or(Error::NotFound)?;
        let own = publication.authority == reach.authority()?.id;
        let visible = reach.covers_authority()? || publication.state == PublicationState::Published;
        if own && visible {
            Ok(publication)
        } else {
            Err(Error::NotFound)
        }
    }

    /// Makes a publication of the table as it is now known (or was at `known_at`), and freezes rows and files. With
    /// `replaces` it is a correction (勘误) of a published one of the same day, and says what was corrected.
    ///
    /// # Errors
    /// [`Error::Invalid`]: nothing known yet, or a correction without reason or of something never published.
    pub async fn prepare_publication(
        &self,
        caller: &Caller,
        query: Query,
        replaces: Option<PublicationId>,
        correction: &str,
    ) -> Result<PublicationId> {
        self.permit(caller, Action::PreparePublications).await?;
        let view = self.completion(caller, query).await?;
        if view.table.total.done.is_none() {
            return Err(Invalid::of("as_of", "截至这一天还没有完成数，不能印发").into());
        }
        self.check_correction(caller, &view, replaces, correction)
            .await?;
        let title = crate::completion::title(&view);
        let mut files = Vec::new();
        for format in [Format::Docx, Format::Xlsx, Format::Pdf] {
            files.push((format.extension(), self.table_file(&view, format).await?));
        }
        let data = serde_json::to_string(&frozen(&view))?;
        let authority = self
            .reach(caller, Action::PreparePublications)
            .await?
            .authority()?
            .id;
        let work = self.work().await?;
        let id = store::publications::add(
            &work.tx,
            &Publication {
                id: PublicationId(0),
                authority,
                year: view.table.year,
                as_of: view.table.as_of,
                known_at: view.known_at,
                title: title.clone(),
                state: PublicationState::ForReview,
                version: 1,
                replaces,
                correction: correction.trim().to_owned(),
                made_by: caller.person.id,
                made_at: work.now,
                reviewed_by: None,
                reviewed_at: None,
                signed_by: None,
                signed_at: None,
                reason: String::new(),
                data_sm3: secrets::sm3_hex(data.as_bytes()),
                data,
            },
        )
        .await?;
        let mut hashes = serde_json::Map::new();
        for (kind, bytes) in files {
            let sm3 = secrets::sm3_hex(&bytes);
            let file = store::files::put(&work.tx, &sm3, &bytes, work.now).await?;
            store::publications::attach(&work.tx, id, kind, file).await?;
            hashes.insert(kind.to_owned(), sm3.into());
        }
        let detail = json!({"title": title, "as_of": view.table.as_of, "known_at": view.known_at, "replaces": replaces, "sm3": hashes});
        self.finish_change(
            work,
            caller,
            Fact::new("publication.made", format!("publication:{id}"), detail),
        )
        .await?;
        Ok(id)
    }

    async fn check_correction(
        &self,
        caller: &Caller,
        view: &View,
        replaces: Option<PublicationId>,
        correction: &str,
    ) -> Result<()> {
        if correction.chars().count() > 500 {
            return Err(Invalid::of("correction", "勘误说明请控制在500字以内").into());
        }
        let Some(replaced) = replaces else {
            return Ok(());
        };
        let replaced = self
            .load_publication(caller, Action::ViewPublications, replaced)
            .await?;
        if replaced.state != PublicationState::Published || replaced.as_of != view.table.as_of {
            return Err(Invalid::of("replaces", "只能对已印发的、截止日期相同的表作勘误").into());
        }
        if correction.trim().is_empty() {
            return Err(Invalid::of("correction", "请写明勘误的内容和原因").into());
        }
        Ok(())
    }

    /// Takes a step with a publication made from `version`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach; [`Error::Invalid`] when it has moved on, or a rule forbids it.
    pub async fn step_publication(
        &self,
        caller: &Caller,
        id: PublicationId,
        version: i64,
        step: PublicationStep,
        reason: &str,
    ) -> Result<PublicationState> {
        // The route is open to all who may look; only the step says whether one acts for another.
        let action = needs(caller, step);
        let caller = &caller.clone().doing(action);
        let before = self.load_publication(caller, action, id).await?;
        if reason.chars().count() > 500 {
            return Err(Invalid::of("reason", "理由请控制在500字以内").into());
        }
        let work = self.work().await?;
        let state = step.take(before.state, before.made_by, caller.person.id, reason)?;
        let mut after = Publication {
            state,
            reason: reason.trim().to_owned(),
            ..before
        };
        match step {
            PublicationStep::Review => {
                (after.reviewed_by, after.reviewed_at) = (Some(caller.person.id), Some(work.now))
            }
            PublicationStep::Sign => {
                (after.signed_by, after.signed_at) = (Some(caller.person.id), Some(work.now))
            }
            PublicationStep::Return => {}
        }
        match store::publications::step(&work.tx, &after, version).await {
            Err(store::Error::Stale) => {
                return Err(Invalid::of("version", "这份表刚刚被他人办理过，请刷新页面").into());
            }
            other => other?,
        }
        let detail = json!({"step": step, "reason": after.reason, "data_sm3": after.data_sm3});
        self.finish_change(
            work,
            caller,
            Fact::new("publication.step", format!("publication:{id}"), detail),
        )
        .await?;
        Ok(state)
    }

    /// A frozen file of a publication, byte for byte as stored, noted as a download.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach, or of no such kind.
    pub async fn publication_file(
        &self,
        caller: &Caller,
        id: PublicationId,
        kind: &str,
    ) -> Result<FrozenFile> {
        let publication = self
            .load_publication(caller, Action::ViewPublications, id)
            .await?;
        let reader = self.store().read();
        let files = store::publications::files(&reader, id).await?;
        let file = files
            .into_iter()
            .find(|file| file.kind == kind)
            .ok_or(Error::NotFound)?;
        let stored = store::files::by_id(&reader, domain::FileId(file.file_id))
            .await?
            .ok_or(Error::NotFound)?;
        self.note_access(
            caller,
            Fact::new(
                "file.downloaded",
                format!("publication:{id}"),
                json!({"sm3": stored.sm3}),
            ),
        )
        .await?;
        Ok(FrozenFile {
            name: format!("{}.{kind}", publication.title),
            bytes: stored.bytes,
        })
    }
}

/// What a step needs. An officer or a leader may give it back.
fn needs(caller: &Caller, step: PublicationStep) -> Action {
    match step {
        PublicationStep::Review => Action::PreparePublications,
        PublicationStep::Sign => Action::SignPublications,
        PublicationStep::Return if caller.may(Action::SignPublications) => Action::SignPublications,
        PublicationStep::Return => Action::PreparePublications,
    }
}

fn possible(caller: &Caller, publication: &Publication) -> Vec<PublicationStep> {
    let steps = [
        PublicationStep::Review,
        PublicationStep::Sign,
        PublicationStep::Return,
    ];
    let fits = |step: PublicationStep| {
        let person: PersonId = caller.person.id;
        caller.may(needs(caller, step))
            && step
                .take(publication.state, publication.made_by, person, "x")
                .is_ok()
    };
    steps.into_iter().filter(|step| fits(*step)).collect()
}

fn frozen(view: &View) -> FrozenTable {
    let table = &view.table;
    let rows = table.rows.iter().map(|row| FrozenRow {
        unit: row.standing.name.clone(),
        target_wan: row.standing.target.map(domain::Money::wan_exact),
        done_wan: row.standing.done.map(domain::Money::wan_exact),
        rate_pct: row.rate.map(|rate| rate.pct().to_string()),
        lead_pct: row.lead.map(|lead| lead.to_string()),
    });
    FrozenTable {
        elapsed_pct: table.elapsed.pct().to_string(),
        rows: rows.collect(),
        total: FrozenRow {
            unit: "合计".to_owned(),
            target_wan: Some(table.total.target.wan_exact()),
            done_wan: table.total.done.map(domain::Money::wan_exact),
            rate_pct: table.total.rate.map(|rate| rate.pct().to_string()),
            lead_pct: None,
        },
    }
}
