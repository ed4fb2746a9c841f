//! The accounts of the demo and the file they are kept in.

use domain::permission::Role;
use serde::{Deserialize, Serialize};

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What it signs in with.
    pub login: String,
    /// Freshly made at the first start.
    pub password: String,
    /// What it is.
    pub role: Role,
    /// Name of its unit.
    pub unit: String,
}

/// The file's text.
pub fn to_json(accounts: &[Account]) -> String {
    let mut text = serde_json::to_string_pretty(accounts).expect("accounts are plain text");
    text.push('\n');
    text
}

/// The accounts of a file's text; none when it is not ours.
pub fn from_json(text: &str) -> Option<Vec<Account>> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_what_tests_and_people_expect() {
        let account = Account {
            login: "a".into(),
            password: "b".into(),
            role: Role::SystemAdmin,
            unit: "c".into(),
        };
        let text = to_json(std::slice::from_ref(&account));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            value,
            serde_json::json!([{"login": "a", "password": "b", "role": "system_admin", "unit": "c"}])
        );
        assert_eq!(from_json(&text), Some(vec![account]));
    }
}
