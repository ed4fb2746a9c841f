//! Samples of the pages of the project library.

use std::collections::BTreeMap;

use app::projects::{
    Compared, DraftNote, HistoryEntry, LibraryDifference, ListItem, ListSummary, ListView,
    Membership, ProjectTrack, ProjectView, StoredList, StoredProject, StoredRevision, Twin,
};
use domain::{
    FileId, ListId, Money, PersonId, ProjectId, RevisionId, UnitId,
    library::LibraryRules,
    partial_date::PartialDate,
    project::{
        Attachment, Change, Company, Field, Halt, Horizon, Investor, InvestorPlace, Milestone,
        Origin, Ownership, Packaging, ProjectFields, Readiness, ReadinessItem, Signing,
        SigningKind, SigningLevel, Stage, Standing, StandingStep, changes,
    },
    project_list::{ListFields, ListGoal, ListStep},
};

use super::{NASTY, conflict, layout, me, now, refusals, rendered, unit};
use crate::{
    form::Fields,
    layout::Refusals,
    pages::projects::{
        compare::ComparePage,
        fields::{of_project, renumbered},
        form::{Choices, ProjectFormPage},
        goals::GoalPage,
        history::HistoryPage,
        lists::{ListForm, ListFormPage, ListPage, ListsPage},
        rules::RulesPage,
        view::ProjectPage,
    },
};

fn date(text: &str) -> PartialDate {
    text.parse().unwrap()
}

pub(super) fn fields() -> ProjectFields {
    let halt = |on| {
        Some(Halt {
            on: date(on),
            reason: NASTY.into(),
        })
    };
    let signing = |amount: Option<i64>, currency: Option<&str>| Signing {
        on: date("2017-05-24"),
        kind: SigningKind::Formal,
        level: SigningLevel::City,
        event: NASTY.into(),
        amount: amount.map(Money::from_wan),
        currency: currency.map(ToOwned::to_owned),
        rate: None,
        relation: None,
    };
    ProjectFields {
        name: NASTY.into(),
        basic_info: format!("{NASTY}\n第二行"),
        industry: "煤炭".into(),
        investment: Some(Money::from_wan(12000)),
        district: "330302".into(),
        address: NASTY.into(),
        horizon: Some(Horizon::Near),
        readiness: [(
            ReadinessItem::Site,
            Readiness {
                ready: true,
                note: NASTY.into(),
            },
        )]
        .into(),
        packaging: Packaging {
            advantages: NASTY.into(),
            ..Packaging::default()
        },
        cooperation: NASTY.into(),
        lead_official: NASTY.into(),
        contact_name: NASTY.into(),
        contact_phone: "138****0000".into(),
        remarks: String::new(),
        investors: vec![Investor {
            name: NASTY.into(),
            origin: Some(Origin::Foreign),
            ownership: Some(Ownership::Foreign),
            place: Some(InvestorPlace::Abroad),
            wenshang: true,
        }],
        company: Some(Company {
            name: NASTY.into(),
            registered_on: Some(date("2017-06")),
        }),
        signings: vec![signing(Some(500), Some("USD")), signing(None, None)],
        milestones: [
            (Milestone::Planned, date("2016-12")),
            (Milestone::Started, date("2017-08-03")),
        ]
        .into(),
        suspended: halt("2017-09"),
        terminated: halt("2017-10-01"),
        attachments: vec![Attachment {
            file: FileId(1),
            name: NASTY.into(),
        }],
    }
}

pub(super) fn revision(number: i64, fields: ProjectFields) -> StoredRevision {
    StoredRevision {
        id: RevisionId(number),
        project: ProjectId(1),
        number,
        fields,
        effective_on: "2017-11-24".parse().unwrap(),
        reason: NASTY.into(),
        recorded_at: now(),
        recorded_by: PersonId(1),
    }
}

pub(super) fn project() -> StoredProject {
    StoredProject {
        id: ProjectId(1),
        authority: UnitId(1),
        unit: UnitId(2),
        code: "WZ2017-03-0012".into(),
        version: 3,
        head: RevisionId(2),
        accepted: Some(RevisionId(1)),
        pending: true,
        standing: Standing::PutForward,
        funds: Money::from_wan(500),
        copied_from: None,
        created_at: now(),
        created_by: PersonId(1),
        merged: None,
    }
}

fn all_changes() -> Vec<Change> {
    let bare = ProjectFields {
        name: "临港仓储".into(),
        investment: Some(Money::from_wan(1200)),
        ..ProjectFields::default()
    };
    changes(&bare, &fields())
}

fn view(track: ProjectTrack, past: bool, fields: ProjectFields) -> ProjectView {
    let at = app::projects::At {
        as_of: "2017-06-30".parse().unwrap(),
        known_at: now(),
    };
    ProjectView {
        stage: fields.stage(true),
        project: project(),
        unit: unit(),
        revision: revision(2, fields),
        track,
        at: past.then_some(at),
        pending: all_changes(),
        editable: track == ProjectTrack::Own && !past,
        reported_in: None,
        revealable: true,
        steps: vec![StandingStep::PutForward, StandingStep::SendBack],
        history: vec![(
            Some(StandingStep::PutForward),
            NASTY.into(),
            NASTY.into(),
            now(),
        )],
        shared: past,
        related: super::twins::lines(),
        splits: super::twins::splits(),
        accepted_at: Some(now()),
        people: BTreeMap::from([(PersonId(1), NASTY.to_owned())]),
    }
}

fn list() -> StoredList {
    StoredList {
        id: ListId(1),
        authority: UnitId(1),
        fields: ListFields {
            name: NASTY.into(),
            document_number: "温国资委〔2017〕138号".into(),
            year: 2017,
            note: NASTY.into(),
        },
        version: 1,
    }
}

fn goal() -> ListGoal {
    let step = |due: Option<&str>, done: Option<&str>| ListStep {
        words: NASTY.into(),
        due: due.map(date),
        done_on: done.map(|day| day.parse().unwrap()),
    };
    ListGoal {
        target: NASTY.into(),
        steps: vec![
            step(None, Some("2017-10-01")),
            step(Some("2017-10"), None),
            step(Some("2017-12-31"), None),
        ],
    }
}

fn project_page(view: ProjectView, contact: bool) -> String {
    rendered(ProjectPage {
        layout: layout(),
        view,
        memberships: vec![Membership {
            list: list(),
            goal: goal(),
        }],
        told: vec![super::returns::cooperation()],
        first_talks: vec![super::twins::talk(false)],
        decides: contact,
        events: vec![Some((domain::EventId(3), NASTY.into())), None],
        contact: contact.then(|| (NASTY.to_owned(), "13800000000".to_owned())),
        saved: contact,
        refusals: refusals(),
    })
}

fn form_page(form: Fields, changed: bool, refused: bool) -> String {
    let named = changed.then(|| (ProjectId(1), "WZ2017-03-0012".to_owned()));
    let mut page = ProjectFormPage::new(
        &me(),
        named,
        form,
        Choices {
            industries: vec!["现代物流".into()],
            events: vec![(NASTY.into(), NASTY.into())],
            central: domain::directory::central().clone(),
            today: "2017-11-24".parse().unwrap(),
        },
    );
    page.drafts = vec![DraftNote {
        key: "k".into(),
        name: NASTY.into(),
        saved_at: now(),
    }];
    page.copied_code = "WZ2017-03-0001".into();
    page.resumed = Some("2017-11-24 09:00".into());
    page.conflict = conflict();
    let twin = Twin {
        project: Some((
            ProjectId(2),
            "WZ2017-03-0002".into(),
            NASTY.into(),
            UnitId(2),
        )),
        why: vec!["名称相近", "地点相同"],
    };
    let hidden = Twin {
        project: None,
        why: Vec::new(),
    };
    if refused {
        (page.twins, page.twins_told) = (vec![twin, hidden], "2,other".into());
        page.show_refused(Refusals(vec![
            (
                "investment".into(),
                "投资额相差十倍以上，确认无误请勾选“数额无误”".into(),
            ),
            ("investors.0.name".into(), "请填写投资方名称".into()),
            ("signings".into(), "签约最多50项".into()),
        ]));
    }
    rendered(page)
}

fn history_page(asked: bool, compared: Option<Compared>) -> String {
    let entry = |number, changes| HistoryEntry {
        revision: revision(number, fields()),
        by: NASTY.into(),
        changes,
        accepted_at: (number == 1).then(now),
        known_at: now(),
    };
    let day = |text: &str| {
        if asked {
            text.to_owned()
        } else {
            String::new()
        }
    };
    rendered(HistoryPage {
        related: if asked {
            super::twins::lines()
        } else {
            Vec::new()
        },
        layout: layout(),
        id: ProjectId(1),
        code: "WZ2017-03-0012".into(),
        entries: vec![
            entry(3, Vec::new()),
            entry(2, all_changes()),
            entry(1, Vec::new()),
        ],
        from: day("2017-01-01"),
        to: day("2017-11-24"),
        compared,
    })
}

fn compare_page(differences: Option<Vec<LibraryDifference>>) -> String {
    rendered(ComparePage {
        layout: layout(),
        from: "2017-01-01".into(),
        to: "2017-11-24".into(),
        known_at: String::new(),
        units: vec![(UnitId(2), NASTY.into()), (UnitId(3), "城投集团".into())],
        unit: Some(UnitId(2)),
        differences,
    })
}

fn difference(was_there: bool, is_there: bool) -> LibraryDifference {
    LibraryDifference {
        project: ProjectId(1),
        unit: UnitId(2),
        name: NASTY.into(),
        was_there,
        is_there,
        changes: if was_there && is_there {
            all_changes()
        } else {
            Vec::new()
        },
    }
}

fn rules_page(may_set: bool) -> String {
    rendered(RulesPage {
        layout: layout(),
        version: 1,
        rules: LibraryRules {
            industries: vec![NASTY.into(), "现代物流".into()],
            ..LibraryRules::default()
        },
        may_set,
        refusals: Refusals(vec![("industries".into(), "产业名称不能重复".into())]),
        conflict: conflict(),
    })
}

fn list_page(items: usize, keeps: bool) -> String {
    let item = ListItem {
        item: app::projects::StoredItem {
            list: ListId(1),
            project: ProjectId(1),
            goal: goal(),
            version: 1,
        },
        code: "WZ2017-03-0012".into(),
        name: NASTY.into(),
        unit: UnitId(2),
        unit_name: NASTY.into(),
        stage: Stage::Started,
        standing: Standing::Admitted,
    };
    rendered(ListPage {
        layout: layout(),
        view: ListView {
            list: list(),
            items: vec![item; items],
            keeps,
            ticks: true,
            today: "2017-11-24".parse().unwrap(),
        },
        codes: NASTY.into(),
        refusals: Refusals(vec![("codes".into(), "没有这个编号".into())]),
    })
}

fn lists_page(lists: Vec<ListSummary>, keeps: bool) -> String {
    rendered(ListsPage {
        layout: layout(),
        lists,
        keeps,
    })
}

fn goal_page() -> String {
    rendered(GoalPage {
        layout: layout(),
        list: ListId(1),
        project: ProjectId(1),
        code: "WZ2017-03-0012".into(),
        version: 1,
        target: NASTY.into(),
        steps: vec![[NASTY.to_owned(), "2017".to_owned(), String::new()]],
        refusals: Refusals(vec![("steps.0.due".into(), "请填日期".into())]),
        conflict: conflict(),
    })
}

pub(super) fn samples() -> Vec<(&'static str, String)> {
    let day = "2017-11-24".parse().unwrap();
    let empty = || of_project(&ProjectFields::default(), day);
    let mut typed = renumbered(of_project(&fields(), day), false, None);
    typed.set("investment", "1.2亿");
    typed.set("signings.0.amount", "１，０００");
    let same = Compared {
        before: Some(revision(1, fields())),
        after: Some(revision(1, fields())),
        changes: Vec::new(),
    };
    let differing = Compared {
        before: Some(revision(1, fields())),
        after: Some(revision(2, fields())),
        changes: vec![Change {
            field: Field::Name,
            before: NASTY.into(),
            after: String::new(),
        }],
    };
    let summary = ListSummary {
        list: list(),
        projects: 3,
        progress: (1, 3),
    };
    let list_form = |id| {
        rendered(ListFormPage {
            layout: layout(),
            id,
            form: ListForm {
                name: NASTY.into(),
                ..ListForm::default()
            },
            refusals: refusals(),
            conflict: conflict(),
        })
    };
    vec![
        ("project form empty", form_page(empty(), false, false)),
        ("project form filled", form_page(typed.clone(), true, false)),
        ("project form refused", form_page(typed, true, true)),
        (
            "project own",
            project_page(view(ProjectTrack::Own, false, fields()), true),
        ),
        (
            "project accepted",
            project_page(view(ProjectTrack::Accepted, false, fields()), false),
        ),
        (
            "project past",
            project_page(
                view(ProjectTrack::Own, true, ProjectFields::default()),
                false,
            ),
        ),
        ("project history", history_page(false, None)),
        ("project history nothing", history_page(true, None)),
        ("project history same", history_page(true, Some(same))),
        (
            "project history differing",
            history_page(true, Some(differing)),
        ),
        ("project compare", compare_page(None)),
        ("project compare same", compare_page(Some(Vec::new()))),
        (
            "project compare differing",
            compare_page(Some(vec![
                difference(true, true),
                difference(false, true),
                difference(true, false),
            ])),
        ),
        ("library rules set", rules_page(true)),
        ("library rules seen", rules_page(false)),
        ("lists", lists_page(vec![summary], true)),
        ("lists none", lists_page(Vec::new(), true)),
        ("lists none of ours", lists_page(Vec::new(), false)),
        ("list new", list_form(None)),
        ("list change", list_form(Some(ListId(1)))),
        ("list kept", list_page(2, true)),
        ("list seen", list_page(1, false)),
        ("list empty", list_page(0, true)),
        ("list goal", goal_page()),
    ]
}
