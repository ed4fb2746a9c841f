//! What a board is asked for, as it stands in an address: the page, its lists, the file and the API read the same words.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use domain::{
    UnitId,
    cohort::{Column, Group, Population, Rule, rates::RateKind},
    dates,
    person::Invalid,
    project::{Ownership, SigningKind, SigningLevel},
};

use crate::projects::When;

/// Capitals to choose from: word and words for users.
pub const CAPITALS: [(&str, &str); 6] = [
    ("foreign", "外资"),
    ("other", "非外资"),
    ("central", "央企参与"),
    ("provincial", "省企参与"),
    ("private", "民企参与"),
    ("wenshang", "温商参与"),
];

/// Levels to choose from.
pub const LEVELS: [(&str, &str); 4] = [
    ("both", "省市级"),
    ("provincial", "省级"),
    ("city", "市级"),
    ("other", "其他"),
];

/// What a board is asked for.
#[derive(Debug, Clone)]
pub struct CohortQuery {
    /// At which times.
    pub when: When,
    /// What its rows are.
    pub group: Group,
    /// Of which signings and projects.
    pub population: Population,
    /// What one number of it is made of, where that is asked.
    pub pick: Option<Pick>,
    /// Which page of that, from 1.
    pub page: usize,
    /// The address it was read from, without what is picked: for links and forms.
    pub pairs: Vec<(String, String)>,
}

/// One number of a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// What stands in a column, of a row or of all.
    Cell {
        /// The row's word; none for the total.
        row: Option<String>,
        /// The column.
        column: Column,
    },
    /// What a rule left out.
    Left(Rule),
    /// A side of a rate, of a row or of all.
    Rate {
        /// The row's word; none for the total.
        row: Option<String>,
        /// Which rate.
        kind: RateKind,
        /// Above the line, below it, or left out on both sides.
        side: Side,
    },
}

/// A side of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Above the line.
    Upper,
    /// Below it.
    Lower,
    /// On neither, as no amount in RMB is known.
    Unknown,
}

impl Side {
    /// Every side.
    pub const ALL: [Self; 3] = [Self::Upper, Self::Lower, Self::Unknown];

    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Upper => "upper",
            Self::Lower => "lower",
            Self::Unknown => "unknown",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

impl CohortQuery {
    /// Reads the parameters of an address; blank ones ask nothing. `group` is what the rows are where nobody says.
    ///
    /// # Errors
    /// [`Invalid`] by parameter.
    pub fn parse(pairs: &[(String, String)], group: Group) -> Result<Self, Invalid> {
        let mut reading = Reading::of(group);
        for (name, value) in pairs {
            let value = value.trim();
            if !reading.seen.insert(name.clone()) {
                reading
                    .invalid
                    .add(name, format!("参数“{name}”写了两次，请只写一次"));
            } else if !value.is_empty() {
                reading.read(name, value);
            }
        }
        reading.finish()
    }

    /// The value of a parameter, for showing it in the form again.
    pub fn value(&self, name: &str) -> &str {
        let found = self.pairs.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    /// The parameters that say what is picked.
    pub fn picked(&self) -> Vec<(&'static str, String)> {
        let row = |row: &Option<String>| row.clone().map(|row| ("row", row));
        match &self.pick {
            None => Vec::new(),
            Some(Pick::Left(rule)) => vec![("left", rule.word().to_owned())],
            Some(Pick::Cell { row: at, column }) => {
                let column = ("column", column.word().to_owned());
                row(at).into_iter().chain([column]).collect()
            }
            Some(Pick::Rate {
                row: at,
                kind,
                side,
            }) => {
                let rate = ("rate", kind.word().to_owned());
                let side = ("side", side.word().to_owned());
                row(at).into_iter().chain([rate, side]).collect()
            }
        }
    }

    /// Whether anything is left out by a condition.
    pub fn is_filtered(&self) -> bool {
        let shown = ["as_of", "known_at", "by"];
        self.pairs
            .iter()
            .any(|(name, _)| !shown.contains(&name.as_str()))
    }
}

struct Reading {
    query: CohortQuery,
    seen: BTreeSet<String>,
    row: Option<String>,
    column: Option<Column>,
    rule: Option<Rule>,
    rate: Option<RateKind>,
    side: Option<Side>,
    invalid: Invalid,
}

impl Reading {
    fn of(group: Group) -> Self {
        Self {
            query: CohortQuery {
                when: When::default(),
                group,
                population: Population::default(),
                pick: None,
                page: 1,
                pairs: Vec::new(),
            },
            seen: BTreeSet::new(),
            row: None,
            column: None,
            rule: None,
            rate: None,
            side: None,
            invalid: Invalid::default(),
        }
    }

    fn read(&mut self, name: &str, value: &str) {
        if !matches!(name, "row" | "column" | "left" | "rate" | "side" | "page") {
            self.query.pairs.push((name.to_owned(), value.to_owned()));
        }
        let population = &mut self.query.population;
        match name {
            "as_of" => {
                self.query.when.as_of = day(value);
                self.refuse_unless(
                    self.query.when.as_of.is_some(),
                    name,
                    "截止日期请写成 2017-10-31 这样的真实日期",
                );
            }
            "known_at" => {
                let day = day(value).map(dates::end_of_day);
                let exact = chrono::DateTime::parse_from_rfc3339(value).ok();
                let at = exact.map(|at| at.to_utc()).or(day);
                let at = at.filter(|at| dates::YEARS.contains(&at.year()));
                self.query.when.known_at = at;
                self.refuse_unless(
                    at.is_some(),
                    name,
                    "数据时点请写成 2017-11-24 或 2017-11-24T09:00:00Z",
                );
            }
            "by" => match Group::from_word(value) {
                Some(group) => self.query.group = group,
                None => self.unknown(name),
            },
            "unit" => {
                population.unit = value.parse().ok().map(UnitId);
                let there = population.unit.is_some();
                self.refuse_unless(there, name, "单位请从名录里选择");
            }
            "kind" => {
                population.kind = SigningKind::from_word(value);
                let there = population.kind.is_some();
                self.refuse_unless(there, name, "签约种类请从列表里选择");
            }
            "year" => {
                let year = value
                    .parse()
                    .ok()
                    .filter(|year| dates::YEARS.contains(year));
                population.year = year;
                self.refuse_unless(year.is_some(), name, "年度请填四位数字，例如 2017");
            }
            "level" => match value {
                "both" => population.levels = vec![SigningLevel::Provincial, SigningLevel::City],
                word => match SigningLevel::from_word(word) {
                    Some(level) => population.levels = vec![level],
                    None => self.unknown(name),
                },
            },
            "capital" => match value {
                "foreign" => population.foreign = Some(true),
                "other" => population.foreign = Some(false),
                "wenshang" => population.wenshang = true,
                "central" => population.owner = Some(Ownership::Central),
                "provincial" => population.owner = Some(Ownership::Provincial),
                "private" => population.owner = Some(Ownership::Private),
                _ => self.unknown(name),
            },
            "terminated" => match value {
                "with" => {}
                "without" => population.without_terminated = true,
                _ => self.unknown(name),
            },
            "row" => self.row = Some(value.to_owned()),
            "column" => {
                self.column = Column::from_word(value);
                self.refuse_unless(self.column.is_some(), name, "没有这一栏");
            }
            "left" => {
                self.rule = Rule::from_word(value);
                self.refuse_unless(self.rule.is_some(), name, "没有这条规则");
            }
            "rate" => {
                self.rate = RateKind::from_word(value);
                self.refuse_unless(self.rate.is_some(), name, "没有这项比率");
            }
            "side" => {
                self.side = Side::from_word(value);
                self.refuse_unless(self.side.is_some(), name, "请写 upper、lower 或 unknown");
            }
            "page" => {
                let page = value
                    .parse()
                    .ok()
                    .filter(|page| (1..=1_000_000).contains(page));
                self.query.page = page.unwrap_or(1);
                self.refuse_unless(page.is_some(), name, "页码请填正整数");
            }
            _ => {
                let why = format!(
                    "没有“{name}”这个参数，可用：as_of、known_at、by、unit、kind、year、level、capital、terminated、row、column、left、rate、side、page"
                );
                self.invalid.add(name, why);
            }
        }
    }

    fn refuse_unless(&mut self, fine: bool, name: &str, why: &str) {
        if !fine {
            self.invalid.add(name, why);
        }
    }

    fn unknown(&mut self, name: &str) {
        let label = match name {
            "by" => "按什么分行",
            "level" => "签约层级",
            "capital" => "资本",
            "terminated" => "已终止项目",
            _ => "这一项",
        };
        self.invalid.add(name, format!("“{label}”请从列表里选择"));
    }

    fn finish(mut self) -> Result<CohortQuery, Invalid> {
        let row = self.row;
        self.query.pick = match (self.column, self.rule, self.rate) {
            (Some(column), None, None) => Some(Pick::Cell { row, column }),
            (None, Some(rule), None) => Some(Pick::Left(rule)),
            (None, None, Some(kind)) => Some(Pick::Rate {
                row,
                kind,
                side: self.side.unwrap_or(Side::Upper),
            }),
            (None, None, None) => None,
            _ => {
                let why = "column、left、rate 只能写一个";
                self.invalid.add("column", why);
                None
            }
        };
        self.invalid.into_result()?;
        Ok(self.query)
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    let day: NaiveDate = (text.len() == 10).then(|| text.parse().ok()).flatten()?;
    dates::YEARS.contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<CohortQuery, Invalid> {
        let owned: Vec<(String, String)> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        CohortQuery::parse(&owned, Group::Event)
    }

    #[test]
    fn an_address_says_what_is_asked() {
        let query = parse(&[
            ("by", "enterprise"),
            ("as_of", "2017-10-31"),
            ("level", "both"),
            ("capital", "foreign"),
            ("rate", "funds"),
            ("side", "lower"),
            ("unit", " "),
        ])
        .unwrap();
        assert_eq!(query.group, Group::Enterprise);
        assert_eq!(query.population.levels.len(), 2);
        let pick = Pick::Rate {
            row: None,
            kind: RateKind::Funds,
            side: Side::Lower,
        };
        assert_eq!(query.pick, Some(pick));
        assert_eq!(
            query.pairs.len(),
            4,
            "what is picked is no part of the board's address"
        );
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_name() {
        for (name, value) in [
            ("as_of", "2017-02-29"),
            ("as_of", "1917-02-01"),
            ("by", "colour"),
            ("unit", "城投"),
            ("kind", "oral"),
            ("year", "17"),
            ("level", "national"),
            ("capital", "gold"),
            ("terminated", "maybe"),
            ("column", "landed"),
            ("left", "?"),
            ("page", "0"),
            ("yaer", "2017"),
        ] {
            let invalid = parse(&[(name, value)]).unwrap_err();
            assert!(invalid.first(name).is_some(), "{name}={value}");
        }
        assert!(parse(&[("by", "year"), ("by", "event")]).is_err());
        assert!(parse(&[("column", "signed"), ("rate", "funds")]).is_err());
    }
}
