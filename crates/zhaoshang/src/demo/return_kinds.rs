//! The demo's first 附件3 in its several states, and 月报 on a schedule that the officer set.

use app::{
    App, Error,
    returns::{Key, Query, ReturnView, Verdict},
};
use chrono::NaiveDate;
use domain::{
    annex3::{Annex3Input, CooperationClass, ProgressTexts},
    period::{Period, ReturnKind},
    person::Caller,
    report::{ReportInput, sections},
    returns::{Content, ReturnStep, RowDecision},
    schedule::Schedule,
    typed::Input,
};

use super::{cast::ENTERPRISES, seed::Clerks};
use crate::failure::{Failure, Result};

/// How far a return is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Goal {
    Draft,
    Submitted,
    HandedIn,
    Returned,
    Accepted,
}

/// 附件3, by the enterprise's place in published order: the last have not begun.
const fn cooperation_goal(place: usize) -> Option<Goal> {
    match place {
        // 温州银行, 城投集团, 交投集团: whose people can sign in at once.
        0 => Some(Goal::Returned),
        4 => Some(Goal::Submitted),
        7 => Some(Goal::Draft),
        1..=6 => Some(Goal::Accepted),
        8 | 9 => Some(Goal::HandedIn),
        10 | 11 => Some(Goal::Draft),
        _ => None,
    }
}

/// 月报.
const fn monthly_goal(place: usize) -> Option<Goal> {
    match place {
        0 => Some(Goal::Draft),
        1 | 2 => Some(Goal::Accepted),
        3 => Some(Goal::Returned),
        5 | 7 => Some(Goal::HandedIn),
        6 => Some(Goal::Submitted),
        _ => None,
    }
}

/// Sets the schedule, fills in, releases and decides.
pub async fn seed(app: &App, clerks: &Clerks) -> Result<()> {
    let Some(officer) = &clerks.officer else {
        return Err(Failure::new("演示里没有国资委经办"));
    };
    let mut monthly = Schedule::of_notice(ReturnKind::Monthly);
    let day = |day: &str| day.parse::<NaiveDate>().ok();
    monthly.first = day("2017-11-30").zip(day("2017-12-05"));
    monthly.active = true;
    app.save_schedule(officer, 0, monthly, "处务会议定：每月5日前报送上月月报")
        .await?;
    for (kind, goal) in [
        (
            ReturnKind::Annex3,
            cooperation_goal as fn(usize) -> Option<Goal>,
        ),
        (ReturnKind::Monthly, monthly_goal),
    ] {
        let returns = app.returns(officer, kind, Query::default()).await?;
        let Some(period) = returns.periods.first() else {
            return Err(Failure::new("演示里没有报送期"));
        };
        match all(app, clerks, officer, period, goal).await {
            // Without fonts there is no PDF to hand in; the rest of the demo is none the worse for it.
            Err(Error::Lacking { .. }) => return Ok(()),
            other => other?,
        }
    }
    Ok(())
}

async fn all(
    app: &App,
    clerks: &Clerks,
    officer: &Caller,
    period: &Period,
    goal: fn(usize) -> Option<Goal>,
) -> app::Result<()> {
    for (place, (_, short)) in ENTERPRISES.into_iter().enumerate() {
        let (Some(goal), Some(reporter), Some(approver)) = (
            goal(place),
            clerks.reporters.get(short),
            clerks.approvers.get(short),
        ) else {
            continue;
        };
        let key = Key {
            kind: period.kind,
            cut_off: period.cut_off,
            unit: reporter.person.unit,
        };
        one(app, [reporter, approver, officer], key, goal).await?;
    }
    Ok(())
}

async fn one(
    app: &App,
    [reporter, approver, officer]: [&Caller; 3],
    key: Key,
    goal: Goal,
) -> app::Result<()> {
    let view = app.return_of(reporter, key).await?;
    let id = app.save_return(reporter, key, 0, typed(&view)).await?;
    if key.kind.is_report() {
        let seen = app.return_of(reporter, key).await?.seen();
        let notice = include_bytes!("../../demo/notice.docx");
        app.attach_to_return(reporter, id, &seen, "工作依据.docx", notice)
            .await?;
    }
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
    let accept = goal == Goal::Accepted;
    let reason = match (accept, key.kind) {
        (true, _) => "",
        (false, ReturnKind::Annex3) => "进展写得过于笼统，请写明时间和下一个节点",
        (false, _) => "请补充在谈项目的进展",
    };
    let whole = RowDecision {
        accept,
        reason: reason.to_owned(),
    };
    let remarks = match (&view.content, accept) {
        (Some(Content::Annex3(form)), false) => {
            let remark =
                |row: &domain::annex3::Annex3Row| (row.project, "请写明双方议定的时间".to_owned());
            form.rows.iter().take(1).map(remark).collect()
        }
        _ => Default::default(),
    };
    let verdict = Verdict::Remarked(whole, remarks);
    app.decide_return(officer, id, view.seen().version, verdict)
        .await?;
    Ok(())
}

fn typed(view: &ReturnView) -> Input {
    match &view.content {
        Some(Content::Annex3(form)) => {
            let rows = form.rows.iter().map(|row| (row.project, texts(row.class)));
            Input::Annex3(Annex3Input {
                rows: rows.collect(),
                zero_reason: if form.rows.is_empty() {
                    "目前没有与央企合作的在谈、签约和落地项目".to_owned()
                } else {
                    String::new()
                },
            })
        }
        _ => {
            let text = |word: &str| match word {
                "work" => {
                    "本月走访重点企业4家，赴外招商2次，接待来访客商3批。\n对照年度目标任务倒排时间进度，逐项明确责任人。"
                }
                "projects" => {
                    "在谈项目正在商议合作方案；已签约项目正在办理用地和规划手续；落地项目按计划推进前期工作。"
                }
                "problems" => "个别项目用地指标需要市里统筹协调。",
                _ => "持续跟踪在谈项目，力争年内再签约1个；加快已签约项目落地。",
            };
            let sections = sections(view.period.kind).iter();
            let sections = sections.filter(|one| one.word != "practice");
            Input::Report(ReportInput {
                sections: sections
                    .map(|one| (one.word.to_owned(), text(one.word).to_owned()))
                    .collect(),
                without_figures: false,
            })
        }
    }
}

fn texts(class: CooperationClass) -> ProgressTexts {
    let (progress, problems, next_steps) = match class {
        CooperationClass::Negotiating => (
            "11月中旬赴集团总部对接，双方就合作模式交换意见，已形成会谈纪要。",
            "合作方内部决策程序尚未启动。",
            "12月底前商定合作框架，报送可研初稿。",
        ),
        CooperationClass::Signed => (
            "已签署合作协议，正在开展选址论证和项目公司组建方案比选。",
            "用地性质调整需要规划部门支持。",
            "明年一季度完成项目公司注册，倒排前期工作节点。",
        ),
        CooperationClass::Landed => (
            "项目公司已完成注册，首期资本金到位，正在办理规划和施工许可。",
            "",
            "年内完成施工图审查，争取早日开工。",
        ),
    };
    ProgressTexts {
        progress: progress.to_owned(),
        problems: problems.to_owned(),
        next_steps: next_steps.to_owned(),
        contact: String::new(),
        still_true: false,
    }
}
