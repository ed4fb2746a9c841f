//! The directories: looking an enterprise up, the authority's additions and corrections.

use chrono::NaiveDate;
use domain::{
    RecordId, UnitId,
    directory::{Certainty, Directory, InUse, Rank, Record, RecordFields, Scope, central},
    names,
    permission::Action,
    person::{Caller, Invalid},
};
use serde_json::json;
use store::{Db, directory::StoredRecord};

use super::check_reason;
use crate::{App, Conflict, Error, Result, access::Reach, work::Fact};

/// Longer queries fit no name.
const QUERY_MOST: usize = 100;

/// An enterprise found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterpriseHit {
    /// Its record.
    pub record: Record,
    /// How it fits.
    pub rank: Rank,
    /// Whether the name is borne on the day asked about.
    pub in_use: InUse,
    /// The name borne instead on that day.
    pub current: Option<String>,
    /// The names that followed, the newest last.
    pub successors: Vec<String>,
    /// The names that lead here directly.
    pub former: Vec<String>,
}

/// What a search of a directory found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryView {
    /// Which directory.
    pub scope: Scope,
    /// What was asked.
    pub query: String,
    /// On which day.
    pub on: NaiveDate,
    /// What fits, the best first.
    pub hits: Vec<EnterpriseHit>,
    /// Names in the directory.
    pub total: usize,
    /// Of them borne on the day, or perhaps borne.
    pub borne: usize,
    /// Whether the caller keeps it.
    pub keeps: bool,
}

impl App {
    /// Searches a directory; without a day, as of today. An empty query lists all.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see cooperation; [`Error::Invalid`] for a query that is too long.
    pub async fn enterprises(
        &self,
        caller: &Caller,
        scope: Scope,
        query: &str,
        on: Option<NaiveDate>,
    ) -> Result<DirectoryView> {
        let reach = self.reach(caller, Action::ViewCooperation).await?;
        if query.chars().count() > QUERY_MOST {
            let why = format!("请用{QUERY_MOST}个字以内的名称查找");
            return Err(Invalid::of("q", why).into());
        }
        let on = on.unwrap_or_else(|| self.today());
        let reader = self.store().read();
        let directory = directory(&reader, reach.authority()?.id, scope).await?;
        let all = directory.search("", Some(on));
        let borne = |use_: InUse| matches!(use_, InUse::Now | InUse::Unsure);
        let names = |records: Vec<&Record>| records.iter().map(|one| one.name.clone()).collect();
        let hits = directory.search(query, Some(on)).into_iter();
        let hits = hits.map(|hit| EnterpriseHit {
            rank: hit.rank,
            in_use: hit.in_use,
            current: hit.current.map(|current| current.name.clone()),
            successors: names(directory.successors(&hit.record.name)),
            former: names(directory.former_names(&hit.record.name)),
            record: hit.record.clone(),
        });
        Ok(DirectoryView {
            scope,
            query: query.to_owned(),
            on,
            hits: hits.collect(),
            total: all.len(),
            borne: all.iter().filter(|hit| borne(hit.in_use)).count(),
            keeps: caller.may(Action::KeepDirectory),
        })
    }

    /// The directory of the caller's authority, for hints beside names.
    ///
    /// # Errors
    /// The caller belongs to no authority, or the database is unavailable.
    pub async fn directory_for(&self, caller: &Caller, scope: Scope) -> Result<Directory> {
        let reader = self.store().read();
        let tree = store::units::tree(&reader).await?;
        let authority = tree.authority_of(caller.person.unit);
        let authority = authority.map(|unit| unit.id).ok_or(Error::NotFound)?;
        directory(&reader, authority, scope).await
    }

    /// A record the authority keeps, to be changed.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not the caller's authority's, of another directory, or void.
    pub async fn own_record(
        &self,
        caller: &Caller,
        scope: Scope,
        id: RecordId,
    ) -> Result<StoredRecord> {
        let reach = self.reach(caller, Action::KeepDirectory).await?;
        let record = self.record_in_reach(&reach, scope, id).await?;
        if record.void_reason.is_empty() {
            Ok(record)
        } else {
            Err(Error::NotFound)
        }
    }

    async fn record_in_reach(
        &self,
        reach: &Reach,
        scope: Scope,
        id: RecordId,
    ) -> Result<StoredRecord> {
        let authority = reach.authority()?.id;
        store::directory::by_id(&self.store().read(), id)
            .await?
            .filter(|record| record.authority == authority && record.scope == scope)
            .ok_or(Error::NotFound)
    }

    /// Adds a record, or changes one made from its version.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field; [`Error::Conflict`] when somebody changed it since.
    pub async fn save_record(
        &self,
        caller: &Caller,
        scope: Scope,
        changed: Option<(RecordId, i64)>,
        fields: RecordFields,
    ) -> Result<RecordId> {
        let reach = self.reach(caller, Action::KeepDirectory).await?;
        let authority = reach.authority()?.id;
        let before = match changed {
            Some((id, _)) => Some(self.record_in_reach(&reach, scope, id).await?),
            None => None,
        };
        let fields = fields.tidied();
        let work = self.work().await?;
        let own = store::directory::of_authority(&work.tx, authority, scope).await?;
        let id = changed.map(|(id, _)| id);
        let renamed = before
            .as_ref()
            .filter(|before| names::key(&before.fields.name) != names::key(&fields.name));
        if let Some(before) = renamed {
            check_not_pointed_at(&own, scope, before)?;
        }
        let others = own.iter().filter(|one| Some(one.id) != id);
        let others = built_in(scope).with(others.map(|one| (one.id, one.fields.clone())));
        fields.check(scope, &others)?;
        let (by, now) = (caller.person.id, work.now);
        let saved = match changed {
            None => store::directory::add(&work.tx, authority, scope, &fields, by, now).await,
            Some((id, version)) => {
                store::directory::change(&work.tx, id, version, &fields, by, now)
                    .await
                    .map(|()| id)
            }
        };
        let id = match saved {
            Err(store::Error::Taken) => {
                let why = "您单位已补充过这个名称，请在名录里找到它再修改";
                return Err(Invalid::of("name", why).into());
            }
            Err(store::Error::Stale) => {
                drop(work);
                return Err(self.record_conflict(&reach, scope, id, &fields).await?);
            }
            other => other?,
        };
        let action = match before {
            Some(_) => "directory.changed",
            None => "directory.added",
        };
        let detail =
            json!({"scope": scope.word(), "before": before.map(|one| one.fields), "after": fields});
        let fact = Fact::new(action, format!("directory:{id}"), detail);
        self.finish_change(work, caller, fact).await?;
        Ok(id)
    }

    /// Makes a record void, made from `version`. A built-in name stays, without what this one said of it.
    ///
    /// # Errors
    /// [`Error::Invalid`] without a reason, or where another name points at it; [`Error::Conflict`] as above.
    pub async fn void_record(
        &self,
        caller: &Caller,
        scope: Scope,
        id: RecordId,
        version: i64,
        reason: &str,
    ) -> Result<()> {
        let reach = self.reach(caller, Action::KeepDirectory).await?;
        let record = self.record_in_reach(&reach, scope, id).await?;
        let reason = check_reason(reason)?;
        let work = self.work().await?;
        let own = store::directory::of_authority(&work.tx, record.authority, scope).await?;
        check_not_pointed_at(&own, scope, &record)?;
        let (by, now) = (caller.person.id, work.now);
        match store::directory::make_void(&work.tx, id, version, &reason, by, now).await {
            Err(store::Error::Stale) => {
                drop(work);
                return Err(self
                    .record_conflict(&reach, scope, Some(id), &record.fields)
                    .await?);
            }
            other => other?,
        }
        let detail = json!({"scope": scope.word(), "was": record.fields, "reason": reason});
        let fact = Fact::new("directory.voided", format!("directory:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }

    async fn record_conflict(
        &self,
        reach: &Reach,
        scope: Scope,
        id: Option<RecordId>,
        yours: &RecordFields,
    ) -> Result<Error> {
        let now = self
            .record_in_reach(reach, scope, id.ok_or(Error::NotFound)?)
            .await?;
        if !now.void_reason.is_empty() {
            return Err(Error::NotFound);
        }
        let words = |fields: &RecordFields| {
            let date = |date: Option<domain::partial_date::PartialDate>| {
                date.map(|date| date.to_string()).unwrap_or_default()
            };
            [
                fields.name.clone(),
                fields.short_names.join("、"),
                date(fields.valid_from),
                date(fields.valid_to),
                fields.successor.clone(),
                fields.source.clone(),
                fields.note.clone(),
            ]
        };
        let labels = [
            "全称",
            "简称",
            "启用日期",
            "停用日期",
            "现用名",
            "依据",
            "备注",
        ];
        let both = words(yours).into_iter().zip(words(&now.fields));
        let values = labels.into_iter().zip(both);
        let values = values.map(|(label, (yours, theirs))| (label.to_owned(), yours, theirs));
        Ok(Error::Conflict(Box::new(Conflict {
            what: format!("名录里的“{}”", now.fields.name),
            values: values.collect(),
            version: now.version,
        })))
    }
}

/// A directory as an authority has it.
pub(super) async fn directory(db: &impl Db, authority: UnitId, scope: Scope) -> Result<Directory> {
    let own = store::directory::of_authority(db, authority, scope).await?;
    let own = own.into_iter().map(|record| (record.id, record.fields));
    Ok(built_in(scope).with(own))
}

fn built_in(scope: Scope) -> Directory {
    match scope {
        Scope::Central => central().clone(),
        Scope::Provincial => Directory::default(),
    }
}

/// A name that others point at must stay: their successor would be nowhere.
fn check_not_pointed_at(own: &[StoredRecord], scope: Scope, record: &StoredRecord) -> Result<()> {
    let key = names::key(&record.fields.name);
    let stays = built_in(scope).named(&record.fields.name).is_some();
    let points = |one: &&StoredRecord| names::key(&one.fields.successor) == key;
    match own.iter().find(points).filter(|_| !stays) {
        None => Ok(()),
        Some(one) => {
            let why = format!("“{}”的现用名是它，请先修改那一条", one.fields.name);
            Err(Invalid::of("name", why).into())
        }
    }
}

impl EnterpriseHit {
    /// How well it is attested, in words.
    pub fn certainty(&self) -> &'static str {
        self.record.certainty.map_or("本单位录入", Certainty::label)
    }
}
