//! 首谈认定说明: units that share a project, which of them had the first talk, and who counts it (§3, “首谈认定说明
//! when units share a project”).
//!
//! A decision names one project or several records of the same one. On the days it is in force the project counts once:
//! through one of the records named (`counted`), for the unit with the first talk, or by the shares the units agreed on.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{FileId, FirstTalkId, Money, ProjectId, UnitId, names, person::Invalid};

/// A share in hundredths of a percent: 100% is 10000. Exact, never a float.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Share(i64);

impl Share {
    /// All of it.
    pub const WHOLE: Self = Self(10_000);

    /// Of hundredths of a percent, 0 to 10000.
    pub fn from_hundredths(hundredths: i64) -> Option<Self> {
        (0..=Self::WHOLE.0)
            .contains(&hundredths)
            .then_some(Self(hundredths))
    }

    /// In hundredths of a percent.
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// Reads `60`, `33.3`, `33.33%`; full-width digits as well. None for anything else, or above 100.
    pub fn parse(text: &str) -> Option<Self> {
        let text = names::key(text);
        let text = text.trim_end_matches('%');
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || whole.len() > 3 || part.len() > 2 {
            return None;
        }
        let tens = if part.len() == 1 { 10 } else { 1 };
        let whole: i64 = whole.parse().ok()?;
        let part: i64 = part.parse().ok()?;
        Self::from_hundredths(whole * 100 + part * tens)
    }

    /// As printed: `60%`, `33.33%`; no needless zeros.
    pub fn print(self) -> String {
        let (whole, part) = (self.0 / 100, self.0 % 100);
        match part {
            0 => format!("{whole}%"),
            tens if tens % 10 == 0 => format!("{whole}.{}%", tens / 10),
            _ => format!("{whole}.{part:02}%"),
        }
    }
}

/// A file that proves the first talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The stored file.
    pub file: FileId,
    /// Its name.
    pub name: String,
}

/// What a decision says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstTalk {
    /// The records it is about, in the order they are named; each once.
    pub projects: Vec<ProjectId>,
    /// The record that counts; one of `projects`.
    pub counted: ProjectId,
    /// The units that share it, with their shares; either all have one or none. Two at least.
    pub units: Vec<(UnitId, Option<Share>)>,
    /// The unit with the first talk; one of `units`.
    pub first: UnitId,
    /// The day of the first talk.
    pub talked_on: NaiveDate,
    /// What shows it, in words.
    pub evidence: String,
    /// Who decided.
    pub decided_by: String,
    /// 文号; may be empty.
    pub document_number: String,
    /// From which day on it counts.
    pub effective_on: NaiveDate,
    /// Files.
    #[serde(default)]
    pub files: Vec<Evidence>,
}

impl FirstTalk {
    /// As it is stored.
    pub fn tidied(mut self) -> Self {
        let mut seen = BTreeSet::new();
        self.projects.retain(|project| seen.insert(*project));
        self.evidence = names::tidy_text(&self.evidence);
        self.decided_by = names::tidy(&self.decided_by);
        self.document_number = names::tidy(&self.document_number);
        self
    }

    /// Checks what would be saved; `owners` are the enterprises whose projects are named. Units of projects must be among
    /// those that share.
    ///
    /// # Errors
    /// [`Invalid`] by field: `projects`, `counted`, `units`, `shares`, `first`, `talked_on`, `evidence`, `decided_by`,
    /// `document_number`, `effective_on`.
    pub fn check(
        &self,
        owners: &BTreeMap<ProjectId, UnitId>,
        today: NaiveDate,
    ) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        if self.projects.is_empty() || self.projects.len() > PROJECTS_MOST {
            invalid.add("projects", format!("请选择1到{PROJECTS_MOST}个项目"));
        }
        if !self.projects.contains(&self.counted) {
            invalid.add("counted", "请从所列项目中选择按哪一个计数");
        }
        self.check_units(owners, &mut invalid);
        if self.talked_on > today {
            invalid.add("talked_on", "首谈日期不能晚于今天，请核对");
        }
        if self.talked_on > self.effective_on {
            invalid.add("effective_on", "生效日期不能早于首谈日期，请核对这两个日期");
        }
        if self.effective_on > today + chrono::Days::new(366) {
            invalid.add("effective_on", "生效日期最晚填到一年以后，请核对年份");
        }
        if self.evidence.is_empty() {
            invalid.add(
                "evidence",
                "请写明首谈的依据，例如会谈纪要、接待记录、往来函件",
            );
        }
        if self.decided_by.is_empty() {
            invalid.add("decided_by", "请填写由谁认定，例如招商引资处、委主任办公会");
        }
        for (field, label, text, most) in [
            ("evidence", "首谈依据", &self.evidence, 2000),
            ("decided_by", "认定人", &self.decided_by, 60),
            ("document_number", "文号", &self.document_number, 60),
        ] {
            if text.chars().count() > most {
                invalid.add(field, format!("{label}请控制在{most}字以内"));
            }
            if text.chars().any(|c| c.is_control() && c != '\n') {
                invalid.add(field, format!("{label}里有不能保存的字符，请重新填写"));
            }
        }
        invalid.into_result()
    }

    fn check_units(&self, owners: &BTreeMap<ProjectId, UnitId>, invalid: &mut Invalid) {
        let units: BTreeSet<UnitId> = self.units.iter().map(|(unit, _)| *unit).collect();
        if units.len() < 2 || units.len() > UNITS_MOST || units.len() != self.units.len() {
            invalid.add(
                "units",
                format!("请选择2到{UNITS_MOST}家共同参与的企业，每家一次"),
            );
        }
        if !units.contains(&self.first) {
            invalid.add("first", "请从共同参与的企业中选择首谈单位");
        }
        let left_out = self
            .projects
            .iter()
            .any(|project| owners.get(project).is_none_or(|unit| !units.contains(unit)));
        if left_out && !self.projects.is_empty() {
            invalid.add("units", "所列项目的归属企业都要列为共同参与的企业");
        }
        let said: Vec<i64> = self
            .units
            .iter()
            .filter_map(|(_, share)| share.map(Share::hundredths))
            .collect();
        if said.is_empty() {
            return;
        }
        if said.len() != self.units.len() {
            invalid.add(
                "shares",
                "分成比例要么每家都填，要么都不填（由首谈单位全额计）",
            );
        } else if said.iter().sum::<i64>() != Share::WHOLE.0 {
            let sum: i64 = said.iter().sum();
            invalid.add(
                "shares",
                format!(
                    "分成比例合计须为100%，现在是{}.{:02}%",
                    sum / 100,
                    sum % 100
                ),
            );
        }
    }

    /// The shares as they count: what was agreed, else all for the unit with the first talk. Units with nothing are left out.
    pub fn parts(&self) -> Vec<(UnitId, Share)> {
        let said: Vec<(UnitId, Share)> = self
            .units
            .iter()
            .filter_map(|(unit, share)| share.map(|share| (*unit, share)))
            .collect();
        if said.len() == self.units.len() {
            said.into_iter().filter(|(_, share)| share.0 > 0).collect()
        } else {
            vec![(self.first, Share::WHOLE)]
        }
    }
}

/// Projects of one decision at most.
pub const PROJECTS_MOST: usize = 20;
/// Units of one decision at most.
pub const UNITS_MOST: usize = 20;

/// A decision as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its number.
    pub id: FirstTalkId,
    /// What it says.
    pub says: FirstTalk,
    /// From which day on it counts no more; none while it was not withdrawn.
    pub withdrawn_on: Option<NaiveDate>,
}

impl Decision {
    /// Whether it is in force on a day: from its effective day on, up to the day before its withdrawal.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.says.effective_on <= day && self.withdrawn_on.is_none_or(|gone| day < gone)
    }
}

/// For whom a project counts on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counts {
    /// For these units, by shares that add up to the whole.
    For(Vec<(UnitId, Share)>),
    /// Not by itself: it is counted with this record of the same project.
    With(ProjectId),
}

impl Counts {
    /// The share of a unit; none of it where the project is counted with another record.
    pub fn share_of(&self, unit: UnitId) -> Share {
        match self {
            Self::With(_) => Share(0),
            Self::For(parts) => parts
                .iter()
                .find(|(one, _)| *one == unit)
                .map_or(Share(0), |(_, share)| *share),
        }
    }

    /// An amount taken apart by the shares: whole 分 that add up to it exactly. What does not divide goes to the largest
    /// remainders, of equal ones to the unit named first. Empty where the project is counted with another record.
    pub fn apart(&self, amount: Money) -> Vec<(UnitId, Money)> {
        let Self::For(parts) = self else {
            return Vec::new();
        };
        let whole = i128::from(Share::WHOLE.0);
        let (sign, fen) = (amount.fen().signum(), i128::from(amount.fen()).abs());
        let mut taken: Vec<(UnitId, i128, i128)> = parts
            .iter()
            .map(|(unit, share)| {
                let exact = fen * i128::from(share.0);
                (*unit, exact / whole, exact % whole)
            })
            .collect();
        let given: i128 = taken.iter().map(|(_, fen, _)| fen).sum();
        let mut left = usize::try_from(fen - given).unwrap_or(0);
        let mut order: Vec<usize> = (0..taken.len()).collect();
        order.sort_by_key(|at| (std::cmp::Reverse(taken[*at].2), *at));
        for at in order {
            if left == 0 {
                break;
            }
            taken[at].1 += 1;
            left -= 1;
        }
        taken
            .into_iter()
            .map(|(unit, fen, _)| {
                let fen = i64::try_from(fen).unwrap_or(i64::MAX);
                (unit, Money::from_fen(sign * fen))
            })
            .collect()
    }
}

/// The decision that speaks of a project on `day`: of several in force the one with the latest effective day, of the same
/// day the one recorded last.
pub fn speaks(project: ProjectId, day: NaiveDate, decisions: &[Decision]) -> Option<&Decision> {
    let of_it = |one: &&Decision| one.holds_on(day) && one.says.projects.contains(&project);
    let in_force = decisions.iter().filter(of_it);
    in_force.max_by_key(|one| (one.says.effective_on, one.id))
}

/// For whom a project of `owner` counts on `day`, by the decisions known ([`speaks`]); without any the project
/// counts for its owner.
pub fn counts_for(
    project: ProjectId,
    owner: UnitId,
    day: NaiveDate,
    decisions: &[Decision],
) -> Counts {
    match speaks(project, day, decisions) {
        None => Counts::For(vec![(owner, Share::WHOLE)]),
        Some(one) if one.says.counted != project => Counts::With(one.says.counted),
        Some(one) => Counts::For(one.says.parts()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn says(projects: &[i64], units: &[(i64, Option<i64>)]) -> FirstTalk {
        FirstTalk {
            projects: projects.iter().map(|id| ProjectId(*id)).collect(),
            counted: ProjectId(projects[0]),
            units: units
                .iter()
                .map(|(unit, share)| (UnitId(*unit), share.and_then(Share::from_hundredths)))
                .collect(),
            first: UnitId(units[0].0),
            talked_on: day("2017-03-08"),
            evidence: "会谈纪要".into(),
            decided_by: "招商引资处".into(),
            document_number: String::new(),
            effective_on: day("2017-06-01"),
            files: Vec::new(),
        }
    }

    fn decision(id: i64, says: FirstTalk) -> Decision {
        Decision {
            id: FirstTalkId(id),
            says,
            withdrawn_on: None,
        }
    }

    #[test]
    fn shares_are_exact() {
        for (text, hundredths, printed) in [
            ("60", 6000, "60%"),
            ("33.33%", 3333, "33.33%"),
            ("33.3", 3330, "33.3%"),
            ("１００％", 10_000, "100%"),
            ("0.05", 5, "0.05%"),
        ] {
            let share = Share::parse(text).unwrap();
            assert_eq!(
                (share.hundredths(), share.print().as_str()),
                (hundredths, printed)
            );
        }
        for wrong in ["", "100.01", "-1", "33.333", "1e2", "%", "半", "."] {
            assert_eq!(Share::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_first_talk_counts_it_all_where_no_shares_are_agreed() {
        let known = [decision(1, says(&[7, 8], &[(2, None), (3, None)]))];
        let of = |project, on| counts_for(ProjectId(project), UnitId(3), day(on), &known);
        assert_eq!(
            of(7, "2017-06-01"),
            Counts::For(vec![(UnitId(2), Share::WHOLE)])
        );
        assert_eq!(of(8, "2017-06-01"), Counts::With(ProjectId(7)));
        assert_eq!(
            of(8, "2017-05-31"),
            Counts::For(vec![(UnitId(3), Share::WHOLE)]),
            "not yet in force"
        );
        assert_eq!(
            of(9, "2017-06-01"),
            Counts::For(vec![(UnitId(3), Share::WHOLE)])
        );
    }

    #[test]
    fn a_withdrawn_or_later_decision_changes_who_counts() {
        let mut first = decision(1, says(&[7], &[(2, None), (3, None)]));
        let mut second = decision(2, says(&[7], &[(3, Some(4000)), (2, Some(6000))]));
        second.says.effective_on = day("2017-09-01");
        let known = [first.clone(), second];
        let share = |on, unit, known: &[Decision]| {
            counts_for(ProjectId(7), UnitId(9), day(on), known)
                .share_of(UnitId(unit))
                .hundredths()
        };
        assert_eq!(share("2017-08-31", 2, &known), 10_000);
        assert_eq!(share("2017-09-01", 2, &known), 6000);
        first.withdrawn_on = Some(day("2017-07-01"));
        assert_eq!(share("2017-06-30", 2, &[first.clone()]), 10_000);
        assert_eq!(share("2017-07-01", 2, std::slice::from_ref(&first)), 0);
        assert_eq!(share("2017-07-01", 9, &[first]), 10_000);
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let owners = BTreeMap::from([(ProjectId(7), UnitId(2)), (ProjectId(8), UnitId(3))]);
        let fields = |says: FirstTalk| -> Vec<String> {
            let refused = says.check(&owners, day("2017-12-01"));
            refused
                .err()
                .map(|invalid| invalid.fields.into_iter().map(|(field, _)| field).collect())
                .unwrap_or_default()
        };
        assert!(fields(says(&[7, 8], &[(2, None), (3, None)])).is_empty());
        assert!(fields(says(&[7], &[(2, Some(5000)), (4, Some(5000))])).is_empty());
        assert_eq!(
            fields(says(&[7], &[(2, Some(5000)), (4, Some(4999))])),
            ["shares"]
        );
        assert_eq!(
            fields(says(&[7], &[(2, Some(10_000)), (4, None)])),
            ["shares"]
        );
        assert_eq!(fields(says(&[7, 8], &[(2, None), (4, None)])), ["units"]);
        let mut wrong = says(&[7], &[(2, None), (4, None)]);
        wrong.counted = ProjectId(8);
        wrong.first = UnitId(5);
        wrong.talked_on = day("2018-01-01");
        wrong.evidence.clear();
        assert_eq!(
            fields(wrong),
            ["counted", "first", "talked_on", "effective_on", "evidence"]
        );
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_amount(fen in -1_000_000_000_000_i64..1_000_000_000_000, cut in proptest::collection::vec(0_i64..=10_000, 1..6)) {
            let mut cut = cut;
            cut.extend([0, 10_000]);
            cut.sort_unstable();
            let parts: Vec<(UnitId, Share)> = (1..).zip(cut.windows(2)).map(|(unit, pair)| (UnitId(unit), Share(pair[1] - pair[0]))).collect();
            let apart = Counts::For(parts).apart(Money::from_fen(fen));
            prop_assert_eq!(apart.iter().map(|(_, money)| money.fen()).sum::<i64>(), fen);
        }

        #[test]
        fn what_is_printed_is_read(hundredths in 0_i64..=10_000) {
            let share = Share::from_hundredths(hundredths).unwrap();
            prop_assert_eq!(Share::parse(&share.print()), Some(share));
        }

        /// However decisions lie over each other, a project they name counts once or with another, never twice.
        #[test]
        fn a_shared_project_counts_once(on in 0_u64..400, days in proptest::collection::vec(0_u64..365, 1..5)) {
            let known: Vec<Decision> = (1..).zip(&days).map(|(id, after)| {
                let mut one = decision(id, says(&[7, 8], &[(2, Some(2500)), (3, Some(7500))]));
                one.says.effective_on = day("2017-03-10") + chrono::Days::new(*after);
                one
            }).collect();
            let on = day("2017-03-01") + chrono::Days::new(on);
            let total: i64 = [2, 3].iter().map(|unit| {
                let of = |project, owner| counts_for(ProjectId(project), UnitId(owner), on, &known).share_of(UnitId(*unit)).hundredths();
                of(7, 2) + of(8, 3)
            }).sum();
            let held = known.iter().any(|one| one.holds_on(on));
            prop_assert_eq!(total, if held { 10_000 } else { 20_000 });
        }
    }
}
