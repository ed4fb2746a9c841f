//! The demo's first 附件2, the full review: some enterprises are through, one has a row back, some are on their way,
//! two have not begun. Then projects change again, so that the next one has something to tell.

use std::collections::BTreeMap;

use app::{
    App, Error,
    projects::{ProjectQuery, SaveProject},
    returns::{Key, Query, ReturnView, Verdict},
};
use chrono::NaiveDate;
use domain::{
    Money, ProjectId,
    annex2::{Annex2Input, TypedRow},
    period::ReturnKind,
    person::Caller,
    project::StandingStep,
    project_list::{ListFields, ListGoal, ListStep},
    returns::{Content, ReturnStep, RowDecision},
    typed::Input,
};

use super::{cast::ENTERPRISES, seed::Clerks};
use crate::failure::{Failure, Result};

/// How far an enterprise's return is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Goal {
    Draft,
    Submitted,
    HandedIn,
    Returned,
    Accepted,
}

/// By the enterprise's place in published order: the last two have not begun.
const fn goal(place: usize) -> Option<Goal> {
    match place {
        0..=8 => Some(Goal::Accepted),
        9 => Some(Goal::Returned),
        10 | 11 => Some(Goal::HandedIn),
        12 | 13 => Some(Goal::Submitted),
        14 => Some(Goal::Draft),
        _ => None,
    }
}

/// Fills in, releases and decides.
pub async fn seed(app: &App, clerks: &Clerks) -> Result<()> {
    let Some(officer) = &clerks.officer else {
        return Err(Failure::new("演示里没有国资委经办"));
    };
    let returns = app
        .returns(officer, ReturnKind::Annex2, Query::default())
        .await?;
    let Some(period) = returns.periods.first() else {
        return Err(Failure::new("演示里没有报送期"));
    };
    for (place, (_, short)) in ENTERPRISES.into_iter().enumerate() {
        let (Some(goal), Some(reporter), Some(approver)) = (
            goal(place),
            clerks.reporters.get(short),
            clerks.approvers.get(short),
        ) else {
            continue;
        };
        let key = Key {
            kind: ReturnKind::Annex2,
            cut_off: period.cut_off,
            unit: reporter.person.unit,
        };
        match one(app, [reporter, approver, officer], key, goal).await {
            // Without fonts there is no PDF to hand in; the rest of the demo is none the worse for it.
            Err(Error::Lacking { .. }) => return Ok(()),
            other => other?,
        }
    }
    super::library::put_forward(app, &clerks.reporters).await?;
    admit(app, officer).await?;
    name_lists(app, officer).await?;
    change_again(app, &clerks.reporters).await
}

async fn one(
    app: &App,
    [reporter, approver, officer]: [&Caller; 3],
    key: Key,
    goal: Goal,
) -> app::Result<()> {
    let view = app.return_of(reporter, key).await?;
    let id = app.save_return(reporter, key, 0, reasons(&view)).await?;
    if goal == Goal::Draft {
        return Ok(());
    }
    let seen = app.return_of(reporter, key).await?.seen();
    app.step_return(reporter, id, &seen, ReturnStep::Submit, "")
        .await?;
    if goal == Goal::Submitted {
        return Ok(());
    }
    let seen = app.return_of(approver, key).await?.seen();
    app.step_return(approver, id, &seen, ReturnStep::HandIn, "")
        .await?;
    if goal == Goal::HandedIn {
        return Ok(());
    }
    let view = app.return_of(officer, key).await?;
    let back = (goal == Goal::Returned)
        .then(|| projects(&view).first().copied())
        .flatten();
    let decision = |project: ProjectId| {
        let accept = Some(project) != back;
        let reason = if accept {
            String::new()
        } else {
            "投资额与可研批复不一致，请核对后再报".to_owned()
        };
        (project, RowDecision { accept, reason })
    };
    let rows: BTreeMap<ProjectId, RowDecision> =
        projects(&view).into_iter().map(decision).collect();
    app.decide_return(officer, id, view.seen().version, Verdict::Rows(rows))
        .await?;
    Ok(())
}

fn projects(view: &ReturnView) -> Vec<ProjectId> {
    match &view.content {
        Some(Content::Annex2(form)) => form.rows.iter().map(|row| row.project).collect(),
        _ => Vec::new(),
    }
}

fn reasons(view: &ReturnView) -> Input {
    let Some(Content::Annex2(form)) = &view.content else {
        return Input::empty(view.period.kind);
    };
    let typed = |kind: domain::adjustment::AdjustmentKind| {
        use domain::adjustment::AdjustmentKind as K;
        let reason = match kind {
            K::Added => "梳理后列入项目库",
            K::Suspended => "建设条件暂不具备",
            K::Left => "合作终止",
            K::Changed => "按最新批复调整",
            K::Kept => "",
        };
        TypedRow {
            reason: reason.to_owned(),
            remark: String::new(),
        }
    };
    let rows = form.rows.iter().map(|row| (row.project, typed(row.kind)));
    Input::Annex2(Annex2Input {
        rows: rows.collect(),
        zero_reason: String::new(),
    })
}

/// The officer admits what was put forward and accepted, all but the last few.
async fn admit(app: &App, officer: &Caller) -> Result<()> {
    let asked = [
        ("standing".to_owned(), "put_forward".to_owned()),
        ("size".to_owned(), "200".to_owned()),
    ];
    let query =
        ProjectQuery::parse(&asked).map_err(|invalid| Failure::new(format!("{invalid:?}")))?;
    let list = app.projects(officer, query).await?;
    let ids: Vec<ProjectId> = list.rows.iter().map(|row| row.project.id).collect();
    let most = ids.len().saturating_sub(5);
    if most > 0 {
        app.step_projects(officer, &ids[..most], StandingStep::Admit, "")
            .await?;
    }
    Ok(())
}

/// The lists the notice speaks of, each with some accepted projects, targets and steps.
async fn name_lists(app: &App, officer: &Caller) -> Result<()> {
    let list = app
        .projects(
            officer,
            ProjectQuery {
                size: 200,
                ..ProjectQuery::default()
            },
        )
        .await?;
    for (number, (name, document)) in [
        ("省“5213”行动计划项目", "（演示）〔2017〕21号"),
        ("重大项目谋划盯引清单", "（演示）〔2017〕36号"),
        ("市级重点项目库", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let fields = ListFields {
            name: name.to_owned(),
            document_number: document.to_owned(),
            year: 2017,
            note: String::new(),
        };
        let id = app.save_named_list(officer, None, fields).await?;
        let chosen: Vec<ProjectId> = list
            .rows
            .iter()
            .skip(number)
            .step_by(9)
            .take(6)
            .map(|row| row.project.id)
            .collect();
        app.add_to_named_list(officer, id, &chosen, &[]).await?;
        let items = app.named_list(officer, id).await?.items;
        for (place, item) in items.into_iter().enumerate() {
            let step = |words: &str, due: &str, done: bool| ListStep {
                words: words.to_owned(),
                due: due.parse().ok(),
                done_on: done.then(|| NaiveDate::from_ymd_opt(2017, 9, 28)).flatten(),
            };
            let goal = ListGoal {
                target: "年内开工".to_owned(),
                steps: vec![
                    step("完成可研批复", "2017-06", true),
                    step("完成用地预审", "2017-09", place % 2 == 0),
                    step("开工建设", "2017-12", false),
                ],
            };
            app.set_list_goal(officer, id, item.item.project, item.item.version, goal)
                .await?;
        }
    }
    Ok(())
}

/// The first two projects of three enterprises change: one costs more, one is suspended.
async fn change_again(app: &App, reporters: &BTreeMap<&'static str, Caller>) -> Result<()> {
    for short in ["温州银行", "城投集团", "交投集团"] {
        let Some(reporter) = reporters.get(short) else {
            continue;
        };
        let list = app.projects(reporter, ProjectQuery::default()).await?;
        let running = list.rows.iter().filter(|row| {
            row.revision.fields.suspended.is_none() && row.revision.fields.terminated.is_none()
        });
        for (number, row) in running.take(2).enumerate() {
            let (project, head) = app.project_to_edit(reporter, row.project.id).await?;
            let mut fields = head.fields;
            if number == 0 {
                fields.investment = fields
                    .investment
                    .map(|amount| amount + Money::from_wan(1500));
                fields.basic_info.push_str("增加配套设施。");
            } else {
                fields.horizon = Some(domain::project::Horizon::Far);
            }
            let save = SaveProject {
                fields,
                effective_on: None,
                reason: "初步设计批复".to_owned(),
                amount_confirmed: true,
            };
            app.save_project(reporter, project.id, project.version, save)
                .await?;
        }
    }
    Ok(())
}
