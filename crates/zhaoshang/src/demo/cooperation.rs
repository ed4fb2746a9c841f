//! The demo's visits and promotions: the central enterprises are real, what is said of them is invented.

use app::{App, cooperation::SaveVisit, projects::ProjectQuery};
use chrono::{Days, NaiveDate};
use domain::{
    cooperation::{
        CounterpartKind, FollowUpFields, FollowUpState, Settlement, VisitFields, VisitKind,
    },
    dates,
    directory::{RecordFields, Scope},
    person::Caller,
};

use super::seed::Clerks;
use crate::failure::Result;

/// A visit: of whom (none for the authority), kind, when, the other side, place, what was agreed, and what follows: what,
/// due so many days from today (of a visit of 2017: a month after it), how it was settled.
struct Invented {
    by: Option<&'static str>,
    kind: VisitKind,
    on: When,
    side: (CounterpartKind, &'static str),
    place: &'static str,
    agreed: &'static str,
    follow_ups: &'static [(&'static str, i64, Option<&'static str>)],
}

enum When {
    /// A day of 2017.
    Day(u32, u32),
    /// So many days ago.
    Ago(u64),
}

const PROVINCIAL: [(&str, &str); 2] = [
    ("浙江示例交通投资集团有限公司", "示例交投"),
    ("浙江示例能源集团有限公司", "示例能源"),
];

const VISITS: [Invented; 6] = [
    Invented {
        by: Some("交投集团"),
        kind: VisitKind::Central,
        on: When::Day(6, 8),
        side: (CounterpartKind::Central, "中国铁路工程总公司"),
        place: "北京",
        agreed: "就市域铁路沿线综合开发建立联络机制，双方各明确一名联络人。",
        follow_ups: &[(
            "报送沿线地块清单（演示）",
            0,
            Some("地块清单已函送对方，附回执（演示）"),
        )],
    },
    Invented {
        by: Some("温州银行"),
        kind: VisitKind::Central,
        on: When::Day(8, 15),
        side: (CounterpartKind::Central, "神华集团有限责任公司"),
        place: "北京",
        agreed: "探讨供应链金融合作，对方提供上下游企业名单（演示）。",
        follow_ups: &[],
    },
    Invented {
        by: Some("城投集团"),
        kind: VisitKind::Promotion,
        on: When::Day(10, 12),
        side: (CounterpartKind::Other, "上海现代服务业交流会参会企业"),
        place: "上海",
        agreed: "推介城市停车设施一体化等项目，3家企业有意来温考察（演示）。",
        follow_ups: &[(
            "邀请意向企业来温考察（演示）",
            0,
            Some("3家企业已来温考察，形成考察纪要（演示）"),
        )],
    },
    Invented {
        by: Some("交投集团"),
        kind: VisitKind::Central,
        on: When::Ago(20),
        side: (CounterpartKind::Central, "中国交通建设集团有限公司"),
        place: "温州",
        agreed: "对方有意参与高速公路复线项目投资建设，先行开展可行性研究（演示）。",
        follow_ups: &[
            ("提供工可研究资料（演示）", 3, None),
            ("起草合作备忘录（演示）", 25, None),
        ],
    },
    Invented {
        by: Some("温州银行"),
        kind: VisitKind::Provincial,
        on: When::Ago(35),
        side: (CounterpartKind::Provincial, "浙江示例能源集团有限公司"),
        place: "杭州",
        agreed: "双方互荐项目，每季度互访一次（演示）。",
        follow_ups: &[("整理可推荐项目目录（演示）", -4, None)],
    },
    Invented {
        by: None,
        kind: VisitKind::Provincial,
        on: When::Ago(12),
        side: (CounterpartKind::Provincial, "浙江示例交通投资集团有限公司"),
        place: "杭州",
        agreed: "建立省市属国企项目对接机制，推介市属国企重点招商项目（演示）。",
        follow_ups: &[("汇总各企业拟推介项目（演示）", 10, None)],
    },
];

/// The officer keeps two provincial enterprises; the clerks record their visits, and settle some of what follows.
pub async fn seed(app: &App, clerks: &Clerks) -> Result<()> {
    let Some(officer) = &clerks.officer else {
        return Ok(());
    };
    for (name, short) in PROVINCIAL {
        let fields = RecordFields {
            name: name.to_owned(),
            short_names: vec![short.to_owned()],
            source: "演示数据".to_owned(),
            ..RecordFields::default()
        };
        app.save_record(officer, Scope::Provincial, None, fields)
            .await?;
    }
    for invented in &VISITS {
        let clerk = invented
            .by
            .map_or(Some(officer), |by| clerks.reporters.get(by));
        if let Some(clerk) = clerk {
            record(app, clerk, invented).await?;
        }
    }
    Ok(())
}

async fn record(app: &App, clerk: &Caller, invented: &Invented) -> Result<()> {
    let today = dates::day_in_shanghai(app.now());
    let on = match invented.on {
        When::Day(month, day) => NaiveDate::from_ymd_opt(2017, month, day).unwrap_or(today),
        When::Ago(days) => today - Days::new(days),
    };
    let projects = app.projects(clerk, ProjectQuery::default()).await?;
    let named = projects.rows.first().map(|row| row.project.id);
    let follow_ups = invented
        .follow_ups
        .iter()
        .map(|(what, days, _)| FollowUpFields {
            what: (*what).to_owned(),
            owner: clerk.person.name.clone(),
            owner_person: Some(clerk.person.id),
            due: match invented.on {
                // What was to follow in 2017 was due a month later.
                When::Day(..) => on + Days::new(30),
                When::Ago(_) => today + chrono::TimeDelta::days(*days),
            },
        });
    let save = SaveVisit {
        fields: VisitFields {
            kind: invented.kind,
            from: on,
            to: on,
            host: "主要负责人（演示）".to_owned(),
            counterpart_kind: invented.side.0,
            counterpart: invented.side.1.to_owned(),
            place: invented.place.to_owned(),
            ours: "投资发展部、招商部（演示）".to_owned(),
            theirs: "区域总部负责人（演示）".to_owned(),
            projects: named.into_iter().collect(),
            agreed: invented.agreed.to_owned(),
        },
        codes: Vec::new(),
        follow_ups: follow_ups.collect(),
    };
    let id = app.save_visit(clerk, None, save).await?;
    let view = app.visit(clerk, id).await?;
    for (row, (_, _, settled)) in view.follow_ups.iter().zip(invented.follow_ups) {
        let Some(note) = settled else { continue };
        let settlement = Settlement {
            state: FollowUpState::Done,
            on: Some(on + Days::new(20)),
            note: (*note).to_owned(),
        };
        let (id, version) = (row.follow_up.id, row.follow_up.version);
        app.settle_follow_up(clerk, id, version, settlement).await?;
    }
    Ok(())
}
