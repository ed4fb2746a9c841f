//! How a project came to be what it is: every save field by field, and two days compared.

use app::{
    Error,
    projects::{Compared, HistoryEntry, MergeLine, When},
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    response::Response,
};
use chrono::NaiveDate;
use domain::{Instant, ProjectId, dates, permission::Action, project::Change};
use similar::{Algorithm, DiffTag, capture_diff_slices};

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
    /// Merges it took part in, undone ones too.
    pub related: Vec<MergeLine>,
    pub from: String,
    pub to: String,
    /// The two days compared; none when none were asked for, or it was there on neither.
    pub compared: Option<Compared>,
}

/// A change as it is printed: both texts in pieces, those marked that differ.
pub(crate) struct Marked {
    pub label: &'static str,
    pub before: Vec<Piece>,
    pub after: Vec<Piece>,
}

/// A piece of a text, and whether the other text lacks it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub text: String,
    pub differs: bool,
}

impl Marked {
    pub fn of(change: &Change) -> Self {
        let (before, after) = (tokens(&change.before), tokens(&change.after));
        let mut marked = Self {
            label: change.field.label(),
            before: Vec::new(),
            after: Vec::new(),
        };
        for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
            let differs = op.tag() != DiffTag::Equal;
            push(&mut marked.before, &before[op.old_range()], differs);
            push(&mut marked.after, &after[op.new_range()], differs);
        }
        marked
    }
}

fn push(pieces: &mut Vec<Piece>, tokens: &[&str], differs: bool) {
    if !tokens.is_empty() {
        let text = tokens.concat();
        pieces.push(Piece { text, differs });
    }
}

/// Characters, but figures, dates and Latin words whole: 12000 → 13000 is no change of one digit.
fn tokens(text: &str) -> Vec<&str> {
    let whole = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '*');
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if whole(first) {
            rest.find(|c| !whole(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(end);
        tokens.push(token);
        rest = after;
    }
    tokens
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
            .known_at
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

/// A day as known at a moment; now when left open.
pub(super) const fn on(day: NaiveDate, known_at: Option<Instant>) -> When {
    When {
        as_of: Some(day),
        known_at,
    }
}

async fn show_history(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["from", "to", "known_at"])?;
    let known_at = params.completion()?.known_at;
    let id = ProjectId(id);
    let entries = state.app.project_history(&me.caller, id).await?;
    let view = state.app.project(&me.caller, id, When::default()).await?;
    let days = two_days(&params)?;
    let compared = match days {
        None => None,
        Some((from, to)) => {
            match state
                .app
                .compare_project(&me.caller, id, on(from, known_at), on(to, known_at))
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
        related: view.related,
        from,
        to,
        compared,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::project::Field;

    /// Both texts with what differs in brackets.
    fn mark(before: &str, after: &str) -> (String, String) {
        let marked = Marked::of(&Change {
            field: Field::BasicInfo,
            before: before.into(),
            after: after.into(),
        });
        let words = |pieces: Vec<Piece>| -> String {
            let word = |piece: Piece| match piece.differs {
                true => format!("[{}]", piece.text),
                false => piece.text,
            };
            pieces.into_iter().map(word).collect()
        };
        (words(marked.before), words(marked.after))
    }

    #[test]
    fn what_differs_is_marked() {
        for (before, after, marked) in [
            ("建仓库两座", "建仓库三座", ("建仓库[两]座", "建仓库[三]座")),
            ("", "新增", ("", "[新增]")),
            (
                "用地120亩，冷库6万立方米",
                "用地150亩，冷库8万立方米",
                (
                    "用地[120]亩，冷库[6]万立方米",
                    "用地[150]亩，冷库[8]万立方米",
                ),
            ),
            ("12000", "13000", ("[12000]", "[13000]")),
            ("2017-05", "2017-05-24", ("[2017-05]", "[2017-05-24]")),
        ] {
            assert_eq!(mark(before, after), (marked.0.into(), marked.1.into()));
        }
    }
}
