//! How a project came to be what it is: every save field by field, and two days compared.

use app::{
    Error,
    projects::{Compared, HistoryEntry, When},
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    response::Response,
};
use chrono::NaiveDate;
use domain::{Instant, ProjectId, dates, permission::Action, project::Change};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    layout::{Layout, show},
    pages::query::{Params, day},
    route::Area,
    session::Me,
};

use super::CRUMB;

pub(crate) fn area(area: Area) -> Area {
    area.get(
        "/projects/{id}/history",
        Access::Needs(Action::ViewProjects),
        show_history,
    )
}

#[derive(Template)]
#[template(path = "project_history.html")]
pub(crate) struct HistoryPage {
    pub layout: Layout,
    pub id: ProjectId,
    pub code: String,
    pub entries: Vec<HistoryEntry>,
    pub from: String,
    pub to: String,
    /// The two days compared; none when none were asked for, or it was there on neither.
    pub compared: Option<Compared>,
}

/// A change with what is common to both texts set apart: (before, taken away, added, after).
pub(crate) struct Marked {
    pub label: &'static str,
    pub head: String,
    pub gone: String,
    pub new: String,
    pub tail: String,
}

impl Marked {
    pub fn of(change: &Change) -> Self {
        let before: Vec<char> = change.before.chars().collect();
        let after: Vec<char> = change.after.chars().collect();
        let common = |pairs: &mut dyn Iterator<Item = (&char, &char)>| {
            pairs.take_while(|(a, b)| a == b).count()
        };
        let head = common(&mut before.iter().zip(&after));
        let tail = common(&mut before[head..].iter().rev().zip(after[head..].iter().rev()));
        // Digits are shown whole: 12000 → 13000 is no change of one figure.
        let apart = before
            .iter()
            .chain(&after)
            .any(|c| !c.is_ascii_digit() && !matches!(c, '.' | '-'));
        let (head, tail) = if apart { (head, tail) } else { (0, 0) };
        let text = |chars: &[char]| chars.iter().collect::<String>();
        Self {
            label: change.field.label(),
            head: text(&before[..head]),
            gone: text(&before[head..before.len() - tail]),
            new: text(&after[head..after.len() - tail]),
            tail: text(&before[before.len() - tail..]),
        }
    }
}

/// Changes as pages print them.
pub(crate) fn marked(changes: &[Change]) -> Vec<Marked> {
    changes.iter().map(Marked::of).collect()
}

impl HistoryPage {
    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    pub fn marked(&self, changes: &[Change]) -> Vec<Marked> {
        marked(changes)
    }

    pub fn asked(&self) -> bool {
        !self.from.is_empty()
    }

    /// Where the state of a save can be looked at.
    pub fn address(&self, entry: &HistoryEntry) -> String {
        let known_at = entry
            .revision
            .recorded_at
            .to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        format!(
            "/projects/{}?as_of={}&known_at={known_at}",
            self.id, entry.revision.effective_on
        )
    }
}

/// Two days of an address, or none.
pub(super) fn two_days(
    params: &Params,
) -> Result<Option<(NaiveDate, NaiveDate)>, domain::person::Invalid> {
    let mut invalid = domain::person::Invalid::default();
    let mut read = |name: &str, label: &str| {
        let text = params.get(name)?;
        let read = day(text).filter(|day| dates::YEARS.contains(&chrono::Datelike::year(day)));
        if read.is_none() {
            invalid.add(name, format!("{label}请写成 2017-10-31 这样的真实日期"));
        }
        read
    };
    let (from, to) = (read("from", "前一日期"), read("to", "后一日期"));
    invalid.into_result()?;
    match (from, to) {
        (None, None) => Ok(None),
        (Some(from), Some(to)) => Ok(Some((from, to))),
        (None, _) => Err(domain::person::Invalid::of("from", "请同时填写前一日期")),
        (_, None) => Err(domain::person::Invalid::of("to", "请同时填写后一日期")),
    }
}

/// A day as known now.
pub(super) const fn on(day: NaiveDate) -> When {
    When {
        as_of: Some(day),
        known_at: None,
    }
}

async fn show_history(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["from", "to"])?;
    let id = ProjectId(id);
    let entries = state.app.project_history(&me.caller, id).await?;
    let view = state.app.project(&me.caller, id, When::default()).await?;
    let days = two_days(&params)?;
    let compared = match days {
        None => None,
        Some((from, to)) => {
            match state
                .app
                .compare_project(&me.caller, id, on(from), on(to))
                .await
            {
                Ok(compared) => Some(compared),
                Err(Error::NotFound) => None,
                Err(error) => return Err(error.into()),
            }
        }
    };
    let (from, to) = days.map_or_else(Default::default, |(from, to)| {
        (from.to_string(), to.to_string())
    });
    let title = format!("{}：修改历史", view.revision.fields.name);
    let project = format!("/projects/{id}");
    let crumbs = [
        CRUMB,
        (project.as_str(), view.revision.fields.name.as_str()),
    ];
    show(&HistoryPage {
        layout: Layout::new(&me, "/projects", &title, &crumbs),
        id,
        code: view.project.code,
        entries,
        from,
        to,
        compared,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::project::Field;

    fn mark(before: &str, after: &str) -> (String, String, String, String) {
        let marked = Marked::of(&Change {
            field: Field::BasicInfo,
            before: before.into(),
            after: after.into(),
        });
        (marked.head, marked.gone, marked.new, marked.tail)
    }

    fn parts(head: &str, gone: &str, new: &str, tail: &str) -> (String, String, String, String) {
        (head.into(), gone.into(), new.into(), tail.into())
    }

    #[test]
    fn what_is_common_is_set_apart() {
        assert_eq!(
            mark("建仓库两座", "建仓库三座"),
            parts("建仓库", "两", "三", "座")
        );
        assert_eq!(mark("", "新增"), parts("", "", "新增", ""));
        assert_eq!(mark("一一", "一一一"), parts("一一", "", "一", ""));
        assert_eq!(
            mark("12000", "13000"),
            parts("", "12000", "13000", ""),
            "figures stay whole"
        );
        assert_eq!(
            mark("2017-05", "2017-05-24"),
            parts("", "2017-05", "2017-05-24", "")
        );
    }
}
