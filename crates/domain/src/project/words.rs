//! The closed lists of a project's fields.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal, $label:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "each has its label")]
        pub enum $name { $(#[serde(rename = $word)] $variant,)* }

        impl $name {
            /// Every one, in the order of the form.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stored word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The one of a stored word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }

            /// The word for users.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }
        }
    )*};
}

words! {
    /// 近期 or 远期 (notice 二: “按照项目成熟程度，明确近期及远期项目”).
    Horizon {
        Near = "near", "近期";
        Far = "far", "远期";
    }

    /// Where an investor's capital comes from.
    Origin {
        Domestic = "domestic", "境内";
        Foreign = "foreign", "境外";
    }

    /// Whose an investor is.
    Ownership {
        Central = "central", "央企";
        Provincial = "provincial", "省企";
        Municipal = "municipal", "市属";
        Private = "private", "民企";
        Foreign = "foreign", "外企";
    }

    /// Where an investor sits.
    InvestorPlace {
        City = "city", "市内";
        Province = "province", "市外省内";
        Country = "country", "省外";
        Abroad = "abroad", "境外";
    }

    /// What was signed.
    SigningKind {
        Intention = "intention", "意向";
        Framework = "framework", "框架";
        Formal = "formal", "正式";
    }

    /// At which level it was signed.
    SigningLevel {
        Provincial = "provincial", "省级";
        City = "city", "市级";
        Other = "other", "其他";
    }

    /// What a signing is to those before it of the same project (§3, counting per signing event). It decides what counts.
    Relation {
        Upgrade = "upgrade", "此前协议升级";
        Repeat = "repeat", "同一合作再次签约";
        IncreaseBy = "increase_by", "增资（金额为增加额）";
        IncreaseTo = "increase_to", "增资（金额为增资后总额）";
        InvestorChange = "investor_change", "变更投资主体";
    }

    /// The readiness items of the library (§3).
    ReadinessItem {
        Demand = "demand", "原料或需求";
        Scale = "scale", "投资规模";
        Economics = "economics", "经济与税收测算";
        Site = "site", "选址与用地";
        Planning = "planning", "规划意见";
        Environment = "environment", "环评可能性";
    }

    /// Milestones that are dates of their own. 签约 comes from the signings, 落地 from the company, 到资 from entries.
    Milestone {
        Planned = "planned", "谋划";
        Negotiating = "negotiating", "在谈";
        Filed = "filed", "备案";
        Started = "started", "开工";
        Completed = "completed", "竣工";
        Producing = "producing", "投产";
    }

    /// How far a project is: its furthest milestone, or its state.
    Stage {
        Planned = "planned", "谋划";
        Negotiating = "negotiating", "在谈";
        Signed = "signed", "签约";
        Filed = "filed", "备案";
        Landed = "landed", "落地";
        Funded = "funded", "到资";
        Started = "started", "开工";
        Completed = "completed", "竣工";
        Producing = "producing", "投产";
        Suspended = "suspended", "暂停";
        Terminated = "terminated", "终止";
    }

    /// Where a project stands between the enterprise's library and the authority's (§3).
    Standing {
        Own = "own", "企业项目库";
        PutForward = "put_forward", "选送待审";
        Admitted = "admitted", "国资委项目库";
        SentBack = "sent_back", "选送退回";
        Removed = "removed", "已移出";
    }
}
