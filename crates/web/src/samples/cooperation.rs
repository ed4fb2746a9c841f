//! Samples of the pages of cooperation.

use app::cooperation::{
    DirectoryView, EnterpriseHit, FollowUp, FollowUpList, FollowUpRow, Visit, VisitList,
    VisitQuery, VisitRow, VisitView, WhoseFollowUps,
};
use domain::{
    FollowUpId, PersonId, ProjectId, RecordId, UnitId, VisitId,
    cooperation::{CounterpartKind, FollowUpFields, FollowUpState, VisitFields, VisitKind},
    directory::{Certainty, InUse, Rank, Record, RecordFields, Scope},
    partial_date::PartialDate,
};

use super::{NASTY, conflict, layout, now, refusals, rendered, unit};
use crate::{
    layout::Refusals,
    pages::cooperation::{
        directory::DirectoryPage,
        follow_ups::{FollowUpPage, FollowUpsPage, SettleForm},
        record_form::{RecordForm, RecordFormPage},
        visit_form::{VisitForm, VisitFormPage},
        visits::{FollowUpForm, VisitPage, VisitsPage},
    },
};

fn hit(in_use: InUse, own: bool) -> EnterpriseHit {
    EnterpriseHit {
        record: Record {
            name: NASTY.into(),
            short_names: vec![NASTY.into()],
            valid_from: PartialDate::read("2017-11"),
            valid_to: None,
            successor: Some(NASTY.into()),
            source: NASTY.into(),
            certainty: (!own).then_some(Certainty::Press),
            listed: own,
            own: own.then_some(RecordId(1)),
            note: NASTY.into(),
        },
        rank: Rank::Name,
        in_use,
        current: Some(NASTY.into()),
        successors: vec![NASTY.into(), "乙".into()],
        former: vec![NASTY.into()],
    }
}

fn directory(scope: Scope, hits: Vec<EnterpriseHit>, keeps: bool, total: usize) -> String {
    rendered(DirectoryPage {
        layout: layout(),
        view: DirectoryView {
            scope,
            query: NASTY.into(),
            on: "2017-11-24".parse().unwrap(),
            hits,
            total,
            borne: total,
            keeps,
        },
    })
}

fn record_form(scope: Scope, id: Option<RecordId>) -> String {
    let fields = RecordFields {
        name: NASTY.into(),
        ..RecordFields::default()
    };
    rendered(RecordFormPage {
        layout: layout(),
        scope,
        id,
        form: RecordForm::of(&fields, 1),
        names: vec![(NASTY.into(), NASTY.into())],
        refusals: refusals(),
        conflict: conflict(),
    })
}

fn visit(void_reason: &str) -> Visit {
    Visit {
        id: VisitId(1),
        unit: UnitId(2),
        fields: VisitFields {
            kind: VisitKind::Central,
            from: "2017-11-02".parse().unwrap(),
            to: "2017-11-03".parse().unwrap(),
            host: NASTY.into(),
            counterpart_kind: CounterpartKind::Central,
            counterpart: NASTY.into(),
            place: String::new(),
            ours: NASTY.into(),
            theirs: NASTY.into(),
            projects: vec![ProjectId(1), ProjectId(2)],
            agreed: NASTY.into(),
        },
        void_reason: void_reason.into(),
        version: 2,
        created_at: now(),
        created_by: PersonId(1),
        changed_at: now(),
        changed_by: PersonId(1),
    }
}

pub(super) fn row(state: FollowUpState, may: bool) -> FollowUpRow {
    let open = state == FollowUpState::Open;
    FollowUpRow {
        follow_up: FollowUp {
            id: FollowUpId(1),
            visit: VisitId(1),
            unit: UnitId(2),
            visited: "2017-11-02".parse().unwrap(),
            counterpart: NASTY.into(),
            fields: FollowUpFields {
                what: NASTY.into(),
                owner: NASTY.into(),
                owner_person: Some(PersonId(1)),
                due: "2017-11-20".parse().unwrap(),
            },
            state,
            settled_on: (!open).then(|| "2017-11-19".parse().unwrap()),
            settled_note: if open { String::new() } else { NASTY.into() },
            settled: (!open).then(|| (PersonId(1), now())),
            version: 1,
        },
        unit: NASTY.into(),
        left: if open {
            "已逾期4天".into()
        } else {
            String::new()
        },
        overdue: open,
        settleable: may,
        editable: may && open,
    }
}

fn visits(rows: usize, query: VisitQuery) -> String {
    let line = |open: usize| VisitRow {
        visit: visit(""),
        unit: NASTY.into(),
        remark: NASTY.into(),
        open,
        overdue: open / 2,
        follow_ups: vec![row(FollowUpState::Open, true).follow_up],
    };
    rendered(VisitsPage {
        layout: layout(),
        list: VisitList {
            query,
            rows: (0..rows).map(line).collect(),
            total: 120,
            units: vec![(UnitId(2), NASTY.into()), (UnitId(3), "乙".into())],
            years: vec![2017, 2016],
            records: true,
        },
    })
}

fn visit_page(editable: bool, void_reason: &str) -> String {
    let follow_ups = FollowUpState::ALL.iter().map(|state| row(*state, editable));
    rendered(VisitPage {
        layout: layout(),
        view: VisitView {
            visit: visit(void_reason),
            unit: unit(),
            remark: NASTY.into(),
            projects: vec![(ProjectId(1), "WZ2017-01-0001".into(), NASTY.into())],
            hidden_projects: 1,
            follow_ups: follow_ups.collect(),
            owners: vec![(PersonId(1), NASTY.into())],
            editable,
            people: [(PersonId(1), NASTY.to_owned())].into(),
            today: "2017-11-24".parse().unwrap(),
        },
        follow_up: FollowUpForm::default(),
        reason: NASTY.into(),
        refusals: refusals(),
    })
}

fn visit_form(id: Option<VisitId>) -> String {
    let why = |field: &str| (field.to_owned(), "请填写".to_owned());
    rendered(VisitFormPage {
        layout: layout(),
        id,
        form: VisitForm {
            counterpart: NASTY.into(),
            agreed: NASTY.into(),
            follow_ups: vec![
                FollowUpForm::of(&row(FollowUpState::Open, true).follow_up.fields),
                FollowUpForm::default(),
            ],
            ..VisitForm::default()
        },
        names: vec![(NASTY.into(), NASTY.into())],
        owners: vec![(PersonId(1), NASTY.into())],
        refusals: Refusals(vec![
            why("from"),
            why("counterpart"),
            why("follow_ups.1.due"),
        ]),
        conflict: conflict(),
    })
}

fn follow_ups(rows: Vec<FollowUpRow>) -> String {
    rendered(FollowUpsPage {
        layout: layout(),
        list: FollowUpList {
            whose: WhoseFollowUps::Unit,
            state: None,
            overdue: rows.len(),
            rows,
            today: "2017-11-24".parse().unwrap(),
        },
    })
}

fn follow_up(state: FollowUpState, may: bool) -> String {
    let row = row(state, may);
    rendered(FollowUpPage {
        layout: layout(),
        version: 1,
        form: FollowUpForm::of(&row.follow_up.fields),
        settle: SettleForm::default(),
        owners: vec![(PersonId(1), NASTY.into())],
        refusals: Refusals(vec![("note".into(), "请写明".into())]),
        conflict: conflict(),
        today: "2017-11-24".into(),
        row,
    })
}

pub(super) fn samples() -> Vec<(&'static str, String)> {
    let all = || {
        let in_use = [InUse::Now, InUse::Unsure, InUse::Former, InUse::NotYet];
        in_use.map(|one| hit(one, one == InUse::Now)).to_vec()
    };
    let asked = VisitQuery {
        year: Some(2017),
        kind: Some(VisitKind::Central),
        unit: Some(UnitId(2)),
        counterpart: NASTY.into(),
        open: true,
        page: 1,
    };
    vec![
        (
            "directory kept",
            directory(Scope::Central, all(), true, 214),
        ),
        (
            "directory seen",
            directory(Scope::Provincial, all(), false, 4),
        ),
        (
            "directory nothing found",
            directory(Scope::Central, Vec::new(), true, 214),
        ),
        (
            "directory empty",
            directory(Scope::Provincial, Vec::new(), true, 0),
        ),
        ("record new", record_form(Scope::Central, None)),
        (
            "record change",
            record_form(Scope::Provincial, Some(RecordId(1))),
        ),
        ("visits", visits(3, asked.clone())),
        ("visits none found", visits(0, asked)),
        ("visits none", visits(0, VisitQuery::default())),
        ("visit own", visit_page(true, "")),
        ("visit seen", visit_page(false, "")),
        ("visit void", visit_page(false, NASTY)),
        ("visit new", visit_form(None)),
        ("visit change", visit_form(Some(VisitId(1)))),
        (
            "follow-ups",
            follow_ups(vec![
                row(FollowUpState::Open, true),
                row(FollowUpState::Done, true),
            ]),
        ),
        ("follow-ups none", follow_ups(Vec::new())),
        ("follow-up open", follow_up(FollowUpState::Open, true)),
        ("follow-up done", follow_up(FollowUpState::Done, true)),
        ("follow-up seen", follow_up(FollowUpState::Cancelled, false)),
    ]
}
