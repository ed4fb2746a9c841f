//! 项目推介册: what is printed of chosen projects for those who may invest.

use chrono::NaiveDate;
use domain::Money;

/// A brochure, its projects in printed order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brochure {
    /// Whose brochure it is: on the cover.
    pub authority: String,
    /// The day on the cover; none when not given.
    pub date: Option<NaiveDate>,
    /// The projects.
    pub projects: Vec<BrochureProject>,
}

/// A project as its page shows it. What is empty is printed as （待补充）, but for the contact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BrochureProject {
    /// 项目名称.
    pub name: String,
    /// 项目编号.
    pub code: String,
    /// 所属产业.
    pub industry: String,
    /// 建设地点.
    pub place: String,
    /// 总投资, printed exactly in 万元.
    pub investment: Option<Money>,
    /// 合作方式.
    pub cooperation: String,
    /// 近期 or 远期.
    pub horizon: String,
    /// 基本情况.
    pub basic_info: String,
    /// 项目基础优势.
    pub advantages: String,
    /// 地理环境特点.
    pub surroundings: String,
    /// 商业模式.
    pub business_model: String,
    /// The readiness items, in printed order.
    pub readiness: Vec<BrochureReadiness>,
    /// 联系单位.
    pub contact_unit: String,
    /// 联系人; not printed when empty.
    pub contact_name: String,
    /// 联系电话; not printed when empty.
    pub contact_phone: String,
}

/// How far a project is in one respect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BrochureReadiness {
    /// 选址与用地, ….
    pub item: String,
    /// Whether it is there.
    pub ready: bool,
    /// What there is to say of it.
    pub note: String,
}
