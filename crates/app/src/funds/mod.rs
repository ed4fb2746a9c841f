//! Funds in place: the reporter enters, the approver releases, the officer accepts.

mod files;
mod steps;

use std::collections::BTreeMap;

use chrono::Datelike;
use domain::{
    EntryId, PersonId, UnitId,
    entry::{Cited, Counting, Entry, EntryFields, EntryState, Step},
    permission::Action,
    person::{Caller, Invalid},
    unit::{Unit, UnitKind},
};
use serde_json::json;
pub use store::funds::EntryFile;
use store::funds::Filter;

use crate::{
    App, Conflict, Error, Result,
    access::Reach,
    work::{Fact, Work},
};

pub use files::ProofFile;

/// Entries a page shows.
pub const PAGE: u32 = 100;

/// Which entries are asked for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Received in this year; the current one when left open.
    pub year: Option<i32>,
    /// In this state only.
    pub state: Option<EntryState>,
    /// Of this enterprise only.
    pub unit: Option<UnitId>,
    /// Before this entry, for going on.
    pub before: Option<EntryId>,
}

/// A list of entries.
pub struct Entries {
    /// The year.
    pub year: i32,
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Names of the enterprises within reach, by number, in own order.
    pub units: Vec<(UnitId, String)>,
    /// What counts in the year.
    pub counting: Counting,
    /// Ask for entries before this one to go on.
    pub next: Option<EntryId>,
}

/// One entry with all that belongs to it.
pub struct EntryDetail {
    /// The entry.
    pub entry: Entry,
    /// The enterprise.
    pub unit: Unit,
    /// Its proof files.
    pub files: Vec<EntryFile>,
    /// What was done with it: step, reason, who, when.
    pub steps: Vec<(Option<Step>, String, String, domain::Instant)>,
    /// What the caller may do with it now.
    pub possible: Vec<Step>,
    /// Whether the caller may change it now.
    pub editable: bool,
    /// Whether the caller may enter a refund of it now.
    pub refundable: bool,
    /// Whether its kind of proof counts in its year.
    pub counts: bool,
    /// Names of people.
    pub people: BTreeMap<PersonId, String>,
}

impl App {
    /// Entries within the caller's reach; the authority sees what was released to it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see funds.
    pub async fn entries(&self, caller: &Caller, query: Query) -> Result<Entries> {
        let reach = self.reach(caller, Action::ViewFunds).await?;
        let year = query.year.unwrap_or_else(|| self.today().year());
        if !domain::dates::YEARS.contains(&year) {
            return Err(Invalid::of("year", "请填写2000到2099之间的年度").into());
        }
        let units = enterprises(&reach)?;
        let asked = units
            .iter()
            .map(|(id, _)| *id)
            .filter(|id| query.unit.is_none_or(|unit| unit == *id));
        let filter = Filter {
            units: asked.collect(),
            states: visible_states(&reach)?
                .into_iter()
                .filter(|state| query.state.is_none_or(|asked| asked == *state))
                .collect(),
            year,
            before: query.before,
            limit: PAGE,
        };
        let reader = self.store().read();
        let entries = store::funds::list(&reader, &filter).await?;
        let (_, counting) =
            store::funds::counting(&reader, reach.authority()?.id, year, self.now()).await?;
        let next = entries
            .last()
            .filter(|_| entries.len() >= PAGE as usize)
            .map(|entry| entry.id);
        Ok(Entries {
            year,
            entries,
            units,
            counting,
            next,
        })
    }

    /// One entry.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach, or not yet released to the authority that asks.
    pub async fn entry(&self, caller: &Caller, id: EntryId) -> Result<EntryDetail> {
        let (entry, reach) = self.load_entry(caller, Action::ViewFunds, id).await?;
        let reader = self.store().read();
        let files = store::funds::files(&reader, id).await?;
        let taken = store::funds::steps(&reader, id).await?;
        let mut people: Vec<PersonId> = taken.iter().map(|step| PersonId(step.person_id)).collect();
        people.extend(
            [Some(entry.created_by), entry.decided_by]
                .into_iter()
                .flatten(),
        );
        let people = self.names_of(people).await?;
        let mut steps = Vec::new();
        for step in taken {
            let at = chrono::DateTime::from_timestamp_micros(step.at).unwrap_or_default();
            let who = people
                .get(&PersonId(step.person_id))
                .cloned()
                .unwrap_or_default();
            steps.push((Step::from_word(&step.step), step.reason, who, at));
        }
        let year = entry.fields.received_on.year();
        let (_, counting) =
            store::funds::counting(&reader, reach.authority()?.id, year, self.now()).await?;
        let unit = reach.unit(entry.unit)?.clone();
        Ok(EntryDetail {
            possible: Step::ALL
                .into_iter()
                .filter(|step| step.fits(entry.state) && caller.may(steps::needs(*step)))
                .collect(),
            editable: entry.state == EntryState::Draft && caller.may(Action::EnterFunds),
            refundable: entry.state == EntryState::Accepted
                && entry.fields.refund_of.is_none()
                && caller.may(Action::EnterFunds),
            counts: counting.kinds.contains(&entry.fields.proof),
            entry,
            unit,
            files,
            steps,
            people,
        })
    }

    /// Saves a new draft of the caller's enterprise, or an existing one made from `version`.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field; [`Error::Conflict`] when somebody saved it since.
    pub async fn save_entry(
        &self,
        caller: &Caller,
        existing: Option<(EntryId, i64)>,
        fields: EntryFields,
    ) -> Result<EntryId> {
        let reach = self.reach(caller, Action::EnterFunds).await?;
        let before = match existing {
            Some((id, _)) => Some(self.load_entry(caller, Action::EnterFunds, id).await?.0),
            None => None,
        };
        let own = reach
            .tree
            .enterprise_of(caller.person.unit)
            .map(|unit| unit.id);
        let unit = before
            .as_ref()
            .map(|entry| entry.unit)
            .or(own)
            .ok_or(Error::NotFound)?;
        if before
            .as_ref()
            .is_some_and(|entry| entry.state != EntryState::Draft)
        {
            return Err(Invalid::of("state", "这笔资金已提交，不能再改；需要修改请先撤回").into());
        }
        let fields = tidy(fields);
        let work = self.work().await?;
        let cited = cited(&work, fields.refund_of, existing.map(|(id, _)| id)).await?;
        fields.check(unit, cited, domain::dates::day_in_shanghai(work.now))?;
        let (id, action) = match existing {
            None => (
                store::funds::add(&work.tx, unit, &fields, caller.person.id, work.now).await?,
                "entry.added",
            ),
            Some((id, version)) => match store::funds::save(&work.tx, id, version, &fields).await {
                Err(store::Error::Stale) => {
                    let now = store::funds::by_id(&work.tx, id)
                        .await?
                        .ok_or(Error::NotFound)?;
                    return Err(conflict(&now, &fields));
                }
                other => (other.map(|()| id)?, "entry.changed"),
            },
        };
        let detail = json!({"unit": unit, "fields": fields});
        self.finish_change(
            work,
            caller,
            Fact::new(action, format!("entry:{id}"), detail),
        )
        .await?;
        Ok(id)
    }

    /// Which kinds count in a year, with the version a change names.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see funds.
    pub async fn counting(&self, caller: &Caller, year: i32) -> Result<(i64, Counting)> {
        let reach = self.reach(caller, Action::ViewFunds).await?;
        Ok(store::funds::counting(
            &self.store().read(),
            reach.authority()?.id,
            year,
            self.now(),
        )
        .await?)
    }

    /// Sets which kinds count in a year, made from `version`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a year out of range; [`Error::Conflict`] when somebody set it since.
    pub async fn set_counting(
        &self,
        caller: &Caller,
        year: i32,
        version: i64,
        counting: Counting,
    ) -> Result<()> {
        let authority = self
            .reach(caller, Action::SetCounting)
            .await?
            .authority()?
            .id;
        if !domain::dates::YEARS.contains(&year) {
            return Err(Invalid::of("year", "请填写2000到2099之间的年度").into());
        }
        let work = self.work().await?;
        match store::funds::set_counting(
            &work.tx,
            authority,
            year,
            version,
            &counting,
            caller.person.id,
            work.now,
        )
        .await
        {
            Err(store::Error::Stale) => {
                drop(work);
                let (version, now) = self.counting(caller, year).await?;
                let words = |counting: &Counting| {
                    counting
                        .kinds
                        .iter()
                        .map(|kind| kind.label())
                        .collect::<Vec<_>>()
                        .join("、")
                };
                let values = vec![("计入的凭证".to_owned(), words(&counting), words(&now))];
                return Err(Error::Conflict(Box::new(Conflict {
                    what: format!("{year}年计入口径"),
                    values,
                    version,
                })));
            }
            other => other?,
        }
        let fact = Fact::new(
            "counting.set",
            format!("counting:{year}"),
            json!({"year": year, "counting": counting}),
        );
        self.finish_change(work, caller, fact).await
    }

    async fn load_entry(
        &self,
        caller: &Caller,
        action: Action,
        id: EntryId,
    ) -> Result<(Entry, Reach)> {
        let reach = self.reach(caller, action).await?;
        let entry = store::funds::by_id(&self.store().read(), id)
            .await?
            .ok_or(Error::NotFound)?;
        let visible = visible_states(&reach)?.contains(&entry.state);
        if !reach.covers(entry.unit) || !visible {
            return Err(Error::NotFound);
        }
        Ok((entry, reach))
    }
}

/// The enterprises within reach, in own order.
fn enterprises(reach: &Reach) -> Result<Vec<(UnitId, String)>> {
    let all = reach
        .tree
        .all()
        .iter()
        .filter(|unit| unit.kind == UnitKind::Enterprise && reach.covers(unit.id));
    Ok(all.map(|unit| (unit.id, unit.name.clone())).collect())
}

/// What an enterprise has not released is not there for the authority.
fn visible_states(reach: &Reach) -> Result<Vec<EntryState>> {
    let released =
        |state: &EntryState| !matches!(state, EntryState::Draft | EntryState::ForApproval);
    let authority = reach.covers_authority()?;
    Ok(EntryState::ALL
        .into_iter()
        .filter(|state| !authority || released(state))
        .collect())
}

async fn cited(
    work: &Work,
    refund_of: Option<EntryId>,
    except: Option<EntryId>,
) -> Result<Option<Cited>> {
    let Some(id) = refund_of else { return Ok(None) };
    let Some(entry) = store::funds::by_id(&work.tx, id).await? else {
        return Ok(None);
    };
    Ok(Some(Cited {
        unit: entry.unit,
        state: entry.state,
        amount: entry.fields.amount,
        received_on: entry.fields.received_on,
        given_back: store::funds::given_back(&work.tx, id, except).await?,
    }))
}

fn tidy(fields: EntryFields) -> EntryFields {
    EntryFields {
        project: domain::names::tidy(&fields.project),
        investor: domain::names::tidy(&fields.investor),
        note: fields.note.trim().to_owned(),
        ..fields
    }
}

fn conflict(now: &Entry, yours: &EntryFields) -> Error {
    let words = |fields: &EntryFields| {
        [
            fields.received_on.to_string(),
            fields.amount.wan_exact(),
            fields.project.clone(),
            fields.investor.clone(),
            fields.proof.label().to_owned(),
            fields.note.clone(),
        ]
    };
    let labels = [
        "到账日期",
        "金额（万元）",
        "项目",
        "投资方",
        "凭证种类",
        "备注",
    ];
    let values = labels.into_iter().zip(words(yours)).zip(words(&now.fields));
    let values = values
        .map(|((label, yours), theirs)| (label.to_owned(), yours, theirs))
        .collect();
    Error::Conflict(Box::new(Conflict {
        what: "这笔到账资金".to_owned(),
        values,
        version: now.version,
    }))
}
