//! People, their roles, passwords; and how input is refused.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{
    Instant, PersonId, UnitId, duty::Acting, permission::Action, permission::Role, unit::UnitKind,
};

/// Input that cannot be taken, by field. Nothing changes when this is answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Invalid {
    /// (field, plain Chinese sentence that says what to do), in the order of the form.
    pub fields: Vec<(String, String)>,
}

impl Invalid {
    /// One field refused.
    pub fn of(field: &str, why: impl Into<String>) -> Self {
        Self {
            fields: vec![(field.to_owned(), why.into())],
        }
    }

    /// Adds a refusal.
    pub fn add(&mut self, field: &str, why: impl Into<String>) {
        self.fields.push((field.to_owned(), why.into()));
    }

    /// The first refusal of a field.
    pub fn first(&self, field: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, why)| why.as_str())
    }

    /// `Ok` when nothing was refused.
    ///
    /// # Errors
    /// Itself, when something was.
    pub fn into_result(self) -> Result<(), Self> {
        if self.fields.is_empty() {
            Ok(())
        } else {
            Err(self)
        }
    }
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Its number.
    pub id: PersonId,
    /// The unit it works for.
    pub unit: UnitId,
    /// The name it signs in with, lower case.
    pub login: String,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub roles: BTreeSet<Role>,
    /// Whether it may sign in.
    pub active: bool,
    /// Whether a password has been set.
    pub has_password: bool,
    /// When the password was set.
    pub password_set_at: Option<Instant>,
    /// Whether the security administrator wants it changed first.
    pub password_must_change: bool,
    /// When the account was made.
    pub created_at: Instant,
    /// Counts saves.
    pub version: i64,
}

/// Counters of what is remembered between requests: each goes up in the transaction that changes what it stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Versions {
    /// Of units and their former names.
    pub units: i64,
    /// Of what authorities have set.
    pub settings: i64,
    /// Of the rules of libraries.
    pub rules: i64,
    /// Of saved filters and chosen columns.
    pub views: i64,
    /// Of the kept totals of libraries.
    pub totals: i64,
}

/// Who is asking. Made only by signing in, by a token or by the system itself.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The person.
    pub person: Person,
    /// Where the request comes from, for the audit.
    pub address: String,
    /// For whom it acts today, beside its own work. All of its own unit, so that what is reached is the same.
    pub acting: Vec<Acting>,
    /// For whom it does what it is doing now; none when its own roles allow it.
    pub on_behalf: Option<Acting>,
    /// The counters when it was recognised, in the one look that found its session; none by other ways.
    pub seen: Option<Versions>,
}

impl Caller {
    /// A person acting for nobody but itself.
    pub fn new(person: Person, address: impl Into<String>) -> Self {
        Self {
            person,
            address: address.into(),
            acting: Vec::new(),
            on_behalf: None,
            seen: None,
        }
    }

    /// Whether one of the person's roles, own or lent, may do this. What it reaches is the subtree of the person's unit.
    pub fn may(&self, action: Action) -> bool {
        self.own_may(action) || self.acting.iter().any(|acting| acting.may(action))
    }

    fn own_may(&self, action: Action) -> bool {
        self.person.roles.iter().any(|role| role.may(action))
    }

    /// The same caller about to do this: for itself where its own roles allow it, else for the one whose role does.
    pub fn doing(mut self, action: Action) -> Self {
        self.on_behalf = match self.own_may(action) {
            true => None,
            false => self
                .acting
                .iter()
                .find(|acting| acting.may(action))
                .cloned(),
        };
        self
    }

    /// Who does it, in words that survive the account: both names where it is for another.
    pub fn in_words(&self) -> String {
        let own = format!("{}（{}）", self.person.name, self.person.login);
        match &self.on_behalf {
            Some(acting) => format!("{own}代{}（{}）办理", acting.name, acting.login),
            None => own,
        }
    }
}

/// Checks a set of roles for a person of a unit of this kind.
///
/// # Errors
/// No role; more than one of the three administrators, or one of them beside daily work (三员分立, mission page); a
/// role of the authority for somebody of an enterprise, or the other way round: its reach would not be the role's.
pub fn check_roles(roles: &BTreeSet<Role>, unit: UnitKind) -> Result<(), Invalid> {
    let administrators = roles.iter().filter(|role| role.is_administrator()).count();
    if roles.is_empty() {
        return Err(Invalid::of("roles", "请至少选择一个角色"));
    }
    if administrators > 1 {
        return Err(Invalid::of(
            "roles",
            "系统管理员、安全管理员、审计管理员须由不同的人担任，请只选其一",
        ));
    }
    if administrators == 1 && roles.len() > 1 {
        return Err(Invalid::of("roles", "管理员不能兼任业务角色，请分设账号"));
    }
    let at_home = |role: &&Role| role.of_authority() == (unit == UnitKind::Authority);
    match roles.iter().find(|role| !at_home(role)) {
        Some(role) if role.of_authority() => Err(Invalid::of(
            "roles",
            format!("“{}”只能授予国资监管机构的人员，请核对其单位", role.label()),
        )),
        Some(role) => Err(Invalid::of(
            "roles",
            format!("“{}”只能授予企业的人员，请核对其单位", role.label()),
        )),
        None => Ok(()),
    }
}

/// Checks a login name and gives it in lower case.
///
/// # Errors
/// Not 3 to 32 letters, digits, dots, hyphens or underscores, beginning with a letter.
pub fn check_login(login: &str) -> Result<String, Invalid> {
    let login = login.trim().to_ascii_lowercase();
    let allowed =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    let begins = login.starts_with(|c: char| c.is_ascii_lowercase());
    if begins && (3..=32).contains(&login.len()) && login.chars().all(allowed) {
        Ok(login)
    } else {
        Err(Invalid::of(
            "login",
            "登录名请用3到32个字母、数字、点、横线或下划线，以字母开头",
        ))
    }
}

/// What a password must be. The default follows the usual reading of 等保 (GB/T 22239-2019, 8.1.4.1).
#[derive(Debug, Clone, Copy)]
pub struct PasswordPolicy {
    /// Characters at least.
    pub min_length: i64,
    /// Of lower case, upper case, digits, others: kinds at least.
    pub kinds: i64,
    /// So many of the last passwords must not be used again; 0: any may.
    pub history: i64,
    /// So many days it may be used; 0: for ever.
    pub max_age_days: i64,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            min_length: 10,
            kinds: 3,
            history: 5,
            max_age_days: 90,
        }
    }
}

/// Longer passwords only feed the hash function.
const PASSWORD_MOST: i64 = 128;

/// Why a password must be changed before anything else is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordDue {
    /// The security administrator wants it.
    Asked,
    /// It has been used for as many days as it may.
    TooOld {
        /// How many.
        days: i64,
    },
}

impl PasswordDue {
    /// What users are told.
    pub fn sentence(self) -> String {
        match self {
            Self::Asked => "安全管理员要求更换口令，请先更换口令再办理其他事项".to_owned(),
            Self::TooOld { days } => format!("口令已使用满{days}天，请先更换口令再办理其他事项"),
        }
    }
}

impl PasswordPolicy {
    /// Whether a person's password must be changed first. A person without one signs in by nothing that ages.
    pub fn due(self, person: &Person, now: Instant) -> Option<PasswordDue> {
        if person.password_must_change {
            return Some(PasswordDue::Asked);
        }
        let set_at = person.password_set_at.filter(|_| self.max_age_days > 0)?;
        (now >= set_at + chrono::TimeDelta::days(self.max_age_days)).then_some(
            PasswordDue::TooOld {
                days: self.max_age_days,
            },
        )
    }

    /// What a new password must be, for the form.
    pub fn sentence(self) -> String {
        let kinds = match self.kinds {
            ..=1 => String::new(),
            kinds => format!("，包含大写字母、小写字母、数字、符号中的至少{kinds}类"),
        };
        format!("至少{}个字符{kinds}，不含登录名", self.min_length)
    }

    /// Checks a new password.
    ///
    /// # Errors
    /// Too short, too long, too few kinds of characters, or the login name within it.
    pub fn check(self, login: &str, password: &str) -> Result<(), Invalid> {
        let count = i64::try_from(password.chars().count()).unwrap_or(i64::MAX);
        let has = |test: fn(char) -> bool| i64::from(password.chars().any(test));
        let kinds = has(|c| c.is_lowercase())
            + has(|c| c.is_uppercase())
            + has(|c| c.is_numeric())
            + has(|c| !c.is_alphanumeric());
        let why = if count < self.min_length {
            format!("口令至少{}个字符", self.min_length)
        } else if count > PASSWORD_MOST {
            format!("口令不能超过{PASSWORD_MOST}个字符")
        } else if kinds < self.kinds {
            format!(
                "口令须包含大写字母、小写字母、数字、符号中的至少{}类",
                self.kinds
            )
        } else if !login.is_empty() && password.to_lowercase().contains(login) {
            "口令不能包含登录名".to_owned()
        } else {
            return Ok(());
        };
        Err(Invalid::of("password", why))
    }
}

/// Wrong tries before a login is locked, and for how long (等保 default; a setting).
#[derive(Debug, Clone, Copy)]
pub struct LockPolicy {
    /// Wrong tries that lock.
    pub tries: i64,
    /// Minutes it stays locked.
    pub minutes: i64,
}

impl Default for LockPolicy {
    fn default() -> Self {
        Self {
            tries: 5,
            minutes: 30,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_holds_two_administrations() {
        let roles = |list: &[Role]| {
            let home = if list.iter().any(|role| role.of_authority()) {
                UnitKind::Authority
            } else {
                UnitKind::Enterprise
            };
            check_roles(&list.iter().copied().collect(), home)
        };
        assert!(roles(&[Role::SystemAdmin]).is_ok());
        assert!(roles(&[Role::Reporter, Role::Approver]).is_ok());
        assert!(roles(&[Role::SystemAdmin, Role::AuditAdmin]).is_err());
        assert!(roles(&[Role::SecurityAdmin, Role::Officer]).is_err());
        assert!(roles(&[]).is_err());
    }

    #[test]
    fn roles_stay_at_home() {
        let check = |role, unit| check_roles(&[role].into(), unit);
        assert!(check(Role::Officer, UnitKind::Authority).is_ok());
        assert!(check(Role::Officer, UnitKind::Enterprise).is_err());
        assert!(check(Role::SystemAdmin, UnitKind::Subsidiary).is_err());
        assert!(check(Role::Reporter, UnitKind::Subsidiary).is_ok());
        assert!(check(Role::Reporter, UnitKind::Authority).is_err());
    }

    #[test]
    fn logins_are_lower_case_and_plain() {
        assert_eq!(check_login(" Wang.Li "), Ok("wang.li".into()));
        for bad in ["ab", "1abc", "王丽", "a b c", "x\u{0}yz", &"a".repeat(33)] {
            assert!(check_login(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn passwords_follow_the_policy() {
        let policy = PasswordPolicy::default();
        assert!(policy.check("wang", "Abcdef-2017").is_ok());
        for bad in ["Ab-1", "abcdefghijk", "Wang-2017-xx", &"aA1-".repeat(40)] {
            assert!(policy.check("wang", bad).is_err(), "{bad:?}");
        }
    }
}
