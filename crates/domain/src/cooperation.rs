//! Visits and promotions (互访、走访、推介, §4; notice 三（三）) and what is to follow them.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{PersonId, ProjectId, dates, directory::Scope, names, person::Invalid};

/// Projects named in one record at most.
const PROJECTS_MOST: usize = 50;
/// A visit longer than this is a slip of a date.
const DAYS_MOST: i64 = 90;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$one_doc:meta])* $one:ident = $word:literal, $label:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$one_doc])* $one,)* }

        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[$(Self::$one,)*];

            /// The stored word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$one => $word,)* }
            }

            /// That of a stored word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }

            /// The word for users.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$one => $label,)* }
            }
        }
    };
}

words! {
    /// What kind of meeting it was.
    VisitKind {
        /// 走访央企.
        Central = "central", "走访央企";
        /// 省属国企互访.
        Provincial = "provincial", "省属国企互访";
        /// 项目推介.
        Promotion = "promotion", "项目推介";
        /// Something else.
        Other = "other", "其他";
    }
}

words! {
    /// Where the other side is looked up.
    CounterpartKind {
        /// In the directory of central SOEs.
        Central = "central", "央企";
        /// In the directory of provincial SOEs.
        Provincial = "provincial", "省属国企";
        /// Nowhere: free text.
        Other = "other", "其他单位";
    }
}

impl CounterpartKind {
    /// The directory it is looked up in.
    pub const fn scope(self) -> Option<Scope> {
        match self {
            Self::Central => Some(Scope::Central),
            Self::Provincial => Some(Scope::Provincial),
            Self::Other => None,
        }
    }
}

words! {
    /// Where a follow-up stands.
    FollowUpState {
        /// 未办.
        Open = "open", "未办";
        /// 已办, with its day and proof.
        Done = "done", "已办";
        /// 取消, with its reason.
        Cancelled = "cancelled", "取消";
    }
}

/// What is said of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitFields {
    /// What kind.
    pub kind: VisitKind,
    /// First day.
    pub from: NaiveDate,
    /// Last day; the first one for a visit of a day.
    pub to: NaiveDate,
    /// Who led it.
    pub host: String,
    /// Where the other side is looked up.
    pub counterpart_kind: CounterpartKind,
    /// The other side, as entered.
    pub counterpart: String,
    /// Where.
    pub place: String,
    /// Who took part on our side.
    pub ours: String,
    /// And on theirs.
    pub theirs: String,
    /// Projects of the library that were talked about.
    pub projects: Vec<ProjectId>,
    /// What was agreed.
    pub agreed: String,
}

impl VisitFields {
    /// As it is stored.
    pub fn tidied(self) -> Self {
        let mut projects = self.projects;
        projects.sort_unstable();
        projects.dedup();
        Self {
            host: names::tidy(&self.host),
            counterpart: names::tidy(&self.counterpart),
            place: names::tidy(&self.place),
            ours: names::tidy_text(&self.ours),
            theirs: names::tidy_text(&self.theirs),
            agreed: names::tidy_text(&self.agreed),
            projects,
            ..self
        }
    }

    /// Checks what would be saved on `today`. The other side is looked up by whoever has the directories.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(&self, today: NaiveDate) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        if !dates::YEARS.contains(&self.from.year()) {
            invalid.add("from", "请填写2000到2099之间的日期");
        } else if self.from > today {
            invalid.add("from", "日期不能晚于今天；还没有进行的活动请进行后再登记");
        }
        if self.to < self.from {
            invalid.add("to", "结束日期不能早于开始日期");
        } else if self.to > today && self.from <= today {
            invalid.add("to", "结束日期不能晚于今天");
        } else if (self.to - self.from).num_days() > DAYS_MOST {
            invalid.add("to", format!("一次活动不超过{DAYS_MOST}天，请核对日期"));
        }
        if self.counterpart.is_empty() {
            invalid.add("counterpart", "请填写对方单位");
        }
        for (field, label, text, most) in [
            ("host", "带队人", &self.host, 60),
            ("counterpart", "对方单位", &self.counterpart, 100),
            ("place", "地点", &self.place, 100),
            ("ours", "我方参加人员", &self.ours, 500),
            ("theirs", "对方参加人员", &self.theirs, 500),
            ("agreed", "达成的共识", &self.agreed, 4000),
        ] {
            too_long(field, label, text, most, &mut invalid);
        }
        if self.projects.len() > PROJECTS_MOST {
            let why = format!("涉及的项目最多{PROJECTS_MOST}个");
            invalid.add("projects", why);
        }
        invalid.into_result()
    }

    /// `2017-11-02` or `2017-11-02 至 2017-11-03`.
    pub fn days(&self) -> String {
        if self.from == self.to {
            self.from.to_string()
        } else {
            format!("{} 至 {}", self.from, self.to)
        }
    }
}

/// What is to follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpFields {
    /// What is to be done.
    pub what: String,
    /// Who does it.
    pub owner: String,
    /// The owner's account, where it has one in the unit.
    pub owner_person: Option<PersonId>,
    /// By when.
    pub due: NaiveDate,
}

impl FollowUpFields {
    /// As it is stored.
    pub fn tidied(self) -> Self {
        Self {
            what: names::tidy_text(&self.what),
            owner: names::tidy(&self.owner),
            ..self
        }
    }

    /// Checks what would be saved for a visit that began on `visited`.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(&self, visited: NaiveDate) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        if self.what.is_empty() {
            invalid.add("what", "请填写要跟进的事项");
        }
        if self.owner.is_empty() {
            invalid.add("owner", "请填写责任人");
        }
        too_long("what", "跟进事项", &self.what, 500, &mut invalid);
        too_long("owner", "责任人", &self.owner, 40, &mut invalid);
        if !dates::YEARS.contains(&self.due.year()) {
            invalid.add("due", "请填写2000到2099之间的日期");
        } else if self.due < visited {
            invalid.add("due", "期限不能早于活动日期");
        }
        invalid.into_result()
    }
}

/// How a follow-up is settled, or taken up again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// Where it stands then.
    pub state: FollowUpState,
    /// When it was done; none unless it was.
    pub on: Option<NaiveDate>,
    /// The proof, or the reason.
    pub note: String,
}

impl Settlement {
    /// As it is stored: what is not done has no day.
    pub fn tidied(self) -> Self {
        Self {
            on: self.on.filter(|_| self.state == FollowUpState::Done),
            note: names::tidy_text(&self.note),
            ..self
        }
    }

    /// Checks what would be saved on `today` of a follow-up in `before`, whose visit began on `visited`.
    ///
    /// # Errors
    /// [`Invalid`] by field: no day or proof of what is done, no reason, or nothing would change.
    pub fn check(
        &self,
        before: FollowUpState,
        visited: NaiveDate,
        today: NaiveDate,
    ) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        match (before, self.state) {
            (before, after) if before == after => {
                let why = format!("这件事现在就是“{}”，没有需要改的", before.label());
                invalid.add("state", why);
            }
            (FollowUpState::Open, _) | (_, FollowUpState::Open) => {}
            (before, _) => {
                let why = format!("这件事已是“{}”，请先恢复为未办", before.label());
                invalid.add("state", why);
            }
        }
        if self.state == FollowUpState::Done {
            match self.on {
                None => invalid.add("on", "请填写办结日期，例如 2017-11-20"),
                Some(on) if on > today => invalid.add("on", "办结日期不能晚于今天"),
                Some(on) if on < visited => invalid.add("on", "办结日期不能早于活动日期"),
                Some(_) => {}
            }
        }
        if self.note.is_empty() {
            let why = match self.state {
                FollowUpState::Done => "请写明办理结果或佐证，例如 已签订框架协议",
                FollowUpState::Cancelled => "请写明取消的原因",
                FollowUpState::Open => "请写明恢复为未办的原因",
            };
            invalid.add("note", why);
        }
        too_long("note", "说明", &self.note, 500, &mut invalid);
        invalid.into_result()
    }
}

/// Whether what was due is overdue on `today`.
pub fn is_overdue(state: FollowUpState, due: NaiveDate, today: NaiveDate) -> bool {
    state == FollowUpState::Open && due < today
}

fn too_long(field: &str, label: &str, text: &str, most: usize, invalid: &mut Invalid) {
    if text.chars().count() > most {
        invalid.add(field, format!("{label}请控制在{most}个字以内"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn visit(from: &str, to: &str) -> VisitFields {
        VisitFields {
            kind: VisitKind::Central,
            from: day(from),
            to: day(to),
            host: String::new(),
            counterpart_kind: CounterpartKind::Central,
            counterpart: " 国家电网\n".into(),
            place: String::new(),
            ours: "甲\r\n乙".into(),
            theirs: String::new(),
            projects: vec![ProjectId(2), ProjectId(1), ProjectId(2)],
            agreed: String::new(),
        }
    }

    #[test]
    fn a_visit_has_happened() {
        let today = day("2017-11-24");
        let tidy = visit("2017-11-02", "2017-11-03").tidied();
        assert_eq!(
            (tidy.counterpart.as_str(), tidy.ours.as_str()),
            ("国家电网", "甲\n乙")
        );
        assert_eq!(tidy.projects, [ProjectId(1), ProjectId(2)]);
        assert_eq!(tidy.check(today), Ok(()));
        assert_eq!(tidy.days(), "2017-11-02 至 2017-11-03");
        assert_eq!(visit("2017-11-24", "2017-11-24").check(today), Ok(()));
        for (from, to, field) in [
            ("2017-11-25", "2017-11-25", "from"),
            ("2017-11-24", "2017-11-25", "to"),
            ("2017-11-03", "2017-11-02", "to"),
            ("2016-11-03", "2017-11-02", "to"),
            ("1999-12-31", "2000-01-01", "from"),
        ] {
            let refused = visit(from, to).check(today).unwrap_err();
            assert!(refused.first(field).is_some(), "{from} {to}: {refused:?}");
        }
        let nobody = VisitFields {
            counterpart: String::new(),
            host: "长".repeat(61),
            ..visit("2017-11-02", "2017-11-02")
        };
        let refused = nobody.check(today).unwrap_err();
        assert!(refused.first("counterpart").is_some() && refused.first("host").is_some());
    }

    #[test]
    fn what_follows_has_an_owner_and_a_day() {
        let fields = |due: &str| FollowUpFields {
            what: "报送方案".into(),
            owner: "张三".into(),
            owner_person: None,
            due: day(due),
        };
        assert_eq!(fields("2017-11-02").check(day("2017-11-02")), Ok(()));
        assert!(
            fields("2017-11-01")
                .check(day("2017-11-02"))
                .unwrap_err()
                .first("due")
                .is_some()
        );
        let empty = FollowUpFields {
            what: " ".into(),
            owner: "\n".into(),
            ..fields("2017-12-01")
        }
        .tidied();
        let refused = empty.check(day("2017-11-02")).unwrap_err();
        assert!(refused.first("what").is_some() && refused.first("owner").is_some());
    }

    #[test]
    fn settling_needs_its_ground() {
        use FollowUpState::{Cancelled, Done, Open};
        let (visited, today) = (day("2017-11-02"), day("2017-11-24"));
        let settle = |before, state, on: Option<&str>, note: &str| {
            let settlement = Settlement {
                state,
                on: on.map(day),
                note: note.into(),
            }
            .tidied();
            settlement
                .check(before, visited, today)
                .err()
                .map(|invalid| invalid.fields[0].0.clone())
        };
        let refused = |field: &str| Some(field.to_owned());
        assert_eq!(settle(Open, Done, Some("2017-11-24"), "已签"), None);
        assert_eq!(settle(Open, Cancelled, None, "对方调整"), None);
        assert_eq!(settle(Done, Open, None, "尚未签"), None);
        assert_eq!(settle(Open, Done, None, "已签"), refused("on"));
        assert_eq!(
            settle(Open, Done, Some("2017-11-25"), "已签"),
            refused("on")
        );
        assert_eq!(
            settle(Open, Done, Some("2017-11-01"), "已签"),
            refused("on")
        );
        assert_eq!(settle(Open, Done, Some("2017-11-20"), " "), refused("note"));
        assert_eq!(settle(Open, Cancelled, None, ""), refused("note"));
        assert_eq!(settle(Done, Cancelled, None, "x"), refused("state"));
        assert_eq!(settle(Open, Open, None, "x"), refused("state"));
        assert!(is_overdue(Open, day("2017-11-23"), today) && !is_overdue(Open, today, today));
        assert!(!is_overdue(Done, day("2017-11-23"), today));
    }
}
