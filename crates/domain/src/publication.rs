//! Publishing a table: 经办 → 处长 → 委领导签发 (§1). What is signed is frozen; a correction is a new version (勘误).

use serde::{Deserialize, Serialize};

use crate::{PersonId, person::Invalid};

/// Where a publication stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicationState {
    /// 待处长审核: made by 经办, rows and files frozen already.
    ForReview,
    /// 待签发: reviewed.
    ForSigning,
    /// 已印发: signed; every recipient sees it.
    Published,
    /// 已退回: given back with a reason; a new one is made instead.
    Returned,
}

impl PublicationState {
    /// Every state.
    pub const ALL: [Self; 4] = [
        Self::ForReview,
        Self::ForSigning,
        Self::Published,
        Self::Returned,
    ];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ForReview => "for_review",
            Self::ForSigning => "for_signing",
            Self::Published => "published",
            Self::Returned => "returned",
        }
    }

    /// The state of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ForReview => "待处长审核",
            Self::ForSigning => "待签发",
            Self::Published => "已印发",
            Self::Returned => "已退回",
        }
    }
}

/// What can be done with a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicationStep {
    /// 处长审核通过.
    Review,
    /// 委领导签发.
    Sign,
    /// 退回, with a reason.
    Return,
}

impl PublicationStep {
    /// The step of a word in addresses.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "review" => Some(Self::Review),
            "sign" => Some(Self::Sign),
            "return" => Some(Self::Return),
            _ => None,
        }
    }

    /// The state this step leads to, taken by `person` on what `made_by` made.
    ///
    /// # Errors
    /// [`Invalid`] when it has moved on, the maker would review his own, or a reason is missing.
    pub fn take(
        self,
        state: PublicationState,
        made_by: PersonId,
        person: PersonId,
        reason: &str,
    ) -> Result<PublicationState, Invalid> {
        use PublicationState::{ForReview, ForSigning, Published, Returned};
        match (self, state) {
            (Self::Review, ForReview) if person == made_by => {
                Err(Invalid::of("step", "经办人不能审核自己拟的表，请处长审核"))
            }
            (Self::Review, ForReview) => Ok(ForSigning),
            (Self::Sign, ForSigning) => Ok(Published),
            (Self::Return, ForReview | ForSigning) if reason.trim().is_empty() => {
                Err(Invalid::of("reason", "请写明退回理由"))
            }
            (Self::Return, ForReview | ForSigning) => Ok(Returned),
            (_, state) => Err(Invalid::of(
                "step",
                format!("这份表现在是“{}”，不能这样办理，请刷新页面", state.label()),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_people_publish() {
        use PublicationState::{ForReview, ForSigning, Published, Returned};
        let (maker, chief, leader) = (PersonId(1), PersonId(2), PersonId(3));
        assert!(
            PublicationStep::Review
                .take(ForReview, maker, maker, "")
                .is_err()
        );
        assert_eq!(
            PublicationStep::Review.take(ForReview, maker, chief, ""),
            Ok(ForSigning)
        );
        assert!(
            PublicationStep::Sign
                .take(ForReview, maker, leader, "")
                .is_err()
        );
        assert_eq!(
            PublicationStep::Sign.take(ForSigning, maker, leader, ""),
            Ok(Published)
        );
        assert!(
            PublicationStep::Return
                .take(ForSigning, maker, leader, " ")
                .is_err()
        );
        assert_eq!(
            PublicationStep::Return.take(ForSigning, maker, leader, "数字有误"),
            Ok(Returned)
        );
        assert!(
            PublicationStep::Sign
                .take(Published, maker, leader, "")
                .is_err()
        );
    }
}
