//! What became of what was signed: boards by cohort, the four rates, and the lists behind every number.
//!
//! Signed projects are gone through a portion at a time and only sums are kept; funds by project, events, spellings and
//! decisions on shared projects are read once.

mod export;
mod list;
mod query;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::{
    Instant, Money, ProjectId, UnitId,
    cohort::{Case, Cell, Cohort, Course, Group, Key, Row, Rule, Signed, Tally, rates::Ratio},
    dates, district,
    event::Names,
    first_talk::{Counts, Decision, Share, counts_for},
    money,
    permission::Action,
    person::{Caller, Invalid},
};
use store::{
    Reader,
    cohorts::{Last, SignedProject, Whose},
    events::StoredEvent,
    projects::{At, Track},
};

use crate::{
    App, Result,
    access::Reach,
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
    /// A few words beside it: days and place of an event; how many signings of it are not counted.
    pub about: String,
    /// Where more is told of it.
    pub link: Option<String>,
    /// Its places, by [`domain::cohort::Column::ALL`].
    pub cells: [Cell; 5],
    /// Its rates, by [`domain::cohort::rates::RateKind::ALL`].
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

/// What a board is made from, but for the signings themselves.
struct Frame {
    query: CohortQuery,
    at: At,
    events: Vec<StoredEvent>,
    industries: Vec<String>,
    units: Vec<(UnitId, String)>,
    track: Track,
    now: Instant,
}

impl App {
    /// A board of what was signed, within reach.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for those who may not see it; [`crate::Error::Invalid`] for a unit out of reach or a day to come.
    pub async fn cohort_board(&self, caller: &Caller, query: CohortQuery) -> Result<CohortBoard> {
        let reach = self.reach(caller, Action::ViewCohorts).await?;
        self.tallied(&reach, query, None).await
    }

    /// The board of one enterprise alone: as [`App::cohort_board`] for its unit, but of nobody else's projects is read
    /// what does not count for it; its years are its own.
    pub(crate) async fn cohort_board_of(&self, reach: &Reach, unit: UnitId) -> Result<CohortBoard> {
        let query =
            CohortQuery::parse(&[("unit".to_owned(), unit.to_string())], Group::Enterprise)?;
        self.tallied(reach, query, Some(unit)).await
    }

    async fn tallied(
        &self,
        reach: &Reach,
        query: CohortQuery,
        only: Option<UnitId>,
    ) -> Result<CohortBoard> {
        let (mut tally, group) = (Tally::default(), query.group);
        let each = |_: &Frame, cohort: &Cohort| tally.add(cohort, group);
        let frame = self.each_cohort(reach, query, only, each).await?;
        Ok(frame.board(tally))
    }

    /// Goes through what was signed, a portion of the projects at a time: a library of any size is never held whole. Of
    /// `only` one enterprise where it is given, with what is counted for it of others.
    async fn each_cohort(
        &self,
        reach: &Reach,
        mut query: CohortQuery,
        only: Option<UnitId>,
        mut each: impl FnMut(&Frame, &Cohort) + Send,
    ) -> Result<Frame> {
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
        let track = track_of(reach)?;
        if track == Track::Own {
            query.population.within = Some(units.iter().map(|(id, _)| *id).collect());
        }
        let authority = reach.authority()?.id;
        let known = self.known_events(authority).await?;
        let rules = self.rules_at(reach.versions, authority).await?;
        let frame = Frame {
            query,
            at,
            events: known.events,
            industries: rules.industries,
            units,
            track,
            now: self.now(),
        };
        let reader = self.store().read();
        let mut source = Source::of(&reader, authority, &frame, only).await?;
        while let Some(cases) = source.next(&reader, &known.names).await? {
            let (population, group) = (&frame.query.population, frame.query.group);
            each(&frame, &Cohort::of(cases, population, group, at.as_of));
        }
        Ok(frame)
    }
}

/// Where signed projects are read from, in the newest state known, with their funds at the cut-off. The facts of a project
/// have dates of their own, so that a state recorded later tells of earlier days as well.
struct Source {
    as_of: NaiveDate,
    state: Option<At>,
    track: Track,
    units: Vec<UnitId>,
    /// Decisions on shared projects.
    shared: Vec<Decision>,
    /// What is counted for one of the units though another's record tells of it.
    others: BTreeSet<ProjectId>,
    /// Funds by the enterprise and the key of the project's name.
    funds: BTreeMap<(UnitId, String), Money>,
    next: Next,
}

enum Next {
    Own(Option<Last>),
    Others(Option<Last>),
    End,
}

impl Source {
    async fn of(
        db: &Reader,
        authority: UnitId,
        frame: &Frame,
        only: Option<UnitId>,
    ) -> Result<Self> {
        let (at, track) = (frame.at, frame.track);
        let within = frame.units.iter().map(|(id, _)| *id);
        let units: Vec<UnitId> = within
            .filter(|id| only.is_none_or(|only| only == *id))
            .collect();
        // As known at a moment: all that was known of any day up to it.
        let state = frame.query.when.known_at.map(|_| At {
            as_of: dates::day_in_shanghai(at.known_at),
            known_at: at.known_at,
        });
        let shared = store::first_talk::in_force(db, authority, at.as_of, at.known_at).await?;
        let (mut owners, mut others) = (units.clone(), BTreeSet::new());
        if track == Track::Own || only.is_some() {
            let ours = |one: &&Decision| one.says.units.iter().any(|(id, _)| units.contains(id));
            others.extend(shared.iter().filter(ours).map(|one| one.says.counted));
            let named = shared.iter().flat_map(|one| &one.says.units);
            let partners: BTreeSet<UnitId> = named
                .map(|(unit, _)| *unit)
                .filter(|unit| !units.contains(unit))
                .collect();
            owners.extend(partners);
        }
        let mut funds: BTreeMap<(UnitId, String), Money> = BTreeMap::new();
        for (unit, project, amount) in
            store::cohorts::funds(db, &owners, at.as_of, at.known_at).await?
        {
            let sum = funds
                .entry((unit, domain::names::key(&project)))
                .or_default();
            *sum = *sum + amount;
        }
        Ok(Self {
            as_of: at.as_of,
            state,
            track,
            units,
            shared,
            others,
            funds,
            next: Next::Own(None),
        })
    }

    /// The next portion; none after the last.
    async fn next(&mut self, db: &Reader, names: &Names) -> Result<Option<Vec<Case>>> {
        let signed = match &self.next {
            Next::Own(after) => {
                let whose = Whose::Units(&self.units);
                let (signed, last) =
                    store::cohorts::signed(db, self.track, whose, self.state, after.as_ref())
                        .await?;
                self.next = match last {
                    Some(last) => Next::Own(Some(last)),
                    None => Next::Others(None),
                };
                signed
            }
            Next::Others(after) => {
                let whose = Whose::Projects(&self.others);
                let (mut signed, last) =
                    store::cohorts::signed(db, Track::Accepted, whose, self.state, after.as_ref())
                        .await?;
                signed.retain(|one| !self.units.contains(&one.unit));
                self.next = last.map_or(Next::End, |last| Next::Others(Some(last)));
                signed
            }
            Next::End => return Ok(None),
        };
        let cases = signed.into_iter().map(|one| self.case(one, names));
        Ok(Some(cases.collect()))
    }

    fn case(&mut self, one: SignedProject, names: &Names) -> Case {
        // Two projects of one name: entries name only one, the first of the library.
        let funds = self
            .funds
            .remove(&(one.unit, domain::names::key(&one.name)));
        let counts = if self.shared.is_empty() {
            Counts::For(vec![(one.unit, Share::WHOLE)])
        } else {
            counts_for(one.project, one.unit, self.as_of, &self.shared)
        };
        case(one, counts, funds.unwrap_or_default(), names)
    }
}

fn case(one: SignedProject, counts: Counts, funds: Money, names: &Names) -> Case {
    let signings = one.signings.into_iter().map(|signing| Signed {
        event: names.event(&signing),
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

/// A few words beside a row's name.
fn about(event: Option<&StoredEvent>, left: usize) -> String {
    let event = event.map(|one| format!("{} {}", one.fields.dates(), one.fields.place));
    let left = (left > 0).then(|| format!("{left}份没有计入"));
    let said = event.map(|said| said.trim().to_owned()).into_iter();
    said.chain(left).collect::<Vec<_>>().join("；")
}

impl Frame {
    fn board(self, tally: Tally) -> CohortBoard {
        let total = tally.total();
        let mut rows: Vec<(&Key, CohortRow)> = tally
            .rows
            .iter()
            .map(|(key, row)| (key, self.row(key, *row, tally.written_of(key))))
            .collect();
        rows.sort_by_cached_key(|(key, _)| self.place(key));
        let told = Rule::ALL.into_iter();
        CohortBoard {
            left: told
                .filter_map(|rule| tally.left.get(&rule).map(|count| (rule, *count)))
                .collect(),
            notes: self.notes(&tally),
            rows: rows.into_iter().map(|(_, row)| row).collect(),
            total: CohortRow {
                word: None,
                label: "合计".to_owned(),
                about: String::new(),
                link: None,
                cells: total.cells,
                ratios: total.ratios,
            },
            as_of: self.at.as_of,
            known_at: self.query.when.known_at.unwrap_or(self.now),
            years: tally.years.into_iter().rev().collect(),
            accepted: self.track == Track::Accepted,
            units: self.units,
            query: self.query,
        }
    }

    fn row(&self, key: &Key, row: Row, written: Option<&str>) -> CohortRow {
        let event = self.event(key);
        CohortRow {
            word: Some(key.word()),
            label: self.label(key, written),
            about: about(event, row.left),
            link: match key {
                Key::Event(event) => Some(format!("/events/{event}")),
                Key::Unit(unit) => Some(format!("/enterprises/{unit}")),
                _ => None,
            },
            cells: row.cells,
            ratios: row.ratios,
        }
    }

    fn event(&self, key: &Key) -> Option<&StoredEvent> {
        match key {
            Key::Event(id) => self.events.iter().find(|one| one.id == *id),
            _ => None,
        }
    }

    /// A row's name; `written` as a signing writes the event that nobody has tied yet.
    fn label(&self, key: &Key, written: Option<&str>) -> String {
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
                format!("{}（未归并）", written.unwrap_or(text))
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
    fn notes(&self, tally: &Tally) -> Vec<String> {
        let mut notes = Vec::new();
        if tally.unpriced > 0 {
            let sums: Vec<String> = tally
                .foreign
                .iter()
                .map(|(currency, sum)| {
                    format!("{} 万{}", sum.wan_exact(), money::currency_label(currency))
                })
                .collect();
            let sums = match sums.is_empty() {
                true => String::new(),
                false => format!("（其中外币原额 {}）", sums.join("、")),
            };
            notes.push(format!(
                "{}份签约没有金额，或外币没有填汇率{sums}：计项目数，不计金额",
                tally.unpriced
            ));
        }
        let halted: Vec<String> = [(tally.terminated, "已终止"), (tally.suspended, "已暂停")]
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
        if tally.increases > 0 {
            notes.push(format!(
                "含{}份增资协议：只计增量金额，项目个数已计在首次签约的那一行",
                tally.increases
            ));
        }
        if !tally.unsure.is_empty() {
            let facts: Vec<String> = tally
                .unsure
                .iter()
                .map(|(fact, count)| format!("{fact}{count}个"))
                .collect();
            notes.push(format!(
                "只知道月份、而截止日在当月之内的，不能确定已经发生，暂不计：{}",
                facts.join("、")
            ));
        }
        if tally.shared > 0 {
            notes.push("共享项目按首谈认定的比例分计金额，项目个数计入比例最大的单位".to_owned());
        }
        if self.query.population.kind.is_some() {
            notes.push("只看一种签约时，先取这一种，再按规则计：由意向、框架升级来的正式签约，在正式签约里是首次".to_owned());
        }
        notes
    }
}
