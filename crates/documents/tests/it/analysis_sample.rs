//! Analyses to print: the published figures, and rows as hard as they get.

use documents::write::{Analysis, AnalysisRow, Figure, Headline};
use domain::{Money, Pct, Rate, completion::CompletionTable};
use domain::{UnitId, completion::Standing, projection};

const FIGURES: &str = include_str!("../data/annex1-2017-10.csv");

/// Name, 任务数 and 完成数 in 万元.
pub type Given = (String, Option<i64>, Option<i64>);

/// The enterprises of 附件1.
pub fn published() -> Vec<Given> {
    let rows = FIGURES
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with("合计"));
    rows.map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        let amount = |at: usize| fields.get(at).and_then(|text| text.parse().ok());
        (fields[0].to_owned(), amount(1), amount(2))
    })
    .collect()
}

/// As many rows as asked: over the cut, negative, target 0, nothing known, rare characters, very long names.
pub fn hard(rows: i64) -> Vec<Given> {
    (0..rows)
        .map(|number| match number % 8 {
            0 => (format!("第{number}投资集团有限公司"), Some(100), Some(903)),
            1 => (format!("𠮷玥{number}有限公司"), Some(100), Some(-20)),
            2 => (format!("=1+1 第{number}公司"), Some(0), Some(5)),
            3 => (format!("#panic() *{number}*公司"), Some(100), None),
            4 => (
                format!("{}{number}公司", "很长的名字".repeat(16)),
                Some(9_000_000),
                Some(12_345_678),
            ),
            5 => (format!("-{number}公司"), None, Some(5)),
            6 => (format!("第{number}公司"), Some(100), Some(-903)),
            _ => (format!("第{number}公司"), Some(1_000), Some(number)),
        })
        .collect()
}

/// The analysis of these, as the program makes it, at the end of October 2017.
pub fn analysis(given: Vec<Given>, plans: bool) -> Analysis {
    let as_of = "2017-10-31".parse().unwrap();
    let standings = (1..)
        .zip(given)
        .map(|(unit, (name, target, done))| Standing {
            unit: UnitId(unit),
            short_name: name
                .trim_start_matches("温州市")
                .trim_end_matches("有限公司")
                .to_owned(),
            name,
            target: target.map(Money::from_wan),
            done: done.map(Money::from_wan),
        });
    let table = CompletionTable::of(2017, as_of, standings.collect());
    let pct = |rate: Option<Rate>| rate.map(Rate::pct);
    let projected = |done: Option<Money>| done.map(|done| projection::year_end(done, as_of));
    let row = |name: &str, short: &str, target: Option<Money>, done: Option<Money>| AnalysisRow {
        unit: name.to_owned(),
        short: short.to_owned(),
        target,
        done,
        rate: pct(done.zip(target).and_then(|(done, of)| Rate::of(done, of))),
        plan_rate: plans.then(|| Pct::from_hundredths(7_500)),
        since: done,
        projected: projected(done),
        projected_rate: pct(projected(done)
            .zip(target)
            .and_then(|(done, of)| Rate::of(done, of))),
        ..AnalysisRow::default()
    };
    let honest = &table.honest;
    let line = |label: &str, figure: Figure| Headline {
        label: label.to_owned(),
        figure,
        note: "完成257483万元，任务200000万元".to_owned(),
    };
    let count = |count: usize, of: Option<usize>| Figure::Count {
        count: table.total.done.map(|_| count),
        of,
    };
    Analysis {
        title: vec![
            "2017年1-10月".to_owned(),
            "市级国有企业招商引资情况分析".to_owned(),
        ],
        facts: "截至2017年10月31日　时间进度83.33%　单位：万元".to_owned(),
        done_header: "1-10月累计完成数".to_owned(),
        elapsed: table.elapsed.pct(),
        headline: vec![
            line("完成率（合计）", Figure::Rate(pct(table.total.rate))),
            line("每户封顶100%", Figure::Rate(pct(honest.capped))),
            line("剔除最大户", Figure::Rate(pct(honest.without_largest))),
            line("落后于时间进度", count(honest.behind, Some(honest.counted))),
            line("零完成", count(honest.at_zero, None)),
            line("完成率中位数", Figure::Rate(pct(honest.median))),
            line("尚缺", Figure::Amount(honest.outstanding)),
            line("本月新增", Figure::Change(table.total.done)),
        ],
        rows: table
            .rows
            .iter()
            .map(|line| {
                let standing = &line.standing;
                AnalysisRow {
                    lead: line.lead,
                    ..row(
                        &standing.name,
                        &standing.short_name,
                        standing.target,
                        standing.done,
                    )
                }
            })
            .collect(),
        total: row("合计", "", Some(table.total.target), table.total.done),
        notes: vec![
            "时间进度 =（月份−1＋当日÷当月天数）÷12；超/欠进度 = 完成率−时间进度，单位为百分点。"
                .to_owned(),
            format!("年底预测：{}，取整数万元。", projection::METHOD),
        ],
    }
}
