//! Saved filters of the project library (常用筛选): a name, what is asked, and whom it is shared with.

use crate::{
    names,
    permission::Role,
    person::{Caller, Invalid},
    unit::UnitKind,
};

/// Characters of a name.
const NAME_MOST: usize = 30;
/// Filters a person may keep.
pub const FILTERS_MOST: usize = 100;

/// What is said of a saved filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilterFields {
    /// Its name.
    pub name: String,
    /// The address it stands for: parameters of the list in their order.
    pub pairs: Vec<(String, String)>,
    /// With whom it is shared: this role in the owner's unit and below. None: with nobody.
    pub role: Option<Role>,
}

impl FilterFields {
    /// As it is stored: without the page, which is nobody's choice.
    pub fn tidied(mut self) -> Self {
        self.name = names::tidy(&self.name);
        self.pairs
            .retain(|(name, value)| name != "page" && name != "done" && !value.trim().is_empty());
        self
    }

    /// Checks what somebody of a unit of `kind` would save.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(&self, kind: UnitKind) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        if self.name.is_empty() {
            invalid.add("name", "请填写筛选的名称，例如 签约满半年未开工");
        } else if self.name.chars().count() > NAME_MOST || self.name.chars().any(char::is_control) {
            invalid.add("name", format!("名称请控制在{NAME_MOST}字以内"));
        }
        if self
            .role
            .is_some_and(|role| !sharable(kind).contains(&role))
        {
            invalid.add("role", "只能与本单位及下级的业务角色共用，请从列表里选择");
        }
        invalid.into_result()
    }
}

/// The roles somebody of a unit of this kind may share with: those that are at home there or below. Sharing never
/// shows anybody more: a filter asks, and each is answered with what he may see.
pub const fn sharable(kind: UnitKind) -> &'static [Role] {
    match kind {
        UnitKind::Authority => &[Role::Officer, Role::Leader, Role::Reporter, Role::Approver],
        _ => &[Role::Reporter, Role::Approver],
    }
}

/// The roles in which a caller is met by what is shared: its own, and those lent to it today.
pub fn roles_of(caller: &Caller) -> std::collections::BTreeSet<Role> {
    let lent = caller.acting.iter().flat_map(|acting| &acting.roles);
    caller.person.roles.iter().chain(lent).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(name: &str, role: Option<Role>) -> FilterFields {
        FilterFields {
            name: name.into(),
            pairs: vec![
                ("started".into(), "no".into()),
                ("page".into(), "3".into()),
                ("q".into(), " ".into()),
            ],
            role,
        }
        .tidied()
    }

    #[test]
    fn a_filter_keeps_what_is_asked() {
        let kept = filter(" 未开工 ", None);
        assert_eq!((kept.name.as_str(), kept.pairs.len()), ("未开工", 1));
        assert!(kept.check(UnitKind::Enterprise).is_ok());
    }

    #[test]
    fn it_is_shared_within_the_owners_unit() {
        for role in Role::ALL {
            let shared = filter("甲", Some(role));
            assert_eq!(
                shared.check(UnitKind::Authority).is_ok(),
                !role.is_administrator()
            );
            assert_eq!(
                shared.check(UnitKind::Enterprise).is_ok(),
                matches!(role, Role::Reporter | Role::Approver)
            );
        }
        let long = filter(&"长".repeat(31), None).check(UnitKind::Authority);
        assert!(long.unwrap_err().first("name").is_some());
        assert!(filter("", None).check(UnitKind::Authority).is_err());
    }
}
