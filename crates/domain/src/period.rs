//! Periods of returns: a pair (cut-off, due), named by its cut-off (§2).

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{
    Instant, PeriodId, UnitId, dates,
    workday::{ShiftRule, Shifted, print_day},
};

/// A kind of return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnKind {
    /// 附件2 市属国有企业招商引资项目调整情况表.
    Annex2,
    /// 附件3 市属国有企业与央企合作项目进展情况表.
    Annex3,
    /// 月报: the monthly work report (notice 三（五）).
    Monthly,
    /// 年度总结 (notice 三（五）).
    YearlySummary,
    /// 次年招商引资工作思路和计划 (notice 三（四）).
    NextYearPlan,
}

impl ReturnKind {
    /// Every kind, in the order of the pages.
    pub const ALL: &'static [Self] = &[
        Self::Annex2,
        Self::Annex3,
        Self::Monthly,
        Self::YearlySummary,
        Self::NextYearPlan,
    ];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Annex2 => "annex2",
            Self::Annex3 => "annex3",
            Self::Monthly => "monthly",
            Self::YearlySummary => "yearly_summary",
            Self::NextYearPlan => "next_year_plan",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// Whether it tells of changes: then its rows are decided one by one, and stand on those of earlier returns.
    pub const fn tells_changes(self) -> bool {
        matches!(self, Self::Annex2)
    }

    /// Whether it is a text in sections, with files beside it.
    pub const fn is_report(self) -> bool {
        matches!(
            self,
            Self::Monthly | Self::YearlySummary | Self::NextYearPlan
        )
    }

    /// Short words for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Annex2 => "项目调整情况（附件2）",
            Self::Annex3 => "央企合作进展（附件3）",
            Self::Monthly => "工作月报",
            Self::YearlySummary => "年度工作总结",
            Self::NextYearPlan => "次年工作思路和计划",
        }
    }

    /// The form's short name, as receipts bear it.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Annex2 => "附件2",
            Self::Annex3 => "附件3",
            Self::Monthly => "月报",
            Self::YearlySummary => "年度总结",
            Self::NextYearPlan => "次年计划",
        }
    }

    /// The form's title, as printed.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Annex2 => "市属国有企业招商引资项目调整情况表",
            Self::Annex3 => "市属国有企业与央企合作项目进展情况表",
            Self::Monthly => "招商引资工作月报",
            Self::YearlySummary => "年度招商引资工作总结",
            Self::NextYearPlan => "次年招商引资工作思路和计划",
        }
    }
}

/// A period of a return kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Its number.
    pub id: PeriodId,
    /// Whose obligation it is to watch over.
    pub authority: UnitId,
    /// Of what.
    pub kind: ReturnKind,
    /// The last day it tells of.
    pub cut_off: NaiveDate,
    /// The due day as the schedule sets it.
    pub set_on: NaiveDate,
    /// The last working day at or before it; none while its year's working days are not loaded.
    pub advised_on: Option<NaiveDate>,
    /// What happens to a day that does not work.
    pub shift: ShiftRule,
    /// The last day to hand it in, in Shanghai: the day set, moved by the rule.
    pub due_on: NaiveDate,
    /// The last day on which it is taken in late (迟报宽限); none: it never locks.
    pub lock_after: Option<NaiveDate>,
    /// Whether a stamped scan is required.
    pub scan_required: bool,
    /// Why an officer gave it a due day of its own; empty: as the schedule says.
    pub moved_reason: String,
    /// Whether every project is gone through, not only changes (全面梳理): the first one.
    pub review: bool,
}

impl Period {
    /// `截至2017年11月`; with the day where the cut-off is no month's end.
    pub fn label(&self) -> String {
        let (year, month, day) = (
            self.cut_off.year(),
            self.cut_off.month(),
            self.cut_off.day(),
        );
        if dates::month_end(year, month) == Some(self.cut_off) {
            format!("截至{year}年{month}月")
        } else {
            format!("截至{year}年{month}月{day}日")
        }
    }

    /// The moment after which it is late: 23:59:59 in Shanghai, whatever the host's zone.
    pub fn due(&self) -> Instant {
        dates::end_of_day(self.due_on)
    }

    /// Whether handing in at `at` is late: the last second belongs to the day as a whole.
    pub fn is_late(&self, at: Instant) -> bool {
        dates::day_in_shanghai(at) > self.due_on
    }

    /// The day set and the day that counts, in words; says where the working days of its year are not known.
    pub fn due_sentence(&self) -> String {
        match self.advised_on {
            Some(advised) => Shifted {
                set: self.set_on,
                advised,
                due: self.due_on,
                rule: self.shift,
            }
            .sentence(),
            None if self.shift == ShiftRule::Stay => print_day(self.set_on),
            None => format!(
                "{}（工作日安排尚未载入，载入后再按“{}”核定）",
                print_day(self.set_on),
                self.shift.label()
            ),
        }
    }

    /// Whether handing in for the first time is late, or no longer possible, at `at`.
    pub fn timing(&self, at: Instant) -> Timing {
        let today = dates::day_in_shanghai(at);
        if today <= self.due_on {
            Timing::Open
        } else if self.lock_after.is_none_or(|last| today <= last) {
            Timing::Grace
        } else {
            Timing::Locked
        }
    }

    /// How far away the due day is, for people: `还有3天`, `今天截止`, `已逾期2天`.
    pub fn due_in_words(&self, today: NaiveDate) -> String {
        dates::left_in_words(self.due_on, today)
    }
}

/// How a first hand-in stands to the due day (§2): 截止 → 迟报宽限 → 锁定.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// In time.
    Open,
    /// 迟报宽限: taken in, flagged late.
    Grace,
    /// 锁定: taken in only by permission (准许补报).
    Locked,
}

impl Timing {
    /// Every timing.
    pub const ALL: [Self; 3] = [Self::Open, Self::Grace, Self::Locked];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Grace => "grace",
            Self::Locked => "locked",
        }
    }
}

/// What may be different for one enterprise in one period (§2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionKind {
    /// 准许补报: taken in although locked.
    Permit,
    /// 免报: nothing is owed.
    Exempt,
}

impl ExceptionKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Permit, Self::Exempt];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Permit => "permit",
            Self::Exempt => "exempt",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Permit => "准许补报",
            Self::Exempt => "免报",
        }
    }
}

/// How an enterprise stands to a period before its first hand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// By the clock.
    pub timing: Timing,
    /// 准许补报 holds: the reason.
    pub permit: Option<String>,
    /// 免报: the reason.
    pub exempt: Option<String>,
}

impl Standing {
    /// Why nothing can be filled in or handed in any more; none where it can.
    pub fn refusal(&self, period: &Period) -> Option<String> {
        if let Some(reason) = &self.exempt {
            return Some(format!(
                "本期已免报（{reason}），无需报送；确需报送，请联系招商引资处取消免报"
            ));
        }
        let last = period
            .lock_after
            .filter(|_| self.timing == Timing::Locked && self.permit.is_none())?;
        Some(format!(
            "本期已于{}截止，迟报宽限到{}为止，现已锁定；确需补报，请联系招商引资处准许补报",
            print_day(period.due_on),
            print_day(last)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_is_named_by_its_cut_off_and_ends_in_shanghai() {
        let period = Period {
            id: PeriodId(1),
            authority: UnitId(1),
            kind: ReturnKind::Annex2,
            cut_off: day("2017-11-30"),
            set_on: day("2017-12-15"),
            advised_on: Some(day("2017-12-15")),
            shift: ShiftRule::Later,
            due_on: day("2017-12-15"),
            lock_after: Some(day("2017-12-20")),
            scan_required: false,
            moved_reason: String::new(),
            review: true,
        };
        assert_eq!(period.label(), "截至2017年11月");
        assert!(!period.is_late("2017-12-15T15:59:59Z".parse().unwrap()));
        assert!(!period.is_late("2017-12-15T15:59:59.999999Z".parse().unwrap()));
        assert_eq!(period.due_in_words(day("2017-12-12")), "还有3天");
        assert_eq!(period.due_in_words(day("2017-12-15")), "今天截止");
        assert_eq!(period.due_in_words(day("2017-12-17")), "已逾期2天");
        assert!(period.is_late("2017-12-15T16:00:00Z".parse().unwrap()));
        let timing = |at: &str| period.timing(at.parse().unwrap());
        assert_eq!(timing("2017-12-15T15:59:59Z"), Timing::Open);
        assert_eq!(timing("2017-12-15T16:00:00Z"), Timing::Grace);
        assert_eq!(timing("2017-12-20T15:59:59Z"), Timing::Grace);
        assert_eq!(timing("2017-12-20T16:00:00Z"), Timing::Locked);
        assert_eq!(period.due_sentence(), "12月15日（周五）");
        let unknown = Period {
            advised_on: None,
            ..period
        };
        assert_eq!(
            unknown.due_sentence(),
            "12月15日（周五）（工作日安排尚未载入，载入后再按“顺延”核定）"
        );
    }

    #[test]
    fn what_is_locked_needs_a_permit() {
        let mut standing = Standing {
            timing: Timing::Locked,
            permit: None,
            exempt: None,
        };
        let period = Period {
            id: PeriodId(1),
            authority: UnitId(1),
            kind: ReturnKind::Annex2,
            cut_off: day("2017-11-30"),
            set_on: day("2017-12-15"),
            advised_on: None,
            shift: ShiftRule::Stay,
            due_on: day("2017-12-15"),
            lock_after: Some(day("2017-12-20")),
            scan_required: false,
            moved_reason: String::new(),
            review: true,
        };
        let locked = standing.refusal(&period).unwrap();
        assert!(
            locked.contains("12月20日（周三）为止，现已锁定"),
            "{locked}"
        );
        standing.permit = Some("系统故障".into());
        assert_eq!(standing.refusal(&period), None);
        standing.exempt = Some("停业".into());
        assert!(standing.refusal(&period).unwrap().contains("免报（停业）"));
    }
}
