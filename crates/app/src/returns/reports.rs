//! Reports (月报, 年度总结, 次年计划): the figures that the system knows, and the files that go with them.

use std::collections::BTreeMap;

use chrono::Datelike;
use domain::{
    Instant, Money, Rate, dates,
    entry::done,
    project::Stage,
    report::{Figure, Report, ReportInput},
};
use store::{
    Db,
    projects::{At, Track},
};

use super::Found;
use crate::Result;

/// What stands where nothing is known.
const NOTHING: &str = "—";

/// What the report says, with figures as recorded at `known_at`.
pub(super) async fn report(
    db: &impl Db,
    found: &Found,
    typed: &ReportInput,
    known_at: Instant,
) -> Result<Report> {
    let files = match &found.filing {
        Some(filing) => store::returns::attached(db, filing.id, true).await?,
        None => Vec::new(),
    };
    let files = files.into_iter().map(|file| file.attached).collect();
    let figures = if typed.without_figures {
        Vec::new()
    } else {
        figures(db, found, known_at).await?
    };
    let head = (
        found.period.kind,
        found.unit.name.as_str(),
        found.period.cut_off,
    );
    Ok(Report::new(head, typed, figures, files))
}

/// 任务数, 完成数, 完成率 and the number of projects by stage, as of the cut-off.
async fn figures(db: &impl Db, found: &Found, known_at: Instant) -> Result<Vec<Figure>> {
    let (unit, as_of) = (found.unit.id, found.period.cut_off);
    let year = as_of.year();
    let (_, counting) = store::funds::counting(db, found.period.authority, year, known_at).await?;
    let targets = store::targets::in_force(db, year, as_of, known_at).await?;
    let target = targets.iter().find(|row| row.unit == unit);
    let target = target.map(|row| row.amount);
    let statements = store::statements::newest(db, year, as_of, known_at).await?;
    let statement = statements.iter().find(|one| one.unit == unit);
    let entries = store::funds::after_statements(db, year, as_of, known_at, &counting).await?;
    let after = entries.iter().find(|one| one.unit == unit);
    let done = done(
        statement.map(|one| one.amount),
        after.map_or(Money::ZERO, |after| after.amount),
        counting.complete,
    );
    let rate = done
        .zip(target)
        .and_then(|(done, target)| Rate::of(done, target));
    let wan = |amount: Option<Money>| {
        amount.map_or_else(
            || NOTHING.to_owned(),
            |amount| format!("{}万元", amount.wan_exact()),
        )
    };
    // Nothing is claimed of days that nobody has reported on.
    let day = dates::print_long(match (statement, after) {
        (Some(statement), None) if !counting.complete => statement.as_at,
        _ => as_of,
    });
    let figure = |label: String, value: String| Figure { label, value };
    let mut figures = vec![
        figure(format!("{year}年任务数"), wan(target)),
        figure(format!("截至{day}完成数"), wan(done)),
        figure(
            "完成率".to_owned(),
            rate.map_or_else(|| NOTHING.to_owned(), |rate| format!("{}%", rate.pct())),
        ),
    ];
    let states = store::projects::states(db, Track::Own, unit, At { as_of, known_at }).await?;
    let mut stages: BTreeMap<Stage, usize> = BTreeMap::new();
    for (_, state) in &states {
        *stages.entry(state.fields.stage(false)).or_default() += 1;
    }
    figures.push(figure(
        "项目库项目数".to_owned(),
        format!("{}个", states.len()),
    ));
    for stage in Stage::ALL {
        if let Some(count) = stages.get(stage) {
            figures.push(figure(
                format!("其中：{}", stage.label()),
                format!("{count}个"),
            ));
        }
    }
    Ok(figures)
}
