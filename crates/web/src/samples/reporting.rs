//! Samples of the pages around returns.

use app::returns::{
    Call, Colleague, Contact, Figures, HandOverSheet, HandedOver, Matrix, Owed, Release, Remark,
    RemarkView, ScheduleView, Tally, Todo, Version,
};
use domain::{
    PersonId, UnitId,
    cooperation::FollowUpState,
    period::ReturnKind,
    returns::{Difference, ReturnState, ReturnStep},
    schedule::Schedule,
    workday::{Calendar, ShiftRule},
};

use super::{
    NASTY, conflict,
    cooperation::row,
    layout, now, refusals, rendered,
    returns::{content, line, period, view},
};
use crate::pages::{
    reporting::{CallsPage, FiguresPage, HandOverPage, MatrixPage, TodoPage, counts},
    schedules::{SchedulePage, SchedulesPage, Typed},
};

fn release(changed: bool) -> Release {
    let change = Difference {
        row: NASTY.into(),
        column: "整行",
        before: NASTY.into(),
        after: String::new(),
    };
    Release {
        view: view(
            Some(ReturnState::ForApproval),
            Some(content(false)),
            true,
            vec![ReturnStep::HandIn],
        ),
        summary: NASTY.into(),
        by: NASTY.into(),
        changes: if changed { vec![change] } else { Vec::new() },
    }
}

fn todo(authority: bool, empty: bool) -> TodoPage {
    let some = |state| if empty { Vec::new() } else { vec![line(state)] };
    let owed = some(None).into_iter().map(|line| Owed {
        line,
        basis: NASTY.into(),
    });
    TodoPage {
        layout: layout(),
        todo: Todo {
            owed: owed.collect(),
            waiting: super::returns::waiting(!empty),
            tray: i64::from(!empty),
            release: if empty {
                Vec::new()
            } else {
                vec![release(true), release(false)]
            },
            decide: some(Some(ReturnState::HandedIn)),
            late: some(None),
            follow_ups: if empty {
                Vec::new()
            } else {
                vec![row(FollowUpState::Open, false)]
            },
            today: "2017-11-24".parse().unwrap(),
            begun: !empty,
        },
        reporter: true,
        approver: true,
        authority,
        officer: true,
    }
}

fn matrix(lines: Vec<app::returns::Line>) -> MatrixPage {
    let matrix = Matrix {
        periods: lines.iter().map(|_| period()).collect(),
        rows: vec![(
            UnitId(2),
            NASTY.into(),
            lines.into_iter().map(Some).collect(),
        )],
        today: "2017-11-24".parse().unwrap(),
    };
    MatrixPage {
        layout: layout(),
        counts: counts(&matrix),
        matrix,
        kind: Some(ReturnKind::Annex2),
        year: Some(2017),
        inside: false,
        may_keep: true,
        refusals: refusals(),
    }
}

fn calls(empty: bool) -> CallsPage {
    let call = Call {
        unit: UnitId(2),
        unit_name: NASTY.into(),
        contacts: vec![Contact {
            name: NASTY.into(),
            role: "企业填报员",
            phone: "0577-88000000".into(),
        }],
        lines: vec![line(None), line(Some(ReturnState::Returned))],
        text: NASTY.into(),
        remarks: vec![RemarkView {
            remark: Remark {
                unit: UnitId(2),
                period: None,
                text: NASTY.into(),
                promised_on: "2017-12-11".parse().ok(),
                made_at: now(),
                made_by: PersonId(1),
            },
            who: NASTY.into(),
        }],
    };
    CallsPage {
        layout: layout(),
        calls: if empty { Vec::new() } else { vec![call] },
        today: "2017-11-24".parse().unwrap(),
        refusals: refusals(),
        typed: Some((UnitId(2), NASTY.into(), NASTY.into())),
    }
}

fn figures(owed: u32) -> FiguresPage {
    let tally = Tally {
        owed,
        handed_in: owed,
        in_time: owed / 2,
        zero: 1,
        returned: 1,
        exempt: 1,
    };
    FiguresPage {
        layout: layout(),
        figures: Figures {
            year: 2017,
            today: "2017-12-31".parse().unwrap(),
            total: tally,
            units: vec![
                (UnitId(2), NASTY.into(), tally),
                (UnitId(3), NASTY.into(), Tally::default()),
            ],
            kinds: vec![(ReturnKind::Annex2, tally)],
            periods: vec![(ReturnKind::Annex2, period().cut_off, NASTY.into(), tally)],
        },
        kind: None,
        refusals: refusals(),
    }
}

fn schedule_view(kind: ReturnKind) -> ScheduleView {
    let today = "2017-11-24".parse().unwrap();
    let schedule = Schedule::of_notice(kind);
    let calendar = Calendar::built_in();
    let version = |number| Version {
        version: number,
        schedule: schedule.clone(),
        reason: NASTY.into(),
        recorded: (number > 0).then(|| (now(), PersonId(1))),
    };
    let coming = ShiftRule::ALL.map(|shift| {
        let schedule = Schedule {
            shift,
            ..schedule.clone()
        };
        (shift, schedule.coming(&calendar, today, 6))
    });
    ScheduleView {
        version: version(1),
        periods: if schedule.first.is_some() {
            vec![period()]
        } else {
            Vec::new()
        },
        coming: coming.into(),
        versions: vec![version(0), version(1)],
        people: [(PersonId(1), NASTY.into())].into(),
        today,
    }
}

fn schedule(kind: ReturnKind, may_keep: bool) -> SchedulePage {
    let view = schedule_view(kind);
    SchedulePage {
        layout: layout(),
        typed: Typed::of(&view.version.schedule),
        preview: may_keep.then(|| view.coming.clone()),
        view,
        may_keep,
        refusals: refusals(),
        conflict: conflict(),
    }
}

fn sheet(empty: bool) -> HandOverPage {
    let owed = Owed {
        line: line(None),
        basis: NASTY.into(),
    };
    let kind = |undated, newest| HandedOver {
        kind: ReturnKind::Annex2,
        basis: NASTY.into(),
        undated,
        coming: vec![period()],
        newest,
    };
    let colleague = Colleague {
        name: NASTY.into(),
        roles: NASTY.into(),
        unit: NASTY.into(),
    };
    HandOverPage {
        layout: layout(),
        sheet: HandOverSheet {
            unit: UnitId(2),
            unit_name: NASTY.into(),
            owed: if empty { Vec::new() } else { vec![owed] },
            promised: "2017-12-11".parse().into_iter().collect(),
            follow_ups: vec![row(FollowUpState::Open, false)],
            kinds: vec![
                kind(false, Some(line(Some(ReturnState::Accepted)))),
                kind(true, None),
            ],
            pending_projects: 2,
            projects: 5,
            people: if empty { Vec::new() } else { vec![colleague] },
            units: vec![(UnitId(2), NASTY.into()), (UnitId(3), NASTY.into())],
            today: "2017-11-24".parse().unwrap(),
        },
        authority: true,
        may_download: true,
    }
}

/// Every page around returns.
pub(super) fn samples() -> Vec<(&'static str, String)> {
    let schedules = SchedulesPage {
        layout: layout(),
        views: vec![
            schedule_view(ReturnKind::Annex2),
            schedule_view(ReturnKind::Monthly),
        ],
        may_keep: true,
    };
    let lines = vec![
        line(None),
        line(Some(ReturnState::Accepted)),
        line(Some(ReturnState::Returned)),
    ];
    vec![
        ("todo, enterprise", rendered(todo(false, false))),
        ("todo, enterprise, nothing", rendered(todo(false, true))),
        ("todo, authority", rendered(todo(true, false))),
        ("todo, authority, nothing", rendered(todo(true, true))),
        ("matrix", rendered(matrix(lines))),
        ("matrix, empty", rendered(matrix(Vec::new()))),
        ("calls", rendered(calls(false))),
        ("calls, nobody", rendered(calls(true))),
        ("return figures", rendered(figures(4))),
        ("return figures, nothing due", rendered(figures(0))),
        ("hand-over sheet", rendered(sheet(false))),
        ("hand-over sheet, nothing owed", rendered(sheet(true))),
        ("schedules", rendered(schedules)),
        ("schedule", rendered(schedule(ReturnKind::Annex2, true))),
        (
            "schedule, no date",
            rendered(schedule(ReturnKind::Monthly, false)),
        ),
    ]
}
