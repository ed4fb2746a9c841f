//! Samples of the project library's pages.

use app::projects::{
    LibrarySummary, Line, ListLine, ProjectList, ProjectQuery, ProjectSum, ProjectTotals,
    ProjectTrack, StoredProject, StoredRevision, SummaryRow,
};
use domain::{
    Money, PersonId, ProjectId, RevisionId, UnitId,
    project::{Halt, ProjectFields, Stage, Standing, StandingStep},
};

use super::{NASTY, layout, me, now, refusals, rendered};
use crate::{
    layout::Refusals,
    pages::projects::{
        exports::ExportPage,
        list::{BulkPage, projects_page},
        summary::SummaryPage,
    },
};

pub(super) fn fields() -> ProjectFields {
    ProjectFields {
        name: NASTY.into(),
        basic_info: NASTY.into(),
        investment: Some(Money::from_fen(1)),
        contact_phone: "138****0000".into(),
        suspended: Some(Halt {
            on: "2017-11".parse().unwrap(),
            reason: NASTY.into(),
        }),
        ..ProjectFields::default()
    }
}

pub(super) fn project() -> StoredProject {
    StoredProject {
        id: ProjectId(7),
        authority: UnitId(1),
        unit: UnitId(2),
        code: "WZ2017-01-0001".into(),
        version: 3,
        head: RevisionId(9),
        accepted: None,
        pending: true,
        standing: Standing::PutForward,
        funds: Money::ZERO,
        copied_from: None,
        created_at: now(),
        created_by: PersonId(1),
        merged: None,
    }
}

pub(super) fn revision() -> StoredRevision {
    StoredRevision {
        id: RevisionId(9),
        project: ProjectId(7),
        number: 2,
        fields: fields(),
        effective_on: "2017-11-01".parse().unwrap(),
        reason: NASTY.into(),
        recorded_at: now(),
        recorded_by: PersonId(1),
    }
}

fn list(query: ProjectQuery, rows: usize) -> ProjectList<ListLine> {
    let row = || ListLine {
        line: Line {
            id: ProjectId(7),
            unit: UnitId(2),
            code: "WZ2017-01-0001".into(),
            name: NASTY.into(),
            stage: Stage::Suspended,
            standing: Standing::PutForward,
            pending: true,
            investment: Some(Money::from_fen(1)),
            industry: NASTY.into(),
            district: String::new(),
            horizon: None,
            readiness: 0,
            signed: None,
            lead_official: NASTY.into(),
            whole: Some(Box::new((fields(), now()))),
        },
        unit: NASTY.into(),
    };
    ProjectList {
        query,
        rows: (0..rows).map(|_| row()).collect(),
        totals: ProjectTotals {
            count: 120,
            more: rows == 1,
            investment: (rows != 1).then(|| Money::from_wan(5)),
        },
        ends: None,
        units: vec![(UnitId(2), NASTY.into()), (UnitId(3), "乙".into())],
        industries: vec![NASTY.into()],
        track: ProjectTrack::Own,
    }
}

fn summary() -> String {
    let sum = ProjectSum {
        projects: 3,
        priced: 2,
        investment: Money::from_wan(5),
    };
    let row = |unit| SummaryRow {
        unit,
        name: NASTY.into(),
        stages: vec![sum; Stage::ALL.len()],
        total: sum,
    };
    rendered(SummaryPage {
        layout: layout(),
        summary: LibrarySummary {
            track: ProjectTrack::Accepted,
            rows: vec![row(Some(UnitId(2))), row(Some(UnitId(3)))],
            total: row(None),
        },
    })
}

fn export(ready: bool, message: &str) -> String {
    rendered(ExportPage {
        layout: layout(),
        key: "k".into(),
        state: app::projects::ExportState {
            name: NASTY.into(),
            done: 500,
            total: 1200,
            ready,
            message: message.into(),
        },
    })
}

pub(super) fn samples() -> Vec<(&'static str, String)> {
    let asked: Vec<(String, String)> = [
        ("q", NASTY),
        ("stage", "suspended"),
        ("as_of", "2017-10-31"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let page = |rows, asked: Vec<(String, String)>, refusals| {
        let query = ProjectQuery::parse(&asked).unwrap_or_default();
        rendered(projects_page(
            layout(),
            list(query, rows),
            asked,
            refusals,
            &me().caller,
        ))
    };
    vec![
        ("projects", page(2, asked.clone(), Refusals::default())),
        ("projects, now", page(2, Vec::new(), Refusals::default())),
        (
            "projects, many",
            page(1, asked.clone(), Refusals::default()),
        ),
        ("projects, summary", summary()),
        ("projects, none found", page(0, asked, refusals())),
        ("projects, none", page(0, Vec::new(), Refusals::default())),
        ("export, on its way", export(false, "")),
        ("export, ready", export(true, "")),
        ("export, failed", export(false, NASTY)),
        (
            "bulk",
            rendered(BulkPage {
                layout: layout(),
                step: StandingStep::Admit,
                done: 1,
                refused: vec![(ProjectId(7), NASTY.into(), NASTY.into())],
                back: "/projects".into(),
            }),
        ),
    ]
}
