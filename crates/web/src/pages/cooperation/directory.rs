//! 央企名录 and 省属国企: looking an enterprise up.

use app::cooperation::{DirectoryView, EnterpriseHit};
use askama::Template;
use axum::{extract::State as Extract, response::Response};
use domain::{
    directory::{InUse, Scope},
    permission::Action,
    person::Invalid,
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    layout::{Layout, show},
    pages::query::{Params, day},
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    let see = Access::Needs(Action::ViewCooperation);
    area.get("/cooperation/central", see, list::<true>).get(
        "/cooperation/provincial",
        see,
        list::<false>,
    )
}

/// The directory of a route.
pub(super) const fn scope_of(central: bool) -> Scope {
    if central {
        Scope::Central
    } else {
        Scope::Provincial
    }
}

/// Where a directory hangs.
pub(super) const fn place(scope: Scope) -> (&'static str, &'static str) {
    match scope {
        Scope::Central => ("/cooperation/central", "央企名录"),
        Scope::Provincial => ("/cooperation/provincial", "省属国企"),
    }
}

#[derive(Template)]
#[template(path = "directory.html")]
pub(crate) struct DirectoryPage {
    pub layout: Layout,
    pub view: DirectoryView,
}

impl DirectoryPage {
    pub fn here(&self) -> &'static str {
        place(self.view.scope).0
    }

    pub fn central(&self) -> bool {
        self.view.scope == Scope::Central
    }

    pub fn look(&self, hit: &EnterpriseHit) -> &'static str {
        match hit.in_use {
            InUse::Now => "ok",
            InUse::Unsure => "wait",
            InUse::Former => "none",
            InUse::NotYet => "stop",
        }
    }

    /// From when to when, as far as it is known.
    pub fn validity(&self, hit: &EnterpriseHit) -> String {
        let (from, to) = (hit.record.valid_from, hit.record.valid_to);
        let unknown = if hit.record.successor.is_some() {
            "停用日期未考证"
        } else {
            "至今"
        };
        match (from, to) {
            (None, None) if hit.record.successor.is_some() => unknown.to_owned(),
            (None, None) => "—".to_owned(),
            (Some(from), None) => format!("{from} 起，{unknown}"),
            (None, Some(to)) => format!("至 {to}"),
            (Some(from), Some(to)) => format!("{from} 至 {to}"),
        }
    }

    /// Whether an enterprise borne by that name is in the newest official list no more.
    pub fn left(&self, hit: &EnterpriseHit) -> bool {
        !hit.record.listed && hit.record.successor.is_none()
    }

    /// The names that followed, without the one borne on the day.
    pub fn later<'a>(&self, hit: &'a EnterpriseHit) -> Vec<&'a String> {
        let later = hit.successors.iter();
        later
            .filter(|name| hit.current.as_ref() != Some(*name))
            .collect()
    }

    /// The address of a search for a name on the same day.
    pub fn find(&self, name: &str) -> String {
        let name = crate::layout::encode(name);
        format!("{}?q={name}&on={}", self.here(), self.view.on)
    }
}

async fn list<const CENTRAL: bool>(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["q", "on", "done"])?;
    let scope = scope_of(CENTRAL);
    let on = on(&params)?;
    let query = params.get("q").unwrap_or_default();
    let view = state.app.enterprises(&me.caller, scope, query, on).await?;
    let (here, title) = place(scope);
    let layout = Layout::new(&me, here, title, &[]).done(params.get("done"));
    show(&DirectoryPage { layout, view })
}

/// The day of a question: `on`.
pub(crate) fn on(params: &Params) -> Result<Option<chrono::NaiveDate>, Invalid> {
    let read = |text: &str| {
        let known =
            |day: &chrono::NaiveDate| domain::dates::YEARS.contains(&chrono::Datelike::year(day));
        day(text)
            .filter(known)
            .ok_or_else(|| Invalid::of("on", "日期请写成 2017-11-24 这样的真实日期"))
    };
    params.get("on").map(read).transpose()
}
