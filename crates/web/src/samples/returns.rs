//! Samples of the pages of returns.

use std::collections::BTreeMap;

use app::returns::{
    Cooperation, Edition, EditionFile, EditionView, Filing, Key, Line, ReturnView, Returns,
    RowOutcome, ScanView, StepTaken,
    intake::{
        CellChange, How, IntakeAnswers, IntakeCell, IntakePlace, IntakePreview, IntakeRow,
        IntakeSource, Named, RowAnswer, RowState, Target, WaitingIntake,
    },
};
use domain::{
    EditionId, Money, PeriodId, PersonId, ProjectId, ReturnId, RevisionId, UnitId,
    adjustment::AdjustmentKind,
    annex2::{Annex2, Annex2Input, Annex2Row},
    annex3::{Annex3, Annex3Row, CooperationClass, ProgressTexts},
    period::{Period, ReturnKind, Standing, Timing},
    person::Invalid,
    report::{AttachedFile, Figure, Report, ReportInput},
    returns::{Content, Difference, ReturnState, ReturnStep},
    typed::Input,
    unit::{Unit, UnitKind},
};

use super::{NASTY, conflict, layout, me, now, refusals, rendered};
use crate::pages::{
    intake::{IntakePage, IntakePreviewPage, IntakeStatePage},
    returns::{ComparePage, EditionPage, ReturnPage, ReturnsPage, return_page},
};

pub(super) fn period() -> Period {
    Period {
        id: PeriodId(1),
        authority: UnitId(1),
        kind: ReturnKind::Annex2,
        cut_off: "2017-11-30".parse().unwrap(),
        set_on: "2017-12-15".parse().unwrap(),
        advised_on: "2017-12-15".parse().ok(),
        shift: domain::workday::ShiftRule::Later,
        due_on: "2017-12-15".parse().unwrap(),
        lock_after: "2018-01-14".parse().ok(),
        scan_required: false,
        moved_reason: String::new(),
        review: true,
    }
}

pub(super) fn content(zero: bool) -> Content {
    let row = |project, investment, kind| Annex2Row {
        project: ProjectId(project),
        code: NASTY.into(),
        from: None,
        to: RevisionId(1),
        name: NASTY.into(),
        basic_info: NASTY.into(),
        investment,
        kind,
        content: NASTY.into(),
        reason: NASTY.into(),
        contact: NASTY.into(),
        remark: NASTY.into(),
    };
    let rows = if zero {
        Vec::new()
    } else {
        vec![
            row(1, Some(Money::from_wan(5)), AdjustmentKind::Added),
            row(2, None, AdjustmentKind::Kept),
        ]
    };
    Content::Annex2(Annex2 {
        unit: NASTY.into(),
        cut_off: period().cut_off,
        zero_reason: if zero { NASTY.into() } else { String::new() },
        rows,
    })
}

fn edition(number: i64, outcome: Option<ReturnState>) -> EditionView {
    EditionView {
        edition: Edition {
            id: EditionId(number),
            filing: ReturnId(1),
            edition: number,
            data: String::new(),
            data_sm3: "0".repeat(64),
            code: "7KQM-2XHD-9RTA".into(),
            receipt: format!("附件2-201711-{number:04}"),
            zero: true,
            late: true,
            handed_in_at: now(),
            handed_in_by: PersonId(1),
            withdrawn_at: (number == 1).then(now),
            decided_at: outcome.map(|_| now()),
            decided_by: outcome.map(|_| PersonId(1)),
            outcome,
            outcome_reason: NASTY.into(),
        },
        files: vec![EditionFile {
            kind: "docx".into(),
            file_id: 1,
            sm3: "0".repeat(64),
            size: 1,
        }],
    }
}

fn returned() -> RowOutcome {
    RowOutcome {
        accepted: Some(false),
        words: NASTY.into(),
    }
}

fn texts() -> ProgressTexts {
    ProgressTexts {
        progress: NASTY.into(),
        problems: NASTY.into(),
        next_steps: NASTY.into(),
        contact: NASTY.into(),
        still_true: true,
    }
}

pub(super) fn cooperation() -> Cooperation {
    Cooperation {
        edition: EditionId(1),
        edition_number: 1,
        filing: ReturnId(1),
        cut_off: period().cut_off,
        handed_in_at: now(),
        project: ProjectId(1),
        class: CooperationClass::Negotiating,
        partners: NASTY.into(),
        suspended: false,
        texts: texts(),
        remark: NASTY.into(),
    }
}

fn progress() -> Content {
    let row = |project, class| Annex3Row {
        project: ProjectId(project),
        code: NASTY.into(),
        revision: RevisionId(1),
        class,
        name: NASTY.into(),
        partners: NASTY.into(),
        suspended: project == 1,
        progress: NASTY.into(),
        problems: NASTY.into(),
        next_steps: NASTY.into(),
        contact: NASTY.into(),
        own_contact: NASTY.into(),
        repeated: true,
        still_true: project == 2,
    };
    Content::Annex3(Annex3 {
        unit: NASTY.into(),
        cut_off: period().cut_off,
        zero_reason: String::new(),
        rows: vec![
            row(1, CooperationClass::Negotiating),
            row(2, CooperationClass::Landed),
        ],
    })
}

fn report() -> Content {
    let sections = domain::report::sections(ReturnKind::Monthly);
    let typed = ReportInput {
        sections: sections
            .iter()
            .map(|section| (section.word.to_owned(), NASTY.to_owned()))
            .collect(),
        without_figures: false,
    };
    let figure = Figure {
        label: NASTY.into(),
        value: NASTY.into(),
    };
    let file = AttachedFile {
        id: 1,
        name: NASTY.into(),
        sm3: "0".repeat(64),
        size: 2_000_000,
    };
    let head = (ReturnKind::Monthly, NASTY, period().cut_off);
    Content::Report(Report::new(head, &typed, vec![figure], vec![file]))
}

/// A view of another kind.
fn of(kind: ReturnKind, input: Input, view: ReturnView) -> ReturnView {
    ReturnView {
        period: Period { kind, ..period() },
        input,
        owed: None,
        accepted_before: 0,
        last: [(1, cooperation())].into(),
        ..view
    }
}

pub(super) fn view(
    state: Option<ReturnState>,
    content: Option<Content>,
    inside: bool,
    possible: Vec<ReturnStep>,
) -> ReturnView {
    let begun = state.is_some();
    ReturnView {
        period: period(),
        unit: Unit {
            id: UnitId(2),
            parent: Some(UnitId(1)),
            kind: UnitKind::Enterprise,
            name: NASTY.into(),
            short_name: NASTY.into(),
            former_names: Vec::new(),
            position: 1,
            valid_from: None,
            valid_to: None,
            version: 1,
        },
        filing: state.map(|state| Filing {
            id: ReturnId(1),
            period: PeriodId(1),
            unit: UnitId(2),
            state,
            version: 3,
            edition: 2,
            input: "{}".into(),
            submitted_by: Some(PersonId(1)),
            submitted_at: Some(now()),
            submitted_data: None,
            first_handed_in_at: None,
            resubmit_by: None,
            created_at: now(),
        }),
        state,
        content,
        code: "7KQM-2XHD-9RTA".into(),
        basis: "7KQM-2XHD-9RTA".into(),
        input: Input::Annex2(Annex2Input::default()),
        decided: [(1, returned())].into(),
        last: BTreeMap::new(),
        decided_reason: NASTY.into(),
        owed: Some(period()),
        accepted_before: 1,
        editions: if begun {
            vec![edition(1, None), edition(2, Some(ReturnState::Returned))]
        } else {
            Vec::new()
        },
        steps: vec![StepTaken {
            edition: 1,
            step: Some(ReturnStep::Submit),
            reason: NASTY.into(),
            who: NASTY.into(),
            at: now(),
        }],
        sources: vec![IntakeSource {
            id: 1,
            file_name: NASTY.into(),
            rows: 3,
            who: NASTY.into(),
            at: now(),
        }],
        scans: vec![ScanView {
            id: 1,
            code: "7KQM-2XHD-9RTA".into(),
            name: NASTY.into(),
            who: NASTY.into(),
            at: now(),
            changed: true,
        }],
        editable: possible.contains(&ReturnStep::Submit),
        possible,
        may_scan: inside,
        standing: standing(),
        refusal: Some(NASTY.into()),
        resubmit_by: "2018-01-20".parse().ok(),
        inside,
        full_contacts: true,
        late: true,
        due_words: "已逾期2天".into(),
        before_cut_off: true,
        people: BTreeMap::new(),
    }
}

fn standing() -> Standing {
    Standing {
        timing: Timing::Locked,
        permit: Some(NASTY.into()),
        exempt: None,
    }
}

pub(super) fn line(state: Option<ReturnState>) -> Line {
    Line {
        period: period(),
        unit: UnitId(2),
        unit_name: NASTY.into(),
        filing: Some(ReturnId(1)),
        state,
        edition: Some(2),
        receipt: "附件2-201711-0001".into(),
        handed_in_at: Some(now()),
        zero: true,
        standing: standing(),
        resubmit_by: None,
        first_handed_in_at: None,
        late: true,
        due_words: "已逾期2天".into(),
    }
}

pub(super) fn waiting(some: bool) -> Vec<WaitingIntake> {
    let one = |by_mail| WaitingIntake {
        key: "k".into(),
        kind: ReturnKind::Annex2,
        label: period().label(),
        file_name: NASTY.into(),
        at: now(),
        by_mail,
    };
    if some {
        vec![one(true), one(false)]
    } else {
        Vec::new()
    }
}

fn returns(inside: bool, state: Option<ReturnState>) -> ReturnsPage {
    let lines = if state.is_some() {
        vec![line(state), line(None)]
    } else {
        Vec::new()
    };
    ReturnsPage {
        layout: layout(),
        waiting: waiting(state.is_some()),
        returns: Returns {
            kind: ReturnKind::Annex2,
            periods: vec![period()],
            lines,
            units: vec![(UnitId(2), NASTY.into()), (UnitId(3), NASTY.into())],
            inside,
        },
        shown: Some(period()),
        today: "2017-11-24".parse().unwrap(),
        may_prepare: true,
        may_release: true,
        may_take: true,
    }
}

fn intake_place(closed: Option<&'static str>) -> IntakePlace {
    IntakePlace {
        key: Key {
            kind: ReturnKind::Annex2,
            cut_off: period().cut_off,
            unit: UnitId(2),
        },
        label: period().label(),
        unit_name: NASTY.into(),
        closed,
    }
}

fn intake(closed: Option<&'static str>, refused: bool) -> IntakePage {
    IntakePage {
        layout: layout(),
        kind: ReturnKind::Annex2,
        place: intake_place(closed),
        most: "20 MB".into(),
        pasted: NASTY.into(),
        instead: refused.then(|| ("/returns".to_owned(), NASTY)),
        refusals: if refused {
            refusals()
        } else {
            Default::default()
        },
    }
}

fn intake_row(number: usize, state: RowState, target: Target) -> IntakeRow {
    let cell = |field, change| IntakeCell {
        field,
        label: "投资额（万元）",
        raw: NASTY.into(),
        place: "第1个表第3行第4列".into(),
        value: NASTY.into(),
        read: String::new(),
        corrected: number == 2,
        doubts: vec![NASTY.into()],
        before: Some(NASTY.into()),
        change,
    };
    let differs = CellChange::Differs {
        taken: true,
        proposed: false,
    };
    IntakeRow {
        number,
        place: "第1个表第3行".into(),
        name: NASTY.into(),
        state,
        kind: Some(AdjustmentKind::Changed),
        worded: None,
        target,
        cells: vec![
            cell("project_name", CellChange::Same),
            cell("basic_info", CellChange::Silent),
            cell("investment_wan", differs),
            cell("reason", CellChange::None),
        ],
        extra: [(NASTY.to_owned(), NASTY.to_owned())].into(),
        doubts: vec![NASTY.into()],
        answer: RowAnswer {
            skip: number == 3,
            ..RowAnswer::default()
        },
        open: vec![
            ("project".into(), NASTY.into()),
            ("kind".into(), NASTY.into()),
        ],
    }
}

fn intake_preview(zero: bool) -> IntakePreviewPage {
    let named = || Named {
        id: ProjectId(1),
        code: "WZ2017-01-0001".into(),
        name: NASTY.into(),
        why: NASTY.into(),
    };
    let known = Target::Known {
        project: named(),
        how: How::Name,
    };
    let likely = Target::Asked {
        likely: vec![named()],
    };
    let rows = vec![
        intake_row(1, RowState::Asked, likely),
        intake_row(2, RowState::Changed, known),
        intake_row(3, RowState::Skipped, Target::New),
    ];
    let mut open = Invalid::of("project_1", NASTY);
    open.add("unit_confirmed", NASTY);
    open.add("kind_1", NASTY);
    if zero {
        open.add("zero_reason", NASTY);
    }
    IntakePreviewPage {
        layout: layout(),
        preview: IntakePreview {
            key: "k".into(),
            version: 1,
            basis: "1-0".into(),
            kind: ReturnKind::Annex2,
            cut_off: period().cut_off,
            label: period().label(),
            unit: UnitId(2),
            unit_name: NASTY.into(),
            effective_on: period().cut_off,
            file_name: NASTY.into(),
            message: NASTY.into(),
            written_units: vec![Some(NASTY.into()), None],
            reported_on: Some("2017-12-08".into()),
            unit_of_money: Some("万元".into()),
            zero,
            zero_reason: NASTY.into(),
            answers: IntakeAnswers::default(),
            rows: if zero { Vec::new() } else { rows },
            unnamed: 2,
            projects: vec![(ProjectId(1), "WZ2017-01-0001".into(), NASTY.into())],
            also: vec![ReturnKind::Annex3],
            file_doubts: vec![NASTY.into()],
            open,
        },
        page: 1,
        shown: String::new(),
        refusals: refusals(),
        conflict: conflict(),
    }
}

/// The preview of 附件3, with a new project whose facts are asked.
fn progress_preview(zero: bool) -> IntakePreviewPage {
    let mut page = intake_preview(zero);
    page.preview.kind = ReturnKind::Annex3;
    for row in &mut page.preview.rows {
        (row.kind, row.target) = (None, Target::New);
        let fields = ["category", "signing_kind", "signed_on", "progress"];
        for (cell, field) in row.cells.iter_mut().zip(fields) {
            cell.field = field;
        }
    }
    page
}

fn intake_state(message: &str) -> IntakeStatePage {
    IntakeStatePage {
        layout: layout(),
        key: "k".into(),
        file_name: NASTY.into(),
        message: message.into(),
        again: "/returns/annex2/intake".into(),
    }
}

/// Every page of returns.
pub(super) fn samples() -> Vec<(&'static str, String)> {
    use ReturnState as S;
    let page = |view| return_page(&me(), view);
    let submit = vec![ReturnStep::Submit];
    let again = ReturnPage {
        refusals: refusals(),
        conflict: conflict(),
        ..page(view(
            Some(S::Returned),
            Some(content(false)),
            true,
            submit.clone(),
        ))
    };
    vec![
        ("intake", rendered(intake(None, false))),
        ("intake, refused", rendered(intake(None, true))),
        ("intake, closed", rendered(intake(Some("待审"), false))),
        ("intake, being read", rendered(intake_state(""))),
        ("intake, not read", rendered(intake_state(NASTY))),
        ("intake, preview", rendered(intake_preview(false))),
        ("intake, zero", rendered(intake_preview(true))),
        ("intake, 附件3", rendered(progress_preview(false))),
        ("intake, 附件3 zero", rendered(progress_preview(true))),
        (
            "returns, enterprise",
            rendered(returns(true, Some(S::ForApproval))),
        ),
        (
            "returns, authority",
            rendered(returns(false, Some(S::HandedIn))),
        ),
        ("returns, nothing due", rendered(returns(true, None))),
        ("returns, no enterprise", rendered(returns(false, None))),
        (
            "return, not begun",
            rendered(page(view(None, Some(content(true)), true, submit))),
        ),
        ("return, refused", rendered(again)),
        (
            "return, for release",
            rendered(page(view(
                Some(S::ForApproval),
                Some(content(false)),
                true,
                vec![ReturnStep::SendBack, ReturnStep::HandIn],
            ))),
        ),
        (
            "return, handed in",
            rendered(page(view(
                Some(S::HandedIn),
                Some(content(false)),
                true,
                vec![ReturnStep::Withdraw],
            ))),
        ),
        (
            "return, to be decided",
            rendered(page(view(
                Some(S::HandedIn),
                Some(content(false)),
                false,
                vec![ReturnStep::Decide],
            ))),
        ),
        (
            "return, zero to be decided",
            rendered(page(view(
                Some(S::HandedIn),
                Some(content(true)),
                false,
                vec![ReturnStep::Decide],
            ))),
        ),
        (
            "return, not for the authority yet",
            rendered(page(view(None, None, false, Vec::new()))),
        ),
        (
            "return, 附件3 typed",
            rendered(page(of(
                ReturnKind::Annex3,
                Input::empty(ReturnKind::Annex3),
                view(None, Some(progress()), true, vec![ReturnStep::Submit]),
            ))),
        ),
        (
            "return, 附件3 to be decided",
            rendered(page(of(
                ReturnKind::Annex3,
                Input::empty(ReturnKind::Annex3),
                view(
                    Some(S::HandedIn),
                    Some(progress()),
                    false,
                    vec![ReturnStep::Decide],
                ),
            ))),
        ),
        (
            "return, report typed",
            rendered(page(of(
                ReturnKind::Monthly,
                Input::empty(ReturnKind::Monthly),
                view(
                    Some(S::Draft),
                    Some(report()),
                    true,
                    vec![ReturnStep::Submit],
                ),
            ))),
        ),
        (
            "return, report handed in",
            rendered(page(of(
                ReturnKind::Monthly,
                Input::empty(ReturnKind::Monthly),
                view(
                    Some(S::HandedIn),
                    Some(report()),
                    false,
                    vec![ReturnStep::Decide],
                ),
            ))),
        ),
        (
            "return edition",
            rendered(EditionPage {
                layout: layout(),
                id: ReturnId(1),
                title: NASTY.into(),
                unit: NASTY.into(),
                edition: edition(1, Some(S::Returned)),
                handed_in_by: NASTY.into(),
                decided_by: NASTY.into(),
                content: content(false),
                may_download: true,
            }),
        ),
        (
            "return compare",
            rendered(ComparePage {
                layout: layout(),
                id: ReturnId(1),
                from: 1,
                to: 2,
                found: vec![Difference {
                    row: NASTY.into(),
                    column: "整行",
                    before: NASTY.into(),
                    after: String::new(),
                }],
            }),
        ),
    ]
}
