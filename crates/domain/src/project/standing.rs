//! Between the enterprise's library and the authority's (§3): put forward, admitted, returned, removed.

use serde::{Deserialize, Serialize};

use crate::{permission::Action, person::Invalid};

use super::Standing;

/// A step between the two libraries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandingStep {
    /// 选送: the enterprise puts it forward.
    PutForward,
    /// 撤回选送: the enterprise takes it back before it is decided.
    TakeBack,
    /// 入库: the officer admits it.
    Admit,
    /// 退回: the officer returns it.
    SendBack,
    /// 移出: the officer removes it.
    Remove,
}

impl StandingStep {
    /// Every step.
    pub const ALL: [Self; 5] = [
        Self::PutForward,
        Self::TakeBack,
        Self::Admit,
        Self::SendBack,
        Self::Remove,
    ];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::PutForward => "put_forward",
            Self::TakeBack => "take_back",
            Self::Admit => "admit",
            Self::SendBack => "send_back",
            Self::Remove => "remove",
        }
    }

    /// The step of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PutForward => "选送",
            Self::TakeBack => "撤回选送",
            Self::Admit => "入库",
            Self::SendBack => "退回选送",
            Self::Remove => "移出国资委项目库",
        }
    }

    /// What it needs.
    pub const fn needs(self) -> Action {
        match self {
            Self::PutForward | Self::TakeBack => Action::EditProjects,
            Self::Admit | Self::SendBack | Self::Remove => Action::AdmitProjects,
        }
    }

    /// Whether it must be said why.
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::SendBack | Self::Remove)
    }

    /// Whether a project standing there can take this step.
    pub const fn fits(self, standing: Standing) -> bool {
        match self {
            Self::PutForward => matches!(
                standing,
                Standing::Own | Standing::SentBack | Standing::Removed
            ),
            Self::TakeBack | Self::Admit | Self::SendBack => {
                matches!(standing, Standing::PutForward)
            }
            Self::Remove => matches!(standing, Standing::Admitted),
        }
    }

    /// Where the step leads from `standing`.
    ///
    /// # Errors
    /// [`Invalid`] when the project has moved on, or a reason is missing or too long.
    pub fn take(self, standing: Standing, reason: &str) -> Result<Standing, Invalid> {
        if !self.fits(standing) {
            let (now, step) = (standing.label(), self.label());
            return Err(Invalid::of(
                "step",
                format!("这个项目现在在“{now}”，不能{step}，请刷新页面"),
            ));
        }
        if self.needs_reason() && reason.trim().is_empty() {
            return Err(Invalid::of("reason", "请写明理由"));
        }
        if reason.chars().count() > 500 {
            return Err(Invalid::of("reason", "理由请控制在500字以内"));
        }
        Ok(match self {
            Self::PutForward => Standing::PutForward,
            Self::TakeBack => Standing::Own,
            Self::Admit => Standing::Admitted,
            Self::SendBack => Standing::SentBack,
            Self::Remove => Standing::Removed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_goes_there_and_back() {
        use Standing as S;
        assert_eq!(StandingStep::PutForward.take(S::Own, ""), Ok(S::PutForward));
        assert_eq!(StandingStep::Admit.take(S::PutForward, ""), Ok(S::Admitted));
        assert_eq!(
            StandingStep::SendBack.take(S::PutForward, "材料不全"),
            Ok(S::SentBack)
        );
        assert!(StandingStep::SendBack.take(S::PutForward, " ").is_err());
        assert!(StandingStep::Admit.take(S::Own, "").is_err());
        assert_eq!(
            StandingStep::Remove.take(S::Admitted, "重复"),
            Ok(S::Removed)
        );
        assert_eq!(
            StandingStep::PutForward.take(S::Removed, ""),
            Ok(S::PutForward)
        );
    }
}
