//! Who acts for whom: deputies (AB角), dated delegations (授权), and duties handed over for good (交接).
//!
//! A substitute acts with his own login; the audit names both. What he may do then is his own roles and those lent to
//! him, never what was lent to the lender: nothing is passed on. Days are days in Shanghai, both ends included.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::{
    HandOverId, Instant, PersonId, SubstitutionId,
    permission::{Action, Role},
    person::{Invalid, Person},
};

/// Days a delegation lasts at most; longer is a deputy's or a hand-over's case.
const DAYS_MOST: i64 = 366;

/// How one person acts for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubstitutionKind {
    /// AB角: a reporter's permanent substitute, until it is ended.
    Deputy,
    /// 授权: from day to day.
    Delegation,
}

impl SubstitutionKind {
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Deputy => "deputy",
            Self::Delegation => "delegation",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Deputy, Self::Delegation]
            .into_iter()
            .find(|kind| kind.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Deputy => "AB角",
            Self::Delegation => "授权",
        }
    }
}

/// One person acting for another.
#[derive(Debug, Clone)]
pub struct Substitution {
    /// Its number.
    pub id: SubstitutionId,
    /// How.
    pub kind: SubstitutionKind,
    /// For whom.
    pub person: PersonId,
    /// Who acts.
    pub substitute: PersonId,
    /// In which roles.
    pub roles: BTreeSet<Role>,
    /// First day.
    pub from: NaiveDate,
    /// Last day; none for a deputy.
    pub to: Option<NaiveDate>,
    /// Why.
    pub reason: String,
    /// When it was ended before its last day.
    pub ended_at: Option<Instant>,
}

impl Substitution {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.ended_at.is_none() && self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    fn meets(&self, new: &NewSubstitution) -> bool {
        self.ended_at.is_none()
            && self.to.is_none_or(|to| new.from <= to)
            && new.to.is_none_or(|to| self.from <= to)
    }
}

/// What is to be arranged.
#[derive(Debug, Clone)]
pub struct NewSubstitution {
    /// How.
    pub kind: SubstitutionKind,
    /// In which roles.
    pub roles: BTreeSet<Role>,
    /// First day.
    pub from: NaiveDate,
    /// Last day; none for a deputy.
    pub to: Option<NaiveDate>,
    /// Why.
    pub reason: String,
}

impl NewSubstitution {
    /// Checks it for `person`, acted for by `substitute`; `existing` are the arrangements of either.
    ///
    /// # Errors
    /// [`Invalid`] by field: an administrator; another unit; roles the person has not; days in the past, in no order or
    /// too many; one who acts for another lending on, or the other way round; two at a time in one role.
    pub fn check(
        &self,
        person: &Person,
        substitute: &Person,
        existing: &[Substitution],
        today: NaiveDate,
    ) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        check_pair(person, substitute, "substitute", &mut invalid);
        let has_all = !self.roles.is_empty() && self.roles.is_subset(&person.roles);
        match self.kind {
            SubstitutionKind::Deputy if !has_all || self.roles != [Role::Reporter].into() => {
                invalid.add("lent_roles", "AB角只为企业填报员设置");
            }
            SubstitutionKind::Delegation if !has_all => {
                invalid.add("lent_roles", "请选择此人现有的角色");
            }
            _ => {}
        }
        self.check_days(today, &mut invalid);
        check_reason(&self.reason, &mut invalid);
        if invalid.fields.is_empty() {
            self.check_others(person, substitute, existing, &mut invalid);
        }
        invalid.into_result()
    }

    fn check_days(&self, today: NaiveDate, invalid: &mut Invalid) {
        if self.from < today {
            invalid.add("from", "开始日期不能早于今天");
        }
        match (self.kind, self.to) {
            (SubstitutionKind::Deputy, Some(_)) => invalid.add("to", "AB角没有截止日期，请留空"),
            (SubstitutionKind::Delegation, None) => invalid.add("to", "请填写授权的截止日期"),
            (_, Some(to)) if to < self.from => invalid.add("to", "截止日期不能早于开始日期"),
            (_, Some(to)) if (to - self.from).num_days() >= DAYS_MOST => {
                invalid.add("to", "一次授权最长一年，更久的请办理交接")
            }
            _ => {}
        }
    }

    fn check_others(
        &self,
        person: &Person,
        substitute: &Person,
        existing: &[Substitution],
        invalid: &mut Invalid,
    ) {
        for other in existing.iter().filter(|other| other.meets(self)) {
            // Two who stand in for each other pass nothing on: each lends only what is his own.
            let mutual = other.person == substitute.id
                && other.substitute == person.id
                && (other.kind, self.kind) == (SubstitutionKind::Deputy, SubstitutionKind::Deputy);
            let shares = !other.roles.is_disjoint(&self.roles);
            let why = match () {
                () if mutual => continue,
                () if other.substitute == person.id => {
                    "此人在这段时间里正代他人办理，不能再转授给别人"
                }
                () if other.person == substitute.id => {
                    "代办人在这段时间里已把自己的角色授予他人，请另选一人"
                }
                () if other.person == person.id && other.kind == self.kind && shares => {
                    "此人的这项角色在这段时间里已授予他人，请先结束原来的安排或改日期"
                }
                () if other.substitute == substitute.id && other.person != person.id && shares => {
                    "代办人在这段时间里已代另一人办理同样的角色，请另选一人"
                }
                () => continue,
            };
            invalid.add("substitute", why);
            return;
        }
    }
}

/// Two people of one unit, both at work, neither an administrator.
fn check_pair(person: &Person, other: &Person, field: &str, invalid: &mut Invalid) {
    let administers = |person: &Person| person.roles.iter().any(|role| role.is_administrator());
    if administers(person) {
        invalid.add(
            field,
            "系统、安全、审计管理员的角色不能授权、交接，请由安全管理员直接授予他人",
        );
    } else if person.id == other.id {
        invalid.add(field, "请选择另一个人");
    } else if administers(other) {
        invalid.add(field, "管理员不能代办业务，请另选一人");
    } else if person.unit != other.unit {
        invalid.add(field, "只能在同一单位内办理，请选择本单位的人");
    } else if !person.active || !other.active {
        invalid.add(field, "双方的账号都须在启用状态");
    }
}

fn check_reason(reason: &str, invalid: &mut Invalid) {
    match reason.chars().count() {
        0 => invalid.add("reason", "请填写理由，例如 出差、休假、调离"),
        1..=200 => {}
        _ => invalid.add("reason", "理由请控制在200个字以内"),
    }
}

/// For whom a person acts today, and as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// For whom.
    pub person: PersonId,
    /// His name.
    pub name: String,
    /// His login name.
    pub login: String,
    /// In which roles.
    pub roles: BTreeSet<Role>,
}

impl Acting {
    /// Whether one of the lent roles may do this.
    pub fn may(&self, action: Action) -> bool {
        self.roles.iter().any(|role| role.may(action))
    }
}

/// What `substitute` may do for others on a day. Of what was lent only what the lender still has himself counts, and
/// nothing once one of the two has left the unit, stopped, or become an administrator.
pub fn acting(substitute: &Person, lent: &[(Substitution, Person)], day: NaiveDate) -> Vec<Acting> {
    lent.iter()
        .filter(|(substitution, person)| {
            let mut wrong = Invalid::default();
            check_pair(person, substitute, "substitute", &mut wrong);
            substitution.holds_on(day) && wrong.fields.is_empty()
        })
        .map(|(substitution, person)| Acting {
            person: person.id,
            name: person.name.clone(),
            login: person.login.clone(),
            roles: &substitution.roles & &person.roles,
        })
        .filter(|acting| !acting.roles.is_empty())
        .collect()
}

/// One person's duties going to a successor.
#[derive(Debug, Clone)]
pub struct HandOver {
    /// Its number.
    pub id: HandOverId,
    /// Whose.
    pub person: PersonId,
    /// To whom.
    pub successor: PersonId,
    /// On which day; the old account stops then.
    pub on: NaiveDate,
    /// Why.
    pub reason: String,
    /// When it was carried out.
    pub done_at: Option<Instant>,
    /// When it was called off.
    pub cancelled_at: Option<Instant>,
    /// What came of it, in words.
    pub outcome: String,
}

impl HandOver {
    /// Whether it is still to come.
    pub fn is_open(&self) -> bool {
        self.done_at.is_none() && self.cancelled_at.is_none()
    }
}

/// Checks a hand-over; `open` are those still to come in which either takes part.
///
/// # Errors
/// [`Invalid`] by field.
pub fn check_hand_over(
    person: &Person,
    successor: &Person,
    on: NaiveDate,
    reason: &str,
    open: &[HandOver],
    today: NaiveDate,
) -> Result<(), Invalid> {
    let mut invalid = Invalid::default();
    check_pair(person, successor, "successor", &mut invalid);
    if person.roles.is_empty() {
        invalid.add("successor", "此人没有角色可以交接，请直接停用账号");
    }
    if on < today || (on - today).num_days() > DAYS_MOST {
        invalid.add("on", "交接日期请填今天起一年以内的日期");
    }
    check_reason(reason, &mut invalid);
    for other in open.iter().filter(|other| other.is_open()) {
        if other.person == person.id {
            invalid.add("successor", "此人已有待办的交接，请先取消原来的");
        } else if other.person == successor.id {
            invalid.add("successor", "接任人自己也将交接离任，请另选一人");
        }
    }
    invalid.into_result()
}

/// Both accounts after a hand-over: the successor has both people's roles, the old account none and is stopped.
///
/// # Errors
/// [`Invalid`] when the successor can no longer take over; then only the old account stops.
pub fn hand_over(person: &Person, successor: &Person) -> Result<(Person, Person), Invalid> {
    let mut invalid = Invalid::default();
    check_pair(person, successor, "successor", &mut invalid);
    invalid.into_result()?;
    let gone = Person {
        roles: BTreeSet::new(),
        active: false,
        ..person.clone()
    };
    let now_both = Person {
        roles: &successor.roles | &person.roles,
        ..successor.clone()
    };
    Ok((gone, now_both))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnitId;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn person(id: i64, roles: &[Role]) -> Person {
        Person {
            id: PersonId(id),
            unit: UnitId(1),
            login: format!("p{id}"),
            name: format!("人{id}"),
            roles: roles.iter().copied().collect(),
            active: true,
            has_password: true,
            password_set_at: None,
            password_must_change: false,
            created_at: "2017-01-01T00:00:00Z".parse().unwrap(),
            version: 1,
        }
    }

    fn new(kind: SubstitutionKind, role: Role, from: &str, to: Option<&str>) -> NewSubstitution {
        NewSubstitution {
            kind,
            roles: [role].into(),
            from: day(from),
            to: to.map(day),
            reason: "出差".into(),
        }
    }

    fn made(person: i64, substitute: i64, new: NewSubstitution) -> Substitution {
        Substitution {
            id: SubstitutionId(1),
            kind: new.kind,
            person: PersonId(person),
            substitute: PersonId(substitute),
            roles: new.roles,
            from: new.from,
            to: new.to,
            reason: new.reason,
            ended_at: None,
        }
    }

    fn december(role: Role) -> NewSubstitution {
        new(
            SubstitutionKind::Delegation,
            role,
            "2017-12-01",
            Some("2017-12-10"),
        )
    }

    const TODAY: &str = "2017-11-24";

    #[test]
    fn administrators_lend_and_borrow_nothing() {
        for role in Role::ALL.into_iter().filter(|role| role.is_administrator()) {
            let (lender, borrower) = (person(1, &[role]), person(2, &[Role::Officer]));
            assert!(
                december(role)
                    .check(&lender, &borrower, &[], day(TODAY))
                    .is_err()
            );
            assert!(
                december(Role::Officer)
                    .check(&borrower, &lender, &[], day(TODAY))
                    .is_err()
            );
            let on = day("2017-12-01");
            assert!(check_hand_over(&lender, &borrower, on, "调离", &[], day(TODAY)).is_err());
            let lent = [(made(1, 2, december(role)), lender)];
            assert!(acting(&borrower, &lent, day("2017-12-05")).is_empty());
        }
    }

    #[test]
    fn only_within_the_unit_only_what_one_has_only_from_today() {
        let (a, b) = (person(1, &[Role::Reporter]), person(2, &[Role::Approver]));
        let fine = december(Role::Reporter);
        assert_eq!(fine.check(&a, &b, &[], day(TODAY)), Ok(()));
        let elsewhere = Person {
            unit: UnitId(2),
            ..b.clone()
        };
        assert!(fine.check(&a, &elsewhere, &[], day(TODAY)).is_err());
        assert!(fine.check(&a, &a, &[], day(TODAY)).is_err());
        assert!(
            december(Role::Approver)
                .check(&a, &b, &[], day(TODAY))
                .is_err()
        );
        assert!(fine.check(&a, &b, &[], day("2017-12-02")).is_err());
        for to in [None, Some("2017-11-30"), Some("2018-12-02")] {
            let wrong = new(
                SubstitutionKind::Delegation,
                Role::Reporter,
                "2017-12-01",
                to,
            );
            assert!(
                wrong
                    .check(&a, &b, &[], day(TODAY))
                    .unwrap_err()
                    .first("to")
                    .is_some()
            );
        }
        let deputy = new(SubstitutionKind::Deputy, Role::Reporter, TODAY, None);
        assert_eq!(deputy.check(&a, &b, &[], day(TODAY)), Ok(()));
        let approver = new(SubstitutionKind::Deputy, Role::Approver, TODAY, None);
        assert!(approver.check(&b, &a, &[], day(TODAY)).is_err());
    }

    #[test]
    fn nothing_is_lent_on_and_no_role_lent_twice() {
        let people: Vec<Person> = (1..=3).map(|id| person(id, &[Role::Reporter])).collect();
        let try_new = |from: usize, to: usize, new: NewSubstitution, existing: &[Substitution]| {
            new.check(&people[from - 1], &people[to - 1], existing, day(TODAY))
        };
        let existing = [made(1, 2, december(Role::Reporter))];
        assert!(
            try_new(2, 3, december(Role::Reporter), &existing).is_err(),
            "a chain onwards"
        );
        assert!(
            try_new(3, 1, december(Role::Reporter), &existing).is_err(),
            "a chain before"
        );
        assert!(
            try_new(1, 3, december(Role::Reporter), &existing).is_err(),
            "lent twice"
        );
        assert!(
            try_new(3, 2, december(Role::Reporter), &existing).is_err(),
            "borrowed twice"
        );
        let later = new(
            SubstitutionKind::Delegation,
            Role::Reporter,
            "2017-12-11",
            Some("2017-12-20"),
        );
        for (from, to) in [(2, 3), (3, 1), (1, 3), (3, 2)] {
            assert_eq!(
                try_new(from, to, later.clone(), &existing),
                Ok(()),
                "{from} {to}"
            );
        }
        // The last day still counts.
        let touching = new(
            SubstitutionKind::Delegation,
            Role::Reporter,
            "2017-12-10",
            Some("2017-12-20"),
        );
        assert!(try_new(1, 3, touching, &existing).is_err());
        let deputy = new(SubstitutionKind::Deputy, Role::Reporter, TODAY, None);
        let deputies = [made(1, 2, deputy.clone())];
        assert_eq!(
            try_new(2, 1, deputy.clone(), &deputies),
            Ok(()),
            "A and B for each other"
        );
        assert!(
            try_new(1, 3, deputy.clone(), &deputies).is_err(),
            "one deputy each"
        );
        assert!(try_new(2, 3, deputy, &deputies).is_err());
    }

    #[test]
    fn a_substitute_has_what_the_lender_still_has() {
        let (a, b) = (person(1, &[Role::Reporter, Role::Approver]), person(2, &[]));
        let lent = |a: Person| [(made(1, 2, december(Role::Reporter)), a)];
        let on = day("2017-12-10");
        assert_eq!(
            acting(&b, &lent(a.clone()), on)[0].roles,
            [Role::Reporter].into()
        );
        assert!(acting(&b, &lent(a.clone()), day("2017-12-11")).is_empty());
        assert!(acting(&b, &lent(a.clone()), day("2017-11-30")).is_empty());
        for gone in [
            Person {
                active: false,
                ..a.clone()
            },
            Person {
                unit: UnitId(9),
                ..a.clone()
            },
            Person {
                roles: [Role::Approver].into(),
                ..a.clone()
            },
        ] {
            assert!(acting(&b, &lent(gone), on).is_empty());
        }
    }

    #[test]
    fn a_successor_has_both_peoples_roles() {
        let (a, b) = (person(1, &[Role::Reporter]), person(2, &[Role::Approver]));
        let (gone, both) = hand_over(&a, &b).unwrap();
        assert!(!gone.active && gone.roles.is_empty());
        assert_eq!(both.roles, [Role::Reporter, Role::Approver].into());
        let on = day("2017-12-01");
        assert_eq!(check_hand_over(&a, &b, on, "调离", &[], day(TODAY)), Ok(()));
        assert!(check_hand_over(&a, &b, day("2017-11-23"), "调离", &[], day(TODAY)).is_err());
        assert!(check_hand_over(&a, &b, on, "", &[], day(TODAY)).is_err());
    }

    proptest! {
        #[test]
        fn both_ends_are_included(from in 0_i64..400, length in 0_i64..60, at in -10_i64..480) {
            let first = day("2017-11-24") + chrono::TimeDelta::days(from);
            let last = first + chrono::TimeDelta::days(length);
            let on = day("2017-11-24") + chrono::TimeDelta::days(at);
            let mut new = december(Role::Reporter);
            (new.from, new.to) = (first, Some(last));
            prop_assert_eq!(made(1, 2, new).holds_on(on), from <= at && at <= from + length);
        }
    }
}
