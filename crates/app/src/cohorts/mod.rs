//! What became of what was signed: boards by cohort, the four rates, and the lists behind every number.
//!
//! A board is made of a fixed number of statements, whatever the library holds: signed projects, funds by project, events,
//! spellings, decisions on shared projects.

mod export;
mod list;
mod query;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use domain::{
    Instant, Money, ProjectId, UnitId,
    cohort::{
        Case, Cell, Cohort, Course, Group, Key, Outcome, Rule, Signed,
        rates::{RateKind, Ratio},
    },
    dates, district,
    first_talk::{Counts, Share, counts_for},
    names,
    permission::Action,
    person::{Caller, Invalid},
};
use store::{
    cohorts::SignedProject,
    events::StoredEvent,
    projects::{At, Track},
};

use crate::{
    App, Error, Result,
    access::Reach,
    events::Known,
    projects::{enterprises, track_of},
};

pub use list::{CohortItem, CohortList, PER_PAGE};
pub use query::{CAPITALS, CohortQuery, LEVELS, Pick, Side};

/// A row of a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortRow {
    /// Its word in addresses; none for the total.
    pub word: Option<String>,
    /// Its name.
    pub label: String,
    /// A few words beside it: days and place of an event.
    pub about: String,
    /// Where more is told of it.
    pub link: Option<String>,
    /// Its places, by [`domain::cohort::Column::ALL`].
    pub cells: [Cell; 5],
    /// Its rates, by [`RateKind::ALL`].
    pub ratios: [Ratio; 4],
}

/// A board.
#[derive(Debug, Clone)]
pub struct CohortBoard {
    /// What was asked.
    pub query: CohortQuery,
    /// The cut-off.
    pub as_of: NaiveDate,
    /// Known until when.
    pub known_at: Instant,
    /// The rows.
    pub rows: Vec<CohortRow>,
    /// All of them.
    pub total: CohortRow,
    /// How many signings each rule left out.
    pub left: Vec<(Rule, usize)>,
    /// What has to be known for reading it.
    pub notes: Vec<String>,
    /// Enterprises within reach.
    pub units: Vec<(UnitId, String)>,
    /// Years in which something was signed, the newest first.
    pub years: Vec<i32>,
    /// Whether the authority's own state of the projects is shown.
    pub accepted: bool,
}

/// What a board is made from.
struct Made {
    query: CohortQuery,
    at: At,
    cohort: Cohort,
    events: Vec<StoredEvent>,
    industries: Vec<String>,
    units: Vec<(UnitId, String)>,
    years: Vec<i32>,
    track: Track,
    now: Instant,
}

impl App {
    /// A board of what was signed, within reach.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see it; [`Error::Invalid`] for a unit out of reach or a day to come.
    pub async fn cohort_board(&self, caller: &Caller, query: CohortQuery) -> Result<CohortBoard> {
        let reach = self.reach(caller, Action::ViewCohorts).await?;
        let made = self.make_cohort(&reach, query).await?;
        Ok(made.board())
    }

    /// The board of one enterprise alone: as [`App::cohort_board`] for its unit, but of nobody else's projects is read
    /// what does not count for it; its years are its own.
    pub(crate) async fn cohort_board_of(&self, reach: &Reach, unit: UnitId) -> Result<CohortBoard> {
        let query =
            CohortQuery::parse(&[("unit".to_owned(), unit.to_string())], Group::Enterprise)?;
        Ok(self.make_cohort_of(reach, query, Some(unit)).await?.board())
    }

    async fn make_cohort(&self, reach: &Reach, query: CohortQuery) -> Result<Made> {
        self.make_cohort_of(reach, query, None).await
    }

    async fn make_cohort_of(
        &self,
        reach: &Reach,
        mut query: CohortQuery,
        only: Option<UnitId>,
    ) -> Result<Made> {
        let at = self.at(query.when);
        if at.as_of > self.today() {
            return Err(Invalid::of("as_of", "截止日期还没有到，请填今天或以前的日期").into());
        }
        let units = enterprises(reach);
        if let Some(unit) = query.population.unit
            && !units.iter().any(|(id, _)| *id == unit)
        {
            return Err(Invalid::of("unit", "没有这个单位，请从名录里选择").into());
        }
        let authority = reach.authority()?.id;
        let known = self.known_events(authority).await?;
        let (cases, track) = self
            .cases(reach, &known, only, query.when.known_at.is_none(), at)
            .await?;
        if track == Track::Own {
            query.population.within = Some(units.iter().map(|(id, _)| *id).collect());
        }
        let years: BTreeSet<i32> = cases
            .iter()
            .flat_map(|case| &case.signings)
            .map(|one| one.signing.on.earliest().year())
            .collect();
        let rules = self.rules_at(reach.versions, authority).await?;
        Ok(Made {
            cohort: Cohort::of(cases, &query.population, query.group, at.as_of),
            query,
            at,
            events: known.events,
            industries: rules.industries,
            units,
            years: years.into_iter().rev().collect(),
            track,
            now: self.now(),
        })
    }

    /// Signed projects within reach in the newest state known, with their funds at the cut-off. The facts of a project have
    /// dates of their own, so that a state recorded later tells of earlier days as well. Of `only` one enterprise's where
    /// it is given, with what is counted for it of others.
    async fn cases(
        &self,
        reach: &Reach,
        known: &Known,
        only: Option<UnitId>,
        now: bool,
        at: At,
    ) -> Result<(Vec<Case>, Track)> {
        let track = track_of(reach)?;
        let within = enterprises(reach).into_iter().map(|(id, _)| id);
        let units: Vec<UnitId> = within
            .filter(|id| only.is_none_or(|only| only == *id))
            .collect();
        let reader = self.store().read();
        // As known at a moment: all that was known of any day up to it.
        let state = (!now).then(|| At {
            as_of: dates::day_in_shanghai(at.known_at),
            known_at: at.known_at,
        });
        let mut signed = store::cohorts::signed(&reader, track, &units, state).await?;
        let authority = reach.authority()?.id;
        let shared = store::first_talk::in_force(&reader, authority, at.as_of, at.known_at).await?;
        let mut owners = units.clone();
        if (track == Track::Own || only.is_some()) && !shared.is_empty() {
            // What is counted for one of these units though another's record tells of it.
            let named: BTreeSet<ProjectId> = shared
                .iter()
                .filter(|one| one.says.units.iter().any(|(unit, _)| units.contains(unit)))
                .map(|one| one.says.counted)
                .collect();
            let partners: BTreeSet<UnitId> = shared
                .iter()
                .flat_map(|one| one.says.units.iter().map(|(unit, _)| *unit))
                .filter(|unit| !units.contains(unit))
                .collect();
            let partners: Vec<UnitId> = partners.into_iter().collect();
            let theirs = store::cohorts::signed(&reader, Track::Accepted, &partners, state).await?;
            signed.extend(
                theirs
                    .into_iter()
                    .filter(|one| named.contains(&one.project)),
            );
            owners.extend(partners);
        }
        let funds = store::cohorts::funds(&reader, &owners, at.as_of, at.known_at).await?;
        let mut by_name: BTreeMap<(UnitId, String), Money> = BTreeMap::new();
        for (unit, project, amount) in funds {
            let sum = by_name.entry((unit, names::key(&project))).or_default();
            *sum = *sum + amount;
        }
        let cases = signed.into_iter().map(|one| {
            // Two projects of one name: entries name only one, the first of the library.
            let funds = by_name.remove(&(one.unit, names::key(&one.name)));
            let counts = if shared.is_empty() {
                Counts::For(vec![(one.unit, Share::WHOLE)])
            } else {
                counts_for(one.project, one.unit, at.as_of, &shared)
            };
            case(one, counts, funds.unwrap_or_default(), known)
        });
        Ok((cases.collect(), track))
    }
}

fn case(one: SignedProject, counts: Counts, funds: Money, known: &Known) -> Case {
    let signings = one.signings.into_iter().map(|signing| Signed {
        event: known.names.event(&signing),
        signing,
    });
    Case {
        project: one.project,
        code: one.code,
        name: one.name,
        unit: one.unit,
        counts,
        industry: one.industry,
        district: one.district,
        foreign: one.foreign,
        owners: one.owners,
        wenshang: one.wenshang,
        signings: signings.collect(),
        course: Course {
            filed: one.filed,
            landed: one.landed,
            started: one.started,
            producing: one.producing,
            suspended: one.suspended,
            terminated: one.terminated,
            recorded_on: dates::day_in_shanghai(one.recorded_at),
        },
        funds,
    }
}

impl Made {
    fn board(self) -> CohortBoard {
        let cohort = &self.cohort;
        let mut rows: Vec<(Key, CohortRow)> = cohort
            .rows()
            .into_iter()
            .map(|(key, cells)| (key.clone(), self.row(key, cells)))
            .collect();
        rows.sort_by_key(|(key, _)| self.place(key));
        let mut cells = [Cell::default(); 5];
        for (_, row) in &rows {
            for (sum, cell) in cells.iter_mut().zip(row.cells) {
                *sum += cell;
            }
        }
        let total = CohortRow {
            word: None,
            label: "合计".to_owned(),
            about: String::new(),
            link: None,
            cells,
            ratios: self.ratios(None),
        };
        let mut left: BTreeMap<Rule, usize> = BTreeMap::new();
        for one in &cohort.left {
            *left.entry(one.rule).or_default() += 1;
        }
        let told = Rule::ALL.into_iter();
        CohortBoard {
            left: told
                .filter_map(|rule| left.get(&rule).map(|count| (rule, *count)))
                .collect(),
            notes: self.notes(),
            rows: rows.into_iter().map(|(_, row)| row).collect(),
            total,
            as_of: self.at.as_of,
            known_at: self.query.when.known_at.unwrap_or(self.now),
            units: self.units,
            years: self.years,
            accepted: self.track == Track::Accepted,
            query: self.query,
        }
    }

    fn ratios(&self, key: Option<&Key>) -> [Ratio; 4] {
        let members = self.cohort.members(key);
        RateKind::ALL.map(|kind| Ratio::of(kind, &self.cohort, members.iter().copied()))
    }

    fn row(&self, key: &Key, cells: [Cell; 5]) -> CohortRow {
        let event = self.event(key);
        CohortRow {
            word: Some(key.word()),
            label: self.label(key),
            about: event
                .map(|one| {
                    format!("{} {}", one.fields.dates(), one.fields.place)
                        .trim()
                        .to_owned()
                })
                .unwrap_or_default(),
            link: match key {
                Key::Event(event) => Some(format!("/events/{event}")),
                Key::Unit(unit) => Some(format!("/enterprises/{unit}")),
                _ => None,
            },
            cells,
            ratios: self.ratios(Some(key)),
        }
    }

    fn event(&self, key: &Key) -> Option<&StoredEvent> {
        match key {
            Key::Event(id) => self.events.iter().find(|one| one.id == *id),
            _ => None,
        }
    }

    /// A row's name.
    fn label(&self, key: &Key) -> String {
        match key {
            Key::Event(_) => self
                .event(key)
                .map_or(String::new(), |one| one.fields.name.clone()),
            Key::Year(year) => format!("{year}年"),
            Key::Unit(unit) => self.unit(*unit),
            Key::Level(level) => level.label().to_owned(),
            Key::Kind(kind) => kind.label().to_owned(),
            Key::Foreign(true) => "外资".to_owned(),
            Key::Foreign(false) => "非外资".to_owned(),
            Key::Text(text) if self.query.group == Group::District => {
                district::name(text).to_owned()
            }
            Key::Text(text) if self.query.group == Group::Event => {
                let written = self.cohort.cases.iter().flat_map(|case| &case.signings);
                let mut written = written.map(|one| one.signing.event.as_str());
                let shown = written.find(|one| names::key(one) == *text);
                format!("{}（未归并）", shown.unwrap_or(text))
            }
            Key::Text(text) => text.clone(),
            Key::Nothing if self.query.group == Group::Event => "未在活动上签约".to_owned(),
            Key::Nothing => "未填".to_owned(),
        }
    }

    fn unit(&self, unit: UnitId) -> String {
        let found = self.units.iter().find(|(id, _)| *id == unit);
        found.map_or_else(|| "其他单位".to_owned(), |(_, name)| name.clone())
    }

    /// Where a row stands: known events the latest first, then texts, then what says nothing; years the newest first;
    /// enterprises and industries in their own order.
    fn place(&self, key: &Key) -> (u8, i64, String) {
        let at = |place: Option<usize>| {
            place.map_or(i64::MAX, |at| i64::try_from(at).unwrap_or(i64::MAX))
        };
        match key {
            Key::Event(id) => (
                0,
                at(self.events.iter().position(|one| one.id == *id)),
                String::new(),
            ),
            Key::Year(year) => (0, -i64::from(*year), String::new()),
            Key::Unit(unit) => (
                0,
                at(self.units.iter().position(|(id, _)| id == unit)),
                String::new(),
            ),
            Key::Text(text) if self.query.group == Group::Industry => (
                1,
                at(self.industries.iter().position(|one| one == text)),
                text.clone(),
            ),
            Key::Text(text) => (1, 0, text.clone()),
            Key::Nothing => (2, 0, String::new()),
            Key::Foreign(foreign) => (0, i64::from(!foreign), String::new()),
            Key::Level(level) => (0, *level as i64, String::new()),
            // 正式 first.
            Key::Kind(kind) => (0, -(*kind as i64), String::new()),
        }
    }

    /// What has to be known for reading the board.
    fn notes(&self) -> Vec<String> {
        let cohort = &self.cohort;
        let mut notes = Vec::new();
        let mut unpriced = 0;
        let mut foreign: BTreeMap<&str, Money> = BTreeMap::new();
        for line in cohort
            .lines
            .iter()
            .filter(|line| line.lead && line.amount.is_none())
        {
            unpriced += 1;
            let signing = &cohort.cases[line.case].signings[line.signing].signing;
            if let (Some(currency), Some(amount)) = (&signing.currency, signing.amount) {
                let sum = foreign.entry(currency).or_default();
                *sum = *sum + amount;
            }
        }
        if unpriced > 0 {
            let sums: Vec<String> = foreign
                .iter()
                .map(|(currency, sum)| format!("{} 万{currency}", sum.wan_exact()))
                .collect();
            let sums = match sums.is_empty() {
                true => String::new(),
                false => format!("（其中外币原额 {}）", sums.join("、")),
            };
            notes.push(format!(
                "{unpriced}份签约没有金额，或外币没有填汇率{sums}：计项目数，不计金额"
            ));
        }
        let members = cohort.members(None);
        let led: Vec<&Case> = members
            .iter()
            .filter(|line| line.lead)
            .map(|line| &cohort.cases[line.case])
            .collect();
        let count = |is: &dyn Fn(&Case) -> bool| led.iter().filter(|case| is(case)).count();
        let ended = count(&|case| case.terminated(cohort.as_of));
        let suspended = count(&|case| case.suspended(cohort.as_of));
        let halted: Vec<String> = [(ended, "已终止"), (suspended, "已暂停")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count}个项目{word}"))
            .collect();
        if !halted.is_empty() {
            notes.push(format!(
                "其中{}：签约照计，仍在各项比率的分母里；此前已有的备案、落地、到资、开工、投产照计",
                halted.join("、")
            ));
        }
        let increases = cohort
            .lines
            .iter()
            .filter(|line| line.lead && line.outcome == Outcome::Increase);
        let increases = increases.count();
        if increases > 0 {
            notes.push(format!(
                "含{increases}份增资协议：只计增量金额，项目个数已计在首次签约的那一行"
            ));
        }
        let mut unsure: BTreeMap<&str, usize> = BTreeMap::new();
        for fact in led.iter().flat_map(|case| case.unsure(cohort.as_of)) {
            *unsure.entry(fact).or_default() += 1;
        }
        if !unsure.is_empty() {
            let facts: Vec<String> = unsure
                .iter()
                .map(|(fact, count)| format!("{fact}{count}个"))
                .collect();
            notes.push(format!(
                "只知道月份、而截止日在当月之内的，不能确定已经发生，暂不计：{}",
                facts.join("、")
            ));
        }
        let shared = cohort.lines.iter().filter(|line| !line.lead).count();
        if shared > 0 {
            notes.push("共享项目按首谈认定的比例分计金额，项目个数计入比例最大的单位".to_owned());
        }
        if self.query.population.kind.is_some() {
            notes.push("只看一种签约时，先取这一种，再按规则计：由意向、框架升级来的正式签约，在正式签约里是首次".to_owned());
        }
        notes
    }

    /// The row of a word; none of it is the total.
    fn key(&self, word: Option<&str>) -> Result<Option<Key>> {
        let Some(word) = word else { return Ok(None) };
        let lines = self.cohort.lines.iter().map(|line| line.key.clone());
        // A known event at which nothing counts has an empty list.
        let events = self.events.iter().map(|one| Key::Event(one.id));
        let mut found = lines.chain(events).filter(|key| key.word() == word);
        found.next().map(Some).ok_or(Error::NotFound)
    }
}
