//! The library on two days compared: what came, what went, what changed.

use std::collections::BTreeMap;

use app::projects::LibraryDifference;
use askama::Template;
use axum::{extract::State as Extract, response::Response};
use domain::{UnitId, permission::Action, project::Change, unit::UnitKind};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    layout::{Layout, show},
    pages::query::Params,
    route::Area,
    session::Me,
};

use super::{
    CRUMB,
    history::{Marked, marked, on, two_days},
};

pub(crate) fn area(area: Area) -> Area {
    area.get(
        "/projects/compare",
        Access::Needs(Action::ViewProjects),
        compare,
    )
}

#[derive(Template)]
#[template(path = "project_compare.html")]
pub(crate) struct ComparePage {
    pub layout: Layout,
    pub from: String,
    pub to: String,
    pub known_at: String,
    pub units: Vec<(UnitId, String)>,
    pub unit: Option<UnitId>,
    pub differences: Option<Vec<LibraryDifference>>,
}

impl ComparePage {
    pub fn chosen(&self, unit: &UnitId) -> bool {
        self.unit == Some(*unit)
    }

    pub fn unit_name(&self, unit: &UnitId) -> &str {
        let found = self.units.iter().find(|(id, _)| id == unit);
        found.map_or("", |(_, name)| name.as_str())
    }

    pub fn marked(&self, changes: &[Change]) -> Vec<Marked> {
        marked(changes)
    }

    /// How many came, went, changed.
    pub fn counts(&self, differences: &[LibraryDifference]) -> [(&'static str, usize); 3] {
        let mut counts: BTreeMap<(bool, bool), usize> = BTreeMap::new();
        for one in differences {
            *counts.entry((one.was_there, one.is_there)).or_default() += 1;
        }
        let count = |was, is| counts.get(&(was, is)).copied().unwrap_or(0);
        [
            ("新增", count(false, true)),
            ("修改", count(true, true)),
            ("不再有", count(true, false)),
        ]
    }

    pub fn what(&self, one: &LibraryDifference) -> (&'static str, &'static str) {
        match (one.was_there, one.is_there) {
            (false, _) => ("ok", "新增"),
            (true, false) => ("stop", "不再有"),
            (true, true) => ("info", "修改"),
        }
    }
}

async fn compare(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["from", "to", "unit", "known_at"])?;
    let known_at = params.completion()?.known_at;
    let unit = params.number("unit")?.map(UnitId);
    let units = state.app.units(&me.caller).await?.into_iter();
    let units = units.filter(|line| line.unit.kind == UnitKind::Enterprise);
    let units: Vec<(UnitId, String)> = units
        .map(|line| (line.unit.id, line.unit.short_name))
        .collect();
    let days = two_days(&params)?;
    let differences = match days {
        None => None,
        Some((from, to)) => Some(
            state
                .app
                .compare_library(&me.caller, unit, on(from, known_at), on(to, known_at))
                .await?,
        ),
    };
    let (from, to) = days.map_or_else(Default::default, |(from, to)| {
        (from.to_string(), to.to_string())
    });
    show(&ComparePage {
        layout: Layout::new(&me, "/projects", "项目库两个日期对比", &[CRUMB]),
        from,
        to,
        known_at: params.get("known_at").unwrap_or_default().to_owned(),
        units,
        unit,
        differences,
    })
}
