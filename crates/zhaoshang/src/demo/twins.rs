//! Projects that two enterprises have both entered: one pair waits for the officer, one was merged, one is shared by a
//! 首谈认定说明.

use app::{
    App, Error,
    projects::{SaveMerge, SaveProject, When},
};
use chrono::NaiveDate;
use domain::{
    Money, ProjectId,
    first_talk::{FirstTalk, Share},
    merge::{Choices, Side},
    project::{
        Field, Investor, InvestorPlace, Milestone, Origin, Ownership, ProjectFields, Signing,
        SigningKind, SigningLevel,
    },
};

use super::seed::Clerks;
use crate::failure::Result;

/// Enterprise, name, investment in 万元, 基本情况; two lines a pair.
const PAIRS: [[(&str, &str, i64, &str); 2]; 3] = [
    [
        (
            "城投集团",
            "瓯江口临港冷链物流中心",
            86_000,
            "建设冷库10万吨、分拨中心和配套码头，用地180亩。",
        ),
        (
            "交投集团",
            "温州瓯江口临港冷链物流项目",
            85_000,
            "建设冷链仓储和公路分拨中心，用地约180亩。",
        ),
    ],
    [
        (
            "公用集团",
            "洞头海上花园康养度假区",
            120_000,
            "建设康养酒店、滨海步道和游艇泊位。",
        ),
        (
            "现代集团",
            "洞头海上花园康养度假区（一期）",
            118_000,
            "一期建设康养酒店600间，同步实施滨海步道。",
        ),
    ],
    [
        (
            "铁投集团",
            "瓯海智能装备产业园",
            64_000,
            "依托铁路站场建设标准厂房20万平方米。",
        ),
        (
            "名城集团",
            "瓯海智能装备产业园项目",
            65_500,
            "建设标准厂房和人才公寓，引进智能装备企业。",
        ),
    ],
];

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2017, month, day).unwrap_or_default()
}

/// Both enterprises of each pair enter it, before the first returns.
pub async fn enter(app: &App, clerks: &Clerks) -> Result<()> {
    for (at, pair) in PAIRS.into_iter().enumerate() {
        for (second, (unit, name, wan, basic_info)) in pair.into_iter().enumerate() {
            let Some(clerk) = clerks.reporters.get(unit) else {
                continue;
            };
            let save = SaveProject {
                fields: fields(at, second == 1, name, wan, basic_info),
                effective_on: Some(day(10, 31)),
                reason: String::new(),
                amount_confirmed: true,
            };
            app.add_project(clerk, save, None).await?;
        }
    }
    Ok(())
}

fn fields(pair: usize, second: bool, name: &str, wan: i64, basic_info: &str) -> ProjectFields {
    let mut fields = ProjectFields {
        name: name.to_owned(),
        basic_info: basic_info.to_owned(),
        industry: ["现代物流", "现代旅游", "城市建设基础设施"][pair].to_owned(),
        investment: Some(Money::from_wan(wan)),
        district: ["330305", "330305", "330304"][pair].to_owned(),
        cooperation: if second { "合资" } else { "合作开发" }.to_owned(),
        contact_name: "周工（演示）".to_owned(),
        contact_phone: "13800000009".to_owned(),
        investors: vec![Investor {
            name: [
                "沪上冷链（示例）有限公司",
                "海岛康养（示例）集团有限公司",
                "浙南装备（示例）股份有限公司",
            ][pair]
                .to_owned(),
            origin: Some(Origin::Domestic),
            ownership: Some(Ownership::Private),
            place: Some(InvestorPlace::Country),
            wenshang: pair == 0,
        }],
        ..ProjectFields::default()
    };
    if let Ok(on) = "2017-02".parse() {
        fields.milestones.insert(Milestone::Negotiating, on);
    }
    if let Ok(on) = if second { "2017-06" } else { "2017-06-18" }.parse() {
        fields.signings.push(Signing {
            on,
            kind: SigningKind::Framework,
            level: SigningLevel::City,
            event: if second { "" } else { "浙洽会" }.to_owned(),
            amount: (!second).then(|| Money::from_wan(wan)),
            currency: None,
            rate: None,
            relation: None,
        });
    }
    fields
}

/// The officer's part, after the returns. Where the returns could not be made (no fonts) there is nothing to decide.
pub async fn decide(app: &App, clerks: &Clerks) -> Result<()> {
    let Some(officer) = &clerks.officer else {
        return Ok(());
    };
    let mut found: Vec<[(ProjectId, i64, domain::UnitId); 2]> = Vec::new();
    for pair in PAIRS {
        let mut both = Vec::new();
        for (unit, name, ..) in pair {
            let Some(clerk) = clerks.reporters.get(unit) else {
                continue;
            };
            let query = app::projects::ProjectQuery::parse(&[("name".into(), name.into())])
                .unwrap_or_default();
            let list = app.projects(clerk, query).await?;
            let row = list
                .rows
                .into_iter()
                .find(|row| row.revision.fields.name == name && row.project.accepted.is_some());
            if let Some(row) = row {
                both.push((row.project.id, row.project.version, row.project.unit));
            }
        }
        match <[_; 2]>::try_from(both) {
            Ok(both) => found.push(both),
            Err(_) => return Ok(()),
        }
    }
    while app.refresh_twins().await? > 0 {}
    let [into, gone] = found[1];
    let seen = app.project(officer, into.0, When::default()).await;
    if matches!(seen, Err(Error::NotFound)) {
        return Ok(());
    }
    let merge = SaveMerge {
        gone: (gone.0, gone.1),
        into: (into.0, into.1),
        choices: Choices::from([
            (Field::Signings, Side::Both),
            (Field::BasicInfo, Side::Gone),
        ]),
        effective_on: Some(day(11, 1)),
        reason: "两家企业与同一投资方洽谈同一地块，经核实为同一项目".to_owned(),
    };
    app.merge_projects(officer, merge).await?;
    let [one, other] = found[2];
    let says = FirstTalk {
        projects: vec![one.0, other.0],
        counted: one.0,
        units: vec![
            (one.2, Share::from_hundredths(6000)),
            (other.2, Share::from_hundredths(4000)),
        ],
        first: one.2,
        talked_on: day(2, 20),
        evidence: "2017年2月20日铁投集团与投资方会谈纪要；2017年4月名城集团接待记录。".to_owned(),
        decided_by: "招商引资处".to_owned(),
        document_number: "温国资招商〔2017〕6号".to_owned(),
        effective_on: day(7, 1),
        files: Vec::new(),
    };
    app.record_first_talk(officer, says).await?;
    Ok(())
}
