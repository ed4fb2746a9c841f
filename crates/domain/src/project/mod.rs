//! A project of the library (项目库, §3): what is said of it, how far it is, what changed.

mod check;
mod facts;
mod moves;
mod stage;
mod standing;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use check::Lists;
pub use facts::{Change, Field, changes};
pub use moves::{BOARD, Move};
pub use stage::undone;
pub use standing::StandingStep;
pub use words::{
    Horizon, InvestorPlace, Milestone, Origin, Ownership, ReadinessItem, Relation, SigningKind,
    SigningLevel, Stage, Standing,
};

use crate::{FileId, Money, partial_date::PartialDate};

/// An investor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Investor {
    /// Name.
    pub name: String,
    /// 境内 or 境外; none when not known.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// Whose it is.
    #[serde(default)]
    pub ownership: Option<Ownership>,
    /// Where it sits.
    #[serde(default)]
    pub place: Option<InvestorPlace>,
    /// 温商.
    #[serde(default)]
    pub wenshang: bool,
}

/// The project's company; registered it is landed 【推定】.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// Name.
    pub name: String,
    /// When it was registered.
    #[serde(default)]
    pub registered_on: Option<PartialDate>,
}

/// A signing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// When.
    pub on: PartialDate,
    /// 意向, 框架 or 正式.
    pub kind: SigningKind,
    /// At which level.
    pub level: SigningLevel,
    /// The event it was signed at; empty when at none.
    #[serde(default)]
    pub event: String,
    /// What was contracted, in hundredths of the currency's unit; for RMB 分.
    #[serde(default)]
    pub amount: Option<Money>,
    /// Three capital letters; none is RMB.
    #[serde(default)]
    pub currency: Option<String>,
    /// How a foreign amount becomes RMB; none when nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<SigningRate>,
    /// What it is to the signings before it; none where there is none before, or nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
}

/// The rate by which a foreign contract is counted in RMB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningRate {
    /// RMB for 100 units in hundred-thousandths of a 元, as [`crate::entry::Foreign::rate`].
    pub rate: i64,
    /// The day of the rate.
    pub on: chrono::NaiveDate,
}

impl Signing {
    /// The amount in RMB; none where no amount or no rate is known.
    pub fn in_rmb(&self) -> Option<Money> {
        self.to_rmb(self.amount?)
    }

    /// Another amount in this contract's currency in RMB, by its rate.
    pub fn to_rmb(&self, amount: Money) -> Option<Money> {
        let Some(currency) = &self.currency else {
            return Some(amount);
        };
        let rate = self.rate?;
        let foreign = crate::entry::Foreign {
            currency: currency.clone(),
            hundredths: amount.fen(),
            rate: rate.rate,
            rate_on: rate.on,
        };
        Some(foreign.in_rmb())
    }
}

/// Whether one item of readiness is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Readiness {
    /// Whether it is.
    #[serde(default)]
    pub ready: bool,
    /// What there is, or what is missing.
    #[serde(default)]
    pub note: String,
}

/// The packaging texts (notice 二: “突出项目基础优势、地理环境特点、商业模式建立”).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Packaging {
    /// 项目基础优势.
    pub advantages: String,
    /// 地理环境特点.
    pub surroundings: String,
    /// 商业模式.
    pub business_model: String,
}

/// 暂停 or 终止: since when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Halt {
    /// Since when.
    pub on: PartialDate,
    /// Why.
    pub reason: String,
}

/// A file kept with the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// The stored file.
    pub file: FileId,
    /// Its name.
    pub name: String,
}

/// All that is said of a project; one revision keeps one of these.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProjectFields {
    /// 项目名称.
    pub name: String,
    /// 基本情况.
    pub basic_info: String,
    /// 产业, one of the authority's list.
    pub industry: String,
    /// 总投资额 (RMB, in 分); none when not settled.
    pub investment: Option<Money>,
    /// 县（市、区）: a code of the districts' list; empty when not settled.
    pub district: String,
    /// Where exactly.
    pub address: String,
    /// 近期 or 远期.
    pub horizon: Option<Horizon>,
    /// Readiness by item; an item not named is not ready.
    pub readiness: BTreeMap<ReadinessItem, Readiness>,
    /// Packaging texts.
    pub packaging: Packaging,
    /// 合作方式.
    pub cooperation: String,
    /// 挂钩领导.
    pub lead_official: String,
    /// 联系人.
    pub contact_name: String,
    /// 联系电话.
    pub contact_phone: String,
    /// 备注.
    pub remarks: String,
    /// Investors.
    pub investors: Vec<Investor>,
    /// Project company.
    pub company: Option<Company>,
    /// Signings.
    pub signings: Vec<Signing>,
    /// Dated facts.
    pub milestones: BTreeMap<Milestone, PartialDate>,
    /// 暂停.
    pub suspended: Option<Halt>,
    /// 终止: the project leaves the library.
    pub terminated: Option<Halt>,
    /// Files.
    pub attachments: Vec<Attachment>,
}

impl ProjectFields {
    /// 联系人及联系方式 in one line.
    pub fn contact(&self) -> String {
        let parts = [self.contact_name.as_str(), self.contact_phone.as_str()];
        let filled: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        filled.join(" ")
    }

    /// Whether foreign capital takes part.
    pub fn has_foreign_capital(&self) -> bool {
        let foreign = |one: &Investor| {
            one.origin == Some(Origin::Foreign) || one.ownership == Some(Ownership::Foreign)
        };
        self.investors.iter().any(foreign)
    }

    /// Whether an investor of this ownership takes part.
    pub fn has_investor(&self, ownership: Ownership) -> bool {
        self.investors
            .iter()
            .any(|one| one.ownership == Some(ownership))
    }

    /// Whether 温商 take part.
    pub fn has_wenshang(&self) -> bool {
        self.investors.iter().any(|one| one.wenshang)
    }

    /// How many of the readiness items are there.
    pub fn readiness_count(&self) -> u8 {
        let count = self.readiness.values().filter(|item| item.ready).count();
        u8::try_from(count).unwrap_or(u8::MAX)
    }

    /// Whether all packaging texts are written.
    pub fn is_packaged(&self) -> bool {
        let texts = [
            &self.packaging.advantages,
            &self.packaging.surroundings,
            &self.packaging.business_model,
        ];
        texts.iter().all(|text| !text.trim().is_empty())
    }

    /// The first formal signing.
    pub fn first_formal_signing(&self) -> Option<&Signing> {
        let formal = self
            .signings
            .iter()
            .filter(|one| one.kind == SigningKind::Formal);
        formal.min_by_key(|one| (one.on.latest(), one.on.earliest()))
    }

    /// All words of it, for finding it: each field's on a line. Not the telephone: who may not see it could else find
    /// it out by trying.
    pub fn haystack(&self, code: &str) -> String {
        let mut lines = vec![crate::names::key(code)];
        for field in Field::ALL {
            if !field.is_contact() {
                lines.push(crate::names::key(&self.text(*field)));
            }
        }
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }
}

/// Which fields make an adjustment when they change (setting).
pub type Reportable = BTreeSet<Field>;

/// The fields that make one where the authority has set nothing 【推定】: what 附件2 prints, and what decides over
/// staying in the library.
pub fn default_reportable() -> Reportable {
    [
        Field::Name,
        Field::BasicInfo,
        Field::Industry,
        Field::Investment,
        Field::District,
        Field::Horizon,
        Field::Cooperation,
        Field::Suspended,
        Field::Terminated,
    ]
    .into()
}

/// The industries of the notice (二), which an authority may edit.
pub const INDUSTRIES: [&str; 10] = [
    "交通基础设施",
    "城市建设基础设施",
    "民生工程",
    "社会事业",
    "医疗健康",
    "商贸休闲",
    "现代物流",
    "现代旅游",
    "现代金融",
    "文化创意",
];
