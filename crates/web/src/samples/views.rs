//! Samples of the other views of the library: saved filters.

use app::projects::SavedFilter;
use domain::{FilterId, permission::Role, saved_filter::FilterFields};

use super::{NASTY, conflict, layout, refusals, rendered};
use crate::{
    layout::Refusals,
    pages::projects::{
        filters::{FilterFormPage, FiltersPage},
        grid::{GridPage, SheetCell, SheetRow},
    },
};

fn filter(own: bool, role: Option<Role>) -> SavedFilter {
    SavedFilter {
        id: FilterId(3),
        fields: FilterFields {
            name: NASTY.into(),
            pairs: vec![("q".into(), NASTY.into())],
            role,
        },
        sentence: NASTY.into(),
        owner: NASTY.into(),
        unit: NASTY.into(),
        own,
        version: 2,
    }
}

fn filter_form(refused: bool) -> String {
    rendered(FilterFormPage {
        layout: layout(),
        id: FilterId(3),
        sentence: NASTY.into(),
        name: NASTY.into(),
        role: "officer".into(),
        roles: &[Role::Officer, Role::Reporter],
        version: 2,
        refusals: if refused {
            refusals()
        } else {
            Refusals::default()
        },
        conflict: if refused { conflict() } else { None },
    })
}

fn grid(refused: bool) -> String {
    let cell = |word, why: &str, reading: &str| SheetCell {
        word,
        value: NASTY.into(),
        why: why.into(),
        reading: reading.into(),
        confirmed: false,
    };
    let row = |at, id: &str| SheetRow {
        at,
        id: id.into(),
        code: NASTY.into(),
        version: "3".into(),
        pending: true,
        dirty: refused,
        conflict: refused,
        cells: vec![
            cell("name", if refused { NASTY } else { "" }, ""),
            cell("investment", "", if refused { NASTY } else { "" }),
            cell("basic_info", "", ""),
            cell("industry", "", ""),
        ],
    };
    rendered(GridPage {
        layout: layout(),
        rows: vec![row(0, "7"), row(1, "")],
        industries: vec![NASTY.into()],
        query: "/projects?".into(),
        sentence: NASTY.into(),
        page: 2,
        pages: 3,
        total: 700,
        more: refused,
        effective_on: "2017-11-24".into(),
        reason: NASTY.into(),
        refusals: if refused {
            refusals()
        } else {
            Refusals::default()
        },
        conflicts: usize::from(refused),
    })
}

pub(super) fn samples() -> Vec<(&'static str, String)> {
    let filters = |filters| {
        rendered(FiltersPage {
            layout: layout(),
            filters,
        })
    };
    let mut samples = vec![
        ("filters, none", filters(Vec::new())),
        (
            "filters",
            filters(vec![
                filter(true, None),
                filter(true, Some(Role::Officer)),
                filter(false, Some(Role::Reporter)),
            ]),
        ),
        ("grid", grid(false)),
        ("grid, refused", grid(true)),
        ("filter form", filter_form(false)),
        ("filter form, refused", filter_form(true)),
    ];
    samples.extend(more::samples());
    samples
}

mod more {
    use app::projects::{
        Board, BoardColumn, ListRow, ProjectPartTotals, ProjectQuery, Slice, Structure,
    };
    use domain::{
        Money, ProjectId,
        project::{BOARD, Stage},
    };

    use super::super::{
        NASTY, conflict, layout,
        library::{project, revision},
        refusals, rendered,
    };
    use crate::{
        layout::Refusals,
        pages::projects::{
            board::{BoardPage, MovePage},
            structure::StructurePage,
        },
    };

    fn totals(count: i64) -> ProjectPartTotals {
        ProjectPartTotals {
            count,
            investment: Money::from_wan(count * 12345),
        }
    }

    fn board(movable: bool) -> String {
        let card = || ListRow {
            project: project(),
            revision: revision(),
            unit: NASTY.into(),
            stage: Stage::Signed,
        };
        let column = |stage: Stage| BoardColumn {
            stage,
            totals: totals(if stage == Stage::Signed { 9 } else { 0 }),
            cards: if stage == Stage::Signed {
                vec![card(), card()]
            } else {
                Vec::new()
            },
        };
        rendered(BoardPage {
            layout: layout(),
            board: Board {
                query: ProjectQuery::default(),
                columns: BOARD.map(column).into(),
                halted: vec![(Stage::Suspended, 2)],
                movable,
            },
            sentence: NASTY.into(),
            views: vec![("/projects?".into(), "列表", true)],
        })
    }

    fn move_page(to: Stage, refused: bool) -> String {
        rendered(MovePage {
            layout: layout(),
            id: ProjectId(7),
            name: NASTY.into(),
            from: Stage::Started,
            to,
            taken_back: if refused {
                vec![NASTY.into()]
            } else {
                Vec::new()
            },
            records: true,
            back: "/projects/board".into(),
            version: 2,
            on: NASTY.into(),
            kind: "formal".into(),
            level: "city".into(),
            further: refused,
            relation: "upgrade".into(),
            company: NASTY.into(),
            reason: NASTY.into(),
            refusals: if refused {
                refusals()
            } else {
                Refusals::default()
            },
            conflict: if refused { conflict() } else { None },
        })
    }

    fn structure(count: i64) -> String {
        let slice = |asks: &'static str, word: &str| Slice {
            label: NASTY.into(),
            asks: (asks, word.into()),
            totals: totals(count),
        };
        rendered(StructurePage {
            layout: layout(),
            structure: Structure {
                query: ProjectQuery::default(),
                totals: totals(count),
                industries: vec![slice("industry", NASTY)],
                horizons: vec![slice("horizon", "-")],
                stages: vec![slice("stage", "signed")],
                capital: vec![slice("foreign", "no")],
                takes_part: vec![slice("central", "yes")],
                districts: vec![slice("district", "330302"), slice("district", "-")],
            },
            sentence: NASTY.into(),
            views: vec![("/projects?".into(), "列表", false)],
        })
    }

    pub(super) fn samples() -> Vec<(&'static str, String)> {
        vec![
            ("board", board(false)),
            ("board, movable", board(true)),
            ("move to 签约", move_page(Stage::Signed, false)),
            ("move to 落地, refused", move_page(Stage::Landed, true)),
            ("structure", structure(9)),
            ("structure, none", structure(0)),
        ]
    }
}
