//! Samples of events, boards, and an enterprise on one page.

use app::{
    cohorts::{CohortBoard, CohortItem, CohortList, CohortQuery, CohortRow},
    enterprise::{Central, EnterprisePage as View},
    events::{EventList, EventSigning, EventSummary, EventView, Loose, StoredEvent},
    projects::{ProjectPartTotals, ProjectSum},
    returns::Contact,
};
use domain::{
    EventId, Money, ProjectId, UnitId,
    cohort::{Cell, Group, Rule, rates::Ratio},
    dates,
    event::{EventFields, EventKind, Spelling},
    project::{Relation, Signing, SigningKind, SigningLevel, Stage},
    returns::ReturnState,
};

use super::{NASTY, conflict, layout, refusals, rendered};
use crate::{
    layout::Refusals,
    pages::{
        cohorts::{CohortListPage, CohortsPage},
        enterprise::EnterprisePage,
        events::{EventForm, EventFormPage, EventPage, EventsPage},
    },
};

fn event() -> StoredEvent {
    StoredEvent {
        id: EventId(3),
        authority: UnitId(1),
        fields: EventFields {
            kind: EventKind::Visit,
            name: NASTY.into(),
            place: NASTY.into(),
            from: "2017-06".parse().unwrap(),
            to: None,
            led_by: NASTY.into(),
            note: NASTY.into(),
        },
        version: 2,
    }
}

fn signing(relation: Option<Relation>) -> Signing {
    Signing {
        on: "2017-06".parse().unwrap(),
        kind: SigningKind::Formal,
        level: SigningLevel::City,
        event: NASTY.into(),
        amount: Some(Money::from_wan(500)),
        currency: relation.map(|_| "USD".into()),
        rate: None,
        relation,
    }
}

fn loose() -> Vec<Loose> {
    vec![Loose {
        text: NASTY.into(),
        years: vec![(2017, 2), (2016, 1)],
    }]
}

fn events(keeps: bool, there: bool) -> String {
    let summary = EventSummary {
        event: event(),
        signings: 2,
        projects: 1,
    };
    rendered(EventsPage {
        layout: layout(),
        list: EventList {
            events: if there { vec![summary] } else { Vec::new() },
            loose: if there { loose() } else { Vec::new() },
            keeps,
        },
    })
}

fn event_page(keeps: bool, there: bool) -> String {
    let one = |relation, outside| EventSigning {
        project: ProjectId(7),
        code: "WZ2017-01-0001".into(),
        name: NASTY.into(),
        unit: NASTY.into(),
        signing: signing(relation),
        tied: outside,
        outside,
    };
    rendered(EventPage {
        layout: layout(),
        view: EventView {
            event: event(),
            signings: if there {
                vec![one(None, false), one(Some(Relation::Upgrade), true)]
            } else {
                Vec::new()
            },
            spellings: vec![Spelling {
                text: NASTY.into(),
                year: there.then_some(2017),
                event: EventId(3),
            }],
            loose: loose(),
            keeps,
        },
        text: NASTY.into(),
        year: NASTY.into(),
        refusals: if keeps {
            refusals()
        } else {
            Refusals::default()
        },
    })
}

fn row(word: Option<&str>) -> CohortRow {
    let cell = Cell {
        projects: 3,
        amount: Money::from_wan(12_345),
        unpriced: 1,
    };
    let ratio = Ratio {
        upper: 1,
        lower: 3,
        unknown: 1,
    };
    CohortRow {
        word: word.map(ToOwned::to_owned),
        label: NASTY.into(),
        about: NASTY.into(),
        link: word.map(|_| "/events/3".to_owned()),
        cells: [cell, cell, cell, Cell::default(), cell],
        ratios: [ratio, ratio, Ratio::default(), ratio],
    }
}

fn query(pairs: &[(&str, &str)]) -> CohortQuery {
    let owned: Vec<(String, String)> = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    CohortQuery::parse(&owned, Group::Event).unwrap()
}

fn board(there: bool, rates: bool) -> String {
    rendered(CohortsPage {
        layout: layout(),
        rates,
        refusals: if there {
            refusals()
        } else {
            Refusals::default()
        },
        board: CohortBoard {
            query: query(&[("kind", "formal"), ("unit", "2"), ("year", "2017")]),
            as_of: "2017-10-31".parse().unwrap(),
            known_at: super::now(),
            rows: match there {
                true => vec![row(Some("e3")), row(Some("none"))],
                false => Vec::new(),
            },
            total: row(None),
            left: vec![(Rule::Upgrade, 3), (Rule::Unsaid, 1)],
            notes: vec![NASTY.into()],
            units: vec![(UnitId(2), NASTY.into()), (UnitId(3), NASTY.into())],
            years: vec![2017, 2016],
            accepted: !there,
        },
    })
}

fn list(items: usize) -> String {
    let item = || CohortItem {
        project: ProjectId(7),
        code: "WZ2017-01-0001".into(),
        name: NASTY.into(),
        unit: NASTY.into(),
        open: items > 1,
        signing: signing(Some(Relation::IncreaseBy)),
        event: NASTY.into(),
        remark: NASTY.into(),
        projects: 1,
        amount: None,
    };
    rendered(CohortListPage {
        layout: layout(),
        list: CohortList {
            query: query(&[
                ("row", "e3"),
                ("rate", "funds"),
                ("side", "lower"),
                ("page", "2"),
            ]),
            title: NASTY.into(),
            amount_label: "签约额",
            items: (0..items).map(|_| item()).collect(),
            count: 401,
            projects: 401,
            amount: Money::from_wan(3),
            pages: 3,
            as_of: "2017-10-31".parse().unwrap(),
        },
    })
}

fn enterprise(full: bool) -> String {
    let own = domain::unit::Unit {
        name: NASTY.into(),
        short_name: NASTY.into(),
        ..super::unit()
    };
    let lines = vec![
        super::returns::line(None),
        super::returns::line(Some(ReturnState::Accepted)),
    ];
    rendered(EnterprisePage {
        layout: layout(),
        chooses: full,
        view: View {
            today: "2017-11-24".parse().unwrap(),
            as_of: "2017-10-31".parse().unwrap(),
            completion: None,
            elapsed: dates::elapsed("2017-10-31".parse().unwrap()),
            plan: None,
            planned: full.then(|| Money::from_wan(7)),
            stages: match full {
                true => vec![(Stage::Signed, ProjectSum::default())],
                false => Vec::new(),
            },
            projects: ProjectSum::default(),
            latest: Vec::new(),
            central: Central {
                projects: ProjectPartTotals::default(),
                visits: 1,
                open: 2,
                overdue: usize::from(full),
            },
            owed: if full { lines.clone() } else { Vec::new() },
            handed_in: if full { lines } else { Vec::new() },
            cells: row(None).cells,
            ratios: row(None).ratios,
            left: vec![(Rule::Repeat, 2)],
            notes: vec![NASTY.into()],
            contacts: match full {
                true => vec![Contact {
                    name: NASTY.into(),
                    role: "企业填报员",
                    phone: NASTY.into(),
                }],
                false => Vec::new(),
            },
            accepted: full,
            others: vec![(UnitId(2), NASTY.into()), (UnitId(3), NASTY.into())],
            unit: own,
        },
    })
}

pub(super) fn samples() -> Vec<(&'static str, String)> {
    let form = |refused: bool| {
        rendered(EventFormPage {
            layout: layout(),
            id: refused.then_some(EventId(3)),
            form: EventForm {
                name: NASTY.into(),
                note: NASTY.into(),
                ..EventForm::default()
            },
            refusals: if refused {
                refusals()
            } else {
                Refusals::default()
            },
            conflict: if refused { conflict() } else { None },
            signings: usize::from(!refused) * 7,
        })
    };
    vec![
        ("events", events(true, true)),
        ("events, none", events(true, false)),
        ("events, seen", events(false, true)),
        ("event", event_page(true, true)),
        ("event, seen", event_page(false, false)),
        ("event form", form(false)),
        ("event form, refused", form(true)),
        ("cohorts", board(true, false)),
        ("cohorts, none", board(false, false)),
        ("rates", board(true, true)),
        ("cohort list", list(2)),
        ("cohort list, closed", list(1)),
        ("cohort list, none", list(0)),
        ("enterprise", enterprise(true)),
        ("enterprise, bare", enterprise(false)),
    ]
}
