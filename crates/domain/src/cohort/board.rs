//! The board: lines, one for each signing that counts, laid into rows and columns.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::{Counted, Course, Happened, Outcome, Rule, count};
use crate::{
    EventId, Money, ProjectId, UnitId,
    first_talk::{Counts, Share},
    names,
    project::{Ownership, Signing, SigningKind, SigningLevel},
};

/// A signing with the event it was tied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The signing.
    pub signing: Signing,
    /// The event, where its text is tied to one.
    pub event: Option<EventId>,
}

/// A project as a board sees it.
#[derive(Debug, Clone)]
pub struct Case {
    /// The project.
    pub project: ProjectId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The enterprise in whose library it is.
    pub unit: UnitId,
    /// For whom it counts, where several units share it (首谈认定说明); else for its enterprise.
    pub counts: Counts,
    /// 产业.
    pub industry: String,
    /// 县（市、区）.
    pub district: String,
    /// Whether foreign capital takes part.
    pub foreign: bool,
    /// Whose investors take part, as far as boards ask.
    pub owners: Vec<Ownership>,
    /// Whether 温商 take part.
    pub wenshang: bool,
    /// Signings.
    pub signings: Vec<Signed>,
    /// Dated facts.
    pub course: Course,
    /// Funds in place by the cut-off.
    pub funds: Money,
}

impl Case {
    /// The units it counts for; the project itself, which cannot be taken apart, counts for the one with the largest
    /// share, of equal ones the one named first.
    fn parts(&self) -> Vec<(UnitId, bool)> {
        let Counts::For(parts) = &self.counts else {
            return Vec::new();
        };
        let most = parts.iter().map(|(_, share)| *share).max();
        let lead = parts.iter().position(|(_, share)| Some(*share) == most);
        let part = |(at, (unit, _)): (usize, &(UnitId, Share))| (*unit, Some(at) == lead);
        parts.iter().enumerate().map(part).collect()
    }

    /// A unit's part of an amount.
    pub fn part_of(&self, amount: Money, unit: UnitId) -> Money {
        let parts = self.counts.apart(amount);
        let part = parts.into_iter().find(|(one, _)| *one == unit);
        part.map_or(Money::ZERO, |(_, amount)| amount)
    }

    /// What its signings count.
    pub fn counted(&self, taken: impl Fn(&Signing) -> bool, as_of: NaiveDate) -> Vec<Counted> {
        let signings: Vec<Signing> = self
            .signings
            .iter()
            .map(|one| one.signing.clone())
            .collect();
        count(&signings, taken, as_of, self.course.recorded_on)
    }

    /// Whether a formal contract was signed by `as_of`.
    pub fn formally_signed(&self, as_of: NaiveDate) -> bool {
        let formal = |one: &Signed| {
            one.signing.kind == SigningKind::Formal
                && Happened::by(one.signing.on, as_of, self.course.recorded_on).surely()
        };
        self.signings.iter().any(formal)
    }

    /// What is formally contracted by `as_of`, in RMB, every amount once; none where one of them is not known.
    pub fn contracted(&self, as_of: NaiveDate) -> Option<Money> {
        let counted = self.counted(|one| one.kind == SigningKind::Formal, as_of);
        let counting: Vec<&Counted> = counted.iter().filter(|one| one.outcome.counts()).collect();
        if counting.is_empty() {
            return None;
        }
        counting.into_iter().map(|one| one.amount).sum()
    }

    pub(super) fn happened(
        &self,
        on: Option<crate::partial_date::PartialDate>,
        as_of: NaiveDate,
    ) -> bool {
        Happened::by_if(on, as_of, self.course.recorded_on).surely()
    }

    /// Whether it was landed by `as_of`.
    pub fn landed(&self, as_of: NaiveDate) -> bool {
        self.happened(self.course.landed, as_of)
    }

    /// Whether it was ended by `as_of`.
    pub fn terminated(&self, as_of: NaiveDate) -> bool {
        self.happened(self.course.terminated, as_of)
    }

    /// Whether it was suspended by `as_of`, and not ended.
    pub fn suspended(&self, as_of: NaiveDate) -> bool {
        !self.terminated(as_of) && self.happened(self.course.suspended, as_of)
    }

    /// Facts of which only the month is known, with the cut-off within it: they do not count yet.
    pub fn unsure(&self, as_of: NaiveDate) -> Vec<&'static str> {
        let course = &self.course;
        let facts = [
            ("备案", course.filed),
            ("落地", course.landed),
            ("开工", course.started),
            ("投产", course.producing),
        ];
        let unsure = facts
            .into_iter()
            .filter(|(_, on)| Happened::by_if(*on, as_of, course.recorded_on) == Happened::Unsure);
        unsure.map(|(label, _)| label).collect()
    }
}

/// The columns, in the order of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// 签约.
    Signed,
    /// 备案.
    Filed,
    /// 到资.
    Funded,
    /// 开工.
    Started,
    /// 投产.
    Producing,
}

impl Column {
    /// Every column.
    pub const ALL: [Self; 5] = [
        Self::Signed,
        Self::Filed,
        Self::Funded,
        Self::Started,
        Self::Producing,
    ];

    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Filed => "filed",
            Self::Funded => "funded",
            Self::Started => "started",
            Self::Producing => "producing",
        }
    }

    /// The column of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Signed => "签约",
            Self::Filed => "备案",
            Self::Funded => "到资",
            Self::Started => "开工",
            Self::Producing => "投产",
        }
    }

    /// What the column's amounts are.
    pub const fn amount_label(self) -> &'static str {
        match self {
            Self::Funded => "到位资金",
            _ => "签约额",
        }
    }
}

/// What the rows of a board are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// 活动.
    Event,
    /// 签约年度.
    Year,
    /// 企业.
    Enterprise,
    /// 产业.
    Industry,
    /// 签约层级.
    Level,
    /// 签约种类.
    Kind,
    /// 外资 or not.
    Capital,
    /// 县（市、区）.
    District,
}

impl Group {
    /// Every one, in the order of the choice.
    pub const ALL: [Self; 8] = [
        Self::Event,
        Self::Year,
        Self::Enterprise,
        Self::Industry,
        Self::Level,
        Self::Kind,
        Self::Capital,
        Self::District,
    ];

    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Year => "year",
            Self::Enterprise => "enterprise",
            Self::Industry => "industry",
            Self::Level => "level",
            Self::Kind => "kind",
            Self::Capital => "capital",
            Self::District => "district",
        }
    }

    /// The one of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Event => "活动与走访",
            Self::Year => "签约年度",
            Self::Enterprise => "企业",
            Self::Industry => "产业",
            Self::Level => "签约层级",
            Self::Kind => "签约种类",
            Self::Capital => "资本",
            Self::District => "县（市、区）",
        }
    }

    /// The row a signing of a project belongs to, as it counts for `unit`.
    pub fn key(self, case: &Case, signed: &Signed, unit: UnitId) -> Key {
        let signing = &signed.signing;
        match self {
            Self::Event => match signed.event {
                Some(event) => Key::Event(event),
                None => Key::text(&names::key(&signing.event)),
            },
            Self::Year => Key::Year(signing.on.earliest().year()),
            Self::Enterprise => Key::Unit(unit),
            Self::Industry => Key::text(&case.industry),
            Self::Level => Key::Level(signing.level),
            Self::Kind => Key::Kind(signing.kind),
            Self::Capital => Key::Foreign(case.foreign),
            Self::District => Key::text(&case.district),
        }
    }
}

/// What makes a row one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A known event.
    Event(EventId),
    /// A year.
    Year(i32),
    /// A unit.
    Unit(UnitId),
    /// Signed at this level.
    Level(SigningLevel),
    /// Signed so.
    Kind(SigningKind),
    /// With foreign capital, or without.
    Foreign(bool),
    /// A text: an event nobody has tied yet, an industry, a district.
    Text(String),
    /// Nothing was said.
    Nothing,
}

impl Key {
    fn text(text: &str) -> Self {
        if text.is_empty() {
            Self::Nothing
        } else {
            Self::Text(text.to_owned())
        }
    }

    /// As it stands in addresses.
    pub fn word(&self) -> String {
        match self {
            Self::Event(event) => format!("e{event}"),
            Self::Year(year) => format!("y{year}"),
            Self::Unit(unit) => format!("u{unit}"),
            Self::Level(level) => format!("l-{}", level.word()),
            Self::Kind(kind) => format!("k-{}", kind.word()),
            Self::Foreign(foreign) => if *foreign { "foreign" } else { "other" }.to_owned(),
            Self::Text(text) => format!("t-{text}"),
            Self::Nothing => "none".to_owned(),
        }
    }
}

/// Which signings and projects a board is made of.
#[derive(Debug, Clone, Default)]
pub struct Population {
    /// Signings of this kind only; the rules then see only these.
    pub kind: Option<SigningKind>,
    /// Signings made in this year only; the rules see the others too.
    pub year: Option<i32>,
    /// Signings at these levels only; the rules see the others too. Empty: all.
    pub levels: Vec<SigningLevel>,
    /// Projects that count for this unit only.
    pub unit: Option<UnitId>,
    /// Projects that count for these units only, as far as somebody sees; one of theirs that counts for others is told as
    /// left out.
    pub within: Option<BTreeSet<UnitId>>,
    /// With foreign capital only, or without.
    pub foreign: Option<bool>,
    /// With an investor of this ownership only.
    pub owner: Option<Ownership>,
    /// With 温商 only.
    pub wenshang: bool,
    /// Without projects that have ended.
    pub without_terminated: bool,
}

impl Population {
    fn takes_case(&self, case: &Case, as_of: NaiveDate) -> bool {
        self.foreign.is_none_or(|foreign| foreign == case.foreign)
            && self.owner.is_none_or(|owner| case.owners.contains(&owner))
            && (!self.wenshang || case.wenshang)
            && !(self.without_terminated && case.terminated(as_of))
    }

    fn takes_signing(&self, signing: &Signing) -> bool {
        self.year
            .is_none_or(|year| year == signing.on.earliest().year())
            && (self.levels.is_empty() || self.levels.contains(&signing.level))
    }
}

/// A signing that counts, or was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The place of its project among the cases.
    pub case: usize,
    /// Its place among the project's signings.
    pub signing: usize,
    /// The unit it counts for.
    pub unit: UnitId,
    /// Whether the project itself counts for this unit; of a shared one the others have their part of the money only.
    pub lead: bool,
    /// Its row.
    pub key: Key,
    /// What became of it.
    pub outcome: Outcome,
    /// What it counts; none where no amount in RMB is known.
    pub amount: Option<Money>,
    /// This unit's part of the project's funds in place; told where the project counts, 0 elsewhere.
    pub funds: Money,
}

impl Line {
    /// Whether the project itself counts here.
    pub const fn counts_project(&self) -> bool {
        self.lead && self.outcome.counts_project()
    }
}

/// What stands in one place of the board.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cell {
    /// Projects.
    pub projects: i64,
    /// Their amount in RMB.
    pub amount: Money,
    /// Signings of which no amount in RMB is known: they count as projects only.
    pub unpriced: i64,
}

impl std::ops::AddAssign for Cell {
    fn add_assign(&mut self, other: Self) {
        self.projects += other.projects;
        self.amount = self.amount + other.amount;
        self.unpriced += other.unpriced;
    }
}

/// A signing left out, with its rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Why.
    pub rule: Rule,
    /// Which.
    pub line: Line,
}

/// The lines of a board, or of a portion of its projects.
#[derive(Debug, Clone)]
pub struct Cohort {
    /// The projects.
    pub cases: Vec<Case>,
    /// The cut-off.
    pub as_of: NaiveDate,
    /// What counts.
    pub lines: Vec<Line>,
    /// What was left out by a rule.
    pub left: Vec<Left>,
}

impl Cohort {
    /// The lines of what `population` takes of `cases`, in rows by `group`, as of the end of `as_of`.
    pub fn of(cases: Vec<Case>, population: &Population, group: Group, as_of: NaiveDate) -> Self {
        let (mut lines, mut left) = (Vec::new(), Vec::new());
        for (at, case) in cases.iter().enumerate() {
            if !population.takes_case(case, as_of) {
                continue;
            }
            let taken = |one: &Signing| population.kind.is_none_or(|kind| kind == one.kind);
            let parts = case.parts();
            let within = |unit: &UnitId| {
                let within = population.within.as_ref();
                within.is_none_or(|all| all.contains(unit))
            };
            let wanted =
                |unit: UnitId| population.unit.is_none_or(|one| one == unit) && within(&unit);
            let elsewhere = !parts.iter().any(|(unit, _)| within(unit));
            for counted in case.counted(taken, as_of) {
                let signed = &case.signings[counted.at];
                if !population.takes_signing(&signed.signing) {
                    continue;
                }
                let line = |unit, lead, outcome: Outcome| Line {
                    case: at,
                    signing: counted.at,
                    unit,
                    lead,
                    key: group.key(case, signed, unit),
                    outcome,
                    amount: if outcome.counts() {
                        counted.amount.map(|amount| case.part_of(amount, unit))
                    } else {
                        Some(Money::ZERO)
                    },
                    funds: if outcome.counts_project() {
                        case.part_of(case.funds, unit)
                    } else {
                        Money::ZERO
                    },
                };
                let rule = match counted.outcome {
                    Outcome::Left(rule) => Some(rule),
                    _ if elsewhere => Some(Rule::Shared),
                    _ => None,
                };
                let Some(rule) = rule else {
                    let parts = parts.iter().filter(|(unit, _)| wanted(*unit));
                    lines.extend(parts.map(|(unit, lead)| line(*unit, *lead, counted.outcome)));
                    continue;
                };
                let lead = parts.iter().find(|(_, lead)| *lead);
                let unit = lead.map(|(unit, _)| *unit).filter(within);
                let unit = unit.unwrap_or(case.unit);
                if wanted(unit) {
                    let line = line(unit, true, Outcome::Left(rule));
                    left.push(Left { rule, line });
                }
            }
        }
        Self {
            cases,
            as_of,
            lines,
            left,
        }
    }

    /// What a line brings to a column; none where its project is not that far.
    pub fn cell(&self, line: &Line, column: Column) -> Option<Cell> {
        let case = &self.cases[line.case];
        let course = &case.course;
        let projects = i64::from(line.counts_project());
        let reached = match column {
            Column::Signed => true,
            Column::Filed => case.happened(course.filed, self.as_of),
            // A project's funds are told once, where the project counts.
            Column::Funded => {
                let there = line.outcome.counts_project() && case.funds > Money::ZERO;
                return there.then_some(Cell {
                    projects,
                    amount: line.funds,
                    unpriced: 0,
                });
            }
            Column::Started => case.happened(course.started, self.as_of),
            Column::Producing => case.happened(course.producing, self.as_of),
        };
        reached.then(|| Cell {
            projects,
            amount: line.amount.unwrap_or(Money::ZERO),
            unpriced: i64::from(line.lead && line.amount.is_none()),
        })
    }

    /// The lines behind one place of the board; of every row where none is named.
    pub fn behind(&self, key: Option<&Key>, column: Column) -> Vec<(&Line, Cell)> {
        let lines = self
            .lines
            .iter()
            .filter(|line| key.is_none_or(|key| *key == line.key));
        lines
            .filter_map(|line| self.cell(line, column).map(|cell| (line, cell)))
            .collect()
    }

    /// The lines in which projects themselves count, of a row, or of every row where none is named: what rates are made of.
    pub fn members(&self, key: Option<&Key>) -> Vec<&Line> {
        let lines = self
            .lines
            .iter()
            .filter(|line| line.outcome.counts_project() && key.is_none_or(|key| *key == line.key));
        lines.collect()
    }
}
