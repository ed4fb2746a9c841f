//! The rows of 附件2 and 附件3 as they are answered.

use std::collections::BTreeMap;

use domain::Money;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::value::date::PartialDate;

/// One row of 附件2: an adjustment to a project. Texts that are not there are null.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex2Row {
    /// 项目名称: NFC, trimmed, without line breaks. Empty only with a warning.
    pub project_name: String,
    /// 基本情况.
    pub basic_info: Option<String>,
    /// 投资额: an exact decimal in 万元 in JSON; none where it cannot be read for certain.
    #[serde(rename = "investment_wan", with = "wan")]
    pub investment: Option<Money>,
    /// 投资额 as it stands in the file.
    pub investment_raw: Option<String>,
    /// 约, 左右, 以上: the amount is one about the true one.
    pub investment_approx: bool,
    /// 调整内容.
    pub adjustment: Option<String>,
    /// 调整理由.
    pub reason: Option<String>,
    /// Names in 联系人及联系方式, with `、` between them.
    pub contact_name: Option<String>,
    /// Telephones there, with `、` between them.
    pub contact_phone: Option<String>,
    /// 联系人及联系方式 as it stands in the file.
    pub contact_raw: Option<String>,
    /// 备注.
    pub remark: Option<String>,
    /// Columns that the form does not have, by their header.
    pub extra: BTreeMap<String, String>,
}

/// The three classes of 附件3, in the order of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Category {
    /// No agreement signed.
    #[serde(rename = "在谈项目")]
    Negotiating,
    /// Signed, and no company founded.
    #[serde(rename = "已签约未落地项目")]
    Signed,
    /// Founded.
    #[serde(rename = "已落地项目")]
    Landed,
}

impl Category {
    /// All of them, as the form prints them from top to bottom.
    pub const ALL: [Self; 3] = [Self::Negotiating, Self::Signed, Self::Landed];

    /// What the form calls it.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Negotiating => "在谈项目",
            Self::Signed => "已签约未落地项目",
            Self::Landed => "已落地项目",
        }
    }
}

/// One row of 附件3: a project with a central SOE. Texts that are not there are null.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex3Row {
    /// 类别; null where it cannot be told.
    pub category: Option<Category>,
    /// 合作项目名称: as in [`Annex2Row::project_name`].
    pub project_name: String,
    /// 合作央企名称.
    pub central_enterprise: Option<String>,
    /// 当前进展情况.
    pub progress: Option<String>,
    /// 存在问题.
    pub problems: Option<String>,
    /// 下一步工作计划和重点.
    pub next_steps: Option<String>,
    /// The day or month of signing, where a column says so. Its precision stands beside it in JSON.
    #[serde(flatten, with = "signed")]
    pub signed: Option<PartialDate>,
    /// As in [`Annex2Row::contact_name`].
    pub contact_name: Option<String>,
    /// As in [`Annex2Row::contact_phone`].
    pub contact_phone: Option<String>,
    /// As in [`Annex2Row::contact_raw`].
    pub contact_raw: Option<String>,
    /// Columns that the form does not have, by their header.
    pub extra: BTreeMap<String, String>,
}

/// Money as an exact decimal string in 万元.
mod wan {
    use super::{Deserialize, Deserializer, Money, Serialize, Serializer, de};

    pub(super) fn serialize<S: Serializer>(
        money: &Option<Money>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        money.map(Money::wan_exact).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Money>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| Money::parse_wan(&text).map_err(de::Error::custom))
            .transpose()
    }
}

/// A date as `signed_on` and `signed_precision`.
mod signed {
    use super::{Deserialize, Deserializer, PartialDate, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Wire {
        signed_on: Option<PartialDate>,
        #[serde(skip_deserializing)]
        signed_precision: Option<&'static str>,
    }

    pub(super) fn serialize<S: Serializer>(
        date: &Option<PartialDate>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        Wire {
            signed_on: *date,
            signed_precision: date.map(PartialDate::precision),
        }
        .serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<PartialDate>, D::Error> {
        Wire::deserialize(deserializer).map(|wire| wire.signed_on)
    }
}
