//! Reminders: when somebody is told that something is due (§2), and when he wants to be left alone.
//!
//! A reminder belongs to one person, one obligation, one due day and one [`Stage`]. At any moment exactly one stage is
//! the present one; what is made is always the present stage and never an earlier one. Hence:
//!
//! - a clock that jumps ahead over several stages makes one reminder, of the stage it arrives at: nobody is told
//!   “7 days left” when two are left, and nobody is left untold;
//! - a clock that jumps back makes nothing: a later stage was made already ([`Stage::offset`] only grows);
//! - a due day that is moved begins anew, because it is part of what a reminder belongs to.
//!
//! Days are days in Shanghai, whatever the host's zone.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::{Instant, dates, person::Invalid};

/// Overdue reminders are repeated for so many days; the officer's pages go on telling.
const OVERDUE_MOST: i64 = 60;
/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// A kind of stage: what rules and opt-outs are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// 提前7天.
    Week,
    /// 提前3天.
    Three,
    /// 截止当天.
    Today,
    /// 逾期.
    Overdue,
}

impl StageKind {
    /// Every kind, in the order in which they come.
    pub const ALL: [Self; 4] = [Self::Week, Self::Three, Self::Today, Self::Overdue];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Three => "three",
            Self::Today => "today",
            Self::Overdue => "overdue",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The words for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Week => "提前7天",
            Self::Three => "提前3天",
            Self::Today => "截止当天",
            Self::Overdue => "逾期",
        }
    }
}

/// One stage of reminding: the day, counted from the due day, on which it begins. It lasts until the next one does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stage(i64);

impl Stage {
    /// The present stage of something due on `due_on`; none while it is further off than the first stage that is wanted.
    pub fn current(due_on: NaiveDate, today: NaiveDate, rules: &ReminderRules) -> Option<Self> {
        let days = (today - due_on).num_days();
        rules.offsets().filter(|at| *at <= days).last().map(Self)
    }

    /// The first stage that begins after `today`, with the day on which it does.
    pub fn next(
        due_on: NaiveDate,
        today: NaiveDate,
        rules: &ReminderRules,
    ) -> Option<(Self, NaiveDate)> {
        let days = (today - due_on).num_days();
        let at = rules.offsets().find(|at| *at > days)?;
        let day = due_on.checked_add_signed(TimeDelta::days(at))?;
        Some((Self(at), day))
    }

    /// Days from the due day to its beginning: -7, -3, 0, 1 and on.
    pub const fn offset(self) -> i64 {
        self.0
    }

    /// The stage that begins so many days after the due day.
    pub const fn of_offset(offset: i64) -> Self {
        Self(offset)
    }

    /// Of which kind it is.
    pub const fn kind(self) -> StageKind {
        match self.0 {
            ..=-4 => StageKind::Week,
            -3..=-1 => StageKind::Three,
            0 => StageKind::Today,
            _ => StageKind::Overdue,
        }
    }

    /// The words for users: `提前7天`, `逾期第8天`.
    pub fn label(self) -> String {
        match self.kind() {
            StageKind::Overdue => format!("逾期第{}天", self.0),
            kind => kind.label().to_owned(),
        }
    }
}

/// What an authority's officer set for reminders. None of it is in the notice: 【推定】.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReminderRules {
    /// Stages that are reminded of at all.
    pub stages: BTreeSet<StageKind>,
    /// Overdue is repeated every so many days.
    pub overdue_every: i64,
    /// Stages nobody can switch off in the inbox.
    pub mandatory_inbox: BTreeSet<StageKind>,
    /// Stages nobody with an address can switch off by e-mail.
    pub mandatory_email: BTreeSet<StageKind>,
    /// Stages told to the DingTalk group, where there is a robot.
    pub dingtalk: BTreeSet<StageKind>,
}

impl Default for ReminderRules {
    fn default() -> Self {
        use StageKind::{Overdue, Three, Today};
        Self {
            stages: StageKind::ALL.into(),
            overdue_every: 7,
            mandatory_inbox: [Today, Overdue].into(),
            mandatory_email: BTreeSet::new(),
            dingtalk: [Three, Today, Overdue].into(),
        }
    }
}

impl ReminderRules {
    /// Checks them.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        if self.stages.is_empty() {
            invalid.add("stages", "请至少选择一个提醒时点");
        }
        if !(1..=30).contains(&self.overdue_every) {
            invalid.add("overdue_every", "逾期后每隔几天再提醒，请填1到30的整数");
        }
        for (field, chosen) in [
            ("mandatory_inbox", &self.mandatory_inbox),
            ("mandatory_email", &self.mandatory_email),
            ("dingtalk", &self.dingtalk),
        ] {
            if !chosen.is_subset(&self.stages) {
                invalid.add(field, "只能选择上面已选的提醒时点");
            }
        }
        invalid.into_result()
    }

    /// The days, counted from the due day, on which stages begin, in their order.
    fn offsets(&self) -> impl Iterator<Item = i64> {
        let has = |kind| self.stages.contains(&kind);
        let before = [
            (-7, StageKind::Week),
            (-3, StageKind::Three),
            (0, StageKind::Today),
        ];
        let every = usize::try_from(self.overdue_every.max(1)).unwrap_or(1);
        let after = (1..=OVERDUE_MOST)
            .step_by(every)
            .take_while(move |_| has(StageKind::Overdue));
        before
            .into_iter()
            .filter(move |(_, kind)| has(*kind))
            .map(|(at, _)| at)
            .chain(after)
    }
}

/// How a person wants to be reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// In the inbox of the product.
    pub inbox: bool,
    /// By e-mail, where there is an address.
    pub email: bool,
    /// Once a day at this minute of the day, everything in one mail; none: each at once.
    pub digest_at: Option<i64>,
    /// No mail from the first to the second minute of the day, which may be past midnight.
    pub quiet: Option<(i64, i64)>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            inbox: true,
            email: true,
            digest_at: None,
            quiet: Some((21 * 60, 8 * 60)),
        }
    }
}

impl Preferences {
    /// Checks them.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        if let Some((from, to)) = self.quiet {
            if from == to {
                invalid.add("quiet_to", "免打扰的起止时间不能相同；不需要免打扰请都留空");
            } else if self.digest_at.is_some_and(|at| in_quiet((from, to), at)) {
                invalid.add("digest_at", "汇总时间在免打扰时段内，请改为时段以外的时间");
            }
        }
        invalid.into_result()
    }

    /// Whether the inbox shows a reminder of this kind.
    pub fn wants_inbox(&self, kind: StageKind, rules: &ReminderRules) -> bool {
        self.inbox || rules.mandatory_inbox.contains(&kind)
    }

    /// Whether a reminder of this kind goes out by e-mail.
    pub fn wants_email(&self, kind: StageKind, rules: &ReminderRules) -> bool {
        self.email || rules.mandatory_email.contains(&kind)
    }

    /// When a mail made at `now` is sent: with the next digest, or once it is no longer quiet. Where that would be after
    /// `due` while it is not yet due now, at once: a reminder that comes too late is worse than one at night.
    pub fn send_at(&self, now: Instant, due: Instant) -> Instant {
        let wanted = match (self.digest_at, self.quiet) {
            (Some(at), _) => next_at(now, at),
            (None, Some(quiet)) if in_quiet(quiet, minute_of_day(now)) => next_at(now, quiet.1),
            (None, _) => now,
        };
        if wanted > due && now <= due {
            now
        } else {
            wanted
        }
    }
}

fn minute_of_day(at: Instant) -> i64 {
    use chrono::Timelike;
    let wall = at.with_timezone(&dates::shanghai());
    i64::from(wall.hour()) * 60 + i64::from(wall.minute())
}

/// Whether a minute of the day is quiet; the end is not.
fn in_quiet((from, to): (i64, i64), minute: i64) -> bool {
    if from <= to {
        (from..to).contains(&minute)
    } else {
        minute >= from || minute < to
    }
}

/// The next moment, now included, at which it is this minute of the day in Shanghai.
fn next_at(now: Instant, minute: i64) -> Instant {
    let day = dates::day_in_shanghai(now);
    let midnight = dates::end_of_day(day) + TimeDelta::seconds(1) - TimeDelta::days(1);
    let today = midnight + TimeDelta::minutes(minute);
    if today >= now {
        today
    } else {
        today + TimeDelta::days(1)
    }
}

/// `08:30` as a minute of the day.
///
/// # Errors
/// The sentence that says what it should be.
pub fn read_minute(text: &str) -> Result<i64, String> {
    let wrong = || "请按“时:分”填写，例如 08:30".to_owned();
    let text = text.trim().replace('：', ":");
    let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
    let part = |text: &str, most: i64| {
        let digits =
            !text.is_empty() && text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse()
            .ok()
            .filter(|number| digits && (0..most).contains(number))
    };
    match (part(hour, 24), part(minute, 60)) {
        (Some(hour), Some(minute)) => Ok(hour * 60 + minute),
        _ => Err(wrong()),
    }
}

/// A minute of the day as `08:30`.
pub fn print_minute_of_day(minute: i64) -> String {
    let minute = minute.rem_euclid(DAY);
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// How long a message waits after its `attempts`th failure, the first being 1: a minute, doubled each time up to an
/// hour, up to a quarter longer by `chance` so that many do not come back at the same moment.
pub fn back_off(attempts: i64, chance: u64) -> TimeDelta {
    let doubled = 60 << (attempts - 1).clamp(0, 6);
    let seconds = i64::min(doubled, 3600);
    let extra = i64::try_from(chance % 1000).unwrap_or(0) * seconds / 4000;
    TimeDelta::seconds(seconds + extra)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn stage(today: &str) -> Option<i64> {
        let rules = ReminderRules::default();
        Stage::current(day("2017-12-15"), day(today), &rules).map(Stage::offset)
    }

    #[test]
    fn stages_come_in_their_order() {
        for (today, offset) in [
            ("2017-12-07", None),
            ("2017-12-08", Some(-7)),
            ("2017-12-11", Some(-7)),
            ("2017-12-12", Some(-3)),
            ("2017-12-14", Some(-3)),
            ("2017-12-15", Some(0)),
            ("2017-12-16", Some(1)),
            ("2017-12-22", Some(1)),
            ("2017-12-23", Some(8)),
            ("2018-02-13", Some(57)),
            ("2019-12-15", Some(57)),
        ] {
            assert_eq!(stage(today), offset, "{today}");
        }
        let next = |today| Stage::next(day("2017-12-15"), day(today), &ReminderRules::default());
        assert_eq!(next("2017-12-12"), Some((Stage(0), day("2017-12-15"))));
        assert_eq!(next("2017-12-01").unwrap().1, day("2017-12-08"));
        assert_eq!(next("2019-12-15"), None);
        assert_eq!(Stage(8).label(), "逾期第8天");
    }

    #[test]
    fn the_due_day_ends_in_shanghai_whatever_the_hosts_zone() {
        let due = day("2017-12-15");
        let stage = |now: &str| {
            Stage::current(
                due,
                dates::day_in_shanghai(at(now)),
                &ReminderRules::default(),
            )
            .map(Stage::kind)
        };
        assert_eq!(stage("2017-12-14T15:59:59Z"), Some(StageKind::Three));
        assert_eq!(stage("2017-12-14T16:00:00Z"), Some(StageKind::Today));
        assert_eq!(stage("2017-12-15T15:59:59Z"), Some(StageKind::Today));
        assert_eq!(stage("2017-12-15T16:00:00Z"), Some(StageKind::Overdue));
    }

    #[test]
    fn a_stage_that_is_not_wanted_gives_way_to_the_one_before() {
        let rules = ReminderRules {
            stages: [StageKind::Week, StageKind::Overdue].into(),
            ..ReminderRules::default()
        };
        let stage =
            |today| Stage::current(day("2017-12-15"), day(today), &rules).map(Stage::offset);
        assert_eq!(stage("2017-12-15"), Some(-7));
        assert_eq!(stage("2017-12-16"), Some(1));
        assert!(
            rules.check().is_err(),
            "a mandatory stage that does not exist"
        );
    }

    #[test]
    fn quiet_hours_hold_a_mail_unless_it_would_come_too_late() {
        let quiet = Preferences::default();
        let due = dates::end_of_day(day("2017-12-15"));
        let sent = |now: &str| quiet.send_at(at(now), due);
        // Made at 00:05: at eight.
        assert_eq!(sent("2017-12-14T16:05:00Z"), at("2017-12-15T00:00:00Z"));
        // At ten: at once.
        assert_eq!(sent("2017-12-15T02:00:00Z"), at("2017-12-15T02:00:00Z"));
        // At 22:00 of the last day: at once, because eight would be too late.
        assert_eq!(sent("2017-12-15T14:00:00Z"), at("2017-12-15T14:00:00Z"));
        // Overdue already: at eight.
        assert_eq!(sent("2017-12-15T16:00:00Z"), at("2017-12-16T00:00:00Z"));
        let digest = Preferences {
            digest_at: Some(9 * 60),
            ..quiet
        };
        assert_eq!(
            digest.send_at(at("2017-12-15T01:00:00Z"), due),
            at("2017-12-15T01:00:00Z")
        );
        // After nine of the last day the next digest would be too late.
        assert_eq!(
            digest.send_at(at("2017-12-15T02:00:00Z"), due),
            at("2017-12-15T02:00:00Z")
        );
        assert_eq!(
            digest.send_at(at("2017-12-12T02:00:00Z"), due),
            at("2017-12-13T01:00:00Z")
        );
        let wrong = Preferences {
            digest_at: Some(22 * 60),
            ..Preferences::default()
        };
        assert!(wrong.check().unwrap_err().first("digest_at").is_some());
    }

    #[test]
    fn minutes_are_read_and_printed() {
        assert_eq!(read_minute(" 8：05 "), Ok(485));
        assert_eq!(print_minute_of_day(485), "08:05");
        for bad in ["", "8", "24:00", "8:60", "+8:00", "八:00", "8:000", "-1:00"] {
            assert!(read_minute(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn failures_wait_longer_each_time() {
        let seconds: Vec<i64> = (1..9).map(|n| back_off(n, 0).num_seconds()).collect();
        assert_eq!(seconds, [60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert!(back_off(1, 999).num_seconds() < 75);
        assert_eq!(back_off(i64::MAX, 999).num_seconds() / 60, 74);
    }

    proptest! {
        /// However the clock jumps, each stage is made at most once and whoever owes is told at least once.
        #[test]
        fn jumps_repeat_nothing_and_skip_nobody(days in proptest::collection::vec(-30_i64..90, 1..30)) {
            let (due, rules) = (day("2017-12-15"), ReminderRules::default());
            let mut made: Vec<i64> = Vec::new();
            for at in &days {
                let today = due + TimeDelta::days(*at);
                if let Some(stage) = Stage::current(due, today, &rules)
                    && made.last().is_none_or(|last| stage.offset() > *last)
                {
                    made.push(stage.offset());
                }
            }
            let mut once = made.clone();
            once.dedup();
            prop_assert_eq!(&once, &made);
            prop_assert_eq!(made.is_empty(), days.iter().all(|at| *at < -7));
        }

        #[test]
        fn a_mail_is_never_held_longer_than_a_day(from in 0_i64..1440, to in 0_i64..1440, digest in proptest::option::of(0_i64..1440), minute in 0_i64..14400) {
            let preferences = Preferences { digest_at: digest, quiet: Some((from, to)), ..Preferences::default() };
            let now = at("2017-12-10T00:00:00Z") + TimeDelta::minutes(minute);
            let due = dates::end_of_day(day("2017-12-15"));
            let sent = preferences.send_at(now, due);
            prop_assert!(sent >= now && sent - now <= TimeDelta::days(1));
            prop_assert!(now > due || sent <= due);
        }
    }
}
