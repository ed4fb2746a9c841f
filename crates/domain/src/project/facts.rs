//! A project field by field in words: for history, comparison, adjustments and search.

use serde::{Deserialize, Serialize};

use super::{Halt, Investor, Milestone, ProjectFields, ReadinessItem, Signing};

macro_rules! fields {
    ($($name:ident = $word:literal, $label:literal;)*) => {
        /// A field of a project, as history and adjustments tell of it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "each has its label")]
        pub enum Field { $(#[serde(rename = $word)] $name,)* }

        impl Field {
            /// Every field, in the order of the form.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stored word; the field's name in the API where it is one.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The field of a stored word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|field| field.word() == word)
            }

            /// The words for users.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }
        }
    };
}

fields! {
    Name = "name", "项目名称";
    BasicInfo = "basic_info", "基本情况";
    Industry = "industry", "产业";
    Investment = "investment", "投资额（万元）";
    District = "district", "县（市、区）";
    Address = "address", "详细地点";
    Horizon = "horizon", "近期/远期";
    Cooperation = "cooperation", "合作方式";
    Investors = "investors", "投资方";
    Company = "company", "项目公司";
    Signings = "signings", "签约";
    Planned = "planned", "谋划";
    Negotiating = "negotiating", "在谈";
    Filed = "filed", "备案";
    Started = "started", "开工";
    Completed = "completed", "竣工";
    Producing = "producing", "投产";
    Suspended = "suspended", "暂停";
    Terminated = "terminated", "终止";
    Demand = "demand", "原料或需求";
    Scale = "scale", "投资规模";
    Economics = "economics", "经济与税收测算";
    Site = "site", "选址与用地";
    Planning = "planning", "规划意见";
    Environment = "environment", "环评可能性";
    Advantages = "advantages", "项目基础优势";
    Surroundings = "surroundings", "地理环境特点";
    BusinessModel = "business_model", "商业模式";
    LeadOfficial = "lead_official", "挂钩领导";
    ContactName = "contact_name", "联系人";
    ContactPhone = "contact_phone", "联系电话";
    Remarks = "remarks", "备注";
    Attachments = "attachments", "附件";
}

impl Field {
    /// Whether it tells who can be reached where: shown masked.
    pub const fn is_contact(self) -> bool {
        matches!(self, Self::ContactPhone)
    }
}

impl ProjectFields {
    /// A field in words; empty when nothing is said. Lists have a line each.
    pub fn text(&self, field: Field) -> String {
        use Field as F;
        let milestone = |one: Milestone| {
            self.milestones
                .get(&one)
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        let readiness = |item: ReadinessItem| match self.readiness.get(&item) {
            None => String::new(),
            Some(one) if !one.ready && one.note.is_empty() => String::new(),
            Some(one) => joined(&[if one.ready { "已具备" } else { "未具备" }, &one.note]),
        };
        match field {
            F::Name => self.name.clone(),
            F::BasicInfo => self.basic_info.clone(),
            F::Industry => self.industry.clone(),
            F::Investment => self
                .investment
                .map(crate::Money::wan_exact)
                .unwrap_or_default(),
            F::District => crate::district::name(&self.district).to_owned(),
            F::Address => self.address.clone(),
            F::Horizon => self
                .horizon
                .map(|one| one.label().to_owned())
                .unwrap_or_default(),
            F::Cooperation => self.cooperation.clone(),
            F::Investors => lines(self.investors.iter().map(investor)),
            F::Company => self.company.as_ref().map_or(String::new(), |one| {
                let registered = one.registered_on.map(|on| format!("{on}登记"));
                joined(&[&one.name, registered.as_deref().unwrap_or_default()])
            }),
            F::Signings => lines(self.signings.iter().map(signing)),
            F::Planned => milestone(Milestone::Planned),
            F::Negotiating => milestone(Milestone::Negotiating),
            F::Filed => milestone(Milestone::Filed),
            F::Started => milestone(Milestone::Started),
            F::Completed => milestone(Milestone::Completed),
            F::Producing => milestone(Milestone::Producing),
            F::Suspended => halt(self.suspended.as_ref()),
            F::Terminated => halt(self.terminated.as_ref()),
            F::Demand => readiness(ReadinessItem::Demand),
            F::Scale => readiness(ReadinessItem::Scale),
            F::Economics => readiness(ReadinessItem::Economics),
            F::Site => readiness(ReadinessItem::Site),
            F::Planning => readiness(ReadinessItem::Planning),
            F::Environment => readiness(ReadinessItem::Environment),
            F::Advantages => self.packaging.advantages.clone(),
            F::Surroundings => self.packaging.surroundings.clone(),
            F::BusinessModel => self.packaging.business_model.clone(),
            F::LeadOfficial => self.lead_official.clone(),
            F::ContactName => self.contact_name.clone(),
            F::ContactPhone => self.contact_phone.clone(),
            F::Remarks => self.remarks.clone(),
            F::Attachments => lines(self.attachments.iter().map(|one| one.name.clone())),
        }
    }
}

fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("，")
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

fn halt(halt: Option<&Halt>) -> String {
    halt.map_or(String::new(), |one| {
        joined(&[&one.on.to_string(), &one.reason])
    })
}

fn investor(one: &Investor) -> String {
    joined(&[
        &one.name,
        one.origin.map_or("", super::Origin::label),
        one.ownership.map_or("", super::Ownership::label),
        one.place.map_or("", super::InvestorPlace::label),
        if one.wenshang { "温商" } else { "" },
    ])
}

fn signing(one: &Signing) -> String {
    let amount = one.amount.map(|amount| match &one.currency {
        None => format!("{}万元", amount.wan_exact()),
        Some(currency) => format!("{}万{currency}", amount.wan_exact()),
    });
    let rate = one.rate.map(|rate| {
        let whole = crate::entry::print_rate(rate.rate);
        format!("汇率{whole}（{}）", rate.on)
    });
    joined(&[
        &one.on.to_string(),
        &format!("{}签约", one.kind.label()),
        one.level.label(),
        &one.event,
        amount.as_deref().unwrap_or_default(),
        rate.as_deref().unwrap_or_default(),
        one.relation.map_or("", super::Relation::label),
    ])
}

/// What differs in one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The field.
    pub field: Field,
    /// In words before; empty when nothing was said.
    pub before: String,
    /// In words after.
    pub after: String,
}

/// What differs between two states of a project, in the order of the form.
pub fn changes(before: &ProjectFields, after: &ProjectFields) -> Vec<Change> {
    let change = |field: &Field| {
        let (before, after) = (before.text(*field), after.text(*field));
        (before != after).then_some(Change {
            field: *field,
            before,
            after,
        })
    };
    Field::ALL.iter().filter_map(change).collect()
}
