//! Events and leaders' visits: the officer keeps them and says which spellings of signings mean which; everybody who works
//! with projects sees them, with the signings of his own reach.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use domain::{
    EventId, ProjectId, UnitId,
    event::{EventFields, Names, Spelling},
    names,
    permission::Action,
    person::{Caller, Invalid},
    project::Signing,
};
use serde_json::json;
use store::cohorts::{SignedProject, Whose};
pub use store::events::StoredEvent;

use crate::{
    App, Conflict, Error, Result,
    access::Reach,
    projects::{enterprises, track_of},
    work::Fact,
};

/// An event in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSummary {
    /// The event.
    pub event: StoredEvent,
    /// Signings at it within the caller's reach.
    pub signings: usize,
    /// Projects they are of.
    pub projects: usize,
}

/// A text that signings bear and that means no event yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loose {
    /// As most of them write it.
    pub text: String,
    /// Signings by year, the newest year first.
    pub years: Vec<(i32, usize)>,
}

/// All events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventList {
    /// The events, the latest first.
    pub events: Vec<EventSummary>,
    /// Texts that mean none yet.
    pub loose: Vec<Loose>,
    /// Whether the caller keeps them.
    pub keeps: bool,
}

/// A signing at an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSigning {
    /// The project.
    pub project: ProjectId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its enterprise's short name.
    pub unit: String,
    /// The signing.
    pub signing: Signing,
    /// Whether it was tied by its spelling; else it bears the event's very name.
    pub tied: bool,
    /// Whether its date lies outside the event's days.
    pub outside: bool,
}

/// An event with its signings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventView {
    /// The event.
    pub event: StoredEvent,
    /// Signings within reach, the latest first.
    pub signings: Vec<EventSigning>,
    /// Spellings tied to it.
    pub spellings: Vec<Spelling>,
    /// Texts that mean no event yet, for tying.
    pub loose: Vec<Loose>,
    /// Whether the caller keeps it.
    pub keeps: bool,
}

/// Events and what texts mean, of an authority.
pub(crate) struct Known {
    pub events: Vec<StoredEvent>,
    pub spellings: Vec<Spelling>,
    pub names: Names,
}

impl App {
    /// The events of an authority and what the texts of signings mean: two statements.
    pub(crate) async fn known_events(&self, authority: UnitId) -> Result<Known> {
        let reader = self.store().read();
        let events = store::events::of_authority(&reader, authority).await?;
        let spellings = store::events::spellings(&reader, authority).await?;
        let named = events.iter().map(|one| (one.id, one.fields.name.as_str()));
        Ok(Known {
            names: Names::of(&spellings, named),
            events,
            spellings,
        })
    }

    /// Goes through signed projects as the caller sees them now, a portion at a time.
    async fn each_signed(
        &self,
        reach: &Reach,
        mut each: impl FnMut(&SignedProject) + Send,
    ) -> Result<()> {
        let units: Vec<UnitId> = enterprises(reach).into_iter().map(|(id, _)| id).collect();
        let (reader, track) = (self.store().read(), track_of(reach)?);
        let mut after = None;
        loop {
            let whose = Whose::Units(&units);
            let (signed, last) =
                store::cohorts::signed(&reader, track, whose, None, after.as_ref()).await?;
            signed.iter().for_each(&mut each);
            let Some(last) = last else { return Ok(()) };
            after = Some(last);
        }
    }

    /// All events, with how many signings each has within reach.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see them.
    pub async fn events(&self, caller: &Caller) -> Result<EventList> {
        let reach = self.reach(caller, Action::ViewEvents).await?;
        let known = self.known_events(reach.authority()?.id).await?;
        let mut counts: BTreeMap<EventId, (usize, usize)> = BTreeMap::new();
        let mut loose = LooseTexts::default();
        self.each_signed(&reach, |project| {
            let mut events = BTreeSet::new();
            for signing in &project.signings {
                if let Some(event) = known.names.event(signing) {
                    let count = counts.entry(event).or_default();
                    count.0 += 1;
                    count.1 += usize::from(events.insert(event));
                }
            }
            loose.add(project, &known.names);
        })
        .await?;
        let summary = |event: StoredEvent| {
            let (signings, projects) = counts.remove(&event.id).unwrap_or_default();
            EventSummary {
                event,
                signings,
                projects,
            }
        };
        Ok(EventList {
            events: known.events.into_iter().map(summary).collect(),
            loose: loose.most_first(),
            keeps: caller.may(Action::KeepEvents),
        })
    }

    /// Names and days of the known events, for choosing from.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see them.
    pub async fn event_names(&self, caller: &Caller) -> Result<Vec<(String, String)>> {
        let reach = self.reach(caller, Action::ViewEvents).await?;
        let reader = self.store().read();
        let events = store::events::of_authority(&reader, reach.authority()?.id).await?;
        let named = |one: StoredEvent| {
            let about = format!("{} {}", one.fields.dates(), one.fields.place);
            (one.fields.name, about.trim().to_owned())
        };
        Ok(events.into_iter().map(named).collect())
    }

    /// The events that signings mean: for each its number and name; none where its text is not tied.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see them.
    pub async fn signing_events(
        &self,
        caller: &Caller,
        signings: &[Signing],
    ) -> Result<Vec<Option<(EventId, String)>>> {
        if signings.iter().all(|one| one.event.is_empty()) {
            return Ok(vec![None; signings.len()]);
        }
        let reach = self.reach(caller, Action::ViewEvents).await?;
        let known = self.known_events(reach.authority()?.id).await?;
        let named = |signing: &Signing| {
            let id = known.names.event(signing)?;
            let event = known.events.iter().find(|one| one.id == id)?;
            Some((id, event.fields.name.clone()))
        };
        Ok(signings.iter().map(named).collect())
    }

    /// One event with its signings within reach.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is another authority's.
    pub async fn signing_event(&self, caller: &Caller, id: EventId) -> Result<EventView> {
        let reach = self.reach(caller, Action::ViewEvents).await?;
        let known = self.known_events(reach.authority()?.id).await?;
        let event = known.events.iter().find(|one| one.id == id);
        let event = event.ok_or(Error::NotFound)?.clone();
        let units: BTreeMap<UnitId, String> = enterprises(&reach).into_iter().collect();
        let keeps = caller.may(Action::KeepEvents);
        let own_name = names::key(&event.fields.name);
        let (mut signings, mut loose) = (Vec::new(), LooseTexts::default());
        self.each_signed(&reach, |project| {
            if keeps {
                loose.add(project, &known.names);
            }
            for signing in &project.signings {
                if known.names.event(signing) != Some(id) {
                    continue;
                }
                signings.push(EventSigning {
                    project: project.project,
                    code: project.code.clone(),
                    name: project.name.clone(),
                    unit: units.get(&project.unit).cloned().unwrap_or_default(),
                    tied: names::key(&signing.event) != own_name,
                    outside: !event.fields.covers(signing.on),
                    signing: signing.clone(),
                });
            }
        })
        .await?;
        signings.sort_by_key(|one| std::cmp::Reverse(one.signing.on.earliest()));
        Ok(EventView {
            loose: loose.most_first(),
            spellings: known
                .spellings
                .into_iter()
                .filter(|one| one.event == id)
                .collect(),
            event,
            signings,
            keeps,
        })
    }

    /// Makes an event, or changes one made from its version. The name it bore stays a spelling of it, so that no signing
    /// loses its event.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field; [`Error::Conflict`] when somebody changed it since.
    pub async fn save_event(
        &self,
        caller: &Caller,
        changed: Option<(EventId, i64)>,
        fields: EventFields,
    ) -> Result<EventId> {
        let reach = self.reach(caller, Action::KeepEvents).await?;
        let authority = reach.authority()?.id;
        let fields = fields.tidied();
        fields.check()?;
        let work = self.work().await?;
        let (by, now) = (caller.person.id, work.now);
        let taken = || {
            let why = format!("已经有名称是“{}”的活动，请换一个名称", fields.name);
            Error::from(Invalid::of("name", why))
        };
        let (id, action) = match changed {
            None => {
                let added = store::events::add(&work.tx, authority, &fields, by, now).await;
                match added {
                    Err(store::Error::Taken) => return Err(taken()),
                    other => (other?, "event.added"),
                }
            }
            Some((id, version)) => {
                let before = store::events::by_id(&work.tx, id).await?;
                let before = before
                    .filter(|one| one.authority == authority)
                    .ok_or(Error::NotFound)?;
                let done = store::events::change(&work.tx, id, version, &fields, by, now).await;
                match done {
                    Err(store::Error::Stale) => return Err(conflict(&before, &fields)),
                    Err(store::Error::Taken) => return Err(taken()),
                    other => other?,
                }
                if names::key(&before.fields.name) != names::key(&fields.name) {
                    let old = Spelling {
                        text: before.fields.name.clone(),
                        year: None,
                        event: id,
                    };
                    store::events::tie(&work.tx, authority, &old, by, now).await?;
                }
                (id, "event.changed")
            }
        };
        let fact = Fact::new(action, format!("event:{id}"), json!(fields));
        self.finish_change(work, caller, fact).await?;
        Ok(id)
    }

    /// Takes an event away that was registered by mistake. Signings keep their texts, which mean no event then.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not there; [`Error::Conflict`] when somebody changed it since.
    pub async fn remove_event(&self, caller: &Caller, id: EventId, version: i64) -> Result<()> {
        let reach = self.reach(caller, Action::KeepEvents).await?;
        let authority = reach.authority()?.id;
        let work = self.work().await?;
        let event = store::events::locked(&work.tx, id).await?;
        let event = event
            .filter(|one| one.authority == authority)
            .ok_or(Error::NotFound)?;
        match store::events::remove(&work.tx, id, version).await {
            Err(store::Error::Stale) => return Err(conflict(&event, &event.fields)),
            other => other?,
        }
        let fact = Fact::new("event.removed", format!("event:{id}"), json!(event.fields));
        self.finish_change(work, caller, fact).await
    }

    /// Says that a text of signings means an event: those of one year, or of every year.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field; [`Error::NotFound`] when the event is another authority's.
    pub async fn tie_spelling(&self, caller: &Caller, spelling: Spelling) -> Result<()> {
        let (reach, spelling) = self.spelling(caller, spelling).await?;
        let authority = reach.authority()?.id;
        Spelling::check(&spelling.text, spelling.year)?;
        let events = store::events::of_authority(&self.store().read(), authority).await?;
        let key = names::key(&spelling.text);
        let named = events
            .iter()
            .find(|one| names::key(&one.fields.name) == key && one.id != spelling.event);
        if let (Some(other), None) = (named, spelling.year) {
            let why = format!(
                "“{}”是另一项活动的名称，要归并请写明年度",
                other.fields.name
            );
            return Err(Invalid::of("year", why).into());
        }
        let work = self.work().await?;
        let there = store::events::locked(&work.tx, spelling.event).await?;
        there.ok_or(Error::NotFound)?;
        let tied = store::events::spellings(&work.tx, authority).await?;
        let elsewhere = tied.iter().find(|one| {
            one.event != spelling.event && one.year == spelling.year && names::key(&one.text) == key
        });
        if let Some(other) = elsewhere {
            let of = events.iter().find(|one| one.id == other.event);
            let why = format!(
                "“{}”{}现归到“{}”；要改归到这里，请先在那里取消归并",
                spelling.text,
                spelling
                    .year
                    .map_or_else(String::new, |year| format!("（{year}年）")),
                of.map_or("", |one| one.fields.name.as_str())
            );
            return Err(Invalid::of("text", why).into());
        }
        let (by, now) = (caller.person.id, work.now);
        store::events::tie(&work.tx, authority, &spelling, by, now).await?;
        let object = format!("event:{}", spelling.event);
        self.finish_change(
            work,
            caller,
            Fact::new("event.tied", object, json!(spelling)),
        )
        .await
    }

    /// Takes a spelling off an event again.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not tied to it.
    pub async fn untie_spelling(&self, caller: &Caller, spelling: Spelling) -> Result<()> {
        let (reach, spelling) = self.spelling(caller, spelling).await?;
        let work = self.work().await?;
        let authority = reach.authority()?.id;
        if !store::events::untie(&work.tx, authority, &spelling).await? {
            return Err(Error::NotFound);
        }
        let object = format!("event:{}", spelling.event);
        self.finish_change(
            work,
            caller,
            Fact::new("event.untied", object, json!(spelling)),
        )
        .await
    }

    async fn spelling(&self, caller: &Caller, mut spelling: Spelling) -> Result<(Reach, Spelling)> {
        let reach = self.reach(caller, Action::KeepEvents).await?;
        let event = store::events::by_id(&self.store().read(), spelling.event).await?;
        let authority = reach.authority()?.id;
        event
            .filter(|one| one.authority == authority)
            .ok_or(Error::NotFound)?;
        spelling.text = names::tidy(&spelling.text);
        Ok((reach, spelling))
    }
}

/// Texts that mean no event.
#[derive(Default)]
struct LooseTexts(BTreeMap<String, (String, BTreeMap<i32, usize>)>);

impl LooseTexts {
    fn add(&mut self, project: &SignedProject, names: &Names) {
        for signing in &project.signings {
            let key = names::key(&signing.event);
            if key.is_empty() || names.event(signing).is_some() {
                continue;
            }
            let text = || (signing.event.clone(), BTreeMap::new());
            let (_, years) = self.0.entry(key).or_insert_with(text);
            *years.entry(signing.on.earliest().year()).or_default() += 1;
        }
    }

    /// By how many signings bear them.
    fn most_first(self) -> Vec<Loose> {
        let texts = self.0.into_values();
        let mut all: Vec<Loose> = texts
            .map(|(text, years)| Loose {
                text,
                years: years.into_iter().rev().collect(),
            })
            .collect();
        all.sort_by_key(|one| {
            std::cmp::Reverse(one.years.iter().map(|(_, count)| count).sum::<usize>())
        });
        all
    }
}

fn conflict(now: &StoredEvent, yours: &EventFields) -> Error {
    let row = |label: &str, of: fn(&EventFields) -> String| {
        (label.to_owned(), of(yours), of(&now.fields))
    };
    Error::Conflict(Box::new(Conflict {
        what: format!("“{}”", now.fields.name),
        values: vec![
            row("种类", |one| one.kind.label().to_owned()),
            row("名称", |one| one.name.clone()),
            row("日期", EventFields::dates),
            row("地点", |one| one.place.clone()),
            row("带队领导", |one| one.led_by.clone()),
            row("备注", |one| one.note.clone()),
        ],
        version: now.version,
    }))
}
