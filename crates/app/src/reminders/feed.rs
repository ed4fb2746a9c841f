//! The calendar feed of a person: every due day of his unit, or of the whole authority.

use chrono::TimeDelta;
use documents::write::calendar::{Calendar, Event, calendar};
use domain::{
    PersonId, UnitId, dates,
    period::{Period, ReturnKind},
    permission::Role,
    person::{Caller, Person},
    returns::ReturnState,
    unit::UnitTree,
};
use serde_json::json;
use store::{Reader, reminders::DueEvent};

use super::{owed::link_of_period, words};
use crate::{App, Error, Result, secrets, work::Fact};

/// Days for which past due days stay in the calendar.
const PAST: TimeDelta = TimeDelta::days(366);
/// Calendars ring 7 days, 3 days and 15 hours before: at nine on the last day.
const ALARMS: [i64; 3] = [7 * 1440, 3 * 1440, 15 * 60];

/// A calendar as it is handed out.
pub struct Feed {
    /// RFC 5545.
    pub text: String,
    /// Changes whenever the text does.
    pub etag: String,
}

impl App {
    /// Makes a person's own feed, in place of any earlier one. The token is shown once; only its SM3 is kept.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn make_feed(&self, caller: &Caller) -> Result<String> {
        let token = secrets::token(&*self.0.random);
        let person = caller.person.id;
        let work = self.work().await?;
        let sm3 = secrets::sm3_hex(token.as_bytes());
        store::reminders::put_feed(&work.tx, person, &sm3, work.now).await?;
        let fact = Fact::new("calendar_feed.made", format!("person:{person}"), json!({}));
        self.finish_change(work, caller, fact).await?;
        Ok(token)
    }

    /// Takes a person's own feed away: its address stops working at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn revoke_feed(&self, caller: &Caller) -> Result<()> {
        let person = caller.person.id;
        let work = self.work().await?;
        if !store::reminders::revoke_feed(&work.tx, person).await? {
            return Err(Error::NotFound);
        }
        let fact = Fact::new(
            "calendar_feed.revoked",
            format!("person:{person}"),
            json!({}),
        );
        self.finish_change(work, caller, fact).await
    }

    /// The calendar behind a token.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a token that is none, or whose person no longer may.
    pub async fn calendar_feed(&self, token: &str) -> Result<Feed> {
        // As long as those we make; anything else is not even looked for.
        if token.len() != 64 || !token.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Error::NotFound);
        }
        let reader = self.store().read();
        let sm3 = secrets::sm3_hex(token.as_bytes());
        let owner = store::reminders::feed_owner(&reader, &sm3).await?;
        let person: PersonId = owner.ok_or(Error::NotFound)?;
        let person = store::people::by_id(&reader, person).await?;
        let person = person
            .filter(|person| person.active)
            .ok_or(Error::NotFound)?;
        self.make_all_periods().await?;
        self.note_dues().await?;
        let events = self.events_of(&reader, &person).await?;
        let text = calendar(&Calendar {
            name: "招商引资报送".to_owned(),
            events,
        });
        let etag: String = secrets::sm3_hex(text.as_bytes()).chars().take(32).collect();
        Ok(Feed {
            text,
            etag: format!("\"{etag}\""),
        })
    }

    async fn events_of(&self, reader: &Reader, person: &Person) -> Result<Vec<Event>> {
        let tree = store::units::tree(reader).await?;
        let Some(authority) = tree.authority_of(person.unit).map(|unit| unit.id) else {
            return Ok(Vec::new());
        };
        let roles: Vec<Role> = {
            let acting = self.acting(person).await?;
            let lent = acting.into_iter().flat_map(|acting| acting.roles);
            person.roles.iter().copied().chain(lent).collect()
        };
        let has = |wanted: &[Role]| roles.iter().any(|role| wanted.contains(role));
        let whole = has(&[Role::Officer, Role::Leader]);
        if !whole && !has(&[Role::Reporter, Role::Approver]) {
            return Ok(Vec::new());
        }
        let told = store::reminders::due_events(reader).await?;
        let from = self.today() - PAST;
        let mut events = Vec::new();
        for kind in ReturnKind::ALL {
            let filings = store::returns::filings(reader, authority, *kind).await?;
            for period in store::returns::periods(reader, authority, *kind).await? {
                let Some(told) = told.get(&period.id).filter(|_| period.due_on >= from) else {
                    continue;
                };
                let state = |unit: UnitId| {
                    let mut filings = filings.iter();
                    let mine =
                        |one: &&store::returns::Filing| (one.period, one.unit) == (period.id, unit);
                    filings.find(mine).map(|one| one.state)
                };
                if whole {
                    events.push(self.event_of_authority(&tree, &period, told, &state));
                } else if owes(&tree, authority, &period, person.unit) {
                    events.push(self.event_of_unit(&period, told, person.unit, state(person.unit)));
                }
            }
        }
        Ok(events)
    }

    fn event_of_unit(
        &self,
        period: &Period,
        told: &DueEvent,
        unit: UnitId,
        state: Option<ReturnState>,
    ) -> Event {
        let done = matches!(state, Some(ReturnState::HandedIn | ReturnState::Accepted));
        let word = state.map_or("未报", ReturnState::label);
        let mark = if done { "（已报送）" } else { "" };
        let path = format!("/returns/{}/{}/{unit}", period.kind.word(), period.cut_off);
        Event {
            uid: format!(
                "{}-{}-{}-{unit}@zhaoshang",
                period.kind.word(),
                period.cut_off,
                period.authority
            ),
            summary: format!("{mark}{} {} 报送截止", period.kind.short(), period.label()),
            alarms: if done { Vec::new() } else { ALARMS.to_vec() },
            ..self.event(period, told, &format!("目前状态：{word}"), &path)
        }
    }

    fn event_of_authority(
        &self,
        tree: &UnitTree,
        period: &Period,
        told: &DueEvent,
        state: &dyn Fn(UnitId) -> Option<ReturnState>,
    ) -> Event {
        let all = tree.enterprises_of(period.authority, period.cut_off);
        let (mut units, mut missing) = (0, 0);
        for unit in all {
            units += 1;
            let done = matches!(
                state(unit.id),
                Some(ReturnState::HandedIn | ReturnState::Accepted)
            );
            missing += usize::from(!done);
        }
        let path = link_of_period(period);
        Event {
            uid: format!(
                "{}-{}-{}@zhaoshang",
                period.kind.word(),
                period.cut_off,
                period.authority
            ),
            summary: format!("{} {} 各企业报送截止", period.kind.short(), period.label()),
            alarms: if missing == 0 {
                Vec::new()
            } else {
                ALARMS.to_vec()
            },
            ..self.event(
                period,
                told,
                &format!("应报{units}家，未报送{missing}家"),
                &path,
            )
        }
    }

    fn event(&self, period: &Period, told: &DueEvent, state: &str, path: &str) -> Event {
        let url = self.outside().public_url.as_ref();
        Event {
            uid: String::new(),
            sequence: told.sequence,
            stamp: told.changed_at,
            at: dates::end_of_day(period.due_on),
            summary: String::new(),
            description: format!(
                "{}\n数据截至：{}\n报送截止：{}\n{state}",
                period.kind.title(),
                dates::print_long(period.cut_off),
                words::due_in_full(period.due_on)
            ),
            url: url.map(|url| format!("{url}{path}")),
            alarms: Vec::new(),
        }
    }

    /// Notes every due day that calendars were not told yet, and those that have moved.
    pub(crate) async fn note_dues(&self) -> Result<()> {
        let reader = self.store().read();
        let told = store::reminders::due_events(&reader).await?;
        let mut moved = Vec::new();
        for unit in store::units::tree(&reader).await?.all() {
            for kind in ReturnKind::ALL {
                let periods = store::returns::periods(&reader, unit.id, *kind).await?;
                moved.extend(periods.into_iter().filter(|period| {
                    told.get(&period.id)
                        .is_none_or(|told| told.due_on != period.due_on)
                }));
            }
        }
        if moved.is_empty() {
            return Ok(());
        }
        let work = self.work().await?;
        for period in moved {
            store::reminders::note_due(&work.tx, period.id, period.due_on, work.now).await?;
        }
        Ok(work.tx.commit().await?)
    }
}

/// Whether a unit is one of those that owe a return for a period.
fn owes(tree: &UnitTree, authority: UnitId, period: &Period, unit: UnitId) -> bool {
    tree.enterprises_of(authority, period.cut_off)
        .any(|one| one.id == unit)
}
