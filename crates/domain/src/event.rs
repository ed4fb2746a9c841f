//! Events at which projects are signed (招商活动) and leaders' visits to 温商 (走访对接), §3; notice 三（一）: “对今年以来市委、
//! 市政府领导走访对接的温商项目，以及在上海现代服务业交流会、香港投资合作周、浙洽会等专题招商活动中的签约项目”.
//!
//! Visits between enterprises belong to the central-SOE cooperation ([`crate::cooperation`]).

use std::collections::BTreeMap;

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use crate::{EventId, dates, names, partial_date::PartialDate, person::Invalid, project::Signing};

/// What kind of occasion it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// 专题招商活动.
    Activity,
    /// 领导走访对接温商.
    Visit,
}

impl EventKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Activity, Self::Visit];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Visit => "visit",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Activity => "招商活动",
            Self::Visit => "领导走访",
        }
    }
}

/// What is said of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventFields {
    /// What kind.
    pub kind: EventKind,
    /// Its name, unique in the authority.
    pub name: String,
    /// Where.
    #[serde(default)]
    pub place: String,
    /// Its first day, or the month of it.
    pub from: PartialDate,
    /// Its last day; none when it is the first.
    #[serde(default)]
    pub to: Option<PartialDate>,
    /// Who led it.
    #[serde(default)]
    pub led_by: String,
    /// Remarks.
    #[serde(default)]
    pub note: String,
}

impl EventFields {
    /// As it is stored.
    pub fn tidied(self) -> Self {
        Self {
            name: names::tidy(&self.name),
            place: names::tidy(&self.place),
            led_by: names::tidy(&self.led_by),
            note: names::tidy_text(&self.note),
            to: self.to.filter(|to| *to != self.from),
            ..self
        }
    }

    /// Checks what would be saved. An event may lie ahead.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        if self.name.is_empty() {
            invalid.add("name", "请填写名称，例如 2017浙洽会");
        }
        for (field, label, text, most) in [
            ("name", "名称", &self.name, 100),
            ("place", "地点", &self.place, 100),
            ("led_by", "带队领导", &self.led_by, 100),
            ("note", "备注", &self.note, 500),
        ] {
            if text.chars().count() > most {
                invalid.add(field, format!("{label}请控制在{most}字以内"));
            } else if text.chars().any(|c| c.is_control() && c != '\n') {
                let why = format!("{label}里有看不见的控制字符，请删去后重填");
                invalid.add(field, why);
            }
        }
        if self.to.is_some_and(|to| to.latest() < self.from.earliest()) {
            invalid.add("to", "结束日期早于开始日期，请核对");
        }
        invalid.into_result()
    }

    /// The last day it can have been.
    pub fn ends(&self) -> chrono::NaiveDate {
        self.to.map_or(self.from.latest(), PartialDate::latest)
    }

    /// `2017-06-08 至 2017-06-12`.
    pub fn dates(&self) -> String {
        self.to.map_or_else(
            || self.from.to_string(),
            |to| format!("{} 至 {to}", self.from),
        )
    }

    /// Whether a signing may have been made while it lasted. One that was not is shown with a doubt; nothing is changed.
    pub fn covers(&self, on: PartialDate) -> bool {
        on.latest() >= self.from.earliest() && on.earliest() <= self.ends()
    }
}

/// A spelling of signings that the officer tied to an event: of one year, or of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spelling {
    /// As it was written.
    pub text: String,
    /// Signings of this year only; none: of every year.
    pub year: Option<i32>,
    /// Which event it means.
    pub event: EventId,
}

impl Spelling {
    /// Checks what would be tied.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(text: &str, year: Option<i32>) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        if names::key(text).is_empty() || text.chars().count() > 100 {
            invalid.add("text", "请选择要归并的写法");
        }
        if year.is_some_and(|year| !dates::YEARS.contains(&year)) {
            invalid.add("year", "年度请填四位数字，例如 2017；不填则各年都归并");
        }
        invalid.into_result()
    }
}

/// Which event a signing's text means: one tied for its year, one tied for all, else the event that bears that very
/// name. Anything else means none; likeness is never taken for sameness.
#[derive(Debug, Clone, Default)]
pub struct Names {
    ties: BTreeMap<(String, Option<i32>), EventId>,
    names: BTreeMap<String, EventId>,
}

impl Names {
    /// Of these spellings and events.
    pub fn of<'a>(
        spellings: impl IntoIterator<Item = &'a Spelling>,
        events: impl IntoIterator<Item = (EventId, &'a str)>,
    ) -> Self {
        let tie = |one: &Spelling| ((names::key(&one.text), one.year), one.event);
        Self {
            ties: spellings.into_iter().map(tie).collect(),
            names: events
                .into_iter()
                .map(|(id, name)| (names::key(name), id))
                .collect(),
        }
    }

    /// The event of a signing.
    pub fn event(&self, signing: &Signing) -> Option<EventId> {
        self.event_of(&signing.event, signing.on.earliest().year())
    }

    /// The event of a text written in a year.
    pub fn event_of(&self, text: &str, year: i32) -> Option<EventId> {
        let key = names::key(text);
        if key.is_empty() {
            return None;
        }
        let tied = |year| self.ties.get(&(key.clone(), year));
        tied(Some(year))
            .or_else(|| tied(None))
            .or_else(|| self.names.get(&key))
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(from: &str, to: Option<&str>) -> EventFields {
        EventFields {
            kind: EventKind::Activity,
            name: " 2017浙洽会 ".into(),
            place: "宁波".into(),
            from: from.parse().unwrap(),
            to: to.map(|to| to.parse().unwrap()),
            led_by: String::new(),
            note: String::new(),
        }
        .tidied()
    }

    #[test]
    fn it_ends_after_it_begins() {
        assert!(fields("2017-06-08", Some("2017-06-12")).check().is_ok());
        assert!(
            fields("2017-06-08", Some("2017-06")).check().is_ok(),
            "some day of that month"
        );
        let wrong = fields("2017-06-08", Some("2017-05")).check().unwrap_err();
        assert!(wrong.first("to").is_some());
        assert_eq!(fields("2017-06", Some("2017-06")).to, None);
        assert_eq!(fields("2017-06", None).dates(), "2017-06");
    }

    #[test]
    fn a_signing_outside_its_days_is_in_doubt() {
        let event = fields("2017-06-08", Some("2017-06-12"));
        let covers = |on: &str| event.covers(on.parse().unwrap());
        assert!(covers("2017-06-08") && covers("2017-06-12") && covers("2017-06"));
        assert!(!covers("2017-06-13") && !covers("2017-05"));
    }

    #[test]
    fn a_text_means_what_somebody_said_or_what_bears_its_name() {
        let tie = |text: &str, year, event| Spelling {
            text: text.into(),
            year,
            event: EventId(event),
        };
        let ties = [
            tie("浙洽会", Some(2016), 1),
            tie("浙洽会", None, 2),
            tie("宁波会", None, 2),
        ];
        let events = [(EventId(3), "香港投资合作周"), (EventId(2), "2017浙洽会")];
        let names = Names::of(&ties, events);
        assert_eq!(names.event_of("浙 洽会", 2016), Some(EventId(1)));
        assert_eq!(names.event_of("浙洽会", 2017), Some(EventId(2)));
        assert_eq!(names.event_of("２０１７浙洽会", 2017), Some(EventId(2)));
        assert_eq!(
            names.event_of("香港周", 2017),
            None,
            "likeness is no sameness"
        );
        assert_eq!(names.event_of(" ", 2017), None);
    }
}
