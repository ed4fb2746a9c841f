//! The four rates (§3): 落地率 = landed / formally signed; 资金到位率 = funds in place / contracted; 开工率; 投产率 — of
//! the projects that count in a cohort.
//!
//! 开工率 and 投产率 are shares of the formally signed ones as well 【推定】. Projects that were suspended or have ended
//! stay in the denominators: a signature without a project must not make a rate better. What they had reached before
//! counts.

use super::{Cohort, Line};
use crate::{Money, Rate};

/// One of the four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RateKind {
    /// 落地率.
    Landing,
    /// 资金到位率.
    Funds,
    /// 开工率.
    Start,
    /// 投产率.
    Production,
}

impl RateKind {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Landing, Self::Funds, Self::Start, Self::Production];

    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Landing => "landing",
            Self::Funds => "funds",
            Self::Start => "start",
            Self::Production => "production",
        }
    }

    /// The rate of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Landing => "落地率",
            Self::Funds => "资金到位率",
            Self::Start => "开工率",
            Self::Production => "投产率",
        }
    }

    /// What stands above the line.
    pub const fn upper(self) -> &'static str {
        match self {
            Self::Landing => "已落地（项目公司已登记）",
            Self::Funds => "到位资金（已认定）",
            Self::Start => "已开工",
            Self::Production => "已投产",
        }
    }

    /// What stands below it.
    pub const fn lower(self) -> &'static str {
        match self {
            Self::Funds => "正式签约额",
            _ => "正式签约项目",
        }
    }

    /// Whether it compares amounts; the others compare numbers of projects.
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Funds)
    }

    /// What a line's project brings above and below the line: projects, or 分. None where it is in neither. Of a shared
    /// project the number counts for the unit that leads, the money by the shares.
    pub fn parts(self, cohort: &Cohort, line: &Line) -> Option<(i64, i64)> {
        let (case, as_of) = (&cohort.cases[line.case], cohort.as_of);
        if !case.formally_signed(as_of) {
            return None;
        }
        let one = |there: bool| line.lead.then(|| (i64::from(there), 1));
        match self {
            Self::Landing => one(case.landed(as_of)),
            Self::Start => one(case.happened(case.course.started, as_of)),
            Self::Production => one(case.happened(case.course.producing, as_of)),
            Self::Funds => case.contracted(as_of).map(|contracted| {
                let contracted = case.part_of(contracted, line.unit);
                (line.funds.fen(), contracted.fen())
            }),
        }
    }
}

/// A rate with what it is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ratio {
    /// Above the line: projects, or 分.
    pub upper: i64,
    /// Below it.
    pub lower: i64,
    /// Formally signed projects left out on both sides, as no amount in RMB is known.
    pub unknown: i64,
}

impl std::ops::AddAssign for Ratio {
    fn add_assign(&mut self, other: Self) {
        self.upper = self.upper.saturating_add(other.upper);
        self.lower = self.lower.saturating_add(other.lower);
        self.unknown += other.unknown;
    }
}

impl Ratio {
    /// The rate of the projects of some lines of `cohort` ([`Cohort::members`]).
    pub fn of<'a>(
        kind: RateKind,
        cohort: &Cohort,
        lines: impl IntoIterator<Item = &'a Line>,
    ) -> Self {
        let mut ratio = Self::default();
        for line in lines {
            match kind.parts(cohort, line) {
                Some((upper, lower)) => {
                    ratio.upper = ratio.upper.saturating_add(upper);
                    ratio.lower = ratio.lower.saturating_add(lower);
                }
                None if line.lead && cohort.cases[line.case].formally_signed(cohort.as_of) => {
                    ratio.unknown += 1;
                }
                None => {}
            }
        }
        ratio
    }

    /// The rate; none when nothing is below the line.
    pub fn rate(self) -> Option<Rate> {
        Rate::new(i128::from(self.upper), i128::from(self.lower))
    }

    /// `66.67%`, or — when nothing is below the line.
    pub fn print(self) -> String {
        self.rate()
            .map_or_else(|| "—".to_owned(), |rate| format!("{}%", rate.pct()))
    }

    /// One side in words: a number of projects, or 万元.
    pub fn side(kind: RateKind, value: i64) -> String {
        if kind.is_money() {
            Money::from_fen(value).wan_exact()
        } else {
            value.to_string()
        }
    }
}
