//! The audit chain: what an event is and which bytes its seal covers.

use serde::{Deserialize, Serialize};

use crate::{Instant, PersonId, UnitId};

/// The two chains of an authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChainKind {
    /// Changes: written in the transaction of the change.
    Change,
    /// Sign-ins, refusals, views of masked data, downloads, exports: written before the response leaves.
    Access,
}

/// A chain: one of the two of one authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chain {
    /// Which of the two.
    pub kind: ChainKind,
    /// Whose.
    pub authority: UnitId,
}

impl Chain {
    /// The stored name: `change:1`.
    pub fn name(self) -> String {
        let kind = match self.kind {
            ChainKind::Change => "change",
            ChainKind::Access => "access",
        };
        format!("{kind}:{}", self.authority)
    }
}

/// What happened, before it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// Who; none for nobody or the system.
    pub actor: Option<PersonId>,
    /// Who, in words that survive the account.
    pub actor_name: String,
    /// What was done, as `target.set`.
    pub action: String,
    /// To what, as `unit:3`.
    pub object: String,
    /// The facts, as JSON.
    pub detail: String,
    /// From which address.
    pub address: String,
}

/// An event in its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sealed {
    /// Its place, from 1.
    pub seq: i64,
    /// The event.
    pub event: Event,
    /// HMAC-SM3 over the previous seal and [`sealed_bytes`], in hexadecimal.
    pub seal: String,
}

/// The end of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The chain's name.
    pub chain: String,
    /// Events in it.
    pub seq: i64,
    /// The last seal; empty for an empty chain.
    pub seal: String,
}

/// The bytes a seal covers: every part with its length before it, so that no two events give the same bytes.
pub fn sealed_bytes(chain: &str, seq: i64, previous_seal: &str, event: &Event) -> Vec<u8> {
    let actor = event
        .actor
        .map_or(String::new(), |person| person.to_string());
    let at = event.at.timestamp_micros().to_string();
    let parts = [
        chain,
        &seq.to_string(),
        previous_seal,
        &at,
        &actor,
        &event.actor_name,
        &event.action,
        &event.object,
        &event.detail,
        &event.address,
    ];
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(action: &str, object: &str) -> Event {
        Event {
            at: "2017-11-24T00:00:00Z".parse().unwrap(),
            actor: None,
            actor_name: String::new(),
            action: action.into(),
            object: object.into(),
            detail: "{}".into(),
            address: String::new(),
        }
    }

    #[test]
    fn moving_a_border_between_parts_changes_the_bytes() {
        let one = sealed_bytes("change:1", 1, "", &event("ab", "c"));
        let two = sealed_bytes("change:1", 1, "", &event("a", "bc"));
        assert_ne!(one, two);
    }
}
