//! Invented projects by the hundred thousand, the same for the same seed: what `make bench` measures on.
//!
//! Names are put together of places, subjects and words that every project has, so that a text may be in most of them,
//! in a few per cent, or in a handful.

use chrono::{DateTime, Days, NaiveDate, TimeDelta};
use domain::{
    Instant, Money, PersonId, UnitId, district,
    partial_date::PartialDate,
    project::{
        Company, Halt, Horizon, INDUSTRIES, Investor, InvestorPlace, Milestone, Origin, Ownership,
        ProjectFields, Readiness, ReadinessItem, Signing, SigningKind, SigningLevel, Standing,
    },
    unit::UnitKind,
};
use store::{
    Store,
    projects::{Loaded, NewProject, NewRevision},
};

use crate::failure::{Failure, Result};

/// Projects of one transaction.
const TOGETHER: u32 = 2_000;
/// Projects compared in one transaction.
const TWINS_TOGETHER: u32 = 500;
/// Projects compared at most: a million takes an hour.
const TWINS_MOST: usize = 100_000;

const PLACES: [&str; 24] = [
    "瓯江口",
    "滨江",
    "龙湾",
    "鹿城",
    "瓯海",
    "洞头",
    "乐清湾",
    "瑞安",
    "平阳",
    "苍南",
    "永嘉",
    "文成",
    "泰顺",
    "经开区",
    "高新区",
    "状元岙",
    "七里",
    "飞云江",
    "鳌江",
    "三垟",
    "南塘",
    "灵昆",
    "霓屿",
    "楠溪江",
];
const SUBJECTS: [&str; 40] = [
    "临港仓储物流",
    "冷链配送",
    "跨境电商",
    "智慧停车",
    "污水处理",
    "海水淡化",
    "旅游度假区",
    "文化创意园",
    "康养中心",
    "标准厂房",
    "轨道交通装备",
    "新能源电池",
    "激光光电",
    "数字经济产业园",
    "生物医药",
    "总部大厦",
    "商业综合体",
    "保障性住房",
    "地下管廊",
    "城市更新",
    "通用航空",
    "海洋牧场",
    "渔港经济区",
    "生态湿地",
    "体育公园",
    "职业教育",
    "三甲医院",
    "养老社区",
    "供应链金融",
    "产业基金",
    "数据中心",
    "智能电网",
    "液化天然气接收站",
    "光伏发电",
    "海上风电",
    "农产品批发市场",
    "钢材加工配送",
    "汽车零部件",
    "鞋服时尚小镇",
    "环保装备",
];
const KINDS: [&str; 8] = [
    "建设项目",
    "一期建设工程",
    "项目",
    "二期项目",
    "改造提升工程",
    "合作开发项目",
    "示范基地",
    "中心建设项目",
];
const BASICS: [&str; 10] = [
    "用地{}亩，建设标准厂房及配套设施",
    "总建筑面积{}万平方米，分两期实施",
    "年产值约{}亿元，带动就业三千人",
    "引进龙头企业{}家，建设研发与生产基地",
    "新建泊位{}个及后方堆场",
    "铺设管线{}公里，覆盖主城区",
    "设床位{}张，配套专家门诊",
    "建设公共充电桩{}个及运营平台",
    "首期规模{}亿元，投向本地产业",
    "改造老旧街区{}公顷，引入商业运营",
];
const INVESTORS: [&str; 12] = [
    "某央企投资",
    "某省属能源集团",
    "某市属国资公司",
    "某民营控股",
    "某外资基金",
    "某温商联合体",
    "某上市公司",
    "某保险资管",
    "某工程集团",
    "某物流企业",
    "某文旅集团",
    "某科技公司",
];
/// In one project of fifty thousand: what a rare word is.
const RARE: &str = "极地科考";

/// Small, quick, always the same: good enough to invent with.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most.max(1)
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        let at = usize::try_from(self.below(of.len() as u64)).unwrap_or_default();
        of.get(at).copied()
    }

    fn word(&mut self, of: &[&'static str]) -> &'static str {
        self.one(of).unwrap_or_default()
    }
}

/// An invented project before it is put in.
struct Invented {
    unit: UnitId,
    by: PersonId,
    code: String,
    first: ProjectFields,
    later: Option<ProjectFields>,
    began: NaiveDate,
    accepted: bool,
    standing: Standing,
}

/// Puts so many projects into a database that has units and people.
///
/// # Errors
/// There are no enterprises; the database refuses.
pub async fn fill(store: &Store, projects: u32, seed: u64) -> Result<()> {
    let reader = store.read();
    let tree = store::units::tree(&reader).await?;
    let people = store::people::everybody(&reader).await?;
    let anybody = people
        .first()
        .ok_or_else(|| Failure::new("还没有账号，先运行一次 zhaoshang demo"))?;
    let mut owners = Vec::new();
    for unit in tree
        .all()
        .iter()
        .filter(|unit| unit.kind == UnitKind::Enterprise)
    {
        let authority = tree.authority_of(unit.id).map(|authority| authority.id);
        let by = people
            .iter()
            .find(|person| person.unit == unit.id)
            .unwrap_or(anybody)
            .id;
        owners.extend(authority.map(|authority| (unit.id, authority, by)));
    }
    if owners.is_empty() {
        return Err(Failure::new("还没有企业，先运行一次 zhaoshang demo"));
    }
    let mut dice = Dice(seed);
    let mut number = 0;
    while number < projects {
        let last = projects.min(number + TOGETHER);
        let mut invented = Vec::new();
        for number in number..last {
            let Some((unit, authority, by)) = dice.one(&owners) else {
                break;
            };
            invented.push((authority, invent(&mut dice, number, unit, by, seed)));
        }
        let tx = store.begin().await?;
        let loaded: Vec<Loaded<'_>> = invented
            .iter()
            .map(|(authority, one)| one.loaded(*authority))
            .collect();
        store::projects::load(&tx, &loaded).await?;
        if last == projects {
            store::projects::loaded(&tx).await?;
        }
        tx.commit().await?;
        number = last;
    }
    // As in a library that has been there for a while: nothing waits to be compared. Of a million only the first are.
    let mut compared = 0;
    while compared < TWINS_MOST {
        let tx = store.begin().await?;
        let now = store::projects::twin_search::refresh(&tx, TWINS_TOGETHER).await?;
        tx.commit().await?;
        if now == 0 {
            return Ok(());
        }
        compared += now;
    }
    let tx = store.begin().await?;
    store::projects::twin_search::forget_waiting(&tx).await?;
    Ok(tx.commit().await?)
}

impl Invented {
    fn loaded(&self, authority: UnitId) -> Loaded<'_> {
        let state = |fields, days| NewRevision {
            fields,
            effective_on: self
                .began
                .checked_add_days(Days::new(days))
                .unwrap_or(self.began),
            reason: "",
            by: self.by,
            at: moment(self.began, days),
        };
        let mut revisions = vec![state(&self.first, 0)];
        revisions.extend(self.later.as_ref().map(|later| state(later, 90)));
        let accepted = revisions
            .iter()
            .map(|one| one.at + TimeDelta::days(10))
            .collect();
        Loaded {
            project: NewProject {
                authority,
                unit: self.unit,
                code: &self.code,
                copied_from: None,
            },
            revisions,
            accepted_at: self.accepted.then_some(accepted),
            standing: self.standing,
        }
    }
}

/// Nine in the morning of a day so many days after.
fn moment(day: NaiveDate, after: u64) -> Instant {
    let day = day.checked_add_days(Days::new(after)).unwrap_or(day);
    day.and_hms_opt(1, 0, 0)
        .map_or(DateTime::UNIX_EPOCH, |at| at.and_utc())
}

fn invent(dice: &mut Dice, number: u32, unit: UnitId, by: PersonId, seed: u64) -> Invented {
    let began = NaiveDate::from_ymd_opt(2014, 1, 1)
        .and_then(|day| day.checked_add_days(Days::new(dice.below(1300))))
        .unwrap_or_default();
    let rare = if number % 50_000 == 17 { RARE } else { "" };
    let name = format!(
        "{}{}{rare}{}（{}号地块）",
        dice.word(&PLACES),
        dice.word(&SUBJECTS),
        dice.word(&KINDS),
        dice.below(900) + 1
    );
    let mut fields = ProjectFields {
        basic_info: dice
            .word(&BASICS)
            .replace("{}", &(dice.below(90) + 3).to_string()),
        industry: dice.word(&INDUSTRIES).to_owned(),
        investment: (dice.below(20) > 0).then(|| Money::from_wan(round(dice))),
        district: district::all()
            .get(usize::try_from(dice.below(district::all().len() as u64)).unwrap_or_default())
            .map_or("", |one| one.code)
            .to_owned(),
        horizon: dice.one(Horizon::ALL),
        cooperation: dice
            .word(&["合资经营", "合作开发", "招商引进", "PPP", "股权合作"])
            .to_owned(),
        contact_name: "联系人".to_owned(),
        contact_phone: format!("1380000{:04}", dice.below(10_000)),
        name,
        ..ProjectFields::default()
    };
    if dice.below(3) == 0 {
        fields.lead_official = format!("领导{}", dice.below(40) + 1);
    }
    for item in ReadinessItem::ALL {
        if dice.below(2) == 0 {
            fields.readiness.insert(
                *item,
                Readiness {
                    ready: true,
                    note: String::new(),
                },
            );
        }
    }
    fields.investors.push(Investor {
        name: format!("{}{}", dice.word(&INVESTORS), dice.below(500) + 1),
        origin: dice.one(Origin::ALL),
        ownership: dice.one(Ownership::ALL),
        place: dice.one(InvestorPlace::ALL),
        wenshang: dice.below(10) == 0,
    });
    let first = fields.clone();
    advance(dice, &mut fields, began);
    let changed = dice.below(5) == 0;
    Invented {
        unit,
        by,
        code: format!("BM{seed}-{number:07}"),
        first: if changed { first } else { fields.clone() },
        later: changed.then_some(fields),
        began,
        accepted: dice.below(10) > 0,
        standing: dice
            .one(&[Standing::Own, Standing::Own, Standing::Admitted])
            .unwrap_or(Standing::Own),
    }
}

/// Amounts as people write them: few digits that count.
fn round(dice: &mut Dice) -> i64 {
    let digits = i64::try_from(dice.below(990) + 10).unwrap_or(10);
    let scale = dice.one(&[10, 100, 100, 1000]).unwrap_or(100);
    digits * scale
}

/// Moves a project on to a stage that as many have as in a real library.
fn advance(dice: &mut Dice, fields: &mut ProjectFields, began: NaiveDate) {
    let day =
        |days: u64| PartialDate::Day(began.checked_add_days(Days::new(days)).unwrap_or(began));
    let reached = dice.below(100);
    if reached >= 15 {
        fields.milestones.insert(Milestone::Negotiating, day(5));
    }
    if reached >= 40 {
        fields.signings.push(Signing {
            on: day(20 + dice.below(40)),
            kind: SigningKind::Formal,
            level: dice.one(SigningLevel::ALL).unwrap_or(SigningLevel::Other),
            event: String::new(),
            amount: None,
            currency: None,
            rate: None,
            relation: None,
        });
    }
    for (from, milestone, days) in [
        (60, Milestone::Filed, 65),
        (78, Milestone::Started, 80),
        (90, Milestone::Completed, 85),
        (94, Milestone::Producing, 88),
    ] {
        if reached >= from {
            fields.milestones.insert(milestone, day(days));
        }
    }
    if reached >= 68 {
        fields.company = Some(Company {
            name: format!("{}项目公司", dice.word(&PLACES)),
            registered_on: Some(day(70)),
        });
    }
    let halt = || Halt {
        on: day(89),
        reason: "资金未落实".to_owned(),
    };
    match dice.below(50) {
        0 => fields.suspended = Some(halt()),
        1 => fields.terminated = Some(halt()),
        _ => {}
    }
}
