//! A project as JSON. Amounts are decimal strings in 万元, dates `2017-05-24` or `2017-05`, choices their English words.

use std::collections::BTreeMap;

use domain::{
    Money,
    entry::print_rate,
    partial_date::PartialDate,
    person::Invalid,
    project::{
        Attachment, Company, Halt, Horizon, Investor, InvestorPlace, Milestone, Origin, Ownership,
        Packaging, ProjectFields, Readiness, ReadinessItem, Relation, Signing, SigningKind,
        SigningLevel, SigningRate,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::pages::{funds::fixed, query::day};

/// 投资方
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct InvestorBody {
    #[schema(example = "某央企投资有限公司")]
    pub name: String,
    /// domestic 境内, foreign 境外
    #[schema(example = "domestic")]
    pub origin: Option<String>,
    /// central 央企, provincial 省企, municipal 市属, private 民企, foreign 外企
    #[schema(example = "central")]
    pub ownership: Option<String>,
    /// city 市内, province 市外省内, country 省外, abroad 境外
    #[schema(example = "country")]
    pub place: Option<String>,
    /// 温商
    pub wenshang: bool,
}

/// 项目公司
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CompanyBody {
    #[schema(example = "某某项目有限公司")]
    pub name: String,
    /// 登记日期，只知道月份时写 2017-05
    #[schema(example = "2017-06")]
    pub registered_on: Option<String>,
}

/// 签约
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SigningBody {
    #[schema(example = "2017-05-24")]
    pub on: String,
    /// intention 意向, framework 框架, formal 正式
    #[schema(example = "formal")]
    pub kind: String,
    /// provincial 省级, city 市级, other 其他
    #[schema(example = "city")]
    pub level: String,
    #[schema(example = "浙洽会")]
    pub event: String,
    /// 签约金额，以万元（外币以万）计
    #[schema(example = "12000")]
    pub amount_wan: Option<String>,
    /// 外币的三个大写字母；人民币为 null
    pub currency: Option<String>,
    /// 外币签约折算人民币：100 外币折合的元数；不写则不折算，统计时说明
    #[schema(example = "663.12")]
    pub rate: Option<String>,
    /// 汇率日期
    #[schema(example = "2017-05-24")]
    pub rate_on: Option<String>,
    /// 与此前签约的关系：upgrade 升级, repeat 再次签约, increase_by 增资（增加额）, increase_to 增资（增资后总额）, investor_change 变更投资主体；首次签约为 null，此后每次须写
    pub relation: Option<String>,
}

/// 一项成熟度
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ReadinessBody {
    /// 是否具备
    pub ready: bool,
    /// 说明
    pub note: String,
}

/// 包装
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PackagingBody {
    /// 项目基础优势
    pub advantages: String,
    /// 地理环境特点
    pub surroundings: String,
    /// 商业模式
    pub business_model: String,
}

/// 暂停或终止
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HaltBody {
    #[schema(example = "2017-11")]
    pub on: String,
    #[schema(example = "用地未落实")]
    pub reason: String,
}

/// 附件
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttachmentBody {
    pub file: i64,
    pub name: String,
}

/// 项目内容
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FieldsBody {
    #[schema(example = "瓯江口临港仓储项目")]
    pub name: String,
    /// 基本情况
    #[schema(example = "建设标准仓储6万平方米")]
    pub basic_info: String,
    /// 产业，须在产业名录内
    #[schema(example = "现代物流")]
    pub industry: String,
    /// 总投资额（万元）
    #[schema(example = "12000")]
    pub investment_wan: Option<String>,
    /// 县（市、区）代码
    #[schema(example = "330305")]
    pub district: String,
    pub address: String,
    /// near 近期, far 远期
    #[schema(example = "near")]
    pub horizon: Option<String>,
    /// demand, scale, economics, site, planning, environment
    pub readiness: BTreeMap<String, ReadinessBody>,
    pub packaging: PackagingBody,
    /// 合作方式
    pub cooperation: String,
    /// 挂钩领导
    pub lead_official: String,
    pub contact_name: String,
    /// 读取时掩去中间四位；原样写回则不变
    #[schema(example = "13800000000")]
    pub contact_phone: String,
    pub remarks: String,
    pub investors: Vec<InvestorBody>,
    pub company: Option<CompanyBody>,
    pub signings: Vec<SigningBody>,
    /// planned, negotiating, filed, started, completed, producing → 日期
    #[schema(example = json!({"negotiating": "2017-03", "filed": "2017-06-12"}))]
    pub milestones: BTreeMap<String, String>,
    /// 暂停
    pub suspended: Option<HaltBody>,
    /// 终止
    pub terminated: Option<HaltBody>,
}

impl FieldsBody {
    /// As JSON, from what is shown.
    pub fn of(fields: &ProjectFields) -> Self {
        let halt = |halt: &Halt| HaltBody {
            on: halt.on.to_string(),
            reason: halt.reason.clone(),
        };
        Self {
            name: fields.name.clone(),
            basic_info: fields.basic_info.clone(),
            industry: fields.industry.clone(),
            investment_wan: fields.investment.map(Money::wan_exact),
            district: fields.district.clone(),
            address: fields.address.clone(),
            horizon: fields.horizon.map(|one| one.word().to_owned()),
            readiness: fields
                .readiness
                .iter()
                .map(|(item, one)| {
                    let body = ReadinessBody {
                        ready: one.ready,
                        note: one.note.clone(),
                    };
                    (item.word().to_owned(), body)
                })
                .collect(),
            packaging: PackagingBody {
                advantages: fields.packaging.advantages.clone(),
                surroundings: fields.packaging.surroundings.clone(),
                business_model: fields.packaging.business_model.clone(),
            },
            cooperation: fields.cooperation.clone(),
            lead_official: fields.lead_official.clone(),
            contact_name: fields.contact_name.clone(),
            contact_phone: fields.contact_phone.clone(),
            remarks: fields.remarks.clone(),
            investors: fields.investors.iter().map(investor).collect(),
            company: fields.company.as_ref().map(|one| CompanyBody {
                name: one.name.clone(),
                registered_on: one.registered_on.map(|on| on.to_string()),
            }),
            signings: fields.signings.iter().map(signing).collect(),
            milestones: fields
                .milestones
                .iter()
                .map(|(one, on)| (one.word().to_owned(), on.to_string()))
                .collect(),
            suspended: fields.suspended.as_ref().map(halt),
            terminated: fields.terminated.as_ref().map(halt),
        }
    }

    /// What is said, every refusal by its field.
    pub fn parse(self) -> Result<ProjectFields, Invalid> {
        let mut read = Reading::default();
        let fields = ProjectFields {
            investment: read.amount("investment_wan", self.investment_wan.as_deref()),
            horizon: read.word("horizon", self.horizon.as_deref(), Horizon::from_word),
            readiness: self
                .readiness
                .into_iter()
                .filter_map(|(word, one)| {
                    let item = read.word("readiness", Some(&word), ReadinessItem::from_word)?;
                    Some((
                        item,
                        Readiness {
                            ready: one.ready,
                            note: one.note,
                        },
                    ))
                })
                .collect(),
            packaging: Packaging {
                advantages: self.packaging.advantages,
                surroundings: self.packaging.surroundings,
                business_model: self.packaging.business_model,
            },
            investors: self
                .investors
                .into_iter()
                .enumerate()
                .map(|(at, one)| Investor {
                    origin: read.word(
                        &format!("investors.{at}.origin"),
                        one.origin.as_deref(),
                        Origin::from_word,
                    ),
                    ownership: read.word(
                        &format!("investors.{at}.ownership"),
                        one.ownership.as_deref(),
                        Ownership::from_word,
                    ),
                    place: read.word(
                        &format!("investors.{at}.place"),
                        one.place.as_deref(),
                        InvestorPlace::from_word,
                    ),
                    wenshang: one.wenshang,
                    name: one.name,
                })
                .collect(),
            company: self.company.map(|one| Company {
                registered_on: read.date("company.registered_on", one.registered_on.as_deref()),
                name: one.name,
            }),
            signings: self
                .signings
                .into_iter()
                .enumerate()
                .filter_map(|(at, one)| read.signing(at, one))
                .collect(),
            milestones: self
                .milestones
                .iter()
                .filter_map(|(word, on)| {
                    let one = read.word("milestones", Some(word), Milestone::from_word)?;
                    Some((one, read.date(&format!("milestones.{word}"), Some(on))?))
                })
                .collect(),
            suspended: read.halt("suspended", self.suspended),
            terminated: read.halt("terminated", self.terminated),
            attachments: Vec::<Attachment>::new(),
            name: self.name,
            basic_info: self.basic_info,
            industry: self.industry,
            district: self.district,
            address: self.address,
            cooperation: self.cooperation,
            lead_official: self.lead_official,
            contact_name: self.contact_name,
            contact_phone: self.contact_phone,
            remarks: self.remarks,
        };
        read.0.into_result()?;
        Ok(fields)
    }
}

#[derive(Default)]
struct Reading(Invalid);

impl Reading {
    fn amount(&mut self, name: &str, text: Option<&str>) -> Option<Money> {
        let read = Money::parse_wan(text?);
        read.map_err(|error| self.0.add(name, error.to_string()))
            .ok()
    }

    fn word<T>(
        &mut self,
        name: &str,
        text: Option<&str>,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let one = read(text?);
        if one.is_none() {
            self.0.add(name, "没有这个选项，请对照接口说明");
        }
        one
    }

    fn date(&mut self, name: &str, text: Option<&str>) -> Option<PartialDate> {
        let read = text?.parse();
        read.map_err(|error: domain::partial_date::NotADate| self.0.add(name, error.to_string()))
            .ok()
    }

    fn signing(&mut self, at: usize, one: SigningBody) -> Option<Signing> {
        let on = self.date(&format!("signings.{at}.on"), Some(&one.on));
        let kind = self.word(
            &format!("signings.{at}.kind"),
            Some(&one.kind),
            SigningKind::from_word,
        );
        let level = self.word(
            &format!("signings.{at}.level"),
            Some(&one.level),
            SigningLevel::from_word,
        );
        let amount = self.amount(
            &format!("signings.{at}.amount_wan"),
            one.amount_wan.as_deref(),
        );
        let relation = self.word(
            &format!("signings.{at}.relation"),
            one.relation.as_deref(),
            Relation::from_word,
        );
        let rate = self.rate(at, one.rate.as_deref(), one.rate_on.as_deref());
        Some(Signing {
            on: on?,
            kind: kind?,
            level: level?,
            event: one.event,
            amount,
            currency: one.currency,
            rate,
            relation,
        })
    }

    fn rate(&mut self, at: usize, rate: Option<&str>, on: Option<&str>) -> Option<SigningRate> {
        if rate.is_none() && on.is_none() {
            return None;
        }
        let read = rate.and_then(|text| fixed(text, 5));
        if read.is_none() {
            let why = "请填写100外币折合人民币的元数，例如 663.12";
            self.0.add(&format!("signings.{at}.rate"), why);
        }
        let day = on.and_then(day);
        if day.is_none() {
            self.0
                .add(&format!("signings.{at}.rate_on"), "请填写汇率日期");
        }
        Some(SigningRate {
            rate: read?,
            on: day?,
        })
    }

    fn halt(&mut self, name: &str, one: Option<HaltBody>) -> Option<Halt> {
        let one = one?;
        let on = self.date(&format!("{name}.on"), Some(&one.on))?;
        Some(Halt {
            on,
            reason: one.reason,
        })
    }
}

fn investor(one: &Investor) -> InvestorBody {
    InvestorBody {
        name: one.name.clone(),
        origin: one.origin.map(|one| one.word().to_owned()),
        ownership: one.ownership.map(|one| one.word().to_owned()),
        place: one.place.map(|one| one.word().to_owned()),
        wenshang: one.wenshang,
    }
}

fn signing(one: &Signing) -> SigningBody {
    SigningBody {
        on: one.on.to_string(),
        kind: one.kind.word().to_owned(),
        level: one.level.word().to_owned(),
        event: one.event.clone(),
        amount_wan: one.amount.map(Money::wan_exact),
        currency: one.currency.clone(),
        rate: one.rate.map(|rate| print_rate(rate.rate)),
        rate_on: one.rate.map(|rate| rate.on.to_string()),
        relation: one.relation.map(|one| one.word().to_owned()),
    }
}
